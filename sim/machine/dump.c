// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * State of every guest interrupt at one moment (gicsim run --dump-vgic): one row an interrupt that
 * is not as it was after reset, one letter a flag.
 */
#include <inttypes.h>
#include <stdio.h>

#include <sim/record/num.h>

#include "machine.h"
#include "run.h"

static void row(FILE *out, const struct vgic_irq *irq, const char *kind, s32 vcpu)
{
	char flags[64];

	vgic_irq_flags(irq, flags, sizeof(flags));
	fprintf(out, "%-4s %6" PRIu32 " ", kind, irq->intid);
	if (vcpu >= 0)
		fprintf(out, "%5d ", vcpu);
	else
		fprintf(out, "%5s ", "-");
	fprintf(out, "%-9s %4u ", flags, irq->priority);
	if (irq->target)
		fprintf(out, "%6" PRIu32 " ", irq->target->id);
	else
		fprintf(out, "%6s ", "-");
	if (irq->vcpu)
		fprintf(out, "%6" PRIu32 " ", irq->vcpu->id);
	else
		fprintf(out, "%6s ", "-");
	fprintf(out, "%s\n", irq->on_lr ? "yes" : "no");
}

static bool interesting(const struct vgic_irq *irq)
{
	return irq->pending_latch || irq->line || irq->active || irq->enabled || irq->vcpu;
}

static void dump_vm(FILE *out, struct vm *vm)
{
	struct vgic_irq *irq;
	u64 key;

	if (!vm->vgic)
		return; /* it has left */
	fprintf(out, "VM %s: %s\n", vm->name,
		vm->vgic->enabled ? "distributor enabled" : "distributor disabled");
	fprintf(out, "type  INTID  vCPU PLAEHCG   prio target queued in LR\n");
	for (u32 v = 0; v < vm->nr_vcpus; v++)
		for (u32 i = 0; i < VGIC_NR_PRIVATE; i++) {
			irq = &vm->vcpus[v].v->private_irqs[i];
			if (interesting(irq))
				row(out, irq, i < 16 ? "SGI" : "PPI", (s32)v);
		}
	for (u32 i = 0; i < vm->vgic->nr_spis; i++)
		if (interesting(&vm->vgic->spis[i]))
			row(out, &vm->vgic->spis[i], "SPI", -1);
	plat_index_for_each(&vm->vgic->lpis, key, irq)
		row(out, irq, "LPI", -1);
}

void machine_dump(struct machine *m, FILE *out)
{
	char at[REC_NUM_MAX];

	rec_num_format_time(at, sim_now(m->e) - m->window_start);
	fprintf(out,
		"State of guest interrupts %s after the window opened\n"
		"P pending latch, L line, A active, E enabled, H hardware-mapped, C level, "
		"G group 1; queued: the vCPU on whose AP list it is\n",
		at);
	for (u32 i = 0; i < m->nr_vms; i++)
		dump_vm(out, m->vms[i]);
	fflush(out);
}
