// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading YAML from anybody: what is refused, where the message points, and that it is fast.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sim/scenario/doc.h>

#include <tests/lib/check-main.h>

static struct doc doc;
static struct diag diag;

static void setup(void)
{
	memset(&diag, 0, sizeof(diag));
	doc_init(&doc, &diag);
}

static void teardown(void)
{
	doc_free(&doc);
}

static struct doc_node *parse_bytes(const char *text, size_t size)
{
	struct diag_pos at = { .file = "t.yaml", .line = 1, .column = 1 };

	return doc_parse(&doc, at, text, size);
}

static struct doc_node *parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

/* `text` is refused with exactly this line. */
static void refused(const char *text, size_t size, const char *message)
{
	teardown();
	setup();
	ck_assert_ptr_null(parse_bytes(text, size));
	ck_assert_int_eq(diag.err, -EINVAL);
	ck_assert_str_eq(diag.text, message);
	ck_assert_ptr_null(strchr(diag.text, '\n'));
}

#define REFUSED(text, message) refused(text, sizeof(text) - 1, message)

START_TEST(nodes_know_line_and_column)
{
	struct doc_node *root = parse("a: 1\nb:\n  - x\n  - {c: y}\n"), *list, *item;

	ck_assert_ptr_nonnull(root);
	list = doc_get(root, "b");
	ck_assert_int_eq(list->kind, DOC_LIST);
	ck_assert_uint_eq(list->count, 2);
	ck_assert_uint_eq(list->items[0]->at.line, 3);
	ck_assert_uint_eq(list->items[0]->at.column, 5);
	item = list->items[1];
	ck_assert_str_eq(doc_get(item, "c")->text, "y");
	ck_assert_uint_eq(doc_get(item, "c")->at.line, 4);
	ck_assert_uint_eq(doc_get(item, "c")->at.column, 9);
	ck_assert_uint_eq(doc_find(item, "c")->at.column, 6);
}
END_TEST

/* Columns count characters: the two-byte letter before the error is one. */
START_TEST(columns_count_characters_not_bytes)
{
	REFUSED("\xc3\xa4: *x\n", "t.yaml:1:4: alias '*x': anchors and aliases are not supported");
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_refused_where_they_stand)
{
	REFUSED("a: 1\nb: \xff\n", "t.yaml:2:4: byte 0xff is not UTF-8; valid: UTF-8 text");
	/* too long a form of '/', a surrogate, past the last code point, cut short */
	REFUSED("a: \xc0\xaf", "t.yaml:1:4: byte 0xc0 is not UTF-8; valid: UTF-8 text");
	REFUSED("a: \xed\xa0\x80", "t.yaml:1:4: byte 0xed is not UTF-8; valid: UTF-8 text");
	REFUSED("a: \xf4\x90\x80\x80", "t.yaml:1:4: byte 0xf4 is not UTF-8; valid: UTF-8 text");
	REFUSED("a: \xe2\x82", "t.yaml:1:4: byte 0xe2 is not UTF-8; valid: UTF-8 text");
	/* UTF-16 begins with bytes that UTF-8 never has */
	REFUSED("\xff\xfe"
		"a\0:\0",
		"t.yaml:1:1: byte 0xff is not UTF-8; valid: UTF-8 text");
}
END_TEST

START_TEST(binary_junk_is_refused_at_its_first_control_character)
{
	REFUSED("\x7f"
		"ELF\x02\x01",
		"t.yaml:1:1: control character U+007F; valid: printable UTF-8 text");
	REFUSED("a: b\0c\n", "t.yaml:1:5: control character U+0000; valid: printable UTF-8 text");
	REFUSED("a: \"\\0\"\n", "t.yaml:1:4: a NUL character; valid: printable text");
}
END_TEST

START_TEST(a_byte_order_mark_may_begin_a_file)
{
	ck_assert_ptr_nonnull(parse("\xef\xbb\xbf"
				    "a: 1\n"));
}
END_TEST

START_TEST(truncated_yaml_is_refused_where_it_ends)
{
	REFUSED("a: {b: 1,\n", "t.yaml:2:1: did not find expected node content while parsing a "
			       "flow node");
	REFUSED("a: [1, 2", "t.yaml:1:9: did not find expected ',' or ']' while parsing a flow "
			    "sequence");
	REFUSED("a: \"text", "t.yaml:1:9: found unexpected end of stream while scanning a quoted "
			     "scalar");
	REFUSED("", "t.yaml:1:1: empty; valid: a mapping of keys and values");
	REFUSED("# only a comment\n", "t.yaml:1:1: empty; valid: a mapping of keys and values");
}
END_TEST

START_TEST(broken_indentation_is_a_syntax_error)
{
	ck_assert_ptr_null(parse("a:\n  b: 1\n c: 2\n"));
	ck_assert_int_eq(strncmp(diag.text, "t.yaml:3:2: ", 12), 0);
}
END_TEST

START_TEST(a_duplicate_key_names_the_first_one)
{
	REFUSED("a: 1\nb: 2\na: 3\n",
		"t.yaml:3:1: duplicate key 'a'; first given at line 1 column 1");
	REFUSED("x: {k: 1, \"k\": 2}\n",
		"t.yaml:1:11: duplicate key 'k'; first given at line 1 column 5");
}
END_TEST

START_TEST(anchors_aliases_and_tags_are_refused)
{
	REFUSED("a: &x [1]\nb: *x\n",
		"t.yaml:1:4: anchor '&x': anchors and aliases are not supported");
	REFUSED("a: !!int 4\n", "t.yaml:1:4: tag 'tag:yaml.org,2002:int': tags are not supported");
	REFUSED("a: ! 4\n", "t.yaml:1:4: tag '!': tags are not supported");
}
END_TEST

/* Each line refers nine times to the one before: 9^9 values if anybody expanded it. */
START_TEST(an_alias_bomb_is_refused_at_its_first_anchor)
{
	REFUSED("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n",
		"t.yaml:1:4: anchor '&a': anchors and aliases are not supported");
}
END_TEST

START_TEST(a_second_document_is_refused)
{
	REFUSED("a: 1\n---\nb: 2\n",
		"t.yaml:2:1: a second document begins; valid: one document a file");
}
END_TEST

START_TEST(a_key_must_be_a_word)
{
	REFUSED("[a, b]: 1\n", "t.yaml:1:1: a key must be a plain word, not a list or mapping");
}
END_TEST

static char *repeat(const char *unit, size_t times)
{
	size_t n = strlen(unit);
	char *text = malloc(n * times + 1);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * n, unit, n);
	text[n * times] = '\0';
	return text;
}

/* Processor time, which does not depend on what else runs. */
static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* libyaml's scanner is quadratic in nesting: 10 MB would take it hours. */
START_TEST(ten_megabytes_of_nesting_fail_at_level_33_at_once)
{
	static const struct {
		const char *unit, *message;
	} cases[] = {
		{ "[", "t.yaml:1:33: nested too deeply; range 1 to 32 levels" },
		{ "{a: ", "t.yaml:1:129: nested too deeply; range 1 to 32 levels" },
		{ "- ", "t.yaml:1:65: nested too deeply; range 1 to 32 levels" },
		{ "? ", "t.yaml:1:65: nested too deeply; range 1 to 32 levels" },
		{ "[[\n", "t.yaml:17:1: nested too deeply; range 1 to 32 levels" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = repeat(cases[i].unit, (10u << 20) / strlen(cases[i].unit));
		double start = seconds();

		refused(text, strlen(text), cases[i].message);
		ck_assert_double_lt(seconds() - start, 1.0);
		free(text);
	}
}
END_TEST

START_TEST(depth_32_is_accepted)
{
	char *in = repeat("[", 32), *out = repeat("]", 32), both[65];

	snprintf(both, sizeof(both), "%s%s", in, out);
	ck_assert_ptr_nonnull(parse(both));
	free(in);
	free(out);
}
END_TEST

START_TEST(more_than_a_million_values_are_refused)
{
	char *text = repeat("- a\n", 1000001);

	refused(text, strlen(text), "t.yaml:1000000:3: too many values; range 1 to 1000000");
	free(text);
}
END_TEST

START_TEST(more_than_16_mib_are_refused)
{
	char *text = repeat("# sixteen bytes\n", (1u << 20) + 1);

	refused(text, strlen(text),
		"t.yaml:1:1: too long; range 1 to 16 MiB with all that it includes");
	free(text);
}
END_TEST

START_TEST(more_than_256_keys_in_a_mapping_are_refused)
{
	char text[4096];
	size_t n = 0;

	for (unsigned i = 0; i < 257; i++)
		n += (size_t)sprintf(text + n, "k%u: 1\n", i);
	refused(text, n, "t.yaml:257:1: more than 256 keys in one mapping");
}
END_TEST

START_TEST(a_message_shortens_what_the_user_wrote)
{
	char *text = repeat("x", 100000);

	memcpy(text, "a: 1\n&", 6);
	ck_assert_ptr_null(parse(text));
	ck_assert_uint_lt(strlen(diag.text), 200);
	free(text);
}
END_TEST

START_TEST(a_missing_file_is_reported_where_it_is_named)
{
	struct diag_pos at = { .file = "main.yaml", .line = 3, .column = 5 };

	ck_assert_ptr_null(doc_read(&doc, "/nowhere/x.yaml", at));
	ck_assert_str_eq(diag.text, "main.yaml:3:5: cannot read '/nowhere/x.yaml': No such file or "
				    "directory");
}
END_TEST

START_TEST(a_folder_is_no_file)
{
	struct diag_pos at = { .file = "/", .line = 1, .column = 1 };

	ck_assert_ptr_null(doc_read(&doc, "/", at));
	ck_assert_str_eq(diag.text, "/:1:1: cannot read '/': Is a directory");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, nodes_know_line_and_column);
	tcase_add_test(tc, columns_count_characters_not_bytes);
	tcase_add_test(tc, bytes_that_are_not_utf8_are_refused_where_they_stand);
	tcase_add_test(tc, binary_junk_is_refused_at_its_first_control_character);
	tcase_add_test(tc, a_byte_order_mark_may_begin_a_file);
	tcase_add_test(tc, truncated_yaml_is_refused_where_it_ends);
	tcase_add_test(tc, broken_indentation_is_a_syntax_error);
	tcase_add_test(tc, a_duplicate_key_names_the_first_one);
	tcase_add_test(tc, anchors_aliases_and_tags_are_refused);
	tcase_add_test(tc, an_alias_bomb_is_refused_at_its_first_anchor);
	tcase_add_test(tc, a_second_document_is_refused);
	tcase_add_test(tc, a_key_must_be_a_word);
	tcase_add_test(tc, ten_megabytes_of_nesting_fail_at_level_33_at_once);
	tcase_add_test(tc, depth_32_is_accepted);
	tcase_add_test(tc, more_than_a_million_values_are_refused);
	tcase_add_test(tc, more_than_16_mib_are_refused);
	tcase_add_test(tc, more_than_256_keys_in_a_mapping_are_refused);
	tcase_add_test(tc, a_message_shortens_what_the_user_wrote);
	tcase_add_test(tc, a_missing_file_is_reported_where_it_is_named);
	tcase_add_test(tc, a_folder_is_no_file);
}

CHECK_MAIN("scenario yaml", add, setup, teardown)
