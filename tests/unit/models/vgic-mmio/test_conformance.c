// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each register of each frame against its row of the conformance tables: value at reset, widths
 * that a guest may use, what a write changes, what user space reads and writes, and whether `has`
 * knows it; one test a row and rule, under every kernel that has the row. And the rows against the
 * tables of models/vgic: neither has a register that the other lacks.
 */
#include "conformance-its.h"
#include "conformance-v2.h"
#include "conformance-v3.h"
#include "models/vgic/vits-internal.h"

#include "tests/lib/check-main.h"

static const struct conf_frame *const frames[] = {
	&conf_v2_frames[0], &conf_v2_frames[1], &conf_v3_frames[0],
	&conf_v3_frames[1], &conf_its_frame,
};

#define NR_ROWS \
	(PLAT_ARRAY_SIZE(conf_v2_dist) + PLAT_ARRAY_SIZE(conf_v2_cpuif) + \
	 PLAT_ARRAY_SIZE(conf_v3_dist) + PLAT_ARRAY_SIZE(conf_v3_redist) + \
	 PLAT_ARRAY_SIZE(conf_its))

/* Row i of all frames, one behind the other. */
static const struct conf_row *row_at(u32 i, const struct conf_frame **f)
{
	u32 k = 0;

	while (i >= frames[k]->nr)
		i -= frames[k++]->nr;
	*f = frames[k];
	return &frames[k]->rows[i];
}

typedef void (*row_test)(const struct conf_frame *f, const struct conf_row *r, enum conf_who who);

/* A fresh VM for each kernel that has the row. */
static void under_each_kernel(u32 i, enum conf_who who, const char *rule, row_test test)
{
	const struct conf_frame *f;
	const struct conf_row *r = row_at(i, &f);
	u32 era;

	for (era = 1; era <= ERAS_ALL; era <<= 1) {
		if (!(r->eras & f->eras & era))
			continue;
		conf_look_at(f, r, rule, era, who);
		conf_open(f, era, who);
		test(f, r, who);
		conf_close(f, who);
	}
}

static u64 reset_value(const struct conf_row *r, enum conf_who who, u32 v, u32 at)
{
	return r->reset ? r->reset(v, at) : conf_face(r, who)->reset;
}

/* ---- values at reset ---- */

static void reads_as_at_reset(const struct conf_frame *f, const struct conf_row *r,
			      enum conf_who who)
{
	u32 v, at;

	if (conf_face(r, who)->kind == CONF_NONE)
		return;
	for (v = 0; v < CONF_VCPUS; v++)
		for (at = r->from; at < r->to; at += r->unit)
			conf_equal(conf_get(f, r, who, v, at), reset_value(r, who, v, at), at,
				   r->unit);
}

START_TEST(a_register_has_its_reset_value)
{
	under_each_kernel((u32)_i, GUEST, "reset value", reads_as_at_reset);
	under_each_kernel((u32)_i, USER, "reset value", reads_as_at_reset);
}
END_TEST

/* ---- widths ---- */

/* Something else than zero in all registers of a row, as far as that goes. */
static void fill(const struct conf_frame *f, const struct conf_row *r)
{
	u32 v, at;

	for (v = 0; v < CONF_VCPUS; v++)
		for (at = r->from; at < r->to; at += r->unit) {
			u64 value = 0x9669a55ac33c8778ull >> 4 * v;

			if (r->guest.kind == CONF_CLEAR)
				conf_set(f, r, GUEST, v, r->partner + at - r->from, value);
			else if (r->guest.kind == CONF_SET || r->guest.kind == CONF_RW)
				conf_set(f, r, GUEST, v, at, value & ~r->guest.skip);
		}
}

static bool width_is_legal(const struct conf_row *r, u32 at, u32 len)
{
	return (r->widths & len) && at % len == 0;
}

/* A read of any width at any byte of the register shows that part of it, or nothing. */
static void reads_by_width(const struct conf_frame *f, const struct conf_row *r, enum conf_who who)
{
	u32 v, at, byte, len;

	fill(f, r);
	for (v = 0; v < CONF_VCPUS; v += CONF_VCPUS - 1)
		for (at = r->from; at < r->to; at += r->unit) {
			u64 whole = r->widths ? conf_get(f, r, who, v, at) : 0;

			for (byte = 0; byte < r->unit; byte++)
				for (len = 1; len <= 8; len *= 2)
					conf_equal(conf_read(f, who, v, at + byte, len),
						   width_is_legal(r, at + byte, len)
							   ? whole >> 8 * byte & conf_ones(len)
							   : 0,
						   at + byte, len);
		}
}

/* A write of a width that the register does not have changes nothing of the row. */
static void other_widths_write_nothing(const struct conf_frame *f, const struct conf_row *r,
				       enum conf_who who)
{
	u32 at, byte, len;

	fill(f, r);
	for (at = r->from; at < r->to; at += r->unit) {
		u64 before = r->widths ? conf_get(f, r, who, 1, at) : 0;

		for (byte = 0; byte < r->unit; byte++)
			for (len = 1; len <= 8; len *= 2) {
				if (width_is_legal(r, at + byte, len))
					continue;
				conf_write(f, who, 1, at + byte, len, ~0ull);
				conf_write(f, who, 1, at + byte, len, 0);
			}
		conf_equal(r->widths ? conf_get(f, r, who, 1, at) : 0, before, at, r->unit);
	}
}

START_TEST(a_guests_read_of_each_width_shows_that_part_of_the_register_or_nothing)
{
	under_each_kernel((u32)_i, GUEST, "widths of reads", reads_by_width);
}
END_TEST

START_TEST(a_guests_write_of_a_width_that_the_register_lacks_is_ignored)
{
	under_each_kernel((u32)_i, GUEST, "widths of writes", other_widths_write_nothing);
}
END_TEST

/* ---- writes ---- */

#define NR_PATTERNS 70u

/* All ones, none, alternating, and each bit alone. */
static u64 pattern(u32 i)
{
	static const u64 first[] = {
		~0ull, 0, 0xaaaaaaaaaaaaaaaaull, 0x5555555555555555ull, 0xf0f00f0f3c3cc3c3ull, ~0ull
	};

	return i < 6 ? first[i] : 1ull << (i - 6);
}

/* The same register as the other side sees it; a CPU interface that is live has one side. */
static u64 other_view(const struct conf_frame *f, const struct conf_row *r, enum conf_who who,
		      u32 v, u32 at)
{
	enum conf_who other = who == GUEST ? USER : GUEST;

	return f->live || conf_face(r, other)->kind == CONF_NONE ? 0 : conf_get(f, r, other, v, at);
}

static void stays(const struct conf_frame *f, const struct conf_row *r, enum conf_who who, u32 v,
		  u32 at, u32 len, u32 byte)
{
	u64 before = conf_get(f, r, who, v, at), elsewhere = other_view(f, r, who, v, at);
	u32 i;

	for (i = 0; i < NR_PATTERNS; i++) {
		conf_write(f, who, v, at + byte, len, pattern(i) & conf_ones(len));
		conf_equal(conf_get(f, r, who, v, at), before, at + byte, len);
		if (i < 6)
			conf_equal(other_view(f, r, who, v, at), elsewhere, at + byte, len);
	}
}

/* What was written goes into that part of the register, the rest is as it was. */
static void follows(const struct conf_frame *f, const struct conf_row *r, enum conf_who who, u32 v,
		    u32 at, u32 len, u32 byte)
{
	const struct conf_face *face = conf_face(r, who);
	u64 part = conf_ones(len) << 8 * byte, written = 0x0123456789abcdefull & ~face->skip;
	u32 i;

	conf_set(f, r, who, v, at, written);
	for (i = 0; i < NR_PATTERNS; i++) {
		u64 value = pattern(i) & ~face->skip & part;

		written = (written & ~part) | value;
		conf_write(f, who, v, at + byte, len, value >> 8 * byte);
		conf_equal(conf_get(f, r, who, v, at),
			   ((written & face->mask) | face->fixed) & conf_ones(r->unit), at + byte,
			   len);
	}
}

/* Ones set, or clear, their bits only; zeros do nothing. */
static void sets_or_clears(const struct conf_frame *f, const struct conf_row *r, enum conf_who who,
			   u32 v, u32 at, u32 len, u32 byte)
{
	const struct conf_face *face = conf_face(r, who);
	bool set = face->kind == CONF_SET;
	u32 partner = r->partner + at - r->from, i;
	u64 now, rest;

	conf_set(f, r, who, v, partner, ~0ull);
	now = conf_get(f, r, who, v, at);
	rest = set ? 0 : face->mask;
	conf_equal(now & face->mask, rest, at, r->unit);
	for (i = NR_PATTERNS; i--;) { /* single bits first */
		u64 value = pattern(i) & conf_ones(len);
		u64 bits = value << 8 * byte & face->mask;

		conf_write(f, who, v, at + byte, len, value);
		now = set ? now | bits : now & ~bits;
		conf_equal(conf_get(f, r, who, v, at), now, at + byte, len);
		if (i % 8 == 0) {
			conf_set(f, r, who, v, partner, ~0ull);
			now = (now & ~face->mask) | rest;
		}
	}
}

static void answers_writes(const struct conf_frame *f, const struct conf_row *r, enum conf_who who)
{
	enum conf_kind kind = conf_face(r, who)->kind;
	u32 widths = conf_widths(f, r, who), v, at, byte, len;

	if (kind == CONF_NONE || kind == CONF_RULES)
		return;
	for (v = 0; v < CONF_VCPUS; v += CONF_VCPUS - 1)
		for (at = r->from; at < r->to; at += r->unit)
			for (len = 1; len <= r->unit; len *= 2)
				for (byte = 0; (widths & len) && byte < r->unit; byte += len) {
					if (kind == CONF_RO)
						stays(f, r, who, v, at, len, byte);
					else if (kind == CONF_RW)
						follows(f, r, who, v, at, len, byte);
					else
						sets_or_clears(f, r, who, v, at, len, byte);
				}
}

START_TEST(a_guests_write_changes_what_the_rule_says_and_nothing_else)
{
	under_each_kernel((u32)_i, GUEST, "writes", answers_writes);
}
END_TEST

START_TEST(a_write_of_user_space_changes_what_the_rule_says_and_nothing_else)
{
	under_each_kernel((u32)_i, USER, "writes", answers_writes);
}
END_TEST

/* Banked registers are a vCPU's own, the others one register for all. */
static void is_banked_or_shared(const struct conf_frame *f, const struct conf_row *r,
				enum conf_who who)
{
	bool banked = f->stride || f->live || !strcmp(r->where, "private") ||
		      strstr(r->reg, "PENDSGIR");
	u64 before, other, changed;

	if (conf_face(r, who)->kind != CONF_RW && conf_face(r, who)->kind != CONF_SET)
		return;
	if (!strcmp(r->reg, "GICR_PROPBASER")) /* one register of the VM */
		banked = false;
	if (!strcmp(r->where, "implemented")) /* the first word is, the others are not */
		banked = true;
	before = conf_get(f, r, who, 2, r->from);
	conf_set(f, r, who, 1, r->from, ~before & ~conf_face(r, who)->skip & conf_ones(r->unit));
	changed = conf_get(f, r, who, 1, r->from);
	other = conf_get(f, r, who, 2, r->from);
	ck_assert_uint_ne(changed, before);
	conf_equal(other, banked ? before : changed, r->from, r->unit);
}

START_TEST(a_register_is_banked_or_shared_as_the_architecture_says)
{
	under_each_kernel((u32)_i, GUEST, "banking", is_banked_or_shared);
	under_each_kernel((u32)_i, USER, "banking", is_banked_or_shared);
}
END_TEST

/* ---- has ---- */

/* Of the ITS: 4 bytes below GITS_TYPER and in the ID registers, 8 elsewhere. */
static int want_has(const struct conf_frame *f, const struct conf_row *r, u32 at)
{
	if (!f->map)
		return at % (at < 8 || at >= 0xffd0 ? 4 : 8) ? -EINVAL : 0;
	return at % 4 || r->user.kind == CONF_NONE ? -ENXIO : 0;
}

static void has_tells(const struct conf_frame *f, const struct conf_row *r, enum conf_who who)
{
	u32 at;
	int ret;

	(void)who;
	for (at = r->from; at < r->to; at++) {
		ret = conf_user_has(f, 3, at);
		if (ret != want_has(f, r, at))
			conf_wrong("offset %#x: %d, not %d", at, ret, want_has(f, r, at));
	}
}

START_TEST(has_knows_the_register_at_its_aligned_offsets)
{
	under_each_kernel((u32)_i, USER, "has", has_tells);
}
END_TEST

/* User space's access to a place that `has` does not know: by kernel. */
static void unknown_places_answer(const struct conf_frame *f, const struct conf_row *r,
				  enum conf_who who)
{
	int want = f->map && conf_now.era != ERA_2013 ? 0 : -ENXIO, ret;
	u64 value;
	u32 at;

	(void)who;
	for (at = r->from; at < r->to; at++) {
		int has = want_has(f, r, at);

		if (!has)
			continue;
		value = 0x55;
		ret = conf_user_get(f, 0, at, &value);
		if (!f->map)
			want = has;
		if (ret != want || (!ret && value))
			conf_wrong("get of offset %#x: %d, value %#llx", at, ret,
				   (unsigned long long)value);
		ret = conf_user_set(f, 0, at, ~0ull);
		if (ret != want)
			conf_wrong("set of offset %#x: %d", at, ret);
	}
}

START_TEST(user_space_meets_the_kernels_error_or_zero_where_has_knows_nothing)
{
	under_each_kernel((u32)_i, USER, "places unknown to `has`", unknown_places_answer);
}
END_TEST

/* ---- the rows are those of the models ---- */

static const struct conf_row *row_of(const struct conf_frame *f, u32 at, u32 era)
{
	u32 i;

	for (i = 0; i < f->nr; i++)
		if (at >= f->rows[i].from && at < f->rows[i].to && (f->rows[i].eras & era))
			return &f->rows[i];
	return NULL;
}

/* Name of the model's register at this byte; NULL: none. */
static const char *model_register(const struct conf_frame *f, u32 at)
{
	const struct vgic_reg *reg;
	const struct vits_reg *its;
	u32 start;

	if (f->map) {
		reg = vgic_reg_find(f->map, at);
		return reg && reg->since <= m.vm->policy.iidr_rev ? reg->name : NULL;
	}
	its = vits_find_reg(at, &start);
	return its ? conf_now.reg : NULL;
}

static void rows_match_the_model(const struct conf_frame *f, u32 era)
{
	u32 at;

	conf_open(f, era, USER);
	for (at = 0; at < f->size; at++) {
		const struct conf_row *r = row_of(f, at, era);
		const char *reg;

		conf_now.reg = r ? r->reg : "an ITS register";
		reg = model_register(f, at);
		if (f->live && r && r->user.kind == CONF_NONE)
			r = NULL; /* the guest's alone: its frame is the hardware's */
		if (!r != !reg || (r && strcmp(r->reg, reg)))
			ck_abort_msg("%s, kernel %s, offset %#x: %s here, %s in the model", f->name,
				     conf_era_name[__builtin_ctz(era)], at, r ? r->reg : "nothing",
				     reg ? reg : "nothing");
	}
	conf_close(f, USER);
}

START_TEST(every_register_of_the_models_has_a_row_and_every_row_a_register)
{
	u32 era;

	for (era = 1; era <= ERAS_ALL; era <<= 1)
		if (frames[_i]->eras & era)
			rows_match_the_model(frames[_i], era);
}
END_TEST

START_TEST(rows_of_a_kernel_do_not_overlap)
{
	const struct conf_frame *f = frames[_i];
	u32 i, k;

	for (i = 0; i < f->nr; i++) {
		ck_assert_uint_lt(f->rows[i].from, f->rows[i].to);
		ck_assert_uint_le(f->rows[i].to, f->size);
		for (k = 0; k < i; k++)
			ck_assert_msg(!(f->rows[i].eras & f->rows[k].eras) ||
					      f->rows[k].to <= f->rows[i].from,
				      "%s", f->rows[i].reg);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_register_has_its_reset_value, 0, NR_ROWS);
	tcase_add_loop_test(tc,
			    a_guests_read_of_each_width_shows_that_part_of_the_register_or_nothing,
			    0, NR_ROWS);
	tcase_add_loop_test(tc, a_guests_write_of_a_width_that_the_register_lacks_is_ignored, 0,
			    NR_ROWS);
	tcase_add_loop_test(tc, a_guests_write_changes_what_the_rule_says_and_nothing_else, 0,
			    NR_ROWS);
	tcase_add_loop_test(tc, a_write_of_user_space_changes_what_the_rule_says_and_nothing_else,
			    0, NR_ROWS);
	tcase_add_loop_test(tc, a_register_is_banked_or_shared_as_the_architecture_says, 0,
			    NR_ROWS);
	tcase_add_loop_test(tc, has_knows_the_register_at_its_aligned_offsets, 0, NR_ROWS);
	tcase_add_loop_test(tc, user_space_meets_the_kernels_error_or_zero_where_has_knows_nothing,
			    0, NR_ROWS);
	tcase_add_loop_test(tc, every_register_of_the_models_has_a_row_and_every_row_a_register, 0,
			    PLAT_ARRAY_SIZE(frames));
	tcase_add_loop_test(tc, rows_of_a_kernel_do_not_overlap, 0, PLAT_ARRAY_SIZE(frames));
}

CHECK_MAIN("conformance of registers", add, NULL, NULL)
