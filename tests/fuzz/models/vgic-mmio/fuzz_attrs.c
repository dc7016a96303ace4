// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A user space that sets, gets and asks for any attribute in any order, with faulting addresses and
 * failing allocations: no crash, no broken invariant, no leak.
 */
#include "hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	hostile_user(data, size);
	return 0;
}
