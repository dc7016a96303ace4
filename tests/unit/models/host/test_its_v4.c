// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's ITS driver with GICv4: what it sets up, where vPEs are mapped, how they move, who holds
 * the proxy device's slots, and how it waits for redistributors (spec/vgic.md 4.2 to 4.10).
 */
#include "tests/unit/models/vgic/v4-vm.h"

static struct v4_vm vm, *w = &vm;
static struct host_vpes *vpes;

/* A host, and as many vPEs as wanted, requested. */
static void open_with(const struct v4_config *c, u32 nr)
{
	u32 i;

	port_reset();
	must(!v4_host(w, c));
	must(!host_vpes_alloc(&vpes, w->h, nr));
	for (i = 0; i < nr; i++)
		must(!host_vpe_request(&vpes->vpe[i], NULL, NULL));
	v4_bind_devices(w);
	v4_forget(w);
}

static void open_40(u32 nr)
{
	struct v4_config c = v4_config_61(1);

	open_with(&c, nr);
}

static void close_vpes(void)
{
	u32 i;

	for (i = 0; vpes && i < vpes->nr; i++)
		host_vpe_release(&vpes->vpe[i]);
	if (vpes)
		host_vpes_free(vpes);
	vpes = NULL;
}

static void teardown(void)
{
	u32 i;

	for (i = 0; i < V4_NR_DEVICES; i++)
		host_its_unmap_device(w->h, 0, V4_DEVICE(i));
	close_vpes();
	v4_close(w);
	port_assert_quiet();
}

static struct host_vpe *pe_of(u32 n)
{
	return &vpes->vpe[n];
}

static int map(u32 device, u32 event, u32 n, u32 vintid)
{
	struct host_vlpi_map map = {
		.vpe = pe_of(n), .vintid = vintid, .properties = 0xa1, .db_enabled = true
	};

	return host_vlpi_map(w->h, w->lpi[device][event], &map);
}

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

static void keep_vmovp(void *arg, u32 its, const u64 cmd[4])
{
	if (its_cmd_opcode(cmd) == ITS_CMD_VMOVP)
		memcpy(last_vmovp[its], cmd, sizeof(last_vmovp[0]));
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

static void add_set_up(TCase *tc)
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
	tcase_add_test(tc, lazy_mapping_comes_with_the_first_vlpi_of_an_its_and_goes_with_the_last);
	tcase_add_test(tc, a_single_vmovp_goes_to_an_its_that_has_the_vpe);
	tcase_add_test(tc, lazy_mapping_is_eager_on_41);
	tcase_add_test(tc, by_hardware_maps_lazily_where_each_its_is_told_of_moves_on_40);
	tcase_add_test(tc, eager_mapping_may_be_asked_for_where_each_its_is_told_of_moves);
	tcase_add_test(tc, a_lazy_vmovp_goes_to_the_list_when_it_is_made_up_for);
	tcase_add_test(tc, eager_mapping_is_on_every_its);
}

static void add(TCase *tc)
{
	add_set_up(tc);
	tcase_add_test(tc, a_vpe_that_stays_costs_nothing_and_a_pe_that_is_not_there_is_refused);
	tcase_add_test(tc, an_eagerly_mapped_vpe_that_was_released_cannot_move);
	tcase_add_test(tc, a_single_vmovp_goes_to_the_first_its);
	tcase_add_test(tc, with_its_lists_the_same_vmovp_goes_to_each_its_in_order);
	tcase_add_test(tc, only_itss_with_vlpis_of_the_vm_are_on_the_list_of_40);
	tcase_add_test(tc, elision_leaves_vmovp_out_within_a_shared_table_only);
	tcase_add_test(tc, an_elided_vmovp_leaves_the_doorbell_behind);
	tcase_add_test(tc, a_lazy_vmovp_waits_for_the_first_vlpi);
	tcase_add_test(tc, a_vpe_of_40_is_named_by_its_tables_and_one_of_41_by_its_number);
	tcase_add_test(tc, idai_is_kept_from_one_residency_to_the_next);
	tcase_add_test(tc, the_scan_is_waited_for_at_load_or_before_entry_once_a_residency);
	tcase_add_test(tc, valid_is_not_cleared_while_the_scan_lasts);
	tcase_add_test(tc,
		       a_redistributor_that_never_ends_its_scan_is_taken_to_have_something_pending);
	tcase_add_test(tc, a_vlpi_map_is_given_back_as_it_was_made);
	tcase_add_test(tc, what_is_no_vlpi_is_refused);
	tcase_add_test(tc, an_msi_between_discard_and_vmapti_is_dropped);
	tcase_add_test(tc, sgis_need_hardware_that_has_them);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("host ITS driver: GICv4", add, NULL, teardown)
