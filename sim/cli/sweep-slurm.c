// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim sweep --slurm: a job array whose tasks run a shard of the study each, so that short runs
 * share the cost of a job, and a job after it that merges their databases. The scripts, the parts
 * and what the jobs print stay in a folder beside the database. Both jobs are submitted at once, so
 * the merge takes place even when nobody waits for it; a task that failed or was killed leaves what
 * it finished, and the same command runs the rest.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim/record/outfile.h>

#include "cli.h"
#include "describe.h"
#include "sweep.h"

#define WHO	      SWEEP_WHO
#define RUNS_PER_TASK 50

struct job {
	char program[PATH_MAX], folder[PATH_MAX], db[PATH_MAX], study[PATH_MAX];
	uint64_t tasks;
};

static int fail_with(const char *what, const char *which, int err)
{
	fprintf(stderr, WHO ": --slurm: %s %s: %s\n", what, which, strerror(err));
	return CLI_FAILED;
}

/* ---- the scripts ---- */

static void print_head(const struct job *j, const char *output, FILE *out)
{
	fputs("#!/bin/sh\n#SBATCH --output=", out);
	fprintf(out, "%s\n", output);
	fputs("cd ", out);
	cli_print_quoted(j->folder, out);
	fputs(" || exit 1\n", out);
}

static void print_task(const struct sweep *w, const struct job *j, FILE *out)
{
	print_head(j, "task-%a.log", out);
	cli_print_quoted(j->program, out);
	fputs(" sweep ", out);
	cli_print_quoted(j->study, out);
	fprintf(out,
		"%s%s --shard \"$SLURM_ARRAY_TASK_ID/%llu\" \\\n\t--db "
		"\"part-$SLURM_ARRAY_TASK_ID.db\" --jobs %llu --max-runs %llu\n",
		w->args->quick ? " --quick" : "", w->args->sensitivity ? " --sensitivity" : "",
		(unsigned long long)j->tasks,
		(unsigned long long)(w->args->jobs ? w->args->jobs : 1),
		(unsigned long long)w->args->max_runs);
}

static void print_merge(const struct job *j, FILE *out)
{
	print_head(j, "merge.log", out);
	cli_print_quoted(j->program, out);
	fputs(" merge ", out);
	cli_print_quoted(j->db, out);
	fputs(" part-*.db\n", out);
}

static int write_script(const struct sweep *w, const struct job *j, const char *name)
{
	char path[PATH_MAX + 16];
	struct outfile o;
	FILE *out;
	int err;

	snprintf(path, sizeof(path), "%s/%s", j->folder, name);
	err = outfile_open(&o, path);
	if (err)
		return fail_with("cannot write", path, -err);
	out = fdopen(dup(o.fd), "w");
	if (out) {
		if (*name == 't')
			print_task(w, j, out);
		else
			print_merge(j, out);
	}
	if (!out || fclose(out)) {
		err = errno;
		outfile_abandon(&o);
		return fail_with("cannot write", path, err);
	}
	err = outfile_commit(&o);
	return err ? fail_with("cannot write", path, -err) : CLI_OK;
}

/* ---- where things are ---- */

static int find_paths(const struct sweep *w, struct job *j)
{
	ssize_t length = readlink("/proc/self/exe", j->program, sizeof(j->program) - 1);
	char folder[PATH_MAX];

	if (length < 0)
		return fail_with("cannot find", "the program", errno);
	j->program[length] = '\0';
	if (!realpath(w->study.path, j->study))
		return fail_with("cannot find", w->study.path, errno);
	snprintf(folder, sizeof(folder), "%s.slurm", w->db);
	if (mkdir(folder, 0777) && errno != EEXIST)
		return fail_with("cannot make", folder, errno);
	if (!realpath(folder, j->folder))
		return fail_with("cannot find", folder, errno);
	snprintf(j->db, sizeof(j->db), "%.*s", (int)(strlen(j->folder) - strlen(".slurm")),
		 j->folder);
	return CLI_OK;
}

/* ---- submitting ---- */

/* Run a command line that prints the number of a job, which goes to `job`. *failed: the command ended
 * with an error later, which for one that waits is the job's. */
static int submit(const char *command, char *job, size_t size, bool *failed)
{
	FILE *f;

	fflush(NULL);
	f = popen(command, "r"); /* NOLINT(cert-env33-c): all parts are quoted */
	if (!f)
		return fail_with("cannot run", "sbatch", errno);
	*job = '\0';
	if (fgets(job, (int)size, f))
		job[strcspn(job, ";\n")] = '\0';
	*failed = pclose(f) != 0;
	if (isdigit((unsigned char)*job))
		return CLI_OK;
	fprintf(stderr, WHO ": --slurm: sbatch failed: %s\n",
		*job ? job : "is Slurm installed and its controller up?");
	return CLI_FAILED;
}

static char *quoted_command(const struct job *j, const char *options, const char *script)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs("cd ", f);
	cli_print_quoted(j->folder, f);
	fprintf(f, " && sbatch --parsable %s %s 2>&1", options, script);
	return fclose(f) ? NULL : text;
}

static int submit_script(const struct job *j, const char *options, const char *script, char *job,
			 size_t size, bool *failed)
{
	char *command = quoted_command(j, options, script);
	int status;

	if (!command) {
		fputs(WHO ": out of memory\n", stderr);
		return CLI_FAILED;
	}
	status = submit(command, job, size, failed);
	free(command);
	return status;
}

static int submit_all(const struct sweep *w, const struct job *j)
{
	char id[256], merge[256], options[512];
	bool failed = false;
	int status;

	snprintf(options, sizeof(options), "--job-name=gicsim --array=1-%llu --cpus-per-task=%llu",
		 (unsigned long long)j->tasks,
		 (unsigned long long)(w->args->jobs ? w->args->jobs : 1));
	status = submit_script(j, options, "task.sh", id, sizeof(id), &failed);
	if (status != CLI_OK)
		return status;
	fprintf(stderr, WHO ": job %s has %llu tasks in %s\n", id, (unsigned long long)j->tasks,
		j->folder);
	snprintf(options, sizeof(options),
		 "--job-name=gicsim-merge --wait --dependency=afterany:%s", id);
	status = submit_script(j, options, "merge.sh", merge, sizeof(merge), &failed);
	if (status != CLI_OK || !failed)
		return status;
	fprintf(stderr, WHO ": --slurm: job %s, which merges, failed; see merge.log in %s\n", merge,
		j->folder);
	return CLI_FAILED;
}

static uint64_t default_tasks(const struct sweep *w)
{
	uint64_t runs = study_nr_runs(&w->study);
	uint64_t tasks = w->args->tasks ? w->args->tasks
					: (runs + RUNS_PER_TASK - 1) / RUNS_PER_TASK;

	return tasks < runs ? tasks : runs;
}

int sweep_slurm(struct sweep *w)
{
	struct job *j;
	int status;

	status = sweep_check(w);
	if (status == CLI_OK)
		status = sweep_name_db(w);
	/* Another study's database is found before anything is submitted. */
	if (status == CLI_OK)
		status = sweep_open_db(w);
	store_close(&w->store);
	j = calloc(1, sizeof(*j));
	if (!j) {
		fputs(WHO ": out of memory\n", stderr);
		return CLI_FAILED;
	}
	j->tasks = default_tasks(w);
	if (status == CLI_OK)
		status = find_paths(w, j);
	if (status == CLI_OK)
		status = write_script(w, j, "task.sh");
	if (status == CLI_OK)
		status = write_script(w, j, "merge.sh");
	if (status == CLI_OK)
		status = submit_all(w, j);
	free(j);
	return status == CLI_OK ? sweep_conclude(w) : status;
}
