// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A result on its way from one process to another of the same program. The bytes are those of the
 * struct and of its arrays as they lie in memory, then all texts one after the other, each with its
 * NUL, in the order in which rec_result_receive() puts them back. Both ends are the same program, so
 * layouts agree; a size that does not is refused.
 */
#include "record/result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The texts of a result in a fixed order: fn is called with the address of each. */
static void each_text(struct rec_result *r, void (*fn)(void *arg, char **text), void *arg)
{
	char **const head[] = { &r->scenario, &r->engine, &r->version, &r->preset, &r->host };

	for (unsigned i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		fn(arg, head[i]);
	for (uint32_t i = 0; i < r->nr_params; i++) {
		fn(arg, &r->params[i].key);
		fn(arg, &r->params[i].value);
	}
	for (uint32_t i = 0; i < r->nr_assumptions; i++) {
		fn(arg, &r->assumptions[i].name);
		fn(arg, &r->assumptions[i].source);
		fn(arg, &r->assumptions[i].confidence);
		fn(arg, &r->assumptions[i].range);
	}
	for (uint32_t i = 0; i < r->nr_metrics; i++) {
		fn(arg, &r->metrics[i].name);
		fn(arg, &r->metrics[i].unit);
	}
	for (uint32_t i = 0; i < r->nr_dists; i++) {
		fn(arg, &r->dists[i].name);
		fn(arg, &r->dists[i].unit);
	}
	for (uint32_t i = 0; i < r->nr_series; i++) {
		fn(arg, &r->series[i].name);
		fn(arg, &r->series[i].unit);
	}
}

/* ---- sending ---- */

static void put_text(void *out, char **text)
{
	const char *s = *text ? *text : "";

	fwrite(s, 1, strlen(s) + 1, out);
}

static void put_array(const void *array, size_t size, uint32_t nr, FILE *out)
{
	if (nr)
		fwrite(array, size, nr, out);
}

static void put(const struct rec_result *r, FILE *out)
{
	fwrite(r, sizeof(*r), 1, out);
	put_array(r->params, sizeof(*r->params), r->nr_params, out);
	put_array(r->assumptions, sizeof(*r->assumptions), r->nr_assumptions, out);
	put_array(r->metrics, sizeof(*r->metrics), r->nr_metrics, out);
	put_array(r->dists, sizeof(*r->dists), r->nr_dists, out);
	put_array(r->series, sizeof(*r->series), r->nr_series, out);
	each_text((struct rec_result *)r, put_text, out);
}

int rec_result_send(const struct rec_result *r, int fd)
{
	FILE *out;
	int copy;

	if (r->failed)
		return -ENOMEM;
	copy = dup(fd);
	out = copy < 0 ? NULL : fdopen(copy, "w");
	if (!out) {
		if (copy >= 0)
			close(copy);
		return -errno;
	}
	put(r, out);
	if (ferror(out)) {
		fclose(out);
		return -EIO;
	}
	return fclose(out) ? -errno : 0;
}

/* ---- receiving ---- */

struct source {
	const char *at, *end;
	int err;
};

static void get(struct source *s, void *to, size_t size)
{
	if (s->err || (size_t)(s->end - s->at) < size) {
		s->err = s->err ? s->err : -EBADMSG;
		return;
	}
	memcpy(to, s->at, size);
	s->at += size;
}

/* A copy of an array; *nr is 0 when there is none. */
static void *get_array(struct source *s, uint32_t *nr, size_t size)
{
	void *array = NULL;

	if (*nr && (size_t)(s->end - s->at) / size < *nr)
		s->err = s->err ? s->err : -EBADMSG;
	if (*nr && !s->err) {
		array = malloc(*nr * size);
		if (!array)
			s->err = -ENOMEM;
		else
			get(s, array, *nr * size);
	}
	if (!array)
		*nr = 0;
	return array;
}

static void clear_text(void *arg, char **text)
{
	(void)arg;
	*text = NULL;
}

static void get_text(void *source, char **text)
{
	struct source *s = source;
	size_t length = strnlen(s->at, (size_t)(s->end - s->at));

	if (s->err || s->at + length == s->end) {
		s->err = s->err ? s->err : -EBADMSG;
		return;
	}
	*text = strdup(s->at);
	if (!*text)
		s->err = -ENOMEM;
	s->at += length + 1;
}

int rec_result_receive(struct rec_result *r, const void *bytes, size_t size)
{
	struct source s = { .at = bytes, .end = (const char *)bytes + size };

	rec_result_init(r);
	get(&s, r, sizeof(*r));
	if (s.err) {
		rec_result_init(r);
		return s.err;
	}
	r->params = get_array(&s, &r->nr_params, sizeof(*r->params));
	r->assumptions = get_array(&s, &r->nr_assumptions, sizeof(*r->assumptions));
	r->metrics = get_array(&s, &r->nr_metrics, sizeof(*r->metrics));
	r->dists = get_array(&s, &r->nr_dists, sizeof(*r->dists));
	r->series = get_array(&s, &r->nr_series, sizeof(*r->series));
	each_text(r, clear_text, NULL);
	each_text(r, get_text, &s);
	return s.err;
}
