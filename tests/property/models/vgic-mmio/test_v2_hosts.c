// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A GICv2 guest sees one and the same GICv2 wherever it runs: on a GICv2 whose GICH holds its list
 * registers, on one without virtualisation, where software does, and on a GICv3 with GICV
 * (spec/vgic.md 2.1-2.3). The same random accesses to distributor and CPU interface, exits in
 * between, read the same values on all of them, in both generations. No more interrupts than the
 * four list registers hold: which of more are presented first is another matter.
 */
#include "tests/unit/models/vgic-mmio/mmio-vm.h"

#include "tests/lib/check-main.h"
#include "tests/lib/shrink.h"

#define STREAM 150u
#define SPIS   3u /* and one SGI */

static struct mmio_vm m;

/* ---- operations ---- */

enum kind { CPUIF_READ, CPUIF_WRITE, END, DIST_WRITE, DIST_READ, SEND_SGI, LINE, EXIT, NR_KINDS };

static const char *const kinds[] = { "GICC read", "GICC write", "end",	"GICD write",
				     "GICD read", "SGI",	"line", "exit" };

struct op {
	enum kind kind;
	u32 offset, value;
};

static u32 below(u64 *state, u32 n)
{
	return (u32)(check_random(state) % n);
}

static struct op random_op(u64 *state)
{
	static const u32 reads[] = { GICC_CTLR,	  GICC_PMR,  GICC_BPR,	   GICC_IAR,
				     GICC_IAR,	  GICC_IAR,  GICC_RPR,	   GICC_RPR,
				     GICC_HPPIR,  GICC_ABPR, GICC_AIAR,	   GICC_AIAR,
				     GICC_AHPPIR, GICC_APR,  GICC_APR + 4, GICC_IIDR };
	static const u32 writes[] = { GICC_CTLR, GICC_PMR, GICC_BPR, GICC_ABPR };
	static const u32 ends[] = {
		GICC_EOIR, GICC_EOIR, GICC_EOIR, GICC_AEOIR, GICC_DIR, GICC_DIR
	};
	static const u32 bits[] = {
		GICD_ISENABLER, GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,
		GICD_ISPENDR,	GICD_ISPENDR,	GICD_ICPENDR,	GICD_ISACTIVER,
		GICD_ICACTIVER, GICD_IGROUPR,	GICD_ICFGR,	GICD_IPRIORITYR
	};
	struct op op = { .kind = below(state, NR_KINDS), .value = (u32)check_random(state) };

	switch (op.kind) {
	case CPUIF_READ: op.offset = reads[below(state, PLAT_ARRAY_SIZE(reads))]; break;
	case CPUIF_WRITE:
		op.offset = writes[below(state, PLAT_ARRAY_SIZE(writes))];
		if (op.offset == GICC_CTLR && below(state, 4))
			op.value |= GICC_CTLR_ENABLE_GRP0 | GICC_CTLR_ENABLE_GRP1;
		if (op.offset == GICC_PMR && below(state, 4))
			op.value |= 0xf0;
		break;
	case END: op.offset = ends[below(state, PLAT_ARRAY_SIZE(ends))]; break;
	default: op.offset = bits[below(state, PLAT_ARRAY_SIZE(bits))]; break;
	}
	return op;
}

/* ---- the guest ---- */

static void enter(void)
{
	struct vgic_vcpu *v = m.vm->vcpus[0];

	for (;;) {
		vgic_check_requests(v);
		vgic_flush(v);
		if (vgic_enter_guest(v))
			return;
		vgic_sync(v);
	}
}

static void leave(void)
{
	vgic_leave_guest(m.vm->vcpus[0]);
	vgic_sync(m.vm->vcpus[0]);
}

static void cpuif_write(u32 offset, u32 value)
{
	if (vgic_v2_cpuif_write(m.vm->vcpus[0], offset, 4, value))
		return;
	leave();
	vgic_deactivate(m.vm->vcpus[0], value);
	enter();
}

/* The guest ends what it took last, or, now and then, something else. */
static u32 ended(u32 last, u32 value)
{
	switch (value & 7) {
	case 0: return 32 + (value >> 3) % SPIS;
	case 1: return value >> 3 & 0x1fff;
	default: return last;
	}
}

static void dist_write(const struct op *op)
{
	u32 field = op->offset == GICD_IPRIORITYR ? 32 + op->value % SPIS
		    : op->offset == GICD_ICFGR	  ? 8
						  : 4;
	u32 value = op->offset == GICD_ICFGR ? op->value & 0x2a : 1u << op->value % SPIS;

	if (op->offset == GICD_IPRIORITYR)
		guest_write(&m, 0, DIST + op->offset + field, 1, op->value >> 8 & 0xff);
	else
		wr32(&m, DIST + op->offset + field, value);
}

/* An exit, after which the vCPU may be put and come back on another PE. */
static void move(u32 value)
{
	if (value & 1)
		return;
	vgic_put(m.vm->vcpus[0]);
	vgic_load(m.vm->vcpus[0], gic_pe(m.gic, value >> 1 & 3));
}

/* What the operation reads; 0 if it reads nothing. */
static u32 step(const struct op *op, u32 *last)
{
	u32 got = 0;

	switch (op->kind) {
	case CPUIF_READ:
		got = vgic_v2_cpuif_read(m.vm->vcpus[0], op->offset, 4);
		if ((op->offset == GICC_IAR || op->offset == GICC_AIAR) && got < 1020)
			*last = got;
		return got;
	case CPUIF_WRITE: cpuif_write(op->offset, op->value); return 0;
	case END: cpuif_write(op->offset, ended(*last, op->value)); return 0;
	default: break;
	}
	leave();
	switch (op->kind) {
	case DIST_WRITE: dist_write(op); break;
	case DIST_READ:
		got = rd32(&m, DIST + op->offset + (op->offset == GICD_ICFGR ? 8 : 4));
		break;
	case SEND_SGI: guest_write(&m, 1 + op->value % 2, DIST + GICD_SGIR, 4, 1u << 16 | 5); break;
	case LINE: vgic_inject_irq(m.vm, NULL, 32 + op->value % SPIS, op->value & 16, NULL); break;
	default: move(op->value); break;
	}
	enter();
	return got;
}

/* ---- one host ---- */

static const struct {
	enum gic_arch arch;
	bool no_gicv;
	const char *name;
} hosts[] = { { GIC_ARCH_V2, false, "GICv2" },
	      { GIC_ARCH_V2, true, "GICv2 without GICV" },
	      { GIC_ARCH_V3, false, "GICv3" } };

static void play(u32 host, bool newer, const struct op *ops, u32 n, u32 *seen)
{
	struct vgic_policy p = mmio_policy();
	u32 k, last = 1023;

	p.overflow = newer ? VGIC_OVERFLOW_EOICOUNT : VGIC_OVERFLOW_CLASSIC;
	p.order = newer ? VGIC_ORDER_619 : VGIC_ORDER_OLD;
	mmio_host.arch = hosts[host].arch;
	mmio_host.no_gicv = hosts[host].no_gicv;
	port_reset();
	mmio_create(&m, VGIC_V2, 3, false, &p);
	wr32(&m, DIST + GICD_CTLR, 1);
	vgic_load(m.vm->vcpus[0], gic_pe(m.gic, 0));
	enter();
	cpuif_write(GICC_CTLR, 3);
	cpuif_write(GICC_PMR, 0xff);
	for (k = 0; k < n; k++)
		seen[k] = step(&ops[k], &last);
	leave();
	vgic_put(m.vm->vcpus[0]);
	mmio_destroy(&m);
	port_assert_quiet();
}

/* The first operation that differs on some host; n: none does. */
static u32 first_difference(bool newer, const struct op *ops, u32 n, u32 seen[3][STREAM])
{
	u32 host, k, first = n;

	for (host = 0; host < PLAT_ARRAY_SIZE(hosts); host++)
		play(host, newer, ops, n, seen[host]);
	for (host = 1; host < PLAT_ARRAY_SIZE(hosts); host++)
		for (k = 0; k < first; k++)
			if (seen[host][k] != seen[0][k])
				first = k;
	return first;
}

static bool differs(const void *ops, u32 n, const void *newer)
{
	static u32 seen[3][STREAM];

	return first_difference(*(const bool *)newer, ops, n, seen) != n;
}

static void report(bool newer, struct op *ops, u32 n)
{
	static u32 seen[3][STREAM];
	u32 k, host;

	n = shrink(ops, n, sizeof(*ops), differs, &newer);
	first_difference(newer, ops, n, seen);
	for (k = 0; k < n; k++) {
		printf("%s %#x %#x:", kinds[ops[k].kind], ops[k].offset, ops[k].value);
		for (host = 0; host < PLAT_ARRAY_SIZE(hosts); host++)
			printf(" %#x", seen[host][k]);
		printf("\n");
	}
	fflush(stdout);
	ck_abort_msg("hosts differ: %s, %s, %s", hosts[0].name, hosts[1].name, hosts[2].name);
}

START_TEST(a_gicv2_guest_reads_the_same_on_every_host)
{
	static u32 seen[3][STREAM];
	u64 state = check_seed();
	struct op ops[STREAM];
	u32 round, k;

	for (round = 0; round < 300 * check_effort(); round++) {
		for (k = 0; k < STREAM; k++)
			ops[k] = random_op(&state);
		if (first_difference(_i, ops, STREAM, seen) != STREAM)
			report(_i, ops, STREAM);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_gicv2_guest_reads_the_same_on_every_host, 0, 2);
}

CHECK_MAIN("GICv2 guests on all hosts", add, NULL, NULL)
