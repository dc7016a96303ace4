// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random streams of accesses to the registers that say where the tables of LPIs and of an ITS are
 * and whether they are in use, by guests in all widths and by user space, against a naive model:
 * one value a register, every rule written out (spec/vgic.md 2.5, 2.8, 3.1). The command queue
 * holds zeros, which are no command: it runs to its end and nothing else happens. A stream that
 * shows a difference is shortened before it is printed.
 */
#include "tests/unit/models/vgic-mmio/mmio-vm.h"

#include "tests/lib/check-main.h"
#include "tests/lib/shrink.h"

#define NR_VCPUS 3u
#define STREAM	 300u
#define VALID	 (1ull << 63)

/* ---- the model ---- */

struct ref {
	bool lpis[NR_VCPUS];
	u64 propbaser, pendbaser[NR_VCPUS];
	bool enabled;
	u64 cbaser, baser[2], creader, cwriter;
};

/* Attributes that are not offered are replaced; the fields' lowest bits say where they stand. */
static u64 ref_sane(u64 x, u32 inner, u32 share, u32 outer)
{
	u64 in = x >> inner & 7, sh = x >> share & 3, out = x >> outer & 7;

	x &= ~(7ull << inner | 3ull << share | 7ull << outer);
	in = in < 2 ? 3 : in;
	sh = sh == 2 ? 1 : sh;
	out = out == 1 ? 1 : 0;
	return x | in << inner | sh << share | out << outer;
}

static u64 ref_baser(u64 x, u32 n)
{
	u64 fixed = n ? 0x0407000000000200ull : 0x0107000000000200ull;

	x &= ~(0x071f000000000300ull | (n ? 1ull << 62 : 0));
	return ref_sane(x | fixed, 59, 10, 53);
}

static void ref_reset(struct ref *r)
{
	u32 n;

	memset(r, 0, sizeof(*r));
	for (n = 0; n < 2; n++)
		r->baser[n] = ref_baser(3ull << 59 | 1 << 10, n);
}

static void ref_run(struct ref *r)
{
	if (r->enabled)
		r->creader = r->cwriter;
}

static u64 ref_queue_size(const struct ref *r)
{
	return ((r->cbaser & 0xff) + 1) * 0x1000;
}

/* The registers of the ITS: offset of the first byte, bytes; 0: none. */
static u32 ref_its_size(u32 offset, u32 *start)
{
	static const struct {
		u32 from, to, size;
	} at[] = { { 0, 8, 4 },
		   { 8, 0x10, 8 },
		   { 0x80, 0x98, 8 },
		   { 0x100, 0x140, 8 },
		   { 0xffd0, 0x10000, 4 } };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(at); i++)
		if (offset >= at[i].from && offset < at[i].to) {
			*start = offset - offset % at[i].size;
			return at[i].size;
		}
	return 0;
}

static u64 ref_its_read(const struct ref *r, u32 start)
{
	static const u8 id[] = { 0x40, 0, 0, 0, 0x92, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1 };

	switch (start) {
	case 0: return r->enabled | (r->creader == r->cwriter ? 1ull << 31 : 0);
	case 4: return 0x4b00043b;
	case 8: return 0x1ef71;
	case 0x80: return r->cbaser;
	case 0x88: return r->cwriter;
	case 0x90: return r->creader;
	case 0x100: return r->baser[0];
	case 0x108: return r->baser[1];
	default: return start >= 0xffd0 ? id[(start - 0xffd0) / 4] : 0;
	}
}

static void ref_its_write(struct ref *r, u32 start, u64 x, u64 mask)
{
	u64 merged = (ref_its_read(r, start) & ~mask) | (x & mask);

	switch (start) {
	case 0:
		if (r->enabled || !(merged & 1) || (r->cbaser & r->baser[0] & r->baser[1] & VALID))
			r->enabled = merged & 1;
		ref_run(r);
		break;
	case 0x80:
		if (r->enabled)
			break;
		r->cbaser = ref_sane(merged, 59, 10, 53) & ~0xf000ull;
		r->creader = r->cwriter = 0;
		break;
	case 0x88:
		if ((merged & 0xfffe0) < ref_queue_size(r))
			r->cwriter = merged & 0xfffe0;
		ref_run(r);
		break;
	case 0x100:
	case 0x108:
		if (!r->enabled)
			r->baser[start == 0x108] = ref_baser(merged, start == 0x108);
		break;
	default: break;
	}
}

static int ref_its_user_write(struct ref *r, u32 start, u64 x)
{
	switch (start) {
	case 4: return x >> 12 & 15 ? -EINVAL : 0;
	case 0x90:
		if (r->enabled)
			return -EBUSY;
		if ((x & 0xfffe0) >= ref_queue_size(r))
			return -EINVAL;
		r->creader = x & 0xfffe0;
		return 0;
	default: ref_its_write(r, start, x, start < 8 ? 0xffffffff : ~0ull); return 0;
	}
}

static void ref_its_reset(struct ref *r)
{
	r->enabled = false;
	r->cbaser = r->creader = r->cwriter = 0;
	r->baser[0] &= ~VALID;
	r->baser[1] &= ~VALID;
}

/* CTLR, TYPER, PROPBASER and PENDBASER of a redistributor's first frame. */
static u64 ref_redist_read(const struct ref *r, u32 v, u32 start)
{
	switch (start) {
	case 0: return 6 | r->lpis[v];
	case 8: return (u64)v << 32 | v << 8 | (v == NR_VCPUS - 1) << 4 | 1;
	case 0x70: return r->propbaser;
	case 0x78: return r->pendbaser[v];
	default: return 0;
	}
}

static void ref_redist_write(struct ref *r, u32 v, u32 start, u64 x, u64 mask)
{
	u64 merged = (ref_redist_read(r, v, start) & ~mask) | (x & mask);

	if (start == 0)
		r->lpis[v] = merged & 1;
	if (r->lpis[v])
		return;
	if (start == 0x70)
		r->propbaser = ref_sane(merged, 7, 10, 56) & 0x070fffffffffff9full;
	if (start == 0x78)
		r->pendbaser[v] = ref_sane(merged, 7, 10, 56) & 0x070fffffffff0f80ull;
}

/* ---- streams ---- */

struct op {
	enum { ITS_GUEST, ITS_USER, ITS_RESET, REDIST_GUEST, REDIST_USER } kind;
	bool write;
	u32 v, offset, len;
	u64 value;
};

static const char *const kinds[] = { "ITS, guest", "ITS, user", "ITS, reset",
				     "redistributor, guest", "redistributor, user" };

static u32 below(uint64_t *state, u32 n)
{
	return (u32)(check_random(state) % n);
}

static struct op random_op(uint64_t *state)
{
	static const u32 its[] = { 0,	 4,    8,     0x80,  0x80,  0x88,
				   0x88, 0x90, 0x100, 0x108, 0x110, 0xffe8 };
	static const u32 redist[] = { 0, 0, 8, 0x70, 0x70, 0x78, 0x78 };
	static const u32 lens[] = { 1, 2, 4, 4, 4, 8, 8, 8 };
	struct op op = { .write = below(state, 3), .v = below(state, NR_VCPUS) };
	u32 kind = below(state, 32);

	op.kind = !kind	      ? ITS_RESET
		  : kind < 14 ? ITS_GUEST
		  : kind < 20 ? ITS_USER
		  : kind < 28 ? REDIST_GUEST
			      : REDIST_USER;
	op.offset = op.kind < REDIST_GUEST ? its[below(state, PLAT_ARRAY_SIZE(its))]
					   : redist[below(state, PLAT_ARRAY_SIZE(redist))];
	op.len = op.kind == REDIST_USER ? 4 : lens[below(state, PLAT_ARRAY_SIZE(lens))];
	if (op.len < 8 || below(state, 8) == 0)
		op.offset += op.kind == REDIST_USER ? below(state, 2) * 4 : below(state, 8);
	op.value = check_random(state);
	switch (below(state, 4)) {
	case 0: op.value |= VALID; break;
	case 1: op.value &= 0xfffff; break;
	case 2: op.value &= 0x80000000000fffffull; break;
	default: break;
	}
	if (op.offset == 0) /* enabled half of the time */
		op.value = check_random(state) & 1;
	return op;
}

static u64 ones(u32 len)
{
	return len == 8 ? ~0ull : (1ull << 8 * len) - 1;
}

static bool guest_step(struct mmio_vm *m, const struct op *op, u64 base, u64 want)
{
	u64 got = 0;

	if (op->write)
		return vgic_mmio_write(m->vm->vcpus[0], base + op->offset, op->len, op->value);
	return vgic_mmio_read(m->vm->vcpus[0], base + op->offset, op->len, &got) && got == want;
}

static bool step_its_guest(struct mmio_vm *m, struct ref *r, const struct op *op)
{
	u32 start, size = ref_its_size(op->offset, &start);
	bool legal = size && op->offset % op->len == 0 && op->len >= 4 && op->len <= size;
	u32 shift = legal ? 8 * (op->offset - start) : 0;
	u64 want = legal ? ref_its_read(r, start) >> shift & ones(op->len) : 0;

	if (legal && op->write)
		ref_its_write(r, start, op->value << shift, ones(op->len) << shift);
	return guest_step(m, op, ITS, want);
}

static bool step_its_user(struct mmio_vm *m, struct ref *r, const struct op *op)
{
	u32 start, size = ref_its_size(op->offset, &start);
	u32 align = op->offset < 8 || op->offset >= 0xffd0 ? 4 : 8;
	int want = op->offset % align ? -EINVAL : size ? 0 : -ENXIO, got;
	u64 value = op->value;

	if (op->write) {
		got = vgic_user_its_set(m->vm, m->its, VGIC_GRP_ITS_REGS, op->offset, &value);
		return got == (want ? want : ref_its_user_write(r, start, value));
	}
	got = vgic_user_its_get(m->vm, m->its, VGIC_GRP_ITS_REGS, op->offset, &value);
	return got == want && (want || value == ref_its_read(r, start));
}

static bool step_redist(struct mmio_vm *m, struct ref *r, const struct op *op)
{
	u32 start = op->offset & (op->offset < 8 ? ~3u : ~7u), size = op->offset < 8 ? 4 : 8;
	bool legal = op->offset % op->len == 0 && op->len >= 4 && op->len <= size;
	u32 shift = legal ? 8 * (op->offset - start) : 0;
	bool iidr = start == 4;
	u64 now = iidr ? 0x4b00043b : ref_redist_read(r, op->v, start);
	u64 want = legal ? now >> shift & ones(op->len) : 0, got = 0;

	if (legal && op->write && !iidr)
		ref_redist_write(r, op->v, start, op->value << shift, ones(op->len) << shift);
	if (op->kind == REDIST_GUEST)
		return guest_step(m, op, RD(op->v), want);
	if (op->write)
		return redist_set(m, op->v, op->offset, op->value) == 0;
	return user_get(m, VGIC_GRP_REDIST_REGS, cpu_attr(op->v, op->offset), &got) == 0 &&
	       got == want;
}

static bool step(struct mmio_vm *m, struct ref *r, const struct op *op)
{
	u64 none = 0;

	switch (op->kind) {
	case ITS_GUEST: return step_its_guest(m, r, op);
	case ITS_USER: return step_its_user(m, r, op);
	case ITS_RESET:
		ref_its_reset(r);
		return !vgic_user_its_set(m->vm, m->its, VGIC_GRP_CTRL, VGIC_CTRL_ITS_RESET, &none);
	default: return step_redist(m, r, op);
	}
}

/* Every register, at the end of a stream. */
static bool states_agree(struct mmio_vm *m, struct ref *r)
{
	static const u32 its[] = { 0, 0x80, 0x88, 0x90, 0x100, 0x108 };
	struct op op = { .kind = ITS_GUEST };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(its); i++) {
		op.offset = its[i];
		op.len = its[i] ? 8 : 4;
		if (!step(m, r, &op))
			return false;
	}
	op.kind = REDIST_GUEST;
	for (op.v = 0; op.v < NR_VCPUS; op.v++)
		for (i = 0; i < 3; i++) {
			op.offset = i ? 0x68 + 8 * i : 0;
			op.len = i ? 8 : 4;
			if (!step(m, r, &op))
				return false;
		}
	return true;
}

static bool stream_agrees(const struct op *ops, u32 n)
{
	struct vgic_policy p = mmio_policy();
	struct mmio_vm m;
	struct ref r;
	bool same = true;
	u32 k;

	port_reset();
	mmio_create(&m, VGIC_V3, NR_VCPUS, true, &p);
	ref_reset(&r);
	for (k = 0; k < n && same; k++)
		same = step(&m, &r, &ops[k]);
	same = same && states_agree(&m, &r);
	mmio_destroy(&m);
	port_assert_quiet();
	return same;
}

static bool differs(const void *ops, u32 n, const void *arg)
{
	(void)arg;
	return !stream_agrees(ops, n);
}

START_TEST(table_registers_agree_with_the_naive_model)
{
	uint64_t state = check_seed();
	struct op ops[STREAM];
	u32 round, k, n;

	for (round = 0; round < 1000 * check_effort(); round++) {
		for (k = 0; k < STREAM; k++)
			ops[k] = random_op(&state);
		if (stream_agrees(ops, STREAM))
			continue;
		n = shrink(ops, STREAM, sizeof(*ops), differs, NULL);
		for (k = 0; k < n; k++)
			printf("%s %s v=%u %#x/%u value %#llx\n", kinds[ops[k].kind],
			       ops[k].write ? "write" : "read", ops[k].v, ops[k].offset, ops[k].len,
			       (unsigned long long)ops[k].value);
		fflush(stdout);
		ck_abort_msg("round %u differs from the model", round);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, table_registers_agree_with_the_naive_model);
}

CHECK_MAIN("streams of table registers", add, NULL, NULL)
