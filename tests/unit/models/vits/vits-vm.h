/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VM whose guest has set up its virtual ITS and LPI tables: what tests of the virtual ITS start
 * from. Places are those of the recordings (tests/oracle): command queue, device and collection
 * table one behind the other, ITT n at ITTS + n * 0x1000.
 */
#ifndef TEST_VITS_VM_H
#define TEST_VITS_VM_H

#include <check.h>

#include "tests/unit/models/vgic-mmio/mmio-vm.h"

#include "models/arch/its.h"
#include "models/vgic/vits-internal.h"

#define CMD_QUEUE 0x40400000ull
#define DEV_TABLE 0x40410000ull
#define COL_TABLE 0x40420000ull
#define ITTS	  0x40500000ull
#define ITT(n)	  (ITTS + (n)*0x1000ull)
#define DOORBELL  (ITS + VITS_TRANSLATER)
#define PEND(v)	  (PEND_TABLE + (v)*0x10000ull)

/* Preset of Linux 6.10 and later, as far as the vITS goes. */
static inline struct vgic_policy xarray_policy(void)
{
	struct vgic_policy p = mmio_policy();

	p.lpi_store = VGIC_LPI_STORE_XARRAY;
	p.cache = VGIC_CACHE_XARRAY;
	return p;
}

/* ---- guest memory ---- */

static inline void ram_write8(struct mmio_vm *m, u64 addr, u8 v)
{
	must(!gic_mem_write(&m->ram, addr, &v, 1));
}

static inline u8 ram_read8(struct mmio_vm *m, u64 addr)
{
	u8 v;

	must(!gic_mem_read(&m->ram, addr, &v, 1));
	return v;
}

static inline void ram_write64(struct mmio_vm *m, u64 addr, u64 v)
{
	must(!gic_mem_write64(&m->ram, addr, v));
}

static inline u64 ram_read64(struct mmio_vm *m, u64 addr)
{
	u64 v;

	must(!gic_mem_read64(&m->ram, addr, &v));
	return v;
}

/* Configuration byte of an LPI, without invalidation. */
static inline void lpi_config(struct mmio_vm *m, u32 intid, u8 byte)
{
	ram_write8(m, PROP_TABLE + intid - VGIC_LPI_BASE, byte);
}

/* ---- set up ---- */

static inline void lpis_enable(struct mmio_vm *m, u32 v, u64 pendbaser_bits)
{
	guest_write(m, v, RD(v) + GICR_PROPBASER, 8, PROP_TABLE | 15);
	guest_write(m, v, RD(v) + GICR_PENDBASER, 8, PEND(v) | pendbaser_bits);
	guest_write(m, v, RD(v) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
}

static inline void its_setup(struct mmio_vm *m)
{
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | DEV_TABLE);
	guest_write(m, 0, ITS + GITS_BASER + 8, 8, GITS_BASER_VALID | COL_TABLE);
	guest_write(m, 0, ITS + GITS_CBASER, 8, GITS_CBASER_VALID | CMD_QUEUE | 0xf);
	guest_write(m, 0, ITS + GITS_CWRITER, 8, 0);
	guest_write(m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
}

/* A VM with everything enabled. */
static inline void vits_vm_create(struct mmio_vm *m, u32 nr_vcpus, const struct vgic_policy *policy)
{
	u32 v;

	mmio_create(m, VGIC_V3, nr_vcpus, true, policy);
	guest_write(m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	for (v = 0; v < nr_vcpus; v++)
		lpis_enable(m, v, GICR_PENDBASER_PTZ);
	its_setup(m);
	port_clear_records();
}

/* ---- commands ---- */

/* Queue one command and let the ITS run. */
static inline void its_post(struct mmio_vm *m, const u64 cmd[4])
{
	u64 at = guest_read(m, 0, ITS + GITS_CWRITER, 8);
	u32 i;

	for (i = 0; i < 4; i++)
		ram_write64(m, CMD_QUEUE + at + 8 * i, cmd[i]);
	guest_write(m, 0, ITS + GITS_CWRITER, 8, (at + ITS_CMD_SIZE) % 0x10000);
}

/* The same; its error code, 0 when it succeeded. The queue has moved on in either case. */
static inline int its_cmd(struct mmio_vm *m, const u64 cmd[4])
{
	const struct port_record *r;

	port_clear_records();
	its_post(m, cmd);
	ck_assert_uint_eq(guest_read(m, 0, ITS + GITS_CREADR, 8),
			  guest_read(m, 0, ITS + GITS_CWRITER, 8));
	r = port_last_event(EV_ITS_CMD_ERROR);
	if (r)
		return (int)r->arg;
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD), 1);
	return 0;
}

#define ITS_DO(build, ...) \
	({ \
		u64 cmd_[4]; \
		build(cmd_, __VA_ARGS__); \
		its_cmd((m), cmd_); \
	})

/* Each takes the variable `m` of its caller. MAPD names the ITT by number. */
#define mapd(dev, bits, itt, v)	  ITS_DO(its_build_mapd, (dev), ITT(itt), (bits), (v))
#define mapc(icid, vcpu, v)	  ITS_DO(its_build_mapc, (icid), (vcpu), (v))
#define mapti(dev, ev, lpi, icid) ITS_DO(its_build_mapti, (dev), (ev), (lpi), (icid))
#define mapi(dev, ev, icid)	  ITS_DO(its_build_mapi, (dev), (ev), (icid))
#define movi(dev, ev, icid)	  ITS_DO(its_build_movi, (dev), (ev), (icid))
#define its_int(dev, ev)	  ITS_DO(its_build_int, (dev), (ev))
#define its_clear(dev, ev)	  ITS_DO(its_build_clear, (dev), (ev))
#define discard(dev, ev)	  ITS_DO(its_build_discard, (dev), (ev))
#define inv(dev, ev)		  ITS_DO(its_build_inv, (dev), (ev))
#define invall(icid)		  ITS_DO(its_build_invall, (icid))
#define movall(from, to)	  ITS_DO(its_build_movall, (from), (to))

/* Device 8 with 16 events, collections 0 .. vCPUs-1, event n of `events` to LPI 8192 + n, enabled,
 * on vCPU n modulo vCPUs. */
static inline void map_some(struct mmio_vm *m, u32 events)
{
	u32 i;

	for (i = 0; i < m->vm->nr_vcpus; i++)
		ck_assert_int_eq(mapc(i, i, true), 0);
	ck_assert_int_eq(mapd(8, 4, 0, true), 0);
	for (i = 0; i < events; i++) {
		lpi_config(m, VGIC_LPI_BASE + i, 0xa1);
		ck_assert_int_eq(mapti(8, i, VGIC_LPI_BASE + i, i % m->vm->nr_vcpus), 0);
	}
}

/* ---- what became of it ---- */

struct lpi_view {
	bool exists, pending, enabled;
	u8 priority;
	int target, queued; /* vCPU, or -1 */
};

static inline struct lpi_view lpi_view(struct mmio_vm *m, u32 intid)
{
	struct vgic_irq *irq = vgic_lpi_get(m->vm, intid);
	struct lpi_view view = { .target = -1, .queued = -1 };

	if (!irq)
		return view;
	view.exists = true;
	view.pending = irq->pending_latch;
	view.enabled = irq->enabled;
	view.priority = irq->priority;
	view.target = irq->target ? (int)irq->target->id : -1;
	view.queued = irq->vcpu ? (int)irq->vcpu->id : -1;
	vgic_lpi_put(m->vm, irq);
	return view;
}

static inline int msi(struct mmio_vm *m, u32 dev, u32 ev)
{
	return vits_inject_slow(m->vm, DOORBELL, dev, ev, 0);
}

static inline int msi_fast(struct mmio_vm *m, u32 dev, u32 ev)
{
	return vits_inject_fast(m->vm, DOORBELL, dev, ev, 0);
}

#endif
