// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual CPU interface, EL1 side: what the guest's ICC_* accesses do while they are
 * virtualised (Arm IHI 0069 chapter 12, ICV_*; spec/vgic.md 6.4).
 *
 * Choices: the priority is dropped before the INTID of an EOIR is checked; the drop takes the
 * highest active priority of both groups; EOIR with nothing active is ignored; DIR with EOImode
 * 0 is ignored; a list register that holds a special INTID (1020..1023) becomes invalid when it
 * is acknowledged. A vLPI or vSGI of the resident vPE (GICv4) has no active state: its acknowledge
 * raises the running priority and takes no list register. Of the traps only those of ICC_DIR_EL1 (TDIR, TC) are told from here; the
 * caller sees to those of the other registers (TC, TALL0, TALL1).
 */
#include "gic-internal.h"

static bool icv_special(u32 intid)
{
	return intid >= ICC_INTID_SPECIAL && intid <= ICC_INTID_SPURIOUS;
}

static u32 icv_level(const struct gic_pe *pe, u32 prio)
{
	return prio >> (8 - pe->gic->cfg.vprio_bits);
}

/* ---- acknowledge ---- */

/* The priority of the best candidate becomes active. */
static void icv_activate(struct gic_pe *pe, u32 group)
{
	struct gic_virt *v = &pe->virt;
	u32 prio = v->best >> 8 & ich_group_mask(v, group);
	u32 level = icv_level(pe, prio);

	v->apr[group][level / 32] |= PLAT_BIT(level % 32);
	v->running = prio; /* it preempts, so it is above all that was active */
}

/* The best candidate is the one in list register n. */
static u32 icv_take_lr(struct gic_pe *pe, u32 n, u32 group)
{
	struct gic_virt *v = &pe->virt;
	u32 intid = (u32)FIELD_GET(v->lr[n], ICH_LR_VINTID);

	v->lr[n] &= ~ICH_LR_PENDING;
	if (!icv_special(intid)) {
		v->lr[n] |= ICH_LR_ACTIVE;
		icv_activate(pe, group);
	}
	ich_classify(v, n);
	return intid;
}

/* The best candidate is one of the resident vPE. */
static u32 icv_take_direct(struct gic_pe *pe, u32 group)
{
	u32 intid = pe->virt.direct;

	icv_activate(pe, group);
	if (intid >= GIC_LPI_BASE)
		gic_vlpi_ack(pe);
	else
		gic_vsgi_ack(pe, intid);
	return intid;
}

u32 icv_iar_read(struct gic_pe *pe, u32 group)
{
	struct gic_virt *v = &pe->virt;
	u32 n = v->best & 0xff, intid;

	if (!ich_can_take(v) || ich_best_group(v) != group)
		return GIC_SPURIOUS;
	intid = n == VIRT_DIRECT ? icv_take_direct(pe, group) : icv_take_lr(pe, n, group);
	ich_choose(pe);
	ich_update(pe);
	return intid;
}

u32 icv_hppir_read(struct gic_pe *pe, u32 group)
{
	const struct gic_virt *v = &pe->virt;
	u32 n = v->best & 0xff;

	if (v->best == VIRT_NONE || ich_best_group(v) != group)
		return GIC_SPURIOUS;
	return n == VIRT_DIRECT ? v->direct : (u32)FIELD_GET(v->lr[n], ICH_LR_VINTID);
}

/* ---- end of interrupt, deactivation ---- */

/* Drop the highest active priority and return it; GIC_IDLE when nothing is active. */
static u32 icv_drop(struct gic_pe *pe)
{
	struct gic_virt *v = &pe->virt;
	u32 prio = v->running;
	u32 level = icv_level(pe, prio), bit = PLAT_BIT(level % 32);

	if (prio == GIC_IDLE)
		return prio;
	if (v->apr[0][level / 32] & bit)
		v->apr[0][level / 32] &= ~bit;
	else
		v->apr[1][level / 32] &= ~bit;
	ich_rerun(pe);
	return prio;
}

u32 icv_find_active(const struct gic_virt *v, u32 intid)
{
	u32 rest = v->active;

	for (; rest; rest &= rest - 1) {
		u32 n = plat_ffs64(rest);

		if (FIELD_GET(v->lr[n], ICH_LR_VINTID) == intid)
			return n;
	}
	return GIC_MAX_LR;
}

/* An interrupt that has no list register would have been deactivated: count it, unless it is a
 * vSGI for all that the hypervisor knows. */
static void icv_count(struct gic_virt *v, u32 intid)
{
	u32 count = (u32)FIELD_GET(v->hcr, ICH_HCR_EOICOUNT);

	if (intid < 16 && (v->hcr & ICH_HCR_VSGIEOICOUNT))
		return;
	if (count < ICH_HCR_EOICOUNT_MAX)
		v->hcr = (u32)FIELD_SET(v->hcr, count + 1, ICH_HCR_EOICOUNT);
}

/* With HW set the physical interrupt is deactivated too; SGIs and LPIs cannot be. */
static void icv_deactivate(struct gic_pe *pe, u32 n)
{
	struct gic_virt *v = &pe->virt;
	u64 lr = v->lr[n];
	u32 pintid = (u32)FIELD_GET(lr, ICH_LR_PINTID);

	v->lr[n] = lr & ~ICH_LR_ACTIVE;
	ich_classify(v, n);
	if (v->pending & PLAT_BIT(n))
		ich_choose(pe);
	if ((lr & ICH_LR_HW) && pintid >= 16)
		gic_irq_set_active(pe, pintid, false);
}

void icv_eoir_write(struct gic_pe *pe, u32 group, u32 intid)
{
	struct gic_virt *v = &pe->virt;
	bool split = v->vmcr & ICH_VMCR_VEOIM;
	u32 dropped, n;

	if (icv_special(intid))
		return;
	dropped = icv_drop(pe);
	if (dropped == GIC_IDLE)
		return;
	n = icv_find_active(v, intid);
	if (n == GIC_MAX_LR) {
		if (!split && intid < GIC_LPI_BASE)
			icv_count(v, intid);
	} else if (!split || intid >= GIC_LPI_BASE) {
		u32 prio = (u32)FIELD_GET(v->lr[n], ICH_LR_PRIORITY);

		if (ich_lr_group(v->lr[n]) == group && (prio & ich_group_mask(v, group)) == dropped)
			icv_deactivate(pe, n);
	}
	ich_update(pe);
}

void icv_dir(struct gic_pe *pe, u32 intid)
{
	struct gic_virt *v = &pe->virt;
	u32 n;

	if (!(v->vmcr & ICH_VMCR_VEOIM) || icv_special(intid) || intid >= GIC_LPI_BASE)
		return;
	n = icv_find_active(v, intid);
	if (n == GIC_MAX_LR)
		icv_count(v, intid);
	else
		icv_deactivate(pe, n);
	ich_update(pe);
}

bool icv_dir_write(struct gic_pe *pe, u32 intid)
{
	if (pe->virt.hcr & (ICH_HCR_TDIR | ICH_HCR_TC))
		return true;
	icv_dir(pe, intid);
	return false;
}

/* ---- control: the guest's view of ICH_VMCR_EL2 ---- */

static void icv_set_vmcr(struct gic_pe *pe, u64 value)
{
	ich_vmcr_write(pe, (u32)value);
}

u32 icv_pmr_read(struct gic_pe *pe)
{
	return (u32)FIELD_GET(pe->virt.vmcr, ICH_VMCR_VPMR);
}

void icv_pmr_write(struct gic_pe *pe, u32 value)
{
	icv_set_vmcr(pe, FIELD_SET(pe->virt.vmcr, value, ICH_VMCR_VPMR));
}

/* With CBPR = 1 Group 1 sees Group 0's binary point plus one and cannot change it. */
u32 icv_bpr_read(struct gic_pe *pe, u32 group)
{
	u32 vmcr = pe->virt.vmcr;
	u32 bpr0 = (u32)FIELD_GET(vmcr, ICH_VMCR_VBPR0);

	if (!group)
		return bpr0;
	if (vmcr & ICH_VMCR_VCBPR)
		return bpr0 < 7 ? bpr0 + 1 : 7;
	return (u32)FIELD_GET(vmcr, ICH_VMCR_VBPR1);
}

void icv_bpr_write(struct gic_pe *pe, u32 group, u32 value)
{
	u32 vmcr = pe->virt.vmcr;

	if (!group)
		icv_set_vmcr(pe, FIELD_SET(vmcr, value, ICH_VMCR_VBPR0));
	else if (!(vmcr & ICH_VMCR_VCBPR))
		icv_set_vmcr(pe, FIELD_SET(vmcr, value, ICH_VMCR_VBPR1));
}

u32 icv_ctlr_read(struct gic_pe *pe)
{
	u32 vmcr = pe->virt.vmcr;
	u32 vtr = ich_vtr_read(pe);

	return (vmcr & ICH_VMCR_VCBPR ? ICC_CTLR_CBPR : 0) |
	       (vmcr & ICH_VMCR_VEOIM ? ICC_CTLR_EOIMODE : 0) |
	       (u32)FIELD_PUT(FIELD_GET(vtr, ICH_VTR_PRIBITS), ICC_CTLR_PRIBITS) |
	       (u32)FIELD_PUT(FIELD_GET(vtr, ICH_VTR_IDBITS), ICC_CTLR_IDBITS) | ICC_CTLR_A3V;
}

void icv_ctlr_write(struct gic_pe *pe, u32 value)
{
	u32 vmcr = pe->virt.vmcr & ~(ICH_VMCR_VCBPR | ICH_VMCR_VEOIM);

	vmcr |= value & ICC_CTLR_CBPR ? ICH_VMCR_VCBPR : 0;
	vmcr |= value & ICC_CTLR_EOIMODE ? ICH_VMCR_VEOIM : 0;
	icv_set_vmcr(pe, vmcr);
}

u32 icv_igrpen_read(struct gic_pe *pe, u32 group)
{
	return !!(pe->virt.vmcr & (group ? ICH_VMCR_VENG1 : ICH_VMCR_VENG0));
}

void icv_igrpen_write(struct gic_pe *pe, u32 group, u32 value)
{
	u32 bit = group ? ICH_VMCR_VENG1 : ICH_VMCR_VENG0;

	icv_set_vmcr(pe, value & 1 ? pe->virt.vmcr | bit : pe->virt.vmcr & ~bit);
}

u32 icv_rpr_read(struct gic_pe *pe)
{
	return pe->virt.running == GIC_IDLE ? GIC_IDLE_PRIO : pe->virt.running;
}
