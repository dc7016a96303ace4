/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact identities of a run and the accounts they are checked on. What happens to an interrupt is
 * counted where it happens; what is pending is read from the models' state at both ends of the
 * window; so an interrupt that is lost or doubled in between shows.
 */
#ifndef RECORD_IDENTITY_H
#define RECORD_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "num.h"

/* Violations, a line each. The first REC_REPORT_MAX are kept, all are counted. */
#define REC_REPORT_MAX	32
#define REC_REPORT_LINE 224
struct rec_report {
	unsigned count;
	char line[REC_REPORT_MAX][REC_REPORT_LINE];
};
void rec_report_add(struct rec_report *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * One INTID's account: 32 bytes. Counts are modulo 2^32; the identity is checked in that ring, so
 * that a long run cannot break it.
 */
struct rec_irq_count {
	uint32_t pending_at_start;
	uint32_t raised;
	uint32_t represented;
	uint32_t delivered;
	uint32_t coalesced;
	uint32_t retired;
	uint32_t dropped;
	uint32_t pending_at_end;
};

#define REC_IRQ_PAGE_BITS 6u
#define REC_NR_PRIVATE	  32u

/* The accounts of one VM: private INTIDs of each vCPU dense, the others in pages of 64. */
struct rec_irqs {
	const char *name; /* of the VM, for reports */
	uint32_t nr_vcpus;
	uint32_t nr_pages;
	struct rec_irq_count *private_irqs;
	struct rec_irq_count **page; /* by INTID / 64; NULL: none yet */
	struct rec_irq_count spare;  /* counts that found no memory */
	bool failed;
};

int rec_irqs_init(struct rec_irqs *x, const char *name, uint32_t nr_vcpus); /* 0 or -ENOMEM */
void rec_irqs_fini(struct rec_irqs *x);
/* A new window: all counts are 0. The caller then sets pending_at_start from the models. */
void rec_irqs_reset(struct rec_irqs *x);

struct rec_irq_count *rec_irq_grow(struct rec_irqs *x, uint32_t intid);
/* The account of an INTID (of a vCPU, when it is private). Never NULL. */
static inline struct rec_irq_count *rec_irq(struct rec_irqs *x, uint32_t vcpu, uint32_t intid)
{
	uint32_t p = intid >> REC_IRQ_PAGE_BITS;

	if (intid < REC_NR_PRIVATE)
		return &x->private_irqs[vcpu * REC_NR_PRIVATE + intid];
	if (__builtin_expect(p >= x->nr_pages || !x->page[p], 0))
		return rec_irq_grow(x, intid);
	return &x->page[p][intid & ((1u << REC_IRQ_PAGE_BITS) - 1)];
}

/* Sums over all INTIDs, 64 bit. */
struct rec_irq_sums {
	uint64_t pending_at_start, raised, represented, delivered, coalesced, retired, dropped;
	uint64_t pending_at_end;
};
void rec_irqs_sum(const struct rec_irqs *x, struct rec_irq_sums *sums); /* adds to *sums */

/*
 * pending_at_start + raised + represented = delivered + coalesced + dropped + retired +
 * pending_at_end for each INTID. Returns the number of violations; each is a line of `report`.
 */
unsigned rec_irqs_check(const struct rec_irqs *x, struct rec_report *report);

/* Little's law on one queue: the time integral of its length over the window = the sum of the
 * stays' overlap with the window (both ps, 128 bit, from instruments that share nothing). */
unsigned rec_queue_check(const char *name, rec_u128 integral, rec_u128 stays,
			 struct rec_report *report);

/* PE time: the parts of a PE's window add up to its length. */
unsigned rec_pe_check(uint32_t pe, const uint64_t *part, unsigned nr, uint64_t window,
		      struct rec_report *report);

#endif
