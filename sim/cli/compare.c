// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim compare: what differs between two studies, in what they ran and in what came out.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <analysis/compare.h>

#include "cli.h"
#include "study-db.h"

#define WHO "gicsim compare"

struct args {
	const char *files[2];
	unsigned nr;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (args->nr == 2)
			argp_error(state, "two databases or results at a time");
		args->files[args->nr++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (args->nr < 2)
			argp_error(state, "say which two databases or results to compare");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void print_texts(const char *a, const char *b)
{
	if (!strcmp(a, b)) {
		puts("Both are the same study.\n");
		return;
	}
	puts("The studies differ (- A, + B):");
	cli_print_difference(a, b, stdout);
	putchar('\n');
}

static int compare(struct store *a, struct store *b)
{
	char *of_a = NULL, *of_b = NULL;
	struct store *last = a;
	int err = store_study(a, &of_a);

	if (!err) {
		last = b;
		err = store_study(b, &of_b);
	}
	if (!err) {
		print_texts(of_a, of_b);
		err = compare_print(a, b, stdout);
		last = *a->error ? a : b;
	}
	if (err)
		fprintf(stderr, WHO ": %s\n", last->error);
	free(of_a);
	free(of_b);
	return err;
}

int cli_compare(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "A B",
		.doc = "Tell what differs between two databases that `gicsim sweep` made: the "
		       "studies, and for each point that both have the chosen metrics of A. A and "
		       "B may also be results of `gicsim run`, in JSON or a database.\v"
		       "Runs are paired by seed. Exit status 2: A and B cannot be compared.\n\n"
		       "Example: gicsim compare before.db after.db",
	};
	struct store a = { 0 }, b = { 0 };
	struct args args = { 0 };
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	err = store_open_results(&a, args.files[0]);
	if (err) {
		fprintf(stderr, WHO ": %s\n", a.error);
	} else {
		err = store_open_results(&b, args.files[1]);
		if (err)
			fprintf(stderr, WHO ": %s\n", b.error);
		else
			err = compare(&a, &b);
	}
	store_close(&a);
	store_close(&b);
	if (!err)
		return cli_printed(WHO);
	return err == -ENOMEM || err == -EIO ? CLI_FAILED : CLI_USAGE;
}
