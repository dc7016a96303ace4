/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presets: the hypervisor's policies as one kernel version has them. configs/presets/NAME.yaml
 * holds a `hypervisor` mapping that gives every policy key, and under `lacks` the values which that
 * kernel has no code for, each with the reason:
 *
 *	lacks:
 *	  injection: {gicv4.1: "comes with Linux 5.7"}
 */
#ifndef SCENARIO_PRESET_H
#define SCENARIO_PRESET_H

#include "files.h"

/*
 * Put the preset that `hypervisor.preset` names (or `standard`, when it names none) below the keys
 * of the scenario's `hypervisor` mapping, which is made if need be. A key given there that the
 * kernel lacks is an error. `none` leaves all as it is.
 */
int preset_apply(struct files *f, struct doc_node *root, const char *standard);

#endif
