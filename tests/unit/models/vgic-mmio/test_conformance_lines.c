// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LEVEL_INFO, the input lines of a virtual GICv3 for user space: every attribute that there can be,
 * and each word of lines (spec/vgic.md 2.8). Private interrupts are the vCPU's that the attribute
 * names. SGIs have no line, what is edge-triggered shows none.
 */
#include "conformance.h"

#include "tests/lib/check-main.h"

#define V3 (ERAS_ALL & ~ERA_2013)

struct line_row {
	const char *where;
	u32 from, to; /* vINTID; `to` not included */
	u32 mask;     /* interrupts that have a line */
	u32 seen;     /* of those, the ones that are level-triggered at reset */
	bool banked;
};

static const struct line_row rows[] = {
	{ "SGIs and PPIs", 0, 32, 0xffff0000, 0xffff0000, true },
	{ "SPIs", 32, CONF_IRQS, 0xffffffff, 0, false },
	{ "beyond the last interrupt", CONF_IRQS, 1024, 0, 0, false },
};

static int get(u32 v, u64 attr, u64 *value)
{
	return user_get(&m, VGIC_GRP_LEVEL_INFO, cpu_attr(v, attr), value);
}

static int set(u32 v, u64 attr, u64 value)
{
	return user_set(&m, VGIC_GRP_LEVEL_INFO, cpu_attr(v, attr), value);
}

static u32 lines(u32 v, u32 intid)
{
	u64 value = ~0ull;

	must(get(v, intid, &value) == 0);
	must(value <= 0xffffffff);
	return (u32)value;
}

static void look_at(const struct line_row *r, const char *rule)
{
	conf_now.reg = "LEVEL_INFO";
	conf_now.where = r->where;
	conf_now.rule = rule;
	conf_now.who = USER;
}

static void make_all_level(void)
{
	u32 at;

	for (at = GICD_ICFGR + 8; at < GICD_ICFGR + CONF_IRQS / 4; at += 4)
		wr32(&m, DIST + at, 0);
}

static void lines_are_written(const struct line_row *r)
{
	static const u32 values[] = { 0xffffffff, 0, 0xaaaaaaaa, 0x55555555, 0x80010001 };
	u32 intid, i;

	for (intid = r->from; intid < r->to; intid += 32) {
		conf_equal(lines(2, intid), 0, intid, 4);
		must(set(2, intid, 0xffffffff) == 0);
		conf_equal(lines(2, intid), r->seen, intid, 4);
	}
	make_all_level();
	for (intid = r->from; intid < r->to; intid += 32) {
		conf_equal(lines(2, intid), r->mask, intid, 4);
		conf_equal(lines(1, intid), r->banked ? 0 : r->mask, intid, 4);
		for (i = 0; i < PLAT_ARRAY_SIZE(values); i++) {
			must(set(2, intid, values[i] | 0xffull << 32) == 0);
			conf_equal(lines(2, intid), values[i] & r->mask, intid, 4);
		}
	}
}

START_TEST(a_word_of_lines_is_as_written_where_there_are_lines)
{
	u32 era;

	for (era = 1; era <= ERAS_ALL; era <<= 1) {
		if (!(V3 & era))
			continue;
		look_at(&rows[_i], "lines");
		conf_now.era = era;
		conf_open_model(VGIC_V3, era);
		lines_are_written(&rows[_i]);
		conf_close_model();
	}
}
END_TEST

/* Of bits 31:10 zero alone means line levels; vINTIDs are multiples of 32. */
START_TEST(every_other_attribute_is_einval_and_has_knows_the_information_alone)
{
	static const u32 infos[] = { 0, 1, 2, 0x200000, 0x3fffff };
	u32 intid, i;
	u64 value;

	conf_open_model(VGIC_V3, ERA_61);
	for (i = 0; i < PLAT_ARRAY_SIZE(infos); i++)
		for (intid = 0; intid < 1024; intid++) {
			u64 attr = (u64)infos[i] << 10 | intid;
			int want = infos[i] || intid % 32 ? -EINVAL : 0;
			int has = vgic_user_has(m.vm, VGIC_GRP_LEVEL_INFO, attr);

			if (get(0, attr, &value) != want || set(0, attr, 0) != want ||
			    has != (infos[i] ? -ENXIO : 0))
				ck_abort_msg("information %#x, vINTID %u", infos[i], intid);
		}
	conf_close_model();
}
END_TEST

START_TEST(a_line_that_user_space_raises_is_queued_if_enabled)
{
	conf_open_model(VGIC_V3, ERA_61);
	make_all_level();
	wr32(&m, DIST, 2);
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	ck_assert_int_eq(set(0, 32, 3u << 8), 0);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->vcpu, m.vm->vcpus[0]);
	ck_assert_ptr_null(mmio_irq(&m, 0, 41)->vcpu);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + 4), 3u << 8);
	ck_assert_uint_eq(dist_get(&m, GICD_ISPENDR + 4), 0); /* the line is not the latch */
	conf_close_model();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_word_of_lines_is_as_written_where_there_are_lines, 0,
			    PLAT_ARRAY_SIZE(rows));
	tcase_add_test(tc, every_other_attribute_is_einval_and_has_knows_the_information_alone);
	tcase_add_test(tc, a_line_that_user_space_raises_is_queued_if_enabled);
}

CHECK_MAIN("conformance of LEVEL_INFO", add, NULL, NULL)
