// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * User space restores a virtual ITS from tables with anything in them, flat or indirect, with
 * memory running out, then uses, saves and restores it again: no crash, no hang, no leak, and a
 * restore that fails leaves no device behind.
 */
#include "hostile-its.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define L2_TABLE 0x40600000ull

/* One entry of one of the tables, well formed but for a few bits. */
static void put_entry(struct mmio_vm *m, struct hostile_input *in)
{
	u32 kind = (u32)take(in, 1), place = hostile_id(in) & 0x1fff, next = hostile_id(in);
	u64 noise = kind & 0x80 ? take(in, 8) : 0, entry, table;

	switch (kind & 7) {
	case 0:
	case 1:
		table = kind & 8 ? L2_TABLE : DEV_TABLE;
		entry = 1ull << 63 | (u64)(next & 0x3fff) << 49 | ITT(place & 7) >> 8 << 5 |
			(take(in, 1) & 15);
		break;
	case 2:
		table = COL_TABLE;
		entry = 1ull << 63 | (u64)(next & 7) << 16 | hostile_id(in);
		break;
	case 3:
		table = DEV_TABLE;
		entry = GITS_L1_VALID | (L2_TABLE + (next & 1) * 0x10000ull);
		break;
	default:
		table = ITT(kind >> 4 & 7);
		entry = (u64)next << 48 | (u64)(VGIC_LPI_BASE + hostile_id(in)) << 16 |
			(take(in, 1) & 15);
		break;
	}
	gic_mem_write64(&m->ram, table + 8ull * place, entry ^ noise);
}

static void one_op(struct mmio_vm *m, struct hostile_input *in)
{
	u32 kind = (u32)take(in, 1);
	u64 cmd[4];

	switch (kind & 7) {
	case 0:
		if (vits_restore_tables(m->its))
			must(!m->its->nr_collections);
		break;
	case 1:
		vits_save_tables(m->its);
		vits_save_pending_tables(m->vm);
		break;
	case 2:
		hostile_command(in, cmd);
		hostile_post(m, cmd);
		break;
	case 3: hostile_msi(m, in); break;
	case 4: port.fail_at = port.allocs + 1 + (kind >> 3); break;
	default: put_entry(m, in); break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hostile_input in = { data, size };
	struct vgic_policy p;
	struct mmio_vm m;
	u32 ops = 0, shape;

	port_reset();
	p = hostile_policy(&in, 3);
	shape = (u32)take(&in, 1);
	vits_vm_create(&m, 3, &p);
	guest_write(&m, 0, ITS + GITS_CTLR, 4, 0);
	if (shape & 1)
		guest_write(&m, 0, ITS + GITS_BASER, 8,
			    GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	guest_write(&m, 0, ITS + GITS_CTLR, 4, 1);
	while (in.left && ops++ < HOSTILE_MAX_OPS) {
		one_op(&m, &in);
		check_invariants(&m);
		check_its(&m);
	}
	port.fail_at = 0;
	mmio_destroy(&m);
	port_assert_quiet();
	return 0;
}
