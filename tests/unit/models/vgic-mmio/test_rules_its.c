// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What accesses to the virtual ITS's registers do beyond holding bits, one rule a test, under each
 * kernel to which it applies (spec/vgic.md 3.1, 2.8, 2.10; IHI 0069 12.19). The rows are in
 * conformance-its.h, the commands in tests/unit/models/vits.
 */
#include "conformance-its.h"
#include "models/vgic/vits-internal.h"

#include "tests/lib/check-main.h"

#define V3    (ERAS_ALL & ~ERA_2013)
#define QUEUE 0x40400000ull
#define DEVS  0x40410000ull
#define COLLS 0x40420000ull
#define ITTS  0x40500000ull
#define VALID (1ull << 63)

static u64 gr(u32 offset, u32 len)
{
	return guest_read(&m, 0, ITS + offset, len);
}

static void gw(u32 offset, u32 len, u64 value)
{
	guest_write(&m, 0, ITS + offset, len, value);
}

static u64 ur(u32 offset)
{
	u64 value = ~0ull;

	must(vgic_user_its_get(m.vm, m.its, VGIC_GRP_ITS_REGS, offset, &value) == 0);
	return value;
}

static int uw(u32 offset, u64 value)
{
	return vgic_user_its_set(m.vm, m.its, VGIC_GRP_ITS_REGS, offset, &value);
}

static void put_command(u32 n, const u64 cmd[4])
{
	u32 i;

	for (i = 0; i < 4; i++)
		must(!gic_mem_write64(&m.ram, QUEUE + 32 * n + 8 * i, cmd[i]));
}

/* All bases valid, a queue of `pages`; not enabled. LPIs have 16 bits. */
static void set_bases(u32 pages)
{
	guest_write(&m, 0, RD(0) + 0x70, 8, PROP_TABLE | 15);
	guest_write(&m, 0, RD(0) + 0x78, 8, PEND_TABLE);
	gw(0x100, 8, VALID | DEVS);
	gw(0x108, 8, VALID | COLLS);
	gw(0x080, 8, VALID | QUEUE | (pages - 1));
}

/* MAPC of collection n to vCPU 0 is command n. */
static void put_mapcs(u32 n)
{
	u64 cmd[4];

	while (n--) {
		its_build_mapc(cmd, n, 0, true);
		put_command(n, cmd);
	}
}

static u32 collections(void)
{
	return m.its->nr_collections;
}

/* ---- CTLR ---- */

static void it_cannot_be_enabled_without_all_bases(void)
{
	static const u32 bases[] = { 0x080, 0x100, 0x108 };
	u32 i;

	for (i = 0; i < 3; i++) {
		u64 value;

		set_bases(1);
		value = gr(bases[i], 8);
		gw(bases[i], 8, value & ~VALID);
		gw(0x000, 4, 1);
		expect(gr(0x000, 4), 0x80000000);
		must(uw(0x000, 1) == 0);
		expect(ur(0x000), 0x80000000);
	}
	set_bases(1);
	gw(0x000, 4, 1);
	expect(gr(0x000, 4), 0x80000001);
	gw(0x000, 4, 0xfffffffe);
	expect(gr(0x000, 4), 0x80000000);
}

static void quiescent_says_that_the_queue_is_empty(void)
{
	set_bases(1);
	put_mapcs(2);
	gw(0x088, 8, 64);
	expect(gr(0x000, 4), 0);
	gw(0x000, 4, 1);
	expect(gr(0x000, 4), 0x80000001);
}

static void enabling_runs_the_queue(void)
{
	set_bases(1);
	put_mapcs(2);
	gw(0x088, 8, 64);
	expect(collections(), 0);
	expect(gr(0x090, 8), 0);
	gw(0x000, 4, 1);
	expect(collections(), 2);
	expect(gr(0x090, 8), 64);
}

static void disabling_forgets_cached_translations(void)
{
	u64 cmd[4];

	set_bases(1);
	gw(0x000, 4, 1);
	wr32(&m, RD(0), 1);
	put_mapcs(1);
	its_build_mapd(cmd, 8, ITTS, 4, true);
	put_command(1, cmd);
	its_build_mapti(cmd, 8, 1, 8193, 0);
	put_command(2, cmd);
	gw(0x088, 8, 96);
	expect(vits_inject_slow(m.vm, ITS + 0x10040, 8, 1, 0), 1);
	expect(vits_inject_fast(m.vm, ITS + 0x10040, 8, 1, 0), 0);
	gw(0x000, 4, 0);
	expect(vits_inject_fast(m.vm, ITS + 0x10040, 8, 1, 0), -EWOULDBLOCK);
	expect(vits_inject_slow(m.vm, ITS + 0x10040, 8, 1, 0), -EBUSY);
}

/* ---- IIDR ---- */

static void user_space_picks_the_layout_0_alone(void)
{
	u32 rev;

	expect(uw(0x004, 0x4b00043b), 0);
	for (rev = 1; rev < 16; rev++)
		expect(uw(0x004, 0x4b00043b | rev << 12), -EINVAL);
	expect(ur(0x004), 0x4b00043b);
}

/* ---- queue ---- */

static void its_address_is_aligned_to_64_kib(void)
{
	gw(0x080, 8, VALID | (QUEUE + 0xf000) | 3);
	expect(gr(0x080, 8) & 0xfffffffff00full, QUEUE | 3);
	expect(uw(0x080, VALID | (QUEUE + 0x15000) | 3), 0);
	expect(ur(0x080) & 0xfffffffff00full, (QUEUE + 0x10000) | 3);
}

static void a_write_starts_the_queue_anew(void)
{
	set_bases(1);
	gw(0x000, 4, 1);
	put_mapcs(2);
	gw(0x088, 8, 64);
	gw(0x000, 4, 0);
	gw(0x080, 8, gr(0x080, 8));
	expect(gr(0x088, 8), 0);
	expect(gr(0x090, 8), 0);
	must(uw(0x090, 32) == 0);
	must(uw(0x080, ur(0x080)) == 0);
	expect(ur(0x090), 0);
}

static void cbaser_is_read_only_while_enabled(void)
{
	u64 before;

	set_bases(1);
	gw(0x000, 4, 1);
	put_mapcs(1);
	gw(0x088, 8, 32);
	before = gr(0x080, 8);
	gw(0x080, 8, 0);
	gw(0x084, 4, 0);
	must(uw(0x080, 0) == 0);
	expect(gr(0x080, 8), before);
	expect(gr(0x090, 8), 32);
}

static void the_queue_is_as_long_as_cbaser_says(void)
{
	u32 pages;

	for (pages = 1; pages <= 256; pages *= 4) {
		set_bases(pages);
		gw(0x088, 8, pages * 0x1000 - 32);
		expect(gr(0x088, 8), pages * 0x1000 - 32);
		gw(0x088, 8, pages * 0x1000);
		expect(gr(0x088, 8), pages == 256 ? 0 : pages * 0x1000 - 32);
	}
}

static void bits_19_to_5_are_an_offset(void)
{
	set_bases(256);
	gw(0x088, 8, ~0ull);
	expect(gr(0x088, 8), 0xfffe0);
	gw(0x088, 4, 0x5f);
	expect(gr(0x088, 8), 0x40);
	gw(0x08c, 4, ~0u);
	expect(gr(0x088, 8), 0x40);
	expect(uw(0x088, 0x123456789abcdefull), 0);
	expect(ur(0x088), 0xbcde0 & 0xfffe0);
}

static void a_write_runs_the_commands_at_once(void)
{
	set_bases(1);
	gw(0x000, 4, 1);
	put_mapcs(3);
	gw(0x088, 8, 32);
	expect(collections(), 1);
	gw(0x088, 4, 96);
	expect(collections(), 3);
	expect(gr(0x090, 8), 96);
}

static void an_offset_beyond_the_queue_is_ignored(void)
{
	set_bases(1);
	gw(0x000, 4, 1);
	put_mapcs(3);
	gw(0x088, 8, 0x1000);
	gw(0x088, 8, 0x1020);
	expect(collections(), 0);
	expect(gr(0x088, 8), 0);
}

static void a_guest_cannot_write_it(void)
{
	set_bases(1);
	gw(0x090, 8, 64);
	gw(0x090, 4, 64);
	expect(gr(0x090, 8), 0);
}

static void user_space_writes_it_while_disabled_and_within_the_queue(void)
{
	set_bases(1);
	expect(uw(0x090, 0xfe0), 0);
	expect(gr(0x090, 8), 0xfe0);
	expect(uw(0x090, 0x1000), -EINVAL);
	expect(uw(0x090, 0x5f), 0);
	expect(gr(0x090, 8), 0x40);
	must(uw(0x090, 0) == 0);
	gw(0x000, 4, 1);
	expect(uw(0x090, 0x20), -EBUSY);
	expect(gr(0x090, 8), 0);
}

/* ---- tables ---- */

/* Of all values: outer shareable (2) becomes inner (1); inner cacheability device (0) and
 * non-cacheable (1) becomes 3; outer as inner (0) unless non-cacheable (1). */
static void attributes_are_made_sane(u32 offset)
{
	u64 inner, share, outer;

	for (inner = 0; inner < 8; inner++)
		for (share = 0; share < 4; share++)
			for (outer = 0; outer < 8; outer++) {
				gw(offset, 8, inner << 59 | share << 10 | outer << 53);
				expect(gr(offset, 8) & 0x38e0000000000c00ull,
				       (inner < 2 ? 3 : inner) << 59 |
					       (share == 2 ? 1 : share) << 10 |
					       (outer == 1 ? 1ull : 0) << 53);
			}
}

static void cbasers_attributes_are_made_sane(void)
{
	attributes_are_made_sane(0x080);
}

static void basers_attributes_are_made_sane(void)
{
	attributes_are_made_sane(0x100);
	attributes_are_made_sane(0x108);
}

static void basers_are_read_only_while_enabled(void)
{
	u64 devices, colls;

	set_bases(1);
	gw(0x000, 4, 1);
	devices = gr(0x100, 8);
	colls = gr(0x108, 8);
	gw(0x100, 8, 0);
	gw(0x10c, 4, 0);
	must(uw(0x108, 0) == 0);
	expect(gr(0x100, 8), devices);
	expect(gr(0x108, 8), colls);
}

static void an_invalid_table_has_no_entries(void)
{
	u64 cmd[4];

	set_bases(1);
	gw(0x000, 4, 1);
	put_mapcs(1);
	its_build_mapd(cmd, 8, ITTS, 4, true);
	put_command(1, cmd);
	its_build_mapti(cmd, 8, 1, 8193, 0);
	put_command(2, cmd);
	gw(0x088, 8, 96);
	expect(m.its->nr_devices, 1);
	expect(m.vm->nr_lpis, 1);
	gw(0x000, 4, 0);
	gw(0x108, 8, COLLS);
	expect(collections(), 0);
	expect(m.its->nr_devices, 1);
	gw(0x100, 8, DEVS);
	expect(m.its->nr_devices, 0);
	expect(m.vm->nr_lpis, 0);
}

static const struct conf_rule rules[] = {
	{ "GITS_CTLR", "it cannot be enabled before all three bases are valid",
	  it_cannot_be_enabled_without_all_bases, V3 },
	{ "GITS_CTLR", "Quiescent says that the queue is empty",
	  quiescent_says_that_the_queue_is_empty, V3 },
	{ "GITS_CTLR", "enabling runs the queue", enabling_runs_the_queue, V3 },
	{ "GITS_CTLR", "disabling forgets cached translations",
	  disabling_forgets_cached_translations, ERAS_NEW | ERA_54 },
	{ "GITS_IIDR", "user space may pick layout 0 of the tables alone",
	  user_space_picks_the_layout_0_alone, V3 },
	{ "GITS_CBASER", "the queue is aligned to 64 KiB", its_address_is_aligned_to_64_kib, V3 },
	{ "GITS_CBASER", "a write starts the queue anew", a_write_starts_the_queue_anew, V3 },
	{ "GITS_CBASER", "it is read-only while the ITS is enabled",
	  cbaser_is_read_only_while_enabled, V3 },
	{ "GITS_CBASER", "its attributes are made sane", cbasers_attributes_are_made_sane, V3 },
	{ "GITS_CWRITER", "bits 19:5 are an offset", bits_19_to_5_are_an_offset, V3 },
	{ "GITS_CWRITER", "the queue is as long as GITS_CBASER says",
	  the_queue_is_as_long_as_cbaser_says, V3 },
	{ "GITS_CWRITER", "a write runs the commands at once", a_write_runs_the_commands_at_once,
	  V3 },
	{ "GITS_CWRITER", "an offset beyond the queue is ignored",
	  an_offset_beyond_the_queue_is_ignored, V3 },
	{ "GITS_CREADR", "a guest cannot write it", a_guest_cannot_write_it, V3 },
	{ "GITS_CREADR", "user space writes it while disabled, within the queue",
	  user_space_writes_it_while_disabled_and_within_the_queue, V3 },
	{ "GITS_BASER", "attributes are made sane", basers_attributes_are_made_sane, V3 },
	{ "GITS_BASER", "they are read-only while the ITS is enabled",
	  basers_are_read_only_while_enabled, V3 },
	{ "GITS_BASER", "a table made invalid has no entries any more",
	  an_invalid_table_has_no_entries, V3 },
};

START_TEST(an_access_does_what_its_rule_says)
{
	conf_check_rule(&rules[_i], VGIC_V3);
	conf_rule_has_row(&rules[_i], conf_its, PLAT_ARRAY_SIZE(conf_its));
}
END_TEST

START_TEST(each_register_with_effects_has_a_rule)
{
	conf_match_rules(rules, PLAT_ARRAY_SIZE(rules), conf_its, PLAT_ARRAY_SIZE(conf_its));
}
END_TEST

/* The ITS has no address yet: no register, but `has` knows them. */
START_TEST(an_its_without_an_address_has_no_registers_for_user_space)
{
	static const struct conf_rule any = { "GITS_CTLR", "no address", NULL, 0 };
	struct vgic_policy p = conf_policy(ERA_61);
	u64 value = 0;
	u32 i;

	conf_now.reg = any.reg;
	conf_now.rule = any.rule;
	port_reset();
	mmio_create_bare(&m, VGIC_V3, 1, 64, &p);
	must(vits_create(&m.its, m.vm) == 0);
	must(vgic_init(m.vm) == 0);
	for (i = 0; i < PLAT_ARRAY_SIZE(conf_its); i++) {
		u32 at = conf_its[i].from;

		expect(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, at), 0);
		expect(vgic_user_its_get(m.vm, m.its, VGIC_GRP_ITS_REGS, at, &value), -ENXIO);
		expect(vgic_user_its_set(m.vm, m.its, VGIC_GRP_ITS_REGS, at, &value), -ENXIO);
	}
	conf_close_model();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, an_access_does_what_its_rule_says, 0, PLAT_ARRAY_SIZE(rules));
	tcase_add_test(tc, each_register_with_effects_has_a_rule);
	tcase_add_test(tc, an_its_without_an_address_has_no_registers_for_user_space);
}

CHECK_MAIN("rules of the ITS registers", add, NULL, NULL)
