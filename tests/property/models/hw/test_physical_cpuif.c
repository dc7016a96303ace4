// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Distributor, redistributors and physical CPU interfaces against a naive model that keeps a
 * record of each interrupt and derives each PE's choice and line anew after each operation (Arm IHI
 * 0069 chapter 4; spec/vgic.md 6.4). SGIs, PPIs, SPIs of changing targets and LPIs; random streams
 * of wire changes, register writes and CPU interface accesses.
 */
#include "stream.h"
#include "tests/unit/models/hw/board.h"

#include "tests/lib/check-main.h"

#define NR_PES	2u
#define NR_SPIS 64u
#define NR_IRQS (32 + NR_SPIS)
#define NR_LPIS 40u

enum {
	LINE,
	ENABLE,
	DISABLE,
	SET_PENDING,
	CLEAR_PENDING,
	ACTIVE,
	PRIO,
	EDGE,
	GROUP,
	ROUTE,
	LPI_SET,
	LPI_CLEAR,
	LPI_CONFIG,
	IAR,
	EOIR,
	DIR,
	PMR,
	BPR,
	CTLR,
	IGRPEN,
	DIST,
	NR_KINDS
};
static const char *const names[] = {
	"line", "enable", "disable", "set-pending", "clear-pending", "active",	   "prio",
	"edge", "group",  "route",   "lpi-set",	    "lpi-clear",     "lpi-config", "iar",
	"eoir", "dir",	  "pmr",     "bpr",	    "ctlr",	     "igrpen",	   "gicd-ctlr"
};

struct model_irq {
	bool line, latch, edge, enabled, active, group;
	u32 prio;
	int target; /* SPIs: PE, or -1 */
};

static struct {
	struct model_irq private[NR_PES][32], spi[NR_SPIS];
	struct {
		bool pending, enabled;
		u32 prio;
	} lpi[NR_PES][NR_LPIS];
	struct {
		u32 pmr, bpr0, bpr1;
		bool cbpr, eoimode, igrpen;
		bool active[32];
		u32 taken[64], nr_taken; /* INTIDs not yet ended, the last one on top */
	} pe[NR_PES];
	bool grp1;
} m;

static struct model_irq *irq(u32 pe, u32 intid)
{
	return intid < 32 ? &m.private[pe][intid] : &m.spi[intid - 32];
}

static bool is_pending(const struct model_irq *q)
{
	return q->latch || (q->line && !q->edge);
}

static u32 running(u32 pe)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if (m.pe[pe].active[i])
			return i * 8;
	return 256;
}

static u32 group_prio(u32 pe, u32 prio)
{
	u32 low = m.pe[pe].cbpr ? m.pe[pe].bpr0 + 1 : m.pe[pe].bpr1;

	return low >= 8 ? 0 : prio >> low << low;
}

/* The highest-priority pending interrupt and its priority; 1023: none. */
static u32 hppi(u32 pe, u32 *prio)
{
	u32 best = 1023, i;

	*prio = 256;
	if (!m.grp1 || !m.pe[pe].igrpen)
		return best;
	for (i = 0; i < NR_IRQS; i++) {
		const struct model_irq *q = irq(pe, i);

		if (i >= 32 && q->target != (int)pe)
			continue;
		if (is_pending(q) && q->enabled && !q->active && q->group && q->prio < *prio) {
			*prio = q->prio;
			best = i;
		}
	}
	for (i = 0; i < NR_LPIS; i++)
		if (m.lpi[pe][i].pending && m.lpi[pe][i].enabled && m.lpi[pe][i].prio < *prio) {
			*prio = m.lpi[pe][i].prio;
			best = 8192 + i;
		}
	return best;
}

static bool signalled(u32 pe)
{
	u32 prio, intid = hppi(pe, &prio);

	return intid != 1023 && prio < m.pe[pe].pmr && group_prio(pe, prio) < running(pe);
}

/* ---- operations on both ---- */

static void bit_write(u32 pe, u32 intid, u32 dist, bool set)
{
	if (!set)
		return;
	if (intid < 32)
		gicr_write(board_pe(pe), GICR_SGI_BASE + dist, 4, 1u << intid);
	else
		gicd_write(board.gic, dist + intid / 32 * 4, 4, 1u << intid % 32);
}

/* A read-modify-write of a register with one bit an interrupt. */
static void bit_assign(u32 pe, u32 intid, u32 dist, bool on)
{
	u32 bit = 1u << intid % 32, v;

	if (intid < 32) {
		v = (u32)gicr_read(board_pe(pe), GICR_SGI_BASE + dist, 4);
		gicr_write(board_pe(pe), GICR_SGI_BASE + dist, 4, on ? v | bit : v & ~bit);
	} else {
		v = (u32)gicd_read(board.gic, dist + intid / 32 * 4, 4);
		gicd_write(board.gic, dist + intid / 32 * 4, 4, on ? v | bit : v & ~bit);
	}
}

static void edge_assign(u32 pe, u32 intid, bool on)
{
	u32 shift = 2 * (intid % 16), v;

	if (intid < 32) {
		v = (u32)gicr_read(board_pe(pe), GICR_ICFGR1, 4);
		v = (v & ~(3u << shift)) | (on ? 2u << shift : 0);
		gicr_write(board_pe(pe), GICR_ICFGR1, 4, v);
	} else {
		v = (u32)gicd_read(board.gic, GICD_ICFGR + intid / 16 * 4, 4);
		v = (v & ~(3u << shift)) | (on ? 2u << shift : 0);
		gicd_write(board.gic, GICD_ICFGR + intid / 16 * 4, 4, v);
	}
}

static void op_line(u32 pe, u32 intid, bool level)
{
	struct model_irq *q = irq(pe, intid);

	if (intid < 16) { /* an SGI arrives */
		gic_sgi_set(board_pe(pe), intid);
		q->latch = true;
		return;
	}
	if (intid < 32)
		gic_ppi_line(board_pe(pe), intid, level);
	else
		gic_spi_line(board.gic, intid, level, NULL);
	if (level && !q->line && q->edge)
		q->latch = true;
	q->line = level;
}

static bool op_iar(u32 pe)
{
	u32 prio, intid = hppi(pe, &prio);
	u32 want = signalled(pe) ? intid : 1023;

	if (want != 1023) {
		m.pe[pe].active[group_prio(pe, prio) / 8] = true;
		if (want >= 8192) {
			m.lpi[pe][want - 8192].pending = false;
		} else {
			irq(pe, want)->latch = false;
			irq(pe, want)->active = true;
		}
		if (m.pe[pe].nr_taken < 64)
			m.pe[pe].taken[m.pe[pe].nr_taken++] = want;
	}
	return icc_iar1_read(board_pe(pe)) == want;
}

static void op_eoir(u32 pe, u32 odd)
{
	u32 intid = odd;

	if (m.pe[pe].nr_taken)
		intid = m.pe[pe].taken[--m.pe[pe].nr_taken];
	icc_eoir1_write(board_pe(pe), intid);
	if (running(pe) == 256)
		return;
	m.pe[pe].active[running(pe) / 8] = false;
	if (!m.pe[pe].eoimode && intid < NR_IRQS)
		irq(pe, intid)->active = false;
}

static void op_lpi(u32 pe, u32 kind, u32 i, u32 v)
{
	u32 p;

	switch (kind) {
	case LPI_SET:
		gic_lpi_set(board_pe(pe), 8192 + i);
		m.lpi[pe][i].pending = true;
		break;
	case LPI_CLEAR:
		gic_lpi_clear(board_pe(pe), 8192 + i);
		m.lpi[pe][i].pending = false;
		break;
	default:
		board_lpi(8192 + i, v, v >> 8 & 3);
		for (p = 0; p < NR_PES; p++) {
			gic_lpi_inv(board_pe(p), 8192 + i);
			m.lpi[p][i].prio = v & 0xf8;
			m.lpi[p][i].enabled = v >> 8 & 3;
		}
	}
}

static void op_cpu(u32 pe, u32 kind, u32 v)
{
	switch (kind) {
	case PMR:
		icc_pmr_write(board_pe(pe), v & 0xff);
		m.pe[pe].pmr = v & 0xf8;
		break;
	case BPR:
		icc_bpr0_write(board_pe(pe), v & 7);
		m.pe[pe].bpr0 = (v & 7) < 2 ? 2 : v & 7;
		icc_bpr1_write(board_pe(pe), v >> 3 & 7);
		if (!m.pe[pe].cbpr)
			m.pe[pe].bpr1 = (v >> 3 & 7) < 3 ? 3 : v >> 3 & 7;
		break;
	case CTLR:
		icc_ctlr_write(board_pe(pe), v & 3);
		m.pe[pe].cbpr = v & 1;
		m.pe[pe].eoimode = v & 2;
		break;
	default: icc_igrpen1_write(board_pe(pe), !!(v & 7)); m.pe[pe].igrpen = v & 7;
	}
}

static bool apply(const struct stream_op *op)
{
	static const u32 affinity[] = { 0x000, 0x001, 0x999 };
	u32 pe = op->a % NR_PES, intid = op->b % NR_IRQS, t;
	struct model_irq *q = irq(pe, intid);

	switch (op->kind) {
	case LINE: op_line(pe, intid, op->c & 1); return true;
	case ENABLE:
	case DISABLE:
		q->enabled = op->kind == ENABLE;
		bit_write(pe, intid, q->enabled ? GICD_ISENABLER : GICD_ICENABLER, true);
		return true;
	case SET_PENDING:
	case CLEAR_PENDING:
		q->latch = op->kind == SET_PENDING;
		bit_write(pe, intid, q->latch ? GICD_ISPENDR : GICD_ICPENDR, true);
		return true;
	case ACTIVE:
		q->active = op->c & 1;
		bit_write(pe, intid, q->active ? GICD_ISACTIVER : GICD_ICACTIVER, true);
		return true;
	case PRIO:
		q->prio = op->c & 0xf8;
		if (intid < 32)
			gicr_write(board_pe(pe), GICR_IPRIORITYR0 + intid, 1, op->c & 0xff);
		else
			gicd_write(board.gic, GICD_IPRIORITYR + intid, 1, op->c & 0xff);
		return true;
	case EDGE:
		if (intid >= 16) {
			q->edge = op->c & 1;
			edge_assign(pe, intid, q->edge);
		}
		return true;
	case GROUP:
		q->group = op->c & 3;
		bit_assign(pe, intid, GICD_IGROUPR, q->group);
		return true;
	case ROUTE:
		if (intid >= 32) {
			t = op->c % 3;
			q->target = t < NR_PES ? (int)t : -1;
			gicd_write(board.gic, GICD_IROUTER + 8 * intid, 8, affinity[t]);
		}
		return true;
	case LPI_SET:
	case LPI_CLEAR:
	case LPI_CONFIG: op_lpi(pe, op->kind, op->b % NR_LPIS, op->c); return true;
	case IAR: return op_iar(pe);
	case EOIR: op_eoir(pe, intid); return true;
	case DIR:
		icc_dir_write(board_pe(pe), intid);
		if (m.pe[pe].eoimode)
			q->active = false;
		return true;
	case DIST:
		m.grp1 = op->c & 7;
		gicd_write(board.gic, GICD_CTLR, 4, m.grp1 ? GICD_CTLR_ENABLE_GRP1 : 0);
		return true;
	default: op_cpu(pe, op->kind, op->c); return true;
	}
}

static bool same(void)
{
	u32 pe, i;

	for (pe = 0; pe < NR_PES; pe++) {
		u32 prio, intid = hppi(pe, &prio);

		if (icc_hppir1_read(board_pe(pe)) != intid || board_irq_line(pe) != signalled(pe) ||
		    icc_rpr_read(board_pe(pe)) != (running(pe) == 256 ? 0xff : running(pe)))
			return false;
		for (i = 0; i < NR_IRQS; i++)
			if (gic_irq_pending(board_pe(pe), i) != is_pending(irq(pe, i)) ||
			    gic_irq_active(board_pe(pe), i) != irq(pe, i)->active)
				return false;
	}
	return true;
}

static void fresh(void)
{
	u32 pe, i;

	port_reset();
	plat_user.event_mask = 0;
	board_boot(&board_config);
	memset(&m, 0, sizeof(m));
	m.grp1 = true;
	for (pe = 0; pe < NR_PES; pe++) {
		m.pe[pe].pmr = 0xf8;
		m.pe[pe].bpr0 = 2;
		m.pe[pe].bpr1 = 3;
		m.pe[pe].igrpen = true;
		for (i = 0; i < 32; i++) {
			m.private[pe][i].group = true;
			m.private[pe][i].edge = i < 16;
		}
	}
	for (i = 0; i < NR_SPIS; i++)
		m.spi[i].group = true;
}

static int run(const struct stream_op *op, int n)
{
	int at, failed = -1;

	fresh();
	for (at = 0; at < n && failed < 0; at++) {
		if (!apply(&op[at]) || !same())
			failed = at;
		if (at % 1024 == 0)
			port_clear_records();
	}
	board_down();
	port_assert_quiet();
	return failed;
}

START_TEST(the_physical_interface_equals_a_model_that_recomputes_everything)
{
	static const struct stream stream = { run, names };
	static const u8 weight[NR_KINDS] = {
		[LINE] = 9,	     [ENABLE] = 6, [DISABLE] = 1, [SET_PENDING] = 2,
		[CLEAR_PENDING] = 1, [ACTIVE] = 1, [PRIO] = 5,	  [EDGE] = 1,
		[GROUP] = 1,	     [ROUTE] = 2,  [LPI_SET] = 6, [LPI_CLEAR] = 1,
		[LPI_CONFIG] = 3,    [IAR] = 10,   [EOIR] = 9,	  [DIR] = 1,
		[PMR] = 1,	     [BPR] = 1,	   [CTLR] = 1,	  [IGRPEN] = 1
	}; /* the rest: DIST */
	struct stream_op op[4000];
	u64 seed = check_seed(), state;
	u32 round, i;

	for (round = 0; round < 12 * check_effort(); round++) {
		state = seed + round;
		for (i = 0; i < PLAT_ARRAY_SIZE(op); i++) {
			u32 roll = check_random(&state) % 64;

			op[i].kind = 0;
			while (op[i].kind < DIST && roll >= weight[op[i].kind])
				roll -= weight[op[i].kind++];
			op[i].a = (u32)check_random(&state);
			op[i].b = (u32)check_random(&state);
			op[i].c = (u32)check_random(&state);
			if (op[i].kind == PMR)
				op[i].c |= 0xc0; /* mostly open */
		}
		stream_check(&stream, op, PLAT_ARRAY_SIZE(op), seed + round);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_physical_interface_equals_a_model_that_recomputes_everything);
}

CHECK_MAIN("hw physical CPU interface against a naive model", add, NULL, NULL)
