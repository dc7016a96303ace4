// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest kernel's spinlocks (guest-lock.c): what its drivers share between vCPUs is changed by
 * one at a time, in the order in which they came, whatever else the PEs are needed for.
 */
#include <models/arch/its.h>

#include "rig.h"

#include <tests/lib/check-main.h>

#define VCPUS	 4u
#define COMMANDS 300u /* of each vCPU */

#define HOST(pes, vms) \
	"run: {duration: 60 ms}\n" \
	"host: {pes: " pes "}\n" \
	"hypervisor: {preset: linux-6.10, halt_poll: none}\n" \
	"vms: [" vms "]\n"

static const struct rig_price prices[] = {
	{ "guest-its-command", "100 ns" },
	{ "guest-exit", "700 ns" },
	{ "guest-entry", "500 ns" },
	{ "line-cluster", "40 ns" },
};

static void run(const char *text, void (*setup)(struct vcpu *), void (*guest)(struct vcpu *),
		void (*check)(void))
{
	rig.text = text;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.setup = setup;
	rig.guest = guest;
	rig.check = check;
	rig_run();
}

static struct device *dev;

static void nothing(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
}

static void setup(struct vcpu *c)
{
	dev = device_new(guest_vm(c), "dev", VCPUS, NULL, NULL);
	ck_assert_ptr_nonnull(dev);
	for (u32 v = 0; v < VCPUS; v++)
		ck_assert_int_eq(guest_map_msi(c, dev, v, 0, nothing, NULL), (int)(8192 + v));
}

/* ---- commands ---- */

static u32 done;

/* Each INT that the ITS executes raises one interrupt. */
static void raise_by_command(struct vcpu *c)
{
	u32 me = guest_id(c);

	for (u32 i = 0; i < COMMANDS; i++)
		ck_assert_int_eq(guest_its_int(c, dev, me), 0);
	ck_assert_int_eq(guest_move_msi(c, dev, me, me), 0);
	done++;
}

static void none_lost(void)
{
	struct rec_irq_sums sums = { 0 };
	struct vm *vm = rig_m->vms[0];

	rec_irqs_sum(&vm->irqs, &sums);
	ck_assert_uint_eq(done, VCPUS);
	ck_assert_uint_eq(sums.raised, VCPUS * COMMANDS);
	ck_assert_uint_eq(vm->its_lock.next, vm->its_lock.serving);
	for (u32 v = 0; v < VCPUS; v++) {
		struct vgic_irq *irq = vgic_lpi_get(vm->vgic, 8192 + v);

		ck_assert_uint_eq(irq->target->id, v);
		vgic_lpi_put(vm->vgic, irq);
	}
}

START_TEST(commands_of_vcpus_at_once_are_all_executed_once)
{
	run(_i ? HOST("2", "{vcpus: 4}") : HOST("4", "{pin: first, vcpus: 4}"), setup,
	    raise_by_command, none_lost);
}
END_TEST

/* ---- the distributor ---- */

#define WIRES 8u /* of each vCPU's device: sixteen SPIs' fields stand in one register */

static struct device *wires[VCPUS];

static void make_devices(struct vcpu *c)
{
	for (u32 v = 0; v < VCPUS; v++) {
		wires[v] = device_new(guest_vm(c), "dev", WIRES, NULL, NULL);
		ck_assert_ptr_nonnull(wires[v]);
	}
}

/* Without an ITS each vector is an edge-triggered SPI: GICD_ICFGR is read, changed and written. */
static void map_spis(struct vcpu *c)
{
	for (u32 i = 0; i < WIRES; i++)
		ck_assert_int_ge(guest_map_msi(c, wires[guest_id(c)], i, 0, nothing, NULL), 32);
	done++;
}

static void all_edges(void)
{
	struct vgic_vm *vgic = rig_m->vms[0]->vgic;

	ck_assert_uint_eq(done, VCPUS);
	for (u32 i = 0; i < VCPUS * WIRES; i++)
		ck_assert_int_eq(vgic->spis[i].config, VGIC_EDGE);
	for (u32 i = VCPUS * WIRES; i < vgic->nr_spis; i++)
		ck_assert_int_eq(vgic->spis[i].config, VGIC_LEVEL);
}

static void level_first(struct vcpu *c)
{
	make_devices(c);
	for (u32 i = 0; i < 64; i += 16)
		guest_mmio_write(c, 0x08000000 + 0xc08 + i / 4, 4, 0);
}

START_TEST(spis_configured_by_vcpus_at_once_keep_each_others_fields)
{
	run(HOST("4", "{pin: first, vcpus: 4, its: false, irqs: 96}"), level_first, map_spis,
	    all_edges);
}
END_TEST

/* ---- WFE ---- */

#define TIMES 20u
#define WFE(policy, pes, vms) \
	"run: {duration: 400 ms}\n" \
	"host: {pes: " pes "}\n" \
	"hypervisor: {preset: linux-6.10, halt_poll: none, wfe_trap: " policy "}\n" \
	"vms: [" vms "]\n"

static struct guest_lock lock;
static sim_time over;

static void hold_it(struct vcpu *c)
{
	for (u32 i = 0; i < TIMES; i++) {
		bool was = guest_lock(c, &lock);

		ck_assert(lock.owner == guest_id(c));
		guest_compute(c, SIM_MS);
		guest_unlock(c, &lock, was);
	}
	if (++done == 2)
		over = guest_now(c);
}

static u64 wfx_exits(void)
{
	return rig_m->exits[EXIT_WFX];
}

/* Two vCPUs on one PE: 40 ms of work, if nobody waits for a vCPU that has no PE. */
static void nobody_spins(void)
{
	ck_assert_uint_eq(done, 2);
	ck_assert_uint_ge(wfx_exits(), 2 * TIMES - 3);
	ck_assert_uint_lt(over, 42 * SIM_MS);
}

static void slices_are_spun_away(void)
{
	ck_assert_uint_eq(done, 2);
	ck_assert_uint_le(wfx_exits(), 2); /* WFI at the end */
	ck_assert_uint_gt(over, 80 * SIM_MS);
}

START_TEST(where_WFE_exits_the_PE_goes_to_the_vCPU_that_holds_the_lock)
{
	static const char *const text[] = { WFE("always", "1", "{vcpus: 2}"),
					    WFE("single-task", "1", "{vcpus: 2}"),
					    WFE("never", "1", "{vcpus: 2}") };

	run(text[_i], NULL, hold_it, _i < 2 ? nobody_spins : slices_are_spun_away);
}
END_TEST

static void no_exit(void)
{
	ck_assert_uint_eq(done, 2);
	ck_assert_uint_le(wfx_exits(), 2);
}

static void exits_in_vain(void)
{
	ck_assert_uint_eq(done, 2);
	ck_assert_uint_gt(wfx_exits(), 1000); /* as long as an exit takes, for about 40 ms */
	ck_assert_uint_lt(over, 42 * SIM_MS);
}

START_TEST(a_vCPU_alone_on_its_PE_spins_there_unless_WFE_always_exits)
{
	run(_i ? WFE("single-task", "2", "{pin: first, vcpus: 2}")
	       : WFE("always", "2", "{pin: first, vcpus: 2}"),
	    NULL, hold_it, _i ? no_exit : exits_in_vain);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, where_WFE_exits_the_PE_goes_to_the_vCPU_that_holds_the_lock, 0, 3);
	tcase_add_loop_test(tc, a_vCPU_alone_on_its_PE_spins_there_unless_WFE_always_exits, 0, 2);
	tcase_add_test(tc, spis_configured_by_vcpus_at_once_keep_each_others_fields);
	tcase_add_loop_test(tc, commands_of_vcpus_at_once_are_all_executed_once, 0, 2);
}

CHECK_MAIN("guest spinlocks", add, NULL, NULL)
