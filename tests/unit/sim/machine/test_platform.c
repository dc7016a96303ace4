// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Level interrupts passed through: mask on the host, injection, resampling at the guest's end of
 * interrupt, unmask. rig_run() checks the account of every interrupt at the end of each test.
 */
#include "rig.h"

#include <tests/lib/check-main.h>

#define SPI 32u
#define HOST(hypervisor) \
	"run: {duration: 1 ms}\n" \
	"host: {pes: 2}\n" \
	"hypervisor: {halt_poll: none, " hypervisor "}\n" \
	"vms: [{its: false, pin: first, irqs: 64}]\n"

static struct device *dev;
static u32 waiting, handled, spurious, writes_before_end;
static bool readback;

static void written(void *arg, u32 count)
{
	(void)arg;
	waiting -= count;
	if (!waiting)
		device_line(dev, false);
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	(void)arg;
	ck_assert_uint_eq(intid, SPI);
	guest_device_read(c, dev);
	guest_compute(c, rig_us(2));
	if (!waiting) {
		spurious++;
		return;
	}
	handled++;
	guest_doorbell(c, dev, 1);
	if (readback)
		guest_device_read(c, dev);
}

static void map(struct vcpu *c)
{
	dev = device_new(guest_vm(c), "platform", 0, written, NULL);
	ck_assert_ptr_nonnull(dev);
	ck_assert_int_eq(guest_map_line(c, dev, 0, handle, NULL), (int)SPI);
}

static void event(void *arg, u64 cookie)
{
	(void)arg;
	(void)cookie;
	waiting++;
	device_line(dev, true);
}

static void in_guest(struct vcpu *c)
{
	guest_wfi(c);
}

static const struct rec_irq_count *account(void)
{
	return rec_irq(&rig_m->vms[0]->irqs, 0, SPI);
}

/* ---- re-presentation ---- */

static void three_at_once(void)
{
	for (u32 i = 0; i < 3; i++)
		device_at(dev, rig_us(10 + i), event, 0);
}

/* The line rises once and stays high until the third event is written off. */
static void one_raise_three_deliveries(void)
{
	ck_assert_uint_eq(handled, 3);
	ck_assert_uint_eq(spurious, 0);
	ck_assert_uint_eq(account()->raised, 1);
	ck_assert_uint_eq(account()->represented, 2);
	ck_assert_uint_eq(account()->delivered, 3);
	ck_assert_uint_eq(account()->retired, 0);
}

static void run_three(const char *text, void (*check)(void))
{
	static const struct rig_price prices[] = { { "link-posted", "100 ns" },
						   { "guest-exit", "50 ns" } };

	if (!rig.prices) {
		rig.prices = prices;
		rig.nr_prices = 2;
	}
	readback = true;
	rig.text = text;
	rig.setup = map;
	rig.guest = in_guest;
	rig.host = three_at_once;
	rig.check = check;
	rig_run();
}

START_TEST(a_level_that_is_still_high_at_the_end_of_interrupt_comes_again)
{
	run_three(HOST("preset: linux-6.1"), one_raise_three_deliveries);
}
END_TEST

/*
 * spec/vgic.md 1.9: the newer generation folds first and then notifies, so an ended level interrupt
 * is pending once more until the notifier lowers its line.
 */
static void represented_and_withdrawn(void)
{
	ck_assert_uint_eq(handled, 3);
	ck_assert_uint_eq(account()->raised, 1);
	ck_assert_uint_eq(account()->delivered, 3);
	ck_assert_uint_eq(account()->represented, 2 + 3);
	ck_assert_uint_eq(account()->retired, 3);
}

START_TEST(the_newer_generation_lowers_the_line_after_the_fold)
{
	run_three(HOST("preset: linux-6.19"), represented_and_withdrawn);
}
END_TEST

/*
 * The host's SPI goes to the other PE and is taken there at the moment it is unmasked: was the
 * guest's line not low by then, its rise would be none, and the interrupt lost.
 */
START_TEST(the_guests_line_falls_before_the_host_unmasks)
{
	static const struct rig_price slow[] = { { "gic-mmio-write", "50 ns" },
						 { "vfio-signal", "5 us" },
						 { "lock", "1 us" },
						 { "link-posted", "100 ns" } };

	rig.prices = slow;
	rig.nr_prices = 4;
	rig_m->next_lpi_pe = 1;
	run_three(HOST("preset: linux-6.1"), one_raise_three_deliveries);
}
END_TEST

/* ---- the wire ---- */

static void fall(void *arg, u64 cookie)
{
	(void)arg;
	(void)cookie;
	waiting--;
	device_line(dev, false);
}

static void rise_again(void *arg, u64 cookie)
{
	/* The guest has written off the first and computes still: its end has not come. */
	device_line(dev, false);
	waiting = 0;
	event(arg, cookie);
}

static void first_then_short(void)
{
	device_at(dev, rig_us(10), event, 0);
	device_at(dev, rig_us(11), rise_again, 0);
	device_at(dev, rig_ns(11500), fall, 0);
}

static void withdrawn(void)
{
	ck_assert_uint_eq(account()->raised, 2);
	ck_assert_uint_eq(account()->delivered, 1);
	ck_assert_uint_eq(account()->retired, 1);
	ck_assert_uint_eq(account()->represented, 0);
}

START_TEST(a_level_that_falls_while_the_host_has_it_masked_is_withdrawn)
{
	rig.text = HOST("preset: linux-6.1");
	rig.setup = map;
	rig.guest = in_guest;
	rig.host = first_then_short;
	rig.check = withdrawn;
	rig_run();
}
END_TEST

static void first_then_second(void)
{
	device_at(dev, rig_us(10), event, 0);
	device_at(dev, rig_us(11), rise_again, 0);
}

static void both_delivered(void)
{
	ck_assert_uint_eq(account()->raised, 2);
	ck_assert_uint_eq(account()->delivered, 2);
	ck_assert_uint_eq(account()->represented, 0);
}

START_TEST(a_level_that_rises_again_before_the_end_of_interrupt_waits_for_the_unmask)
{
	readback = true;
	rig.text = HOST("preset: linux-6.1");
	rig.setup = map;
	rig.guest = in_guest;
	rig.host = first_then_second;
	rig.check = both_delivered;
	rig_run();
}
END_TEST

/* ---- the write that serves the device ---- */

static void one(void)
{
	device_at(dev, rig_us(10), event, 0);
}

static void once_for_nothing(void)
{
	ck_assert_uint_eq(handled, 1);
	ck_assert_uint_eq(spurious, writes_before_end);
	ck_assert_uint_eq(account()->raised, 1);
	ck_assert_uint_eq(account()->represented, writes_before_end);
}

static void run_slow_link(bool back)
{
	static const struct rig_price slow[] = { { "link-posted", "1500 ns" } };

	rig.prices = slow;
	rig.nr_prices = 1;
	readback = back;
	writes_before_end = back ? 0 : 1;
	rig.text = HOST("preset: linux-6.1");
	rig.setup = map;
	rig.guest = in_guest;
	rig.host = one;
	rig.check = once_for_nothing;
	rig_run();
}

START_TEST(an_end_of_interrupt_that_overtakes_the_posted_write_makes_one_spurious_interrupt)
{
	run_slow_link(false);
}
END_TEST

START_TEST(a_driver_that_reads_back_makes_no_spurious_interrupt)
{
	run_slow_link(true);
}
END_TEST

/* A read of 2 x link-posted behind the write, the handler's first read alone before it. */
static void both_ways(struct vcpu *c)
{
	sim_time begin;

	guest_compute(c, rig_us(100));
	begin = guest_now(c);
	guest_device_read(c, dev);
	ck_assert_uint_eq(guest_now(c) - begin, rig_ns(3000));
}

START_TEST(a_read_of_a_device_takes_the_link_both_ways)
{
	static const struct rig_price slow[] = { { "link-posted", "1500 ns" } };

	rig.prices = slow;
	rig.nr_prices = 1;
	rig.text = HOST("preset: linux-6.1");
	rig.setup = map;
	rig.guest = both_ways;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_level_that_is_still_high_at_the_end_of_interrupt_comes_again);
	tcase_add_test(tc, the_newer_generation_lowers_the_line_after_the_fold);
	tcase_add_test(tc, the_guests_line_falls_before_the_host_unmasks);
	tcase_add_test(tc, a_level_that_falls_while_the_host_has_it_masked_is_withdrawn);
	tcase_add_test(tc,
		       a_level_that_rises_again_before_the_end_of_interrupt_waits_for_the_unmask);
	tcase_add_test(
		tc,
		an_end_of_interrupt_that_overtakes_the_posted_write_makes_one_spurious_interrupt);
	tcase_add_test(tc, a_driver_that_reads_back_makes_no_spurious_interrupt);
	tcase_add_test(tc, a_read_of_a_device_takes_the_link_both_ways);
}

CHECK_MAIN("level interrupts passed through", add, NULL, NULL)
