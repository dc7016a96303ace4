/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running an oracle script on a simulated machine.
 */
#ifndef ORACLE_RUN_H
#define ORACLE_RUN_H

#include <stdio.h>

#include <sim/machine/config.h>

#include "script.h"

#define ORACLE_ERROR_MAX 256

/*
 * Run the script on the machine that `cfg` describes (its first VM is the pattern of the script's)
 * and print the canonical log to `out`. 0; -EINVAL the script cannot go on; -ETIMEDOUT a vCPU does
 * not finish; -ENOMEM and others: the machine failed. `error` says what happened.
 */
int oracle_run(const struct machine_config *cfg, const struct oracle_script *script, FILE *out,
	       char error[ORACLE_ERROR_MAX]);

#endif
