// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The log of operations of the self-test and its replay. Each row is one call from outside with
 * the result it must give by the architecture (what it rests on stands beside the rows): set-up as
 * a guest kernel does it, a physical MSI, an edge and a level SPI, an SGI, virtual LPIs through the
 * virtual ITS's commands. See selftest.h.
 */
#include "selftest.h"

#include "../arch/gicd.h"
#include "../arch/gicv3.h"
#include "../arch/its.h"
#include "selftest-world.h"

enum operation {
	HOST_MAP_DEVICE, /* a device, b events: 0 */
	HOST_MAP_EVENT,	 /* a device, b event, c PE: host LPI */
	HOST_MSI,	 /* a device, b event: 1 pending, 0 coalesced */
	HOST_OPEN,	 /* PE: set up its CPU interface */
	HOST_ACK,	 /* PE: INTID */
	HOST_EOI,	 /* PE, a INTID */
	GUEST_WRITE,	 /* a address, b value, c bytes: 1 handled */
	GUEST_READ,	 /* a address, c bytes: value */
	GUEST_TABLES_UP, /* ITS tables and queue, LPI tables */
	GUEST_LPI,	 /* a INTID, b configuration byte */
	GUEST_MAPD,	 /* a device, b EventID bits */
	GUEST_MAPC,	 /* a collection, b vCPU */
	GUEST_MAPTI,	 /* a device, b event, c INTID, d collection */
	GUEST_MOVI,	 /* a device, b event, d collection */
	GUEST_DISCARD,	 /* a device, b event */
	GUEST_SGI,	 /* vCPU, a value of ICC_SGI1R */
	VM_LINE,	 /* a INTID, b level: 0 */
	VM_MSI,		 /* a device, b event: 1 delivered, 0 no mapping */
	VM_WAITING,	 /* vCPU: an interrupt would be signalled */
	VM_COUNT,	 /* vCPU, a INTID: instances that wait */
	ENTER,		 /* vCPU on the PE of its number: 1 in the guest */
	ACK,		 /* vCPU: INTID */
	EOI,		 /* vCPU, a INTID */
	LEAVE,		 /* vCPU */
};

struct row {
	u8 operation;
	u8 who;
	u64 a, b, c, d;
	u64 result;
};

#define DEVICE	   5
#define HOST_LPI   (GIC_LPI_BASE + 2) /* event 2 of the first device's range */
#define SPI_EDGE   40
#define SPI_LEVEL  41
#define LPI	   8192
#define LPI_MOVED  8193
#define GROUP1	   1u
#define PRIORITY   0xa0
#define GICR(vcpu) (GUEST_GICR + (vcpu)*GICV3_REDIST_SIZE)

static const struct row log_rows[] = {
	/* A physical MSI: ITS, redistributor, CPU interface. The second is coalesced. */
	{ HOST_MAP_DEVICE, .a = DEVICE, .b = 4, .result = 0 },
	{ HOST_MAP_EVENT, .a = DEVICE, .b = 2, .c = 1, .result = HOST_LPI },
	{ HOST_OPEN, .who = 1 },
	{ HOST_ACK, .who = 1, .result = GIC_SPURIOUS },
	{ HOST_MSI, .a = DEVICE, .b = 2, .result = 1 },
	{ HOST_MSI, .a = DEVICE, .b = 2, .result = 0 },
	{ HOST_ACK, .who = 1, .result = HOST_LPI },
	{ HOST_EOI, .who = 1, .a = HOST_LPI },
	{ HOST_ACK, .who = 1, .result = GIC_SPURIOUS },

	/* The guest sets its distributor up: group 1 on, one edge and one level SPI. */
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_CTLR, .c = 4,
	  .b = GICD_CTLR_ENABLE_GRP1 | GICD_CTLR_ARE | GICD_CTLR_DS, .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_IGROUPR + 4, .b = ~0u, .c = 4, .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_ICFGR + SPI_EDGE / 16 * 4, .c = 4,
	  .b = (u64)GIC_ICFGR_EDGE << SPI_EDGE % 16 * 2, .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_IPRIORITYR + SPI_EDGE, .b = PRIORITY, .c = 1,
	  .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_IPRIORITYR + SPI_LEVEL, .b = PRIORITY - 8, .c = 1,
	  .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_IROUTER + 8 * SPI_EDGE, .b = 1, .c = 8, .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_IROUTER + 8 * SPI_LEVEL, .b = 1, .c = 8,
	  .result = 1 },
	{ GUEST_WRITE, .a = GUEST_GICD + GICD_ISENABLER + 4, .c = 4,
	  .b = PLAT_BIT(SPI_EDGE % 32) | PLAT_BIT(SPI_LEVEL % 32), .result = 1 },
	{ GUEST_READ, .a = GUEST_GICD + GICD_ISENABLER + 4, .c = 4,
	  .result = PLAT_BIT(SPI_EDGE % 32) | PLAT_BIT(SPI_LEVEL % 32) },
	{ GUEST_READ, .a = GUEST_GICD + GICD_IROUTER + 8 * SPI_EDGE, .c = 8, .result = 1 },

	/* Edge and line at once: the better priority first; the line stays, so it comes again. */
	{ VM_LINE, .a = SPI_EDGE, .b = 1 },
	{ VM_LINE, .a = SPI_LEVEL, .b = 1 },
	{ VM_WAITING, .who = 0, .result = 0 },
	{ VM_COUNT, .who = 1, .a = SPI_EDGE, .result = 1 },
	{ ENTER, .who = 1, .result = 1 },
	{ ACK, .who = 1, .result = SPI_LEVEL },
	{ ACK, .who = 1, .result = GIC_SPURIOUS },
	{ EOI, .who = 1, .a = SPI_LEVEL },
	{ ACK, .who = 1, .result = SPI_EDGE },
	{ EOI, .who = 1, .a = SPI_EDGE },
	{ LEAVE, .who = 1 },
	{ VM_WAITING, .who = 1, .result = 1 },
	{ ENTER, .who = 1, .result = 1 },
	{ ACK, .who = 1, .result = SPI_LEVEL },
	{ LEAVE, .who = 1 },
	{ VM_LINE, .a = SPI_LEVEL, .b = 0 },
	{ ENTER, .who = 1, .result = 1 },
	{ EOI, .who = 1, .a = SPI_LEVEL },
	{ LEAVE, .who = 1 },
	{ VM_COUNT, .who = 1, .a = SPI_LEVEL, .result = 0 },
	{ VM_WAITING, .who = 1, .result = 0 },

	/* An SGI from vCPU 0 to vCPU 1: INTID 3, Aff0 = 1. */
	{ GUEST_WRITE, .a = GICR(1) + GICR_IPRIORITYR0 + 3, .b = PRIORITY, .c = 1, .result = 1 },
	{ GUEST_WRITE, .a = GICR(1) + GICR_ISENABLER0, .b = PLAT_BIT(3), .c = 4, .result = 1 },
	{ GUEST_SGI, .who = 0, .a = FIELD_PUT(3, ICC_SGIR_INTID) | PLAT_BIT(1) },
	{ ENTER, .who = 1, .result = 1 },
	{ ACK, .who = 1, .result = 3 },
	{ EOI, .who = 1, .a = 3 },
	{ ACK, .who = 1, .result = GIC_SPURIOUS },
	{ LEAVE, .who = 1 },

	/* Virtual LPIs: an event without a mapping is nobody's; two MSIs coalesce into one. */
	{ GUEST_LPI, .a = LPI, .b = PRIORITY | LPI_CONFIG_ENABLE },
	{ GUEST_LPI, .a = LPI_MOVED, .b = PRIORITY | LPI_CONFIG_ENABLE },
	{ GUEST_TABLES_UP },
	{ GUEST_MAPD, .a = DEVICE, .b = 4 },
	{ GUEST_MAPC, .a = 0, .b = 0 },
	{ GUEST_MAPC, .a = 1, .b = 1 },
	{ VM_MSI, .a = DEVICE, .b = 0, .result = 0 },
	{ GUEST_MAPTI, .a = DEVICE, .b = 0, .c = LPI, .d = 0 },
	{ GUEST_MAPTI, .a = DEVICE, .b = 1, .c = LPI_MOVED, .d = 0 },
	{ VM_MSI, .a = DEVICE, .b = 0, .result = 1 },
	{ VM_MSI, .a = DEVICE, .b = 0, .result = 1 },
	{ VM_COUNT, .a = LPI, .result = 1 },
	{ ENTER, .who = 0, .result = 1 },
	{ ACK, .who = 0, .result = LPI },
	{ EOI, .who = 0, .a = LPI },
	{ ACK, .who = 0, .result = GIC_SPURIOUS },
	{ LEAVE, .who = 0 },

	/* MOVI takes a pending LPI along to the other vCPU. */
	{ VM_MSI, .a = DEVICE, .b = 1, .result = 1 },
	{ GUEST_MOVI, .a = DEVICE, .b = 1, .d = 1 },
	{ ENTER, .who = 0, .result = 1 },
	{ ACK, .who = 0, .result = GIC_SPURIOUS },
	{ LEAVE, .who = 0 },
	{ ENTER, .who = 1, .result = 1 },
	{ ACK, .who = 1, .result = LPI_MOVED },
	{ EOI, .who = 1, .a = LPI_MOVED },
	{ LEAVE, .who = 1 },

	/* After DISCARD the event is nobody's, but the pending state of its LPI stays. */
	{ VM_MSI, .a = DEVICE, .b = 0, .result = 1 },
	{ GUEST_DISCARD, .a = DEVICE, .b = 0 },
	{ VM_MSI, .a = DEVICE, .b = 0, .result = 0 },
	{ ENTER, .who = 0, .result = 1 },
	{ ACK, .who = 0, .result = LPI },
	{ EOI, .who = 0, .a = LPI },
	{ LEAVE, .who = 0 },
	{ VM_COUNT, .a = LPI, .result = 0 },
};

static void guest_write(struct gic_selftest *t, u64 address, u64 value, u32 bytes)
{
	vgic_mmio_write(t->vm->vcpus[0], address, bytes, value);
}

static u64 guest_read(struct gic_selftest *t, u64 address, u32 bytes)
{
	u64 value = 0;

	return vgic_mmio_read(t->vm->vcpus[0], address, bytes, &value) ? value : ~0ull;
}

/* Tables of the virtual ITS and of the redistributors, then both are switched on. */
static void tables_up(struct gic_selftest *t)
{
	u32 i;

	for (i = 0; i < GITS_NR_BASER; i++) {
		u64 reg = GUEST_GITS + GITS_BASER + 8 * i;
		u64 type = FIELD_GET(guest_read(t, reg, 8), GITS_BASER_TYPE);

		if (type != GITS_BASER_TYPE_NONE)
			guest_write(t, reg,
				    GITS_BASER_VALID |
					    FIELD_PUT(GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE) |
					    (GUEST_TABLES + 0x10000 * i),
				    8);
	}
	guest_write(t, GUEST_GITS + GITS_CBASER, GITS_CBASER_VALID | GUEST_QUEUE | 15, 8);
	guest_write(t, GUEST_GITS + GITS_CTLR, GITS_CTLR_ENABLED, 4);
	for (i = 0; i < SELFTEST_VCPUS; i++) {
		guest_write(t, GICR(i) + GICR_PROPBASER,
			    GUEST_PROPERTY | FIELD_PUT(15, GICR_PROPBASER_IDBITS), 8);
		guest_write(t, GICR(i) + GICR_PENDBASER,
			    (GUEST_PENDING + 0x10000 * i) | GICR_PENDBASER_PTZ, 8);
		guest_write(t, GICR(i) + GICR_CTLR, GICR_CTLR_ENABLE_LPIS, 4);
	}
}

/* Queue one command as the guest and let the virtual ITS have it. */
static void command(struct gic_selftest *t, u64 w0, u64 w1, u64 w2)
{
	u64 at = GUEST_QUEUE + t->queue;

	if (gic_mem_write64(&t->guest_mem, at, w0) || gic_mem_write64(&t->guest_mem, at + 8, w1) ||
	    gic_mem_write64(&t->guest_mem, at + 16, w2) ||
	    gic_mem_write64(&t->guest_mem, at + 24, 0))
		return;
	t->queue += ITS_CMD_SIZE;
	guest_write(t, GUEST_GITS + GITS_CWRITER, t->queue, 8);
}

static u64 host_msi(struct gic_selftest *t, u32 device, u32 event)
{
	struct its_route route;
	struct its_work work;

	its_translate(t->its, device, event, &route, &work);
	return route.pe ? (u64)gic_lpi_set(route.pe, route.intid) : ~0ull;
}

static u64 host(struct gic_selftest *t, const struct row *r)
{
	struct gic_pe *pe = gic_pe(t->gic, r->who);

	switch ((enum operation)r->operation) {
	case HOST_MAP_DEVICE: return (u64)host_its_map_device(t->driver, 0, (u32)r->a, (u32)r->b);
	case HOST_MAP_EVENT:
		return (u64)host_its_map_event(t->driver, 0, (u32)r->a, (u32)r->b, (u32)r->c);
	case HOST_MSI: return host_msi(t, (u32)r->a, (u32)r->b);
	case HOST_OPEN:
		gicd_write(t->gic, GICD_CTLR, 4, GICD_CTLR_ENABLE_GRP1 | GICD_CTLR_ARE);
		gicr_write(pe, GICR_WAKER, 4, 0);
		icc_pmr_write(pe, 0xf0);
		icc_igrpen1_write(pe, 1);
		return 0;
	case HOST_ACK: return icc_iar1_read(pe);
	default: icc_eoir1_write(pe, (u32)r->a); return 0;
	}
}

static u64 guest(struct gic_selftest *t, const struct row *r)
{
	u64 device = FIELD_PUT(r->a, ITS_CMD0_DEVICEID), event = FIELD_PUT(r->b, ITS_CMD1_EVENTID);
	u8 byte = (u8)r->b;

	switch ((enum operation)r->operation) {
	case GUEST_WRITE: return vgic_mmio_write(t->vm->vcpus[0], r->a, (u32)r->c, r->b);
	case GUEST_READ: return guest_read(t, r->a, (u32)r->c);
	case GUEST_TABLES_UP: tables_up(t); return 0;
	case GUEST_LPI:
		return (u64)gic_mem_write(&t->guest_mem, GUEST_PROPERTY + r->a - GIC_LPI_BASE,
					  &byte, 1);
	case GUEST_MAPD:
		command(t, ITS_CMD_MAPD | device, FIELD_PUT(r->b - 1, ITS_CMD1_SIZE),
			ITS_CMD2_VALID | (GUEST_ITT + 0x1000 * r->a));
		return 0;
	case GUEST_MAPC:
		command(t, ITS_CMD_MAPC, 0,
			ITS_CMD2_VALID | FIELD_PUT(r->b, ITS_CMD2_RDBASE) |
				FIELD_PUT(r->a, ITS_CMD2_ICID));
		return 0;
	case GUEST_MAPTI:
		command(t, ITS_CMD_MAPTI | device, event | FIELD_PUT(r->c, ITS_CMD1_PINTID),
			FIELD_PUT(r->d, ITS_CMD2_ICID));
		return 0;
	case GUEST_MOVI:
		command(t, ITS_CMD_MOVI | device, event, FIELD_PUT(r->d, ITS_CMD2_ICID));
		return 0;
	case GUEST_DISCARD: command(t, ITS_CMD_DISCARD | device, event, 0); return 0;
	default: vgic_send_sgi(t->vm->vcpus[r->who], r->a, true); return 0;
	}
}

/* The run loop of a vCPU up to the guest's first instruction. */
static u64 enter(struct vgic_vcpu *v, struct gic_pe *pe)
{
	vgic_load(v, pe);
	vgic_check_requests(v);
	vgic_flush(v);
	if (!vgic_enter_guest(v))
		return 0;
	icv_pmr_write(pe, 0xf0);
	icv_igrpen_write(pe, GROUP1, 1);
	return 1;
}

static u64 machine(struct gic_selftest *t, const struct row *r)
{
	struct vgic_vcpu *v = t->vm->vcpus[r->who];
	struct gic_pe *pe = gic_pe(t->gic, r->who);

	switch ((enum operation)r->operation) {
	case VM_LINE: return (u64)vgic_inject_irq(t->vm, NULL, (u32)r->a, r->b, NULL);
	case VM_MSI:
		return (u64)vits_inject_slow(t->vm, GUEST_GITS + VITS_TRANSLATER, (u32)r->a,
					     (u32)r->b, 0);
	case VM_WAITING: return vgic_vcpu_pending(v);
	case VM_COUNT: return vgic_count_pending(t->vm, (u32)r->a, v);
	case ENTER: return enter(v, pe);
	case ACK: return icv_iar_read(pe, GROUP1);
	case EOI: icv_eoir_write(pe, GROUP1, (u32)r->a); return 0;
	default:
		vgic_leave_guest(v);
		vgic_sync(v);
		vgic_put(v);
		return 0;
	}
}

int gic_selftest_replay(struct gic_selftest *t)
{
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(log_rows); i++) {
		const struct row *r = &log_rows[i];

		if (r->operation <= HOST_EOI)
			t->got = host(t, r);
		else if (r->operation <= GUEST_SGI)
			t->got = guest(t, r);
		else
			t->got = machine(t, r);
		t->expected = r->result;
		t->operations = i + 1;
		if (t->got != t->expected)
			return -EPROTO;
	}
	return 0;
}
