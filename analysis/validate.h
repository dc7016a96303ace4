/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Published figures against the simulation: error and verdict of each, and the table.
 */
#ifndef ANALYSIS_VALIDATE_H
#define ANALYSIS_VALIDATE_H

#include <stdbool.h>
#include <stdio.h>

/* Within this share of the published value a figure is reproduced. */
#define VALIDATE_TOLERANCE 0.20

#define VALIDATE_VERDICTS(X) \
	X(REPRODUCES, "reproduces", "within 20 % of the published figure, or within its range") \
	X(SHAPE, "shape only", \
	  "within 20 % once all figures of its series are scaled by one factor") \
	X(DIFFERS, "differs", "neither") \
	X(INCOMPARABLE, "not comparable", \
	  "there is nothing to compare it with, for the reason given")

#define VALIDATE_ENUM(id, name, doc) VALIDATE_##id,
enum validate_verdict { VALIDATE_VERDICTS(VALIDATE_ENUM) VALIDATE_NR };
#undef VALIDATE_ENUM

struct validate_row {
	const char *name, *what, *unit;
	const char *title, *source; /* a heading is printed where they change */
	const char *confidence;
	const char *series;	  /* NULL: judged alone */
	const char *fit;	  /* what the figure chose; NULL: the simulation predicts it */
	const char *incomparable; /* why not; NULL: it can be compared */
	const char *profile;
	double published, ours; /* in unit */
	double low, high;	/* what was published is a range; 0: it is not */
	bool measured;		/* published was replaced by the user's own measurement */
	bool ran;		/* ours is there */
	/* filled by validate_judge() */
	double error; /* (ours - published) / published */
	double scale; /* of its series: ours = scale * published at best; 0: none */
	enum validate_verdict verdict;
};

const char *validate_verdict_name(enum validate_verdict v);

/*
 * Errors and verdicts. A series' factor is the geometric mean of ours / published over its rows
 * that ran and can be compared; a series of fewer than two such rows has no shape.
 */
void validate_judge(struct validate_row *rows, unsigned nr);

/* How many rows have each verdict, those that were fitted counted apart. */
struct validate_sum {
	unsigned predicted[VALIDATE_NR], fitted[VALIDATE_NR];
};
struct validate_sum validate_count(const struct validate_row *rows, unsigned nr);

/* The table, then what its words mean and the sums. */
void validate_print(const struct validate_row *rows, unsigned nr, FILE *out);

/* A time in unit (ns, us, cycles at `clock` GHz) from ns; other units as they are. */
double validate_from_ns(double ns, const char *unit, double clock);

#endif
