/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A study and its database, for the subcommands that work on both.
 */
#ifndef CLI_STUDY_DB_H
#define CLI_STUDY_DB_H

#include <analysis/store.h>
#include <sim/scenario/study.h>

/* Print how two texts of studies differ: lines of the first with -, of the second with +. */
void cli_print_difference(const char *old, const char *new, FILE *out);

/*
 * Open the database for the study and, when it is new, write down what there is to run. CLI_OK,
 * CLI_USAGE (another study's, or it cannot be used) or CLI_FAILED with a message on standard error
 * that begins with `who`. store_close() in any case.
 */
int cli_open_study(const char *who, const struct study *s, const char *path, struct store *st);

#endif
