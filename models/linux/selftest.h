/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The self-test of the module: a host of two PEs with an ITS and a VM of two vCPUs with a virtual
 * ITS, and a log of operations that is replayed on one thread. Written like the core, on the port
 * alone: user space replays the same log and must get the same events.
 */
#ifndef GIC_SELFTEST_H
#define GIC_SELFTEST_H

#include <plat.h>

#include "../host/its-driver.h"
#include "../hw/gic.h"
#include "../hw/its.h"
#include "../hw/mem.h"
#include "../vgic/vgic.h"
#include "../vgic/vits.h"

#define SELFTEST_PES   2u
#define SELFTEST_VCPUS 2u

/* What stands behind each `port` pointer of the core. */
struct gic_selftest_object {
	const char *name;
};

struct gic_selftest {
	struct gic_selftest_object host, its_port, vm_port;
	struct gic_selftest_object pe[SELFTEST_PES], vcpu[SELFTEST_VCPUS];
	struct gic_mem host_mem, guest_mem;
	struct gic *gic;
	struct its *its;
	struct host_its *driver;
	struct vgic_vm *vm;
	struct vgic_its *vits;
	u32 queue;	   /* next free byte of the guest's command queue */
	u32 operations;	   /* done so far */
	u64 got, expected; /* of the last operation */
};

/* Build host and VM. 0 or -errno; destroy in either case. May sleep. */
int gic_selftest_create(struct gic_selftest *t);
void gic_selftest_destroy(struct gic_selftest *t);
/* Replay the log. 0; -EPROTO: operation number t->operations gave t->got, not t->expected. */
int gic_selftest_replay(struct gic_selftest *t);
/* The port calls this while plat_poll() waits: let the ITS execute what is queued. */
void gic_selftest_its_work(struct gic_selftest *t);

#endif
