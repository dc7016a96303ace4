/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network between simulated hosts. A frame is sent at a time of its host's calendar and arrives
 * as an interrupt of the other host's network adapter; SimGrid decides how long its bytes take on
 * links that others use as well.
 *
 * A host's actor runs its calendar in windows of network_window(), which is half of the latency
 * between hosts: at SimGrid's time T it runs to T + W, then lets SimGrid's clock follow, and gives it
 * each frame when the clock reaches the time at which that was sent. SimGrid spends the time that the
 * bytes take, the receiving calendar the latency. So a frame reaches the other actor before that has
 * run past the frame's arrival.
 */
#ifndef CLUSTER_NETWORK_H
#define CLUSTER_NETWORK_H

#include <sim/machine/machine.h>
#include <sim/machine/remote.h>

struct network;

/* A platform description of `hosts` hosts named host0, host1, ..., all linked: the caller frees it.
 * NULL: out of memory. */
char *network_platform(const struct cluster_config *c);

/* Made by the first actor, before the others; freed by it, after them. NULL: out of memory. */
struct network *network_new(const struct cluster_config *c);
void network_free(struct network *n);
/* The machine is on host `m->number`: its adapter, and a wire for remote_send(). On a process of the
 * machine. 0 or -ENOMEM. */
int network_attach(struct network *n, struct machine *m);

/* Before the machines go. */
void network_detach(struct network *n);

/* Let the machine's engine run to time t, and exchange frames. As sim_engine_run(). */
int network_advance(struct network *n, struct machine *m, sim_time t);
/* End network_advance() of all hosts with -ECANCELED. */
void network_stop(struct network *n);

/*
 * Send `bytes` from a host to another: arrived(arg) runs there in the adapter's interrupt handler.
 * On a process of the sender, or in a callback. Without memory the sender's run fails.
 */
void network_send(struct network *n, struct machine *from, u32 to, u64 bytes,
		  void (*arrived)(void *arg), void *arg);

#endif
