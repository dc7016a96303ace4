/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated host for tests of the machine: made from a scenario's text, with guest code and host
 * threads that are functions of the test. All costs are 0 but those the test names, so that times
 * can be said exactly. One rig_run() a test: SimGrid starts once a process, and Check gives every
 * test a process of its own.
 */
#ifndef MACHINE_RIG_H
#define MACHINE_RIG_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/engine/sim-simgrid.h>
#include <sim/machine/machine.h>
#include <sim/scenario/scenario.h>

struct rig_price {
	const char *name;
	const char *cost; /* as written in a profile */
};

/* Set what a test needs before rig_run(). */
static struct rig {
	struct machine m;
	struct scenario s;
	struct thread boot;
	const char *text;
	const struct rig_price *prices;
	unsigned nr_prices;
	void (*setup)(struct vcpu *c); /* on vCPU 0 of each VM, before time starts */
	void (*guest)(struct vcpu *c); /* guest code of every vCPU; WFI for ever afterwards */
	void (*host)(void);	       /* before time starts, when all VMs are there */
	void (*check)(void);	       /* at the end, while all is there still */
} rig;

static struct machine *const rig_m = &rig.m;

static void rig_load(void)
{
	char path[] = "/tmp/gicsim-rig-XXXXXX.yaml";
	struct diag diag = { 0 };
	FILE *f = fdopen(mkstemps(path, 5), "w");
	int ret;

	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s\ncosts:\n  profile: none\n", rig.text);
	for (u32 i = 0; cost_name(i); i++) {
		const char *cost = "0 s";

		for (unsigned p = 0; p < rig.nr_prices; p++)
			if (!strcmp(rig.prices[p].name, cost_name(i)))
				cost = rig.prices[p].cost;
		fprintf(f, "  %s: {cost: %s, confidence: measured, source: \"a test\"}\n",
			cost_name(i), cost);
	}
	ck_assert_int_eq(fclose(f), 0);
	ret = scenario_load(&rig.s, path, NULL, 0, &diag);
	unlink(path);
	ck_assert_msg(!ret, "%s", diag.text);
}

/* ---- threads of the host ---- */

/* Compute for ps, net of what others take away. */
static inline void rig_burn(struct thread *t, u64 ps)
{
	while (ps) {
		ps = pe_wait(t->pe, ps, false);
		pe_take_irqs(t->pe);
		if (t->pe->need_resched)
			thread_yield(t);
	}
}

static inline void rig_thread(struct thread *t, u32 pe, bool pinned, void (*body)(struct thread *))
{
	thread_init(rig_m, t, CLASS_THREAD, &rig_m->pes[pe], pinned ? (s32)pe : -1, body);
	thread_wake(t);
}

/* ---- guests ---- */

static void rig_vcpu_body(struct thread *t)
{
	struct vcpu *c = t->vcpu;

	plat_mutex_lock(&c->v->mutex);
	c->exited_at = machine_now(rig_m);
	c->exit = EXIT_SHUTDOWN;
	vcpu_load(c);
	vcpu_enter(c);
	if (rig.guest)
		rig.guest(c);
	for (;;)
		guest_wfi(c);
}

static void rig_boot_vcpu(struct vcpu *c)
{
	struct pe *pe = c->thread.pe;

	rig.boot.pe = pe;
	rig.boot.vcpu = c;
	pe->current = &rig.boot;
	vcpu_load(c);
	vcpu_enter(c);
	vtimer_init(c);
	c->vm->gic->boot_vcpu(c);
	if (c->id == 0) {
		c->vm->gic->boot_vm(c);
		if (rig.setup)
			rig.setup(c);
	}
	vcpu_exit(c, EXIT_SHUTDOWN);
	vcpu_put(c);
	pe->current = &pe->idle;
	pe_activity(pe, PE_IDLE);
	rig.boot.vcpu = NULL;
}

static void rig_boot(void *arg)
{
	const struct vm_config *cfg = rig_m->cfg->vms.items;

	(void)arg;
	ck_assert_int_eq(machine_boot_host(rig_m), 0);
	for (u32 i = 0; i < rig_m->cfg->vms.nr; i++) {
		struct vm *vm;

		ck_assert_int_eq(machine_add_vm(rig_m, &cfg[i], 0, rig_vcpu_body, &vm), 0);
		for (u32 n = vm->nr_vcpus; n-- > 0;)
			rig_boot_vcpu(&vm->vcpus[n]);
	}
	rig.boot.pe = &rig_m->pes[0];
	for (u32 i = 0; rig.guest && i < rig_m->nr_vms; i++)
		for (u32 n = 0; n < rig_m->vms[i]->nr_vcpus; n++)
			thread_wake(&rig_m->vms[i]->vcpus[n].thread);
	if (rig.host)
		rig.host();
	rig_m->booting = false;
	machine_costs_enable(rig_m, true);
	account_listen(rig_m, false);
	for (u32 i = 0; i < rig_m->nr_pes; i++)
		thread_start(&rig_m->pes[i].idle, 0);
}

static void rig_actor(void *arg)
{
	struct sim_engine_config engine = { .check = true };
	int ret;

	(void)arg;
	rig_m->cfg = &rig.s.config;
	ck_assert_int_eq(machine_assemble(rig_m, &engine), 0);
	rig.boot.m = rig_m;
	rig.boot.pe = &rig_m->pes[0];
	rig.boot.proc = sim_proc_new(rig_m->e, CLASS_CONTROL, 1, rig_boot, &rig.boot);
	ck_assert_ptr_nonnull(rig.boot.proc);
	sim_proc_start(rig_m->e, rig.boot.proc, 0);
	sim_engine_stop_at(rig_m->e, rig_m->cfg->run.duration);
	ret = sim_engine_run(rig_m->e);
	ck_assert(!ret || ret == -EDEADLK); /* all wait: silence until the end */
	ck_assert_int_eq(rig_m->error, 0);
	/* What was raised is accounted for at any time. */
	account_pending(rig_m, true);
	ck_assert_msg(account_check(rig_m), "%s", rig_m->report.line[0]);
	if (rig.check)
		rig.check();
	machine_take_apart(rig_m);
}

static void rig_run(void)
{
	rig_load();
	ck_assert_int_eq(sim_simgrid_init(), 0);
	ck_assert_int_eq(sim_simgrid_platform(sim_simgrid_one_host()), 0);
	ck_assert_int_eq(sim_simgrid_run("host", rig_actor, NULL), 0);
	scenario_free(&rig.s);
}

static inline u64 rig_ns(u64 n)
{
	return n * SIM_NS;
}

static inline u64 rig_us(u64 n)
{
	return n * SIM_US;
}

#endif
