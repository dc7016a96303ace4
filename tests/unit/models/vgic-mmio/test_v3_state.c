// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of interrupts in the GICv3 distributor's registers: enable, pending, active, for guest
 * and user space, with and without a physical interrupt behind them (spec/vgic.md 2.4, 2.6, 2.8).
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

#define W1 4 /* byte offset of the second word of a bitmap: INTIDs 32..63 */

static struct mmio_vm m;
static bool sampled_line; /* what the device behind a mapped interrupt drives */

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V3, 4, true, &p);
	sampled_line = false;
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

/* ---- ISENABLER, ICENABLER ---- */

START_TEST(isenabler_sets_and_icenabler_clears_the_bits_written_as_one)
{
	wr32(&m, DIST + GICD_ISENABLER + W1, 0xff);
	wr32(&m, DIST + GICD_ICENABLER + W1, 0x0f);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISENABLER + W1), 0xf0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ICENABLER + W1), 0xf0);
	ck_assert_int_eq(dist_set(&m, GICD_ISENABLER + W1, 0x1), 0);
	ck_assert_int_eq(dist_set(&m, GICD_ICENABLER + W1, 0x80), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_ISENABLER + W1), 0x71);
	ck_assert_uint_eq(dist_get(&m, GICD_ICENABLER + W1), 0x71);
}
END_TEST

START_TEST(enabling_a_pending_interrupt_queues_it_at_its_target)
{
	wr32(&m, DIST + GICD_CTLR, 2);
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8, 3);
	wr32(&m, DIST + GICD_ISPENDR + W1, 1u << 8);
	ck_assert_ptr_null(mmio_irq(&m, 0, 40)->vcpu);
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 40)->vcpu, m.vm->vcpus[3]);
}
END_TEST

static bool sample(struct vgic_vcpu *v, u32 intid)
{
	(void)v;
	(void)intid;
	return sampled_line;
}

static const struct vgic_irq_ops sampled = { .get_input_level = sample };

/* A level SPI whose line is that of physical SPI 64. */
static struct vgic_irq *map_level_spi(u32 intid)
{
	struct vgic_irq *irq = mmio_irq(&m, 0, intid);

	wr32(&m, DIST + GICD_ICFGR + 4 * (intid / 16), 0);
	ck_assert_int_eq(vgic_map_hw_irq(m.vm->vcpus[0], intid, 64, &sampled, NULL), 0);
	return irq;
}

START_TEST(enabling_a_mapped_level_interrupt_samples_its_line_again)
{
	struct vgic_irq *irq = map_level_spi(40);

	sampled_line = true;
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	ck_assert(irq->line);
}
END_TEST

START_TEST(enabling_one_whose_line_fell_deactivates_the_physical_interrupt)
{
	struct vgic_irq *irq = map_level_spi(40);
	struct gic_pe *pe = gic_pe(m.gic, 0);

	gic_irq_set_active(pe, 64, true);
	sampled_line = true;
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	ck_assert(gic_irq_active(pe, 64));
	sampled_line = false;
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	ck_assert(!irq->line);
	ck_assert(!gic_irq_active(pe, 64));
}
END_TEST

START_TEST(enabling_one_that_is_active_leaves_the_physical_interrupt_to_the_guest)
{
	struct gic_pe *pe = gic_pe(m.gic, 0);

	map_level_spi(40);
	wr32(&m, DIST + GICD_ISACTIVER + W1, 1u << 8);
	sampled_line = true;
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	sampled_line = false;
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	ck_assert(gic_irq_active(pe, 64));
}
END_TEST

START_TEST(enabling_one_whose_line_was_low_leaves_the_physical_interrupt_alone)
{
	struct gic_pe *pe = gic_pe(m.gic, 0);

	map_level_spi(40);
	gic_irq_set_active(pe, 64, true);
	wr32(&m, DIST + GICD_ISENABLER + W1, 1u << 8);
	ck_assert(gic_irq_active(pe, 64));
}
END_TEST

START_TEST(user_space_enables_without_looking_at_the_line)
{
	struct vgic_irq *irq = map_level_spi(40);

	sampled_line = true;
	ck_assert_int_eq(dist_set(&m, GICD_ISENABLER + W1, 1u << 8), 0);
	ck_assert(irq->enabled);
	ck_assert(!irq->line);
}
END_TEST

/* ---- ISPENDR, ICPENDR ---- */

START_TEST(ispendr_latches_and_icpendr_clears_the_latch)
{
	wr32(&m, DIST + GICD_ISPENDR + W1, 0x30);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 0x30);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ICPENDR + W1), 0x30);
	wr32(&m, DIST + GICD_ICPENDR + W1, 0x10);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 0x20);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 2);
	ck_assert_uint_eq(port_count_events(EV_IRQ_RETIRED), 1);
}
END_TEST

START_TEST(ispendr_of_what_is_pending_coalesces)
{
	wr32(&m, DIST + GICD_ISPENDR + W1, 1);
	wr32(&m, DIST + GICD_ISPENDR + W1, 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_COALESCED), 1);
}
END_TEST

START_TEST(icpendr_leaves_a_level_interrupt_pending_while_its_line_is_high)
{
	wr32(&m, DIST + GICD_ICFGR + 8, 0);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 32, true, NULL), 0);
	wr32(&m, DIST + GICD_ISPENDR + W1, 1);
	wr32(&m, DIST + GICD_ICPENDR + W1, 1);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 1);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 32, false, NULL), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 0);
}
END_TEST

START_TEST(ispendr_of_a_mapped_interrupt_activates_the_physical_one)
{
	struct vgic_irq *irq = map_level_spi(40);

	wr32(&m, DIST + GICD_ISPENDR + W1, 1u << 8);
	ck_assert(irq->pending_latch);
	ck_assert(gic_irq_active(gic_pe(m.gic, 0), 64));
}
END_TEST

START_TEST(icpendr_of_a_mapped_interrupt_clears_physical_pending_and_active)
{
	struct vgic_irq *irq = map_level_spi(40);
	struct gic_pe *pe = gic_pe(m.gic, 0);

	wr32(&m, DIST + GICD_ISPENDR + W1, 1u << 8);
	gic_irq_set_pending(pe, 64, true);
	wr32(&m, DIST + GICD_ICPENDR + W1, 1u << 8);
	ck_assert(!irq->pending_latch);
	ck_assert(!gic_irq_pending(pe, 64));
	ck_assert(!gic_irq_active(pe, 64));
}
END_TEST

START_TEST(icpendr_of_a_mapped_interrupt_that_is_active_keeps_it_active)
{
	struct vgic_irq *irq = map_level_spi(40);
	struct gic_pe *pe = gic_pe(m.gic, 0);

	wr32(&m, DIST + GICD_ISACTIVER + W1, 1u << 8);
	ck_assert(irq->active);
	wr32(&m, DIST + GICD_ICPENDR + W1, 1u << 8);
	ck_assert(gic_irq_active(pe, 64));
}
END_TEST

START_TEST(a_guest_reads_the_physical_line_of_a_mapped_level_interrupt)
{
	map_level_spi(40);
	sampled_line = true;
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 1u << 8);
	ck_assert_uint_eq(dist_get(&m, GICD_ISPENDR + W1), 0);
}
END_TEST

START_TEST(user_space_writes_the_latches_exactly_through_ispendr)
{
	wr32(&m, DIST + GICD_ISPENDR + W1, 0xf0);
	ck_assert_int_eq(dist_set(&m, GICD_ISPENDR + W1, 0x3c), 0);
	ck_assert_uint_eq(dist_get(&m, GICD_ISPENDR + W1), 0x3c);
	ck_assert_int_eq(dist_set(&m, GICD_ISPENDR + W1, 0), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 0);
}
END_TEST

START_TEST(user_space_reads_the_latch_and_not_the_line)
{
	wr32(&m, DIST + GICD_ICFGR + 8, 0);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 33, true, NULL), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 2);
	ck_assert_uint_eq(dist_get(&m, GICD_ISPENDR + W1), 0);
}
END_TEST

START_TEST(icpendr_is_raz_wi_for_user_space)
{
	wr32(&m, DIST + GICD_ISPENDR + W1, 0xf0);
	ck_assert_uint_eq(dist_get(&m, GICD_ICPENDR + W1), 0);
	ck_assert_int_eq(dist_set(&m, GICD_ICPENDR + W1, 0xff), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISPENDR + W1), 0xf0);
}
END_TEST

START_TEST(user_space_pending_writes_touch_no_hardware)
{
	struct gic_pe *pe = gic_pe(m.gic, 0);

	map_level_spi(40);
	ck_assert_int_eq(dist_set(&m, GICD_ISPENDR + W1, 1u << 8), 0);
	ck_assert(!gic_irq_active(pe, 64));
	gic_irq_set_active(pe, 64, true);
	ck_assert_int_eq(dist_set(&m, GICD_ISPENDR + W1, 0), 0);
	ck_assert(gic_irq_active(pe, 64));
}
END_TEST

/* ---- ISACTIVER, ICACTIVER ---- */

START_TEST(isactiver_sets_icactiver_clears_and_both_read_the_active_state)
{
	wr32(&m, DIST + GICD_ISACTIVER + W1, 0x3);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISACTIVER + W1), 0x3);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ICACTIVER + W1), 0x3);
	wr32(&m, DIST + GICD_ICACTIVER + W1, 0x1);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISACTIVER + W1), 0x2);
	ck_assert_uint_eq(dist_get(&m, GICD_ISACTIVER + W1), 0x2);
	ck_assert_uint_eq(dist_get(&m, GICD_ICACTIVER + W1), 0x2);
	ck_assert_int_eq(dist_set(&m, GICD_ICACTIVER + W1, 0x2), 0);
	ck_assert_int_eq(dist_set(&m, GICD_ISACTIVER + W1, 0x8), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISACTIVER + W1), 0x8);
}
END_TEST

START_TEST(an_interrupt_made_active_is_queued_at_its_target)
{
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 41, 8, 2);
	wr32(&m, DIST + GICD_ISACTIVER + W1, 1u << 9);
	ck_assert_ptr_eq(mmio_irq(&m, 0, 41)->vcpu, m.vm->vcpus[2]);
}
END_TEST

/* Each access, even a read, stops all vCPUs once and lets them go again, under the config lock. */
START_TEST(a_guests_access_to_active_state_stops_the_whole_vm)
{
	static const u32 reg[] = { GICD_ISACTIVER, GICD_ICACTIVER };
	u32 i;

	for (i = 0; i < 4; i++) {
		u64 config = port.acquired[LOCK_CONFIG];
		u32 v;

		port_clear_records();
		if (i < 2)
			rd32(&m, DIST + reg[i] + W1);
		else
			wr32(&m, DIST + reg[i - 2] + W1, 1);
		ck_assert_uint_eq(port.acquired[LOCK_CONFIG], config + 1);
		for (v = 0; v < 4; v++) {
			ck_assert_uint_eq(port_count(PORT_HALT, m.vm->vcpus[v]->port), 1);
			ck_assert_uint_eq(port_count(PORT_RESUME, m.vm->vcpus[v]->port), 1);
		}
	}
}
END_TEST

static u32 locks_when_halted;

static void at_signal(void *arg, const struct port_record *r)
{
	(void)arg;
	if (r->kind == PORT_HALT || r->kind == PORT_RESUME)
		locks_when_halted |= 1u << port.nr_held;
}

START_TEST(the_vm_is_stopped_and_resumed_with_the_config_lock_alone_held)
{
	locks_when_halted = 0;
	port.signal = at_signal;
	wr32(&m, DIST + GICD_ISACTIVER + W1, 0xff);
	port.signal = NULL;
	ck_assert_uint_eq(locks_when_halted, 1u << 1);
}
END_TEST

START_TEST(user_space_accesses_active_state_without_stopping_anybody)
{
	port_clear_records();
	dist_get(&m, GICD_ISACTIVER + W1);
	dist_set(&m, GICD_ISACTIVER + W1, 1);
	dist_set(&m, GICD_ICACTIVER + W1, 1);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 0);
}
END_TEST

START_TEST(a_guest_changes_the_physical_active_state_user_space_does_not)
{
	struct vgic_irq *irq = map_level_spi(40);
	struct gic_pe *pe = gic_pe(m.gic, 0);

	wr32(&m, DIST + GICD_ISACTIVER + W1, 1u << 8);
	ck_assert(irq->active && gic_irq_active(pe, 64));
	ck_assert_int_eq(dist_set(&m, GICD_ICACTIVER + W1, 1u << 8), 0);
	ck_assert(irq->active && gic_irq_active(pe, 64));
	wr32(&m, DIST + GICD_ICACTIVER + W1, 1u << 8);
	ck_assert(!irq->active && !gic_irq_active(pe, 64));
	ck_assert_int_eq(dist_set(&m, GICD_ISACTIVER + W1, 1u << 8), 0);
	ck_assert(!irq->active && !gic_irq_active(pe, 64));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, isenabler_sets_and_icenabler_clears_the_bits_written_as_one);
	tcase_add_test(tc, enabling_a_pending_interrupt_queues_it_at_its_target);
	tcase_add_test(tc, enabling_a_mapped_level_interrupt_samples_its_line_again);
	tcase_add_test(tc, enabling_one_whose_line_fell_deactivates_the_physical_interrupt);
	tcase_add_test(tc, enabling_one_that_is_active_leaves_the_physical_interrupt_to_the_guest);
	tcase_add_test(tc, enabling_one_whose_line_was_low_leaves_the_physical_interrupt_alone);
	tcase_add_test(tc, user_space_enables_without_looking_at_the_line);
	tcase_add_test(tc, ispendr_latches_and_icpendr_clears_the_latch);
	tcase_add_test(tc, ispendr_of_what_is_pending_coalesces);
	tcase_add_test(tc, icpendr_leaves_a_level_interrupt_pending_while_its_line_is_high);
	tcase_add_test(tc, ispendr_of_a_mapped_interrupt_activates_the_physical_one);
	tcase_add_test(tc, icpendr_of_a_mapped_interrupt_clears_physical_pending_and_active);
	tcase_add_test(tc, icpendr_of_a_mapped_interrupt_that_is_active_keeps_it_active);
	tcase_add_test(tc, a_guest_reads_the_physical_line_of_a_mapped_level_interrupt);
	tcase_add_test(tc, user_space_writes_the_latches_exactly_through_ispendr);
	tcase_add_test(tc, user_space_reads_the_latch_and_not_the_line);
	tcase_add_test(tc, icpendr_is_raz_wi_for_user_space);
	tcase_add_test(tc, user_space_pending_writes_touch_no_hardware);
	tcase_add_test(tc, isactiver_sets_icactiver_clears_and_both_read_the_active_state);
	tcase_add_test(tc, an_interrupt_made_active_is_queued_at_its_target);
	tcase_add_test(tc, a_guests_access_to_active_state_stops_the_whole_vm);
	tcase_add_test(tc, the_vm_is_stopped_and_resumed_with_the_config_lock_alone_held);
	tcase_add_test(tc, user_space_accesses_active_state_without_stopping_anybody);
	tcase_add_test(tc, a_guest_changes_the_physical_active_state_user_space_does_not);
}

CHECK_MAIN("GICv3 distributor: state", add, setup, teardown)
