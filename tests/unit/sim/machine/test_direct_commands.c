// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv4 on a whole machine while forwarding changes: what host and guest do to a vLPI on its way, one
 * at a time and all at once, loses nothing but between DISCARD and the next mapping. rig_run() checks
 * the account of every interrupt at the end of each test.
 */
#include "direct-rig.h"

#include <models/arch/its.h>
#include <sim/machine/layout.h>

#include <tests/lib/check-main.h>

static struct thread mover;

static u64 dropped(enum plat_drop why)
{
	return rig_m->dropped[why];
}

/* ---- forwarding that changes ---- */

static void flip(struct thread *t)
{
	for (u32 i = 0; i < 60; i++) {
		rig_burn(t, rig_us(7));
		device_forward(dev, 0, i % 2);
		plat_sync();
	}
	for (;;)
		thread_block(t);
}

static void flipping(void)
{
	rig_thread(&mover, 3, true, flip);
	for (u32 i = 0; i < 4000; i++)
		device_at(dev, rig_us(10) + i * rig_ns(149), msi, 0);
}

/* spec/vgic.md 7, point 14: an MSI between DISCARD and VMAPTI (or MAPTI) is lost, and no other. */
static void lost_in_the_window_only(void)
{
	const struct rec_irq_count *a = rec_irq(&rig_m->vms[0]->irqs, 0, LPI);

	ck_assert_uint_eq(a->raised, 4000);
	ck_assert_uint_gt(dropped(DROP_REMAP_WINDOW), 0);
	ck_assert_uint_eq(a->dropped, dropped(DROP_REMAP_WINDOW));
	ck_assert_uint_gt(count(REC_M_VLPI_DIRECT), 500);
	ck_assert_uint_gt(count(REC_M_MSI_FAST) + count(REC_M_MSI_SLOW), 200);
}

START_TEST(an_MSI_is_lost_only_between_DISCARD_and_the_next_mapping)
{
	static const char *const text[] = { V40("forwarding: old"), V41("forwarding: old"),
					    V40("forwarding: new"), V41("forwarding: seed") };

	run(text[_i], compute, flipping, lost_in_the_window_only);
}
END_TEST

/* The guest takes its vector back and maps it anew while the device goes on sending. */
static void remap(struct vcpu *c)
{
	if (c->id)
		return;
	for (u32 i = 0; i < 20; i++) {
		guest_compute(c, rig_us(20));
		guest_unmap_msi(c, dev, 0);
		guest_compute(c, rig_us(5));
		ck_assert_int_ge(guest_map_msi(c, dev, 0, i % 2, handle, NULL), 0);
	}
}

static void remapped(void)
{
	ck_assert_uint_eq(sent, 4000);
	ck_assert_uint_gt(handled[0], 1000);
	ck_assert_uint_gt(dropped(DROP_UNMAPPED_EVENT), 100);
}

static void sending(void)
{
	for (u32 i = 0; i < 4000; i++)
		device_at(dev, rig_us(10) + i * rig_ns(149), msi, 0);
}

START_TEST(a_vector_that_is_mapped_anew_is_forwarded_again)
{
	run(_i ? V41("forwarding: new") : V40("forwarding: old"), remap, sending, remapped);
}
END_TEST

/* ---- the guest's own commands on a vLPI ---- */

static void command(struct vcpu *c, u32 opcode)
{
	u64 cmd[4];

	its_build_event(cmd, opcode, dev->guest_id, 0);
	ck_assert_int_eq(guest_its_command(c, cmd), 0);
}

static void int_and_clear(struct vcpu *c)
{
	if (c->id)
		return;
	command(c, ITS_CMD_INT);
	guest_poll(c);
	ck_assert_uint_eq(handled[0], 1);
	guest_mask(c, true);
	command(c, ITS_CMD_INT);
	command(c, ITS_CMD_INT);
	command(c, ITS_CMD_CLEAR);
	guest_mask(c, false);
	ck_assert_uint_eq(handled[0], 1);
}

static void accounted(void)
{
	const struct rec_irq_count *a = rec_irq(&rig_m->vms[0]->irqs, 0, LPI);

	ck_assert_uint_eq(a->raised, 3);
	ck_assert_uint_eq(a->delivered, 1);
	ck_assert_uint_eq(a->coalesced, 1);
	ck_assert_uint_eq(a->retired, 1);
}

START_TEST(INT_and_CLEAR_of_the_guest_act_on_the_hardware)
{
	run(_i ? V41("wfi_trap: always") : V40("wfi_trap: always"), int_and_clear, NULL, accounted);
}
END_TEST

/* ---- everything at once ---- */

/* A MOVI leaves an interrupt of software on the list of the vCPU that it waited for until that exits
 * (spec/vgic.md 3.3): with the host's tick it does. */
#define ALL(version, injection, hypervisor) \
	HOST(version "}, sched: {tick: 50 us, timeslice: 20 us", injection, hypervisor, "vcpus: 2")

static struct sim_stream dice;

static void busy_guest(struct vcpu *c)
{
	static const u32 commands[] = { ITS_CMD_INT, ITS_CMD_CLEAR, ITS_CMD_INV };

	while (c->id == 1 && guest_now(c) < rig_us(1600)) {
		u32 what = (u32)sim_uniform(&dice, 8);

		guest_compute(c, sim_uniform(&dice, rig_us(6)));
		if (what < 3)
			command(c, commands[what]);
		else if (what < 5)
			ck_assert_int_eq(guest_move_msi(c, dev, 0, what - 3), 0);
		else
			guest_poll(c);
	}
	wait(c);
}

static void busy_host(struct thread *t)
{
	bool on = true;

	while (sim_now(rig_m->e) < rig_us(1500)) {
		rig_burn(t, sim_uniform(&dice, rig_us(20)));
		if (sim_uniform(&dice, 2))
			device_forward(dev, 0, on = !on);
		else
			thread_pin(&rig_m->vms[0]->vcpus[sim_uniform(&dice, 2)].thread,
				   &rig_m->pes[sim_uniform(&dice, 3)]);
		plat_sync();
	}
	for (;;)
		thread_block(t);
}

static void all_busy(void)
{
	rig_thread(&mover, 3, true, busy_host);
	for (u32 i = 0; i < 1500; i++)
		device_at(dev, rig_us(10) + i * rig_ns(997), msi, 0);
	device_at(dev, rig_us(1900), msi, 0);
}

/* Hardware loses what is on its way while an event is remapped, and what is pending then. */
static void nothing_else_is_lost(void)
{
	const struct rec_irq_count *a = rec_irq(&rig_m->vms[0]->irqs, 0, LPI);

	ck_assert_uint_eq(a->pending_at_end, 0);
	ck_assert_uint_ge(came, rig_us(1900));
	ck_assert_uint_gt(a->delivered, 100);
	ck_assert_uint_lt(a->dropped, 300);
	ck_assert_uint_eq(a->dropped, dropped(DROP_REMAP_WINDOW));
}

START_TEST(moves_commands_and_forwarding_at_once_lose_nothing_outside_of_the_window)
{
	static const char *const text[] = {
		ALL("version: v4.0", "gicv4", "wfi_trap: always, forwarding: old"),
		ALL("version: v4.1", "gicv4.1", "wfi_trap: always, forwarding: old"),
		ALL("version: v4.0", "gicv4", "forwarding: new"),
		ALL("version: v4.1", "gicv4.1", "forwarding: new"),
		ALL("version: v4.0", "gicv4", "wfi_trap: always, residency: each-entry"),
		ALL("version: v4.1", "gicv4.1", "wfi_trap: always, vmovp: elide-in-shared-table"),
		ALL("version: v4.1", "gicv4.1", "vmovp: lazy, wfi_residency: need-db"),
		ALL("version: v4.0, direct_lpi: true", "gicv4", "wfi_trap: always"),
		ALL("version: v4.0, its: 2, its_list: true", "gicv4", "wfi_trap: always"),
	};

	dice = sim_stream(check_seed(), "dice", (u64)_i);
	run(text[_i % PLAT_ARRAY_SIZE(text)], busy_guest, all_busy, nothing_else_is_lost);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, an_MSI_is_lost_only_between_DISCARD_and_the_next_mapping, 0, 4);
	tcase_add_loop_test(tc, a_vector_that_is_mapped_anew_is_forwarded_again, 0, 2);
	tcase_add_loop_test(tc, INT_and_CLEAR_of_the_guest_act_on_the_hardware, 0, 2);
	tcase_add_loop_test(
		tc, moves_commands_and_forwarding_at_once_lose_nothing_outside_of_the_window, 0, 9);
}

CHECK_MAIN("direct injection while it changes", add, NULL, NULL)
