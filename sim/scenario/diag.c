// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Error messages of the scenario reader. A message is one line whatever the input was: user text
 * is shortened and its control characters are replaced before it gets in.
 */
#include "diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Words longer than this are compared by their first characters only. */
#define WORD_MAX 48

int diag_error(struct diag *d, struct diag_pos at, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (d->err)
		return d->err;
	d->err = -EINVAL;
	n = snprintf(d->text, sizeof(d->text), "%.256s:%u:%u: ", at.file, at.line, at.column);
	va_start(ap, fmt);
	vsnprintf(d->text + n, sizeof(d->text) - (size_t)n, fmt, ap);
	va_end(ap);
	for (char *c = d->text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	return d->err;
}

int diag_memory(struct diag *d)
{
	if (!d->err) {
		d->err = -ENOMEM;
		snprintf(d->text, sizeof(d->text), "out of memory while reading the scenario");
	}
	return d->err;
}

const char *diag_quote(char buf[DIAG_QUOTE_MAX], const char *text)
{
	size_t n = 0;

	while (text[n] && n < DIAG_QUOTE_MAX - 4) {
		buf[n] = (unsigned char)text[n] < ' ' ? ' ' : text[n];
		n++;
	}
	if (text[n]) {
		/* Cut before the first byte of a character, not inside it. */
		while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
		memcpy(buf + n, "...", 3);
		n += 3;
	}
	buf[n] = '\0';
	return buf;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

unsigned diag_distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2], *spare;
	size_t la = strnlen(a, WORD_MAX), lb = strnlen(b, WORD_MAX);

	for (size_t j = 0; j <= lb; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[lb];
}

static unsigned common_prefix(const char *a, const char *b)
{
	unsigned n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

void diag_offer(struct diag_nearest *n, const char *candidate)
{
	unsigned distance, prefix;

	if (n->best && !n->distance)
		return;
	distance = strcmp(n->word, candidate) ? diag_distance(n->word, candidate) : 0;
	prefix = common_prefix(n->word, candidate);
	if (n->best && (distance > n->distance || (distance == n->distance && prefix <= n->prefix)))
		return;
	n->best = candidate;
	n->distance = distance;
	n->prefix = prefix;
}
