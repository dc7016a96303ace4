// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Residency of vPEs on redistributors (Arm IHI 0069 chapters 5 and 6, GICR_VPROPBASER and
 * GICR_VPENDBASER; spec/vgic.md 4.8, 6.3). A vPE becomes resident when Valid goes 0 -> 1: its
 * pending table is scanned, and from then on its vLPIs (and vSGIs) compete with the list registers
 * of the PE. When Valid goes 1 -> 0 the redistributor says in PendingLast whether an enabled
 * interrupt is left pending. GICv4.0 names the vPE by its tables, GICv4.1 by its vPEID.
 *
 * With gic_config.vpt_scan both transitions take time: Dirty reads as one until gic_vpt_scanned().
 *
 * Choices: the pending table is scanned whatever PendingLast and IDAI say; while Dirty nothing of
 * the vPE is presented, and what arrives is kept in memory; PendingLast reads as one while a vPE of
 * GICv4.0 is resident, and IDAI as it was written; a vPE that is resident twice is served by the
 * redistributor that its ITS names, else by the one with the lower number. What is UNPREDICTABLE is
 * reported, and done as the names of PLAT_UNPREDICTABLES say.
 */
#include "gic-internal.h"

static bool is_v41(const struct gic_pe *pe)
{
	return pe->gic->cfg.direct == GIC_DIRECT_V41;
}

void gic_vpe_init(struct gic_pe *pe)
{
	struct gic_residency *r = &pe->vpe;

	if (pe->gic->resident)
		pe->gic->resident[pe->number] = VPE_NONE;
	r->key = VPE_NONE;
	r->scanned = VPE_NONE;
	r->lpi.mem = pe->gic->mem;
	r->lpi.prio_mask = 0xff & ~(0xffu >> pe->gic->cfg.vprio_bits);
	r->lpi.best = GIC_KEY_NONE;
	lpi_heap_init(&r->lpi.heap);
}

struct gic_pe *gic_vpe_resident(struct gic *gic, u64 key)
{
	u32 n;

	for (n = 0; n < gic->cfg.nr_pes; n++)
		if (gic->resident[n] == key)
			return &gic->pe[n];
	return NULL;
}

struct plat_waitq *gic_vpt_waitq(struct gic_pe *pe)
{
	return &pe->vpe.waitq;
}

void gic_unpredictable(struct gic_pe *pe, enum plat_unpredictable what)
{
	plat_event(EV_HW_UNPREDICTABLE, pe->gic->cfg.port, pe->number, 0, NULL, what);
}

/* ---- the scan ---- */

/* Dirty until the port says that the scan is over; without scans that take time it is over now. */
static void start_scan(struct gic_pe *pe, u32 bytes)
{
	pe->vpe.vpendbaser |= GICR_VPENDBASER_DIRTY;
	if (pe->gic->cfg.vpt_scan)
		plat_vpt_scan(pe->port, bytes);
	else
		gic_vpt_scanned(pe);
}

void gic_vpt_scanned(struct gic_pe *pe)
{
	struct gic_residency *r = &pe->vpe;

	if (!(r->vpendbaser & GICR_VPENDBASER_DIRTY))
		return; /* Valid was toggled meanwhile: that scan has ended already */
	r->vpendbaser &= ~GICR_VPENDBASER_DIRTY;
	if (r->scanned != VPE_NONE) {
		r->key = r->scanned;
		pe->virt.vpe = true;
		r->scanned = VPE_NONE;
		lpi_rebuild(&r->lpi);
		lpi_settle(&r->lpi);
		if (is_v41(pe))
			gic_vsgi_load(pe);
		gic_vpe_changed(pe);
	}
	plat_notify(&r->waitq);
}

/* ---- Valid 0 -> 1 ---- */

/* The tables of the vPE that the registers name, and its key. */
static void tables_v40(struct gic_pe *pe)
{
	struct gic_residency *r = &pe->vpe;
	u32 bits = (u32)FIELD_GET(r->vpropbaser, GICR_VPROPBASER_IDBITS) + 1;

	if (bits > ITS_VINTID_BITS)
		bits = ITS_VINTID_BITS;
	r->groups = 2; /* vLPIs are Group 1 */
	r->lpi.limit = PLAT_BIT(bits);
	r->lpi.prop_addr = (r->vpropbaser & FIELD_MASK(GICR_VPROPBASER_PA)) - GIC_LPI_BASE;
	r->lpi.pend_addr = r->vpendbaser & FIELD_MASK(GICR_VPENDBASER_PA);
	r->scanned = r->lpi.pend_addr;
}

/* GICv4.1: a vPE may be resident on every PE that shares a table of vPEs with where it is mapped. */
static bool may_be_here(const struct gic_pe *pe, u64 vte)
{
	u32 level = pe->gic->cfg.common_lpi_aff;
	const struct gic_pe *mapped = gic_pe(pe->gic, (u32)FIELD_GET(vte, ITS_VTE_PE));

	return mapped && gic_common_affinity(pe->affinity, level) ==
				 gic_common_affinity(mapped->affinity, level);
}

static void tables_v41(struct gic_pe *pe)
{
	struct gic_residency *r = &pe->vpe;
	u64 vte[2];

	r->vpe = (u16)FIELD_GET(r->vpendbaser, GICR_VPENDBASER_VPEID);
	r->groups = (u8)((r->vpendbaser & GICR_VPENDBASER_VGRP0EN ? 1 : 0) |
			 (r->vpendbaser & GICR_VPENDBASER_VGRP1EN ? 2 : 0));
	if (gic_vte_read(pe, r->vpe, vte)) {
		gic_unpredictable(pe, UNPREDICTABLE_RESIDENT_UNMAPPED);
		r->lpi.limit = 0;
		return;
	}
	if (!may_be_here(pe, vte[0]))
		gic_unpredictable(pe, UNPREDICTABLE_RESIDENT_ELSEWHERE);
	r->lpi.limit = PLAT_BIT(its_vte_id_bits(vte[0]));
	r->lpi.prop_addr = its_vte1_vconf(vte[1]) - GIC_LPI_BASE;
	r->lpi.pend_addr = its_vte_vpt(vte[0]);
	r->scanned = r->vpe;
}

static void make_resident(struct gic_pe *pe, u64 v)
{
	struct gic_residency *r = &pe->vpe;

	r->vpendbaser = v & ~GICR_VPENDBASER_DIRTY;
	if (is_v41(pe)) {
		r->vpendbaser &= ~(GICR_VPENDBASER_DB | GICR_VPENDBASER_PENDINGLAST);
		tables_v41(pe);
	} else {
		r->vpendbaser |= GICR_VPENDBASER_PENDINGLAST;
		tables_v40(pe);
	}
	pe->gic->resident[pe->number] = r->scanned;
	start_scan(pe, r->lpi.limit / 8);
}

/* ---- Valid 1 -> 0 ---- */

/* Keep in the vPE's entry what a default doorbell depends on; nobody asks while it is resident. */
static void note_doorbell(struct gic_pe *pe, bool wanted)
{
	u64 vte[2];

	if (gic_vte_read(pe, pe->vpe.vpe, vte))
		return;
	vte[1] = FIELD_SET(vte[1], pe->vpe.groups, ITS_VTE1_GROUPS) & ~ITS_VTE1_DB;
	gic_vte_write(pe, pe->vpe.vpe, (u64[]){ vte[0], vte[1] | (wanted ? ITS_VTE1_DB : 0) });
}

static void make_nonresident(struct gic_pe *pe, u64 v)
{
	struct gic_residency *r = &pe->vpe;
	bool lpi = (r->groups & 2) && r->lpi.best != GIC_KEY_NONE;
	bool last = lpi || gic_vsgi_ready(pe, r->groups);

	if (is_v41(pe)) {
		bool asked = (v & GICR_VPENDBASER_DB) && !(v & GICR_VPENDBASER_PENDINGLAST);

		r->vpendbaser = v & ~(GICR_VPENDBASER_DIRTY | GICR_VPENDBASER_DB);
		if (asked && !last)
			r->vpendbaser |= GICR_VPENDBASER_DB;
		if (r->key != VPE_NONE)
			note_doorbell(pe, asked && !last);
	} else {
		r->vpendbaser = v & ~(GICR_VPENDBASER_DIRTY | GICR_VPENDBASER_PENDINGLAST);
	}
	if (last)
		r->vpendbaser |= GICR_VPENDBASER_PENDINGLAST;
	r->key = VPE_NONE;
	pe->virt.vpe = false;
	pe->gic->resident[pe->number] = VPE_NONE;
	r->sgi_pending = 0;
	lpi_forget(&r->lpi);
	gic_vpe_changed(pe);
	start_scan(pe, r->lpi.limit / 8);
}

/* ---- registers ---- */

void gic_vpropbaser_write(struct gic_pe *pe, u64 v)
{
	struct gic_residency *r = &pe->vpe;

	if (r->vpendbaser & GICR_VPENDBASER_VALID) {
		gic_unpredictable(pe, UNPREDICTABLE_VPROPBASER_WHILE_VALID);
		return;
	}
	if (is_v41(pe))
		r->vpropbaser = FIELD_SET(v & ~(GICR_VPROPBASER_V41_RES0 | GICR_VPROPBASER_V41_Z),
					  ITS_VTE_SIZE / 8 - 1, GICR_VPROPBASER_V41_ENTRY_SIZE);
	else
		r->vpropbaser = v & ~GICR_VPROPBASER_V40_RES0;
}

/* What of GICR_VPENDBASER must stay as it is while Valid, and when Valid goes. Dirty is read-only. */
static u64 fixed_fields(bool now)
{
	u64 free = GICR_VPENDBASER_DIRTY;

	if (!now) /* bit 62: DB of GICv4.1, IDAI of GICv4.0 */
		free |= GICR_VPENDBASER_VALID | GICR_VPENDBASER_PENDINGLAST | GICR_VPENDBASER_DB;
	return ~free;
}

void gic_vpendbaser_write(struct gic_pe *pe, u64 v)
{
	struct gic_residency *r = &pe->vpe;
	bool was = r->vpendbaser & GICR_VPENDBASER_VALID, now = v & GICR_VPENDBASER_VALID;

	v &= ~(is_v41(pe) ? GICR_VPENDBASER_V41_RES0 : GICR_VPENDBASER_V40_RES0);
	if (was && ((v ^ r->vpendbaser) & fixed_fields(now))) {
		gic_unpredictable(pe, UNPREDICTABLE_VPENDBASER_WHILE_VALID);
		v = (v & ~fixed_fields(now)) | (r->vpendbaser & fixed_fields(now));
	}
	if (was == now) {
		if (!now)
			r->vpendbaser = (v & ~GICR_VPENDBASER_DIRTY) |
					(r->vpendbaser & GICR_VPENDBASER_DIRTY);
		return;
	}
	if (r->vpendbaser & GICR_VPENDBASER_DIRTY) {
		gic_unpredictable(pe, UNPREDICTABLE_VALID_WHILE_DIRTY);
		gic_vpt_scanned(pe);
	}
	if (now)
		make_resident(pe, v);
	else
		make_nonresident(pe, v);
}
