// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot of the host's GICv3 (GIC architecture specification, initialisation): through the registers
 * a kernel uses. One priority for all interrupts; ties go to the lower INTID. Then SPIs and the
 * interrupt entry, on GICv2 hosts too.
 */
#include "gic-driver.h"

#include "../arch/gicv2.h"
#include "../arch/gicv3.h"
#include "gicv2-driver.h"

#define HOST_PRIORITY 0xa0a0a0a0u

static bool is_v2(const struct gic *gic)
{
	return plat_unlikely(gic_config(gic)->arch == GIC_ARCH_V2);
}

static bool pe_is_v2(const struct gic_pe *pe)
{
	return plat_unlikely(gic_pe_arch(pe) == GIC_ARCH_V2);
}

void host_gic_init(struct gic *gic)
{
	u32 end = GIC_SPI_BASE + gic_config(gic)->nr_spis;

	if (is_v2(gic)) {
		host_gicv2_init(gic);
		return;
	}
	for (u32 i = GIC_SPI_BASE; i < end; i += 32)
		gicd_write(gic, GICD_IGROUPR + i / 8, 4, 0xffffffff);
	for (u32 i = GIC_SPI_BASE; i < end; i += 4)
		gicd_write(gic, GICD_IPRIORITYR + i, 4, HOST_PRIORITY);
	gicd_write(gic, GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
}

void host_gic_init_pe(struct gic_pe *pe)
{
	if (pe_is_v2(pe)) {
		host_gicv2_init_pe(pe);
		return;
	}
	gicr_write(pe, GICR_WAKER, 4, 0);
	gicr_write(pe, GICR_IGROUPR0, 4, 0xffffffff);
	for (u32 i = 0; i < GIC_NR_PRIVATE; i += 4)
		gicr_write(pe, GICR_IPRIORITYR0 + i, 4, HOST_PRIORITY);
	gicr_write(pe, GICR_ISENABLER0, 4, 0xffffffff);
	icc_pmr_write(pe, 0xff);
	icc_bpr1_write(pe, 0);
	icc_ctlr_write(pe, ICC_CTLR_EOIMODE);
	icc_igrpen1_write(pe, 1);
}

/* ---- SPIs: a GICv2 has the same registers, but for the routes ---- */

static u64 dist_read(struct gic *gic, u32 offset)
{
	return is_v2(gic) ? gicd_v2_read(gic_pe(gic, 0), offset, 4) : gicd_read(gic, offset, 4);
}

static void dist_write(struct gic *gic, u32 offset, u64 value)
{
	if (is_v2(gic))
		gicd_v2_write(gic_pe(gic, 0), offset, 4, (u32)value);
	else
		gicd_write(gic, offset, 4, value);
}

static void route(struct gic *gic, u32 intid, const struct gic_pe *to)
{
	if (is_v2(gic))
		gicd_v2_write(gic_pe(gic, 0), GICD_ITARGETSR + intid, 1, 1u << gic_pe_number(to));
	else
		gicd_write(gic, GICD_IROUTER + intid * 8, 8, mpidr_unpack(gic_pe_affinity(to)));
}

void host_gic_setup_spi(struct gic *gic, u32 intid, const struct gic_pe *to, bool level)
{
	u32 shift = intid % 16 * 2, offset = GICD_ICFGR + intid / 16 * 4;
	u64 cfg = dist_read(gic, offset) & ~((u64)GIC_ICFGR_EDGE << shift);

	if (!level)
		cfg |= (u64)GIC_ICFGR_EDGE << shift;
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_cost(COST_GIC_MMIO_WRITE, 2);
	plat_sync();
	dist_write(gic, offset, cfg);
	route(gic, intid, to);
	host_gic_unmask_spi(gic, intid);
}

/* GICv2 has no RWP: the write is in effect when it is done. */
void host_gic_mask_spi(struct gic *gic, u32 intid)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	dist_write(gic, GICD_ICENABLER + intid / 32 * 4, 1u << intid % 32);
	if (is_v2(gic))
		return;
	plat_cost(COST_GIC_MMIO_READ, 1); /* GICD_CTLR.RWP */
	plat_sync();
}

void host_gic_unmask_spi(struct gic *gic, u32 intid)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	dist_write(gic, GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
}

/* ---- the interrupt entry ---- */

u32 host_gic_ack(struct gic_pe *pe)
{
	return pe_is_v2(pe) ? gicc_read(pe, GICC_IAR, 4) : icc_iar1_read(pe);
}

void host_gic_eoi(struct gic_pe *pe, u32 iar)
{
	if (pe_is_v2(pe))
		gicc_write(pe, GICC_EOIR, 4, iar);
	else
		icc_eoir1_write(pe, iar);
}

void host_gic_deactivate(struct gic_pe *pe, u32 iar)
{
	if (pe_is_v2(pe))
		gicc_write(pe, GICC_DIR, 4, iar);
	else
		icc_dir_write(pe, iar);
}

u32 host_gic_intid(const struct gic_pe *pe, u32 iar)
{
	return pe_is_v2(pe) ? (u32)FIELD_GET(iar, GICC_IAR_INTID) : iar;
}

void host_gic_send_sgi(struct gic_pe *from, const struct gic_pe *to, u32 intid)
{
	if (pe_is_v2(from))
		host_gicv2_send_sgi(from, gic_pe_number(to), intid);
	else
		icc_sgi1r_write(from, icc_sgir_to(gic_pe_affinity(to), intid));
}
