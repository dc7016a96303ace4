// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes: stackful coroutines, how they wait, and the calendar driver that runs them.
 *
 * A process that blocks takes the next event from the calendar itself. If it is its own, it just
 * goes on; if it is another process's, it jumps straight to that; there is no scheduler loop in
 * between. A callback runs on the stack of whichever process blocks (or on the driver's): hardware
 * pipelines are shallow, so this costs no switch, and they must not block.
 *
 * What a wait means (delays, interrupts, permits) is common to both drivers; only
 * proc_arm() and proc_block() differ.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define FETCH_BELOW 1024 /* bytes of a stack */
#define FETCH_ABOVE 512

/* ---- the calendar driver ---- */

/* Fetch the first lines of the stack on which the next process will probably go on. */
static inline void prepare_next(const struct sim_engine *e)
{
	struct sim_event *ev = calendar_glance(&e->calendar);

	if (ev && !ev->fn) {
		const char *sp = proc_of_event(ev)->fiber.ctx;

		__builtin_prefetch(sp);
		__builtin_prefetch(sp + 64);
		__builtin_prefetch(sp + 128);
	}
}

/* Let events happen until one wakes a process; NULL: stop time reached, or no event is left. */
static struct sim_proc *next_process(struct sim_engine *e)
{
	for (;;) {
		sim_time time;
		struct sim_event *ev = calendar_take(&e->calendar, e->stop, &time);

		if (sim_unlikely(!ev))
			return NULL;
		engine_advance(e, time, ev->tie | ev->armed);
		ev->armed = 0;
		if (!ev->fn) {
			prepare_next(e);
			return proc_of_event(ev);
		}
		e->current = NULL;
		ev->fn(e, ev);
	}
}

static inline void calendar_block(struct sim_engine *e, struct sim_proc *p)
{
	struct sim_proc *next = next_process(e);

	if (next != p)
		fiber_switch(&p->fiber, next ? &next->fiber : &e->main);
	p->engine->current = p; /* it may have moved */
}

void calendar_drive(struct sim_engine *e)
{
	struct sim_proc *next = next_process(e);

	if (next)
		fiber_switch(&e->main, &next->fiber);
}

static void proc_main(transfer_t t)
{
	struct fiber *self = fiber_begin(t);
	struct sim_proc *p =
		(struct sim_proc *)(void *)((char *)self - offsetof(struct sim_proc, fiber));
	struct sim_engine *e = p->engine;
	struct sim_proc *next;

	e->current = p;
	p->fn(p->arg);
	p->state = SIM_PROC_ENDED;
	e = p->engine;
	e->nr_alive--;
	next = next_process(e);
	/* Callbacks have run on this stack; now nothing uses it but the jump away. */
	stack_put(&p->home->stacks, p->stack);
	p->stack = NULL;
	fiber_end(&p->fiber, next ? &next->fiber : &e->main);
}

/* ---- both drivers ---- */

void proc_arm(struct sim_engine *e, struct sim_proc *p, sim_time at)
{
	if (sim_unlikely(e->simgrid)) {
		simgrid_proc_arm(e, p, at);
		return;
	}
	if (p->ev.armed)
		calendar_disarm(&e->calendar, &p->ev);
	if (at < CALENDAR_NEVER && !e->error)
		calendar_arm(&e->calendar, &p->ev, at);
}

/* Inline, as a processor foretells no return that comes after a switch of stacks. */
static inline void block(struct sim_engine *e, struct sim_proc *p)
{
	if (sim_unlikely(e->simgrid))
		simgrid_block(e, p);
	else
		calendar_block(e, p);
}

void proc_block(struct sim_engine *e, struct sim_proc *p)
{
	block(e, p);
}

/* Move the clock to `t` if no other event comes first; the process need not even block. */
static bool advance_alone(struct sim_engine *e, struct sim_proc *p, sim_time t)
{
	if (t >= e->calendar.horizon || t >= e->stop)
		return false;
	p->ev.count++;
	engine_advance(e, t, p->ev.tie | p->ev.count);
	return true;
}

void sim_delay_part(struct sim_engine *e, sim_time dt)
{
	if (!dt)
		return;
	sim_delay(e, dt);
	if (e->tied == e->events) {
		/* The event before it at this time may tie with the one after it. */
		e->ties--;
		e->tied = 0;
		e->last_tie = e->tied_with;
	} else {
		e->last_time = SIM_NEVER;
	}
	e->events--;
}

void sim_delay_end(struct sim_engine *e)
{
	struct sim_proc *p = proc_running(e);

	engine_advance(e, e->now, p->ev.tie | p->ev.count);
}

void sim_delay(struct sim_engine *e, sim_time dt)
{
	struct sim_proc *p = proc_running(e);
	sim_time t = time_after(e->now, dt);

	if (!dt)
		return;
	if (sim_likely(!e->simgrid) && advance_alone(e, p, t))
		return;
	proc_arm(e, p, t);
	block(e, p);
}

sim_time sim_wait(struct sim_engine *e, sim_time dt)
{
	struct sim_proc *p = proc_running(e);
	sim_time begin = e->now;
	sim_time wake;

	if (!dt)
		return 0;
	if (p->interrupt <= begin) {
		p->interrupt = SIM_NEVER;
		return dt;
	}
	p->end = time_after(begin, dt);
	wake = p->interrupt < p->end ? p->interrupt : p->end;
	p->state = SIM_PROC_WAITING;
	proc_arm(e, p, wake);
	block(e, p);
	p->state = SIM_PROC_RUNNING;
	if (e->now >= p->end)
		return 0;
	p->interrupt = SIM_NEVER;
	return dt == SIM_NEVER ? SIM_NEVER : dt - (e->now - begin);
}

void sim_interrupt(struct sim_engine *e, struct sim_proc *p, sim_time at)
{
	if (sim_unlikely(at < e->now))
		engine_bug(e, "an interrupt is sent to the past");
	if (at >= p->interrupt)
		return;
	p->interrupt = at;
	if (p->state == SIM_PROC_WAITING && at < p->end)
		proc_arm(e, p, at);
}

void sim_interrupt_clear(struct sim_engine *e, struct sim_proc *p)
{
	sim_time was = p->interrupt;

	p->interrupt = SIM_NEVER;
	if (p->state == SIM_PROC_WAITING && was < p->end)
		proc_arm(e, p, p->end);
}

void sim_park(struct sim_engine *e)
{
	struct sim_proc *p = proc_running(e);

	if (p->permit > e->now) {
		p->state = SIM_PROC_PARKED;
		proc_arm(e, p, p->permit);
		block(e, p);
		p->state = SIM_PROC_RUNNING;
	}
	p->permit = SIM_NEVER;
}

void sim_unpark(struct sim_engine *e, struct sim_proc *p, sim_time at)
{
	if (sim_unlikely(at < e->now))
		engine_bug(e, "a process is unparked in the past");
	if (at >= p->permit)
		return;
	p->permit = at;
	if (p->state == SIM_PROC_PARKED)
		proc_arm(e, p, at);
}

/* ---- their life ---- */

/* Room for one more process; it is taken by counting it in `used`. Never moves or is reused. */
static struct sim_proc *proc_room(struct sim_engine *e)
{
	struct proc_slab *slab = e->procs;

	if (!slab || slab->used == PROCS_A_SLAB) {
		slab = aligned_alloc(64, sizeof(*slab));
		if (!slab)
			return NULL;
		slab->used = 0;
		slab->next = e->procs;
		e->procs = slab;
	}
	return &slab->proc[slab->used];
}

static int give_stack(struct sim_engine *e, struct sim_proc *p)
{
	p->stack = stack_get(&e->stacks);
	if (!p->stack)
		return -ENOMEM;
	fiber_make(&p->fiber, p->stack, stack_top(&e->stacks, p->stack), proc_main);
	return 0;
}

struct sim_proc *sim_proc_new(struct sim_engine *e, uint8_t class, uint32_t object,
			      void (*fn)(void *arg), void *arg)
{
	struct sim_proc *p = proc_room(e);

	if (!p)
		return NULL;
	*p = (struct sim_proc){
		.ev.tie = engine_tie(e, class, object),
		.interrupt = SIM_NEVER,
		.permit = SIM_NEVER,
		.wake = SIM_NEVER,
		.state = SIM_PROC_NEW,
		.class = class,
		.object = object,
		.fn = fn,
		.arg = arg,
		.engine = e,
		.home = e,
	};
	if (calendar_reserve(&e->calendar))
		return NULL;
	if (e->simgrid ? simgrid_proc_new(e, p) : give_stack(e, p)) {
		e->calendar.events--;
		return NULL;
	}
	e->procs->used++;
	e->nr_procs++;
	return p;
}

void sim_proc_start(struct sim_engine *e, struct sim_proc *p, sim_time at)
{
	if (p->state != SIM_PROC_NEW)
		engine_bug(e, "a process is started twice");
	if (at < e->now)
		engine_bug(e, "a process is started in the past");
	p->state = SIM_PROC_RUNNING;
	e->nr_alive++;
	proc_arm(e, p, at);
}

int sim_proc_move(struct sim_proc *p, struct sim_engine *to, uint8_t class, uint32_t object)
{
	struct sim_engine *from = p->engine;

	if (p->state != SIM_PROC_PARKED || p->permit != SIM_NEVER || to->simgrid != from->simgrid)
		engine_bug(from, "a process that is not parked for good is moved");
	if (calendar_reserve(&to->calendar))
		return -ENOMEM;
	calendar_forget(&from->calendar, &p->ev);
	for (struct sim_proc **at = &from->moved; *at; at = &(*at)->moved_next) {
		if (*at == p) {
			*at = p->moved_next;
			break;
		}
	}
	p->ev.tie = engine_tie(to, class, object);
	p->class = class;
	p->object = object;
	p->interrupt = SIM_NEVER;
	p->engine = to;
	if (to != p->home) {
		p->moved_next = to->moved;
		to->moved = p;
	}
	from->nr_alive--;
	to->nr_alive++;
	if (to->simgrid)
		simgrid_proc_moved(to, p);
	return 0;
}

/* Frames of what waits are above the stack pointer, those of what it will call are below. */
void sim_proc_fetch(const struct sim_proc *p)
{
	const char *sp = p->fiber.ctx;

	for (int at = -FETCH_BELOW; at < FETCH_ABOVE; at += 64)
		__builtin_prefetch(sp + at, 1);
}

uint32_t sim_proc_count(const struct sim_engine *e)
{
	return e->nr_procs;
}

void sim_proc_describe(const struct sim_proc *p, struct sim_proc_info *info)
{
	info->class = p->class;
	info->object = p->object;
	info->state = (enum sim_proc_state)p->state;
	info->armed = p->ev.armed || p->wake != SIM_NEVER;
	info->arg = p->arg;
}

void sim_proc_for_each(const struct sim_engine *e,
		       void (*fn)(void *ctx, const struct sim_proc_info *info), void *ctx)
{
	struct sim_proc_info info;

	for (const struct proc_slab *slab = e->procs; slab; slab = slab->next) {
		for (uint32_t i = 0; i < slab->used; i++) {
			if (slab->proc[i].engine != e)
				continue;
			sim_proc_describe(&slab->proc[i], &info);
			fn(ctx, &info);
		}
	}
	for (const struct sim_proc *p = e->moved; p; p = p->moved_next) {
		sim_proc_describe(p, &info);
		fn(ctx, &info);
	}
}

/* ---- lists of processes ---- */

void sim_procs_push(void **list, struct sim_proc *p)
{
	struct sim_proc *tail = *list;

	p->next = tail ? tail->next : p;
	if (tail)
		tail->next = p;
	*list = p;
}

struct sim_proc *sim_procs_pop(void **list)
{
	struct sim_proc *tail = *list;
	struct sim_proc *head;

	if (!tail)
		return NULL;
	head = tail->next;
	if (head == tail)
		*list = NULL;
	else
		tail->next = head->next;
	head->next = NULL;
	return head;
}

bool sim_procs_remove(void **list, struct sim_proc *p)
{
	struct sim_proc *tail = *list;
	struct sim_proc *before = tail;

	if (!tail)
		return false;
	while (before->next != p) {
		before = before->next;
		if (before == tail)
			return false;
	}
	before->next = p->next;
	if (before == p)
		*list = NULL;
	else if (p == tail)
		*list = before;
	p->next = NULL;
	return true;
}
