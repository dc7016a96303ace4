// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual CPU interface against a naive model that keeps nothing but the architectural
 * registers and derives everything from them anew after each operation (Arm IHI 0069 chapter 12;
 * spec/vgic.md 6.4). Random streams of EL2 and EL1 accesses; compared after each one: the value
 * returned, virtual line, maintenance interrupt, MISR, EISR, ELRSR, HPPIR of both groups, RPR, HCR,
 * VMCR, active priorities, list registers, physical active states.
 */
#include "stream.h"
#include "tests/unit/models/hw/board.h"

#include "tests/lib/check-main.h"

enum {
	LR,
	LR_CLEAR,
	HCR,
	VMCR,
	APR,
	IAR,
	EOIR,
	EOIR_LAST,
	DIR,
	PMR,
	BPR,
	CTLR,
	IGRPEN,
	PHYS,
	NR_KINDS
};
static const char *const names[] = { "lr",     "lr-clear",	 "hcr", "vmcr", "apr", "iar",
				     "eoir",   "eoir-last",	 "dir", "pmr",	"bpr", "ctlr",
				     "igrpen", "physical-active" };

static u32 nr_lrs, prio_bits;

/* ---- the model: the registers, and what the architecture says of them ---- */
static struct {
	u64 lr[16];
	u32 en, ie, eoicount, tdir; /* ICH_HCR: En, bits 7:1, EOIcount, TDIR */
	u32 traps;
	u32 veng[2], vackctl, vfiqen, vcbpr, veoim, vbpr[2], vpmr;
	bool active[2][128]; /* active group priorities, by level */
	bool phys_active[96];
	u32 last[2]; /* INTID of the last IAR by group */
} m;

static u32 levels(void)
{
	return 1u << prio_bits;
}

static u32 prio_of(u64 lr)
{
	return (lr >> 48) & 0xff;
}

static u32 group_of(u64 lr)
{
	return (lr >> 60) & 1;
}

static u32 state_of(u64 lr)
{
	return (u32)(lr >> 62);
}

/* Number of low priority bits that are subpriority. */
static u32 subpriority_bits(u32 group)
{
	if (group && !m.vcbpr)
		return m.vbpr[1];
	return m.vbpr[0] + 1;
}

static u32 group_prio(u32 prio, u32 group)
{
	u32 bits = subpriority_bits(group);

	return bits >= 8 ? 0 : prio >> bits << bits;
}

/* Running priority, 256 when idle. */
static u32 running(void)
{
	u32 i;

	for (i = 0; i < levels(); i++)
		if (m.active[0][i] || m.active[1][i])
			return i * (256 / levels());
	return 256;
}

/* The list register to be presented, or -1. */
static int candidate(void)
{
	int best = -1;
	u32 n;

	if (!m.en)
		return -1;
	for (n = 0; n < nr_lrs; n++)
		if (state_of(m.lr[n]) == 1 && m.veng[group_of(m.lr[n])] &&
		    (best < 0 || prio_of(m.lr[n]) < prio_of(m.lr[best])))
			best = (int)n;
	return best;
}

static bool can_take(int n)
{
	u32 prio;

	if (n < 0)
		return false;
	prio = prio_of(m.lr[n]);
	return prio < m.vpmr && group_prio(prio, group_of(m.lr[n])) < running();
}

static u32 model_misr(void)
{
	u32 valid = 0, pending = 0, eoi = 0, r = 0, n;

	for (n = 0; n < nr_lrs; n++) {
		valid += state_of(m.lr[n]) != 0;
		pending += state_of(m.lr[n]) == 1;
		eoi += state_of(m.lr[n]) == 0 && !(m.lr[n] >> 61 & 1) && (m.lr[n] >> 41 & 1);
	}
	r |= eoi != 0;
	r |= (u32)((m.ie & 2) && valid <= 1) << 1;
	r |= (u32)((m.ie & 4) && m.eoicount) << 2;
	r |= (u32)((m.ie & 8) && !pending) << 3;
	r |= (u32)((m.ie & 0x10) && m.veng[0]) << 4;
	r |= (u32)((m.ie & 0x20) && !m.veng[0]) << 5;
	r |= (u32)((m.ie & 0x40) && m.veng[1]) << 6;
	r |= (u32)((m.ie & 0x80) && !m.veng[1]) << 7;
	return r;
}

static u32 model_vmcr(void)
{
	return m.veng[0] | m.veng[1] << 1 | m.vackctl << 2 | m.vfiqen << 3 | m.vcbpr << 4 |
	       m.veoim << 9 | m.vbpr[1] << 18 | m.vbpr[0] << 21 | m.vpmr << 24;
}

static u32 implemented(u32 prio)
{
	return prio & 0xff & (0xffu << (8 - prio_bits));
}

static void set_bpr(u32 group, u32 v)
{
	u32 min = 7 - prio_bits + group;

	m.vbpr[group] = v < min ? min : v;
}

static void model_set_vmcr(u32 v)
{
	m.veng[0] = v & 1;
	m.veng[1] = v >> 1 & 1;
	m.vackctl = v >> 2 & 1;
	m.vfiqen = v >> 3 & 1;
	m.vcbpr = v >> 4 & 1;
	m.veoim = v >> 9 & 1;
	set_bpr(1, v >> 18 & 7);
	set_bpr(0, v >> 21 & 7);
	m.vpmr = implemented(v >> 24);
}

static u32 model_iar(u32 group)
{
	int n = candidate();
	u32 intid;

	if (!can_take(n) || group_of(m.lr[n]) != group)
		return 1023;
	intid = (u32)m.lr[n];
	m.lr[n] &= ~(3ull << 62);
	if (intid >= 1020 && intid <= 1023)
		return intid;
	m.lr[n] |= 2ull << 62;
	m.active[group][group_prio(prio_of(m.lr[n]), group) / (256 / levels())] = true;
	m.last[group] = intid;
	return intid;
}

static void model_deactivate(u32 n)
{
	u32 pintid = (u32)(m.lr[n] >> 32 & 0x3ff);

	m.lr[n] &= ~(1ull << 63);
	if ((m.lr[n] >> 61 & 1) && pintid >= 16 && pintid < 96)
		m.phys_active[pintid] = false;
}

static int find_active(u32 intid)
{
	u32 n;

	for (n = 0; n < nr_lrs; n++)
		if ((u32)m.lr[n] == intid && (m.lr[n] >> 63))
			return (int)n;
	return -1;
}

static void count(void)
{
	m.eoicount += m.eoicount < 31;
}

static void model_eoir(u32 group, u32 intid)
{
	u32 dropped = running(), level = dropped / (256 / levels());
	int n = find_active(intid);

	if ((intid >= 1020 && intid <= 1023) || dropped == 256)
		return;
	if (m.active[0][level])
		m.active[0][level] = false;
	else
		m.active[1][level] = false;
	if (n < 0) {
		if (!m.veoim && intid < 8192)
			count();
		return;
	}
	if (m.veoim && intid < 8192)
		return;
	if (group_of(m.lr[n]) == group && group_prio(prio_of(m.lr[n]), group) == dropped)
		model_deactivate((u32)n);
}

static bool model_dir(u32 intid)
{
	int n = find_active(intid);

	if (m.tdir || (m.traps >> 10 & 1)) /* TDIR, TC */
		return true;
	if (!m.veoim || intid >= 8192 || (intid >= 1020 && intid <= 1023))
		return false;
	if (n < 0)
		count();
	else
		model_deactivate((u32)n);
	return false;
}

/* ---- operations on both ---- */

static u32 some_intid(u32 v)
{
	static const u32 intid[] = { 0,	   5,	 27,   30,   32,   33,	 40,
				     1019, 1020, 1023, 8191, 8192, 8200, 9000 };

	return intid[v % PLAT_ARRAY_SIZE(intid)];
}

static u64 some_lr(u32 b, u32 c)
{
	u64 v = (u64)(b & 3) << 62 | (u64)(b >> 2 & 3) << 60 | (u64)(c & 0xff) << 48;

	if (b >> 4 & 1) /* HW: a physical PPI or SPI; otherwise the EOI bit */
		v |= (u64)(10 + (c >> 8) % 90) << 32;
	else if (!(v >> 61 & 1))
		v |= (u64)(b >> 5 & 1) << 41;
	return v | some_intid(b >> 8);
}

static void set_aprs(u32 group, u32 word, u32 v)
{
	u32 i;

	for (i = 0; i < 32 && 32 * word + i < levels(); i++)
		m.active[group][32 * word + i] = v >> i & 1;
}

static u32 apr(u32 group, u32 word)
{
	u32 v = 0, i;

	for (i = 0; i < 32 && 32 * word + i < levels(); i++)
		v |= (u32)m.active[group][32 * word + i] << i;
	return v;
}

static u64 kept(u64 lr)
{
	u64 v = lr & 0xf0ff03ffffffffffull;

	return (v & ~(0xffull << 48)) | (u64)implemented(prio_of(v)) << 48;
}

/* Returns whether both gave the same answer. */
static bool apply(struct gic_pe *pe, const struct stream_op *op)
{
	u32 n = op->a % nr_lrs, group = op->a & 1;

	switch (op->kind) {
	case LR:
		ich_lr_write(pe, n, some_lr(op->b, op->c));
		m.lr[n] = kept(some_lr(op->b, op->c));
		return true;
	case LR_CLEAR:
		ich_lr_write(pe, n, 0);
		m.lr[n] = 0;
		return true;
	case HCR:
		ich_hcr_write(pe, op->b | (op->c & 3 ? ICH_HCR_EN : 0));
		m.en = (op->b & 1) | !!(op->c & 3);
		m.ie = op->b & 0xfe;
		m.traps = op->b & 0x3c00;
		m.tdir = op->b >> 14 & 1;
		m.eoicount = op->b >> 27;
		return true;
	case VMCR:
		ich_vmcr_write(pe, op->b);
		model_set_vmcr(op->b);
		return true;
	case APR:
		ich_apr_write(pe, group, op->b % 4, op->c);
		set_aprs(group, op->b % 4, op->c);
		return true;
	case IAR: return icv_iar_read(pe, group) == model_iar(group);
	case EOIR:
		icv_eoir_write(pe, group, some_intid(op->b));
		model_eoir(group, some_intid(op->b));
		return true;
	case EOIR_LAST:
		icv_eoir_write(pe, group, m.last[group]);
		model_eoir(group, m.last[group]);
		return true;
	case DIR: {
		u32 intid = op->b & 1 ? m.last[group] : some_intid(op->c);

		return icv_dir_write(pe, intid) == model_dir(intid);
	}
	case PMR:
		icv_pmr_write(pe, op->b & 0xff);
		m.vpmr = implemented(op->b);
		return true;
	case BPR:
		icv_bpr_write(pe, group, op->b & 7);
		if (!group || !m.vcbpr)
			set_bpr(group, op->b & 7);
		return true;
	case CTLR:
		icv_ctlr_write(pe, op->b & 3);
		m.vcbpr = op->b & 1;
		m.veoim = op->b >> 1 & 1;
		return true;
	case IGRPEN:
		icv_igrpen_write(pe, group, !!(op->b & 7));
		m.veng[group] = !!(op->b & 7);
		return true;
	default:
		n = 16 + op->b % 80;
		gic_irq_set_active(pe, n, op->c & 1);
		m.phys_active[n] = op->c & 1;
		return true;
	}
}

static u32 model_bpr1(void)
{
	if (!m.vcbpr)
		return m.vbpr[1];
	return m.vbpr[0] < 7 ? m.vbpr[0] + 1 : 7;
}

static bool same_registers(struct gic_pe *pe)
{
	u32 eisr = 0, elrsr = 0, n, g;

	for (n = 0; n < nr_lrs; n++) {
		u64 lr = m.lr[n];

		if (ich_lr_read(pe, n) != lr)
			return false;
		if (state_of(lr) == 0 && !(lr >> 61 & 1) && (lr >> 41 & 1))
			eisr |= 1u << n;
		if (state_of(lr) == 0 && ((lr >> 61 & 1) || !(lr >> 41 & 1)))
			elrsr |= 1u << n;
	}
	for (g = 0; g < 2; g++)
		for (n = 0; n < levels() / 32; n++)
			if (ich_apr_read(pe, g, n) != apr(g, n))
				return false;
	for (n = 16; n < 96; n++)
		if (gic_irq_active(pe, n) != m.phys_active[n])
			return false;
	return ich_eisr_read(pe) == eisr && ich_elrsr_read(pe) == elrsr &&
	       ich_vmcr_read(pe) == model_vmcr() &&
	       ich_hcr_read(pe) == (m.en | m.ie | m.traps | m.tdir << 14 | m.eoicount << 27) &&
	       icv_bpr_read(pe, 0) == m.vbpr[0] && icv_bpr_read(pe, 1) == model_bpr1();
}

static bool same_outputs(struct gic_pe *pe)
{
	int n = candidate();
	bool virq = can_take(n) && (group_of(m.lr[n]) || !m.vfiqen);
	u32 g;

	for (g = 0; g < 2; g++) {
		u32 want = n >= 0 && group_of(m.lr[n]) == g ? (u32)m.lr[n] : 1023;

		if (icv_hppir_read(pe, g) != want)
			return false;
	}
	return board_virq_line(0) == virq && ich_misr_read(pe) == model_misr() &&
	       gic_irq_pending(pe, GIC_PPI_MAINTENANCE) == (m.en && model_misr()) &&
	       icv_rpr_read(pe) == (running() == 256 ? 0xff : running());
}

static int run(const struct stream_op *op, int n)
{
	struct gic_config c = board_config;
	int at, failed = -1;
	struct gic_pe *pe;

	port_reset();
	plat_user.event_mask = 0;
	c.nr_lrs = nr_lrs;
	c.vprio_bits = prio_bits;
	board_boot(&c);
	pe = board_pe(0);
	memset(&m, 0, sizeof(m));
	model_set_vmcr(0);
	for (at = 0; at < n && failed < 0; at++) {
		if (!apply(pe, &op[at]) || !same_registers(pe) || !same_outputs(pe))
			failed = at;
		if (at % 1024 == 0)
			port_clear_records();
	}
	board_down();
	port_assert_quiet();
	return failed;
}

static u32 pick(u64 *state)
{
	/* Out of 32: mostly what a busy guest and its hypervisor do. */
	static const u8 weight[NR_KINDS] = {
		[LR] = 7,  [LR_CLEAR] = 1, [HCR] = 1,	    [VMCR] = 1, [APR] = 1,
		[IAR] = 6, [EOIR] = 2,	   [EOIR_LAST] = 5, [DIR] = 2,	[PMR] = 1,
		[BPR] = 1, [CTLR] = 1,	   [IGRPEN] = 1,    [PHYS] = 2
	};
	u32 roll = check_random(state) % 32, kind = 0;

	while (roll >= weight[kind])
		roll -= weight[kind++];
	return kind;
}

static void check(u32 lrs, u32 bits, int ops, u64 seed)
{
	static const struct stream stream = { run, names };
	struct stream_op *op = calloc((size_t)ops, sizeof(*op));
	u64 state = seed;
	int i;

	nr_lrs = lrs;
	prio_bits = bits;
	for (i = 0; i < ops; i++) {
		op[i].kind = pick(&state);
		op[i].a = (u32)check_random(&state);
		op[i].b = (u32)check_random(&state);
		op[i].c = (u32)check_random(&state);
		if (op[i].kind == VMCR && check_random(&state) & 3)
			op[i].b |= 0xf8000003; /* usually open */
		if (op[i].kind == PMR && check_random(&state) & 3)
			op[i].b |= 0xf0;
		if (op[i].kind == APR && check_random(&state) & 3)
			op[i].c = 0; /* usually everything ended */
	}
	stream_check(&stream, op, ops, seed);
	free(op);
}

START_TEST(the_virtual_interface_equals_a_model_that_recomputes_everything)
{
	static const struct {
		u32 lrs, bits;
	} shape[] = { { 4, 5 }, { 1, 5 }, { 16, 5 }, { 4, 6 }, { 4, 7 } };
	u32 i, round;

	for (round = 0; round < check_effort(); round++)
		for (i = 0; i < PLAT_ARRAY_SIZE(shape); i++)
			check(shape[i].lrs, shape[i].bits, 24000, check_seed() + i + 10 * round);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_virtual_interface_equals_a_model_that_recomputes_everything);
}

CHECK_MAIN("hw virtual CPU interface against a naive model", add, NULL, NULL)
