// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A binary heap of LPI keys (priority << 24 | INTID), smallest on top: the redistributor's working
 * memory for choosing among thousands of pending LPIs in O(log n). An implementation choice; the
 * architecture asks for the result only. What the entries mean is lpi.c's business.
 *
 * The first keys live inside the structure, so that a redistributor which never has more pending
 * needs no allocation at all; room is doubled when it runs out and never given back.
 */
#include "gic-internal.h"

void lpi_heap_init(struct lpi_heap *h)
{
	h->key = h->inline_key;
	h->cap = LPI_HEAP_INLINE;
	h->len = 0;
	h->stale = 0;
}

void lpi_heap_free(struct lpi_heap *h)
{
	if (h->key != h->inline_key)
		plat_free(h->key);
	lpi_heap_init(h);
}

static bool heap_grow(struct lpi_heap *h)
{
	u32 *key = plat_zalloc(2 * (size_t)h->cap * sizeof(*key));

	if (!key)
		return false;
	memcpy(key, h->key, h->len * sizeof(*key));
	if (h->key != h->inline_key)
		plat_free(h->key);
	h->key = key;
	h->cap *= 2;
	return true;
}

bool lpi_heap_append(struct lpi_heap *h, u32 key)
{
	if (plat_unlikely(h->len == h->cap) && !heap_grow(h))
		return false;
	h->key[h->len++] = key;
	return true;
}

/* Put `key` at place i or below, where its children allow it. */
static void sift_down(struct lpi_heap *h, u32 i, u32 key)
{
	u32 child;

	while ((child = 2 * i + 1) < h->len) {
		if (child + 1 < h->len && h->key[child + 1] < h->key[child])
			child++;
		if (key <= h->key[child])
			break;
		h->key[i] = h->key[child];
		i = child;
	}
	h->key[i] = key;
}

bool lpi_heap_push(struct lpi_heap *h, u32 key)
{
	u32 i = h->len;

	if (plat_unlikely(!lpi_heap_append(h, key)))
		return false;
	while (i && key < h->key[(i - 1) / 2]) {
		h->key[i] = h->key[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->key[i] = key;
	return true;
}

void lpi_heap_order(struct lpi_heap *h)
{
	u32 i = h->len / 2;

	while (i--)
		sift_down(h, i, h->key[i]);
}

void lpi_heap_pop(struct lpi_heap *h)
{
	u32 last = h->key[--h->len];

	if (h->len)
		sift_down(h, 0, last);
}
