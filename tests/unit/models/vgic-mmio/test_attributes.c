// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device attributes: groups ADDR, NR_IRQS and CTRL, and the ITS device,
 * with set, get and has, and each of their errors (spec/vgic.md 2.8).
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
	static const u64 attrs[] = {
		VGIC_ADDR_V3_DIST, 0, GICD_CTLR, GICR_CTLR, SYSREG_ICC_PMR, 32
	};
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
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST + 0x1000),
			 -EINVAL);
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
				  REGION(2, REDIST, 0, 0)),
			 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(3, 0x09000000, 0, 1)),
			 0);
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
		REGION(2, REDIST, 1, 0),
		REGION(0, REDIST, 0, 0),
		REGION(2, REDIST, 0, 1),
	};
	size_t i;

	for (i = 0; i < PLAT_ARRAY_SIZE(bad); i++)
		ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION, bad[i]),
				 -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)),
			 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, 0x09000000, 0, 0)),
			 -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, 0x09000000, 0, 2)),
			 -EINVAL);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST + 0x20000, 0, 1)),
			 -EINVAL);
}
END_TEST

START_TEST(legacy_redistributors_and_regions_do_not_mix)
{
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)),
			 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, 0x09000000), -EINVAL);
	recreate(VGIC_V3, 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST, REDIST), 0);
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, 0x09000000, 0, 1)),
			 -EINVAL);
}
END_TEST

START_TEST(without_memory_a_region_is_enomem_and_is_not_there)
{
	u64 value = 0;

	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(user_set(&m, VGIC_GRP_ADDR, VGIC_ADDR_V3_REDIST_REGION,
				  REGION(2, REDIST, 0, 0)),
			 -ENOMEM);
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
	ck_assert_int_eq(vgic_user_its_set(m.vm, m.its, VGIC_GRP_ADDR, VGIC_ADDR_ITS, NULL),
			 -EFAULT);
	ck_assert_int_eq(vgic_user_its_get(m.vm, m.its, VGIC_GRP_ADDR, VGIC_ADDR_ITS, NULL),
			 -EFAULT);
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	ck_assert_int_eq(vgic_user_its_set(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR, NULL),
			 -EFAULT);
	ck_assert_int_eq(vgic_user_its_get(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR, NULL),
			 -EFAULT);
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

START_TEST(an_its_register_is_written_64_bits_wide)
{
	u64 value, cbaser = GITS_CBASER_VALID | 5ull << 59 | 0x40400000 | 15;

	create_its();
	init();
	ck_assert_int_eq(its_set(VGIC_GRP_ADDR, VGIC_ADDR_ITS, ITS), 0);
	ck_assert_int_eq(its_set(VGIC_GRP_ITS_REGS, GITS_CBASER, cbaser), 0);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, GITS_CBASER, &value), 0);
	ck_assert_uint_eq(value, cbaser);
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
	/* recorded of Linux 6.1: the upper half of the attribute is not looked at */
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, 1ull << 32 | GITS_CTLR, &value), 0);
	ck_assert_int_eq(its_get(VGIC_GRP_ITS_REGS, 1ull << 32 | 0x40, &value), -ENXIO);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CTLR), 0);
	ck_assert_int_eq(vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, GITS_CBASER + 4),
			 -EINVAL);
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
	/* recorded of Linux 6.1: those that are not known do nothing */
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0), 0);
	ck_assert_int_eq(its_set(VGIC_GRP_CTRL, 9, 0), 0);
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
	tcase_add_test(tc, an_its_has_one_address_and_enodev_for_other_types);
	tcase_add_test(tc, its_attributes_that_fault_are_efault);
	tcase_add_test(tc, its_registers_read_what_linux_6_1_reads);
	tcase_add_test(tc, an_its_register_is_written_64_bits_wide);
	tcase_add_test(tc, an_its_register_misaligned_is_einval_absent_is_enxio);
	tcase_add_test(tc, an_its_without_an_address_has_no_registers_yet);
	tcase_add_test(tc, its_registers_and_controls_need_stopped_vcpus);
	tcase_add_test(tc, its_controls_are_known_by_name);
}

CHECK_MAIN("vgic attributes", add, setup, teardown)
