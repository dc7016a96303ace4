/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of the physical ITS, shared by models/hw/its*.c. */
#ifndef ITS_INTERNAL_H
#define ITS_INTERNAL_H

#include "../arch/its.h"
#include "gic-internal.h"
#include "its.h"

/* A set-associative cache of table entries; see its-cache.c. */
struct its_cache_line {
	u64 key;
	u64 entry; /* as in memory; 0: the line is empty */
};

struct its_cache {
	struct its_cache_line *line;
	u32 sets, ways;
};

/* As numbered by GITS_BASER<n>; the last one is there with GICv4 only. */
enum its_table { ITS_TABLE_DEVICES, ITS_TABLE_COLLECTIONS, ITS_TABLE_VPES, ITS_NR_TABLES };

struct its {
	struct gic *gic;
	struct gic_mem *mem;
	struct its_config cfg;
	bool enabled;
	bool stalled;
	u64 cbaser;
	u32 cwriter, creadr; /* byte offsets into the queue */
	u64 baser[ITS_NR_TABLES];
	struct plat_waitq waitq;
	struct its_cache devices, events, collections, vpes;
	u32 list_number;  /* GITS_CTLR.ITS_Number */
	struct its *next; /* the GIC's other ITSs */
};

/* ---- its-cache.c ---- */
int its_cache_init(struct its_cache *c, u32 entries);
void its_cache_free(struct its_cache *c);
/* False: not in the cache. */
bool its_cache_get(struct its_cache *c, u64 key, u64 *entry);
void its_cache_put(struct its_cache *c, u64 key, u64 entry);
void its_cache_drop(struct its_cache *c, u64 key);
/* Drop all lines whose key's upper half is `high`. */
void its_cache_drop_high(struct its_cache *c, u32 high);
void its_cache_clear(struct its_cache *c);

static inline u64 its_event_key(u32 device, u32 event)
{
	return (u64)device << 32 | event;
}

/* ---- its-translate.c ---- */
/* Results of a look into the tables: 0, or one of ITS_E_* (its.h), or -EFAULT: memory failed. */

/* Address of an entry. ITS_E_DEVICE_OOR or ITS_E_COLLECTION_OOR: the table has none. */
int its_entry_addr(struct its *its, enum its_table table, u32 index, u64 *addr,
		   struct its_work *work);
int its_table_read(struct its *its, u64 addr, u64 *entry, struct its_work *work);
int its_table_write(struct its *its, u64 addr, u64 entry, struct its_work *work);
/* A valid device table entry. */
int its_find_device(struct its *its, u32 device, u64 *dte, struct its_work *work);
/* A valid interrupt translation entry. */
int its_find_event(struct its *its, u32 device, u32 event, u64 *ite, struct its_work *work);
/* Address of an interrupt translation entry, valid or not. */
int its_event_addr(struct its *its, u32 device, u32 event, u64 *addr, struct its_work *work);
/* The PE of a mapped collection. */
int its_find_pe(struct its *its, u32 icid, struct gic_pe **pe, struct its_work *work);
/* The first doubleword of a mapped vPE's entry, and the PE that the vPE is mapped to. */
int its_find_vpe(struct its *its, u32 vpe, u64 *vte, struct gic_pe **pe, struct its_work *work);
/* The vLPI that a virtual interrupt translation entry stands for, and where its vPE is mapped. */
int its_find_vlpi(struct its *its, u64 ite, struct gic_vlpi *v, struct gic_pe **pe,
		  struct its_work *work);

/* ---- its-cmd.c ---- */
/* Execute a command: 0, an error code (E_ITS_*), or -EFAULT: stall. */
int its_execute(struct its *its, const u64 cmd[4], struct its_work *work);

/* ---- its-vcmd.c: as its_execute(); each returns 0, ITS_E_*, or -EFAULT ---- */
int its_vmapp(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vmapti(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vmapi(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vmovi(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vmovp(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vinvall(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vsync(struct its *its, const u64 cmd[4], struct its_work *work);
int its_invdb(struct its *its, const u64 cmd[4], struct its_work *work);
int its_vsgi(struct its *its, const u64 cmd[4], struct its_work *work);
/* its-vmovall.c */
int its_vmovall(struct its *its, const u64 cmd[4], struct its_work *work);
/* GITS_SGIR was written. */
void its_sgir_write(struct its *its, u64 v);

#endif
