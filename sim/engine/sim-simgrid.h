/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way into SimGrid: initialise it with the options that make its clock exact, load a platform
 * generated from the topology, run one actor a simulated host.
 */
#ifndef SIM_SIMGRID_H
#define SIM_SIMGRID_H

#include "engine.h"

/*
 * Initialise SimGrid with precision 1e-13 s and a network model without correction factors. SimGrid
 * can be initialised once a process: a second call does nothing, and a program that makes several
 * runs forks before the first. 0 or -ENOMEM.
 */
int sim_simgrid_init(void);
/* The text of a platform with nothing but one host, named "host". */
const char *sim_simgrid_one_host(void);
/*
 * Load a platform description (XML text): written to a temporary file, removed after loading. Once
 * a process. 0 or -errno. SimGrid itself ends the program when the text is not a platform.
 */
int sim_simgrid_platform(const char *xml);
/*
 * Run fn(arg) as an actor on SimGrid host `host`, then SimGrid itself until all actors end. First
 * two events 1 ps apart are seen to stay apart. 0, or -EINVAL with a message on stderr.
 * fn has a stack of 1 MiB. It makes, runs and frees its engines.
 */
int sim_simgrid_run(const char *host, void (*fn)(void *arg), void *arg);
/* Whether sim_simgrid_run() is in its fn. */
bool sim_simgrid_inside(void);
/* Whether there is that much memory. SimGrid aborts where it finds none: ask before it does. */
bool sim_simgrid_room(size_t bytes);
/* Number of actors made for processes so far (engine simgrid). */
uint32_t sim_simgrid_actors(void);

#endif
