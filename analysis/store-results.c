// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results that are no study, read as one. The tables of the runs are those that every result file
 * has; what a study adds to them is made in the connection's own temporary schema, which hides
 * nothing but runs.key. A JSON result is taken apart by SQLite into a database in memory.
 */
#include <ctype.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store-internal.h"

#define JSON_MAX (1u << 30)

/* Each ?1 is the text of the file. */
static const char *const json_sql[] = {
	"INSERT INTO runs SELECT 1, NULL, j ->> '$.schema', j ->> '$.scenario', j ->> '$.seed',"
	" j ->> '$.engine', j ->> '$.version', j ->> '$.preset', j ->> '$.warmup_s',"
	" j ->> '$.duration_s', j ->> '$.identities', j ->> '$.wall_s', j ->> '$.max_rss_bytes',"
	" j ->> '$.events', j ->> '$.started_unix', j ->> '$.host',"
	" j ->> '$.assumptions.shares.\"irq.latency.mean\".value',"
	" j ->> '$.assumptions.shares.\"irq.latency.p99\".value',"
	" j ->> '$.assumptions.shares.host_cpu.value' FROM (SELECT ?1 AS j)",
	"INSERT INTO parameters SELECT 1, key, value FROM json_each(?1, '$.parameters')",
	"INSERT INTO assumptions SELECT 1, key, value ->> '$.source', value ->> '$.confidence',"
	" value ->> '$.range', value ->> '$.uses', value ->> '$.time.value',"
	" value ->> '$.share.value' FROM json_each(?1, '$.assumptions.entries')",
	"INSERT INTO metrics SELECT 1, key, value ->> '$.value', value ->> '$.unit'"
	" FROM json_each(?1, '$.metrics')",
	"INSERT INTO distributions SELECT 1, key, value ->> '$.unit', value ->> '$.count',"
	" value -> '$.quantiles' FROM json_each(?1, '$.distributions')",
	"INSERT INTO series SELECT 1, key, value ->> '$.unit', value ->> '$.slice_ns',"
	" value -> '$.slices' FROM json_each(?1, '$.series')",
};

/* A study around runs: points by all parameters but the seed, axes those that differ. */
static const char study_sql[] =
	"CREATE TEMP VIEW runs AS SELECT id, coalesce(key, 'run ' || id) AS key, schema, scenario,"
	" seed, engine, version, preset, warmup_s, duration_s, identities, wall_s, max_rss_bytes,"
	" events, started_unix, host, assumed_latency_mean, assumed_latency_p99, assumed_host_cpu"
	" FROM main.runs;"
	"CREATE TEMP TABLE sets AS SELECT r.id, r.key, r.seed, (SELECT group_concat(t, char(10)) FROM"
	" (SELECT key || ': ' || value AS t FROM parameters WHERE run = r.id AND key <> 'run.seed'"
	" ORDER BY key)) AS text FROM temp.runs r;"
	"CREATE TEMP TABLE plan AS SELECT row_number() OVER (ORDER BY id) AS number, key,"
	" dense_rank() OVER (ORDER BY text) - 1 AS point,"
	" row_number() OVER (PARTITION BY text ORDER BY id) AS replication, seed FROM sets;"
	"CREATE INDEX temp.plan_point ON plan(point);"
	"CREATE TEMP TABLE axes AS SELECT row_number() OVER (ORDER BY key) - 1 AS position,"
	" key AS axis FROM parameters WHERE key <> 'run.seed' GROUP BY key"
	" HAVING count(DISTINCT value) > 1 OR count(*) < (SELECT count(*) FROM main.runs);"
	"CREATE TEMP TABLE points AS SELECT p.point, a.position, a.axis, coalesce((SELECT value FROM"
	" parameters WHERE run = r.id AND key = a.axis), '') AS value FROM axes a, plan p JOIN"
	" temp.runs r ON r.key = p.key WHERE p.replication = 1;"
	"CREATE TEMP TABLE failures(key, what, command);"
	"CREATE TEMP TABLE chosen(position INTEGER PRIMARY KEY, metric TEXT);"
	"INSERT INTO temp.chosen(metric) SELECT column1 FROM (VALUES('irq.latency.mean'),"
	" ('irq.latency.p50'), ('irq.latency.p99'), ('irq.latency.p999'), ('irq.delivered'),"
	" ('exit.total'), ('cpu.hyp.percent'), ('cpu.host.percent'), ('cpu.spin.percent'));"
	"CREATE TEMP TABLE plots(position INTEGER PRIMARY KEY, name TEXT, type TEXT, title TEXT,"
	" x TEXT, y TEXT, by TEXT, panel TEXT, log TEXT, held TEXT);"
	"INSERT INTO temp.plots SELECT 1, 'hops', 'stack', 'Mean latency by hop', '', 'irq.stage', '',"
	" '', '', '' WHERE NOT EXISTS (SELECT 1 FROM axes);"
	"INSERT INTO temp.plots SELECT 2, 'latency', 'cdf', 'Latency of interrupts', '',"
	" 'irq.latency', '', '', '', '' WHERE NOT EXISTS (SELECT 1 FROM axes);"
	"CREATE TEMP TABLE notes(name TEXT PRIMARY KEY, value TEXT);"
	"INSERT INTO temp.notes SELECT 'description', group_concat(DISTINCT scenario) FROM main.runs;"
	"CREATE TEMP TABLE study(one, name, text, hash);"
	"INSERT INTO temp.study SELECT 1, min(scenario), 'gicsim: ' || min(version) || char(10) ||"
	" (SELECT group_concat(t, '') FROM (SELECT 'base ' || key || ': ' || min(value) || char(10)"
	" AS t FROM parameters WHERE key <> 'run.seed' AND key NOT IN (SELECT axis FROM axes)"
	" GROUP BY key ORDER BY key)), 0 FROM main.runs";

static void keep(void *arg, const char *text)
{
	char **kept = arg;

	free(*kept);
	*kept = strdup(text);
}

/* The text's hash, which SQL cannot make. */
static int set_hash(struct store *st)
{
	char *text = NULL, sql[96];
	int err = store_query(st, "SELECT text FROM study", NULL, 0, keep, &text), rc;

	if (err || !text) {
		free(text);
		return err ? err : -EINVAL;
	}
	snprintf(sql, sizeof(sql), "UPDATE temp.study SET hash = %lld",
		 (long long)store_hash(text));
	free(text);
	rc = sqlite3_exec(st->db, sql, NULL, NULL, NULL);
	return rc ? store_fail(st, rc) : 0;
}

static int add_study(struct store *st)
{
	int rc = sqlite3_exec(st->db, study_sql, NULL, NULL, NULL);

	return rc ? store_fail(st, rc) : set_hash(st);
}

/* ---- JSON ---- */

static int run_json(struct store *st, const char *sql, const char *text)
{
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(st->db, sql, -1, &s, NULL);

	if (rc)
		return rc;
	sqlite3_bind_text(s, 1, text, -1, SQLITE_STATIC);
	sqlite3_step(s);
	return sqlite3_finalize(s);
}

static int take_json(struct store *st, const char *text)
{
	int rc = sqlite3_open(":memory:", &st->db);

	if (!rc)
		rc = rec_sqlite_tables(st->db);
	for (size_t i = 0; i < sizeof(json_sql) / sizeof(json_sql[0]) && !rc; i++)
		rc = run_json(st, json_sql[i], text);
	if (rc) {
		snprintf(st->error, sizeof(st->error), "%s: not a result of gicsim: %s", st->path,
			 sqlite3_errmsg(st->db));
		return rc == SQLITE_NOMEM ? -ENOMEM : -EINVAL;
	}
	return add_study(st);
}

static char *read_file(const char *path)
{
	char *text = NULL;
	FILE *f = fopen(path, "r");
	long size;

	if (!f)
		return NULL;
	if (!fseek(f, 0, SEEK_END) && (size = ftell(f)) >= 0 && size < (long)JSON_MAX &&
	    !fseek(f, 0, SEEK_SET))
		text = calloc(1, (size_t)size + 1);
	if (text && fread(text, 1, (size_t)size, f) != (size_t)size) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

static bool is_json(const char *path)
{
	FILE *f = fopen(path, "r");
	int c = EOF;

	while (f && (c = getc(f)) != EOF && isspace(c))
		;
	if (f)
		fclose(f);
	return c == '{';
}

/* ---- opening ---- */

static void count(void *arg, const char *text)
{
	*(int *)arg = atoi(text);
}

static int open_runs(struct store *st, const char *path)
{
	int found = 0, rc, err;

	store_close(st);
	*st = (struct store){ .path = path };
	rc = sqlite3_open_v2(path, &st->db, SQLITE_OPEN_READONLY, NULL);
	if (rc)
		return store_fail(st, rc);
	err = store_query(st,
			  "SELECT count(*) FROM sqlite_schema WHERE name IN "
			  "('runs', 'parameters', 'metrics', 'distributions', 'series')",
			  NULL, 0, count, &found);
	if (err)
		return err;
	if (found == 5)
		return add_study(st);
	snprintf(st->error, sizeof(st->error), "%s: no results of this version of gicsim", path);
	return -EINVAL;
}

int store_open_results(struct store *st, const char *path)
{
	char *text;
	int err;

	if (is_json(path)) {
		*st = (struct store){ .path = path };
		text = read_file(path);
		if (!text) {
			snprintf(st->error, sizeof(st->error), "%s: %s", path,
				 errno ? strerror(errno) : "too large");
			return -EINVAL;
		}
		err = take_json(st, text);
		free(text);
		return err;
	}
	err = store_open_read(st, path);
	return err == -EINVAL && st->db && strstr(st->error, "not the database of a study")
		       ? open_runs(st, path)
		       : err;
}
