/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presets: the hypervisor's policies as one kernel version has them. configs/presets/NAME.yaml
 * holds a `hypervisor` mapping that gives every policy key, and under `lacks` what that kernel has
 * no code for, each with the reason. A row names a key of scenarios (`*` for every item of a list)
 * and values of it - words, or `above N` and `below N` of a plain number - or a feature of
 * sim/machine/feature.c:
 *
 *	lacks:
 *	  hypervisor.injection: {gicv4.1: "GICv4.1 comes with Linux 5.7"}
 *	  vms.*.vcpus: {above 255: "more than 255 vCPUs come with Linux 4.18"}
 *	  irqfd: "irqfd comes with Linux 4.1"
 */
#ifndef SCENARIO_PRESET_H
#define SCENARIO_PRESET_H

#include <sim/machine/config.h>

#include "files.h"
#include "schema.h"

struct preset {
	const char *name;	      /* NULL: none */
	struct diag_pos at;	      /* where the scenario names it */
	const struct doc_node *lacks; /* a mapping; NULL: nothing */
};

/*
 * Put the preset that `hypervisor.preset` names (or `standard`, when it names none) below the keys
 * of the scenario's `hypervisor` mapping, which is made if need be. `none` leaves all as it is.
 */
int preset_apply(struct files *f, struct doc_node *root, const char *standard,
		 struct preset *preset);

/*
 * Whether what was read asks for nothing that the preset's kernel lacks: 0, or an error at the key
 * that does, or at the preset's name when no key was written. `root` is the tree, `config` what
 * `schema` made of it.
 */
int preset_check(const struct preset *preset, const struct schema *schema, struct doc *d,
		 const struct doc_node *root, const struct machine_config *config);

/* Tell what the preset in a file lacks: key or feature, value (NULL for a feature), reason. */
void preset_for_each_lack(const char *path,
			  void (*fn)(void *arg, const char *what, const char *value,
				     const char *reason),
			  void *arg);

#endif
