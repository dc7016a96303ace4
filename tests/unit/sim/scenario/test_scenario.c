// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole scenarios: files that include files, and what is shipped.
 */
#include "scenario-files.h"

/* ---- include ---- */

START_TEST(included_mappings_merge_and_the_including_file_wins)
{
	write_file("one.yaml", "run: {duration: 1 ms, warmup: 2 ms}\nhost: {pes: 2}\n");
	write_file("two.yaml", "run: {warmup: 3 ms}\nhost: {gic: {its: 2}}\n");
	write_file("main.yaml", "include: [one.yaml, two.yaml]\nhost: {gic: {spis: 96}}\n"
				"run: {duration: 5 ms}\nvms: [{name: a}]\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.run.duration, 5 * SIM_MS);
	ck_assert_uint_eq(s.config.run.warmup, 3 * SIM_MS);
	ck_assert_uint_eq(s.config.host.pes, 2);
	ck_assert_uint_eq(s.config.host.gic.its, 2);
	ck_assert_uint_eq(s.config.host.gic.spis, 96);
}
END_TEST

START_TEST(a_list_replaces_the_included_list)
{
	write_file("one.yaml", "vms: [{name: x}, {name: y}]\nrun: {duration: 1 ms}\n");
	write_file("main.yaml", "include: one.yaml\nvms: [{name: z}]\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.vms.nr, 1);
	ck_assert_str_eq(vm(0)->name, "z");
}
END_TEST

START_TEST(a_file_may_be_included_twice_side_by_side)
{
	write_file("one.yaml", BASE);
	write_file("two.yaml", "include: one.yaml\n");
	write_file("main.yaml", "include: [one.yaml, two.yaml]\n");
	loads("main.yaml");
}
END_TEST

START_TEST(files_of_configs_can_be_included_from_anywhere)
{
	write_file("main.yaml", "include: hosts/altra-2s.yaml\n" BASE);
	loads("main.yaml");
	ck_assert_uint_eq(s.config.host.sockets, 2);
	ck_assert_uint_eq(s.config.host.clusters, 40);
}
END_TEST

START_TEST(a_missing_include_is_reported_where_it_stands)
{
	refused(BASE "include: [hosts/small.yaml, nowhere.yaml]\n",
		"main.yaml:3:29: cannot find the file 'nowhere.yaml'; valid: a path from the folder "
		"of this file or from configs/");
	refused("include: {a: b}\n" BASE,
		"main.yaml:1:10: include: not a file name; valid: a file name or a list of them");
}
END_TEST

START_TEST(an_include_loop_is_reported_where_it_closes)
{
	char message[512];

	write_file("one.yaml", "run: {duration: 1 ms}\ninclude: main.yaml\n");
	write_file("main.yaml", "include: one.yaml\n");
	ck_assert_int_eq(load("main.yaml", NULL), -EINVAL);
	snprintf(message, sizeof(message),
		 "one.yaml:2:10: include loop: '%s/main.yaml' is being "
		 "read already",
		 folder);
	expect(message);
	write_file("main.yaml", "include: ./main.yaml\n");
	ck_assert_int_eq(load("main.yaml", NULL), -EINVAL);
	ck_assert_ptr_nonnull(strstr(diag.text, "main.yaml:1:10: include loop: "));
}
END_TEST

/* Each file includes the next twice: 2^20 files if nothing bounded them. */
START_TEST(includes_that_multiply_are_bounded)
{
	char name[32], text[64];

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "f%d.yaml", i);
		snprintf(text, sizeof(text), "include: [f%d.yaml, f%d.yaml]\n", i + 1, i + 1);
		write_file(name, text);
	}
	write_file("f12.yaml", BASE);
	ck_assert_int_eq(load("f0.yaml", NULL), -EINVAL);
	ck_assert_ptr_nonnull(strstr(diag.text, "too many files; range 1 to 256"));
}
END_TEST

START_TEST(an_error_in_an_included_file_names_that_file)
{
	write_file("one.yaml", "run: {duration: 1 ms}\nhost:\n  sokets: 2\n");
	refused("include: one.yaml\nvms: [{name: a}]\n",
		"one.yaml:3:3: unknown key 'sokets' in host; nearest valid key 'sockets'");
}
END_TEST

/* ---- the whole ---- */

START_TEST(what_rows_cannot_say_is_reported_at_the_value)
{
	refused("run: {duration: 1 ms}\nvms:\n  - name: a\n    irqs: 100\n",
		"main.yaml:4:11: vms.0.irqs: must be a multiple of 32");
	refused("run: {duration: 1 ms}\nvms: []\n",
		"main.yaml:2:6: vms: there must be at least one VM");
	set_refused("vms.0.irqs=100", "--set:1:12: vms.0.irqs: must be a multiple of 32");
}
END_TEST

START_TEST(an_unknown_key_of_the_scenario_may_be_near_any_of_its_keys)
{
	refused(BASE "cost: altra\n",
		"main.yaml:3:1: unknown key 'cost' in the scenario; nearest valid key 'costs'");
	refused(BASE "vm: []\n",
		"main.yaml:3:1: unknown key 'vm' in the scenario; nearest valid key 'vms'");
}
END_TEST

START_TEST(a_scenario_is_named_after_its_file_unless_it_says_otherwise)
{
	write_file("some-load.yaml", BASE);
	loads("some-load.yaml");
	ck_assert_str_eq(s.name, "some-load");
	write_file("some-load.yaml", BASE "name: other\ndescription: |\n  two\n  lines\n");
	loads("some-load.yaml");
	ck_assert_str_eq(s.name, "other");
	ck_assert_str_eq(s.description, "two\nlines\n");
}
END_TEST

static char *show(void)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	scenario_show(&s, f);
	fclose(f);
	return text;
}

static void show_reads_back(void *arg, const char *name, const char *path)
{
	char *first, *second;

	unload();
	loaded = true;
	ck_assert_msg(!scenario_load(&s, path, NULL, 0, &diag), "%s", diag.text);
	ck_assert_str_eq(s.name, name);
	ck_assert_msg(*s.description, "%s has no description", name);
	first = show();
	write_file("shown.yaml", first);
	loads("shown.yaml");
	second = show();
	ck_assert_str_eq(first, second);
	free(first);
	free(second);
	++*(unsigned *)arg;
}

START_TEST(every_shipped_scenario_loads_and_its_show_reads_back_to_the_same)
{
	struct files files;
	unsigned n = 0;
	struct doc doc;

	memset(&diag, 0, sizeof(diag));
	doc_init(&doc, &diag);
	ck_assert_int_eq(files_init(&files, &doc), 0);
	files_list(&files, "scenarios", show_reads_back, &n);
	ck_assert_uint_ge(n, 6);
	files_fini(&files);
	doc_free(&doc);
}
END_TEST

struct seen {
	unsigned count;
	bool duration, lock, preset;
};

static void see(void *arg, const char *path, const char *value)
{
	struct seen *seen = arg;

	seen->count++;
	seen->duration |= !strcmp(path, "run.duration") && !strcmp(value, "1 ms");
	seen->lock |= !strcmp(path, "costs.lock.cost") && !strcmp(value, "15 ns");
	seen->preset |= !strcmp(path, "hypervisor.preset") && !strcmp(value, "linux-6.1");
}

START_TEST(every_parameter_is_told_with_its_value)
{
	struct seen seen = { 0 };

	write_file("main.yaml", BASE);
	loads("main.yaml");
	scenario_parameters(&s, see, &seen);
	ck_assert(seen.duration && seen.lock && seen.preset);
	ck_assert_uint_gt(seen.count, COST_NR + 40);
}
END_TEST

static void same_as_file(const char *path, int (*print)(FILE *out))
{
	char *text = NULL, *kept;
	size_t size, n;
	FILE *f = open_memstream(&text, &size);

	ck_assert_int_eq(print(f), 0);
	fclose(f);
	kept = calloc(1, size + 2);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s is missing: make generated", path);
	n = fread(kept, 1, size + 1, f);
	fclose(f);
	ck_assert_msg(n == size && !memcmp(text, kept, size),
		      "%s is not up to date: make generated", path);
	free(kept);
	free(text);
}

START_TEST(the_shipped_schema_and_reference_are_those_of_the_tables)
{
	same_as_file("configs/schema.json", scenario_print_json_schema);
	same_as_file("docs/scenario-reference.md", scenario_print_reference);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, included_mappings_merge_and_the_including_file_wins);
	tcase_add_test(tc, a_list_replaces_the_included_list);
	tcase_add_test(tc, a_file_may_be_included_twice_side_by_side);
	tcase_add_test(tc, files_of_configs_can_be_included_from_anywhere);
	tcase_add_test(tc, a_missing_include_is_reported_where_it_stands);
	tcase_add_test(tc, an_include_loop_is_reported_where_it_closes);
	tcase_add_test(tc, includes_that_multiply_are_bounded);
	tcase_add_test(tc, an_error_in_an_included_file_names_that_file);
	tcase_add_test(tc, what_rows_cannot_say_is_reported_at_the_value);
	tcase_add_test(tc, an_unknown_key_of_the_scenario_may_be_near_any_of_its_keys);
	tcase_add_test(tc, a_scenario_is_named_after_its_file_unless_it_says_otherwise);
	tcase_add_test(tc, every_shipped_scenario_loads_and_its_show_reads_back_to_the_same);
	tcase_add_test(tc, every_parameter_is_told_with_its_value);
	tcase_add_test(tc, the_shipped_schema_and_reference_are_those_of_the_tables);
}

CHECK_MAIN("scenario", add, setup, teardown)
