/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calendar: what will happen, in order of (time, tie), where tie is an event's class and
 * object in the high half and its count in the low half. Private to sim/engine.
 *
 * It is a heap, 8-ary and ordered by time alone, so that a step down compares eight words of one
 * cache line without a branch. When the first entry turns out to share its time with others, all
 * of that time move to a small heap, which is ordered by tie and has the say until it is empty.
 *
 * Most events of a busy host are armed for the next microsecond, while timers of every CPU wait
 * for milliseconds to pass. So when the heap grows deep, all but the first entries move to a
 * second one, `far`, and so does what is armed later for `edge` or beyond; the first heap stays
 * shallow. When it runs empty, the next batch comes over. A batch is small while most of what
 * happens is armed for times before `edge`; it grows while most of what happens has been in `far`,
 * until all is one heap again: then it would be a detour. What has come with a large batch goes
 * back when it turns out that most is armed before it.
 *
 * Cancelling and re-arming leave the old entry where it is; it is stale because its count is no
 * longer the one its event is armed with. Stale entries are dropped when they surface, and all
 * at once when they are more than half of the calendar.
 *
 * Taking the first entry leaves the root vacant. Most events arm another one (a process its own
 * next delay), and that one then sinks from the root: one pass through the heap instead of two.
 */
#ifndef SIM_CALENDAR_H
#define SIM_CALENDAR_H

#include "engine.h"

/*
 * A slot of the main heap has a key, which is time << 3 | slot % 8: the smallest key of a group
 * says where it stands. The root is slot 7, and the children of slot s are the group of eight
 * aligned slots from 8 (s - 6) on. Slots from `end` on hold CALENDAR_NO_KEY.
 */
#define CALENDAR_ROOT	7u
#define CALENDAR_NO_KEY UINT64_MAX
/* Times from here on never come: 26 days. */
#define CALENDAR_NEVER (UINT64_MAX >> 3)

struct calendar_entry {
	uint64_t tie; /* event's tie, with the count in the low half */
	struct sim_event *event;
};

struct calendar_heap {
	uint64_t *key;
	struct calendar_entry *entry; /* by slot */
	uint64_t end;		      /* first free slot */
};

struct calendar {
	struct calendar_heap near; /* times before `edge` */
	uint64_t second;	   /* while the root is vacant: smallest key below it */
	sim_time horizon;	   /* the earliest time of any entry */
	sim_time edge;		   /* the earliest time in `far`; CALENDAR_NEVER: it is empty */
	struct calendar_heap far;
	sim_time instant;	     /* time of the entries in `same`; CALENDAR_NEVER: none */
	struct calendar_entry *same; /* binary heap by tie, from index 0 on */
	uint32_t nr_same;
	uint32_t stale;	 /* cancelled entries, in both heaps */
	bool vacant;	 /* the root of `near` has been taken */
	uint32_t batch;	 /* entries that come near at once */
	uint32_t came;	 /* from `far` with the last batch */
	uint32_t split;	 /* slot of `near` from which on it is split */
	uint32_t direct; /* entries armed for `near` since then, */
	uint32_t look;	 /* and with how many of them the batch was too large */
	uint32_t capacity;
	uint32_t events; /* events initialised: as many entries can be live */
};

int calendar_init(struct calendar *c);
void calendar_fini(struct calendar *c);
/* Make room for one more event. 0 or -ENOMEM. */
int calendar_reserve(struct calendar *c);
/* Remove every entry of `ev`, which is about to disappear. */
void calendar_forget(struct calendar *c, struct sim_event *ev);
/* Remove all entries without looking at their events, which may have disappeared. */
void calendar_clear(struct calendar *c);
/* Drop all stale entries. */
void calendar_purge(struct calendar *c);
/* Fill a vacant root from the end of the heap. */
void calendar_fill(struct calendar *c);
/* `near` is empty and `far` is not: fetch the first entries from there. */
void calendar_refill(struct calendar *c);
/* `near` has grown large: keep its first entries. Its root is not vacant. */
void calendar_split(struct calendar *c);
/* The rare parts of calendar_insert() and calendar_take(): entries of the same time. */
void calendar_insert_same(struct calendar *c, struct calendar_entry x);
void calendar_gather(struct calendar *c);
struct calendar_entry calendar_take_same(struct calendar *c);
/* `time` is below CALENDAR_NEVER, and the event is not armed. */
void calendar_arm(struct calendar *c, struct sim_event *ev, sim_time time);
/* When the first live event happens; SIM_NEVER: none is armed. */
sim_time calendar_first_time(struct calendar *c);

/* Number of armed events. */
static inline uint32_t calendar_live(const struct calendar *c)
{
	return (uint32_t)(c->near.end - CALENDAR_ROOT) - c->vacant +
	       (uint32_t)(c->far.end - CALENDAR_ROOT) + c->nr_same - c->stale;
}

static inline uint64_t calendar_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * The smallest of the eight keys from slot `first` on. Compilers like to make a chain of all
 * comparisons, of which each waits for the one before: the halves are kept apart.
 */
static inline uint64_t calendar_smallest(const uint64_t *key, uint64_t first)
{
	const uint64_t *k = &key[first];
	uint64_t a = calendar_min(calendar_min(k[0], k[1]), calendar_min(k[2], k[3]));
	uint64_t b = calendar_min(calendar_min(k[4], k[5]), calendar_min(k[6], k[7]));

	__asm__("" : "+r"(a), "+r"(b));
	return calendar_min(a, b);
}

static inline uint64_t calendar_children(uint64_t slot)
{
	return (slot - (CALENDAR_ROOT - 1)) * 8;
}

static inline void calendar_put(struct calendar_heap *h, uint64_t slot, uint64_t key,
				struct calendar_entry x)
{
	h->key[slot] = (key & ~7ull) | (slot & 7);
	h->entry[slot] = x;
}

/* Put an entry into the vacant slot `hole`, or below it; `least` is the smallest key below. */
static inline void calendar_sink(struct calendar_heap *h, uint64_t hole, uint64_t least,
				 uint64_t key, struct calendar_entry x)
{
	uint64_t first = calendar_children(hole);
	uint64_t end = h->end;
	const uint64_t *keys = h->key;

	while (key > least) {
		uint64_t child = first + (least & 7);

		calendar_put(h, hole, least, h->entry[child]);
		hole = child;
		first = calendar_children(hole);
		if (first >= end)
			break;
		least = calendar_smallest(keys, first);
	}
	calendar_put(h, hole, key, x);
}

/* Append an entry and let it rise to its place. */
static inline void calendar_rise(struct calendar_heap *h, uint64_t key, struct calendar_entry x)
{
	uint64_t slot = h->end++;

	while (slot != CALENDAR_ROOT) {
		uint64_t parent = slot / 8 + CALENDAR_ROOT - 1;

		if (key >= (h->key[parent] & ~7ull))
			break;
		calendar_put(h, slot, h->key[parent], h->entry[parent]);
		slot = parent;
	}
	calendar_put(h, slot, key, x);
}

static inline bool calendar_stale(struct calendar_entry x)
{
	return (uint32_t)x.tie != x.event->armed;
}

/*
 * Take the first live entry if its time is before `stop`. Returns its event, still marked as
 * armed, and the time; NULL when there is none.
 */
static inline struct sim_event *calendar_take(struct calendar *c, sim_time stop, sim_time *time)
{
	for (;;) {
		struct calendar_entry x;

		if (c->vacant)
			calendar_fill(c);
		*time = c->horizon;
		if (*time >= stop)
			return NULL;
		if (__builtin_expect(*time == c->edge, 0)) {
			calendar_refill(c);
			continue;
		}
		if (__builtin_expect(c->nr_same != 0, 0)) {
			x = calendar_take_same(c);
		} else {
			x = c->near.entry[CALENDAR_ROOT];
			c->vacant = true;
			c->second = calendar_smallest(c->near.key, CALENDAR_ROOT + 1);
			c->horizon = calendar_min(c->second >> 3, c->edge);
			if (__builtin_expect(c->horizon == *time, 0)) {
				calendar_gather(c);
				continue;
			}
		}
		if (__builtin_expect(!calendar_stale(x), 1))
			return x.event;
		c->stale--;
	}
}

/* Right after calendar_take(): what comes next unless something earlier is armed; or NULL. */
static inline struct sim_event *calendar_glance(const struct calendar *c)
{
	if (!c->vacant || c->second == CALENDAR_NO_KEY)
		return NULL;
	return c->near.entry[CALENDAR_ROOT + 1 + (c->second & 7)].event;
}

/* The pending entry of an armed event becomes stale. */
static inline void calendar_disarm(struct calendar *c, struct sim_event *ev)
{
	ev->armed = 0;
	c->stale++;
	if (__builtin_expect(c->stale > 64 && c->stale > calendar_live(c), 0))
		calendar_purge(c);
}

#endif
