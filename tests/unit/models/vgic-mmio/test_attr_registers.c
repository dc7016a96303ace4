// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device attributes of registers and of input lines: groups DIST_REGS, CPU_REGS, REDIST_REGS,
 * CPU_SYSREGS and LEVEL_INFO with set, get and has, and each of their errors (spec/vgic.md 2.8).
 */
#include "mmio-vm.h"

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

/* ---- registers ---- */

START_TEST(a_gicv3_register_before_init_is_ebusy_but_for_iidr_and_typer2)
{
	m.vm->policy.v4.forwarding = VGIC_FORWARD_NEW;
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
	static const u32 offsets[] = {
		0x14,	0x40,	 GICD_ISENABLER + 2, GICD_ISENABLER + 0x40, 0xe00, 0x8000,
		0xffc0, 0x10000, 0xfffffffc
	};
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

static void add(TCase *tc)
{
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
}

CHECK_MAIN("vgic register attributes", add, setup, teardown)
