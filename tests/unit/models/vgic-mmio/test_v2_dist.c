// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv2 distributor, one test or more a register row, guest and user space (spec/vgic.md 2.3, 2.8).
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

#define W1 4 /* byte offset of the second word of a bitmap: INTIDs 32..63 */

static struct mmio_vm m;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V2, 4, false, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static void recreate(const struct vgic_policy *p)
{
	mmio_destroy(&m);
	mmio_create(&m, VGIC_V2, 4, false, p);
}

/* As vCPU v. */
static u32 rd(u32 v, u32 offset)
{
	return (u32)guest_read(&m, v, DIST + offset, 4);
}

static void wr(u32 v, u32 offset, u32 value)
{
	guest_write(&m, v, DIST + offset, 4, value);
}

#define cpu_get(v, offset)	  user_value(&m, VGIC_GRP_DIST_REGS, cpu_attr(v, offset))
#define cpu_set(v, offset, value) user_set(&m, VGIC_GRP_DIST_REGS, cpu_attr(v, offset), value)

START_TEST(ctlr_is_the_enable_bit_alone_for_guest_and_user_space)
{
	wr(0, GICD_CTLR, ~0u);
	ck_assert_uint_eq(rd(0, GICD_CTLR), 1);
	ck_assert_uint_eq(dist_get(&m, GICD_CTLR), 1);
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 0xfffffffe), 0);
	ck_assert_uint_eq(rd(0, GICD_CTLR), 0);
}
END_TEST

START_TEST(enabling_the_distributor_kicks_vcpus_with_something_pending)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];

	v->cpuif.vmcr = (u32)FIELD_PUT(0xff, ICH_VMCR_VPMR);
	wr(0, GICD_CTLR, 1);
	wr(0, GICD_SGIR, 1u << 17 | 3);
	wr(0, GICD_CTLR, 0);
	vgic_check_requests(v);
	wr(0, GICD_CTLR, 1);
	ck_assert_uint_eq(plat_atomic_read(&v->requests), VGIC_REQ_IRQ_PENDING);
	ck_assert_uint_eq(plat_atomic_read(&m.vm->vcpus[2]->requests), 0);
}
END_TEST

START_TEST(typer_tells_lines_and_cpu_interfaces)
{
	ck_assert_uint_eq(rd(0, GICD_TYPER), 3u << 5 | 3);
	ck_assert_uint_eq(dist_get(&m, GICD_TYPER), 3u << 5 | 3);
	wr(0, GICD_TYPER, 0);
	ck_assert_int_eq(dist_set(&m, GICD_TYPER, 0), 0);
	ck_assert_uint_eq(rd(0, GICD_TYPER), 3u << 5 | 3);
}
END_TEST

START_TEST(iidr_names_hypervisor_and_revision_and_ignores_the_guest)
{
	wr(0, GICD_IIDR, 0);
	ck_assert_uint_eq(rd(0, GICD_IIDR), 0x4b00343b);
	ck_assert_uint_eq(dist_get(&m, GICD_IIDR), 0x4b00343b);
}
END_TEST

START_TEST(user_space_may_write_groups_only_after_iidr)
{
	ck_assert_int_eq(dist_set(&m, GICD_IGROUPR + W1, 0xff), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IGROUPR + W1), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00343c), -EINVAL);
	ck_assert_int_eq(dist_set(&m, GICD_IGROUPR + W1, 0xff), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IGROUPR + W1), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert_int_eq(dist_set(&m, GICD_IGROUPR + W1, 0xff), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IGROUPR + W1), 0xff);
	ck_assert_uint_eq(rd(0, GICD_IIDR), 0x4b00243b);
}
END_TEST

START_TEST(iidr_policy_exact_takes_the_current_value_only)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_write = VGIC_IIDR_EXACT;
	p.iidr_rev = 2;
	recreate(&p);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00343b), -EINVAL);
	ck_assert(!m.vm->v2_groups_writable);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert(m.vm->v2_groups_writable);
}
END_TEST

START_TEST(iidr_policy_ignored_never_makes_groups_writable)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_write = VGIC_IIDR_IGNORED;
	p.iidr_rev = 1;
	recreate(&p);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00143b), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IIDR), 0);
	ck_assert(!m.vm->v2_groups_writable);
}
END_TEST

START_TEST(igroupr_starts_as_group_0_and_a_guest_writes_it)
{
	ck_assert_uint_eq(rd(0, GICD_IGROUPR), 0);
	ck_assert_uint_eq(rd(0, GICD_IGROUPR + W1), 0);
	wr(1, GICD_IGROUPR, 0xf0);
	wr(1, GICD_IGROUPR + W1, 0x0f);
	ck_assert_uint_eq(rd(1, GICD_IGROUPR), 0xf0);
	ck_assert_uint_eq(rd(0, GICD_IGROUPR), 0);
	ck_assert_uint_eq(rd(0, GICD_IGROUPR + W1), 0x0f);
}
END_TEST

START_TEST(in_revision_1_all_interrupts_stay_in_group_0)
{
	struct vgic_policy p = mmio_policy();

	p.iidr_rev = 1;
	recreate(&p);
	wr(0, GICD_IGROUPR + W1, 0xffffffff);
	ck_assert_uint_eq(rd(0, GICD_IGROUPR + W1), 0);
}
END_TEST

START_TEST(enables_of_private_interrupts_are_banked_by_the_accessing_vcpu)
{
	wr(2, GICD_ISENABLER, 1u << 20);
	ck_assert_uint_eq(rd(2, GICD_ISENABLER), 0xffff | 1u << 20);
	ck_assert_uint_eq(rd(1, GICD_ISENABLER), 0xffff);
	ck_assert_uint_eq(cpu_get(2, GICD_ISENABLER), 0xffff | 1u << 20);
	ck_assert_int_eq(cpu_set(1, GICD_ICENABLER, 0xff), 0);
	ck_assert_uint_eq(rd(1, GICD_ICENABLER), 0xff00);
	wr(0, GICD_ISENABLER + W1, 0x6);
	ck_assert_uint_eq(rd(3, GICD_ISENABLER + W1), 0x6);
}
END_TEST

START_TEST(a_guest_cannot_pend_or_clear_sgis_with_the_pending_registers)
{
	wr(0, GICD_ISPENDR, 0xffff | 1u << 20);
	ck_assert_uint_eq(rd(0, GICD_ISPENDR), 1u << 20);
	wr(0, GICD_SGIR, 1u << 16 | 3);
	wr(0, GICD_ICPENDR, 0xffff);
	ck_assert_uint_eq(rd(0, GICD_ISPENDR), 1u << 20 | 1u << 3);
}
END_TEST

START_TEST(user_space_pends_an_sgi_with_its_own_vcpu_as_source)
{
	ck_assert_int_eq(cpu_set(2, GICD_ISPENDR, 1u << 5), 0);
	ck_assert_uint_eq(mmio_irq(&m, 2, 5)->source, 1u << 2);
	ck_assert_uint_eq(cpu_get(2, GICD_ISPENDR), 1u << 5);
	ck_assert_uint_eq(cpu_get(1, GICD_ISPENDR), 0);
}
END_TEST

START_TEST(user_space_clears_all_sources_of_an_sgi)
{
	wr(0, GICD_SGIR, 1u << 17 | 4);
	wr(2, GICD_SGIR, 1u << 17 | 4);
	ck_assert_uint_eq(mmio_irq(&m, 1, 4)->source, 5);
	ck_assert_int_eq(cpu_set(1, GICD_ICPENDR, 1u << 4), 0);
	ck_assert_uint_eq(mmio_irq(&m, 1, 4)->source, 0);
	ck_assert(!mmio_irq(&m, 1, 4)->pending_latch);
	ck_assert_uint_eq(port_count_events(EV_IRQ_RETIRED), 2);
}
END_TEST

START_TEST(pending_registers_of_spis_set_and_clear_for_both)
{
	wr(0, GICD_ISPENDR + W1, 0x7);
	wr(0, GICD_ICPENDR + W1, 0x1);
	ck_assert_int_eq(dist_set(&m, GICD_ISPENDR + W1, 0x8), 0);
	ck_assert_int_eq(dist_set(&m, GICD_ICPENDR + W1, 0x2), 0);
	ck_assert_uint_eq(rd(0, GICD_ISPENDR + W1), 0xc);
	ck_assert_uint_eq(dist_get(&m, GICD_ICPENDR + W1), 0xc);
}
END_TEST

/* The GICv3 rule of the raw latch is not GICv2's. */
START_TEST(user_space_sees_the_line_in_the_pending_state)
{
	wr(0, GICD_ICFGR + 8, 0);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 33, true, NULL), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_ISPENDR + W1), 0x2);
}
END_TEST

START_TEST(active_state_of_spis_stops_the_vm_that_of_private_interrupts_does_not)
{
	port_clear_records();
	wr(1, GICD_ISACTIVER, 1u << 20);
	rd(1, GICD_ICACTIVER);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 0);
	wr(1, GICD_ISACTIVER + W1, 1);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 4);
	rd(1, GICD_ICACTIVER + W1);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 8);
	ck_assert_uint_eq(port_count(PORT_RESUME, NULL), 8);
	ck_assert_uint_eq(rd(1, GICD_ISACTIVER), 1u << 20);
	ck_assert_uint_eq(rd(0, GICD_ISACTIVER), 0);
	wr(1, GICD_ICACTIVER, 1u << 20);
	ck_assert_uint_eq(rd(1, GICD_ISACTIVER), 0);
}
END_TEST

START_TEST(an_sgi_made_active_remembers_who_asked)
{
	wr(2, GICD_ISACTIVER, 1u << 3);
	ck_assert_uint_eq(mmio_irq(&m, 2, 3)->active_source, 2);
	ck_assert_int_eq(cpu_set(2, GICD_ICACTIVER, 1u << 3), 0);
	ck_assert(!mmio_irq(&m, 2, 3)->active);
	ck_assert_uint_eq(mmio_irq(&m, 2, 3)->active_source, 2);
	ck_assert_int_eq(cpu_set(1, GICD_ISACTIVER, 1u << 3), 0);
	ck_assert_uint_eq(mmio_irq(&m, 1, 3)->active_source, 0);
	ck_assert_uint_eq(cpu_get(1, GICD_ISACTIVER), 1u << 3);
	ck_assert_int_eq(cpu_set(1, GICD_ICACTIVER, 1u << 3), 0);
	ck_assert_uint_eq(cpu_get(1, GICD_ICACTIVER), 0);
}
END_TEST

START_TEST(ipriorityr_keeps_five_bits_banked_for_private_interrupts)
{
	wr(1, GICD_IPRIORITYR, 0xff817f40);
	guest_write(&m, 1, DIST + GICD_IPRIORITYR + 40, 1, 0xa5);
	ck_assert_uint_eq(rd(1, GICD_IPRIORITYR), 0xf8807840);
	ck_assert_uint_eq(rd(0, GICD_IPRIORITYR), 0);
	ck_assert_uint_eq(rd(0, GICD_IPRIORITYR + 40), 0xa0);
	ck_assert_int_eq(cpu_set(3, GICD_IPRIORITYR, 0x20), 0);
	ck_assert_uint_eq(cpu_get(3, GICD_IPRIORITYR), 0x20);
}
END_TEST

START_TEST(user_regs_2013_has_priorities_raz_wi_for_user_space_only)
{
	struct vgic_policy p = mmio_policy();

	p.user_regs = VGIC_USER_REGS_2013;
	recreate(&p);
	wr(0, GICD_IPRIORITYR + 32, 0x10101010);
	ck_assert_int_eq(dist_set(&m, GICD_IPRIORITYR + 32, 0x20202020), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_IPRIORITYR + 32), 0);
	ck_assert_uint_eq(rd(0, GICD_IPRIORITYR + 32), 0x10101010);
}
END_TEST

START_TEST(itargetsr_of_private_interrupts_is_the_reading_vcpu_and_read_only)
{
	u32 offset;

	for (offset = 0; offset < 32; offset += 4) {
		wr(2, GICD_ITARGETSR + offset, 0);
		ck_assert_uint_eq(rd(2, GICD_ITARGETSR + offset), 0x04040404);
		ck_assert_int_eq(cpu_set(3, GICD_ITARGETSR + offset, 0), 0);
		ck_assert_uint_eq(cpu_get(3, GICD_ITARGETSR + offset), 0x08080808);
	}
}
END_TEST

START_TEST(itargetsr_routes_to_the_lowest_target_and_masks_absent_vcpus)
{
	guest_write(&m, 0, DIST + GICD_ITARGETSR + 40, 1, 0x0c);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->target, m.vm->vcpus[2]);
	wr(0, GICD_ITARGETSR + 40, 0xf0f8ff02);
	ck_assert_uint_eq(rd(0, GICD_ITARGETSR + 40), 0x00080f02);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->target, m.vm->vcpus[1]);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 42)->target, m.vm->vcpus[3]);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 43)->target, m.vm->vcpus[0]);
	ck_assert_int_eq(dist_set(&m, GICD_ITARGETSR + 40, 0x01010108), 0);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->target, m.vm->vcpus[3]);
	ck_assert_uint_eq(dist_get(&m, GICD_ITARGETSR + 40), 0x01010108);
}
END_TEST

START_TEST(itargetsr_starts_empty_and_then_vcpu_0_is_the_target)
{
	ck_assert_uint_eq(rd(0, GICD_ITARGETSR + 32), 0);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 32)->target, m.vm->vcpus[0]);
}
END_TEST

START_TEST(icfgr_is_fixed_for_private_interrupts_and_writable_for_spis)
{
	wr(0, GICD_ICFGR, 0);
	wr(0, GICD_ICFGR + 4, ~0u);
	wr(0, GICD_ICFGR + 8, 0xcccccccc);
	ck_assert_uint_eq(rd(0, GICD_ICFGR), 0xaaaaaaaa);
	ck_assert_uint_eq(rd(0, GICD_ICFGR + 4), 0);
	ck_assert_uint_eq(rd(0, GICD_ICFGR + 8), 0x88888888);
	ck_assert_int_eq(dist_set(&m, GICD_ICFGR + 8, 0x2), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_ICFGR + 8), 0x2);
}
END_TEST

START_TEST(sgir_sends_to_a_list_to_others_to_self_or_to_nobody)
{
	static const struct {
		u32 filter, list, want;
	} rows[] = {
		{ 0, 0x5, 0x5 }, { 0, 0xff, 0xf }, { 1, 0, 0xd }, { 2, 0xff, 0x2 }, { 3, 0xff, 0 }
	};
	size_t i;
	u32 v;

	for (i = 0; i < PLAT_ARRAY_SIZE(rows); i++) {
		wr(1, GICD_SGIR, rows[i].filter << 24 | rows[i].list << 16 | (u32)i);
		for (v = 0; v < 4; v++) {
			const struct vgic_irq *irq = mmio_irq(&m, v, (u32)i);

			ck_assert_uint_eq(irq->source, rows[i].want >> v & 1 ? 1u << 1 : 0);
			ck_assert_uint_eq(irq->pending_latch, rows[i].want >> v & 1);
		}
	}
	ck_assert_uint_eq(rd(1, GICD_SGIR), 0);
}
END_TEST

START_TEST(spendsgir_sets_sources_and_pends)
{
	guest_write(&m, 1, DIST + GICD_SPENDSGIR + 3, 1, 0x05);
	wr(1, GICD_SPENDSGIR + 4, 0xf2000001);
	ck_assert_uint_eq(rd(1, GICD_SPENDSGIR), 0x05000000);
	ck_assert_uint_eq(rd(1, GICD_CPENDSGIR + 4), 0x02000001);
	ck_assert_uint_eq(rd(1, GICD_ISPENDR), 1u << 3 | 1u << 4 | 1u << 7);
	ck_assert_uint_eq(rd(0, GICD_SPENDSGIR), 0);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 4);
}
END_TEST

START_TEST(spendsgir_queues_at_the_accessing_vcpu)
{
	wr(0, GICD_CTLR, 1);
	guest_write(&m, 1, DIST + GICD_SPENDSGIR + 3, 1, 0x01);
	ck_assert_ptr_eq(mmio_irq(&m, 1, 3)->vcpu, m.vm->vcpus[1]);
}
END_TEST

START_TEST(cpendsgir_clears_sources_and_the_pending_state_with_the_last)
{
	guest_write(&m, 1, DIST + GICD_SPENDSGIR + 3, 1, 0x05);
	guest_write(&m, 1, DIST + GICD_CPENDSGIR + 3, 1, 0x01);
	ck_assert_uint_eq(guest_read(&m, 1, DIST + GICD_CPENDSGIR + 3, 1), 0x04);
	ck_assert_uint_eq(rd(1, GICD_ISPENDR), 1u << 3);
	guest_write(&m, 1, DIST + GICD_CPENDSGIR + 3, 1, 0xff);
	ck_assert_uint_eq(rd(1, GICD_ISPENDR), 0);
	ck_assert_uint_eq(port_count_events(EV_IRQ_RETIRED), 2);
}
END_TEST

START_TEST(user_space_saves_and_restores_sources_of_each_vcpu)
{
	ck_assert_int_eq(cpu_set(2, GICD_SPENDSGIR + 8, 0x00030000), 0);
	ck_assert_uint_eq(cpu_get(2, GICD_SPENDSGIR + 8), 0x00030000);
	ck_assert_uint_eq(cpu_get(1, GICD_SPENDSGIR + 8), 0);
	ck_assert_int_eq(cpu_set(2, GICD_CPENDSGIR + 8, 0x00010000), 0);
	ck_assert_uint_eq(cpu_get(2, GICD_CPENDSGIR + 8), 0x00020000);
}
END_TEST

START_TEST(there_is_nothing_behind_the_sgi_registers)
{
	u32 offset;

	for (offset = 0xf30; offset < 0x1000; offset += 4) {
		wr(0, offset, ~0u);
		ck_assert_uint_eq(rd(0, offset), 0);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, ctlr_is_the_enable_bit_alone_for_guest_and_user_space);
	tcase_add_test(tc, enabling_the_distributor_kicks_vcpus_with_something_pending);
	tcase_add_test(tc, typer_tells_lines_and_cpu_interfaces);
	tcase_add_test(tc, iidr_names_hypervisor_and_revision_and_ignores_the_guest);
	tcase_add_test(tc, user_space_may_write_groups_only_after_iidr);
	tcase_add_test(tc, iidr_policy_exact_takes_the_current_value_only);
	tcase_add_test(tc, iidr_policy_ignored_never_makes_groups_writable);
	tcase_add_test(tc, igroupr_starts_as_group_0_and_a_guest_writes_it);
	tcase_add_test(tc, in_revision_1_all_interrupts_stay_in_group_0);
	tcase_add_test(tc, enables_of_private_interrupts_are_banked_by_the_accessing_vcpu);
	tcase_add_test(tc, a_guest_cannot_pend_or_clear_sgis_with_the_pending_registers);
	tcase_add_test(tc, user_space_pends_an_sgi_with_its_own_vcpu_as_source);
	tcase_add_test(tc, user_space_clears_all_sources_of_an_sgi);
	tcase_add_test(tc, pending_registers_of_spis_set_and_clear_for_both);
	tcase_add_test(tc, user_space_sees_the_line_in_the_pending_state);
	tcase_add_test(tc, active_state_of_spis_stops_the_vm_that_of_private_interrupts_does_not);
	tcase_add_test(tc, an_sgi_made_active_remembers_who_asked);
	tcase_add_test(tc, ipriorityr_keeps_five_bits_banked_for_private_interrupts);
	tcase_add_test(tc, user_regs_2013_has_priorities_raz_wi_for_user_space_only);
	tcase_add_test(tc, itargetsr_of_private_interrupts_is_the_reading_vcpu_and_read_only);
	tcase_add_test(tc, itargetsr_routes_to_the_lowest_target_and_masks_absent_vcpus);
	tcase_add_test(tc, itargetsr_starts_empty_and_then_vcpu_0_is_the_target);
	tcase_add_test(tc, icfgr_is_fixed_for_private_interrupts_and_writable_for_spis);
	tcase_add_test(tc, sgir_sends_to_a_list_to_others_to_self_or_to_nobody);
	tcase_add_test(tc, spendsgir_sets_sources_and_pends);
	tcase_add_test(tc, spendsgir_queues_at_the_accessing_vcpu);
	tcase_add_test(tc, cpendsgir_clears_sources_and_the_pending_state_with_the_last);
	tcase_add_test(tc, user_space_saves_and_restores_sources_of_each_vcpu);
	tcase_add_test(tc, there_is_nothing_behind_the_sgi_registers);
}

CHECK_MAIN("GICv2 distributor", add, setup, teardown)
