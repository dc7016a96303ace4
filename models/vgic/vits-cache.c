// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Translation caches of MSIs: (ITS, DeviceID, EventID) to LPI (spec/vgic.md 3.4, 7.1).
 *
 *	none	   nothing is remembered
 *	lru	   5.3 to 6.9: a list of `cache_per_vcpu` entries a vCPU for the whole VM, searched
 *		   from its most recently used end under lpi_list_lock, which also guards LPI
 *		   references; an insertion reuses the tail
 *	rcu-evict  the attempt of February 2024: the same list, newest first, searched under RCU;
 *		   an insertion into a full cache unlinks the entry that was hit least and waits
 *		   for a grace period before it uses it again
 *	xarray	   from 6.10: an index an ITS, without limit, looked up under RCU
 *
 * Any invalidation empties the bounded caches wholly, the xarray of one ITS only. Each entry holds
 * a reference on its LPI.
 * The bounded caches find entries by index; what a search costs is the place of the entry in its
 * list, kept in a rank tree: each entry has a stamp that grows towards the list's head, and a
 * Fenwick tree counts the stamps in use. When stamps run out they are handed out anew.
 * Under lru each hit writes the line of the entry that it moves to the head. Other PEs' searches, which
 * all begin there, fetch those lines one after the other: each PE pays for the entries that were moved
 * since it searched last.
 * Choice: a hit of lru takes a reference (as from 6.8 on) but gives it back without the lock.
 */
#include "vits-internal.h"

#define STAMPS_PER_ENTRY 4u
#define CACHE_MAX	 (1u << 24)

struct cache_entry {
	struct plat_list link;
	struct vgic_its *its;
	struct vgic_irq *irq; /* NULL: free */
	u32 key;
	u32 stamp;
	u64 hits;
};

/* lpi_list_lock; rcu-evict looks at index, entries and tree without it. */
struct vits_cache {
	u32 size, used;
	u32 nr_stamps, last_stamp; /* stamps are 1..nr_stamps */
	u32 *tree;		   /* Fenwick tree over stamps, 1-based */
	u32 nr_pes;
	u32 *seen;	       /* by PE: the newest stamp when it searched last */
	struct plat_list list; /* in use, head first */
	struct plat_list free;
	struct cache_entry entries[];
};

/*
 * The key of a translation within its ITS. Both IDs have 16 bits; the lowest bits of the EventID
 * come lowest and all of the DeviceID next, so that few devices with few events make a low tree.
 * Wider IDs are never mapped.
 */
static bool cache_key(u32 device_id, u32 event_id, u32 *key)
{
	*key = (event_id & 63) | device_id << 6 | event_id >> 6 << 22;
	return !((device_id | event_id) >> VITS_ID_BITS);
}

/* ---- rank of stamps ---- */

static void tree_add(struct vits_cache *c, u32 stamp, u32 n)
{
	for (; stamp <= c->nr_stamps; stamp += stamp & -stamp)
		c->tree[stamp] += n;
}

/* Stamps in use up to this one. */
static u32 used_up_to(const struct vits_cache *c, u32 stamp)
{
	u32 n = 0;

	for (; stamp; stamp -= stamp & -stamp)
		n += c->tree[stamp];
	return n;
}

/* Entries from the head of the list to that with this stamp, itself included. */
static u32 place_of(const struct vits_cache *c, u32 stamp)
{
	return c->used - used_up_to(c, stamp - 1);
}

static void restamp_all(struct vits_cache *c)
{
	struct cache_entry *e;
	u32 i;

	for (i = 0; i < c->nr_pes; i++)
		c->seen[i] = used_up_to(c, c->seen[i]);
	for (i = 1; i <= c->nr_stamps; i++)
		c->tree[i] = 0;
	c->last_stamp = c->used;
	i = c->used;
	plat_list_for_each(e, &c->list, link) {
		e->stamp = i--;
		tree_add(c, e->stamp, 1);
	}
}

static void link_head(struct vits_cache *c, struct cache_entry *e)
{
	if (c->last_stamp == c->nr_stamps)
		restamp_all(c);
	e->stamp = ++c->last_stamp;
	tree_add(c, e->stamp, 1);
	plat_list_add(&e->link, &c->list);
	c->used++;
}

static void unlink(struct vits_cache *c, struct cache_entry *e)
{
	tree_add(c, e->stamp, ~0u); /* one less */
	plat_list_del(&e->link);
	c->used--;
}

/* ---- bounded caches ---- */

int vits_cache_create(struct vgic_vm *vm)
{
	u64 size = (u64)vm->policy.cache_per_vcpu * vm->nr_vcpus;
	struct vits_cache *c;
	u32 i;

	if (vm->policy.cache != VGIC_CACHE_LRU && vm->policy.cache != VGIC_CACHE_RCU_EVICT)
		return 0;
	if (size > CACHE_MAX)
		return -ENOMEM;
	c = plat_zalloc(sizeof(*c) + size * sizeof(c->entries[0]));
	if (!c)
		return -ENOMEM;
	c->nr_stamps = (u32)size * STAMPS_PER_ENTRY;
	c->nr_pes = gic_config(vm->gic)->nr_pes;
	c->tree = plat_zalloc(((size_t)c->nr_stamps + 1 + c->nr_pes) * sizeof(*c->tree));
	if (!c->tree) {
		plat_free(c);
		return -ENOMEM;
	}
	c->seen = c->tree + c->nr_stamps + 1;
	c->size = (u32)size;
	plat_list_init(&c->list);
	plat_list_init(&c->free);
	for (i = 0; i < size; i++)
		plat_list_add_tail(&c->entries[i].link, &c->free);
	vm->lpi_cache = c;
	return 0;
}

void vits_cache_destroy(struct vgic_vm *vm)
{
	struct vits_cache *c = vm->lpi_cache;

	if (!c)
		return;
	plat_free(c->tree);
	plat_free(c);
	vm->lpi_cache = NULL;
}

/* Take an entry out of use; its reference is the caller's now. lpi_list_lock held. */
static struct vgic_irq *entry_clear(struct vits_cache *c, struct cache_entry *e)
{
	struct vgic_irq *irq = e->irq;

	plat_index_erase(&e->its->cache, e->key);
	unlink(c, e);
	e->irq = NULL;
	e->hits = 0;
	return irq;
}

static void entry_fill(struct vits_cache *c, struct cache_entry *e, struct vgic_its *its, u32 key,
		       struct vgic_irq *irq)
{
	plat_ref_get(&irq->ref);
	e->its = its;
	e->key = key;
	e->irq = irq;
	link_head(c, e);
	plat_index_store(&its->cache, key, e);
}

/* The running PE visits the first n entries. lpi_list_lock held. */
static void search(struct vits_cache *c, u32 n)
{
	u32 moved = place_of(c, c->seen[plat_pe() % c->nr_pes] + 1);

	plat_cost(COST_CACHE_SCAN_STEP, n);
	plat_shared_read(moved < n ? moved : n);
}

/* It knows the list as it is now. lpi_list_lock held. */
static void seen_all(struct vits_cache *c)
{
	c->seen[plat_pe() % c->nr_pes] = c->last_stamp;
}

static struct vgic_irq *lru_get(struct vgic_its *its, u32 key)
{
	struct vits_cache *c = its->vm->lpi_cache;
	struct vgic_irq *irq = NULL;
	struct cache_entry *e;

	plat_lock(&its->vm->lpi_list_lock);
	e = plat_index_load(&its->cache, key);
	search(c, e ? place_of(c, e->stamp) : c->used);
	if (e) {
		irq = e->irq;
		plat_ref_get(&irq->ref);
		if (c->list.next != &e->link) {
			unlink(c, e);
			link_head(c, e);
		}
	}
	seen_all(c);
	plat_unlock(&its->vm->lpi_list_lock);
	return irq;
}

static struct vgic_irq *rcu_evict_get(struct vgic_its *its, u32 key)
{
	struct vits_cache *c = its->vm->lpi_cache;
	struct vgic_irq *irq;
	struct cache_entry *e;
	u32 steps;

	plat_sync();
	plat_rcu_read_lock();
	e = plat_index_load(&its->cache, key);
	steps = e ? place_of(c, e->stamp) : c->used;
	irq = e ? e->irq : NULL;
	if (irq && !plat_ref_try_get(&irq->ref))
		irq = NULL;
	if (irq)
		e->hits++;
	plat_rcu_read_unlock();
	plat_cost(COST_CACHE_SCAN_STEP, steps);
	return irq;
}

static struct cache_entry *least_hit(struct vits_cache *c)
{
	struct cache_entry *e, *victim = NULL;

	plat_cost(COST_CACHE_SCAN_STEP, c->used);
	plat_list_for_each(e, &c->list, link) {
		if (!victim || e->hits < victim->hits)
			victim = e;
	}
	return victim;
}

static void give_back(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (irq)
		vits_lpi_put_fast(vm, irq);
}

static void lru_insert(struct vgic_its *its, u32 key, struct vgic_irq *irq)
{
	struct vits_cache *c = its->vm->lpi_cache;
	struct vgic_irq *old = NULL;
	struct cache_entry *e;

	plat_lock(&its->vm->lpi_list_lock);
	search(c, c->used);
	if (!c->size || plat_index_load(&its->cache, key)) {
		plat_index_unreserve(&its->cache, key);
		plat_unlock(&its->vm->lpi_list_lock);
		return;
	}
	if (plat_list_empty(&c->free)) {
		e = plat_list_entry(c->list.prev, struct cache_entry, link);
		old = entry_clear(c, e);
	} else {
		e = plat_list_entry(c->free.next, struct cache_entry, link);
		plat_list_del(&e->link);
	}
	entry_fill(c, e, its, key, irq);
	seen_all(c);
	plat_unlock(&its->vm->lpi_list_lock);
	give_back(its->vm, old);
}

/* An entry nobody can see any more; NULL: there is none. May sleep. */
static struct cache_entry *rcu_evict_take(struct vgic_its *its)
{
	struct vits_cache *c = its->vm->lpi_cache;
	struct vgic_irq *old;
	struct cache_entry *e;

	plat_lock(&its->vm->lpi_list_lock);
	if (!plat_list_empty(&c->free)) {
		e = plat_list_entry(c->free.next, struct cache_entry, link);
		plat_list_del(&e->link);
		plat_unlock(&its->vm->lpi_list_lock);
		return e;
	}
	e = least_hit(c);
	old = e ? entry_clear(c, e) : NULL;
	plat_unlock(&its->vm->lpi_list_lock);
	if (e)
		plat_rcu_sync();
	give_back(its->vm, old);
	return e;
}

static void rcu_evict_insert(struct vgic_its *its, u32 key, struct vgic_irq *irq)
{
	struct vits_cache *c = its->vm->lpi_cache;
	struct cache_entry *e = NULL;

	plat_sync();
	if (!plat_index_load(&its->cache, key))
		e = rcu_evict_take(its);
	plat_lock(&its->vm->lpi_list_lock);
	if (e)
		entry_fill(c, e, its, key, irq);
	else
		plat_index_unreserve(&its->cache, key);
	plat_unlock(&its->vm->lpi_list_lock);
}

static void bounded_invalidate(struct vgic_vm *vm)
{
	struct vits_cache *c = vm->lpi_cache;
	struct plat_list dead;
	struct cache_entry *e, *tmp;

	plat_list_init(&dead);
	plat_lock(&vm->lpi_list_lock);
	plat_cost(COST_CACHE_SCAN_STEP, c->used);
	plat_list_for_each_safe(e, tmp, &c->list, link) {
		struct vgic_irq *irq = entry_clear(c, e);

		plat_list_add_tail(&e->link, &c->free);
		if (vgic_lpi_unref(vm, irq))
			plat_list_add_tail(&irq->ap_link, &dead);
	}
	plat_unlock(&vm->lpi_list_lock);
	vgic_lpi_release(vm, &dead);
}

/* ---- xarray ---- */

static struct vgic_irq *xarray_get(struct vgic_its *its, u32 key)
{
	struct vgic_irq *irq;

	plat_sync();
	plat_rcu_read_lock();
	irq = plat_index_load(&its->cache, key);
	plat_cost(COST_INDEX_LOOKUP, 1);
	if (irq && !plat_ref_try_get(&irq->ref))
		irq = NULL;
	plat_rcu_read_unlock();
	return irq;
}

static void xarray_insert(struct vgic_its *its, u32 key, struct vgic_irq *irq)
{
	struct vgic_irq *old;

	plat_ref_get(&irq->ref);
	plat_lock(&its->cache_lock);
	plat_cost(COST_INDEX_LOOKUP, 1);
	old = plat_index_load(&its->cache, key);
	plat_index_store(&its->cache, key, irq);
	if (old)
		plat_index_unreserve(&its->cache, key);
	plat_unlock(&its->cache_lock);
	give_back(its->vm, old);
}

static void xarray_invalidate(struct vgic_its *its)
{
	struct vgic_irq *irq;
	u64 key;

	plat_sync();
	for (key = 0;; key++) {
		plat_lock(&its->cache_lock);
		irq = plat_index_next(&its->cache, &key);
		if (irq) {
			plat_cost(COST_LIST_STEP, 1);
			plat_index_erase(&its->cache, key);
		}
		plat_unlock(&its->cache_lock);
		if (!irq)
			break;
		give_back(its->vm, irq);
	}
}

/* ---- by policy ---- */

struct vgic_irq *vits_cache_get(struct vgic_its *its, u32 device_id, u32 event_id)
{
	u32 key;

	if (!cache_key(device_id, event_id, &key))
		return NULL;
	switch (its->vm->policy.cache) {
	case VGIC_CACHE_LRU: return lru_get(its, key);
	case VGIC_CACHE_RCU_EVICT: return rcu_evict_get(its, key);
	case VGIC_CACHE_XARRAY: return xarray_get(its, key);
	default: return NULL;
	}
}

void vits_cache_insert(struct vgic_its *its, u32 device_id, u32 event_id, struct vgic_irq *irq)
{
	u32 key;

	if (its->vm->policy.cache == VGIC_CACHE_NONE || !cache_key(device_id, event_id, &key) ||
	    plat_index_reserve(&its->cache, key))
		return;
	switch (its->vm->policy.cache) {
	case VGIC_CACHE_LRU: lru_insert(its, key, irq); break;
	case VGIC_CACHE_RCU_EVICT: rcu_evict_insert(its, key, irq); break;
	default: xarray_insert(its, key, irq); break;
	}
}

void vits_cache_invalidate(struct vgic_its *its)
{
	if (its->vm->policy.cache == VGIC_CACHE_XARRAY)
		xarray_invalidate(its);
	else if (its->vm->lpi_cache)
		bounded_invalidate(its->vm);
}
