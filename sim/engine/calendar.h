/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calendar: a 4-ary heap of inline entries, ordered by (time, tie), where tie is the event's
 * class and object in the high half and its count in the low half. Private to sim/engine.
 *
 * Cancelling and re-arming leave the old entry where it is; it is stale because its count is no
 * longer the one its event is armed with. Stale entries are dropped when they surface, and all
 * at once when they are more than half of the heap, so they never cost more than a constant
 * factor.
 *
 * Taking the first entry leaves the root vacant. Most events arm another one (a process its own
 * next delay), and that one then sinks from the root: one pass through the heap instead of two.
 */
#ifndef SIM_CALENDAR_H
#define SIM_CALENDAR_H

#include "engine.h"

struct calendar_entry {
	sim_time time;
	uint64_t tie; /* event's tie, with the count in the low half */
	struct sim_event *event;
};

struct calendar {
	struct calendar_entry *heap; /* children of i: 4i+1 .. 4i+4; four sentinels at the end */
	uint32_t n;		     /* entries, a vacant root included */
	uint32_t stale;		     /* cancelled entries among them */
	bool vacant;		     /* the root has been taken */
	uint32_t capacity;
	uint32_t events; /* events initialised: as many entries can be live */
	void *block;	 /* what heap points into */
};

int calendar_init(struct calendar *c);
void calendar_fini(struct calendar *c);
/* Make room for one more event. 0 or -ENOMEM. */
int calendar_reserve(struct calendar *c);
/* Remove every entry of `ev`, which is about to disappear. */
void calendar_forget(struct calendar *c, struct sim_event *ev);
/* Drop all stale entries. */
void calendar_purge(struct calendar *c);
/* Fill a vacant root from the end of the heap. */
void calendar_fill(struct calendar *c);
/* Number of armed events. */
static inline uint32_t calendar_live(const struct calendar *c)
{
	return c->n - c->vacant - c->stale;
}

static inline bool calendar_before(sim_time time, uint64_t tie, const struct calendar_entry *b)
{
	__extension__ unsigned __int128 x = (unsigned __int128)time << 64 | tie;
	__extension__ unsigned __int128 y = (unsigned __int128)b->time << 64 | b->tie;

	return x < y;
}

/* The first of the four children from index `first` on; beyond the end stand sentinels. */
static inline uint32_t calendar_first_of(const struct calendar_entry *h, uint32_t first)
{
	uint32_t a = first + calendar_before(h[first + 1].time, h[first + 1].tie, &h[first]);
	uint32_t b = first + 2 +
		     calendar_before(h[first + 3].time, h[first + 3].tie, &h[first + 2]);

	return calendar_before(h[b].time, h[b].tie, &h[a]) ? b : a;
}

/* Put an entry into the vacant place `hole`, or below it. */
static inline void calendar_sink(struct calendar *c, uint32_t hole, struct calendar_entry x)
{
	struct calendar_entry *h = c->heap;
	uint32_t n = c->n;

	for (;;) {
		uint32_t child = 4 * hole + 1;

		if (child >= n)
			break;
		child = calendar_first_of(h, child);
		if (!calendar_before(h[child].time, h[child].tie, &x))
			break;
		h[hole] = h[child];
		hole = child;
	}
	h[hole] = x;
}

static inline void calendar_insert(struct calendar *c, struct calendar_entry x)
{
	struct calendar_entry *h = c->heap;
	uint32_t i;

	if (c->vacant) {
		c->vacant = false;
		calendar_sink(c, 0, x);
		return;
	}
	i = c->n++;
	while (i) {
		uint32_t parent = (i - 1) / 4;

		if (!calendar_before(x.time, x.tie, &h[parent]))
			break;
		h[i] = h[parent];
		i = parent;
	}
	h[i] = x;
}

/* Index of the first entry, stale or not; 0 with heap[0].time == SIM_NEVER when there is none. */
static inline uint32_t calendar_top(const struct calendar *c)
{
	if (!c->vacant)
		return 0;
	return calendar_first_of(c->heap, 1);
}

static inline bool calendar_stale(const struct calendar_entry *x)
{
	return (uint32_t)x->tie != x->event->armed;
}

/*
 * Take the first live entry if its time is before `stop`. Returns its event, still marked as
 * armed, and the time; NULL when there is none.
 */
static inline struct sim_event *calendar_take(struct calendar *c, sim_time stop, sim_time *time)
{
	for (;;) {
		struct calendar_entry *top;

		if (c->vacant)
			calendar_fill(c);
		top = c->heap;
		if (top->time >= stop)
			return NULL;
		c->vacant = true;
		if (__builtin_expect(!calendar_stale(top), 1)) {
			*time = top->time;
			return top->event;
		}
		c->stale--;
	}
}

/* When the first live event happens; SIM_NEVER: none is armed. */
static inline sim_time calendar_first_time(struct calendar *c)
{
	for (;;) {
		if (c->vacant)
			calendar_fill(c);
		if (!c->n || !calendar_stale(&c->heap[0]))
			return c->heap[0].time;
		c->vacant = true;
		c->stale--;
	}
}

static inline void calendar_arm(struct calendar *c, struct sim_event *ev, sim_time time)
{
	uint32_t count = ev->count + 1;

	count += !count; /* 0 means not armed */
	ev->count = ev->armed = count;
	calendar_insert(c, (struct calendar_entry){ time, ev->tie | count, ev });
}

/* The pending entry of an armed event becomes stale. */
static inline void calendar_disarm(struct calendar *c, struct sim_event *ev)
{
	ev->armed = 0;
	c->stale++;
	if (__builtin_expect(c->stale > 64 && c->stale > c->n / 2, 0))
		calendar_purge(c);
}

#endif
