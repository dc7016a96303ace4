// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device attributes of the virtual GIC and its ITSs (spec/vgic.md 2.8, 2.9; the order of the checks
 * is KVM's).
 *
 * Choices: GICD_IIDR may be accessed before a GICv3 is initialised, and GICD_TYPER2 in kernels of
 * 2025, which `forwarding: new` marks, nothing else; a GICv2 is initialised by the first register
 * access. The 2013 code checked for running vCPUs under its one spinlock; here the config lock
 * stands for that.
 */
#include "vgic-user.h"

#include "../arch/gicv2.h"
#include "../arch/gicv3.h"
#include "../arch/its.h"
#include "vgic-mmio.h"
#include "vits.h"

/* ---- keeping vCPUs out ---- */

static void unlock_vcpus(struct vgic_vm *vm, u32 n)
{
	while (n--)
		plat_mutex_unlock(&vm->vcpus[n]->mutex);
}

static bool trylock_vcpus(struct vgic_vm *vm)
{
	u32 n;

	for (n = 0; n < vm->nr_vcpus; n++) {
		if (plat_mutex_trylock(&vm->vcpus[n]->mutex))
			continue;
		unlock_vcpus(vm, n);
		return false;
	}
	return true;
}

static bool any_loaded(const struct vgic_vm *vm)
{
	u32 n;

	for (n = 0; n < vm->nr_vcpus; n++)
		if (vm->vcpus[n]->pe)
			return true;
	return false;
}

/* What follows the VM lock; vgic_user_lock() without it. */
static int stop_vcpus(struct vgic_vm *vm)
{
	bool racy = vm->policy.mmio_access == VGIC_MMIO_RACY_2013;

	if (!racy && !trylock_vcpus(vm))
		return -EBUSY;
	plat_mutex_lock(&vm->config_lock);
	if (racy && any_loaded(vm)) {
		plat_mutex_unlock(&vm->config_lock);
		return -EBUSY;
	}
	return 0;
}

static void release_vcpus(struct vgic_vm *vm)
{
	plat_mutex_unlock(&vm->config_lock);
	if (vm->policy.mmio_access != VGIC_MMIO_RACY_2013)
		unlock_vcpus(vm, vm->nr_vcpus);
}

int vgic_user_lock(struct vgic_vm *vm)
{
	int ret;

	plat_mutex_lock(&vm->lock);
	ret = stop_vcpus(vm);
	if (ret)
		plat_mutex_unlock(&vm->lock);
	return ret;
}

void vgic_user_unlock(struct vgic_vm *vm)
{
	release_vcpus(vm);
	plat_mutex_unlock(&vm->lock);
}

/* ---- ADDR ---- */

static const struct vgic_region *region_at(const struct vgic_vm *vm, u32 index)
{
	const struct vgic_region *r;

	plat_list_for_each(r, &vm->rd_regions, link)
		if (r->index == index)
			return r;
	return NULL;
}

static int set_region(struct vgic_vm *vm, u64 value)
{
	u32 count = (u32)FIELD_GET(value, VGIC_REGION_COUNT);

	if (!count || FIELD_GET(value, VGIC_REGION_FLAGS))
		return -EINVAL;
	return vgic_set_redist_region(vm, (u32)FIELD_GET(value, VGIC_REGION_INDEX),
				      value & FIELD_MASK(VGIC_REGION_BASE), count);
}

static int get_region(const struct vgic_vm *vm, u64 *value)
{
	const struct vgic_region *r = region_at(vm, (u32)FIELD_GET(*value, VGIC_REGION_INDEX));

	if (!r)
		return -ENOENT;
	*value = FIELD_PUT(r->index, VGIC_REGION_INDEX) | r->base |
		 FIELD_PUT(r->count, VGIC_REGION_COUNT);
	return 0;
}

static bool addr_type_fits(const struct vgic_vm *vm, u64 type)
{
	switch (type) {
	case VGIC_ADDR_V2_DIST:
	case VGIC_ADDR_V2_CPU: return vm->model == VGIC_V2;
	case VGIC_ADDR_V3_DIST:
	case VGIC_ADDR_V3_REDIST:
	case VGIC_ADDR_V3_REDIST_REGION: return vm->model == VGIC_V3;
	default: return false;
	}
}

static int set_addr(struct vgic_vm *vm, u64 type, u64 value)
{
	if (!addr_type_fits(vm, type))
		return -ENXIO;
	switch (type) {
	case VGIC_ADDR_V2_CPU: return vgic_set_cpu_base(vm, value);
	case VGIC_ADDR_V3_REDIST: return vgic_set_redist_region(vm, 0, value, 0);
	case VGIC_ADDR_V3_REDIST_REGION: return set_region(vm, value);
	default: return vgic_set_dist_base(vm, value);
	}
}

static int get_addr(struct vgic_vm *vm, u64 type, u64 *value)
{
	const struct vgic_region *r;

	if (!addr_type_fits(vm, type))
		return -ENXIO;
	switch (type) {
	case VGIC_ADDR_V2_CPU: *value = vm->cpu_base; return 0;
	case VGIC_ADDR_V3_REDIST:
		r = region_at(vm, 0);
		*value = r ? r->base : VGIC_BASE_UNSET;
		return 0;
	case VGIC_ADDR_V3_REDIST_REGION: return get_region(vm, value);
	default: *value = vm->dist_base; return 0;
	}
}

/* ---- registers ---- */

/* A register attribute taken apart. */
struct reg_attr {
	u32 group;
	struct vgic_vcpu *v;
	const struct vgic_reg_map *map; /* NULL: not a frame's register */
	u32 offset;			/* or encoding, or first INTID */
	u32 info;
};

static const struct vgic_reg_map *group_map(const struct vgic_vm *vm, u32 group)
{
	switch (group) {
	case VGIC_GRP_DIST_REGS:
		return vm->model == VGIC_V2 ? &vgic_v2_dist_map : &vgic_v3_dist_map;
	case VGIC_GRP_CPU_REGS: return &vgic_v2_cpuif_map;
	case VGIC_GRP_REDIST_REGS: return &vgic_v3_redist_map;
	default: return NULL;
	}
}

static bool is_reg_group(const struct vgic_vm *vm, u32 group)
{
	if (group == VGIC_GRP_DIST_REGS)
		return true;
	if (vm->model == VGIC_V2)
		return group == VGIC_GRP_CPU_REGS;
	return group == VGIC_GRP_REDIST_REGS || group == VGIC_GRP_CPU_SYSREGS ||
	       group == VGIC_GRP_LEVEL_INFO;
}

static struct vgic_vcpu *attr_vcpu(struct vgic_vm *vm, u32 group, u64 attr)
{
	u32 cpuid;

	if (vm->model == VGIC_V3)
		return group == VGIC_GRP_DIST_REGS
			       ? vm->vcpus[0]
			       : vgic_vcpu_by_mpidr(vm, (u32)FIELD_GET(attr, VGIC_ATTR_MPIDR));
	cpuid = (u32)FIELD_GET(attr, VGIC_ATTR_CPUID);
	return cpuid < vm->nr_vcpus ? vm->vcpus[cpuid] : NULL;
}

static int parse_attr(struct vgic_vm *vm, u32 group, u64 attr, struct reg_attr *r)
{
	r->group = group;
	r->map = group_map(vm, group);
	r->info = 0;
	r->v = attr_vcpu(vm, group, attr);
	if (!r->v)
		return -EINVAL;
	switch (group) {
	case VGIC_GRP_CPU_SYSREGS: r->offset = (u32)FIELD_GET(attr, VGIC_ATTR_SYSREG); break;
	case VGIC_GRP_LEVEL_INFO:
		r->offset = (u32)FIELD_GET(attr, VGIC_ATTR_INTID);
		r->info = (u32)FIELD_GET(attr, VGIC_ATTR_INFO);
		break;
	default: r->offset = (u32)FIELD_GET(attr, VGIC_ATTR_OFFSET);
	}
	return 0;
}

static bool has_row(const struct vgic_vm *vm, const struct reg_attr *r)
{
	return vgic_reg_check(vm, r->map, r->offset, 4);
}

/* What an access to a register without a handler gives. */
static int missing_row_error(const struct vgic_vm *vm)
{
	static const int errors[] = {
		[VGIC_USER_REGS_MODERN] = 0,
		[VGIC_USER_REGS_2013] = -ENXIO,
		[VGIC_USER_REGS_2013_DOC] = -ENODEV,
	};

	return errors[vm->policy.user_regs];
}

static bool allowed_before_init(const struct vgic_vm *vm, const struct reg_attr *r)
{
	return r->group == VGIC_GRP_DIST_REGS &&
	       (r->offset == GICD_IIDR ||
		(r->offset == GICD_TYPER2 && vm->policy.v4.forwarding == VGIC_FORWARD_NEW));
}

static int access_lines(const struct reg_attr *r, u64 *value, bool write)
{
	if (r->info || r->offset % 32)
		return -EINVAL;
	if (write)
		vgic_write_lines(r->v, r->offset, (u32)*value);
	else
		*value = vgic_read_lines(r->v, r->offset);
	return 0;
}

static int access_frame(const struct reg_attr *r, u64 *value, bool write)
{
	u32 v32 = (u32)*value;
	int ret;

	if (write) {
		ret = vgic_reg_user_write(r->map, r->v, r->offset, v32);
	} else {
		ret = vgic_reg_user_read(r->map, r->v, r->offset, &v32);
		*value = v32;
	}
	return ret == -ENXIO ? missing_row_error(r->v->vm) : ret;
}

static int access_reg(const struct reg_attr *r, u64 *value, bool write)
{
	switch (r->group) {
	case VGIC_GRP_CPU_SYSREGS:
		return write ? vgic_sysreg_set(r->v, r->offset, *value)
			     : vgic_sysreg_get(r->v, r->offset, value);
	case VGIC_GRP_LEVEL_INFO: return access_lines(r, value, write);
	default: return access_frame(r, value, write);
	}
}

/* With the VM lock held. */
static int access_stopped(struct vgic_vm *vm, const struct reg_attr *r, u64 *value, bool write)
{
	int ret;

	if (vm->model == VGIC_V2) {
		ret = vgic_init(vm);
		if (ret)
			return ret;
	}
	ret = stop_vcpus(vm);
	if (ret)
		return ret;
	if (!vm->initialised && !allowed_before_init(vm, r))
		ret = -EBUSY;
	else
		ret = access_reg(r, value, write);
	release_vcpus(vm);
	return ret;
}

/* Get and set: *value in or out, never NULL. */
static int user_reg(struct vgic_vm *vm, u32 group, u64 attr, u64 *value, bool write)
{
	struct reg_attr r;
	int ret = parse_attr(vm, group, attr, &r);

	if (ret)
		return ret;
	if (r.map && missing_row_error(vm) && !has_row(vm, &r))
		return missing_row_error(vm);
	plat_mutex_lock(&vm->lock);
	ret = access_stopped(vm, &r, value, write);
	plat_mutex_unlock(&vm->lock);
	return ret;
}

static int has_reg(struct vgic_vm *vm, u32 group, u64 attr)
{
	struct reg_attr r;
	int ret = parse_attr(vm, group, attr, &r);

	if (ret)
		return ret;
	switch (group) {
	case VGIC_GRP_CPU_SYSREGS: return vgic_sysreg_has(r.offset) ? 0 : -ENXIO;
	case VGIC_GRP_LEVEL_INFO: return r.info ? -ENXIO : 0;
	default: return has_row(vm, &r) ? 0 : -ENXIO;
	}
}

/* ---- CTRL ---- */

static int save_pending(struct vgic_vm *vm)
{
	int ret;

	if (vm->model != VGIC_V3 || !vm->initialised)
		return -ENXIO;
	ret = vgic_user_lock(vm);
	if (ret)
		return ret;
	ret = vits_save_pending_tables(vm);
	vgic_user_unlock(vm);
	return ret;
}

static int ctrl(struct vgic_vm *vm, u64 attr)
{
	int ret;

	switch (attr) {
	case VGIC_CTRL_INIT:
		plat_mutex_lock(&vm->lock);
		ret = vgic_init(vm);
		plat_mutex_unlock(&vm->lock);
		return ret == -ENOSPC ? -ENOMEM : ret; /* whatever a VM's vPEs lack */
	case VGIC_CTRL_SAVE_PENDING_TABLES: return save_pending(vm);
	default: return -ENXIO;
	}
}

/* ---- the vGIC device ---- */

int vgic_user_set(struct vgic_vm *vm, u32 group, u64 attr, const u64 *value)
{
	u64 copy;
	int ret;

	if (group == VGIC_GRP_CTRL)
		return ctrl(vm, attr);
	if (group != VGIC_GRP_ADDR && group != VGIC_GRP_NR_IRQS && !is_reg_group(vm, group))
		return -ENXIO;
	if (!value)
		return -EFAULT;
	copy = *value;
	if (is_reg_group(vm, group))
		return user_reg(vm, group, attr, &copy, true);
	plat_mutex_lock(&vm->lock);
	if (group == VGIC_GRP_ADDR)
		ret = set_addr(vm, attr, copy);
	else
		ret = vgic_set_nr_irqs(vm, (u32)copy);
	plat_mutex_unlock(&vm->lock);
	return ret;
}

int vgic_user_get(struct vgic_vm *vm, u32 group, u64 attr, u64 *value)
{
	u64 copy = 0;
	int ret = 0;

	if (group == VGIC_GRP_ADDR && attr == VGIC_ADDR_V3_REDIST_REGION) {
		if (!value)
			return -EFAULT;
		copy = *value;
	}
	if (is_reg_group(vm, group)) {
		ret = user_reg(vm, group, attr, &copy, false);
	} else if (group == VGIC_GRP_ADDR || group == VGIC_GRP_NR_IRQS) {
		plat_mutex_lock(&vm->lock);
		if (group == VGIC_GRP_ADDR)
			ret = get_addr(vm, attr, &copy);
		else
			copy = VGIC_NR_PRIVATE + vm->nr_spis;
		plat_mutex_unlock(&vm->lock);
	} else {
		ret = -ENXIO;
	}
	if (ret)
		return ret;
	if (!value)
		return -EFAULT;
	*value = copy;
	return 0;
}

int vgic_user_has(struct vgic_vm *vm, u32 group, u64 attr)
{
	if (is_reg_group(vm, group))
		return has_reg(vm, group, attr);
	switch (group) {
	case VGIC_GRP_ADDR: return addr_type_fits(vm, attr) ? 0 : -ENXIO;
	case VGIC_GRP_NR_IRQS: return 0;
	case VGIC_GRP_CTRL:
		return attr == VGIC_CTRL_INIT || (attr == VGIC_CTRL_SAVE_PENDING_TABLES &&
						  vm->model == VGIC_V3)
			       ? 0
			       : -ENXIO;
	default: return -ENXIO;
	}
}

/* ---- an ITS device ---- */

static int its_reg(struct vgic_vm *vm, struct vgic_its *its, u64 attr, u64 *value, bool write)
{
	int ret = vits_user_has_reg(its, attr);

	if (ret == -EINVAL)
		return ret;
	plat_mutex_lock(&vm->lock);
	if (vits_base(its) == VGIC_BASE_UNSET)
		ret = -ENXIO;
	if (!ret)
		ret = stop_vcpus(vm);
	if (!ret) {
		ret = write ? vits_user_set_reg(its, attr, *value)
			    : vits_user_get_reg(its, attr, value);
		release_vcpus(vm);
	}
	plat_mutex_unlock(&vm->lock);
	return ret;
}

static int its_ctrl(struct vgic_vm *vm, struct vgic_its *its, u64 attr)
{
	int ret;

	if (attr == VGIC_CTRL_INIT)
		return 0;
	ret = vgic_user_lock(vm);
	if (ret)
		return ret;
	if (attr == VGIC_CTRL_ITS_SAVE_TABLES)
		ret = vits_save_tables(its);
	else if (attr == VGIC_CTRL_ITS_RESTORE_TABLES)
		ret = vits_restore_tables(its);
	else if (attr == VGIC_CTRL_ITS_RESET)
		vits_reset(its);
	vgic_user_unlock(vm);
	return ret;
}

static int its_set_base(struct vgic_vm *vm, struct vgic_its *its, u64 base)
{
	int ret;

	plat_mutex_lock(&vm->lock);
	ret = vits_set_base(its, base);
	plat_mutex_unlock(&vm->lock);
	return ret;
}

int vgic_user_its_set(struct vgic_vm *vm, struct vgic_its *its, u32 group, u64 attr,
		      const u64 *value)
{
	u64 copy;

	switch (group) {
	case VGIC_GRP_CTRL: return its_ctrl(vm, its, attr);
	case VGIC_GRP_ADDR:
		if (attr != VGIC_ADDR_ITS)
			return -ENODEV;
		return value ? its_set_base(vm, its, *value) : -EFAULT;
	case VGIC_GRP_ITS_REGS:
		if (!value)
			return -EFAULT;
		copy = *value;
		return its_reg(vm, its, attr, &copy, true);
	default: return -ENXIO;
	}
}

int vgic_user_its_get(struct vgic_vm *vm, struct vgic_its *its, u32 group, u64 attr, u64 *value)
{
	u64 copy = 0;
	int ret = 0;

	switch (group) {
	case VGIC_GRP_ADDR:
		if (attr != VGIC_ADDR_ITS)
			return -ENODEV;
		copy = vits_base(its);
		break;
	case VGIC_GRP_ITS_REGS: ret = its_reg(vm, its, attr, &copy, false); break;
	default: ret = -ENXIO;
	}
	if (ret)
		return ret;
	if (!value)
		return -EFAULT;
	*value = copy;
	return 0;
}

int vgic_user_its_has(struct vgic_vm *vm, struct vgic_its *its, u32 group, u64 attr)
{
	(void)vm;
	switch (group) {
	case VGIC_GRP_ADDR: return attr == VGIC_ADDR_ITS ? 0 : -ENXIO;
	case VGIC_GRP_CTRL:
		return attr == VGIC_CTRL_INIT || attr == VGIC_CTRL_ITS_SAVE_TABLES ||
				       attr == VGIC_CTRL_ITS_RESTORE_TABLES ||
				       attr == VGIC_CTRL_ITS_RESET
			       ? 0
			       : -ENXIO;
	case VGIC_GRP_ITS_REGS: return vits_user_has_reg(its, attr);
	default: return -ENXIO;
	}
}
