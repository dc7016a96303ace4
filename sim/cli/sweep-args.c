// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the options of a sweep mean for its parts: which runs are its own, where they go, and the
 * command that repeats one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "describe.h"
#include "sweep.h"

#define WHO	       SWEEP_WHO
#define DEFAULT_FOLDER "out"

bool sweep_in_shard(const struct sweep *w, uint32_t number)
{
	const struct sweep_args *args = w->args;
	uint64_t dealt = number - 1;

	if (w->study.stop.metric)
		dealt = study_run_of(&w->study, number).point;
	return dealt % args->shards == args->shard - 1;
}

int sweep_name_db(struct sweep *w)
{
	const struct sweep_args *a = w->args;
	char part[48] = "";

	if (a->shards > 1)
		snprintf(part, sizeof(part), "-%lluof%llu", (unsigned long long)a->shard,
			 (unsigned long long)a->shards);
	if (a->db)
		w->db = strdup(a->db);
	else if (asprintf(&w->db, DEFAULT_FOLDER "/%s%s%s.db", w->study.name,
			  a->quick ? "-quick" : "", part) < 0)
		w->db = NULL;
	if (!a->db)
		mkdir(DEFAULT_FOLDER, 0777);
	if (w->db)
		return CLI_OK;
	fputs(WHO ": out of memory\n", stderr);
	return CLI_FAILED;
}

void sweep_print_replay(const struct sweep *w, uint32_t number, FILE *out)
{
	fputs(WHO " ", out);
	cli_print_quoted(w->args->file, out);
	fprintf(out, "%s%s --run %u", w->args->quick ? " --quick" : "",
		w->args->sensitivity ? " --sensitivity" : "", number);
}
