/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A passed-through device whose vectors raise interrupts at random times, each on its own: company
 * for workloads that are about where interrupts go.
 */
#ifndef WORKLOADS_TRAFFIC_H
#define WORKLOADS_TRAFFIC_H

#include <sim/machine/workload.h>

struct traffic {
	struct workload_run *w;
	struct device *dev;
	u32 nr;			  /* vectors */
	struct sim_dist interval; /* between two interrupts of a vector; none when it is 0 */
	struct sim_dist work;	  /* what a handler computes */
	u64 sent, handled;
	u64 *count;  /* handled, by vector, since traffic_forget() */
	u32 *target; /* vCPU, by vector */
	u32 *lpi;    /* INTID, by vector */
	struct sim_stream *pause, *compute;
};

/* Allocate and make the device; from a workload's setup. 0 or -ENOMEM; traffic_fini() in any case. */
int traffic_setup(struct traffic *t, struct workload_run *w, u32 vectors,
		  const struct sim_dist *interval, const struct sim_dist *work);
/* Map vectors to LPIs, vector v to vCPU v modulo `vcpus`; from boot on vCPU 0. 0 or -errno. */
int traffic_map(struct traffic *t, struct vcpu *c, u32 vcpus);
void traffic_start(struct traffic *t);
/* MOVI vector v to vCPU `to`, on vCPU c. */
void traffic_move(struct traffic *t, struct vcpu *c, u32 v, u32 to);
void traffic_forget(struct traffic *t);
void traffic_fini(struct traffic *t);

#endif
