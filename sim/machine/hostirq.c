// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Physical interrupts as the host kernel takes them: on the stack of whichever thread the PE runs,
 * at the points where that thread can be interrupted (guest execution, idle, between an exit and
 * the next entry). EOImode 1: EOIR drops the priority and DIR deactivates, except for the virtual
 * timer's interrupt, which the guest deactivates through its list register.
 */
#include <stdlib.h>

#include <models/host/gic-driver.h>

#include "machine.h"

/* ---- turns of PEs ---- */

static void take_turn(struct pe *pe, sim_time now)
{
	pe->m->turn = pe;
	pe->m->turn_since = now;
}

sim_time pe_turn(struct pe *pe, sim_time at)
{
	struct machine *m = pe->m;
	sim_time end = m->turn_since + m->cfg->host.sched.turn;

	if (!m->turn)
		take_turn(pe, at);
	if (m->turn == pe)
		return at;
	pe->wants_turn = true;
	return at > end ? at : end;
}

/* The PE waits: the next one that has something to do goes on. */
static void turn_over(struct pe *pe)
{
	struct machine *m = pe->m;
	sim_time now = sim_now(m->e);

	if (m->turn != pe)
		return;
	m->turn = NULL;
	for (u32 i = 1; i < m->nr_pes && !m->turn; i++) {
		struct pe *next = &m->pes[(pe->n + i) % m->nr_pes];

		if (!next->wants_turn)
			continue;
		next->wants_turn = false;
		take_turn(next, now);
		next->irq_at = next->virq_at = now;
		sim_interrupt(m->e, next->current->proc, now);
	}
}

sim_time pe_wait(struct pe *pe, sim_time dt, bool for_virq)
{
	struct sim_engine *e = pe->m->e;
	sim_time now, limit = dt, left;

	plat_sync();
	now = sim_now(e);
	if (pe->irq_line) {
		if (now >= pe->irq_at)
			return dt;
		if (limit > pe->irq_at - now)
			limit = pe->irq_at - now;
	}
	if (for_virq && pe->virq_line) {
		if (now >= pe->virq_at)
			return dt;
		if (limit > pe->virq_at - now)
			limit = pe->virq_at - now;
	}
	pe->waiting = true;
	pe->waiting_virq = for_virq;
	if (plat_unlikely(pe->m->cfg->host.sched.turn))
		turn_over(pe);
	left = sim_wait(e, limit);
	pe->waiting = pe->waiting_virq = pe->wants_turn = false;
	if (plat_unlikely(pe->m->cfg->host.sched.turn) && pe->m->turn != pe)
		take_turn(pe, sim_now(e));
	sim_interrupt_clear(e, pe->current->proc);
	if (dt == SIM_NEVER)
		return SIM_NEVER;
	return dt - (limit - left);
}

void pe_send_sgi(struct pe *from, struct pe *to, u32 intid)
{
	host_gic_send_sgi(from->gic, to->gic, intid);
}

/* ---- LPIs of devices: VFIO's handler, which signals KVM's irqfd ---- */

static void lpi_handle(struct pe *pe, u32 intid)
{
	struct machine *m = pe->m;
	struct host_lpi *lpi = &m->lpis[intid - GIC_LPI_BASE];
	struct device *d = lpi->dev;
	bool other = lpi->vector == HOST_LPI_OTHER;
	struct vm *vm;
	u64 doorbell;
	int ret;

	if (!d && !other && vlpi_doorbell(pe, intid))
		return;
	pe->hand_tag = lpi->tag;
	lpi->tag = 0;
	if (machine_breaks(m, BREAK_LOSE)) {
		pe->hand_tag = 0;
		return;
	}
	account_sw(pe, pe->hand_tag, REC_STAGE_HOST_IRQ);
	if (other) {
		m->other_lpi(pe, lpi->arg);
		return;
	}
	if (!d)
		return;
	vm = d->vm;
	plat_cost((enum plat_cost)COST_HOST_IRQ_DISPATCH, 1);
	if (vm->io) {
		iothread_queue(pe, d, lpi->vector, pe->hand_tag);
		return;
	}
	plat_cost((enum plat_cost)COST_VFIO_SIGNAL, 1);
	pe_activity(pe, PE_HYP);
	doorbell = vits_base(vm->its) + VITS_TRANSLATER;
	ret = vits_inject_fast(vm->vgic, doorbell, d->number, lpi->vector, pe->hand_tag);
	if (ret == -EWOULDBLOCK) {
		rec_count(&m->metrics, REC_M_MSI_SLOW, 1);
		worker_queue(pe, vm, doorbell, d->number, lpi->vector, pe->hand_tag);
	} else {
		rec_count(&m->metrics, REC_M_MSI_FAST, 1);
	}
	pe->hand_tag = 0;
	pe_activity(pe, PE_HOST);
}

/* ---- host timers ---- */

static void timer_program(struct pe *pe)
{
	sim_time now = sim_now(pe->m->e);
	struct host_timer *first;
	u64 assumed = 0;

	if (plat_list_empty(&pe->timers)) {
		sim_event_cancel(pe->m->e, &pe->timer_event);
		return;
	}
	first = plat_list_entry(pe->timers.next, struct host_timer, link);
	sim_event_at(pe->m->e, &pe->timer_event,
		     (first->when > now ? first->when : now) +
			     machine_timer_cost(pe, COST_WIRE, &assumed));
}

static void timer_fires(struct sim_engine *e, struct sim_event *ev)
{
	struct pe *pe = plat_container_of(ev, struct pe, timer_event);

	(void)e;
	gic_ppi_line(pe->gic, HOST_PPI_TIMER, true);
}

void host_timers_init(struct pe *pe)
{
	plat_list_init(&pe->timers);
	sim_event_init(pe->m->e, &pe->timer_event, CLASS_TIMER, 2 * pe->n, timer_fires);
}

void host_timer_arm(struct host_timer *t, struct pe *pe, sim_time when)
{
	struct plat_list *at;

	host_timer_cancel(t);
	t->pe = pe;
	t->when = when;
	t->armed = true;
	for (at = &pe->timers; at->prev != &pe->timers; at = at->prev)
		if (plat_list_entry(at->prev, struct host_timer, link)->when <= when)
			break;
	plat_list_add_tail(&t->link, at);
	if (pe->timers.next == &t->link)
		timer_program(pe);
}

void host_timer_cancel(struct host_timer *t)
{
	bool first;

	if (!t->armed)
		return;
	t->armed = false;
	first = t->pe->timers.next == &t->link;
	plat_list_del(&t->link);
	if (first)
		timer_program(t->pe);
}

static void timers_handle(struct pe *pe)
{
	plat_cost((enum plat_cost)COST_TIMER_PROGRAM, 1);
	plat_sync();
	gic_ppi_line(pe->gic, HOST_PPI_TIMER, false);
	while (!plat_list_empty(&pe->timers)) {
		struct host_timer *t = plat_list_entry(pe->timers.next, struct host_timer, link);

		if (t->when > sim_now(pe->m->e))
			break;
		t->armed = false;
		plat_list_del(&t->link);
		t->fn(t);
		plat_sync();
	}
	timer_program(pe);
}

/* ---- taking interrupts ---- */

static void handle(struct pe *pe, u32 intid)
{
	if (intid >= GIC_LPI_BASE)
		lpi_handle(pe, intid);
	else if (intid >= GIC_SPI_BASE && !device_spi_host_irq(pe, intid))
		platform_host_irq(pe, intid);
	else if (intid == HOST_PPI_NETWORK)
		pe->m->network(pe, pe->m->network_arg);
	else if (intid == HOST_PPI_TIMER)
		timers_handle(pe);
	else if (intid == HOST_PPI_VTIMER)
		vtimer_host_irq(pe);
	/* The reschedule SGI and the maintenance interrupt have done their work: they are here. */
}

void pe_take_irqs(struct pe *pe)
{
	u8 before;

	plat_sync();
	if (!pe_irq_visible(pe))
		return;
	before = pe_activity(pe, PE_HOST);
	do {
		u32 iar, intid;

		plat_cost((enum plat_cost)COST_HOST_IRQ_ENTRY, 1);
		plat_cost(COST_ICC_ACCESS, 1);
		plat_sync();
		if (pe->irq_line && (iar = host_gic_ack(pe->gic)) != GIC_SPURIOUS) {
			intid = host_gic_intid(pe->gic, iar);
			handle(pe, intid);
			plat_cost(COST_ICC_ACCESS, 1);
			plat_sync();
			host_gic_eoi(pe->gic, iar);
			if (intid != HOST_PPI_VTIMER && intid < GIC_LPI_BASE) {
				plat_cost(COST_ICC_ACCESS, 1);
				plat_sync();
				host_gic_deactivate(pe->gic, iar);
			}
		}
		plat_cost((enum plat_cost)COST_HOST_IRQ_EXIT, 1);
		plat_sync();
	} while (pe_irq_visible(pe));
	pe_activity(pe, before);
}

/* ---- the worker of a PE: MSIs that the atomic path cannot translate ---- */

struct work_item {
	struct vm *vm;
	u64 doorbell;
	u32 device, event, tag;
};

struct worker {
	struct thread thread;
	struct work_item *item; /* ring of `room` items, a power of two */
	u32 head, tail, room;
};

static void worker_body(struct thread *t)
{
	struct worker *w = plat_container_of(t, struct worker, thread);

	for (;;) {
		struct work_item i;

		plat_sync();
		if (w->head == w->tail) {
			thread_block(t);
			continue;
		}
		pe_activity(t->pe, PE_HYP);
		plat_cost((enum plat_cost)COST_WORK_RUN, 1);
		plat_sync();
		i = w->item[w->head++ & (w->room - 1)];
		t->pe->work_tag = i.tag;
		account_sw(t->pe, i.tag, REC_STAGE_WORKER);
		vits_inject_slow(i.vm->vgic, i.doorbell, i.device, i.event, i.tag);
		t->pe->work_tag = 0;
		pe_take_irqs(t->pe);
		if (t->pe->need_resched)
			thread_yield(t);
	}
}

int worker_init(struct pe *pe)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->room = 64;
	w->item = calloc(w->room, sizeof(*w->item));
	pe->worker = w;
	if (!w->item)
		return -ENOMEM;
	thread_init(pe->m, &w->thread, CLASS_THREAD, pe, (s32)pe->n, worker_body);
	/* It sleeps since the host booted, and has the credit of that. */
	w->thread.vruntime = -(s64)SIM_S;
	return 0;
}

void worker_fini(struct pe *pe)
{
	if (pe->worker)
		free(pe->worker->item);
	free(pe->worker);
}

static bool worker_grow(struct worker *w)
{
	struct work_item *bigger = calloc(2 * w->room, sizeof(*bigger));

	if (!bigger)
		return false;
	for (u32 i = w->head; i != w->tail; i++)
		bigger[i & (2 * w->room - 1)] = w->item[i & (w->room - 1)];
	free(w->item);
	w->item = bigger;
	w->room *= 2;
	return true;
}

void worker_queue(struct pe *pe, struct vm *vm, u64 doorbell, u32 device, u32 event, u32 tag)
{
	struct worker *w = pe->worker;

	plat_cost((enum plat_cost)COST_WORK_QUEUE, 1);
	plat_sync();
	if (w->tail - w->head == w->room && !worker_grow(w)) {
		machine_fail(pe->m, -ENOMEM);
		account_drop(pe->m, tag, DROP_NO_MEMORY);
		return;
	}
	w->item[w->tail++ & (w->room - 1)] = (struct work_item){ vm, doorbell, device, event, tag };
	pe->hand_tag = 0;
	if (thread_current()->hand_tag == tag)
		thread_current()->hand_tag = 0;
	thread_wake(&w->thread);
}

void worker_in_flight(struct pe *pe, void (*fn)(void *arg, u32 tag), void *arg)
{
	struct worker *w = pe->worker;

	for (u32 i = w->head; i != w->tail; i++)
		fn(arg, w->item[i & (w->room - 1)].tag);
	if (pe->work_tag)
		fn(arg, pe->work_tag);
}
