/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The board with GICv4.0 or GICv4.1: two ITSs, tables of vPEs, guests' tables in memory. Device 0
 * is behind ITS 0. PEs 0 and 1 have another Aff1 than PEs 2 and 3.
 */
#ifndef TEST_BOARD_V4_H
#define TEST_BOARD_V4_H

#include <check.h>

#include "board.h"
#include "models/arch/gicv4.h"

/* A test that runs on both: `static void boot(enum gic_direct direct)` makes its world. */
#define V4_TEST(name) \
	static void name##_body(void); \
	START_TEST(name) \
	{ \
		boot(_i ? GIC_DIRECT_V41 : GIC_DIRECT_V40); \
		name##_body(); \
	} \
	END_TEST \
	static void name##_body(void)
#define V4_ADD(tc, name) tcase_add_loop_test(tc, name, 0, 2)

#define V4_NR_ITS   2u
#define V4_VPT(vpe) (BOARD_RAM + 0x4000000 + (vpe)*0x10000ull)
#define V4_VPROP    (BOARD_RAM + 0x5000000)
#define V4_TABLE(n) (BOARD_RAM + 0x40000 + (n)*0x10000ull) /* of vPEs */
#define V4_RD_TABLE V4_TABLE(2)
#define V4_QUEUE(n) (BOARD_RAM + 0x10000 + (n)*0x1000ull)
#define V4_ID_BITS  14u
#define V4_DB(vpe)  (9000u + (vpe)) /* LPI of a vPE's doorbell */
#define V4_NONE	    ITS_NO_DOORBELL
#define V4_VLPI	    8192u

static struct {
	struct its *its[V4_NR_ITS];
	char its_port[V4_NR_ITS];
	enum gic_direct direct;
} v4;

static inline bool v4_is_41(void)
{
	return v4.direct == GIC_DIRECT_V41;
}

/* ---- commands ---- */

static inline int v4_command(u32 its, const u64 cmd[4])
{
	u64 at = its_read(v4.its[its], GITS_CWRITER, 8);
	struct its_work work = { 0 };
	u32 i;

	for (i = 0; i < 4; i++)
		gic_mem_write64(&board.mem, V4_QUEUE(its) + at + 8 * i, cmd[i]);
	its_write(v4.its[its], GITS_CWRITER, 8, (at + ITS_CMD_SIZE) % 0x1000);
	its_step(v4.its[its], &work);
	return work.error;
}

static inline int v4_vmapp_on(u32 its, u32 vpe, u32 pe, bool valid, bool alloc)
{
	u64 cmd[4];

	its_build_vmapp(cmd, vpe, pe, V4_VPT(vpe), V4_ID_BITS, valid);
	if (v4_is_41())
		its_build_vmapp_v41(cmd, V4_VPROP, V4_DB(vpe), alloc, false);
	return v4_command(its, cmd);
}

static inline int v4_vmapp(u32 vpe, u32 pe)
{
	return v4_vmapp_on(0, vpe, pe, true, true);
}

static inline int v4_vmapti(u32 event, u32 vpe, u32 vintid, u32 doorbell)
{
	u64 cmd[4];

	its_build_vmapti(cmd, 0, event, vpe, vintid, doorbell);
	return v4_command(0, cmd);
}

static inline int v4_vmovp(u32 vpe, u32 pe)
{
	u64 cmd[4];

	its_build_vmovp(cmd, vpe, pe, 0, 0);
	if (v4_is_41())
		its_build_vmovp_v41(cmd, V4_DB(vpe));
	return v4_command(0, cmd);
}

static inline int v4_event(u32 opcode, u32 event)
{
	u64 cmd[4];

	its_build_event(cmd, opcode, 0, event);
	return v4_command(0, cmd);
}

static inline int v4_vpe_command(u32 opcode, u32 vpe)
{
	u64 cmd[4];

	its_build_vpe(cmd, opcode, vpe);
	return v4_command(0, cmd);
}

/* ---- the world ---- */

/* Configure a vLPI of the one guest that there is. */
static inline void v4_conf(u32 vintid, u32 prio, bool enabled)
{
	u8 byte = (u8)((prio & LPI_CONFIG_PRIORITY) | (enabled ? LPI_CONFIG_ENABLE : 0));

	gic_mem_write(&board.mem, V4_VPROP + vintid - GIC_LPI_BASE, &byte, 1);
}

static inline struct gic_config v4_gic_config(enum gic_direct direct)
{
	struct gic_config c = board_config;

	c.direct = direct;
	c.vpeid_bits = 5;
	c.vsgi = direct == GIC_DIRECT_V41;
	return c;
}

static inline void v4_its_up(u32 n, bool single_vmovp)
{
	struct its_config c = board_its_config;

	c.number = n;
	c.cache_vpes = 4;
	c.single_vmovp = single_vmovp;
	c.affinity = 0x01020300;
	c.port = &v4.its_port[n];
	its_create(&v4.its[n], board.gic, &c);
	its_write(v4.its[n], GITS_BASER, 8, BOARD_DEVICES | GITS_BASER_VALID | 7);
	its_write(v4.its[n], GITS_BASER + 8, 8, BOARD_COLLS | GITS_BASER_VALID);
	its_write(v4.its[n], GITS_BASER + 16, 8, V4_TABLE(n) | GITS_BASER_VALID);
	its_write(v4.its[n], GITS_CBASER, 8, V4_QUEUE(n) | GITS_CBASER_VALID);
	its_write(v4.its[n], GITS_CTLR, 4, GITS_CTLR_ENABLED | FIELD_PUT(n, GITS_CTLR_ITS_NUMBER));
}

/* 4.1: the redistributor of a PE reads the vPEs from the table at `table`. */
static inline void v4_rd_table(u32 pe, u64 table)
{
	gicr_write(board_pe(pe), GICR_VPROPBASER, 8, table | GICR_VPROPBASER_V41_VALID);
}

static inline void v4_boot_with(const struct gic_config *c, bool single_vmovp)
{
	u32 n;

	v4.direct = c->direct;
	board_boot(c);
	for (n = 0; n < V4_NR_ITS; n++)
		v4_its_up(n, single_vmovp);
	for (n = 0; n < BOARD_MAX_PES && v4_is_41(); n++)
		v4_rd_table(n, V4_RD_TABLE);
	for (n = 0; n < 32; n++) {
		board_lpi(V4_DB(n), 0xa0, true);
		v4_conf(V4_VLPI + n, 0x80, true);
	}
}

static inline void v4_boot(enum gic_direct direct)
{
	struct gic_config c = v4_gic_config(direct);
	u64 cmd[4];

	v4_boot_with(&c, true);
	its_build_mapd(cmd, 0, BOARD_ITT(0), 8, true);
	v4_command(0, cmd);
}

static inline void v4_down(void)
{
	u32 n;

	for (n = 0; n < V4_NR_ITS; n++)
		its_destroy(v4.its[n]);
	board_down();
}

/* ---- what happens ---- */

/* The device sends its MSI: what the redistributor made of it, or -1: dropped on the way. */
static inline int v4_msi(u32 event)
{
	struct its_route route;
	struct its_work work;

	its_translate(v4.its[0], 0, event, &route, &work);
	if (!route.pe)
		return -1;
	if (!route.virt)
		return gic_lpi_set(route.pe, route.intid);
	return gic_vlpi_set(route.pe, &route.vlpi);
}

static inline u64 v4_vpend(u32 pe)
{
	return gicr_read(board_pe(pe), GICR_VPENDBASER, 8);
}

static inline void v4_write_vpend(u32 pe, u64 v)
{
	gicr_write(board_pe(pe), GICR_VPENDBASER, 8, v);
}

/* Make a vPE resident, Group 1 enabled. */
static inline void v4_enter(u32 pe, u32 vpe)
{
	if (v4_is_41()) {
		v4_write_vpend(pe, GICR_VPENDBASER_VALID | GICR_VPENDBASER_VGRP1EN | vpe);
		return;
	}
	gicr_write(board_pe(pe), GICR_VPROPBASER, 8,
		   V4_VPROP | FIELD_PUT(V4_ID_BITS - 1, GICR_VPROPBASER_IDBITS));
	v4_write_vpend(pe, GICR_VPENDBASER_VALID | GICR_VPENDBASER_PENDINGLAST | V4_VPT(vpe));
}

/* And not resident any more, 4.1 with a doorbell or without; PendingLast. */
static inline bool v4_leave(u32 pe, bool doorbell)
{
	u64 v = v4_vpend(pe) & ~GICR_VPENDBASER_VALID;

	if (v4_is_41())
		v |= doorbell ? GICR_VPENDBASER_DB : GICR_VPENDBASER_PENDINGLAST;
	v4_write_vpend(pe, v);
	return v4_vpend(pe) & GICR_VPENDBASER_PENDINGLAST;
}

/* The guest on a PE takes interrupts of all priorities. */
static inline void v4_guest(u32 pe)
{
	ich_vmcr_write(board_pe(pe), (u32)FIELD_PUT(0xff, ICH_VMCR_VPMR) | ICH_VMCR_VENG0 |
					     ICH_VMCR_VENG1 | ICH_VMCR_VFIQEN);
	ich_hcr_write(board_pe(pe), ICH_HCR_EN);
}

/* The guest takes one Group 1 interrupt and ends it; 1023: none. */
static inline u32 v4_take(u32 pe)
{
	u32 intid = icv_iar_read(board_pe(pe), 1);

	if (intid != GIC_SPURIOUS)
		icv_eoir_write(board_pe(pe), 1, intid);
	return intid;
}

/* The pending bit of a vLPI in its vPE's table in memory. */
static inline bool v4_in_memory(u32 vpe, u32 vintid)
{
	u8 byte = 0;

	gic_mem_read(&board.mem, V4_VPT(vpe) + vintid / 8, &byte, 1);
	return byte >> vintid % 8 & 1;
}

/* How often an event was reported since the records were cleared. */
static inline u32 v4_events(enum plat_event ev)
{
	u32 i, n = 0;

	for (i = 0; i < port.nr_records; i++)
		n += port.record[i].kind == PORT_EVENT && port.record[i].event == ev;
	return n;
}

/* How often something UNPREDICTABLE was reported. */
static inline u32 v4_unpredictable(enum plat_unpredictable what)
{
	u32 i, n = 0;

	for (i = 0; i < port.nr_records; i++)
		n += port.record[i].kind == PORT_EVENT &&
		     port.record[i].event == EV_HW_UNPREDICTABLE && port.record[i].arg == what;
	return n;
}

#endif
