/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtual GIC without lists, written from spec/vgic.md 1.2-1.9 and 6.4 alone: every answer is
 * computed from the whole state each time. Interrupts carry the number of their arrival on a vCPU's
 * queue instead of links; a queue is put in order by looking for the smallest again and again.
 * How AP lists are shared between vCPUs does not exist here, since no guest can see it.
 */
#ifndef TEST_NAIVE_H
#define TEST_NAIVE_H

#include <plat.h>

#include "models/vgic/policy.h"

#define NAIVE_VCPUS	3
#define NAIVE_SGIS	3 /* INTIDs 0..2 */
#define NAIVE_PPIS	2 /* INTIDs 16, 17 */
#define NAIVE_PRIVATE	(NAIVE_SGIS + NAIVE_PPIS)
#define NAIVE_SPIS	8
#define NAIVE_LPIS	4
#define NAIVE_FIRST_SPI (NAIVE_VCPUS * NAIVE_PRIVATE)
#define NAIVE_FIRST_LPI (NAIVE_FIRST_SPI + NAIVE_SPIS)
#define NAIVE_IRQS	(NAIVE_FIRST_LPI + NAIVE_LPIS)
#define NAIVE_LRS	4
#define NAIVE_NONE	(-1)
#define NAIVE_DEPTH	64

struct naive_irq {
	u32 intid;
	int target; /* vCPU or NAIVE_NONE */
	bool level, enabled, latch, line, active, lpi;
	u8 priority, source, active_source;
	int queue; /* whose, or NAIVE_NONE */
	u64 arrival;
	u8 queued_priority;
	bool instance; /* raised and in no list register */
};

struct naive_lr {
	int irq;
	bool pending, active, was_pending, eoi;
	u8 cpuid, priority;
};

struct naive_vcpu {
	bool in_guest, uie, lrenpie, npie;
	struct naive_lr lr[NAIVE_LRS];
	int used;
	u32 ended_outside;	 /* EOIcount */
	u8 running[NAIVE_DEPTH]; /* active priorities, most urgent last */
	u32 iar[NAIVE_DEPTH];	 /* what the guest has acknowledged, the same order */
	int depth;
};

struct naive {
	struct vgic_policy policy;
	bool v2, dist;
	struct naive_irq irq[NAIVE_IRQS];
	struct naive_vcpu vcpu[NAIVE_VCPUS];
	u64 arrivals;
};

static inline bool naive_newer(const struct naive *m)
{
	return m->policy.overflow == VGIC_OVERFLOW_EOICOUNT;
}

static inline bool naive_v2_sgi(const struct naive *m, const struct naive_irq *q)
{
	return m->v2 && q->intid < 16;
}

static inline bool naive_pending(const struct naive_irq *q)
{
	return q->latch || (q->level && q->line);
}

static inline int naive_oracle(const struct naive *m, const struct naive_irq *q)
{
	if (q->active)
		return q->queue != NAIVE_NONE ? q->queue : q->target;
	return q->enabled && naive_pending(q) && m->dist ? q->target : NAIVE_NONE;
}

static inline void naive_append(struct naive *m, struct naive_irq *q, int v)
{
	q->queue = v;
	q->arrival = ++m->arrivals;
	q->queued_priority = q->priority;
}

static inline void naive_queue(struct naive *m, struct naive_irq *q)
{
	int v = naive_oracle(m, q);

	if (q->queue == NAIVE_NONE && v != NAIVE_NONE)
		naive_append(m, q, v);
}

/* ---- the state changes of the outside ---- */

static inline void naive_settle(struct naive_irq *q)
{
	if (!naive_pending(q))
		q->instance = false;
}

static inline void naive_pend(struct naive *m, struct naive_irq *q, u32 source)
{
	q->latch = true;
	if (naive_v2_sgi(m, q))
		q->source |= (u8)(1u << source);
	else
		q->instance = true;
	naive_queue(m, q);
}

static inline void naive_unpend(struct naive_irq *q)
{
	q->latch = false;
	q->source = 0;
	naive_settle(q);
}

static inline void naive_line(struct naive *m, struct naive_irq *q, bool level)
{
	if (q->level && level && !q->line)
		q->instance = true;
	q->line = level;
	naive_settle(q);
	naive_queue(m, q);
}

/* ---- order ---- */

static inline int naive_bits(u32 x)
{
	return __builtin_popcount(x);
}

static inline u32 naive_lrs_of(const struct naive *m, const struct naive_irq *q)
{
	if (naive_v2_sgi(m, q) && q->source)
		return (u32)naive_bits(q->source) + q->active;
	return naive_pending(q) || q->active;
}

/* Does a stand before b on the queue, as it is? */
static inline bool naive_before(const struct naive *m, const struct naive_irq *a,
				const struct naive_irq *b)
{
	u32 x = 0, y = 0;

	if (m->policy.order == VGIC_ORDER_SORTED) {
		x = a->queued_priority;
		y = b->queued_priority;
	} else if (m->policy.order == VGIC_ORDER_BUCKETS) {
		x = a->queued_priority / 8;
		y = b->queued_priority / 8;
	}
	return x != y ? x < y : a->arrival < b->arrival;
}

/* The interrupts of v, in queue order. */
static inline int naive_own(const struct naive *m, int v, int *own)
{
	bool taken[NAIVE_IRQS] = { false };
	int n = 0, i, best;

	for (;;) {
		best = NAIVE_NONE;
		for (i = 0; i < NAIVE_IRQS; i++)
			if (m->irq[i].queue == v && !taken[i] &&
			    (best == NAIVE_NONE || naive_before(m, &m->irq[i], &m->irq[best])))
				best = i;
		if (best == NAIVE_NONE)
			return n;
		taken[best] = true;
		own[n++] = best;
	}
}

/* The sort key of the two generations: compared as numbers, smaller first. */
static inline u32 naive_key(const struct naive *m, int v, const struct naive_irq *q)
{
	bool waits = q->enabled && naive_pending(q);

	if (m->policy.order == VGIC_ORDER_OLD)
		return q->active ? 0 : waits ? 0x100u + q->priority : 0x200;
	/* groups are all enabled, nothing is hardware-backed */
	return (u32)(naive_oracle(m, q) != v) << 10 | (u32) !(waits && !q->active) << 9 |
	       q->priority;
}

static inline void naive_sort(struct naive *m, int v)
{
	int own[NAIVE_IRQS], n = naive_own(m, v, own), i, best;
	bool done[NAIVE_IRQS] = { false };
	u64 arrival = m->arrivals;
	int left = n;

	for (; left; left--) {
		best = NAIVE_NONE;
		for (i = 0; i < n; i++)
			if (!done[i] &&
			    (best == NAIVE_NONE || naive_key(m, v, &m->irq[own[i]]) <
							   naive_key(m, v, &m->irq[own[best]])))
				best = i;
		done[best] = true;
		m->irq[own[best]].arrival = ++arrival;
	}
	m->arrivals = arrival;
}

/* ---- entry ---- */

static inline void naive_write_lr(struct naive *m, int v, int i)
{
	struct naive_vcpu *c = &m->vcpu[v];
	struct naive_irq *q = &m->irq[i];
	struct naive_lr *lr = &c->lr[c->used++];
	bool v2_sgi = naive_v2_sgi(m, q);

	*lr = (struct naive_lr){
		.irq = i, .active = q->active, .priority = q->priority, .eoi = q->level
	};
	if (v2_sgi && q->active) {
		lr->cpuid = q->active_source;
		lr->eoi = q->source != 0;
	}
	lr->pending = naive_pending(q) && !(q->active && (q->level || (v2_sgi && q->source)));
	if (!lr->pending)
		return;
	lr->was_pending = true;
	q->instance = false;
	if (v2_sgi) {
		lr->cpuid = (u8)__builtin_ctz(q->source);
		q->source &= (u8)(q->source - 1);
		lr->eoi = q->source != 0;
	}
	if (!q->level)
		q->latch = q->source != 0;
}

enum naive_round { NAIVE_ALL, NAIVE_ACTIVE, NAIVE_WAITING };

/* Returns whether it stopped for want of list registers with entries of the queue left. */
static inline bool naive_fill(struct naive *m, int v, enum naive_round round, bool multi)
{
	int own[NAIVE_IRQS], n = naive_own(m, v, own), i;
	u32 limit = 0xff;

	for (i = 0; i < n && m->vcpu[v].used < NAIVE_LRS; i++) {
		struct naive_irq *q = &m->irq[own[i]];

		if (multi && round != NAIVE_ACTIVE && q->priority > limit)
			return false;
		if ((round == NAIVE_ACTIVE && !q->active) ||
		    (round == NAIVE_WAITING && q->active) || naive_oracle(m, q) != v)
			continue;
		naive_write_lr(m, v, own[i]);
		if (q->source)
			limit = q->priority;
	}
	if (m->vcpu[v].used < NAIVE_LRS)
		return false;
	return round == NAIVE_ALL ? i < n : n > NAIVE_LRS;
}

static inline void naive_enter(struct naive *m, int v)
{
	bool sorted = m->policy.order == VGIC_ORDER_SORTED || m->policy.order == VGIC_ORDER_BUCKETS;
	struct naive_vcpu *c = &m->vcpu[v];
	u32 lrs = 0, waiting = 0, active = 0;
	bool multi = false, overflow, left;
	int i;

	c->in_guest = true;
	c->used = 0;
	for (i = 0; i < NAIVE_IRQS; i++) {
		struct naive_irq *q = &m->irq[i];

		if (q->queue != v)
			continue;
		lrs += naive_lrs_of(m, q);
		multi |= naive_lrs_of(m, q) > 1;
		if (naive_oracle(m, q) == v) {
			waiting += !q->active;
			active += q->active;
		}
	}
	overflow = naive_newer(m) ? waiting + active > NAIVE_LRS : lrs > NAIVE_LRS || multi;
	multi &= !naive_newer(m);
	if (overflow && !sorted)
		naive_sort(m, v);
	if (overflow && sorted) {
		naive_fill(m, v, naive_newer(m) ? NAIVE_WAITING : NAIVE_ACTIVE, multi);
		left = naive_fill(m, v, naive_newer(m) ? NAIVE_ACTIVE : NAIVE_WAITING, multi);
	} else {
		left = naive_fill(m, v, NAIVE_ALL, multi);
	}
	c->uie = naive_newer(m) ? overflow : left;
	c->lrenpie = naive_newer(m) && overflow && active;
	c->npie = naive_newer(m) && waiting > NAIVE_LRS;
}

/* ---- the guest ---- */

/* The list register that IAR would take; NAIVE_NONE: spurious. The priority mask is open. */
static inline int naive_candidate(const struct naive *m, int v)
{
	const struct naive_vcpu *c = &m->vcpu[v];
	int n, best = NAIVE_NONE;

	for (n = 0; n < c->used; n++)
		if (c->lr[n].pending && !c->lr[n].active &&
		    (best == NAIVE_NONE || c->lr[n].priority / 8 < c->lr[best].priority / 8))
			best = n;
	if (best == NAIVE_NONE || c->lr[best].priority / 8 >= 0xf8 / 8)
		return NAIVE_NONE;
	if (c->depth && c->lr[best].priority / 8 >= c->running[c->depth - 1] / 8)
		return NAIVE_NONE;
	return best;
}

static inline u32 naive_ack(struct naive *m, int v)
{
	struct naive_vcpu *c = &m->vcpu[v];
	int n = naive_candidate(m, v);
	u32 iar;

	if (n == NAIVE_NONE)
		return 1023;
	iar = m->irq[c->lr[n].irq].intid | (u32)c->lr[n].cpuid << 10;
	c->lr[n].pending = false;
	c->lr[n].active = true;
	c->running[c->depth] = c->lr[n].priority;
	c->iar[c->depth++] = iar;
	return iar;
}

/* The guest ends what it acknowledged last. */
static inline void naive_eoi(struct naive *m, int v)
{
	struct naive_vcpu *c = &m->vcpu[v];
	u32 iar = c->iar[--c->depth], dropped = c->running[c->depth];
	int n;

	for (n = 0; n < c->used; n++) {
		if (!c->lr[n].active ||
		    (m->irq[c->lr[n].irq].intid | (u32)c->lr[n].cpuid << 10) != iar)
			continue;
		/* its priority was changed meanwhile: the drop was another's */
		if (c->lr[n].priority / 8 == dropped / 8)
			c->lr[n].active = false;
		return;
	}
	if (iar < 8192)
		c->ended_outside++;
}

/* ---- exit ---- */

static inline void naive_fold(struct naive *m, struct naive_irq *q, bool pending, bool active,
			      u8 cpuid, bool was_pending)
{
	bool v2_sgi = naive_v2_sgi(m, q);

	if (q->lpi && naive_newer(m))
		active = false;
	q->active = active;
	if (v2_sgi && active)
		q->active_source = cpuid;
	if (!q->level && pending) {
		q->latch = true;
		if (v2_sgi)
			q->source |= (u8)(1u << cpuid);
	}
	if (q->level && !pending && !active)
		q->latch = false;
	if (!v2_sgi && was_pending && pending)
		q->instance = true;
	if (q->level && !pending && !active && q->line)
		q->instance = true;
	naive_settle(q);
}

static inline bool naive_in_lr(const struct naive_vcpu *c, int irq)
{
	int n;

	for (n = 0; n < c->used; n++)
		if (c->lr[n].irq == irq)
			return true;
	return false;
}

static inline void naive_replay(struct naive *m, int v, u32 count)
{
	int own[NAIVE_IRQS], n = naive_own(m, v, own), i;

	for (i = 0; i < n && count; i++) {
		struct naive_irq *q = &m->irq[own[i]];
		bool pending = naive_pending(q) && !q->level && !(naive_v2_sgi(m, q) && q->source);

		if (!q->active || naive_oracle(m, q) != v || naive_in_lr(&m->vcpu[v], own[i]))
			continue;
		naive_fold(m, q, pending, false, 0, false);
		count--;
	}
}

static inline void naive_prune(struct naive *m, int v)
{
	int own[NAIVE_IRQS], n = naive_own(m, v, own), i;

	for (i = 0; i < n; i++) {
		struct naive_irq *q = &m->irq[own[i]];
		int to = naive_oracle(m, q);

		if (to == NAIVE_NONE)
			q->queue = NAIVE_NONE;
		else if (to != v)
			naive_append(m, q, to);
	}
}

static inline void naive_leave(struct naive *m, int v)
{
	struct naive_vcpu *c = &m->vcpu[v];
	int n;

	c->in_guest = false;
	for (n = 0; n < c->used; n++) {
		struct naive_lr *lr = &c->lr[n];

		naive_fold(m, &m->irq[lr->irq], lr->pending, lr->active, lr->cpuid,
			   lr->was_pending);
	}
	if (c->used && c->lrenpie)
		naive_replay(m, v, c->ended_outside);
	c->ended_outside = 0;
	c->used = 0;
	naive_prune(m, v);
}

static inline bool naive_vcpu_pending(const struct naive *m, int v)
{
	int i;

	for (i = 0; m->dist && i < NAIVE_IRQS; i++) {
		const struct naive_irq *q = &m->irq[i];

		if (q->queue == v && naive_pending(q) && q->enabled && !q->active &&
		    q->priority < 0xf8)
			return true;
	}
	return false;
}

/* Instances of an interrupt that wait, in it or in a list register. */
static inline u32 naive_waiting(const struct naive *m, int irq)
{
	const struct naive_irq *q = &m->irq[irq];
	u32 count = naive_v2_sgi(m, q) ? (u32)naive_bits(q->source) : q->instance;
	int v, n;

	for (v = 0; v < NAIVE_VCPUS; v++)
		for (n = 0; n < m->vcpu[v].used; n++)
			count += m->vcpu[v].lr[n].irq == irq && m->vcpu[v].lr[n].pending &&
				 m->vcpu[v].lr[n].was_pending;
	return count;
}

#endif
