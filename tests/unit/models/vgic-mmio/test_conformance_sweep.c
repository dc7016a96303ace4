// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every byte of every frame, accessed in each width, against the conformance tables taken as a map:
 * where no register answers that width at that place, a guest reads zero and its writes change
 * nothing, of any register of any vCPU (spec/vgic.md 2.3: "everything else RAZ/WI"; 2.4, 2.5, 3.1).
 * User space finds no register there either (2.8).
 */
#include "conformance-its.h"
#include "conformance-v2.h"
#include "conformance-v3.h"

#include "tests/lib/check-main.h"

static const struct conf_frame *const frames[] = {
	&conf_v2_frames[0], &conf_v2_frames[1], &conf_v3_frames[0],
	&conf_v3_frames[1], &conf_its_frame,
};

/* ---- the map ---- */

/* The row of a kernel at each byte. */
static const struct conf_row *map[0x20000];

static void draw_map(const struct conf_frame *f, u32 era)
{
	u32 i, at;

	memset(map, 0, sizeof(map));
	for (i = 0; i < f->nr; i++)
		for (at = f->rows[i].from; at < f->rows[i].to && (f->rows[i].eras & era); at++)
			map[at] = &f->rows[i];
}

static bool is_answered(u32 at, u32 len)
{
	return map[at] && (map[at]->widths & len) && at % len == 0;
}

/* ---- all that a guest and user space can see ---- */

#define MAX_SEEN 16384u

static struct {
	u64 value[MAX_SEEN];
	const struct conf_row *row[MAX_SEEN];
	u32 nr;
} seen;

/* Take it down, or compare with what was taken down. */
static void see(u64 value, const struct conf_row *r, u32 at, bool compare)
{
	u32 n = seen.nr++;

	must(n < MAX_SEEN);
	if (compare && (seen.value[n] != value || seen.row[n] != r))
		ck_abort_msg("%s, kernel %s: %s at %#x was changed from %#llx to %#llx",
			     conf_now.frame, conf_era_text(), r ? r->reg : "an interrupt", at,
			     (unsigned long long)seen.value[n], (unsigned long long)value);
	seen.value[n] = value;
	seen.row[n] = r;
}

static void look(const struct conf_frame *f, enum conf_who who, bool compare)
{
	u32 v, i, at;

	seen.nr = 0;
	for (v = 0; v < CONF_VCPUS; v++)
		for (i = 0; i < f->nr; i++) {
			const struct conf_row *r = &f->rows[i];

			if (!(r->eras & conf_now.era) || conf_face(r, who)->kind == CONF_NONE)
				continue;
			for (at = r->from; at < r->to; at += r->unit)
				see(conf_get(f, r, who, v, at), r, at, compare);
		}
	for (v = 0; v < CONF_VCPUS; v++)
		for (i = 0; i < CONF_IRQS; i++) {
			const struct vgic_irq *irq = mmio_irq(&m, v, i);

			see(irq->line | irq->pending_latch << 1 | irq->active << 2 |
				    irq->enabled << 3 | irq->group << 4 | irq->config << 5 |
				    irq->priority << 8 | irq->source << 16,
			    NULL, i, compare);
			see(irq->vcpu ? irq->vcpu->id : ~0u, NULL, i, compare);
		}
}

/* Half of all bits set, so that a wrong set shows as well as a wrong clear. */
static void fill(const struct conf_frame *f)
{
	u32 v, i, at;

	for (v = 0; v < CONF_VCPUS; v++)
		for (i = 0; i < f->nr; i++) {
			const struct conf_row *r = &f->rows[i];
			u64 value = 0x9669a55ac33c8778ull >> 4 * v;

			if (!(r->eras & conf_now.era) || !r->widths ||
			    (r->guest.kind != CONF_RW && r->guest.kind != CONF_SET))
				continue;
			for (at = r->from; at < r->to; at += r->unit)
				conf_set(f, r, GUEST, v, at, value & ~r->guest.skip);
		}
}

static void open_filled(const struct conf_frame *f, u32 era, enum conf_who who)
{
	conf_look_at(f, &f->rows[0], "sweep", era, who);
	conf_open(f, era, who);
	if (who == GUEST || !f->live)
		fill(f);
	draw_map(f, era);
}

/* ---- sweeps ---- */

static void guest_sweeps(const struct conf_frame *f, u32 era)
{
	u32 at, len;

	open_filled(f, era, GUEST);
	look(f, GUEST, false);
	for (at = 0; at < f->size; at++)
		for (len = 1; len <= 8; len *= 2) {
			u64 addr = f->base + f->stride + at;

			if (is_answered(at, len))
				continue;
			if (guest_read(&m, 1, addr, len))
				ck_abort_msg("%s, kernel %s: %u bytes at %#x do not read as zero",
					     f->name, conf_era_text(), len, at);
			guest_write(&m, 1, addr, len, ~0ull);
			guest_write(&m, 1, addr, len, 0x5555555555555555ull);
			guest_write(&m, 1, addr, len, 0);
		}
	look(f, GUEST, true);
	conf_close(f, GUEST);
}

START_TEST(where_no_register_answers_a_guest_reads_zero_and_changes_nothing)
{
	u32 era;

	for (era = 1; era <= ERAS_ALL; era <<= 1)
		if (frames[_i]->eras & era)
			guest_sweeps(frames[_i], era);
}
END_TEST

/* An ITS knows misaligned offsets from unknown ones and answers both with errors. */
static int want_has(const struct conf_frame *f, u32 at)
{
	bool known = at < f->size && map[at] && map[at]->user.kind != CONF_NONE;

	if (!f->map && at % (at < 8 || at >= 0xffd0 ? 4 : 8))
		return -EINVAL;
	return known && (!f->map || at % 4 == 0) ? 0 : -ENXIO;
}

static void user_meets(const struct conf_frame *f, u32 at)
{
	int has = want_has(f, at), want, got[3];
	u64 value = 0;

	if (!has)
		return;
	want = !f->map ? has : conf_now.era == ERA_2013 ? -ENXIO : 0;
	got[0] = conf_user_has(f, 1, at);
	got[1] = conf_user_get(f, 1, at, &value);
	got[2] = conf_user_set(f, 1, at, ~0ull);
	if (got[0] != has || got[1] != want || got[2] != want || value)
		ck_abort_msg("%s, kernel %s, offset %#x: has %d get %d (%#llx) set %d", f->name,
			     conf_era_text(), at, got[0], got[1], (unsigned long long)value,
			     got[2]);
}

/* The whole of a frame under one kernel, the beginning of its pages under the others. */
static void user_sweeps(const struct conf_frame *f, u32 era)
{
	static const u32 far[] = {
		0x20000, 0x20004, 0x10000000, 0x7ffffffc, 0x80000000, 0xfffffff8
	};
	u32 at, i;

	open_filled(f, era, USER);
	look(f, USER, false);
	for (at = 0; at < f->size; at += at % 64 < 8 ? 1 : 4)
		if (era == ERA_61 || at % 0x10000 < 0x1000)
			user_meets(f, at);
	for (i = 0; i < PLAT_ARRAY_SIZE(far); i++)
		user_meets(f, far[i]);
	look(f, USER, true);
	conf_close(f, USER);
}

START_TEST(where_has_knows_nothing_user_space_changes_nothing)
{
	u32 era;

	for (era = 1; era <= ERAS_ALL; era <<= 1)
		if (frames[_i]->eras & era)
			user_sweeps(frames[_i], era);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, where_no_register_answers_a_guest_reads_zero_and_changes_nothing, 0,
			    PLAT_ARRAY_SIZE(frames));
	tcase_add_loop_test(tc, where_has_knows_nothing_user_space_changes_nothing, 0,
			    PLAT_ARRAY_SIZE(frames));
}

CHECK_MAIN("sweeps over register frames", add, NULL, NULL)
