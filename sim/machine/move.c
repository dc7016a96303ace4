// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VM goes to another host of the same run: its vCPUs stand aside outside of their run loops, what
 * is on its way to its virtual GIC arrives, and then it belongs to the other machine. Guest code
 * goes on on the stack on which it stopped; accounts and lives of interrupts go along, so that what
 * a migration loses shows as on one host.
 *
 * Choices: the guest's counter runs on while the VM stands still; devices' clocks stand still too, so
 * that what a device is at takes so much longer.
 */
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"

/* What the old virtual GIC held pending, by interrupt: the lives that the fresh one takes over. */
struct vm_arrival {
	struct arrival_row {
		u32 vcpu, intid, tag; /* vCPU of private ones; tag 0: taken over */
	} * row;
	u32 nr, room;
};

/* A virtual GIC without a VM: freed with its host. */
struct vm_remains {
	struct vm_remains *next;
	struct vgic_vm *vgic;
	struct vgic_its *its;
};

/* ---- standing aside ---- */

void vcpu_stand_aside(struct vcpu *c)
{
	struct vm *vm = c->vm;

	vcpu_put(c);
	plat_mutex_unlock(&c->v->mutex);
	plat_sync();
	host_timer_cancel(&c->block_timer);
	if (++vm->nr_paused == vm->nr_vcpus && vm->pauser)
		thread_wake(vm->pauser);
	while (vm->pause)
		thread_block(&c->thread);
	vm->nr_paused--;
	if (!vm->runs_again)
		vm->runs_again = sim_now(vm->m->e);
	plat_mutex_lock(&c->v->mutex);
	vcpu_load(c);
}

static bool all_aside(const struct vm *vm)
{
	if (vm->nr_paused < vm->nr_vcpus)
		return false;
	for (u32 i = 0; i < vm->nr_vcpus; i++)
		if (vm->vcpus[i].thread.state != THREAD_BLOCKED)
			return false;
	return true;
}

static void nap_over(struct host_timer *t)
{
	thread_wake(plat_container_of(t, struct vm, nap)->napper);
}

void vm_nap(struct vm *vm, struct thread *t)
{
	vm->nap.fn = nap_over;
	vm->napper = t;
	plat_sync();
	host_timer_arm(&vm->nap, t->pe, sim_now(vm->m->e) + SIM_US);
	thread_block(t);
	plat_sync();
	host_timer_cancel(&vm->nap);
}

void vm_pause(struct vm *vm, struct thread *t)
{
	plat_sync();
	vm->pauser = t;
	vm->runs_again = 0;
	vm->pause = true;
	vgic_kick_all(vm->vgic);
	for (u32 i = 0; i < vm->nr_vcpus; i++)
		if (vm->vcpus[i].thread.state == THREAD_BLOCKED)
			thread_wake(&vm->vcpus[i].thread);
	plat_sync();
	while (!all_aside(vm))
		vm_nap(vm, t);
	for (struct device *d = vm->devices; d; d = d->next)
		device_freeze(d);
	while (!vm_drained(vm))
		vm_nap(vm, t);
	platform_close(vm);
	for (struct device *d = vm->devices; d; d = d->next)
		device_spi_close(d);
}

void vm_resume(struct vm *vm)
{
	plat_sync();
	vm->pauser = NULL;
	vm->pause = false;
	for (struct device *d = vm->devices; d; d = d->next) {
		plat_cost((enum plat_cost)COST_USER_EMULATE, 1);
		plat_sync();
		device_thaw(d);
	}
	for (u32 i = 0; i < vm->nr_vcpus; i++)
		thread_wake(&vm->vcpus[i].thread);
}

/* ---- what is pending ---- */

typedef void (*pending_fn)(void *arg, u32 vcpu, u32 intid, u32 *tag);

/* Each source of a GICv2 SGI holds an instance of its own. */
static void private_pending(struct vgic_vcpu *v, struct vgic_irq *irq, pending_fn fn, void *arg)
{
	u32 *tags;

	if (v->vm->model != VGIC_V2 || !vgic_is_sgi(irq->intid)) {
		if (irq->raised)
			fn(arg, v->id, irq->intid, &irq->tag);
		return;
	}
	tags = v->sgi_tags + irq->intid * VGIC_V2_MAX_VCPUS;
	for (u32 source = 0; source < VGIC_V2_MAX_VCPUS; source++)
		if (irq->source & PLAT_BIT(source))
			fn(arg, v->id, irq->intid, &tags[source]);
}

/* Each instance that the virtual GIC holds. */
static void for_each_pending(struct vm *vm, pending_fn fn, void *arg)
{
	struct vgic_irq *irq;
	u64 key;

	for (u32 n = 0; n < vm->nr_vcpus; n++)
		for (u32 i = 0; i < VGIC_NR_PRIVATE; i++)
			private_pending(vm->vcpus[n].v, &vm->vcpus[n].v->private_irqs[i], fn, arg);
	for (u32 i = 0; i < vm->vgic->nr_spis; i++)
		if (vm->vgic->spis[i].raised)
			fn(arg, 0, vm->vgic->spis[i].intid, &vm->vgic->spis[i].tag);
	plat_index_for_each(&vm->vgic->lpis, key, irq)
		if (irq->raised)
			fn(arg, 0, irq->intid, &irq->tag);
}

static void count_pending(void *arg, u32 vcpu, u32 intid, u32 *tag)
{
	(void)vcpu;
	(void)intid;
	(void)tag;
	++*(u32 *)arg;
}

struct lives_of {
	u32 vm, count;
};

static void count_life(void *arg, const struct rec_life *life)
{
	struct lives_of *x = arg;

	x->count += life->vm == x->vm;
}

bool vm_drained(struct vm *vm)
{
	struct lives_of lives = { .vm = vm->id };
	u32 pending = 0;

	for (struct device *d = vm->devices; d; d = d->next)
		if (!device_quiet(d))
			return false;
	if (!platform_quiet(vm, &pending))
		return false;
	for_each_pending(vm, count_pending, &pending);
	for (u32 v = 0; v < vm->nr_vcpus; v++)
		pending += vm->vcpus[v].timer_tag != 0;
	rec_life_for_each(&vm->m->lives, &lives, count_life);
	return lives.count == pending;
}

/* ---- taking over ---- */

struct transfer {
	struct vm *vm;
	struct machine *from, *to;
	u32 id; /* of the VM, there */
	bool failed;
};

/* The life goes on among those of the other host. */
static u32 move_life(const struct transfer *x, u32 tag)
{
	u32 there = rec_life_move(&x->to->lives, &x->from->lives, tag);

	if (there)
		rec_life_get(&x->to->lives, there)->vm = x->id;
	return there;
}

static u32 move_tag(void *arg, u32 tag)
{
	return move_life(arg, tag);
}

static void depart(void *arg, u32 vcpu, u32 intid, u32 *tag)
{
	struct transfer *x = arg;
	struct vm_arrival *a = x->vm->arrival;

	if (a->nr == a->room) {
		u32 room = a->room ? 2 * a->room : 64;
		struct arrival_row *bigger = realloc(a->row, room * sizeof(*bigger));

		if (!bigger) {
			x->failed = true;
			return;
		}
		a->row = bigger;
		a->room = room;
	}
	a->row[a->nr++] = (struct arrival_row){ vcpu, intid, move_life(x, *tag) };
	*tag = 0;
}

u32 vm_arrival_claim(struct vm *vm, u32 vcpu, u32 intid)
{
	struct vm_arrival *a = vm->arrival;

	for (u32 i = 0; i < a->nr; i++) {
		struct arrival_row *row = &a->row[i];
		u32 tag = row->tag;

		if (!tag || row->intid != intid || (intid < VGIC_NR_PRIVATE && row->vcpu != vcpu))
			continue;
		row->tag = 0;
		return tag;
	}
	if (vgic_is_sgi(intid) || intid >= GIC_LPI_BASE)
		rec_report_add(
			&vm->m->report,
			"VM %s: interrupt %u is pending after a migration and was not before",
			vm->name, intid);
	return 0;
}

void vm_arrival_in_flight(struct vm *vm, void (*fn)(void *arg, u32 tag), void *arg)
{
	for (u32 i = 0; vm->arrival && i < vm->arrival->nr; i++)
		fn(arg, vm->arrival->row[i].tag);
}

void vm_arrival_free(struct vm *vm)
{
	free(vm->arrival->row);
	free(vm->arrival);
	vm->arrival = NULL;
}

/* Timers are tied to hardware before the first run only: user space cannot set the active state of
 * an interrupt that is (spec/vgic.md 2.8). */
void vm_arrived(struct vm *vm)
{
	for (u32 i = 0; i < vm->nr_vcpus; i++)
		vtimer_init(&vm->vcpus[i]);
	vm_arrival_free(vm);
}

/* In its old place among the host's VMs stays one without anything, so that numbers stay. */
static int leave_place(const struct transfer *x)
{
	struct vm **grown = realloc(x->to->vms, (x->to->nr_vms + 1) * sizeof(*grown));
	struct vm *left = calloc(1, sizeof(*left));
	struct vm_remains *remains = calloc(1, sizeof(*remains));

	if (grown)
		x->to->vms = grown;
	if (!grown || !left || !remains || rec_irqs_init(&left->irqs, "left", 1)) {
		free(left);
		free(remains);
		return -ENOMEM;
	}
	left->m = x->from;
	left->cfg = x->vm->cfg;
	left->id = x->vm->id;
	gic_mem_init(&left->ram);
	snprintf(left->name, sizeof(left->name), "%s", x->vm->name);
	x->from->vms[x->vm->id] = left;
	x->to->vms[x->to->nr_vms++] = x->vm;
	*remains = (struct vm_remains){ x->from->remains, x->vm->vgic, x->vm->its };
	x->from->remains = remains;
	x->vm->vgic = NULL;
	x->vm->its = NULL;
	return 0;
}

void vm_remains_free(struct machine *m)
{
	struct vm_remains *next;

	for (struct vm_remains *r = m->remains; r; r = next) {
		next = r->next;
		if (r->its)
			vits_destroy(r->its);
		vgic_destroy(r->vgic);
		free(r);
	}
	m->remains = NULL;
}

static int move_vcpu(const struct transfer *x, struct vcpu *c)
{
	struct thread *t = &c->thread;
	struct machine *to = x->to;

	c->v = x->vm->vgic->vcpus[c->id];
	t->m = to;
	t->number = to->next_thread++;
	t->pe = &to->pes[t->pinned >= 0 ? (u32)t->pinned : to->next_spread++ % to->nr_pes];
	t->vruntime = 0;
	if (c->timer_tag)
		c->timer_tag = move_life(x, c->timer_tag);
	return sim_proc_move(t->proc, to->e, t->class, t->number);
}

static int take_over(struct transfer *x)
{
	struct vm *vm = x->vm;
	int ret;

	vm->arrival = calloc(1, sizeof(*vm->arrival));
	if (!vm->arrival)
		return -ENOMEM;
	for_each_pending(vm, depart, x);
	ret = x->failed ? -ENOMEM : leave_place(x);
	if (ret)
		return ret;
	vm->m = x->to;
	vm->id = x->id;
	ret = machine_make_vgic(vm);
	for (u32 i = 0; !ret && i < vm->nr_vcpus; i++)
		ret = move_vcpu(x, &vm->vcpus[i]);
	for (struct device *d = vm->devices; !ret && d; d = d->next)
		ret = device_move(d, x->to);
	if (!ret)
		ret = platform_move(vm, x->from, move_tag, x);
	if (ret)
		return ret;
	vm->io = iothread_new(vm);
	return vm->io ? 0 : -ENOMEM;
}

int vm_take_over(struct vm *vm, struct machine *to)
{
	struct transfer x = { vm, vm->m, to, to->nr_vms, false };
	int ret;

	plat_sync();
	machine_costs_enable(to, false);
	ret = take_over(&x);
	machine_costs_enable(to, true);
	return ret;
}
