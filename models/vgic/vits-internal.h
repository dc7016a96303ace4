/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the virtual ITS: its objects, and what its files ask of each other (spec/vgic.md 3).
 *
 *	vits.c		 creation, registers, command queue
 *	vits-cmd.c	 the commands, one row each
 *	vits-movall.c	 MOVALL, the ways to do it
 *	vits-table.c	 devices, events, collections, and where their entries lie in guest memory
 *	vits-translate.c (device, event) to LPI, MSI injection
 *	vits-cache.c	 translation caches
 *	vits-lpi.c	 LPIs: store, references, configuration and pending tables
 *	vits-save.c	 tables in guest memory, ABI revision 0
 *	vits-user.c	 access by user space
 *
 * KVM walks linear lists of devices, events, collections and (until 6.8) LPIs. Here each is an
 * index; the walk is charged as COST_LIST_STEP: an element stands at the place where it was put,
 * holes left by earlier elements still count, but never more steps than there are elements.
 */
#ifndef VITS_INTERNAL_H
#define VITS_INTERNAL_H

#include "../arch/gicv3.h"
#include "../arch/its.h"
#include "vits.h"

#define VITS_ID_BITS	16u /* of DeviceIDs, EventIDs and ICIDs */
#define VITS_DTE_SIZE	8u  /* table entries in guest memory, ABI revision 0 */
#define VITS_ITE_SIZE	8u
#define VITS_CTE_SIZE	8u
#define VITS_PAGE_SIZE	0x10000u /* of tables: the only size offered */
#define VITS_UNSET_BASE (~0ull)
#define VITS_NO_TARGET	0xffffffffu /* collection that MAPTI made and no MAPC has mapped */

enum vits_table { VITS_TABLE_DEVICE, VITS_TABLE_COLLECTION, VITS_NR_TABLES };

struct vits_collection {
	struct plat_list link; /* in order of creation */
	u32 place;	       /* elements before it when it was made */
	u32 target;	       /* vCPU number, or VITS_NO_TARGET */
	u32 icid;
};

/*
 * One event that is mapped to an LPI; the ITE holds a reference on it. There may be a million of
 * them, so neighbours and collection are named by their IDs.
 */
struct vits_ite {
	struct vgic_irq *irq;
	u16 prev, next; /* EventIDs: the ring of the device's events */
	u16 icid;
	bool orphan; /* its collection was unmapped */
	bool waits;  /* being restored: its LPI's bit in the pending table is not taken over yet */
};

struct vits_device {
	struct plat_list link; /* in the ITS's device_list */
	u32 device_id;
	u32 place;
	u32 event_bits;
	u32 nr_ites;
	u64 itt_addr;
	struct plat_index ites; /* EventID -> struct vits_ite */
	u32 first;		/* EventID with which walks begin, if there are any */
};

struct vgic_its {
	struct vgic_vm *vm;
	u64 base; /* guest address of the two frames */
	struct plat_mutex cmd_lock;
	struct plat_mutex its_lock;
	/* registers: cmd_lock; `enabled` is looked at under its_lock as well */
	bool enabled;
	bool stalled;
	u32 creadr, cwriter;
	u64 cbaser;
	u64 baser[VITS_NR_TABLES];
	/* its_lock */
	struct plat_index devices;    /* DeviceID -> struct vits_device */
	struct plat_list device_list; /* the same in the order that walks keep */
	struct plat_index coll_index; /* ICID -> struct vits_collection */
	struct plat_list collections;
	u32 nr_devices, nr_collections;
	/* cache xarray: cache_lock; the bounded caches: the VM's lpi_list_lock */
	struct plat_lock cache_lock;
	struct plat_index cache;
};

/* Steps of a linear walk to the element that had `place` elements before it, among `count`. */
static inline u32 vits_walk(u32 place, u32 count)
{
	return place < count ? place + 1 : count;
}

static inline bool vits_collection_mapped(const struct vits_collection *c)
{
	return c && c->target != VITS_NO_TARGET;
}

/* ---- vits.c ---- */
struct vits_reg {
	u32 offset;
	u8 size;   /* bytes */
	u8 count;  /* registers in a row */
	u8 widths; /* access widths in bytes, or-ed */
	u64 (*read)(struct vgic_its *its, u32 offset);
	/* `v` is NULL when user space writes. `offset` is that of the register; value and mask are
	 * in its place. */
	int (*write)(struct vgic_its *its, struct vgic_vcpu *v, u32 offset, u64 value, u64 mask);
	/* Where user space may write otherwise than the guest; NULL: the same. */
	int (*user_write)(struct vgic_its *its, u64 value);
};

/* The register at `offset`; NULL: none. *reg_offset: the start of it. */
const struct vits_reg *vits_find_reg(u32 offset, u32 *reg_offset);
u64 vits_table_size(u64 baser);

/* ---- vits-cmd.c: its_lock not held ---- */
/* Execute one command: 0, an ITS error code (> 0) or -errno. `v` may be NULL. */
int vits_command(struct vgic_its *its, struct vgic_vcpu *v, const u64 cmd[4]);

/* ---- vits-movall.c: its_lock held ---- */
/* LPIs of one vCPU go to another, by policy movall. 0, -ENOMEM. */
int vits_movall(struct vgic_its *its, struct vgic_vcpu *from, struct vgic_vcpu *to);

/* ---- vits-table.c: its_lock held ---- */
/* Does entry `id` lie within the table in guest memory? *addr (may be NULL): where. */
bool vits_entry_addr(struct vgic_its *its, enum vits_table table, u32 id, u64 *addr);
bool vits_event_addr(struct vgic_its *its, const struct vits_device *dev, u32 event_id, u64 *addr);
/* Lookups charge the walk. */
struct vits_device *vits_find_device(struct vgic_its *its, u32 device_id);
struct vits_ite *vits_find_ite(struct vits_device *dev, u32 event_id);
struct vits_collection *vits_find_collection(struct vgic_its *its, u32 icid);
/* An event's collection, known without a walk; NULL: it was unmapped. */
struct vits_collection *vits_ite_collection(struct vgic_its *its, const struct vits_ite *ite);
/* Additions: 0 or -ENOMEM, nothing changed. The element must not be there yet. */
int vits_add_device(struct vgic_its *its, u32 device_id, u64 itt_addr, u32 event_bits,
		    struct vits_device **out);
int vits_add_collection(struct vgic_its *its, u32 icid, u32 target, struct vits_collection **out);
/* Map an event to an LPI that need not exist yet. -ENOMEM, or -errno of the LPI tables. `waits` as
 * in vits_lpi_add(). */
int vits_add_ite(struct vgic_its *its, struct vits_device *dev, u32 event_id, u32 intid,
		 struct vits_collection *coll, bool *waits);
/* As freeing and adding it anew, but cannot fail. */
void vits_remap_device(struct vgic_its *its, struct vits_device *dev, u64 itt_addr, u32 event_bits);
void vits_free_device(struct vgic_its *its, struct vits_device *dev);
void vits_free_devices(struct vgic_its *its);
/* Walks go in the order of IDs from now on, up to what is mapped later: saving sorts the lists. */
void vits_order_devices(struct vgic_its *its);
void vits_order_events(struct vits_device *dev);
void vits_free_collection(struct vgic_its *its, struct vits_collection *coll);
void vits_free_collections(struct vgic_its *its);
void vits_free_ite(struct vgic_its *its, struct vits_device *dev, u32 event_id);
/* Point the LPIs of a collection to its target; vLPIs with or without VSYNC. */
void vits_retarget_collection(struct vgic_its *its, const struct vits_collection *coll, bool sync);

/* ---- vits-translate.c ---- */
/* The ITS whose GITS_TRANSLATER lies there; NULL: none. */
struct vgic_its *vits_by_doorbell(const struct vgic_vm *vm, u64 doorbell);
/* its_lock held: */
/* The LPI that (device, event) is mapped to and may be pended: 0, E_ITS_INT_*, or -EBUSY (ITS or
 * LPIs disabled); *drop says why in terms of enum plat_drop. Fills the cache. */
int vits_resolve(struct vgic_its *its, u32 device_id, u32 event_id, struct vgic_irq **irq,
		 enum plat_drop *drop);
/* Translate and make pending; errors as vits_resolve(). */
int vits_trigger(struct vgic_its *its, u32 device_id, u32 event_id, u32 tag, enum plat_drop *drop);

/* ---- vits-cache.c ---- */
/* For the bounded caches, sized by the VM's vCPUs: 0; -ENOMEM, also for more than 2^24 entries. */
int vits_cache_create(struct vgic_vm *vm);
void vits_cache_destroy(struct vgic_vm *vm);
/* The cached LPI with a reference, or NULL. Any context. */
struct vgic_irq *vits_cache_get(struct vgic_its *its, u32 device_id, u32 event_id);
/* Remember a translation; its_lock held, may sleep. Silently gives up without memory. */
void vits_cache_insert(struct vgic_its *its, u32 device_id, u32 event_id, struct vgic_irq *irq);
/* Forget what one ITS (bounded caches: the whole VM) translated. */
void vits_cache_invalidate(struct vgic_its *its);

/* ---- vits-lpi.c ---- */
/* Drop a reference without lpi_list_lock unless it is the last. */
void vits_lpi_put_fast(struct vgic_vm *vm, struct vgic_irq *irq);
/* The LPI, made if need be, with a reference: 0, -ENOMEM, -EFAULT (its tables unreadable). A new
 * one takes over its bit of the pending table; with `waits` not NULL a set bit stays there, *waits
 * becomes true, and vits_lpi_take_pending() is to do it when nothing can fail any more. */
int vits_lpi_add(struct vgic_vm *vm, u32 intid, struct vgic_vcpu *target, bool *waits,
		 struct vgic_irq **out);
void vits_lpi_take_pending(struct vgic_vm *vm, struct vgic_irq *irq);
/* Re-read the configuration byte; `filter` set: only while the LPI targets that vCPU. `inv`: the
 * hardware reads that of a vLPI again; otherwise the caller has it done. -EFAULT, -errno of the host. */
int vits_lpi_update_config(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu *filter,
			   bool inv);
/* Route it elsewhere; of a vLPI the host is told, with or without VSYNC. -errno of the host. */
int vits_lpi_set_target(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu *target,
			bool sync);
/* Make pending and queue / withdraw. No lock held. */
void vits_lpi_pend(struct vgic_vm *vm, struct vgic_irq *irq, u32 tag);
int vits_lpi_clear(struct vgic_vm *vm, struct vgic_irq *irq);
/*
 * fn() on each LPI, with a reference, in the order in which KVM walks them: the list store by
 * creation, and only those that targeted `filter` (if set) at the start; the xarray by INTID, all.
 * Stops at the first non-zero result and returns it. -ENOMEM: no room for the snapshot.
 */
int vits_lpi_for_each(struct vgic_vm *vm, struct vgic_vcpu *filter,
		      int (*fn)(struct vgic_vm *vm, struct vgic_irq *irq, void *arg), void *arg);
/* INTIDs of LPIs are below this. */
u32 vits_lpi_limit(const struct vgic_vm *vm);

#endif
