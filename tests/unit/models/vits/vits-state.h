/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a virtual ITS and its LPIs as text, for tests that compare before and after.
 */
#ifndef TEST_VITS_STATE_H
#define TEST_VITS_STATE_H

#include <stdio.h>
#include <stdlib.h>

#include "vits-vm.h"

static inline void state_lpis(struct mmio_vm *m, FILE *f)
{
	struct vgic_irq *irq;
	u64 intid;

	plat_index_for_each(&m->vm->lpis, intid, irq)
		fprintf(f, "lpi %u target %d prio %u enabled %d pending %d queued %d\n", irq->intid,
			irq->target ? (int)irq->target->id : -1, irq->priority, irq->enabled,
			irq->pending_latch, irq->vcpu ? (int)irq->vcpu->id : -1);
	fprintf(f, "lpis %u\n", m->vm->nr_lpis);
}

static inline void state_devices(struct vgic_its *its, FILE *f)
{
	struct vits_device *dev;
	struct vits_ite *ite;
	u64 id, event;

	plat_index_for_each(&its->devices, id, dev) {
		fprintf(f, "device %u bits %u itt %llx events %u\n", dev->device_id,
			dev->event_bits, (unsigned long long)dev->itt_addr, dev->nr_ites);
		plat_index_for_each(&dev->ites, event, ite)
			fprintf(f, " event %u lpi %u icid %d\n", (unsigned)event, ite->irq->intid,
				ite->orphan ? -1 : ite->icid);
	}
	fprintf(f, "devices %u\n", its->nr_devices);
}

/* The caller frees it. */
static inline char *vits_state(struct mmio_vm *m)
{
	struct vits_collection *coll;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	state_devices(m->its, f);
	plat_list_for_each(coll, &m->its->collections, link)
		fprintf(f, "collection %u target %d\n", coll->icid, (int)coll->target);
	fprintf(f, "collections %u\n", m->its->nr_collections);
	state_lpis(m, f);
	fclose(f);
	return text;
}

#endif
