// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making the database of a study, and refusing one that is another study's.
 */
#include "study-db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <analysis/answer.h>

#include "cli.h"

#define DIFFERENCE_LINES_MAX 20

/* ---- difference ---- */

static bool has_line(const char *text, const char *line, size_t length)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (n == length && !memcmp(text, line, n))
			return true;
		text += n + (text[n] == '\n');
	}
	return false;
}

/* Lines of `text` that `other` has not. */
static void print_missing(const char *text, const char *other, char sign, FILE *out)
{
	unsigned found = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");

		if (!has_line(other, text, n) && ++found <= DIFFERENCE_LINES_MAX)
			fprintf(out, "%c %.*s\n", sign, (int)n, text);
		text += n + (text[n] == '\n');
	}
	if (found > DIFFERENCE_LINES_MAX)
		fprintf(out, "%c ... and %u more lines\n", sign, found - DIFFERENCE_LINES_MAX);
}

void cli_print_difference(const char *old, const char *new, FILE *out)
{
	print_missing(old, new, '-', out);
	print_missing(new, old, '+', out);
}

/* ---- database ---- */

static int write_points(const struct study *s, struct store *st)
{
	int err = 0;

	for (uint32_t p = 0; p < s->nr_points && !err; p++)
		for (uint32_t a = 0; a < s->nr_axes && !err; a++)
			err = store_point(st, p, a, s->axes[a].name, study_value(s, p, a)->label);
	return err;
}

static int write_plan(const struct study *s, struct store *st)
{
	int err = 0;

	for (uint32_t number = 1; number <= study_nr_runs(s) && !err; number++) {
		const struct study_run run = study_run_of(s, number);
		char *key = NULL;

		err = study_key(s, &run, &key);
		if (err)
			snprintf(st->error, sizeof(st->error), "out of memory");
		else
			err = store_run(st, number, key, run.point, run.replication, run.seed);
		free(key);
	}
	return err;
}

/* Which two values of an axis are compared, by which metric. */
static int write_question(const struct study *s, struct store *st)
{
	const struct study_sensitivity *t = &s->sensitivity;
	char text[1024];

	if (!t->metric)
		return 0;
	snprintf(text, sizeof(text), "%s\t%s\t%s\t%s", t->metric, s->axes[t->axis].name,
		 s->axes[t->axis].values[t->value[t->axis]].label,
		 s->axes[t->axis].values[t->other].label);
	return store_note(st, ANSWER_NOTE, text);
}

/* What may change without making it another study. */
static int write_wishes(const struct study *s, struct store *st)
{
	int err = store_note(st, "description", s->description);

	if (!err)
		err = write_question(s, st);
	for (uint32_t i = 0; i < s->nr_labels && !err; i++)
		err = store_label(st, s->labels[i].name, s->labels[i].text);
	for (uint32_t m = 0; m < s->nr_metrics && !err; m++)
		err = store_choose(st, m, s->metrics[m].name);
	for (uint32_t i = 0; i < s->nr_plots && !err; i++) {
		const struct study_plot *p = &s->plots[i];

		err = store_plot(st, i,
				 &(struct store_plot){ .name = p->name,
						       .type = p->type,
						       .title = p->title,
						       .x = p->x,
						       .y = p->y,
						       .by = p->by,
						       .panel = p->panel,
						       .log = p->log,
						       .where = p->where });
	}
	return err;
}

static int adopt(const struct study *s, const char *text, struct store *st, char **other)
{
	bool fresh = false;
	int err = store_adopt(st, s->name, text, &fresh, other);

	if (!err && fresh)
		err = write_points(s, st);
	if (!err && fresh)
		err = write_plan(s, st);
	if (!err)
		err = write_wishes(s, st);
	return err ? err : store_commit(st);
}

int cli_open_study(const char *who, const struct study *s, const char *path, struct store *st)
{
	char *text = NULL, *other = NULL;
	struct diag diag;
	int err = study_text(s, GICSIM_VERSION, &text, &diag);

	*st = (struct store){ .path = path };
	if (err) {
		fprintf(stderr, "%s\n", diag.text);
		return err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
	}
	err = store_open(st, path);
	if (!err)
		err = adopt(s, text, st, &other);
	if (err == -EEXIST && other) {
		fprintf(stderr,
			"%s: %s was made by another study (- it, + this one); choose another --db "
			"or undo the change\n",
			who, path);
		cli_print_difference(other, text, stderr);
	} else if (err) {
		fprintf(stderr, "%s: %s\n", who, st->error);
	}
	free(text);
	free(other);
	return !err ? CLI_OK : err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}
