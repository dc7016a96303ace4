/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host kernel's ITS driver: a command queue per ITS with its lock, slots and waits
 * (spec/vgic.md 4.1), device tables, LPI allocation, mapping of (device, event) to host LPIs.
 * Every operation is synchronous: it returns when the ITS has passed its SYNC.
 */
#ifndef HOST_ITS_DRIVER_H
#define HOST_ITS_DRIVER_H

#include <plat.h>

#include "../hw/gic.h"
#include "../hw/its.h"

struct host_its; /* the driver's view of all ITSs and LPIs of the host */

/*
 * Set up tables, queues, redistributor LPI tables and one collection per PE (collection n is PE n),
 * through registers and commands as a kernel does; it waits for the ITSs, so whoever runs them must
 * be able to. `mem_base` starts a range of host memory the driver may use: 64 KiB for the LPI
 * configuration, 64 KiB a PE, and for each ITS 64 KiB of queue, its tables (2^DeviceID bits and
 * one a PE, 64 KiB at least) and an ITT a device. 0, -ENOMEM (no room there, or none to allocate),
 * -ETIMEDOUT (an ITS does not move).
 */
int host_its_probe(struct host_its **out, struct gic *gic, struct its *const *its, u32 nr_its,
		   struct gic_mem *mem, u64 mem_base, u64 mem_size);
/* Unmap what is left, disable the ITSs, free the driver. */
void host_its_remove(struct host_its *h);

/*
 * All below: -ETIMEDOUT when the ITS did not come along; the driver goes on as if it had.
 * Devices are mapped and unmapped under a mutex (lock class host_devices). Operations on an LPI
 * hold its lock (host_irq), take the queue's (host_its) for each command, and spin for the ITS
 * between: any context that may take a plat_lock of that rank.
 */
/* A device with up to nr_events MSIs behind ITS `its`. -EINVAL (no such ITS, IDs out of range),
 * -EBUSY (exists), -ENOSPC (LPIs), -ENOMEM. Sends MAPD. */
int host_its_map_device(struct host_its *h, u32 its, u32 device_id, u32 nr_events);
/* Unmaps its events first. A device that is not there is no error. */
void host_its_unmap_device(struct host_its *h, u32 its, u32 device_id);
/* Map one event to its LPI, routed to `pe` and enabled: MAPTI + SYNC, INV + SYNC. Returns the
 * host LPI's INTID; -EINVAL (no such device, event or PE), -EEXIST (mapped). */
int host_its_map_event(struct host_its *h, u32 its, u32 device_id, u32 event_id, u32 pe);
/* INV + SYNC if it was enabled, DISCARD + SYNC. An LPI that is not mapped is no error. */
void host_its_unmap_event(struct host_its *h, u32 lpi);
/* On a mapped LPI; -EINVAL: it is not. */
int host_its_set_affinity(struct host_its *h, u32 lpi, u32 pe); /* MOVI + SYNC, nothing if there */
int host_its_set_enabled(struct host_its *h, u32 lpi, bool on); /* property byte + INV + SYNC */
int host_its_int(struct host_its *h, u32 lpi);			/* INT + SYNC */
int host_its_clear(struct host_its *h, u32 lpi);		/* CLEAR + SYNC */
/* Called by the driver for each command it queues, with its four words (recordings, tests). */
void host_its_observe(struct host_its *h, void (*fn)(void *arg, u32 its, const u64 cmd[4]),
		      void *arg);

#endif
