// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SGIs, PPIs and SPIs: pending, active and enabled states, level and edge, routing of SPIs to PEs
 * (Arm IHI 0069 chapters 3 and 4; spec/vgic.md 6.4).
 *
 * Choices: the 1-of-N model is not there (GICD_TYPER.No1N = 1); an SPI routed to an affinity that
 * no PE has stays pending in the distributor; acknowledging a level-sensitive interrupt also
 * clears what software latched by ISPENDR.
 */
#include "gic-internal.h"
#include "gicv2-internal.h"

/* Key of the best of 32 interrupts. */
static u32 bank_best(const struct gic_bank *b, u32 ready, u32 first)
{
	u32 best = GIC_KEY_NONE;

	while (ready) {
		u32 bit = plat_ffs64(ready);
		u32 key = gic_key(b->prio[bit], first + bit);

		if (key < best)
			best = key;
		ready &= ready - 1;
	}
	return best;
}

void gic_private_changed(struct gic_pe *pe)
{
	if (plat_unlikely(pe->gic->v2 != NULL)) {
		gicv2_choose(pe);
		return;
	}
	pe->best_private = bank_best(&pe->priv, gic_bank_ready(&pe->priv), 0);
	gic_pe_update(pe);
}

/* Only rows with a candidate are looked at, and in them only candidates routed to this PE. */
static void spi_choose(struct gic_pe *pe)
{
	u32 rows = pe->spi_rows;
	u32 best = GIC_KEY_NONE;

	while (rows) {
		u32 row = plat_ffs64(rows);
		u32 key = bank_best(&pe->gic->spi[row].irq, pe->spi_ready[row],
				    GIC_SPI_BASE + 32 * row);

		if (key < best)
			best = key;
		rows &= rows - 1;
	}
	pe->best_spi = best;
	gic_pe_update(pe);
}

static void spi_set_ready(struct gic_pe *pe, u32 row, u32 bit, bool ready)
{
	if (ready)
		pe->spi_ready[row] |= PLAT_BIT(bit);
	else
		pe->spi_ready[row] &= ~PLAT_BIT(bit);
	if (pe->spi_ready[row])
		pe->spi_rows |= PLAT_BIT(row);
	else
		pe->spi_rows &= ~PLAT_BIT(row);
}

void gic_spi_changed(struct gic *gic, u32 row, u32 mask)
{
	struct gic_spi_bank *b = &gic->spi[row];
	u32 ready = gic_bank_ready(&b->irq);

	if (plat_unlikely(gic->v2 != NULL)) {
		gicv2_spi_changed(gic, row, mask);
		return;
	}
	for (; mask; mask &= mask - 1) {
		u32 bit = plat_ffs64(mask);
		struct gic_pe *pe = b->target[bit];

		if (!pe)
			continue;
		spi_set_ready(pe, row, bit, ready & PLAT_BIT(bit));
		spi_choose(pe);
	}
}

u32 gic_spi_target(const struct gic *gic, u32 intid)
{
	const struct gic_pe *pe;

	if (plat_unlikely(gic->v2 != NULL))
		return gicv2_spi_target(gic, intid);
	pe = gic->spi[(intid - GIC_SPI_BASE) / 32].target[intid % 32];
	return pe ? pe->number : GIC_NO_PE;
}

void gic_spi_route(struct gic *gic, u32 intid, u32 affinity)
{
	u32 row = (intid - GIC_SPI_BASE) / 32, bit = intid % 32;
	struct gic_spi_bank *b = &gic->spi[row];
	struct gic_pe *old = b->target[bit];

	b->affinity[bit] = affinity;
	b->target[bit] = gic_find_pe(gic, affinity);
	if (b->target[bit] == old)
		return;
	if (old) {
		spi_set_ready(old, row, bit, false);
		spi_choose(old);
	}
	gic_spi_changed(gic, row, PLAT_BIT(bit));
}

struct gic_bank *gic_irq_bank(struct gic_pe *pe, u32 intid)
{
	if (intid < GIC_NR_PRIVATE)
		return &pe->priv;
	if (intid < GIC_SPI_BASE + pe->gic->cfg.nr_spis)
		return &pe->gic->spi[(intid - GIC_SPI_BASE) / 32].irq;
	return NULL;
}

static void irq_changed(struct gic_pe *pe, u32 intid)
{
	if (intid < GIC_NR_PRIVATE)
		gic_private_changed(pe);
	else
		gic_spi_changed(pe->gic, (intid - GIC_SPI_BASE) / 32, PLAT_BIT(intid % 32));
}

void gic_irq_activate(struct gic_pe *pe, u32 intid)
{
	struct gic_bank *b = gic_irq_bank(pe, intid);
	u32 bit = PLAT_BIT(intid % 32);

	b->latch &= ~bit;
	b->active |= bit;
	irq_changed(pe, intid);
}

/* ---- inputs ---- */

/* The level of an input changes. Returns whether that made the interrupt pending. */
static bool bank_line(struct gic_bank *b, u32 bit, bool level)
{
	u32 before = gic_bank_pending(b);

	if (level) {
		b->latch |= bit & b->edge;
		b->line |= bit;
	} else {
		b->line &= ~bit;
	}
	return ~before & gic_bank_pending(b) & bit;
}

void gic_spi_line(struct gic *gic, u32 intid, bool level, u32 *tag)
{
	u32 row = (intid - GIC_SPI_BASE) / 32, bit = intid % 32;
	struct gic_spi_bank *b;
	u32 who;

	if (intid < GIC_SPI_BASE || intid >= GIC_SPI_BASE + gic->cfg.nr_spis)
		return;
	b = &gic->spi[row];
	if (level == !!(b->irq.line & PLAT_BIT(bit)))
		return;
	who = gic_spi_target(gic, intid);
	if (bank_line(&b->irq, PLAT_BIT(bit), level))
		plat_event(EV_HW_PENDING, gic->cfg.port, who, intid, tag, 0);
	else if (level)
		plat_event(EV_HW_COALESCED, gic->cfg.port, who, intid, tag, 0);
	gic_spi_changed(gic, row, PLAT_BIT(bit));
}

void gic_ppi_line(struct gic_pe *pe, u32 intid, bool level)
{
	u32 bit = PLAT_BIT(intid % 32);

	if (intid < 16 || intid >= GIC_NR_PRIVATE || level == !!(pe->priv.line & bit))
		return;
	if (bank_line(&pe->priv, bit, level))
		plat_event(EV_HW_PENDING, pe->gic->cfg.port, pe->number, intid, NULL, 0);
	else if (level)
		plat_event(EV_HW_COALESCED, pe->gic->cfg.port, pe->number, intid, NULL, 0);
	gic_private_changed(pe);
}

void gic_sgi_set(struct gic_pe *pe, u32 intid)
{
	if (plat_unlikely(pe->gic->v2 != NULL))
		gicv2_sgi_arrives(pe, intid);
	else if (intid < 16)
		gic_irq_set_pending(pe, intid, true);
}

/* ---- state, as software sees and sets it ---- */

bool gic_irq_pending(struct gic_pe *pe, u32 intid)
{
	struct gic_bank *b = gic_irq_bank(pe, intid);

	if (!b)
		return gic_lpi_pending(pe, intid);
	return gic_bank_pending(b) & PLAT_BIT(intid % 32);
}

bool gic_irq_active(struct gic_pe *pe, u32 intid)
{
	struct gic_bank *b = gic_irq_bank(pe, intid);

	return b && (b->active & PLAT_BIT(intid % 32));
}

void gic_irq_set_active(struct gic_pe *pe, u32 intid, bool active)
{
	struct gic_bank *b = gic_irq_bank(pe, intid);
	u32 bit = PLAT_BIT(intid % 32);

	if (!b || active == !!(b->active & bit))
		return;
	b->active ^= bit;
	irq_changed(pe, intid);
}

void gic_irq_set_pending(struct gic_pe *pe, u32 intid, bool pending)
{
	struct gic_bank *b = gic_irq_bank(pe, intid);
	u32 bit = PLAT_BIT(intid % 32);
	u32 who;

	if (plat_unlikely(pe->gic->v2 != NULL) && intid < 16) {
		gicv2_sgi_set_pending(pe, intid, pending);
		return;
	}
	if (!b) {
		if (pending)
			gic_lpi_set(pe, intid);
		else
			gic_lpi_clear(pe, intid);
		return;
	}
	who = intid < GIC_NR_PRIVATE ? pe->number : gic_spi_target(pe->gic, intid);
	if (pending) {
		enum plat_event ev = gic_bank_pending(b) & bit ? EV_HW_COALESCED : EV_HW_PENDING;

		b->latch |= bit;
		plat_event(ev, pe->gic->cfg.port, who, intid, NULL, 0);
	} else if (b->latch & bit) {
		b->latch &= ~bit;
		if (!(gic_bank_pending(b) & bit))
			plat_event(EV_HW_RETIRED, pe->gic->cfg.port, who, intid, NULL, 0);
	}
	irq_changed(pe, intid);
}
