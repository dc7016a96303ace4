// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The physical CPU interface (Arm IHI 0069 chapters 4 and 12; spec/vgic.md 6.4): acknowledge,
 * priority drop and deactivation, priority mask, binary point, preemption, SGI generation.
 *
 * Choices: Group 1 only, since Group 0 would be FIQ; as many preemption bits as priority bits, at
 * most 7; EOIR with nothing active is ignored; DIR with EOImode 0 is ignored; targets of SGIs with
 * an affinity that no PE has are ignored; range selection (RSS) is there.
 */
#include "icc-internal.h"

/*
 * Group priority bits. A binary point of n makes bits 7:n+1 the group priority for Group 0, and
 * bits 7:n for Group 1 unless CBPR lets Group 1 use Group 0's.
 */
static void icc_set_group_mask(struct gic_icc *c)
{
	u32 low = c->cbpr ? c->bpr0 + 1u : c->bpr1;

	c->group_mask = 0xff & ~((1u << low) - 1);
}

/* Smallest binary points: no finer than the preemption bits there are. */
static u32 icc_min_bpr0(const struct gic_pe *pe)
{
	return 7 - pe->gic->pre_bits;
}

void icc_reset(struct gic_pe *pe)
{
	pe->icc.running = GIC_IDLE;
	pe->icc.bpr0 = (u8)icc_min_bpr0(pe);
	pe->icc.bpr1 = (u8)(icc_min_bpr0(pe) + 1);
	icc_set_group_mask(&pe->icc);
}

/* ---- the choice and the line ---- */

/* Key of the highest-priority pending interrupt of the enabled group. */
static u32 icc_best(const struct gic_pe *pe)
{
	u32 key = pe->lpi.best;

	if (pe->best_private < key)
		key = pe->best_private;
	if (pe->best_spi < key)
		key = pe->best_spi;
	if (pe->asleep || !pe->icc.igrpen1 || !(pe->gic->ctlr & GICD_CTLR_ENABLE_GRP1))
		return GIC_KEY_NONE;
	return key;
}

/* Above the priority mask, and its group priority above what runs. */
static bool icc_can_take(const struct gic_icc *c, u32 key)
{
	u32 prio = gic_key_prio(key);

	return key != GIC_KEY_NONE && prio < c->pmr && (prio & c->group_mask) < c->running;
}

void gic_pe_update(struct gic_pe *pe)
{
	u32 key = icc_best(pe);

	icc_signal(pe, icc_can_take(&pe->icc, key), key);
}

/* ---- acknowledge, end, deactivate ---- */

u32 icc_iar1_read(struct gic_pe *pe)
{
	u32 key = icc_best(pe);
	u32 intid = gic_key_intid(key);

	if (!icc_can_take(&pe->icc, key))
		return GIC_SPURIOUS;
	icc_raise(pe, gic_key_prio(key) & pe->icc.group_mask);
	plat_event(EV_HW_ACKED, pe->gic->cfg.port, pe->number, intid, NULL, gic_key_prio(key));
	if (intid >= GIC_LPI_BASE) {
		gic_lpi_ack(pe);
		gic_pe_update(pe);
	} else {
		gic_irq_activate(pe, intid);
	}
	return intid;
}

u32 icc_hppir1_read(struct gic_pe *pe)
{
	u32 key = icc_best(pe);

	return key == GIC_KEY_NONE ? GIC_SPURIOUS : gic_key_intid(key);
}

static bool icc_special(u32 intid)
{
	return intid >= ICC_INTID_SPECIAL && intid <= ICC_INTID_SPURIOUS;
}

void icc_eoir1_write(struct gic_pe *pe, u32 intid)
{
	if (icc_special(intid) || pe->icc.running == GIC_IDLE)
		return;
	icc_drop(pe);
	if (!pe->icc.eoimode)
		gic_irq_set_active(pe, intid, false); /* an LPI has no active state */
	gic_pe_update(pe);
}

void icc_dir_write(struct gic_pe *pe, u32 intid)
{
	if (!icc_special(intid) && pe->icc.eoimode)
		gic_irq_set_active(pe, intid, false);
}

/* ---- control ---- */

void icc_pmr_write(struct gic_pe *pe, u32 v)
{
	pe->icc.pmr = (u8)(v & pe->gic->prio_mask);
	gic_pe_update(pe);
}

u32 icc_pmr_read(struct gic_pe *pe)
{
	return pe->icc.pmr;
}

static void icc_bpr_changed(struct gic_pe *pe)
{
	icc_set_group_mask(&pe->icc);
	gic_pe_update(pe);
}

static u8 icc_bpr_value(u32 v, u32 min)
{
	v &= 7;
	return (u8)(v < min ? min : v);
}

void icc_bpr0_write(struct gic_pe *pe, u32 v)
{
	pe->icc.bpr0 = icc_bpr_value(v, icc_min_bpr0(pe));
	icc_bpr_changed(pe);
}

u32 icc_bpr0_read(struct gic_pe *pe)
{
	return pe->icc.bpr0;
}

/* With CBPR = 1 the register shows Group 0's point plus one and ignores writes. */
void icc_bpr1_write(struct gic_pe *pe, u32 v)
{
	if (pe->icc.cbpr)
		return;
	pe->icc.bpr1 = icc_bpr_value(v, icc_min_bpr0(pe) + 1);
	icc_bpr_changed(pe);
}

u32 icc_bpr1_read(struct gic_pe *pe)
{
	if (!pe->icc.cbpr)
		return pe->icc.bpr1;
	return pe->icc.bpr0 < 7 ? pe->icc.bpr0 + 1u : 7;
}

void icc_ctlr_write(struct gic_pe *pe, u32 v)
{
	pe->icc.cbpr = v & ICC_CTLR_CBPR;
	pe->icc.eoimode = v & ICC_CTLR_EOIMODE;
	icc_bpr_changed(pe);
}

u32 icc_ctlr_read(struct gic_pe *pe)
{
	const struct gic_config *cfg = &pe->gic->cfg;
	u32 idbits = cfg->lpi_id_bits > 16 ? ICC_CTLR_IDBITS_24 : ICC_CTLR_IDBITS_16;

	return (pe->icc.cbpr ? ICC_CTLR_CBPR : 0) | (pe->icc.eoimode ? ICC_CTLR_EOIMODE : 0) |
	       (u32)FIELD_PUT(cfg->prio_bits - 1, ICC_CTLR_PRIBITS) |
	       (u32)FIELD_PUT(idbits, ICC_CTLR_IDBITS) | ICC_CTLR_A3V | ICC_CTLR_RSS;
}

void icc_igrpen1_write(struct gic_pe *pe, u32 v)
{
	pe->icc.igrpen1 = v & 1;
	gic_pe_update(pe);
}

u32 icc_igrpen1_read(struct gic_pe *pe)
{
	return pe->icc.igrpen1;
}

u32 icc_rpr_read(struct gic_pe *pe)
{
	return pe->icc.running == GIC_IDLE ? GIC_IDLE_PRIO : pe->icc.running;
}

/* ---- SGIs ---- */

void icc_sgi1r_write(struct gic_pe *pe, u64 v)
{
	u32 intid = (u32)FIELD_GET(v, ICC_SGIR_INTID);
	u32 base = 16 * (u32)FIELD_GET(v, ICC_SGIR_RS);
	u32 targets = (u32)FIELD_GET(v, ICC_SGIR_TARGETLIST);
	struct gic *gic = pe->gic;
	u32 n;

	if (v & ICC_SGIR_IRM) {
		for (n = 0; n < gic->cfg.nr_pes; n++)
			if (&gic->pe[n] != pe)
				plat_sgi(pe->port, gic->pe[n].port, intid);
		return;
	}
	for (; targets; targets &= targets - 1) {
		struct gic_pe *to;

		to = gic_find_pe(gic, icc_sgir_affinity(v, base + plat_ffs64(targets)));
		if (to)
			plat_sgi(pe->port, to->port, intid);
	}
}
