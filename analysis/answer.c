// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs of points that differ in the compared axis only. Runs of a pair are paired by seed: both met
 * the same random numbers.
 */
#include "answer.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "stats.h"

struct question {
	struct store *st;
	char *text; /* of the note, cut at its tabs */
	const char *metric, *axis, *first, *second;
	struct table axes, settings; /* settings: of all points */
	uint32_t points;
	size_t compared; /* axis */
};

/* ---- the question ---- */

static const char *cut(char **text)
{
	char *word = *text, *tab = strchr(word, '\t');

	*text = tab ? tab + 1 : word + strlen(word);
	if (tab)
		*tab = '\0';
	return word;
}

static int read_question(struct question *q, bool *asked)
{
	char *rest;
	int err = store_get_note(q->st, ANSWER_NOTE, &q->text);

	*asked = !err && *q->text;
	if (!*asked)
		return err;
	rest = q->text;
	q->metric = cut(&rest);
	q->axis = cut(&rest);
	q->first = cut(&rest);
	q->second = cut(&rest);
	return 0;
}

static int read_points(struct question *q)
{
	struct store_counts c;
	int err = store_count(q->st, &c);

	if (!err)
		err = store_axes(q->st, table_add, &q->axes);
	q->points = c.points;
	for (uint32_t p = 0; p < q->points && !err; p++)
		err = store_settings(q->st, p, table_add, &q->settings);
	while (q->compared < q->axes.nr && strcmp(q->axes.cells[q->compared], q->axis))
		q->compared++;
	if (!err && (q->axes.failed || q->settings.failed || q->compared == q->axes.nr ||
		     q->settings.nr != q->points * q->axes.nr)) {
		snprintf(q->st->error, sizeof(q->st->error), "%s: the question has no axis",
			 q->st->path);
		err = -EINVAL;
	}
	return err;
}

static const char *setting(const struct question *q, uint32_t point, size_t axis)
{
	return q->settings.cells[point * q->axes.nr + axis];
}

/* The point that has the second value where this one has the first; points: none. */
static uint32_t partner(const struct question *q, uint32_t point)
{
	for (uint32_t p = 0; p < q->points; p++) {
		bool same = !strcmp(setting(q, p, q->compared), q->second);

		for (size_t a = 0; a < q->axes.nr && same; a++)
			same = a == q->compared || !strcmp(setting(q, p, a), setting(q, point, a));
		if (same)
			return p;
	}
	return q->points;
}

/* ---- rows ---- */

static const char *verdict(const struct question *q, struct stats_interval d)
{
	if (d.n < 2)
		return "too few runs";
	if (fabs(d.mean) <= d.half || !(fabs(d.mean) > 0))
		return "no difference shown";
	return d.mean > 0 ? q->first : q->second;
}

static void add_row(const struct question *q, uint32_t point, struct table *rows,
		    struct store_samples *a, struct store_samples *b)
{
	size_t n = estimate_pair(a, b);
	struct stats_interval d = stats_paired(a->value, b->value, n, STATS_LEVEL);
	char text[STATS_TEXT_MAX];

	for (size_t i = 0; i < q->axes.nr; i++)
		if (i != q->compared)
			table_add(rows, setting(q, point, i));
	table_add(rows, verdict(q, d));
	snprintf(text, sizeof(text), "%zu", n);
	table_add(rows, text);
	stats_text(text, stats_mean(a->value, n, STATS_LEVEL));
	table_add(rows, text);
	stats_text(text, stats_mean(b->value, n, STATS_LEVEL));
	table_add(rows, text);
	stats_text(text, d);
	table_add(rows, text);
}

static int add_pair(const struct question *q, uint32_t point, uint32_t other, struct table *rows,
		    char unit[STORE_UNIT_MAX])
{
	struct store_samples a, b = { 0 };
	int err = store_samples(q->st, point, q->metric, &a);

	if (!err)
		err = store_samples(q->st, other, q->metric, &b);
	if (!err)
		add_row(q, point, rows, &a, &b);
	if (!err && *a.unit)
		memcpy(unit, a.unit, STORE_UNIT_MAX);
	store_samples_free(&a);
	store_samples_free(&b);
	return err;
}

static void add_heading(const struct question *q, struct table *rows)
{
	for (size_t i = 0; i < q->axes.nr; i++)
		if (i != q->compared)
			table_add(rows, q->axes.cells[i]);
	table_add(rows, "lower with");
	table_add(rows, "n");
	table_add(rows, q->first);
	table_add(rows, q->second);
	table_add(rows, "difference");
	rows->columns = (uint32_t)q->axes.nr + 4;
}

/* Metric, unit and what is compared. */
static int write_title(const struct question *q, const char *unit, char title[ANSWER_TITLE_MAX])
{
	char *label = NULL;
	int err = store_get_label(q->st, q->metric, &label);

	if (!err)
		snprintf(title, ANSWER_TITLE_MAX, "%s (%s): %s %s against %s",
			 *label ? label : q->metric, unit, q->axis, q->first, q->second);
	free(label);
	return err;
}

static int fill(struct question *q, struct table *rows, char title[ANSWER_TITLE_MAX])
{
	char unit[STORE_UNIT_MAX] = "";
	int err = read_points(q);

	if (!err)
		add_heading(q, rows);
	for (uint32_t p = 0; p < q->points && !err; p++) {
		uint32_t other = q->points;

		if (!strcmp(setting(q, p, q->compared), q->first))
			other = partner(q, p);
		if (other < q->points)
			err = add_pair(q, p, other, rows, unit);
	}
	if (!err)
		err = write_title(q, unit, title);
	if (!err && rows->failed) {
		snprintf(q->st->error, sizeof(q->st->error), "%s: out of memory", q->st->path);
		err = -ENOMEM;
	}
	return err;
}

int answer_rows(struct store *st, struct table *rows, uint32_t *left, char title[ANSWER_TITLE_MAX])
{
	struct question q = { .st = st };
	bool asked;
	int err = read_question(&q, &asked);

	if (!err && asked)
		err = fill(&q, rows, title);
	*left = rows->columns ? rows->columns - 4 : 0;
	table_free(&q.axes);
	table_free(&q.settings);
	free(q.text);
	return err;
}

void answer_sum(const struct table *rows, uint32_t left, char text[ANSWER_TITLE_MAX])
{
	const char *first = rows->cells[rows->columns - 3],
		   *second = rows->cells[rows->columns - 2];
	size_t settings = rows->nr / rows->columns - 1, lower[2] = { 0 };

	text[0] = '\0';
	if (settings < 2)
		return;
	for (size_t r = 1; r <= settings; r++) {
		const char *which = rows->cells[r * rows->columns + left - 1];

		lower[0] += !strcmp(which, first);
		lower[1] += !strcmp(which, second);
	}
	snprintf(
		text, ANSWER_TITLE_MAX,
		"Of %zu settings it is lower with %s in %zu, with %s in %zu; no difference is shown "
		"in %zu.",
		settings, first, lower[0], second, lower[1], settings - lower[0] - lower[1]);
}

int answer_print(struct store *st, FILE *out)
{
	char title[ANSWER_TITLE_MAX], sum[ANSWER_TITLE_MAX];
	struct table rows = { 0 };
	uint32_t left;
	int err = answer_rows(st, &rows, &left, title);

	if (!err && rows.nr > rows.columns) {
		fprintf(out, "\n%s\n", title);
		table_print(&rows, left, out);
		answer_sum(&rows, left, sum);
		fprintf(out, "paired by seed, with 95 %% intervals%s%s\n", *sum ? ". " : "", sum);
	}
	table_free(&rows);
	return err;
}
