/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lives of interrupts: one record for each instance on its way, from raise to the guest's
 * acknowledge. A life is always in one hop; rec_life_stamp() ends the hop it is in. What a life
 * spends in its hops adds up to its latency, and that is checked in integers for each of them.
 *
 * A life is named by a tag, 0 is none: the cookie that the models carry along (vgic_irq.tag,
 * gic tags). Records come from a pool that only grows; none is lost: rec_life_outstanding().
 */
#ifndef RECORD_LIFE_H
#define RECORD_LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "result.h"

/* Hops. A row: identifier, name (irq.stage.<name>), work or wait, meaning. */
#define REC_STAGES(X) \
	X(DEVICE, "device", WORK, "the device sends its MSI: behind its DMA, through its port") \
	X(LINK, "link", WORK, "host bridge and interconnect, device to ITS or GIC") \
	X(ITS_WAIT, "its-wait", WAIT, "queued before the ITS") \
	X(ITS, "its", WORK, "translation in the ITS, table walks included") \
	X(REDIST, "redist", WORK, "to the redistributor and on to the PE's interrupt line") \
	X(HOST_WAIT, "host-wait", WAIT, \
	  "line raised, PE has interrupts masked or a higher one active") \
	X(HOST_IRQ, "host-irq", WORK, \
	  "the PE takes it: exit from a guest, host handler, dispatch") \
	X(WORKER, "worker", WAIT, "waits for the worker that translates a missed MSI") \
	X(INJECT, "inject", WORK, \
	  "the hypervisor translates and queues it, its lock waits included") \
	X(HELD, "held", WAIT, "pending, but disabled or routed to nobody") \
	X(MOVE, "move", WAIT, "pending in a VM that stands still to move to another host") \
	X(WAKE, "wake", WAIT, \
	  "queued or in a pending table, vCPU blocked or preempted: until its thread runs") \
	X(KICK, "kick", WAIT, "queued, vCPU in the guest: until the IPI has made it exit") \
	X(AP_LIST, "ap-list", WAIT, "on the AP list until written to a list register") \
	X(ENTRY, "entry", WORK, "in a list register, or its vPE resident, until the guest runs") \
	X(GUEST, "guest", WAIT, "presented, guest running: masked or a higher one in service") \
	X(VECTOR, "vector", WORK, "the guest takes the exception and reads IAR")

enum rec_stage {
#define REC_STAGE_ENUM(id, name, kind, doc) REC_STAGE_##id,
	REC_STAGES(REC_STAGE_ENUM)
#undef REC_STAGE_ENUM
		REC_STAGE_NR
};

enum rec_stage_kind { REC_STAGE_KIND_WORK, REC_STAGE_KIND_WAIT };

struct rec_stage_row {
	const char *name;
	enum rec_stage_kind kind;
	const char *doc;
};
extern const struct rec_stage_row rec_stage_rows[REC_STAGE_NR];

enum rec_outcome { REC_DELIVERED, REC_COALESCED, REC_DROPPED, REC_RETIRED };

#define REC_NOBODY UINT32_MAX /* vm, vcpu or intid not known yet */

/*
 * What is known of a step in a life, for `gicsim explain`. Numbers only; who asks for the story
 * turns them into text afterwards. A step is an event that the caller logs (rec_log_add), whose
 * `event`, `arg` and `after` mean what the caller wants; or the end of a hop, logged by
 * rec_life_stamp(): event is REC_STEP_HOP + the stage, arg how long the hop lasted.
 */
#define REC_STEP_HOP 0x8000u
struct rec_step {
	uint64_t time; /* ps */
	uint64_t arg;
	uint64_t after;	 /* state word after the event */
	uint64_t waited; /* end of a hop: ps of it that were waiting, not work */
	uint32_t intid;
	uint32_t who; /* PE or vCPU */
	uint16_t event;
	uint16_t object;  /* VM or GIC */
	uint32_t next;	  /* rec_log's own: the step after; 0: none */
	uint32_t holders; /* rec_log's own, in a life's first step: copies of that life */
};

/* Notes of whoever keeps the life. */
struct rec_life_mark {
	uint32_t by;		/* who made the last stamp in software; REC_NOBODY: nobody yet */
	uint32_t returns;	/* times that the host sent the interrupt to itself */
	uint64_t assumed, spun; /* the stamper's accounts at that stamp */
};

struct rec_life {
	uint32_t tag;	   /* 0: free */
	uint32_t seen;	   /* bit a stage: it was passed */
	uint64_t raised;   /* ps */
	uint64_t last;	   /* ps, end of the hop before; at last of the acknowledge */
	uint64_t assumed;  /* ps of it from assumption cost entries */
	uint32_t vm, vcpu; /* these four: REC_NOBODY while unknown */
	uint32_t intid, source;
	struct rec_life_mark mark;
	uint64_t stage[REC_STAGE_NR];	/* ps spent in each hop; 0 in those not passed */
	uint64_t serial;		/* 1, 2, ... in order of birth: flow id of traces */
	uint32_t generation;		/* of the tag, counts the uses of this record */
	uint32_t next_free;		/* while free: index + 1 of the next; 0: none */
	uint32_t first_step, last_step; /* of the log; 0: none */
	bool broken;			/* a stamp before its predecessor */
	bool clipped;			/* the log was full: steps are missing */
};

#define REC_LIFE_INDEX_BITS 24u
#define REC_LIFE_CHUNK_BITS 10u

struct rec_log; /* see log.h */

/* Latencies by the time of delivery: the window in slices. */
struct rec_slices {
	uint64_t length, end; /* ps; the end of the slice that is under way */
	struct rec_slice {
		uint64_t count, sum; /* ps */
	} slice[REC_NR_SLICES], *now;
};

struct rec_lives {
	struct rec_life **chunk;
	uint32_t nr_chunks;
	uint32_t free;	/* index + 1 of the first record that is free again; 0: none */
	uint32_t fresh; /* records from this index on were never used */
	uint32_t outstanding;
	uint64_t born;
	uint64_t ended[4];	/* by enum rec_outcome, in the window */
	uint64_t broken;	/* delivered lives whose stages do not add up, in the window */
	uint64_t stale;		/* calls with a tag that names no life, in the window */
	bool failed;		/* no memory for a life */
	struct rec_hist *total; /* irq.latency, with parts */
	struct rec_hist *stage[REC_STAGE_NR];
	struct rec_slices slices;
	struct rec_log *log;		/* NULL: nobody explains */
	struct rec_life worst;		/* of those delivered in the window; serial 0: none yet */
	uint32_t watch_vm, watch_intid; /* REC_NOBODY: any VM; no INTID */
	struct rec_life watched;	/* the worst of the watched INTID; serial 0: none yet */
	uint64_t watched_count; /* delivered interrupts of the watched INTID, in the window */
};

struct rec_metrics;
/* Lives that count in irq.latency and irq.stage.* of m. 0 or -ENOMEM. */
int rec_lives_init(struct rec_lives *l, struct rec_metrics *m);
void rec_lives_fini(struct rec_lives *l);
/* A new window begins: forget the ended and the worst; lives on their way go on. They count in
 * the window in which they end, with their whole latency. (Histograms: rec_metrics_reset().) */
void rec_lives_reset(struct rec_lives *l);
/* The window that opened runs from start to end, ps: latencies are counted by slices of it. */
void rec_lives_window(struct rec_lives *l, uint64_t start, uint64_t end);
/* Add the course that another's took in the same window. */
void rec_lives_merge(struct rec_lives *to, const struct rec_lives *from);
/* The course of irq.latency over the window. */
void rec_lives_emit(const struct rec_lives *l, struct rec_result *r);
/* Remember the worst delivered interrupt with this INTID; vm REC_NOBODY: of any VM. */
void rec_lives_watch(struct rec_lives *l, uint32_t vm, uint32_t intid);

static inline struct rec_life *rec_life_at(const struct rec_lives *l, uint32_t index)
{
	return &l->chunk[index >> REC_LIFE_CHUNK_BITS][index & ((1u << REC_LIFE_CHUNK_BITS) - 1)];
}

/* The record a tag names; NULL for tag 0 and for tags of ended lives. */
static inline struct rec_life *rec_life_get(const struct rec_lives *l, uint32_t tag)
{
	uint32_t index = (tag & ((1u << REC_LIFE_INDEX_BITS) - 1)) - 1;
	struct rec_life *life;

	if (index >= l->nr_chunks << REC_LIFE_CHUNK_BITS)
		return NULL;
	life = rec_life_at(l, index);
	return life->tag == tag ? life : NULL;
}

/* The same, but a tag of an ended life is counted: whoever carries one is wrong. */
static inline struct rec_life *rec_life_find(struct rec_lives *l, uint32_t tag)
{
	struct rec_life *life = rec_life_get(l, tag);

	if (__builtin_expect(!life, 0))
		l->stale += tag != 0;
	return life;
}

/* An interrupt is raised. `source` is the caller's (a device number). 0: no memory (failed). */
uint32_t rec_life_begin(struct rec_lives *l, uint64_t raised, uint32_t source);
/* The life goes on among those of `to`: its tag there; 0: no memory. */
uint32_t rec_life_move(struct rec_lives *to, struct rec_lives *from, uint32_t tag);
/* It turns out which guest interrupt it is. */
static inline void rec_life_name(struct rec_lives *l, uint32_t tag, uint32_t vm, uint32_t vcpu,
				 uint32_t intid)
{
	struct rec_life *life = rec_life_find(l, tag);

	if (!life)
		return;
	life->vm = vm;
	life->vcpu = vcpu;
	life->intid = intid;
}

/* The end of a hop goes to the log (log.c). */
void rec_log_hop(struct rec_lives *l, struct rec_life *life, enum rec_stage stage, uint64_t spent);

/*
 * The hop that the life has been in since the stamp before ends now; `assumed` ps of it came from
 * assumptions (at most the hop's length counts). A hop may be passed again: its times add up. A
 * stamp before its predecessor breaks the life: rec_lives_check() tells.
 */
static inline void rec_life_pass(struct rec_lives *l, struct rec_life *life, enum rec_stage stage,
				 uint64_t now, uint64_t assumed)
{
	uint64_t spent = now - life->last;

	if (__builtin_expect(now < life->last, 0)) {
		life->broken = true;
		return;
	}
	life->stage[stage] += spent;
	life->seen |= 1u << stage;
	life->assumed += assumed < spent ? assumed : spent;
	if (__builtin_expect(l->log != NULL, 0))
		rec_log_hop(l, life, stage, spent);
	life->last = now;
}
static inline void rec_life_stamp(struct rec_lives *l, uint32_t tag, enum rec_stage stage,
				  uint64_t now, uint64_t assumed)
{
	struct rec_life *life = rec_life_find(l, tag);

	if (life)
		rec_life_pass(l, life, stage, now, assumed);
}

/*
 * It ends. Delivered at `now`, the time of its last stamp: its latency and stages are counted and
 * sum(stages) = now - raised is checked. Otherwise it ends without a latency.
 */
void rec_life_finish(struct rec_lives *l, struct rec_life *life, enum rec_outcome outcome,
		     uint64_t now);
static inline void rec_life_end(struct rec_lives *l, uint32_t tag, enum rec_outcome outcome,
				uint64_t now)
{
	struct rec_life *life = rec_life_find(l, tag);

	if (life)
		rec_life_finish(l, life, outcome, now);
}

static inline uint64_t rec_life_latency(const struct rec_life *life)
{
	return life->last - life->raised;
}
static inline uint32_t rec_life_outstanding(const struct rec_lives *l)
{
	return l->outstanding;
}
/* Call fn for each life that has not ended. */
void rec_life_for_each(const struct rec_lives *l, void *arg,
		       void (*fn)(void *arg, const struct rec_life *life));

/*
 * At the end of the window: interrupts that skipped a hop count as 0 there, so that the means of
 * the stages add up to the mean latency; then check that they do (128 bit) and that no life was
 * broken or stale. Returns the number of violations, each described in a line of `report`.
 */
struct rec_report;
void rec_lives_pad(struct rec_lives *l); /* the first part alone */
unsigned rec_lives_check(struct rec_lives *l, struct rec_report *report);

#endif
