// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host threads (hostthread.h) on a machine where nothing costs but what a test names: when they run,
 * and what becomes of the MSIs that they signal.
 */
#include <sim/machine/hostthread.h>

#include "rig.h"

#include <tests/lib/check-main.h>

#define TEXT \
	"run: {duration: 1 ms}\n" \
	"host: {pes: 2}\n" \
	"hypervisor: {preset: linux-6.8, halt_poll: none}\n" \
	"vms: [{vcpus: 1, pin: first}]\n"

#define XARRAY \
	"run: {duration: 1 ms}\n" \
	"host: {pes: 2}\n" \
	"hypervisor: {preset: linux-6.10, halt_poll: none}\n" \
	"vms: [{vcpus: 1, pin: first}]\n"

static struct host_thread *thread, *other;
static struct device *device;
static sim_time seen[4];
static u32 nr_seen;

static void see(sim_time t)
{
	ck_assert_uint_lt(nr_seen, 4);
	seen[nr_seen++] = t;
}

static void setup(void)
{
	rig.text = TEXT;
}

/* ---- time ---- */

static void compute_and_sleep(struct host_thread *h, void *arg)
{
	ck_assert_ptr_eq(arg, &thread);
	see(host_now(h));
	host_compute(h, rig_us(5));
	see(host_now(h));
	host_sleep_until(h, rig_us(100));
	see(host_now(h));
	host_sleep_until(h, rig_us(50)); /* long past */
	see(host_now(h));
}

static void begin_one(void)
{
	thread = host_thread_new(rig_m->vms[0], 1, compute_and_sleep, &thread);
	ck_assert_ptr_nonnull(thread);
	host_thread_begin(thread, rig_us(10));
}

static void exact_times(void)
{
	ck_assert_uint_eq(nr_seen, 4);
	ck_assert_uint_eq(seen[0], rig_us(10));
	ck_assert_uint_eq(seen[1], rig_us(15));
	ck_assert_uint_eq(seen[2], rig_us(100));
	ck_assert_uint_eq(seen[3], rig_us(100));
}

START_TEST(a_thread_begins_computes_and_sleeps_to_the_picosecond)
{
	rig.host = begin_one;
	rig.check = exact_times;
	rig_run();
}
END_TEST

static void sleeper(struct host_thread *h, void *arg)
{
	(void)arg;
	host_sleep(h); /* woken at 20 us */
	see(host_now(h));
	host_compute(h, rig_us(20)); /* woken again at 30 us, while it computes */
	host_sleep(h);
	see(host_now(h));
	host_sleep(h); /* nobody does any more */
	see(host_now(h));
}

static void waker(struct host_thread *h, void *arg)
{
	(void)arg;
	host_compute(h, rig_us(10));
	host_thread_wake(thread);
	host_compute(h, rig_us(10));
	host_thread_wake(thread);
}

static void begin_two(void)
{
	thread = host_thread_new(rig_m->vms[0], 1, sleeper, NULL);
	other = host_thread_new(rig_m->vms[0], 0, waker, NULL);
	host_thread_begin(thread, rig_us(1));
	host_thread_begin(other, rig_us(10));
}

static void woken_twice(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[0], rig_us(20));
	ck_assert_uint_eq(seen[1], rig_us(40));
}

START_TEST(a_wake_up_that_comes_before_the_sleep_counts_once)
{
	rig.host = begin_two;
	rig.check = woken_twice;
	rig_run();
}
END_TEST

/* ---- signals ---- */

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	ck_assert_ptr_eq(arg, &device);
	see(guest_now(c));
}

static void map_one(struct vcpu *c)
{
	device = device_new_emulated(guest_vm(c), "emulated", 1, NULL, NULL);
	ck_assert_ptr_nonnull(device);
	ck_assert_int_gt(guest_map_msi(c, device, 0, 0, handle, &device), 0);
}

static void compute_for_ever(struct vcpu *c)
{
	for (;;)
		guest_compute(c, SIM_MS);
}

static void signal_twice(struct host_thread *h, void *arg)
{
	void (*by)(struct host_thread *, struct device *, u32) = arg ? host_signal_irqfd
								     : host_signal_msi;

	by(h, device, 0);
	host_sleep_until(h, rig_us(100));
	by(h, device, 0);
}

static void begin_ioctls(void)
{
	thread = host_thread_new(rig_m->vms[0], 1, signal_twice, NULL);
	host_thread_begin(thread, rig_us(10));
}

static void begin_irqfds(void)
{
	thread = host_thread_new(rig_m->vms[0], 1, signal_twice, &device);
	host_thread_begin(thread, rig_us(10));
}

/* A system call of 1 us, and the kicked vCPU takes the interrupt: all else costs nothing. */
static void a_call_later(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[0], rig_us(11));
	ck_assert_uint_eq(seen[1], rig_us(101));
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_MSI_SLOW], 0); /* walked by itself */
}

START_TEST(an_msi_by_ioctl_takes_a_system_call_and_no_worker)
{
	static const struct rig_price prices[] = { { "syscall", "1 us" }, { "work-run", "3 us" } };

	rig.prices = prices;
	rig.nr_prices = 2;
	rig.setup = map_one;
	rig.guest = compute_for_ever;
	rig.host = begin_ioctls;
	rig.check = a_call_later;
	rig_run();
}
END_TEST

/* The first is not in the translation cache: a worker of 3 us walks the tables. */
static void a_worker_once(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[0], rig_us(14));
	ck_assert_uint_eq(seen[1], rig_us(101));
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_MSI_SLOW], 1);
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_MSI_FAST], 1);
}

START_TEST(an_irqfd_leaves_a_miss_of_the_cache_to_a_worker)
{
	static const struct rig_price prices[] = { { "eventfd-signal", "1 us" },
						   { "work-run", "3 us" } };

	rig.prices = prices;
	rig.nr_prices = 2;
	rig.setup = map_one;
	rig.guest = compute_for_ever;
	rig.host = begin_irqfds;
	rig.check = a_worker_once;
	rig_run();
}
END_TEST

/* The LRU cache has the doorbell in its keys: only a miss looks for the ITS. */
static void a_way_once(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[0], rig_us(15));
	ck_assert_uint_eq(seen[1], rig_us(100));
}

START_TEST(a_hit_of_the_lru_cache_needs_no_way_to_the_its)
{
	static const struct rig_price prices[] = { { "msi-route", "5 us" } };

	rig.prices = prices;
	rig.nr_prices = 1;
	rig.setup = map_one;
	rig.guest = compute_for_ever;
	rig.host = begin_ioctls;
	rig.check = a_way_once;
	rig_run();
}
END_TEST

/* An xarray is that of an ITS, which must be found first. */
static void a_way_each_time(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[0], rig_us(15));
	ck_assert_uint_eq(seen[1], rig_us(105));
}

START_TEST(an_xarray_is_asked_after_its_its_was_found)
{
	static const struct rig_price prices[] = { { "msi-route", "5 us" } };

	rig.text = XARRAY;
	rig.prices = prices;
	rig.nr_prices = 1;
	rig.setup = map_one;
	rig.guest = compute_for_ever;
	rig.host = begin_ioctls;
	rig.check = a_way_each_time;
	rig_run();
}
END_TEST

static void nothing_physical(void)
{
	for (u32 i = 0; i < rig_m->nr_lpis; i++)
		ck_assert_ptr_ne(rig_m->lpis[i].dev, device);
	ck_assert_uint_eq(nr_seen, 2);
}

START_TEST(an_emulated_device_has_no_host_interrupt)
{
	rig.setup = map_one;
	rig.guest = compute_for_ever;
	rig.host = begin_ioctls;
	rig.check = nothing_physical;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_thread_begins_computes_and_sleeps_to_the_picosecond);
	tcase_add_test(tc, a_wake_up_that_comes_before_the_sleep_counts_once);
	tcase_add_test(tc, an_msi_by_ioctl_takes_a_system_call_and_no_worker);
	tcase_add_test(tc, an_irqfd_leaves_a_miss_of_the_cache_to_a_worker);
	tcase_add_test(tc, a_hit_of_the_lru_cache_needs_no_way_to_the_its);
	tcase_add_test(tc, an_xarray_is_asked_after_its_its_was_found);
	tcase_add_test(tc, an_emulated_device_has_no_host_interrupt);
}
CHECK_MAIN("host threads", add, setup, NULL)
