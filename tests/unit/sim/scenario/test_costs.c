// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cost profiles of scenarios: entries that are changed, wrong or missing, and what is shipped.
 */
#include "scenario-files.h"

/* ---- costs ---- */

START_TEST(a_scenario_changes_one_cost_and_keeps_the_rest_of_its_entry)
{
	write_file("main.yaml",
		   BASE "costs: {profile: altra, lock: {cost: {exponential: 20 ns}}}\n");
	loads("main.yaml");
	ck_assert_ptr_eq(s.config.costs, &s.costs);
	ck_assert_str_eq(s.costs.name, "altra");
	ck_assert_int_eq(s.costs.entry[COST_LOCK].cost.kind, SIM_EXPONENTIAL);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].cost.a, 20 * SIM_NS);
	ck_assert_int_eq(s.costs.entry[COST_LOCK].confidence, COST_ASSUMPTION);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].high, 60 * SIM_NS);
}
END_TEST

START_TEST(a_wrong_cost_entry_is_reported_where_it_stands)
{
	refused(BASE "costs: {lok: {cost: 1 ns}}\n",
		"main.yaml:3:9: unknown key 'lok' in costs; nearest valid key 'lock'");
	refused(BASE "costs: {lock: {cots: 1 ns}}\n",
		"main.yaml:3:16: unknown key 'cots' in costs.lock; nearest valid key 'cost'");
	refused(BASE "costs: {lock: {cost: 1}}\n", "main.yaml:3:22: costs.lock.cost: '1' has no "
						   "unit; valid units: ps, ns, us, ms, s");
	refused(BASE "costs: {lock: {confidence: guess}}\n",
		"main.yaml:3:28: costs.lock.confidence: "
		"unknown value 'guess'; nearest valid value 'measured' of measured, published, "
		"assumption");
	refused(BASE "costs: {lock: {range: [2 ns, 1 ns]}}\n",
		"main.yaml:3:23: costs.lock.range: the "
		"first time is larger than the second; valid: [LOW, HIGH]");
	refused(BASE "costs: {lock: 20 ns}\n",
		"main.yaml:3:15: costs.lock: not a mapping; valid: "
		"{cost: TIME, confidence: WORD, range: [LOW, HIGH], source: TEXT}");
	refused(BASE "costs: alta\n",
		"main.yaml:3:8: unknown name 'alta' in configs/costs; nearest valid name 'altra'");
}
END_TEST

START_TEST(an_assumption_needs_a_range_and_everything_a_source)
{
	refused(BASE
		"costs: {profile: none, lock: {cost: 1 ns, confidence: assumption, source: x}}\n",
		"main.yaml:3:30: costs.lock.range is missing; valid: {cost: TIME, confidence: WORD, "
		"range: [LOW, HIGH], source: TEXT}");
	refused(BASE "costs: {profile: none, lock: {cost: 1 ns, confidence: measured}}\n",
		"main.yaml:3:30: costs.lock.source is missing; valid: {cost: TIME, confidence: WORD, "
		"range: [LOW, HIGH], source: TEXT}");
}
END_TEST

START_TEST(a_profile_must_be_complete)
{
	refused(BASE "costs: {profile: none}\n",
		"main.yaml:3:8: costs.lock is missing: take and release one uncontended spinlock "
		"whose line is local; valid: {cost: TIME, confidence: WORD, range: [LOW, HIGH], "
		"source: TEXT}");
}
END_TEST

START_TEST(set_reaches_a_cost_whether_or_not_the_file_is_short)
{
	const char *const sets[] = { "costs.lock.cost=33 ns", NULL };

	write_file("main.yaml", BASE "costs: altra\n");
	ck_assert_msg(!load("main.yaml", sets), "%s", diag.text);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].cost.a, 33 * SIM_NS);
	write_file("main.yaml", BASE);
	ck_assert_msg(!load("main.yaml", sets), "%s", diag.text);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].cost.a, 33 * SIM_NS);
}
END_TEST

/* The mean of a shipped assumption lies in the range that it names. */
START_TEST(shipped_assumptions_lie_in_their_ranges)
{
	write_file("main.yaml", BASE);
	loads("main.yaml");
	for (uint32_t id = 0; id < COST_NR; id++) {
		const struct cost_entry *e = &s.costs.entry[id];

		if (e->confidence != COST_ASSUMPTION)
			continue;
		ck_assert_msg(e->low <= e->cost.a && e->cost.a <= e->high && e->low < e->high,
			      "%s lies outside its range", cost_name(id));
	}
}
END_TEST

static uint64_t cost(enum plat_cost id)
{
	return s.costs.entry[id].cost.a;
}

/*
 * Rows of the published table that are sums of entries without software in between: hvc 306 ns,
 * mmio_vgic 451 ns, mmio_user 1683 ns, eoi 14 ns (spec/calibration.md, profile altra).
 */
START_TEST(the_altra_profile_adds_up_to_the_published_differences)
{
	uint64_t trap;

	write_file("main.yaml", BASE);
	loads("main.yaml");
	trap = cost((enum plat_cost)COST_EXIT) + cost((enum plat_cost)COST_EXIT_DECODE) +
	       cost((enum plat_cost)COST_ENTRY);
	ck_assert_uint_eq(trap, 306 * SIM_NS);
	ck_assert_uint_eq(cost(COST_MMIO_DECODE), (451 - 306) * SIM_NS);
	ck_assert_uint_eq(cost((enum plat_cost)COST_USER_EXIT) +
				  cost((enum plat_cost)COST_USER_EMULATE),
			  (1683 - 306) * SIM_NS);
	ck_assert_uint_eq(cost((enum plat_cost)COST_GUEST_EOI), 14 * SIM_NS);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_scenario_changes_one_cost_and_keeps_the_rest_of_its_entry);
	tcase_add_test(tc, a_wrong_cost_entry_is_reported_where_it_stands);
	tcase_add_test(tc, an_assumption_needs_a_range_and_everything_a_source);
	tcase_add_test(tc, a_profile_must_be_complete);
	tcase_add_test(tc, set_reaches_a_cost_whether_or_not_the_file_is_short);
	tcase_add_test(tc, shipped_assumptions_lie_in_their_ranges);
	tcase_add_test(tc, the_altra_profile_adds_up_to_the_published_differences);
}

CHECK_MAIN("cost profiles", add, setup, teardown)
