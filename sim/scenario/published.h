/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Published figures as data (analysis/published/): each row a figure of somebody's measurement,
 * where it stands, and the run that corresponds to it.
 *
 *	title: "Ampere Altra, ..."	source: "spec/calibration.md, ..."
 *	scenario: calibration/altra.yaml
 *	rows:
 *	  - {name: altra.hvc, what: "...", value: 306, unit: ns, confidence: V,
 *	     set: {vms.0.workloads.0.test: hvc}}
 *
 * `scenario`, `metric`, `clock` (GHz, for cycles), `set` and `incomparable` of the file hold for all
 * its rows; a row's own win, its `set` adds. A row that cannot be compared runs only what it names
 * itself. Where a range was published, `value` is its middle, and `low` and `high` its ends.
 */
#ifndef SCENARIO_PUBLISHED_H
#define SCENARIO_PUBLISHED_H

#include "doc.h"
#include "files.h"

#define PUBLISHED_SETS_MAX 24

struct published_row {
	struct diag_pos at;
	const char *name, *what; /* name: FILE.row, unique */
	const char *title, *source;
	double value;
	double low, high;	/* 0: no range */
	const char *unit;	/* ns, us, cycles, anything else: as the metric has it */
	double clock;		/* GHz, of cycles */
	const char *confidence; /* V, DER, RH, RL: see the head of spec/calibration.md */
	const char *metric;
	const char *add;	  /* a metric in the same unit that is added to it; NULL */
	const char *divide_by;	  /* a metric that ours is divided by; NULL */
	double divide;		  /* and a number */
	const char *series;	  /* rows whose shape is judged together; NULL */
	const char *fit;	  /* what this row was used to choose; NULL: it is a prediction */
	const char *incomparable; /* why it cannot be compared; NULL: it can */
	const char *scenario;	  /* path of the file; NULL: nothing to run */
	struct doc_change set[PUBLISHED_SETS_MAX];
	unsigned nr_sets;
};

struct published {
	struct published_row *rows; /* in d's memory */
	unsigned nr_rows;
};

/* Read every file of analysis/published/ in order of names. 0 or an error in d's diag. */
int published_read(struct files *f, struct doc *d, struct published *p);

#endif
