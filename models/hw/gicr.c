// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The redistributor's frames (Arm IHI 0069 chapter 12, GICR_*; spec/vgic.md 2.5, 4.8): RD_base with
 * the LPI tables, SGI_base with the private interrupts at +64 KiB, and with GICv4 VLPI_base at +128
 * KiB and a reserved frame. Writes take effect at once (RWP and SYNCR.Busy are 0). EnableLPIs can be
 * cleared again (CES), INVLPIR and INVALLR are there (IR), direct LPIs (SETLPIR, CLRLPIR) if the
 * configuration says so. GICR_TYPER.Dirty tells that GICR_VPENDBASER.Dirty may be seen set. A redistributor whose ProcessorSleep is 1 signals
 * nothing; ChildrenAsleep follows it at once. The LPI table registers are read-only while LPIs are
 * enabled.
 */
#include "gic-regs.h"

static u64 ctlr_read(const struct gic_access *a)
{
	return (a->pe->lpi.enabled ? GICR_CTLR_ENABLE_LPIS : 0) | GICR_CTLR_CES | GICR_CTLR_IR;
}

static void ctlr_write(const struct gic_access *a, u64 v)
{
	bool on = v & GICR_CTLR_ENABLE_LPIS;

	if (on != a->pe->lpi.enabled)
		gic_lpi_enable(a->pe, on);
}

static u64 iidr_read(const struct gic_access *a)
{
	(void)a;
	return GIC_IIDR_VALUE;
}

static u64 typer_read(const struct gic_access *a)
{
	const struct gic_config *cfg = &a->gic->cfg;
	bool last = a->pe->number + 1 == cfg->nr_pes;
	u64 v = GICR_TYPER_PLPIS | (last ? GICR_TYPER_LAST : 0) |
		(cfg->direct_lpi ? GICR_TYPER_DIRECTLPI : 0) |
		FIELD_PUT(cfg->common_lpi_aff, GICR_TYPER_COMMONLPIAFF) |
		FIELD_PUT(a->pe->number, GICR_TYPER_PROCNUM) |
		FIELD_PUT(a->pe->affinity, GICR_TYPER_AFFINITY);

	if (cfg->direct != GIC_DIRECT_NONE)
		v |= GICR_TYPER_VLPIS | (cfg->vpt_scan ? GICR_TYPER_DIRTY : 0);
	if (cfg->direct == GIC_DIRECT_V41)
		v |= GICR_TYPER_RVPEID;
	return v;
}

static u64 waker_read(const struct gic_access *a)
{
	return a->pe->asleep ? GICR_WAKER_PROCESSOR_SLEEP | GICR_WAKER_CHILDREN_ASLEEP : 0;
}

static void waker_write(const struct gic_access *a, u64 v)
{
	a->pe->asleep = v & GICR_WAKER_PROCESSOR_SLEEP;
	gic_pe_update(a->pe);
}

static u64 propbaser_read(const struct gic_access *a)
{
	return a->pe->lpi.propbaser;
}

static void propbaser_write(const struct gic_access *a, u64 v)
{
	if (!a->pe->lpi.enabled)
		a->pe->lpi.propbaser = v & ~GICR_PROPBASER_RES0;
}

static u64 pendbaser_read(const struct gic_access *a)
{
	return a->pe->lpi.pendbaser & ~GICR_PENDBASER_PTZ;
}

static void pendbaser_write(const struct gic_access *a, u64 v)
{
	if (!a->pe->lpi.enabled)
		a->pe->lpi.pendbaser = v & ~GICR_PENDBASER_RES0;
}

static bool is_v41(const struct gic_access *a)
{
	return a->gic->cfg.direct == GIC_DIRECT_V41;
}

static void invlpir_write(const struct gic_access *a, u64 v)
{
	u32 intid = (u32)FIELD_GET(v, GICR_INVLPIR_INTID);

	if (is_v41(a) && (v & GICR_INVLPIR_V))
		gic_vlpi_inv_vpe(a->pe, (u32)FIELD_GET(v, GICR_INVLPIR_VPEID), intid);
	else
		gic_lpi_inv(a->pe, intid);
}

static void invallr_write(const struct gic_access *a, u64 v)
{
	if (is_v41(a) && (v & GICR_INVALLR_V))
		gic_vlpi_invall_vpe(a->pe, (u32)FIELD_GET(v, GICR_INVALLR_VPEID));
	else
		gic_lpi_invall(a->pe);
}

static void setlpir_write(const struct gic_access *a, u64 v)
{
	if (a->gic->cfg.direct_lpi)
		gic_lpi_set(a->pe, (u32)FIELD_GET(v, GICR_INVLPIR_INTID));
}

static void clrlpir_write(const struct gic_access *a, u64 v)
{
	if (a->gic->cfg.direct_lpi)
		gic_lpi_clear(a->pe, (u32)FIELD_GET(v, GICR_INVLPIR_INTID));
}

/* ---- VLPI_base ---- */

static u64 vpropbaser_read(const struct gic_access *a)
{
	return a->pe->vpe.vpropbaser;
}

static void vpropbaser_write(const struct gic_access *a, u64 v)
{
	gic_vpropbaser_write(a->pe, v);
}

static u64 vpendbaser_read(const struct gic_access *a)
{
	return a->pe->vpe.vpendbaser;
}

static void vpendbaser_write(const struct gic_access *a, u64 v)
{
	gic_vpendbaser_write(a->pe, v);
}

static void vsgir_write(const struct gic_access *a, u64 v)
{
	a->pe->vpe.sgi_asked = (u16)gic_vsgi_pending(a->pe, (u32)FIELD_GET(v, GICR_VSGIR_VPEID));
}

static u64 vsgipendr_read(const struct gic_access *a)
{
	return a->pe->vpe.sgi_asked;
}

static const struct gic_reg rd_regs[] = {
	{ GICR_CTLR, 4, 0, 4, ctlr_read, ctlr_write },
	{ GICR_IIDR, 4, 0, 4, iidr_read, NULL },
	{ GICR_TYPER, 8, 0, 4 | 8, typer_read, NULL },
	{ GICR_WAKER, 4, 0, 4, waker_read, waker_write },
	{ GICR_SETLPIR, 8, 0, 8, NULL, setlpir_write },
	{ GICR_CLRLPIR, 8, 0, 8, NULL, clrlpir_write },
	{ GICR_PROPBASER, 8, 0, 4 | 8, propbaser_read, propbaser_write },
	{ GICR_PENDBASER, 8, 0, 4 | 8, pendbaser_read, pendbaser_write },
	{ GICR_INVLPIR, 8, 0, 8, NULL, invlpir_write },
	{ GICR_INVALLR, 8, 0, 8, NULL, invallr_write },
};

static const struct gic_reg sgi_regs[] = { GIC_BANK_ROWS(32) };

static const struct gic_reg vlpi_regs[] = {
	{ GICR_VPROPBASER, 8, 0, 4 | 8, vpropbaser_read, vpropbaser_write },
	{ GICR_VPENDBASER, 8, 0, 4 | 8, vpendbaser_read, vpendbaser_write },
	{ GICR_VSGIR, 4, 0, 4, NULL, vsgir_write },
	{ GICR_VSGIPENDR, 4, 0, 4, vsgipendr_read, NULL },
};

static const struct gic_frame rd_frame = { rd_regs, PLAT_ARRAY_SIZE(rd_regs), 0 };
static const struct gic_frame sgi_frame = { sgi_regs, PLAT_ARRAY_SIZE(sgi_regs), GICR_SGI_BASE };
static const struct gic_frame vlpi_frame = { vlpi_regs, PLAT_ARRAY_SIZE(vlpi_regs), 0 };

/* NULL: there is nothing. */
static const struct gic_frame *redist_frame(const struct gic_pe *pe, u32 offset)
{
	if (offset < GICR_SGI_BASE)
		return &rd_frame;
	if (offset < GICR_VLPI_BASE)
		return &sgi_frame;
	return pe->gic->cfg.direct != GIC_DIRECT_NONE ? &vlpi_frame : NULL;
}

u64 gicr_read(struct gic_pe *pe, u32 offset, u32 len)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };
	const struct gic_frame *f = redist_frame(pe, offset);
	u32 within = offset % GICR_SGI_BASE;

	if (offset >= GICV4_REDIST_SIZE || !f)
		return 0;
	if (within >= GICV3_IDREGS && len == 4 && offset % 4 == 0)
		return gic_idreg_read(within);
	return gic_frame_read(f, a, offset);
}

void gicr_write(struct gic_pe *pe, u32 offset, u32 len, u64 value)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };
	const struct gic_frame *f = redist_frame(pe, offset);

	if (f)
		gic_frame_write(f, a, offset, value);
}
