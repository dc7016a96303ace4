// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exit statuses that subcommands share.
 */
#include "results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

int cli_printed(const char *who)
{
	if (!fflush(stdout) && !ferror(stdout))
		return CLI_OK;
	fprintf(stderr, "%s: cannot write to standard output: %s\n", who, strerror(errno));
	return CLI_FAILED;
}

int cli_status_of(int err)
{
	switch (err) {
	case 0: return CLI_OK;
	case -ENOMEM:
	case -EIO:
	case -ENOSPC:
	case -EFBIG:
	case -EBUSY:
	case -ENOEXEC: return CLI_FAILED;
	default: return CLI_USAGE;
	}
}
