// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What accesses to the virtual GICv2's distributor do beyond holding bits, one rule a test, under
 * each kernel to which it applies (spec/vgic.md 1.15, 2.3, 2.6, 2.8; IHI 0048 4.3). The rows are in
 * conformance-v2.h.
 */
#include "conformance-v2.h"

#include "tests/lib/check-main.h"

#define SPI_A 40u /* bit 8 of the second word, its byte 40, its fields in ICFGR2 */
#define BIT_A (1u << (SPI_A % 32))
#define W1    4u

static void gw(u32 v, u32 offset, u32 value)
{
	guest_write(&m, v, DIST + offset, 4, value);
}

static u32 gr(u32 v, u32 offset)
{
	return (u32)guest_read(&m, v, DIST + offset, 4);
}

static int uw(u32 v, u32 offset, u64 value)
{
	return user_set(&m, VGIC_GRP_DIST_REGS, cpu_attr(v, offset), value);
}

static u64 ur(u32 v, u32 offset)
{
	return user_value(&m, VGIC_GRP_DIST_REGS, cpu_attr(v, offset));
}

static u32 requests(u32 v)
{
	return (u32)plat_atomic_read(&m.vm->vcpus[v]->requests);
}

/* ---- CTLR, IIDR, IGROUPR ---- */

static void nothing_is_queued_while_zero(void)
{
	gw(0, 0x100 + W1, BIT_A);
	gw(0, 0x200 + W1, BIT_A);
	expect(conf_queued(0, SPI_A), -1);
	gw(0, 0x000, 1);
	gw(0, 0x200 + W1, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
}

static void setting_it_kicks_who_has_something_pending(void)
{
	must(user_set(&m, VGIC_GRP_CPU_REGS, cpu_attr(1, 0x4), 0x1f) == 0);
	gw(0, 0x000, 1);
	gw(0, 0xf00, 1u << 17 | 3);
	gw(0, 0x000, 0);
	vgic_check_requests(m.vm->vcpus[1]);
	gw(0, 0x000, 1);
	expect(requests(1), VGIC_REQ_IRQ_PENDING);
	expect(requests(2), 0);
	vgic_check_requests(m.vm->vcpus[1]);
	gw(0, 0x000, 1); /* it was set already */
	expect(requests(1), 0);
}

static void user_space_can_write_it_when_no_vcpu_runs(void)
{
	expect(uw(3, 0x000, 1), 0);
	expect(gr(0, 0x000), 1);
	conf_run(2);
	m.vm->vcpus[2]->mutex.owner = &m; /* its thread is in the run loop */
	expect(uw(0, 0x000, 0), -EBUSY);
	m.vm->vcpus[2]->mutex.owner = NULL;
	conf_stop(2);
	expect(gr(0, 0x000), 1);
}

static void user_space_is_ignored(void)
{
	expect(uw(0, 0x008, 0x4b00243b), 0);
	expect(gr(0, 0x008), 0x4b00043b);
	expect(uw(0, 0x080 + W1, BIT_A), 0);
	expect(gr(0, 0x080 + W1), 0);
}

static void the_current_value_alone_is_accepted(void)
{
	expect(uw(0, 0x008, 0x4b00343b), -EINVAL);
	expect(uw(0, 0x008, 0x4b00143b), -EINVAL);
	expect(uw(0, 0x008, 0x4b00243b), 0);
	expect(gr(0, 0x008), 0x4b00243b);
}

static void revisions_2_and_3_are_adopted(void)
{
	expect(uw(0, 0x008, 0x4b00243b), 0);
	expect(gr(0, 0x008), 0x4b00243b);
	expect(uw(0, 0x008, 0x4b00343b), 0);
	expect(ur(0, 0x008), 0x4b00343b);
}

static void a_revision_is_accepted_and_not_adopted(void)
{
	expect(uw(0, 0x008, 0x4b00243b), 0);
	expect(gr(0, 0x008), 0x4b00343b);
}

static void other_fields_are_refused(void)
{
	static const u32 bad[] = { 0x4c00343b, 0x4b01343b, 0x4b00343a, 0x4b00353b, 0 };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(bad); i++)
		expect(uw(0, 0x008, bad[i]), -EINVAL);
	expect(gr(0, 0x008), 0x4b00343b);
}

static void other_revisions_are_refused(void)
{
	expect(uw(0, 0x008, 0x4b00043b), -EINVAL);
	expect(uw(0, 0x008, 0x4b00143b), -EINVAL);
	expect(uw(0, 0x008, 0x4b00443b), -EINVAL);
	expect(gr(0, 0x008), 0x4b00343b);
}

static void user_space_writes_count_after_iidr(void)
{
	u64 iidr = ur(0, 0x008);

	expect(uw(0, 0x080 + W1, BIT_A), 0);
	expect(gr(0, 0x080 + W1), 0);
	expect(uw(0, 0x008, iidr), 0);
	expect(uw(0, 0x080 + W1, BIT_A), 0);
	expect(gr(0, 0x080 + W1), BIT_A);
	expect(uw(2, 0x080, 0x80000001), 0);
	expect(gr(2, 0x080), 0x80000001);
	expect(gr(1, 0x080), 0);
}

static void the_list_register_carries_the_group(void)
{
	gw(0, 0x000, 1);
	gw(0, 0x080 + W1, BIT_A);
	gw(0, 0x100 + W1, BIT_A | BIT_A << 1);
	gw(0, 0x200 + W1, BIT_A | BIT_A << 1);
	conf_run(0);
	expect(!!(ich_lr_read(m.vm->vcpus[0]->pe, 0) & ICH_LR_GROUP), 1);
	expect(!!(ich_lr_read(m.vm->vcpus[0]->pe, 1) & ICH_LR_GROUP), 0);
	conf_stop(0);
}

/* ---- enable ---- */

static void a_pending_interrupt_is_queued_when_enabled(void)
{
	gw(0, 0x000, 1);
	gw(0, 0x200 + W1, BIT_A);
	expect(conf_queued(0, SPI_A), -1);
	gw(0, 0x100 + W1, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
}

static void a_disabled_interrupt_stays_pending_and_leaves_the_list_at_an_exit(void)
{
	gw(0, 0x000, 1);
	gw(0, 0x100 + W1, BIT_A);
	gw(0, 0x200 + W1, BIT_A);
	gw(0, 0x180 + W1, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
	conf_run_once(0);
	expect(conf_queued(0, SPI_A), -1);
	expect(gr(0, 0x200 + W1), BIT_A);
}

static void both_registers_read_the_same(void)
{
	gw(1, 0x100, 0xabcd0000);
	gw(1, 0x180, 0x00000011);
	expect(gr(1, 0x100), 0xabcdffee);
	expect(gr(1, 0x180), 0xabcdffee);
	expect(ur(1, 0x180), 0xabcdffee);
}

/* ---- pending ---- */

static void a_guest_makes_pending_and_queues(void)
{
	gw(0, 0x000, 1);
	gw(0, 0x100 + W1, BIT_A);
	gw(3, 0x200 + W1, BIT_A);
	expect(conf_irq(0, SPI_A)->pending_latch, 1);
	expect(conf_queued(0, SPI_A), 0);
	expect(requests(0) & VGIC_REQ_IRQ_PENDING, VGIC_REQ_IRQ_PENDING);
}

static void a_guest_cannot_change_sgis(void)
{
	gw(0, 0x200, 0xffffffff);
	expect(conf_irq(0, 3)->pending_latch, 0);
	expect(gr(0, 0x200), 0xffff0000);
	must(uw(0, 0x200, 1u << 3) == 0);
	gw(0, 0x280, 0xffffffff);
	expect(gr(0, 0x200), 1u << 3);
}

static void user_space_pends_an_sgi_with_its_own_vcpu_as_source(void)
{
	expect(uw(2, 0x200, 1u << 5), 0);
	expect(conf_irq(2, 5)->source, 1u << 2);
	expect(gr(2, 0xf24), 1u << 2 << 8);
}

static void user_space_clears_all_sources_of_an_sgi(void)
{
	gw(1, 0xf24, 0x0b00);
	expect(uw(1, 0x280, 1u << 5), 0);
	expect(conf_irq(1, 5)->source, 0);
	expect(gr(1, 0x200), 0);
}

static void a_high_line_stays_pending(void)
{
	gw(0, 0xc08, 0); /* level */
	conf_line(SPI_A, true);
	gw(0, 0x200 + W1, BIT_A);
	gw(0, 0x280 + W1, BIT_A);
	expect(conf_irq(0, SPI_A)->pending_latch, 0);
	expect(gr(0, 0x280 + W1), BIT_A);
	conf_line(SPI_A, false);
	expect(gr(0, 0x280 + W1), 0);
}

/* As latch and line are one for it, a restored level may be latched where it was a line. */
static void user_space_sees_latch_or_line(void)
{
	gw(0, 0xc08, 0);
	conf_line(SPI_A, true);
	expect(ur(0, 0x200 + W1), BIT_A);
	expect(ur(0, 0x280 + W1), BIT_A);
	conf_line(SPI_A, false);
	expect(ur(0, 0x200 + W1), 0);
	gw(0, 0x200 + W1, BIT_A);
	expect(ur(0, 0x200 + W1), BIT_A);
}

static void software_pends_a_level_until_it_is_cleared(void)
{
	gw(0, 0xc08, 0);
	gw(0, 0x200 + W1, BIT_A);
	conf_line(SPI_A, true);
	conf_line(SPI_A, false);
	expect(gr(0, 0x200 + W1), BIT_A);
	gw(0, 0x280 + W1, BIT_A);
	expect(gr(0, 0x200 + W1), 0);
}

/* ---- active ---- */

static void an_access_to_spis_stops_the_vm(void)
{
	port_clear_records();
	gr(1, 0x300 + W1);
	expect(port_count(PORT_HALT, NULL), CONF_VCPUS);
	gr(1, 0x380 + W1);
	expect(port_count(PORT_HALT, NULL), 2 * CONF_VCPUS);
	gw(1, 0x300 + W1, BIT_A);
	expect(port_count(PORT_HALT, NULL), 3 * CONF_VCPUS);
	gw(1, 0x380 + W1, BIT_A);
	expect(port_count(PORT_HALT, NULL), 4 * CONF_VCPUS);
	expect(port_count(PORT_RESUME, NULL), 4 * CONF_VCPUS);
}

static void private_interrupts_and_user_space_stop_nobody(void)
{
	port_clear_records();
	gr(1, 0x300);
	gw(1, 0x300, 1u << 20);
	gw(1, 0x380, 1u << 20);
	must(uw(1, 0x300 + W1, BIT_A) == 0);
	must(uw(1, 0x380 + W1, BIT_A) == 0);
	ur(1, 0x300 + W1);
	expect(port_count(PORT_HALT, NULL), 0);
}

static void an_active_interrupt_is_queued(void)
{
	gw(0, 0x300 + W1, BIT_A); /* neither enabled nor pending, distributor off */
	expect(conf_queued(0, SPI_A), 0);
	must(uw(0, 0x300 + W1, BIT_A << 1) == 0);
	expect(conf_queued(0, SPI_A + 1), 0);
}

static void an_sgi_remembers_who_made_it_active(void)
{
	gw(2, 0x300, 1u << 4);
	expect(conf_irq(2, 4)->active_source, 2);
	must(uw(3, 0x300, 1u << 4) == 0);
	expect(conf_irq(3, 4)->active_source, 0);
}

static void a_deactivated_interrupt_leaves_the_list_at_an_exit(void)
{
	gw(0, 0x300 + W1, BIT_A);
	gw(1, 0x380 + W1, BIT_A);
	expect(conf_irq(0, SPI_A)->active, 0);
	conf_run_once(0);
	expect(conf_queued(0, SPI_A), -1);
}

/* ---- targets, configuration ---- */

static void the_lowest_target_is_the_one(void)
{
	guest_write(&m, 0, DIST + 0x800 + SPI_A, 1, 0x0c);
	expect(conf_irq(0, SPI_A)->target->id, 2);
	guest_write(&m, 0, DIST + 0x800 + SPI_A, 1, 0xf8);
	expect(guest_read(&m, 0, DIST + 0x800 + SPI_A, 1), 0x08);
	expect(conf_irq(0, SPI_A)->target->id, 3);
}

static void without_target_it_is_vcpu_0(void)
{
	gw(0, 0x800 + SPI_A, 0x08040201);
	expect(conf_irq(0, SPI_A + 2)->target->id, 2);
	gw(0, 0x800 + SPI_A, 0xf0f0f0f0);
	expect(gr(0, 0x800 + SPI_A), 0);
	expect(conf_irq(0, SPI_A + 2)->target->id, 0);
}

static void an_edge_is_latched_and_a_level_follows_its_line(void)
{
	gw(0, 0xc08, 2u << 2 * (SPI_A - 32)); /* INTID 40 edge, 41 level */
	conf_line(SPI_A, true);
	conf_line(SPI_A + 1, true);
	expect(gr(0, 0x200 + W1), 3 * BIT_A);
	conf_line(SPI_A, false);
	conf_line(SPI_A + 1, false);
	expect(gr(0, 0x200 + W1), BIT_A);
}

/* ---- SGIs ---- */

static u32 sources_of(u32 intid)
{
	u32 v, seen = 0;

	for (v = 0; v < CONF_VCPUS; v++)
		seen |= (u32)conf_irq(v, intid)->source << 8 * v;
	return seen;
}

static void a_list_names_the_targets(void)
{
	gw(1, 0xf00, 0xfa << 16 | 7); /* vCPUs 1 and 3; 4 to 7 are not there */
	expect(sources_of(7), 0x02000200);
}

static void filter_1_is_all_others(void)
{
	gw(1, 0xf00, 1u << 24 | 0x02 << 16 | 7);
	expect(sources_of(7), 0x02020002);
}

static void filter_2_is_the_writer(void)
{
	gw(1, 0xf00, 2u << 24 | 0x0d << 16 | 7);
	expect(sources_of(7), 0x00000200);
}

static void filter_3_is_nobody(void)
{
	gw(1, 0xf00, 3u << 24 | 0x0f << 16 | 7);
	expect(sources_of(7), 0);
}

static void a_list_of_nobody_is_nobody(void)
{
	gw(1, 0xf00, 0xf0 << 16 | 7);
	expect(sources_of(7), 0);
}

static void the_target_is_queued_and_told(void)
{
	gw(0, 0x000, 1);
	gw(1, 0xf00, 1u << 18 | 9);
	expect(conf_queued(2, 9), 2);
	expect(requests(2), VGIC_REQ_IRQ_PENDING);
	expect(requests(0), 0);
}

static void user_space_sends_as_its_vcpu(void)
{
	expect(uw(3, 0xf00, 1u << 16 | 2), 0);
	expect(sources_of(2), 0x08);
}

static void the_last_source_takes_the_pending_state_along(void)
{
	gw(1, 0xf20, 0x05u << 24);
	expect(gr(1, 0x200), 1u << 3);
	guest_write(&m, 1, DIST + 0xf13, 1, 0x01);
	expect(gr(1, 0x200), 1u << 3);
	expect(gr(1, 0xf20), 0x04u << 24);
	guest_write(&m, 1, DIST + 0xf13, 1, 0x04);
	expect(gr(1, 0x200), 0);
}

static void setting_sources_pends_and_queues(void)
{
	gw(0, 0x000, 1);
	guest_write(&m, 2, DIST + 0xf2f, 1, 0x03);
	expect(conf_irq(2, 15)->pending_latch, 1);
	expect(conf_queued(2, 15), 2);
	expect(gr(2, 0xf1c), 0x03u << 24);
}

static void user_space_restores_the_sources_of_each_vcpu(void)
{
	expect(uw(1, 0xf28, 0x01020408), 0);
	expect(ur(1, 0xf18), 0x01020408);
	expect(ur(0, 0xf28), 0);
	expect(conf_irq(1, 8)->source, 8);
}

static const struct conf_rule rules[] = {
	{ "GICD_CTLR", "while it is zero nothing is queued", nothing_is_queued_while_zero,
	  ERAS_ALL },
	{ "GICD_CTLR", "setting it kicks the vCPUs with something pending",
	  setting_it_kicks_who_has_something_pending, ERAS_ALL },
	{ "GICD_CTLR", "user space writes it when no vCPU's thread is in its run loop",
	  user_space_can_write_it_when_no_vcpu_runs, ERAS_ALL },
	{ "GICD_IIDR", "user space's write is ignored", user_space_is_ignored, ERAS_OLD },
	{ "GICD_IIDR", "the current value alone is accepted", the_current_value_alone_is_accepted,
	  ERA_54 },
	{ "GICD_IIDR", "revisions 2 and 3 are adopted", revisions_2_and_3_are_adopted, ERA_61 },
	{ "GICD_IIDR", "a revision is accepted, and by an old bug not adopted",
	  a_revision_is_accepted_and_not_adopted, ERA_619 },
	{ "GICD_IIDR", "another product, variant or implementer is refused",
	  other_fields_are_refused, ERAS_NEW },
	{ "GICD_IIDR", "revisions below 2 and above 3 are refused", other_revisions_are_refused,
	  ERA_61 },
	{ "GICD_IGROUPR", "user space's writes count once it has written GICD_IIDR",
	  user_space_writes_count_after_iidr, ERA_54 | ERAS_NEW },
	{ "GICD_IGROUPR", "the list register carries the group",
	  the_list_register_carries_the_group, ERA_54 | ERAS_NEW },
	{ "GICD_ISENABLER", "a pending interrupt is queued when it is enabled",
	  a_pending_interrupt_is_queued_when_enabled, ERAS_ALL },
	{ "GICD_ISENABLER", "it reads as GICD_ICENABLER", both_registers_read_the_same, ERAS_ALL },
	{ "GICD_ICENABLER", "a disabled interrupt stays pending and leaves the list at an exit",
	  a_disabled_interrupt_stays_pending_and_leaves_the_list_at_an_exit, ERAS_ALL },
	{ "GICD_ISPENDR", "an interrupt made pending is queued", a_guest_makes_pending_and_queues,
	  ERAS_ALL },
	{ "GICD_ISPENDR", "SGIs are none of a guest's", a_guest_cannot_change_sgis, ERAS_ALL },
	{ "GICD_ISPENDR", "user space pends an SGI with its own vCPU as source",
	  user_space_pends_an_sgi_with_its_own_vcpu_as_source, ERAS_ALL },
	{ "GICD_ISPENDR", "user space sees latch or line", user_space_sees_latch_or_line,
	  ERAS_ALL },
	{ "GICD_ISPENDR", "a level that software pended is pending until it is cleared",
	  software_pends_a_level_until_it_is_cleared, ERAS_ALL },
	{ "GICD_ICPENDR", "user space clears all sources of an SGI",
	  user_space_clears_all_sources_of_an_sgi, ERAS_ALL },
	{ "GICD_ICPENDR", "a high line stays pending", a_high_line_stays_pending, ERAS_ALL },
	{ "GICD_ISACTIVER", "a guest's access to SPIs stops the VM, a read too",
	  an_access_to_spis_stops_the_vm, ERAS_ALL },
	{ "GICD_ISACTIVER", "private interrupts and user space stop nobody",
	  private_interrupts_and_user_space_stop_nobody, ERAS_ALL },
	{ "GICD_ISACTIVER", "an active interrupt is queued whatever else",
	  an_active_interrupt_is_queued, ERAS_ALL },
	{ "GICD_ISACTIVER", "an SGI remembers the vCPU that made it active",
	  an_sgi_remembers_who_made_it_active, ERAS_ALL },
	{ "GICD_ICACTIVER", "a deactivated interrupt leaves the list at an exit",
	  a_deactivated_interrupt_leaves_the_list_at_an_exit, ERAS_ALL },
	{ "GICD_ITARGETSR", "the lowest of several targets is the one",
	  the_lowest_target_is_the_one, ERAS_ALL },
	{ "GICD_ITARGETSR", "without target it is vCPU 0", without_target_it_is_vcpu_0, ERAS_ALL },
	{ "GICD_ICFGR", "an edge is latched, a level follows its line",
	  an_edge_is_latched_and_a_level_follows_its_line, ERAS_ALL },
	{ "GICD_SGIR", "filter 0: the vCPUs of the list", a_list_names_the_targets, ERAS_ALL },
	{ "GICD_SGIR", "filter 0: an empty list is nobody", a_list_of_nobody_is_nobody, ERAS_ALL },
	{ "GICD_SGIR", "filter 1: all but the writer", filter_1_is_all_others, ERAS_ALL },
	{ "GICD_SGIR", "filter 2: the writer", filter_2_is_the_writer, ERAS_ALL },
	{ "GICD_SGIR", "filter 3: reserved, nobody", filter_3_is_nobody, ERAS_ALL },
	{ "GICD_SGIR", "the target is queued and told", the_target_is_queued_and_told, ERAS_ALL },
	{ "GICD_SGIR", "user space sends as its vCPU", user_space_sends_as_its_vcpu, ERAS_ALL },
	{ "GICD_CPENDSGIR", "the last source takes the pending state along",
	  the_last_source_takes_the_pending_state_along, ERAS_ALL },
	{ "GICD_SPENDSGIR", "setting sources pends and queues", setting_sources_pends_and_queues,
	  ERAS_ALL },
	{ "GICD_SPENDSGIR", "user space restores the sources of each vCPU",
	  user_space_restores_the_sources_of_each_vcpu, ERAS_ALL },
};

START_TEST(an_access_does_what_its_rule_says)
{
	conf_check_rule(&rules[_i], VGIC_V2);
	conf_rule_has_row(&rules[_i], conf_v2_dist, PLAT_ARRAY_SIZE(conf_v2_dist));
}
END_TEST

START_TEST(each_register_with_effects_has_a_rule)
{
	conf_match_rules(rules, PLAT_ARRAY_SIZE(rules), conf_v2_dist,
			 PLAT_ARRAY_SIZE(conf_v2_dist));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, an_access_does_what_its_rule_says, 0, PLAT_ARRAY_SIZE(rules));
	tcase_add_test(tc, each_register_with_effects_has_a_rule);
}

CHECK_MAIN("rules of the GICv2 distributor", add, NULL, NULL)
