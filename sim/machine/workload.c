// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the machine offers to workloads: their random streams and metrics.
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
