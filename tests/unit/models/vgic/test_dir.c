// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * DIR writes that were trapped (spec/vgic.md 1.10): finished at EL2, folded as if the interrupt had
 * been in a list register, or by stopping the VM.
 */
#include "vgic-world.h"

static struct world w;

/* SPI 5, level, taken and its priority dropped with EOImode 1: active, waiting for DIR. */
static struct vgic_irq *open_dir(struct vgic_policy policy, u32 nr_vcpus)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, nr_vcpus, policy);
	irq = world_spi(&w, 5, 0, 0xa0, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	icv_ctlr_write(vcpu(&w, 0)->pe, ICC_CTLR_EOIMODE);
	ck_assert_uint_eq(ack(&w, 0), SPI(5));
	eoi(&w, 0, SPI(5));
	return irq;
}

START_TEST(dir_of_what_is_in_a_list_register_is_finished_at_el2)
{
	open_dir(world_policy_619(), 1);
	ck_assert(icv_dir_write(vcpu(&w, 0)->pe, SPI(5)));
	ck_assert(vgic_dir_at_el2(vcpu(&w, 0), SPI(5)));
	ck_assert_uint_eq(lr_state(&w, 0, 0), 0);
	ck_assert(maintenance(&w, 0));
	ck_assert(!vgic_dir_at_el2(vcpu(&w, 0), SPI(5)));
	/* an LPI has no active state */
	ck_assert(vgic_dir_at_el2(vcpu(&w, 0), LPI(0)));
	icv_ctlr_write(vcpu(&w, 0)->pe, 0);
	ck_assert(vgic_dir_at_el2(vcpu(&w, 0), SPI(5)));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(dir_of_what_was_left_out_folds_it_as_a_list_register_would)
{
	struct vgic_irq *irq = open_dir(world_policy_619(), 1);
	u32 i;

	leave(&w, 0);
	for (i = 0; i < 4; i++)
		raise_irq(&w, world_spi(&w, 10 + i, 0, 0x80, VGIC_EDGE));
	enter(&w, 0);
	ck_assert(!vgic_dir_at_el2(vcpu(&w, 0), SPI(5)));
	leave(&w, 0);
	vgic_deactivate(vcpu(&w, 0), SPI(5));
	ck_assert(!irq->active && irq->raised);
	ck_assert_uint_eq(port_count_events(EV_IRQ_REPRESENTED), 1);
	ck_assert_uint_eq(vcpu(&w, 0)->requests.v & VGIC_REQ_PROCESS_UPDATE,
			  VGIC_REQ_PROCESS_UPDATE);
	ck_assert_uint_eq(w.vm->active_spis.v, 4);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* The active interrupt is in another vCPU's list register: only stopping the VM reaches it. */
START_TEST(dir_of_what_another_vcpu_has_in_a_list_register_stops_the_vm)
{
	struct vgic_irq *irq = open_dir(world_policy_619(), 2);

	leave(&w, 0);
	enter(&w, 0);
	ck_assert(irq->active && irq->on_lr);
	load_enter(&w, 1);
	icv_ctlr_write(vcpu(&w, 1)->pe, ICC_CTLR_EOIMODE);
	leave(&w, 1);
	vgic_deactivate(vcpu(&w, 1), SPI(5));
	ck_assert(!irq->active);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 2);
	ck_assert_uint_eq(port_count(PORT_RESUME, NULL), 2);
	ck_assert_uint_eq(port.nr_held, 0);
	vgic_put(vcpu(&w, 1));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(dir_for_another_vcpus_interrupt_tells_that_vcpu)
{
	struct vgic_irq *irq = open_dir(world_policy_619(), 2);

	leave(&w, 0);
	vgic_check_requests(vcpu(&w, 0));
	vgic_set_blocked(vcpu(&w, 0), true);
	load_enter(&w, 1);
	icv_ctlr_write(vcpu(&w, 1)->pe, ICC_CTLR_EOIMODE);
	leave(&w, 1);
	vgic_deactivate(vcpu(&w, 1), SPI(5));
	ck_assert(!irq->active);
	ck_assert_uint_eq(vcpu(&w, 0)->requests.v, VGIC_REQ_PROCESS_UPDATE);
	ck_assert_uint_eq(port_count(PORT_WAKE, &w.vcpu_port[0]), 1);
	vgic_put(vcpu(&w, 1));
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(dir_is_ignored_with_eoimode_0_beyond_the_spis_and_when_nothing_is_active)
{
	struct vgic_irq *irq = open_dir(world_policy_619(), 1);

	leave(&w, 0);
	raise_irq(&w, world_spi(&w, 7, 0, 0xa0, VGIC_EDGE));
	vgic_check_requests(vcpu(&w, 0));
	vgic_deactivate(vcpu(&w, 0), SPI(64));
	vgic_deactivate(vcpu(&w, 0), SPI(6));
	vgic_deactivate(vcpu(&w, 0), SPI(7));
	ck_assert_uint_eq(vcpu(&w, 0)->requests.v, 0);
	ck_assert(irq->active);
	vcpu(&w, 0)->cpuif.vmcr &= ~ICH_VMCR_VEOIM;
	vgic_deactivate(vcpu(&w, 0), SPI(5));
	ck_assert(irq->active);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(dir_of_a_v2_sgi_needs_the_source_that_is_active)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V2, 4, world_policy_619());
	irq = &vcpu(&w, 0)->private_irqs[3];
	vcpu(&w, 0)->cpuif.vmcr |= ICH_VMCR_VEOIM;
	plat_lock(&irq->lock);
	irq->active = true;
	irq->active_source = 2;
	vgic_queue_irq_unlock(w.vm, irq);
	load(&w, 0);
	vgic_deactivate(vcpu(&w, 0), 3 | 1 << 10);
	ck_assert(irq->active);
	vgic_deactivate(vcpu(&w, 0), 3 | 2 << 10);
	ck_assert(!irq->active);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, dir_of_what_is_in_a_list_register_is_finished_at_el2);
	tcase_add_test(tc, dir_of_what_was_left_out_folds_it_as_a_list_register_would);
	tcase_add_test(tc, dir_of_what_another_vcpu_has_in_a_list_register_stops_the_vm);
	tcase_add_test(tc, dir_for_another_vcpus_interrupt_tells_that_vcpu);
	tcase_add_test(tc,
		       dir_is_ignored_with_eoimode_0_beyond_the_spis_and_when_nothing_is_active);
	tcase_add_test(tc, dir_of_a_v2_sgi_needs_the_source_that_is_active);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic dir", add, port_reset, port_assert_quiet)
