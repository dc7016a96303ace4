// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim merge: the databases of a study's shards become one.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <analysis/summary.h>

#include "cli.h"
#include "study-db.h"

#define WHO "gicsim merge"

struct args {
	const char *out;
	const char **from;
	unsigned nr;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (!args->out)
			args->out = arg;
		else
			args->from[args->nr++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->nr)
			argp_error(state, "say where to, and which databases to merge");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int merge(const struct args *args)
{
	char *one = NULL, *other = NULL;
	struct store st = { 0 };
	int err = store_merge(&st, args->out, args->from, args->nr, &one, &other);

	if (!err)
		err = summary_print(&st, stdout);
	if (err)
		fprintf(stderr, WHO ": %s%s\n", st.error,
			err == -EEXIST ? " (- others, + it)" : "");
	if (err == -EEXIST)
		cli_print_difference(one, other, stderr);
	store_close(&st);
	free(one);
	free(other);
	if (!err)
		return cli_printed(WHO);
	return err == -EEXIST || err == -EINVAL || err == -EACCES ? CLI_USAGE : CLI_FAILED;
}

int cli_merge(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "OUT DB...",
		.doc = "Merge databases of the same study, made by `gicsim sweep --shard`, into "
		       "OUT, and print its table.\v"
		       "OUT may be new or hold runs of the study already. Exit status 2: they are "
		       "not of the same study.\n\n"
		       "Example: gicsim merge all.db part1.db part2.db",
	};
	struct args args = { 0 };
	int status;

	args.from = calloc((size_t)argc, sizeof(*args.from));
	if (!args.from) {
		fputs(WHO ": out of memory\n", stderr);
		return CLI_FAILED;
	}
	argp_parse(&argp, argc, argv, 0, NULL, &args);
	status = merge(&args);
	free(args.from);
	return status;
}
