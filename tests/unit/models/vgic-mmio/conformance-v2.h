/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a virtual GICv2: distributor (spec/vgic.md 2.3; IHI 0048 table 4-1) and CPU
 * interface, for the guest as its virtual CPU interface shows it (IHI 0048 5.5), for user space as
 * CPU_REGS does (spec/vgic.md 2.8, 2.9). Four vCPUs, 128 interrupts.
 *
 * In 2013 priorities are RAZ/WI for user space; revision 0 has no configurable groups. A virtual
 * CPU interface with five bits of priority has binary points of 2 and 3 or more.
 */
#ifndef TEST_CONFORMANCE_V2_H
#define TEST_CONFORMANCE_V2_H

#include "conformance.h"

/* GICD_ITARGETSR0-7: the vCPU that reads. */
static u64 conf_v2_self(u32 v, u32 at)
{
	(void)at;
	return 0x01010101ull << v;
}

#define ALL	   ERAS_ALL
#define HAS_GROUPS (ERA_54 | ERAS_NEW)

/* clang-format off */
static const struct conf_row conf_v2_dist[] = {
	{ "GICD_CTLR", "", 0x000, 0x004, 4, 4, ALL, true, RW(1, 0), RW(1, 0) },
	{ "GICD_TYPER", "", 0x004, 0x008, 4, 4, ALL, false, RO(0x63), RO(0x63) },
	{ "GICD_IIDR", "", 0x008, 0x00c, 4, 4, ERAS_OLD, true, RO(0x4b00043b), RO(0) },
	{ "GICD_IIDR", "", 0x008, 0x00c, 4, 4, ERA_54, true, RO(0x4b00243b), RULES(0x4b00243b) },
	{ "GICD_IIDR", "", 0x008, 0x00c, 4, 4, ERAS_NEW, true, RO(0x4b00343b), RULES(0x4b00343b) },
	{ "GICD_IGROUPR", "implemented", 0x080, 0x090, 4, 4, ERAS_OLD, false, RO(0), RO(0) },
	{ "GICD_IGROUPR", "implemented", 0x080, 0x090, 4, 4, HAS_GROUPS, true,
	  RW(0xffffffff, 0), RO(0) },
	{ "GICD_IGROUPR", "beyond", 0x090, 0x100, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ISENABLER", "private", 0x100, 0x104, 4, 4, ALL, true,
	  SET(0xffffffff, 0xffff), SET(0xffffffff, 0xffff), .partner = 0x180 },
	{ "GICD_ISENABLER", "SPIs", 0x104, 0x110, 4, 4, ALL, true,
	  SET(0xffffffff, 0), SET(0xffffffff, 0), .partner = 0x184 },
	{ "GICD_ISENABLER", "beyond", 0x110, 0x180, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ICENABLER", "private", 0x180, 0x184, 4, 4, ALL, true,
	  CLEAR(0xffffffff, 0xffff), CLEAR(0xffffffff, 0xffff), .partner = 0x100 },
	{ "GICD_ICENABLER", "SPIs", 0x184, 0x190, 4, 4, ALL, true,
	  CLEAR(0xffffffff, 0), CLEAR(0xffffffff, 0), .partner = 0x104 },
	{ "GICD_ICENABLER", "beyond", 0x190, 0x200, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ISPENDR", "private", 0x200, 0x204, 4, 4, ALL, true,
	  SET(0xffff0000, 0), SET(0xffffffff, 0), .partner = 0x280 },
	{ "GICD_ISPENDR", "SPIs", 0x204, 0x210, 4, 4, ALL, true,
	  SET(0xffffffff, 0), SET(0xffffffff, 0), .partner = 0x284 },
	{ "GICD_ISPENDR", "beyond", 0x210, 0x280, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ICPENDR", "private", 0x280, 0x284, 4, 4, ALL, true,
	  CLEAR(0xffff0000, 0), CLEAR(0xffffffff, 0), .partner = 0x200 },
	{ "GICD_ICPENDR", "SPIs", 0x284, 0x290, 4, 4, ALL, true,
	  CLEAR(0xffffffff, 0), CLEAR(0xffffffff, 0), .partner = 0x204 },
	{ "GICD_ICPENDR", "beyond", 0x290, 0x300, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ISACTIVER", "implemented", 0x300, 0x310, 4, 4, ALL, true,
	  SET(0xffffffff, 0), SET(0xffffffff, 0), .partner = 0x380 },
	{ "GICD_ISACTIVER", "beyond", 0x310, 0x380, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ICACTIVER", "implemented", 0x380, 0x390, 4, 4, ALL, true,
	  CLEAR(0xffffffff, 0), CLEAR(0xffffffff, 0), .partner = 0x300 },
	{ "GICD_ICACTIVER", "beyond", 0x390, 0x400, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_IPRIORITYR", "implemented", 0x400, 0x480, 4, 4 | 1, ERA_2013, false,
	  RW(0xf8f8f8f8, 0), RO(0) },
	{ "GICD_IPRIORITYR", "implemented", 0x400, 0x480, 4, 4 | 1, ALL & ~ERA_2013, false,
	  RW(0xf8f8f8f8, 0), RW(0xf8f8f8f8, 0) },
	{ "GICD_IPRIORITYR", "beyond", 0x480, 0x800, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ITARGETSR", "private", 0x800, 0x820, 4, 4 | 1, ALL, false,
	  RO(0), RO(0), .reset = conf_v2_self },
	{ "GICD_ITARGETSR", "SPIs", 0x820, 0x880, 4, 4 | 1, ALL, true,
	  RW(0x0f0f0f0f, 0), RW(0x0f0f0f0f, 0) },
	{ "GICD_ITARGETSR", "beyond", 0x880, 0xc00, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_ICFGR", "SGIs", 0xc00, 0xc04, 4, 4, ALL, false, RO(0xaaaaaaaa), RO(0xaaaaaaaa) },
	{ "GICD_ICFGR", "PPIs", 0xc04, 0xc08, 4, 4, ALL, false, RO(0), RO(0) },
	{ "GICD_ICFGR", "SPIs", 0xc08, 0xc20, 4, 4, ALL, true,
	  RW(0xaaaaaaaa, 0xaaaaaaaa), RW(0xaaaaaaaa, 0xaaaaaaaa) },
	{ "GICD_ICFGR", "beyond", 0xc20, 0xd00, 4, 0, ALL, false, NONE, NONE },
	{ "GICD_SGIR", "", 0xf00, 0xf04, 4, 4, ALL, true, RO(0), RO(0) },
	{ "GICD_CPENDSGIR", "", 0xf10, 0xf20, 4, 4 | 1, ALL, true,
	  CLEAR(0x0f0f0f0f, 0), CLEAR(0x0f0f0f0f, 0), .partner = 0xf20 },
	{ "GICD_SPENDSGIR", "", 0xf20, 0xf30, 4, 4 | 1, ALL, true,
	  SET(0x0f0f0f0f, 0), SET(0x0f0f0f0f, 0), .partner = 0xf10 },
};

/* APR1-3 are those of priorities that five bits do not have. */
static const struct conf_row conf_v2_cpuif[] = {
	{ "GICC_CTLR", "", 0x000, 0x004, 4, 4, ALL, true, RW(0x21f, 0), RW(0x21f, 0) },
	{ "GICC_PMR", "", 0x004, 0x008, 4, 4, ALL, true, RW(0xf8, 0), RW(0x1f, 0) },
	{ "GICC_BPR", "", 0x008, 0x00c, 4, 4, ALL, true, RULES(2), RW(7, 0) },
	{ "GICC_IAR", "", 0x00c, 0x010, 4, 4, ALL, true, RO(0x3ff), NONE },
	{ "GICC_EOIR", "", 0x010, 0x014, 4, 4, ALL, true, RO(0), NONE },
	{ "GICC_RPR", "", 0x014, 0x018, 4, 4, ALL, true, RO(0xff), NONE },
	{ "GICC_HPPIR", "", 0x018, 0x01c, 4, 4, ALL, true, RO(0x3ff), NONE },
	{ "GICC_ABPR", "", 0x01c, 0x020, 4, 4, ALL, true, RULES(3), RW(7, 0) },
	{ "GICC_AIAR", "", 0x020, 0x024, 4, 4, ALL, true, RO(0x3ff), NONE },
	{ "GICC_AEOIR", "", 0x024, 0x028, 4, 4, ALL, true, RO(0), NONE },
	{ "GICC_AHPPIR", "", 0x028, 0x02c, 4, 4, ALL, true, RO(0x3ff), NONE },
	{ "GICC_APR", "0", 0x0d0, 0x0d4, 4, 4, ALL, true, RW(0xffffffff, 0), RW(0xffffffff, 0) },
	{ "GICC_APR", "1-3", 0x0d4, 0x0e0, 4, 4, ALL, true, RO(0), RO(0) },
	{ "GICC_IIDR", "", 0x0fc, 0x100, 4, 4, ALL, false, RO(0x04b2043b), RO(0x04b2043b) },
	{ "GICC_DIR", "", 0x1000, 0x1004, 4, 4, ALL, true, RO(0), NONE },
};
/* clang-format on */

static const struct conf_frame conf_v2_frames[] = {
	{ .name = "GICv2 distributor",
	  .model = VGIC_V2,
	  .eras = ERAS_ALL,
	  .base = DIST,
	  .size = 0x1000,
	  .rows = conf_v2_dist,
	  .nr = PLAT_ARRAY_SIZE(conf_v2_dist),
	  .map = &vgic_v2_dist_map,
	  .group = VGIC_GRP_DIST_REGS },
	{ .name = "GICv2 CPU interface",
	  .model = VGIC_V2,
	  .eras = ERAS_ALL,
	  .base = CPUIF,
	  .size = 0x2000,
	  .rows = conf_v2_cpuif,
	  .nr = PLAT_ARRAY_SIZE(conf_v2_cpuif),
	  .map = &vgic_v2_cpuif_map,
	  .group = VGIC_GRP_CPU_REGS,
	  .live = true },
};

#undef HAS_GROUPS
#undef ALL

#endif
