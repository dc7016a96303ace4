// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GICv2 distributor (Arm IHI 0048 chapters 3 and 4; spec/vgic.md 2.3): banked registers of the
 * first 32 interrupts, SPIs that target several CPUs of which the first to acknowledge takes them,
 * SGIs with their sources.
 *
 * Choices: no Security Extensions, but both groups; a group that is disabled in GICD_CTLR or in a
 * PE's GICC_CTLR takes part in no choice; enable bits of SGIs can be written; ICFGR of PPIs too;
 * among the requests for one SGI that with the lowest source CPU is acknowledged first; with one
 * PE the SPIs need no targets (ITARGETSR is RAZ/WI). A GICD_SGIR filter of 3 is ignored.
 */
#include "gic-regs.h"
#include "gicv2-internal.h"

#define CTLR_ENABLES (GICV2_CTLR_ENABLE_GRP0 | GICV2_CTLR_ENABLE_GRP1)
#define SGIS	     0xffffu

/* ---- the choice ---- */

/* Of 32 interrupts, those in a group that the PE takes. */
static u32 in_groups(const struct gic_pe *pe, const struct gic_bank *b)
{
	u32 enables = pe->gic->ctlr & gicv2_of(pe)->ctlr;

	return (enables & GICV2_CTLR_ENABLE_GRP0 ? ~b->group : 0) |
	       (enables & GICV2_CTLR_ENABLE_GRP1 ? b->group : 0);
}

static u32 bank_best(const struct gic_pe *pe, const struct gic_bank *b, u32 first, u32 best)
{
	u32 ready = gic_bank_pending(b) & b->enabled & ~b->active & in_groups(pe, b);

	if (first)
		ready &= pe->gic->v2->to[(first - GIC_SPI_BASE) / 32][pe->number];
	for (; ready; ready &= ready - 1) {
		u32 bit = plat_ffs64(ready);
		u32 key = gic_key(b->prio[bit], first + bit);

		if (key < best)
			best = key;
	}
	return best;
}

void gicv2_choose(struct gic_pe *pe)
{
	u32 row, best = bank_best(pe, &pe->priv, 0, GIC_KEY_NONE);

	for (row = 0; row < pe->gic->nr_spi_banks; row++)
		best = bank_best(pe, &pe->gic->spi[row].irq, GIC_SPI_BASE + 32 * row, best);
	gicv2_of(pe)->best = best;
	gicc_update(pe);
}

void gicv2_spi_changed(struct gic *gic, u32 row, u32 mask)
{
	u32 n;

	for (n = 0; n < gic->cfg.nr_pes; n++)
		if (gic->v2->to[row][n] & mask)
			gicv2_choose(&gic->pe[n]);
}

u32 gicv2_spi_target(const struct gic *gic, u32 intid)
{
	u32 n, row = (intid - GIC_SPI_BASE) / 32;

	for (n = 0; n < gic->cfg.nr_pes; n++)
		if (gic->v2->to[row][n] & PLAT_BIT(intid % 32))
			return n;
	return GIC_NO_PE;
}

int gicv2_create(struct gic *gic)
{
	u32 row, n;

	gic->v2 = plat_zalloc(sizeof(*gic->v2));
	if (!gic->v2)
		return -ENOMEM;
	for (n = 0; n < gic->cfg.nr_pes; n++) {
		gic->v2->pe[n].best = GIC_KEY_NONE;
		gicc_reset(&gic->pe[n]);
	}
	if (gic->cfg.nr_pes == 1)
		for (row = 0; row < gic->nr_spi_banks; row++)
			gic->v2->to[row][0] = ~0u;
	return 0;
}

/* ---- SGIs: the pending bit says that some source is pending ---- */

static void sgi_report(struct gic_pe *pe, enum plat_event ev, u32 intid)
{
	plat_event(ev, pe->gic->cfg.port, pe->number, intid, NULL, 0);
}

static void sgi_set_sources(struct gic_pe *pe, u32 intid, u32 sources)
{
	struct gicv2_pe *p = gicv2_of(pe);
	u32 bit = PLAT_BIT(intid);

	p->source[intid] = (u8)sources;
	if (sources)
		pe->priv.latch |= bit;
	else
		pe->priv.latch &= ~bit;
	gicv2_choose(pe);
}

static void sgi_add(struct gic_pe *pe, u32 intid, u32 sources)
{
	u32 old = gicv2_of(pe)->source[intid];

	if (!sources)
		return;
	sgi_report(pe, sources & ~old ? EV_HW_PENDING : EV_HW_COALESCED, intid);
	sgi_set_sources(pe, intid, old | sources);
}

static void sgi_remove(struct gic_pe *pe, u32 intid, u32 sources)
{
	u32 old = gicv2_of(pe)->source[intid];

	if (!(old & sources))
		return;
	if (!(old & ~sources))
		sgi_report(pe, EV_HW_RETIRED, intid);
	sgi_set_sources(pe, intid, old & ~sources);
}

void gicv2_sgi_arrives(struct gic_pe *pe, u32 word)
{
	u32 intid = (u32)FIELD_GET(word, GICC_IAR_INTID);

	if (intid < 16)
		sgi_add(pe, intid, PLAT_BIT(FIELD_GET(word, GICC_IAR_CPUID)));
}

void gicv2_sgi_set_pending(struct gic_pe *pe, u32 intid, bool pending)
{
	if (pending)
		sgi_add(pe, intid, PLAT_BIT(pe->number));
	else
		sgi_remove(pe, intid, gicv2_of(pe)->source[intid]);
}

u32 gicv2_sgi_activate(struct gic_pe *pe, u32 intid)
{
	struct gicv2_pe *p = gicv2_of(pe);
	u32 source = plat_ffs64(p->source[intid]);

	p->active_source[intid] = (u8)source;
	pe->priv.active |= PLAT_BIT(intid);
	sgi_set_sources(pe, intid, p->source[intid] & ~PLAT_BIT(source));
	return source;
}

/* ---- control ---- */

static u64 ctlr_read(const struct gic_access *a)
{
	return a->gic->ctlr;
}

static void ctlr_write(const struct gic_access *a, u64 v)
{
	u32 n;

	a->gic->ctlr = (u32)v & CTLR_ENABLES;
	for (n = 0; n < a->gic->cfg.nr_pes; n++)
		gicv2_choose(&a->gic->pe[n]);
}

static u64 typer_read(const struct gic_access *a)
{
	return FIELD_PUT(a->gic->cfg.nr_spis / 32, GICD_TYPER_ITLINES) |
	       FIELD_PUT(a->gic->cfg.nr_pes - 1, GICD_TYPER_CPUNUMBER);
}

static u64 iidr_read(const struct gic_access *a)
{
	(void)a;
	return GIC_IIDR_VALUE;
}

/* ---- pending bits: those of SGIs are read-only, their sources have registers of their own ---- */

static u64 without_sgis(const struct gic_access *a, u64 v)
{
	return a->first < 16 ? v & ~(u64)SGIS : v;
}

static void ispendr_write(const struct gic_access *a, u64 v)
{
	gic_ispendr_write(a, without_sgis(a, v));
}

static void icpendr_write(const struct gic_access *a, u64 v)
{
	gic_icpendr_write(a, without_sgis(a, v));
}

/* ---- targets ---- */

/* `self`: the PE that reads; its private interrupts are its own. */
static u32 targets_of(const struct gic *gic, const struct gic_pe *self, u32 intid)
{
	u32 n, targets = 0;

	if (gic->cfg.nr_pes == 1)
		return 0;
	if (self)
		return PLAT_BIT(self->number);
	for (n = 0; n < gic->cfg.nr_pes; n++)
		if (gic->v2->to[(intid - GIC_SPI_BASE) / 32][n] & PLAT_BIT(intid % 32))
			targets |= PLAT_BIT(n);
	return targets;
}

static u64 itargetsr_read(const struct gic_access *a)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < a->nr; i++)
		v |= (u64)targets_of(a->gic, a->pe, a->first + i) << 8 * i;
	return v;
}

static void itargetsr_write(const struct gic_access *a, u64 v)
{
	u32 i, n, row = (a->first - GIC_SPI_BASE) / 32;

	if (a->pe || a->gic->cfg.nr_pes == 1)
		return;
	for (n = 0; n < a->gic->cfg.nr_pes; n++) {
		u32 *to = &a->gic->v2->to[row][n];

		for (i = 0; i < a->nr; i++) {
			u32 bit = PLAT_BIT((a->first + i) % 32);

			*to = v >> (8 * i + n) & 1 ? *to | bit : *to & ~bit;
		}
		gicv2_choose(&a->gic->pe[n]);
	}
}

/* ---- SGI registers: banked, so a->pe is there ---- */

static u32 sgir_targets(const struct gic_pe *pe, u32 v)
{
	u32 all = PLAT_BIT(pe->gic->cfg.nr_pes) - 1, self = PLAT_BIT(pe->number);

	switch (FIELD_GET(v, GICD_SGIR_FILTER)) {
	case GICD_SGIR_FILTER_LIST: return (u32)FIELD_GET(v, GICD_SGIR_TARGETLIST) & all;
	case GICD_SGIR_FILTER_OTHERS: return all & ~self;
	case GICD_SGIR_FILTER_SELF: return self;
	default: return 0;
	}
}

static void sgir_write(const struct gic_access *a, u64 v)
{
	u32 word = (u32)(FIELD_GET(v, GICD_SGIR_INTID) | FIELD_PUT(a->pe->number, GICC_IAR_CPUID));
	u32 targets = sgir_targets(a->pe, (u32)v);

	for (; targets; targets &= targets - 1)
		plat_sgi(a->pe->port, a->gic->pe[plat_ffs64(targets)].port, word);
}

static u64 pendsgir_read(const struct gic_access *a)
{
	u64 v = 0;
	u32 i;

	for (i = 0; i < a->len; i++)
		v |= (u64)gicv2_of(a->pe)->source[a->at + i] << 8 * i;
	return v;
}

static void cpendsgir_write(const struct gic_access *a, u64 v)
{
	u32 i;

	for (i = 0; i < a->len; i++)
		sgi_remove(a->pe, a->at + i, (u8)(v >> 8 * i));
}

static void spendsgir_write(const struct gic_access *a, u64 v)
{
	u32 all = PLAT_BIT(a->gic->cfg.nr_pes) - 1, i;

	for (i = 0; i < a->len; i++)
		sgi_add(a->pe, a->at + i, (u8)(v >> 8 * i) & all);
}

/* ---- the frame ---- */

static const struct gic_reg dist_regs[] = {
	{ GICD_CTLR, 4, 0, 4, ctlr_read, ctlr_write },
	{ GICD_TYPER, 4, 0, 4, typer_read, NULL },
	{ GICD_IIDR, 4, 0, 4, iidr_read, NULL },
	{ GICD_IGROUPR, 128, 1, 4, gic_igroupr_read, gic_igroupr_write },
	{ GICD_ISENABLER, 128, 1, 4, gic_enabler_read, gic_isenabler_write },
	{ GICD_ICENABLER, 128, 1, 4, gic_enabler_read, gic_icenabler_write },
	{ GICD_ISPENDR, 128, 1, 4, gic_pendr_read, ispendr_write },
	{ GICD_ICPENDR, 128, 1, 4, gic_pendr_read, icpendr_write },
	{ GICD_ISACTIVER, 128, 1, 4, gic_activer_read, gic_isactiver_write },
	{ GICD_ICACTIVER, 128, 1, 4, gic_activer_read, gic_icactiver_write },
	{ GICD_IPRIORITYR, 1024, 8, 1 | 4, gic_ipriorityr_read, gic_ipriorityr_write },
	{ GICD_ITARGETSR, 1024, 8, 1 | 4, itargetsr_read, itargetsr_write },
	{ GICD_ICFGR, 256, 2, 4, gic_icfgr_read, gic_icfgr_write },
	{ GICD_SGIR, 4, 0, 4, NULL, sgir_write },
	{ GICD_CPENDSGIR, 16, 0, 1 | 4, pendsgir_read, cpendsgir_write },
	{ GICD_SPENDSGIR, 16, 0, 1 | 4, pendsgir_read, spendsgir_write },
};

static const struct gic_frame dist_frame = { dist_regs, PLAT_ARRAY_SIZE(dist_regs), 0 };

/* As those of GICv3, but for the architecture's version. */
static u32 idreg_read(u32 offset)
{
	if (offset == GICV2_GICD_PIDR2)
		return GICV2_PIDR2_GICV2;
	return (u32)gic_idreg_read(GICV3_IDREGS + offset - GICV2_GICD_IDREGS);
}

u32 gicd_v2_read(struct gic_pe *pe, u32 offset, u32 len)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	if (offset >= GICV2_GICD_IDREGS && len == 4 && offset % 4 == 0)
		return idreg_read(offset);
	return (u32)gic_frame_read(&dist_frame, a, offset);
}

void gicd_v2_write(struct gic_pe *pe, u32 offset, u32 len, u32 value)
{
	struct gic_access a = { .gic = pe->gic, .pe = pe, .len = len };

	gic_frame_write(&dist_frame, a, offset, value);
}
