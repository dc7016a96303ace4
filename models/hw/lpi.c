// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Physical LPIs of a redistributor (Arm IHI 0069 chapter 5; spec/vgic.md 6.1, 6.3): arrival,
 * acknowledge, changes of configuration, moves to another PE, GICR_CTLR.EnableLPIs. How the best
 * pending one is found stands in lpi-table.c.
 *
 * Choices: GICR_CTLR.EnableLPIs may be cleared again; IDbits below 13 leave no LPI in range.
 */
#include "gic-internal.h"

static void choose(struct gic_pe *pe)
{
	lpi_settle(&pe->lpi);
	gic_pe_update(pe);
}

/* ---- inputs ---- */

static int dropped(struct gic_pe *pe, u32 intid, enum plat_drop reason, int err)
{
	plat_event(EV_HW_DROPPED, pe->gic->cfg.port, pe->number, intid, NULL, reason);
	return err;
}

/* Make an LPI in range pending: 1, 0 when it was already, -ENOMEM. */
static int insert(struct gic_pe *pe, u32 intid)
{
	u32 old = pe->lpi.best;
	int ret = lpi_insert(&pe->lpi, intid);

	if (pe->lpi.best != old)
		gic_pe_update(pe);
	return ret;
}

void gic_lpi_fetch(struct gic_pe *pe, u32 intid)
{
	if (plat_likely(lpi_in_range(&pe->lpi, intid)))
		lpi_fetch(&pe->lpi, intid);
}

int gic_lpi_set(struct gic_pe *pe, u32 intid)
{
	int ret;

	if (plat_unlikely(!lpi_in_range(&pe->lpi, intid))) {
		if (intid < GIC_LPI_BASE || intid >> pe->gic->cfg.lpi_id_bits || pe->lpi.enabled)
			return dropped(pe, intid, DROP_LPI_RANGE, -EINVAL);
		return dropped(pe, intid, DROP_LPI_DISABLED, -EPERM);
	}
	ret = insert(pe, intid);
	if (plat_unlikely(ret < 0))
		return dropped(pe, intid, DROP_NO_MEMORY, ret);
	plat_event(ret ? EV_HW_PENDING : EV_HW_COALESCED, pe->gic->cfg.port, pe->number, intid,
		   NULL, 0);
	return ret;
}

void gic_lpi_ack(struct gic_pe *pe)
{
	lpi_take_best(&pe->lpi);
}

void gic_lpi_clear(struct gic_pe *pe, u32 intid)
{
	if (!lpi_withdraw(&pe->lpi, intid))
		return;
	plat_event(EV_HW_RETIRED, pe->gic->cfg.port, pe->number, intid, NULL, 0);
	choose(pe);
}

void gic_lpi_inv(struct gic_pe *pe, u32 intid)
{
	if (lpi_reread(&pe->lpi, intid))
		gic_pe_update(pe);
}

void gic_lpi_invall(struct gic_pe *pe)
{
	lpi_rebuild(&pe->lpi);
	choose(pe);
}

bool gic_lpi_pending(const struct gic_pe *pe, u32 intid)
{
	/* A look at memory changes nothing but the remembered pages. */
	struct gic_lpis *l = &((struct gic_pe *)(uintptr_t)pe)->lpi;

	return lpi_in_range(l, intid) && lpi_is_pending(l, intid);
}

/* ---- moving to another PE ---- */

/* The interrupt changes place, and is merged with itself when it is pending there as well. */
static bool move_one(struct gic_pe *from, struct gic_pe *to, u32 intid)
{
	int ret;

	if (!lpi_in_range(&to->lpi, intid))
		return false;
	ret = insert(to, intid);
	if (ret < 0)
		return false; /* no memory: it stays where it is */
	if (!ret)
		plat_event(EV_HW_COALESCED, to->gic->cfg.port, to->number, intid, NULL, 0);
	return lpi_withdraw(&from->lpi, intid);
}

void gic_lpi_move(struct gic_pe *from, struct gic_pe *to, u32 intid)
{
	if (from != to && gic_lpi_pending(from, intid) && move_one(from, to, intid))
		choose(from);
}

void gic_lpi_move_all(struct gic_pe *from, struct gic_pe *to)
{
	u32 intid;

	if (from == to || !to->lpi.limit)
		return;
	for (intid = lpi_next_pending(&from->lpi, GIC_LPI_BASE); intid < from->lpi.limit;
	     intid = lpi_next_pending(&from->lpi, intid + 1))
		move_one(from, to, intid);
	choose(from);
}

/* ---- GICR_CTLR.EnableLPIs ---- */

void gic_lpi_enable(struct gic_pe *pe, bool on)
{
	struct gic_lpis *l = &pe->lpi;
	u32 bits = (u32)FIELD_GET(l->propbaser, GICR_PROPBASER_IDBITS) + 1;

	if (bits > pe->gic->cfg.lpi_id_bits)
		bits = pe->gic->cfg.lpi_id_bits;
	l->enabled = on;
	l->limit = on ? PLAT_BIT(bits) : 0;
	l->prop_addr = (l->propbaser & FIELD_MASK(GICR_PROPBASER_PA)) - GIC_LPI_BASE;
	l->pend_addr = l->pendbaser & FIELD_MASK(GICR_PENDBASER_PA);
	if (on && !(l->pendbaser & GICR_PENDBASER_PTZ))
		lpi_rebuild(l);
	else
		lpi_forget(l);
	choose(pe);
}
