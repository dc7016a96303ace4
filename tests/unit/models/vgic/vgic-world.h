/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VM for the tests of the vGIC core: a host GIC with four PEs, vCPUs whose guests have their
 * CPU interface open (priority mask 0xf8, the highest with 5 bits; Group 1 on, Group 0 on for
 * GICv2), and guest RAM with LPI tables. vCPU n runs on PE n % 4. The distributor is enabled.
 */
#ifndef TEST_VGIC_WORLD_H
#define TEST_VGIC_WORLD_H

#include <check.h>
#include <stdlib.h>

#include "models/vgic/vgic-internal.h"
#include "models/vgic/vits-internal.h"
#include "tests/lib/port.h"

#define WORLD_PES	4u
#define WORLD_MAX_VCPUS 512u
#define WORLD_RAM	0x40000000ull
#define WORLD_PROP	0x40100000ull
#define WORLD_PEND	0x40200000ull
#define LPI(n)		(VGIC_LPI_BASE + (n))
#define SPI(n)		(VGIC_NR_PRIVATE + (n))

struct world {
	struct gic_mem host, ram;
	struct gic *gic;
	struct vgic_vm *vm;
	u8 vm_port;
	u8 pe_port[WORLD_PES];
	u8 vcpu_port[WORLD_MAX_VCPUS];
};

/* The world can be built outside of a test too. */
static inline void world_must(bool ok)
{
	if (!ok)
		abort();
}

static inline struct vgic_policy world_policy_61(void)
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

static inline struct vgic_policy world_policy_619(void)
{
	struct vgic_policy p = world_policy_61();

	p.order = VGIC_ORDER_619;
	p.overflow = VGIC_OVERFLOW_EOICOUNT;
	p.cache = VGIC_CACHE_XARRAY;
	p.lpi_store = VGIC_LPI_STORE_XARRAY;
	p.sgi_lookup = VGIC_SGI_HASH;
	return p;
}

static inline struct vgic_vcpu *vcpu(struct world *w, u32 n)
{
	return w->vm->vcpus[n];
}

/* A host of that architecture; `no_gicv`: gic_config of that name. */
static inline int world_host_of(struct world *w, enum gic_arch arch, bool no_gicv, bool has_tdir)
{
	static const u32 affinity[WORLD_PES] = { 0, 1, 2, 3 };
	void *ports[WORLD_PES];
	struct gic_config cfg = { .arch = arch,
				  .no_gicv = no_gicv,
				  .nr_pes = WORLD_PES,
				  .nr_spis = 64,
				  .lpi_id_bits = 16,
				  .prio_bits = 5,
				  .nr_lrs = 4,
				  .vprio_bits = 5,
				  .has_tdir = has_tdir,
				  .port = w };
	u32 i;

	memset(w, 0, sizeof(*w));
	for (i = 0; i < WORLD_PES; i++)
		ports[i] = &w->pe_port[i];
	gic_mem_init(&w->host);
	gic_mem_init(&w->ram);
	gic_mem_add_region(&w->ram, WORLD_RAM, 0x02000000);
	return gic_create(&w->gic, &cfg, &w->host, affinity, ports);
}

static inline int world_host(struct world *w, bool has_tdir)
{
	return world_host_of(w, GIC_ARCH_V3, false, has_tdir);
}

/* A VM, created only. */
static inline int world_vm(struct world *w, enum vgic_model model, u32 nr_vcpus,
			   struct vgic_policy policy)
{
	void *ports[WORLD_MAX_VCPUS];
	struct vgic_vm_config cfg = { .model = model,
				      .nr_vcpus = nr_vcpus,
				      .nr_irqs = 96,
				      .policy = policy,
				      .port = &w->vm_port,
				      .vcpu_ports = ports };
	u32 i;

	for (i = 0; i < nr_vcpus && i < WORLD_MAX_VCPUS; i++)
		ports[i] = &w->vcpu_port[i];
	return vgic_create(&w->vm, w->gic, &w->ram, &cfg);
}

/* On the host that world_host_of() made. */
static inline void world_open_here(struct world *w, enum vgic_model model, u32 nr_vcpus,
				   struct vgic_policy policy)
{
	u32 i;

	world_must(!world_vm(w, model, nr_vcpus, policy));
	world_must(!vgic_init(w->vm));
	w->vm->enabled = true;
	w->vm->propbaser = WORLD_PROP | 15;
	for (i = 0; i < nr_vcpus; i++) {
		struct vgic_vcpu *v = vcpu(w, i);

		v->pendbaser = WORLD_PEND + i * 0x10000ull;
		v->cpuif.vmcr = (u32)FIELD_PUT(0xf8, ICH_VMCR_VPMR) | ICH_VMCR_VENG1 |
				(model == VGIC_V2 ? ICH_VMCR_VENG0 : 0);
	}
	port_clear_records();
}

static inline void world_open(struct world *w, enum vgic_model model, u32 nr_vcpus,
			      struct vgic_policy policy)
{
	world_must(!world_host(w, true));
	world_open_here(w, model, nr_vcpus, policy);
}

static inline void world_close(struct world *w)
{
	if (w->vm)
		vgic_destroy(w->vm);
	gic_destroy(w->gic);
	gic_mem_destroy(&w->host);
	gic_mem_destroy(&w->ram);
}

/* ---- interrupts ---- */

static inline struct vgic_irq *spi(struct world *w, u32 n)
{
	return &w->vm->spis[n];
}

/* An enabled SPI that targets vCPU v. */
static inline struct vgic_irq *world_spi(struct world *w, u32 n, u32 v, u8 priority,
					 enum vgic_config config)
{
	struct vgic_irq *irq = spi(w, n);

	irq->enabled = true;
	irq->target = vcpu(w, v);
	irq->priority = priority;
	irq->config = config;
	return irq;
}

/* An LPI with the test's reference, configured with `priority` (bits 7:2), enabled. */
static inline struct vgic_irq *world_lpi(struct world *w, u32 n, u32 v, u8 priority)
{
	struct vgic_irq *irq;
	u8 byte = priority | LPI_CONFIG_ENABLE;

	world_must(!gic_mem_write(&w->ram, WORLD_PROP + n, &byte, 1));
	world_must(!vits_lpi_add(w->vm, LPI(n), vcpu(w, v), NULL, &irq));
	return irq;
}

static inline void raise_irq(struct world *w, struct vgic_irq *irq)
{
	plat_lock(&irq->lock);
	vgic_pend(w->vm, irq, 0);
	vgic_queue_irq_unlock(w->vm, irq);
}

static inline void set_line(struct world *w, struct vgic_irq *irq, bool level)
{
	plat_lock(&irq->lock);
	vgic_set_line(w->vm, irq, level, 0);
	vgic_queue_irq_unlock(w->vm, irq);
}

/* ---- the guest ---- */

static inline void load(struct world *w, u32 n)
{
	vgic_load(vcpu(w, n), gic_pe(w->gic, n % WORLD_PES));
}

/* Into the guest, as the run loop does it. */
static inline void enter(struct world *w, u32 n)
{
	struct vgic_vcpu *v = vcpu(w, n);

	for (;;) {
		vgic_check_requests(v);
		vgic_flush(v);
		if (vgic_enter_guest(v))
			return;
		vgic_sync(v);
	}
}

static inline void leave(struct world *w, u32 n)
{
	vgic_leave_guest(vcpu(w, n));
	vgic_sync(vcpu(w, n));
}

static inline void load_enter(struct world *w, u32 n)
{
	load(w, n);
	enter(w, n);
}

static inline void leave_put(struct world *w, u32 n)
{
	leave(w, n);
	vgic_put(vcpu(w, n));
}

static inline bool virq(struct world *w, u32 n)
{
	return port_line(&w->pe_port[n % WORLD_PES], PLAT_LINE_VIRQ);
}

/* The guest reads IAR of the interrupt's group, and the machine tells it. */
static inline u32 ack_group(struct world *w, u32 n, u32 group)
{
	u32 intid = icv_iar_read(vcpu(w, n)->pe, group);

	if (intid != GIC_SPURIOUS)
		plat_event(EV_IRQ_ACKED, w->vm->port, n, vgic_lr_intid(w->vm, intid), NULL, 0);
	return intid;
}

static inline u32 ack(struct world *w, u32 n)
{
	return ack_group(w, n, 1);
}

static inline void eoi(struct world *w, u32 n, u32 intid)
{
	icv_eoir_write(vcpu(w, n)->pe, 1, intid);
}

/* A maintenance interrupt is due: the host would force an exit. */
static inline bool maintenance(struct world *w, u32 n)
{
	struct gic_pe *pe = vcpu(w, n)->pe;

	return (ich_hcr_read(pe) & ICH_HCR_EN) && ich_misr_read(pe);
}

/* Exit and enter again for as long as the hardware asks for it. */
static inline void serve_maintenance(struct world *w, u32 n)
{
	while (maintenance(w, n)) {
		leave(w, n);
		enter(w, n);
	}
}

/* The INTID that list register k would carry, or carries; 0 states count as nothing: ~0. */
static inline u32 lr_intid(struct world *w, u32 n, u32 k)
{
	struct vgic_vcpu *v = vcpu(w, n);

	if (k >= v->cpuif.used_lrs)
		return ~0u;
	return vgic_lr_intid(w->vm, ich_lr_read(v->pe, k));
}

static inline u32 lr_state(struct world *w, u32 n, u32 k)
{
	return (u32)FIELD_GET(ich_lr_read(vcpu(w, n)->pe, k), ICH_LR_STATE);
}

#endif
