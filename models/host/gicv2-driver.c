// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot of the host's GICv2 and its SGIs, through the registers a kernel uses (Arm
 * IHI 0048 chapter 4). One priority for all interrupts; ties go to the lower INTID.
 *
 * Choices: interrupts stay in Group 0, which signals IRQs while FIQEn is 0; each SPI has one
 * target; SPIs that nobody asked for go to PE 0.
 */
#include "gicv2-driver.h"

#include "../arch/gicv2.h"

#define HOST_PRIORITY 0xa0a0a0a0u

static struct gic_pe *any_pe(struct gic *gic)
{
	return gic_pe(gic, 0);
}

void host_gicv2_init(struct gic *gic)
{
	u32 end = GIC_SPI_BASE + gic_config(gic)->nr_spis;
	struct gic_pe *pe = any_pe(gic);

	for (u32 i = GIC_SPI_BASE; i < end; i += 4) {
		gicd_v2_write(pe, GICD_IPRIORITYR + i, 4, HOST_PRIORITY);
		gicd_v2_write(pe, GICD_ITARGETSR + i, 4, 0x01010101);
	}
	gicd_v2_write(pe, GICD_CTLR, 4, GICV2_CTLR_ENABLE_GRP0);
}

void host_gicv2_init_pe(struct gic_pe *pe)
{
	for (u32 i = 0; i < GIC_NR_PRIVATE; i += 4)
		gicd_v2_write(pe, GICD_IPRIORITYR + i, 4, HOST_PRIORITY);
	gicd_v2_write(pe, GICD_ISENABLER, 4, 0xffffffff);
	gicc_write(pe, GICC_PMR, 4, 0xff);
	gicc_write(pe, GICC_BPR, 4, 0);
	gicc_write(pe, GICC_CTLR, 4, GICC_CTLR_ENABLE_GRP0 | GICC_CTLR_EOIMODE);
}

void host_gicv2_send_sgi(struct gic_pe *from, u32 to_pe, u32 intid)
{
	gicd_v2_write(from, GICD_SGIR, 4,
		      (u32)(FIELD_PUT(1u << to_pe, GICD_SGIR_TARGETLIST) |
			    FIELD_PUT(intid, GICD_SGIR_INTID)));
}
