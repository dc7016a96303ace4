/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Interrupt Translation Service: registers, commands, error codes, and the entries of the
 * tables in memory. Arm IHI 0069 chapter 5; spec/vgic.md 3.1, 3.2, 6.1.
 */
#ifndef ARCH_ITS_H
#define ARCH_ITS_H

#include "gicd.h"

/* ---- registers: control frame and translation frame, 64 KiB each ---- */
#define GITS_FRAME_SIZE 0x10000
#define GITS_CTLR	0x0000
#define GITS_IIDR	0x0004
#define GITS_TYPER	0x0008 /* 64 bits */
#define GITS_CBASER	0x0080
#define GITS_CWRITER	0x0088
#define GITS_CREADR	0x0090
#define GITS_BASER	0x0100 /* 8 registers of 64 bits */
#define GITS_NR_BASER	8u
#define GITS_PIDR2	0xffe8
#define GITS_TRANSLATER 0x10040

#define GITS_CTLR_ENABLED    (1u << 0)
#define GITS_CTLR_ITS_NUMBER 7, 4
#define GITS_CTLR_QUIESCENT  (1u << 31)

#define GITS_TYPER_PHYSICAL	  (1ull << 0)
#define GITS_TYPER_VIRTUAL	  (1ull << 1)
#define GITS_TYPER_CCT		  (1ull << 2)
#define GITS_TYPER_ITT_ENTRY_SIZE 7, 4	 /* bytes - 1 */
#define GITS_TYPER_IDBITS	  12, 8	 /* EventID bits - 1 */
#define GITS_TYPER_DEVBITS	  17, 13 /* DeviceID bits - 1 */
#define GITS_TYPER_SEIS		  (1ull << 18)
#define GITS_TYPER_PTA		  (1ull << 19) /* RDbase is an address, not a PE number */
#define GITS_TYPER_HCC		  31, 24
#define GITS_TYPER_CIDBITS	  35, 32 /* ICID bits - 1, when CIL */
#define GITS_TYPER_CIL		  (1ull << 36)
#define GITS_TYPER_VMOVP	  (1ull << 37)
#define GITS_TYPER_VSGI		  (1ull << 39)
#define GITS_TYPER_VMAPP	  (1ull << 40)
#define GITS_TYPER_SVPET	  42, 41
#define GITS_TYPER_NID		  (1ull << 43) /* no individual doorbells */

#define GITS_CBASER_SIZE       7, 0 /* 4 KiB pages - 1 */
#define GITS_CBASER_SHARE      11, 10
#define GITS_CBASER_PA	       51, 12
#define GITS_CBASER_OUTERCACHE 55, 53
#define GITS_CBASER_INNERCACHE 61, 59
#define GITS_CBASER_VALID      (1ull << 63)
#define GITS_CBASER_RES0 \
	(FIELD_MASK(62, 62) | FIELD_MASK(58, 56) | FIELD_MASK(52, 52) | FIELD_MASK(9, 8))

#define GITS_CWRITER_RETRY  (1ull << 0)
#define GITS_CWRITER_OFFSET 19, 5 /* in commands */
#define GITS_CREADR_STALLED (1ull << 0)
#define GITS_CREADR_OFFSET  19, 5

#define GITS_BASER_SIZE		   7, 0 /* pages - 1 */
#define GITS_BASER_PAGE_SIZE	   9, 8
#define GITS_BASER_PAGE_4K	   0u
#define GITS_BASER_PAGE_16K	   1u
#define GITS_BASER_PAGE_64K	   2u
#define GITS_BASER_SHARE	   11, 10
#define GITS_BASER_PA		   47, 12
#define GITS_BASER_PA_64K	   47, 16 /* 64 KiB pages: bits 47:16 ... */
#define GITS_BASER_PA_64K_HI	   15, 12 /* ... and 51:48 of the address */
#define GITS_BASER_ENTRY_SIZE	   52, 48 /* bytes - 1 */
#define GITS_BASER_OUTERCACHE	   55, 53
#define GITS_BASER_TYPE		   58, 56
#define GITS_BASER_TYPE_NONE	   0u
#define GITS_BASER_TYPE_DEVICE	   1u
#define GITS_BASER_TYPE_VPE	   2u
#define GITS_BASER_TYPE_COLLECTION 4u
#define GITS_BASER_INNERCACHE	   61, 59
#define GITS_BASER_INDIRECT	   (1ull << 62)
#define GITS_BASER_VALID	   (1ull << 63)

/* Bytes in a page of a GITS_BASER table; the reserved encoding is 64 KiB, as 2 is. */
static inline u32 gits_baser_page_size(u64 baser)
{
	u64 enc = FIELD_GET(baser, GITS_BASER_PAGE_SIZE);

	return enc == GITS_BASER_PAGE_4K ? 0x1000 : enc == GITS_BASER_PAGE_16K ? 0x4000 : 0x10000;
}

/* Address of a GITS_BASER table. */
static inline u64 gits_baser_addr(u64 baser)
{
	u32 page = gits_baser_page_size(baser);

	if (page == 0x10000)
		return (baser & FIELD_MASK(GITS_BASER_PA_64K)) |
		       FIELD_GET(baser, GITS_BASER_PA_64K_HI) << 48;
	return baser & FIELD_MASK(GITS_BASER_PA) & ~(u64)(page - 1);
}

/* GITS_BASER bits that hold the address of a table, aligned to its page size. */
static inline u64 gits_baser_put_addr(u64 addr, u32 page_size)
{
	if (page_size == 0x10000)
		return (addr & FIELD_MASK(GITS_BASER_PA_64K)) |
		       FIELD_PUT(addr >> 48, GITS_BASER_PA_64K_HI);
	return addr & FIELD_MASK(GITS_BASER_PA);
}

/* First level of an indirect table. */
#define GITS_L1_VALID	   (1ull << 63)
#define GITS_L1_PA	   51, 12 /* of a page of the second level, aligned to its size */
#define GITS_L1_ENTRY_SIZE 8u

/* ---- commands: four little-endian doublewords ---- */
#define ITS_CMD_SIZE	32u
#define ITS_CMD_MOVI	0x01u
#define ITS_CMD_INT	0x03u
#define ITS_CMD_CLEAR	0x04u
#define ITS_CMD_SYNC	0x05u
#define ITS_CMD_MAPD	0x08u
#define ITS_CMD_MAPC	0x09u
#define ITS_CMD_MAPTI	0x0au
#define ITS_CMD_MAPI	0x0bu
#define ITS_CMD_INV	0x0cu
#define ITS_CMD_INVALL	0x0du
#define ITS_CMD_MOVALL	0x0eu
#define ITS_CMD_DISCARD 0x0fu

/* Doubleword 0 */
#define ITS_CMD0_OPCODE	  7, 0
#define ITS_CMD0_DEVICEID 63, 32
/* Doubleword 1 */
#define ITS_CMD1_EVENTID 31, 0
#define ITS_CMD1_SIZE	 4, 0	/* MAPD: EventID bits - 1 */
#define ITS_CMD1_PINTID	 63, 32 /* MAPTI */
/* Doubleword 2 */
#define ITS_CMD2_ICID	  15, 0
#define ITS_CMD2_ITT_ADDR 51, 8	 /* MAPD: address bits 51:8 in place */
#define ITS_CMD2_RDBASE	  51, 16 /* with PTA = 0: the PE number */
#define ITS_CMD2_VALID	  (1ull << 63)
/* Doubleword 3 */
#define ITS_CMD3_RDBASE2 51, 16 /* MOVALL: where to */

static inline u32 its_cmd_opcode(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[0], ITS_CMD0_OPCODE);
}

static inline u32 its_cmd_device(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[0], ITS_CMD0_DEVICEID);
}

static inline u32 its_cmd_event(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[1], ITS_CMD1_EVENTID);
}

/* MAPD: number of EventID bits, 1..32. */
static inline u32 its_cmd_size_bits(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[1], ITS_CMD1_SIZE) + 1;
}

static inline u32 its_cmd_pintid(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[1], ITS_CMD1_PINTID);
}

static inline u32 its_cmd_icid(const u64 cmd[4])
{
	return (u32)FIELD_GET(cmd[2], ITS_CMD2_ICID);
}

static inline u64 its_cmd_itt_addr(const u64 cmd[4])
{
	return cmd[2] & FIELD_MASK(ITS_CMD2_ITT_ADDR);
}

static inline bool its_cmd_valid(const u64 cmd[4])
{
	return cmd[2] & ITS_CMD2_VALID;
}

/* MAPC, SYNC and the source of MOVALL. */
static inline u64 its_cmd_rdbase(const u64 cmd[4])
{
	return FIELD_GET(cmd[2], ITS_CMD2_RDBASE);
}

/* The destination of MOVALL. */
static inline u64 its_cmd_rdbase2(const u64 cmd[4])
{
	return FIELD_GET(cmd[3], ITS_CMD3_RDBASE2);
}

/* ---- builders: fill all four doublewords ---- */
static inline void its_build(u64 cmd[4], u32 opcode, u64 d1, u64 d2, u64 d3)
{
	cmd[0] = FIELD_PUT(opcode, ITS_CMD0_OPCODE);
	cmd[1] = d1;
	cmd[2] = d2;
	cmd[3] = d3;
}

static inline void its_build_event(u64 cmd[4], u32 opcode, u32 device, u32 event)
{
	its_build(cmd, opcode, FIELD_PUT(event, ITS_CMD1_EVENTID), 0, 0);
	cmd[0] |= FIELD_PUT(device, ITS_CMD0_DEVICEID);
}

static inline void its_build_mapd(u64 cmd[4], u32 device, u64 itt_addr, u32 size_bits, bool valid)
{
	its_build(cmd, ITS_CMD_MAPD, FIELD_PUT(size_bits - 1, ITS_CMD1_SIZE),
		  (itt_addr & FIELD_MASK(ITS_CMD2_ITT_ADDR)) | (valid ? ITS_CMD2_VALID : 0), 0);
	cmd[0] |= FIELD_PUT(device, ITS_CMD0_DEVICEID);
}

static inline void its_build_mapc(u64 cmd[4], u32 icid, u32 pe, bool valid)
{
	its_build(cmd, ITS_CMD_MAPC, 0,
		  FIELD_PUT(icid, ITS_CMD2_ICID) | FIELD_PUT(pe, ITS_CMD2_RDBASE) |
			  (valid ? ITS_CMD2_VALID : 0),
		  0);
}

static inline void its_build_mapti(u64 cmd[4], u32 device, u32 event, u32 pintid, u32 icid)
{
	its_build_event(cmd, ITS_CMD_MAPTI, device, event);
	cmd[1] |= FIELD_PUT(pintid, ITS_CMD1_PINTID);
	cmd[2] = FIELD_PUT(icid, ITS_CMD2_ICID);
}

static inline void its_build_mapi(u64 cmd[4], u32 device, u32 event, u32 icid)
{
	its_build_event(cmd, ITS_CMD_MAPI, device, event);
	cmd[2] = FIELD_PUT(icid, ITS_CMD2_ICID);
}

static inline void its_build_movi(u64 cmd[4], u32 device, u32 event, u32 icid)
{
	its_build_event(cmd, ITS_CMD_MOVI, device, event);
	cmd[2] = FIELD_PUT(icid, ITS_CMD2_ICID);
}

static inline void its_build_int(u64 cmd[4], u32 device, u32 event)
{
	its_build_event(cmd, ITS_CMD_INT, device, event);
}

static inline void its_build_clear(u64 cmd[4], u32 device, u32 event)
{
	its_build_event(cmd, ITS_CMD_CLEAR, device, event);
}

static inline void its_build_discard(u64 cmd[4], u32 device, u32 event)
{
	its_build_event(cmd, ITS_CMD_DISCARD, device, event);
}

static inline void its_build_inv(u64 cmd[4], u32 device, u32 event)
{
	its_build_event(cmd, ITS_CMD_INV, device, event);
}

static inline void its_build_invall(u64 cmd[4], u32 icid)
{
	its_build(cmd, ITS_CMD_INVALL, 0, FIELD_PUT(icid, ITS_CMD2_ICID), 0);
}

static inline void its_build_movall(u64 cmd[4], u32 from_pe, u32 to_pe)
{
	its_build(cmd, ITS_CMD_MOVALL, 0, FIELD_PUT(from_pe, ITS_CMD2_RDBASE),
		  FIELD_PUT(to_pe, ITS_CMD3_RDBASE2));
}

static inline void its_build_sync(u64 cmd[4], u32 pe)
{
	its_build(cmd, ITS_CMD_SYNC, 0, FIELD_PUT(pe, ITS_CMD2_RDBASE), 0);
}

/* ---- command error codes: 0x01, command, kind ---- */
#define ITS_E_DEVICE_OOR	  0x01u
#define ITS_E_MOVALL_PROCNUM_OOR  0x01u
#define ITS_E_ITTSIZE_OOR	  0x02u
#define ITS_E_PROCNUM_OOR	  0x02u
#define ITS_E_COLLECTION_OOR	  0x03u
#define ITS_E_UNMAPPED_DEVICE	  0x04u
#define ITS_E_ID_OOR		  0x05u
#define ITS_E_PHYSICALID_OOR	  0x06u
#define ITS_E_UNMAPPED_INTERRUPT  0x07u
#define ITS_E_UNMAPPED_COLLECTION 0x09u

/* CLEAR's codes carry 5, not its opcode. */
static inline int its_error(u32 opcode, u32 kind)
{
	return (int)(0x010000u | (opcode == ITS_CMD_CLEAR ? 5u : opcode) << 8 | kind);
}

#define E_ITS_MAPD_DEVICE_OOR		 0x010801
#define E_ITS_MAPD_ITTSIZE_OOR		 0x010802
#define E_ITS_MAPC_PROCNUM_OOR		 0x010902
#define E_ITS_MAPC_COLLECTION_OOR	 0x010903
#define E_ITS_MAPTI_COLLECTION_OOR	 0x010a03
#define E_ITS_MAPTI_UNMAPPED_DEVICE	 0x010a04
#define E_ITS_MAPTI_ID_OOR		 0x010a05
#define E_ITS_MAPTI_PHYSICALID_OOR	 0x010a06
#define E_ITS_MOVI_UNMAPPED_INTERRUPT	 0x010107
#define E_ITS_MOVI_UNMAPPED_COLLECTION	 0x010109
#define E_ITS_DISCARD_UNMAPPED_INTERRUPT 0x010f07
#define E_ITS_INT_UNMAPPED_INTERRUPT	 0x010307
#define E_ITS_CLEAR_UNMAPPED_INTERRUPT	 0x010507
#define E_ITS_INV_UNMAPPED_INTERRUPT	 0x010c07
#define E_ITS_INVALL_UNMAPPED_COLLECTION 0x010d09
#define E_ITS_MOVALL_PROCNUM_OOR	 0x010e01
#define E_ITS_UNKNOWN_COMMAND		 0x010000

/* ---- tables of the physical ITS (implementation defined): little-endian doublewords ---- */
/* Device table entry */
#define ITS_DTE_SIZE	 8u
#define ITS_DTE_VALID	 (1ull << 0)
#define ITS_DTE_SIZEBITS 5, 1  /* EventID bits - 1 */
#define ITS_DTE_ITT	 49, 6 /* bits 51:8 of the address of the device's ITT */
/* Interrupt translation entry */
#define ITS_ITE_SIZE	 8u
#define ITS_ITE_VALID	 (1ull << 0)
#define ITS_ITE_PHYSICAL (1ull << 1)
#define ITS_ITE_INTID	 25, 2
#define ITS_ITE_ICID	 47, 32
/* Collection table entry */
#define ITS_CTE_SIZE  8u
#define ITS_CTE_VALID (1ull << 0)
#define ITS_CTE_PE    16, 1

static inline u64 its_dte(u64 itt_addr, u32 size_bits)
{
	return ITS_DTE_VALID | FIELD_PUT(size_bits - 1, ITS_DTE_SIZEBITS) |
	       FIELD_PUT(itt_addr >> 8, ITS_DTE_ITT);
}

static inline u64 its_dte_itt_addr(u64 dte)
{
	return FIELD_GET(dte, ITS_DTE_ITT) << 8;
}

static inline u32 its_dte_size_bits(u64 dte)
{
	return (u32)FIELD_GET(dte, ITS_DTE_SIZEBITS) + 1;
}

static inline u64 its_ite(u32 intid, u32 icid)
{
	return ITS_ITE_VALID | ITS_ITE_PHYSICAL | FIELD_PUT(intid, ITS_ITE_INTID) |
	       FIELD_PUT(icid, ITS_ITE_ICID);
}

static inline u64 its_cte(u32 pe)
{
	return ITS_CTE_VALID | FIELD_PUT(pe, ITS_CTE_PE);
}

#endif
