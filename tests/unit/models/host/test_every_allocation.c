// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole life of the host's ITS driver with each of its allocations failing in turn: probe,
 * devices, events, and back. What GICv4 adds has tests of its own.
 */
#include "tests/unit/models/hw/board.h"

#include "models/host/its-internal.h"
#include "tests/lib/check-main.h"
#include "tests/lib/sites.h"

#define DRIVER_MEM  (BOARD_RAM + 0x4000000)
#define DRIVER_SIZE 0x1000000ull

static struct host_its *h;
static u32 device, event;
static int lpi;

/* The ITS takes one command between two looks of a waiting driver. */
static void its_works(void *arg, void *object)
{
	struct its_work work;

	(void)arg;
	(void)object;
	SITES_OUTSIDE(its_step(board.its, &work));
}

/* ---- the driver's state as text ---- */

static void state_free(FILE *f)
{
	u64 bytes = h->mem_end - h->mem_next;
	struct host_lpi_range *range;
	struct host_block *block;

	plat_list_for_each(range, &h->free_lpis, link)
		fprintf(f, "LPIs %u from %u are free\n", range->count, range->base);
	plat_list_for_each(block, &h->free_blocks, link)
		bytes += block->size;
	fprintf(f, "%llu bytes are free\n", (unsigned long long)bytes);
}

static void state_devices(struct host_queue *q, FILE *f)
{
	struct host_device *dev;
	u64 id;

	fprintf(f, "queue at %u\n", q->write);
	plat_index_for_each(&q->devices, id, dev) {
		fprintf(f, "device %u: ITT %llx, LPIs %u from %u\n", dev->device_id,
			(unsigned long long)dev->itt->addr, dev->range->count, dev->range->base);
		for (u32 i = 0; i < dev->nr_events; i++)
			fprintf(f, "device %u event %u: PE %u, mapped %d, enabled %d\n",
				dev->device_id, i, dev->lpis[i].pe, dev->lpis[i].mapped,
				dev->lpis[i].enabled);
	}
}

static char *state(void)
{
	struct host_lpi *l;
	char *text = NULL;
	size_t size;
	u64 intid;
	FILE *f;

	if (!h)
		return NULL;
	f = open_memstream(&text, &size);
	state_free(f);
	for (u32 i = 0; i < h->nr_its; i++)
		state_devices(&h->queue[i], f);
	plat_index_for_each(&h->lpis, intid, l)
		fprintf(f, "LPI %u: device %u event %u\n", (u32)intid, l->dev->device_id, l->event);
	fclose(f);
	return text;
}

/* ---- steps ---- */

static int probe(void)
{
	return host_its_probe(&h, board.gic, &board.its, 1, &board.mem, DRIVER_MEM, DRIVER_SIZE);
}

static int map_device(void)
{
	return host_its_map_device(h, 0, device, 5);
}

static int map_event(void)
{
	lpi = host_its_map_event(h, 0, device, event, 1);
	return lpi;
}

static int move(void)
{
	return host_its_set_affinity(h, (u32)lpi, 2);
}

static int unmap_event(void)
{
	host_its_unmap_event(h, (u32)lpi);
	return 0;
}

static int unmap_device(void)
{
	host_its_unmap_device(h, 0, device);
	return 0;
}

#define STEP(fn) sites_step(#fn, fn, false)

static void life(void)
{
	board_reset(&board_config);
	gicd_write(board.gic, GICD_CTLR, 4, GICD_CTLR_ENABLE_GRP1);
	ck_assert_int_eq(its_create(&board.its, board.gic, &board_its_config), 0);
	port.poll = its_works;
	sites.state = state;
	STEP(probe);
	for (device = 3; device < 3000; device += 1000) {
		STEP(map_device);
		for (event = 0; event < 5; event += 2)
			STEP(map_event);
		STEP(move);
		STEP(unmap_event);
	}
	device = 1003;
	STEP(unmap_device);
	STEP(map_device);
	host_its_remove(h);
	h = NULL;
	board_down();
}

START_TEST(each_allocation_of_the_its_driver_may_fail)
{
	ck_assert_uint_ge(sites_all(life), 20);
	sites_tell();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, each_allocation_of_the_its_driver_may_fail);
}

CHECK_MAIN("each allocation of the ITS driver", add, NULL, NULL)
