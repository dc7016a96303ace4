/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exhaustive exploration of what processes do to a world: at each call of the port one of several
 * processes may go on, so all interleavings with a bounded number of preemptions are run, each state
 * once.
 *
 * A state is the content of all blocks that the port has allocated, of memory that the test names,
 * and of the stacks of processes that are in the middle of something. It is copied before a choice
 * with more than one outcome and restored for the next one; two states are the same when all these
 * bytes are (by a hash of 64 bits). Blocks that never change are found in a rehearsal and left out;
 * that they have not changed is checked now and then, and at the end.
 *
 * A preemption is a switch away from a process that could go on. A process that ends, or waits for a
 * lock, is left for nothing.
 */
#ifndef TEST_EXPLORE_H
#define TEST_EXPLORE_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "tests/lib/port.h"

#define EXPLORE_PROCESSES 4u
#define EXPLORE_STACK	  0x8000u
#define EXPLORE_MAX_HOT	  512u
#define EXPLORE_MAX_WAY	  4096u

/* ---- the test's part ---- */

struct explore_model {
	u32 nr_processes;
	/* What process p may begin now: bits of enum of the test; nothing while it is busy. */
	u32 (*may_begin)(u32 p);
	/* Do it, on p's stack. */
	void (*run)(u32 p, u32 what);
	/* p must not run now, though it is in the middle of something (an interrupt on its PE). */
	bool (*is_masked)(u32 p);
	/* Nobody is in the middle of anything: make equal what is equal. */
	void (*normalise)(void);
	/* The same state, met for the first time: may run processes with explore_finish(). */
	void (*check)(void);
	const char *const *process_name, *const *what_name;
};

struct explore_process {
	ucontext_t context;
	struct port_process locks;
	u8 *stack, *low; /* in use from `low` while busy */
	bool busy;
	u32 what;
	const void *waits; /* the lock that it waits for */
};

struct explore_block {
	u8 *at;
	size_t size;
	u8 *first; /* as it was at the start */
};

static struct {
	const struct explore_model *m;
	struct explore_process p[EXPLORE_PROCESSES];
	struct port_process own; /* locks of the explorer: none */
	ucontext_t self;
	s32 current;
	struct explore_block *block; /* all there are, the hot ones in front */
	u32 nr_blocks, nr_hot;
	size_t hot_size;
	u8 *pool; /* copies, one behind the other */
	size_t pool_used, pool_size;
	struct explore_seen {
		u64 key;
		u8 left[4]; /* events left when seen, + 1, by preemptions left */
	} * seen;
	u64 nr_seen, seen_mask;
	u64 states, steps, allocs;
	/* The way to the state at hand: one row a step of a process, or of its beginning. */
	struct {
		u8 p, what;
		bool begin;
	} way[EXPLORE_MAX_WAY];
	u32 length;
	bool rehearsing;
} ex;

/* ---- what changes ---- */

static inline bool explore_changed(const struct explore_block *b)
{
	return memcmp(b->first, b->at, b->size) != 0;
}

/* Cold blocks that have changed become hot ones. */
static inline u32 explore_find_hot(void)
{
	u32 i, found = 0;

	for (i = ex.nr_hot; i < ex.nr_blocks; i++) {
		struct explore_block b = ex.block[i];

		if (!explore_changed(&b))
			continue;
		ex.block[i] = ex.block[ex.nr_hot];
		ex.block[ex.nr_hot++] = b;
		ex.hot_size += b.size;
		found++;
	}
	return found;
}

/* ---- processes ---- */

/* The stack is in use down to somewhere in this small frame. */
static __attribute__((noinline)) void explore_leave(struct explore_process *p)
{
	p->low = (u8 *)((uintptr_t)__builtin_frame_address(0) - 128);
	swapcontext(&p->context, &ex.self);
}

static __attribute__((noinline)) void explore_yield(const void *lock)
{
	struct explore_process *p = &ex.p[ex.current];

	/* Registers that a callee saves go to the stack, where the hash sees them. */
	__builtin_unwind_init();
	p->waits = lock;
	port_switch(&p->locks, &ex.own);
	explore_leave(p);
	p->waits = NULL;
}

static inline void explore_at_point(void *arg, enum port_point point)
{
	(void)arg;
	(void)point;
	if (ex.current >= 0)
		explore_yield(NULL);
}

static inline void explore_blocked(void *arg, const void *lock)
{
	(void)arg;
	explore_yield(lock);
}

static inline void explore_main(void)
{
	struct explore_process *p = &ex.p[ex.current];

	ex.m->run((u32)ex.current, p->what);
	p->busy = false;
	port_switch(&p->locks, &ex.own);
	swapcontext(&p->context, &ex.self);
}

static inline void explore_resume(u32 n)
{
	struct explore_process *p = &ex.p[n];

	ex.steps++;
	ex.current = (s32)n;
	port_switch(&ex.own, &p->locks);
	swapcontext(&ex.self, &p->context);
	ex.current = -1;
	port_clear_records();
	if (ex.rehearsing)
		explore_find_hot();
}

/* Runs to its first point. */
static inline void explore_begin(u32 n, u32 what)
{
	struct explore_process *p = &ex.p[n];

	getcontext(&p->context);
	p->context.uc_stack.ss_sp = p->stack;
	p->context.uc_stack.ss_size = EXPLORE_STACK;
	p->context.uc_link = NULL;
	makecontext(&p->context, explore_main, 0);
	memset(&p->locks, 0, sizeof(p->locks));
	p->busy = true;
	p->what = what;
	p->waits = NULL;
	explore_resume(n);
}

/* The whole of it, without anybody else. */
static inline void explore_finish(u32 n, u32 what)
{
	explore_begin(n, what);
	while (ex.p[n].busy)
		explore_resume(n);
}

static inline bool explore_held(const void *lock)
{
	/* All locks that are waited for here are spinlocks. */
	return lock && port_would_block(lock);
}

static inline bool explore_can_go_on(u32 n)
{
	return ex.p[n].busy && !explore_held(ex.p[n].waits) && !ex.m->is_masked(n);
}

/* ---- states ---- */

static inline size_t explore_stack_used(const struct explore_process *p)
{
	return p->busy ? (size_t)(p->stack + EXPLORE_STACK - p->low) : 0;
}

static inline u8 *explore_put(u8 *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	return to + size;
}

static inline size_t explore_save(void)
{
	size_t at = ex.pool_used,
	       need = ex.hot_size + sizeof(ex.p) + EXPLORE_PROCESSES * EXPLORE_STACK;
	u8 *to;
	u32 i;

	if (at + need > ex.pool_size) {
		ex.pool_size = 2 * (at + need);
		ex.pool = realloc(ex.pool, ex.pool_size);
		if (!ex.pool)
			abort();
	}
	to = explore_put(ex.pool + at, ex.p, sizeof(ex.p));
	for (i = 0; i < ex.nr_hot; i++)
		to = explore_put(to, ex.block[i].at, ex.block[i].size);
	for (i = 0; i < ex.m->nr_processes; i++)
		if (ex.p[i].busy)
			to = explore_put(to, ex.p[i].low, explore_stack_used(&ex.p[i]));
	ex.pool_used = (size_t)(to - ex.pool);
	return at;
}

static inline void explore_restore(size_t at)
{
	const u8 *from = ex.pool + at;
	u32 i;

	memcpy(ex.p, from, sizeof(ex.p));
	from += sizeof(ex.p);
	for (i = 0; i < ex.nr_hot; from += ex.block[i++].size)
		memcpy(ex.block[i].at, from, ex.block[i].size);
	for (i = 0; i < ex.m->nr_processes; i++) {
		if (!ex.p[i].busy)
			continue;
		memcpy(ex.p[i].low, from, explore_stack_used(&ex.p[i]));
		from += explore_stack_used(&ex.p[i]);
	}
}

static inline u64 explore_mix(u64 h, const void *data, size_t size)
{
	const u8 *p = data;
	u64 word, odd = h ^ size;

	for (; size >= 16; size -= 16, p += 16) {
		memcpy(&word, p, 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 29;
		memcpy(&word, p + 8, 8);
		odd = (odd ^ word) * 0xbf58476d1ce4e5b9ull;
		odd ^= odd >> 31;
	}
	for (; size; size--, p++)
		h = (h ^ *p) * 0x100000001b3ull;
	return (h ^ odd) * 0x94d049bb133111ebull;
}

static inline u64 explore_hash(s32 running)
{
	u64 h = (u64)(running + 1) + 1;
	u32 i;

	for (i = 0; i < ex.nr_hot; i++)
		h = explore_mix(h, ex.block[i].at, ex.block[i].size);
	for (i = 0; i < ex.m->nr_processes; i++) {
		struct explore_process *p = &ex.p[i];

		h = (h ^ (u64)p->busy << 32 ^ p->what) * 0x9e3779b97f4a7c15ull;
		if (p->busy)
			h = explore_mix(h, p->low, explore_stack_used(p));
	}
	return h ? h : 1;
}

static inline struct explore_seen *explore_slot(u64 key)
{
	u64 i = key & ex.seen_mask;

	while (ex.seen[i].key && ex.seen[i].key != key)
		i = (i + 1) & ex.seen_mask;
	return &ex.seen[i];
}

static inline void explore_grow(void)
{
	struct explore_seen *old = ex.seen;
	u64 n = old ? ex.seen_mask + 1 : 0, i;

	ex.seen_mask = n ? 2 * n - 1 : 0xffff;
	ex.seen = calloc(ex.seen_mask + 1, sizeof(*ex.seen));
	if (!ex.seen)
		abort();
	for (i = 0; i < n; i++)
		if (old[i].key)
			*explore_slot(old[i].key) = old[i];
	free(old);
}

/* Seen before with as many preemptions and events left, or more. `fresh`: never seen at all. */
static inline bool explore_been_here(s32 running, u32 preemptions, u32 left, bool *fresh)
{
	u64 key = explore_hash(running);
	struct explore_seen *s;
	u32 k;

	if (2 * ex.nr_seen >= ex.seen_mask)
		explore_grow();
	s = explore_slot(key);
	*fresh = !s->key;
	ex.nr_seen += *fresh;
	s->key = key;
	for (k = preemptions; k < 4; k++)
		if (s->left[k] > left)
			return true;
	s->left[preemptions] = (u8)(left + 1);
	ex.states++;
	return false;
}

/* ---- the way ---- */

static inline void explore_note(u32 p, u32 what, bool begin)
{
	if (ex.length < EXPLORE_MAX_WAY) {
		ex.way[ex.length].p = (u8)p;
		ex.way[ex.length].what = (u8)what;
		ex.way[ex.length].begin = begin;
	}
	ex.length++;
}

/* How it came to this: steps in a row by their number. */
static inline void explore_print_way(void)
{
	u32 i, n;

	for (i = 0; i < ex.length && i < EXPLORE_MAX_WAY; i += n) {
		for (n = 1;
		     i + n < ex.length && !ex.way[i + n].begin && ex.way[i + n].p == ex.way[i].p;)
			n++;
		printf("\t%s %s, %u step%s\n", ex.m->process_name[ex.way[i].p],
		       ex.way[i].begin ? ex.m->what_name[ex.way[i].what] : "goes on", n,
		       n > 1 ? "s" : "");
	}
	fflush(stdout);
}

/* ---- the search ---- */

static inline bool explore_idle(void)
{
	u32 i;

	for (i = 0; i < ex.m->nr_processes; i++)
		if (ex.p[i].busy)
			return false;
	return true;
}

/* `running` was the last to run and is in the middle of something, or -1. */
static inline void explore_from(s32 running, u32 preemptions, u32 left)
{
	size_t before = ex.pool_used, copy;
	bool free_switch, fresh;
	u32 p, what;

	if (explore_idle())
		ex.m->normalise();
	if (explore_been_here(running, preemptions, left, &fresh))
		return;
	if (ex.states % 1024 == 0 && explore_find_hot())
		ck_abort_msg("the rehearsal has left out a block of memory");
	copy = explore_save();
	if (fresh && explore_idle()) {
		ex.m->check();
		explore_restore(copy);
	}
	free_switch = running < 0 || !explore_can_go_on((u32)running);
	for (p = 0; p < ex.m->nr_processes; p++) {
		u32 cost = free_switch || (s32)p == running ? 0 : 1;

		if (cost > preemptions)
			continue;
		if (ex.p[p].busy) {
			if (!explore_can_go_on(p))
				continue;
			explore_note(p, 0, false);
			explore_resume(p);
			explore_from(ex.p[p].busy ? (s32)p : -1, preemptions - cost, left);
			explore_restore(copy);
			ex.length--;
			continue;
		}
		for (what = left ? ex.m->may_begin(p) : 0; what; what &= what - 1) {
			explore_note(p, plat_ffs64(what), true);
			explore_begin(p, plat_ffs64(what));
			explore_from(ex.p[p].busy ? (s32)p : -1, preemptions - cost, left - 1);
			explore_restore(copy);
			ex.length--;
		}
	}
	ex.pool_used = before;
}

/* ---- start and end ---- */

static inline void explore_count_block(void *arg, void *at, size_t size)
{
	(void)arg;
	(void)at;
	(void)size;
	ex.nr_blocks++;
}

/* Memory is one more block; so is the content of each that the port gives out. */
static inline void explore_add(void *arg, void *at, size_t size)
{
	struct explore_block *b = &ex.block[ex.nr_blocks++];

	(void)arg;
	*b = (struct explore_block){ at, size, malloc(size) };
	memcpy(b->first, at, size);
}

/*
 * The world stands and nobody runs. `memory`, of `size` bytes, belongs to it beside what the port
 * has allocated; `rehearse` makes everything change that ever will, and ends where it began as far
 * as processes go. Nothing may be allocated afterwards.
 */
static inline void explore_start(const struct explore_model *m, void *memory, size_t size,
				 void (*rehearse)(void))
{
	u32 i;

	memset(&ex, 0, sizeof(ex));
	ex.m = m;
	ex.current = -1;
	for (i = 0; i < EXPLORE_PROCESSES; i++)
		ex.p[i].stack = aligned_alloc(64, EXPLORE_STACK);
	port_processes(explore_at_point, explore_blocked);
	rehearse(); /* pages of memory are made when they are written first */
	port_each_block(explore_count_block, NULL);
	ex.block = calloc(ex.nr_blocks + 1, sizeof(*ex.block));
	ex.nr_blocks = 0;
	port_each_block(explore_add, NULL);
	explore_add(NULL, memory, size);
	ex.allocs = port.allocs;
	ex.rehearsing = true;
	rehearse();
	explore_find_hot();
	ex.rehearsing = false;
	for (i = 0; i < ex.nr_hot; i++)
		memcpy(ex.block[i].at, ex.block[i].first, ex.block[i].size);
}

/* The world is as at the start again; true when nothing but the hot blocks had changed. */
static inline bool explore_end(void)
{
	bool good = !explore_find_hot() && ex.allocs == port.allocs;
	u32 i;

	for (i = 0; i < ex.nr_blocks; i++) {
		memcpy(ex.block[i].at, ex.block[i].first, ex.block[i].size);
		free(ex.block[i].first);
	}
	port_processes(NULL, NULL);
	for (i = 0; i < EXPLORE_PROCESSES; i++)
		free(ex.p[i].stack);
	free(ex.block);
	free(ex.pool);
	free(ex.seen);
	return good;
}

#endif
