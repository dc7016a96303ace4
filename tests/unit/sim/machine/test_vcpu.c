// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vCPU's run loop and the guest API: exits, WFI and halt polling, masks, the virtual timer,
 * accesses that user space emulates.
 */
#include "rig.h"

#include <sim/machine/layout.h>

#include <tests/lib/check-main.h>

#define SGI 5u
#define HOST_OF(pes, hypervisor) \
	"run: {duration: 1 ms}\n" \
	"host: {pes: " #pes "}\n" \
	"hypervisor: {" hypervisor "}\n" \
	"vms: [{its: false, pin: first, vcpus: 2}]\n"

static u64 handled;
static sim_time came, sent;

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	handled++;
	came = guest_now(c);
}

static void handle_sgis(struct vcpu *c)
{
	struct vm *vm = guest_vm(c);

	ck_assert_int_eq(guest_set_handler(vm, SGI, handle, NULL), 0);
}

static u64 exits(enum machine_exit why)
{
	return rig_m->exits[why];
}

/* ---- exits ---- */

static void call_ten_times(struct vcpu *c)
{
	for (u32 i = 0; c->id == 0 && i < 10; i++)
		guest_hvc(c);
}

static void ten_calls(void)
{
	ck_assert_uint_eq(exits(EXIT_HVC64), 10);
	ck_assert_uint_eq(exits(EXIT_WFX), 2);
	/* The first entry and the exit of the last WFI make one more of each. */
	ck_assert_int_eq(rig_m->vms[0]->vcpus[0].thread.vruntime, 11 * (int64_t)rig_ns(310));
}

START_TEST(a_hypercall_costs_exit_and_entry)
{
	static const struct rig_price prices[] = { { "guest-exit", "150 ns" },
						   { "guest-entry", "160 ns" } };

	rig.text = HOST_OF(2, "halt_poll: none");
	rig.prices = prices;
	rig.nr_prices = 2;
	rig.guest = call_ten_times;
	rig.check = ten_calls;
	rig_run();
}
END_TEST

static void touch_a_device_model(struct vcpu *c)
{
	if (c->id)
		return;
	guest_mmio_write(c, GUEST_IO, 4, 1);
	sent = guest_now(c);
	ck_assert_uint_eq(guest_mmio_read(c, GUEST_IO, 4), 0);
	came = guest_now(c);
}

static void user_space_took(void)
{
	ck_assert_uint_eq(came - sent, rig_us(7));
	ck_assert_uint_ge(exits(EXIT_DABT), 2);
}

START_TEST(an_access_to_no_register_goes_to_user_space)
{
	static const struct rig_price prices[] = { { "user-exit", "4 us" },
						   { "user-emulate", "3 us" } };

	rig.text = HOST_OF(2, "halt_poll: none");
	rig.prices = prices;
	rig.nr_prices = 2;
	rig.guest = touch_a_device_model;
	rig.check = user_space_took;
	rig_run();
}
END_TEST

/* ---- WFI ---- */

static void wake_the_other(struct vcpu *c)
{
	if (c->id == 1)
		return;
	guest_compute(c, rig_us(100));
	sent = guest_now(c);
	guest_send_sgi(c, 1, SGI);
}

static void woken(void)
{
	ck_assert_uint_eq(handled, 1);
	ck_assert_uint_eq(came, sent);
}

static void woken_without_polling(void)
{
	woken();
	ck_assert_uint_eq(rig_m->pes[1].spent[PE_SPIN], 0);
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_KICK_WAKE], 1);
}

START_TEST(a_vcpu_that_sleeps_in_wfi_is_woken_by_an_interrupt)
{
	rig.text = HOST_OF(2, "halt_poll: none");
	rig.setup = handle_sgis;
	rig.guest = wake_the_other;
	rig.check = woken_without_polling;
	rig_run();
}
END_TEST

static void woken_while_polling(void)
{
	ck_assert_uint_eq(handled, 1);
	/* It looks once a step. */
	ck_assert_uint_ge(came, sent);
	ck_assert_uint_le(came, sent + rig_ns(100));
	ck_assert_uint_ge(rig_m->pes[1].spent[PE_SPIN], rig_us(100));
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_KICK_WAKE], 0);
}

START_TEST(a_vcpu_that_polls_in_wfi_finds_an_interrupt_within_a_step)
{
	static const struct rig_price prices[] = { { "halt-poll-step", "100 ns" } };

	rig.text = HOST_OF(2, "halt_poll: always, halt_poll_max: 200 us");
	rig.prices = prices;
	rig.nr_prices = 1;
	rig.setup = handle_sgis;
	rig.guest = wake_the_other;
	rig.check = woken_while_polling;
	rig_run();
}
END_TEST

static void no_exit_for_wfi(void)
{
	woken();
	ck_assert_uint_eq(exits(EXIT_WFX), 0);
	/* The PE is the guest's while it waits. */
	ck_assert_uint_ge(rig_m->pes[1].spent[PE_GUEST], rig_us(99));
}

START_TEST(wfi_that_is_not_trapped_waits_in_the_guest)
{
	rig.text = HOST_OF(2, "wfi_trap: never");
	rig.setup = handle_sgis;
	rig.guest = wake_the_other;
	rig.check = no_exit_for_wfi;
	rig_run();
}
END_TEST

/* ---- masks ---- */

static void mask_for_a_while(struct vcpu *c)
{
	if (c->id == 0) {
		guest_compute(c, rig_us(10));
		sent = guest_now(c);
		guest_send_sgi(c, 1, SGI);
		return;
	}
	guest_mask(c, true);
	guest_compute(c, rig_us(50));
	ck_assert_uint_eq(handled, 0);
	guest_mask(c, false);
	ck_assert_uint_eq(handled, 1);
}

static void at_the_unmasking(void)
{
	ck_assert_uint_eq(sent, rig_us(10));
	ck_assert_uint_eq(came, rig_us(50));
}

START_TEST(a_masked_guest_takes_its_interrupt_when_it_unmasks)
{
	rig.text = HOST_OF(2, "halt_poll: none");
	rig.setup = handle_sgis;
	rig.guest = mask_for_a_while;
	rig.check = at_the_unmasking;
	rig_run();
}
END_TEST

/* ---- the virtual timer ---- */

static void stop_and_note(struct vcpu *c, u32 intid, void *arg)
{
	guest_timer_stop(c);
	handle(c, intid, arg);
}

static void handle_timer(struct vcpu *c)
{
	ck_assert_int_eq(guest_set_handler(guest_vm(c), GUEST_VTIMER_PPI, stop_and_note, NULL), 0);
	guest_enable_irq(c, GUEST_VTIMER_PPI, true);
}

static void wait_for_timer(struct vcpu *c)
{
	if (c->id)
		return;
	guest_timer_set(c, rig_us(100));
	guest_wfi(c);
	ck_assert_uint_eq(came, rig_us(100));
	/* The same while it computes. */
	guest_timer_set(c, rig_us(200));
	guest_compute(c, rig_us(300));
	ck_assert_uint_eq(came, rig_us(200));
	/* Set to the past again and again before it can be taken: one interrupt. */
	guest_mask(c, true);
	for (u32 i = 0; i < 3; i++)
		guest_timer_set(c, rig_us(1 + i));
	guest_mask(c, false);
	guest_compute(c, rig_us(1));
	ck_assert_uint_eq(handled, 3);
	/* Stopped before it is due: none. */
	guest_timer_set(c, rig_us(500));
	guest_timer_stop(c);
	guest_compute(c, rig_us(300));
	ck_assert_uint_eq(handled, 3);
	sent = 1;
}

static void went_through(void)
{
	ck_assert_uint_eq(sent, 1);
}

START_TEST(the_virtual_timer_comes_on_time_asleep_and_awake)
{
	rig.text = HOST_OF(2, "halt_poll: none");
	rig.setup = handle_timer;
	rig.guest = wait_for_timer;
	rig.check = went_through;
	rig_run();
}
END_TEST

/* ---- overcommit ---- */

static void compute_for_ever(struct vcpu *c)
{
	for (;;)
		guest_compute(c, rig_us(10));
}

static void half_each(void)
{
	const struct vm *vm = rig_m->vms[0];

	for (u32 i = 0; i < 2; i++) {
		ck_assert_int_ge(vm->vcpus[i].thread.vruntime, (int64_t)rig_us(400));
		ck_assert_int_le(vm->vcpus[i].thread.vruntime, (int64_t)rig_us(600));
	}
	ck_assert_uint_ge(rig_m->metrics.v[REC_M_SCHED_PREEMPTIONS], 8);
}

START_TEST(two_vcpus_on_one_pe_share_it)
{
	rig.text = "run: {duration: 1 ms}\n"
		   "host: {pes: 1, sched: {timeslice: 100 us}}\n"
		   "vms: [{its: false, vcpus: 2}]\n";
	rig.guest = compute_for_ever;
	rig.check = half_each;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_hypercall_costs_exit_and_entry);
	tcase_add_test(tc, an_access_to_no_register_goes_to_user_space);
	tcase_add_test(tc, a_vcpu_that_sleeps_in_wfi_is_woken_by_an_interrupt);
	tcase_add_test(tc, a_vcpu_that_polls_in_wfi_finds_an_interrupt_within_a_step);
	tcase_add_test(tc, wfi_that_is_not_trapped_waits_in_the_guest);
	tcase_add_test(tc, a_masked_guest_takes_its_interrupt_when_it_unmasks);
	tcase_add_test(tc, the_virtual_timer_comes_on_time_asleep_and_awake);
	tcase_add_test(tc, two_vcpus_on_one_pe_share_it);
}

CHECK_MAIN("machine vCPUs", add, NULL, NULL)
