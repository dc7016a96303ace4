// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sparse index of the port against a plain array of keys: reservations, growth, order, and
 * memory that goes away with the last entry.
 */
#include "tests/lib/port.h"

#include "tests/lib/check-main.h"

static struct plat_index x;
static int value[64];

static void setup(void)
{
	port_reset();
	plat_index_init(&x);
}

static void put(u64 key, void *p)
{
	ck_assert_int_eq(plat_index_reserve(&x, key), 0);
	plat_index_store(&x, key, p);
}

START_TEST(an_empty_index_has_nothing_and_no_memory)
{
	u64 key = 0;

	ck_assert_ptr_null(plat_index_load(&x, 0));
	ck_assert_ptr_null(plat_index_load(&x, ~0ull));
	ck_assert_ptr_null(plat_index_erase(&x, 7));
	ck_assert_ptr_null(plat_index_next(&x, &key));
	ck_assert_uint_eq(port.allocs, 0);
}
END_TEST

START_TEST(keys_of_every_size_are_found_again_and_only_those)
{
	static const u64 keys[] = {
		0, 1, 63, 64, 4095, 4096, 1ull << 32, 1ull << 60, (1ull << 63) + 5, ~0ull - 1, ~0ull
	};
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(keys); i++)
		put(keys[i], &value[i]);
	ck_assert_uint_eq(x.count, PLAT_ARRAY_SIZE(keys));
	for (i = 0; i < PLAT_ARRAY_SIZE(keys); i++)
		ck_assert_ptr_eq(plat_index_load(&x, keys[i]), &value[i]);
	ck_assert_ptr_null(plat_index_load(&x, 2));
	ck_assert_ptr_null(plat_index_load(&x, (1ull << 32) + 1));
	ck_assert_ptr_null(plat_index_load(&x, 1ull << 62));
	plat_index_destroy(&x);
	ck_assert_uint_eq(port.outstanding, 0);
}
END_TEST

START_TEST(a_walk_meets_all_keys_in_order)
{
	static const u64 keys[] = { 0, 62, 63, 64, 128, 8192, 8193, 1ull << 33, ~0ull };
	u32 i = PLAT_ARRAY_SIZE(keys);
	u64 key;
	void *p;

	while (i--)
		put(keys[i], &value[i]);
	i = 0;
	for (key = 0; (p = plat_index_next(&x, &key)); key++) {
		ck_assert_uint_eq(key, keys[i]);
		ck_assert_ptr_eq(p, &value[i]);
		if (++i == PLAT_ARRAY_SIZE(keys))
			break;
	}
	ck_assert_uint_eq(i, PLAT_ARRAY_SIZE(keys));
	key = 65;
	ck_assert_ptr_eq(plat_index_next(&x, &key), &value[4]);
	ck_assert_uint_eq(key, 128);
	plat_index_destroy(&x);
}
END_TEST

START_TEST(a_reserved_key_is_stored_without_memory)
{
	u64 allocs;

	ck_assert_int_eq(plat_index_reserve(&x, 123456789), 0);
	ck_assert_ptr_null(plat_index_load(&x, 123456789));
	ck_assert_uint_eq(x.count, 0);
	allocs = port.allocs;
	plat_index_store(&x, 123456789, value);
	ck_assert_uint_eq(port.allocs, allocs);
	ck_assert_ptr_eq(plat_index_load(&x, 123456789), value);
	plat_index_destroy(&x);
}
END_TEST

START_TEST(a_reservation_given_back_frees_its_memory)
{
	ck_assert_int_eq(plat_index_reserve(&x, 1ull << 40), 0);
	ck_assert_uint_gt(port.outstanding, 0);
	plat_index_unreserve(&x, 1ull << 40);
	ck_assert_uint_eq(port.outstanding, 0);
}
END_TEST

/* Two callers reserve one key; the first stores and erases; the second must still have room. */
START_TEST(a_reservation_survives_what_others_do_with_the_key)
{
	ck_assert_int_eq(plat_index_reserve(&x, 4711), 0);
	ck_assert_int_eq(plat_index_reserve(&x, 4711), 0);
	plat_index_store(&x, 4711, &value[0]);
	ck_assert_ptr_eq(plat_index_erase(&x, 4711), &value[0]);
	plat_index_store(&x, 4711, &value[1]);
	ck_assert_ptr_eq(plat_index_erase(&x, 4711), &value[1]);
	ck_assert_uint_eq(port.outstanding, 0);
}
END_TEST

START_TEST(the_last_entry_takes_all_memory_with_it)
{
	put(5, value);
	put(1ull << 50, value);
	ck_assert_ptr_eq(plat_index_erase(&x, 1ull << 50), value);
	ck_assert_ptr_eq(plat_index_load(&x, 5), value);
	ck_assert_ptr_eq(plat_index_erase(&x, 5), value);
	ck_assert_ptr_null(plat_index_erase(&x, 5));
	ck_assert_uint_eq(port.outstanding, 0);
}
END_TEST

START_TEST(a_failed_reservation_changes_nothing)
{
	u64 fail, key = 1ull << 45;

	put(3, value);
	for (fail = 1;; fail++) {
		u64 outstanding = port.outstanding;
		int ret;

		port.fail_at = port.allocs + fail;
		ret = plat_index_reserve(&x, key);
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_ptr_eq(plat_index_load(&x, 3), value);
		ck_assert_ptr_null(plat_index_load(&x, key));
		/* Levels that were added on top may stay; the path to the key may not. */
		ck_assert_uint_le(port.outstanding, outstanding + 7);
	}
	ck_assert_uint_ge(fail, 7);
	plat_index_store(&x, key, value);
	ck_assert_ptr_eq(plat_index_load(&x, key), value);
	plat_index_destroy(&x);
}
END_TEST

/* 57344 LPIs of a VM must not cost more than a pointer and its share of a node each. */
START_TEST(a_dense_range_costs_less_than_9_bytes_a_key)
{
	u64 key;

	for (key = 8192; key < 65536; key++)
		put(key, value);
	ck_assert_uint_le(port.outstanding * (64 * 8 + 16), (65536 - 8192) * 9);
	plat_index_destroy(&x);
}
END_TEST

#define MODEL_KEYS 300u

START_TEST(random_operations_match_an_array)
{
	void *model[MODEL_KEYS] = { NULL };
	u64 seed = check_seed(), step, key;
	u32 i, count;
	void *p;

	for (step = 0; step < 20000; step++) {
		u64 r = check_random(&seed);
		u64 k = r % MODEL_KEYS;
		u64 spread = k * k * k * k * k * k; /* up to 7.3e14: all levels, dense and sparse */

		switch (r >> 32 & 3) {
		case 0:
		case 1:
			if (model[k])
				break;
			model[k] = &value[r >> 40 & 63];
			put(spread, model[k]);
			break;
		case 2:
			ck_assert_ptr_eq(plat_index_erase(&x, spread), model[k]);
			model[k] = NULL;
			break;
		default: ck_assert_ptr_eq(plat_index_load(&x, spread), model[k]);
		}
	}
	for (i = count = 0; i < MODEL_KEYS; i++)
		count += model[i] != NULL;
	ck_assert_uint_eq(x.count, count);
	i = 0;
	plat_index_for_each(&x, key, p) {
		while (!model[i])
			i++;
		ck_assert_uint_eq(key, (u64)i * i * i * i * i * i);
		ck_assert_ptr_eq(p, model[i]);
		i++;
		count--;
	}
	ck_assert_uint_eq(count, 0);
	for (i = 0; i < MODEL_KEYS; i++)
		plat_index_erase(&x, (u64)i * i * i * i * i * i);
	ck_assert_uint_eq(port.outstanding, 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, an_empty_index_has_nothing_and_no_memory);
	tcase_add_test(tc, keys_of_every_size_are_found_again_and_only_those);
	tcase_add_test(tc, a_walk_meets_all_keys_in_order);
	tcase_add_test(tc, a_reserved_key_is_stored_without_memory);
	tcase_add_test(tc, a_reservation_given_back_frees_its_memory);
	tcase_add_test(tc, a_reservation_survives_what_others_do_with_the_key);
	tcase_add_test(tc, the_last_entry_takes_all_memory_with_it);
	tcase_add_test(tc, a_failed_reservation_changes_nothing);
	tcase_add_test(tc, a_dense_range_costs_less_than_9_bytes_a_key);
	tcase_add_test(tc, random_operations_match_an_array);
}
CHECK_MAIN("sparse index", add, setup, port_assert_quiet)
