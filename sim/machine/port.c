// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The port of the core in simulated time (models/plat/user/plat.h): locks block the calling
 * process, debt is paid by delays, polls park until something they look at has changed, kicks and
 * wake-ups go through the simulated host.
 */
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"

struct plat_user plat_user;

static struct machine *host;

void machine_port_bind(struct machine *m)
{
	if (host == m)
		return;
	if (host)
		host->port = plat_user;
	host = m;
	if (!m)
		return;
	plat_user = m->port;
	machine_costs_bind(m);
}

struct thread *thread_current(void)
{
	return sim_proc_arg(sim_proc_current(host->e));
}

/* ---- diagnostics and memory ---- */

void plat_warn_at(const char *file, int line, const char *what)
{
	fprintf(stderr, "gicsim: internal warning at %s:%d: %s\n", file, line, what);
	if (host && !host->error)
		host->error = -EFAULT;
}

_Noreturn void plat_bug_at(const char *file, int line, const char *what)
{
	fprintf(stderr, "gicsim: internal error at %s:%d: %s\n", file, line, what);
	abort();
}

/* The core goes on as it can; what it leaves undone would make another result, so the run ends. */
void *plat_zalloc(size_t size)
{
	bool refused = host && ++host->allocations == host->cfg->run.fail_allocation;
	void *p = refused ? NULL : calloc(1, size);

	if (plat_unlikely(!p && host))
		machine_fail(host, -ENOMEM);
	return p;
}

void plat_free(void *p)
{
	free(p);
}

/* Readers never hold an object across a point where another process could run. */
void plat_free_rcu(void *p)
{
	free(p);
}

/* It waits, so what was owed before is paid before: machine_debt_bound() counts on it. */
void plat_rcu_sync(void)
{
	plat_sync();
	plat_cost(COST_RCU_SYNC, 1);
	plat_sync();
}

/* ---- debt ---- */

u64 machine_take_debt(struct pe *pe)
{
	u64 debt = plat_user.debt;

	pe->assumed += plat_user.debt_assumed;
	plat_user.debt = plat_user.debt_assumed = 0;
	return debt;
}

/* Counted when it has passed, as the engine counts its event. */
static void pay(enum machine_payment why)
{
	u64 debt = machine_take_debt(pe_current());

	if (plat_unlikely(plat_user.in_parts)) {
		plat_user.in_parts = false;
		sim_delay_part(host->e, debt);
		sim_delay_end(host->e);
	} else {
		sim_delay(host->e, debt);
	}
	host->paid[why]++;
}

void plat_sync_slow(void)
{
	pay(PAID_LOOK);
}

static inline bool in_debt(void)
{
	return plat_user.debt || plat_unlikely(plat_user.in_parts);
}

void machine_pay_part(void)
{
	u64 debt = machine_take_debt(pe_current());

	/* Others run meanwhile: the mark is this thread's, so it is set when it runs again. */
	if (debt) {
		plat_user.in_parts = false;
		sim_delay_part(host->e, debt);
		plat_user.in_parts = true;
	}
}

/* ---- spinlocks ---- */

_Static_assert(sizeof(struct plat_lock) == sizeof(struct sim_lock) &&
		       offsetof(struct plat_lock, class) == offsetof(struct sim_lock, class) &&
		       offsetof(struct plat_lock, depth) == offsetof(struct sim_lock, depth),
	       "the core's lock is the engine's");

static const u8 rank[] = {
#define RANK(id, name, rank) [LOCK_##id] = rank,
	PLAT_LOCK_CLASSES(RANK)
#undef RANK
};

static inline struct sim_lock *sim_lock(struct plat_lock *l)
{
	return (struct sim_lock *)(void *)l;
}

void plat_lock_init(struct plat_lock *l, enum plat_lock_class class)
{
	sim_lock_init(sim_lock(l), (u8) class);
}

/* Spinlocks held by the running thread, as a bit a class: the order is checked by rank. */
static void check_order(struct thread *t, u8 class, bool nested)
{
	u32 higher = t->held;

	while (higher) {
		u32 c = plat_ffs64(higher);

		higher &= higher - 1;
		if (rank[c] > rank[class] || (c == class && !nested))
			plat_bug_at(__FILE__, __LINE__, "lock order");
	}
}

static void acquire(struct plat_lock *l, bool nested)
{
	struct thread *t;
	u8 old = PE_HYP;
	bool spin;

	if (plat_unlikely(!sim_proc_current(host->e)))
		return; /* tear-down: nobody else is there */
	plat_cost(COST_LOCK, 1);
	if (in_debt())
		pay(PAID_LOCK);
	t = thread_current();
	if (plat_user.lock_order_check)
		check_order(t, l->class, nested);
	spin = l->held;
	if (spin)
		old = pe_activity(t->pe, PE_SPIN);
	sim_lock_acquire(host->e, sim_lock(l), (u16)t->pe->n);
	if (spin)
		pe_activity(t->pe, old);
	t->held |= 1u << l->class;
	if (nested)
		t->held_twice |= 1u << l->class;
}

void plat_lock(struct plat_lock *l)
{
	acquire(l, false);
}

void plat_lock_nested(struct plat_lock *l)
{
	acquire(l, true);
}

void plat_unlock(struct plat_lock *l)
{
	u32 bit = 1u << l->class;
	struct thread *t;

	if (plat_unlikely(!sim_proc_current(host->e)))
		return;
	if (in_debt())
		pay(PAID_UNLOCK);
	t = thread_current();
	if (t->held_twice & bit)
		t->held_twice &= ~bit;
	else
		t->held &= ~bit;
	sim_lock_release(host->e, sim_lock(l));
}

/* ---- lines that PEs write in turn ---- */

/* The line goes to a PE: when it will be there. The line is free from then on. */
static sim_time shared_move(struct plat_shared *s, const struct pe *to, u64 *assumed)
{
	sim_time now = sim_now(host->e);

	if (s->place && s->place != to->n + 1) {
		if (s->free_at < now)
			s->free_at = now;
		s->free_at += machine_line_cost(host, &host->pes[s->place - 1], to, assumed);
	}
	s->place = to->n + 1;
	return s->free_at;
}

void plat_shared_use(struct plat_shared *s)
{
	sim_time there, now;

	if (plat_unlikely(!sim_proc_current(host->e)) || host->booting)
		return;
	plat_sync();
	there = shared_move(s, pe_current(), &plat_user.debt_assumed);
	now = sim_now(host->e);
	if (there > now)
		plat_user.debt += there - now;
}

void plat_shared_read(u32 n)
{
	u64 assumed = 0;

	if (!n || plat_unlikely(!sim_proc_current(host->e)) || host->booting)
		return;
	plat_user.debt += n * machine_hw_cost(host, COST_LINE_SOCKET, &assumed);
	plat_user.debt_assumed += n * assumed;
}

u32 plat_pe(void)
{
	return sim_proc_current(host->e) ? pe_current()->n : 0;
}

/*
 * ---- mutexes: first come first served; who waits for a thread that runs spins, as Linux's do
 * (optimistic spinning), and gives its PE away else ----
 */

void plat_mutex_init(struct plat_mutex *m, enum plat_lock_class class)
{
	memset(m, 0, sizeof(*m));
	m->class = (u8) class;
}

/* They come before all spinlocks, and among each other in order of rank. */
static void check_mutex_order(const struct thread *t, u8 class)
{
	if (t->held)
		plat_bug_at(__FILE__, __LINE__, "mutex under a spinlock");
	for (u32 c = 0; c < LOCK_PLAT_NR; c++)
		if (t->mutexes[c] && rank[c] >= rank[class])
			plat_bug_at(__FILE__, __LINE__, "mutex order");
}

/* Trying cannot deadlock, so any order will do. */
bool plat_mutex_trylock(struct plat_mutex *m)
{
	struct thread *t;

	plat_cost(COST_MUTEX, 1);
	plat_sync();
	if (m->owner)
		return false;
	m->owner = t = thread_current();
	t->mutexes[m->class]++;
	plat_shared_use(&m->line);
	return true;
}

static bool is_running(const struct thread *t)
{
	return t->pe->current == t;
}

/* One wait, which may end early. Interrupts are taken meanwhile. */
static void mutex_wait(const struct plat_mutex *m, struct thread *t)
{
	u8 old;

	if (!is_running(m->owner) || t->pe->need_resched) {
		thread_block(t);
		return;
	}
	old = pe_activity(t->pe, PE_SPIN);
	t->spins = true;
	pe_wait(t->pe, SIM_NEVER, false);
	t->spins = false;
	pe_take_irqs(t->pe);
	pe_activity(t->pe, old);
}

/* The queue is circular, m->waiters its last element. */
void plat_mutex_lock(struct plat_mutex *m)
{
	struct thread *t, *last;

	if (plat_unlikely(!sim_proc_current(host->e)))
		return;
	t = thread_current();
	if (plat_user.lock_order_check)
		check_mutex_order(t, m->class);
	if (plat_mutex_trylock(m))
		return;
	last = m->waiters;
	t->next = last ? last->next : t;
	if (last)
		last->next = t;
	m->waiters = t;
	for (plat_sync(); m->owner != t; plat_sync())
		mutex_wait(m, t);
	t->mutexes[m->class]++;
	plat_shared_use(&m->line);
}

void plat_mutex_unlock(struct plat_mutex *m)
{
	struct thread *last, *first;

	if (plat_unlikely(!sim_proc_current(host->e)))
		return;
	plat_sync();
	thread_current()->mutexes[m->class]--;
	last = m->waiters;
	if (!last) {
		m->owner = NULL;
		return;
	}
	first = last->next;
	if (first == last)
		m->waiters = NULL;
	else
		last->next = first->next;
	m->owner = first;
	if (first->spins)
		sim_interrupt(host->e, first->proc,
			      shared_move(&m->line, first->pe, &first->pe->assumed));
	else
		thread_wake(first);
}

/* ---- polling: park until notified, then look at the next multiple of the step ---- */

struct poller {
	struct poller *next;
	struct sim_proc *proc;
	sim_time began;
	u64 step;
};

int plat_poll(struct plat_waitq *q, bool (*done)(void *arg), void *arg, u32 step_ns, u64 timeout_ns)
{
	struct pe *pe;
	struct poller me, **p;
	sim_time end;
	u8 old;
	int ret = 0;

	plat_sync();
	if (done(arg))
		return 0;
	pe = pe_current();
	old = pe_activity(pe, PE_SPIN);
	me = (struct poller){ .proc = sim_proc_current(host->e),
			      .began = sim_now(host->e),
			      .step = step_ns * SIM_NS,
			      .next = q->waiters };
	end = me.began + timeout_ns * SIM_NS;
	q->waiters = &me;
	while (!done(arg)) {
		sim_time now = sim_now(host->e);

		if (now >= end) {
			ret = -ETIMEDOUT;
			break;
		}
		sim_wait(host->e, end - now);
	}
	for (p = (struct poller **)&q->waiters; *p != &me; p = &(*p)->next)
		;
	*p = me.next;
	sim_interrupt_clear(host->e, me.proc);
	pe_activity(pe, old);
	return ret;
}

void plat_notify(struct plat_waitq *q)
{
	for (struct poller *p = q->waiters; p; p = p->next) {
		u64 spent = sim_now(host->e) - p->began;
		u64 steps = spent / p->step + 1;

		sim_interrupt(host->e, p->proc, p->began + steps * p->step);
	}
}

/* ---- lines, kicks, wake-ups ---- */

/* From `at` on, when a PE notices an interrupt: at once, or, if it waits, with its next turn. */
static sim_time noticed(struct pe *pe, sim_time at)
{
	if (plat_likely(!pe->m->cfg->host.sched.turn) || !pe->waiting)
		return at;
	return pe_turn(pe, at);
}

void plat_line(void *pe_port, enum plat_line line, bool level)
{
	struct pe *pe = pe_port;
	sim_time at = sim_now(host->e);
	u64 assumed = 0;

	if (line == PLAT_LINE_IRQ) {
		pe->irq_line = level;
		if (!level)
			return;
		pe->irq_at = at = noticed(pe, at + machine_hw_cost(host, COST_SIGNAL, &assumed));
		pe->line_paid = pe->assumed;
		pe->line_assumed = assumed;
	} else {
		pe->virq_line = level;
		/* A vLPI comes from the redistributor; a list register is in the PE itself. */
		if (level && sim_proc_current(host->e) != pe->current->proc)
			at += machine_hw_cost(host, COST_SIGNAL, &assumed);
		pe->virq_at = at;
		if (!level || !pe->waiting_virq)
			return;
		pe->virq_at = at = noticed(pe, at);
	}
	if (pe->waiting)
		sim_interrupt(host->e, pe->current->proc, at);
}

void plat_kick_pe(void *pe_port)
{
	struct pe *to = pe_port, *me = pe_current();

	rec_count(&host->metrics, REC_M_KICK_SENT, 1);
	if (to == me)
		return;
	plat_cost((enum plat_cost)COST_KICK, 1);
	plat_cost(COST_ICC_ACCESS, 1);
	plat_sync();
	pe_send_sgi(me, to, HOST_SGI_RESCHEDULE);
}

void plat_wake_vcpu(void *vcpu_port)
{
	struct vcpu *c = vcpu_port;

	rec_count(&host->metrics, REC_M_KICK_WAKE, 1);
	thread_wake(&c->thread);
}

static bool out_of_guest(void *arg)
{
	struct vcpu *c = arg;

	return !c->in_guest;
}

void plat_halt_vcpu(void *vcpu_port)
{
	struct vcpu *c = vcpu_port;

	c->halted++;
	if (&c->thread == thread_current())
		return;
	plat_poll(&c->left_guest, out_of_guest, c, 1, 1000000000ull);
}

void plat_resume_vcpu(void *vcpu_port)
{
	struct vcpu *c = vcpu_port;

	plat_sync();
	/* While guests boot their threads have not begun. */
	if (--c->halted || host->booting || &c->thread == thread_current())
		return;
	if (c->v->mutex.owner == &c->thread) /* in user space it waits for something else */
		thread_wake(&c->thread);
}

void plat_its_work(void *its_port)
{
	its_server_work(its_port);
}
