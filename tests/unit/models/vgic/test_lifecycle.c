// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VM's vGIC from creation to its end (spec/vgic.md 1.1, 1.2, 1.16, 2.8 ADDR): limits, reset
 * values, frames, and every allocation failing once.
 */
#include "vgic-world.h"

static struct world w;

static int create(enum vgic_model model, u32 nr_vcpus, u32 nr_irqs, struct vgic_policy policy)
{
	struct vgic_vm_config cfg = {
		.model = model, .nr_vcpus = nr_vcpus, .nr_irqs = nr_irqs, .policy = policy
	};
	int err = vgic_create(&w.vm, w.gic, &w.ram, &cfg);

	if (!err) {
		vgic_destroy(w.vm);
		w.vm = NULL;
	}
	return err;
}

START_TEST(a_vm_is_refused_that_is_too_large_or_ill_formed)
{
	struct vgic_policy p = world_policy_61();

	world_host(&w, true);
	ck_assert_int_eq(create(VGIC_V2, 8, 0, p), 0);
	ck_assert_int_eq(create(VGIC_V2, 9, 0, p), -E2BIG);
	ck_assert_int_eq(create(VGIC_V3, 512, 0, p), 0);
	ck_assert_int_eq(create(VGIC_V3, 513, 0, p), -E2BIG);
	ck_assert_int_eq(create(VGIC_V3, 0, 0, p), -EINVAL);
	ck_assert_int_eq(create((enum vgic_model)4, 1, 0, p), -EINVAL);
	ck_assert_int_eq(create(VGIC_V3, 1, 32, p), -EINVAL);
	ck_assert_int_eq(create(VGIC_V3, 1, 64, p), 0);
	ck_assert_int_eq(create(VGIC_V3, 1, 65, p), -EINVAL);
	ck_assert_int_eq(create(VGIC_V3, 1, 992, p), 0);
	ck_assert_int_eq(create(VGIC_V3, 1, 1024, p), -EINVAL);
	world_close(&w);
}
END_TEST

START_TEST(policies_that_do_not_go_together_are_refused)
{
	struct vgic_policy p = world_policy_61();

	world_host(&w, true);
	p.order = VGIC_ORDER_619;
	ck_assert_int_eq(create(VGIC_V3, 2, 0, p), -EINVAL);
	p.overflow = VGIC_OVERFLOW_EOICOUNT;
	ck_assert_int_eq(create(VGIC_V3, 2, 0, p), 0);
	p.ap_list = VGIC_AP_SHARDED;
	ck_assert_int_eq(create(VGIC_V3, 2, 0, p), -EINVAL);
	p.ap_list_shards = 3;
	ck_assert_int_eq(create(VGIC_V3, 2, 0, p), -EINVAL);
	p.ap_list_shards = 2;
	ck_assert_int_eq(create(VGIC_V3, 2, 0, p), 0);
	world_close(&w);
}
END_TEST

START_TEST(the_number_of_interrupts_is_set_once_before_initialisation)
{
	struct vgic_vm_config cfg = { .model = VGIC_V3,
				      .nr_vcpus = 1,
				      .policy = world_policy_61() };

	world_host(&w, true);
	ck_assert_int_eq(vgic_create(&w.vm, w.gic, &w.ram, &cfg), 0);
	ck_assert_int_eq(vgic_set_nr_irqs(w.vm, 63), -EINVAL);
	ck_assert_int_eq(vgic_set_nr_irqs(w.vm, 32), -EINVAL);
	ck_assert_int_eq(vgic_set_nr_irqs(w.vm, 128), 0);
	ck_assert_int_eq(vgic_set_nr_irqs(w.vm, 128), -EBUSY);
	ck_assert_int_eq(vgic_init(w.vm), 0);
	ck_assert_uint_eq(w.vm->nr_spis, 96);
	vgic_destroy(w.vm);
	ck_assert_int_eq(vgic_create(&w.vm, w.gic, &w.ram, &cfg), 0);
	ck_assert_int_eq(vgic_init(w.vm), 0);
	ck_assert_uint_eq(w.vm->nr_spis, 224);
	ck_assert_int_eq(vgic_set_nr_irqs(w.vm, 128), -EBUSY);
	world_close(&w);
}
END_TEST

START_TEST(initialising_twice_changes_nothing)
{
	struct vgic_irq *spis;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	spis = w.vm->spis;
	ck_assert_int_eq(vgic_init(w.vm), 0);
	ck_assert_ptr_eq(w.vm->spis, spis);
	world_close(&w);
}
END_TEST

/* SGI: enabled, edge. PPI: disabled, level. SPI: disabled, edge, vCPU 0. Group 1 for GICv3 guests. */
static void check_reset(enum vgic_model model)
{
	u32 i;

	world_open(&w, model, 2, world_policy_61());
	for (i = 0; i < VGIC_NR_PRIVATE; i++) {
		const struct vgic_irq *irq = &vcpu(&w, 1)->private_irqs[i];

		ck_assert_uint_eq(irq->intid, i);
		ck_assert_uint_eq(irq->enabled, i < 16);
		ck_assert_uint_eq(irq->config, i < 16 ? VGIC_EDGE : VGIC_LEVEL);
		ck_assert_uint_eq(irq->group, model == VGIC_V3);
		ck_assert_ptr_eq(irq->target, vcpu(&w, 1));
		ck_assert_ptr_null(irq->vcpu);
	}
	for (i = 0; i < w.vm->nr_spis; i++) {
		ck_assert_uint_eq(spi(&w, i)->intid, SPI(i));
		ck_assert(!spi(&w, i)->enabled);
		ck_assert_uint_eq(spi(&w, i)->config, VGIC_EDGE);
		ck_assert_uint_eq(spi(&w, i)->group, model == VGIC_V3);
		ck_assert_ptr_eq(spi(&w, i)->target, vcpu(&w, 0));
		ck_assert_uint_eq(spi(&w, i)->mpidr, 0);
	}
	ck_assert_uint_eq(vcpu(&w, 1)->cpuif.apr[1][0], 0);
	world_close(&w);
}

START_TEST(interrupts_start_in_the_state_of_reset)
{
	check_reset(VGIC_V2);
	check_reset(VGIC_V3);
}
END_TEST

/* ---- frames ---- */

#define DIST 0x08000000ull
#define RD   0x080a0000ull
#define SIZE 0x20000ull

static void open_created(enum vgic_model model, u32 nr_vcpus)
{
	ck_assert_int_eq(world_host(&w, true), 0);
	ck_assert_int_eq(world_vm(&w, model, nr_vcpus, world_policy_61()), 0);
}

START_TEST(a_distributor_is_placed_once_aligned_within_the_ipa_space)
{
	open_created(VGIC_V3, 2);
	ck_assert_int_eq(vgic_set_dist_base(w.vm, DIST + 0x1000), -EINVAL);
	ck_assert_int_eq(vgic_set_dist_base(w.vm, ~0xffffull), -EINVAL);
	ck_assert_int_eq(vgic_set_dist_base(w.vm, 1ull << VGIC_IPA_BITS), -E2BIG);
	ck_assert_int_eq(vgic_set_dist_base(w.vm, DIST), 0);
	ck_assert_int_eq(vgic_set_dist_base(w.vm, DIST), -EEXIST);
	world_close(&w);
}
END_TEST

START_TEST(regions_come_in_order_without_gap_or_overlap)
{
	open_created(VGIC_V3, 4);
	vgic_set_dist_base(w.vm, DIST);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 1, RD, 1), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, DIST, 1), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD + 0x8000, 1), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, 1ull << VGIC_IPA_BITS, 1), -E2BIG);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, ~0xffffull, 1), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD, 1), 0);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD + 8 * SIZE, 1), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 1, RD, 1), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD + 8 * SIZE, 0), -EINVAL);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 1, RD + 8 * SIZE, 8), 0);
	ck_assert_uint_eq(vcpu(&w, 0)->rd_base, RD);
	ck_assert_uint_eq(vcpu(&w, 1)->rd_base, RD + 8 * SIZE);
	ck_assert_uint_eq(vcpu(&w, 3)->rd_base, RD + 10 * SIZE);
	ck_assert_uint_eq(vcpu(&w, 3)->region, 1);
	world_close(&w);
}
END_TEST

START_TEST(the_legacy_region_is_alone_and_has_room_for_all)
{
	open_created(VGIC_V3, 4);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD, 0), 0);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD + 8 * SIZE, 0), -EEXIST);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 1, RD + 8 * SIZE, 4), -EINVAL);
	ck_assert_uint_eq(vcpu(&w, 3)->rd_base, RD + 3 * SIZE);
	ck_assert_int_eq(vgic_set_dist_base(w.vm, RD + 3 * SIZE), 0);
	ck_assert_int_eq(vgic_map_resources(w.vm), -EINVAL);
	world_close(&w);
}
END_TEST

START_TEST(a_region_without_memory_leaves_the_vcpus_unplaced)
{
	open_created(VGIC_V3, 2);
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD, 0), -ENOMEM);
	ck_assert(vcpu(&w, 0)->rd_base == VGIC_BASE_UNSET);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 0, RD, 0), 0);
	world_close(&w);
}
END_TEST

START_TEST(a_v3_vm_runs_when_frames_are_placed_and_it_is_initialised)
{
	open_created(VGIC_V3, 2);
	vgic_set_dist_base(w.vm, DIST);
	vgic_set_redist_region(w.vm, 0, RD, 1);
	vgic_set_redist_region(w.vm, 1, RD + SIZE, 1);
	vgic_init(w.vm);
	ck_assert_int_eq(vgic_map_resources(w.vm), 0);
	ck_assert(w.vm->ready);
	ck_assert_int_eq(vgic_map_resources(w.vm), 0);
	world_close(&w);
}
END_TEST

/* Any failure of the first run kills the VM (spec/vgic.md 1.16). */
START_TEST(a_first_run_that_fails_kills_the_vm)
{
	open_created(VGIC_V3, 2);
	vgic_init(w.vm);
	vgic_set_dist_base(w.vm, DIST);
	vgic_set_redist_region(w.vm, 0, RD, 1);
	ck_assert_int_eq(vgic_map_resources(w.vm), -ENXIO);
	ck_assert_int_eq(vgic_set_redist_region(w.vm, 1, RD + SIZE, 1), 0);
	ck_assert_int_eq(vgic_map_resources(w.vm), -EIO);
	world_close(&w);
	open_created(VGIC_V3, 1);
	vgic_set_dist_base(w.vm, DIST);
	vgic_set_redist_region(w.vm, 0, RD, 0);
	ck_assert_int_eq(vgic_map_resources(w.vm), -EBUSY);
	ck_assert_int_eq(vgic_map_resources(w.vm), -EIO);
	world_close(&w);
}
END_TEST

START_TEST(a_v2_vm_needs_both_frames_and_is_initialised_by_its_first_run)
{
	open_created(VGIC_V2, 2);
	vgic_set_dist_base(w.vm, DIST);
	ck_assert_int_eq(vgic_set_cpu_base(w.vm, DIST + 0x800), -EINVAL);
	ck_assert_int_eq(vgic_set_cpu_base(w.vm, DIST + 0x10000), 0);
	ck_assert_int_eq(vgic_set_cpu_base(w.vm, DIST + 0x10000), -EEXIST);
	ck_assert_int_eq(vgic_map_resources(w.vm), 0);
	ck_assert(w.vm->initialised);
	world_close(&w);
	open_created(VGIC_V2, 2);
	vgic_set_dist_base(w.vm, DIST);
	ck_assert_int_eq(vgic_map_resources(w.vm), -ENXIO);
	world_close(&w);
}
END_TEST

/* ---- every allocation fails once ---- */

static int build(struct vgic_policy policy)
{
	int err = world_vm(&w, VGIC_V3, 3, policy);

	if (err)
		return err;
	err = vgic_init(w.vm);
	if (!err)
		err = vgic_set_redist_region(w.vm, 0, RD, 0);
	vgic_destroy(w.vm);
	w.vm = NULL;
	return err;
}

static void fail_each_allocation(struct vgic_policy policy)
{
	u64 before, n, sites;

	before = port.allocs;
	ck_assert_int_eq(build(policy), 0);
	sites = port.allocs - before;
	ck_assert_uint_ge(sites, 12);
	for (n = 1; n <= sites; n++) {
		u64 outstanding = port.outstanding;

		port.fail_at = port.allocs + n;
		ck_assert_int_eq(build(policy), -ENOMEM);
		w.vm = NULL;
		ck_assert_uint_eq(port.outstanding, outstanding);
		ck_assert_uint_eq(port.nr_held, 0);
	}
	ck_assert_int_eq(build(policy), 0);
}

START_TEST(any_allocation_that_fails_undoes_what_was_made)
{
	struct vgic_policy p = world_policy_61();

	world_host(&w, true);
	p.order = VGIC_ORDER_BUCKETS;
	fail_each_allocation(p);
	p.ap_list = VGIC_AP_SHARDED;
	p.ap_list_shards = 2;
	fail_each_allocation(p);
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_vm_is_refused_that_is_too_large_or_ill_formed);
	tcase_add_test(tc, policies_that_do_not_go_together_are_refused);
	tcase_add_test(tc, the_number_of_interrupts_is_set_once_before_initialisation);
	tcase_add_test(tc, initialising_twice_changes_nothing);
	tcase_add_test(tc, interrupts_start_in_the_state_of_reset);
	tcase_add_test(tc, a_distributor_is_placed_once_aligned_within_the_ipa_space);
	tcase_add_test(tc, regions_come_in_order_without_gap_or_overlap);
	tcase_add_test(tc, the_legacy_region_is_alone_and_has_room_for_all);
	tcase_add_test(tc, a_region_without_memory_leaves_the_vcpus_unplaced);
	tcase_add_test(tc, a_v3_vm_runs_when_frames_are_placed_and_it_is_initialised);
	tcase_add_test(tc, a_first_run_that_fails_kills_the_vm);
	tcase_add_test(tc, a_v2_vm_needs_both_frames_and_is_initialised_by_its_first_run);
	tcase_add_test(tc, any_allocation_that_fails_undoes_what_was_made);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic lifecycle", add, port_reset, port_assert_quiet)
