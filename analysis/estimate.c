// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intervals, as analysis/estimate.h says.
 */
#include "estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

#define BATCHES 20

/* ---- one run ---- */

/* The metric without its last part, when that is `suffix`. */
static bool base_name(const char *metric, const char *suffix, char base[256])
{
	size_t length = strlen(metric), end = strlen(suffix);

	if (length <= end || length - end >= 256 || strcmp(metric + length - end, suffix))
		return false;
	memcpy(base, metric, length - end);
	base[length - end] = '\0';
	return true;
}

/* The centre is the mean over all values, the half-width that of the batches' means. */
static int by_batches(struct store *st, uint32_t point, const char *base, struct estimate *out)
{
	double mean[BATCHES];
	struct store_series s;
	struct stats_interval i;
	int err = store_series(st, point, base, &s);
	bool whole = !err && s.runs == 1;

	for (unsigned b = 0; b < BATCHES && whole; b++) {
		double count = 0, sum = 0;

		for (unsigned k = 0; k < REC_NR_SLICES / BATCHES; k++) {
			count += s.count[b * (REC_NR_SLICES / BATCHES) + k];
			sum += s.sum[b * (REC_NR_SLICES / BATCHES) + k];
		}
		whole = count > 0;
		mean[b] = sum / count;
	}
	store_series_free(&s);
	if (!whole)
		return err;
	i = stats_mean(mean, BATCHES, STATS_LEVEL);
	out->kind = ESTIMATE_BATCH;
	out->low = out->value - i.half;
	out->high = out->value + i.half;
	return 0;
}

/* The ranks that hold the quantile are looked up among the levels that a run keeps, outwards. */
static int by_order(struct store *st, uint32_t point, const char *base, double q,
		    struct estimate *out)
{
	struct store_quantiles s;
	double away, low, high;
	unsigned first = 0, last = REC_NR_LEVELS - 1;
	int err = store_quantiles(st, point, base, &s);

	if (!err && s.runs == 1 && s.count) {
		away = 1.959964 * sqrt(q * (1 - q) / (double)s.count) + 1.0 / (double)s.count;
		low = q - away;
		high = q + away;
		while (first + 1 < REC_NR_LEVELS && rec_levels_ppm[first + 1] <= low * 1e6)
			first++;
		while (last > 0 && rec_levels_ppm[last - 1] >= high * 1e6)
			last--;
		if (low > 0 && high < 1) {
			out->kind = ESTIMATE_ORDER;
			out->low = s.value[first];
			out->high = s.value[last];
		}
	}
	store_quantiles_free(&s);
	return err;
}

static int of_one(struct store *st, uint32_t point, const char *metric, struct estimate *out)
{
	static const struct {
		const char *suffix;
		double q;
	} quantiles[] = { { ".p50", 0.5 }, { ".p99", 0.99 }, { ".p999", 0.999 } };
	char base[256];

	if (base_name(metric, ".mean", base))
		return by_batches(st, point, base, out);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		if (base_name(metric, quantiles[i].suffix, base))
			return by_order(st, point, base, quantiles[i].q, out);
	return 0;
}

/* ---- any number ---- */

int estimate(struct store *st, uint32_t point, const char *metric, struct estimate *out)
{
	struct store_samples s;
	struct stats_interval i;
	int err = store_samples(st, point, metric, &s);

	i = stats_mean(s.value, s.n, STATS_LEVEL);
	*out = (struct estimate){ .kind = ESTIMATE_MISSING,
				  .value = i.mean,
				  .low = i.mean - i.half,
				  .high = i.mean + i.half,
				  .n = s.n };
	memcpy(out->unit, s.unit, sizeof(out->unit));
	store_samples_free(&s);
	if (err || !out->n)
		return err;
	out->kind = out->n > 1 ? ESTIMATE_T : ESTIMATE_ALONE;
	return out->n > 1 ? 0 : of_one(st, point, metric, out);
}

size_t estimate_pair(struct store_samples *a, struct store_samples *b)
{
	size_t i = 0, k = 0, n = 0;

	while (i < a->n && k < b->n) {
		if (a->seed[i] == b->seed[k]) {
			a->value[n] = a->value[i++];
			b->value[n++] = b->value[k++];
		} else if (a->seed[i] < b->seed[k]) {
			i++;
		} else {
			k++;
		}
	}
	return n;
}

void estimate_text(char text[ESTIMATE_TEXT_MAX], const struct estimate *e)
{
	double half = (e->high - e->low) / 2;
	int digits = half > 0 ? 1 - (int)floor(log10(half)) : 0;

	digits = digits < 0 ? 0 : digits > 9 ? 9 : digits;
	switch (e->kind) {
	case ESTIMATE_MISSING: snprintf(text, ESTIMATE_TEXT_MAX, "-"); return;
	case ESTIMATE_ALONE:
		snprintf(text, ESTIMATE_TEXT_MAX, "%.10g (no interval)", e->value);
		return;
	case ESTIMATE_ORDER:
		snprintf(text, ESTIMATE_TEXT_MAX, "%.*f [%.*f, %.*f]", digits, e->value, digits,
			 e->low, digits, e->high);
		return;
	case ESTIMATE_T:
	case ESTIMATE_BATCH:
		stats_text(text, (struct stats_interval){
					 .n = 2, .mean = e->value, .half = e->high - e->value });
		return;
	}
}

/* ---- warm-up ---- */

/* Add the course of a point, all its runs together, in units of its mean; empty slices count as the
 * mean. */
static void add_course(const struct store_series *s, double course[REC_NR_SLICES])
{
	double count[REC_NR_SLICES] = { 0 }, sum[REC_NR_SLICES] = { 0 }, all = 0, total = 0;

	for (size_t i = 0; i < s->runs * REC_NR_SLICES; i++) {
		count[i % REC_NR_SLICES] += s->count[i];
		sum[i % REC_NR_SLICES] += s->sum[i];
		all += s->count[i];
		total += s->sum[i];
	}
	for (unsigned k = 0; k < REC_NR_SLICES; k++)
		course[k] += count[k] > 0 && total > 0 ? sum[k] / count[k] * all / total : 1;
}

int estimate_warmup(struct store *st, double *ns, double *slice_ns)
{
	double course[REC_NR_SLICES] = { 0 };
	struct store_counts c;
	int err = store_count(st, &c);

	*slice_ns = 0;
	for (uint32_t p = 0; p < c.points && !err; p++) {
		struct store_series s;

		err = store_series(st, p, "irq.latency", &s);
		if (!err && s.runs) {
			*slice_ns = fmax(*slice_ns, s.slice_ns);
			add_course(&s, course);
		}
		store_series_free(&s);
	}
	*ns = (double)stats_mser5(course, REC_NR_SLICES) * *slice_ns;
	return err;
}
