/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cost profiles: what each primitive costs, and how well that is known. A profile is a file with a
 * `costs:` mapping, one entry a primitive:
 *
 *	lock: {cost: 15 ns, confidence: assumption, range: [5 ns, 60 ns], source: "..."}
 *
 * A scenario says `costs: NAME`, or `costs: {profile: NAME, lock: {cost: 20 ns}}` to change
 * entries; `profile: none` begins with nothing. `name` is what results call the profile.
 */
#ifndef SCENARIO_COSTS_H
#define SCENARIO_COSTS_H

#include <stdio.h>

#include <sim/machine/config.h>

#include "files.h"

#define COSTS_DEFAULT_PROFILE "altra"

/*
 * Fill a profile. `own` is the scenario's `costs` mapping, or NULL; then errors about the default
 * profile are reported at `at`. Every primitive must have an entry. 0 or an error.
 */
int costs_read(struct files *f, struct doc_node *own, struct diag_pos at,
	       struct cost_profile *profile);

/* The profile as YAML that reads back to the same. */
void costs_show(const struct cost_profile *profile, FILE *out);

/* The names of enum cost_confidence, NULL-terminated. */
extern const char *const costs_confidences[];
/* The row that a cost is read by: its limits and its text form. */
extern const struct param costs_row;

#endif
