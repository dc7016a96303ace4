// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The part of the histogram that is not in the event path: memory, merging, quantiles.
 */
#include "record/hist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void rec_hist_init(struct rec_hist *h, bool parts)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
	h->parts = parts;
}

void rec_hist_fini(struct rec_hist *h)
{
	for (uint32_t o = 0; o < REC_HIST_OCTAVES; o++) {
		free(h->counts[o]);
		free(h->part[o]);
	}
	rec_hist_init(h, h->parts);
}

void rec_hist_reset(struct rec_hist *h)
{
	for (uint32_t o = 0; o < REC_HIST_OCTAVES; o++) {
		if (h->counts[o])
			memset(h->counts[o], 0, REC_HIST_SUB * sizeof(*h->counts[o]));
		if (h->part[o])
			memset(h->part[o], 0, REC_HIST_SUB * sizeof(*h->part[o]));
	}
	h->count = 0;
	h->min = UINT64_MAX;
	h->max = 0;
	h->sum = 0;
	h->assumed = 0;
	h->failed = false;
}

bool rec_hist_grow(struct rec_hist *h, uint32_t octave)
{
	struct rec_hist_part *part = NULL;
	uint64_t *counts = calloc(REC_HIST_SUB, sizeof(*counts));

	if (h->parts)
		part = calloc(REC_HIST_SUB, sizeof(*part));
	if (!counts || (h->parts && !part)) {
		free(counts);
		free(part);
		h->failed = true;
		return false;
	}
	h->counts[octave] = counts;
	h->part[octave] = part;
	return true;
}

int rec_hist_merge(struct rec_hist *to, const struct rec_hist *from)
{
	for (uint32_t o = 0; o < REC_HIST_OCTAVES; o++) {
		if (!from->counts[o])
			continue;
		if (!to->counts[o] && !rec_hist_grow(to, o))
			return -ENOMEM;
		for (uint32_t s = 0; s < REC_HIST_SUB; s++) {
			to->counts[o][s] += from->counts[o][s];
			if (!to->parts || !from->parts)
				continue;
			to->part[o][s].sum += from->part[o][s].sum;
			to->part[o][s].assumed += from->part[o][s].assumed;
		}
	}
	to->count += from->count;
	to->sum += from->sum;
	to->assumed += from->assumed;
	if (from->min < to->min)
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
	to->failed |= from->failed;
	return 0;
}

/* ceil(ppm * count / 10^6), from 1 to count. */
static uint64_t rank_of(const struct rec_hist *h, uint32_t ppm)
{
	uint64_t rank = (uint64_t)(((rec_u128)ppm * h->count + 999999) / 1000000);

	if (rank < 1)
		return 1;
	return rank > h->count ? h->count : rank;
}

/* The bucket that holds the value of this rank, with how many are in those below; false: it was
 * lost for lack of memory. */
static bool find(const struct rec_hist *h, uint64_t rank, uint32_t *octave, uint32_t *slot,
		 uint64_t *below)
{
	*below = 0;
	for (uint32_t o = 0; o < REC_HIST_OCTAVES; o++) {
		if (!h->counts[o])
			continue;
		for (uint32_t s = 0; s < REC_HIST_SUB; s++) {
			if (*below + h->counts[o][s] >= rank) {
				*octave = o;
				*slot = s;
				return true;
			}
			*below += h->counts[o][s];
		}
	}
	return false;
}

/* The k-th of n values, from 1, that are spread evenly over a bucket: each in the middle of its own
 * n-th of it. */
static uint64_t spread(uint32_t octave, uint32_t slot, uint64_t k, uint64_t n)
{
	uint64_t width;

	if (!octave)
		return slot;
	width = 1ull << (octave - 1);
	return (REC_HIST_SUB + slot) * width + (uint64_t)((rec_u128)width * (2 * k - 1) / (2 * n));
}

uint64_t rec_hist_quantile(const struct rec_hist *h, uint32_t ppm)
{
	uint32_t octave, slot;
	uint64_t rank, below, v;

	if (!h->count)
		return 0;
	rank = rank_of(h, ppm);
	if (rank == 1)
		return h->min;
	if (rank == h->count || !find(h, rank, &octave, &slot, &below))
		return h->max;
	v = spread(octave, slot, rank - below, h->counts[octave][slot]);
	if (v < h->min)
		return h->min;
	return v > h->max ? h->max : v;
}

void rec_hist_tail(const struct rec_hist *h, uint32_t ppm, rec_u128 *sum, rec_u128 *assumed)
{
	uint32_t octave, slot;
	uint64_t below;

	*sum = 0;
	*assumed = 0;
	if (!h->count || !h->parts || !find(h, rank_of(h, ppm), &octave, &slot, &below))
		return;
	for (; octave < REC_HIST_OCTAVES; octave++, slot = 0) {
		if (!h->part[octave])
			continue;
		for (; slot < REC_HIST_SUB; slot++) {
			*sum += h->part[octave][slot].sum;
			*assumed += h->part[octave][slot].assumed;
		}
	}
}
