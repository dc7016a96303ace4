// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Life of a simulated host: made from its configuration, guests boot without cost before time
 * starts, threads and devices start at random phases, the window opens after the warm-up and
 * closes at its end, the result is made. Runs inside a SimGrid actor.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <sim/engine/sim-simgrid.h>
#include <sim/record/progress.h>

#include "machine.h"
#include "run.h"

struct machine_host {
	struct machine m;
	const struct run_options *opt;
	const struct machine_driver *driver; /* NULL: a host alone */
	struct thread boot;
	char *error;
	int ret;
};

static int fail(struct machine_host *r, int ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->error, REC_ERROR_MAX, fmt, ap);
	va_end(ap);
	return r->ret = ret;
}

void machine_fail(struct machine *m, int error)
{
	m->error = m->error ? m->error : error;
	sim_engine_stop_at(m->e, sim_now(m->e));
}

/* ---- VMs ---- */

static int workloads_setup(struct vm *vm)
{
	struct workload_run **last = &vm->workloads;

	for (u32 i = 0; i < vm->cfg->workloads.nr; i++) {
		const struct workload_config *cfg =
			(const struct workload_config *)vm->cfg->workloads.items + i;
		struct workload_run *w = calloc(1, sizeof(*w));
		int ret;

		if (!w)
			return -ENOMEM;
		w->type = workload_find(cfg->type);
		w->name = cfg->name[0] ? cfg->name : cfg->type;
		w->params = cfg->params;
		w->vm = vm;
		*last = w;
		last = &w->next;
		ret = w->type->setup ? w->type->setup(w) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

static int vms_setup(struct machine *m)
{
	const struct vm_config *cfg = m->cfg->vms.items;

	for (u32 i = 0; i < m->cfg->vms.nr; i++)
		for (u32 n = 0; cfg[i].host == m->number && n < cfg[i].count; n++) {
			struct vm *vm;
			int ret = machine_add_vm(m, &cfg[i], n, vcpu_body, &vm);

			if (!ret)
				ret = workloads_setup(vm);
			if (ret)
				return ret;
		}
	return 0;
}

/* ---- boot: one process does all set-up before time starts ---- */

static void boot_guest_code(struct machine_host *r, struct vcpu *c, int (*fn)(struct vcpu *c))
{
	struct pe *pe = c->thread.pe;

	r->boot.pe = pe;
	r->boot.vcpu = c;
	pe->current = &r->boot;
	vcpu_load(c);
	vcpu_enter(c);
	r->ret = r->ret ? r->ret : fn(c);
	vcpu_exit(c, EXIT_SHUTDOWN);
	vcpu_put(c);
	pe->current = &pe->idle;
	pe_activity(pe, PE_IDLE);
	r->boot.vcpu = NULL;
}

static int boot_vcpu(struct vcpu *c)
{
	vtimer_init(c);
	c->vm->gic->boot_vcpu(c);
	if (c->id == 0)
		c->vm->gic->boot_vm(c);
	return 0;
}

static int boot_workloads(struct vcpu *c)
{
	int ret = 0;

	for (struct workload_run *w = c->vm->workloads; !ret && w; w = w->next) {
		if (w->type->boot_vcpu)
			w->type->boot_vcpu(w, c);
		if (w->type->boot && c->id == 0)
			ret = w->type->boot(w, c);
	}
	return ret;
}

static void first_run(struct host_timer *t)
{
	thread_wake(&plat_container_of(t, struct vcpu, block_timer)->thread);
}

static void start(struct machine_host *r)
{
	struct machine *m = &r->m;
	struct sim_stream phase = sim_stream(m->seed, "start", 0);

	for (u32 i = 0; i < m->nr_pes; i++)
		thread_start(&m->pes[i].idle, 1 + i);
	for (u32 i = 0; i < m->nr_vms; i++) {
		struct vm *vm = m->vms[i];

		for (u32 n = 0; n < vm->nr_vcpus; n++) {
			struct vcpu *c = &vm->vcpus[n];

			c->block_timer.fn = first_run;
			host_timer_arm(&c->block_timer, c->thread.pe,
				       1 + m->nr_pes +
					       sim_uniform(&phase, m->cfg->run.start_spread + 1));
		}
		for (struct workload_run *w = vm->workloads; w; w = w->next)
			if (w->type->start)
				w->type->start(w);
	}
	if (r->driver)
		r->driver->started(r->driver->arg, m);
}

static int trace_start(struct machine_host *r)
{
	r->m.trace = rec_trace_open(r->opt->trace);
	if (!r->m.trace)
		return fail(r, -errno, "cannot write '%s': %s", r->opt->trace, strerror(errno));
	trace_tracks(&r->m);
	return 0;
}

static void boot_body(struct thread *t)
{
	struct machine_host *r = plat_container_of(t, struct machine_host, boot);
	struct machine *m = &r->m;

	machine_costs_enable(m, false);
	r->ret = machine_boot_host(m);
	if (!r->ret)
		r->ret = vms_setup(m);
	for (u32 i = 0; !r->ret && i < m->nr_vms; i++)
		for (u32 n = m->vms[i]->nr_vcpus; n-- > 0;)
			boot_guest_code(r, &m->vms[i]->vcpus[n], boot_vcpu);
	for (u32 i = 0; !r->ret && i < m->nr_vms; i++)
		for (u32 n = m->vms[i]->nr_vcpus; n-- > 0;)
			boot_guest_code(r, &m->vms[i]->vcpus[n], boot_workloads);
	m->booting = false;
	r->boot.pe = &m->pes[0];
	machine_costs_enable(m, true);
	if (!r->ret && r->opt->trace)
		r->ret = trace_start(r);
	if (r->ret) {
		sim_engine_stop_at(m->e, sim_now(m->e));
		return;
	}
	account_listen(m, r->opt->explain || m->trace);
	start(r);
}

/* The boot thread's process ends without a switch: its PE belongs to the idle thread. */
static void boot_main(void *arg)
{
	boot_body(arg);
}

/* ---- the window ---- */

/* When set-up is over and the first threads begin. */
#define BOOTED ((sim_time)1)

static void find_queued(void *ctx, const struct sim_proc_info *info)
{
	*(bool *)ctx |= info->state == SIM_PROC_QUEUED;
}

/* A host on which all wait for interrupts is silent; one on which some wait for locks is stuck. */
static int silence(struct machine *m)
{
	bool stuck = false;

	sim_proc_for_each(m->e, find_queued, &stuck);
	return stuck ? -EDEADLK : 0;
}

static int run_until(struct machine_host *r, sim_time t)
{
	struct machine *m = &r->m;
	int ret;

	if (r->driver) {
		ret = r->driver->advance(r->driver->arg, m, t);
	} else {
		sim_engine_stop_at(m->e, t);
		ret = sim_engine_run(m->e);
	}
	if (ret == -EDEADLK)
		ret = silence(m);
	return r->ret ? r->ret : m->error ? m->error : ret;
}

/*
 * What is due at the window's first instant belongs to it, what is due at its end does not. All
 * that is counted must be counted when it happens, not when its cost is noted: so costs are paid at
 * once from shortly before an edge.
 */
static int run_to(struct machine_host *r, sim_time edge)
{
	struct machine *m = &r->m;
	sim_time debt = machine_debt_bound(m);
	int ret = 0;

	if (edge > sim_now(m->e) + debt)
		ret = run_until(r, edge - debt);
	if (ret)
		return ret;
	machine_costs_eager(m, true);
	ret = run_until(r, edge);
	machine_costs_eager(m, false);
	return ret;
}

static void window_opens(struct machine *m)
{
	sim_time now = sim_now(m->e);

	m->window_start = now;
	m->window_end = now + m->cfg->run.duration;
	account_reset(m);
	rec_lives_window(&m->lives, m->window_start, m->window_end);
	for (u32 i = 0; i < m->nr_pes; i++) {
		memset(m->pes[i].spent, 0, sizeof(m->pes[i].spent));
		m->pes[i].activity_since = now;
	}
	for (u32 i = 0; i < host_nr_its(&m->cfg->host); i++)
		its_server_reset(m->server[i]);
	for (u32 i = 0; i < m->nr_vms; i++)
		for (struct workload_run *w = m->vms[i]->workloads; w; w = w->next)
			workload_reset(w);
	machine_ledger_reset(m);
	/* What tied in the warm-up may show in the window. */
	m->ties_before = sim_engine_ties(m->e);
	sim_engine_reset_counts(m->e);
	account_pending(m, false);
}

/* Boot takes no time: all of it is done before the first picosecond has passed. */
static int run_window(struct machine_host *r)
{
	struct machine *m = &r->m;
	int ret = run_until(r, BOOTED);

	machine_settle_memory();
	if (!ret && m->cfg->run.warmup > BOOTED)
		ret = run_to(r, m->cfg->run.warmup);
	if (ret)
		return ret;
	window_opens(m);
	if (r->opt->dump_at < m->cfg->run.duration) {
		ret = run_to(r, m->window_start + r->opt->dump_at);
		if (ret)
			return ret;
		machine_dump(m, r->opt->dump);
	}
	return run_to(r, m->window_end);
}

/* ---- the run ---- */

static void take_turn(void *ctx)
{
	machine_port_bind(ctx);
}

static int setup(struct machine_host *r)
{
	struct machine *m = &r->m;
	struct sim_engine_config cfg = { .driver = r->opt->driver,
					 .shuffle_ties = r->opt->shuffle_ties,
					 .shuffle_seed = r->opt->shuffle_seed,
					 .stack_size = m->cfg->run.stack,
					 .check = m->cfg->run.check };
	int ret = machine_assemble(m, &cfg);

	if (ret)
		return ret;
	if (r->driver)
		sim_engine_on_turn(m->e, take_turn, m);
	r->boot.m = m;
	r->boot.pe = &m->pes[0];
	r->boot.proc = sim_proc_new(m->e, CLASS_CONTROL, 1, boot_main, &r->boot);
	if (!r->boot.proc)
		return -ENOMEM;
	if (r->opt->explain) {
		ret = rec_log_start(&m->lives, 0);
		rec_lives_watch(&m->lives, r->opt->explain_vm, r->opt->explain_intid);
	}
	sim_proc_start(m->e, r->boot.proc, 0);
	return ret;
}

static void teardown(struct machine *m)
{
	if (m->e)
		sim_engine_over(m->e);
	for (u32 i = 0; i < m->nr_vms; i++) {
		for (struct workload_run *w = m->vms[i]->workloads, *next; w; w = next) {
			next = w->next;
			if (w->type->fini)
				w->type->fini(w);
			free(w->state);
			free(w);
		}
	}
	machine_take_apart(m);
}

static int violated(struct machine_host *r)
{
	struct rec_report *report = &r->m.report;

	fail(r, -EPROTO, "%u identity violation%s", report->count, report->count > 1 ? "s" : "");
	for (unsigned i = 0; i < report->count && i < REC_REPORT_MAX; i++)
		fprintf(stderr, "gicsim: identity violated: %s\n", report->line[i]);
	return r->ret;
}

static int failed(struct machine_host *r, int ret)
{
	switch (ret) {
	case -ENOMEM: return fail(r, ret, "out of memory");
	case -ENOSPC:
		return fail(
			r, ret,
			"out of INTIDs or vPEIDs; raise host.gic.lpi_id_bits (MSIs), host.gic.spis "
			"and vms.irqs (lines), host.gic.vpeid_bits (vPEs; or let a VM go on without "
			"by hypervisor.vpe_shortage=software) or map fewer");
	case -ELOOP:
		return fail(r, ret, "time stands still: work is done for ever that costs nothing");
	case -EDEADLK: return fail(r, ret, "threads wait for locks that nobody will release");
	case -ERANGE: return fail(r, ret, "engine simgrid is limited to 1000 s of simulated time");
	default: return fail(r, ret, "the machine stopped: %s", strerror(-ret));
	}
}

/* From set-up to the end of the window. */
static int drive(struct machine_host *r)
{
	struct machine *m = &r->m;
	int ret = setup(r);

	if (!ret) {
		rec_progress_start(&m->progress, m->cfg->run.warmup + m->cfg->run.duration,
				   r->opt->quiet || m->number);
		ret = run_window(r);
		rec_progress_stop(&m->progress);
	}
	if (ret)
		return r->error[0] ? ret : failed(r, ret);
	return 0;
}

/* All hosts have driven: the first one's metrics become those of all. */
static int conclude(struct machine_host *const *host, u32 nr, struct rec_result *result)
{
	struct machine_host *r = host[0];
	struct machine *m = &r->m;
	u32 processes = 0;

	for (u32 i = nr; i-- > 0;) {
		machine_port_bind(&host[i]->m);
		processes += sim_proc_count(host[i]->m.e);
		machine_collect(&host[i]->m);
	}
	if (r->opt->driver == SIM_SIMGRID && sim_simgrid_actors() != processes)
		rec_report_add(&m->report, "%u processes are not %u SimGrid actors", processes,
			       sim_simgrid_actors());
	for (u32 i = 1; i < nr; i++)
		machine_merge(m, &host[i]->m);
	if (m->trace)
		trace_finish(m);
	machine_emit(m, result);
	if (r->opt->after)
		r->opt->after(m, r->opt->after_arg);
	if (m->error)
		return failed(r, m->error);
	return m->report.count ? violated(r) : 0;
}

static struct machine_host *host_new(const struct machine_config *cfg,
				     const struct run_options *opt, char *error)
{
	struct machine_host *r = calloc(1, sizeof(*r));

	if (!r) {
		snprintf(error, REC_ERROR_MAX, "out of memory");
		return NULL;
	}
	r->m.cfg = cfg;
	r->opt = opt;
	r->error = error;
	return r;
}

/* ---- a host alone ---- */

struct single {
	struct machine_host *host;
	struct rec_result *result;
};

static void actor(void *arg)
{
	struct single *single = arg;
	struct machine_host *r = single->host;
	int ret;

	r->ret = drive(r);
	if (!r->ret)
		r->ret = conclude(&r, 1, single->result);
	if (r->ret) {
		rec_trace_abandon(r->m.trace);
	} else {
		ret = rec_trace_close(r->m.trace);
		if (ret)
			fail(r, ret, "cannot write '%s': %s", r->opt->trace, strerror(-ret));
	}
	r->m.trace = NULL;
	if (!r->opt->last)
		teardown(&r->m);
}

int machine_simgrid_run(const struct machine_config *cfg, const char *platform, const char *first,
			void (*fn)(void *arg), void *arg, struct rec_result *result)
{
	struct timespec begin, end;
	struct rusage usage;
	int ret;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	ret = sim_simgrid_init();
	if (!ret)
		ret = sim_simgrid_platform(platform);
	if (!ret)
		ret = sim_simgrid_run(first, fn, arg);
	clock_gettime(CLOCK_MONOTONIC, &end);
	getrusage(RUSAGE_SELF, &usage);
	result->wall_ns = (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000000u +
			  (uint64_t)end.tv_nsec - (uint64_t)begin.tv_nsec;
	result->max_rss_bytes = (uint64_t)usage.ru_maxrss * 1024;
	result->duration_ps = cfg->run.duration;
	result->warmup_ps = cfg->run.warmup;
	result->seed = cfg->run.seed;
	return ret;
}

int machine_run(const struct machine_config *cfg, const struct run_options *opt,
		struct rec_result *result, char *error)
{
	struct single single = { host_new(cfg, opt, error), result };
	int ret;

	if (!single.host)
		return -ENOMEM;
	error[0] = 0;
	ret = machine_simgrid_run(cfg, sim_simgrid_one_host(), "host", actor, &single, result);
	if (ret)
		fail(single.host, ret,
		     ret == -ENOMEM ? "out of memory" : "SimGrid cannot be started");
	ret = single.host->ret;
	free(single.host);
	return ret;
}

/* ---- one of several hosts ---- */

struct machine_host *machine_host_new(const struct machine_config *cfg,
				      const struct run_options *opt,
				      const struct machine_driver *driver, uint32_t number,
				      char *error)
{
	struct machine_host *r = host_new(cfg, opt, error);

	if (r) {
		r->driver = driver;
		r->m.number = number;
	}
	return r;
}

struct machine *machine_of(struct machine_host *r)
{
	return &r->m;
}

int machine_host_drive(struct machine_host *r)
{
	return r->ret = drive(r);
}

int machine_hosts_conclude(struct machine_host *const *host, uint32_t nr, struct rec_result *result)
{
	return conclude(host, nr, result);
}

void machine_host_free(struct machine_host *r)
{
	machine_port_bind(&r->m);
	teardown(&r->m);
	free(r);
}
