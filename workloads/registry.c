// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All workloads, one row each.
 */
#include <sim/machine/workload.h>

extern const struct workload workload_idle, workload_ipi, workload_nic, workload_nvme,
	workload_platform, workload_timer;

const struct workload *const workloads[] = {
	&workload_idle, &workload_ipi, &workload_nic, &workload_nvme, &workload_platform, &workload_timer, NULL,
};
