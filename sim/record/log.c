// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Steps lie in one array, those of a life linked in order; free ones are linked too. When the
 * array is full, further steps are left out and their life says so (clipped).
 */
#include "record/log.h"

#include <errno.h>
#include <stdlib.h>

#define DEFAULT_STEPS 1000000u

struct rec_log {
	uint32_t nr; /* steps handed out so far, step 0 is none */
	uint32_t max;
	uint32_t free;
	struct rec_step *step;
};

int rec_log_start(struct rec_lives *l, uint32_t max_steps)
{
	struct rec_log *log = calloc(1, sizeof(*log));

	if (!log)
		return -ENOMEM;
	log->max = max_steps ? max_steps : DEFAULT_STEPS;
	log->step = malloc(((size_t)log->max + 1) * sizeof(*log->step));
	if (!log->step) {
		free(log);
		return -ENOMEM;
	}
	l->log = log;
	return 0;
}

void rec_log_stop(struct rec_lives *l)
{
	if (!l->log)
		return;
	free(l->log->step);
	free(l->log);
	l->log = NULL;
}

static uint32_t take(struct rec_log *log)
{
	uint32_t s = log->free;

	if (s) {
		log->free = log->step[s].next;
		return s;
	}
	return log->nr < log->max ? ++log->nr : 0;
}

static void append(struct rec_log *log, struct rec_life *life, const struct rec_step *step)
{
	uint32_t s = take(log);

	if (!s) {
		life->clipped = true;
		return;
	}
	log->step[s] = *step;
	log->step[s].next = 0;
	log->step[s].holders = 1;
	if (life->last_step)
		log->step[life->last_step].next = s;
	else
		life->first_step = s;
	life->last_step = s;
}

void rec_log_add_slow(struct rec_lives *l, uint32_t tag, const struct rec_step *step)
{
	struct rec_life *life = rec_life_get(l, tag);

	if (life)
		append(l->log, life, step);
}

void rec_log_hop(struct rec_lives *l, struct rec_life *life, enum rec_stage stage, uint64_t spent)
{
	bool wait = rec_stage_rows[stage].kind == REC_STAGE_KIND_WAIT;
	struct rec_step step = { .time = life->last + spent,
				 .arg = spent,
				 .waited = wait ? spent : 0,
				 .event = (uint16_t)(REC_STEP_HOP + stage),
				 .intid = life->intid,
				 .who = life->vcpu };

	append(l->log, life, &step);
}

void rec_log_waited_slow(struct rec_lives *l, const struct rec_life *life, uint64_t ps)
{
	struct rec_step *last;

	if (!life->last_step)
		return;
	last = &l->log->step[life->last_step];
	if (last->event >= REC_STEP_HOP && last->waited < ps)
		last->waited = ps < last->arg ? ps : last->arg;
}

const struct rec_step *rec_log_first(const struct rec_lives *l, const struct rec_life *life)
{
	return l->log && life->first_step ? &l->log->step[life->first_step] : NULL;
}

const struct rec_step *rec_log_next(const struct rec_lives *l, const struct rec_step *step)
{
	return step->next ? &l->log->step[step->next] : NULL;
}

void rec_log_release(struct rec_lives *l, const struct rec_life *life)
{
	struct rec_step *first;

	if (!l->log || !life->first_step)
		return;
	first = &l->log->step[life->first_step];
	if (--first->holders)
		return;
	l->log->step[life->last_step].next = l->log->free;
	l->log->free = life->first_step;
}

void rec_log_share(struct rec_lives *l, const struct rec_life *life)
{
	if (l->log && life->first_step)
		l->log->step[life->first_step].holders++;
}
