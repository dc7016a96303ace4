/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exits by reason at each point of a study, in the columns of perf kvm stat.
 */
#ifndef ANALYSIS_EXITS_H
#define ANALYSIS_EXITS_H

#include "store.h"
#include "table.h"

/* More points than this have no table. */
#define EXITS_POINTS_MAX 200

/*
 * The rows: a heading, then for each point its reasons, the most frequent first: the settings, n,
 * reason, samples and their share, share of time, shortest, longest and mean time, the latter with
 * the half-width of its 95 % interval over the replications, in % of it. No rows when there were no
 * exits. 0 or -errno with st->error.
 */
int exits_rows(struct store *st, struct table *rows);

#endif
