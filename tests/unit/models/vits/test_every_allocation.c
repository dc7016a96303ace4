// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole life of a virtual GIC and its ITS with each of its allocations failing in turn: made,
 * initialised, mapped full, used, saved, emptied, restored, taken apart; for each policy that
 * allocates otherwise, and for GICv2.
 */
#include "vits-state.h"

#include "tests/lib/check-main.h"
#include "tests/lib/sites.h"

#define NR_VCPUS 3u
#define DISABLED 5 /* the event whose LPI is: pending, it is on no AP list, and dies unmapped */

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;
static struct vgic_policy policy;
static enum vgic_model model;
static u64 command[4];

static char *state(void)
{
	return m->vm ? vits_state(m) : NULL;
}

static char *state_own(void)
{
	return vits_state_own(m);
}

/* ---- steps ---- */

static int create(void)
{
	struct vgic_vm_config cfg = {
		.model = model, .nr_vcpus = NR_VCPUS, .nr_irqs = 96, .policy = policy, .port = m
	};
	void *ports[NR_VCPUS];

	for (u32 i = 0; i < NR_VCPUS; i++)
		ports[i] = &m->vcpu_port[i];
	cfg.vcpu_ports = ports;
	return vgic_create(&m->vm, m->gic, &m->ram, &cfg);
}

static int init(void)
{
	return vgic_init(m->vm);
}

static int redistributors(void)
{
	return vgic_set_redist_region(m->vm, 0, REDIST, 0);
}

static int create_its(void)
{
	return vits_create(&m->its, m->vm);
}

static int run_command(void)
{
	int ret = its_cmd(m, command);

	return ret > 0 ? -EINVAL : ret; /* an error code of the ITS */
}

static int inject(void)
{
	return msi(m, 8, 3);
}

static int save_tables(void)
{
	return vits_save_tables(m->its);
}

static int save_pending(void)
{
	return vits_save_pending_tables(m->vm);
}

static int restore(void)
{
	return vits_restore_tables(m->its);
}

static int invall_by_register(void)
{
	return vits_invall(m->vm->vcpus[0]);
}

#define STEP(fn) sites_step(#fn, fn, false)
#define COMMAND(build, ...) \
	do { \
		build(command, __VA_ARGS__); \
		sites_step(#build, run_command, false); \
	} while (0)

/* ---- the life ---- */

static void guest_boots(void)
{
	guest_write(m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	for (u32 v = 0; v < NR_VCPUS; v++)
		lpis_enable(m, v, GICR_PENDBASER_PTZ);
	its_setup(m);
	ram_write64(m, CMD_QUEUE, 0); /* pages that are the guest's own */
	for (u32 i = 0; i < 8; i++)
		lpi_config(m, VGIC_LPI_BASE + i, i == DISABLED ? 0xa0 : 0xa1);
}

static void guest_maps(void)
{
	for (u32 i = 0; i < NR_VCPUS; i++)
		COMMAND(its_build_mapc, i, i, true);
	COMMAND(its_build_mapd, 8, ITT(0), 4, true);
	COMMAND(its_build_mapd, 700, ITT(1), 4, true);
	for (u32 i = 0; i < 8; i++)
		COMMAND(its_build_mapti, 8, i, VGIC_LPI_BASE + i, i % NR_VCPUS);
	COMMAND(its_build_mapti, 700, 0, 60000, 9); /* a collection that nobody mapped yet */
}

static void guest_uses(void)
{
	sites_step("MSI", inject, true);
	for (u32 i = 0; i < 8; i++)
		SITES_OUTSIDE(ck_assert_int_eq(its_int(8, i), 0));
	COMMAND(its_build_invall, 0);
	COMMAND(its_build_movall, 0, 1);
	STEP(invall_by_register);
}

static void with_its(void)
{
	STEP(create_its);
	ck_assert_int_eq(vits_set_base(m->its, ITS), 0);
	ck_assert_int_eq(vgic_map_resources(m->vm), 0);
	guest_boots();
	guest_maps();
	guest_uses();
	COMMAND(its_build_mapti, 700, 1, 60001, 0);
	COMMAND(its_build_discard, 700, 1); /* its ITT was never written */
	sites.state = state_own;
	STEP(save_tables);
	STEP(save_pending);
	sites.state = state;
	SITES_OUTSIDE(vits_free_devices(m->its));
	SITES_OUTSIDE(vits_free_collections(m->its));
	STEP(restore);
	ck_assert_uint_eq(m->its->nr_devices, 2);
	ck_assert_uint_eq(m->vm->nr_lpis, 9);
	ck_assert(lpi_view(m, VGIC_LPI_BASE + 4).pending);
	ck_assert(lpi_view(m, VGIC_LPI_BASE + DISABLED).pending);
	COMMAND(its_build_discard, 8, 0);
	COMMAND(its_build_mapd, 8, 0, 1, false);
}

static void life(void)
{
	memset(m, 0, sizeof(*m));
	mmio_host_create(m);
	sites.state = state;
	STEP(create);
	ck_assert_int_eq(vgic_set_dist_base(m->vm, DIST), 0);
	STEP(init);
	if (model == VGIC_V3) {
		STEP(redistributors);
		with_its();
	}
	mmio_destroy(m);
}

/* ---- policies ---- */

static void old_kernel(void)
{
}

static void new_kernel(void)
{
	policy.lpi_store = VGIC_LPI_STORE_XARRAY;
	policy.cache = VGIC_CACHE_XARRAY;
	policy.its_unmap = VGIC_ITS_UNMAP_WIPE;
}

static void one_list(void)
{
	policy.ap_list = VGIC_AP_PER_VM;
	policy.cache = VGIC_CACHE_RCU_EVICT;
}

static void shards_of_buckets(void)
{
	policy.ap_list = VGIC_AP_SHARDED;
	policy.ap_list_shards = 2;
	policy.order = VGIC_ORDER_BUCKETS;
	policy.cache = VGIC_CACHE_NONE;
}

static void gicv2(void)
{
	model = VGIC_V2;
}

static const struct {
	void (*set)(void);
	u64 least; /* allocations there are at least */
} row[] = {
	{ old_kernel, 60 },	   { new_kernel, 60 }, { one_list, 60 },
	{ shards_of_buckets, 60 }, { gicv2, 10 },
};

START_TEST(each_allocation_of_a_virtual_gic_may_fail)
{
	policy = mmio_policy();
	model = VGIC_V3;
	row[_i].set();
	ck_assert_uint_ge(sites_all(life), row[_i].least);
	sites_tell();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, each_allocation_of_a_virtual_gic_may_fail, 0,
			    (int)PLAT_ARRAY_SIZE(row));
}

CHECK_MAIN("each allocation of a virtual GIC", add, NULL, NULL)
