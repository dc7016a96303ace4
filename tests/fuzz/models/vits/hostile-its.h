/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold of a virtual ITS whatever a guest or user space does to it, and its commands and
 * tables out of a byte string.
 */
#ifndef FUZZ_VITS_HOSTILE_ITS_H
#define FUZZ_VITS_HOSTILE_ITS_H

#include "tests/fuzz/models/vgic-mmio/hostile.h"
#include "tests/unit/models/vits/vits-vm.h"

static inline u32 check_device(struct mmio_vm *m, const struct vits_device *dev)
{
	struct vits_ite *ite;
	u32 n = 0;
	u64 event;

	must(dev->event_bits >= 1 && dev->event_bits <= VITS_ID_BITS);
	plat_index_for_each(&dev->ites, event, ite) {
		must(!(event >> dev->event_bits));
		must(plat_index_load(&m->vm->lpis, ite->irq->intid) == ite->irq);
		must(ite->irq->intid >= VGIC_LPI_BASE && ite->irq->intid < 65536);
		must(ite->orphan || plat_index_load(&m->its->coll_index, ite->icid));
		n++;
	}
	must(n == dev->nr_ites);
	/* The ring that walks follow holds each event once. */
	event = dev->first;
	for (u32 i = 0; i < n; i++) {
		ite = plat_index_load(&dev->ites, event);
		must(ite && (i == 0) == (event == dev->first));
		must(((struct vits_ite *)plat_index_load(&dev->ites, ite->next))->prev == event);
		event = ite->next;
	}
	must(!n || event == dev->first);
	return n;
}

static inline void check_its(struct mmio_vm *m)
{
	u32 devices = 0, collections = 0, events = 0, lpis = 0;
	struct vits_collection *coll;
	struct vits_device *dev;
	struct vgic_irq *irq;
	u64 key;

	plat_index_for_each(&m->its->devices, key, dev) {
		events += check_device(m, dev);
		devices++;
	}
	must(devices == m->its->nr_devices);
	plat_list_for_each(coll, &m->its->collections, link) {
		must(coll->target == VITS_NO_TARGET || coll->target < m->vm->nr_vcpus);
		collections++;
	}
	must(collections == m->its->nr_collections);
	plat_index_for_each(&m->vm->lpis, key, irq) {
		must(irq->ref.v >= 1 && irq->ref.v <= events + 2);
		lpis++;
	}
	must(lpis == m->vm->nr_lpis);
	must(!(m->its->creadr % ITS_CMD_SIZE) && !(m->its->cwriter % ITS_CMD_SIZE));
}

/* IDs: mostly few small ones, so that they meet again. */
static inline u32 hostile_id(struct hostile_input *in)
{
	u32 byte = (u32)take(in, 1);

	if (byte < 0xe0)
		return byte & 15;
	return byte < 0xf8 ? (u32)take(in, 2) : (u32)take(in, 4);
}

static inline void hostile_command(struct hostile_input *in, u64 cmd[4])
{
	u32 kind = (u32)take(in, 1), i;

	if (kind >= 0xf0) {
		for (i = 0; i < 4; i++)
			cmd[i] = take(in, 8);
		return;
	}
	cmd[0] = (kind & 15) | (u64)hostile_id(in) << 32;
	cmd[1] = hostile_id(in) | (u64)(VGIC_LPI_BASE + hostile_id(in)) << 32;
	cmd[2] = hostile_id(in) | (u64)(take(in, 1) & 7) << 16 | (u64)(kind >> 4 < 12) << 63;
	cmd[3] = (take(in, 1) & 7) << 16;
	if ((kind & 15) == ITS_CMD_MAPD)
		cmd[2] = (cmd[2] & ITS_CMD2_VALID) | ITT(take(in, 1) & 7);
}

/* Queue it and let the ITS run; a page of the queue may be missing. */
static inline void hostile_post(struct mmio_vm *m, const u64 cmd[4])
{
	u64 at = guest_read(m, 0, ITS + GITS_CWRITER, 8);
	u32 i;

	for (i = 0; i < 4; i++)
		gic_mem_write64(&m->ram, CMD_QUEUE + at + 8 * i, cmd[i]);
	guest_write(m, 0, ITS + GITS_CWRITER, 8, (at + ITS_CMD_SIZE) % 0x10000);
}

static inline void hostile_msi(struct mmio_vm *m, struct hostile_input *in)
{
	u32 dev = hostile_id(in), event = hostile_id(in);

	if (msi_fast(m, dev, event))
		msi(m, dev, event);
}

#endif
