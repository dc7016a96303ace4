// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of the virtual ITS for user space: KVM_DEV_ARM_VGIC_GRP_ITS_REGS (spec/vgic.md 2.8).
 *
 * An attribute is an offset into the control frame, a value always 64 bits wide. It is read and
 * written as the guest would, but for the registers with a user_write of their own: GITS_IIDR picks
 * the revision of the tables' layout, GITS_CREADR can be set while the ITS is disabled.
 * As in KVM the check of an attribute's alignment looks at all its 64 bits, the search for the
 * register at the lower 32. With a higher bit set the upper half of a register can be named: it is
 * read, but bits written to it are only added.
 * Order on restore (spec/vgic.md 2.10): GITS_CBASER, then the others (its write clears GITS_CREADR
 * and GITS_CWRITER), then the tables, then GITS_CTLR.
 */
#include "vits-internal.h"

/* A register as user space names it. */
struct place {
	const struct vits_reg *reg;
	u32 at;	   /* its offset */
	u32 shift; /* 32: its upper half is meant */
};

/* Below GITS_TYPER and from the ID registers on everything is 32 bits wide. */
static u32 user_align(u64 attr)
{
	return attr < GITS_TYPER || attr >= GICV3_IDREGS ? 4 : 8;
}

static int user_find(u64 attr, struct place *p)
{
	u32 offset = (u32)attr;

	if (offset % user_align(attr))
		return -EINVAL;
	p->reg = vits_find_reg(offset, &p->at);
	if (!p->reg)
		return -ENXIO;
	p->shift = (offset - p->at) * 8;
	return 0;
}

int vits_user_has_reg(struct vgic_its *its, u64 attr)
{
	struct place p;

	(void)its;
	return user_find(attr, &p);
}

/* As user_find(); -ENXIO as well while the ITS has no address. */
static int user_access(struct vgic_its *its, u64 attr, struct place *p)
{
	int ret = user_find(attr, p);

	if (ret == -EINVAL)
		return ret;
	return its->base == VITS_UNSET_BASE ? -ENXIO : ret;
}

int vits_user_get_reg(struct vgic_its *its, u64 attr, u64 *value)
{
	struct place p;
	int ret = user_access(its, attr, &p);

	if (!ret)
		*value = p.reg->read(its, p.at) >> p.shift;
	return ret;
}

int vits_user_set_reg(struct vgic_its *its, u64 attr, u64 value)
{
	struct place p;
	int ret = user_access(its, attr, &p);
	u64 mask;

	if (ret)
		return ret;
	if (p.reg->user_write)
		return p.reg->user_write(its, value);
	mask = p.shift ? 0 : p.reg->size == 8 ? ~0ull : 0xffffffff;
	return p.reg->write(its, NULL, p.at, p.shift ? value << p.shift : value & mask, mask);
}
