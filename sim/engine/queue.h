/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of a queue over a window of time, by two instruments that share nothing:
 *   stays   the sum, over those who came, of the part of their stay that lies in the window;
 *   area    the time integral over the window of the number present.
 * Little's theorem in its exact form says that both are equal. All times in ps.
 */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include "engine.h"

__extension__ typedef unsigned __int128 sim_u128;

struct sim_queue_stat {
	/* First instrument: fed with each stay's own beginning and end. */
	sim_u128 stays;	   /* of those who have left */
	sim_time window;   /* when the window began */
	sim_time max_stay; /* longest whole stay among those who left in the window */
	uint64_t entered;  /* in the window */
	uint64_t left;	   /* in the window */
	/* Second instrument: fed with comings and goings. */
	sim_u128 area;
	sim_time changed; /* area is complete up to here */
	uint32_t length;
	uint32_t max_length; /* in the window */
};

/* Begin a window; those who are present stay present. */
static inline void sim_queue_reset(struct sim_queue_stat *q, sim_time now)
{
	q->stays = q->area = 0;
	q->max_stay = 0;
	q->entered = q->left = 0;
	q->window = q->changed = now;
	q->max_length = q->length;
}

static inline void sim_queue_enter(struct sim_queue_stat *q, sim_time now)
{
	q->entered++;
	q->area += (sim_u128)q->length * (now - q->changed);
	q->changed = now;
	q->length++;
	if (q->length > q->max_length)
		q->max_length = q->length;
}

/* The part in the window of a stay that began at `arrived` and has lasted until now. */
static inline sim_time sim_queue_overlap(const struct sim_queue_stat *q, sim_time arrived,
					 sim_time now)
{
	return now - (arrived > q->window ? arrived : q->window);
}

/* One who came at `arrived` leaves. */
static inline void sim_queue_leave(struct sim_queue_stat *q, sim_time arrived, sim_time now)
{
	q->left++;
	q->stays += sim_queue_overlap(q, arrived, now);
	if (now - arrived > q->max_stay)
		q->max_stay = now - arrived;
	q->area += (sim_u128)q->length * (now - q->changed);
	q->changed = now;
	q->length--;
}

static inline sim_u128 sim_queue_area(const struct sim_queue_stat *q, sim_time now)
{
	return q->area + (sim_u128)q->length * (now - q->changed);
}

/*
 * Whether both instruments agree at `now`. `open` is the sum of sim_queue_overlap() over those
 * still present: whoever keeps the queue walks it.
 */
static inline bool sim_queue_identity(const struct sim_queue_stat *q, sim_time now, sim_u128 open)
{
	return q->stays + open == sim_queue_area(q, now);
}

#endif
