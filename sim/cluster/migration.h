/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Live migration of a VM between two hosts of a cluster, as the VMMs of both do it.
 */
#ifndef CLUSTER_MIGRATION_H
#define CLUSTER_MIGRATION_H

#include <sim/machine/machine.h>

#include "network.h"

struct migration;

/* NULL: out of memory. */
struct migration *migration_new(const struct migration_config *cfg, struct network *n);
void migration_free(struct migration *mg);
/* A machine starts: the part of the migration that is its own is set up. On a process of it. */
void migration_started(struct migration *mg, struct machine *m);
/* What made a migration fail, and with it the run; "" when nothing did. */
const char *migration_error(const struct migration *mg);
/* Metrics of `nr` migrations, added up by VM, into those of a machine. 0 or -ENOMEM. */
int migrations_report(struct migration *const *mg, u32 nr, struct machine *m);

#endif
