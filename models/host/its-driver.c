// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's ITS driver: devices, their events, and what the kernel does to a host LPI: route it,
 * mask it, trigger it (spec/vgic.md 4.1; Arm IHI 0069 5.3).
 *
 * Which commands are followed by a SYNC, and to which redistributor: all but MAPD; MOVI syncs the
 * one that the LPI leaves. Operations on one LPI run one after the other under its lock, with
 * interrupts masked, wait for the ITS included, as under the kernel's descriptor lock.
 * Choices: a device gets its LPIs when it is mapped, event n the n-th; an ITT has room for a power
 * of two of events, at least two; unmapping an event masks it first.
 */
#include "its-v4-internal.h"

static struct host_queue *queue_of(struct host_its *h, u32 its)
{
	return its < h->nr_its ? &h->queue[its] : NULL;
}

static struct host_device *find_device(struct host_queue *q, u32 device_id)
{
	return q ? plat_index_load(&q->devices, device_id) : NULL;
}

struct host_lpi *host_find_lpi(struct host_its *h, u32 lpi)
{
	plat_cost(COST_INDEX_LOOKUP, 1);
	plat_sync();
	return plat_index_load(&h->lpis, lpi);
}

/* ---- devices ---- */

static u32 event_bits(u32 nr_events)
{
	return nr_events <= 2 ? 1 : plat_fls64(nr_events - 1) + 1;
}

static void free_device(struct host_its *h, struct host_device *dev)
{
	u32 i;

	for (i = 0; dev->range && i < dev->nr_events; i++)
		plat_index_erase(&h->lpis, dev->range->base + i);
	if (dev->range)
		host_lpis_free(h, dev->range);
	if (dev->itt)
		host_block_free(h, dev->itt);
	if (dev->vlpis)
		plat_free_rcu(dev->vlpis);
	plat_free_rcu(dev);
	plat_cost(COST_FREE, 1);
}

/* Make the LPIs of a device known by INTID. */
static int publish_lpis(struct host_its *h, struct host_device *dev)
{
	u32 i;

	for (i = 0; i < dev->nr_events; i++) {
		struct host_lpi *l = &dev->lpis[i];

		plat_lock_init(&l->lock, LOCK_HOST_IRQ);
		l->dev = dev;
		l->event = i;
		if (plat_index_reserve(&h->lpis, dev->range->base + i))
			return -ENOMEM;
		plat_index_store(&h->lpis, dev->range->base + i, l);
	}
	return 0;
}

static int make_device(struct host_its *h, struct host_queue *q, u32 device_id, u32 nr_events,
		       struct host_device **out)
{
	struct host_device *dev = plat_zalloc(sizeof(*dev) + nr_events * sizeof(dev->lpis[0]));
	int ret;

	plat_cost(COST_ALLOC, 1);
	if (!dev)
		return -ENOMEM;
	plat_lock_init(&dev->vlpi_lock, LOCK_HOST_VLPI);
	dev->queue = q;
	dev->device_id = device_id;
	dev->nr_events = nr_events;
	if (q->v4)
		dev->vlpis = plat_zalloc(nr_events * sizeof(dev->vlpis[0]));
	ret = q->v4 && !dev->vlpis ? -ENOMEM : host_lpis_alloc(h, nr_events, &dev->range);
	if (!ret)
		ret = host_itt_alloc(h, (u64)q->itt_entry_size << event_bits(nr_events), &dev->itt);
	if (!ret)
		ret = publish_lpis(h, dev);
	if (!ret)
		ret = plat_index_reserve(&q->devices, device_id);
	if (ret) {
		free_device(h, dev);
		return ret;
	}
	plat_index_store(&q->devices, device_id, dev);
	*out = dev;
	return 0;
}

static int send_mapd(struct host_device *dev, bool valid)
{
	u64 cmd[4];

	its_build_mapd(cmd, dev->device_id, dev->itt->addr, event_bits(dev->nr_events), valid);
	return host_queue_send(dev->queue, cmd, HOST_NO_SYNC);
}

static int map_device(struct host_its *h, struct host_queue *q, u32 device_id, u32 nr_events)
{
	struct host_device *dev;
	int ret;

	if (find_device(q, device_id))
		return -EBUSY;
	ret = make_device(h, q, device_id, nr_events, &dev);
	return ret ? ret : send_mapd(dev, true);
}

int host_its_map_device(struct host_its *h, u32 its, u32 device_id, u32 nr_events)
{
	struct host_queue *q = queue_of(h, its);
	int ret;

	if (!q || (u64)device_id >> q->device_bits || !nr_events ||
	    nr_events > PLAT_BIT64(q->event_bits))
		return -EINVAL;
	plat_mutex_lock(&h->devices_lock);
	ret = map_device(h, q, device_id, nr_events);
	plat_mutex_unlock(&h->devices_lock);
	return ret;
}

void host_its_unmap_device(struct host_its *h, u32 its, u32 device_id)
{
	struct host_queue *q = queue_of(h, its);
	struct host_device *dev;
	u32 i;

	plat_mutex_lock(&h->devices_lock);
	dev = find_device(q, device_id);
	if (dev) {
		for (i = 0; i < dev->nr_events; i++) {
			if (dev->lpis[i].mapped)
				host_its_unmap_event(h, dev->range->base + i);
		}
		send_mapd(dev, false);
		plat_index_erase(&q->devices, device_id);
		free_device(h, dev);
	}
	plat_mutex_unlock(&h->devices_lock);
}

/* ---- events; the LPI's lock held ---- */

int host_send_event(struct host_lpi *l, u32 opcode)
{
	u64 cmd[4];

	its_build_event(cmd, opcode, l->dev->device_id, l->event);
	if (l->forwarded && opcode != ITS_CMD_DISCARD)
		return host_queue_send_virtual(l->dev->queue, cmd, host_vlpi_of(l)->vpe->id);
	return host_queue_send(l->dev->queue, cmd, l->pe);
}

int host_write_config(struct host_its *h, u32 lpi, u8 byte)
{
	int ret;

	plat_sync(); /* redistributors read it when they please */
	ret = gic_mem_write(h->mem, h->prop_table + lpi - GIC_LPI_BASE, &byte, 1);
	plat_cost(COST_BARRIER, 1);
	return ret;
}

/* The LPI's configuration byte, and the redistributor's view of it. */
static int configure(struct host_its *h, struct host_lpi *l, bool enable)
{
	int ret;

	l->enabled = enable;
	if (l->forwarded)
		return host_vlpi_set_enabled(h, l, enable);
	ret = host_write_config(h, l->dev->range->base + l->event, host_lpi_config(enable));
	return ret ? ret : host_send_event(l, ITS_CMD_INV);
}

static int map_event(struct host_its *h, struct host_lpi *l, u32 pe)
{
	u64 cmd[4];
	int ret;

	if (l->mapped)
		return -EEXIST;
	l->pe = (u16)pe;
	its_build_mapti(cmd, l->dev->device_id, l->event, l->dev->range->base + l->event, pe);
	ret = host_queue_send(l->dev->queue, cmd, pe);
	if (ret)
		return ret;
	l->mapped = true;
	return configure(h, l, true);
}

int host_its_map_event(struct host_its *h, u32 its, u32 device_id, u32 event_id, u32 pe)
{
	struct host_device *dev;
	int ret;

	plat_sync();
	dev = find_device(queue_of(h, its), device_id);
	if (!dev || event_id >= dev->nr_events || pe >= h->nr_pes)
		return -EINVAL;
	plat_lock(&dev->lpis[event_id].lock);
	ret = map_event(h, &dev->lpis[event_id], pe);
	plat_unlock(&dev->lpis[event_id].lock);
	return ret ? ret : (int)(dev->range->base + event_id);
}

void host_its_unmap_event(struct host_its *h, u32 lpi)
{
	struct host_lpi *l = host_find_lpi(h, lpi);

	if (!l)
		return;
	plat_lock(&l->lock);
	if (l->mapped) {
		if (l->enabled)
			configure(h, l, false);
		host_send_event(l, ITS_CMD_DISCARD);
		if (l->forwarded)
			host_vlpi_forget(l);
		l->mapped = false;
	}
	plat_unlock(&l->lock);
}

int host_with_lpi(struct host_its *h, u32 lpi,
		  int (*fn)(struct host_its *h, struct host_lpi *l, void *arg), void *arg)
{
	struct host_lpi *l = host_find_lpi(h, lpi);
	int ret = -EINVAL;

	if (!l)
		return ret;
	plat_lock(&l->lock);
	if (l->mapped)
		ret = fn(h, l, arg);
	plat_unlock(&l->lock);
	return ret;
}

static int move(struct host_its *h, struct host_lpi *l, void *arg)
{
	u32 pe = *(const u32 *)arg;
	u64 cmd[4];
	int ret;

	if (pe >= h->nr_pes || l->forwarded)
		return -EINVAL;
	if (l->pe == pe)
		return 0;
	its_build_movi(cmd, l->dev->device_id, l->event, pe);
	ret = host_queue_send(l->dev->queue, cmd, l->pe);
	l->pe = (u16)pe;
	return ret;
}

static int enable(struct host_its *h, struct host_lpi *l, void *arg)
{
	return configure(h, l, *(const bool *)arg);
}

static int send(struct host_its *h, struct host_lpi *l, void *arg)
{
	(void)h;
	return host_send_event(l, *(const u32 *)arg);
}

int host_its_set_affinity(struct host_its *h, u32 lpi, u32 pe)
{
	return host_with_lpi(h, lpi, move, &pe);
}

int host_its_set_enabled(struct host_its *h, u32 lpi, bool on)
{
	return host_with_lpi(h, lpi, enable, &on);
}

int host_its_int(struct host_its *h, u32 lpi)
{
	u32 opcode = ITS_CMD_INT;

	return host_with_lpi(h, lpi, send, &opcode);
}

int host_its_clear(struct host_its *h, u32 lpi)
{
	u32 opcode = ITS_CMD_CLEAR;

	return host_with_lpi(h, lpi, send, &opcode);
}

void host_its_observe(struct host_its *h, void (*fn)(void *arg, u32 its, const u64 cmd[4]),
		      void *arg)
{
	h->observe = fn;
	h->observe_arg = arg;
}
