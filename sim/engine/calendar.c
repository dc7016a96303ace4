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
#define SHALLOW	   73 /* entries of a heap of three levels */
#define BATCH_MIN  8
#define BATCH_MAX  512
/*
 * How much is armed for `near` for each entry that has come: with less the batch is too small, with
 * more it is too large.
 */
#define FEW  2
#define MANY 24

static void seal(struct calendar_heap *h, uint64_t from, uint64_t to)
{
	memset(&h->key[from], 0xff, (to - from) * sizeof(*h->key));
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

static void heap_free(struct calendar_heap *h)
{
	free(h->key);
	free(h->entry);
}

/* A heap like `old`, with more room. */
static int heap_copy(struct calendar_heap *h, const struct calendar_heap *old, uint32_t capacity)
{
	uint64_t n = slots(capacity);

	h->key = lines(n * sizeof(*h->key));
	h->entry = lines(n * sizeof(*h->entry));
	h->end = old->end;
	if (!h->key || !h->entry) {
		heap_free(h);
		return -ENOMEM;
	}
	if (old->key) {
		memcpy(h->key, old->key, old->end * sizeof(*h->key));
		memcpy(h->entry, old->entry, old->end * sizeof(*h->entry));
	}
	seal(h, h->end, n);
	return 0;
}

static int resize(struct calendar *c, uint32_t capacity)
{
	struct calendar_entry *same = lines((uint64_t)capacity * sizeof(*same));
	struct calendar_heap near, far;

	if (!same)
		return -ENOMEM;
	if (heap_copy(&near, &c->near, capacity))
		goto no_near;
	if (heap_copy(&far, &c->far, capacity))
		goto no_far;
	if (c->same)
		memcpy(same, c->same, c->nr_same * sizeof(*same));
	heap_free(&c->near);
	heap_free(&c->far);
	free(c->same);
	c->near = near;
	c->far = far;
	c->same = same;
	c->capacity = capacity;
	return 0;

no_far:
	heap_free(&near);
no_near:
	free(same);
	return -ENOMEM;
}

/* `near` has room for what is armed after a batch has come. */
static void set_batch(struct calendar *c, uint32_t n)
{
	c->batch = n < BATCH_MIN ? BATCH_MIN : n > BATCH_MAX ? BATCH_MAX : n;
	c->split = CALENDAR_ROOT + (2 * c->batch > SHALLOW ? 2 * c->batch : SHALLOW);
}

int calendar_init(struct calendar *c)
{
	memset(c, 0, sizeof(*c));
	c->near.end = c->far.end = CALENDAR_ROOT;
	c->horizon = c->instant = c->edge = CALENDAR_NEVER;
	set_batch(c, BATCH_MIN);
	return resize(c, 2 * SLACK);
}

void calendar_fini(struct calendar *c)
{
	heap_free(&c->near);
	heap_free(&c->far);
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

static sim_time heap_first(const struct calendar_heap *h)
{
	return h->key[CALENDAR_ROOT] >> 3;
}

static void root_is_first(struct calendar *c)
{
	c->vacant = false;
	c->horizon = calendar_min(heap_first(&c->near), c->edge);
}

/* The root has been taken: the last entry finds a place from there down. */
static void heap_fill(struct calendar_heap *h)
{
	uint64_t last = --h->end;
	uint64_t key = h->key[last];

	seal(h, last, last + 1);
	if (last != CALENDAR_ROOT)
		calendar_sink(h, CALENDAR_ROOT, calendar_smallest(h->key, CALENDAR_ROOT + 1),
			      key & ~7ull, h->entry[last]);
}

void calendar_fill(struct calendar *c)
{
	heap_fill(&c->near);
	root_is_first(c);
}

/* Small batches from here on. */
static void near_is_busy(struct calendar *c)
{
	set_batch(c, BATCH_MIN);
	if (c->near.end >= c->split)
		calendar_split(c);
}

static void insert(struct calendar *c, sim_time time, struct calendar_entry x)
{
	uint64_t key = time << 3;

	if (time >= c->edge) {
		calendar_rise(&c->far, key, x);
		return;
	}
	if (__builtin_expect(time == c->instant, 0)) {
		calendar_insert_same(c, x);
		return;
	}
	if (c->vacant) {
		c->vacant = false;
		calendar_sink(&c->near, CALENDAR_ROOT, c->second, key, x);
		c->horizon = c->near.key[CALENDAR_ROOT] >> 3;
	} else {
		c->horizon = calendar_min(c->horizon, time);
		calendar_rise(&c->near, key, x);
		if (__builtin_expect(c->near.end >= c->split, 0))
			calendar_split(c);
	}
	if (__builtin_expect(++c->direct == c->look, 0))
		near_is_busy(c);
}

void calendar_arm(struct calendar *c, struct sim_event *ev, sim_time time)
{
	uint32_t count = ev->count + 1;

	count += !count; /* 0 means not armed */
	ev->count = ev->armed = count;
	insert(c, time, (struct calendar_entry){ ev->tie | count, ev });
}

/* ---- near and far ---- */

void calendar_refill(struct calendar *c)
{
	struct calendar_heap *far = &c->far;
	uint32_t n = 0;
	sim_time time;

	if (c->direct < FEW * c->came)
		set_batch(c, 2 * c->batch);
	/* In order of time, so each has its place at the end; all of one time come together. */
	do {
		struct calendar_entry x = far->entry[CALENDAR_ROOT];

		__builtin_prefetch(x.event);
		time = heap_first(far);
		calendar_put(&c->near, c->near.end++, time << 3, x);
		heap_fill(far);
		c->edge = heap_first(far);
	} while (far->end != CALENDAR_ROOT && (++n < c->batch || c->edge == time));
	c->came = n;
	c->direct = 0;
	c->look = MANY * n;
	root_is_first(c);
}

void calendar_split(struct calendar *c)
{
	struct calendar_heap *near = &c->near;
	uint64_t end = near->end;

	near->end = CALENDAR_ROOT;
	for (uint64_t i = CALENDAR_ROOT; i < end; i++)
		calendar_rise(&c->far, near->key[i] & ~7ull, near->entry[i]);
	seal(near, CALENDAR_ROOT, end);
	calendar_refill(c);
	if (c->nr_same)
		c->horizon = c->instant;
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
	c->horizon = calendar_min(heap_first(&c->near), c->edge);
}

/* The root has just been taken and shares its time with others: move all of that time. */
void calendar_gather(struct calendar *c)
{
	sim_time time = c->horizon;

	c->instant = time;
	do {
		struct calendar_entry x = c->near.entry[CALENDAR_ROOT];

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

/* Drop stale entries from slot `from` on, and make a heap of the others. */
static void purge_heap(struct calendar_heap *h, uint64_t from)
{
	uint64_t old_end = h->end, n = CALENDAR_ROOT;

	for (uint64_t i = from; i < old_end; i++)
		if (!calendar_stale(h->entry[i])) {
			calendar_put(h, n, h->key[i], h->entry[i]);
			n++;
		}
	seal(h, n, old_end);
	h->end = n;
	for (uint64_t i = n; i-- > CALENDAR_ROOT;) {
		uint64_t first = calendar_children(i);

		if (first < n)
			calendar_sink(h, i, calendar_smallest(h->key, first), h->key[i] & ~7ull,
				      h->entry[i]);
	}
}

static void heap_clear(struct calendar_heap *h)
{
	seal(h, CALENDAR_ROOT, h->end);
	h->end = CALENDAR_ROOT;
}

void calendar_clear(struct calendar *c)
{
	heap_clear(&c->near);
	heap_clear(&c->far);
	c->edge = c->instant = CALENDAR_NEVER;
	c->nr_same = 0;
	c->stale = 0;
	root_is_first(c);
}

void calendar_purge(struct calendar *c)
{
	purge_heap(&c->near, CALENDAR_ROOT + c->vacant);
	purge_heap(&c->far, CALENDAR_ROOT);
	c->edge = heap_first(&c->far);
	c->stale = 0;
	root_is_first(c);
	if (c->nr_same) {
		c->horizon = c->instant;
		purge_same(c);
	}
}

static bool heap_has(const struct calendar_heap *h, uint64_t from, const struct sim_event *ev)
{
	for (uint64_t i = from; i < h->end; i++)
		if (h->entry[i].event == ev)
			return true;
	return false;
}

void calendar_forget(struct calendar *c, struct sim_event *ev)
{
	bool present = false;

	if (ev->armed)
		c->stale++;
	ev->armed = 0;
	if (c->stale) {
		present = heap_has(&c->near, CALENDAR_ROOT + c->vacant, ev) ||
			  heap_has(&c->far, CALENDAR_ROOT, ev);
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
		} else if (c->near.end == CALENDAR_ROOT) {
			if (c->far.end == CALENDAR_ROOT)
				return SIM_NEVER;
			calendar_refill(c);
			continue;
		} else {
			if (!calendar_stale(c->near.entry[CALENDAR_ROOT]))
				return c->horizon;
			c->vacant = true;
		}
		c->stale--;
	}
}
