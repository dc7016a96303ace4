// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where an interrupt belongs (spec/vgic.md 1.4): every combination of its state against the rule as
 * a table, first row that fits.
 */
#include "vgic-world.h"

#define ANY (-1)

enum place { NOWHERE, QUEUE, TARGET };

static const struct rule {
	int active, queued, enabled, pending, dist;
	enum place place;
} rules[] = {
	/* active: stays where it is queued, and goes to its target when it is not */
	{ 1, 1, ANY, ANY, ANY, QUEUE },
	{ 1, 0, ANY, ANY, ANY, TARGET },
	/* pending, enabled and forwarded */
	{ 0, ANY, 1, 1, 1, TARGET },
	/* all else waits */
	{ ANY, ANY, ANY, ANY, ANY, NOWHERE },
};

static bool fits(int rule, bool value)
{
	return rule == ANY || rule == (int)value;
}

static enum place decide(bool active, bool queued, bool enabled, bool pending, bool dist)
{
	const struct rule *r = rules;

	while (!fits(r->active, active) || !fits(r->queued, queued) || !fits(r->enabled, enabled) ||
	       !fits(r->pending, pending) || !fits(r->dist, dist))
		r++;
	return r->place;
}

static struct world w;

/* Bits of `state`: active, enabled, latch, line, level config, distributor. */
static void check_state(u32 state, struct vgic_vcpu *queue, struct vgic_vcpu *target)
{
	struct vgic_irq irq = { .vcpu = queue,
				.target = target,
				.active = state & 1,
				.enabled = state >> 1 & 1,
				.pending_latch = state >> 2 & 1,
				.line = state >> 3 & 1,
				.config = state >> 4 & 1 };
	struct vgic_irq before = irq;
	bool dist = state >> 5 & 1;
	bool pending = irq.pending_latch || (irq.config == VGIC_LEVEL && irq.line);
	enum place place = decide(irq.active, queue, irq.enabled, pending, dist);
	struct vgic_vcpu *want = place == QUEUE ? queue : place == TARGET ? target : NULL;

	w.vm->enabled = dist;
	ck_assert_msg(vgic_target_oracle(&irq) == want, "state %#x", state);
	ck_assert_int_eq(memcmp(&irq, &before, sizeof(irq)), 0);
}

START_TEST(each_state_has_the_place_that_the_rule_names)
{
	struct vgic_vcpu *places[3];
	u32 state, q, t;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	places[0] = NULL;
	places[1] = vcpu(&w, 0);
	places[2] = vcpu(&w, 1);
	for (state = 0; state < 64; state++)
		for (q = 0; q < 3; q++)
			for (t = 0; t < 3; t++)
				check_state(state, places[q], places[t]);
	world_close(&w);
}
END_TEST

/* An ITE of 16 bytes beside it: at most 96 bytes a mapped LPI. */
START_TEST(an_interrupt_takes_at_most_80_bytes)
{
	ck_assert_uint_le(sizeof(struct vgic_irq), 80);
}
END_TEST

/* MPIDR of vCPU n: Aff0 = n % 16, Aff1 = n / 16 % 256, Aff2 = n / 4096. */
START_TEST(an_affinity_finds_its_vcpu_and_no_other)
{
	u32 n;

	world_open(&w, VGIC_V3, 40, world_policy_61());
	for (n = 0; n < 40; n++)
		ck_assert_ptr_eq(vgic_vcpu_by_mpidr(w.vm, vcpu(&w, n)->mpidr), vcpu(&w, n));
	ck_assert_uint_eq(vcpu(&w, 39)->mpidr, 0x0207);
	ck_assert_ptr_null(vgic_vcpu_by_mpidr(w.vm, 0x0208));
	ck_assert_ptr_null(vgic_vcpu_by_mpidr(w.vm, 0x0010));
	ck_assert_ptr_null(vgic_vcpu_by_mpidr(w.vm, 0x010000));
	ck_assert_ptr_null(vgic_vcpu_by_mpidr(w.vm, 0x01000000));
	world_close(&w);
}
END_TEST

/* walk compares one vCPU after the other until it is found, hash looks once. */
START_TEST(a_walk_costs_a_step_for_each_vcpu_passed_and_a_hash_one_look)
{
	struct vgic_policy hash = world_policy_61();

	world_open(&w, VGIC_V3, 40, world_policy_61());
	vgic_vcpu_by_mpidr(w.vm, vcpu(&w, 32)->mpidr);
	ck_assert_uint_eq(port.used[COST_MPIDR_STEP], 33);
	vgic_vcpu_by_mpidr(w.vm, 0x0f00);
	ck_assert_uint_eq(port.used[COST_MPIDR_STEP], 33 + 40);
	ck_assert_uint_eq(port.used[COST_MPIDR_HASH], 0);
	world_close(&w);
	hash.sgi_lookup = VGIC_SGI_HASH;
	world_open(&w, VGIC_V3, 40, hash);
	vgic_vcpu_by_mpidr(w.vm, vcpu(&w, 32)->mpidr);
	ck_assert_uint_eq(port.used[COST_MPIDR_STEP], 33 + 40);
	ck_assert_uint_eq(port.used[COST_MPIDR_HASH], 1);
	world_close(&w);
}
END_TEST

START_TEST(a_look_up_finds_what_the_id_space_holds)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	ck_assert_ptr_eq(vgic_get_irq(w.vm, vcpu(&w, 1), 31), &vcpu(&w, 1)->private_irqs[31]);
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, 31));
	ck_assert_ptr_eq(vgic_get_irq(w.vm, NULL, 32), spi(&w, 0));
	ck_assert_ptr_eq(vgic_get_irq(w.vm, NULL, 95), spi(&w, 63));
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, 96));
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, 1023));
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, 8191));
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, LPI(0)));
	irq = world_lpi(&w, 0, 1, 0xa0);
	ck_assert_ptr_eq(vgic_get_irq(w.vm, NULL, LPI(0)), irq);
	ck_assert_uint_eq(irq->ref.v, 2);
	vgic_put_irq(w.vm, irq);
	vgic_put_irq(w.vm, irq);
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, LPI(0)));
	world_close(&w);
}
END_TEST

static void flags_are(const struct vgic_irq *irq, const char *want)
{
	char buf[64];

	ck_assert_uint_eq(vgic_irq_flags(irq, buf, sizeof(buf)), 7);
	ck_assert_str_eq(buf, want);
}

START_TEST(a_dump_shows_one_letter_a_flag)
{
	struct vgic_irq irq = { .pending_latch = true, .enabled = true, .config = VGIC_LEVEL };
	char small[3];

	flags_are(&irq, "P--E-C-");
	irq = (struct vgic_irq){ .line = true, .active = true, .hw = true, .group = 1 };
	flags_are(&irq, "-LA-H-G");
	ck_assert_uint_eq(vgic_irq_flags(&irq, small, sizeof(small)), 2);
	ck_assert_str_eq(small, "-L");
	ck_assert_uint_eq(vgic_irq_flags(&irq, small, 0), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, each_state_has_the_place_that_the_rule_names);
	tcase_add_test(tc, an_interrupt_takes_at_most_80_bytes);
	tcase_add_test(tc, an_affinity_finds_its_vcpu_and_no_other);
	tcase_add_test(tc, a_walk_costs_a_step_for_each_vcpu_passed_and_a_hash_one_look);
	tcase_add_test(tc, a_look_up_finds_what_the_id_space_holds);
	tcase_add_test(tc, a_dump_shows_one_letter_a_flag);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic oracle", add, port_reset, port_assert_quiet)
