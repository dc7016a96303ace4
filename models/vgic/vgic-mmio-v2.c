// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv2 distributor as a guest and as user space see it, the CPU interface for user space, and the
 * CPU interface for a guest whose accesses are trapped (spec/vgic.md 2.3, 2.8, 2.9).
 *
 * Choices: an interrupt with several target CPUs goes to the lowest, one with none to vCPU 0; user
 * space's GICC_PMR is the five-bit VMPriMask, not the eight-bit register; GICC_APRn show Group 1's
 * active priorities only on a GICv3 host, GICH_APR on a GICv2 host. With user_regs of 2013
 * priorities are RAZ/WI for user space and GICC_APRn are 128 preemption levels of both groups
 * together. A trapped access is made to the GICV frame in EL2, but GICC_IIDR names the hypervisor.
 */
#include "vgic-hostif.h"
#include "vgic-mmio.h"

static bool is_2013(const struct vgic_vm *vm)
{
	return vm->policy.user_regs != VGIC_USER_REGS_MODERN;
}

/* One bit for each vCPU that exists. */
static u8 cpu_mask(const struct vgic_vm *vm)
{
	return (u8)((1u << vm->nr_vcpus) - 1);
}

/* ---- control and identification ---- */

static u64 read_ctlr(const struct vgic_access *a)
{
	plat_sync();
	return a->v->vm->enabled ? GICV2_CTLR_ENABLE_GRP0 : 0;
}

static int write_ctlr(const struct vgic_access *a, u64 value)
{
	vgic_dist_enable(a->v->vm, value & GICV2_CTLR_ENABLE_GRP0);
	return 0;
}

static u64 read_typer(const struct vgic_access *a)
{
	const struct vgic_vm *vm = a->v->vm;

	return FIELD_PUT((VGIC_NR_PRIVATE + vm->nr_spis) / 32 - 1, GICD_TYPER_ITLINES) |
	       FIELD_PUT(vm->nr_vcpus - 1, GICD_TYPER_CPUNUMBER);
}

static u64 read_iidr(const struct vgic_access *a)
{
	return vgic_iidr(a->v->vm);
}

static u64 user_read_iidr(const struct vgic_access *a)
{
	const struct vgic_vm *vm = a->v->vm;

	return vm->policy.iidr_write == VGIC_IIDR_IGNORED ? 0 : vgic_iidr(vm);
}

/* A user space that writes GICD_IIDR knows that groups are configurable now. */
static int user_write_iidr(const struct vgic_access *a, u64 value)
{
	struct vgic_vm *vm = a->v->vm;
	int ret = vgic_user_write_iidr(vm, (u32)value);

	if (ret > 0)
		vm->v2_groups_writable = true;
	return ret < 0 ? ret : 0;
}

static int user_write_group(const struct vgic_access *a, u64 value)
{
	return a->v->vm->v2_groups_writable ? vgic_write_group(a, value) : 0;
}

static u64 user_read_priority(const struct vgic_access *a)
{
	return is_2013(a->v->vm) ? 0 : vgic_read_priority(a);
}

static int user_write_priority(const struct vgic_access *a, u64 value)
{
	return is_2013(a->v->vm) ? 0 : vgic_write_priority(a, value);
}

/* ---- targets ---- */

static u64 read_targets(const struct vgic_access *a)
{
	u64 value = 0;
	u32 i;

	plat_cost(COST_REG_EMULATE, a->nr);
	plat_sync();
	for (i = 0; i < a->nr; i++) {
		u64 targets = a->intid + i < VGIC_NR_PRIVATE ? PLAT_BIT64(a->v->id)
							     : vgic_access_irq(a, i)->targets;

		value |= targets << (8 * i);
	}
	return value;
}

static int write_targets(const struct vgic_access *a, u64 value)
{
	struct vgic_vm *vm = a->v->vm;
	u32 i;

	if (a->intid < VGIC_NR_PRIVATE)
		return 0;
	for (i = 0; i < a->nr; i++) {
		struct vgic_irq *irq = vgic_access_irq(a, i);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		irq->targets = (u8)(value >> (8 * i)) & cpu_mask(vm);
		irq->target = vm->vcpus[irq->targets ? plat_ffs64(irq->targets) : 0];
		plat_unlock(&irq->lock);
	}
	return 0;
}

/* ---- SGIs ---- */

static int write_sgir(const struct vgic_access *a, u64 value)
{
	vgic_v2_send_sgi(a->v, (u32)value);
	return 0;
}

/* One byte an SGI, from the place in the row: the rows have no INTIDs of their own. */
static struct vgic_irq *sgi_at(const struct vgic_access *a, u32 i)
{
	return &a->v->private_irqs[a->reg + i];
}

static u64 read_sgi_sources(const struct vgic_access *a)
{
	u64 value = 0;
	u32 i;

	plat_cost(COST_REG_EMULATE, a->len);
	plat_sync();
	for (i = 0; i < a->len; i++)
		value |= (u64)sgi_at(a, i)->source << (8 * i);
	return value;
}

static int write_sgi_clear(const struct vgic_access *a, u64 value)
{
	u32 i;

	for (i = 0; i < a->len; i++) {
		struct vgic_irq *irq = sgi_at(a, i);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		vgic_unpend_sources(a->v->vm, irq, (u8)(value >> (8 * i)));
		plat_unlock(&irq->lock);
	}
	return 0;
}

static int write_sgi_set(const struct vgic_access *a, u64 value)
{
	u32 i;

	for (i = 0; i < a->len; i++) {
		struct vgic_irq *irq = sgi_at(a, i);
		u32 sources = (u8)(value >> (8 * i)) & cpu_mask(a->v->vm);

		plat_cost(COST_REG_EMULATE, 1);
		plat_lock(&irq->lock);
		for (; sources; sources &= sources - 1)
			vgic_pend_source(a->v->vm, irq, plat_ffs64(sources));
		if (irq->source)
			vgic_queue_irq_unlock(a->v->vm, irq);
		else
			plat_unlock(&irq->lock);
	}
	return 0;
}

/* ---- CPU interface, user space ---- */

static u64 user_read_gicc_ctlr(const struct vgic_access *a)
{
	struct vgic_vmcr m = vgic_vmcr_get(a->v);

	return (m.grpen0 ? GICC_CTLR_ENABLE_GRP0 : 0) | (m.grpen1 ? GICC_CTLR_ENABLE_GRP1 : 0) |
	       (m.ackctl ? GICC_CTLR_ACKCTL : 0) | (m.fiqen ? GICC_CTLR_FIQEN : 0) |
	       (m.cbpr ? GICC_CTLR_CBPR : 0) | (m.eoim ? GICC_CTLR_EOIMODE : 0);
}

static int user_write_gicc_ctlr(const struct vgic_access *a, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(a->v);

	m.grpen0 = value & GICC_CTLR_ENABLE_GRP0;
	m.grpen1 = value & GICC_CTLR_ENABLE_GRP1;
	m.ackctl = value & GICC_CTLR_ACKCTL;
	m.fiqen = value & GICC_CTLR_FIQEN;
	m.cbpr = value & GICC_CTLR_CBPR;
	m.eoim = value & GICC_CTLR_EOIMODE;
	vgic_vmcr_set(a->v, &m);
	return 0;
}

static u64 user_read_gicc_pmr(const struct vgic_access *a)
{
	return FIELD_GET(vgic_vmcr_get(a->v).pmr, GICC_PMR_PRIORITY);
}

static int user_write_gicc_pmr(const struct vgic_access *a, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(a->v);

	m.pmr = (u8)FIELD_PUT(value, GICC_PMR_PRIORITY);
	vgic_vmcr_set(a->v, &m);
	return 0;
}

static u64 user_read_gicc_bpr(const struct vgic_access *a)
{
	return vgic_vmcr_get(a->v).bpr;
}

static int user_write_gicc_bpr(const struct vgic_access *a, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(a->v);

	m.bpr = value & GICC_BPR_MASK;
	vgic_vmcr_set(a->v, &m);
	return 0;
}

static u64 user_read_gicc_abpr(const struct vgic_access *a)
{
	return vgic_vmcr_get(a->v).abpr;
}

static int user_write_gicc_abpr(const struct vgic_access *a, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(a->v);

	m.abpr = value & GICC_BPR_MASK;
	vgic_vmcr_set(a->v, &m);
	return 0;
}

static u32 gicc_iidr(void)
{
	return (u32)(FIELD_PUT(VGIC_PRODUCT_ID, GICC_IIDR_PRODUCT) |
		     FIELD_PUT(GICC_IIDR_ARCH_V2, GICC_IIDR_ARCH) |
		     FIELD_PUT(GIC_IMPLEMENTER_ARM, GICC_IIDR_IMPLEMENTER));
}

static u64 user_read_gicc_iidr(const struct vgic_access *a)
{
	(void)a;
	return gicc_iidr();
}

/* Both groups' active priorities are one register: GICH_APR, and the format of 2013. */
static bool one_apr(const struct vgic_vm *vm)
{
	return is_2013(vm) || vm->hostif != VGIC_HOST_ICH;
}

static u64 user_read_gicc_apr(const struct vgic_access *a)
{
	const struct vgic_cpuif_state *c = &a->v->cpuif;
	u32 n = a->reg / 4;

	if (n >= vgic_nr_aprs(a->v))
		return 0;
	return one_apr(a->v->vm) ? c->apr[0][n] | c->apr[1][n] : c->apr[1][n];
}

static int user_write_gicc_apr(const struct vgic_access *a, u64 value)
{
	struct vgic_cpuif_state *c = &a->v->cpuif;
	u32 n = a->reg / 4;

	if (n >= vgic_nr_aprs(a->v))
		return 0;
	if (one_apr(a->v->vm)) {
		c->apr[0][n] = (u32)value;
		c->apr[1][n] = 0;
	} else {
		c->apr[1][n] = (u32)value;
	}
	return 0;
}

/* ---- CPU interface, guest ---- */

bool vgic_v2_dir_traps(const struct vgic_vm *vm)
{
	return vgic_new_generation(vm) || vm->hostif == VGIC_HOST_SOFT;
}

static void cpuif_cost(const struct vgic_vcpu *v)
{
	if (vgic_hw_is_soft(v)) {
		plat_cost(COST_MMIO_DECODE, 1);
		plat_cost(COST_REG_EMULATE, 1);
	} else {
		plat_cost(COST_ICC_ACCESS, 1);
	}
	plat_sync(); /* the access may deactivate a physical interrupt */
}

u32 vgic_v2_cpuif_read(struct vgic_vcpu *v, u32 offset, u32 len)
{
	cpuif_cost(v);
	if (!v->pe)
		return 0;
	if (offset == GICC_IIDR && len == 4)
		return gicc_iidr();
	return gicv_read(v->pe, offset, len);
}

bool vgic_v2_cpuif_write(struct vgic_vcpu *v, u32 offset, u32 len, u32 value)
{
	cpuif_cost(v);
	if (!v->pe)
		return true;
	if (offset == GICC_DIR && len == 4 && vgic_new_generation(v->vm))
		return vgic_dir_at_el2(v, value);
	gicv_write(v->pe, offset, len, value);
	return true;
}

/* ---- the maps ---- */

#define ROW(id, bytes, n, width, rd, wr) \
	{ \
		.name = #id, .offset = (id), .size = (bytes), .bits = (n), .widths = (width), \
		.read = (rd), .write = (wr), .user_read = (rd), .user_write = (wr) \
	}
#define ROW_USER(id, bytes, n, width, rd, wr, urd, uwr) \
	{ \
		.name = #id, .offset = (id), .size = (bytes), .bits = (n), .widths = (width), \
		.read = (rd), .write = (wr), .user_read = (urd), .user_write = (uwr) \
	}

static const struct vgic_reg dist_rows[] = {
	ROW(GICD_CTLR, 4, 0, VGIC_W32, read_ctlr, write_ctlr),
	ROW(GICD_TYPER, 4, 0, VGIC_W32, read_typer, vgic_write_wi),
	ROW_USER(GICD_IIDR, 4, 0, VGIC_W32, read_iidr, vgic_write_wi, user_read_iidr,
		 user_write_iidr),
	ROW_USER(GICD_IGROUPR, 128, 1, VGIC_W32, vgic_read_group, vgic_write_group, vgic_read_group,
		 user_write_group),
	ROW(GICD_ISENABLER, 128, 1, VGIC_W32, vgic_read_enable, vgic_write_senable),
	ROW(GICD_ICENABLER, 128, 1, VGIC_W32, vgic_read_enable, vgic_write_cenable),
	ROW(GICD_ISPENDR, 128, 1, VGIC_W32, vgic_read_pending, vgic_write_spending),
	ROW(GICD_ICPENDR, 128, 1, VGIC_W32, vgic_read_pending, vgic_write_cpending),
	ROW_USER(GICD_ISACTIVER, 128, 1, VGIC_W32, vgic_read_active, vgic_write_sactive,
		 vgic_user_read_active, vgic_user_write_sactive),
	ROW_USER(GICD_ICACTIVER, 128, 1, VGIC_W32, vgic_read_active, vgic_write_cactive,
		 vgic_user_read_active, vgic_user_write_cactive),
	ROW_USER(GICD_IPRIORITYR, 1024, 8, VGIC_W32_8, vgic_read_priority, vgic_write_priority,
		 user_read_priority, user_write_priority),
	ROW(GICD_ITARGETSR, 1024, 8, VGIC_W32_8, read_targets, write_targets),
	ROW(GICD_ICFGR, 256, 2, VGIC_W32, vgic_read_config, vgic_write_config),
	ROW(GICD_SGIR, 4, 0, VGIC_W32, vgic_read_raz, write_sgir),
	ROW(GICD_CPENDSGIR, 16, 0, VGIC_W32_8, read_sgi_sources, write_sgi_clear),
	ROW(GICD_SPENDSGIR, 16, 0, VGIC_W32_8, read_sgi_sources, write_sgi_set),
};

/* User space only: a guest's accesses do not come this way. */
#define CPUIF(id, bytes, rd, wr) \
	{ \
		.name = #id, .offset = (id), .size = (bytes), .widths = VGIC_W32, \
		.user_read = (rd), .user_write = (wr) \
	}

static const struct vgic_reg cpuif_rows[] = {
	CPUIF(GICC_CTLR, 4, user_read_gicc_ctlr, user_write_gicc_ctlr),
	CPUIF(GICC_PMR, 4, user_read_gicc_pmr, user_write_gicc_pmr),
	CPUIF(GICC_BPR, 4, user_read_gicc_bpr, user_write_gicc_bpr),
	CPUIF(GICC_ABPR, 4, user_read_gicc_abpr, user_write_gicc_abpr),
	CPUIF(GICC_APR, 16, user_read_gicc_apr, user_write_gicc_apr),
	CPUIF(GICC_IIDR, 4, user_read_gicc_iidr, vgic_write_wi),
};

const struct vgic_reg_map vgic_v2_dist_map = { dist_rows, PLAT_ARRAY_SIZE(dist_rows) };
const struct vgic_reg_map vgic_v2_cpuif_map = { cpuif_rows, PLAT_ARRAY_SIZE(cpuif_rows) };
