// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers of the virtual ITS for user space: KVM_DEV_ARM_VGIC_GRP_ITS_REGS (spec/vgic.md 2.8).
 *
 * An attribute is an offset into the control frame, a value always 64 bits wide. It is read and
 * written as the guest would, but for the registers with a user_write of their own: GITS_IIDR picks
 * the revision of the tables' layout, GITS_CREADR can be set while the ITS is disabled.
 * Order on restore (spec/vgic.md 2.10): GITS_CBASER, then the others (its write clears GITS_CREADR
 * and GITS_CWRITER), then the tables, then GITS_CTLR.
 */
#include "vits-internal.h"

/* Below GITS_TYPER and from the ID registers on everything is 32 bits wide. */
static u32 user_align(u32 offset)
{
	return offset < GITS_TYPER || offset >= GICV3_IDREGS ? 4 : 8;
}

static int user_find(u32 offset, const struct vits_reg **r, u32 *at)
{
	if (offset % user_align(offset))
		return -EINVAL;
	*r = vits_find_reg(offset, at);
	return *r ? 0 : -ENXIO;
}

int vits_user_has_reg(struct vgic_its *its, u32 offset)
{
	const struct vits_reg *r;
	u32 at;

	(void)its;
	return user_find(offset, &r, &at);
}

/* As user_find(); -ENXIO as well while the ITS has no address. */
static int user_access(struct vgic_its *its, u32 offset, const struct vits_reg **r, u32 *at)
{
	int ret = user_find(offset, r, at);

	if (ret == -EINVAL)
		return ret;
	return its->base == VITS_UNSET_BASE ? -ENXIO : ret;
}

int vits_user_get_reg(struct vgic_its *its, u32 offset, u64 *value)
{
	const struct vits_reg *r;
	u32 at;
	int ret = user_access(its, offset, &r, &at);

	if (!ret)
		*value = r->read(its, at);
	return ret;
}

int vits_user_set_reg(struct vgic_its *its, u32 offset, u64 value)
{
	const struct vits_reg *r;
	u32 at;
	int ret = user_access(its, offset, &r, &at);
	u64 mask;

	if (ret)
		return ret;
	if (r->user_write)
		return r->user_write(its, value);
	mask = r->size == 8 ? ~0ull : 0xffffffff;
	return r->write(its, NULL, at, value & mask, mask);
}
