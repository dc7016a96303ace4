// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv4 on a whole machine: vLPIs to running, waiting and moving vCPUs, doorbells, VMs whose
 * interrupts are not all direct. rig_run() checks the account of every interrupt at the end of each
 * test: what is not delivered is counted as lost by hardware, or is pending.
 */
#include "direct-rig.h"

#include <models/arch/gicv4.h>
#include <sim/machine/layout.h>

#include <tests/lib/check-main.h>

/* ---- a running vCPU ---- */

static u64 exits_of_boot;

static u64 all_exits(void)
{
	u64 sum = 0;

	for (u32 i = 0; i < EXIT_NR; i++)
		sum += rig_m->exits[i];
	return sum;
}

static void a_hundred(void)
{
	exits_of_boot = all_exits();
	for (u32 i = 0; i < 100; i++)
		device_at(dev, rig_us(10) + i * rig_us(10), msi, 0);
}

static void a_hundred_later(void)
{
	for (u32 i = 0; i < 100; i++)
		device_at(dev, rig_us(200) + i * rig_us(10), msi, 0);
}

/* 150 link + 100 translation + 100 to the redistributor, 20 to the PE, and 30 of the exception. */
static void no_exit(void)
{
	ck_assert_uint_eq(handled[0], 100);
	ck_assert_uint_eq(count(REC_M_VLPI_DIRECT), 100);
	ck_assert_uint_eq(count(REC_M_DOORBELL_RUNG), 0);
	ck_assert_uint_eq(came, rig_us(1000) + rig_ns(150 + 100 + 100 + 20 + 30));
	/* The two WFIs after the computing. */
	ck_assert_uint_le(all_exits() - exits_of_boot, 2);
}

START_TEST(a_vLPI_reaches_a_running_guest_without_an_exit)
{
	run(_i ? V41("wfi_trap: always") : V40("wfi_trap: always"), compute, a_hundred, no_exit);
}
END_TEST

/* ---- a vCPU in WFI ---- */

static void all_woken(void)
{
	ck_assert_uint_eq(handled[0], 100);
	ck_assert_uint_eq(count(REC_M_DOORBELL_FIRED), 100);
	ck_assert_uint_eq(count(REC_M_DOORBELL_WAKE), 100);
	ck_assert_uint_eq(count(REC_M_DOORBELL_VAIN), 0);
	ck_assert_uint_eq(count(REC_M_VLPI_STORED), 100);
	ck_assert_uint_eq(count(REC_M_VLPI_DIRECT), 0);
}

START_TEST(a_doorbell_wakes_a_vCPU_that_sleeps_in_WFI)
{
	run(_i ? V41("wfi_trap: always") : V40("wfi_trap: always"), wait, a_hundred, all_woken);
}
END_TEST

/* What the host does with the doorbell is work of the host: 20 ns to the PE, 50 of the exception. */
static void host_took_it(void)
{
	const struct rec_hist *h = rig_m->lives.stage[REC_STAGE_HOST_IRQ];

	all_woken();
	ck_assert_uint_eq(h->count, 100);
	ck_assert_uint_eq(h->min, rig_ns(70));
	ck_assert_uint_eq(h->max, rig_ns(70));
	ck_assert_uint_eq(rig_m->lives.stage[REC_STAGE_WAKE]->count, 100);
}

START_TEST(the_doorbell_is_a_hop_of_the_interrupt_that_waits_for_it)
{
	run(V41("wfi_trap: always"), wait, a_hundred, host_took_it);
}
END_TEST

/*
 * The LPI is disabled when its event is forwarded. GICv4.0 names its doorbell all the same and rings
 * it whatever the configuration says, so the vCPU goes round in WFI; the default doorbell of 4.1 does
 * not ring.
 */
static void wait_for_nothing(struct vcpu *c)
{
	u64 cmd[4];

	if (!c->id) {
		guest_lpi_config(c, LPI, 0xa0, false);
		its_build_inv(cmd, dev->guest_id, 0);
		ck_assert_int_eq(guest_its_command(c, cmd), 0);
		ck_assert_int_eq(guest_rewrite_msi(c, dev, 0), 0);
	}
	wait(c);
}

static void woken_in_vain(void)
{
	ck_assert_uint_eq(handled[0], 0);
	ck_assert_uint_eq(count(REC_M_DOORBELL_WAKE), 100);
	ck_assert_uint_eq(count(REC_M_DOORBELL_VAIN), 100);
}

static void left_asleep(void)
{
	ck_assert_uint_eq(handled[0], 0);
	ck_assert_uint_eq(count(REC_M_DOORBELL_RUNG), 0);
	ck_assert_uint_eq(count(REC_M_DOORBELL_VAIN), 0);
}

START_TEST(a_disabled_vLPI_storms_the_doorbell_of_4_0)
{
	run(_i ? V41("wfi_trap: always") : V40("wfi_trap: always"), wait_for_nothing,
	    a_hundred_later, _i ? left_asleep : woken_in_vain);
}
END_TEST

static void none_needed(void)
{
	ck_assert_uint_eq(handled[0], 100);
	ck_assert_uint_eq(count(REC_M_DOORBELL_RUNG), 0);
	/* The other vCPU has no vLPI; on GICv4.1 it has SGIs in hardware. */
	ck_assert_uint_eq(rig_m->exits[EXIT_WFX], vgic_v4_direct_sgis(rig_m->vms[0]->vgic) ? 0 : 1);
}

START_TEST(a_vCPU_with_vLPIs_that_is_alone_on_its_PE_waits_there)
{
	run(_i ? V41("wfi_trap: direct-single-task") : V40("wfi_trap: direct-single-task"), wait,
	    a_hundred, none_needed);
}
END_TEST

static void nobody_wakes(void)
{
	ck_assert_uint_eq(handled[0], 0);
	ck_assert_uint_eq(count(REC_M_DOORBELL_FIRED), 0);
}

START_TEST(without_doorbells_nothing_wakes_it)
{
	run(_i ? V41("wfi_trap: always, doorbell_enable: never")
	       : V40("wfi_trap: always, doorbell_enable: never"),
	    wait, a_hundred, nobody_wakes);
}
END_TEST

/* Twenty MSIs within 20 us: one wake-up serves them, and what came first has waited for it. */
static void a_burst(void)
{
	for (u32 i = 0; i < 20; i++)
		device_at(dev, rig_us(100) + i * rig_us(1), msi, i % nr_vectors);
}

static void woken_once(void)
{
	u64 all = 0;

	for (u32 v = 0; v < nr_vectors; v++)
		all += handled[v];
	ck_assert_uint_eq(count(REC_M_KICK_WAKE), 1);
	ck_assert_uint_eq(all, nr_vectors);
	ck_assert_uint_gt(came, rig_us(130));
	ck_assert_uint_lt(came, rig_us(140));
}

START_TEST(a_doorbell_window_collects_interrupts_for_one_wake_up)
{
	nr_vectors = 4;
	run(_i ? V41("wfi_trap: always, doorbell_window: 30 us")
	       : V40("wfi_trap: always, doorbell_window: 30 us"),
	    wait, a_burst, woken_once);
}
END_TEST

/* MSIs at all phases of blocking and waking: none may be lost on the way to the last one. */
static void at_all_phases(void)
{
	for (u32 i = 0; i < 600; i++)
		device_at(dev, rig_us(10) + i * rig_ns(3 * 997), msi, 0);
}

static void the_last_was_seen(void)
{
	const struct rec_irq_count *a = rec_irq(&rig_m->vms[0]->irqs, 0, LPI);

	ck_assert_uint_eq(sent, 600);
	ck_assert_uint_eq(a->raised, 600);
	ck_assert_uint_eq(a->delivered + a->coalesced, 600);
	ck_assert_uint_gt(a->delivered, 100);
}

START_TEST(no_wake_up_is_lost_at_any_phase_of_blocking)
{
	static const char *const text[] = { V40("wfi_trap: always"),
					    V41("wfi_trap: always"),
					    V40("wfi_trap: always, residency: each-entry"),
					    V41("wfi_trap: always, residency: each-entry"),
					    V40("wfi_trap: always, wfi_residency: need-db"),
					    V41("wfi_trap: always, doorbell_enable: always"),
					    V41("wfi_trap: always, doorbell_affinity: fixed"),
					    V41("wfi_trap: always, vmovp: lazy") };

	run(text[_i], wait, at_all_phases, the_last_was_seen);
}
END_TEST

/* ---- a vCPU that moves ---- */

static struct thread mover;

static void move_about(struct thread *t)
{
	struct vcpu *c = &rig_m->vms[0]->vcpus[0];

	for (u32 i = 1; i < 100; i++) {
		rig_burn(t, rig_us(15));
		thread_pin(&c->thread, &rig_m->pes[i % 3]);
	}
	for (;;)
		thread_block(t);
}

static void moving(void)
{
	rig_thread(&mover, 3, true, move_about);
	at_all_phases();
}

static void moved(void)
{
	the_last_was_seen();
	ck_assert_uint_gt(count(REC_M_VCPU_MIGRATIONS), 50);
}

START_TEST(no_interrupt_is_lost_while_the_vCPU_moves_from_PE_to_PE)
{
	static const char *const text[] = { V40("wfi_trap: always"),
					    V41("wfi_trap: always"),
					    V41("wfi_trap: always, vmovp: elide-in-shared-table"),
					    V40("wfi_trap: never"),
					    HOST("version: v4.0, direct_lpi: true", "gicv4",
						 "wfi_trap: always", "vcpus: 2"),
					    HOST("version: v4.0, its: 2, its_list: true", "gicv4",
						 "wfi_trap: always", "vcpus: 2") };

	run(text[_i], wait, moving, moved);
}
END_TEST

/* ---- what software must not do ---- */

static u64 vpe_field; /* of VPENDBASER: what names the vPE */

/* A host that writes the redistributor of vCPU 0 behind its driver's back. */
static void break_rules(struct thread *t)
{
	struct gic_pe *pe = rig_m->pes[0].gic;
	u64 v;

	rig_burn(t, rig_us(200));
	v = gicr_read(pe, GICR_VPENDBASER, 8);
	ck_assert(v & GICR_VPENDBASER_VALID);
	gicr_write(pe, GICR_VPENDBASER, 8, v ^ (vpe_field & -vpe_field)); /* another vPE */
	gicr_write(pe, GICR_VPENDBASER, 8, v & ~GICR_VPENDBASER_VALID);
	gicr_write(pe, GICR_VPENDBASER, 8, v); /* its table is still being scanned */
	for (;;)
		thread_block(t);
}

static void against_the_rules(void)
{
	rig_thread(&mover, 3, true, break_rules);
	a_hundred();
}

static void counted_and_gone_on(void)
{
	ck_assert_uint_eq(rig_m->unpredictable[UNPREDICTABLE_VPENDBASER_WHILE_VALID], 1);
	ck_assert_uint_eq(rig_m->unpredictable[UNPREDICTABLE_VALID_WHILE_DIRTY], 1);
	ck_assert_uint_eq(handled[0], 100);
}

START_TEST(an_UNPREDICTABLE_write_of_VPENDBASER_is_counted_and_loses_nothing)
{
	vpe_field = _i ? FIELD_MASK(GICR_VPENDBASER_VPEID) : FIELD_MASK(GICR_VPENDBASER_PA);
	run(_i ? V41("wfi_trap: always") : V40("wfi_trap: always"), compute, against_the_rules,
	    counted_and_gone_on);
}
END_TEST

/* ---- mixed VMs, VMs without vPEs ---- */

static void every_vector(void)
{
	for (u32 i = 0; i < 100; i++)
		for (u32 v = 0; v < nr_vectors; v++)
			device_at(dev, rig_us(10) + i * rig_us(10) + v * rig_us(2), msi, v);
}

static void half_direct(void)
{
	for (u32 v = 0; v < nr_vectors; v++)
		ck_assert_uint_eq(handled[v], 100);
	ck_assert_uint_eq(count(REC_M_VLPI_DIRECT), 200);
	ck_assert_uint_eq(count(REC_M_MSI_FAST) + count(REC_M_MSI_SLOW), 200);
}

START_TEST(a_VM_may_have_some_events_forwarded_and_others_in_software)
{
	nr_vectors = 4;
	run(HOST("version: v4.1", "gicv4.1", "wfi_trap: always", "vcpus: 2, forward: even"),
	    compute, every_vector, half_direct);
}
END_TEST

static void all_in_software(void)
{
	ck_assert_uint_eq(handled[0], 100);
	ck_assert_uint_eq(count(REC_M_VLPI_DIRECT) + count(REC_M_VLPI_STORED), 0);
	ck_assert_ptr_null(vgic_v4_vpe(rig_m->vms[0]->vcpus[0].v));
}

START_TEST(a_VM_without_vPEIDs_goes_on_in_software)
{
	run(HOST("version: v4.1, vpeid_bits: 1", "gicv4.1", "vpe_shortage: software", "vcpus: 3"),
	    compute, a_hundred, all_in_software);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_vLPI_reaches_a_running_guest_without_an_exit, 0, 2);
	tcase_add_loop_test(tc, a_doorbell_wakes_a_vCPU_that_sleeps_in_WFI, 0, 2);
	tcase_add_test(tc, the_doorbell_is_a_hop_of_the_interrupt_that_waits_for_it);
	tcase_add_loop_test(tc, a_disabled_vLPI_storms_the_doorbell_of_4_0, 0, 2);
	tcase_add_loop_test(tc, a_vCPU_with_vLPIs_that_is_alone_on_its_PE_waits_there, 0, 2);
	tcase_add_loop_test(tc, without_doorbells_nothing_wakes_it, 0, 2);
	tcase_add_loop_test(tc, a_doorbell_window_collects_interrupts_for_one_wake_up, 0, 2);
	tcase_add_loop_test(tc, no_wake_up_is_lost_at_any_phase_of_blocking, 0, 8);
	tcase_add_loop_test(tc, no_interrupt_is_lost_while_the_vCPU_moves_from_PE_to_PE, 0, 6);
	tcase_add_loop_test(tc, an_UNPREDICTABLE_write_of_VPENDBASER_is_counted_and_loses_nothing,
			    0, 2);
	tcase_add_test(tc, a_VM_may_have_some_events_forwarded_and_others_in_software);
	tcase_add_test(tc, a_VM_without_vPEIDs_goes_on_in_software);
}

CHECK_MAIN("direct injection on a machine", add, NULL, NULL)
