// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine's life, its clock's bounds, and callbacks. Processes are in process.c, the ways to
 * let time pass in process.c (calendar) and driver-simgrid.c (reference).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define STACK_DEFAULT (64 * 1024)
#define STACK_ASAN    4 /* frames under AddressSanitizer are that much larger */
#define CLASS_SHIFT   24
#define OBJECT_MAX    ((1u << CLASS_SHIFT) - 1)

void engine_bug(const struct sim_engine *e, const char *what)
{
	fprintf(stderr, "engine: at %llu ps: %s\n", (unsigned long long)e->now, what);
	abort();
}

void engine_same_key(const struct sim_engine *e, uint64_t tie)
{
	fprintf(stderr,
		"engine: at %llu ps: two events share class and object (key %#llx), so their order "
		"is open\n",
		(unsigned long long)e->now, (unsigned long long)tie);
	abort();
}

void engine_fail(struct sim_engine *e, int error)
{
	if (!e->error)
		e->error = error;
	sim_engine_stop_at(e, e->now);
}

void engine_still(struct sim_engine *e)
{
	if (e->still_at != e->now) {
		e->still_at = e->now;
		e->still = 0;
	} else if (++e->still > ENGINE_STILL_MAX) {
		engine_fail(e, -ELOOP);
	}
}

struct sim_engine *sim_engine_new(const struct sim_engine_config *cfg)
{
	struct sim_engine *e = aligned_alloc(64, (sizeof(*e) + 63) / 64 * 64);
	size_t stack = cfg->stack_size ? cfg->stack_size : STACK_DEFAULT;

	if (!e)
		return NULL;
	memset(e, 0, sizeof(*e));
	e->stop = CALENDAR_NEVER;
	e->last_time = SIM_NEVER;
	e->check = cfg->check;
	e->shuffle = cfg->shuffle_ties;
	e->shuffle_seed = cfg->shuffle_seed;
	stack_pool_init(&e->stacks, SIM_ASAN ? stack * STACK_ASAN : stack);
	e->lock_stats = calloc(LOCK_CLASSES, sizeof(*e->lock_stats));
	if (!e->lock_stats)
		goto no_stats;
	if (calendar_init(&e->calendar))
		goto no_calendar;
	if (cfg->driver == SIM_SIMGRID) {
		e->simgrid = true;
		if (simgrid_driver_new(e))
			goto no_driver;
	}
	return e;

no_driver:
	calendar_fini(&e->calendar);
no_calendar:
	free(e->lock_stats);
no_stats:
	free(e);
	return NULL;
}

void sim_engine_over(struct sim_engine *e)
{
	calendar_clear(&e->calendar);
	e->moved = NULL;
	if (!e->error)
		e->error = -ECANCELED;
}

void sim_engine_free(struct sim_engine *e)
{
	if (!e)
		return;
	if (e->simgrid)
		simgrid_driver_free(e);
	while (e->procs) {
		struct proc_slab *slab = e->procs;

		e->procs = slab->next;
		free(slab);
	}
	stack_pool_fini(&e->stacks);
	calendar_fini(&e->calendar);
	free(e->lock_stats);
	free(e);
}

void sim_engine_stop_at(struct sim_engine *e, sim_time t)
{
	e->stop = t < e->now ? e->now : t;
	if (e->stop > CALENDAR_NEVER)
		e->stop = CALENDAR_NEVER;
	if (e->simgrid)
		simgrid_stop_moved(e);
}

int sim_engine_run(struct sim_engine *e)
{
	int err = 0;

	if (e->turn)
		e->turn(e->turn_ctx);
	if (!e->error) {
		if (e->simgrid)
			err = simgrid_drive(e);
		else
			calendar_drive(e);
	}
	e->current = NULL;
	if (e->error)
		return e->error;
	if (err)
		return err;
	if (e->now >= e->stop)
		return 0;
	/* Nothing happens before the stop time any more: the rest of the window is silence. */
	err = sim_engine_idle(e) && e->nr_alive ? -EDEADLK : 0;
	if (e->stop != CALENDAR_NEVER)
		e->now = e->stop;
	return err;
}

void sim_engine_on_turn(struct sim_engine *e, void (*fn)(void *ctx), void *ctx)
{
	e->turn = fn;
	e->turn_ctx = ctx;
}

bool sim_engine_idle(const struct sim_engine *e)
{
	return !calendar_live(&e->calendar) && (!e->simgrid || !simgrid_sleepers(e));
}

uint64_t sim_engine_events(const struct sim_engine *e)
{
	return e->events;
}

uint64_t sim_engine_ties(const struct sim_engine *e)
{
	return e->ties;
}

void sim_engine_reset_counts(struct sim_engine *e)
{
	e->events = 0;
	e->ties = 0;
	e->tied = 0;
	lock_reset(e);
}

/* A bijection of 32 bits chosen by the seed: no two objects ever collide. */
static uint32_t shuffle(uint32_t x, uint64_t seed)
{
	uint32_t low = (uint32_t)seed, high = (uint32_t)(seed >> 32);

	for (int round = 0; round < 3; round++) {
		x += low;
		x ^= x >> 16;
		x *= 0x7feb352du;
		x ^= x >> 15;
		x ^= high;
		x *= 0x846ca68bu;
		x ^= x >> 16;
		low = low * 0x9e3779b1u + 1;
	}
	return x;
}

uint64_t engine_tie(const struct sim_engine *e, uint8_t class, uint32_t object)
{
	uint32_t origin = class;

	if (object > OBJECT_MAX)
		engine_bug(e, "object number does not fit in 24 bits");
	origin = origin << CLASS_SHIFT | object;
	if (e->shuffle)
		origin = shuffle(origin, e->shuffle_seed);
	return (uint64_t)origin << 32;
}

void sim_event_init(struct sim_engine *e, struct sim_event *ev, uint8_t class, uint32_t object,
		    void (*fn)(struct sim_engine *, struct sim_event *))
{
	*ev = (struct sim_event){ .fn = fn, .tie = engine_tie(e, class, object) };
	if (calendar_reserve(&e->calendar))
		engine_fail(e, -ENOMEM);
}

void sim_event_fini(struct sim_engine *e, struct sim_event *ev)
{
	calendar_forget(&e->calendar, ev);
}

void sim_event_at(struct sim_engine *e, struct sim_event *ev, sim_time t)
{
	if (sim_unlikely(t < e->now))
		engine_bug(e, "an event is armed for a time in the past");
	if (ev->armed)
		calendar_disarm(&e->calendar, ev);
	if (sim_unlikely(t >= CALENDAR_NEVER || e->error))
		return;
	calendar_arm(&e->calendar, ev, t);
	if (sim_unlikely(e->simgrid))
		simgrid_event_armed(e);
}

void sim_event_cancel(struct sim_engine *e, struct sim_event *ev)
{
	if (ev->armed)
		calendar_disarm(&e->calendar, ev);
}
