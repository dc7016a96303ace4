// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One interrupt's state as a row of a dump: one letter a flag.
 */
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
