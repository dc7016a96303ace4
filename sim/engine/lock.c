// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FIFO locks in simulated time, as queued spinlocks behave: whoever comes waits in order of
 * arrival; a release starts the hand-off to the longest waiting, which takes the time of the
 * lock's cache line and ends with the waiter owning the lock. During the hand-off the lock counts
 * as held and the waiter as waiting.
 *
 * A lock that is free but was last held at another place costs the same line transfer. The
 * acquirer pays it inside its hold: it owns the lock at once, and is late by that time.
 *
 * Waits are measured by the two instruments of queue.h.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static sim_time handoff(const struct sim_engine *e, uint16_t from, uint16_t to, uint16_t waiting)
{
	if (!e->handoff || from == to || from == NO_PLACE)
		return 0;
	return e->handoff(e->handoff_ctx, from, to, waiting);
}

void sim_lock_setup(struct sim_engine *e, unsigned nr_classes, sim_handoff_fn fn, void *ctx)
{
	if (nr_classes > LOCK_CLASSES)
		engine_bug(e, "too many lock classes");
	e->handoff = fn;
	e->handoff_ctx = ctx;
}

void sim_lock_init(struct sim_lock *l, uint8_t class)
{
	*l = (struct sim_lock){ .class = class, .last_owner = NO_PLACE };
}

static void owned(struct sim_engine *e, struct lock_class *c)
{
	c->acquired++;
	c->held++;
	c->hold -= e->now;
}

static void wait_in_line(struct sim_engine *e, struct sim_lock *l, uint16_t place)
{
	struct lock_class *c = &e->locks[l->class];
	struct sim_proc *p = proc_running(e);

	p->place = place;
	p->lock_class = l->class;
	p->since = e->now;
	p->state = SIM_PROC_QUEUED;
	sim_procs_push(&l->waiters, p);
	if (!++l->depth)
		engine_bug(e, "more than 65535 processes wait for one lock");
	sim_queue_enter(&c->queue, e->now);
	proc_block(e, p);
	sim_queue_leave(&c->queue, p->since, e->now);
	p->state = SIM_PROC_RUNNING;
	c->contended++;
}

sim_time sim_lock_take(struct sim_engine *e, struct sim_lock *l, uint16_t place)
{
	uint16_t last = l->last_owner;

	if (l->held) {
		wait_in_line(e, l, place);
		owned(e, &e->locks[l->class]);
		return 0;
	}
	l->held = 1;
	l->last_owner = place;
	owned(e, &e->locks[l->class]);
	return handoff(e, last, place, 0);
}

void sim_lock_acquire(struct sim_engine *e, struct sim_lock *l, uint16_t place)
{
	sim_delay(e, sim_lock_take(e, l, place));
}

void sim_lock_release(struct sim_engine *e, struct sim_lock *l)
{
	struct lock_class *c = &e->locks[l->class];
	struct sim_proc *next;
	uint16_t from = l->last_owner;

	if (sim_unlikely(!l->held))
		engine_bug(e, "a lock is released that nobody holds");
	c->held--;
	c->hold += e->now;
	next = sim_procs_pop(&l->waiters);
	if (!next) {
		l->held = 0;
		return;
	}
	l->depth--;
	l->last_owner = next->place;
	proc_arm(e, next, time_after(e->now, handoff(e, from, next->place, l->depth)));
}

void lock_reset(struct sim_engine *e)
{
	for (unsigned i = 0; i < LOCK_CLASSES; i++) {
		struct lock_class *c = &e->locks[i];

		sim_queue_reset(&c->queue, e->now);
		c->acquired = c->contended = 0;
		c->hold = 0 - c->held * e->now;
	}
}

/* What those who still wait for a lock of the class have waited inside the window. */
static sim_u128 open_waits(const struct sim_engine *e, uint8_t class)
{
	sim_u128 sum = 0;

	for (const struct proc_slab *slab = e->procs; slab; slab = slab->next) {
		for (unsigned i = 0; i < slab->used; i++) {
			const struct sim_proc *p = &slab->proc[i];

			if (p->state == SIM_PROC_QUEUED && p->lock_class == class)
				sum += sim_queue_overlap(&e->locks[class].queue, p->since, e->now);
		}
	}
	return sum;
}

const struct sim_lock_stats *sim_lock_stats(const struct sim_engine *e, uint8_t class)
{
	const struct lock_class *c = &e->locks[class];
	struct sim_lock_stats *stats = &e->lock_stats[class];
	sim_u128 area = sim_queue_area(&c->queue, e->now);

	*stats = (struct sim_lock_stats){
		.acquired = c->acquired,
		.contended = c->contended,
		.wait = (sim_time)(c->queue.stays + open_waits(e, class)),
		.hold = c->hold + c->held * e->now,
		.wait_integral_hi = (uint64_t)(area >> 64),
		.wait_integral_lo = (uint64_t)area,
		.max_wait = c->queue.max_stay,
	};
	return stats;
}

bool sim_lock_identity(const struct sim_engine *e, uint8_t class)
{
	return sim_queue_identity(&e->locks[class].queue, e->now, open_waits(e, class));
}
