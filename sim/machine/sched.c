// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's scheduler: a run queue a PE ordered by virtual runtime, time slices while somebody
 * waits, wake-up placement and preemption, pinning. A thread is one process of the engine; the one
 * that a PE runs is not parked. Putting and loading of vCPU state happens here, as a kernel's
 * preemption notifiers do.
 *
 * Choices: a woken thread stays on its PE when that is idle, else goes to the nearest idle PE it
 * may use, else stays; a long sleeper is credited half a time slice; queued threads are not
 * balanced between PEs otherwise; who yields to a thread gives up its lead over it, and can do so
 * only to one of its own PE.
 */
#include "machine.h"

static void arrived(struct thread *t);
static void give_away(struct thread *t, enum thread_state state);

static void thread_main(void *arg)
{
	struct thread *t = arg;

	arrived(t);
	t->body(t);
	give_away(t, THREAD_DONE);
}

void thread_init(struct machine *m, struct thread *t, u8 class, struct pe *pe, s32 pinned,
		 void (*body)(struct thread *))
{
	t->m = m;
	t->pe = pe;
	t->pinned = pinned;
	t->body = body;
	t->state = THREAD_BLOCKED;
	plat_list_init(&t->rq_link);
	t->class = class;
	t->number = m->next_thread++;
}

void thread_start(struct thread *t, sim_time at)
{
	struct machine *m = t->m;

	t->proc = sim_proc_new(m->e, t->class, t->number, thread_main, t);
	if (t->proc)
		sim_proc_start(m->e, t->proc, at);
	else
		machine_fail(m, -ENOMEM);
}

/* ---- run queue ---- */

static void rq_insert(struct pe *pe, struct thread *t)
{
	struct plat_list *at = &pe->rq;

	while (at->prev != &pe->rq &&
	       plat_list_entry(at->prev, struct thread, rq_link)->vruntime > t->vruntime)
		at = at->prev;
	plat_list_add_tail(&t->rq_link, at);
	pe->rq_len++;
}

static void slice_over(struct host_timer *timer)
{
	timer->pe->need_resched = true;
}

/* The slice timer runs while the running thread has company. */
static void slice_update(struct pe *pe)
{
	struct thread *t = pe->current;
	sim_time now = sim_now(pe->m->e), end;

	pe->slice.fn = slice_over;
	if (!pe->rq_len || t == &pe->idle) {
		host_timer_cancel(&pe->slice);
		return;
	}
	end = t->since + pe->m->cfg->host.sched.timeslice;
	if (!pe->slice.armed)
		host_timer_arm(&pe->slice, pe, end > now ? end : now + 1);
}

/* The next tick of a PE; those of a host's PEs are spread over the period. */
static void tick_arm(struct pe *pe, sim_time now)
{
	sim_time period = pe->m->cfg->host.sched.tick;
	sim_time phase = period / pe->m->nr_pes * pe->n;

	/* now < phase at first: before it there was no tick. */
	host_timer_arm(&pe->tick, pe,
		       now < phase ? phase : (now - phase) / period * period + period + phase);
}

static void tick_over(struct host_timer *timer)
{
	struct pe *pe = timer->pe;

	plat_cost((enum plat_cost)COST_TICK, 1);
	plat_sync();
	if (pe->current != &pe->idle)
		tick_arm(pe, sim_now(pe->m->e));
}

/* An idle PE has no tick. */
static void tick_update(struct pe *pe)
{
	if (!pe->m->cfg->host.sched.tick)
		return;
	pe->tick.fn = tick_over;
	if (pe->current == &pe->idle)
		host_timer_cancel(&pe->tick);
	else if (!pe->tick.armed)
		tick_arm(pe, sim_now(pe->m->e));
}

static void charge(struct pe *pe, struct thread *t, sim_time now)
{
	t->vruntime += (s64)(now - t->since);
	t->since = now;
	if (t != &pe->idle && t->vruntime > pe->min_vruntime)
		pe->min_vruntime = t->vruntime;
}

static struct thread *pick(struct pe *pe)
{
	struct thread *t;

	if (plat_list_empty(&pe->rq))
		return &pe->idle;
	t = plat_list_entry(pe->rq.next, struct thread, rq_link);
	plat_list_del(&t->rq_link);
	pe->rq_len--;
	return t;
}

static bool preempts(struct pe *pe, struct thread *woken, sim_time now)
{
	struct thread *cur = pe->current;
	const struct machine_config *cfg = pe->m->cfg;

	if (cur == &pe->idle)
		return true;
	return cfg->host.sched.wakeup_preemption &&
	       woken->vruntime + (s64)cfg->host.sched.wakeup_granularity <
		       cur->vruntime + (s64)(now - cur->since);
}

/* Queue a runnable thread on `to`; true when it should run there at once. */
static bool enqueue(struct pe *to, struct thread *t, sim_time now)
{
	s64 credited = to->min_vruntime - (s64)(to->m->cfg->host.sched.timeslice / 2);

	t->state = THREAD_RUNNABLE;
	t->since = now;
	if (t->vruntime < credited)
		t->vruntime = credited;
	else if (to != t->pe && t->vruntime > to->min_vruntime)
		t->vruntime = to->min_vruntime;
	t->pe = to;
	rq_insert(to, t);
	if (!preempts(to, t, now))
		return false;
	to->need_resched = true;
	return true;
}

static bool misplaced(const struct thread *t)
{
	return t->pinned >= 0 && (u32)t->pinned != t->pe->n;
}

/* To the PE that t is pinned to. No time passes: nobody may run t before it has stopped here. */
static void push(struct pe *from, struct thread *t, sim_time now)
{
	struct pe *to = &from->m->pes[t->pinned];

	if (enqueue(to, t, now) && to != from)
		pe_send_sgi(from, to, HOST_SGI_RESCHEDULE);
	slice_update(to);
}

/* ---- switching ---- */

static void resume(struct machine *m, struct thread *t, sim_time at)
{
	if (t->proc)
		sim_unpark(m->e, t->proc, at);
	else
		thread_start(t, at);
}

/* Somebody chose this thread, maybe on another PE than before. */
static void arrived(struct thread *t)
{
	struct pe *pe = t->pe;
	sim_time now = sim_now(t->m->e);

	if (t != &pe->idle)
		rec_hist_add(t->m->sched_delay, now - t->since);
	t->since = now;
	slice_update(pe);
}

/* The running thread's state says what becomes of it. Its debt is paid. */
static void switch_away(struct thread *t)
{
	struct pe *pe = t->pe;
	struct machine *m = pe->m;
	struct thread *next;
	sim_time now = sim_now(m->e), paid;

	charge(pe, t, now);
	pe->need_resched = false;
	if (t->state == THREAD_RUNNABLE && misplaced(t))
		push(pe, t, now);
	else if (t->state == THREAD_RUNNABLE && t != &pe->idle)
		rq_insert(pe, t);
	next = pick(pe);
	if (next == t) {
		t->state = THREAD_RUNNING;
		t->since = now;
		slice_update(pe);
		return;
	}
	if (t->state == THREAD_RUNNABLE && t != &pe->idle)
		rec_count(&m->metrics, REC_M_SCHED_PREEMPTIONS, 1);
	rec_count(&m->metrics, REC_M_SCHED_SWITCHES, 1);
	pe_activity(pe, PE_HOST);
	pe->current = next;
	next->state = THREAD_RUNNING;
	tick_update(pe);
	plat_cost((enum plat_cost)COST_SWITCH, 1);
	paid = machine_take_debt(pe);
	plat_user.in_parts = false;
	if (plat_unlikely(m->trace != NULL))
		trace_thread(pe, t, next, sim_now(m->e) + paid);
	resume(m, next, sim_now(m->e) + paid);
	sim_park(m->e);
	arrived(t);
}

/*
 * The PE goes to another thread: for good, until woken, or until it is t's turn again. Putting a
 * vCPU takes time, in which t still runs for all others: a wake-up that comes then counts.
 */
static void give_away(struct thread *t, enum thread_state state)
{
	struct pe *before = t->pe;
	bool reload = t->vcpu && t->vcpu->loaded;

	if (reload)
		vcpu_put(t->vcpu);
	plat_sync();
	if (state == THREAD_BLOCKED && t->wake_pending) {
		t->wake_pending = false;
	} else {
		t->state = (u8)state;
		switch_away(t);
	}
	if (t->vcpu && t->pe != before)
		rec_count(&t->m->metrics, REC_M_VCPU_MIGRATIONS, 1);
	if (reload)
		vcpu_load(t->vcpu);
}

void thread_yield(struct thread *t)
{
	plat_sync();
	t->pe->need_resched = false;
	if (!t->pe->rq_len && !misplaced(t))
		return;
	give_away(t, THREAD_RUNNABLE);
}

bool thread_yield_to(struct thread *t, struct thread *to)
{
	if (to->state != THREAD_RUNNABLE || to->pe != t->pe)
		return false;
	if (t->vruntime < to->vruntime)
		t->vruntime = to->vruntime;
	plat_list_del(&to->rq_link);
	plat_list_add(&to->rq_link, &t->pe->rq);
	thread_yield(t);
	return true;
}

void thread_block(struct thread *t)
{
	plat_sync();
	if (t->wake_pending) {
		t->wake_pending = false;
		return;
	}
	give_away(t, THREAD_BLOCKED);
}

/* ---- waking ---- */

static struct pe *place(struct thread *t)
{
	struct machine *m = t->m;
	struct pe *best = t->pe;

	if (t->pinned >= 0)
		return &m->pes[t->pinned];
	if (best->current == &best->idle && !best->rq_len)
		return best;
	for (enum distance d = DISTANCE_CLUSTER; d <= DISTANCE_REMOTE; d++)
		for (u32 i = 0; i < m->nr_pes; i++) {
			struct pe *pe = &m->pes[(best->n + i) % m->nr_pes];

			if (pe->current == &pe->idle && !pe->rq_len && pe_distance(best, pe) == d)
				return pe;
		}
	return best;
}

void thread_wake(struct thread *t)
{
	struct machine *m = t->m;
	struct pe *me, *to;

	plat_cost((enum plat_cost)COST_WAKEUP, 1);
	plat_sync();
	if (t->state != THREAD_BLOCKED) {
		t->wake_pending = t->state != THREAD_DONE;
		return;
	}
	me = pe_current();
	to = place(t);
	rec_count(&m->metrics, REC_M_SCHED_WAKEUPS, 1);
	if (enqueue(to, t, sim_now(m->e)) && to != me) {
		plat_cost(COST_ICC_ACCESS, 1);
		plat_sync();
		pe_send_sgi(me, to, HOST_SGI_RESCHEDULE);
	}
	slice_update(to);
}

/* ---- pinning ---- */

void thread_pin(struct thread *t, struct pe *pe)
{
	struct pe *old = t->pe;

	plat_sync();
	t->pinned = (s32)pe->n;
	t->vruntime += pe->min_vruntime - old->min_vruntime;
	if (!misplaced(t) || t->state == THREAD_BLOCKED || t->state == THREAD_DONE)
		return;
	if (t == thread_current()) {
		thread_yield(t);
	} else if (t->state == THREAD_RUNNING) {
		old->need_resched = true;
		pe_send_sgi(pe_current(), old, HOST_SGI_RESCHEDULE);
	} else {
		plat_list_del(&t->rq_link);
		old->rq_len--;
		slice_update(old);
		push(pe_current(), t, sim_now(t->m->e));
	}
}

/* ---- idle ---- */

void pe_idle_body(struct thread *t)
{
	struct pe *pe = t->pe;

	for (;;) {
		plat_sync();
		if (pe->rq_len) {
			give_away(t, THREAD_RUNNABLE);
			continue;
		}
		pe_activity(pe, PE_IDLE);
		pe_wait(pe, SIM_NEVER, false);
		pe_activity(pe, PE_HOST);
		plat_cost((enum plat_cost)COST_IDLE_EXIT, 1);
		pe_take_irqs(pe);
	}
}
