/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way into SimGrid: initialise it with the options that make its clock exact, load a platform
 * generated from the topology, run one actor a simulated host.
 */
#ifndef SIM_SIMGRID_H
#define SIM_SIMGRID_H

#include "engine.h"

/*
 * Initialise SimGrid (once a process) with precision 1e-13 s and check that two events 1 ps apart
 * stay apart. 0, or -EINVAL with a message on stderr.
 */
int sim_simgrid_init(void);
/* Load a platform description (XML text): written to a temporary file, removed after loading. */
int sim_simgrid_platform(const char *xml);
/* Run fn(arg) as an actor on SimGrid host `host`, then SimGrid itself until all actors end. */
int sim_simgrid_run(const char *host, void (*fn)(void *arg), void *arg);
/* Number of actors made for processes so far (engine simgrid). */
uint32_t sim_simgrid_actors(void);

#endif
