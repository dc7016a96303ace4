/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guest software can do: compute, wait, access devices and its GIC, handle interrupts.
 * Every function runs on a vCPU's own thread. Accesses that a hypervisor traps exit to it; the
 * others take the time of the instruction. Interrupts are taken inside guest_compute(),
 * guest_wfi() and guest_poll(), and only while unmasked.
 */
#ifndef MACHINE_GUEST_H
#define MACHINE_GUEST_H

#include <models/plat/user/plat.h>
#include <sim/engine/engine.h>
#include <sim/engine/random.h>

struct vcpu; /* as guest software sees it: the PE it runs on */
struct vm;
struct device;

/* An interrupt handler of the guest: runs after IAR and before EOIR, interrupts masked. */
typedef void (*guest_irq_fn)(struct vcpu *c, u32 intid, void *arg);

u32 guest_id(const struct vcpu *c); /* number of this vCPU */
struct vm *guest_vm(const struct vcpu *c);
sim_time guest_now(const struct vcpu *c); /* the counter, in ps */
u32 vm_nr_vcpus(const struct vm *vm);
const char *vm_name(const struct vm *vm);

/* ---- running ---- */
void guest_compute(struct vcpu *c, sim_time ps); /* run instructions for that long, net */
void guest_wfi(struct vcpu *c);			 /* until an interrupt was taken or is pending */
void guest_poll(struct vcpu *c);		 /* a point where pending interrupts are taken */
void guest_mask(struct vcpu *c, bool masked);	 /* PSTATE.I */
/* Load a line that vCPU `writer` has written: it moves from that vCPU's PE. */
void guest_load_line(struct vcpu *c, u32 writer);

/* A spinlock of the guest's kernel (guest-lock.c): tickets handed out and served. Zeroed: free. */
struct guest_lock {
	u32 next, serving;
	u32 owner; /* vCPU that holds it or held it last */
};
/* Interrupts are masked from lock to unlock, which is given what lock returned. */
bool guest_lock(struct vcpu *c, struct guest_lock *l);
void guest_unlock(struct vcpu *c, struct guest_lock *l, bool was_masked);

/* ---- memory and devices ---- */
/* An access of 1, 2, 4 or 8 bytes to an emulated device or the virtual GIC: exits. Addresses that
 * belong to nobody exit to user space. */
u64 guest_mmio_read(struct vcpu *c, u64 addr, u32 len);
void guest_mmio_write(struct vcpu *c, u64 addr, u32 len, u64 value);
/* A read of a device that the host's kernel emulates, the virtual GIC apart: exits. */
void guest_read_in_kernel(struct vcpu *c);
int guest_ram_read(struct vcpu *c, u64 addr, void *buf, u32 len); /* 0 or -EFAULT */
int guest_ram_write(struct vcpu *c, u64 addr, const void *buf, u32 len);
void guest_hvc(struct vcpu *c); /* a hypercall that does nothing */
/* A write to a register of a passed-through device: no exit; it arrives after the link. */
void guest_doorbell(struct vcpu *c, struct device *d, u32 queue);

/* A read of one: the PE waits for the answer, which is behind all writes before it. */
void guest_device_read(struct vcpu *c, struct device *d);

/* The same of an emulated device whose doorbell is an ioeventfd: exits, and d's doorbell function
 * runs on this thread, in the hypervisor. */
void guest_ioeventfd(struct vcpu *c, struct device *d, u32 queue);

/* ---- interrupts ---- */
/* The handler of an INTID (for private ones: on every vCPU). 0 or -ENOMEM. */
int guest_set_handler(struct vm *vm, u32 intid, guest_irq_fn fn, void *arg);
void guest_enable_irq(struct vcpu *c, u32 intid, bool on); /* ISENABLER / ICENABLER */
void guest_set_priority(struct vcpu *c, u32 intid, u8 priority);
void guest_send_sgi(struct vcpu *c, u32 target_vcpu, u32 intid);
void guest_send_sgi_others(struct vcpu *c, u32 intid); /* IRM: all but self */
/* Map vector of a device to a fresh LPI routed to vCPU `target`, with handler: MAPD the first
 * time, MAPTI, configuration byte, INV. Returns the LPI's INTID or -errno. */
int guest_map_msi(struct vcpu *c, struct device *d, u32 vector, u32 target, guest_irq_fn fn,
		  void *arg);
/* The vector's MSI-X entry is masked, its event unmapped (DISCARD). */
void guest_unmap_msi(struct vcpu *c, struct device *d, u32 vector);
/* The guest writes a mapped vector's MSI-X entry again, as it was: VFIO gives the host's interrupt back
 * and takes one anew. 0 or -errno. */
int guest_rewrite_msi(struct vcpu *c, struct device *d, u32 vector);
/* DISCARD, MAPTI with the same LPI to the same vCPU, INV; the MSI-X entry stays as it is. 0 or
 * -errno. */
int guest_remap_event(struct vcpu *c, struct device *d, u32 vector);
/* Map the device's level interrupt to a fresh SPI routed to vCPU `target`, with handler: ICFGR,
 * IROUTER, ISENABLER. Returns the SPI's INTID or -errno. */
int guest_map_line(struct vcpu *c, struct device *d, u32 target, guest_irq_fn fn, void *arg);
/* One raw command into the vITS's queue, under the guest driver's spinlock, processed before it
 * returns; -EBUSY: no ITS. */
int guest_its_command(struct vcpu *c, const u64 cmd[4]);
void guest_lpi_config(struct vcpu *c, u32 intid, u8 priority, bool enabled); /* byte + nothing */

/* MOVI: the LPI of a mapped vector goes to vCPU `target`. 0 or -errno. */
int guest_move_msi(struct vcpu *c, struct device *d, u32 vector, u32 target);
/* MOVALL: every LPI of vCPU `from` goes to vCPU `to`. 0 or -errno. */
int guest_move_all(struct vcpu *c, u32 from, u32 to);
/* INT: the vITS makes the LPI of a mapped vector pending. 0 or -errno. */
int guest_its_int(struct vcpu *c, struct device *d, u32 vector);
/* IAR and EOIR outside a handler: with nothing pending IAR reads 1023, whose end does nothing. Of a
 * GICv2's SGIs IAR has the source CPU as well, and EOIR is to be given it. */
u32 guest_ack(struct vcpu *c);
void guest_eoi(struct vcpu *c, u32 iar);

/* ---- the virtual timer: PPI 27, level ---- */
void guest_timer_set(struct vcpu *c, sim_time when); /* CNTV_CVAL, enabled */
void guest_timer_stop(struct vcpu *c);
#define GUEST_VTIMER_PPI 27u
/* A handler of GUEST_VTIMER_PPI that ends a wait in WFI and no more. */
void guest_tick(struct vcpu *c, u32 intid, void *arg);

#endif
