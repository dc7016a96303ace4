// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Virtual SGIs of GICv4.1 (Arm IHI 0069 chapters 5 and 6; spec/vgic.md 4.10): pending by GITS_SGIR,
 * configured and cleared by VSGI, read by GICR_VSGIR and GICR_VSGIPENDR. They have no active state.
 *
 * Their state stands in the first KiB of the vPE's pending table, which the architecture leaves to
 * the implementation: a bit each, and a byte of configuration each. The redistributor where the vPE
 * is resident has a copy, and writes through. Choices: VSGI takes effect at once; a read of pending
 * vSGIs is never busy; the default doorbell treats a vSGI as it does a vLPI.
 */
#include "gic-internal.h"

#define NR_VSGIS 16u

/* The table entry of a mapped vPE, and where it is mapped; what arrives for another is dropped. */
static int find(struct gic_pe **pe, u32 vpe, u64 vte[2])
{
	return (*pe)->gic->cfg.vsgi ? gic_vte_follow(pe, vpe, vte) : -ENXIO;
}

/* The redistributor that presents the vPE; NULL: none does. */
static struct gic_residency *presented(struct gic_pe *pe, u32 vpe, struct gic_pe **at)
{
	*at = gic_vpe_resident(pe->gic, vpe);
	return *at && (*at)->vpe.key == vpe ? &(*at)->vpe : NULL;
}

/* ---- state in memory ---- */

static u32 read_pending(struct gic *gic, u64 vpt)
{
	u64 v;

	if (gic_mem_read64(gic->mem, vpt + GIC_VPT_VSGI_PEND, &v))
		return 0;
	return (u32)v & 0xffff;
}

static int write_pending(struct gic *gic, u64 vpt, u32 pending)
{
	u64 v;
	int ret = gic_mem_read64(gic->mem, vpt + GIC_VPT_VSGI_PEND, &v);

	return ret ? ret
		   : gic_mem_write64(gic->mem, vpt + GIC_VPT_VSGI_PEND, (v & ~0xffffull) | pending);
}

static u8 read_conf(struct gic *gic, u64 vpt, u32 intid)
{
	u8 conf;

	return gic_mem_read(gic->mem, vpt + GIC_VPT_VSGI_CONF + intid, &conf, 1) ? 0 : conf;
}

/* ---- the resident vPE ---- */

static void load_conf(struct gic_residency *r, u32 intid, u8 conf)
{
	u16 bit = (u16)PLAT_BIT(intid);

	r->sgi_enabled = (u16)((r->sgi_enabled & ~bit) | (conf & LPI_CONFIG_ENABLE ? bit : 0));
	r->sgi_group = (u16)((r->sgi_group & ~bit) | (conf & LPI_CONFIG_GROUP ? bit : 0));
	r->sgi_prio[intid] = (u8)(conf & LPI_CONFIG_PRIORITY & r->lpi.prio_mask);
}

void gic_vsgi_load(struct gic_pe *pe)
{
	struct gic_residency *r = &pe->vpe;
	u64 vpt = r->lpi.pend_addr;
	u8 conf[NR_VSGIS];
	u32 n;

	r->sgi_pending = (u16)read_pending(pe->gic, vpt);
	if (gic_mem_read(pe->gic->mem, vpt + GIC_VPT_VSGI_CONF, conf, sizeof(conf)))
		memset(conf, 0, sizeof(conf));
	for (n = 0; n < NR_VSGIS; n++)
		load_conf(r, n, conf[n]);
}

u32 gic_vsgi_ready(const struct gic_pe *pe, u32 groups)
{
	const struct gic_residency *r = &pe->vpe;
	u32 group = r->sgi_group;

	return r->sgi_pending & r->sgi_enabled &
	       ((groups & 2 ? group : 0) | (groups & 1 ? ~group : 0));
}

/* In the copy and in memory. */
static int set_pending(struct gic_pe *at, u32 pending)
{
	struct gic_residency *r = &at->vpe;
	int ret = write_pending(at->gic, r->lpi.pend_addr, pending);

	if (ret)
		return ret;
	r->sgi_pending = (u16)pending;
	gic_vpe_changed(at);
	return 0;
}

void gic_vsgi_ack(struct gic_pe *pe, u32 intid)
{
	set_pending(pe, pe->vpe.sgi_pending & ~PLAT_BIT(intid));
}

/* ---- inputs ---- */

static int dropped(struct gic_pe *pe, u32 intid, enum plat_drop reason, int err)
{
	plat_event(EV_VLPI_DROPPED, pe->gic->cfg.port, pe->number, intid, NULL, reason);
	return err;
}

static void report(struct gic_pe *pe, u32 vpe, u32 intid, enum plat_event ev)
{
	plat_event(ev, pe->gic->cfg.port, pe->number, intid, NULL, vpe);
}

static bool ring(struct gic_pe *pe, u32 vpe, u64 vte[2], u32 intid)
{
	u8 conf = read_conf(pe->gic, its_vte_vpt(vte[0]), intid);
	u32 group = conf & LPI_CONFIG_GROUP ? 2 : 1;

	return (conf & LPI_CONFIG_ENABLE) && (FIELD_GET(vte[1], ITS_VTE1_GROUPS) & group) &&
	       gic_default_doorbell(pe, vpe, vte);
}

/* The pending vSGIs, `set` for them: 0 or -errno. */
static int change(struct gic_pe *pe, u32 vpe, u64 vpt, u32 pending)
{
	struct gic_pe *at;

	if (presented(pe, vpe, &at))
		return set_pending(at, pending);
	return write_pending(pe->gic, vpt, pending);
}

int gic_vsgi_set(struct gic_pe *pe, u32 vpe, u32 intid)
{
	u64 vte[2];
	u32 pending;
	int ret = 0;

	if (intid >= NR_VSGIS)
		return dropped(pe, intid, DROP_VLPI_RANGE, -EINVAL);
	if (find(&pe, vpe, vte))
		return dropped(pe, intid, DROP_UNMAPPED_VPE, -ENXIO);
	pending = read_pending(pe->gic, its_vte_vpt(vte[0]));
	if (!(pending & PLAT_BIT(intid))) {
		ret = change(pe, vpe, its_vte_vpt(vte[0]), pending | PLAT_BIT(intid));
		if (ret)
			return dropped(pe, intid, DROP_NO_MEMORY, -ENOMEM);
		ret = GIC_VLPI_NEW;
	}
	report(pe, vpe, intid, ret ? EV_VLPI_PENDING : EV_VLPI_COALESCED);
	if (gic_vpe_resident(pe->gic, vpe))
		ret |= GIC_VLPI_RESIDENT;
	else if (ring(pe, vpe, vte, intid))
		ret |= GIC_VLPI_DOORBELL;
	return ret;
}

int gic_vsgi_clear(struct gic_pe *pe, u32 vpe, u32 intid)
{
	u64 vte[2];
	u32 pending;
	int ret = find(&pe, vpe, vte);

	if (ret)
		return ret;
	pending = read_pending(pe->gic, its_vte_vpt(vte[0]));
	if (!(pending & PLAT_BIT(intid)))
		return 0;
	ret = change(pe, vpe, its_vte_vpt(vte[0]), pending & ~PLAT_BIT(intid));
	if (!ret)
		report(pe, vpe, intid, EV_VLPI_RETIRED);
	return ret;
}

int gic_vsgi_configure(struct gic_pe *pe, u32 vpe, u32 intid, u8 conf)
{
	struct gic_residency *r;
	struct gic_pe *at;
	u64 vte[2];
	int ret = find(&pe, vpe, vte);

	if (!ret)
		ret = gic_mem_write(pe->gic->mem, its_vte_vpt(vte[0]) + GIC_VPT_VSGI_CONF + intid,
				    &conf, 1);
	if (ret)
		return ret;
	r = presented(pe, vpe, &at);
	if (r) {
		load_conf(r, intid, conf);
		gic_vpe_changed(at);
	} else if (!at && (read_pending(pe->gic, its_vte_vpt(vte[0])) & PLAT_BIT(intid))) {
		ring(pe, vpe, vte, intid); /* it may be one that the vPE waits for */
	}
	return 0;
}

u32 gic_vsgi_pending(struct gic_pe *pe, u32 vpe)
{
	u64 vte[2];

	return find(&pe, vpe, vte) ? 0 : read_pending(pe->gic, its_vte_vpt(vte[0]));
}
