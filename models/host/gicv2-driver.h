/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host kernel's GICv2 driver; gic-driver.h calls it on GICv2 hosts.
 */
#ifndef HOST_GICV2_DRIVER_H
#define HOST_GICV2_DRIVER_H

#include "../hw/gicv2.h"

/* Distributor on; every SPI of priority 0xa0, in Group 0 as after reset, to PE 0. */
void host_gicv2_init(struct gic *gic);
/* Banked registers and CPU interface of one PE: private interrupts enabled, EOImode 1. */
void host_gicv2_init_pe(struct gic_pe *pe);
/* One SGI to one PE: a write of GICD_SGIR. */
void host_gicv2_send_sgi(struct gic_pe *from, u32 to_pe, u32 intid);

#endif
