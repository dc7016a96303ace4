// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each value of each policy of the virtual GIC, and what tells it from its neighbour: one
 * observation a group, made under every value. A value without an expectation fails, so does one
 * that looks like the value before it. (Those of the GICv4 bridge: test_v4_decisions.c.)
 */
#include "tests/unit/models/vits/vits-vm.h"

#include "models/vgic/vgic-internal.h"
#include "tests/lib/check-main.h"

static struct mmio_vm vm_under_test, *const m = &vm_under_test;

/* ---- what the machine of an observation does ---- */

static void enter(u32 n)
{
	struct vgic_vcpu *v = m->vm->vcpus[n];

	vgic_load(v, gic_pe(m->gic, n));
	do {
		vgic_check_requests(v);
		vgic_flush(v);
	} while (!vgic_enter_guest(v));
}

static void leave(u32 n)
{
	struct vgic_vcpu *v = m->vm->vcpus[n];

	vgic_leave_guest(v);
	vgic_sync(v);
	vgic_put(v);
}

static struct vgic_irq *spi(u32 n, u32 target, u8 priority)
{
	struct vgic_irq *irq = &m->vm->spis[n];

	irq->enabled = true;
	irq->target = m->vm->vcpus[target];
	irq->priority = priority;
	return irq;
}

static void raise(struct vgic_irq *irq)
{
	plat_lock(&irq->lock);
	vgic_pend(m->vm, irq, 0);
	vgic_queue_irq_unlock(m->vm, irq);
}

static void open_guest(u32 n)
{
	m->vm->vcpus[n]->cpuif.vmcr = (u32)FIELD_PUT(0xf8, ICH_VMCR_VPMR) | ICH_VMCR_VENG1;
}

/* ---- observations ---- */

/* Entries that an entry of vCPU 0 passes, when each of four vCPUs has one interrupt. */
static u64 observe_ap_list(struct vgic_policy p)
{
	u32 i;
	u64 steps;

	p.ap_list_shards = 2;
	mmio_create(m, VGIC_V3, 4, false, &p);
	m->vm->enabled = true;
	for (i = 0; i < 4; i++)
		raise(spi(i, i, 0x80));
	steps = port.used[COST_LIST_STEP];
	enter(0);
	steps = port.used[COST_LIST_STEP] - steps;
	leave(0);
	return steps / 2; /* once to summarise, once to fill */
}

/*
 * Which of six get the four list registers, a digit each, and whether a sort was needed (+ 10000).
 * SPI 0, 2 and 3 of priorities 0x20, 0x80 and 0x90; SPI 1 active, 0xf0; then LPIs 4, of 0xa4, and 5,
 * of 0xa0, which are of one level of 32.
 */
static u64 observe_order(struct vgic_policy p)
{
	static const u8 priority[] = { 0x20, 0xf0, 0x80, 0x90 };
	u64 order = 0;
	u32 i;

	p.overflow = VGIC_OVERFLOW_EOICOUNT; /* what 6.19's needs */
	vits_vm_create(m, 1, &p);
	map_some(m, 2);
	lpi_config(m, VGIC_LPI_BASE, 0xa5);
	ck_assert_int_eq(inv(8, 0), 0);
	m->vm->spis[1].active = true;
	for (i = 0; i < 4; i++)
		raise(spi(i, 0, priority[i]));
	ck_assert_int_eq(msi(m, 8, 0), 1);
	ck_assert_int_eq(msi(m, 8, 1), 1);
	enter(0);
	for (i = 0; i < 4; i++) {
		u32 intid = vgic_lr_intid(m->vm, ich_lr_read(m->vm->vcpus[0]->pe, i));

		order = 10 * order + (intid < VGIC_LPI_BASE ? intid - VGIC_NR_PRIVATE
							    : intid - VGIC_LPI_BASE + 4);
	}
	leave(0);
	return order + (port.used[COST_SORT_COMPARE] ? 10000 : 0);
}

/* Maintenance asked for with six pending interrupts and four list registers. */
static u64 observe_overflow(struct vgic_policy p)
{
	u64 hcr;
	u32 i;

	mmio_create(m, VGIC_V3, 1, false, &p);
	m->vm->enabled = true;
	open_guest(0);
	for (i = 0; i < 6; i++)
		raise(spi(i, 0, 0x80));
	enter(0);
	hcr = m->vm->vcpus[0]->cpuif.hcr & (ICH_HCR_UIE | ICH_HCR_NPIE);
	leave(0);
	return hcr;
}

/* Of 17 events, one more than there is room for, sent twice in turn: hits of the second time; then a
 * hit at once after (+ 100), and grace periods (+ 1000). */
static u64 observe_cache(struct vgic_policy p)
{
	u64 hits = 0, syncs;
	u32 i;

	p.cache_per_vcpu = 16;
	vits_vm_create(m, 1, &p);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapd(8, 5, 0, true), 0);
	for (i = 0; i < 17; i++)
		ck_assert_int_eq(mapti(8, i, VGIC_LPI_BASE + i, 0), 0);
	syncs = port.rcu_syncs;
	for (i = 0; i < 17; i++)
		msi(m, 8, i);
	for (i = 0; i < 17; i++)
		if (msi_fast(m, 8, i) == -EWOULDBLOCK)
			msi(m, 8, i);
		else
			hits++;
	if (msi_fast(m, 8, 16) != -EWOULDBLOCK)
		hits += 100;
	return hits + (port.rcu_syncs > syncs ? 1000 : 0);
}

/* vCPUs visited to find the fourth. */
static u64 observe_sgi_lookup(struct vgic_policy p)
{
	mmio_create(m, VGIC_V3, 4, false, &p);
	vgic_send_sgi(m->vm->vcpus[0], icc_sgir_to(3, 1), true);
	return port.used[COST_MPIDR_STEP];
}

/* Taking of the LPI list's lock by one look-up. */
static u64 observe_lpi_store(struct vgic_policy p)
{
	u64 before;

	vits_vm_create(m, 1, &p);
	map_some(m, 1);
	before = port.acquired[LOCK_LPI_LIST];
	vgic_lpi_put(m->vm, vgic_lpi_get(m->vm, VGIC_LPI_BASE));
	return port.acquired[LOCK_LPI_LIST] > before;
}

/* User space writes a register while a vCPU's thread is in its run loop, not loaded. */
static u64 observe_mmio(struct vgic_policy p)
{
	int ret;

	mmio_create(m, VGIC_V2, 2, false, &p);
	m->vm->vcpus[1]->mutex.owner = m;
	ret = dist_set(m, GICD_CTLR, 1);
	m->vm->vcpus[1]->mutex.owner = NULL;
	return (u64)-ret;
}

/* User space reads a place of the distributor where no register is. */
static u64 observe_user_regs(struct vgic_policy p)
{
	u64 value;

	mmio_create(m, VGIC_V2, 1, false, &p);
	return (u64)-user_get(m, VGIC_GRP_DIST_REGS, 0x40, &value);
}

/* User space writes revision 2 where 3 is: error, revision then, and whether it reads as anything. */
static u64 observe_iidr(struct vgic_policy p)
{
	u64 value = 0, want;
	int ret;

	mmio_create(m, VGIC_V3, 1, false, &p);
	want = vgic_iidr(m->vm);
	want = FIELD_SET(want, 2, GIC_IIDR_REVISION);
	ret = dist_set(m, GICD_IIDR, want);
	ck_assert_int_eq(user_get(m, VGIC_GRP_DIST_REGS, GICD_IIDR, &value), 0);
	return (u64)-ret * 100 + m->vm->iidr_rev * 10u + !!value;
}

/* MOVALL from vCPU 0 to 1: where LPIs of vCPUs 0 and 2 are then, and one that is mapped later. */
static u64 observe_movall(struct vgic_policy p)
{
	u64 where;

	vits_vm_create(m, 3, &p);
	map_some(m, 3);
	ck_assert_int_eq(movall(0, 1), 0);
	where = (u64)lpi_view(m, VGIC_LPI_BASE).target * 100 +
		(u64)lpi_view(m, VGIC_LPI_BASE + 2).target * 10;
	ck_assert_int_eq(mapti(8, 9, VGIC_LPI_BASE + 9, 0), 0);
	return where + (u64)lpi_view(m, VGIC_LPI_BASE + 9).target;
}

static bool stalled(void)
{
	return guest_read(m, 0, ITS + GITS_CREADR, 8) & GITS_CREADR_STALLED;
}

/* An unknown command (+ 1) and one that memory does not hold (+ 2) stall the queue. */
static u64 observe_its_stall(struct vgic_policy p)
{
	u64 cmd[4] = { 0x77 }, stalls;

	vits_vm_create(m, 1, &p);
	its_post(m, cmd);
	stalls = stalled();
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_CBASER, 8, GITS_CBASER_VALID | 0x10000000);
	guest_write(m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
	guest_write(m, 0, ITS + GITS_CWRITER, 8, ITS_CMD_SIZE);
	return stalls + (stalled() ? 2 : 0);
}

/* The guest's table entry of an event that was discarded. */
static u64 observe_its_unmap(struct vgic_policy p)
{
	vits_vm_create(m, 1, &p);
	map_some(m, 1);
	ram_write64(m, ITT(0), 0x1234);
	ck_assert_int_eq(discard(8, 0), 0);
	return ram_read64(m, ITT(0));
}

/* Control registers that move at an exit and an entry of a guest without interrupts (7), and under
 * which switch the machine is told that they do (* 100): legacy is the one that crosses EL2. */
static u64 observe_world_switch(struct vgic_policy p)
{
	const struct port_record *r;
	u64 before;

	mmio_create(m, VGIC_V3, 1, false, &p);
	vgic_load(m->vm->vcpus[0], gic_pe(m->gic, 0));
	port_clear_records();
	before = port.used[COST_ICH_ACCESS];
	vgic_flush(m->vm->vcpus[0]);
	ck_assert(vgic_enter_guest(m->vm->vcpus[0]));
	vgic_leave_guest(m->vm->vcpus[0]);
	vgic_sync(m->vm->vcpus[0]);
	before = port.used[COST_ICH_ACCESS] - before;
	r = port_last_event(EV_STATE_IN);
	if (r)
		before += 100 * r->arg;
	ck_assert(!r || port_last_event(EV_STATE_OUT)->arg == r->arg);
	vgic_put(m->vm->vcpus[0]);
	return before;
}

/* ---- the table ---- */

#define MAX_VALUES 5u

struct group {
	const char *name;
	size_t field; /* of struct vgic_policy */
	u32 nr;	      /* values */
	u64 (*observe)(struct vgic_policy p);
	u64 want[MAX_VALUES];
};

#define ONE(id, name, doc) +1
#define GROUP(field_, list, observe_, ...) \
	{ \
		.name = #field_, .field = offsetof(struct vgic_policy, field_), .nr = 0 list(ONE), \
		.observe = (observe_), .want = __VA_ARGS__ \
	}

static const struct group groups[] = {
	GROUP(ap_list, VGIC_AP_LIST_POLICIES, observe_ap_list, { 1, 4, 2 }),
	GROUP(order, VGIC_ORDER_POLICIES, observe_order, { 11023, 10235, 235, 234 }),
	GROUP(overflow, VGIC_OVERFLOW_POLICIES, observe_overflow,
	      { ICH_HCR_UIE, ICH_HCR_UIE | ICH_HCR_NPIE }),
	GROUP(cache, VGIC_CACHE_POLICIES, observe_cache, { 0, 100, 1115, 117 }),
	GROUP(sgi_lookup, VGIC_SGI_LOOKUP_POLICIES, observe_sgi_lookup, { 4, 0 }),
	GROUP(lpi_store, VGIC_LPI_STORE_POLICIES, observe_lpi_store, { 1, 0 }),
	GROUP(mmio_access, VGIC_MMIO_POLICIES, observe_mmio, { 0, EBUSY }),
	GROUP(user_regs, VGIC_USER_REGS_POLICIES, observe_user_regs, { 0, ENXIO, ENODEV }),
	GROUP(iidr_write, VGIC_IIDR_POLICIES, observe_iidr, { 21, 31, EINVAL * 100 + 31, 30 }),
	GROUP(movall, VGIC_MOVALL_POLICIES, observe_movall, { 120, 110, 120, 121, 120 }),
	GROUP(its_stall, VGIC_ITS_STALL_POLICIES, observe_its_stall, { 0, 2, 3 }),
	GROUP(its_unmap, VGIC_ITS_UNMAP_POLICIES, observe_its_unmap, { 0x1234, 0 }),
	GROUP(world_switch, VGIC_WORLD_SWITCH_POLICIES, observe_world_switch, { 0, 107, 207 }),
};

#define ONE_POLICY(field, key, values, standard, doc) +1
_Static_assert(PLAT_ARRAY_SIZE(groups) == 0 VGIC_POLICIES(ONE_POLICY), "a policy without a group");

static u64 observe(const struct group *g, u32 value)
{
	struct vgic_policy p = mmio_policy();
	u64 seen;

	port_reset();
	((u8 *)&p)[g->field] = (u8)value;
	seen = g->observe(p);
	mmio_destroy(m);
	port_assert_quiet();
	return seen;
}

START_TEST(each_value_of_each_policy_is_told_from_its_neighbour)
{
	const struct group *g = &groups[_i];
	u32 v;

	ck_assert_uint_le(g->nr, MAX_VALUES);
	for (v = 0; v < g->nr; v++) {
		u64 seen = observe(g, v);

		ck_assert_msg(seen == g->want[v], "%s, value %u: %llu, expected %llu", g->name, v,
			      (unsigned long long)seen, (unsigned long long)g->want[v]);
		ck_assert_msg(!v || g->want[v] != g->want[v - 1], "%s: values %u and %u look alike",
			      g->name, v - 1, v);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, each_value_of_each_policy_is_told_from_its_neighbour, 0,
			    PLAT_ARRAY_SIZE(groups));
}

CHECK_MAIN("vgic policies", add, port_reset, port_assert_quiet)
