// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and values of metrics as they reach a result (sim/record/metrics.h), and decimals made
 * from integers (sim/record/num.h).
 */
#include "record/life.h"
#include "record/metrics.h"
#include "record/result.h"
#include "tests/lib/check-main.h"

static struct rec_metrics m;
static struct rec_result r;

static void setup(void)
{
	rec_metrics_init(&m);
	rec_result_init(&r);
}

static void teardown(void)
{
	rec_metrics_fini(&m);
	rec_result_fini(&r);
}

/* The metric printed as JSON and tables print it: "1.500 ns". */
static const char *text(const char *name)
{
	static char buf[128];
	const struct rec_result_metric *x = rec_result_find(&r, name);
	size_t len;

	if (!x)
		return "missing";
	if (x->none)
		return "none";
	len = rec_num_format(buf, x->value, x->decimals);
	snprintf(buf + len, sizeof(buf) - len, " %s", x->unit);
	return buf;
}

START_TEST(a_scalar_counts_under_its_name)
{
	rec_count(&m, REC_M_EXIT_TOTAL, 3);
	rec_count(&m, REC_M_EXIT_TOTAL, 4);
	rec_set(&m, REC_M_CPU_GUEST, 1234567);
	rec_set(&m, REC_M_CPU_GUEST_PERCENT, 99999);
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("exit.total"), "7 exits");
	ck_assert_str_eq(text("cpu.guest"), "1234.567 ns");
	ck_assert_str_eq(text("cpu.guest.percent"), "99.999 %");
	ck_assert_str_eq(text("irq.raised"), "0 interrupts");
}
END_TEST

START_TEST(a_family_fills_its_placeholders_from_left_to_right)
{
	static const char *const cmd[] = { "MAPD", "SYNC" };
	static const char *const reason[] = { "WFx", "IRQ" };
	static const char *const cache[] = { "device" };
	static const char *const its[] = { "0", "1" };
	uint64_t *c = rec_family(&m, REC_M_ITS_CMD, "1", cmd, 2);
	uint64_t *e = rec_family(&m, REC_M_EXIT, NULL, reason, 2);
	uint64_t *h = rec_family(&m, REC_M_ITS_CACHE_HITS, "0", cache, 1);
	uint64_t *q = rec_family(&m, REC_M_ITS_QUEUE_MEAN, NULL, its, 2);

	c[0] = 5;
	e[1] = 6;
	h[0] = 7;
	q[1] = 1500;
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("its.1.cmd.MAPD"), "5 commands");
	ck_assert_str_eq(text("its.1.cmd.SYNC"), "0 commands");
	ck_assert_str_eq(text("exit.IRQ"), "6 exits");
	ck_assert_str_eq(text("its.0.cache.device.hits"), "7 lookups");
	ck_assert_str_eq(text("its.1.queue.mean"), "1.500 requests");
}
END_TEST

START_TEST(a_histogram_gives_mean_quantiles_and_count)
{
	struct rec_hist *h = rec_times(&m, REC_M_IRQ_LATENCY, NULL, NULL, true);

	rec_hist_add(h, 1000);
	rec_hist_add(h, 2001);
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("irq.latency.mean"), "1.500 ns");
	ck_assert_str_eq(text("irq.latency.p50"), "1.000 ns");
	ck_assert_str_eq(text("irq.latency.p99"), "2.001 ns");
	ck_assert_str_eq(text("irq.latency.p999"), "2.001 ns");
	ck_assert_str_eq(text("irq.latency.max"), "2.001 ns");
	ck_assert_str_eq(text("irq.latency.min"), "1.000 ns");
	ck_assert_str_eq(text("irq.latency.count"), "2 samples");
}
END_TEST

START_TEST(without_a_sample_there_is_no_value)
{
	rec_times(&m, REC_M_IRQ_LATENCY, NULL, NULL, true);
	rec_times(&m, REC_M_IRQ_STAGE, NULL, "its", false);
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("irq.latency.p99"), "none");
	ck_assert_str_eq(text("irq.latency.count"), "0 samples");
	ck_assert_str_eq(text("irq.stage.its.mean"), "missing");
}
END_TEST

START_TEST(asking_twice_for_a_histogram_gives_the_same)
{
	ck_assert_ptr_eq(rec_times(&m, REC_M_IRQ_STAGE, NULL, "its", false),
			 rec_times(&m, REC_M_IRQ_STAGE, NULL, "its", false));
	ck_assert_ptr_ne(rec_times(&m, REC_M_IRQ_STAGE, NULL, "its", false),
			 rec_times(&m, REC_M_IRQ_STAGE, NULL, "link", false));
}
END_TEST

START_TEST(workloads_declare_metrics_with_their_own_unit)
{
	*rec_declare(&m, "vm0", "nvme.ios", REC_COUNT, "I/Os") = 12;
	*rec_declare(&m, "vm0", "nvme.rate", REC_MILLI, "I/Os a second") = 1234567;
	rec_hist_add(rec_declare_times(&m, "vm1", "nvme.latency"), 10000);
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("workload.vm0.nvme.ios"), "12 I/Os");
	ck_assert_str_eq(text("workload.vm0.nvme.rate"), "1234.567 I/Os a second");
	ck_assert_str_eq(text("workload.vm1.nvme.latency.p99"), "10.000 ns");
}
END_TEST

START_TEST(a_new_window_forgets_counts_and_keeps_pointers)
{
	static const char *const reason[] = { "WFx" };
	uint64_t *e = rec_family(&m, REC_M_EXIT, NULL, reason, 1);
	struct rec_hist *h = rec_times(&m, REC_M_IRQ_LATENCY, NULL, NULL, true);

	e[0] = 6;
	rec_count(&m, REC_M_EXIT_TOTAL, 6);
	rec_hist_add(h, 5);
	rec_metrics_reset(&m);
	e[0]++;
	rec_hist_add(h, 7);
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("exit.WFx"), "1 exits");
	ck_assert_str_eq(text("exit.total"), "0 exits");
	ck_assert_str_eq(text("irq.latency.mean"), "0.007 ns");
}
END_TEST

START_TEST(a_histogram_that_lost_its_memory_fails_the_result)
{
	rec_times(&m, REC_M_IRQ_LATENCY, NULL, NULL, true)->failed = true;
	ck_assert_int_lt(rec_metrics_emit(&m, &r), 0);
	ck_assert(r.failed);
}
END_TEST

START_TEST(every_row_has_name_unit_meaning_and_formula)
{
	for (unsigned i = 0; i < REC_METRIC_NR; i++) {
		const struct rec_metric_row *row = &rec_metric_rows[i];

		ck_assert_msg(row->name && row->name[0], "row %u", i);
		ck_assert_msg(row->unit[0] && row->meaning[0] && row->formula[0], "%s", row->name);
		for (unsigned j = 0; j < i; j++)
			ck_assert_str_ne(row->name, rec_metric_rows[j].name);
	}
}
END_TEST

START_TEST(every_stage_has_a_name_and_a_meaning)
{
	for (unsigned i = 0; i < REC_STAGE_NR; i++)
		ck_assert(rec_stage_rows[i].name[0] && rec_stage_rows[i].doc[0]);
}
END_TEST

static const char *decimal(rec_u128 v, unsigned decimals)
{
	static char buf[REC_NUM_MAX];

	ck_assert_uint_eq(rec_num_format(buf, v, decimals), strlen(buf));
	return buf;
}

START_TEST(decimals_are_exact_text)
{
	ck_assert_str_eq(decimal(0, 0), "0");
	ck_assert_str_eq(decimal(0, 3), "0.000");
	ck_assert_str_eq(decimal(7, 3), "0.007");
	ck_assert_str_eq(decimal(1000, 3), "1.000");
	ck_assert_str_eq(decimal(1234567, 3), "1234.567");
	ck_assert_str_eq(decimal(UINT64_MAX, 0), "18446744073709551615");
	ck_assert_str_eq(decimal(~(rec_u128)0, 0), "340282366920938463463374607431768211455");
	ck_assert_str_eq(decimal(~(rec_u128)0, 18), "340282366920938463463.374607431768211455");
}
END_TEST

START_TEST(groups_of_three_digits_stand_before_the_point_only)
{
	char buf[2 * REC_NUM_MAX];

	rec_num_format_grouped(buf, 999, 0);
	ck_assert_str_eq(buf, "999");
	rec_num_format_grouped(buf, 1000, 0);
	ck_assert_str_eq(buf, "1,000");
	rec_num_format_grouped(buf, 1234567890, 3);
	ck_assert_str_eq(buf, "1,234,567.890");
	rec_num_format_grouped(buf, 999999, 6);
	ck_assert_str_eq(buf, "0.999999");
}
END_TEST

START_TEST(times_take_the_unit_that_fits)
{
	static const struct {
		uint64_t ps;
		const char *text;
	} row[] = {
		{ 0, "0 ps" },
		{ 999, "999 ps" },
		{ 1000, "1.000 ns" },
		{ 999999, "999.999 ns" },
		{ 1000000, "1.000 us" },
		{ 1234567890, "1.234 ms" },
		{ 1000000000000, "1.000 s" },
		{ 3600000000000000, "3600.000 s" },
	};
	char buf[REC_NUM_MAX];

	for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ck_assert_uint_eq(rec_num_format_time(buf, row[i].ps), strlen(row[i].text));
		ck_assert_str_eq(buf, row[i].text);
	}
}
END_TEST

START_TEST(metrics_of_two_hosts_add_up_but_maxima_are_compared)
{
	static const char *const both[] = { "irq" }, *const there[] = { "0" };
	struct rec_metrics other;
	uint64_t *mine, *its, *moved;

	rec_metrics_init(&other);
	rec_count(&m, REC_M_EXIT_TOTAL, 3);
	rec_count(&other, REC_M_EXIT_TOTAL, 4);
	rec_set(&other, REC_M_CPU_GUEST_PERCENT, 50000);
	mine = rec_family(&m, REC_M_LOCK_ACQUIRED, NULL, both, 1);
	its = rec_family(&other, REC_M_LOCK_ACQUIRED, NULL, both, 1);
	*mine = 10;
	*its = 5;
	*rec_family(&m, REC_M_LOCK_MAX_WAIT, NULL, both, 1) = 7000;
	*rec_family(&other, REC_M_LOCK_MAX_WAIT, NULL, both, 1) = 9000;
	moved = rec_family(&other, REC_M_ITS_BUSY, NULL, there, 1);
	*moved = 2000;
	rec_hist_add(rec_times(&m, REC_M_SCHED_DELAY, NULL, NULL, false), 1000);
	rec_hist_add(rec_times(&other, REC_M_SCHED_DELAY, NULL, NULL, false), 3000);
	rec_metrics_merge(&m, &other);
	rec_metrics_fini(&other);
	*moved += 500; /* still there, among those of the first */
	ck_assert_int_eq(rec_metrics_emit(&m, &r), 0);
	ck_assert_str_eq(text("exit.total"), "7 exits");
	ck_assert_str_eq(text("cpu.guest.percent"), "0.000 %");
	ck_assert_str_eq(text("lock.irq.acquired"), "15 acquisitions");
	ck_assert_str_eq(text("lock.irq.max_wait"), "9.000 ns");
	ck_assert_str_eq(text("its.0.busy"), "2.500 ns");
	ck_assert_str_eq(text("sched.delay.mean"), "2.000 ns");
	ck_assert_str_eq(text("sched.delay.count"), "2 samples");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, metrics_of_two_hosts_add_up_but_maxima_are_compared);
	tcase_add_test(tc, a_scalar_counts_under_its_name);
	tcase_add_test(tc, a_family_fills_its_placeholders_from_left_to_right);
	tcase_add_test(tc, a_histogram_gives_mean_quantiles_and_count);
	tcase_add_test(tc, without_a_sample_there_is_no_value);
	tcase_add_test(tc, asking_twice_for_a_histogram_gives_the_same);
	tcase_add_test(tc, workloads_declare_metrics_with_their_own_unit);
	tcase_add_test(tc, a_new_window_forgets_counts_and_keeps_pointers);
	tcase_add_test(tc, a_histogram_that_lost_its_memory_fails_the_result);
	tcase_add_test(tc, every_row_has_name_unit_meaning_and_formula);
	tcase_add_test(tc, every_stage_has_a_name_and_a_meaning);
	tcase_add_test(tc, decimals_are_exact_text);
	tcase_add_test(tc, groups_of_three_digits_stand_before_the_point_only);
	tcase_add_test(tc, times_take_the_unit_that_fits);
}

CHECK_MAIN("record metrics", add, setup, teardown)
