// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest that accesses any address in any width, injects, runs and writes its own tables: no crash,
 * no broken invariant, no leak.
 */
#include "hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	hostile_guest(data, size);
	return 0;
}
