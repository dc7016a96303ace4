// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct injection against a model that keeps plain arrays and recomputes everything: vPEs come and
 * go between PEs while their vLPIs and vSGIs arrive, move, are configured and taken; after each
 * random operation the memory, the virtual interfaces, the doorbells and GICR_VPENDBASER are as the
 * model says (Arm IHI 0069 chapters 5 and 6; spec/vgic.md 4.8, 6.3). On GICv4.0 and 4.1, with scans
 * that take time and without, with one table of vPEs for all and with one for each half of the PEs.
 * What software must not do is left out here: test_hostile.c does it.
 */
#include "stream.h"
#include "tests/unit/models/hw/board-v4.h"

#include "tests/lib/check-main.h"

#define NR_VPES	  5u
#define NR_EVENTS 8u
#define NR_VLPIS  10u
#define NR_SGIS	  16u
#define NO_VPE	  (-1)

enum {
	VMAPP,
	UNMAP,
	VMOVP,
	VMAPTI,
	DISCARD,
	CLEAR,
	MSI,
	VMOVI,
	CONF,
	ENTER,
	LEAVE,
	SCANNED,
	TAKE,
	HOST,
	LR,
	SGI,
	SGI_CONF,
	SGI_CLEAR,
	NR_KINDS
};
static const char *const names[] = {
	"vmapp", "unmap", "vmovp",   "vmapti", "discard", "clear",    "msi", "vmovi", "conf",
	"enter", "leave", "scanned", "take",   "host",	  "list-reg", "sgi", "vsgi",  "vsgi-clear"
};

static bool scanning, two_tables;

struct irq {
	bool pending, enabled, group0;
	u32 prio;
};

static struct {
	struct {
		bool mapped, db;
		u32 pe, groups; /* enabled when it was resident last */
		bool pending[NR_VLPIS];
		struct irq sgi[NR_SGIS];
	} vpe[NR_VPES];
	struct {
		bool mapped, doorbell;
		u32 vpe, vlpi;
	} event[NR_EVENTS];
	struct irq conf[NR_VLPIS];
	struct {
		int vpe; /* resident */
		bool dirty, last, db, lr;
		u32 groups, lr_prio;
		bool rung[NR_VPES]; /* doorbells pending here */
	} pe[BOARD_MAX_PES];
} m;

/* ---- the model ---- */

/* Where a vPE is resident, or -1. */
static int place(u32 v)
{
	u32 p;

	for (p = 0; p < BOARD_MAX_PES; p++)
		if (m.pe[p].vpe == (int)v)
			return (int)p;
	return -1;
}

static void rings(u32 v)
{
	m.pe[m.vpe[v].pe].rung[v] = true;
}

/* 4.1: something that counts has become pending or enabled. */
static bool wanted(u32 v, bool enabled, u32 group)
{
	if (!v4_is_41() || place(v) >= 0 || !m.vpe[v].db || !enabled ||
	    !(m.vpe[v].groups & 1u << group))
		return false;
	m.vpe[v].db = false;
	rings(v);
	return true;
}

/* An event's vLPI becomes pending for vPE v: GIC_VLPI_* flags. */
static int arrives(u32 v, u32 n, bool doorbell)
{
	int at = place(v), ret = m.vpe[v].pending[n] ? 0 : GIC_VLPI_NEW;

	m.vpe[v].pending[n] = true;
	if (at >= 0)
		return m.pe[at].dirty ? ret : ret | GIC_VLPI_RESIDENT;
	if (!v4_is_41() && doorbell) {
		rings(v);
		return ret | GIC_VLPI_DOORBELL;
	}
	return wanted(v, m.conf[n].enabled, 1) ? ret | GIC_VLPI_DOORBELL : ret;
}

/* The best interrupt of a PE: INTID, or 1023; its group and priority. List registers win ties. */
static u32 best(u32 p, u32 *group)
{
	int v = m.pe[p].dirty ? NO_VPE : m.pe[p].vpe;
	u32 prio = 0x100, intid = 1023, n;

	if (m.pe[p].lr) {
		prio = m.pe[p].lr_prio;
		intid = 40;
		*group = 1;
	}
	for (n = 0; v != NO_VPE && n < NR_SGIS; n++) {
		const struct irq *s = &m.vpe[v].sgi[n];

		if (s->pending && s->enabled && (m.pe[p].groups & (s->group0 ? 1 : 2)) &&
		    s->prio < prio) {
			prio = s->prio;
			intid = n;
			*group = !s->group0;
		}
	}
	for (n = 0; v != NO_VPE && n < NR_VLPIS; n++) {
		if (m.vpe[v].pending[n] && m.conf[n].enabled && (m.pe[p].groups & 2) &&
		    m.conf[n].prio < prio) {
			prio = m.conf[n].prio;
			intid = V4_VLPI + n;
			*group = 1;
		}
	}
	return intid;
}

/* ---- operations on both ---- */

static bool on_vpe(const struct stream_op *op)
{
	u32 v = op->a % NR_VPES, p = op->b % BOARD_MAX_PES, old = m.vpe[v].pe;

	if (place(v) >= 0 || (op->kind == VMAPP) == m.vpe[v].mapped)
		return true; /* UNPREDICTABLE, or refused */
	if (op->kind == VMAPP) {
		m.vpe[v].mapped = true;
		m.vpe[v].pe = p;
		m.vpe[v].db = false;
		m.vpe[v].groups = 0;
		return v4_vmapp(v, p) == 0;
	}
	if (op->kind == UNMAP) {
		m.vpe[v].mapped = false;
		return v4_vmapp_on(0, v, 0, false, true) == 0;
	}
	m.vpe[v].pe = p;
	if (v4_is_41() && m.pe[old].rung[v] && old != p) {
		m.pe[old].rung[v] = false;
		m.pe[p].rung[v] = true;
	}
	return v4_vmovp(v, p) == 0;
}

/* The pending state that an event's vLPI leaves behind. */
static void move_pending(u32 e, u32 v)
{
	u32 from = m.event[e].vpe, n = m.event[e].vlpi;

	m.event[e].vpe = v;
	if (!m.vpe[from].pending[n])
		return;
	m.vpe[from].pending[n] = false;
	arrives(v, n, m.event[e].doorbell);
}

static bool on_event(const struct stream_op *op)
{
	u32 e = op->a % NR_EVENTS, v = op->b % NR_VPES, n = op->c % NR_VLPIS;
	bool good = m.event[e].mapped && m.vpe[m.event[e].vpe].mapped;
	bool doorbell = op->c >> 8 & 1;
	u64 cmd[4];

	switch (op->kind) {
	case VMAPTI:
		m.event[e].mapped = true;
		m.event[e].doorbell = doorbell;
		m.event[e].vpe = v;
		m.event[e].vlpi = n;
		return v4_vmapti(e, v, V4_VLPI + n, doorbell ? V4_DB(v) : V4_NONE) == 0;
	case VMOVI:
		its_build_vmovi(cmd, 0, e, v, true, doorbell ? V4_DB(v) : V4_NONE);
		if (!good || !m.vpe[v].mapped)
			return v4_command(0, cmd) > 0;
		m.event[e].doorbell = doorbell;
		move_pending(e, v);
		return v4_command(0, cmd) == 0;
	case MSI:
		if (!good)
			return v4_msi(e) < 0;
		return arrives(m.event[e].vpe, m.event[e].vlpi, m.event[e].doorbell) == v4_msi(e);
	default: break;
	}
	if (good)
		m.vpe[m.event[e].vpe].pending[m.event[e].vlpi] = false;
	if (good && op->kind == DISCARD)
		m.event[e].mapped = false;
	return (v4_event(op->kind == DISCARD ? ITS_CMD_DISCARD : ITS_CMD_CLEAR, e) == 0) == good;
}

/* A vLPI is configured, and what anybody remembers of it is invalidated. */
static bool on_conf(const struct stream_op *op)
{
	u32 n = op->a % NR_VLPIS, v;

	m.conf[n].prio = 0x10 + (op->b % 12) * 0x10;
	m.conf[n].enabled = op->c % 4;
	v4_conf(V4_VLPI + n, m.conf[n].prio, m.conf[n].enabled);
	for (v = 0; v < NR_VPES; v++) {
		if (!m.vpe[v].mapped)
			continue;
		if (m.vpe[v].pending[n])
			wanted(v, m.conf[n].enabled, 1);
		if (v4_is_41() && (op->c & 4))
			gicr_write(board_pe(m.vpe[v].pe), GICR_INVLPIR, 8,
				   GICR_INVLPIR_V | FIELD_PUT(v, GICR_INVLPIR_VPEID) |
					   (V4_VLPI + n));
		else if (v4_vpe_command(ITS_CMD_VINVALL, v))
			return false;
	}
	return true;
}

static bool on_residency(const struct stream_op *op)
{
	u32 v = op->a % NR_VPES, p = op->b % BOARD_MAX_PES, ignored;
	u64 db = op->c & 1 ? GICR_VPENDBASER_DB : GICR_VPENDBASER_PENDINGLAST;

	if (op->kind == ENTER) {
		p = m.vpe[v].pe;
		if (!m.vpe[v].mapped || m.pe[p].vpe != NO_VPE || m.pe[p].dirty || place(v) >= 0)
			return true;
		m.pe[p].vpe = (int)v;
		m.pe[p].dirty = scanning;
		m.pe[p].groups = v4_is_41() && op->c % 4 == 0 ? 1 + op->c / 4 % 3 : 2;
		m.pe[p].last = !v4_is_41();
		m.pe[p].db = false;
		m.vpe[v].db = false;
		if (v4_is_41())
			v4_write_vpend(p,
				       GICR_VPENDBASER_VALID | v |
					       (m.pe[p].groups & 1 ? GICR_VPENDBASER_VGRP0EN : 0) |
					       (m.pe[p].groups & 2 ? GICR_VPENDBASER_VGRP1EN : 0));
		else
			v4_enter(p, v);
		return true;
	}
	if (m.pe[p].vpe == NO_VPE || m.pe[p].dirty)
		return true;
	v = (u32)m.pe[p].vpe;
	m.pe[p].lr = false; /* the hypervisor takes it out */
	ich_lr_write(board_pe(p), 0, 0);
	m.pe[p].last = best(p, &ignored) != 1023;
	m.pe[p].db = v4_is_41() && (op->c & 1) && !m.pe[p].last;
	m.vpe[v].db = m.pe[p].db;
	m.vpe[v].groups = m.pe[p].groups;
	if (v4_is_41() && !(op->c & 1))
		m.pe[p].last = true;
	m.pe[p].vpe = NO_VPE;
	m.pe[p].dirty = scanning;
	v4_write_vpend(p, (v4_vpend(p) & ~GICR_VPENDBASER_VALID & ~GICR_VPENDBASER_PENDINGLAST) |
				  (v4_is_41() ? db : 0));
	return true;
}

static bool on_pe(const struct stream_op *op)
{
	u32 p = op->b % BOARD_MAX_PES, v, group = 1, intid;
	bool *bit;

	switch (op->kind) {
	case SCANNED:
		m.pe[p].dirty = false;
		gic_vpt_scanned(board_pe(p));
		return true;
	case LR:
		m.pe[p].lr = true;
		m.pe[p].lr_prio = 0x10 + (op->c % 12) * 0x10;
		ich_lr_write(board_pe(p), 0, board_lr(ICH_LR_PENDING, 1, m.pe[p].lr_prio, 40));
		return true;
	case HOST: /* all doorbells have one priority: the lowest INTID goes first */
		for (v = 0; v < NR_VPES && !m.pe[p].rung[v]; v++)
			;
		intid = icc_iar1_read(board_pe(p));
		icc_eoir1_write(board_pe(p), intid);
		if (v == NR_VPES)
			return intid == GIC_SPURIOUS;
		m.pe[p].rung[v] = false;
		return intid == V4_DB(v);
	default: break;
	}
	intid = best(p, &group);
	if (intid == 1023)
		return icv_iar_read(board_pe(p), group) == 1023;
	bit = intid == 40	 ? &m.pe[p].lr
	      : intid >= V4_VLPI ? &m.vpe[m.pe[p].vpe].pending[intid - V4_VLPI]
				 : &m.vpe[m.pe[p].vpe].sgi[intid].pending;
	*bit = false;
	if (icv_iar_read(board_pe(p), group) != intid)
		return false;
	icv_eoir_write(board_pe(p), group, intid);
	return true;
}

static bool on_sgi(const struct stream_op *op)
{
	u32 v = op->a % NR_VPES, n = op->b % NR_SGIS;
	struct irq *s = &m.vpe[v].sgi[n];
	u64 cmd[4];

	if (!v4_is_41())
		return true;
	if (op->kind == SGI) {
		its_write(v4.its[0], GITS_SGIR, 8,
			  FIELD_PUT(v, GITS_SGIR_VPEID) | FIELD_PUT(n, GITS_SGIR_VINTID));
		if (!m.vpe[v].mapped)
			return true;
		s->pending = true;
		wanted(v, s->enabled, !s->group0);
		return true;
	}
	if (op->kind == SGI_CLEAR) {
		its_build_vsgi_clear(cmd, v, n);
		if (m.vpe[v].mapped)
			s->pending = false;
		return (v4_command(0, cmd) == 0) == m.vpe[v].mapped;
	}
	its_build_vsgi(cmd, v, n, op->c % 12 << 4, op->c & 0x100, op->c & 0x600);
	if (m.vpe[v].mapped) {
		s->prio = op->c % 12 << 4;
		s->group0 = !(op->c & 0x100);
		s->enabled = op->c & 0x600;
		if (s->pending)
			wanted(v, s->enabled, !s->group0);
	}
	return (v4_command(0, cmd) == 0) == m.vpe[v].mapped;
}

static bool apply(const struct stream_op *op)
{
	switch (op->kind) {
	case VMAPP:
	case UNMAP:
	case VMOVP: return on_vpe(op);
	case CONF: return on_conf(op);
	case ENTER:
	case LEAVE: return on_residency(op);
	case SCANNED:
	case TAKE:
	case HOST:
	case LR: return on_pe(op);
	case SGI:
	case SGI_CONF:
	case SGI_CLEAR: return on_sgi(op);
	default: return on_event(op);
	}
}

/* ---- the comparison ---- */

static bool same_pe(u32 p)
{
	u32 group = 1, intid = best(p, &group), v, g;
	u64 r = v4_vpend(p);

	for (g = 0; g < 2; g++)
		if (icv_hppir_read(board_pe(p), g) != (g == group ? intid : 1023))
			return false;
	for (v = 0; v < NR_VPES; v++)
		if (gic_lpi_pending(board_pe(p), V4_DB(v)) != m.pe[p].rung[v])
			return false;
	return board_virq_line(p) == (intid != 1023 && group) &&
	       !!(r & GICR_VPENDBASER_VALID) == (m.pe[p].vpe != NO_VPE) &&
	       !!(r & GICR_VPENDBASER_DIRTY) == m.pe[p].dirty &&
	       !!(r & GICR_VPENDBASER_PENDINGLAST) == m.pe[p].last &&
	       !!(v4_is_41() && (r & GICR_VPENDBASER_DB)) == m.pe[p].db;
}

static bool same_vpe(u32 v)
{
	u32 n, sgis = 0;

	for (n = 0; n < NR_VLPIS; n++)
		if (v4_in_memory(v, V4_VLPI + n) != m.vpe[v].pending[n])
			return false;
	if (!v4_is_41() || !m.vpe[v].mapped)
		return true;
	for (n = 0; n < NR_SGIS; n++)
		sgis |= (u32)m.vpe[v].sgi[n].pending << n;
	gicr_write(board_pe(m.vpe[v].pe), GICR_VSGIR, 4, v);
	return gicr_read(board_pe(m.vpe[v].pe), GICR_VSGIPENDR, 4) == sgis;
}

static bool same(void)
{
	u32 i;

	for (i = 0; i < BOARD_MAX_PES; i++)
		if (!same_pe(i))
			return false;
	for (i = 0; i < NR_VPES; i++)
		if (!same_vpe(i))
			return false;
	return v4_events(EV_HW_UNPREDICTABLE) == 0;
}

static void deliver(void *arg, const struct port_record *r)
{
	(void)arg;
	if (r->kind == PORT_VSGI)
		gic_vsgi_set(board_pe((u32)((char *)r->to - board.port)), (u32)r->arg, r->intid);
}

static enum gic_direct direct;

static void start(void)
{
	struct gic_config c = v4_gic_config(direct);
	u64 cmd[4];
	u32 i;

	port_reset();
	port.signal = deliver;
	plat_user.event_mask = PLAT_BIT64(EV_HW_UNPREDICTABLE);
	c.vpt_scan = scanning;
	v4_boot_with(&c, true);
	if (v4_is_41() && two_tables)
		for (i = 2; i < BOARD_MAX_PES; i++)
			v4_rd_table(i, V4_TABLE(3));
	its_build_mapd(cmd, 0, BOARD_ITT(0), 8, true);
	v4_command(0, cmd);
	memset(&m, 0, sizeof(m));
	for (i = 0; i < BOARD_MAX_PES; i++) {
		v4_guest(i);
		m.pe[i].vpe = NO_VPE;
	}
	for (i = 0; i < NR_VLPIS; i++)
		m.conf[i] = (struct irq){ .enabled = true, .prio = 0x80 };
	for (i = 0; i < NR_VPES; i++)
		for (u32 n = 0; n < NR_SGIS; n++)
			m.vpe[i].sgi[n].group0 = true;
}

static int run(const struct stream_op *op, int n)
{
	int at, failed = -1;

	start();
	for (at = 0; at < n && failed < 0; at++) {
		if (!apply(&op[at]) || !same())
			failed = at;
		port_clear_records();
	}
	v4_down();
	port_assert_quiet();
	return failed;
}

static u32 pick(u64 *state)
{
	static const u8 weight[NR_KINDS] = {
		[VMAPP] = 4, [UNMAP] = 1, [VMOVP] = 4, [VMAPTI] = 6, [DISCARD] = 1,  [CLEAR] = 2,
		[MSI] = 16,  [VMOVI] = 4, [CONF] = 4,  [ENTER] = 14, [LEAVE] = 10,   [SCANNED] = 12,
		[TAKE] = 14, [HOST] = 6,  [LR] = 3,    [SGI] = 6,    [SGI_CONF] = 4, [SGI_CLEAR] = 1
	};
	u32 roll = (u32)(check_random(state) % 112), kind = 0;

	while (roll >= weight[kind])
		roll -= weight[kind++];
	return kind;
}

static void check(u64 seed)
{
	static const struct stream stream = { run, names };
	struct stream_op op[4000];
	u64 state = seed;
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(op); i++) {
		op[i].kind = pick(&state);
		op[i].a = (u32)check_random(&state);
		op[i].b = (u32)check_random(&state);
		op[i].c = (u32)check_random(&state);
	}
	stream_check(&stream, op, PLAT_ARRAY_SIZE(op), seed);
}

START_TEST(direct_injection_equals_a_model_that_recomputes_everything)
{
	u32 round;

	direct = _i & 1 ? GIC_DIRECT_V41 : GIC_DIRECT_V40;
	scanning = _i & 2;
	two_tables = _i & 4;
	for (round = 0; round < 3 * check_effort(); round++)
		check(check_seed() + round);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, direct_injection_equals_a_model_that_recomputes_everything, 0, 8);
}

CHECK_MAIN("hw direct injection against a naive model", add, NULL, NULL)
