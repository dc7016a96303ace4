// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The grid of a study: points, runs, their scenarios, and the text by which two studies are known
 * to be the same.
 */
#include "study.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "study-read.h"

/* ---- points ---- */

/* The value of an axis at a place of the full grid; the last axis runs fastest. */
static uint32_t digit(const struct study *s, uint32_t place, uint32_t axis)
{
	for (uint32_t a = s->nr_axes - 1; a > axis; a--)
		place /= s->axes[a].nr_values;
	return place % s->axes[axis].nr_values;
}

static bool is_excepted(const struct study *s, uint32_t place, const struct study_except *e)
{
	for (uint32_t a = 0; a < s->nr_axes; a++)
		if (e->named[a] && !e->named[a][digit(s, place, a)])
			return false;
	return true;
}

static bool is_point(const struct study *s, uint32_t place)
{
	for (uint32_t a = 0; a < s->nr_axes; a++)
		if (s->quick && !s->axes[a].values[digit(s, place, a)].quick)
			return false;
	for (uint32_t i = 0; i < s->nr_excepts; i++)
		if (is_excepted(s, place, &s->excepts[i]))
			return false;
	return true;
}

int study_points(struct study *s)
{
	struct diag_pos top = { .file = s->path, .line = 1, .column = 1 };
	uint64_t grid = 1;

	for (uint32_t a = 0; a < s->nr_axes; a++) {
		grid *= s->axes[a].nr_values;
		if (grid > STUDY_GRID_MAX)
			return diag_error(&s->diag, s->axes[a].at,
					  "the axes make more than %u points", STUDY_GRID_MAX);
	}
	s->nr_points = 0;
	s->points = doc_alloc(&s->doc, grid * sizeof(*s->points));
	if (!s->points)
		return -ENOMEM;
	for (uint32_t place = 0; place < grid; place++)
		if (is_point(s, place))
			s->points[s->nr_points++] = place;
	if (!s->nr_points)
		return diag_error(&s->diag, top, "no point is left to run");
	if ((uint64_t)s->nr_points * s->replications > UINT32_MAX)
		return diag_error(&s->diag, top, "more than %u runs", UINT32_MAX);
	return 0;
}

int study_load(struct study *s, const char *file, bool quick)
{
	struct files files;
	int err;

	memset(s, 0, sizeof(*s));
	s->quick = quick;
	doc_init(&s->doc, &s->diag);
	err = files_init(&files, &s->doc);
	if (!err)
		err = study_read(s, &files, file);
	if (!err)
		err = study_points(s);
	files_fini(&files);
	return err;
}

void study_free(struct study *s)
{
	doc_free(&s->doc);
}

/* ---- runs ---- */

uint32_t study_nr_runs(const struct study *s)
{
	return s->nr_points * s->replications;
}

struct study_run study_run_of(const struct study *s, uint32_t number)
{
	uint32_t before = (number - 1) / s->nr_points;

	return (struct study_run){ .number = number,
				   .point = (number - 1) % s->nr_points,
				   .replication = before + 1,
				   .seed = s->seed + before };
}

const struct study_value *study_value(const struct study *s, uint32_t point, uint32_t axis)
{
	return &s->axes[axis].values[digit(s, s->points[point], axis)];
}

int study_key(const struct study *s, const struct study_run *run, char **key)
{
	size_t size;
	FILE *f = open_memstream(key, &size);

	if (!f)
		return -ENOMEM;
	for (uint32_t a = 0; a < s->nr_axes; a++)
		fprintf(f, "%s=%s ", s->axes[a].name, study_value(s, run->point, a)->label);
	fprintf(f, "seed=%llu", (unsigned long long)run->seed);
	return fclose(f) ? -ENOMEM : 0;
}

static uint32_t append(struct doc_change *to, uint32_t nr, const struct doc_change *from,
		       uint32_t more)
{
	if (more)
		memcpy(to + nr, from, more * sizeof(*to));
	return nr + more;
}

int study_scenario(const struct study *s, const struct study_run *run, struct scenario *scenario,
		   struct diag *diag)
{
	struct doc_change *changes;
	uint32_t nr = s->nr_common + 1;
	char seed[24];
	int err;

	for (uint32_t a = 0; a < s->nr_axes; a++)
		nr += study_value(s, run->point, a)->nr_changes;
	changes = calloc(nr, sizeof(*changes));
	if (!changes) {
		memset(scenario, 0, sizeof(*scenario));
		*diag = (struct diag){ 0 };
		return diag_memory(diag);
	}
	nr = append(changes, 0, s->common, s->nr_common);
	for (uint32_t a = 0; a < s->nr_axes; a++) {
		const struct study_value *v = study_value(s, run->point, a);

		nr = append(changes, nr, v->changes, v->nr_changes);
	}
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)run->seed);
	changes[nr++] = (struct doc_change){ .option = "seed", .path = "run.seed", .text = seed };
	err = scenario_load(scenario, s->base, changes, nr, diag);
	free(changes);
	return err;
}

int study_check(const struct study *s, struct diag *diag)
{
	int err = 0;

	for (uint32_t point = 0; point < s->nr_points && !err; point++) {
		const struct study_run run = study_run_of(s, point + 1);
		struct scenario scenario;

		err = study_scenario(s, &run, &scenario, diag);
		scenario_free(&scenario);
	}
	return err;
}

/* ---- the text ---- */

static void print_node(const struct doc_node *n, FILE *out)
{
	const char *comma = "";

	switch (n->kind) {
	case DOC_SCALAR: fputs(n->text, out); return;
	case DOC_LIST:
		fputc('[', out);
		for (uint32_t i = 0; i < n->count; i++, comma = ", ") {
			fputs(comma, out);
			print_node(n->items[i], out);
		}
		fputc(']', out);
		return;
	case DOC_MAP:
		fputc('{', out);
		for (uint32_t i = 0; i < n->count; i++, comma = ", ") {
			fprintf(out, "%s%s: ", comma, n->entries[i].key);
			print_node(n->entries[i].value, out);
		}
		fputc('}', out);
		return;
	}
}

static void print_axis(const struct study *s, const struct study_axis *axis, FILE *out)
{
	for (uint32_t i = 0; i < axis->nr_values; i++) {
		const struct study_value *v = &axis->values[i];

		if (s->quick && !v->quick)
			continue;
		fprintf(out, "axis %s: %s (", axis->name, v->label);
		for (uint32_t c = 0; c < v->nr_changes; c++) {
			fprintf(out, "%s%s = ", c ? ", " : "", v->changes[c].path);
			print_node(v->changes[c].value, out);
		}
		fputs(")\n", out);
	}
}

static void print_except(const struct study *s, const struct study_except *e, FILE *out)
{
	fputs("except:", out);
	for (uint32_t a = 0; a < s->nr_axes; a++)
		for (uint32_t i = 0; e->named[a] && i < s->axes[a].nr_values; i++)
			if (e->named[a][i])
				fprintf(out, " %s=%s", s->axes[a].name, s->axes[a].values[i].label);
	fputc('\n', out);
}

/* The seed of the base is not used. */
static void print_parameter(void *out, const char *path, const char *value)
{
	if (strcmp(path, "run.seed"))
		fprintf(out, "base %s: %s\n", path, value);
}

int study_text(const struct study *s, const char *version, char **text, struct diag *diag)
{
	struct scenario base;
	size_t size;
	FILE *out;
	int err;

	*text = NULL;
	err = scenario_load(&base, s->base, s->common, s->nr_common, diag);
	if (err) {
		scenario_free(&base);
		return err;
	}
	out = open_memstream(text, &size);
	if (!out) {
		scenario_free(&base);
		return diag_memory(diag);
	}
	fprintf(out, "gicsim: %s\nreplications: %u\nseed: %llu\n", version, s->replications,
		(unsigned long long)s->seed);
	if (s->stop.metric)
		fprintf(out, "stop: %s within %u.%03u %% after %u\n", s->stop.metric,
			s->stop.within / 1000, s->stop.within % 1000, s->at_least);
	for (uint32_t a = 0; a < s->nr_axes; a++)
		print_axis(s, &s->axes[a], out);
	for (uint32_t i = 0; i < s->nr_excepts; i++)
		print_except(s, &s->excepts[i], out);
	scenario_parameters(&base, print_parameter, out);
	scenario_free(&base);
	return fclose(out) ? diag_memory(diag) : 0;
}
