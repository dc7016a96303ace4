// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results on disk (sim/record/result.h): JSON is well-formed, exact and the same each time; an
 * SQLite file gives back what was put in; and when a file cannot be written one line says why and
 * nothing half-written stays. SQLite's own JSON reader checks the JSON.
 */
#include "record/result.h"
#include "tests/lib/check-main.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rec_result r;
static char dir[] = "/tmp/gicsim-result-XXXXXX";
static char error[REC_ERROR_MAX];

static void fill(struct rec_result *x)
{
	rec_result_init(x);
	rec_result_set(x, &x->scenario, "a \"quoted\"\\ name\n\x01 \xc3\xa4 \xff.yaml");
	rec_result_set(x, &x->engine, "calendar");
	rec_result_set(x, &x->version, "0.1");
	rec_result_set(x, &x->preset, "linux-6.8");
	rec_result_set(x, &x->host, "somewhere");
	x->seed = UINT64_MAX;
	x->warmup_ps = 1500000000;
	x->duration_ps = 1000000000000;
	x->identities_ok = true;
	x->wall_ns = 2500000000ull;
	rec_result_param(x, "vms.0.vcpus", "4");
	rec_result_param(x, "host.pes", "8");
	rec_result_assumption(x, &(struct rec_result_assumption){ .name = "list-step",
								  .source = "none",
								  .confidence = "assumption",
								  .range = "1 ns..20 ns",
								  .uses = 12,
								  .time_ps = 120001,
								  .share = 1234 });
	rec_result_metric(x, "irq.latency.mean", "ns", 1234567, 3);
	rec_result_metric(x, "irq.delivered", "interrupts", 42, 0);
	rec_result_metric(x, "big", "things", (rec_u128)UINT64_MAX * 10, 0);
	rec_result_no_metric(x, "irq.latency.p99", "ns");
}

static void setup(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	error[0] = '\0';
	fill(&r);
}

static void teardown(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[600];

	rec_result_fini(&r);
	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	closedir(d);
	ck_assert_int_eq(rmdir(dir), 0);
}

static const char *in_dir(const char *name)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/* Entries in the directory. */
static unsigned files(void)
{
	DIR *d = opendir(dir);
	unsigned n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	static char text[65536];
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* The first column of the first row; `arg` fills ?1. */
static const char *ask(const char *db_path, const char *sql, const char *arg)
{
	static char answer[65536];
	sqlite3 *db;
	sqlite3_stmt *s;

	ck_assert_int_eq(sqlite3_open(db_path, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK, "%s: %s", sql,
		      sqlite3_errmsg(db));
	sqlite3_bind_text(s, 1, arg, -1, SQLITE_STATIC);
	ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
	snprintf(answer, sizeof(answer), "%s",
		 sqlite3_column_type(s, 0) == SQLITE_NULL
			 ? "NULL"
			 : (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	sqlite3_close(db);
	return answer;
}

/* No file may grow beyond `bytes` until the limit is lifted again. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* ---- JSON ---- */

START_TEST(json_is_well_formed_and_has_the_shape_of_the_contract)
{
	const char *json;

	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	json = read_all(in_dir("a.json"));
	ck_assert_str_eq(ask(":memory:", "SELECT json_valid(?1)", json), "1");
	ck_assert_str_eq(ask(":memory:", "SELECT json_extract(?1,'$.schema')", json),
			 "gicsim.result/1");
	ck_assert_str_eq(ask(":memory:", "SELECT json_extract(?1,'$.scenario')", json),
			 "a \"quoted\"\\ name\n\x01 \xc3\xa4 \xef\xbf\xbd.yaml");
	ck_assert_str_eq(ask(":memory:", "SELECT json_extract(?1,'$.engine')", json), "calendar");
	ck_assert_str_eq(ask(":memory:", "SELECT json_extract(?1,'$.wall_s')", json), "2.5");
	ck_assert_str_eq(
		ask(":memory:", "SELECT json_extract(?1,'$.parameters.\"host.pes\"')", json), "8");
	ck_assert_str_eq(ask(":memory:",
			     "SELECT json_extract(?1,'$.metrics.\"irq.delivered\".value')", json),
			 "42");
	ck_assert_str_eq(ask(":memory:",
			     "SELECT json_extract(?1,'$.metrics.\"irq.latency.mean\".unit')", json),
			 "ns");
	ck_assert_str_eq(
		ask(":memory:", "SELECT json_type(?1,'$.metrics.\"irq.latency.p99\".value')", json),
		"null");
	ck_assert_str_eq(ask(":memory:",
			     "SELECT json_extract(?1,"
			     "'$.assumptions.entries.\"list-step\".uses')",
			     json),
			 "12");
}
END_TEST

START_TEST(json_numbers_are_exact)
{
	const char *json;

	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	json = read_all(in_dir("a.json"));
	ck_assert_ptr_nonnull(strstr(json, "\"seed\": 18446744073709551615,"));
	ck_assert_ptr_nonnull(strstr(json, "\"warmup_s\": 0.001500000000,"));
	ck_assert_ptr_nonnull(strstr(json, "\"big\": {\"value\": 184467440737095516150,"));
	ck_assert_ptr_nonnull(strstr(json, "\"irq.latency.mean\": {\"value\": 1234.567, "));
}
END_TEST

START_TEST(json_is_the_same_whatever_the_order_of_entries)
{
	struct rec_result a, b;
	char *text;

	rec_result_init(&a);
	rec_result_init(&b);
	rec_result_metric(&a, "x", "u", 1, 0);
	rec_result_metric(&a, "y", "u", 2, 0);
	rec_result_metric(&b, "y", "u", 2, 0);
	rec_result_metric(&b, "x", "u", 1, 0);
	ck_assert_int_eq(rec_result_json(&a, in_dir("a.json"), error), 0);
	ck_assert_int_eq(rec_result_json(&b, in_dir("b.json"), error), 0);
	text = strdup(read_all(in_dir("a.json")));
	ck_assert_str_eq(text, read_all(in_dir("b.json")));
	free(text);
	rec_result_fini(&a);
	rec_result_fini(&b);
}
END_TEST

START_TEST(an_empty_result_is_valid_json)
{
	struct rec_result e;

	rec_result_init(&e);
	ck_assert_int_eq(rec_result_json(&e, in_dir("e.json"), error), 0);
	ck_assert_str_eq(ask(":memory:", "SELECT json_valid(?1)", read_all(in_dir("e.json"))), "1");
	rec_result_fini(&e);
}
END_TEST

START_TEST(json_replaces_a_file_and_leaves_no_other)
{
	struct stat st;
	mode_t mask = umask(022);

	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	ck_assert_uint_eq(files(), 1);
	ck_assert_int_eq(stat(in_dir("a.json"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0644);
	umask(mask);
}
END_TEST

START_TEST(json_into_a_missing_directory_is_one_clear_line)
{
	ck_assert_int_eq(rec_result_json(&r, in_dir("no/a.json"), error), -ENOENT);
	ck_assert_ptr_nonnull(strstr(error, "cannot write results to /tmp/"));
	ck_assert_ptr_nonnull(strstr(error, "No such file or directory"));
	ck_assert_ptr_null(strchr(error, '\n'));
}
END_TEST

START_TEST(json_to_a_full_device_is_an_error)
{
	ck_assert_int_eq(rec_result_json(&r, "/dev/full", error), -ENOSPC);
	ck_assert_ptr_nonnull(strstr(error, "No space left on device"));
}
END_TEST

START_TEST(json_that_does_not_fit_leaves_the_old_file_and_no_other)
{
	int err;

	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	limit_files(500);
	err = rec_result_json(&r, in_dir("a.json"), error);
	limit_files(RLIM_INFINITY);
	ck_assert_int_eq(err, -EFBIG);
	ck_assert_uint_eq(files(), 1);
	ck_assert_str_eq(ask(":memory:", "SELECT json_valid(?1)", read_all(in_dir("a.json"))), "1");
}
END_TEST

START_TEST(a_result_that_lost_an_entry_is_not_written)
{
	r.failed = true;
	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), -ENOMEM);
	ck_assert_int_eq(rec_result_sqlite(&r, in_dir("a.db"), NULL, error), -ENOMEM);
	ck_assert_uint_eq(files(), 0);
}
END_TEST

/* ---- SQLite ---- */

START_TEST(sqlite_gives_back_what_was_put_in)
{
	const char *db = in_dir("a.db");

	ck_assert_msg(!rec_result_sqlite(&r, db, NULL, error), "%s", error);
	ck_assert_str_eq(ask(db, "SELECT scenario FROM runs", NULL), r.scenario);
	ck_assert_str_eq(ask(db, "SELECT seed FROM runs", NULL), "18446744073709551615");
	ck_assert_str_eq(ask(db, "SELECT duration_s FROM runs", NULL), "1.0");
	ck_assert_str_eq(ask(db, "SELECT identities FROM runs", NULL), "ok");
	ck_assert_str_eq(ask(db, "SELECT value FROM parameters WHERE key='host.pes'", NULL), "8");
	ck_assert_str_eq(ask(db, "SELECT value FROM metrics WHERE name='irq.delivered'", NULL),
			 "42");
	ck_assert_str_eq(ask(db, "SELECT value FROM metrics WHERE name='irq.latency.mean'", NULL),
			 "1234.567");
	ck_assert_str_eq(ask(db, "SELECT value FROM metrics WHERE name='irq.latency.p99'", NULL),
			 "NULL");
	ck_assert_str_eq(ask(db, "SELECT unit FROM metrics WHERE name='irq.latency.p99'", NULL),
			 "ns");
	ck_assert_str_eq(ask(db, "SELECT uses||' '||time_ns||' '||share FROM assumptions", NULL),
			 "12 120.001 1.234");
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(runs_add_up_in_one_file)
{
	const char *db = in_dir("a.db");

	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(rec_result_sqlite(&r, db, NULL, error), 0);
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM runs", NULL), "3");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM metrics", NULL), "12");
}
END_TEST

START_TEST(a_run_with_the_same_key_is_replaced_with_all_that_belongs_to_it)
{
	const char *db = in_dir("a.db");

	ck_assert_int_eq(rec_result_sqlite(&r, db, "k1", error), 0);
	ck_assert_int_eq(rec_result_sqlite(&r, db, "k2", error), 0);
	ck_assert_int_eq(rec_result_sqlite(&r, db, "k1", error), 0);
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM runs", NULL), "2");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM metrics", NULL), "8");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM parameters", NULL), "4");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM assumptions", NULL), "2");
}
END_TEST

START_TEST(many_processes_write_to_one_file)
{
	char db[600];
	int status;

	strcpy(db, in_dir("a.db"));
	for (unsigned i = 0; i < 4; i++) {
		if (fork())
			continue;
		for (unsigned n = 0; n < 5; n++)
			if (rec_result_sqlite(&r, db, NULL, error))
				_exit(1);
		_exit(0);
	}
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM runs", NULL), "20");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM metrics", NULL), "80");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_told_and_untouched)
{
	const char *db = in_dir("a.db");
	FILE *f = fopen(db, "w");

	for (unsigned i = 0; i < 400; i++)
		fputs("not a database ", f);
	fclose(f);
	ck_assert_int_eq(rec_result_sqlite(&r, db, NULL, error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "file is not a database"));
	ck_assert_int_eq(strncmp(read_all(db), "not a database not", 18), 0);
	ck_assert_uint_eq(files(), 1);
}
END_TEST

START_TEST(a_database_of_others_is_told_and_untouched)
{
	const char *db = in_dir("a.db");
	sqlite3 *s;

	ck_assert_int_eq(sqlite3_open(db, &s), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(s, "CREATE TABLE runs(x)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(s);
	ck_assert_int_eq(rec_result_sqlite(&r, db, NULL, error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "not a result file of this version"));
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM sqlite_schema", NULL), "1");
}
END_TEST

START_TEST(a_directory_that_cannot_be_written_is_told)
{
	ck_assert_int_eq(rec_result_sqlite(&r, in_dir("no/a.db"), NULL, error), -EACCES);
	ck_assert_ptr_nonnull(strstr(error, "unable to open database file"));
	ck_assert_ptr_null(strchr(error, '\n'));
}
END_TEST

START_TEST(a_database_that_outgrows_the_disk_keeps_the_runs_it_had)
{
	const char *db = in_dir("a.db");
	struct stat st;
	int err;

	ck_assert_int_eq(rec_result_sqlite(&r, db, NULL, error), 0);
	for (unsigned i = 0; i < 2000; i++) {
		char name[32];

		snprintf(name, sizeof(name), "metric.%u", i);
		rec_result_metric(&r, name, "things", i, 0);
	}
	ck_assert_int_eq(stat(db, &st), 0);
	limit_files((rlim_t)st.st_size + 8192);
	err = rec_result_sqlite(&r, db, NULL, error);
	limit_files(RLIM_INFINITY);
	ck_assert_msg(err == -ENOSPC || err == -EIO, "%d %s", err, error);
	ck_assert_ptr_null(strchr(error, '\n'));
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM runs", NULL), "1");
	ck_assert_str_eq(ask(db, "SELECT count(*) FROM metrics", NULL), "4");
	ck_assert_str_eq(ask(db, "PRAGMA integrity_check", NULL), "ok");
}
END_TEST

/* ---- table ---- */

START_TEST(the_table_prints_units_and_the_state_of_identities)
{
	FILE *f = fopen(in_dir("t"), "w");
	const char *text;

	rec_result_metric(&r, "irq.latency.count", "samples", 42, 0);
	rec_result_metric(&r, "irq.latency.max", "ns", 9876543, 3);
	rec_result_metric(&r, "exit.total", "exits", 10, 0);
	rec_result_metric(&r, "exit.WFx", "exits", 10, 0);
	rec_result_metric(&r, "workload.vm0.nvme.ios", "I/Os", 1234567, 0);
	r.identities_ok = false;
	rec_result_print(&r, f);
	fclose(f);
	text = read_all(in_dir("t"));
	ck_assert_ptr_nonnull(strstr(text, "9.876 us"));
	ck_assert_ptr_nonnull(strstr(text, "1.234 us"));
	ck_assert_ptr_nonnull(strstr(text, "1,234,567 I/Os"));
	ck_assert_ptr_nonnull(strstr(text, "100.00%"));
	ck_assert_ptr_nonnull(strstr(text, "IDENTITIES VIOLATED"));
}
END_TEST

/* Levels 0.000001 and so on stand for values; the median of the ladder is at 0.5. */
static void add_curves(struct rec_result *x)
{
	struct rec_result_dist d = { .name = "irq.latency", .unit = "ns", .count = 42 };
	struct rec_result_series s = { .name = "irq.latency", .unit = "ns", .slice_ps = 10000 };

	for (unsigned i = 0; i < REC_NR_LEVELS; i++)
		d.ps[i] = rec_levels_ppm[i] + 1;
	for (unsigned i = 0; i < REC_NR_SLICES; i++) {
		s.count[i] = i;
		s.sum_ps[i] = 1000 * i;
	}
	rec_result_dist(x, &d);
	rec_result_series(x, &s);
}

START_TEST(distributions_and_series_are_in_json_and_database)
{
	const char *json;

	add_curves(&r);
	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	json = read_all(in_dir("a.json"));
	ck_assert_str_eq(
		ask(":memory:",
		    "SELECT value ->> '$[1]' FROM json_each(?1,"
		    "'$.distributions.\"irq.latency\".quantiles') WHERE value ->> '$[0]' = 0.5",
		    json),
		"500.001");
	ck_assert_str_eq(ask(":memory:",
			     "SELECT json_extract(?1,'$.series.\"irq.latency\".slices[99]')", json),
			 "[99,99.000]");
	ck_assert_int_eq(rec_result_sqlite(&r, in_dir("a.db"), NULL, error), 0);
	ck_assert_str_eq(ask(in_dir("a.db"),
			     "SELECT count || ' ' || (quantiles ->> '$[47][1]') FROM distributions",
			     NULL),
			 "42 1000.001");
	ck_assert_str_eq(ask(in_dir("a.db"),
			     "SELECT slice_ns || ' ' || (slices ->> '$[7][0]') || ' ' || "
			     "(slices ->> '$[7][1]') FROM series",
			     NULL),
			 "10.0 7 7.0");
}
END_TEST

/* What goes through a file descriptor comes out as the same JSON. */
START_TEST(a_result_survives_the_way_to_another_process)
{
	struct rec_result other;
	char *sent, *bytes;
	FILE *f;
	long size;

	add_curves(&r);
	rec_result_sort(&r);
	f = fopen(in_dir("wire"), "w+");
	ck_assert_int_eq(rec_result_send(&r, fileno(f)), 0);
	ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	rewind(f);
	bytes = malloc((size_t)size);
	ck_assert_uint_eq(fread(bytes, 1, (size_t)size, f), (size_t)size);
	fclose(f);
	ck_assert_int_eq(rec_result_receive(&other, bytes, (size_t)size), 0);
	ck_assert_int_eq(rec_result_json(&r, in_dir("a.json"), error), 0);
	ck_assert_int_eq(rec_result_json(&other, in_dir("b.json"), error), 0);
	sent = strdup(read_all(in_dir("a.json")));
	ck_assert_str_eq(sent, read_all(in_dir("b.json")));
	rec_result_fini(&other);
	for (long cut = 0; cut < size; cut += 97) {
		ck_assert_int_eq(rec_result_receive(&other, bytes, (size_t)cut), -EBADMSG);
		rec_result_fini(&other);
	}
	free(bytes);
	free(sent);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, distributions_and_series_are_in_json_and_database);
	tcase_add_test(tc, a_result_survives_the_way_to_another_process);
	tcase_add_test(tc, json_is_well_formed_and_has_the_shape_of_the_contract);
	tcase_add_test(tc, json_numbers_are_exact);
	tcase_add_test(tc, json_is_the_same_whatever_the_order_of_entries);
	tcase_add_test(tc, an_empty_result_is_valid_json);
	tcase_add_test(tc, json_replaces_a_file_and_leaves_no_other);
	tcase_add_test(tc, json_into_a_missing_directory_is_one_clear_line);
	tcase_add_test(tc, json_to_a_full_device_is_an_error);
	tcase_add_test(tc, json_that_does_not_fit_leaves_the_old_file_and_no_other);
	tcase_add_test(tc, a_result_that_lost_an_entry_is_not_written);
	tcase_add_test(tc, sqlite_gives_back_what_was_put_in);
	tcase_add_test(tc, runs_add_up_in_one_file);
	tcase_add_test(tc, a_run_with_the_same_key_is_replaced_with_all_that_belongs_to_it);
	tcase_add_test(tc, many_processes_write_to_one_file);
	tcase_add_test(tc, a_file_that_is_no_database_is_told_and_untouched);
	tcase_add_test(tc, a_database_of_others_is_told_and_untouched);
	tcase_add_test(tc, a_directory_that_cannot_be_written_is_told);
	tcase_add_test(tc, a_database_that_outgrows_the_disk_keeps_the_runs_it_had);
	tcase_add_test(tc, the_table_prints_units_and_the_state_of_identities);
}

CHECK_MAIN("record results", add, setup, teardown)
