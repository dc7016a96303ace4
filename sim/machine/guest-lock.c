// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Spinlocks of a guest's kernel, taken with interrupts masked: what its drivers of distributor and
 * ITS hold while they change what vCPUs share, as the command queue with GITS_CWRITER.
 *
 * A ticket lock: vCPUs get it in the order in which they came. A waiter executes WFE until it is its
 * turn: where that traps it exits, else it keeps its PE busy with guest code. The host's interrupts
 * still take the PE from it, and its time slice may end, then nobody behind it gets the lock either.
 * The lock's line moves from the PE of the one before. (spec/vgic.md 4.11, WFx trapping)
 *
 * Choices: a lock that is free costs nothing beside what its holder is charged for the work; an
 * interrupt that came while it was held is taken at the guest's next point where it looks.
 */
#include "machine.h"

static bool next_in_line(const struct vcpu *c, const struct guest_lock *l)
{
	return c->spins_on == l && c->ticket == l->serving;
}

bool guest_lock(struct vcpu *c, struct guest_lock *l)
{
	bool was = c->masked, waited = false;

	plat_sync();
	c->masked = true;
	c->ticket = l->next++;
	c->spins_on = l;
	while (!next_in_line(c, l)) {
		waited = true;
		if (vcpu_wfe_traps(c)) {
			vcpu_exit(c, EXIT_WFX);
			vcpu_spin(c);
			vcpu_enter(c);
			plat_sync();
		} else {
			pe_wait(c->thread.pe, SIM_NEVER, false);
			guest_poll(c);
		}
	}
	c->spins_on = NULL;
	if (waited)
		guest_load_line(c, l->owner);
	l->owner = c->id;
	return was;
}

void guest_unlock(struct vcpu *c, struct guest_lock *l, bool was)
{
	struct vm *vm = c->vm;

	plat_sync();
	l->serving++;
	c->masked = was;
	for (u32 i = 0; l->serving != l->next && i < vm->nr_vcpus; i++) {
		struct vcpu *w = &vm->vcpus[i];
		struct pe *pe = w->thread.pe;

		/* one that is not waiting just now looks before it does */
		if (next_in_line(w, l) && pe->current == &w->thread && pe->waiting)
			sim_interrupt(vm->m->e, w->thread.proc, sim_now(vm->m->e));
	}
}
