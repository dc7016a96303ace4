/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv4.0 and GICv4.1: what direct injection adds to redistributors and ITSs. Registers of the
 * virtual LPI frame, the V* commands, vPE table entries, the implementation's part of a virtual
 * pending table. Arm IHI 0069 chapters 5, 6 and 12; spec/vgic.md 4.2, 4.8-4.10, 6.1.
 */
#ifndef ARCH_GICV4_H
#define ARCH_GICV4_H

#include "gicv3.h"
#include "its.h"

/* ---- redistributor: the frame of virtual LPIs at +128 KiB, one of nothing behind it ---- */
#define GICV4_REDIST_SIZE 0x40000
#define GICR_VLPI_BASE	  0x20000
#define GICR_VPROPBASER	  (GICR_VLPI_BASE + 0x0070)
#define GICR_VPENDBASER	  (GICR_VLPI_BASE + 0x0078)
#define GICR_VSGIR	  (GICR_VLPI_BASE + 0x0080) /* GICv4.1 with vSGIs */
#define GICR_VSGIPENDR	  (GICR_VLPI_BASE + 0x0088)

/* GICR_VPROPBASER of GICv4.0: the configuration table of the resident vPE's vLPIs */
#define GICR_VPROPBASER_IDBITS	   4, 0 /* virtual INTID bits - 1 */
#define GICR_VPROPBASER_INNERCACHE 9, 7
#define GICR_VPROPBASER_SHARE	   11, 10
#define GICR_VPROPBASER_PA	   51, 12
#define GICR_VPROPBASER_OUTERCACHE 58, 56
#define GICR_VPROPBASER_V40_RES0   (FIELD_MASK(63, 59) | FIELD_MASK(55, 52) | FIELD_MASK(6, 5))

/* GICR_VPROPBASER of GICv4.1: the table of vPEs */
#define GICR_VPROPBASER_V41_SIZE       6, 0	    /* pages - 1 */
#define GICR_VPROPBASER_V41_Z	       (1ull << 52) /* the table is all zeros */
#define GICR_VPROPBASER_V41_PAGE_SIZE  54, 53	    /* as GITS_BASER_PAGE_SIZE */
#define GICR_VPROPBASER_V41_INDIRECT   (1ull << 55)
#define GICR_VPROPBASER_V41_ENTRY_SIZE 61, 59 /* doublewords - 1 */
#define GICR_VPROPBASER_V41_VALID      (1ull << 63)
#define GICR_VPROPBASER_V41_RES0       FIELD_MASK(62, 62)

/* GICR_VPENDBASER; both forms have */
#define GICR_VPENDBASER_DIRTY	    (1ull << 60)
#define GICR_VPENDBASER_PENDINGLAST (1ull << 61)
#define GICR_VPENDBASER_VALID	    (1ull << 63)
/* GICv4.0: the pending table of the resident vPE */
#define GICR_VPENDBASER_INNERCACHE 9, 7
#define GICR_VPENDBASER_SHARE	   11, 10
#define GICR_VPENDBASER_PA	   51, 16
#define GICR_VPENDBASER_OUTERCACHE 58, 56
#define GICR_VPENDBASER_IDAI	   (1ull << 62) /* the table's first KiB may be invalid */
#define GICR_VPENDBASER_V40_RES0 \
	(FIELD_MASK(59, 59) | FIELD_MASK(55, 52) | FIELD_MASK(15, 12) | FIELD_MASK(6, 0))
/* GICv4.1: the resident vPE by number */
#define GICR_VPENDBASER_VPEID	 15, 0
#define GICR_VPENDBASER_VGRP1EN	 (1ull << 58)
#define GICR_VPENDBASER_VGRP0EN	 (1ull << 59)
#define GICR_VPENDBASER_DB	 (1ull << 62) /* with Valid 1 -> 0: ring the default doorbell */
#define GICR_VPENDBASER_V41_RES0 FIELD_MASK(57, 16)

/* GICR_INVLPIR (INTID in gicv3.h) and GICR_INVALLR of GICv4.1: V = 1 names a vPE */
#define GICR_INVLPIR_VPEID 47, 32
#define GICR_INVLPIR_V	   (1ull << 63)
#define GICR_INVALLR_VPEID 47, 32
#define GICR_INVALLR_V	   (1ull << 63)

#define GICR_VSGIR_VPEID       15, 0 /* 32 bits: read the pending vSGIs of this vPE */
#define GICR_VSGIPENDR_BUSY    (1u << 31)
#define GICR_VSGIPENDR_PENDING 15, 0

/* ---- ITS ---- */
#define GITS_MPIDR	 0x0018 /* GICv4.1, 32 bits: Aff3.2.1 in bits 31:8 */
#define GITS_MPIDR_AFF	 31, 8
#define GITS_V41_SIZE	 0x30000 /* a third frame of 64 KiB */
#define GITS_SGIR	 0x20020 /* 64 bits: makes a vSGI pending */
#define GITS_SGIR_VINTID 3, 0
#define GITS_SGIR_VPEID	 47, 32

/* Levels of affinity that share LPI tables: GICR_TYPER.CommonLPIAff; GITS_TYPER.SVPET is alike but
 * 0 there means that the ITS shares its table of vPEs with no redistributor. */
#define GIC_COMMON_AFF_ALL 0u
#define GIC_COMMON_AFF_3   1u /* same Aff3 */
#define GIC_COMMON_AFF_32  2u /* same Aff3.Aff2 */
#define GIC_COMMON_AFF_321 3u /* same Aff3.Aff2.Aff1 */

/* The part of a packed affinity that PEs with common LPI tables have in common. */
static inline u32 gic_common_affinity(u32 affinity, u32 level)
{
	switch (level) {
	case GIC_COMMON_AFF_3: return affinity & 0xff000000;
	case GIC_COMMON_AFF_32: return affinity & 0xffff0000;
	case GIC_COMMON_AFF_321: return affinity & 0xffffff00;
	default: return 0;
	}
}

/* ---- commands ---- */
#define ITS_CMD_VMOVI	0x21u
#define ITS_CMD_VMOVP	0x22u
#define ITS_CMD_VSGI	0x23u /* GICv4.1 */
#define ITS_CMD_VSYNC	0x25u
#define ITS_CMD_VMAPP	0x29u
#define ITS_CMD_VMAPTI	0x2au
#define ITS_CMD_VMAPI	0x2bu
#define ITS_CMD_VINVALL 0x2du
#define ITS_CMD_INVDB	0x2eu /* GICv4.1 */
#define ITS_CMD_VMOVALL 0x2fu /* in no architecture (hw/its-vmovall.c) */

#define ITS_NO_DOORBELL 1023u

/* Doubleword 0 */
#define ITS_CMD0_SEQNUM	      47, 32	  /* VMOVP */
#define ITS_CMD0_ALLOC	      (1ull << 8) /* VMAPP, GICv4.1: first mapping or last unmapping */
#define ITS_CMD0_PTZ	      (1ull << 9) /* VMAPP, GICv4.1: the pending table is all zeros */
#define ITS_CMD0_VCONF_ADDR   51, 16	  /* VMAPP, GICv4.1: address bits in place */
#define ITS_CMD0_SGI_ENABLE   (1ull << 8) /* VSGI ... */
#define ITS_CMD0_SGI_CLEAR    (1ull << 9)
#define ITS_CMD0_SGI_GROUP    (1ull << 10)
#define ITS_CMD0_SGI_PRIORITY 23, 20 /* bits 7:4 of the priority */
#define ITS_CMD0_SGI_INTID    35, 32
/* Doubleword 1 */
#define ITS_CMD1_VPEID	    47, 32
#define ITS_CMD1_DEFAULT_DB 31, 0 /* VMAPP, GICv4.1 */
#define ITS_CMD1_ITSLIST    15, 0 /* VMOVP */
/* Doubleword 2 */
#define ITS_CMD2_VINTID	  31, 0	       /* VMAPTI */
#define ITS_CMD2_DOORBELL 63, 32       /* VMAPTI, VMAPI, VMOVI: an LPI, or ITS_NO_DOORBELL */
#define ITS_CMD2_D	  (1ull << 0)  /* VMOVI: the doorbell is given */
#define ITS_CMD2_DB	  (1ull << 63) /* VMOVP, GICv4.1: the default doorbell is given */
#define ITS_CMD2_VPEID2	  15, 0	       /* VMOVALL: where to */
/* Doubleword 3 */
#define ITS_CMD3_VPT_SIZE   4, 0   /* VMAPP: virtual INTID bits - 1 */
#define ITS_CMD3_VPT_ADDR   51, 16 /* VMAPP: address bits in place */
#define ITS_CMD3_DEFAULT_DB 31, 0  /* VMOVP, GICv4.1 */

static inline u32 its_cmd_vpe(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[1], ITS_CMD1_VPEID);
}

/* VMAPTI, VMAPI, VMOVI */
static inline u32 its_cmd_doorbell(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[2], ITS_CMD2_DOORBELL);
}

/* ---- builders: fill all four doublewords ---- */
static inline void its_build_vpe(u64 cmd[4], u32 opcode, u32 vpe)
{
	its_build(cmd, opcode, FIELD_PUT(vpe, ITS_CMD1_VPEID), 0, 0);
}

static inline void its_build_vsync(u64 cmd[4], u32 vpe)
{
	its_build_vpe(cmd, ITS_CMD_VSYNC, vpe);
}

static inline void its_build_vinvall(u64 cmd[4], u32 vpe)
{
	its_build_vpe(cmd, ITS_CMD_VINVALL, vpe);
}

static inline void its_build_invdb(u64 cmd[4], u32 vpe)
{
	its_build_vpe(cmd, ITS_CMD_INVDB, vpe);
}

/* GICv4.0. `id_bits`: bits of a virtual INTID that the table at `vpt` has room for. */
static inline void its_build_vmapp(u64 cmd[4], u32 vpe, u32 pe, u64 vpt, u32 id_bits, bool valid)
{
	its_build_vpe(cmd, ITS_CMD_VMAPP, vpe);
	cmd[2] = FIELD_PUT(pe, ITS_CMD2_RDBASE) | (valid ? ITS_CMD2_VALID : 0);
	cmd[3] = (vpt & FIELD_MASK(ITS_CMD3_VPT_ADDR)) | FIELD_PUT(id_bits - 1, ITS_CMD3_VPT_SIZE);
}

/* What GICv4.1 adds to a VMAPP that has been built. */
static inline void its_build_vmapp_v41(u64 cmd[4], u64 vconf, u32 doorbell, bool alloc, bool ptz)
{
	cmd[0] |= (vconf & FIELD_MASK(ITS_CMD0_VCONF_ADDR)) | (alloc ? ITS_CMD0_ALLOC : 0) |
		  (ptz ? ITS_CMD0_PTZ : 0);
	cmd[1] |= FIELD_PUT(doorbell, ITS_CMD1_DEFAULT_DB);
}

static inline void its_build_vmapti(u64 cmd[4], u32 device, u32 event, u32 vpe, u32 vintid,
				    u32 doorbell)
{
	its_build_event(cmd, ITS_CMD_VMAPTI, device, event);
	cmd[1] |= FIELD_PUT(vpe, ITS_CMD1_VPEID);
	cmd[2] = FIELD_PUT(vintid, ITS_CMD2_VINTID) | FIELD_PUT(doorbell, ITS_CMD2_DOORBELL);
}

/* The EventID is the virtual INTID. */
static inline void its_build_vmapi(u64 cmd[4], u32 device, u32 event, u32 vpe, u32 doorbell)
{
	its_build_event(cmd, ITS_CMD_VMAPI, device, event);
	cmd[1] |= FIELD_PUT(vpe, ITS_CMD1_VPEID);
	cmd[2] = FIELD_PUT(doorbell, ITS_CMD2_DOORBELL);
}

/* `give_doorbell` false: the event keeps the doorbell that it has. */
static inline void its_build_vmovi(u64 cmd[4], u32 device, u32 event, u32 vpe, bool give_doorbell,
				   u32 doorbell)
{
	its_build_event(cmd, ITS_CMD_VMOVI, device, event);
	cmd[1] |= FIELD_PUT(vpe, ITS_CMD1_VPEID);
	cmd[2] = (give_doorbell ? ITS_CMD2_D : 0) | FIELD_PUT(doorbell, ITS_CMD2_DOORBELL);
}

/* `its_list` has a bit for each ITS that gets the command (0 where one VMOVP suffices). */
static inline void its_build_vmovp(u64 cmd[4], u32 vpe, u32 pe, u32 seq, u32 its_list)
{
	its_build_vpe(cmd, ITS_CMD_VMOVP, vpe);
	cmd[0] |= FIELD_PUT(seq, ITS_CMD0_SEQNUM);
	cmd[1] |= FIELD_PUT(its_list, ITS_CMD1_ITSLIST);
	cmd[2] = FIELD_PUT(pe, ITS_CMD2_RDBASE);
}

/* What GICv4.1 adds to a VMOVP that has been built: the default doorbell moves along. */
static inline void its_build_vmovp_v41(u64 cmd[4], u32 doorbell)
{
	cmd[2] |= ITS_CMD2_DB;
	cmd[3] = FIELD_PUT(doorbell, ITS_CMD3_DEFAULT_DB);
}

/* Configure vSGI `sgi` (priority: 8 bits, the upper four count). */
static inline void its_build_vsgi(u64 cmd[4], u32 vpe, u32 sgi, u32 priority, bool group1,
				  bool enable)
{
	its_build_vpe(cmd, ITS_CMD_VSGI, vpe);
	cmd[0] |= FIELD_PUT(sgi, ITS_CMD0_SGI_INTID) |
		  FIELD_PUT(priority >> 4, ITS_CMD0_SGI_PRIORITY) |
		  (group1 ? ITS_CMD0_SGI_GROUP : 0) | (enable ? ITS_CMD0_SGI_ENABLE : 0);
}

/* Clear the pending state of a vSGI; its configuration stays. */
static inline void its_build_vsgi_clear(u64 cmd[4], u32 vpe, u32 sgi)
{
	its_build_vpe(cmd, ITS_CMD_VSGI, vpe);
	cmd[0] |= FIELD_PUT(sgi, ITS_CMD0_SGI_INTID) | ITS_CMD0_SGI_CLEAR;
}

/* From one vPE to another, whose doorbell the events get. */
static inline void its_build_vmovall(u64 cmd[4], u32 from, u32 to, u32 doorbell)
{
	its_build_vpe(cmd, ITS_CMD_VMOVALL, from);
	cmd[2] = FIELD_PUT(to, ITS_CMD2_VPEID2) | FIELD_PUT(doorbell, ITS_CMD2_DOORBELL);
}

static inline u32 its_cmd_vmovall_to(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[2], ITS_CMD2_VPEID2);
}

/* ---- command error codes, beside those of its.h: the numbers of the kinds are ours ---- */
#define ITS_E_VPE_OOR	    0x11u /* no such vPEID, or no entry of the table for it */
#define ITS_E_UNMAPPED_VPE  0x12u
#define ITS_E_VPT_SIZE_OOR  0x13u
#define ITS_E_VIRTUALID_OOR 0x14u /* the vINTID does not fit the vPE's pending table */
#define ITS_E_DOORBELL_OOR  0x15u /* neither an LPI nor ITS_NO_DOORBELL */
#define ITS_E_WRONG_TYPE    0x16u /* MOVI of a virtual, VMOVI of a physical event */
#define ITS_E_ITSLIST	    0x17u /* the ITS that executes a VMOVP is not on its list */

/* ---- tables of the physical ITS (implementation defined): little-endian doublewords ---- */
/* Interrupt translation entry of a vLPI: valid as in its.h, ITS_ITE_PHYSICAL clear. */
#define ITS_VITE_VINTID	  23, 2 /* a virtual INTID has at most 22 bits */
#define ITS_VITE_DOORBELL 47, 24
#define ITS_VITE_VPEID	  63, 48
#define ITS_VINTID_BITS	  22u

static inline u64 its_vite(u32 vintid, u32 vpe, u32 doorbell)
{
	return ITS_ITE_VALID | FIELD_PUT(vintid, ITS_VITE_VINTID) |
	       FIELD_PUT(doorbell, ITS_VITE_DOORBELL) | FIELD_PUT(vpe, ITS_VITE_VPEID);
}

/* vPE table entry, two doublewords. The first: where the vPE is. */
#define ITS_VTE_SHIFT	 4u
#define ITS_VTE_SIZE	 (1u << ITS_VTE_SHIFT)
#define ITS_VTE_VALID	 (1ull << 0)
#define ITS_VTE_VPT_SIZE 5, 1  /* virtual INTID bits - 1 */
#define ITS_VTE_VPT	 41, 6 /* bits 51:16 of the pending table's address */
#define ITS_VTE_PE	 57, 42
/* The second, GICv4.1: its configuration table and its default doorbell. */
#define ITS_VTE1_DOORBELL 23, 0
#define ITS_VTE1_VCONF	  59, 24       /* bits 51:16 of the address */
#define ITS_VTE1_DB	  (1ull << 60) /* ring at the next interrupt (not resident) */
#define ITS_VTE1_GROUPS	  62, 61       /* groups enabled when it was resident last */

/* The second, GICv4.0 with ITS lists: number of the last VMOVP. */
#define ITS_VTE1_SEQ	   15, 0
#define ITS_VTE1_SEQ_VALID (1ull << 16)

static inline u64 its_vte(u64 vpt, u32 id_bits, u32 pe)
{
	return ITS_VTE_VALID | FIELD_PUT(id_bits - 1, ITS_VTE_VPT_SIZE) |
	       FIELD_PUT(vpt >> 16, ITS_VTE_VPT) | FIELD_PUT(pe, ITS_VTE_PE);
}

static inline u64 its_vte1(u64 vconf, u32 doorbell)
{
	return FIELD_PUT(doorbell, ITS_VTE1_DOORBELL) | FIELD_PUT(vconf >> 16, ITS_VTE1_VCONF);
}

static inline u64 its_vte_vpt(u64 vte)
{
	return FIELD_GET(vte, ITS_VTE_VPT) << 16;
}

/* Bits of a virtual INTID that the vPE's pending table has room for; memory may say anything. */
static inline u32 its_vte_id_bits(u64 vte)
{
	u32 bits = (u32)FIELD_GET(vte, ITS_VTE_VPT_SIZE) + 1;

	return bits < ITS_VINTID_BITS ? bits : ITS_VINTID_BITS;
}

static inline u64 its_vte1_vconf(u64 vte1)
{
	return FIELD_GET(vte1, ITS_VTE1_VCONF) << 16;
}

/* ---- virtual pending table: the first KiB is the implementation's ---- */
#define GIC_VPT_ALIGN	  0x10000u
#define GIC_VPT_VSGI_PEND 0x00u /* doubleword: a bit per vSGI, as of any other INTID */
#define GIC_VPT_VSGI_CONF 0x10u /* a byte per vSGI, laid out as LPI_CONFIG_* */

#endif
