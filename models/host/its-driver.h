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

/* Set up tables, queues, redistributor LPI tables and one collection per PE, through registers
 * and commands as a kernel does. `mem_base` starts a range of host memory the driver may use. */
int host_its_probe(struct host_its **out, struct gic *gic, struct its *const *its, u32 nr_its,
		   struct gic_mem *mem, u64 mem_base, u64 mem_size);
void host_its_remove(struct host_its *h);

/* A device with up to nr_events MSIs behind ITS `its`. -ENOMEM, -ENOSPC (LPIs), -EBUSY (exists). */
int host_its_map_device(struct host_its *h, u32 its, u32 device_id, u32 nr_events);
void host_its_unmap_device(struct host_its *h, u32 its, u32 device_id);
/* Map one event to a fresh LPI routed to `pe`, enabled. Returns the host LPI's INTID, or -errno. */
int host_its_map_event(struct host_its *h, u32 its, u32 device_id, u32 event_id, u32 pe);
void host_its_unmap_event(struct host_its *h, u32 lpi);
int host_its_set_affinity(struct host_its *h, u32 lpi, u32 pe);	 /* MOVI + SYNC */
int host_its_set_enabled(struct host_its *h, u32 lpi, bool on);	 /* property byte + INV + SYNC */
int host_its_int(struct host_its *h, u32 lpi);			 /* INT + SYNC */
int host_its_clear(struct host_its *h, u32 lpi);		 /* CLEAR + SYNC */
/* Called by the driver for each command it queues, with its four words (recordings, tests). */
void host_its_observe(struct host_its *h,
		      void (*fn)(void *arg, u32 its, const u64 cmd[4]), void *arg);

#endif
