// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory-mapped accesses of guests to the virtual GIC: which frame an address falls on, which
 * register it names there, and whether the access is one that the register answers
 * (spec/vgic.md 2.3-2.5). What is not answered (no such register, wrong width, misaligned,
 * interrupt not implemented) reads zero and ignores writes; the guest sees no error.
 *
 * Choices: rows are found by binary search over a constant sorted table; the guest's own
 * redistributor is tried before the others; ITS frames come last.
 */
#include "vgic-mmio.h"

#include "../arch/gicv2.h"
#include "../arch/gicv3.h"
#include "vits.h"

/* ---- the table engine ---- */

const struct vgic_reg *vgic_reg_find(const struct vgic_reg_map *map, u32 offset)
{
	u32 low = 0, high = map->nr;

	while (low < high) {
		u32 mid = (low + high) / 2;
		const struct vgic_reg *row = &map->rows[mid];

		if (offset < row->offset)
			high = mid;
		else if (offset - row->offset < row->size)
			return row;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct vgic_reg *vgic_reg_check(const struct vgic_vm *vm, const struct vgic_reg_map *map,
				      u32 offset, u32 len)
{
	const struct vgic_reg *row;

	if ((len != 1 && len != 4 && len != 8) || (offset & (len - 1)))
		return NULL;
	row = vgic_reg_find(map, offset);
	if (!row || !(row->widths & len) || row->since > vm->policy.iidr_rev)
		return NULL;
	if (row->bits && (offset - row->offset) * 8 / row->bits >= VGIC_NR_PRIVATE + vm->nr_spis)
		return NULL;
	return row;
}

static void access_init(struct vgic_access *a, const struct vgic_reg *row, struct vgic_vcpu *v,
			struct vgic_vcpu *by, u32 offset, u32 len)
{
	a->v = v;
	a->by = by;
	a->offset = offset;
	a->reg = offset - row->offset;
	a->len = len;
	a->intid = row->bits ? a->reg * 8 / row->bits : 0;
	a->nr = !row->bits ? 0 : row->bits > len * 8 ? 1 : len * 8 / row->bits;
}

/* The bytes of a register's value that an access of this width at this place sees. */
static u64 access_cut(const struct vgic_access *a, const struct vgic_reg *row, u64 value)
{
	if (row->widths == VGIC_W64_32)
		value >>= 8 * (a->offset & 7);
	return a->len == 8 ? value : value & (PLAT_BIT64(8 * a->len) - 1);
}

u64 vgic_merge64(const struct vgic_access *a, u64 old, u64 value)
{
	u32 shift = 8 * (a->offset & 7);

	if (a->len == 8)
		return value;
	return (old & ~(0xffffffffull << shift)) | (value & 0xffffffffull) << shift;
}

/* The row that answers the access, its description in *a; NULL: RAZ/WI. */
static const struct vgic_reg *access_find(struct vgic_access *a, const struct vgic_reg_map *map,
					  struct vgic_vcpu *v, struct vgic_vcpu *by, u32 offset,
					  u32 len)
{
	const struct vgic_reg *row;

	plat_cost(COST_MMIO_DECODE, 1);
	row = vgic_reg_check(v->vm, map, offset, len);
	if (row)
		access_init(a, row, v, by, offset, len);
	return row;
}

static bool access_banked_away(const struct vgic_access *a, const struct vgic_reg *row)
{
	return row->spi_only && a->intid < VGIC_NR_PRIVATE;
}

u64 vgic_reg_read(const struct vgic_reg_map *map, struct vgic_vcpu *v, struct vgic_vcpu *by,
		  u32 offset, u32 len)
{
	struct vgic_access a;
	const struct vgic_reg *row = access_find(&a, map, v, by, offset, len);

	if (!row || access_banked_away(&a, row))
		return 0;
	return access_cut(&a, row, row->read(&a));
}

void vgic_reg_write(const struct vgic_reg_map *map, struct vgic_vcpu *v, struct vgic_vcpu *by,
		    u32 offset, u32 len, u64 value)
{
	struct vgic_access a;
	const struct vgic_reg *row = access_find(&a, map, v, by, offset, len);

	if (row && !access_banked_away(&a, row))
		row->write(&a, len == 8 ? value : value & (PLAT_BIT64(8 * len) - 1));
}

int vgic_reg_user_read(const struct vgic_reg_map *map, struct vgic_vcpu *v, u32 offset, u32 *value)
{
	struct vgic_access a;
	const struct vgic_reg *row = access_find(&a, map, v, NULL, offset, 4);

	*value = 0;
	if (!row)
		return -ENXIO;
	plat_sync();
	if (!access_banked_away(&a, row))
		*value = (u32)access_cut(&a, row, row->user_read(&a));
	return 0;
}

int vgic_reg_user_write(const struct vgic_reg_map *map, struct vgic_vcpu *v, u32 offset, u32 value)
{
	struct vgic_access a;
	const struct vgic_reg *row = access_find(&a, map, v, NULL, offset, 4);

	if (!row)
		return -ENXIO;
	plat_sync();
	return access_banked_away(&a, row) ? 0 : row->user_write(&a, value);
}

/* ---- frames ---- */

enum frame { FRAME_NONE, FRAME_DIST, FRAME_REDIST, FRAME_CPUIF, FRAME_ITS };

struct place {
	enum frame frame;
	u32 offset;
	union {
		struct vgic_vcpu *v;  /* FRAME_REDIST: whose */
		struct vgic_its *its; /* FRAME_ITS */
	};
};

static bool place_in(u64 addr, u64 base, u64 size)
{
	return base != ~0ull && addr >= base && addr - base < size;
}

/* The vCPU whose redistributor covers addr: vCPUs fill the regions in order. */
static struct vgic_vcpu *redist_owner(const struct vgic_vcpu *by, u64 addr)
{
	const struct vgic_vm *vm = by->vm;
	struct vgic_region *r;
	u32 first = 0;

	plat_list_for_each(r, &vm->rd_regions, link) {
		if (place_in(addr, r->base, (u64)r->used * GICV3_REDIST_SIZE))
			return vm->vcpus[first + (u32)((addr - r->base) / GICV3_REDIST_SIZE)];
		first += r->used;
	}
	return NULL;
}

static bool find_v3(const struct vgic_vcpu *by, u64 addr, struct place *p)
{
	const struct vgic_vm *vm = by->vm;
	struct vgic_vcpu *v;

	if (place_in(addr, vm->dist_base, GICV3_DIST_SIZE)) {
		p->frame = FRAME_DIST;
		p->offset = (u32)(addr - vm->dist_base);
		return true;
	}
	v = redist_owner(by, addr);
	if (v) {
		p->frame = FRAME_REDIST;
		p->offset = (u32)(addr - v->rd_base);
		p->v = v;
	}
	return v;
}

static bool find_v2(const struct vgic_vm *vm, u64 addr, struct place *p)
{
	if (place_in(addr, vm->dist_base, GICV2_DIST_SIZE)) {
		p->frame = FRAME_DIST;
		p->offset = (u32)(addr - vm->dist_base);
		return true;
	}
	if (place_in(addr, vm->cpu_base, GICV2_CPU_SIZE)) {
		p->frame = FRAME_CPUIF;
		p->offset = (u32)(addr - vm->cpu_base);
		return true;
	}
	return false;
}

static bool find_its(const struct vgic_vm *vm, u64 addr, struct place *p)
{
	u32 i;

	for (i = 0; i < vm->nr_its; i++) {
		u64 base = vits_base(vm->its[i]);

		if (!place_in(addr, base, VITS_FRAME_SIZE))
			continue;
		p->frame = FRAME_ITS;
		p->offset = (u32)(addr - base);
		p->its = vm->its[i];
		return true;
	}
	return false;
}

static bool find_place(const struct vgic_vcpu *by, u64 addr, struct place *p)
{
	p->frame = FRAME_NONE;
	if (!by->vm->initialised)
		return false;
	if (by->vm->model == VGIC_V2)
		return find_v2(by->vm, addr, p);
	return find_v3(by, addr, p) || find_its(by->vm, addr, p);
}

static const struct vgic_reg_map *dist_map(const struct vgic_vm *vm)
{
	return vm->model == VGIC_V2 ? &vgic_v2_dist_map : &vgic_v3_dist_map;
}

bool vgic_mmio_read(struct vgic_vcpu *v, u64 addr, u32 len, u64 *value)
{
	struct place p;

	*value = 0;
	if (!find_place(v, addr, &p))
		return false;
	switch (p.frame) {
	case FRAME_DIST: *value = vgic_reg_read(dist_map(v->vm), v, v, p.offset, len); break;
	case FRAME_REDIST:
		*value = vgic_reg_read(&vgic_v3_redist_map, p.v, v, p.offset, len);
		break;
	case FRAME_CPUIF: *value = vgic_v2_cpuif_read(v, p.offset, len); break;
	case FRAME_ITS: *value = vits_mmio_read(v, p.its, p.offset, len); break;
	case FRAME_NONE: break;
	}
	return true;
}

/* A DIR that comes all the way here is one that EL2 could not finish. */
static void cpuif_write(struct vgic_vcpu *v, u32 offset, u32 len, u32 value)
{
	if (offset != GICC_DIR)
		vgic_v2_cpuif_write(v, offset, len, value);
	else if (len == 4)
		vgic_deactivate(v, value);
}

bool vgic_mmio_write(struct vgic_vcpu *v, u64 addr, u32 len, u64 value)
{
	struct place p;

	if (!find_place(v, addr, &p))
		return false;
	switch (p.frame) {
	case FRAME_DIST: vgic_reg_write(dist_map(v->vm), v, v, p.offset, len, value); break;
	case FRAME_REDIST: vgic_reg_write(&vgic_v3_redist_map, p.v, v, p.offset, len, value); break;
	case FRAME_CPUIF: cpuif_write(v, p.offset, len, (u32)value); break;
	case FRAME_ITS: vits_mmio_write(v, p.its, p.offset, len, value); break;
	case FRAME_NONE: break;
	}
	return true;
}
