/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The distributor's register map as far as GICv2 and GICv3 share it. What they do not share
 * stands in gicv2.h and gicv3.h.
 */
#ifndef ARCH_GICD_H
#define ARCH_GICD_H

#include "field.h"

#define GICD_CTLR	0x0000
#define GICD_TYPER	0x0004
#define GICD_IIDR	0x0008
#define GICD_IGROUPR	0x0080 /* 1 bit an interrupt */
#define GICD_ISENABLER	0x0100
#define GICD_ICENABLER	0x0180
#define GICD_ISPENDR	0x0200
#define GICD_ICPENDR	0x0280
#define GICD_ISACTIVER	0x0300
#define GICD_ICACTIVER	0x0380
#define GICD_IPRIORITYR 0x0400 /* 8 bits an interrupt */
#define GICD_ITARGETSR	0x0800 /* 8 bits an interrupt; GICv3 with ARE: RAZ/WI */
#define GICD_ICFGR	0x0c00 /* 2 bits an interrupt, the upper one: 1 edge, 0 level */
#define GICD_NSACR	0x0e00

/* GICD_TYPER */
#define GICD_TYPER_ITLINES   4, 0 /* INTIDs / 32 - 1, without LPIs */
#define GICD_TYPER_CPUNUMBER 7, 5 /* CPU interfaces - 1 */

/* GICD_IIDR, GICR_IIDR, GICC_IIDR, GITS_IIDR */
#define GIC_IIDR_IMPLEMENTER 11, 0
#define GIC_IIDR_REVISION    15, 12
#define GIC_IIDR_VARIANT     19, 16
#define GIC_IIDR_PRODUCT     31, 24
#define GIC_IMPLEMENTER_ARM  0x43bu

#define GIC_ICFGR_EDGE 2u /* of the two bits of an interrupt */

#endif
