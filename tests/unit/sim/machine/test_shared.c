// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What PEs share beside spinlocks, on a machine where nothing costs but what a test names: lines that
 * they write in turn, mutexes, and the list of the LRU translation cache.
 */
#include <sim/machine/hostthread.h>

#include "rig.h"

#include <tests/lib/check-main.h>

#define TEXT \
	"run: {duration: 1 ms}\n" \
	"host: {clusters: 4, pes: 1, sched: {wakeup_granularity: 1 us}}\n" \
	"hypervisor: {preset: linux-6.8, halt_poll: none}\n" \
	"vms: [{vcpus: 1, pin: first}]\n"

#define NR 8

static sim_time seen[NR];
static u32 nr_seen;

static void see(sim_time t)
{
	ck_assert_uint_lt(nr_seen, NR);
	seen[nr_seen++] = t;
}

static void expect(const u64 *times, u32 nr)
{
	ck_assert_uint_eq(nr_seen, nr);
	for (u32 i = 0; i < nr; i++)
		ck_assert_uint_eq(seen[i], times[i]);
}

static void begin(u32 pe, void (*body)(struct host_thread *, void *), void *arg, sim_time at)
{
	struct host_thread *h = host_thread_new(rig_m->vms[0], pe, body, arg);

	ck_assert_ptr_nonnull(h);
	host_thread_begin(h, at);
}

static void setup(void)
{
	static const struct rig_price prices[] = { { "line-socket", "100 ns" },
						   { "thread-wakeup", "20 us" },
						   { "cache-scan-step", "1 ns" } };

	rig.text = TEXT;
	rig.prices = prices;
	rig.nr_prices = 3;
}

/* ---- lines ---- */

static struct plat_shared line;

static void use(struct host_thread *h, void *arg)
{
	(void)arg;
	plat_shared_use(&line);
	plat_sync();
	see(host_now(h));
	plat_shared_use(&line); /* it is here */
	plat_sync();
	see(host_now(h));
}

static void begin_users(void)
{
	begin(1, use, NULL, rig_us(10));
	begin(2, use, NULL, rig_us(20));
	begin(3, use, NULL, rig_us(20) + rig_ns(30));
}

/*
 * Threads begin 20 us after their timers. Nobody had the line before the first. The second gets it after
 * 100 ns; the third asks while it is on its way, and gets it 100 ns after the second has. By then the
 * second wants it again, and then the third.
 */
static void one_after_the_other(void)
{
	const u64 times[] = { rig_us(30),
			      rig_us(30),
			      rig_us(40) + rig_ns(100),
			      rig_us(40) + rig_ns(200),
			      rig_us(40) + rig_ns(300),
			      rig_us(40) + rig_ns(400) };

	expect(times, 6);
}

START_TEST(a_line_goes_to_one_pe_after_the_other_in_order_of_their_requests)
{
	rig.host = begin_users;
	rig.check = one_after_the_other;
	rig_run();
}
END_TEST

/* ---- mutexes ---- */

static struct plat_mutex mutex;

static void hold(struct host_thread *h, void *sleeps)
{
	plat_mutex_lock(&mutex);
	if (sleeps)
		host_sleep_until(h, rig_us(60));
	else
		host_compute(h, rig_us(10));
	plat_mutex_unlock(&mutex);
}

static void hold_for_long(struct host_thread *h, void *arg)
{
	(void)arg;
	plat_mutex_lock(&mutex);
	host_compute(h, rig_us(500));
	plat_mutex_unlock(&mutex);
}

static void wait(struct host_thread *h, void *arg)
{
	(void)arg;
	plat_mutex_lock(&mutex);
	plat_sync();
	see(host_now(h));
	plat_mutex_unlock(&mutex);
}

static void begin_spinning(void)
{
	plat_mutex_init(&mutex, LOCK_CONFIG);
	begin(1, hold, NULL, rig_us(40));
	begin(2, wait, NULL, rig_us(42));
	begin(3, wait, NULL, rig_us(44));
}

/* No wake-up of 20 us, which the threads' own beginnings (their timers) have behind them. */
static void spun(void)
{
	const u64 times[] = { rig_us(70) + rig_ns(100), rig_us(70) + rig_ns(200) };

	expect(times, 2);
	ck_assert_uint_eq(rig_m->pes[2].spent[PE_SPIN], rig_us(8) + rig_ns(100));
	ck_assert_uint_eq(rig_m->pes[3].spent[PE_SPIN], rig_us(6) + rig_ns(200));
}

START_TEST(who_waits_for_a_mutex_of_a_running_thread_spins_and_gets_it_with_its_line)
{
	rig.host = begin_spinning;
	rig.check = spun;
	rig_run();
}
END_TEST

static void begin_sleeping(void)
{
	plat_mutex_init(&mutex, LOCK_CONFIG);
	begin(1, hold, &mutex, rig_us(10));
	begin(2, wait, NULL, rig_us(12));
}

/* The owner's timer wakes it at 60 us, and it wakes the waiter: 20 us each. */
static void slept(void)
{
	const u64 times[] = { rig_us(100) + rig_ns(100) };

	expect(times, 1);
	ck_assert_uint_eq(rig_m->pes[2].spent[PE_SPIN], 0);
}

START_TEST(who_waits_for_a_mutex_of_a_sleeping_thread_sleeps)
{
	rig.host = begin_sleeping;
	rig.check = slept;
	rig_run();
}
END_TEST

static void note(struct host_thread *h, void *arg)
{
	(void)arg;
	see(host_now(h));
}

static void begin_with_company(void)
{
	plat_mutex_init(&mutex, LOCK_CONFIG);
	begin(1, hold_for_long, NULL, rig_us(10));
	begin(2, wait, NULL, rig_us(12));
	begin(2, note, NULL, rig_us(50));
}

/* The second spins from 32 us on. The third's timer, of the same PE, wakes it: it has slept longer. */
static void gave_way(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[0], rig_us(70));
	ck_assert_uint_gt(seen[1], rig_us(530));
	ck_assert_uint_eq(rig_m->pes[2].spent[PE_SPIN], rig_us(18));
}

START_TEST(who_spins_takes_interrupts_and_gives_way)
{
	rig.host = begin_with_company;
	rig.check = gave_way;
	rig_run();
}
END_TEST

/* ---- the list of the LRU translation cache ---- */

static struct device *device;

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
}

static void map_four(struct vcpu *c)
{
	device = device_new_emulated(guest_vm(c), "emulated", 4, NULL, NULL);
	ck_assert_ptr_nonnull(device);
	for (u32 e = 0; e < 4; e++)
		ck_assert_int_gt(guest_map_msi(c, device, e, 0, handle, NULL), 0);
}

static void signal_to(struct host_thread *h, u32 nr)
{
	for (u32 e = 0; e < nr; e++)
		host_signal_msi(h, device, e);
}

/* Event 3 is found at the head by the first, and behind what the other moved by then. */
static void first(struct host_thread *h, void *arg)
{
	u32 others = *(const u32 *)arg;

	signal_to(h, 4);
	host_sleep_until(h, rig_us(300 * (1 + others)));
	plat_sync();
	see(host_now(h));
	host_signal_msi(h, device, 3);
	see(host_now(h));
}

static void second(struct host_thread *h, void *arg)
{
	signal_to(h, *(const u32 *)arg);
}

static u32 moved;

static void begin_signals(void)
{
	begin(1, first, &moved, rig_us(10));
	begin(2, second, &moved, rig_us(200));
}

static void compute_for_ever(struct vcpu *c)
{
	for (;;)
		guest_compute(c, SIM_MS);
}

static void signal_after(u32 others)
{
	moved = others;
	rig.setup = map_four;
	rig.guest = compute_for_ever;
	rig.host = begin_signals;
	rig_run();
}

/*
 * Lines that come from elsewhere whatever was moved: of the file, the cache's lock, the interrupt, the
 * AP list and the vCPU. Then one a moved entry, and a step an entry.
 */
#define BASE 500ull

static void after_two(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[1] - seen[0], rig_ns(BASE + 2 * 100 + 3));
}

START_TEST(a_search_fetches_what_other_pes_moved)
{
	rig.check = after_two;
	signal_after(2);
}
END_TEST

static void after_one(void)
{
	ck_assert_uint_eq(nr_seen, 2);
	ck_assert_uint_eq(seen[1] - seen[0], rig_ns(BASE + 1 * 100 + 2));
}

START_TEST(a_search_behind_one_moved_entry_is_shorter)
{
	rig.check = after_one;
	signal_after(1);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_line_goes_to_one_pe_after_the_other_in_order_of_their_requests);
	tcase_add_test(tc,
		       who_waits_for_a_mutex_of_a_running_thread_spins_and_gets_it_with_its_line);
	tcase_add_test(tc, who_waits_for_a_mutex_of_a_sleeping_thread_sleeps);
	tcase_add_test(tc, who_spins_takes_interrupts_and_gives_way);
	tcase_add_test(tc, a_search_fetches_what_other_pes_moved);
	tcase_add_test(tc, a_search_behind_one_moved_entry_is_shorter);
}
CHECK_MAIN("shared", add, setup, NULL)
