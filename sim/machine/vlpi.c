// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct injection (GICv4) on this machine: vLPIs and vSGIs on their way to redistributors, scans of
 * virtual pending tables, doorbells as the host takes them (spec/vgic.md 4.8, 4.10, 4.11), and the
 * account of interrupts that the hardware keeps.
 *
 * An instance that reaches a vPE is named by VM and INTID (a vSGI by vCPU and INTID) until the guest
 * acknowledges it; one that is pending for two vPEs at once, because it was on its way while its event
 * was moved, has a second in `more`. The core says what becomes of it (EV_VLPI_*); which one it says
 * that of is known because `tag` is what is being delivered. What the hypervisor makes pending by an INT
 * command (EV_IRQ_TO_HW) is on its way in `handed` until an ITS executes the command, on the vLPI or,
 * if it is none any more by then, on the host's LPI.
 *
 * Choices: a vLPI takes the path of an LPI, and its bits in tables cost as much; a vSGI takes that
 * path from the ITS that was written to; a scan takes time by the size of the table, whatever stands
 * in it; a pending state that a DISCARD takes away was lost by hardware (remap-window).
 */
#include <stdlib.h>

#include <models/arch/its.h>

#include "machine.h"

struct vlpi_message {
	struct pe *pe;
	u32 tag;
	struct gic_vlpi vlpi;
};

struct vsgi_message {
	struct pe *pe;
	u32 vpe, intid, tag;
};

/* Instances, the oldest first. */
struct tags {
	u32 *tag;
	u32 nr, room;
};

/* What a host with GICv4 has besides. */
struct direct {
	struct vcpu *owner[1u << 16]; /* of a vPEID */
	struct sim_pipe *path[2];     /* of vLPIs, to the socket of their ITS and to others */
	struct sim_pipe *sgi_path[2];
	u32 tag; /* instance that the core is told of; 0: none */
	struct tags handed, more;
};

/* ---- where an instance is kept ---- */

static void tags_put(struct machine *m, struct tags *t, u32 tag)
{
	if (t->nr == t->room) {
		u32 room = t->room ? 2 * t->room : 16;
		u32 *grown = realloc(t->tag, room * sizeof(*grown));

		if (!grown) {
			machine_fail(m, -ENOMEM);
			return;
		}
		t->tag = grown;
		t->room = room;
	}
	t->tag[t->nr++] = tag;
}

/* Take the first instance of an interrupt (vm NULL: of any); 0: there is none. */
static u32 tags_take(struct machine *m, struct tags *t, const struct vm *vm, u32 intid)
{
	for (u32 i = 0; i < t->nr; i++) {
		u32 tag = t->tag[i];

		if (vm && !account_names(m, tag, vm, intid))
			continue;
		t->nr--;
		memmove(&t->tag[i], &t->tag[i + 1], (t->nr - i) * sizeof(tag));
		return tag;
	}
	return 0;
}

static struct vcpu *owner(struct machine *m, u32 vpe)
{
	return vpe < PLAT_ARRAY_SIZE(m->direct->owner) ? m->direct->owner[vpe] : NULL;
}

/* The cookie of an interrupt of a vCPU in hardware; NULL: it can have none. */
static u32 *cookie(struct vcpu *c, u32 intid)
{
	struct vm *vm = c->vm;
	u32 n = intid - GIC_LPI_BASE;

	if (intid < PLAT_ARRAY_SIZE(c->vsgi_tag))
		return &c->vsgi_tag[intid];
	if (intid < GIC_LPI_BASE)
		return NULL;
	if (n >= vm->vlpi_room) {
		u32 room = vm->vlpi_room ? vm->vlpi_room : 64, *grown;

		while (room <= n)
			room *= 2;
		grown = realloc(vm->vlpi_tag, room * sizeof(*grown));
		if (!grown) {
			machine_fail(vm->m, -ENOMEM);
			return NULL;
		}
		memset(grown + vm->vlpi_room, 0, (room - vm->vlpi_room) * sizeof(*grown));
		vm->vlpi_tag = grown;
		vm->vlpi_room = room;
	}
	return &vm->vlpi_tag[n];
}

u32 *vlpi_acked(struct vcpu *c, u32 intid)
{
	if (intid < PLAT_ARRAY_SIZE(c->vsgi_tag))
		return &c->vsgi_tag[intid];
	if (intid < GIC_LPI_BASE || intid - GIC_LPI_BASE >= c->vm->vlpi_room)
		return NULL;
	return &c->vm->vlpi_tag[intid - GIC_LPI_BASE];
}

/* ---- what the core tells ---- */

/* The instance of an LPI that waits in the virtual GIC's own hands; 0: none. */
static u32 in_software(struct vm *vm, u32 intid)
{
	u64 key = intid;
	const struct vgic_irq *irq = plat_index_load(&vm->vgic->lpis, key);

	return irq && irq->raised ? irq->tag : 0;
}

/* The instance that an INT command makes pending: one that was handed over for that, or that waits in
 * software and is being handed over, or a new one. */
static u32 adopt(struct machine *m, struct vcpu *c, u32 intid)
{
	u32 tag = tags_take(m, &m->direct->handed, c->vm, intid);

	if (!tag)
		tag = in_software(c->vm, intid);
	return tag ? tag : account_raise(m, c->vm, c->id, intid, sim_now(m->e), 0);
}

static u32 told(struct machine *m, struct vcpu *c, u32 intid)
{
	u32 tag = m->direct->tag;

	m->direct->tag = 0;
	return tag ? tag : adopt(m, c, intid);
}

static u32 pending(struct machine *m, struct vcpu *c, u32 intid)
{
	u32 *at = cookie(c, intid), tag;

	if (!at)
		return 0;
	tag = told(m, c, intid);
	if (*at)
		tags_put(m, &m->direct->more, tag);
	else
		*at = tag;
	return tag;
}

/* A pending state was taken away by a command; a DISCARD is none that a guest asked for. */
static void withdrawn(struct machine *m, u32 tag)
{
	if (m->command && m->command->opcode == ITS_CMD_CLEAR)
		account_end(m, tag, REC_RETIRED);
	else if (m->command && m->command->opcode == ITS_CMD_VSGI)
		account_end(m, tag, REC_RETIRED);
	else
		account_drop(m, tag, DROP_REMAP_WINDOW);
}

u32 vlpi_event(struct machine *m, enum plat_event ev, u32 intid, u64 arg)
{
	struct vcpu *c = owner(m, (u32)arg);
	u32 tag = m->direct->tag, *at;

	switch (ev) {
	case EV_VLPI_PENDING: return c ? pending(m, c, intid) : 0;
	case EV_VLPI_COALESCED:
		if (!c)
			return 0;
		/* VMOVI: what moves meets another of its kind. */
		if (!tag && m->command && m->command->opcode == ITS_CMD_VMOVI)
			tag = tags_take(m, &m->direct->more, c->vm, intid);
		else
			tag = told(m, c, intid);
		if (tag)
			account_end(m, tag, REC_COALESCED);
		return tag;
	case EV_VLPI_RETIRED:
		at = c ? vlpi_acked(c, intid) : NULL;
		tag = at ? *at : 0;
		if (tag) {
			withdrawn(m, tag);
			*at = tags_take(m, &m->direct->more, c->vm, intid);
		}
		return tag;
	case EV_VLPI_DROPPED:
		if (tag)
			account_drop(m, tag, (enum plat_drop)arg);
		m->direct->tag = 0;
		return tag;
	default: return tag; /* HW_DOORBELL: it rings for what is arriving */
	}
}

void vlpi_from_software(struct vm *vm, u32 vcpu, u32 intid, u32 *tag, bool raised)
{
	struct machine *m = vm->m;
	struct pe *pe = pe_current();
	const u32 *at;

	if (intid < GIC_LPI_BASE) {
		/* A vSGI begins its life when it is sent; what waited here ends, and is sent anew. */
		if (!raised)
			account_end(m, *tag, REC_RETIRED);
		*tag = 0;
		return;
	}
	if (raised) {
		/* INT comes next; one that nobody has in hand is the guest's own. */
		if (!*tag)
			*tag = account_raise(m, vm, vcpu, intid,
					     pe->cause_at ? pe->cause_at : machine_now(m), 0);
		if (pe->hand_tag == *tag)
			pe->hand_tag = 0;
		if (pe->work_tag == *tag)
			pe->work_tag = 0;
		tags_put(m, &m->direct->handed, *tag);
		return;
	}
	at = vlpi_acked(&vm->vcpus[vcpu], intid);
	if (account_names(m, *tag, vm, intid) && !(at && *at == *tag))
		account_drop(m, *tag, DROP_REMAP_WINDOW);
	*tag = 0;
}

/* An ITS command did something to a host LPI: INT of an event that was forwarded until just now. */
void vlpi_host_lpi(struct machine *m, enum plat_event ev, u32 intid)
{
	struct host_lpi *lpi = &m->lpis[intid - GIC_LPI_BASE];
	u32 tag = 0;

	if (ev == EV_HW_RETIRED) {
		if (lpi->tag)
			withdrawn(m, lpi->tag);
		lpi->tag = 0;
		return;
	}
	if (m->direct && lpi->vector != HOST_LPI_OTHER && lpi->dev)
		tag = tags_take(m, &m->direct->handed, lpi->dev->vm,
				lpi->dev->vec[lpi->vector].intid);
	if (!tag)
		return;
	if (ev != EV_HW_PENDING) {
		account_end(m, tag, REC_COALESCED);
		return;
	}
	machine_tag_lpi(m, intid, tag);
	/* Once may be an INT that the end of forwarding has overtaken; what comes again goes round. */
	if (account_returned(m, tag) > 1)
		rec_count(&m->metrics, REC_M_IRQ_STORM, 1);
}

void vlpi_command_failed(struct machine *m)
{
	u32 tag = m->direct ? tags_take(m, &m->direct->handed, NULL, 0) : 0;

	if (tag)
		account_drop(m, tag, DROP_REMAP_WINDOW);
}

u32 vlpi_next(struct vcpu *c, u32 intid)
{
	return tags_take(c->vm->m, &c->vm->m->direct->more, c->vm, intid);
}

/* ---- on the way ---- */

static void count(struct machine *m, int ret)
{
	if (ret < 0)
		return;
	rec_count(&m->metrics, ret & GIC_VLPI_RESIDENT ? REC_M_VLPI_DIRECT : REC_M_VLPI_STORED, 1);
	if (ret & GIC_VLPI_DOORBELL)
		rec_count(&m->metrics, REC_M_DOORBELL_RUNG, 1);
}

static void vlpi_arrives(void *ctx, const void *payload)
{
	const struct vlpi_message *msg = payload;
	struct machine *m = ctx;

	account_hw(m, msg->tag, REC_STAGE_REDIST, sim_now(m->e), 0);
	if (machine_breaks(m, BREAK_LOSE))
		return;
	m->direct->tag = msg->tag;
	count(m, gic_vlpi_set(msg->pe->gic, &msg->vlpi));
}

static void vsgi_arrives(void *ctx, const void *payload)
{
	const struct vsgi_message *msg = payload;
	struct machine *m = ctx;
	int ret;

	account_hw(m, msg->tag, REC_STAGE_REDIST, sim_now(m->e), 0);
	m->direct->tag = msg->tag;
	ret = gic_vsgi_set(msg->pe->gic, msg->vpe, msg->intid);
	count(m, ret);
}

static sim_time path_end(struct machine *m, bool remote, u64 *assumed)
{
	return sim_now(m->e) +
	       machine_hw_cost(m, remote ? COST_LPI_REMOTE : COST_LPI_SOCKET, assumed) +
	       machine_hw_cost(m, COST_RD_PENDING, assumed) +
	       machine_hw_cost(m, COST_RD_CONFIG, assumed);
}

void vlpi_send(struct machine *m, u32 socket, struct pe *pe, const struct gic_vlpi *v, u32 tag)
{
	bool remote = pe->socket != socket;
	u64 assumed = 0;
	sim_time at = path_end(m, remote, &assumed);
	struct vlpi_message *msg = sim_pipe_send(m->direct->path[remote], &at);

	*msg = (struct vlpi_message){ pe, tag, *v };
	account_assume(m, tag, assumed);
}

void plat_vsgi(void *its_port, void *pe_port, u32 vpe, u32 intid)
{
	struct pe *pe = pe_port, *sender = pe_current();
	struct machine *m = pe->m;
	struct vcpu *c = owner(m, vpe);
	struct vsgi_message *msg;
	bool remote = its_server_socket(its_port) != pe->socket;
	u64 assumed = 0;
	sim_time at = path_end(m, remote, &assumed);
	u32 tag;

	if (!c)
		return;
	tag = account_raise(m, c->vm, c->id, intid,
			    sender->cause_at ? sender->cause_at : sim_now(m->e), 0);
	account_sw(sender, tag, REC_STAGE_INJECT);
	account_assume(m, tag, assumed);
	msg = sim_pipe_send(m->direct->sgi_path[remote], &at);
	*msg = (struct vsgi_message){ pe, vpe, intid, tag };
}

/* ---- scans ---- */

static void scan_ends(struct sim_engine *e, struct sim_event *ev)
{
	struct pe *pe = plat_container_of(ev, struct pe, scan_event);

	(void)e;
	gic_vpt_scanned(pe->gic);
}

void plat_vpt_scan(void *pe_port, u32 bytes)
{
	struct pe *pe = pe_port;
	struct machine *m = pe->m;
	u64 assumed = 0, line;

	if (m->booting) {
		gic_vpt_scanned(pe->gic);
		return;
	}
	line = machine_hw_cost(m, COST_VPT_SCAN, &assumed);
	sim_event_at(m->e, &pe->scan_event, sim_now(m->e) + line * ((bytes + 63) / 64));
}

/* ---- doorbells ---- */

bool vlpi_doorbell(struct pe *pe, u32 intid)
{
	struct machine *m = pe->m;
	struct host_vpe *vpe = m->direct ? host_vpe_by_doorbell(m->host_its, intid) : NULL;
	struct vcpu *c = vpe ? owner(m, vpe->id) : NULL;

	if (!c)
		return false;
	plat_sync();
	rec_count(&m->metrics, REC_M_DOORBELL_FIRED, 1);
	rec_count(&m->metrics, c->v->blocked ? REC_M_DOORBELL_WAKE : REC_M_DOORBELL_LATE, 1);
	if (c->v->blocked)
		c->rung = c->taken + 1;
	plat_cost((enum plat_cost)COST_HOST_IRQ_DISPATCH, 1);
	pe_activity(pe, PE_HYP);
	host_doorbell_irq(m->host_its, intid);
	c->doorbell_at = machine_now(m);
	pe_activity(pe, PE_HOST);
	return true;
}

static void window_ends(struct host_timer *t)
{
	vgic_kick(plat_container_of(t, struct vcpu, doorbell_timer)->v);
}

/* Policy doorbell_window: the thread sleeps on until a timer of the PE that took the doorbell. */
static void wake_later(void *vcpu_port, u32 ns)
{
	struct vcpu *c = vcpu_port;
	struct pe *pe = pe_current();

	if (c->doorbell_timer.armed)
		return;
	plat_cost((enum plat_cost)COST_TIMER_PROGRAM, 1);
	plat_sync();
	c->doorbell_timer.fn = window_ends;
	host_timer_arm(&c->doorbell_timer, pe, sim_now(pe->m->e) + ns * SIM_NS);
}

/* ---- the census ---- */

/* The bit of an interrupt in a vPE's pending table: the hardware's memory is the truth. */
static bool pending_bit(struct machine *m, const struct host_vpe *vpe, u32 intid)
{
	u8 byte;

	return !gic_mem_read(&m->mem, vpe->vpt + intid / 8, &byte, 1) &&
	       (byte & PLAT_BIT(intid % 8));
}

/* Of how many vCPUs an LPI is pending. */
static u32 pending_bits(struct vm *vm, u32 intid)
{
	u32 tag = vm->vlpi_tag[intid - GIC_LPI_BASE], n = 0;

	for (u32 i = 0; i < vm->nr_vcpus; i++) {
		const struct host_vpe *vpe = vgic_v4_vpe(vm->vcpus[i].v);

		n += vpe && pending_bit(vm->m, vpe, intid);
	}
	/* One that is being handed over is counted where it was. */
	return tag && tag == in_software(vm, intid) && n ? n - 1 : n;
}

u32 vlpi_count_pending(struct vm *vm, u32 vcpu, u32 intid)
{
	const struct host_vpe *vpe = vgic_v4_vpe(vm->vcpus[vcpu].v);

	if (!vpe)
		return 0;
	return intid < GIC_LPI_BASE ? pending_bit(vm->m, vpe, intid) : pending_bits(vm, intid);
}

struct visit {
	void (*fn)(void *arg, u32 tag);
	void *arg;
};

static void visit_vlpi(void *ctx, const void *payload)
{
	struct visit *v = ctx;

	v->fn(v->arg, ((const struct vlpi_message *)payload)->tag);
}

static void visit_vsgi(void *ctx, const void *payload)
{
	struct visit *v = ctx;

	v->fn(v->arg, ((const struct vsgi_message *)payload)->tag);
}

void vlpi_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg)
{
	struct visit v = { fn, arg };

	for (u32 i = 0; m->direct && i < m->direct->handed.nr; i++)
		fn(arg, m->direct->handed.tag[i]);
	for (u32 i = 0; m->direct && i < 2; i++) {
		sim_pipe_for_each(m->direct->path[i], visit_vlpi, &v);
		sim_pipe_for_each(m->direct->sgi_path[i], visit_vsgi, &v);
	}
}

/* ---- set-up ---- */

static int probe(struct machine *m)
{
	struct host_policy policy = m->cfg->hypervisor.host;

	policy.residency_poll_step = (u32)(m->cfg->hypervisor.residency_poll_step / SIM_NS);
	return host_v4_probe(m->host_its, &policy);
}

int vlpi_host_init(struct machine *m)
{
	struct direct *d;

	if (m->cfg->host.gic.version < GIC_V4_0)
		return 0;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	m->direct = d;
	for (u32 i = 0; i < 2; i++) {
		d->path[i] = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++,
					  sizeof(struct vlpi_message), vlpi_arrives, m);
		d->sgi_path[i] = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++,
					      sizeof(struct vsgi_message), vsgi_arrives, m);
		if (!d->path[i] || !d->sgi_path[i])
			return -ENOMEM;
	}
	for (u32 i = 0; i < m->nr_pes; i++)
		sim_event_init(m->e, &m->pes[i].scan_event, CLASS_TIMER, 2 * m->nr_pes + i,
			       scan_ends);
	return probe(m);
}

void vlpi_host_free(struct machine *m)
{
	for (u32 i = 0; m->direct && i < m->nr_pes; i++)
		if (m->pes[i].scan_event.fn)
			sim_event_fini(m->e, &m->pes[i].scan_event);
	for (u32 i = 0; m->direct && i < 2; i++) {
		if (m->direct->path[i])
			sim_pipe_free(m->direct->path[i]);
		if (m->direct->sgi_path[i])
			sim_pipe_free(m->direct->sgi_path[i]);
	}
	if (m->direct) {
		free(m->direct->handed.tag);
		free(m->direct->more.tag);
	}
	free(m->direct);
}

void vlpi_vm_init(struct vm *vm)
{
	vm->vgic->doorbell_later = wake_later;
	for (u32 i = 0; vm->m->direct && i < vm->nr_vcpus; i++) {
		const struct host_vpe *vpe = vgic_v4_vpe(vm->vgic->vcpus[i]);

		if (vpe)
			vm->m->direct->owner[vpe->id] = &vm->vcpus[i];
	}
}
