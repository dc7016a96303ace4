// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways of MOVALL with vLPIs: what each sends, and where each differs from its neighbour
 * (spec/vgic.md 3.6, 7 point 3). Events 0, 2 and 4 of device 8 are LPIs of vCPU 0, forwarded from
 * host devices 0, 1 and 2; event 1 is one of vCPU 1, in software.
 */
#include "v4-vm.h"

static struct v4_vm vm, *w = &vm;
static struct mmio_vm *m = &vm.m;

static void open_with(enum vgic_movall_policy how)
{
	struct v4_config c = v4_config_61(3);

	c.policy.movall = (u8)how;
	v4_open(w, &c); /* events 0..3 on vCPUs 0, 1, 2, 0 */
	ck_assert_int_eq(movi(8, 2, 0), 0);
	ck_assert_int_eq(discard(8, 3), 0);
	lpi_config(m, VGIC_LPI_BASE + 4, 0xa1);
	ck_assert_int_eq(mapti(8, 4, VGIC_LPI_BASE + 4, 0), 0);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	ck_assert_int_eq(forward(w, 1, 0, 2), 0);
	ck_assert_int_eq(forward(w, 2, 0, 4), 0);
	v4_forget(w);
}

static void teardown(void)
{
	v4_close(w);
	port_assert_quiet();
}

/* All three arrive at vCPU 2 now, and nothing at vCPU 0. */
static void check_moved(void)
{
	u32 i;

	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)), 0);
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 2)), 3);
	ck_assert(!vgic_v4_expects_vlpis(vcpu(w, 0)));
	ck_assert(vgic_v4_expects_vlpis(vcpu(w, 2)));
	for (i = 0; i < 3; i++) {
		ck_assert_ptr_eq(lpi(w, 2 * i)->target, vcpu(w, 2));
		raise_msi(w, i, 0);
		ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
		ck_assert_uint_eq(visit(w, 2, 2), VGIC_LPI_BASE + 2 * i);
	}
	ck_assert_uint_eq(w->dropped, 0);
	v4_forget(w);
}

START_TEST(per_lpi_waits_for_each_vlpi)
{
	open_with(VGIC_MOVALL_FILTER);
	ck_assert_int_eq(movall(0, 2), 0);
	SAW("VMOVI dev=8 ev=0 vpe=2 db=vpe2", "VSYNC", "VMOVI dev=16 ev=0 vpe=2 db=vpe2", "VSYNC",
	    "VMOVI dev=24 ev=0 vpe=2 db=vpe2", "VSYNC");
	check_moved();
}
END_TEST

START_TEST(one_sync_waits_once)
{
	open_with(VGIC_MOVALL_ONE_SYNC);
	ck_assert_int_eq(movall(0, 2), 0);
	SAW("VMOVI dev=8 ev=0 vpe=2 db=vpe2", "VMOVI dev=16 ev=0 vpe=2 db=vpe2",
	    "VMOVI dev=24 ev=0 vpe=2 db=vpe2", "VSYNC");
	check_moved();
	ck_assert_int_eq(movall(1, 2), 0); /* software alone: nothing to wait for */
	SAW_NOTHING();
}
END_TEST

/* What is mapped to the collection later goes to its new vCPU, other than under one-sync. */
START_TEST(retarget_collection_takes_along_what_is_mapped_later)
{
	u32 way;

	for (way = 0; way < 2; way++) {
		open_with(way ? VGIC_MOVALL_RETARGET : VGIC_MOVALL_ONE_SYNC);
		ck_assert_int_eq(movall(0, 2), 0);
		ck_assert_uint_eq(v4_count(w, "VMOVI"), 3);
		ck_assert_uint_eq(v4_count(w, "VSYNC"), 1);
		check_moved();
		ck_assert_int_eq(mapti(8, 9, VGIC_LPI_BASE + 9, 0), 0);
		ck_assert_ptr_eq(lpi(w, 9)->target, vcpu(w, way ? 2 : 0));
		if (!way)
			teardown();
	}
}
END_TEST

START_TEST(hardware_vmovall_is_one_command_whatever_the_number)
{
	open_with(VGIC_MOVALL_HARDWARE);
	raise_msi(w, 1, 0);
	ck_assert_int_eq(movall(0, 2), 0);
	SAW("VMOVALL vpe=0 to=2 db=vpe2", "VSYNC");
	ck_assert_uint_eq(visit(w, 2, 2), VGIC_LPI_BASE + 2); /* what was pending came along */
	check_moved();
	ck_assert_int_eq(movall(0, 2), 0); /* nothing is left there */
	SAW_NOTHING();
}
END_TEST

START_TEST(hardware_vmovall_leaves_other_vpes_alone)
{
	u32 store;

	for (store = VGIC_LPI_STORE_LIST; store <= VGIC_LPI_STORE_XARRAY; store++) {
		struct v4_config c = v4_config_61(3);

		c.policy.movall = VGIC_MOVALL_HARDWARE;
		c.policy.lpi_store = (u8)store;
		v4_open(w, &c);
		ck_assert_int_eq(forward(w, 0, 0, 0), 0);
		ck_assert_int_eq(forward(w, 1, 0, 1), 0); /* LPI 8193, vCPU 1 */
		ck_assert_int_eq(movall(0, 2), 0);
		raise_msi(w, 1, 0);
		ck_assert_uint_eq(visit(w, 2, 2), GIC_SPURIOUS);
		ck_assert_uint_eq(visit(w, 1, 1), VGIC_LPI_BASE + 1);
		ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 1)), 1);
		ck_assert_ptr_eq(lpi(w, 1)->target, vcpu(w, 1));
		if (store == VGIC_LPI_STORE_LIST)
			teardown();
	}
}
END_TEST

/* The command gives all events the doorbell of their new vPE; a disabled one must not ring. */
START_TEST(hardware_vmovall_leaves_disabled_vlpis_without_a_doorbell)
{
	open_with(VGIC_MOVALL_HARDWARE);
	lpi_config(m, VGIC_LPI_BASE + 2, 0xa0);
	ck_assert_int_eq(inv(8, 2), 0);
	v4_forget(w);
	ck_assert_int_eq(movall(0, 2), 0);
	ck_assert_uint_eq(v4_count(w, "VMOVI dev=16 ev=0 vpe=2 db=none"), 1);
	ck_assert_uint_eq(v4_count(w, "VMOVI"), 1);
}
END_TEST

START_TEST(the_quirk_moves_the_other_vcpus_too)
{
	open_with(VGIC_MOVALL_QUIRK_ALL);
	ck_assert_int_eq(movall(0, 2), 0);
	ck_assert_uint_eq(v4_count(w, "VMOVI"), 3);
	ck_assert_uint_eq(v4_count(w, "VSYNC"), 3);
	ck_assert_ptr_eq(lpi(w, 1)->target, vcpu(w, 2));
	check_moved();
	teardown();
	open_with(VGIC_MOVALL_FILTER);
	ck_assert_int_eq(movall(0, 2), 0);
	ck_assert_ptr_eq(lpi(w, 1)->target, vcpu(w, 1));
}
END_TEST

/* Recorded: nothing at all. */
START_TEST(a_movall_to_the_same_vcpu_is_empty)
{
	u32 way;

	for (way = VGIC_MOVALL_FILTER; way <= VGIC_MOVALL_HARDWARE; way++) {
		open_with((enum vgic_movall_policy)way);
		ck_assert_int_eq(movall(0, 0), 0);
		SAW_NOTHING();
		if (way < VGIC_MOVALL_HARDWARE)
			teardown();
	}
}
END_TEST

/* A host without GICv4 has the same result from all ways that filter. */
START_TEST(without_vlpis_the_ways_differ_in_nothing_that_the_guest_sees)
{
	u32 way;

	for (way = VGIC_MOVALL_FILTER; way <= VGIC_MOVALL_HARDWARE; way++) {
		struct v4_config c = v4_config_61(2);

		if (way == VGIC_MOVALL_QUIRK_ALL)
			continue;
		c.policy.movall = (u8)way;
		c.policy.v4.injection = VGIC_INJECT_SOFTWARE;
		v4_open(w, &c);
		ck_assert_int_eq(msi(m, 8, 0), 1);
		ck_assert_int_eq(movall(0, 1), 0);
		ck_assert_ptr_eq(lpi(w, 0)->target, vcpu(w, 1));
		ck_assert_ptr_eq(lpi(w, 2)->target, vcpu(w, 1));
		ck_assert_ptr_eq(lpi(w, 1)->target, vcpu(w, 1));
		SAW_NOTHING();
		if (way < VGIC_MOVALL_HARDWARE)
			teardown();
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, per_lpi_waits_for_each_vlpi);
	tcase_add_test(tc, one_sync_waits_once);
	tcase_add_test(tc, retarget_collection_takes_along_what_is_mapped_later);
	tcase_add_test(tc, hardware_vmovall_is_one_command_whatever_the_number);
	tcase_add_test(tc, hardware_vmovall_leaves_other_vpes_alone);
	tcase_add_test(tc, hardware_vmovall_leaves_disabled_vlpis_without_a_doorbell);
	tcase_add_test(tc, the_quirk_moves_the_other_vcpus_too);
	tcase_add_test(tc, a_movall_to_the_same_vcpu_is_empty);
	tcase_add_test(tc, without_vlpis_the_ways_differ_in_nothing_that_the_guest_sees);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: MOVALL", add, NULL, teardown)
