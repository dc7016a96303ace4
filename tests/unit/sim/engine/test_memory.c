// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running out of memory: each allocation of a run fails in turn, and every time the failure is
 * reported where the headers say, nothing crashes, and all that was allocated is freed.
 *
 * This program stands between the engine and the allocator. AddressSanitizer does so too, which
 * leaves no room for both: under it there is nothing to test here.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sim/engine/engine.h"
#include "sim/engine/fcontext.h"

#include "tests/lib/check-main.h"

static long countdown; /* the allocation that fails, counted from now; 0: none */
static long live;      /* allocations not freed */

#if !SIM_ASAN

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);

static bool fails(void)
{
	return countdown && !--countdown;
}

static void *counted(void *p)
{
	live += p != NULL;
	return p;
}

void *malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(n, size));
}

void *realloc(void *p, size_t size)
{
	if (fails())
		return NULL;
	return p ? __libc_realloc(p, size) : counted(__libc_realloc(p, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : counted(__libc_memalign(alignment, size));
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

static void *map(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	if (fails()) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, at, size, prot, flags, fd, offset);
}

void *mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	return map(at, size, prot, flags, fd, offset);
}

#endif

#define PROCS	  100
#define CALLBACKS 300
#define MESSAGES  40

static struct sim_engine *e;
static struct sim_event ev[CALLBACKS];
static unsigned ended, called, delivered;

static void delays(void *arg)
{
	(void)arg;
	sim_delay(e, 10);
	ended++;
}

static void callback(struct sim_engine *engine, struct sim_event *x)
{
	(void)engine;
	(void)x;
	called++;
}

static void deliver(void *ctx, const void *payload)
{
	(void)ctx;
	(void)payload;
	delivered++;
}

/* What came of a run; nothing is asserted while allocations may fail. */
struct outcome {
	bool engine, pipe;
	unsigned procs;
	int err;
};

static struct outcome run(long fail_at)
{
	struct sim_engine_config cfg = { .check = true };
	struct outcome o = { 0 };
	struct sim_pipe *pipe;
	int payload = 0;

	ended = called = delivered = 0;
	countdown = fail_at;
	e = sim_engine_new(&cfg);
	o.engine = e != NULL;
	if (!e)
		goto out;
	for (uint32_t i = 0; i < CALLBACKS; i++) {
		sim_event_init(e, &ev[i], 1, i, callback);
		sim_event_at(e, &ev[i], 5);
	}
	for (uint32_t i = 0; i < PROCS; i++) {
		struct sim_proc *p = sim_proc_new(e, 2, i, delays, NULL);

		if (!p)
			continue;
		o.procs++;
		sim_proc_start(e, p, i);
	}
	pipe = sim_pipe_new(e, 3, 0, sizeof(payload), deliver, NULL);
	o.pipe = pipe != NULL;
	for (sim_time i = 0; pipe && i < MESSAGES; i++)
		*(int *)sim_pipe_send(pipe, &(sim_time){ i }) = payload;
	o.err = sim_engine_run(e);
	sim_pipe_free(pipe);
	sim_engine_free(e);
out:
	countdown = 0;
	return o;
}

static void everything_went_well(struct outcome o)
{
	ck_assert(o.engine && o.pipe);
	ck_assert_int_eq(o.err, 0);
	ck_assert_uint_eq(o.procs, PROCS);
	ck_assert_uint_eq(ended, PROCS);
	ck_assert_uint_eq(called, CALLBACKS);
	ck_assert_uint_eq(delivered, MESSAGES);
}

START_TEST(every_failing_allocation_is_reported_and_leaks_nothing)
{
	bool no_engine = false, no_proc = false, no_pipe = false, no_run = false;
	long fail_at, before = live;

	everything_went_well(run(0));
	for (fail_at = 1; !SIM_ASAN; fail_at++) {
		struct outcome o = run(fail_at);

		ck_assert_int_eq(live, before);
		if (o.engine && o.pipe && o.procs == PROCS && !o.err)
			break;
		/* One allocation failed, so one thing went wrong, and the rest went well. */
		no_engine |= !o.engine;
		no_proc |= o.engine && o.procs < PROCS;
		no_pipe |= o.engine && !o.pipe;
		no_run |= o.err == -ENOMEM;
		ck_assert(!o.err || o.err == -ENOMEM);
		if (o.engine && !o.err) {
			ck_assert_uint_eq(ended, o.procs);
			ck_assert_uint_eq(called, CALLBACKS);
		}
	}
	if (!SIM_ASAN) {
		ck_assert_int_gt(fail_at, 10);
		ck_assert(no_engine && no_proc && no_pipe && no_run);
	}
	everything_went_well(run(0));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, every_failing_allocation_is_reported_and_leaks_nothing);
}

CHECK_MAIN("engine memory", add, NULL, NULL)
