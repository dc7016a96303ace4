// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests, kicks, stopping the VM, and SGIs (spec/vgic.md 1.6, 1.14, 2.3, 2.7).
 */
#include "vgic-world.h"

static struct world w;

static u32 requests(u32 n)
{
	return vcpu(&w, n)->requests.v;
}

/* ---- kicks ---- */

START_TEST(a_kick_wakes_the_blocked_interrupts_the_running_and_leaves_the_rest)
{
	world_open(&w, VGIC_V3, 3, world_policy_61());
	vgic_set_blocked(vcpu(&w, 0), true);
	load_enter(&w, 1);
	vgic_kick(vcpu(&w, 0));
	vgic_kick(vcpu(&w, 1));
	vgic_kick(vcpu(&w, 2));
	ck_assert_uint_eq(port_count(PORT_WAKE, NULL), 1);
	ck_assert_uint_eq(port_count(PORT_WAKE, &w.vcpu_port[0]), 1);
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 1);
	ck_assert_uint_eq(port_count(PORT_KICK, &w.pe_port[1]), 1);
	ck_assert_uint_eq(port_count_events(EV_VCPU_WAKE), 1);
	ck_assert_uint_eq(port_count_events(EV_VCPU_KICK), 1);
	leave_put(&w, 1);
	world_close(&w);
}
END_TEST

START_TEST(a_running_vcpu_gets_one_ipi_an_entry)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	load_enter(&w, 0);
	vgic_kick(vcpu(&w, 0));
	vgic_kick(vcpu(&w, 0));
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 1);
	leave(&w, 0);
	vgic_kick(vcpu(&w, 0));
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 1);
	enter(&w, 0);
	vgic_kick(vcpu(&w, 0));
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 2);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(a_request_keeps_a_vcpu_from_entering_until_it_was_looked_at)
{
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	v = vcpu(&w, 0);
	vgic_make_request(v, VGIC_REQ_IRQ_PENDING);
	ck_assert(!vgic_enter_guest(v));
	ck_assert_uint_eq(v->mode.v, VGIC_OUTSIDE_GUEST);
	ck_assert_uint_eq(vgic_check_requests(v), 0);
	ck_assert(vgic_enter_guest(v));
	vgic_leave_guest(v);
	world_close(&w);
}
END_TEST

START_TEST(requests_that_the_caller_must_serve_are_handed_to_it_once)
{
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	v = vcpu(&w, 0);
	vgic_make_request(v, VGIC_REQ_SLEEP);
	vgic_make_request(v, VGIC_REQ_RELOAD_V4 | VGIC_REQ_IRQ_PENDING);
	ck_assert_uint_eq(vgic_check_requests(v), VGIC_REQ_SLEEP);
	ck_assert_uint_eq(vgic_check_requests(v), 0);
	world_close(&w);
}
END_TEST

START_TEST(process_update_prunes)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	raise_irq(&w, irq);
	irq->enabled = false;
	vgic_make_request(vcpu(&w, 0), VGIC_REQ_PROCESS_UPDATE);
	ck_assert_ptr_nonnull(irq->vcpu);
	vgic_check_requests(vcpu(&w, 0));
	ck_assert_ptr_null(irq->vcpu);
	world_close(&w);
}
END_TEST

/* All are interrupted before the first is waited for; the blocked are not woken. */
START_TEST(stopping_a_vm_interrupts_all_that_run_then_waits_for_each)
{
	u32 i, kick = 0, halt = ~0u;

	world_open(&w, VGIC_V3, 3, world_policy_61());
	load_enter(&w, 0);
	load_enter(&w, 2);
	vgic_set_blocked(vcpu(&w, 1), true);
	port_clear_records();
	vgic_halt_guest(w.vm);
	for (i = 0; i < port.nr_records; i++) {
		if (port.record[i].kind == PORT_KICK)
			kick = i;
		if (port.record[i].kind == PORT_HALT && halt == ~0u)
			halt = i;
	}
	ck_assert_uint_lt(kick, halt);
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 2);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 3);
	ck_assert_uint_eq(port_count(PORT_WAKE, NULL), 0);
	for (i = 0; i < 3; i++)
		ck_assert_uint_eq(requests(i), VGIC_REQ_SLEEP);
	vgic_resume_guest(w.vm);
	ck_assert_uint_eq(port_count(PORT_RESUME, NULL), 3);
	leave_put(&w, 0);
	leave_put(&w, 2);
	world_close(&w);
}
END_TEST

/* The priority mask lives in the hardware while the vCPU is loaded. */
START_TEST(blocking_reads_the_priority_mask_back)
{
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	v = vcpu(&w, 0);
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	load_enter(&w, 0);
	icv_pmr_write(v->pe, 0x80);
	leave(&w, 0);
	ck_assert(vgic_vcpu_pending(v));
	vgic_set_blocked(v, true);
	ck_assert(!vgic_vcpu_pending(v));
	vgic_set_blocked(v, false);
	vgic_put(v);
	world_close(&w);
}
END_TEST

/* ---- GICv3 SGIs ---- */

#define SGI1R(list, sgi, aff1) \
	(FIELD_PUT(list, ICC_SGIR_TARGETLIST) | FIELD_PUT(sgi, ICC_SGIR_INTID) | \
	 FIELD_PUT(aff1, ICC_SGIR_AFF1))

static u32 who_has(u32 sgi, u32 nr)
{
	u32 i, bits = 0;

	for (i = 0; i < nr; i++)
		if (vcpu(&w, i)->private_irqs[sgi].pending_latch)
			bits |= PLAT_BIT(i);
	return bits;
}

START_TEST(an_sgi_reaches_the_vcpus_of_its_target_list_under_both_look_ups)
{
	u32 policy;

	for (policy = VGIC_SGI_WALK; policy <= VGIC_SGI_HASH; policy++) {
		struct vgic_policy p = world_policy_61();

		p.sgi_lookup = (u8)policy;
		world_open(&w, VGIC_V3, 20, p);
		vgic_send_sgi(vcpu(&w, 1), SGI1R(0x8007, 4, 0), true);
		ck_assert_uint_eq(who_has(4, 20), 0x8007);
		vgic_send_sgi(vcpu(&w, 1), SGI1R(0xffff, 5, 1), true);
		ck_assert_uint_eq(who_has(5, 20), 0xf0000);
		vgic_send_sgi(vcpu(&w, 1), SGI1R(0xffff, 6, 7), true);
		ck_assert_uint_eq(who_has(6, 20), 0);
		ck_assert_uint_eq(who_has(4, 20), 0x8007);
		world_close(&w);
	}
}
END_TEST

START_TEST(a_broadcast_reaches_all_but_the_sender)
{
	world_open(&w, VGIC_V3, 5, world_policy_61());
	vgic_send_sgi(vcpu(&w, 3), ICC_SGIR_IRM | SGI1R(0x1, 9, 0), true);
	ck_assert_uint_eq(who_has(9, 5), 0x17);
	world_close(&w);
}
END_TEST

/* ICC_ASGI1R and ICC_SGI0R reach Group 0 only, ICC_SGI1R both (spec/vgic.md 2.7). */
START_TEST(a_group_1_sgi_needs_the_register_that_allows_it)
{
	world_open(&w, VGIC_V3, 2, world_policy_61());
	vcpu(&w, 1)->private_irqs[3].group = 0;
	vgic_send_sgi(vcpu(&w, 0), SGI1R(0x3, 3, 0), false);
	ck_assert_uint_eq(who_has(3, 2), 0x2);
	vgic_send_sgi(vcpu(&w, 0), SGI1R(0x3, 3, 0), true);
	ck_assert_uint_eq(who_has(3, 2), 0x3);
	world_close(&w);
}
END_TEST

/* One walk serves the whole list and ends with the last target; a hash looks each target up. */
START_TEST(a_walk_ends_at_the_last_target_and_a_hash_looks_each_one_up)
{
	struct vgic_policy p = world_policy_61();

	world_open(&w, VGIC_V3, 20, p);
	vgic_send_sgi(vcpu(&w, 0), SGI1R(0x0022, 4, 0), true);
	ck_assert_uint_eq(port.used[COST_MPIDR_STEP], 6);
	vgic_send_sgi(vcpu(&w, 0), SGI1R(0x0010, 4, 1), true);
	ck_assert_uint_eq(port.used[COST_MPIDR_STEP], 6 + 20);
	world_close(&w);
	p.sgi_lookup = VGIC_SGI_HASH;
	world_open(&w, VGIC_V3, 20, p);
	vgic_send_sgi(vcpu(&w, 0), SGI1R(0x0022, 4, 0), true);
	ck_assert_uint_eq(port.used[COST_MPIDR_HASH], 2);
	ck_assert_uint_eq(port.used[COST_MPIDR_STEP], 6 + 20);
	world_close(&w);
}
END_TEST

/* The walk meets vCPUs in their order, the hash targets in theirs: both ascend. */
START_TEST(targets_are_served_in_ascending_order)
{
	u32 policy, i, last;

	for (policy = VGIC_SGI_WALK; policy <= VGIC_SGI_HASH; policy++) {
		struct vgic_policy p = world_policy_61();

		p.sgi_lookup = (u8)policy;
		world_open(&w, VGIC_V3, 8, p);
		vgic_send_sgi(vcpu(&w, 0), SGI1R(0x00b5, 4, 0), true);
		for (i = 0, last = 0; i < port.nr_records; i++) {
			if (port.record[i].kind != PORT_EVENT ||
			    port.record[i].event != EV_IRQ_QUEUED)
				continue;
			ck_assert_uint_ge(port.record[i].who, last);
			last = port.record[i].who;
		}
		ck_assert_uint_eq(last, 7);
		world_close(&w);
	}
}
END_TEST

/* ---- GICv2 SGIs ---- */

#define SGIR(filter, list, sgi) ((filter) << 24 | (list) << 16 | (sgi))

START_TEST(gicd_sgir_knows_a_list_all_others_and_oneself)
{
	world_open(&w, VGIC_V2, 4, world_policy_61());
	vgic_v2_send_sgi(vcpu(&w, 2), SGIR(0u, 0xf5u, 3u));
	ck_assert_uint_eq(who_has(3, 4), 0x5);
	vgic_v2_send_sgi(vcpu(&w, 2), SGIR(1u, 0u, 4u));
	ck_assert_uint_eq(who_has(4, 4), 0xb);
	vgic_v2_send_sgi(vcpu(&w, 2), SGIR(2u, 0xffu, 5u));
	ck_assert_uint_eq(who_has(5, 4), 0x4);
	vgic_v2_send_sgi(vcpu(&w, 2), SGIR(3u, 0xffu, 6u));
	ck_assert_uint_eq(who_has(6, 4), 0);
	ck_assert_uint_eq(vcpu(&w, 0)->private_irqs[3].source, 1 << 2);
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_kick_wakes_the_blocked_interrupts_the_running_and_leaves_the_rest);
	tcase_add_test(tc, a_running_vcpu_gets_one_ipi_an_entry);
	tcase_add_test(tc, a_request_keeps_a_vcpu_from_entering_until_it_was_looked_at);
	tcase_add_test(tc, requests_that_the_caller_must_serve_are_handed_to_it_once);
	tcase_add_test(tc, process_update_prunes);
	tcase_add_test(tc, stopping_a_vm_interrupts_all_that_run_then_waits_for_each);
	tcase_add_test(tc, blocking_reads_the_priority_mask_back);
	tcase_add_test(tc, an_sgi_reaches_the_vcpus_of_its_target_list_under_both_look_ups);
	tcase_add_test(tc, a_broadcast_reaches_all_but_the_sender);
	tcase_add_test(tc, a_group_1_sgi_needs_the_register_that_allows_it);
	tcase_add_test(tc, a_walk_ends_at_the_last_target_and_a_hash_looks_each_one_up);
	tcase_add_test(tc, targets_are_served_in_ascending_order);
	tcase_add_test(tc, gicd_sgir_knows_a_list_all_others_and_oneself);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic kick", add, port_reset, port_assert_quiet)
