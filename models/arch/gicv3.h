/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 register maps and fields: distributor, redistributor, CPU interface (ICC, and ICV as a
 * guest sees it), hypervisor control (ICH) with the list registers, affinities.
 * Arm IHI 0069; spec/vgic.md 2.1-2.7. As seen with one security state (GICD_CTLR.DS = 1).
 */
#ifndef ARCH_GICV3_H
#define ARCH_GICV3_H

#include "gicd.h"

/* ---- distributor, a frame of 64 KiB ---- */
#define GICV3_DIST_SIZE	  0x10000
#define GICD_TYPER2	  0x000c
#define GICD_STATUSR	  0x0010
#define GICD_IGRPMODR	  0x0d00
#define GICD_IROUTER	  0x6000 /* 8 bytes an interrupt; the first 32 are reserved */
#define GICV3_IDREGS	  0xffd0 /* PIDR4..7, PIDR0..3, CIDR0..3: in every frame */
#define GICV3_IDREGS_END  0x10000
#define GICV3_PIDR2	  0xffe8
#define GICV3_PIDR2_GICV3 0x3b

#define GICD_CTLR_ENABLE_GRP0 (1u << 0)
#define GICD_CTLR_ENABLE_GRP1 (1u << 1)
#define GICD_CTLR_ARE	      (1u << 4)
#define GICD_CTLR_DS	      (1u << 6)
#define GICD_CTLR_E1NWF	      (1u << 7)
#define GICD_CTLR_NASSGIREQ   (1u << 8) /* GICv4.1 */
#define GICD_CTLR_RWP	      (1u << 31)

#define GICD_TYPER_MBIS	   (1u << 16)
#define GICD_TYPER_LPIS	   (1u << 17)
#define GICD_TYPER_NUMLPIS 15, 11
#define GICD_TYPER_IDBITS  23, 19 /* INTID bits - 1 */
#define GICD_TYPER_A3V	   (1u << 24)
#define GICD_TYPER_NO1N	   (1u << 25)
#define GICD_TYPER_RSS	   (1u << 26)

#define GICD_TYPER2_VID	      4, 0
#define GICD_TYPER2_VIL	      (1u << 7)
#define GICD_TYPER2_NASSGICAP (1u << 8)

#define GICD_IROUTER_IRM (1ull << 31)

/* ---- redistributor: RD_base and SGI_base, 64 KiB each ---- */
#define GICV3_REDIST_SIZE 0x20000
#define GICR_SGI_BASE	  0x10000
#define GICR_CTLR	  0x0000
#define GICR_IIDR	  0x0004
#define GICR_TYPER	  0x0008 /* 64 bits */
#define GICR_STATUSR	  0x0010
#define GICR_WAKER	  0x0014
#define GICR_SETLPIR	  0x0040
#define GICR_CLRLPIR	  0x0048
#define GICR_PROPBASER	  0x0070
#define GICR_PENDBASER	  0x0078
#define GICR_INVLPIR	  0x00a0
#define GICR_INVALLR	  0x00b0
#define GICR_SYNCR	  0x00c0

#define GICR_IGROUPR0	 (GICR_SGI_BASE + GICD_IGROUPR)
#define GICR_ISENABLER0	 (GICR_SGI_BASE + GICD_ISENABLER)
#define GICR_ICENABLER0	 (GICR_SGI_BASE + GICD_ICENABLER)
#define GICR_ISPENDR0	 (GICR_SGI_BASE + GICD_ISPENDR)
#define GICR_ICPENDR0	 (GICR_SGI_BASE + GICD_ICPENDR)
#define GICR_ISACTIVER0	 (GICR_SGI_BASE + GICD_ISACTIVER)
#define GICR_ICACTIVER0	 (GICR_SGI_BASE + GICD_ICACTIVER)
#define GICR_IPRIORITYR0 (GICR_SGI_BASE + GICD_IPRIORITYR)
#define GICR_ICFGR0	 (GICR_SGI_BASE + GICD_ICFGR)
#define GICR_ICFGR1	 (GICR_SGI_BASE + GICD_ICFGR + 4)
#define GICR_IGRPMODR0	 (GICR_SGI_BASE + GICD_IGRPMODR)
#define GICR_NSACR	 (GICR_SGI_BASE + GICD_NSACR)

#define GICR_CTLR_ENABLE_LPIS (1u << 0)
#define GICR_CTLR_CES	      (1u << 1) /* EnableLPIs can be cleared again */
#define GICR_CTLR_IR	      (1u << 2) /* INVLPIR and INVALLR are there */
#define GICR_CTLR_RWP	      (1u << 3)
#define GICR_CTLR_UWP	      (1u << 31)

#define GICR_TYPER_PLPIS	(1ull << 0)
#define GICR_TYPER_VLPIS	(1ull << 1)
#define GICR_TYPER_DIRTY	(1ull << 2)
#define GICR_TYPER_DIRECTLPI	(1ull << 3)
#define GICR_TYPER_LAST		(1ull << 4)
#define GICR_TYPER_RVPEID	(1ull << 7)
#define GICR_TYPER_PROCNUM	23, 8
#define GICR_TYPER_COMMONLPIAFF 25, 24
#define GICR_TYPER_AFFINITY	63, 32 /* packed Aff3.2.1.0 */

#define GICR_WAKER_PROCESSOR_SLEEP (1u << 1)
#define GICR_WAKER_CHILDREN_ASLEEP (1u << 2)

#define GICR_PROPBASER_IDBITS	  4, 0 /* INTID bits - 1 */
#define GICR_PROPBASER_INNERCACHE 9, 7
#define GICR_PROPBASER_SHARE	  11, 10
#define GICR_PROPBASER_PA	  51, 12
#define GICR_PROPBASER_OUTERCACHE 58, 56
#define GICR_PROPBASER_RES0	  (FIELD_MASK(63, 59) | FIELD_MASK(55, 52) | FIELD_MASK(6, 5))

#define GICR_PENDBASER_INNERCACHE 9, 7
#define GICR_PENDBASER_SHARE	  11, 10
#define GICR_PENDBASER_PA	  51, 16
#define GICR_PENDBASER_OUTERCACHE 58, 56
#define GICR_PENDBASER_PTZ	  (1ull << 62) /* write only: the table is all zeros */
#define GICR_PENDBASER_RES0 \
	(FIELD_MASK(63, 63) | FIELD_MASK(61, 59) | FIELD_MASK(55, 52) | FIELD_MASK(15, 12) | \
	 FIELD_MASK(6, 0))

/* GICR_PROPBASER, GICR_PENDBASER, GITS_BASER, GITS_CBASER: shareability and cacheability */
#define GIC_SHARE_NONE	   0u
#define GIC_SHARE_INNER	   1u
#define GIC_SHARE_OUTER	   2u
#define GIC_CACHE_AS_INNER 0u /* outer cacheability */
#define GIC_CACHE_DEVICE   0u
#define GIC_CACHE_NC	   1u
#define GIC_CACHE_RAWB	   3u
#define GIC_CACHE_RAWAWB   7u

#define GICR_INVLPIR_INTID 31, 0
#define GICR_SYNCR_BUSY	   (1u << 0)

/* ---- LPI tables in memory ---- */
/* Configuration: one byte an LPI, that of INTID 8192 first. */
#define LPI_CONFIG_ENABLE   (1u << 0)
#define LPI_CONFIG_GROUP    (1u << 1) /* RES1 */
#define LPI_CONFIG_PRIORITY 0xfcu     /* bits 7:2 are bits 7:2 of the priority */
/* Pending: one bit an INTID, from INTID 0; the bits below 8192 are not LPIs. */
#define LPI_PENDING_ALIGN 0x10000u

/* ---- affinity ---- */
/* MPIDR_EL1 and GICD_IROUTER spread the affinity; we pack it as Aff3.2.1.0, 8 bits each. */
#define MPIDR_AFF0 7, 0
#define MPIDR_AFF1 15, 8
#define MPIDR_AFF2 23, 16
#define MPIDR_AFF3 39, 32

static inline u32 mpidr_pack(u64 mpidr)
{
	return (u32)(FIELD_GET(mpidr, MPIDR_AFF3) << 24 | (mpidr & 0xffffff));
}

static inline u64 mpidr_unpack(u32 aff)
{
	return FIELD_PUT(aff >> 24, MPIDR_AFF3) | (aff & 0xffffff);
}

/* ---- ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1 ---- */
#define ICC_SGIR_TARGETLIST 15, 0
#define ICC_SGIR_AFF1	    23, 16
#define ICC_SGIR_INTID	    27, 24
#define ICC_SGIR_AFF2	    39, 32
#define ICC_SGIR_IRM	    (1ull << 40) /* all PEs but this one */
#define ICC_SGIR_RS	    47, 44	 /* Aff0 / 16 of the target list */
#define ICC_SGIR_AFF3	    55, 48

/* Packed affinity of target n of a target list; with range selection n is 16 * RS higher. */
static inline u32 icc_sgir_affinity(u64 v, u32 n)
{
	return (u32)(FIELD_GET(v, ICC_SGIR_AFF3) << 24 | FIELD_GET(v, ICC_SGIR_AFF2) << 16 |
		     FIELD_GET(v, ICC_SGIR_AFF1) << 8 | n);
}

/* The value that sends SGI `intid` to the one PE with this affinity (Aff3.2.1.0; Aff0 < 16). */
static inline u64 icc_sgir_to(u32 affinity, u32 intid)
{
	return FIELD_PUT(1u << (affinity & 0xf), ICC_SGIR_TARGETLIST) |
	       FIELD_PUT(affinity >> 8, ICC_SGIR_AFF1) | FIELD_PUT(intid, ICC_SGIR_INTID) |
	       FIELD_PUT(affinity >> 16, ICC_SGIR_AFF2) | FIELD_PUT(affinity >> 24, ICC_SGIR_AFF3);
}

/* ---- CPU interface: ICC_*_EL1 and ICV_*_EL1 ---- */
#define ICC_CTLR_CBPR	   (1u << 0)
#define ICC_CTLR_EOIMODE   (1u << 1)
#define ICC_CTLR_PRIBITS   10, 8 /* number - 1 */
#define ICC_CTLR_IDBITS	   13, 11
#define ICC_CTLR_IDBITS_16 0u
#define ICC_CTLR_IDBITS_24 1u
#define ICC_CTLR_SEIS	   (1u << 14)
#define ICC_CTLR_A3V	   (1u << 15)
#define ICC_CTLR_RSS	   (1u << 18)

#define ICC_SRE_SRE (1u << 0)
#define ICC_SRE_DFB (1u << 1)
#define ICC_SRE_DIB (1u << 2)

/* Encodings of system registers: op0 15:14, op1 13:11, CRn 10:7, CRm 6:3, op2 2:0. */
#define SYSREG(op0, op1, crn, crm, op2) \
	((u32)(op0) << 14 | (u32)(op1) << 11 | (u32)(crn) << 7 | (u32)(crm) << 3 | (u32)(op2))
#define SYSREG_ICC_PMR	   SYSREG(3, 0, 4, 6, 0)
#define SYSREG_ICC_BPR0	   SYSREG(3, 0, 12, 8, 3)
#define SYSREG_ICC_AP0R(n) SYSREG(3, 0, 12, 8, 4 + (n))
#define SYSREG_ICC_AP1R(n) SYSREG(3, 0, 12, 9, (n))
#define SYSREG_ICC_BPR1	   SYSREG(3, 0, 12, 12, 3)
#define SYSREG_ICC_CTLR	   SYSREG(3, 0, 12, 12, 4)
#define SYSREG_ICC_SRE	   SYSREG(3, 0, 12, 12, 5)
#define SYSREG_ICC_IGRPEN0 SYSREG(3, 0, 12, 12, 6)
#define SYSREG_ICC_IGRPEN1 SYSREG(3, 0, 12, 12, 7)
#define ICC_BPR_MASK	   0x7u
#define ICC_PMR_MASK	   0xffu
#define ICC_IGRPEN_ENABLE  (1u << 0)

#define ICC_INTID_SPECIAL  1020u /* 1020..1023 name no interrupt */
#define ICC_INTID_SPURIOUS 1023u

/* ---- hypervisor control: ICH_*_EL2 ---- */
#define ICH_HCR_EN	     (1u << 0)
#define ICH_HCR_UIE	     (1u << 1)
#define ICH_HCR_LRENPIE	     (1u << 2)
#define ICH_HCR_NPIE	     (1u << 3)
#define ICH_HCR_VGRP0EIE     (1u << 4)
#define ICH_HCR_VGRP0DIE     (1u << 5)
#define ICH_HCR_VGRP1EIE     (1u << 6)
#define ICH_HCR_VGRP1DIE     (1u << 7)
#define ICH_HCR_VSGIEOICOUNT (1u << 8)
#define ICH_HCR_TC	     (1u << 10)
#define ICH_HCR_TALL0	     (1u << 11)
#define ICH_HCR_TALL1	     (1u << 12)
#define ICH_HCR_TSEI	     (1u << 13)
#define ICH_HCR_TDIR	     (1u << 14)
#define ICH_HCR_EOICOUNT     31, 27
#define ICH_HCR_EOICOUNT_MAX 31u

#define ICH_VTR_LISTREGS 4, 0	    /* number - 1 */
#define ICH_VTR_TDS	 (1u << 19) /* TDIR is there */
#define ICH_VTR_NV4	 (1u << 20) /* no direct injection of virtual interrupts */
#define ICH_VTR_A3V	 (1u << 21)
#define ICH_VTR_SEIS	 (1u << 22)
#define ICH_VTR_IDBITS	 25, 23
#define ICH_VTR_PREBITS	 28, 26 /* number - 1 */
#define ICH_VTR_PRIBITS	 31, 29 /* number - 1 */

#define ICH_VMCR_VENG0	 (1u << 0)
#define ICH_VMCR_VENG1	 (1u << 1)
#define ICH_VMCR_VACKCTL (1u << 2)
#define ICH_VMCR_VFIQEN	 (1u << 3)
#define ICH_VMCR_VCBPR	 (1u << 4)
#define ICH_VMCR_VEOIM	 (1u << 9)
#define ICH_VMCR_VBPR1	 20, 18
#define ICH_VMCR_VBPR0	 23, 21
#define ICH_VMCR_VPMR	 31, 24

#define ICH_MISR_EOI	(1u << 0)
#define ICH_MISR_U	(1u << 1)
#define ICH_MISR_LRENP	(1u << 2)
#define ICH_MISR_NP	(1u << 3)
#define ICH_MISR_VGRP0E (1u << 4)
#define ICH_MISR_VGRP0D (1u << 5)
#define ICH_MISR_VGRP1E (1u << 6)
#define ICH_MISR_VGRP1D (1u << 7)

#define ICH_LR_VINTID	31, 0
#define ICH_LR_PINTID	41, 32	     /* when HW */
#define ICH_LR_EOI	(1ull << 41) /* when not HW: maintenance interrupt at end of interrupt */
#define ICH_LR_PRIORITY 55, 48
#define ICH_LR_GROUP	(1ull << 60)
#define ICH_LR_HW	(1ull << 61)
#define ICH_LR_STATE	63, 62
#define ICH_LR_PENDING	(1ull << 62)
#define ICH_LR_ACTIVE	(1ull << 63)
/* A GICv2 guest on a GICv3 host: INTID and source CPU share the vINTID field. */
#define ICH_LR_V2_VINTID 9, 0
#define ICH_LR_V2_CPUID	 12, 10

/* The PPI of the maintenance interrupt (Server Base System Architecture). */
#define GIC_PPI_MAINTENANCE 25u

#endif
