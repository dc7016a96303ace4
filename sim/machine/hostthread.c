// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads of the host beside vCPUs (hostthread.h), and the two ways in which they signal an MSI of
 * an emulated device: the ioctl, which may sleep and therefore walks the tables itself after a miss
 * of the translation cache, and the irqfd, whose callback is atomic and leaves a miss to a worker
 * (spec/vgic.md 3.4, 3.5).
 */
#include <stdlib.h>

#include "hostthread.h"
#include "machine.h"

struct host_thread {
	struct thread thread;
	struct vm *vm;
	struct host_thread *next;
	struct host_timer timer;
	void (*body)(struct host_thread *h, void *arg);
	void *arg;
	bool signalled; /* woken since it looked last */
};

static void thread_body(struct thread *t)
{
	struct host_thread *h = plat_container_of(t, struct host_thread, thread);

	h->body(h, h->arg);
}

struct host_thread *host_thread_new(struct vm *vm, u32 pe,
				    void (*body)(struct host_thread *, void *), void *arg)
{
	struct machine *m = vm->m;
	struct host_thread *h = calloc(1, sizeof(*h));
	u32 on = (pe == HOST_ANY_PE ? m->next_spread++ : pe) % m->nr_pes;

	if (!h)
		return NULL;
	h->vm = vm;
	h->body = body;
	h->arg = arg;
	h->next = vm->host_threads;
	vm->host_threads = h;
	thread_init(m, &h->thread, CLASS_THREAD, &m->pes[on], pe == HOST_ANY_PE ? -1 : (s32)on,
		    thread_body);
	return h;
}

void host_threads_free(struct vm *vm)
{
	for (struct host_thread *h = vm->host_threads, *next; h; h = next) {
		next = h->next;
		free(h);
	}
}

static void timer_wakes(struct host_timer *t)
{
	thread_wake(&plat_container_of(t, struct host_thread, timer)->thread);
}

void host_thread_begin(struct host_thread *h, sim_time at)
{
	h->timer.fn = timer_wakes;
	host_timer_arm(&h->timer, h->thread.pe, at);
}

sim_time host_now(const struct host_thread *h)
{
	return machine_now(h->thread.m);
}

/* A point where the PE may be taken away. */
static void interruptible(struct thread *t)
{
	pe_take_irqs(t->pe);
	if (t->pe->need_resched)
		thread_yield(t);
}

void host_compute(struct host_thread *h, sim_time ps)
{
	struct thread *t = &h->thread;

	interruptible(t);
	while (ps) {
		ps = pe_wait(t->pe, ps, false);
		interruptible(t);
	}
}

void host_thread_wake(struct host_thread *h)
{
	plat_sync();
	h->signalled = true;
	thread_wake(&h->thread);
}

void host_sleep(struct host_thread *h)
{
	for (plat_sync(); !h->signalled; plat_sync())
		thread_block(&h->thread);
	h->signalled = false;
}

void host_sleep_until(struct host_thread *h, sim_time when)
{
	struct thread *t = &h->thread;

	plat_sync();
	if (when <= sim_now(t->m->e))
		return;
	plat_cost((enum plat_cost)COST_TIMER_PROGRAM, 1);
	plat_sync();
	h->timer.fn = timer_wakes;
	host_timer_arm(&h->timer, t->pe, when);
	while (sim_now(t->m->e) < when) {
		thread_block(t);
		plat_sync();
	}
}

/* ---- signals ---- */

static u32 raise(struct thread *t, const struct device *d, u32 vector)
{
	const struct device_vector *v = &d->vec[vector];

	plat_sync();
	t->hand_tag = account_raise(t->m, d->vm, v->target, v->intid, sim_now(t->m->e), d->number);
	account_begins(t->pe, t->hand_tag, pe_paid_assumed(t->pe));
	return t->hand_tag;
}

/*
 * A system call of a process with several threads holds a reference of the file, counted in one
 * place for all of them.
 */
static void count_reference(struct vm *vm)
{
	plat_cost(COST_ATOMIC, 1);
	plat_shared_use(&vm->file);
}

void host_signal_msi(struct host_thread *h, struct device *d, u32 vector)
{
	struct thread *t = &h->thread;
	u32 tag = raise(t, d, vector);
	u8 before = pe_activity(t->pe, PE_HYP);

	plat_cost((enum plat_cost)COST_SYSCALL, 1);
	count_reference(h->vm);
	vits_inject_slow(d->vm->vgic, vits_base(d->vm->its) + VITS_TRANSLATER, d->guest_id, vector,
			 tag);
	count_reference(h->vm);
	plat_sync();
	pe_activity(t->pe, before);
	t->hand_tag = 0;
	interruptible(t);
}

void host_signal_irqfd(struct host_thread *h, struct device *d, u32 vector)
{
	struct thread *t = &h->thread;
	u64 doorbell = vits_base(d->vm->its) + VITS_TRANSLATER;
	u32 tag = raise(t, d, vector);
	u8 before = pe_activity(t->pe, PE_HYP);
	bool miss;

	plat_cost((enum plat_cost)COST_EVENTFD, 1);
	miss = vits_inject_fast(d->vm->vgic, doorbell, d->guest_id, vector, tag) == -EWOULDBLOCK;
	rec_count(&t->m->metrics, miss ? REC_M_MSI_SLOW : REC_M_MSI_FAST, 1);
	if (miss)
		worker_queue(t->pe, d->vm, doorbell, d->guest_id, vector, tag);
	plat_sync();
	pe_activity(t->pe, before);
	t->hand_tag = 0;
	interruptible(t);
}

/* ---- what is on its way ---- */

void host_threads_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg)
{
	for (u32 i = 0; i < m->nr_vms; i++)
		for (struct host_thread *h = m->vms[i]->host_threads; h; h = h->next)
			if (h->thread.hand_tag)
				fn(arg, h->thread.hand_tag);
}
