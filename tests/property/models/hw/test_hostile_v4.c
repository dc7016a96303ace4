// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv4 and software that does not keep to any rule: whatever it writes to the frame of vLPIs and
 * to GITS_SGIR, whatever operands the V* commands have, whatever stands in the tables of vPEs and
 * in virtual pending tables, with memory that runs out: nothing crashes, and the invariants below
 * hold. Run under the sanitizers as well.
 */
#include "tests/unit/models/hw/board-v4.h"

#include "tests/lib/check-main.h"

static u64 state;

static u32 roll(u32 n)
{
	return (u32)(check_random(&state) % n);
}

/* Values that matter: few bits, all bits, addresses of our tables, anything. */
static u64 value(void)
{
	switch (roll(6)) {
	case 0: return 1ull << roll(64);
	case 1: return ~0ull;
	case 2: return V4_VPT(roll(4)) | 1ull << 63 | roll(0x20);
	case 3: return V4_TABLE(roll(4)) | 1ull << 63 | roll(4) | (u64)roll(2) << 55;
	case 4: return roll(65536);
	default: return check_random(&state);
	}
}

static const u8 opcodes[] = { ITS_CMD_VMAPP,   ITS_CMD_VMAPTI, ITS_CMD_VMAPI,	ITS_CMD_VMOVI,
			      ITS_CMD_VMOVP,   ITS_CMD_VSYNC,  ITS_CMD_VINVALL, ITS_CMD_INVDB,
			      ITS_CMD_VSGI,    ITS_CMD_INV,    ITS_CMD_INT,	ITS_CMD_CLEAR,
			      ITS_CMD_DISCARD, ITS_CMD_MOVI,   ITS_CMD_MAPTI };

static void random_command(u64 cmd[4])
{
	u32 i;

	for (i = 0; i < 4; i++)
		cmd[i] = roll(2) ? value() : 0;
	cmd[0] = FIELD_SET(cmd[0], opcodes[roll(PLAT_ARRAY_SIZE(opcodes))], ITS_CMD0_OPCODE);
	if (roll(8) == 0)
		return;
	cmd[0] = FIELD_SET(cmd[0], roll(8) == 0, ITS_CMD0_DEVICEID);
	cmd[1] = roll(8) ? FIELD_PUT(roll(8), ITS_CMD1_EVENTID) : cmd[1];
	cmd[1] = FIELD_SET(cmd[1], roll(6), ITS_CMD1_VPEID);
	if (roll(2)) /* V, RDbase, or vINTID */
		cmd[2] = (u64)roll(2) << 63 | FIELD_PUT(roll(5), ITS_CMD2_RDBASE);
	else
		cmd[2] = FIELD_PUT(V4_VLPI + roll(64), ITS_CMD2_VINTID) |
			 FIELD_PUT(roll(2) ? V4_NONE : V4_DB(roll(4)), ITS_CMD2_DOORBELL);
	if (roll(4))
		cmd[3] = V4_VPT(roll(4)) | (12 + roll(6));
}

static void use_its(void)
{
	u64 cmd[4];
	u32 its = roll(V4_NR_ITS);

	random_command(cmd);
	v4_command(its, cmd);
	if (roll(8) == 0)
		its_write(v4.its[its], GITS_CWRITER, 8,
			  its_read(v4.its[its], GITS_CWRITER, 8) | GITS_CWRITER_RETRY);
	if (roll(50) == 0)
		its_write(v4.its[its], GITS_CTLR, 4, value());
	if (roll(25) == 0) {
		its_write(v4.its[its], GITS_CTLR, 4, 0);
		its_write(v4.its[its], GITS_BASER + 16, 8,
			  roll(4) ? V4_TABLE(its) | GITS_BASER_VALID : value());
		its_write(v4.its[its], GITS_CTLR, 4, GITS_CTLR_ENABLED);
	}
}

static void use_redistributor(struct gic_pe *pe)
{
	static const u32 at[] = { GICR_VPROPBASER, GICR_VPENDBASER, GICR_VPENDBASER,
				  GICR_VPENDBASER, GICR_VSGIR,	    GICR_VSGIPENDR,
				  GICR_INVLPIR,	   GICR_INVALLR,    GICR_SETLPIR,
				  GICR_CLRLPIR };
	u32 offset = at[roll(PLAT_ARRAY_SIZE(at))];

	if (roll(3) == 0) /* as a hypervisor does it */
		v4_enter(gic_pe_number(pe), roll(6));
	else if (roll(3) == 0)
		v4_leave(gic_pe_number(pe), roll(2));
	else if (roll(6) == 0)
		gicr_write(pe, GICR_VLPI_BASE + roll(0x20000), roll(2) ? 4 : 8, value());
	else
		gicr_write(pe, offset, roll(4) ? 8 : 4, value());
	gicr_read(pe, GICR_VLPI_BASE + roll(0x30000), roll(2) ? 4 : 8);
}

static void use_guest(struct gic_pe *pe)
{
	u32 group = roll(2);

	if (roll(4))
		icv_eoir_write(pe, group, icv_iar_read(pe, group));
	else if (roll(2))
		ich_hcr_write(pe, (u32)value() | roll(2));
	else
		ich_lr_write(pe, roll(4), roll(2) ? 0 : value());
	if (roll(16) == 0)
		v4_guest(gic_pe_number(pe));
}

static void deliver(void *arg, const struct port_record *r)
{
	struct gic_pe *pe =
		board_pe((u32)((char *)(r->kind == PORT_VSGI ? r->to : r->object) - board.port));

	(void)arg;
	if (r->kind == PORT_VSGI && roll(4))
		gic_vsgi_set(pe, (u32)r->arg, r->intid);
	else if (r->kind == PORT_VPT_SCAN && roll(2))
		gic_vpt_scanned(pe);
}

static void step(void)
{
	struct gic_pe *pe = board_pe(roll(BOARD_MAX_PES));

	switch (roll(8)) {
	case 0:
	case 1: use_its(); break;
	case 2:
	case 3: use_redistributor(pe); break;
	case 4: use_guest(pe); break;
	case 5:
		if (v4_msi(roll(10)) < 0 && roll(4))
			gic_vsgi_set(pe, roll(6), roll(18));
		break;
	case 6:
		gic_vpt_scanned(pe);
		its_write(v4.its[0], GITS_SGIR, 8, (u64)roll(6) << 32 | roll(16));
		icc_eoir1_write(pe, icc_iar1_read(pe));
		break;
	default: /* rubbish in tables; seldom, or nothing else would be there */
		if (roll(10) == 0)
			gic_mem_write64(&board.mem, V4_TABLE(roll(4)) + 8 * roll(16), value());
		if (roll(10) == 0)
			gic_mem_write64(&board.mem, V4_VPT(roll(4)) + 1024 + 8 * roll(8), value());
	}
}

/* A line that is up has something behind it, and what is to be scanned is not shown. */
static void look(void)
{
	u32 p;

	for (p = 0; p < BOARD_MAX_PES; p++) {
		struct gic_pe *pe = board_pe(p);
		u64 r = v4_vpend(p);

		if (board_virq_line(p))
			ck_assert(icv_hppir_read(pe, 1) != GIC_SPURIOUS ||
				  icv_hppir_read(pe, 0) != GIC_SPURIOUS);
		if (!(r & GICR_VPENDBASER_VALID) || (r & GICR_VPENDBASER_DIRTY))
			ck_assert(icv_hppir_read(pe, 1) < GIC_LPI_BASE ||
				  ich_elrsr_read(pe) != 0xf);
	}
}

static void go(int shape, bool failing)
{
	struct gic_config c = v4_gic_config(shape & 1 ? GIC_DIRECT_V41 : GIC_DIRECT_V40);
	u64 cmd[4];
	u32 i, p;

	state = check_seed() + (u32)shape;
	c.vpt_scan = shape & 2;
	c.direct_lpi = shape & 2;
	port_reset();
	port.signal = deliver;
	plat_user.event_mask = 0;
	v4_boot_with(&c, !(shape & 4));
	its_build_mapd(cmd, 0, BOARD_ITT(0), 4, true);
	v4_command(0, cmd);
	v4_command(1, cmd);
	for (p = 0; p < BOARD_MAX_PES; p++)
		v4_guest(p);
	for (i = 0; i < 8000 * check_effort(); i++) {
		port.fail_at = failing && roll(4) == 0 ? port.allocs + 1 : 0;
		step();
		look();
		if (i % 256 == 0)
			port_clear_records();
	}
	port.fail_at = 0;
	v4_down();
	port_assert_quiet();
}

START_TEST(random_use_of_vPEs_vLPIs_and_vSGIs_does_no_harm)
{
	go(_i, false);
}
END_TEST

START_TEST(nor_does_it_when_allocations_fail)
{
	go(_i, true);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, random_use_of_vPEs_vLPIs_and_vSGIs_does_no_harm, 0, 8);
	tcase_add_loop_test(tc, nor_does_it_when_allocations_fail, 0, 8);
}

CHECK_MAIN("hw hostile use of GICv4", add, NULL, NULL)
