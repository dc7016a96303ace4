// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random command streams: the virtual ITS against a naive model of it. After each operation the
 * result and the whole state are equal. A stream that shows a difference is made shorter until
 * every operation left is needed, and printed.
 */
#include "its-reference.h"

#include "tests/unit/models/vits/vits-vm.h"

#include "tests/lib/check-main.h"

#define STREAM	   400
#define STREAMS	   30
#define WIDE_TABLE 8192u

enum op_kind {
	OP_MAPD,
	OP_MAPC,
	OP_MAPTI,
	OP_MOVI,
	OP_DISCARD,
	OP_INT,
	OP_CLEAR,
	OP_INV,
	OP_INVALL,
	OP_MOVALL,
	OP_CONFIG,
	OP_MSI,
	OP_RUN,
	OP_LPIS_OFF,
	OP_LPIS_ON,
	OP_NR
};
static const char *const op_names[OP_NR] = {
	"mapd",	  "mapc",   "mapti",  "movi", "discard", "int",	     "clear",	"inv",
	"invall", "movall", "config", "msi",  "run",	 "lpis-off", "lpis-on",
};

struct op {
	enum op_kind kind;
	u32 a, b, c, d;
};

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;
static struct ref ref;
static char difference[256];

/* ---- random operations: mostly within the universe, sometimes just outside ---- */

static u32 pick(u64 *rng, u32 n, u32 odd)
{
	u32 v = (u32)(check_random(rng) >> 32);

	return v % 32 ? v / 32 % n : odd;
}

static struct op random_op(u64 *rng)
{
	static const u8 bits[] = { 1, 2, 4, 5, 5, 5, 16, 17 };
	struct op op = { .kind = pick(rng, OP_NR, OP_MAPTI) };

	switch (op.kind) {
	case OP_MAPD:
		op.a = pick(rng, REF_DEVICES, WIDE_TABLE);
		op.b = bits[pick(rng, sizeof(bits), 0)];
		op.c = pick(rng, 4, 0) != 0;
		break;
	case OP_MAPC:
		op.a = pick(rng, REF_ICIDS, WIDE_TABLE);
		op.b = pick(rng, REF_VCPUS, REF_VCPUS);
		op.c = pick(rng, 4, 0) != 0;
		break;
	case OP_INVALL: op.a = pick(rng, REF_ICIDS, WIDE_TABLE); break;
	case OP_MOVALL:
		op.a = pick(rng, REF_VCPUS, REF_VCPUS);
		op.b = pick(rng, REF_VCPUS, REF_VCPUS);
		break;
	case OP_CONFIG:
		op.a = pick(rng, REF_LPIS, 0);
		op.b = (u8)check_random(rng);
		break;
	case OP_RUN:
	case OP_LPIS_OFF:
	case OP_LPIS_ON: op.a = pick(rng, REF_VCPUS, 0); break;
	default:
		op.a = pick(rng, REF_DEVICES, WIDE_TABLE);
		op.b = pick(rng, 12, REF_EVENTS - 1);
		op.c = 8192 + pick(rng, REF_LPIS, pick(rng, 2, 0) ? 65536 - 8192 : ~0u);
		op.d = pick(rng, REF_ICIDS, WIDE_TABLE);
		break;
	}
	return op;
}

/* ---- one operation on both ---- */

static int model_cmd(const struct op *op)
{
	switch (op->kind) {
	case OP_MAPD: return mapd(op->a, op->b, op->a, op->c);
	case OP_MAPC: return mapc(op->a, op->b, op->c);
	case OP_MAPTI: return mapti(op->a, op->b, op->c, op->d);
	case OP_MOVI: return movi(op->a, op->b, op->d);
	case OP_DISCARD: return discard(op->a, op->b);
	case OP_INT: return its_int(op->a, op->b);
	case OP_CLEAR: return its_clear(op->a, op->b);
	case OP_INV: return inv(op->a, op->b);
	case OP_INVALL: return invall(op->a);
	default: return movall(op->a, op->b);
	}
}

static int ref_cmd(const struct op *op)
{
	switch (op->kind) {
	case OP_MAPD: return ref_mapd(&ref, op->a, (int)op->b, op->c);
	case OP_MAPC: return ref_mapc(&ref, op->a, op->b, op->c);
	case OP_MAPTI: return ref_mapti(&ref, op->a, op->b, op->c, op->d);
	case OP_MOVI: return ref_movi(&ref, op->a, op->b, op->d);
	case OP_DISCARD: return ref_discard(&ref, op->a, op->b);
	case OP_INT: return ref_int(&ref, op->a, op->b);
	case OP_CLEAR: return ref_clear(&ref, op->a, op->b);
	case OP_INV: return ref_inv(&ref, op->a, op->b);
	case OP_INVALL: return ref_invall(&ref, op->a);
	default: return ref_movall(&ref, op->a, op->b);
	}
}

/* What KVM_SIGNAL_MSI returns for what INT does: 1 delivered, 0 mapping error, -errno. */
static int ref_msi(const struct op *op)
{
	int ret = ref_int(&ref, op->a, op->b);

	return ret < 0 ? ret : !ret;
}

/* An MSI, cache first: a hit must be what the tables would have done. */
static int model_msi(const struct op *op)
{
	return msi_fast(m, op->a, op->b) ? msi(m, op->a, op->b) : 1;
}

static void enable_lpis(u32 v, bool on)
{
	guest_write(m, v, RD(v) + GICR_CTLR, 4, on ? GICR_CTLR_ENABLE_LPIS : 0);
	ref_enable_lpis(&ref, (int)v, on);
}

static void run(u32 v)
{
	vgic_load(m->vm->vcpus[v], gic_pe(m->gic, v));
	vgic_flush(m->vm->vcpus[v]);
	vgic_sync(m->vm->vcpus[v]);
	vgic_put(m->vm->vcpus[v]);
	ref_run(&ref, (int)v);
}

static bool same_result(int got, int expected)
{
	if (got != expected)
		snprintf(difference, sizeof(difference), "result %#x, expected %#x", got, expected);
	return got == expected;
}

static bool step(const struct op *op)
{
	bool same = true;

	switch (op->kind) {
	case OP_CONFIG:
		lpi_config(m, 8192 + op->a, (u8)op->b);
		ref.config[op->a] = (u8)op->b;
		break;
	case OP_MSI: same = same_result(model_msi(op), ref_msi(op)); break;
	case OP_RUN: run(op->a); break;
	case OP_LPIS_OFF:
	case OP_LPIS_ON: enable_lpis(op->a, op->kind == OP_LPIS_ON); break;
	default: same = same_result(model_cmd(op), ref_cmd(op)); break;
	}
	ref_sweep(&ref);
	return same;
}

/* ---- the whole state ---- */

static bool same_lpi(u32 i)
{
	struct lpi_view got = lpi_view(m, 8192 + i);
	const struct ref_lpi *want = &ref.lpi[i];

	if (got.exists == want->alive &&
	    (!got.exists || (got.pending == want->pending && got.enabled == want->enabled &&
			     got.priority == want->priority && got.target == want->target &&
			     got.queued == want->queued)))
		return true;
	snprintf(difference, sizeof(difference),
		 "lpi %u: exists %d pending %d enabled %d prio %u target %d queued %d, expected "
		 "%d %d %d %u %d %d",
		 8192 + i, got.exists, got.pending, got.enabled, got.priority, got.target,
		 got.queued, want->alive, want->pending, want->enabled, want->priority,
		 want->target, want->queued);
	return false;
}

static bool same_event(u32 d, u32 e)
{
	struct vits_device *dev = plat_index_load(&m->its->devices, d);
	struct vits_ite *ite = dev ? plat_index_load(&dev->ites, e) : NULL;
	const struct ref_event *want = &ref.device[d].event[e];
	int icid = ite && !ite->orphan ? ite->icid : REF_NONE;

	if (!ite == !want->mapped &&
	    (!ite || (ite->irq->intid == 8192 + (u32)want->lpi && icid == want->icid)))
		return true;
	snprintf(difference, sizeof(difference), "event %u:%u mapped %d, expected %d", d, e, !!ite,
		 want->mapped);
	return false;
}

static bool same_state(void)
{
	u32 i, e;

	for (i = 0; i < REF_LPIS; i++) {
		if (!same_lpi(i))
			return false;
	}
	for (i = 0; i < REF_DEVICES; i++) {
		for (e = 0; e < REF_EVENTS; e++) {
			if (!same_event(i, e))
				return false;
		}
	}
	return true;
}

/* ---- streams ---- */

static void create(u32 config)
{
	struct vgic_policy p = config ? xarray_policy() : mmio_policy();

	port_reset();
	p.cache = (u8)(VGIC_CACHE_LRU + config % 3);
	p.cache_per_vcpu = 2;
	p.movall = config == 3 ? VGIC_MOVALL_QUIRK_ALL : VGIC_MOVALL_FILTER;
	vits_vm_create(m, REF_VCPUS, &p);
	ref_init(&ref);
	ref.quirk_all = config == 3;
}

static void destroy(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

/* The first operation after which both differ, or n. */
static u32 run_stream(const struct op *ops, u32 n, u32 config)
{
	u32 i;

	create(config);
	for (i = 0; i < n; i++) {
		if (!step(&ops[i]) || !same_state())
			break;
	}
	destroy();
	return i;
}

/* Leave out what is not needed for the difference; returns the operations left. */
static u32 shrink(struct op *ops, u32 n, u32 config)
{
	struct op kept[STREAM];
	u32 i;

	for (i = n; i-- > 0;) {
		memcpy(kept, ops, n * sizeof(*ops));
		memmove(&ops[i], &ops[i + 1], (n - i - 1) * sizeof(*ops));
		if (run_stream(ops, n - 1, config) < n - 1)
			n = run_stream(ops, n - 1, config) + 1;
		else
			memcpy(ops, kept, n * sizeof(*ops));
		if (i > n)
			i = n;
	}
	run_stream(ops, n, config);
	return n;
}

START_TEST(random_commands_do_what_the_naive_model_says)
{
	u64 rng = check_seed() + (u64)_i;
	struct op ops[STREAM];
	u32 s, i, n;

	for (s = 0; s < STREAMS * check_effort(); s++) {
		for (i = 0; i < STREAM; i++)
			ops[i] = random_op(&rng);
		n = run_stream(ops, STREAM, (u32)_i);
		if (n == STREAM)
			continue;
		n = shrink(ops, n + 1, (u32)_i);
		for (i = 0; i < n; i++)
			printf("%s %u %u %u %u\n", op_names[ops[i].kind], ops[i].a, ops[i].b,
			       ops[i].c, ops[i].d);
		fflush(stdout);
		ck_abort_msg("configuration %d: %s", _i, difference);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, random_commands_do_what_the_naive_model_says, 0, 4);
}

CHECK_MAIN("vITS against a naive model", add, NULL, NULL)
