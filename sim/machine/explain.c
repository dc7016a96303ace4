// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of one interrupt as text, from the steps the recorder kept: each hop with its work and
 * its waiting, between them what the models told, the rule that applied and what it changed in the
 * interrupt's state.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "machine.h"
#include "run.h"

static const struct {
	const char *name, *rule;
} events[] = {
#define EVENT_TEXT(id, kind, name, rule) { name, rule },
	PLAT_EVENTS(EVENT_TEXT)
#undef EVENT_TEXT
};

static const char *const drops[] = {
#define DROP_TEXT(id, name) name,
	PLAT_DROPS(DROP_TEXT)
#undef DROP_TEXT
};

static const char *const holds[] = {
#define HOLD_TEXT(id, name) name,
	PLAT_HOLDS(HOLD_TEXT)
#undef HOLD_TEXT
};

static const char *intid_kind(u32 intid)
{
	return intid < 16 ? "SGI" : intid < 32 ? "PPI" : intid < GIC_LPI_BASE ? "SPI" : "LPI";
}

static void print_ns(FILE *out, int width, u64 ps)
{
	char text[REC_NUM_MAX];

	rec_num_format(text, ps, 3);
	fprintf(out, "%*s", width, text);
}

/* ---- the rule of an event ---- */

/* A capital letter that stands alone is an argument: V where, I which, A what. */
static bool is_argument(const char *rule, const char *at)
{
	return (at == rule || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[1]) &&
	       strchr("VIA", *at);
}

static void print_rule(FILE *out, const char *rule, const struct rec_step *s)
{
	for (const char *c = rule; *c; c++) {
		if (!is_argument(rule, c))
			fputc(*c, out);
		else if (*c == 'V')
			fprintf(out, "%s %u", s->object == EXPLAIN_HOST ? "PE" : "vCPU", s->who);
		else if (*c == 'I')
			fprintf(out, "INTID %u", s->intid);
		else
			fprintf(out, "%" PRIu64, s->arg);
	}
}

/* The reason in words, of the events whose argument is one. */
static const char *reason(const struct rec_step *s)
{
	switch (s->event) {
	case EV_IRQ_DROPPED:
	case EV_HW_DROPPED: return s->arg < DROP_NR ? drops[s->arg] : NULL;
	case EV_IRQ_HELD: return s->arg < HOLD_NR ? holds[s->arg] : NULL;
	default: return NULL;
	}
}

/* ---- state ---- */

static void state_text(u64 state, char text[sizeof(EXPLAIN_LETTERS)])
{
	for (u32 i = 0; i < sizeof(EXPLAIN_LETTERS) - 1; i++)
		text[i] = state & PLAT_BIT64(i) ? EXPLAIN_LETTERS[i] : '-';
	text[sizeof(EXPLAIN_LETTERS) - 1] = '\0';
}

static void print_state(FILE *out, u64 before, u64 after)
{
	char a[sizeof(EXPLAIN_LETTERS)], b[sizeof(EXPLAIN_LETTERS)];

	if (!(after & PLAT_BIT64(31)))
		return;
	state_text(before, a);
	state_text(after, b);
	if (before && before != after)
		fprintf(out, " [%s -> %s]", a, b);
	else
		fprintf(out, " [%s]", b);
}

/* ---- steps ---- */

static void print_hop(FILE *out, const struct rec_step *s)
{
	const struct rec_stage_row *row = &rec_stage_rows[s->event - REC_STEP_HOP];

	print_ns(out, 13, s->arg - s->waited);
	print_ns(out, 13, s->waited);
	fprintf(out, "  %s: %s\n", row->name, row->doc);
}

static void print_event(FILE *out, const struct machine *m, const struct rec_step *s, u64 before)
{
	const char *why = reason(s);

	fprintf(out, "%28s| %s", "", events[s->event].name);
	if (s->object == EXPLAIN_HOST)
		fprintf(out, " (PE %u, INTID %u): ", s->who, s->intid);
	else
		fprintf(out, " (%s, vCPU %u): ", m->vms[s->object]->name, s->who);
	if (why)
		fputs(why, out);
	else
		print_rule(out, events[s->event].rule, s);
	print_state(out, before, s->after);
	fputc('\n', out);
}

/* Steps in order of time: a hop may be known to have ended only after it has. */
static const struct rec_step **in_order(const struct rec_lives *l, const struct rec_life *life,
					u32 *nr)
{
	const struct rec_step **list;
	u32 n = 0;

	for (const struct rec_step *s = rec_log_first(l, life); s; s = rec_log_next(l, s))
		n++;
	list = calloc(n + 1, sizeof(*list));
	if (!list)
		return NULL;
	*nr = 0;
	for (const struct rec_step *s = rec_log_first(l, life); s; s = rec_log_next(l, s)) {
		u32 at = (*nr)++;

		for (; at && list[at - 1]->time > s->time; at--)
			list[at] = list[at - 1];
		list[at] = s;
	}
	return list;
}

static void print_steps(FILE *out, const struct machine *m, const struct rec_life *life)
{
	const struct rec_step **step;
	u32 nr = 0;
	u64 state = 0;

	fprintf(out, "\n%13s%13s%13s\n", "since raise", "work", "waiting");
	fprintf(out, "%13s%13s%13s\n", "ns", "ns", "ns");
	print_ns(out, 13, 0);
	fprintf(out, "%26s  raised\n", "");
	step = in_order(&m->lives, life, &nr);
	for (u32 i = 0; step && i < nr; i++) {
		print_ns(out, 13, step[i]->time - life->raised);
		if (step[i]->event >= REC_STEP_HOP) {
			print_hop(out, step[i]);
			continue;
		}
		print_event(out, m, step[i], state);
		if (step[i]->after)
			state = step[i]->after;
	}
	if (life->clipped || !step)
		fputs("Steps are missing for lack of memory.\n", out);
	free(step);
	fputs("\nIn brackets the interrupt's state: P pending latch, L line high, A active, E enabled,\n"
	      "H backed by hardware, C level-sensitive, G group 1, Q on an AP list, R in a list register.\n",
	      out);
}

/* ---- the whole ---- */

static void print_head(FILE *out, const struct machine *m, const struct rec_life *life, u64 work,
		       u64 waited)
{
	u64 latency = rec_life_latency(life);
	char text[REC_NUM_MAX];

	fprintf(out, "INTID %u (%s) of VM %s for vCPU %u", life->intid, intid_kind(life->intid),
		m->vms[life->vm]->name, life->vcpu);
	if (life->intid >= GIC_LPI_BASE && life->source < m->nr_devices)
		fprintf(out, ", raised by device %s", m->devices[life->source]->name);
	rec_num_format_time(text, life->raised - m->window_start);
	if (life->raised >= m->window_start)
		fprintf(out, ", %s into the window\n", text);
	else
		fputs(", before the window opened\n", out);
	rec_num_format(text, latency, 3);
	fprintf(out, "acknowledged by the guest %s ns later: ", text);
	rec_num_format(text, work, 3);
	fprintf(out, "%s ns of work, ", text);
	rec_num_format(text, waited, 3);
	fprintf(out, "%s ns of waiting", text);
	rec_num_format(text, rec_num_percent(life->assumed, latency), 3);
	fprintf(out, "; %s %% of it rests on assumed costs\n", text);
	fprintf(out, "the slowest of %" PRIu64 " delivered interrupts%s\n",
		m->lives.watch_intid == REC_NOBODY ? m->lives.total->count : m->lives.watched_count,
		m->lives.watch_intid == REC_NOBODY ? "" : " with this INTID");
}

bool machine_explain(const struct machine *m, FILE *out)
{
	const struct rec_lives *l = &m->lives;
	const struct rec_life *life = l->watch_intid == REC_NOBODY ? &l->worst : &l->watched;
	u64 work = 0, waited = 0;

	if (!life->serial)
		return false;
	for (const struct rec_step *s = rec_log_first(l, life); s; s = rec_log_next(l, s)) {
		if (s->event < REC_STEP_HOP)
			continue;
		work += s->arg - s->waited;
		waited += s->waited;
	}
	print_head(out, m, life, work, waited);
	print_steps(out, m, life);
	return true;
}
