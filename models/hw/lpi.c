// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LPIs of a redistributor (Arm IHI 0069 chapter 5; spec/vgic.md 6.1, 6.3): configuration and
 * pending tables in memory, and the choice of the best pending LPI.
 *
 * Memory is the truth: an LPI is pending when its bit in the pending table is set. Beside it
 * stands a heap of the candidates' keys, so that setting and acknowledging take O(log n).
 *
 * Why the short way is right. Each LPI that is pending and was found enabled when its
 * configuration byte was last read owns one entry of the heap; every other entry is *stale* and
 * counted in heap.stale, which may be too high and is never too low:
 *   set	pushes the LPI's own entry;
 *   ack	takes the top away, which is the LPI's own entry;
 *   clear	makes at most one entry stale, and so does a re-read of the configuration, which
 *		pushes a new own entry beside the old one.
 * So when stale is 0 the top is a candidate and no memory need be read. Otherwise the top is
 * compared with memory, and dropped if the LPI is not pending. An LPI that is set again after a
 * clear may find its old entry in the heap and have two equal ones: whichever comes up first
 * serves, and the other is stale by then. No LPI can be lost: an entry leaves the heap only by
 * acknowledge, because its bit is clear, or because its byte says disabled, and enabling an LPI
 * takes effect by INV or INVALL, which read the byte again.
 *
 * Choices: configuration bytes are read when an LPI becomes pending and on INV and INVALL (an
 * LPI keeps the priority it had until then); a table outside memory holds nothing and takes
 * nothing; GICR_CTLR.EnableLPIs may be cleared again; IDbits below 13 leave no LPI in range.
 * When memory for the heap runs out, `incomplete` is set and the pending table is scanned at each
 * choice until an allocation succeeds: slow, but nothing is lost.
 */
#include "gic-internal.h"

#define PAGE_SIZE_4K 0x1000u
#define PAGE_MASK_4K (PAGE_SIZE_4K - 1u)

/* ---- tables in memory ---- */

/*
 * The page that holds addr. Only pages that exist are remembered, and those stay where they are
 * as long as the memory does, so a remembered pointer is never wrong.
 */
static u8 *table_page(struct gic_mem *mem, struct lpi_pages *c, u64 addr, bool make)
{
	u64 number = addr / PAGE_SIZE_4K;
	u32 slot = number % LPI_PAGE_SLOTS;
	u8 *page;

	if (plat_likely(c->number[slot] == number && c->page[slot]))
		return c->page[slot];
	page = (u8 *)(uintptr_t)gic_mem_peek_page(mem, addr);
	if (!page && make)
		page = gic_mem_page(mem, addr);
	if (page) {
		c->number[slot] = number;
		c->page[slot] = page;
	}
	return page;
}

/* The byte of the pending table that holds the LPI's bit; NULL: no page there (make: none to be
 * had). */
static u8 *pending_byte(struct gic_pe *pe, u32 intid, bool make)
{
	u64 addr = pe->lpi.pend_addr + intid / 8;
	u8 *page = table_page(pe->gic->mem, &pe->lpi.pend_pages, addr, make);

	return page ? page + (addr & PAGE_MASK_4K) : NULL;
}

static bool pending_bit(struct gic_pe *pe, u32 intid)
{
	const u8 *byte = pending_byte(pe, intid, false);

	return byte && (*byte & PLAT_BIT(intid % 8));
}

/* The key of an LPI as its configuration byte has it now; GIC_KEY_NONE: disabled. */
static u32 config_key(struct gic_pe *pe, u32 intid)
{
	u64 addr = pe->lpi.prop_addr + intid;
	const u8 *page = table_page(pe->gic->mem, &pe->lpi.prop_pages, addr, false);
	u32 config = page ? page[addr & PAGE_MASK_4K] : 0;

	if (!(config & LPI_CONFIG_ENABLE))
		return GIC_KEY_NONE;
	return gic_key(config & LPI_CONFIG_PRIORITY & pe->gic->prio_mask, intid);
}

static bool in_range(const struct gic_pe *pe, u32 intid)
{
	return intid >= GIC_LPI_BASE && intid < pe->lpi.limit;
}

/* ---- walks over the whole pending table, for what is rare ---- */

static bool word_is_zero(const u8 *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return !word;
}

/* Pending LPIs of a table, ascending: the first one >= intid, or `limit` when there is none. */
static u32 next_pending(struct gic_pe *pe, u32 intid)
{
	while (intid < pe->lpi.limit) {
		const u8 *byte = pending_byte(pe, intid, false);

		if (!byte) { /* nothing was ever written to this page */
			u64 addr = pe->lpi.pend_addr + intid / 8;

			intid = (intid & ~7u) + 8 * (PAGE_SIZE_4K - (u32)(addr & PAGE_MASK_4K));
			continue;
		}
		if (intid % 64 == 0 && word_is_zero(byte)) {
			intid += 64;
			continue;
		}
		if (*byte >> intid % 8)
			return intid + plat_ffs64(*byte >> intid % 8);
		intid = (intid & ~7u) + 8;
	}
	return pe->lpi.limit;
}

/* Fill the heap afresh from memory; incomplete when there is no memory for it. */
static void rebuild(struct gic_pe *pe)
{
	struct gic_lpis *l = &pe->lpi;
	u32 intid;

	l->heap.len = 0;
	l->heap.stale = 0;
	l->incomplete = false;
	for (intid = next_pending(pe, GIC_LPI_BASE); intid < l->limit;
	     intid = next_pending(pe, intid + 1)) {
		u32 key = config_key(pe, intid);

		if (key != GIC_KEY_NONE && !lpi_heap_append(&l->heap, key)) {
			l->incomplete = true;
			return;
		}
	}
	lpi_heap_order(&l->heap);
}

/* The choice by looking at everything. */
static u32 scan_best(struct gic_pe *pe)
{
	u32 best = GIC_KEY_NONE, intid;

	for (intid = next_pending(pe, GIC_LPI_BASE); intid < pe->lpi.limit;
	     intid = next_pending(pe, intid + 1)) {
		u32 key = config_key(pe, intid);

		if (key < best)
			best = key;
	}
	return best;
}

/* ---- the choice ---- */

/*
 * Drop what is stale from the top, so that the top is a candidate. An entry whose LPI is pending
 * with another priority than it says was overtaken by a change of the configuration: it comes
 * back under the key that is right now, which neither adds a stale entry nor removes one.
 */
static void drop_stale(struct gic_pe *pe)
{
	struct lpi_heap *h = &pe->lpi.heap;

	while (h->stale && h->len) {
		u32 top = h->key[0];
		u32 intid = gic_key_intid(top);
		u32 key;

		if (!pending_bit(pe, intid)) {
			lpi_heap_pop(h);
			h->stale--;
			continue;
		}
		key = config_key(pe, intid);
		if (key == top)
			return;
		lpi_heap_pop(h);
		if (key != GIC_KEY_NONE)
			lpi_heap_push(h, key); /* into the place that has just become free */
	}
	if (!h->len)
		h->stale = 0;
}

/* Set the best candidate after the heap has changed. */
static void settle(struct gic_pe *pe)
{
	struct gic_lpis *l = &pe->lpi;

	if (plat_unlikely(l->incomplete))
		rebuild(pe);
	if (plat_unlikely(l->incomplete)) {
		l->best = scan_best(pe);
		return;
	}
	if (l->heap.stale)
		drop_stale(pe);
	l->best = l->heap.len ? l->heap.key[0] : GIC_KEY_NONE;
}

static void choose(struct gic_pe *pe)
{
	settle(pe);
	gic_pe_update(pe);
}

/*
 * Throw out all stale entries and duplicates in one pass. A pending bit that has been met is
 * cleared for the duration of the pass, which is how a second entry of the same LPI is told from
 * the first.
 */
static void compact(struct gic_pe *pe)
{
	struct lpi_heap *h = &pe->lpi.heap;
	u32 i, n = 0;

	for (i = 0; i < h->len; i++) {
		u32 intid = gic_key_intid(h->key[i]);
		u8 *byte = pending_byte(pe, intid, false);
		u32 key;

		if (!byte || !(*byte & PLAT_BIT(intid % 8)))
			continue;
		key = config_key(pe, intid);
		if (key == GIC_KEY_NONE)
			continue;
		*byte &= (u8)~PLAT_BIT(intid % 8);
		h->key[n++] = key;
	}
	h->len = n;
	h->stale = 0;
	for (i = 0; i < n; i++)
		*pending_byte(pe, gic_key_intid(h->key[i]), false) |=
			(u8)PLAT_BIT(gic_key_intid(h->key[i]) % 8);
	lpi_heap_order(h);
}

/* An entry may have become stale. There are never more of those than entries. */
static void mark_stale(struct lpi_heap *h)
{
	if (h->stale < h->len)
		h->stale++;
}

/*
 * Add the entry of an LPI that is pending now. A full heap of which half is stale is compacted
 * instead of grown: its size stays within twice the most LPIs ever pending, and the cost of a
 * pass is spread over the operations that made the entries stale.
 */
static void enter(struct gic_pe *pe, u32 key)
{
	struct lpi_heap *h = &pe->lpi.heap;

	if (plat_unlikely(pe->lpi.incomplete))
		return;
	if (plat_unlikely(h->len == h->cap) && h->stale >= h->cap / 2) {
		compact(pe);
		mark_stale(h); /* its pending bit is set: an old entry of it may have been kept */
	}
	if (plat_unlikely(!lpi_heap_push(h, key)))
		pe->lpi.incomplete = true;
}

/* ---- inputs ---- */

static int dropped(struct gic_pe *pe, u32 intid, enum plat_drop reason, int err)
{
	plat_event(EV_HW_DROPPED, pe->gic->cfg.port, pe->number, intid, NULL, reason);
	return err;
}

/* Make an LPI in range pending: 1, 0 when it was already, -ENOMEM. */
static int insert(struct gic_pe *pe, u32 intid)
{
	struct gic_lpis *l = &pe->lpi;
	u8 *byte = pending_byte(pe, intid, true);
	u32 old = l->best;
	u32 key;

	if (plat_unlikely(!byte))
		return -ENOMEM;
	if (*byte & PLAT_BIT(intid % 8))
		return 0;
	*byte |= (u8)PLAT_BIT(intid % 8);
	key = config_key(pe, intid);
	if (key == GIC_KEY_NONE)
		return 1;
	enter(pe, key);
	/*
	 * The top was a candidate before and the new entry is one, so the top is one now: nothing
	 * stale need be looked for. Without a complete heap the choice is the smaller of the two.
	 */
	if (plat_likely(!l->incomplete))
		l->best = l->heap.key[0];
	else if (key < l->best)
		l->best = key;
	if (l->best != old)
		gic_pe_update(pe);
	return 1;
}

int gic_lpi_set(struct gic_pe *pe, u32 intid)
{
	int ret;

	if (plat_unlikely(!in_range(pe, intid))) {
		if (intid < GIC_LPI_BASE || intid >> pe->gic->cfg.lpi_id_bits || pe->lpi.enabled)
			return dropped(pe, intid, DROP_LPI_RANGE, -EINVAL);
		return dropped(pe, intid, DROP_LPI_DISABLED, -EPERM);
	}
	ret = insert(pe, intid);
	if (plat_unlikely(ret < 0))
		return dropped(pe, intid, DROP_NO_MEMORY, ret);
	plat_event(ret ? EV_HW_PENDING : EV_HW_COALESCED, pe->gic->cfg.port, pe->number, intid,
		   NULL, 0);
	return ret;
}

void gic_lpi_ack(struct gic_pe *pe)
{
	struct gic_lpis *l = &pe->lpi;
	u32 intid = gic_key_intid(l->best);
	u8 *byte = pending_byte(pe, intid, false);

	if (byte)
		*byte &= (u8)~PLAT_BIT(intid % 8);
	/* Complete, the top of the heap is the best; while incomplete the scan does without it. */
	if (plat_likely(!l->incomplete))
		lpi_heap_pop(&l->heap);
	settle(pe);
}

/* Clear the pending bit without choosing afresh; whether it was set. */
static bool withdraw(struct gic_pe *pe, u32 intid)
{
	if (!in_range(pe, intid) || !pending_bit(pe, intid))
		return false;
	*pending_byte(pe, intid, false) &= (u8)~PLAT_BIT(intid % 8);
	mark_stale(&pe->lpi.heap);
	return true;
}

void gic_lpi_clear(struct gic_pe *pe, u32 intid)
{
	if (!withdraw(pe, intid))
		return;
	plat_event(EV_HW_RETIRED, pe->gic->cfg.port, pe->number, intid, NULL, 0);
	choose(pe);
}

void gic_lpi_inv(struct gic_pe *pe, u32 intid)
{
	u32 key;

	if (!in_range(pe, intid) || !pending_bit(pe, intid))
		return; /* the byte is read when the LPI becomes pending */
	mark_stale(&pe->lpi.heap);
	key = config_key(pe, intid);
	if (key != GIC_KEY_NONE)
		enter(pe, key);
	choose(pe);
}

void gic_lpi_invall(struct gic_pe *pe)
{
	rebuild(pe);
	choose(pe);
}

bool gic_lpi_pending(const struct gic_pe *pe, u32 intid)
{
	return in_range(pe, intid) && pending_bit((struct gic_pe *)(uintptr_t)pe, intid);
}

/* ---- moving to another PE ---- */

/* The interrupt changes place, and is merged with itself when it is pending there as well. */
static bool move_one(struct gic_pe *from, struct gic_pe *to, u32 intid)
{
	int ret;

	if (!in_range(to, intid))
		return false;
	ret = insert(to, intid);
	if (ret < 0)
		return false; /* no memory: it stays where it is */
	if (!ret)
		plat_event(EV_HW_COALESCED, to->gic->cfg.port, to->number, intid, NULL, 0);
	return withdraw(from, intid);
}

void gic_lpi_move(struct gic_pe *from, struct gic_pe *to, u32 intid)
{
	if (from != to && gic_lpi_pending(from, intid) && move_one(from, to, intid))
		choose(from);
}

void gic_lpi_move_all(struct gic_pe *from, struct gic_pe *to)
{
	u32 intid;

	if (from == to || !to->lpi.limit)
		return;
	for (intid = next_pending(from, GIC_LPI_BASE); intid < from->lpi.limit;
	     intid = next_pending(from, intid + 1))
		move_one(from, to, intid);
	choose(from);
}

/* ---- GICR_CTLR.EnableLPIs ---- */

void gic_lpi_enable(struct gic_pe *pe, bool on)
{
	struct gic_lpis *l = &pe->lpi;
	u32 bits = (u32)FIELD_GET(l->propbaser, GICR_PROPBASER_IDBITS) + 1;

	if (bits > pe->gic->cfg.lpi_id_bits)
		bits = pe->gic->cfg.lpi_id_bits;
	l->enabled = on;
	l->limit = on ? PLAT_BIT(bits) : 0;
	l->prop_addr = (l->propbaser & FIELD_MASK(GICR_PROPBASER_PA)) - GIC_LPI_BASE;
	l->pend_addr = l->pendbaser & FIELD_MASK(GICR_PENDBASER_PA);
	if (on && !(l->pendbaser & GICR_PENDBASER_PTZ)) {
		rebuild(pe);
	} else {
		l->heap.len = 0;
		l->heap.stale = 0;
		l->incomplete = false;
	}
	choose(pe);
}

void gic_lpi_destroy(struct gic_pe *pe)
{
	lpi_heap_free(&pe->lpi.heap);
}
