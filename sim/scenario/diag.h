/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a scenario: one line, `file:line:column: what; nearest valid key or range`.
 */
#ifndef SCENARIO_DIAG_H
#define SCENARIO_DIAG_H

#include <stddef.h>
#include <stdint.h>

#define DIAG_TEXT_MAX  800
#define DIAG_QUOTE_MAX 64

/* Where something was written: lines and columns count from 1, columns in characters. */
struct diag_pos {
	const char *file;
	uint32_t line, column;
};

/* The first error found; later ones are consequences and are not kept. */
struct diag {
	int err; /* 0, -EINVAL (bad input) or -ENOMEM */
	char text[DIAG_TEXT_MAX];
};

/* Record an error of the input; returns -EINVAL. */
int diag_error(struct diag *d, struct diag_pos at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Record that memory ran out; returns -ENOMEM. */
int diag_memory(struct diag *d);

/* User text made fit for one line of a message: shortened, control characters replaced. */
const char *diag_quote(char buf[DIAG_QUOTE_MAX], const char *text);

/* Number of single-character edits (insert, delete, replace, swap neighbours) from a to b. */
unsigned diag_distance(const char *a, const char *b);

/* The candidate nearest to a word that was written: start empty, offer each, read `best`. Of two
 * as near, the one that begins alike is better. */
struct diag_nearest {
	const char *word;
	const char *best; /* NULL: nothing was offered */
	unsigned distance, prefix;
};
void diag_offer(struct diag_nearest *n, const char *candidate);

#endif
