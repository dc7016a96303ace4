// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values with units: exact decimals, what is refused and how the message helps.
 */
#include <errno.h>
#include <string.h>

#include <sim/scenario/dist.h>
#include <sim/scenario/units.h>

#include <tests/lib/check-main.h>

static const struct param a_time = { .name = "t", .type = PARAM_TIME };
static const struct param a_rate = { .name = "r", .type = PARAM_RATE };
static const struct param a_size = { .name = "s", .type = PARAM_SIZE };
static const struct param a_percent = { .name = "p", .type = PARAM_PERCENT };
static const struct param a_number = { .name = "n", .type = PARAM_U32, .min = 1, .max = 512 };
static const struct param a_long = { .name = "l", .type = PARAM_U64 };
static const struct param a_bool = { .name = "b", .type = PARAM_BOOL };
static const struct param an_enum = {
	.name = "e",
	.type = PARAM_ENUM,
	.names = (const char *const[]){ "per-vcpu", "per-vm", "sharded", NULL },
};

static uint64_t value(const struct param *p, const char *text)
{
	char why[UNITS_WHY_MAX] = "";
	uint64_t v = 0;
	int err = units_parse(p, text, &v, why);

	ck_assert_msg(!err, "'%s' refused: %s", text, why);
	return v;
}

static void refused(const struct param *p, const char *text, const char *message)
{
	char why[UNITS_WHY_MAX] = "";
	uint64_t v = 0;

	ck_assert_int_eq(units_parse(p, text, &v, why), -EINVAL);
	ck_assert_str_eq(why, message);
}

START_TEST(times_are_picoseconds)
{
	ck_assert_uint_eq(value(&a_time, "1 ps"), 1);
	ck_assert_uint_eq(value(&a_time, "10 us"), 10000000);
	ck_assert_uint_eq(value(&a_time, "10us"), 10000000);
	ck_assert_uint_eq(value(&a_time, "3 ms"), 3000000000);
	ck_assert_uint_eq(value(&a_time, "2 s"), 2000000000000);
	ck_assert_uint_eq(value(&a_time, "0 s"), 0);
}
END_TEST

START_TEST(decimals_are_exact)
{
	ck_assert_uint_eq(value(&a_time, "1.5 us"), 1500000);
	ck_assert_uint_eq(value(&a_time, "0.001 ns"), 1);
	ck_assert_uint_eq(value(&a_time, "0.100000000001 s"), 100000000001);
	ck_assert_uint_eq(value(&a_time, "1.000000000000000000000 us"), 1000000);
	ck_assert_uint_eq(value(&a_rate, "200 k/s"), 200000000);
	ck_assert_uint_eq(value(&a_rate, "0.5 /s"), 500);
	ck_assert_uint_eq(value(&a_rate, "1.25 M/s"), 1250000000);
	ck_assert_uint_eq(value(&a_size, "4 KiB"), 4096);
	ck_assert_uint_eq(value(&a_size, "1.5 KiB"), 1536);
	ck_assert_uint_eq(value(&a_size, "0.0009765625 KiB"), 1);
	ck_assert_uint_eq(value(&a_percent, "5 %"), 5000);
	ck_assert_uint_eq(value(&a_percent, "12.345 %"), 12345);
	ck_assert_uint_eq(value(&a_long, "18446744073709551615"), UINT64_MAX);
}
END_TEST

START_TEST(a_value_finer_than_its_storage_is_refused)
{
	refused(&a_time, "0.5 ps", "'0.5 ps' is finer than 1 ps; valid: whole multiples of 1 ps");
	refused(&a_time, "1.0001 ns",
		"'1.0001 ns' is finer than 1 ps; valid: whole multiples of 1 ps");
	refused(&a_rate, "0.0001 /s",
		"'0.0001 /s' is finer than 0.001 /s; valid: whole multiples of 0.001 /s");
	refused(&a_size, "0.1 KiB", "'0.1 KiB' is finer than 1 B; valid: whole multiples of 1 B");
	refused(&a_number, "1.5", "'1.5' is finer than 1; valid: whole multiples of 1");
}
END_TEST

START_TEST(a_wrong_or_missing_unit_lists_the_valid_ones)
{
	refused(&a_time, "10", "'10' has no unit; valid units: ps, ns, us, ms, s");
	refused(&a_time, "10 kg", "'10 kg' has a wrong unit; valid units: ps, ns, us, ms, s");
	refused(&a_time, "10 us us", "'10 us us' has a wrong unit; valid units: ps, ns, us, ms, s");
	refused(&a_rate, "10 Hz", "'10 Hz' has a wrong unit; valid units: /s, k/s, M/s");
	refused(&a_size, "4 kB", "'4 kB' has a wrong unit; valid units: B, KiB, MiB, GiB");
	refused(&a_percent, "5", "'5' has no unit; valid units: %");
	refused(&a_number, "4 us", "'4 us' has a unit, but a number takes none; range 1 to 512");
}
END_TEST

START_TEST(a_negative_value_names_the_range)
{
	refused(&a_number, "-1", "'-1' is negative; range 1 to 512");
	refused(&a_time, "-5 us", "'-5 us' is negative; range 0 s to 1000000 s");
}
END_TEST

START_TEST(a_value_out_of_range_names_the_range_in_units)
{
	static const struct param p = { .type = PARAM_TIME, .min = 1000000, .max = 3000000000 };

	refused(&p, "999 ns", "'999 ns' is out of range; range 1 us to 3 ms");
	refused(&p, "1 s", "'1 s' is out of range; range 1 us to 3 ms");
	ck_assert_uint_eq(value(&p, "1 us"), 1000000);
	ck_assert_uint_eq(value(&p, "3 ms"), 3000000000);
	refused(&a_number, "0", "'0' is out of range; range 1 to 512");
	refused(&a_number, "513", "'513' is out of range; range 1 to 512");
	refused(&a_percent, "100.001 %", "'100.001 %' is out of range; range 0 % to 100 %");
}
END_TEST

START_TEST(numbers_beyond_64_bits_are_out_of_range_not_wrapped)
{
	refused(&a_long, "18446744073709551616",
		"'18446744073709551616' is out of range; range 0 to 18446744073709551615");
	refused(&a_number, "4294967297", "'4294967297' is out of range; range 1 to 512");
	refused(&a_number, "340282366920938463463374607431768211457",
		"'340282366920938463463374607431768211457' is out of range; range 1 to 512");
	/* 2^34 GiB are 2^64 bytes: 0 if that wrapped */
	refused(&a_size, "17179869184 GiB",
		"'17179869184 GiB' is out of range; range 0 B to 1073741824 GiB");
	refused(&a_time, "18446744073709551615 s",
		"'18446744073709551615 s' is out of range; range 0 s to 1000000 s");
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
	refused(&a_number, "four", "'four' is not a number; valid: a number");
	refused(&a_number, "", "'' is not a number; valid: a number");
	refused(&a_time, "us",
		"'us' is not a time; valid: a number with one of the units ps, ns, "
		"us, ms, s");
	refused(&a_number, "1e3", "'1e3' has a unit, but a number takes none; range 1 to 512");
	refused(&a_number, "0x10", "'0x10' has a unit, but a number takes none; range 1 to 512");
}
END_TEST

START_TEST(words_offer_the_nearest_valid_one)
{
	ck_assert_uint_eq(value(&an_enum, "sharded"), 2);
	refused(&an_enum, "per-vcpus",
		"unknown value 'per-vcpus'; nearest valid value 'per-vcpu' "
		"of per-vcpu, per-vm, sharded");
	ck_assert_uint_eq(value(&a_bool, "on"), 1);
	ck_assert_uint_eq(value(&a_bool, "no"), 0);
	refused(&a_bool, "ture",
		"unknown value 'ture'; nearest valid value 'true' of false, true, "
		"off, on, no, yes");
}
END_TEST

/* What is printed reads back to the same value, for values of every size. */
START_TEST(printed_values_read_back)
{
	static const struct param *const params[] = { &a_time, &a_rate, &a_size, &a_long };
	uint64_t state = check_seed();
	char text[UNITS_TEXT_MAX];

	for (unsigned i = 0; i < 20000 * check_effort(); i++) {
		const struct param *p = params[i % 4];
		uint64_t v = check_random(&state) >> check_random(&state) % 64;

		if (i & 8) /* round numbers, as people write */
			v = v % 1000 * 1000000;
		v = v > units_max(p) ? units_max(p) : v;
		units_print(p, v, text);
		ck_assert_uint_eq(value(p, text), v);
	}
	for (uint32_t v = 0; v <= 100000; v++) {
		units_print(&a_percent, v, text);
		ck_assert_uint_eq(value(&a_percent, text), v);
	}
}
END_TEST

START_TEST(values_print_with_the_largest_unit_that_divides_them)
{
	char text[UNITS_TEXT_MAX];

	units_print(&a_time, 1500000, text);
	ck_assert_str_eq(text, "1500 ns");
	units_print(&a_time, 2000000000000, text);
	ck_assert_str_eq(text, "2 s");
	units_print(&a_time, 0, text);
	ck_assert_str_eq(text, "0 s");
	units_print(&a_rate, 500, text);
	ck_assert_str_eq(text, "0.5 /s");
	units_print(&a_rate, 200000000, text);
	ck_assert_str_eq(text, "200 k/s");
	units_print(&a_percent, 12340, text);
	ck_assert_str_eq(text, "12.34 %");
}
END_TEST

START_TEST(a_value_is_stored_in_its_own_width)
{
	struct {
		uint8_t byte, after;
		uint32_t word, behind;
	} s = { .after = 7, .behind = 9 };
	struct param byte = { .type = PARAM_ENUM, .offset = 0 };
	struct param word = { .type = PARAM_U32, .offset = 4 };

	units_store(&byte, &s, 3);
	units_store(&word, &s, UINT32_MAX);
	ck_assert_uint_eq(s.byte, 3);
	ck_assert_uint_eq(s.after, 7);
	ck_assert_uint_eq(s.word, UINT32_MAX);
	ck_assert_uint_eq(s.behind, 9);
	ck_assert_uint_eq(units_load(&byte, &s), 3);
	ck_assert_uint_eq(units_load(&word, &s), UINT32_MAX);
}
END_TEST

/* ---- distributions ---- */

static const struct param a_dist = { .name = "d", .type = PARAM_DIST };

static int read_dist(const char *text, struct sim_dist *dist, struct diag *diag)
{
	struct diag_pos at = { .file = "d", .line = 1, .column = 1 };
	struct doc_node *node;
	struct doc doc;
	int err;

	memset(diag, 0, sizeof(*diag));
	doc_init(&doc, diag);
	node = doc_parse(&doc, at, text, strlen(text));
	err = node ? dist_read(&doc, node, &a_dist, "x", dist) : diag->err;
	doc_free(&doc);
	return err;
}

START_TEST(every_distribution_reads_and_prints_back)
{
	static const struct {
		const char *text;
		struct sim_dist dist;
	} cases[] = {
		{ "5 us", { SIM_CONSTANT, 5000000, 0 } },
		{ "{exponential: 5 us}", { SIM_EXPONENTIAL, 5000000, 0 } },
		{ "{uniform: [1 us, 2 us]}", { SIM_UNIFORM, 1000000, 2000000 } },
		{ "{normal: {mean: 5 us, sd: 1 us}}", { SIM_NORMAL, 5000000, 1000000 } },
		{ "{lognormal: {median: 5 us, shape: 0.5}}", { SIM_LOGNORMAL, 5000000, 500 } },
		{ "{pareto: {min: 5 us, shape: 1.25}}", { SIM_PARETO, 5000000, 1250 } },
	};
	char text[UNITS_TEXT_MAX];
	struct sim_dist dist;
	struct diag diag;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(read_dist(cases[i].text, &dist, &diag), 0);
		ck_assert_int_eq(dist.kind, cases[i].dist.kind);
		ck_assert_uint_eq(dist.a, cases[i].dist.a);
		ck_assert_uint_eq(dist.b, cases[i].dist.b);
		units_print_dist(&a_dist, &dist, text);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

START_TEST(a_malformed_distribution_says_what_is_valid)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "{exponental: 5 us}",
		  "d:1:2: x: unknown distribution 'exponental'; nearest valid "
		  "key 'exponential'" },
		{ "{exponential: 5}",
		  "d:1:15: x: '5' has no unit; valid units: ps, ns, us, ms, s" },
		{ "{uniform: [2 us, 1 us]}", "d:1:11: x: the first time is larger than the second; "
					     "valid: {uniform: [LOW, HIGH]}" },
		{ "{uniform: 2 us}", "d:1:11: x: not a distribution of this form; valid: {uniform: "
				     "[LOW, HIGH]}" },
		{ "{normal: {mean: 1 us}}", "d:1:10: x: not a distribution of this form; valid: "
					    "{normal: {mean: TIME, sd: TIME}}" },
		{ "{pareto: {min: 1 us, shape: 0}}",
		  "d:1:29: x: '0' is no shape; range 0.001 to 100 "
		  "in steps of 0.001" },
		{ "[1 us]",
		  "d:1:1: x: not a time or one distribution; valid: 5 us, or {exponential: "
		  "5 us}" },
		{ "{exponential: -5 us}", "d:1:15: x: '-5 us' is negative; range 0 s to 1000 s" },
	};
	struct sim_dist dist;
	struct diag diag;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(read_dist(cases[i].text, &dist, &diag), -EINVAL);
		ck_assert_str_eq(diag.text, cases[i].message);
	}
}
END_TEST

START_TEST(the_edit_distance_counts_insertions_deletions_replacements_and_swaps)
{
	ck_assert_uint_eq(diag_distance("vcpus", "vcpus"), 0);
	ck_assert_uint_eq(diag_distance("vcpu", "vcpus"), 1);
	ck_assert_uint_eq(diag_distance("vcpuss", "vcpus"), 1);
	ck_assert_uint_eq(diag_distance("vcbus", "vcpus"), 1);
	ck_assert_uint_eq(diag_distance("vpcus", "vcpus"), 1);
	ck_assert_uint_eq(diag_distance("", "vcpus"), 5);
	ck_assert_uint_eq(diag_distance("kitten", "sitting"), 3);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, times_are_picoseconds);
	tcase_add_test(tc, decimals_are_exact);
	tcase_add_test(tc, a_value_finer_than_its_storage_is_refused);
	tcase_add_test(tc, a_wrong_or_missing_unit_lists_the_valid_ones);
	tcase_add_test(tc, a_negative_value_names_the_range);
	tcase_add_test(tc, a_value_out_of_range_names_the_range_in_units);
	tcase_add_test(tc, numbers_beyond_64_bits_are_out_of_range_not_wrapped);
	tcase_add_test(tc, what_is_no_number_is_refused);
	tcase_add_test(tc, words_offer_the_nearest_valid_one);
	tcase_add_test(tc, printed_values_read_back);
	tcase_add_test(tc, values_print_with_the_largest_unit_that_divides_them);
	tcase_add_test(tc, a_value_is_stored_in_its_own_width);
	tcase_add_test(tc, every_distribution_reads_and_prints_back);
	tcase_add_test(tc, a_malformed_distribution_says_what_is_valid);
	tcase_add_test(tc, the_edit_distance_counts_insertions_deletions_replacements_and_swaps);
}

CHECK_MAIN("scenario units", add, NULL, NULL)
