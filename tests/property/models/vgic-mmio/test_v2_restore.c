// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A GICv2 VM that is saved and restored through its registers is as it was: random guests, saved
 * in the middle of what they do, restored as a VMM does it (spec/vgic.md 2.8, 2.10): GICD_IIDR
 * first, so that groups can be written; the distributor enabled, so that what becomes pending is
 * queued; what is set is cleared before; pending SGIs by their sources. Hosts with GICv2, without
 * its virtualisation, and with GICv3.
 *
 * What the registers do not hold is not compared: which source's SGI is active and on which list
 * an active interrupt stays that was routed elsewhere meanwhile, what is latched and what is a
 * line of a pending level interrupt, and, on GICv3 hosts, active priorities of Group 0.
 *
 * Events after which a VM is not as it was are reduced to those that it takes.
 */
#include "tests/unit/models/vgic-mmio/mmio-vm.h"

#include "tests/lib/check-main.h"

#define VCPUS  3u
#define IRQS   128u
#define EVENTS 200u

static struct mmio_vm from, to;

static const struct {
	u32 set, clear, words; /* `clear` 0: written as it is */
} rows[] = {
	{ GICD_CTLR, 0, 1 },
	{ GICD_IGROUPR, 0, IRQS / 32 },
	{ GICD_IPRIORITYR, 0, IRQS / 4 },
	{ GICD_ITARGETSR, 0, IRQS / 4 },
	{ GICD_ICFGR, 0, IRQS / 16 },
	{ GICD_ISENABLER, GICD_ICENABLER, IRQS / 32 },
	{ GICD_ISPENDR, GICD_ICPENDR, IRQS / 32 },
	{ GICD_ISACTIVER, GICD_ICACTIVER, IRQS / 32 },
	{ GICD_SPENDSGIR, GICD_CPENDSGIR, 4 },
};

static const u32 cpu_regs[] = { GICC_CTLR, GICC_PMR, GICC_BPR, GICC_ABPR, GICC_APR };

/* ---- a guest at work ---- */

static void run_guest(u32 n, u32 acts)
{
	struct vgic_vcpu *v = from.vm->vcpus[n];
	u32 i, iar = GIC_SPURIOUS;

	vgic_load(v, gic_pe(from.gic, n));
	do {
		vgic_check_requests(v);
		vgic_flush(v);
	} while (!vgic_enter_guest(v));
	for (i = 0; i < (acts & 3); i++)
		iar = vgic_v2_cpuif_read(v, GICC_IAR, 4);
	if (acts & 4)
		vgic_v2_cpuif_write(v, GICC_EOIR, 4, iar);
	vgic_leave_guest(v);
	vgic_sync(v);
	vgic_put(v);
}

struct event {
	u32 roll, value;
};

static void happen(const struct event *e)
{
	u32 roll = e->roll, n = roll % VCPUS, intid = roll >> 8 & (IRQS - 1);
	u32 value = e->value, row = intid / 32 * 4;

	switch (roll >> 4 & 15) {
	case 0: guest_write(&from, n, DIST + GICD_IGROUPR + row, 4, value); break;
	case 1: guest_write(&from, n, DIST + GICD_IPRIORITYR + intid, 1, value); break;
	case 2: guest_write(&from, n, DIST + GICD_ITARGETSR + intid, 1, value); break;
	case 3: guest_write(&from, n, DIST + GICD_ICFGR + intid / 16 * 4, 4, value); break;
	case 4: guest_write(&from, n, DIST + GICD_ISENABLER + row, 4, value); break;
	case 5: guest_write(&from, n, DIST + GICD_ICENABLER + row, 4, 1u << intid % 32); break;
	case 6: guest_write(&from, n, DIST + GICD_ISPENDR + row, 4, 1u << intid % 32); break;
	case 7: guest_write(&from, n, DIST + GICD_ISACTIVER + row, 4, 1u << intid % 32); break;
	case 8:
	case 9:
		guest_write(&from, n, DIST + GICD_SGIR, 4,
			    (value & 0xff) << 16 | (value >> 8 & 15));
		break;
	case 10:
	case 11:
		if (intid >= VGIC_NR_SGIS)
			vgic_inject_irq(from.vm, from.vm->vcpus[n], intid, value & 1, NULL);
		break;
	case 12:
		user_set(&from, VGIC_GRP_CPU_REGS, cpu_attr(n, cpu_regs[value % 4]), value >> 8);
		break;
	default: run_guest(n, value); break;
	}
}

/* ---- the VMM ---- */

static u64 get(struct mmio_vm *m, u32 group, u32 v, u32 offset)
{
	return user_value(m, group, cpu_attr(v, offset));
}

static void set(u32 group, u32 v, u32 offset, u64 value)
{
	ck_assert_int_eq(user_set(&to, group, cpu_attr(v, offset), value), 0);
}

static void restore_vcpu(u32 v)
{
	u32 r, i;

	for (r = 0; r < PLAT_ARRAY_SIZE(rows); r++) {
		for (i = 0; i < 4 * rows[r].words; i += 4) {
			u64 value = get(&from, VGIC_GRP_DIST_REGS, v, rows[r].set + i);

			if (rows[r].clear)
				set(VGIC_GRP_DIST_REGS, v, rows[r].clear + i, 0xffffffff);
			set(VGIC_GRP_DIST_REGS, v, rows[r].set + i, value);
		}
	}
	for (r = 0; r < PLAT_ARRAY_SIZE(cpu_regs); r++)
		set(VGIC_GRP_CPU_REGS, v, cpu_regs[r],
		    get(&from, VGIC_GRP_CPU_REGS, v, cpu_regs[r]));
}

/* ---- comparison ---- */

static int list_of(const struct vgic_irq *irq)
{
	return irq->vcpu ? (int)irq->vcpu->id : -1;
}

/* A level that ICFGR let through is queued by the next event of the interrupt only. */
static bool not_queued_yet(const struct vgic_irq *irq)
{
	return !irq->vcpu && irq->enabled && vgic_irq_is_pending(irq);
}

static bool same_irq(const struct vgic_irq *a, const struct vgic_irq *b)
{
	return a->enabled == b->enabled && a->active == b->active && a->group == b->group &&
	       a->priority == b->priority && a->config == b->config &&
	       vgic_irq_is_pending(a) == vgic_irq_is_pending(b) && a->source == b->source &&
	       (a->intid < VGIC_NR_PRIVATE ||
		(a->targets == b->targets && a->target->id == b->target->id)) &&
	       (a->active || not_queued_yet(a) || list_of(a) == list_of(b));
}

static void show(const char *what, const struct vgic_irq *irq)
{
	char flags[16];

	vgic_irq_flags(irq, flags, sizeof(flags));
	printf("%s: %s priority %#x sources %#x targets %#x on the list of vCPU %d\n", what, flags,
	       irq->priority, irq->source, irq->targets, list_of(irq));
}

static bool same_interrupts(u32 v, bool tell)
{
	u32 i;

	for (i = 0; i < (v ? VGIC_NR_PRIVATE : IRQS); i++) {
		const struct vgic_irq *a = mmio_irq(&from, v, i), *b = mmio_irq(&to, v, i);

		if (same_irq(a, b))
			continue;
		if (tell) {
			printf("INTID %u of vCPU %u\n", i, v);
			show("saved", a);
			show("restored", b);
		}
		return false;
	}
	return true;
}

static bool same_interfaces(u32 v, bool tell)
{
	u32 r;

	for (r = 0; r < PLAT_ARRAY_SIZE(cpu_regs); r++) {
		u64 a = get(&from, VGIC_GRP_CPU_REGS, v, cpu_regs[r]);
		u64 b = get(&to, VGIC_GRP_CPU_REGS, v, cpu_regs[r]);

		if (a == b)
			continue;
		if (tell)
			printf("GICC %#x of vCPU %u: %#llx, then %#llx\n", cpu_regs[r], v,
			       (unsigned long long)a, (unsigned long long)b);
		return false;
	}
	return true;
}

static bool same_vms(bool tell)
{
	u32 v;

	for (v = 0; v < VCPUS; v++)
		if (!same_interrupts(v, tell) || !same_interfaces(v, tell))
			return false;
	return from.vm->enabled == to.vm->enabled;
}

/* ---- a round, and its reduction ---- */

struct round {
	u32 host, overflow;
	u32 nr;
	struct event event[EVENTS];
};

/* Is the restored VM as the saved one? A defect on purpose: SPI 40's enable is lost. */
static bool reads_back(const struct round *r, bool defect, bool tell)
{
	struct vgic_policy p = mmio_policy();
	bool same;
	u32 i, v;

	p.overflow = (u8)r->overflow;
	mmio_host.arch = r->host ? GIC_ARCH_V2 : GIC_ARCH_V3;
	mmio_host.no_gicv = r->host == 2;
	mmio_create(&from, VGIC_V2, VCPUS, false, &p);
	mmio_create(&to, VGIC_V2, VCPUS, false, &p);
	wr32(&from, DIST + GICD_CTLR, 1);
	for (v = 0; v < VCPUS; v++) {
		user_set(&from, VGIC_GRP_CPU_REGS, cpu_attr(v, GICC_CTLR), 7);
		user_set(&from, VGIC_GRP_CPU_REGS, cpu_attr(v, GICC_PMR), 0x1f);
	}
	for (i = 0; i < r->nr; i++)
		happen(&r->event[i]);
	for (v = 0; v < VCPUS; v++) /* an exit prunes what is not to be on a list */
		run_guest(v, 0);
	ck_assert_int_eq(dist_set(&to, GICD_IIDR, dist_get(&from, GICD_IIDR)), 0);
	for (v = 0; v < VCPUS; v++)
		restore_vcpu(v);
	if (defect)
		set(VGIC_GRP_DIST_REGS, 0, GICD_ICENABLER + 4, 1u << 8);
	same = same_vms(tell);
	mmio_destroy(&from);
	mmio_destroy(&to);
	port_assert_quiet();
	port_reset();
	return same;
}

/* Leave out events as long as the difference stays. */
static void reduce(struct round *r, bool defect)
{
	static struct round fewer;
	u32 at, chunk;

	for (chunk = r->nr / 2; chunk; chunk /= 2)
		for (at = 0; at + chunk <= r->nr;) {
			fewer = *r;
			fewer.nr = r->nr - chunk;
			memmove(&fewer.event[at], &r->event[at + chunk],
				(fewer.nr - at) * sizeof(fewer.event[0]));
			if (reads_back(&fewer, defect, false))
				at += chunk;
			else
				*r = fewer;
		}
}

static void draw(struct round *r, u64 *state, u32 number)
{
	r->overflow = check_random(state) & 1 ? VGIC_OVERFLOW_EOICOUNT : VGIC_OVERFLOW_CLASSIC;
	r->host = number % 3;
	for (r->nr = 0; r->nr < EVENTS; r->nr++)
		r->event[r->nr] = (struct event){ .roll = (u32)check_random(state),
						  .value = (u32)check_random(state) };
}

START_TEST(a_gicv2_vm_restored_from_its_registers_is_as_it_was)
{
	static struct round r;
	u64 state = check_seed();
	u32 round, i;

	for (round = 0; round < 60 * check_effort(); round++) {
		draw(&r, &state, round);
		if (reads_back(&r, false, false))
			continue;
		reduce(&r, false);
		reads_back(&r, false, true);
		for (i = 0; i < r.nr; i++)
			printf("event %u of vCPU %u, INTID %u, value %#x\n",
			       r.event[i].roll >> 4 & 15, r.event[i].roll % VCPUS,
			       r.event[i].roll >> 8 & (IRQS - 1), r.event[i].value);
		fflush(stdout);
		ck_abort_msg("round %u: not as it was after %u events", round, r.nr);
	}
}
END_TEST

/* One event enables SPI 40. */
START_TEST(a_defect_is_reduced_to_the_event_that_shows_it)
{
	static struct round r;
	u64 state = check_seed();

	do
		draw(&r, &state, 0);
	while (reads_back(&r, true, false));
	reduce(&r, true);
	ck_assert_uint_eq(r.nr, 1);
	ck_assert(!reads_back(&r, true, false));
	ck_assert(reads_back(&r, false, false));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_gicv2_vm_restored_from_its_registers_is_as_it_was);
	tcase_add_test(tc, a_defect_is_reduced_to_the_event_that_shows_it);
}

CHECK_MAIN("GICv2 save and restore", add, port_reset, port_assert_quiet)
