// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress line. Rate and time left are of the whole run so far; they are for people and take
 * no part in any result.
 */
#include "record/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record/num.h"

#define FIRST_NS 1000000000ull
#define EVERY_NS 250000000ull

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

void rec_progress_start(struct rec_progress *p, uint64_t end_ps, bool quiet)
{
	memset(p, 0, sizeof(*p));
	p->end = end_ps;
	p->on = !quiet && end_ps && isatty(STDERR_FILENO);
	if (!p->on)
		return;
	p->started = clock_ns();
	p->next = p->started + FIRST_NS;
}

void rec_progress_slow(struct rec_progress *p, uint64_t now_ps)
{
	char done[REC_NUM_MAX], end[REC_NUM_MAX], rate[REC_NUM_MAX], left[REC_NUM_MAX];
	uint64_t now = clock_ns(), spent = now - p->started;
	uint64_t todo = now_ps < p->end ? p->end - now_ps : 0;

	if (now < p->next || !now_ps)
		return;
	p->next = now + EVERY_NS;
	p->drawn = true;
	rec_num_format_time(done, now_ps);
	rec_num_format_time(end, p->end);
	rec_num_format_time(rate, (uint64_t)rec_num_ratio(now_ps, 1000000000u, spent));
	rec_num_format(left, rec_num_ratio((rec_u128)todo * spent, 1, now_ps) / 100000000u, 1);
	fprintf(stderr, "\r\033[K%s of %s simulated (%u %%), %s a second, %s s left", done, end,
		(unsigned)(rec_num_percent(now_ps, p->end) / 1000), rate, left);
	fflush(stderr);
}

void rec_progress_stop(struct rec_progress *p)
{
	if (p->drawn)
		fprintf(stderr, "\r\033[K");
	p->drawn = false;
	p->on = false;
}
