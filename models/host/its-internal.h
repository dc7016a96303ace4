/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the host's ITS driver (spec/vgic.md 4.1):
 *
 *	its-queue.c   the command queue of one ITS
 *	its-probe.c   tables, redistributors, collections
 *	its-lpi.c     LPIs and ITT memory, handed out and taken back
 *	its-driver.c  devices, their events, operations on host LPIs
 */
#ifndef HOST_ITS_INTERNAL_H
#define HOST_ITS_INTERNAL_H

#include "../arch/gicv3.h"
#include "../arch/its.h"
#include "its-driver.h"

#define HOST_QUEUE_SIZE	   0x10000u /* bytes */
#define HOST_QUEUE_SLOTS   (HOST_QUEUE_SIZE / ITS_CMD_SIZE)
#define HOST_LPI_PRIORITY  0xa0u
#define HOST_POLL_STEP_NS  1000u
#define HOST_POLL_LIMIT_NS 1000000000ull

/* One MSI of a device, that is one host LPI. lock: LOCK_HOST_IRQ. */
struct host_lpi {
	struct plat_lock lock;
	struct host_device *dev;
	u32 event;
	u16 pe; /* the collection it is in */
	bool mapped;
	bool enabled;
};

/* A stretch of LPIs, free or a device's. */
struct host_lpi_range {
	struct plat_list link; /* of free ones, in order */
	u32 base, count;
};

/* A piece of table memory, in use or given back to be used again. */
struct host_block {
	struct plat_list link;
	u64 addr, size;
};

struct host_device {
	u32 device_id;
	u32 nr_events;
	struct host_queue *queue;
	struct host_lpi_range *range; /* event n has the n-th LPI in it */
	struct host_block *itt;
	struct host_lpi lpis[];
};

/* A command queue; lock: LOCK_HOST_ITS. */
struct host_queue {
	struct host_its *host;
	struct its *its;
	u32 number;
	struct plat_lock lock;
	u64 base;  /* host memory */
	u32 write; /* slot that the next command takes */
	u32 device_bits, event_bits, itt_entry_size;
	struct plat_index devices; /* DeviceID -> struct host_device; host->devices_lock */
};

struct host_its {
	struct gic *gic;
	struct gic_mem *mem;
	u64 mem_next, mem_end; /* memory not handed out yet */
	u32 nr_pes;
	u32 lpi_bits;
	u64 prop_table; /* LPI configuration, all redistributors */
	struct plat_mutex devices_lock;
	/* devices_lock */
	struct plat_list free_lpis;   /* struct host_lpi_range */
	struct plat_list free_blocks; /* struct host_block */
	struct plat_index lpis;	      /* INTID -> struct host_lpi; looked up by who owns one */
	void (*observe)(void *arg, u32 its, const u64 cmd[4]);
	void *observe_arg;
	u32 nr_its;
	struct host_queue queue[];
};

/* ---- its-queue.c ---- */
/* The queue of an ITS, without memory or registers yet. */
void host_queue_init(struct host_its *h, u32 number, struct its *its);
/*
 * Queue a command, and a SYNC for PE `sync_pe` behind it unless HOST_NO_SYNC; return when the ITS
 * has passed both. -ETIMEDOUT: the queue did not drain (command dropped) or the ITS did not come
 * along in a second. Any context.
 */
#define HOST_NO_SYNC 0xffffffffu
int host_queue_send(struct host_queue *q, const u64 cmd[4], u32 sync_pe);

/* Registers of the physical GIC, charged and paid for. */
u64 host_its_read(struct its *its, u32 offset, u32 len);
void host_its_write(struct its *its, u32 offset, u32 len, u64 value);

/* ---- its-probe.c ---- */
/* A piece of the driver's memory, size and place aligned to `align` (a power of two); 0: none. */
u64 host_table_alloc(struct host_its *h, u64 size, u64 align);

/* ---- its-lpi.c; devices_lock held ---- */
int host_lpis_init(struct host_its *h); /* all LPIs are free; -ENOMEM */
void host_lpis_destroy(struct host_its *h);
/* `count` LPIs in a row: 0, -ENOSPC, -ENOMEM. */
int host_lpis_alloc(struct host_its *h, u32 count, struct host_lpi_range **out);
void host_lpis_free(struct host_its *h, struct host_lpi_range *range);
/* Memory for an ITT: 0, -ENOMEM. */
int host_itt_alloc(struct host_its *h, u64 size, struct host_block **out);
void host_itt_free(struct host_its *h, struct host_block *block);

#endif
