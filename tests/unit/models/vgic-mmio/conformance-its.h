/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of a virtual ITS (spec/vgic.md 3.1; IHI 0069 12.18): the control frame. The
 * translation frame has none: only devices write GITS_TRANSLATER.
 *
 * Reserved bits of GITS_CBASER and GITS_BASERn are kept as they are written, as KVM does; the
 * address of the queue is aligned to 64 KiB. User space's values are of 64 bits whatever the
 * register.
 */
#ifndef TEST_CONFORMANCE_ITS_H
#define TEST_CONFORMANCE_ITS_H

#include "conformance.h"

/* PIDR4-7, PIDR0-3, CIDR0-3: a 64 KiB page of an Arm GICv3. */
static u64 conf_its_id(u32 v, u32 at)
{
	static const u8 id[] = { 0x40, 0, 0, 0, 0x92, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1 };

	(void)v;
	return id[(at - 0xffd0) / 4];
}

#define V3 (ERAS_ALL & ~ERA_2013)
/* Inner cacheability 61:59, outer 55:53, shareability 11:10. */
#define ATTRIBUTES 0x38e0000000000c00ull
#define WRITE_BACK 0x1800000000000000ull
/* Type 58:56, entry size 52:48 (8 bytes), page size 9:8 (64 KiB). */
#define DEVICES	    0x0107000000000200ull
#define COLLECTIONS 0x0407000000000200ull
#define SHAREABLE   0x400ull
#define BASER(type, bits) \
	RW_FIELDS(bits, WRITE_BACK | (type) | SHAREABLE, ATTRIBUTES, WRITE_BACK | (type))

/* clang-format off */
static const struct conf_row conf_its[] = {
	{ "GITS_CTLR", "", 0x0000, 0x0004, 4, 4, V3, true, RULES(0x80000000), RULES(0x80000000) },
	{ "GITS_IIDR", "", 0x0004, 0x0008, 4, 4, V3, true, RO(0x4b00043b), RULES(0x4b00043b) },
	{ "GITS_TYPER", "", 0x0008, 0x0010, 8, 8 | 4, V3, false, RO(0x1ef71), RO(0x1ef71) },
	{ "GITS_CBASER", "", 0x0080, 0x0088, 8, 8 | 4, V3, true,
	  RW_FIELDS(~(ATTRIBUTES | 0xf000), 0, ATTRIBUTES, WRITE_BACK),
	  RW_FIELDS(~(ATTRIBUTES | 0xf000), 0, ATTRIBUTES, WRITE_BACK) },
	{ "GITS_CWRITER", "", 0x0088, 0x0090, 8, 8 | 4, V3, true, RULES(0), RULES(0) },
	{ "GITS_CREADR", "", 0x0090, 0x0098, 8, 8 | 4, V3, true, RO(0), RULES(0) },
	{ "GITS_BASER", "0", 0x0100, 0x0108, 8, 8 | 4, V3, true,
	  BASER(DEVICES, 0xc000fffffffff0ffull), BASER(DEVICES, 0xc000fffffffff0ffull) },
	{ "GITS_BASER", "1", 0x0108, 0x0110, 8, 8 | 4, V3, true,
	  BASER(COLLECTIONS, 0x8000fffffffff0ffull), BASER(COLLECTIONS, 0x8000fffffffff0ffull) },
	{ "GITS_BASER", "2-7", 0x0110, 0x0140, 8, 8 | 4, V3, false, RO(0), RO(0) },
	{ "GITS_IDREGS", "", 0xffd0, 0x10000, 4, 4, V3, false,
	  RO(0), RO(0), .reset = conf_its_id },
};
/* clang-format on */

static const struct conf_frame conf_its_frame = {
	.name = "ITS",
	.model = VGIC_V3,
	.eras = V3,
	.base = ITS,
	.size = 0x20000,
	.rows = conf_its,
	.nr = PLAT_ARRAY_SIZE(conf_its),
};

#undef BASER
#undef SHAREABLE
#undef COLLECTIONS
#undef DEVICES
#undef WRITE_BACK
#undef ATTRIBUTES
#undef V3

#endif
