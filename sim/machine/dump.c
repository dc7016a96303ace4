// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * State of every guest interrupt at one moment (gicsim run --dump-vgic): one row an interrupt, one
 * letter a flag. What a list register holds is not in the interrupt while the guest runs, so the
 * register's own state stands beside it.
 */
#include <inttypes.h>
#include <stdio.h>

#include <sim/record/num.h>

#include "machine.h"
#include "run.h"

static void vcpu_column(FILE *out, const struct vgic_vcpu *v)
{
	if (v)
		fprintf(out, "%6" PRIu32 " ", v->id);
	else
		fprintf(out, "%6s ", "-");
}

/* `v`: whose private interrupt it is; NULL: a shared one. */
static void row(FILE *out, const struct vgic_vm *vm, const struct vgic_irq *irq, const char *kind,
		const struct vgic_vcpu *v)
{
	static const char *const lr[] = { "-", "P", "A", "PA" };
	char flags[64];

	vgic_irq_flags(irq, flags, sizeof(flags));
	fprintf(out, "%-4s %6" PRIu32, kind, irq->intid);
	vcpu_column(out, v);
	fprintf(out, "%-9s %4u ", flags, irq->priority);
	vcpu_column(out, irq->target);
	vcpu_column(out, irq->vcpu);
	fprintf(out, "%5s ", lr[vgic_irq_lr_state(irq)]);
	if (vm->model == VGIC_V2 && vgic_is_sgi(irq->intid))
		fprintf(out, "%#9x\n", irq->source);
	else
		fprintf(out, "%9s\n", "-");
}

static void dump_vm(FILE *out, struct vm *vm)
{
	const struct vgic_vm *vgic = vm->vgic;
	struct vgic_irq *irq;
	u64 key;

	if (!vgic)
		return; /* it has left */
	fprintf(out, "VM %s: %s\n", vm->name,
		vgic->enabled ? "distributor enabled" : "distributor disabled");
	fprintf(out, "type  INTID  vCPU %-9s prio target queued in LR   sources\n",
		VGIC_FLAG_LETTERS);
	for (u32 n = 0; n < vgic->nr_vcpus; n++)
		for (u32 i = 0; i < VGIC_NR_PRIVATE; i++)
			row(out, vgic, &vgic->vcpus[n]->private_irqs[i], i < 16 ? "SGI" : "PPI",
			    vgic->vcpus[n]);
	for (u32 i = 0; i < vgic->nr_spis; i++)
		row(out, vgic, &vgic->spis[i], "SPI", NULL);
	plat_index_for_each(&vgic->lpis, key, irq)
		row(out, vgic, irq, "LPI", NULL);
}

void machine_dump(struct machine *m, FILE *out)
{
	char at[REC_NUM_MAX];

	rec_num_format_time(at, sim_now(m->e) - m->window_start);
	fprintf(out, "State of guest interrupts %s after the window opened", at);
	if (m->cfg->cluster.hosts > 1)
		fprintf(out, ", host %u", m->number);
	fprintf(out, "\nP pending latch, L line, A active, E enabled, H hardware-mapped, C level, "
		     "G group 1; queued: the vCPU on whose AP list it is; in LR: pending or active "
		     "there; sources: GICv2 SGIs, a bit a sender\n");
	for (u32 i = 0; i < m->nr_vms; i++)
		dump_vm(out, m->vms[i]);
	fflush(out);
}
