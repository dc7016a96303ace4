/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running one simulated host: from a checked configuration to a result.
 */
#ifndef MACHINE_RUN_H
#define MACHINE_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <sim/engine/engine.h>
#include <sim/record/result.h>

#include "config.h"

struct machine;

/* What a caller may ask besides the configuration. Zero is the plain run. */
struct run_options {
	enum sim_driver driver;
	bool shuffle_ties;
	uint64_t shuffle_seed;
	bool quiet;	   /* no progress line */
	bool last;	   /* the process ends after this run: its memory need not be given back */
	const char *trace; /* Perfetto file, or NULL */
	bool explain;	   /* keep the steps of lives (see explain_vm, explain_intid) */
	uint32_t explain_vm, explain_intid; /* REC_NOBODY: the worst of all */
	uint64_t dump_at;		    /* ps after the window's start; SIM_NEVER: no dump */
	FILE *dump;			    /* where the dump goes */
	/* Called after the run, before everything is freed; may be NULL. */
	void (*after)(struct machine *m, void *arg);
	void *after_arg;
};

/*
 * Run inside SimGrid and fill the result's metrics, assumptions and header (the caller has set
 * scenario, parameters, preset). 0; -ENOMEM; -EDEADLK; -ERANGE (engine simgrid beyond 1000 s);
 * -EPROTO an identity was violated. `error` (REC_ERROR_MAX bytes) says what happened.
 */
int machine_run(const struct machine_config *cfg, const struct run_options *opt,
		struct rec_result *result, char *error);

/*
 * ---- several hosts in one run, each driven by its own actor (sim/cluster) ----
 * Functions but the first are called inside SimGrid. A host's engine calls machine_port_bind() at
 * its turns; whoever else touches a machine does so first.
 */
struct machine_host;
struct machine_driver {
	/* Let the machine's engine run to time t; as sim_engine_run(). */
	int (*advance)(void *arg, struct machine *m, sim_time t);
	/* Guests have booted, time starts; on a process of the machine. */
	void (*started)(void *arg, struct machine *m);
	void *arg;
};
/* NULL: out of memory, with `error` set. */
struct machine_host *machine_host_new(const struct machine_config *cfg,
				      const struct run_options *opt,
				      const struct machine_driver *driver, uint32_t number,
				      char *error);
struct machine *machine_of(struct machine_host *r);
/* From set-up to the end of the window: 0 or as machine_run(). */
int machine_host_drive(struct machine_host *r);
/* All of them have: one result. The identities are checked. As machine_run(). */
int machine_hosts_conclude(struct machine_host *const *h, uint32_t nr, struct rec_result *result);
/* Processes may have moved between hosts: those of none run any more. */
void machine_host_free(struct machine_host *r);
/* Initialise SimGrid, load the platform, run fn(arg) as actor on its host `first`, and fill the
 * header of the result. 0; -ENOMEM; -errno: SimGrid cannot be started. */
int machine_simgrid_run(const struct machine_config *cfg, const char *platform, const char *first,
			void (*fn)(void *arg), void *arg, struct rec_result *result);

/* In `after`, with options explain: the life of the chosen interrupt hop by hop, as text. False: no
 * such interrupt was delivered in the window; nothing is printed. */
bool machine_explain(const struct machine *m, FILE *out);

#endif
