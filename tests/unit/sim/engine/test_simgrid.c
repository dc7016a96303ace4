// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inside SimGrid: both drivers give the same run, event for event, on a model without ties; every
 * process is an actor; picoseconds stay apart. Each test has a process of its own, as SimGrid
 * can be initialised once only.
 */
#include <errno.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <unistd.h>

#include "sim/engine/engine.h"
#include "sim/engine/fcontext.h"
#include "sim/engine/random.h"
#include "sim/engine/sim-simgrid.h"

#include "tests/lib/check-main.h"

static struct sim_engine *e;

static void setup(void)
{
	char dir[] = "/tmp/gicsim-test-XXXXXX";

	ck_assert_int_eq(sim_simgrid_init(), 0);
	ck_assert_int_eq(sim_simgrid_init(), 0); /* harmless */
	ck_assert_ptr_nonnull(mkdtemp(dir));
	setenv("TMPDIR", dir, 1);
	ck_assert_int_eq(sim_simgrid_platform(sim_simgrid_one_host()), 0);
	/* The temporary file is gone. */
	ck_assert_int_eq(rmdir(dir), 0);
}

static void open_engine(enum sim_driver driver)
{
	struct sim_engine_config cfg = { .driver = driver, .check = true };

	e = sim_engine_new(&cfg);
	ck_assert_ptr_nonnull(e);
}

static struct sim_proc *process(uint32_t object, void (*fn)(void *), void *arg, sim_time at)
{
	struct sim_proc *p = sim_proc_new(e, 1, object, fn, arg);

	ck_assert_ptr_nonnull(p);
	sim_proc_start(e, p, at);
	return p;
}

/* ---- a random model without ties: everything the engine offers, at times of 2^40 ps ---- */

#define WORKERS 40
#define LOCKS	4
#define TIMERS	10
#define LENGTH	(40 * SIM_S)

struct worker {
	struct sim_proc *proc;
	struct sim_stream stream;
	uint32_t n;
};

struct timer {
	struct sim_event ev;
	struct sim_stream stream;
	uint32_t n;
};

static struct model {
	struct worker worker[WORKERS];
	struct timer timer[TIMERS];
	struct sim_lock lock[LOCKS];
	struct sim_stream handoff;
	struct sim_pipe *pipe;
	struct sim_stream pipe_stream;
	uint32_t children;
	uint64_t print; /* of everything that happens, in order */
} m;

static void happened(uint64_t what)
{
	m.print = (m.print ^ sim_now(e)) * 0x9e3779b97f4a7c15ull;
	m.print = (m.print ^ what ^ m.print >> 29) * 0xbf58476d1ce4e5b9ull;
}

static sim_time some_time(struct sim_stream *s)
{
	return 1 + sim_uniform(s, 1ull << 38);
}

static sim_time handoff_time(void *ctx, uint16_t from, uint16_t to, uint16_t waiting)
{
	happened(from * 1000000ull + to * 1000u + waiting);
	return some_time(ctx) >> 4;
}

static void child(void *arg)
{
	uint64_t n = (uint64_t)(uintptr_t)arg;

	happened(n);
	sim_delay(e, 12345678901 * (n + 1));
	happened(n + 1);
}

static void have_a_child(sim_time born)
{
	uint32_t n = ++m.children;

	process(1000 + n, child, (void *)(uintptr_t)n, born);
}

static void worker_step(struct worker *w)
{
	struct worker *other = &m.worker[sim_uniform(&w->stream, WORKERS)];
	struct sim_lock *l = &m.lock[sim_uniform(&w->stream, LOCKS)];
	uint64_t payload = w->n;
	sim_time at;

	switch (sim_uniform(&w->stream, 8)) {
	case 0: sim_delay(e, some_time(&w->stream)); break;
	case 1: happened(sim_wait(e, some_time(&w->stream))); break;
	case 2: sim_interrupt(e, other->proc, sim_now(e) + some_time(&w->stream)); break;
	case 3:
		sim_unpark(e, w->proc, sim_now(e) + some_time(&w->stream));
		sim_park(e);
		break;
	case 4:
		sim_lock_acquire(e, l, (uint16_t)w->n);
		happened(77);
		sim_delay(e, some_time(&w->stream));
		sim_lock_release(e, l);
		break;
	case 5:
		at = sim_now(e) + some_time(&w->stream);
		*(uint64_t *)sim_pipe_send(m.pipe, &at) = payload;
		break;
	case 6:
		sim_event_at(e, &m.timer[sim_uniform(&w->stream, TIMERS)].ev,
			     sim_now(e) + some_time(&w->stream));
		break;
	default:
		if (sim_uniform(&w->stream, 10))
			sim_interrupt_clear(e, other->proc);
		else
			have_a_child(sim_now(e) + some_time(&w->stream));
	}
}

static void work(void *arg)
{
	struct worker *w = arg;

	for (;;) {
		happened(w->n);
		worker_step(w);
		sim_delay(e, some_time(&w->stream));
	}
}

static void timer_fires(struct sim_engine *engine, struct sim_event *ev)
{
	struct timer *t = (struct timer *)(void *)ev;
	struct worker *w = &m.worker[sim_uniform(&t->stream, WORKERS)];

	happened(t->n);
	if (sim_uniform(&t->stream, 2))
		sim_interrupt(engine, w->proc, sim_now(engine) + some_time(&t->stream));
	else
		sim_unpark(engine, w->proc, sim_now(engine) + some_time(&t->stream));
	sim_event_at(engine, ev, sim_now(engine) + some_time(&t->stream));
}

static void delivered(void *ctx, const void *payload)
{
	const uint64_t *n = payload;

	(void)ctx;
	happened(*n);
	sim_interrupt(e, m.worker[*n].proc, sim_now(e) + some_time(&m.pipe_stream));
}

static void build_model(uint64_t seed)
{
	memset(&m, 0, sizeof(m));
	m.handoff = sim_stream(seed, "handoff", 0);
	m.pipe_stream = sim_stream(seed, "pipe", 0);
	sim_lock_setup(e, 1, handoff_time, &m.handoff);
	for (int i = 0; i < LOCKS; i++)
		sim_lock_init(&m.lock[i], 0);
	m.pipe = sim_pipe_new(e, 3, 0, sizeof(uint64_t), delivered, NULL);
	ck_assert_ptr_nonnull(m.pipe);
	for (uint32_t i = 0; i < TIMERS; i++) {
		struct timer *t = &m.timer[i];

		t->n = i;
		t->stream = sim_stream(seed, "timer", i);
		sim_event_init(e, &t->ev, 2, i, timer_fires);
		sim_event_at(e, &t->ev, some_time(&t->stream));
	}
	for (uint32_t i = 0; i < WORKERS; i++) {
		struct worker *w = &m.worker[i];

		w->n = i;
		w->stream = sim_stream(seed, "worker", i);
		w->proc = process(i, work, w, some_time(&w->stream));
	}
}

struct outcome {
	int err;
	sim_time now;
	uint64_t events, ties, print;
	struct sim_lock_stats lock;
	uint32_t procs;
};

/* Warm up, reset, run on in windows: what a run of a scenario does. */
static struct outcome run_model(enum sim_driver driver, uint64_t seed)
{
	struct outcome o;

	memset(&o, 0, sizeof(o));
	open_engine(driver);
	build_model(seed);
	sim_engine_stop_at(e, LENGTH / 4);
	ck_assert_int_eq(sim_engine_run(e), 0);
	sim_engine_reset_counts(e);
	for (int i = 1; i <= 3 && !o.err; i++) {
		sim_engine_stop_at(e, LENGTH / 4 * (1 + i));
		o.err = sim_engine_run(e);
	}
	o.now = sim_now(e);
	o.events = sim_engine_events(e);
	o.ties = sim_engine_ties(e);
	o.print = m.print;
	o.lock = *sim_lock_stats(e, 0);
	o.procs = sim_proc_count(e);
	ck_assert(sim_lock_identity(e, 0));
	sim_pipe_free(m.pipe);
	sim_engine_free(e);
	return o;
}

static void compare_drivers(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 4 * check_effort(); i++) {
		uint64_t seed = check_seed() + i;
		struct outcome calendar = run_model(SIM_CALENDAR, seed), simgrid;
		uint32_t before = sim_simgrid_actors();

		simgrid = run_model(SIM_SIMGRID, seed);
		ck_assert_int_eq(calendar.err, 0);
		ck_assert_uint_eq(calendar.ties, 0);
		ck_assert_uint_gt(calendar.events, 5000);
		ck_assert_uint_gt(calendar.lock.contended, 50);
		ck_assert_uint_gt(calendar.procs, WORKERS);
		ck_assert_uint_eq(calendar.now, LENGTH);
		ck_assert_uint_eq(calendar.events, simgrid.events);
		ck_assert_uint_eq(calendar.print, simgrid.print);
		ck_assert_mem_eq(&calendar, &simgrid, sizeof(calendar));
		/* As many actors as processes, and the calendar made none. */
		ck_assert_uint_eq(sim_simgrid_actors() - before, simgrid.procs);
		ck_assert(i || before == 0);
	}
}

START_TEST(both_drivers_give_the_same_run_and_every_process_is_an_actor)
{
	ck_assert_int_eq(sim_simgrid_run("host", compare_drivers, NULL), 0);
}
END_TEST

/* ---- zero-time wake-ups ---- */

static char order[32];
static unsigned ordered;

static void say(char c)
{
	order[ordered++] = c;
	order[ordered] = 0;
}

static void sleeper(void *arg)
{
	(void)arg;
	sim_park(e);
	say('b');
	ck_assert_uint_eq(sim_now(e), 10);
}

static void waker(void *arg)
{
	sim_unpark(e, arg, sim_now(e));
	say('a');
	/* Nobody else has run meanwhile, and it is still the one that runs. */
	ck_assert_ptr_ne(sim_proc_current(e), arg);
	ck_assert_uint_eq(sim_now(e), 10);
	sim_delay(e, 5);
	ck_assert_uint_eq(sim_now(e), 15);
	say('c');
}

static void wake_at_once(void *arg)
{
	(void)arg;
	open_engine(SIM_SIMGRID);
	process(0, waker, process(1, sleeper, NULL, 0), 10);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(order, "abc");
	ck_assert_uint_eq(sim_engine_events(e), 4);
	sim_engine_free(e);
}

START_TEST(an_actor_runs_on_until_it_blocks_whomever_it_wakes)
{
	ck_assert_int_eq(sim_simgrid_run("host", wake_at_once, NULL), 0);
}
END_TEST

/* ---- picoseconds ---- */

#define CLOSE 8 /* actors a picosecond apart */

static sim_time woke[CLOSE];

static void wake_at(void *arg)
{
	uintptr_t n = (uintptr_t)arg;

	sim_delay(e, 999 * SIM_S + n - sim_now(e));
	woke[n] = sim_now(e);
	say((char)('0' + n));
	sim_delay(e, 2 * (CLOSE - n)); /* and in the other order */
	say((char)('0' + n));
}

static void a_picosecond_apart(void *arg)
{
	(void)arg;
	open_engine(SIM_SIMGRID);
	for (uintptr_t i = 0; i < CLOSE; i++)
		process((uint32_t)i, wake_at, (void *)i, 1 + i * 33333333333);
	ck_assert_int_eq(sim_engine_run(e), 0);
	for (sim_time i = 0; i < CLOSE; i++)
		ck_assert_uint_eq(woke[i], 999 * SIM_S + i);
	ck_assert_str_eq(order, "0123456776543210");
	ck_assert_uint_eq(sim_engine_ties(e), 0);
	sim_engine_free(e);
}

START_TEST(events_one_picosecond_apart_stay_apart_after_999_seconds)
{
	ck_assert_int_eq(sim_simgrid_run("host", a_picosecond_apart, NULL), 0);
}
END_TEST

/* ---- how a run ends ---- */

static void park_for_ever(void *arg)
{
	(void)arg;
	sim_park(e);
}

static void delay_for(void *arg)
{
	sim_delay(e, *(sim_time *)arg);
}

static void ends(void *arg)
{
	sim_time hundred = 100, thousand_seconds = 1000 * SIM_S;

	(void)arg;
	/* Beyond 1000 s. */
	open_engine(SIM_SIMGRID);
	sim_engine_stop_at(e, 1000 * SIM_S + 1);
	ck_assert_int_eq(sim_engine_run(e), -ERANGE);
	sim_engine_free(e);
	open_engine(SIM_SIMGRID);
	process(0, delay_for, &thousand_seconds, 1);
	ck_assert_int_eq(sim_engine_run(e), -ERANGE);
	sim_engine_free(e);
	/* Deadlock, with and without an end. */
	open_engine(SIM_SIMGRID);
	process(0, park_for_ever, NULL, 1);
	process(1, delay_for, &hundred, 2);
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(sim_now(e), 102);
	sim_engine_stop_at(e, 500);
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(sim_now(e), 500);
	sim_engine_free(e);
	/* Nothing at all; and all ended. */
	open_engine(SIM_SIMGRID);
	ck_assert_int_eq(sim_engine_run(e), 0);
	process(0, delay_for, &hundred, 0);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_now(e), 100);
	sim_engine_free(e);
}

START_TEST(runs_end_as_on_the_calendar_and_none_is_longer_than_1000_s)
{
	ck_assert_int_eq(sim_simgrid_run("host", ends, NULL), 0);
}
END_TEST

static void stop_now(void *arg)
{
	(void)arg;
	sim_engine_stop_at(e, sim_now(e));
	sim_delay(e, 10);
	say('x');
}

static void stopped_from_inside(void *arg)
{
	sim_time hundred = 100;

	(void)arg;
	open_engine(SIM_SIMGRID);
	process(0, stop_now, NULL, 7);
	process(1, delay_for, &hundred, 0);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_now(e), 7);
	ck_assert_uint_eq(ordered, 0);
	/* SimGrid's clock may go on between two runs; the engine's stands still. */
	sg_actor_sleep_for(1.5);
	sim_engine_stop_at(e, SIM_NEVER);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(order, "x");
	ck_assert_uint_eq(sim_now(e), 100);
	ck_assert_uint_eq(sim_engine_events(e), 4);
	sim_engine_free(e);
}

START_TEST(a_run_stopped_from_inside_can_go_on)
{
	ck_assert_int_eq(sim_simgrid_run("host", stopped_from_inside, NULL), 0);
}
END_TEST

/* ---- many actors ---- */

#define CROWD (SIM_ASAN ? 500 : 10000)

static uint64_t crowd_sum;

static void in_the_crowd(void *arg)
{
	uintptr_t n = (uintptr_t)arg;

	for (uintptr_t i = 0; i < 3; i++)
		sim_delay(e, 1 + (n * 7919 + i) % 1000000);
	crowd_sum += n;
}

static void crowd(void *arg)
{
	(void)arg;
	open_engine(SIM_SIMGRID);
	for (uintptr_t i = 0; i < CROWD; i++)
		process((uint32_t)i, in_the_crowd, (void *)i, i);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(crowd_sum, (uint64_t)CROWD * (CROWD - 1) / 2);
	ck_assert_uint_eq(sim_simgrid_actors(), CROWD);
	sim_engine_free(e);
}

START_TEST(many_processes_are_many_actors)
{
	ck_assert_int_eq(sim_simgrid_run("host", crowd, NULL), 0);
}
END_TEST

/* ---- the way in ---- */

static bool ran;

static void note_it_ran(void *arg)
{
	ran = sim_simgrid_inside() && arg == &ran;
}

START_TEST(the_first_actor_runs_after_the_precision_was_seen)
{
	ck_assert(!sim_simgrid_inside());
	ck_assert_int_eq(sim_simgrid_run("host", note_it_ran, &ran), 0);
	ck_assert(ran);
	ck_assert(!sim_simgrid_inside());
	/* The events of the check are all that has happened. */
	ck_assert(simgrid_get_clock() < 10.5e-12);
}
END_TEST

START_TEST(an_unknown_host_is_refused)
{
	ck_assert_int_eq(sim_simgrid_run("nowhere", note_it_ran, &ran), -EINVAL);
	ck_assert(!ran);
}
END_TEST

START_TEST(a_platform_that_cannot_be_written_is_an_error)
{
	setenv("TMPDIR", "/nonexistent", 1);
	ck_assert_int_eq(sim_simgrid_platform(sim_simgrid_one_host()), -ENOENT);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, both_drivers_give_the_same_run_and_every_process_is_an_actor);
	tcase_add_test(tc, an_actor_runs_on_until_it_blocks_whomever_it_wakes);
	tcase_add_test(tc, events_one_picosecond_apart_stay_apart_after_999_seconds);
	tcase_add_test(tc, runs_end_as_on_the_calendar_and_none_is_longer_than_1000_s);
	tcase_add_test(tc, a_run_stopped_from_inside_can_go_on);
	tcase_add_test(tc, many_processes_are_many_actors);
	tcase_add_test(tc, the_first_actor_runs_after_the_precision_was_seen);
	tcase_add_test(tc, an_unknown_host_is_refused);
	tcase_add_test(tc, a_platform_that_cannot_be_written_is_an_error);
}

CHECK_MAIN("engine simgrid", add, setup, NULL)
