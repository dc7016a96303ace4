// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merging: what other databases of the same study have finished is added to one, a transaction for
 * each of them.
 */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store-internal.h"

/* In one transaction: runs that are new here, and what belongs to them. */
static const char merge_sql[] =
	"BEGIN IMMEDIATE;"
	"CREATE TEMP TABLE IF NOT EXISTS moved(old INTEGER PRIMARY KEY, new INTEGER);"
	"DELETE FROM moved;"
	"INSERT INTO moved SELECT id, (SELECT coalesce(max(id), 0) FROM main.runs)"
	"  + row_number() OVER (ORDER BY id) FROM other.runs"
	"  WHERE key IN (SELECT key FROM main.plan) AND key NOT IN"
	"  (SELECT key FROM main.runs WHERE key IS NOT NULL);"
	"INSERT INTO main.runs SELECT m.new, r.key, r.schema, r.scenario, r.seed, r.engine,"
	"  r.version, r.preset, r.warmup_s, r.duration_s, r.identities, r.wall_s, r.max_rss_bytes,"
	"  r.events, r.started_unix, r.host, r.assumed_latency_mean, r.assumed_latency_p99,"
	"  r.assumed_host_cpu FROM other.runs r JOIN moved m ON m.old = r.id;"
	"INSERT INTO main.parameters SELECT m.new, p.key, p.value"
	"  FROM moved m JOIN other.parameters p ON p.run = m.old;"
	"INSERT INTO main.assumptions SELECT m.new, a.name, a.source, a.confidence, a.range, a.uses,"
	"  a.time_ns, a.share FROM moved m JOIN other.assumptions a ON a.run = m.old;"
	"INSERT INTO main.metrics SELECT m.new, v.name, v.value, v.unit"
	"  FROM moved m JOIN other.metrics v ON v.run = m.old;"
	"INSERT INTO main.distributions SELECT m.new, d.name, d.unit, d.count, d.quantiles"
	"  FROM moved m JOIN other.distributions d ON d.run = m.old;"
	"INSERT INTO main.series SELECT m.new, s.name, s.unit, s.slice_ns, s.slices"
	"  FROM moved m JOIN other.series s ON s.run = m.old;"
	"INSERT OR REPLACE INTO main.failures SELECT * FROM other.failures;"
	"DELETE FROM main.failures WHERE key IN (SELECT key FROM main.runs);"
	"COMMIT";

/* The study and the plan of the first database become those of an empty one. */
static const char take_sql[] = "BEGIN IMMEDIATE;"
			       "INSERT INTO main.study SELECT * FROM other.study;"
			       "INSERT INTO main.points SELECT * FROM other.points;"
			       "INSERT INTO main.plan SELECT * FROM other.plan;"
			       "INSERT INTO main.chosen SELECT * FROM other.chosen;"
			       "COMMIT";

static int attach(struct store *st, const char *path)
{
	sqlite3_stmt *s;
	int err = store_prepare(st, "ATTACH ? AS other", &s);

	if (err)
		return err;
	store_bind(s, 1, path);
	return store_finish(st, s);
}

static int read_text(struct store *st, const char *path, char **text)
{
	int err = store_open_read(st, path);

	if (!err)
		err = store_study(st, text);
	store_close(st);
	return err;
}

/* *one is the text of all of them. */
static int compare_texts(struct store *st, const char *const *from, unsigned nr, char **one,
			 char **other)
{
	int err = 0;

	for (unsigned i = 0; i < nr && !err; i++) {
		err = read_text(st, from[i], i ? other : one);
		if (!err && i && strcmp(*one, *other))
			return store_refuse(st, from[i]);
		free(*other);
		*other = NULL;
	}
	return err;
}

static int merge_one(struct store *st, const char *from, bool take)
{
	int err = attach(st, from);

	if (!err && take)
		err = store_exec(st, take_sql);
	if (!err)
		err = store_exec(st, merge_sql);
	if (!err)
		return store_exec(st, "DETACH other");
	snprintf(st->error, sizeof(st->error), "cannot merge %s into %s: %s", from, st->path,
		 sqlite3_errmsg(st->db));
	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

int store_merge(struct store *st, const char *path, const char *const *from, unsigned nr,
		char **one, char **other)
{
	bool take;
	int err;

	*one = *other = NULL;
	err = compare_texts(st, from, nr, one, other);
	if (!err)
		err = store_open(st, path);
	if (!err)
		err = store_exec(st, store_tables);
	if (!err)
		err = store_query_study(st, other);
	take = !*other;
	if (!err && *one && *other && strcmp(*one, *other))
		return store_refuse(st, path);
	for (unsigned i = 0; i < nr && !err; i++)
		err = merge_one(st, from[i], take && !i);
	return err;
}
