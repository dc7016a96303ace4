// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands of the virtual ITS against a table written from spec/vgic.md 3.2: for each check of
 * each command, alone and against the checks behind it, the error number; for each success, every
 * line of the state that it changes. What fails changes nothing at all. Encodings are the table's
 * own. Each row runs with the old kernels' caches and stores and with the new ones'.
 */
#include "vits-state.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

/* ---- encodings: spec/vgic.md 3.2 ---- */

/* clang-format off */
#define DEV(op, dev)		  ((u64)(op) | (u64)(dev) << 32)
#define V(valid)		  ((u64)(valid) << 63)
#define RDBASE(rd)		  ((u64)(rd) << 16)
#define MAPD(dev, bits, itt, v)	  { DEV(0x08, dev), (bits) - 1, V(v) | (itt), 0 }
#define MAPC(icid, rd, v)	  { 0x09, 0, V(v) | RDBASE(rd) | (icid), 0 }
#define MAPTI(dev, ev, lpi, icid) { DEV(0x0a, dev), (u64)(lpi) << 32 | (ev), icid, 0 }
#define MAPI(dev, ev, icid)	  { DEV(0x0b, dev), ev, icid, 0 }
#define MOVI(dev, ev, icid)	  { DEV(0x01, dev), ev, icid, 0 }
#define DISCARD(dev, ev)	  { DEV(0x0f, dev), ev, 0, 0 }
#define INT(dev, ev)		  { DEV(0x03, dev), ev, 0, 0 }
#define CLEAR(dev, ev)		  { DEV(0x04, dev), ev, 0, 0 }
#define INV(dev, ev)		  { DEV(0x0c, dev), ev, 0, 0 }
#define INVALL(icid)		  { 0x0d, 0, icid, 0 }
#define MOVALL(rd1, rd2)	  { 0x0e, 0, RDBASE(rd1), RDBASE(rd2) }
#define SYNC(rd)		  { 0x05, 0, RDBASE(rd), 0 }
#define OTHER(op)		  { op, ~0ull, ~0ull, ~0ull }
/* clang-format on */

/*
 * Three vCPUs. Collections 0, 1 and 2 lie with the vCPU of their number, 7 with nobody yet. Device 8
 * (16 events):
 *	event 0	LPI 8192, collection 0, idle
 *	event 1	LPI 8193, collection 1, pending and on vCPU 1's list; its translation is cached
 *	event 2	LPI 8194, collection 1, disabled, pending; its translation is cached
 *	event 3	LPI 8195, collection 7
 *	event 4	LPI 8196, its collection (5, of vCPU 2) was unmapped
 *	event 5	LPI 8197, collection 2
 * Device 9 has 65536 events, none mapped; of device 10's table only the first 32 entries are
 * memory. The guest has changed the configuration of all LPIs to priority 40, enabled, and not yet
 * told the ITS; that of 8198 and 8199 says the same.
 */
#define NR_VCPUS  3
#define SHORT_ITT (RAM + RAM_SIZE - 256)

static void world(void)
{
	u64 short_itt[4] = MAPD(10, 6, SHORT_ITT, 1);

	for (u32 i = 0; i < 8; i++)
		lpi_config(m, 8192 + i, i == 2 ? 0xa0 : 0xa1);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapc(1, 1, true), 0);
	ck_assert_int_eq(mapc(2, 2, true), 0);
	ck_assert_int_eq(mapc(5, 2, true), 0);
	ck_assert_int_eq(mapd(8, 4, 0, true), 0);
	ck_assert_int_eq(mapd(9, 16, 16, true), 0);
	ck_assert_int_eq(its_cmd(m, short_itt), 0);
	ck_assert_int_eq(mapti(8, 0, 8192, 0), 0);
	ck_assert_int_eq(mapti(8, 1, 8193, 1), 0);
	ck_assert_int_eq(mapti(8, 2, 8194, 1), 0);
	ck_assert_int_eq(mapti(8, 3, 8195, 7), 0);
	ck_assert_int_eq(mapti(8, 4, 8196, 5), 0);
	ck_assert_int_eq(mapti(8, 5, 8197, 2), 0);
	ck_assert_int_eq(mapc(5, 2, false), 0);
	ck_assert_int_eq(its_int(8, 1), 0);
	ck_assert_int_eq(its_int(8, 2), 0);
	for (u32 i = 0; i < 8; i++)
		lpi_config(m, 8192 + i, 0x41);
}

static void words_of_page(u64 page, FILE *f)
{
	if (!gic_mem_peek_page(&m->ram, page))
		return;
	for (u64 at = page; at < page + STATE_PAGE; at += 8) {
		u64 word = ram_read64(m, at);

		if (word)
			fprintf(f, "memory %llx: %llx\n", (unsigned long long)at,
				(unsigned long long)word);
	}
}

/* What a row's effect is told in: mappings, LPIs, translations, words of the guest's tables. */
static char *facts(void)
{
	struct vgic_irq *irq;
	char *text = NULL;
	const void *cached;
	u32 translations = 0;
	size_t size;
	u64 i;
	FILE *f = open_memstream(&text, &size);

	state_devices(m->its, f);
	state_collections(m->its, f);
	plat_index_for_each(&m->its->cache, i, cached)
		translations++;
	fprintf(f, "translations %u\n", translations);
	plat_index_for_each(&m->vm->lpis, i, irq) {
		fprintf(f, "LPI %u: ", irq->intid);
		state_irq(irq, f);
		fprintf(f, "\n");
	}
	for (u64 at = PEND_TABLE; at < STATE_TABLES_END; at += STATE_PAGE)
		if (at < CMD_QUEUE || at >= DEV_TABLE)
			words_of_page(at, f);
	fclose(f);
	return text;
}

/* ---- what some rows need besides ---- */

static void lpis_off_on_vcpu_1(void)
{
	guest_write(m, 1, RD(1) + GICR_CTLR, 4, 0);
}

static void propbaser(u64 value)
{
	for (u32 v = 0; v < NR_VCPUS; v++)
		guest_write(m, v, RD(v) + GICR_CTLR, 4, 0);
	guest_write(m, 0, RD(0) + GICR_PROPBASER, 8, value);
}

static void configuration_not_in_memory(void)
{
	propbaser(0x100000 | 15);
}

static void lpis_of_14_bits(void)
{
	propbaser(PROP_TABLE | 13);
}

static void pending_bit_of_8199(void)
{
	ram_write8(m, PEND(0) + 8199 / 8, 0x81);
}

/* Sixteen pages for devices: room for more than DeviceIDs can name. */
static void wide_device_table(void)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | 0x40600000 | 15);
	guest_write(m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
}

static void indirect(u64 l1_entry)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	guest_write(m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ram_write64(m, DEV_TABLE + 8, l1_entry); /* of devices 8192 to 16383 */
}

static void second_level_invalid(void)
{
	indirect(0x40600000);
}

static void second_level_valid(void)
{
	indirect(1ull << 63 | 0x40600000);
}

static void second_level_not_in_memory(void)
{
	indirect(1ull << 63 | 0x100000);
}

static void saved_entries(void)
{
	ram_write64(m, DEV_TABLE + 8 * 8, 0x11);
	ram_write64(m, ITT(0), 0x22);
}

static void wipe(struct vgic_policy *p)
{
	p->its_unmap = VGIC_ITS_UNMAP_WIPE;
}

static void movall_quirk(struct vgic_policy *p)
{
	p->movall = VGIC_MOVALL_QUIRK_ALL;
	p->lpi_store = VGIC_LPI_STORE_XARRAY;
}

static void movall_one_sync(struct vgic_policy *p)
{
	p->movall = VGIC_MOVALL_ONE_SYNC;
}

static void movall_retarget(struct vgic_policy *p)
{
	p->movall = VGIC_MOVALL_RETARGET;
}

static void movall_hardware(struct vgic_policy *p)
{
	p->movall = VGIC_MOVALL_HARDWARE;
}

struct row {
	const char *rule;
	u64 cmd[4];
	int error;
	const char *effect; /* lines_diff() of facts() */
	void (*prepare)(void);
	void (*policy)(struct vgic_policy *p);
};

/* Lines that several effects share. */
#define NOTHING	     ""
#define CACHE_EMPTY  "-translations 2\n"
#define CACHE_EMPTY_ "+translations 0\n"
#define DEVICE_8_GONE \
	"-device 8: 4 bits, ITT 40500000, 6 events\n" \
	"-event 8/0: LPI 8192, collection 0\n" \
	"-event 8/1: LPI 8193, collection 1\n" \
	"-event 8/2: LPI 8194, collection 1\n" \
	"-event 8/3: LPI 8195, collection 7\n" \
	"-event 8/4: LPI 8196, collection -1\n" \
	"-event 8/5: LPI 8197, collection 2\n"
#define LPIS_OF_8_GONE \
	"-LPI 8192: vCPU 0, ---E--G, priority a0\n" \
	"-LPI 8194: vCPU 1, P-----G, priority a0\n" \
	"-LPI 8195: vCPU -1, ---E--G, priority a0\n" \
	"-LPI 8196: vCPU 2, ---E--G, priority a0\n" \
	"-LPI 8197: vCPU 2, ---E--G, priority a0\n"

/* clang-format off */
static const struct row rows[] = {
	/* MAPD: the DeviceID; then the size, if valid; an existing device is freed first */
	{ "MAPD of a DeviceID behind the table's last entry", MAPD(8192, 4, ITT(1), 1), 0x010801,
	  NOTHING },
	{ "MAPD of such a DeviceID, invalid", MAPD(8192, 4, ITT(1), 0), 0x010801, NOTHING },
	{ "MAPD: the DeviceID comes before the size", MAPD(8192, 17, ITT(1), 1), 0x010801, NOTHING },
	{ "MAPD of a DeviceID of 17 bits, whatever the table", MAPD(0x10000, 4, ITT(1), 1), 0x010801,
	  NOTHING, wide_device_table },
	{ "MAPD of the last DeviceID of 16 bits", MAPD(0xffff, 4, ITT(1), 1), 0,
	  "-devices 3\n+device 65535: 4 bits, ITT 40501000, 0 events\n+devices 4\n",
	  wide_device_table },
	{ "MAPD where the first level is invalid", MAPD(8192, 4, ITT(1), 1), 0x010801, NOTHING,
	  second_level_invalid },
	{ "MAPD where the second level is not in memory", MAPD(8192, 4, ITT(1), 1), 0x010801, NOTHING,
	  second_level_not_in_memory },
	{ "MAPD through two levels", MAPD(8192, 4, ITT(1), 1), 0,
	  "-devices 3\n+device 8192: 4 bits, ITT 40501000, 0 events\n+devices 4\n",
	  second_level_valid },
	{ "MAPD of 17 EventID bits", MAPD(11, 17, ITT(1), 1), 0x010802, NOTHING },
	{ "MAPD of 32 EventID bits for a mapped device keeps it", MAPD(8, 32, ITT(1), 1), 0x010802,
	  NOTHING },
	{ "MAPD of 16 EventID bits", MAPD(8191, 16, ITT(1), 1), 0,
	  "-devices 3\n+device 8191: 16 bits, ITT 40501000, 0 events\n+devices 4\n" },
	{ "MAPD, invalid, does not look at the size", MAPD(8, 17, 0, 0), 0,
	  DEVICE_8_GONE "-devices 3\n" CACHE_EMPTY LPIS_OF_8_GONE "+devices 2\n" CACHE_EMPTY_ },
	{ "MAPD of a mapped device frees its events first", MAPD(8, 5, ITT(1), 1), 0,
	  DEVICE_8_GONE CACHE_EMPTY LPIS_OF_8_GONE
	  "+device 8: 5 bits, ITT 40501000, 0 events\n" CACHE_EMPTY_ },
	{ "MAPD, invalid, of a device that is not mapped", MAPD(11, 4, 0, 0), 0, NOTHING },
	{ "MAPD takes bits 51:8 of the table's address", MAPD(11, 4, 0x7ff0000040501000ull, 1), 0,
	  "-devices 3\n+device 11: 4 bits, ITT 40501000, 0 events\n+devices 4\n" },
	{ "MAPD, invalid, wipes the device's entry from 6.13 on", MAPD(8, 4, 0, 0), 0,
	  DEVICE_8_GONE "-devices 3\n" CACHE_EMPTY LPIS_OF_8_GONE "-memory 40410040: 11\n"
	  "+devices 2\n" CACHE_EMPTY_, saved_entries, wipe },
	{ "MAPD, invalid, leaves the device's entry before", MAPD(9, 16, 0, 0), 0,
	  "-device 9: 16 bits, ITT 40510000, 0 events\n-devices 3\n" CACHE_EMPTY "+devices 2\n"
	  CACHE_EMPTY_, saved_entries },

	/* MAPC: RDbase, also when invalid; then a new ICID, if valid */
	{ "MAPC to a vCPU that is not there", MAPC(1, 3, 1), 0x010902, NOTHING },
	{ "MAPC, invalid, to a vCPU that is not there", MAPC(1, 3, 0), 0x010902, NOTHING },
	{ "MAPC: RDbase comes before the ICID", MAPC(8192, 3, 1), 0x010902, NOTHING },
	{ "MAPC looks at 32 bits of RDbase", MAPC(1, 0x80000001u, 1), 0x010902, NOTHING },
	{ "MAPC does not look at bits 51:48", MAPC(3, 0x100000001ull, 1), 0,
	  "-collections 4\n+collection 3: vCPU 1\n+collections 5\n" },
	{ "MAPC of a new ICID behind the table's last entry", MAPC(8192, 0, 1), 0x010903, NOTHING },
	{ "MAPC, invalid, of such an ICID flushes the cache and no more", MAPC(8192, 0, 0), 0,
	  CACHE_EMPTY CACHE_EMPTY_ },
	{ "MAPC of the last ICID", MAPC(8191, 2, 1), 0,
	  "-collections 4\n+collection 8191: vCPU 2\n+collections 5\n" },
	{ "MAPC of a mapped collection takes its LPIs along", MAPC(1, 2, 1), 0,
	  "-collection 1: vCPU 1\n"
	  "-LPI 8193: vCPU 1, P--E--G, priority a0, queued on 1\n"
	  "-LPI 8194: vCPU 1, P-----G, priority a0\n"
	  "+collection 1: vCPU 2\n"
	  "+LPI 8193: vCPU 2, P--E--G, priority a0, queued on 1\n"
	  "+LPI 8194: vCPU 2, P-----G, priority a0\n" },
	{ "MAPC of a collection that MAPTI made gives its LPIs a target", MAPC(7, 1, 1), 0,
	  "-collection 7: vCPU -1\n-LPI 8195: vCPU -1, ---E--G, priority a0\n"
	  "+collection 7: vCPU 1\n+LPI 8195: vCPU 1, ---E--G, priority a0\n" },
	{ "MAPC, invalid, leaves events without a collection", MAPC(1, 0, 0), 0,
	  "-event 8/1: LPI 8193, collection 1\n-event 8/2: LPI 8194, collection 1\n"
	  "-collection 1: vCPU 1\n-collections 4\n" CACHE_EMPTY
	  "+event 8/1: LPI 8193, collection -1\n+event 8/2: LPI 8194, collection -1\n"
	  "+collections 3\n" CACHE_EMPTY_ },
	{ "MAPC again does not bring them back", MAPC(5, 0, 1), 0,
	  "-collections 4\n+collection 5: vCPU 0\n+collections 5\n" },

	/* MAPTI and MAPI: device; event; INTID; existing event; new ICID */
	{ "MAPTI of no device, before all else", MAPTI(11, 16, 100, 8192), 0x010a04, NOTHING },
	{ "MAPI of no device, before all else", MAPI(11, 16, 8192), 0x010a04, NOTHING },
	{ "MAPTI of an event behind the ITT", MAPTI(8, 16, 8198, 0), 0x010a05, NOTHING },
	{ "MAPTI: the event comes before the INTID and the ICID", MAPTI(8, 16, 100, 8192), 0x010a05,
	  NOTHING },
	{ "MAPTI of an event of 32 bits", MAPTI(8, 0xffffffffu, 8198, 0), 0x010a05, NOTHING },
	{ "MAPTI of an event whose entry is not in memory", MAPTI(10, 32, 8198, 0), 0x010a05, NOTHING },
	{ "MAPI of an event behind the ITT", MAPI(8, 8198, 0), 0x010a05, NOTHING },
	{ "MAPTI of an INTID below the LPIs", MAPTI(8, 6, 8191, 0), 0x010a06, NOTHING },
	{ "MAPTI of an INTID above the LPIs", MAPTI(8, 6, 65536, 0), 0x010a06, NOTHING },
	{ "MAPTI: the INTID comes before the existing event", MAPTI(8, 0, 8191, 0), 0x010a06, NOTHING },
	{ "MAPTI: the INTID comes before the ICID", MAPTI(8, 6, 8191, 8192), 0x010a06, NOTHING },
	{ "MAPTI within GICR_PROPBASER.IDbits", MAPTI(8, 0, 16383, 0), 0, NOTHING, lpis_of_14_bits },
	{ "MAPTI beyond GICR_PROPBASER.IDbits", MAPTI(8, 0, 16384, 0), 0x010a06, NOTHING,
	  lpis_of_14_bits },
	{ "MAPI of an event that is no LPI", MAPI(9, 100, 0), 0x010a06, NOTHING },
	{ "MAPTI of an existing event is no error and changes nothing", MAPTI(8, 0, 8198, 1), 0,
	  NOTHING },
	{ "MAPTI of an existing event does not look at the ICID", MAPTI(8, 0, 8198, 8192), 0, NOTHING },
	{ "MAPTI of a new ICID behind the table's last entry", MAPTI(8, 6, 8198, 8192), 0x010903,
	  NOTHING },
	{ "MAPI of a new ICID behind the table's last entry", MAPI(9, 8198, 8192), 0x010903, NOTHING },
	{ "MAPTI of a new ICID makes a collection without a vCPU", MAPTI(8, 6, 8198, 9), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n-collections 4\n"
	  "+device 8: 4 bits, ITT 40500000, 7 events\n+event 8/6: LPI 8198, collection 9\n"
	  "+collection 9: vCPU -1\n+collections 5\n+LPI 8198: vCPU -1, ---E--G, priority 40\n" },
	{ "MAPTI reads configuration and pending bit, and clears that", MAPTI(8, 6, 8199, 0), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n-memory 40200400: 81\n"
	  "+device 8: 4 bits, ITT 40500000, 7 events\n+event 8/6: LPI 8199, collection 0\n"
	  "+LPI 8199: vCPU 0, P--E--G, priority 40, queued on 0\n+memory 40200400: 1\n",
	  pending_bit_of_8199 },
	{ "MAPTI for another vCPU leaves that bit", MAPTI(8, 6, 8199, 1), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n"
	  "+device 8: 4 bits, ITT 40500000, 7 events\n+event 8/6: LPI 8199, collection 1\n"
	  "+LPI 8199: vCPU 1, ---E--G, priority 40\n", pending_bit_of_8199 },
	{ "MAPTI of a known LPI keeps its target and configuration", MAPTI(8, 6, 8192, 1), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n"
	  "+device 8: 4 bits, ITT 40500000, 7 events\n+event 8/6: LPI 8192, collection 1\n" },
	{ "MAPI maps the event to the LPI of its number", MAPI(9, 8199, 2), 0,
	  "-device 9: 16 bits, ITT 40510000, 0 events\n"
	  "+device 9: 16 bits, ITT 40510000, 1 events\n+event 9/8199: LPI 8199, collection 2\n"
	  "+LPI 8199: vCPU 2, ---E--G, priority 40\n" },
	{ "MAPTI of an LPI whose configuration is not in memory", MAPTI(8, 6, 8198, 9), -EFAULT,
	  NOTHING, configuration_not_in_memory },

	/* MOVI: the event; its collection; the new collection */
	{ "MOVI of no device", MOVI(11, 0, 9), 0x010107, NOTHING },
	{ "MOVI of no event", MOVI(8, 6, 9), 0x010107, NOTHING },
	{ "MOVI from a collection without a vCPU", MOVI(8, 3, 0), 0x010109, NOTHING },
	{ "MOVI from a collection that was unmapped", MOVI(8, 4, 0), 0x010109, NOTHING },
	{ "MOVI to no collection", MOVI(8, 0, 9), 0x010109, NOTHING },
	{ "MOVI to a collection without a vCPU", MOVI(8, 0, 7), 0x010109, NOTHING },
	{ "MOVI moves one LPI", MOVI(8, 1, 2), 0,
	  "-event 8/1: LPI 8193, collection 1\n" CACHE_EMPTY
	  "-LPI 8193: vCPU 1, P--E--G, priority a0, queued on 1\n"
	  "+event 8/1: LPI 8193, collection 2\n" CACHE_EMPTY_
	  "+LPI 8193: vCPU 2, P--E--G, priority a0, queued on 1\n" },

	/* DISCARD: the event and its collection in one */
	{ "DISCARD of no device", DISCARD(11, 0), 0x010f07, NOTHING },
	{ "DISCARD of no event", DISCARD(8, 6), 0x010f07, NOTHING },
	{ "DISCARD of an event whose collection has no vCPU", DISCARD(8, 3), 0x010f07, NOTHING },
	{ "DISCARD of an event whose collection was unmapped", DISCARD(8, 4), 0x010f07, NOTHING },
	{ "DISCARD ends an LPI that nobody else holds", DISCARD(8, 0), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n-event 8/0: LPI 8192, collection 0\n"
	  CACHE_EMPTY "-LPI 8192: vCPU 0, ---E--G, priority a0\n"
	  "+device 8: 4 bits, ITT 40500000, 5 events\n" CACHE_EMPTY_ },
	{ "DISCARD leaves the pending state of the LPI", DISCARD(8, 1), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n-event 8/1: LPI 8193, collection 1\n"
	  CACHE_EMPTY "+device 8: 4 bits, ITT 40500000, 5 events\n" CACHE_EMPTY_ },
	{ "DISCARD wipes the event's entry from 6.13 on", DISCARD(8, 0), 0,
	  "-device 8: 4 bits, ITT 40500000, 6 events\n-event 8/0: LPI 8192, collection 0\n"
	  CACHE_EMPTY "-LPI 8192: vCPU 0, ---E--G, priority a0\n-memory 40500000: 22\n"
	  "+device 8: 4 bits, ITT 40500000, 5 events\n" CACHE_EMPTY_, saved_entries, wipe },

	/* INT: the event with its collection; whether its vCPU takes LPIs */
	{ "INT of no device", INT(11, 0), 0x010307, NOTHING },
	{ "INT of no event", INT(8, 6), 0x010307, NOTHING },
	{ "INT of an event whose collection has no vCPU", INT(8, 3), 0x010307, NOTHING },
	{ "INT of an event whose collection was unmapped", INT(8, 4), 0x010307, NOTHING },
	{ "INT to a vCPU whose LPIs are disabled", INT(8, 2), -EBUSY, NOTHING, lpis_off_on_vcpu_1 },
	{ "INT makes the LPI pending, queues and caches it", INT(8, 0), 0,
	  CACHE_EMPTY "-LPI 8192: vCPU 0, ---E--G, priority a0\n+translations 3\n"
	  "+LPI 8192: vCPU 0, P--E--G, priority a0, queued on 0\n" },
	{ "INT of a pending LPI changes nothing", INT(8, 1), 0, NOTHING },

	/* CLEAR and INV: the event alone */
	{ "CLEAR of no device", CLEAR(11, 0), 0x010507, NOTHING },
	{ "CLEAR of no event", CLEAR(8, 6), 0x010507, NOTHING },
	{ "CLEAR needs no collection", CLEAR(8, 4), 0, NOTHING },
	{ "CLEAR withdraws the pending state", CLEAR(8, 1), 0,
	  "-LPI 8193: vCPU 1, P--E--G, priority a0, queued on 1\n"
	  "+LPI 8193: vCPU 1, ---E--G, priority a0, queued on 1\n" },
	{ "INV of no device", INV(11, 0), 0x010c07, NOTHING },
	{ "INV of no event", INV(8, 6), 0x010c07, NOTHING },
	{ "INV needs no collection", INV(8, 4), 0,
	  "-LPI 8196: vCPU 2, ---E--G, priority a0\n+LPI 8196: vCPU 2, ---E--G, priority 40\n" },
	{ "INV queues a pending LPI that it enables", INV(8, 2), 0,
	  "-LPI 8194: vCPU 1, P-----G, priority a0\n"
	  "+LPI 8194: vCPU 1, P--E--G, priority 40, queued on 1\n" },
	{ "INV of an LPI whose configuration is not in memory", INV(8, 0), -EFAULT, NOTHING,
	  configuration_not_in_memory },

	/* INVALL: the collection */
	{ "INVALL of no collection", INVALL(9), 0x010d09, NOTHING },
	{ "INVALL of a collection without a vCPU", INVALL(7), 0x010d09, NOTHING },
	{ "INVALL reads the configuration of all LPIs of the vCPU", INVALL(1), 0,
	  "-LPI 8193: vCPU 1, P--E--G, priority a0, queued on 1\n"
	  "-LPI 8194: vCPU 1, P-----G, priority a0\n"
	  "+LPI 8193: vCPU 1, P--E--G, priority 40, queued on 1\n"
	  "+LPI 8194: vCPU 1, P--E--G, priority 40, queued on 1\n" },
	{ "INVALL goes by the vCPU, not by the collection", INVALL(2), 0,
	  "-LPI 8196: vCPU 2, ---E--G, priority a0\n-LPI 8197: vCPU 2, ---E--G, priority a0\n"
	  "+LPI 8196: vCPU 2, ---E--G, priority 40\n+LPI 8197: vCPU 2, ---E--G, priority 40\n" },

	/* MOVALL: either RDbase */
	{ "MOVALL from a vCPU that is not there", MOVALL(3, 0), 0x010e01, NOTHING },
	{ "MOVALL to a vCPU that is not there", MOVALL(0, 3), 0x010e01, NOTHING },
	{ "MOVALL between one vCPU that is not there", MOVALL(3, 3), 0x010e01, NOTHING },
	{ "MOVALL looks at 32 bits of the second RDbase", MOVALL(0, 0x80000001u), 0x010e01, NOTHING },
	{ "MOVALL to the same vCPU changes nothing", MOVALL(1, 1), 0, NOTHING },
	{ "MOVALL moves the LPIs of the first vCPU and no collection", MOVALL(2, 0), 0,
	  CACHE_EMPTY
	  "-LPI 8196: vCPU 2, ---E--G, priority a0\n-LPI 8197: vCPU 2, ---E--G, priority a0\n"
	  CACHE_EMPTY_
	  "+LPI 8196: vCPU 0, ---E--G, priority a0\n+LPI 8197: vCPU 0, ---E--G, priority a0\n" },
	{ "MOVALL one-sync: the same", MOVALL(2, 0), 0,
	  CACHE_EMPTY
	  "-LPI 8196: vCPU 2, ---E--G, priority a0\n-LPI 8197: vCPU 2, ---E--G, priority a0\n"
	  CACHE_EMPTY_
	  "+LPI 8196: vCPU 0, ---E--G, priority a0\n+LPI 8197: vCPU 0, ---E--G, priority a0\n",
	  NULL, movall_one_sync },
	{ "MOVALL hardware-vmovall: the same", MOVALL(2, 0), 0,
	  CACHE_EMPTY
	  "-LPI 8196: vCPU 2, ---E--G, priority a0\n-LPI 8197: vCPU 2, ---E--G, priority a0\n"
	  CACHE_EMPTY_
	  "+LPI 8196: vCPU 0, ---E--G, priority a0\n+LPI 8197: vCPU 0, ---E--G, priority a0\n",
	  NULL, movall_hardware },
	{ "MOVALL retarget-collection: what is in a collection of it", MOVALL(2, 0), 0,
	  "-collection 2: vCPU 2\n" CACHE_EMPTY "-LPI 8197: vCPU 2, ---E--G, priority a0\n"
	  "+collection 2: vCPU 0\n" CACHE_EMPTY_ "+LPI 8197: vCPU 0, ---E--G, priority a0\n",
	  NULL, movall_retarget },
	{ "MOVALL quirk-move-all: every LPI", MOVALL(2, 0), 0,
	  CACHE_EMPTY
	  "-LPI 8193: vCPU 1, P--E--G, priority a0, queued on 1\n"
	  "-LPI 8194: vCPU 1, P-----G, priority a0\n-LPI 8195: vCPU -1, ---E--G, priority a0\n"
	  "-LPI 8196: vCPU 2, ---E--G, priority a0\n-LPI 8197: vCPU 2, ---E--G, priority a0\n"
	  CACHE_EMPTY_
	  "+LPI 8193: vCPU 0, P--E--G, priority a0, queued on 1\n"
	  "+LPI 8194: vCPU 0, P-----G, priority a0\n+LPI 8195: vCPU 0, ---E--G, priority a0\n"
	  "+LPI 8196: vCPU 0, ---E--G, priority a0\n+LPI 8197: vCPU 0, ---E--G, priority a0\n",
	  NULL, movall_quirk },

	/* SYNC, and what the virtual ITS does not know */
	{ "SYNC does nothing", SYNC(0), 0, NOTHING },
	{ "SYNC does not look at RDbase", SYNC(99), 0, NOTHING },
	{ "An opcode of no command", OTHER(0x00), -ENODEV, NOTHING },
	{ "VMAPTI", OTHER(0x2a), -ENODEV, NOTHING },
	{ "VMOVP", OTHER(0x22), -ENODEV, NOTHING },
	{ "VMAPP", OTHER(0x29), -ENODEV, NOTHING },
	{ "The highest opcode", OTHER(0xff), -ENODEV, NOTHING },
};
/* clang-format on */

static struct vgic_policy policy_of(const struct row *r, bool modern)
{
	struct vgic_policy p = modern ? xarray_policy() : mmio_policy();

	if (r->policy)
		r->policy(&p);
	return p;
}

/* The command's error, once the queue has moved on. */
static int run(const struct row *r)
{
	int ret = its_cmd(m, r->cmd);

	ck_assert_msg(port.nr_held == 0, "%s: holds a lock", r->rule);
	return ret;
}

START_TEST(a_command_gives_the_error_and_changes_what_the_table_says)
{
	const struct row *r = &rows[_i / 2];
	struct vgic_policy p = policy_of(r, _i % 2);
	char *all, *all_after, *before, *after, *diff;
	int ret;

	port_reset();
	vits_vm_create(m, NR_VCPUS, &p);
	world();
	if (r->prepare)
		r->prepare();
	all = vits_state(m);
	before = facts();
	ret = run(r);
	after = facts();
	all_after = vits_state(m);
	ck_assert_msg(ret == r->error, "%s: %#x, not %#x", r->rule, (unsigned)ret,
		      (unsigned)r->error);
	if (ret)
		lines_assert_same(r->rule, all, all_after);
	diff = lines_diff(before, after);
	ck_assert_msg(!strcmp(diff, r->effect), "%s: changed\n%.600s-- and should\n%.600s", r->rule,
		      diff, r->effect);
	free(all);
	free(all_after);
	free(before);
	free(after);
	free(diff);
	mmio_destroy(m);
	port_assert_quiet();
}
END_TEST

/* ---- nothing is left out ---- */

#define ERRORS(X) \
	X(MAPD_DEVICE_OOR, 0x010801) \
	X(MAPD_ITTSIZE_OOR, 0x010802) \
	X(MAPC_PROCNUM_OOR, 0x010902) \
	X(MAPC_COLLECTION_OOR, 0x010903) \
	X(MAPTI_UNMAPPED_DEVICE, 0x010a04) \
	X(MAPTI_ID_OOR, 0x010a05) \
	X(MAPTI_PHYSICALID_OOR, 0x010a06) \
	X(MOVI_UNMAPPED_INTERRUPT, 0x010107) \
	X(MOVI_UNMAPPED_COLLECTION, 0x010109) \
	X(DISCARD_UNMAPPED_INTERRUPT, 0x010f07) \
	X(INT_UNMAPPED_INTERRUPT, 0x010307) \
	X(CLEAR_UNMAPPED_INTERRUPT, 0x010507) \
	X(INV_UNMAPPED_INTERRUPT, 0x010c07) \
	X(INVALL_UNMAPPED_COLLECTION, 0x010d09) \
	X(MOVALL_PROCNUM_OOR, 0x010e01)

/* Every number of spec/vgic.md 3.2 is some row's, and is what the name stands for. */
START_TEST(every_error_number_is_the_outcome_of_a_row)
{
#define ERROR_ROW(name, number) { #name, number, E_ITS_##name },
	static const struct {
		const char *name;
		int number, named;
	} errors[] = { ERRORS(ERROR_ROW){ "-EBUSY", -EBUSY, -EBUSY },
		       { "-ENODEV", -ENODEV, -ENODEV },
		       { "-EFAULT", -EFAULT, -EFAULT } };
#undef ERROR_ROW

	for (size_t i = 0; i < PLAT_ARRAY_SIZE(errors); i++) {
		size_t n = 0;

		while (n < PLAT_ARRAY_SIZE(rows) && rows[n].error != errors[i].number)
			n++;
		ck_assert_msg(n < PLAT_ARRAY_SIZE(rows), "no row gives %s", errors[i].name);
		ck_assert_int_eq(errors[i].named, errors[i].number);
	}
}
END_TEST

/* Every command the virtual ITS knows succeeds in a row, and fails in one if it can. */
START_TEST(every_command_has_rows)
{
	for (u32 opcode = 0; opcode < 256; opcode++) {
		u32 good = 0, bad = 0;

		for (size_t i = 0; i < PLAT_ARRAY_SIZE(rows); i++) {
			if ((rows[i].cmd[0] & 0xff) != opcode)
				continue;
			good += !rows[i].error;
			bad += rows[i].error != 0;
		}
		if (!vits_command_name(opcode))
			continue;
		ck_assert_msg(good, "%s", vits_command_name(opcode));
		ck_assert_msg(bad || opcode == 0x05, "%s", vits_command_name(opcode));
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_command_gives_the_error_and_changes_what_the_table_says, 0,
			    2 * (int)PLAT_ARRAY_SIZE(rows));
	tcase_add_test(tc, every_error_number_is_the_outcome_of_a_row);
	tcase_add_test(tc, every_command_has_rows);
}

CHECK_MAIN("vITS command table", add, NULL, NULL)
