/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the oracle: a script's process on a simulated host, its VM, and the user space between
 * them. Private to this room, which is to sim/machine what a VMM and a guest image are to a host.
 *
 * The script is a thread of the host, each vCPU another. They share nothing but what stands here,
 * and one of them runs at a time: no locks.
 */
#ifndef ORACLE_ORACLE_H
#define ORACLE_ORACLE_H

#include <models/vgic/vgic-v4.h>
#include <sim/machine/machine.h>

#include "layout.h"
#include "run.h"
#include "script.h"

#define ORACLE_WAIT_MAX (20 * SIM_S)  /* for a vCPU to finish an operation */
#define ORACLE_TICK	(16 * SIM_NS) /* of the guest's counter: 62.5 MHz */

/* A vCPU as its thread's user space sees it. */
struct oracle_vcpu {
	struct vcpu *c;
	bool idle;   /* in user space, waiting for an operation */
	bool posted; /* there is one */
	bool looks;  /* has been woken to see whether there is one */
	const struct oracle_line *op;
	u64 result;
	u32 *irqs; /* INTIDs that the handler has read, in order */
	u32 nr_irqs, room;
	u32 shown; /* printed so far */
	/* list registers of the last entry, and how often they came again in this operation */
	u64 lr[GIC_MAX_LR];
	u32 nr_lrs, repeats;
	const struct oracle_line *line;
};

/* A PCI device, its MSI, and the eventfd that VFIO signals for it. */
struct oracle_device {
	struct oracle *o;
	u32 id;	 /* physical DeviceID */
	u32 lpi; /* the host's */
	bool bound;
	u32 order;	 /* among what the script has opened */
	u64 count;	 /* of the eventfd */
	bool attached;	 /* the eventfd is an irqfd */
	u32 attached_as; /* so many were before */
	bool bypassed;	 /* KVM has taken it that the interrupt is forwarded */
	u32 gsi;
	const struct oracle_line *line; /* the operation that is counted for */
	u32 taken;			/* its interrupts that the host took */
};

/* What a GSI stands for: an MSI of the guest. */
struct oracle_route {
	u32 device, event;
};

struct oracle {
	struct machine m;
	const struct oracle_script *script;
	const struct oracle_line *line; /* the operation under way */
	FILE *out;
	char *error;
	int status;
	struct thread thread;	 /* the script's */
	struct host_timer timer; /* wakes it */
	bool timer_fired;
	struct vm_config vm_config;
	struct vm *vm;
	u32 vm_order; /* among what the script has opened */
	u32 made_on;  /* PE on which its vCPUs ran first */
	bool done;    /* a vCPU is, and the script does not know */
	struct oracle_vcpu vcpu[ORACLE_MAX_VCPUS];
	struct oracle_device device[ORACLE_NR_DEVICES];
	struct oracle_device *slot[ORACLE_MAX_SLOTS];
	u32 nr_opened; /* devices and the VM */
	u32 nr_attached;
	u32 nr_storms; /* interrupts that the host sent to itself without end */
	const struct oracle_line *storm_line; /* of the first */
	u32 storm_device;
	struct oracle_route route[ORACLE_MAX_ROUTES];
};

/* ---- run.c ---- */
struct oracle *oracle_of(struct machine *m); /* whose machine it is */
/* The run cannot go on: say why and end it. The first reason stays. Returns `err`. */
int oracle_fail(struct oracle *o, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Let time pass on the script's thread, until it is woken or `until`; true: the time is over. */
bool oracle_wait(struct oracle *o, sim_time until);

/* ---- vmm.c: the VM and its threads ---- */
int oracle_make_vm(struct oracle *o, u32 nr_vcpus, bool its);
/* Give vCPU n the line's operation; wait for it, and print what came out. */
int oracle_post(struct oracle *o, u32 n, const struct oracle_line *line);
int oracle_finish(struct oracle *o, u32 n);
void oracle_show_irqs(struct oracle *o, u32 n);
void oracle_free_vcpus(struct oracle *o);
/* The run is over, no thread runs: each vCPU that is in KVM leaves it. */
void oracle_kill_vcpus(struct oracle *o);
/* The VM ends, as it does when the last that used it is gone. */
void oracle_destroy_vm(struct oracle *o);
/* vCPU's thread: back to user space, which has the access done, and into KVM again. */
void oracle_user_exit(struct vcpu *c);

/* ---- guest.c: what runs in the guest; on the vCPU's thread, in the guest ---- */
u64 oracle_guest_run(struct oracle_vcpu *v, const struct oracle_line *line);

/* ---- ops.c: operations of user space ---- */
int oracle_op(struct oracle *o, const struct oracle_line *line);

/* ---- device.c: devices, eventfds, irqfds ---- */
void oracle_devices_init(struct oracle *o);
int oracle_bind(struct oracle *o, u32 slot, u32 device);
/* No irqfd of the VM is left. */
void oracle_detach_all(struct oracle *o);
/* The device that was opened as this one is released. */
void oracle_unbind(struct oracle *o, u32 order);
void oracle_raise(struct oracle *o, u32 slot);
void oracle_evread(struct oracle *o, u32 slot);
void oracle_irqfd(struct oracle *o, const struct oracle_line *line, bool attach);

/* ---- print.c: canonical lines ---- */
/* An answer of a system call that failed. */
void oracle_print_error(struct oracle *o, int err);
/* The host's ITS driver queues a command; arg is the oracle. */
void oracle_print_command(void *arg, u32 its, const u64 cmd[4]);
/* VPENDBASER is written on a PE: a vPE becomes resident there, or is it no longer; arg as above. */
void oracle_print_residency(void *arg, u32 pe, u32 vpe, bool valid);
/* List registers before an entry (machine->flushed). */
void oracle_print_lrs(struct vcpu *c);
/* State of all interrupts that have any. */
void oracle_print_state(struct oracle *o);

#endif
