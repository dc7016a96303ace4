// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the virtual ITS itself takes, in processor time, with the one-thread port underneath (its
 * locks do not wait; no time is simulated):
 *   fast   an MSI that the translation cache serves and that finds its LPI pending, by policy and
 *          number of events in use
 *   cmd    one command queued by the guest and executed, the write of GITS_CWRITER included
 *   save, restore  tables and pending tables of a VM with 64 vCPUs and 4096 LPIs
 *   map    16384 LPIs mapped by commands, and the memory that each takes
 * A time is the best of ROUNDS rounds; the others tell of other programs on the machine.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/models/vits/vits-vm.h"

#define ROUNDS	   5
#define OPERATIONS 20000u
#define VCPUS	   64u
#define PENDING(v) (0x41000000ull + (v)*0x10000ull)
#define DEVICE	   8u

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The best time of fn(), ns. */
static double best(void (*fn)(u32 arg), u32 arg)
{
	double least = 1e18;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		double t = cpu_ns();

		fn(arg);
		t = cpu_ns() - t;
		least = t < least ? t : least;
	}
	return least;
}

static void post_mapti(u32 event)
{
	u64 cmd[4];

	its_build_mapti(cmd, DEVICE, event, VGIC_LPI_BASE + event, event % VCPUS);
	its_post(m, cmd);
}

static void map_lpis(u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		post_mapti(i);
}

static void open_vm(u8 cache, u8 store)
{
	struct vgic_policy p = mmio_policy();
	u64 cmd[4];
	u32 v;

	port_reset();
	plat_user.event_mask = 0;
	p.cache = cache;
	p.lpi_store = store;
	mmio_create(m, VGIC_V3, VCPUS, true, &p);
	guest_write(m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	for (v = 0; v < VCPUS; v++) {
		guest_write(m, v, RD(v) + GICR_PROPBASER, 8, PROP_TABLE | 15);
		guest_write(m, v, RD(v) + GICR_PENDBASER, 8, PENDING(v) | GICR_PENDBASER_PTZ);
		guest_write(m, v, RD(v) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	}
	its_setup(m);
	for (v = 0; v < VCPUS; v++) {
		its_build_mapc(cmd, v, v, true);
		its_post(m, cmd);
	}
	its_build_mapd(cmd, DEVICE, ITTS, 14, true);
	its_post(m, cmd);
}

/* ---- fast ---- */

static void inject(u32 events)
{
	u32 i, event = 0;

	for (i = 0; i < OPERATIONS; i++) {
		if (msi_fast(m, DEVICE, event))
			abort();
		event = event + 1 == events ? 0 : event + 1;
	}
}

static void bench_fast(const char *name, u8 cache, u32 events)
{
	u32 i;

	open_vm(cache, cache == VGIC_CACHE_XARRAY);
	map_lpis(events);
	for (i = 0; i < events; i++)
		msi(m, DEVICE, i);
	printf("fast %-10s %6u events %8.1f ns\n", name, events, best(inject, events) / OPERATIONS);
	mmio_destroy(m);
}

/* ---- commands ---- */

static void commands(u32 opcode)
{
	u64 cmd[4];
	u32 i;

	for (i = 0; i < OPERATIONS; i++) {
		its_build_event(cmd, opcode, DEVICE, i % 64);
		cmd[2] = opcode == ITS_CMD_MOVI ? i % VCPUS : 0;
		its_post(m, cmd);
	}
}

static void remap(u32 n)
{
	u64 cmd[4];
	u32 i;

	for (i = 0; i < n; i++) {
		its_build_discard(cmd, DEVICE, i % 64);
		its_post(m, cmd);
		post_mapti(i % 64);
	}
}

static void bench_commands(void)
{
	static const u32 opcodes[] = { ITS_CMD_SYNC, ITS_CMD_INT, ITS_CMD_INV, ITS_CMD_MOVI };
	u32 i;

	open_vm(VGIC_CACHE_XARRAY, VGIC_LPI_STORE_XARRAY);
	map_lpis(64);
	for (i = 0; i < PLAT_ARRAY_SIZE(opcodes); i++)
		printf("cmd  %-24s %8.1f ns\n", vits_command_name(opcodes[i]),
		       best(commands, opcodes[i]) / OPERATIONS);
	printf("cmd  %-24s %8.1f ns\n", "DISCARD + MAPTI", best(remap, OPERATIONS) / OPERATIONS);
	mmio_destroy(m);
}

/* ---- save and restore ---- */

static void save(u32 unused)
{
	(void)unused;
	if (vits_save_tables(m->its) || vits_save_pending_tables(m->vm))
		abort();
}

static void restore(u32 unused)
{
	(void)unused;
	vits_free_devices(m->its);
	vits_free_collections(m->its);
	if (vits_restore_tables(m->its))
		abort();
}

static void bench_save(const char *name, u8 store)
{
	open_vm(VGIC_CACHE_NONE, store);
	map_lpis(4096);
	printf("save    %-8s 64 vCPUs, 4096 LPIs %8.3f ms\n", name, best(save, 0) / 1e6);
	printf("restore %-8s 64 vCPUs, 4096 LPIs %8.3f ms\n", name, best(restore, 0) / 1e6);
	mmio_destroy(m);
}

/* ---- map ---- */

static void bench_map(const char *name, u8 store)
{
	size_t before;
	double t;

	open_vm(VGIC_CACHE_XARRAY, store);
	before = mallinfo2().uordblks;
	t = cpu_ns();
	map_lpis(16384);
	t = cpu_ns() - t;
	printf("map  %-8s 16384 LPIs %8.1f ns, %5.1f bytes each; interrupt %zu + event %zu\n", name,
	       t / 16384, (double)(mallinfo2().uordblks - before) / 16384, sizeof(struct vgic_irq),
	       sizeof(struct vits_ite));
	mmio_destroy(m);
}

int main(void)
{
	bench_fast("lru", VGIC_CACHE_LRU, 16);
	bench_fast("lru", VGIC_CACHE_LRU, 1024);
	bench_fast("rcu-evict", VGIC_CACHE_RCU_EVICT, 1024);
	bench_fast("xarray", VGIC_CACHE_XARRAY, 16);
	bench_fast("xarray", VGIC_CACHE_XARRAY, 1024);
	bench_fast("xarray", VGIC_CACHE_XARRAY, 16384);
	bench_commands();
	bench_save("list", VGIC_LPI_STORE_LIST);
	bench_save("xarray", VGIC_LPI_STORE_XARRAY);
	bench_map("list", VGIC_LPI_STORE_LIST);
	bench_map("xarray", VGIC_LPI_STORE_XARRAY);
	return 0;
}
