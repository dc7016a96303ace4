// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every allocation of the virtual ITS fails once: the operation says so or does without, locks are
 * released, and the state is what it was before.
 */
#include "vits-state.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static void create(int store)
{
	struct vgic_policy p = store == VGIC_LPI_STORE_LIST ? mmio_policy() : xarray_policy();

	port_reset();
	vits_vm_create(m, 2, &p);
	map_some(m, 4);
}

static void teardown(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

/* Post cmd with its n-th allocation failing, n = 1, 2, ... until it succeeds; so many failed. */
static u32 try_all(const u64 cmd[4])
{
	char *before = vits_state(m), *after;
	u64 outstanding;
	u32 n;

	port_rcu_flush();
	outstanding = port.outstanding;
	for (n = 1;; n++) {
		int ret;

		port.fail_at = port.allocs + n;
		ret = its_cmd(m, cmd);
		port.fail_at = 0;
		ck_assert_uint_eq(port.nr_held, 0);
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		after = vits_state(m);
		lines_assert_same("a command without memory", before, after);
		free(after);
		port_rcu_flush();
		ck_assert_uint_eq(port.outstanding, outstanding);
	}
	free(before);
	return n - 1;
}

/* Device object and a leaf of the index. Each operation was done and undone before, so that the
 * indexes have grown to their height. */
START_TEST(mapd_without_memory_changes_nothing)
{
	u64 cmd[4];

	create(_i);
	ck_assert_int_eq(mapd(1000, 4, 1, true), 0);
	ck_assert_int_eq(mapd(1000, 4, 1, false), 0);
	its_build_mapd(cmd, 1000, ITT(1), 4, true);
	ck_assert_uint_ge(try_all(cmd), 2);
	its_build_mapd(cmd, 8, ITT(1), 4, true);
	ck_assert_uint_eq(try_all(cmd), 0); /* mapped again: in place */
	teardown();
}
END_TEST

START_TEST(mapc_without_memory_changes_nothing)
{
	u64 cmd[4];

	create(_i);
	ck_assert_int_eq(mapc(1000, 1, true), 0);
	ck_assert_int_eq(mapc(1000, 1, false), 0);
	its_build_mapc(cmd, 1000, 1, true);
	ck_assert_uint_ge(try_all(cmd), 2);
	teardown();
}
END_TEST

/* A new collection, an ITE, an LPI and their places in the indexes. */
START_TEST(mapti_without_memory_changes_nothing)
{
	u64 cmd[4];

	create(_i);
	m->vm->lpi_next_seq = 640; /* and below 704: the list's index needs a leaf, too */
	ck_assert_int_eq(mapd(9, 10, 1, true), 0);
	ck_assert_int_eq(mapc(1000, 0, true), 0);
	ck_assert_int_eq(mapti(9, 0, 8300, 0), 0); /* stays, and with it the height of the index */
	ck_assert_int_eq(mapti(9, 500, 30000, 1000), 0);
	ck_assert_int_eq(discard(9, 500), 0);
	ck_assert_int_eq(mapc(1000, 0, false), 0);
	m->vm->lpi_next_seq = 704;
	its_build_mapti(cmd, 9, 500, 30000, 1000);
	ck_assert_uint_ge(try_all(cmd), 6);
	teardown();
}
END_TEST

/* The list's walks need a snapshot, those of the xarray do not. */
START_TEST(invall_and_movall_without_memory_change_nothing)
{
	u64 cmd[4];

	create(_i);
	its_build_invall(cmd, 0);
	ck_assert_uint_eq(try_all(cmd), _i == VGIC_LPI_STORE_LIST);
	its_build_movall(cmd, 0, 1);
	ck_assert_uint_eq(try_all(cmd), _i == VGIC_LPI_STORE_LIST);
	teardown();
}
END_TEST

/* Nothing is remembered then, but the MSI arrives. */
START_TEST(an_msi_needs_no_memory)
{
	create(_i);
	port.fail_at = port.allocs + 1;
	port.fail_after = true;
	ck_assert_int_eq(msi(m, 8, 0), 1);
	port.fail_at = 0;
	port.fail_after = false;
	ck_assert(lpi_view(m, 8192).pending);
	ck_assert_int_eq(msi_fast(m, 8, 0), -EWOULDBLOCK);
	ck_assert_int_eq(its_int(8, 0), 0);
	ck_assert_int_eq(msi_fast(m, 8, 0), 0);
	teardown();
}
END_TEST

START_TEST(restoring_without_memory_leaves_nothing_behind)
{
	u32 n;
	int ret;

	create(_i);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	vits_free_devices(m->its);
	vits_free_collections(m->its);
	for (n = 1;; n++) {
		port.fail_at = port.allocs + n;
		ret = vits_restore_tables(m->its);
		port.fail_at = 0;
		ck_assert_uint_eq(port.nr_held, 0);
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(m->its->nr_devices + m->its->nr_collections + m->vm->nr_lpis, 0);
	}
	ck_assert_uint_ge(n, 10);
	ck_assert_uint_eq(m->vm->nr_lpis, 4);
	teardown();
}
END_TEST

START_TEST(creating_an_its_without_memory_leaves_the_vm_alone)
{
	struct vgic_its *its;
	u32 n;

	create(_i);
	vits_destroy(m->its);
	m->its = NULL;
	for (n = 1;; n++) {
		port.fail_at = port.allocs + n;
		if (!vits_create(&its, m->vm))
			break;
		ck_assert_uint_eq(m->vm->nr_its, 0);
		ck_assert_ptr_null(m->vm->its);
		ck_assert_ptr_null(m->vm->lpi_cache);
	}
	ck_assert_uint_eq(n, _i == VGIC_LPI_STORE_LIST ? 5 : 3); /* with the LRU: two more */
	port.fail_at = 0;
	vits_destroy(its);
	teardown();
}
END_TEST

/* Run on both stores; xarray_policy() has the xarray cache as well. */
#define add_test(tc, test) \
	tcase_add_loop_test((tc), test, VGIC_LPI_STORE_LIST, VGIC_LPI_STORE_XARRAY + 1)

static void add(TCase *tc)
{
	add_test(tc, mapd_without_memory_changes_nothing);
	add_test(tc, mapc_without_memory_changes_nothing);
	add_test(tc, mapti_without_memory_changes_nothing);
	add_test(tc, invall_and_movall_without_memory_change_nothing);
	add_test(tc, an_msi_needs_no_memory);
	add_test(tc, restoring_without_memory_leaves_nothing_behind);
	add_test(tc, creating_an_its_without_memory_leaves_the_vm_alone);
}

CHECK_MAIN("vITS without memory", add, NULL, NULL)
