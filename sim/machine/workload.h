/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a workload is: rows of parameters, guest code, device behaviour, own metrics. One file in
 * workloads/, one row in its registry.
 */
#ifndef MACHINE_WORKLOAD_H
#define MACHINE_WORKLOAD_H

#include "config.h"
#include "device.h"
#include "guest.h"
#include "param.h"

struct workload_run {
	const struct workload *type;
	const char *name;   /* in metrics */
	const void *params; /* the type's params_size bytes */
	struct vm *vm;
	void *state;		   /* the workload's own, freed with free() at the end */
	struct workload_run *next; /* of the same VM */
};

/* A number of a workload's state that counts from the begin of the window and becomes a metric. */
struct workload_count {
	const char *name, *unit;
	u32 offset; /* of a u64 */
};

/* A row of such numbers: name and unit of the metric, the state's type and its field, a u64. */
#define WORKLOAD_COUNT(metric, of, type, field) \
	{ \
		.name = (metric), .unit = (of), \
		.offset = _Generic(((type *)NULL)->field, u64 \
				   : offsetof(type, field)), \
	}

/* What a workload needs of its VM and host, beside parameters. */
enum workload_use {
	WORKLOAD_IRQFD = 1 << 0, /* its device's interrupts come by irqfd */
	WORKLOAD_ITS = 1 << 1,	 /* its VM needs an ITS */
};

struct workload {
	const char *name, *doc;
	const struct param *params;
	u32 params_size;
	const struct workload_count *counts; /* the end has no name; may be NULL */
	u32 uses;			     /* enum workload_use */
	/* SGIs and PPIs that it has a handler for, bit n for INTID n: no other of its VM may. */
	u32 private_irqs;
	/* What rows cannot say of params in such a VM: NULL, or why not, and *key the row that it is
	 * about. May be NULL. */
	const char *(*check)(const void *params, const struct vm_config *vm,
			     const struct machine_config *m, const char **key);
	/* Before time starts: allocate state, make devices. 0 or -errno. */
	int (*setup)(struct workload_run *w);
	/* On vCPU 0, guest GIC set up: map interrupts, install handlers. May be NULL. 0 or -errno. */
	int (*boot)(struct workload_run *w, struct vcpu *c);
	/* On every vCPU after boot, before its tasks: enable private interrupts. May be NULL. */
	void (*boot_vcpu)(struct workload_run *w, struct vcpu *c);
	/* Time starts: devices begin. May be NULL. */
	void (*start)(struct workload_run *w);
	/* One turn of the workload's task on a vCPU: do what there is to do, and true; or false, when
	 * it has nothing to do before an interrupt. The tasks of a VM take turns on each vCPU, which
	 * waits in WFI when all of them do. May be NULL: it lives in handlers. */
	bool (*task)(struct workload_run *w, struct vcpu *c);
	/* Report other metrics than the counts through workload_metric(). May be NULL. */
	void (*report)(struct workload_run *w);
	/* Free what the state points to. May be NULL. */
	void (*fini)(struct workload_run *w);
	/* The measured window begins: forget what else than counts came before it. May be NULL. */
	void (*reset)(struct workload_run *w);
};

/* All workloads, NULL-terminated (workloads/registry.c). */
extern const struct workload *const workloads[];
const struct workload *workload_find(const char *name);

/* For the machine: the measured window begins, and all counts with it; it is over, and they become
 * metrics. */
void workload_reset(struct workload_run *w);
void workload_report(struct workload_run *w);

/* A stream of random numbers of this workload: source name and index within it. */
struct sim_stream workload_stream(const struct workload_run *w, const char *source, u64 index);
/* A metric workload.<vm>.<workload>.<name> and its unit. */
void workload_metric(struct workload_run *w, const char *name, u64 value, const char *unit);
/* A latency the workload measured itself, as distribution workload.<vm>.<workload>.<name>.*. */
struct rec_hist *workload_hist(struct workload_run *w, const char *name);

#endif
