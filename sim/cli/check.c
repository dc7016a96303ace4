// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim check: reads scenarios as `run` would, and says for each whether it could run.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include <sim/scenario/scenario.h>

#include "cli.h"

static int check_one(const char *file)
{
	struct scenario s;
	struct diag diag;
	int err = scenario_load(&s, file, NULL, 0, &diag);

	if (err)
		fprintf(stderr, "%s\n", diag.text);
	else
		printf("%s: OK\n", file);
	scenario_free(&s);
	return !err ? CLI_OK : err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	int *worst = state->input, status;

	switch (key) {
	case ARGP_KEY_ARG:
		status = check_one(arg);
		*worst = status > *worst ? status : *worst;
		return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "say which scenarios to check"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int cli_check(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "FILE...",
		.doc = "Check scenarios without running them: `FILE: OK`, or one line that says what "
		       "is wrong and where.\v"
		       "Exit status 2 when one of them is wrong.\n\n"
		       "Example: gicsim check configs/scenarios/*.yaml",
	};
	int worst = CLI_OK;

	argp_parse(&argp, argc, argv, 0, NULL, &worst);
	return worst;
}
