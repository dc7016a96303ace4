// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Accounts and their checks. The identity of an INTID is compared modulo 2^32, in which each
 * count is exact however long the run; sums over INTIDs are for the metrics, where a run that
 * wraps a single INTID's count (2^32 interrupts) is out of reach.
 */
#include "record/identity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE (1u << REC_IRQ_PAGE_BITS)

void rec_report_add(struct rec_report *r, const char *fmt, ...)
{
	va_list args;

	if (r->count < REC_REPORT_MAX) {
		va_start(args, fmt);
		vsnprintf(r->line[r->count], REC_REPORT_LINE, fmt, args);
		va_end(args);
	}
	r->count++;
}

int rec_irqs_init(struct rec_irqs *x, const char *name, uint32_t nr_vcpus)
{
	memset(x, 0, sizeof(*x));
	x->name = name;
	x->nr_vcpus = nr_vcpus;
	x->private_irqs = calloc((size_t)nr_vcpus * REC_NR_PRIVATE, sizeof(*x->private_irqs));
	return x->private_irqs ? 0 : -ENOMEM;
}

void rec_irqs_fini(struct rec_irqs *x)
{
	for (uint32_t p = 0; p < x->nr_pages; p++)
		free(x->page[p]);
	free(x->page);
	free(x->private_irqs);
	memset(x, 0, sizeof(*x));
}

void rec_irqs_reset(struct rec_irqs *x)
{
	memset(x->private_irqs, 0, (size_t)x->nr_vcpus * REC_NR_PRIVATE * sizeof(*x->private_irqs));
	for (uint32_t p = 0; p < x->nr_pages; p++)
		if (x->page[p])
			memset(x->page[p], 0, PAGE * sizeof(*x->page[p]));
}

struct rec_irq_count *rec_irq_grow(struct rec_irqs *x, uint32_t intid)
{
	uint32_t p = intid >> REC_IRQ_PAGE_BITS;

	if (p >= x->nr_pages) {
		struct rec_irq_count **page = realloc(x->page, (p + 1) * sizeof(*page));

		if (!page)
			goto lost;
		memset(page + x->nr_pages, 0, (p + 1 - x->nr_pages) * sizeof(*page));
		x->page = page;
		x->nr_pages = p + 1;
	}
	if (!x->page[p])
		x->page[p] = calloc(PAGE, sizeof(*x->page[p]));
	if (x->page[p])
		return &x->page[p][intid & (PAGE - 1)];
lost:
	x->failed = true;
	return &x->spare;
}

/* Call fn for each account, private ones first; INTIDs without account had nothing to count. */
static void for_each(const struct rec_irqs *x, void *arg,
		     void (*fn)(const struct rec_irqs *x, void *arg, uint32_t vcpu, uint32_t intid,
				const struct rec_irq_count *c))
{
	for (uint32_t i = 0; i < x->nr_vcpus * REC_NR_PRIVATE; i++)
		fn(x, arg, i / REC_NR_PRIVATE, i % REC_NR_PRIVATE, &x->private_irqs[i]);
	for (uint32_t p = 0; p < x->nr_pages; p++)
		for (uint32_t i = 0; x->page[p] && i < PAGE; i++)
			fn(x, arg, 0, p * PAGE + i, &x->page[p][i]);
}

static void sum_one(const struct rec_irqs *x, void *arg, uint32_t vcpu, uint32_t intid,
		    const struct rec_irq_count *c)
{
	struct rec_irq_sums *s = arg;

	(void)x, (void)vcpu, (void)intid;
	s->pending_at_start += c->pending_at_start;
	s->raised += c->raised;
	s->represented += c->represented;
	s->delivered += c->delivered;
	s->coalesced += c->coalesced;
	s->retired += c->retired;
	s->dropped += c->dropped;
	s->pending_at_end += c->pending_at_end;
}

void rec_irqs_sum(const struct rec_irqs *x, struct rec_irq_sums *sums)
{
	for_each(x, sums, sum_one);
}

static void check_one(const struct rec_irqs *x, void *arg, uint32_t vcpu, uint32_t intid,
		      const struct rec_irq_count *c)
{
	struct rec_report *report = arg;
	uint32_t in = c->pending_at_start + c->raised + c->represented;
	uint32_t out = c->delivered + c->coalesced + c->dropped + c->retired + c->pending_at_end;
	char who[32] = "";

	if (in == out)
		return;
	if (intid < REC_NR_PRIVATE)
		snprintf(who, sizeof(who), " of vCPU %" PRIu32, vcpu);
	rec_report_add(report,
		       "VM %s INTID %" PRIu32 "%s: pending at start %" PRIu32 " + raised %" PRIu32
		       " + represented %" PRIu32 " != delivered %" PRIu32 " + coalesced %" PRIu32
		       " + dropped %" PRIu32 " + retired %" PRIu32 " + pending at end %" PRIu32,
		       x->name, intid, who, c->pending_at_start, c->raised, c->represented,
		       c->delivered, c->coalesced, c->dropped, c->retired, c->pending_at_end);
}

unsigned rec_irqs_check(const struct rec_irqs *x, struct rec_report *report)
{
	unsigned before = report->count;

	for_each(x, report, check_one);
	if (x->failed)
		rec_report_add(report, "VM %s: no memory for the account of an INTID", x->name);
	return report->count - before;
}

unsigned rec_queue_check(const char *name, rec_u128 integral, rec_u128 stays,
			 struct rec_report *report)
{
	char a[REC_NUM_MAX], b[REC_NUM_MAX];

	if (integral == stays)
		return 0;
	rec_num_format(a, integral, 0);
	rec_num_format(b, stays, 0);
	rec_report_add(report, "queue %s: time integral of its length %s ps != sum of stays %s ps",
		       name, a, b);
	return 1;
}

unsigned rec_pe_check(uint32_t pe, const uint64_t *part, unsigned nr, uint64_t window,
		      struct rec_report *report)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < nr; i++)
		sum += part[i];
	if (sum == window)
		return 0;
	rec_report_add(report,
		       "PE %" PRIu32 ": its times add up to %" PRIu64 " ps in a window of %" PRIu64
		       " ps",
		       pe, sum, window);
	return 1;
}
