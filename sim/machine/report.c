// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the instruments of a run to its metrics and the checks of its identities: interrupts, queues,
 * PE time.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sim/record/result.h>

#include "machine.h"

static void report_irqs(struct machine *m)
{
	struct rec_irq_sums s = { 0 };

	for (u32 i = 0; i < m->nr_vms; i++)
		rec_irqs_sum(&m->vms[i]->irqs, &s);
	rec_set(&m->metrics, REC_M_IRQ_RAISED, s.raised);
	rec_set(&m->metrics, REC_M_IRQ_DELIVERED, s.delivered);
	rec_set(&m->metrics, REC_M_IRQ_COALESCED, s.coalesced);
	rec_set(&m->metrics, REC_M_IRQ_REPRESENTED, s.represented);
	rec_set(&m->metrics, REC_M_IRQ_RETIRED, s.retired);
	rec_set(&m->metrics, REC_M_IRQ_PENDING_AT_START, s.pending_at_start);
	rec_set(&m->metrics, REC_M_IRQ_PENDING_AT_END, s.pending_at_end);
}

static const enum rec_metric cpu_time[] = { REC_M_CPU_GUEST, REC_M_CPU_HYP, REC_M_CPU_HOST,
					    REC_M_CPU_IDLE, REC_M_CPU_SPIN };
static const enum rec_metric cpu_percent[] = { REC_M_CPU_GUEST_PERCENT, REC_M_CPU_HYP_PERCENT,
					       REC_M_CPU_HOST_PERCENT, REC_M_CPU_IDLE_PERCENT,
					       REC_M_CPU_SPIN_PERCENT };

static void report_cpu(struct machine *m)
{
	sim_time now = sim_now(m->e), window = now - m->window_start;
	u64 sum[PE_ACTIVITIES] = { 0 };

	m->pes[0].spent[PE_IDLE] += machine_breaks(m, BREAK_PE_TIME);
	for (u32 i = 0; i < m->nr_pes; i++) {
		struct pe *pe = &m->pes[i];
		u64 part[PE_ACTIVITIES];

		for (u32 a = 0; a < PE_ACTIVITIES; a++) {
			part[a] = pe->spent[a];
			if (a == pe->activity)
				part[a] += now - pe->activity_since;
			sum[a] += part[a];
		}
		rec_pe_check(i, part, PE_ACTIVITIES, window, &m->report);
	}
	for (u32 a = 0; a < PE_ACTIVITIES; a++)
		rec_set(&m->metrics, cpu_time[a], sum[a]);
}

static void report_cpu_percent(struct machine *m)
{
	sim_time window = sim_now(m->e) - m->window_start;

	for (u32 a = 0; a < PE_ACTIVITIES; a++)
		rec_set(&m->metrics, cpu_percent[a],
			rec_num_percent(m->metrics.v[cpu_time[a]], (rec_u128)window * m->all_pes));
}

static void report_locks(struct machine *m)
{
	static const char *const names[] = {
#define LOCK_NAME(id, name, rank) name,
		PLAT_LOCK_CLASSES(LOCK_NAME)
#undef LOCK_NAME
	};
	u64 *wait = rec_family(&m->metrics, REC_M_LOCK_WAIT, NULL, names, LOCK_PLAT_NR);
	u64 *hold = rec_family(&m->metrics, REC_M_LOCK_HOLD, NULL, names, LOCK_PLAT_NR);
	u64 *acquired = rec_family(&m->metrics, REC_M_LOCK_ACQUIRED, NULL, names, LOCK_PLAT_NR);
	u64 *contended = rec_family(&m->metrics, REC_M_LOCK_CONTENDED, NULL, names, LOCK_PLAT_NR);
	u64 *longest = rec_family(&m->metrics, REC_M_LOCK_MAX_WAIT, NULL, names, LOCK_PLAT_NR);
	char queue[40];

	if (!wait || !hold || !acquired || !contended || !longest)
		return;
	for (u32 c = 0; c < LOCK_PLAT_NR; c++) {
		const struct sim_lock_stats *s = sim_lock_stats(m->e, (u8)c);

		wait[c] = s->wait;
		hold[c] = s->hold;
		acquired[c] = s->acquired;
		contended[c] = s->contended;
		longest[c] = s->max_wait;
		snprintf(queue, sizeof(queue), "lock.%s", names[c]);
		if (!sim_lock_identity(m->e, (u8)c))
			rec_report_add(&m->report, "%s: waits do not add up to queue length",
				       queue);
	}
}

void machine_collect(struct machine *m)
{
	m->all_pes = m->nr_pes;
	account_pending(m, true);
	account_check(m);
	report_irqs(m);
	report_cpu(m);
	report_locks(m);
	for (u32 i = 0; i < host_nr_its(&m->cfg->host); i++)
		its_server_report(m->server[i]);
	for (u32 i = 0; i < m->nr_vms; i++)
		for (struct workload_run *w = m->vms[i]->workloads; w; w = w->next)
			workload_report(w);
	rec_set(&m->metrics, REC_M_ENGINE_EVENTS, sim_engine_events(m->e));
	m->paid[PAID_NONE] = sim_engine_events(m->e) - m->paid[PAID_LOCK] - m->paid[PAID_UNLOCK] -
			     m->paid[PAID_LOOK];
	rec_set(&m->metrics, REC_M_ENGINE_TIES, m->ties_before + sim_engine_ties(m->e));
	rec_set(&m->metrics, REC_M_ENGINE_PROCESSES, sim_proc_count(m->e));
}

void machine_merge(struct machine *m, struct machine *other)
{
	rec_lives_merge(&m->lives, &other->lives);
	rec_metrics_merge(&m->metrics, &other->metrics);
	rec_lives_pad(&m->lives);
	machine_ledger_merge(m, other);
	m->all_pes += other->all_pes;
	for (unsigned i = 0; i < other->report.count && i < REC_REPORT_MAX; i++)
		rec_report_add(&m->report, "host %u: %s", other->number, other->report.line[i]);
}

void machine_emit(struct machine *m, struct rec_result *r)
{
	rec_u128 sum = 0, assumed = 0;

	report_cpu_percent(m);
	r->identities_ok = m->report.count == 0;
	r->events = m->metrics.v[REC_M_ENGINE_EVENTS];
	machine_ledger(m, r);
	rec_hist_tail(m->lives.total, 990000, &sum, &assumed);
	r->assumed_latency_p99 = rec_num_percent(assumed, sum);
	rec_lives_emit(&m->lives, r);
	if (rec_metrics_emit(&m->metrics, r))
		m->error = -ENOMEM;
}
