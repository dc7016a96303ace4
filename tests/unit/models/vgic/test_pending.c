// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The account of interrupt instances (top of models/vgic/vgic.h): what each change of the pending
 * state begins and ends, alone and on the way through a list register.
 */
#include "vgic-world.h"

static struct world w;

static void counts_are(u32 pended, u32 coalesced, u32 represented, u32 retired, u32 dropped)
{
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), pended);
	ck_assert_uint_eq(port_count_events(EV_IRQ_COALESCED), coalesced);
	ck_assert_uint_eq(port_count_events(EV_IRQ_REPRESENTED), represented);
	ck_assert_uint_eq(port_count_events(EV_IRQ_RETIRED), retired);
	ck_assert_uint_eq(port_count_events(EV_IRQ_DROPPED), dropped);
}

static struct vgic_irq *open_spi(enum vgic_config config)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, config);
	plat_lock(&irq->lock);
	return irq;
}

static void close_spi(struct vgic_irq *irq)
{
	plat_unlock(&irq->lock);
	world_close(&w);
}

START_TEST(a_second_edge_coalesces_and_carries_its_own_tag)
{
	struct vgic_irq *irq = open_spi(VGIC_EDGE);

	vgic_pend(w.vm, irq, 7);
	ck_assert_uint_eq(port_last_event(EV_IRQ_PENDED)->tag, 7);
	vgic_pend(w.vm, irq, 8);
	counts_are(1, 1, 0, 0, 0);
	ck_assert_uint_eq(port_last_event(EV_IRQ_COALESCED)->tag, 8);
	ck_assert_uint_eq(port_last_event(EV_IRQ_COALESCED)->arg, 0);
	ck_assert_uint_eq(irq->tag, 7);
	close_spi(irq);
}
END_TEST

START_TEST(clearing_the_latch_retires_the_instance_once)
{
	struct vgic_irq *irq = open_spi(VGIC_EDGE);

	vgic_pend(w.vm, irq, 0);
	vgic_unpend(w.vm, irq);
	vgic_unpend(w.vm, irq);
	counts_are(1, 0, 0, 1, 0);
	close_spi(irq);
}
END_TEST

START_TEST(a_line_that_falls_before_it_is_taken_retires_its_instance)
{
	struct vgic_irq *irq = open_spi(VGIC_LEVEL);

	vgic_set_line(w.vm, irq, true, 0);
	vgic_set_line(w.vm, irq, true, 0);
	vgic_set_line(w.vm, irq, false, 0);
	counts_are(1, 0, 0, 1, 0);
	close_spi(irq);
}
END_TEST

/* Pending for two reasons is still one instance; it goes when the last reason goes. */
START_TEST(a_latch_on_a_high_line_coalesces_and_neither_alone_retires)
{
	struct vgic_irq *irq = open_spi(VGIC_LEVEL);

	vgic_set_line(w.vm, irq, true, 0);
	vgic_pend(w.vm, irq, 0);
	counts_are(1, 1, 0, 0, 0);
	vgic_unpend(w.vm, irq);
	counts_are(1, 1, 0, 0, 0);
	vgic_set_line(w.vm, irq, false, 0);
	counts_are(1, 1, 0, 1, 0);
	close_spi(irq);
}
END_TEST

START_TEST(the_line_of_an_edge_interrupt_begins_nothing)
{
	struct vgic_irq *irq = open_spi(VGIC_EDGE);

	vgic_set_line(w.vm, irq, true, 0);
	counts_are(0, 0, 0, 0, 0);
	ck_assert(irq->line);
	close_spi(irq);
}
END_TEST

START_TEST(turning_a_level_interrupt_into_an_edge_one_retires_what_the_line_held)
{
	struct vgic_irq *irq = open_spi(VGIC_LEVEL);

	vgic_set_line(w.vm, irq, true, 0);
	vgic_set_config(w.vm, irq, VGIC_EDGE);
	counts_are(1, 0, 0, 1, 0);
	close_spi(irq);
}
END_TEST

START_TEST(an_instance_that_cannot_be_kept_is_dropped_with_its_reason)
{
	struct vgic_irq *irq = open_spi(VGIC_EDGE);

	vgic_drop(w.vm, irq, DROP_DISCARDED);
	counts_are(0, 0, 0, 0, 0);
	vgic_pend(w.vm, irq, 0);
	vgic_drop(w.vm, irq, DROP_DISCARDED);
	counts_are(1, 0, 0, 0, 1);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, DROP_DISCARDED);
	close_spi(irq);
}
END_TEST

START_TEST(each_source_of_a_v2_sgi_is_an_instance)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V2, 4, world_policy_61());
	irq = &vcpu(&w, 0)->private_irqs[3];
	plat_lock(&irq->lock);
	vgic_pend_source(w.vm, irq, 1);
	vgic_pend_source(w.vm, irq, 2);
	vgic_pend_source(w.vm, irq, 2);
	counts_are(2, 1, 0, 0, 0);
	plat_unlock(&irq->lock);
	ck_assert_uint_eq(vgic_count_pending(w.vm, 3, vcpu(&w, 0)), 2);
	plat_lock(&irq->lock);
	vgic_unpend_sources(w.vm, irq, 1 << 1);
	ck_assert(irq->pending_latch);
	vgic_unpend_sources(w.vm, irq, 0xff);
	ck_assert(!irq->pending_latch);
	counts_are(2, 1, 0, 2, 0);
	plat_unlock(&irq->lock);
	world_close(&w);
}
END_TEST

/* ---- through a list register ---- */

START_TEST(an_edge_that_was_taken_leaves_nothing)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	load_enter(&w, 0);
	ck_assert_uint_eq(vgic_count_pending(w.vm, SPI(0), NULL), 1);
	ck_assert_uint_eq(ack(&w, 0), SPI(0));
	ck_assert_uint_eq(vgic_count_pending(w.vm, SPI(0), NULL), 0);
	eoi(&w, 0, SPI(0));
	leave_put(&w, 0);
	counts_are(1, 0, 0, 0, 0);
	world_close(&w);
}
END_TEST

/* The hypervisor does not see what the guest takes: two edges can wait, and merge at the exit. */
START_TEST(an_edge_that_meets_the_one_coming_back_from_the_list_register_coalesces)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	raise_irq(&w, irq);
	load_enter(&w, 0);
	raise_irq(&w, irq);
	ck_assert_uint_eq(vgic_count_pending(w.vm, SPI(0), NULL), 2);
	leave_put(&w, 0);
	counts_are(2, 1, 0, 0, 0);
	ck_assert_uint_eq(port_last_event(EV_IRQ_COALESCED)->arg, 1);
	ck_assert_uint_eq(vgic_count_pending(w.vm, SPI(0), NULL), 1);
	world_close(&w);
}
END_TEST

START_TEST(an_edge_after_the_guest_took_the_first_is_delivered_itself)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	raise_irq(&w, irq);
	load_enter(&w, 0);
	ack(&w, 0);
	raise_irq(&w, irq);
	eoi(&w, 0, SPI(0));
	leave(&w, 0);
	enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(0));
	eoi(&w, 0, SPI(0));
	leave_put(&w, 0);
	counts_are(2, 0, 0, 0, 0);
	world_close(&w);
}
END_TEST

START_TEST(a_line_that_stays_high_is_presented_again_after_each_end)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(0));
	leave(&w, 0);
	enter(&w, 0);
	/* active with the line high: served already, the next instance begins at its end */
	counts_are(1, 0, 0, 0, 0);
	ck_assert_uint_eq(vgic_count_pending(w.vm, SPI(0), NULL), 0);
	eoi(&w, 0, SPI(0));
	leave(&w, 0);
	counts_are(1, 0, 1, 0, 0);
	enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(0));
	set_line(&w, irq, false);
	eoi(&w, 0, SPI(0));
	leave_put(&w, 0);
	counts_are(1, 0, 1, 0, 0);
	ck_assert_uint_eq(vgic_count_pending(w.vm, SPI(0), NULL), 0);
	world_close(&w);
}
END_TEST

START_TEST(a_line_that_falls_while_it_waits_in_a_list_register_is_retired_at_the_exit)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	set_line(&w, irq, false);
	counts_are(1, 0, 0, 0, 0);
	leave_put(&w, 0);
	counts_are(1, 0, 0, 1, 0);
	world_close(&w);
}
END_TEST

START_TEST(a_line_that_rises_anew_while_active_is_an_instance_of_its_own)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	ack(&w, 0);
	set_line(&w, irq, false);
	set_line(&w, irq, true);
	counts_are(2, 0, 0, 0, 0);
	eoi(&w, 0, SPI(0));
	leave(&w, 0);
	enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(0));
	leave_put(&w, 0);
	counts_are(2, 0, 0, 0, 0);
	world_close(&w);
}
END_TEST

/* Deactivated by software with the line high: nobody folded it, so it shows at the next entry. */
START_TEST(a_level_that_software_deactivates_is_presented_again_at_the_next_entry)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	ack(&w, 0);
	leave(&w, 0);
	vgic_deactivate_stopped(w.vm, irq);
	counts_are(1, 0, 0, 0, 0);
	enter(&w, 0);
	counts_are(1, 0, 1, 0, 0);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(a_source_that_sends_again_while_its_sgi_waits_in_a_list_register_coalesces)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V2, 4, world_policy_61());
	irq = &vcpu(&w, 0)->private_irqs[3];
	vgic_v2_send_sgi(vcpu(&w, 2), 1u << 16 | 3);
	load_enter(&w, 0);
	vgic_v2_send_sgi(vcpu(&w, 2), 1u << 16 | 3);
	ck_assert_uint_eq(vgic_count_pending(w.vm, 3, vcpu(&w, 0)), 2);
	leave_put(&w, 0);
	counts_are(2, 1, 0, 0, 0);
	ck_assert_uint_eq(irq->source, 1 << 2);
	ck_assert_uint_eq(vgic_count_pending(w.vm, 3, vcpu(&w, 0)), 1);
	world_close(&w);
}
END_TEST

START_TEST(an_lpi_whose_mapping_goes_while_it_waits_is_dropped)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_lpi(&w, 0, 0, 0xa0);
	irq->enabled = false;
	raise_irq(&w, irq);
	counts_are(1, 0, 0, 0, 0);
	vgic_put_irq(w.vm, irq);
	counts_are(1, 0, 0, 0, 1);
	world_close(&w);
}
END_TEST

/* Taken off the AP list and unmapped while the guest runs: what comes back belongs to nobody. */
START_TEST(an_lpi_that_comes_back_pending_without_a_mapping_is_dropped)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_lpi(&w, 0, 0, 0xa0);
	raise_irq(&w, irq);
	load_enter(&w, 0);
	vgic_flush_pending_lpis(vcpu(&w, 0));
	ck_assert_uint_eq(vgic_count_pending(w.vm, LPI(0), NULL), 1);
	vgic_put_irq(w.vm, irq);
	counts_are(1, 0, 0, 0, 0);
	leave_put(&w, 0);
	counts_are(1, 0, 0, 0, 1);
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_second_edge_coalesces_and_carries_its_own_tag);
	tcase_add_test(tc, clearing_the_latch_retires_the_instance_once);
	tcase_add_test(tc, a_line_that_falls_before_it_is_taken_retires_its_instance);
	tcase_add_test(tc, a_latch_on_a_high_line_coalesces_and_neither_alone_retires);
	tcase_add_test(tc, the_line_of_an_edge_interrupt_begins_nothing);
	tcase_add_test(tc, turning_a_level_interrupt_into_an_edge_one_retires_what_the_line_held);
	tcase_add_test(tc, an_instance_that_cannot_be_kept_is_dropped_with_its_reason);
	tcase_add_test(tc, each_source_of_a_v2_sgi_is_an_instance);
	tcase_add_test(tc, an_edge_that_was_taken_leaves_nothing);
	tcase_add_test(tc, an_edge_that_meets_the_one_coming_back_from_the_list_register_coalesces);
	tcase_add_test(tc, an_edge_after_the_guest_took_the_first_is_delivered_itself);
	tcase_add_test(tc, a_line_that_stays_high_is_presented_again_after_each_end);
	tcase_add_test(tc,
		       a_line_that_falls_while_it_waits_in_a_list_register_is_retired_at_the_exit);
	tcase_add_test(tc, a_line_that_rises_anew_while_active_is_an_instance_of_its_own);
	tcase_add_test(tc, a_level_that_software_deactivates_is_presented_again_at_the_next_entry);
	tcase_add_test(tc,
		       a_source_that_sends_again_while_its_sgi_waits_in_a_list_register_coalesces);
	tcase_add_test(tc, an_lpi_whose_mapping_goes_while_it_waits_is_dropped);
	tcase_add_test(tc, an_lpi_that_comes_back_pending_without_a_mapping_is_dropped);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic pending", add, port_reset, port_assert_quiet)
