// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv2 hosts and guests on the machine: SGIs with their sources, SPIs, the virtual timer through a
 * hardware-backed list register, the CPU interface with and without GICV, and trapped deactivation
 * (spec/vgic.md 1.10, 2.3).
 */
#include "rig.h"

#include <models/arch/gicv3.h>

#include <tests/lib/check-main.h>

#define SGI	 3u
#define TIMER	 27u
#define NR_VCPUS 4u

static u32 taken[NR_VCPUS], dabts;
static struct device *device;
static sim_time took;

static void count(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	taken[guest_id(c)]++;
}

static u64 exits(enum machine_exit why)
{
	return rig_m->exits[why];
}

static void compute_for_long(struct vcpu *c)
{
	guest_compute(c, rig_us(200));
}

/* ---- SGIs: one instance a source ---- */

static void handle_sgi(struct vcpu *c)
{
	ck_assert_int_eq(guest_set_handler(guest_vm(c), SGI, count, NULL), 0);
}

/* vCPU 0 masks while all others send, so that several sources wait together. */
static void send_to_first(struct vcpu *c)
{
	if (guest_id(c) == 0) {
		guest_mask(c, true);
		guest_compute(c, rig_us(50));
		guest_mask(c, false);
	} else {
		guest_compute(c, rig_us(1) * guest_id(c));
		guest_send_sgi(c, 0, SGI);
	}
	guest_compute(c, rig_us(100));
}

static void each_source_came(void)
{
	ck_assert_uint_eq(taken[0], NR_VCPUS - 1);
}

START_TEST(an_sgi_that_three_vcpus_send_is_delivered_three_times)
{
	rig.text = "run: {duration: 1 ms}\nhost: {gic: {version: v2}}\nvms: [{vcpus: 4}]\n";
	rig.setup = handle_sgi;
	rig.guest = send_to_first;
	rig.check = each_source_came;
	rig_run();
}
END_TEST

static void send_to_others(struct vcpu *c)
{
	guest_compute(c, rig_us(10));
	if (guest_id(c) == 2)
		guest_send_sgi_others(c, SGI);
	guest_compute(c, rig_us(100));
}

static void all_others_came(void)
{
	for (u32 i = 0; i < NR_VCPUS; i++)
		ck_assert_uint_eq(taken[i], i != 2);
}

START_TEST(filter_1_of_gicd_sgir_reaches_all_but_the_sender)
{
	rig.text = "run: {duration: 1 ms}\nhost: {gic: {version: v2}}\nvms: [{vcpus: 4}]\n";
	rig.setup = handle_sgi;
	rig.guest = send_to_others;
	rig.check = all_others_came;
	rig_run();
}
END_TEST

/* ---- SPIs in the place of MSIs ---- */

static void map_to_third(struct vcpu *c)
{
	device = device_new(guest_vm(c), "disk", 1, NULL, NULL);
	ck_assert_int_eq(guest_map_msi(c, device, 0, 2, count, NULL), 32);
}

static void send_three(struct thread *t)
{
	for (u32 i = 0; i < 3; i++) {
		device_msi(device, 0);
		rig_burn(t, rig_us(20));
	}
}

static struct thread sender;

static void a_sender(void)
{
	rig_thread(&sender, 3, true, send_three);
}

static void third_took_them(void)
{
	for (u32 i = 0; i < NR_VCPUS; i++)
		ck_assert_uint_eq(taken[i], i == 2 ? 3 : 0);
}

static void spi_on(const char *text)
{
	rig.text = text;
	rig.setup = map_to_third;
	rig.guest = compute_for_long;
	rig.host = a_sender;
	rig.check = third_took_them;
	rig_run();
}

START_TEST(an_msi_without_an_its_is_an_spi_of_host_and_guest)
{
	spi_on("run: {duration: 1 ms}\nhost: {gic: {version: v2}}\nvms: [{vcpus: 4}]\n");
}
END_TEST

START_TEST(a_gicv3_guest_without_an_its_takes_spis_too)
{
	spi_on("run: {duration: 1 ms}\nvms: [{vcpus: 4, its: false}]\n");
}
END_TEST

/* ---- the virtual timer ---- */

static void tick(struct vcpu *c, u32 intid, void *arg)
{
	count(c, intid, arg);
	guest_timer_stop(c);
}

static void handle_timer(struct vcpu *c)
{
	ck_assert_int_eq(guest_set_handler(guest_vm(c), TIMER, tick, NULL), 0);
}

static void five_ticks(struct vcpu *c)
{
	guest_enable_irq(c, TIMER, true);
	for (u32 i = 0; i < 5; i++) {
		guest_timer_set(c, guest_now(c) + rig_us(10));
		guest_compute(c, rig_us(20));
	}
}

static void five_came(void)
{
	ck_assert_uint_eq(taken[0], 5);
}

/* Each end of interrupt deactivates the physical one by the list register's HW bit, else the next
 * tick would not come. */
START_TEST(the_timers_physical_interrupt_is_deactivated_through_gich)
{
	rig.text = "run: {duration: 1 ms}\nhost: {gic: {version: v2}}\nvms: [{}]\n";
	rig.setup = handle_timer;
	rig.guest = five_ticks;
	rig.check = five_came;
	rig_run();
}
END_TEST

/* ---- accesses of the CPU interface ---- */

static void ack_and_end_nothing(struct vcpu *c)
{
	sim_time begin;
	u32 iar;

	guest_compute(c, rig_us(10));
	begin = guest_now(c);
	dabts = (u32)exits(EXIT_DABT);
	iar = guest_ack(c);
	ck_assert_uint_eq(iar, GIC_SPURIOUS);
	guest_eoi(c, iar);
	dabts = (u32)exits(EXIT_DABT) - dabts;
	plat_sync();
	took = guest_now(c) - begin;
}

static const struct rig_price access_prices[] = {
	{ "guest-iar", "3 ns" },    { "guest-eoi", "5 ns" },   { "guest-exit", "100 ns" },
	{ "guest-entry", "70 ns" }, { "user-exit", "500 ns" }, { "user-emulate", "200 ns" },
};

static void access_costs(const char *text, u64 ns, u32 want_exits)
{
	rig.text = text;
	rig.prices = access_prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(access_prices);
	rig.guest = ack_and_end_nothing;
	rig_run();
	ck_assert_uint_eq(took, rig_ns(ns));
	ck_assert_uint_eq(dabts, want_exits);
}

START_TEST(with_gicv_acknowledge_and_end_do_not_exit)
{
	access_costs("run: {duration: 1 ms}\nhost: {gic: {version: v2}}\nvms: [{}]\n", 3 + 5, 0);
}
END_TEST

START_TEST(without_gicv_each_of_them_is_an_exit_to_user_space)
{
	access_costs("run: {duration: 1 ms}\nhost: {gic: {version: v2, gicv: false}}\nvms: [{}]\n",
		     2 * (100 + 70 + 500 + 200), 2);
}
END_TEST

START_TEST(a_gicv2_guest_of_a_gicv3_host_uses_its_gicv)
{
	access_costs("run: {duration: 1 ms}\nvms: [{gic: v2}]\n", 3 + 5, 0);
}
END_TEST

/* ---- trapped DIR ---- */

static void map_to_first(struct vcpu *c)
{
	device = device_new(guest_vm(c), "disk", 1, NULL, NULL);
	ck_assert_int_gt(guest_map_msi(c, device, 0, 0, count, NULL), 0);
}

static void send_one(struct thread *t)
{
	rig_burn(t, rig_us(50));
	device_msi(device, 0);
}

static struct thread one_sender;

static void send_to_a_busy_guest(void)
{
	rig_thread(&one_sender, 3, true, send_one);
}

static u64 kicks, trapped, dir_exits;

static void look(void)
{
	ck_assert_uint_eq(taken[0], 1);
	kicks = rig_m->metrics.v[REC_M_KICK_SENT];
	trapped = rig_m->metrics.v[REC_M_DIR_TRAPPED];
	dir_exits = rig_m->metrics.v[REC_M_DIR_EXITS];
}

/* Two vCPUs in the guest on PEs 0 and 1; the device's interrupt comes to PE 2. */
static void one_spi(const char *text)
{
	rig.text = text;
	rig.setup = map_to_first;
	rig.guest = compute_for_long;
	rig.host = send_to_a_busy_guest;
	rig.check = look;
	rig_run();
}

/*
 * The first SPI in flight kicks every vCPU, so that all trap DIR from their next entry on; the
 * interrupt is active in a list register then, and EL2 finishes the DIR.
 */
START_TEST(the_first_spi_in_flight_kicks_all_vcpus_and_its_dir_is_trapped)
{
	one_spi("run: {duration: 1 ms}\nhypervisor: {preset: linux-6.19, lpi_affinity: spread}\n"
		"vms: [{vcpus: 2, its: false, eoimode: 1, pin: first, pin_first: 1}]\n");
	ck_assert_uint_eq(kicks, 2);
	ck_assert_uint_eq(trapped, 1);
	ck_assert_uint_eq(dir_exits, 0);
}
END_TEST

START_TEST(before_6_19_only_the_target_is_kicked_and_dir_is_not_trapped)
{
	one_spi("run: {duration: 1 ms}\nhypervisor: {preset: linux-6.1, lpi_affinity: spread}\n"
		"vms: [{vcpus: 2, its: false, eoimode: 1, pin: first, pin_first: 1}]\n");
	ck_assert_uint_eq(kicks, 1);
	ck_assert_uint_eq(trapped, 0);
}
END_TEST

/* It has no active state: the guest does not write DIR for one, and nobody else need trap. */
START_TEST(an_lpi_kicks_its_target_alone_and_has_no_dir)
{
	one_spi("run: {duration: 1 ms}\nhypervisor: {preset: linux-6.19, lpi_affinity: spread}\n"
		"vms: [{vcpus: 2, eoimode: 1, pin: first, pin_first: 1}]\n");
	ck_assert_uint_eq(kicks, 1);
	ck_assert_uint_eq(trapped, 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, an_sgi_that_three_vcpus_send_is_delivered_three_times);
	tcase_add_test(tc, filter_1_of_gicd_sgir_reaches_all_but_the_sender);
	tcase_add_test(tc, an_msi_without_an_its_is_an_spi_of_host_and_guest);
	tcase_add_test(tc, a_gicv3_guest_without_an_its_takes_spis_too);
	tcase_add_test(tc, the_timers_physical_interrupt_is_deactivated_through_gich);
	tcase_add_test(tc, with_gicv_acknowledge_and_end_do_not_exit);
	tcase_add_test(tc, without_gicv_each_of_them_is_an_exit_to_user_space);
	tcase_add_test(tc, a_gicv2_guest_of_a_gicv3_host_uses_its_gicv);
	tcase_add_test(tc, the_first_spi_in_flight_kicks_all_vcpus_and_its_dir_is_trapped);
	tcase_add_test(tc, before_6_19_only_the_target_is_kicked_and_dir_is_not_trapped);
	tcase_add_test(tc, an_lpi_kicks_its_target_alone_and_has_no_dir);
}

CHECK_MAIN("machine GICv2", add, NULL, NULL)
