// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LPIs of a VM: where they are kept, who holds references, and their configuration and pending
 * tables in guest memory (spec/vgic.md 1.2, 2.5, 3.3).
 *
 * An LPI lives while an ITE, an AP list, a translation cache or somebody at work on it holds a
 * reference. A dead one (no references left) may still stand in the store for a moment: nobody can
 * take a reference any more, and a new LPI with its INTID replaces it there.
 * lpi_store list: a linear list under lpi_list_lock, charged as such; it is walked in order of
 * creation, which shows in the order in which LPIs get queued. xarray: looked up under RCU, changed
 * under lpi_index_lock, walked by INTID.
 * Choice: an LPI that dies with an instance waiting in it takes that along (IRQ_DROPPED).
 */
#include "vgic-v4.h"
#include "vits-internal.h"

static bool store_is_list(const struct vgic_vm *vm)
{
	return vm->policy.lpi_store == VGIC_LPI_STORE_LIST;
}

static struct plat_lock *store_lock(struct vgic_vm *vm)
{
	return store_is_list(vm) ? &vm->lpi_list_lock : &vm->lpi_index_lock;
}

u32 vits_lpi_limit(const struct vgic_vm *vm)
{
	u32 bits = (u32)FIELD_GET(vm->propbaser, GICR_PROPBASER_IDBITS) + 1;

	return 1u << (bits < VGIC_LPI_ID_BITS ? bits : VGIC_LPI_ID_BITS);
}

static void charge_lookup(struct vgic_vm *vm, const struct vgic_irq *irq, u32 intid)
{
	u32 visited;

	if (!store_is_list(vm)) {
		plat_cost(COST_INDEX_LOOKUP, 1);
		return;
	}
	visited = irq ? vits_walk(irq->lpi_seq, vm->nr_lpis) : vm->nr_lpis;
	plat_cost(COST_LIST_STEP, visited);
	plat_event(EV_LPI_WALKED, vm->port, 0, intid, NULL, visited);
}

/* ---- references ---- */

struct vgic_irq *vgic_lpi_get(struct vgic_vm *vm, u32 intid)
{
	struct vgic_irq *irq;

	if (store_is_list(vm)) {
		plat_lock(&vm->lpi_list_lock);
	} else {
		plat_sync();
		plat_rcu_read_lock();
	}
	irq = plat_index_load(&vm->lpis, intid);
	charge_lookup(vm, irq, intid);
	if (irq && !plat_ref_try_get(&irq->ref))
		irq = NULL;
	if (store_is_list(vm))
		plat_unlock(&vm->lpi_list_lock);
	else
		plat_rcu_read_unlock();
	return irq;
}

/* Take a dead LPI out of the store, unless another took its place; store lock held. */
static void store_remove(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (plat_index_load(&vm->lpis, irq->intid) == irq) {
		plat_index_erase(&vm->lpis, irq->intid);
		vm->nr_lpis--;
	}
	if (store_is_list(vm))
		plat_index_erase(&vm->lpi_order, irq->lpi_seq);
}

/* The end of an LPI that left the store; vgic_lpi_unref() dropped what it held. */
static void lpi_free(struct vgic_irq *irq)
{
	plat_warn_on(irq->vcpu);
	plat_free_rcu(irq);
	plat_cost(COST_FREE, 1);
}

static void lpi_bury(struct vgic_vm *vm, struct vgic_irq *irq)
{
	plat_lock(store_lock(vm));
	store_remove(vm, irq);
	plat_unlock(store_lock(vm));
	lpi_free(irq);
}

void vits_lpi_put_fast(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (vgic_lpi_unref(vm, irq))
		lpi_bury(vm, irq);
}

void vgic_lpi_put(struct vgic_vm *vm, struct vgic_irq *irq)
{
	bool dead;

	if (!store_is_list(vm)) {
		vits_lpi_put_fast(vm, irq);
		return;
	}
	plat_lock(&vm->lpi_list_lock);
	dead = vgic_lpi_unref(vm, irq);
	if (dead)
		store_remove(vm, irq);
	plat_unlock(&vm->lpi_list_lock);
	if (dead)
		lpi_free(irq);
}

void vgic_lpi_release(struct vgic_vm *vm, struct plat_list *dead)
{
	struct vgic_irq *irq, *tmp;

	if (plat_list_empty(dead))
		return;
	plat_lock(store_lock(vm));
	if (!store_is_list(vm)) /* a sweep of the whole xarray finds them */
		plat_cost(COST_LIST_STEP, vm->nr_lpis);
	plat_list_for_each(irq, dead, ap_link)
		store_remove(vm, irq);
	plat_unlock(store_lock(vm));
	plat_list_for_each_safe(irq, tmp, dead, ap_link) {
		plat_list_del(&irq->ap_link);
		lpi_free(irq);
	}
}

/* ---- creation ---- */

static struct vgic_irq *lpi_alloc(u32 intid, struct vgic_vcpu *target)
{
	struct vgic_irq *irq = plat_zalloc(sizeof(*irq));

	plat_cost(COST_ALLOC, 1);
	if (!irq)
		return NULL;
	plat_lock_init(&irq->lock, LOCK_IRQ);
	plat_list_init(&irq->ap_link);
	irq->intid = intid;
	irq->config = VGIC_EDGE;
	irq->group = 1;
	irq->target = target;
	plat_atomic_init(&irq->ref, 1);
	return irq;
}

/* Room in the store for one more LPI. The creation number is the caller's from here on. */
static int store_reserve(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (plat_index_reserve(&vm->lpis, irq->intid))
		return -ENOMEM;
	if (!store_is_list(vm))
		return 0;
	while (plat_index_load(&vm->lpi_order, vm->lpi_next_seq))
		vm->lpi_next_seq++; /* came round after 2^32 */
	irq->lpi_seq = vm->lpi_next_seq++;
	if (plat_index_reserve(&vm->lpi_order, irq->lpi_seq)) {
		plat_index_unreserve(&vm->lpis, irq->intid);
		return -ENOMEM;
	}
	return 0;
}

static void store_unreserve(struct vgic_vm *vm, struct vgic_irq *irq)
{
	plat_index_unreserve(&vm->lpis, irq->intid);
	if (store_is_list(vm))
		plat_index_unreserve(&vm->lpi_order, irq->lpi_seq);
}

/*
 * Put a new LPI in the store; store lock held. Somebody else may have been faster: then his, with
 * a reference, and the reservation is left over.
 */
static struct vgic_irq *store_insert(struct vgic_vm *vm, struct vgic_irq *irq)
{
	struct vgic_irq *other = plat_index_load(&vm->lpis, irq->intid);

	if (store_is_list(vm))
		plat_cost(COST_LIST_STEP, vm->nr_lpis);
	if (other && plat_ref_try_get(&other->ref))
		return other;
	plat_index_store(&vm->lpis, irq->intid, irq);
	if (other)
		plat_index_unreserve(&vm->lpis, irq->intid); /* took the place of a dead one */
	else
		vm->nr_lpis++;
	if (store_is_list(vm))
		plat_index_store(&vm->lpi_order, irq->lpi_seq, irq);
	return irq;
}

/* The LPI of this INTID, new or not, with a reference; NULL: no memory. */
static struct vgic_irq *lpi_create(struct vgic_vm *vm, u32 intid, struct vgic_vcpu *target,
				   bool *fresh)
{
	struct vgic_irq *irq = lpi_alloc(intid, target);
	struct vgic_irq *winner;

	if (!irq)
		return NULL;
	if (store_reserve(vm, irq)) {
		plat_free(irq);
		return NULL;
	}
	plat_lock(store_lock(vm));
	winner = store_insert(vm, irq);
	plat_unlock(store_lock(vm));
	*fresh = winner == irq;
	if (winner != irq) {
		store_unreserve(vm, irq);
		plat_free(irq);
	}
	return winner;
}

/* ---- state ---- */

/* What the pending table says holds; irq->lock held. */
static void take_pending(struct vgic_vm *vm, struct vgic_irq *irq, bool pending)
{
	if (pending)
		vgic_pend(vm, irq, 0);
	else
		vgic_unpend(vm, irq);
}

void vits_lpi_pend(struct vgic_vm *vm, struct vgic_irq *irq, u32 tag)
{
	plat_lock(&irq->lock);
	vgic_pend(vm, irq, tag);
	vgic_queue_irq_unlock(vm, irq);
}

int vits_lpi_clear(struct vgic_vm *vm, struct vgic_irq *irq)
{
	bool hw;

	plat_lock(&irq->lock);
	vgic_unpend(vm, irq);
	hw = irq->hw;
	plat_unlock(&irq->lock);
	return hw ? vgic_v4_set_pending(vm, irq, false) : 0;
}

int vits_lpi_set_target(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu *target,
			bool sync)
{
	bool hw;

	plat_lock(&irq->lock);
	irq->target = target;
	hw = irq->hw;
	plat_unlock(&irq->lock);
	return hw ? vgic_v4_move(vm, irq, target, sync) : 0;
}

/* ---- tables in guest memory: one byte at a time, as KVM accesses them ---- */

static int read_byte(struct vgic_vm *vm, u64 addr, u8 *byte)
{
	plat_cost(COST_GUEST_READ, 1);
	plat_sync();
	return gic_mem_read(vm->mem, addr, byte, 1);
}

static int write_byte(struct vgic_vm *vm, u64 addr, u8 byte)
{
	plat_cost(COST_GUEST_WRITE, 1);
	plat_sync();
	return gic_mem_write(vm->mem, addr, &byte, 1);
}

int vits_lpi_update_config(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu *filter,
			   bool inv)
{
	u64 addr = (vm->propbaser & FIELD_MASK(GICR_PROPBASER_PA)) + irq->intid - VGIC_LPI_BASE;
	u8 byte;
	int ret;

	ret = read_byte(vm, addr, &byte);
	if (ret)
		return ret;
	plat_lock(&irq->lock);
	if (filter && filter != irq->target) {
		plat_unlock(&irq->lock);
		return 0;
	}
	irq->priority = byte & LPI_CONFIG_PRIORITY;
	irq->enabled = byte & LPI_CONFIG_ENABLE;
	if (!irq->hw) {
		vgic_queue_irq_unlock(vm, irq);
		return 0;
	}
	plat_unlock(&irq->lock);
	return vgic_v4_update(vm, irq, byte, inv);
}

static u64 pending_addr(const struct vgic_vcpu *v, u32 intid)
{
	return (v->pendbaser & FIELD_MASK(GICR_PENDBASER_PA)) + intid / 8;
}

/* Lock the LPI together with its bit of the target's pending table; *v NULL: no target, no lock. */
static int lock_with_pending(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu **v,
			     u8 *byte)
{
	int ret;

	plat_sync();
	while ((*v = irq->target) != NULL) {
		ret = read_byte(vm, pending_addr(*v, irq->intid), byte);
		if (ret)
			return ret;
		plat_lock(&irq->lock);
		if (irq->target == *v)
			break;
		plat_unlock(&irq->lock);
	}
	return 0;
}

/* Take over what the pending table of the target says of a new LPI, and clear it there; with
 * `waits` not NULL a set bit stays, and is told. */
static int sync_pending(struct vgic_vm *vm, struct vgic_irq *irq, bool *waits)
{
	u8 bit = (u8)(1u << irq->intid % 8), byte;
	struct vgic_vcpu *v;
	int ret = lock_with_pending(vm, irq, &v, &byte);

	if (ret || !v)
		return ret;
	if (waits && byte & bit) {
		plat_unlock(&irq->lock);
		*waits = true;
		return 0;
	}
	take_pending(vm, irq, byte & bit);
	vgic_queue_irq_unlock(vm, irq);
	if (!(byte & bit))
		return 0;
	return write_byte(vm, pending_addr(v, irq->intid), byte & (u8)~bit);
}

void vits_lpi_take_pending(struct vgic_vm *vm, struct vgic_irq *irq)
{
	u64 addr = pending_addr(irq->target, irq->intid);
	u8 byte = 0;

	vits_lpi_pend(vm, irq, 0);
	gic_mem_read(vm->mem, addr, &byte, 1); /* its cost was paid when the LPI was added */
	write_byte(vm, addr, byte & (u8) ~(1u << irq->intid % 8));
}

int vits_lpi_add(struct vgic_vm *vm, u32 intid, struct vgic_vcpu *target, bool *waits,
		 struct vgic_irq **out)
{
	struct vgic_irq *irq = vgic_lpi_get(vm, intid);
	bool fresh = false;
	int ret = 0;

	if (!irq) {
		irq = lpi_create(vm, intid, target, &fresh);
		if (!irq)
			return -ENOMEM;
	}
	if (fresh)
		ret = vits_lpi_update_config(vm, irq, NULL, true);
	if (fresh && !ret)
		ret = sync_pending(vm, irq, waits);
	if (ret) {
		vgic_lpi_put(vm, irq);
		return ret;
	}
	*out = irq;
	return 0;
}

/* ---- walks ---- */

/* INTIDs of the list, in order of creation, of LPIs that target `filter` (NULL: any). */
static u32 snapshot(struct vgic_vm *vm, struct vgic_vcpu *filter, u32 *intids, u32 room)
{
	struct vgic_irq *irq;
	u32 n = 0;
	u64 seq;

	plat_lock(&vm->lpi_list_lock);
	plat_cost(COST_LIST_STEP, vm->nr_lpis);
	plat_index_for_each(&vm->lpi_order, seq, irq) {
		if (n < room && (!filter || irq->target == filter))
			intids[n++] = irq->intid;
	}
	plat_unlock(&vm->lpi_list_lock);
	return n;
}

static int walk_list(struct vgic_vm *vm, struct vgic_vcpu *filter,
		     int (*fn)(struct vgic_vm *vm, struct vgic_irq *irq, void *arg), void *arg)
{
	u32 room = vm->nr_lpis, n, i;
	struct vgic_irq *irq;
	u32 *intids;
	int ret = 0;

	if (!room)
		return 0;
	intids = plat_zalloc(room * sizeof(*intids));
	plat_cost(COST_ALLOC, 1);
	if (!intids)
		return -ENOMEM;
	n = snapshot(vm, filter, intids, room);
	for (i = 0; i < n && !ret; i++) {
		irq = vgic_lpi_get(vm, intids[i]);
		if (!irq)
			continue;
		ret = fn(vm, irq, arg);
		vgic_lpi_put(vm, irq);
	}
	plat_free(intids);
	plat_cost(COST_FREE, 1);
	return ret;
}

/* The living LPI with the smallest INTID >= *intid, with a reference. */
static struct vgic_irq *next_lpi(struct vgic_vm *vm, u64 *intid)
{
	struct vgic_irq *irq;

	plat_cost(COST_LIST_STEP, 1);
	plat_sync();
	plat_rcu_read_lock();
	for (; (irq = plat_index_next(&vm->lpis, intid)) != NULL; (*intid)++) {
		if (plat_ref_try_get(&irq->ref))
			break;
	}
	plat_rcu_read_unlock();
	return irq;
}

int vits_lpi_for_each(struct vgic_vm *vm, struct vgic_vcpu *filter,
		      int (*fn)(struct vgic_vm *vm, struct vgic_irq *irq, void *arg), void *arg)
{
	struct vgic_irq *irq;
	int ret = 0;
	u64 intid;

	if (store_is_list(vm))
		return walk_list(vm, filter, fn, arg);
	for (intid = 0; !ret && (irq = next_lpi(vm, &intid)); intid++) {
		ret = fn(vm, irq, arg);
		vgic_lpi_put(vm, irq);
	}
	return ret;
}

static int invall_one(struct vgic_vm *vm, struct vgic_irq *irq, void *arg)
{
	vits_lpi_update_config(vm, irq, arg, false);
	return 0;
}

int vits_invall(struct vgic_vcpu *v)
{
	int ret = vits_lpi_for_each(v->vm, v, invall_one, v);

	return ret ? ret : vgic_v4_invall(v);
}

int vits_inv_lpi(struct vgic_vcpu *v, u32 intid)
{
	struct vgic_irq *irq;
	int ret;

	if (intid < VGIC_LPI_BASE)
		return -EINVAL;
	irq = vgic_lpi_get(v->vm, intid);
	if (!irq)
		return -EINVAL;
	ret = vits_lpi_update_config(v->vm, irq, NULL, true);
	vgic_lpi_put(v->vm, irq);
	return ret;
}

/* The byte of the pending table that was read last. */
struct pending_walk {
	struct vgic_vcpu *v;
	u64 addr;
	u8 byte;
};

static int enable_one(struct vgic_vm *vm, struct vgic_irq *irq, void *arg)
{
	struct pending_walk *w = arg;
	u64 addr = pending_addr(w->v, irq->intid);

	plat_sync();
	if (irq->target != w->v)
		return 0;
	if (addr != w->addr) {
		if (read_byte(vm, addr, &w->byte))
			return -EFAULT;
		w->addr = addr;
	}
	plat_lock(&irq->lock);
	take_pending(vm, irq, w->byte >> irq->intid % 8 & 1);
	vgic_queue_irq_unlock(vm, irq);
	return 0;
}

void vits_enable_lpis(struct vgic_vcpu *v)
{
	struct pending_walk w = { .v = v, .addr = ~0ull };

	if (!(v->pendbaser & GICR_PENDBASER_PTZ))
		vits_lpi_for_each(v->vm, v, enable_one, &w);
}

/* arg: whether vLPIs can be looked at in the hardware's tables. */
static int save_one(struct vgic_vm *vm, struct vgic_irq *irq, void *arg)
{
	u8 bit = (u8)(1u << irq->intid % 8), byte, want;
	struct vgic_vcpu *v;
	bool pending;
	int ret;

	plat_sync();
	v = irq->target;
	if (!v)
		return 0;
	ret = read_byte(vm, pending_addr(v, irq->intid), &byte);
	if (ret)
		return ret;
	pending = irq->pending_latch;
	if (irq->hw && *(const bool *)arg)
		pending = vgic_v4_table_pending(irq);
	want = pending ? byte | bit : byte & (u8)~bit;
	return want == byte ? 0 : write_byte(vm, pending_addr(v, irq->intid), want);
}

int vits_save_pending_tables(struct vgic_vm *vm)
{
	bool vlpis = vgic_v4_tables_begin(vm);
	int ret = vits_lpi_for_each(vm, NULL, save_one, &vlpis);
	int err = vlpis ? vgic_v4_tables_end(vm) : 0;

	return ret ? ret : err;
}
