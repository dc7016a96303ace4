/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A failing stream of operations without those that it fails without as well: what a test prints.
 */
#ifndef TEST_SHRINK_H
#define TEST_SHRINK_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Leave out runs of the n operations at `ops`, `size` bytes each, shorter and shorter ones, as long
 * as what is left fails. How many are left, in their order.
 */
static inline uint32_t shrink(void *ops, uint32_t n, size_t size,
			      bool (*fails)(const void *ops, uint32_t n, const void *arg),
			      const void *arg)
{
	char *from = ops, *fewer = malloc(n * size + 1);

	ck_assert_ptr_nonnull(fewer);
	for (uint32_t run = n / 2; run; run /= 2)
		for (uint32_t at = 0; at + run <= n;) {
			memcpy(fewer, from, at * size);
			memcpy(fewer + at * size, from + (at + run) * size, (n - at - run) * size);
			if (!fails(fewer, n - run, arg)) {
				at += run;
				continue;
			}
			n -= run;
			memcpy(from, fewer, n * size);
		}
	free(fewer);
	return n;
}

#endif
