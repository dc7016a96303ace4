// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv3 distributor, one test or more a register row, guest and user space (spec/vgic.md 2.4, 2.6,
 * 2.8). Values marked "recorded" are what Linux 6.1 gives for the same VM.
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

#define W1 4 /* byte offset of the second word of a bitmap: INTIDs 32..63 */

static struct mmio_vm m;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V3, 4, true, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static void recreate(const struct vgic_policy *p, bool with_its)
{
	mmio_destroy(&m);
	mmio_create(&m, VGIC_V3, 4, with_its, p);
}

/* ---- GICD_CTLR ---- */

START_TEST(ctlr_reads_affinity_routing_one_security_state_and_the_enable)
{
	ck_assert_uint_eq(rd32(&m, DIST + GICD_CTLR), 0x50);
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_CTLR), 0x52);
	ck_assert_uint_eq(dist_get(&m, GICD_CTLR), 0x52); /* recorded */
	wr32(&m, DIST + GICD_CTLR, ~GICD_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_CTLR), 0x50);
}
END_TEST

START_TEST(enabling_the_distributor_kicks_only_vcpus_with_something_pending)
{
	struct vgic_vcpu *v = m.vm->vcpus[2];

	v->cpuif.vmcr = (u32)FIELD_PUT(0xff, ICH_VMCR_VPMR);
	wr32(&m, SGI_FRAME(2) + GICD_ISPENDR, 1u << 3);
	ck_assert(!vgic_vcpu_pending(v));
	vgic_check_requests(v);
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	/* nothing was queued while disabled: the oracle routes nowhere */
	ck_assert(!vgic_vcpu_pending(v));

	wr32(&m, SGI_FRAME(2) + GICD_ISPENDR, 1u << 3);
	ck_assert(vgic_vcpu_pending(v));
	wr32(&m, DIST + GICD_CTLR, 0);
	vgic_check_requests(v);
	ck_assert_uint_eq(plat_atomic_read(&v->requests), 0);
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(plat_atomic_read(&v->requests), VGIC_REQ_IRQ_PENDING);
	ck_assert_uint_eq(plat_atomic_read(&m.vm->vcpus[0]->requests), 0);
}
END_TEST

START_TEST(enabling_the_distributor_wakes_a_blocked_vcpu)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];

	v->cpuif.vmcr = (u32)FIELD_PUT(0xff, ICH_VMCR_VPMR);
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	wr32(&m, SGI_FRAME(1) + GICD_ISPENDR, 1u << 3);
	wr32(&m, DIST + GICD_CTLR, 0);
	vgic_set_blocked(v, true);
	port_clear_records();
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(port_count(PORT_WAKE, v->port), 1);
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(port_count(PORT_WAKE, NULL), 1);
}
END_TEST

START_TEST(a_guests_ctlr_write_holds_the_config_lock_a_read_takes_none)
{
	u64 taken = port.acquired[LOCK_CONFIG];

	rd32(&m, DIST + GICD_CTLR);
	ck_assert_uint_eq(port.acquired[LOCK_CONFIG], taken);
	wr32(&m, DIST + GICD_CTLR, 2);
	ck_assert_uint_eq(port.acquired[LOCK_CONFIG], taken + 1);
}
END_TEST

START_TEST(user_space_sets_the_enable_without_a_kick)
{
	struct vgic_vcpu *v = m.vm->vcpus[0];

	v->cpuif.vmcr = (u32)FIELD_PUT(0xff, ICH_VMCR_VPMR);
	wr32(&m, DIST + GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	wr32(&m, SGI_FRAME(0) + GICD_ISPENDR, 1u << 3);
	wr32(&m, DIST + GICD_CTLR, 0);
	vgic_check_requests(v);
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, GICD_CTLR_ENABLE_GRP1), 0);
	ck_assert(m.vm->enabled);
	ck_assert_uint_eq(plat_atomic_read(&v->requests), 0);
}
END_TEST

/* ---- GICD_TYPER, IIDR, TYPER2, STATUSR, ID registers ---- */

START_TEST(typer_tells_lines_and_with_an_its_sixteen_id_bits_and_lpis)
{
	ck_assert_uint_eq(rd32(&m, DIST + GICD_TYPER), 0x7a0003); /* recorded */
	ck_assert_uint_eq(dist_get(&m, GICD_TYPER), 0x7a0003);
}
END_TEST

START_TEST(typer_without_an_its_tells_ten_id_bits_and_no_lpis)
{
	struct vgic_policy p = mmio_policy();

	recreate(&p, false);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_TYPER), 9u << 19 | 3);
}
END_TEST

START_TEST(typer_ignores_writes_of_guest_and_user_space)
{
	wr32(&m, DIST + GICD_TYPER, ~0u);
	ck_assert_int_eq(dist_set(&m, GICD_TYPER, 0), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_TYPER), 0x7a0003);
}
END_TEST

START_TEST(iidr_names_the_hypervisor_its_revision_and_arm)
{
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IIDR), 0x4b00343b); /* recorded */
	wr32(&m, DIST + GICD_IIDR, 0x4b00243b);
	ck_assert_uint_eq(dist_get(&m, GICD_IIDR), 0x4b00343b);
}
END_TEST

START_TEST(user_space_chooses_revision_2_or_3_with_iidr)
{
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IIDR), 0x4b00243b);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00343b), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IIDR), 0x4b00343b);
}
END_TEST

START_TEST(iidr_with_another_revision_or_field_is_refused)
{
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00143b), -EINVAL);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00443b), -EINVAL);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00343c), -EINVAL);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4c00343b), -EINVAL);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0), -EINVAL);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IIDR), 0x4b00343b);
}
END_TEST

/* The old bug: the write looked at the current revision, so that nothing ever changed. */
START_TEST(iidr_policy_checks_accepts_any_revision_and_adopts_none)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_write = VGIC_IIDR_CHECKS;
	recreate(&p, true);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00f43b), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IIDR), 0x4b00343b);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00343c), -EINVAL);
}
END_TEST

START_TEST(iidr_policy_exact_wants_the_current_value)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_write = VGIC_IIDR_EXACT;
	recreate(&p, true);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00343b), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), -EINVAL);
}
END_TEST

START_TEST(iidr_policy_ignored_is_raz_wi_for_user_space)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_write = VGIC_IIDR_IGNORED;
	p.iidr_rev = 1;
	recreate(&p, true);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x12345678), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IIDR), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IIDR), 0x4b00143b);
}
END_TEST

START_TEST(typer2_is_zero_without_gicv4_1)
{
	ck_assert_uint_eq(rd32(&m, DIST + GICD_TYPER2), 0);
	wr32(&m, DIST + GICD_TYPER2, GICD_TYPER2_NASSGICAP);
	ck_assert_uint_eq(dist_get(&m, GICD_TYPER2), 0);
	ck_assert_int_eq(dist_set(&m, GICD_TYPER2, 0), 0);
}
END_TEST

START_TEST(typer2_cannot_be_changed_after_init_nor_have_other_bits)
{
	ck_assert_int_eq(dist_set(&m, GICD_TYPER2, GICD_TYPER2_NASSGICAP), -EINVAL);
	m.vm->policy.v4.forwarding = VGIC_FORWARD_NEW;
	ck_assert_int_eq(dist_set(&m, GICD_TYPER2, GICD_TYPER2_NASSGICAP), -EBUSY);
	ck_assert_int_eq(dist_set(&m, GICD_TYPER2, 1), -EINVAL);
	ck_assert_int_eq(dist_set(&m, GICD_TYPER2, GICD_TYPER2_NASSGICAP | 1), -EINVAL);
}
END_TEST

START_TEST(statusr_reads_as_ones_and_ignores_writes)
{
	wr32(&m, DIST + GICD_STATUSR, 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_STATUSR), 0xffffffff);
	ck_assert_int_eq(dist_set(&m, GICD_STATUSR, 0), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_STATUSR), 0xffffffff);
}
END_TEST

START_TEST(of_the_id_registers_pidr2_alone_is_not_zero)
{
	u32 offset;

	for (offset = 0xffd0; offset < 0x10000; offset += 4)
		ck_assert_uint_eq(rd32(&m, DIST + offset), offset == 0xffe8 ? 0x3b : 0);
	wr32(&m, DIST + 0xffe8, 0);
	ck_assert_uint_eq(dist_get(&m, 0xffe8), 0x3b);
}
END_TEST

/* ---- the places of private interrupts ---- */

START_TEST(the_places_of_private_interrupts_are_raz_wi)
{
	static const u32 first[] = {
		GICD_IGROUPR,	       GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,
		GICD_ICPENDR,	       GICD_ISACTIVER, GICD_ICACTIVER, GICD_IPRIORITYR,
		GICD_IPRIORITYR + 28,  GICD_ICFGR,     GICD_ICFGR + 4, GICD_IROUTER,
		GICD_IROUTER + 8 * 31,
	};
	u32 i;

	for (i = 0; i < 32; i++) {
		mmio_irq(&m, 0, i)->active = true;
		mmio_irq(&m, 0, i)->priority = 0xa0;
	}
	for (i = 0; i < PLAT_ARRAY_SIZE(first); i++) {
		wr32(&m, DIST + first[i], ~0u);
		ck_assert_int_eq(dist_set(&m, first[i], 0xffffffff), 0);
		ck_assert_uint_eq(rd32(&m, DIST + first[i]), 0);
		ck_assert_uint_eq(dist_get(&m, first[i]), 0);
	}
	for (i = 0; i < 32; i++) {
		ck_assert_uint_eq(mmio_irq(&m, 0, i)->enabled, i < 16);
		ck_assert_uint_eq(mmio_irq(&m, 0, i)->priority, 0xa0);
		mmio_irq(&m, 0, i)->active = false;
	}
}
END_TEST

/* ---- IGROUPR ---- */

START_TEST(igroupr_starts_as_group_1_and_is_writable_by_both)
{
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IGROUPR + W1), 0xffffffff);
	wr32(&m, DIST + GICD_IGROUPR + W1, 0x0000ffff);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IGROUPR + W1), 0x0000ffff);
	ck_assert_int_eq(dist_set(&m, GICD_IGROUPR + W1, 0xf0), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IGROUPR + W1), 0xf0);
	ck_assert_uint_eq(mmio_irq(&m, 0, 36)->group, 1);
	ck_assert_uint_eq(mmio_irq(&m, 0, 35)->group, 0);
}
END_TEST

START_TEST(igroupr_is_not_configurable_in_revision_1)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_rev = 1;
	recreate(&p, true);
	wr32(&m, DIST + GICD_IGROUPR + W1, 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IGROUPR + W1), 0xffffffff);
}
END_TEST

/* ---- IPRIORITYR, ITARGETSR, ICFGR, IGRPMODR, NSACR ---- */

START_TEST(ipriorityr_keeps_five_bits_and_takes_bytes_and_words)
{
	guest_write(&m, 0, DIST + GICD_IPRIORITYR + 33, 1, 0xff);
	wr32(&m, DIST + GICD_IPRIORITYR + 36, 0x0f1f2f3f);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IPRIORITYR + 32), 0x0000f800);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IPRIORITYR + 33, 1), 0xf8);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IPRIORITYR + 36), 0x08182838);
	ck_assert_int_eq(dist_set(&m, GICD_IPRIORITYR + 36, 0x10203040), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IPRIORITYR + 36), 0x10203040);
}
END_TEST

START_TEST(itargetsr_is_raz_wi_with_affinity_routing)
{
	wr32(&m, DIST + GICD_ITARGETSR + 32, ~0u);
	ck_assert_int_eq(dist_set(&m, GICD_ITARGETSR + 32, 0xffffffff), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ITARGETSR + 32), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_ITARGETSR + 32), 0);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, GICD_ITARGETSR + 32), 0);
}
END_TEST

START_TEST(icfgr_starts_as_edge_and_its_upper_bits_choose_edge_or_level)
{
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ICFGR + 8), 0xaaaaaaaa);
	wr32(&m, DIST + GICD_ICFGR + 8, 0x00080000); /* recorded: INTID 41 edge, the others level */
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ICFGR + 8), 0x00080000);
	ck_assert_uint_eq(mmio_irq(&m, 0, 41)->config, VGIC_EDGE);
	ck_assert_uint_eq(mmio_irq(&m, 0, 40)->config, VGIC_LEVEL);
	wr32(&m, DIST + GICD_ICFGR + 8, 0x55555555);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ICFGR + 8), 0);
	ck_assert_int_eq(dist_set(&m, GICD_ICFGR + 8, 0xffffffff), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_ICFGR + 8), 0xaaaaaaaa);
}
END_TEST

START_TEST(igrpmodr_is_raz_wi)
{
	wr32(&m, DIST + GICD_IGRPMODR + W1, ~0u);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_IGRPMODR + W1), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IGRPMODR + W1, 0xffffffff), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IGRPMODR + W1), 0);
}
END_TEST

/* ---- IROUTER ---- */

START_TEST(irouter_routes_to_the_vcpu_with_that_affinity)
{
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8, 3);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->target, m.vm->vcpus[3]);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8), 3);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IROUTER + 8 * 40, 4), 3);
}
END_TEST

START_TEST(irouter_to_nobody_routes_nowhere)
{
	wr32(&m, DIST + GICD_CTLR, 2);
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8, 7);
	ck_assert_ptr_null(mmio_irq(&m, 0, 40)->target);
	wr32(&m, DIST + GICD_ISPENDR + W1, 1u << 8);
	ck_assert_ptr_null(mmio_irq(&m, 0, 40)->vcpu);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 1u << 8);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8), 7);
}
END_TEST

START_TEST(irouter_keeps_three_affinity_levels_and_its_upper_word_is_raz_wi)
{
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8, ~0ull);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8), 0xffffff);
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 4, 2);
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40 + 4, 4, 0xff);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IROUTER + 8 * 40 + 4, 4), 0);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8), 2);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->target, m.vm->vcpus[2]);
}
END_TEST

START_TEST(user_space_accesses_irouter_as_two_words)
{
	ck_assert_int_eq(dist_set(&m, GICD_IROUTER + 8 * 50, 1), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IROUTER + 8 * 50 + 4, 1), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IROUTER + 8 * 50), 1);
	ck_assert_uint_eq(dist_get(&m, GICD_IROUTER + 8 * 50 + 4), 0);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 50)->target, m.vm->vcpus[1]);
}
END_TEST

/* A queued interrupt moves when its old target prunes, not at the write. */
START_TEST(irouter_leaves_a_queued_interrupt_on_its_list_until_the_next_prune)
{
	struct vgic_irq *irq = mmio_irq(&m, 0, 40);

	wr32(&m, DIST + GICD_CTLR, 2);
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	wr32(&m, DIST + GICD_ISPENDR + W1, 1u << 8);
	ck_assert_ptr_eq(irq->vcpu, m.vm->vcpus[0]);
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8, 1);
	ck_assert_ptr_eq(irq->vcpu, m.vm->vcpus[0]);
	vgic_prune(m.vm->vcpus[0]);
	ck_assert_ptr_eq(irq->vcpu, m.vm->vcpus[1]);
}
END_TEST

static void add_identity(TCase *tc)
{
	tcase_add_test(tc, ctlr_reads_affinity_routing_one_security_state_and_the_enable);
	tcase_add_test(tc, enabling_the_distributor_kicks_only_vcpus_with_something_pending);
	tcase_add_test(tc, enabling_the_distributor_wakes_a_blocked_vcpu);
	tcase_add_test(tc, a_guests_ctlr_write_holds_the_config_lock_a_read_takes_none);
	tcase_add_test(tc, user_space_sets_the_enable_without_a_kick);
	tcase_add_test(tc, typer_tells_lines_and_with_an_its_sixteen_id_bits_and_lpis);
	tcase_add_test(tc, typer_without_an_its_tells_ten_id_bits_and_no_lpis);
	tcase_add_test(tc, typer_ignores_writes_of_guest_and_user_space);
	tcase_add_test(tc, iidr_names_the_hypervisor_its_revision_and_arm);
	tcase_add_test(tc, user_space_chooses_revision_2_or_3_with_iidr);
	tcase_add_test(tc, iidr_with_another_revision_or_field_is_refused);
	tcase_add_test(tc, iidr_policy_checks_accepts_any_revision_and_adopts_none);
	tcase_add_test(tc, iidr_policy_exact_wants_the_current_value);
	tcase_add_test(tc, iidr_policy_ignored_is_raz_wi_for_user_space);
	tcase_add_test(tc, typer2_is_zero_without_gicv4_1);
	tcase_add_test(tc, typer2_cannot_be_changed_after_init_nor_have_other_bits);
	tcase_add_test(tc, statusr_reads_as_ones_and_ignores_writes);
	tcase_add_test(tc, of_the_id_registers_pidr2_alone_is_not_zero);
	tcase_add_test(tc, the_places_of_private_interrupts_are_raz_wi);
}

static void add(TCase *tc)
{
	add_identity(tc);
	tcase_add_test(tc, igroupr_starts_as_group_1_and_is_writable_by_both);
	tcase_add_test(tc, igroupr_is_not_configurable_in_revision_1);
	tcase_add_test(tc, ipriorityr_keeps_five_bits_and_takes_bytes_and_words);
	tcase_add_test(tc, itargetsr_is_raz_wi_with_affinity_routing);
	tcase_add_test(tc, icfgr_starts_as_edge_and_its_upper_bits_choose_edge_or_level);
	tcase_add_test(tc, igrpmodr_is_raz_wi);
	tcase_add_test(tc, irouter_routes_to_the_vcpu_with_that_affinity);
	tcase_add_test(tc, irouter_to_nobody_routes_nowhere);
	tcase_add_test(tc, irouter_keeps_three_affinity_levels_and_its_upper_word_is_raz_wi);
	tcase_add_test(tc, user_space_accesses_irouter_as_two_words);
	tcase_add_test(tc, irouter_leaves_a_queued_interrupt_on_its_list_until_the_next_prune);
}

CHECK_MAIN("GICv3 distributor", add, setup, teardown)
