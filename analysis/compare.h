/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two databases of studies side by side, for people.
 */
#ifndef ANALYSIS_COMPARE_H
#define ANALYSIS_COMPARE_H

#include <stdio.h>

#include "store.h"

/*
 * For each point that both have and each chosen metric of `a`: the mean in a and in b over the
 * seeds that both ran, and the 95 % interval of the difference b - a, paired by seed. 0 or -errno
 * with the message in the error of the store that failed; -ENOENT: they have no point in common.
 */
int compare_print(struct store *a, struct store *b, FILE *out);

#endif
