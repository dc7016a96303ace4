// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of the registers that GICv2 and GICv3 share: group, enable, pending, active, priority,
 * configuration, distributor enable and identification (spec/vgic.md 1.15, 2.3, 2.4, 2.6, 2.8).
 *
 * Guest and user space differ: a guest's access has the side effects of hardware on interrupts
 * that a physical interrupt stands behind, and an access to active state stops the VM, since only
 * the list registers know whether an interrupt is active while its vCPU runs. User space moves
 * state and touches no hardware; its caller sees to it that no vCPU runs.
 *
 * Choices: reads of group, enable, active, priority and configuration take no lock, writes lock
 * each interrupt that they change; setting a bit of an interrupt costs, reading costs for all.
 */
#include "vgic-mmio.h"

#include "../arch/gicd.h"
#include "vgic-v4.h"

#define VGIC_PRIO_MASK (0xffu & ~(0xffu >> VGIC_PRIO_BITS))

/* ---- the plain ones ---- */

u64 vgic_read_raz(const struct vgic_access *a)
{
	(void)a;
	return 0;
}

u64 vgic_read_rao(const struct vgic_access *a)
{
	(void)a;
	return ~0ull;
}

int vgic_write_wi(const struct vgic_access *a, u64 value)
{
	(void)a;
	(void)value;
	return 0;
}

/* ---- one bit an interrupt: the shape of the handlers ---- */

static inline u64 read_bits(const struct vgic_access *a, bool (*test)(const struct vgic_irq *irq))
{
	u64 value = 0;
	u32 i;

	plat_cost(COST_REG_EMULATE, a->nr);
	plat_sync();
	for (i = 0; i < a->nr; i++)
		if (test(vgic_access_irq(a, i)))
			value |= PLAT_BIT64(i);
	return value;
}

/* Each interrupt whose bit is set in `bits`, with its lock held; `apply` drops the lock. */
static inline void write_bits(const struct vgic_access *a, u64 bits,
			      void (*apply)(const struct vgic_access *a, struct vgic_irq *irq))
{
	for (; bits; bits &= bits - 1) {
		struct vgic_irq *irq = vgic_access_irq(a, plat_ffs64(bits));

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		apply(a, irq);
	}
}

static bool is_v2_sgi(const struct vgic_access *a, const struct vgic_irq *irq)
{
	return a->v->vm->model == VGIC_V2 && irq->intid < VGIC_NR_SGIS;
}

/* ---- group ---- */

static bool test_group(const struct vgic_irq *irq)
{
	return irq->group;
}

u64 vgic_read_group(const struct vgic_access *a)
{
	return read_bits(a, test_group);
}

int vgic_write_group(const struct vgic_access *a, u64 value)
{
	struct vgic_vm *vm = a->v->vm;
	u32 i;

	if (vm->iidr_rev < 2)
		return 0;
	for (i = 0; i < a->nr; i++) {
		struct vgic_irq *irq = vgic_access_irq(a, i);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		irq->group = value >> i & 1;
		if (vgic_v4_is_vsgi(irq)) {
			vgic_v4_sgi_configure(irq);
			plat_unlock(&irq->lock);
		} else {
			vgic_queue_irq_unlock(vm, irq);
		}
	}
	return 0;
}

/* ---- enable ---- */

static bool test_enabled(const struct vgic_irq *irq)
{
	return irq->enabled;
}

u64 vgic_read_enable(const struct vgic_access *a)
{
	return read_bits(a, test_enabled);
}

/* A line that is wired to a device was not watched while the interrupt was disabled. */
static void resample_line(const struct vgic_access *a, struct vgic_irq *irq)
{
	bool was_high = irq->line;

	vgic_set_line(a->v->vm, irq, vgic_phys_line(a->v, irq), 0);
	if (was_high && !irq->line && !irq->active)
		vgic_phys_set_active(a->v, irq, false);
}

/* The hardware's view of an SGI follows; drops the lock. */
static void enable_vsgi(struct vgic_irq *irq, bool enable)
{
	if (irq->enabled != enable) {
		irq->enabled = enable;
		vgic_v4_sgi_configure(irq);
	}
	plat_unlock(&irq->lock);
}

static void enable_one(const struct vgic_access *a, struct vgic_irq *irq)
{
	if (vgic_v4_is_vsgi(irq)) {
		enable_vsgi(irq, true);
		return;
	}
	if (a->by && vgic_irq_is_mapped_level(irq))
		resample_line(a, irq);
	irq->enabled = true;
	vgic_queue_irq_unlock(a->v->vm, irq);
}

static void disable_one(const struct vgic_access *a, struct vgic_irq *irq)
{
	(void)a;
	if (vgic_v4_is_vsgi(irq)) {
		enable_vsgi(irq, false);
		return;
	}
	irq->enabled = false;
	plat_unlock(&irq->lock);
}

int vgic_write_senable(const struct vgic_access *a, u64 value)
{
	write_bits(a, value, enable_one);
	return 0;
}

int vgic_write_cenable(const struct vgic_access *a, u64 value)
{
	write_bits(a, value, disable_one);
	return 0;
}

/* ---- pending ---- */

/* What a read of the pending state shows: a guest sees the wire, GICv3 user space the latch. */
static bool pending_seen(const struct vgic_access *a, struct vgic_irq *irq)
{
	if (vgic_v4_is_vsgi(irq))
		return vgic_v4_sgi_pending(irq);
	if (a->by && vgic_irq_is_mapped_level(irq))
		return vgic_phys_line(a->v, irq);
	if (!a->by && a->v->vm->model == VGIC_V3)
		return irq->pending_latch;
	return vgic_irq_is_pending(irq);
}

u64 vgic_read_pending(const struct vgic_access *a)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < a->nr; i++) {
		struct vgic_irq *irq = vgic_access_irq(a, i);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		if (pending_seen(a, irq))
			value |= PLAT_BIT64(i);
		plat_unlock(&irq->lock);
	}
	return value;
}

static void pend_one(const struct vgic_access *a, struct vgic_irq *irq)
{
	if (vgic_v4_is_vsgi(irq)) {
		vgic_v4_sgi_send(a->v->vm, irq);
		plat_unlock(&irq->lock);
		return;
	}
	if (is_v2_sgi(a, irq))
		vgic_pend_source(a->v->vm, irq, a->v->id);
	else
		vgic_pend(a->v->vm, irq, 0);
	if (a->by && irq->hw)
		vgic_phys_set_active(a->v, irq, true);
	vgic_queue_irq_unlock(a->v->vm, irq);
}

static void unpend_one(const struct vgic_access *a, struct vgic_irq *irq)
{
	if (vgic_v4_is_vsgi(irq)) {
		vgic_v4_sgi_clear(irq);
		plat_unlock(&irq->lock);
		return;
	}
	if (is_v2_sgi(a, irq))
		vgic_unpend_sources(a->v->vm, irq, 0xff);
	else
		vgic_unpend(a->v->vm, irq);
	if (a->by && irq->hw) {
		vgic_phys_set_pending(a->v, irq, false);
		if (!irq->active)
			vgic_phys_set_active(a->v, irq, false);
	}
	plat_unlock(&irq->lock);
}

/* A GICv2 guest pends SGIs through SGIR and SPENDSGIR only: their sources must be known. */
static u64 guest_pend_bits(const struct vgic_access *a, u64 value)
{
	if (a->by && a->v->vm->model == VGIC_V2 && a->intid < VGIC_NR_SGIS)
		value &= ~(PLAT_BIT64(VGIC_NR_SGIS) - 1);
	return value;
}

int vgic_write_spending(const struct vgic_access *a, u64 value)
{
	write_bits(a, guest_pend_bits(a, value), pend_one);
	return 0;
}

int vgic_write_cpending(const struct vgic_access *a, u64 value)
{
	write_bits(a, guest_pend_bits(a, value), unpend_one);
	return 0;
}

/* ---- active ---- */

static bool test_active(const struct vgic_irq *irq)
{
	return irq->active;
}

/* GICv2 private interrupts belong to the vCPU that asks, which has left the guest to do so. */
static bool active_access_halts(const struct vgic_access *a)
{
	return a->v->vm->model == VGIC_V3 || a->intid >= VGIC_NR_PRIVATE;
}

static void active_begin(const struct vgic_access *a)
{
	plat_mutex_lock(&a->v->vm->config_lock);
	if (active_access_halts(a))
		vgic_halt_guest(a->v->vm);
}

static void active_end(const struct vgic_access *a)
{
	if (active_access_halts(a))
		vgic_resume_guest(a->v->vm);
	plat_mutex_unlock(&a->v->vm->config_lock);
}

static void change_active(const struct vgic_access *a, struct vgic_irq *irq, bool active)
{
	if (vgic_v4_is_vsgi(irq)) {
		irq->active = false; /* the hardware's SGIs have no active state */
	} else if (irq->hw) {
		/* the physical active state is the truth: user space leaves both alone */
		if (a->by) {
			irq->active = active;
			vgic_phys_set_active(a->v, irq, active);
		}
	} else {
		irq->active = active;
		if (active && is_v2_sgi(a, irq))
			irq->active_source = a->by ? (u8)a->by->id : 0;
	}
	if (irq->active)
		vgic_queue_irq_unlock(a->v->vm, irq);
	else
		plat_unlock(&irq->lock);
}

static void activate_one(const struct vgic_access *a, struct vgic_irq *irq)
{
	change_active(a, irq, true);
}

static void deactivate_one(const struct vgic_access *a, struct vgic_irq *irq)
{
	change_active(a, irq, false);
}

u64 vgic_user_read_active(const struct vgic_access *a)
{
	return read_bits(a, test_active);
}

int vgic_user_write_sactive(const struct vgic_access *a, u64 value)
{
	write_bits(a, value, activate_one);
	return 0;
}

int vgic_user_write_cactive(const struct vgic_access *a, u64 value)
{
	write_bits(a, value, deactivate_one);
	return 0;
}

u64 vgic_read_active(const struct vgic_access *a)
{
	u64 value;

	active_begin(a);
	value = read_bits(a, test_active);
	active_end(a);
	return value;
}

int vgic_write_sactive(const struct vgic_access *a, u64 value)
{
	active_begin(a);
	write_bits(a, value, activate_one);
	active_end(a);
	return 0;
}

int vgic_write_cactive(const struct vgic_access *a, u64 value)
{
	active_begin(a);
	write_bits(a, value, deactivate_one);
	active_end(a);
	return 0;
}

/* ---- priority and configuration ---- */

u64 vgic_read_priority(const struct vgic_access *a)
{
	u64 value = 0;
	u32 i;

	plat_cost(COST_REG_EMULATE, a->nr);
	plat_sync();
	for (i = 0; i < a->nr; i++)
		value |= (u64)vgic_access_irq(a, i)->priority << (8 * i);
	return value;
}

int vgic_write_priority(const struct vgic_access *a, u64 value)
{
	u32 i;

	for (i = 0; i < a->nr; i++) {
		struct vgic_irq *irq = vgic_access_irq(a, i);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		irq->priority = (u8)(value >> (8 * i)) & VGIC_PRIO_MASK;
		if (vgic_v4_is_vsgi(irq))
			vgic_v4_sgi_configure(irq);
		plat_unlock(&irq->lock);
	}
	return 0;
}

u64 vgic_read_config(const struct vgic_access *a)
{
	u64 value = 0;
	u32 i;

	plat_cost(COST_REG_EMULATE, a->nr);
	plat_sync();
	for (i = 0; i < a->nr; i++)
		if (vgic_access_irq(a, i)->config == VGIC_EDGE)
			value |= (u64)GIC_ICFGR_EDGE << (2 * i);
	return value;
}

/* Private interrupts keep their configuration: timers need level-triggered PPIs. */
int vgic_write_config(const struct vgic_access *a, u64 value)
{
	u32 i;

	if (a->intid < VGIC_NR_PRIVATE)
		return 0;
	for (i = 0; i < a->nr; i++) {
		struct vgic_irq *irq = vgic_access_irq(a, i);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		vgic_set_config(a->v->vm, irq,
				value >> (2 * i) & GIC_ICFGR_EDGE ? VGIC_EDGE : VGIC_LEVEL);
		plat_unlock(&irq->lock);
	}
	return 0;
}

/* ---- the distributor as a whole ---- */

u32 vgic_iidr(const struct vgic_vm *vm)
{
	return (u32)(FIELD_PUT(VGIC_PRODUCT_ID, GIC_IIDR_PRODUCT) |
		     FIELD_PUT(vm->iidr_rev, GIC_IIDR_REVISION) |
		     FIELD_PUT(GIC_IMPLEMENTER_ARM, GIC_IIDR_IMPLEMENTER));
}

int vgic_user_write_iidr(struct vgic_vm *vm, u32 value)
{
	u32 now = vgic_iidr(vm);
	u32 differs = now ^ value;
	u32 rev = (u32)FIELD_GET(value, GIC_IIDR_REVISION);

	if (vm->policy.iidr_write == VGIC_IIDR_IGNORED)
		return 0;
	if (vm->policy.iidr_write == VGIC_IIDR_EXACT)
		return differs ? -EINVAL : 1;
	if (differs & ~(u32)FIELD_MASK(GIC_IIDR_REVISION))
		return -EINVAL;
	if (vm->policy.iidr_write == VGIC_IIDR_CHECKS)
		rev = vm->iidr_rev;
	if (rev < VGIC_IIDR_REV_FIRST || rev > VGIC_IIDR_REV_LAST)
		return -EINVAL;
	vm->iidr_rev = (u8)rev;
	return 1;
}

static void kick_pending(struct vgic_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		struct vgic_vcpu *v = vm->vcpus[i];

		if (!vgic_vcpu_pending(v))
			continue;
		vgic_make_request(v, VGIC_REQ_IRQ_PENDING);
		vgic_kick(v);
	}
}

void vgic_dist_enable(struct vgic_vm *vm, bool enable)
{
	bool was_enabled;

	plat_sync();
	was_enabled = vm->enabled;
	vm->enabled = enable;
	if (enable != was_enabled && vgic_v4_dist_changed(vm))
		return;
	if (enable && !was_enabled)
		kick_pending(vm);
}

/* ---- input lines, for user space ---- */

/* SGIs have no line, and the last word may reach beyond the last interrupt. */
static bool has_line(const struct vgic_vcpu *v, u32 intid)
{
	return intid >= VGIC_NR_SGIS && intid < VGIC_NR_PRIVATE + v->vm->nr_spis;
}

u32 vgic_read_lines(struct vgic_vcpu *v, u32 intid)
{
	u32 levels = 0;
	u32 i;

	plat_cost(COST_REG_EMULATE, 32);
	plat_sync();
	for (i = 0; i < 32; i++) {
		const struct vgic_irq *irq;

		if (!has_line(v, intid + i))
			continue;
		irq = vgic_get_irq(v->vm, v, intid + i);
		if (irq->config == VGIC_LEVEL && irq->line)
			levels |= PLAT_BIT(i);
	}
	return levels;
}

void vgic_write_lines(struct vgic_vcpu *v, u32 intid, u32 levels)
{
	u32 i;

	for (i = 0; i < 32; i++) {
		struct vgic_irq *irq;

		if (!has_line(v, intid + i))
			continue;
		irq = vgic_get_irq(v->vm, v, intid + i);
		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		vgic_set_line(v->vm, irq, levels >> i & 1, 0);
		if (irq->line)
			vgic_queue_irq_unlock(v->vm, irq);
		else
			plat_unlock(&irq->lock);
	}
}
