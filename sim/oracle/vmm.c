// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The VM and its vCPU threads. A thread is in KVM_RUN while the guest works, and in user space
 * between operations: the guest asks for the next one by an access that nobody in the kernel
 * answers, so that each operation begins with load and entry and ends with exit and put
 * (spec/vgic.md 1.14), and a vCPU without one is neither loaded nor blocked in WFI.
 */
#include <errno.h>
#include <stdlib.h>

#include "oracle.h"

#define GUEST_PTIMER_PPI \
	30u /* of the guest's physical timer, which the oracle's guest never uses */

/*
 * Run time of the recordings' threads in user space, where none passes here, and the period in which
 * their scheduler lets each runnable thread run once.
 */
#define LOOK_RUNTIME ((s64)(7 * SIM_US))  /* woken: is there an operation? */
#define OP_RUNTIME   ((s64)(12 * SIM_US)) /* besides what an operation takes here */
#define SCHED_PERIOD ((s64)(18 * SIM_MS))

static struct oracle_vcpu *vcpu_of(struct vcpu *c)
{
	return &oracle_of(c->vm->m)->vcpu[c->id];
}

/* ---- a vCPU's thread ---- */

static void enter_kvm(struct vcpu *c)
{
	plat_mutex_lock(&c->v->mutex);
	vcpu_load(c);
}

static void leave_kvm(struct vcpu *c)
{
	vcpu_put(c);
	plat_mutex_unlock(&c->v->mutex);
	plat_cost((enum plat_cost)COST_USER_EXIT, 1);
	plat_sync();
}

void oracle_user_exit(struct vcpu *c)
{
	leave_kvm(c);
	enter_kvm(c);
}

/*
 * Who waits in user space waits for the same condition: whatever happens wakes them all, and no
 * other PE runs before the last of them is runnable (QEMU: PEs run one after another). The kernel
 * brings the PE's minimum up to date before it places a thread.
 */
static void broadcast(struct oracle *o)
{
	struct thread *t = thread_current();
	u32 woken = 0;

	plat_sync();
	if (t->vruntime > t->pe->min_vruntime)
		t->pe->min_vruntime = t->vruntime;
	machine_costs_enable(&o->m, false);
	for (u32 i = 0; i < ORACLE_MAX_VCPUS; i++) {
		struct oracle_vcpu *v = &o->vcpu[i];

		if (!v->c || (!v->idle && !v->posted) || &v->c->thread == t)
			continue;
		thread_wake(&v->c->thread);
		v->looks = true;
		woken++;
	}
	machine_costs_enable(&o->m, true);
	plat_cost((enum plat_cost)COST_WAKEUP, woken);
	plat_sync();
}

/* The script has waited for the shortest time: it is the last one to look. */
static void tell_script(struct oracle *o)
{
	if (!o->done)
		return;
	for (u32 i = 0; i < ORACLE_MAX_VCPUS; i++)
		if (o->vcpu[i].looks)
			return;
	o->done = false;
	thread_wake(&o->thread);
}

static void vcpu_main(struct thread *t)
{
	struct vcpu *c = t->vcpu;
	struct oracle_vcpu *v = vcpu_of(c);
	struct oracle *o = oracle_of(t->m);

	c->masked = true;
	for (;;) {
		enter_kvm(c);
		vcpu_enter(c);
		if (v->op) {
			v->result = oracle_guest_run(v, v->op);
			t->vruntime += OP_RUNTIME;
		}
		vcpu_exit(c, EXIT_DABT);
		leave_kvm(c);
		v->idle = true;
		broadcast(o);
		o->done = true;
		tell_script(o);
		while (!v->posted) {
			thread_block(t);
			t->vruntime += LOOK_RUNTIME;
			v->looks = false;
			tell_script(o);
		}
		v->looks = false;
		v->posted = false;
	}
}

/* ---- making the VM ---- */

static bool output_low(struct vgic_vcpu *v, u32 intid)
{
	(void)v;
	(void)intid;
	return false;
}

/* KVM owns the interrupts of both timers and maps them to physical ones. */
static void timers_init(struct vcpu *c)
{
	static const struct vgic_irq_ops ops = { .get_input_level = output_low };
	static const char owner[] = "ptimer";

	vtimer_init(c);
	vgic_set_owner(c->v, GUEST_PTIMER_PPI, owner);
	vgic_map_hw_irq(c->v, GUEST_PTIMER_PPI, GUEST_PTIMER_PPI, &ops, c);
}

/* The first run of a vCPU, up to where it asks for an operation. */
static int start_vcpu(struct oracle *o, struct oracle_vcpu *v)
{
	struct thread *t = &v->c->thread;
	sim_time end = guest_now(v->c) + ORACLE_WAIT_MAX;

	/* Behind those that are runnable: the script, up to two vCPUs that were made before, and t. */
	t->vruntime = t->pe->min_vruntime + SCHED_PERIOD / (v->c->id < 2 ? v->c->id + 2 : 4);
	thread_wake(t);
	while (!v->idle)
		if (oracle_wait(o, end))
			return oracle_fail(o, -ETIMEDOUT, "vCPU %u does not start", v->c->id);
	return 0;
}

int oracle_make_vm(struct oracle *o, u32 nr_vcpus, bool its)
{
	const struct vm_config *pattern = o->m.cfg->vms.items;
	int err;

	o->vm_config = *pattern;
	o->vm_config.count = 1;
	o->vm_config.vcpus = nr_vcpus;
	o->vm_config.its = its;
	o->vm_config.memory = ORACLE_RAM_SIZE;
	/* Threads run where the script does, until they are pinned elsewhere. */
	o->vm_config.pin = o->thread.pinned >= 0 ? PIN_FIRST : PIN_NONE;
	o->vm_config.pin_first = o->thread.pe->n;
	o->vm_config.pin_stride = 0;
	err = machine_add_vm(&o->m, &o->vm_config, 0, vcpu_main, &o->vm);
	o->vm_order = o->nr_opened++;
	o->made_on = o->thread.pe->n;
	if (err)
		return oracle_fail(o, err, "the VM cannot be made: %s", strerror(-err));
	for (u32 i = 0; i < nr_vcpus && !err; i++) {
		struct oracle_vcpu *v = &o->vcpu[i];

		v->c = &o->vm->vcpus[i];
		timers_init(v->c);
		err = start_vcpu(o, v);
	}
	return err;
}

void oracle_kill_vcpus(struct oracle *o)
{
	for (u32 i = 0; o->vm && i < o->vm->nr_vcpus; i++)
		vgic_v4_put(o->vm->vcpus[i].v, false);
}

void oracle_destroy_vm(struct oracle *o)
{
	struct vm *vm = o->vm;

	oracle_detach_all(o);
	if (vm->its)
		vits_destroy(vm->its);
	vgic_destroy(vm->vgic);
	vm->its = NULL;
	vm->vgic = NULL;
}

void oracle_free_vcpus(struct oracle *o)
{
	for (u32 i = 0; i < ORACLE_MAX_VCPUS; i++)
		free(o->vcpu[i].irqs);
}

/* ---- operations of vCPUs ---- */

int oracle_post(struct oracle *o, u32 n, const struct oracle_line *line)
{
	struct oracle_vcpu *v = &o->vcpu[n];

	if (!v->idle)
		return oracle_fail(o, -EINVAL, "vCPU %u is still at work; join it first", n);
	/* All of it before others are woken: v may be done while they are. */
	v->op = line;
	v->posted = true;
	v->idle = false;
	broadcast(o);
	return 0;
}

void oracle_show_irqs(struct oracle *o, u32 n)
{
	struct oracle_vcpu *v = &o->vcpu[n];

	for (; v->shown < v->nr_irqs; v->shown++)
		fprintf(o->out, "  irq vcpu=%u intid=%u\n", n, v->irqs[v->shown]);
}

int oracle_finish(struct oracle *o, u32 n)
{
	struct oracle_vcpu *v = &o->vcpu[n];
	sim_time end = sim_now(o->m.e) + ORACLE_WAIT_MAX;

	while (!v->idle)
		if (oracle_wait(o, end))
			return oracle_fail(o, -ETIMEDOUT, "vCPU %u does not finish within 20 s", n);
	fprintf(o->out, "  res vcpu=%u %llx\n", n, (unsigned long long)v->result);
	oracle_show_irqs(o, n);
	return 0;
}
