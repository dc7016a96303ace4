// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the machine offers to workloads: their random streams, counts and metrics.
 */
#include <stdio.h>
#include <string.h>

#include "machine.h"

const struct workload *workload_find(const char *name)
{
	for (u32 i = 0; workloads[i]; i++)
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
	return NULL;
}

static u64 *counter(const struct workload_run *w, const struct workload_count *c)
{
	return (u64 *)(void *)((char *)w->state + c->offset);
}

void workload_reset(struct workload_run *w)
{
	for (const struct workload_count *c = w->type->counts; c && c->name; c++)
		*counter(w, c) = 0;
	if (w->type->reset)
		w->type->reset(w);
}

void workload_report(struct workload_run *w)
{
	for (const struct workload_count *c = w->type->counts; c && c->name; c++)
		workload_metric(w, c->name, *counter(w, c), c->unit);
	if (w->type->report)
		w->type->report(w);
}

struct sim_stream workload_stream(const struct workload_run *w, const char *source, u64 index)
{
	char name[2 * PARAM_STRING_MAX + 80];

	snprintf(name, sizeof(name), "%s.%s.%s", w->vm->name, w->name, source);
	return sim_stream(w->vm->m->seed, name, index);
}

void workload_metric(struct workload_run *w, const char *name, u64 value, const char *unit)
{
	char full[PARAM_STRING_MAX + 80];
	u64 *v;

	snprintf(full, sizeof(full), "%s.%s", w->name, name);
	v = rec_declare(&w->vm->m->metrics, w->vm->name, full, REC_COUNT, unit);
	if (v)
		*v = value;
}

struct rec_hist *workload_hist(struct workload_run *w, const char *name)
{
	char full[PARAM_STRING_MAX + 80];

	snprintf(full, sizeof(full), "%s.%s", w->name, name);
	return rec_declare_times(&w->vm->m->metrics, w->vm->name, full);
}
