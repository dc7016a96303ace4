// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A single interrupt on an idle path: its latency is the sum of the hops, to the picosecond.
 * Prices are powers of two, so that a sum tells which of them went into it.
 */
#include "bench.h"

static const char one_msi[] = "run: {duration: 3 ms, start_spread: 1 us}\n"
			      "host: {clusters: 1, pes: 1, sched: {wakeup_granularity: 0 s}}\n"
			      "hypervisor: {preset: linux-6.10, halt_poll: none}\n"
			      "vms:\n"
			      "  - workloads:\n"
			      "      - {type: nic, rate: 1 k/s, arrivals: periodic, count: 2,\n"
			      "         size: 64 B, poll: false, work: 0 s, busy: 2 ms}\n";

/* Hardware only: link, bridge, SMMU, ITS, redistributor, signal. The DMA before it occupies the link
 * before the MSI is raised. The first MSI misses the translation cache; the second is the fastest. */
START_TEST(an_interrupt_takes_the_sum_of_its_hardware_hops)
{
	static const struct price prices[] = {
		{ "link-64b", "1 ns" },	     { "link-posted", "2 ns" },	 { "bridge-its", "4 ns" },
		{ "its-translate", "8 ns" }, { "lpi-socket", "16 ns" },	 { "rd-pending", "32 ns" },
		{ "rd-config", "64 ns" },    { "irq-signal", "128 ns" }, { "smmu", "256 ns" },
	};
	struct rec_result r;

	run_scenario(one_msi, prices, 9, &r);
	ck_assert_double_eq(metric(&r, "irq.latency.count"), 2);
	ck_assert_double_eq(metric(&r, "irq.latency.min"), 511);
	rec_result_fini(&r);
}
END_TEST

/*
 * Software on the one PE, the guest running there: exit, host interrupt entry, dispatch, VFIO,
 * route, exit decode, guest entry, guest exception, IAR; each once. The first MSI finds no cached
 * translation: it is routed a second time, by the worker.
 */
START_TEST(an_interrupt_takes_the_sum_of_its_software_hops)
{
	static const struct price prices[] = {
		{ "guest-exit", "1 ns" },	 { "host-irq-entry", "2 ns" },
		{ "host-irq-dispatch", "4 ns" }, { "vfio-signal", "8 ns" },
		{ "msi-route", "16 ns" },	 { "host-irq-exit", "32 ns" },
		{ "exit-decode", "64 ns" },	 { "guest-entry", "128 ns" },
		{ "guest-irq-entry", "256 ns" }, { "guest-iar", "512 ns" },
	};
	struct rec_result r;

	run_scenario(one_msi, prices, 10, &r);
	ck_assert_double_eq(metric(&r, "irq.latency.count"), 2);
	ck_assert_double_eq(metric(&r, "irq.latency.min"), 1023);
	ck_assert_double_eq(metric(&r, "irq.latency.max"), 1023 + 16);
	rec_result_fini(&r);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, an_interrupt_takes_the_sum_of_its_hardware_hops);
	tcase_add_test(tc, an_interrupt_takes_the_sum_of_its_software_hops);
}

#include <tests/lib/check-main.h>

CHECK_MAIN("zero-load latency", add, NULL, NULL)
