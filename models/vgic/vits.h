/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual ITS (spec/vgic.md 3): registers, command queue, tables, translation and its caches,
 * MSI injection, table save and restore.
 */
#ifndef VITS_H
#define VITS_H

#include <plat.h>

#include "vgic.h"

#define VITS_FRAME_SIZE 0x20000u
#define VITS_TRANSLATER 0x10040u

/* Before vCPUs run. -ENOMEM; of a VM that is initialised, what vgic_v4_init() says. */
int vits_create(struct vgic_its **out, struct vgic_vm *vm);
int vits_set_base(struct vgic_its *its, u64 base); /* -EEXIST, -EINVAL, -E2BIG */
void vits_destroy(struct vgic_its *its);
u64 vits_base(const struct vgic_its *its);

/* Guest access to the two frames; `offset` within them. */
u64 vits_mmio_read(struct vgic_vcpu *v, struct vgic_its *its, u32 offset, u32 len);
void vits_mmio_write(struct vgic_vcpu *v, struct vgic_its *its, u32 offset, u32 len, u64 value);

/*
 * An MSI from a host interrupt handler (irqfd): atomic, served by the translation cache only.
 * 0 delivered, -EWOULDBLOCK miss: hand it to a worker that calls vits_inject_slow().
 * `tag` moves to the guest interrupt.
 */
int vits_inject_fast(struct vgic_vm *vm, u64 doorbell, u32 device_id, u32 event_id, u32 tag);
/* Through the tables; may sleep. 1 delivered, 0 mapping error (guest's fault), -errno. */
int vits_inject_slow(struct vgic_vm *vm, u64 doorbell, u32 device_id, u32 event_id, u32 tag);

/* Name of a command of the virtual ITS; NULL: there is none with this opcode. */
const char *vits_command_name(u32 opcode);

/*
 * Hooks of the redistributors. EnableLPIs was set: unless PENDBASER.PTZ, take the pending bits of
 * v's LPIs from its table (spec/vgic.md 2.5). EnableLPIs was cleared: forget all translations.
 * INVLPIR, INVALLR: read configuration again; 0, -EINVAL (no such LPI), -EFAULT, -ENOMEM, which
 * the guest never sees.
 */
void vits_enable_lpis(struct vgic_vcpu *v);
void vits_invalidate_caches(struct vgic_vm *vm);
int vits_inv_lpi(struct vgic_vcpu *v, u32 intid);
int vits_invall(struct vgic_vcpu *v);

/*
 * User-space access, called by vgic-user.c. All but vits_user_has_reg() run with the VM lock, every
 * vCPU's mutex and the config lock held. Values are 64 bits wide whatever the register's width.
 */
/* `attr` is the offset, with bits above it that only the check of alignment sees. -EINVAL:
 * misaligned (4 bytes below GITS_TYPER and from the ID registers on, 8 elsewhere); -ENXIO: no such
 * register. */
int vits_user_has_reg(struct vgic_its *its, u64 attr);
int vits_user_get_reg(struct vgic_its *its, u64 attr, u64 *value);
int vits_user_set_reg(struct vgic_its *its, u64 attr, u64 value);
int vits_save_tables(struct vgic_its *its);
int vits_restore_tables(struct vgic_its *its);
void vits_reset(struct vgic_its *its);
/* KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES: LPI pending bits to guest memory. */
int vits_save_pending_tables(struct vgic_vm *vm);

#endif
