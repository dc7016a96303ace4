// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AP-list operations a second, by policy and number of entries: what the core itself takes, with
 * the one-thread port underneath (its locks do not wait; no time is simulated).
 *   serve  queue n interrupts, then enter, take, end and exit until all are served; an operation
 *          is one interrupt
 *   hold   enter and exit with n interrupts waiting and the guest's masked; an operation is one
 *          entry and exit
 * Beside each rate: how many list steps and sort comparisons an operation took.
 * A rate is the best of ROUNDS rounds; the others tell of other programs on the machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/models/vgic/vgic-world.h"

#define ROUNDS	   7
#define OPERATIONS 20000u
#define VCPUS	   8u

static struct world w;

static const struct kind {
	const char *name;
	u8 ap_list, order, overflow;
	u32 shards;
} kinds[] = {
	{ "per-vcpu old", VGIC_AP_PER_VCPU, VGIC_ORDER_OLD, VGIC_OVERFLOW_CLASSIC, 0 },
	{ "per-vcpu 6.19", VGIC_AP_PER_VCPU, VGIC_ORDER_619, VGIC_OVERFLOW_EOICOUNT, 0 },
	{ "per-vcpu sorted", VGIC_AP_PER_VCPU, VGIC_ORDER_SORTED, VGIC_OVERFLOW_CLASSIC, 0 },
	{ "per-vcpu buckets", VGIC_AP_PER_VCPU, VGIC_ORDER_BUCKETS, VGIC_OVERFLOW_CLASSIC, 0 },
	{ "sharded(2) old", VGIC_AP_SHARDED, VGIC_ORDER_OLD, VGIC_OVERFLOW_CLASSIC, 2 },
	{ "per-vm old", VGIC_AP_PER_VM, VGIC_ORDER_OLD, VGIC_OVERFLOW_CLASSIC, 0 },
};

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* n SPIs of mixed priorities for vCPU 0. The other vCPUs have n each on their lists already. */
static void queue(u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		raise_irq(&w, spi(&w, i));
}

static void open_kind(const struct kind *k, u32 n)
{
	struct vgic_policy p = world_policy_61();
	u32 i, v;

	p.ap_list = k->ap_list;
	p.order = k->order;
	p.overflow = k->overflow;
	p.ap_list_shards = k->shards;
	world_open(&w, VGIC_V3, VCPUS, p);
	plat_user.event_mask = 0;
	for (i = 0; i < n; i++)
		world_spi(&w, i, 0, (u8)(8 * (i * 11 % 24)), VGIC_EDGE);
	for (v = 1; v < VCPUS; v++)
		for (i = 0; i < n && i < VGIC_NR_PRIVATE; i++) {
			vcpu(&w, v)->private_irqs[i].enabled = true;
			raise_irq(&w, &vcpu(&w, v)->private_irqs[i]);
		}
	load(&w, 0);
}

static void serve(u32 n)
{
	u32 left = n, intid;

	queue(n);
	while (left) {
		enter(&w, 0);
		while ((intid = icv_iar_read(vcpu(&w, 0)->pe, 1)) != GIC_SPURIOUS) {
			eoi(&w, 0, intid);
			left--;
		}
		leave(&w, 0);
	}
}

static void hold(void)
{
	enter(&w, 0);
	leave(&w, 0);
}

struct rate {
	double ns, steps, compares; /* an operation */
};

static struct rate measure(const struct kind *k, u32 n, bool served)
{
	u32 ops = 0, round, repeat = served ? OPERATIONS / n : OPERATIONS / (n + 1);
	struct rate best = { .ns = 1e18 };
	u64 steps, compares;

	port_reset();
	open_kind(k, n);
	if (!served)
		queue(n);
	steps = port.used[COST_LIST_STEP];
	compares = port.used[COST_SORT_COMPARE];
	for (round = 0; round < ROUNDS; round++) {
		double start = cpu_ns(), ns;
		u32 i;

		for (i = 0; i < repeat; i++) {
			if (served)
				serve(n);
			else
				hold();
		}
		ops = served ? repeat * n : repeat;
		ns = (cpu_ns() - start) / ops;
		if (ns < best.ns)
			best.ns = ns;
	}
	best.steps = (double)(port.used[COST_LIST_STEP] - steps) / (ops * ROUNDS);
	best.compares = (double)(port.used[COST_SORT_COMPARE] - compares) / (ops * ROUNDS);
	leave(&w, 0);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
	return best;
}

static void table(const char *title, bool served)
{
	static const u32 lengths[] = { 1, 2, 4, 8, 16, 32, 64 };
	u32 i, k;

	printf("%s\n%-18s", title, "entries");
	for (i = 0; i < PLAT_ARRAY_SIZE(lengths); i++)
		printf("%22u", lengths[i]);
	printf("\n");
	for (k = 0; k < PLAT_ARRAY_SIZE(kinds); k++) {
		printf("%-18s", kinds[k].name);
		for (i = 0; i < PLAT_ARRAY_SIZE(lengths); i++) {
			struct rate r = measure(&kinds[k], lengths[i], served);

			printf("  %8.2f M/s %4.0f %4.0f", 1e3 / r.ns, r.steps, r.compares);
		}
		printf("\n");
	}
}

int main(void)
{
	table("AP lists, served interrupts (M/s, list steps, comparisons each)", true);
	table("AP lists, entry and exit while all wait (M/s, list steps, comparisons each)", false);
	return 0;
}
