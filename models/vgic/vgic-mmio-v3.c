// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv3 distributor and redistributor as a guest and as user space see them (spec/vgic.md 2.4,
 * 2.5, 2.8).
 *
 * Choices: affinity routing always on, one security state (GICD_CTLR.ARE, .DS read as one); LPIs
 * when the VM has an ITS; no message-based SPIs; PROPBASER is one register of the VM; outer
 * shareable becomes inner shareable, inner non-cacheable becomes read-allocate write-back, an
 * outer cacheability other than "as inner" or non-cacheable becomes "as inner". An IROUTER that
 * names no vCPU routes to nobody. A pending interrupt follows a change of IROUTER when its old
 * target prunes its AP list, not before.
 */
#include "vgic-mmio.h"

#include "../arch/gicv3.h"
#include "vgic-v4.h"
#include "vits.h"

#define SPI_ID_BITS	 10u	   /* INTIDs without LPIs: 0..1023 */
#define IROUTER_AFFINITY 0xffffffu /* Aff2..Aff0: guests have no Aff3 */

static bool has_lpis(const struct vgic_vm *vm)
{
	return vm->nr_its;
}

/* ---- distributor ---- */

static u64 read_dist_ctlr(const struct vgic_access *a)
{
	plat_sync();
	return GICD_CTLR_ARE | GICD_CTLR_DS | (a->v->vm->enabled ? GICD_CTLR_ENABLE_GRP1 : 0) |
	       (vgic_v4_direct_sgis(a->v->vm) ? GICD_CTLR_NASSGIREQ : 0);
}

static int write_dist_ctlr(const struct vgic_access *a, u64 value)
{
	struct vgic_vm *vm = a->v->vm;

	plat_mutex_lock(&vm->config_lock);
	if (!vm->enabled || !(value & GICD_CTLR_ENABLE_GRP1)) /* read-only while it stays enabled */
		vgic_v4_request_sgis(vm, value & GICD_CTLR_NASSGIREQ);
	vgic_dist_enable(vm, value & GICD_CTLR_ENABLE_GRP1);
	plat_mutex_unlock(&vm->config_lock);
	return 0;
}

/* User space restores the bit; nothing runs that would have to be kicked. */
static int user_write_dist_ctlr(const struct vgic_access *a, u64 value)
{
	a->v->vm->enabled = value & GICD_CTLR_ENABLE_GRP1;
	vgic_v4_restore_sgis(a->v->vm, value & GICD_CTLR_NASSGIREQ);
	return 0;
}

static u64 read_dist_typer(const struct vgic_access *a)
{
	const struct vgic_vm *vm = a->v->vm;
	u64 value = FIELD_PUT((VGIC_NR_PRIVATE + vm->nr_spis) / 32 - 1, GICD_TYPER_ITLINES);

	if (has_lpis(vm))
		return value | GICD_TYPER_LPIS | FIELD_PUT(VGIC_LPI_ID_BITS - 1, GICD_TYPER_IDBITS);
	return value | FIELD_PUT(SPI_ID_BITS - 1, GICD_TYPER_IDBITS);
}

static u64 read_dist_iidr(const struct vgic_access *a)
{
	return vgic_iidr(a->v->vm);
}

static u64 user_read_dist_iidr(const struct vgic_access *a)
{
	const struct vgic_vm *vm = a->v->vm;

	return vm->policy.iidr_write == VGIC_IIDR_IGNORED ? 0 : vgic_iidr(vm);
}

static int user_write_dist_iidr(const struct vgic_access *a, u64 value)
{
	int ret = vgic_user_write_iidr(a->v->vm, (u32)value);

	return ret < 0 ? ret : 0;
}

static u64 read_dist_typer2(const struct vgic_access *a)
{
	return vgic_v4_sgis_offered(a->v->vm) ? GICD_TYPER2_NASSGICAP : 0;
}

static int user_write_dist_typer2(const struct vgic_access *a, u64 value)
{
	if (value & ~(u64)GICD_TYPER2_NASSGICAP)
		return -EINVAL;
	return vgic_v4_user_sgis(a->v->vm, value);
}

static u64 read_irouter(const struct vgic_access *a)
{
	plat_cost(COST_REG_EMULATE, 1);
	plat_sync();
	return vgic_access_irq(a, 0)->mpidr;
}

static int write_irouter(const struct vgic_access *a, u64 value)
{
	struct vgic_vm *vm = a->v->vm;
	struct vgic_irq *irq = vgic_access_irq(a, 0);

	if (a->offset & 4)
		return 0;
	plat_cost(COST_REG_EMULATE, 1);
	plat_lock(&irq->lock);
	irq->mpidr = (u32)value & IROUTER_AFFINITY;
	irq->target = vgic_vcpu_by_mpidr(vm, irq->mpidr);
	plat_unlock(&irq->lock);
	return 0;
}

static u64 read_idregs(const struct vgic_access *a)
{
	return (a->offset & (GICV3_DIST_SIZE - 1)) == GICV3_PIDR2 ? GICV3_PIDR2_GICV3 : 0;
}

/* ---- pending state, user space: the latch exactly as written ---- */

static int user_write_pending(const struct vgic_access *a, u64 value)
{
	vgic_write_spending(a, value);
	vgic_write_cpending(a, (u32)~value);
	return 0;
}

/* ---- redistributor ---- */

static u64 read_redist_ctlr(const struct vgic_access *a)
{
	static const u32 lpi_state[] = {
		[VGIC_LPIS_OFF] = 0,
		[VGIC_LPIS_DISABLING] = GICR_CTLR_RWP,
		[VGIC_LPIS_ON] = GICR_CTLR_ENABLE_LPIS,
	};
	u32 value = lpi_state[plat_atomic_read(&a->v->lpis_enabled)];

	if (a->v->vm->iidr_rev >= 3)
		value |= GICR_CTLR_IR | GICR_CTLR_CES;
	return value;
}

static void disable_lpis(struct vgic_vcpu *v)
{
	if (!plat_atomic_cas(&v->lpis_enabled, VGIC_LPIS_ON, VGIC_LPIS_DISABLING))
		return;
	vgic_flush_pending_lpis(v);
	vits_invalidate_caches(v->vm);
	plat_atomic_set(&v->lpis_enabled, VGIC_LPIS_OFF);
}

static int write_redist_ctlr(const struct vgic_access *a, u64 value)
{
	struct vgic_vcpu *v = a->v;

	if (!has_lpis(v->vm))
		return 0;
	if (!(value & GICR_CTLR_ENABLE_LPIS))
		disable_lpis(v);
	else if (plat_atomic_cas(&v->lpis_enabled, VGIC_LPIS_OFF, VGIC_LPIS_ON))
		vits_enable_lpis(v);
	return 0;
}

static u64 read_redist_iidr(const struct vgic_access *a)
{
	(void)a;
	return FIELD_PUT(VGIC_PRODUCT_ID, GIC_IIDR_PRODUCT) |
	       FIELD_PUT(GIC_IMPLEMENTER_ARM, GIC_IIDR_IMPLEMENTER);
}

/*
 * GICR_TYPER.Last: the last redistributor of a run of contiguous frames. A full region followed
 * at once by another that is in use goes on.
 */
static bool redist_is_last(const struct vgic_vcpu *v)
{
	const struct vgic_vm *vm = v->vm;
	const struct vgic_region *r;
	u64 next = v->rd_base + GICV3_REDIST_SIZE;

	plat_list_for_each(r, &vm->rd_regions, link) {
		if (r->index != v->region)
			continue;
		if (next < r->base + (u64)r->used * GICV3_REDIST_SIZE)
			return false;
		if (!r->count || r->used < r->count)
			return true;
		break;
	}
	plat_list_for_each(r, &vm->rd_regions, link)
		if (r->base == next && r->used)
			return false;
	return true;
}

static u64 read_redist_typer(const struct vgic_access *a)
{
	const struct vgic_vcpu *v = a->v;

	return FIELD_PUT(v->mpidr & IROUTER_AFFINITY, GICR_TYPER_AFFINITY) |
	       FIELD_PUT(v->id, GICR_TYPER_PROCNUM) | (has_lpis(v->vm) ? GICR_TYPER_PLPIS : 0) |
	       (redist_is_last(v) ? GICR_TYPER_LAST : 0);
}

/* ---- LPI table registers ---- */

static u64 sanitise_share(u64 share)
{
	return share == GIC_SHARE_OUTER ? GIC_SHARE_INNER : share;
}

static u64 sanitise_inner(u64 cache)
{
	return cache == GIC_CACHE_DEVICE || cache == GIC_CACHE_NC ? GIC_CACHE_RAWB : cache;
}

static u64 sanitise_outer(u64 cache)
{
	return cache == GIC_CACHE_NC ? cache : GIC_CACHE_AS_INNER;
}

static u64 sanitise_propbaser(u64 value)
{
	value = FIELD_SET(value, sanitise_share(FIELD_GET(value, GICR_PROPBASER_SHARE)),
			  GICR_PROPBASER_SHARE);
	value = FIELD_SET(value, sanitise_inner(FIELD_GET(value, GICR_PROPBASER_INNERCACHE)),
			  GICR_PROPBASER_INNERCACHE);
	value = FIELD_SET(value, sanitise_outer(FIELD_GET(value, GICR_PROPBASER_OUTERCACHE)),
			  GICR_PROPBASER_OUTERCACHE);
	return value & ~GICR_PROPBASER_RES0;
}

static u64 sanitise_pendbaser(u64 value)
{
	value = FIELD_SET(value, sanitise_share(FIELD_GET(value, GICR_PENDBASER_SHARE)),
			  GICR_PENDBASER_SHARE);
	value = FIELD_SET(value, sanitise_inner(FIELD_GET(value, GICR_PENDBASER_INNERCACHE)),
			  GICR_PENDBASER_INNERCACHE);
	value = FIELD_SET(value, sanitise_outer(FIELD_GET(value, GICR_PENDBASER_OUTERCACHE)),
			  GICR_PENDBASER_OUTERCACHE);
	return value & ~GICR_PENDBASER_RES0;
}

static bool lpis_on(struct vgic_vcpu *v)
{
	return plat_atomic_read(&v->lpis_enabled) == VGIC_LPIS_ON;
}

static u64 read_propbaser(const struct vgic_access *a)
{
	plat_sync();
	return a->v->vm->propbaser;
}

static int write_propbaser(const struct vgic_access *a, u64 value)
{
	struct vgic_vm *vm = a->v->vm;

	if (!lpis_on(a->v))
		vm->propbaser = sanitise_propbaser(vgic_merge64(a, vm->propbaser, value));
	return 0;
}

static u64 read_pendbaser(const struct vgic_access *a)
{
	plat_sync();
	return a->v->pendbaser & ~GICR_PENDBASER_PTZ;
}

static int write_pendbaser(const struct vgic_access *a, u64 value)
{
	struct vgic_vcpu *v = a->v;

	if (!lpis_on(v))
		v->pendbaser = sanitise_pendbaser(vgic_merge64(a, v->pendbaser, value));
	return 0;
}

/* ---- invalidation of LPI configuration ---- */

static u64 read_syncr(const struct vgic_access *a)
{
	return plat_atomic_read(&a->v->inv_busy) ? GICR_SYNCR_BUSY : 0;
}

/* The upper halves are ignored, and so is everything while LPIs are disabled. */
static bool inv_ignored(const struct vgic_access *a)
{
	return (a->offset & 4) || !lpis_on(a->v);
}

static int write_invlpir(const struct vgic_access *a, u64 value)
{
	u32 intid = (u32)FIELD_GET(value, GICR_INVLPIR_INTID);

	if (inv_ignored(a))
		return 0;
	plat_atomic_add(&a->v->inv_busy, 1);
	vits_inv_lpi(a->v, intid);
	plat_atomic_add(&a->v->inv_busy, -1);
	return 0;
}

static int write_invallr(const struct vgic_access *a, u64 value)
{
	(void)value;
	if (inv_ignored(a))
		return 0;
	plat_atomic_add(&a->v->inv_busy, 1);
	vits_invall(a->v);
	plat_atomic_add(&a->v->inv_busy, -1);
	return 0;
}

/* ---- the maps ---- */

/* The same for guest and user space. */
#define ROW(id, at, bytes, width, rd, wr) \
	{ \
		.name = #id, .offset = (at), .size = (bytes), .widths = (width), .read = (rd), \
		.write = (wr), .user_read = (rd), .user_write = (wr) \
	}
#define ROW_USER(id, at, bytes, width, rd, wr, urd, uwr) \
	{ \
		.name = #id, .offset = (at), .size = (bytes), .widths = (width), .read = (rd), \
		.write = (wr), .user_read = (urd), .user_write = (uwr) \
	}
/* Registers that came with a revision. */
#define ROW_SINCE(rev, id, bytes, width, rd, wr) \
	{ \
		.name = #id, .offset = (id), .size = (bytes), .widths = (width), .since = (rev), \
		.read = (rd), .write = (wr), .user_read = (rd), .user_write = (wr) \
	}
/* Distributor: a field of n bits for each of 1024 interrupts, those of private ones reserved. */
#define SPIS_USER(id, n, width, rd, wr, urd, uwr) \
	{ \
		.name = #id, .offset = (id), .size = 128 * (n), .bits = (n), .widths = (width), \
		.spi_only = true, .read = (rd), .write = (wr), .user_read = (urd), \
		.user_write = (uwr) \
	}
#define SPIS(id, n, width, rd, wr) \
	{ \
		.name = #id, .offset = (id), .size = 128 * (n), .bits = (n), .widths = (width), \
		.spi_only = true, .read = (rd), .write = (wr), .user_read = (rd), \
		.user_write = (wr) \
	}
/* Redistributor: the same for the 32 private interrupts. */
#define PRIVATE_USER(id, n, width, rd, wr, urd, uwr) \
	{ \
		.name = #id, .offset = (id), .size = 4 * (n), .bits = (n), .widths = (width), \
		.read = (rd), .write = (wr), .user_read = (urd), .user_write = (uwr) \
	}
#define PRIVATE(id, n, width, rd, wr) \
	{ \
		.name = #id, .offset = (id), .size = 4 * (n), .bits = (n), .widths = (width), \
		.read = (rd), .write = (wr), .user_read = (rd), .user_write = (wr) \
	}

static const struct vgic_reg dist_rows[] = {
	ROW_USER(GICD_CTLR, GICD_CTLR, 4, VGIC_W32, read_dist_ctlr, write_dist_ctlr, read_dist_ctlr,
		 user_write_dist_ctlr),
	ROW(GICD_TYPER, GICD_TYPER, 4, VGIC_W32, read_dist_typer, vgic_write_wi),
	ROW_USER(GICD_IIDR, GICD_IIDR, 4, VGIC_W32, read_dist_iidr, vgic_write_wi,
		 user_read_dist_iidr, user_write_dist_iidr),
	ROW_USER(GICD_TYPER2, GICD_TYPER2, 4, VGIC_W32, read_dist_typer2, vgic_write_wi,
		 read_dist_typer2, user_write_dist_typer2),
	ROW(GICD_STATUSR, GICD_STATUSR, 4, VGIC_W32, vgic_read_rao, vgic_write_wi),
	SPIS(GICD_IGROUPR, 1, VGIC_W32, vgic_read_group, vgic_write_group),
	SPIS(GICD_ISENABLER, 1, VGIC_W32, vgic_read_enable, vgic_write_senable),
	SPIS(GICD_ICENABLER, 1, VGIC_W32, vgic_read_enable, vgic_write_cenable),
	SPIS_USER(GICD_ISPENDR, 1, VGIC_W32, vgic_read_pending, vgic_write_spending,
		  vgic_read_pending, user_write_pending),
	SPIS_USER(GICD_ICPENDR, 1, VGIC_W32, vgic_read_pending, vgic_write_cpending, vgic_read_raz,
		  vgic_write_wi),
	SPIS_USER(GICD_ISACTIVER, 1, VGIC_W32, vgic_read_active, vgic_write_sactive,
		  vgic_user_read_active, vgic_user_write_sactive),
	SPIS_USER(GICD_ICACTIVER, 1, VGIC_W32, vgic_read_active, vgic_write_cactive,
		  vgic_user_read_active, vgic_user_write_cactive),
	SPIS(GICD_IPRIORITYR, 8, VGIC_W32_8, vgic_read_priority, vgic_write_priority),
	SPIS(GICD_ITARGETSR, 8, VGIC_W32_8, vgic_read_raz, vgic_write_wi),
	SPIS(GICD_ICFGR, 2, VGIC_W32, vgic_read_config, vgic_write_config),
	SPIS(GICD_IGRPMODR, 1, VGIC_W32, vgic_read_raz, vgic_write_wi),
	SPIS(GICD_IROUTER, 64, VGIC_W64_32, read_irouter, write_irouter),
	ROW(GICD_IDREGS, GICV3_IDREGS, GICV3_IDREGS_END - GICV3_IDREGS, VGIC_W32, read_idregs,
	    vgic_write_wi),
};

static const struct vgic_reg redist_rows[] = {
	ROW(GICR_CTLR, GICR_CTLR, 4, VGIC_W32, read_redist_ctlr, write_redist_ctlr),
	ROW(GICR_IIDR, GICR_IIDR, 4, VGIC_W32, read_redist_iidr, vgic_write_wi),
	ROW(GICR_TYPER, GICR_TYPER, 8, VGIC_W64_32, read_redist_typer, vgic_write_wi),
	ROW(GICR_STATUSR, GICR_STATUSR, 4, VGIC_W32, vgic_read_raz, vgic_write_wi),
	ROW(GICR_WAKER, GICR_WAKER, 4, VGIC_W32, vgic_read_raz, vgic_write_wi),
	ROW(GICR_PROPBASER, GICR_PROPBASER, 8, VGIC_W64_32, read_propbaser, write_propbaser),
	ROW(GICR_PENDBASER, GICR_PENDBASER, 8, VGIC_W64_32, read_pendbaser, write_pendbaser),
	ROW_SINCE(3, GICR_INVLPIR, 8, VGIC_W64_32, vgic_read_raz, write_invlpir),
	ROW_SINCE(3, GICR_INVALLR, 8, VGIC_W64_32, vgic_read_raz, write_invallr),
	ROW_SINCE(3, GICR_SYNCR, 4, VGIC_W32, read_syncr, vgic_write_wi),
	ROW(GICR_IDREGS, GICV3_IDREGS, GICV3_IDREGS_END - GICV3_IDREGS, VGIC_W32, read_idregs,
	    vgic_write_wi),
	PRIVATE(GICR_IGROUPR0, 1, VGIC_W32, vgic_read_group, vgic_write_group),
	PRIVATE(GICR_ISENABLER0, 1, VGIC_W32, vgic_read_enable, vgic_write_senable),
	PRIVATE(GICR_ICENABLER0, 1, VGIC_W32, vgic_read_enable, vgic_write_cenable),
	PRIVATE_USER(GICR_ISPENDR0, 1, VGIC_W32, vgic_read_pending, vgic_write_spending,
		     vgic_read_pending, user_write_pending),
	PRIVATE_USER(GICR_ICPENDR0, 1, VGIC_W32, vgic_read_pending, vgic_write_cpending,
		     vgic_read_raz, vgic_write_wi),
	PRIVATE_USER(GICR_ISACTIVER0, 1, VGIC_W32, vgic_read_active, vgic_write_sactive,
		     vgic_user_read_active, vgic_user_write_sactive),
	PRIVATE_USER(GICR_ICACTIVER0, 1, VGIC_W32, vgic_read_active, vgic_write_cactive,
		     vgic_user_read_active, vgic_user_write_cactive),
	PRIVATE(GICR_IPRIORITYR0, 8, VGIC_W32_8, vgic_read_priority, vgic_write_priority),
	PRIVATE(GICR_ICFGR0, 2, VGIC_W32, vgic_read_config, vgic_write_config),
	PRIVATE(GICR_IGRPMODR0, 1, VGIC_W32, vgic_read_raz, vgic_write_wi),
	ROW(GICR_NSACR, GICR_NSACR, 4, VGIC_W32, vgic_read_raz, vgic_write_wi),
};

const struct vgic_reg_map vgic_v3_dist_map = { dist_rows, PLAT_ARRAY_SIZE(dist_rows) };
const struct vgic_reg_map vgic_v3_redist_map = { redist_rows, PLAT_ARRAY_SIZE(redist_rows) };
