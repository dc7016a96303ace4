/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the physical CPU interfaces of GICv3 (icc.c) and GICv2 (gicv2-cpuif.c) have in common: the
 * IRQ line and the active priorities, a bit a preemption level (Arm IHI 0069 chapter 4, IHI 0048 chapter 3).
 */
#ifndef ICC_INTERNAL_H
#define ICC_INTERNAL_H

#include "gic-internal.h"

/* Set the IRQ line; `key` is the candidate that raises it. */
static inline void icc_signal(struct gic_pe *pe, bool irq, u32 key)
{
	if (irq == pe->icc.irq)
		return;
	pe->icc.irq = irq;
	if (irq)
		plat_event(EV_HW_SIGNALLED, pe->gic->cfg.port, pe->number, gic_key_intid(key), NULL,
			   gic_key_prio(key));
	plat_line(pe->port, PLAT_LINE_IRQ, irq);
}

/* Recompute the running priority from the active priorities. */
static inline void icc_rerun(struct gic_pe *pe)
{
	struct gic_icc *c = &pe->icc;
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(c->apr); i++) {
		if (c->apr[i]) {
			c->running = (32 * i + plat_ffs64(c->apr[i])) << (8 - pe->gic->pre_bits);
			return;
		}
	}
	c->running = GIC_IDLE;
}

/* An interrupt of this group priority is active from now on and runs. */
static inline void icc_raise(struct gic_pe *pe, u32 prio)
{
	u32 level = prio >> (8 - pe->gic->pre_bits);

	pe->icc.running = prio;
	pe->icc.apr[level / 32] |= PLAT_BIT(level % 32);
}

/* Priority drop: the highest active priority goes. */
static inline void icc_drop(struct gic_pe *pe)
{
	u32 level = pe->icc.running >> (8 - pe->gic->pre_bits);

	pe->icc.apr[level / 32] &= ~PLAT_BIT(level % 32);
	icc_rerun(pe);
}

#endif
