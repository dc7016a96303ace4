// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vGIC core against a naive model (naive.h) under random operation streams, for every
 * combination of AP-list, order and overflow policy, with GICv2 and GICv3 guests: all interrupt
 * state, every list register at each step, what the guest acknowledges, what is asked of the
 * hardware, whether a vCPU has something pending, and the account of instances.
 * A stream that fails is shrunk to the operations that matter and printed with its seed.
 */
#include "naive.h"
#include "tests/unit/models/vgic/vgic-world.h"
#include "tests/lib/check-main.h"

#define OPS		 400
#define STREAMS		 40u
#define PRIVATE_INTID(i) ((i) < NAIVE_SGIS ? (u32)(i) : 16u + (u32)((i)-NAIVE_SGIS))

/* Begun and ended instances of an interrupt, as told. */
struct told {
	u32 begun, ended;
};

static struct run {
	struct world w;
	struct naive m;
	struct vgic_irq *irq[NAIVE_IRQS];
	struct told told[NAIVE_IRQS];
	char why[160];
} run;

/* ---- the account ---- */

static int number_of(u32 vcpu_id, u32 intid)
{
	if (intid < 16)
		return (int)(vcpu_id * NAIVE_PRIVATE + intid);
	if (intid < 32)
		return (int)(vcpu_id * NAIVE_PRIVATE + NAIVE_SGIS + intid - 16);
	if (intid < VGIC_LPI_BASE)
		return (int)(NAIVE_FIRST_SPI + intid - 32);
	return (int)(NAIVE_FIRST_LPI + intid - VGIC_LPI_BASE);
}

static void count_event(void *arg, const struct port_record *r)
{
	struct told *t;

	(void)arg;
	if (r->intid == UINT32_MAX)
		return; /* it concerns no interrupt */
	t = &run.told[number_of(r->who, r->intid)];
	switch (r->event) {
	case EV_IRQ_PENDED:
	case EV_IRQ_REPRESENTED: t->begun++; break;
	case EV_IRQ_COALESCED:
		t->ended += r->arg == 1; /* told at a raise, it never began */
		break;
	case EV_IRQ_ACKED:
	case EV_IRQ_RETIRED:
	case EV_IRQ_DROPPED: t->ended++; break;
	default: break;
	}
}

/* ---- a run ---- */

/* The guest's GIC; a GICv2 one on a host with GICv3, or with list registers in GICH. */
enum kind { GICV3, GICV2, ON_GICV2, NR_KINDS };
static const char *const kind_name[] = { "GICv3", "GICv2", "GICv2 on GICv2" };

static void open_run(struct vgic_policy policy, enum kind kind)
{
	struct naive *m = &run.m;
	struct world *w = &run.w;
	int i, v;

	memset(&run, 0, sizeof(run));
	port_reset();
	port.tolerate = true;
	world_must(!world_host_of(w, kind == ON_GICV2 ? GIC_ARCH_V2 : GIC_ARCH_V3, false,
				  kind != ON_GICV2));
	world_open_here(w, kind == GICV3 ? VGIC_V3 : VGIC_V2, NAIVE_VCPUS, policy);
	port.event = count_event;
	m->policy = policy;
	m->v2 = kind != GICV3;
	m->dist = true;
	for (v = 0; v < NAIVE_VCPUS; v++) {
		vgic_load(vcpu(w, (u32)v), gic_pe(w->gic, (u32)v));
		for (i = 0; i < NAIVE_PRIVATE; i++)
			run.irq[v * NAIVE_PRIVATE + i] =
				&vcpu(w, (u32)v)->private_irqs[PRIVATE_INTID(i)];
	}
	for (i = 0; i < NAIVE_SPIS; i++)
		run.irq[NAIVE_FIRST_SPI + i] = spi(w, (u32)i);
	for (i = 0; i < NAIVE_LPIS; i++)
		run.irq[NAIVE_FIRST_LPI + i] = world_lpi(w, (u32)i, (u32)i % NAIVE_VCPUS, 0xa0);
	for (i = 0; i < NAIVE_IRQS; i++) {
		struct vgic_irq *irq = run.irq[i];
		struct naive_irq *q = &m->irq[i];

		irq->enabled = true;
		irq->priority = (u8)(0x80 + 8 * (i % 8));
		q->intid = irq->intid;
		q->target = (int)irq->target->id;
		q->level = irq->config == VGIC_LEVEL;
		q->enabled = true;
		q->priority = irq->priority;
		q->lpi = irq->intid >= VGIC_LPI_BASE;
		q->queue = NAIVE_NONE;
	}
}

static void close_run(void)
{
	int i, v;

	for (v = 0; v < NAIVE_VCPUS; v++) {
		if (run.m.vcpu[v].in_guest)
			leave(&run.w, (u32)v);
		vgic_put(vcpu(&run.w, (u32)v));
	}
	port.event = NULL;
	for (i = 0; i < NAIVE_LPIS; i++)
		vgic_put_irq(run.w.vm, run.irq[NAIVE_FIRST_LPI + i]);
	world_close(&run.w);
}

/* ---- operations ---- */

enum op {
	OP_PEND,
	OP_PEND_2,
	OP_PEND_3,
	OP_LINE_UP,
	OP_LINE_DOWN,
	OP_UNPEND,
	OP_ENABLE,
	OP_DISABLE,
	OP_TARGET,
	OP_PRIORITY,
	OP_CONFIG,
	OP_SET_ACTIVE,
	OP_CLEAR_ACTIVE,
	OP_DIST,
	OP_ENTER,
	OP_ENTER_2,
	OP_ENTER_3,
	OP_LEAVE,
	OP_LEAVE_2,
	OP_ACK,
	OP_ACK_2,
	OP_ACK_3,
	OP_EOI,
	OP_EOI_2,
	OP_PRUNE,
	OP_FLUSH_LPIS,
	OP_NR
};

static const char *const op_name[OP_NR] = {
	"pend",	   "pend",   "pend",	 "line up", "line down",  "unpend",	  "enable",
	"disable", "target", "priority", "config",  "set active", "clear active", "distributor",
	"enter",   "enter",  "enter",	 "leave",   "leave",	  "ack",	  "ack",
	"ack",	   "eoi",    "eoi",	 "prune",   "flush LPIs",
};

struct step {
	enum op op;
	int irq, v;
	u32 x;
};

/* A GICv2 guest has no LPIs. */
static struct step step_of(u64 random)
{
	return (struct step){ .op = (enum op)(random % OP_NR),
			      .irq = (int)(random >> 8 & 0xffff) %
				     (run.m.v2 ? NAIVE_FIRST_LPI : NAIVE_IRQS),
			      .v = (int)(random >> 24 & 0xff) % NAIVE_VCPUS,
			      .x = (u32)(random >> 32) };
}

static bool anyone_in_guest(void)
{
	int v;

	for (v = 0; v < NAIVE_VCPUS; v++)
		if (run.m.vcpu[v].in_guest)
			return true;
	return false;
}

static bool is_spi(int i)
{
	return i >= NAIVE_FIRST_SPI && i < NAIVE_FIRST_LPI;
}

static void unlock_after(struct vgic_irq *irq, bool queue)
{
	if (queue)
		vgic_queue_irq_unlock(run.w.vm, irq);
	else
		plat_unlock(&irq->lock);
}

static void do_pend(struct step s)
{
	struct vgic_irq *irq = run.irq[s.irq];
	struct naive_irq *q = &run.m.irq[s.irq];

	plat_lock(&irq->lock);
	if (naive_v2_sgi(&run.m, q))
		vgic_pend_source(run.w.vm, irq, s.x % NAIVE_VCPUS);
	else
		vgic_pend(run.w.vm, irq, 0);
	unlock_after(irq, true);
	naive_pend(&run.m, q, s.x % NAIVE_VCPUS);
}

static void do_unpend(struct step s)
{
	struct vgic_irq *irq = run.irq[s.irq];

	plat_lock(&irq->lock);
	if (naive_v2_sgi(&run.m, &run.m.irq[s.irq]))
		vgic_unpend_sources(run.w.vm, irq, 0xff);
	else
		vgic_unpend(run.w.vm, irq);
	unlock_after(irq, false);
	naive_unpend(&run.m.irq[s.irq]);
}

static void do_line(struct step s, bool level)
{
	if (s.irq >= NAIVE_FIRST_LPI || run.irq[s.irq]->intid < 16)
		return;
	set_line(&run.w, run.irq[s.irq], level);
	naive_line(&run.m, &run.m.irq[s.irq], level);
}

static void do_enable(struct step s, bool enable)
{
	struct vgic_irq *irq = run.irq[s.irq];

	plat_lock(&irq->lock);
	irq->enabled = enable;
	unlock_after(irq, enable);
	run.m.irq[s.irq].enabled = enable;
	if (enable)
		naive_queue(&run.m, &run.m.irq[s.irq]);
}

/* IROUTER and MOVI change the target and queue nothing. SPIs may be routed to nobody. */
static void do_target(struct step s)
{
	int to = (int)(s.x % (NAIVE_VCPUS + 1)) - 1;

	if (s.irq < NAIVE_FIRST_SPI)
		return;
	if (to == NAIVE_NONE && !is_spi(s.irq))
		to = 0;
	run.irq[s.irq]->target = to == NAIVE_NONE ? NULL : vcpu(&run.w, (u32)to);
	run.m.irq[s.irq].target = to;
}

static void do_config(struct step s)
{
	struct vgic_irq *irq = run.irq[s.irq];
	struct naive_irq *q = &run.m.irq[s.irq];

	if (!is_spi(s.irq))
		return;
	plat_lock(&irq->lock);
	vgic_set_config(run.w.vm, irq, s.x & 1 ? VGIC_LEVEL : VGIC_EDGE);
	unlock_after(irq, false);
	q->level = s.x & 1;
	naive_settle(q);
}

/* Accesses to active state stop the VM; LPIs have none. */
static void do_active(struct step s, bool active)
{
	struct vgic_irq *irq = run.irq[s.irq];

	if (anyone_in_guest() || s.irq >= NAIVE_FIRST_LPI)
		return;
	plat_lock(&irq->lock);
	irq->active = active;
	unlock_after(irq, active);
	run.m.irq[s.irq].active = active;
	if (active)
		naive_queue(&run.m, &run.m.irq[s.irq]);
}

static void do_enter(int v)
{
	if (run.m.vcpu[v].in_guest)
		return;
	enter(&run.w, (u32)v);
	naive_enter(&run.m, v);
}

static void do_leave(int v)
{
	if (!run.m.vcpu[v].in_guest)
		return;
	leave(&run.w, (u32)v);
	naive_leave(&run.m, v);
}

static void do_ack(int v)
{
	u32 got, want;

	if (!run.m.vcpu[v].in_guest || run.m.vcpu[v].depth == NAIVE_DEPTH)
		return;
	got = ack_group(&run.w, (u32)v, !run.m.v2);
	want = naive_ack(&run.m, v);
	if (got != want)
		snprintf(run.why, sizeof(run.why), "vCPU %d reads IAR %u, naive %u", v, got, want);
}

static void do_eoi(int v)
{
	struct naive_vcpu *c = &run.m.vcpu[v];

	if (!c->in_guest || !c->depth)
		return;
	icv_eoir_write(vcpu(&run.w, (u32)v)->pe, !run.m.v2, c->iar[c->depth - 1]);
	naive_eoi(&run.m, v);
}

static void do_flush_lpis(int v)
{
	int i;

	vgic_flush_pending_lpis(vcpu(&run.w, (u32)v));
	for (i = NAIVE_FIRST_LPI; i < NAIVE_IRQS; i++)
		if (run.m.irq[i].queue == v) {
			naive_unpend(&run.m.irq[i]);
			run.m.irq[i].queue = NAIVE_NONE;
		}
}

static void apply(struct step s)
{
	switch (s.op) {
	case OP_PEND:
	case OP_PEND_2:
	case OP_PEND_3: do_pend(s); break;
	case OP_LINE_UP: do_line(s, true); break;
	case OP_LINE_DOWN: do_line(s, false); break;
	case OP_UNPEND: do_unpend(s); break;
	case OP_ENABLE: do_enable(s, true); break;
	case OP_DISABLE: do_enable(s, false); break;
	case OP_TARGET: do_target(s); break;
	case OP_PRIORITY:
		run.irq[s.irq]->priority = (u8)(s.x & 0xfc);
		run.m.irq[s.irq].priority = (u8)(s.x & 0xfc);
		break;
	case OP_CONFIG: do_config(s); break;
	case OP_SET_ACTIVE: do_active(s, true); break;
	case OP_CLEAR_ACTIVE: do_active(s, false); break;
	case OP_DIST:
		run.w.vm->enabled = s.x % 4;
		run.m.dist = s.x % 4;
		break;
	case OP_ENTER:
	case OP_ENTER_2:
	case OP_ENTER_3: do_enter(s.v); break;
	case OP_LEAVE:
	case OP_LEAVE_2: do_leave(s.v); break;
	case OP_ACK:
	case OP_ACK_2:
	case OP_ACK_3: do_ack(s.v); break;
	case OP_EOI:
	case OP_EOI_2: do_eoi(s.v); break;
	case OP_PRUNE:
		if (run.m.vcpu[s.v].in_guest)
			break;
		vgic_prune(vcpu(&run.w, (u32)s.v));
		naive_prune(&run.m, s.v);
		break;
	case OP_FLUSH_LPIS: do_flush_lpis(s.v); break;
	case OP_NR: break;
	}
}

/* ---- comparison ---- */

static bool same_irq(int i)
{
	const struct vgic_irq *irq = run.irq[i];
	const struct naive_irq *q = &run.m.irq[i];
	int queue = irq->vcpu ? (int)irq->vcpu->id : NAIVE_NONE;
	u32 vcpu_id = (u32)(i / NAIVE_PRIVATE) % NAIVE_VCPUS, waiting;

	if (irq->pending_latch != q->latch || irq->line != q->line || irq->active != q->active ||
	    irq->source != q->source || queue != q->queue ||
	    (q->active && naive_v2_sgi(&run.m, q) && irq->active_source != q->active_source)) {
		snprintf(run.why, sizeof(run.why),
			 "INTID %u latch %d/%d line %d/%d active %d/%d source %#x/%#x queue %d/%d",
			 irq->intid, irq->pending_latch, q->latch, irq->line, q->line, irq->active,
			 q->active, irq->source, q->source, queue, q->queue);
		return false;
	}
	waiting = vgic_count_pending(run.w.vm, irq->intid, vcpu(&run.w, vcpu_id));
	if (waiting != naive_waiting(&run.m, i) ||
	    run.told[i].begun != run.told[i].ended + waiting) {
		snprintf(run.why, sizeof(run.why),
			 "INTID %u waiting %u/%u, told: %u begun, %u ended", irq->intid, waiting,
			 naive_waiting(&run.m, i), run.told[i].begun, run.told[i].ended);
		return false;
	}
	return true;
}

static bool same_lr(int v, int n)
{
	const struct naive_lr *want = &run.m.vcpu[v].lr[n];
	u64 lr = ich_lr_read(vcpu(&run.w, (u32)v)->pe, (u32)n);
	u64 value = run.m.irq[want->irq].intid | FIELD_PUT(want->cpuid, ICH_LR_V2_CPUID) |
		    FIELD_PUT(want->priority & 0xf8, ICH_LR_PRIORITY);

	value |= (want->pending ? ICH_LR_PENDING : 0) | (want->active ? ICH_LR_ACTIVE : 0) |
		 (want->eoi ? ICH_LR_EOI : 0) | (run.m.v2 ? 0 : ICH_LR_GROUP);
	if (lr == value)
		return true;
	snprintf(run.why, sizeof(run.why), "vCPU %d list register %d is %#llx, naive %#llx", v, n,
		 (unsigned long long)lr, (unsigned long long)value);
	return false;
}

static bool same_vcpu(int v)
{
	const struct naive_vcpu *c = &run.m.vcpu[v];
	struct vgic_vcpu *u = vcpu(&run.w, (u32)v);
	u32 mask = ICH_HCR_UIE | ICH_HCR_LRENPIE | ICH_HCR_NPIE, want, n;

	if (vgic_vcpu_pending(u) != naive_vcpu_pending(&run.m, v)) {
		snprintf(run.why, sizeof(run.why), "vCPU %d: is anything pending?", v);
		return false;
	}
	if (u->cpuif.used_lrs != c->used) {
		snprintf(run.why, sizeof(run.why), "vCPU %d uses %u list registers, naive %d", v,
			 u->cpuif.used_lrs, c->used);
		return false;
	}
	for (n = 0; n < u->cpuif.used_lrs; n++)
		if (!same_lr(v, (int)n))
			return false;
	want = (c->uie ? ICH_HCR_UIE : 0) | (c->lrenpie ? ICH_HCR_LRENPIE : 0) |
	       (c->npie ? ICH_HCR_NPIE : 0);
	if (c->in_guest && c->used && (ich_hcr_read(u->pe) & mask) != want) {
		snprintf(run.why, sizeof(run.why), "vCPU %d maintenance %#x, naive %#x", v,
			 ich_hcr_read(u->pe) & mask, want);
		return false;
	}
	return true;
}

/* Each list holds what says so, no more, and lists that order by priority are in order. */
static bool lists_are_whole(void)
{
	int queued = 0, found = 0, i, v;

	for (i = 0; i < NAIVE_IRQS; i++)
		queued += run.irq[i]->vcpu != NULL;
	for (v = 0; v < NAIVE_VCPUS; v++) {
		struct vgic_ap_list *ap = vcpu(&run.w, (u32)v)->ap;
		struct vgic_irq *irq;
		u32 len = 0, last = 0;

		plat_list_for_each(irq, &ap->head, ap_link) {
			if (irq->ap_prio < last && run.m.policy.order == VGIC_ORDER_SORTED)
				len = ~0u / 2;
			last = irq->ap_prio;
			len++;
			found += irq->vcpu == vcpu(&run.w, (u32)v);
		}
		if (len != ap->len) {
			snprintf(run.why, sizeof(run.why), "list of vCPU %d: %u of %u", v, len,
				 ap->len);
			return false;
		}
	}
	if (found != queued)
		snprintf(run.why, sizeof(run.why), "%d queued, %d on lists", queued, found);
	return found == queued;
}

static bool same(void)
{
	int i;

	if (run.why[0])
		return false;
	if (port.violations || port.warnings || port.nr_held) {
		snprintf(run.why, sizeof(run.why), "a rule of the port was broken");
		return false;
	}
	for (i = 0; i < NAIVE_IRQS; i++)
		if (!same_irq(i))
			return false;
	for (i = 0; i < NAIVE_VCPUS; i++)
		if (!same_vcpu(i))
			return false;
	return lists_are_whole();
}

/* The number of steps done until both differ; nr when they never do. */
static u32 play(struct vgic_policy policy, enum kind kind, const u64 *steps, u32 nr)
{
	u32 done;
	bool ok = true;

	open_run(policy, kind);
	for (done = 0; ok && done < nr; done++) {
		apply(step_of(steps[done]));
		ok = same();
	}
	if (ok)
		close_run();
	return ok ? nr : done - 1;
}

/* ---- shrinking ---- */

/* Drop every step without which it still fails. Returns how many are left, the last one fails. */
static u32 shrink(struct vgic_policy policy, enum kind kind, u64 *steps, u32 nr)
{
	u64 fewer[OPS];
	u32 i, failed;
	bool smaller = true;

	while (smaller) {
		smaller = false;
		for (i = 0; i < nr; i++) {
			memcpy(fewer, steps, i * sizeof(u64));
			memcpy(fewer + i, steps + i + 1, (nr - i - 1) * sizeof(u64));
			failed = play(policy, kind, fewer, nr - 1);
			if (failed == nr - 1)
				continue;
			memcpy(steps, fewer, (failed + 1) * sizeof(u64));
			nr = failed + 1;
			smaller = true;
		}
	}
	return nr;
}

static void report(struct vgic_policy policy, enum kind kind, u64 *steps, u32 nr)
{
	u32 i;

	nr = shrink(policy, kind, steps, nr);
	play(policy, kind, steps, nr);
	fprintf(stderr, "seed %llu, %s, ap_list %u, order %u, overflow %u: %s\n",
		(unsigned long long)check_seed(), kind_name[kind], policy.ap_list, policy.order,
		policy.overflow, run.why);
	for (i = 0; i < nr; i++) {
		struct step s = step_of(steps[i]);

		fprintf(stderr, "  %s irq %d (INTID %u) vCPU %d %#x\n", op_name[s.op], s.irq,
			run.irq[s.irq]->intid, s.v, s.x);
	}
	ck_abort_msg("core and naive model differ");
}

static void compare_streams(struct vgic_policy policy, enum kind kind)
{
	u64 state = check_seed() ^ ((u64)policy.ap_list << 40 | (u64)policy.order << 44 |
				    (u64)policy.overflow << 48 | (u64)kind << 52);
	u64 steps[OPS];
	u32 n, i, failed;

	for (n = 0; n < STREAMS * check_effort(); n++) {
		for (i = 0; i < OPS; i++)
			steps[i] = check_random(&state);
		failed = play(policy, kind, steps, OPS);
		if (failed < OPS)
			report(policy, kind, steps, failed + 1);
	}
}

/* _i: order * 2 + overflow */
START_TEST(core_and_naive_model_agree_on_random_streams)
{
	struct vgic_policy p = _i & 1 ? world_policy_619() : world_policy_61();
	enum kind kind;

	p.order = (u8)(_i / 2);
	p.ap_list_shards = 2;
	if (p.order == VGIC_ORDER_619 && p.overflow != VGIC_OVERFLOW_EOICOUNT)
		return; /* refused: test_lifecycle.c */
	for (p.ap_list = VGIC_AP_PER_VCPU; p.ap_list <= VGIC_AP_SHARDED; p.ap_list++)
		for (kind = GICV3; kind < NR_KINDS; kind++)
			compare_streams(p, kind);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, core_and_naive_model_agree_on_random_streams, 0, 8);
}

CHECK_MAIN("vgic reference", add, port_reset, port_assert_quiet)
