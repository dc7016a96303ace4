/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several simulated hosts in one run: each has its own calendar, driven by a SimGrid actor; SimGrid
 * carries what they send each other.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <sim/machine/run.h>

/* As machine_run(), which it is for a configuration with one host. Traces and explanations follow
 * one host: -EOPNOTSUPP when they are asked for with several. */
int cluster_run(const struct machine_config *cfg, const struct run_options *opt,
		struct rec_result *result, char *error);

#endif
