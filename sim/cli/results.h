/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the subcommands that read results share.
 */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

/* The exit status for an error of analysis/: what a user can mend in the command or in its input is
 * wrong use; the rest has failed. */
int cli_status_of(int err);

#endif
