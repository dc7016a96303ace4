// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The database of a study, as analysis/store.h describes it. Each function that writes is one
 * transaction, or part of the one that store_adopt() begins.
 */
#include "store-internal.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_MS	     5000 /* others hold the file for single transactions only */
#define READ_BUSY_MS 2000
#define WAL_PAGES    "16384" /* between two waits for the disk: 64 MiB, some 450 runs */

const char store_tables[] =
	"CREATE TABLE IF NOT EXISTS study("
	" one INTEGER PRIMARY KEY CHECK(one = 1), name TEXT, text TEXT NOT NULL, hash INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS points("
	" point INTEGER, position INTEGER, axis TEXT, value TEXT, PRIMARY KEY(point, position))"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS plan("
	" number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, point INTEGER NOT NULL,"
	" replication INTEGER NOT NULL, seed INTEGER NOT NULL, UNIQUE(point, replication));"
	"CREATE TABLE IF NOT EXISTS failures("
	" key TEXT PRIMARY KEY, what TEXT, command TEXT) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS chosen(position INTEGER PRIMARY KEY, metric TEXT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS plots("
	" position INTEGER PRIMARY KEY, name TEXT, type TEXT, title TEXT, x TEXT, y TEXT, by TEXT,"
	" panel TEXT, log TEXT, held TEXT);"
	"CREATE TABLE IF NOT EXISTS notes(name TEXT PRIMARY KEY, value TEXT);";

/* ---- errors and statements ---- */

int store_fail(struct store *st, int rc)
{
	snprintf(st->error, sizeof(st->error), "%s: %s", st->path,
		 st->db ? sqlite3_errmsg(st->db) : "out of memory");
	return rec_result_sqlite_errno(rc);
}

int store_exec(struct store *st, const char *sql)
{
	int rc = sqlite3_exec(st->db, sql, NULL, NULL, NULL);

	return rc ? store_fail(st, rc) : 0;
}

int store_prepare(struct store *st, const char *sql, sqlite3_stmt **s)
{
	int rc = sqlite3_prepare_v2(st->db, sql, -1, s, NULL);

	return rc ? store_fail(st, rc) : 0;
}

void store_bind(sqlite3_stmt *s, int column, const char *text)
{
	sqlite3_bind_text(s, column, text, -1, SQLITE_STATIC);
}

/* Run a statement that gives no rows. */
int store_finish(struct store *st, sqlite3_stmt *s)
{
	int rc;

	sqlite3_step(s);
	rc = sqlite3_finalize(s);
	return rc ? store_fail(st, rc) : 0;
}

/* Tell the first column of each row. */
static int tell(struct store *st, sqlite3_stmt *s, store_text_fn fn, void *arg)
{
	int rc;

	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(s, 0);

		fn(arg, text ? text : "");
	}
	rc = sqlite3_finalize(s);
	return rc ? store_fail(st, rc) : 0;
}

static int tell_query(struct store *st, const char *sql, store_text_fn fn, void *arg)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, sql, &s);

	return err ? err : tell(st, s, fn, arg);
}

static void keep_number(void *arg, const char *text)
{
	*(uint32_t *)arg = (uint32_t)strtoul(text, NULL, 10);
}

/* ---- opening ---- */

static int open_db(struct store *st, const char *path, int flags)
{
	int rc;

	*st = (struct store){ .path = path };
	rc = sqlite3_open_v2(path, &st->db, flags | SQLITE_OPEN_NOMUTEX, NULL); /* one thread */
	if (rc)
		return store_fail(st, rc);
	sqlite3_busy_timeout(st->db, flags & SQLITE_OPEN_READONLY ? READ_BUSY_MS : BUSY_MS);
	st->runs.db = st->db;
	return 0;
}

int store_open(struct store *st, const char *path)
{
	int err;

	*st = (struct store){ .path = path };
	err = rec_result_sqlite_prepare(path, st->error);
	return err ? err : open_db(st, path, SQLITE_OPEN_READWRITE);
}

int store_open_read(struct store *st, const char *path)
{
	uint32_t found = 0;
	int err = open_db(st, path, SQLITE_OPEN_READONLY);

	if (!err)
		err = tell_query(st,
				 "SELECT count(*) FROM sqlite_schema WHERE name IN "
				 "('study', 'plan', 'runs', 'metrics')",
				 keep_number, &found);
	if (err || found == 4)
		return err;
	snprintf(st->error, sizeof(st->error), "%s: not the database of a study", path);
	return -EINVAL;
}

void store_close(struct store *st)
{
	rec_sqlite_finish(&st->runs);
	sqlite3_close(st->db);
	st->db = NULL;
}

/* ---- the study ---- */

/* FNV-1a. */
int64_t store_hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3ull;
	return (int64_t)h;
}

/* *text stays NULL when there is no study yet. */
int store_query_study(struct store *st, char **text)
{
	sqlite3_stmt *s;
	int64_t kept = 0;
	int err = store_prepare(st, "SELECT text, hash FROM study", &s), rc;

	if (err)
		return err;
	if (sqlite3_step(s) == SQLITE_ROW) {
		const unsigned char *found = sqlite3_column_text(s, 0);

		kept = sqlite3_column_int64(s, 1);
		*text = strdup(found ? (const char *)found : "");
	}
	rc = sqlite3_finalize(s);
	if (rc)
		return store_fail(st, rc);
	if (!*text || store_hash(*text) == kept)
		return 0;
	snprintf(st->error, sizeof(st->error), "%s: the database is damaged", st->path);
	free(*text);
	*text = NULL;
	return -EINVAL;
}

static int insert_study(struct store *st, const char *name, const char *text)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT INTO study VALUES(1, ?, ?, ?)", &s);

	if (err)
		return err;
	store_bind(s, 1, name);
	store_bind(s, 2, text);
	sqlite3_bind_int64(s, 3, store_hash(text));
	return store_finish(st, s);
}

int store_refuse(struct store *st, const char *path)
{
	snprintf(st->error, sizeof(st->error), "%s: the database belongs to another study", path);
	return -EEXIST;
}

int store_adopt(struct store *st, const char *name, const char *text, bool *fresh, char **other)
{
	int err = store_exec(st, "BEGIN IMMEDIATE");

	*other = NULL;
	if (!err)
		err = store_exec(st, store_tables);
	if (!err)
		err = store_query_study(st, other);
	if (err)
		return err;
	*fresh = !*other;
	if (*fresh)
		return insert_study(st, name, text);
	if (strcmp(*other, text))
		return store_refuse(st, st->path);
	free(*other);
	*other = NULL;
	return store_exec(st, "DELETE FROM chosen; DELETE FROM plots; DELETE FROM notes");
}

int store_point(struct store *st, uint32_t point, uint32_t position, const char *axis,
		const char *value)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT INTO points VALUES(?, ?, ?, ?)", &s);

	if (err)
		return err;
	sqlite3_bind_int64(s, 1, point);
	sqlite3_bind_int64(s, 2, position);
	store_bind(s, 3, axis);
	store_bind(s, 4, value);
	return store_finish(st, s);
}

int store_run(struct store *st, uint32_t number, const char *key, uint32_t point,
	      uint32_t replication, uint64_t seed)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT INTO plan VALUES(?, ?, ?, ?, ?)", &s);

	if (err)
		return err;
	sqlite3_bind_int64(s, 1, number);
	store_bind(s, 2, key);
	sqlite3_bind_int64(s, 3, point);
	sqlite3_bind_int64(s, 4, replication);
	sqlite3_bind_int64(s, 5, (int64_t)seed);
	return store_finish(st, s);
}

int store_choose(struct store *st, uint32_t position, const char *metric)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT INTO chosen VALUES(?, ?)", &s);

	if (err)
		return err;
	sqlite3_bind_int64(s, 1, position);
	store_bind(s, 2, metric);
	return store_finish(st, s);
}

int store_plot(struct store *st, uint32_t position, const struct store_plot *p)
{
	const char *const texts[STORE_PLOT_TEXTS] = { p->name, p->type,	 p->title, p->x,    p->y,
						      p->by,   p->panel, p->log,   p->where };
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT INTO plots VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &s);

	if (err)
		return err;
	sqlite3_bind_int64(s, 1, position);
	for (int i = 0; i < STORE_PLOT_TEXTS; i++)
		store_bind(s, i + 2, texts[i]);
	return store_finish(st, s);
}

int store_note(struct store *st, const char *name, const char *value)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT OR REPLACE INTO notes VALUES(?, ?)", &s);

	if (err)
		return err;
	store_bind(s, 1, name);
	store_bind(s, 2, value);
	return store_finish(st, s);
}

int store_commit(struct store *st)
{
	return store_exec(st, "COMMIT");
}

/* ---- runs ---- */

struct done {
	bool *done;
	uint32_t nr;
};

static void mark(void *arg, const char *text)
{
	struct done *d = arg;
	uint32_t number = 0;

	keep_number(&number, text);
	if (number && number <= d->nr)
		d->done[number - 1] = true;
}

int store_done(struct store *st, bool *done, uint32_t nr)
{
	struct done d = { .done = done, .nr = nr };

	return tell_query(st, "SELECT number FROM plan JOIN runs USING(key)", mark, &d);
}

/* Nothing of the transaction stays. */
static int undo(struct store *st, int rc)
{
	int err = store_fail(st, rc);

	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	st->open = false;
	return err;
}

int store_add(struct store *st, struct rec_result *r, const char *key)
{
	int rc = SQLITE_OK;

	if (!st->open)
		rc = sqlite3_exec(st->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	st->open = true;
	if (!rc)
		rc = rec_sqlite_add(&st->runs, r, key);
	return rc ? undo(st, rc) : 0;
}

int store_flush(struct store *st)
{
	int rc;

	if (!st->open)
		return 0;
	rc = sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
	if (rc)
		return undo(st, rc);
	st->open = false;
	return 0;
}

void store_fast(struct store *st)
{
	sqlite3_exec(st->db,
		     "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
		     "PRAGMA wal_autocheckpoint=" WAL_PAGES,
		     NULL, NULL, NULL);
}

void store_lasting(struct store *st)
{
	rec_sqlite_finish(&st->runs);
	sqlite3_exec(st->db, "PRAGMA synchronous=FULL; PRAGMA journal_mode=DELETE", NULL, NULL,
		     NULL);
}

int store_failure(struct store *st, const char *key, const char *what, const char *command)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "INSERT OR REPLACE INTO failures VALUES(?, ?, ?)", &s);

	if (err)
		return err;
	store_bind(s, 1, key);
	store_bind(s, 2, what);
	store_bind(s, 3, command);
	return store_finish(st, s);
}

int store_settle(struct store *st)
{
	return store_exec(st, "DELETE FROM failures WHERE key IN (SELECT key FROM runs)");
}

/* ---- reading ---- */

int store_study(struct store *st, char **text)
{
	int err;

	*text = NULL;
	err = store_query_study(st, text);
	if (err || *text)
		return err;
	snprintf(st->error, sizeof(st->error), "%s: the database of no study", st->path);
	return -EINVAL;
}

int store_count(struct store *st, struct store_counts *c)
{
	int err;

	*c = (struct store_counts){ 0 };
	err = tell_query(st, "SELECT count(DISTINCT point) FROM plan", keep_number, &c->points);
	if (!err)
		err = tell_query(st, "SELECT count(DISTINCT position) FROM points", keep_number,
				 &c->axes);
	if (!err)
		err = tell_query(st, "SELECT count(*) FROM plan", keep_number, &c->planned);
	if (!err)
		err = tell_query(st, "SELECT count(*) FROM plan JOIN runs USING(key)", keep_number,
				 &c->finished);
	return err ? err : tell_query(st, "SELECT count(*) FROM failures", keep_number, &c->failed);
}

int store_axes(struct store *st, store_text_fn fn, void *arg)
{
	return tell_query(st, "SELECT axis FROM points WHERE point = 0 ORDER BY position", fn, arg);
}

int store_settings(struct store *st, uint32_t point, store_text_fn fn, void *arg)
{
	sqlite3_stmt *s;
	int err =
		store_prepare(st, "SELECT value FROM points WHERE point = ? ORDER BY position", &s);

	if (err)
		return err;
	sqlite3_bind_int64(s, 1, point);
	return tell(st, s, fn, arg);
}

int store_chosen(struct store *st, store_text_fn fn, void *arg)
{
	return tell_query(st, "SELECT metric FROM chosen ORDER BY position", fn, arg);
}

int store_metrics(struct store *st, store_text_fn fn, void *arg)
{
	return tell_query(st, "SELECT DISTINCT name FROM metrics ORDER BY name", fn, arg);
}

/* Most metrics are in the first run, where the index finds them at once. */
int store_has_metric(struct store *st, const char *name, bool *has)
{
	uint32_t found = 0;
	int err = store_query(st,
			      "SELECT EXISTS(SELECT 1 FROM runs CROSS JOIN metrics ON run = id "
			      "AND name = ?)",
			      &name, 1, keep_number, &found);

	*has = found;
	return err;
}

int store_query(struct store *st, const char *sql, const char *const *args, unsigned nr_args,
		store_text_fn fn, void *arg)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, sql, &s), rc;

	if (err)
		return err;
	for (unsigned i = 0; i < nr_args; i++)
		store_bind(s, (int)i + 1, args[i]);
	while (sqlite3_step(s) == SQLITE_ROW)
		for (int c = 0; c < sqlite3_column_count(s); c++) {
			const char *text = (const char *)sqlite3_column_text(s, c);

			fn(arg, text ? text : "");
		}
	rc = sqlite3_finalize(s);
	return rc ? store_fail(st, rc) : 0;
}

int store_plots(struct store *st, store_text_fn fn, void *arg)
{
	return store_query(st,
			   "SELECT name, type, title, x, y, by, panel, log, held FROM plots "
			   "ORDER BY position",
			   NULL, 0, fn, arg);
}

static void keep_text(void *arg, const char *text)
{
	char **kept = arg;

	free(*kept);
	*kept = strdup(text);
}

int store_get_note(struct store *st, const char *name, char **value)
{
	int err;

	*value = strdup("");
	err = store_query(st, "SELECT value FROM notes WHERE name = ?", &name, 1, keep_text, value);
	if (!err && !*value) {
		snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
		err = -ENOMEM;
	}
	return err;
}

static int add_sample(struct store_samples *out, sqlite3_stmt *s)
{
	const char *unit = (const char *)sqlite3_column_text(s, 2);

	if (!(out->n & (out->n - 1))) {
		size_t room = out->n ? 2 * out->n : 1;
		double *value = realloc(out->value, room * sizeof(*value));
		uint64_t *seed = realloc(out->seed, room * sizeof(*seed));

		out->value = value ? value : out->value;
		out->seed = seed ? seed : out->seed;
		if (!value || !seed)
			return -ENOMEM;
	}
	out->value[out->n] = sqlite3_column_double(s, 0);
	out->seed[out->n++] = (uint64_t)sqlite3_column_int64(s, 1);
	snprintf(out->unit, sizeof(out->unit), "%s", unit ? unit : "");
	return 0;
}

static int read_samples(struct store *st, uint32_t point, const char *metric,
			struct store_samples *out)
{
	sqlite3_stmt *s;
	int err, rc;

	*out = (struct store_samples){ 0 };
	err = store_prepare(
		st,
		"SELECT m.value, p.seed, m.unit FROM plan p JOIN runs r ON r.key = "
		"p.key JOIN metrics m ON m.run = r.id AND m.name = ?1 WHERE p.point = ?2 "
		"AND m.value IS NOT NULL ORDER BY p.seed",
		&s);
	if (err)
		return err;
	store_bind(s, 1, metric);
	sqlite3_bind_int64(s, 2, point);
	while (!err && sqlite3_step(s) == SQLITE_ROW)
		err = add_sample(out, s);
	rc = sqlite3_finalize(s);
	if (err)
		snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
	return err ? err : rc ? store_fail(st, rc) : 0;
}

/* Where both have a value and the divisor is not 0. Both are sorted by seed. */
static void divide(struct store_samples *by, struct store_samples *a)
{
	size_t i = 0, k = 0, n = 0;

	while (i < a->n && k < by->n) {
		if (a->seed[i] == by->seed[k]) {
			a->seed[n] = a->seed[i];
			a->value[n] = a->value[i++] / by->value[k];
			n += fabs(by->value[k++]) > 0;
		} else if (a->seed[i] < by->seed[k]) {
			i++;
		} else {
			k++;
		}
	}
	a->n = n;
	snprintf(a->unit + strlen(a->unit), sizeof(a->unit) - strlen(a->unit), "/%s", by->unit);
}

int store_samples(struct store *st, uint32_t point, const char *metric, struct store_samples *out)
{
	const char *slash = strstr(metric, STORE_RATIO);
	struct store_samples by;
	char first[256];
	int err;

	if (!slash)
		return read_samples(st, point, metric, out);
	snprintf(first, sizeof(first), "%.*s", (int)(slash - metric), metric);
	err = read_samples(st, point, first, out);
	if (err)
		return err;
	err = read_samples(st, point, slash + strlen(STORE_RATIO), &by);
	if (!err)
		divide(&by, out);
	store_samples_free(&by);
	return err;
}

void store_samples_free(struct store_samples *s)
{
	free(s->value);
	free(s->seed);
}
