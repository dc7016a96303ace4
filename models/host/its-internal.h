/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the host's ITS driver (spec/vgic.md 4.1):
 *
 *	its-queue.c   the command queue of one ITS
 *	its-probe.c   tables, redistributors, collections
 *	its-lpi.c     LPIs and ITT memory, handed out and taken back
 *	its-driver.c  devices, their events, operations on host LPIs
 * and for GICv4 (spec/vgic.md 4.2 to 4.10), with its-v4-internal.h:
 *	its-v4.c        what the hardware offers, vPEIDs, the proxy device
 *	its-vtable.c    tables of vPEs
 *	its-vpe.c       a VM's vPEs, mapped and unmapped
 *	its-doorbell.c  doorbell interrupts
 *	its-move.c      vPEs that change their PE
 *	its-residency.c making a vPE resident on a PE
 *	its-vlpi.c      host LPIs that are forwarded to guests
 *	its-vsgi.c      SGIs of guests in hardware
 */
#ifndef HOST_ITS_INTERNAL_H
#define HOST_ITS_INTERNAL_H

#include "../arch/gicv3.h"
#include "../arch/its.h"
#include "its-driver.h"
#include "its-v4.h"

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
	u16 pe; /* the collection it is in, or goes back to */
	bool mapped : 1;
	bool enabled : 1;
	bool forwarded : 1; /* to a guest, as the vLPI that host_vlpi_of() names */
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
	struct plat_lock vlpi_lock; /* LOCK_HOST_VLPI: the next two */
	struct host_vpes *vm;	    /* that its events are forwarded to; NULL: none is */
	u32 nr_vlpis;
	struct host_vlpi_map *vlpis; /* by event; its LPI's lock. NULL: this ITS has no vLPIs */
	struct host_lpi lpis[];
};

static inline struct host_vlpi_map *host_vlpi_of(const struct host_lpi *l)
{
	return &l->dev->vlpis[l->event];
}

/* A command queue; lock: LOCK_HOST_ITS. */
struct host_queue {
	struct host_its *host;
	struct its *its;
	u32 number;
	struct plat_lock lock;
	u64 base;  /* host memory */
	u32 write; /* slot that the next command takes */
	u32 device_bits, event_bits, itt_entry_size;
	bool v4, v4_1;		   /* it has vLPIs; those of GICv4.1 */
	bool single_vmovp;	   /* one VMOVP is enough for all ITSs */
	u32 list_number;	   /* in ITSList, where it is not */
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
	struct plat_list vtables; /* struct host_vtable, of its-vtable.c */
	struct host_v4 *v4;	  /* NULL: no vLPIs on this host */
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
/* The same with a VSYNC for a vPE. */
int host_queue_send_virtual(struct host_queue *q, const u64 cmd[4], u32 vpe_id);

/* Registers of the physical GIC, charged and paid for. */
u64 host_its_read(struct its *its, u32 offset, u32 len);
void host_its_write(struct its *its, u32 offset, u32 len, u64 value);

/* ---- its-probe.c ---- */
/* A piece of the driver's memory, size and place aligned to `align` (a power of two); 0: none. */
u64 host_table_alloc(struct host_its *h, u64 size, u64 align);

/* ---- its-vtable.c, its-v4.c ---- */
/* GITS_BASERn for vPEs, whose present value this is. -ENOMEM. */
int host_setup_vpe_table(struct host_queue *q, u32 offset, u64 baser);
void host_v4_remove(struct host_its *h); /* at host_its_remove() */

/* ---- its-lpi.c; devices_lock held ---- */
int host_lpis_init(struct host_its *h); /* all LPIs are free; -ENOMEM */
void host_lpis_destroy(struct host_its *h);
/* `count` LPIs in a row: 0, -ENOSPC, -ENOMEM. */
int host_lpis_alloc(struct host_its *h, u32 count, struct host_lpi_range **out);
void host_lpis_free(struct host_its *h, struct host_lpi_range *range);
/* Memory that hardware uses, aligned to a power of two: 0, -ENOMEM. */
int host_block_alloc(struct host_its *h, u64 size, u64 align, struct host_block **out);
void host_block_free(struct host_its *h, struct host_block *block);
int host_itt_alloc(struct host_its *h, u64 size, struct host_block **out);

/* ---- its-driver.c ---- */
struct host_lpi *host_find_lpi(struct host_its *h, u32 lpi);
/* fn() on a mapped LPI under its lock; -EINVAL: it is not mapped. */
int host_with_lpi(struct host_its *h, u32 lpi,
		  int (*fn)(struct host_its *h, struct host_lpi *l, void *arg), void *arg);
/* An event command, synchronised with the PE or the vPE that the event goes to; lock held. */
int host_send_event(struct host_lpi *l, u32 opcode);
/* Configuration byte of a host LPI, without INV; its page is there. */
static inline u8 host_lpi_config(bool enable)
{
	return (u8)(HOST_LPI_PRIORITY | LPI_CONFIG_GROUP | (enable ? LPI_CONFIG_ENABLE : 0));
}
int host_write_config(struct host_its *h, u32 lpi, u8 byte);

#endif
