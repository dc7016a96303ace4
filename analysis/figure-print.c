// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two files a picture is drawn from: its numbers, a block of lines a series, and a script that
 * says what they are and ends in the template of its type.
 */
#include <math.h>
#include <string.h>

#include "figure.h"

/* ---- data ---- */

/* In single quotes gnuplot changes nothing; a quote is written twice. In labels the signs of its
 * enhanced text would not stand for themselves, so the scripts turn that off. */
static void print_text(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text; text++)
		fputs(*text == '\'' ? "''" : (char[]){ *text, '\0' }, out);
	fputc('\'', out);
}

/* A field of the data file: a word, or in double quotes. */
static void print_field(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++)
		fputc(*text == '"' || *text == '\n' ? ' ' : *text, out);
	fputc('"', out);
}

static void print_number(double v, FILE *out)
{
	if (isnan(v))
		fputs(" NaN", out);
	else
		fprintf(out, " %.10g", v);
}

static void print_series(const struct figure *f, size_t panel, size_t series, FILE *out)
{
	fputs("# ", out);
	if (*f->panels.cells[panel])
		fprintf(out, "%s; ", f->panels.cells[panel]);
	fprintf(out, "%s\n", f->series.cells[series]);
	for (size_t x = 0; x < f->x.nr; x++) {
		const struct figure_cell *c = figure_cell(f, panel, series, x);

		fprintf(out, "%zu %.10g ", x, f->position[x]);
		print_field(f->x.cells[x], out);
		print_number(c->n ? c->mean / f->unit : NAN, out);
		print_number(c->n ? c->low / f->unit : NAN, out);
		print_number(c->n ? c->high / f->unit : NAN, out);
		fprintf(out, " %zu\n", c->n);
	}
}

/* What a band's edge is: low upwards, then high downwards. */
static void print_band(const struct figure *f, size_t panel, size_t series, FILE *out)
{
	fputs("\n\n# band\n", out);
	for (size_t i = 0; i < 2 * f->x.nr; i++) {
		size_t x = i < f->x.nr ? i : 2 * f->x.nr - 1 - i;
		const struct figure_cell *c = figure_cell(f, panel, series, x);

		if (c->n > 1)
			fprintf(out, "%.10g %.10g\n", (i < f->x.nr ? c->low : c->high) / f->unit,
				f->position[x]);
	}
	if (!f->x.nr || figure_cell(f, panel, series, 0)->n < 2)
		fputs("NaN NaN\n", out);
}

void figure_print_data(const struct figure *f, FILE *out)
{
	fprintf(out,
		"# %s: %s by %s\n# place position \"%s\" mean low high n   (low to high: 95 %%)\n",
		f->name, f->ylabel, f->xlabel, f->xlabel);
	for (size_t p = 0; p < f->panels.nr; p++)
		for (size_t s = 0; s < f->series.nr; s++) {
			fputs(p || s ? "\n\n" : "", out);
			print_series(f, p, s, out);
		}
	for (size_t p = 0; p < f->panels.nr && !strcmp(f->type, "cdf"); p++)
		for (size_t s = 0; s < f->series.nr; s++)
			print_band(f, p, s, out);
}

/* ---- script ---- */

static void print_array(const char *name, const struct table *t, FILE *out)
{
	fprintf(out, "array %s[%zu] = [", name, t->nr);
	for (size_t i = 0; i < t->nr; i++) {
		fputs(i ? ", " : "", out);
		print_text(t->cells[i], out);
	}
	fputs("]\n", out);
}

static void print_string(const char *name, const char *text, FILE *out)
{
	fprintf(out, "%s = ", name);
	print_text(text, out);
	fputc('\n', out);
}

/* Is there a cell in the whole of a series? A legend names no other. */
static bool is_empty(const struct figure *f, size_t series)
{
	for (size_t p = 0; p < f->panels.nr; p++)
		for (size_t x = 0; x < f->x.nr; x++)
			if (figure_cell(f, p, series, x)->n)
				return false;
	return true;
}

/* The range of what is drawn, intervals included where `cells` have them. */
struct range {
	double least, most; /* least: of what is above 0; 0 when nothing is */
	double from, to;    /* tornado: of means, with 0 and the base */
	double tallest;	    /* sum of a bar */
};

static void widen(struct range *r, const struct figure *f, const struct figure_cell *c)
{
	double high = isnan(c->high) ? c->mean : c->high;

	if (!c->n)
		return;
	r->most = fmax(r->most, high / f->unit);
	if (c->mean > 0)
		r->least = fmin(r->least, c->mean / f->unit);
	r->from = fmin(r->from, (isnan(c->low) ? c->mean : c->low) / f->unit);
	r->to = fmax(r->to, high / f->unit);
}

static struct range range_of(const struct figure *f)
{
	struct range r = { .least = INFINITY,
			   .from = fmin(0, f->base / f->unit),
			   .to = fmax(0, f->base / f->unit) };

	for (size_t p = 0; p < f->panels.nr; p++) {
		for (size_t x = 0; x < f->x.nr; x++) {
			double sum = 0;

			for (size_t s = 0; s < f->series.nr; s++) {
				const struct figure_cell *c = figure_cell(f, p, s, x);

				widen(&r, f, c);
				sum += c->n ? c->mean / f->unit : 0;
			}
			r.tallest = fmax(r.tallest, sum);
		}
	}
	r.least = isinf(r.least) ? 0 : r.least;
	r.most = r.most > 0 ? r.most : 1;
	r.tallest = r.tallest > 0 ? r.tallest : 1;
	r.to = r.to > r.from ? r.to : r.from + 1;
	return r;
}

void figure_print_script(const struct figure *f, FILE *out)
{
	const struct range r = range_of(f);

	fprintf(out,
		"# Draws %s.svg; gnuplot -e \"format='png'\" %s.gp draws %s.png.\n"
		"name = '%s'\ntype = '%s'\n",
		f->name, f->name, f->name, f->name, f->type);
	print_string("title", f->title, out);
	print_string("xname", f->xlabel, out);
	print_string("yname", f->ylabel, out);
	print_string("byname", f->bylabel, out);
	print_array("xlabel", &f->x, out);
	fprintf(out, "array xposition[%zu] = [", f->x.nr);
	for (size_t i = 0; i < f->x.nr; i++)
		fprintf(out, "%s%.10g", i ? ", " : "", f->position[i]);
	fputs("]\n", out);
	print_array("series", &f->series, out);
	print_array("panel", &f->panels, out);
	fprintf(out, "array shown[%zu] = [", f->series.nr);
	for (size_t s = 0; s < f->series.nr; s++)
		fprintf(out, "%s%d", s ? ", " : "", !is_empty(f, s));
	fprintf(out, "]\nnumeric = %d\nlogx = %d\nlogy = %d\n", f->numeric,
		strchr(f->log, 'x') && f->numeric && f->position[0] > 0,
		strchr(f->log, 'y') && r.least > 0);
	fprintf(out, "least = %.10g\nmost = %.10g\ntallest = %.10g\n", r.least, r.most, r.tallest);
	fprintf(out, "base = %.10g\nlowest_x = %.10g\nhighest_x = %.10g\n\n", f->base / f->unit,
		r.from, r.to);
	fputs(figure_template("common"), out);
	fputs(figure_template(f->type), out);
}
