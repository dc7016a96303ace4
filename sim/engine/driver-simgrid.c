// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reference driver: every process is a SimGrid actor of its own, one more actor fires all
 * callbacks, and SimGrid's clock decides what comes next. The model's code is the same.
 *
 * SimGrid's clock is a double, so no time is ever read from it into the model: each actor keeps
 * its wake-up as our own integer, sleeps for the difference from SimGrid's clock, goes back to
 * sleep when it was woken early, and sets the engine's clock to its own integer when it is due.
 *
 * Every SimGrid call may let another actor run. So that model code runs uninterrupted from one
 * wait to the next, as it does on the calendar, an actor only notes whom it wakes (or creates),
 * and does it when it blocks itself.
 */
#include <errno.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/semaphore.h>
#include <stdlib.h>

#include "internal.h"
#include "sim-simgrid.h"

#define HORIZON	    (1000 * SIM_S) /* beyond, a double does not tell picoseconds apart */
#define STACK_EXTRA 64		   /* KiB that SimGrid's own frames need on an actor's stack */
#define ACTOR_KIB   64		   /* that an actor needs beside its stack, amply */
#define PS_A_SECOND 1e12

/* An actor of ours: of a process, of all callbacks, or of the run itself. */
struct simgrid_actor {
	struct simgrid_actor *next; /* in the list of those to wake */
	struct sim_engine *engine;
	struct sim_proc *proc; /* NULL: not a process */
	sg_actor_t actor;      /* NULL: not yet made, or ended */
	sg_sem_t doorbell;
	bool rung; /* to be woken, or woken and has not noticed */
};

struct simgrid_driver {
	struct simgrid_actor run, callbacks;
	struct simgrid_actor *rung; /* to be woken when the running actor blocks */
	uint64_t origin;   /* SimGrid's clock at the engine's time 0, in ps (modulo 2^64) */
	sim_time limit;	   /* nothing happens at this time or later */
	uint32_t sleepers; /* processes with a time at which they go on */
	sg_host_t host;
};

/* Over all engines of the program: the proof that processes are actors. */
static uint32_t actors_made;

uint32_t sim_simgrid_actors(void)
{
	return actors_made;
}

uint32_t simgrid_sleepers(const struct sim_engine *e)
{
	return e->driver->sleepers;
}

/* ---- SimGrid's clock and ours ---- */

static uint64_t clock_ps(void)
{
	return (uint64_t)(simgrid_get_clock() * PS_A_SECOND + 0.5);
}

static bool reached(const struct simgrid_driver *d, sim_time t)
{
	return clock_ps() >= d->origin + t;
}

/* ---- waking ---- */

static void ring(struct simgrid_driver *d, struct simgrid_actor *a)
{
	if (a->rung)
		return;
	a->rung = true;
	a->next = d->rung;
	d->rung = a;
}

static void process_main(int argc, char **argv);
static void callbacks_main(int argc, char **argv);

static void make_actor(struct simgrid_driver *d, struct simgrid_actor *a)
{
	const char *name = a->proc ? "process" : "callbacks";
	size_t kib = a->engine->stacks.size / 1024 + STACK_EXTRA;

	if (!sim_simgrid_room((kib + ACTOR_KIB) * 1024)) {
		engine_fail(a->engine, -ENOMEM);
		return;
	}
	a->actor = sg_actor_init(name, d->host);
	sg_actor_set_data(a->actor, a);
	sg_actor_set_stacksize(a->actor, (unsigned)kib);
	actors_made += a->proc != NULL;
	sg_actor_start(a->actor, a->proc ? process_main : callbacks_main, 0, NULL);
}

/* Wake those noted; other actors may run meanwhile, and note and wake more. */
static void wake_rung(struct simgrid_driver *d)
{
	while (d->rung) {
		struct simgrid_actor *a = d->rung;

		d->rung = a->next;
		if (a->actor || a == &d->run) {
			sg_sem_release(a->doorbell);
		} else {
			a->rung = false;
			make_actor(d, a);
		}
	}
}

/* Sleep until `t` (SIM_NEVER: for ever), or until somebody rings; perhaps shorter. */
static void doze(struct simgrid_driver *d, struct simgrid_actor *a, sim_time t)
{
	double clock = simgrid_get_clock();

	if (t >= d->limit && a != &d->run) {
		sg_sem_acquire(a->doorbell);
		a->rung = false;
	} else {
		double until = (double)(d->origin + t) / PS_A_SECOND;

		if (!sg_sem_acquire_timeout(a->doorbell, until - clock))
			a->rung = false;
	}
}

/* The running actor is done for now. */
static void leave_model(struct sim_engine *e)
{
	e->current = NULL;
	if (sim_engine_idle(e))
		ring(e->driver, &e->driver->run);
	wake_rung(e->driver);
}

static void happen(struct sim_engine *e, sim_time time, uint64_t tie)
{
	if (time < e->now)
		engine_bug(e, "SimGrid woke two events in the wrong order");
	engine_advance(e, time, tie);
	if (e->turn)
		e->turn(e->turn_ctx);
}

/* ---- processes ---- */

void simgrid_proc_arm(struct sim_engine *e, struct sim_proc *p, sim_time at)
{
	struct simgrid_driver *d = e->driver;

	d->sleepers += (at != SIM_NEVER) - (p->wake != SIM_NEVER);
	p->wake = at;
	if (p != e->current)
		ring(d, p->actor);
}

void simgrid_block(struct sim_engine *e, struct sim_proc *p)
{
	leave_model(e);
	/* While it dozes it may be moved to another engine. */
	while (p->wake >= p->engine->driver->limit || !reached(p->engine->driver, p->wake))
		doze(p->engine->driver, p->actor, p->wake);
	e = p->engine;
	happen(e, p->wake, p->ev.tie | ++p->ev.count);
	p->wake = SIM_NEVER;
	e->driver->sleepers--;
	e->current = p;
}

void simgrid_proc_moved(struct sim_engine *to, struct sim_proc *p)
{
	p->actor->engine = to;
}

static void process_main(int argc, char **argv)
{
	struct simgrid_actor *a = sg_actor_self_get_data();
	struct sim_engine *e = a->engine;
	struct sim_proc *p = a->proc;

	(void)argc;
	(void)argv;
	simgrid_block(e, p);
	p->fn(p->arg);
	p->state = SIM_PROC_ENDED;
	e = p->engine;
	e->nr_alive--;
	a->actor = NULL;
	a->rung = true; /* nobody need ring any more */
	leave_model(e);
}

int simgrid_proc_new(struct sim_engine *e, struct sim_proc *p)
{
	struct simgrid_actor *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->engine = e;
	a->proc = p;
	a->doorbell = sg_sem_init(0);
	p->actor = a;
	return 0;
}

/* ---- callbacks ---- */

static void callbacks_main(int argc, char **argv)
{
	struct simgrid_actor *a = sg_actor_self_get_data();
	struct sim_engine *e = a->engine;
	struct simgrid_driver *d = e->driver;

	(void)argc;
	(void)argv;
	for (;;) {
		sim_time time = calendar_first_time(&e->calendar);

		if (time < d->limit && reached(d, time)) {
			struct sim_event *ev = calendar_take(&e->calendar, d->limit, &time);

			happen(e, time, ev->tie | ev->armed);
			ev->armed = 0;
			ev->fn(e, ev);
			leave_model(e);
		} else {
			doze(d, a, time);
		}
	}
}

void simgrid_event_armed(struct sim_engine *e)
{
	ring(e->driver, &e->driver->callbacks);
}

/* ---- the run ---- */

void simgrid_stop_moved(struct sim_engine *e)
{
	e->driver->limit = e->stop == CALENDAR_NEVER ? HORIZON : e->stop;
	ring(e->driver, &e->driver->run);
}

static void ring_all(struct sim_engine *e)
{
	for (struct proc_slab *slab = e->procs; slab; slab = slab->next)
		for (uint32_t i = 0; i < slab->used; i++)
			if (slab->proc[i].engine == e && slab->proc[i].wake != SIM_NEVER)
				ring(e->driver, slab->proc[i].actor);
	for (struct sim_proc *p = e->moved; p; p = p->moved_next)
		if (p->wake != SIM_NEVER)
			ring(e->driver, p->actor);
	ring(e->driver, &e->driver->callbacks);
}

int simgrid_drive(struct sim_engine *e)
{
	struct simgrid_driver *d = e->driver;

	if (!sim_simgrid_inside())
		engine_bug(e, "engine simgrid runs in sim_simgrid_run() only");
	if (e->stop != CALENDAR_NEVER && e->stop > HORIZON)
		return -ERANGE;
	d->limit = e->stop == CALENDAR_NEVER ? HORIZON : e->stop;
	d->origin = clock_ps() - e->now;
	d->host = sg_actor_get_host(sg_actor_self());
	ring_all(e);
	wake_rung(d);
	while (!sim_engine_idle(e) && !reached(d, d->limit))
		doze(d, &d->run, d->limit);
	if (sim_engine_idle(e))
		return 0;
	if (e->stop == CALENDAR_NEVER)
		return -ERANGE;
	d->limit = 0; /* until the next run, nothing is due */
	e->now = e->stop;
	return 0;
}

int simgrid_driver_new(struct sim_engine *e)
{
	struct simgrid_driver *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->run.engine = d->callbacks.engine = e;
	d->run.doorbell = sg_sem_init(0);
	d->callbacks.doorbell = sg_sem_init(0);
	e->driver = d;
	return 0;
}

static void kill_actor(struct simgrid_actor *a)
{
	if (a && a->actor && sim_simgrid_inside())
		sg_actor_kill(a->actor);
}

static void free_procs(struct sim_engine *e, void (*fn)(struct simgrid_actor *a))
{
	for (struct proc_slab *slab = e->procs; slab; slab = slab->next)
		for (uint32_t i = 0; i < slab->used; i++)
			fn(slab->proc[i].actor);
}

static void free_actor(struct simgrid_actor *a)
{
	sg_sem_destroy(a->doorbell);
	free(a);
}

void simgrid_driver_free(struct sim_engine *e)
{
	struct simgrid_driver *d = e->driver;

	free_procs(e, kill_actor);
	kill_actor(&d->callbacks);
	if (sim_simgrid_inside())
		sg_actor_yield(); /* those killed unwind their stacks */
	free_procs(e, free_actor);
	sg_sem_destroy(d->callbacks.doorbell);
	sg_sem_destroy(d->run.doorbell);
	free(d);
}
