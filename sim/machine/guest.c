// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guest software does on a vCPU (guest.h): instructions that take time, traps, interrupts.
 * The guest acknowledges in its handler's entry and ends the interrupt in its exit (EOImode 0);
 * handlers run with interrupts masked.
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

/* The exception, IAR, the handler, EOIR. */
static void take_virq(struct vcpu *c)
{
	struct guest_handler *h;
	u32 intid;

	c->masked = true;
	c->vector_at = machine_now(c->vm->m);
	plat_cost((enum plat_cost)COST_GUEST_IRQ_ENTRY, 1);
	plat_cost((enum plat_cost)COST_GUEST_IAR, 1);
	plat_sync();
	intid = icv_iar_read(c->thread.pe->gic, 1);
	if (intid != GIC_SPURIOUS) {
		account_ack(c, intid);
		c->taken++;
		h = handler(c->vm, intid);
		if (h && h->fn)
			h->fn(c, intid, h->arg);
		plat_cost((enum plat_cost)COST_GUEST_EOI, 1);
		plat_sync();
		icv_eoir_write(c->thread.pe->gic, 1, intid);
	}
	plat_cost((enum plat_cost)COST_GUEST_IRQ_EXIT, 1);
	c->masked = false;
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
	static const u32 line[] = { COST_LINE_CLUSTER, COST_LINE_SOCKET, COST_LINE_REMOTE };
	const struct pe *from = c->vm->vcpus[writer].thread.pe;
	struct pe *pe = c->thread.pe;
	u64 assumed = 0;

	plat_sync();
	guest_compute(c, machine_hw_cost(pe->m, line[pe_distance(from, pe)], &assumed));
	pe->assumed += assumed;
}

static bool wfi_traps(struct vcpu *c)
{
	switch (c->vm->m->cfg->hypervisor.wfi_trap) {
	case VGIC_WFI_NEVER: return false;
	case VGIC_WFI_SINGLE: return c->thread.pe->rq_len != 0;
	default: return true;
	}
}

void guest_wfi(struct vcpu *c)
{
	u32 before = c->taken;

	guest_poll(c);
	if (c->taken != before || pe_virq_visible(c->thread.pe))
		return;
	if (wfi_traps(c)) {
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

/* ---- accesses ---- */

static void user_exit(struct vcpu *c)
{
	u8 before = pe_activity(c->thread.pe, PE_HOST);

	plat_cost((enum plat_cost)COST_USER_EXIT, 1);
	plat_cost((enum plat_cost)COST_USER_EMULATE, 1);
	pe_activity(c->thread.pe, before);
}

u64 guest_mmio_read(struct vcpu *c, u64 addr, u32 len)
{
	u64 value = 0;

	vcpu_exit(c, EXIT_DABT);
	if (!vgic_mmio_read(c->v, addr, len, &value))
		user_exit(c);
	vcpu_enter(c);
	return value;
}

void guest_mmio_write(struct vcpu *c, u64 addr, u32 len, u64 value)
{
	sim_time cause = machine_now(c->vm->m);

	vcpu_exit(c, EXIT_DABT);
	c->thread.pe->cause_at = cause;
	if (!vgic_mmio_write(c->v, addr, len, value))
		user_exit(c);
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
	(void)c;
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

/* ---- SGIs: ICC_SGI1R traps ---- */

static void sgi1r_write(struct vcpu *c, u64 value)
{
	sim_time cause = machine_now(c->vm->m);

	vcpu_exit(c, EXIT_SYS64);
	c->thread.pe->cause_at = cause;
	vgic_send_sgi(c->v, value, true);
	c->thread.pe->cause_at = 0;
	vcpu_enter(c);
}

void guest_send_sgi(struct vcpu *c, u32 target_vcpu, u32 intid)
{
	sgi1r_write(c, icc_sgir_to(c->vm->vcpus[target_vcpu].v->mpidr, intid));
}

void guest_send_sgi_others(struct vcpu *c, u32 intid)
{
	sgi1r_write(c, ICC_SGIR_IRM | FIELD_PUT(intid, ICC_SGIR_INTID));
}
