// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One interrupt's state as a row of a dump: one letter a flag.
 */
#include "../arch/gicv3.h"
#include "vgic-hostif.h"
#include "vgic-internal.h"

u32 vgic_irq_flags(const struct vgic_irq *irq, char *buf, u32 size)
{
	const char letters[] = VGIC_FLAG_LETTERS;
	const bool flags[] = { irq->pending_latch, irq->line, irq->active,
			       irq->enabled,	   irq->hw,   irq->config == VGIC_LEVEL,
			       irq->group };
	u32 i;

	if (!size)
		return 0;
	for (i = 0; i < PLAT_ARRAY_SIZE(flags) && i + 1 < size; i++)
		buf[i] = flags[i] ? letters[i] : '-';
	buf[i] = '\0';
	return i;
}

u32 vgic_irq_lr_state(const struct vgic_irq *irq)
{
	struct vgic_vcpu *v = irq->vcpu;
	u32 n;

	for (n = 0; v && irq->on_lr && n < v->cpuif.used_lrs; n++) {
		u64 lr = v->cpuif.lrs_live ? vgic_hw_read_lr(v, n) : v->cpuif.lr[n];

		if (vgic_lr_intid(v->vm, lr) == irq->intid)
			return (u32)FIELD_GET(lr, ICH_LR_STATE);
	}
	return 0;
}
