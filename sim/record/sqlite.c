// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results in an SQLite file: tables runs, parameters, assumptions, metrics, distributions, series. A
 * run is one transaction, or part of one of several runs, so it is there wholly or not at all.
 * Processes that share the file wait for each other (busy timeout). PRAGMA user_version tells our
 * files from others.
 *
 * Values are INTEGER where they are whole numbers and REAL otherwise; REAL holds 15 digits, JSON
 * all of them.
 */
#include "record/result.h"

#include <errno.h>
#include <float.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define VERSION	      "2"
#define BUSY_MS	      60000
#define BUSY_SHORT_MS 5000

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS runs("
	" id INTEGER PRIMARY KEY, key TEXT UNIQUE, schema TEXT NOT NULL, scenario TEXT, seed,"
	" engine TEXT, version TEXT, preset TEXT, warmup_s REAL, duration_s REAL,"
	" identities TEXT, wall_s REAL, max_rss_bytes INTEGER, events INTEGER,"
	" started_unix INTEGER, host TEXT, assumed_latency_mean REAL, assumed_latency_p99 REAL,"
	" assumed_host_cpu REAL);"
	"CREATE TABLE IF NOT EXISTS parameters("
	" run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, key TEXT NOT NULL,"
	" value TEXT, PRIMARY KEY(run, key)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS assumptions("
	" run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL,"
	" source TEXT, confidence TEXT, range TEXT, uses INTEGER, time_ns REAL, share REAL,"
	" PRIMARY KEY(run, name)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS metrics("
	" run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL,"
	" value, unit TEXT, PRIMARY KEY(run, name)) WITHOUT ROWID;"
	/* JSON: [[level, value], ...] and [[number, sum], ...], in the unit. */
	"CREATE TABLE IF NOT EXISTS distributions("
	" run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL,"
	" unit TEXT, count INTEGER, quantiles TEXT, PRIMARY KEY(run, name)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS series("
	" run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, name TEXT NOT NULL,"
	" unit TEXT, slice_ns REAL, slices TEXT, PRIMARY KEY(run, name)) WITHOUT ROWID;"
	"PRAGMA user_version=" VERSION;

static int exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* The first column of a query's first row; -1 on error. */
static int64_t query(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;
	int64_t v = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL))
		return -1;
	if (sqlite3_step(s) == SQLITE_ROW)
		v = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return v;
}

/* A statement whose columns are bound one after the other. */
struct row {
	sqlite3_stmt *s;
	int column;
};

static void bind_text(struct row *row, const char *text)
{
	sqlite3_bind_text(row->s, ++row->column, text ? text : "", -1, SQLITE_STATIC);
}

/* value / 10^decimals, rounded once: of two numbers that a double holds exactly the quotient is. */
static double to_double(rec_u128 value, unsigned decimals)
{
	static const double power[] = { 1,   1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
					1e7, 1e8, 1e9, 1e10, 1e11, 1e12 };
	char text[REC_NUM_MAX];

	if (value <= (rec_u128)1 << DBL_MANT_DIG && decimals < sizeof(power) / sizeof(power[0]))
		return (double)value / power[decimals];
	rec_num_format(text, value, decimals);
	return strtod(text, NULL);
}

/* value / 10^decimals; whole numbers too large for SQLite become text. */
static void bind_number(struct row *row, rec_u128 value, unsigned decimals)
{
	char text[REC_NUM_MAX];

	if (decimals) {
		sqlite3_bind_double(row->s, ++row->column, to_double(value, decimals));
	} else if (value <= INT64_MAX) {
		sqlite3_bind_int64(row->s, ++row->column, (int64_t)value);
	} else {
		rec_num_format(text, value, decimals);
		sqlite3_bind_text(row->s, ++row->column, text, -1, SQLITE_TRANSIENT);
	}
}

/* Insert the row and be ready for the next. */
static int step(struct row *row)
{
	sqlite3_step(row->s);
	row->column = 0;
	return sqlite3_reset(row->s);
}

static const char *const statements[REC_SQL_NR] = {
	[REC_SQL_RUN] = "REPLACE INTO runs VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[REC_SQL_PARAM] = "INSERT INTO parameters VALUES(?,?,?)",
	[REC_SQL_ASSUMPTION] = "INSERT INTO assumptions VALUES(?,?,?,?,?,?,?,?)",
	[REC_SQL_METRIC] = "INSERT INTO metrics VALUES(?,?,?,?)",
	[REC_SQL_DIST] = "INSERT INTO distributions VALUES(?,?,?,?,?)",
	[REC_SQL_SERIES] = "INSERT INTO series VALUES(?,?,?,?,?)",
};

static int insert_run(struct row row, const struct rec_result *r, const char *key)
{
	sqlite3_bind_text(row.s, ++row.column, key, -1, SQLITE_STATIC);
	bind_text(&row, REC_RESULT_SCHEMA);
	bind_text(&row, r->scenario);
	bind_number(&row, r->seed, 0);
	bind_text(&row, r->engine);
	bind_text(&row, r->version);
	bind_text(&row, r->preset);
	bind_number(&row, r->warmup_ps, 12);
	bind_number(&row, r->duration_ps, 12);
	bind_text(&row, r->identities_ok ? "ok" : "violated");
	bind_number(&row, r->wall_ns, 9);
	bind_number(&row, r->max_rss_bytes, 0);
	bind_number(&row, r->events, 0);
	bind_number(&row, r->started_unix, 0);
	bind_text(&row, r->host);
	bind_number(&row, r->assumed_latency_mean, 3);
	bind_number(&row, r->assumed_latency_p99, 3);
	bind_number(&row, r->assumed_host_cpu, 3);
	return step(&row);
}

static int insert_params(struct row row, const struct rec_result *r, int64_t run)
{
	int rc = SQLITE_OK;

	for (uint32_t i = 0; !rc && i < r->nr_params; i++) {
		sqlite3_bind_int64(row.s, ++row.column, run);
		bind_text(&row, r->params[i].key);
		bind_text(&row, r->params[i].value);
		rc = step(&row);
	}
	return rc;
}

static int insert_assumptions(struct row row, const struct rec_result *r, int64_t run)
{
	int rc = SQLITE_OK;

	for (uint32_t i = 0; !rc && i < r->nr_assumptions; i++) {
		const struct rec_result_assumption *a = &r->assumptions[i];

		sqlite3_bind_int64(row.s, ++row.column, run);
		bind_text(&row, a->name);
		bind_text(&row, a->source);
		bind_text(&row, a->confidence);
		bind_text(&row, a->range);
		bind_number(&row, a->uses, 0);
		bind_number(&row, a->time_ps, 3);
		bind_number(&row, a->share, 3);
		rc = step(&row);
	}
	return rc;
}

static int insert_metrics(struct row row, const struct rec_result *r, int64_t run)
{
	int rc = SQLITE_OK;

	for (uint32_t i = 0; !rc && i < r->nr_metrics; i++) {
		const struct rec_result_metric *m = &r->metrics[i];

		sqlite3_bind_int64(row.s, ++row.column, run);
		bind_text(&row, m->name);
		if (m->none)
			sqlite3_bind_null(row.s, ++row.column);
		else
			bind_number(&row, m->value, m->decimals);
		bind_text(&row, m->unit);
		rc = step(&row);
	}
	return rc;
}

/* The JSON lists of pairs in a buffer on the stack: at most two numbers and four signs a pair. */
#define PAIRS_MAX (REC_NR_SLICES * (2 * REC_NUM_MAX + 4) + 3)

static size_t add_pair(char *text, size_t at, rec_u128 first, unsigned first_decimals,
		       rec_u128 second)
{
	text[at] = at ? ',' : '[';
	text[at + 1] = '[';
	at += 2;
	at += rec_num_format(text + at, first, first_decimals);
	text[at++] = ',';
	at += rec_num_format(text + at, second, 3);
	text[at] = ']';
	text[at + 1] = ']';
	return at + 1;
}

static int insert_dists(struct row row, const struct rec_result *r, int64_t run)
{
	char text[PAIRS_MAX];
	int rc = SQLITE_OK;

	for (uint32_t i = 0; !rc && i < r->nr_dists; i++) {
		const struct rec_result_dist *d = &r->dists[i];
		size_t at = 0;

		for (unsigned k = 0; k < REC_NR_LEVELS; k++)
			at = add_pair(text, at, rec_levels_ppm[k], 6, d->ps[k]);
		sqlite3_bind_int64(row.s, ++row.column, run);
		bind_text(&row, d->name);
		bind_text(&row, d->unit);
		bind_number(&row, d->count, 0);
		sqlite3_bind_text(row.s, ++row.column, text, (int)at + 1, SQLITE_STATIC);
		rc = step(&row);
	}
	return rc;
}

static int insert_series(struct row row, const struct rec_result *r, int64_t run)
{
	char text[PAIRS_MAX];
	int rc = SQLITE_OK;

	for (uint32_t i = 0; !rc && i < r->nr_series; i++) {
		const struct rec_result_series *s = &r->series[i];
		size_t at = 0;

		for (unsigned k = 0; k < REC_NR_SLICES; k++)
			at = add_pair(text, at, s->count[k], 0, s->sum_ps[k]);
		sqlite3_bind_int64(row.s, ++row.column, run);
		bind_text(&row, s->name);
		bind_text(&row, s->unit);
		bind_number(&row, s->slice_ps, 3);
		sqlite3_bind_text(row.s, ++row.column, text, (int)at + 1, SQLITE_STATIC);
		rc = step(&row);
	}
	return rc;
}

/* The tables are there. */
static int insert(struct rec_sqlite *w, const struct rec_result *r, const char *key)
{
	int rc = SQLITE_OK;
	int64_t run;

	for (unsigned i = 0; i < REC_SQL_NR && !rc; i++)
		if (!w->stmt[i])
			rc = sqlite3_prepare_v2(w->db, statements[i], -1, &w->stmt[i], NULL);
	if (!rc)
		rc = insert_run((struct row){ .s = w->stmt[REC_SQL_RUN] }, r, key);
	run = sqlite3_last_insert_rowid(w->db);
	if (!rc)
		rc = insert_params((struct row){ .s = w->stmt[REC_SQL_PARAM] }, r, run);
	if (!rc)
		rc = insert_assumptions((struct row){ .s = w->stmt[REC_SQL_ASSUMPTION] }, r, run);
	if (!rc)
		rc = insert_metrics((struct row){ .s = w->stmt[REC_SQL_METRIC] }, r, run);
	if (!rc)
		rc = insert_dists((struct row){ .s = w->stmt[REC_SQL_DIST] }, r, run);
	return rc ? rc : insert_series((struct row){ .s = w->stmt[REC_SQL_SERIES] }, r, run);
}

int rec_sqlite_add(struct rec_sqlite *w, struct rec_result *r, const char *key)
{
	rec_result_sort(r);
	return r->failed ? SQLITE_NOMEM : insert(w, r, key);
}

void rec_sqlite_finish(struct rec_sqlite *w)
{
	for (unsigned i = 0; i < REC_SQL_NR; i++) {
		sqlite3_finalize(w->stmt[i]);
		w->stmt[i] = NULL;
	}
}

/* Inside a transaction. *foreign: the file is not ours. */
static int make_tables(sqlite3 *db, bool *foreign)
{
	int64_t version = query(db, "PRAGMA user_version");
	int64_t tables = query(db, "SELECT count(*) FROM sqlite_schema");

	if (version < 0 || tables < 0)
		return sqlite3_errcode(db);
	*foreign = tables && version != atoi(VERSION);
	if (*foreign)
		return SQLITE_NOTADB;
	return tables ? SQLITE_OK : exec(db, schema);
}

int rec_sqlite_tables(sqlite3 *db)
{
	return exec(db, schema);
}

int rec_result_sqlite_errno(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK: return 0;
	case SQLITE_NOMEM: return -ENOMEM;
	case SQLITE_FULL: return -ENOSPC;
	case SQLITE_READONLY: return -EROFS;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM: return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return -EBUSY;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT: return -EINVAL;
	default: return -EIO;
	}
}

/* One transaction: the tables, and the run if there is one. */
static int write_file(const struct rec_result *r, const char *path, const char *key, int busy_ms,
		      char *error)
{
	struct rec_sqlite w = { 0 };
	sqlite3 *db = NULL;
	bool foreign = false;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (!rc) {
		sqlite3_busy_timeout(db, busy_ms);
		rc = exec(db, "PRAGMA foreign_keys=ON; BEGIN IMMEDIATE");
	}
	if (!rc)
		rc = make_tables(db, &foreign);
	w.db = db;
	if (!rc && r)
		rc = insert(&w, r, key);
	rec_sqlite_finish(&w);
	if (!rc)
		rc = exec(db, "COMMIT");
	if (rc)
		snprintf(error, REC_ERROR_MAX, "cannot write results to %s: %s", path,
			 foreign ? "not a result file of this version"
			 : db	 ? sqlite3_errmsg(db)
				 : "out of memory");
	if (rc && db)
		exec(db, "ROLLBACK");
	sqlite3_close(db);
	return rec_result_sqlite_errno(rc);
}

int rec_result_sqlite(struct rec_result *r, const char *path, const char *key, char *error)
{
	rec_result_sort(r);
	if (!r->failed)
		return write_file(r, path, key, BUSY_MS, error);
	snprintf(error, REC_ERROR_MAX, "cannot write results to %s: out of memory", path);
	return -ENOMEM;
}

int rec_result_sqlite_prepare(const char *path, char *error)
{
	return write_file(NULL, path, NULL, BUSY_SHORT_MS, error);
}
