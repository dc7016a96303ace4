// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Saving the tables of a virtual ITS and restoring them in another VM, with guest memory and
 * redistributors moved before, gives the same mapping: every (device, event) reaches the same LPI
 * through the same collection, LPIs have the same configuration, and pending ones are pending
 * (spec/vgic.md 2.10, 3.7). Random maps, flat and indirect device tables. Of a map that comes out
 * otherwise only the commands that it takes are printed.
 */
#include "tests/unit/models/vits/vits-state.h"

#include "tests/lib/check-main.h"
#include "tests/lib/shrink.h"

#define L2_PAGES  0x40800000ull
#define BIG_ITTS  0x41000000ull
#define NR_VCPUS  4u
#define NR_ROUNDS 25u
#define MAX_OPS	  256u

enum op_kind { OP_MAPC, OP_MAPD, OP_EVENT };

/* What the guest does before its tables are saved. */
struct op {
	enum op_kind kind;
	u32 icid, vcpu;	       /* MAPC; the ICID also of an event */
	u32 dev, itt, bits;    /* MAPD; the device also of an event */
	u32 event, lpi, raise; /* MAPTI, and an MSI if `raise` */
	u8 config;
};

static struct mmio_vm from, to;

static void create(struct mmio_vm *m, bool indirect, bool xarray)
{
	struct vgic_policy p = xarray ? xarray_policy() : mmio_policy();
	u32 i;

	vits_vm_create(m, NR_VCPUS, &p);
	if (!indirect)
		return;
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	guest_write(m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
	for (i = 0; i < 8; i += 2) /* every other page of devices is there */
		ram_write64(m, DEV_TABLE + 8 * i, GITS_L1_VALID | (L2_PAGES + i * 0x10000));
}

static u32 below(u64 *rng, u32 n)
{
	return (u32)(check_random(rng) >> 33) % n;
}

static u32 random_mapcs(struct op *ops, u64 *rng)
{
	u32 n = 0, i;

	for (i = 0; i < 5; i++)
		ops[n++] = (struct op){ .kind = OP_MAPC,
					.icid = below(rng, 8192),
					.vcpu = below(rng, NR_VCPUS) };
	for (i = 0; i < NR_VCPUS; i++)
		ops[n++] = (struct op){ .kind = OP_MAPC, .icid = i, .vcpu = i };
	return n;
}

/* Random devices, collections and events; some LPIs pending. */
static u32 random_ops(struct op ops[MAX_OPS], u64 *rng, bool indirect)
{
	u32 nr = random_mapcs(ops, rng), n = 1 + below(rng, 12), lpi = 8192;

	while (n--) {
		struct op mapd = { .kind = OP_MAPD,
				   .dev = below(rng, indirect ? 65536 : 8192),
				   .itt = n,
				   .bits = 1 + below(rng, 12) };
		u32 events = below(rng, 20);

		ops[nr++] = mapd;
		while (events--)
			ops[nr++] = (struct op){ .kind = OP_EVENT,
						 .dev = mapd.dev,
						 .event = below(rng, 1u << mapd.bits),
						 .lpi = lpi++,
						 .icid = below(rng, 6),
						 .config = (u8)check_random(rng),
						 .raise = !below(rng, 3) };
	}
	return nr;
}

/* What the ITS refuses, as an event of a device that is not mapped, changes nothing. */
static void do_op(struct mmio_vm *m, const struct op *op)
{
	u64 cmd[4];

	switch (op->kind) {
	case OP_MAPC: mapc(op->icid, op->vcpu, true); break;
	case OP_MAPD:
		its_build_mapd(cmd, op->dev, BIG_ITTS + op->itt * 0x10000ull, op->bits, true);
		its_cmd(m, cmd);
		break;
	case OP_EVENT:
		lpi_config(m, op->lpi, op->config);
		if (!mapti(op->dev, op->event, op->lpi, op->icid) && op->raise)
			msi(m, op->dev, op->event);
		break;
	}
}

static void print_op(const struct op *op)
{
	switch (op->kind) {
	case OP_MAPC: printf("MAPC %u to vCPU %u\n", op->icid, op->vcpu); break;
	case OP_MAPD: printf("MAPD %u: ITT %u, %u bits\n", op->dev, op->itt, op->bits); break;
	case OP_EVENT:
		printf("MAPTI %u/%u: LPI %u, collection %u, configuration %02x%s\n", op->dev,
		       op->event, op->lpi, op->icid, op->config, op->raise ? ", MSI" : "");
		break;
	}
}

/* What a migration carries besides the tables: all of guest memory. */
static void copy_memory(struct mmio_vm *dst, struct mmio_vm *src)
{
	const u8 *page;
	u64 addr;

	for (addr = RAM; addr < RAM + RAM_SIZE; addr += 0x1000) {
		page = gic_mem_peek_page(&src->ram, addr);
		if (page)
			ck_assert_int_eq(gic_mem_write(&dst->ram, addr, page, 0x1000), 0);
	}
}

/* What the restored VM has otherwise; "": nothing. The caller frees it. */
static char *moved_otherwise(void)
{
	char *before, *after, *diff;

	copy_memory(&to, &from);
	if (vits_restore_tables(to.its))
		return strdup("the tables are refused");
	before = vits_mapping(&from);
	after = vits_mapping(&to);
	diff = lines_diff(before, after);
	free(before);
	free(after);
	return diff;
}

/* Bits of a configuration: 0 indirect tables, 1 the xarray policies. */
static char *round_trip(const struct op *ops, u32 n, int config)
{
	char *diff;
	u32 i;

	port_reset();
	create(&from, config & 1, config & 2);
	create(&to, config & 1, config & 2);
	for (i = 0; i < n; i++)
		do_op(&from, &ops[i]);
	ck_assert_int_eq(vits_save_tables(from.its), 0);
	ck_assert_int_eq(vits_save_pending_tables(from.vm), 0);
	diff = moved_otherwise();
	mmio_destroy(&from);
	mmio_destroy(&to);
	port_assert_quiet();
	return diff;
}

static bool differs(const void *ops, u32 n, const void *config)
{
	char *diff = round_trip(ops, n, *(const int *)config);
	bool found = *diff;

	free(diff);
	return found;
}

static void report(struct op *ops, u32 n, int config)
{
	char *diff;
	u32 i;

	n = shrink(ops, n, sizeof(*ops), differs, &config);
	for (i = 0; i < n; i++)
		print_op(&ops[i]);
	fflush(stdout);
	diff = round_trip(ops, n, config);
	ck_abort_msg("configuration %d: the mapping changed\n%.1000s", config, diff);
}

START_TEST(a_restored_vits_maps_what_the_saved_one_mapped)
{
	u64 rng = check_seed() + (u64)_i;
	struct op ops[MAX_OPS];
	u32 i, n;

	for (i = 0; i < NR_ROUNDS * check_effort(); i++) {
		n = random_ops(ops, &rng, _i & 1);
		if (differs(ops, n, &_i))
			report(ops, n, _i);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_restored_vits_maps_what_the_saved_one_mapped, 0, 4);
}

CHECK_MAIN("vITS save and restore of random maps", add, NULL, NULL)
