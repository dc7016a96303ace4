/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that read and write databases share.
 */
#ifndef ANALYSIS_STORE_INTERNAL_H
#define ANALYSIS_STORE_INTERNAL_H

#include "store.h"

/* Kept beside the text of a study, to notice a damaged one. */
int64_t store_hash(const char *text);

#endif
