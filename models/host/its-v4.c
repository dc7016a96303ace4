// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv4 in the host's ITS driver: what the hardware offers, and the proxy device that stands in for
 * doorbells where nothing else reaches them (spec/vgic.md 4.3, 4.7).
 *
 * Choices: vLPIs need them in every redistributor and in one ITS at least; GICv4.1 is used when all
 * redistributors have it. The proxy device's DeviceID is the largest that its ITS can have.
 */
#include "its-v4-internal.h"

/* ---- registers of a redistributor ---- */

u64 host_gicr_read(struct gic_pe *pe, u32 offset, u32 len)
{
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	return gicr_read(pe, offset, len);
}

void host_gicr_write(struct gic_pe *pe, u32 offset, u32 len, u64 value)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gicr_write(pe, offset, len, value);
}

static bool synced(void *arg)
{
	return !(gicr_read(arg, GICR_SYNCR, 4) & GICR_SYNCR_BUSY);
}

int host_gicr_sync(struct gic_pe *pe)
{
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	return plat_poll(gic_vpt_waitq(pe), synced, pe, HOST_POLL_STEP_NS, HOST_POLL_LIMIT_NS);
}

/* ---- what there is ---- */

/* All redistributors have this bit of GICR_TYPER. */
static bool all_have(struct host_its *h, u64 bit)
{
	u32 i;

	for (i = 0; i < h->nr_pes; i++) {
		if (!(host_gicr_read(gic_pe(h->gic, i), GICR_TYPER, 8) & bit))
			return false;
	}
	return true;
}

static void look_at_its(struct host_v4 *v4, struct host_queue *q)
{
	u64 typer = host_its_read(q->its, GITS_TYPER, 8);

	q->v4 = typer & GITS_TYPER_VIRTUAL;
	if (!q->v4)
		return;
	q->v4_1 = v4->v4_1 && (typer & GITS_TYPER_VMAPP);
	q->single_vmovp = typer & GITS_TYPER_VMOVP;
	v4->individual_db &= !(typer & GITS_TYPER_NID);
	v4->vsgi |= v4->v4_1 && (typer & GITS_TYPER_VSGI);
	v4->its_list |= !q->single_vmovp;
	if (!v4->first)
		v4->first = q;
}

static void decide(struct host_v4 *v4)
{
	const struct host_policy *p = &v4->policy;

	v4->default_db = v4->v4_1 && !(v4->individual_db && p->doorbell == HOST_DOORBELL_PER_VLPI);
	switch (p->vmapp) {
	case HOST_VMAPP_EAGER: v4->eager = true; break;
	case HOST_VMAPP_LAZY: v4->eager = v4->v4_1; break;
	default: v4->eager = !v4->its_list || v4->v4_1;
	}
}

static void look(struct host_its *h, struct host_v4 *v4)
{
	u64 typer = host_gicr_read(gic_pe(h->gic, 0), GICR_TYPER, 8);
	u32 i;

	v4->v4_1 = all_have(h, GICR_TYPER_RVPEID);
	v4->direct_lpi = all_have(h, GICR_TYPER_DIRECTLPI);
	v4->has_dirty = all_have(h, GICR_TYPER_DIRTY);
	v4->share_vpes = v4->v4_1;
	v4->share_level = (u32)FIELD_GET(typer, GICR_TYPER_COMMONLPIAFF);
	v4->individual_db = true;
	v4->nr_vpe_ids = 1u << host_vpe_id_bits(h);
	for (i = 0; i < h->nr_its; i++)
		look_at_its(v4, &h->queue[i]);
	decide(v4);
}

/* ---- the proxy device ---- */

static u32 slots(u32 nr_pes)
{
	return nr_pes <= 2 ? nr_pes : 2u << plat_fls64(nr_pes - 1);
}

static int make_proxy(struct host_its *h, struct host_v4 *v4)
{
	struct host_proxy *p = &v4->proxy;
	u64 cmd[4];
	u32 bits;

	p->queue = v4->first;
	p->device_id = (u32)(PLAT_BIT64(p->queue->device_bits) - 1);
	p->nr = slots(h->nr_pes);
	bits = p->nr <= 2 ? 1 : plat_fls64(p->nr);
	p->vpe = plat_zalloc(p->nr * sizeof(struct host_vpe *));
	if (!p->vpe)
		return -ENOMEM;
	if (host_itt_alloc(h, (u64)p->queue->itt_entry_size << bits, &p->itt))
		return -ENOMEM;
	its_build_mapd(cmd, p->device_id, p->itt->addr, bits, true);
	return host_queue_send(p->queue, cmd, HOST_NO_SYNC);
}

bool host_is_proxy(const struct host_its *h, u32 device_id)
{
	return h->v4 && h->v4->proxy.nr && h->v4->proxy.device_id == device_id;
}

/* ---- the host ---- */

static void v4_free(struct host_v4 *v4)
{
	plat_free(v4->proxy.vpe);
	plat_free(v4->proxy.itt);
	plat_index_destroy(&v4->vpes);
	plat_index_destroy(&v4->doorbells);
	plat_free(v4);
}

static int needs_proxy(const struct host_v4 *v4)
{
	return !v4->v4_1 && !v4->direct_lpi;
}

int host_v4_probe(struct host_its *h, const struct host_policy *policy)
{
	struct host_v4 *v4;
	int ret = 0;

	if (!all_have(h, GICR_TYPER_VLPIS))
		return -ENODEV;
	v4 = plat_zalloc(sizeof(*v4));
	if (!v4)
		return -ENOMEM;
	v4->policy = *policy;
	plat_index_init(&v4->vpes);
	plat_index_init(&v4->doorbells);
	plat_lock_init(&v4->proxy.lock, LOCK_HOST_PROXY);
	plat_lock_init(&v4->vmovp_lock, LOCK_HOST_VMOVP);
	look(h, v4);
	h->v4 = v4;
	if (!v4->first)
		ret = -ENODEV;
	else if (needs_proxy(v4))
		ret = make_proxy(h, v4);
	if (!ret && v4->v4_1)
		ret = host_setup_vpe_tables_of_pes(h);
	if (ret) {
		h->v4 = NULL;
		v4_free(v4);
	}
	return ret;
}

void host_v4_remove(struct host_its *h)
{
	if (h->v4)
		v4_free(h->v4);
	h->v4 = NULL;
	host_free_vpe_tables(h);
}

bool host_has_v4(const struct host_its *h)
{
	return h->v4;
}

bool host_has_v4_1(const struct host_its *h)
{
	return h->v4 && h->v4->v4_1;
}

bool host_has_default_doorbell(const struct host_its *h)
{
	return h->v4 && h->v4->default_db;
}

bool host_has_vsgi(const struct host_its *h)
{
	return h->v4 && h->v4->vsgi;
}

struct host_vpe *host_vpe_by_doorbell(struct host_its *h, u32 intid)
{
	return h->v4 ? plat_index_load(&h->v4->doorbells, intid) : NULL;
}

void host_vpe_observe(struct host_its *h, void (*fn)(void *arg, u32 pe, u32 vpe_id, bool valid),
		      void *arg)
{
	if (!h->v4)
		return;
	h->v4->observe = fn;
	h->v4->observe_arg = arg;
}
