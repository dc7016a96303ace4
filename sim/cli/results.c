// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exit status of the subcommands that read results.
 */
#include "results.h"

#include <errno.h>

#include "cli.h"

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
