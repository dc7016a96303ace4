// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of a VM's vGIC: creation, initialisation, first run, end; and where its frames lie
 * (spec/vgic.md 1.1, 1.2 reset values, 1.16, 2.8 ADDR).
 *
 * Choices: private interrupts exist from creation on, SPIs from initialisation on, because their
 * number may be set in between. Redistributor frames are given to vCPUs in order as regions come. A
 * region is not placed over another or over the distributor; that the distributor lies over regions
 * or over GICV shows at the first run, as in KVM.
 */
#include "../arch/gicv2.h"
#include "vgic-internal.h"
#include "vgic-v4.h"

/* ---- interrupts at reset ---- */

static void irq_init(const struct vgic_vm *vm, struct vgic_irq *irq, u32 intid)
{
	plat_lock_init(&irq->lock, LOCK_IRQ);
	plat_list_init(&irq->ap_link);
	irq->intid = intid;
	irq->group = vm->model == VGIC_V3;
}

static void private_irq_init(struct vgic_vcpu *v, u32 intid)
{
	struct vgic_irq *irq = &v->private_irqs[intid];

	irq_init(v->vm, irq, intid);
	irq->target = v;
	irq->enabled = vgic_is_sgi(intid);
	irq->config = vgic_is_sgi(intid) ? VGIC_EDGE : VGIC_LEVEL;
	if (v->vm->model == VGIC_V2)
		irq->targets = (u8)PLAT_BIT(v->id);
	else
		irq->mpidr = v->mpidr;
}

/* ---- AP lists ---- */

static int ap_list_init(const struct vgic_vm *vm, struct vgic_ap_list *ap, u32 number)
{
	plat_lock_init(&ap->lock, LOCK_AP_LIST);
	plat_list_init(&ap->head);
	ap->number = number;
	if (vm->policy.order != VGIC_ORDER_BUCKETS)
		return 0;
	ap->buckets = plat_zalloc(sizeof(*ap->buckets));
	return ap->buckets ? 0 : -ENOMEM;
}

static int shared_lists_init(struct vgic_vm *vm)
{
	u32 i, nr = vm->policy.ap_list == VGIC_AP_PER_VM ? 1 : vm->policy.ap_list_shards;
	int err = 0;

	if (vm->policy.ap_list == VGIC_AP_PER_VCPU)
		return 0;
	vm->shared_ap = plat_zalloc(nr * sizeof(*vm->shared_ap));
	if (!vm->shared_ap)
		return -ENOMEM;
	vm->nr_shared_ap = nr;
	for (i = 0; i < nr && !err; i++)
		err = ap_list_init(vm, &vm->shared_ap[i], i);
	return err;
}

/* ---- vCPUs ---- */

static int vcpu_init(struct vgic_vm *vm, struct vgic_vcpu *v, u32 id, void *port)
{
	u32 i;

	v->vm = vm;
	v->port = port;
	v->id = id;
	v->mpidr = (id % 16) | (id / 16 % 256) << 8 | (id / 4096) << 16;
	v->rd_base = VGIC_BASE_UNSET;
	plat_mutex_init(&v->mutex, LOCK_VCPU);
	v->private_irqs = plat_zalloc(VGIC_NR_PRIVATE * sizeof(*v->private_irqs));
	v->private_attach = plat_zalloc(VGIC_NR_PRIVATE * sizeof(*v->private_attach));
	if (vm->model == VGIC_V2)
		v->sgi_tags = plat_zalloc(16 * VGIC_V2_MAX_VCPUS * sizeof(*v->sgi_tags));
	if (!v->private_irqs || !v->private_attach || (vm->model == VGIC_V2 && !v->sgi_tags))
		return -ENOMEM;
	for (i = 0; i < VGIC_NR_PRIVATE; i++)
		private_irq_init(v, i);
	if (vm->nr_shared_ap) {
		v->ap = &vm->shared_ap[id % vm->nr_shared_ap];
		return 0;
	}
	v->ap = &v->own_ap;
	return ap_list_init(vm, &v->own_ap, id);
}

static void vcpu_free(struct vgic_vcpu *v)
{
	if (!v)
		return;
	plat_free(v->private_irqs);
	plat_free(v->private_attach);
	plat_free(v->sgi_tags);
	plat_free(v->own_ap.buckets);
	plat_free(v);
}

static int vcpus_init(struct vgic_vm *vm, const struct vgic_vm_config *cfg)
{
	u32 i;

	vm->vcpus = plat_zalloc(cfg->nr_vcpus * sizeof(*vm->vcpus));
	if (!vm->vcpus)
		return -ENOMEM;
	for (i = 0; i < cfg->nr_vcpus; i++) {
		int err;

		vm->vcpus[i] = plat_zalloc(sizeof(*vm->vcpus[i]));
		if (!vm->vcpus[i])
			return -ENOMEM;
		vm->nr_vcpus = i + 1;
		err = vcpu_init(vm, vm->vcpus[i], i, cfg->vcpu_ports ? cfg->vcpu_ports[i] : NULL);
		if (err)
			return err;
	}
	return 0;
}

/* ---- creation ---- */

static bool nr_irqs_valid(u32 nr)
{
	return nr >= VGIC_MIN_IRQS && nr <= VGIC_MAX_IRQS && nr % 32 == 0;
}

static int config_check(const struct vgic_vm_config *cfg)
{
	const struct vgic_policy *p = &cfg->policy;

	if (cfg->model != VGIC_V2 && cfg->model != VGIC_V3)
		return -EINVAL;
	if (cfg->nr_vcpus > (cfg->model == VGIC_V2 ? VGIC_V2_MAX_VCPUS : VGIC_MAX_VCPUS))
		return -E2BIG;
	if (!cfg->nr_vcpus || (cfg->nr_irqs && !nr_irqs_valid(cfg->nr_irqs)))
		return -EINVAL;
	if (p->ap_list == VGIC_AP_SHARDED &&
	    (!p->ap_list_shards || p->ap_list_shards > cfg->nr_vcpus))
		return -EINVAL;
	if (p->order == VGIC_ORDER_619 && p->overflow != VGIC_OVERFLOW_EOICOUNT)
		return -EINVAL;
	return 0;
}

static void host_limits(struct vgic_vm *vm)
{
	const struct gic_config *host = gic_config(vm->gic);

	if (host->arch == GIC_ARCH_V2)
		vm->hostif = host->no_gicv ? VGIC_HOST_SOFT : VGIC_HOST_GICH;
	vm->nr_lrs = (u8)host->nr_lrs;
	vm->nr_aprs = host->vprio_bits >= 7 ? 4 : host->vprio_bits == 6 ? 2 : 1;
	vm->has_tdir = host->has_tdir;
}

/* A GICv2 host has no system registers for a GICv3 guest, and a GICv3 host may have no GICV. */
static bool host_can(const struct gic *gic, enum vgic_model model)
{
	const struct gic_config *host = gic_config(gic);

	return host->arch == GIC_ARCH_V2 ? model == VGIC_V2 : model == VGIC_V3 || !host->no_gicv;
}

int vgic_create(struct vgic_vm **out, struct gic *gic, struct gic_mem *mem,
		const struct vgic_vm_config *cfg)
{
	struct vgic_vm *vm;
	int err = config_check(cfg);

	if (!err && !host_can(gic, cfg->model))
		err = -ENODEV;
	if (err)
		return err;
	vm = plat_zalloc(sizeof(*vm));
	if (!vm)
		return -ENOMEM;
	vm->port = cfg->port;
	vm->policy = cfg->policy;
	vm->gic = gic;
	vm->mem = mem;
	vm->model = cfg->model;
	vm->nr_spis = cfg->nr_irqs ? cfg->nr_irqs - VGIC_NR_PRIVATE : 0;
	vm->iidr_rev = cfg->policy.iidr_rev;
	vm->dist_base = VGIC_BASE_UNSET;
	vm->cpu_base = VGIC_BASE_UNSET;
	plat_list_init(&vm->rd_regions);
	plat_mutex_init(&vm->lock, LOCK_VM);
	plat_mutex_init(&vm->config_lock, LOCK_CONFIG);
	plat_lock_init(&vm->lpi_index_lock, LOCK_LPI_INDEX);
	plat_lock_init(&vm->lpi_list_lock, LOCK_LPI_LIST);
	plat_index_init(&vm->lpis);
	plat_index_init(&vm->lpi_order);
	host_limits(vm);
	err = shared_lists_init(vm);
	if (!err)
		err = vcpus_init(vm, cfg);
	if (err)
		vgic_destroy(vm);
	else
		*out = vm;
	return err;
}

int vgic_set_nr_irqs(struct vgic_vm *vm, u32 nr_irqs)
{
	if (!nr_irqs_valid(nr_irqs))
		return -EINVAL;
	if (vm->nr_spis || vm->initialised)
		return -EBUSY;
	vm->nr_spis = nr_irqs - VGIC_NR_PRIVATE;
	return 0;
}

static int init_locked(struct vgic_vm *vm)
{
	u32 i, nr = vm->nr_spis ? vm->nr_spis : VGIC_DEFAULT_IRQS - VGIC_NR_PRIVATE;
	struct vgic_irq *spis = plat_zalloc(nr * sizeof(*spis));
	struct vgic_attach *attach = plat_zalloc(nr * sizeof(*attach));

	if (!spis || !attach) {
		plat_free(spis);
		plat_free(attach);
		return -ENOMEM;
	}
	for (i = 0; i < nr; i++) {
		irq_init(vm, &spis[i], VGIC_NR_PRIVATE + i);
		spis[i].target = vm->vcpus[0];
	}
	vm->spis = spis;
	vm->spi_attach = attach;
	vm->nr_spis = nr;
	vm->initialised = true;
	return 0;
}

int vgic_init(struct vgic_vm *vm)
{
	int err = 0;

	plat_mutex_lock(&vm->config_lock);
	if (!vm->initialised)
		err = init_locked(vm);
	if (!err)
		err = vgic_v4_init(vm);
	plat_mutex_unlock(&vm->config_lock);
	return err;
}

void vgic_destroy(struct vgic_vm *vm)
{
	struct vgic_region *r, *tmp;
	struct vgic_irq *irq;
	u64 intid;
	u32 i;

	vgic_v4_detach(vm);
	plat_index_for_each(&vm->lpis, intid, irq)
		plat_free(irq);
	plat_index_destroy(&vm->lpis);
	plat_index_destroy(&vm->lpi_order);
	plat_list_for_each_safe(r, tmp, &vm->rd_regions, link)
		plat_free(r);
	for (i = 0; i < vm->nr_vcpus; i++)
		vcpu_free(vm->vcpus[i]);
	plat_free(vm->vcpus);
	for (i = 0; i < vm->nr_shared_ap; i++)
		plat_free(vm->shared_ap[i].buckets);
	plat_free(vm->shared_ap);
	plat_free(vm->spis);
	plat_free(vm->spi_attach);
	plat_free(vm);
}

/* ---- frames ---- */

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a != VGIC_BASE_UNSET && b != VGIC_BASE_UNSET && a < b + b_size && b < a + a_size;
}

static u64 dist_size(const struct vgic_vm *vm)
{
	return vm->model == VGIC_V2 ? GICV2_DIST_SIZE : GICV3_DIST_SIZE;
}

static u64 region_size(const struct vgic_vm *vm, u32 count)
{
	return (u64)(count ? count : vm->nr_vcpus) * GICV3_REDIST_SIZE;
}

static bool overlaps_regions(const struct vgic_vm *vm, u64 base, u64 size)
{
	struct vgic_region *r;

	plat_list_for_each(r, &vm->rd_regions, link)
		if (overlap(base, size, r->base, region_size(vm, r->count)))
			return true;
	return false;
}

int vgic_check_base(u64 old, u64 base, u64 size, u64 align)
{
	if (old != VGIC_BASE_UNSET)
		return -EEXIST;
	if ((base & (align - 1)) || base + size < base)
		return -EINVAL;
	return base + size > PLAT_BIT64(VGIC_IPA_BITS) ? -E2BIG : 0;
}

int vgic_set_dist_base(struct vgic_vm *vm, u64 base)
{
	int err = vgic_check_base(vm->dist_base, base, dist_size(vm), dist_size(vm));

	if (!err)
		vm->dist_base = base;
	return err;
}

int vgic_set_cpu_base(struct vgic_vm *vm, u64 base)
{
	int err = vgic_check_base(vm->cpu_base, base, GICV2_CPU_SIZE, GICV2_DIST_SIZE);

	if (!err)
		vm->cpu_base = base;
	return err;
}

/* The order in which regions may come. */
static int region_check_order(const struct vgic_vm *vm, u32 index, u32 count)
{
	const struct vgic_region *last;

	if (plat_list_empty(&vm->rd_regions))
		return index ? -EINVAL : 0;
	last = plat_list_entry(vm->rd_regions.prev, struct vgic_region, link);
	if (!count)
		return last->count ? -EINVAL : -EEXIST;
	return last->count && index == last->index + 1 ? 0 : -EINVAL;
}

/* Give frames of the new region to vCPUs that have none yet. */
static void region_fill(struct vgic_vm *vm, struct vgic_region *r)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus && (!r->count || r->used < r->count); i++) {
		struct vgic_vcpu *v = vm->vcpus[i];

		if (v->rd_base != VGIC_BASE_UNSET)
			continue;
		v->region = r->index;
		v->rd_base = r->base + (u64)r->used * GICV3_REDIST_SIZE;
		r->used++;
	}
}

int vgic_set_redist_region(struct vgic_vm *vm, u32 index, u64 base, u32 count)
{
	u64 size = region_size(vm, count);
	struct vgic_region *r;
	int err;

	if (base + size < base)
		return -EINVAL;
	err = region_check_order(vm, index, count);
	if (err)
		return err;
	if (overlaps_regions(vm, base, size) || overlap(base, size, vm->dist_base, dist_size(vm)))
		return -EINVAL;
	err = vgic_check_base(VGIC_BASE_UNSET, base, size, GICV3_DIST_SIZE);
	if (err)
		return err;
	r = plat_zalloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->index = index;
	r->base = base;
	r->count = count;
	vm->rd_legacy = !count;
	region_fill(vm, r);
	plat_list_add_tail(&r->link, &vm->rd_regions);
	return 0;
}

/* ---- first run ---- */

static int map_v2(struct vgic_vm *vm)
{
	if (vm->dist_base == VGIC_BASE_UNSET || vm->cpu_base == VGIC_BASE_UNSET)
		return -ENXIO;
	if (overlap(vm->dist_base, dist_size(vm), vm->cpu_base, GICV2_CPU_SIZE))
		return -EINVAL;
	return vgic_init(vm);
}

static int map_v3(struct vgic_vm *vm)
{
	/* regions fill in order of vCPUs: the last one has a frame only when all have */
	if (vm->dist_base == VGIC_BASE_UNSET ||
	    vm->vcpus[vm->nr_vcpus - 1]->rd_base == VGIC_BASE_UNSET)
		return -ENXIO;
	if (overlaps_regions(vm, vm->dist_base, dist_size(vm)))
		return -EINVAL;
	return vm->initialised ? 0 : -EBUSY;
}

int vgic_map_resources(struct vgic_vm *vm)
{
	int err;

	if (vm->broken)
		return -EIO;
	if (vm->ready)
		return 0;
	err = vm->model == VGIC_V2 ? map_v2(vm) : map_v3(vm);
	vm->ready = !err;
	vm->broken = err;
	if (!err)
		vgic_v4_map_sgis(vm);
	return err;
}
