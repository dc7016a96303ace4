/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The physical ITS: registers, command queue in memory, tables in memory, translation, caches.
 * No time passes in here: each operation reports what it touched (struct its_work), and the
 * machine turns that into service time of the ITS server.
 * Stalls on unreadable command or table memory, skips bad commands (spec/vgic.md 6.2).
 */
#ifndef ITS_H
#define ITS_H

#include <plat.h>

#include "gic.h"

/* What one command or translation used, for the cost of the server. */
struct its_work {
	u8 opcode;	/* of a command; 0 for a translation */
	u8 table_reads; /* memory reads: command, DTE (per level), ITE, CTE, ... */
	u8 table_writes;
	u8 hits, misses;   /* of the ITS's own caches */
	u8 config_reads;   /* LPI configuration bytes */
	u8 pending_writes; /* LPI pending table read-modify-writes */
	int error; /* 0 or a drop reason + 1 (enum plat_drop), or an ITS command error code */
};

/* Where an MSI went. */
struct its_route {
	struct gic_pe *pe; /* NULL: dropped, see its_work.error */
	u32 intid;	   /* of the LPI or vLPI */
	bool virt;	   /* a vLPI: deliver with gic_vlpi_set(pe, &vlpi) */
	struct gic_vlpi vlpi;
};

struct its_config {
	u32 number;
	u32 device_bits, event_bits, collection_bits;	    /* at most 16 each (event_bits <= 32) */
	u32 cache_devices, cache_events, cache_collections; /* entries; 0 = no cache */
	/* GICv4, when the GIC has it (gic_config.direct): */
	u32 cache_vpes;
	bool single_vmovp;  /* one VMOVP moves the vPE in all ITSs; false: each ITS gets its own */
	bool individual_db; /* 4.1: events may have doorbells of their own (GITS_TYPER.nID = 0) */
	bool still_vmovi;   /* VMOVI to the vPE that the event has: no doorbell rings for it */
	u32 svpet;	    /* 4.1: GITS_TYPER.SVPET (GIC_COMMON_AFF_*) */
	u32 affinity;	    /* 4.1: GITS_MPIDR, packed Aff3.2.1.0 */
	void *port;	    /* argument of plat_its_work() and plat_vsgi() */
};

int its_create(struct its **out, struct gic *gic, const struct its_config *cfg);
void its_destroy(struct its *its);

/* Registers of the control frame (offset < 64 KiB), and GITS_SGIR (arch/gicv4.h). A CWRITER write that leaves commands waiting
 * calls plat_its_work(); the machine then calls its_step() until it returns false. A GITS_SGIR write
 * calls plat_vsgi(). */
u64 its_read(struct its *its, u32 offset, u32 len);
void its_write(struct its *its, u32 offset, u32 len, u64 value);
/* Commands wait and the ITS is enabled and not stalled. */
bool its_has_work(const struct its *its);
/* Fetch and execute the next command, advance CREADR, plat_notify() the waiters. False when
 * there was none. */
bool its_step(struct its *its, struct its_work *work);
/* Translate an MSI. The machine then delivers it with gic_lpi_set() or gic_vlpi_set() after the
 * path's latency. */
void its_translate(struct its *its, u32 device_id, u32 event_id, struct its_route *route,
		   struct its_work *work);
/* Who waits for CREADR to move. */
struct plat_waitq *its_waitq(struct its *its);
u32 its_number(const struct its *its);

#endif
