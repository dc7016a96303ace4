/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the subcommands that run scenarios say about a run.
 */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include <stdio.h>

#include <sim/record/result.h>
#include <sim/scenario/scenario.h>

/* Fill the part of a result that is known before the run: scenario, parameters, host, version. */
void cli_describe(const struct scenario *s, const char *engine, struct rec_result *r);

/* A word that a shell reads back as it is. */
void cli_print_quoted(const char *word, FILE *out);
/* A command line that a shell reads back to the same arguments, and the end of the line. */
void cli_print_command(int argc, char **argv, FILE *out);

#endif
