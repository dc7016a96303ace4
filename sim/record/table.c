// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A result as a table for people. It prints what is in the result's metrics and nothing else, in
 * groups: latency, latency stack, exits in the layout of perf kvm stat, PE time, then all other
 * metrics by the first part of their name. Families' zeros are left out here; JSON has them.
 */
#include "record/result.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "record/life.h"
#include "record/metrics.h"

#define NAME		  160
#define SHOWN_ASSUMPTIONS 8

/* ---- lookup ---- */

static const struct rec_result_metric *get(const struct rec_result *r, const char *name)
{
	struct rec_result_metric key = { .name = (char *)name };
	uint32_t low = 0, high = r->nr_metrics;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int order = strcmp(r->metrics[mid].name, key.name);

		if (!order)
			return &r->metrics[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The value of <name>.<suffix>; 0 when there is none. */
static uint64_t value(const struct rec_result *r, const char *name, const char *suffix)
{
	char full[NAME];
	const struct rec_result_metric *m;

	snprintf(full, sizeof(full), "%s%s%s", name, suffix ? "." : "", suffix ? suffix : "");
	m = get(r, full);
	return m && !m->none ? (uint64_t)m->value : 0;
}

static bool starts(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

/* ---- cells ---- */

static void cell_time(FILE *out, int width, uint64_t ps)
{
	char text[REC_NUM_MAX];

	rec_num_format_time(text, ps);
	fprintf(out, " %*s", width, text);
}

static void cell_count(FILE *out, int width, uint64_t n)
{
	char text[REC_NUM_MAX];

	rec_num_format_grouped(text, n, 0);
	fprintf(out, " %*s", width, text);
}

/* part / whole, rounded to two decimals, and a per cent sign. */
static void cell_percent(FILE *out, int width, rec_u128 part, rec_u128 whole)
{
	char text[REC_NUM_MAX];

	rec_num_format(text, (rec_num_ratio(part, 100000, whole) + 5) / 10, 2);
	fprintf(out, " %*s%%", width - 1, text);
}

/* Microseconds with two decimals, as perf prints them. */
static void cell_us(FILE *out, int width, rec_u128 ps)
{
	char text[REC_NUM_MAX];

	rec_num_format(text, (ps + 5000) / 10000, 2);
	fprintf(out, "%*sus", width ? width - 1 : 0, text);
}

static void cells_of_times(FILE *out, const struct rec_result *r, const char *name)
{
	static const char *const column[] = { "mean", "p50", "p99", "p999", "max" };

	for (unsigned i = 0; i < sizeof(column) / sizeof(column[0]); i++)
		cell_time(out, 12, value(r, name, column[i]));
}

/* ---- groups ---- */

static void heading(const struct rec_result *r, FILE *out)
{
	char text[REC_NUM_MAX];

	fprintf(out, "%s   seed %" PRIu64 "   engine %s   version %s", r->scenario, r->seed,
		r->engine, r->version);
	if (r->preset && r->preset[0])
		fprintf(out, "   preset %s", r->preset);
	rec_num_format_time(text, r->duration_ps);
	fprintf(out, "\nmeasured %s of simulated time", text);
	rec_num_format_time(text, r->warmup_ps);
	fprintf(out, " after %s of warm-up; ", r->warmup_ps ? text : "0 s");
	rec_num_format_time(text, r->wall_ns * 1000);
	fprintf(out, "took %s, ", text);
	rec_num_format_grouped(text, r->events, 0);
	fprintf(out, "%s events, ", text);
	rec_num_format(text, (rec_u128)r->max_rss_bytes * 10 / (1 << 20), 1);
	fprintf(out, "%s MiB\n", text);
}

static void columns(FILE *out, const char *title)
{
	fprintf(out, "\n%-24s %12s %12s %12s %12s %12s", title, "mean", "p50", "p99", "p99.9",
		"max");
}

static void latency(const struct rec_result *r, FILE *out)
{
	uint64_t mean = value(r, "irq.latency", "mean");
	char name[NAME];

	columns(out, "INTERRUPT LATENCY");
	fprintf(out, " %12s\n", "interrupts");
	fprintf(out, "%-24s", "raise to acknowledge");
	cells_of_times(out, r, "irq.latency");
	cell_count(out, 12, value(r, "irq.latency", "count"));
	fputc('\n', out);
	if (!value(r, "irq.latency", "count"))
		return;
	columns(out, "LATENCY STACK");
	fprintf(out, " %12s\n", "of the mean");
	for (unsigned s = 0; s < REC_STAGE_NR; s++) {
		const struct rec_stage_row *row = &rec_stage_rows[s];

		snprintf(name, sizeof(name), "irq.stage.%s", row->name);
		if (!value(r, name, "count"))
			continue;
		fprintf(out, "%-16s %-7s", row->name,
			row->kind == REC_STAGE_KIND_WAIT ? "wait" : "work");
		cells_of_times(out, r, name);
		cell_percent(out, 12, value(r, name, "mean"), mean);
		fputc('\n', out);
	}
}

/* An exit reason with what its row shows. */
struct exit_row {
	const char *reason;
	uint64_t samples;
	rec_u128 time;
};

static int by_samples(const void *a, const void *b)
{
	const struct exit_row *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples < y->samples ? 1 : -1;
	return strcmp(x->reason, y->reason);
}

static void exits_table(const struct rec_result *r, FILE *out, struct exit_row *row, unsigned nr,
			rec_u128 total_time)
{
	uint64_t total = value(r, "exit.total", NULL);
	char name[NAME];

	fprintf(out, "\n%20s %10s %9s %9s %11s %11s %11s\n\n", "VM-EXIT", "Samples", "Samples%",
		"Time%", "Min Time", "Max Time", "Avg time");
	for (unsigned i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "exit.time.%s", row[i].reason);
		fprintf(out, "%20s %10" PRIu64, row[i].reason, row[i].samples);
		cell_percent(out, 9, row[i].samples, total);
		cell_percent(out, 9, row[i].time, total_time);
		cell_us(out, 11, value(r, name, "min"));
		cell_us(out, 11, value(r, name, "max"));
		cell_us(out, 11, value(r, name, "mean"));
		fputc('\n', out);
	}
	fprintf(out, "\nTotal Samples:%" PRIu64 ", Total events handled time:", total);
	cell_us(out, 0, total_time);
	fputc('\n', out);
}

static void exits(const struct rec_result *r, FILE *out)
{
	struct exit_row *row = calloc(r->nr_metrics + 1, sizeof(*row));
	rec_u128 total_time = 0;
	unsigned nr = 0;
	char name[NAME];

	for (uint32_t i = 0; row && i < r->nr_metrics; i++) {
		const char *reason = r->metrics[i].name + strlen("exit.");

		if (!starts(r->metrics[i].name, "exit.") || !r->metrics[i].value ||
		    strchr(reason, '.') || !strcmp(reason, "total"))
			continue;
		snprintf(name, sizeof(name), "exit.time.%s", reason);
		row[nr].reason = reason;
		row[nr].samples = (uint64_t)r->metrics[i].value;
		row[nr].time = (rec_u128)value(r, name, "mean") * value(r, name, "count");
		total_time += row[nr++].time;
	}
	if (nr) {
		qsort(row, nr, sizeof(*row), by_samples);
		exits_table(r, out, row, nr, total_time);
	}
	free(row);
}

static void cpu(const struct rec_result *r, FILE *out)
{
	static const char *const part[] = { "guest", "hyp", "host", "spin", "idle" };
	rec_u128 all = 0;
	char name[NAME];

	for (unsigned i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		snprintf(name, sizeof(name), "cpu.%s", part[i]);
		all += value(r, name, NULL);
	}
	if (!all)
		return;
	fprintf(out, "\n%-24s %12s %12s\n", "PE TIME", "time", "of all");
	for (unsigned i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		snprintf(name, sizeof(name), "cpu.%s", part[i]);
		fprintf(out, "%-24s", part[i]);
		cell_time(out, 12, value(r, name, NULL));
		cell_percent(out, 12, value(r, name, NULL), all);
		fputc('\n', out);
	}
}

/* A line a lock class that was taken at all. */
static void locks(const struct rec_result *r, FILE *out)
{
	static const char suffix[] = ".acquired";
	bool headed = false;

	for (uint32_t i = 0; i < r->nr_metrics; i++) {
		const struct rec_result_metric *m = &r->metrics[i];
		size_t len = strlen(m->name);
		char stem[NAME];

		if (!starts(m->name, "lock.") || len < sizeof(suffix) || !m->value ||
		    strcmp(m->name + len - strlen(suffix), suffix))
			continue;
		snprintf(stem, sizeof(stem), "%.*s", (int)(len - strlen(suffix)), m->name);
		if (!headed)
			fprintf(out, "\n%-24s %12s %12s %12s %12s %12s\n", "LOCKS", "acquired",
				"contended", "wait", "max wait", "hold");
		headed = true;
		fprintf(out, "%-24s", stem + strlen("lock."));
		cell_count(out, 12, (uint64_t)m->value);
		cell_count(out, 12, value(r, stem, "contended"));
		cell_time(out, 12, value(r, stem, "wait"));
		cell_time(out, 12, value(r, stem, "max_wait"));
		cell_time(out, 12, value(r, stem, "hold"));
		fputc('\n', out);
	}
}

/* Length of the name without the suffix of a histogram's metric; 0: it is not of a histogram. */
static size_t times_base(const struct rec_result *r, const char *name)
{
	const char *dot = strrchr(name, '.');
	char base[NAME];

	if (!dot || (size_t)(dot - name) >= sizeof(base))
		return 0;
	memcpy(base, name, (size_t)(dot - name));
	base[dot - name] = '\0';
	snprintf(base + (dot - name), sizeof(base) - (size_t)(dot - name), ".p999");
	if (!get(r, base))
		return 0;
	for (unsigned i = 0; rec_times_suffixes[i]; i++)
		if (!strcmp(dot + 1, rec_times_suffixes[i]))
			return (size_t)(dot - name);
	return 0;
}

static void plain(FILE *out, const struct rec_result_metric *m)
{
	char text[REC_NUM_MAX];

	if (m->none)
		strcpy(text, "-");
	else if (m->decimals == 3 && !strcmp(m->unit, "ns"))
		rec_num_format_time(text, (uint64_t)m->value);
	else
		rec_num_format_grouped(text, m->value, m->decimals);
	if (m->decimals == 3 && !strcmp(m->unit, "ns"))
		fprintf(out, "%-40s %20s\n", m->name, text);
	else
		fprintf(out, "%-40s %20s %s\n", m->name, text, m->unit);
}

/* A histogram stands on one line: at the last of its metrics in the order of names. */
static bool times_shown(const struct rec_result *r, const char *name, size_t base)
{
	char stem[NAME];

	snprintf(stem, sizeof(stem), "%.*s", (int)base, name);
	return !strcmp(name + base, ".p999") && value(r, stem, "count");
}

static void times_line(const struct rec_result *r, FILE *out, const char *name, size_t base)
{
	char stem[NAME];

	snprintf(stem, sizeof(stem), "%.*s", (int)base, name);
	fprintf(out, "%-40s mean", stem);
	cell_time(out, 1, value(r, stem, "mean"));
	fputs(", p99", out);
	cell_time(out, 1, value(r, stem, "p99"));
	fputs(", max", out);
	cell_time(out, 1, value(r, stem, "max"));
	fputc('\n', out);
}

/* Shown in the groups above. */
static bool shown(const char *name)
{
	return starts(name, "irq.latency.") || starts(name, "irq.stage.") ||
	       starts(name, "exit.") || starts(name, "cpu.") || starts(name, "lock.");
}

static void others(const struct rec_result *r, FILE *out, const char *title, const char *prefix)
{
	bool headed = false;

	for (uint32_t i = 0; i < r->nr_metrics; i++) {
		const struct rec_result_metric *m = &r->metrics[i];
		size_t base;

		if (!starts(m->name, prefix) || shown(m->name) || (!m->value && !m->none))
			continue;
		base = times_base(r, m->name);
		if (base && !times_shown(r, m->name, base))
			continue;
		if (!headed)
			fprintf(out, "\n%s\n", title);
		headed = true;
		if (base)
			times_line(r, out, m->name, base);
		else
			plain(out, m);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct rec_result_assumption *x = *(void *const *)a, *y = *(void *const *)b;

	if (x->time_ps != y->time_ps)
		return x->time_ps < y->time_ps ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* The assumptions that took the most time. */
static void largest(const struct rec_result *r, FILE *out)
{
	const struct rec_result_assumption **list = calloc(r->nr_assumptions + 1, sizeof(*list));
	uint32_t nr = 0;

	for (uint32_t i = 0; list && i < r->nr_assumptions; i++)
		if (r->assumptions[i].uses)
			list[nr++] = &r->assumptions[i];
	if (nr)
		qsort(list, nr, sizeof(*list), by_time);
	for (uint32_t i = 0; i < nr && i < SHOWN_ASSUMPTIONS; i++) {
		fprintf(out, "%-24s", list[i]->name);
		cell_count(out, 12, list[i]->uses);
		fputs(" uses", out);
		cell_time(out, 12, list[i]->time_ps);
		fprintf(out, "   range %s\n", list[i]->range[0] ? list[i]->range : "not given");
	}
	if (nr > SHOWN_ASSUMPTIONS)
		fprintf(out, "and %u more, smaller ones\n", nr - SHOWN_ASSUMPTIONS);
	free(list);
}

static void ledger(const struct rec_result *r, FILE *out)
{
	char a[REC_NUM_MAX], b[REC_NUM_MAX], c[REC_NUM_MAX];

	rec_num_format(a, r->assumed_latency_mean / 10, 2);
	rec_num_format(b, r->assumed_latency_p99 / 10, 2);
	rec_num_format(c, r->assumed_host_cpu / 10, 2);
	fprintf(out,
		"\nASSUMPTIONS make up %s%% of mean latency, %s%% of the latency from p99 on, "
		"%s%% of host CPU time\n",
		a, b, c);
	largest(r, out);
}

void rec_result_print(struct rec_result *r, FILE *out)
{
	static const struct {
		const char *title, *prefix;
	} group[] = {
		{ "INTERRUPTS", "irq." },	{ "WORKLOADS", "workload." },
		{ "KICKS", "kick." },		{ "DOORBELLS", "doorbell." },
		{ "MSI INJECTION", "msi." },	{ "PHYSICAL ITS", "its." },
		{ "SCHEDULER", "sched." },	{ "VCPUS", "vcpu." },
		{ "MIGRATIONS", "migration." }, { "GUEST ERRORS", "guest." },
		{ "ENGINE", "engine." },
	};

	rec_result_sort(r);
	heading(r, out);
	latency(r, out);
	exits(r, out);
	cpu(r, out);
	locks(r, out);
	for (unsigned i = 0; i < sizeof(group) / sizeof(group[0]); i++)
		others(r, out, group[i].title, group[i].prefix);
	ledger(r, out);
	fprintf(out, "\nIDENTITIES %s\n", r->identities_ok ? "all hold" : "VIOLATED");
}
