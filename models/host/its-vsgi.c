// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SGIs of guests in hardware, GICv4.1 (spec/vgic.md 4.10): configured by VSGI commands, generated
 * by GITS_SGIR, looked at through GICR_VSGIR and GICR_VSGIPENDR of the redistributor that the vPE
 * is mapped to.
 * Choice: commands and GITS_SGIR go to the first ITS that has vLPIs; each reaches all of them.
 */
#include "its-v4-internal.h"

static int send(struct host_vpe *vpe, const u64 cmd[4])
{
	return host_queue_send_virtual(host_v4_of(vpe)->first, cmd, vpe->id);
}

static bool usable(const struct host_vpe *vpe, u32 sgi)
{
	return host_v4_of(vpe)->vsgi && sgi < HOST_NR_VSGIS;
}

static int configure(struct host_vpe *vpe, u32 sgi, const struct host_vsgi *c)
{
	u64 cmd[4];

	vpe->vsgi[sgi] = *c;
	its_build_vsgi(cmd, vpe->id, sgi, c->priority, c->group, c->enabled);
	return send(vpe, cmd);
}

int host_vsgi_configure(struct host_vpe *vpe, u32 sgi, const struct host_vsgi *config)
{
	return usable(vpe, sgi) ? configure(vpe, sgi, config) : -ENODEV;
}

int host_vsgi_clear(struct host_vpe *vpe, u32 sgi)
{
	u64 cmd[4];

	if (!usable(vpe, sgi))
		return -ENODEV;
	its_build_vsgi_clear(cmd, vpe->id, sgi);
	return send(vpe, cmd);
}

int host_vsgi_retire(struct host_vpe *vpe, u32 sgi)
{
	struct host_vsgi off;
	int ret;

	if (!usable(vpe, sgi))
		return -ENODEV;
	off = vpe->vsgi[sgi];
	off.enabled = false;
	ret = configure(vpe, sgi, &off);
	return ret ? ret : host_vsgi_clear(vpe, sgi);
}

int host_vsgi_send(struct host_vpe *vpe, u32 sgi)
{
	if (!usable(vpe, sgi))
		return -ENODEV;
	host_its_write(host_v4_of(vpe)->first->its, GITS_SGIR, 8,
		       FIELD_PUT(vpe->id, GITS_SGIR_VPEID) | FIELD_PUT(sgi, GITS_SGIR_VINTID));
	return 0;
}

static bool answered(void *arg)
{
	return !(gicr_read(arg, GICR_VSGIPENDR, 4) & GICR_VSGIPENDR_BUSY);
}

int host_vsgi_pending(struct host_vpe *vpe, u32 *bits)
{
	struct gic_pe *pe;
	int ret;

	if (!usable(vpe, 0))
		return -ENODEV;
	plat_lock(&vpe->lock); /* it stays on its PE, and nobody else asks there for this vPE */
	pe = gic_pe(vpe->vm->host->gic, vpe->pe);
	host_gicr_write(pe, GICR_VSGIR, 4, vpe->id);
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	ret = plat_poll(gic_vpt_waitq(pe), answered, pe, HOST_POLL_STEP_NS, HOST_POLL_LIMIT_NS);
	*bits = ret ? 0
		    : (u32)gicr_read(pe, GICR_VSGIPENDR, 4) & FIELD_MASK(GICR_VSGIPENDR_PENDING);
	plat_unlock(&vpe->lock);
	return ret ? -ENXIO : 0;
}
