// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's ITS driver on the hardware model: what it sets up, which commands each operation
 * sends, and how its queue waits (spec/vgic.md 4.1). Sequences marked "recorded" are those of
 * Linux 6.1 on the machine of tests/oracle.
 */
#include "tests/unit/models/hw/board.h"

#include "models/host/its-internal.h"
#include "tests/lib/check-main.h"

#define DRIVER_MEM  (BOARD_RAM + 0x4000000)
#define DRIVER_SIZE 0x1000000ull
#define MAX_SEEN    8192u

static struct host_its *h;

/* Commands as queued. */
static struct {
	u64 cmd[MAX_SEEN][4];
	u32 its[MAX_SEEN];
	u32 n;
} seen;

static void see(void *arg, u32 its, const u64 cmd[4])
{
	(void)arg;
	ck_assert_uint_lt(seen.n, MAX_SEEN);
	memcpy(seen.cmd[seen.n], cmd, sizeof(seen.cmd[0]));
	seen.its[seen.n++] = its;
}

/* The ITS takes one command between two looks of a waiting driver. */
static void step(void *arg, void *object)
{
	struct its_work work;

	(void)arg;
	(void)object;
	its_step(board.its, &work);
}

static int probe(u64 mem_size)
{
	return host_its_probe(&h, board.gic, &board.its, 1, &board.mem, DRIVER_MEM, mem_size);
}

static void setup(void)
{
	u32 n;

	port_reset();
	board_reset(&board_config);
	gicd_write(board.gic, GICD_CTLR, 4, GICD_CTLR_ENABLE_GRP1);
	for (n = 0; n < BOARD_MAX_PES; n++) {
		gicr_write(board_pe(n), GICR_WAKER, 4, 0);
		icc_pmr_write(board_pe(n), 0xff);
		icc_igrpen1_write(board_pe(n), 1);
	}
	ck_assert_int_eq(its_create(&board.its, board.gic, &board_its_config), 0);
	port.poll = step;
	ck_assert_int_eq(probe(DRIVER_SIZE), 0);
	seen.n = 0;
	host_its_observe(h, see, NULL);
}

static void teardown(void)
{
	if (h)
		host_its_remove(h);
	h = NULL;
	board_down();
	port_assert_quiet();
}

/* Opcodes queued since, one after the other; then they are forgotten. */
static void sent(u32 n, const u32 *opcodes)
{
	u32 i;

	ck_assert_uint_eq(seen.n, n);
	for (i = 0; i < n; i++)
		ck_assert_uint_eq(its_cmd_opcode(seen.cmd[i]), opcodes[i]);
	seen.n = 0;
}
#define SENT(...) \
	sent(sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32), (const u32[]){ __VA_ARGS__ })

/* An MSI of the device; the PE it reaches, -1: none. */
static int msi(u32 device, u32 event, u32 *intid)
{
	struct its_route route;
	struct its_work work;

	its_translate(board.its, device, event, &route, &work);
	if (!route.pe)
		return -1;
	*intid = route.intid;
	ck_assert_int_ge(gic_lpi_set(route.pe, route.intid), 0);
	return (int)gic_pe_number(route.pe);
}

/* ---- probe ---- */

START_TEST(probe_enables_lpis_on_every_redistributor_with_tables_of_their_own)
{
	u64 pend[BOARD_MAX_PES];
	u32 n, i;

	for (n = 0; n < BOARD_MAX_PES; n++) {
		ck_assert(gicr_read(board_pe(n), GICR_CTLR, 4) & GICR_CTLR_ENABLE_LPIS);
		ck_assert_uint_eq(gicr_read(board_pe(n), GICR_PROPBASER, 8),
				  gicr_read(board_pe(0), GICR_PROPBASER, 8));
		ck_assert_uint_eq(FIELD_GET(gicr_read(board_pe(n), GICR_PROPBASER, 8),
					    GICR_PROPBASER_IDBITS),
				  15);
		pend[n] = gicr_read(board_pe(n), GICR_PENDBASER, 8) & FIELD_MASK(GICR_PENDBASER_PA);
		ck_assert_uint_ge(pend[n], DRIVER_MEM);
		for (i = 0; i < n; i++)
			ck_assert_uint_ge(pend[n] - pend[i], 0x10000 / 8);
	}
}
END_TEST

START_TEST(probe_enables_the_its_and_maps_a_collection_for_each_pe)
{
	u32 n, intid;

	ck_assert(its_read(board.its, GITS_CTLR, 4) & GITS_CTLR_ENABLED);
	/* MAPC, SYNC, INVALL, SYNC each */
	ck_assert_uint_eq(its_read(board.its, GITS_CREADR, 8), BOARD_MAX_PES * 4 * 32);
	ck_assert_int_eq(host_its_map_device(h, 0, 5, BOARD_MAX_PES), 0);
	for (n = 0; n < BOARD_MAX_PES; n++) {
		int lpi = host_its_map_event(h, 0, 5, n, n);

		ck_assert_int_eq(msi(5, n, &intid), (int)n);
		ck_assert_int_eq((int)intid, lpi);
		ck_assert(board_irq_line(n));
		ck_assert_int_eq((int)icc_iar1_read(board_pe(n)), lpi);
		icc_eoir1_write(board_pe(n), intid);
	}
}
END_TEST

START_TEST(probe_fails_without_room_for_tables)
{
	u64 size;

	host_its_remove(h);
	h = NULL;
	for (size = 0; size < 8 * 0x10000; size += 0x10000)
		ck_assert_int_eq(probe(size), -ENOMEM);
	ck_assert_ptr_null(h);
}
END_TEST

/* The driver waits for a SYNC that does not come. */
START_TEST(probe_gives_up_on_an_its_that_does_not_move)
{
	host_its_remove(h);
	h = NULL;
	port.poll = NULL;
	ck_assert_int_eq(probe(DRIVER_SIZE), -ETIMEDOUT);
}
END_TEST

START_TEST(probe_without_memory_frees_what_it_took)
{
	u32 n;
	int ret;

	host_its_remove(h);
	h = NULL;
	for (n = 1;; n++) {
		port.fail_at = port.allocs + n;
		ret = probe(DRIVER_SIZE);
		port.fail_at = 0;
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(port.nr_held, 0);
		ck_assert_uint_lt(n, 1000);
	}
}
END_TEST

/* ---- devices and events ---- */

/* recorded: binding a device and enabling its MSI */
START_TEST(mapping_sends_mapd_mapti_sync_inv_sync)
{
	int lpi;

	ck_assert_int_eq(host_its_map_device(h, 0, 8, 1), 0);
	ck_assert_uint_eq(its_cmd_size_bits(seen.cmd[0]), 1);
	ck_assert(its_cmd_valid(seen.cmd[0]));
	SENT(ITS_CMD_MAPD);
	lpi = host_its_map_event(h, 0, 8, 0, 2);
	ck_assert_int_ge(lpi, GIC_LPI_BASE);
	ck_assert_uint_eq(its_cmd_pintid(seen.cmd[0]), (u32)lpi);
	ck_assert_uint_eq(its_cmd_icid(seen.cmd[0]), 2);
	ck_assert_uint_eq(its_cmd_rdbase(seen.cmd[1]), 2);
	ck_assert_uint_eq(its_cmd_rdbase(seen.cmd[3]), 2);
	SENT(ITS_CMD_MAPTI, ITS_CMD_SYNC, ITS_CMD_INV, ITS_CMD_SYNC);
}
END_TEST

/* recorded: the end of a machine with one device */
START_TEST(unmapping_sends_inv_sync_discard_sync_mapd)
{
	u32 intid;

	host_its_map_device(h, 0, 8, 1);
	host_its_map_event(h, 0, 8, 0, 0);
	seen.n = 0;
	host_its_unmap_device(h, 0, 8);
	ck_assert(!its_cmd_valid(seen.cmd[4]));
	SENT(ITS_CMD_INV, ITS_CMD_SYNC, ITS_CMD_DISCARD, ITS_CMD_SYNC, ITS_CMD_MAPD);
	ck_assert_int_eq(msi(8, 0, &intid), -1);
	host_its_unmap_device(h, 0, 8);
	SENT();
}
END_TEST

START_TEST(a_masked_event_is_unmapped_without_inv)
{
	int lpi;

	host_its_map_device(h, 0, 8, 1);
	lpi = host_its_map_event(h, 0, 8, 0, 0);
	host_its_set_enabled(h, (u32)lpi, false);
	seen.n = 0;
	host_its_unmap_event(h, (u32)lpi);
	SENT(ITS_CMD_DISCARD, ITS_CMD_SYNC);
	host_its_unmap_event(h, (u32)lpi);
	SENT();
	ck_assert_int_eq(host_its_int(h, (u32)lpi), -EINVAL);
	ck_assert_int_eq(host_its_map_event(h, 0, 8, 0, 1), lpi);
}
END_TEST

/* spec/vgic.md 4.1: MOVI syncs the collection that the event leaves. */
START_TEST(movi_is_synchronised_with_the_pe_that_is_left)
{
	u32 lpi, intid;

	host_its_map_device(h, 0, 8, 1);
	lpi = (u32)host_its_map_event(h, 0, 8, 0, 3);
	seen.n = 0;
	ck_assert_int_eq(host_its_set_affinity(h, lpi, 1), 0);
	ck_assert_uint_eq(its_cmd_icid(seen.cmd[0]), 1);
	ck_assert_uint_eq(its_cmd_rdbase(seen.cmd[1]), 3);
	SENT(ITS_CMD_MOVI, ITS_CMD_SYNC);
	ck_assert_int_eq(msi(8, 0, &intid), 1);
	ck_assert_int_eq(host_its_set_affinity(h, lpi, 1), 0);
	SENT();
	ck_assert_int_eq(host_its_set_affinity(h, lpi, 4), -EINVAL);
	SENT();
}
END_TEST

START_TEST(a_disabled_lpi_waits_until_it_is_enabled)
{
	u32 lpi, intid;

	host_its_map_device(h, 0, 8, 1);
	lpi = (u32)host_its_map_event(h, 0, 8, 0, 0);
	seen.n = 0;
	ck_assert_int_eq(host_its_set_enabled(h, lpi, false), 0);
	SENT(ITS_CMD_INV, ITS_CMD_SYNC);
	msi(8, 0, &intid);
	ck_assert(!board_irq_line(0));
	ck_assert_int_eq(host_its_set_enabled(h, lpi, true), 0);
	ck_assert(board_irq_line(0));
}
END_TEST

START_TEST(int_and_clear_set_and_clear_the_pending_state)
{
	u32 lpi;

	host_its_map_device(h, 0, 8, 1);
	lpi = (u32)host_its_map_event(h, 0, 8, 0, 0);
	seen.n = 0;
	ck_assert_int_eq(host_its_int(h, lpi), 0);
	ck_assert(gic_lpi_pending(board_pe(0), lpi));
	ck_assert_int_eq(host_its_clear(h, lpi), 0);
	ck_assert(!gic_lpi_pending(board_pe(0), lpi));
	SENT(ITS_CMD_INT, ITS_CMD_SYNC, ITS_CMD_CLEAR, ITS_CMD_SYNC);
}
END_TEST

START_TEST(what_does_not_exist_is_einval)
{
	host_its_map_device(h, 0, 8, 2);
	ck_assert_int_eq(host_its_map_device(h, 1, 9, 1), -EINVAL);
	ck_assert_int_eq(host_its_map_device(h, 0, 1 << 12, 1), -EINVAL);
	ck_assert_int_eq(host_its_map_device(h, 0, 9, 0), -EINVAL);
	ck_assert_int_eq(host_its_map_device(h, 0, 9, 0x10001), -EINVAL);
	ck_assert_int_eq(host_its_map_event(h, 0, 9, 0, 0), -EINVAL);
	ck_assert_int_eq(host_its_map_event(h, 0, 8, 2, 0), -EINVAL);
	ck_assert_int_eq(host_its_map_event(h, 0, 8, 0, 4), -EINVAL);
	ck_assert_int_eq(host_its_map_event(h, 7, 8, 0, 0), -EINVAL);
	ck_assert_int_eq(host_its_int(h, 9000), -EINVAL);
	host_its_unmap_device(h, 7, 8);
	host_its_unmap_event(h, 9000);
	ck_assert_int_eq(host_its_map_device(h, 0, 8, 2), -EBUSY);
	ck_assert_int_ge(host_its_map_event(h, 0, 8, 1, 0), 0);
	ck_assert_int_eq(host_its_map_event(h, 0, 8, 1, 0), -EEXIST);
}
END_TEST

/* 2^16 - 8192 = 57344 LPIs. */
START_TEST(lpis_run_out_and_come_back)
{
	ck_assert_int_eq(host_its_map_device(h, 0, 1, 30000), 0);
	ck_assert_int_eq(host_its_map_device(h, 0, 2, 27344), 0);
	ck_assert_int_eq(host_its_map_device(h, 0, 3, 1), -ENOSPC);
	host_its_unmap_device(h, 0, 1);
	ck_assert_int_eq(host_its_map_device(h, 0, 3, 30001), -ENOSPC);
	ck_assert_int_eq(host_its_map_device(h, 0, 3, 30000), 0);
	host_its_unmap_device(h, 0, 2);
	host_its_unmap_device(h, 0, 3);
	ck_assert_int_eq(host_its_map_device(h, 0, 3, 57344), 0); /* one piece again */
}
END_TEST

/* Pieces given back in any order join again. */
START_TEST(free_lpis_join_in_any_order)
{
	static const u32 orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 2, 1, 0 }, { 1, 0, 2 } };
	u32 i, j;

	for (i = 0; i < 4; i++) {
		for (j = 0; j < 3; j++)
			ck_assert_int_eq(host_its_map_device(h, 0, j, 19114), 0);
		for (j = 0; j < 3; j++)
			host_its_unmap_device(h, 0, orders[i][j]);
		ck_assert_int_eq(host_its_map_device(h, 0, 3, 57344), 0);
		host_its_unmap_device(h, 0, 3);
	}
}
END_TEST

START_TEST(memory_of_itts_is_used_again)
{
	u64 before;
	u32 i;

	host_its_map_device(h, 0, 1, 1000);
	host_its_unmap_device(h, 0, 1);
	before = h->mem_next;
	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(host_its_map_device(h, 0, i, 1000), 0);
		host_its_unmap_device(h, 0, i);
	}
	ck_assert_uint_eq(h->mem_next, before);
}
END_TEST

/* 2^bits events, at least two. */
START_TEST(the_itt_has_room_for_a_power_of_two_of_events)
{
	static const u32 sizes[][2] = { { 1, 1 }, { 2, 1 },  { 3, 2 },	{ 4, 2 },
					{ 5, 3 }, { 64, 6 }, { 65, 7 }, { 57344, 16 } };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(sizes); i++) {
		seen.n = 0;
		ck_assert_int_eq(host_its_map_device(h, 0, 8, sizes[i][0]), 0);
		ck_assert_uint_eq(its_cmd_size_bits(seen.cmd[0]), sizes[i][1]);
		host_its_unmap_device(h, 0, 8);
	}
}
END_TEST

/* A small ITT given back is not enough for a large one. */
START_TEST(itts_do_not_overlap)
{
	u64 small, large;

	host_its_map_device(h, 0, 1, 2);
	host_its_map_device(h, 0, 2, 2);
	small = its_cmd_itt_addr(seen.cmd[1]);
	host_its_unmap_device(h, 0, 1);
	seen.n = 0;
	host_its_map_device(h, 0, 3, 1000);
	large = its_cmd_itt_addr(seen.cmd[0]);
	ck_assert(large >= small + 256 || large + 1024 * ITS_ITE_SIZE <= small);
}
END_TEST

START_TEST(map_device_without_memory_leaves_the_driver_as_it_was)
{
	u32 n;
	int ret;

	host_its_map_device(h, 0, 8, 100); /* the ITS needs no new page of tables from here on */
	host_its_unmap_device(h, 0, 8);
	seen.n = 0;
	for (n = 1;; n++) {
		port.fail_at = port.allocs + n;
		ret = host_its_map_device(h, 0, 8, 100);
		port.fail_at = 0;
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(port.nr_held, 0);
		SENT();
	}
	ck_assert_uint_ge(n, 4);
	host_its_unmap_device(h, 0, 8);
	ck_assert_int_eq(host_its_map_device(h, 0, 3, 57344), 0);
}
END_TEST

/* ---- the queue ---- */

/* 2048 slots; each round takes two. */
START_TEST(the_queue_goes_round)
{
	u32 lpi, i;

	host_its_map_device(h, 0, 8, 1);
	lpi = (u32)host_its_map_event(h, 0, 8, 0, 0);
	for (i = 0; i < 3000; i++) {
		seen.n = 0;
		ck_assert_int_eq(i % 2 ? host_its_clear(h, lpi) : host_its_int(h, lpi), 0);
		ck_assert_int_eq(gic_lpi_pending(board_pe(0), lpi), !(i % 2));
	}
}
END_TEST

static u32 waits;

static void look_at_locks(void *arg, void *object)
{
	waits++;
	ck_assert(!port_would_block(&h->queue[0].lock));
	step(arg, object);
}

START_TEST(the_wait_for_the_its_stands_outside_the_queue_lock)
{
	port.poll = look_at_locks;
	host_its_map_device(h, 0, 8, 1);
	host_its_map_event(h, 0, 8, 0, 0);
	ck_assert_uint_eq(waits, 5); /* one a command */
}
END_TEST

static bool nested;
static u32 other_lpi;

/* While one sender waits, another comes in, once. */
static void somebody_else(void *arg, void *object)
{
	if (!nested) {
		nested = true;
		ck_assert_int_eq(host_its_int(h, other_lpi), 0);
	}
	step(arg, object);
}

/* Both wait at once; the second passes after the first, whose wait then is over as well. */
START_TEST(senders_are_served_in_order)
{
	u32 lpi;

	host_its_map_device(h, 0, 8, 2);
	lpi = (u32)host_its_map_event(h, 0, 8, 0, 0);
	other_lpi = (u32)host_its_map_event(h, 0, 8, 1, 0);
	seen.n = 0;
	nested = false;
	port.poll = somebody_else;
	ck_assert_int_eq(host_its_int(h, lpi), 0);
	ck_assert_uint_eq(seen.n, 4);
	ck_assert_uint_eq(its_cmd_event(seen.cmd[0]), 0);
	ck_assert_uint_eq(its_cmd_event(seen.cmd[2]), 1);
	ck_assert(gic_lpi_pending(board_pe(0), lpi));
	ck_assert(gic_lpi_pending(board_pe(0), other_lpi));
}
END_TEST

static void nothing(void *arg, void *object)
{
	(void)arg;
	(void)object;
}

/* From the start of the queue 2047 commands fit; the next finds no room, is dropped, and is not told to the observer. */
START_TEST(a_full_queue_that_does_not_drain_drops_the_command)
{
	u64 cmd[4];
	u32 i;

	its_build_sync(cmd, 0);
	while (its_read(board.its, GITS_CREADR, 8))
		ck_assert_int_eq(host_queue_send(&h->queue[0], cmd, HOST_NO_SYNC), 0);
	port.poll = NULL;
	seen.n = 0;
	for (i = 0; i < HOST_QUEUE_SLOTS - 1; i++)
		ck_assert_int_eq(host_queue_send(&h->queue[0], cmd, HOST_NO_SYNC), -ETIMEDOUT);
	ck_assert_uint_eq(seen.n, HOST_QUEUE_SLOTS - 1);
	port.poll = nothing;
	ck_assert_int_eq(host_queue_send(&h->queue[0], cmd, HOST_NO_SYNC), -ETIMEDOUT);
	ck_assert_uint_eq(seen.n, HOST_QUEUE_SLOTS - 1);
	ck_assert_uint_eq(port.nr_held, 0);
	port.poll = step;
	ck_assert_int_eq(host_queue_send(&h->queue[0], cmd, HOST_NO_SYNC), 0);
	ck_assert_uint_eq(its_read(board.its, GITS_CREADR, 8),
			  its_read(board.its, GITS_CWRITER, 8));
}
END_TEST

/* Two commands built, two registers read and one written, two barriers (slot, slot). */
START_TEST(an_operation_costs_its_slots_and_register_accesses)
{
	u32 lpi;

	host_its_map_device(h, 0, 8, 1);
	lpi = (u32)host_its_map_event(h, 0, 8, 0, 0);
	memset(port.used, 0, sizeof(port.used));
	memset(port.acquired, 0, sizeof(port.acquired));
	host_its_int(h, lpi);
	ck_assert_uint_eq(port.used[COST_CMD_BUILD], 2);
	ck_assert_uint_eq(port.used[COST_BARRIER], 2);
	ck_assert_uint_eq(port.used[COST_GIC_MMIO_WRITE], 1);
	ck_assert_uint_eq(port.used[COST_GIC_MMIO_READ], 4); /* a slot each, before CWRITER, wait */
	ck_assert_uint_eq(port.acquired[LOCK_HOST_ITS], 1);
	ck_assert_uint_eq(port.acquired[LOCK_HOST_IRQ], 1);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, probe_enables_lpis_on_every_redistributor_with_tables_of_their_own);
	tcase_add_test(tc, probe_enables_the_its_and_maps_a_collection_for_each_pe);
	tcase_add_test(tc, probe_fails_without_room_for_tables);
	tcase_add_test(tc, probe_gives_up_on_an_its_that_does_not_move);
	tcase_add_test(tc, probe_without_memory_frees_what_it_took);
	tcase_add_test(tc, mapping_sends_mapd_mapti_sync_inv_sync);
	tcase_add_test(tc, unmapping_sends_inv_sync_discard_sync_mapd);
	tcase_add_test(tc, a_masked_event_is_unmapped_without_inv);
	tcase_add_test(tc, movi_is_synchronised_with_the_pe_that_is_left);
	tcase_add_test(tc, a_disabled_lpi_waits_until_it_is_enabled);
	tcase_add_test(tc, int_and_clear_set_and_clear_the_pending_state);
	tcase_add_test(tc, what_does_not_exist_is_einval);
	tcase_add_test(tc, lpis_run_out_and_come_back);
	tcase_add_test(tc, free_lpis_join_in_any_order);
	tcase_add_test(tc, memory_of_itts_is_used_again);
	tcase_add_test(tc, the_itt_has_room_for_a_power_of_two_of_events);
	tcase_add_test(tc, itts_do_not_overlap);
	tcase_add_test(tc, map_device_without_memory_leaves_the_driver_as_it_was);
	tcase_add_test(tc, the_queue_goes_round);
	tcase_add_test(tc, the_wait_for_the_its_stands_outside_the_queue_lock);
	tcase_add_test(tc, senders_are_served_in_order);
	tcase_add_test(tc, a_full_queue_that_does_not_drain_drops_the_command);
	tcase_add_test(tc, an_operation_costs_its_slots_and_register_accesses);
}

CHECK_MAIN("host ITS driver", add, setup, teardown)
