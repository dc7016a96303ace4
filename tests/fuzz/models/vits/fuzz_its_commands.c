// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest that queues any command bytes, moves GITS_CWRITER anywhere, switches LPIs and the ITS on
 * and off and runs, while devices send MSIs and memory runs out: no crash, no hang, no leak.
 */
#include "hostile-its.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one_op(struct mmio_vm *m, struct hostile_input *in)
{
	u32 kind = (u32)take(in, 1), v = kind >> 4 & 3;
	u64 cmd[4];

	v %= m->vm->nr_vcpus;
	switch (kind & 15) {
	case 8:
	case 9: hostile_msi(m, in); break;
	case 10: hostile_run(m, m->vm->vcpus[v], in, kind >> 6); break;
	case 11:
		guest_write(m, v, RD(v) + GICR_PENDBASER, 8, PEND(v));
		guest_write(m, v, RD(v) + GICR_CTLR, 4, kind >> 6 & 1);
		break;
	case 12: guest_write(m, 0, ITS + (take(in, 1) & 0x1f8), 8, take(in, 8)); break;
	case 13: its_setup(m); break;
	case 14: port.fail_at = port.allocs + 1 + (kind >> 4); break;
	case 15: gic_mem_write64(&m->ram, RAM + (take(in, 3) & 0xfffff8), take(in, 8)); break;
	default:
		hostile_command(in, cmd);
		hostile_post(m, cmd);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hostile_input in = { data, size };
	struct vgic_policy p;
	struct mmio_vm m;
	u32 ops = 0;

	port_reset();
	p = hostile_policy(&in, 3);
	p.cache_per_vcpu = 1;
	p.its_stall = (u8)(take(&in, 1) % 3);
	p.its_unmap = p.its_stall & 1;
	vits_vm_create(&m, 3, &p);
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
