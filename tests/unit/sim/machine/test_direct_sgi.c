// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv4.1 on a whole machine: SGIs between vCPUs in hardware, to running and to waiting ones, for
 * guests that asked for them.
 */
#include "direct-rig.h"

#include <sim/machine/layout.h>

#include <tests/lib/check-main.h>

/* ---- SGIs ---- */

#define SGI 3u

static u64 sgis;
static bool ask;

static void handle_sgi(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
	sgis++;
}

/* The guest's kernel asked for SGIs in hardware when it booted; one that does not, says so here. */
static void map_sgi(struct vcpu *c)
{
	u64 ctlr = GICD_CTLR_ARE | (ask ? GICD_CTLR_NASSGIREQ : 0);

	ck_assert_int_eq(guest_set_handler(guest_vm(c), SGI, handle_sgi, NULL), 0);
	guest_mmio_write(c, GUEST_GICD + GICD_CTLR, 4, ctlr);
	guest_mmio_write(c, GUEST_GICD + GICD_CTLR, 4, ctlr | GICD_CTLR_ENABLE_GRP1);
}

static void send_fifty(struct vcpu *c)
{
	for (u32 i = 0; c->id == 0 && i < 50; i++) {
		guest_compute(c, rig_us(20));
		guest_send_sgi(c, 1, SGI);
	}
	if (c->id)
		guest_compute(c, rig_us(1500));
}

static void in_hardware(void)
{
	ck_assert_uint_eq(sgis, 50);
	ck_assert_uint_eq(count(REC_M_VLPI_DIRECT) + count(REC_M_VLPI_STORED), ask ? 50 : 0);
	ck_assert_uint_eq(count(REC_M_KICK_SENT), ask ? 0 : 50);
}

static void run_sgis(bool asked, const char *text, void (*guest)(struct vcpu *),
		     void (*check)(void))
{
	ask = asked;
	rig.text = text;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.setup = map_sgi;
	rig.guest = guest;
	rig.check = check;
	rig_run();
}

START_TEST(an_SGI_reaches_a_running_vCPU_without_a_kick_if_the_guest_asked_for_it)
{
	run_sgis(_i, V41("wfi_trap: always"), send_fifty, in_hardware);
}
END_TEST

static void send_and_wait(struct vcpu *c)
{
	for (u32 i = 0; c->id == 0 && i < 50; i++) {
		guest_compute(c, rig_us(20));
		guest_send_sgi(c, 1, SGI);
	}
	wait(c);
}

static void woken_by_sgis(void)
{
	ck_assert_uint_eq(sgis, 50);
	ck_assert_uint_eq(count(REC_M_DOORBELL_WAKE), 50);
}

START_TEST(an_SGI_rings_the_doorbell_of_a_vCPU_that_sleeps)
{
	run_sgis(true, V41("wfi_trap: always"), send_and_wait, woken_by_sgis);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(
		tc, an_SGI_reaches_a_running_vCPU_without_a_kick_if_the_guest_asked_for_it, 0, 2);
	tcase_add_test(tc, an_SGI_rings_the_doorbell_of_a_vCPU_that_sleeps);
}

CHECK_MAIN("direct SGIs on a machine", add, NULL, NULL)
