// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All workloads, one row each.
 */
#include <sim/machine/workload.h>

#define WORKLOADS(X) \
	X(hackbench) \
	X(hotplug) \
	X(idle) \
	X(ipi) \
	X(irqbalance) \
	X(lpi_stress) \
	X(microbench) \
	X(nic) \
	X(nvme) \
	X(platform) \
	X(remap) \
	X(replay) \
	X(rr) \
	X(spinlock) \
	X(timer) \
	X(vhost)

#define DECLARE(name) extern const struct workload workload_##name;
WORKLOADS(DECLARE)
#define ROW(name) &workload_##name,
const struct workload *const workloads[] = { WORKLOADS(ROW) NULL };
