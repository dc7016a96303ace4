// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GIC as a whole: creation, destruction, and which PE has which affinity.
 *
 * After creation every register has its reset value: groups and interrupts disabled, redistributors
 * asleep, priority masks at 0. A host boots it as any GICv3: GICD_CTLR, GICR_WAKER, the interrupts'
 * own registers, ICC_PMR_EL1, ICC_IGRPEN1_EL1.
 */
#include "gic-internal.h"
#include "gicv2-internal.h"

static bool config_ok(const struct gic_config *c)
{
	if (c->arch == GIC_ARCH_V2 && (c->nr_pes > GICV2_MAX_PES || c->vprio_bits != 5))
		return false;
	return c->nr_pes && c->nr_pes <= 0xffff && c->nr_spis % 32 == 0 && c->nr_spis <= 988 &&
	       c->lpi_id_bits >= 14 && c->lpi_id_bits <= 24 && c->prio_bits >= 4 &&
	       c->prio_bits <= 8 && c->nr_lrs >= 1 && c->nr_lrs <= GIC_MAX_LR &&
	       c->vprio_bits >= 5 && c->vprio_bits <= 7 && c->vpeid_bits <= 16 &&
	       c->common_lpi_aff <= GIC_COMMON_AFF_321 && (!c->vsgi || c->direct == GIC_DIRECT_V41);
}

/* Multiplicative hash: affinities are dense in each byte, so the top bits are spread well. */
static u32 affinity_hash(const struct gic *gic, u32 affinity)
{
	return (affinity * 0x9e3779b1u >> 8) & gic->affinity_mask;
}

struct gic_pe *gic_find_pe(struct gic *gic, u32 affinity)
{
	u32 i = affinity_hash(gic, affinity);

	for (; gic->affinity_slot[i]; i = (i + 1) & gic->affinity_mask) {
		struct gic_pe *pe = &gic->pe[gic->affinity_slot[i] - 1];

		if (pe->affinity == affinity)
			return pe;
	}
	return NULL;
}

static int affinity_add(struct gic *gic, struct gic_pe *pe)
{
	u32 i = affinity_hash(gic, pe->affinity);

	if (gic_find_pe(gic, pe->affinity))
		return -EINVAL;
	while (gic->affinity_slot[i])
		i = (i + 1) & gic->affinity_mask;
	gic->affinity_slot[i] = pe->number + 1;
	return 0;
}

static void pe_init(struct gic *gic, u32 n, u32 affinity, void *port)
{
	struct gic_pe *pe = &gic->pe[n];

	pe->gic = gic;
	pe->port = port;
	pe->number = n;
	pe->affinity = affinity;
	pe->asleep = true;
	pe->priv.edge = 0xffff; /* SGIs are edge-triggered */
	pe->best_private = GIC_KEY_NONE;
	pe->best_spi = GIC_KEY_NONE;
	pe->lpi.mem = gic->mem;
	pe->lpi.prio_mask = gic->prio_mask;
	pe->lpi.best = GIC_KEY_NONE;
	lpi_heap_init(&pe->lpi.heap);
	gic_vpe_init(pe);
	icc_reset(pe);
	ich_reset(pe);
}

/* SPIs start out routed to affinity 0.0.0.0, which is what a zero IROUTER says. */
static void spi_init(struct gic *gic)
{
	struct gic_pe *first = gic_find_pe(gic, 0);
	u32 row, bit;

	for (row = 0; row < gic->nr_spi_banks; row++)
		for (bit = 0; bit < 32; bit++)
			gic->spi[row].target[bit] = first;
}

static int gic_alloc(struct gic *gic, const struct gic_config *cfg)
{
	u32 slots = 1;

	while (slots < 2 * cfg->nr_pes)
		slots *= 2;
	gic->affinity_mask = slots - 1;
	gic->affinity_slot = plat_zalloc(slots * sizeof(*gic->affinity_slot));
	gic->pe = plat_zalloc(cfg->nr_pes * sizeof(*gic->pe));
	if (!gic->affinity_slot || !gic->pe)
		return -ENOMEM;
	gic->nr_spi_banks = cfg->nr_spis / 32;
	if (gic->nr_spi_banks) {
		gic->spi = plat_zalloc(gic->nr_spi_banks * sizeof(*gic->spi));
		if (!gic->spi)
			return -ENOMEM;
	}
	if (cfg->direct != GIC_DIRECT_NONE) {
		gic->resident = plat_zalloc(cfg->nr_pes * sizeof(*gic->resident));
		if (!gic->resident)
			return -ENOMEM;
	}
	return 0;
}

int gic_create(struct gic **out, const struct gic_config *cfg, struct gic_mem *mem,
	       const u32 *affinity, void *const *ports)
{
	struct gic *gic;
	int err;
	u32 n;

	if (!config_ok(cfg))
		return -EINVAL;
	gic = plat_zalloc(sizeof(*gic));
	if (!gic)
		return -ENOMEM;
	gic->cfg = *cfg;
	if (cfg->arch == GIC_ARCH_V2 && cfg->no_gicv)
		gic->cfg.nr_lrs = GIC_MAX_LR; /* software's, which has room for them */
	gic->mem = mem;
	gic->prio_mask = 0xff & ~(0xffu >> cfg->prio_bits);
	gic->pre_bits = cfg->prio_bits < 7 ? cfg->prio_bits : 7;
	gic->vpeid_bits = cfg->vpeid_bits ? cfg->vpeid_bits : 16;
	err = gic_alloc(gic, cfg);
	for (n = 0; !err && n < cfg->nr_pes; n++) {
		pe_init(gic, n, affinity[n], ports[n]);
		err = affinity_add(gic, &gic->pe[n]);
	}
	if (err) {
		gic_destroy(gic);
		return err;
	}
	spi_init(gic);
	if (cfg->arch == GIC_ARCH_V2 && gicv2_create(gic)) {
		gic_destroy(gic);
		return -ENOMEM;
	}
	*out = gic;
	return 0;
}

void gic_destroy(struct gic *gic)
{
	u32 n;

	if (!gic)
		return;
	for (n = 0; gic->pe && n < gic->cfg.nr_pes; n++) {
		lpi_heap_free(&gic->pe[n].lpi.heap);
		lpi_heap_free(&gic->pe[n].vpe.lpi.heap);
	}
	plat_free(gic->pe);
	plat_free(gic->resident);
	plat_free(gic->spi);
	plat_free(gic->v2);
	plat_free(gic->affinity_slot);
	plat_free(gic);
}

struct gic_pe *gic_pe(struct gic *gic, u32 n)
{
	return n < gic->cfg.nr_pes ? &gic->pe[n] : NULL;
}

u32 gic_pe_number(const struct gic_pe *pe)
{
	return pe->number;
}

u32 gic_pe_index(const struct gic *gic, const struct gic_pe *pe)
{
	return (u32)(pe - gic->pe);
}

void *gic_pe_port(const struct gic_pe *pe)
{
	return pe->port;
}

u32 gic_pe_affinity(const struct gic_pe *pe)
{
	return pe->affinity;
}

enum gic_arch gic_pe_arch(const struct gic_pe *pe)
{
	return pe->gic->cfg.arch;
}

const struct gic_config *gic_config(const struct gic *gic)
{
	return &gic->cfg;
}
