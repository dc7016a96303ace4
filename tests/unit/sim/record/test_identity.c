// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The accounts of INTIDs and the identities of a run: they hold when they should, and one
 * interrupt lost or doubled, one picosecond too many, is told (sim/record/identity.h).
 */
#include "record/identity.h"
#include "tests/lib/check-main.h"

static struct rec_irqs x;
static struct rec_report report;

static void setup(void)
{
	memset(&report, 0, sizeof(report));
	ck_assert_int_eq(rec_irqs_init(&x, "vm0", 4), 0);
}

static void teardown(void)
{
	rec_irqs_fini(&x);
}

/* An account that balances, with something in each of its fields. */
static void balance(struct rec_irq_count *c)
{
	c->pending_at_start = 1;
	c->raised = 100;
	c->represented = 5;
	c->delivered = 90;
	c->coalesced = 10;
	c->retired = 2;
	c->dropped = 3;
	c->pending_at_end = 1;
}

START_TEST(a_balanced_account_has_no_violation)
{
	balance(rec_irq(&x, 3, 7));
	balance(rec_irq(&x, 0, 1019));
	balance(rec_irq(&x, 0, 8192));
	balance(rec_irq(&x, 0, 65535));
	ck_assert_uint_eq(rec_irqs_check(&x, &report), 0);
	ck_assert_uint_eq(report.count, 0);
}
END_TEST

START_TEST(one_lost_interrupt_is_told_with_vm_intid_and_numbers)
{
	balance(rec_irq(&x, 0, 8192));
	balance(rec_irq(&x, 0, 8200));
	rec_irq(&x, 0, 8200)->delivered--;
	ck_assert_uint_eq(rec_irqs_check(&x, &report), 1);
	ck_assert_str_eq(report.line[0],
			 "VM vm0 INTID 8200: pending at start 1 + raised 100 + represented 5 != "
			 "delivered 89 + coalesced 10 + dropped 3 + retired 2 + pending at end 1");
}
END_TEST

START_TEST(each_field_takes_part_in_the_identity)
{
	struct rec_irq_count *c = rec_irq(&x, 0, 40);
	uint32_t *field = (uint32_t *)c;

	for (unsigned f = 0; f < sizeof(*c) / sizeof(*field); f++) {
		balance(c);
		field[f]++;
		ck_assert_uint_eq(rec_irqs_check(&x, &report), 1);
	}
}
END_TEST

START_TEST(private_interrupts_are_told_with_their_vcpu)
{
	rec_irq(&x, 2, 27)->raised = 1;
	ck_assert_uint_eq(rec_irqs_check(&x, &report), 1);
	ck_assert_ptr_nonnull(strstr(report.line[0], "INTID 27 of vCPU 2:"));
}
END_TEST

START_TEST(a_private_intid_has_an_account_on_each_vcpu)
{
	rec_irq(&x, 0, 27)->raised = 1;
	rec_irq(&x, 1, 27)->delivered = 1;
	ck_assert_uint_eq(rec_irqs_check(&x, &report), 2);
}
END_TEST

START_TEST(an_interrupt_that_moves_between_intids_is_noticed_though_totals_agree)
{
	struct rec_irq_sums s = { 0 };

	rec_irq(&x, 0, 8192)->raised = 1;
	rec_irq(&x, 0, 8193)->delivered = 1;
	rec_irqs_sum(&x, &s);
	ck_assert_uint_eq(s.raised, s.delivered);
	ck_assert_uint_eq(rec_irqs_check(&x, &report), 2);
}
END_TEST

START_TEST(counts_that_wrap_still_balance)
{
	struct rec_irq_count *c = rec_irq(&x, 0, 40);

	c->raised = UINT32_MAX;
	c->represented = 3; /* in: 2 modulo 2^32 */
	c->delivered = 2;
	ck_assert_uint_eq(rec_irqs_check(&x, &report), 0);
}
END_TEST

START_TEST(sums_are_over_all_intids)
{
	struct rec_irq_sums s = { 0 };

	for (uint32_t v = 0; v < 4; v++)
		balance(rec_irq(&x, v, 0));
	balance(rec_irq(&x, 0, 100));
	balance(rec_irq(&x, 0, 9000));
	rec_irqs_sum(&x, &s);
	ck_assert_uint_eq(s.raised, 600);
	ck_assert_uint_eq(s.delivered, 540);
	ck_assert_uint_eq(s.represented, 30);
	ck_assert_uint_eq(s.coalesced, 60);
	ck_assert_uint_eq(s.retired, 12);
	ck_assert_uint_eq(s.dropped, 18);
	ck_assert_uint_eq(s.pending_at_start, 6);
	ck_assert_uint_eq(s.pending_at_end, 6);
}
END_TEST

START_TEST(a_new_window_starts_all_accounts_at_zero)
{
	struct rec_irq_sums s = { 0 };

	balance(rec_irq(&x, 1, 3));
	balance(rec_irq(&x, 0, 9000));
	rec_irqs_reset(&x);
	rec_irqs_sum(&x, &s);
	ck_assert_uint_eq(s.raised | s.delivered | s.pending_at_end, 0);
}
END_TEST

START_TEST(an_account_takes_32_bytes)
{
	ck_assert_uint_eq(sizeof(struct rec_irq_count), 32);
}
END_TEST

START_TEST(a_report_counts_more_violations_than_it_keeps)
{
	for (uint32_t i = 0; i < REC_REPORT_MAX + 10; i++)
		rec_irq(&x, 0, 100 + i)->raised = 1;
	ck_assert_uint_eq(rec_irqs_check(&x, &report), REC_REPORT_MAX + 10);
	ck_assert_ptr_nonnull(strstr(report.line[REC_REPORT_MAX - 1], "INTID 131:"));
}
END_TEST

START_TEST(a_queue_whose_integral_differs_by_a_picosecond_is_told)
{
	rec_u128 big = (rec_u128)UINT64_MAX * 1000;

	ck_assert_uint_eq(rec_queue_check("its.0", big, big, &report), 0);
	ck_assert_uint_eq(rec_queue_check("its.0", big, big + 1, &report), 1);
	ck_assert_str_eq(report.line[0],
			 "queue its.0: time integral of its length 18446744073709551615000 ps != "
			 "sum of stays 18446744073709551615001 ps");
}
END_TEST

START_TEST(pe_times_that_do_not_fill_the_window_are_told)
{
	const uint64_t part[] = { 10, 20, 30, 40 };

	ck_assert_uint_eq(rec_pe_check(5, part, 4, 100, &report), 0);
	ck_assert_uint_eq(rec_pe_check(5, part, 4, 101, &report), 1);
	ck_assert_str_eq(report.line[0], "PE 5: its times add up to 100 ps in a window of 101 ps");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_balanced_account_has_no_violation);
	tcase_add_test(tc, one_lost_interrupt_is_told_with_vm_intid_and_numbers);
	tcase_add_test(tc, each_field_takes_part_in_the_identity);
	tcase_add_test(tc, private_interrupts_are_told_with_their_vcpu);
	tcase_add_test(tc, a_private_intid_has_an_account_on_each_vcpu);
	tcase_add_test(tc, an_interrupt_that_moves_between_intids_is_noticed_though_totals_agree);
	tcase_add_test(tc, counts_that_wrap_still_balance);
	tcase_add_test(tc, sums_are_over_all_intids);
	tcase_add_test(tc, a_new_window_starts_all_accounts_at_zero);
	tcase_add_test(tc, an_account_takes_32_bytes);
	tcase_add_test(tc, a_report_counts_more_violations_than_it_keeps);
	tcase_add_test(tc, a_queue_whose_integral_differs_by_a_picosecond_is_told);
	tcase_add_test(tc, pe_times_that_do_not_fill_the_window_are_told);
}

CHECK_MAIN("record identities", add, setup, teardown)
