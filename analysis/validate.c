// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Errors and verdicts of published figures (validate.h), and their table.
 */
#include "validate.h"

#include <math.h>
#include <string.h>

const char *validate_verdict_name(enum validate_verdict v)
{
#define NAME(id, name, doc) name,
	static const char *const names[] = { VALIDATE_VERDICTS(NAME) };
#undef NAME
	return names[v];
}

double validate_from_ns(double ns, const char *unit, double clock)
{
	if (!strcmp(unit, "us"))
		return ns / 1000;
	if (!strcmp(unit, "cycles"))
		return ns * clock;
	return ns;
}

/* ---- verdicts ---- */

static bool compares(const struct validate_row *r)
{
	return r->ran && !r->incomparable && r->published > 0 && r->ours > 0;
}

static double series_scale(const struct validate_row *rows, unsigned nr, const char *series)
{
	double sum = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < nr; i++) {
		if (!rows[i].series || strcmp(rows[i].series, series) || !compares(&rows[i]))
			continue;
		sum += log(rows[i].ours / rows[i].published);
		n++;
	}
	return n < 2 ? 0 : exp(sum / n);
}

static bool within(double ours, double expected)
{
	/* The limit itself is within, whatever its last bit says. */
	return fabs(ours - expected) <= expected * (VALIDATE_TOLERANCE + 1e-12);
}

static bool in_range(const struct validate_row *r)
{
	return r->high > 0 && r->low <= r->ours && r->ours <= r->high;
}

void validate_judge(struct validate_row *rows, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++) {
		struct validate_row *r = &rows[i];

		r->error = r->ran ? (r->ours - r->published) / r->published : 0;
		r->scale = r->series ? series_scale(rows, nr, r->series) : 0;
		if (!compares(r))
			r->verdict = VALIDATE_INCOMPARABLE;
		else if (within(r->ours, r->published) || in_range(r))
			r->verdict = VALIDATE_REPRODUCES;
		else if (r->scale > 0 && within(r->ours, r->scale * r->published))
			r->verdict = VALIDATE_SHAPE;
		else
			r->verdict = VALIDATE_DIFFERS;
	}
}

struct validate_sum validate_count(const struct validate_row *rows, unsigned nr)
{
	struct validate_sum s = { 0 };

	for (unsigned i = 0; i < nr; i++)
		if (rows[i].fit)
			s.fitted[rows[i].verdict]++;
		else
			s.predicted[rows[i].verdict]++;
	return s;
}

/* ---- the table ---- */

static const char *figure(char *buf, size_t size, double v)
{
	if (v >= 100000)
		snprintf(buf, size, "%.0f", v);
	else if (v >= 100)
		snprintf(buf, size, "%.4g", v);
	else
		snprintf(buf, size, "%.3g", v);
	return buf;
}

static void print_row(const struct validate_row *r, FILE *out)
{
	char published[32], ours[32] = "-", error[16] = "-";

	figure(published, sizeof(published), r->published);
	if (r->ran) {
		figure(ours, sizeof(ours), r->ours);
		snprintf(error, sizeof(error), "%+.1f %%", 100 * r->error);
	}
	fprintf(out, "%-30s %-12s %-3s %10s%c %10s %-8s %9s  %s%s", r->name, r->profile,
		r->confidence, published, r->measured ? '*' : ' ', ours, r->unit, error,
		validate_verdict_name(r->verdict), r->fit ? " (fitted)" : "");
	if (r->verdict == VALIDATE_SHAPE)
		fprintf(out, ", factor %.2f", r->scale);
	if (r->verdict == VALIDATE_REPRODUCES && !within(r->ours, r->published))
		fputs(", in its range", out);
	fputc('\n', out);
}

static void print_notes(const struct validate_row *r, FILE *out)
{
	fprintf(out, "    %s\n", r->what);
	if (r->fit)
		fprintf(out, "    fitted: %s\n", r->fit);
	if (r->incomparable)
		fprintf(out, "    not comparable: %s\n", r->incomparable);
}

static void print_sum(const struct validate_row *rows, unsigned nr, FILE *out)
{
	struct validate_sum s = validate_count(rows, nr);
#define DOC(id, name, doc) doc,
	static const char *const docs[] = { VALIDATE_VERDICTS(DOC) };
#undef DOC
	bool any_measured = false;

	fprintf(out, "\n%-16s %9s %9s\n", "VERDICT", "predicted", "fitted");
	for (unsigned v = 0; v < VALIDATE_NR; v++)
		fprintf(out, "%-16s %9u %9u  %s\n", validate_verdict_name(v), s.predicted[v],
			s.fitted[v], docs[v]);
	fputs("fitted: a cost was chosen with this figure; all others come out of the model.\n"
	      "Confidence: V read, DER arithmetic on read figures, RH and RL recalled.\n",
	      out);
	for (unsigned i = 0; i < nr; i++)
		any_measured |= rows[i].measured;
	if (any_measured)
		fputs("*: your own measurement instead of the published figure.\n", out);
}

void validate_print(const struct validate_row *rows, unsigned nr, FILE *out)
{
	const char *title = NULL;

	for (unsigned i = 0; i < nr; i++) {
		const struct validate_row *r = &rows[i];

		if (!title || strcmp(title, r->title)) {
			title = r->title;
			fprintf(out, "%s%s\n    %s\n", i ? "\n" : "", title, r->source);
			fprintf(out, "%-30s %-12s %-3s %10s  %10s %-8s %9s  %s\n", "FIGURE",
				"PROFILE", "CON", "PUBLISHED", "OURS", "UNIT", "ERROR", "VERDICT");
		}
		print_row(r, out);
		print_notes(r, out);
	}
	print_sum(rows, nr, out);
}
