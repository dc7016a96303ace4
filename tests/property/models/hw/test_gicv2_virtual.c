// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICH and GICV against a naive model that keeps nothing but the words of Arm IHI 0048 chapter 5 and
 * derives everything from them anew after each operation. Random streams of hypervisor and guest
 * accesses; compared after each one: the value returned, virtual line, maintenance interrupt, all
 * registers of both frames, and the physical active states behind list registers with HW.
 */
#include "stream.h"
#include "tests/unit/models/hw/board-v2.h"

#include "tests/lib/check-main.h"

#define NR_LRS 4u
#define IDLE   256u

enum { LR, LR_CLEAR, HCR, VMCR, APR, ACK, END, END_ANY, DIR, PMR, BPR, CTLR, GAPR, PHYS, NR_KINDS };
static const char *const names[] = { "lr",  "lr-clear", "hcr",	     "vmcr", "apr",
				     "ack", "end",	"end-any",   "dir",  "pmr",
				     "bpr", "ctlr",	"guest-apr", "phys" };

static struct {
	u32 lr[NR_LRS]; /* as GICH_LR holds it */
	u32 hcr, ctlr, pmr, bp, abp;
	u32 apr[2]; /* by group, to know whose level an EOIR drops: no register shows it */
	bool phys_active[96];
	u32 last;
} m;

/* ---- fields of a list register ---- */

static u32 prio_of(u32 lr)
{
	return (lr >> 23 & 0x1f) << 3;
}

static u32 group_of(u32 lr)
{
	return lr >> 30 & 1;
}

static u32 state_of(u32 lr)
{
	return lr >> 28 & 3;
}

static bool hw_of(u32 lr)
{
	return lr >> 31;
}

static bool eoi_of(u32 lr)
{
	return !hw_of(lr) && (lr >> 19 & 1);
}

/* What a guest reads from IAR: INTID, and the source CPU where the field is one. */
static u32 name_of(u32 lr)
{
	return hw_of(lr) ? lr & 0x3ff : lr & 0x1fff;
}

static bool special(u32 name)
{
	return name >= 1020 && name <= 1023;
}

static u32 kept(u32 v)
{
	return hw_of(v) ? v : v & ~0x0007e000u;
}

/* ---- the choice ---- */

static u32 group_prio(u32 lr)
{
	u32 bits = group_of(lr) && !(m.ctlr & 0x10) ? m.abp : m.bp + 1;

	return bits >= 8 ? 0 : prio_of(lr) >> bits << bits;
}

static u32 running(void)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if ((m.apr[0] | m.apr[1]) >> i & 1)
			return 8 * i;
	return IDLE;
}

static int candidate(void)
{
	int best = -1;
	u32 n;

	for (n = 0; n < NR_LRS && (m.hcr & 1); n++)
		if (state_of(m.lr[n]) == 1 && (m.ctlr >> group_of(m.lr[n]) & 1) &&
		    (best < 0 || prio_of(m.lr[n]) < prio_of(m.lr[best])))
			best = (int)n;
	return best;
}

static bool can_take(int n)
{
	return n >= 0 && prio_of(m.lr[n]) < m.pmr && group_prio(m.lr[n]) < running();
}

static u32 model_misr(void)
{
	u32 valid = 0, pending = 0, eoi = 0, n, g, r = 0;

	for (n = 0; n < NR_LRS; n++) {
		valid += state_of(m.lr[n]) != 0;
		pending += state_of(m.lr[n]) == 1;
		eoi += state_of(m.lr[n]) == 0 && eoi_of(m.lr[n]);
	}
	r |= eoi != 0;
	r |= (u32)((m.hcr & 2) && valid <= 1) << 1;
	r |= (u32)((m.hcr & 4) && m.hcr >> 27) << 2;
	r |= (u32)((m.hcr & 8) && !pending) << 3;
	for (g = 0; g < 2; g++) {
		bool on = m.ctlr >> g & 1;

		r |= (u32)(on && (m.hcr >> (4 + 2 * g) & 1)) << (4 + 2 * g);
		r |= (u32)(!on && (m.hcr >> (5 + 2 * g) & 1)) << (5 + 2 * g);
	}
	return r;
}

/* What IAR or HPPIR, or their aliases, say of list register n. */
static u32 shown(int n, bool alias)
{
	if (n < 0 || (alias && !group_of(m.lr[n])))
		return 1023;
	if (!alias && group_of(m.lr[n]) && !(m.ctlr & 4))
		return 1022;
	return name_of(m.lr[n]);
}

/* ---- the guest ---- */

static u32 model_ack(bool alias)
{
	int n = candidate();
	bool taken = can_take(n) && (alias == group_of(m.lr[n]) || (m.ctlr & 4 && !alias));
	u32 iar = shown(can_take(n) ? n : -1, alias);

	if (!taken)
		return iar;
	m.lr[n] &= ~(3u << 28);
	if (special(iar))
		return iar;
	m.apr[group_of(m.lr[n])] |= 1u << group_prio(m.lr[n]) / 8;
	m.lr[n] |= 2u << 28;
	m.last = iar;
	return iar;
}

static int find_active(u32 name)
{
	u32 n;

	for (n = 0; n < NR_LRS; n++)
		if ((state_of(m.lr[n]) & 2) && name_of(m.lr[n]) == name)
			return (int)n;
	return -1;
}

static void count(void)
{
	if (m.hcr >> 27 < 31)
		m.hcr += 1u << 27;
}

static void deactivate(int n)
{
	u32 phys = m.lr[n] >> 10 & 0x3ff;

	m.lr[n] &= ~(2u << 28);
	if (hw_of(m.lr[n]) && phys >= 16 && phys < 96)
		m.phys_active[phys] = false;
}

static void model_end(u32 value, bool alias)
{
	u32 name = value & 0x1fff, dropped = running(), bit = 1u << dropped / 8 % 32;
	int n = find_active(name);
	bool mine;

	if (special(name) || dropped == IDLE)
		return;
	if (m.apr[0] & bit)
		m.apr[0] &= ~bit;
	else
		m.apr[1] &= ~bit;
	if (m.ctlr & 0x200)
		return;
	if (n < 0) {
		count();
		return;
	}
	mine = alias == group_of(m.lr[n]) || (group_of(m.lr[n]) && !alias && (m.ctlr & 4));
	if (mine && group_prio(m.lr[n]) == dropped)
		deactivate(n);
}

static void model_dir(u32 value)
{
	int n = find_active(value & 0x1fff);

	if (!(m.ctlr & 0x200) || special(value & 0x1fff))
		return;
	if (n < 0)
		count();
	else
		deactivate(n);
}

/* ---- operations on both ---- */

static u32 some_name(u32 v)
{
	static const u32 name[] = { 0, 5, 5 | 3 << 10, 5 | 7 << 10, 27, 32, 40, 1019, 1020, 1023 };

	return name[v % PLAT_ARRAY_SIZE(name)];
}

static u32 some_lr(u32 b, u32 c)
{
	u32 v = (b & 3) << 28 | (b >> 2 & 1) << 30 | (c & 0x1f) << 23;

	if (b >> 3 & 1)
		return v | 1u << 31 | (10 + (c >> 8) % 90) << 10 | (some_name(b >> 8) & 0x3ff);
	return v | (b >> 4 & 1) << 19 | some_name(b >> 8) | (b >> 5 & 1) << 14;
}

static u32 min_of(u32 v, u32 min)
{
	return v < min ? min : v;
}

static void model_vmcr(u32 v)
{
	m.ctlr = v & 0x21f;
	m.pmr = v >> 24 & 0xf8;
	m.bp = min_of(v >> 21 & 7, 2);
	m.abp = min_of(v >> 18 & 7, 3);
}

static bool apply_guest(const struct stream_op *op)
{
	bool alias = op->a & 1;
	u32 value = op->kind == END || (op->kind == DIR && op->b & 1) ? m.last : some_name(op->c);

	switch (op->kind) {
	case ACK: return gicv(alias ? GICC_AIAR : GICC_IAR) == model_ack(alias);
	case END:
	case END_ANY:
		set_gicv(alias ? GICC_AEOIR : GICC_EOIR, value);
		model_end(value, alias);
		return true;
	case DIR:
		set_gicv(GICC_DIR, value);
		model_dir(value);
		return true;
	case PMR:
		set_gicv(GICC_PMR, op->b & 0xff);
		m.pmr = op->b & 0xf8;
		return true;
	case BPR:
		set_gicv(alias ? GICC_ABPR : GICC_BPR, op->b & 7);
		if (!alias)
			m.bp = min_of(op->b & 7, 2);
		else if (!(m.ctlr & 0x10))
			m.abp = min_of(op->b & 7, 3);
		return true;
	case CTLR:
		set_gicv(GICC_CTLR, op->b);
		m.ctlr = op->b & 0x21f;
		return true;
	default:
		set_gicv(GICC_APR + 4 * (op->a % 4), op->c);
		if (op->a % 4 == 0) {
			m.apr[0] = op->c;
			m.apr[1] = 0;
		}
		return true;
	}
}

static bool apply(const struct stream_op *op)
{
	u32 n = op->a % NR_LRS;

	switch (op->kind) {
	case LR:
		set_gich(GICH_LR0 + 4 * n, some_lr(op->b, op->c));
		m.lr[n] = kept(some_lr(op->b, op->c));
		return true;
	case LR_CLEAR:
		set_gich(GICH_LR0 + 4 * n, 0);
		m.lr[n] = 0;
		return true;
	case HCR:
		set_gich(GICH_HCR, op->b);
		m.hcr = op->b & 0xf80000ff;
		return true;
	case VMCR:
		set_gich(GICH_VMCR, op->b);
		model_vmcr(op->b);
		return true;
	case APR:
		set_gich(GICH_APR, op->c);
		m.apr[0] = op->c;
		m.apr[1] = 0;
		return true;
	case PHYS:
		n = 16 + op->b % 80;
		gic_irq_set_active(v2_pe(0), n, op->c & 1);
		m.phys_active[n] = op->c & 1;
		return true;
	default: return apply_guest(op);
	}
}

/* ---- comparison ---- */

static bool same_gich(void)
{
	u32 eisr = 0, elrsr = 0, n;

	for (n = 0; n < NR_LRS; n++) {
		if (gich(GICH_LR0 + 4 * n) != m.lr[n])
			return false;
		if (state_of(m.lr[n]) == 0 && eoi_of(m.lr[n]))
			eisr |= 1u << n;
		else if (state_of(m.lr[n]) == 0)
			elrsr |= 1u << n;
	}
	for (n = 16; n < 96; n++)
		if (gic_irq_active(v2_pe(0), n) != m.phys_active[n])
			return false;
	return gich(GICH_EISR0) == eisr && gich(GICH_ELRSR0) == elrsr && gich(GICH_HCR) == m.hcr &&
	       gich(GICH_VMCR) == (m.ctlr | m.pmr << 24 | m.bp << 21 | m.abp << 18) &&
	       gich(GICH_MISR) == model_misr() && gich(GICH_APR) == (m.apr[0] | m.apr[1]) &&
	       gic_irq_pending(v2_pe(0), GIC_PPI_MAINTENANCE) == ((m.hcr & 1) && model_misr());
}

static bool same_gicv(void)
{
	int n = candidate();
	bool virq = can_take(n) && (group_of(m.lr[n]) || !(m.ctlr & 8));
	u32 abpr = m.abp;

	if (m.ctlr & 0x10)
		abpr = m.bp < 7 ? m.bp + 1 : 7;
	return virq_line() == virq && gicv(GICC_HPPIR) == shown(n, false) &&
	       gicv(GICC_AHPPIR) == shown(n, true) && gicv(GICC_CTLR) == m.ctlr &&
	       gicv(GICC_PMR) == m.pmr && gicv(GICC_BPR) == m.bp && gicv(GICC_ABPR) == abpr &&
	       gicv(GICC_APR) == (m.apr[0] | m.apr[1]) &&
	       gicv(GICC_RPR) == (running() == IDLE ? 0xff : running());
}

static int run(const struct stream_op *op, int n)
{
	int at, failed = -1;

	port_reset();
	plat_user.event_mask = 0;
	v2_boot();
	memset(&m, 0, sizeof(m));
	model_vmcr(0);
	for (at = 0; at < n && failed < 0; at++) {
		if (!apply(&op[at]) || !same_gich() || !same_gicv())
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
	/* Out of 32: mostly what a busy guest and its hypervisor do. */
	static const u8 weight[NR_KINDS] = {
		[LR] = 8,  [LR_CLEAR] = 1, [HCR] = 1,	  [VMCR] = 1, [APR] = 1,
		[ACK] = 6, [END] = 5,	   [END_ANY] = 2, [DIR] = 2,  [PMR] = 1,
		[BPR] = 1, [CTLR] = 1,	   [GAPR] = 1,	  [PHYS] = 1
	};
	u32 roll = check_random(state) % 32, kind = 0;

	while (roll >= weight[kind])
		roll -= weight[kind++];
	return kind;
}

START_TEST(gich_and_gicv_equal_a_model_that_recomputes_everything)
{
	static const struct stream stream = { run, names };
	int ops = 60000 * (int)check_effort(), i;
	struct stream_op *op = calloc((size_t)ops, sizeof(*op));
	u64 state = check_seed();

	for (i = 0; i < ops; i++) {
		op[i].kind = pick(&state);
		op[i].a = (u32)check_random(&state);
		op[i].b = (u32)check_random(&state);
		op[i].c = (u32)check_random(&state);
		if (op[i].kind == VMCR && check_random(&state) & 3)
			op[i].b |= 0xf8000003; /* usually open */
		if (op[i].kind == CTLR && check_random(&state) & 3)
			op[i].b |= 0x3;
		if (op[i].kind == HCR && check_random(&state) & 3)
			op[i].b |= 0x1;
		if (op[i].kind == PMR && check_random(&state) & 3)
			op[i].b |= 0xf0;
		if ((op[i].kind == APR || op[i].kind == GAPR) && check_random(&state) & 3)
			op[i].c = 0; /* usually everything ended */
	}
	stream_check(&stream, op, ops, check_seed());
	free(op);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, gich_and_gicv_equal_a_model_that_recomputes_everything);
}

CHECK_MAIN("hw GICv2 virtual interface against a naive model", add, NULL, NULL)
