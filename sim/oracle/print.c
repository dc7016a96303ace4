// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The canonical lines of an oracle's log that come from below user space: physical ITS commands,
 * list registers, interrupt state; and the text of an error number (docs/oracle.md).
 */
#include <models/arch/gicv3.h>
#include <models/arch/its.h>

#include "oracle.h"

#define REPEATS_MAX 1000u /* equal entries of a vCPU in an operation that are printed */

void oracle_print_error(struct oracle *o, int err)
{
	fprintf(o->out, "  error %s\n", strerror(-err));
}

/* ---- physical ITS commands ---- */

static void print_event(FILE *out, const char *name, const u64 cmd[4])
{
	fprintf(out, "  cmd %s dev=%u ev=%u", name, its_cmd_device(cmd), its_cmd_event(cmd));
}

void oracle_print_command(void *arg, u32 its, const u64 cmd[4])
{
	struct oracle *o = arg;

	(void)its;
	switch (its_cmd_opcode(cmd)) {
	case ITS_CMD_MAPD:
		fprintf(o->out, "  cmd MAPD dev=%u v=%u", its_cmd_device(cmd), its_cmd_valid(cmd));
		break;
	case ITS_CMD_MAPC:
		fprintf(o->out, "  cmd MAPC rd=%llu v=%u", (unsigned long long)its_cmd_rdbase(cmd),
			its_cmd_valid(cmd));
		break;
	case ITS_CMD_MAPTI:
		print_event(o->out, "MAPTI", cmd);
		fprintf(o->out, " rd=%u host", its_cmd_icid(cmd));
		break;
	case ITS_CMD_MOVI:
		print_event(o->out, "MOVI", cmd);
		fprintf(o->out, " rd=%u", its_cmd_icid(cmd));
		break;
	case ITS_CMD_INV:
	case ITS_CMD_INT:
	case ITS_CMD_CLEAR:
	case ITS_CMD_DISCARD:
		print_event(o->out, vits_command_name(its_cmd_opcode(cmd)), cmd);
		break;
	default: fprintf(o->out, "  cmd %s", vits_command_name(its_cmd_opcode(cmd))); break;
	}
	fputc('\n', o->out);
}

/* ---- list registers ---- */

/* The same as before, more often than anybody wants to read: a vCPU that goes round in WFI. */
static bool repeats(struct oracle *o, struct oracle_vcpu *v, const struct vgic_cpuif_state *s)
{
	if (v->line == o->line && v->nr_lrs == s->used_lrs &&
	    !memcmp(v->lr, s->lr, s->used_lrs * sizeof(s->lr[0])))
		return ++v->repeats >= REPEATS_MAX;
	v->line = o->line;
	v->nr_lrs = s->used_lrs;
	memcpy(v->lr, s->lr, s->used_lrs * sizeof(s->lr[0]));
	v->repeats = 0;
	return false;
}

void oracle_print_lrs(struct vcpu *c)
{
	static const char *const states[] = { "", "P", "A", "PA" };
	struct oracle *o = oracle_of(c->vm->m);
	const struct vgic_cpuif_state *s = &c->v->cpuif;

	if (repeats(o, &o->vcpu[c->id], s))
		return;
	for (u32 n = 0; n < s->used_lrs; n++) {
		u64 lr = s->lr[n];

		if (!FIELD_GET(lr, ICH_LR_STATE))
			continue;
		fprintf(o->out, "  lr rd=%u n=%u %s intid=%u prio=%u %s\n", c->thread.pe->n, n,
			states[FIELD_GET(lr, ICH_LR_STATE)], (u32)FIELD_GET(lr, ICH_LR_VINTID),
			(u32)FIELD_GET(lr, ICH_LR_PRIORITY),
			lr & ICH_LR_HW	  ? "hw"
			: lr & ICH_LR_EOI ? "eoi"
					  : "sw");
	}
}

/* ---- interrupt state ---- */

static void print_irq(FILE *out, const char *type, const struct vgic_irq *irq)
{
	fprintf(out, "  state %s %05u target=%d PLAEHCG=%d%d%d%d%d%d%d prio=%u queued=%d\n", type,
		irq->intid, irq->target ? (int)irq->target->id : -1, irq->pending_latch, irq->line,
		irq->active, irq->enabled, irq->hw, irq->config == VGIC_LEVEL, irq->group,
		irq->priority, irq->vcpu ? (int)irq->vcpu->id : -1);
}

static bool has_state(const struct vgic_irq *irq)
{
	return irq->pending_latch || irq->line || irq->active;
}

static void print_private(struct oracle *o, const char *type, u32 first, u32 end)
{
	const struct vgic_vm *vm = o->vm->vgic;

	for (u32 i = first; i < end; i++)
		for (u32 v = 0; v < vm->nr_vcpus; v++)
			if (has_state(&vm->vcpus[v]->private_irqs[i]))
				print_irq(o->out, type, &vm->vcpus[v]->private_irqs[i]);
}

void oracle_print_state(struct oracle *o)
{
	const struct vgic_vm *vm = o->vm->vgic;
	const struct vgic_irq *irq;
	u64 intid;

	plat_index_for_each(&vm->lpis, intid, irq)
		print_irq(o->out, "LPI", irq);
	print_private(o, "PPI", 16, VGIC_NR_PRIVATE);
	print_private(o, "SGI", 0, 16);
	for (u32 i = 0; i < vm->nr_spis; i++)
		if (has_state(&vm->spis[i]))
			print_irq(o->out, "SPI", &vm->spis[i]);
}
