// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Errors, verdicts and units of the validation table; no vendor's number is looked at here.
 */
#include "analysis/validate.h"
#include "tests/lib/check-main.h"

static struct validate_row row(double published, double ours, const char *series)
{
	return (struct validate_row){ .name = "x",
				      .what = "a figure",
				      .unit = "ns",
				      .title = "a machine",
				      .source = "a source",
				      .confidence = "V",
				      .profile = "p",
				      .series = series,
				      .published = published,
				      .ours = ours,
				      .ran = true };
}

static enum validate_verdict alone(double published, double ours)
{
	struct validate_row r = row(published, ours, NULL);

	validate_judge(&r, 1);
	return r.verdict;
}

START_TEST(error_is_relative_to_the_published_figure)
{
	struct validate_row r[] = { row(200, 250, NULL), row(200, 150, NULL), row(200, 200, NULL) };

	validate_judge(r, 3);
	ck_assert_double_eq_tol(r[0].error, 0.25, 1e-12);
	ck_assert_double_eq_tol(r[1].error, -0.25, 1e-12);
	ck_assert_double_eq_tol(r[2].error, 0, 1e-12);
}
END_TEST

START_TEST(reproduced_means_within_a_fifth_limits_included)
{
	ck_assert_int_eq(alone(100, 120), VALIDATE_REPRODUCES);
	ck_assert_int_eq(alone(100, 80), VALIDATE_REPRODUCES);
	ck_assert_int_eq(alone(0.3, 0.36), VALIDATE_REPRODUCES);
	ck_assert_int_eq(alone(100, 120.1), VALIDATE_DIFFERS);
	ck_assert_int_eq(alone(100, 79.9), VALIDATE_DIFFERS);
}
END_TEST

START_TEST(inside_a_published_range_is_reproduced_however_far_from_its_middle)
{
	struct validate_row r[] = { row(22, 5, NULL), row(22, 40, NULL), row(22, 41, NULL),
				    row(22, 25, NULL), row(22, 4.9, NULL) };

	for (unsigned i = 0; i < 5; i++) {
		r[i].low = 5;
		r[i].high = i == 3 ? 23 : 40;
	}
	validate_judge(r, 5);
	ck_assert_int_eq(r[0].verdict, VALIDATE_REPRODUCES);
	ck_assert_int_eq(r[1].verdict, VALIDATE_REPRODUCES);
	ck_assert_int_eq(r[2].verdict, VALIDATE_DIFFERS);
	ck_assert_int_eq(r[3].verdict, VALIDATE_REPRODUCES); /* within a fifth of the middle */
	ck_assert_int_eq(r[4].verdict, VALIDATE_DIFFERS);
}
END_TEST

/* Twice, four times: the geometric mean of 2, 2 and 2 is 2. */
START_TEST(a_series_off_by_one_factor_has_the_shape)
{
	struct validate_row r[] = { row(10, 20, "s"), row(20, 40, "s"), row(70, 140, "s"),
				    row(10, 21, "other") };

	validate_judge(r, 4);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(r[i].verdict, VALIDATE_SHAPE);
		ck_assert_double_eq_tol(r[i].scale, 2, 1e-12);
	}
	ck_assert_msg(r[3].verdict == VALIDATE_DIFFERS, "one row alone has no shape");
}
END_TEST

/* sqrt(1 * 4) = 2: the first is half of what it should be, the second twice. */
START_TEST(a_series_that_bends_otherwise_differs)
{
	struct validate_row r[] = { row(100, 130, "s"), row(100, 520, "s") };

	validate_judge(r, 2);
	ck_assert_double_eq_tol(r[0].scale, 2.6, 1e-12);
	ck_assert_int_eq(r[0].verdict, VALIDATE_DIFFERS);
	ck_assert_int_eq(r[1].verdict, VALIDATE_DIFFERS);
}
END_TEST

START_TEST(a_figure_within_a_fifth_is_reproduced_whatever_its_series_does)
{
	struct validate_row r[] = { row(100, 100, "s"), row(100, 400, "s") };

	validate_judge(r, 2);
	ck_assert_int_eq(r[0].verdict, VALIDATE_REPRODUCES);
	ck_assert_int_eq(r[1].verdict, VALIDATE_DIFFERS);
}
END_TEST

START_TEST(what_cannot_be_compared_has_no_part_in_its_series)
{
	struct validate_row r[] = { row(10, 30, "s"), row(10, 30, "s"), row(10, 1000, "s"),
				    row(10, 0, "s") };

	r[2].incomparable = "another machine";
	r[3].ran = false;
	validate_judge(r, 4);
	ck_assert_double_eq_tol(r[0].scale, 3, 1e-12);
	ck_assert_int_eq(r[0].verdict, VALIDATE_SHAPE);
	ck_assert_int_eq(r[2].verdict, VALIDATE_INCOMPARABLE);
	ck_assert_int_eq(r[3].verdict, VALIDATE_INCOMPARABLE);
}
END_TEST

START_TEST(fitted_figures_are_counted_apart)
{
	struct validate_row r[] = { row(10, 10, NULL), row(10, 11, NULL), row(10, 30, NULL) };
	struct validate_sum s;

	r[0].fit = "a cost";
	validate_judge(r, 3);
	s = validate_count(r, 3);
	ck_assert_uint_eq(s.fitted[VALIDATE_REPRODUCES], 1);
	ck_assert_uint_eq(s.predicted[VALIDATE_REPRODUCES], 1);
	ck_assert_uint_eq(s.predicted[VALIDATE_DIFFERS], 1);
	ck_assert_uint_eq(s.fitted[VALIDATE_DIFFERS], 0);
}
END_TEST

START_TEST(cycles_and_microseconds_come_from_nanoseconds)
{
	ck_assert_double_eq_tol(validate_from_ns(1000, "cycles", 1.7), 1700, 1e-9);
	ck_assert_double_eq_tol(validate_from_ns(2500, "us", 0), 2.5, 1e-12);
	ck_assert_double_eq(validate_from_ns(42, "ns", 3), 42);
	ck_assert_double_eq(validate_from_ns(42, "LPIs/s", 3), 42);
}
END_TEST

START_TEST(the_table_names_figures_values_errors_and_verdicts)
{
	struct validate_row r[] = { row(200, 230, NULL), row(200, 0, NULL) };
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	r[0].fit = "lock";
	r[0].measured = true;
	r[1].ran = false;
	r[1].incomparable = "nobody says on what";
	validate_judge(r, 2);
	validate_print(r, 2, f);
	fclose(f);
	ck_assert_ptr_nonnull(strstr(text, "+15.0 %"));
	ck_assert_ptr_nonnull(strstr(text, "reproduces (fitted)"));
	ck_assert_ptr_nonnull(strstr(text, "200*"));
	ck_assert_ptr_nonnull(strstr(text, "not comparable: nobody says on what"));
	ck_assert_ptr_nonnull(strstr(text, "fitted: lock"));
	free(text);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, error_is_relative_to_the_published_figure);
	tcase_add_test(tc, reproduced_means_within_a_fifth_limits_included);
	tcase_add_test(tc, inside_a_published_range_is_reproduced_however_far_from_its_middle);
	tcase_add_test(tc, a_series_off_by_one_factor_has_the_shape);
	tcase_add_test(tc, a_series_that_bends_otherwise_differs);
	tcase_add_test(tc, a_figure_within_a_fifth_is_reproduced_whatever_its_series_does);
	tcase_add_test(tc, what_cannot_be_compared_has_no_part_in_its_series);
	tcase_add_test(tc, fitted_figures_are_counted_apart);
	tcase_add_test(tc, cycles_and_microseconds_come_from_nanoseconds);
	tcase_add_test(tc, the_table_names_figures_values_errors_and_verdicts);
}
CHECK_MAIN("validation table", add, NULL, NULL)
