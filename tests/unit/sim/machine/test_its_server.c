// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The physical ITS as a server: turns of MSIs and commands, caches, the driver's wait.
 */
#include "rig.h"

#include <models/arch/gicv3.h>
#include <sim/record/result.h>

#include <tests/lib/check-main.h>

#define VECTORS 64

static struct device *device;
static sim_time asked, answered;
static u64 taken;

static void count(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
	taken++;
}

static void map_all(struct vcpu *c)
{
	device = device_new(guest_vm(c), "disk", VECTORS, NULL, NULL);
	for (u32 i = 0; i < VECTORS; i++)
		ck_assert_int_ge(guest_map_msi(c, device, i, 0, count, NULL), 0);
}

/* A burst that keeps the ITS busy for 64 us, and amid it a command of the host with its SYNC. */
static void burst_and_command(struct thread *t)
{
	for (u32 i = 0; i < VECTORS; i++)
		device_msi(device, i);
	rig_burn(t, rig_ns(500));
	asked = sim_now(rig_m->e);
	ck_assert_int_eq(host_its_set_affinity(rig_m->host_its, (u32)device->vec[0].lpi, 1), 0);
	answered = sim_now(rig_m->e);
}

static struct thread sender;

static void a_sender(void)
{
	rig_thread(&sender, 1, true, burst_and_command);
}

static void took_turns(void)
{
	ck_assert_uint_eq(taken, VECTORS);
	/*
	 * The MSI in service ends, a command of 300 ns, an MSI of 1 us, the SYNC: 500 + 300 + 1000 + 300
	 * ns, and less than one more MSI if the driver looked late. Behind all MSIs it would be 63 us.
	 */
	ck_assert_uint_ge(answered - asked, rig_ns(2100));
	ck_assert_uint_le(answered - asked, rig_ns(4500));
}

#define TEXT(its) \
	"run: {duration: 1 ms}\n" \
	"host: {pes: 2, its: {" its "}}\n" \
	"hypervisor: {lpi_affinity: target}\n" \
	"vms: [{pin: first}]\n"

START_TEST(commands_and_msis_take_turns_while_both_wait)
{
	static const struct rig_price prices[] = { { "its-translate", "1 us" },
						   { "its-command", "300 ns" } };

	rig.text = TEXT("");
	rig.prices = prices;
	rig.nr_prices = 2;
	rig.setup = map_all;
	rig.guest = guest_wfi;
	rig.host = a_sender;
	rig.check = took_turns;
	rig_run();
}
END_TEST

/* ---- caches ---- */

static void raise_msi(void *arg, u64 vector)
{
	(void)arg;
	device_msi(device, (u32)vector);
}

/* Twice the same eight events, 10 us apart. */
static void two_rounds(void)
{
	for (u32 i = 0; i < 16; i++)
		device_at(device, rig_us(10 + 10 * i), raise_msi, i % 8);
}

static u64 metric(const char *name)
{
	struct rec_result r;
	const struct rec_result_metric *found;
	u64 v;

	rec_result_init(&r);
	ck_assert_int_eq(rec_metrics_emit(&rig_m->metrics, &r), 0);
	found = rec_result_find(&r, name);
	ck_assert_ptr_nonnull(found);
	v = (u64)found->value;
	rec_result_fini(&r);
	return v;
}

static void second_round_hits(void)
{
	ck_assert_uint_eq(taken, 16);
	/* At most device, collection and eight events miss, once each. */
	ck_assert_uint_le(metric("its.0.cache.all.misses"), 10);
	/* A cached event needs no look at the device's entry: event and collection hit. */
	ck_assert_uint_ge(metric("its.0.cache.all.hits"), 8 * 2);
}

START_TEST(a_large_cache_saves_the_table_reads_of_the_second_round)
{
	rig.text = TEXT("cache_events: 64");
	rig.setup = map_all;
	rig.guest = guest_wfi;
	rig.host = two_rounds;
	rig.check = second_round_hits;
	rig_run();
}
END_TEST

static void all_miss(void)
{
	ck_assert_uint_eq(taken, 16);
	ck_assert_uint_eq(metric("its.0.cache.all.hits"), 0);
	ck_assert_uint_eq(metric("its.0.cache.all.misses"), 16 * 3);
}

START_TEST(without_caches_every_translation_reads_three_tables)
{
	rig.text = TEXT("cache_devices: 0, cache_events: 0, cache_collections: 0");
	rig.setup = map_all;
	rig.guest = guest_wfi;
	rig.host = two_rounds;
	rig.check = all_miss;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, commands_and_msis_take_turns_while_both_wait);
	tcase_add_test(tc, a_large_cache_saves_the_table_reads_of_the_second_round);
	tcase_add_test(tc, without_caches_every_translation_reads_three_tables);
}

CHECK_MAIN("machine ITS server", add, NULL, NULL)
