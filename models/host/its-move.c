// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vPEs that change their PE: VMOVP, and the doorbell that follows (spec/vgic.md 4.6).
 *
 * Where one VMOVP moves a vPE in all ITSs it goes to the first that has it; otherwise all that have
 * it get the same command in the same order, for which one lock is held until the last is through.
 * Policies: elide-in-shared-table leaves VMOVP out between PEs that share a table of vPEs, so that
 * doorbells still come to the PE before. lazy puts it off while the vPE has no vLPI; on GICv4.1,
 * where a vPE must be resident where it is mapped, it is as each-load.
 */
#include "its-v4-internal.h"

static u32 its_list(const struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;
	u32 list = 0;

	host_for_each_v4(q, h) {
		if (host_vpe_on(vpe, q))
			list |= PLAT_BIT(q->list_number);
	}
	return list;
}

static int send_to(struct host_queue *q, struct host_vpe *vpe, u32 sequence, u32 list)
{
	u64 cmd[4];

	its_build_vmovp(cmd, vpe->id, vpe->pe, sequence, list);
	if (q->v4_1 && host_v4_of(vpe)->default_db)
		its_build_vmovp_v41(cmd, vpe->doorbell);
	return host_queue_send_virtual(q, cmd, vpe->id);
}

static int send_to_list(struct host_v4 *v4, struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;
	int ret = 0, err;
	u32 sequence, list;

	plat_lock(&v4->vmovp_lock);
	sequence = v4->sequence++;
	list = its_list(vpe);
	host_for_each_v4(q, h) {
		if (!host_vpe_on(vpe, q))
			continue;
		err = send_to(q, vpe, sequence, list);
		ret = ret ? ret : err;
	}
	plat_unlock(&v4->vmovp_lock);
	return ret;
}

static int send_to_one(struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;

	host_for_each_v4(q, h) {
		if (host_vpe_on(vpe, q))
			return send_to(q, vpe, 0, 0);
	}
	return 0;
}

static int doorbell_follows(struct host_v4 *v4, struct host_vpe *vpe, u32 from)
{
	struct gic_pe *pe;

	if (v4->default_db)
		return 0;
	if (v4->proxy.nr)
		return host_proxy_move(vpe, vpe->pe);
	pe = gic_pe(vpe->vm->host->gic, from);
	host_gicr_write(pe, GICR_CLRLPIR, 8, vpe->doorbell);
	return host_gicr_sync(pe);
}

/* vPE's lock held. */
static int tell(struct host_vpe *vpe)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	u32 from = vpe->told_pe;
	int ret, err;

	vpe->move_owed = false;
	vpe->told_pe = vpe->pe;
	ret = v4->its_list ? send_to_list(v4, vpe) : send_to_one(vpe);
	err = doorbell_follows(v4, vpe, from);
	return ret ? ret : err;
}

static u32 table_of(struct host_v4 *v4, struct host_its *h, u32 pe)
{
	u64 typer = host_gicr_read(gic_pe(h->gic, pe), GICR_TYPER, 8);

	return gic_common_affinity((u32)FIELD_GET(typer, GICR_TYPER_AFFINITY), v4->share_level);
}

static bool may_elide(struct host_v4 *v4, struct host_vpe *vpe, u32 pe)
{
	struct host_its *h = vpe->vm->host;

	return v4->policy.vmovp == HOST_VMOVP_ELIDE && v4->share_vpes &&
	       table_of(v4, h, vpe->pe) == table_of(v4, h, pe);
}

static bool may_wait(struct host_v4 *v4, struct host_vpe *vpe)
{
	return v4->policy.vmovp == HOST_VMOVP_LAZY && !v4->v4_1 && !plat_atomic_read(&vpe->vlpis);
}

/* vPE's lock held. */
static int move(struct host_v4 *v4, struct host_vpe *vpe, u32 pe)
{
	bool elide;

	if (!vpe->maps) {
		vpe->pe = pe;
		vpe->told_pe = pe;
		return v4->eager ? -EINVAL : 0;
	}
	if (vpe->pe == pe && !(vpe->move_owed && !may_wait(v4, vpe)))
		return 0;
	elide = may_elide(v4, vpe, pe);
	vpe->pe = pe;
	if (elide)
		return 0;
	if (may_wait(v4, vpe)) {
		vpe->move_owed = vpe->told_pe != pe;
		return 0;
	}
	return tell(vpe);
}

int host_vpe_set_affinity(struct host_vpe *vpe, u32 pe)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	int ret;

	if (pe >= vpe->vm->host->nr_pes)
		return -EINVAL;
	plat_lock(&vpe->db_lock);
	if (v4->its_list) /* which ITSs have the vPE must not change meanwhile */
		plat_lock(&vpe->vm->vmapp_lock);
	plat_lock(&vpe->lock);
	ret = move(v4, vpe, pe);
	plat_unlock(&vpe->lock);
	if (v4->its_list)
		plat_unlock(&vpe->vm->vmapp_lock);
	plat_unlock(&vpe->db_lock);
	return ret;
}

int host_vpe_settle(struct host_vpe *vpe)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	int ret = 0;

	if (v4->policy.vmovp != HOST_VMOVP_LAZY)
		return 0;
	if (v4->its_list)
		plat_lock(&vpe->vm->vmapp_lock);
	plat_lock(&vpe->lock);
	if (vpe->move_owed)
		ret = tell(vpe);
	plat_unlock(&vpe->lock);
	if (v4->its_list)
		plat_unlock(&vpe->vm->vmapp_lock);
	return ret;
}
