// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vLPIs at a redistributor: resident vPEs, doorbells of both kinds, moves (Arm IHI 0069 chapters 5
 * and 6; spec/vgic.md 4.8, 6.3). Every test runs on GICv4.0 and on GICv4.1 unless its name says one.
 */
#include "board-v4.h"

#include "models/hw/its-internal.h"
#include "tests/lib/check-main.h"

static void boot(enum gic_direct direct)
{
	v4_boot(direct);
	ck_assert_int_eq(v4_vmapp(1, 0), 0);
	ck_assert_int_eq(v4_vmapti(0, 1, V4_VLPI, V4_DB(1)), 0);
	ck_assert_int_eq(v4_vmapti(1, 1, V4_VLPI + 1, V4_DB(1)), 0);
	v4_guest(0);
	port_clear_records();
}

static void setup(void)
{
	port_reset();
}

static void teardown(void)
{
	v4_down();
	port_assert_quiet();
}

V4_TEST(a_vLPI_reaches_the_guest_of_the_resident_vPE_without_a_list_register)
{
	v4_enter(0, 1);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_RESIDENT);
	ck_assert(board_virq_line(0));
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), V4_VLPI);
	ck_assert_uint_eq(icv_iar_read(board_pe(0), 1), V4_VLPI);
	ck_assert_uint_eq(icv_rpr_read(board_pe(0)), 0x80);
	ck_assert(!v4_in_memory(1, V4_VLPI));
	ck_assert(!board_virq_line(0));
	icv_eoir_write(board_pe(0), 1, V4_VLPI);
	ck_assert_uint_eq(icv_rpr_read(board_pe(0)), 0xff);
	ck_assert_uint_eq(ich_elrsr_read(board_pe(0)), 0xf);
	ck_assert_uint_eq(FIELD_GET(ich_hcr_read(board_pe(0)), ICH_HCR_EOICOUNT), 0);
	ck_assert_uint_eq(v4_events(EV_VLPI_PENDING), 1);
	ck_assert_uint_eq(v4_events(EV_HW_DOORBELL), 0);
}

V4_TEST(a_vLPI_that_is_pending_already_is_coalesced)
{
	v4_enter(0, 1);
	v4_msi(0);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_RESIDENT);
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 1);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
	ck_assert_uint_eq(v4_take(0), GIC_SPURIOUS);
}

V4_TEST(among_list_registers_and_vLPIs_the_priority_decides)
{
	v4_enter(0, 1);
	ich_lr_write(board_pe(0), 0, board_lr(ICH_LR_PENDING, 1, 0x88, 40));
	ich_lr_write(board_pe(0), 1, board_lr(ICH_LR_PENDING, 1, 0x78, 41));
	v4_msi(0); /* 0x80 */
	ck_assert_uint_eq(v4_take(0), 41);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
	ck_assert_uint_eq(v4_take(0), 40);
}

V4_TEST(a_list_register_goes_before_a_vLPI_of_the_same_priority)
{
	v4_enter(0, 1);
	v4_msi(0);
	ich_lr_write(board_pe(0), 3, board_lr(ICH_LR_PENDING, 1, 0x80, 40));
	ck_assert_uint_eq(v4_take(0), 40);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
}

V4_TEST(a_vLPI_of_higher_priority_preempts_an_active_one)
{
	v4_conf(V4_VLPI + 1, 0x40, true);
	v4_enter(0, 1);
	v4_msi(0);
	ck_assert_uint_eq(icv_iar_read(board_pe(0), 1), V4_VLPI);
	v4_msi(0);
	ck_assert(!board_virq_line(0));
	v4_msi(1);
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(v4_take(0), V4_VLPI + 1);
	icv_eoir_write(board_pe(0), 1, V4_VLPI);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
}

V4_TEST(a_guest_with_group_1_disabled_or_masked_sees_no_vLPI)
{
	v4_enter(0, 1);
	v4_msi(0);
	icv_igrpen_write(board_pe(0), 1, 0);
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), GIC_SPURIOUS);
	ck_assert(!board_virq_line(0));
	icv_igrpen_write(board_pe(0), 1, 1);
	icv_pmr_write(board_pe(0), 0x80);
	ck_assert(!board_virq_line(0));
	ck_assert_uint_eq(icv_hppir_read(board_pe(0), 1), V4_VLPI);
	icv_pmr_write(board_pe(0), 0x88);
	ck_assert(board_virq_line(0));
	ich_hcr_write(board_pe(0), 0);
	ck_assert(!board_virq_line(0));
}

V4_TEST(a_disabled_vLPI_waits_until_it_is_enabled_and_invalidated)
{
	v4_conf(V4_VLPI, 0x80, false);
	v4_enter(0, 1);
	v4_msi(0);
	ck_assert(!board_virq_line(0));
	v4_conf(V4_VLPI, 0x80, true);
	ck_assert(!board_virq_line(0));
	ck_assert_int_eq(v4_event(ITS_CMD_INV, 0), 0);
	ck_assert(board_virq_line(0));
	v4_conf(V4_VLPI, 0x80, false);
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_VINVALL, 1), 0);
	ck_assert(!board_virq_line(0));
}

V4_TEST(CLEAR_and_DISCARD_withdraw_a_vLPI_wherever_its_vPE_is)
{
	v4_enter(0, 1);
	v4_msi(0);
	v4_event(ITS_CMD_CLEAR, 0);
	ck_assert(!board_virq_line(0));
	ck_assert_uint_eq(v4_events(EV_VLPI_RETIRED), 1);
	v4_event(ITS_CMD_INT, 0);
	ck_assert(board_virq_line(0));
	v4_leave(0, false);
	ck_assert(v4_in_memory(1, V4_VLPI));
	ck_assert_int_eq(v4_event(ITS_CMD_DISCARD, 0), 0);
	ck_assert(!v4_in_memory(1, V4_VLPI));
	ck_assert_uint_eq(v4_events(EV_VLPI_RETIRED), 2);
	ck_assert_int_eq(v4_msi(0), -1);
}

V4_TEST(a_vLPI_for_a_vPE_that_is_not_resident_stays_in_memory_until_it_is)
{
	ck_assert_int_eq(v4_msi(1) & ~GIC_VLPI_DOORBELL, GIC_VLPI_NEW);
	ck_assert(v4_in_memory(1, V4_VLPI + 1));
	ck_assert(!board_virq_line(0));
	v4_enter(0, 1);
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(v4_take(0), V4_VLPI + 1);
}

V4_TEST(another_vPE_on_the_PE_does_not_see_it)
{
	v4_vmapp(2, 0);
	v4_enter(0, 2);
	v4_msi(0);
	ck_assert(!board_virq_line(0));
	ck_assert(v4_in_memory(1, V4_VLPI));
}

V4_TEST(on_4_0_each_vLPI_rings_its_own_doorbell_whether_enabled_or_not)
{
	if (v4_is_41())
		return;
	v4_conf(V4_VLPI, 0x80, false);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_DOORBELL);
	ck_assert(board_irq_line(0));
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), V4_DB(1));
	icc_eoir1_write(board_pe(0), V4_DB(1));
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_DOORBELL); /* coalesced, and rings again */
	ck_assert(gic_lpi_pending(board_pe(0), V4_DB(1)));
}

V4_TEST(on_4_0_a_vLPI_without_a_doorbell_rings_none)
{
	if (v4_is_41())
		return;
	v4_vmapti(2, 1, V4_VLPI + 2, V4_NONE);
	ck_assert_int_eq(v4_msi(2), GIC_VLPI_NEW);
	ck_assert(!board_irq_line(0));
}

V4_TEST(on_4_1_the_default_doorbell_rings_once_in_a_period_and_only_if_asked_for)
{
	if (!v4_is_41())
		return;
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW); /* not asked for */
	v4_event(ITS_CMD_CLEAR, 0);
	v4_enter(0, 1);
	ck_assert(!v4_leave(0, true));
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_DB);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_DOORBELL);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), V4_DB(1));
	icc_eoir1_write(board_pe(0), V4_DB(1));
	ck_assert_int_eq(v4_msi(1), GIC_VLPI_NEW);
	ck_assert_int_eq(v4_msi(0), 0);
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(v4_events(EV_HW_DOORBELL), 1);
	v4_enter(0, 1); /* the next period */
	while (v4_take(0) != GIC_SPURIOUS)
		;
	v4_leave(0, true);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_DOORBELL);
}

V4_TEST(on_4_1_a_disabled_vLPI_rings_when_it_is_enabled)
{
	u64 inv = GICR_INVLPIR_V | FIELD_PUT(1, GICR_INVLPIR_VPEID) | V4_VLPI;

	if (!v4_is_41())
		return;
	v4_conf(V4_VLPI, 0x80, false);
	v4_enter(0, 1);
	v4_leave(0, true);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW);
	v4_conf(V4_VLPI, 0x80, true);
	gicr_write(board_pe(0), GICR_INVLPIR, 8, inv & ~GICR_INVLPIR_V);
	ck_assert(!board_irq_line(0));
	gicr_write(board_pe(0), GICR_INVLPIR, 8, inv);
	ck_assert(gic_lpi_pending(board_pe(0), V4_DB(1)));
}

/* Wherever it stands in its pending table. */
V4_TEST(on_4_1_VINVALL_and_INVALLR_ring_for_a_vLPI_that_has_been_enabled)
{
	static const u32 vlpi[] = { V4_VLPI + 1, V4_VLPI + 100, V4_VLPI + 8191 };
	u32 round;

	if (!v4_is_41())
		return;
	for (round = 0; round < 6; round++) {
		v4_vmapti(1, 1, vlpi[round / 2], V4_NONE);
		v4_conf(vlpi[round / 2], 0x80, false);
		v4_enter(0, 1);
		v4_take(0);
		v4_leave(0, true);
		v4_msi(1);
		v4_conf(vlpi[round / 2], 0x80, true);
		if (round % 2)
			gicr_write(board_pe(0), GICR_INVALLR, 8,
				   GICR_INVALLR_V | FIELD_PUT(1, GICR_INVALLR_VPEID));
		else
			v4_vpe_command(ITS_CMD_VINVALL, 1);
		ck_assert_uint_eq(icc_iar1_read(board_pe(0)), V4_DB(1));
		icc_eoir1_write(board_pe(0), V4_DB(1));
	}
}

V4_TEST(on_4_1_INVLPIR_and_INVALLR_name_a_resident_vPE)
{
	if (!v4_is_41())
		return;
	v4_enter(0, 1);
	v4_msi(0);
	v4_conf(V4_VLPI, 0x80, false);
	gicr_write(board_pe(0), GICR_INVLPIR, 8,
		   GICR_INVLPIR_V | FIELD_PUT(2, GICR_INVLPIR_VPEID) | V4_VLPI);
	ck_assert(board_virq_line(0));
	gicr_write(board_pe(0), GICR_INVLPIR, 8,
		   GICR_INVLPIR_V | FIELD_PUT(1, GICR_INVLPIR_VPEID) | V4_VLPI);
	ck_assert(!board_virq_line(0));
	v4_conf(V4_VLPI, 0x80, true);
	gicr_write(board_pe(0), GICR_INVALLR, 8, FIELD_PUT(1, GICR_INVALLR_VPEID));
	ck_assert(!board_virq_line(0));
	gicr_write(board_pe(0), GICR_INVALLR, 8, GICR_INVALLR_V | FIELD_PUT(1, GICR_INVALLR_VPEID));
	ck_assert(board_virq_line(0));
}

V4_TEST(VMOVI_takes_a_pending_vLPI_along_and_rings_there)
{
	u64 cmd[4];

	v4_vmapp(2, 1);
	v4_enter(0, 1);
	v4_msi(0);
	its_build_vmovi(cmd, 0, 0, 2, true, V4_DB(2));
	ck_assert_int_eq(v4_command(0, cmd), 0);
	ck_assert(!board_virq_line(0));
	ck_assert(!v4_in_memory(1, V4_VLPI));
	ck_assert(v4_in_memory(2, V4_VLPI));
	ck_assert_uint_eq(v4_events(EV_VLPI_PENDING), 1);
	ck_assert_uint_eq(v4_events(EV_VLPI_RETIRED), 0);
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 0);
	ck_assert(gic_lpi_pending(board_pe(1), V4_DB(2)) == !v4_is_41());
	v4_guest(1);
	v4_enter(1, 2);
	ck_assert_uint_eq(v4_take(1), V4_VLPI);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_RESIDENT);
	ck_assert(board_virq_line(1));
}

V4_TEST(a_vLPI_that_moves_to_where_it_is_pending_is_merged_with_itself)
{
	u64 cmd[4];

	v4_vmapp(2, 1);
	v4_msi(0);
	v4_vmapti(2, 2, V4_VLPI, V4_NONE);
	v4_msi(2);
	its_build_vmovi(cmd, 0, 0, 2, false, 0);
	ck_assert_int_eq(v4_command(0, cmd), 0);
	ck_assert(!v4_in_memory(1, V4_VLPI));
	ck_assert(v4_in_memory(2, V4_VLPI));
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 1);
}

V4_TEST(VMOVI_without_D_keeps_the_doorbell)
{
	u64 cmd[4];

	if (v4_is_41())
		return;
	v4_vmapp(2, 1);
	its_build_vmovi(cmd, 0, 0, 2, false, 0);
	ck_assert_int_eq(v4_command(0, cmd), 0);
	v4_msi(0);
	ck_assert(gic_lpi_pending(board_pe(1), V4_DB(1)));
	its_build_vmovi(cmd, 0, 0, 2, true, V4_NONE); /* software masks the doorbell like this */
	ck_assert_int_eq(v4_command(0, cmd), 0);
	gic_lpi_clear(board_pe(1), V4_DB(1));
	v4_msi(0);
	ck_assert(!gic_lpi_pending(board_pe(1), V4_DB(1)));
}

/* The vLPI becomes pending without a doorbell and is given one: what the host does when a
 * guest enables a vLPI. */
static void give_back(void)
{
	u64 cmd[4];

	its_build_vmovi(cmd, 0, 0, 1, true, V4_NONE);
	ck_assert_int_eq(v4_command(0, cmd), 0);
	v4_msi(0);
	ck_assert(!gic_lpi_pending(board_pe(0), V4_DB(1)));
	its_build_vmovi(cmd, 0, 0, 1, true, V4_DB(1));
	ck_assert_int_eq(v4_command(0, cmd), 0);
	ck_assert(v4_in_memory(1, V4_VLPI));
}

V4_TEST(on_4_0_a_doorbell_that_is_given_back_to_a_pending_vLPI_rings)
{
	if (v4_is_41())
		return;
	give_back();
	ck_assert(gic_lpi_pending(board_pe(0), V4_DB(1)));
}

V4_TEST(on_4_0_with_still_vmovi_it_does_not_ring)
{
	if (v4_is_41())
		return;
	v4.its[0]->cfg.still_vmovi = true;
	give_back();
	ck_assert(!gic_lpi_pending(board_pe(0), V4_DB(1)));
	v4_msi(0);
	ck_assert(gic_lpi_pending(board_pe(0), V4_DB(1)));
}

V4_TEST(after_VMOVP_interrupts_and_doorbells_go_to_the_other_PE)
{
	v4_enter(0, 1);
	v4_leave(0, true);
	ck_assert_int_eq(v4_vmovp(1, 2), 0);
	ck_assert(v4_msi(0) & GIC_VLPI_DOORBELL);
	ck_assert(gic_lpi_pending(board_pe(2), V4_DB(1)));
	ck_assert(!gic_lpi_pending(board_pe(0), V4_DB(1)));
	v4_guest(2);
	v4_enter(2, 1);
	ck_assert_uint_eq(v4_take(2), V4_VLPI);
	ck_assert_int_eq(v4_msi(1), GIC_VLPI_NEW | GIC_VLPI_RESIDENT);
}

V4_TEST(what_was_on_its_way_while_VMOVP_ran_is_passed_on)
{
	struct its_route late;
	struct its_work work;

	its_translate(v4.its[0], 0, 0, &late, &work);
	v4_vmovp(1, 2);
	v4_guest(2);
	v4_enter(2, 1);
	ck_assert_ptr_eq(late.pe, board_pe(0));
	ck_assert_int_eq(gic_vlpi_set(late.pe, &late.vlpi), GIC_VLPI_NEW | GIC_VLPI_RESIDENT);
	ck_assert_uint_eq(v4_take(2), V4_VLPI);
	v4_leave(2, true); /* and while nobody runs it, it rings */
	ck_assert(gic_vlpi_set(late.pe, &late.vlpi) & GIC_VLPI_DOORBELL);
	ck_assert(gic_lpi_pending(board_pe(2), V4_DB(1)));
}

V4_TEST(a_vLPI_beyond_the_pending_table_is_dropped)
{
	struct its_route route;
	struct its_work work;

	its_translate(v4.its[0], 0, 0, &route, &work);
	route.vlpi.intid = 1u << V4_ID_BITS;
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), -EINVAL);
	v4_enter(0, 1);
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), -EINVAL);
	route.vlpi.intid = 31;
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), -EINVAL);
	ck_assert_uint_eq(v4_events(EV_VLPI_DROPPED), 3);
}

/* Of hardware that has individual doorbells: the ITS hands its number on. */
V4_TEST(on_4_1_a_doorbell_of_its_own_rings_beside_the_default_one)
{
	struct its_route route;
	struct its_work work;

	if (!v4_is_41())
		return;
	its_translate(v4.its[0], 0, 0, &route, &work);
	route.vlpi.doorbell = V4_DB(3);
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), GIC_VLPI_NEW | GIC_VLPI_DOORBELL);
	ck_assert(gic_lpi_pending(board_pe(0), V4_DB(3)));
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), GIC_VLPI_DOORBELL);
}

static u32 last_drop(void)
{
	u32 i;

	for (i = port.nr_records; i > 0; i--)
		if (port.record[i - 1].event == EV_VLPI_DROPPED)
			return (u32)port.record[i - 1].arg;
	return ~0u;
}

V4_TEST(a_vLPI_without_memory_for_it_is_dropped)
{
	struct its_route route;
	struct its_work work;
	u64 cmd[4];

	its_build_vmapp(cmd, 1, 0, 0x10000, V4_ID_BITS, true); /* no memory there */
	its_build_vmapp_v41(cmd, V4_VPROP, v4_is_41() ? V4_DB(1) : 0, true, false);
	ck_assert_int_eq(v4_command(0, cmd), 0);
	its_translate(v4.its[0], 0, 0, &route, &work);
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), -ENOMEM);
	ck_assert_uint_eq(last_drop(), DROP_NO_MEMORY);
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 0);
}

V4_TEST(a_vLPI_that_the_redistributor_has_no_room_for_is_dropped)
{
	struct its_route route;
	struct its_work work;

	v4_enter(0, 1);
	its_translate(v4.its[0], 0, 0, &route, &work);
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), -ENOMEM);
	port.fail_at = 0;
	ck_assert_uint_eq(last_drop(), DROP_NO_MEMORY);
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 0);
	ck_assert(!board_virq_line(0));
	ck_assert(gic_vlpi_set(route.pe, &route.vlpi) & GIC_VLPI_NEW);
}

/* Its translation was over when VMAPP took the vPE away. */
V4_TEST(on_4_1_a_vLPI_that_arrives_after_its_vPE_was_unmapped_is_dropped)
{
	struct its_route route;
	struct its_work work;

	if (!v4_is_41())
		return;
	its_translate(v4.its[0], 0, 0, &route, &work);
	ck_assert_int_eq(v4_vmapp_on(0, 1, 0, false, true), 0);
	ck_assert_int_eq(gic_vlpi_set(route.pe, &route.vlpi), -ENXIO);
	ck_assert_uint_eq(last_drop(), DROP_UNMAPPED_VPE);
	ck_assert_uint_eq(v4_events(EV_VLPI_COALESCED), 0);
}

V4_TEST(a_doorbell_for_a_PE_with_LPIs_disabled_is_dropped_the_vLPI_is_not)
{
	gicr_write(board_pe(0), GICR_CTLR, 4, 0);
	v4_enter(0, 1);
	v4_leave(0, true);
	ck_assert(v4_msi(0) & GIC_VLPI_NEW);
	ck_assert_uint_eq(v4_events(EV_HW_DROPPED), 1);
	ck_assert(v4_in_memory(1, V4_VLPI));
}

V4_TEST(thousands_of_vLPIs_come_in_order_of_priority_and_INTID)
{
	u32 i, last = 0;

	for (i = 0; i < 200; i++) {
		v4_conf(V4_VLPI + i, (i * 37) & 0xf0, true);
		v4_vmapti(i, 1, V4_VLPI + i, V4_NONE);
	}
	for (i = 0; i < 100; i++)
		v4_msi(i);
	v4_enter(0, 1);
	for (; i < 200; i++)
		v4_msi(i);
	for (i = 0; i < 200; i++) {
		u32 intid = v4_take(0), n = intid - V4_VLPI, key = ((n * 37) & 0xf0) << 16 | n;

		ck_assert(!i || key > last);
		last = key;
	}
	ck_assert_uint_eq(v4_take(0), GIC_SPURIOUS);
}

static void add(TCase *tc)
{
	V4_ADD(tc, a_vLPI_reaches_the_guest_of_the_resident_vPE_without_a_list_register);
	V4_ADD(tc, a_vLPI_that_is_pending_already_is_coalesced);
	V4_ADD(tc, among_list_registers_and_vLPIs_the_priority_decides);
	V4_ADD(tc, a_list_register_goes_before_a_vLPI_of_the_same_priority);
	V4_ADD(tc, a_vLPI_of_higher_priority_preempts_an_active_one);
	V4_ADD(tc, a_guest_with_group_1_disabled_or_masked_sees_no_vLPI);
	V4_ADD(tc, a_disabled_vLPI_waits_until_it_is_enabled_and_invalidated);
	V4_ADD(tc, CLEAR_and_DISCARD_withdraw_a_vLPI_wherever_its_vPE_is);
	V4_ADD(tc, a_vLPI_for_a_vPE_that_is_not_resident_stays_in_memory_until_it_is);
	V4_ADD(tc, another_vPE_on_the_PE_does_not_see_it);
	V4_ADD(tc, on_4_0_each_vLPI_rings_its_own_doorbell_whether_enabled_or_not);
	V4_ADD(tc, on_4_0_a_vLPI_without_a_doorbell_rings_none);
	V4_ADD(tc, on_4_1_the_default_doorbell_rings_once_in_a_period_and_only_if_asked_for);
	V4_ADD(tc, on_4_1_a_disabled_vLPI_rings_when_it_is_enabled);
	V4_ADD(tc, on_4_1_VINVALL_and_INVALLR_ring_for_a_vLPI_that_has_been_enabled);
	V4_ADD(tc, on_4_1_INVLPIR_and_INVALLR_name_a_resident_vPE);
	V4_ADD(tc, VMOVI_takes_a_pending_vLPI_along_and_rings_there);
	V4_ADD(tc, a_vLPI_that_moves_to_where_it_is_pending_is_merged_with_itself);
	V4_ADD(tc, VMOVI_without_D_keeps_the_doorbell);
	V4_ADD(tc, on_4_0_a_doorbell_that_is_given_back_to_a_pending_vLPI_rings);
	V4_ADD(tc, on_4_0_with_still_vmovi_it_does_not_ring);
	V4_ADD(tc, after_VMOVP_interrupts_and_doorbells_go_to_the_other_PE);
	V4_ADD(tc, what_was_on_its_way_while_VMOVP_ran_is_passed_on);
	V4_ADD(tc, a_vLPI_beyond_the_pending_table_is_dropped);
	V4_ADD(tc, on_4_1_a_doorbell_of_its_own_rings_beside_the_default_one);
	V4_ADD(tc, a_vLPI_without_memory_for_it_is_dropped);
	V4_ADD(tc, a_vLPI_that_the_redistributor_has_no_room_for_is_dropped);
	V4_ADD(tc, on_4_1_a_vLPI_that_arrives_after_its_vPE_was_unmapped_is_dropped);
	V4_ADD(tc, a_doorbell_for_a_PE_with_LPIs_disabled_is_dropped_the_vLPI_is_not);
	V4_ADD(tc, thousands_of_vLPIs_come_in_order_of_priority_and_INTID);
}

CHECK_MAIN("hw virtual LPIs", add, setup, teardown)
