/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile guest and a hostile user space as interpreters of a byte string: fuzz targets feed them
 * what the fuzzer finds, the property test random bytes. After each operation the vGIC's invariants
 * are checked; nothing may be left behind at the end.
 */
#ifndef FUZZ_VGIC_HOSTILE_H
#define FUZZ_VGIC_HOSTILE_H

#include "tests/unit/models/vgic-mmio/mmio-vm.h"

#define HOSTILE_MAX_OPS 400u

struct hostile_input {
	const u8 *data;
	size_t left;
};

/* The next n bytes (at most 8), little-endian; zeros beyond the end. */
static inline u64 take(struct hostile_input *in, u32 n)
{
	u64 value = 0;
	u32 i;

	for (i = 0; i < n && in->left; i++, in->left--)
		value |= (u64)*in->data++ << (8 * i);
	return value;
}

/* ---- invariants ---- */

static inline u32 list_length(const struct vgic_ap_list *ap)
{
	const struct vgic_irq *irq;
	u32 n = 0;

	plat_list_for_each(irq, &ap->head, ap_link) {
		must(irq->vcpu && irq->vcpu->ap == ap);
		n++;
	}
	must(n == ap->len);
	return n;
}

static inline u32 check_irq(const struct vgic_vm *vm, const struct vgic_irq *irq)
{
	must(!irq->lock.held);
	must(irq->intid >= VGIC_LPI_BASE || !(irq->priority & 7));
	if (vm->model == VGIC_V2 && irq->intid >= VGIC_NR_PRIVATE)
		must(irq->target && !(irq->targets >> vm->nr_vcpus));
	if (vm->model == VGIC_V2 && irq->intid < VGIC_NR_SGIS)
		must(irq->pending_latch == (irq->source != 0));
	return irq->vcpu != NULL;
}

static inline void check_invariants(struct mmio_vm *m)
{
	struct vgic_vm *vm = m->vm;
	u32 v, i, on_lists = 0, queued = 0;
	struct vgic_irq *irq;
	u64 intid;

	must(!port.nr_held);
	must(!port.warnings);
	for (v = 0; v < vm->nr_vcpus; v++) {
		for (i = 0; i < VGIC_NR_PRIVATE; i++)
			queued += check_irq(vm, &vm->vcpus[v]->private_irqs[i]);
		if (!vm->nr_shared_ap)
			on_lists += list_length(vm->vcpus[v]->ap);
		must(!vm->vcpus[v]->mutex.owner);
	}
	for (i = 0; vm->spis && i < vm->nr_spis; i++)
		queued += check_irq(vm, &vm->spis[i]);
	plat_index_for_each(&vm->lpis, intid, irq)
		queued += check_irq(vm, irq);
	for (i = 0; i < vm->nr_shared_ap; i++)
		on_lists += list_length(&vm->shared_ap[i]);
	must(queued == on_lists);
}

/* ---- the machine, chosen by the first bytes ---- */

static inline struct vgic_policy hostile_policy(struct hostile_input *in, u32 nr_vcpus)
{
	struct vgic_policy p = mmio_policy();
	u32 bits = (u32)take(in, 2);

	p.ap_list = (u8)(bits % 3);
	p.ap_list_shards = (u16)nr_vcpus;
	p.overflow = bits >> 2 & 1;
	p.order = (u8)(bits >> 3 & 3);
	if (p.order == VGIC_ORDER_619 && p.overflow != VGIC_OVERFLOW_EOICOUNT)
		p.order = VGIC_ORDER_OLD;
	p.cache = (u8)(bits >> 5 & 3);
	p.sgi_lookup = bits >> 7 & 1;
	p.lpi_store = bits >> 8 & 1;
	p.mmio_access = bits >> 9 & 1;
	p.user_regs = (u8)((bits >> 10 & 3) % 3);
	p.iidr_write = (u8)(bits >> 12 & 3);
	p.iidr_rev = (u8)(1 + (bits >> 14) % 3);
	return p;
}

/* ---- places ---- */

/* Somewhere in some register of a map. */
static inline u32 hostile_register(const struct vgic_reg_map *map, struct hostile_input *in)
{
	const struct vgic_reg *row = &map->rows[take(in, 1) % map->nr];

	return row->offset + (u32)take(in, 2) % row->size;
}

static inline u64 hostile_address(struct mmio_vm *m, struct hostile_input *in, u32 where)
{
	bool v2 = m->vm->model == VGIC_V2;

	switch (where % 8) {
	case 0:
	case 1:
	case 2: return DIST + hostile_register(v2 ? &vgic_v2_dist_map : &vgic_v3_dist_map, in);
	case 3:
	case 4:
		return RD(take(in, 1) % m->vm->nr_vcpus) +
		       hostile_register(&vgic_v3_redist_map, in);
	case 5: return DIST + take(in, 2);
	case 6: return (v2 ? CPUIF : ITS) + take(in, 3) % GICV3_REDIST_SIZE;
	default: return take(in, 5);
	}
}

/* Hosts of GICv2 guests: GICv3, GICv2, GICv2 without virtualisation. */
static inline void hostile_host(bool v3, u32 kind)
{
	mmio_host.arch = v3 || kind % 3 == 0 ? GIC_ARCH_V3 : GIC_ARCH_V2;
	mmio_host.no_gicv = !v3 && kind % 3 == 2;
}

/* ---- a hostile guest ---- */

/* Some accesses to GICC while the guest runs. True: a DIR is to be finished after the exit. */
static inline bool hostile_cpuif(struct vgic_vcpu *v, struct hostile_input *in, u32 acts, u32 *dir)
{
	static const u16 registers[] = { GICC_CTLR,   GICC_PMR,	  GICC_BPR,   GICC_IAR,	 GICC_EOIR,
					 GICC_RPR,    GICC_HPPIR, GICC_ABPR,  GICC_AIAR, GICC_AEOIR,
					 GICC_AHPPIR, GICC_APR,	  GICC_NSAPR, GICC_IIDR, GICC_DIR };
	u32 iar = 1023, i;

	for (i = 0; i < acts >> 4; i++) {
		u32 how = (u32)take(in, 1), offset = registers[how % PLAT_ARRAY_SIZE(registers)];
		u32 len = (how >> 4) % 8 == 7 ? 1u << (how & 3) : 4, value;

		if ((how >> 4) % 8 == 6)
			offset = (u32)take(in, 2);
		value = how & 0x80 ? iar : (u32)take(in, 4);
		if (acts & 2) {
			u32 read = vgic_v2_cpuif_read(v, offset, len);

			iar = offset == GICC_IAR || offset == GICC_AIAR ? read : iar;
		} else if (!vgic_v2_cpuif_write(v, offset, len, value)) {
			*dir = value;
			return true;
		}
		acts = acts & ~2u & 0xff;
		acts |= (u32)take(in, 1) & 2;
	}
	return false;
}

static inline void hostile_run(struct mmio_vm *m, struct vgic_vcpu *v, struct hostile_input *in,
			       u32 acts)
{
	struct gic_pe *pe = gic_pe(m->gic, v->id % MMIO_PES);
	bool deactivate = false;
	u32 intid, dir = 0;

	vgic_load(v, pe);
	vgic_check_requests(v);
	vgic_flush(v);
	if (!vgic_enter_guest(v)) {
		vgic_sync(v);
		vgic_put(v);
		return;
	}
	if (m->vm->model == VGIC_V2) {
		intid = vgic_v2_cpuif_read(v, GICC_IAR, 4);
		if (acts & 1)
			vgic_v2_cpuif_write(v, GICC_EOIR, 4, intid);
		deactivate = hostile_cpuif(v, in, acts, &dir);
	} else {
		intid = icv_iar_read(pe, 1);
		if (acts & 1)
			icv_eoir_write(pe, 1, intid);
	}
	vgic_leave_guest(v);
	vgic_sync(v);
	if (deactivate)
		vgic_deactivate(v, dir);
	vgic_put(v);
}

static inline void hostile_guest_op(struct mmio_vm *m, struct hostile_input *in)
{
	u32 kind = (u32)take(in, 1);
	struct vgic_vcpu *v = m->vm->vcpus[take(in, 1) % m->vm->nr_vcpus];
	u32 sizes = (u32)take(in, 1);
	u64 value, addr;

	switch (kind % 8) {
	case 0:
	case 1:
	case 2:
		addr = hostile_address(m, in, kind >> 3);
		value = take(in, 8);
		vgic_mmio_write(v, addr & ~(u64)(sizes & 4 ? (1u << (sizes & 3)) - 1 : 0),
				1u << (sizes & 3), value);
		break;
	case 3:
		addr = hostile_address(m, in, kind >> 3);
		must(vgic_mmio_read(v, addr & ~(u64)(sizes & 4 ? (1u << (sizes & 3)) - 1 : 0),
				    1u << (sizes & 3), &value) ||
		     !value);
		break;
	case 4: vgic_inject_irq(m->vm, v, VGIC_NR_SGIS + sizes, take(in, 1) & 1, NULL); break;
	case 5: hostile_run(m, v, in, sizes); break;
	case 6:
		if (m->vm->model == VGIC_V3)
			vgic_send_sgi(v, take(in, 8), sizes & 1);
		break;
	case 7:
		addr = RAM + (take(in, 3) & ~7ull);
		gic_mem_write64(&m->ram, addr, take(in, 8));
		break;
	}
}

static inline void hostile_guest(const u8 *data, size_t size)
{
	struct hostile_input in = { data, size };
	struct vgic_policy p;
	struct mmio_vm m;
	u32 ops = 0, shape = (u32)take(&in, 1), nr_vcpus = 1 + (shape >> 1) % 8;

	port_reset();
	p = hostile_policy(&in, nr_vcpus);
	hostile_host(shape & 1, shape >> 4);
	mmio_create(&m, shape & 1 ? VGIC_V3 : VGIC_V2, nr_vcpus, shape & 1, &p);
	while (in.left && ops++ < HOSTILE_MAX_OPS) {
		hostile_guest_op(&m, &in);
		check_invariants(&m);
	}
	mmio_destroy(&m);
	port_assert_quiet();
}

/* ---- a hostile user space ---- */

static inline u64 hostile_attr(struct mmio_vm *m, struct hostile_input *in, u32 group, u32 how)
{
	static const u16 sysregs[] = {
		SYSREG_ICC_PMR,	    SYSREG_ICC_BPR0,	SYSREG_ICC_AP0R(0), SYSREG_ICC_AP0R(3),
		SYSREG_ICC_AP1R(0), SYSREG_ICC_AP1R(3), SYSREG_ICC_BPR1,    SYSREG_ICC_CTLR,
		SYSREG_ICC_SRE,	    SYSREG_ICC_IGRPEN0, SYSREG_ICC_IGRPEN1, 0,
	};
	u64 cpu = how & 4 ? take(in, 1) : take(in, 1) % m->vm->nr_vcpus;
	u32 align = how & 2 ? 3 : 0;

	if (how & 8)
		return take(in, 8);
	switch (group) {
	case VGIC_GRP_DIST_REGS:
		return cpu << 32 | (hostile_register(m->vm->model == VGIC_V2 ? &vgic_v2_dist_map
									     : &vgic_v3_dist_map,
						     in) &
				    ~align);
	case VGIC_GRP_CPU_REGS:
		return cpu << 32 | (hostile_register(&vgic_v2_cpuif_map, in) & ~align);
	case VGIC_GRP_REDIST_REGS:
		return cpu << 32 | (hostile_register(&vgic_v3_redist_map, in) & ~align);
	case VGIC_GRP_CPU_SYSREGS:
		return cpu << 32 | sysregs[take(in, 1) % PLAT_ARRAY_SIZE(sysregs)];
	case VGIC_GRP_LEVEL_INFO: return cpu << 32 | take(in, 1) << 5;
	default: return how & 1 ? take(in, 2) : take(in, 1) % 8;
	}
}

/* Attributes of an ITS device: offsets of its registers are below 0x140. */
static inline void hostile_its_op(struct mmio_vm *m, struct hostile_input *in, u32 how, u64 attr)
{
	u32 group = (u32)(take(in, 1) % 10);
	u64 value = take(in, 8);
	u64 *where = how & 0x80 ? NULL : &value;

	if (group > VGIC_GRP_CTRL)
		group = VGIC_GRP_ITS_REGS;
	if (group == VGIC_GRP_ITS_REGS)
		attr = how & 1 ? attr : (attr & 0x1f8);
	switch (how % 3) {
	case 0: vgic_user_its_set(m->vm, m->its, group, attr, where); break;
	case 1: vgic_user_its_get(m->vm, m->its, group, attr, where); break;
	default: vgic_user_its_has(m->vm, m->its, group, attr); break;
	}
}

static inline void hostile_attr_op(struct mmio_vm *m, struct hostile_input *in)
{
	u32 kind = (u32)take(in, 1), how = (u32)take(in, 1);
	u32 group = (kind >> 4) % 11;
	u64 attr = hostile_attr(m, in, group, how), value = take(in, 8);
	u64 *where = (how & 0xe0) == 0xe0 ? NULL : &value;
	struct vgic_vcpu *v = m->vm->vcpus[how % m->vm->nr_vcpus];

	switch (kind & 15) {
	default: vgic_user_set(m->vm, group, attr, where); break;
	case 4:
	case 5:
	case 6: vgic_user_get(m->vm, group, attr, where); break;
	case 7: vgic_user_has(m->vm, group, attr); break;
	case 8:
	case 9:
		if (m->its)
			hostile_its_op(m, in, how, attr);
		else if (m->vm->model == VGIC_V3 && vits_create(&m->its, m->vm))
			m->its = NULL;
		break;
	case 10: port.fail_at = how & 15 ? port.allocs + (how & 15) : 0; break;
	case 11: vgic_user_set(m->vm, VGIC_GRP_CTRL, VGIC_CTRL_INIT, NULL); break;
	case 12: /* while a vCPU is in its run loop */
		v->mutex.owner = m;
		vgic_user_set(m->vm, group, attr, where);
		v->mutex.owner = NULL;
		break;
	case 13: gic_mem_write64(&m->ram, RAM + (attr & 0xfffff8), value); break;
	case 14:
		if (m->vm->initialised && vgic_map_resources(m->vm) == 0)
			hostile_guest_op(m, in);
		break;
	case 15: vgic_user_set(m->vm, VGIC_GRP_ADDR, how % 6, where); break;
	}
}

static inline void hostile_user(const u8 *data, size_t size)
{
	struct hostile_input in = { data, size };
	struct vgic_policy p;
	struct mmio_vm m;
	u32 ops = 0, shape = (u32)take(&in, 1), nr_vcpus = 1 + (shape >> 1) % 8;

	port_reset();
	p = hostile_policy(&in, nr_vcpus);
	hostile_host(shape & 1, shape >> 4);
	mmio_create_bare(&m, shape & 1 ? VGIC_V3 : VGIC_V2, nr_vcpus, shape & 0x80 ? 96 : 0, &p);
	while (in.left && ops++ < HOSTILE_MAX_OPS) {
		hostile_attr_op(&m, &in);
		check_invariants(&m);
	}
	port.fail_at = 0;
	mmio_destroy(&m);
	port_assert_quiet();
}

#endif
