// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MSI injection and the translation caches: where each differs from its neighbour, and what
 * invalidates it (spec/vgic.md 3.4, 3.5, 7.1). 16 entries a vCPU, as in Linux.
 */
#include "vits-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static void create(enum vgic_cache_policy cache, u32 nr_vcpus)
{
	struct vgic_policy p = cache == VGIC_CACHE_XARRAY ? xarray_policy() : mmio_policy();

	port_reset();
	p.cache = (u8)cache;
	vits_vm_create(m, nr_vcpus, &p);
}

static void teardown(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

/* One device with n events, all to vCPU 0. */
static void map_events(u32 n)
{
	u32 i;

	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapd(8, 10, 0, true), 0);
	for (i = 0; i < n; i++)
		ck_assert_int_eq(mapti(8, i, 8192 + i, 0), 0);
}

/* An MSI as an irqfd injects it: 1 when the cache served it, else through the worker. */
static int irqfd(u32 dev, u32 ev)
{
	int ret;

	port_clear_records();
	ret = msi_fast(m, dev, ev);
	if (ret) {
		ck_assert_int_eq(ret, -EWOULDBLOCK);
		ck_assert_int_eq(msi(m, dev, ev), 1);
	}
	/* the last thing told is the LPI's own: device 8's are 8192 and on, in order */
	if (dev == 8)
		ck_assert_uint_eq(port.record[port.nr_records - 1].intid, 8192 + ev);
	return !ret;
}

/* Neither the cache nor a mapping holds an LPI any more. */
static void all_gone(void)
{
	ck_assert_int_eq(mapd(8, 10, 0, false), 0);
	ck_assert_uint_eq(m->vm->nr_lpis, 0);
}

static void cached(u32 dev, u32 ev, bool expected)
{
	ck_assert_int_eq(msi_fast(m, dev, ev), expected ? 0 : -EWOULDBLOCK);
}

/* Hits when n events are used one after the other, three times over, after a first round. */
static u32 hits_of_rounds(u32 n)
{
	u32 i, round, hits = 0;

	for (round = 0; round < 4; round++) {
		for (i = 0; i < n; i++) {
			int hit = irqfd(8, i);

			hits += round ? hit : 0;
		}
	}
	return hits;
}

/* ---- policies ---- */

START_TEST(without_a_cache_every_msi_goes_through_the_tables)
{
	create(VGIC_CACHE_NONE, 1);
	map_events(1);
	ck_assert_uint_eq(hits_of_rounds(1), 0);
	teardown();
}
END_TEST

/* The cliff: 16 events a vCPU all hit; with a 17th, each evicts the one that is needed next. */
START_TEST(lru_falls_off_a_cliff_at_the_17th_event_of_a_vcpu)
{
	create(VGIC_CACHE_LRU, 1);
	map_events(17);
	ck_assert_uint_eq(hits_of_rounds(16), 3 * 16);
	vits_invalidate_caches(m->vm);
	ck_assert_uint_eq(hits_of_rounds(17), 0);
	all_gone();
	teardown();
}
END_TEST

START_TEST(lru_has_16_entries_for_each_vcpu)
{
	create(VGIC_CACHE_LRU, 3);
	map_events(49);
	ck_assert_uint_eq(hits_of_rounds(48), 3 * 48);
	vits_invalidate_caches(m->vm);
	ck_assert_uint_eq(hits_of_rounds(49), 0);
	teardown();
}
END_TEST

/* A grace period for each eviction, none before: the collapse of the first RCU attempt. */
START_TEST(rcu_evict_waits_for_a_grace_period_when_full)
{
	u32 i;

	create(VGIC_CACHE_RCU_EVICT, 1);
	map_events(17);
	ck_assert_uint_eq(hits_of_rounds(16), 3 * 16);
	ck_assert_uint_eq(port.rcu_syncs, 0);
	for (i = 0; i < 17; i++)
		irqfd(8, i);
	ck_assert_uint_ge(port.rcu_syncs, 1);
	all_gone();
	teardown();

	create(VGIC_CACHE_LRU, 1);
	map_events(17);
	hits_of_rounds(17);
	ck_assert_uint_eq(port.rcu_syncs, 0);
	teardown();
}
END_TEST

/* lru throws out what was not used for longest, rcu-evict what was hit least. */
START_TEST(lru_and_rcu_evict_choose_different_victims)
{
	enum vgic_cache_policy cache;
	u32 i;

	for (cache = VGIC_CACHE_LRU; cache <= VGIC_CACHE_RCU_EVICT; cache++) {
		create(cache, 1);
		map_events(17);
		for (i = 0; i < 16; i++)
			irqfd(8, i);
		for (i = 0; i < 9; i++) /* event 0 is hit most, and longest ago */
			ck_assert_int_eq(irqfd(8, 0), 1);
		for (i = 1; i < 16; i++) /* event 7 once, the others twice */
			ck_assert_int_eq(irqfd(8, i), 1);
		for (i = 1; i < 16; i++)
			ck_assert_int_eq(i == 7 || irqfd(8, i), 1);
		irqfd(8, 16);
		cached(8, 0, cache == VGIC_CACHE_RCU_EVICT);
		cached(8, 7, cache == VGIC_CACHE_LRU);
		cached(8, 15, true);
		teardown();
	}
}
END_TEST

START_TEST(a_bounded_cache_without_entries_remembers_nothing)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	p.cache = (u8)_i;
	p.cache_per_vcpu = 0;
	vits_vm_create(m, 1, &p);
	map_events(1);
	ck_assert_uint_eq(hits_of_rounds(1), 0);
	all_gone();
	teardown();
}
END_TEST

START_TEST(a_cache_beyond_all_bounds_is_no_memory)
{
	struct vgic_policy p = mmio_policy();
	struct vgic_its *its;

	port_reset();
	p.cache_per_vcpu = 0x80000000;
	mmio_create(m, VGIC_V3, 2, false, &p);
	ck_assert_int_eq(vits_create(&its, m->vm), -ENOMEM);
	teardown();
}
END_TEST

START_TEST(xarray_has_no_limit)
{
	create(VGIC_CACHE_XARRAY, 1);
	map_events(1000);
	ck_assert_uint_eq(hits_of_rounds(1000), 3 * 1000);
	all_gone();
	teardown();
}
END_TEST

/* ---- what a hit costs ---- */

START_TEST(a_hit_of_lru_takes_the_one_lock_and_walks_from_the_last_used)
{
	u32 i;

	create(VGIC_CACHE_LRU, 1);
	map_events(16);
	for (i = 0; i < 16; i++)
		irqfd(8, i);
	memset(port.acquired, 0, sizeof(port.acquired));
	memset(port.used, 0, sizeof(port.used));
	ck_assert_int_eq(irqfd(8, 0), 1); /* the oldest: last in the list */
	ck_assert_uint_eq(port.used[COST_CACHE_SCAN_STEP], 16);
	ck_assert_uint_eq(port.acquired[LOCK_LPI_LIST], 1);
	ck_assert_int_eq(irqfd(8, 0), 1); /* now the first */
	ck_assert_uint_eq(port.used[COST_CACHE_SCAN_STEP], 17);
	ck_assert_int_eq(irqfd(8, 15), 1); /* second */
	ck_assert_uint_eq(port.used[COST_CACHE_SCAN_STEP], 19);
	teardown();
}
END_TEST

/* The list of rcu-evict is not reordered by hits: the newest translation comes first. */
START_TEST(a_hit_of_rcu_evict_takes_no_lock_and_does_not_reorder)
{
	u32 i;

	create(VGIC_CACHE_RCU_EVICT, 1);
	map_events(16);
	for (i = 0; i < 16; i++)
		irqfd(8, i);
	for (i = 0; i < 2; i++) {
		memset(port.acquired, 0, sizeof(port.acquired));
		memset(port.used, 0, sizeof(port.used));
		ck_assert_int_eq(irqfd(8, 0), 1);
		ck_assert_uint_eq(port.used[COST_CACHE_SCAN_STEP], 16);
		ck_assert_uint_eq(port.acquired[LOCK_LPI_LIST], 0);
	}
	teardown();
}
END_TEST

START_TEST(a_hit_of_xarray_is_one_lookup_without_a_lock)
{
	create(VGIC_CACHE_XARRAY, 1);
	map_events(500);
	hits_of_rounds(500);
	memset(port.acquired, 0, sizeof(port.acquired));
	memset(port.used, 0, sizeof(port.used));
	ck_assert_int_eq(irqfd(8, 250), 1);
	ck_assert_uint_eq(port.used[COST_INDEX_LOOKUP], 1);
	ck_assert_uint_eq(port.used[COST_CACHE_SCAN_STEP], 0);
	ck_assert_uint_eq(port.acquired[LOCK_LPI_LIST] + port.acquired[LOCK_ITS_CACHE] +
				  port.acquired[LOCK_ITS_TABLES],
			  0);
	teardown();
}
END_TEST

/* The n-th device and the n-th event are n steps away in KVM's lists. */
START_TEST(a_miss_costs_a_walk_over_devices_and_events)
{
	u32 i;

	create(VGIC_CACHE_NONE, 1);
	map_events(10);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(mapd(100 + i, 4, 1 + i, true), 0);
	ck_assert_int_eq(mapti(102, 0, 8300, 0), 0);
	memset(port.used, 0, sizeof(port.used));
	ck_assert_int_eq(msi(m, 8, 9), 1);
	ck_assert_uint_eq(port.used[COST_LIST_STEP], 1 + 10);
	memset(port.used, 0, sizeof(port.used));
	ck_assert_int_eq(msi(m, 102, 0), 1);
	ck_assert_uint_eq(port.used[COST_LIST_STEP], 4 + 1);
	ck_assert_int_eq(mapd(100, 4, 1, true), 0); /* goes to the end of the list */
	ck_assert_int_eq(mapti(100, 0, 8301, 0), 0);
	memset(port.used, 0, sizeof(port.used));
	ck_assert_int_eq(msi(m, 100, 0), 1);
	ck_assert_uint_eq(port.used[COST_LIST_STEP], 4 + 1);
	teardown();
}
END_TEST

/* Stamps are renewed every few hundred hits: places stay right across that. */
START_TEST(places_in_the_list_stay_right_for_ever)
{
	u32 i;

	create(VGIC_CACHE_LRU, 1);
	map_events(16);
	for (i = 0; i < 16; i++)
		irqfd(8, i);
	memset(port.used, 0, sizeof(port.used));
	for (i = 0; i < 16 * 50; i++) {
		ck_assert_int_eq(irqfd(8, i % 16), 1); /* always the last */
		ck_assert_uint_eq(port.used[COST_CACHE_SCAN_STEP], 16 * (i + 1));
	}
	teardown();
}
END_TEST

/* INT translates through the tables and remembers again what may be there already. */
START_TEST(remembering_a_translation_twice_takes_no_more_memory)
{
	u64 outstanding;

	create(_i, 1);
	map_events(1);
	outstanding = port.outstanding;
	ck_assert_int_eq(its_int(8, 0), 0);
	ck_assert_int_eq(its_int(8, 0), 0);
	vits_invalidate_caches(m->vm);
	ck_assert_uint_eq(port.outstanding, outstanding);
	teardown();
}
END_TEST

/* ---- invalidation ---- */

/* Fill the cache, do something, look again. */
#define INVALIDATES(action) \
	do { \
		ck_assert_int_eq(msi(m, 8, 0), 1); \
		cached(8, 0, true); \
		action; \
		cached(8, 0, false); \
	} while (0)
#define KEEPS(action) \
	do { \
		ck_assert_int_eq(msi(m, 8, 0), 1); \
		action; \
		cached(8, 0, true); \
	} while (0)

START_TEST(movi_discard_mapc_invalid_mapd_movall_and_disabling_invalidate)
{
	create(_i, 2);
	map_events(3);
	ck_assert_int_eq(mapc(1, 1, true), 0);
	ck_assert_int_eq(mapd(9, 4, 1, true), 0);
	INVALIDATES(movi(8, 1, 1));
	INVALIDATES(discard(8, 2));
	INVALIDATES(mapc(1, 0, false));
	INVALIDATES(mapd(9, 4, 1, false));
	INVALIDATES(movall(1, 0));
	INVALIDATES(guest_write(m, 1, RD(1) + GICR_CTLR, 4, 0));
	INVALIDATES(wr32(m, ITS + GITS_CTLR, 0); wr32(m, ITS + GITS_CTLR, 1));
	KEEPS(inv(8, 0));
	KEEPS(invall(0));
	KEEPS(its_clear(8, 0));
	KEEPS(mapc(0, 1, true));
	KEEPS(mapti(8, 5, 8200, 0));
	KEEPS(mapti(8, 0, 8200, 0));
	teardown();
}
END_TEST

/* A command of one ITS: the bounded caches are the VM's and forget all, the xarray its own. */
START_TEST(invalidation_of_one_its_empties_the_bounded_caches_but_not_another_xarray)
{
	struct vgic_its *other;

	create(_i, 1);
	map_events(1);
	ck_assert_int_eq(vits_create(&other, m->vm), 0);
	ck_assert_int_eq(vits_set_base(other, 0x09000000), 0);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	vits_cache_invalidate(other);
	cached(8, 0, _i == VGIC_CACHE_XARRAY);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	vits_invalidate_caches(m->vm);
	cached(8, 0, false);
	vits_destroy(other);
	teardown();
}
END_TEST

/* Same IDs behind two doorbells are two translations. */
START_TEST(a_translation_belongs_to_its_doorbell)
{
	struct vgic_its *other;

	create(_i, 1);
	map_events(1);
	ck_assert_int_eq(vits_create(&other, m->vm), 0);
	ck_assert_int_eq(vits_set_base(other, 0x09000000), 0);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	cached(8, 0, true);
	ck_assert_int_eq(vits_inject_fast(m->vm, 0x09000000 + VITS_TRANSLATER, 8, 0, 0),
			 -EWOULDBLOCK);
	vits_destroy(other);
	teardown();
}
END_TEST

/* IDs of more than 16 bits are never mapped, and must not alias those that are. */
START_TEST(wide_ids_alias_nothing)
{
	create(_i, 1);
	map_events(1);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	cached(8 + 0x10000, 0, false);
	cached(8, 0x10000, false);
	cached(8, 0xffffffff, false);
	teardown();
}
END_TEST

/* ---- MSIs ---- */

START_TEST(an_msi_carries_its_tag_to_the_interrupt)
{
	create(_i, 1);
	map_events(1);
	port_clear_records();
	ck_assert_int_eq(vits_inject_slow(m->vm, DOORBELL, 8, 0, 77), 1);
	ck_assert_uint_eq(port_last_event(EV_IRQ_PENDED)->tag, 77);
	if (_i != VGIC_CACHE_NONE)
		ck_assert_int_eq(vits_inject_fast(m->vm, DOORBELL, 8, 0, 78), 0);
	else
		ck_assert_int_eq(vits_inject_slow(m->vm, DOORBELL, 8, 0, 78), 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 1);
	ck_assert_uint_eq(port_last_event(EV_IRQ_COALESCED)->tag, 78);
	teardown();
}
END_TEST

static void dropped(int expected, int ret, enum plat_drop reason)
{
	ck_assert_int_eq(ret, expected);
	ck_assert_uint_eq(port_count_events(EV_IRQ_DROPPED), 1);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, reason);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->tag, 5);
	port_clear_records();
}

/* Faults of the guest's mapping give 0, others an error number; each is a drop with its reason. */
START_TEST(an_msi_that_reaches_nothing_is_dropped_with_its_reason)
{
	create(_i, 2);
	map_events(1);
	ck_assert_int_eq(mapti(8, 1, 8193, 7), 0);
	port_clear_records();
	dropped(0, vits_inject_slow(m->vm, DOORBELL, 9, 0, 5), DROP_UNMAPPED_DEVICE);
	dropped(0, vits_inject_slow(m->vm, DOORBELL, 8, 2, 5), DROP_UNMAPPED_EVENT);
	dropped(0, vits_inject_slow(m->vm, DOORBELL, 8, 1, 5), DROP_UNMAPPED_COLLECTION);
	dropped(-EINVAL, vits_inject_slow(m->vm, DOORBELL + 4, 8, 0, 5), DROP_NO_DOORBELL);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	port_clear_records();
	dropped(-EBUSY, vits_inject_slow(m->vm, DOORBELL, 8, 0, 5), DROP_LPI_DISABLED);
	wr32(m, ITS + GITS_CTLR, 0);
	port_clear_records();
	dropped(-EBUSY, vits_inject_slow(m->vm, DOORBELL, 8, 0, 5), DROP_ITS_DISABLED);
	vits_destroy(m->its);
	m->its = NULL;
	port_clear_records();
	dropped(-ENODEV, vits_inject_slow(m->vm, DOORBELL, 8, 0, 5), DROP_NO_DOORBELL);
	ck_assert_int_eq(msi_fast(m, 8, 0), -EWOULDBLOCK);
	teardown();
}
END_TEST

/* The fast path runs in interrupt context: no mutex, no allocation. */
START_TEST(a_hit_neither_sleeps_nor_allocates)
{
	u64 allocs;

	create(_i, 1);
	map_events(1);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	allocs = port.allocs;
	memset(port.acquired, 0, sizeof(port.acquired));
	ck_assert_int_eq(msi_fast(m, 8, 0), 0);
	ck_assert_uint_eq(port.allocs, allocs);
	ck_assert_uint_eq(port.acquired[LOCK_ITS_TABLES] + port.acquired[LOCK_ITS_CMD], 0);
	teardown();
}
END_TEST

#define add_each(tc, first, test) tcase_add_loop_test((tc), test, (first), VGIC_CACHE_XARRAY + 1)

static void add(TCase *tc)
{
	tcase_add_test(tc, without_a_cache_every_msi_goes_through_the_tables);
	tcase_add_test(tc, lru_falls_off_a_cliff_at_the_17th_event_of_a_vcpu);
	tcase_add_test(tc, lru_has_16_entries_for_each_vcpu);
	tcase_add_test(tc, rcu_evict_waits_for_a_grace_period_when_full);
	tcase_add_test(tc, lru_and_rcu_evict_choose_different_victims);
	tcase_add_loop_test(tc, a_bounded_cache_without_entries_remembers_nothing, VGIC_CACHE_LRU,
			    VGIC_CACHE_RCU_EVICT + 1);
	tcase_add_test(tc, a_cache_beyond_all_bounds_is_no_memory);
	tcase_add_test(tc, xarray_has_no_limit);
	tcase_add_test(tc, a_hit_of_lru_takes_the_one_lock_and_walks_from_the_last_used);
	tcase_add_test(tc, a_hit_of_rcu_evict_takes_no_lock_and_does_not_reorder);
	tcase_add_test(tc, a_hit_of_xarray_is_one_lookup_without_a_lock);
	tcase_add_test(tc, a_miss_costs_a_walk_over_devices_and_events);
	tcase_add_test(tc, places_in_the_list_stay_right_for_ever);
	add_each(tc, VGIC_CACHE_LRU, remembering_a_translation_twice_takes_no_more_memory);
	add_each(tc, VGIC_CACHE_LRU,
		 movi_discard_mapc_invalid_mapd_movall_and_disabling_invalidate);
	add_each(tc, VGIC_CACHE_LRU,
		 invalidation_of_one_its_empties_the_bounded_caches_but_not_another_xarray);
	add_each(tc, VGIC_CACHE_LRU, a_translation_belongs_to_its_doorbell);
	add_each(tc, VGIC_CACHE_LRU, wide_ids_alias_nothing);
	add_each(tc, VGIC_CACHE_NONE, an_msi_carries_its_tag_to_the_interrupt);
	add_each(tc, VGIC_CACHE_NONE, an_msi_that_reaches_nothing_is_dropped_with_its_reason);
	add_each(tc, VGIC_CACHE_LRU, a_hit_neither_sleeps_nor_allocates);
}

CHECK_MAIN("translation caches", add, NULL, NULL)
