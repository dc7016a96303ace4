// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The HTML page. Pictures are SVG files carried in the page itself as data; there is no script, no
 * font and no link to anything outside, so the page opens offline and stays as it is.
 */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/record/outfile.h>

#include "answer.h"
#include "estimate.h"
#include "exits.h"
#include "figure.h"
#include "sensitivity.h"
#include "summary.h"

static const char style[] =
	"body{font:15px/1.45 Georgia,'Times New Roman',serif;color:#1a1a1a;max-width:1060px;"
	"margin:2em auto;padding:0 1.2em}"
	"h1,h2{font-family:Helvetica,Arial,sans-serif;line-height:1.2}h1{font-size:1.6em}"
	"h2{font-size:1.15em;border-bottom:1px solid #bbb;margin-top:2em;padding-bottom:.2em}"
	"table{border-collapse:collapse;font:12.5px/1.35 Helvetica,Arial,sans-serif;margin:.6em 0}"
	"th{text-align:left;border-bottom:1.5px solid #333;padding:.25em .8em .25em 0;vertical-align:bottom}"
	"td{border-bottom:1px solid #ddd;padding:.2em .8em .2em 0;font-variant-numeric:tabular-nums;"
	"white-space:nowrap}.text td{white-space:normal}"
	"td.n,th.n{text-align:right}figure{margin:1em 0}figcaption{font-size:.9em;color:#444}"
	"img{max-width:100%;height:auto}.answer{font-size:1.08em;border-left:4px solid #0072b2;"
	"padding:.2em 0 .2em .8em}p.how{color:#555;font-size:.9em}pre{font-size:12px}"
	".wide{overflow-x:auto}";

struct page {
	struct store *st;
	FILE *out;
};

/* ---- pieces ---- */

static void put(const struct page *p, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<': fputs("&lt;", p->out); break;
		case '>': fputs("&gt;", p->out); break;
		case '&': fputs("&amp;", p->out); break;
		case '"': fputs("&quot;", p->out); break;
		default: putc(*text, p->out);
		}
	}
}

static void put_heading(const struct page *p, const char *text)
{
	fputs("<h2>", p->out);
	put(p, text);
	fputs("</h2>\n", p->out);
}

/* The first row is the heading; the first `left` columns hold words. */
static void put_table(const struct page *p, const struct table *t, uint32_t left)
{
	fputs("<div class=wide><table>\n", p->out);
	for (size_t i = 0; i < t->nr && t->columns; i++) {
		const char *tag = i < t->columns ? "th" : "td";
		const char *cell = t->cells[i], *sign = strstr(cell, "+- ");

		fprintf(p->out, "%s<%s%s>", i % t->columns ? "" : "<tr>", tag,
			i % t->columns < left ? "" : " class=n");
		if (sign) {
			fprintf(p->out, "%.*s&plusmn; ", (int)(sign - cell), cell);
			cell = sign + 3;
		}
		put(p, cell);
		fprintf(p->out, "</%s>%s", tag, i % t->columns + 1 < t->columns ? "" : "</tr>\n");
	}
	fputs("</table></div>\n", p->out);
}

/* The rows of a query under a heading of its own. */
static int put_query(const struct page *p, const char *const *heading, uint32_t columns,
		     uint32_t left, const char *sql)
{
	struct table t = { .columns = columns };
	int err;

	for (uint32_t i = 0; i < columns; i++)
		table_add(&t, heading[i]);
	err = store_query(p->st, sql, NULL, 0, table_add, &t);
	if (!err && t.nr > columns) {
		fputs("<div class=text>", p->out);
		put_table(p, &t, left);
		fputs("</div>\n", p->out);
	}
	table_free(&t);
	return err;
}

/* ---- pictures ---- */

static void put_base64(const struct page *p, FILE *in)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char b[3];
	size_t n;

	while ((n = fread(b, 1, 3, in)) > 0) {
		uint32_t bits = (uint32_t)b[0] << 16 | (n > 1 ? (uint32_t)b[1] << 8 : 0) |
				(n > 2 ? b[2] : 0);

		putc(digits[bits >> 18], p->out);
		putc(digits[bits >> 12 & 63], p->out);
		putc(n > 1 ? digits[bits >> 6 & 63] : '=', p->out);
		putc(n > 2 ? digits[bits & 63] : '=', p->out);
	}
}

static int put_picture(const struct page *p, const char *folder, const struct store_plot *plot)
{
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s.svg", folder, plot->name);
	in = fopen(path, "r");
	if (!in) {
		snprintf(p->st->error, sizeof(p->st->error), "cannot read %.300s: %s", path,
			 strerror(errno));
		return -EIO;
	}
	fputs("<figure><img alt=\"", p->out);
	put(p, *plot->title ? plot->title : plot->name);
	fputs("\" src=\"data:image/svg+xml;base64,", p->out);
	put_base64(p, in);
	fputs("\"><figcaption>", p->out);
	put(p, plot->y);
	if (*plot->where) {
		fputs("; ", p->out);
		put(p, plot->where);
	}
	fputs(". Bands and whiskers: 95 % intervals.</figcaption></figure>\n", p->out);
	fclose(in);
	return 0;
}

static int put_pictures_of(const struct page *p, const struct table *texts)
{
	const char *tmp = getenv("TMPDIR");
	char folder[256];
	int err;

	snprintf(folder, sizeof(folder), "%s/gicsim-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		snprintf(p->st->error, sizeof(p->st->error), "cannot make a folder in %.200s: %s",
			 tmp && *tmp ? tmp : "/tmp", strerror(errno));
		return -EIO;
	}
	err = figure_draw_all(p->st, folder);
	for (size_t i = 0; i < texts->nr / STORE_PLOT_TEXTS && !err; i++) {
		const struct store_plot plot = figure_plot(texts, i);

		err = put_picture(p, folder, &plot);
	}
	figure_remove_folder(folder);
	return err;
}

static int put_pictures(const struct page *p, const char *heading)
{
	struct table texts = { 0 };
	int err = figure_plots(p->st, &texts);

	if (!err && texts.nr) {
		if (heading)
			put_heading(p, heading);
		err = put_pictures_of(p, &texts);
	}
	table_free(&texts);
	return err;
}

/* ---- sections ---- */

static int put_note(const struct page *p, const char *name)
{
	char *text = NULL;
	int err = store_get_note(p->st, name, &text);

	if (!err && *text) {
		fputs("<p>", p->out);
		put(p, text);
		fputs("</p>\n", p->out);
	}
	free(text);
	return err;
}

static void keep(void *arg, const char *text)
{
	char **kept = arg;

	free(*kept);
	*kept = strdup(text);
}

static int put_title(const struct page *p)
{
	char *name = NULL;
	int err = store_query(p->st, "SELECT name FROM study", NULL, 0, keep, &name);

	fputs("<!DOCTYPE html>\n<html lang=en><meta charset=utf-8>"
	      "<meta name=viewport content=\"width=device-width\"><title>",
	      p->out);
	put(p, name ? name : "gicsim");
	fprintf(p->out, "</title><style>%s</style>\n<h1>", style);
	put(p, name ? name : "gicsim");
	fputs("</h1>\n", p->out);
	free(name);
	return err ? err : put_note(p, "description");
}

static int put_answer(const struct page *p, struct store *sensitivity)
{
	struct sensitivity s;
	int err;

	if (!sensitivity)
		return 0;
	err = sensitivity_read(&s, sensitivity);
	if (err) {
		snprintf(p->st->error, sizeof(p->st->error), "%s", sensitivity->error);
	} else {
		put_heading(p, "Answer, and whether it holds");
		fputs("<div class=answer><p>", p->out);
		put(p, s.answer);
		for (size_t i = 0; i < s.flips.nr; i++) {
			fputs("</p>\n<p>", p->out);
			put(p, s.flips.cells[i]);
		}
		fputs("</p></div>\n", p->out);
	}
	if (!err) {
		const struct page of = { .st = sensitivity, .out = p->out };

		err = put_pictures(&of, NULL);
		if (err)
			snprintf(p->st->error, sizeof(p->st->error), "%s", sensitivity->error);
	}
	sensitivity_free(&s);
	return err;
}

static int put_comparison(const struct page *p)
{
	char title[ANSWER_TITLE_MAX], sum[ANSWER_TITLE_MAX];
	struct table rows = { 0 };
	uint32_t left;
	int err = answer_rows(p->st, &rows, &left, title);

	if (!err && rows.nr > rows.columns) {
		put_heading(p, "The question");
		fputs("<p>", p->out);
		put(p, title);
		answer_sum(&rows, left, sum);
		fputs(", paired by seed. ", p->out);
		put(p, sum);
		fputs("</p>\n", p->out);
		put_table(p, &rows, left);
	}
	table_free(&rows);
	return err;
}

static int put_summary(const struct page *p)
{
	struct table rows = { 0 };
	struct store_counts c;
	int err = store_count(p->st, &c);

	if (!err)
		err = summary_rows(p->st, &c, &rows);
	if (!err) {
		put_heading(p, "Results");
		put_table(p, &rows, c.axes);
		fprintf(p->out, "<p class=how>%s. %u of %u runs finished, %u failed.</p>\n",
			SUMMARY_HOW, c.finished, c.planned, c.failed);
	}
	table_free(&rows);
	return err;
}

static int put_warmup(const struct page *p)
{
	double ns, slice_ns;
	int err = estimate_warmup(p->st, &ns, &slice_ns);

	if (err || !(slice_ns > 0))
		return err;
	fputs("<p class=how>Warm-up is what run.warmup says. ", p->out);
	if (ns > 0)
		fprintf(p->out,
			"MSER-5 on the course of irq.latency would drop the first %.4g us of the "
			"window as well.</p>\n",
			ns / 1000);
	else
		fputs("MSER-5 on the course of irq.latency would drop nothing more.</p>\n", p->out);
	return 0;
}

/* Closed at first, where there is more than a point. */
static int put_exits(const struct page *p)
{
	struct table rows = { 0 };
	struct store_counts c;
	int err = store_count(p->st, &c);

	if (!err)
		err = exits_rows(p->st, &rows);
	if (!err && rows.nr > rows.columns) {
		put_heading(p, "Exits, as perf kvm stat shows them");
		fprintf(p->out, "<details%s><summary>by point</summary>\n",
			c.points > 1 ? "" : " open");
		put_table(p, &rows, c.axes);
		fputs("</details>\n<p class=how>Means over n runs; Avg time with its 95 % "
		      "interval.</p>\n",
		      p->out);
	}
	table_free(&rows);
	return err;
}

static int put_assumptions(const struct page *p)
{
	static const char *const shares[] = { "of", "mean over runs", "most" };
	static const char *const entries[] = { "cost", "host CPU time", "range", "source" };
	int err;

	put_heading(p, "What rests on assumptions");
	err = put_query(p, shares, 3, 1,
			"SELECT 'mean latency', printf('%.1f %%', avg(assumed_latency_mean)),"
			" printf('%.1f %%', max(assumed_latency_mean)) FROM runs UNION ALL "
			"SELECT 'p99 latency', printf('%.1f %%', avg(assumed_latency_p99)),"
			" printf('%.1f %%', max(assumed_latency_p99)) FROM runs UNION ALL "
			"SELECT 'host CPU', printf('%.2f %%', avg(assumed_host_cpu)),"
			" printf('%.2f %%', max(assumed_host_cpu)) FROM runs");
	if (err)
		return err;
	fputs("<p class=how>The largest entries, of the first replication of each point:</p>\n",
	      p->out);
	return put_query(p, entries, 4, 1,
			 "SELECT a.name, printf('%.3f %%', avg(a.share)), min(a.range), "
			 "min(a.source) FROM assumptions a JOIN runs r ON r.id = a.run JOIN plan p "
			 "ON p.key = r.key WHERE p.replication = 1 GROUP BY a.name "
			 "ORDER BY avg(a.share) DESC LIMIT 15");
}

static int put_failures(const struct page *p)
{
	static const char *const heading[] = { "run", "what", "again with" };
	struct store_counts c;
	int err = store_count(p->st, &c);

	if (err || !c.failed)
		return err;
	put_heading(p, "Failed runs");
	return put_query(p, heading, 3, 3,
			 "SELECT key, what, command FROM failures ORDER BY key LIMIT 20");
}

static int put_provenance(const struct page *p)
{
	static const char *const heading[] = { "what", "value" };

	put_heading(p, "Provenance");
	return put_query(
		p, heading, 2, 2,
		"SELECT 'scenario', group_concat(DISTINCT scenario) FROM runs UNION ALL "
		"SELECT 'gicsim', group_concat(DISTINCT version) FROM runs UNION ALL "
		"SELECT 'engine', group_concat(DISTINCT engine) FROM runs UNION ALL "
		"SELECT 'preset', group_concat(DISTINCT preset) FROM runs UNION ALL "
		"SELECT 'seeds', min(seed) || ' to ' || max(seed) FROM runs UNION ALL "
		"SELECT 'window', min(duration_s) * 1e3 || ' to ' || max(duration_s) * 1e3 || ' ms "
		"after ' || min(warmup_s) * 1e3 || ' to ' || max(warmup_s) * 1e3 || ' ms of warm-up' "
		"FROM runs UNION ALL "
		"SELECT 'identities', group_concat(DISTINCT identities) FROM runs UNION ALL "
		"SELECT 'events', sum(events) FROM runs UNION ALL "
		"SELECT 'run time', printf('%.1f s in all', sum(wall_s)) FROM runs UNION ALL "
		"SELECT 'run from', datetime(min(started_unix), 'unixepoch') || ' to ' || "
		"datetime(max(started_unix), 'unixepoch') || ' UTC' FROM runs UNION ALL "
		"SELECT 'on', group_concat(DISTINCT host) FROM runs");
}

/* The text of the study has a line each: `base KEY: VALUE` and those of axes. */
static int put_parameters(const struct page *p)
{
	char *text = NULL;
	int err = store_study(p->st, &text);

	if (err)
		return err;
	put_heading(p, "Parameters");
	fputs("<details open><summary>all that decides what runs measure</summary><pre>", p->out);
	put(p, text);
	fputs("</pre></details>\n", p->out);
	free(text);
	return 0;
}

static int put_all(const struct page *p, struct store *sensitivity)
{
	int err = put_title(p);

	if (!err)
		err = put_answer(p, sensitivity);
	if (!err)
		err = put_comparison(p);
	if (!err)
		err = put_pictures(p, "Pictures");
	if (!err)
		err = put_summary(p);
	if (!err)
		err = put_warmup(p);
	if (!err)
		err = put_exits(p);
	if (!err)
		err = put_assumptions(p);
	if (!err)
		err = put_failures(p);
	if (!err)
		err = put_provenance(p);
	return err ? err : put_parameters(p);
}

int report_write(struct store *st, struct store *sensitivity, const char *path)
{
	struct page p = { .st = st };
	struct outfile o;
	int err = outfile_open(&o, path), fd;

	if (!err) {
		fd = dup(o.fd);
		p.out = fd < 0 ? NULL : fdopen(fd, "w");
		err = p.out ? put_all(&p, sensitivity) : -errno;
		if (!p.out && fd >= 0)
			close(fd);
		if (p.out && fclose(p.out) && !err)
			err = -errno;
		if (err)
			outfile_abandon(&o);
		else
			err = outfile_commit(&o);
	}
	if (err && !*st->error)
		snprintf(st->error, sizeof(st->error), "cannot write %.300s: %s", path,
			 strerror(-err));
	return err;
}
