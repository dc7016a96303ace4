// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What accesses to a GICv2 guest's CPU interface do beyond holding bits, one rule a test, under
 * each kernel and on each host: a GICv2 whose GICV the guest uses, one without virtualisation,
 * whose accesses are emulated, and a GICv3 with GICV (spec/vgic.md 2.2, 2.3, 2.8, 2.9, 6.4; IHI
 * 0048 4.4, 5.5). The rows are in conformance-v2.h.
 */
#include "conformance-v2.h"

#include "tests/lib/check-main.h"

#define HAS_GROUPS (ERA_54 | ERAS_NEW)
#define ENABLES	   3u
#define ACKCTL	   4u
#define CBPR	   0x10u
#define EOIMODE	   0x200u
#define IDLE	   0xffu

/* SPI 40 and 41, of priorities 0x80 and 0x40. */
#define A 40u
#define B 41u

static struct vgic_vcpu *self(void)
{
	return m.vm->vcpus[0];
}

static u32 cr(u32 offset)
{
	return vgic_v2_cpuif_read(self(), offset, 4);
}

/* What EL2 cannot finish of a DIR is done after an exit. */
static void cw(u32 offset, u32 value)
{
	if (vgic_v2_cpuif_write(self(), offset, 4, value))
		return;
	vgic_leave_guest(self());
	vgic_sync(self());
	vgic_deactivate(self(), value);
	do {
		vgic_check_requests(self());
		vgic_flush(self());
	} while (!vgic_enter_guest(self()));
}

static int uw(u32 offset, u64 value)
{
	return user_set(&m, VGIC_GRP_CPU_REGS, cpu_attr(0, offset), value);
}

static u64 ur(u32 offset)
{
	return user_value(&m, VGIC_GRP_CPU_REGS, cpu_attr(0, offset));
}

/* The guest of vCPU 0 runs with this control, all priorities unmasked. */
static void run(u32 ctlr)
{
	wr32(&m, DIST, 1);
	conf_run(0);
	cw(0x000, ctlr);
	cw(0x004, 0xff);
}

static void stop(void)
{
	conf_stop(0);
}

/* SPIs of the bits: 1 A, 2 B; they are in list registers at once. */
static void pend(u32 which)
{
	wr32(&m, DIST + 0x400 + 40, 0x4080);
	wr32(&m, DIST + 0x104, which << 8);
	wr32(&m, DIST + 0x204, which << 8);
	vgic_leave_guest(self());
	vgic_sync(self());
	do {
		vgic_check_requests(self());
		vgic_flush(self());
	} while (!vgic_enter_guest(self()));
}

static bool active(u32 intid)
{
	return vgic_irq_lr_state(mmio_irq(&m, 0, intid)) & 2;
}

/* ---- CTLR, PMR ---- */

static void without_its_groups_enable_nothing_is_taken(void)
{
	run(0);
	pend(1);
	expect(cr(0x00c), 1023);
	cw(0x000, 2);
	expect(cr(0x00c), 1023);
	cw(0x000, 1);
	expect(cr(0x00c), A);
	stop();
}

static void user_space_and_guest_share_it(void)
{
	expect(uw(0x000, 0x21f), 0);
	conf_run(0);
	expect(cr(0x000), 0x21f);
	cw(0x000, 0x205);
	stop();
	expect(ur(0x000), 0x205);
	expect(ur(0x004), 0);
}

static void a_priority_must_be_above_the_mask(void)
{
	run(ENABLES);
	cw(0x004, 0x80);
	pend(1);
	expect(cr(0x00c), 1023);
	cw(0x004, 0x88);
	expect(cr(0x00c), A);
	stop();
}

static void user_space_sees_its_upper_five_bits(void)
{
	expect(uw(0x004, 0x1e), 0);
	conf_run(0);
	expect(cr(0x004), 0xf0);
	cw(0x004, 0xa8);
	stop();
	expect(ur(0x004), 0xa8 >> 3);
}

/* ---- binary points ---- */

static void the_binary_point_is_2_at_least(void)
{
	u32 n;

	conf_run(0);
	for (n = 0; n < 8; n++) {
		cw(0x008, 0xf8 | n);
		expect(cr(0x008), n < 2 ? 2 : n);
	}
	stop();
	expect(uw(0x008, 0), 0);
	conf_run(0);
	expect(cr(0x008), 2);
	stop();
}

/* 0xc0 is active, 0x80 comes: they differ in bit 6, which is above a binary point of 5. */
static void bits_above_it_preempt(void)
{
	u32 bpr;

	for (bpr = 6; bpr >= 5; bpr--) {
		run(ENABLES);
		cw(0x008, bpr);
		pend(0);
		wr32(&m, DIST + 0x400 + 40, 0x80c0);
		wr32(&m, DIST + 0x204, 1u << 8);
		wr32(&m, DIST + 0x104, 3u << 8);
		stop();
		conf_run(0);
		expect(cr(0x00c), A);
		expect(cr(0x014), bpr == 6 ? 0x80 : 0xc0);
		wr32(&m, DIST + 0x204, 2u << 8);
		stop();
		conf_run(0);
		expect(cr(0x00c), bpr == 6 ? 1023 : B);
		if (bpr == 5)
			cw(0x010, B);
		cw(0x010, A);
		stop();
		wr32(&m, DIST + 0x284, 3u << 8);
	}
}

static void the_alias_is_3_at_least(void)
{
	u32 n;

	conf_run(0);
	for (n = 0; n < 8; n++) {
		cw(0x01c, 0xf8 | n);
		expect(cr(0x01c), n < 3 ? 3 : n);
	}
	stop();
}

static void with_cbpr_the_alias_follows_bpr(void)
{
	run(ENABLES);
	cw(0x01c, 6);
	cw(0x000, ENABLES | CBPR);
	cw(0x008, 3);
	expect(cr(0x01c), 4);
	cw(0x01c, 7);
	cw(0x008, 7);
	expect(cr(0x01c), 7);
	cw(0x000, ENABLES);
	expect(cr(0x01c), 6);
	stop();
}

/* ---- acknowledge and end ---- */

static void it_acknowledges_the_highest_priority(void)
{
	run(ENABLES);
	pend(3);
	expect(cr(0x00c), B);
	expect(active(B), 1);
	expect(active(A), 0);
	expect(cr(0x00c), 1023); /* 0x80 does not preempt 0x40 */
	stop();
}

static void it_names_the_source_of_an_sgi(void)
{
	run(ENABLES);
	guest_write(&m, 3, DIST + 0xf00, 4, 1u << 16 | 9);
	pend(0);
	expect(cr(0x00c), 3u << 10 | 9);
	stop();
}

static void group_1_is_1022_unless_ackctl(void)
{
	run(ENABLES);
	wr32(&m, DIST + 0x084, 1u << 8);
	pend(1);
	expect(cr(0x00c), 1022);
	expect(active(A), 0);
	cw(0x000, ENABLES | ACKCTL);
	expect(cr(0x00c), A);
	stop();
}

static void an_end_drops_the_priority_and_deactivates(void)
{
	run(ENABLES);
	pend(1);
	expect(cr(0x00c), A);
	cw(0x010, A);
	expect(cr(0x014), IDLE);
	expect(active(A), 0);
	stop();
	expect(mmio_irq(&m, 0, A)->active, 0);
}

static void with_eoimode_an_end_drops_the_priority_alone(void)
{
	run(ENABLES | EOIMODE);
	pend(1);
	expect(cr(0x00c), A);
	cw(0x010, A);
	expect(cr(0x014), IDLE);
	expect(active(A), 1);
	stop();
	expect(mmio_irq(&m, 0, A)->active, 1);
}

static void a_special_intid_ends_nothing(void)
{
	u32 intid;

	run(ENABLES);
	pend(1);
	expect(cr(0x00c), A);
	for (intid = 1020; intid < 1024; intid++)
		cw(0x010, intid);
	expect(cr(0x014), 0x80);
	expect(active(A), 1);
	stop();
}

static void it_is_the_highest_active_priority(void)
{
	run(ENABLES);
	expect(cr(0x014), IDLE);
	pend(1);
	cr(0x00c);
	expect(cr(0x014), 0x80);
	pend(2);
	expect(cr(0x00c), B);
	expect(cr(0x014), 0x40);
	cw(0x010, B);
	expect(cr(0x014), 0x80);
	stop();
}

static void it_shows_and_does_not_acknowledge(void)
{
	run(ENABLES);
	pend(1);
	expect(cr(0x018), A);
	expect(cr(0x018), A);
	expect(active(A), 0);
	stop();
}

static void the_alias_shows_group_1_alone(void)
{
	run(ENABLES);
	pend(1);
	expect(cr(0x028), 1023);
	wr32(&m, DIST + 0x084, 1u << 9);
	pend(2);
	expect(cr(0x028), B);
	expect(cr(0x018), 1022);
	stop();
}

static void the_alias_acknowledges_group_1_alone(void)
{
	run(ENABLES);
	pend(1);
	expect(cr(0x020), 1023);
	expect(active(A), 0);
	wr32(&m, DIST + 0x084, 1u << 9);
	pend(2);
	expect(cr(0x020), B);
	expect(active(B), 1);
	stop();
}

static void the_alias_ends_group_1(void)
{
	run(ENABLES);
	wr32(&m, DIST + 0x084, 1u << 9);
	pend(2);
	expect(cr(0x020), B);
	cw(0x024, B);
	expect(cr(0x014), IDLE);
	expect(active(B), 0);
	stop();
}

/* ---- active priorities, deactivation ---- */

/* Five bits: a bit is priority / 8. */
static void a_bit_is_a_preemption_level(void)
{
	run(ENABLES);
	pend(1);
	cr(0x00c);
	expect(cr(0x0d0), 1u << 0x80 / 8);
	pend(2);
	cr(0x00c);
	expect(cr(0x0d0), 1u << 0x80 / 8 | 1u << 0x40 / 8);
	cw(0x0d0, 1u << 0x20 / 8);
	expect(cr(0x014), 0x20);
	stop();
}

static void what_user_space_restores_runs(void)
{
	expect(uw(0x0d0, 1u << 0x60 / 8), 0);
	conf_run(0);
	expect(cr(0x014), 0x60);
	stop();
	expect(ur(0x0d0), 1u << 0x60 / 8);
}

static void a_deactivation_needs_eoimode(void)
{
	run(ENABLES);
	pend(1);
	cr(0x00c);
	cw(0x1000, A);
	expect(active(A), 1);
	stop();
}

static void with_eoimode_it_deactivates(void)
{
	run(ENABLES | EOIMODE);
	pend(1);
	cr(0x00c);
	cw(0x010, A);
	cw(0x1000, A);
	expect(active(A), 0);
	stop();
	expect(mmio_irq(&m, 0, A)->active, 0);
}

static void of_an_sgi_it_needs_the_source(void)
{
	run(ENABLES | EOIMODE);
	guest_write(&m, 3, DIST + 0xf00, 4, 1u << 16 | 9);
	pend(0);
	expect(cr(0x00c), 3u << 10 | 9);
	cw(0x010, 3u << 10 | 9);
	cw(0x1000, 2u << 10 | 9);
	expect(active(9), 1);
	cw(0x1000, 3u << 10 | 9);
	expect(active(9), 0);
	stop();
}

static const struct conf_rule rules[] = {
	{ "GICC_CTLR", "what is not enabled of a group is not taken",
	  without_its_groups_enable_nothing_is_taken, ERAS_ALL },
	{ "GICC_CTLR", "user space's bits are the guest's", user_space_and_guest_share_it,
	  ERAS_ALL },
	{ "GICC_PMR", "a priority must be above the mask", a_priority_must_be_above_the_mask,
	  ERAS_ALL },
	{ "GICC_PMR", "user space sees its upper five bits", user_space_sees_its_upper_five_bits,
	  ERAS_ALL },
	{ "GICC_BPR", "it is 2 at least", the_binary_point_is_2_at_least, ERAS_ALL },
	{ "GICC_BPR", "bits above it preempt", bits_above_it_preempt, ERAS_ALL },
	{ "GICC_ABPR", "it is 3 at least", the_alias_is_3_at_least, ERAS_ALL },
	{ "GICC_ABPR", "with CBPR it is GICC_BPR + 1, 7 at most, and ignores writes",
	  with_cbpr_the_alias_follows_bpr, ERAS_ALL },
	{ "GICC_IAR", "it acknowledges what is of the highest priority",
	  it_acknowledges_the_highest_priority, ERAS_ALL },
	{ "GICC_IAR", "it names the source of an SGI", it_names_the_source_of_an_sgi, ERAS_ALL },
	{ "GICC_IAR", "Group 1 is 1022 unless AckCtl is set", group_1_is_1022_unless_ackctl,
	  HAS_GROUPS },
	{ "GICC_EOIR", "with EOImode 0 it drops the priority and deactivates",
	  an_end_drops_the_priority_and_deactivates, ERAS_ALL },
	{ "GICC_EOIR", "with EOImode 1 it drops the priority alone",
	  with_eoimode_an_end_drops_the_priority_alone, ERAS_ALL },
	{ "GICC_EOIR", "1020 to 1023 end nothing", a_special_intid_ends_nothing, ERAS_ALL },
	{ "GICC_RPR", "it is the highest active priority", it_is_the_highest_active_priority,
	  ERAS_ALL },
	{ "GICC_HPPIR", "it shows and does not acknowledge", it_shows_and_does_not_acknowledge,
	  ERAS_ALL },
	{ "GICC_AHPPIR", "it shows Group 1 alone", the_alias_shows_group_1_alone, HAS_GROUPS },
	{ "GICC_AIAR", "it acknowledges Group 1 alone", the_alias_acknowledges_group_1_alone,
	  HAS_GROUPS },
	{ "GICC_AEOIR", "it ends Group 1", the_alias_ends_group_1, HAS_GROUPS },
	{ "GICC_APR", "a bit is a preemption level", a_bit_is_a_preemption_level, ERAS_ALL },
	{ "GICC_APR", "user space's levels are active when the guest runs",
	  what_user_space_restores_runs, ERAS_ALL },
	{ "GICC_DIR", "with EOImode 0 it does nothing", a_deactivation_needs_eoimode, ERAS_ALL },
	{ "GICC_DIR", "with EOImode 1 it deactivates", with_eoimode_it_deactivates, ERAS_ALL },
	{ "GICC_DIR", "of an SGI it needs the source", of_an_sgi_it_needs_the_source, ERAS_ALL },
};

static const struct {
	enum gic_arch arch;
	bool no_gicv;
} hosts[] = { { GIC_ARCH_V2, false }, { GIC_ARCH_V2, true }, { GIC_ARCH_V3, false } };

START_TEST(an_access_does_what_its_rule_says_on_each_host)
{
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(hosts); i++) {
		mmio_host.arch = hosts[i].arch;
		mmio_host.no_gicv = hosts[i].no_gicv;
		conf_check_rule(&rules[_i], VGIC_V2);
	}
	conf_rule_has_row(&rules[_i], conf_v2_cpuif, PLAT_ARRAY_SIZE(conf_v2_cpuif));
}
END_TEST

START_TEST(each_register_with_effects_has_a_rule)
{
	conf_match_rules(rules, PLAT_ARRAY_SIZE(rules), conf_v2_cpuif,
			 PLAT_ARRAY_SIZE(conf_v2_cpuif));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, an_access_does_what_its_rule_says_on_each_host, 0,
			    PLAT_ARRAY_SIZE(rules));
	tcase_add_test(tc, each_register_with_effects_has_a_rule);
}

CHECK_MAIN("rules of the GICv2 CPU interface", add, NULL, NULL)
