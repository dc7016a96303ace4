// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random accesses of any offset and width to the four frames of a GICv2: nothing breaks, and after
 * each one the state is one that the architecture knows: the running priority is the highest active
 * one, an interrupt is signalled only above the mask, list registers have no bits that are RES0, SGIs
 * are pending exactly when a source is.
 */
#include "tests/unit/models/hw/board-v2.h"

#include "tests/lib/check-main.h"

#define ACCESSES 60000

static void some_access(u64 *state)
{
	static const u32 size[] = { GICV2_DIST_SIZE, GICV2_CPU_SIZE, 0x300, GICV2_CPU_SIZE };
	u32 roll = (u32)check_random(state), value = (u32)check_random(state);
	u32 frame = roll & 3, n = roll >> 2 & 3, len = 1u << (roll >> 4 & 3);
	u32 offset = (roll >> 8) % (size[frame] + 16);
	struct gic_pe *pe = v2_pe(frame > 1 ? 0 : n);

	if (roll >> 6 & 1) { /* mostly what answers */
		len = 4;
		offset &= ~3u;
	}
	if (check_random(state) & 1) {
		value &= (u32)check_random(state) & (u32)check_random(state);
		switch (frame) {
		case 0: gicd_v2_write(pe, offset, len, value); break;
		case 1: gicc_write(pe, offset, len, value); break;
		case 2: gich_write(pe, offset, len, value); break;
		default: gicv_write(pe, offset, len, value); break;
		}
		return;
	}
	switch (frame) {
	case 0: gicd_v2_read(pe, offset, len); break;
	case 1: gicc_read(pe, offset, len); break;
	case 2: gich_read(pe, offset, len); break;
	default: gicv_read(pe, offset, len); break;
	}
}

/* The level of the lowest bit, as a priority; 0xff: none. */
static u32 highest_active(u32 apr)
{
	return apr ? plat_ffs64(apr) << 3 : 0xff;
}

static bool sane_pe(u32 n)
{
	u32 pending = dist(n, GICD_ISPENDR), i;

	if (gicc(n, GICC_RPR) != highest_active(gicc(n, GICC_APR)))
		return false;
	if (irq_line(n) && (gicc(n, GICC_HPPIR) == 1023 || !gicc(n, GICC_PMR)))
		return false;
	for (i = 0; i < 16; i++)
		if ((pending >> i & 1) != !!gicd_v2_read(v2_pe(n), GICD_SPENDSGIR + i, 1))
			return false;
	return true;
}

static bool sane_virt(void)
{
	u32 i;

	if (gicv(GICC_RPR) != highest_active(gich(GICH_APR)) ||
	    (gich(GICH_ELRSR0) & gich(GICH_EISR0)))
		return false;
	if (virq_line() && (gicv(GICC_HPPIR) == 1023 || !gicv(GICC_PMR)))
		return false;
	for (i = 0; i < 4; i++) {
		u32 lr = gich(GICH_LR0 + 4 * i);

		if (!(lr & GICH_LR_HW) && (lr & 0x7e000))
			return false;
	}
	return true;
}

static void check_state(u32 at)
{
	u32 n;

	for (n = 0; n < V2_PES; n++)
		if (!sane_pe(n))
			ck_abort_msg("PE %u after access %u", n, at);
	if (!sane_virt())
		ck_abort_msg("virtual interface after access %u", at);
}

START_TEST(no_access_breaks_a_gicv2)
{
	u64 state = check_seed();
	u32 i;

	for (i = 0; i < ACCESSES * check_effort(); i++) {
		some_access(&state);
		check_state(i);
		if (i % 1024 == 0)
			port_clear_records();
	}
}
END_TEST

static void setup(void)
{
	port_reset();
	plat_user.event_mask = 0;
	v2_boot();
}

static void teardown(void)
{
	v2_down();
	port_assert_quiet();
}

static void add(TCase *tc)
{
	tcase_add_test(tc, no_access_breaks_a_gicv2);
}

CHECK_MAIN("hw GICv2, hostile accesses", add, setup, teardown)
