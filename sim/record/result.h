/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result of one run: what was run, with which parameters, on which assumptions, and what came
 * out. Written as JSON (schema gicsim.result/1), into an SQLite file, or as a table for people.
 * Only `metrics` repeats exactly from run to run; wall time, memory and host stand beside it.
 */
#ifndef RECORD_RESULT_H
#define RECORD_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "num.h"

#define REC_RESULT_SCHEMA "gicsim.result/1"
#define REC_ERROR_MAX	  512 /* bytes of an error text */

struct rec_result_param {
	char *key, *value;
};

/* A cost entry that the profile marks as an assumption. */
struct rec_result_assumption {
	char *name, *source, *confidence, *range;
	uint64_t uses;
	uint64_t time_ps; /* time it made up, over all PEs and pipelines */
	uint64_t share;	  /* of host CPU time, 0.001 % */
};

struct rec_result_metric {
	char *name;
	char *unit;
	rec_u128 value; /* value / 10^decimals */
	uint8_t decimals;
	bool none; /* no sample: null */
};

/*
 * The distribution behind a metric of times: its quantiles at the levels of rec_levels_ppm[], ps.
 */
#define REC_NR_LEVELS 48
extern const uint32_t rec_levels_ppm[REC_NR_LEVELS]; /* ascending, from 0 (min) to 10^6 (max) */
struct rec_result_dist {
	char *name, *unit; /* the unit of the metric; values here are ps */
	uint64_t count;
	uint64_t ps[REC_NR_LEVELS];
};

/* Its course in time: the window in REC_NR_SLICES slices of equal length, in each the number of
 * values and their sum. */
#define REC_NR_SLICES 100
struct rec_result_series {
	char *name, *unit;
	uint64_t slice_ps;
	uint64_t count[REC_NR_SLICES], sum_ps[REC_NR_SLICES];
};

struct rec_result {
	/* what was run; strings are copied by rec_result_set() */
	char *scenario, *engine, *version, *preset, *host;
	uint64_t seed;
	uint64_t warmup_ps, duration_ps;
	bool identities_ok;
	/* how it went: differs from run to run */
	uint64_t wall_ns;
	uint64_t max_rss_bytes;
	uint64_t events;
	uint64_t started_unix;
	/* share of what was found that rests on assumptions, 0.001 % */
	uint64_t assumed_latency_mean, assumed_latency_p99, assumed_host_cpu;

	struct rec_result_param *params;
	struct rec_result_assumption *assumptions;
	struct rec_result_metric *metrics;
	struct rec_result_dist *dists;
	struct rec_result_series *series;
	uint32_t nr_params, nr_assumptions, nr_metrics, nr_dists, nr_series;
	bool failed; /* no memory for an entry */
};

void rec_result_init(struct rec_result *r);
void rec_result_fini(struct rec_result *r);
/* Set one of the header's strings, e.g. rec_result_set(r, &r->scenario, path). */
void rec_result_set(struct rec_result *r, char **field, const char *value);
/* Entries may come in any order; writers sort by name. Lack of memory shows in r->failed. */
void rec_result_param(struct rec_result *r, const char *key, const char *value);
void rec_result_assumption(struct rec_result *r, const struct rec_result_assumption *a);
void rec_result_metric(struct rec_result *r, const char *name, const char *unit, rec_u128 value,
		       unsigned decimals);
void rec_result_no_metric(struct rec_result *r, const char *name, const char *unit);
void rec_result_dist(struct rec_result *r, const struct rec_result_dist *d);
void rec_result_series(struct rec_result *r, const struct rec_result_series *s);
/* The entry, or NULL. */
const struct rec_result_metric *rec_result_find(const struct rec_result *r, const char *name);
/* Sort all entries by name. Writers call it. */
void rec_result_sort(struct rec_result *r);

/* Writers return 0 or -errno and put one line that says what is wrong into error (REC_ERROR_MAX
 * bytes, no newline). Nothing half-written stays behind. */
/* "-": standard output. A file is written beside and renamed. */
int rec_result_json(struct rec_result *r, const char *path, char *error);
/* Adds one run in one transaction; makes the file and its tables when missing. `key` names the run
 * for sweeps (unique; a run with the same key is replaced); NULL: none. */
int rec_result_sqlite(struct rec_result *r, const char *path, const char *key, char *error);
/*
 * The same on a database that the caller has open, with the tables there, as part of a transaction
 * of the caller's. The statements are made at the first run and kept: *w starts as { .db = db },
 * and rec_sqlite_finish() ends it. A code of SQLite.
 */
struct sqlite3;
struct sqlite3_stmt;
enum {
	REC_SQL_RUN,
	REC_SQL_PARAM,
	REC_SQL_ASSUMPTION,
	REC_SQL_METRIC,
	REC_SQL_DIST,
	REC_SQL_SERIES,
	REC_SQL_NR
};
struct rec_sqlite {
	struct sqlite3 *db;
	struct sqlite3_stmt *stmt[REC_SQL_NR];
};
int rec_sqlite_add(struct rec_sqlite *w, struct rec_result *r, const char *key);
void rec_sqlite_finish(struct rec_sqlite *w);
/* The tables, in a database that has none. A code of SQLite. */
int rec_sqlite_tables(struct sqlite3 *db);
/* The file and its tables, when missing, without a run: finds early what is wrong with the file.
 * Waits only shortly for others that hold it. */
int rec_result_sqlite_prepare(const char *path, char *error);
/* The -errno that stands for a code of SQLite. */
int rec_result_sqlite_errno(int rc);
/*
 * From one process to another of the same program: all of the result through a file descriptor,
 * and back from the bytes that came out at the other end. 0 or -errno; -EBADMSG: not a result.
 * rec_result_fini() in any case.
 */
int rec_result_send(const struct rec_result *r, int fd);
int rec_result_receive(struct rec_result *r, const void *bytes, size_t size);
/* For people: latency, latency stack, exits, CPU, counts, workloads, assumptions, identities. */
void rec_result_print(struct rec_result *r, FILE *out);

#endif
