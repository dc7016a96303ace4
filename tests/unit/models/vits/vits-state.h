/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All of the state of a virtual GIC with its ITS as text, one fact a line, for tests that compare
 * before and after: the ITS's registers but for where its queue stands, what is mapped, what the
 * caches hold, LPIs with their references, AP lists in order, private interrupts and SPIs, frames,
 * locks of the VM, and the guest's tables.
 */
#ifndef TEST_VITS_STATE_H
#define TEST_VITS_STATE_H

#include <stdio.h>

#include "tests/lib/lines.h"

#include "vits-vm.h"

#define STATE_TABLES	 PROP_TABLE /* of the guest, but for its command queue */
#define STATE_TABLES_END 0x40700000ull
#define STATE_PAGE	 0x1000u

static inline void state_of_irq(const struct vgic_irq *irq, FILE *f)
{
	char flags[16];

	vgic_irq_flags(irq, flags, sizeof(flags));
	fprintf(f, "vCPU %d, %s, priority %02x", irq->target ? (int)irq->target->id : -1, flags,
		irq->priority);
}

static inline void state_irq(const struct vgic_irq *irq, FILE *f)
{
	state_of_irq(irq, f);
	if (irq->vcpu)
		fprintf(f, ", queued on %u", irq->vcpu->id);
}

static inline void state_lpis(struct mmio_vm *m, FILE *f)
{
	struct vgic_irq *irq;
	u64 intid;

	plat_index_for_each(&m->vm->lpis, intid, irq) {
		fprintf(f, "LPI %u: ", irq->intid);
		state_irq(irq, f);
		fprintf(f, ", held %u times\n", plat_atomic_read(&irq->ref));
	}
	fprintf(f, "LPIs %u\n", m->vm->nr_lpis);
}

static inline void state_devices(struct vgic_its *its, FILE *f)
{
	struct vits_device *dev;
	struct vits_ite *ite;
	u64 id, event;

	plat_index_for_each(&its->devices, id, dev) {
		fprintf(f, "device %u: %u bits, ITT %llx, %u events\n", dev->device_id,
			dev->event_bits, (unsigned long long)dev->itt_addr, dev->nr_ites);
		plat_index_for_each(&dev->ites, event, ite)
			fprintf(f, "event %u/%u: LPI %u, collection %d\n", dev->device_id,
				(unsigned)event, ite->irq->intid, ite->orphan ? -1 : ite->icid);
	}
	fprintf(f, "devices %u\n", its->nr_devices);
}

static inline void state_collections(struct vgic_its *its, FILE *f)
{
	struct vits_collection *coll;

	plat_list_for_each(coll, &its->collections, link)
		fprintf(f, "collection %u: vCPU %d\n", coll->icid, (int)coll->target);
	fprintf(f, "collections %u\n", its->nr_collections);
}

static inline void state_its(struct vgic_its *its, FILE *f)
{
	const void *cached;
	u32 translations = 0;
	u64 key;

	state_devices(its, f);
	state_collections(its, f);
	plat_index_for_each(&its->cache, key, cached)
		translations++;
	fprintf(f, "translations %u\n", translations);
	fprintf(f, "ITS at %llx: enabled %d, stalled %d, CBASER %llx, BASER %llx %llx\n",
		(unsigned long long)its->base, its->enabled, its->stalled,
		(unsigned long long)its->cbaser, (unsigned long long)its->baser[0],
		(unsigned long long)its->baser[1]);
}

static inline void state_ap_list(struct vgic_ap_list *ap, const char *whose, u32 n, FILE *f)
{
	struct vgic_irq *irq;

	fprintf(f, "%s %u:", whose, n);
	plat_list_for_each(irq, &ap->head, ap_link)
		fprintf(f, " %u", irq->intid);
	fprintf(f, "\n");
}

static inline void state_vcpu(struct vgic_vcpu *v, FILE *f)
{
	fprintf(f, "vCPU %u: frame %llx, LPIs %u, PENDBASER %llx\n", v->id,
		(unsigned long long)v->rd_base, plat_atomic_read(&v->lpis_enabled),
		(unsigned long long)v->pendbaser);
	for (u32 i = 0; i < VGIC_NR_PRIVATE; i++) {
		fprintf(f, "vCPU %u INTID %u: ", v->id, i);
		state_irq(&v->private_irqs[i], f);
		fprintf(f, "\n");
	}
	if (v->ap == &v->own_ap)
		state_ap_list(v->ap, "list of vCPU", v->id, f);
}

static inline void state_vm(struct vgic_vm *vm, FILE *f)
{
	struct vgic_region *r;

	fprintf(f, "VM: enabled %d, initialised %d, ready %d, broken %d, SPIs %u, ITSs %u\n",
		vm->enabled, vm->initialised, vm->ready, vm->broken, vm->nr_spis, vm->nr_its);
	fprintf(f, "distributor %llx, CPU interface %llx, PROPBASER %llx, revision %u\n",
		(unsigned long long)vm->dist_base, (unsigned long long)vm->cpu_base,
		(unsigned long long)vm->propbaser, vm->iidr_rev);
	plat_list_for_each(r, &vm->rd_regions, link)
		fprintf(f, "region %u: %llx, %u frames, %u used\n", r->index,
			(unsigned long long)r->base, r->count, r->used);
	for (u32 i = 0; i < vm->nr_vcpus; i++)
		state_vcpu(vm->vcpus[i], f);
	for (u32 i = 0; vm->spis && i < vm->nr_spis; i++) {
		fprintf(f, "SPI %u: ", vm->spis[i].intid);
		state_irq(&vm->spis[i], f);
		fprintf(f, "\n");
	}
	for (u32 i = 0; i < vm->nr_shared_ap; i++)
		state_ap_list(&vm->shared_ap[i], "shared list", i, f);
}

/* A line for each page of the guest's tables that is not all zeros. */
static inline void state_memory(struct mmio_vm *m, FILE *f)
{
	for (u64 at = STATE_TABLES; at < STATE_TABLES_END; at += STATE_PAGE) {
		const u8 *page = gic_mem_peek_page(&m->ram, at);
		u64 hash = 0xcbf29ce484222325ull;
		bool zeros = true;

		if (!page || (at >= CMD_QUEUE && at < CMD_QUEUE + 0x10000))
			continue;
		for (u32 i = 0; i < STATE_PAGE; i++) {
			zeros &= !page[i];
			hash = (hash ^ page[i]) * 0x100000001b3ull;
		}
		if (!zeros)
			fprintf(f, "page %llx: %016llx\n", (unsigned long long)at,
				(unsigned long long)hash);
	}
}

static inline char *state_text(struct mmio_vm *m, bool memory)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (m->its)
		state_its(m->its, f);
	state_lpis(m, f);
	state_vm(m->vm, f);
	if (memory)
		state_memory(m, f);
	fclose(f);
	return text;
}

/* The caller frees it. */
static inline char *vits_state(struct mmio_vm *m)
{
	return state_text(m, true);
}

/* What migrating is to keep: who holds an LPI and which list it stands on is the host's own. */
static inline char *vits_mapping(struct mmio_vm *m)
{
	struct vgic_irq *irq;
	char *text = NULL;
	size_t size;
	u64 intid;
	FILE *f = open_memstream(&text, &size);

	state_devices(m->its, f);
	state_collections(m->its, f);
	plat_index_for_each(&m->vm->lpis, intid, irq) {
		fprintf(f, "LPI %u: ", irq->intid);
		state_of_irq(irq, f);
		fprintf(f, "\n");
	}
	fclose(f);
	return text;
}

/* Without the guest's memory: saving writes there what it has before it fails. */
static inline char *vits_state_own(struct mmio_vm *m)
{
	return state_text(m, false);
}

#endif
