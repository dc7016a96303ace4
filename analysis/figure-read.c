// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the database to the numbers of a picture. A cell's mean and interval are those of the table:
 * Student's t over the replications of its point; of a cdf, over the replications of each quantile;
 * of a tornado, over the differences paired by seed.
 */
#include "figure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sensitivity.h"
#include "stats.h"

#define AXES_MAX  16
#define HOP_LEAST 0.005 /* a hop that is less than this of every bar is not drawn */

/* What figures are read with: the study's grid. */
struct grid {
	struct store *st;
	struct table axes;
	struct table *settings; /* by point: the value of each axis */
	uint32_t points;
	char *text;	    /* of the study; NULL: none */
	int role[AXES_MAX]; /* of each axis: ROLE_* */
	char *held[AXES_MAX];
};

enum { ROLE_NONE, ROLE_X, ROLE_SERIES, ROLE_PANEL };

static int no_memory(struct store *st)
{
	snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
	return -ENOMEM;
}

/* ---- the grid ---- */

static void grid_free(struct grid *g)
{
	for (uint32_t p = 0; g->settings && p < g->points; p++)
		table_free(&g->settings[p]);
	free(g->settings);
	free(g->text);
	table_free(&g->axes);
	for (unsigned a = 0; a < AXES_MAX; a++)
		free(g->held[a]);
}

static int grid_read(struct grid *g, struct store *st)
{
	struct store_counts c;
	int err = store_count(st, &c);

	*g = (struct grid){ .st = st };
	if (!err)
		err = store_axes(st, table_add, &g->axes);
	if (!err)
		err = store_study(st, &g->text);
	if (err)
		return err;
	g->settings = calloc(c.points ? c.points : 1, sizeof(*g->settings));
	if (!g->settings || g->axes.failed || g->axes.nr > AXES_MAX)
		return no_memory(st);
	g->points = c.points;
	for (uint32_t p = 0; p < g->points && !err; p++) {
		err = store_settings(st, p, table_add, &g->settings[p]);
		if (!err && (g->settings[p].failed || g->settings[p].nr != g->axes.nr))
			err = no_memory(st);
	}
	return err;
}

static int find_axis(const struct grid *g, const char *name, size_t *axis)
{
	for (*axis = 0; *axis < g->axes.nr; (*axis)++)
		if (!strcmp(g->axes.cells[*axis], name))
			return 0;
	snprintf(g->st->error, sizeof(g->st->error),
		 "%s: a plot names the axis '%s', which is none", g->st->path, name);
	return -EINVAL;
}

static int set_role(struct grid *g, const char *name, int role)
{
	size_t axis = 0;
	int err = *name ? find_axis(g, name, &axis) : 0;

	if (!err && *name)
		g->role[axis] = role;
	return err;
}

/* `axis=value`, tabs in between. */
static int set_held(struct grid *g, const char *where)
{
	size_t axis;
	int err = 0;

	while (*where && !err) {
		size_t length = strcspn(where, "\t"), name = strcspn(where, "=");
		char text[256];

		snprintf(text, sizeof(text), "%.*s", (int)name, where);
		err = find_axis(g, text, &axis);
		if (!err) {
			free(g->held[axis]);
			g->held[axis] = strndup(where + name + 1, length - name - 1);
			err = g->held[axis] ? 0 : no_memory(g->st);
		}
		where += length + (where[length] == '\t');
	}
	return err;
}

static bool is_held(const struct grid *g, uint32_t point)
{
	for (size_t a = 0; a < g->axes.nr; a++)
		if (g->held[a] && strcmp(g->held[a], g->settings[point].cells[a]))
			return false;
	return true;
}

/* A panel says its axis; other labels stand beside the name of theirs. */
static void add_label(struct table *labels, const char *axis, const char *value, int role)
{
	char text[256];

	snprintf(text, sizeof(text), "%s = %s", axis, value);
	table_add(labels, role == ROLE_PANEL ? text : value);
}

static bool is_label(const char *label, const char *axis, const char *value, int role)
{
	size_t length = role == ROLE_PANEL ? strlen(axis) : 0;

	return !strcmp(label + (length ? length + 3 : 0), value);
}

/* The place of the point's value among those of the axis with the role, which it is added to;
 * points come in the order of the axes' values. */
static size_t place(const struct grid *g, uint32_t point, int role, struct table *labels)
{
	for (size_t a = 0; a < g->axes.nr; a++) {
		const char *value = g->settings[point].cells[a];
		size_t i = 0;

		if (g->role[a] != role)
			continue;
		while (i < labels->nr && !is_label(labels->cells[i], g->axes.cells[a], value, role))
			i++;
		if (i == labels->nr)
			add_label(labels, g->axes.cells[a], value, role);
		return i;
	}
	if (role == ROLE_X && !labels->nr)
		table_add(labels, "");
	return 0;
}

/* Where the study names the value of an axis, which it does in order; SIZE_MAX: nowhere. */
static size_t rank(const struct grid *g, const char *axis, const char *value)
{
	char line[512];
	const char *at;

	snprintf(line, sizeof(line), "axis %s: %s (", axis, value);
	at = strstr(g->text, line);
	return at ? (size_t)(at - g->text) : SIZE_MAX;
}

/* Into the order of the study: points that it excepts may have changed that of their coming. */
static void sort_labels(const struct grid *g, int role, struct table *labels)
{
	for (size_t a = 0; a < g->axes.nr; a++) {
		const char *axis = g->axes.cells[a];
		size_t skip = role == ROLE_PANEL ? strlen(axis) + 3 : 0;

		if (g->role[a] != role)
			continue;
		for (size_t i = 1; i < labels->nr; i++)
			for (size_t k = i; k && rank(g, axis, labels->cells[k] + skip) <
							rank(g, axis, labels->cells[k - 1] + skip);
			     k--) {
				char *swap = labels->cells[k];

				labels->cells[k] = labels->cells[k - 1];
				labels->cells[k - 1] = swap;
			}
	}
}

static const char *axis_of(const struct grid *g, int role)
{
	for (size_t a = 0; a < g->axes.nr; a++)
		if (g->role[a] == role)
			return g->axes.cells[a];
	return "";
}

/* ---- positions ---- */

/* A number that may carry a unit: `20 k/s`, `100 us`. */
static bool read_quantity(const char *label, double *value)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = { { "", 1 },      { "%", 1 },     { "ps", 1e-12 }, { "ns", 1e-9 },
		      { "us", 1e-6 }, { "ms", 1e-3 }, { "s", 1 },      { "/s", 1 },
		      { "k/s", 1e3 }, { "M/s", 1e6 }, { "B", 1 },      { "KiB", 1024 } };
	char *end;

	*value = strtod(label, &end);
	if (end == label)
		return false;
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(end, units[i].unit)) {
			*value *= units[i].factor;
			return true;
		}
	return false;
}

static int set_positions(struct figure *f, struct store *st)
{
	f->position = calloc(f->x.nr + 1, sizeof(*f->position));
	if (!f->position)
		return no_memory(st);
	f->numeric = f->x.nr > 1;
	for (size_t i = 0; i < f->x.nr && f->numeric; i++) {
		f->numeric = read_quantity(f->x.cells[i], &f->position[i]);
		f->numeric &= !i || f->position[i] > f->position[i - 1];
	}
	for (size_t i = 0; i < f->x.nr && !f->numeric; i++)
		f->position[i] = (double)i;
	return 0;
}

/* ---- cells ---- */

static int make_cells(struct figure *f, struct store *st)
{
	if (!f->series.nr)
		table_add(&f->series, "");
	if (!f->panels.nr)
		table_add(&f->panels, "");
	f->cells = calloc(f->panels.nr * f->series.nr * f->x.nr + 1, sizeof(*f->cells));
	return f->cells && !f->x.failed && !f->series.failed && !f->panels.failed ? 0
										  : no_memory(st);
}

static int read_mean(struct store *st, uint32_t point, const char *metric, struct figure_cell *cell,
		     char unit[STORE_UNIT_MAX])
{
	struct store_samples s;
	int err = store_samples(st, point, metric, &s);

	if (!err && s.n) {
		*cell = figure_cell_of(stats_mean(s.value, s.n, STATS_LEVEL));
		memcpy(unit, s.unit, STORE_UNIT_MAX);
	}
	store_samples_free(&s);
	return err;
}

static int check_some(const struct figure *f, struct store *st, const char *metric)
{
	size_t nr = f->panels.nr * f->series.nr * f->x.nr;

	for (size_t c = 0; c < nr; c++)
		if (f->cells[c].n)
			return 0;
	snprintf(st->error, sizeof(st->error), "%s: plot %s: no run has '%s'", st->path, f->name,
		 metric);
	return -ENOENT;
}

/* The labels of all points that are drawn. A cdf has its own x. */
static void collect(struct figure *f, const struct grid *g)
{
	for (uint32_t p = 0; p < g->points; p++) {
		if (!is_held(g, p))
			continue;
		place(g, p, ROLE_X, &f->x);
		place(g, p, ROLE_SERIES, &f->series);
		place(g, p, ROLE_PANEL, &f->panels);
	}
	sort_labels(g, ROLE_X, &f->x);
	sort_labels(g, ROLE_SERIES, &f->series);
	sort_labels(g, ROLE_PANEL, &f->panels);
}

/* ---- line and heat ---- */

static int read_means(struct figure *f, struct grid *g, const char *metric)
{
	char unit[STORE_UNIT_MAX] = "";
	int err;

	collect(f, g);
	snprintf(f->bylabel, sizeof(f->bylabel), "%s", axis_of(g, ROLE_SERIES));
	err = make_cells(f, g->st);
	for (uint32_t p = 0; p < g->points && !err; p++) {
		if (is_held(g, p))
			err = read_mean(g->st, p, metric,
					figure_cell(f, place(g, p, ROLE_PANEL, &f->panels),
						    place(g, p, ROLE_SERIES, &f->series),
						    place(g, p, ROLE_X, &f->x)),
					unit);
	}
	if (!err)
		err = check_some(f, g->st, metric);
	if (!err)
		figure_choose_unit(f, metric, unit);
	snprintf(f->xlabel, sizeof(f->xlabel), "%s", axis_of(g, ROLE_X));
	return err;
}

/* ---- stack ---- */

static int read_hops(struct figure *f, struct grid *g, const char *family)
{
	char metric[256], unit[STORE_UNIT_MAX] = "";
	int err;

	collect(f, g);
	err = store_hops(g->st, family, table_add, &f->series);
	if (!err)
		err = make_cells(f, g->st);
	for (uint32_t p = 0; p < g->points && !err; p++) {
		for (size_t h = 0; h < f->series.nr && is_held(g, p) && !err; h++) {
			snprintf(metric, sizeof(metric), "%s.%s.mean", family, f->series.cells[h]);
			err = read_mean(g->st, p, metric,
					figure_cell(f, place(g, p, ROLE_PANEL, &f->panels), h,
						    place(g, p, ROLE_X, &f->x)),
					unit);
		}
	}
	if (!err)
		err = check_some(f, g->st, family);
	if (!err)
		figure_choose_unit(f, "mean latency by hop", unit);
	snprintf(f->xlabel, sizeof(f->xlabel), "%s", axis_of(g, ROLE_X));
	return err;
}

/* The sum of a bar. */
static double bar(const struct figure *f, size_t panel, size_t x)
{
	double sum = 0;

	for (size_t s = 0; s < f->series.nr; s++)
		if (figure_cell(f, panel, s, x)->n)
			sum += figure_cell(f, panel, s, x)->mean;
	return sum;
}

static bool is_thin(const struct figure *f, size_t hop)
{
	for (size_t p = 0; p < f->panels.nr; p++)
		for (size_t x = 0; x < f->x.nr; x++)
			if (figure_cell(f, p, hop, x)->n &&
			    figure_cell(f, p, hop, x)->mean >= HOP_LEAST * bar(f, p, x))
				return false;
	return true;
}

/* Hops too thin to be seen in any bar become one, `others`, at the top. */
static int merge_thin(struct figure *f, struct store *st)
{
	struct figure old = *f;
	bool *thin = calloc(old.series.nr, sizeof(*thin));
	unsigned merged = 0;
	int err;

	if (!thin)
		return no_memory(st);
	f->series = (struct table){ 0 };
	for (size_t s = 0; s < old.series.nr; s++) {
		thin[s] = is_thin(&old, s);
		merged += thin[s];
		if (!thin[s])
			table_add(&f->series, old.series.cells[s]);
	}
	if (merged)
		table_add(&f->series, "others");
	err = make_cells(f, st);
	for (size_t p = 0; p < f->panels.nr && !err; p++) {
		for (size_t x = 0; x < f->x.nr; x++) {
			size_t to = 0;

			for (size_t s = 0; s < old.series.nr; s++) {
				struct figure_cell *from = figure_cell(&old, p, s, x);

				if (!thin[s]) {
					*figure_cell(f, p, to++, x) = *from;
				} else if (from->n) {
					struct figure_cell *rest =
						figure_cell(f, p, f->series.nr - 1, x);

					rest->mean += from->mean;
					rest->low = rest->high = NAN;
					rest->n = from->n;
				}
			}
		}
	}
	free(thin);
	free(old.cells);
	table_free(&old.series);
	return err;
}

/* ---- cdf ---- */

static int read_levels(struct figure *f, struct store *st, uint32_t point, const char *metric,
		       size_t panel, size_t series, char unit[STORE_UNIT_MAX])
{
	struct store_quantiles q;
	int err = store_quantiles(st, point, metric, &q);
	double *value = err ? NULL : calloc(q.runs + 1, sizeof(*value));

	if (!err && !value)
		err = no_memory(st);
	for (size_t l = 0; l < REC_NR_LEVELS && !err && q.runs; l++) {
		for (size_t r = 0; r < q.runs; r++)
			value[r] = q.value[r * REC_NR_LEVELS + l];
		*figure_cell(f, panel, series, l) =
			figure_cell_of(stats_mean(value, q.runs, STATS_LEVEL));
	}
	if (!err && q.runs)
		memcpy(unit, q.unit, STORE_UNIT_MAX);
	free(value);
	store_quantiles_free(&q);
	return err;
}

static int read_cdf(struct figure *f, struct grid *g, const char *metric)
{
	char unit[STORE_UNIT_MAX] = "", text[32];
	int err;

	for (unsigned l = 0; l < REC_NR_LEVELS; l++) {
		snprintf(text, sizeof(text), "%g", rec_levels_ppm[l] / 1e6);
		table_add(&f->x, text);
	}
	collect(f, g);
	err = make_cells(f, g->st);
	for (uint32_t p = 0; p < g->points && !err; p++)
		if (is_held(g, p))
			err = read_levels(f, g->st, p, metric, place(g, p, ROLE_PANEL, &f->panels),
					  place(g, p, ROLE_SERIES, &f->series), unit);
	if (!err)
		err = check_some(f, g->st, metric);
	if (!err)
		figure_choose_unit(f, metric, unit);
	snprintf(f->xlabel, sizeof(f->xlabel), "fraction");
	return err;
}

/* ---- all of them ---- */

static int read_type(struct figure *f, struct grid *g, const struct store_plot *plot)
{
	int err;

	if (!strcmp(plot->type, "cdf"))
		return read_cdf(f, g, plot->y);
	if (strcmp(plot->type, "stack"))
		return read_means(f, g, plot->y);
	err = read_hops(f, g, plot->y);
	return err ? err : merge_thin(f, g->st);
}

int figure_read(struct figure *f, struct store *st, const struct store_plot *plot)
{
	struct grid g;
	int err;

	if (!strcmp(plot->type, "tornado"))
		return sensitivity_figure(f, st, plot);
	*f = (struct figure){
		.name = plot->name, .type = plot->type, .title = plot->title, .log = plot->log
	};
	err = grid_read(&g, st);
	if (!err)
		err = set_role(&g, plot->x, ROLE_X);
	if (!err)
		err = set_role(&g, plot->by, ROLE_SERIES);
	if (!err)
		err = set_role(&g, plot->panel, ROLE_PANEL);
	if (!err)
		err = set_held(&g, plot->where);
	if (!err)
		err = read_type(f, &g, plot);
	if (!err)
		err = set_positions(f, st);
	if (!err)
		err = figure_label(f, st, plot);
	grid_free(&g);
	return err;
}
