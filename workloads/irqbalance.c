// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Balancing of interrupts in a guest: every `period` vCPU 0 counts what each LPI and each vCPU has
 * handled since the last time and moves up to `moves` LPIs, one MOVI each, from the vCPU that
 * handles most to the one that handles least (spec/calibration.md, Workload shapes: every 10 s a
 * handful).
 *
 * Choices: all LPIs begin on the first `start_on` vCPUs; of the busiest vCPU's LPIs the busiest
 * that does not turn the two round moves.
 */
#include <errno.h>
#include <stdlib.h>

#include "traffic.h"

struct balance_params {
	uint32_t lpis, start_on, moves;
	uint64_t period;
	struct sim_dist traffic, work;
};

struct balance_state {
	struct traffic traffic; /* first, as traffic.h has it */
	u64 rounds, moved;
	u64 load[]; /* handled by vCPU since the last round */
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct balance_params, field)
static const struct param params[] = {
	{ .name = "lpis", .type = PARAM_U32, AT(lpis), .min = 1, .max = 32768, .def = "32",
	  .doc = "interrupts of the VM's device" },
	{ .name = "start_on", .type = PARAM_U32, AT(start_on), .min = 1, .max = 512, .def = "1",
	  .doc = "they begin on that many vCPUs, at most all" },
	{ .name = "moves", .type = PARAM_U32, AT(moves), .min = 1, .max = 1024, .def = "4",
	  .doc = "LPIs that move in one round, at most" },
	{ .name = "period", .type = PARAM_TIME, AT(period), .min = SIM_US, .max = 1000 * SIM_S,
	  .def = "10 s", .doc = "between two rounds" },
	{ .name = "traffic", .type = PARAM_DIST, AT(traffic), .def = "{exponential: 100 us}",
	  .doc = "between two interrupts of a LPI; 0 s: none" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "1 us",
	  .doc = "what a handler computes" },
	PARAM_END,
};
/* clang-format on */

static int boot(struct workload_run *w, struct vcpu *c)
{
	const struct balance_params *p = w->params;
	u32 n = vm_nr_vcpus(w->vm);

	return traffic_boot(w, c, p->start_on < n ? p->start_on : n);
}

/* ---- one round ---- */

static void weigh(struct balance_state *s, u32 n)
{
	const struct traffic *t = &s->traffic;

	for (u32 i = 0; i < n; i++)
		s->load[i] = 0;
	for (u32 v = 0; v < t->nr; v++)
		s->load[t->target[v]] += t->count[v];
}

static void extremes(const struct balance_state *s, u32 n, u32 *most, u32 *least)
{
	*most = *least = 0;
	for (u32 i = 1; i < n; i++) {
		if (s->load[i] > s->load[*most])
			*most = i;
		if (s->load[i] < s->load[*least])
			*least = i;
	}
}

/* The busiest LPI of `from` whose move makes the larger of both loads smaller; nr: none. */
static u32 candidate(const struct balance_state *s, u32 from, u64 gap)
{
	const struct traffic *t = &s->traffic;
	u32 best = t->nr;

	for (u32 v = 0; v < t->nr; v++)
		if (t->target[v] == from && t->count[v] && t->count[v] < gap &&
		    (best == t->nr || t->count[v] > t->count[best]))
			best = v;
	return best;
}

static void balance(struct workload_run *w, struct vcpu *c)
{
	const struct balance_params *p = w->params;
	struct balance_state *s = w->state;
	struct traffic *t = &s->traffic;
	u32 n = vm_nr_vcpus(w->vm), from, to, v;

	plat_sync();
	weigh(s, n);
	for (u32 i = 0; i < p->moves; i++) {
		extremes(s, n, &from, &to);
		v = candidate(s, from, s->load[from] - s->load[to]);
		if (v == t->nr)
			break;
		s->load[from] -= t->count[v];
		s->load[to] += t->count[v];
		s->moved++;
		traffic_move(t, c, v, to);
	}
	plat_sync();
	traffic_forget(t);
	s->rounds++;
}

static int setup(struct workload_run *w)
{
	const struct balance_params *p = w->params;
	struct balance_state *s = calloc(1, sizeof(*s) + vm_nr_vcpus(w->vm) * sizeof(s->load[0]));

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->traffic.period = p->period;
	s->traffic.act = balance;
	return traffic_setup(w, p->lpis, &p->traffic, &p->work);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("rounds", "rounds", struct balance_state, rounds),
	WORKLOAD_COUNT("moved", "LPIs", struct balance_state, moved),
	TRAFFIC_COUNTS,
	{ .name = NULL },
};

extern const struct workload workload_irqbalance;
const struct workload workload_irqbalance = {
	.name = "irqbalance",
	.doc = "the guest moves LPIs from busy to idle vCPUs now and then",
	.params = params,
	.params_size = sizeof(struct balance_params),
	.counts = counts,
	TRAFFIC_WORKLOAD,
	.setup = setup,
	.boot = boot,
};
