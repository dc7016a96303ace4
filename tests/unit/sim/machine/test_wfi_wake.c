// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What wakes a vCPU that sleeps in WFI on a host with GICv4: its vPE's doorbell for what the
 * hardware holds, and a background timer for the virtual timer, which the hardware does not see while
 * the vCPU is not loaded (spec/vgic.md 4.11, 1.14).
 */
#include "rig.h"

#include <tests/lib/check-main.h>

#define HOST(version, injection) \
	"run: {duration: 2 ms}\n" \
	"host: {pes: 2, gic: {version: " version "}}\n" \
	"hypervisor: {preset: linux-6.10, halt_poll: none, wfi_trap: always, injection: " injection \
	"}\n" \
	"vms: [{pin: first, vcpus: 1}]\n"

#define TICKS 5u

static u64 ticks, msis;
static sim_time last_tick;
static struct device *dev;

static void tick(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	last_tick = guest_now(c);
	guest_timer_stop(c);
	if (++ticks < TICKS)
		guest_timer_set(c, last_tick + rig_us(100));
}

static void served(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
	msis++;
}

static void setup(struct vcpu *c)
{
	dev = device_new(guest_vm(c), "dev", 1, NULL, NULL);
	ck_assert_ptr_nonnull(dev);
	ck_assert_int_ge(guest_map_msi(c, dev, 0, 0, served, NULL), 8192);
	ck_assert_int_eq(guest_set_handler(guest_vm(c), GUEST_VTIMER_PPI, tick, NULL), 0);
	guest_enable_irq(c, GUEST_VTIMER_PPI, true);
}

static void sleep_between_ticks(struct vcpu *c)
{
	guest_timer_set(c, rig_us(100));
	for (;;)
		guest_wfi(c);
}

/* Load looks at Dirty and, on GICv4.0, waits for two commands: looks are a microsecond apart. */
static void on_time(void)
{
	ck_assert_uint_ge(last_tick, rig_us(100 * TICKS));
	ck_assert_uint_le(last_tick, rig_us((100 + 2) * TICKS));
}

/* No vLPI came: the timer did it alone. */
static void woken_by_timers(void)
{
	ck_assert_uint_eq(ticks, TICKS);
	on_time();
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_DOORBELL_FIRED], 0);
	ck_assert_uint_ge(rig_m->exits[EXIT_WFX], TICKS);
}

START_TEST(a_background_timer_wakes_a_blocked_vCPU_as_a_doorbell_would)
{
	rig.text = _i ? HOST("v4.1", "gicv4.1") : HOST("v4.0", "gicv4");
	rig.setup = setup;
	rig.guest = sleep_between_ticks;
	rig.check = woken_by_timers;
	rig_run();
}
END_TEST

static void send(void *arg, u64 data)
{
	(void)arg;
	(void)data;
	device_msi(dev, 0);
}

/* Between the ticks, each wakes what the other does not. */
static void between_the_ticks(void)
{
	for (u32 i = 0; i < TICKS; i++)
		device_at(dev, rig_us(50) + i * rig_us(100), send, 0);
}

static void woken_by_both(void)
{
	ck_assert_uint_eq(ticks, TICKS);
	ck_assert_uint_eq(msis, TICKS);
	on_time();
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_DOORBELL_WAKE], TICKS);
}

START_TEST(the_timer_and_the_doorbell_wake_independently)
{
	rig.text = _i ? HOST("v4.1", "gicv4.1") : HOST("v4.0", "gicv4");
	rig.setup = setup;
	rig.guest = sleep_between_ticks;
	rig.host = between_the_ticks;
	rig.check = woken_by_both;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_background_timer_wakes_a_blocked_vCPU_as_a_doorbell_would, 0, 2);
	tcase_add_loop_test(tc, the_timer_and_the_doorbell_wake_independently, 0, 2);
}

CHECK_MAIN("machine: what wakes a vCPU", add, NULL, NULL)
