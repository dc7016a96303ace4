/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subcommands: one file each. argv[0] is "gicsim NAME". Exit status: 0 done, 1 run failed or
 * identity violated, 2 bad usage or bad input.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#define GICSIM_VERSION "0.1"

enum cli_status { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* Whether all that was printed has come out: CLI_OK; CLI_FAILED, with a line that begins with `who`. */
int cli_printed(const char *who);

int cli_run(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_show(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_oracle(int argc, char **argv);
int cli_sweep(int argc, char **argv);
int cli_validate(int argc, char **argv);
int cli_merge(int argc, char **argv);
int cli_plot(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_compare(int argc, char **argv);

#endif
