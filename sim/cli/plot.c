// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim plot: the pictures of a study.
 */
#include <argp.h>
#include <signal.h>
#include <stdio.h>

#include <analysis/figure.h>

#include "cli.h"
#include "results.h"

#define WHO	       "gicsim plot"
#define DEFAULT_FOLDER "out"

enum { OPT_OUT = 0x300 };

static const struct argp_option options[] = {
	{ "out", OPT_OUT, "DIR", 0, "Folder for the pictures (default out), made when missing", 1 },
	{ 0 },
};

struct args {
	const char *db, *out;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case OPT_OUT: args->out = arg; return 0;
	case ARGP_KEY_ARG:
		if (args->db)
			argp_error(state, "one database at a time");
		args->db = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->db)
			argp_error(state, "say which database to plot");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int print_names(struct store *st, const char *folder)
{
	struct table texts = { 0 };
	int err = figure_plots(st, &texts);

	for (size_t i = 0; i < texts.nr / STORE_PLOT_TEXTS && !err; i++)
		printf("%s/%s.svg %s/%s.png\n", folder, figure_plot(&texts, i).name, folder,
		       figure_plot(&texts, i).name);
	table_free(&texts);
	return err;
}

int cli_plot(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "DB",
		.doc = "Draw the plots of a study from the database that `gicsim sweep` made.\v"
		       "Each plot becomes DIR/NAME.svg and .png, with its numbers in NAME.dat and "
		       "the gnuplot script in NAME.gp. A study says under `plots` which there are "
		       "(docs/sweeps.md).\n\n"
		       "Example: gicsim plot out/ap-lists-small.db --out out",
	};
	struct args args = { .out = DEFAULT_FOLDER };
	struct store st;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	/* A file that may not grow any more is an error to report, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	err = store_open_read(&st, args.db);
	if (!err)
		err = figure_draw_all(&st, args.out);
	if (!err)
		err = print_names(&st, args.out);
	if (err)
		fprintf(stderr, WHO ": %s\n", st.error);
	store_close(&st);
	return err ? cli_status_of(err) : cli_printed(WHO);
}
