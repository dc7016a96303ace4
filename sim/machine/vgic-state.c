// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Saving and restoring a virtual GIC through its device attributes, as a VMM does it (vgic-state.h;
 * the order is that of spec/vgic.md 2.10).
 *
 * Choices: enable bits are cleared before those of the source are set, because SGIs are enabled
 * after reset. Active state comes before lines and latches. The distributor is enabled first: what
 * becomes pending while it is disabled is put on no AP list, and stays off it. A redistributor's
 * LPIs are enabled when its tables are known.
 */
#include "vgic-state.h"

#include <stdlib.h>

#include <models/arch/gicv2.h>
#include <models/arch/gicv3.h>
#include <models/arch/its.h>
#include <models/vgic/vgic-mmio.h>
#include <models/vgic/vgic-user.h>

/* How many of a kind of register there are. */
enum count {
	ONCE,
	PRIVATE, /* one register a byte, 2 or 8 interrupts: for INTIDs 0-31 */
	SHARED,	 /* the same for SPIs */
	ALL,	 /* and for both */
};

struct reg_row {
	u32 offset;
	u8 bits;	 /* an interrupt, when there are several */
	u8 count;	 /* enum count */
	u32 write_first; /* not 0: before the value, all ones are written to the register there */
};

/* clang-format off */
static const struct reg_row v3_dist[] = {
	{ GICD_IIDR, 0, ONCE, 0 },
	{ GICD_CTLR, 0, ONCE, 0 },
	{ GICD_IGROUPR, 1, SHARED, 0 },
	{ GICD_IROUTER, 64, SHARED, 0 },
	{ GICD_IPRIORITYR, 8, SHARED, 0 },
	{ GICD_ICFGR, 2, SHARED, 0 },
	{ GICD_ISENABLER, 1, SHARED, GICD_ICENABLER },
	{ GICD_ISACTIVER, 1, SHARED, GICD_ICACTIVER },
	{ GICD_ISPENDR, 1, SHARED, 0 },
};

static const struct reg_row v3_redist[] = {
	{ GICR_PROPBASER, 0, ONCE, 0 },
	{ GICR_PROPBASER + 4, 0, ONCE, 0 },
	{ GICR_PENDBASER, 0, ONCE, 0 },
	{ GICR_PENDBASER + 4, 0, ONCE, 0 },
	{ GICR_IGROUPR0, 1, PRIVATE, 0 },
	{ GICR_IPRIORITYR0, 8, PRIVATE, 0 },
	{ GICR_ICFGR0, 2, PRIVATE, 0 },
	{ GICR_ISENABLER0, 1, PRIVATE, GICR_ICENABLER0 },
	{ GICR_ISACTIVER0, 1, PRIVATE, GICR_ICACTIVER0 },
	{ GICR_ISPENDR0, 1, PRIVATE, 0 },
	{ GICR_CTLR, 0, ONCE, 0 },
};

/* Of each vCPU: its banked registers. */
static const struct reg_row v2_banked[] = {
	{ GICD_IGROUPR, 1, PRIVATE, 0 },
	{ GICD_IPRIORITYR, 8, PRIVATE, 0 },
	{ GICD_ISENABLER, 1, PRIVATE, GICD_ICENABLER },
	{ GICD_ISACTIVER, 1, PRIVATE, GICD_ICACTIVER },
	{ GICD_ISPENDR, 1, PRIVATE, 0 },
	{ GICD_SPENDSGIR, 0, ONCE, 0 },
	{ GICD_SPENDSGIR + 4, 0, ONCE, 0 },
	{ GICD_SPENDSGIR + 8, 0, ONCE, 0 },
	{ GICD_SPENDSGIR + 12, 0, ONCE, 0 },
};

static const struct reg_row v2_dist[] = {
	{ GICD_IIDR, 0, ONCE, 0 },
	{ GICD_CTLR, 0, ONCE, 0 },
	{ GICD_IGROUPR, 1, SHARED, 0 },
	{ GICD_ITARGETSR, 8, SHARED, 0 },
	{ GICD_IPRIORITYR, 8, SHARED, 0 },
	{ GICD_ICFGR, 2, SHARED, 0 },
	{ GICD_ISENABLER, 1, SHARED, GICD_ICENABLER },
	{ GICD_ISACTIVER, 1, SHARED, GICD_ICACTIVER },
	{ GICD_ISPENDR, 1, SHARED, 0 },
};

static const struct reg_row v2_cpu[] = {
	{ GICC_PMR, 0, ONCE, 0 },
	{ GICC_BPR, 0, ONCE, 0 },
	{ GICC_ABPR, 0, ONCE, 0 },
	{ GICC_APR, 0, ONCE, 0 },
	{ GICC_APR + 4, 0, ONCE, 0 },
	{ GICC_APR + 8, 0, ONCE, 0 },
	{ GICC_APR + 12, 0, ONCE, 0 },
	{ GICC_CTLR, 0, ONCE, 0 },
};

static const u32 sysregs[] = {
	SYSREG_ICC_SRE,	 SYSREG_ICC_CTLR,    SYSREG_ICC_PMR,	 SYSREG_ICC_BPR0,
	SYSREG_ICC_BPR1, SYSREG_ICC_IGRPEN0, SYSREG_ICC_IGRPEN1,
};

static const u32 its_regs[] = {
	GITS_CBASER, GITS_BASER, GITS_BASER + 8, GITS_IIDR, GITS_CREADR, GITS_CWRITER,
};
/* clang-format on */

/* One pass over all attributes, for either direction. */
struct pass {
	struct vgic_state *s;
	struct vgic_vm *vm;
	void (*called)(void);
	int error;
};

/* ---- the list ---- */

static int add(struct vgic_state *s, u32 device, u32 group, u64 attr, u64 value)
{
	if (s->nr == s->room) {
		u32 room = s->room ? 2 * s->room : 256;
		struct vgic_state_entry *bigger = realloc(s->entry, room * sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		s->entry = bigger;
		s->room = room;
	}
	s->entry[s->nr++] = (struct vgic_state_entry){ device, group, attr, value };
	return 0;
}

void vgic_state_free(struct vgic_state *s)
{
	free(s->entry);
	memset(s, 0, sizeof(*s));
}

static int fail(struct vgic_state *s, u32 device, u32 group, u64 attr, int error)
{
	s->failed = (struct vgic_state_entry){ device, group, attr, 0 };
	return error;
}

/* ---- saving ---- */

static void call(const struct pass *p)
{
	if (p->called)
		p->called();
}

/* An attribute that is set and has no value to be read. */
static void put(struct pass *p, u32 device, u32 group, u64 attr, u64 value)
{
	if (!p->error)
		p->error = add(p->s, device, group, attr, value);
}

static void get(struct pass *p, u32 device, u32 group, u64 attr)
{
	u64 value = 0;
	int ret;

	if (p->error)
		return;
	call(p);
	if (device)
		ret = vgic_user_its_get(p->vm, p->vm->its[device - 1], group, attr, &value);
	else
		ret = vgic_user_get(p->vm, group, attr, &value);
	if (p->vm->model == VGIC_V2 && group == VGIC_GRP_DIST_REGS &&
	    FIELD_GET(attr, VGIC_ATTR_OFFSET) == GICD_ISPENDR)
		value &= ~0xffffull; /* SGIs: their sources tell */
	p->error = ret ? fail(p->s, device, group, attr, ret)
		       : add(p->s, device, group, attr, value);
}

/* First and end of the INTIDs that a row has registers for. */
static void span(const struct pass *p, const struct reg_row *row, u32 *first, u32 *end)
{
	*first = row->count == SHARED ? VGIC_NR_PRIVATE : 0;
	*end = row->count == PRIVATE ? VGIC_NR_PRIVATE : VGIC_NR_PRIVATE + p->vm->nr_spis;
}

static void save_rows(struct pass *p, u32 group, u64 who, const struct reg_row *row, u32 nr)
{
	u32 first, end, step;

	for (; nr--; row++) {
		if (row->count == ONCE) {
			get(p, 0, group, who | row->offset);
			continue;
		}
		span(p, row, &first, &end);
		step = row->bits < 32 ? 32u / row->bits : 1;
		for (u32 i = first; i < end; i += step) {
			u32 at = i * row->bits / 8;

			if (row->write_first)
				put(p, 0, group, who | (row->write_first + at), 0xffffffff);
			get(p, 0, group, who | (row->offset + at));
		}
	}
}
#define SAVE_ROWS(p, group, who, rows) save_rows(p, group, who, rows, PLAT_ARRAY_SIZE(rows))

/* Which active priorities registers there are follows from the priority bits. */
static u32 nr_aprs(u64 icc_ctlr)
{
	u32 bits = (u32)FIELD_GET(icc_ctlr, ICC_CTLR_PRIBITS) + 1;

	return bits >= 7 ? 4 : bits == 6 ? 2 : 1;
}

static void save_sysregs(struct pass *p, u64 who)
{
	u64 ctlr = 0;

	for (u32 i = 0; i < PLAT_ARRAY_SIZE(sysregs); i++) {
		get(p, 0, VGIC_GRP_CPU_SYSREGS, who | sysregs[i]);
		if (!p->error && sysregs[i] == SYSREG_ICC_CTLR)
			ctlr = p->s->entry[p->s->nr - 1].value;
	}
	for (u32 n = 0; !p->error && n < nr_aprs(ctlr); n++) {
		get(p, 0, VGIC_GRP_CPU_SYSREGS, who | SYSREG_ICC_AP0R(n));
		get(p, 0, VGIC_GRP_CPU_SYSREGS, who | SYSREG_ICC_AP1R(n));
	}
}

static void save_v3(struct pass *p)
{
	struct vgic_vm *vm = p->vm;

	SAVE_ROWS(p, VGIC_GRP_DIST_REGS, 0, v3_dist);
	for (u32 n = 0; n < vm->nr_vcpus; n++) {
		u64 who = FIELD_PUT(vm->vcpus[n]->mpidr, VGIC_ATTR_MPIDR);

		SAVE_ROWS(p, VGIC_GRP_REDIST_REGS, who, v3_redist);
		save_sysregs(p, who);
		get(p, 0, VGIC_GRP_LEVEL_INFO, who);
	}
	for (u32 i = VGIC_NR_PRIVATE; i < VGIC_NR_PRIVATE + vm->nr_spis; i += 32)
		get(p, 0, VGIC_GRP_LEVEL_INFO, FIELD_PUT(vm->vcpus[0]->mpidr, VGIC_ATTR_MPIDR) | i);
	for (u32 n = 1; n <= vm->nr_its; n++) {
		for (u32 i = 0; i < PLAT_ARRAY_SIZE(its_regs); i++)
			get(p, n, VGIC_GRP_ITS_REGS, its_regs[i]);
		put(p, n, VGIC_GRP_CTRL, VGIC_CTRL_ITS_RESTORE_TABLES, 0);
		get(p, n, VGIC_GRP_ITS_REGS, GITS_CTLR);
	}
}

static void save_v2(struct pass *p)
{
	SAVE_ROWS(p, VGIC_GRP_DIST_REGS, 0, v2_dist);
	for (u32 n = 0; n < p->vm->nr_vcpus; n++) {
		u64 who = FIELD_PUT(n, VGIC_ATTR_CPUID);

		SAVE_ROWS(p, VGIC_GRP_DIST_REGS, who, v2_banked);
		SAVE_ROWS(p, VGIC_GRP_CPU_REGS, who, v2_cpu);
	}
}

/* Tables first: what is still pending in registers is read after what is in memory. */
static void save_tables(struct pass *p, enum vgic_state_part part)
{
	struct vgic_vm *vm = p->vm;

	for (u32 n = 1; !p->error && n <= vm->nr_its; n++) {
		call(p);
		p->error = vgic_user_its_set(vm, vm->its[n - 1], VGIC_GRP_CTRL,
					     VGIC_CTRL_ITS_SAVE_TABLES, NULL);
		if (p->error)
			fail(p->s, n, VGIC_GRP_CTRL, VGIC_CTRL_ITS_SAVE_TABLES, p->error);
	}
	if (p->error || part == VGIC_STATE_NO_PENDING_TABLES)
		return;
	call(p);
	p->error = vgic_user_set(vm, VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, NULL);
	if (p->error)
		fail(p->s, 0, VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, p->error);
}

int vgic_state_save(struct vgic_state *s, struct vgic_vm *vm, enum vgic_state_part part,
		    void (*called)(void))
{
	struct pass p = { s, vm, called, 0 };

	memset(s, 0, sizeof(*s));
	if (vm->model == VGIC_V2) {
		save_v2(&p);
	} else {
		save_tables(&p, part);
		save_v3(&p);
	}
	return p.error;
}

/* ---- restoring ---- */

/* A revision that may not be written need not be where it is the same; GICv2 wants it in any case,
 * before groups. */
static bool same_iidr(struct vgic_vm *vm, const struct vgic_state_entry *x)
{
	u64 now = 0;

	return vm->model == VGIC_V3 && !x->device && x->group == VGIC_GRP_DIST_REGS &&
	       FIELD_GET(x->attr, VGIC_ATTR_OFFSET) == GICD_IIDR &&
	       !vgic_user_get(vm, x->group, x->attr, &now) && now == x->value;
}

int vgic_state_restore(struct vgic_state *s, struct vgic_vm *vm, void (*called)(void))
{
	struct pass p = { s, vm, called, 0 };

	for (u32 i = 0; i < s->nr; i++) {
		const struct vgic_state_entry *x = &s->entry[i];
		int ret;

		call(&p);
		if (x->device > vm->nr_its)
			ret = -ENODEV;
		else if (same_iidr(vm, x))
			ret = 0;
		else if (x->device)
			ret = vgic_user_its_set(vm, vm->its[x->device - 1], x->group, x->attr,
						&x->value);
		else
			ret = vgic_user_set(vm, x->group, x->attr, &x->value);
		if (ret)
			return fail(s, x->device, x->group, x->attr, ret);
	}
	return 0;
}
