/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The database of a study: the results of its runs (tables runs, parameters, assumptions, metrics,
 * sim/record/result.h), and beside them
 *
 *	study		one row: name, the text that says which runs it has, the text's hash
 *	points		the settings of each point: point, position of the axis, axis, value
 *	plan		the runs there are to be: number, key (as in runs), point, replication, seed
 *	failures	runs that failed: key, what went wrong, the command that repeats it
 *	chosen		the metrics that tables show
 *
 * A run is finished when its key stands in `runs`. A database belongs to one study: another text is
 * refused.
 *
 * Functions return 0 or -errno with one line (no newline) in st->error.
 */
#ifndef ANALYSIS_STORE_H
#define ANALYSIS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <sim/record/result.h>

struct sqlite3;

struct store {
	struct sqlite3 *db;
	struct rec_sqlite runs; /* statements that add runs */
	bool open;		/* a transaction of store_add() */
	const char *path;
	char error[REC_ERROR_MAX];
};

/* Open for writing, made when missing; or for reading what is there. store_close() in any case. A
 * connection must not be carried through fork(). */
int store_open(struct store *st, const char *path);
int store_open_read(struct store *st, const char *path);
void store_close(struct store *st);
/*
 * Open for reading any results there are: the database of a study, one that `gicsim run --db` made,
 * or a result in JSON. The latter two are shown as a study whose axes are the parameters that differ
 * between their runs, and whose replications are runs that differ in the seed only.
 */
int store_open_results(struct store *st, const char *path);

/*
 * Take the database for the study. *fresh: it was empty; then store_point() and store_run() say
 * what there is to run and store_commit() makes all of it real at once. -EEXIST: it belongs to
 * another study, whose text is *other (free it).
 */
int store_adopt(struct store *st, const char *name, const char *text, bool *fresh, char **other);
int store_point(struct store *st, uint32_t point, uint32_t position, const char *axis,
		const char *value);
int store_run(struct store *st, uint32_t number, const char *key, uint32_t point,
	      uint32_t replication, uint64_t seed);
int store_choose(struct store *st, uint32_t position, const char *metric);
/* What a study says about itself and its pictures; replaced each time the database is opened. */
struct store_plot {
	/* As the study's `plots` has them; "" where it says nothing. */
	const char *name, *type, *title, *x, *y, *by, *panel, *log;
	const char *where; /* axis=value, tabs in between */
};
int store_plot(struct store *st, uint32_t position, const struct store_plot *plot);
int store_note(struct store *st, const char *name, const char *value);
/* What pictures and pages call a metric or an axis. */
int store_label(struct store *st, const char *name, const char *label);
int store_commit(struct store *st);

/*
 * Add a finished run. Runs are there for others, and survive this process, from store_flush() on:
 * call it when there is nothing to add at the moment.
 */
int store_add(struct store *st, struct rec_result *r, const char *key);
int store_flush(struct store *st);
/*
 * A journal that needs no wait for the disk at each store_flush(): what is flushed survives the
 * process, and the database the machine. store_lasting() puts it all into the one file again, as it
 * is wanted for copying. Where the file system cannot do it, the usual journal stays.
 */
void store_fast(struct store *st);
void store_lasting(struct store *st);

/* Set done[number - 1] for each finished run of the plan. */
int store_done(struct store *st, bool *done, uint32_t nr);
/* A run that failed, and the runs that did so once and are finished now: failures no more. */
int store_failure(struct store *st, const char *key, const char *what, const char *command);
int store_settle(struct store *st);

/*
 * Open `path`, which may be new, and add what other databases of the same study have finished. All
 * are looked at before anything is written; each is one transaction. -EEXIST: they are of two
 * studies, whose texts are *one and *other (free both).
 */
int store_merge(struct store *st, const char *path, const char *const *from, unsigned nr,
		char **one, char **other);

/* ---- reading ---- */

/* The text of the study; free it. */
int store_study(struct store *st, char **text);

struct store_counts {
	uint32_t points, axes, planned, finished, failed;
};
int store_count(struct store *st, struct store_counts *counts);
/* Called for each, in order. */
typedef void (*store_text_fn)(void *arg, const char *text);
int store_axes(struct store *st, store_text_fn fn, void *arg);
int store_settings(struct store *st, uint32_t point, store_text_fn fn, void *arg);
int store_chosen(struct store *st, store_text_fn fn, void *arg);
int store_metrics(struct store *st, store_text_fn fn, void *arg); /* all that any run has */
/* Has any run the metric? */
int store_has_metric(struct store *st, const char *name, bool *has);
/* "" when there is no such note; free it. */
int store_get_note(struct store *st, const char *name, char **value);
int store_get_label(struct store *st, const char *name, char **label);
/* Each plot's nine texts in the order of struct store_plot's fields. */
#define STORE_PLOT_TEXTS 9
int store_plots(struct store *st, store_text_fn fn, void *arg);
/* All cells of a query of the caller's, row by row; NULL becomes "". Its parameters are texts. */
int store_query(struct store *st, const char *sql, const char *const *args, unsigned nr_args,
		store_text_fn fn, void *arg);

/* The values of a metric at a point, by seed; runs that have none are left out. `A / B` is the ratio
 * of two metrics of the same run. */
#define STORE_RATIO    " / "
#define STORE_UNIT_MAX 32
struct store_samples {
	double *value;
	uint64_t *seed;
	size_t n;
	char unit[STORE_UNIT_MAX];
};
int store_samples(struct store *st, uint32_t point, const char *metric, struct store_samples *out);
void store_samples_free(struct store_samples *s);

/* The quantiles of a metric's distribution in each run of a point that has it, at rec_levels_ppm[]:
 * runs x REC_NR_LEVELS values in the unit, by seed; count is that of the first run's values. */
struct store_quantiles {
	double *value;
	size_t runs;
	uint64_t count;
	char unit[STORE_UNIT_MAX];
};
int store_quantiles(struct store *st, uint32_t point, const char *metric,
		    struct store_quantiles *out);
void store_quantiles_free(struct store_quantiles *q);
/* The course of a metric: of each run of a point that has it REC_NR_SLICES numbers and sums. */
struct store_series {
	double *count, *sum;
	size_t runs;
	double slice_ns;
};
int store_series(struct store *st, uint32_t point, const char *metric, struct store_series *out);
void store_series_free(struct store_series *s);
/* The members of a family of times (FAMILY.<hop>.mean) that some run has; hops of the latency in
 * the order in which an interrupt passes them. */
int store_hops(struct store *st, const char *family, store_text_fn fn, void *arg);

#endif
