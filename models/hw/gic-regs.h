/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Register frames as tables: one row a register, sorted by offset. What no row names, and what a
 * row does not allow, reads as zero and ignores writes.
 */
#ifndef GIC_REGS_H
#define GIC_REGS_H

#include "gic-internal.h"

/* One access, as a handler sees it. The first four are given, the others found out. */
struct gic_access {
	struct gic *gic;
	struct gic_pe *pe; /* the redistributor's frames, and GICv2's banked ones */
	struct its *its;   /* an ITS's frame */
	u32 len;
	u32 at;		       /* byte offset within the row */
	struct gic_bank *bank; /* registers with bits per interrupt: where they stand ... */
	u32 first;	       /* ... and the INTID of the first interrupt accessed */
	u32 nr;		       /* interrupts accessed */
};

struct gic_reg {
	u32 offset;
	u32 size;  /* of the register or array of registers, bytes */
	u8 bits;   /* per interrupt; 0: a register of its own */
	u8 widths; /* access sizes allowed, in bytes, or-ed */
	u64 (*read)(const struct gic_access *a);
	void (*write)(const struct gic_access *a, u64 value);
};

struct gic_frame {
	const struct gic_reg *reg;
	u32 nr;
	u32 base; /* of the rows' offsets in the frame */
};

u64 gic_frame_read(const struct gic_frame *f, struct gic_access a, u32 offset);
void gic_frame_write(const struct gic_frame *f, struct gic_access a, u32 offset, u64 value);

/* The identification registers at the end of every frame: CoreSight component, GICv3. */
u64 gic_idreg_read(u32 offset);

/* What our distributor, redistributors and ITSs say they are (GICD_IIDR and its kin). */
#define GIC_IIDR_VALUE \
	((u32)(FIELD_PUT(GIC_IMPLEMENTER_ARM, GIC_IIDR_IMPLEMENTER) | \
	       FIELD_PUT(0x47, GIC_IIDR_PRODUCT)))

/* ---- handlers that distributor and redistributor share: a bit, byte or pair an interrupt ---- */
u64 gic_igroupr_read(const struct gic_access *a);
void gic_igroupr_write(const struct gic_access *a, u64 v);
u64 gic_enabler_read(const struct gic_access *a);
void gic_isenabler_write(const struct gic_access *a, u64 v);
void gic_icenabler_write(const struct gic_access *a, u64 v);
u64 gic_pendr_read(const struct gic_access *a);
void gic_ispendr_write(const struct gic_access *a, u64 v);
void gic_icpendr_write(const struct gic_access *a, u64 v);
u64 gic_activer_read(const struct gic_access *a);
void gic_isactiver_write(const struct gic_access *a, u64 v);
void gic_icactiver_write(const struct gic_access *a, u64 v);
u64 gic_ipriorityr_read(const struct gic_access *a);
void gic_ipriorityr_write(const struct gic_access *a, u64 v);
u64 gic_icfgr_read(const struct gic_access *a);
void gic_icfgr_write(const struct gic_access *a, u64 v);

/* The rows of those registers, for the table of a frame. */
/* clang-format off */
#define GIC_BANK_ROWS(irqs) \
	{ GICD_IGROUPR, (irqs) / 8, 1, 4, gic_igroupr_read, gic_igroupr_write }, \
	{ GICD_ISENABLER, (irqs) / 8, 1, 4, gic_enabler_read, gic_isenabler_write }, \
	{ GICD_ICENABLER, (irqs) / 8, 1, 4, gic_enabler_read, gic_icenabler_write }, \
	{ GICD_ISPENDR, (irqs) / 8, 1, 4, gic_pendr_read, gic_ispendr_write }, \
	{ GICD_ICPENDR, (irqs) / 8, 1, 4, gic_pendr_read, gic_icpendr_write }, \
	{ GICD_ISACTIVER, (irqs) / 8, 1, 4, gic_activer_read, gic_isactiver_write }, \
	{ GICD_ICACTIVER, (irqs) / 8, 1, 4, gic_activer_read, gic_icactiver_write }, \
	{ GICD_IPRIORITYR, (irqs), 8, 1 | 4, gic_ipriorityr_read, gic_ipriorityr_write }, \
	{ GICD_ICFGR, (irqs) / 4, 2, 4, gic_icfgr_read, gic_icfgr_write }
/* clang-format on */

#endif
