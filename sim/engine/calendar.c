// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calendar's rare operations: growing, dropping stale entries, filling a vacant root. The
 * frequent ones are inline in calendar.h, which explains the structure.
 *
 * Room is reserved when an event is initialised, not when it is armed: at most one entry per
 * event is live and stale ones are at most as many plus a constant, so arming never allocates.
 */
#include "calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SENTINELS     4
#define SLACK	      80 /* stale entries tolerated in a small heap, and one in passing */
#define CACHE_LINE    64
/* Groups of four children start at multiples of 96 bytes, so that none touches three lines. */
#define GROUP_OFFSET  (CACHE_LINE - sizeof(struct calendar_entry))

static void seal(struct calendar *c, uint32_t from, uint32_t to)
{
	memset(&c->heap[from], 0xff, (to - from) * sizeof(*c->heap));
}

static int resize(struct calendar *c, uint32_t capacity)
{
	size_t entries = (size_t)capacity + SENTINELS;
	size_t bytes = GROUP_OFFSET + entries * sizeof(*c->heap);
	char *block = aligned_alloc(CACHE_LINE, (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
	void *heap;

	if (!block)
		return -ENOMEM;
	heap = block + GROUP_OFFSET;
	if (c->n)
		memcpy(heap, c->heap, c->n * sizeof(*c->heap));
	free(c->block);
	c->block = block;
	c->heap = heap;
	c->capacity = capacity;
	seal(c, c->n, capacity + SENTINELS);
	return 0;
}

int calendar_init(struct calendar *c)
{
	memset(c, 0, sizeof(*c));
	return resize(c, 2 * SLACK);
}

void calendar_fini(struct calendar *c)
{
	free(c->block);
	memset(c, 0, sizeof(*c));
}

int calendar_reserve(struct calendar *c)
{
	uint64_t need = 2 * ((uint64_t)c->events + 1) + SLACK;
	int err = 0;

	if (need > UINT32_MAX / 2)
		return -ENOMEM;
	if (need > c->capacity)
		err = resize(c, (uint32_t)need * 2);
	if (!err)
		c->events++;
	return err;
}

void calendar_fill(struct calendar *c)
{
	struct calendar_entry last = c->heap[--c->n];

	seal(c, c->n, c->n + 1);
	c->vacant = false;
	if (c->n)
		calendar_sink(c, 0, last);
}

static void heapify(struct calendar *c, uint32_t n)
{
	seal(c, n, c->n);
	c->n = n;
	c->stale = 0;
	c->vacant = false;
	for (uint32_t i = (n + 2) / 4; i-- > 0;)
		calendar_sink(c, i, c->heap[i]);
}

void calendar_purge(struct calendar *c)
{
	uint32_t n = 0;

	for (uint32_t i = c->vacant; i < c->n; i++)
		if (!calendar_stale(&c->heap[i]))
			c->heap[n++] = c->heap[i];
	heapify(c, n);
}

void calendar_forget(struct calendar *c, struct sim_event *ev)
{
	bool present = false;

	if (ev->armed)
		c->stale++;
	ev->armed = 0;
	for (uint32_t i = c->vacant; c->stale && i < c->n && !present; i++)
		present = c->heap[i].event == ev;
	if (present)
		calendar_purge(c);
	if (c->events)
		c->events--;
}
