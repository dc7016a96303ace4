// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A script's run: the host boots without time passing, then the script is one thread of the host
 * that does line by line what it says. The machine stops when the script ends, wherever its vCPUs
 * are then.
 */
#include "run.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include <sim/engine/sim-simgrid.h>

#include "oracle.h"

/* What the recordings' user space spends on a line, most of it on the console: its thread is the
 * busiest of its PE, and what wakes up there goes first. No time passes here for it. */
static s64 line_runtime(enum oracle_verb verb)
{
	switch (verb) {
	case ORACLE_DUMP: return SIM_MS;
	case ORACLE_VFIO: return 500 * SIM_US;
	default: return 30 * SIM_US;
	}
}

struct run {
	struct oracle o;
	struct thread boot;
};

struct oracle *oracle_of(struct machine *m)
{
	return plat_container_of(m, struct oracle, m);
}

/* Where the operation begins in its line, from 1. */
static u32 column(const char *text)
{
	return (u32)strspn(text, " \t\r\v\f") + 1;
}

int oracle_fail(struct oracle *o, int err, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (o->status)
		return err;
	o->status = err;
	n = snprintf(o->error, ORACLE_ERROR_MAX, "%.128s:%u:%u: ", o->script->path,
		     o->line ? o->line->number : 1, o->line ? column(o->line->text) : 1);
	va_start(ap, fmt);
	vsnprintf(o->error + n, ORACLE_ERROR_MAX - (size_t)n, fmt, ap);
	va_end(ap);
	sim_engine_stop_at(o->m.e, sim_now(o->m.e));
	return err;
}

/* ---- time ---- */

static void timer_fires(struct host_timer *t)
{
	struct oracle *o = plat_container_of(t, struct oracle, timer);

	o->timer_fired = true;
	thread_wake(&o->thread);
}

bool oracle_wait(struct oracle *o, sim_time until)
{
	plat_sync();
	if (sim_now(o->m.e) >= until)
		return true;
	o->timer_fired = false;
	o->timer.fn = timer_fires;
	host_timer_arm(&o->timer, o->thread.pe, until);
	thread_block(&o->thread);
	plat_sync();
	host_timer_cancel(&o->timer);
	return o->timer_fired;
}

/* ---- the script's thread ---- */

static void script_body(struct thread *t)
{
	struct oracle *o = plat_container_of(t, struct oracle, thread);
	const struct oracle_script *s = o->script;
	int err = 0;

	for (u32 i = 0; i < s->nr_lines && !err; i++) {
		o->line = &s->lines[i];
		fprintf(o->out, "> %s\n", o->line->text);
		t->vruntime += line_runtime(o->line->verb);
		if (o->line->verb == ORACLE_EXIT)
			break;
		err = oracle_op(o, o->line);
		pe_take_irqs(t->pe);
		if (t->pe->need_resched && o->line->verb != ORACLE_POST)
			thread_yield(t); /* to KVM's worker, say */
	}
	sim_engine_stop_at(o->m.e, sim_now(o->m.e));
}

/* ---- start ---- */

static void boot_main(void *arg)
{
	struct run *r = plat_container_of(arg, struct run, boot);
	struct oracle *o = &r->o;
	struct machine *m = &o->m;
	int err = machine_boot_host(m);

	if (err) {
		oracle_fail(o, err, "the host does not boot: %s", strerror(-err));
		return;
	}
	host_its_observe(m->host_its, oracle_print_command, o);
	host_vpe_observe(m->host_its, oracle_print_residency, o);
	m->flushed = oracle_print_lrs;
	thread_init(m, &o->thread, CLASS_THREAD, &m->pes[0], -1, script_body);
	thread_wake(&o->thread); /* the idle thread finds it when it begins */
	m->booting = false;
	machine_costs_enable(m, true);
	for (u32 i = 0; i < m->nr_pes; i++)
		thread_start(&m->pes[i].idle, 1 + i);
}

/*
 * The script's process dies: its vCPUs leave KVM, then what it has opened is released, the last
 * first. No thread runs any more, and nothing takes time.
 */
static void end_user_space(struct oracle *o)
{
	o->m.booting = true;
	machine_costs_enable(&o->m, false);
	oracle_kill_vcpus(o);
	while (o->nr_opened--) {
		if (o->vm && o->vm_order == o->nr_opened)
			oracle_destroy_vm(o);
		else
			oracle_unbind(o, o->nr_opened);
	}
}

static int drive(struct run *r)
{
	struct oracle *o = &r->o;
	struct machine *m = &o->m;
	const struct run_config *cfg = &m->cfg->run;
	struct sim_engine_config engine = { .stack_size = cfg->stack, .check = cfg->check };
	int err = machine_assemble(m, &engine);

	if (err)
		return err;
	oracle_devices_init(o);
	r->boot.m = m;
	r->boot.pe = &m->pes[0];
	r->boot.proc = sim_proc_new(m->e, CLASS_CONTROL, 1, boot_main, &r->boot);
	if (!r->boot.proc)
		return -ENOMEM;
	sim_proc_start(m->e, r->boot.proc, 0);
	err = sim_engine_run(m->e);
	return err ? err : m->error;
}

static void actor(void *arg)
{
	struct run *r = arg;
	struct oracle *o = &r->o;
	int err = drive(r);

	if (err && !o->status)
		oracle_fail(o, err, "the machine stopped: %s", strerror(-err));
	if (!o->status)
		end_user_space(o);
	if (!o->status && o->nr_storms) {
		o->line = o->storm_line;
		oracle_fail(o, -ELOOP,
			    "interrupt storm: the host took the interrupt of device %u over and "
			    "over, each time sent by itself; cut off, %u in the script",
			    o->storm_device, o->nr_storms);
	}
	if (o->m.host_its)
		host_its_observe(o->m.host_its, NULL, NULL);
	machine_take_apart(&o->m);
	oracle_free_vcpus(o);
}

int oracle_run(const struct machine_config *cfg, const struct oracle_script *script, FILE *out,
	       char error[ORACLE_ERROR_MAX])
{
	struct run *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		snprintf(error, ORACLE_ERROR_MAX, "out of memory");
		return -ENOMEM;
	}
	r->o.m.cfg = cfg;
	r->o.script = script;
	r->o.out = out;
	r->o.error = error;
	error[0] = '\0';
	err = sim_simgrid_init();
	if (!err)
		err = sim_simgrid_platform(sim_simgrid_one_host());
	if (!err)
		err = sim_simgrid_run("host", actor, r);
	if (err)
		snprintf(error, ORACLE_ERROR_MAX, "SimGrid cannot be started");
	else
		err = r->o.status;
	free(r);
	return err;
}
