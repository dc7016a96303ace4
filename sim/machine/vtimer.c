// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's virtual timer: a comparator whose output is level PPI 27. While the vCPU is loaded
 * the PE's own comparator raises the physical PPI 27, which the host takes and injects; the list
 * register is tied to it (HW = 1), so that the guest's EOI deactivates it. While the vCPU is
 * blocked a timer of the host stands in and wakes it (spec/vgic.md 1.11, 4.11).
 */
#include "machine.h"

static const char timer_owner[] = "vtimer";

static bool output(const struct vcpu *c)
{
	return c->timer_on && sim_now(c->vm->m->e) >= c->cval;
}

bool vtimer_due(const struct vcpu *c)
{
	return output(c) && c->v->private_irqs[GUEST_VTIMER_PPI].enabled &&
	       !c->v->private_irqs[GUEST_VTIMER_PPI].active;
}

static bool input_level(struct vgic_vcpu *v, u32 intid)
{
	(void)intid;
	plat_sync();
	return output(v->port);
}

static const struct vgic_irq_ops timer_ops = { .get_input_level = input_level };

/* The output rises: once for each time that the comparator is set. */
static void rise(struct vcpu *c)
{
	if (c->timer_raised)
		return;
	c->timer_raised = true;
	c->timer_tag = account_raise(c->vm->m, c->vm, c->id, GUEST_VTIMER_PPI, c->cval, 0);
}

static void inject(struct vcpu *c, bool level)
{
	if (level)
		rise(c);
	vgic_inject_irq(c->vm->vgic, c->v, GUEST_VTIMER_PPI, level, timer_owner);
}

static void comparator_fires(struct sim_engine *e, struct sim_event *ev)
{
	struct pe *pe = plat_container_of(ev, struct pe, vtimer_event);
	struct vcpu *c = pe->current->vcpu;

	(void)e;
	if (!c || !c->loaded || !output(c))
		return;
	rise(c);
	account_assume(pe->m, c->timer_tag, pe->wire_assumed);
	gic_ppi_line(pe->gic, HOST_PPI_VTIMER, true);
}

void vtimer_init_pe(struct pe *pe)
{
	sim_event_init(pe->m->e, &pe->vtimer_event, CLASS_TIMER, 2 * pe->n + 1, comparator_fires);
}

void vtimer_init(struct vcpu *c)
{
	vgic_set_owner(c->v, GUEST_VTIMER_PPI, timer_owner);
	vgic_map_hw_irq(c->v, GUEST_VTIMER_PPI, HOST_PPI_VTIMER, &timer_ops, c);
}

/* Comparator and line of the PE follow the loaded vCPU. */
static void comparator_program(struct vcpu *c)
{
	struct pe *pe = c->thread.pe;
	bool out = output(c);

	if (c->timer_on && !out) {
		pe->wire_assumed = 0;
		sim_event_at(pe->m->e, &pe->vtimer_event,
			     c->cval + machine_timer_cost(pe, COST_WIRE, &pe->wire_assumed));
	} else {
		sim_event_cancel(pe->m->e, &pe->vtimer_event);
	}
	gic_ppi_line(pe->gic, HOST_PPI_VTIMER, out);
}

void vtimer_load(struct vcpu *c)
{
	struct vgic_irq *irq = &c->v->private_irqs[GUEST_VTIMER_PPI];
	struct pe *pe = c->thread.pe;

	if (!c->timer_on && !irq->active && !irq->line) {
		plat_sync();
		gic_irq_set_active(pe->gic, HOST_PPI_VTIMER, false);
		comparator_program(c);
		return;
	}
	plat_cost((enum plat_cost)COST_TIMER_PROGRAM, 1);
	plat_sync();
	if (output(c) != irq->line)
		inject(c, output(c));
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gic_irq_set_active(pe->gic, HOST_PPI_VTIMER, irq->active || irq->line);
	comparator_program(c);
}

void vtimer_put(struct vcpu *c)
{
	struct pe *pe = c->thread.pe;

	if (c->timer_on)
		plat_cost((enum plat_cost)COST_TIMER_PROGRAM, 1);
	plat_sync();
	sim_event_cancel(pe->m->e, &pe->vtimer_event);
	gic_ppi_line(pe->gic, HOST_PPI_VTIMER, false);
}

void vtimer_host_irq(struct pe *pe)
{
	struct vcpu *c = pe->current->vcpu;

	plat_cost((enum plat_cost)COST_TIMER_HANDLE, 1);
	if (c && c->loaded) {
		plat_sync();
		inject(c, output(c));
	}
}

/* ---- background timer ---- */

static void background_fires(struct host_timer *t)
{
	thread_wake(&plat_container_of(t, struct vcpu, block_timer)->thread);
}

void vtimer_block(struct vcpu *c)
{
	if (!c->timer_on)
		return;
	plat_cost((enum plat_cost)COST_TIMER_PROGRAM, 1);
	plat_sync();
	c->block_timer.fn = background_fires;
	host_timer_arm(&c->block_timer, c->thread.pe, c->cval);
}

void vtimer_unblock(struct vcpu *c)
{
	plat_sync();
	host_timer_cancel(&c->block_timer);
}

/* ---- the guest's accesses: not trapped ---- */

/* A comparator that is set to the past while nobody has taken its output yet goes on with it. */
static void changed(struct vcpu *c)
{
	bool out = output(c);

	if (c->timer_tag && !out) {
		account_end(c->vm->m, c->timer_tag, REC_RETIRED);
		c->timer_tag = 0;
	}
	if (!c->timer_tag)
		c->timer_raised = false;
	if (out)
		rise(c);
	comparator_program(c);
}

void guest_timer_set(struct vcpu *c, sim_time when)
{
	plat_cost(COST_ICC_ACCESS, 1);
	plat_sync();
	c->cval = when;
	c->timer_on = true;
	changed(c);
}

void guest_timer_stop(struct vcpu *c)
{
	plat_cost(COST_ICC_ACCESS, 1);
	plat_sync();
	c->timer_on = false;
	changed(c);
}
