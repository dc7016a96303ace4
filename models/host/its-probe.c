// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the host's ITS driver sets up what it drives (Arm IHI 0069 5.1-5.2, spec/vgic.md 4.1): LPI
 * tables and EnableLPIs of each redistributor, then for each ITS its tables and queue, and one
 * collection a PE.
 *
 * Choices: collection n is PE n; tables are flat, in pages of 64 KiB; at most 16 bits of INTID are
 * used however many the redistributors offer.
 */
#include "its-internal.h"

#define TABLE_PAGE 0x10000u

u64 host_table_alloc(struct host_its *h, u64 size, u64 align)
{
	u64 addr = (h->mem_next + align - 1) & ~(align - 1);

	size = (size + align - 1) & ~(align - 1);
	if (addr < h->mem_next || addr > h->mem_end || size > h->mem_end - addr)
		return 0;
	h->mem_next = addr + size;
	return addr;
}

/* ---- redistributors ---- */

static void write_gicr(struct gic_pe *pe, u32 offset, u32 len, u64 value)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gicr_write(pe, offset, len, value);
}

/* All LPIs disabled, at the default priority. */
static int fill_prop_table(struct host_its *h)
{
	u8 row[64];
	u64 addr, end = h->prop_table + PLAT_BIT64(h->lpi_bits) - GIC_LPI_BASE;
	int ret = 0;

	memset(row, HOST_LPI_PRIORITY | LPI_CONFIG_GROUP, sizeof(row));
	for (addr = h->prop_table; addr < end && !ret; addr += sizeof(row))
		ret = gic_mem_write(h->mem, addr, row, sizeof(row));
	plat_cost(COST_BARRIER, 1);
	return ret;
}

static int setup_lpi_tables(struct host_its *h)
{
	u64 size = PLAT_BIT64(h->lpi_bits), pending;
	u32 i;

	h->prop_table = host_table_alloc(h, size, TABLE_PAGE);
	if (!h->prop_table)
		return -ENOMEM;
	if (fill_prop_table(h))
		return -ENOMEM;
	for (i = 0; i < h->nr_pes; i++) {
		struct gic_pe *pe = gic_pe(h->gic, i);

		pending = host_table_alloc(h, size / 8, LPI_PENDING_ALIGN);
		if (!pending)
			return -ENOMEM;
		write_gicr(pe, GICR_PROPBASER, 8,
			   h->prop_table | FIELD_PUT(h->lpi_bits - 1, GICR_PROPBASER_IDBITS) |
				   FIELD_PUT(GIC_SHARE_INNER, GICR_PROPBASER_SHARE) |
				   FIELD_PUT(GIC_CACHE_RAWAWB, GICR_PROPBASER_INNERCACHE));
		write_gicr(pe, GICR_PENDBASER, 8,
			   pending | GICR_PENDBASER_PTZ |
				   FIELD_PUT(GIC_SHARE_INNER, GICR_PENDBASER_SHARE) |
				   FIELD_PUT(GIC_CACHE_RAWAWB, GICR_PENDBASER_INNERCACHE));
		write_gicr(pe, GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
		plat_cost(COST_BARRIER, 1);
	}
	return 0;
}

/* ---- one ITS ---- */

static int setup_table(struct host_queue *q, u32 n)
{
	u32 offset = GITS_BASER + 8 * n;
	u64 baser = host_its_read(q->its, offset, 8);
	u64 type = FIELD_GET(baser, GITS_BASER_TYPE);
	u64 entries = type == GITS_BASER_TYPE_DEVICE ? PLAT_BIT64(q->device_bits) : q->host->nr_pes;
	u64 size = entries * (FIELD_GET(baser, GITS_BASER_ENTRY_SIZE) + 1);
	u64 addr;

	if (type == GITS_BASER_TYPE_VPE)
		return host_setup_vpe_table(q, offset, baser);
	if (type != GITS_BASER_TYPE_DEVICE && type != GITS_BASER_TYPE_COLLECTION)
		return 0;
	addr = host_table_alloc(q->host, size, TABLE_PAGE);
	if (!addr)
		return -ENOMEM;
	baser = FIELD_PUT(type, GITS_BASER_TYPE) | gits_baser_put_addr(addr, TABLE_PAGE) |
		FIELD_PUT(GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE) |
		FIELD_PUT((size + TABLE_PAGE - 1) / TABLE_PAGE - 1, GITS_BASER_SIZE) |
		FIELD_PUT(GIC_SHARE_INNER, GITS_BASER_SHARE) |
		FIELD_PUT(GIC_CACHE_RAWAWB, GITS_BASER_INNERCACHE) | GITS_BASER_VALID;
	host_its_write(q->its, offset, 8, baser);
	return 0;
}

/* Collection n delivers to PE n. */
static int map_collections(struct host_queue *q)
{
	u64 cmd[4];
	u32 pe;
	int ret = 0;

	for (pe = 0; pe < q->host->nr_pes && !ret; pe++) {
		its_build_mapc(cmd, pe, pe, true);
		ret = host_queue_send(q, cmd, pe);
		if (ret)
			break;
		its_build_invall(cmd, pe);
		ret = host_queue_send(q, cmd, pe);
	}
	return ret;
}

/* Memory for the queue, all of it there at once: commands are built under a lock. */
static int queue_memory(struct host_queue *q)
{
	u32 offset;

	q->base = host_table_alloc(q->host, HOST_QUEUE_SIZE, TABLE_PAGE);
	if (!q->base)
		return -ENOMEM;
	for (offset = 0; offset < HOST_QUEUE_SIZE; offset += 0x1000) {
		if (!gic_mem_page(q->host->mem, q->base + offset))
			return -ENOMEM;
	}
	return 0;
}

/*
 * An ITS whose VMOVP moves a vPE for itself alone has a number in ITSList: ours, or the one that is
 * wired. Returns GITS_CTLR with it.
 */
static u32 number_its(struct host_queue *q, u64 typer)
{
	u32 ctlr;

	if (!(typer & GITS_TYPER_VIRTUAL) || (typer & GITS_TYPER_VMOVP))
		return 0;
	host_its_write(q->its, GITS_CTLR, 4, FIELD_PUT(q->number, GITS_CTLR_ITS_NUMBER));
	ctlr = (u32)host_its_read(q->its, GITS_CTLR, 4);
	q->list_number = (u32)FIELD_GET(ctlr, GITS_CTLR_ITS_NUMBER);
	return ctlr & (u32)FIELD_MASK(GITS_CTLR_ITS_NUMBER);
}

static int setup_its(struct host_its *h, u32 number, struct its *its)
{
	u64 typer = host_its_read(its, GITS_TYPER, 8);
	struct host_queue *q = &h->queue[number];
	u32 n, ctlr;
	int ret;

	host_queue_init(h, number, its);
	q->device_bits = (u32)FIELD_GET(typer, GITS_TYPER_DEVBITS) + 1;
	q->event_bits = (u32)FIELD_GET(typer, GITS_TYPER_IDBITS) + 1;
	q->itt_entry_size = (u32)FIELD_GET(typer, GITS_TYPER_ITT_ENTRY_SIZE) + 1;
	for (n = 0; n < GITS_NR_BASER; n++) {
		ret = setup_table(q, n);
		if (ret)
			return ret;
	}
	if (queue_memory(q))
		return -ENOMEM;
	host_its_write(its, GITS_CBASER, 8,
		       q->base | FIELD_PUT(HOST_QUEUE_SIZE / 0x1000 - 1, GITS_CBASER_SIZE) |
			       FIELD_PUT(GIC_SHARE_INNER, GITS_CBASER_SHARE) |
			       FIELD_PUT(GIC_CACHE_RAWAWB, GITS_CBASER_INNERCACHE) |
			       GITS_CBASER_VALID);
	host_its_write(its, GITS_CWRITER, 8, 0);
	ctlr = number_its(q, typer);
	host_its_write(its, GITS_CTLR, 4, ctlr | GITS_CTLR_ENABLED);
	return map_collections(q);
}

/* ---- the host ---- */

int host_its_probe(struct host_its **out, struct gic *gic, struct its *const *its, u32 nr_its,
		   struct gic_mem *mem, u64 mem_base, u64 mem_size)
{
	struct host_its *h = plat_zalloc(sizeof(*h) + nr_its * sizeof(h->queue[0]));
	const struct gic_config *cfg = gic_config(gic);
	u32 i;
	int ret;

	if (!h)
		return -ENOMEM;
	h->gic = gic;
	h->mem = mem;
	h->mem_next = mem_base ? mem_base : TABLE_PAGE; /* address 0 means none */
	h->mem_end = mem_base + mem_size;
	h->nr_pes = cfg->nr_pes;
	h->lpi_bits = cfg->lpi_id_bits; /* all that the hardware offers */
	plat_mutex_init(&h->devices_lock, LOCK_HOST_DEVICES);
	plat_list_init(&h->vtables);
	ret = host_lpis_init(h);
	if (!ret)
		ret = setup_lpi_tables(h);
	for (i = 0; i < nr_its && !ret; i++) {
		ret = setup_its(h, i, its[i]);
		h->nr_its++;
	}
	if (ret)
		host_its_remove(h);
	else
		*out = h;
	return ret;
}

/* The ITS is off: what it maps needs no commands any more. */
static void free_devices(struct host_queue *q)
{
	struct host_device *dev;
	u64 id;

	plat_index_for_each(&q->devices, id, dev) {
		plat_free(dev->range);
		plat_free(dev->itt);
		plat_free(dev->vlpis);
		plat_free(dev);
	}
	plat_index_destroy(&q->devices);
}

void host_its_remove(struct host_its *h)
{
	u32 i;

	for (i = 0; i < h->nr_its; i++) {
		if (h->queue[i].its)
			host_its_write(h->queue[i].its, GITS_CTLR, 4, 0);
		free_devices(&h->queue[i]);
	}
	host_v4_remove(h);
	host_lpis_destroy(h);
	plat_free(h);
}
