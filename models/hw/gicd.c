// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The distributor's frame (Arm IHI 0069 chapter 12, GICD_*; spec/vgic.md 2.4): one security state
 * (DS reads as one), affinity routing always on (ARE reads as one), so that the first 32
 * interrupts, ITARGETSR, IGRPMODR and NSACR read as zero and ignore writes. Writes take effect at
 * once: RWP is always 0. GICv4.1 tells the width of a vPEID in TYPER2; SGIs without an active state
 * (nASSGIcap) are not there. No message-based SPIs (MBIS), no 1-of-N (No1N), affinity level 3 (A3V)
 * and range selection (RSS) are there.
 */
#include "gic-regs.h"

#define CTLR_ENABLES (GICD_CTLR_ENABLE_GRP0 | GICD_CTLR_ENABLE_GRP1)

static u64 ctlr_read(const struct gic_access *a)
{
	return a->gic->ctlr | GICD_CTLR_ARE | GICD_CTLR_DS;
}

static void ctlr_write(const struct gic_access *a, u64 v)
{
	u32 n;

	a->gic->ctlr = (u32)v & CTLR_ENABLES;
	for (n = 0; n < a->gic->cfg.nr_pes; n++)
		gic_pe_update(&a->gic->pe[n]);
}

static u64 typer_read(const struct gic_access *a)
{
	const struct gic_config *cfg = &a->gic->cfg;

	return FIELD_PUT(cfg->nr_spis / 32, GICD_TYPER_ITLINES) |
	       FIELD_PUT(cfg->lpi_id_bits - 1, GICD_TYPER_IDBITS) | GICD_TYPER_LPIS |
	       GICD_TYPER_A3V | GICD_TYPER_NO1N | GICD_TYPER_RSS;
}

static u64 typer2_read(const struct gic_access *a)
{
	if (a->gic->cfg.direct != GIC_DIRECT_V41)
		return 0;
	return GICD_TYPER2_VIL | FIELD_PUT(a->gic->vpeid_bits - 1, GICD_TYPER2_VID);
}

static u64 iidr_read(const struct gic_access *a)
{
	(void)a;
	return GIC_IIDR_VALUE;
}

static struct gic_spi_bank *irouter_bank(const struct gic_access *a)
{
	return &a->gic->spi[(a->first - GIC_SPI_BASE) / 32];
}

static u64 irouter_read(const struct gic_access *a)
{
	return mpidr_unpack(irouter_bank(a)->affinity[a->first % 32]);
}

static void irouter_write(const struct gic_access *a, u64 v)
{
	gic_spi_route(a->gic, a->first, mpidr_pack(v));
}

static const struct gic_reg dist_regs[] = {
	{ GICD_CTLR, 4, 0, 4, ctlr_read, ctlr_write },
	{ GICD_TYPER, 4, 0, 4, typer_read, NULL },
	{ GICD_IIDR, 4, 0, 4, iidr_read, NULL },
	{ GICD_TYPER2, 4, 0, 4, typer2_read, NULL },
	GIC_BANK_ROWS(1024),
	{ GICD_IROUTER, 1020 * 8, 64, 4 | 8, irouter_read, irouter_write },
};

static const struct gic_frame dist_frame = { dist_regs, PLAT_ARRAY_SIZE(dist_regs), 0 };

u64 gicd_read(struct gic *gic, u32 offset, u32 len)
{
	if (offset >= GICV3_IDREGS && len == 4 && offset % 4 == 0)
		return gic_idreg_read(offset);
	return gic_frame_read(&dist_frame, (struct gic_access){ .gic = gic, .len = len }, offset);
}

void gicd_write(struct gic *gic, u32 offset, u32 len, u64 value)
{
	gic_frame_write(&dist_frame, (struct gic_access){ .gic = gic, .len = len }, offset, value);
}
