// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Doorbells: a vCPU that waits is woken by what arrives for its vPE, and by nothing too often
 * (spec/vgic.md 4.7, 4.11). Each policy stands beside its neighbour. Event 0 of device 8 is LPI
 * 8192 on vCPU 0, forwarded from host device 0.
 */
#include "v4-vm.h"

static struct v4_vm vm, *w = &vm;
static struct mmio_vm *m = &vm.m;

static void open_with(const struct v4_config *c)
{
	v4_open(w, c);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	v4_forget(w);
}

static void open_61(void)
{
	struct v4_config c = v4_config_61(2);

	open_with(&c);
}

static void open_41(void)
{
	struct v4_config c = v4_config_new(2);

	open_with(&c);
}

static void teardown(void)
{
	v4_close(w);
	port_assert_quiet();
}

/* vCPU 0, loaded on a PE, goes to sleep in WFI. */
static void block(u32 pe)
{
	load_on(w, 0, pe);
	enter(w, 0);
	leave(w, 0);
	vgic_wfi_begin(vcpu(w, 0));
	put(w, 0);
	vgic_set_blocked(vcpu(w, 0), true);
}

/* It wakes up on a PE and takes what is there. */
static u32 unblock(u32 pe)
{
	u32 intid;

	vgic_set_blocked(vcpu(w, 0), false);
	load_on(w, 0, pe);
	vgic_wfi_end(vcpu(w, 0));
	enter(w, 0);
	intid = take(w, 0);
	leave(w, 0);
	put(w, 0);
	return intid;
}

/* ---- the protocol ---- */

START_TEST(a_vlpi_wakes_the_vcpu_that_waits_for_it)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		v41 ? open_41() : open_61();
		block(1);
		ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
		port_clear_records();
		raise_msi(w, 0, 0);
		ck_assert(irq_line(w, 1));
		ck_assert_uint_eq(host_irqs(w, 1), 0);
		ck_assert_uint_eq(wakes(), 1);
		ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
		/* one that is on its way into the guest looks again */
		ck_assert(vcpu(w, 0)->requests.v & VGIC_REQ_IRQ_PENDING);
		ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
		block(1);
		ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
		unblock(1);
		if (!v41)
			teardown();
	}
}
END_TEST

/* Recorded: unmasked when it blocks, masked by the handler, so the next load has nothing to mask. */
START_TEST(the_handler_masks_a_doorbell_of_40_and_the_next_load_does_not)
{
	open_61();
	block(1);
	ck_assert_uint_eq(v4_count(w, "INV proxy"), 1);
	v4_forget(w);
	raise_msi(w, 0, 0);
	host_irqs(w, 1);
	SAW("INV proxy ev=0", "SYNC");
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(host_irqs(w, 1), 0);
	SAW_NOTHING();
	unblock(1);
	SAW("vpe-in rd=1 vpe=0", "CLEAR proxy ev=0", "SYNC", "vpe-out rd=1 vpe=0");
}
END_TEST

START_TEST(a_doorbell_of_41_costs_no_command)
{
	open_41();
	block(1);
	v4_forget(w);
	raise_msi(w, 0, 0);
	host_irqs(w, 1);
	SAW_NOTHING();
	unblock(1);
	SAW("vpe-in rd=1 vpe=0", "vpe-out rd=1 vpe=0");
}
END_TEST

START_TEST(one_doorbell_a_waiting_period_is_enough)
{
	u32 v41, i;

	for (v41 = 0; v41 < 2; v41++) {
		v41 ? open_41() : open_61();
		ck_assert_int_eq(forward(w, 1, 0, 2), 0); /* LPI 8194, vCPU 0 */
		block(1);
		port_clear_records();
		for (i = 0; i < 3; i++) {
			raise_msi(w, 0, 0);
			host_irqs(w, 1);
			raise_msi(w, 1, 0);
			host_irqs(w, 1);
		}
		ck_assert_uint_eq(wakes(), 1);
		unblock(1);
		if (!v41)
			teardown();
	}
}
END_TEST

/* What came before Valid is cleared shows in PendingLast; what comes after rings. */
START_TEST(nothing_is_lost_between_the_last_instruction_and_the_doorbell)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		v41 ? open_41() : open_61();
		load_on(w, 0, 2);
		enter(w, 0);
		leave(w, 0);
		raise_msi(w, 0, 0); /* resident, out of the guest */
		vgic_wfi_begin(vcpu(w, 0));
		ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
		vgic_wfi_end(vcpu(w, 0));
		enter(w, 0);
		ck_assert_uint_eq(take(w, 0), VGIC_LPI_BASE);
		leave(w, 0);
		vgic_wfi_begin(vcpu(w, 0));
		ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
		raise_msi(w, 0, 0); /* before it says that it is blocked */
		host_irqs(w, 2);
		vgic_set_blocked(vcpu(w, 0), true);
		ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
		vgic_set_blocked(vcpu(w, 0), false);
		put(w, 0);
		ck_assert_uint_eq(unblock(2), VGIC_LPI_BASE);
		if (!v41)
			teardown();
	}
}
END_TEST

START_TEST(a_doorbell_that_comes_late_is_cleared_at_load)
{
	open_61();
	block(1);
	raise_msi(w, 0, 0); /* not taken yet: something else has woken the vCPU */
	ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
	port_clear_records();
	ck_assert(!irq_line(w, 1));
	ck_assert_uint_eq(host_irqs(w, 1), 0);
	ck_assert_uint_eq(wakes(), 0);
}
END_TEST

/* A default doorbell that is pending is taken by its handler: the hypervisor does not withdraw it. */
START_TEST(a_doorbell_of_41_that_comes_late_is_handled_for_nothing)
{
	struct v4_config c = v4_config_new(2);

	c.direct_lpi = true;
	open_with(&c);
	block(1);
	raise_msi(w, 0, 0);
	vgic_set_blocked(vcpu(w, 0), false);
	load_on(w, 0, 1);
	vgic_wfi_end(vcpu(w, 0));
	ck_assert(irq_line(w, 1));
	port_clear_records();
	host_irqs(w, 1);
	ck_assert_uint_eq(wakes(), 0);
	enter(w, 0);
	ck_assert_uint_eq(take(w, 0), VGIC_LPI_BASE);
	leave(w, 0);
	put(w, 0);
}
END_TEST

/* It was taken on its way: kept, and made pending again by the last enable. */
START_TEST(a_doorbell_taken_while_disabled_is_replayed_when_enabled)
{
	open_61();
	block(1);
	host_doorbell_disable(vpe(w, 0));
	port_clear_records();
	ck_assert(host_doorbell_irq(w->h, vpe(w, 0)->doorbell));
	ck_assert_uint_eq(wakes(), 0);
	v4_forget(w);
	host_doorbell_enable(vpe(w, 0));
	SAW("INV proxy ev=0", "SYNC", "INT proxy ev=0", "SYNC");
	host_irqs(w, 1);
	ck_assert_uint_eq(wakes(), 1);
	host_doorbell_enable(vpe(w, 0)); /* the handler has disabled it; this was replayed once */
	ck_assert_uint_eq(v4_count(w, "INT proxy"), 0);
	unblock(1);
}
END_TEST

/*
 * A handler began on another PE when the vPE was out before: it masks the doorbell between the put
 * that has unmasked it and the end of that put.
 */
static void late_handler(void *arg, void *object)
{
	(void)arg;
	(void)object;
	if (!vpe(w, 0)->db_depth)
		host_doorbell_disable(vpe(w, 0));
	gic_vpt_scanned(gic_pe(m->gic, 1));
}

START_TEST(a_doorbell_masked_by_a_late_handler_leaves_nobody_asleep)
{
	struct v4_config c = v4_config_61(2);

	c.vpt_scan = true;
	open_with(&c);
	port.poll = late_handler;
	block(1);
	ck_assert_uint_eq(vpe(w, 0)->db_depth, 1);
	ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
	ck_assert_uint_eq(unblock(1), GIC_SPURIOUS);
	port.poll = NULL;
}
END_TEST

START_TEST(an_enable_without_a_disable_is_a_warning_and_nothing_else)
{
	open_61();
	block(1);
	port.tolerate = true;
	v4_forget(w);
	host_doorbell_enable(vpe(w, 0));
	SAW_NOTHING();
	ck_assert_uint_eq(port.warnings, 1);
	ck_assert_uint_eq(vpe(w, 0)->db_depth, 0);
	port.warnings = 0;
	port.violations = 0;
	port.tolerate = false;
	unblock(1);
}
END_TEST

/* Recorded: a vLPI that is pending but disabled rings on 4.0 until its INV takes the doorbell away. */
START_TEST(a_disabled_vlpi_of_40_rings_until_its_doorbell_is_taken_away)
{
	open_61();
	lpi_config(m, VGIC_LPI_BASE, 0xa0);
	ck_assert_int_eq(invall(1), 0); /* not read: it is vCPU 0's */
	block(1);
	port_clear_records();
	raise_msi(w, 0, 0);
	host_irqs(w, 1);
	ck_assert_uint_eq(wakes(), 1);
	unblock(1);
	ck_assert_int_eq(inv(8, 0), 0);
	block(1);
	port_clear_records();
	raise_msi(w, 0, 0);
	host_irqs(w, 1);
	ck_assert_uint_eq(wakes(), 0);
	unblock(1);
}
END_TEST

START_TEST(an_intid_that_is_no_doorbell_is_left_to_others)
{
	open_61();
	ck_assert(!host_doorbell_irq(w->h, w->lpi[0][0]));
	ck_assert(!host_doorbell_irq(w->h, 32));
}
END_TEST

/* ---- WFI within which the thread is scheduled ---- */

/* Until 6.5 a load made the vPE resident and the put after it asked for no doorbell. */
START_TEST(need_db_forgets_the_doorbell_when_the_thread_is_scheduled_within_wfi)
{
	u32 policy;

	for (policy = VGIC_WFI_NEED_DB; policy <= VGIC_WFI_IN_WFI; policy++) {
		struct v4_config c = v4_config_61(2);

		c.policy.v4.wfi_residency = (u8)policy;
		open_with(&c);
		block(1);
		load_on(w, 0, 1); /* woken for nothing */
		ck_assert(!vpe(w, 0)->resident == (policy == VGIC_WFI_IN_WFI));
		put(w, 0);
		port_clear_records();
		raise_msi(w, 0, 0);
		host_irqs(w, 1);
		ck_assert_uint_eq(wakes(), policy == VGIC_WFI_IN_WFI);
		ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
		if (policy == VGIC_WFI_NEED_DB)
			teardown();
	}
}
END_TEST

START_TEST(under_each_entry_the_doorbell_is_enabled_when_the_vcpu_waits)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		struct v4_config c = v41 ? v4_config_new(2) : v4_config_61(2);

		c.policy.v4.residency = VGIC_RESIDENCY_EACH_ENTRY;
		open_with(&c);
		block(1);
		port_clear_records();
		raise_msi(w, 0, 0);
		host_irqs(w, 1);
		ck_assert_uint_eq(wakes(), 1);
		ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
		vgic_wfi_end(vcpu(w, 0)); /* nobody is loaded */
		load_on(w, 0, 1);
		vgic_wfi_begin(vcpu(w, 0));
		vgic_wfi_end(vcpu(w, 0)); /* nor is it in the guest yet */
		ck_assert_ptr_null(vpe(w, 0)->resident);
		put(w, 0);
		if (!v41)
			teardown();
	}
}
END_TEST

/* ---- when doorbells are wanted ---- */

START_TEST(always_rings_for_a_preempted_vcpu_and_on_block_does_not)
{
	u32 policy, v41;

	for (v41 = 0; v41 < 2; v41++) {
		for (policy = VGIC_DB_ON_BLOCK; policy <= VGIC_DB_ALWAYS; policy++) {
			struct v4_config c = v41 ? v4_config_new(2) : v4_config_61(2);

			c.policy.v4.db_enable = (u8)policy;
			open_with(&c);
			load_on(w, 0, 1);
			put(w, 0);
			ck_assert(!vgic_vcpu_pending(vcpu(w, 0)) ==
				  (!v41 || policy == VGIC_DB_ALWAYS));
			raise_msi(w, 0, 0);
			host_irqs(w, 1);
			ck_assert(vgic_vcpu_pending(vcpu(w, 0)) ==
				  (v41 || policy == VGIC_DB_ALWAYS));
			ck_assert_uint_eq(visit(w, 0, 1), VGIC_LPI_BASE);
			if (!v41 || policy == VGIC_DB_ON_BLOCK)
				teardown();
		}
	}
}
END_TEST

/* Who waits is not woken, but sees what came as soon as something else wakes him. */
START_TEST(never_leaves_the_vcpu_asleep)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		struct v4_config c = v41 ? v4_config_new(2) : v4_config_61(2);

		c.policy.v4.db_enable = VGIC_DB_NEVER;
		open_with(&c);
		block(1);
		ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
		port_clear_records();
		raise_msi(w, 0, 0);
		host_irqs(w, 1);
		ck_assert_uint_eq(wakes(), 0);
		ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
		if (!v41)
			teardown();
	}
}
END_TEST

/* ---- where they go ---- */

/* vCPU 0's fixed PE is 0; it runs on PE 2. */
START_TEST(fixed_doorbells_come_to_their_pe_for_a_vmovp_each_way)
{
	u32 policy;

	for (policy = VGIC_DB_FOLLOW; policy <= VGIC_DB_FIXED; policy++) {
		struct v4_config c = v4_config_new(2);
		u32 pe = policy == VGIC_DB_FIXED ? 0 : 2;

		c.policy.v4.db_affinity = (u8)policy;
		open_with(&c);
		load_on(w, 0, 2);
		v4_forget(w);
		vgic_wfi_begin(vcpu(w, 0));
		put(w, 0);
		vgic_set_blocked(vcpu(w, 0), true);
		ck_assert_uint_eq(v4_count(w, "VMOVP vpe=0 rd=0"), policy == VGIC_DB_FIXED);
		port_clear_records();
		raise_msi(w, 0, 0);
		ck_assert(irq_line(w, pe));
		ck_assert(!irq_line(w, 2 - pe));
		host_irqs(w, pe);
		ck_assert_uint_eq(wakes(), 1);
		v4_forget(w);
		ck_assert_uint_eq(unblock(2), VGIC_LPI_BASE);
		ck_assert_uint_eq(v4_count(w, "VMOVP vpe=0 rd=2"), policy == VGIC_DB_FIXED);
		if (policy == VGIC_DB_FOLLOW)
			teardown();
	}
}
END_TEST

/* vCPU n's fixed PE is PE n, as far as there are some. */
START_TEST(each_vcpu_has_a_fixed_pe_of_its_own)
{
	struct v4_config c = v4_config_new(6);
	u32 n;

	c.policy.v4.db_affinity = VGIC_DB_FIXED;
	open_with(&c);
	for (n = 0; n < 6; n++) {
		load_on(w, n, 3 - n % 4);
		vgic_wfi_begin(vcpu(w, n));
		ck_assert_uint_eq(vpe(w, n)->pe, n % 4);
		vgic_wfi_end(vcpu(w, n));
		put(w, n);
	}
}
END_TEST

/* ---- held back ---- */

static u32 later_ns, later_calls;
static void *later_vcpu;

static void later(void *vcpu_port, u32 ns)
{
	later_vcpu = vcpu_port;
	later_ns = ns;
	later_calls++;
}

START_TEST(a_window_hands_the_wake_up_to_the_machine)
{
	struct v4_config c = v4_config_new(2);

	c.policy.v4.db_window = 5000;
	open_with(&c);
	m->vm->doorbell_later = later;
	later_calls = 0;
	load_on(w, 0, 1); /* not asleep yet: nothing to hold back */
	vgic_wfi_begin(vcpu(w, 0));
	raise_msi(w, 0, 0);
	host_irqs(w, 1);
	ck_assert_uint_eq(later_calls, 0);
	put(w, 0);
	unblock(1);
	block(1);
	port_clear_records();
	raise_msi(w, 0, 0);
	host_irqs(w, 1);
	ck_assert_uint_eq(wakes(), 0);
	ck_assert_uint_eq(later_calls, 1);
	ck_assert_uint_eq(later_ns, 5000);
	ck_assert_ptr_eq(later_vcpu, vcpu(w, 0)->port);
	ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
	ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
}
END_TEST

/* ---- whose they are ---- */

/* The same hardware with doorbells of vLPIs: each is masked by INVLPIR, none by a command. */
START_TEST(per_vlpi_doorbells_of_41_need_hardware_that_has_them)
{
	u32 nid;

	for (nid = 0; nid < 2; nid++) {
		struct v4_config c = v4_config_new(2);

		c.individual_db = !nid;
		c.host.doorbell = HOST_DOORBELL_PER_VLPI;
		v4_open(w, &c);
		ck_assert(host_has_default_doorbell(w->h) == nid);
		ck_assert_int_eq(forward(w, 0, 0, 0), 0);
		ck_assert_uint_eq(v4_count(w, "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=vpe0"), !nid);
		block(1);
		port_clear_records();
		v4_forget(w);
		raise_msi(w, 0, 0);
		host_irqs(w, 1);
		ck_assert_uint_eq(wakes(), 1);
		raise_msi(w, 0, 0);
		host_irqs(w, 1);
		ck_assert_uint_eq(wakes(), 1);
		SAW_NOTHING();
		ck_assert_uint_eq(unblock(1), VGIC_LPI_BASE);
		if (!nid)
			teardown();
	}
}
END_TEST

START_TEST(without_default_doorbells_hardware_sgis_are_not_offered)
{
	struct v4_config c = v4_config_new(1);

	c.policy.v4.vsgi = VGIC_VSGI_ON;
	c.individual_db = true;
	c.host.doorbell = HOST_DOORBELL_PER_VLPI;
	v4_open(w, &c);
	ck_assert(!vgic_v4_sgis_offered(m->vm));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_vlpi_wakes_the_vcpu_that_waits_for_it);
	tcase_add_test(tc, the_handler_masks_a_doorbell_of_40_and_the_next_load_does_not);
	tcase_add_test(tc, a_doorbell_of_41_costs_no_command);
	tcase_add_test(tc, one_doorbell_a_waiting_period_is_enough);
	tcase_add_test(tc, nothing_is_lost_between_the_last_instruction_and_the_doorbell);
	tcase_add_test(tc, a_doorbell_that_comes_late_is_cleared_at_load);
	tcase_add_test(tc, a_doorbell_of_41_that_comes_late_is_handled_for_nothing);
	tcase_add_test(tc, a_doorbell_taken_while_disabled_is_replayed_when_enabled);
	tcase_add_test(tc, a_doorbell_masked_by_a_late_handler_leaves_nobody_asleep);
	tcase_add_test(tc, an_enable_without_a_disable_is_a_warning_and_nothing_else);
	tcase_add_test(tc, a_disabled_vlpi_of_40_rings_until_its_doorbell_is_taken_away);
	tcase_add_test(tc, an_intid_that_is_no_doorbell_is_left_to_others);
	tcase_add_test(tc, need_db_forgets_the_doorbell_when_the_thread_is_scheduled_within_wfi);
	tcase_add_test(tc, under_each_entry_the_doorbell_is_enabled_when_the_vcpu_waits);
	tcase_add_test(tc, always_rings_for_a_preempted_vcpu_and_on_block_does_not);
	tcase_add_test(tc, never_leaves_the_vcpu_asleep);
	tcase_add_test(tc, fixed_doorbells_come_to_their_pe_for_a_vmovp_each_way);
	tcase_add_test(tc, each_vcpu_has_a_fixed_pe_of_its_own);
	tcase_add_test(tc, a_window_hands_the_wake_up_to_the_machine);
	tcase_add_test(tc, per_vlpi_doorbells_of_41_need_hardware_that_has_them);
	tcase_add_test(tc, without_default_doorbells_hardware_sgis_are_not_offered);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: doorbells", add, NULL, teardown)
