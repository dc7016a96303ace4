// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command queue of a physical ITS, as the host kernel's driver runs it (spec/vgic.md 4.1;
 * Arm IHI 0069 5.3).
 *
 * A command takes a slot under the queue's lock, with interrupts masked; its SYNC takes another.
 * The wait for the ITS to pass them stands outside the lock, so senders build one after the other
 * but wait together, each for all that was queued before it. Looks at GITS_CREADR are a microsecond
 * apart; after a second the driver gives up and goes on.
 * Choice: the looks of a wait are charged as one register read, whatever their number; the time
 * between them passes in plat_poll().
 */
#include "../arch/gicv4.h"
#include "its-internal.h"

u64 host_its_read(struct its *its, u32 offset, u32 len)
{
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	return its_read(its, offset, len);
}

void host_its_write(struct its *its, u32 offset, u32 len, u64 value)
{
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	its_write(its, offset, len, value);
}

static u32 read_slot(struct its *its)
{
	return (u32)FIELD_GET(its_read(its, GITS_CREADR, 8), GITS_CREADR_OFFSET);
}

/* Slots from a to b, going round. */
static u32 slots_between(u32 a, u32 b)
{
	return (b - a) % HOST_QUEUE_SLOTS;
}

void host_queue_init(struct host_its *h, u32 number, struct its *its)
{
	struct host_queue *q = &h->queue[number];

	q->host = h;
	q->its = its;
	q->number = number;
	plat_lock_init(&q->lock, LOCK_HOST_ITS);
	plat_index_init(&q->devices);
}

/* One slot stays empty: a full queue would look like an empty one. */
static bool has_room(void *arg)
{
	struct host_queue *q = arg;

	return slots_between(q->write, read_slot(q->its) - 1) != 0;
}

/* Build one command in the next slot; lock held. */
static int put_command(struct host_queue *q, const u64 cmd[4])
{
	u64 slot;
	u32 i;
	int ret;

	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	if (!has_room(q)) {
		ret = plat_poll(its_waitq(q->its), has_room, q, HOST_POLL_STEP_NS,
				HOST_POLL_LIMIT_NS);
		if (ret)
			return ret;
	}
	plat_cost(COST_CMD_BUILD, 1);
	slot = q->base + q->write * ITS_CMD_SIZE;
	for (i = 0; i < 4; i++) {
		ret = gic_mem_write64(q->host->mem, slot + 8 * i, cmd[i]);
		if (ret)
			return ret;
	}
	plat_cost(COST_BARRIER, 1);
	q->write = (q->write + 1) % HOST_QUEUE_SLOTS;
	if (q->host->observe)
		q->host->observe(q->host->observe_arg, q->number, cmd);
	return 0;
}

/* How far the ITS is on its way through the slots of one sender. */
struct progress {
	struct its *its;
	u32 seen; /* slot it was at when looked at last */
	u32 left; /* slots still to pass */
};

static bool has_passed(void *arg)
{
	struct progress *p = arg;
	u32 at = read_slot(p->its);
	u32 moved = slots_between(p->seen, at);

	p->seen = at;
	p->left -= moved < p->left ? moved : p->left;
	return !p->left;
}

static int send(struct host_queue *q, const u64 cmd[4], const u64 *sync)
{
	struct progress p = { .its = q->its };
	int ret;

	plat_lock(&q->lock);
	ret = put_command(q, cmd);
	if (ret) {
		plat_unlock(&q->lock);
		return ret;
	}
	if (sync)
		put_command(q, sync); /* without room for it we wait for the command alone */
	p.seen = (u32)FIELD_GET(host_its_read(q->its, GITS_CREADR, 8), GITS_CREADR_OFFSET);
	p.left = slots_between(p.seen, q->write);
	host_its_write(q->its, GITS_CWRITER, 8, FIELD_PUT(q->write, GITS_CWRITER_OFFSET));
	plat_unlock(&q->lock);
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	return plat_poll(its_waitq(q->its), has_passed, &p, HOST_POLL_STEP_NS, HOST_POLL_LIMIT_NS);
}

int host_queue_send(struct host_queue *q, const u64 cmd[4], u32 sync_pe)
{
	u64 sync[4];

	if (sync_pe == HOST_NO_SYNC)
		return send(q, cmd, NULL);
	its_build_sync(sync, sync_pe);
	return send(q, cmd, sync);
}

int host_queue_send_virtual(struct host_queue *q, const u64 cmd[4], u32 vpe_id)
{
	u64 sync[4];

	its_build_vsync(sync, vpe_id);
	return send(q, cmd, sync);
}
