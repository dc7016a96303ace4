/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks for processes: address space is reserved many stacks at a time, each with a guard page
 * below it; only pages that were touched are resident; a stack given back is used again before
 * a new one is made. Private to sim/engine.
 */
#ifndef SIM_STACK_H
#define SIM_STACK_H

#include <stddef.h>
#include <stdint.h>

struct stack_slab;

struct stack_pool {
	struct stack_slab *slabs;
	void **spare; /* bottoms of stacks that are free, last in first out */
	size_t nr_spare;
	size_t size; /* bytes of a stack without its guard page */
	size_t made; /* stacks made so far */
	size_t page;
};

void stack_pool_init(struct stack_pool *pool, size_t size);
void stack_pool_fini(struct stack_pool *pool);
/* The lowest byte of a stack, or NULL: out of memory. */
void *stack_get(struct stack_pool *pool);
/* Give a stack back; the caller may still stand on it until the next stack_get(). */
void stack_put(struct stack_pool *pool, void *bottom);
/*
 * Where a stack begins. Stacks are a whole number of pages apart, so equal depths on different
 * stacks would all compete for the same cache sets; the beginning is staggered.
 */
void *stack_top(const struct stack_pool *pool, void *bottom);

#endif
