// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LPIs of one pending table (Arm IHI 0069 chapter 5; spec/vgic.md 6.1, 6.3), physical ones of a
 * redistributor or virtual ones of the vPE that is resident there: configuration and pending
 * tables in memory, and the choice of the best pending LPI.
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
 * nothing. When memory for the heap runs out, `incomplete` is set and the pending table is scanned
 * at each choice until an allocation succeeds: slow, but nothing is lost.
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
static u8 *pending_byte(struct gic_lpis *l, u32 intid, bool make)
{
	u64 addr = l->pend_addr + intid / 8;
	u8 *page = table_page(l->mem, &l->pend_pages, addr, make);

	return page ? page + (addr & PAGE_MASK_4K) : NULL;
}

bool lpi_is_pending(struct gic_lpis *l, u32 intid)
{
	const u8 *byte = pending_byte(l, intid, false);

	return byte && (*byte & PLAT_BIT(intid % 8));
}

void lpi_fetch(struct gic_lpis *l, u32 intid)
{
	const u8 *byte = pending_byte(l, intid, false);

	if (byte)
		plat_fetch(byte);
}

/* The key of an LPI as its configuration byte has it now; GIC_KEY_NONE: disabled. */
static u32 config_key(struct gic_lpis *l, u32 intid)
{
	u64 addr = l->prop_addr + intid;
	const u8 *page = table_page(l->mem, &l->prop_pages, addr, false);
	u32 config = page ? page[addr & PAGE_MASK_4K] : 0;

	if (!(config & LPI_CONFIG_ENABLE))
		return GIC_KEY_NONE;
	return gic_key(config & LPI_CONFIG_PRIORITY & l->prio_mask, intid);
}

/* ---- walks over the whole pending table ---- */

static u64 word_at(const u8 *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* Not 0: one of 32 bytes is not zero. */
static u64 words_at(const u8 *p)
{
	return word_at(p) | word_at(p + 8) | word_at(p + 16) | word_at(p + 24);
}

/* The first byte of [p, end) that is not zero, or end: most are, so several words are read at once. */
static const u8 *skip_zeros(const u8 *p, const u8 *end)
{
	while (end - p >= 64 && !(words_at(p) | words_at(p + 32)))
		p += 64;
	while (end - p >= 8 && !word_at(p))
		p += 8;
	while (p < end && !*p)
		p++;
	return p;
}

u32 lpi_next_pending(struct gic_lpis *l, u32 intid)
{
	while (intid < l->limit) {
		const u8 *byte = pending_byte(l, intid, false);
		u32 left = PAGE_SIZE_4K - (u32)((l->pend_addr + intid / 8) & PAGE_MASK_4K);
		const u8 *next;

		if (!byte) { /* nothing was ever written to this page */
			intid = (intid & ~7u) + 8 * left;
			continue;
		}
		if (*byte >> intid % 8)
			return intid + plat_ffs64(*byte >> intid % 8);
		intid = (intid & ~7u) + 8;
		byte++;
		left--;
		if (!left || left % 8)
			continue; /* the next page, or on to where words begin */
		next = skip_zeros(byte, byte + left);
		intid += 8 * (u32)(next - byte);
	}
	return l->limit;
}

void lpi_rebuild(struct gic_lpis *l)
{
	u32 intid;

	l->heap.len = 0;
	l->heap.stale = 0;
	l->incomplete = false;
	for (intid = lpi_next_pending(l, GIC_LPI_BASE); intid < l->limit;
	     intid = lpi_next_pending(l, intid + 1)) {
		u32 key = config_key(l, intid);

		if (key != GIC_KEY_NONE && !lpi_heap_append(&l->heap, key)) {
			l->incomplete = true;
			return;
		}
	}
	lpi_heap_order(&l->heap);
}

/* The choice by looking at everything. */
static u32 scan_best(struct gic_lpis *l)
{
	u32 best = GIC_KEY_NONE, intid;

	for (intid = lpi_next_pending(l, GIC_LPI_BASE); intid < l->limit;
	     intid = lpi_next_pending(l, intid + 1)) {
		u32 key = config_key(l, intid);

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
static void drop_stale(struct gic_lpis *l)
{
	struct lpi_heap *h = &l->heap;

	while (h->stale && h->len) {
		u32 top = h->key[0];
		u32 intid = gic_key_intid(top);
		u32 key;

		if (!lpi_is_pending(l, intid)) {
			lpi_heap_pop(h);
			h->stale--;
			continue;
		}
		key = config_key(l, intid);
		if (key == top)
			return;
		lpi_heap_pop(h);
		if (key != GIC_KEY_NONE)
			lpi_heap_push(h, key); /* into the place that has just become free */
	}
	if (!h->len)
		h->stale = 0;
}

void lpi_settle(struct gic_lpis *l)
{
	if (plat_unlikely(l->incomplete))
		lpi_rebuild(l);
	if (plat_unlikely(l->incomplete)) {
		l->best = scan_best(l);
		return;
	}
	if (l->heap.stale)
		drop_stale(l);
	l->best = l->heap.len ? l->heap.key[0] : GIC_KEY_NONE;
}

void lpi_forget(struct gic_lpis *l)
{
	l->heap.len = 0;
	l->heap.stale = 0;
	l->incomplete = false;
	l->best = GIC_KEY_NONE;
}

/*
 * Throw out all stale entries and duplicates in one pass. A pending bit that has been met is
 * cleared for the duration of the pass, which is how a second entry of the same LPI is told from
 * the first.
 */
static void compact(struct gic_lpis *l)
{
	struct lpi_heap *h = &l->heap;
	u32 i, n = 0;

	for (i = 0; i < h->len; i++) {
		u32 intid = gic_key_intid(h->key[i]);
		u8 *byte = pending_byte(l, intid, false);
		u32 key;

		if (!byte || !(*byte & PLAT_BIT(intid % 8)))
			continue;
		key = config_key(l, intid);
		if (key == GIC_KEY_NONE)
			continue;
		*byte &= (u8)~PLAT_BIT(intid % 8);
		h->key[n++] = key;
	}
	h->len = n;
	h->stale = 0;
	for (i = 0; i < n; i++)
		*pending_byte(l, gic_key_intid(h->key[i]), false) |=
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
static void enter(struct gic_lpis *l, u32 key)
{
	struct lpi_heap *h = &l->heap;

	if (plat_unlikely(l->incomplete))
		return;
	if (plat_unlikely(h->len == h->cap) && h->stale >= h->cap / 2) {
		compact(l);
		mark_stale(h); /* its pending bit is set: an old entry of it may have been kept */
	}
	if (plat_unlikely(!lpi_heap_push(h, key)))
		l->incomplete = true;
}

/* ---- changes ---- */

int lpi_insert(struct gic_lpis *l, u32 intid)
{
	u8 *byte = pending_byte(l, intid, true);
	u32 key;

	if (plat_unlikely(!byte))
		return -ENOMEM;
	if (*byte & PLAT_BIT(intid % 8))
		return 0;
	*byte |= (u8)PLAT_BIT(intid % 8);
	key = config_key(l, intid);
	if (key == GIC_KEY_NONE)
		return 1;
	enter(l, key);
	/*
	 * The top was a candidate before and the new entry is one, so the top is one now: nothing
	 * stale need be looked for. Without a complete heap the choice is the smaller of the two.
	 */
	if (plat_likely(!l->incomplete))
		l->best = l->heap.key[0];
	else if (key < l->best)
		l->best = key;
	return 1;
}

void lpi_take_best(struct gic_lpis *l)
{
	u32 intid = gic_key_intid(l->best);
	u8 *byte = pending_byte(l, intid, false);

	if (byte)
		*byte &= (u8)~PLAT_BIT(intid % 8);
	/* Complete, the top of the heap is the best; while incomplete the scan does without it. */
	if (plat_likely(!l->incomplete))
		lpi_heap_pop(&l->heap);
	lpi_settle(l);
}

bool lpi_withdraw(struct gic_lpis *l, u32 intid)
{
	if (!lpi_in_range(l, intid) || !lpi_is_pending(l, intid))
		return false;
	*pending_byte(l, intid, false) &= (u8)~PLAT_BIT(intid % 8);
	mark_stale(&l->heap);
	return true;
}

bool lpi_reread(struct gic_lpis *l, u32 intid)
{
	u32 key;

	if (!lpi_in_range(l, intid) || !lpi_is_pending(l, intid))
		return false; /* the byte is read when the LPI becomes pending */
	mark_stale(&l->heap);
	key = config_key(l, intid);
	if (key != GIC_KEY_NONE)
		enter(l, key);
	lpi_settle(l);
	return true;
}
