// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vLPIs follow whatever the guest does (spec/vgic.md 5): after each step of a random stream of guest
 * commands, forwardings, interrupts and moves the three views agree: the LPI of the hypervisor, the
 * map of the host's driver, and what the ITS makes of an MSI. Policy forwarding new, all ways of
 * MOVALL, both generations of the hardware.
 */
#include "tests/unit/models/vgic/v4-vm.h"

#include "tests/lib/check-main.h"

#define NR_VCPUS  3u
#define NR_EVENTS 12u /* of the guest's device 8 */
#define NR_LPIS	  8u  /* events may share one */
#define STEPS	  500u

static struct v4_vm vm, *w = &vm;
static struct mmio_vm *m = &vm.m;
static u64 seed;

static u32 any(u32 n)
{
	return (u32)(check_random(&seed) % n);
}

/* ---- what must hold ---- */

static void check_lpi(struct vgic_irq *irq, u32 *on_vpe)
{
	struct host_vlpi_map map;

	ck_assert_int_eq(host_vlpi_get(w->h, irq->host_irq, &map), 0);
	ck_assert_uint_eq(map.vintid, irq->intid);
	ck_assert_ptr_eq(map.vpe, vgic_v4_vpe(irq->target));
	ck_assert_uint_eq(map.properties & LPI_CONFIG_PRIORITY, irq->priority);
	ck_assert_uint_eq(map.properties & LPI_CONFIG_ENABLE, irq->enabled);
	on_vpe[irq->target->id]++;
}

/* The LPI that a host interrupt serves; there may be one at most. */
static struct vgic_irq *served(u32 host_lpi)
{
	struct vgic_irq *irq, *found = NULL;
	u64 intid;

	plat_index_for_each(&m->vm->lpis, intid, irq) {
		if (!irq->hw || irq->host_irq != host_lpi)
			continue;
		ck_assert_ptr_null(found);
		found = irq;
	}
	return found;
}

static void check_event(u32 device, u32 event)
{
	u32 host_lpi = w->lpi[device][event];
	struct vgic_irq *irq = served(host_lpi);
	struct host_vlpi_map map;
	struct its_route route;
	struct its_work work;

	ck_assert_int_eq(!host_vlpi_get(w->h, host_lpi, &map), irq != NULL);
	its_translate(w->its[0], V4_DEVICE(device), event, &route, &work);
	ck_assert_ptr_nonnull(route.pe);
	ck_assert_uint_eq(route.virt, irq != NULL);
	if (!irq) {
		ck_assert_uint_eq(route.intid, host_lpi);
		ck_assert_uint_eq(gic_pe_number(route.pe), event);
		return;
	}
	ck_assert_uint_eq(route.vlpi.intid, irq->intid);
	ck_assert_uint_eq(route.vlpi.vpe, map.vpe->id);
	ck_assert_uint_eq(gic_pe_number(route.pe), map.vpe->told_pe);
	if (!host_has_default_doorbell(w->h))
		ck_assert_uint_eq(route.vlpi.doorbell,
				  map.db_enabled ? map.vpe->doorbell : ITS_NO_DOORBELL);
}

static void check_all(void)
{
	u32 on_vpe[NR_VCPUS] = { 0 }, d, e, i;
	struct vgic_irq *irq;
	u64 intid;

	plat_index_for_each(&m->vm->lpis, intid, irq) {
		if (irq->hw)
			check_lpi(irq, on_vpe);
	}
	for (i = 0; i < NR_VCPUS; i++)
		ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, i)), on_vpe[i]);
	for (d = 0; d < V4_NR_DEVICES; d++)
		for (e = 0; e < V4_NR_EVENTS; e++)
			check_event(d, e);
}

/* ---- steps ---- */

static void guest_command(void)
{
	u32 ev = any(NR_EVENTS), icid = any(NR_VCPUS);

	switch (any(10)) {
	case 0:
	case 1: mapti(8, ev, VGIC_LPI_BASE + any(NR_LPIS), icid); break;
	case 2: discard(8, ev); break;
	case 3: movi(8, ev, icid); break;
	case 4: mapc(icid, any(NR_VCPUS), any(8)); break;
	case 5: movall(any(NR_VCPUS), any(NR_VCPUS)); break;
	case 6:
		lpi_config(m, VGIC_LPI_BASE + any(NR_LPIS), (u8)(any(64) << 2 | any(2)));
		for (ev = 0; ev < NR_EVENTS; ev++)
			inv(8, ev);
		break;
	case 7: invall(icid); break;
	case 8: any(2) ? its_int(8, ev) : its_clear(8, ev); break;
	default:
		if (!any(8))
			mapd(8, 4, 0, any(2));
		mapd(8, 4, 0, true);
	}
}

static void step(void)
{
	u32 d = any(V4_NR_DEVICES), e = any(V4_NR_EVENTS), v = any(NR_VCPUS);

	switch (any(8)) {
	case 0:
	case 1: /* an interrupt is forwarded as one event at a time */
		unforward(w, d, e, 0);
		forward(w, d, e, any(NR_EVENTS));
		break;
	case 2: unforward(w, d, e, 0); break;
	case 3:
		raise_msi(w, d, e);
		host_irqs(w, e);
		break;
	case 4: visit(w, v, any(MMIO_PES)); break;
	default: guest_command();
	}
	v4_forget(w);
}

START_TEST(hypervisor_host_and_hardware_agree_on_every_vlpi)
{
	u32 how, i, forwarded = 0;

	for (how = VGIC_MOVALL_FILTER; how <= VGIC_MOVALL_HARDWARE; how++) {
		struct v4_config c = _i ? v4_config_new(NR_VCPUS) : v4_config_61(NR_VCPUS);

		c.policy.v4.forwarding = VGIC_FORWARD_NEW;
		c.policy.v4.hint = how % 2 ? VGIC_HINT_REMEMBER : VGIC_HINT_NONE;
		c.policy.movall = (u8)how;
		c.host.vmovp = how % 2 ? HOST_VMOVP_LAZY : HOST_VMOVP_EACH_LOAD;
		c.host.vmapp = how == VGIC_MOVALL_RETARGET ? HOST_VMAPP_LAZY : HOST_VMAPP_AUTO;
		v4_open(w, &c);
		for (i = 0; i < STEPS * check_effort(); i++) {
			step();
			check_all();
			port_clear_records();
		}
		for (i = 0; i < NR_VCPUS; i++)
			forwarded += vgic_v4_vlpis(vcpu(w, i));
		v4_close(w);
		port_assert_quiet();
	}
	ck_assert_uint_gt(forwarded, 0); /* there was something to look at */
}
END_TEST

static void setup(void)
{
	seed = check_seed();
}

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, hypervisor_host_and_hardware_agree_on_every_vlpi, 0, 2);
}

CHECK_MAIN("vgic-v4: vLPIs follow the guest", add, setup, NULL)
