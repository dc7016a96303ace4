// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making a vPE resident on a PE and taking it off again (spec/vgic.md 4.8; Arm IHI 0069 12.11).
 *
 * GICv4.0 is told where the vPE's tables are, GICv4.1 its number. While GICR_VPENDBASER.Dirty is set
 * Valid must not change: it is waited for before Valid is cleared, as a vCPU may be descheduled
 * between load and entry, and after, for PendingLast to be right. Who does not see it clear in a
 * second takes it that something is pending.
 * Choices: on GICv4.0 PendingLast is written as one, since a doorbell may be under way whenever the
 * table is looked at; pending_last is a hint. Looks of a wait are charged as one register read.
 */
#include "its-v4-internal.h"

#define DEFAULT_STEP_NS 1000u
#define COMMIT_LIMIT_NS 500000ull /* before entry */

static bool clean(void *arg)
{
	return !(gicr_read(arg, GICR_VPENDBASER, 8) & GICR_VPENDBASER_DIRTY);
}

static int wait_clean(struct host_v4 *v4, struct gic_pe *pe, u64 limit)
{
	u32 step = v4->policy.residency_poll_step;

	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	if (clean(pe))
		return 0;
	return plat_poll(gic_vpt_waitq(pe), clean, pe, step ? step : DEFAULT_STEP_NS, limit);
}

static void observe(struct host_v4 *v4, const struct host_vpe *vpe, struct gic_pe *pe, bool valid)
{
	if (v4->observe)
		v4->observe(v4->observe_arg, gic_pe_number(pe), vpe->id, valid);
}

static void schedule_v40(struct host_vpe *vpe, struct gic_pe *pe)
{
	host_gicr_write(pe, GICR_VPROPBASER, 8,
			vpe->vm->prop_table |
				FIELD_PUT(HOST_VLPI_BITS - 1, GICR_VPROPBASER_IDBITS) |
				FIELD_PUT(GIC_SHARE_INNER, GICR_VPROPBASER_SHARE) |
				FIELD_PUT(GIC_CACHE_RAWB, GICR_VPROPBASER_INNERCACHE));
	host_gicr_write(pe, GICR_VPENDBASER, 8,
			vpe->vpt | FIELD_PUT(GIC_SHARE_INNER, GICR_VPENDBASER_SHARE) |
				FIELD_PUT(GIC_CACHE_RAWAWB, GICR_VPENDBASER_INNERCACHE) |
				GICR_VPENDBASER_PENDINGLAST |
				(vpe->idai ? GICR_VPENDBASER_IDAI : 0) | GICR_VPENDBASER_VALID);
}

static void schedule_v41(struct host_vpe *vpe, struct gic_pe *pe, bool g0, bool g1)
{
	host_gicr_write(pe, GICR_VPENDBASER, 8,
			GICR_VPENDBASER_VALID | (g0 ? GICR_VPENDBASER_VGRP0EN : 0) |
				(g1 ? GICR_VPENDBASER_VGRP1EN : 0) |
				FIELD_PUT(vpe->id, GICR_VPENDBASER_VPEID));
}

int host_vpe_make_resident(struct host_vpe *vpe, struct gic_pe *pe, bool g0, bool g1)
{
	struct host_v4 *v4 = host_v4_of(vpe);

	if (!v4->default_db)
		host_doorbell_disable(vpe);
	if (v4->v4_1)
		schedule_v41(vpe, pe, g0, g1);
	else
		schedule_v40(vpe, pe);
	vpe->resident = pe;
	vpe->ready = false;
	observe(v4, vpe, pe, true);
	if (v4->policy.residency_poll == HOST_POLL_AT_LOAD)
		host_vpe_commit(vpe);
	return 0;
}

/* Clear Valid; what the register says when the redistributor is through. */
static u64 clear_valid(struct host_v4 *v4, struct gic_pe *pe, u64 clear, u64 set)
{
	u64 val;

	wait_clean(v4, pe, HOST_POLL_LIMIT_NS);
	val = host_gicr_read(pe, GICR_VPENDBASER, 8);
	val = (val & ~(GICR_VPENDBASER_VALID | clear)) | set;
	host_gicr_write(pe, GICR_VPENDBASER, 8, val);
	if (wait_clean(v4, pe, HOST_POLL_LIMIT_NS))
		return GICR_VPENDBASER_PENDINGLAST;
	return host_gicr_read(pe, GICR_VPENDBASER, 8);
}

static void deschedule_v40(struct host_v4 *v4, struct host_vpe *vpe)
{
	u64 val = clear_valid(v4, vpe->resident, 0, 0);

	vpe->idai = val & GICR_VPENDBASER_IDAI;
	vpe->pending_last = val & GICR_VPENDBASER_PENDINGLAST;
}

/*
 * With DB the redistributor rings the default doorbell for whatever comes, unless it says at once
 * that something is pending. The lock keeps a doorbell that is taken meanwhile from being forgotten.
 */
static void deschedule_v41(struct host_v4 *v4, struct host_vpe *vpe, enum host_put put)
{
	bool look = put != HOST_PUT_PREEMPTED || !v4->default_db;
	u64 db = put == HOST_PUT_DOORBELL && v4->default_db ? GICR_VPENDBASER_DB : 0;
	u64 val;

	plat_lock(&vpe->lock);
	if (look) {
		val = clear_valid(v4, vpe->resident, GICR_VPENDBASER_PENDINGLAST, db);
		vpe->pending_last = val & GICR_VPENDBASER_PENDINGLAST;
	} else {
		clear_valid(v4, vpe->resident, 0, GICR_VPENDBASER_PENDINGLAST);
		vpe->pending_last = true;
	}
	plat_unlock(&vpe->lock);
}

/*
 * The handler of a doorbell that was taken elsewhere, as long ago as before the vPE was resident, may
 * have disabled what was enabled here. Then the doorbell counts as one that comes now: who waits looks
 * again, and enables it again. A handler that disables it later says so itself.
 */
static void look_for_late_handler(struct host_vpe *vpe)
{
	if (host_doorbell_disabled(vpe))
		vpe->pending_last = true;
}

int host_vpe_make_non_resident(struct host_vpe *vpe, enum host_put put)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	struct gic_pe *pe = vpe->resident;

	if (!v4->default_db) {
		while (put == HOST_PUT_DOORBELL && host_doorbell_disabled(vpe))
			host_doorbell_enable(vpe);
	}
	if (v4->v4_1)
		deschedule_v41(v4, vpe, put);
	else
		deschedule_v40(v4, vpe);
	if (!v4->default_db && put == HOST_PUT_DOORBELL)
		look_for_late_handler(vpe);
	vpe->resident = NULL;
	observe(v4, vpe, pe, false);
	return 0;
}

void host_vpe_commit(struct host_vpe *vpe)
{
	struct host_v4 *v4 = host_v4_of(vpe);

	if (vpe->ready || !vpe->resident)
		return;
	if (v4->has_dirty)
		wait_clean(v4, vpe->resident, COMMIT_LIMIT_NS);
	vpe->ready = true;
}

static int invall_v41(struct host_vpe *vpe)
{
	struct gic_pe *pe;
	int ret;

	plat_lock(&vpe->lock);
	pe = gic_pe(vpe->vm->host->gic, vpe->pe);
	host_gicr_write(pe, GICR_INVALLR, 8,
			GICR_INVALLR_V | FIELD_PUT(vpe->id, GICR_INVALLR_VPEID));
	ret = host_gicr_sync(pe);
	plat_unlock(&vpe->lock);
	return ret;
}

int host_vpe_invall(struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;
	u64 cmd[4];

	if (h->v4->v4_1)
		return invall_v41(vpe);
	its_build_vinvall(cmd, vpe->id);
	plat_sync();
	host_for_each_v4(q, h) {
		if (host_vpe_on(vpe, q)) /* one ITS is enough to reach the redistributors */
			return host_queue_send_virtual(q, cmd, vpe->id);
	}
	return 0;
}

int host_vpe_sync(struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;
	u64 cmd[4];
	int ret = 0, err;

	its_build_vsync(cmd, vpe->id);
	plat_sync();
	host_for_each_v4(q, h) {
		if (!vpe->vm->vlpis_on[q->number])
			continue;
		err = host_queue_send(q, cmd, HOST_NO_SYNC);
		ret = ret ? ret : err;
	}
	return ret;
}
