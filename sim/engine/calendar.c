// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calendar's rare operations: growing, dropping stale entries, filling a vacant root, and
 * entries that share their time. The frequent ones are inline in calendar.h, which explains the
 * structure.
 *
 * Room is reserved when an event is initialised, not when it is armed: at most one entry per
 * event is live and stale ones are at most as many plus a constant, so arming never allocates.
 */
#include "calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLACK	   80 /* stale entries tolerated in a small calendar, and a few in passing */
#define CACHE_LINE 64
#define GROUP	   8

static void seal(struct calendar *c, uint64_t from, uint64_t to)
{
	memset(&c->key[from], 0xff, (to - from) * sizeof(*c->key));
}

/* Slots for `capacity` entries: those before the root are not used, the last group is whole. */
static uint64_t slots(uint32_t capacity)
{
	return (CALENDAR_ROOT + (uint64_t)capacity + 2 * GROUP) / GROUP * GROUP;
}

static void *lines(size_t bytes)
{
	return aligned_alloc(CACHE_LINE, (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
}

static int resize(struct calendar *c, uint32_t capacity)
{
	uint64_t n = slots(capacity);
	uint64_t *key = lines(n * sizeof(*key));
	struct calendar_entry *entry = lines(n * sizeof(*entry));
	struct calendar_entry *same = lines((uint64_t)capacity * sizeof(*same));

	if (!key || !entry || !same) {
		free(key);
		free(entry);
		free(same);
		return -ENOMEM;
	}
	if (c->key) {
		memcpy(key, c->key, c->end * sizeof(*key));
		memcpy(entry, c->entry, c->end * sizeof(*entry));
		memcpy(same, c->same, c->nr_same * sizeof(*same));
	}
	free(c->key);
	free(c->entry);
	free(c->same);
	c->key = key;
	c->entry = entry;
	c->same = same;
	c->capacity = capacity;
	seal(c, c->end, n);
	return 0;
}

int calendar_init(struct calendar *c)
{
	int err;

	memset(c, 0, sizeof(*c));
	err = resize(c, 2 * SLACK);
	c->end = CALENDAR_ROOT;
	c->horizon = c->instant = CALENDAR_NEVER;
	return err;
}

void calendar_fini(struct calendar *c)
{
	free(c->key);
	free(c->entry);
	free(c->same);
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

static void root_is_first(struct calendar *c)
{
	c->vacant = false;
	c->horizon = c->key[CALENDAR_ROOT] >> 3;
}

void calendar_fill(struct calendar *c)
{
	uint64_t last = --c->end;
	uint64_t key = c->key[last];

	seal(c, last, last + 1);
	if (last != CALENDAR_ROOT)
		calendar_sink(c, CALENDAR_ROOT, calendar_smallest(c->key, CALENDAR_ROOT + 1),
			      key & ~7ull, c->entry[last]);
	root_is_first(c);
}

/* ---- entries of the same time ---- */

static void sink_same(struct calendar *c, uint32_t hole, struct calendar_entry x)
{
	struct calendar_entry *h = c->same;

	for (;;) {
		uint32_t child = 2 * hole + 1;

		if (child >= c->nr_same)
			break;
		child += child + 1 < c->nr_same && h[child + 1].tie < h[child].tie;
		if (x.tie <= h[child].tie)
			break;
		h[hole] = h[child];
		hole = child;
	}
	h[hole] = x;
}

void calendar_insert_same(struct calendar *c, struct calendar_entry x)
{
	struct calendar_entry *h = c->same;
	uint32_t i = c->nr_same++;

	while (i && x.tie < h[(i - 1) / 2].tie) {
		h[i] = h[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h[i] = x;
}

static void same_changed(struct calendar *c)
{
	if (c->nr_same)
		return;
	c->instant = CALENDAR_NEVER;
	c->horizon = c->key[CALENDAR_ROOT] >> 3;
}

/* The root has just been taken and shares its time with others: move all of that time. */
void calendar_gather(struct calendar *c)
{
	sim_time time = c->horizon;

	c->instant = time;
	do {
		struct calendar_entry x = c->entry[CALENDAR_ROOT];

		if (calendar_stale(x))
			c->stale--;
		else
			calendar_insert_same(c, x);
		calendar_fill(c);
	} while (c->horizon == time);
	c->horizon = time;
	same_changed(c);
}

struct calendar_entry calendar_take_same(struct calendar *c)
{
	struct calendar_entry first = c->same[0];

	if (--c->nr_same)
		sink_same(c, 0, c->same[c->nr_same]);
	same_changed(c);
	return first;
}

/* ---- stale entries ---- */

static void purge_same(struct calendar *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->nr_same; i++)
		if (!calendar_stale(c->same[i]))
			c->same[n++] = c->same[i];
	c->nr_same = n;
	for (uint32_t i = n / 2; i-- > 0;)
		sink_same(c, i, c->same[i]);
	same_changed(c);
}

void calendar_purge(struct calendar *c)
{
	uint64_t old_end = c->end, n = CALENDAR_ROOT;

	for (uint64_t i = CALENDAR_ROOT + c->vacant; i < old_end; i++)
		if (!calendar_stale(c->entry[i])) {
			calendar_put(c, n, c->key[i], c->entry[i]);
			n++;
		}
	seal(c, n, old_end);
	c->end = n;
	c->stale = 0;
	for (uint64_t i = n; i-- > CALENDAR_ROOT;) {
		uint64_t first = calendar_children(i);

		if (first < n)
			calendar_sink(c, i, calendar_smallest(c->key, first), c->key[i] & ~7ull,
				      c->entry[i]);
	}
	root_is_first(c);
	if (c->nr_same) {
		c->horizon = c->instant;
		purge_same(c);
	}
}

void calendar_forget(struct calendar *c, struct sim_event *ev)
{
	bool present = false;

	if (ev->armed)
		c->stale++;
	ev->armed = 0;
	if (c->stale) {
		for (uint64_t i = CALENDAR_ROOT + c->vacant; i < c->end && !present; i++)
			present = c->entry[i].event == ev;
		for (uint32_t i = 0; i < c->nr_same && !present; i++)
			present = c->same[i].event == ev;
	}
	if (present)
		calendar_purge(c);
	if (c->events)
		c->events--;
}

sim_time calendar_first_time(struct calendar *c)
{
	for (;;) {
		if (c->vacant)
			calendar_fill(c);
		if (c->nr_same) {
			if (!calendar_stale(c->same[0]))
				return c->instant;
			calendar_take_same(c);
		} else if (c->end == CALENDAR_ROOT) {
			return SIM_NEVER;
		} else {
			if (!calendar_stale(c->entry[CALENDAR_ROOT]))
				return c->horizon;
			c->vacant = true;
		}
		c->stale--;
	}
}
