// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random streams of register accesses, by guests and by user space, against a naive model: a table
 * of flags for each interrupt, every register recomputed from it bit by bit (spec/vgic.md 2.3, 2.4,
 * 2.6, 2.8). No vCPU runs, so that list registers stay out of it. A stream that shows a difference
 * is shortened before it is printed.
 */
#include "tests/unit/models/vgic-mmio/mmio-vm.h"

#include "tests/lib/check-main.h"
#include "tests/lib/shrink.h"

#define NR_IRQS	 128u
#define NR_VCPUS 4u
#define STREAM	 400u

/* ---- the model ---- */

struct ref_irq {
	bool enabled, latch, line, active, edge, group;
	u8 prio, sources, targets;
	u32 route;
};

struct ref {
	bool v2, dist_enabled, groups_writable;
	u32 rev;
	struct ref_irq private[NR_VCPUS][32], spi[NR_IRQS - 32];
};

static struct ref_irq *ref_at(struct ref *r, u32 v, u32 intid)
{
	return intid < 32 ? &r->private[v][intid] : &r->spi[intid - 32];
}

static void ref_reset(struct ref *r, bool v2)
{
	u32 v, i;

	memset(r, 0, sizeof(*r));
	r->v2 = v2;
	r->rev = 3;
	for (v = 0; v < NR_VCPUS; v++)
		for (i = 0; i < 32; i++) {
			r->private[v][i].enabled = r->private[v][i].edge = i < 16;
			r->private[v][i].group = !v2;
			r->private[v][i].targets = (u8)(1u << v);
		}
	for (i = 32; i < NR_IRQS; i++) {
		ref_at(r, 0, i)->edge = true;
		ref_at(r, 0, i)->group = !v2;
	}
}

enum reg {
	GROUP,
	SENABLE,
	CENABLE,
	SPEND,
	CPEND,
	SACTIVE,
	CACTIVE,
	PRIO,
	TARGETS,
	CONFIG,
	ROUTE,
	CSOURCES,
	SSOURCES,
	OTHER
};

/* The register of interrupts at this byte of a distributor frame, and its bits an interrupt. */
static enum reg ref_decode(const struct ref *r, u32 offset, u32 *bits, u32 *start)
{
	static const struct {
		u32 from, to, bits;
	} at[] = {
		[GROUP] = { 0x80, 0x100, 1 },	  [SENABLE] = { 0x100, 0x180, 1 },
		[CENABLE] = { 0x180, 0x200, 1 },  [SPEND] = { 0x200, 0x280, 1 },
		[CPEND] = { 0x280, 0x300, 1 },	  [SACTIVE] = { 0x300, 0x380, 1 },
		[CACTIVE] = { 0x380, 0x400, 1 },  [PRIO] = { 0x400, 0x800, 8 },
		[TARGETS] = { 0x800, 0xc00, 8 },  [CONFIG] = { 0xc00, 0xd00, 2 },
		[ROUTE] = { 0x6000, 0x8000, 64 }, [CSOURCES] = { 0xf10, 0xf20, 8 },
		[SSOURCES] = { 0xf20, 0xf30, 8 },
	};
	u32 i;

	*bits = 1;
	*start = 0;
	for (i = 0; i < OTHER; i++)
		if (offset >= at[i].from && offset < at[i].to) {
			*bits = at[i].bits;
			*start = at[i].from;
			if (r->v2 ? i == ROUTE : i >= CSOURCES)
				break;
			return i;
		}
	return OTHER;
}

static bool ref_width_fits(enum reg reg, u32 len)
{
	if (len == 4)
		return true;
	if (len == 1)
		return reg == PRIO || reg == TARGETS || reg == CSOURCES || reg == SSOURCES;
	return len == 8 && reg == ROUTE;
}

static bool ref_pending(const struct ref_irq *i)
{
	return i->latch || (!i->edge && i->line);
}

static u64 ref_field(const struct ref *r, const struct ref_irq *i, u32 v, u32 intid, enum reg reg,
		     bool user)
{
	switch (reg) {
	case GROUP: return i->group;
	case SENABLE:
	case CENABLE: return i->enabled;
	case SPEND: return user && !r->v2 ? i->latch : ref_pending(i);
	case CPEND: return user && !r->v2 ? 0 : ref_pending(i);
	case SACTIVE:
	case CACTIVE: return i->active;
	case PRIO: return i->prio;
	case TARGETS: return !r->v2 ? 0 : intid < 32 ? 1u << v : i->targets;
	case CONFIG: return i->edge ? 2 : 0;
	case ROUTE: return i->route;
	case CSOURCES:
	case SSOURCES: return i->sources;
	default: return 0;
	}
}

static void ref_set_field(struct ref *r, struct ref_irq *i, u32 v, u32 intid, enum reg reg, u64 x,
			  bool user)
{
	bool sgi = r->v2 && intid < 16;

	switch (reg) {
	case GROUP:
		if (r->rev >= 2 && (!user || !r->v2 || r->groups_writable))
			i->group = x;
		break;
	case SENABLE: i->enabled |= x; break;
	case CENABLE: i->enabled &= !x; break;
	case SPEND:
		if (user && !r->v2) {
			i->latch = x;
		} else if (x && (user || !sgi)) {
			i->latch = true;
			i->sources |= sgi ? (u8)(1u << v) : 0;
		}
		break;
	case CPEND:
		if (!(user && !r->v2) && x && (user || !sgi)) {
			i->latch = false;
			i->sources = 0;
		}
		break;
	case SACTIVE: i->active |= x; break;
	case CACTIVE: i->active &= !x; break;
	case PRIO: i->prio = (u8)(x & 0xf8); break;
	case TARGETS:
		if (r->v2 && intid >= 32)
			i->targets = (u8)(x & 0xf);
		break;
	case CONFIG:
		if (intid >= 32)
			i->edge = x & 2;
		break;
	case SSOURCES:
		i->sources |= (u8)(x & 0xf);
		i->latch |= i->sources != 0;
		break;
	case CSOURCES:
		i->sources &= (u8)~x;
		i->latch &= i->sources != 0;
		break;
	default: break;
	}
}

/* The distributor's other registers; only CTLR and IIDR change. */
static u64 ref_other(const struct ref *r, u32 offset)
{
	switch (offset) {
	case 0: return r->v2 ? r->dist_enabled : 0x50u | (r->dist_enabled ? 2 : 0);
	case 4: return NR_IRQS / 32 - 1 + (r->v2 ? (NR_VCPUS - 1) << 5 : 9u << 19);
	case 8: return 0x4b00043bu | r->rev << 12;
	case 0x10: return r->v2 ? 0 : 0xffffffff;
	case 0xffe8: return r->v2 ? 0 : 0x3b;
	default: return 0;
	}
}

static void ref_set_other(struct ref *r, u32 v, u32 offset, u64 x, bool user)
{
	u32 rev = (u32)x >> 12 & 15, t;

	if (offset == 0)
		r->dist_enabled = x & (r->v2 ? 1 : 2);
	if (offset == 8 && user && ((u32)x & ~0xf000u) == 0x4b00043b && (rev == 2 || rev == 3)) {
		r->rev = rev;
		r->groups_writable = true;
	}
	if (offset != 0xf00 || !r->v2)
		return;
	for (t = 0; t < NR_VCPUS; t++) {
		u32 filter = (u32)x >> 24 & 3;

		if (filter == 0	  ? x >> (16 + t) & 1
		    : filter == 1 ? t != v
				  : filter == 2 && t == v) {
			r->private[t][x & 15].sources |= (u8)(1u << v);
			r->private[t][x & 15].latch = true;
		}
	}
}

/*
 * One access; `private` is the SGI frame of a redistributor (GICv3). A field wider than the access
 * (IROUTER) is cut; where a GICv3 frame has no such interrupts nothing is there.
 */
static u64 ref_access(struct ref *r, bool private, u32 v, u32 offset, u32 len, bool write, u64 x,
		      bool user)
{
	u32 bits, start, first, n, k;
	enum reg reg = ref_decode(r, offset, &bits, &start);
	u64 value = 0;

	if (offset % len || !ref_width_fits(reg, len))
		return 0;
	if (reg == OTHER) {
		if (!private && write && len == 4)
			ref_set_other(r, v, offset, x, user);
		return !private && !write && len == 4 ? ref_other(r, offset) : 0;
	}
	first = (offset - start) * 8 / bits;
	if (first >= NR_IRQS || (!r->v2 && private != (first < 32)) ||
	    (private && (reg == TARGETS || reg == ROUTE)))
		return 0;
	if (reg == ROUTE) {
		if (write && offset % 8 == 0)
			ref_at(r, v, first)->route = x & 0xffffff;
		return offset % 8 || write ? 0 : ref_at(r, v, first)->route;
	}
	n = len * 8 / bits;
	for (k = 0; k < n; k++) {
		struct ref_irq *i = ref_at(r, v, first + k);
		u64 mask = (1ull << bits) - 1;

		if (write)
			ref_set_field(r, i, v, first + k, reg, x >> (k * bits) & mask, user);
		else
			value |= (ref_field(r, i, v, first + k, reg, user) & mask) << (k * bits);
	}
	return value;
}

/* ---- streams ---- */

struct op {
	enum { GUEST, USER, LINE, LEVELS } kind;
	bool write, private, level;
	u32 v, offset, len;
	u64 value;
};

static u32 below(uint64_t *state, u32 n)
{
	return (u32)(check_random(state) % n);
}

static struct op random_op(uint64_t *state, bool v2)
{
	static const u32 bases[] = { 0,	    0x80,  0x100, 0x180, 0x200, 0x280, 0x300,  0x380, 0x400,
				     0x800, 0xc00, 0xd00, 0xf00, 0xf10, 0xf20, 0x6000, 0xffe0 };
	static const u32 lens[] = { 1, 4, 4, 4, 4, 8 };
	u32 base = bases[below(state, PLAT_ARRAY_SIZE(bases))];
	struct op op = { .kind = below(state, 8) };

	op.kind = op.kind > (v2 ? LINE : LEVELS) ? op.kind % 2 : op.kind;
	op.write = below(state, 2);
	op.v = below(state, NR_VCPUS);
	op.private = !v2 && below(state, 3) == 0;
	op.len = op.kind == USER ? 4 : lens[below(state, PLAT_ARRAY_SIZE(lens))];
	op.offset = base + (base == 0x400 || base == 0x800 ? below(state, 160)
			    : base == 0x6000		   ? below(state, 8 * 140)
			    : base == 0xc00		   ? below(state, 48)
							   : below(state, 24));
	if (below(state, 8))
		op.offset &= ~(op.len - 1);
	op.value = check_random(state) & (below(state, 2) ? ~0ull : 0x0101010101010101ull);
	if (op.offset == 8)
		op.value = 0x4b00043b | (u64)below(state, 5) << 12;
	if (v2 && op.kind == GUEST)
		op.offset &= 0xfff;
	op.level = below(state, 2);
	return op;
}

static bool user_access(struct mmio_vm *m, const struct op *op, u64 *value)
{
	u32 group = op->private ? VGIC_GRP_REDIST_REGS : VGIC_GRP_DIST_REGS;
	u64 attr = cpu_attr(op->v, op->offset + (op->private ? GICR_SGI_BASE : 0));

	if (!op->write)
		return user_get(m, group, attr, value) == 0;
	user_set(m, group, attr, op->value); /* a bad IIDR is refused, and so by the model */
	return true;
}

/* The input lines of 32 interrupts, for user space: SGIs have none, edges show none. */
static bool step_levels(struct mmio_vm *m, struct ref *r, const struct op *op)
{
	u32 base = op->offset % (NR_IRQS + 32) / 32 * 32, k;
	u64 attr = cpu_attr(op->v, base), want = 0, got = 0;

	for (k = 0; k < 32; k++) {
		u32 intid = base + k;
		struct ref_irq *i = intid < NR_IRQS ? ref_at(r, op->v, intid) : NULL;

		if (!i || intid < 16)
			continue;
		if (op->write)
			i->line = op->value >> k & 1;
		else if (i->line && !i->edge)
			want |= 1ull << k;
	}
	if (op->write)
		return user_set(m, VGIC_GRP_LEVEL_INFO, attr, op->value) == 0;
	return user_get(m, VGIC_GRP_LEVEL_INFO, attr, &got) == 0 && got == want;
}

/* Do one operation on both; false when a read differs. */
static bool step(struct mmio_vm *m, struct ref *r, const struct op *op)
{
	u64 addr = (op->private ? SGI_FRAME(op->v) : DIST) + op->offset;
	u64 want, got = 0;
	struct ref_irq *i;

	if (op->kind == LEVELS)
		return step_levels(m, r, op);
	if (op->kind == LINE) {
		u32 intid = 16 + op->offset % (NR_IRQS - 16);

		i = ref_at(r, op->v, intid);
		vgic_inject_irq(m->vm, m->vm->vcpus[op->v], intid, op->level, NULL);
		if (i->edge)
			i->latch |= op->level;
		else
			i->line = op->level;
		return true;
	}
	want = ref_access(r, op->private, op->v, op->offset, op->len, op->write, op->value,
			  op->kind == USER);
	if (op->kind == USER)
		return user_access(m, op, &got) && (op->write || got == want);
	if (op->write)
		return vgic_mmio_write(m->vm->vcpus[op->v], addr, op->len, op->value);
	return vgic_mmio_read(m->vm->vcpus[op->v], addr, op->len, &got) && got == want;
}

/* Every interrupt's registers, at the end of a stream. */
static bool states_agree(struct mmio_vm *m, struct ref *r)
{
	struct op op = { .kind = GUEST, .len = 4 };
	u32 frame;

	for (op.v = 0; op.v < NR_VCPUS; op.v++)
		for (frame = 0; frame < (r->v2 ? 1 : 2); frame++) {
			op.private = frame;
			for (op.offset = 0; op.offset < 0x1000; op.offset += 4)
				if (!step(m, r, &op))
					return false;
			for (op.offset = 0x6000; !r->v2 && op.offset < 0x6400; op.offset += 4)
				if (!step(m, r, &op))
					return false;
		}
	return true;
}

static bool stream_agrees(const struct op *ops, u32 n, bool v2)
{
	struct vgic_policy p = mmio_policy();
	struct mmio_vm m;
	struct ref r;
	bool same = true;
	u32 k;

	port_reset();
	mmio_create(&m, v2 ? VGIC_V2 : VGIC_V3, NR_VCPUS, false, &p);
	ref_reset(&r, v2);
	for (k = 0; k < n && same; k++)
		same = step(&m, &r, &ops[k]);
	same = same && states_agree(&m, &r);
	mmio_destroy(&m);
	port_assert_quiet();
	return same;
}

static bool differs(const void *ops, u32 n, const void *v2)
{
	return !stream_agrees(ops, n, *(const bool *)v2);
}

static void compare(bool v2)
{
	static const char *const kinds[] = { "guest", "user", "line", "levels" };
	uint64_t state = check_seed();
	struct op ops[STREAM];
	u32 round, k, n;

	for (round = 0; round < 60 * check_effort(); round++) {
		for (k = 0; k < STREAM; k++)
			ops[k] = random_op(&state, v2);
		if (stream_agrees(ops, STREAM, v2))
			continue;
		n = shrink(ops, STREAM, sizeof(*ops), differs, &v2);
		for (k = 0; k < n; k++)
			printf("%s %s %s v=%u %#x/%u value %#llx level %u\n", kinds[ops[k].kind],
			       ops[k].write ? "write" : "read", ops[k].private ? "redist" : "dist",
			       ops[k].v, ops[k].offset, ops[k].len,
			       (unsigned long long)ops[k].value, ops[k].level);
		fflush(stdout);
		ck_abort_msg("round %u differs from the model", round);
	}
}

START_TEST(gicv3_registers_agree_with_the_naive_model)
{
	compare(false);
}
END_TEST

START_TEST(gicv2_registers_agree_with_the_naive_model)
{
	compare(true);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, gicv3_registers_agree_with_the_naive_model);
	tcase_add_test(tc, gicv2_registers_agree_with_the_naive_model);
}

CHECK_MAIN("register streams", add, NULL, NULL)
