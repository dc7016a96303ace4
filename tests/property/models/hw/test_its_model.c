// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ITS against plain arrays: after each random command every event of a small world translates
 * as the arrays say, whatever the sizes of the caches (0, smaller than the working set, larger),
 * with a flat and an indirect device table (Arm IHI 0069 5.2, 5.3; spec/vgic.md 3.2, 6.2). A
 * translation table keeps its entries in memory while its device is unmapped: so do the arrays.
 */
#include "stream.h"
#include "tests/unit/models/hw/board.h"

#include "tests/lib/check-main.h"

#define NR_DEVICES 6u
#define NR_EVENTS  16u
#define NR_COLLS   5u
#define NR_LPIS	   64u

enum {
	MAPD,
	UNMAPD,
	MAPC,
	UNMAPC,
	MAPTI,
	MOVI,
	DISCARD,
	INT,
	CLEAR,
	MOVALL,
	OFF_ON,
	LOOK,
	NR_KINDS
};
static const char *const names[] = { "mapd",	"unmapd", "mapc",  "unmapc", "mapti",  "movi",
				     "discard", "int",	  "clear", "movall", "off-on", "translate" };

static struct its_config config;
static bool indirect;

static struct {
	struct {
		bool valid;
		u32 bits;
		struct {
			bool valid;
			u32 lpi, icid;
		} event[NR_EVENTS];
	} device[NR_DEVICES];
	struct {
		bool valid;
		u32 pe;
	} coll[NR_COLLS];
	bool pending[BOARD_MAX_PES][NR_LPIS];
} m;

/* Spread over two pages of an indirect table. */
static u32 device_id(u32 d)
{
	return d * 150;
}

static bool mapped(u32 d, u32 e)
{
	return m.device[d].valid && e < (1u << m.device[d].bits) && m.device[d].event[e].valid;
}

/* The PE an event goes to, or -1. */
static int target(u32 d, u32 e)
{
	u32 icid = m.device[d].event[e].icid;

	return mapped(d, e) && m.coll[icid].valid ? (int)m.coll[icid].pe : -1;
}

static bool translates(u32 d, u32 e)
{
	struct its_route route;
	struct its_work work;
	int pe = target(d, e);

	its_translate(board.its, device_id(d), e, &route, &work);
	if (pe < 0)
		return !route.pe && work.error > 0;
	return route.pe == board_pe((u32)pe) && work.error == 0 &&
	       route.intid == 8192 + m.device[d].event[e].lpi;
}

/* Issue the command and say whether it was refused exactly when it had to be. */
static bool issue(const u64 cmd[4], bool allowed)
{
	return (board_command(cmd).error == 0) == allowed;
}

static void move_pending(u32 from, u32 to, u32 lpi)
{
	m.pending[to][lpi] |= m.pending[from][lpi];
	if (from != to)
		m.pending[from][lpi] = false;
}

static bool on_device(const struct stream_op *op, u64 cmd[4])
{
	u32 d = op->a % NR_DEVICES, bits = 1 + op->b % 4;

	if (op->kind == MAPD) {
		its_build_mapd(cmd, device_id(d), BOARD_ITT(d), bits, true);
		m.device[d].valid = true;
		m.device[d].bits = bits;
	} else {
		its_build_mapd(cmd, device_id(d), 0, 1, false);
		m.device[d].valid = false;
	}
	return issue(cmd, true);
}

static bool on_collection(const struct stream_op *op, u64 cmd[4])
{
	u32 icid = op->a % NR_COLLS, pe = op->b % (BOARD_MAX_PES + 1);
	bool map = op->kind == MAPC;

	its_build_mapc(cmd, icid, pe, map);
	if (map && pe == BOARD_MAX_PES)
		return issue(cmd, false);
	m.coll[icid].valid = map;
	m.coll[icid].pe = pe;
	return issue(cmd, true);
}

static bool on_event(const struct stream_op *op, u64 cmd[4])
{
	u32 d = op->a % NR_DEVICES, e = op->b % NR_EVENTS, icid = op->c % NR_COLLS;
	u32 lpi = (op->c >> 8) % NR_LPIS, *own = &m.device[d].event[e].lpi;
	int pe = target(d, e);

	switch (op->kind) {
	case MAPTI:
		its_build_mapti(cmd, device_id(d), e, 8192 + lpi, icid);
		if (!m.device[d].valid || e >= 1u << m.device[d].bits)
			return issue(cmd, false);
		m.device[d].event[e].valid = true;
		m.device[d].event[e].lpi = lpi;
		m.device[d].event[e].icid = icid;
		return issue(cmd, true);
	case MOVI:
		its_build_movi(cmd, device_id(d), e, icid);
		if (pe < 0 || !m.coll[icid].valid)
			return issue(cmd, false);
		m.device[d].event[e].icid = icid;
		move_pending((u32)pe, m.coll[icid].pe, *own);
		return issue(cmd, true);
	case DISCARD:
		its_build_discard(cmd, device_id(d), e);
		if (pe >= 0) {
			m.device[d].event[e].valid = false;
			m.pending[pe][*own] = false;
		}
		return issue(cmd, pe >= 0);
	case INT:
	case CLEAR:
		its_build_event(cmd, op->kind == INT ? ITS_CMD_INT : ITS_CMD_CLEAR, device_id(d),
				e);
		if (pe >= 0)
			m.pending[pe][*own] = op->kind == INT;
		return issue(cmd, pe >= 0);
	default: return translates(d, e);
	}
}

static bool on_movall(const struct stream_op *op, u64 cmd[4])
{
	u32 from = op->a % BOARD_MAX_PES, to = op->b % BOARD_MAX_PES, lpi;

	its_build_movall(cmd, from, to);
	for (lpi = 0; lpi < NR_LPIS; lpi++)
		move_pending(from, to, lpi);
	return issue(cmd, true);
}

static bool apply(const struct stream_op *op)
{
	u64 cmd[4];

	switch (op->kind) {
	case MAPD:
	case UNMAPD: return on_device(op, cmd);
	case MAPC:
	case UNMAPC: return on_collection(op, cmd);
	case MOVALL: return on_movall(op, cmd);
	case OFF_ON:
		its_write(board.its, GITS_CTLR, 4, 0);
		its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
		return true;
	default: return on_event(op, cmd);
	}
}

static bool same(void)
{
	u32 d, e, pe, lpi;

	for (d = 0; d < NR_DEVICES; d++)
		for (e = 0; e < NR_EVENTS; e++)
			if (!translates(d, e))
				return false;
	for (pe = 0; pe < BOARD_MAX_PES; pe++)
		for (lpi = 0; lpi < NR_LPIS; lpi++)
			if (gic_lpi_pending(board_pe(pe), 8192 + lpi) != m.pending[pe][lpi])
				return false;
	return true;
}

static int run(const struct stream_op *op, int n)
{
	int at, failed = -1;

	port_reset();
	plat_user.event_mask = 0;
	board_boot(&board_config);
	board_its_up(&config, indirect ? GITS_BASER_INDIRECT : 0);
	if (indirect) { /* pages 0 and 1 of the second level, in the wrong order */
		gic_mem_write64(&board.mem, BOARD_DEVICES, (BOARD_RAM + 0x81000) | GITS_L1_VALID);
		gic_mem_write64(&board.mem, BOARD_DEVICES + 8,
				(BOARD_RAM + 0x80000) | GITS_L1_VALID);
	}
	memset(&m, 0, sizeof(m));
	for (at = 0; at < n && failed < 0; at++) {
		if (!apply(&op[at]))
			failed = at;
		/* Looking at everything fills the caches; leave them alone most of the time. */
		if (at % 16 == 15 && !same())
			failed = at;
	}
	if (failed < 0 && !same())
		failed = n - 1;
	board_down();
	port_assert_quiet();
	return failed;
}

static u32 pick(u64 *state)
{
	static const u8 weight[NR_KINDS] = {
		[MAPD] = 3,    [UNMAPD] = 1, [MAPC] = 3,  [UNMAPC] = 1, [MAPTI] = 10, [MOVI] = 6,
		[DISCARD] = 2, [INT] = 6,    [CLEAR] = 2, [MOVALL] = 1, [OFF_ON] = 1, [LOOK] = 28
	};
	u32 roll = check_random(state) % 64, kind = 0;

	while (roll >= weight[kind])
		roll -= weight[kind++];
	return kind;
}

static void check(u32 devices, u32 events, u32 collections, bool two_levels, u64 seed)
{
	static const struct stream stream = { run, names };
	struct stream_op op[3000];
	u64 state = seed;
	u32 i;

	config = board_its_config;
	config.cache_devices = devices;
	config.cache_events = events;
	config.cache_collections = collections;
	indirect = two_levels;
	for (i = 0; i < PLAT_ARRAY_SIZE(op); i++) {
		op[i].kind = pick(&state);
		op[i].a = (u32)check_random(&state);
		op[i].b = (u32)check_random(&state);
		op[i].c = (u32)check_random(&state);
	}
	stream_check(&stream, op, PLAT_ARRAY_SIZE(op), seed);
}

START_TEST(translation_is_the_same_whatever_the_caches)
{
	static const u32 size[][3] = { { 0, 0, 0 },  { 1, 1, 1 }, { 2, 7, 3 },	  { 4, 16, 4 },
				       { 0, 16, 0 }, { 4, 0, 4 }, { 64, 256, 64 } };
	u32 i, round;

	for (round = 0; round < check_effort(); round++)
		for (i = 0; i < PLAT_ARRAY_SIZE(size); i++) {
			check(size[i][0], size[i][1], size[i][2], false, check_seed() + round);
			check(size[i][0], size[i][1], size[i][2], true,
			      check_seed() + round + 1000);
		}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, translation_is_the_same_whatever_the_caches);
}

CHECK_MAIN("hw ITS against plain arrays", add, NULL, NULL)
