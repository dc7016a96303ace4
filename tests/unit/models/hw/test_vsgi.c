// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vSGIs of GICv4.1: GITS_SGIR, VSGI, GICR_VSGIR and VSGIPENDR, their place among list registers and
 * vLPIs, default doorbells (Arm IHI 0069 chapters 5 and 6; spec/vgic.md 4.10).
 */
#include "board-v4.h"

#include "tests/lib/check-main.h"

static int vsgi(u32 sgi, u32 priority, u32 group, bool enable)
{
	u64 cmd[4];

	its_build_vsgi(cmd, 1, sgi, priority, group, enable);
	return v4_command(0, cmd);
}

static void clear(u32 sgi)
{
	u64 cmd[4];

	its_build_vsgi_clear(cmd, 1, sgi);
	v4_command(0, cmd);
}

/* What travels from the ITS to a redistributor arrives. */
static void deliver(void *arg, const struct port_record *r)
{
	u32 pe = (u32)((char *)r->to - board.port);

	(void)arg;
	if (r->kind == PORT_VSGI)
		gic_vsgi_set(board_pe(pe), (u32)r->arg, r->intid);
}

static void send(u32 vpe, u32 sgi)
{
	its_write(v4.its[0], GITS_SGIR, 8,
		  FIELD_PUT(vpe, GITS_SGIR_VPEID) | FIELD_PUT(sgi, GITS_SGIR_VINTID));
}

static u32 pending(u32 pe, u32 vpe)
{
	gicr_write(board_pe(pe), GICR_VSGIR, 4, vpe);
	return (u32)gicr_read(board_pe(pe), GICR_VSGIPENDR, 4);
}

static void setup(void)
{
	port_reset();
	v4_boot(GIC_DIRECT_V41);
	v4_vmapp(1, 0);
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	v4_guest(0);
	vsgi(3, 0x80, 1, true);
	port.signal = deliver;
	port_clear_records();
}

static void teardown(void)
{
	v4_down();
	port_assert_quiet();
}

START_TEST(a_vSGI_reaches_the_resident_vPE_and_has_no_active_state)
{
	v4_enter(0, 1);
	send(1, 3);
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(pending(0, 1), 1u << 3);
	ck_assert_uint_eq(icv_iar_read(board_pe(0), 1), 3);
	ck_assert_uint_eq(pending(0, 1), 0);
	send(1, 3); /* again at once: nothing of it is active, only the priority */
	ck_assert(!board_virq_line(0));
	icv_eoir_write(board_pe(0), 1, 3);
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(v4_take(0), 3);
	ck_assert_uint_eq(v4_events(EV_VLPI_PENDING), 2);
}
END_TEST

START_TEST(vSGIEOICount_decides_whether_its_end_counts)
{
	v4_enter(0, 1);
	send(1, 3);
	v4_take(0);
	ck_assert_uint_eq(FIELD_GET(ich_hcr_read(board_pe(0)), ICH_HCR_EOICOUNT), 1);
	ich_hcr_write(board_pe(0), ICH_HCR_EN | ICH_HCR_VSGIEOICOUNT);
	send(1, 3);
	v4_take(0);
	ck_assert_uint_eq(FIELD_GET(ich_hcr_read(board_pe(0)), ICH_HCR_EOICOUNT), 0);
	ck_assert(ich_hcr_read(board_pe(0)) & ICH_HCR_VSGIEOICOUNT);
}
END_TEST

START_TEST(a_vSGI_waits_in_memory_for_a_vPE_that_is_not_resident)
{
	send(1, 3);
	send(1, 15);
	ck_assert_uint_eq(pending(3, 1), 1u << 3 | 1u << 15); /* any redistributor can be asked */
	ck_assert_uint_eq(pending(0, 2), 0);
	send(1, 3);
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 1);
	v4_enter(0, 1);
	ck_assert_uint_eq(v4_take(0), 3);
	ck_assert_uint_eq(v4_take(0), GIC_SPURIOUS); /* 15 is not enabled */
	v4_leave(0, false);
	v4_enter(0, 1);
	ck_assert_uint_eq(v4_take(0), GIC_SPURIOUS);
}
END_TEST

START_TEST(VSGI_configures_at_once_and_clears_pending_only)
{
	v4_enter(0, 1);
	send(1, 3);
	vsgi(3, 0x80, 1, false);
	ck_assert(!board_virq_line(0));
	vsgi(3, 0x40, 1, true);
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), 3);
	clear(3);
	ck_assert(!board_virq_line(0));
	ck_assert_uint_eq(v4_events(EV_VLPI_RETIRED), 1);
	clear(3); /* nothing to clear */
	ck_assert_uint_eq(v4_events(EV_VLPI_RETIRED), 1);
	send(1, 3);
	ck_assert_uint_eq(icv_iar_read(board_pe(0), 1), 3);
	ck_assert_uint_eq(icv_rpr_read(board_pe(0)), 0x40);
}
END_TEST

START_TEST(priority_then_INTID_decide_among_vSGIs_and_vLPIs)
{
	vsgi(5, 0x80, 1, true);
	vsgi(1, 0x90, 1, true);
	v4_conf(V4_VLPI, 0x88, true);
	v4_enter(0, 1);
	send(1, 1);
	send(1, 5);
	send(1, 3);
	v4_msi(0);
	ck_assert_uint_eq(v4_take(0), 3);
	ck_assert_uint_eq(v4_take(0), 5);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
	ck_assert_uint_eq(v4_take(0), 1);
}
END_TEST

START_TEST(a_Group_0_vSGI_needs_its_group_in_both_places)
{
	vsgi(4, 0x20, 0, true);
	v4_write_vpend(0, GICR_VPENDBASER_VALID | GICR_VPENDBASER_VGRP1EN | 1);
	send(1, 4);
	send(1, 3);
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), 3);
	v4_leave(0, false);
	v4_write_vpend(0, GICR_VPENDBASER_VALID | GICR_VPENDBASER_VGRP1EN |
				  GICR_VPENDBASER_VGRP0EN | 1);
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 0), 4);
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), GIC_SPURIOUS);
	icv_igrpen_write(board_pe(0), 0, 0);
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), 3);
	icv_igrpen_write(board_pe(0), 0, 1);
	ck_assert_uint_eq(icv_iar_read(board_pe(0), 0), 4);
}
END_TEST

START_TEST(a_vSGI_rings_the_default_doorbell_as_a_vLPI_does)
{
	v4_enter(0, 1);
	ck_assert(!v4_leave(0, true));
	send(1, 2); /* not enabled */
	ck_assert(!board_irq_line(0));
	vsgi(2, 0x80, 1, true);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), V4_DB(1));
	icc_eoir1_write(board_pe(0), V4_DB(1));
	send(1, 3);
	ck_assert(!board_irq_line(0));
	v4_enter(0, 1);
	ck_assert(v4_leave(0, true)); /* PendingLast */
	v4_enter(0, 1);
	v4_take(0);
	v4_take(0);
	ck_assert(!v4_leave(0, true));
	send(1, 3);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), V4_DB(1));
}
END_TEST

START_TEST(a_vSGI_follows_its_vPE)
{
	v4_guest(2);
	v4_vmovp(1, 2);
	v4_enter(2, 1);
	ck_assert_int_eq(gic_vsgi_set(board_pe(0), 1, 3), GIC_VLPI_NEW | GIC_VLPI_RESIDENT);
	ck_assert_uint_eq(v4_take(2), 3);
	clear(3);
	send(1, 3);
	ck_assert_uint_eq(v4_take(2), 3);
}
END_TEST

START_TEST(a_vSGI_for_nobody_is_dropped)
{
	send(2, 3);
	ck_assert_uint_eq(v4_events(EV_VLPI_DROPPED), 1);
	ck_assert_int_eq(gic_vsgi_set(board_pe(0), 2, 3), -ENXIO);
	ck_assert_int_eq(gic_vsgi_set(board_pe(0), 1, 16), -EINVAL);
	its_write(v4.its[0], GITS_SGIR, 4, 1); /* wrong width */
	ck_assert_uint_eq(pending(0, 1), 0);
	its_write(v4.its[0], GITS_CTLR, 4, 0);
	send(1, 3);
	ck_assert_uint_eq(pending(0, 1), 0);
}
END_TEST

START_TEST(vSGIs_that_are_pending_do_not_disturb_what_else_stands_there)
{
	send(1, 3);
	v4_msi(0);
	v4_enter(0, 1);
	ck_assert_uint_eq(v4_take(0), 3);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
	v4_leave(0, false);
	ck_assert(!v4_in_memory(1, 3));
	ck_assert(!v4_in_memory(1, V4_VLPI));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_vSGI_reaches_the_resident_vPE_and_has_no_active_state);
	tcase_add_test(tc, vSGIEOICount_decides_whether_its_end_counts);
	tcase_add_test(tc, a_vSGI_waits_in_memory_for_a_vPE_that_is_not_resident);
	tcase_add_test(tc, VSGI_configures_at_once_and_clears_pending_only);
	tcase_add_test(tc, priority_then_INTID_decide_among_vSGIs_and_vLPIs);
	tcase_add_test(tc, a_Group_0_vSGI_needs_its_group_in_both_places);
	tcase_add_test(tc, a_vSGI_rings_the_default_doorbell_as_a_vLPI_does);
	tcase_add_test(tc, a_vSGI_follows_its_vPE);
	tcase_add_test(tc, a_vSGI_for_nobody_is_dropped);
	tcase_add_test(tc, vSGIs_that_are_pending_do_not_disturb_what_else_stands_there);
}

CHECK_MAIN("hw virtual SGIs", add, setup, teardown)
