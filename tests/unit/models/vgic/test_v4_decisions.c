// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decisions of the GICv4 layer that are pure functions: table tests (spec/vgic.md 4.11).
 */
#include <check.h>

#include "models/vgic/vgic-v4.h"
#include "tests/lib/port.h"

START_TEST(put_modes_are_a_table)
{
	static const struct {
		enum vgic_db_enable_policy policy;
		enum host_put preempted, waits;
	} table[] = {
		{ VGIC_DB_ON_BLOCK, HOST_PUT_PREEMPTED, HOST_PUT_DOORBELL },
		{ VGIC_DB_ALWAYS, HOST_PUT_DOORBELL, HOST_PUT_DOORBELL },
		{ VGIC_DB_NEVER, HOST_PUT_PREEMPTED, HOST_PUT_LOOK },
	};
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(table); i++) {
		ck_assert_int_eq(vgic_v4_put_mode(table[i].policy, false), table[i].preempted);
		ck_assert_int_eq(vgic_v4_put_mode(table[i].policy, true), table[i].waits);
	}
}
END_TEST

/* ---- WFI traps ---- */

START_TEST(the_decision_to_trap_wfi_is_a_table)
{
	static const struct {
		enum vgic_wfi_policy policy;
		bool shared, shared_direct, alone, alone_direct;
	} table[] = {
		{ VGIC_WFI_ALWAYS, true, true, true, true },
		{ VGIC_WFI_NEVER, false, false, false, false },
		{ VGIC_WFI_SINGLE, true, true, false, false },
		{ VGIC_WFI_DIRECT, true, true, true, false },
	};
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(table); i++) {
		ck_assert(vgic_wfi_traps(table[i].policy, false, false) == table[i].shared);
		ck_assert(vgic_wfi_traps(table[i].policy, false, true) == table[i].shared_direct);
		ck_assert(vgic_wfi_traps(table[i].policy, true, false) == table[i].alone);
		ck_assert(vgic_wfi_traps(table[i].policy, true, true) == table[i].alone_direct);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, put_modes_are_a_table);
	tcase_add_test(tc, the_decision_to_trap_wfi_is_a_table);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: decisions", add, port_reset, port_assert_quiet)
