// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's ITS driver with GICv4, set-up: tables of vPEs, vPEIDs, who holds the proxy device's
 * slots, where vPEs are mapped (spec/vgic.md 4.3, 4.5, 4.7, 4.9).
 */
#include "v4-host.h"

/* ---- set up ---- */

START_TEST(the_proxy_device_has_the_largest_device_id_and_a_slot_for_each_pe)
{
	struct v4_config c = v4_config_61(1);

	port_reset();
	must(!v4_host(w, &c));
	ck_assert(host_is_proxy(w->h, 0xffff));
	ck_assert(!host_is_proxy(w->h, 8));
	ck_assert_uint_eq(w->h->v4->proxy.nr, 4);
	SAW("MAPD proxy v=1");
}
END_TEST

START_TEST(with_direct_lpi_or_41_there_is_no_proxy_device)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		struct v4_config c = v41 ? v4_config_new(1) : v4_config_61(1);

		c.direct_lpi = true;
		port_reset();
		must(!v4_host(w, &c));
		ck_assert(!host_is_proxy(w->h, 0xffff));
		SAW_NOTHING();
		if (!v41)
			teardown();
	}
}
END_TEST

/* ITS 0 and PEs 0, 1 have one affinity; PEs 2, 3 another. */
START_TEST(redistributors_of_41_share_a_table_by_affinity)
{
	struct v4_config c = v4_config_new(1);
	u64 base[MMIO_PES];
	u32 i;

	c.common_lpi_aff = GIC_COMMON_AFF_321;
	open_with(&c, 1);
	for (i = 0; i < MMIO_PES; i++) {
		u64 v = gicr_read(gic_pe(w->m.gic, i), GICR_VPROPBASER, 8);

		ck_assert(v & GICR_VPROPBASER_V41_VALID);
		base[i] = v & FIELD_MASK(GICR_VPROPBASER_PA);
	}
	ck_assert_uint_eq(base[0], base[1]);
	ck_assert_uint_eq(base[2], base[3]);
	ck_assert_uint_ne(base[0], base[2]);
}
END_TEST

START_TEST(an_its_of_41_joins_the_table_of_its_affinity_if_svpet_says_so)
{
	u32 svpet;

	for (svpet = 0; svpet <= GIC_COMMON_AFF_321; svpet += GIC_COMMON_AFF_321) {
		struct v4_config c = v4_config_new(1);
		u64 rd, its;

		c.common_lpi_aff = GIC_COMMON_AFF_321;
		c.svpet = svpet;
		open_with(&c, 1);
		rd = gicr_read(gic_pe(w->m.gic, 0), GICR_VPROPBASER, 8);
		its = its_read(w->its[0], GITS_BASER + 16, 8);
		ck_assert_uint_eq(FIELD_GET(its, GITS_BASER_TYPE), GITS_BASER_TYPE_VPE);
		ck_assert((gits_baser_addr(its) == (rd & FIELD_MASK(GICR_VPROPBASER_PA))) ==
			  !!svpet);
		if (!svpet)
			teardown();
	}
}
END_TEST

static u32 allocs[2], plain[2]; /* VMAPPs with V = 0, 1: with Alloc, without */

static void count_alloc(void *arg, u32 its, const u64 cmd[4])
{
	u32 *count = cmd[0] & ITS_CMD0_ALLOC ? allocs : plain;

	if (its_cmd_opcode(cmd) == ITS_CMD_VMAPP)
		count[its_cmd_valid(cmd)]++;
	v4_see_command(arg, its, cmd);
}

/* The first mapping of a vPE allocates, the last unmapping frees. */
START_TEST(alloc_is_set_for_the_first_its_and_the_last)
{
	struct v4_config c = v4_config_new(1);

	c.nr_its = 2;
	port_reset();
	must(!v4_host(w, &c));
	must(!host_vpes_alloc(&vpes, w->h, 1));
	host_its_observe(w->h, count_alloc, w);
	memset(allocs, 0, sizeof(allocs));
	memset(plain, 0, sizeof(plain));
	must(!host_vpe_request(pe_of(0), NULL, NULL));
	ck_assert_uint_eq(allocs[1], 1);
	ck_assert_uint_eq(plain[1], 1);
	close_vpes();
	ck_assert_uint_eq(allocs[0], 1);
	ck_assert_uint_eq(plain[0], 1);
}
END_TEST

START_TEST(probe_without_memory_frees_what_it_took)
{
	u32 v41, n;

	for (v41 = 0; v41 < 2; v41++) {
		struct v4_config c = v41 ? v4_config_new(1) : v4_config_61(1);

		port_reset();
		must(!v4_host(w, &c));
		for (n = 1;; n++) {
			int ret;

			host_v4_remove(w->h);
			port.fail_at = port.allocs + n;
			ret = host_v4_probe(w->h, &c.host);
			port.fail_at = 0;
			if (!ret)
				break;
			ck_assert_int_eq(ret, -ENOMEM);
			ck_assert(!host_has_v4(w->h));
			ck_assert_uint_lt(n, 100);
		}
		ck_assert_uint_gt(n, 1);
		if (!v41)
			teardown();
	}
}
END_TEST

START_TEST(vpes_without_memory_leave_nothing_behind)
{
	struct v4_config c = v4_config_61(1);
	u32 n;
	int ret;

	port_reset();
	must(!v4_host(w, &c));
	for (n = 1;; n++) {
		port.fail_at = port.allocs + n;
		ret = host_vpes_alloc(&vpes, w->h, 3);
		port.fail_at = 0;
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(w->h->v4->vpes.count, 0);
		ck_assert_uint_eq(w->h->v4->doorbells.count, 0);
		vpes = NULL;
		ck_assert_uint_lt(n, 200);
	}
	ck_assert_uint_gt(n, 5);
	ck_assert_uint_eq(vpes->vpe[2].id, 2);
}
END_TEST

START_TEST(vpeids_are_the_hosts_and_the_smallest_free_one_is_taken)
{
	struct v4_config c = v4_config_61(1);
	struct host_vpes *second, *third;

	c.vpeid_bits = 2;
	open_with(&c, 2);
	must(!host_vpes_alloc(&second, w->h, 1));
	ck_assert_uint_eq(second->vpe[0].id, 2);
	ck_assert_int_eq(host_vpes_alloc(&third, w->h, 2), -ENOSPC);
	close_vpes();
	must(!host_vpes_alloc(&third, w->h, 3));
	ck_assert_uint_eq(third->vpe[0].id, 0);
	ck_assert_uint_eq(third->vpe[1].id, 1);
	ck_assert_uint_eq(third->vpe[2].id, 3);
	host_vpes_free(second);
	host_vpes_free(third);
}
END_TEST

/* Memory is used again; what was pending for a vPE that is gone is not. */
START_TEST(a_pending_table_that_is_used_again_is_empty)
{
	u64 vpt;

	open_40(1);
	vpt = pe_of(0)->vpt;
	must(!map(0, 0, 0, 8192));
	raise_msi(w, 0, 0);
	ck_assert(host_vpe_table_pending(pe_of(0), 8192));
	host_its_unmap_event(w->h, w->lpi[0][0]);
	must(!gic_mem_write64(&w->m.host, vpt + 8192 / 8, ~0ull)); /* whatever hardware leaves */
	close_vpes();
	must(!host_vpes_alloc(&vpes, w->h, 1));
	must(!host_vpe_request(pe_of(0), NULL, NULL));
	ck_assert_uint_eq(pe_of(0)->vpt, vpt);
	ck_assert(!host_vpe_table_pending(pe_of(0), 8192));
}
END_TEST

/* ---- the proxy device ---- */

/* Four slots: the fifth vPE drives the first one out, which comes back in the place of the second. */
START_TEST(a_fifth_doorbell_drives_out_the_one_that_is_longest_there)
{
	u32 i;

	open_40(5);
	for (i = 0; i < 4; i++)
		must(!host_doorbell_set_pending(pe_of(i), false));
	v4_forget(w);
	must(!host_doorbell_set_pending(pe_of(4), false));
	SAW("DISCARD proxy ev=0", "SYNC", "MAPTI proxy ev=0 rd=0", "SYNC", "CLEAR proxy ev=0",
	    "SYNC");
	ck_assert_int_eq(pe_of(0)->proxy_slot, -1);
	must(!host_doorbell_set_pending(pe_of(0), false));
	SAW("DISCARD proxy ev=1", "SYNC", "MAPTI proxy ev=1 rd=0", "SYNC", "CLEAR proxy ev=1",
	    "SYNC");
	must(!host_doorbell_set_pending(pe_of(3), false));
	SAW("CLEAR proxy ev=3", "SYNC");
}
END_TEST

/* While the next victim's slot is taken a slot that becomes free is the next to be used. */
START_TEST(a_free_slot_is_used_before_somebody_is_driven_out)
{
	struct host_vpes *other;
	u32 i;

	open_40(3);
	must(!host_vpes_alloc(&other, w->h, 2));
	must(!host_vpe_request(&other->vpe[0], NULL, NULL));
	must(!host_vpe_request(&other->vpe[1], NULL, NULL));
	for (i = 0; i < 2; i++)
		must(!host_doorbell_set_pending(pe_of(i), false)); /* slots 0, 1 */
	must(!host_doorbell_set_pending(&other->vpe[0], false));   /* slot 2 */
	must(!host_doorbell_set_pending(pe_of(2), false));	   /* slot 3 */
	for (i = 0; i < 2; i++)
		host_vpe_release(&other->vpe[i]);
	host_vpes_free(other);
	v4_forget(w);
	must(!host_vpes_alloc(&other, w->h, 1));
	must(!host_vpe_request(&other->vpe[0], NULL, NULL));
	v4_forget(w);
	must(!host_doorbell_set_pending(&other->vpe[0], false));
	SAW("MAPTI proxy ev=2 rd=0", "SYNC", "CLEAR proxy ev=2", "SYNC");
	host_vpe_release(&other->vpe[0]);
	host_vpes_free(other);
}
END_TEST

/* A doorbell's commands are synchronised with the PE that it is on. */
static u64 synced;

static void keep_sync(void *arg, u32 its, const u64 cmd[4])
{
	(void)arg;
	(void)its;
	if (its_cmd_opcode(cmd) == ITS_CMD_SYNC)
		synced = its_cmd_rdbase(cmd);
}

/* Two that left make room for two. */
START_TEST(all_free_slots_are_used_before_somebody_is_driven_out)
{
	struct host_vpes *other;
	u32 i;

	open_40(4);
	must(!host_vpes_alloc(&other, w->h, 2));
	for (i = 0; i < 2; i++)
		must(!host_vpe_request(&other->vpe[i], NULL, NULL));
	for (i = 0; i < 2; i++)
		must(!host_doorbell_set_pending(&other->vpe[i], false)); /* slots 0, 1 */
	for (i = 0; i < 2; i++)
		must(!host_doorbell_set_pending(pe_of(i), false)); /* slots 2, 3 */
	for (i = 0; i < 2; i++)
		host_vpe_release(&other->vpe[i]);
	host_vpes_free(other);
	v4_forget(w);
	for (i = 2; i < 4; i++)
		must(!host_doorbell_set_pending(pe_of(i), false));
	ck_assert_uint_eq(v4_count(w, "MAPTI proxy"), 2);
	ck_assert_uint_eq(v4_count(w, "DISCARD proxy"), 0);
}
END_TEST

START_TEST(a_doorbell_that_moved_is_synchronised_where_it_is_now)
{
	open_40(1);
	host_its_observe(w->h, keep_sync, w);
	must(!host_vpe_set_affinity(pe_of(0), 2)); /* maps it there */
	must(!host_vpe_set_affinity(pe_of(0), 1));
	ck_assert_uint_eq(synced, 2); /* MOVI: with the PE that is left */
	must(!host_doorbell_set_pending(pe_of(0), false));
	ck_assert_uint_eq(synced, 1);
}
END_TEST

/* Lazy mapping: before its first vLPI a vPE is on no ITS, and its doorbell all the same. */
START_TEST(the_doorbell_of_a_vpe_that_is_mapped_nowhere_is_where_its_vcpu_was_loaded)
{
	struct v4_config c = v4_config_61(1);

	c.host.vmapp = HOST_VMAPP_LAZY;
	open_with(&c, 1);
	must(!host_vpe_set_affinity(pe_of(0), 3));
	SAW_NOTHING();
	must(!host_doorbell_set_pending(pe_of(0), false));
	SAW("MAPTI proxy ev=0 rd=3", "SYNC", "CLEAR proxy ev=0", "SYNC");
}
END_TEST

/* It moved while no ITS had it: its doorbell follows with its first vLPI. */
START_TEST(the_doorbell_follows_when_a_vpe_is_mapped_at_last)
{
	struct v4_config c = v4_config_61(1);

	c.host.vmapp = HOST_VMAPP_LAZY;
	open_with(&c, 1);
	must(!host_vpe_set_affinity(pe_of(0), 3));
	host_doorbell_enable(pe_of(0));
	must(!host_vpe_set_affinity(pe_of(0), 1));
	v4_forget(w);
	must(!map(0, 0, 0, 8192));
	ck_assert_uint_eq(v4_count(w, "MOVI proxy ev=0 rd=1"), 1);
	raise_msi(w, 0, 0);
	ck_assert(irq_line(w, 1));
	host_its_observe(w->h, keep_sync, w);
	must(!host_vpe_set_affinity(pe_of(0), 2)); /* from where it is now */
	ck_assert_uint_eq(synced, 1);
	ck_assert(irq_line(w, 2));
	must(!host_doorbell_set_pending(pe_of(0), false));
	host_doorbell_disable(pe_of(0));
}
END_TEST

/* Through the proxy device or the redistributor's own registers: the hardware does it. */
START_TEST(masks_and_pending_states_of_doorbells_reach_the_hardware)
{
	struct v4_config c = v4_config_61(1);
	struct gic_pe *pe;

	c.direct_lpi = _i;
	open_with(&c, 1);
	pe = gic_pe(w->m.gic, 0);
	gic_lpi_set(pe, pe_of(0)->doorbell); /* hardware has memory of its own, which is here now */
	gic_lpi_clear(pe, pe_of(0)->doorbell);
	must(!host_doorbell_set_pending(pe_of(0), true));
	ck_assert(gic_lpi_pending(pe, pe_of(0)->doorbell));
	ck_assert(!irq_line(w, 0));
	host_doorbell_enable(pe_of(0));
	ck_assert(irq_line(w, 0));
	host_doorbell_disable(pe_of(0));
	ck_assert(!irq_line(w, 0));
	host_doorbell_disable(pe_of(0));
	host_doorbell_enable(pe_of(0));
	ck_assert(!irq_line(w, 0));
	host_doorbell_enable(pe_of(0));
	ck_assert(irq_line(w, 0));
	must(!host_doorbell_set_pending(pe_of(0), false));
	ck_assert(!gic_lpi_pending(pe, pe_of(0)->doorbell));
	host_doorbell_disable(pe_of(0));
}
END_TEST

/* ---- where vPEs are mapped ---- */

START_TEST(lazy_mapping_comes_with_the_first_vlpi_of_an_its_and_goes_with_the_last)
{
	struct v4_config c = v4_config_61(1);

	c.host.vmapp = HOST_VMAPP_LAZY;
	open_with(&c, 2);
	ck_assert_uint_eq(pe_of(0)->maps, 0);
	must(!host_vpe_set_affinity(pe_of(1), 3)); /* only noted */
	SAW_NOTHING();
	must(!map(0, 0, 0, 8192));
	SAW("VMAPP vpe=0 rd=0 v=1", "VSYNC", "VINVALL vpe=0", "VSYNC", "VMAPP vpe=1 rd=3 v=1",
	    "VSYNC", "VINVALL vpe=1", "VSYNC", "DISCARD dev=8 ev=0", "SYNC",
	    "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=vpe0", "VSYNC");
	must(!map(1, 0, 1, 8193));
	ck_assert_uint_eq(v4_count(w, "VMAPP"), 0);
	must(!host_vlpi_unmap(w->h, w->lpi[0][0]));
	ck_assert_uint_eq(v4_count(w, "VMAPP"), 0);
	v4_forget(w);
	must(!host_vlpi_unmap(w->h, w->lpi[1][0]));
	SAW("DISCARD dev=16 ev=0", "SYNC", "MAPTI dev=16 ev=0 rd=0", "SYNC", "INV dev=16 ev=0",
	    "SYNC", "VMAPP vpe=0 rd=0 v=0", "VSYNC", "VMAPP vpe=1 rd=0 v=0", "VSYNC");
}
END_TEST

/* One VMOVP is enough, but has to go where the vPE is known: the device is behind ITS 1. */
START_TEST(a_single_vmovp_goes_to_an_its_that_has_the_vpe)
{
	struct v4_config c = v4_config_61(1);
	struct host_vlpi_map one;
	int lpi;

	c.nr_its = 2;
	c.host.vmapp = HOST_VMAPP_LAZY;
	open_with(&c, 1);
	one = (struct host_vlpi_map){ .vpe = pe_of(0), .vintid = 8192, .properties = 0xa1 };
	must(!host_its_map_device(w->h, 1, 100, 1));
	lpi = host_its_map_event(w->h, 1, 100, 0, 0);
	must(!host_vlpi_map(w->h, (u32)lpi, &one));
	v4_forget(w);
	must(!host_vpe_set_affinity(pe_of(0), 2));
	ck_assert_str_eq(w->log[0], "its1 VMOVP vpe=0 rd=2");
	v4_forget(w);
	must(!host_vpe_invall(pe_of(0)));
	SAW("its1 VINVALL vpe=0", "its1 VSYNC");
	ck_assert_uint_eq(port_count_events(EV_HW_ITS_ERROR), 0);
	host_its_unmap_device(w->h, 1, 100);
	must(!host_vpe_invall(pe_of(0)));
	ck_assert_uint_eq(v4_count(w, "its1 VINVALL") + v4_count(w, "VINVALL"), 0);
}
END_TEST

START_TEST(lazy_mapping_is_eager_on_41)
{
	struct v4_config c = v4_config_new(1);

	c.host.vmapp = HOST_VMAPP_LAZY;
	open_with(&c, 1);
	ck_assert_uint_eq(pe_of(0)->maps, 1);
}
END_TEST

START_TEST(by_hardware_maps_lazily_where_each_its_is_told_of_moves_on_40)
{
	u32 v41;

	for (v41 = 0; v41 < 2; v41++) {
		struct v4_config c = v41 ? v4_config_new(1) : v4_config_61(1);

		c.its_list = true;
		c.nr_its = 2;
		open_with(&c, 1);
		ck_assert_uint_eq(pe_of(0)->maps, v41 ? 2 : 0);
		if (!v41)
			teardown();
	}
}
END_TEST

START_TEST(eager_mapping_may_be_asked_for_where_each_its_is_told_of_moves)
{
	u32 policy;

	for (policy = HOST_VMAPP_AUTO; policy <= HOST_VMAPP_EAGER; policy++) {
		struct v4_config c = v4_config_61(1);

		c.its_list = true;
		c.host.vmapp = (u8)policy;
		open_with(&c, 1);
		ck_assert_uint_eq(pe_of(0)->maps, policy == HOST_VMAPP_EAGER);
		must(!map(0, 0, 0, 8192));
		ck_assert_uint_eq(v4_count(w, "VMAPP"), policy == HOST_VMAPP_AUTO);
		if (policy == HOST_VMAPP_AUTO)
			teardown();
	}
}
END_TEST

/* What was put off goes to the ITSs of the list. */
START_TEST(a_lazy_vmovp_goes_to_the_list_when_it_is_made_up_for)
{
	struct v4_config c = v4_config_61(1);

	c.nr_its = 2;
	c.its_list = true;
	c.host.vmapp = HOST_VMAPP_EAGER;
	c.host.vmovp = HOST_VMOVP_LAZY;
	open_with(&c, 1);
	must(!host_vpe_set_affinity(pe_of(0), 3));
	SAW_NOTHING();
	must(!map(0, 0, 0, 8192));
	ck_assert_str_eq(w->log[0], "VMOVP vpe=0 rd=3");
	ck_assert_str_eq(w->log[2], "its1 VMOVP vpe=0 rd=3");
}
END_TEST

START_TEST(eager_mapping_is_on_every_its)
{
	struct v4_config c = v4_config_61(1);

	c.nr_its = 2;
	port_reset();
	must(!v4_host(w, &c));
	must(!host_vpes_alloc(&vpes, w->h, 1));
	v4_forget(w);
	must(!host_vpe_request(pe_of(0), NULL, NULL));
	SAW("VMAPP vpe=0 rd=0 v=1", "VSYNC", "VINVALL vpe=0", "VSYNC", "its1 VMAPP vpe=0 rd=0 v=1",
	    "its1 VSYNC", "its1 VINVALL vpe=0", "its1 VSYNC");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_proxy_device_has_the_largest_device_id_and_a_slot_for_each_pe);
	tcase_add_test(tc, with_direct_lpi_or_41_there_is_no_proxy_device);
	tcase_add_test(tc, redistributors_of_41_share_a_table_by_affinity);
	tcase_add_test(tc, an_its_of_41_joins_the_table_of_its_affinity_if_svpet_says_so);
	tcase_add_test(tc, alloc_is_set_for_the_first_its_and_the_last);
	tcase_add_test(tc, probe_without_memory_frees_what_it_took);
	tcase_add_test(tc, vpes_without_memory_leave_nothing_behind);
	tcase_add_test(tc, vpeids_are_the_hosts_and_the_smallest_free_one_is_taken);
	tcase_add_test(tc, a_pending_table_that_is_used_again_is_empty);
	tcase_add_test(tc, a_fifth_doorbell_drives_out_the_one_that_is_longest_there);
	tcase_add_test(tc, a_free_slot_is_used_before_somebody_is_driven_out);
	tcase_add_test(tc, all_free_slots_are_used_before_somebody_is_driven_out);
	tcase_add_test(tc, the_doorbell_follows_when_a_vpe_is_mapped_at_last);
	tcase_add_loop_test(tc, masks_and_pending_states_of_doorbells_reach_the_hardware, 0, 2);
	tcase_add_test(tc, a_doorbell_that_moved_is_synchronised_where_it_is_now);
	tcase_add_test(tc,
		       the_doorbell_of_a_vpe_that_is_mapped_nowhere_is_where_its_vcpu_was_loaded);
	tcase_add_test(tc, lazy_mapping_comes_with_the_first_vlpi_of_an_its_and_goes_with_the_last);
	tcase_add_test(tc, a_single_vmovp_goes_to_an_its_that_has_the_vpe);
	tcase_add_test(tc, lazy_mapping_is_eager_on_41);
	tcase_add_test(tc, by_hardware_maps_lazily_where_each_its_is_told_of_moves_on_40);
	tcase_add_test(tc, eager_mapping_may_be_asked_for_where_each_its_is_told_of_moves);
	tcase_add_test(tc, a_lazy_vmovp_goes_to_the_list_when_it_is_made_up_for);
	tcase_add_test(tc, eager_mapping_is_on_every_its);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("host ITS driver: GICv4 set-up", add, NULL, teardown)
