/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 register maps: distributor, CPU interface (GICC, and GICV as a guest sees it), and
 * hypervisor interface (GICH) with its list registers. Arm IHI 0048; spec/vgic.md 2.1-2.3.
 */
#ifndef ARCH_GICV2_H
#define ARCH_GICV2_H

#include "gicd.h"

/* ---- distributor, a frame of 4 KiB ---- */
#define GICV2_DIST_SIZE	  0x1000
#define GICD_SGIR	  0x0f00
#define GICD_CPENDSGIR	  0x0f10 /* a byte an SGI: pending source CPUs */
#define GICD_SPENDSGIR	  0x0f20
#define GICV2_GICD_IDREGS 0x0fd0 /* as at the end of GICv3's frames */
#define GICV2_GICD_PIDR2  0x0fe8
#define GICV2_PIDR2_GICV2 0x2b

#define GICV2_CTLR_ENABLE_GRP0 (1u << 0)
#define GICV2_CTLR_ENABLE_GRP1 (1u << 1)

/* GICD_SGIR */
#define GICD_SGIR_INTID		3, 0
#define GICD_SGIR_NSATT		15, 15
#define GICD_SGIR_TARGETLIST	23, 16
#define GICD_SGIR_FILTER	25, 24
#define GICD_SGIR_FILTER_LIST	0u
#define GICD_SGIR_FILTER_OTHERS 1u
#define GICD_SGIR_FILTER_SELF	2u

/* ---- CPU interface, two frames of 4 KiB ---- */
#define GICV2_CPU_SIZE 0x2000
#define GICC_CTLR      0x0000
#define GICC_PMR       0x0004
#define GICC_BPR       0x0008
#define GICC_IAR       0x000c
#define GICC_EOIR      0x0010
#define GICC_RPR       0x0014
#define GICC_HPPIR     0x0018
#define GICC_ABPR      0x001c
#define GICC_AIAR      0x0020
#define GICC_AEOIR     0x0024
#define GICC_AHPPIR    0x0028
#define GICC_APR       0x00d0 /* 4 registers */
#define GICC_NSAPR     0x00e0
#define GICC_IIDR      0x00fc
#define GICC_DIR       0x1000

#define GICC_CTLR_ENABLE_GRP0 (1u << 0)
#define GICC_CTLR_ENABLE_GRP1 (1u << 1)
#define GICC_CTLR_ACKCTL      (1u << 2)
#define GICC_CTLR_FIQEN	      (1u << 3)
#define GICC_CTLR_CBPR	      (1u << 4)
#define GICC_CTLR_EOIMODE     (1u << 9)

#define GICC_CTLR_MASK 0x21fu /* all of the above */

#define GICC_APRS 4u

#define GICC_BPR_MASK 0x7u

/* GICC_PMR: the upper five bits of the mask are implemented */
#define GICC_PMR_PRIORITY 7, 3

/* GICC_IIDR */
#define GICC_IIDR_IMPLEMENTER 11, 0
#define GICC_IIDR_ARCH	      19, 16
#define GICC_IIDR_ARCH_V2     2u
#define GICC_IIDR_PRODUCT     31, 20

/* GICC_IAR, GICC_EOIR, GICC_DIR */
#define GICC_IAR_INTID	  9, 0
#define GICC_IAR_CPUID	  12, 10 /* source of an SGI */
#define GICC_IAR_MASK	  0x1fffu
#define GICC_INTID_GROUP1 1022u /* the highest pending interrupt is in Group 1 */

/* ---- hypervisor interface ---- */
#define GICH_HCR     0x000
#define GICH_VTR     0x004
#define GICH_VMCR    0x008
#define GICH_MISR    0x010
#define GICH_EISR0   0x020
#define GICH_EISR1   0x024
#define GICH_ELRSR0  0x030
#define GICH_ELRSR1  0x034
#define GICH_APR     0x0f0
#define GICH_LR0     0x100
#define GICV2_MAX_LR 64u

/* GICH_HCR and GICH_MISR: bits 0..7 are those of ICH_HCR_EL2 and ICH_MISR_EL2 */
#define GICH_HCR_EOICOUNT 31, 27

/* GICH_VTR */
#define GICH_VTR_LISTREGS 5, 0 /* number - 1 */
#define GICH_VTR_PREBITS  28, 26
#define GICH_VTR_PRIBITS  31, 29

/* GICH_VMCR */
#define GICH_VMCR_VENG0	  (1u << 0)
#define GICH_VMCR_VENG1	  (1u << 1)
#define GICH_VMCR_VACKCTL (1u << 2)
#define GICH_VMCR_VFIQEN  (1u << 3)
#define GICH_VMCR_VCBPR	  (1u << 4)
#define GICH_VMCR_VEOIM	  (1u << 9)
#define GICH_VMCR_VABP	  20, 18
#define GICH_VMCR_VBP	  23, 21
#define GICH_VMCR_VPMR	  31, 27 /* the upper five bits of the mask */

/* GICH_LR */
#define GICH_LR_VIRTUALID 9, 0
#define GICH_LR_PHYSID	  19, 10     /* when HW */
#define GICH_LR_CPUID	  12, 10     /* when not HW */
#define GICH_LR_EOI	  (1u << 19) /* when not HW */
#define GICH_LR_PRIORITY  27, 23     /* the upper five bits of the priority */
#define GICH_LR_PENDING	  (1u << 28)
#define GICH_LR_ACTIVE	  (1u << 29)
#define GICH_LR_GRP1	  (1u << 30)
#define GICH_LR_HW	  (1u << 31)

#endif
