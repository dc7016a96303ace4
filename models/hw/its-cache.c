// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ITS's caches of device, interrupt translation and collection table entries. The architecture
 * leaves them to the implementation (IHI 0069 5.1); ours are set-associative with four ways and
 * true LRU within a set: a set keeps its lines in order of use, the latest first.
 *
 * A size that is no multiple of four is rounded down to one, below four all lines form one set.
 * Size 0: no cache, every lookup misses. Only valid entries are kept, so a miss may mean
 * "unmapped" and goes to memory. Whatever changes an entry in memory updates or drops its line.
 */
#include "its-internal.h"

#define CACHE_WAYS 4u

int its_cache_init(struct its_cache *c, u32 entries)
{
	c->ways = entries < CACHE_WAYS ? entries : CACHE_WAYS;
	c->sets = entries ? entries / c->ways : 0;
	c->line = NULL;
	if (!entries)
		return 0;
	c->line = plat_zalloc((size_t)c->sets * c->ways * sizeof(*c->line));
	return c->line ? 0 : -ENOMEM;
}

void its_cache_free(struct its_cache *c)
{
	plat_free(c->line);
	c->line = NULL;
	c->sets = 0;
}

/* The upper half of a multiplicative hash, scaled to the number of sets without a division. */
static struct its_cache_line *cache_set(const struct its_cache *c, u64 key)
{
	u32 hash = (u32)(key * 0x9e3779b97f4a7c15ull >> 32);

	return &c->line[(u32)((u64)hash * c->sets >> 32) * c->ways];
}

/* Put a line in front; those before place `way` move back by one. */
static void set_front(struct its_cache_line *set, u32 way, u64 key, u64 entry)
{
	for (; way; way--)
		set[way] = set[way - 1];
	set[0].key = key;
	set[0].entry = entry;
}

/* Way of a key in its set; c->ways: it is not there. */
static u32 set_find(const struct its_cache *c, const struct its_cache_line *set, u64 key)
{
	u32 way;

	for (way = 0; way < c->ways; way++)
		if (set[way].key == key && set[way].entry)
			break;
	return way;
}

bool its_cache_get(struct its_cache *c, u64 key, u64 *entry)
{
	struct its_cache_line *set;
	u32 way;

	if (!c->sets)
		return false;
	set = cache_set(c, key);
	way = set_find(c, set, key);
	if (way == c->ways)
		return false;
	*entry = set[way].entry;
	if (way)
		set_front(set, way, key, *entry);
	return true;
}

void its_cache_put(struct its_cache *c, u64 key, u64 entry)
{
	struct its_cache_line *set;
	u32 way;

	if (!c->sets)
		return;
	set = cache_set(c, key);
	way = set_find(c, set, key);
	set_front(set, way == c->ways ? way - 1 : way, key, entry);
}

/* The lines behind move up, so that empty lines stay at the end of the set. */
void its_cache_drop(struct its_cache *c, u64 key)
{
	struct its_cache_line *set;
	u32 way;

	if (!c->sets)
		return;
	set = cache_set(c, key);
	for (way = set_find(c, set, key); way < c->ways; way++) {
		set[way].key = way + 1 < c->ways ? set[way + 1].key : 0;
		set[way].entry = way + 1 < c->ways ? set[way + 1].entry : 0;
	}
}

void its_cache_drop_high(struct its_cache *c, u32 high)
{
	u32 i;

	for (i = 0; i < c->sets * c->ways; i++) {
		/* A drop moves the next line of the set here: look at the place again. */
		while (c->line[i].entry && c->line[i].key >> 32 == high)
			its_cache_drop(c, c->line[i].key);
	}
}

void its_cache_clear(struct its_cache *c)
{
	if (c->sets)
		memset(c->line, 0, (size_t)c->sets * c->ways * sizeof(*c->line));
}
