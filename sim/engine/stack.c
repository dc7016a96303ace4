// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stack pool (stack.h). A slab is one mapping of STACKS_A_SLAB stacks; below each stands a
 * page without access, so an overflow ends in SIGSEGV and not in a neighbour's frames.
 */
#include "stack.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STACKS_A_SLAB 32
#define CACHE_LINE    64
#define STAGGER	      16 /* different offsets of the top, ... */
#define STAGGER_LINES 2	 /* ... this many cache lines apart */

struct stack_slab {
	struct stack_slab *next;
	void *map;
};

void stack_pool_init(struct stack_pool *pool, size_t size)
{
	memset(pool, 0, sizeof(*pool));
	pool->page = (size_t)sysconf(_SC_PAGESIZE);
	pool->size = (size + pool->page - 1) / pool->page * pool->page;
}

static size_t slab_bytes(const struct stack_pool *pool)
{
	return STACKS_A_SLAB * (pool->size + pool->page);
}

void stack_pool_fini(struct stack_pool *pool)
{
	while (pool->slabs) {
		struct stack_slab *slab = pool->slabs;

		pool->slabs = slab->next;
		munmap(slab->map, slab_bytes(pool));
		free(slab);
	}
	free(pool->spare);
	memset(pool, 0, sizeof(*pool));
}

/* Map one more slab, and make room to note every stack of the pool as spare. */
static int add_slab(struct stack_pool *pool)
{
	void **spare = realloc(pool->spare, (pool->made + STACKS_A_SLAB) * sizeof(*spare));
	struct stack_slab *slab;
	char *map;

	if (!spare)
		return -1;
	pool->spare = spare;
	slab = malloc(sizeof(*slab));
	if (!slab)
		return -1;
	map = mmap(NULL, slab_bytes(pool), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		goto no_map;
	for (size_t i = 0; i < STACKS_A_SLAB; i++)
		if (mprotect(map + i * (pool->size + pool->page), pool->page, PROT_NONE))
			goto no_guard;
	slab->map = map;
	slab->next = pool->slabs;
	pool->slabs = slab;
	pool->made += STACKS_A_SLAB;
	/* A huge page would make a whole stack resident at the first touch. */
	madvise(map, slab_bytes(pool), MADV_NOHUGEPAGE);
	for (size_t i = STACKS_A_SLAB; i-- > 0;)
		spare[pool->nr_spare++] = map + i * (pool->size + pool->page) + pool->page;
	return 0;

no_guard:
	munmap(map, slab_bytes(pool));
no_map:
	free(slab);
	return -1;
}

void *stack_get(struct stack_pool *pool)
{
	if (!pool->nr_spare && add_slab(pool))
		return NULL;
	return pool->spare[--pool->nr_spare];
}

void stack_put(struct stack_pool *pool, void *bottom)
{
	pool->spare[pool->nr_spare++] = bottom;
}

void *stack_top(const struct stack_pool *pool, void *bottom)
{
	size_t color = (uintptr_t)bottom / (pool->size + pool->page) % STAGGER;

	return (char *)bottom + pool->size - color * STAGGER_LINES * CACHE_LINE;
}
