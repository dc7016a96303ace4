// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual ITS: creation, registers of the control frame, and the command queue
 * (spec/vgic.md 3.1).
 *
 * Choices: commands run in the vCPU that writes GITS_CWRITER, all of them before the write ends;
 * an error of a command is told as an event and otherwise forgotten. its_stall never (KVM): what
 * cannot be read is skipped. its_stall stall: an unreadable command sets GITS_CREADR.Stalled and
 * waits for GITS_CWRITER.Retry. The translation frame has no register for the guest: MSIs come
 * from devices, through vits_inject_fast() and vits_inject_slow().
 */
#include "vgic-v4.h"
#include "vits-internal.h"

#define ITS_PRODUCT_KVM 0x4bu

/* ---- command queue; cmd_lock held ---- */

static u32 queue_size(const struct vgic_its *its)
{
	return ((u32)FIELD_GET(its->cbaser, GITS_CBASER_SIZE) + 1) * 0x1000;
}

/* The queue's own rule: offsets keep their place within the register. */
static u32 queue_offset(u64 value)
{
	return (u32)(value & FIELD_MASK(GITS_CWRITER_OFFSET));
}

static int read_command(struct vgic_its *its, u64 cmd[4])
{
	u64 addr = (its->cbaser & FIELD_MASK(GITS_CBASER_PA)) + its->creadr;
	int ret = 0;
	u32 i;

	plat_cost(COST_GUEST_READ, 1);
	plat_sync();
	for (i = 0; i < 4 && !ret; i++)
		ret = gic_mem_read64(its->vm->mem, addr + 8 * i, &cmd[i]);
	return ret;
}

/* Execute the command at CREADR; false: the queue stops there until software retries. */
static bool run_command(struct vgic_its *its, struct vgic_vcpu *v)
{
	u8 policy = its->vm->policy.its_stall;
	u64 cmd[4];
	int ret;

	if (read_command(its, cmd))
		return policy == VGIC_ITS_NEVER_STALL;
	ret = vits_command(its, v, cmd);
	return policy != VGIC_ITS_STALL_ON_ERROR || (ret <= 0 && ret != -ENODEV);
}

static void run_queue(struct vgic_its *its, struct vgic_vcpu *v)
{
	if (!its->enabled)
		return;
	while (its->creadr != its->cwriter && !its->stalled) {
		its->stalled = !run_command(its, v);
		if (its->stalled)
			break;
		its->creadr += ITS_CMD_SIZE;
		if (its->creadr == queue_size(its))
			its->creadr = 0;
	}
}

/* ---- registers ---- */

static u64 read_ctlr(struct vgic_its *its, u32 offset)
{
	u64 value;

	(void)offset;
	plat_mutex_lock(&its->cmd_lock);
	value = (its->enabled ? GITS_CTLR_ENABLED : 0) |
		(its->creadr == its->cwriter ? GITS_CTLR_QUIESCENT : 0);
	plat_mutex_unlock(&its->cmd_lock);
	return value;
}

static bool may_enable(const struct vgic_its *its)
{
	return its->baser[VITS_TABLE_DEVICE] & its->baser[VITS_TABLE_COLLECTION] & its->cbaser &
	       GITS_BASER_VALID;
}

static int write_ctlr(struct vgic_its *its, struct vgic_vcpu *v, u32 offset, u64 value, u64 mask)
{
	bool enable = value & mask & GITS_CTLR_ENABLED;

	(void)offset;
	plat_mutex_lock(&its->cmd_lock);
	if (its->enabled || !enable || may_enable(its)) {
		its->enabled = enable;
		if (!enable)
			vits_cache_invalidate(its);
		run_queue(its, v);
	}
	plat_mutex_unlock(&its->cmd_lock);
	return 0;
}

static u64 read_iidr(struct vgic_its *its, u32 offset)
{
	(void)its;
	(void)offset;
	return FIELD_PUT(ITS_PRODUCT_KVM, GIC_IIDR_PRODUCT) | GIC_IMPLEMENTER_ARM;
}

/* Only ABI revision 0 of the tables is known. */
static int user_write_iidr(struct vgic_its *its, u64 value)
{
	(void)its;
	return FIELD_GET(value, GIC_IIDR_REVISION) ? -EINVAL : 0;
}

static u64 read_typer(struct vgic_its *its, u32 offset)
{
	(void)its;
	(void)offset;
	return GITS_TYPER_PHYSICAL | FIELD_PUT(VITS_ITE_SIZE - 1, GITS_TYPER_ITT_ENTRY_SIZE) |
	       FIELD_PUT(VITS_ID_BITS - 1, GITS_TYPER_IDBITS) |
	       FIELD_PUT(VITS_ID_BITS - 1, GITS_TYPER_DEVBITS);
}

/* Shareability and cacheability that the tables of a guest can have: outer becomes inner shareable,
 * uncached becomes write-back, the outer attribute follows the inner one. */
static u64 sane_attributes(u64 value)
{
	u64 inner = FIELD_GET(value, GITS_CBASER_INNERCACHE);
	u64 outer = FIELD_GET(value, GITS_CBASER_OUTERCACHE);

	if (FIELD_GET(value, GITS_CBASER_SHARE) == GIC_SHARE_OUTER)
		value = FIELD_SET(value, GIC_SHARE_INNER, GITS_CBASER_SHARE);
	if (inner == GIC_CACHE_DEVICE || inner == GIC_CACHE_NC)
		value = FIELD_SET(value, GIC_CACHE_RAWB, GITS_CBASER_INNERCACHE);
	if (outer != GIC_CACHE_AS_INNER && outer != GIC_CACHE_NC)
		value = FIELD_SET(value, GIC_CACHE_AS_INNER, GITS_CBASER_OUTERCACHE);
	return value;
}

static u64 read_cbaser(struct vgic_its *its, u32 offset)
{
	(void)offset;
	return its->cbaser;
}

static int write_cbaser(struct vgic_its *its, struct vgic_vcpu *v, u32 offset, u64 value, u64 mask)
{
	(void)v;
	(void)offset;
	if (its->enabled)
		return 0;
	plat_mutex_lock(&its->cmd_lock);
	/* the queue is aligned to 64 KiB */
	its->cbaser = sane_attributes((its->cbaser & ~mask) | value) & ~FIELD_MASK(15, 12);
	its->creadr = 0;
	its->cwriter = 0;
	its->stalled = false;
	plat_mutex_unlock(&its->cmd_lock);
	return 0;
}

static u64 read_cwriter(struct vgic_its *its, u32 offset)
{
	(void)offset;
	return its->cwriter;
}

static int write_cwriter(struct vgic_its *its, struct vgic_vcpu *v, u32 offset, u64 value, u64 mask)
{
	u32 writer;

	(void)offset;
	plat_mutex_lock(&its->cmd_lock);
	writer = queue_offset((its->cwriter & ~mask) | value);
	if (writer < queue_size(its)) {
		its->cwriter = writer;
		if (value & mask & GITS_CWRITER_RETRY)
			its->stalled = false;
		run_queue(its, v);
	}
	plat_mutex_unlock(&its->cmd_lock);
	return 0;
}

static u64 read_creadr(struct vgic_its *its, u32 offset)
{
	(void)offset;
	return its->creadr | (its->stalled ? GITS_CREADR_STALLED : 0);
}

static int user_write_creadr(struct vgic_its *its, u64 value)
{
	u32 reader = queue_offset(value);
	int ret = -EBUSY;

	plat_mutex_lock(&its->cmd_lock);
	if (!its->enabled)
		ret = reader < queue_size(its) ? 0 : -EINVAL;
	if (!ret) {
		its->creadr = reader;
		its->stalled = its->vm->policy.its_stall != VGIC_ITS_NEVER_STALL &&
			       (value & GITS_CREADR_STALLED);
	}
	plat_mutex_unlock(&its->cmd_lock);
	return ret;
}

static u64 read_baser(struct vgic_its *its, u32 offset)
{
	u32 n = (offset - GITS_BASER) / 8;

	return n < VITS_NR_TABLES ? its->baser[n] : 0;
}

/* What the guest cannot choose: type, entry size, page size. */
static u64 baser_fixed(u64 value, enum vits_table table)
{
	static const struct {
		u32 type, entry_size;
		bool indirect;
	} tables[VITS_NR_TABLES] = {
		[VITS_TABLE_DEVICE] = { GITS_BASER_TYPE_DEVICE, VITS_DTE_SIZE, true },
		[VITS_TABLE_COLLECTION] = { GITS_BASER_TYPE_COLLECTION, VITS_CTE_SIZE, false },
	};

	if (!tables[table].indirect)
		value &= ~GITS_BASER_INDIRECT;
	value = FIELD_SET(value, tables[table].type, GITS_BASER_TYPE);
	value = FIELD_SET(value, tables[table].entry_size - 1, GITS_BASER_ENTRY_SIZE);
	return FIELD_SET(value, GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE);
}

static int write_baser(struct vgic_its *its, struct vgic_vcpu *v, u32 offset, u64 value, u64 mask)
{
	u32 n = (offset - GITS_BASER) / 8;

	(void)v;
	if (its->enabled || n >= VITS_NR_TABLES)
		return 0;
	value = sane_attributes(baser_fixed((its->baser[n] & ~mask) | value, n));
	its->baser[n] = value;
	if (value & GITS_BASER_VALID)
		return 0;
	plat_mutex_lock(&its->its_lock);
	if (n == VITS_TABLE_DEVICE)
		vits_free_devices(its);
	else
		vits_free_collections(its);
	plat_mutex_unlock(&its->its_lock);
	return 0;
}

/* Peripheral and component identification: a 64 KiB page of a GICv3, as KVM's. */
static u64 read_id(struct vgic_its *its, u32 offset)
{
	static const u8 ids[] = {
		0x40, 0, 0, 0, 0x92, 0xb4, GICV3_PIDR2_GICV3, 0, 0x0d, 0xf0, 0x05, 0xb1,
	};

	(void)its;
	return ids[(offset - GICV3_IDREGS) / 4];
}

static int write_ignored(struct vgic_its *its, struct vgic_vcpu *v, u32 offset, u64 value, u64 mask)
{
	(void)its;
	(void)v;
	(void)offset;
	(void)value;
	(void)mask;
	return 0;
}

static const struct vits_reg regs[] = {
	{ GITS_CTLR, 4, 1, 4, read_ctlr, write_ctlr, NULL },
	{ GITS_IIDR, 4, 1, 4, read_iidr, write_ignored, user_write_iidr },
	{ GITS_TYPER, 8, 1, 4 | 8, read_typer, write_ignored, NULL },
	{ GITS_CBASER, 8, 1, 4 | 8, read_cbaser, write_cbaser, NULL },
	{ GITS_CWRITER, 8, 1, 4 | 8, read_cwriter, write_cwriter, NULL },
	{ GITS_CREADR, 8, 1, 4 | 8, read_creadr, write_ignored, user_write_creadr },
	{ GITS_BASER, 8, GITS_NR_BASER, 4 | 8, read_baser, write_baser, NULL },
	{ GICV3_IDREGS, 4, (GICV3_IDREGS_END - GICV3_IDREGS) / 4, 4, read_id, write_ignored, NULL },
};

const struct vits_reg *vits_find_reg(u32 offset, u32 *reg_offset)
{
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(regs); i++) {
		const struct vits_reg *r = &regs[i];

		if (offset < r->offset || offset - r->offset >= r->size * r->count)
			continue;
		*reg_offset = offset - (offset - r->offset) % r->size;
		return r;
	}
	return NULL;
}

/* A guest access that its register accepts; *shift: bits below its part of the register. */
static const struct vits_reg *guest_reg(u32 offset, u32 len, u32 *reg_offset, u32 *shift)
{
	const struct vits_reg *r = vits_find_reg(offset, reg_offset);

	plat_cost(COST_REG_EMULATE, 1);
	if (!r || !(r->widths & len) || offset % len)
		return NULL;
	*shift = (offset - *reg_offset) * 8;
	return r;
}

static u64 width_mask(u32 len)
{
	return len == 8 ? ~0ull : PLAT_BIT64(len * 8) - 1;
}

u64 vits_mmio_read(struct vgic_vcpu *v, struct vgic_its *its, u32 offset, u32 len)
{
	u32 at, shift;
	const struct vits_reg *r = guest_reg(offset, len, &at, &shift);

	(void)v;
	plat_sync();
	return r ? r->read(its, at) >> shift & width_mask(len) : 0;
}

void vits_mmio_write(struct vgic_vcpu *v, struct vgic_its *its, u32 offset, u32 len, u64 value)
{
	u32 at, shift;
	const struct vits_reg *r = guest_reg(offset, len, &at, &shift);
	u64 mask;

	if (!r)
		return;
	plat_sync();
	mask = width_mask(len) << shift;
	r->write(its, v, at, value << shift & mask, mask);
}

/* ---- lifecycle ---- */

static u64 initial_baser(enum vits_table table)
{
	u64 value = FIELD_PUT(GIC_CACHE_RAWB, GITS_BASER_INNERCACHE) |
		    FIELD_PUT(GIC_CACHE_AS_INNER, GITS_BASER_OUTERCACHE) |
		    FIELD_PUT(GIC_SHARE_INNER, GITS_BASER_SHARE);

	return baser_fixed(value, table);
}

/* The VM's array of ITSs with one more, or -ENOMEM. */
static int vm_add(struct vgic_vm *vm, struct vgic_its *its)
{
	struct vgic_its **old = vm->its;
	struct vgic_its **grown = plat_zalloc((vm->nr_its + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	if (old)
		memcpy(grown, old, vm->nr_its * sizeof(*grown));
	grown[vm->nr_its] = its;
	vm->its = grown;
	vm->nr_its++;
	plat_free(old);
	return 0;
}

static void vm_remove(struct vgic_vm *vm, struct vgic_its *its)
{
	u32 i;

	for (i = 0; vm->its[i] != its; i++)
		;
	vm->nr_its--;
	memmove(&vm->its[i], &vm->its[i + 1], (vm->nr_its - i) * sizeof(*vm->its));
	if (vm->nr_its)
		return;
	plat_free(vm->its);
	vm->its = NULL;
	vits_cache_destroy(vm);
}

int vits_create(struct vgic_its **out, struct vgic_vm *vm)
{
	struct vgic_its *its = plat_zalloc(sizeof(*its));
	bool first = !vm->nr_its;

	if (!its)
		return -ENOMEM;
	if (first && vits_cache_create(vm))
		goto free;
	if (vm_add(vm, its))
		goto destroy;
	its->vm = vm;
	its->base = VITS_UNSET_BASE;
	plat_mutex_init(&its->cmd_lock, LOCK_ITS_CMD);
	plat_mutex_init(&its->its_lock, LOCK_ITS_TABLES);
	plat_lock_init(&its->cache_lock, LOCK_ITS_CACHE);
	plat_index_init(&its->devices);
	plat_list_init(&its->device_list);
	plat_index_init(&its->coll_index);
	plat_index_init(&its->cache);
	plat_list_init(&its->collections);
	its->baser[VITS_TABLE_DEVICE] = initial_baser(VITS_TABLE_DEVICE);
	its->baser[VITS_TABLE_COLLECTION] = initial_baser(VITS_TABLE_COLLECTION);
	if (vm->initialised) {
		int ret = vgic_v4_init(vm);

		if (ret) {
			vits_destroy(its);
			return ret;
		}
	}
	*out = its;
	return 0;

destroy:
	if (first)
		vits_cache_destroy(vm);
free:
	plat_free(its);
	return -ENOMEM;
}

int vits_set_base(struct vgic_its *its, u64 base)
{
	int ret = vgic_check_base(its->base, base, VITS_FRAME_SIZE, GITS_FRAME_SIZE);

	if (!ret)
		its->base = base;
	return ret;
}

u64 vits_base(const struct vgic_its *its)
{
	return its->base;
}

void vits_reset(struct vgic_its *its)
{
	plat_mutex_lock(&its->its_lock);
	its->enabled = false;
	its->stalled = false;
	its->cbaser = 0;
	its->creadr = 0;
	its->cwriter = 0;
	its->baser[VITS_TABLE_DEVICE] &= ~GITS_BASER_VALID;
	its->baser[VITS_TABLE_COLLECTION] &= ~GITS_BASER_VALID;
	vits_free_devices(its);
	vits_free_collections(its);
	plat_mutex_unlock(&its->its_lock);
}

void vits_destroy(struct vgic_its *its)
{
	vits_reset(its);
	vits_cache_invalidate(its);
	plat_index_destroy(&its->devices);
	plat_index_destroy(&its->coll_index);
	plat_index_destroy(&its->cache);
	vm_remove(its->vm, its);
	plat_free(its);
}

void vits_invalidate_caches(struct vgic_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_its; i++)
		vits_cache_invalidate(vm->its[i]);
}
