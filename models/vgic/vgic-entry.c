// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guest entry and exit: from the AP list to the list registers and back (spec/vgic.md 1.8, 1.9,
 * 1.14). What else of the virtual interface moves then stands in vgic-switch.c.
 *
 * Two generations by policy `overflow`. Classic (until Linux 6.18) leaves an empty list alone,
 * touches the hardware only when list registers are in use, and asks for an underflow interrupt
 * when more interrupts wait than fit. eoicount (from 6.19) goes the whole way each time, computes
 * the maintenance interrupts from what is on the list, and saves VMCR at each exit.
 *
 * Choices: the orders that need no sort (always-sorted, priority-buckets) fill the list registers
 * in two rounds when not all fit: active interrupts first under classic, which cannot finish one
 * that is in no list register, pending ones first under eoicount, which can. Underflow is asked
 * for when interrupts of this vCPU are left behind; those of others on a shared list do not count.
 * Hosts have two list registers or more: underflow is asserted while one or none is in use, so with
 * a single one it would be there again as soon as the guest is entered.
 */
#include "vgic-hostif.h"
#include "vgic-v4.h"

/* What stands on the AP list for this vCPU. */
struct summary {
	u32 entries;
	u32 lrs;     /* list registers they would fill (classic) */
	u32 pending; /* not active, belonging here (eoicount) */
	u32 active;
	u32 sgis;
	bool multi; /* a GICv2 SGI with several sources */
};

/* List registers being filled. */
struct fill {
	struct vgic_vcpu *v;
	const struct summary *sum;
	u32 n;	   /* list registers written */
	bool left; /* full, and entries not looked at */
};

/* The interrupts that a round of filling takes. */
enum round { ROUND_ALL, ROUND_ACTIVE, ROUND_PENDING };

static void summarise(struct vgic_vcpu *v, struct summary *s)
{
	struct vgic_irq *irq;

	memset(s, 0, sizeof(*s));
	vgic_for_each_own(irq, v) {
		u32 lrs;

		plat_lock(&irq->lock);
		lrs = vgic_lr_count(v->vm, irq);
		s->entries++;
		s->lrs += lrs;
		s->multi |= lrs > 1;
		if (vgic_target_oracle(irq) == v) {
			s->pending += !irq->active;
			s->active += irq->active;
			s->sgis += vgic_is_sgi(irq->intid);
		}
		plat_unlock(&irq->lock);
	}
}

/* ---- filling the list registers ---- */

static bool in_round(const struct vgic_irq *irq, enum round round)
{
	return round == ROUND_ALL || irq->active == (round == ROUND_ACTIVE);
}

/*
 * One walk along the list. While a GICv2 SGI has sources left, nothing of lower priority may pass
 * it: the guest must see all of them first.
 */
static void fill_round(struct fill *f, enum round round)
{
	struct vgic_vcpu *v = f->v;
	bool multi = f->sum->multi && !vgic_new_generation(v->vm) && round != ROUND_ACTIVE;
	u32 nr_lrs = v->vm->nr_lrs, seen = 0;
	u8 last_priority = 0xff;
	struct vgic_irq *irq;

	if (f->n == nr_lrs) {
		f->left = f->n < f->sum->entries;
		return;
	}
	vgic_for_each_own(irq, v) {
		bool stop;

		seen++;
		plat_lock(&irq->lock);
		stop = multi && irq->priority > last_priority;
		if (!stop && in_round(irq, round) && vgic_target_oracle(irq) == v &&
		    vgic_lr_populate(v, irq, f->n)) {
			f->n++;
			if (irq->source)
				last_priority = irq->priority;
		}
		plat_unlock(&irq->lock);
		if (stop)
			return;
		if (f->n == nr_lrs) {
			f->left = round == ROUND_ALL ? seen < f->sum->entries
						     : f->n < f->sum->entries;
			return;
		}
	}
}

/* For lists in order of priority: first those that must not be left out, then what fits. */
static void fill_in_two_rounds(struct fill *f)
{
	if (vgic_new_generation(f->v->vm)) {
		if (f->sum->pending)
			fill_round(f, ROUND_PENDING);
		fill_round(f, ROUND_ACTIVE);
	} else {
		if (f->sum->active)
			fill_round(f, ROUND_ACTIVE);
		fill_round(f, ROUND_PENDING);
	}
}

static void fill_lrs(struct fill *f, bool overflow)
{
	u8 order = f->v->vm->policy.order;
	bool sorted = order == VGIC_ORDER_SORTED || order == VGIC_ORDER_BUCKETS;

	if (overflow && sorted) {
		fill_in_two_rounds(f);
		return;
	}
	if (overflow)
		vgic_ap_sort(f->v);
	fill_round(f, ROUND_ALL);
}

/*
 * ICH_HCR_EL2 of the newer generation (spec/vgic.md 1.8): an exit when list registers run empty
 * although more waits, when an interrupt ends that is in none, and when a group is switched.
 */
static u32 eoicount_hcr(const struct vgic_vcpu *v, const struct summary *s)
{
	struct vgic_vm *vm = v->vm;
	bool overflow = s->pending + s->active > vm->nr_lrs;
	u32 vmcr = v->cpuif.vmcr, hcr = ICH_HCR_EN;

	if (overflow)
		hcr |= ICH_HCR_UIE;
	if (overflow && s->active)
		hcr |= ICH_HCR_LRENPIE;
	if (s->pending > vm->nr_lrs)
		hcr |= ICH_HCR_NPIE;
	hcr |= vmcr & ICH_VMCR_VENG0 ? ICH_HCR_VGRP0DIE : ICH_HCR_VGRP0EIE;
	hcr |= vmcr & ICH_VMCR_VENG1 ? ICH_HCR_VGRP1DIE : ICH_HCR_VGRP1EIE;
	if (!s->sgis)
		hcr |= ICH_HCR_VSGIEOICOUNT;
	if (!vm->has_tdir)
		hcr |= ICH_HCR_TC; /* TDIR has no effect: trap all common registers */
	if (!vm->has_tdir || (overflow && s->active) || plat_atomic_read(&vm->active_spis))
		hcr |= ICH_HCR_TDIR;
	return hcr;
}

static void flush_classic(struct vgic_vcpu *v)
{
	struct vgic_ap_list *ap = v->ap;
	struct summary sum;
	struct fill f = { .v = v, .sum = &sum };

	plat_lock(&ap->lock);
	summarise(v, &sum);
	fill_lrs(&f, sum.lrs > v->vm->nr_lrs || sum.multi);
	plat_unlock(&ap->lock);
	v->cpuif.hcr = ICH_HCR_EN | (f.left ? ICH_HCR_UIE : 0);
}

static void flush_eoicount(struct vgic_vcpu *v)
{
	struct vgic_ap_list *ap = v->ap;
	struct summary sum;
	struct fill f = { .v = v, .sum = &sum };

	plat_lock(&ap->lock);
	summarise(v, &sum);
	fill_lrs(&f, sum.pending + sum.active > v->vm->nr_lrs);
	v->cpuif.hcr = eoicount_hcr(v, &sum);
	plat_unlock(&ap->lock);
}

static void restore_lrs(struct vgic_vcpu *v)
{
	struct vgic_cpuif_state *s = &v->cpuif;
	u32 n;

	if (!s->used_lrs && !vgic_new_generation(v->vm) && !vgic_v4_vpe(v))
		return;
	if (!vgic_moves_all(v->vm)) {
		vgic_hw_cost(v, COST_LR_WRITE, s->used_lrs);
		vgic_hw_cost(v, COST_ICH_ACCESS, 1);
	}
	for (n = 0; n < s->used_lrs; n++)
		vgic_hw_write_lr(v, n, s->lr[n]);
	s->lrs_live = true;
	if (plat_unlikely(s->hcr & (ICH_HCR_UIE | ICH_HCR_LRENPIE | ICH_HCR_NPIE)))
		plat_sync(); /* it may raise the maintenance interrupt */
	vgic_hw_write_hcr(v, s->hcr);
}

void vgic_flush(struct vgic_vcpu *v)
{
	if (plat_warn_on(!v->pe))
		return;
	if (plat_unlikely(vgic_moves_all(v->vm)))
		vgic_switch_in(v);
	if (plat_unlikely(vgic_v4_at_entry(v)))
		vgic_v4_load(v);
	if (vgic_new_generation(v->vm)) {
		flush_eoicount(v);
	} else {
		/* an interrupt queued after this look comes with a request, seen before entry */
		plat_sync();
		if (!plat_list_empty(&v->ap->head))
			flush_classic(v);
		else if (vgic_v4_vpe(v)) /* vLPIs need the interface on */
			v->cpuif.hcr |= ICH_HCR_EN;
		else
			return;
	}
	restore_lrs(v);
	vgic_v4_commit(v);
}

/* ---- exit ---- */

/* Read back what the guest left; the list registers are empty afterwards. */
static u32 save_lrs(struct vgic_vcpu *v)
{
	struct vgic_cpuif_state *s = &v->cpuif;
	u32 n, elrsr, empty, eoicount = 0;

	if (vgic_new_generation(v->vm)) {
		vgic_vmcr_sync(v);
		if (s->hcr & ICH_HCR_LRENPIE) {
			vgic_hw_cost(v, COST_ICH_ACCESS, 1);
			eoicount = (u32)FIELD_GET(vgic_hw_read_hcr(v), ICH_HCR_EOICOUNT);
		}
	} else if (!s->used_lrs && !vgic_v4_vpe(v)) {
		return 0;
	}
	elrsr = vgic_hw_read_elrsr(v);
	empty = elrsr & (PLAT_BIT(s->used_lrs) - 1);
	if (!vgic_moves_all(v->vm)) {
		vgic_hw_cost(v, COST_ICH_ACCESS, 2);
		vgic_hw_cost(v, COST_LR_READ, s->used_lrs - plat_popcount64(empty));
		vgic_hw_cost(v, COST_LR_WRITE, s->used_lrs);
	}
	/* a maintenance interrupt goes with En: what else arrives at this PE may see its line fall */
	if (plat_unlikely(ich_misr_read(v->pe)))
		plat_sync();
	vgic_hw_write_hcr(v, s->hcr & ~ICH_HCR_EN);
	for (n = 0; n < s->used_lrs; n++) {
		if (empty & PLAT_BIT(n))
			s->lr[n] &= ~FIELD_MASK(ICH_LR_STATE);
		else
			s->lr[n] = vgic_hw_read_lr(v, n);
		vgic_hw_write_lr(v, n, 0);
	}
	s->lrs_live = false;
	return eoicount;
}

/* What list register n held is in no list register any more. */
static void lr_done(struct vgic_vcpu *v, u32 n)
{
	v->cpuif.lr[n] &= ~FIELD_MASK(ICH_LR_STATE);
	v->cpuif.written_pending &= (u16)~PLAT_BIT(n);
}

/* An LPI that left the AP list and lost its mapping while it was in list register n. */
static void fold_orphan(struct vgic_vcpu *v, u32 n, u32 intid)
{
	u64 lr = v->cpuif.lr[n];
	u32 tag = 0;

	plat_event(EV_IRQ_FOLDED, v->vm->port, v->id, intid, &tag, FIELD_GET(lr, ICH_LR_STATE));
	if ((lr & ICH_LR_PENDING) && (v->cpuif.written_pending & PLAT_BIT(n)))
		plat_event(EV_IRQ_DROPPED, v->vm->port, v->id, intid, &tag, DROP_DISCARDED);
	lr_done(v, n);
}

static void fold_one(struct vgic_vcpu *v, u32 n)
{
	struct vgic_vm *vm = v->vm;
	u64 lr = v->cpuif.lr[n];
	u32 intid = vgic_lr_intid(vm, lr);
	bool notify = vgic_lr_signals_eoi(lr) && vgic_is_spi(vm, intid);
	struct vgic_irq *irq;
	bool done;

	if (notify && !vgic_new_generation(vm))
		vgic_notify_acked(vm, intid);
	irq = vgic_get_irq(vm, v, intid);
	if (!irq) {
		fold_orphan(v, n, intid);
		return;
	}
	plat_lock(&irq->lock);
	done = vgic_lr_fold(v, irq, lr, v->cpuif.written_pending & PLAT_BIT(n));
	lr_done(v, n);
	plat_unlock(&irq->lock);
	if (notify && done && vgic_new_generation(vm))
		vgic_notify_acked(vm, intid);
	vgic_put_irq(vm, irq);
}

static void fold_lrs(struct vgic_vcpu *v, u32 eoicount)
{
	u32 n;

	for (n = 0; n < v->cpuif.used_lrs; n++)
		fold_one(v, n);
	if (eoicount)
		vgic_replay_eoicount(v, eoicount);
	v->cpuif.used_lrs = 0;
	v->cpuif.hcr &= ~ICH_HCR_UIE;
}

void vgic_sync(struct vgic_vcpu *v)
{
	u32 eoicount;

	if (plat_warn_on(!v->pe))
		return;
	if (plat_unlikely(vgic_moves_all(v->vm)))
		vgic_switch_out(v);
	if (plat_unlikely(vgic_v4_at_entry(v)))
		vgic_v4_put(v, false);
	plat_sync();
	if (!v->cpuif.used_lrs && plat_list_empty(&v->ap->head) && !vgic_new_generation(v->vm) &&
	    !vgic_v4_vpe(v))
		return;
	eoicount = save_lrs(v);
	if (v->cpuif.used_lrs)
		fold_lrs(v, eoicount);
	vgic_prune(v);
}
