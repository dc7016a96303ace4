// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raises, retargeting, unmapping and exits of other vCPUs that fall between any two steps of an
 * operation, as far as locks allow: nothing is lost, doubled or freed too early, no vCPU sleeps on
 * a waiting interrupt, and no lock rule is broken (the port checks those).
 *
 * The second actor runs at random points where none of the locks that it takes is held. When all
 * is done the vCPUs run until nothing waits: then each interrupt's instances add up.
 */
#include "tests/unit/models/vgic/vgic-world.h"
#include "tests/lib/check-main.h"

#define VCPUS  3u
#define SPIS   6u
#define LPIS   4u
#define IRQS   (SPIS + LPIS)
#define STEPS  300u
#define ROUNDS 40u

static struct race {
	struct world w;
	u64 random;
	bool inside[VCPUS]; /* in the guest */
	bool asleep[VCPUS]; /* in WFI: only a wake-up ends it */
	bool acking;	    /* between IAR and its being told */
	bool mapped[LPIS];  /* we hold its reference */
	u32 begun[IRQS], ended[IRQS];
} r;

static u32 draw(u32 n)
{
	return (u32)(check_random(&r.random) >> 33) % n;
}

/* ---- the account ---- */

static u32 number_of(u32 intid)
{
	return intid >= VGIC_LPI_BASE ? SPIS + intid - VGIC_LPI_BASE : intid - VGIC_NR_PRIVATE;
}

static void count_event(void *arg, const struct port_record *e)
{
	(void)arg;
	if (e->event == EV_IRQ_PENDED || e->event == EV_IRQ_REPRESENTED)
		r.begun[number_of(e->intid)]++;
	else if (e->event == EV_IRQ_ACKED || e->event == EV_IRQ_RETIRED ||
		 e->event == EV_IRQ_DROPPED || (e->event == EV_IRQ_COALESCED && e->arg == 1))
		r.ended[number_of(e->intid)]++;
}

static void note_wake(void *arg, const struct port_record *e)
{
	u32 v;

	(void)arg;
	for (v = 0; v < VCPUS; v++)
		if (e->kind == PORT_WAKE && e->object == &r.w.vcpu_port[v])
			r.asleep[v] = false;
}

/* ---- actors ---- */

static struct vgic_irq *irq_of(u32 i)
{
	if (i < SPIS)
		return spi(&r.w, i);
	return r.mapped[i - SPIS] ? plat_index_load(&r.w.vm->lpis, LPI(i - SPIS)) : NULL;
}

static void raise_one(u32 i)
{
	struct vgic_irq *irq = irq_of(i);

	if (!irq)
		return;
	plat_lock(&irq->lock);
	if (irq->config == VGIC_LEVEL)
		vgic_set_line(r.w.vm, irq, draw(3), 0);
	else
		vgic_pend(r.w.vm, irq, 0);
	vgic_queue_irq_unlock(r.w.vm, irq);
}

/*
 * KVM tells the new target only (spec/vgic.md 1.6), so an interrupt that is enabled again while it
 * stands on the list of a vCPU that sleeps, but is routed to another, waits until the old one wakes
 * for another reason. We do not go there: what is disabled or held by a sleeper is not retargeted,
 * and what is on its way to another list is not disabled.
 */
static bool may_retarget(const struct vgic_irq *irq)
{
	return !irq->vcpu || (irq->enabled && !r.asleep[irq->vcpu->id]);
}

static bool may_toggle(const struct vgic_irq *irq)
{
	return !irq->vcpu || irq->vcpu == irq->target;
}

static void retarget(u32 i)
{
	struct vgic_irq *irq = irq_of(i);

	if (!irq)
		return;
	plat_lock(&irq->lock);
	if (may_retarget(irq))
		irq->target = vcpu(&r.w, draw(VCPUS));
	plat_unlock(&irq->lock);
}

/* Disabled ones are queued when they are enabled again. */
static void toggle(u32 i)
{
	struct vgic_irq *irq = irq_of(i);

	if (!irq)
		return;
	plat_lock(&irq->lock);
	if (may_toggle(irq))
		irq->enabled = !irq->enabled;
	vgic_queue_irq_unlock(r.w.vm, irq);
}

/* The mapping's reference is the only one that the actors have: whoever comes in between must not
 * use it while it goes. */
static void remap(u32 n)
{
	struct vgic_irq *irq = irq_of(SPIS + n);

	r.mapped[n] = false;
	if (irq)
		vgic_put_irq(r.w.vm, irq);
	else
		r.mapped[n] = world_lpi(&r.w, n, draw(VCPUS), 0xa0) != NULL;
}

static bool any_lock_held(void)
{
	u32 i;

	if (port_would_block(&r.w.vm->lpi_list_lock) || port_would_block(&r.w.vm->lpi_index_lock))
		return true;
	for (i = 0; i < VCPUS; i++)
		if (port_would_block(&vcpu(&r.w, i)->ap->lock))
			return true;
	for (i = 0; i < IRQS; i++)
		if (irq_of(i) && port_would_block(&irq_of(i)->lock))
			return true;
	return false;
}

/* Whatever is in the middle of what: each instance is in one place. */
static void check_account(void)
{
	u32 i;

	for (i = 0; i < IRQS && !r.acking; i++) {
		u32 intid = i < SPIS ? SPI(i) : LPI(i - SPIS);
		u32 waits = vgic_count_pending(r.w.vm, intid, NULL);

		ck_assert_msg(r.begun[i] == r.ended[i] + waits,
			      "INTID %u: %u begun, %u ended, %u wait", intid, r.begun[i],
			      r.ended[i], waits);
	}
}

static void other_actor(void *arg, enum port_point point)
{
	u32 i = draw(IRQS);

	(void)arg;
	(void)point;
	check_account();
	if (draw(4) || any_lock_held())
		return;
	switch (draw(4)) {
	case 0: retarget(i); break;
	case 1: toggle(i); break;
	default: raise_one(i); break;
	}
}

/* ---- vCPUs ---- */

static u32 take(u32 v)
{
	u32 intid;

	r.acking = true;
	intid = ack(&r.w, v);
	r.acking = false;
	return intid;
}

static void take_all(u32 v)
{
	u32 intid;

	while ((intid = take(v)) != GIC_SPURIOUS)
		eoi(&r.w, v, intid);
}

/* WFI: say so, look, sleep. Who raises in between wakes us. */
static void try_to_sleep(u32 v)
{
	r.asleep[v] = true;
	vgic_set_blocked(vcpu(&r.w, v), true);
	if (vgic_vcpu_pending(vcpu(&r.w, v)))
		r.asleep[v] = false;
	if (!r.asleep[v])
		vgic_set_blocked(vcpu(&r.w, v), false);
}

static void run(u32 v)
{
	if (vcpu(&r.w, v)->blocked)
		vgic_set_blocked(vcpu(&r.w, v), false);
	enter(&r.w, v);
}

static void step(void)
{
	u32 v = draw(VCPUS);

	switch (draw(9)) {
	case 0: retarget(draw(IRQS)); break;
	case 1: toggle(draw(IRQS)); break;
	case 2: remap(draw(LPIS)); break;
	case 3:
	case 4: raise_one(draw(IRQS)); break;
	case 5:
		if (!r.inside[v] && !r.asleep[v])
			try_to_sleep(v);
		break;
	default:
		if (r.asleep[v])
			break;
		if (!r.inside[v]) {
			run(v);
		} else {
			if (draw(3))
				take_all(v);
			leave(&r.w, v);
		}
		r.inside[v] = !r.inside[v];
		break;
	}
}

/* Each vCPU that is awake runs until nothing is pending for it, then sleeps. */
static void settle(void)
{
	u32 v, busy = 1, rounds = 0;

	while (busy) {
		busy = 0;
		ck_assert_uint_lt(rounds++, 1000);
		for (v = 0; v < VCPUS; v++) {
			if (r.asleep[v])
				continue;
			if (!r.inside[v])
				run(v);
			take_all(v);
			leave(&r.w, v);
			r.inside[v] = false;
			try_to_sleep(v);
			busy++;
		}
	}
}

static void end_lines(void)
{
	u32 i;

	for (i = 0; i < SPIS; i++)
		set_line(&r.w, spi(&r.w, i), false);
}

static void check_rest(void)
{
	u32 i;

	check_account();
	for (i = 0; i < IRQS; i++) {
		struct vgic_irq *irq = irq_of(i);
		u32 intid = i < SPIS ? SPI(i) : LPI(i - SPIS);
		/* an LPI without mapping lives on while it is on an AP list */
		struct vgic_irq *there = i < SPIS ? irq : plat_index_load(&r.w.vm->lpis, intid);

		/* nobody sleeps on an interrupt that could be delivered */
		ck_assert_msg(!irq || !irq->enabled || !vgic_irq_is_pending(irq),
			      "INTID %u is lost", intid);
		ck_assert_uint_eq(vgic_count_pending(r.w.vm, intid, NULL),
				  there && vgic_irq_is_pending(there));
		/* what was disabled while it was queued stays there until its vCPU's next exit */
		if (irq && i >= SPIS)
			ck_assert_uint_eq(irq->ref.v, 1 + (irq->vcpu != NULL));
	}
}

static void race(struct vgic_policy policy, u64 seed)
{
	u32 i;

	memset(&r, 0, sizeof(r));
	port_reset();
	r.random = seed;
	world_open(&r.w, VGIC_V3, VCPUS, policy);
	port.event = count_event;
	port.signal = note_wake;
	for (i = 0; i < VCPUS; i++)
		load(&r.w, i);
	for (i = 0; i < SPIS; i++)
		world_spi(&r.w, i, i % VCPUS, (u8)(0x20 + 8 * i), i % 2 ? VGIC_LEVEL : VGIC_EDGE);
	port_interleave(other_actor);
	for (i = 0; i < STEPS; i++)
		step();
	port_interleave(NULL);
	end_lines();
	settle();
	check_rest();
	for (i = 0; i < LPIS; i++)
		if (r.mapped[i])
			remap(i);
	for (i = 0; i < VCPUS; i++)
		vgic_put(vcpu(&r.w, i));
	port.event = NULL;
	port.signal = NULL;
	world_close(&r.w);
	port_assert_quiet();
}

/* _i: ap_list */
START_TEST(what_falls_between_two_steps_is_neither_lost_nor_doubled)
{
	u32 n;

	for (n = 0; n < ROUNDS * check_effort(); n++) {
		struct vgic_policy p = n & 1 ? world_policy_619() : world_policy_61();

		p.ap_list = (u8)_i;
		p.ap_list_shards = 2;
		if (n & 2)
			p.order = n & 4 ? VGIC_ORDER_SORTED : VGIC_ORDER_BUCKETS;
		race(p, check_seed() + n);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, what_falls_between_two_steps_is_neither_lost_nor_doubled,
			    VGIC_AP_PER_VCPU, VGIC_AP_SHARDED + 1);
}

CHECK_MAIN("vgic races", add, port_reset, port_assert_quiet)
