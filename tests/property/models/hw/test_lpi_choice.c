// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The incremental choice of the best pending LPI equals a full recompute from memory after each
 * operation of a random stream: set, clear, acknowledge, configure + INV, configure many + INVALL,
 * move, move all, disable and enable LPIs, with allocation failing now and then. The recompute
 * reads the pending and configuration tables in memory, nothing else. Every LPI that was made
 * pending is taken or cleared exactly once.
 */
#include "stream.h"
#include "tests/unit/models/hw/board.h"

#include "tests/lib/check-main.h"

#define MAX_LPIS 4000u

enum { SET, CLEAR, ACK, CONFIG, CONFIG_MANY, MOVE, MOVE_ALL, RESTART, STARVE, FEED, NR_KINDS };
static const char *const names[] = {
	"set",	"clear",    "ack",     "config+inv", "config-many+invall",
	"move", "move-all", "restart", "starve",     "feed"
};

static u32 nr_lpis;
static bool pending[2][MAX_LPIS]; /* what must be pending */

/* The full recompute; also checks the pending table against `pending`. */
static u32 recompute(u32 pe, bool *table_right)
{
	static u8 bits[MAX_LPIS / 8 + 1], config[MAX_LPIS];
	u32 best = ~0u, best_intid = GIC_SPURIOUS, i;

	gic_mem_read(&board.mem, BOARD_PEND(pe) + 8192 / 8, bits, nr_lpis / 8 + 1);
	gic_mem_read(&board.mem, BOARD_PROP, config, nr_lpis);
	for (i = 0; i < nr_lpis; i++) {
		bool set = bits[i / 8] >> i % 8 & 1;
		u32 prio = config[i] & 0xf8; /* 5 priority bits */

		if (set != pending[pe][i])
			*table_right = false;
		if (set && (config[i] & 1) && prio < best) {
			best = prio;
			best_intid = 8192 + i;
		}
	}
	return best_intid;
}

static void apply(const struct stream_op *op)
{
	u32 n = op->a & 1, i = op->b % nr_lpis, k;
	struct gic_pe *pe = board_pe(n), *other = board_pe(!n);

	switch (op->kind) {
	case SET:
		ck_assert_int_eq(gic_lpi_set(pe, 8192 + i), !pending[n][i]);
		pending[n][i] = true;
		break;
	case CLEAR:
		gic_lpi_clear(pe, 8192 + i);
		pending[n][i] = false;
		break;
	case ACK:
		k = icc_iar1_read(pe);
		if (k != GIC_SPURIOUS) {
			icc_eoir1_write(pe, k);
			ck_assert(pending[n][k - 8192]);
			pending[n][k - 8192] = false;
		}
		break;
	case CONFIG:
		board_lpi(8192 + i, op->c, op->c & 1);
		gic_lpi_inv(board_pe(0), 8192 + i);
		gic_lpi_inv(board_pe(1), 8192 + i);
		break;
	case CONFIG_MANY:
		for (k = 0; k < 20; k++)
			board_lpi(8192 + (i + 7 * k) % nr_lpis, op->c + 8 * k, (op->c >> k) & 1);
		gic_lpi_invall(board_pe(0));
		gic_lpi_invall(board_pe(1));
		break;
	case MOVE:
		gic_lpi_move(pe, other, 8192 + i);
		pending[!n][i] |= pending[n][i];
		pending[n][i] = false;
		break;
	case MOVE_ALL:
		gic_lpi_move_all(pe, other);
		for (k = 0; k < nr_lpis; k++) {
			pending[!n][k] |= pending[n][k];
			pending[n][k] = false;
		}
		break;
	case RESTART:
		gicr_write(pe, GICR_CTLR, 4, 0);
		gicr_write(pe, GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
		break;
	case STARVE:
		port.fail_at = port.allocs + 1;
		port.fail_after = true;
		break;
	case FEED:
		port.fail_at = 0;
		port.fail_after = false;
		break;
	default: break;
	}
}

static void fresh(void)
{
	u32 i;

	port_reset();
	plat_user.event_mask = 0;
	board_boot(&board_config);
	memset(pending, 0, sizeof(pending));
	for (i = 0; i < nr_lpis; i++)
		board_lpi(8192 + i, (i * 24) & 0xf0, true);
	for (i = 0; i < 2; i++) { /* the pages of the pending tables: those must not fail */
		gic_mem_page(&board.mem, BOARD_PEND(i));
		gic_mem_page(&board.mem, BOARD_PEND(i) + 0x1000);
	}
}

static int run(const struct stream_op *op, int n)
{
	int at, failed = -1;
	u32 pe;

	fresh();
	for (at = 0; at < n && failed < 0; at++) {
		bool table_right = true;

		apply(&op[at]);
		for (pe = 0; pe < 2; pe++)
			if (icc_hppir1_read(board_pe(pe)) != recompute(pe, &table_right) ||
			    !table_right)
				failed = at;
		port_clear_records();
	}
	port.fail_at = 0;
	port.fail_after = false;
	board_down();
	port_assert_quiet();
	return failed;
}

/* Kinds by weight out of 64; the rest of the weight goes to SET. */
struct mix {
	u8 weight[NR_KINDS];
};

static void check_mix(u32 lpis, int ops, const struct mix *mix, u64 seed)
{
	static const struct stream stream = { run, names };
	struct stream_op *op = calloc((size_t)ops, sizeof(*op));
	u64 state = seed;
	int i;

	nr_lpis = lpis;
	for (i = 0; i < ops; i++) {
		u32 kind = NR_KINDS, roll = check_random(&state) % 64;

		while (--kind && roll >= mix->weight[kind])
			roll -= mix->weight[kind];
		op[i].kind = kind;
		op[i].a = (u32)check_random(&state) & 1;
		op[i].b = (u32)(check_random(&state) % lpis);
		op[i].c = (u32)check_random(&state);
	}
	stream_check(&stream, op, ops, seed);
	free(op);
}

/* Few LPIs: entries of one LPI meet again and again in the heap. */
START_TEST(the_choice_among_few_LPIs_equals_a_full_recompute)
{
	const struct mix mix = { { [CLEAR] = 16,
				   [ACK] = 8,
				   [CONFIG] = 12,
				   [CONFIG_MANY] = 1,
				   [MOVE] = 4,
				   [MOVE_ALL] = 1,
				   [RESTART] = 1 } };
	u32 round;

	for (round = 0; round < 20 * check_effort(); round++)
		check_mix(2 + round * 3, 3000, &mix, check_seed() + round);
}
END_TEST

/* Sets and clears under a top that stays: what is stale piles up until it is thrown out. */
START_TEST(the_choice_holds_while_stale_entries_pile_up)
{
	const struct mix mix = { { [CLEAR] = 30, [ACK] = 1, [CONFIG] = 1 } };
	u32 round;

	for (round = 0; round < 20 * check_effort(); round++)
		check_mix(2 + round, 3000, &mix, check_seed() + round);
}
END_TEST

/* Thousands pending, of 16 priorities: the heap is deep. */
START_TEST(the_choice_among_thousands_of_LPIs_equals_a_full_recompute)
{
	const struct mix mix = { { [CLEAR] = 6, [ACK] = 10, [CONFIG] = 4, [MOVE] = 2 } };
	u32 round;

	for (round = 0; round < check_effort(); round++)
		check_mix(MAX_LPIS, 6000, &mix, check_seed() + round);
}
END_TEST

START_TEST(the_choice_holds_while_allocations_fail)
{
	const struct mix mix = { { [CLEAR] = 8,
				   [ACK] = 10,
				   [CONFIG] = 6,
				   [CONFIG_MANY] = 1,
				   [MOVE] = 4,
				   [MOVE_ALL] = 1,
				   [RESTART] = 1,
				   [STARVE] = 2,
				   [FEED] = 1 } };
	u32 round;

	for (round = 0; round < 8 * check_effort(); round++)
		check_mix(100, 2000, &mix, check_seed() + round);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_choice_among_few_LPIs_equals_a_full_recompute);
	tcase_add_test(tc, the_choice_holds_while_stale_entries_pile_up);
	tcase_add_test(tc, the_choice_among_thousands_of_LPIs_equals_a_full_recompute);
	tcase_add_test(tc, the_choice_holds_while_allocations_fail);
}

CHECK_MAIN("hw LPI choice", add, NULL, NULL)
