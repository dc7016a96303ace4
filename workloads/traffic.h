/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A passed-through device whose vectors raise interrupts at random times, each on its own: company
 * for workloads that are about where interrupts go. Such a workload's state begins with a struct
 * traffic; functions that take a workload find it there, and those that have a callback's form may
 * stand in its table. vCPU 0 has a timer for what it does to them now and then.
 */
#ifndef WORKLOADS_TRAFFIC_H
#define WORKLOADS_TRAFFIC_H

#include <sim/machine/workload.h>

struct traffic {
	struct device *dev;
	u32 nr;			  /* vectors */
	struct sim_dist interval; /* between two interrupts of a vector; none when it is 0 */
	struct sim_dist work;	  /* what a handler computes */
	u64 sent, handled;
	/* vCPU 0 does this once every `period`, from its first turn and then from the end of the last
	 * time. To be set before traffic_setup(). */
	void (*act)(struct workload_run *w, struct vcpu *c);
	sim_time period;
	sim_time due; /* its timer; 0: not set */
	u64 *count;   /* handled, by vector, since traffic_forget() */
	u32 *target;  /* vCPU, by vector */
	u32 *lpi;     /* INTID, by vector */
	struct sim_stream *pause, *compute;
};

/* Allocate and make the device; from a workload's setup, once it has a state. 0 or -ENOMEM;
 * traffic_fini() in any case. */
int traffic_setup(struct workload_run *w, u32 vectors, const struct sim_dist *interval,
		  const struct sim_dist *work);
/* Install the timer's handler and map vectors to LPIs, vector v to vCPU v modulo `vcpus`; from boot
 * on vCPU 0. 0 or -errno. */
int traffic_boot(struct workload_run *w, struct vcpu *c, u32 vcpus);
int traffic_boot_all(struct workload_run *w, struct vcpu *c); /* over all vCPUs */
/* Enable vCPU 0's timer. */
void traffic_boot_vcpu(struct workload_run *w, struct vcpu *c);
void traffic_start(struct workload_run *w);
/* The task: act() on vCPU 0, woken by its timer. */
bool traffic_turn(struct workload_run *w, struct vcpu *c);
/* MOVI vector v to vCPU `to`, on vCPU c. */
void traffic_move(struct traffic *t, struct vcpu *c, u32 v, u32 to);
/* Begin to count by vector anew. */
void traffic_forget(struct traffic *t);
/* Also of a workload without a state. */
void traffic_fini(struct workload_run *w);

/* Rows of their counts, and what the struct workload of each of them says. */
#define TRAFFIC_COUNTS \
	WORKLOAD_COUNT("sent", "interrupts", struct traffic, sent), \
		WORKLOAD_COUNT("handled", "interrupts", struct traffic, handled)
#define TRAFFIC_WORKLOAD \
	.uses = WORKLOAD_IRQFD | WORKLOAD_ITS, .private_irqs = 1u << GUEST_VTIMER_PPI, \
	.boot_vcpu = traffic_boot_vcpu, .start = traffic_start, .task = traffic_turn, \
	.fini = traffic_fini

#endif
