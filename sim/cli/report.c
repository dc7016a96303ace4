// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim report: a study or a result as a page.
 */
#include <argp.h>
#include <signal.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <analysis/report.h>

#include "cli.h"
#include "results.h"

#define WHO	       "gicsim report"
#define DEFAULT_FOLDER "out"
#define SENSITIVITY    "-sensitivity.db"

enum { OPT_OUT = 0x300 };

static const struct argp_option options[] = {
	{ "out", OPT_OUT, "FILE", 0, "The page (default out/NAME.html, NAME that of the input)",
	  1 },
	{ 0 },
};

struct args {
	const char *from, *out;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case OPT_OUT: args->out = arg; return 0;
	case ARGP_KEY_ARG:
		if (args->from)
			argp_error(state, "one database or result at a time");
		args->from = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->from)
			argp_error(state, "say of which database or result");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Length of a path without the ending of its last part. */
static int stem(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

	return (int)(dot && dot > (slash ? slash + 1 : path) ? (size_t)(dot - path) : strlen(path));
}

/* True: the folder for it was made. */
static bool default_out(const char *from, char path[PATH_MAX])
{
	const char *slash = strrchr(from, '/'), *name = slash ? slash + 1 : from;
	bool made = !mkdir(DEFAULT_FOLDER, 0777);

	snprintf(path, PATH_MAX, DEFAULT_FOLDER "/%.*s.html", stem(name), name);
	return made;
}

/* What --sensitivity of the same study left beside its database, if it did. */
static bool open_sensitivity(const char *from, char path[PATH_MAX], struct store *st)
{
	snprintf(path, PATH_MAX, "%.*s" SENSITIVITY, stem(from), from);
	return !access(path, R_OK) && !store_open_read(st, path);
}

int cli_report(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "DB|JSON",
		.doc = "Make a page of a study, or of a result: pictures, numbers with intervals, "
		       "assumptions, parameters.\v"
		       "The page is one HTML file that needs no network. When NAME-sensitivity.db "
		       "stands beside NAME.db, the page says whether the answer holds.\n\n"
		       "Example: gicsim report out/ap-lists-small.db",
	};
	char path[PATH_MAX], other[PATH_MAX];
	struct store st = { 0 }, sensitivity = { 0 };
	struct args args = { 0 };
	bool more, made = false;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	/* A file that may not grow any more is an error to report, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	err = store_open_results(&st, args.from);
	more = !err && open_sensitivity(args.from, other, &sensitivity);
	if (!err) {
		if (args.out)
			snprintf(path, sizeof(path), "%s", args.out);
		else
			made = default_out(args.from, path);
		err = report_write(&st, more ? &sensitivity : NULL, path);
	}
	if (err && made)
		rmdir(DEFAULT_FOLDER);
	if (err)
		fprintf(stderr, WHO ": %s\n", st.error);
	else
		puts(path);
	store_close(&sensitivity);
	store_close(&st);
	return err ? cli_status_of(err) : cli_printed(WHO);
}
