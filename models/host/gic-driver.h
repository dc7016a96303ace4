/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host kernel's GIC driver: what it writes once at boot so that interrupts arrive, and what its
 * interrupt entry does. A GICv2 host is told by gic_config.arch and served by gicv2-driver.h.
 */
#ifndef HOST_GIC_DRIVER_H
#define HOST_GIC_DRIVER_H

#include "../hw/gic.h"

/* Distributor on, Group 1; every SPI Group 1, level of priority 0xa0. */
void host_gic_init(struct gic *gic);
/* Redistributor and CPU interface of one PE: awake, private interrupts Group 1 and enabled,
 * EOImode 1 (EOIR drops the priority, DIR deactivates), all priorities let through. */
void host_gic_init_pe(struct gic_pe *pe);
/* Route SPI `intid` to that PE, level or edge, and enable it. */
void host_gic_setup_spi(struct gic *gic, u32 intid, const struct gic_pe *to, bool level);
/* A masked SPI keeps its line and is not signalled; back when its mask has taken effect (RWP). */
void host_gic_mask_spi(struct gic *gic, u32 intid);
/* One whose level is still high is pending again at once. */
void host_gic_unmask_spi(struct gic *gic, u32 intid);

/* The interrupt entry; costs are the caller's. Acknowledge: what IAR reads, INTID 1023 for none; a
 * GICv2 SGI has its source CPU in bits 12:10. End and deactivation are given that word. */
u32 host_gic_ack(struct gic_pe *pe);
void host_gic_eoi(struct gic_pe *pe, u32 iar);
void host_gic_deactivate(struct gic_pe *pe, u32 iar);
u32 host_gic_intid(const struct gic_pe *pe, u32 iar); /* INTID of what was acknowledged */
/* One SGI to one PE, through the sender's CPU interface or distributor. */
void host_gic_send_sgi(struct gic_pe *from, const struct gic_pe *to, u32 intid);

#endif
