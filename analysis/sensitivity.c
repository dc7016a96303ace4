// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading what --sensitivity found. The database is that of a study with an axis `cost` more, whose
 * values are `as-is` and `NAME VALUE`; its one plot says the metric and the axis whose two values
 * are compared. Between two values of a cost that were run, the difference is taken as a straight
 * line: that gives where it crosses zero.
 */
#include "sensitivity.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "stats.h"
#include "figure.h"

#define AS_IS	    "as-is"
#define SHOWN	    12	  /* bars of a tornado */
#define NOTHING	    1e-12 /* a difference that is none */
#define TORNADO	    "tornado"
#define PLOT_TYPE   1
#define PLOT_METRIC 4
#define PLOT_BY	    5

static int no_memory(struct store *st)
{
	snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
	return -ENOMEM;
}

/* ---- quantities ---- */

/* The first time in a text, in ns; NAN when there is none. */
static double read_ns(const char *text)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "ps", 1e-3 }, { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	const char *at = text + strcspn(text, "0123456789");
	char *end;
	double v;

	if (!*at)
		return NAN;
	v = strtod(at, &end);
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strncmp(end, units[i].unit, strlen(units[i].unit)))
			return v * units[i].ns;
	return NAN;
}

static void print_ns(char text[32], double ns)
{
	if (ns >= 1e6)
		snprintf(text, 32, "%.3g ms", ns / 1e6);
	else if (ns >= 1e3)
		snprintf(text, 32, "%.3g us", ns / 1e3);
	else
		snprintf(text, 32, "%.3g ns", ns);
}

/* ---- points ---- */

struct reading {
	struct sensitivity *s;
	struct store *st;
	struct table plot, axes, settings; /* settings: of all points */
	uint32_t points;
	size_t compared, cost; /* axes */
};

static const char *setting(const struct reading *r, uint32_t point, size_t axis)
{
	return r->settings.cells[point * r->axes.nr + axis];
}

static int find_axis(const struct reading *r, const char *name, size_t *axis)
{
	for (*axis = 0; *axis < r->axes.nr; (*axis)++)
		if (!strcmp(r->axes.cells[*axis], name))
			return 0;
	return -EINVAL;
}

static int read_grid(struct reading *r)
{
	struct store_counts c;
	int err = store_count(r->st, &c);

	if (!err)
		err = store_plots(r->st, table_add, &r->plot);
	if (!err)
		err = store_axes(r->st, table_add, &r->axes);
	r->points = c.points;
	for (uint32_t p = 0; p < r->points && !err; p++)
		err = store_settings(r->st, p, table_add, &r->settings);
	if (err)
		return err;
	if (r->plot.failed || r->axes.failed || r->settings.failed)
		return no_memory(r->st);
	if (r->plot.nr != STORE_PLOT_TEXTS || strcmp(r->plot.cells[PLOT_TYPE], TORNADO) ||
	    find_axis(r, r->plot.cells[PLOT_BY], &r->compared) || find_axis(r, "cost", &r->cost) ||
	    r->settings.nr != r->points * r->axes.nr) {
		snprintf(r->st->error, sizeof(r->st->error),
			 "%s: not what gicsim sweep --sensitivity made", r->st->path);
		return -EINVAL;
	}
	return 0;
}

/* The point with a value on the compared axis and one on that of costs; points: none. */
static uint32_t find_point(const struct reading *r, const char *value, const char *cost)
{
	uint32_t p = 0;

	while (p < r->points &&
	       (strcmp(setting(r, p, r->compared), value) || strcmp(setting(r, p, r->cost), cost)))
		p++;
	return p;
}

/* Second - first at a cost, over the seeds that both ran. */
static int read_difference(struct reading *r, const char *cost, const char *first,
			   const char *second, struct stats_interval *difference,
			   struct stats_interval *of_first)
{
	struct store_samples a = { 0 }, b = { 0 };
	int err = store_samples(r->st, find_point(r, first, cost), r->s->metric, &a);

	if (!err)
		err = store_samples(r->st, find_point(r, second, cost), r->s->metric, &b);
	if (!err) {
		size_t n = estimate_pair(&a, &b);

		*difference = stats_paired(a.value, b.value, n, STATS_LEVEL);
		*of_first = stats_mean(a.value, n, STATS_LEVEL);
		if (*a.unit)
			memcpy(r->s->unit, a.unit, sizeof(r->s->unit));
	}
	store_samples_free(&a);
	store_samples_free(&b);
	return err;
}

/* ---- the costs ---- */

static int read_value(struct reading *r, const char *label, const char *first, const char *second)
{
	struct sensitivity_value *v = &r->s->values[r->s->nr];
	struct stats_interval unused;
	int name = (int)strcspn(label, " ");
	int err = read_difference(r, label, first, second, &v->difference, &unused);

	snprintf(v->name, sizeof(v->name), "%.*s", name, label);
	snprintf(v->cost, sizeof(v->cost), "%s", label + name + (label[name] == ' '));
	v->ns = read_ns(v->cost);
	r->s->nr += !err && v->difference.n > 0;
	return err;
}

/* The compared axis has two values: of the first point, and the other. */
static int read_values(struct reading *r)
{
	const char *first = setting(r, 0, r->compared), *second = first;
	struct sensitivity *s = r->s;
	int err;

	for (uint32_t p = 0; p < r->points; p++)
		if (strcmp(setting(r, p, r->compared), first))
			second = setting(r, p, r->compared);
	snprintf(s->first, sizeof(s->first), "%s = %s", r->axes.cells[r->compared], first);
	snprintf(s->second, sizeof(s->second), "%s = %s", r->axes.cells[r->compared], second);
	snprintf(s->metric, sizeof(s->metric), "%s", r->plot.cells[PLOT_METRIC]);
	s->values = calloc(r->points, sizeof(*s->values));
	if (!s->values)
		return no_memory(r->st);
	err = read_difference(r, AS_IS, first, second, &s->base, &s->of_first);
	for (uint32_t p = 0; p < r->points && !err; p++)
		if (!strcmp(setting(r, p, r->compared), first) &&
		    strcmp(setting(r, p, r->cost), AS_IS))
			err = read_value(r, setting(r, p, r->cost), first, second);
	if (!err && !s->base.n) {
		snprintf(r->st->error, sizeof(r->st->error), "%s: no run has '%s'", r->st->path,
			 s->metric);
		err = -ENOENT;
	}
	return err;
}

/* ---- the answer ---- */

static bool is_shown(struct stats_interval d)
{
	return d.n > 1 && fabs(d.mean) > d.half && fabs(d.mean) > NOTHING;
}

static void write_answer(struct sensitivity *s)
{
	char by[STATS_TEXT_MAX], of[STATS_TEXT_MAX];
	struct stats_interval d = s->base;
	bool first = d.mean > 0;

	stats_text(of, s->of_first);
	d.mean = fabs(d.mean);
	stats_text(by, d);
	if (is_shown(s->base))
		snprintf(
			s->answer, sizeof(s->answer),
			"%s is lower with %s than with %s, by %s %s (n = %zu, paired by seed; %s %s "
			"with %s).",
			s->metric, first ? s->first : s->second, first ? s->second : s->first, by,
			s->unit, d.n, of, s->unit, s->first);
	else
		snprintf(
			s->answer, sizeof(s->answer),
			"No difference in %s between %s and %s is shown: %s %s (n = %zu; %s %s with "
			"%s).",
			s->metric, s->first, s->second, by, s->unit, d.n, of, s->unit, s->first);
}

static void keep_cost(void *arg, const char *text)
{
	*(double *)arg = read_ns(text);
}

/* What the cost is in the runs as they are. */
static int read_base(struct store *st, const char *name, double *ns)
{
	char key[96];
	const char *args[] = { key };

	*ns = NAN;
	snprintf(key, sizeof(key), "costs.%s.cost", name);
	return store_query(
		st,
		"SELECT value FROM parameters WHERE key = ?1 AND run = (SELECT r.id FROM "
		"runs r JOIN plan p ON p.key = r.key ORDER BY p.number LIMIT 1)",
		args, 1, keep_cost, ns);
}

/* The value of the cost, between `from` and `to`, where the difference is 0. */
static double crossing(double from, double d_from, double to, double d_to)
{
	return from + (to - from) * d_from / (d_from - d_to);
}

static void add_flip(struct sensitivity *s, const struct sensitivity_value *v, double base_ns,
		     double from_ns, double d_from)
{
	char at[32], is[32], text[320];
	double y = crossing(from_ns, d_from, v->ns, v->difference.mean);

	print_ns(at, y);
	print_ns(is, base_ns);
	snprintf(
		text, sizeof(text),
		"The answer flips if %s %s %s (assumed: %s; found between values that were run, at "
		"%s the difference is %s).",
		v->name, v->ns > base_ns ? ">" : "<", at, is, v->cost,
		is_shown(v->difference) ? "shown the other way round" : "not shown any more");
	table_add(&s->flips, text);
}

static void add_end(struct sensitivity *s, const struct sensitivity_value *v)
{
	char text[320], by[STATS_TEXT_MAX];

	stats_text(by, v->difference);
	snprintf(text, sizeof(text), "No difference is shown any more at %s = %s (%s %s).", v->name,
		 v->cost, by, s->unit);
	table_add(&s->flips, text);
}

/* Outwards from the base in one direction: the first value whose difference has another sign, or is
 * none. */
static void look_outwards(struct sensitivity *s, size_t first, size_t last, double base_ns,
			  int step)
{
	double from = base_ns, d_from = s->base.mean;
	size_t nr = last - first;

	for (size_t i = 0; i < nr; i++) {
		const struct sensitivity_value *v = &s->values[step > 0 ? first + i : last - 1 - i];

		if (step > 0 ? v->ns <= base_ns : v->ns >= base_ns)
			continue;
		if (v->difference.mean * s->base.mean < 0) {
			add_flip(s, v, base_ns, from, d_from);
			return;
		}
		if (!is_shown(v->difference)) {
			add_end(s, v);
			return;
		}
		from = v->ns;
		d_from = v->difference.mean;
	}
}

static size_t end_of_cost(const struct sensitivity *s, size_t first)
{
	size_t last = first;

	while (last < s->nr && !strcmp(s->values[last].name, s->values[first].name))
		last++;
	return last;
}

static int find_flips(struct sensitivity *s, struct store *st)
{
	unsigned costs = 0;
	char text[256];
	int err = 0;

	for (size_t first = 0, last; first < s->nr && !err; first = last, costs++) {
		double base_ns;

		last = end_of_cost(s, first);
		err = read_base(st, s->values[first].name, &base_ns);
		if (!err && is_shown(s->base) && !isnan(base_ns)) {
			look_outwards(s, first, last, base_ns, 1);
			look_outwards(s, first, last, base_ns, -1);
		}
	}
	if (!err && !s->flips.nr) {
		snprintf(text, sizeof(text),
			 "It holds over the whole range of each of the %u assumed costs that these "
			 "runs use, moved one at a time.",
			 costs);
		if (is_shown(s->base))
			table_add(&s->flips, text);
	}
	return err;
}

int sensitivity_read(struct sensitivity *s, struct store *st)
{
	struct reading r = { .s = s, .st = st };
	int err;

	*s = (struct sensitivity){ 0 };
	err = read_grid(&r);
	if (!err)
		err = read_values(&r);
	if (!err) {
		write_answer(s);
		err = find_flips(s, st);
	}
	if (!err && s->flips.failed)
		err = no_memory(st);
	table_free(&r.plot);
	table_free(&r.axes);
	table_free(&r.settings);
	return err;
}

void sensitivity_free(struct sensitivity *s)
{
	free(s->values);
	table_free(&s->flips);
}

/* ---- the tornado ---- */

struct bar {
	size_t first, last; /* values of the cost */
	double width;
};

static int wider(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	return (x->width < y->width) - (x->width > y->width);
}

static double width_of(const struct sensitivity *s, size_t first, size_t last)
{
	double low = s->base.mean, high = s->base.mean;

	for (size_t i = first; i < last; i++) {
		low = fmin(low, s->values[i].difference.mean);
		high = fmax(high, s->values[i].difference.mean);
	}
	return high - low;
}

/* The ends of the range; where the base is an end itself, that side has no bar. */
static int fill(struct figure *f, const struct sensitivity *s, struct store *st,
		const struct bar *bars)
{
	for (size_t x = 0; x < f->x.nr; x++) {
		const struct sensitivity_value *low = &s->values[bars[x].first];
		const struct sensitivity_value *high = &s->values[bars[x].last - 1];
		double base_ns;
		int err = read_base(st, low->name, &base_ns);

		if (err)
			return err;
		*figure_cell(f, 0, 0, x) =
			figure_cell_of(low->ns < base_ns ? low->difference : s->base);
		*figure_cell(f, 0, 1, x) =
			figure_cell_of(high->ns > base_ns ? high->difference : s->base);
	}
	return 0;
}

static int make_bars(const struct sensitivity *s, struct bar *bars, size_t *nr)
{
	*nr = 0;
	for (size_t first = 0, last; first < s->nr; first = last) {
		last = end_of_cost(s, first);
		bars[(*nr)++] = (struct bar){ first, last, width_of(s, first, last) };
	}
	if (*nr)
		qsort(bars, *nr, sizeof(*bars), wider);
	*nr = *nr < SHOWN ? *nr : SHOWN;
	return *nr ? 0 : -ENOENT;
}

static int draw(struct figure *f, const struct sensitivity *s, struct store *st, struct bar *bars)
{
	size_t nr;
	int err = make_bars(s, bars, &nr);

	if (err) {
		snprintf(st->error, sizeof(st->error), "%s: no assumption was moved", st->path);
		return err;
	}
	for (size_t x = 0; x < nr; x++) {
		const struct sensitivity_value *low = &s->values[bars[x].first];
		const struct sensitivity_value *high = &s->values[bars[x].last - 1];
		char text[160];

		snprintf(text, sizeof(text), "%s: %s to %s", low->name, low->cost, high->cost);
		table_add(&f->x, text);
	}
	table_add(&f->series, "low end of the range");
	table_add(&f->series, "high end");
	table_add(&f->panels, "");
	f->cells = calloc(2 * nr, sizeof(*f->cells));
	f->position = calloc(nr, sizeof(*f->position));
	if (!f->cells || !f->position || f->x.failed || f->series.failed || f->panels.failed)
		return no_memory(st);
	for (size_t x = 0; x < nr; x++)
		f->position[x] = (double)x;
	return fill(f, s, st, bars);
}

int sensitivity_figure(struct figure *f, struct store *st, const struct store_plot *plot)
{
	struct sensitivity s;
	struct bar *bars;
	int err = sensitivity_read(&s, st);

	*f = (struct figure){
		.name = plot->name, .type = plot->type, .title = plot->title, .log = "", .unit = 1
	};
	bars = calloc(s.nr + 1, sizeof(*bars));
	if (!err)
		err = bars ? draw(f, &s, st, bars) : no_memory(st);
	f->base = s.base.mean;
	figure_choose_unit(f, "", s.unit);
	snprintf(f->xlabel, sizeof(f->xlabel), "cost");
	if (!err) {
		char unit[sizeof(f->ylabel)];

		snprintf(unit, sizeof(unit), "%s", f->ylabel);
		snprintf(f->ylabel, sizeof(f->ylabel), "%.50s: (%.40s) - (%.40s)%.16s", s.metric,
			 s.second, s.first, unit);
	}
	free(bars);
	sensitivity_free(&s);
	return err;
}
