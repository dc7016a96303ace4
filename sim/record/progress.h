/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line on the terminal while a run lasts: simulated time done and to do, rate, time left.
 * Silent when standard error is no terminal or the run is shorter than a second.
 */
#ifndef RECORD_PROGRESS_H
#define RECORD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct rec_progress {
	uint64_t end;		/* ps */
	uint64_t started, next; /* ns of the monotonic clock: begin, next line */
	uint32_t calls;
	bool on, drawn;
};

/* quiet: never print. */
void rec_progress_start(struct rec_progress *p, uint64_t end_ps, bool quiet);
void rec_progress_slow(struct rec_progress *p, uint64_t now_ps);
/* Call as often as convenient: looks at the clock every 4096 calls, prints four times a second. */
static inline void rec_progress(struct rec_progress *p, uint64_t now_ps)
{
	if (__builtin_expect(p->on, 0) && !(++p->calls & 4095u))
		rec_progress_slow(p, now_ps);
}
/* Wipe the line. */
void rec_progress_stop(struct rec_progress *p);

#endif
