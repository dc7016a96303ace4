/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads of the host beside vCPUs: device emulation in user space or in the kernel (vhost). They
 * compute, sleep, and signal MSIs of emulated devices to a guest: by ioctl or through an irqfd.
 * All functions but host_thread_new(), host_thread_begin() and host_thread_wake() run on the
 * thread itself.
 */
#ifndef MACHINE_HOSTTHREAD_H
#define MACHINE_HOSTTHREAD_H

#include <models/plat/user/plat.h>
#include <sim/engine/engine.h>

struct device;
struct host_thread;
struct vm;

#define HOST_ANY_PE UINT32_MAX

/* A thread that belongs to vm's user space, on PE pe (modulo the host's PEs) or HOST_ANY_PE. Made
 * in a workload's setup; it ends with the machine, or when its body returns. NULL: no memory. */
struct host_thread *host_thread_new(struct vm *vm, u32 pe,
				    void (*body)(struct host_thread *, void *), void *arg);
/* In a workload's start: it runs from `at` on. */
void host_thread_begin(struct host_thread *h, sim_time at);

sim_time host_now(const struct host_thread *h);
void host_compute(struct host_thread *h, sim_time ps); /* net of what others take away */
/* Until host_thread_wake(); one that came before counts. */
void host_sleep(struct host_thread *h);
void host_sleep_until(struct host_thread *h, sim_time when);
void host_thread_wake(struct host_thread *h); /* by a running thread, vCPU or interrupt handler */

/* KVM_SIGNAL_MSI from user space: translation cache, else the tables (spec/vgic.md 3.4, 3.5). */
void host_signal_msi(struct host_thread *h, struct device *d, u32 vector);
/* An eventfd tied to an irqfd, signalled in the kernel: translation cache, else a worker. */
void host_signal_irqfd(struct host_thread *h, struct device *d, u32 vector);

#endif
