// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of the virtual ITS and its command queue, for the guest and for user space
 * (spec/vgic.md 2.8, 3.1). Values marked "recorded" are those of KVM in Linux 6.1.
 */
#include "vits-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	vits_vm_create(m, 2, &p);
}

static void teardown(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

static u64 rd(u32 offset, u32 len)
{
	return guest_read(m, 0, ITS + offset, len);
}

static void wr(u32 offset, u32 len, u64 value)
{
	guest_write(m, 0, ITS + offset, len, value);
}

static u64 user_rd(u32 offset)
{
	u64 value = ~0ull;

	ck_assert_int_eq(vits_user_get_reg(m->its, offset, &value), 0);
	return value;
}

START_TEST(identification_is_that_of_kvm)
{
	ck_assert_uint_eq(rd(GITS_TYPER, 8), 0x1ef71);	 /* recorded */
	ck_assert_uint_eq(rd(GITS_IIDR, 4), 0x4b00043b); /* recorded */
	ck_assert_uint_eq(rd(GITS_PIDR2, 4), 0x3b);
	ck_assert_uint_eq(rd(0xffd0, 4), 0x40);
	ck_assert_uint_eq(rd(0xffe0, 4), 0x92);
	ck_assert_uint_eq(rd(0xfffc, 4), 0xb1);
}
END_TEST

START_TEST(writes_of_read_only_registers_are_ignored)
{
	static const u32 offsets[] = { GITS_IIDR, GITS_TYPER, GITS_CREADR, GITS_PIDR2 };
	u32 i;

	for (i = 0; i < 4; i++) {
		u64 before = rd(offsets[i], 4);

		wr(offsets[i], 4, ~0ull);
		ck_assert_uint_eq(rd(offsets[i], 4), before);
	}
}
END_TEST

START_TEST(registers_of_64_bits_have_halves)
{
	wr(GITS_CTLR, 4, 0);
	wr(GITS_BASER, 4, 0x41230000);
	wr(GITS_BASER + 4, 4, 0x80000000);
	ck_assert_uint_eq(rd(GITS_BASER, 8) >> 63, 1);
	ck_assert_uint_eq(rd(GITS_BASER, 4), 0x41230200);
	ck_assert_uint_eq(rd(GITS_BASER + 4, 4), rd(GITS_BASER, 8) >> 32);
	ck_assert_uint_eq(rd(GITS_TYPER + 4, 4), 0);
	wr(GITS_CBASER + 4, 4, 0x80000000);
	ck_assert_uint_eq(rd(GITS_CBASER, 4), CMD_QUEUE | 0xf);
}
END_TEST

START_TEST(other_widths_and_places_are_raz_wi)
{
	u64 cbaser = rd(GITS_CBASER, 8);

	ck_assert_uint_eq(rd(GITS_CTLR, 8), 0);
	ck_assert_uint_eq(rd(GITS_CTLR, 1), 0);
	ck_assert_uint_eq(rd(GITS_TYPER, 2), 0);
	ck_assert_uint_eq(vits_mmio_read(m->vm->vcpus[0], m->its, GITS_CBASER + 4, 8), 0);
	ck_assert_uint_eq(rd(GITS_PIDR2, 8), 0);
	ck_assert_uint_eq(rd(0x20, 4), 0);
	ck_assert_uint_eq(rd(GITS_BASER + 16, 8), 0);
	wr(GITS_BASER + 16, 8, ~0ull);
	ck_assert_uint_eq(rd(GITS_BASER + 16, 8), 0);
	wr(GITS_CTLR, 1, 0);
	ck_assert_uint_eq(rd(GITS_CTLR, 4) & 1, 1);
	wr(GITS_TRANSLATER, 4, 0);
	ck_assert_uint_eq(rd(GITS_TRANSLATER, 4), 0);
	ck_assert_uint_eq(rd(GITS_CBASER, 8), cbaser);
}
END_TEST

/* recorded: what the guest writes, and what it reads back */
START_TEST(bases_read_back_with_what_the_guest_cannot_choose)
{
	ck_assert_uint_eq(rd(GITS_BASER, 8), 0x9907000040410000ull | 0x200);
	ck_assert_uint_eq(rd(GITS_BASER + 8, 8), 0x9c07000040420000ull | 0x200);
	ck_assert_uint_eq(rd(GITS_CBASER, 8), 0x980000004040000full);
}
END_TEST

START_TEST(attributes_no_guest_table_can_have_are_replaced)
{
	wr(GITS_CTLR, 4, 0);
	wr(GITS_BASER, 8,
	   FIELD_PUT(GIC_SHARE_OUTER, GITS_BASER_SHARE) |
		   FIELD_PUT(GIC_CACHE_NC, GITS_BASER_INNERCACHE) |
		   FIELD_PUT(5, GITS_BASER_OUTERCACHE));
	ck_assert_uint_eq(FIELD_GET(rd(GITS_BASER, 8), GITS_BASER_SHARE), GIC_SHARE_INNER);
	ck_assert_uint_eq(FIELD_GET(rd(GITS_BASER, 8), GITS_BASER_INNERCACHE), GIC_CACHE_RAWB);
	ck_assert_uint_eq(FIELD_GET(rd(GITS_BASER, 8), GITS_BASER_OUTERCACHE), 0);
	wr(GITS_BASER, 8,
	   FIELD_PUT(7, GITS_BASER_INNERCACHE) | FIELD_PUT(GIC_CACHE_NC, GITS_BASER_OUTERCACHE));
	ck_assert_uint_eq(FIELD_GET(rd(GITS_BASER, 8), GITS_BASER_INNERCACHE), 7);
	ck_assert_uint_eq(FIELD_GET(rd(GITS_BASER, 8), GITS_BASER_OUTERCACHE), GIC_CACHE_NC);
}
END_TEST

START_TEST(only_the_device_table_may_be_indirect)
{
	wr(GITS_CTLR, 4, 0);
	wr(GITS_BASER, 8, GITS_BASER_INDIRECT);
	wr(GITS_BASER + 8, 8, GITS_BASER_INDIRECT);
	ck_assert(rd(GITS_BASER, 8) & GITS_BASER_INDIRECT);
	ck_assert(!(rd(GITS_BASER + 8, 8) & GITS_BASER_INDIRECT));
}
END_TEST

START_TEST(the_its_cannot_be_enabled_before_all_three_bases_are_valid)
{
	static const u32 bases[] = { GITS_BASER, GITS_BASER + 8, GITS_CBASER };
	u32 i;

	for (i = 0; i < 3; i++) {
		u64 value = rd(bases[i], 8);

		wr(GITS_CTLR, 4, 0);
		wr(bases[i], 8, value & ~GITS_BASER_VALID);
		wr(GITS_CTLR, 4, 1);
		ck_assert_uint_eq(rd(GITS_CTLR, 4) & 1, 0);
		wr(bases[i], 8, value);
		wr(GITS_CTLR, 4, 1);
		ck_assert_uint_eq(rd(GITS_CTLR, 4) & 1, 1);
	}
}
END_TEST

START_TEST(bases_are_read_only_while_enabled)
{
	u64 dev = rd(GITS_BASER, 8), queue = rd(GITS_CBASER, 8);

	wr(GITS_BASER, 8, 0);
	wr(GITS_CBASER, 8, 0);
	ck_assert_uint_eq(rd(GITS_BASER, 8), dev);
	ck_assert_uint_eq(rd(GITS_CBASER, 8), queue);
}
END_TEST

START_TEST(a_base_made_invalid_takes_its_objects_along)
{
	map_some(m, 2);
	wr(GITS_CTLR, 4, 0);
	wr(GITS_BASER + 8, 8, COL_TABLE);
	wr(GITS_BASER + 8, 8, COL_TABLE | GITS_BASER_VALID);
	wr(GITS_CTLR, 4, 1);
	ck_assert_int_eq(its_int(8, 0), 0x010307);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert(lpi_view(m, 8192).exists);
	wr(GITS_CTLR, 4, 0);
	wr(GITS_BASER, 8, DEV_TABLE);
	ck_assert(!lpi_view(m, 8192).exists);
}
END_TEST

/* ---- queue ---- */

START_TEST(cbaser_is_aligned_to_64_kib_and_resets_the_queue)
{
	map_some(m, 1);
	ck_assert_uint_ne(rd(GITS_CREADR, 8), 0);
	wr(GITS_CTLR, 4, 0);
	wr(GITS_CBASER, 8, GITS_CBASER_VALID | (CMD_QUEUE + 0x5000) | 3);
	ck_assert_uint_eq(FIELD_GET(rd(GITS_CBASER, 8), GITS_CBASER_PA) << 12, CMD_QUEUE);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0);
	ck_assert_uint_eq(rd(GITS_CWRITER, 8), 0);
}
END_TEST

START_TEST(a_cwriter_beyond_the_queue_is_ignored)
{
	wr(GITS_CTLR, 4, 0);
	wr(GITS_CBASER, 8, GITS_CBASER_VALID | CMD_QUEUE | 0);
	wr(GITS_CWRITER, 8, 0x1000);
	ck_assert_uint_eq(rd(GITS_CWRITER, 8), 0);
	wr(GITS_CWRITER, 8, 0xfe0);
	ck_assert_uint_eq(rd(GITS_CWRITER, 8), 0xfe0);
}
END_TEST

START_TEST(commands_wait_until_the_its_is_enabled)
{
	u64 cmd[4];

	wr(GITS_CTLR, 4, 0);
	its_build_mapc(cmd, 0, 0, true);
	its_post(m, cmd);
	ck_assert_uint_eq(rd(GITS_CTLR, 4), 0);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0);
	wr(GITS_CTLR, 4, 1);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0x20);
	ck_assert_uint_eq(rd(GITS_CTLR, 4), 0x80000001); /* recorded */
	ck_assert_int_eq(invall(0), 0);
}
END_TEST

START_TEST(the_queue_wraps_at_its_end)
{
	u64 cmd[4];
	u32 i;

	wr(GITS_CTLR, 4, 0);
	wr(GITS_CBASER, 8, GITS_CBASER_VALID | CMD_QUEUE | 0); /* 128 commands */
	wr(GITS_CTLR, 4, 1);
	its_build_sync(cmd, 0);
	for (i = 0; i < 4; i++)
		ram_write64(m, CMD_QUEUE + 0xfe0 + 8 * i, cmd[i]);
	wr(GITS_CWRITER, 8, 0xfe0);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0xfe0);
	port_clear_records();
	wr(GITS_CWRITER, 8, 0);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD), 1);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD_ERROR), 0);
}
END_TEST

/* The queue lies outside memory: with policy never the command is skipped ... */
START_TEST(an_unreadable_command_is_skipped)
{
	wr(GITS_CTLR, 4, 0);
	wr(GITS_CBASER, 8, GITS_CBASER_VALID | 0x100000);
	wr(GITS_CTLR, 4, 1);
	port_clear_records();
	wr(GITS_CWRITER, 8, 0x40);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0x40);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD) + port_count_events(EV_ITS_CMD_ERROR), 0);
}
END_TEST

/* ... with policy stall the ITS stops there until it is told to try again. */
START_TEST(a_stalling_its_waits_for_retry)
{
	struct vgic_policy p = mmio_policy();

	teardown();
	port_reset();
	p.its_stall = VGIC_ITS_STALL;
	vits_vm_create(m, 2, &p);
	wr(GITS_CTLR, 4, 0);
	wr(GITS_CBASER, 8, GITS_CBASER_VALID | 0x100000);
	wr(GITS_CTLR, 4, 1);
	wr(GITS_CWRITER, 8, 0x40);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), GITS_CREADR_STALLED);
	ck_assert_int_eq(gic_mem_add_region(&m->ram, 0x100000, 0x1000), 0);
	wr(GITS_CWRITER, 8, 0x40);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), GITS_CREADR_STALLED);
	wr(GITS_CWRITER, 8, 0x40 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0x40);
}
END_TEST

static void with_stalls(enum vgic_its_stall_policy stall)
{
	struct vgic_policy p = mmio_policy();

	teardown();
	port_reset();
	p.its_stall = (u8)stall;
	vits_vm_create(m, 2, &p);
}

/* Architecture, command errors: ignored, or the queue stalls; the model offers either. */
START_TEST(a_command_that_fails_its_checks_stalls_the_queue_where_asked_for)
{
	static const struct {
		enum vgic_its_stall_policy policy;
		u64 creadr;
	} row[] = {
		{ VGIC_ITS_NEVER_STALL, 0x40 },
		{ VGIC_ITS_STALL, 0x40 },
		{ VGIC_ITS_STALL_ON_ERROR, GITS_CREADR_STALLED },
	};
	u64 cmd[4];

	with_stalls(row[_i].policy);
	its_build_mapti(cmd, 9, 0, 8192, 0); /* no such device */
	for (u32 i = 0; i < 4; i++) {
		ram_write64(m, CMD_QUEUE + 8 * i, cmd[i]);
		ram_write64(m, CMD_QUEUE + 32 + 8 * i, i ? 0 : ITS_CMD_SYNC);
	}
	wr(GITS_CWRITER, 8, 0x40);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), row[_i].creadr);
	/* Mended and retried, it is executed. */
	its_build_mapc(cmd, 0, 0, true);
	for (u32 i = 0; i < 4; i++)
		ram_write64(m, CMD_QUEUE + 8 * i, cmd[i]);
	wr(GITS_CWRITER, 8, 0x40 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0x40);
	ck_assert_uint_eq(m->its->nr_collections, row[_i].creadr == GITS_CREADR_STALLED);
}
END_TEST

START_TEST(an_unknown_command_stalls_the_queue_where_asked_for)
{
	with_stalls(VGIC_ITS_STALL_ON_ERROR);
	for (u32 i = 0; i < 4; i++)
		ram_write64(m, CMD_QUEUE + 8 * i, i ? 0 : 0x7f);
	wr(GITS_CWRITER, 8, 0x20);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), GITS_CREADR_STALLED);
}
END_TEST

START_TEST(a_stall_is_saved_and_restored_with_creadr)
{
	u64 creadr = 0x40 | GITS_CREADR_STALLED;

	with_stalls(VGIC_ITS_STALL);
	wr(GITS_CTLR, 4, 0);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CREADR, creadr), 0);
	ck_assert_uint_eq(user_rd(GITS_CREADR), creadr);
	wr(GITS_CWRITER, 8, 0x60);
	wr(GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), creadr);
	wr(GITS_CWRITER, 8, 0x60 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CREADR, 8), 0x60);
	/* An ITS that never stalls does not begin to. */
	with_stalls(VGIC_ITS_NEVER_STALL);
	wr(GITS_CTLR, 4, 0);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CREADR, creadr), 0);
	ck_assert_uint_eq(user_rd(GITS_CREADR), 0x40);
}
END_TEST

START_TEST(disabling_the_its_stops_msis)
{
	map_some(m, 1);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	wr(GITS_CTLR, 4, 0);
	ck_assert_int_eq(msi_fast(m, 8, 0), -EWOULDBLOCK);
	ck_assert_int_eq(msi(m, 8, 0), -EBUSY);
}
END_TEST

/* ---- user space ---- */

START_TEST(user_space_reads_what_was_recorded)
{
	ck_assert_uint_eq(user_rd(GITS_CTLR), 0x80000001);
	ck_assert_uint_eq(user_rd(GITS_TYPER), 0x1ef71);
	ck_assert_uint_eq(user_rd(GITS_IIDR), 0x4b00043b);
	ck_assert_uint_eq(user_rd(GITS_CBASER), 0x980000004040000full);
	ck_assert_uint_eq(user_rd(GITS_BASER), 0x9907000040410200ull);
	ck_assert_uint_eq(user_rd(GITS_BASER + 8), 0x9c07000040420200ull);
	ck_assert_uint_eq(user_rd(GITS_BASER + 16), 0);
}
END_TEST

START_TEST(user_space_errors_by_offset)
{
	u64 value;

	ck_assert_int_eq(vits_user_has_reg(m->its, GITS_CTLR), 0);
	ck_assert_int_eq(vits_user_has_reg(m->its, 2), -EINVAL);
	ck_assert_int_eq(vits_user_has_reg(m->its, GITS_TYPER + 4), -EINVAL);
	ck_assert_int_eq(vits_user_has_reg(m->its, GITS_PIDR2 + 2), -EINVAL);
	ck_assert_int_eq(vits_user_has_reg(m->its, GITS_PIDR2 + 4), 0);
	ck_assert_int_eq(vits_user_has_reg(m->its, 0x20), -ENXIO);
	ck_assert_int_eq(vits_user_has_reg(m->its, GITS_TRANSLATER), -ENXIO);
	ck_assert_int_eq(vits_user_get_reg(m->its, 0x20, &value), -ENXIO);
	ck_assert_int_eq(vits_user_set_reg(m->its, 0x24, 0), -EINVAL);
}
END_TEST

/* The check of alignment looks at all 64 bits of an attribute, the search at the lower 32. */
START_TEST(bits_above_the_offset_let_user_space_name_an_upper_half)
{
	const u64 high = 1ull << 32;
	u64 value;

	wr(GITS_CTLR, 4, 0);
	wr(GITS_BASER + 8, 8, GITS_BASER_VALID | 0x40420200);
	ck_assert_int_eq(vits_user_get_reg(m->its, GITS_BASER + 12, &value), -EINVAL);
	ck_assert_int_eq(vits_user_has_reg(m->its, high | (GITS_BASER + 12)), 0);
	ck_assert_int_eq(vits_user_has_reg(m->its, high | 0x24), -ENXIO);
	ck_assert_int_eq(vits_user_has_reg(m->its, high | (GITS_BASER + 2)), -EINVAL);
	ck_assert_int_eq(vits_user_get_reg(m->its, high | (GITS_BASER + 12), &value), 0);
	ck_assert_uint_eq(value, 0x9c070000);
	/* Bits are added there, and nowhere else. */
	ck_assert_int_eq(vits_user_set_reg(m->its, high | (GITS_BASER + 12), 0x20000001), 0);
	ck_assert_uint_eq(user_rd(GITS_BASER + 8), 0xbc07000140420200ull);
	ck_assert_int_eq(vits_user_set_reg(m->its, high | (GITS_CREADR + 4), 0x40), 0);
	ck_assert_uint_eq(user_rd(GITS_CREADR), 0x40);
}
END_TEST

START_TEST(user_space_needs_the_its_to_have_an_address)
{
	struct vgic_its *its;
	u64 value;

	ck_assert_int_eq(vits_create(&its, m->vm), 0);
	ck_assert_int_eq(vits_user_get_reg(its, GITS_CTLR, &value), -ENXIO);
	ck_assert_int_eq(vits_user_set_reg(its, GITS_CTLR, 0), -ENXIO);
	ck_assert_int_eq(vits_user_has_reg(its, GITS_CTLR), 0);
	vits_destroy(its);
}
END_TEST

START_TEST(user_space_may_only_choose_table_layout_0)
{
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_IIDR, 0x4b00043b), 0);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_IIDR, 0x4b00143b), -EINVAL);
	ck_assert_uint_eq(user_rd(GITS_IIDR), 0x4b00043b);
}
END_TEST

START_TEST(user_space_sets_creadr_only_while_disabled_and_within_the_queue)
{
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CREADR, 0x40), -EBUSY);
	wr(GITS_CTLR, 4, 0);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CREADR, 0x10000), -EINVAL);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CREADR, 0xffe0), 0);
	ck_assert_uint_eq(user_rd(GITS_CREADR), 0xffe0);
}
END_TEST

START_TEST(an_its_has_one_base_for_ever)
{
	struct vgic_its *its;

	ck_assert_int_eq(vits_create(&its, m->vm), 0);
	ck_assert_int_eq(vits_set_base(its, 0x1000), -EINVAL);
	ck_assert_int_eq(vits_set_base(its, 1ull << VGIC_IPA_BITS), -E2BIG);
	ck_assert_int_eq(vits_set_base(its, 0x09000000), 0);
	ck_assert_int_eq(vits_set_base(its, 0x09100000), -EEXIST);
	ck_assert_uint_eq(vits_base(its), 0x09000000);
	vits_destroy(its);
}
END_TEST

START_TEST(reset_forgets_everything_but_the_place_of_the_tables)
{
	map_some(m, 2);
	vits_reset(m->its);
	ck_assert_uint_eq(rd(GITS_CTLR, 4), GITS_CTLR_QUIESCENT);
	ck_assert_uint_eq(rd(GITS_CBASER, 8), 0);
	ck_assert_uint_eq(rd(GITS_BASER, 8), 0x1907000040410200ull);
	ck_assert(!lpi_view(m, 8192).exists);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, identification_is_that_of_kvm);
	tcase_add_test(tc, writes_of_read_only_registers_are_ignored);
	tcase_add_test(tc, registers_of_64_bits_have_halves);
	tcase_add_test(tc, other_widths_and_places_are_raz_wi);
	tcase_add_test(tc, bases_read_back_with_what_the_guest_cannot_choose);
	tcase_add_test(tc, attributes_no_guest_table_can_have_are_replaced);
	tcase_add_test(tc, only_the_device_table_may_be_indirect);
	tcase_add_test(tc, the_its_cannot_be_enabled_before_all_three_bases_are_valid);
	tcase_add_test(tc, bases_are_read_only_while_enabled);
	tcase_add_test(tc, a_base_made_invalid_takes_its_objects_along);
	tcase_add_test(tc, cbaser_is_aligned_to_64_kib_and_resets_the_queue);
	tcase_add_test(tc, a_cwriter_beyond_the_queue_is_ignored);
	tcase_add_test(tc, commands_wait_until_the_its_is_enabled);
	tcase_add_test(tc, the_queue_wraps_at_its_end);
	tcase_add_test(tc, an_unreadable_command_is_skipped);
	tcase_add_test(tc, a_stalling_its_waits_for_retry);
	tcase_add_loop_test(tc, a_command_that_fails_its_checks_stalls_the_queue_where_asked_for, 0,
			    3);
	tcase_add_test(tc, an_unknown_command_stalls_the_queue_where_asked_for);
	tcase_add_test(tc, a_stall_is_saved_and_restored_with_creadr);
	tcase_add_test(tc, disabling_the_its_stops_msis);
	tcase_add_test(tc, user_space_reads_what_was_recorded);
	tcase_add_test(tc, user_space_errors_by_offset);
	tcase_add_test(tc, bits_above_the_offset_let_user_space_name_an_upper_half);
	tcase_add_test(tc, user_space_needs_the_its_to_have_an_address);
	tcase_add_test(tc, user_space_may_only_choose_table_layout_0);
	tcase_add_test(tc, user_space_sets_creadr_only_while_disabled_and_within_the_queue);
	tcase_add_test(tc, an_its_has_one_base_for_ever);
	tcase_add_test(tc, reset_forgets_everything_but_the_place_of_the_tables);
}

CHECK_MAIN("vITS registers", add, setup, teardown)
