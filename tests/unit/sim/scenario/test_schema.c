// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading by tables of rows, and `--set`, on a small schema with every kind of row, a list in a
 * list, and variants.
 */
#include <errno.h>
#include <string.h>

#include <sim/scenario/schema.h>
#include <sim/engine/random.h>

#include <tests/lib/check-main.h>

struct inner {
	uint64_t time;
	bool flag;
};

struct work {
	char type[PARAM_STRING_MAX];
	char name[PARAM_STRING_MAX];
	void *block;
};

struct item {
	char name[PARAM_STRING_MAX];
	uint32_t n;
	struct param_list works;
};

struct outer {
	uint64_t size;
	uint8_t word;
	struct inner inner;
	struct param_list items;
};

struct spin {
	uint64_t rate;
	struct sim_dist pause;
};

static const struct param inner_params[] = {
	{ .name = "time",
	  .type = PARAM_TIME,
	  .offset = offsetof(struct inner, time),
	  .min = 1000,
	  .max = 1000000000,
	  .doc = "a time" },
	{ .name = "flag",
	  .type = PARAM_BOOL,
	  .offset = offsetof(struct inner, flag),
	  .def = "on",
	  .doc = "a switch" },
	PARAM_END,
};
static const struct param work_params[] = {
	{ .name = "type",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct work, type),
	  .doc = "which work" },
	{ .name = "name",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct work, name),
	  .def = "",
	  .doc = "its name" },
	PARAM_END,
};
static const struct param item_params[] = {
	{ .name = "name",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct item, name),
	  .def = "thing",
	  .doc = "a name" },
	{ .name = "n",
	  .type = PARAM_U32,
	  .offset = offsetof(struct item, n),
	  .min = 1,
	  .max = 8,
	  .def = "1",
	  .doc = "a number" },
	PARAM_END,
};
static const struct param_section item_sections[] = {
	{ .name = "works",
	  .doc = "what it does",
	  .params = work_params,
	  .offset = offsetof(struct item, works),
	  .item_size = sizeof(struct work),
	  .max_items = 4,
	  .has_variants = true,
	  .variant_offset = offsetof(struct work, block) },
	{ .name = NULL },
};
static const struct param outer_params[] = {
	{ .name = "size",
	  .type = PARAM_SIZE,
	  .offset = offsetof(struct outer, size),
	  .def = "4 KiB",
	  .doc = "a size" },
	{ .name = "word",
	  .type = PARAM_ENUM,
	  .offset = offsetof(struct outer, word),
	  .def = "red",
	  .names = (const char *const[]){ "red", "green", "blue", NULL },
	  .doc = "a colour" },
	PARAM_END,
};
static const struct param_section outer_sections[] = {
	{ .name = "inner",
	  .doc = "the inside",
	  .params = inner_params,
	  .offset = offsetof(struct outer, inner) },
	{ .name = "items",
	  .doc = "the items",
	  .params = item_params,
	  .sections = item_sections,
	  .offset = offsetof(struct outer, items),
	  .item_size = sizeof(struct item),
	  .max_items = 3 },
	{ .name = NULL },
};
static const struct param_section root = {
	.name = "root",
	.params = outer_params,
	.sections = outer_sections,
};
static const struct param spin_params[] = {
	{ .name = "rate",
	  .type = PARAM_RATE,
	  .offset = offsetof(struct spin, rate),
	  .def = "2 k/s",
	  .doc = "a rate" },
	{ .name = "pause",
	  .type = PARAM_DIST,
	  .offset = offsetof(struct spin, pause),
	  .def = "{exponential: 1 us}",
	  .doc = "a distribution" },
	PARAM_END,
};
static const struct param_variant variants[] = {
	{ .name = "sleep", .doc = "nothing", .params = NULL, .size = 0 },
	{ .name = "spin", .doc = "turn", .params = spin_params, .size = sizeof(struct spin) },
	{ .name = NULL },
};
static const struct schema schema = { .root = &root, .variants = variants };

static struct doc doc;
static struct diag diag;
static struct outer outer;

static void setup(void)
{
	memset(&diag, 0, sizeof(diag));
	memset(&outer, 0xa5, sizeof(outer));
	doc_init(&doc, &diag);
}

static void teardown(void)
{
	doc_free(&doc);
}

static int read_with(const char *text, const char *const *sets)
{
	struct diag_pos at = { .file = "t", .line = 1, .column = 1 };
	struct doc_node *root_node;
	int err = 0;

	teardown();
	setup();
	root_node = doc_parse(&doc, at, text, strlen(text));
	ck_assert_msg(root_node != NULL, "%s", diag.text);
	for (uint32_t i = 0; sets && sets[i] && !err; i++) {
		struct doc_change change = { .option = "--set", .text = sets[i] };

		err = doc_set(&doc, root_node, &change, i + 1);
	}
	return err ? err : schema_read(&schema, &doc, root_node, &outer);
}

static void reads(const char *text)
{
	int err = read_with(text, NULL);

	ck_assert_msg(!err, "%s", diag.text);
}

static void refused(const char *text, const char *message)
{
	ck_assert_int_eq(read_with(text, NULL), -EINVAL);
	ck_assert_str_eq(diag.text, message);
}

static const struct item *item(uint32_t i)
{
	return (const struct item *)outer.items.items + i;
}

static const struct work *work(uint32_t i, uint32_t k)
{
	return (const struct work *)item(i)->works.items + k;
}

START_TEST(what_is_not_given_has_its_default)
{
	reads("inner: {time: 5 us}");
	ck_assert_uint_eq(outer.size, 4096);
	ck_assert_uint_eq(outer.word, 0);
	ck_assert(outer.inner.flag);
	ck_assert_uint_eq(outer.inner.time, 5000000);
	ck_assert_uint_eq(outer.items.nr, 0);
}
END_TEST

START_TEST(lists_and_variants_are_filled)
{
	const struct spin *spin;

	reads("inner: {time: 5 us}\nword: blue\nitems:\n  - {name: a, n: 3}\n  - works:\n"
	      "      - {type: sleep}\n      - {type: spin, name: w, rate: 5 k/s}\n");
	ck_assert_uint_eq(outer.word, 2);
	ck_assert_uint_eq(outer.items.nr, 2);
	ck_assert_str_eq(item(0)->name, "a");
	ck_assert_uint_eq(item(0)->n, 3);
	ck_assert_uint_eq(item(0)->works.nr, 0);
	ck_assert_str_eq(item(1)->name, "thing");
	ck_assert_uint_eq(item(1)->works.nr, 2);
	ck_assert_str_eq(work(1, 0)->type, "sleep");
	spin = work(1, 1)->block;
	ck_assert_uint_eq(spin->rate, 5000000);
	ck_assert_int_eq(spin->pause.kind, SIM_EXPONENTIAL);
	ck_assert_uint_eq(spin->pause.a, 1000000);
}
END_TEST

START_TEST(an_unknown_key_names_its_place_and_the_nearest_key)
{
	refused("inner: {time: 5 us}\nwrod: red\n",
		"t:2:1: unknown key 'wrod' in the scenario; nearest valid key 'word'");
	refused("inner: {time: 5 us, falg: on}\n",
		"t:1:21: unknown key 'falg' in inner; nearest valid key 'flag'");
	refused("inner: {time: 5 us}\nitem: []\n",
		"t:2:1: unknown key 'item' in the scenario; nearest valid key 'items'");
	refused("inner: {time: 5 us}\nitems:\n  - n: 1\n  - nam: x\n",
		"t:4:5: unknown key 'nam' in items.1; nearest valid key 'name'");
	refused("inner: {time: 5 us}\nitems: [{works: [{type: spin, paus: 1 us}]}]\n",
		"t:2:31: unknown key 'paus' in items.0.works.0; nearest valid key 'pause'");
}
END_TEST

START_TEST(a_key_of_another_variant_is_unknown)
{
	refused("inner: {time: 5 us}\nitems: [{works: [{type: sleep, rate: 1 /s}]}]\n",
		"t:2:32: unknown key 'rate' in items.0.works.0; nearest valid key 'name'");
}
END_TEST

START_TEST(an_unknown_variant_names_the_nearest)
{
	refused("inner: {time: 5 us}\nitems: [{works: [{type: spon}]}]\n",
		"t:2:25: items.0.works.0.type: unknown value 'spon'; nearest valid value 'spin'");
	refused("inner: {time: 5 us}\nitems: [{works: [{name: x}]}]\n",
		"t:2:18: items.0.works.0.type is missing; it is which work");
}
END_TEST

START_TEST(a_wrong_value_names_its_path)
{
	refused("inner: {time: 5}\n",
		"t:1:15: inner.time: '5' has no unit; valid units: ps, ns, us, ms, s");
	refused("inner: {time: 5 ps}\n",
		"t:1:15: inner.time: '5 ps' is out of range; range 1 ns to 1 ms");
	refused("inner: {time: 5 us}\nitems: [{n: -1}]\n",
		"t:2:13: items.0.n: '-1' is negative; range 1 to 8");
	refused("inner: {time: 5 us}\nword: rde\n",
		"t:2:7: word: unknown value 'rde'; nearest valid value 'red' of red, green, blue");
}
END_TEST

START_TEST(a_missing_value_names_its_range)
{
	refused("word: red\n", "t:1:1: inner.time is missing; it is a time, range 1 ns to 1 ms");
	refused("inner: {flag: off}\n",
		"t:1:8: inner.time is missing; it is a time, range 1 ns to 1 ms");
}
END_TEST

START_TEST(a_wrong_shape_is_told)
{
	refused("inner: 5 us\n", "t:1:8: inner: not a mapping; it is the inside");
	refused("inner: {time: [5 us]}\n",
		"t:1:15: inner.time: a list stands where a plain value is expected");
	refused("inner: {time: 5 us}\nitems: {n: 1}\n",
		"t:2:8: items: not a list; it is the items, each item begins with '- '");
	refused("inner: {time: 5 us}\nitems: [a]\n",
		"t:2:9: items.0: not a mapping; it is one of the items");
	refused("inner: {time: 5 us}\nitems: [{}, {}, {}, {}]\n",
		"t:2:8: items: 4 items; range 0 to 3");
	refused("[1]\n", "t:1:1: the scenario: not a mapping of keys and values");
}
END_TEST

START_TEST(a_text_has_one_line_and_at_most_63_bytes)
{
	char text[256] = "inner: {time: 5 us}\nitems: [{name: ";

	reads("inner: {time: 5 us}\nitems: [{name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	      "xxxxxxxxxxxxxx}]");
	ck_assert_uint_eq(strlen(item(0)->name), 63);
	memset(text + strlen(text), 'x', 64);
	strcat(text, "}]");
	ck_assert_int_eq(read_with(text, NULL), -EINVAL);
	refused("inner: {time: 5 us}\nitems: [{name: \"a\\nb\"}]\n",
		"t:2:16: items.0.name: 'a b' has a line break or tab; valid: one line of text");
}
END_TEST

/* ---- --set ---- */

static void sets(const char *text, const char *set)
{
	const char *const list[] = { set, NULL };
	int err = read_with(text, list);

	ck_assert_msg(!err, "%s", diag.text);
}

static void set_refused(const char *text, const char *set, const char *message)
{
	const char *const list[] = { set, NULL };

	ck_assert_int_eq(read_with(text, list), -EINVAL);
	ck_assert_str_eq(diag.text, message);
}

#define TEXT "inner: {time: 5 us}\nitems: [{name: a}, {name: b, n: 2}]\n"

START_TEST(set_replaces_and_makes_keys)
{
	sets(TEXT, "inner.time=7 us");
	ck_assert_uint_eq(outer.inner.time, 7000000);
	sets("word: red", "inner.time=7 us");
	ck_assert_uint_eq(outer.inner.time, 7000000);
	sets(TEXT, "items=[{n: 4}]");
	ck_assert_uint_eq(outer.items.nr, 1);
	ck_assert_uint_eq(item(0)->n, 4);
}
END_TEST

START_TEST(set_reaches_items_by_index_by_name_and_all)
{
	sets(TEXT, "items.1.n=8");
	ck_assert_uint_eq(item(0)->n, 1);
	ck_assert_uint_eq(item(1)->n, 8);
	sets(TEXT, "items.a.n=8");
	ck_assert_uint_eq(item(0)->n, 8);
	ck_assert_uint_eq(item(1)->n, 2);
	sets("inner: {time: 5 us}\nitems: [{works: [{type: sleep}, {type: spin}]}]\n",
	     "items.0.works.spin.rate=3 k/s");
	ck_assert_uint_eq(((struct spin *)work(0, 1)->block)->rate, 3000000);
	sets(TEXT, "items.*.n=8");
	ck_assert_uint_eq(item(0)->n, 8);
	ck_assert_uint_eq(item(1)->n, 8);
}
END_TEST

START_TEST(the_last_set_wins_and_changes_one_place_only)
{
	const char *const list[] = { "items.*.works=[{type: spin}]", "items.0.works.0.rate=9 k/s",
				     NULL };

	ck_assert_msg(!read_with(TEXT, list), "%s", diag.text);
	ck_assert_uint_eq(((struct spin *)work(0, 0)->block)->rate, 9000000);
	ck_assert_uint_eq(((struct spin *)work(1, 0)->block)->rate, 2000000);
}
END_TEST

START_TEST(a_wrong_set_is_reported_at_its_column)
{
	set_refused(TEXT, "inner.tmie=7 us",
		    "--set:1:7: unknown key 'tmie' in inner; nearest valid key 'time'");
	set_refused(
		TEXT, "inner.time=7 kg",
		"--set:1:12: inner.time: '7 kg' has a wrong unit; valid units: ps, ns, us, ms, s");
	set_refused(TEXT, "items.2.n=1", "--set:1:7: no item 2; range 0 to 1");
	set_refused(TEXT, "items.c.n=1",
		    "--set:1:7: no item is named 'c'; valid: a name, an index "
		    "from 0 to 1, or * for all");
	set_refused(TEXT, "inner.time.x=1",
		    "--set:1:12: 'x' cannot be set within a plain value; the "
		    "key before it holds '5 us'");
	set_refused(TEXT, "inner.time.a\nb=1",
		    "--set:1:12: 'a b' cannot be set within a plain "
		    "value; the key before it holds '5 us'");
	set_refused(TEXT, "inner..time=1", "--set:1:7: a key is missing; write --set a.b.c=value");
	set_refused(TEXT, "word", "--set:1:1: '=' is missing; write --set a.b.c=value");
	set_refused(TEXT, "word=[",
		    "--set:1:7: did not find expected node content while parsing a "
		    "flow node");
}
END_TEST

START_TEST(the_ordinal_of_a_set_is_its_line)
{
	const char *const list[] = { "word=red", "word=rot", NULL };

	ck_assert_int_eq(read_with(TEXT, list), -EINVAL);
	ck_assert_str_eq(diag.text,
			 "--set:2:6: word: unknown value 'rot'; nearest valid value 'red' "
			 "of red, green, blue");
}
END_TEST

START_TEST(an_option_with_a_path_of_its_own_counts_columns_from_its_value)
{
	struct doc_change change = { .option = "--time", .path = "inner.time", .text = "1 s" };
	struct diag_pos at = { .file = "t", .line = 1, .column = 1 };
	struct doc_node *tree = doc_parse(&doc, at, TEXT, strlen(TEXT));

	ck_assert_int_eq(doc_set(&doc, tree, &change, 3), 0);
	ck_assert_int_eq(schema_read(&schema, &doc, tree, &outer), -EINVAL);
	ck_assert_str_eq(diag.text,
			 "--time:3:1: inner.time: '1 s' is out of range; range 1 ns to 1 ms");
}
END_TEST

/* ---- show ---- */

START_TEST(what_show_prints_reads_back_to_the_same)
{
	char *first = NULL, *second = NULL;
	size_t n;
	FILE *f;

	reads("inner: {time: 1500 ns}\nsize: 3 MiB\nword: green\nitems:\n"
	      "  - {name: \"it's: \\\"x\\\"\", n: 3}\n  - works:\n      - {type: sleep}\n"
	      "      - {type: spin, pause: {uniform: [1 us, 2 us]}}\n");
	f = open_memstream(&first, &n);
	schema_show(&schema, &outer, f);
	fclose(f);
	reads(first);
	f = open_memstream(&second, &n);
	schema_show(&schema, &outer, f);
	fclose(f);
	ck_assert_str_eq(first, second);
	ck_assert_str_eq(item(0)->name, "it's: \"x\"");
	ck_assert_str_eq(first,
			 "size: 3 MiB\nword: green\ninner:\n  time: 1500 ns\n  flag: true\nitems:\n"
			 "  - name: \"it's: \\\"x\\\"\"\n    n: 3\n    works: []\n  - name: thing\n"
			 "    n: 1\n    works:\n      - type: sleep\n        name: \"\"\n"
			 "      - type: spin\n        name: \"\"\n        rate: 2 k/s\n"
			 "        pause: {uniform: [1 us, 2 us]}\n");
	free(first);
	free(second);
}
END_TEST

static void collect(void *arg, const char *path, const struct param *p, const void *base)
{
	char text[SCHEMA_TEXT_MAX];

	schema_text(p, base, text);
	strcat(strcat(strcat(strcat(arg, path), "="), text), "\n");
}

START_TEST(every_value_is_told_by_its_path)
{
	char all[1024] = "";

	reads("inner: {time: 1 us}\nitems: [{works: [{type: spin}]}]\n");
	schema_for_each(&schema, &outer, collect, all);
	ck_assert_str_eq(all, "size=4 KiB\nword=red\ninner.time=1 us\ninner.flag=true\n"
			      "items.0.name=thing\nitems.0.n=1\nitems.0.works.0.type=spin\n"
			      "items.0.works.0.name=\"\"\nitems.0.works.0.rate=2 k/s\n"
			      "items.0.works.0.pause={exponential: 1 us}\n");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, what_is_not_given_has_its_default);
	tcase_add_test(tc, lists_and_variants_are_filled);
	tcase_add_test(tc, an_unknown_key_names_its_place_and_the_nearest_key);
	tcase_add_test(tc, a_key_of_another_variant_is_unknown);
	tcase_add_test(tc, an_unknown_variant_names_the_nearest);
	tcase_add_test(tc, a_wrong_value_names_its_path);
	tcase_add_test(tc, a_missing_value_names_its_range);
	tcase_add_test(tc, a_wrong_shape_is_told);
	tcase_add_test(tc, a_text_has_one_line_and_at_most_63_bytes);
	tcase_add_test(tc, set_replaces_and_makes_keys);
	tcase_add_test(tc, set_reaches_items_by_index_by_name_and_all);
	tcase_add_test(tc, the_last_set_wins_and_changes_one_place_only);
	tcase_add_test(tc, a_wrong_set_is_reported_at_its_column);
	tcase_add_test(tc, the_ordinal_of_a_set_is_its_line);
	tcase_add_test(tc, an_option_with_a_path_of_its_own_counts_columns_from_its_value);
	tcase_add_test(tc, what_show_prints_reads_back_to_the_same);
	tcase_add_test(tc, every_value_is_told_by_its_path);
}

CHECK_MAIN("scenario schema", add, setup, teardown)
