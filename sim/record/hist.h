/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log-linear histogram of times in ps. Octave 0 holds 0..127, one value a bucket; octave k holds
 * [128 << (k - 1), 128 << k) in 128 buckets of equal width. So a bucket is at most 1/128 of its
 * values wide, and values below 256 are exact. Counts, sum, min and max are exact.
 *
 * An octave's buckets are allocated when its first value comes. Should that fail, the value still
 * counts in count, sum, min and max, and rec_hist_failed() says so: the run must end in error.
 */
#ifndef RECORD_HIST_H
#define RECORD_HIST_H

#include <stdbool.h>
#include <stdint.h>

#include "num.h"

#define REC_HIST_SUB_BITS 7u
#define REC_HIST_SUB	  (1u << REC_HIST_SUB_BITS)
#define REC_HIST_OCTAVES  (64u - REC_HIST_SUB_BITS + 1u)

/* Beside a bucket's count, when the histogram keeps assumptions. */
struct rec_hist_part {
	rec_u128 sum;	  /* ps, of the bucket's values */
	rec_u128 assumed; /* ps of it that came from cost entries marked as assumptions */
};

struct rec_hist {
	uint64_t count;
	uint64_t min, max; /* UINT64_MAX and 0 while empty */
	rec_u128 sum;
	rec_u128 assumed; /* part of sum, see above */
	bool parts;	  /* keep struct rec_hist_part a bucket */
	bool failed;
	uint64_t *counts[REC_HIST_OCTAVES];
	struct rec_hist_part *part[REC_HIST_OCTAVES];
};

/* `parts`: keep the share of assumptions a bucket, for rec_hist_tail(). */
void rec_hist_init(struct rec_hist *h, bool parts);
/* Release the buckets; the histogram is empty and usable afterwards. */
void rec_hist_fini(struct rec_hist *h);
/* Forget all values, keep the memory. */
void rec_hist_reset(struct rec_hist *h);
/* Add everything `from` counted to `to`. 0 or -ENOMEM. */
int rec_hist_merge(struct rec_hist *to, const struct rec_hist *from);
static inline bool rec_hist_failed(const struct rec_hist *h)
{
	return h->failed;
}

/* Make an octave's buckets; false: no memory. */
bool rec_hist_grow(struct rec_hist *h, uint32_t octave);

/* Without a branch: `top` is the value's first 8 bits, or all of a value that has no more. */
static inline uint32_t rec_hist_slot(uint64_t v, uint32_t *octave)
{
	uint32_t shift = 63u - REC_HIST_SUB_BITS - (uint32_t)__builtin_clzll(v | REC_HIST_SUB);
	uint32_t top = (uint32_t)(v >> shift);

	*octave = shift + (top >> REC_HIST_SUB_BITS);
	return top & (REC_HIST_SUB - 1);
}

/* Count the value n times; `assumed` ps of each came from assumptions (<= v). */
static inline void rec_hist_add_n(struct rec_hist *h, uint64_t v, uint64_t assumed, uint64_t n)
{
	uint32_t octave, slot = rec_hist_slot(v, &octave);

	h->count += n;
	h->sum += (rec_u128)v * n;
	h->assumed += (rec_u128)assumed * n;
	if (v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	if (__builtin_expect(!h->counts[octave], 0) && !rec_hist_grow(h, octave))
		return;
	h->counts[octave][slot] += n;
	if (h->parts) {
		h->part[octave][slot].sum += (rec_u128)v * n;
		h->part[octave][slot].assumed += (rec_u128)assumed * n;
	}
}

static inline void rec_hist_add(struct rec_hist *h, uint64_t v)
{
	rec_hist_add_n(h, v, 0, 1);
}

/* Mean in ps, rounded down; 0 when empty. */
static inline uint64_t rec_hist_mean(const struct rec_hist *h)
{
	return h->count ? (uint64_t)(h->sum / h->count) : 0;
}

/*
 * The nearest-rank quantile: of n values in ascending order, the one at rank ceil(ppm * n / 10^6),
 * at least 1. Exact at ranks 1 and n and for values below 256 ps; otherwise the values of the bucket
 * that holds it are taken to be spread evenly over it, and kept within min and max: at most 1/128
 * (0.8 %) off, and moved by each value more, so that replications differ. 0 when empty.
 */
uint64_t rec_hist_quantile(const struct rec_hist *h, uint32_t ppm);

/*
 * Of all values in or above the bucket that holds the quantile: their sum and the part of it from
 * assumptions. Needs `parts`.
 */
void rec_hist_tail(const struct rec_hist *h, uint32_t ppm, rec_u128 *sum, rec_u128 *assumed);

#endif
