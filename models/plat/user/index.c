// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sparse index of the port in user space: a radix tree of 64-way nodes that grows in height
 * with the largest key reserved. In the kernel an xarray stands behind the same calls.
 *
 * Reservations are counted per leaf, not per key: a leaf lives while it holds a pointer or while
 * somebody may still store into it. So two callers may reserve one key, and what the first does
 * with it does not harm the second. A store over a present key uses no reservation.
 * A load touches one slot per level and never allocates, frees or yields; therefore readers need
 * no lock in user space, where a switch between processes happens in other primitives only.
 */
#include <plat.h>

#define INDEX_BITS	 6u
#define INDEX_SLOTS	 (1u << INDEX_BITS)
#define INDEX_SLOT_MASK	 (INDEX_SLOTS - 1u)
#define INDEX_MAX_LEVELS 11u /* 11 x 6 bits cover 64 */

struct index_node {
	u64 present;  /* slots in use */
	u32 reserved; /* leaf: stores that have been promised room */
	void *slot[INDEX_SLOTS];
};

static u32 index_slot(u64 key, u32 shift)
{
	return (u32)(key >> shift) & INDEX_SLOT_MASK;
}

/* Whether a tree of so many levels has a place for the key. */
static bool index_fits(u32 levels, u64 key)
{
	u32 bits = levels * INDEX_BITS;

	return bits >= 64 || !(key >> bits);
}

static bool index_node_empty(const struct index_node *n)
{
	return !n->present && !n->reserved;
}

static void index_set(struct index_node *n, u32 slot, void *p)
{
	n->slot[slot] = p;
	n->present |= PLAT_BIT64(slot);
}

static void index_clear(struct index_node *n, u32 slot)
{
	n->slot[slot] = NULL;
	n->present &= ~PLAT_BIT64(slot);
}

void plat_index_init(struct plat_index *x)
{
	x->root = NULL;
	x->levels = 0;
	x->count = 0;
}

void *plat_index_load(const struct plat_index *x, u64 key)
{
	u32 shift = x->levels * INDEX_BITS;
	const void *n = x->root;

	if (shift < 64 && key >> shift)
		return NULL;
	while (shift && n) {
		shift -= INDEX_BITS;
		n = ((const struct index_node *)n)->slot[index_slot(key, shift)];
	}
	return (void *)(uintptr_t)n;
}

static struct index_node *index_leaf(const struct plat_index *x, u64 key)
{
	u32 shift = x->levels * INDEX_BITS;
	struct index_node *n = x->root;

	if (!index_fits(x->levels, key))
		return NULL;
	while (n && shift > INDEX_BITS) {
		shift -= INDEX_BITS;
		n = n->slot[index_slot(key, shift)];
	}
	return n;
}

/* Free the nodes on the way to key that hold nothing any more, lowest first. */
static void index_trim(struct plat_index *x, u64 key)
{
	struct index_node *path[INDEX_MAX_LEVELS];
	u32 shift = x->levels * INDEX_BITS;
	struct index_node *n = x->root;
	u32 depth = 0;

	while (n) {
		path[depth++] = n;
		shift -= INDEX_BITS;
		n = shift ? n->slot[index_slot(key, shift)] : NULL;
	}
	while (depth && index_node_empty(path[depth - 1])) {
		plat_free(path[--depth]);
		if (depth)
			index_clear(path[depth - 1],
				    index_slot(key, (x->levels - depth) * INDEX_BITS));
		else
			plat_index_init(x);
	}
}

/* Raise the tree until the key fits; the old root becomes slot 0 of the new one. */
static int index_grow(struct plat_index *x, u64 key)
{
	while (!index_fits(x->levels, key)) {
		if (x->root) {
			struct index_node *n = plat_zalloc(sizeof(*n));

			if (!n)
				return -ENOMEM;
			index_set(n, 0, x->root);
			x->root = n;
		}
		x->levels++;
	}
	return 0;
}

int plat_index_reserve(struct plat_index *x, u64 key)
{
	struct index_node *n, *child;
	u32 shift;
	int ret;

	if (!x->levels)
		x->levels = 1;
	ret = index_grow(x, key);
	if (ret)
		return ret;
	if (!x->root) {
		x->root = plat_zalloc(sizeof(*n));
		if (!x->root) {
			plat_index_init(x);
			return -ENOMEM;
		}
	}
	n = x->root;
	for (shift = (x->levels - 1) * INDEX_BITS; shift; shift -= INDEX_BITS) {
		u32 slot = index_slot(key, shift);

		child = n->slot[slot];
		if (!child) {
			child = plat_zalloc(sizeof(*child));
			if (!child) {
				index_trim(x, key);
				return -ENOMEM;
			}
			index_set(n, slot, child);
		}
		n = child;
	}
	n->reserved++;
	return 0;
}

void plat_index_unreserve(struct plat_index *x, u64 key)
{
	struct index_node *n = index_leaf(x, key);

	if (plat_warn_on(!n || !n->reserved))
		return;
	n->reserved--;
	index_trim(x, key);
}

void plat_index_store(struct plat_index *x, u64 key, void *p)
{
	struct index_node *n = index_leaf(x, key);
	u32 slot = index_slot(key, 0);

	if (plat_warn_on(!n || !p))
		return;
	if (!n->slot[slot]) {
		if (plat_warn_on(!n->reserved))
			return;
		n->reserved--;
		x->count++;
	}
	index_set(n, slot, p);
}

void *plat_index_erase(struct plat_index *x, u64 key)
{
	struct index_node *n = index_leaf(x, key);
	u32 slot = index_slot(key, 0);
	void *p = n ? n->slot[slot] : NULL;

	if (!p)
		return NULL;
	index_clear(n, slot);
	x->count--;
	index_trim(x, key);
	return p;
}

/*
 * The first entry at or after *key below node n, whose keys agree above bit shift + 6 with *key.
 * NULL: none; then *key is the first key beyond the node (0 when that is beyond 64 bits).
 */
static void *index_next_below(const struct index_node *n, u32 shift, u64 *key)
{
	u64 span = shift + INDEX_BITS < 64 ? PLAT_BIT64(shift + INDEX_BITS) : 0;
	u64 base = span ? *key & ~(span - 1) : 0;
	u32 slot = index_slot(*key, shift);

	while (n->present >> slot) {
		u32 found = slot + plat_ffs64(n->present >> slot);
		void *p;

		if (found != slot)
			*key = base | (u64)found << shift;
		if (!shift)
			return n->slot[found];
		p = index_next_below(n->slot[found], shift - INDEX_BITS, key);
		if (p)
			return p;
		if (found == INDEX_SLOT_MASK || !*key)
			break;
		slot = found + 1;
	}
	*key = span ? base + span : 0;
	return NULL;
}

void *plat_index_next(const struct plat_index *x, u64 *key)
{
	if (!x->root || !index_fits(x->levels, *key))
		return NULL;
	return index_next_below(x->root, (x->levels - 1) * INDEX_BITS, key);
}

static void index_free_below(struct index_node *n, u32 levels)
{
	u64 left;

	if (!n)
		return;
	for (left = levels > 1 ? n->present : 0; left; left &= left - 1)
		index_free_below(n->slot[plat_ffs64(left)], levels - 1);
	plat_free(n);
}

void plat_index_destroy(struct plat_index *x)
{
	index_free_below(x->root, x->levels);
	plat_index_init(x);
}
