// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole runs against queueing theory: the ITS as a server with one line, and one edge interrupt as
 * a server that can hold one waiting instance. Everything that is not the server is free.
 * Tolerances are four standard errors of the estimate.
 */
#include "bench.h"

#include <math.h>

/* Packets at 5 M/s on one queue, each raising an MSI. */
static const char its_load[] =
	"run: {duration: 40 ms}\n"
	"host: {clusters: 1, pes: 2}\n"
	"hypervisor: {preset: linux-6.10, halt_poll: none}\n"
	"vms:\n"
	"  - workloads:\n"
	"      - {type: nic, rate: 5 M/s, poll: false, work: 0 s, busy: 1 ms}\n";

/*
 * M/D/1 with load 1/2 and service D = 100 ns: mean wait = rho D / (2 (1 - rho)) = 50 ns.
 * The asymptotic variance of the mean wait over n customers is that of M/M/1 at most, see below.
 */
START_TEST(msis_wait_for_a_constant_server_as_in_m_d_1)
{
	static const struct price prices[] = { { "its-translate", "100 ns" } };
	struct rec_result r;
	double n, se;

	run_scenario(its_load, prices, 1, &r);
	n = metric(&r, "its.0.queue.wait.count");
	ck_assert_double_gt(n, 190000);
	se = 100 * sqrt(29 / n);
	ck_assert_double_eq_tol(metric(&r, "its.0.queue.wait.mean"), 50, 4 * se);
	/* Utilisation is rho; arrivals are Poisson: standard error sqrt(n) services. */
	ck_assert_double_eq_tol(metric(&r, "its.0.busy.percent"), 50, 4 * 50 / sqrt(n));
	rec_result_fini(&r);
}
END_TEST

/*
 * M/M/1 with load 1/2 and mean service 100 ns: mean wait = rho / (mu - lambda) = 100 ns, mean
 * number present rho / (1 - rho) = 1. Asymptotic variance of the mean wait (Whitt 1989):
 * rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 = 29 services^2 at rho = 1/2.
 */
START_TEST(msis_wait_for_an_exponential_server_as_in_m_m_1)
{
	static const struct price prices[] = { { "its-translate", "{exponential: 100 ns}" } };
	struct rec_result r;
	double n, se;

	run_scenario(its_load, prices, 1, &r);
	n = metric(&r, "its.0.queue.wait.count");
	se = 100 * sqrt(29 / n);
	ck_assert_double_eq_tol(metric(&r, "its.0.queue.wait.mean"), 100, 4 * se);
	ck_assert_double_eq_tol(metric(&r, "its.0.queue.mean"), 1, 4 * se / 100 * 1.5);
	rec_result_fini(&r);
}
END_TEST

/*
 * One edge interrupt holds one instance in service and one pending, and merges all others: the
 * queue M/M/1/2, whose loss is rho^2 / (1 + rho + rho^2). Losses are correlated over a busy period;
 * a binomial's variance times three bounds that at these loads.
 */
static void coalescing(const char *rate, double rho)
{
	char text[512];
	struct rec_result r;
	double raised, p = rho * rho / (1 + rho + rho * rho);

	snprintf(
		text, sizeof(text),
		"run: {duration: 2 s}\n"
		"host: {clusters: 1, pes: 2}\n"
		"hypervisor: {preset: linux-6.10, halt_poll: none}\n"
		"vms:\n"
		"  - workloads:\n"
		"      - {type: nic, rate: %s, poll: false, work: {exponential: 10 us}, busy: 1 ms}\n",
		rate);
	run_scenario(text, NULL, 0, &r);
	raised = metric(&r, "irq.raised");
	ck_assert_double_eq_tol(metric(&r, "irq.coalesced") / raised, p,
				4 * sqrt(3 * p * (1 - p) / raised));
	rec_result_fini(&r);
}

START_TEST(an_edge_interrupt_coalesces_as_m_m_1_2_at_half_load)
{
	coalescing("50 k/s", 0.5);
}
END_TEST

START_TEST(an_edge_interrupt_coalesces_as_m_m_1_2_at_full_load)
{
	coalescing("100 k/s", 1);
}
END_TEST

START_TEST(an_edge_interrupt_coalesces_as_m_m_1_2_in_overload)
{
	coalescing("200 k/s", 2);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, msis_wait_for_a_constant_server_as_in_m_d_1);
	tcase_add_test(tc, msis_wait_for_an_exponential_server_as_in_m_m_1);
	tcase_add_test(tc, an_edge_interrupt_coalesces_as_m_m_1_2_at_half_load);
	tcase_add_test(tc, an_edge_interrupt_coalesces_as_m_m_1_2_at_full_load);
	tcase_add_test(tc, an_edge_interrupt_coalesces_as_m_m_1_2_in_overload);
}

#include <tests/lib/check-main.h>

CHECK_MAIN("queueing theory", add, NULL, NULL)
