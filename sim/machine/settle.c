// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory of a large host in huge pages. When guests have booted, the heap holds megabytes that
 * interrupts touch in no order; every look at a page of 4 KiB costs a walk through page tables
 * that are in no cache either. The kernel is asked once to make huge pages of it; if it does not,
 * the run is slower and otherwise the same.
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "machine.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* since Linux 6.1 */
#endif

#define HUGE_PAGE  ((uintptr_t)2 << 20)
#define HEAP_LARGE (16 * HUGE_PAGE) /* what is smaller than this is in caches anyway */

void machine_settle_memory(void)
{
	char line[256];
	FILE *maps;

	if (mallinfo2().arena < HEAP_LARGE)
		return;
	maps = fopen("/proc/self/maps", "r");
	if (!maps)
		return;
	while (fgets(line, sizeof(line), maps)) {
		uintptr_t from, to;

		if (!strstr(line, "[heap]") ||
		    sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &from, &to) != 2)
			continue;
		from = (from + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
		to &= ~(HUGE_PAGE - 1);
		if (from < to && to - from >= HEAP_LARGE)
			madvise((void *)from, to - from, MADV_COLLAPSE);
	}
	fclose(maps);
}
