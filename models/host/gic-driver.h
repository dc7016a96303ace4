/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host kernel's GICv3 driver: what it writes once at boot so that interrupts arrive.
 */
#ifndef HOST_GIC_DRIVER_H
#define HOST_GIC_DRIVER_H

#include "../hw/gic.h"

/* Distributor on, Group 1; every SPI Group 1, level of priority 0xa0. */
void host_gic_init(struct gic *gic);
/* Redistributor and CPU interface of one PE: awake, private interrupts Group 1 and enabled,
 * EOImode 1 (EOIR drops the priority, DIR deactivates), all priorities let through. */
void host_gic_init_pe(struct gic_pe *pe);
/* Route SPI `intid` to the PE with that affinity (Aff3.2.1.0), level or edge, and enable it. */
void host_gic_setup_spi(struct gic *gic, u32 intid, u32 affinity, bool level);
/* A masked SPI keeps its line and is not signalled; back when its mask has taken effect (RWP). */
void host_gic_mask_spi(struct gic *gic, u32 intid);
/* One whose level is still high is pending again at once. */
void host_gic_unmask_spi(struct gic *gic, u32 intid);

#endif
