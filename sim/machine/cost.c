// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Costs of a run: the table that plat_cost() uses, latencies of hardware, and the ledger that says
 * how much of the result rests on entries marked as assumptions.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sim/record/result.h>

#include "machine.h"

static const u64 no_cost[PLAT_COST_MAX];
static const u8 not_slow[PLAT_COST_MAX];
static const u8 all_slow[PLAT_COST_MAX] = { [0 ... PLAT_COST_MAX - 1] = 1 };
static struct machine *bound;

_Static_assert(COST_NR <= PLAT_COST_MAX, "struct plat_user counts uses of every entry");

static bool is_assumption(const struct machine *m, u32 id)
{
	return m->cfg->costs->entry[id].confidence == COST_ASSUMPTION;
}

void machine_costs_setup(struct machine *m)
{
	for (u32 i = 0; i < COST_NR; i++) {
		const struct sim_dist *d = &m->cfg->costs->entry[i].cost;
		bool constant = d->kind == SIM_CONSTANT;

		m->cost[i] = constant ? d->a : 0;
		m->cost_assumed[i] = is_assumption(m, i) ? m->cost[i] : 0;
		m->cost_slow[i] = !constant;
		m->cost_stream[i] = sim_stream(m->seed, cost_name(i), 0);
	}
	m->eager = m->cfg->run.eager_debt;
	memset(plat_user.cost_uses, 0, sizeof(plat_user.cost_uses));
	plat_user.debt = plat_user.debt_assumed = 0;
	bound = m;
}

void machine_costs_bind(struct machine *m)
{
	bound = m;
}

/* Software draws from streams of its own PE: what one PE does shifts no other's draws. */
int machine_costs_pe(struct pe *pe)
{
	struct machine *m = pe->m;

	for (u32 i = 0; i < COST_NR; i++) {
		if (m->cfg->costs->entry[i].cost.kind == SIM_CONSTANT)
			continue;
		if (!pe->cost_stream)
			pe->cost_stream = calloc(COST_NR, sizeof(*pe->cost_stream));
		if (!pe->cost_stream)
			return -ENOMEM;
		pe->cost_stream[i] = sim_stream(m->seed, cost_name(i), 1 + pe->n);
	}
	return 0;
}

void machine_costs_enable(struct machine *m, bool on)
{
	bool fast = on && !m->eager;

	plat_user.cost = fast ? m->cost : no_cost;
	plat_user.cost_assumed = fast ? m->cost_assumed : no_cost;
	plat_user.cost_slow = fast ? m->cost_slow : on ? all_slow : not_slow;
}

void machine_costs_eager(struct machine *m, bool eager)
{
	m->eager = eager || m->cfg->run.eager_debt;
	machine_costs_enable(m, true);
}

/*
 * A debt is a few costs: it is not as large as that many of the largest. A wait for readers is
 * none of them, as it is owed alone.
 */
#define DEBT_USES 16

sim_time machine_debt_bound(const struct machine *m)
{
	sim_time largest = 0;

	for (u32 i = 0; i < COST_NR; i++) {
		const struct sim_dist *d = &m->cfg->costs->entry[i].cost;

		if (i == COST_RCU_SYNC)
			continue;
		if (d->a > largest)
			largest = d->a;
		if (d->kind == SIM_UNIFORM && d->b > largest)
			largest = d->b;
	}
	return DEBT_USES * largest;
}

/* Entries that are drawn, and every entry when debt is paid at once. */
void plat_cost_slow(enum plat_cost id, u32 n)
{
	const struct sim_dist *d = &bound->cfg->costs->entry[id].cost;
	u64 ps = 0;

	if (d->kind == SIM_CONSTANT) {
		ps = d->a * n;
	} else {
		struct sim_stream *s = &pe_current()->cost_stream[id];

		for (u32 i = 0; i < n; i++)
			ps += sim_draw(s, d);
		bound->slow_time[id] += ps;
	}
	plat_user.debt += ps;
	if (is_assumption(bound, id))
		plat_user.debt_assumed += ps;
	if (bound->eager)
		machine_pay_part();
}

u64 machine_hw_draw(struct machine *m, struct sim_stream *s, u32 id, u64 *assumed)
{
	u64 ps = sim_draw(s, &m->cfg->costs->entry[id].cost);

	m->slow_time[id] += ps;
	if (is_assumption(m, id))
		*assumed += ps;
	return ps;
}

void machine_ledger_reset(struct machine *m)
{
	memcpy(m->uses_before, plat_user.cost_uses, sizeof(m->uses_before));
	memset(m->slow_time, 0, sizeof(m->slow_time));
	for (u32 i = 0; i < m->nr_pes; i++)
		m->pes[i].assumed_before = m->pes[i].assumed;
}

/* `other` does not have its turn. */
void machine_ledger_merge(struct machine *m, const struct machine *other)
{
	for (u32 i = 0; i < COST_NR; i++) {
		m->uses_before[i] -= other->port.cost_uses[i] - other->uses_before[i];
		m->slow_time[i] += other->slow_time[i];
	}
	for (u32 i = 0; i < other->nr_pes; i++)
		m->pes[0].assumed += other->pes[i].assumed - other->pes[i].assumed_before;
}

void machine_ledger(struct machine *m, struct rec_result *r)
{
	static const char *const confidence[] = { "measured", "published", "assumption" };
	sim_time window = m->window_end - m->window_start;
	u64 assumed = 0;
	char range[2 * REC_NUM_MAX + 8], low[REC_NUM_MAX], high[REC_NUM_MAX];

	for (u32 i = 0; i < COST_NR; i++) {
		const struct cost_entry *e = &m->cfg->costs->entry[i];
		struct rec_result_assumption a = { .name = (char *)cost_name(i),
						   .source = (char *)e->source,
						   .confidence = (char *)confidence[e->confidence],
						   .range = range };

		a.uses = plat_user.cost_uses[i] - m->uses_before[i];
		if (!a.uses || e->confidence != COST_ASSUMPTION)
			continue;
		a.time_ps = e->cost.kind == SIM_CONSTANT ? a.uses * e->cost.a : m->slow_time[i];
		a.share = rec_num_percent(a.time_ps, (rec_u128)window * m->all_pes);
		rec_num_format_time(low, e->low);
		rec_num_format_time(high, e->high);
		snprintf(range, sizeof(range), "%s to %s", low, high);
		rec_result_assumption(r, &a);
	}
	for (u32 i = 0; i < m->nr_pes; i++)
		assumed += m->pes[i].assumed - m->pes[i].assumed_before;
	r->assumed_host_cpu = rec_num_percent(assumed, (rec_u128)window * m->all_pes);
	if (m->lives.total && m->lives.total->count)
		r->assumed_latency_mean =
			rec_num_percent(m->lives.total->assumed, m->lives.total->sum);
}
