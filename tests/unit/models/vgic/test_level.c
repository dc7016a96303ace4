// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Level interrupts at the exit: who is told of their end, and lines of devices that are sampled
 * instead of driven, in hardware and in software (spec/vgic.md 1.9, 1.11).
 */
#include "vgic-world.h"

static struct world w;

static u32 acked, acked_intid;

static void note_acked(void *p, u32 intid)
{
	ck_assert_ptr_eq(p, &w.vm_port);
	ck_assert_uint_eq(port.nr_held, 0);
	acked++;
	acked_intid = intid;
	vgic_inject_irq(w.vm, NULL, intid, false, NULL);
}

START_TEST(the_end_of_a_level_spi_is_notified_in_both_generations)
{
	u32 newer;

	for (newer = 0; newer < 2; newer++) {
		world_open(&w, VGIC_V3, 1, newer ? world_policy_619() : world_policy_61());
		w.vm->ack_notify = note_acked;
		acked = 0;
		set_line(&w, world_spi(&w, 5, 0, 0xa0, VGIC_LEVEL), true);
		load_enter(&w, 0);
		ack(&w, 0);
		ck_assert(!maintenance(&w, 0));
		eoi(&w, 0, SPI(5));
		ck_assert(maintenance(&w, 0));
		leave(&w, 0);
		ck_assert_uint_eq(acked, 1);
		ck_assert_uint_eq(acked_intid, SPI(5));
		ck_assert(!spi(&w, 5)->line);
		ck_assert_ptr_null(spi(&w, 5)->vcpu);
		ck_assert_uint_eq(w.vm->active_spis.v, 0);
		vgic_put(vcpu(&w, 0));
		world_close(&w);
	}
}
END_TEST

START_TEST(edges_and_ppis_are_not_notified)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	w.vm->ack_notify = note_acked;
	acked = 0;
	vcpu(&w, 0)->private_irqs[20].enabled = true;
	set_line(&w, &vcpu(&w, 0)->private_irqs[20], true);
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	load_enter(&w, 0);
	eoi(&w, 0, ack(&w, 0));
	eoi(&w, 0, ack(&w, 0));
	leave_put(&w, 0);
	ck_assert_uint_eq(acked, 0);
	world_close(&w);
}
END_TEST

static bool device_level;
static u32 samples;

static bool sample(struct vgic_vcpu *v, u32 intid)
{
	(void)v;
	(void)intid;
	samples++;
	return device_level;
}

static struct vgic_irq *open_mapped(bool sw_resample)
{
	static struct vgic_irq_ops ops;
	struct vgic_irq *irq;

	ops = (struct vgic_irq_ops){ .get_input_level = sample, .sw_resample = sw_resample };
	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_spi(&w, 5, 0, 0xa0, VGIC_LEVEL);
	ck_assert_int_eq(vgic_map_hw_irq(vcpu(&w, 0), SPI(5), 40, &ops, NULL), 0);
	gicd_write(w.gic, GICD_ISENABLER + 4, 4, 1u << 8);
	gic_irq_set_active(gic_pe(w.gic, 0), 40, true);
	samples = 0;
	set_line(&w, irq, true);
	return irq;
}

START_TEST(a_mapped_level_not_taken_is_sampled_and_low_releases_the_physical_one)
{
	struct vgic_irq *irq = open_mapped(false);

	load_enter(&w, 0);
	ck_assert(ich_lr_read(vcpu(&w, 0)->pe, 0) & ICH_LR_HW);
	device_level = true;
	leave(&w, 0);
	ck_assert(irq->line && irq->raised && samples == 1);
	ck_assert(gic_irq_active(gic_pe(w.gic, 0), 40));
	enter(&w, 0);
	device_level = false;
	leave(&w, 0);
	ck_assert(!irq->line && !irq->raised && samples == 2);
	ck_assert(!gic_irq_active(gic_pe(w.gic, 0), 40));
	ck_assert_uint_eq(port_count_events(EV_IRQ_RETIRED), 1);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(the_guests_end_of_a_mapped_level_is_the_physical_one)
{
	struct vgic_irq *irq = open_mapped(false);

	load_enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(5));
	eoi(&w, 0, SPI(5));
	ck_assert(!gic_irq_active(gic_pe(w.gic, 0), 40));
	leave_put(&w, 0);
	ck_assert_uint_eq(samples, 0);
	ck_assert(!irq->line && !irq->vcpu);
	world_close(&w);
}
END_TEST

START_TEST(a_mapped_level_that_rose_again_is_sampled_when_it_is_deactivated)
{
	struct vgic_irq *irq = open_mapped(false);

	load_enter(&w, 0);
	ack(&w, 0);
	leave(&w, 0);
	set_line(&w, irq, true);
	enter(&w, 0);
	device_level = false;
	eoi(&w, 0, SPI(5));
	leave(&w, 0);
	ck_assert_uint_eq(samples, 1);
	ck_assert(!irq->line && !irq->raised);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* A physical PPI is that of the PE the vCPU is loaded on; without one there is no line to see. */
START_TEST(a_mapped_ppi_has_a_line_while_its_vcpu_is_loaded)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = &vcpu(&w, 0)->private_irqs[27];
	vgic_map_hw_irq(vcpu(&w, 0), 27, 27, NULL, NULL);
	gic_ppi_line(gic_pe(w.gic, 0), 27, true);
	ck_assert(!vgic_phys_line(vcpu(&w, 0), irq));
	vgic_phys_set_active(vcpu(&w, 0), irq, true);
	ck_assert(!gic_irq_active(gic_pe(w.gic, 0), 27));
	load(&w, 0);
	ck_assert(vgic_phys_line(vcpu(&w, 0), irq));
	vgic_phys_set_active(vcpu(&w, 0), irq, true);
	ck_assert(gic_irq_active(gic_pe(w.gic, 0), 27));
	vgic_phys_set_active(vcpu(&w, 0), irq, false);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(an_interrupt_resampled_by_software_releases_the_physical_one_at_its_end)
{
	struct vgic_irq *irq = open_mapped(true);

	load_enter(&w, 0);
	ck_assert(!(ich_lr_read(vcpu(&w, 0)->pe, 0) & ICH_LR_HW));
	ack(&w, 0);
	leave(&w, 0);
	ck_assert(irq->active && gic_irq_active(gic_pe(w.gic, 0), 40));
	enter(&w, 0);
	eoi(&w, 0, SPI(5));
	leave(&w, 0);
	ck_assert(!gic_irq_active(gic_pe(w.gic, 0), 40));
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_end_of_a_level_spi_is_notified_in_both_generations);
	tcase_add_test(tc, edges_and_ppis_are_not_notified);
	tcase_add_test(tc, a_mapped_level_not_taken_is_sampled_and_low_releases_the_physical_one);
	tcase_add_test(tc, the_guests_end_of_a_mapped_level_is_the_physical_one);
	tcase_add_test(tc, a_mapped_level_that_rose_again_is_sampled_when_it_is_deactivated);
	tcase_add_test(tc, a_mapped_ppi_has_a_line_while_its_vcpu_is_loaded);
	tcase_add_test(tc, an_interrupt_resampled_by_software_releases_the_physical_one_at_its_end);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic level", add, port_reset, port_assert_quiet)
