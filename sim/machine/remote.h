/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remote ends of a workload: what happens on another host of the cluster without any of its PEs, on
 * that host's own clock. Frames reach a remote end, or a passed-through device at home, over the
 * network between hosts (sim/cluster) without a host's network stack.
 */
#ifndef MACHINE_REMOTE_H
#define MACHINE_REMOTE_H

#include <models/plat/user/plat.h>
#include <sim/engine/engine.h>

struct machine;
struct vm;

/* A frame has arrived; runs on the calendar of the host `at`, in no process. */
typedef void (*remote_fn)(struct machine *at, void *arg);

struct machine *remote_home(const struct vm *vm); /* the host that a VM is on */
u32 remote_number(const struct machine *at);	  /* of a host in its cluster */
u32 remote_hosts(const struct machine *at);	  /* hosts in the cluster */
/* The run ends with this error. */
void remote_fail(struct machine *at, int error);
sim_time remote_now(const struct machine *at);
/* Send `bytes` from a host to another; for code that runs on `from`. */
void remote_send(struct machine *from, u32 to, u64 bytes, remote_fn arrived, void *arg);

/* A clock of a remote end. */
struct remote_timer {
	struct sim_event event;
	struct machine *at;
	remote_fn fn;
	void *arg;
};
/* On `at`: `number` tells its timers apart. fn(at, arg) runs each time it has been set to. */
void remote_timer_init(struct remote_timer *t, struct machine *at, u32 number, remote_fn fn,
		       void *arg);
void remote_timer_set(struct remote_timer *t, sim_time when);

#endif
