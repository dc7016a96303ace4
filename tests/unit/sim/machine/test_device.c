// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices, the way of their MSIs, and what becomes of those that lead nowhere.
 */
#include "rig.h"

#include <models/arch/gicv3.h>
#include <models/arch/its.h>

#include <tests/lib/check-main.h>

#define VECTORS 8

static struct device *device;
static u64 transferred, interrupts, spoken;

static void finished(void *arg, u64 cookie)
{
	(void)arg;
	transferred = cookie;
}

/* ---- order behind the host bridge ---- */

static void data_is_there(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)arg;
	interrupts++;
	/* MSI n was sent behind DMA n. */
	ck_assert_uint_ge(transferred, intid - GIC_LPI_BASE + 1);
}

static void map_all(struct vcpu *c)
{
	device = device_new(guest_vm(c), "disk", VECTORS, NULL, NULL);
	ck_assert_ptr_nonnull(device);
	for (u32 i = 0; i < VECTORS; i++)
		ck_assert_int_eq(guest_map_msi(c, device, i, 0, data_is_there, NULL),
				 (int)(GIC_LPI_BASE + i));
}

static void send(struct thread *t)
{
	for (u32 i = 0; i < VECTORS; i++) {
		device_dma(device, 100000u >> 2 * i, finished, i + 1);
		device_msi(device, i);
		rig_burn(t, rig_ns(700));
	}
}

static struct thread sender;

static void a_sender(void)
{
	rig_thread(&sender, 1, true, send);
}

static void all_came(void)
{
	ck_assert_uint_eq(transferred, VECTORS);
	ck_assert_uint_eq(interrupts, VECTORS);
}

static const char two_pes[] = "run: {duration: 1 ms}\n"
			      "host: {pes: 2}\n"
			      "hypervisor: {lpi_affinity: target}\n"
			      "vms: [{pin: first}]\n";

/* PCI Express: a posted write does not pass a posted write. */
START_TEST(an_msi_never_overtakes_the_dma_before_it)
{
	static const struct rig_price prices[] = {
		{ "link-64b", "10 ns" },
		{ "link-posted", "275 ns" },
		{ "bridge-its", "50 ns" },
	};

	rig.text = two_pes;
	rig.prices = prices;
	rig.nr_prices = 3;
	rig.setup = map_all;
	rig.guest = guest_wfi;
	rig.host = a_sender;
	rig.check = all_came;
	rig_run();
}
END_TEST

/* The latency of the path is drawn anew for each message. */
START_TEST(an_msi_never_overtakes_the_dma_before_it_whatever_the_path_takes)
{
	static const struct rig_price prices[] = {
		{ "link-64b", "{exponential: 10 ns}" },
		{ "link-posted", "{exponential: 2 us}" },
		{ "bridge-its", "{exponential: 50 ns}" },
	};

	rig.text = two_pes;
	rig.prices = prices;
	rig.nr_prices = 3;
	rig.setup = map_all;
	rig.guest = guest_wfi;
	rig.host = a_sender;
	rig.check = all_came;
	rig_run();
}
END_TEST

/* ---- alarms ---- */

static u32 rung[6];
static u32 nr_rung;

static void ring(void *arg, u64 cookie)
{
	(void)arg;
	rung[nr_rung++] = (u32)cookie;
}

static void a_device(struct vcpu *c)
{
	device = device_new(guest_vm(c), "clock", 1, NULL, NULL);
}

static void set_alarms(void)
{
	static const sim_time when[] = { 500, 100, 300, 100, 500, 200 };

	for (u32 i = 0; i < 6; i++)
		device_at(device, rig_ns(when[i]), ring, i);
}

static void in_order(void)
{
	static const u32 expected[] = { 1, 3, 5, 2, 0, 4 };

	ck_assert_uint_eq(nr_rung, 6);
	ck_assert_mem_eq(rung, expected, sizeof(expected));
}

START_TEST(alarms_of_a_device_ring_by_time_and_equal_ones_in_the_order_they_were_set)
{
	rig.text = two_pes;
	rig.setup = a_device;
	rig.host = set_alarms;
	rig.check = in_order;
	rig_run();
}
END_TEST

/* ---- the worker of a missed translation ---- */

static sim_time came;

static void note_time(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	came = guest_now(c);
}

static void map_one(struct vcpu *c)
{
	device = device_new(guest_vm(c), "disk", VECTORS, NULL, NULL);
	ck_assert_int_ge(guest_map_msi(c, device, 0, 0, note_time, NULL), 0);
}

static void busy(struct vcpu *c)
{
	for (;;)
		guest_compute(c, rig_us(10));
}

static void raise_msi(void *arg, u64 vector)
{
	(void)arg;
	device_msi(device, (u32)vector);
}

static void one_msi(void)
{
	device_at(device, rig_us(100), raise_msi, 0);
}

static void soon(void)
{
	/* All costs are 0: only waiting for the PE could take time, a slice of 3 ms. */
	ck_assert_uint_eq(came, rig_us(100));
}

START_TEST(the_worker_preempts_a_vcpu_that_computes)
{
	rig.text = "run: {duration: 1 ms}\n"
		   "host: {pes: 1}\n"
		   "hypervisor: {translation_cache: none}\n"
		   "vms: [{}]\n";
	rig.setup = map_one;
	rig.guest = busy;
	rig.host = one_msi;
	rig.check = soon;
	rig_run();
}
END_TEST

/* ---- what leads nowhere is counted by its reason ---- */

static void take_away(struct vcpu *c)
{
	u64 cmd[4];

	map_all(c);
	its_build_discard(cmd, device->number, 3);
	ck_assert_int_eq(guest_its_command(c, cmd), 0);
}

static void no_data(struct thread *t)
{
	(void)t;
	transferred = VECTORS;
	for (u32 i = 0; i < VECTORS; i++)
		device_msi(device, i);
}

static void a_hasty_sender(void)
{
	rig_thread(&sender, 1, true, no_data);
}

static void one_unmapped(void)
{
	ck_assert_uint_eq(interrupts, VECTORS - 1);
	ck_assert_uint_eq(rig_m->dropped[DROP_UNMAPPED_EVENT], 1);
}

START_TEST(an_event_that_the_guest_has_discarded_is_dropped_as_unmapped)
{
	rig.text = two_pes;
	rig.setup = take_away;
	rig.guest = guest_wfi;
	rig.host = a_hasty_sender;
	rig.check = one_unmapped;
	rig_run();
}
END_TEST

/* Every opcode, with fields of all kinds, most of them senseless; the ITS goes on. */
static void talk_nonsense(struct vcpu *c)
{
	uint64_t state = check_seed();
	u64 cmd[4];

	for (u32 i = 0; i < 4096; i++) {
		for (u32 w = 0; w < 4; w++)
			cmd[w] = check_random(&state) & check_random(&state);
		cmd[0] = (cmd[0] & ~0xffull) | (i & 0x3f);
		/* Not DeviceID 0, which is the device of the test. */
		cmd[0] |= 1ull << 40;
		ck_assert_int_eq(guest_its_command(c, cmd), 0);
	}
	/* An INTID that is no LPI, an EventID beyond the device's table, a collection that is none. */
	its_build_mapti(cmd, device->number, 0, 100, 0);
	ck_assert_int_eq(guest_its_command(c, cmd), 0);
	its_build_mapti(cmd, device->number, 65000, GIC_LPI_BASE, 0);
	ck_assert_int_eq(guest_its_command(c, cmd), 0);
	its_build_movi(cmd, device->number, 0, 9999);
	ck_assert_int_eq(guest_its_command(c, cmd), 0);
	spoken = rig_m->guest_errors[0];
	guest_wfi(c);
}

static void after_the_nonsense(void)
{
	transferred = VECTORS;
	for (u32 i = 0; i < VECTORS; i++)
		device_at(device, rig_us(900), raise_msi, i);
}

static void counted(void)
{
	ck_assert_uint_ge(spoken, 1000);
	ck_assert_uint_eq(interrupts, VECTORS);
}

START_TEST(bad_commands_of_a_guest_are_counted_and_its_own_mappings_stay)
{
	rig.text = two_pes;
	rig.setup = map_all;
	rig.guest = talk_nonsense;
	rig.host = after_the_nonsense;
	rig.check = counted;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, an_msi_never_overtakes_the_dma_before_it);
	tcase_add_test(tc, an_msi_never_overtakes_the_dma_before_it_whatever_the_path_takes);
	tcase_add_test(tc,
		       alarms_of_a_device_ring_by_time_and_equal_ones_in_the_order_they_were_set);
	tcase_add_test(tc, the_worker_preempts_a_vcpu_that_computes);
	tcase_add_test(tc, an_event_that_the_guest_has_discarded_is_dropped_as_unmapped);
	tcase_add_test(tc, bad_commands_of_a_guest_are_counted_and_its_own_mappings_stay);
}

CHECK_MAIN("machine devices", add, NULL, NULL)
