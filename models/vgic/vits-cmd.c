// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands of the virtual ITS, one row each: what is checked, in which order and with which
 * error number, and what is done then. Arm IHI 0069 5.3; spec/vgic.md 3.2.
 *
 * Choices: a MAPTI of a mapped event changes nothing; DISCARD leaves the pending state of the LPI
 * to itself; RDbase is the vCPU number (GITS_TYPER.PTA = 0) and KVM looks at 32 bits of it; SYNC is
 * empty, as every command is complete when the next begins.
 */
#include "vgic-v4.h"
#include "vits-internal.h"

/* A command on its way: what the checks found. */
struct op {
	struct vgic_its *its;
	const u64 *w;
	struct vits_device *dev;
	struct vits_ite *ite;
	struct vits_collection *coll;
};

struct command {
	const char *name;
	int (*check)(struct op *op);
	int (*execute)(struct op *op);
};

static u32 op_rdbase(const struct op *op)
{
	return (u32)its_cmd_rdbase(op->w);
}

static bool vcpu_exists(const struct op *op, u32 rdbase)
{
	return rdbase < op->its->vm->nr_vcpus;
}

static bool icid_fits(const struct op *op, u32 icid)
{
	return vits_entry_addr(op->its, VITS_TABLE_COLLECTION, icid, NULL);
}

static bool find_ite(struct op *op)
{
	op->dev = vits_find_device(op->its, its_cmd_device(op->w));
	op->ite = op->dev ? vits_find_ite(op->dev, its_cmd_event(op->w)) : NULL;
	return op->ite;
}

/* Later kernels also wipe the guest's table entry of what is unmapped: first, since it may fail. */
static int wipe_entry(struct op *op, u64 addr)
{
	if (op->its->vm->policy.its_unmap != VGIC_ITS_UNMAP_WIPE)
		return 0;
	plat_cost(COST_GUEST_WRITE, 1);
	plat_sync();
	return gic_mem_write64(op->its->vm->mem, addr, 0);
}

/* ---- MAPD ---- */

static int mapd_check(struct op *op)
{
	u32 id = its_cmd_device(op->w);

	if (!vits_entry_addr(op->its, VITS_TABLE_DEVICE, id, NULL))
		return E_ITS_MAPD_DEVICE_OOR;
	if (its_cmd_valid(op->w) && its_cmd_size_bits(op->w) > VITS_ID_BITS)
		return E_ITS_MAPD_ITTSIZE_OOR;
	op->dev = vits_find_device(op->its, id);
	return 0;
}

static int mapd(struct op *op)
{
	u32 id = its_cmd_device(op->w), bits = its_cmd_size_bits(op->w);
	u64 itt = its_cmd_itt_addr(op->w), addr;
	int ret;

	if (its_cmd_valid(op->w)) {
		if (!op->dev)
			return vits_add_device(op->its, id, itt, bits, &op->dev);
		vits_remap_device(op->its, op->dev, itt, bits);
		return 0;
	}
	vits_entry_addr(op->its, VITS_TABLE_DEVICE, id, &addr);
	ret = wipe_entry(op, addr);
	if (!ret && op->dev)
		vits_free_device(op->its, op->dev);
	return ret;
}

/* ---- MAPC ---- */

static int mapc_check(struct op *op)
{
	u32 icid = its_cmd_icid(op->w);

	if (!vcpu_exists(op, op_rdbase(op)))
		return E_ITS_MAPC_PROCNUM_OOR;
	op->coll = vits_find_collection(op->its, icid);
	if (its_cmd_valid(op->w) && !op->coll && !icid_fits(op, icid))
		return E_ITS_MAPC_COLLECTION_OOR;
	return 0;
}

static int mapc(struct op *op)
{
	if (!its_cmd_valid(op->w)) {
		if (op->coll)
			vits_free_collection(op->its, op->coll);
		vits_cache_invalidate(op->its);
		return 0;
	}
	if (!op->coll)
		return vits_add_collection(op->its, its_cmd_icid(op->w), op_rdbase(op), &op->coll);
	op->coll->target = op_rdbase(op);
	vits_retarget_collection(op->its, op->coll, true);
	return 0;
}

/* ---- MAPTI, MAPI ---- */

static u32 mapti_intid(const struct op *op)
{
	return its_cmd_opcode(op->w) == ITS_CMD_MAPI ? its_cmd_event(op->w) : its_cmd_pintid(op->w);
}

static int mapti_check(struct op *op)
{
	u32 intid = mapti_intid(op), event = its_cmd_event(op->w);
	u32 icid = its_cmd_icid(op->w);

	op->dev = vits_find_device(op->its, its_cmd_device(op->w));
	if (!op->dev)
		return E_ITS_MAPTI_UNMAPPED_DEVICE;
	if (!vits_event_addr(op->its, op->dev, event, NULL))
		return E_ITS_MAPTI_ID_OOR;
	if (intid < VGIC_LPI_BASE || intid >= vits_lpi_limit(op->its->vm))
		return E_ITS_MAPTI_PHYSICALID_OOR;
	op->ite = vits_find_ite(op->dev, event);
	if (op->ite)
		return 0;
	op->coll = vits_find_collection(op->its, icid);
	return op->coll || icid_fits(op, icid) ? 0 : E_ITS_MAPC_COLLECTION_OOR;
}

static int mapti(struct op *op)
{
	struct vits_collection *fresh = NULL;
	int ret;

	if (op->ite)
		return 0;
	if (!op->coll) {
		ret = vits_add_collection(op->its, its_cmd_icid(op->w), VITS_NO_TARGET, &fresh);
		if (ret)
			return ret;
		op->coll = fresh;
	}
	ret = vits_add_ite(op->its, op->dev, its_cmd_event(op->w), mapti_intid(op), op->coll, NULL);
	if (ret && fresh)
		vits_free_collection(op->its, fresh);
	if (!ret)
		vgic_v4_new_event(op->its, op->dev->device_id, its_cmd_event(op->w));
	return ret;
}

/* ---- MOVI ---- */

static int movi_check(struct op *op)
{
	if (!find_ite(op))
		return E_ITS_MOVI_UNMAPPED_INTERRUPT;
	if (!vits_collection_mapped(vits_ite_collection(op->its, op->ite)))
		return E_ITS_MOVI_UNMAPPED_COLLECTION;
	op->coll = vits_find_collection(op->its, its_cmd_icid(op->w));
	return vits_collection_mapped(op->coll) ? 0 : E_ITS_MOVI_UNMAPPED_COLLECTION;
}

static int movi(struct op *op)
{
	op->ite->icid = (u16)op->coll->icid;
	op->ite->orphan = false;
	vits_cache_invalidate(op->its);
	return vits_lpi_set_target(op->its->vm, op->ite->irq, op->its->vm->vcpus[op->coll->target],
				   true);
}

/* ---- DISCARD ---- */

static int discard_check(struct op *op)
{
	return find_ite(op) && vits_collection_mapped(vits_ite_collection(op->its, op->ite))
		       ? 0
		       : E_ITS_DISCARD_UNMAPPED_INTERRUPT;
}

static int discard(struct op *op)
{
	u32 event = its_cmd_event(op->w);
	u64 addr;
	int ret;

	vits_event_addr(op->its, op->dev, event, &addr);
	ret = wipe_entry(op, addr);
	if (ret)
		return ret;
	vits_cache_invalidate(op->its);
	vits_free_ite(op->its, op->dev, event);
	return 0;
}

/* ---- INT, CLEAR, INV ---- */

static int int_execute(struct op *op)
{
	enum plat_drop drop;

	return vits_trigger(op->its, its_cmd_device(op->w), its_cmd_event(op->w), 0, &drop);
}

static int clear_check(struct op *op)
{
	return find_ite(op) ? 0 : E_ITS_CLEAR_UNMAPPED_INTERRUPT;
}

static int clear(struct op *op)
{
	return vits_lpi_clear(op->its->vm, op->ite->irq);
}

static int inv_check(struct op *op)
{
	return find_ite(op) ? 0 : E_ITS_INV_UNMAPPED_INTERRUPT;
}

static int inv(struct op *op)
{
	return vits_lpi_update_config(op->its->vm, op->ite->irq, NULL, true);
}

/* ---- INVALL, MOVALL ---- */

static int invall_check(struct op *op)
{
	op->coll = vits_find_collection(op->its, its_cmd_icid(op->w));
	return vits_collection_mapped(op->coll) ? 0 : E_ITS_INVALL_UNMAPPED_COLLECTION;
}

static int invall(struct op *op)
{
	return vits_invall(op->its->vm->vcpus[op->coll->target]);
}

static int movall_check(struct op *op)
{
	u32 from = op_rdbase(op), to = (u32)its_cmd_rdbase2(op->w);

	return vcpu_exists(op, from) && vcpu_exists(op, to) ? 0 : E_ITS_MOVALL_PROCNUM_OOR;
}

static int movall(struct op *op)
{
	struct vgic_vm *vm = op->its->vm;

	return vits_movall(op->its, vm->vcpus[op_rdbase(op)],
			   vm->vcpus[(u32)its_cmd_rdbase2(op->w)]);
}

static int sync(struct op *op)
{
	(void)op;
	return 0;
}

static const struct command commands[] = {
	[ITS_CMD_MOVI] = { "MOVI", movi_check, movi },
	[ITS_CMD_INT] = { "INT", NULL, int_execute },
	[ITS_CMD_CLEAR] = { "CLEAR", clear_check, clear },
	[ITS_CMD_SYNC] = { "SYNC", NULL, sync },
	[ITS_CMD_MAPD] = { "MAPD", mapd_check, mapd },
	[ITS_CMD_MAPC] = { "MAPC", mapc_check, mapc },
	[ITS_CMD_MAPTI] = { "MAPTI", mapti_check, mapti },
	[ITS_CMD_MAPI] = { "MAPI", mapti_check, mapti },
	[ITS_CMD_INV] = { "INV", inv_check, inv },
	[ITS_CMD_INVALL] = { "INVALL", invall_check, invall },
	[ITS_CMD_MOVALL] = { "MOVALL", movall_check, movall },
	[ITS_CMD_DISCARD] = { "DISCARD", discard_check, discard },
};

const char *vits_command_name(u32 opcode)
{
	return opcode < PLAT_ARRAY_SIZE(commands) ? commands[opcode].name : NULL;
}

int vits_command(struct vgic_its *its, struct vgic_vcpu *v, const u64 cmd[4])
{
	u32 opcode = its_cmd_opcode(cmd), who = v ? v->id : 0;
	const struct command *c = opcode < PLAT_ARRAY_SIZE(commands) ? &commands[opcode] : NULL;
	struct op op = { .its = its, .w = cmd };
	int ret = -ENODEV;

	plat_cost(COST_REG_EMULATE, 1);
	plat_mutex_lock(&its->its_lock);
	if (c && c->execute) {
		ret = c->check ? c->check(&op) : 0;
		if (!ret)
			ret = c->execute(&op);
	}
	plat_mutex_unlock(&its->its_lock);
	if (ret)
		plat_event(EV_ITS_CMD_ERROR, its->vm->port, who, 0, NULL, (u64)(s64)ret);
	else
		plat_event(EV_ITS_CMD, its->vm->port, who, 0, NULL, opcode);
	return ret;
}
