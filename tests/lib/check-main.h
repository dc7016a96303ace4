/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a test program: one suite, run by Check's own runner (CK_FORK, CK_RUN_CASE and
 * CK_VERBOSITY are respected), exit status 1 when a test failed. Include it last.
 *
 *	static void add(TCase *tc)
 *	{
 *		tcase_add_test(tc, an_empty_list_sorts_to_itself);
 *	}
 *	CHECK_MAIN("plat list", add, setup, teardown)
 */
#ifndef TEST_CHECK_MAIN_H
#define TEST_CHECK_MAIN_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_DEFAULT_SEED 20260101u
#define CHECK_TIMEOUT_S	   120 /* a test; slow builds (sanitizers) included */

/* The seed of a property test: from the environment (GICSIM_SEED) or fixed. */
static inline uint64_t check_seed(void)
{
	const char *s = getenv("GICSIM_SEED");

	return s ? strtoull(s, NULL, 0) : CHECK_DEFAULT_SEED;
}

/* 64 pseudo-random bits; *state starts as a seed. */
static inline uint64_t check_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* How many times longer than usual to search: `make check-long` sets GICSIM_LONG=10. */
static inline unsigned check_effort(void)
{
	const char *s = getenv("GICSIM_LONG");
	unsigned n = s ? (unsigned)strtoul(s, NULL, 0) : 1;

	return n ? n : 1;
}

static inline int check_run(const char *program, const char *name, void (*fill_case)(TCase *tc),
			    void (*before)(void), void (*after)(void))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, CHECK_TIMEOUT_S);
	if (before || after)
		tcase_add_checked_fixture(tc, before, after);
	fill_case(tc);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	if (strstr(program, "property/"))
		printf("seed %llu\n", (unsigned long long)check_seed());
	fflush(stdout);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	if (failed)
		printf("again: GICSIM_SEED=%llu %s\n", (unsigned long long)check_seed(), program);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* `add` adds the tests to a test case; `setup` and `teardown` run around each, or are NULL. */
#define CHECK_MAIN(name, add, setup, teardown) \
	int main(int argc, char **argv) \
	{ \
		(void)argc; \
		return check_run(argv[0], (name), (add), (setup), (teardown)); \
	}

#endif
