/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of lives, kept while they last and, of those that ended, for the worst and the watched
 * one only: memory is bounded by what is on its way. `gicsim explain` tells the story from it.
 */
#ifndef RECORD_LOG_H
#define RECORD_LOG_H

#include "life.h"

/* Start logging; at most max_steps are held at a time (0: one million). 0 or -ENOMEM. */
int rec_log_start(struct rec_lives *l, uint32_t max_steps);
void rec_log_stop(struct rec_lives *l);

void rec_log_add_slow(struct rec_lives *l, uint32_t tag, const struct rec_step *step);
/* One step of a life. Costs a branch when nobody explains. */
static inline void rec_log_add(struct rec_lives *l, uint32_t tag, const struct rec_step *step)
{
	if (__builtin_expect(l->log != NULL, 0) && tag)
		rec_log_add_slow(l, tag, step);
}

/* `ps` of the hop that the life's last stamp ended were waiting (for locks), though it counts as
 * work. */
void rec_log_waited_slow(struct rec_lives *l, const struct rec_life *life, uint64_t ps);
static inline void rec_log_waited(struct rec_lives *l, const struct rec_life *life, uint64_t ps)
{
	if (__builtin_expect(l->log != NULL, 0) && ps)
		rec_log_waited_slow(l, life, ps);
}

/* The story of l->worst or l->watched (or of a life on its way), step by step; NULL at its end. */
const struct rec_step *rec_log_first(const struct rec_lives *l, const struct rec_life *life);
const struct rec_step *rec_log_next(const struct rec_lives *l, const struct rec_step *step);

/* Of life.c: a copy of a life lets go of its steps; one more copy holds them. */
void rec_log_release(struct rec_lives *l, const struct rec_life *life);
void rec_log_share(struct rec_lives *l, const struct rec_life *life);

#endif
