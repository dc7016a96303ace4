/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sweep under way, for the files that are parts of `gicsim sweep`.
 */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <analysis/store.h>
#include <sim/record/result.h>
#include <sim/scenario/study.h>

#define SWEEP_WHO "gicsim sweep"

struct sweep_args {
	const char *file, *db;
	bool quick, list, slurm, sensitivity;
	uint64_t jobs, run, shard, shards, max_runs, tasks;
};

struct sweep {
	const struct sweep_args *args;
	struct study study;
	char *db;
	struct store store;	    /* open while runs are added; children never touch it */
	bool *done;		    /* by number - 1: finished */
	struct scenario *scenarios; /* by point; NULL: there are too many to keep */
	uint32_t nr_scenarios;
	uint32_t *pending; /* numbers of runs to start */
	uint32_t nr_pending;
	/* while it goes on */
	uint32_t nr_total, finished, failed;
	struct timespec started;
	bool terminal, drawn;
	int status;
};

/* Each returns an enum cli_status; what is wrong was said on standard error. */
/* Load the study of the command line; study_free() in any case. */
int sweep_load(struct sweep *w);
/* w->db: what was asked for, or a name made from the study's in the folder out/, which is made. */
int sweep_name_db(struct sweep *w);
/* Make the database, or find it to be this study's; it is open in w->store then. */
int sweep_open_db(struct sweep *w);
/* No more runs than --max-runs, and each point is a scenario that can run. */
int sweep_check(struct sweep *w);
/* All runs of this shard that are not done yet, then the table. */
int sweep_run_all(struct sweep *w);
/* Number N alone, in the foreground, with the table of `gicsim run`. */
int sweep_run_one(struct sweep *w);
/* Turn the loaded study into the one that varies its assumptions: some runs tell which are used. */
int sweep_vary(struct sweep *w);
/* --slurm: write the job scripts, submit them, wait for the merged database, print its table. */
int sweep_slurm(struct sweep *w);

/* Is the run this shard's? With a stop rule a point is in one shard, otherwise runs are dealt. */
bool sweep_in_shard(const struct sweep *w, uint32_t number);
unsigned sweep_jobs(const struct sweep *w);
/* The command that repeats a run. */
void sweep_print_replay(const struct sweep *w, uint32_t number, FILE *out);
/* Fill a result; 0 or -errno with a line on standard error. A child ends after it. */
int sweep_simulate(const struct study *s, const struct study_run *run, bool child,
		   struct rec_result *r);
/* The table of the database, and what the study's metrics or the answer of --sensitivity are. */
int sweep_conclude(struct sweep *w);

#endif
