// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What accesses to the virtual GICv3's redistributors do beyond holding bits, one rule a test,
 * under each kernel to which it applies (spec/vgic.md 2.5, 2.6, 2.8; IHI 0069 12.11). The rows are
 * in conformance-v3.h.
 */
#include "conformance-v3.h"
#include "models/arch/its.h"

#include "tests/lib/check-main.h"

#define V3	   (ERAS_ALL & ~ERA_2013)
#define HAS_GROUPS (ERA_54 | ERAS_NEW)
#define LPI	   8192u

static void gw(u32 offset, u32 value)
{
	wr32(&m, DIST + offset, value);
}

/* Frame of vCPU v, written by vCPU `by`. */
static void rw(u32 by, u32 v, u32 offset, u32 value)
{
	guest_write(&m, by, RD(v) + offset, 4, value);
}

static u32 rr(u32 by, u32 v, u32 offset)
{
	return (u32)guest_read(&m, by, RD(v) + offset, 4);
}

/* ---- TYPER, CTLR, tables ---- */

static void last_ends_the_region(void)
{
	u32 v;

	for (v = 0; v < CONF_VCPUS; v++)
		expect(guest_read(&m, 0, RD(v) + 0x8, 8) >> 4 & 1, v == 3);
}

/* LPI 8192 + n is event n of device 8 on vCPU v; `cmds` counts commands. */
static u32 cmds;

static void its_command(const u64 cmd[4])
{
	u32 i;

	for (i = 0; i < 4; i++)
		must(!gic_mem_write64(&m.ram, 0x40400000ull + 32 * cmds + 8 * i, cmd[i]));
	guest_write(&m, 0, ITS + 0x88, 8, 32ull * ++cmds);
}

static void map_lpi(u32 n, u32 v, u8 config)
{
	u64 cmd[4];

	if (guest_read(&m, 0, ITS, 4) == 0x80000000) {
		cmds = 0;
		guest_write(&m, 0, ITS + 0x100, 8, 1ull << 63 | 0x40410000);
		guest_write(&m, 0, ITS + 0x108, 8, 1ull << 63 | 0x40420000);
		guest_write(&m, 0, ITS + 0x080, 8, 1ull << 63 | 0x40400000 | 15);
		guest_write(&m, 0, ITS, 4, 1);
		its_build_mapd(cmd, 8, 0x40500000, 4, true);
		its_command(cmd);
	}
	must(!gic_mem_write(&m.ram, PROP_TABLE + n, &config, 1));
	its_build_mapc(cmd, v, v, true);
	its_command(cmd);
	its_build_mapti(cmd, 8, n, LPI + n, v);
	its_command(cmd);
}

static void set_tables(u32 v, u64 pendbaser)
{
	guest_write(&m, v, RD(v) + 0x70, 8, PROP_TABLE | 15);
	guest_write(&m, v, RD(v) + 0x78, 8, (PEND_TABLE + v * 0x10000ull) | pendbaser);
}

static void enable_lpis(u32 v)
{
	set_tables(v, 0);
	rw(v, v, 0x0, 1);
}

static struct vgic_irq lpi(u32 n)
{
	struct vgic_irq *found = vgic_get_irq(m.vm, NULL, LPI + n), copy;

	must(found != NULL);
	copy = *found;
	vgic_put_irq(m.vm, found);
	return copy;
}

static void config(u32 n, u8 byte)
{
	must(!gic_mem_write(&m.ram, PROP_TABLE + n, &byte, 1));
}

static void set_pending_bit(u32 v, u32 n)
{
	u8 byte = (u8)(1u << n % 8);

	must(!gic_mem_write(&m.ram, PEND_TABLE + v * 0x10000ull + (LPI + n) / 8, &byte, 1));
}

static void enabling_takes_the_pending_table(void)
{
	gw(0x000, 2);
	set_tables(0, 0);
	map_lpi(3, 0, 0xa1);
	set_pending_bit(0, 3);
	rw(0, 0, 0x0, 1);
	expect(lpi(3).pending_latch, 1);
	expect(lpi(3).vcpu == m.vm->vcpus[0], 1);
}

static void with_ptz_the_pending_table_is_not_read(void)
{
	set_tables(0, 1ull << 62);
	map_lpi(3, 0, 0xa1);
	set_pending_bit(0, 3);
	rw(0, 0, 0x0, 1);
	expect(lpi(3).pending_latch, 0);
	expect(guest_read(&m, 0, RD(0) + 0x78, 8) >> 62, 0);
}

static void disabling_takes_pending_lpis_off_the_list(void)
{
	u64 cmd[4];

	gw(0x000, 2);
	enable_lpis(0);
	map_lpi(3, 0, 0xa1);
	its_build_int(cmd, 8, 3);
	its_command(cmd);
	expect(lpi(3).vcpu == m.vm->vcpus[0], 1);
	rw(1, 0, 0x0, 0);
	expect(lpi(3).vcpu == NULL, 1);
	expect(rr(0, 0, 0x0) & 9, 0);
}

static void disabling_forgets_cached_translations(void)
{
	u64 doorbell = ITS + 0x10040;

	enable_lpis(0);
	map_lpi(3, 0, 0xa1);
	expect(vits_inject_slow(m.vm, doorbell, 8, 3, 0), 1);
	expect(vits_inject_fast(m.vm, doorbell, 8, 3, 0), 0);
	rw(0, 0, 0x0, 0);
	expect(vits_inject_fast(m.vm, doorbell, 8, 3, 0), -EWOULDBLOCK);
	expect(vits_inject_slow(m.vm, doorbell, 8, 3, 0), -EBUSY);
}

static void revision_2_reads_no_ces_and_ir(void)
{
	must(dist_set(&m, 0x008, 0x4b00243b) == 0);
	expect(rr(0, 0, 0x0), 0);
	rw(0, 0, 0x0, 1);
	expect(rr(0, 0, 0x0), 1);
}

static void it_is_one_register_of_the_vm(void)
{
	guest_write(&m, 0, RD(2) + 0x70, 8, PROP_TABLE | 15);
	expect(guest_read(&m, 0, RD(1) + 0x70, 8), PROP_TABLE | 15 | 0x180);
}

static void lpis_on_makes_it_read_only(u32 offset)
{
	u64 before;

	enable_lpis(1);
	before = guest_read(&m, 1, RD(1) + offset, 8);
	guest_write(&m, 1, RD(1) + offset, 8, 0x50000000);
	guest_write(&m, 1, RD(1) + offset, 4, 0x50000000);
	must(redist_set(&m, 1, offset, 0x50000000) == 0);
	expect(guest_read(&m, 1, RD(1) + offset, 8), before);
	rw(1, 1, 0x0, 0);
	guest_write(&m, 1, RD(1) + offset, 8, 0x50000000);
	expect(guest_read(&m, 1, RD(1) + offset, 8), 0x50000180);
}

static void propbaser_is_read_only_while_lpis_are_enabled(void)
{
	lpis_on_makes_it_read_only(0x70);
}

static void pendbaser_is_read_only_while_lpis_are_enabled(void)
{
	lpis_on_makes_it_read_only(0x78);
}

/*
 * All values of the three fields: outer shareable (2) becomes inner (1), inner cacheability device
 * (0) and non-cacheable (1) read-allocate write-back (3), outer cacheability as inner (0) unless
 * non-cacheable (1).
 */
static void attributes_are_made_sane(u32 offset)
{
	u64 inner, share, outer;

	for (inner = 0; inner < 8; inner++)
		for (share = 0; share < 4; share++)
			for (outer = 0; outer < 8; outer++) {
				u64 want = (inner < 2 ? 3 : inner) << 7 |
					   (share == 2 ? 1 : share) << 10 |
					   (outer == 1 ? 1ull : 0) << 56;

				guest_write(&m, 0, RD(0) + offset, 8,
					    inner << 7 | share << 10 | outer << 56);
				expect(guest_read(&m, 0, RD(0) + offset, 8), want);
			}
}

static void propbasers_attributes_are_made_sane(void)
{
	attributes_are_made_sane(0x70);
}

static void pendbasers_attributes_are_made_sane(void)
{
	attributes_are_made_sane(0x78);
}

static void one_lpis_configuration_is_read_again(void)
{
	u64 reads;

	enable_lpis(0);
	map_lpi(1, 0, 0x10);
	map_lpi(2, 0, 0x10);
	config(1, 0x61);
	config(2, 0x61);
	reads = port.used[COST_GUEST_READ];
	guest_write(&m, 0, RD(0) + 0xa0, 8, LPI + 1);
	expect(port.used[COST_GUEST_READ] - reads, 1);
	expect(lpi(1).enabled, 1);
	expect(lpi(1).priority, 0x60);
	expect(lpi(2).enabled, 0);
	guest_write(&m, 0, RD(0) + 0xa4, 4, LPI + 2); /* the upper half names no LPI */
	expect(lpi(2).enabled, 0);
}

static void all_of_the_vcpu_are_read_again(void)
{
	enable_lpis(0);
	enable_lpis(1);
	map_lpi(1, 0, 0x10);
	map_lpi(2, 0, 0x10);
	map_lpi(3, 1, 0x10);
	config(1, 0x61);
	config(2, 0x61);
	config(3, 0x61);
	guest_write(&m, 0, RD(0) + 0xb0, 8, 0);
	expect(lpi(1).enabled && lpi(2).enabled, 1);
	expect(lpi(3).enabled, 0);
}

static void invalidation_needs_lpis_enabled(void)
{
	enable_lpis(0);
	map_lpi(1, 0, 0x10);
	rw(0, 0, 0x0, 0);
	config(1, 0x61);
	guest_write(&m, 0, RD(0) + 0xa0, 8, LPI + 1);
	guest_write(&m, 0, RD(0) + 0xb0, 8, 0);
	expect(lpi(1).enabled, 0);
}

static bool seen_busy;

static void look_at_syncr(void *arg, enum port_point point)
{
	(void)arg;
	(void)point;
	seen_busy |= rr(1, 0, 0xc0) & 1;
}

static void it_is_busy_during_an_invalidation(void)
{
	enable_lpis(0);
	map_lpi(1, 0, 0x10);
	seen_busy = false;
	port_interleave(look_at_syncr);
	guest_write(&m, 0, RD(0) + 0xa0, 8, LPI + 1);
	port_interleave(NULL);
	expect(seen_busy, 1);
	expect(rr(0, 0, 0xc0), 0);
}

/* ---- private interrupts ---- */

static void groups_are_a_vcpus_own(void)
{
	rw(0, 1, 0x10080, 0x0000ffff);
	expect(conf_irq(1, 20)->group, 0);
	expect(conf_irq(1, 3)->group, 1);
	expect(conf_irq(0, 20)->group, 1);
}

static void a_pending_ppi_is_queued_when_enabled(void)
{
	gw(0x000, 2);
	rw(0, 2, 0x10200, 1u << 20);
	expect(conf_queued(2, 20), -1);
	rw(0, 2, 0x10100, 1u << 20);
	expect(conf_queued(2, 20), 2);
}

static void a_disabled_sgi_waits(void)
{
	gw(0x000, 2);
	rw(0, 2, 0x10180, 1u << 4);
	vgic_send_sgi(m.vm->vcpus[0], icc_sgir_to(2, 4), true);
	expect(conf_queued(2, 4), -1);
	expect(rr(0, 2, 0x10200), 1u << 4);
}

static void another_vcpu_pends_there(void)
{
	gw(0x000, 2);
	rw(0, 3, 0x10200, 1u << 6);
	expect(conf_queued(3, 6), 3);
	expect(conf_irq(0, 6)->pending_latch, 0);
}

static void user_space_writes_private_latches_exactly(void)
{
	rw(1, 1, 0x10200, 0x00ff00ff);
	expect(redist_set(&m, 1, 0x10200, 0x0ff00ff0), 0);
	expect(redist_get(&m, 1, 0x10200), 0x0ff00ff0);
	expect(redist_get(&m, 1, 0x10280), 0);
}

static void a_ppis_high_line_stays_pending(void)
{
	conf_line(20, true);
	rw(0, 0, 0x10280, 1u << 20);
	expect(rr(0, 0, 0x10280), 1u << 20);
	conf_line(20, false);
	expect(rr(0, 0, 0x10280), 0);
}

static void active_private_interrupts_stop_the_vm_too(void)
{
	port_clear_records();
	rw(0, 0, 0x10300, 1u << 20);
	rr(0, 1, 0x10300);
	expect(port_count(PORT_HALT, NULL), 2 * CONF_VCPUS);
	expect(conf_queued(0, 20), 0);
	port_clear_records();
	must(redist_set(&m, 0, 0x10300, 1u << 21) == 0);
	expect(port_count(PORT_HALT, NULL), 0);
}

static void a_deactivated_ppi_leaves_the_list_at_an_exit(void)
{
	rw(0, 0, 0x10300, 1u << 20);
	rw(1, 0, 0x10380, 1u << 20);
	conf_run_once(0);
	expect(conf_queued(0, 20), -1);
}

static const struct conf_rule rules[] = {
	{ "GICR_TYPER", "Last ends the region", last_ends_the_region, V3 },
	{ "GICR_CTLR", "enabling LPIs takes the pending table", enabling_takes_the_pending_table,
	  V3 },
	{ "GICR_CTLR", "disabling LPIs takes the pending ones off the list",
	  disabling_takes_pending_lpis_off_the_list, V3 },
	{ "GICR_CTLR", "disabling LPIs forgets cached translations",
	  disabling_forgets_cached_translations, ERA_61 | ERA_619 },
	{ "GICR_CTLR", "revision 2 reads neither CES nor IR", revision_2_reads_no_ces_and_ir,
	  ERA_61 },
	{ "GICR_PROPBASER", "it is one register of the VM", it_is_one_register_of_the_vm, V3 },
	{ "GICR_PROPBASER", "it is read-only while LPIs are enabled",
	  propbaser_is_read_only_while_lpis_are_enabled, V3 },
	{ "GICR_PROPBASER", "its attributes are made sane", propbasers_attributes_are_made_sane,
	  V3 },
	{ "GICR_PENDBASER", "with PTZ the pending table is not read",
	  with_ptz_the_pending_table_is_not_read, V3 },
	{ "GICR_PENDBASER", "it is read-only while LPIs are enabled",
	  pendbaser_is_read_only_while_lpis_are_enabled, V3 },
	{ "GICR_PENDBASER", "its attributes are made sane", pendbasers_attributes_are_made_sane,
	  V3 },
	{ "GICR_INVLPIR", "one LPI's configuration is read again",
	  one_lpis_configuration_is_read_again, ERAS_NEW },
	{ "GICR_INVALLR", "that of all LPIs of the vCPU is read again",
	  all_of_the_vcpu_are_read_again, ERAS_NEW },
	{ "GICR_INVALLR", "while LPIs are disabled nothing is", invalidation_needs_lpis_enabled,
	  ERAS_NEW },
	{ "GICR_SYNCR", "it is busy during an invalidation", it_is_busy_during_an_invalidation,
	  ERAS_NEW },
	{ "GICR_IGROUPR0", "groups are a vCPU's own", groups_are_a_vcpus_own, HAS_GROUPS },
	{ "GICR_ISENABLER0", "a pending interrupt is queued when it is enabled",
	  a_pending_ppi_is_queued_when_enabled, V3 },
	{ "GICR_ICENABLER0", "a disabled SGI waits", a_disabled_sgi_waits, V3 },
	{ "GICR_ISPENDR0", "another vCPU pends there", another_vcpu_pends_there, V3 },
	{ "GICR_ISPENDR0", "user space writes the latches exactly",
	  user_space_writes_private_latches_exactly, V3 },
	{ "GICR_ICPENDR0", "a high line stays pending", a_ppis_high_line_stays_pending, V3 },
	{ "GICR_ISACTIVER0", "a guest's access stops the VM, user space's does not",
	  active_private_interrupts_stop_the_vm_too, V3 },
	{ "GICR_ICACTIVER0", "a deactivated interrupt leaves the list at an exit",
	  a_deactivated_ppi_leaves_the_list_at_an_exit, V3 },
};

START_TEST(an_access_does_what_its_rule_says)
{
	conf_check_rule(&rules[_i], VGIC_V3);
	conf_rule_has_row(&rules[_i], conf_v3_redist, PLAT_ARRAY_SIZE(conf_v3_redist));
}
END_TEST

START_TEST(each_register_with_effects_has_a_rule)
{
	conf_match_rules(rules, PLAT_ARRAY_SIZE(rules), conf_v3_redist,
			 PLAT_ARRAY_SIZE(conf_v3_redist));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, an_access_does_what_its_rule_says, 0, PLAT_ARRAY_SIZE(rules));
	tcase_add_test(tc, each_register_with_effects_has_a_rule);
}

CHECK_MAIN("rules of the GICv3 redistributors", add, NULL, NULL)
