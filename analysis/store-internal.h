/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that read and write databases share.
 */
#ifndef ANALYSIS_STORE_INTERNAL_H
#define ANALYSIS_STORE_INTERNAL_H

#include "store.h"

struct sqlite3_stmt;

/* The tables that a study adds to those of runs. */
extern const char store_tables[];

/* Each returns 0 or -errno with the message in st->error. A code of SQLite becomes one: */
int store_fail(struct store *st, int rc);
int store_exec(struct store *st, const char *sql);
int store_prepare(struct store *st, const char *sql, struct sqlite3_stmt **s);
void store_bind(struct sqlite3_stmt *s, int column, const char *text);
/* Run a statement that gives no rows, and end it. */
int store_finish(struct store *st, struct sqlite3_stmt *s);
/* The text of the study, or NULL when there is none yet. */
int store_query_study(struct store *st, char **text);
/* `path` belongs to another study: -EEXIST. */
int store_refuse(struct store *st, const char *path);

/* Kept beside the text of a study, to notice a damaged one. */
int64_t store_hash(const char *text);

#endif
