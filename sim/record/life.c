// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pool of lives, their end, and the checks on them. Records lie in chunks that never move. A tag
 * is a record's index + 1 and the generation of its use, so that a tag kept too long names nothing
 * rather than somebody else's life.
 */
#include "record/life.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "record/identity.h"
#include "record/log.h"
#include "record/metrics.h"

#define CHUNK	   (1u << REC_LIFE_CHUNK_BITS)
#define INDEX_MASK ((1u << REC_LIFE_INDEX_BITS) - 1)
#define MAX_CHUNKS (1u << (REC_LIFE_INDEX_BITS - REC_LIFE_CHUNK_BITS))

const struct rec_stage_row rec_stage_rows[REC_STAGE_NR] = {
#define REC_STAGE_ROW(id, name, kind, doc) [REC_STAGE_##id] = { name, REC_STAGE_KIND_##kind, doc },
	REC_STAGES(REC_STAGE_ROW)
#undef REC_STAGE_ROW
};

_Static_assert(REC_STAGE_NR <= 32, "rec_life.seen has a bit a stage");

int rec_lives_init(struct rec_lives *l, struct rec_metrics *m)
{
	memset(l, 0, sizeof(*l));
	l->watch_vm = REC_NOBODY;
	l->watch_intid = REC_NOBODY;
	l->slices.end = UINT64_MAX;
	l->slices.now = l->slices.slice;
	l->total = rec_times(m, REC_M_IRQ_LATENCY, NULL, NULL, true);
	if (!l->total)
		return -ENOMEM;
	for (unsigned s = 0; s < REC_STAGE_NR; s++) {
		l->stage[s] = rec_times(m, REC_M_IRQ_STAGE, NULL, rec_stage_rows[s].name, false);
		if (!l->stage[s])
			return -ENOMEM;
	}
	return 0;
}

void rec_lives_fini(struct rec_lives *l)
{
	for (uint32_t c = 0; c < l->nr_chunks; c++)
		free(l->chunk[c]);
	free(l->chunk);
	rec_log_stop(l);
	memset(l, 0, sizeof(*l));
}

void rec_lives_reset(struct rec_lives *l)
{
	memset(l->ended, 0, sizeof(l->ended));
	l->broken = 0;
	l->stale = 0;
	rec_log_release(l, &l->worst);
	rec_log_release(l, &l->watched);
	memset(&l->worst, 0, sizeof(l->worst));
	memset(&l->watched, 0, sizeof(l->watched));
	l->watched_count = 0;
	l->slices = (struct rec_slices){ .end = UINT64_MAX, .now = l->slices.slice };
}

void rec_lives_window(struct rec_lives *l, uint64_t start, uint64_t end)
{
	struct rec_slices *s = &l->slices;

	s->length = (end - start) / REC_NR_SLICES;
	s->end = s->length ? start + s->length : UINT64_MAX;
}

/* What the division of the window leaves over belongs to the last slice. */
static struct rec_slice *slice_of(struct rec_slices *s, uint64_t now)
{
	while (now >= s->end) {
		s->now++;
		s->end = s->now == &s->slice[REC_NR_SLICES - 1] ? UINT64_MAX : s->end + s->length;
	}
	return s->now;
}

void rec_lives_merge(struct rec_lives *to, const struct rec_lives *from)
{
	for (unsigned i = 0; i < REC_NR_SLICES; i++) {
		to->slices.slice[i].count += from->slices.slice[i].count;
		to->slices.slice[i].sum += from->slices.slice[i].sum;
	}
}

void rec_lives_emit(const struct rec_lives *l, struct rec_result *r)
{
	struct rec_result_series series = { .name = "irq.latency",
					    .unit = "ns",
					    .slice_ps = l->slices.length };

	for (unsigned i = 0; i < REC_NR_SLICES; i++) {
		series.count[i] = l->slices.slice[i].count;
		series.sum_ps[i] = l->slices.slice[i].sum;
	}
	if (l->total->count && series.slice_ps)
		rec_result_series(r, &series);
}

void rec_lives_watch(struct rec_lives *l, uint32_t vm, uint32_t intid)
{
	l->watch_vm = vm;
	l->watch_intid = intid;
}

/* Another chunk of records that were never used. */
static bool grow(struct rec_lives *l)
{
	struct rec_life **list, *chunk;

	if (l->nr_chunks == MAX_CHUNKS - 1)
		return false;
	list = realloc(l->chunk, (l->nr_chunks + 1) * sizeof(*list));
	if (!list)
		return false;
	l->chunk = list;
	chunk = calloc(CHUNK, sizeof(*chunk));
	if (!chunk)
		return false;
	l->chunk[l->nr_chunks++] = chunk;
	return true;
}

/* Index + 1 of a record that is free; 0: no memory. One that was in use is in the caches. */
static uint32_t find_free(struct rec_lives *l)
{
	uint32_t id = l->free;

	if (id) {
		l->free = rec_life_at(l, id - 1)->next_free;
		return id;
	}
	if (l->fresh == l->nr_chunks << REC_LIFE_CHUNK_BITS && !grow(l))
		return 0;
	return ++l->fresh;
}

/* The record is free again. */
static void release(struct rec_lives *l, struct rec_life *life)
{
	rec_log_release(l, life);
	for (uint32_t seen = life->seen; seen; seen &= seen - 1)
		life->stage[__builtin_ctz(seen)] = 0;
	l->outstanding--;
	life->next_free = l->free;
	l->free = life->tag & INDEX_MASK;
	life->tag = 0;
}

uint32_t rec_life_begin(struct rec_lives *l, uint64_t raised, uint32_t source)
{
	struct rec_life *life;
	uint32_t id = find_free(l);

	if (!id) {
		l->failed = true;
		return 0;
	}
	life = rec_life_at(l, id - 1);
	life->tag = (++life->generation << REC_LIFE_INDEX_BITS) | id;
	life->serial = ++l->born;
	life->raised = raised;
	life->last = raised;
	life->assumed = 0;
	life->seen = 0;
	life->vm = REC_NOBODY;
	life->vcpu = REC_NOBODY;
	life->intid = REC_NOBODY;
	life->source = source;
	life->mark.by = REC_NOBODY;
	life->mark.returns = 0;
	life->first_step = life->last_step = 0;
	life->broken = life->clipped = false;
	l->outstanding++;
	return life->tag;
}

uint32_t rec_life_move(struct rec_lives *to, struct rec_lives *from, uint32_t tag)
{
	struct rec_life *old = rec_life_get(from, tag), *life;
	uint32_t there;

	if (!old) {
		from->stale += tag != 0;
		return 0;
	}
	there = rec_life_begin(to, old->raised, old->source);
	if (!there)
		return 0;
	life = rec_life_get(to, there);
	life->last = old->last;
	life->assumed = old->assumed;
	memcpy(life->stage, old->stage, sizeof(life->stage));
	life->vm = old->vm;
	life->vcpu = old->vcpu;
	life->intid = old->intid;
	life->seen = old->seen;
	life->broken = old->broken;
	release(from, old);
	return there;
}

/* Keep the life in *best when it is worse, with its steps. */
static void keep_worse(struct rec_lives *l, struct rec_life *best, const struct rec_life *life)
{
	if (best->serial && rec_life_latency(life) <= rec_life_latency(best))
		return;
	rec_log_share(l, life);
	rec_log_release(l, best);
	*best = *life;
}

static bool is_watched(const struct rec_lives *l, const struct rec_life *life)
{
	return l->watch_intid != REC_NOBODY && life->intid == l->watch_intid &&
	       (l->watch_vm == REC_NOBODY || life->vm == l->watch_vm);
}

/* Count latency and stages of a delivered life. */
static void deliver(struct rec_lives *l, const struct rec_life *life, uint64_t now)
{
	struct rec_slice *slice;
	uint64_t sum = 0;

	for (uint32_t seen = life->seen; seen; seen &= seen - 1)
		sum += life->stage[__builtin_ctz(seen)];
	if (life->broken || sum != now - life->raised) {
		l->broken++;
		return;
	}
	rec_hist_add_n(l->total, sum, life->assumed, 1);
	slice = slice_of(&l->slices, now);
	slice->count++;
	slice->sum += sum;
	for (uint32_t seen = life->seen; seen; seen &= seen - 1) {
		unsigned s = (unsigned)__builtin_ctz(seen);

		rec_hist_add(l->stage[s], life->stage[s]);
	}
	keep_worse(l, &l->worst, life);
	if (is_watched(l, life)) {
		l->watched_count++;
		keep_worse(l, &l->watched, life);
	}
}

void rec_life_finish(struct rec_lives *l, struct rec_life *life, enum rec_outcome outcome,
		     uint64_t now)
{
	if (outcome == REC_DELIVERED)
		deliver(l, life, now);
	l->ended[outcome]++;
	release(l, life);
}

void rec_life_for_each(const struct rec_lives *l, void *arg,
		       void (*fn)(void *arg, const struct rec_life *life))
{
	for (uint32_t i = 0; i < l->nr_chunks << REC_LIFE_CHUNK_BITS; i++)
		if (rec_life_at(l, i)->tag)
			fn(arg, rec_life_at(l, i));
}

void rec_lives_pad(struct rec_lives *l)
{
	for (unsigned s = 0; s < REC_STAGE_NR; s++) {
		struct rec_hist *h = l->stage[s];

		if (h->count && h->count < l->total->count)
			rec_hist_add_n(h, 0, 0, l->total->count - h->count);
	}
}

unsigned rec_lives_check(struct rec_lives *l, struct rec_report *report)
{
	unsigned before = report->count;
	rec_u128 stages = 0;

	rec_lives_pad(l);
	for (unsigned s = 0; s < REC_STAGE_NR; s++)
		stages += l->stage[s]->sum;
	if (l->broken)
		rec_report_add(report,
			       "latency: the stages of %" PRIu64
			       " delivered interrupts do not add up to their latency",
			       l->broken);
	if (l->stale)
		rec_report_add(report,
			       "latency: %" PRIu64 " steps name an interrupt whose life has ended",
			       l->stale);
	if (stages != l->total->sum)
		rec_report_add(report,
			       "latency: irq.stage.* sum to %" PRIu64 " ps, irq.latency to %" PRIu64
			       " ps",
			       (uint64_t)stages, (uint64_t)l->total->sum);
	return report->count - before;
}
