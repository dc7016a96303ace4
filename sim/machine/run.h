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

/* In `after`, with options explain: the life of the chosen interrupt hop by hop, as text. False: no
 * such interrupt was delivered in the window; nothing is printed. */
bool machine_explain(const struct machine *m, FILE *out);

#endif
