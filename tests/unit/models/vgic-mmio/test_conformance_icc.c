// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ICC_*_EL1 registers of a virtual GICv3's CPU interface: as user space sees them through
 * CPU_SYSREGS, one row a register, on hosts with five, six and seven bits of priority, and nothing
 * at any other of the 65536 encodings (spec/vgic.md 2.2, 2.8; IHI 0069 12.2); as the guest sees
 * them while it runs (ICV_*, 6.4); and the writes that generate SGIs, which trap (2.7).
 */
#include "conformance.h"

#include "tests/lib/check-main.h"

#define V3 (ERAS_ALL & ~ERA_2013)

/* op0, op1, CRn, CRm, op2, as the attribute packs them */
#define ENC(op0, op1, crn, crm, op2) \
	((u32)(op0) << 14 | (u32)(op1) << 11 | (u32)(crn) << 7 | (u32)(crm) << 3 | (u32)(op2))

struct sysreg_row {
	const char *reg;
	u32 encoding;
	enum conf_kind kind;
	u64 mask, reset;
	u32 from_bits; /* there on hosts with so many bits of priority, -EINVAL on others */
};

/* ICC_CTLR_EL1 at reset: A3V, PRIbits by host. */
static const struct sysreg_row rows[] = {
	{ "ICC_PMR_EL1", ENC(3, 0, 4, 6, 0), CONF_RW, 0xff, 0, 0 },
	{ "ICC_BPR0_EL1", ENC(3, 0, 12, 8, 3), CONF_RW, 7, 0, 0 },
	{ "ICC_AP0R0_EL1", ENC(3, 0, 12, 8, 4), CONF_RW, 0xffffffff, 0, 0 },
	{ "ICC_AP0R1_EL1", ENC(3, 0, 12, 8, 5), CONF_RW, 0xffffffff, 0, 6 },
	{ "ICC_AP0R2_EL1", ENC(3, 0, 12, 8, 6), CONF_RW, 0xffffffff, 0, 7 },
	{ "ICC_AP0R3_EL1", ENC(3, 0, 12, 8, 7), CONF_RW, 0xffffffff, 0, 7 },
	{ "ICC_AP1R0_EL1", ENC(3, 0, 12, 9, 0), CONF_RW, 0xffffffff, 0, 0 },
	{ "ICC_AP1R1_EL1", ENC(3, 0, 12, 9, 1), CONF_RW, 0xffffffff, 0, 6 },
	{ "ICC_AP1R2_EL1", ENC(3, 0, 12, 9, 2), CONF_RW, 0xffffffff, 0, 7 },
	{ "ICC_AP1R3_EL1", ENC(3, 0, 12, 9, 3), CONF_RW, 0xffffffff, 0, 7 },
	{ "ICC_BPR1_EL1", ENC(3, 0, 12, 12, 3), CONF_RW, 7, 0, 0 },
	{ "ICC_CTLR_EL1", ENC(3, 0, 12, 12, 4), CONF_RULES, 3, 0x8000, 0 },
	{ "ICC_SRE_EL1", ENC(3, 0, 12, 12, 5), CONF_RULES, 0, 7, 0 },
	{ "ICC_IGRPEN0_EL1", ENC(3, 0, 12, 12, 6), CONF_RW, 1, 0, 0 },
	{ "ICC_IGRPEN1_EL1", ENC(3, 0, 12, 12, 7), CONF_RW, 1, 0, 0 },
};

/* ---- user space ---- */

#define V 2u /* whose registers: banked in any case */

static int get(u32 encoding, u64 *value)
{
	return user_get(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(V, encoding), value);
}

static int set(u32 encoding, u64 value)
{
	return user_set(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(V, encoding), value);
}

static int has(u32 encoding)
{
	return vgic_user_has(m.vm, VGIC_GRP_CPU_SYSREGS, cpu_attr(V, encoding));
}

static u64 value_of(u32 encoding)
{
	u64 value = ~0ull;

	must(get(encoding, &value) == 0);
	return value;
}

/* A VM on a host with that many bits of priority. */
static void open_host(u32 bits)
{
	mmio_host.vprio_bits = bits;
	conf_open_model(VGIC_V3, ERA_61);
	mmio_host.vprio_bits = 0;
}

static void look_at(const struct sysreg_row *r, const char *rule)
{
	conf_now.reg = r->reg;
	conf_now.where = "";
	conf_now.rule = rule;
	conf_now.era = ERA_61;
	conf_now.who = USER;
}

START_TEST(a_register_has_its_reset_value)
{
	const struct sysreg_row *r = &rows[_i];
	u32 bits;

	look_at(r, "reset value");
	for (bits = 5; bits <= 7; bits++) {
		u64 value = 0;

		open_host(bits);
		if (bits < r->from_bits) {
			expect(get(r->encoding, &value), -EINVAL);
		} else {
			expect(value_of(r->encoding),
			       r->reset |
				       (r->encoding == ENC(3, 0, 12, 12, 4) ? (bits - 1) << 8 : 0));
		}
		conf_close_model();
	}
}
END_TEST

START_TEST(a_write_changes_the_registers_fields_and_no_other_register)
{
	static const u64 values[] = { ~0ull, 0, 0xaaaaaaaaaaaaaaaaull, 0x5555555555555555ull,
				      0x123456789abcdef0ull };
	const struct sysreg_row *r = &rows[_i];
	u32 bits, i, k;

	look_at(r, "fields");
	for (bits = 5; bits <= 7; bits++) {
		open_host(bits);
		for (i = 0; i < PLAT_ARRAY_SIZE(values) && r->kind == CONF_RW; i++) {
			if (bits < r->from_bits) {
				expect(set(r->encoding, values[i]), -EINVAL);
				continue;
			}
			expect(set(r->encoding, values[i]), 0);
			expect(value_of(r->encoding), values[i] & r->mask);
		}
		for (k = 0; k < PLAT_ARRAY_SIZE(rows); k++)
			if (k != (u32)_i && rows[k].kind == CONF_RW && bits >= rows[k].from_bits)
				expect(value_of(rows[k].encoding), rows[k].reset);
		expect(user_value(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(V + 1, rows[0].encoding)), 0);
		conf_close_model();
	}
}
END_TEST

START_TEST(no_other_encoding_is_a_register)
{
	u32 encoding, i;
	u64 value;

	open_host(7);
	for (encoding = 0; encoding < 0x10000; encoding++) {
		int want = -ENXIO;

		for (i = 0; i < PLAT_ARRAY_SIZE(rows); i++)
			if (rows[i].encoding == encoding)
				want = 0;
		value = 0;
		if (has(encoding) != want || get(encoding, &value) != want ||
		    (want && set(encoding, ~0ull) != want))
			ck_abort_msg("encoding %#x: has %d, get %d, not %d", encoding,
				     has(encoding), get(encoding, &value), want);
	}
	conf_close_model();
}
END_TEST

/* ---- rules of user space ---- */

#define PMR	ENC(3, 0, 4, 6, 0)
#define BPR0	ENC(3, 0, 12, 8, 3)
#define AP0R0	ENC(3, 0, 12, 8, 4)
#define AP1R0	ENC(3, 0, 12, 9, 0)
#define BPR1	ENC(3, 0, 12, 12, 3)
#define CTLR	ENC(3, 0, 12, 12, 4)
#define SRE	ENC(3, 0, 12, 12, 5)
#define IGRPEN0 ENC(3, 0, 12, 12, 6)
#define IGRPEN1 ENC(3, 0, 12, 12, 7)

static void ctlr_keeps_cbpr_and_eoimode(void)
{
	u64 ctlr = value_of(CTLR);
	u32 i;

	for (i = 0; i < 4; i++) {
		expect(set(CTLR, ctlr | i), 0);
		expect(value_of(CTLR), ctlr | i);
	}
}

static void ctlr_may_have_fewer_bits_than_the_host(void)
{
	u32 pri;

	expect(value_of(CTLR), 0x8400);
	expect(set(CTLR, 0x8500), -EINVAL);	       /* PRIbits: six */
	expect(set(CTLR, 0x8400 | 1u << 11), -EINVAL); /* IDbits: 24 */
	expect(value_of(CTLR), 0x8400);
	for (pri = 5; pri--;) {
		expect(set(CTLR, 0x8000 | pri << 8), 0);
		expect(value_of(CTLR), 0x8000 | pri << 8);
	}
}

static void ctlr_must_agree_on_seis_and_a3v(void)
{
	expect(set(CTLR, 0x8400 | 1u << 14), -EINVAL);
	expect(set(CTLR, 0x0400), -EINVAL);
	expect(value_of(CTLR), 0x8400);
}

static void sre_is_seven(void)
{
	u32 i;

	for (i = 0; i < 16; i++)
		expect(set(SRE, i), i == 7 ? 0 : -EINVAL);
	expect(set(SRE, 7 | 1ull << 32), -EINVAL);
	expect(value_of(SRE), 7);
}

static void bpr1_with_cbpr_is_bpr0_plus_one(void)
{
	u32 i;

	must(set(BPR1, 4) == 0);
	must(set(CTLR, 0x8401) == 0);
	for (i = 0; i < 8; i++) {
		must(set(BPR0, i) == 0);
		expect(value_of(BPR1), i < 7 ? i + 1 : 7);
		must(set(BPR1, 2) == 0);
	}
	must(set(CTLR, 0x8400) == 0);
	expect(value_of(BPR1), 4);
}

/* ---- the guest ---- */

static struct gic_pe *pe(void)
{
	return m.vm->vcpus[V]->pe;
}

static void user_space_and_guest_share_them(void)
{
	must(set(PMR, 0xa8) == 0);
	must(set(BPR0, 5) == 0);
	must(set(BPR1, 6) == 0);
	must(set(CTLR, 0x8402) == 0);
	must(set(IGRPEN1, 1) == 0);
	conf_run(V);
	expect(icv_pmr_read(pe()), 0xa8);
	expect(icv_bpr_read(pe(), 0), 5);
	expect(icv_bpr_read(pe(), 1), 6);
	expect(icv_ctlr_read(pe()), 0x8402);
	expect(icv_igrpen_read(pe(), 1), 1);
	expect(icv_igrpen_read(pe(), 0), 0);
	icv_pmr_write(pe(), 0x50);
	icv_ctlr_write(pe(), 0);
	icv_igrpen_write(pe(), 0, 1);
	conf_stop(V);
	expect(value_of(PMR), 0x50);
	expect(value_of(CTLR), 0x8400);
	expect(value_of(IGRPEN0), 1);
}

static void pmr_has_the_hosts_bits_of_priority(void)
{
	conf_run(V);
	icv_pmr_write(pe(), 0xffffffff);
	expect(icv_pmr_read(pe()), 0xf8);
	conf_stop(V);
}

static void bprs_have_a_minimum(void)
{
	u32 i;

	conf_run(V);
	for (i = 0; i < 8; i++) {
		icv_bpr_write(pe(), 0, i | 0xf8);
		icv_bpr_write(pe(), 1, i | 0xf8);
		expect(icv_bpr_read(pe(), 0), i < 2 ? 2 : i);
		expect(icv_bpr_read(pe(), 1), i < 3 ? 3 : i);
	}
	conf_stop(V);
}

static void ctlr_has_two_bits_for_the_guest(void)
{
	conf_run(V);
	icv_ctlr_write(pe(), 0xffffffff);
	expect(icv_ctlr_read(pe()), 0x8403);
	icv_ctlr_write(pe(), 0);
	expect(icv_ctlr_read(pe()), 0x8400);
	conf_stop(V);
}

static void igrpens_have_one_bit(void)
{
	u32 group;

	conf_run(V);
	for (group = 0; group < 2; group++) {
		icv_igrpen_write(pe(), group, 0xffffffff);
		expect(icv_igrpen_read(pe(), group), 1);
		expect(icv_igrpen_read(pe(), !group), 0);
		icv_igrpen_write(pe(), group, 0xfffffffe);
		expect(icv_igrpen_read(pe(), group), 0);
	}
	conf_stop(V);
}

static void restored_levels_run(void)
{
	must(set(AP1R0, 1u << 0x60 / 8) == 0);
	must(set(AP0R0, 1u << 0x90 / 8) == 0);
	conf_run(V);
	expect(icv_rpr_read(pe()), 0x60);
	icv_eoir_write(pe(), 1, 40); /* drops the highest */
	expect(icv_rpr_read(pe()), 0x90);
	conf_stop(V);
	expect(value_of(AP1R0), 0);
	expect(value_of(AP0R0), 1u << 0x90 / 8);
}

/* ---- SGIs ---- */

/* A bit each: the vCPUs where the SGI is pending. */
static u32 where(u32 intid)
{
	u32 v, seen = 0;

	for (v = 0; v < CONF_VCPUS; v++)
		seen |= (u32)mmio_irq(&m, v, intid)->pending_latch << v;
	return seen;
}

#define SGI(intid, list) ((u64)(intid) << 24 | (list))

static void a_list_names_targets_of_a_cluster(void)
{
	vgic_send_sgi(m.vm->vcpus[1], SGI(5, 0xfffa), true);
	expect(where(5), 0x0a);
}

static void another_cluster_is_nobody(void)
{
	vgic_send_sgi(m.vm->vcpus[1], SGI(5, 0xffff) | 1ull << 16, true); /* Aff1 */
	vgic_send_sgi(m.vm->vcpus[1], SGI(5, 0xffff) | 1ull << 32, true); /* Aff2 */
	vgic_send_sgi(m.vm->vcpus[1], SGI(5, 0xffff) | 1ull << 48, true); /* Aff3 */
	expect(where(5), 0);
}

static void irm_is_all_but_the_sender(void)
{
	vgic_send_sgi(m.vm->vcpus[1], SGI(6, 0x1) | 1ull << 40 | 0xffull << 16, true);
	expect(where(6), 0x0d);
}

static void the_range_selector_is_ignored(void)
{
	vgic_send_sgi(m.vm->vcpus[1], SGI(7, 0x4) | 0xfull << 44, true);
	expect(where(7), 0x04);
}

/* Interrupts are Group 1 at reset: ICC_SGI0R and ICC_ASGI1R reach those of Group 0 alone. */
static void group_0s_registers_reach_group_0_alone(void)
{
	vgic_send_sgi(m.vm->vcpus[1], SGI(8, 0xf), false);
	expect(where(8), 0);
	guest_write(&m, 0, SGI_FRAME(2) + 0x80, 4, ~(1u << 8));
	vgic_send_sgi(m.vm->vcpus[1], SGI(8, 0xf), false);
	expect(where(8), conf_now.era == ERA_415 ? 0 : 0x04);
	vgic_send_sgi(m.vm->vcpus[1], SGI(8, 0xf), true);
	expect(where(8), 0x0f);
}

static const struct conf_rule rules[] = {
	{ "ICC_CTLR_EL1", "user space sets CBPR and EOImode", ctlr_keeps_cbpr_and_eoimode, V3 },
	{ "ICC_CTLR_EL1", "a VM may have fewer bits than the host, never more",
	  ctlr_may_have_fewer_bits_than_the_host, V3 },
	{ "ICC_CTLR_EL1", "SEIS and A3V are the host's", ctlr_must_agree_on_seis_and_a3v, V3 },
	{ "ICC_SRE_EL1", "it is seven", sre_is_seven, V3 },
	{ "ICC_BPR1_EL1", "with CBPR it is BPR0 + 1, 7 at most, and ignores writes",
	  bpr1_with_cbpr_is_bpr0_plus_one, V3 },
	{ "ICC_PMR_EL1", "guest and user space share the registers",
	  user_space_and_guest_share_them, V3 },
	{ "ICC_PMR_EL1", "a guest's has the host's bits of priority",
	  pmr_has_the_hosts_bits_of_priority, V3 },
	{ "ICC_BPR0_EL1", "a guest's is 2 at least, ICC_BPR1_EL1 3", bprs_have_a_minimum, V3 },
	{ "ICC_CTLR_EL1", "a guest writes CBPR and EOImode alone", ctlr_has_two_bits_for_the_guest,
	  V3 },
	{ "ICC_IGRPEN0_EL1", "a group's enable is one bit, for guests too", igrpens_have_one_bit,
	  V3 },
	{ "ICC_AP1R0_EL1", "restored levels are active when the guest runs", restored_levels_run,
	  V3 },
	{ "ICC_SGI1R_EL1", "a list names targets of one cluster", a_list_names_targets_of_a_cluster,
	  V3 },
	{ "ICC_SGI1R_EL1", "an affinity of nobody is nobody", another_cluster_is_nobody, V3 },
	{ "ICC_SGI1R_EL1", "IRM is all but the sender, whatever the rest says",
	  irm_is_all_but_the_sender, V3 },
	{ "ICC_SGI1R_EL1", "the range selector is ignored", the_range_selector_is_ignored, V3 },
	{ "ICC_SGI0R_EL1", "it and ICC_ASGI1R_EL1 reach Group 0 alone",
	  group_0s_registers_reach_group_0_alone, V3 },
};

START_TEST(an_access_does_what_its_rule_says)
{
	conf_check_rule(&rules[_i], VGIC_V3);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_register_has_its_reset_value, 0, PLAT_ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, a_write_changes_the_registers_fields_and_no_other_register, 0,
			    PLAT_ARRAY_SIZE(rows));
	tcase_add_test(tc, no_other_encoding_is_a_register);
	tcase_add_loop_test(tc, an_access_does_what_its_rule_says, 0, PLAT_ARRAY_SIZE(rules));
}

CHECK_MAIN("conformance of ICC registers", add, NULL, NULL)
