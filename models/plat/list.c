// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stable merge sort of the port's intrusive list. Runs of 2^i elements wait in bin i; equal runs
 * merge as they meet, so n elements need at most n log2(n) comparisons and no memory but the bins.
 * Shared by both worlds. The comparison may take locks, as the hypervisor's does: the list is out of reach meanwhile,
 * its head shows it empty.
 */
#include <plat.h>

#define SORT_BINS 24u /* the last bin takes what 2^24 elements leave over */

typedef int (*sort_before)(void *ctx, struct plat_list *a, struct plat_list *b);

/* Merge two chains linked by next and ended by NULL; elements of a stand before equals of b. */
static struct plat_list *sort_merge(void *ctx, sort_before before, struct plat_list *a,
				    struct plat_list *b)
{
	struct plat_list *first = NULL;
	struct plat_list **end = &first;

	while (a && b) {
		if (before(ctx, a, b) <= 0) {
			*end = a;
			a = a->next;
		} else {
			*end = b;
			b = b->next;
		}
		end = &(*end)->next;
	}
	*end = a ? a : b;
	return first;
}

void plat_list_sort(struct plat_list *head, void *ctx, sort_before before)
{
	struct plat_list *bins[SORT_BINS] = { NULL };
	struct plat_list *chain, *next;
	u32 i;

	if (plat_list_empty(head))
		return;
	chain = head->next;
	head->prev->next = NULL;
	plat_list_init(head);
	for (; chain; chain = next) {
		struct plat_list *run = chain;

		next = chain->next;
		run->next = NULL;
		for (i = 0; i < SORT_BINS - 1 && bins[i]; i++) {
			run = sort_merge(ctx, before, bins[i], run);
			bins[i] = NULL;
		}
		bins[i] = bins[i] ? sort_merge(ctx, before, bins[i], run) : run;
	}
	for (i = 0, chain = NULL; i < SORT_BINS; i++)
		if (bins[i])
			chain = chain ? sort_merge(ctx, before, bins[i], chain) : bins[i];
	for (; chain; chain = next) {
		next = chain->next;
		plat_list_add_tail(chain, head);
	}
}
