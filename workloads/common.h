/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests of several workloads do alike.
 */
#ifndef WORKLOADS_COMMON_H
#define WORKLOADS_COMMON_H

#include <sim/machine/workload.h>

/* Map vectors 0 to nr - 1 of device d, vector n to vCPU n modulo vCPUs, each with handler fn, whose
 * arg is element n of `queues`, of `size` bytes each; from boot on vCPU 0. 0 or -errno. */
int common_map_queues(struct vcpu *c, struct device *d, u32 nr, guest_irq_fn fn, void *queues,
		      size_t size);
/* The turn of a task that passes time: compute for `busy` ps, or leave it to WFI when that is 0. */
bool common_pass_time(struct vcpu *c, sim_time busy);

#endif
