// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual CPU interface, EL2 side (Arm IHI 0069 chapters 6 and 12; spec/vgic.md 2.2, 6.4):
 * list registers, control, status, the choice of the candidate, the maintenance interrupt.
 *
 * A candidate is a list register in state pending (not pending and active) whose group is enabled
 * in ICH_VMCR_EL2, or the best vLPI or vSGI of the resident vPE (GICv4). The lowest priority value
 * wins, the lower list register among equals, and any list register against a vLPI or vSGI.
 *
 * Why the short way is right. The choice depends on the list registers, on the resident vPE and on
 * VENG0 and VENG1 only; the virtual line on the choice, on VPMR, the binary points and the active priorities.
 * ich_classify() sorts a changed list register into the masks. A register that became a better
 * candidate than the chosen one is the new choice; one that was the choice and is not any more
 * makes us choose afresh; any other leaves the choice as it is. While ICH_HCR_EL2.En is 0 there is
 * no choice at all, and setting it makes one, so a hypervisor that loads the list registers first
 * pays for one.
 *
 * Choices: as many virtual preemption bits as virtual priority bits; virtual Group 0 with
 * VFIQEn = 1 signals an FIQ, which is not modelled; EOIcount saturates; the maintenance
 * interrupt is PPI 25.
 */
#include "gic-internal.h"

#define LR_RES0 (FIELD_MASK(59, 56) | FIELD_MASK(47, 42))
#define HCR_MAINTENANCE \
	(ICH_HCR_UIE | ICH_HCR_LRENPIE | ICH_HCR_NPIE | ICH_HCR_VGRP0EIE | ICH_HCR_VGRP0DIE | \
	 ICH_HCR_VGRP1EIE | ICH_HCR_VGRP1DIE)
#define HCR_TRAPS (ICH_HCR_TC | ICH_HCR_TALL0 | ICH_HCR_TALL1 | ICH_HCR_TSEI)

static u32 vprio_mask(const struct gic_pe *pe)
{
	return 0xff & ~(0xffu >> pe->gic->cfg.vprio_bits);
}

/* Words of ICH_AP0R and ICH_AP1R: 32 levels for 5 preemption bits. */
static u32 apr_words(const struct gic_pe *pe)
{
	return 1u << (pe->gic->cfg.vprio_bits - 5);
}

void ich_reset(struct gic_pe *pe)
{
	pe->virt.best = VIRT_NONE;
	pe->virt.running = GIC_IDLE;
	pe->virt.vmcr = ich_vmcr_sanitise(pe, 0);
}

/* ---- the choice ---- */

void ich_classify(struct gic_virt *v, u32 n)
{
	u64 lr = v->lr[n];
	u32 bit = PLAT_BIT(n);

	v->pending &= ~bit;
	v->active &= ~bit;
	v->eoi &= ~bit;
	if (lr & ICH_LR_ACTIVE)
		v->active |= bit;
	else if (lr & ICH_LR_PENDING)
		v->pending |= bit;
	else if ((lr & (ICH_LR_HW | ICH_LR_EOI)) == ICH_LR_EOI)
		v->eoi |= bit;
}

/* The key of list register n as a candidate, VIRT_NONE when it is none. */
static u32 lr_key(const struct gic_virt *v, u32 n)
{
	u64 lr = v->lr[n];

	if (!(v->pending & PLAT_BIT(n)) ||
	    !(v->vmcr & (lr & ICH_LR_GROUP ? ICH_VMCR_VENG1 : ICH_VMCR_VENG0)))
		return VIRT_NONE;
	return (u32)FIELD_GET(lr, ICH_LR_PRIORITY) << 8 | n;
}

/* The resident vPE's best vLPI or vSGI, if it is better than what has been chosen. */
static void choose_direct(struct gic_pe *pe)
{
	const struct gic_residency *r = &pe->vpe;
	struct gic_virt *v = &pe->virt;
	u32 groups = r->groups & (v->vmcr & (ICH_VMCR_VENG0 | ICH_VMCR_VENG1));
	u32 sgis = r->sgi_pending ? gic_vsgi_ready(pe, groups) : 0;
	u32 best = groups & 2 ? r->lpi.best : GIC_KEY_NONE;

	for (; sgis; sgis &= sgis - 1) {
		u32 n = plat_ffs64(sgis);

		if (gic_key(r->sgi_prio[n], n) < best)
			best = gic_key(r->sgi_prio[n], n);
	}
	if (best == GIC_KEY_NONE || (gic_key_prio(best) << 8 | VIRT_DIRECT) >= v->best)
		return;
	v->best = gic_key_prio(best) << 8 | VIRT_DIRECT;
	v->direct = gic_key_intid(best);
	v->direct_group = v->direct >= GIC_LPI_BASE || (r->sgi_group & PLAT_BIT(v->direct));
}

void ich_choose(struct gic_pe *pe)
{
	struct gic_virt *v = &pe->virt;
	u32 rest = v->pending;

	v->best = VIRT_NONE;
	if (!(v->hcr & ICH_HCR_EN))
		return;
	for (; rest; rest &= rest - 1) {
		u32 key = lr_key(v, plat_ffs64(rest));

		if (key < v->best)
			v->best = key;
	}
	if (v->vpe)
		choose_direct(pe);
}

u32 ich_group_mask(const struct gic_virt *v, u32 group)
{
	u32 low;

	if (group && !(v->vmcr & ICH_VMCR_VCBPR))
		low = (u32)FIELD_GET(v->vmcr, ICH_VMCR_VBPR1);
	else
		low = (u32)FIELD_GET(v->vmcr, ICH_VMCR_VBPR0) + 1;
	return 0xff & ~((1u << low) - 1);
}

bool ich_can_take(const struct gic_virt *v)
{
	u32 prio = v->best >> 8;

	if (v->best == VIRT_NONE || prio >= FIELD_GET(v->vmcr, ICH_VMCR_VPMR))
		return false;
	return (prio & ich_group_mask(v, ich_best_group(v))) < v->running;
}

void ich_rerun(struct gic_pe *pe)
{
	struct gic_virt *v = &pe->virt;
	u32 i;

	v->running = GIC_IDLE;
	for (i = 0; i < apr_words(pe); i++) {
		u32 word = v->apr[0][i] | v->apr[1][i];

		if (word) {
			v->running = (32 * i + plat_ffs64(word)) << (8 - pe->gic->cfg.vprio_bits);
			return;
		}
	}
}

/* ---- outputs ---- */

static u32 misr(const struct gic_virt *v)
{
	u32 valid = v->pending | v->active;
	u32 r = v->eoi ? ICH_MISR_EOI : 0;

	if (!(v->hcr & HCR_MAINTENANCE))
		return r;
	if ((v->hcr & ICH_HCR_UIE) && !(valid & (valid - 1)))
		r |= ICH_MISR_U;
	if ((v->hcr & ICH_HCR_LRENPIE) && FIELD_GET(v->hcr, ICH_HCR_EOICOUNT))
		r |= ICH_MISR_LRENP;
	if ((v->hcr & ICH_HCR_NPIE) && !v->pending)
		r |= ICH_MISR_NP;
	if (v->vmcr & ICH_VMCR_VENG0)
		r |= v->hcr & ICH_HCR_VGRP0EIE ? ICH_MISR_VGRP0E : 0;
	else
		r |= v->hcr & ICH_HCR_VGRP0DIE ? ICH_MISR_VGRP0D : 0;
	if (v->vmcr & ICH_VMCR_VENG1)
		r |= v->hcr & ICH_HCR_VGRP1EIE ? ICH_MISR_VGRP1E : 0;
	else
		r |= v->hcr & ICH_HCR_VGRP1DIE ? ICH_MISR_VGRP1D : 0;
	return r;
}

static bool virq_level(const struct gic_virt *v)
{
	if (!ich_can_take(v))
		return false;
	return ich_best_group(v) || !(v->vmcr & ICH_VMCR_VFIQEN);
}

void ich_update(struct gic_pe *pe)
{
	struct gic_virt *v = &pe->virt;
	bool virq = virq_level(v);
	bool maintenance = (v->hcr & ICH_HCR_EN) && misr(v);

	if (virq != v->virq) {
		v->virq = virq;
		plat_line(pe->port, PLAT_LINE_VIRQ, virq);
	}
	if (maintenance != v->maintenance) {
		v->maintenance = maintenance;
		gic_ppi_line(pe, GIC_PPI_MAINTENANCE, maintenance);
	}
}

/* ---- ICH_LR<n>_EL2 ---- */

u64 ich_lr_read(const struct gic_pe *pe, u32 n)
{
	return n < pe->gic->cfg.nr_lrs ? pe->virt.lr[n] : 0;
}

void ich_lr_write(struct gic_pe *pe, u32 n, u64 value)
{
	struct gic_virt *v = &pe->virt;
	u32 prio, key;

	if (n >= pe->gic->cfg.nr_lrs)
		return;
	prio = (u32)FIELD_GET(value, ICH_LR_PRIORITY) & vprio_mask(pe);
	v->lr[n] = FIELD_SET(value & ~LR_RES0, prio, ICH_LR_PRIORITY);
	ich_classify(v, n);
	if (!(v->hcr & ICH_HCR_EN))
		return;
	key = lr_key(v, n);
	if (key < v->best)
		v->best = key;
	else if ((v->best & 0xff) == n)
		ich_choose(pe);
	ich_update(pe);
}

/* ---- control and status ---- */

u32 ich_hcr_read(const struct gic_pe *pe)
{
	return pe->virt.hcr;
}

void ich_hcr_write(struct gic_pe *pe, u32 value)
{
	u32 mask = ICH_HCR_EN | HCR_MAINTENANCE | HCR_TRAPS | (u32)FIELD_MASK(ICH_HCR_EOICOUNT);

	if (pe->gic->cfg.has_tdir)
		mask |= ICH_HCR_TDIR;
	if (pe->gic->cfg.vsgi)
		mask |= ICH_HCR_VSGIEOICOUNT;
	pe->virt.hcr = value & mask;
	ich_choose(pe);
	ich_update(pe);
}

u32 ich_vtr_read(const struct gic_pe *pe)
{
	const struct gic_config *cfg = &pe->gic->cfg;
	u32 idbits = cfg->lpi_id_bits > 16 ? ICC_CTLR_IDBITS_24 : ICC_CTLR_IDBITS_16;

	return (u32)(FIELD_PUT(cfg->nr_lrs - 1, ICH_VTR_LISTREGS) |
		     FIELD_PUT(idbits, ICH_VTR_IDBITS) |
		     FIELD_PUT(cfg->vprio_bits - 1, ICH_VTR_PREBITS) |
		     FIELD_PUT(cfg->vprio_bits - 1, ICH_VTR_PRIBITS)) |
	       (cfg->has_tdir ? ICH_VTR_TDS : 0) |
	       (cfg->direct == GIC_DIRECT_NONE ? ICH_VTR_NV4 : 0) | ICH_VTR_A3V;
}

u32 ich_vmcr_sanitise(const struct gic_pe *pe, u32 v)
{
	u32 min = 7 - pe->gic->cfg.vprio_bits;
	u32 bpr0 = (u32)FIELD_GET(v, ICH_VMCR_VBPR0), bpr1 = (u32)FIELD_GET(v, ICH_VMCR_VBPR1);
	u32 keep = ICH_VMCR_VENG0 | ICH_VMCR_VENG1 | ICH_VMCR_VACKCTL | ICH_VMCR_VFIQEN |
		   ICH_VMCR_VCBPR | ICH_VMCR_VEOIM;

	if (bpr0 < min)
		bpr0 = min;
	if (bpr1 < min + 1)
		bpr1 = min + 1;
	return (v & keep) |
	       (u32)(FIELD_PUT(bpr0, ICH_VMCR_VBPR0) | FIELD_PUT(bpr1, ICH_VMCR_VBPR1) |
		     FIELD_PUT(FIELD_GET(v, ICH_VMCR_VPMR) & vprio_mask(pe), ICH_VMCR_VPMR));
}

u32 ich_vmcr_read(const struct gic_pe *pe)
{
	return pe->virt.vmcr;
}

void ich_vmcr_write(struct gic_pe *pe, u32 value)
{
	pe->virt.vmcr = ich_vmcr_sanitise(pe, value);
	ich_choose(pe);
	ich_update(pe);
}

u32 ich_misr_read(const struct gic_pe *pe)
{
	return misr(&pe->virt);
}

u32 ich_eisr_read(const struct gic_pe *pe)
{
	return pe->virt.eoi;
}

/* Invalid and without a maintenance request: free for the hypervisor to use. */
u32 ich_elrsr_read(const struct gic_pe *pe)
{
	const struct gic_virt *v = &pe->virt;

	return ~(v->pending | v->active | v->eoi) & ((1u << pe->gic->cfg.nr_lrs) - 1);
}

/* ---- active priorities ---- */

u32 ich_apr_read(const struct gic_pe *pe, u32 group, u32 n)
{
	return n < apr_words(pe) ? pe->virt.apr[group & 1][n] : 0;
}

void ich_apr_write(struct gic_pe *pe, u32 group, u32 n, u32 value)
{
	if (n >= apr_words(pe))
		return;
	pe->virt.apr[group & 1][n] = value;
	ich_rerun(pe);
	ich_update(pe);
}
