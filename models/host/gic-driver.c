// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot of the host's GICv3 (GIC architecture specification, initialisation): through the registers
 * a kernel uses. One priority for all interrupts; ties go to the lower INTID.
 */
#include "gic-driver.h"

#include "../arch/gicv3.h"

#define HOST_PRIORITY 0xa0a0a0a0u

void host_gic_init(struct gic *gic)
{
	u32 end = GIC_SPI_BASE + gic_config(gic)->nr_spis;

	for (u32 i = GIC_SPI_BASE; i < end; i += 32)
		gicd_write(gic, GICD_IGROUPR + i / 8, 4, 0xffffffff);
	for (u32 i = GIC_SPI_BASE; i < end; i += 4)
		gicd_write(gic, GICD_IPRIORITYR + i, 4, HOST_PRIORITY);
	gicd_write(gic, GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
}

void host_gic_init_pe(struct gic_pe *pe)
{
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

void host_gic_setup_spi(struct gic *gic, u32 intid, u32 affinity, bool level)
{
	u32 shift = intid % 16 * 2, offset = GICD_ICFGR + intid / 16 * 4;
	u64 cfg = gicd_read(gic, offset, 4) & ~((u64)GIC_ICFGR_EDGE << shift);

	if (!level)
		cfg |= (u64)GIC_ICFGR_EDGE << shift;
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_cost(COST_GIC_MMIO_WRITE, 2);
	plat_sync();
	gicd_write(gic, offset, 4, cfg);
	gicd_write(gic, GICD_IROUTER + intid * 8, 8, mpidr_unpack(affinity));
	host_gic_unmask_spi(gic, intid);
}

void host_gic_mask_spi(struct gic *gic, u32 intid)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gicd_write(gic, GICD_ICENABLER + intid / 32 * 4, 4, 1u << intid % 32);
	plat_cost(COST_GIC_MMIO_READ, 1); /* GICD_CTLR.RWP */
	plat_sync();
}

void host_gic_unmask_spi(struct gic *gic, u32 intid)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gicd_write(gic, GICD_ISENABLER + intid / 32 * 4, 4, 1u << intid % 32);
}
