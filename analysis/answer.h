/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer that a study was made for: two values of one axis compared by one metric, at every
 * setting of the other axes. The study's key `sensitivity` says which; the sweep writes it down as
 * the note `question`.
 */
#ifndef ANALYSIS_ANSWER_H
#define ANALYSIS_ANSWER_H

#include <stdio.h>

#include "store.h"
#include "table.h"

#define ANSWER_NOTE "question" /* metric, axis, first value, second value; tabs in between */

/* The rows: a heading and one for each setting; *left of their columns are words. `title` says what
 * is compared. No rows when the study asks nothing. 0 or -errno with st->error. */
#define ANSWER_TITLE_MAX 512
int answer_rows(struct store *st, struct table *rows, uint32_t *left, char title[ANSWER_TITLE_MAX]);

/* The sentence that counts them; "" for a single one. There is a row or more below the heading. */
void answer_sum(const struct table *rows, uint32_t left, char text[ANSWER_TITLE_MAX]);

/* All of it; nothing when the study asks nothing. */
int answer_print(struct store *st, FILE *out);

#endif
