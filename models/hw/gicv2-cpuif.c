// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GICv2's physical CPU interface, GICC_* (Arm IHI 0048 chapters 3 and 4; spec/vgic.md 2.3): both
 * groups, AckCtl and the aliased registers, priority drop and deactivation.
 *
 * Choices: no Security Extensions, so there are no NSAPRs; as many preemption bits as priority
 * bits, at most 7; Group 0 with FIQEn signals an FIQ, which nobody takes; EOIR and DIR with nothing
 * active, of a special INTID, or of an interrupt that belongs to the other register's group, are
 * ignored; EOIR drops the highest active priority and deactivates the INTID it names, an SGI only
 * with the source CPU that was acknowledged; DIR with EOImode 0 is ignored; with CBPR, ABPR reads
 * as BPR + 1 (at most 7) and ignores writes.
 */
#include "gic-regs.h"
#include "gicv2-internal.h"
#include "icc-internal.h"

static u32 min_bpr(const struct gic_pe *pe)
{
	return 7 - pe->gic->pre_bits;
}

void gicc_reset(struct gic_pe *pe)
{
	pe->icc.running = GIC_IDLE;
	pe->icc.bpr0 = (u8)min_bpr(pe);
	pe->icc.bpr1 = (u8)(min_bpr(pe) + 1);
}

/* ---- the choice and the line ---- */

static bool ctlr_has(const struct gic_pe *pe, u32 bit)
{
	return gicv2_of(pe)->ctlr & bit;
}

static u32 group_of(struct gic_pe *pe, u32 intid)
{
	const struct gic_bank *b = gic_irq_bank(pe, intid);

	return b && (b->group & PLAT_BIT(intid % 32));
}

static u32 group_mask(const struct gic_pe *pe, u32 group)
{
	u32 low = pe->icc.bpr0 + 1u;

	if (group && !ctlr_has(pe, GICC_CTLR_CBPR))
		low = pe->icc.bpr1;
	return 0xff & ~((1u << low) - 1);
}

/* Above the priority mask, and its group priority above what runs. */
static bool can_take(struct gic_pe *pe, u32 key)
{
	u32 prio = gic_key_prio(key);

	if (key == GIC_KEY_NONE || prio >= pe->icc.pmr)
		return false;
	return (prio & group_mask(pe, group_of(pe, gic_key_intid(key)))) < pe->icc.running;
}

void gicc_update(struct gic_pe *pe)
{
	u32 key = gicv2_of(pe)->best;
	bool irq = can_take(pe, key);

	if (irq && ctlr_has(pe, GICC_CTLR_FIQEN))
		irq = group_of(pe, gic_key_intid(key));
	icc_signal(pe, irq, key);
}

/* ---- acknowledge ---- */

static u32 acknowledge(struct gic_pe *pe, u32 key)
{
	u32 intid = gic_key_intid(key), prio = gic_key_prio(key), source = 0;

	icc_raise(pe, prio & group_mask(pe, group_of(pe, intid)));
	plat_event(EV_HW_ACKED, pe->gic->cfg.port, pe->number, intid, NULL, prio);
	if (intid < 16)
		source = gicv2_sgi_activate(pe, intid);
	else
		gic_irq_activate(pe, intid);
	return (u32)(intid | FIELD_PUT(source, GICC_IAR_CPUID));
}

/* What a register of that group names: the key, or a special INTID in *special. */
static u32 named(struct gic_pe *pe, u32 key, bool alias, u32 *special)
{
	u32 group = key == GIC_KEY_NONE ? 0 : group_of(pe, gic_key_intid(key));

	*special = GIC_SPURIOUS;
	if (key == GIC_KEY_NONE || (alias && !group))
		return GIC_KEY_NONE;
	if (alias || !group || ctlr_has(pe, GICC_CTLR_ACKCTL))
		return key;
	*special = GICC_INTID_GROUP1;
	return GIC_KEY_NONE;
}

static u32 iar(struct gic_pe *pe, bool alias)
{
	u32 key = gicv2_of(pe)->best, special;

	key = named(pe, can_take(pe, key) ? key : GIC_KEY_NONE, alias, &special);
	return key == GIC_KEY_NONE ? special : acknowledge(pe, key);
}

static u32 hppir(struct gic_pe *pe, bool alias)
{
	u32 special, key = named(pe, gicv2_of(pe)->best, alias, &special);
	u32 intid = gic_key_intid(key);

	if (key == GIC_KEY_NONE)
		return special;
	if (intid >= 16)
		return intid;
	return (u32)(intid | FIELD_PUT(plat_ffs64(gicv2_of(pe)->source[intid]), GICC_IAR_CPUID));
}

/* ---- end of interrupt, deactivation ---- */

static void deactivate(struct gic_pe *pe, u32 value)
{
	u32 intid = (u32)FIELD_GET(value, GICC_IAR_INTID);

	if (intid < 16 && gicv2_of(pe)->active_source[intid] != FIELD_GET(value, GICC_IAR_CPUID))
		return;
	gic_irq_set_active(pe, intid, false);
}

static void end(struct gic_pe *pe, u32 value, bool alias)
{
	u32 intid = (u32)FIELD_GET(value, GICC_IAR_INTID), group = group_of(pe, intid);

	if (!gic_irq_bank(pe, intid) || pe->icc.running == GIC_IDLE)
		return;
	if (alias ? !group : group && !ctlr_has(pe, GICC_CTLR_ACKCTL))
		return;
	icc_drop(pe);
	if (!ctlr_has(pe, GICC_CTLR_EOIMODE))
		deactivate(pe, value);
	gicc_update(pe);
}

/* ---- registers: the PE is always the one that makes the access ---- */

static u64 ctlr_read(const struct gic_access *a)
{
	return gicv2_of(a->pe)->ctlr;
}

static void ctlr_write(const struct gic_access *a, u64 v)
{
	gicv2_of(a->pe)->ctlr = v & GICC_CTLR_MASK;
	gicv2_choose(a->pe);
}

static u64 pmr_read(const struct gic_access *a)
{
	return a->pe->icc.pmr;
}

static void pmr_write(const struct gic_access *a, u64 v)
{
	a->pe->icc.pmr = (u8)(v & a->gic->prio_mask);
	gicc_update(a->pe);
}

static u8 bpr_value(u64 v, u32 min)
{
	v &= GICC_BPR_MASK;
	return (u8)(v < min ? min : v);
}

static u64 bpr_read(const struct gic_access *a)
{
	return a->pe->icc.bpr0;
}

static void bpr_write(const struct gic_access *a, u64 v)
{
	a->pe->icc.bpr0 = bpr_value(v, min_bpr(a->pe));
	gicc_update(a->pe);
}

static u64 abpr_read(const struct gic_access *a)
{
	if (!ctlr_has(a->pe, GICC_CTLR_CBPR))
		return a->pe->icc.bpr1;
	return a->pe->icc.bpr0 < 7 ? a->pe->icc.bpr0 + 1u : 7;
}

static void abpr_write(const struct gic_access *a, u64 v)
{
	if (ctlr_has(a->pe, GICC_CTLR_CBPR))
		return;
	a->pe->icc.bpr1 = bpr_value(v, min_bpr(a->pe) + 1);
	gicc_update(a->pe);
}

static u64 iar_read(const struct gic_access *a)
{
	return iar(a->pe, false);
}

static u64 aiar_read(const struct gic_access *a)
{
	return iar(a->pe, true);
}

static void eoir_write(const struct gic_access *a, u64 v)
{
	end(a->pe, (u32)v, false);
}

static void aeoir_write(const struct gic_access *a, u64 v)
{
	end(a->pe, (u32)v, true);
}

static u64 rpr_read(const struct gic_access *a)
{
	return a->pe->icc.running == GIC_IDLE ? GIC_IDLE_PRIO : a->pe->icc.running;
}

static u64 hppir_read(const struct gic_access *a)
{
	return hppir(a->pe, false);
}

static u64 ahppir_read(const struct gic_access *a)
{
	return hppir(a->pe, true);
}

/* 2^pre_bits levels; the registers and bits beyond are RAZ/WI. */
static u32 apr_mask(const struct gic_access *a)
{
	u32 levels = 1u << a->gic->pre_bits, first = 8 * a->at;

	if (first >= levels)
		return 0;
	return levels - first >= 32 ? ~0u : PLAT_BIT(levels - first) - 1;
}

static u64 apr_read(const struct gic_access *a)
{
	return a->pe->icc.apr[a->at / 4];
}

static void apr_write(const struct gic_access *a, u64 v)
{
	a->pe->icc.apr[a->at / 4] = (u32)v & apr_mask(a);
	icc_rerun(a->pe);
	gicc_update(a->pe);
}

u64 gicc_iidr_read(const struct gic_access *a)
{
	(void)a;
	return FIELD_PUT(GIC_IMPLEMENTER_ARM, GICC_IIDR_IMPLEMENTER) |
	       FIELD_PUT(GICC_IIDR_ARCH_V2, GICC_IIDR_ARCH);
}

static void dir_write(const struct gic_access *a, u64 v)
{
	if (ctlr_has(a->pe, GICC_CTLR_EOIMODE))
		deactivate(a->pe, (u32)v);
}

static const struct gic_reg cpuif_regs[] = {
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
	{ GICC_APR, 4 * GICC_APRS, 0, 4, apr_read, apr_write },
	{ GICC_IIDR, 4, 0, 4, gicc_iidr_read, NULL },
	{ GICC_DIR, 4, 0, 4, NULL, dir_write },
};

static const struct gic_frame cpuif_frame = { cpuif_regs, PLAT_ARRAY_SIZE(cpuif_regs), 0 };

u32 gicc_read(struct gic_pe *pe, u32 offset, u32 len)
{
	return (u32)gic_frame_read(
		&cpuif_frame, (struct gic_access){ .gic = pe->gic, .pe = pe, .len = len }, offset);
}

void gicc_write(struct gic_pe *pe, u32 offset, u32 len, u32 value)
{
	gic_frame_write(&cpuif_frame, (struct gic_access){ .gic = pe->gic, .pe = pe, .len = len },
			offset, value);
}
