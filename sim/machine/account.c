// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What becomes of each interrupt. Raises are counted where they happen (devices, timers, SGIs),
 * ends where the models tell them (models/vgic/vgic.h), and what is on its way is looked up in the
 * models, queues and hands that hold it: so an interrupt that is lost shows in the identity.
 *
 * An instance's life carries a tag through all of that. Its hops end where one room hands it to
 * the next; the hop between queueing and list register is split at the vCPU's exit (kick) and at
 * its loading (wake-up).
 */
#include <stdio.h>
#include <stdlib.h>

#include <models/arch/gicv3.h>

#include "machine.h"

/* ---- lives ---- */

static u32 begin(struct machine *m, struct vm *vm, u32 vcpu, u32 intid, sim_time t, u32 source)
{
	u32 tag = rec_life_begin(&m->lives, t, source);

	rec_life_name(&m->lives, tag, vm->id, vcpu, intid);
	return tag;
}

u32 account_raise(struct machine *m, struct vm *vm, u32 vcpu, u32 intid, sim_time t, u32 source)
{
	rec_irq(&vm->irqs, vcpu, intid)->raised++;
	return begin(m, vm, vcpu, intid, t, source);
}

u32 account_represent(struct machine *m, struct vm *vm, u32 vcpu, u32 intid, u32 source)
{
	rec_irq(&vm->irqs, vcpu, intid)->represented++;
	return begin(m, vm, vcpu, intid, machine_now(m), source);
}

static struct rec_irq_count *account_of(struct machine *m, const struct rec_life *life)
{
	return rec_irq(&m->vms[life->vm]->irqs, life->vcpu, life->intid);
}

u32 account_returned(struct machine *m, u32 tag)
{
	struct rec_life *life = rec_life_get(&m->lives, tag);

	return life ? ++life->mark.returns : 0;
}

static void finish(struct machine *m, struct rec_life *life, enum rec_outcome outcome)
{
	struct rec_irq_count *a = account_of(m, life);

	if (outcome == REC_COALESCED)
		a->coalesced++;
	else if (outcome == REC_RETIRED)
		a->retired++;
	else if (outcome == REC_DELIVERED)
		a->delivered++;
	else
		a->dropped++;
	rec_life_finish(&m->lives, life, outcome, machine_now(m));
}

void account_end(struct machine *m, u32 tag, enum rec_outcome outcome)
{
	struct rec_life *life = rec_life_get(&m->lives, tag);

	if (life)
		finish(m, life, outcome);
}

void account_drop(struct machine *m, u32 tag, enum plat_drop why)
{
	m->dropped[why]++;
	account_end(m, tag, REC_DROPPED);
}

void account_hw(struct machine *m, u32 tag, enum rec_stage stage, sim_time t, u64 assumed)
{
	rec_life_stamp(&m->lives, tag, stage, t, assumed);
}

void account_assume(struct machine *m, u32 tag, u64 ps)
{
	struct rec_life *life = rec_life_get(&m->lives, tag);

	if (life)
		life->assumed += ps;
}

static u64 since(u64 paid, u64 before)
{
	return paid > before ? paid - before : 0;
}

/*
 * What counts as assumption of a hop that ends on another PE than it began on: what the sender of
 * the SGI paid after its last stamp, the SGI's way, and what this PE paid from then on. A hop that
 * began in hardware ends with this PE's line.
 */
static u64 crossing(const struct pe *pe, const struct rec_life *life, u64 paid)
{
	u64 part = pe->line_assumed;

	if (life->mark.by == REC_NOBODY)
		return part + since(paid, pe->line_paid);
	if (pe->summons.at < life->last)
		return 0;
	if (life->mark.by == pe->summons.sender)
		part += since(pe->summons.sender_paid, life->mark.assumed);
	return part + pe->summons.assumed + since(paid, pe->summons.paid);
}

/*
 * Software on a PE: a hop ends at t, when the PE had paid `paid` from assumptions. What it paid since
 * its last stamp on this life counts, but not for more than the hop took.
 */
static void stamp(struct pe *pe, struct rec_life *life, enum rec_stage stage, sim_time t, u64 paid)
{
	struct rec_lives *lives = &pe->m->lives;
	struct rec_life_mark *mark = &life->mark;
	u64 part, spun = 0;

	if (mark->by != pe->n) {
		part = crossing(pe, life, paid);
	} else {
		part = since(paid, mark->assumed);
		/* The window may have opened in between: then the account began anew. */
		if (pe->spent[PE_SPIN] > mark->spun)
			spun = pe->spent[PE_SPIN] - mark->spun;
	}
	mark->by = pe->n;
	mark->assumed = paid;
	mark->spun = pe->spent[PE_SPIN];
	if (t <= life->last)
		part = 0;
	else if (part > t - life->last)
		part = t - life->last;
	rec_life_pass(lives, life, stage, t, part);
	rec_log_waited(lives, life, spun);
}

void account_sw(struct pe *pe, u32 tag, enum rec_stage stage)
{
	struct rec_life *life = rec_life_find(&pe->m->lives, tag);

	if (life)
		stamp(pe, life, stage, machine_now(pe->m), pe_paid_assumed(pe));
}

void account_begins(struct pe *pe, u32 tag, u64 paid)
{
	struct rec_life *life = rec_life_find(&pe->m->lives, tag);

	if (!life)
		return;
	life->mark.by = pe->n;
	life->mark.assumed = paid;
	life->mark.spun = pe->spent[PE_SPIN];
}

/* ---- the story of a life, for `gicsim explain` ---- */

static struct machine *explaining; /* its lives are logged */
static struct machine *tracing;

/* State words are the flags of the guest interrupt, where there is one. */
static u64 state_of(struct vm *vm, u32 vcpu, u32 intid)
{
	struct vgic_irq *irq = NULL;
	u64 key = intid;

	if (intid < VGIC_NR_PRIVATE)
		irq = vcpu < vm->nr_vcpus ? &vm->vcpus[vcpu].v->private_irqs[intid] : NULL;
	else if (vgic_is_spi(vm->vgic, intid))
		irq = &vm->vgic->spis[intid - VGIC_NR_PRIVATE];
	else
		irq = plat_index_load(&vm->vgic->lpis, key);
	return irq ? explain_state(irq) : 0;
}

static void explain(enum plat_event ev, void *object, u32 who, u32 intid, u32 tag, u64 arg)
{
	struct machine *m = explaining;
	bool guest = object != m;
	struct vm *vm = object;
	struct rec_step step = { .time = machine_now(m),
				 .arg = arg,
				 .intid = intid,
				 .who = who,
				 .event = (uint16_t)ev,
				 .object = guest ? (uint16_t)vm->id : EXPLAIN_HOST };

	/* Of a vLPI the INTID is the guest's. */
	if (!tag && !guest && ev < EV_VLPI_PENDING && intid >= GIC_LPI_BASE &&
	    intid - GIC_LPI_BASE < m->nr_lpis)
		tag = m->lpis[intid - GIC_LPI_BASE].tag;
	else if (!tag && !guest && intid >= GIC_SPI_BASE && intid < GIC_LPI_BASE)
		tag = device_spi_tag(m, intid);
	if (guest)
		step.after = state_of(vm, who, intid);
	rec_log_add(&m->lives, tag, &step);
}

/* ---- what the virtual GIC tells ---- */

bool account_names(struct machine *m, u32 tag, const struct vm *vm, u32 intid)
{
	const struct rec_life *life = tag ? rec_life_get(&m->lives, tag) : NULL;

	return life && life->vm == vm->id && life->intid == intid;
}

/* The life that a raise belongs to, when the core was given none. */
static u32 adopt(struct vm *vm, u32 vcpu, u32 intid)
{
	struct machine *m = vm->m;
	struct pe *pe = pe_current();
	struct vcpu *c = &vm->vcpus[vcpu];
	bool began;
	u32 tag;

	if (intid == GUEST_VTIMER_PPI && c->timer_tag) {
		tag = c->timer_tag;
		c->timer_tag = 0;
		return tag;
	}
	if (account_names(m, pe->hand_tag, vm, intid))
		return pe->hand_tag;
	if (plat_unlikely(vm->arrival != NULL)) {
		tag = vm_arrival_claim(vm, vcpu, intid);
		return tag ? tag : account_represent(m, vm, vcpu, intid, 0);
	}
	tag = account_raise(m, vm, vcpu, intid, pe->cause_at ? pe->cause_at : machine_now(m), 0);
	began = pe->cause_at && pe->current->vcpu;
	account_begins(pe, tag, began ? pe->current->vcpu->exited_paid : pe_paid_assumed(pe));
	return tag;
}

/* The instance is in the virtual GIC's hands now. */
static void taken_over(struct vm *vm, struct pe *pe, u32 tag)
{
	iothread_taken(vm->io, tag);
	if (pe->hand_tag == tag)
		pe->hand_tag = 0;
	else if (pe->work_tag == tag)
		pe->work_tag = 0;
	else if (thread_current()->hand_tag == tag)
		thread_current()->hand_tag = 0;
}

static void raised(struct vm *vm, u32 vcpu, u32 intid, u32 *tag)
{
	struct pe *pe = pe_current();

	if (!*tag)
		*tag = adopt(vm, vcpu, intid);
	taken_over(vm, pe, *tag);
	account_sw(pe, *tag, vm->arrival ? REC_STAGE_MOVE : REC_STAGE_INJECT);
}

static void represented(struct vm *vm, u32 vcpu, u32 intid, u32 *tag)
{
	struct vcpu *c = &vm->vcpus[vcpu];

	if (intid == GUEST_VTIMER_PPI && c->timer_tag) {
		*tag = c->timer_tag;
		c->timer_tag = 0;
		return;
	}
	*tag = account_represent(vm->m, vm, vcpu, intid, 0);
}

static void in_list_register(struct vm *vm, u32 vcpu, u32 intid, u32 *tag, u32 n)
{
	struct vcpu *c = &vm->vcpus[vcpu];
	struct rec_life *life = rec_life_find(&vm->m->lives, *tag);
	struct pe *pe = c->thread.pe;

	if (life) {
		if (c->exited_at > life->last)
			stamp(pe, life, REC_STAGE_KICK, c->exited_at, c->exited_paid);
		if (c->loaded_at > life->last)
			stamp(pe, life, REC_STAGE_WAKE, c->loaded_at, c->loaded_paid);
		stamp(pe, life, REC_STAGE_AP_LIST, machine_now(vm->m), pe_paid_assumed(pe));
	}
	c->slot[n] = (struct lr_slot){ .tag = *tag, .intid = intid };
	c->slots |= PLAT_BIT(n);
	*tag = 0;
}

static struct lr_slot *slot_of(struct vcpu *c, u32 intid)
{
	for (u32 left = c->slots; left; left &= left - 1) {
		u32 n = plat_ffs64(left);

		if (!c->slot[n].tag)
			c->slots &= ~PLAT_BIT(n);
		else if (c->slot[n].intid == intid)
			return &c->slot[n];
	}
	return NULL;
}

/*
 * It waited in a pending table until the vCPU was loaded and entered, after the host had taken its
 * doorbell, if there was one.
 */
static void in_hardware(struct vcpu *c, struct rec_life *life)
{
	struct pe *pe = c->thread.pe;
	sim_time go;

	go = c->loaded_at > life->last ? c->loaded_at : c->entered_at;
	if (c->doorbell_at > life->last && c->doorbell_at <= go)
		stamp(pe, life, REC_STAGE_HOST_IRQ, c->doorbell_at, pe->line_paid);
	if (c->loaded_at > life->last)
		stamp(pe, life, REC_STAGE_WAKE, c->loaded_at, c->loaded_paid);
	if (c->entered_at > life->last)
		stamp(pe, life, REC_STAGE_ENTRY, c->entered_at, pe_paid_assumed(pe));
}

/* A list register comes back: pending still, the instance returns to its interrupt. */
static void folded(struct vm *vm, u32 vcpu, u32 intid, u32 *tag, u64 state)
{
	struct vcpu *c = &vm->vcpus[vcpu];
	struct lr_slot *s = slot_of(c, intid);
	struct rec_life *life;

	if (!s || !(state & (ICH_LR_PENDING >> 62)))
		return;
	/* It was in the list register for nothing while the guest ran. */
	life = rec_life_get(&vm->m->lives, s->tag);
	if (life && c->exited_at > life->last)
		stamp(c->thread.pe, life, REC_STAGE_GUEST, c->exited_at, c->exited_paid);
	if (*tag) {
		/* Two wait now; the earlier one goes on. */
		struct rec_life *a = rec_life_get(&vm->m->lives, *tag);
		struct rec_life *b = rec_life_get(&vm->m->lives, s->tag);
		bool older = a && b && b->raised < a->raised;

		c->merged_tag = older ? *tag : s->tag;
		if (older)
			*tag = s->tag;
	} else {
		*tag = s->tag;
	}
	s->tag = 0;
}

static void coalesced(struct vm *vm, u32 vcpu, u32 intid, u32 *tag, u64 arg)
{
	struct vcpu *folding = thread_current()->vcpu;

	/* Told by whoever folds, about an interrupt that may be another vCPU's by now. */
	if (arg) {
		account_end(vm->m, folding->merged_tag, REC_COALESCED);
		folding->merged_tag = 0;
		return;
	}
	/* What is restored twice, as latch and as line, is one. */
	if (!*tag && vm->arrival)
		return;
	if (!*tag)
		*tag = adopt(vm, vcpu, intid);
	taken_over(vm, pe_current(), *tag);
	account_end(vm->m, *tag, REC_COALESCED);
	*tag = 0;
}

static void dropped(struct vm *vm, u32 vcpu, u32 intid, u32 *tag, u64 why)
{
	if (!*tag)
		*tag = account_raise(vm->m, vm, vcpu, intid, machine_now(vm->m), 0);
	taken_over(vm, pe_current(), *tag);
	account_drop(vm->m, *tag, (enum plat_drop)why);
	*tag = 0;
}

void plat_event_slow(enum plat_event ev, void *object, u32 who, u32 intid, u32 *tag, u64 arg)
{
	struct vm *vm = object;
	u32 none = 0;
	u32 before = tag ? *tag : 0;

	if (!tag)
		tag = &none;
	switch (ev) {
	case EV_IRQ_PENDED: raised(vm, who, intid, tag); break;
	case EV_IRQ_COALESCED: coalesced(vm, who, intid, tag, arg); break;
	case EV_IRQ_REPRESENTED: represented(vm, who, intid, tag); break;
	case EV_IRQ_DROPPED: dropped(vm, who < vm->nr_vcpus ? who : 0, intid, tag, arg); break;
	case EV_IRQ_QUEUED: account_sw(pe_current(), *tag, REC_STAGE_INJECT); break;
	case EV_IRQ_IN_LR: in_list_register(vm, who, intid, tag, (u32)arg); break;
	case EV_IRQ_FOLDED: folded(vm, who, intid, tag, arg); break;
	case EV_IRQ_RETIRED:
		account_end(vm->m, *tag, REC_RETIRED);
		*tag = 0;
		break;
	case EV_ITS_CMD_ERROR: vm->m->guest_errors[0]++; break;
	case EV_VLPI_PENDING:
	case EV_VLPI_COALESCED:
	case EV_VLPI_RETIRED:
	case EV_VLPI_DROPPED:
	case EV_HW_DOORBELL: *tag = vlpi_event(object, ev, intid, arg); break;
	case EV_IRQ_TO_HW: vlpi_from_software(vm, who, intid, tag, arg); break;
	case EV_HW_PENDING:
	case EV_HW_COALESCED:
	case EV_HW_RETIRED:
		if (intid >= GIC_LPI_BASE &&
		    (ev == EV_HW_RETIRED || ((struct machine *)object)->command))
			vlpi_host_lpi(object, ev, intid);
		break;
	case EV_HW_UNPREDICTABLE: ((struct machine *)object)->unpredictable[arg]++; break;
	default: break;
	}
	if (plat_unlikely(explaining != NULL))
		explain(ev, object, who, intid, before ? before : *tag, arg);
	if (plat_unlikely(tracing != NULL))
		trace_event(tracing, ev, object, who, intid, before ? before : *tag);
}

static void delivered(struct vcpu *c, struct rec_life *life, u32 intid)
{
	struct machine *m = c->vm->m;
	struct pe *pe = c->thread.pe;

	/* A vLPI may have come since the exception was taken, and be read in another's place. */
	stamp(pe, life, REC_STAGE_GUEST, life->last > c->vector_at ? life->last : c->vector_at,
	      c->vector_paid);
	stamp(pe, life, REC_STAGE_VECTOR, machine_now(m), pe_paid_assumed(pe));
	if (plat_unlikely(explaining != NULL))
		explain(EV_IRQ_ACKED, c->vm, c->id, intid, life->tag, 0);
	if (plat_unlikely(tracing != NULL))
		trace_event(m, EV_IRQ_ACKED, c->vm, c->id, intid, life->tag);
	if (machine_breaks(m, BREAK_DOUBLE))
		account_of(m, life)->delivered++;
	if (machine_breaks(m, BREAK_STAGE))
		life->stage[REC_STAGE_VECTOR]++;
	finish(m, life, REC_DELIVERED);
}

/* Whether the list register of an interrupt was taken: it is not pending any more. */
static bool lr_taken(const struct vcpu *c, const struct lr_slot *s)
{
	return s && !(ich_lr_read(c->thread.pe->gic, (u32)(s - c->slot)) & ICH_LR_PENDING);
}

/* A list register's instance was acknowledged, or one that the hardware presented; both may wait. */
void account_ack(struct vcpu *c, u32 intid)
{
	struct rec_lives *lives = &c->vm->m->lives;
	struct lr_slot *s = slot_of(c, intid);
	u32 *direct = c->vm->m->direct ? vlpi_acked(c, intid) : NULL;
	struct rec_life *life;

	if (!direct || !*direct || lr_taken(c, s)) {
		life = s ? rec_life_find(lives, s->tag) : NULL;
		if (life)
			delivered(c, life, intid);
		if (s)
			s->tag = 0;
		return;
	}
	life = rec_life_find(lives, *direct);
	if (life) {
		in_hardware(c, life);
		delivered(c, life, intid);
	}
	*direct = intid >= GIC_LPI_BASE ? vlpi_next(c, intid) : 0;
}

/* ---- what is on its way ---- */

struct census {
	struct machine *m;
	bool at_end;
	u32 found; /* instances with a life */
};

static void here(struct census *x, struct rec_irq_count *a, u32 n)
{
	if (x->at_end)
		a->pending_at_end += n;
	else
		a->pending_at_start += n;
	x->found += n;
}

static void found_tag(void *arg, u32 tag)
{
	struct census *x = arg;
	const struct rec_life *life = rec_life_get(&x->m->lives, tag);

	if (life)
		here(x, account_of(x->m, life), 1);
}

static void census_vm(struct census *x, struct vm *vm)
{
	struct vgic_irq *irq;
	u64 key;

	if (!vm->vgic)
		return; /* it has left */
	vm_arrival_in_flight(vm, found_tag, x);
	for (u32 v = 0; v < vm->nr_vcpus; v++) {
		struct vcpu *c = &vm->vcpus[v];

		for (u32 i = 0; i < VGIC_NR_PRIVATE; i++)
			here(x, rec_irq(&vm->irqs, v, i), vgic_count_pending(vm->vgic, i, c->v));
		for (u32 i = 0; vm->m->direct && i < PLAT_ARRAY_SIZE(c->vsgi_tag); i++)
			here(x, rec_irq(&vm->irqs, v, i), vlpi_count_pending(vm, v, i));
		found_tag(x, c->timer_tag);
	}
	for (u32 i = 0; i < vm->vgic->nr_spis; i++)
		here(x, rec_irq(&vm->irqs, 0, 32 + i), vgic_count_pending(vm->vgic, 32 + i, NULL));
	plat_index_for_each(&vm->vgic->lpis, key, irq)
		if (irq->raised || irq->on_lr)
			here(x, rec_irq(&vm->irqs, 0, irq->intid),
			     vgic_count_pending(vm->vgic, irq->intid, NULL));
	for (u32 i = 0; i < vm->vlpi_room; i++)
		here(x, rec_irq(&vm->irqs, 0, GIC_LPI_BASE + i),
		     vlpi_count_pending(vm, 0, GIC_LPI_BASE + i));
}

void account_pending(struct machine *m, bool at_end)
{
	struct census x = { .m = m, .at_end = at_end };
	struct plat_user before = plat_user;

	/* Looking costs nothing and leaves no mark. */
	machine_costs_enable(m, false);
	for (u32 i = 0; i < m->nr_vms; i++)
		census_vm(&x, m->vms[i]);
	devices_in_flight(m, found_tag, &x);
	iothreads_in_flight(m, found_tag, &x);
	platform_in_flight(m, found_tag, &x);
	vlpi_in_flight(m, found_tag, &x);
	device_spi_in_flight(m, found_tag, &x);
	for (u32 i = 0; i < host_nr_its(&m->cfg->host); i++)
		its_server_in_flight(m->server[i], found_tag, &x);
	for (u32 i = 0; i < m->lpis_tagged; i++)
		found_tag(&x, m->lpis[i].tag);
	for (u32 i = 0; i < m->nr_pes; i++) {
		found_tag(&x, m->pes[i].hand_tag);
		worker_in_flight(&m->pes[i], found_tag, &x);
	}
	host_threads_in_flight(m, found_tag, &x);
	plat_user = before;
	if (x.found != rec_life_outstanding(&m->lives))
		rec_report_add(
			&m->report,
			"interrupts on their way: %u were raised and not ended, %u are found",
			rec_life_outstanding(&m->lives), x.found);
}

bool account_check(struct machine *m)
{
	for (u32 i = 0; i < m->nr_vms; i++)
		rec_irqs_check(&m->vms[i]->irqs, &m->report);
	rec_lives_check(&m->lives, &m->report);
	platform_check(m);
	return m->report.count == 0;
}

/* ---- set-up ---- */

int account_init(struct machine *m)
{
	static const char *const drops[] = {
#define DROP_NAME(id, name) name,
		PLAT_DROPS(DROP_NAME)
#undef DROP_NAME
	};
	static const char *const exits[] = {
#define EXIT_NAME(id, name) name,
		MACHINE_EXITS(EXIT_NAME)
#undef EXIT_NAME
	};
	static const char *const errors[] = { "its-command" };
	static const char *const unpredictable[] = {
#define UNPREDICTABLE_NAME(id, what) #id,
		PLAT_UNPREDICTABLES(UNPREDICTABLE_NAME)
#undef UNPREDICTABLE_NAME
	};
	static const char *const payments[] = {
#define PAYMENT_NAME(id, name) name,
		MACHINE_PAYMENTS(PAYMENT_NAME)
#undef PAYMENT_NAME
	};

	rec_metrics_init(&m->metrics);
	m->exits = rec_family(&m->metrics, REC_M_EXIT, NULL, exits, EXIT_NR);
	m->dropped = rec_family(&m->metrics, REC_M_IRQ_DROPPED, NULL, drops, DROP_NR);
	m->guest_errors = rec_family(&m->metrics, REC_M_GUEST_ERRORS, NULL, errors, 1);
	m->unpredictable = rec_family(&m->metrics, REC_M_HW_UNPREDICTABLE, NULL, unpredictable,
				      UNPREDICTABLE_NR);
	m->paid = rec_family(&m->metrics, REC_M_ENGINE_EVENTS_BY, NULL, payments, PAID_NR);
	for (u32 i = 0; i < EXIT_NR; i++) {
		m->exit_time[i] = rec_times(&m->metrics, REC_M_EXIT_TIME, NULL, exits[i], false);
		if (!m->exit_time[i])
			return -ENOMEM;
	}
	m->sched_delay = rec_times(&m->metrics, REC_M_SCHED_DELAY, NULL, NULL, false);
	if (!m->paid || !m->exits || !m->dropped || !m->guest_errors || !m->unpredictable ||
	    !m->sched_delay)
		return -ENOMEM;
	return rec_lives_init(&m->lives, &m->metrics);
}

void account_listen(struct machine *m, bool details)
{
	plat_user.event_mask = 0;
	explaining = m->lives.log ? m : NULL;
	tracing = m->trace ? m : NULL;
#define LISTEN_LIFE   true
#define LISTEN_DETAIL details
#define LISTEN(id, kind, name, rule) \
	if (LISTEN_##kind) \
		plat_user.event_mask |= PLAT_BIT64(EV_##id);
	PLAT_EVENTS(LISTEN)
#undef LISTEN
	if (details)
		return;
	/* The hardware's own life events repeat what deliveries return. */
	plat_user.event_mask &= ~(PLAT_BIT64(EV_HW_PENDING) | PLAT_BIT64(EV_HW_COALESCED) |
				  PLAT_BIT64(EV_HW_DROPPED) | PLAT_BIT64(EV_IRQ_ACKED));
}

void account_reset(struct machine *m)
{
	rec_metrics_reset(&m->metrics);
	rec_lives_reset(&m->lives);
	for (u32 i = 0; i < m->nr_vms; i++)
		rec_irqs_reset(&m->vms[i]->irqs);
}

void account_fini(struct machine *m)
{
	for (u32 i = 0; i < m->nr_vms; i++)
		if (m->vms[i])
			rec_irqs_fini(&m->vms[i]->irqs);
	rec_lives_fini(&m->lives);
	rec_metrics_fini(&m->metrics);
}
