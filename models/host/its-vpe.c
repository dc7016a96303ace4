// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vPEs of a VM: vPEIDs, tables and doorbell LPIs, and their mapping on ITSs, at once or with
 * the first vLPI (spec/vgic.md 4.3, 4.5).
 *
 * Choices: a vPE starts on PE 0; the smallest free vPEID is taken; virtual INTIDs have 16 bits;
 * PTZ is never set, as a pending table may be mapped again with bits in it.
 */
#include "its-v4-internal.h"

#define VLPI_DEFAULT ((u8)(HOST_LPI_PRIORITY | LPI_CONFIG_GROUP))

/* Memory and identifiers of a VM's vPEs that nobody else looks at. */
struct host_vpes_memory {
	struct host_block *props;
	struct host_lpi_range *doorbells;
	struct host_block *vpt[];
};

/* ---- mapping ---- */

static int send_vmapp(struct host_queue *q, struct host_vpe *vpe, bool valid, bool alloc)
{
	struct host_v4 *v4 = host_v4_of(vpe);
	u64 cmd[4];

	if (valid)
		its_build_vmapp(cmd, vpe->id, vpe->pe, vpe->vpt, HOST_VLPI_BITS, true);
	else
		its_build_vmapp(cmd, vpe->id, 0, 0, 1, false);
	if (q->v4_1)
		its_build_vmapp_v41(cmd, valid ? vpe->vm->prop_table : 0,
				    !valid	     ? 0
				    : v4->default_db ? vpe->doorbell
						     : ITS_NO_DOORBELL,
				    alloc, false);
	if (!valid && q->v4_1) /* complete when the ITS has passed it */
		return host_queue_send(q, cmd, HOST_NO_SYNC);
	return host_queue_send_virtual(q, cmd, vpe->id);
}

static int map_on(struct host_queue *q, struct host_vpe *vpe)
{
	u64 cmd[4];
	int ret = send_vmapp(q, vpe, true, !vpe->maps);

	vpe->maps++;
	vpe->told_pe = vpe->pe;
	if (ret)
		return ret;
	its_build_vinvall(cmd, vpe->id);
	return host_queue_send_virtual(q, cmd, vpe->id);
}

static void unmap_from(struct host_queue *q, struct host_vpe *vpe)
{
	vpe->maps--;
	send_vmapp(q, vpe, false, !vpe->maps);
}

int host_vpes_get_its(struct host_vpes *vm, struct host_queue *q)
{
	u32 i;
	int ret = 0, err;

	if (vm->vlpis_on[q->number]++ || vm->host->v4->eager)
		return 0;
	for (i = 0; i < vm->nr; i++) {
		plat_lock(&vm->vpe[i].lock);
		err = map_on(q, &vm->vpe[i]);
		/* while it was mapped nowhere it moved without its doorbell */
		if (!err)
			err = host_proxy_follow(&vm->vpe[i]);
		plat_unlock(&vm->vpe[i].lock);
		ret = ret ? ret : err;
	}
	return ret;
}

void host_vpes_put_its(struct host_vpes *vm, struct host_queue *q)
{
	u32 i;

	if (--vm->vlpis_on[q->number] || vm->host->v4->eager)
		return;
	for (i = 0; i < vm->nr; i++) {
		plat_lock(&vm->vpe[i].lock);
		unmap_from(q, &vm->vpe[i]);
		plat_unlock(&vm->vpe[i].lock);
	}
}

/* What activates a doorbell interrupt, and unmasks it where it stays so. */
static int activate(struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;
	int ret = 0;

	vpe->db_depth = 1;
	if (h->v4->eager) {
		vpe->pe = 0;
		host_for_each_v4(q, h) {
			ret = map_on(q, vpe);
			if (ret)
				return ret;
		}
	}
	if (h->v4->default_db)
		host_doorbell_enable(vpe);
	return 0;
}

static void deactivate(struct host_vpe *vpe)
{
	struct host_its *h = vpe->vm->host;
	struct host_queue *q;

	plat_lock(&vpe->db_lock);
	if (!vpe->db_depth)
		host_doorbell_set_mask(vpe, true);
	vpe->db_depth = 1;
	plat_unlock(&vpe->db_lock);
	if (!h->v4->eager)
		return;
	host_for_each_v4(q, h) {
		if (vpe->maps)
			unmap_from(q, vpe);
	}
}

int host_vpe_request(struct host_vpe *vpe, void (*handler)(void *arg), void *arg)
{
	int ret;

	vpe->action = plat_zalloc(sizeof(*vpe->action));
	plat_cost(COST_ALLOC, 1);
	if (!vpe->action)
		return -ENOMEM;
	vpe->action->handler = handler;
	vpe->action->arg = arg;
	ret = activate(vpe);
	if (ret)
		host_vpe_release(vpe);
	return ret;
}

void host_vpe_release(struct host_vpe *vpe)
{
	struct host_action *action = vpe->action;

	deactivate(vpe);
	vpe->action = NULL;
	plat_free_rcu(action);
	plat_cost(COST_FREE, 1);
}

int host_vpes_unmap(struct host_vpes *vm)
{
	u32 i;

	for (i = 0; i < vm->nr; i++) {
		if (vm->vpe[i].resident)
			return -EBUSY;
	}
	for (i = 0; i < vm->nr; i++)
		deactivate(&vm->vpe[i]);
	return 0;
}

int host_vpes_remap(struct host_vpes *vm)
{
	int ret = 0, err;
	u32 i;

	for (i = 0; i < vm->nr; i++) {
		err = activate(&vm->vpe[i]);
		ret = ret ? ret : err;
	}
	return ret;
}

bool host_vpe_table_pending(const struct host_vpe *vpe, u32 vintid)
{
	u8 byte = 0;

	plat_cost(COST_GUEST_READ, 1);
	plat_sync();
	return !gic_mem_read(vpe->vm->host->mem, vpe->vpt + vintid / 8, &byte, 1) &&
	       byte >> vintid % 8 & 1;
}

/* ---- a VM's vPEs ---- */

static int alloc_id(struct host_its *h, struct host_vpe *vpe)
{
	struct host_v4 *v4 = h->v4;
	u32 id = 0;
	int ret;

	while (id < v4->nr_vpe_ids && plat_index_load(&v4->vpes, id))
		id++;
	if (id == v4->nr_vpe_ids)
		return -ENOSPC;
	ret = host_reserve_vpe_entry(h, id);
	if (ret)
		return ret;
	if (plat_index_reserve(&v4->vpes, id))
		return -ENOMEM;
	plat_index_store(&v4->vpes, id, vpe);
	vpe->id = id;
	return 0;
}

/* Configuration of all its vLPIs at the default: disabled. The pages are there from now on. */
static int fill_props(struct host_its *h, u64 addr)
{
	u64 end = addr + PLAT_BIT64(HOST_VLPI_BITS) - GIC_LPI_BASE;
	u8 row[64];
	int ret = 0;

	memset(row, VLPI_DEFAULT, sizeof(row));
	for (; addr < end && !ret; addr += sizeof(row))
		ret = gic_mem_write(h->mem, addr, row, sizeof(row));
	plat_cost(COST_BARRIER, 1);
	return ret;
}

/* A table that was another vPE's may have bits in it. */
static int clear_vpt(struct host_its *h, u64 addr)
{
	u64 at, end = addr + PLAT_BIT64(HOST_VLPI_BITS) / 8;
	int ret = 0;

	for (at = addr; at < end && !ret; at += 8)
		ret = gic_mem_write64(h->mem, at, 0);
	return ret;
}

static int init_vpe(struct host_vpes *vm, u32 n)
{
	struct host_its *h = vm->host;
	struct host_vpe *vpe = &vm->vpe[n];
	int ret;

	vpe->vm = vm;
	vpe->number = n;
	vpe->proxy_slot = -1;
	vpe->doorbell = vm->memory->doorbells->base + n;
	plat_lock_init(&vpe->lock, LOCK_HOST_VPE);
	plat_lock_init(&vpe->db_lock, LOCK_HOST_IRQ);
	ret = host_block_alloc(h, HOST_VTABLE_PAGE, HOST_VTABLE_PAGE, &vm->memory->vpt[n]);
	if (ret)
		return ret;
	vpe->vpt = vm->memory->vpt[n]->addr;
	ret = clear_vpt(h, vpe->vpt);
	if (!ret)
		ret = alloc_id(h, vpe);
	if (ret)
		return ret;
	if (plat_index_reserve(&h->v4->doorbells, vpe->doorbell)) {
		plat_index_erase(&h->v4->vpes, vpe->id);
		return -ENOMEM;
	}
	plat_index_store(&h->v4->doorbells, vpe->doorbell, vpe);
	vm->nr = n + 1;
	return 0;
}

static int init_vm(struct host_vpes *vm, u32 nr)
{
	struct host_its *h = vm->host;
	u32 n;
	int ret;

	ret = host_lpis_alloc(h, nr, &vm->memory->doorbells);
	if (!ret)
		ret = host_block_alloc(h, HOST_VTABLE_PAGE, HOST_VTABLE_PAGE, &vm->memory->props);
	if (ret)
		return ret;
	vm->prop_table = vm->memory->props->addr;
	ret = fill_props(h, vm->prop_table);
	for (n = 0; n < nr && !ret; n++)
		ret = init_vpe(vm, n);
	return ret;
}

static void free_locked(struct host_vpes *vm, u32 room)
{
	struct host_vpes_memory *mem = vm->memory;
	struct host_its *h = vm->host;
	u32 n;

	for (n = 0; n < vm->nr; n++) {
		host_proxy_leave(&vm->vpe[n]);
		plat_index_erase(&h->v4->doorbells, vm->vpe[n].doorbell);
		plat_index_erase(&h->v4->vpes, vm->vpe[n].id);
	}
	for (n = 0; n < room; n++) {
		if (mem->vpt[n])
			host_block_free(h, mem->vpt[n]);
	}
	if (mem->props)
		host_block_free(h, mem->props);
	if (mem->doorbells)
		host_lpis_free(h, mem->doorbells);
}

static void free_memory(struct host_vpes *vm)
{
	plat_free(vm->memory);
	plat_free_rcu(vm);
	plat_cost(COST_FREE, 2);
}

int host_vpes_alloc(struct host_vpes **out, struct host_its *h, u32 nr)
{
	struct host_vpes *vm;
	int ret;

	if (!h->v4)
		return -ENODEV;
	vm = plat_zalloc(sizeof(*vm) + nr * sizeof(vm->vpe[0]));
	if (!vm)
		return -ENOMEM;
	vm->memory = plat_zalloc(sizeof(*vm->memory) + nr * sizeof(struct host_block *));
	plat_cost(COST_ALLOC, 2);
	if (!vm->memory) {
		plat_free(vm);
		return -ENOMEM;
	}
	vm->host = h;
	vm->room = nr;
	plat_lock_init(&vm->vmapp_lock, LOCK_HOST_VMAPP);
	plat_mutex_lock(&h->devices_lock);
	ret = init_vm(vm, nr);
	if (ret)
		free_locked(vm, nr);
	plat_mutex_unlock(&h->devices_lock);
	if (ret)
		free_memory(vm);
	else
		*out = vm;
	return ret;
}

void host_vpes_free(struct host_vpes *vm)
{
	plat_mutex_lock(&vm->host->devices_lock);
	free_locked(vm, vm->room);
	plat_mutex_unlock(&vm->host->devices_lock);
	free_memory(vm);
}
