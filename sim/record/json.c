// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A result as JSON, schema gicsim.result/1. Keys come in a fixed order, entries sorted by name, a
 * metric a line; numbers are decimals made from integers, so equal runs give equal text.
 */
#include "record/result.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "record/outfile.h"

/* Length that the first byte of a UTF-8 sequence announces; 0: none begins with it. */
static unsigned utf8_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first >= 0xf5)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Bytes of the UTF-8 sequence at s; 0: it is none. */
static unsigned utf8(const unsigned char *s)
{
	unsigned n = utf8_length(s[0]);

	for (unsigned i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0)))
		return 0;
	if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)))
		return 0;
	return n;
}

/* A quoted string; what is not UTF-8 becomes U+FFFD. */
static void string(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)(text ? text : "");

	putc('"', f);
	while (*s) {
		unsigned n = utf8(s);

		if (!n)
			fputs("\\ufffd", f), n = 1;
		else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(f, "\\u%04x", *s);
		else
			fwrite(s, 1, n, f);
		s += n;
	}
	putc('"', f);
}

static void member(FILE *f, const char *key, const char *value)
{
	fprintf(f, "  \"%s\": ", key);
	string(f, value);
	fputs(",\n", f);
}

static void number(FILE *f, const char *key, rec_u128 value, unsigned decimals)
{
	char text[REC_NUM_MAX];

	rec_num_format(text, value, decimals);
	fprintf(f, "  \"%s\": %s,\n", key, text);
}

/* {"value": 1.234, "unit": "ns"} */
static void quantity(FILE *f, rec_u128 value, unsigned decimals, bool none, const char *unit)
{
	char text[REC_NUM_MAX] = "null";

	if (!none)
		rec_num_format(text, value, decimals);
	fprintf(f, "{\"value\": %s, \"unit\": ", text);
	string(f, unit);
	putc('}', f);
}

static void header(const struct rec_result *r, FILE *f)
{
	member(f, "schema", REC_RESULT_SCHEMA);
	member(f, "scenario", r->scenario);
	number(f, "seed", r->seed, 0);
	member(f, "engine", r->engine);
	member(f, "version", r->version);
	member(f, "preset", r->preset);
	number(f, "warmup_s", r->warmup_ps, 12);
	number(f, "duration_s", r->duration_ps, 12);
	member(f, "identities", r->identities_ok ? "ok" : "violated");
	number(f, "wall_s", r->wall_ns, 9);
	number(f, "max_rss_bytes", r->max_rss_bytes, 0);
	number(f, "events", r->events, 0);
	number(f, "started_unix", r->started_unix, 0);
	member(f, "host", r->host);
}

static void parameters(const struct rec_result *r, FILE *f)
{
	fputs("  \"parameters\": {", f);
	for (uint32_t i = 0; i < r->nr_params; i++) {
		fputs(i ? ",\n    " : "\n    ", f);
		string(f, r->params[i].key);
		fputs(": ", f);
		string(f, r->params[i].value);
	}
	fputs("\n  },\n", f);
}

static void share(FILE *f, const char *name, uint64_t value, bool last)
{
	fprintf(f, "      \"%s\": ", name);
	quantity(f, value, 3, false, "%");
	fputs(last ? "\n" : ",\n", f);
}

static void assumptions(const struct rec_result *r, FILE *f)
{
	fputs("  \"assumptions\": {\n    \"shares\": {\n", f);
	share(f, "irq.latency.mean", r->assumed_latency_mean, false);
	share(f, "irq.latency.p99", r->assumed_latency_p99, false);
	share(f, "host_cpu", r->assumed_host_cpu, true);
	fputs("    },\n    \"entries\": {", f);
	for (uint32_t i = 0; i < r->nr_assumptions; i++) {
		const struct rec_result_assumption *a = &r->assumptions[i];

		fputs(i ? ",\n      " : "\n      ", f);
		string(f, a->name);
		fputs(": {\"source\": ", f);
		string(f, a->source);
		fputs(", \"confidence\": ", f);
		string(f, a->confidence);
		fputs(", \"range\": ", f);
		string(f, a->range);
		fprintf(f, ", \"uses\": %" PRIu64 ", \"time\": ", a->uses);
		quantity(f, a->time_ps, 3, false, "ns");
		fputs(", \"share\": ", f);
		quantity(f, a->share, 3, false, "%");
		putc('}', f);
	}
	fputs("\n    }\n  },\n", f);
}

/* [[level, value], ...] in the unit of the metric. */
static void distributions(const struct rec_result *r, FILE *f)
{
	char level[REC_NUM_MAX], text[REC_NUM_MAX];

	fputs("  \"distributions\": {", f);
	for (uint32_t i = 0; i < r->nr_dists; i++) {
		const struct rec_result_dist *d = &r->dists[i];

		fputs(i ? ",\n    " : "\n    ", f);
		string(f, d->name);
		fputs(": {\"unit\": ", f);
		string(f, d->unit);
		fprintf(f, ", \"count\": %" PRIu64 ", \"quantiles\": [", d->count);
		for (unsigned k = 0; k < REC_NR_LEVELS; k++) {
			rec_num_format(level, rec_levels_ppm[k], 6);
			rec_num_format(text, d->ps[k], 3);
			fprintf(f, "%s[%s, %s]", k ? ", " : "", level, text);
		}
		fputs("]}", f);
	}
	fputs("\n  },\n", f);
}

/* Of each slice of the window: [number, sum]. */
static void series(const struct rec_result *r, FILE *f)
{
	char text[REC_NUM_MAX];

	fputs("  \"series\": {", f);
	for (uint32_t i = 0; i < r->nr_series; i++) {
		const struct rec_result_series *s = &r->series[i];

		fputs(i ? ",\n    " : "\n    ", f);
		string(f, s->name);
		fputs(": {\"unit\": ", f);
		string(f, s->unit);
		rec_num_format(text, s->slice_ps, 3);
		fprintf(f, ", \"slice_ns\": %s, \"slices\": [", text);
		for (unsigned k = 0; k < REC_NR_SLICES; k++) {
			rec_num_format(text, s->sum_ps[k], 3);
			fprintf(f, "%s[%" PRIu64 ", %s]", k ? ", " : "", s->count[k], text);
		}
		fputs("]}", f);
	}
	fputs("\n  },\n", f);
}

static void metrics(const struct rec_result *r, FILE *f)
{
	fputs("  \"metrics\": {", f);
	for (uint32_t i = 0; i < r->nr_metrics; i++) {
		const struct rec_result_metric *m = &r->metrics[i];

		fputs(i ? ",\n    " : "\n    ", f);
		string(f, m->name);
		fputs(": ", f);
		quantity(f, m->value, m->decimals, m->none, m->unit);
	}
	fputs("\n  }\n", f);
}

/* 0, or the error of the stream. */
static int print(const struct rec_result *r, FILE *f)
{
	errno = 0;
	fputs("{\n", f);
	header(r, f);
	parameters(r, f);
	assumptions(r, f);
	distributions(r, f);
	series(r, f);
	metrics(r, f);
	fputs("}\n", f);
	if (fflush(f) || ferror(f))
		return errno ? -errno : -EIO;
	return 0;
}

static int write_file(const struct rec_result *r, const char *path)
{
	struct outfile o;
	int err = outfile_open(&o, path), fd;
	FILE *f;

	if (err)
		return err;
	fd = dup(o.fd);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		err = -errno;
		if (fd >= 0)
			close(fd);
	} else {
		err = print(r, f);
		if (fclose(f) && !err)
			err = -errno;
	}
	if (!err)
		return outfile_commit(&o);
	outfile_abandon(&o);
	return err;
}

int rec_result_json(struct rec_result *r, const char *path, char *error)
{
	bool out = !strcmp(path, "-");
	int err;

	rec_result_sort(r);
	if (r->failed)
		err = -ENOMEM;
	else
		err = out ? print(r, stdout) : write_file(r, path);
	if (err)
		snprintf(error, REC_ERROR_MAX, "cannot write results to %s: %s",
			 out ? "standard output" : path, strerror(-err));
	return err;
}
