// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random hostile guests and user spaces, under all policies: the interpreters of the fuzz targets
 * fed with random bytes.
 */
#include "tests/fuzz/models/vgic-mmio/hostile.h"

#include "tests/lib/check-main.h"

#define BYTES 4096u

static void feed(void (*interpreter)(const u8 *data, size_t size), u32 rounds)
{
	uint64_t state = check_seed();
	static u8 bytes[BYTES];
	u32 i, round;

	for (round = 0; round < rounds * check_effort(); round++) {
		for (i = 0; i < BYTES; i++)
			bytes[i] = (u8)check_random(&state);
		interpreter(bytes, BYTES);
	}
}

START_TEST(a_hostile_guest_breaks_no_invariant)
{
	feed(hostile_guest, 150);
}
END_TEST

START_TEST(a_hostile_user_space_breaks_no_invariant)
{
	feed(hostile_user, 150);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_hostile_guest_breaks_no_invariant);
	tcase_add_test(tc, a_hostile_user_space_breaks_no_invariant);
}

CHECK_MAIN("hostile accesses", add, NULL, NULL)
