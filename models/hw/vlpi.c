// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Virtual LPIs at a redistributor (Arm IHI 0069 chapters 5 and 6; spec/vgic.md 6.3): arrival for a
 * resident vPE or for one that is not, doorbells, changes of configuration, moves between vPEs.
 *
 * For the resident vPE the virtual pending table has its heap (lpi-table.c) as a physical one has.
 * For others there is the table alone: a bit is set, and a doorbell may ring.
 *	GICv4.0	each vLPI has a doorbell LPI of its own, or none. It rings whenever the vLPI arrives,
 *		pending already or not, enabled or not: software masks it, not the hardware.
 *	GICv4.1	a vPE has one default doorbell. It rings when an enabled vLPI of an enabled group
 *		arrives, if that was asked for when the vPE stopped being resident, and once only.
 *
 * Choices: what arrives at a redistributor which the vPE has left is passed on to where the vPE is
 * resident; else its doorbell rings where the vPE is mapped now; a vLPI is configured by the redistributor alone, that is nothing is read again for a
 * vPE that is not resident, but for its doorbell.
 */
#include "gic-internal.h"

/* ---- memory, for a vPE that is not resident ---- */

/* The byte of a pending table that holds the bit of an INTID; NULL: no memory there. */
static u8 *vpt_byte(struct gic *gic, u64 vte, u32 intid, bool make)
{
	u64 addr = its_vte_vpt(vte) + intid / 8;
	u8 *page = make ? gic_mem_page(gic->mem, addr)
			: (u8 *)(uintptr_t)gic_mem_peek_page(gic->mem, addr);

	return page ? page + addr % 0x1000 : NULL;
}

static bool vpt_pending(struct gic *gic, u64 vte, u32 intid)
{
	const u8 *byte = vpt_byte(gic, vte, intid, false);

	return byte && (*byte & PLAT_BIT(intid % 8));
}

static bool vpt_range(u64 vte, u32 intid)
{
	return intid >= GIC_LPI_BASE && !(intid >> its_vte_id_bits(vte));
}

/* GICv4.1: the vLPI is enabled as its configuration table says now. */
static bool vconf_enabled(struct gic *gic, u64 vte1, u32 intid)
{
	u64 addr = its_vte1_vconf(vte1) + intid - GIC_LPI_BASE;
	const u8 *page = gic_mem_peek_page(gic->mem, addr);

	return page && (page[addr % 0x1000] & LPI_CONFIG_ENABLE);
}

/* ---- doorbells ---- */

static void ring(struct gic_pe *pe, u32 vpe, u32 doorbell)
{
	plat_event(EV_HW_DOORBELL, pe->gic->cfg.port, pe->number, doorbell, NULL, vpe);
	gic_lpi_set(pe, doorbell);
}

bool gic_default_doorbell(struct gic_pe *pe, u32 vpe, u64 vte[2])
{
	u32 doorbell = (u32)FIELD_GET(vte[1], ITS_VTE1_DOORBELL);

	if (!(vte[1] & ITS_VTE1_DB))
		return false;
	vte[1] &= ~ITS_VTE1_DB;
	gic_vte_write(pe, vpe, vte);
	if (doorbell == ITS_NO_DOORBELL)
		return false;
	ring(pe, vpe, doorbell);
	return true;
}

/* GICv4.1: a vLPI that is pending may be one that the vPE waits for. */
static bool vlpi_doorbell(struct gic_pe *pe, u32 vpe, u64 vte[2], u32 intid)
{
	return (vte[1] & ITS_VTE1_DB) && (FIELD_GET(vte[1], ITS_VTE1_GROUPS) & 2) &&
	       vconf_enabled(pe->gic, vte[1], intid) && gic_default_doorbell(pe, vpe, vte);
}

/* ---- arrival ---- */

static int dropped(struct gic_pe *pe, const struct gic_vlpi *v, enum plat_drop reason, int err)
{
	plat_event(EV_VLPI_DROPPED, pe->gic->cfg.port, pe->number, v->intid, NULL, reason);
	return err;
}

static void report(struct gic_pe *pe, const struct gic_vlpi *v, bool fresh)
{
	plat_event(fresh ? EV_VLPI_PENDING : EV_VLPI_COALESCED, pe->gic->cfg.port, pe->number,
		   v->intid, NULL, v->vpe);
}

/* Into the memory of a vPE that is not presented: 1, 0 when it was pending already, or dropped. */
static int set_in_memory(struct gic_pe *pe, const struct gic_vlpi *v, u64 vte)
{
	u8 bit = (u8)PLAT_BIT(v->intid % 8), *byte;
	bool fresh;

	if (!vpt_range(vte, v->intid))
		return dropped(pe, v, DROP_VLPI_RANGE, -EINVAL);
	byte = vpt_byte(pe->gic, vte, v->intid, true);
	if (!byte)
		return dropped(pe, v, DROP_NO_MEMORY, -ENOMEM);
	fresh = !(*byte & bit);
	*byte |= bit;
	return fresh;
}

static int set_resident(struct gic_pe *pe, const struct gic_vlpi *v)
{
	struct gic_lpis *l = &pe->vpe.lpi;
	u32 old = l->best;
	int ret;

	if (plat_unlikely(!lpi_in_range(l, v->intid)))
		return dropped(pe, v, DROP_VLPI_RANGE, -EINVAL);
	ret = lpi_insert(l, v->intid);
	if (plat_unlikely(ret < 0))
		return dropped(pe, v, DROP_NO_MEMORY, ret);
	if (l->best != old)
		gic_vpe_changed(pe);
	return ret | GIC_VLPI_RESIDENT;
}

static int set_waiting_v40(struct gic_pe *pe, const struct gic_vlpi *v)
{
	int ret = set_in_memory(pe, v, v->vte);

	if (ret < 0 || v->doorbell == ITS_NO_DOORBELL)
		return ret;
	ring(its_vpe_place(pe, v), v->vpe, v->doorbell);
	return ret | GIC_VLPI_DOORBELL;
}

static int set_waiting_v41(struct gic_pe *pe, const struct gic_vlpi *v)
{
	u64 vte[2];
	int ret;

	if (gic_vte_follow(&pe, v->vpe, vte))
		return dropped(pe, v, DROP_UNMAPPED_VPE, -ENXIO);
	ret = set_in_memory(pe, v, vte[0]);
	if (ret < 0)
		return ret;
	if (v->doorbell != ITS_NO_DOORBELL) {
		ring(pe, v->vpe, v->doorbell);
		ret |= GIC_VLPI_DOORBELL;
	}
	return vlpi_doorbell(pe, v->vpe, vte, v->intid) ? ret | GIC_VLPI_DOORBELL : ret;
}

/* The vPE is not presented here. */
static int set_elsewhere(struct gic_pe *pe, const struct gic_vlpi *v, u64 key)
{
	struct gic_pe *at = gic_vpe_resident(pe->gic, key);

	if (at && at->vpe.key == key)
		return set_resident(at, v);
	if (at) /* its table is being scanned, and will be presented then */
		return set_in_memory(pe, v, v->vte);
	return pe->gic->cfg.direct == GIC_DIRECT_V41 ? set_waiting_v41(pe, v)
						     : set_waiting_v40(pe, v);
}

/* Make it pending where its vPE is, by its key; nothing is reported but drops and doorbells. */
static int insert(struct gic_pe *pe, const struct gic_vlpi *v)
{
	u64 key = gic_vpe_key(pe->gic, v->vpe, v->vte);

	return plat_likely(pe->vpe.key == key) ? set_resident(pe, v) : set_elsewhere(pe, v, key);
}

int gic_vlpi_set(struct gic_pe *pe, const struct gic_vlpi *v)
{
	int ret = insert(pe, v);

	if (plat_likely(ret >= 0))
		report(pe, v, ret & GIC_VLPI_NEW);
	return ret;
}

void gic_vlpi_ack(struct gic_pe *pe)
{
	lpi_take_best(&pe->vpe.lpi);
}

/* ---- withdrawal, move ---- */

/* Clear its pending state wherever it is kept; whether it was pending. */
static bool withdraw(struct gic_pe *pe, const struct gic_vlpi *v)
{
	struct gic_pe *at = gic_vpe_resident(pe->gic, gic_vpe_key(pe->gic, v->vpe, v->vte));

	if (at && at->vpe.key != VPE_NONE) {
		if (!lpi_withdraw(&at->vpe.lpi, v->intid))
			return false;
		lpi_settle(&at->vpe.lpi);
		gic_vpe_changed(at);
		return true;
	}
	if (!vpt_range(v->vte, v->intid) || !vpt_pending(pe->gic, v->vte, v->intid))
		return false;
	*vpt_byte(pe->gic, v->vte, v->intid, false) &= (u8)~PLAT_BIT(v->intid % 8);
	return true;
}

void gic_vlpi_clear(struct gic_pe *pe, const struct gic_vlpi *v)
{
	if (withdraw(pe, v))
		plat_event(EV_VLPI_RETIRED, pe->gic->cfg.port, pe->number, v->intid, NULL, v->vpe);
}

void gic_vlpi_move(struct gic_pe *from, const struct gic_vlpi *a, struct gic_pe *to,
		   const struct gic_vlpi *b)
{
	int ret;

	if (!withdraw(from, a))
		return;
	ret = insert(to, b);
	if (ret >= 0 && !(ret & GIC_VLPI_NEW))
		report(to, b, false);
}

/* ---- configuration ---- */

/* A vPE that is not resident reads its configuration when it becomes so; but what it has been
 * waiting for may be enabled now. */
static void inv_waiting(struct gic_pe *pe, u32 vpe, u32 intid)
{
	u64 vte[2];

	if (pe->gic->cfg.direct != GIC_DIRECT_V41 || gic_vte_follow(&pe, vpe, vte))
		return;
	if (vpt_range(vte[0], intid) && vpt_pending(pe->gic, vte[0], intid))
		vlpi_doorbell(pe, vpe, vte, intid);
}

static void inv(struct gic_pe *pe, u32 vpe, u32 intid, u64 key)
{
	struct gic_pe *at = gic_vpe_resident(pe->gic, key);

	if (!at)
		inv_waiting(pe, vpe, intid);
	else if (at->vpe.key == key && lpi_reread(&at->vpe.lpi, intid))
		gic_vpe_changed(at);
}

void gic_vlpi_inv(struct gic_pe *pe, const struct gic_vlpi *v)
{
	inv(pe, v->vpe, v->intid, gic_vpe_key(pe->gic, v->vpe, v->vte));
}

void gic_vlpi_inv_vpe(struct gic_pe *pe, u32 vpe, u32 intid)
{
	inv(pe, vpe, intid, vpe);
}

/* Ring for the first vLPI that a waiting vPE asked a doorbell for. */
static void invall_waiting(struct gic_pe *pe, u32 vpe)
{
	u64 vte[2];
	u32 intid;

	if (pe->gic->cfg.direct != GIC_DIRECT_V41 || gic_vte_follow(&pe, vpe, vte) ||
	    !(vte[1] & ITS_VTE1_DB))
		return;
	for (intid = GIC_LPI_BASE; vpt_range(vte[0], intid); intid++) {
		const u8 *byte = vpt_byte(pe->gic, vte[0], intid, false);

		if (!byte || !*byte)
			intid |= byte ? 7 : 0x7fff; /* a page holds 32768 bits */
		else if ((*byte & PLAT_BIT(intid % 8)) && vlpi_doorbell(pe, vpe, vte, intid))
			return;
	}
}

static void invall(struct gic_pe *pe, u32 vpe, u64 key)
{
	struct gic_pe *at = gic_vpe_resident(pe->gic, key);

	if (!at) {
		invall_waiting(pe, vpe);
	} else if (at->vpe.key == key) {
		lpi_rebuild(&at->vpe.lpi);
		lpi_settle(&at->vpe.lpi);
		gic_vpe_changed(at);
	}
}

void gic_vlpi_invall(struct gic_pe *pe, u32 vpe, u64 vte)
{
	invall(pe, vpe, gic_vpe_key(pe->gic, vpe, vte));
}

void gic_vlpi_invall_vpe(struct gic_pe *pe, u32 vpe)
{
	invall(pe, vpe, vpe);
}
