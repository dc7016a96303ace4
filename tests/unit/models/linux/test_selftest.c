// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's self-test replayed in user space: the same operations with the same results and,
 * run twice, the same events byte for byte; and with every allocation failing in turn.
 */
#include "models/linux/selftest.h"
#include "tests/lib/port.h"

#include "tests/lib/check-main.h"

static struct gic_selftest world;

/* As in the kernel, the ITS works while the driver waits for it. */
static void its_works(void *arg, void *object)
{
	(void)object;
	gic_selftest_its_work(arg);
}

static void setup(void)
{
	port_reset();
	port.arg = &world;
	port.poll = its_works;
}

static void name_objects(void)
{
	u32 i;

	port_name(&world.host, world.host.name);
	port_name(&world.its_port, world.its_port.name);
	port_name(&world.vm_port, world.vm_port.name);
	for (i = 0; i < SELFTEST_PES; i++)
		port_name(&world.pe[i], world.pe[i].name);
	for (i = 0; i < SELFTEST_VCPUS; i++)
		port_name(&world.vcpu[i], world.vcpu[i].name);
}

static int run(void)
{
	int ret = gic_selftest_create(&world);

	if (!ret)
		ret = gic_selftest_replay(&world);
	gic_selftest_destroy(&world);
	return ret;
}

START_TEST(every_operation_gives_the_result_of_the_architecture)
{
	int ret = run();

	ck_assert_msg(!ret, "%d: operation %u gave %#llx, not %#llx", ret, world.operations,
		      (unsigned long long)world.got, (unsigned long long)world.expected);
	ck_assert_uint_gt(world.operations, 70);
}
END_TEST

START_TEST(the_same_operations_give_the_same_events)
{
	char *first, *second;

	ck_assert_int_eq(run(), 0);
	name_objects();
	first = port_log();
	setup();
	ck_assert_int_eq(run(), 0);
	name_objects();
	second = port_log();
	ck_assert_str_eq(first, second);
	ck_assert_ptr_nonnull(strstr(first, "list register: vm 1 intid 41"));
	free(first);
	free(second);
}
END_TEST

/*
 * Creation either succeeds or says why, and nothing leaks. Memory that fails under the ITS itself
 * stalls it: the driver's wait then ends with -ETIMEDOUT.
 */
START_TEST(creation_survives_the_failure_of_any_allocation)
{
	u64 n;
	int ret = -ENOMEM;

	for (n = 1; ret; n++) {
		setup();
		port.fail_at = n;
		ret = gic_selftest_create(&world);
		gic_selftest_destroy(&world);
		ck_assert_msg(ret == 0 || ret == -ENOMEM || ret == -ETIMEDOUT,
			      "allocation %llu: %d", (unsigned long long)n, ret);
		port_assert_quiet();
	}
	ck_assert_uint_gt(n, 10);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, every_operation_gives_the_result_of_the_architecture);
	tcase_add_test(tc, the_same_operations_give_the_same_events);
	tcase_add_test(tc, creation_survives_the_failure_of_any_allocation);
}
CHECK_MAIN("module self-test in user space", add, setup, port_assert_quiet)
