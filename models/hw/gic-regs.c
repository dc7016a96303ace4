// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Access to register frames by table, and the registers with a field per interrupt that
 * distributor and redistributor have in common (Arm IHI 0069 chapter 12; spec/vgic.md 2.4, 2.5).
 *
 * Choices: an access that is misaligned, too wide or too narrow for its register, or concerns
 * interrupts that are not there, reads as zero and is ignored on writes; a 64-bit register may
 * be accessed by halves where its row allows 4 bytes; SGIs are always edge-triggered; software may
 * set the priority bits that are implemented, the others read as zero.
 */
#include "gic-regs.h"

/* ---- finding the row and what it concerns ---- */

static const struct gic_reg *reg_find(const struct gic_frame *f, u32 offset)
{
	u32 low = 0, high = f->nr;

	while (low < high) {
		u32 mid = (low + high) / 2;
		const struct gic_reg *r = &f->reg[mid];

		if (offset < r->offset)
			high = mid;
		else if (offset - r->offset >= r->size)
			low = mid + 1;
		else
			return r;
	}
	return NULL;
}

/* Where the interrupts of an access stand; NULL: there are none of them. */
static struct gic_bank *access_bank(struct gic *gic, struct gic_pe *pe, u32 first)
{
	if (pe)
		return &pe->priv;
	if (first < GIC_SPI_BASE || first >= GIC_SPI_BASE + gic->cfg.nr_spis)
		return NULL; /* private interrupts live in the redistributors */
	return &gic->spi[(first - GIC_SPI_BASE) / 32].irq;
}

/* The row that an access concerns, with `a` filled in; NULL: no register answers. */
static const struct gic_reg *access_start(const struct gic_frame *f, struct gic_access *a,
					  u32 offset)
{
	const struct gic_reg *r;

	if ((a->len != 1 && a->len != 4 && a->len != 8) || offset % a->len || offset < f->base)
		return NULL;
	r = reg_find(f, offset - f->base);
	if (!r || !(r->widths & a->len))
		return NULL;
	a->at = offset - f->base - r->offset;
	if (!r->bits)
		return r;
	a->first = a->at * 8 / r->bits;
	a->nr = a->len * 8 / r->bits;
	if (!a->nr)
		a->nr = 1; /* half a register of one interrupt */
	if (a->gic->v2 && a->first >= GIC_SPI_BASE)
		a->pe = NULL; /* one frame for both: the rest of its rows is not banked */
	a->bank = access_bank(a->gic, a->pe, a->first);
	return a->bank ? r : NULL;
}

/* Half of a 64-bit register is accessed. */
static bool is_half(const struct gic_reg *r, u32 len)
{
	return (r->widths & 8) && len == 4;
}

u64 gic_frame_read(const struct gic_frame *f, struct gic_access a, u32 offset)
{
	const struct gic_reg *r = access_start(f, &a, offset);
	u64 v;

	if (!r || !r->read)
		return 0;
	v = r->read(&a);
	if (is_half(r, a.len))
		return v >> (offset & 4) * 8 & 0xffffffff;
	return v;
}

void gic_frame_write(const struct gic_frame *f, struct gic_access a, u32 offset, u64 value)
{
	const struct gic_reg *r = access_start(f, &a, offset);

	if (!r || !r->write)
		return;
	if (a.len == 4)
		value &= 0xffffffff;
	if (is_half(r, a.len)) {
		u32 shift = (offset & 4) * 8;
		u64 old = r->read ? r->read(&a) : 0;

		value = (old & ~(0xffffffffull << shift)) | value << shift;
	}
	r->write(&a, value);
}

u64 gic_idreg_read(u32 offset)
{
	/* PIDR4..7, PIDR0..3, CIDR0..3 */
	static const u8 id[] = { 0x44, 0x00, 0x00, 0x00, 0x92, 0xb4, GICV3_PIDR2_GICV3,
				 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	if (offset < GICV3_IDREGS || offset >= GICV3_IDREGS_END)
		return 0;
	return id[(offset - GICV3_IDREGS) / 4];
}

/* ---- registers with a field per interrupt ---- */

static void bank_changed(const struct gic_access *a, u32 mask)
{
	if (a->pe)
		gic_private_changed(a->pe);
	else
		gic_spi_changed(a->gic, (a->first - GIC_SPI_BASE) / 32, mask);
}

static void bank_report(const struct gic_access *a, enum plat_event ev, u32 mask)
{
	for (; mask; mask &= mask - 1) {
		u32 intid = a->first + plat_ffs64(mask);
		u32 who = a->pe ? a->pe->number : gic_spi_target(a->gic, intid);

		plat_event(ev, a->gic->cfg.port, who, intid, NULL, 0);
	}
}

u64 gic_igroupr_read(const struct gic_access *a)
{
	return a->bank->group;
}

void gic_igroupr_write(const struct gic_access *a, u64 v)
{
	u32 changed = a->bank->group ^ (u32)v;

	a->bank->group = (u32)v;
	bank_changed(a, changed);
}

u64 gic_enabler_read(const struct gic_access *a)
{
	return a->bank->enabled;
}

void gic_isenabler_write(const struct gic_access *a, u64 v)
{
	a->bank->enabled |= (u32)v;
	bank_changed(a, (u32)v);
}

void gic_icenabler_write(const struct gic_access *a, u64 v)
{
	a->bank->enabled &= ~(u32)v;
	bank_changed(a, (u32)v);
}

u64 gic_pendr_read(const struct gic_access *a)
{
	return gic_bank_pending(a->bank);
}

void gic_ispendr_write(const struct gic_access *a, u64 v)
{
	u32 before = gic_bank_pending(a->bank);

	a->bank->latch |= (u32)v;
	bank_report(a, EV_HW_PENDING, ~before & (u32)v);
	bank_report(a, EV_HW_COALESCED, before & (u32)v);
	bank_changed(a, (u32)v);
}

/* A level-sensitive interrupt stays pending while its line is high. */
void gic_icpendr_write(const struct gic_access *a, u64 v)
{
	u32 before = gic_bank_pending(a->bank);

	a->bank->latch &= ~(u32)v;
	bank_report(a, EV_HW_RETIRED, before & ~gic_bank_pending(a->bank));
	bank_changed(a, (u32)v);
}

u64 gic_activer_read(const struct gic_access *a)
{
	return a->bank->active;
}

void gic_isactiver_write(const struct gic_access *a, u64 v)
{
	a->bank->active |= (u32)v;
	bank_changed(a, (u32)v);
}

void gic_icactiver_write(const struct gic_access *a, u64 v)
{
	a->bank->active &= ~(u32)v;
	bank_changed(a, (u32)v);
}

u64 gic_ipriorityr_read(const struct gic_access *a)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < a->nr; i++)
		v |= (u64)a->bank->prio[(a->first + i) % 32] << 8 * i;
	return v;
}

void gic_ipriorityr_write(const struct gic_access *a, u64 v)
{
	u32 mask = ((1u << a->nr) - 1) << a->first % 32;
	u32 i;

	for (i = 0; i < a->nr; i++)
		a->bank->prio[(a->first + i) % 32] = (u8)(v >> 8 * i & a->gic->prio_mask);
	bank_changed(a, mask);
}

u64 gic_icfgr_read(const struct gic_access *a)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < a->nr; i++)
		if (a->bank->edge & PLAT_BIT((a->first + i) % 32))
			v |= (u64)GIC_ICFGR_EDGE << 2 * i;
	return v;
}

void gic_icfgr_write(const struct gic_access *a, u64 v)
{
	u32 mask = 0xffffu << a->first % 32;
	u32 edge = 0, i;

	if (a->pe && a->first < 16)
		return;
	for (i = 0; i < a->nr; i++)
		if (v >> 2 * i & GIC_ICFGR_EDGE)
			edge |= PLAT_BIT((a->first + i) % 32);
	a->bank->edge = (a->bank->edge & ~mask) | edge;
	bank_changed(a, mask);
}
