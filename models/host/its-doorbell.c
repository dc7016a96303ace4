// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Doorbell interrupts of vPEs (spec/vgic.md 4.7, 4.11; Arm IHI 0069 6.5).
 *
 * A doorbell is an LPI that no device sends: only its configuration byte and what the
 * redistributors make of it can be reached. On GICv4.1 INDVB does that for the default doorbell;
 * with DirectLPI the redistributor's own registers; else the commands INV, INT and CLEAR, for which
 * the doorbell has to be an event of the proxy device: mapped when it is needed, in the slot of
 * another one if all are taken.
 *
 * Disables nest as the kernel's do, and are not lazy: the first one masks. A doorbell that is taken
 * while disabled is kept, and made pending again when it is enabled.
 */
#include "its-v4-internal.h"

/* ---- the proxy device; its lock held ---- */

static void leave(struct host_proxy *p, struct host_vpe *vpe)
{
	u32 slot = (u32)vpe->proxy_slot;
	u64 cmd[4];

	if (vpe->proxy_slot < 0)
		return;
	its_build_discard(cmd, p->device_id, slot);
	host_queue_send(p->queue, cmd, vpe->db_pe);
	p->vpe[slot] = NULL;
	/* free slots are not kept track of: use this one before somebody else is driven out */
	if (p->vpe[p->next_victim])
		p->next_victim = slot;
	vpe->proxy_slot = -1;
}

static int enter(struct host_proxy *p, struct host_vpe *vpe)
{
	u32 slot = p->next_victim;
	u64 cmd[4];

	if (vpe->proxy_slot >= 0)
		return 0;
	if (p->vpe[slot])
		leave(p, p->vpe[slot]);
	p->vpe[slot] = vpe;
	p->next_victim = (slot + 1) & (p->nr - 1);
	vpe->proxy_slot = (s32)slot;
	vpe->db_pe = vpe->told_pe;
	its_build_mapti(cmd, p->device_id, slot, vpe->doorbell, vpe->db_pe);
	return host_queue_send(p->queue, cmd, vpe->db_pe);
}

static int proxy_send(struct host_vpe *vpe, u32 opcode)
{
	struct host_proxy *p = &host_v4_of(vpe)->proxy;
	u64 cmd[4];
	int ret;

	plat_lock(&p->lock);
	ret = enter(p, vpe);
	if (!ret) {
		its_build_event(cmd, opcode, p->device_id, (u32)vpe->proxy_slot);
		ret = host_queue_send(p->queue, cmd, vpe->db_pe);
	}
	plat_unlock(&p->lock);
	return ret;
}

int host_proxy_move(struct host_vpe *vpe, u32 pe)
{
	struct host_proxy *p = &host_v4_of(vpe)->proxy;
	u64 cmd[4];
	int ret;

	plat_lock(&p->lock);
	ret = enter(p, vpe);
	if (!ret) {
		its_build_movi(cmd, p->device_id, (u32)vpe->proxy_slot, pe);
		ret = host_queue_send(p->queue, cmd, vpe->db_pe);
		vpe->db_pe = pe;
	}
	plat_unlock(&p->lock);
	return ret;
}

int host_proxy_follow(struct host_vpe *vpe)
{
	struct host_proxy *p = &host_v4_of(vpe)->proxy;
	u64 cmd[4];
	int ret = 0;

	if (!p->nr)
		return 0;
	plat_lock(&p->lock);
	if (vpe->proxy_slot >= 0 && vpe->db_pe != vpe->pe) {
		its_build_movi(cmd, p->device_id, (u32)vpe->proxy_slot, vpe->pe);
		ret = host_queue_send(p->queue, cmd, vpe->db_pe);
		vpe->db_pe = vpe->pe;
	}
	plat_unlock(&p->lock);
	return ret;
}

void host_proxy_leave(struct host_vpe *vpe)
{
	struct host_proxy *p = &host_v4_of(vpe)->proxy;

	if (!p->nr)
		return;
	plat_lock(&p->lock);
	leave(p, vpe);
	plat_unlock(&p->lock);
}

/* ---- reaching the hardware; the descriptor's lock held ---- */

static struct gic_pe *pe_of(const struct host_vpe *vpe)
{
	return gic_pe(vpe->vm->host->gic, vpe->pe);
}

static int invalidate(struct host_vpe *vpe)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	u64 cmd[4];
	int ret;

	if (v4->default_db) {
		its_build_invdb(cmd, vpe->id);
		return host_queue_send_virtual(v4->first, cmd, vpe->id);
	}
	if (v4->proxy.nr)
		return proxy_send(vpe, ITS_CMD_INV);
	plat_lock(&vpe->lock);
	host_gicr_write(pe_of(vpe), GICR_INVLPIR, 8, vpe->doorbell);
	ret = host_gicr_sync(pe_of(vpe));
	plat_unlock(&vpe->lock);
	return ret;
}

int host_doorbell_set_mask(struct host_vpe *vpe, bool mask)
{
	int ret;

	ret = host_write_config(vpe->vm->host, vpe->doorbell, host_lpi_config(!mask));
	return ret ? ret : invalidate(vpe);
}

static int set_pending(struct host_vpe *vpe, bool pending)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	int ret;

	if (v4->proxy.nr)
		return proxy_send(vpe, pending ? ITS_CMD_INT : ITS_CMD_CLEAR);
	plat_lock(&vpe->lock);
	host_gicr_write(pe_of(vpe), pending ? GICR_SETLPIR : GICR_CLRLPIR, 8, vpe->doorbell);
	ret = pending ? 0 : host_gicr_sync(pe_of(vpe));
	plat_unlock(&vpe->lock);
	return ret;
}

/* ---- the descriptor ---- */

bool host_doorbell_disabled(struct host_vpe *vpe)
{
	plat_sync();
	return vpe->db_depth;
}

void host_doorbell_disable(struct host_vpe *vpe)
{
	plat_lock(&vpe->db_lock);
	if (!vpe->db_depth++)
		host_doorbell_set_mask(vpe, true);
	plat_unlock(&vpe->db_lock);
}

void host_doorbell_enable(struct host_vpe *vpe)
{
	plat_lock(&vpe->db_lock);
	if (!plat_warn_on(!vpe->db_depth) && !--vpe->db_depth) {
		host_doorbell_set_mask(vpe, false);
		if (vpe->db_replay)
			set_pending(vpe, true);
		vpe->db_replay = false;
	}
	plat_unlock(&vpe->db_lock);
}

int host_doorbell_set_pending(struct host_vpe *vpe, bool pending)
{
	int ret;

	plat_lock(&vpe->db_lock);
	ret = set_pending(vpe, pending);
	plat_unlock(&vpe->db_lock);
	return ret;
}

bool host_doorbell_irq(struct host_its *h, u32 intid)
{
	struct host_action *action;
	struct host_vpe *vpe;

	plat_cost(COST_INDEX_LOOKUP, 1);
	plat_sync();
	vpe = host_vpe_by_doorbell(h, intid);
	if (!vpe)
		return false;
	plat_lock(&vpe->db_lock);
	action = vpe->db_depth ? NULL : vpe->action;
	if (!action)
		vpe->db_replay = vpe->action;
	plat_unlock(&vpe->db_lock);
	if (action)
		action->handler(action->arg);
	return true;
}
