// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle's guest: what a vCPU does for one operation, with interrupts masked but for `window`,
 * `wfi` and `spin`. Its handler reads IAR, remembers the INTID and writes EOIR; no other end of
 * interrupt, so with EOImode 1 interrupts stay active.
 */
#include <stdlib.h>

#include <models/arch/gicv3.h>
#include <models/arch/its.h>

#include "oracle.h"

#define CREADR_LOOKS 1000000u /* until a command is given up */
#define RECORD_MAX   4000u    /* interrupts that the guest has room to record in one operation */
#define ROUNDS_MAX   1000000u /* of a WFI that takes no interrupt */

static struct gic_pe *gic(struct oracle_vcpu *v)
{
	return v->c->thread.pe->gic;
}

/* ---- interrupts ---- */

/* A physical interrupt takes the vCPU out of the guest before the next instruction. */
static void physical_irqs(struct oracle_vcpu *v)
{
	for (plat_sync(); pe_irq_visible(v->c->thread.pe); plat_sync()) {
		vcpu_exit(v->c, EXIT_IRQ);
		vcpu_enter(v->c);
	}
}

static void remember(struct oracle_vcpu *v, u32 intid)
{
	if (v->nr_irqs == v->room) {
		u32 room = v->room ? 2 * v->room : 64;
		u32 *bigger = realloc(v->irqs, room * sizeof(*bigger));

		if (!bigger) {
			machine_fail(v->c->vm->m, -ENOMEM);
			return;
		}
		v->irqs = bigger;
		v->room = room;
	}
	v->irqs[v->nr_irqs++] = intid;
	if (v->nr_irqs - v->shown > RECORD_MAX)
		oracle_fail(oracle_of(v->c->vm->m), -ETIMEDOUT,
			    "vCPU %u takes interrupts without "
			    "end",
			    v->c->id);
}

static void take_virq(struct oracle_vcpu *v)
{
	u32 intid;

	plat_cost((enum plat_cost)COST_GUEST_IRQ_ENTRY, 1);
	plat_sync();
	intid = icv_iar_read(gic(v), 1);
	remember(v, intid);
	physical_irqs(v);
	if (intid < ICC_INTID_SPECIAL || intid >= GIC_LPI_BASE) {
		plat_cost((enum plat_cost)COST_GUEST_EOI, 1);
		plat_sync();
		icv_eoir_write(gic(v), 1, intid);
		physical_irqs(v);
	}
	plat_cost((enum plat_cost)COST_GUEST_IRQ_EXIT, 1);
}

/* Interrupts unmasked: all that are signalled, until none is. */
static void take_virqs(struct oracle_vcpu *v)
{
	for (physical_irqs(v); pe_virq_visible(v->c->thread.pe); physical_irqs(v))
		take_virq(v);
}

static u64 wfi(struct oracle_vcpu *v)
{
	u32 before = v->nr_irqs, rounds = 0;

	while (v->nr_irqs == before) {
		guest_wfi(v->c);
		take_virqs(v);
		if (++rounds == ROUNDS_MAX)
			oracle_fail(oracle_of(v->c->vm->m), -ETIMEDOUT,
				    "vCPU %u goes round in WFI "
				    "without end",
				    v->c->id);
	}
	return v->nr_irqs - before;
}

/* Until `ticks` have passed or n interrupts were taken. */
static u64 spin(struct oracle_vcpu *v, u64 ticks, u64 n)
{
	u32 before = v->nr_irqs;
	sim_time end;

	physical_irqs(v);
	end = ticks > SIM_NEVER / ORACLE_TICK / 2 ? SIM_NEVER
						  : guest_now(v->c) + ticks * ORACLE_TICK;
	while (guest_now(v->c) < end && v->nr_irqs - before < n) {
		pe_wait(v->c->thread.pe, end - guest_now(v->c), true);
		take_virqs(v);
	}
	return v->nr_irqs - before;
}

/* ---- accesses ---- */

static bool is_ram(u64 addr, u32 len)
{
	return addr >= GUEST_RAM && addr - GUEST_RAM <= ORACLE_RAM_SIZE - len;
}

/*
 * Where nothing is, user space answers with what its mailbox holds: the number of the operation
 * that it gave the vCPU last.
 */
static u64 mailbox(u32 len)
{
	return len == 1 ? 5 : len == 4 ? 7 : 9;
}

static u64 load(struct oracle_vcpu *v, u64 addr, u32 len)
{
	u64 value = 0;

	if (is_ram(addr, len)) {
		guest_ram_read(v->c, addr, &value, len);
		return value;
	}
	vcpu_exit(v->c, EXIT_DABT);
	if (!vgic_mmio_read(v->c->v, addr, len, &value)) {
		oracle_user_exit(v->c);
		value = mailbox(len);
	}
	vcpu_enter(v->c);
	physical_irqs(v);
	return value;
}

static void store(struct oracle_vcpu *v, u64 addr, u32 len, u64 value)
{
	struct oracle *o = oracle_of(v->c->vm->m);

	if (is_ram(addr, len)) {
		guest_ram_write(v->c, addr, &value, len);
		return;
	}
	vcpu_exit(v->c, EXIT_DABT);
	if (!vgic_mmio_write(v->c->v, addr, len, value))
		oracle_fail(o, -EINVAL, "vCPU %u writes to 0x%llx, where nothing is", v->c->id,
			    (unsigned long long)addr);
	vcpu_enter(v->c);
	physical_irqs(v);
}

static void send_sgi(struct oracle_vcpu *v, u64 value)
{
	vcpu_exit(v->c, EXIT_SYS64);
	vgic_send_sgi(v->c->v, value, true);
	vcpu_enter(v->c);
}

/* ---- the GIC ---- */

static void gic_init(struct oracle_vcpu *v)
{
	u64 rd = GUEST_GICR + v->c->id * GUEST_GICR_STEP;
	u64 waker;

	if (v->c->id == 0)
		store(v, GUEST_GICD + GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	waker = load(v, rd + GICR_WAKER, 4);
	store(v, rd + GICR_WAKER, 4, waker & ~(u64)GICR_WAKER_PROCESSOR_SLEEP);
	while (load(v, rd + GICR_WAKER, 4) & GICR_WAKER_CHILDREN_ASLEEP)
		;
	store(v, rd + GICR_IGROUPR0, 4, 0xffffffff);
	store(v, rd + GICR_ISENABLER0, 4, 0xffff);
	for (u32 i = 0; i < GIC_NR_PRIVATE; i += 4)
		store(v, rd + GICR_IPRIORITYR0 + i, 4, GUEST_PRIORITY * 0x01010101u);
	store(v, rd + GICR_PROPBASER, 8,
	      GUEST_PROP_TABLE | FIELD_PUT(GUEST_LPI_BITS - 1, GICR_PROPBASER_IDBITS));
	store(v, rd + GICR_PENDBASER, 8,
	      (GUEST_PEND_TABLE + v->c->id * ORACLE_PEND_STEP) | GICR_PENDBASER_PTZ);
	store(v, rd + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	icv_bpr_write(gic(v), 1, 0);
	icv_pmr_write(gic(v), 0xff);
	icv_ctlr_write(gic(v), 0);
	icv_igrpen_write(gic(v), 1, 1);
}

static void its_init(struct oracle_vcpu *v)
{
	/* A page of 64 KiB a table. */
	u64 size = FIELD_PUT(GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE);

	store(v, GUEST_GITS + GITS_BASER, 8, GITS_BASER_VALID | ORACLE_DEVICES | size);
	store(v, GUEST_GITS + GITS_BASER + 8, 8, GITS_BASER_VALID | ORACLE_COLLECTIONS | size);
	store(v, GUEST_GITS + GITS_CBASER, 8,
	      GITS_CBASER_VALID | ORACLE_CMD_QUEUE | (GUEST_CMD_SIZE / 4096 - 1));
	store(v, GUEST_GITS + GITS_CWRITER, 8, 0);
	store(v, GUEST_GITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
}

static void build(u64 cmd[4], u32 opcode, const u64 *a)
{
	switch (opcode) {
	case ITS_CMD_MAPD:
		its_build_mapd(cmd, (u32)a[0], ORACLE_ITTS + a[2] * ORACLE_ITT_STEP, (u32)a[1] + 1,
			       a[3] & 1);
		break;
	case ITS_CMD_MAPC: its_build_mapc(cmd, (u32)a[0], (u32)a[1], a[2] & 1); break;
	case ITS_CMD_MAPTI: its_build_mapti(cmd, (u32)a[0], (u32)a[1], (u32)a[2], (u32)a[3]); break;
	case ITS_CMD_MAPI: its_build_mapi(cmd, (u32)a[0], (u32)a[1], (u32)a[2]); break;
	case ITS_CMD_MOVI: its_build_movi(cmd, (u32)a[0], (u32)a[1], (u32)a[2]); break;
	case ITS_CMD_INVALL: its_build_invall(cmd, (u32)a[0]); break;
	case ITS_CMD_MOVALL: its_build_movall(cmd, (u32)a[0], (u32)a[1]); break;
	case ITS_CMD_SYNC: its_build_sync(cmd, (u32)a[0]); break;
	default: /* INT, CLEAR, INV, DISCARD */
		its_build_event(cmd, opcode, (u32)a[0], (u32)a[1]);
		break;
	}
}

/* One command; the result is CREADR when it stands behind it or says that the ITS stalls. */
static u64 its_command(struct oracle_vcpu *v, const u64 *a)
{
	u64 at = load(v, GUEST_GITS + GITS_CWRITER, 8) & FIELD_MASK(GITS_CWRITER_OFFSET), next,
	    read;
	u64 cmd[4];

	build(cmd, (u32)a[0], a + 1);
	for (u32 i = 0; i < 4; i++)
		store(v, ORACLE_CMD_QUEUE + at + 8 * i, 8, cmd[i]);
	next = (at + ITS_CMD_SIZE) % GUEST_CMD_SIZE;
	store(v, GUEST_GITS + GITS_CWRITER, 8, next);
	for (u32 i = 0; i < CREADR_LOOKS; i++) {
		read = load(v, GUEST_GITS + GITS_CREADR, 8);
		if ((read & FIELD_MASK(GITS_CREADR_OFFSET)) == next || (read & GITS_CREADR_STALLED))
			return read;
	}
	return UINT64_MAX;
}

/* ---- operations ---- */

static u64 guest_op(struct oracle_vcpu *v, const u64 *a)
{
	u32 before = v->nr_irqs;

	switch ((enum oracle_guest_op)a[0]) {
	case GUEST_GICINIT: gic_init(v); return 0;
	case GUEST_ITSINIT: its_init(v); return 0;
	case GUEST_RD8: return load(v, a[1], 1);
	case GUEST_RD32: return load(v, a[1], 4);
	case GUEST_RD64: return load(v, a[1], 8);
	case GUEST_WR8: store(v, a[1], 1, a[2] & 0xff); return 0;
	case GUEST_WR32: store(v, a[1], 4, a[2] & 0xffffffff); return 0;
	case GUEST_WR64: store(v, a[1], 8, a[2]); return 0;
	case GUEST_SGI: send_sgi(v, a[1]); return 0;
	case GUEST_WINDOW: take_virqs(v); return v->nr_irqs - before;
	case GUEST_HPPIR: return icv_hppir_read(gic(v), 1);
	case GUEST_IAR: return icv_iar_read(gic(v), 1);
	case GUEST_EOIR: icv_eoir_write(gic(v), 1, (u32)a[1]); return 0;
	case GUEST_DIR:
		icv_dir_write(gic(v),
			      (u32)a[1]); /* not trapped: no kernel before 6.19 asks for it */
		return 0;
	case GUEST_PMR: icv_pmr_write(gic(v), (u32)a[1]); return 0;
	case GUEST_CTLR: icv_ctlr_write(gic(v), (u32)a[1]); return 0;
	case GUEST_WFI: return wfi(v);
	case GUEST_SPIN: return spin(v, a[1], a[2]);
	default: return 0;
	}
}

u64 oracle_guest_run(struct oracle_vcpu *v, const struct oracle_line *line)
{
	u64 result;

	physical_irqs(v);
	if (line->verb == ORACLE_ITS)
		result = its_command(v, line->arg + 1);
	else
		result = guest_op(v, line->arg + 1);
	plat_cost((enum plat_cost)COST_GUEST_EOI, 1);
	physical_irqs(v);
	return result;
}
