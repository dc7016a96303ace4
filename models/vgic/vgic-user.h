/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device attributes: how user space configures, saves and restores a virtual GIC and its ITSs
 * (spec/vgic.md 2.8-2.10). Groups, attribute encodings, values and error numbers are those of the
 * KVM ABI; a pointer to a value of 64 bits stands for the user address, and NULL for one that
 * faults. Registers of 32 bits use its lower half.
 *
 * All functions are called with no lock held and may sleep. They return 0 or:
 *   -EFAULT	`value` is NULL (a set, or a get that reads its argument: before anything else)
 *   -ENXIO	no such group, attribute or register; a type of the other GIC version
 *   -ENODEV	ITS: an address type that is not the ITS's
 *   -EINVAL	no such vCPU; a value that cannot be
 *   -EBUSY	a vCPU runs; GICv3 not initialised; too late to change
 *   -EEXIST, -E2BIG, -ENOENT, -ENOMEM	as vgic_set_dist_base() and its like say
 * A register without a handler is RAZ/WI and no error (policy user_regs: modern); only the has
 * functions tell.
 */
#ifndef VGIC_USER_H
#define VGIC_USER_H

#include "vgic.h"

enum vgic_attr_group {
	VGIC_GRP_ADDR = 0,
	VGIC_GRP_DIST_REGS = 1,
	VGIC_GRP_CPU_REGS = 2, /* GICv2 */
	VGIC_GRP_NR_IRQS = 3,
	VGIC_GRP_CTRL = 4,
	VGIC_GRP_REDIST_REGS = 5, /* GICv3 */
	VGIC_GRP_CPU_SYSREGS = 6, /* GICv3 */
	VGIC_GRP_LEVEL_INFO = 7,  /* GICv3 */
	VGIC_GRP_ITS_REGS = 8,	  /* of the ITS device */
};

/* Attributes of GRP_ADDR. */
enum vgic_addr_type {
	VGIC_ADDR_V2_DIST = 0,
	VGIC_ADDR_V2_CPU = 1,
	VGIC_ADDR_V3_DIST = 2,
	VGIC_ADDR_V3_REDIST = 3,
	VGIC_ADDR_ITS = 4,
	VGIC_ADDR_V3_REDIST_REGION = 5,
};

/* The value of REDIST_REGION; a get reads the index from it. */
#define VGIC_REGION_INDEX 11, 0
#define VGIC_REGION_FLAGS 15, 12 /* zero */
#define VGIC_REGION_BASE  51, 16 /* address bits, in place */
#define VGIC_REGION_COUNT 63, 52 /* redistributors */

/* Attributes of GRP_CTRL. */
enum vgic_ctrl {
	VGIC_CTRL_INIT = 0,
	VGIC_CTRL_ITS_SAVE_TABLES = 1,
	VGIC_CTRL_ITS_RESTORE_TABLES = 2,
	VGIC_CTRL_SAVE_PENDING_TABLES = 3,
	VGIC_CTRL_ITS_RESET = 4,
};

/* Attributes of the register groups. */
#define VGIC_ATTR_OFFSET 31, 0
#define VGIC_ATTR_CPUID	 39, 32 /* GICv2: vCPU number */
#define VGIC_ATTR_MPIDR	 63, 32 /* GICv3: Aff3.2.1.0, 8 bits each; DIST_REGS ignores it */
#define VGIC_ATTR_SYSREG 15, 0	/* CPU_SYSREGS: op0, op1, CRn, CRm, op2 */
#define VGIC_ATTR_INFO	 31, 10 /* LEVEL_INFO: what is asked for: 0 line levels */
#define VGIC_ATTR_INTID	 9, 0	/* LEVEL_INFO: first of 32, a multiple of 32 */

int vgic_user_set(struct vgic_vm *vm, u32 group, u64 attr, const u64 *value);
int vgic_user_get(struct vgic_vm *vm, u32 group, u64 attr, u64 *value);
int vgic_user_has(struct vgic_vm *vm, u32 group, u64 attr);

/* The same for an ITS device of the VM: groups ADDR, CTRL, ITS_REGS (attribute: offset). Setting an
 * attribute of CTRL that is not known does nothing, and is no error. */
int vgic_user_its_set(struct vgic_vm *vm, struct vgic_its *its, u32 group, u64 attr,
		      const u64 *value);
int vgic_user_its_get(struct vgic_vm *vm, struct vgic_its *its, u32 group, u64 attr, u64 *value);
int vgic_user_its_has(struct vgic_vm *vm, struct vgic_its *its, u32 group, u64 attr);

/*
 * Keep vCPUs out while state is accessed: the VM lock, then by policy mmio_access
 *   trylock-vcpus  every vCPU's mutex, then the config lock: none can enter until the end;
 *   racy-2013	    the config lock, under which no vCPU may be loaded: one may enter at once after.
 * 0, or -EBUSY with nothing held.
 */
int vgic_user_lock(struct vgic_vm *vm);
void vgic_user_unlock(struct vgic_vm *vm);

#endif
