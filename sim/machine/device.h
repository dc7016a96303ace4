/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passed-through devices: MSI vectors, a link to the host bridge that DMA and MSIs share in order
 * (an MSI never overtakes the DMA before it), an ITS behind the bridge; or a level interrupt on a
 * wire of its own.
 */
#ifndef MACHINE_DEVICE_H
#define MACHINE_DEVICE_H

#include <models/plat/user/plat.h>
#include <sim/engine/engine.h>

struct device;
struct vm;

/* A device of `vm` with nr_vectors MSIs (0: none), called before guests boot. `doorbell` runs when a
 * guest's posted write arrives (may be NULL). NULL: out of memory. */
struct device *device_new(struct vm *vm, const char *name, u32 nr_vectors,
			  void (*doorbell)(void *arg, u32 queue), void *arg);
/* One that the host emulates: MSIs come from host threads (hostthread.h), nothing is physical. */
struct device *device_new_emulated(struct vm *vm, const char *name, u32 nr_vectors,
				   void (*doorbell)(void *arg, u32 queue), void *arg);
/* Read or write `bytes` of memory; done(arg, cookie) when the last of them has passed the link. */
void device_dma(struct device *d, u64 bytes, void (*done)(void *arg, u64 cookie), u64 cookie);
/* Send the MSI of `vector`, behind all DMA of this device so far. A vector that no guest has
 * mapped is counted as dropped. */
void device_msi(struct device *d, u32 vector);
/* Drive the device's level interrupt, if a guest has mapped it. A rising level is a raise. */
void device_line(struct device *d, bool level);
/* Let fn(arg, cookie) run at `when`: the device's own clock. */
void device_at(struct device *d, sim_time when, void (*fn)(void *arg, u64 cookie), u64 cookie);
sim_time device_now(const struct device *d);
void *device_arg(const struct device *d);

#endif
