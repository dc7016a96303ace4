// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A passed-through device's level interrupt: its wire drives a host SPI; VFIO's handler masks that
 * and signals an eventfd; KVM's resampling irqfd raises the guest's SPI; when the guest has ended it
 * the notifier (struct vgic_vm.ack_notify, spec/vgic.md 1.9) lowers the guest's line, and only then
 * signals VFIO to unmask, so that a wire that is still high is taken anew.
 *
 * Where an instance is: on the wire; at the distributor while the level is high and the host has
 * not taken it (`tag`); in the handler's hand; then in the virtual GIC. A level that is high still
 * when the host unmasks begins a new one: re-presented. A level that falls before the host has taken
 * it withdraws its own.
 *
 * A VM that goes to another host takes the device's level along, which is sampled there anew, and
 * whether it is masked: it is so until the guest has ended what it holds.
 *
 * Choices: a line of its own for each device, host SPIs in order from 32; the irqfd injects in the
 * handler, as no table has to be walked for an SPI; VFIO unmasks in the resampling eventfd's
 * callback, on the PE that ran the guest.
 */
#include <stdlib.h>

#include <models/host/gic-driver.h>

#include "machine.h"

struct wire_message {
	bool level;
	u32 tag;
};

struct device_line {
	struct device *dev;
	struct device_line *next;      /* of the same VM */
	u32 host_intid, intid, target; /* the last: vCPU */
	bool sent;		       /* level that the device drives */
	bool high;		       /* level that the distributor sees */
	bool masked;		       /* by VFIO's handler */
	u8 in_hand; /* PEs between mask and injection, or between lowering and unmask */
	u32 tag;    /* instance at the distributor; 0: none that the host has not taken */
	struct sim_pipe *wire;
};

static bool guest_line(const struct device_line *l)
{
	return l->dev->vm->vgic->spis[l->intid - VGIC_NR_PRIVATE].line;
}

/* ---- the wire ---- */

static void wire_changes(void *ctx, const void *payload)
{
	const struct wire_message *msg = payload;
	struct device_line *l = ctx;
	struct machine *m = l->dev->m;

	l->high = msg->level;
	if (msg->level) {
		account_hw(m, msg->tag, REC_STAGE_LINK, sim_now(m->e), 0);
		l->tag = msg->tag;
	} else if (l->tag) {
		account_end(m, l->tag, REC_RETIRED);
		l->tag = 0;
	}
	gic_spi_line(m->gic, l->host_intid, msg->level, &l->tag);
}

void device_line(struct device *d, bool level)
{
	struct machine *m = d->m;
	struct device_line *l = d->line;
	struct wire_message *msg;
	u64 assumed = 0;
	sim_time at;
	u32 tag = 0;

	if (!l || l->sent == level)
		return;
	l->sent = level;
	at = sim_now(m->e) + machine_hw_cost(m, COST_WIRE, &assumed);
	if (level) {
		tag = account_raise(m, d->vm, 0, l->intid, sim_now(m->e), d->number);
		account_assume(m, tag, assumed);
		if (plat_unlikely(m->trace != NULL))
			rec_trace_instant(m->trace, d->track, sim_now(m->e), "line high",
					  trace_flow(m, tag));
	}
	msg = sim_pipe_send(l->wire, &at);
	*msg = (struct wire_message){ .level = level, .tag = tag };
}

/* ---- the host: VFIO's handler, and its unmask ---- */

void platform_host_irq(struct pe *pe, u32 intid)
{
	struct machine *m = pe->m;
	struct device_line *l = intid - GIC_SPI_BASE < m->nr_lines ? m->lines[intid - GIC_SPI_BASE]
								   : NULL;

	if (!l)
		return;
	pe->hand_tag = l->tag;
	l->tag = 0;
	l->in_hand++;
	account_sw(pe, pe->hand_tag, REC_STAGE_HOST_IRQ);
	plat_cost((enum plat_cost)COST_HOST_IRQ_DISPATCH, 1);
	host_gic_mask_spi(m->gic, intid);
	l->masked = true;
	plat_cost((enum plat_cost)COST_VFIO_SIGNAL, 1);
	pe_activity(pe, PE_HYP);
	if (machine_breaks(m, BREAK_LOSE))
		pe->hand_tag = 0;
	else
		vgic_inject_irq(l->dev->vm->vgic, NULL, l->intid, true, NULL);
	l->in_hand--;
	pe->hand_tag = 0;
	pe_activity(pe, PE_HOST);
}

static void unmask(struct device_line *l)
{
	struct machine *m = l->dev->m;
	struct pe *pe = pe_current();

	plat_cost((enum plat_cost)COST_VFIO_SIGNAL, 1);
	plat_sync();
	if (!l->masked || machine_breaks(m, BREAK_UNMASK))
		return;
	/* The host takes the next one at once: its rise must find the guest's line low. */
	plat_warn_on(guest_line(l));
	l->masked = false;
	rec_count(&m->metrics, REC_M_IRQ_RESAMPLED, 1);
	if (l->tag)
		account_sw(pe, l->tag, REC_STAGE_HELD);
	else if (l->high)
		l->tag = account_represent(m, l->dev->vm, 0, l->intid, l->dev->number);
	host_gic_unmask_spi(m->gic, l->host_intid);
}

/* The guest has ended an SPI: lower the line first, then let the device's level in again. */
static void resample(void *port, u32 intid)
{
	struct vm *vm = port;

	for (struct device_line *l = vm->lines; l; l = l->next) {
		plat_cost(COST_LIST_STEP, 1);
		if (l->intid != intid)
			continue;
		l->in_hand++;
		vgic_inject_irq(vm->vgic, NULL, intid, false, NULL);
		unmask(l);
		l->in_hand--;
	}
}

/* ---- set-up ---- */

static u32 line_pe(struct vm *vm, u32 target)
{
	struct machine *m = vm->m;

	if (m->cfg->hypervisor.lpi_affinity == LPI_AFFINITY_TARGET)
		return vm->vcpus[target].thread.pe->n;
	return m->next_lpi_pe++ % m->nr_pes;
}

/* A place among a host's lines: one that a VM has left, or a new one. */
static int place(struct machine *m, u32 *number)
{
	struct device_line **grown;

	for (*number = 0; *number < m->nr_lines; ++*number)
		if (!m->lines[*number])
			return 0;
	if (m->nr_lines + m->nr_spis == gic_config(m->gic)->nr_spis)
		return -ENOSPC;
	grown = realloc(m->lines, (m->nr_lines + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	m->lines = grown;
	m->lines[m->nr_lines++] = NULL;
	return 0;
}

/* A wire and an SPI of this host: 0, or -errno and nothing has changed. */
static int wire_up(struct device_line *l, struct machine *m)
{
	struct sim_pipe *wire;
	u32 number;
	int ret = place(m, &number);

	if (ret)
		return ret;
	wire = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++, sizeof(struct wire_message),
			    wire_changes, l);
	if (!wire)
		return -ENOMEM;
	l->wire = wire;
	l->host_intid = GIC_SPI_BASE + number;
	m->lines[number] = l;
	return 0;
}

static void open_line(struct device_line *l)
{
	struct vm *vm = l->dev->vm;

	vm->vgic->ack_notify = resample;
	host_gic_setup_spi(vm->m->gic, l->host_intid, vm->m->pes[line_pe(vm, l->target)].gic, true);
}

int platform_map(struct device *d, u32 intid, u32 target)
{
	struct vm *vm = d->vm;
	struct device_line *l = calloc(1, sizeof(*l));
	int ret;

	if (!l)
		return -ENOMEM;
	l->dev = d;
	l->intid = intid;
	l->target = target;
	ret = wire_up(l, vm->m);
	if (ret) {
		free(l);
		return ret;
	}
	l->next = vm->lines;
	vm->lines = l;
	d->line = l;
	open_line(l);
	return 0;
}

void platform_free(struct machine *m)
{
	for (u32 i = 0; i < m->nr_lines; i++) {
		if (m->lines[i])
			sim_pipe_free(m->lines[i]->wire);
		free(m->lines[i]);
	}
	free(m->lines);
}

/* ---- to another host ---- */

bool platform_quiet(const struct vm *vm, u32 *held)
{
	for (const struct device_line *l = vm->lines; l; l = l->next) {
		if (l->in_hand || sim_pipe_length(l->wire))
			return false;
		*held += l->masked && l->tag;
	}
	return true;
}

void platform_close(struct vm *vm)
{
	u32 none = 0;

	for (struct device_line *l = vm->lines; l; l = l->next) {
		host_gic_mask_spi(vm->m->gic, l->host_intid);
		gic_spi_line(vm->m->gic, l->host_intid, false, &none);
	}
}

int platform_move(struct vm *vm, struct machine *from, u32 (*moved)(void *arg, u32 tag), void *arg)
{
	int ret = 0;

	for (struct device_line *l = vm->lines; l; l = l->next) {
		struct sim_pipe *wire = l->wire;
		u32 number = l->host_intid - GIC_SPI_BASE;

		ret = wire_up(l, vm->m);
		if (ret)
			break;
		from->lines[number] = NULL;
		sim_pipe_free(wire);
		if (l->tag)
			l->tag = moved(arg, l->tag);
	}
	return ret;
}

void platform_open(struct vm *vm)
{
	for (struct device_line *l = vm->lines; l; l = l->next) {
		plat_cost((enum plat_cost)COST_VFIO_SET_IRQS, 1);
		open_line(l);
		if (l->masked) {
			host_gic_mask_spi(vm->m->gic, l->host_intid);
			/* a GICv2's state does not tell of lines: the VMM raises it again */
			vgic_inject_irq(vm->vgic, NULL, l->intid, true, NULL);
		}
		gic_spi_line(vm->m->gic, l->host_intid, l->high, &l->tag);
	}
}

/* ---- instruments ---- */

struct visit {
	void (*fn)(void *arg, u32 tag);
	void *arg;
};

static void visit_wire(void *ctx, const void *payload)
{
	const struct wire_message *msg = payload;
	struct visit *v = ctx;

	if (msg->level)
		v->fn(v->arg, msg->tag);
}

void platform_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg)
{
	struct visit v = { fn, arg };

	for (u32 i = 0; i < m->nr_lines; i++) {
		if (!m->lines[i])
			continue;
		sim_pipe_for_each(m->lines[i]->wire, visit_wire, &v);
		if (m->lines[i]->tag)
			fn(arg, m->lines[i]->tag);
	}
}

void platform_check(struct machine *m)
{
	for (u32 i = 0; i < m->nr_lines; i++) {
		const struct device_line *l = m->lines[i];

		if (l && l->masked && !l->in_hand && !guest_line(l))
			rec_report_add(
				&m->report,
				"%s of %s: its line is masked on the host, and the guest has "
				"nothing to end: no interrupt of it will come again",
				l->dev->name, l->dev->vm->name);
	}
}
