// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one-thread port of the core tests: memory with faults, costs, locks with their rules, waits
 * and the outside. What was told is kept by port-log.c. See port.h.
 */
#include "port.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "port-internal.h"

struct port port;
struct plat_user plat_user;

static const u64 no_cost[COST_PLAT_NR];
static u8 always_slow[COST_PLAT_NR];

/* A header in front of each allocation; a multiple of 16 bytes keeps the payload aligned. */
struct port_block {
	struct port_block *next; /* waits for readers */
	u64 magic, size;
	struct port_block **link, *live; /* of all that are not freed yet */
	u64 pad;
};
#define PORT_MAGIC 0x67696373696d2121ull

#define PORT_MAX_HELD 1024u

static struct {
	struct port_block *rcu;
	struct port_held held[PORT_MAX_HELD];
	u32 base;      /* locks below belong to the actor that the hook interrupts */
	bool inside;   /* at_point runs */
	bool hardware; /* a hook that stands for hardware runs */
} state;

static struct port_block *live; /* all blocks that are not freed; survives port_reset() */

static const u8 lock_rank[LOCK_PLAT_NR] = {
#define LOCK_RANK(id, name, rank) [LOCK_##id] = (rank),
	PLAT_LOCK_CLASSES(LOCK_RANK)
#undef LOCK_RANK
};

static const char *const lock_name[LOCK_PLAT_NR] = {
#define LOCK_NAME(id, name, rank) [LOCK_##id] = (name),
	PLAT_LOCK_CLASSES(LOCK_NAME)
#undef LOCK_NAME
};

/* ---- what is wrong ---- */

void port_violation(const char *format, ...)
{
	va_list args;

	port.violations++;
	if (port.tolerate)
		return;
	va_start(args, format);
	fputs("port: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

void plat_warn_at(const char *file, int line, const char *what)
{
	port.warnings++;
	if (!port.tolerate)
		fprintf(stderr, "%s:%d: warning: %s\n", file, line, what);
}

void plat_bug_at(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: bug: %s\n", file, line, what);
	abort();
}

/* ---- memory ---- */

void *plat_zalloc(size_t size)
{
	struct port_block *b;

	if (port.nr_spin)
		port_violation("allocation under lock %s",
			       lock_name[state.held[port.nr_held - 1].class]);
	port.allocs++;
	if (port.fail_at &&
	    (port.allocs == port.fail_at || (port.fail_after && port.allocs > port.fail_at)))
		return NULL;
	if (port.refuse && port.refuse(port.arg))
		return NULL;
	b = calloc(1, sizeof(*b) + size);
	if (!b) {
		fputs("port: out of memory\n", stderr);
		abort();
	}
	b->magic = PORT_MAGIC;
	b->size = size;
	b->live = live;
	b->link = &live;
	if (b->live)
		b->live->link = &b->live;
	live = b;
	port.outstanding++;
	return b + 1;
}

void port_each_block(void (*fn)(void *arg, void *block, size_t size), void *arg)
{
	struct port_block *b;

	for (b = live; b; b = b->live)
		fn(arg, b + 1, b->size);
}

void plat_free(void *p)
{
	struct port_block *b;

	if (!p)
		return;
	b = (struct port_block *)p - 1;
	if (b->magic != PORT_MAGIC) {
		port_violation("free of %p, which is not allocated", p);
		return;
	}
	b->magic = 0;
	*b->link = b->live;
	if (b->live)
		b->live->link = b->link;
	port.outstanding--;
	free(b);
}

void plat_free_rcu(void *p)
{
	struct port_block *b;

	if (!p)
		return;
	b = (struct port_block *)p - 1;
	b->next = state.rcu;
	state.rcu = b;
}

void port_rcu_flush(void)
{
	while (state.rcu) {
		struct port_block *b = state.rcu;

		state.rcu = b->next;
		plat_free(b + 1);
	}
}

void plat_rcu_sync(void)
{
	if (port.nr_spin)
		port_violation("wait for readers under a lock");
	plat_cost(COST_RCU_SYNC, 1);
	plat_sync();
	port.rcu_syncs++;
	port_rcu_flush();
}

/* ---- costs ---- */

static void pay(void)
{
	plat_user.debt = port.at_point ? 1 : 0; /* in debt for ever: each plat_sync() is seen */
}

/* Run code that stands for somebody else: the caller's locks are not its locks. */
struct actor_frame {
	u32 base, nr_held, nr_spin;
};

static struct actor_frame leave_actor(void)
{
	struct actor_frame f = { state.base, port.nr_held, port.nr_spin };

	state.base = port.nr_held;
	port.nr_spin = 0;
	return f;
}

static void return_to_actor(struct actor_frame f)
{
	if (port.nr_held != f.nr_held)
		port_violation("the other actor left with %u locks", port.nr_held - f.nr_held);
	state.base = f.base;
	port.nr_spin = f.nr_spin;
}

static void reach(enum port_point point)
{
	struct actor_frame f;

	pay();
	if (port.processes && !state.hardware) {
		port.at_point(port.arg, point);
		return;
	}
	if (!port.at_point || state.inside || port.processes)
		return;
	state.inside = true;
	f = leave_actor();
	port.at_point(port.arg, point);
	return_to_actor(f);
	state.inside = false;
}

void port_hardware(void (*fn)(void *arg, void *object), void *object)
{
	struct actor_frame f = leave_actor();

	state.hardware = true;
	fn(port.arg, object);
	state.hardware = false;
	return_to_actor(f);
}

void port_switch(struct port_process *from, const struct port_process *to)
{
	from->nr_held = port.nr_held;
	from->nr_spin = port.nr_spin;
	if (port.nr_held > PORT_PROCESS_LOCKS)
		port_violation("a process holds %u locks", port.nr_held);
	memcpy(from->held, state.held, sizeof(from->held));
	memcpy(state.held, to->held, sizeof(to->held));
	port.nr_held = to->nr_held;
	port.nr_spin = to->nr_spin;
}

/* Another process may hold it: wait while it runs. */
static void await(const void *lock, bool (*held)(const void *lock))
{
	while (port.processes && held(lock))
		port.blocked(port.arg, lock);
}

void plat_cost_slow(enum plat_cost id, u32 n)
{
	port.used[id] += n;
	port.paid += port.cost_each * n;
	if (port.cost_each || port.at_point)
		plat_user.debt++;
}

void plat_sync_slow(void)
{
	reach(PORT_AT_SYNC);
}

void port_set_costs(u64 ps)
{
	port.cost_each = ps;
}

void port_interleave(void (*at_point)(void *arg, enum port_point point))
{
	port.at_point = at_point;
	pay();
}

void port_processes(void (*at_point)(void *arg, enum port_point point),
		    void (*blocked)(void *arg, const void *lock))
{
	port.at_point = at_point;
	port.blocked = blocked;
	port.processes = at_point;
	pay();
}

/* ---- locks ---- */

static void hold(const void *lock, enum plat_lock_class class, bool mutex)
{
	if (port.nr_held == PORT_MAX_HELD) {
		fputs("port: too many locks held\n", stderr);
		abort();
	}
	state.held[port.nr_held++] = (struct port_held){ lock, class, mutex };
	port.nr_spin += !mutex;
	port.acquired[class]++;
}

/* False when the caller does not hold it. Locks may be released in any order. */
static bool release(const void *lock)
{
	u32 i = port.nr_held;

	while (i > state.base && state.held[i - 1].lock != lock)
		i--;
	if (i == state.base) {
		port_violation("release of a lock that is not held");
		return false;
	}
	port.nr_spin -= !state.held[i - 1].mutex;
	port.nr_held--;
	memmove(&state.held[i - 1], &state.held[i],
		(port.nr_held - (i - 1)) * sizeof(state.held[0]));
	return true;
}

static void check_order(enum plat_lock_class class, bool nested)
{
	u32 i;

	for (i = state.base; i < port.nr_held; i++) {
		enum plat_lock_class outer = state.held[i].class;

		if (lock_rank[outer] > lock_rank[class] || (outer == class && !nested))
			port_violation("lock %s taken while %s is held", lock_name[class],
				       lock_name[outer]);
	}
}

void plat_lock_init(struct plat_lock *l, enum plat_lock_class class)
{
	*l = (struct plat_lock){ .class = (u8) class };
}

bool port_would_block(const struct plat_lock *l)
{
	return l->held;
}

static bool spin_held(const void *lock)
{
	return ((const struct plat_lock *)lock)->held;
}

static void take(struct plat_lock *l, bool nested)
{
	plat_cost(COST_LOCK, 1);
	reach(PORT_AT_LOCK);
	await(l, spin_held);
	if (l->held) {
		port_violation("lock %s would block for ever: it is held", lock_name[l->class]);
		return;
	}
	check_order(l->class, nested);
	l->held = 1;
	hold(l, l->class, false);
}

void plat_lock(struct plat_lock *l)
{
	take(l, false);
}

void plat_lock_nested(struct plat_lock *l)
{
	take(l, true);
}

void plat_unlock(struct plat_lock *l)
{
	if (release(l))
		l->held = 0;
	reach(PORT_AT_UNLOCK);
}

void plat_mutex_init(struct plat_mutex *m, enum plat_lock_class class)
{
	*m = (struct plat_mutex){ .class = (u8) class };
}

static bool mutex_held(const void *lock)
{
	return ((const struct plat_mutex *)lock)->owner;
}

void plat_mutex_lock(struct plat_mutex *m)
{
	plat_cost(COST_MUTEX, 1);
	reach(PORT_AT_LOCK);
	await(m, mutex_held);
	if (port.nr_spin)
		port_violation("mutex %s taken under a spinlock", lock_name[m->class]);
	if (m->owner) {
		port_violation("mutex %s would block for ever: it is held", lock_name[m->class]);
		return;
	}
	check_order(m->class, false);
	m->owner = m;
	hold(m, m->class, true);
}

/* Trying cannot deadlock, so any order will do. */
bool plat_mutex_trylock(struct plat_mutex *m)
{
	plat_cost(COST_MUTEX, 1);
	reach(PORT_AT_LOCK);
	if (m->owner)
		return false;
	m->owner = m;
	hold(m, m->class, true);
	return true;
}

void plat_mutex_unlock(struct plat_mutex *m)
{
	if (release(m))
		m->owner = NULL;
	reach(PORT_AT_UNLOCK);
}

void plat_shared_use(struct plat_shared *s)
{
	(void)s;
}

void plat_shared_read(u32 n)
{
	(void)n;
}

u32 plat_pe(void)
{
	return 0;
}

/* ---- waiting ---- */

#define PORT_MAX_LOOKS 100000u

int plat_poll(struct plat_waitq *q, bool (*done)(void *arg), void *arg, u32 step_ns, u64 timeout_ns)
{
	u64 looks = step_ns ? plat_div64(timeout_ns, step_ns) : PORT_MAX_LOOKS;

	port.polled = q;
	port.poll_step = step_ns;
	plat_sync();
	if (looks > PORT_MAX_LOOKS)
		looks = PORT_MAX_LOOKS;
	while (!done(arg)) {
		if (!port.poll || !looks--)
			return -ETIMEDOUT;
		port_hardware(port.poll, NULL);
	}
	return 0;
}

void plat_notify(struct plat_waitq *q)
{
	port.notified = q;
	plat_sync();
}

/* ---- a fresh port, and a quiet one ---- */

void port_reset(void)
{
	port_rcu_flush();
	port_forget();
	memset(&port, 0, sizeof(port));
	memset(&state, 0, sizeof(state));
	memset(always_slow, 1, sizeof(always_slow));
	plat_user = (struct plat_user){
		.cost = no_cost,
		.cost_assumed = no_cost,
		.cost_slow = always_slow,
		.event_mask = ~0ull,
		.lock_order_check = true,
	};
}

void port_assert_quiet(void)
{
	port_rcu_flush();
	if (port.nr_held)
		port_violation("%u locks held at the end, last %s", port.nr_held,
			       lock_name[state.held[port.nr_held - 1].class]);
	if (port.outstanding)
		port_violation("%llu allocations leaked", (unsigned long long)port.outstanding);
	if (!port.tolerate && port.warnings)
		port_violation("%llu warnings", (unsigned long long)port.warnings);
	port_forget();
}
