// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The redistributor's frames (Arm IHI 0069 chapter 12, GICR_*; spec/vgic.md 2.5): RD_base with the
 * LPI tables, and SGI_base with the private interrupts at +64 KiB. Writes take effect at once (RWP
 * and SYNCR.Busy are 0). EnableLPIs can be cleared again (CES), INVLPIR and INVALLR are there (IR),
 * direct LPIs (SETLPIR, CLRLPIR) are not. A redistributor whose ProcessorSleep is 1 signals
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
	bool last = a->pe->number + 1 == a->gic->cfg.nr_pes;

	return GICR_TYPER_PLPIS | (last ? GICR_TYPER_LAST : 0) |
	       FIELD_PUT(a->pe->number, GICR_TYPER_PROCNUM) |
	       FIELD_PUT(a->pe->affinity, GICR_TYPER_AFFINITY);
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

static void invlpir_write(const struct gic_access *a, u64 v)
{
	gic_lpi_inv(a->pe, (u32)FIELD_GET(v, GICR_INVLPIR_INTID));
}

static void invallr_write(const struct gic_access *a, u64 v)
{
	(void)v;
	gic_lpi_invall(a->pe);
}

static const struct gic_reg rd_regs[] = {
	{ GICR_CTLR, 4, 0, 4, ctlr_read, ctlr_write },
	{ GICR_IIDR, 4, 0, 4, iidr_read, NULL },
	{ GICR_TYPER, 8, 0, 4 | 8, typer_read, NULL },
	{ GICR_WAKER, 4, 0, 4, waker_read, waker_write },
	{ GICR_PROPBASER, 8, 0, 4 | 8, propbaser_read, propbaser_write },
	{ GICR_PENDBASER, 8, 0, 4 | 8, pendbaser_read, pendbaser_write },
	{ GICR_INVLPIR, 8, 0, 8, NULL, invlpir_write },
	{ GICR_INVALLR, 8, 0, 8, NULL, invallr_write },
};

static const struct gic_reg sgi_regs[] = { GIC_BANK_ROWS(32) };

static const struct gic_frame rd_frame = { rd_regs, PLAT_ARRAY_SIZE(rd_regs), 0 };
static const struct gic_frame sgi_frame = { sgi_regs, PLAT_ARRAY_SIZE(sgi_regs), GICR_SGI_BASE };

static const struct gic_frame *redist_frame(u32 offset)
{
	return offset < GICR_SGI_BASE ? &rd_frame : &sgi_frame;
}

u64 gicr_read(struct gic_pe *pe, u32 offset, u32 len)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };
	u32 within = offset % GICR_SGI_BASE;

	if (offset >= GICV3_REDIST_SIZE)
		return 0;
	if (within >= GICV3_IDREGS && len == 4 && offset % 4 == 0)
		return gic_idreg_read(within);
	return gic_frame_read(redist_frame(offset), a, offset);
}

void gicr_write(struct gic_pe *pe, u32 offset, u32 len, u64 value)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	gic_frame_write(redist_frame(offset), a, offset, value);
}
