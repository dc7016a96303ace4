// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VMM that emulates devices: the interrupt of the host's device behind an emulated one wakes the
 * VMM's I/O thread, which completes the request and raises the guest's MSI by a system call
 * (KVM_SIGNAL_MSI: translation through the tables, spec/vgic.md 3.5).
 *
 * Choices: one I/O thread a VM, on any PE; one return from its wait and one system call for each
 * interrupt; guest writes to device registers exit and reach the device through an ioeventfd.
 */
#include <stdlib.h>

#include <models/vgic/vits.h>

#include "machine.h"

#define FIRST_ROOM 64u

struct io_item {
	struct device *device;
	u32 vector, tag;
};

struct iothread {
	struct thread thread;
	struct iothread *next; /* of the machine's */
	struct vm *vm;
	struct io_item *item; /* ring of `room` items, a power of two */
	u32 head, tail, room;
	u32 hand_tag; /* between the ring and the virtual GIC */
};

static void inject(struct iothread *io, const struct io_item *i)
{
	struct pe *pe = io->thread.pe;
	u64 doorbell;

	pe_activity(pe, PE_HOST);
	plat_cost((enum plat_cost)COST_USER_EXIT, 2);
	plat_cost((enum plat_cost)COST_USER_EMULATE, 1);
	plat_sync();
	account_sw(pe, i->tag, REC_STAGE_WORKER);
	doorbell = vits_base(io->vm->its) + VITS_TRANSLATER;
	pe_activity(pe, PE_HYP);
	vits_inject_slow(io->vm->vgic, doorbell, i->device->guest_id, i->vector, i->tag);
	io->hand_tag = 0;
}

static void body(struct thread *t)
{
	struct iothread *io = plat_container_of(t, struct iothread, thread);

	for (;;) {
		struct io_item i;

		plat_sync();
		if (io->head == io->tail) {
			thread_block(t);
			continue;
		}
		i = io->item[io->head++ & (io->room - 1)];
		io->hand_tag = i.tag;
		inject(io, &i);
		pe_take_irqs(t->pe);
		if (t->pe->need_resched)
			thread_yield(t);
	}
}

struct iothread *iothread_new(struct vm *vm)
{
	struct machine *m = vm->m;
	struct iothread *io = calloc(1, sizeof(*io));

	if (!io)
		return NULL;
	io->room = FIRST_ROOM;
	io->item = calloc(io->room, sizeof(*io->item));
	if (!io->item) {
		free(io);
		return NULL;
	}
	io->vm = vm;
	thread_init(m, &io->thread, CLASS_THREAD, &m->pes[m->next_spread % m->nr_pes], -1, body);
	io->next = m->iothreads;
	m->iothreads = io;
	return io;
}

void iothread_free_all(struct machine *m)
{
	struct iothread *next;

	for (struct iothread *io = m->iothreads; io; io = next) {
		next = io->next;
		free(io->item);
		free(io);
	}
	m->iothreads = NULL;
}

static bool grow(struct iothread *io)
{
	struct io_item *bigger = calloc(2 * io->room, sizeof(*bigger));

	if (!bigger)
		return false;
	for (u32 i = io->head; i != io->tail; i++)
		bigger[i & (2 * io->room - 1)] = io->item[i & (io->room - 1)];
	free(io->item);
	io->item = bigger;
	io->room *= 2;
	return true;
}

void iothread_queue(struct pe *pe, struct device *d, u32 vector, u32 tag)
{
	struct iothread *io = d->vm->io;

	plat_sync();
	if (io->tail - io->head == io->room && !grow(io)) {
		machine_fail(pe->m, -ENOMEM);
		account_drop(pe->m, tag, DROP_NO_MEMORY);
		return;
	}
	io->item[io->tail++ & (io->room - 1)] = (struct io_item){ d, vector, tag };
	pe->hand_tag = 0;
	thread_wake(&io->thread);
}

void iothread_taken(struct iothread *io, u32 tag)
{
	if (io && io->hand_tag == tag)
		io->hand_tag = 0;
}

void iothreads_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg)
{
	for (struct iothread *io = m->iothreads; io; io = io->next) {
		for (u32 i = io->head; i != io->tail; i++)
			fn(arg, io->item[i & (io->room - 1)].tag);
		if (io->hand_tag)
			fn(arg, io->hand_tag);
	}
}
