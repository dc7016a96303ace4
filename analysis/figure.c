// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all pictures have: cells by place, the unit of what they show, an end.
 */
#include "figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct figure_cell figure_cell_of(struct stats_interval i)
{
	return (struct figure_cell){
		.mean = i.mean, .low = i.mean - i.half, .high = i.mean + i.half, .n = i.n
	};
}

struct figure_cell *figure_cell(const struct figure *f, size_t panel, size_t series, size_t x)
{
	return &f->cells[(panel * f->series.nr + series) * f->x.nr + x];
}

/* Times are shown in the unit that their largest has digits in; on a logarithmic scale that of its
 * middle. */
void figure_choose_unit(struct figure *f, const char *metric, const char *unit)
{
	static const struct {
		double least;
		const char *name;
		double factor;
	} times[] = { { 2e9, "s", 1e9 }, { 2e6, "ms", 1e6 }, { 2e3, "us", 1e3 }, { 0, "ns", 1 } };
	size_t nr = f->panels.nr * f->series.nr * f->x.nr, i = 0;
	double most = fabs(f->base), least = INFINITY;
	char text[STORE_UNIT_MAX + 8];

	for (size_t c = 0; c < nr; c++)
		if (f->cells[c].n && fabs(f->cells[c].mean) > most)
			most = fabs(f->cells[c].mean);
	for (size_t c = 0; c < nr && strchr(f->log, 'y'); c++)
		if (f->cells[c].n && f->cells[c].mean > 0)
			least = fmin(least, f->cells[c].mean);
	most = sqrt(most * fmin(least, most));
	f->unit = 1;
	snprintf(text, sizeof(text), "%s", unit);
	if (!strncmp(unit, "ns", 2) && (!unit[2] || unit[2] == '/')) {
		while (most < times[i].least)
			i++;
		snprintf(text, sizeof(text), "%s%s", times[i].name, unit + 2);
		f->unit = times[i].factor;
	}
	snprintf(f->ylabel, sizeof(f->ylabel), *text ? "%.120s (%s)" : "%.120s", metric, text);
}

void figure_free(struct figure *f)
{
	table_free(&f->x);
	table_free(&f->series);
	table_free(&f->panels);
	free(f->position);
	free(f->cells);
}
