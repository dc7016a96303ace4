/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The physical GICv2 (gic_config.arch GIC_ARCH_V2), as far as it is not what gic.h says already:
 * memory-mapped frames in the place of redistributors and system registers. All functions are of
 * one PE, which is "the processor that makes the access": each has banked registers of its own.
 * Accesses of an unimplemented register or with a wrong width (len 1, 4 or 8) are RAZ/WI.
 */
#ifndef HW_GICV2_H
#define HW_GICV2_H

#include "gic.h"

#define GICV2_MAX_PES 8u

/* Distributor: the first 32 interrupts, ITARGETSR0..7 and the SGI registers are banked. */
u32 gicd_v2_read(struct gic_pe *pe, u32 offset, u32 len);
/* A write of GICD_SGIR calls plat_sgi() per target; its `intid` is a word for gic_sgi_set(): INTID
 * in 9:0, source CPU in 12:10, as in IAR. */
void gicd_v2_write(struct gic_pe *pe, u32 offset, u32 len, u32 value);

/* Physical CPU interface. */
u32 gicc_read(struct gic_pe *pe, u32 offset, u32 len);
void gicc_write(struct gic_pe *pe, u32 offset, u32 len, u32 value);

/* Virtual interface control: the hypervisor's side, with the list registers. RAZ/WI where
 * gic_config.no_gicv says that there is none. */
u32 gich_read(struct gic_pe *pe, u32 offset, u32 len);
void gich_write(struct gic_pe *pe, u32 offset, u32 len, u32 value);

/*
 * Virtual CPU interface: the guest's side. GICv3 hosts may have this frame too, for GICv2 guests:
 * it acts on the same list registers, whose INTIDs carry the source CPU of an SGI in 12:10.
 */
u32 gicv_read(struct gic_pe *pe, u32 offset, u32 len);
void gicv_write(struct gic_pe *pe, u32 offset, u32 len, u32 value);

/* A list register and HCR in the formats of GICH and of ICH_*_EL2; what has no place is lost.
 * VMCR needs no such function: GICH_VMCR is ICH_VMCR_EL2 with five bits of the priority mask. */
u32 gich_lr_from_ich(u64 ich);
u64 gich_lr_to_ich(u32 gich);

#endif
