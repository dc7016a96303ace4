// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who keeps vCPUs out of the guest while user space accesses registers (spec/vgic.md 2.8, 2.9).
 *
 * The 2013 code looked whether a vCPU was loaded, under the lock that it held during the access,
 * and the review asked what guarantees that none is started behind its back: nothing. Here the
 * vCPU's thread tries to run at every point of the access at which another processor could: it
 * takes its mutex, which the run loop holds, and loads itself.
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm m;

/* What vCPU 1's thread did while the access went on. */
static struct {
	bool active; /* user space is between its call and its return */
	u32 tries, entries;
	bool saw_half; /* it ran while the register was half written */
} thread;

static void vcpu1_thread(void *arg, enum port_point point)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];

	(void)arg;
	(void)point;
	if (!thread.active)
		return;
	thread.tries++;
	if (!plat_mutex_trylock(&v->mutex))
		return;
	vgic_load(v, gic_pe(m.gic, 1));
	thread.entries++;
	if (mmio_irq(&m, 0, 32)->enabled && !mmio_irq(&m, 0, 63)->enabled)
		thread.saw_half = true;
	vgic_put(v);
	plat_mutex_unlock(&v->mutex);
}

static void setup_policy(u8 mmio_access, u8 user_regs)
{
	struct vgic_policy p = mmio_policy();

	p.mmio_access = mmio_access;
	p.user_regs = user_regs;
	port_reset();
	mmio_create(&m, VGIC_V2, 2, false, &p);
	memset(&thread, 0, sizeof(thread));
}

static void setup(void)
{
	setup_policy(VGIC_MMIO_RACY_2013, VGIC_USER_REGS_2013);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static void modern(void)
{
	teardown();
	setup_policy(VGIC_MMIO_TRYLOCK, VGIC_USER_REGS_MODERN);
}

static int enable_all_spis(void)
{
	int ret;

	port_interleave(vcpu1_thread);
	thread.active = true;
	ret = dist_set(&m, GICD_ISENABLER + 4, 0xffffffff);
	thread.active = false;
	port_interleave(NULL);
	return ret;
}

START_TEST(racy_2013_a_vcpu_enters_while_user_space_is_half_through_a_register)
{
	ck_assert_int_eq(enable_all_spis(), 0);
	ck_assert_uint_gt(thread.entries, 0);
	ck_assert(thread.saw_half);
}
END_TEST

/* Before the first vCPU is locked and after the last is released it may run, never in between. */
START_TEST(trylock_vcpus_none_enters_until_the_access_is_over)
{
	modern();
	ck_assert_int_eq(enable_all_spis(), 0);
	ck_assert(!thread.saw_half);
	ck_assert_uint_gt(thread.tries, thread.entries);
	ck_assert(mmio_irq(&m, 0, 63)->enabled);
}
END_TEST

START_TEST(racy_2013_a_loaded_vcpu_makes_the_access_ebusy)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];
	u64 value;

	vgic_load(v, gic_pe(m.gic, 1));
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 1), -EBUSY);
	ck_assert_int_eq(user_get(&m, VGIC_GRP_CPU_REGS, GICC_PMR, &value), -EBUSY);
	ck_assert(!m.vm->enabled);
	vgic_put(v);
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 1), 0);
}
END_TEST

/* A vCPU thread that holds its mutex, but is not loaded, does not count in 2013. */
START_TEST(racy_2013_looks_at_loaded_vcpus_and_not_at_their_mutexes)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];

	v->mutex.owner = v;
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 1), 0);
	v->mutex.owner = NULL;
	modern();
	v = m.vm->vcpus[1];
	v->mutex.owner = v;
	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 1), -EBUSY);
	v->mutex.owner = NULL;
}
END_TEST

START_TEST(racy_2013_takes_no_vcpus_mutex)
{
	u64 vcpu = port.acquired[LOCK_VCPU], vm = port.acquired[LOCK_VM];

	ck_assert_int_eq(dist_set(&m, GICD_CTLR, 1), 0);
	ck_assert_uint_eq(port.acquired[LOCK_VCPU], vcpu);
	ck_assert_uint_eq(port.acquired[LOCK_VM], vm + 1);
}
END_TEST

/* ---- the other things of 2013 ---- */

static int get(u32 group, u64 attr)
{
	u64 value;

	return vgic_user_get(m.vm, group, attr, &value);
}

START_TEST(an_unsupported_register_is_enxio_as_coded_in_2013)
{
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, 0x40), -ENXIO);
	ck_assert_int_eq(dist_set(&m, 0x40, 0), -ENXIO);
	ck_assert_int_eq(get(VGIC_GRP_CPU_REGS, GICC_IAR), -ENXIO);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_CPU_REGS, GICC_IAR), -ENXIO);
	ck_assert_int_eq(get(VGIC_GRP_CPU_REGS, GICC_IIDR), 0);
}
END_TEST

START_TEST(an_unsupported_register_is_enodev_as_documented_in_2013)
{
	teardown();
	setup_policy(VGIC_MMIO_RACY_2013, VGIC_USER_REGS_2013_DOC);
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, 0x40), -ENODEV);
	ck_assert_int_eq(dist_set(&m, 0x40, 0), -ENODEV);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, 0x40), -ENXIO);
}
END_TEST

/* The order of 2013: the vCPU's number, the register, and only then who runs. */
START_TEST(in_2013_an_absent_vcpu_comes_before_an_absent_register_before_a_running_vcpu)
{
	struct vgic_vcpu *v = m.vm->vcpus[0];

	vgic_load(v, gic_pe(m.gic, 0));
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, cpu_attr(2, 0x40)), -EINVAL);
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, cpu_attr(1, 0x40)), -ENXIO);
	ck_assert_int_eq(get(VGIC_GRP_DIST_REGS, cpu_attr(1, GICD_CTLR)), -EBUSY);
	vgic_put(v);
}
END_TEST

START_TEST(the_sgi_set_and_clear_pending_registers_exist_in_2013)
{
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, 0xf10), 0);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, 0xf1c), 0);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, 0xf20), 0);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, 0xf2c), 0);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, 0xf30), -ENXIO);
	ck_assert_int_eq(dist_set(&m, 0xf20, 0x02), 0);
	ck_assert_uint_eq(dist_get(&m, 0xf10), 0x02);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, racy_2013_a_vcpu_enters_while_user_space_is_half_through_a_register);
	tcase_add_test(tc, trylock_vcpus_none_enters_until_the_access_is_over);
	tcase_add_test(tc, racy_2013_a_loaded_vcpu_makes_the_access_ebusy);
	tcase_add_test(tc, racy_2013_looks_at_loaded_vcpus_and_not_at_their_mutexes);
	tcase_add_test(tc, racy_2013_takes_no_vcpus_mutex);
	tcase_add_test(tc, an_unsupported_register_is_enxio_as_coded_in_2013);
	tcase_add_test(tc, an_unsupported_register_is_enodev_as_documented_in_2013);
	tcase_add_test(
		tc, in_2013_an_absent_vcpu_comes_before_an_absent_register_before_a_running_vcpu);
	tcase_add_test(tc, the_sgi_set_and_clear_pending_registers_exist_in_2013);
}

CHECK_MAIN("vgic register access race", add, setup, teardown)
