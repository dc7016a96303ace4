// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host LPIs that are forwarded to guests as vLPIs (spec/vgic.md 4.4): mapped, moved, configured,
 * masked, and taken back.
 *
 * Between the DISCARD of the physical mapping and the VMAPTI of the virtual one, and the other way
 * round, the event has none: an MSI that comes then is dropped by the ITS. A device's events go to
 * one VM at a time.
 * Choices: moving a vLPI to where it is already is sent as well; the way back restores the PE that
 * the host LPI was on, at the default priority, enabled.
 */
#include "its-v4-internal.h"

static u32 lpi_of(const struct host_lpi *l)
{
	return l->dev->range->base + l->event;
}

/* The doorbell that a mapping gives to the event. */
static u32 map_doorbell(const struct host_its *h, const struct host_vlpi_map *map)
{
	return map->db_enabled && !h->v4->default_db ? map->vpe->doorbell : ITS_NO_DOORBELL;
}

static int write_properties(struct host_its *h, const struct host_vlpi_map *map)
{
	u8 byte = map->properties | LPI_CONFIG_GROUP;
	int ret;

	plat_sync();
	ret = gic_mem_write(h->mem, map->vpe->vm->prop_table + map->vintid - GIC_LPI_BASE, &byte,
			    1);
	plat_cost(COST_BARRIER, 1);
	return ret;
}

static int send_vmovi(struct host_its *h, struct host_lpi *l, bool sync)
{
	u64 cmd[4];

	its_build_vmovi(cmd, l->dev->device_id, l->event, host_vlpi_of(l)->vpe->id, true,
			map_doorbell(h, host_vlpi_of(l)));
	if (!sync)
		return host_queue_send(l->dev->queue, cmd, HOST_NO_SYNC);
	return host_queue_send_virtual(l->dev->queue, cmd, host_vlpi_of(l)->vpe->id);
}

/* The hardware reads the configuration byte of a forwarded LPI again. */
static int invalidate(struct host_its *h, struct host_lpi *l)
{
	struct host_vpe *vpe = host_vlpi_of(l)->vpe;
	struct gic_pe *pe;
	int ret;

	if (!l->dev->queue->v4_1)
		return host_send_event(l, ITS_CMD_INV);
	plat_lock(&vpe->lock); /* it stays on its PE */
	pe = gic_pe(h->gic, vpe->pe);
	host_gicr_write(pe, GICR_INVLPIR, 8,
			GICR_INVLPIR_V | FIELD_PUT(vpe->id, GICR_INVLPIR_VPEID) |
				FIELD_PUT(host_vlpi_of(l)->vintid, GICR_INVLPIR_INTID));
	ret = host_gicr_sync(pe);
	plat_unlock(&vpe->lock);
	return ret;
}

/* Individual doorbells ring for enabled vLPIs only. VMAPTI of a mapped event is UNPREDICTABLE, but
 * VMOVI to the same vPE may give it another doorbell. */
static int set_doorbell(struct host_its *h, struct host_lpi *l, bool enable)
{
	if (h->v4->default_db || host_vlpi_of(l)->db_enabled == enable)
		return 0;
	host_vlpi_of(l)->db_enabled = enable;
	return send_vmovi(h, l, true);
}

/* ---- to a guest ---- */

/* The event leaves the host; the device's lock held. */
static int forward(struct host_its *h, struct host_lpi *l, const struct host_vlpi_map *map)
{
	struct host_device *dev = l->dev;
	u64 cmd[4];
	int ret;

	plat_lock(&map->vpe->vm->vmapp_lock);
	ret = host_vpes_get_its(map->vpe->vm, dev->queue);
	plat_unlock(&map->vpe->vm->vmapp_lock);
	plat_atomic_add(&map->vpe->vlpis, 1);
	if (!ret)
		ret = host_vpe_settle(map->vpe);
	*host_vlpi_of(l) = *map;
	l->forwarded = true;
	dev->vm = map->vpe->vm;
	dev->nr_vlpis++;
	if (!ret)
		ret = write_properties(h, map);
	if (!ret)
		ret = host_send_event(l, ITS_CMD_DISCARD);
	if (ret)
		return ret;
	its_build_vmapti(cmd, dev->device_id, l->event, map->vpe->id, map->vintid,
			 map_doorbell(h, map));
	return host_queue_send_virtual(dev->queue, cmd, map->vpe->id);
}

static int move(struct host_its *h, struct host_lpi *l, const struct host_vlpi_map *map, bool sync)
{
	int ret;

	plat_atomic_add(&map->vpe->vlpis, 1);
	plat_atomic_add(&host_vlpi_of(l)->vpe->vlpis, -1);
	ret = host_vpe_settle(map->vpe);
	*host_vlpi_of(l) = *map;
	return ret ? ret : send_vmovi(h, l, sync);
}

struct map_request {
	const struct host_vlpi_map *map;
	bool sync;
};

static int do_map(struct host_its *h, struct host_lpi *l, void *arg)
{
	const struct map_request *r = arg;
	struct host_device *dev = l->dev;
	int ret = -EINVAL;

	if (!dev->queue->v4)
		return ret;
	plat_lock(&dev->vlpi_lock);
	if (!dev->vm || dev->vm == r->map->vpe->vm)
		ret = l->forwarded ? move(h, l, r->map, r->sync) : forward(h, l, r->map);
	plat_unlock(&dev->vlpi_lock);
	return ret;
}

int host_vlpi_map(struct host_its *h, u32 lpi, const struct host_vlpi_map *map)
{
	struct map_request r = { .map = map, .sync = true };

	return h->v4 ? host_with_lpi(h, lpi, do_map, &r) : -EINVAL;
}

int host_vlpi_move_unsynced(struct host_its *h, u32 lpi, const struct host_vlpi_map *map)
{
	struct map_request r = { .map = map };

	return h->v4 ? host_with_lpi(h, lpi, do_map, &r) : -EINVAL;
}

int host_vpe_move_all(struct host_vpe *from, struct host_vpe *to)
{
	struct host_its *h = from->vm->host;
	struct host_queue *q;
	int ret = host_vpe_settle(to), err;
	u64 cmd[4];

	its_build_vmovall(cmd, from->id, to->id,
			  h->v4->default_db ? ITS_NO_DOORBELL : to->doorbell);
	plat_sync();
	host_for_each_v4(q, h) {
		if (!from->vm->vlpis_on[q->number])
			continue;
		err = host_queue_send_virtual(q, cmd, to->id);
		ret = ret ? ret : err;
	}
	return ret;
}

/* The command has given a doorbell to all: one that wants none has it taken away. */
static int do_moved(struct host_its *h, struct host_lpi *l, void *arg)
{
	struct host_vlpi_map *map = host_vlpi_of(l);
	bool enabled;

	if (!l->forwarded)
		return -EINVAL;
	enabled = map->db_enabled;
	plat_atomic_add(&map->vpe->vlpis, -1);
	map->vpe = arg;
	plat_atomic_add(&map->vpe->vlpis, 1);
	map->db_enabled = true;
	return set_doorbell(h, l, enabled);
}

void host_vlpi_moved(struct host_its *h, u32 lpi, struct host_vpe *to)
{
	host_with_lpi(h, lpi, do_moved, to);
}

static int do_get(struct host_its *h, struct host_lpi *l, void *arg)
{
	(void)h;
	if (!l->forwarded)
		return -EINVAL;
	*(struct host_vlpi_map *)arg = *host_vlpi_of(l);
	return 0;
}

int host_vlpi_get(struct host_its *h, u32 lpi, struct host_vlpi_map *map)
{
	return host_with_lpi(h, lpi, do_get, map);
}

/* ---- back to the host ---- */

/* One vLPI of the VM less behind this ITS, and of the device; its lock held. */
static void leave(struct host_lpi *l)
{
	struct host_device *dev = l->dev;
	struct host_vpes *vm = host_vlpi_of(l)->vpe->vm;

	l->forwarded = false;
	plat_atomic_add(&host_vlpi_of(l)->vpe->vlpis, -1);
	plat_lock(&vm->vmapp_lock);
	host_vpes_put_its(vm, dev->queue);
	plat_unlock(&vm->vmapp_lock);
	if (!--dev->nr_vlpis)
		dev->vm = NULL;
}

void host_vlpi_forget(struct host_lpi *l)
{
	plat_lock(&l->dev->vlpi_lock);
	leave(l);
	plat_unlock(&l->dev->vlpi_lock);
}

static int unforward(struct host_its *h, struct host_lpi *l)
{
	u64 cmd[4];
	int ret = host_send_event(l, ITS_CMD_DISCARD), err;

	l->forwarded = false;
	its_build_mapti(cmd, l->dev->device_id, l->event, lpi_of(l), l->pe);
	err = host_queue_send(l->dev->queue, cmd, l->pe);
	ret = ret ? ret : err;
	l->enabled = true;
	err = host_write_config(h, lpi_of(l), host_lpi_config(true));
	ret = ret ? ret : err;
	err = host_send_event(l, ITS_CMD_INV);
	leave(l);
	return ret ? ret : err;
}

static int do_unmap(struct host_its *h, struct host_lpi *l, void *arg)
{
	int ret = -EINVAL;

	(void)arg;
	plat_lock(&l->dev->vlpi_lock);
	if (l->forwarded)
		ret = unforward(h, l);
	plat_unlock(&l->dev->vlpi_lock);
	return ret;
}

int host_vlpi_unmap(struct host_its *h, u32 lpi)
{
	return host_with_lpi(h, lpi, do_unmap, NULL);
}

/* ---- configuration ---- */

struct update {
	u8 properties;
	bool inv;
};

static int do_update(struct host_its *h, struct host_lpi *l, void *arg)
{
	const struct update *u = arg;
	int ret;

	if (!l->forwarded)
		return -EINVAL;
	host_vlpi_of(l)->properties = u->properties;
	ret = write_properties(h, host_vlpi_of(l));
	if (!ret && u->inv)
		ret = invalidate(h, l);
	return ret ? ret : set_doorbell(h, l, u->properties & LPI_CONFIG_ENABLE);
}

int host_vlpi_update(struct host_its *h, u32 lpi, u8 properties, bool inv)
{
	struct update u = { .properties = properties, .inv = inv };

	return host_with_lpi(h, lpi, do_update, &u);
}

int host_vlpi_set_enabled(struct host_its *h, struct host_lpi *l, bool enable)
{
	u8 byte = host_vlpi_of(l)->properties & (u8)~LPI_CONFIG_ENABLE;
	int ret = set_doorbell(h, l, enable);

	host_vlpi_of(l)->properties = byte | (enable ? LPI_CONFIG_ENABLE : 0);
	if (!ret)
		ret = write_properties(h, host_vlpi_of(l));
	return ret ? ret : invalidate(h, l);
}
