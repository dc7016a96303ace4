// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LPIs of a VM: references, configuration and pending tables, order of walks
 * (spec/vgic.md 2.5, 3.3). Most rules hold for both LPI stores: the tests run on each.
 */
#include "vits-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static void create(int store)
{
	struct vgic_policy p = store == VGIC_LPI_STORE_LIST ? mmio_policy() : xarray_policy();

	port_reset();
	vits_vm_create(m, 2, &p);
}

static void teardown(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

static void load(u32 v)
{
	vgic_load(m->vm->vcpus[v], gic_pe(m->gic, v));
	vgic_flush(m->vm->vcpus[v]);
}

/* Enter and leave once: what is in the list registers stays there. */
static void leave(u32 v)
{
	vgic_sync(m->vm->vcpus[v]);
	vgic_put(m->vm->vcpus[v]);
}

static u32 acknowledge(u32 v)
{
	return icv_iar_read(gic_pe(m->gic, v), 1);
}

START_TEST(mapping_a_new_lpi_takes_its_pending_bit_from_memory_and_clears_it)
{
	create(_i);
	map_some(m, 0);
	ram_write8(m, PEND(1) + 8200 / 8, 0x85);
	lpi_config(m, 8200, 0xa1);
	ck_assert_int_eq(mapti(8, 0, 8200, 1), 0);
	ck_assert(lpi_view(m, 8200).pending);
	ck_assert_int_eq(lpi_view(m, 8200).queued, 1);
	ck_assert_uint_eq(ram_read8(m, PEND(1) + 8200 / 8), 0x84);
	ck_assert_int_eq(mapti(8, 1, 8201, 1), 0);
	ck_assert(!lpi_view(m, 8201).pending);
	ck_assert_uint_eq(ram_read8(m, PEND(1) + 8200 / 8), 0x84);
	teardown();
}
END_TEST

/* Its bit in another vCPU's table, and a mapping to a known LPI, mean nothing. */
START_TEST(the_pending_bit_is_that_of_the_target_of_a_new_lpi)
{
	create(_i);
	map_some(m, 1);
	ram_write8(m, PEND(0) + 8200 / 8, 0xff);
	ck_assert_int_eq(mapti(8, 1, 8200, 1), 0);
	ck_assert(!lpi_view(m, 8200).pending);
	ram_write8(m, PEND(0) + 8192 / 8, 0xff);
	ck_assert_int_eq(mapti(8, 2, 8192, 0), 0);
	ck_assert(!lpi_view(m, 8192).pending);
	ck_assert_int_eq(mapti(8, 3, 8300, 7), 0); /* no target, no table */
	ck_assert(!lpi_view(m, 8300).pending);
	teardown();
}
END_TEST

/* PROPBASER at the end of memory: the byte of the LPI is not there. */
START_TEST(an_lpi_whose_configuration_cannot_be_read_is_not_mapped)
{
	u32 v;

	create(_i);
	for (v = 0; v < 2; v++)
		guest_write(m, v, RD(v) + GICR_CTLR, 4, 0);
	guest_write(m, 0, RD(0) + GICR_PROPBASER, 8, (RAM + RAM_SIZE - 0x1000) | 15);
	map_some(m, 0);
	ck_assert_int_eq(mapti(8, 0, 8192 + 0xfff, 0), 0);
	ck_assert_int_eq(mapti(8, 1, 8192 + 0x1000, 9), -EFAULT);
	ck_assert(!lpi_view(m, 8192 + 0x1000).exists);
	ck_assert_int_eq(invall(9), 0x010d09);
	ck_assert_int_eq(its_int(8, 1), 0x010307);
	teardown();
}
END_TEST

/* A pending table partly outside memory: the target's bit cannot be read. */
START_TEST(an_lpi_whose_pending_bit_cannot_be_read_is_not_mapped)
{
	create(_i);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	guest_write(m, 0, RD(0) + GICR_PENDBASER, 8, 0x100000);
	map_some(m, 0);
	ck_assert_int_eq(mapti(8, 0, 8192, 0), -EFAULT);
	ck_assert(!lpi_view(m, 8192).exists);
	ck_assert_int_eq(mapti(8, 0, 8192, 1), 0);
	teardown();
}
END_TEST

START_TEST(enabling_lpis_reads_the_pending_table)
{
	create(_i);
	map_some(m, 4);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	ram_write8(m, PEND(0) + 8192 / 8, 0x0f);
	guest_write(m, 0, RD(0) + GICR_PENDBASER, 8, PEND(0));
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert(lpi_view(m, 8192).pending);
	ck_assert(!lpi_view(m, 8193).pending); /* of the other vCPU */
	ck_assert_int_eq(lpi_view(m, 8194).queued, 0);
	ck_assert_uint_eq(ram_read8(m, PEND(0) + 8192 / 8), 0x0f);
	teardown();
}
END_TEST

/* A clear bit withdraws what was pending; with PTZ the table is not looked at. */
START_TEST(enabling_lpis_with_ptz_leaves_the_pending_state)
{
	create(_i);
	map_some(m, 1);
	lpi_config(m, 8192, 0xa0);
	ck_assert_int_eq(inv(8, 0), 0);
	ck_assert_int_eq(its_int(8, 0), 0);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert(lpi_view(m, 8192).pending);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	guest_write(m, 0, RD(0) + GICR_PENDBASER, 8, PEND(0));
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert(!lpi_view(m, 8192).pending);
	teardown();
}
END_TEST

START_TEST(disabling_lpis_takes_them_off_the_ap_list)
{
	create(_i);
	map_some(m, 1);
	ck_assert_int_eq(its_int(8, 0), 0);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	ck_assert_int_eq(lpi_view(m, 8192).queued, -1);
	ck_assert_int_eq(msi_fast(m, 8, 0), -EWOULDBLOCK);
	ck_assert_int_eq(msi(m, 8, 0), -EBUSY);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, DROP_LPI_DISABLED);
	teardown();
}
END_TEST

START_TEST(invlpir_and_invallr_read_configuration_again)
{
	create(_i);
	map_some(m, 4);
	lpi_config(m, 8192, 0x21);
	lpi_config(m, 8194, 0x41);
	ck_assert_int_eq(vits_inv_lpi(m->vm->vcpus[0], 8192), 0);
	ck_assert_uint_eq(lpi_view(m, 8192).priority, 0x20);
	ck_assert_uint_eq(lpi_view(m, 8194).priority, 0xa0);
	ck_assert_int_eq(vits_invall(m->vm->vcpus[0]), 0);
	ck_assert_uint_eq(lpi_view(m, 8194).priority, 0x40);
	ck_assert_int_eq(vits_inv_lpi(m->vm->vcpus[0], 9000), -EINVAL);
	ck_assert_int_eq(vits_inv_lpi(m->vm->vcpus[0], 33), -EINVAL);
	teardown();
}
END_TEST

/* Recorded (save-tables): 8200 queued and 8201 disabled on vCPU 1 give byte 03. */
START_TEST(pending_tables_are_saved_bit_by_bit)
{
	create(_i);
	map_some(m, 0);
	lpi_config(m, 8200, 0xa1);
	ck_assert_int_eq(mapti(8, 5, 8200, 1), 0);
	ck_assert_int_eq(mapti(8, 6, 8201, 1), 0);
	ck_assert_int_eq(mapti(8, 7, 8202, 1), 0);
	ram_write8(m, PEND(1) + 8200 / 8, 0x84); /* 8202 is not pending, 8207 not mapped */
	ck_assert_int_eq(msi(m, 8, 5), 1);
	ck_assert_int_eq(msi(m, 8, 6), 1);
	ck_assert_int_eq(vits_save_pending_tables(m->vm), 0);
	ck_assert_uint_eq(ram_read8(m, PEND(1) + 8200 / 8), 0x83);
	ck_assert(lpi_view(m, 8200).pending);
	teardown();
}
END_TEST

/* ---- references ---- */

/* In a list register when its mapping goes: the guest still gets it, then it is gone. */
START_TEST(an_lpi_discarded_in_a_list_register_is_delivered_and_then_freed)
{
	create(_i);
	map_some(m, 1);
	load(0);
	icv_pmr_write(gic_pe(m->gic, 0), 0xff);
	icv_igrpen_write(gic_pe(m->gic, 0), 1, 1);
	leave(0);
	ck_assert_int_eq(its_int(8, 0), 0);
	load(0);
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert(lpi_view(m, 8192).exists);
	ck_assert_uint_eq(acknowledge(0), 8192);
	icv_eoir_write(gic_pe(m->gic, 0), 1, 8192);
	leave(0);
	ck_assert(!lpi_view(m, 8192).exists);
	teardown();
}
END_TEST

START_TEST(an_lpi_withdrawn_after_discard_is_freed_by_prune)
{
	u64 cmd[4];

	create(_i);
	map_some(m, 1);
	ck_assert_int_eq(mapti(8, 1, 8192, 0), 0);
	ck_assert_int_eq(its_int(8, 0), 0);
	ck_assert_int_eq(its_clear(8, 0), 0);
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert_int_eq(discard(8, 1), 0);
	ck_assert_int_eq(lpi_view(m, 8192).queued, 0);
	load(0);
	leave(0);
	ck_assert(!lpi_view(m, 8192).exists);
	its_build_sync(cmd, 0);
	ck_assert_int_eq(its_cmd(m, cmd), 0);
	teardown();
}
END_TEST

START_TEST(a_translation_in_the_cache_keeps_no_lpi_beyond_its_mapping)
{
	create(_i);
	map_some(m, 1);
	lpi_config(m, 8192, 0xa0);
	ck_assert_int_eq(inv(8, 0), 0);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	ck_assert_int_eq(msi_fast(m, 8, 0), 0);
	ck_assert_int_eq(mapd(8, 4, 0, false), 0);
	ck_assert(!lpi_view(m, 8192).exists);
	teardown();
}
END_TEST

/* A dead LPI that still stands in the store gives way to a new one of its INTID. */
START_TEST(a_new_lpi_takes_the_place_of_a_dead_one)
{
	struct plat_list dead;
	struct vgic_irq *old;
	u64 outstanding;

	create(_i);
	map_some(m, 0);
	outstanding = port.outstanding;
	ck_assert_int_eq(mapti(8, 0, 8192, 0), 0);
	old = vgic_lpi_get(m->vm, 8192);
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert(plat_ref_put(&old->ref)); /* the last one, as prune drops it */
	ck_assert_ptr_null(vgic_lpi_get(m->vm, 8192));
	ck_assert_int_eq(mapti(8, 0, 8192, 0), 0);
	plat_list_init(&dead);
	plat_list_add(&old->ap_link, &dead);
	vgic_lpi_release(m->vm, &dead);
	ck_assert(lpi_view(m, 8192).exists);
	ck_assert_uint_eq(m->vm->nr_lpis, 1);
	ck_assert_int_eq(discard(8, 0), 0);
	port_rcu_flush();
	ck_assert_uint_eq(port.outstanding, outstanding);
	teardown();
}
END_TEST

static struct {
	u32 locks_left;
	struct vgic_irq *irq;
} rival;

/* Another ITS maps the same LPI just before the lock of the store is taken. */
static void map_first(void *arg, enum port_point point)
{
	(void)arg;
	if (point == PORT_AT_LOCK && rival.locks_left && !--rival.locks_left)
		ck_assert_int_eq(vits_lpi_add(m->vm, 8200, m->vm->vcpus[1], NULL, &rival.irq), 0);
}

/* The list is locked for the lookup before. */
START_TEST(two_mappings_of_a_new_lpi_at_once_share_one)
{
	struct vgic_irq *irq;
	u64 outstanding;

	create(_i);
	outstanding = port.outstanding;
	rival.locks_left = _i == VGIC_LPI_STORE_LIST ? 2 : 1;
	port_interleave(map_first);
	ck_assert_int_eq(vits_lpi_add(m->vm, 8200, m->vm->vcpus[0], NULL, &irq), 0);
	port_interleave(NULL);
	ck_assert_ptr_nonnull(rival.irq);
	ck_assert_ptr_eq(irq, rival.irq);
	ck_assert_uint_eq(irq->target->id, 1);
	ck_assert_uint_eq(m->vm->nr_lpis, 1);
	vgic_lpi_put(m->vm, irq);
	ck_assert(lpi_view(m, 8200).exists);
	vgic_lpi_put(m->vm, rival.irq);
	ck_assert(!lpi_view(m, 8200).exists);
	port_rcu_flush();
	ck_assert_uint_eq(port.outstanding, outstanding);
	teardown();
}
END_TEST

/* ---- order and cost of the stores ---- */

static void remap_out_of_order(struct mmio_vm *mm)
{
	map_some(mm, 0);
	ck_assert_int_eq(mapti(8, 2, 8194, 0), 0);
	ck_assert_int_eq(mapti(8, 0, 8192, 0), 0);
	ck_assert_int_eq(mapti(8, 1, 8193, 0), 0);
	ck_assert_int_eq(its_int(8, 0), 0);
	ck_assert_int_eq(its_int(8, 1), 0);
	ck_assert_int_eq(its_int(8, 2), 0);
}

/* INVALL that enables three pending LPIs queues them in the order of its walk. */
START_TEST(the_list_is_walked_in_order_of_creation_the_xarray_by_intid)
{
	static const u32 expected[2][3] = { { 8194, 8192, 8193 }, { 8192, 8193, 8194 } };
	u32 i, n = 0;

	create(_i);
	remap_out_of_order(m);
	for (i = 0; i < 3; i++)
		lpi_config(m, 8192 + i, 0xa1);
	ck_assert_int_eq(invall(0), 0);
	for (i = 0; i < port.nr_records; i++) {
		const struct port_record *r = &port.record[i];

		if (r->kind == PORT_EVENT && r->event == EV_IRQ_QUEUED)
			ck_assert_uint_eq(r->intid, expected[_i == VGIC_LPI_STORE_XARRAY][n++]);
	}
	ck_assert_uint_eq(n, 3);
	teardown();
}
END_TEST

/* The n-th LPI of the list is n steps away, and a lookup takes the lock; the xarray has neither. */
START_TEST(a_lookup_walks_the_list_but_not_the_xarray)
{
	bool list = _i == VGIC_LPI_STORE_LIST;
	struct vgic_irq *irq;

	create(_i);
	map_some(m, 8);
	memset(port.used, 0, sizeof(port.used));
	memset(port.acquired, 0, sizeof(port.acquired));
	irq = vgic_lpi_get(m->vm, 8192 + 4);
	ck_assert_uint_eq(port.used[COST_LIST_STEP], list ? 5 : 0);
	ck_assert_uint_eq(port.used[COST_INDEX_LOOKUP], list ? 0 : 1);
	ck_assert_uint_eq(port.acquired[LOCK_LPI_LIST], list);
	vgic_lpi_put(m->vm, irq);
	ck_assert_uint_eq(port.acquired[LOCK_LPI_LIST], list ? 2 : 0);
	teardown();
}
END_TEST

/* INVALL of vCPU 0, whom half of the LPIs target: one byte each of those on the list; the walk of
 * the xarray reads the byte before it looks at the target (spec/vgic.md 7.19). */
START_TEST(invall_reads_a_byte_for_each_lpi_of_its_walk)
{
	create(_i);
	map_some(m, 8);
	memset(port.used, 0, sizeof(port.used));
	ck_assert_int_eq(vits_invall(m->vm->vcpus[0]), 0);
	ck_assert_uint_eq(port.used[COST_GUEST_READ], _i == VGIC_LPI_STORE_LIST ? 4 : 8);
	teardown();
}
END_TEST

/* Run on both stores. */
#define add_test(tc, test) \
	tcase_add_loop_test((tc), test, VGIC_LPI_STORE_LIST, VGIC_LPI_STORE_XARRAY + 1)

static void add(TCase *tc)
{
	add_test(tc, mapping_a_new_lpi_takes_its_pending_bit_from_memory_and_clears_it);
	add_test(tc, the_pending_bit_is_that_of_the_target_of_a_new_lpi);
	add_test(tc, an_lpi_whose_configuration_cannot_be_read_is_not_mapped);
	add_test(tc, an_lpi_whose_pending_bit_cannot_be_read_is_not_mapped);
	add_test(tc, enabling_lpis_reads_the_pending_table);
	add_test(tc, enabling_lpis_with_ptz_leaves_the_pending_state);
	add_test(tc, disabling_lpis_takes_them_off_the_ap_list);
	add_test(tc, invlpir_and_invallr_read_configuration_again);
	add_test(tc, pending_tables_are_saved_bit_by_bit);
	add_test(tc, an_lpi_discarded_in_a_list_register_is_delivered_and_then_freed);
	add_test(tc, an_lpi_withdrawn_after_discard_is_freed_by_prune);
	add_test(tc, a_translation_in_the_cache_keeps_no_lpi_beyond_its_mapping);
	add_test(tc, a_new_lpi_takes_the_place_of_a_dead_one);
	add_test(tc, two_mappings_of_a_new_lpi_at_once_share_one);
	add_test(tc, the_list_is_walked_in_order_of_creation_the_xarray_by_intid);
	add_test(tc, a_lookup_walks_the_list_but_not_the_xarray);
	add_test(tc, invall_reads_a_byte_for_each_lpi_of_its_walk);
}

CHECK_MAIN("LPIs", add, NULL, NULL)
