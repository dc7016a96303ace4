/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a virtual GICv3: distributor and redistributor (spec/vgic.md 2.4, 2.5, 2.8; IHI
 * 0069 12.8, 12.10). Affinity routing and one security state always; LPIs, as there is an ITS; no
 * message-based SPIs; a redistributor has no frame for vLPIs. Four vCPUs, 128 interrupts.
 *
 * Revision 0 has no configurable groups, INVLPIR, INVALLR and SYNCR come with revision 3.
 */
#ifndef TEST_CONFORMANCE_V3_H
#define TEST_CONFORMANCE_V3_H

#include "conformance.h"

/* Of the identification registers KVM has the architecture's version only. */
static u64 conf_v3_id(u32 v, u32 at)
{
	(void)v;
	return (at & 0xffff) == 0xffe8 ? 0x3b : 0;
}

/* GICR_TYPER: affinity, number, Last, PLPIS. */
static u64 conf_v3_typer(u32 v, u32 at)
{
	(void)at;
	return (u64)v << 32 | v << 8 | (v == CONF_VCPUS - 1 ? 0x10 : 0) | 1;
}

#define V3	   (ERAS_ALL & ~ERA_2013)
#define HAS_GROUPS (ERA_54 | ERAS_NEW)
/* GICR_PROPBASER, GICR_PENDBASER: outer cacheability, shareability, inner cacheability; written as
 * zeros, that is uncached, the inner one becomes read-allocate, write-back. */
#define ATTRIBUTES 0x0700000000000f80ull
#define WRITE_BACK 0x180ull

/* clang-format off */
static const struct conf_row conf_v3_dist[] = {
	{ "GICD_CTLR", "", 0x0000, 0x0004, 4, 4, V3, true, RW(2, 0x50), RW(2, 0x50) },
	{ "GICD_TYPER", "", 0x0004, 0x0008, 4, 4, V3, false, RO(0x7a0003), RO(0x7a0003) },
	{ "GICD_IIDR", "", 0x0008, 0x000c, 4, 4, ERA_415, true, RO(0x4b00043b), RO(0) },
	{ "GICD_IIDR", "", 0x0008, 0x000c, 4, 4, ERA_54, true, RO(0x4b00243b), RULES(0x4b00243b) },
	{ "GICD_IIDR", "", 0x0008, 0x000c, 4, 4, ERAS_NEW, true, RO(0x4b00343b), RULES(0x4b00343b) },
	{ "GICD_TYPER2", "", 0x000c, 0x0010, 4, 4, V3, true, RO(0), RULES(0) },
	{ "GICD_STATUSR", "", 0x0010, 0x0014, 4, 4, V3, false, RO(0xffffffff), RO(0xffffffff) },
	{ "GICD_IGROUPR", "private", 0x0080, 0x0084, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_IGROUPR", "SPIs", 0x0084, 0x0090, 4, 4, ERA_415, false,
	  RO(0xffffffff), RO(0xffffffff) },
	{ "GICD_IGROUPR", "SPIs", 0x0084, 0x0090, 4, 4, HAS_GROUPS, true,
	  RW(0xffffffff, 0xffffffff), RW(0xffffffff, 0xffffffff) },
	{ "GICD_IGROUPR", "beyond", 0x0090, 0x0100, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ISENABLER", "private", 0x0100, 0x0104, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ISENABLER", "SPIs", 0x0104, 0x0110, 4, 4, V3, true,
	  SET(0xffffffff, 0), SET(0xffffffff, 0), .partner = 0x184 },
	{ "GICD_ISENABLER", "beyond", 0x0110, 0x0180, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ICENABLER", "private", 0x0180, 0x0184, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ICENABLER", "SPIs", 0x0184, 0x0190, 4, 4, V3, true,
	  CLEAR(0xffffffff, 0), CLEAR(0xffffffff, 0), .partner = 0x104 },
	{ "GICD_ICENABLER", "beyond", 0x0190, 0x0200, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ISPENDR", "private", 0x0200, 0x0204, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ISPENDR", "SPIs", 0x0204, 0x0210, 4, 4, V3, true,
	  SET(0xffffffff, 0), RW(0xffffffff, 0), .partner = 0x284 },
	{ "GICD_ISPENDR", "beyond", 0x0210, 0x0280, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ICPENDR", "private", 0x0280, 0x0284, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ICPENDR", "SPIs", 0x0284, 0x0290, 4, 4, V3, true,
	  CLEAR(0xffffffff, 0), RO(0), .partner = 0x204 },
	{ "GICD_ICPENDR", "beyond", 0x0290, 0x0300, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ISACTIVER", "private", 0x0300, 0x0304, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ISACTIVER", "SPIs", 0x0304, 0x0310, 4, 4, V3, true,
	  SET(0xffffffff, 0), SET(0xffffffff, 0), .partner = 0x384 },
	{ "GICD_ISACTIVER", "beyond", 0x0310, 0x0380, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ICACTIVER", "private", 0x0380, 0x0384, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ICACTIVER", "SPIs", 0x0384, 0x0390, 4, 4, V3, true,
	  CLEAR(0xffffffff, 0), CLEAR(0xffffffff, 0), .partner = 0x304 },
	{ "GICD_ICACTIVER", "beyond", 0x0390, 0x0400, 4, 0, V3, false, NONE, NONE },
	{ "GICD_IPRIORITYR", "private", 0x0400, 0x0420, 4, 4 | 1, V3, false, RO(0), RO(0) },
	{ "GICD_IPRIORITYR", "SPIs", 0x0420, 0x0480, 4, 4 | 1, V3, false,
	  RW(0xf8f8f8f8, 0), RW(0xf8f8f8f8, 0) },
	{ "GICD_IPRIORITYR", "beyond", 0x0480, 0x0800, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ITARGETSR", "implemented", 0x0800, 0x0880, 4, 4 | 1, V3, false, RO(0), RO(0) },
	{ "GICD_ITARGETSR", "beyond", 0x0880, 0x0c00, 4, 0, V3, false, NONE, NONE },
	{ "GICD_ICFGR", "private", 0x0c00, 0x0c08, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_ICFGR", "SPIs", 0x0c08, 0x0c20, 4, 4, V3, true,
	  RW(0xaaaaaaaa, 0xaaaaaaaa), RW(0xaaaaaaaa, 0xaaaaaaaa) },
	{ "GICD_ICFGR", "beyond", 0x0c20, 0x0d00, 4, 0, V3, false, NONE, NONE },
	{ "GICD_IGRPMODR", "implemented", 0x0d00, 0x0d10, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICD_IGRPMODR", "beyond", 0x0d10, 0x0d80, 4, 0, V3, false, NONE, NONE },
	{ "GICD_IROUTER", "private", 0x6000, 0x6100, 8, 8 | 4, V3, false, RO(0), RO(0) },
	{ "GICD_IROUTER", "SPIs", 0x6100, 0x6400, 8, 8 | 4, V3, true,
	  RW(0xffffff, 0), RW(0xffffff, 0) },
	{ "GICD_IROUTER", "beyond", 0x6400, 0x8000, 8, 0, V3, false, NONE, NONE },
	{ "GICD_IDREGS", "", 0xffd0, 0x10000, 4, 4, V3, false, RO(0), RO(0), .reset = conf_v3_id },
};

static const struct conf_row conf_v3_redist[] = {
	{ "GICR_CTLR", "", 0x0000, 0x0004, 4, 4, ERA_415 | ERA_54, true, RW(1, 0), RW(1, 0) },
	{ "GICR_CTLR", "", 0x0000, 0x0004, 4, 4, ERAS_NEW, true, RW(1, 6), RW(1, 6) },
	{ "GICR_IIDR", "", 0x0004, 0x0008, 4, 4, V3, false, RO(0x4b00043b), RO(0x4b00043b) },
	{ "GICR_TYPER", "", 0x0008, 0x0010, 8, 8 | 4, V3, true,
	  RO(0), RO(0), .reset = conf_v3_typer },
	{ "GICR_STATUSR", "", 0x0010, 0x0014, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICR_WAKER", "", 0x0014, 0x0018, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICR_PROPBASER", "", 0x0070, 0x0078, 8, 8 | 4, V3, true,
	  RW_FIELDS(0x000ffffffffff01full, 0, ATTRIBUTES, WRITE_BACK),
	  RW_FIELDS(0x000ffffffffff01full, 0, ATTRIBUTES, WRITE_BACK) },
	{ "GICR_PENDBASER", "", 0x0078, 0x0080, 8, 8 | 4, V3, true,
	  RW_FIELDS(0x000fffffffff0000ull, 0, ATTRIBUTES, WRITE_BACK),
	  RW_FIELDS(0x000fffffffff0000ull, 0, ATTRIBUTES, WRITE_BACK) },
	{ "GICR_INVLPIR", "", 0x00a0, 0x00a8, 8, 8 | 4, ERAS_NEW, true, RO(0), RO(0) },
	{ "GICR_INVALLR", "", 0x00b0, 0x00b8, 8, 8 | 4, ERAS_NEW, true, RO(0), RO(0) },
	{ "GICR_SYNCR", "", 0x00c0, 0x00c4, 4, 4, ERAS_NEW, true, RO(0), RO(0) },
	{ "GICR_IDREGS", "", 0xffd0, 0x10000, 4, 4, V3, false, RO(0), RO(0), .reset = conf_v3_id },
	{ "GICR_IGROUPR0", "", 0x10080, 0x10084, 4, 4, ERA_415, false,
	  RO(0xffffffff), RO(0xffffffff) },
	{ "GICR_IGROUPR0", "", 0x10080, 0x10084, 4, 4, HAS_GROUPS, true,
	  RW(0xffffffff, 0xffffffff), RW(0xffffffff, 0xffffffff) },
	{ "GICR_ISENABLER0", "", 0x10100, 0x10104, 4, 4, V3, true,
	  SET(0xffffffff, 0xffff), SET(0xffffffff, 0xffff), .partner = 0x10180 },
	{ "GICR_ICENABLER0", "", 0x10180, 0x10184, 4, 4, V3, true,
	  CLEAR(0xffffffff, 0xffff), CLEAR(0xffffffff, 0xffff), .partner = 0x10100 },
	{ "GICR_ISPENDR0", "", 0x10200, 0x10204, 4, 4, V3, true,
	  SET(0xffffffff, 0), RW(0xffffffff, 0), .partner = 0x10280 },
	{ "GICR_ICPENDR0", "", 0x10280, 0x10284, 4, 4, V3, true,
	  CLEAR(0xffffffff, 0), RO(0), .partner = 0x10200 },
	{ "GICR_ISACTIVER0", "", 0x10300, 0x10304, 4, 4, V3, true,
	  SET(0xffffffff, 0), SET(0xffffffff, 0), .partner = 0x10380 },
	{ "GICR_ICACTIVER0", "", 0x10380, 0x10384, 4, 4, V3, true,
	  CLEAR(0xffffffff, 0), CLEAR(0xffffffff, 0), .partner = 0x10300 },
	{ "GICR_IPRIORITYR0", "", 0x10400, 0x10420, 4, 4 | 1, V3, false,
	  RW(0xf8f8f8f8, 0), RW(0xf8f8f8f8, 0) },
	{ "GICR_ICFGR0", "SGIs", 0x10c00, 0x10c04, 4, 4, V3, false, RO(0xaaaaaaaa), RO(0xaaaaaaaa) },
	{ "GICR_ICFGR0", "PPIs", 0x10c04, 0x10c08, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICR_IGRPMODR0", "", 0x10d00, 0x10d04, 4, 4, V3, false, RO(0), RO(0) },
	{ "GICR_NSACR", "", 0x10e00, 0x10e04, 4, 4, V3, false, RO(0), RO(0) },
};
/* clang-format on */

static const struct conf_frame conf_v3_frames[] = {
	{ .name = "GICv3 distributor",
	  .model = VGIC_V3,
	  .eras = V3,
	  .base = DIST,
	  .size = 0x10000,
	  .rows = conf_v3_dist,
	  .nr = PLAT_ARRAY_SIZE(conf_v3_dist),
	  .map = &vgic_v3_dist_map,
	  .group = VGIC_GRP_DIST_REGS },
	{ .name = "GICv3 redistributor",
	  .model = VGIC_V3,
	  .eras = V3,
	  .base = REDIST,
	  .stride = 0x20000,
	  .size = 0x20000,
	  .rows = conf_v3_redist,
	  .nr = PLAT_ARRAY_SIZE(conf_v3_redist),
	  .map = &vgic_v3_redist_map,
	  .group = VGIC_GRP_REDIST_REGS },
};

#undef WRITE_BACK
#undef ATTRIBUTES
#undef HAS_GROUPS
#undef V3

#endif
