// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GICv2's virtualisation: GICH for the hypervisor and GICV for its guest (Arm IHI 0048 chapter 5;
 * spec/vgic.md 2.1, 2.2). The state machine is that of GICv3's virtual CPU interface (ich.c, icv.c):
 * list registers are kept in its format, source CPUs in bits 12:10 of the INTID, and the frames
 * here translate.
 *
 * Choices: up to 16 list registers of the 64 that the map has room for; five priority bits and 32
 * preemption levels, one GICH_APR for both groups (as the two halves of ICH_AP0R0 and ICH_AP1R0,
 * a write goes to the first); a Group 1 interrupt with too low a priority is 1023 in IAR, not 1022;
 * EOIR and AEOIR drop the highest active priority and leave an interrupt of the other group
 * active; with AckCtl EOIR serves both groups. GICH_VTR says nothing of traps: there are none.
 */
#include "gic-regs.h"
#include "gicv2-internal.h"

#define HCR_MASK \
	(ICH_HCR_EN | ICH_HCR_UIE | ICH_HCR_LRENPIE | ICH_HCR_NPIE | ICH_HCR_VGRP0EIE | \
	 ICH_HCR_VGRP0DIE | ICH_HCR_VGRP1EIE | ICH_HCR_VGRP1DIE | \
	 (u32)FIELD_MASK(GICH_HCR_EOICOUNT))

/* ---- formats ---- */

u32 gich_lr_from_ich(u64 ich)
{
	u32 prio = (u32)FIELD_GET(ich, ICH_LR_PRIORITY);
	u32 gich = (u32)(FIELD_PUT(ich, GICH_LR_VIRTUALID) |
			 FIELD_PUT(FIELD_GET(prio, GICC_PMR_PRIORITY), GICH_LR_PRIORITY));

	gich |= ich & ICH_LR_PENDING ? GICH_LR_PENDING : 0;
	gich |= ich & ICH_LR_ACTIVE ? GICH_LR_ACTIVE : 0;
	gich |= ich & ICH_LR_GROUP ? GICH_LR_GRP1 : 0;
	if (ich & ICH_LR_HW)
		return gich | GICH_LR_HW |
		       (u32)FIELD_PUT(FIELD_GET(ich, ICH_LR_PINTID), GICH_LR_PHYSID);
	gich |= ich & ICH_LR_EOI ? GICH_LR_EOI : 0;
	return gich | (u32)FIELD_PUT(FIELD_GET(ich, ICH_LR_V2_CPUID), GICH_LR_CPUID);
}

u64 gich_lr_to_ich(u32 gich)
{
	u64 prio = FIELD_PUT(FIELD_GET(gich, GICH_LR_PRIORITY), GICC_PMR_PRIORITY);
	u64 ich = FIELD_GET(gich, GICH_LR_VIRTUALID) | FIELD_PUT(prio, ICH_LR_PRIORITY);

	ich |= gich & GICH_LR_PENDING ? ICH_LR_PENDING : 0;
	ich |= gich & GICH_LR_ACTIVE ? ICH_LR_ACTIVE : 0;
	ich |= gich & GICH_LR_GRP1 ? ICH_LR_GROUP : 0;
	if (gich & GICH_LR_HW)
		return ich | ICH_LR_HW | FIELD_PUT(FIELD_GET(gich, GICH_LR_PHYSID), ICH_LR_PINTID);
	ich |= gich & GICH_LR_EOI ? ICH_LR_EOI : 0;
	return ich | FIELD_PUT(FIELD_GET(gich, GICH_LR_CPUID), ICH_LR_V2_CPUID);
}

/* ---- GICH ---- */

static u64 hcr_read(const struct gic_access *a)
{
	return ich_hcr_read(a->pe);
}

static void hcr_write(const struct gic_access *a, u64 v)
{
	ich_hcr_write(a->pe, (u32)v & HCR_MASK);
}

static u64 vtr_read(const struct gic_access *a)
{
	const struct gic_config *cfg = &a->gic->cfg;

	return FIELD_PUT(cfg->nr_lrs - 1, GICH_VTR_LISTREGS) |
	       FIELD_PUT(cfg->vprio_bits - 1, GICH_VTR_PREBITS) |
	       FIELD_PUT(cfg->vprio_bits - 1, GICH_VTR_PRIBITS);
}

static u64 vmcr_read(const struct gic_access *a)
{
	return ich_vmcr_read(a->pe);
}

static void vmcr_write(const struct gic_access *a, u64 v)
{
	ich_vmcr_write(a->pe, (u32)v);
}

static u64 misr_read(const struct gic_access *a)
{
	return ich_misr_read(a->pe);
}

/* A bit a list register; the second word would be that of list registers 32..63. */
static u64 eisr_read(const struct gic_access *a)
{
	return a->at ? 0 : ich_eisr_read(a->pe);
}

static u64 elrsr_read(const struct gic_access *a)
{
	return a->at ? 0 : ich_elrsr_read(a->pe);
}

static u64 apr_read(const struct gic_access *a)
{
	return ich_apr_read(a->pe, 0, 0) | ich_apr_read(a->pe, 1, 0);
}

static void apr_write(const struct gic_access *a, u64 v)
{
	ich_apr_write(a->pe, 1, 0, 0);
	ich_apr_write(a->pe, 0, 0, (u32)v);
}

static u64 lr_read(const struct gic_access *a)
{
	return gich_lr_from_ich(ich_lr_read(a->pe, a->at / 4));
}

static void lr_write(const struct gic_access *a, u64 v)
{
	ich_lr_write(a->pe, a->at / 4, gich_lr_to_ich((u32)v));
}

static const struct gic_reg gich_regs[] = {
	{ GICH_HCR, 4, 0, 4, hcr_read, hcr_write },
	{ GICH_VTR, 4, 0, 4, vtr_read, NULL },
	{ GICH_VMCR, 4, 0, 4, vmcr_read, vmcr_write },
	{ GICH_MISR, 4, 0, 4, misr_read, NULL },
	{ GICH_EISR0, 8, 0, 4, eisr_read, NULL },
	{ GICH_ELRSR0, 8, 0, 4, elrsr_read, NULL },
	{ GICH_APR, 4, 0, 4, apr_read, apr_write },
	{ GICH_LR0, 4 * GICV2_MAX_LR, 0, 4, lr_read, lr_write },
};

static const struct gic_frame gich_frame = { gich_regs, PLAT_ARRAY_SIZE(gich_regs), 0 };

static bool has_gich(const struct gic_pe *pe)
{
	return pe->gic->v2 && !pe->gic->cfg.no_gicv;
}

u32 gich_read(struct gic_pe *pe, u32 offset, u32 len)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	return has_gich(pe) ? (u32)gic_frame_read(&gich_frame, a, offset) : 0;
}

void gich_write(struct gic_pe *pe, u32 offset, u32 len, u32 value)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	if (has_gich(pe))
		gic_frame_write(&gich_frame, a, offset, value);
}

/* ---- GICV ---- */

static bool ackctl(const struct gic_pe *pe)
{
	return pe->virt.vmcr & ICH_VMCR_VACKCTL;
}

/* The bits of GICV_CTLR stand at the same places in ICH_VMCR_EL2. */
static u64 ctlr_read(const struct gic_access *a)
{
	return a->pe->virt.vmcr & GICC_CTLR_MASK;
}

static void ctlr_write(const struct gic_access *a, u64 v)
{
	ich_vmcr_write(a->pe, (a->pe->virt.vmcr & ~GICC_CTLR_MASK) | ((u32)v & GICC_CTLR_MASK));
}

static u64 pmr_read(const struct gic_access *a)
{
	return icv_pmr_read(a->pe);
}

static void pmr_write(const struct gic_access *a, u64 v)
{
	icv_pmr_write(a->pe, (u32)v);
}

static u64 bpr_read(const struct gic_access *a)
{
	return icv_bpr_read(a->pe, 0);
}

static void bpr_write(const struct gic_access *a, u64 v)
{
	icv_bpr_write(a->pe, 0, (u32)v);
}

static u64 abpr_read(const struct gic_access *a)
{
	return icv_bpr_read(a->pe, 1);
}

static void abpr_write(const struct gic_access *a, u64 v)
{
	icv_bpr_write(a->pe, 1, (u32)v);
}

/* The active priorities of both groups are in ICH_AP1R, the one that a hypervisor saves for a guest
 * of this interface (spec/vgic.md 2.8, CPU_REGS). */
static u32 acknowledge(struct gic_pe *pe, u32 group)
{
	struct gic_virt *v = &pe->virt;
	u32 iar = icv_iar_read(pe, group);

	for (u32 i = 0; i < PLAT_ARRAY_SIZE(v->apr[0]); i++) {
		v->apr[1][i] |= v->apr[0][i];
		v->apr[0][i] = 0;
	}
	return iar;
}

/* IAR and HPPIR name a Group 1 interrupt only with AckCtl; else they say that there is one. */
static u64 iar_read(const struct gic_access *a)
{
	const struct gic_virt *v = &a->pe->virt;

	if (!ich_can_take(v) || !ich_lr_group(v->lr[v->best & 0xff]))
		return acknowledge(a->pe, 0);
	return ackctl(a->pe) ? acknowledge(a->pe, 1) : GICC_INTID_GROUP1;
}

static u64 aiar_read(const struct gic_access *a)
{
	return acknowledge(a->pe, 1);
}

static u64 hppir_read(const struct gic_access *a)
{
	const struct gic_virt *v = &a->pe->virt;

	if (v->best == VIRT_NONE || !ich_lr_group(v->lr[v->best & 0xff]))
		return icv_hppir_read(a->pe, 0);
	return ackctl(a->pe) ? icv_hppir_read(a->pe, 1) : GICC_INTID_GROUP1;
}

static u64 ahppir_read(const struct gic_access *a)
{
	return icv_hppir_read(a->pe, 1);
}

static u64 rpr_read(const struct gic_access *a)
{
	return icv_rpr_read(a->pe);
}

/* The group whose interrupt an EOIR ends: with AckCtl, that of the interrupt itself. */
static void eoir_write(const struct gic_access *a, u64 v)
{
	const struct gic_virt *virt = &a->pe->virt;
	u32 value = (u32)v & GICC_IAR_MASK;
	u32 n = icv_find_active(virt, value);

	icv_eoir_write(a->pe, ackctl(a->pe) && n < GIC_MAX_LR && ich_lr_group(virt->lr[n]), value);
}

static void aeoir_write(const struct gic_access *a, u64 v)
{
	icv_eoir_write(a->pe, 1, (u32)v & GICC_IAR_MASK);
}

static void dir_write(const struct gic_access *a, u64 v)
{
	icv_dir(a->pe, (u32)v & GICC_IAR_MASK);
}

/* One word: 32 preemption levels. */
static u64 gicv_apr_read(const struct gic_access *a)
{
	return a->at ? 0 : apr_read(a);
}

static void gicv_apr_write(const struct gic_access *a, u64 v)
{
	if (!a->at)
		apr_write(a, v);
}

static const struct gic_reg gicv_regs[] = {
	{ GICC_CTLR, 4, 0, 4, ctlr_read, ctlr_write },
	{ GICC_PMR, 4, 0, 4, pmr_read, pmr_write },
	{ GICC_BPR, 4, 0, 4, bpr_read, bpr_write },
	{ GICC_IAR, 4, 0, 4, iar_read, NULL },
	{ GICC_EOIR, 4, 0, 4, NULL, eoir_write },
	{ GICC_RPR, 4, 0, 4, rpr_read, NULL },
	{ GICC_HPPIR, 4, 0, 4, hppir_read, NULL },
	{ GICC_ABPR, 4, 0, 4, abpr_read, abpr_write },
	{ GICC_AIAR, 4, 0, 4, aiar_read, NULL },
	{ GICC_AEOIR, 4, 0, 4, NULL, aeoir_write },
	{ GICC_AHPPIR, 4, 0, 4, ahppir_read, NULL },
	{ GICC_APR, 4 * GICC_APRS, 0, 4, gicv_apr_read, gicv_apr_write },
	{ GICC_IIDR, 4, 0, 4, gicc_iidr_read, NULL },
	{ GICC_DIR, 4, 0, 4, NULL, dir_write },
};

static const struct gic_frame gicv_frame = { gicv_regs, PLAT_ARRAY_SIZE(gicv_regs), 0 };

u32 gicv_read(struct gic_pe *pe, u32 offset, u32 len)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	return (u32)gic_frame_read(&gicv_frame, a, offset);
}

void gicv_write(struct gic_pe *pe, u32 offset, u32 len, u32 value)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	gic_frame_write(&gicv_frame, a, offset, value);
}
