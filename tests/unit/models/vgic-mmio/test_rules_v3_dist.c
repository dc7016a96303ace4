// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What accesses to the virtual GICv3's distributor do beyond holding bits, one rule a test, under
 * each kernel to which it applies (spec/vgic.md 1.15, 2.4, 2.6, 2.8; IHI 0069 12.9). The rows are
 * in conformance-v3.h.
 */
#include "conformance-v3.h"

#include "tests/lib/check-main.h"

#define V3	   (ERAS_ALL & ~ERA_2013)
#define HAS_GROUPS (ERA_54 | ERAS_NEW)
#define SPI_A	   40u
#define BIT_A	   (1u << (SPI_A % 32))

static void gw(u32 offset, u32 value)
{
	wr32(&m, DIST + offset, value);
}

static u32 gr(u32 offset)
{
	return rd32(&m, DIST + offset);
}

/* ---- CTLR, IIDR, TYPER2, IGROUPR ---- */

static void group_1s_enable_is_the_distributors(void)
{
	gw(0x104, BIT_A);
	gw(0x204, BIT_A);
	gw(0x000, 1); /* EnableGrp0 is not there */
	expect(conf_queued(0, SPI_A), -1);
	gw(0x000, 2);
	gw(0x204, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
}

static void enabling_kicks_who_has_something_pending(void)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];

	must(user_set(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(1, SYSREG_ICC_PMR), 0xf8) == 0);
	gw(0x000, 2);
	wr32(&m, SGI_FRAME(1) + 0x200, 1u << 3);
	gw(0x000, 0);
	vgic_check_requests(v);
	gw(0x000, 2);
	expect(plat_atomic_read(&v->requests), VGIC_REQ_IRQ_PENDING);
	expect(plat_atomic_read(&m.vm->vcpus[2]->requests), 0);
}

static void user_space_enables_without_a_kick(void)
{
	must(user_set(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(1, SYSREG_ICC_PMR), 0xf8) == 0);
	gw(0x000, 2);
	wr32(&m, SGI_FRAME(1) + 0x200, 1u << 3);
	gw(0x000, 0);
	vgic_check_requests(m.vm->vcpus[1]);
	expect(dist_set(&m, 0x000, 2), 0);
	expect(gr(0x000), 0x52);
	expect(plat_atomic_read(&m.vm->vcpus[1]->requests), 0);
}

static void a_guests_write_takes_the_config_lock(void)
{
	u64 before = port.acquired[LOCK_CONFIG];

	gw(0x000, 2);
	expect(port.acquired[LOCK_CONFIG] - before, 1);
	gr(0x000);
	expect(port.acquired[LOCK_CONFIG] - before, 1);
}

static void user_spaces_iidr_is_ignored(void)
{
	expect(dist_set(&m, 0x008, 0x4b00243b), 0);
	expect(gr(0x008), 0x4b00043b);
}

static void the_current_value_alone_is_accepted(void)
{
	expect(dist_set(&m, 0x008, 0x4b00343b), -EINVAL);
	expect(dist_set(&m, 0x008, 0x4b00243b), 0);
}

static void revisions_2_and_3_are_adopted(void)
{
	expect(dist_set(&m, 0x008, 0x4b00243b), 0);
	expect(gr(0x008), 0x4b00243b);
	expect(dist_set(&m, 0x008, 0x4b00343b), 0);
	expect(dist_get(&m, 0x008), 0x4b00343b);
	expect(dist_set(&m, 0x008, 0x4b00143b), -EINVAL);
	expect(dist_set(&m, 0x008, 0x4b00443b), -EINVAL);
	expect(dist_get(&m, 0x008), 0x4b00343b);
}

static void a_revision_is_accepted_and_not_adopted(void)
{
	expect(dist_set(&m, 0x008, 0x4b00243b), 0);
	expect(gr(0x008), 0x4b00343b);
}

static void other_fields_are_refused(void)
{
	expect(dist_set(&m, 0x008, 0x4c00343b), -EINVAL);
	expect(dist_set(&m, 0x008, 0x4b01343b), -EINVAL);
	expect(dist_set(&m, 0x008, 0x4b00343a), -EINVAL);
}

static void no_bit_can_be_set_without_gicv41(void)
{
	expect(dist_set(&m, 0x00c, 0), 0);
	expect(dist_set(&m, 0x00c, 0x100), -EINVAL);
	expect(dist_set(&m, 0x00c, 0x200), -EINVAL);
	expect(dist_get(&m, 0x00c), 0);
}

static void the_list_register_carries_the_group(void)
{
	gw(0x000, 2);
	gw(0x084, BIT_A);
	gw(0x104, BIT_A | BIT_A << 1);
	gw(0x204, BIT_A | BIT_A << 1);
	conf_run(0);
	expect(!!(ich_lr_read(m.vm->vcpus[0]->pe, 0) & ICH_LR_GROUP), 1);
	expect(!!(ich_lr_read(m.vm->vcpus[0]->pe, 1) & ICH_LR_GROUP), 0);
	conf_stop(0);
}

/* ---- enable, pending, active ---- */

static void a_pending_spi_is_queued_when_enabled(void)
{
	gw(0x000, 2);
	gw(0x204, BIT_A);
	expect(conf_queued(0, SPI_A), -1);
	gw(0x104, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
}

static void a_disabled_spi_leaves_the_list_at_an_exit(void)
{
	gw(0x000, 2);
	gw(0x104, BIT_A);
	gw(0x204, BIT_A);
	gw(0x184, BIT_A);
	conf_run_once(0);
	expect(conf_queued(0, SPI_A), -1);
	expect(gr(0x204), BIT_A);
}

static void an_spi_made_pending_is_queued(void)
{
	gw(0x000, 2);
	gw(0x104, BIT_A);
	gw(0x204, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
}

static void a_guest_sees_the_line_user_space_the_latch(void)
{
	gw(0xc08, 0);
	conf_line(SPI_A, true);
	expect(gr(0x204), BIT_A);
	expect(gr(0x284), BIT_A);
	expect(dist_get(&m, 0x204), 0);
	gw(0x204, BIT_A);
	expect(dist_get(&m, 0x204), BIT_A);
	expect(dist_get(&m, 0x284), 0);
}

static void user_space_writes_the_latch_exactly(void)
{
	gw(0x000, 2);
	gw(0x104, 0xffffffff);
	gw(0x204, 0x0000ffff);
	expect(dist_set(&m, 0x204, 0x00ffff00), 0);
	expect(dist_get(&m, 0x204), 0x00ffff00);
	expect(conf_queued(0, 32 + 16), 0);
}

static void a_high_line_stays_pending(void)
{
	gw(0xc08, 0);
	conf_line(SPI_A, true);
	gw(0x204, BIT_A);
	gw(0x284, BIT_A);
	expect(conf_irq(0, SPI_A)->pending_latch, 0);
	expect(gr(0x204), BIT_A);
	conf_line(SPI_A, false);
	expect(gr(0x204), 0);
}

static void an_access_to_active_spis_stops_the_vm(void)
{
	port_clear_records();
	gr(0x304);
	gr(0x384);
	gw(0x304, BIT_A);
	gw(0x384, BIT_A);
	expect(port_count(PORT_HALT, NULL), 4 * CONF_VCPUS);
	expect(port_count(PORT_RESUME, NULL), 4 * CONF_VCPUS);
	port_clear_records();
	must(dist_set(&m, 0x304, BIT_A) == 0);
	dist_get(&m, 0x384);
	expect(port_count(PORT_HALT, NULL), 0);
}

static void an_active_spi_is_queued(void)
{
	gw(0x304, BIT_A);
	expect(conf_queued(0, SPI_A), 0);
	must(dist_set(&m, 0x304, BIT_A << 1) == 0);
	expect(conf_queued(0, SPI_A + 1), 0);
}

static void a_deactivated_spi_leaves_the_list_at_an_exit(void)
{
	gw(0x304, BIT_A);
	gw(0x384, BIT_A);
	conf_run_once(0);
	expect(conf_queued(0, SPI_A), -1);
}

/* ---- ICFGR, IROUTER ---- */

static void an_edge_is_latched_and_a_level_follows_its_line(void)
{
	gw(0xc08, 2u << 2 * (SPI_A - 32));
	conf_line(SPI_A, true);
	conf_line(SPI_A + 1, true);
	conf_line(SPI_A, false);
	conf_line(SPI_A + 1, false);
	expect(gr(0x204), BIT_A);
}

static void the_vcpu_of_that_affinity_is_the_target(void)
{
	guest_write(&m, 0, DIST + 0x6000 + 8 * SPI_A, 8, 3);
	expect(conf_irq(0, SPI_A)->target->id, 3);
	guest_write(&m, 0, DIST + 0x6000 + 8 * SPI_A, 4, 2);
	expect(conf_irq(0, SPI_A)->target->id, 2);
	guest_write(&m, 0, DIST + 0x6004 + 8 * SPI_A, 4, 1); /* Aff3 */
	expect(conf_irq(0, SPI_A)->target->id, 2);
	expect(dist_set(&m, 0x6000 + 8 * SPI_A, 1), 0);
	expect(conf_irq(0, SPI_A)->target->id, 1);
}

static void an_affinity_of_nobody_routes_to_nobody(void)
{
	gw(0x000, 2);
	gw(0x104, BIT_A);
	guest_write(&m, 0, DIST + 0x6000 + 8 * SPI_A, 8, 0x00120304);
	expect(conf_irq(0, SPI_A)->target == NULL, 1);
	gw(0x204, BIT_A);
	expect(conf_queued(0, SPI_A), -1);
	expect(gr(0x204), BIT_A);
	guest_write(&m, 0, DIST + 0x6000 + 8 * SPI_A, 8, 2);
	gw(0x204, BIT_A);
	expect(conf_queued(0, SPI_A), 2);
}

/* Interrupt_Routing_Mode is not kept: there is no 1-of-N here. */
static void one_of_n_is_not_offered(void)
{
	guest_write(&m, 0, DIST + 0x6000 + 8 * SPI_A, 8, 1ull << 31 | 1);
	expect(guest_read(&m, 0, DIST + 0x6000 + 8 * SPI_A, 8), 1);
	expect(conf_irq(0, SPI_A)->target->id, 1);
}

static const struct conf_rule rules[] = {
	{ "GICD_CTLR", "EnableGrp1 is the distributor's enable, there is no other",
	  group_1s_enable_is_the_distributors, V3 },
	{ "GICD_CTLR", "enabling kicks the vCPUs with something pending",
	  enabling_kicks_who_has_something_pending, V3 },
	{ "GICD_CTLR", "user space enables without a kick", user_space_enables_without_a_kick, V3 },
	{ "GICD_CTLR", "a guest's write takes the config lock",
	  a_guests_write_takes_the_config_lock, V3 },
	{ "GICD_IIDR", "user space's write is ignored", user_spaces_iidr_is_ignored, ERA_415 },
	{ "GICD_IIDR", "the current value alone is accepted", the_current_value_alone_is_accepted,
	  ERA_54 },
	{ "GICD_IIDR", "revisions 2 and 3 are adopted, others refused",
	  revisions_2_and_3_are_adopted, ERA_61 },
	{ "GICD_IIDR", "a revision is accepted, and by an old bug not adopted",
	  a_revision_is_accepted_and_not_adopted, ERA_619 },
	{ "GICD_IIDR", "another product, variant or implementer is refused",
	  other_fields_are_refused, ERAS_NEW },
	{ "GICD_TYPER2", "without GICv4.1 no bit can be set", no_bit_can_be_set_without_gicv41,
	  V3 },
	{ "GICD_IGROUPR", "the list register carries the group",
	  the_list_register_carries_the_group, HAS_GROUPS },
	{ "GICD_ISENABLER", "a pending interrupt is queued when it is enabled",
	  a_pending_spi_is_queued_when_enabled, V3 },
	{ "GICD_ICENABLER", "a disabled interrupt stays pending and leaves the list at an exit",
	  a_disabled_spi_leaves_the_list_at_an_exit, V3 },
	{ "GICD_ISPENDR", "an interrupt made pending is queued", an_spi_made_pending_is_queued,
	  V3 },
	{ "GICD_ISPENDR", "a guest sees the line, user space the latch",
	  a_guest_sees_the_line_user_space_the_latch, V3 },
	{ "GICD_ISPENDR", "user space writes the latch exactly",
	  user_space_writes_the_latch_exactly, V3 },
	{ "GICD_ICPENDR", "a high line stays pending", a_high_line_stays_pending, V3 },
	{ "GICD_ISACTIVER", "a guest's access stops the VM, user space's does not",
	  an_access_to_active_spis_stops_the_vm, V3 },
	{ "GICD_ISACTIVER", "an active interrupt is queued whatever else", an_active_spi_is_queued,
	  V3 },
	{ "GICD_ICACTIVER", "a deactivated interrupt leaves the list at an exit",
	  a_deactivated_spi_leaves_the_list_at_an_exit, V3 },
	{ "GICD_ICFGR", "an edge is latched, a level follows its line",
	  an_edge_is_latched_and_a_level_follows_its_line, V3 },
	{ "GICD_IROUTER", "the vCPU of that affinity is the target",
	  the_vcpu_of_that_affinity_is_the_target, V3 },
	{ "GICD_IROUTER", "an affinity of nobody routes to nobody",
	  an_affinity_of_nobody_routes_to_nobody, V3 },
	{ "GICD_IROUTER", "1-of-N is not offered", one_of_n_is_not_offered, V3 },
};

START_TEST(an_access_does_what_its_rule_says)
{
	conf_check_rule(&rules[_i], VGIC_V3);
	conf_rule_has_row(&rules[_i], conf_v3_dist, PLAT_ARRAY_SIZE(conf_v3_dist));
}
END_TEST

START_TEST(each_register_with_effects_has_a_rule)
{
	conf_match_rules(rules, PLAT_ARRAY_SIZE(rules), conf_v3_dist,
			 PLAT_ARRAY_SIZE(conf_v3_dist));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, an_access_does_what_its_rule_says, 0, PLAT_ARRAY_SIZE(rules));
	tcase_add_test(tc, each_register_with_effects_has_a_rule);
}

CHECK_MAIN("rules of the GICv3 distributor", add, NULL, NULL)
