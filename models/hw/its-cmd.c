// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands of the physical ITS (Arm IHI 0069 5.3; spec/vgic.md 3.2, 6.2).
 *
 * A command is checked before it changes anything; a bad one is skipped and leaves its error code.
 * Memory that cannot be accessed stalls the queue. Every command is complete when it is done, so
 * SYNC waits for nothing and does not look at its target. PTA is 0: RDbase is a PE number.
 * What GICv4 adds stands in its-vcmd.c. Choices: mapping an event again overwrites its entry; DISCARD also clears the pending state;
 * MAPD does not look at the translation table, whose memory is first needed by MAPTI.
 */
#include "its-internal.h"

/* ---- devices ---- */

static int cmd_mapd(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 device = its_cmd_device(cmd), size_bits = its_cmd_size_bits(cmd);
	u64 addr, dte = 0;
	int err = its_entry_addr(its, ITS_TABLE_DEVICES, device, &addr, work);

	if (err)
		return err;
	if (its_cmd_valid(cmd)) {
		if (size_bits > its->cfg.event_bits)
			return ITS_E_ITTSIZE_OOR;
		dte = its_dte(its_cmd_itt_addr(cmd), size_bits);
	}
	if (its_table_write(its, addr, dte, work))
		return -EFAULT;
	its_cache_drop(&its->devices, device);
	its_cache_drop_high(&its->events, device);
	return 0;
}

/* ---- collections ---- */

static int cmd_mapc(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 icid = its_cmd_icid(cmd);
	u64 addr, cte = 0;
	int err = its_entry_addr(its, ITS_TABLE_COLLECTIONS, icid, &addr, work);

	if (err)
		return err;
	if (its_cmd_valid(cmd)) {
		if (its_cmd_rdbase(cmd) >= its->gic->cfg.nr_pes)
			return ITS_E_PROCNUM_OOR;
		cte = its_cte((u32)its_cmd_rdbase(cmd));
	}
	if (its_table_write(its, addr, cte, work))
		return -EFAULT;
	its_cache_drop(&its->collections, icid);
	return 0;
}

static int cmd_invall(struct its *its, const u64 cmd[4], struct its_work *work)
{
	struct gic_pe *pe;
	int err = its_find_pe(its, its_cmd_icid(cmd), &pe, work);

	if (err)
		return err;
	gic_lpi_invall(pe);
	return 0;
}

static int cmd_movall(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u64 from = its_cmd_rdbase(cmd), to = its_cmd_rdbase2(cmd);

	if (from >= its->gic->cfg.nr_pes || to >= its->gic->cfg.nr_pes)
		return ITS_E_MOVALL_PROCNUM_OOR;
	if (from == to)
		return 0;
	gic_lpi_move_all(gic_pe(its->gic, (u32)from), gic_pe(its->gic, (u32)to));
	work->pending_writes = 2; /* a table each */
	return 0;
}

/* ---- events ---- */

static int map_event(struct its *its, const u64 cmd[4], u32 intid, struct its_work *work)
{
	u32 device = its_cmd_device(cmd), event = its_cmd_event(cmd);
	u32 icid = its_cmd_icid(cmd);
	u64 addr, cte_addr, ite = its_ite(intid, icid);
	int err = its_event_addr(its, device, event, &addr, work);

	if (err)
		return err;
	if (intid < GIC_LPI_BASE || intid >> its->gic->cfg.lpi_id_bits)
		return ITS_E_PHYSICALID_OOR;
	err = its_entry_addr(its, ITS_TABLE_COLLECTIONS, icid, &cte_addr, work);
	if (err)
		return err;
	if (its_table_write(its, addr, ite, work))
		return -EFAULT;
	its_cache_drop(&its->events, its_event_key(device, event));
	return 0;
}

static int cmd_mapti(struct its *its, const u64 cmd[4], struct its_work *work)
{
	return map_event(its, cmd, its_cmd_pintid(cmd), work);
}

static int cmd_mapi(struct its *its, const u64 cmd[4], struct its_work *work)
{
	return map_event(its, cmd, its_cmd_event(cmd), work);
}

/* The event that a command names. */
struct target {
	u64 ite;
	struct gic_pe *pe;
	bool virt; /* `vlpi` tells which */
	u32 intid; /* otherwise */
	struct gic_vlpi vlpi;
};

static int cmd_target(struct its *its, const u64 cmd[4], struct target *t, struct its_work *work)
{
	int err = its_find_event(its, its_cmd_device(cmd), its_cmd_event(cmd), &t->ite, work);

	if (err)
		return err;
	t->virt = !(t->ite & ITS_ITE_PHYSICAL);
	if (t->virt)
		return its_find_vlpi(its, t->ite, &t->vlpi, &t->pe, work);
	t->intid = (u32)FIELD_GET(t->ite, ITS_ITE_INTID);
	return its_find_pe(its, (u32)FIELD_GET(t->ite, ITS_ITE_ICID), &t->pe, work);
}

static int cmd_movi(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 device = its_cmd_device(cmd), event = its_cmd_event(cmd);
	u32 icid = its_cmd_icid(cmd);
	struct target from;
	struct gic_pe *to;
	u64 ite, addr;
	int err = cmd_target(its, cmd, &from, work);

	if (!err && from.virt)
		err = ITS_E_WRONG_TYPE;
	if (!err)
		err = its_find_pe(its, icid, &to, work);
	if (!err)
		err = its_event_addr(its, device, event, &addr, work);
	if (err)
		return err == ITS_E_COLLECTION_OOR ? (int)ITS_E_UNMAPPED_COLLECTION : err;
	ite = its_ite(from.intid, icid);
	if (its_table_write(its, addr, ite, work))
		return -EFAULT;
	its_cache_put(&its->events, its_event_key(device, event), ite);
	if (from.pe != to) {
		gic_lpi_move(from.pe, to, from.intid);
		work->pending_writes = 2;
		work->config_reads = 1;
	}
	return 0;
}

static void clear_pending(const struct target *t, struct its_work *work)
{
	if (t->virt)
		gic_vlpi_clear(t->pe, &t->vlpi);
	else
		gic_lpi_clear(t->pe, t->intid);
	work->pending_writes = 1;
}

static int cmd_discard(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 device = its_cmd_device(cmd), event = its_cmd_event(cmd);
	struct target t;
	u64 addr;
	int err = cmd_target(its, cmd, &t, work);

	if (!err)
		err = its_event_addr(its, device, event, &addr, work);
	if (err)
		return err;
	if (its_table_write(its, addr, 0, work))
		return -EFAULT;
	its_cache_drop(&its->events, its_event_key(device, event));
	clear_pending(&t, work);
	return 0;
}

static int cmd_int(struct its *its, const u64 cmd[4], struct its_work *work)
{
	struct target t;
	int err = cmd_target(its, cmd, &t, work);

	if (err)
		return err;
	if (t.virt)
		gic_vlpi_set(t.pe, &t.vlpi);
	else
		gic_lpi_set(t.pe, t.intid);
	work->pending_writes = 1;
	work->config_reads = 1;
	return 0;
}

static int cmd_clear(struct its *its, const u64 cmd[4], struct its_work *work)
{
	struct target t;
	int err = cmd_target(its, cmd, &t, work);

	if (!err)
		clear_pending(&t, work);
	return err;
}

static int cmd_inv(struct its *its, const u64 cmd[4], struct its_work *work)
{
	struct target t;
	int err = cmd_target(its, cmd, &t, work);

	if (err)
		return err;
	if (t.virt)
		gic_vlpi_inv(t.pe, &t.vlpi);
	else
		gic_lpi_inv(t.pe, t.intid);
	work->config_reads = 1;
	return 0;
}

static int cmd_sync(struct its *its, const u64 cmd[4], struct its_work *work)
{
	(void)its;
	(void)cmd;
	(void)work;
	return 0;
}

static int (*const command[])(struct its *its, const u64 cmd[4], struct its_work *work) = {
	[ITS_CMD_MOVI] = cmd_movi,     [ITS_CMD_INT] = cmd_int,
	[ITS_CMD_CLEAR] = cmd_clear,   [ITS_CMD_SYNC] = cmd_sync,
	[ITS_CMD_MAPD] = cmd_mapd,     [ITS_CMD_MAPC] = cmd_mapc,
	[ITS_CMD_MAPTI] = cmd_mapti,   [ITS_CMD_MAPI] = cmd_mapi,
	[ITS_CMD_INV] = cmd_inv,       [ITS_CMD_INVALL] = cmd_invall,
	[ITS_CMD_MOVALL] = cmd_movall, [ITS_CMD_DISCARD] = cmd_discard,
	[ITS_CMD_VMOVI] = its_vmovi,   [ITS_CMD_VMOVP] = its_vmovp,
	[ITS_CMD_VSGI] = its_vsgi,     [ITS_CMD_VSYNC] = its_vsync,
	[ITS_CMD_VMAPP] = its_vmapp,   [ITS_CMD_VMAPTI] = its_vmapti,
	[ITS_CMD_VMAPI] = its_vmapi,   [ITS_CMD_VINVALL] = its_vinvall,
	[ITS_CMD_INVDB] = its_invdb,   [ITS_CMD_VMOVALL] = its_vmovall,
};

/* The GIC has what the command is about. */
static bool is_known(const struct its *its, u32 opcode)
{
	switch (opcode) {
	case ITS_CMD_VSGI: return its->gic->cfg.vsgi;
	case ITS_CMD_INVDB: return its->gic->cfg.direct == GIC_DIRECT_V41;
	default: return opcode < ITS_CMD_VMOVI || its->gic->cfg.direct != GIC_DIRECT_NONE;
	}
}

int its_execute(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 opcode = its_cmd_opcode(cmd);
	int err;

	if (opcode >= PLAT_ARRAY_SIZE(command) || !command[opcode] || !is_known(its, opcode))
		return E_ITS_UNKNOWN_COMMAND;
	err = command[opcode](its, cmd, work);
	return err > 0 ? its_error(opcode, (u32)err) : err;
}
