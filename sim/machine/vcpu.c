// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vCPU thread: the hypervisor's run loop around guest code (spec/vgic.md 1.14), turned inside
 * out. Guest code runs on the thread's stack and calls vcpu_exit() where hardware would trap; the
 * hypervisor works there and returns to the guest through vcpu_enter(). Blocking in WFI with halt
 * polling as KVM does it.
 */
#include "machine.h"

/* ---- load, put and the world switch (policy world_switch) ---- */

static bool world_is(const struct vcpu *c, enum vgic_world_switch_policy w)
{
	return c->vm->m->cfg->hypervisor.vgic.world_switch == w;
}

static void cross_el2(const struct vcpu *c)
{
	plat_cost((enum plat_cost)COST_EL2_CROSS, 1);
	plat_event(EV_EL2_CROSSED, c->vm, c->id, UINT32_MAX, NULL, 0);
}

/* The guest's system registers go to the PE, when load did not bring them. */
static void world_in(const struct vcpu *c)
{
	if (world_is(c, VGIC_WORLD_LEGACY))
		cross_el2(c);
	if (!world_is(c, VGIC_WORLD_VHE_LAZY))
		plat_cost((enum plat_cost)COST_VCPU_LOAD, 1);
}

static void world_out(const struct vcpu *c)
{
	if (!world_is(c, VGIC_WORLD_VHE_LAZY))
		plat_cost((enum plat_cost)COST_VCPU_PUT, 1);
	if (world_is(c, VGIC_WORLD_LEGACY))
		cross_el2(c);
}

/* The run queue and the number of vLPIs are others' as well: no look in debt, and none in vain. */
static void decide_wfi(struct vcpu *c)
{
	const struct machine *m = c->vm->m;
	enum vgic_wfi_policy policy = m->cfg->hypervisor.wfi_trap;
	bool direct = false;

	if (policy == VGIC_WFI_DIRECT && m->direct) {
		plat_sync();
		direct = vgic_v4_expects_vlpis(c->v) || vgic_v4_direct_sgis(c->vm->vgic);
	} else if (policy == VGIC_WFI_SINGLE) {
		plat_sync();
	}
	c->wfi_traps = vgic_wfi_traps(policy, !c->thread.pe->rq_len, direct);
}

void vcpu_load(struct vcpu *c)
{
	struct pe *pe = c->thread.pe;

	pe_activity(pe, PE_HYP);
	if (world_is(c, VGIC_WORLD_VHE_LAZY))
		plat_cost((enum plat_cost)COST_VCPU_LOAD, 1);
	vgic_load(c->v, pe->gic);
	c->loaded = true;
	c->loaded_at = machine_now(pe->m);
	c->loaded_paid = pe_paid_assumed(pe);
	decide_wfi(c);
	vtimer_load(c);
}

void vcpu_put(struct vcpu *c)
{
	vtimer_put(c);
	vgic_put(c->v);
	if (world_is(c, VGIC_WORLD_VHE_LAZY))
		plat_cost((enum plat_cost)COST_VCPU_PUT, 1);
	c->loaded = false;
}

/* ---- exit and entry ---- */

/* Guest code that exits for ever while no cost and no wait takes time: the run cannot end. */
#define STILL_EXITS_MAX 1000000u

static void check_progress(struct vcpu *c)
{
	struct machine *m = c->vm->m;

	if (plat_likely(machine_now(m) != c->exited_at) || m->booting) {
		c->still = 0;
	} else if (++c->still > STILL_EXITS_MAX) {
		machine_fail(m, -ELOOP);
		sim_delay(m->e, 1);
	}
}

void vcpu_trap(struct vcpu *c, enum machine_exit why)
{
	struct machine *m = c->vm->m;
	struct pe *pe = c->thread.pe;

	check_progress(c);
	pe_activity(pe, PE_HYP);
	c->exited_at = machine_now(m);
	c->exited_paid = pe_paid_assumed(pe);
	c->exit = (u8)why;
	m->exits[why]++;
	rec_count(&m->metrics, REC_M_EXIT_TOTAL, 1);
	if (plat_unlikely(m->trace != NULL))
		rec_trace_end(m->trace, c->track, c->exited_at);
	rec_progress(&m->progress, c->exited_at);
	plat_cost((enum plat_cost)COST_EXIT, 1);
	world_out(c);
	vgic_leave_guest(c->v);
	c->in_guest = false;
	if (c->left_guest.waiters)
		plat_notify(&c->left_guest);
}

void vcpu_trapped(struct vcpu *c)
{
	vgic_sync(c->v);
	pe_take_irqs(c->thread.pe);
	plat_cost((enum plat_cost)COST_EXIT_DECODE, 1);
}

/* What other threads asked of this vCPU. Locks may be taken, the thread may sleep. */
static void handle_requests(struct vcpu *c)
{
	plat_sync();
	while (c->halted || c->vm->pause) {
		if (c->vm->pause) {
			vcpu_stand_aside(c);
		} else {
			vcpu_put(c);
			thread_block(&c->thread);
			vcpu_load(c);
		}
		plat_sync();
	}
	vgic_check_requests(c->v);
}

void vcpu_enter(struct vcpu *c)
{
	struct machine *m;
	struct pe *pe;

	for (;;) {
		plat_sync();
		pe_take_irqs(c->thread.pe);
		if (c->thread.pe->need_resched)
			thread_yield(&c->thread);
		handle_requests(c);
		m = c->vm->m; /* it may have moved */
		pe = c->thread.pe;
		pe_activity(pe, PE_HYP);
		vgic_flush(c->v);
		if (plat_unlikely(m->flushed != NULL))
			m->flushed(c);
		if (vgic_enter_guest(c->v)) {
			if (!c->halted && !c->vm->pause && !pe->need_resched)
				break;
			vgic_leave_guest(c->v);
		}
		vgic_sync(c->v);
	}
	c->in_guest = true;
	world_in(c);
	plat_cost((enum plat_cost)COST_ENTRY, 1);
	c->entered_at = machine_now(m);
	for (u32 left = c->slots; left; left &= left - 1)
		account_sw(pe, c->slot[plat_ffs64(left)].tag, REC_STAGE_ENTRY);
	rec_hist_add(m->exit_time[c->exit], machine_now(m) - c->exited_at);
	if (plat_unlikely(m->trace != NULL))
		rec_trace_begin(m->trace, c->track, machine_now(m), "guest", 0);
	pe_activity(pe, PE_GUEST);
}

/* ---- WFI ---- */

static bool runnable(struct vcpu *c)
{
	return vtimer_due(c) || vgic_vcpu_pending(c->v);
}

static void poll_window(struct vcpu *c, bool woke_early, sim_time slept)
{
	const struct hypervisor_config *h = &c->vm->m->cfg->hypervisor;

	if (h->halt_poll != HALT_POLL_DYNAMIC) {
		c->halt_poll = h->halt_poll == HALT_POLL_ALWAYS ? h->halt_poll_max : 0;
	} else if (woke_early) {
		return;
	} else if (slept > h->halt_poll_max) {
		c->halt_poll = h->halt_poll_shrink ? c->halt_poll / h->halt_poll_shrink : 0;
	} else if (c->halt_poll < h->halt_poll_max) {
		c->halt_poll *= h->halt_poll_grow;
		if (c->halt_poll < h->halt_poll_start)
			c->halt_poll = h->halt_poll_start;
		if (c->halt_poll > h->halt_poll_max)
			c->halt_poll = h->halt_poll_max;
	}
}

/* Look for work for the polling window while nobody else wants the PE; true when there was some. */
static bool halt_poll(struct vcpu *c, sim_time end)
{
	struct machine *m = c->vm->m;
	bool found = false;
	u8 before = pe_activity(c->thread.pe, PE_SPIN);

	while (!found && sim_now(m->e) < end && !c->thread.pe->rq_len &&
	       !c->thread.pe->need_resched && !c->halted && !c->vm->pause) {
		found = runnable(c);
		plat_cost((enum plat_cost)COST_HALT_POLL_STEP, 1);
		if (plat_unlikely(!plat_user.debt && !plat_user.in_parts))
			sim_delay(m->e, SIM_NS); /* a free step */
		plat_sync();
		pe_take_irqs(c->thread.pe);
	}
	pe_activity(c->thread.pe, before);
	return found;
}

/* It waits again: has the doorbell that woke it last been good for anything? */
static void judge_doorbell(struct vcpu *c)
{
	if (plat_unlikely(c->rung == c->taken + 1))
		rec_count(&c->vm->m->metrics, REC_M_DOORBELL_VAIN, 1);
	c->rung = 0;
}

void vcpu_halt(struct vcpu *c)
{
	const struct hypervisor_config *h = &c->vm->m->cfg->hypervisor;
	sim_time start;
	bool found, direct = vgic_v4_vpe(c->v);

	if (direct) {
		judge_doorbell(c);
		vgic_wfi_begin(c->v);
	}
	vcpu_put(c);
	plat_sync();
	start = sim_now(c->vm->m->e);
	if (h->halt_poll == HALT_POLL_ALWAYS)
		c->halt_poll = h->halt_poll_max;
	found = runnable(c);
	if (!found && c->halt_poll && halt_poll(c, start + c->halt_poll))
		found = true;
	if (!found) {
		vgic_set_blocked(c->v, true);
		vtimer_block(c);
		while (!c->halted && !c->vm->pause && !runnable(c))
			thread_block(&c->thread);
		vtimer_unblock(c);
		vgic_set_blocked(c->v, false);
		poll_window(c, false, sim_now(c->vm->m->e) - start);
	} else {
		poll_window(c, true, 0);
	}
	vcpu_load(c);
	if (direct)
		vgic_wfi_end(c->v);
}

/* ---- WFE ---- */

/* Whoever is queued behind a running thread came before it was chosen, or after. */
static bool had_company(const struct vcpu *c)
{
	const struct pe *pe = c->thread.pe;

	for (const struct plat_list *p = pe->rq.next; p != &pe->rq; p = p->next)
		if (plat_list_entry(p, struct thread, rq_link)->since <= c->loaded_at)
			return true;
	return false;
}

bool vcpu_wfe_traps(const struct vcpu *c)
{
	switch (c->vm->m->cfg->hypervisor.wfe_trap) {
	case WFE_TRAP_NEVER: return false;
	case WFE_TRAP_SINGLE: return had_company(c);
	default: return true;
	}
}

/* The vCPU that it waits for may be one that has no PE: they have their turns, one a WFE. */
void vcpu_spin(struct vcpu *c)
{
	struct vm *vm = c->vm;

	plat_sync();
	for (u32 i = 1; i <= vm->nr_vcpus; i++) {
		struct vcpu *other = &vm->vcpus[(c->boosted + i) % vm->nr_vcpus];

		if (other == c || !thread_yield_to(&c->thread, &other->thread))
			continue;
		c->boosted = other->id;
		return;
	}
}

/* ---- the thread ---- */

static bool take_turns(struct vcpu *c)
{
	bool did = false;

	for (struct workload_run *w = c->vm->workloads; w; w = w->next)
		if (w->type->task)
			did |= w->type->task(w, c);
	return did;
}

void vcpu_body(struct thread *t)
{
	struct vcpu *c = t->vcpu;
	struct machine *m = t->m;

	plat_mutex_lock(&c->v->mutex);
	c->exited_at = machine_now(m);
	c->exit = EXIT_SHUTDOWN;
	vcpu_load(c);
	vcpu_enter(c);
	for (;;)
		if (!take_turns(c))
			guest_wfi(c);
}
