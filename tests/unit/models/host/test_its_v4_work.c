// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's ITS driver with GICv4 at work: vPEs that move, residency and its waits, maps of vLPIs,
 * vSGIs (spec/vgic.md 4.4, 4.6, 4.8, 4.10).
 */
#include "v4-host.h"

/* ---- moves ---- */

START_TEST(a_vpe_that_stays_costs_nothing_and_a_pe_that_is_not_there_is_refused)
{
	open_40(1);
	ck_assert_int_eq(host_vpe_set_affinity(pe_of(0), 0), 0);
	SAW_NOTHING();
	ck_assert_int_eq(host_vpe_set_affinity(pe_of(0), MMIO_PES), -EINVAL);
	SAW_NOTHING();
}
END_TEST

START_TEST(an_eagerly_mapped_vpe_that_was_released_cannot_move)
{
	open_40(1);
	host_vpe_release(pe_of(0));
	v4_forget(w);
	ck_assert_int_eq(host_vpe_set_affinity(pe_of(0), 1), -EINVAL);
	SAW_NOTHING();
	must(!host_vpe_request(pe_of(0), NULL, NULL));
}
END_TEST

/* One VMOVP is enough where one ITS tells the others. */
START_TEST(a_single_vmovp_goes_to_the_first_its)
{
	struct v4_config c = v4_config_new(1);

	c.nr_its = 2;
	open_with(&c, 1);
	must(!host_vpe_set_affinity(pe_of(0), 2));
	SAW("VMOVP vpe=0 rd=2", "VSYNC");
}
END_TEST

static u64 last_vmovp[2][4];

/* Nobody else may move this vPE, map or unmap the VM, or send another VMOVP in between. */
static void keep_vmovp(void *arg, u32 its, const u64 cmd[4])
{
	if (its_cmd_opcode(cmd) == ITS_CMD_VMOVP) {
		memcpy(last_vmovp[its], cmd, sizeof(last_vmovp[0]));
		ck_assert(port_would_block(&pe_of(0)->lock));
		ck_assert(port_would_block(&vpes->vmapp_lock));
		ck_assert(port_would_block(&w->h->v4->vmovp_lock));
	}
	v4_see_command(arg, its, cmd);
}

/* In the order of the list, with one sequence number; the doorbell of 4.1 moves along. */
START_TEST(with_its_lists_the_same_vmovp_goes_to_each_its_in_order)
{
	struct v4_config c = v4_config_new(1);
	u32 i;

	c.nr_its = 2;
	c.its_list = true;
	open_with(&c, 1);
	host_its_observe(w->h, keep_vmovp, w);
	for (i = 0; i < 3; i++) {
		must(!host_vpe_set_affinity(pe_of(0), 2 + i % 2));
		ck_assert_mem_eq(last_vmovp[0], last_vmovp[1], sizeof(last_vmovp[0]));
		ck_assert_uint_eq(FIELD_GET(last_vmovp[0][0], ITS_CMD0_SEQNUM), i);
		ck_assert_uint_eq(FIELD_GET(last_vmovp[0][1], ITS_CMD1_ITSLIST), 3);
		ck_assert(last_vmovp[0][2] & ITS_CMD2_DB);
	}
	ck_assert_str_eq(w->log[0], "VMOVP vpe=0 rd=2");
	ck_assert_str_eq(w->log[2], "its1 VMOVP vpe=0 rd=2");
}
END_TEST

/* With individual doorbells VMOVP has none to name, and that moves as on 4.0. */
START_TEST(a_vmovp_of_41_names_the_doorbell_if_it_is_the_vpes)
{
	struct v4_config c = v4_config_new(1);

	c.its_list = true;
	c.individual_db = true;
	c.direct_lpi = true;
	c.host.doorbell = HOST_DOORBELL_PER_VLPI;
	open_with(&c, 1);
	host_its_observe(w->h, keep_vmovp, w);
	gic_lpi_set(gic_pe(w->m.gic, 0), pe_of(0)->doorbell);
	must(!host_vpe_set_affinity(pe_of(0), 2));
	ck_assert(!(last_vmovp[0][2] & ITS_CMD2_DB));
	ck_assert(!gic_lpi_pending(gic_pe(w->m.gic, 0), pe_of(0)->doorbell));
	ck_assert(!gic_lpi_pending(gic_pe(w->m.gic, 2), pe_of(0)->doorbell));
}
END_TEST

START_TEST(only_itss_with_vlpis_of_the_vm_are_on_the_list_of_40)
{
	struct v4_config c = v4_config_61(1);

	c.nr_its = 2;
	c.its_list = true;
	open_with(&c, 1);
	host_its_observe(w->h, keep_vmovp, w);
	must(!map(0, 0, 0, 8192));
	v4_forget(w);
	must(!host_vpe_set_affinity(pe_of(0), 1));
	ck_assert_uint_eq(v4_count(w, "VMOVP"), 1);
	ck_assert_uint_eq(v4_count(w, "its1 VMOVP"), 0);
	ck_assert_uint_eq(FIELD_GET(last_vmovp[0][1], ITS_CMD1_ITSLIST), 1);
	v4_forget(w);
	must(!host_vpe_invall(pe_of(0)));
	SAW("VINVALL vpe=0", "VSYNC");
}
END_TEST

/* PEs 0, 1 share a table of vPEs, and 2, 3 another one. */
START_TEST(elision_leaves_vmovp_out_within_a_shared_table_only)
{
	u32 policy;

	for (policy = HOST_VMOVP_EACH_LOAD; policy <= HOST_VMOVP_ELIDE; policy++) {
		struct v4_config c = v4_config_new(1);

		c.common_lpi_aff = GIC_COMMON_AFF_321;
		c.host.vmovp = (u8)policy;
		open_with(&c, 1);
		must(!host_vpe_set_affinity(pe_of(0), 1));
		ck_assert_uint_eq(v4_count(w, "VMOVP vpe=0 rd=1"), policy == HOST_VMOVP_EACH_LOAD);
		v4_forget(w);
		must(!host_vpe_set_affinity(pe_of(0), 2));
		SAW("VMOVP vpe=0 rd=2", "VSYNC");
		must(!host_vpe_set_affinity(pe_of(0), 3));
		ck_assert_uint_eq(v4_count(w, "VMOVP"), policy == HOST_VMOVP_EACH_LOAD);
		if (policy == HOST_VMOVP_EACH_LOAD)
			teardown();
	}
}
END_TEST

/* The doorbell's PE is the one that the ITSs know: why elision was taken out again. */
START_TEST(an_elided_vmovp_leaves_the_doorbell_behind)
{
	u32 policy;

	for (policy = HOST_VMOVP_EACH_LOAD; policy <= HOST_VMOVP_ELIDE; policy++) {
		struct v4_config c = v4_config_new(1);
		struct gic_pe *pe;

		c.host.vmovp = (u8)policy;
		open_with(&c, 1);
		must(!map(0, 0, 0, 8192));
		pe = gic_pe(w->m.gic, 1);
		must(!host_vpe_set_affinity(pe_of(0), 1));
		must(!host_vpe_make_resident(pe_of(0), pe, false, true));
		must(!host_vpe_make_non_resident(pe_of(0), HOST_PUT_DOORBELL));
		raise_msi(w, 0, 0);
		ck_assert(irq_line(w, 0) == (policy == HOST_VMOVP_ELIDE));
		ck_assert(irq_line(w, 1) == (policy == HOST_VMOVP_EACH_LOAD));
		must(!host_vlpi_unmap(w->h, w->lpi[0][0]));
		if (policy == HOST_VMOVP_EACH_LOAD)
			teardown();
	}
}
END_TEST

/* A vPE without vLPIs moves for nothing; its first one makes up for it. */
START_TEST(a_lazy_vmovp_waits_for_the_first_vlpi)
{
	struct v4_config c = v4_config_61(1);

	c.host.vmovp = HOST_VMOVP_LAZY;
	open_with(&c, 2);
	must(!host_vpe_set_affinity(pe_of(0), 1));
	must(!host_vpe_set_affinity(pe_of(0), 3));
	SAW_NOTHING();
	must(!map(0, 0, 0, 8192));
	SAW("VMOVP vpe=0 rd=3", "VSYNC", "MAPTI proxy ev=0 rd=3", "SYNC", "MOVI proxy ev=0 rd=3",
	    "SYNC", "DISCARD dev=8 ev=0", "SYNC", "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=vpe0",
	    "VSYNC");
	must(!host_vpe_set_affinity(pe_of(0), 3)); /* it is settled */
	SAW_NOTHING();
	must(!host_vpe_set_affinity(pe_of(0), 2));
	SAW("VMOVP vpe=0 rd=2", "VSYNC", "MOVI proxy ev=0 rd=2", "SYNC");
	/* one that is moved to it settles it as well */
	must(!host_vpe_set_affinity(pe_of(1), 1));
	SAW_NOTHING();
	must(!map(0, 0, 1, 8192));
	ck_assert_uint_eq(v4_count(w, "VMOVP vpe=1 rd=1"), 1);
	/* and a vPE that comes back to where the ITSs know it owes nothing */
	must(!host_vlpi_unmap(w->h, w->lpi[0][0]));
	must(!host_vpe_set_affinity(pe_of(1), 0));
	must(!host_vpe_set_affinity(pe_of(1), 1));
	v4_forget(w);
	must(!map(0, 0, 1, 8192));
	ck_assert_uint_eq(v4_count(w, "VMOVP"), 0);
}
END_TEST

START_TEST(with_direct_lpi_a_doorbell_that_is_pending_where_the_vpe_was_is_cleared_there)
{
	struct v4_config c = v4_config_61(1);

	c.direct_lpi = true;
	open_with(&c, 1);
	gic_lpi_set(gic_pe(w->m.gic, 0), pe_of(0)->doorbell);
	must(!host_vpe_set_affinity(pe_of(0), 2));
	SAW("VMOVP vpe=0 rd=2", "VSYNC");
	ck_assert(!gic_lpi_pending(gic_pe(w->m.gic, 0), pe_of(0)->doorbell));
}
END_TEST

/* The queue does not go on: who waits for it is told, by each operation. */
START_TEST(an_its_that_does_not_move_is_noticed_by_each_operation)
{
	struct v4_config c = v4_config_61(2);
	struct host_vsgi config = { .priority = 0x80, .enabled = true, .group = true };
	u32 list;

	for (list = 0; list < 2; list++) {
		c.nr_its = 1 + list;
		c.its_list = list;
		c.direct_lpi = list;
		c.host.vmapp = HOST_VMAPP_EAGER;
		open_with(&c, 2);
		must(!map(0, 0, 0, 8192));
		port.its_work = NULL;
		ck_assert_int_eq(host_vpe_set_affinity(pe_of(0), 2), -ETIMEDOUT);
		ck_assert_int_eq(map(1, 0, 0, 8193), -ETIMEDOUT);
		ck_assert_int_eq(map(0, 0, 1, 8192), -ETIMEDOUT);
		ck_assert_int_eq(host_vlpi_update(w->h, w->lpi[0][0], 0xa0, true), -ETIMEDOUT);
		ck_assert_int_eq(host_vpe_sync(pe_of(0)), -ETIMEDOUT);
		ck_assert_int_eq(host_vpe_invall(pe_of(0)), -ETIMEDOUT);
		ck_assert_int_eq(host_doorbell_set_pending(pe_of(0), false), list ? 0 : -ETIMEDOUT);
		ck_assert_int_eq(host_vlpi_unmap(w->h, w->lpi[0][0]), -ETIMEDOUT);
		ck_assert_uint_eq(port.nr_held, 0);
		port.its_work = v4_run_its;
		v4_run_its(w, &w->its_port[0]);
		v4_run_its(w, &w->its_port[list]);
		teardown();
	}
	c = v4_config_new(1);
	open_with(&c, 1);
	port.its_work = NULL;
	ck_assert_int_eq(host_vsgi_configure(pe_of(0), 1, &config), -ETIMEDOUT);
	ck_assert_int_eq(host_vsgi_clear(pe_of(0), 1), -ETIMEDOUT);
	ck_assert_int_eq(host_vsgi_retire(pe_of(0), 1), -ETIMEDOUT);
	port.its_work = v4_run_its;
	v4_run_its(w, &w->its_port[0]);
}
END_TEST

/* ---- residency ---- */

START_TEST(a_vpe_of_40_is_named_by_its_tables_and_one_of_41_by_its_number)
{
	struct v4_config c = v4_config_new(1);
	struct gic_pe *pe;
	u64 v;

	open_40(2);
	pe = gic_pe(w->m.gic, 0);
	must(!host_vpe_make_resident(pe_of(1), pe, false, true));
	v = gicr_read(pe, GICR_VPENDBASER, 8);
	ck_assert(v & GICR_VPENDBASER_VALID);
	ck_assert_uint_eq(v & FIELD_MASK(GICR_VPENDBASER_PA), pe_of(1)->vpt);
	v = gicr_read(pe, GICR_VPROPBASER, 8);
	ck_assert_uint_eq(v & FIELD_MASK(GICR_VPROPBASER_PA), vpes->prop_table);
	ck_assert_uint_eq(FIELD_GET(v, GICR_VPROPBASER_IDBITS), 15);
	must(!host_vpe_make_non_resident(pe_of(1), HOST_PUT_PREEMPTED));
	teardown();
	open_with(&c, 2);
	pe = gic_pe(w->m.gic, 0);
	must(!host_vpe_make_resident(pe_of(1), pe, false, true));
	v = gicr_read(pe, GICR_VPENDBASER, 8);
	ck_assert_uint_eq(FIELD_GET(v, GICR_VPENDBASER_VPEID), 1);
	ck_assert(v & GICR_VPENDBASER_VGRP1EN);
	ck_assert(!(v & GICR_VPENDBASER_VGRP0EN));
	must(!host_vpe_make_non_resident(pe_of(1), HOST_PUT_PREEMPTED));
}
END_TEST

/* What the redistributor says of the table's first KiB is said to the next one. */
START_TEST(idai_is_kept_from_one_residency_to_the_next)
{
	struct gic_pe *pe;
	u32 i;

	open_40(1);
	pe = gic_pe(w->m.gic, 0);
	for (i = 0; i < 2; i++) {
		pe_of(0)->idai = i;
		must(!host_vpe_make_resident(pe_of(0), pe, false, true));
		ck_assert(!(gicr_read(pe, GICR_VPENDBASER, 8) & GICR_VPENDBASER_IDAI) == !i);
		pe_of(0)->idai = !i;
		must(!host_vpe_make_non_resident(pe_of(0), HOST_PUT_PREEMPTED));
		ck_assert(pe_of(0)->idai == i);
	}
}
END_TEST

/* The scan ends at the n-th look of somebody who waits. */
static u32 looks, looks_needed;

static void scan_ends(void *arg, void *object)
{
	u32 i;

	(void)arg;
	(void)object;
	if (++looks < looks_needed)
		return;
	for (i = 0; i < MMIO_PES; i++)
		gic_vpt_scanned(gic_pe(w->m.gic, i));
}

static void open_scanning(enum host_residency_poll_policy policy, enum gic_direct direct)
{
	struct v4_config c = direct == GIC_DIRECT_V41 ? v4_config_new(1) : v4_config_61(1);

	c.vpt_scan = true;
	c.host.residency_poll = (u8)policy;
	open_with(&c, 1);
	port.poll = scan_ends;
	looks = 0;
	looks_needed = 1;
}

START_TEST(the_scan_is_waited_for_at_load_or_before_entry_once_a_residency)
{
	u32 policy;

	for (policy = HOST_POLL_AT_LOAD; policy <= HOST_POLL_AT_ENTRY; policy++) {
		u64 reads;

		open_scanning((enum host_residency_poll_policy)policy, GIC_DIRECT_V40);
		must(!host_vpe_make_resident(pe_of(0), gic_pe(w->m.gic, 0), false, true));
		ck_assert_uint_eq(looks, policy == HOST_POLL_AT_LOAD);
		host_vpe_commit(pe_of(0));
		ck_assert_uint_eq(looks, 1);
		reads = port.used[COST_GIC_MMIO_READ];
		host_vpe_commit(pe_of(0));
		ck_assert_uint_eq(port.used[COST_GIC_MMIO_READ], reads);
		must(!host_vpe_make_non_resident(pe_of(0), HOST_PUT_PREEMPTED));
		ck_assert_uint_eq(looks, 2); /* after Valid is cleared */
		if (policy == HOST_POLL_AT_LOAD)
			teardown();
	}
}
END_TEST

/* A look a step, 1 us if nobody says another; who waits may be told before the next one. */
START_TEST(looks_at_dirty_come_at_the_step_of_the_policy_or_when_the_scan_ends)
{
	struct v4_config c = v4_config_61(1);
	u32 step;

	for (step = 0; step < 100; step += 50) {
		c.vpt_scan = true;
		c.host.residency_poll_step = step;
		open_with(&c, 1);
		port.poll = scan_ends;
		looks = 0;
		looks_needed = 1;
		must(!host_vpe_make_resident(pe_of(0), gic_pe(w->m.gic, 0), false, true));
		port.notified = NULL;
		host_vpe_commit(pe_of(0));
		ck_assert_uint_eq(port.poll_step, step ? step : 1000);
		ck_assert_ptr_eq(port.polled, gic_vpt_waitq(gic_pe(w->m.gic, 0)));
		ck_assert_ptr_eq(port.notified, port.polled);
		must(!host_vpe_make_non_resident(pe_of(0), HOST_PUT_PREEMPTED));
		if (!step)
			teardown();
	}
}
END_TEST

/* Preempted between load and entry: Valid must not be cleared while Dirty. */
START_TEST(valid_is_not_cleared_while_the_scan_lasts)
{
	open_scanning(HOST_POLL_AT_ENTRY, GIC_DIRECT_V41);
	must(!host_vpe_make_resident(pe_of(0), gic_pe(w->m.gic, 0), false, true));
	port_clear_records();
	must(!host_vpe_make_non_resident(pe_of(0), HOST_PUT_DOORBELL));
	ck_assert_uint_eq(looks, 2);
	ck_assert_uint_eq(port_count_events(EV_HW_UNPREDICTABLE), 0);
}
END_TEST

START_TEST(a_redistributor_that_never_ends_its_scan_is_taken_to_have_something_pending)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		open_scanning(HOST_POLL_AT_ENTRY, v41 ? GIC_DIRECT_V41 : GIC_DIRECT_V40);
		must(!host_vpe_make_resident(pe_of(0), gic_pe(w->m.gic, 0), false, true));
		host_vpe_commit(pe_of(0));
		looks_needed = ~0u;
		must(!host_vpe_make_non_resident(pe_of(0), HOST_PUT_DOORBELL));
		ck_assert(pe_of(0)->pending_last);
		ck_assert_ptr_null(pe_of(0)->resident);
		looks_needed = 0;
		scan_ends(NULL, NULL);
		if (!v41)
			teardown();
	}
}
END_TEST

/* ---- vLPIs ---- */

START_TEST(a_vlpi_map_is_given_back_as_it_was_made)
{
	struct host_vlpi_map got;

	open_40(2);
	ck_assert_int_eq(host_vlpi_get(w->h, w->lpi[0][0], &got), -EINVAL);
	must(!map(0, 0, 1, 8200));
	must(!host_vlpi_get(w->h, w->lpi[0][0], &got));
	ck_assert_ptr_eq(got.vpe, pe_of(1));
	ck_assert_uint_eq(got.vintid, 8200);
	ck_assert_uint_eq(plat_atomic_read(&pe_of(1)->vlpis), 1);
}
END_TEST

START_TEST(what_is_no_vlpi_is_refused)
{
	open_40(1);
	ck_assert_int_eq(host_vlpi_unmap(w->h, w->lpi[0][0]), -EINVAL);
	ck_assert_int_eq(host_vlpi_update(w->h, w->lpi[0][0], 0xa1, true), -EINVAL);
	ck_assert_int_eq(host_vlpi_unmap(w->h, 60000), -EINVAL);
	host_its_unmap_event(w->h, w->lpi[0][0]);
	v4_forget(w);
	ck_assert_int_eq(map(0, 0, 0, 8192), -EINVAL);
	SAW_NOTHING();
}
END_TEST

/* An MSI that comes between the two mappings has none. */
static void raise_in_window(void *arg, u32 its, const u64 cmd[4])
{
	if (its_cmd_opcode(cmd) == ITS_CMD_VMAPTI)
		raise_msi(w, 0, 0);
	v4_see_command(arg, its, cmd);
}

START_TEST(an_msi_between_discard_and_vmapti_is_dropped)
{
	open_40(1);
	host_its_observe(w->h, raise_in_window, w);
	must(!map(0, 0, 0, 8192));
	ck_assert_uint_eq(w->dropped, 1);
	ck_assert(!host_vpe_table_pending(pe_of(0), 8192));
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(w->dropped, 1);
	ck_assert(host_vpe_table_pending(pe_of(0), 8192));
}
END_TEST

START_TEST(sgis_need_hardware_that_has_them)
{
	struct host_vsgi config = { .priority = 0x80, .enabled = true, .group = true };
	struct v4_config c = v4_config_new(1);
	u32 bits;

	open_40(1);
	ck_assert_int_eq(host_vsgi_configure(pe_of(0), 1, &config), -ENODEV);
	ck_assert_int_eq(host_vsgi_send(pe_of(0), 1), -ENODEV);
	ck_assert_int_eq(host_vsgi_clear(pe_of(0), 1), -ENODEV);
	ck_assert_int_eq(host_vsgi_retire(pe_of(0), 1), -ENODEV);
	ck_assert_int_eq(host_vsgi_pending(pe_of(0), &bits), -ENODEV);
	teardown();
	open_with(&c, 1);
	ck_assert_int_eq(host_vsgi_configure(pe_of(0), 16, &config), -ENODEV);
	must(!host_vsgi_configure(pe_of(0), 1, &config));
	SAW("VSGI vpe=0 sgi=1 config en=1 prio=128 grp=1", "VSYNC");
	must(!host_vsgi_send(pe_of(0), 1));
	SAW_NOTHING();
	v4_deliver(w);
	must(!host_vsgi_pending(pe_of(0), &bits));
	ck_assert_uint_eq(bits, 2);
	must(!host_vsgi_retire(pe_of(0), 1));
	SAW("VSGI vpe=0 sgi=1 config en=0 prio=128 grp=1", "VSYNC",
	    "VSGI vpe=0 sgi=1 clear en=0 prio=0 grp=0", "VSYNC");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_vpe_that_stays_costs_nothing_and_a_pe_that_is_not_there_is_refused);
	tcase_add_test(tc, an_eagerly_mapped_vpe_that_was_released_cannot_move);
	tcase_add_test(tc, a_single_vmovp_goes_to_the_first_its);
	tcase_add_test(tc, with_its_lists_the_same_vmovp_goes_to_each_its_in_order);
	tcase_add_test(tc, a_vmovp_of_41_names_the_doorbell_if_it_is_the_vpes);
	tcase_add_test(tc, only_itss_with_vlpis_of_the_vm_are_on_the_list_of_40);
	tcase_add_test(tc, elision_leaves_vmovp_out_within_a_shared_table_only);
	tcase_add_test(tc, an_elided_vmovp_leaves_the_doorbell_behind);
	tcase_add_test(tc, a_lazy_vmovp_waits_for_the_first_vlpi);
	tcase_add_test(
		tc, with_direct_lpi_a_doorbell_that_is_pending_where_the_vpe_was_is_cleared_there);
	tcase_add_test(tc, an_its_that_does_not_move_is_noticed_by_each_operation);
	tcase_add_test(tc, a_vpe_of_40_is_named_by_its_tables_and_one_of_41_by_its_number);
	tcase_add_test(tc, idai_is_kept_from_one_residency_to_the_next);
	tcase_add_test(tc, the_scan_is_waited_for_at_load_or_before_entry_once_a_residency);
	tcase_add_test(tc, looks_at_dirty_come_at_the_step_of_the_policy_or_when_the_scan_ends);
	tcase_add_test(tc, valid_is_not_cleared_while_the_scan_lasts);
	tcase_add_test(tc,
		       a_redistributor_that_never_ends_its_scan_is_taken_to_have_something_pending);
	tcase_add_test(tc, a_vlpi_map_is_given_back_as_it_was_made);
	tcase_add_test(tc, what_is_no_vlpi_is_refused);
	tcase_add_test(tc, an_msi_between_discard_and_vmapti_is_dropped);
	tcase_add_test(tc, sgis_need_hardware_that_has_them);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("host ITS driver: GICv4 at work", add, NULL, teardown)
