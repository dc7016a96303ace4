// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What other threads ask of a vCPU that runs: its active interrupts, which only its list registers
 * know, so that an access to active state stops the VM (spec/vgic.md 1.10, 2.6), and whether
 * something is pending for it, which a halt-polling thread asks again and again (1.12).
 */
#include "mmio-vm.h"

#include "models/vgic/vgic-internal.h"
#include "tests/lib/check-main.h"

#define SPI_A 40u
#define BIT_A (1u << 8)

static struct mmio_vm m;

static const enum vgic_model models[] = { VGIC_V2, VGIC_V3 };

static void open_vm(enum vgic_model model)
{
	struct vgic_policy p = mmio_policy();
	u32 v;

	port_reset();
	mmio_create(&m, model, 3, false, &p);
	wr32(&m, DIST, model == VGIC_V3 ? 2 : 1);
	for (v = 0; v < 3; v++)
		m.vm->vcpus[v]->cpuif.vmcr = (u32)FIELD_PUT(0xf8, ICH_VMCR_VPMR) | ICH_VMCR_VENG1 |
					     ICH_VMCR_VENG0;
}

static void close_vm(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static bool try_enter(u32 n)
{
	vgic_check_requests(m.vm->vcpus[n]);
	vgic_flush(m.vm->vcpus[n]);
	if (vgic_enter_guest(m.vm->vcpus[n]))
		return true;
	vgic_sync(m.vm->vcpus[n]);
	return false;
}

static void leave(u32 n)
{
	vgic_leave_guest(m.vm->vcpus[n]);
	vgic_sync(m.vm->vcpus[n]);
}

/* vCPU 1 runs and has acknowledged SPI 40. */
static void run_vcpu_1(void)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];

	wr32(&m, DIST + GICD_ISENABLER + 4, BIT_A);
	if (m.vm->model == VGIC_V2)
		guest_write(&m, 0, DIST + GICD_ITARGETSR + SPI_A, 1, 1u << 1);
	else
		guest_write(&m, 0, DIST + GICD_IROUTER + 8 * SPI_A, 8, 1);
	must(vgic_inject_irq(m.vm, NULL, SPI_A, true, NULL) == 0);
	vgic_load(v, gic_pe(m.gic, 1));
	while (!try_enter(1))
		;
	must(icv_iar_read(v->pe, m.vm->model == VGIC_V3) == SPI_A);
	must(!mmio_irq(&m, 0, SPI_A)->active); /* nobody knows yet */
}

/* ---- a thread that is told to stop does so, and does not enter until it may ---- */

static struct {
	u32 stopped, entered;
} seen;

static void stop_and_try(void *arg, const struct port_record *r)
{
	(void)arg;
	if (r->object != m.vm->vcpus[1]->port)
		return;
	if (r->kind == PORT_HALT) {
		leave(1);
		seen.stopped++;
		/* a thread that does not look at its requests is refused */
		vgic_flush(m.vm->vcpus[1]);
		seen.entered += vgic_enter_guest(m.vm->vcpus[1]);
		vgic_sync(m.vm->vcpus[1]);
	}
	if (r->kind == PORT_RESUME)
		must(seen.stopped > 0);
}

static void listen(void)
{
	memset(&seen, 0, sizeof(seen));
	port.signal = stop_and_try;
}

START_TEST(a_read_of_active_state_sees_what_a_running_vcpu_holds)
{
	open_vm(models[_i]);
	run_vcpu_1();
	listen();
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISACTIVER + 4), BIT_A);
	ck_assert_uint_eq(seen.stopped, 1);
	ck_assert_uint_eq(seen.entered, 0);
	port.signal = NULL;
	while (!try_enter(1))
		;
	leave(1);
	vgic_put(m.vm->vcpus[1]);
	close_vm();
}
END_TEST

START_TEST(a_write_of_active_state_reaches_the_list_register_of_a_running_vcpu)
{
	struct vgic_vcpu *v;

	open_vm(models[_i]);
	run_vcpu_1();
	v = m.vm->vcpus[1];
	listen();
	wr32(&m, DIST + GICD_ICACTIVER + 4, BIT_A);
	ck_assert_uint_eq(seen.stopped, 1);
	port.signal = NULL;
	while (!try_enter(1))
		;
	ck_assert_uint_eq(FIELD_GET(ich_lr_read(v->pe, 0), ICH_LR_STATE), 0);
	leave(1);
	ck_assert(!mmio_irq(&m, 0, SPI_A)->active);
	ck_assert_ptr_null(mmio_irq(&m, 0, SPI_A)->vcpu);
	vgic_put(v);
	close_vm();
}
END_TEST

/* GICv2's private interrupts are the accessing vCPU's own: it has left the guest to access them. */
START_TEST(a_gicv2_vcpu_that_asks_for_its_own_stops_nobody)
{
	open_vm(VGIC_V2);
	run_vcpu_1();
	listen();
	rd32(&m, DIST + GICD_ISACTIVER);
	ck_assert_uint_eq(seen.stopped, 0);
	port.signal = NULL;
	leave(1);
	vgic_put(m.vm->vcpus[1]);
	close_vm();
}
END_TEST

/* ---- halt-poll queries ---- */

/* Three interrupts that do not count and one that does, on the list in this order. */
static void fill_list(bool last_counts)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		struct vgic_irq *irq = mmio_irq(&m, 0, SPI_A + i);

		wr32(&m, DIST + GICD_ISENABLER + 4, BIT_A << i);
		must(vgic_inject_irq(m.vm, NULL, SPI_A + i, true, NULL) == 0);
		irq->active = i < 3 || !last_counts;
	}
}

START_TEST(each_query_takes_the_lists_lock_and_that_of_each_interrupt_it_passes)
{
	struct vgic_vcpu *v;
	u64 lists, irqs;
	u32 i;

	open_vm(VGIC_V3);
	v = m.vm->vcpus[0];
	fill_list(_i);
	lists = port.acquired[LOCK_AP_LIST];
	irqs = port.acquired[LOCK_IRQ];
	for (i = 1; i <= 5; i++) {
		ck_assert(vgic_vcpu_pending(v) == (bool)_i);
		ck_assert_uint_eq(port.acquired[LOCK_AP_LIST] - lists, i);
		ck_assert_uint_eq(port.acquired[LOCK_IRQ] - irqs, 4 * i);
	}
	close_vm();
}
END_TEST

START_TEST(a_query_ends_at_the_first_interrupt_that_counts)
{
	u64 irqs;

	open_vm(VGIC_V3);
	fill_list(true);
	mmio_irq(&m, 0, SPI_A)->active = false;
	irqs = port.acquired[LOCK_IRQ];
	ck_assert(vgic_vcpu_pending(m.vm->vcpus[0]));
	ck_assert_uint_eq(port.acquired[LOCK_IRQ] - irqs, 1);
	close_vm();
}
END_TEST

START_TEST(while_the_distributor_is_off_a_query_is_no_and_takes_no_lock)
{
	u64 lists;

	open_vm(VGIC_V3);
	fill_list(true);
	wr32(&m, DIST, 0);
	lists = port.acquired[LOCK_AP_LIST];
	ck_assert(!vgic_vcpu_pending(m.vm->vcpus[0]));
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], lists);
	close_vm();
}
END_TEST

/* ---- deactivation notifiers ---- */

static u32 notified[8], nr_notified;

static void notify(void *port_, u32 intid)
{
	ck_assert_ptr_eq(port_, m.vm->port);
	ck_assert_uint_eq(port.nr_held, 0); /* it may raise the line again */
	notified[nr_notified++ % 8] = intid;
	if (nr_notified == 1)
		must(vgic_inject_irq(m.vm, NULL, intid, true, NULL) == 0);
}

/* irqfd resamples: the device is asked, its line is still high, and raises it again. */
START_TEST(a_notifier_may_raise_the_line_again_from_within)
{
	struct vgic_vcpu *v;

	open_vm(models[_i]);
	v = m.vm->vcpus[0];
	m.vm->ack_notify = notify;
	nr_notified = 0;
	wr32(&m, DIST + GICD_ICFGR + 8, 0);
	wr32(&m, DIST + GICD_ISENABLER + 4, BIT_A);
	must(vgic_inject_irq(m.vm, NULL, SPI_A, true, NULL) == 0);
	vgic_load(v, gic_pe(m.gic, 0));
	while (!try_enter(0))
		;
	must(icv_iar_read(v->pe, m.vm->model == VGIC_V3) == SPI_A);
	must(vgic_inject_irq(m.vm, NULL, SPI_A, false, NULL) == 0); /* the eventfd is one shot */
	icv_eoir_write(v->pe, m.vm->model == VGIC_V3, SPI_A);
	leave(0);
	ck_assert_uint_eq(nr_notified, 1);
	ck_assert_uint_eq(notified[0], SPI_A);
	ck_assert(mmio_irq(&m, 0, SPI_A)->line);
	while (!try_enter(0))
		;
	ck_assert_uint_eq(icv_iar_read(v->pe, m.vm->model == VGIC_V3), SPI_A);
	leave(0);
	vgic_put(v);
	close_vm();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_read_of_active_state_sees_what_a_running_vcpu_holds, 0, 2);
	tcase_add_loop_test(tc, a_write_of_active_state_reaches_the_list_register_of_a_running_vcpu,
			    0, 2);
	tcase_add_test(tc, a_gicv2_vcpu_that_asks_for_its_own_stops_nobody);
	tcase_add_loop_test(
		tc, each_query_takes_the_lists_lock_and_that_of_each_interrupt_it_passes, 0, 2);
	tcase_add_test(tc, a_query_ends_at_the_first_interrupt_that_counts);
	tcase_add_test(tc, while_the_distributor_is_off_a_query_is_no_and_takes_no_lock);
	tcase_add_loop_test(tc, a_notifier_may_raise_the_line_again_from_within, 0, 2);
}

CHECK_MAIN("accesses and queries while vCPUs run", add, NULL, NULL)
