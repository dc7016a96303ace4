/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Register maps of the virtual GIC: one row a register, and the engine that finds the row and
 * judges the access (spec/vgic.md 2.3-2.6). The rows stand in vgic-mmio-v2.c and vgic-mmio-v3.c,
 * handlers that both share in vgic-regs.c.
 *
 * Guest and user space may see a register differently, so a row has handlers for both. A guest's
 * access is performed on its vCPU's own thread with no lock held but the vCPU's mutex; a user
 * access runs with the locks of vgic-user.h held.
 */
#ifndef VGIC_MMIO_H
#define VGIC_MMIO_H

#include "vgic.h"

/* Product number in GICD_IIDR, GICR_IIDR, GICC_IIDR: the "implementation" is a hypervisor. */
#define VGIC_PRODUCT_ID 0x4bu
/* Implementation revisions that user space may choose (spec/vgic.md 1.15). */
#define VGIC_IIDR_REV_FIRST 2u
#define VGIC_IIDR_REV_LAST  3u
#define VGIC_NR_SGIS	    16u

/* One access as a handler sees it. */
struct vgic_access {
	struct vgic_vcpu *v;  /* whose banked registers are meant */
	struct vgic_vcpu *by; /* the vCPU that makes the access; NULL: user space */
	u32 offset;	      /* from the start of the frame */
	u32 reg;	      /* from the start of the register's row */
	u32 len;	      /* bytes */
	u32 intid;	      /* rows with bits per interrupt: the first one touched ... */
	u32 nr;		      /* ... and how many */
};

/* Accepted widths of a row; for 64 bits both halves and the whole. */
enum vgic_width {
	VGIC_W32 = 1 << 2,
	VGIC_W32_8 = 1 << 2 | 1 << 0,
	VGIC_W64_32 = 1 << 3 | 1 << 2,
};

/*
 * A read handler returns the register's value (a whole 64-bit register whatever half is read; the
 * engine cuts), a write handler gets the written bytes and returns 0 or an error that only user
 * space sees. Handlers for interrupts pack a->nr fields of `bits` bits.
 */
typedef u64 (*vgic_read_fn)(const struct vgic_access *a);
typedef int (*vgic_write_fn)(const struct vgic_access *a, u64 value);

struct vgic_reg {
	const char *name;
	u32 offset, size; /* bytes */
	u8 bits;	  /* per interrupt; 0: not a register of interrupts */
	u8 widths;	  /* enum vgic_width */
	u8 since;	  /* policy iidr_rev of the first kernel that has the register */
	bool spi_only;	  /* the places of INTIDs 0..31 are RAZ/WI */
	vgic_read_fn read;
	vgic_write_fn write;
	vgic_read_fn user_read;
	vgic_write_fn user_write;
};

/* Rows in order of offset, not overlapping. */
struct vgic_reg_map {
	const struct vgic_reg *rows;
	u32 nr;
};

extern const struct vgic_reg_map vgic_v2_dist_map;
extern const struct vgic_reg_map vgic_v2_cpuif_map; /* user space only */
extern const struct vgic_reg_map vgic_v3_dist_map;
extern const struct vgic_reg_map vgic_v3_redist_map;

/* The i-th interrupt of an access; no reference is needed, it lives as long as the VM. */
static inline struct vgic_irq *vgic_access_irq(const struct vgic_access *a, u32 i)
{
	u32 intid = a->intid + i;

	if (intid < VGIC_NR_PRIVATE)
		return &a->v->private_irqs[intid];
	return &a->v->vm->spis[intid - VGIC_NR_PRIVATE];
}

/* ---- the engine (vgic-mmio.c) ---- */
/* The row that covers `offset`, or NULL. */
const struct vgic_reg *vgic_reg_find(const struct vgic_reg_map *map, u32 offset);
/* The row, if an access of `len` bytes at `offset` is one that it answers; NULL: RAZ/WI. */
const struct vgic_reg *vgic_reg_check(const struct vgic_vm *vm, const struct vgic_reg_map *map,
				      u32 offset, u32 len);
/* Guest accesses: `by` accesses the frame of `v`. */
u64 vgic_reg_read(const struct vgic_reg_map *map, struct vgic_vcpu *v, struct vgic_vcpu *by,
		  u32 offset, u32 len);
void vgic_reg_write(const struct vgic_reg_map *map, struct vgic_vcpu *v, struct vgic_vcpu *by,
		    u32 offset, u32 len, u64 value);
/* User-space accesses, always 32 bits wide. -ENXIO: no row answers (the caller decides what that
 * means); a write returns the handler's error. */
int vgic_reg_user_read(const struct vgic_reg_map *map, struct vgic_vcpu *v, u32 offset, u32 *value);
int vgic_reg_user_write(const struct vgic_reg_map *map, struct vgic_vcpu *v, u32 offset, u32 value);
/* `old` with the bytes of the access replaced: for writes to half a 64-bit register. */
u64 vgic_merge64(const struct vgic_access *a, u64 old, u64 value);

/* ---- handlers that the maps share (vgic-regs.c) ---- */
u64 vgic_read_raz(const struct vgic_access *a);
u64 vgic_read_rao(const struct vgic_access *a);
int vgic_write_wi(const struct vgic_access *a, u64 value);

u64 vgic_read_group(const struct vgic_access *a);
int vgic_write_group(const struct vgic_access *a, u64 value);
u64 vgic_read_enable(const struct vgic_access *a);
int vgic_write_senable(const struct vgic_access *a, u64 value);
int vgic_write_cenable(const struct vgic_access *a, u64 value);
u64 vgic_read_pending(const struct vgic_access *a);
int vgic_write_spending(const struct vgic_access *a, u64 value);
int vgic_write_cpending(const struct vgic_access *a, u64 value);
u64 vgic_read_priority(const struct vgic_access *a);
int vgic_write_priority(const struct vgic_access *a, u64 value);
u64 vgic_read_config(const struct vgic_access *a);
int vgic_write_config(const struct vgic_access *a, u64 value);

/* Active state: a guest's access stops the VM meanwhile (config lock taken inside). */
u64 vgic_read_active(const struct vgic_access *a);
int vgic_write_sactive(const struct vgic_access *a, u64 value);
int vgic_write_cactive(const struct vgic_access *a, u64 value);
u64 vgic_user_read_active(const struct vgic_access *a);
int vgic_user_write_sactive(const struct vgic_access *a, u64 value);
int vgic_user_write_cactive(const struct vgic_access *a, u64 value);

/* User space writes GICD_IIDR: policy iidr_write. Returns 1 when a revision was accepted, 0 when
 * the write was ignored, or -EINVAL. */
int vgic_user_write_iidr(struct vgic_vm *vm, u32 value);
u32 vgic_iidr(const struct vgic_vm *vm);
/* GICD_CTLR: enable or disable the distributor; enabling kicks vCPUs with something pending. */
void vgic_dist_enable(struct vgic_vm *vm, bool enable);

/* The input lines of interrupts intid..intid+31, for the LEVEL_INFO attribute. */
u32 vgic_read_lines(struct vgic_vcpu *v, u32 intid);
void vgic_write_lines(struct vgic_vcpu *v, u32 intid, u32 levels);

/*
 * ---- GICv2 CPU interface as a guest accesses it (vgic-mmio-v2.c) ----
 * GICC accesses act on the virtual CPU interface of the PE that `v` is loaded on, its list
 * registers live: by hardware where GICV is mapped to the guest, in EL2 where the page is trapped.
 */
u32 vgic_v2_cpuif_read(struct vgic_vcpu *v, u32 offset, u32 len);
/* Writes of DIR are trapped, whether GICV is mapped to the guest or not: from overflow eoicount on
 * its page never is. */
bool vgic_v2_dir_traps(const struct vgic_vm *vm);
/* False: a DIR that needs a full exit, vgic_sync() and then vgic_deactivate(v, value). */
bool vgic_v2_cpuif_write(struct vgic_vcpu *v, u32 offset, u32 len, u32 value);

/* ---- CPU interface state as user space sees it (vgic-sysregs.c) ---- */
/* What GICH_VMCR and ICH_VMCR_EL2 hold, by the names of the guest's registers. */
struct vgic_vmcr {
	bool grpen0, grpen1, ackctl, fiqen, cbpr, eoim;
	u8 abpr, bpr; /* 0..7 */
	u8 pmr;	      /* eight bits */
};
struct vgic_vmcr vgic_vmcr_get(const struct vgic_vcpu *v);
void vgic_vmcr_set(struct vgic_vcpu *v, const struct vgic_vmcr *m);
/* Registers in each active priorities group of v: 1, 2 or 4. */
u32 vgic_nr_aprs(const struct vgic_vcpu *v);
/* CPU_SYSREGS: `reg` encodes op0, op1, CRn, CRm, op2. 0; -ENXIO no such register; -EINVAL a value
 * that this host cannot give. */
int vgic_sysreg_get(struct vgic_vcpu *v, u32 reg, u64 *value);
int vgic_sysreg_set(struct vgic_vcpu *v, u32 reg, u64 value);
bool vgic_sysreg_has(u32 reg);

#endif
