/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Distributions of times as users write them: `5 us`, {exponential: 5 us}, {uniform: [1 us, 2 us]},
 * {normal: {mean: 5 us, sd: 1 us}}, {lognormal: {median: 5 us, shape: 0.5}},
 * {pareto: {min: 5 us, shape: 1.5}}.
 */
#ifndef SCENARIO_DIST_H
#define SCENARIO_DIST_H

#include <sim/engine/random.h>
#include <sim/machine/param.h>

#include "doc.h"

/* Read one; each of its times must lie in the row's range. `what` names it in messages. */
int dist_read(struct doc *d, const struct doc_node *node, const struct param *p, const char *what,
	      struct sim_dist *dist);

#endif
