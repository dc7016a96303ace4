/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VM for the tests of register maps and attributes: host GIC with four PEs, guest RAM, frames
 * placed as on QEMU's virt machine, 128 interrupts, preset like Linux 6.1's.
 */
#ifndef TEST_MMIO_VM_H
#define TEST_MMIO_VM_H

#include <stdio.h>
#include <stdlib.h>

#include "models/arch/gicv2.h"
#include "models/arch/gicv3.h"
#include "models/vgic/vgic-mmio.h"
#include "models/vgic/vgic-user.h"
#include "models/vgic/vits.h"
#include "tests/lib/port.h"

/* For what a test takes for granted; fuzz targets, which have no Check, share this file. */
#define must(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

#define DIST	       0x08000000ull
#define CPUIF	       0x08010000ull
#define ITS	       0x08080000ull
#define REDIST	       0x080a0000ull
#define RD(n)	       (REDIST + (n) * (u64)GICV3_REDIST_SIZE)
#define SGI_FRAME(n)   (RD(n) + GICR_SGI_BASE)
#define RAM	       0x40000000ull
#define RAM_SIZE       0x02000000ull
#define PROP_TABLE     0x40100000ull
#define PEND_TABLE     0x40200000ull
#define MMIO_PES       4u
#define MMIO_MAX_VCPUS 512u

/* The host of VMs that are created from now on; zeros: a GICv3 that has GICV, 5 bits of priority. */
static struct {
	enum gic_arch arch;
	bool no_gicv;
	u32 vprio_bits;
} mmio_host;

struct mmio_vm {
	struct gic_mem host, ram;
	struct gic *gic;
	struct vgic_vm *vm;
	struct vgic_its *its;
	u8 pe_port[MMIO_PES];
	u8 vcpu_port[MMIO_MAX_VCPUS];
};

static inline struct vgic_policy mmio_policy(void)
{
	struct vgic_policy p = {
		.ap_list = VGIC_AP_PER_VCPU,
		.order = VGIC_ORDER_OLD,
		.overflow = VGIC_OVERFLOW_CLASSIC,
		.cache = VGIC_CACHE_LRU,
		.sgi_lookup = VGIC_SGI_WALK,
		.lpi_store = VGIC_LPI_STORE_LIST,
		.mmio_access = VGIC_MMIO_TRYLOCK,
		.iidr_rev = 3,
		.cache_per_vcpu = 16,
	};

	return p;
}

static inline void mmio_host_create(struct mmio_vm *m)
{
	static const u32 affinity[MMIO_PES] = { 0, 1, 2, 3 };
	struct gic_config cfg = {
		.arch = mmio_host.arch,
		.no_gicv = mmio_host.no_gicv,
		.nr_pes = MMIO_PES,
		.nr_spis = 128,
		.lpi_id_bits = 16,
		.prio_bits = 5,
		.nr_lrs = 4,
		.vprio_bits = mmio_host.vprio_bits ? mmio_host.vprio_bits : 5,
	};
	void *ports[MMIO_PES];
	u32 i;

	for (i = 0; i < MMIO_PES; i++)
		ports[i] = &m->pe_port[i];
	gic_mem_init(&m->host);
	gic_mem_init(&m->ram);
	must(gic_mem_add_region(&m->host, 0, 1ull << 30) == 0);
	must(gic_mem_add_region(&m->ram, RAM, RAM_SIZE) == 0);
	must(gic_create(&m->gic, &cfg, &m->host, affinity, ports) == 0);
}

/* Host and vGIC, not initialised, no frames placed. */
static inline void mmio_create_bare(struct mmio_vm *m, enum vgic_model model, u32 nr_vcpus,
				    u32 nr_irqs, const struct vgic_policy *policy)
{
	struct vgic_vm_config cfg = {
		.model = model,
		.nr_vcpus = nr_vcpus,
		.nr_irqs = nr_irqs,
		.policy = *policy,
		.port = m,
	};
	void *ports[MMIO_MAX_VCPUS];
	u32 i;

	memset(m, 0, sizeof(*m));
	mmio_host_create(m);
	for (i = 0; i < nr_vcpus; i++)
		ports[i] = &m->vcpu_port[i];
	cfg.vcpu_ports = ports;
	must(vgic_create(&m->vm, m->gic, &m->ram, &cfg) == 0);
}

static inline void mmio_place(struct mmio_vm *m, bool with_its)
{
	must(vgic_set_dist_base(m->vm, DIST) == 0);
	if (m->vm->model == VGIC_V2)
		must(vgic_set_cpu_base(m->vm, CPUIF) == 0);
	else
		must(vgic_set_redist_region(m->vm, 0, REDIST, 0) == 0);
	if (with_its) {
		must(vits_create(&m->its, m->vm) == 0);
		must(vits_set_base(m->its, ITS) == 0);
	}
	must(vgic_init(m->vm) == 0);
	must(vgic_map_resources(m->vm) == 0);
}

/* A VM whose vCPUs could run. */
static inline void mmio_create(struct mmio_vm *m, enum vgic_model model, u32 nr_vcpus,
			       bool with_its, const struct vgic_policy *policy)
{
	mmio_create_bare(m, model, nr_vcpus, 128, policy);
	mmio_place(m, with_its);
}

static inline void mmio_destroy(struct mmio_vm *m)
{
	if (m->its)
		vits_destroy(m->its);
	vgic_destroy(m->vm);
	gic_destroy(m->gic);
	gic_mem_destroy(&m->host);
	gic_mem_destroy(&m->ram);
}

static inline struct vgic_irq *mmio_irq(struct mmio_vm *m, u32 v, u32 intid)
{
	return vgic_get_irq(m->vm, m->vm->vcpus[v], intid);
}

/* ---- guest ---- */

static inline u64 guest_read(struct mmio_vm *m, u32 v, u64 addr, u32 len)
{
	u64 value = ~0ull;

	must(vgic_mmio_read(m->vm->vcpus[v], addr, len, &value));
	return value;
}

static inline void guest_write(struct mmio_vm *m, u32 v, u64 addr, u32 len, u64 value)
{
	must(vgic_mmio_write(m->vm->vcpus[v], addr, len, value));
}

static inline u32 rd32(struct mmio_vm *m, u64 addr)
{
	return (u32)guest_read(m, 0, addr, 4);
}

static inline void wr32(struct mmio_vm *m, u64 addr, u32 value)
{
	guest_write(m, 0, addr, 4, value);
}

/* ---- user space ---- */

static inline int user_set(struct mmio_vm *m, u32 group, u64 attr, u64 value)
{
	return vgic_user_set(m->vm, group, attr, &value);
}

static inline int user_get(struct mmio_vm *m, u32 group, u64 attr, u64 *value)
{
	return vgic_user_get(m->vm, group, attr, value);
}

static inline u64 user_value(struct mmio_vm *m, u32 group, u64 attr)
{
	u64 value = ~0ull;

	must(vgic_user_get(m->vm, group, attr, &value) == 0);
	return value;
}

#define dist_get(m, offset)	   user_value((m), VGIC_GRP_DIST_REGS, (offset))
#define dist_set(m, offset, value) user_set((m), VGIC_GRP_DIST_REGS, (offset), (value))
#define cpu_attr(v, offset)	   ((u64)(v) << 32 | (offset))
#define redist_get(m, v, offset)   user_value((m), VGIC_GRP_REDIST_REGS, cpu_attr(v, offset))
#define redist_set(m, v, offset, value) \
	user_set((m), VGIC_GRP_REDIST_REGS, cpu_attr(v, offset), (value))

#endif
