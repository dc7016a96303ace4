/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All metrics of a run in one table. A row: identifier, name, kind, unit, meaning, formula,
 * identity it takes part in. `gicsim list metrics` and the results are made from it. To add a
 * metric, add a row and count it: rec_count() for a name without placeholder, rec_family() or
 * rec_family_times() for a name with one.
 *
 * A placeholder <x> stands for one part of a name and is filled from left to right. A row of kind
 * TIMES makes .mean .p50 .p99 .p999 .max .min .count out of its name.
 */
#ifndef RECORD_METRICS_H
#define RECORD_METRICS_H

#include <stdint.h>
#include <stdio.h>

#include "hist.h"

enum rec_kind {
	REC_COUNT,   /* integer, in the row's unit */
	REC_TIME,    /* ps; printed in ns */
	REC_PERCENT, /* units of 0.001 %; printed in % */
	REC_MILLI,   /* thousandths of the row's unit */
	REC_TIMES,   /* histogram of ps; printed in ns */
};

#define REC_ID_IRQ \
	"interrupts of each INTID: pending_at_start + raised + represented = " \
	"delivered + coalesced + retired + dropped + pending_at_end"
#define REC_ID_STAGE "each interrupt: the sum of its stages = its latency"
#define REC_ID_CPU   "each PE: guest + hyp + host + idle + spin = length of the window"
#define REC_ID_QUEUE "time integral of the queue's length = sum of the stays in the window"
#define REC_ID_EXIT  "exit.total = sum over exit.<reason>"

#define REC_METRICS(X) \
	X(IRQ_RAISED, "irq.raised", COUNT, "interrupts", \
	  "guest interrupts raised by devices, timers and vCPUs", "count in the window", \
	  REC_ID_IRQ) \
	X(IRQ_DELIVERED, "irq.delivered", COUNT, "interrupts", \
	  "guest interrupts acknowledged by the guest", "count in the window", REC_ID_IRQ) \
	X(IRQ_COALESCED, "irq.coalesced", COUNT, "interrupts", \
	  "raised while the same INTID was pending: one delivery serves both", \
	  "count in the window", REC_ID_IRQ) \
	X(IRQ_REPRESENTED, "irq.represented", COUNT, "interrupts", \
	  "pending again because the line was still high after a delivery", "count in the window", \
	  REC_ID_IRQ) \
	X(IRQ_RESAMPLED, "irq.resampled", COUNT, "interrupts", \
	  "level interrupts that the guest has ended: line lowered, the host's unmasked", \
	  "count in the window", "") \
	X(IRQ_RETIRED, "irq.retired", COUNT, "interrupts", \
	  "pending state cleared by software before delivery", "count in the window", REC_ID_IRQ) \
	X(IRQ_DROPPED, "irq.dropped.<reason>", COUNT, "interrupts", \
	  "interrupts the architecture lets nobody see", "count in the window", REC_ID_IRQ) \
	X(IRQ_PENDING_AT_START, "irq.pending_at_start", COUNT, "interrupts", \
	  "on their way or pending when the window opens", "read from the models", REC_ID_IRQ) \
	X(IRQ_PENDING_AT_END, "irq.pending_at_end", COUNT, "interrupts", \
	  "on their way or pending when the window closes", "read from the models", REC_ID_IRQ) \
	X(IRQ_LATENCY, "irq.latency", TIMES, "ns", "from raise to the guest's acknowledge", \
	  "t(acknowledge) - t(raise) of each interrupt delivered in the window", REC_ID_STAGE) \
	X(IRQ_STAGE, "irq.stage.<hop>", TIMES, "ns", \
	  "part of the latency spent in one hop; 0 for interrupts that skip it", \
	  "t(leave) - t(enter), over all interrupts delivered in the window", REC_ID_STAGE) \
	X(EXIT_TOTAL, "exit.total", COUNT, "exits", "exits from a guest to the hypervisor", \
	  "count in the window", REC_ID_EXIT) \
	X(EXIT, "exit.<reason>", COUNT, "exits", "exits by reason, as perf kvm stat names them", \
	  "count in the window", REC_ID_EXIT) \
	X(EXIT_TIME, "exit.time.<reason>", TIMES, "ns", \
	  "from exit to the next entry of the same vCPU, blocking and preemption included", \
	  "t(entry) - t(exit)", "") \
	X(DIR_TRAPPED, "dir.trapped", COUNT, "writes", "DIR of a guest with EOImode 1, trapped", \
	  "trapped writes", "") \
	X(DIR_EXITS, "dir.exits", COUNT, "writes", \
	  "of those, not finished in EL2: the hypervisor deactivated", "full exits for DIR", \
	  "<= dir.trapped") \
	X(KICK_SENT, "kick.sent", COUNT, "kicks", "vCPU was in the guest: interrupted by an IPI", \
	  "count in the window", "") \
	X(KICK_WAKE, "kick.wake", COUNT, "kicks", "vCPU was blocked: its thread was woken", \
	  "count in the window", "") \
	X(KICK_NONE, "kick.none", COUNT, "kicks", \
	  "vCPU was in the hypervisor already: nothing to do", "count in the window", "") \
	X(DOORBELL_FIRED, "doorbell.fired", COUNT, "interrupts", \
	  "doorbells taken by the host for a vPE that is not resident", "count in the window", "") \
	X(DOORBELL_RUNG, "doorbell.rung", COUNT, "interrupts", \
	  "doorbell LPIs that redistributors made pending or found pending", \
	  "count in the window", "") \
	X(DOORBELL_WAKE, "doorbell.wake", COUNT, "interrupts", \
	  "doorbells that found their vCPU asleep in WFI", "count in the window", "") \
	X(DOORBELL_LATE, "doorbell.late", COUNT, "interrupts", \
	  "doorbells that found it awake: polling, or woken by something else", \
	  "count in the window", "doorbell.fired = doorbell.wake + doorbell.late") \
	X(DOORBELL_VAIN, "doorbell.vain", COUNT, "interrupts", \
	  "doorbells that woke a vCPU which took no interrupt before it waited again; many: a storm", \
	  "count in the window", "") \
	X(VLPI_DIRECT, "vlpi.direct", COUNT, "interrupts", \
	  "vLPIs and vSGIs that arrived while their vPE was resident: no software took part", \
	  "count in the window", "") \
	X(VLPI_STORED, "vlpi.stored", COUNT, "interrupts", \
	  "vLPIs and vSGIs that arrived while it was not: kept in its pending table", \
	  "count in the window", "") \
	X(HW_UNPREDICTABLE, "hw.unpredictable.<what>", COUNT, "accesses", \
	  "what software must not do to a GICv4, and did", "count in the window", "") \
	X(MSI_FAST, "msi.fast", COUNT, "MSIs", "injected through the translation cache", \
	  "count in the window", "") \
	X(MSI_SLOW, "msi.slow", COUNT, "MSIs", "injected through the ITS tables by a worker", \
	  "count in the window", "") \
	X(IRQ_STORM, "irq.storm", COUNT, "interrupts", \
	  "rounds of storms: an interrupt that the host has sent to itself, by INT, for the second " \
	  "time or more", \
	  "count in the window", "") \
	X(ITS_CMD, "its.<n>.cmd.<NAME>", COUNT, "commands", "commands executed by physical ITS n", \
	  "count in the window", "") \
	X(ITS_BUSY, "its.<n>.busy", TIME, "ns", "time in which the pipeline of ITS n worked", \
	  "sum of service times in the window", "") \
	X(ITS_BUSY_PERCENT, "its.<n>.busy.percent", PERCENT, "%", "the same, of the window", \
	  "busy / window", "") \
	X(ITS_QUEUE_MEAN, "its.<n>.queue.mean", MILLI, "requests", \
	  "mean length of the queue before ITS n, the one in service included", \
	  "time integral / window", REC_ID_QUEUE) \
	X(ITS_QUEUE_MAX, "its.<n>.queue.max", COUNT, "requests", "longest queue before ITS n", \
	  "maximum in the window", "") \
	X(ITS_QUEUE_WAIT, "its.<n>.queue.wait", TIMES, "ns", \
	  "wait of a request from arrival at ITS n to the start of its service", \
	  "t(service) - t(arrival)", REC_ID_QUEUE) \
	X(ITS_CACHE_HITS, "its.<n>.cache.<c>.hits", COUNT, "lookups", \
	  "served by cache c of ITS n", "count in the window", "") \
	X(ITS_CACHE_MISSES, "its.<n>.cache.<c>.misses", COUNT, "lookups", \
	  "lookups that cache c of ITS n had to fetch from memory", "count in the window", "") \
	X(LOCK_WAIT, "lock.<class>.wait", TIME, "ns", "time spent waiting for locks of the class", \
	  "sum over all acquisitions in the window", REC_ID_QUEUE) \
	X(LOCK_HOLD, "lock.<class>.hold", TIME, "ns", "time locks of the class were held", \
	  "sum over all acquisitions in the window", "") \
	X(LOCK_ACQUIRED, "lock.<class>.acquired", COUNT, "acquisitions", \
	  "times a lock of the class was taken", "count in the window", "") \
	X(LOCK_CONTENDED, "lock.<class>.contended", COUNT, "acquisitions", \
	  "times a lock of the class was not free when asked for", "count in the window", "") \
	X(LOCK_MAX_WAIT, "lock.<class>.max_wait", TIME, "ns", \
	  "longest wait for a lock of the class", "maximum in the window", "") \
	X(CPU_GUEST, "cpu.guest", TIME, "ns", "PE time in guests", "sum over PEs", REC_ID_CPU) \
	X(CPU_HYP, "cpu.hyp", TIME, "ns", \
	  "PE time in the hypervisor: exits, injection, entry, and host interrupt handlers that inject", \
	  "sum over PEs", REC_ID_CPU) \
	X(CPU_HOST, "cpu.host", TIME, "ns", "PE time in the rest of the host: scheduler, drivers", \
	  "sum over PEs", REC_ID_CPU) \
	X(CPU_IDLE, "cpu.idle", TIME, "ns", "PE time with nothing to run", "sum over PEs", \
	  REC_ID_CPU) \
	X(CPU_SPIN, "cpu.spin", TIME, "ns", "PE time spinning for a lock or polling hardware", \
	  "sum over PEs", REC_ID_CPU) \
	X(CPU_GUEST_PERCENT, "cpu.guest.percent", PERCENT, "%", "the same, of all PE time", \
	  "cpu.guest / (PEs x window)", "") \
	X(CPU_HYP_PERCENT, "cpu.hyp.percent", PERCENT, "%", "the same, of all PE time", \
	  "cpu.hyp / (PEs x window)", "") \
	X(CPU_HOST_PERCENT, "cpu.host.percent", PERCENT, "%", "the same, of all PE time", \
	  "cpu.host / (PEs x window)", "") \
	X(CPU_IDLE_PERCENT, "cpu.idle.percent", PERCENT, "%", "the same, of all PE time", \
	  "cpu.idle / (PEs x window)", "") \
	X(CPU_SPIN_PERCENT, "cpu.spin.percent", PERCENT, "%", "the same, of all PE time", \
	  "cpu.spin / (PEs x window)", "") \
	X(VCPU_MIGRATIONS, "vcpu.migrations", COUNT, "migrations", \
	  "times a vCPU thread ran on another PE than before", "count in the window", "") \
	X(SCHED_SWITCHES, "sched.switches", COUNT, "switches", \
	  "context switches between threads, idle included", "count in the window", "") \
	X(SCHED_PREEMPTIONS, "sched.preemptions", COUNT, "switches", \
	  "threads that lost the PE while runnable", "count in the window", "") \
	X(SCHED_WAKEUPS, "sched.wakeups", COUNT, "wakeups", "blocked threads made runnable", \
	  "count in the window", "") \
	X(SCHED_DELAY, "sched.delay", TIMES, "ns", "from runnable to running", \
	  "t(running) - t(runnable)", "") \
	X(GUEST_ERRORS, "guest.errors.<reason>", COUNT, "errors", \
	  "guest errors handled as the architecture says, such as bad ITS commands", \
	  "count in the window", "") \
	X(ENGINE_EVENTS, "engine.events", COUNT, "events", "events of the engine", \
	  "count in the window", "") \
	X(ENGINE_EVENTS_BY, "engine.events.<cause>", COUNT, "events", \
	  "debt paid at a lock, an unlock, an unlocked look at shared state; all other events: " \
	  "waits, hand-offs, hardware", \
	  "count in the window; the causes add up to engine.events", "") \
	X(ENGINE_TIES, "engine.ties", COUNT, "events", \
	  "events at equal time and of different origin; 0: the scenario is tie-free", \
	  "count in the window and the warm-up before it", "") \
	X(ENGINE_PROCESSES, "engine.processes", COUNT, "processes", \
	  "processes of the engine: threads and idle PEs", "at the end", "") \
	X(MIGRATION_DONE, "migration.<vm>.done", COUNT, "migrations", \
	  "live migrations of the VM that ended in the window", "count in the window", "") \
	X(MIGRATION_TIME, "migration.<vm>.<phase>", TIME, "ns", \
	  "phases of its migrations: precopy while it runs; then stop, save, transfer, restore, " \
	  "start, which are the downtime", \
	  "t(end) - t(begin), summed over its migrations", "") \
	X(MIGRATION_BYTES, "migration.<vm>.bytes.<part>", COUNT, "bytes", \
	  "sent by its migrations: memory while it runs; dirty memory and the state of its " \
	  "virtual GIC while it stands still", \
	  "sum over its migrations", "") \
	X(WORKLOAD, "workload.<vm>.<name>", COUNT, "as declared", \
	  "what a workload declares; its unit and meaning stand with the workload", "as declared", \
	  "")

enum rec_metric {
#define REC_METRIC_ENUM(id, name, kind, unit, meaning, formula, identity) REC_M_##id,
	REC_METRICS(REC_METRIC_ENUM)
#undef REC_METRIC_ENUM
		REC_METRIC_NR
};

struct rec_metric_row {
	const char *name;
	enum rec_kind kind;
	const char *unit, *meaning, *formula, *identity; /* identity: "" when none */
};
extern const struct rec_metric_row rec_metric_rows[REC_METRIC_NR];

/* What TIMES makes of a histogram; `gicsim list metrics` shows it. */
extern const char *const rec_times_suffixes[]; /* NULL-terminated */

struct rec_instance;
struct rec_result;

struct rec_metrics {
	uint64_t v[REC_METRIC_NR];	/* scalars without placeholder, in the unit of their kind */
	struct rec_instance *instances; /* families, histograms, declared metrics */
	bool failed;			/* memory for one of them was missing: there is no result */
};

void rec_metrics_init(struct rec_metrics *m);
void rec_metrics_fini(struct rec_metrics *m);
/* Forget all counts and times: a new window begins. Pointers handed out stay valid. */
void rec_metrics_reset(struct rec_metrics *m);

static inline void rec_count(struct rec_metrics *m, enum rec_metric id, uint64_t n)
{
	m->v[id] += n;
}
static inline void rec_set(struct rec_metrics *m, enum rec_metric id, uint64_t v)
{
	m->v[id] = v;
}

/*
 * Counters of a family, one for each of nr names that fill its last placeholder; `first` fills
 * the placeholder before it (NULL when there is none). The caller counts into the array that is
 * returned. NULL: no memory. Names are copied.
 */
uint64_t *rec_family(struct rec_metrics *m, enum rec_metric id, const char *first,
		     const char *const *names, unsigned nr);
/* The histogram of a TIMES row; first and name fill its placeholders (NULL when there is none).
 * Made at the first call, the same afterwards. NULL: no memory. Instances of families that stay
 * empty are left out of the result. */
struct rec_hist *rec_times(struct rec_metrics *m, enum rec_metric id, const char *first,
			   const char *name, bool parts);

/* Metrics a workload declares at run time under workload.<vm>.<name>; name may hold dots. Their
 * meaning is told by `gicsim list workloads`. NULL: no memory. */
uint64_t *rec_declare(struct rec_metrics *m, const char *vm, const char *name, enum rec_kind kind,
		      const char *unit);
struct rec_hist *rec_declare_times(struct rec_metrics *m, const char *vm, const char *name);

/*
 * Add what `from` measured in the same window: counts and times add up, maxima are compared,
 * distributions are joined. Percentages and means without placeholder are left to the caller; what
 * only `from` has moves to `to`. Pointers into both stay valid until rec_metrics_fini(to).
 */
void rec_metrics_merge(struct rec_metrics *to, struct rec_metrics *from);

/* Put everything into the result. 0 or -ENOMEM (also when a histogram had lost its memory). */
int rec_metrics_emit(const struct rec_metrics *m, struct rec_result *r);

/* Print the table: name, unit, meaning, formula, identity (`gicsim list metrics`). */
void rec_metrics_print(FILE *out);

#endif
