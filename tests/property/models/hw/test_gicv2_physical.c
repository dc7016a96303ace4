// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GICv2 distributor and physical CPU interfaces against a naive model that keeps a record of
 * each interrupt and derives each PE's choice, line and registers anew after each operation (Arm IHI
 * 0048 chapters 3 and 4). Private interrupts, SPIs with several targets, SGIs with their sources,
 * both groups with and without AckCtl; random streams of register accesses and wire changes.
 */
#include "stream.h"
#include "tests/unit/models/hw/board-v2.h"

#include "tests/lib/check-main.h"

#define NR_PES	3u
#define NR_SPIS 64u
#define NR_IRQS (32 + NR_SPIS)
#define IDLE	256u

enum {
	LINE,
	ENABLE,
	DISABLE,
	SET_PENDING,
	CLEAR_PENDING,
	ACTIVE,
	PRIO,
	CONFIG,
	GROUP,
	TARGETS,
	SGIR,
	SPENDSGIR,
	CPENDSGIR,
	ACK,
	END,
	END_ANY,
	DIR,
	PMR,
	BPR,
	CTLR,
	APR,
	DIST,
	NR_KINDS
};
static const char *const names[] = { "line",	      "enable",	  "disable", "set-pending",
				     "clear-pending", "active",	  "prio",    "config",
				     "group",	      "targets",  "sgir",    "spend",
				     "cpend",	      "ack",	  "end",     "end-any",
				     "dir",	      "pmr",	  "bpr",     "ctlr",
				     "apr",	      "gicd-ctlr" };

struct model_irq {
	bool line, latch, edge, enabled, active, group;
	u32 prio, targets;
	u32 sources, active_source; /* SGIs */
};

static struct {
	struct model_irq private[NR_PES][32], spi[NR_SPIS];
	struct {
		u32 ctlr, pmr, bpr, abpr;
		bool active[32]; /* levels */
		u32 taken[16], nr_taken;
	} pe[NR_PES];
	u32 ctlr;
} m;

static struct model_irq *irq(u32 pe, u32 intid)
{
	return intid < 32 ? &m.private[pe][intid] : &m.spi[intid - 32];
}

static bool is_pending(const struct model_irq *q)
{
	return q->latch || q->sources || (q->line && !q->edge);
}

static u32 running(u32 pe)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if (m.pe[pe].active[i])
			return 8 * i;
	return IDLE;
}

static u32 group_prio(u32 pe, const struct model_irq *q)
{
	u32 bits = m.pe[pe].bpr + 1;

	if (q->group && !(m.pe[pe].ctlr & 0x10))
		bits = m.pe[pe].abpr;
	return bits >= 8 ? 0 : q->prio >> bits << bits;
}

/* INTID of the highest pending interrupt, or -1. */
static int highest(u32 pe)
{
	int best = -1;
	u32 i;

	for (i = 0; i < NR_IRQS; i++) {
		const struct model_irq *q = irq(pe, i);
		u32 enables = m.ctlr & m.pe[pe].ctlr;

		if (!is_pending(q) || !q->enabled || q->active || !(enables >> q->group & 1))
			continue;
		if (i >= 32 && !(q->targets >> pe & 1))
			continue;
		if (best < 0 || q->prio < irq(pe, (u32)best)->prio)
			best = (int)i;
	}
	return best;
}

static bool can_take(u32 pe, int intid)
{
	const struct model_irq *q;

	if (intid < 0)
		return false;
	q = irq(pe, (u32)intid);
	return q->prio < m.pe[pe].pmr && group_prio(pe, q) < running(pe);
}

static u32 lowest(u32 bits)
{
	u32 i = 0;

	while (!(bits >> i & 1))
		i++;
	return i;
}

/* What IAR, or HPPIR, or their aliases say of that interrupt. */
static u32 shown(u32 pe, int intid, bool alias)
{
	const struct model_irq *q;

	if (intid < 0)
		return 1023;
	q = irq(pe, (u32)intid);
	if (alias && !q->group)
		return 1023;
	if (!alias && q->group && !(m.pe[pe].ctlr & 4))
		return 1022;
	return intid < 16 ? (u32)intid | lowest(q->sources) << 10 : (u32)intid;
}

static u32 model_ack(u32 pe, bool alias)
{
	int intid = highest(pe);
	struct model_irq *q;
	u32 iar;

	if (!can_take(pe, intid))
		intid = -1;
	iar = shown(pe, intid, alias);
	if (iar == 1022 || iar == 1023)
		return iar;
	q = irq(pe, (u32)intid);
	m.pe[pe].active[group_prio(pe, q) / 8] = true;
	q->active = true;
	q->latch = false;
	if (intid < 16) {
		q->active_source = lowest(q->sources);
		q->sources &= q->sources - 1;
	}
	if (m.pe[pe].nr_taken < 16)
		m.pe[pe].taken[m.pe[pe].nr_taken++] = iar;
	return iar;
}

static void model_deactivate(u32 pe, u32 value)
{
	u32 intid = value & 0x3ff;

	if (intid >= NR_IRQS || (intid < 16 && irq(pe, intid)->active_source != (value >> 10 & 7)))
		return;
	irq(pe, intid)->active = false;
}

static void model_end(u32 pe, u32 value, bool alias)
{
	u32 intid = value & 0x3ff;

	if (intid >= NR_IRQS || running(pe) == IDLE)
		return;
	if (alias != irq(pe, intid)->group && !(irq(pe, intid)->group && (m.pe[pe].ctlr & 4)))
		return;
	m.pe[pe].active[running(pe) / 8] = false;
	if (!(m.pe[pe].ctlr & 0x200))
		model_deactivate(pe, value);
}

/* ---- operations on both ---- */

static void set_bit(u32 pe, u32 reg, u32 intid)
{
	set_dist(pe, reg + intid / 32 * 4, 1u << intid % 32);
}

static void model_sgi(u32 from, u32 targets, u32 intid)
{
	u32 n;

	for (n = 0; n < NR_PES; n++)
		if (targets >> n & 1)
			m.private[n][intid].sources |= 1u << from;
}

static u32 sgir_targets(u32 from, u32 filter, u32 list)
{
	u32 all = (1u << NR_PES) - 1;

	return filter == 0   ? list & all
	       : filter == 1 ? all & ~(1u << from)
	       : filter == 2 ? 1u << from
			     : 0;
}

static void apply_dist(const struct stream_op *op)
{
	u32 pe = op->a % NR_PES, intid = op->b % NR_IRQS;
	struct model_irq *q = irq(pe, intid);
	u32 sgi = op->b % 16, bits = op->c & 7, tag = 0;

	switch (op->kind) {
	case LINE:
		if (intid < 16)
			return;
		if (intid < 32)
			gic_ppi_line(v2_pe(pe), intid, op->c & 1);
		else
			gic_spi_line(v2.gic, intid, op->c & 1, &tag);
		q->latch |= (op->c & 1) && !q->line && q->edge;
		q->line = op->c & 1;
		return;
	case ENABLE:
		set_bit(pe, GICD_ISENABLER, intid);
		q->enabled = true;
		return;
	case DISABLE:
		set_bit(pe, GICD_ICENABLER, intid);
		q->enabled = false;
		return;
	case SET_PENDING:
		set_bit(pe, GICD_ISPENDR, intid);
		q->latch |= intid >= 16;
		return;
	case CLEAR_PENDING:
		set_bit(pe, GICD_ICPENDR, intid);
		q->latch = false;
		return;
	case ACTIVE:
		set_bit(pe, op->c & 1 ? GICD_ISACTIVER : GICD_ICACTIVER, intid);
		q->active = op->c & 1;
		return;
	case PRIO:
		set_dist8(pe, GICD_IPRIORITYR + intid, (u8)op->c);
		q->prio = op->c & 0xf8;
		return;
	case CONFIG: {
		u32 at = GICD_ICFGR + intid / 16 * 4, shift = intid % 16 * 2;
		u32 v = dist(pe, at) & ~(3u << shift);

		set_dist(pe, at, v | (op->c & 1) << (shift + 1));
		if (intid >= 16)
			q->edge = op->c & 1;
		return;
	}
	case GROUP: {
		u32 at = GICD_IGROUPR + intid / 32 * 4, bit = 1u << intid % 32;
		u32 v = dist(pe, at) & ~bit;

		set_dist(pe, at, op->c & 1 ? v | bit : v);
		q->group = op->c & 1;
		return;
	}
	case TARGETS:
		set_dist8(pe, GICD_ITARGETSR + intid, (u8)op->c);
		if (intid >= 32)
			q->targets = op->c & ((1u << NR_PES) - 1);
		return;
	case SGIR:
		set_dist(pe, GICD_SGIR, (op->c & 3) << 24 | (op->c >> 2 & 0xff) << 16 | sgi);
		model_sgi(pe, sgir_targets(pe, op->c & 3, op->c >> 2 & 0xff), sgi);
		return;
	case SPENDSGIR:
		set_dist8(pe, GICD_SPENDSGIR + sgi, (u8)bits);
		m.private[pe][sgi].sources |= bits & ((1u << NR_PES) - 1);
		return;
	case CPENDSGIR:
		set_dist8(pe, GICD_CPENDSGIR + sgi, (u8)bits);
		m.private[pe][sgi].sources &= ~bits;
		return;
	default:
		set_dist(pe, GICD_CTLR, op->c & 3);
		m.ctlr = op->c & 3;
		return;
	}
}

static u32 min_of(u32 v, u32 min)
{
	return v < min ? min : v;
}

static bool apply_cpuif(const struct stream_op *op)
{
	u32 pe = op->a % NR_PES, value, i;
	bool alias = op->b & 1;

	switch (op->kind) {
	case ACK: return gicc(pe, alias ? GICC_AIAR : GICC_IAR) == model_ack(pe, alias);
	case END:
		if (!m.pe[pe].nr_taken)
			return true;
		value = m.pe[pe].taken[--m.pe[pe].nr_taken];
		set_gicc(pe, alias ? GICC_AEOIR : GICC_EOIR, value);
		model_end(pe, value, alias);
		return true;
	case END_ANY:
		set_gicc(pe, alias ? GICC_AEOIR : GICC_EOIR, op->c);
		model_end(pe, op->c, alias);
		return true;
	case DIR:
		value = m.pe[pe].nr_taken && alias ? m.pe[pe].taken[0] : op->c;
		set_gicc(pe, GICC_DIR, value);
		if (m.pe[pe].ctlr & 0x200)
			model_deactivate(pe, value);
		return true;
	case PMR:
		set_gicc(pe, GICC_PMR, op->c);
		m.pe[pe].pmr = op->c & 0xf8;
		return true;
	case BPR:
		set_gicc(pe, alias ? GICC_ABPR : GICC_BPR, op->c);
		if (!alias)
			m.pe[pe].bpr = min_of(op->c & 7, 2);
		else if (!(m.pe[pe].ctlr & 0x10))
			m.pe[pe].abpr = min_of(op->c & 7, 3);
		return true;
	case CTLR:
		set_gicc(pe, GICC_CTLR, op->c);
		m.pe[pe].ctlr = op->c & 0x21f;
		return true;
	default:
		set_gicc(pe, GICC_APR, op->c);
		for (i = 0; i < 32; i++)
			m.pe[pe].active[i] = op->c >> i & 1;
		return true;
	}
}

/* ---- comparison ---- */

static bool same_dist(u32 pe)
{
	u32 row, i;

	for (row = 0; row < NR_IRQS / 32; row++) {
		u32 pending = 0, active = 0;

		for (i = 0; i < 32; i++) {
			pending |= (u32)is_pending(irq(pe, 32 * row + i)) << i;
			active |= (u32)irq(pe, 32 * row + i)->active << i;
		}
		if (dist(pe, GICD_ISPENDR + 4 * row) != pending ||
		    dist(pe, GICD_ICACTIVER + 4 * row) != active)
			return false;
	}
	for (i = 0; i < 16; i++)
		if (gicd_v2_read(v2_pe(pe), GICD_CPENDSGIR + i, 1) != m.private[pe][i].sources)
			return false;
	return true;
}

static bool same_cpuif(u32 pe)
{
	int best = highest(pe);
	bool line = can_take(pe, best);
	u32 apr = 0, i, abpr = m.pe[pe].abpr;

	if (line && (m.pe[pe].ctlr & 8))
		line = irq(pe, (u32)best)->group;
	for (i = 0; i < 32; i++)
		apr |= (u32)m.pe[pe].active[i] << i;
	if (m.pe[pe].ctlr & 0x10)
		abpr = m.pe[pe].bpr < 7 ? m.pe[pe].bpr + 1 : 7;
	return irq_line(pe) == line && gicc(pe, GICC_HPPIR) == shown(pe, best, false) &&
	       gicc(pe, GICC_AHPPIR) == shown(pe, best, true) &&
	       gicc(pe, GICC_RPR) == (running(pe) == IDLE ? 0xff : running(pe)) &&
	       gicc(pe, GICC_APR) == apr && gicc(pe, GICC_CTLR) == m.pe[pe].ctlr &&
	       gicc(pe, GICC_PMR) == m.pe[pe].pmr && gicc(pe, GICC_BPR) == m.pe[pe].bpr &&
	       gicc(pe, GICC_ABPR) == abpr;
}

static void reset(void)
{
	struct gic_config cfg = v2_config;
	u32 pe, i;

	cfg.nr_pes = NR_PES;
	ck_assert_int_eq(v2_reset(&cfg), 0);
	memset(&m, 0, sizeof(m));
	for (pe = 0; pe < NR_PES; pe++) {
		m.pe[pe].bpr = 2;
		m.pe[pe].abpr = 3;
		for (i = 0; i < 16; i++)
			m.private[pe][i].edge = true;
	}
}

static int run(const struct stream_op *op, int n)
{
	int at, failed = -1;
	u32 pe;

	port_reset();
	plat_user.event_mask = 0;
	reset();
	for (at = 0; at < n && failed < 0; at++) {
		bool ok = true;

		if (op[at].kind >= ACK && op[at].kind <= APR)
			ok = apply_cpuif(&op[at]);
		else
			apply_dist(&op[at]);
		for (pe = 0; pe < NR_PES; pe++)
			ok = ok && same_dist(pe) && same_cpuif(pe);
		if (!ok)
			failed = at;
		if (at % 1024 == 0)
			port_clear_records();
	}
	v2_down();
	port_assert_quiet();
	return failed;
}

static u32 pick(u64 *state)
{
	/* Out of 64: mostly interrupts that come, are taken and ended. */
	static const u8 weight[NR_KINDS] = {
		[LINE] = 6,	     [ENABLE] = 5,  [DISABLE] = 1, [SET_PENDING] = 4,
		[CLEAR_PENDING] = 1, [ACTIVE] = 1,  [PRIO] = 3,	   [CONFIG] = 2,
		[GROUP] = 2,	     [TARGETS] = 4, [SGIR] = 5,	   [SPENDSGIR] = 1,
		[CPENDSGIR] = 1,     [ACK] = 10,    [END] = 7,	   [END_ANY] = 1,
		[DIR] = 2,	     [PMR] = 2,	    [BPR] = 1,	   [CTLR] = 2,
		[APR] = 1,	     [DIST] = 2
	};
	u32 roll = check_random(state) % 64, kind = 0;

	while (roll >= weight[kind])
		roll -= weight[kind++];
	return kind;
}

START_TEST(the_physical_gicv2_equals_a_model_that_recomputes_everything)
{
	static const struct stream stream = { run, names };
	int ops = 100000 * (int)check_effort(), i;
	struct stream_op *op = calloc((size_t)ops, sizeof(*op));
	u64 state = check_seed();

	for (i = 0; i < ops; i++) {
		op[i].kind = pick(&state);
		op[i].a = (u32)check_random(&state);
		op[i].b = (u32)check_random(&state);
		op[i].c = (u32)check_random(&state);
		if (op[i].kind == PMR && check_random(&state) & 3)
			op[i].c |= 0xf0;
		if (op[i].kind == CTLR && check_random(&state) & 3)
			op[i].c |= 0x7;
		if (op[i].kind == DIST && check_random(&state) & 3)
			op[i].c |= 0x3;
		if (op[i].kind == APR && check_random(&state) & 3)
			op[i].c = 0;
	}
	stream_check(&stream, op, ops, check_seed());
	free(op);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_physical_gicv2_equals_a_model_that_recomputes_everything);
}

CHECK_MAIN("hw GICv2 against a naive model", add, NULL, NULL)
