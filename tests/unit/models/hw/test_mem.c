// SPDX-License-Identifier: GPL-2.0-or-later
/* Sparse memory: regions, pages that appear when written, byte order, failing allocation. */
#include "models/hw/mem.h"
#include "tests/lib/port.h"

#include "tests/lib/check-main.h"

#define BASE 0x40000000ull
#define SIZE 0x10000ull

static struct gic_mem m;

static void setup(void)
{
	port_reset();
	gic_mem_init(&m);
	ck_assert_int_eq(gic_mem_add_region(&m, BASE, SIZE), 0);
}

static void teardown(void)
{
	gic_mem_destroy(&m);
	port_assert_quiet();
}

START_TEST(a_page_never_written_reads_as_zeros_and_takes_no_memory)
{
	u8 buf[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	u64 v = 1;

	ck_assert_int_eq(gic_mem_read(&m, BASE + 0xffc, buf, 8), 0);
	ck_assert_int_eq(buf[0] | buf[7], 0);
	ck_assert_int_eq(gic_mem_read64(&m, BASE + 8, &v), 0);
	ck_assert_uint_eq(v, 0);
	ck_assert_ptr_null(gic_mem_peek_page(&m, BASE));
	ck_assert_uint_eq(port.allocs, 0);
}
END_TEST

START_TEST(what_was_written_across_pages_is_read_back)
{
	u8 in[9000], out[9000];
	u32 i;

	for (i = 0; i < sizeof(in); i++)
		in[i] = (u8)(i * 7 + i / 256);
	ck_assert_int_eq(gic_mem_write(&m, BASE + 4000, in, sizeof(in)), 0);
	ck_assert_int_eq(gic_mem_read(&m, BASE + 4000, out, sizeof(out)), 0);
	ck_assert_mem_eq(in, out, sizeof(in));
	ck_assert_int_eq(gic_mem_read(&m, BASE + 3999, out, 1), 0);
	ck_assert_uint_eq(out[0], 0);
	ck_assert_int_eq(gic_mem_read(&m, BASE + 13000, out, 1), 0);
	ck_assert_uint_eq(out[0], 0);
}
END_TEST

START_TEST(doublewords_are_little_endian_and_naturally_aligned)
{
	u8 bytes[8];
	u64 v;

	ck_assert_int_eq(gic_mem_write64(&m, BASE + 16, 0x0807060504030201ull), 0);
	gic_mem_read(&m, BASE + 16, bytes, 8);
	ck_assert_uint_eq(bytes[0], 1);
	ck_assert_uint_eq(bytes[7], 8);
	ck_assert_int_eq(gic_mem_read64(&m, BASE + 16, &v), 0);
	ck_assert_uint_eq(v, 0x0807060504030201ull);
	ck_assert_int_eq(gic_mem_read64(&m, BASE + 17, &v), -EFAULT);
	ck_assert_int_eq(gic_mem_write64(&m, BASE + 12, 1), -EFAULT);
}
END_TEST

START_TEST(an_access_outside_the_regions_faults_and_writes_nothing)
{
	u8 buf[16] = { 0xff };
	u64 v = 5;

	ck_assert_int_eq(gic_mem_read(&m, BASE - 1, buf, 2), -EFAULT);
	ck_assert_int_eq(gic_mem_write(&m, BASE + SIZE - 8, buf, 16), -EFAULT);
	ck_assert_int_eq(gic_mem_read64(&m, BASE + SIZE, &v), -EFAULT);
	ck_assert_int_eq(gic_mem_write64(&m, BASE - 8, 1), -EFAULT);
	ck_assert_uint_eq(v, 5);
	ck_assert_ptr_null(gic_mem_page(&m, BASE + SIZE));
	ck_assert_uint_eq(m.pages.count, 0);
}
END_TEST

START_TEST(validity_does_not_wrap_round_the_address_space)
{
	ck_assert(gic_mem_valid(&m, BASE, SIZE));
	ck_assert(!gic_mem_valid(&m, BASE, SIZE + 1));
	ck_assert(!gic_mem_valid(&m, BASE + 1, ~0ull));
	ck_assert(!gic_mem_valid(&m, ~0ull, 2));
}
END_TEST

START_TEST(regions_are_aligned_disjoint_and_few)
{
	ck_assert_int_eq(gic_mem_add_region(&m, 0x1001, 0x1000), -EINVAL);
	ck_assert_int_eq(gic_mem_add_region(&m, 0x1000, 0x10), -EINVAL);
	ck_assert_int_eq(gic_mem_add_region(&m, 0x1000, 0), -EINVAL);
	ck_assert_int_eq(gic_mem_add_region(&m, ~0xfffull, 0x2000), -EINVAL);
	ck_assert_int_eq(gic_mem_add_region(&m, BASE + 0x1000, 0x1000), -EINVAL);
	ck_assert_int_eq(gic_mem_add_region(&m, BASE - 0x1000, 0x2000), -EINVAL);
	ck_assert_int_eq(gic_mem_add_region(&m, BASE - 0x1000, 0x1000), 0);
	ck_assert_int_eq(gic_mem_add_region(&m, BASE + SIZE, 0x1000), 0);
	ck_assert_int_eq(gic_mem_add_region(&m, ~0xfffull, 0x1000), 0);
	ck_assert_int_eq(gic_mem_add_region(&m, 0, 0x1000), -ENOSPC);
}
END_TEST

/* -ENOMEM leaves memory as it was: the pages are made before the first byte is copied. */
START_TEST(a_write_that_finds_no_memory_writes_nothing)
{
	u8 buf[8192], before = 1, after;

	memset(buf, 0xee, sizeof(buf));
	gic_mem_write(&m, BASE, &before, 1);
	port.fail_at = port.allocs + 2; /* the second page of two */
	ck_assert_int_eq(gic_mem_write(&m, BASE + 0x800, buf, sizeof(buf)), -ENOMEM);
	gic_mem_read(&m, BASE + 0x800, &after, 1);
	ck_assert_uint_eq(after, 0);
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(gic_mem_write64(&m, BASE + 0x8000, 1), -ENOMEM);
	port.fail_at = 0;
	ck_assert_int_eq(gic_mem_write(&m, BASE + 0x800, buf, sizeof(buf)), 0);
}
END_TEST

START_TEST(a_page_keeps_its_place_while_others_appear)
{
	u8 *page = gic_mem_page(&m, BASE + 0x1234);
	u32 i;

	for (i = 0; i < 16; i++)
		gic_mem_page(&m, BASE + i * 0x1000);
	ck_assert_ptr_eq(gic_mem_page(&m, BASE + 0x1000), page);
	ck_assert_ptr_eq(gic_mem_peek_page(&m, BASE + 0x1fff), page);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_page_never_written_reads_as_zeros_and_takes_no_memory);
	tcase_add_test(tc, what_was_written_across_pages_is_read_back);
	tcase_add_test(tc, doublewords_are_little_endian_and_naturally_aligned);
	tcase_add_test(tc, an_access_outside_the_regions_faults_and_writes_nothing);
	tcase_add_test(tc, validity_does_not_wrap_round_the_address_space);
	tcase_add_test(tc, regions_are_aligned_disjoint_and_few);
	tcase_add_test(tc, a_write_that_finds_no_memory_writes_nothing);
	tcase_add_test(tc, a_page_keeps_its_place_while_others_appear);
}

CHECK_MAIN("hw memory", add, setup, teardown)
