// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VM's vPEs: made, made resident, given doorbells, and given back (spec/vgic.md 4.11, 5.1 seed).
 * Sequences marked "recorded" are those of Linux 6.1 on GICv4.0 (tests/oracle).
 */
#include "v4-vm.h"

#include "models/vgic/vgic-user.h"

static struct v4_vm vm, *w = &vm;

static void open_61(u32 nr_vcpus)
{
	struct v4_config c = v4_config_61(nr_vcpus);

	v4_open(w, &c);
}

static void teardown(void)
{
	v4_close(w);
	port_assert_quiet();
}

/* ---- init and teardown ---- */

/* Recorded. */
START_TEST(a_vm_is_mapped_eagerly_vpe_by_vpe)
{
	struct v4_config c = v4_config_61(2);

	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vits_create(&w->m.its, w->m.vm));
	v4_forget(w);
	ck_assert_int_eq(vgic_init(w->m.vm), 0);
	SAW("VMAPP vpe=0 rd=0 v=1", "VSYNC", "VINVALL vpe=0", "VSYNC", "VMAPP vpe=1 rd=0 v=1",
	    "VSYNC", "VINVALL vpe=1", "VSYNC");
}
END_TEST

START_TEST(init_is_idempotent)
{
	struct host_vpes *before;

	open_61(2);
	before = w->m.vm->v4->vpes;
	ck_assert_ptr_nonnull(before);
	ck_assert_int_eq(vgic_init(w->m.vm), 0);
	ck_assert_int_eq(vgic_v4_init(w->m.vm), 0);
	ck_assert_ptr_eq(w->m.vm->v4->vpes, before);
	SAW_NOTHING();
}
END_TEST

START_TEST(a_vm_without_vits_gets_vpes_with_its_first_one_on_40_and_at_once_on_41)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		struct v4_config c = v41 ? v4_config_new(2) : v4_config_61(2);

		port_reset();
		must(!v4_host(w, &c));
		must(!v4_create(w, &c));
		v4_forget(w);
		ck_assert_int_eq(vgic_init(w->m.vm), 0);
		ck_assert_uint_eq(v4_count(w, "VMAPP"), v41 ? 2 : 0);
		ck_assert_int_eq(vits_create(&w->m.its, w->m.vm), 0);
		ck_assert_uint_eq(v4_count(w, "VMAPP"), 2);
		if (!v41)
			teardown();
	}
}
END_TEST

/* The n-th allocation of initialisation fails: what was requested is given back, and no more. */
START_TEST(init_that_fails_half_way_tears_down_exactly_what_was_requested)
{
	struct v4_config c = v4_config_61(3);
	u32 n, partial = 0;
	int ret;

	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vits_create(&w->m.its, w->m.vm));
	must(!vgic_v4_init(w->m.vm)); /* the host keeps memory for the next VM ... */
	vgic_v4_teardown(w->m.vm);
	port_rcu_flush();
	for (n = 1;; n++) {
		u64 outstanding = port.outstanding;
		u32 requested;

		v4_forget(w);
		port.fail_at = port.allocs + n;
		ret = vgic_v4_init(w->m.vm);
		port.fail_at = 0;
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		requested = v4_count(w, "VMAPP") / 2;
		ck_assert_uint_lt(requested, 3);
		partial += requested > 0;
		ck_assert_uint_eq(v4_count(w, "VINVALL"), requested);
		ck_assert_uint_eq(v4_count(w, "VMAPP vpe=0 rd=0 v=0"), requested > 0);
		ck_assert_uint_eq(v4_count(w, "VMAPP vpe=1 rd=0 v=0"), requested > 1);
		ck_assert_ptr_null(w->m.vm->v4->vpes);
		ck_assert_uint_eq(w->m.vm->v4->nr_requested, 0);
		port_rcu_flush();
		ck_assert_uint_eq(port.outstanding, outstanding); /* ... so that this is all */
		ck_assert_uint_eq(port.nr_held, 0);
		ck_assert_uint_lt(n, 200);
	}
	ck_assert_uint_eq(partial, 2); /* with one and with two doorbells requested */
	ck_assert_uint_eq(v4_count(w, "VMAPP"), 3);
}
END_TEST

START_TEST(a_vm_without_memory_is_not_attached)
{
	struct v4_config c = v4_config_61(2);

	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	vgic_v4_detach(w->m.vm);
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(vgic_v4_attach(w->m.vm, w->h), -ENOMEM);
	port.fail_at = 0;
	ck_assert_ptr_null(w->m.vm->v4);
}
END_TEST

/* Its vPEs come with the first vITS: without them there is none. */
START_TEST(a_vits_whose_vpes_fail_is_not_made)
{
	struct v4_config c = v4_config_61(2);
	u32 n;
	int ret;

	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vgic_init(w->m.vm));
	for (n = 1;; n++) {
		port.fail_at = port.allocs + n;
		ret = vits_create(&w->m.its, w->m.vm);
		port.fail_at = 0;
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(w->m.vm->nr_its, 0);
		ck_assert_ptr_null(w->m.vm->v4->vpes);
		w->m.its = NULL;
		ck_assert_uint_lt(n, 200);
	}
	ck_assert_uint_gt(n, 4);
	ck_assert_ptr_nonnull(vgic_v4_vpe(vcpu(w, 1)));
}
END_TEST

/* What could not be mapped is unmapped all the same; the VM can be given up. */
START_TEST(an_its_that_does_not_move_fails_init)
{
	struct v4_config c = v4_config_61(2);

	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vits_create(&w->m.its, w->m.vm));
	port.its_work = NULL;
	ck_assert_int_eq(vgic_init(w->m.vm), -ETIMEDOUT);
	ck_assert_ptr_null(w->m.vm->v4->vpes);
	ck_assert_uint_eq(port.nr_held, 0);
	port.its_work = v4_run_its;
	v4_run_its(w, &w->its_port[0]);
	ck_assert_int_eq(vgic_init(w->m.vm), 0);
	ck_assert_ptr_nonnull(w->m.vm->v4->vpes);
}
END_TEST

START_TEST(a_vm_that_failed_can_try_again_with_the_same_vpeids)
{
	struct v4_config c = v4_config_61(2);

	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vits_create(&w->m.its, w->m.vm));
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(vgic_v4_init(w->m.vm), -ENOMEM);
	port.fail_at = 0;
	ck_assert_int_eq(vgic_v4_init(w->m.vm), 0);
	ck_assert_uint_eq(vpe(w, 0)->id, 0);
	ck_assert_uint_eq(vpe(w, 1)->id, 1);
}
END_TEST

/* Recorded: VMAPP V=0 vPE by vPE, then the doorbells leave the proxy device. */
START_TEST(teardown_unmaps_each_vpe_and_frees_the_slots_of_doorbells)
{
	open_61(2);
	load_on(w, 0, 0);
	put(w, 0);
	load_on(w, 1, 0);
	put(w, 1);
	v4_forget(w);
	vgic_v4_teardown(w->m.vm);
	SAW("VMAPP vpe=0 rd=0 v=0", "VSYNC", "VMAPP vpe=1 rd=0 v=0", "VSYNC", "DISCARD proxy ev=0",
	    "SYNC", "DISCARD proxy ev=1", "SYNC");
	ck_assert(!vgic_v4_vpe(vcpu(w, 0)));
	vgic_v4_teardown(w->m.vm);
	SAW_NOTHING();
}
END_TEST

START_TEST(vpes_of_41_are_unmapped_without_vsync_and_their_doorbells_are_masked_first)
{
	struct v4_config c = v4_config_new(1);

	v4_open(w, &c);
	vgic_v4_teardown(w->m.vm);
	SAW("INVDB vpe=0", "VSYNC", "VMAPP vpe=0 rd=0 v=0");
}
END_TEST

/* Whoever does not know that the VM has no vPEs may ask for all of it. */
static void asks_for_nothing(void)
{
	load_on(w, 0, 0);
	vgic_wfi_begin(vcpu(w, 0));
	vgic_wfi_end(vcpu(w, 0));
	vgic_v4_reload(vcpu(w, 0));
	put(w, 0);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	vgic_v4_route_changed(w->m.vm, w->lpi[0][0]);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	ck_assert(!vgic_v4_pending(vcpu(w, 0)));
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)), 0);
	SAW_NOTHING();
}

START_TEST(a_vm_that_gets_no_vpeids_goes_on_in_software)
{
	struct v4_config c = v4_config_61(3);

	c.vpeid_bits = 1;
	v4_open(w, &c);
	ck_assert(!vgic_v4_direct_msis(w->m.vm));
	ck_assert_ptr_null(vgic_v4_vpe(vcpu(w, 0)));
	asks_for_nothing();
	ck_assert(!lpi(w, 0)->hw);
	ck_assert_int_eq(msi(&w->m, 8, 0), 1);
	ck_assert_uint_eq(visit(w, 0, 1), VGIC_LPI_BASE);
	SAW_NOTHING();
}
END_TEST

/* User space is told -ENOMEM, whatever ran out: in Linux its_alloc_vcpu_irqs() knows no other error. */
START_TEST(under_fail_a_vm_that_gets_no_vpeids_cannot_be_initialised)
{
	struct v4_config c = v4_config_61(3);
	const u64 none = 0;

	c.vpeid_bits = 1;
	c.policy.v4.vpe_shortage = VGIC_SHORTAGE_FAIL;
	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vits_create(&w->m.its, w->m.vm));
	ck_assert_int_eq(vgic_init(w->m.vm), -ENOSPC);
	ck_assert_int_eq(vgic_user_set(w->m.vm, VGIC_GRP_CTRL, VGIC_CTRL_INIT, &none), -ENOMEM);
}
END_TEST

START_TEST(software_injection_leaves_the_hardware_alone)
{
	struct v4_config c = v4_config_61(2);

	c.policy.v4.injection = VGIC_INJECT_SOFTWARE;
	v4_open(w, &c);
	ck_assert_ptr_null(w->m.vm->v4);
	asks_for_nothing();
}
END_TEST

START_TEST(a_host_without_gicv4_has_no_vpes)
{
	struct v4_config c = v4_config_61(1);

	c.direct = GIC_DIRECT_NONE;
	v4_open(w, &c);
	ck_assert(!host_has_v4(w->h));
	ck_assert_int_eq(host_v4_probe(w->h, &c.host), -ENODEV);
	ck_assert_ptr_null(w->m.vm->v4);
}
END_TEST

/* ---- residency ---- */

/* Recorded: the doorbell is disabled from the start, so nothing is sent for that. */
START_TEST(the_first_load_maps_the_doorbell_in_the_proxy_device_and_clears_it)
{
	open_61(2);
	load_on(w, 0, 0);
	SAW("vpe-in rd=0 vpe=0", "MAPTI proxy ev=0 rd=0", "SYNC", "CLEAR proxy ev=0", "SYNC");
	put(w, 0);
	SAW("vpe-out rd=0 vpe=0");
	load_on(w, 0, 0);
	SAW("vpe-in rd=0 vpe=0", "CLEAR proxy ev=0", "SYNC");
	put(w, 0);
}
END_TEST

/* Recorded: VMOVP, then the doorbell moves, then residency, then the late doorbell is cleared. */
START_TEST(load_goes_affinity_disable_schedule_clear)
{
	open_61(2);
	load_on(w, 0, 0);
	vgic_wfi_begin(vcpu(w, 0)); /* the doorbell is enabled */
	put(w, 0);
	v4_forget(w);
	load_on(w, 0, 1);
	SAW("VMOVP vpe=0 rd=1", "VSYNC", "MOVI proxy ev=0 rd=1", "SYNC", /* affinity */
	    "INV proxy ev=0", "SYNC",					 /* disable */
	    "vpe-in rd=1 vpe=0",					 /* schedule */
	    "CLEAR proxy ev=0", "SYNC");				 /* clear */
	put(w, 0);
}
END_TEST

/* What the ITS did not do is the caller's to know, and the vPE is not resident. */
START_TEST(a_load_that_the_its_does_not_answer_fails)
{
	struct v4_config c = v4_config_61(1);

	v4_open(w, &c);
	port.its_work = NULL;
	vcpu(w, 0)->pe = gic_pe(w->m.gic, 2);
	ck_assert_int_eq(vgic_v4_load(vcpu(w, 0)), -ETIMEDOUT);
	ck_assert_ptr_null(vpe(w, 0)->resident);
	port.its_work = v4_run_its;
	v4_run_its(w, &w->its_port[0]);
	ck_assert_int_eq(vgic_v4_load(vcpu(w, 0)), 0);
	ck_assert_ptr_eq(vpe(w, 0)->resident, gic_pe(w->m.gic, 2));
	ck_assert_int_eq(vgic_v4_put(vcpu(w, 0), false), 0);
	vcpu(w, 0)->pe = NULL;
}
END_TEST

START_TEST(a_vpe_is_resident_from_load_to_put_whatever_the_guest_does)
{
	open_61(1);
	load_on(w, 0, 2);
	ck_assert_ptr_eq(vpe(w, 0)->resident, gic_pe(w->m.gic, 2));
	v4_forget(w);
	enter(w, 0);
	leave(w, 0);
	enter(w, 0);
	leave(w, 0);
	SAW_NOTHING();
	put(w, 0);
	SAW("vpe-out rd=2 vpe=0");
	ck_assert_ptr_null(vpe(w, 0)->resident);
}
END_TEST

static void end_scan(void *arg, void *object)
{
	(void)arg;
	(void)object;
	gic_vpt_scanned(gic_pe(w->m.gic, 0));
}

/* The guest must not run before its pending table has been scanned. */
START_TEST(entry_waits_for_the_scan_of_the_pending_table)
{
	struct v4_config c = v4_config_61(1);

	c.vpt_scan = true;
	v4_open(w, &c);
	port.poll = end_scan;
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	raise_msi(w, 0, 0);
	load_on(w, 0, 0);
	ck_assert(gicr_read(vcpu(w, 0)->pe, GICR_VPENDBASER, 8) & GICR_VPENDBASER_DIRTY);
	enter(w, 0);
	ck_assert(!(gicr_read(vcpu(w, 0)->pe, GICR_VPENDBASER, 8) & GICR_VPENDBASER_DIRTY));
	ck_assert_uint_eq(take(w, 0), VGIC_LPI_BASE);
	leave(w, 0);
	put(w, 0);
}
END_TEST

START_TEST(under_each_entry_a_vpe_is_resident_only_in_the_guest)
{
	struct v4_config c = v4_config_61(1);

	c.policy.v4.residency = VGIC_RESIDENCY_EACH_ENTRY;
	v4_open(w, &c);
	load_on(w, 0, 0);
	SAW_NOTHING();
	enter(w, 0);
	SAW("vpe-in rd=0 vpe=0", "MAPTI proxy ev=0 rd=0", "SYNC", "CLEAR proxy ev=0", "SYNC");
	leave(w, 0);
	SAW("vpe-out rd=0 vpe=0");
	put(w, 0);
	SAW_NOTHING();
}
END_TEST

/* Recorded: unmask before Valid is cleared. */
START_TEST(put_undoes_nested_disables_in_a_loop)
{
	u32 i;

	open_61(1);
	load_on(w, 0, 0);
	for (i = 0; i < 3; i++)
		host_doorbell_disable(vpe(w, 0));
	ck_assert_uint_eq(vpe(w, 0)->db_depth, 5); /* request, load, and three */
	v4_forget(w);
	ck_assert_int_eq(vgic_v4_put(vcpu(w, 0), true), 0);
	ck_assert_uint_eq(vpe(w, 0)->db_depth, 0);
	SAW("INV proxy ev=0", "SYNC", "vpe-out rd=0 vpe=0");
	put(w, 0);
}
END_TEST

START_TEST(a_put_without_doorbell_leaves_the_disables)
{
	open_61(1);
	load_on(w, 0, 0);
	v4_forget(w);
	ck_assert_int_eq(vgic_v4_put(vcpu(w, 0), false), 0);
	ck_assert_uint_eq(vpe(w, 0)->db_depth, 2);
	SAW("vpe-out rd=0 vpe=0");
	put(w, 0);
}
END_TEST

START_TEST(put_remembers_whether_something_enabled_was_left_pending)
{
	open_61(1);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	load_on(w, 0, 0);
	put(w, 0);
	ck_assert(!vgic_v4_pending(vcpu(w, 0)));
	ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
	load_on(w, 0, 0);
	raise_msi(w, 0, 0);
	put(w, 0);
	ck_assert(vgic_v4_pending(vcpu(w, 0)));
	ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
	ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
}
END_TEST

/* Without a doorbell GICv4.1 is not asked: something may be pending. */
START_TEST(a_preempted_vcpu_of_41_is_taken_to_be_runnable)
{
	struct v4_config c = v4_config_new(1);

	v4_open(w, &c);
	load_on(w, 0, 0);
	put(w, 0);
	ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
	load_on(w, 0, 0);
	vgic_wfi_begin(vcpu(w, 0));
	put(w, 0);
	ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
}
END_TEST

START_TEST(what_is_pending_in_hardware_does_not_count_while_the_distributor_is_off)
{
	open_61(1);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	raise_msi(w, 0, 0);
	load_on(w, 0, 0);
	put(w, 0);
	ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
	guest_write(&w->m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ARE);
	ck_assert(!vgic_vcpu_pending(vcpu(w, 0)));
}
END_TEST

START_TEST(direct_lpi_masks_and_clears_without_commands)
{
	struct v4_config c = v4_config_61(1);

	c.direct_lpi = true;
	v4_open(w, &c);
	load_on(w, 0, 0);
	SAW("vpe-in rd=0 vpe=0");
	vgic_wfi_begin(vcpu(w, 0));
	SAW("vpe-out rd=0 vpe=0");
	put(w, 0);
	load_on(w, 0, 3);
	SAW("VMOVP vpe=0 rd=3", "VSYNC", "vpe-in rd=3 vpe=0");
	put(w, 0);
}
END_TEST

/* With or without GICv4: a guest that waits is loaded still, and its VMCR in the hardware. */
START_TEST(wfi_reads_vmcr_back)
{
	open_61(1);
	load_on(w, 0, 0);
	enter(w, 0);
	ich_vmcr_write(vcpu(w, 0)->pe, FIELD_PUT(0x80, ICH_VMCR_VPMR));
	leave(w, 0);
	vgic_wfi_begin(vcpu(w, 0));
	ck_assert_uint_eq(FIELD_GET(vcpu(w, 0)->cpuif.vmcr, ICH_VMCR_VPMR), 0x80);
	vgic_wfi_end(vcpu(w, 0));
	put(w, 0);
}
END_TEST

START_TEST(while_l2_runs_the_vpe_of_l1_is_out_with_a_doorbell)
{
	open_61(1);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	load_on(w, 0, 0);
	vgic_v4_set_nested(vcpu(w, 0), true);
	put(w, 0);
	load_on(w, 0, 0);
	ck_assert_ptr_null(vpe(w, 0)->resident);
	ck_assert(!host_doorbell_disabled(vpe(w, 0)));
	v4_forget(w);
	vgic_wfi_begin(vcpu(w, 0)); /* L2 waits: nothing is asked for once more */
	vgic_wfi_end(vcpu(w, 0));
	SAW_NOTHING();
	raise_msi(w, 0, 0);
	host_irqs(w, 0);
	ck_assert(vgic_vcpu_pending(vcpu(w, 0)));
	put(w, 0);
	vgic_v4_set_nested(vcpu(w, 0), false);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_vm_is_mapped_eagerly_vpe_by_vpe);
	tcase_add_test(tc, init_is_idempotent);
	tcase_add_test(tc, a_vm_without_vits_gets_vpes_with_its_first_one_on_40_and_at_once_on_41);
	tcase_add_test(tc, init_that_fails_half_way_tears_down_exactly_what_was_requested);
	tcase_add_test(tc, a_vm_without_memory_is_not_attached);
	tcase_add_test(tc, a_vits_whose_vpes_fail_is_not_made);
	tcase_add_test(tc, an_its_that_does_not_move_fails_init);
	tcase_add_test(tc, a_vm_that_failed_can_try_again_with_the_same_vpeids);
	tcase_add_test(tc, teardown_unmaps_each_vpe_and_frees_the_slots_of_doorbells);
	tcase_add_test(tc,
		       vpes_of_41_are_unmapped_without_vsync_and_their_doorbells_are_masked_first);
	tcase_add_test(tc, a_vm_that_gets_no_vpeids_goes_on_in_software);
	tcase_add_test(tc, under_fail_a_vm_that_gets_no_vpeids_cannot_be_initialised);
	tcase_add_test(tc, software_injection_leaves_the_hardware_alone);
	tcase_add_test(tc, a_host_without_gicv4_has_no_vpes);
	tcase_add_test(tc, the_first_load_maps_the_doorbell_in_the_proxy_device_and_clears_it);
	tcase_add_test(tc, load_goes_affinity_disable_schedule_clear);
	tcase_add_test(tc, a_load_that_the_its_does_not_answer_fails);
	tcase_add_test(tc, a_vpe_is_resident_from_load_to_put_whatever_the_guest_does);
	tcase_add_test(tc, entry_waits_for_the_scan_of_the_pending_table);
	tcase_add_test(tc, under_each_entry_a_vpe_is_resident_only_in_the_guest);
	tcase_add_test(tc, put_undoes_nested_disables_in_a_loop);
	tcase_add_test(tc, a_put_without_doorbell_leaves_the_disables);
	tcase_add_test(tc, put_remembers_whether_something_enabled_was_left_pending);
	tcase_add_test(tc, a_preempted_vcpu_of_41_is_taken_to_be_runnable);
	tcase_add_test(tc, what_is_pending_in_hardware_does_not_count_while_the_distributor_is_off);
	tcase_add_test(tc, direct_lpi_masks_and_clears_without_commands);
	tcase_add_test(tc, wfi_reads_vmcr_back);
	tcase_add_test(tc, while_l2_runs_the_vpe_of_l1_is_out_with_a_doorbell);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: vPEs", add, NULL, teardown)
