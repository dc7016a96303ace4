// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guest software does on a vCPU (guest.h): instructions that take time, traps, interrupts.
 * The guest acknowledges in its handler's entry. With EOImode 0 it ends the interrupt in its exit;
 * with EOImode 1 it drops the priority at once, and deactivates in its exit, but for LPIs, which
 * have no active state. Handlers run with interrupts masked.
 */
#include <stdlib.h>

#include <models/arch/gicv3.h>

#include "machine.h"

u32 guest_id(const struct vcpu *c)
{
	return c->id;
}

struct vm *guest_vm(const struct vcpu *c)
{
	return c->vm;
}

sim_time guest_now(const struct vcpu *c)
{
	return machine_now(c->vm->m);
}

u32 vm_nr_vcpus(const struct vm *vm)
{
	return vm->nr_vcpus;
}

const char *vm_name(const struct vm *vm)
{
	return vm->name;
}

/* ---- interrupts ---- */

static struct guest_handler *handler(struct vm *vm, u32 intid)
{
	if (intid < PLAT_ARRAY_SIZE(vm->handler))
		return &vm->handler[intid];
	if (intid >= GIC_LPI_BASE && intid - GIC_LPI_BASE < vm->lpi_room)
		return &vm->lpi_handler[intid - GIC_LPI_BASE];
	return NULL;
}

int guest_set_handler(struct vm *vm, u32 intid, guest_irq_fn fn, void *arg)
{
	struct guest_handler *h;

	if (intid >= GIC_LPI_BASE && intid - GIC_LPI_BASE >= vm->lpi_room) {
		u32 room = vm->lpi_room ? vm->lpi_room : 16;

		while (room <= intid - GIC_LPI_BASE)
			room *= 2;
		h = realloc(vm->lpi_handler, room * sizeof(*h));
		if (!h)
			return -ENOMEM;
		memset(h + vm->lpi_room, 0, (room - vm->lpi_room) * sizeof(*h));
		vm->lpi_handler = h;
		vm->lpi_room = room;
	}
	h = handler(vm, intid);
	if (!h)
		return -EINVAL;
	*h = (struct guest_handler){ fn, arg };
	return 0;
}

/* 1020 to 1023 name no interrupt. */
static bool special(u32 iar)
{
	return iar >= ICC_INTID_SPECIAL && iar <= ICC_INTID_SPURIOUS;
}

void guest_acked(struct vcpu *c, u32 iar)
{
	if (!special(iar))
		account_ack(c, iar & c->vm->gic->intid_mask);
}

u32 guest_ack(struct vcpu *c)
{
	return c->vm->gic->ack(c);
}

void guest_eoi(struct vcpu *c, u32 iar)
{
	c->vm->gic->eoi(c, iar);
}

static void handle(struct vcpu *c, u32 iar)
{
	u32 intid = iar & c->vm->gic->intid_mask;
	struct guest_handler *h = handler(c->vm, intid);
	bool split = c->vm->cfg->eoimode;

	if (split)
		guest_eoi(c, iar);
	if (h && h->fn)
		h->fn(c, intid, h->arg);
	if (!split)
		guest_eoi(c, iar);
	else if (intid < GIC_LPI_BASE)
		c->vm->gic->dir(c, iar);
}

/* The exception, IAR, the handler, EOIR. */
static void take_virq(struct vcpu *c)
{
	u32 iar;

	c->masked = true;
	c->vector_at = machine_now(c->vm->m);
	c->vector_paid = pe_paid_assumed(c->thread.pe);
	plat_cost((enum plat_cost)COST_GUEST_IRQ_ENTRY, 1);
	iar = guest_ack(c);
	if (!special(iar)) {
		c->taken++;
		handle(c, iar);
	}
	plat_cost((enum plat_cost)COST_GUEST_IRQ_EXIT, 1);
	c->masked = false;
}

void guest_dir_trapped(struct vcpu *c, u32 iar, enum machine_exit why)
{
	u8 before = pe_activity(c->thread.pe, PE_HYP);

	plat_cost((enum plat_cost)COST_EL2_FIXUP, 1);
	rec_count(&c->vm->m->metrics, REC_M_DIR_TRAPPED, 1);
	if (vgic_dir_at_el2(c->v, iar)) {
		pe_activity(c->thread.pe, before);
		return;
	}
	vcpu_exit(c, why);
	rec_count(&c->vm->m->metrics, REC_M_DIR_EXITS, 1);
	vgic_deactivate(c->v, iar);
	vcpu_enter(c);
}

void guest_poll(struct vcpu *c)
{
	for (;;) {
		plat_sync();
		if (pe_irq_visible(c->thread.pe)) {
			vcpu_exit(c, EXIT_IRQ);
			vcpu_enter(c);
		} else if (!c->masked && pe_virq_visible(c->thread.pe)) {
			take_virq(c);
		} else {
			return;
		}
	}
}

void guest_mask(struct vcpu *c, bool masked)
{
	c->masked = masked;
	if (!masked)
		guest_poll(c);
}

void guest_compute(struct vcpu *c, sim_time ps)
{
	guest_poll(c);
	while (ps) {
		ps = pe_wait(c->thread.pe, ps, !c->masked);
		guest_poll(c);
	}
}

void guest_load_line(struct vcpu *c, u32 writer)
{
	const struct pe *from = c->vm->vcpus[writer].thread.pe;
	struct pe *pe = c->thread.pe;
	u64 assumed = 0;

	plat_sync();
	guest_compute(c, machine_line_cost(pe->m, from, pe, &assumed));
	pe->assumed += assumed;
}

void guest_wfi(struct vcpu *c)
{
	u32 before = c->taken;

	guest_poll(c);
	if (c->taken != before || pe_virq_visible(c->thread.pe))
		return;
	if (c->wfi_traps) {
		vcpu_exit(c, EXIT_WFX);
		vcpu_halt(c);
		vcpu_enter(c);
	} else {
		while (!pe_virq_visible(c->thread.pe)) {
			pe_wait(c->thread.pe, SIM_NEVER, true);
			plat_sync();
			if (pe_irq_visible(c->thread.pe)) {
				vcpu_exit(c, EXIT_IRQ);
				vcpu_enter(c);
				plat_sync();
			}
		}
	}
	guest_poll(c);
}

void guest_tick(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	guest_timer_stop(c);
}

/* ---- accesses ---- */

void guest_user_exit(struct vcpu *c)
{
	u8 before = pe_activity(c->thread.pe, PE_HOST);

	plat_cost((enum plat_cost)COST_USER_EXIT, 1);
	plat_cost((enum plat_cost)COST_USER_EMULATE, 1);
	pe_activity(c->thread.pe, before);
}

/*
 * Without virtualisation hardware the whole interrupt controller is emulated there: what an access
 * does, and whom it kicks, comes after the way. The call that kicks is taken to be as long as the
 * rest of the way back.
 */
static bool to_gic_in_user_space(struct vcpu *c)
{
	if (c->vm->vgic->hostif != VGIC_HOST_SOFT)
		return false;
	guest_user_exit(c);
	return true;
}

u64 guest_mmio_read(struct vcpu *c, u64 addr, u32 len)
{
	u64 value = 0;
	bool there;

	vcpu_exit(c, EXIT_DABT);
	there = to_gic_in_user_space(c);
	if (!vgic_mmio_read(c->v, addr, len, &value) && !there)
		guest_user_exit(c);
	vcpu_enter(c);
	return value;
}

void guest_mmio_write(struct vcpu *c, u64 addr, u32 len, u64 value)
{
	sim_time cause = machine_now(c->vm->m);
	bool there;

	vcpu_exit(c, EXIT_DABT);
	c->thread.pe->cause_at = cause;
	there = to_gic_in_user_space(c);
	if (!vgic_mmio_write(c->v, addr, len, value) && !there)
		guest_user_exit(c);
	c->thread.pe->cause_at = 0;
	vcpu_enter(c);
}

int guest_ram_read(struct vcpu *c, u64 addr, void *buf, u32 len)
{
	plat_sync();
	return gic_mem_read(&c->vm->ram, addr, buf, len);
}

int guest_ram_write(struct vcpu *c, u64 addr, const void *buf, u32 len)
{
	plat_sync();
	return gic_mem_write(&c->vm->ram, addr, buf, len);
}

void guest_hvc(struct vcpu *c)
{
	vcpu_exit(c, EXIT_HVC64);
	vcpu_enter(c);
}

void guest_doorbell(struct vcpu *c, struct device *d, u32 queue)
{
	if (c->vm->io) {
		vcpu_exit(c, EXIT_DABT);
		plat_sync();
		device_doorbell(d, queue);
		vcpu_enter(c);
		return;
	}
	plat_cost((enum plat_cost)COST_GUEST_POSTED, 1);
	plat_sync();
	device_doorbell(d, queue);
}

void guest_device_read(struct vcpu *c, struct device *d)
{
	struct machine *m = c->vm->m;
	u64 assumed = 0;

	plat_cost((enum plat_cost)COST_GUEST_POSTED, 1);
	plat_sync();
	sim_delay(m->e, device_answers(d, &assumed) - sim_now(m->e));
	c->thread.pe->assumed += assumed;
}

void guest_read_in_kernel(struct vcpu *c)
{
	vcpu_exit(c, EXIT_DABT);
	plat_cost(COST_MMIO_DECODE, 1);
	vcpu_enter(c);
}

void guest_ioeventfd(struct vcpu *c, struct device *d, u32 queue)
{
	vcpu_exit(c, EXIT_DABT);
	plat_cost(COST_MMIO_DECODE, 1);
	plat_cost((enum plat_cost)COST_EVENTFD, 1);
	plat_sync();
	if (d->doorbell)
		d->doorbell(d->arg, queue);
	vcpu_enter(c);
}

/* ---- SGIs ---- */

void guest_send_sgi(struct vcpu *c, u32 target_vcpu, u32 intid)
{
	c->vm->gic->send_sgi(c, target_vcpu, intid);
}

void guest_send_sgi_others(struct vcpu *c, u32 intid)
{
	c->vm->gic->send_sgi_others(c, intid);
}
