/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of a simulated host from inside, and the ways of their interrupts: ITS servers, VFIO, SPIs
 * in the place of MSIs, vLPIs, level-triggered lines, host threads. Part of machine.h, which includes it.
 */
#ifndef DEVICE_INTERNAL_H
#define DEVICE_INTERNAL_H

/* ---- device.c, its-server.c ---- */
struct device_vector {
	u32 intid;  /* guest LPI; 0: not mapped */
	s32 lpi;    /* host LPI; 0: none */
	u16 target; /* vCPU */
	u16 spi;    /* host SPI, where the VM or the host has no ITS; 0: none */
};

struct device {
	struct machine *m;
	struct vm *vm;
	struct device *next;
	char name[PARAM_STRING_MAX];
	u32 number;   /* DeviceID on the host */
	u32 guest_id; /* DeviceID for the guest */
	u32 nr_vectors;
	u32 its;
	bool its_remote; /* that ITS is on another socket */
	struct device_vector *vec;
	bool host_mapped, guest_mapped, emulated;
	struct device_line *line; /* NULL: it has no level interrupt */
	u64 itt;
	sim_time link_free; /* when the link has sent all it was given */
	sim_time at_bridge; /* when all of that has arrived */
	sim_time written;   /* when the guest's writes so far have arrived */
	struct sim_pipe *dma, *msi, *doorbells;
	void (*doorbell)(void *arg, u32 queue);
	void *arg;
	struct device_alarm *alarms; /* binary heap by time */
	u32 nr_alarms, alarms_room;
	u32 alarm_count;
	bool frozen;	    /* alarms wait for device_thaw() */
	sim_time frozen_at; /* since then */
	bool alarm_rings;   /* the first alarm is vacant */
	struct sim_event alarm;
	rec_track track;
};

/* ---- vfio.c ---- */
/* The vector gets its event on the physical ITS, its host LPI (or SPI) and handler, and is forwarded
 * where that can be. 0 or -errno of the host's driver. */
int device_host_map(struct device *d, u32 vector);
/* And loses them; what it had pending on the host is lost. */
void device_host_unmap(struct device *d, u32 vector);
/* Let the vector's host LPI reach the guest directly, or through the host's handler again. */
void device_forward(struct device *d, u32 vector, bool on);

/* ---- device.c ---- */
void device_free(struct device *d);
void device_doorbell(struct device *d, u32 queue); /* a guest's posted write leaves the PE */
/* When the answer to a read of a register is back: the read does not pass writes before it. */
sim_time device_answers(struct device *d, u64 *assumed);
void devices_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg);
/* Hold the device's clock; nothing more happens there but what is on the link. */
void device_freeze(struct device *d);
bool device_quiet(const struct device *d); /* nothing is on the link */
/* A frozen, quiet device of an emulating VMM goes to another host: links there. 0 or -ENOMEM. */
int device_move(struct device *d, struct machine *to);
/* Its clock goes on: it has stood still meanwhile. */
void device_thaw(struct device *d);

/* ---- iothread.c ---- */
/* A VMM's thread that injects what its devices raise. NULL: out of memory. */
struct iothread *iothread_new(struct vm *vm);
void iothread_free_all(struct machine *m);
/* The host's interrupt for a vector of a device that the VMM emulates. */
void iothread_queue(struct pe *pe, struct device *d, u32 vector, u32 tag);
void iothreads_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg);
/* The virtual GIC has what this VMM had in its hand, if that was `tag`. */
void iothread_taken(struct iothread *io, u32 tag);

/* ---- device-spi.c: MSIs without an ITS ---- */
int device_spi_map(struct device *d, u32 vector, u32 pe); /* 0, -ENOSPC, -ENOMEM */
void device_spi_arrives(struct device *d, u32 vector, u32 tag);
bool device_spi_host_irq(struct pe *pe, u32 intid); /* false: not one of these */
u32 device_spi_tag(struct machine *m, u32 intid);   /* instance pending there; 0: none */
/* The VM goes to another host: on a thread of the one it leaves; then off its tables. */
void device_spi_close(struct device *d);
void device_spi_leave(struct device *d);
void device_spi_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg);

/* ---- vlpi.c: GICv4 ---- */
/* After the host's ITS driver: probe what there is, on a process. 0 or -errno. */
int vlpi_host_init(struct machine *m);
void vlpi_host_free(struct machine *m);
/* The VM's vPEs are there, if it has some: whose they are. */
void vlpi_vm_init(struct vm *vm);
/* A vLPI leaves an ITS in `socket` for a redistributor. */
void vlpi_send(struct machine *m, u32 socket, struct pe *pe, const struct gic_vlpi *v, u32 tag);
/* The host takes an LPI: a doorbell? */
bool vlpi_doorbell(struct pe *pe, u32 intid);
/* What the core tells of vLPIs and vSGIs (EV_VLPI_*, EV_HW_DOORBELL): the instance that it is about,
 * 0: none. And of a host LPI that a command made pending or withdrew (EV_HW_*). */
u32 vlpi_event(struct machine *m, enum plat_event ev, u32 intid, u64 arg);
void vlpi_host_lpi(struct machine *m, enum plat_event ev, u32 intid);
/* An ITS refused an INT command. */
void vlpi_command_failed(struct machine *m);
/* The next instance of an LPI that was pending for two vPEs; 0: none. */
u32 vlpi_next(struct vcpu *c, u32 intid);
/* An LPI is pending in hardware from now on: it was in software, or it was `raised` just now. */
void vlpi_from_software(struct vm *vm, u32 vcpu, u32 intid, u32 *tag, bool raised);
/* The cookie of an interrupt that the hardware may have presented; NULL: it never has. */
u32 *vlpi_acked(struct vcpu *c, u32 intid);
/* Instances that wait in hardware: of an SGI of one vCPU, or of an LPI of the VM. */
u32 vlpi_count_pending(struct vm *vm, u32 vcpu, u32 intid);
void vlpi_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg);

/* ---- platform.c ---- */
/* VFIO's part: a host SPI for the device's line, behind SPI `intid` of the guest. 0, -ENOSPC no host
 * SPI is left, -ENOMEM. */
int platform_map(struct device *d, u32 intid, u32 target);
void platform_free(struct machine *m);
void platform_host_irq(struct pe *pe, u32 intid);
/* To another host. Nothing is on a wire or in a handler's hand: *held counts instances that wait at
 * the distributor, masked, until the guest has ended the one before. */
bool platform_quiet(const struct vm *vm, u32 *held);
/* The host that the VM leaves, on a thread of it: its SPIs are masked, the lines low. */
void platform_close(struct vm *vm);
/* Wires on vm->m, which it goes to; moved() gives the tag there. 0, -ENOSPC, -ENOMEM. */
int platform_move(struct vm *vm, struct machine *from, u32 (*moved)(void *arg, u32 tag), void *arg);
/* There, when the virtual GIC is restored: SPIs as they were, levels are sampled. */
void platform_open(struct vm *vm);
void platform_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg);
/* A line that is masked on the host is so because the guest has not ended its interrupt yet. */
void platform_check(struct machine *m);

int its_server_new(struct its_server **out, struct machine *m, u32 number);
void its_server_free(struct its_server *s);
u32 its_server_socket(const struct its_server *s);
void its_server_msi(struct its_server *s, struct device *d, u32 vector, u32 tag);
void its_server_work(struct its_server *s); /* commands wait */
void its_server_reset(struct its_server *s);
void its_server_report(struct its_server *s);
void its_server_trace(struct its_server *s, rec_track group);
void its_server_trace_finish(struct its_server *s);
void its_server_in_flight(struct its_server *s, void (*fn)(void *arg, u32 tag), void *arg);

/* ---- hostthread.c ---- */
void host_threads_free(struct vm *vm);
void host_threads_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg);

#endif
