// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The canonical lines of an oracle's log that come from below user space: physical ITS commands,
 * residency of vPEs, list registers, interrupt state; and the text of an error number (docs/oracle.md).
 */
#include <models/arch/gicv4.h>
#include <models/host/its-v4.h>

#include "oracle.h"

#define REPEATS_MAX 1000u /* equal entries of a vCPU in an operation that are printed */

void oracle_print_error(struct oracle *o, int err)
{
	fprintf(o->out, "  error %s\n", strerror(-err));
}

/* ---- physical ITS commands ---- */

static const char *command_name(u32 opcode)
{
	switch (opcode) {
	case ITS_CMD_VMOVI: return "VMOVI";
	case ITS_CMD_VMOVP: return "VMOVP";
	case ITS_CMD_VSYNC: return "VSYNC";
	case ITS_CMD_VMAPP: return "VMAPP";
	case ITS_CMD_VMAPTI: return "VMAPTI";
	case ITS_CMD_VMAPI: return "VMAPI";
	case ITS_CMD_VINVALL: return "VINVALL";
	default: return vits_command_name(opcode);
	}
}

static void print_device(const struct oracle *o, u32 device)
{
	if (host_is_proxy(o->m.host_its, device))
		fputs(" dev=proxy", o->out);
	else
		fprintf(o->out, " dev=%u", device);
}

static void print_event(const struct oracle *o, const u64 cmd[4])
{
	print_device(o, its_cmd_device(cmd));
	fprintf(o->out, " ev=%u", its_cmd_event(cmd));
}

/*
 * A doorbell by its vPE. The canonical form, which knows only what it sees, takes the first doorbell
 * that the proxy device gets after a vPE became resident for that vPE's. On PE 0 it is; elsewhere
 * the vPE moves first, and its doorbell with it: the first that counts is the next vPE's.
 */
static void print_doorbell(const struct oracle *o, u32 intid)
{
	const struct host_vpe *vpe = host_vpe_by_doorbell(o->m.host_its, intid);

	if (intid == ITS_NO_DOORBELL)
		fputs(" db=none", o->out);
	else if (!vpe || (o->made_on && vpe->vm->nr == 1))
		fputs(" db=?", o->out);
	else
		fprintf(o->out, " db=vpe%d", (int)vpe->id - (o->made_on ? 1 : 0));
}

/* What a MAPTI is for: a device's interrupt in the host, or a doorbell. */
static void print_host_lpi(const struct oracle *o, const u64 cmd[4])
{
	if (host_is_proxy(o->m.host_its, its_cmd_device(cmd)))
		print_doorbell(o, its_cmd_pintid(cmd));
	else
		fputs(" host", o->out);
}

static void print_operands(const struct oracle *o, const u64 cmd[4])
{
	switch (its_cmd_opcode(cmd)) {
	case ITS_CMD_MAPD:
		print_device(o, its_cmd_device(cmd));
		fprintf(o->out, " v=%u", its_cmd_valid(cmd));
		break;
	case ITS_CMD_MAPC:
		fprintf(o->out, " rd=%llu v=%u", (unsigned long long)its_cmd_rdbase(cmd),
			its_cmd_valid(cmd));
		break;
	case ITS_CMD_MAPTI:
		print_event(o, cmd);
		fprintf(o->out, " rd=%u", its_cmd_icid(cmd));
		print_host_lpi(o, cmd);
		break;
	case ITS_CMD_MOVI:
		print_event(o, cmd);
		fprintf(o->out, " rd=%u", its_cmd_icid(cmd));
		break;
	case ITS_CMD_INV:
	case ITS_CMD_INT:
	case ITS_CMD_CLEAR:
	case ITS_CMD_DISCARD: print_event(o, cmd); break;
	case ITS_CMD_VMAPP:
		fprintf(o->out, " vpe=%u rd=%llu v=%u", its_cmd_vpe(cmd),
			(unsigned long long)its_cmd_rdbase(cmd), its_cmd_valid(cmd));
		break;
	case ITS_CMD_VMOVP:
		fprintf(o->out, " vpe=%u rd=%llu", its_cmd_vpe(cmd),
			(unsigned long long)its_cmd_rdbase(cmd));
		break;
	case ITS_CMD_VINVALL: fprintf(o->out, " vpe=%u", its_cmd_vpe(cmd)); break;
	case ITS_CMD_VMAPTI:
		print_event(o, cmd);
		fprintf(o->out, " vpe=%u vintid=%u", its_cmd_vpe(cmd),
			(u32)FIELD_GET(cmd[2], ITS_CMD2_VINTID));
		print_doorbell(o, its_cmd_doorbell(cmd));
		break;
	case ITS_CMD_VMOVI:
		print_event(o, cmd);
		fprintf(o->out, " vpe=%u", its_cmd_vpe(cmd));
		print_doorbell(o, its_cmd_doorbell(cmd));
		break;
	default: break;
	}
}

void oracle_print_command(void *arg, u32 its, const u64 cmd[4])
{
	const struct oracle *o = arg;

	(void)its;
	fprintf(o->out, "  cmd %s", command_name(its_cmd_opcode(cmd)));
	print_operands(o, cmd);
	fputc('\n', o->out);
}

void oracle_print_residency(void *arg, u32 pe, u32 vpe, bool valid)
{
	const struct oracle *o = arg;

	fprintf(o->out, "  vpe-%s rd=%u vpe=%u\n", valid ? "in" : "out", pe, vpe);
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
