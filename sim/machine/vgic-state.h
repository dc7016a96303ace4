/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of a virtual GIC as a VMM moves it: a list of device attributes and their values, in the
 * order in which they are to be set (spec/vgic.md 2.8, 2.10). LPI pending tables and ITS tables are
 * written to guest memory and travel with it.
 */
#ifndef MACHINE_VGIC_STATE_H
#define MACHINE_VGIC_STATE_H

#include <models/vgic/vgic.h>

struct vgic_state_entry {
	u32 device; /* 0: the virtual GIC; n: its ITS n - 1 */
	u32 group;
	u64 attr, value;
};

struct vgic_state {
	struct vgic_state_entry *entry;
	u32 nr, room;
	struct vgic_state_entry failed; /* what an error is about */
};

/* What may be left out, to show that its lack is noticed. */
enum vgic_state_part { VGIC_STATE_ALL, VGIC_STATE_NO_PENDING_TABLES };

/*
 * Read all attributes of a VM none of whose vCPUs runs; `called` runs before each access (NULL:
 * nothing does), a system call of the VMM. -ENOMEM, or what the access gave. vgic_state_free() in any
 * case.
 */
int vgic_state_save(struct vgic_state *s, struct vgic_vm *vm, enum vgic_state_part part,
		    void (*called)(void));
/* Set them in a fresh VM of the same shape: initialised, frames in place, guest memory moved. */
int vgic_state_restore(struct vgic_state *s, struct vgic_vm *vm, void (*called)(void));
void vgic_state_free(struct vgic_state *s);
/* Bytes that it takes on a link. */
static inline u64 vgic_state_bytes(const struct vgic_state *s)
{
	return s->nr * sizeof(*s->entry);
}

#endif
