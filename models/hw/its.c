// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The physical ITS: registers of the control frame and the command queue in memory (Arm IHI 0069
 * chapters 5 and 12, GITS_*; spec/vgic.md 3.1, 4.9, 6.2).
 *
 * Choices: GITS_BASER0 is the device table, flat or indirect, GITS_BASER1 the collection table,
 * flat, GITS_BASER2 with GICv4 the table of vPEs, flat or indirect, each with pages of 4, 16 or 64 KiB; the others are not there. Base registers and CBASER
 * are read-only while the ITS is enabled; writing CBASER sets CREADR and CWRITER to 0. A CWRITER
 * beyond the queue is ignored. The ITS is quiescent as soon as it is disabled, since no
 * operation is ever left half done. A queue that stalled goes on when CWRITER.Retry is written.
 */
#include "gic-regs.h"
#include "its-internal.h"

static u64 baser_fixed(enum its_table table)
{
	static const struct {
		u32 type, entry;
	} fixed[ITS_NR_TABLES] = {
		{ GITS_BASER_TYPE_DEVICE, ITS_DTE_SIZE },
		{ GITS_BASER_TYPE_COLLECTION, ITS_CTE_SIZE },
		{ GITS_BASER_TYPE_VPE, ITS_VTE_SIZE },
	};

	return FIELD_PUT(fixed[table].type, GITS_BASER_TYPE) |
	       FIELD_PUT(fixed[table].entry - 1, GITS_BASER_ENTRY_SIZE);
}

/* Tables that there are. */
static u32 nr_tables(const struct its *its)
{
	return its->gic->cfg.direct == GIC_DIRECT_NONE ? (u32)ITS_TABLE_VPES : ITS_NR_TABLES;
}

static bool config_ok(const struct its_config *c)
{
	return c->device_bits && c->device_bits <= 16 && c->event_bits && c->event_bits <= 32 &&
	       c->collection_bits && c->collection_bits <= 16 && c->svpet <= GIC_COMMON_AFF_321;
}

int its_create(struct its **out, struct gic *gic, const struct its_config *cfg)
{
	struct its *its;
	u32 t;
	int err;

	if (!config_ok(cfg))
		return -EINVAL;
	its = plat_zalloc(sizeof(*its));
	if (!its)
		return -ENOMEM;
	its->gic = gic;
	its->mem = gic->mem;
	its->cfg = *cfg;
	for (t = 0; t < nr_tables(its); t++)
		its->baser[t] = baser_fixed((enum its_table)t);
	err = its_cache_init(&its->devices, cfg->cache_devices);
	if (!err)
		err = its_cache_init(&its->events, cfg->cache_events);
	if (!err)
		err = its_cache_init(&its->collections, cfg->cache_collections);
	if (!err && gic->cfg.direct != GIC_DIRECT_NONE)
		err = its_cache_init(&its->vpes, cfg->cache_vpes);
	its->next = gic->it;
	gic->it = its;
	if (err) {
		its_destroy(its);
		return err;
	}
	*out = its;
	return 0;
}

void its_destroy(struct its *its)
{
	struct its **at;

	if (!its)
		return;
	for (at = &its->gic->it; *at; at = &(*at)->next) {
		if (*at == its) {
			*at = its->next;
			break;
		}
	}
	its_cache_free(&its->vpes);
	its_cache_free(&its->devices);
	its_cache_free(&its->events);
	its_cache_free(&its->collections);
	plat_free(its);
}

struct plat_waitq *its_waitq(struct its *its)
{
	return &its->waitq;
}

u32 its_number(const struct its *its)
{
	return its->cfg.number;
}

/* ---- the command queue ---- */

static u32 queue_size(const struct its *its)
{
	return ((u32)FIELD_GET(its->cbaser, GITS_CBASER_SIZE) + 1) * 0x1000;
}

bool its_has_work(const struct its *its)
{
	return its->enabled && !its->stalled && (its->cbaser & GITS_CBASER_VALID) &&
	       its->creadr != its->cwriter;
}

static void announce_work(struct its *its)
{
	if (its_has_work(its))
		plat_its_work(its->cfg.port);
}

static int fetch(struct its *its, u64 cmd[4], struct its_work *work)
{
	u64 addr = (its->cbaser & FIELD_MASK(GITS_CBASER_PA)) + its->creadr;
	u32 i;

	work->table_reads++; /* a command is one burst */
	for (i = 0; i < 4; i++)
		if (gic_mem_read64(its->mem, addr + 8 * i, &cmd[i]))
			return -EFAULT;
	return 0;
}

static void report(struct its *its, struct its_work *work)
{
	void *port = its->gic->cfg.port;

	plat_event(EV_HW_ITS_CMD, port, its->cfg.number, 0, NULL, work->opcode);
	if (work->error)
		plat_event(EV_HW_ITS_ERROR, port, its->cfg.number, 0, NULL, (u64)work->error);
}

bool its_step(struct its *its, struct its_work *work)
{
	u64 cmd[4];
	int err;

	memset(work, 0, sizeof(*work));
	if (!its_has_work(its))
		return false;
	err = fetch(its, cmd, work);
	if (!err) {
		work->opcode = (u8)its_cmd_opcode(cmd);
		err = its_execute(its, cmd, work);
	}
	work->error = err;
	if (err < 0) {
		its->stalled = true;
	} else {
		its->creadr += ITS_CMD_SIZE;
		if (its->creadr == queue_size(its))
			its->creadr = 0;
	}
	report(its, work);
	plat_notify(&its->waitq);
	return true;
}

/* ---- registers ---- */

static u64 ctlr_read(const struct gic_access *a)
{
	return (a->its->enabled ? GITS_CTLR_ENABLED : GITS_CTLR_QUIESCENT) |
	       FIELD_PUT(a->its->list_number, GITS_CTLR_ITS_NUMBER);
}

static void ctlr_write(const struct gic_access *a, u64 v)
{
	struct its *its = a->its;

	if (!its->enabled && its->gic->cfg.direct != GIC_DIRECT_NONE && !its->cfg.single_vmovp)
		its->list_number = (u32)FIELD_GET(v, GITS_CTLR_ITS_NUMBER);
	its->enabled = v & GITS_CTLR_ENABLED;
	if (!its->enabled) {
		its_cache_clear(&its->vpes);
		its_cache_clear(&its->devices);
		its_cache_clear(&its->events);
		its_cache_clear(&its->collections);
	}
	announce_work(its);
}

static u64 iidr_read(const struct gic_access *a)
{
	(void)a;
	return GIC_IIDR_VALUE;
}

static u64 typer_read(const struct gic_access *a)
{
	const struct its_config *c = &a->its->cfg;
	u64 v = GITS_TYPER_PHYSICAL | FIELD_PUT(ITS_ITE_SIZE - 1, GITS_TYPER_ITT_ENTRY_SIZE) |
		FIELD_PUT(c->event_bits - 1, GITS_TYPER_IDBITS) |
		FIELD_PUT(c->device_bits - 1, GITS_TYPER_DEVBITS);

	if (c->collection_bits < 16)
		v |= GITS_TYPER_CIL | FIELD_PUT(c->collection_bits - 1, GITS_TYPER_CIDBITS);
	if (a->gic->cfg.direct != GIC_DIRECT_NONE)
		v |= GITS_TYPER_VIRTUAL | (c->single_vmovp ? GITS_TYPER_VMOVP : 0);
	if (a->gic->cfg.direct == GIC_DIRECT_V41)
		v |= GITS_TYPER_VMAPP | (c->individual_db ? 0 : GITS_TYPER_NID) |
		     FIELD_PUT(c->svpet, GITS_TYPER_SVPET) |
		     (a->gic->cfg.vsgi ? GITS_TYPER_VSGI : 0);
	return v;
}

static u64 mpidr_read(const struct gic_access *a)
{
	if (a->gic->cfg.direct != GIC_DIRECT_V41)
		return 0;
	return a->its->cfg.affinity & FIELD_MASK(GITS_MPIDR_AFF);
}

static u64 cbaser_read(const struct gic_access *a)
{
	return a->its->cbaser;
}

static void cbaser_write(const struct gic_access *a, u64 v)
{
	if (a->its->enabled)
		return;
	a->its->cbaser = v & ~GITS_CBASER_RES0;
	a->its->creadr = 0;
	a->its->cwriter = 0;
	a->its->stalled = false;
}

static u64 cwriter_read(const struct gic_access *a)
{
	return a->its->cwriter;
}

static void cwriter_write(const struct gic_access *a, u64 v)
{
	struct its *its = a->its;
	u32 offset = (u32)(v & FIELD_MASK(GITS_CWRITER_OFFSET));

	if (offset >= queue_size(its))
		return;
	its->cwriter = offset;
	if (v & GITS_CWRITER_RETRY)
		its->stalled = false;
	announce_work(its);
}

static u64 creadr_read(const struct gic_access *a)
{
	return a->its->creadr | (a->its->stalled ? GITS_CREADR_STALLED : 0);
}

static u64 baser_read(const struct gic_access *a)
{
	return a->its->baser[a->at / 8];
}

static void baser_write(const struct gic_access *a, u64 v)
{
	enum its_table table = (enum its_table)(a->at / 8);
	u64 keep = FIELD_MASK(GITS_BASER_SIZE) | FIELD_MASK(GITS_BASER_PAGE_SIZE) |
		   FIELD_MASK(GITS_BASER_SHARE) | FIELD_MASK(GITS_BASER_PA) |
		   FIELD_MASK(GITS_BASER_OUTERCACHE) | FIELD_MASK(GITS_BASER_INNERCACHE) |
		   GITS_BASER_VALID;

	if (a->its->enabled || table >= nr_tables(a->its))
		return;
	if (table != ITS_TABLE_COLLECTIONS)
		keep |= GITS_BASER_INDIRECT;
	if (FIELD_GET(v, GITS_BASER_PAGE_SIZE) > GITS_BASER_PAGE_64K)
		v = FIELD_SET(v, GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE);
	a->its->baser[table] = (v & keep) | baser_fixed(table);
}

static const struct gic_reg its_regs[] = {
	{ GITS_CTLR, 4, 0, 4, ctlr_read, ctlr_write },
	{ GITS_IIDR, 4, 0, 4, iidr_read, NULL },
	{ GITS_TYPER, 8, 0, 4 | 8, typer_read, NULL },
	{ GITS_MPIDR, 4, 0, 4, mpidr_read, NULL },
	{ GITS_CBASER, 8, 0, 4 | 8, cbaser_read, cbaser_write },
	{ GITS_CWRITER, 8, 0, 4 | 8, cwriter_read, cwriter_write },
	{ GITS_CREADR, 8, 0, 4 | 8, creadr_read, NULL },
	{ GITS_BASER, 8 * ITS_NR_TABLES, 0, 4 | 8, baser_read, baser_write },
};

static const struct gic_frame its_frame = { its_regs, PLAT_ARRAY_SIZE(its_regs), 0 };

u64 its_read(struct its *its, u32 offset, u32 len)
{
	struct gic_access a = { .gic = its->gic, .its = its, .len = len };

	if (offset >= GICV3_IDREGS && len == 4 && offset % 4 == 0)
		return gic_idreg_read(offset);
	return gic_frame_read(&its_frame, a, offset);
}

void its_write(struct its *its, u32 offset, u32 len, u64 value)
{
	struct gic_access a = { .gic = its->gic, .its = its, .len = len };

	if (offset == GITS_SGIR && len == 8)
		its_sgir_write(its, value);
	else
		gic_frame_write(&its_frame, a, offset, value);
}
