// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policies that show on the machine and not in the core: what a world switch costs under each value
 * of world_switch (spec/calibration.md, Legacy and VHE hosts), and which PE takes a device's
 * interrupt. (halt_poll and wfi_trap: test_vcpu.c; the core's: tests/unit/models/vgic/test_policies.c.)
 */
#include "rig.h"

#include <tests/lib/check-main.h>

#define EXIT  150u /* ns */
#define ENTRY 100u
#define TABLE 10u
#define LOAD  30u
#define PUT   20u
#define CROSS 7u
#define ICH   1u

static sim_time took;
static struct device *device;
static u64 on_pe[3];

/* ---- world_switch ---- */

static void call_once(struct vcpu *c)
{
	sim_time begin;

	guest_compute(c, rig_us(10));
	plat_sync();
	begin = guest_now(c);
	guest_hvc(c);
	plat_sync();
	took = guest_now(c) - begin;
}

static void hypercall(const char *text, u64 ns)
{
	static const struct rig_price prices[] = {
		{ "guest-exit", "150 ns" }, { "guest-entry", "100 ns" }, { "exit-decode", "10 ns" },
		{ "vcpu-load", "30 ns" },   { "vcpu-put", "20 ns" },	 { "el2-cross", "7 ns" },
		{ "ich-access", "1 ns" },
	};

	rig.text = text;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.guest = call_once;
	rig_run();
	ck_assert_uint_eq(took, rig_ns(ns));
}

START_TEST(vhe_lazy_moves_nothing_at_a_hypercall)
{
	hypercall(
		"run: {duration: 1 ms}\nhypervisor: {world_switch: vhe-lazy}\nvms: [{its: false}]\n",
		EXIT + TABLE + ENTRY);
}
END_TEST

/* HCR, VMCR, MISR, EISR and ELRSR out; HCR and VMCR in. */
START_TEST(vhe_moves_the_guests_registers_and_the_virtual_interface)
{
	hypercall("run: {duration: 1 ms}\nhypervisor: {world_switch: vhe}\nvms: [{its: false}]\n",
		  EXIT + TABLE + ENTRY + LOAD + PUT + 7 * ICH);
}
END_TEST

START_TEST(legacy_crosses_el2_in_each_direction_as_well)
{
	hypercall(
		"run: {duration: 1 ms}\nhypervisor: {world_switch: legacy}\nvms: [{its: false}]\n",
		EXIT + TABLE + ENTRY + LOAD + PUT + 7 * ICH + 2 * CROSS);
}
END_TEST

/* On a GICv2 EISR and ELRSR are two words each. */
START_TEST(legacy_on_a_gicv2_host_moves_two_words_more)
{
	hypercall("run: {duration: 1 ms}\nhost: {gic: {version: v2}}\n"
		  "hypervisor: {world_switch: legacy}\nvms: [{}]\n",
		  EXIT + TABLE + ENTRY + LOAD + PUT + 9 * ICH + 2 * CROSS);
}
END_TEST

/* ---- lpi_affinity ---- */

static void ignore(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
}

static void map_to_second(struct vcpu *c)
{
	device = device_new(guest_vm(c), "disk", 1, NULL, NULL);
	ck_assert_int_gt(guest_map_msi(c, device, 0, 1, ignore, NULL), 0);
}

static void send(struct thread *t)
{
	rig_burn(t, rig_us(5));
	device_msi(device, 0);
}

static struct thread sender;

static void a_sender(void)
{
	rig_thread(&sender, 2, true, send);
}

static void look(void)
{
	for (u32 i = 0; i < 3; i++)
		on_pe[i] = rig_m->pes[i].spent[PE_HOST];
}

static void compute(struct vcpu *c)
{
	guest_compute(c, rig_us(50));
}

static void one_msi(const char *text)
{
	static const struct rig_price prices[] = { { "vfio-signal", "0 s" },
						   { "host-irq-entry", "100 ns" } };

	rig.text = text;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.setup = map_to_second;
	rig.guest = compute;
	rig.host = a_sender;
	rig.check = look;
	rig_run();
}

START_TEST(target_takes_a_devices_interrupt_where_its_vcpu_runs)
{
	one_msi("run: {duration: 1 ms}\nhost: {pes: 3}\nhypervisor: {lpi_affinity: target}\n"
		"vms: [{vcpus: 2, pin: first}]\n");
	ck_assert_uint_eq(on_pe[0], 0);
	ck_assert_uint_gt(on_pe[1], 0);
}
END_TEST

START_TEST(spread_takes_the_first_one_on_the_first_pe)
{
	one_msi("run: {duration: 1 ms}\nhost: {pes: 3}\nhypervisor: {lpi_affinity: spread}\n"
		"vms: [{vcpus: 2, pin: first}]\n");
	ck_assert_uint_gt(on_pe[0], 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, vhe_lazy_moves_nothing_at_a_hypercall);
	tcase_add_test(tc, vhe_moves_the_guests_registers_and_the_virtual_interface);
	tcase_add_test(tc, legacy_crosses_el2_in_each_direction_as_well);
	tcase_add_test(tc, legacy_on_a_gicv2_host_moves_two_words_more);
	tcase_add_test(tc, target_takes_a_devices_interrupt_where_its_vcpu_runs);
	tcase_add_test(tc, spread_takes_the_first_one_on_the_first_pe);
}

CHECK_MAIN("machine policies", add, NULL, NULL)
