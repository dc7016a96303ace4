// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device attributes: each group with set, get and has, and each of their errors (spec/vgic.md 2.8).
 */
#include "mmio-vm.h"

#include "models/arch/its.h"
#include "tests/lib/check-main.h"

static struct mmio_vm m;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create_bare(&m, VGIC_V3, 4, 0, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static void recreate(enum vgic_model model, u32 nr_irqs)
{
	struct vgic_policy p = mmio_policy();

	mmio_destroy(&m);
	mmio_create_bare(&m, model, 4, nr_irqs, &p);
}

static void init(void)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, VGIC_CTRL_INIT, 0), 0);
}

static void create_its(void)
{
	ck_assert_int_eq(vits_create(&m.its, m.vm), 0);
}

static int has(u32 group, u64 attr)
{
	return vgic_user_has(m.vm, group, attr);
}

static int get(u32 group, u64 attr)
{
	u64 value = 0;

	return vgic_user_get(m.vm, group, attr, &value);
}

/* The vCPU's own thread, another than ours, takes and releases its mutex. */
static void enter_run_loop(struct vgic_vcpu *v)
{
	ck_assert_ptr_null(v->mutex.owner);
	v->mutex.owner = v;
}

static void leave_run_loop(struct vgic_vcpu *v)
{
	ck_assert_ptr_eq(v->mutex.owner, v);
	v->mutex.owner = NULL;
}

#define REGION(count, base, flags, index) \
	((u64)(count) << 52 | (u64)(base) | (u64)(flags) << 12 | (index))

/* ---- groups ---- */

START_TEST(unknown_groups_are_enxio_for_set_get_and_has)
{
	static const u32 groups[] = { VGIC_GRP_ITS_REGS, 9, 10, 0x7fffffff, 0xffffffff };
	size_t i;

	for (i = 0; i < PLAT_ARRAY_SIZE(groups); i++) {
		ck_assert_int_eq(user_set(&m, groups[i], 0, 0), -ENXIO);
		ck_assert_int_eq(get(groups[i], 0), -ENXIO);
		ck_assert_int_eq(has(groups[i], 0), -ENXIO);
		ck_assert_int_eq(vgic_user_set(m.vm, groups[i], 0, NULL), -ENXIO);
	}
}
END_TEST

START_TEST(groups_of_the_other_gic_version_are_enxio)
{
	init();
	ck_assert_int_eq(get(VGIC_GRP_CPU_REGS, 0), -ENXIO);
	ck_assert_int_eq(has(VGIC_GRP_CPU_REGS, 0), -ENXIO);
	recreate(VGIC_V2, 0);
	init();
	ck_assert_int_eq(get(VGIC_GRP_REDIST_REGS, 0), -ENXIO);
	ck_assert_int_eq(get(VGIC_GRP_CPU_SYSREGS, SYSREG_ICC_PMR), -ENXIO);
	ck_assert_int_eq(get(VGIC_GRP_LEVEL_INFO, 32), -ENXIO);
	ck_assert_int_eq(has(VGIC_GRP_REDIST_REGS, 0), -ENXIO);
	ck_assert_int_eq(has(VGIC_GRP_CPU_SYSREGS, SYSREG_ICC_PMR), -ENXIO);
	ck_assert_int_eq(has(VGIC_GRP_LEVEL_INFO, 32), -ENXIO);
}
END_TEST

START_TEST(a_user_address_that_faults_is_efault_for_every_group_with_a_value)
{
	static const u32 groups[] = { VGIC_GRP_ADDR,	    VGIC_GRP_NR_IRQS,
				      VGIC_GRP_DIST_REGS,   VGIC_GRP_REDIST_REGS,
				      VGIC_GRP_CPU_SYSREGS, VGIC_GRP_LEVEL_INFO };
	static const u64 attrs[] = { VGIC_ADDR_V3_DIST, 0, GICD_CTLR, GICR_CTLR, SYSREG_ICC_PMR, 32 };
	size_t i;

	init();
	for (i = 0; i < PLAT_ARRAY_SIZE(groups); i++) {
		ck_assert_int_eq(vgic_user_set(m.vm, groups[i], attrs[i], NULL), -EFAULT);
		ck_assert_int_eq(vgic_user_get(m.vm, groups[i], attrs[i], NULL), -EFAULT);
	}
	ck_assert_int_eq(vgic_user_get(m.vm, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, NULL),
			 -EFAULT);
}
END_TEST

START_TEST(a_get_that_fails_leaves_the_value_alone)
{
	u64 value = 0x1234;

	ck_assert_int_eq(user_get(&m, VGIC_GRP_ADDR, 77, &value), -ENXIO);
	ck_assert_int_eq(user_get(&m, VGIC_GRP_DIST_REGS, GICD_CTLR, &value), -EBUSY);
	ck_assert_uint_eq(value, 0x1234);
}
END_TEST

/* ---- ADDR ---- */

START_TEST(bases_are_unset_then_what_was_set)
{
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST), VGIC_BASE_UNSET);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST), VGIC_BASE_UNSET);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, DIST), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST), 0);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST), DIST);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST), REDIST);
}
END_TEST

START_TEST(a_gicv2_has_distributor_and_cpu_interface)
{
	recreate(VGIC_V2, 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_DIST, DIST), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_CPU, CPUIF), 0);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_DIST), DIST);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_CPU), CPUIF);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_CPU, CPUIF), -EEXIST);
	ck_assert_int_eq(has(VGIC_GRP_ADDR, VGIC_ADDR_V2_DIST), 0);
	ck_assert_int_eq(has(VGIC_GRP_ADDR, VGIC_ADDR_V2_CPU), 0);
}
END_TEST

START_TEST(address_types_of_the_other_version_or_unknown_are_enxio)
{
	u64 type;

	for (type = 0; type < 8; type++) {
		bool v3 = type == VGIC_ADDR_V3_DIST || type == VGIC_ADDR_V3_REDIST ||
			  type == VGIC_ADDR_V3_REDIST_REGION;

		ck_assert_int_eq(has(VGIC_GRP_ADDR, type), v3 ? 0 : -ENXIO);
		if (!v3) {
			ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, type, DIST), -ENXIO);
			ck_assert_int_eq(get(VGIC_GRP_ADDR, type), -ENXIO);
		}
	}
	recreate(VGIC_V2, 0);
	for (type = 2; type < 8; type++) {
		ck_assert_int_eq(has(VGIC_GRP_ADDR, type), -ENXIO);
		ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, type, DIST), -ENXIO);
		ck_assert_int_eq(get(VGIC_GRP_ADDR, type), -ENXIO);
	}
	ck_assert_int_eq(has(VGIC_GRP_ADDR, 1ull << 32), -ENXIO);
}
END_TEST

START_TEST(an_address_that_is_set_is_eexist)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, DIST), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, DIST), -EEXIST);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST + 0x400000),
			 -EEXIST);
}
END_TEST

START_TEST(a_misaligned_or_wrapping_address_is_einval)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, DIST + 0x1000), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST + 0x1000), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, ~0xffffull), -EINVAL);
	recreate(VGIC_V2, 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_DIST, DIST + 0x800), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V2_DIST, DIST + 0x1000), 0);
}
END_TEST

/* The guest's physical addresses have 40 bits. */
START_TEST(an_address_beyond_guest_physical_memory_is_e2big)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, 1ull << 40), -E2BIG);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, (1ull << 40) - 0x10000),
			 -E2BIG);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, (1ull << 40) - 0x10000), 0);
}
END_TEST

START_TEST(redistributor_regions_come_in_order_and_read_back)
{
	u64 value;

	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(3, 0x09000000, 0, 1)), 0);
	value = 1;
	ck_assert_int_eq(user_get(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, &value), 0);
	ck_assert_uint_eq(value, REGION(3, 0x09000000, 0, 1));
	value = 0;
	ck_assert_int_eq(user_get(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, &value), 0);
	ck_assert_uint_eq(value, REGION(2, REDIST, 0, 0));
	value = 2;
	ck_assert_int_eq(user_get(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, &value), -ENOENT);
}
END_TEST

START_TEST(a_region_with_flags_without_count_out_of_order_or_overlapping_is_einval)
{
	static const u64 bad[] = {
		REGION(2, REDIST, 1, 0), REGION(0, REDIST, 0, 0), REGION(2, REDIST, 0, 1),
	};
	size_t i;

	for (i = 0; i < PLAT_ARRAY_SIZE(bad); i++)
		ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, bad[i]),
				 -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, 0x09000000, 0, 0)), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, 0x09000000, 0, 2)), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST + 0x20000, 0, 1)), -EINVAL);
}
END_TEST

START_TEST(legacy_redistributors_and_regions_do_not_mix)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, 0x09000000), -EINVAL);
	recreate(VGIC_V3, 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, 0x09000000, 0, 1)), -EINVAL);
}
END_TEST

START_TEST(without_memory_a_region_is_enomem_and_is_not_there)
{
	u64 value = 0;

	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)), -ENOMEM);
	ck_assert_int_eq(user_get(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, &value), -ENOENT);
	ck_assert_uint_eq(port.nr_held, 0);
}
END_TEST

/* ---- NR_IRQS ---- */

START_TEST(nr_irqs_takes_multiples_of_32_from_64_to_992)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 32), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 1024), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 65), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 0), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 0xffffffff), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 992), 0);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_NR_IRQS, 0), 992);
	ck_assert_int_eq(has(VGIC_GRP_NR_IRQS, 0), 0);
}
END_TEST

START_TEST(nr_irqs_set_twice_or_after_init_is_ebusy)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 64), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 64), -EBUSY);
	recreate(VGIC_V3, 0);
	init();
	ck_assert_int_eq(user_set(&m, VGIC_GRP_NR_IRQS, 0, 64), -EBUSY);
}
END_TEST

START_TEST(nr_irqs_never_set_becomes_256)
{
	init();
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_NR_IRQS, 0), 256);
	ck_assert_uint_eq(dist_get(&m, GICD_TYPER) & 0x1f, 7);
}
END_TEST

/* ---- CTRL ---- */

START_TEST(init_is_idempotent_and_known_to_both_versions)
{
	ck_assert_int_eq(has(VGIC_GRP_CTRL, VGIC_CTRL_INIT), 0);
	init();
	init();
	ck_assert(m.vm->initialised);
	recreate(VGIC_V2, 0);
	ck_assert_int_eq(has(VGIC_GRP_CTRL, VGIC_CTRL_INIT), 0);
	init();
}
END_TEST

START_TEST(init_without_memory_is_enomem_and_can_be_tried_again)
{
	u64 n;

	for (n = 1; n <= 2; n++) {
		port.fail_at = port.allocs + n;
		ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, VGIC_CTRL_INIT, 0), -ENOMEM);
		ck_assert(!m.vm->initialised);
		ck_assert_uint_eq(port.nr_held, 0);
	}
	port.fail_at = 0;
	init();
}
END_TEST

START_TEST(other_ctrl_attributes_are_enxio_on_the_vgic_device)
{
	static const u64 attrs[] = { VGIC_CTRL_ITS_SAVE_TABLES, VGIC_CTRL_ITS_RESTORE_TABLES,
				     VGIC_CTRL_ITS_RESET, 5, 1ull << 32 };
	size_t i;

	init();
	for (i = 0; i < PLAT_ARRAY_SIZE(attrs); i++) {
		ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, attrs[i], 0), -ENXIO);
		ck_assert_int_eq(has(VGIC_GRP_CTRL, attrs[i]), -ENXIO);
	}
	ck_assert_int_eq(get(VGIC_GRP_CTRL, VGIC_CTRL_INIT), -ENXIO);
}
END_TEST

START_TEST(save_pending_tables_is_enxio_before_init_and_on_gicv2)
{
	ck_assert_int_eq(has(VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0), -ENXIO);
	recreate(VGIC_V2, 0);
	init();
	ck_assert_int_eq(has(VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES), -ENXIO);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0), -ENXIO);
}
END_TEST

START_TEST(save_pending_tables_needs_stopped_vcpus)
{
	struct vgic_vcpu *v = m.vm->vcpus[3];

	init();
	ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0), 0);
	enter_run_loop(v);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0), -EBUSY);
	leave_run_loop(v);
}
END_TEST

/* ---- registers ---- */

START_TEST(a_gicv3_register_before_init_is_ebusy_but_for_iidr_and_typer2)
{
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, GICD_CTLR), -EBUSY);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_DIST_REGS, GICD_CTLR, 0), -EBUSY);
	ck_assert_int_eq(get(VGIC_GRP_REDIST_REGS, GICR_CTLR), -EBUSY);
	ck_assert_int_eq(get(VGIC_GRP_REDIST_REGS, GICD_IIDR), -EBUSY);
	ck_assert_int_eq(get(VGIC_GRP_CPU_SYSREGS, SYSREG_ICC_PMR), -EBUSY);
	ck_assert_int_eq(get(VGIC_GRP_LEVEL_INFO, 32), -EBUSY);
	ck_assert_uint_eq(dist_get(&m, GICD_IIDR), 0x4b00343b);
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_TYPER2), 0);
	ck_assert_int_eq(dist_set(&m, GICD_TYPER2, GICD_TYPER2_NASSGICAP), -EINVAL);
}
END_TEST

START_TEST(a_gicv2_register_access_initialises)
{
	recreate(VGIC_V2, 0);
	ck_assert_uint_eq(dist_get(&m, GICD_TYPER), 3u << 5 | 7);
	ck_assert(m.vm->initialised);
}
END_TEST

START_TEST(a_gicv2_register_access_without_memory_is_enomem)
{
	recreate(VGIC_V2, 0);
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, GICD_TYPER), -ENOMEM);
	ck_assert_uint_eq(port.nr_held, 0);
}
END_TEST

START_TEST(a_vcpu_that_is_not_there_is_einval)
{
	init();
	ck_assert_int_eq(get(VGIC_GRP_REDIST_REGS, cpu_attr(4, 0)), -EINVAL);
	ck_assert_int_eq(has(VGIC_GRP_REDIST_REGS, cpu_attr(4, 0)), -EINVAL);
	ck_assert_int_eq(get(VGIC_GRP_CPU_SYSREGS, cpu_attr(0x100, SYSREG_ICC_PMR)), -EINVAL);
	ck_assert_int_eq(get(VGIC_GRP_LEVEL_INFO, cpu_attr(0x1000000, 32)), -EINVAL);
	ck_assert_int_eq(has(VGIC_GRP_LEVEL_INFO, cpu_attr(99, 32)), -EINVAL);
	recreate(VGIC_V2, 0);
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, cpu_attr(4, 0)), -EINVAL);
	ck_assert_int_eq(get(VGIC_GRP_CPU_REGS, cpu_attr(255, 0)), -EINVAL);
	ck_assert_int_eq(has(VGIC_GRP_CPU_REGS, cpu_attr(255, 0)), -EINVAL);
	/* bits 63:40 are reserved, and ignored */
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, 1ull << 40 | cpu_attr(3, 0)), 0);
}
END_TEST

START_TEST(the_gicv3_distributor_ignores_the_mpidr)
{
	init();
	ck_assert_uint_eq(dist_get(&m, cpu_attr(77, GICD_IIDR)), 0x4b00343b);
	ck_assert_int_eq(has(VGIC_GRP_DIST_REGS, cpu_attr(77, GICD_IIDR)), 0);
}
END_TEST

START_TEST(a_register_without_handler_is_raz_wi_and_only_has_tells)
{
	static const u32 offsets[] = { 0x14, 0x40, GICD_ISENABLER + 2, GICD_ISENABLER + 0x40, 0xe00,
				       0x8000, 0xffc0, 0x10000, 0xfffffffc };
	size_t i;

	init();
	for (i = 0; i < PLAT_ARRAY_SIZE(offsets); i++) {
		ck_assert_int_eq(has(VGIC_GRP_DIST_REGS, offsets[i]), -ENXIO);
		ck_assert_int_eq(dist_set(&m, offsets[i], ~0ull), 0);
		ck_assert_uint_eq(dist_get(&m, offsets[i]), 0);
	}
	ck_assert_int_eq(has(VGIC_GRP_REDIST_REGS, 0x100), -ENXIO);
	ck_assert_int_eq(has(VGIC_GRP_REDIST_REGS, GICR_TYPER + 4), 0);
	ck_assert_int_eq(has(VGIC_GRP_REDIST_REGS, GICR_TYPER + 2), -ENXIO);
	ck_assert_int_eq(redist_set(&m, 0, 0x20000, ~0ull), 0);
}
END_TEST

START_TEST(has_knows_every_row_of_every_map)
{
	static const struct {
		enum vgic_model model;
		u32 group;
		const struct vgic_reg_map *map;
	} maps[] = {
		{ VGIC_V2, VGIC_GRP_DIST_REGS, &vgic_v2_dist_map },
		{ VGIC_V2, VGIC_GRP_CPU_REGS, &vgic_v2_cpuif_map },
		{ VGIC_V3, VGIC_GRP_DIST_REGS, &vgic_v3_dist_map },
		{ VGIC_V3, VGIC_GRP_REDIST_REGS, &vgic_v3_redist_map },
	};
	size_t i;
	u32 n;

	for (i = 0; i < PLAT_ARRAY_SIZE(maps); i++) {
		recreate(maps[i].model, 128);
		init();
		for (n = 0; n < maps[i].map->nr; n++) {
			const struct vgic_reg *row = &maps[i].map->rows[n];
			u64 value;

			ck_assert_int_eq(has(maps[i].group, row->offset), 0);
			ck_assert_int_eq(has(maps[i].group, row->offset + 1), -ENXIO);
			ck_assert_int_eq(user_get(&m, maps[i].group, row->offset, &value), 0);
			ck_assert_uint_le(value, 0xffffffff);
		}
	}
}
END_TEST

START_TEST(register_values_are_32_bits_wide)
{
	init();
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 0x200000000ull), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_CTLR), 0x50);
}
END_TEST

START_TEST(a_vcpu_in_its_run_loop_makes_every_register_access_ebusy)
{
	static const struct {
		u32 group;
		u64 attr;
	} regs[] = { { VGIC_GRP_DIST_REGS, GICD_CTLR },
		     { VGIC_GRP_DIST_REGS, GICD_IIDR },
		     { VGIC_GRP_REDIST_REGS, GICR_CTLR },
		     { VGIC_GRP_CPU_SYSREGS, SYSREG_ICC_PMR },
		     { VGIC_GRP_LEVEL_INFO, 32 } };
	struct vgic_vcpu *v = m.vm->vcpus[2];
	size_t i;
	u32 n;

	init();
	enter_run_loop(v);
	for (i = 0; i < PLAT_ARRAY_SIZE(regs); i++) {
		ck_assert_int_eq(get(regs[i].group, regs[i].attr), -EBUSY);
		ck_assert_int_eq(user_set(&m, regs[i].group, regs[i].attr, 0), -EBUSY);
		ck_assert_int_eq(has(regs[i].group, regs[i].attr), 0);
	}
	ck_assert_uint_eq(port.nr_held, 0);
	leave_run_loop(v);
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, GICD_CTLR), 0);
	for (n = 0; n < 4; n++)
		ck_assert_ptr_null(m.vm->vcpus[n]->mutex.owner);
}
END_TEST

START_TEST(a_register_access_takes_vm_lock_all_vcpus_and_config_lock)
{
	u64 vm, vcpu, config;

	init();
	vm = port.acquired[LOCK_VM];
	vcpu = port.acquired[LOCK_VCPU];
	config = port.acquired[LOCK_CONFIG];
	dist_get(&m, GICD_CTLR);
	ck_assert_uint_eq(port.acquired[LOCK_VM] - vm, 1);
	ck_assert_uint_eq(port.acquired[LOCK_VCPU] - vcpu, 4);
	ck_assert_uint_eq(port.acquired[LOCK_CONFIG] - config, 1);
}
END_TEST

/* ---- LEVEL_INFO ---- */

START_TEST(level_info_reads_the_lines_of_level_interrupts)
{
	recreate(VGIC_V3, 128);
	mmio_place(&m, false);
	wr32(&m, DIST + GICD_ICFGR + 8, 0);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 34, true, NULL), 0);
	ck_assert_int_eq(vgic_inject_irq(m.vm, m.vm->vcpus[1], 20, true, NULL), 0);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_LEVEL_INFO, 32), 1u << 2);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_LEVEL_INFO, cpu_attr(1, 0)), 1u << 20);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_LEVEL_INFO, cpu_attr(0, 0)), 0);
}
END_TEST

START_TEST(level_info_sets_lines_whatever_the_configuration_and_queues)
{
	recreate(VGIC_V3, 128);
	mmio_place(&m, false);
	wr32(&m, DIST + GICD_CTLR, 2);
	wr32(&m, DIST + GICD_ICFGR + 8, 0x2);
	wr32(&m, DIST + GICD_ISENABLER + 4, 0xff);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_LEVEL_INFO, 32, 0x3), 0);
	ck_assert(mmio_irq(&m, 0, 32)->line);
	ck_assert(mmio_irq(&m, 0, 33)->line);
	ck_assert_ptr_null(mmio_irq(&m, 0, 32)->vcpu);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 33)->vcpu, m.vm->vcpus[0]);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_LEVEL_INFO, 32), 0x2);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_LEVEL_INFO, 32, 0), 0);
	ck_assert(!mmio_irq(&m, 0, 32)->line && !mmio_irq(&m, 0, 33)->line);
}
END_TEST

START_TEST(level_info_leaves_sgis_alone)
{
	init();
	ck_assert_int_eq(user_set(&m, VGIC_GRP_LEVEL_INFO, 0, 0xffffffff), 0);
	ck_assert(!mmio_irq(&m, 0, 15)->line);
	ck_assert(mmio_irq(&m, 0, 16)->line);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_LEVEL_INFO, 0), 0xffff0000);
}
END_TEST

START_TEST(level_info_beyond_the_last_interrupt_is_raz_wi)
{
	init();
	ck_assert_int_eq(user_set(&m, VGIC_GRP_LEVEL_INFO, 992, 0xffffffff), 0);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_LEVEL_INFO, 992), 0);
}
END_TEST

START_TEST(level_info_of_another_intid_or_other_information_is_einval)
{
	init();
	ck_assert_int_eq(get(VGIC_GRP_LEVEL_INFO, 33), -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_LEVEL_INFO, 16, 0), -EINVAL);
	ck_assert_int_eq(get(VGIC_GRP_LEVEL_INFO, 1u << 10 | 32), -EINVAL);
	ck_assert_int_eq(has(VGIC_GRP_LEVEL_INFO, 1u << 10), -ENXIO);
	ck_assert_int_eq(has(VGIC_GRP_LEVEL_INFO, 32), 0);
}
END_TEST

/* ---- the ITS device ---- */

static int its_set(u32 group, u64 attr, u64 value)
{
	return vgic_user_its_set(m.vm, m.its, group, attr, &value);
}

static int its_get(u32 group, u64 attr, u64 *value)
{
	return vgic_user_its_get(m.vm, m.its, group, attr, value);
}

START_TEST(an_its_has_one_address_and_enodev_for_other_types)
{
	u64 value;

	create_its();
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, ITS), -ENODEV);
	ck_assert_int_eq(its_get(VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST, &value), -ENODEV);
	ck_assert_int_eq(its_get(VGIC_GRP_ADDR, VGIC_ADDR_ITS, &value), 0);
	ck_assert_uint_eq(value, VGIC_BASE_UNSET);
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS + 0x1000), -EINVAL);
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, 1ull << 40), -E2BIG);
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), -EEXIST);
	ck_assert_int_eq(its_get(VGIC_GRP_ADDR, VGIC_ADDR_ITS, &value), 0);
	ck_assert_uint_eq(value, ITS);
}
END_TEST

START_TEST(its_attributes_that_fault_are_efault)
{
	create_its();
	ck_assert_int_eq(vgic_user_its_set(m.vm, m.its, VGIC_GRP_ADDR, VGIC_ADDR_ITS, NULL), -EFAULT);
	ck_assert_int_eq(vgic_user_its_get(m.vm, m.its, VGIC_GRP_ADDR, VGIC_ADDR_ITS, NULL), -EFAULT);
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	ck_assert_int_eq(vgic_user_its_set(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR, NULL), -EFAULT);
	ck_assert_int_eq(vgic_user_its_get(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR, NULL), -EFAULT);
}
END_TEST

START_TEST(its_registers_read_what_linux_6_1_reads)
{
	u64 value;

	create_its();
	init();
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_TYPER, &value), 0);
	ck_assert_uint_eq(value, 0x1ef71); /* recorded */
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_IIDR, &value), 0);
	ck_assert_uint_eq(value, 0x4b00043b); /* recorded */
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_BASER + 16, &value), 0);
	ck_assert_uint_eq(value, 0); /* recorded */
}
END_TEST

START_TEST(an_its_register_misaligned_is_einval_absent_is_enxio)
{
	u64 value;

	create_its();
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_CTLR + 2, &value), -EINVAL);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_CBASER + 4, &value), -EINVAL);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, 0x40, &value), -ENXIO);
	ck_assert_int_eq(its_set(VGIC_GRP_ITS_REGS, 0x40, 0), -ENXIO);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, 1ull << 32, &value), -ENXIO);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, 1ull << 32 | 4, &value), -EINVAL);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR), 0);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CBASER + 4), -EINVAL);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, 0x40), -ENXIO);
}
END_TEST

START_TEST(an_its_without_an_address_has_no_registers_yet)
{
	u64 value;

	create_its();
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_CTLR, &value), -ENXIO);
	ck_assert_int_eq(its_set(VGIC_GRP_ITS_REGS, GITS_CTLR, 0), -ENXIO);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR), 0);
	/* that is looked at before who runs */
	enter_run_loop(m.vm->vcpus[0]);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_CTLR, &value), -ENXIO);
	leave_run_loop(m.vm->vcpus[0]);
}
END_TEST

START_TEST(its_registers_and_controls_need_stopped_vcpus)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];
	u64 value;

	create_its();
	init();
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	enter_run_loop(v);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_CTLR, &value), -EBUSY);
	ck_assert_int_eq(its_set(VGIC_GRP_ITS_REGS, GITS_CTLR, 0), -EBUSY);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_ITS_SAVE_TABLES, 0), -EBUSY);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_ITS_RESTORE_TABLES, 0), -EBUSY);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_ITS_RESET, 0), -EBUSY);
	leave_run_loop(v);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_ITS_SAVE_TABLES, 0), 0);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_ITS_RESET, 0), 0);
}
END_TEST

START_TEST(its_controls_are_known_by_name)
{
	u64 attr, value;

	create_its();
	for (attr = 0; attr < 8; attr++)
		ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_CTRL, attr),
				 attr == 0 || attr == 1 || attr == 2 || attr == 4 ? 0 : -ENXIO);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_INIT, 0), 0);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0), -ENXIO);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, 9, 0), -ENXIO);
	ck_assert_int_eq(its_get(VGIC_GRP_CTRL, VGIC_CTRL_INIT, &value), -ENXIO);
	ck_assert_int_eq(its_set(VGIC_GRP_DIST_REGS, 0, 0), -ENXIO);
	ck_assert_int_eq(its_get(VGIC_GRP_NR_IRQS, 0, &value), -ENXIO);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_DIST_REGS, 0), -ENXIO);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ADDR, VGIC_ADDR_ITS), 0);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ADDR, VGIC_ADDR_V3_DIST), -ENXIO);
}
END_TEST

static void add_frames(TCase *tc)
{
	tcase_add_test(tc, unknown_groups_are_enxio_for_set_get_and_has);
	tcase_add_test(tc, groups_of_the_other_gic_version_are_enxio);
	tcase_add_test(tc, a_user_address_that_faults_is_efault_for_every_group_with_a_value);
	tcase_add_test(tc, a_get_that_fails_leaves_the_value_alone);
	tcase_add_test(tc, bases_are_unset_then_what_was_set);
	tcase_add_test(tc, a_gicv2_has_distributor_and_cpu_interface);
	tcase_add_test(tc, address_types_of_the_other_version_or_unknown_are_enxio);
	tcase_add_test(tc, an_address_that_is_set_is_eexist);
	tcase_add_test(tc, a_misaligned_or_wrapping_address_is_einval);
	tcase_add_test(tc, an_address_beyond_guest_physical_memory_is_e2big);
	tcase_add_test(tc, redistributor_regions_come_in_order_and_read_back);
	tcase_add_test(tc, a_region_with_flags_without_count_out_of_order_or_overlapping_is_einval);
	tcase_add_test(tc, legacy_redistributors_and_regions_do_not_mix);
	tcase_add_test(tc, without_memory_a_region_is_enomem_and_is_not_there);
	tcase_add_test(tc, nr_irqs_takes_multiples_of_32_from_64_to_992);
	tcase_add_test(tc, nr_irqs_set_twice_or_after_init_is_ebusy);
	tcase_add_test(tc, nr_irqs_never_set_becomes_256);
	tcase_add_test(tc, init_is_idempotent_and_known_to_both_versions);
	tcase_add_test(tc, init_without_memory_is_enomem_and_can_be_tried_again);
	tcase_add_test(tc, other_ctrl_attributes_are_enxio_on_the_vgic_device);
	tcase_add_test(tc, save_pending_tables_is_enxio_before_init_and_on_gicv2);
	tcase_add_test(tc, save_pending_tables_needs_stopped_vcpus);
}

static void add(TCase *tc)
{
	add_frames(tc);
	tcase_add_test(tc, a_gicv3_register_before_init_is_ebusy_but_for_iidr_and_typer2);
	tcase_add_test(tc, a_gicv2_register_access_initialises);
	tcase_add_test(tc, a_gicv2_register_access_without_memory_is_enomem);
	tcase_add_test(tc, a_vcpu_that_is_not_there_is_einval);
	tcase_add_test(tc, the_gicv3_distributor_ignores_the_mpidr);
	tcase_add_test(tc, a_register_without_handler_is_raz_wi_and_only_has_tells);
	tcase_add_test(tc, has_knows_every_row_of_every_map);
	tcase_add_test(tc, register_values_are_32_bits_wide);
	tcase_add_test(tc, a_vcpu_in_its_run_loop_makes_every_register_access_ebusy);
	tcase_add_test(tc, a_register_access_takes_vm_lock_all_vcpus_and_config_lock);
	tcase_add_test(tc, level_info_reads_the_lines_of_level_interrupts);
	tcase_add_test(tc, level_info_sets_lines_whatever_the_configuration_and_queues);
	tcase_add_test(tc, level_info_leaves_sgis_alone);
	tcase_add_test(tc, level_info_beyond_the_last_interrupt_is_raz_wi);
	tcase_add_test(tc, level_info_of_another_intid_or_other_information_is_einval);
	tcase_add_test(tc, an_its_has_one_address_and_enodev_for_other_types);
	tcase_add_test(tc, its_attributes_that_fault_are_efault);
	tcase_add_test(tc, its_registers_read_what_linux_6_1_reads);
	tcase_add_test(tc, an_its_register_misaligned_is_einval_absent_is_enxio);
	tcase_add_test(tc, an_its_without_an_address_has_no_registers_yet);
	tcase_add_test(tc, its_registers_and_controls_need_stopped_vcpus);
	tcase_add_test(tc, its_controls_are_known_by_name);
}

CHECK_MAIN("vgic attributes", add, setup, teardown)
