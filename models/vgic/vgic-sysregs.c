// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vCPU's CPU interface as user space saves and restores it: the ICC_*_EL1 registers of the
 * CPU_SYSREGS attribute, one row each (spec/vgic.md 2.2, 2.8), and the view of VMCR that they share
 * with GICv2's CPU_REGS.
 *
 * Choices: ICC_SRE_EL1 is always SRE, DFB, DIB; a VM may be restored to fewer priority and INTID
 * bits than the host has, never to more, and must agree with it on SEIS and A3V; with CBPR set,
 * BPR1 reads as BPR0 + 1 (at most 7) and ignores writes.
 */
#include "../arch/gicv3.h"
#include "vgic-mmio.h"

#define ICC_SRE_GUEST (ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB)

/* ---- VMCR ---- */

struct vgic_vmcr vgic_vmcr_get(const struct vgic_vcpu *v)
{
	u32 vmcr = v->cpuif.vmcr;
	struct vgic_vmcr m = {
		.grpen0 = vmcr & ICH_VMCR_VENG0,
		.grpen1 = vmcr & ICH_VMCR_VENG1,
		.ackctl = vmcr & ICH_VMCR_VACKCTL,
		.fiqen = vmcr & ICH_VMCR_VFIQEN,
		.cbpr = vmcr & ICH_VMCR_VCBPR,
		.eoim = vmcr & ICH_VMCR_VEOIM,
		.abpr = (u8)FIELD_GET(vmcr, ICH_VMCR_VBPR1),
		.bpr = (u8)FIELD_GET(vmcr, ICH_VMCR_VBPR0),
		.pmr = (u8)FIELD_GET(vmcr, ICH_VMCR_VPMR),
	};

	return m;
}

void vgic_vmcr_set(struct vgic_vcpu *v, const struct vgic_vmcr *m)
{
	u32 vmcr = (m->grpen0 ? ICH_VMCR_VENG0 : 0) | (m->grpen1 ? ICH_VMCR_VENG1 : 0) |
		   (m->cbpr ? ICH_VMCR_VCBPR : 0) | (m->eoim ? ICH_VMCR_VEOIM : 0);

	/* with system registers AckCtl is zero and FIQEn one */
	if (v->vm->model == VGIC_V3)
		vmcr |= ICH_VMCR_VFIQEN;
	else
		vmcr |= (m->ackctl ? ICH_VMCR_VACKCTL : 0) | (m->fiqen ? ICH_VMCR_VFIQEN : 0);
	vmcr |= (u32)(FIELD_PUT(m->abpr, ICH_VMCR_VBPR1) | FIELD_PUT(m->bpr, ICH_VMCR_VBPR0) |
		      FIELD_PUT(m->pmr, ICH_VMCR_VPMR));
	v->cpuif.vmcr = vmcr;
}

/* ---- what host and guest implement ---- */

static u32 host_vtr(const struct vgic_vcpu *v)
{
	return ich_vtr_read(gic_pe(v->vm->gic, 0));
}

static u32 pri_bits(const struct vgic_vcpu *v)
{
	return v->cpuif.pri_bits ? v->cpuif.pri_bits
				 : (u32)FIELD_GET(host_vtr(v), ICH_VTR_PRIBITS) + 1;
}

/* As ICC_CTLR_EL1.IDbits encodes it; kept plus one, so that zero means the host's. */
static u32 id_bits(const struct vgic_vcpu *v)
{
	return v->cpuif.id_bits ? v->cpuif.id_bits - 1u
				: (u32)FIELD_GET(host_vtr(v), ICH_VTR_IDBITS);
}

u32 vgic_nr_aprs(const struct vgic_vcpu *v)
{
	u32 bits = pri_bits(v);

	return bits >= 7 ? 4 : bits == 6 ? 2 : 1;
}

/* ---- the registers ---- */

static int get_ctlr(struct vgic_vcpu *v, u32 n, u64 *value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);
	u32 vtr = host_vtr(v);

	(void)n;
	*value = FIELD_PUT(pri_bits(v) - 1, ICC_CTLR_PRIBITS) |
		 FIELD_PUT(id_bits(v), ICC_CTLR_IDBITS) | (vtr & ICH_VTR_SEIS ? ICC_CTLR_SEIS : 0) |
		 (vtr & ICH_VTR_A3V ? ICC_CTLR_A3V : 0) | (m.cbpr ? ICC_CTLR_CBPR : 0) |
		 (m.eoim ? ICC_CTLR_EOIMODE : 0);
	return 0;
}

static int set_ctlr(struct vgic_vcpu *v, u32 n, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);
	u32 pri = (u32)FIELD_GET(value, ICC_CTLR_PRIBITS) + 1;
	u32 id = (u32)FIELD_GET(value, ICC_CTLR_IDBITS);
	u32 vtr = host_vtr(v);

	(void)n;
	if (pri > pri_bits(v) || id > id_bits(v) ||
	    !(value & ICC_CTLR_SEIS) != !(vtr & ICH_VTR_SEIS) ||
	    !(value & ICC_CTLR_A3V) != !(vtr & ICH_VTR_A3V))
		return -EINVAL;
	v->cpuif.pri_bits = (u8)pri;
	v->cpuif.id_bits = (u8)(id + 1);
	m.cbpr = value & ICC_CTLR_CBPR;
	m.eoim = value & ICC_CTLR_EOIMODE;
	vgic_vmcr_set(v, &m);
	return 0;
}

static int get_pmr(struct vgic_vcpu *v, u32 n, u64 *value)
{
	(void)n;
	*value = vgic_vmcr_get(v).pmr;
	return 0;
}

static int set_pmr(struct vgic_vcpu *v, u32 n, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);

	(void)n;
	m.pmr = (u8)(value & ICC_PMR_MASK);
	vgic_vmcr_set(v, &m);
	return 0;
}

static int get_bpr0(struct vgic_vcpu *v, u32 n, u64 *value)
{
	(void)n;
	*value = vgic_vmcr_get(v).bpr;
	return 0;
}

static int set_bpr0(struct vgic_vcpu *v, u32 n, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);

	(void)n;
	m.bpr = value & ICC_BPR_MASK;
	vgic_vmcr_set(v, &m);
	return 0;
}

static int get_bpr1(struct vgic_vcpu *v, u32 n, u64 *value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);

	(void)n;
	*value = !m.cbpr ? m.abpr : m.bpr < ICC_BPR_MASK ? m.bpr + 1u : ICC_BPR_MASK;
	return 0;
}

static int set_bpr1(struct vgic_vcpu *v, u32 n, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);

	(void)n;
	if (m.cbpr)
		return 0;
	m.abpr = value & ICC_BPR_MASK;
	vgic_vmcr_set(v, &m);
	return 0;
}

/* n: the group */
static int get_igrpen(struct vgic_vcpu *v, u32 n, u64 *value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);

	*value = (n ? m.grpen1 : m.grpen0) ? ICC_IGRPEN_ENABLE : 0;
	return 0;
}

static int set_igrpen(struct vgic_vcpu *v, u32 n, u64 value)
{
	struct vgic_vmcr m = vgic_vmcr_get(v);

	if (n)
		m.grpen1 = value & ICC_IGRPEN_ENABLE;
	else
		m.grpen0 = value & ICC_IGRPEN_ENABLE;
	vgic_vmcr_set(v, &m);
	return 0;
}

static int get_sre(struct vgic_vcpu *v, u32 n, u64 *value)
{
	(void)v;
	(void)n;
	*value = ICC_SRE_GUEST;
	return 0;
}

static int set_sre(struct vgic_vcpu *v, u32 n, u64 value)
{
	(void)v;
	(void)n;
	return value == ICC_SRE_GUEST ? 0 : -EINVAL;
}

/* n: the group in bit 2, the register in bits 1:0 */
#define APR_ROW(group, n) ((group) << 2 | (n))

static int get_apr(struct vgic_vcpu *v, u32 n, u64 *value)
{
	if ((n & 3) >= vgic_nr_aprs(v))
		return -EINVAL;
	*value = v->cpuif.apr[n >> 2][n & 3];
	return 0;
}

static int set_apr(struct vgic_vcpu *v, u32 n, u64 value)
{
	if ((n & 3) >= vgic_nr_aprs(v))
		return -EINVAL;
	v->cpuif.apr[n >> 2][n & 3] = (u32)value;
	return 0;
}

struct sysreg {
	u32 reg;
	u32 n; /* which of several registers that share handlers */
	int (*get)(struct vgic_vcpu *v, u32 n, u64 *value);
	int (*set)(struct vgic_vcpu *v, u32 n, u64 value);
};

static const struct sysreg sysregs[] = {
	{ SYSREG_ICC_PMR, 0, get_pmr, set_pmr },
	{ SYSREG_ICC_BPR0, 0, get_bpr0, set_bpr0 },
	{ SYSREG_ICC_AP0R(0), APR_ROW(0, 0), get_apr, set_apr },
	{ SYSREG_ICC_AP0R(1), APR_ROW(0, 1), get_apr, set_apr },
	{ SYSREG_ICC_AP0R(2), APR_ROW(0, 2), get_apr, set_apr },
	{ SYSREG_ICC_AP0R(3), APR_ROW(0, 3), get_apr, set_apr },
	{ SYSREG_ICC_AP1R(0), APR_ROW(1, 0), get_apr, set_apr },
	{ SYSREG_ICC_AP1R(1), APR_ROW(1, 1), get_apr, set_apr },
	{ SYSREG_ICC_AP1R(2), APR_ROW(1, 2), get_apr, set_apr },
	{ SYSREG_ICC_AP1R(3), APR_ROW(1, 3), get_apr, set_apr },
	{ SYSREG_ICC_BPR1, 0, get_bpr1, set_bpr1 },
	{ SYSREG_ICC_CTLR, 0, get_ctlr, set_ctlr },
	{ SYSREG_ICC_SRE, 0, get_sre, set_sre },
	{ SYSREG_ICC_IGRPEN0, 0, get_igrpen, set_igrpen },
	{ SYSREG_ICC_IGRPEN1, 1, get_igrpen, set_igrpen },
};

static const struct sysreg *sysreg_find(u32 reg)
{
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(sysregs); i++)
		if (sysregs[i].reg == reg)
			return &sysregs[i];
	return NULL;
}

bool vgic_sysreg_has(u32 reg)
{
	return sysreg_find(reg);
}

int vgic_sysreg_get(struct vgic_vcpu *v, u32 reg, u64 *value)
{
	const struct sysreg *r = sysreg_find(reg);

	return r ? r->get(v, r->n, value) : -ENXIO;
}

int vgic_sysreg_set(struct vgic_vcpu *v, u32 reg, u64 value)
{
	const struct sysreg *r = sysreg_find(reg);

	return r ? r->set(v, r->n, value) : -ENXIO;
}
