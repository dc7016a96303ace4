// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One interrupt and one list register: the value written for each state (spec/vgic.md 1.8, 2.1) and
 * the state taken over from each value read back (1.9), as tables.
 */
#include "vgic-world.h"

static struct world w;

#define P      ICH_LR_PENDING
#define A      ICH_LR_ACTIVE
#define EOI    ICH_LR_EOI
#define HW     (ICH_LR_HW | FIELD_PUT(77, ICH_LR_PINTID))
#define CPU(n) FIELD_PUT(n, ICH_LR_V2_CPUID)

/* State before, and what the list register says besides INTID, priority and group. */
static const struct composed {
	const char *rule;
	enum vgic_model model;
	u32 intid;
	enum vgic_config config;
	bool latch, line, active, hw, sw_resample;
	u8 source, active_source;
	u64 want;
} composed[] = {
	{ "edge, pending", VGIC_V3, 40, VGIC_EDGE, .latch = 1, .want = P },
	{ "edge, active", VGIC_V3, 40, VGIC_EDGE, .active = 1, .want = A },
	{ "edge, pending and active", VGIC_V3, 40, VGIC_EDGE, .latch = 1, .active = 1,
	  .want = P | A },
	{ "the line of an edge interrupt means nothing", VGIC_V3, 40, VGIC_EDGE, .line = 1,
	  .active = 1, .want = A },
	{ "level asks for the end of interrupt", VGIC_V3, 40, VGIC_LEVEL, .line = 1,
	  .want = P | EOI },
	{ "level, latched by software", VGIC_V3, 40, VGIC_LEVEL, .latch = 1, .want = P | EOI },
	{ "level is never pending and active", VGIC_V3, 40, VGIC_LEVEL, .line = 1, .active = 1,
	  .want = A | EOI },
	{ "hardware edge", VGIC_V3, 40, VGIC_EDGE, .latch = 1, .hw = 1, .want = P | HW },
	{ "hardware is never pending and active", VGIC_V3, 40, VGIC_EDGE, .latch = 1, .active = 1,
	  .hw = 1, .want = A | HW },
	{ "hardware level has no maintenance request", VGIC_V3, 27, VGIC_LEVEL, .line = 1, .hw = 1,
	  .want = P | HW },
	{ "resampled by software: an ordinary level", VGIC_V3, 27, VGIC_LEVEL, .line = 1, .hw = 1,
	  .sw_resample = 1, .want = P | EOI },
	{ "LPI", VGIC_V3, LPI(3), VGIC_EDGE, .latch = 1, .want = P },
	{ "GICv3 SGI has no source", VGIC_V3, 5, VGIC_EDGE, .latch = 1, .want = P },
	{ "GICv2 SGI from one source", VGIC_V2, 5, VGIC_EDGE, .latch = 1, .source = 1 << 3,
	  .want = P | CPU(3) },
	{ "GICv2 SGI, lowest source first, more remain", VGIC_V2, 5, VGIC_EDGE, .latch = 1,
	  .source = 1 << 3 | 1 << 6, .want = P | CPU(3) | EOI },
	{ "GICv2 SGI, active instance", VGIC_V2, 5, VGIC_EDGE, .active = 1, .active_source = 2,
	  .want = A | CPU(2) },
	{ "GICv2 SGI, active and another source: alone until it ends", VGIC_V2, 5, VGIC_EDGE,
	  .latch = 1, .active = 1, .source = 1 << 1, .active_source = 2, .want = A | CPU(2) | EOI },
};

static struct vgic_irq irq_of(const struct composed *c)
{
	return (struct vgic_irq){ .intid = c->intid,
				  .config = c->config,
				  .priority = 0xb8,
				  .pending_latch = c->latch,
				  .line = c->line,
				  .active = c->active,
				  .hw = c->hw,
				  .hwintid = 77,
				  .source = c->source,
				  .active_source = c->active_source,
				  .group = 1,
				  .enabled = true };
}

START_TEST(a_list_register_says_what_the_rule_for_its_state_says)
{
	struct vgic_vm vm = { .nr_spis = 64 };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(composed); i++) {
		const struct composed *c = &composed[i];
		struct vgic_irq irq = irq_of(c), before = irq;
		u64 want = c->want | c->intid | FIELD_PUT(0xb8, ICH_LR_PRIORITY) | ICH_LR_GROUP;
		u64 got;

		vm.model = c->model;
		got = vgic_lr_compose(&vm, &irq, c->sw_resample);
		ck_assert_msg(got == want, "%s: got %#llx, want %#llx", c->rule,
			      (unsigned long long)got, (unsigned long long)want);
		ck_assert_int_eq(memcmp(&irq, &before, sizeof(irq)), 0);
		irq.group = 0;
		ck_assert(vgic_lr_compose(&vm, &irq, c->sw_resample) == (want & ~ICH_LR_GROUP));
	}
}
END_TEST

START_TEST(a_pending_v2_sgi_without_source_is_warned_of_and_not_presented)
{
	struct vgic_vm vm = { .model = VGIC_V2 };
	struct vgic_irq irq = { .intid = 5, .pending_latch = true, .enabled = true };

	ck_assert(!vgic_lr_compose(&vm, &irq, false));
	ck_assert_uint_eq(port.warnings, 1);
	port.warnings = 0;
}
END_TEST

/* popcount(source) + active for GICv2 SGIs with sources, 0 or 1 for all else (spec/vgic.md 1.8). */
START_TEST(list_registers_are_counted_by_source_for_v2_sgis_only)
{
	struct vgic_vm vm = { .model = VGIC_V2 };
	struct vgic_irq sgi = { .intid = 5, .pending_latch = true, .source = 0x0b };
	struct vgic_irq ppi = { .intid = 27, .config = VGIC_LEVEL };

	ck_assert_uint_eq(vgic_lr_count(&vm, &sgi), 3);
	sgi.active = true;
	ck_assert_uint_eq(vgic_lr_count(&vm, &sgi), 4);
	sgi.source = 0;
	sgi.pending_latch = false;
	ck_assert_uint_eq(vgic_lr_count(&vm, &sgi), 1);
	vm.model = VGIC_V3;
	sgi.source = 0x0b;
	ck_assert_uint_eq(vgic_lr_count(&vm, &sgi), 1);
	ck_assert_uint_eq(vgic_lr_count(&vm, &ppi), 0);
	ppi.line = true;
	ck_assert_uint_eq(vgic_lr_count(&vm, &ppi), 1);
}
END_TEST

/* ---- what the interrupt keeps ---- */

START_TEST(an_edge_moves_into_the_list_register)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	plat_lock(&irq->lock);
	vgic_pend(w.vm, irq, 42);
	ck_assert(vgic_lr_populate(vcpu(&w, 0), irq, 2));
	plat_unlock(&irq->lock);
	ck_assert(!irq->pending_latch && !irq->raised && irq->on_lr);
	ck_assert_uint_eq(vcpu(&w, 0)->cpuif.written_pending, 1 << 2);
	ck_assert_uint_eq(port_last_event(EV_IRQ_IN_LR)->arg, 2);
	ck_assert_uint_eq(port_last_event(EV_IRQ_IN_LR)->tag, 42);
	world_close(&w);
}
END_TEST

/* A level stays pending until it is served; one that is mapped is sampled again instead. */
START_TEST(a_level_stays_and_a_mapped_level_is_consumed)
{
	struct vgic_irq *level, *mapped;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	level = world_spi(&w, 0, 0, 0xa0, VGIC_LEVEL);
	mapped = world_spi(&w, 1, 0, 0xa0, VGIC_LEVEL);
	ck_assert_int_eq(vgic_map_hw_irq(vcpu(&w, 0), SPI(1), 40, NULL, NULL), 0);
	plat_lock(&level->lock);
	vgic_set_line(w.vm, level, true, 0);
	vgic_lr_populate(vcpu(&w, 0), level, 0);
	plat_unlock(&level->lock);
	plat_lock(&mapped->lock);
	vgic_set_line(w.vm, mapped, true, 0);
	vgic_lr_populate(vcpu(&w, 0), mapped, 1);
	plat_unlock(&mapped->lock);
	ck_assert(level->line && !mapped->line);
	ck_assert(!level->raised && !mapped->raised);
	world_close(&w);
}
END_TEST

START_TEST(one_source_of_a_v2_sgi_is_taken_at_a_time)
{
	struct vgic_irq *irq;
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V2, 4, world_policy_61());
	v = vcpu(&w, 0);
	irq = &v->private_irqs[5];
	plat_lock(&irq->lock);
	vgic_pend_source(w.vm, irq, 3);
	vgic_pend_source(w.vm, irq, 1);
	vgic_lr_populate(v, irq, 0);
	ck_assert_uint_eq(vgic_lr_cpuid(v->cpuif.lr[0]), 1);
	ck_assert(v->cpuif.lr[0] & ICH_LR_EOI);
	ck_assert(irq->pending_latch && irq->source == 1 << 3);
	vgic_lr_populate(v, irq, 0);
	ck_assert_uint_eq(vgic_lr_cpuid(v->cpuif.lr[0]), 3);
	ck_assert(!(v->cpuif.lr[0] & ICH_LR_EOI));
	ck_assert(!irq->pending_latch && !irq->source);
	plat_unlock(&irq->lock);
	world_close(&w);
}
END_TEST

/* ---- fold ---- */

static const struct folded {
	const char *rule;
	enum vgic_config config;
	bool latch, line, active; /* before */
	u64 state;		  /* of the list register, as read back */
	bool want_latch, want_line, want_active;
} folded[] = {
	{ "edge, not taken: latched again", VGIC_EDGE, .state = P, .want_latch = 1 },
	{ "edge, taken: active", VGIC_EDGE, .state = A, .want_active = 1 },
	{ "edge, pending again while active", VGIC_EDGE, .active = 1, .state = P | A,
	  .want_latch = 1, .want_active = 1 },
	{ "edge, done", VGIC_EDGE, .active = 1, .state = 0 },
	{ "edge, a new one came meanwhile: never cleared here", VGIC_EDGE, .latch = 1, .state = 0,
	  .want_latch = 1 },
	{ "level, not taken: the line says it", VGIC_LEVEL, .line = 1, .state = P, .want_line = 1 },
	{ "level, line fell before it was taken: nothing is latched", VGIC_LEVEL, .state = P },
	{ "level, active: a software latch waits", VGIC_LEVEL, .latch = 1, .state = A,
	  .want_latch = 1, .want_active = 1 },
	{ "level, done: the software latch is consumed", VGIC_LEVEL, .latch = 1, .active = 1,
	  .state = 0 },
	{ "level, done, line still high", VGIC_LEVEL, .line = 1, .active = 1, .state = 0,
	  .want_line = 1 },
};

START_TEST(fold_takes_over_what_the_rule_for_the_state_says)
{
	struct vgic_irq *irq;
	u32 i;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	for (i = 0; i < PLAT_ARRAY_SIZE(folded); i++) {
		const struct folded *f = &folded[i];
		bool done;

		irq->config = f->config;
		irq->pending_latch = f->latch;
		irq->line = f->line;
		irq->active = f->active;
		irq->raised = false;
		irq->on_lr = true;
		plat_lock(&irq->lock);
		done = vgic_lr_fold(vcpu(&w, 0), irq, SPI(0) | f->state, false);
		plat_unlock(&irq->lock);
		/* deactivated: active before, no state left */
		ck_assert_msg(done == (f->active && !f->state), "%s", f->rule);
		ck_assert_msg(irq->pending_latch == f->want_latch && irq->line == f->want_line &&
				      irq->active == f->want_active && !irq->on_lr,
			      "%s", f->rule);
	}
	world_close(&w);
}
END_TEST

START_TEST(fold_keeps_the_source_of_a_v2_sgi)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V2, 4, world_policy_61());
	irq = &vcpu(&w, 0)->private_irqs[5];
	plat_lock(&irq->lock);
	vgic_lr_fold(vcpu(&w, 0), irq, 5 | A | CPU(3), false);
	ck_assert(irq->active && irq->active_source == 3 && !irq->pending_latch);
	vgic_lr_fold(vcpu(&w, 0), irq, 5 | P | CPU(2), false);
	ck_assert(!irq->active && irq->pending_latch && irq->source == 1 << 2);
	plat_unlock(&irq->lock);
	world_close(&w);
}
END_TEST

/* Until 6.18 an LPI in service is active; from 6.19 it is not (spec/vgic.md 1.9). */
START_TEST(an_lpi_is_active_in_the_old_generation_only)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_lpi(&w, 0, 0, 0xa0);
	plat_lock(&irq->lock);
	vgic_lr_fold(vcpu(&w, 0), irq, LPI(0) | A, true);
	ck_assert(irq->active);
	plat_unlock(&irq->lock);
	world_close(&w);
	world_open(&w, VGIC_V3, 1, world_policy_619());
	irq = world_lpi(&w, 0, 0, 0xa0);
	plat_lock(&irq->lock);
	vgic_lr_fold(vcpu(&w, 0), irq, LPI(0) | A, true);
	ck_assert(!irq->active);
	plat_unlock(&irq->lock);
	world_close(&w);
}
END_TEST

START_TEST(only_an_empty_software_list_register_with_a_request_signals_the_end)
{
	ck_assert(vgic_lr_signals_eoi(40 | EOI));
	ck_assert(!vgic_lr_signals_eoi(40));
	ck_assert(!vgic_lr_signals_eoi(40 | EOI | P));
	ck_assert(!vgic_lr_signals_eoi(40 | EOI | A));
	/* with HW set the bit belongs to the physical INTID */
	ck_assert(!vgic_lr_signals_eoi(40 | EOI | ICH_LR_HW));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_list_register_says_what_the_rule_for_its_state_says);
	tcase_add_test(tc, a_pending_v2_sgi_without_source_is_warned_of_and_not_presented);
	tcase_add_test(tc, list_registers_are_counted_by_source_for_v2_sgis_only);
	tcase_add_test(tc, an_edge_moves_into_the_list_register);
	tcase_add_test(tc, a_level_stays_and_a_mapped_level_is_consumed);
	tcase_add_test(tc, one_source_of_a_v2_sgi_is_taken_at_a_time);
	tcase_add_test(tc, fold_takes_over_what_the_rule_for_the_state_says);
	tcase_add_test(tc, fold_keeps_the_source_of_a_v2_sgi);
	tcase_add_test(tc, an_lpi_is_active_in_the_old_generation_only);
	tcase_add_test(tc, only_an_empty_software_list_register_with_a_request_signals_the_end);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic list register", add, port_reset, port_assert_quiet)
