// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands that GICv4 adds to the physical ITS, and GITS_SGIR (Arm IHI 0069 5.3; spec/vgic.md
 * 4.2, 4.9, 4.10, 6.2). As the others they are checked before they change anything, and complete
 * when they are done: VSYNC waits for nothing and does not look at its vPE.
 *
 * GICv4.0 keeps each ITS's vPEs in that ITS's table. With GICv4.1 the redistributors have tables of
 * their own, one for all with common affinity, which may be the ITS's as well: VMAPP and VMOVP keep
 * both, and the redistributor's entry is the one that knows of doorbells.
 *
 * Choices: a vPE needs a table entry, but need not be mapped, when an event is mapped to it; VMAPP
 * replaces what was mapped; a vPE's pending table has room for 14 bits of virtual INTID at least;
 * an ITS that shares an entry with redistributors clears it at the last VMAPP with V = 0 only
 * (Alloc); with ITS lists each ITS applies a VMOVP by itself, and the numbers of those of one vPE
 * rise (GICv4.0 looks); unless its_config.individual_db says so GICv4.1 has no individual doorbells
 * (GITS_TYPER.nID), those given are ignored; VSGI and GITS_SGIR need vSGIs in the redistributors' configuration.
 */
#include "its-internal.h"

#define VPT_MIN_BITS 14u /* the least that has room for a vLPI */

static bool is_v41(const struct its *its)
{
	return its->gic->cfg.direct == GIC_DIRECT_V41;
}

/* Events have doorbells of their own. */
static bool has_individual_db(const struct its *its)
{
	return !is_v41(its) || its->cfg.individual_db;
}

static bool doorbell_ok(const struct its *its, u32 doorbell)
{
	return doorbell == ITS_NO_DOORBELL ||
	       (doorbell >= GIC_LPI_BASE && !(doorbell >> its->gic->cfg.lpi_id_bits));
}

/* ---- entries of the table of vPEs ---- */

static int read_vte(struct its *its, u32 vpe, u64 *addr, u64 vte[2], struct its_work *work)
{
	int err = its_entry_addr(its, ITS_TABLE_VPES, vpe, addr, work);

	if (err)
		return err;
	if (its_table_read(its, *addr, &vte[0], work) ||
	    gic_mem_read64(its->mem, *addr + 8, &vte[1]))
		return -EFAULT;
	return 0;
}

/* All ITSs forget what they remember of a vPE: entries may be shared. */
static void forget(struct its *its, u32 vpe)
{
	struct its *other;

	for (other = its->gic->it; other; other = other->next)
		its_cache_drop(&other->vpes, vpe);
}

static int write_vte(struct its *its, u32 vpe, u64 addr, const u64 vte[2], struct its_work *work)
{
	forget(its, vpe);
	if (gic_mem_write64(its->mem, addr + 8, vte[1]) || its_table_write(its, addr, vte[0], work))
		return -EFAULT;
	return 0;
}

/* The redistributor reads this very entry. */
static bool is_shared(struct gic_pe *pe, u32 vpe, u64 addr)
{
	u64 own;

	return !gic_vte_addr(pe, vpe, &own) && own == addr;
}

/* ---- VMAPP ---- */

static int check_vmapp(const struct its *its, const u64 cmd[4])
{
	u32 bits = (u32)FIELD_GET(cmd[3], ITS_CMD3_VPT_SIZE) + 1;
	u32 most = its->gic->cfg.lpi_id_bits;

	if (most > ITS_VINTID_BITS)
		most = ITS_VINTID_BITS;
	if (bits < VPT_MIN_BITS || bits > most)
		return ITS_E_VPT_SIZE_OOR;
	if (its_cmd_rdbase(cmd) >= its->gic->cfg.nr_pes)
		return ITS_E_PROCNUM_OOR;
	if (is_v41(its) && !doorbell_ok(its, (u32)FIELD_GET(cmd[1], ITS_CMD1_DEFAULT_DB)))
		return ITS_E_DOORBELL_OOR;
	return 0;
}

static int map_vpe(struct its *its, const u64 cmd[4], u64 addr, struct its_work *work)
{
	u32 vpe = its_cmd_vpe(cmd), bits = (u32)FIELD_GET(cmd[3], ITS_CMD3_VPT_SIZE) + 1;
	struct gic_pe *pe = gic_pe(its->gic, (u32)its_cmd_rdbase(cmd));
	u64 vte[2] = { its_vte(cmd[3] & FIELD_MASK(ITS_CMD3_VPT_ADDR), bits, pe->number), 0 };
	u64 old[2];

	if (is_v41(its)) {
		vte[1] = its_vte1(cmd[0] & FIELD_MASK(ITS_CMD0_VCONF_ADDR),
				  (u32)FIELD_GET(cmd[1], ITS_CMD1_DEFAULT_DB));
		if (!(cmd[0] & ITS_CMD0_ALLOC) && !gic_vte_read(pe, vpe, old))
			vte[1] |= old[1] & (ITS_VTE1_DB | FIELD_MASK(ITS_VTE1_GROUPS));
		if (gic_vte_write(pe, vpe, vte) == -EFAULT)
			return -EFAULT;
	}
	return write_vte(its, vpe, addr, vte, work);
}

static int unmap_vpe(struct its *its, const u64 cmd[4], u64 addr, const u64 old[2],
		     struct its_work *work)
{
	static const u64 none[2];
	bool last = is_v41(its) ? !!(cmd[0] & ITS_CMD0_ALLOC) : !its->gic->it->next;
	u32 vpe = its_cmd_vpe(cmd);
	struct gic_pe *pe = gic_pe(its->gic, (u32)FIELD_GET(old[0], ITS_VTE_PE));
	struct gic_pe *at;

	if (!(old[0] & ITS_VTE_VALID) || !pe)
		return write_vte(its, vpe, addr, none, work);
	at = gic_vpe_resident(its->gic, gic_vpe_key(its->gic, vpe, old[0]));
	if (at && last)
		gic_unpredictable(at, UNPREDICTABLE_VMAPP_RESIDENT);
	if (is_v41(its) && last)
		gic_vte_write(pe, vpe, none);
	if (is_v41(its) && !last && is_shared(pe, vpe, addr))
		return 0;
	return write_vte(its, vpe, addr, none, work);
}

int its_vmapp(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u64 addr, old[2];
	int err = read_vte(its, its_cmd_vpe(cmd), &addr, old, work);

	if (err)
		return err;
	if (!its_cmd_valid(cmd))
		return unmap_vpe(its, cmd, addr, old, work);
	err = check_vmapp(its, cmd);
	return err ? err : map_vpe(its, cmd, addr, work);
}

/* ---- VMOVP ---- */

/* One ITS's entry: it names another PE now. Entries that are not valid stay so. */
static int move_entry(struct its *its, u32 vpe, u32 pe, u64 vte1, struct its_work *work)
{
	u64 addr, vte[2];
	int err = read_vte(its, vpe, &addr, vte, work);

	if (err || !(vte[0] & ITS_VTE_VALID))
		return err < 0 ? err : 0;
	vte[0] = FIELD_SET(vte[0], pe, ITS_VTE_PE);
	vte[1] = vte1;
	return write_vte(its, vpe, addr, vte, work);
}

/*
 * GICv4.1: the entry that the redistributors read, with what a doorbell depends on. The place that
 * the vPE leaves keeps one, so that what is still on its way there is passed on.
 */
static void move_redistributor_entry(struct gic_pe *from, struct gic_pe *to, u32 vpe, u64 vte[2])
{
	u64 old[2];

	if (!gic_vte_read(from, vpe, old)) {
		vte[1] |= old[1] & (ITS_VTE1_DB | FIELD_MASK(ITS_VTE1_GROUPS));
		old[0] = vte[0];
		old[1] = vte[1] & ~ITS_VTE1_DB;
		gic_vte_write(from, vpe, old);
	}
	gic_vte_write(to, vpe, vte);
}

/* What the second doubleword of the vPE's entries will be. */
static u64 vmovp_vte1(struct its *its, const u64 cmd[4], u64 vte1)
{
	u64 seq = FIELD_GET(cmd[0], ITS_CMD0_SEQNUM);

	if (is_v41(its)) {
		vte1 &= ~(ITS_VTE1_DB | FIELD_MASK(ITS_VTE1_GROUPS));
		if (cmd[2] & ITS_CMD2_DB)
			vte1 = FIELD_SET(vte1, FIELD_GET(cmd[3], ITS_CMD3_DEFAULT_DB),
					 ITS_VTE1_DOORBELL);
		return vte1;
	}
	return its->cfg.single_vmovp ? 0 : ITS_VTE1_SEQ_VALID | FIELD_PUT(seq, ITS_VTE1_SEQ);
}

static int check_vmovp(const struct its *its, const u64 cmd[4], u64 vte)
{
	if (!(vte & ITS_VTE_VALID) || !gic_pe(its->gic, (u32)FIELD_GET(vte, ITS_VTE_PE)))
		return ITS_E_UNMAPPED_VPE;
	if (its_cmd_rdbase(cmd) >= its->gic->cfg.nr_pes)
		return ITS_E_PROCNUM_OOR;
	if (!its->cfg.single_vmovp &&
	    !(FIELD_GET(cmd[1], ITS_CMD1_ITSLIST) & PLAT_BIT(its->list_number)))
		return ITS_E_ITSLIST;
	if (is_v41(its) && (cmd[2] & ITS_CMD2_DB) &&
	    !doorbell_ok(its, (u32)FIELD_GET(cmd[3], ITS_CMD3_DEFAULT_DB)))
		return ITS_E_DOORBELL_OOR;
	return 0;
}

/* A sequence number is after another, as numbers of 16 bits that go round. */
static bool is_later(u64 seq, u64 than)
{
	return (u16)(seq - than - 1) < 0x7fff;
}

/* Software did what it must not: the vPE is resident, or the ITSs see VMOVPs in another order. */
static void watch_vmovp(struct its *its, const u64 cmd[4], struct gic_pe *from, struct gic_pe *to,
			const u64 vte[2])
{
	u64 key = gic_vpe_key(its->gic, its_cmd_vpe(cmd), vte[0]);
	struct gic_pe *at = gic_vpe_resident(its->gic, key);
	bool numbered = !is_v41(its) && !its->cfg.single_vmovp && (vte[1] & ITS_VTE1_SEQ_VALID);

	if (at && at != to && from != to)
		gic_unpredictable(at, UNPREDICTABLE_VMOVP_RESIDENT);
	if (numbered &&
	    !is_later(FIELD_GET(cmd[0], ITS_CMD0_SEQNUM), FIELD_GET(vte[1], ITS_VTE1_SEQ)))
		gic_unpredictable(to, UNPREDICTABLE_VMOVP_ORDER);
}

int its_vmovp(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 vpe = its_cmd_vpe(cmd), number = (u32)its_cmd_rdbase(cmd);
	u64 addr, vte[2];
	struct gic_pe *from, *to;
	struct its *other;
	int err = read_vte(its, vpe, &addr, vte, work);

	if (!err)
		err = check_vmovp(its, cmd, vte[0]);
	if (err)
		return err;
	from = gic_pe(its->gic, (u32)FIELD_GET(vte[0], ITS_VTE_PE));
	to = gic_pe(its->gic, number);
	watch_vmovp(its, cmd, from, to, vte);
	vte[0] = FIELD_SET(vte[0], number, ITS_VTE_PE);
	vte[1] = vmovp_vte1(its, cmd, vte[1]);
	if (is_v41(its)) {
		move_redistributor_entry(from, to, vpe, vte);
		if (cmd[2] & ITS_CMD2_DB)
			gic_lpi_move(from, to, (u32)FIELD_GET(vte[1], ITS_VTE1_DOORBELL));
	}
	if (!its->cfg.single_vmovp)
		return write_vte(its, vpe, addr, vte, work);
	for (other = its->gic->it; other && !err; other = other->next)
		err = move_entry(other, vpe, number, vte[1], work);
	return err;
}

/* ---- events ---- */

static int map_event(struct its *its, const u64 cmd[4], u32 vintid, struct its_work *work)
{
	u32 device = its_cmd_device(cmd), event = its_cmd_event(cmd), vpe = its_cmd_vpe(cmd);
	u32 doorbell = has_individual_db(its) ? its_cmd_doorbell(cmd) : ITS_NO_DOORBELL;
	u64 addr, vte_addr;
	int err = its_event_addr(its, device, event, &addr, work);

	if (err)
		return err;
	if (vintid < GIC_LPI_BASE || vintid >> ITS_VINTID_BITS ||
	    vintid >> its->gic->cfg.lpi_id_bits)
		return ITS_E_VIRTUALID_OOR;
	if (!doorbell_ok(its, doorbell))
		return ITS_E_DOORBELL_OOR;
	err = its_entry_addr(its, ITS_TABLE_VPES, vpe, &vte_addr, work);
	if (err)
		return err;
	if (its_table_write(its, addr, its_vite(vintid, vpe, doorbell), work))
		return -EFAULT;
	its_cache_drop(&its->events, its_event_key(device, event));
	return 0;
}

int its_vmapti(struct its *its, const u64 cmd[4], struct its_work *work)
{
	return map_event(its, cmd, (u32)FIELD_GET(cmd[2], ITS_CMD2_VINTID), work);
}

int its_vmapi(struct its *its, const u64 cmd[4], struct its_work *work)
{
	return map_event(its, cmd, its_cmd_event(cmd), work);
}

static bool fits(const struct gic_vlpi *v)
{
	return !(v->intid >> its_vte_id_bits(v->vte));
}

int its_vmovi(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 device = its_cmd_device(cmd), event = its_cmd_event(cmd), vpe = its_cmd_vpe(cmd);
	bool give = (cmd[2] & ITS_CMD2_D) && has_individual_db(its);
	struct gic_vlpi a, b;
	struct gic_pe *from, *to;
	u64 ite, addr;
	int err = its_find_event(its, device, event, &ite, work);

	if (!err && (ite & ITS_ITE_PHYSICAL))
		err = ITS_E_WRONG_TYPE;
	if (!err)
		err = its_find_vlpi(its, ite, &a, &from, work);
	if (!err && give && !doorbell_ok(its, its_cmd_doorbell(cmd)))
		err = ITS_E_DOORBELL_OOR;
	if (err)
		return err;
	ite = its_vite(a.intid, vpe, give ? its_cmd_doorbell(cmd) : a.doorbell);
	err = its_find_vlpi(its, ite, &b, &to, work);
	if (!err && (!fits(&a) || !fits(&b)))
		err = ITS_E_VIRTUALID_OOR;
	if (!err)
		err = its_event_addr(its, device, event, &addr, work);
	if (err)
		return err;
	if (its_table_write(its, addr, ite, work))
		return -EFAULT;
	its_cache_put(&its->events, its_event_key(device, event), ite);
	if (its->cfg.still_vmovi && its_vte_vpt(a.vte) == its_vte_vpt(b.vte))
		return 0;
	gic_vlpi_move(from, &a, to, &b);
	work->pending_writes = 2;
	work->config_reads = 1;
	return 0;
}

/* ---- vPEs ---- */

int its_vinvall(struct its *its, const u64 cmd[4], struct its_work *work)
{
	struct gic_pe *pe;
	u64 vte;
	int err = its_find_vpe(its, its_cmd_vpe(cmd), &vte, &pe, work);

	if (!err)
		gic_vlpi_invall(pe, its_cmd_vpe(cmd), vte);
	return err;
}

int its_vsync(struct its *its, const u64 cmd[4], struct its_work *work)
{
	(void)its;
	(void)cmd;
	(void)work;
	return 0;
}

int its_invdb(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u64 addr, vte[2];
	u32 n;
	int err = read_vte(its, its_cmd_vpe(cmd), &addr, vte, work);

	if (!err && !(vte[0] & ITS_VTE_VALID))
		err = ITS_E_UNMAPPED_VPE;
	for (n = 0; !err && n < its->gic->cfg.nr_pes; n++)
		gic_lpi_inv(gic_pe(its->gic, n), (u32)FIELD_GET(vte[1], ITS_VTE1_DOORBELL));
	work->config_reads = 1;
	return err;
}

int its_vsgi(struct its *its, const u64 cmd[4], struct its_work *work)
{
	u32 vpe = its_cmd_vpe(cmd), intid = (u32)FIELD_GET(cmd[0], ITS_CMD0_SGI_INTID);
	struct gic_pe *pe;
	u64 vte;
	int err = its_find_vpe(its, vpe, &vte, &pe, work);

	if (err)
		return err;
	work->pending_writes = 1;
	if (cmd[0] & ITS_CMD0_SGI_CLEAR)
		err = gic_vsgi_clear(pe, vpe, intid);
	else
		err = gic_vsgi_configure(
			pe, vpe, intid,
			(u8)(FIELD_GET(cmd[0], ITS_CMD0_SGI_PRIORITY) << 4 |
			     (cmd[0] & ITS_CMD0_SGI_GROUP ? LPI_CONFIG_GROUP : 0) |
			     (cmd[0] & ITS_CMD0_SGI_ENABLE ? LPI_CONFIG_ENABLE : 0)));
	return err == -ENXIO ? (int)ITS_E_UNMAPPED_VPE : err ? -EFAULT : 0;
}

void its_sgir_write(struct its *its, u64 v)
{
	u32 vpe = (u32)FIELD_GET(v, GITS_SGIR_VPEID), intid = (u32)FIELD_GET(v, GITS_SGIR_VINTID);
	struct its_work work = { 0 };
	struct gic_pe *pe;
	u64 vte;

	if (!its->gic->cfg.vsgi || !its->enabled)
		return;
	if (its_find_vpe(its, vpe, &vte, &pe, &work))
		plat_event(EV_VLPI_DROPPED, its->gic->cfg.port, GIC_NO_PE, intid, NULL,
			   DROP_UNMAPPED_VPE);
	else
		plat_vsgi(its->cfg.port, pe->port, vpe, intid);
}
