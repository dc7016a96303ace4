/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page about a study or a result: answer, pictures, table, assumptions, parameters, provenance.
 */
#ifndef ANALYSIS_REPORT_H
#define ANALYSIS_REPORT_H

#include "store.h"

/*
 * Write the page as one HTML file that needs nothing else. `sensitivity`: the database of the
 * study's --sensitivity, or NULL. The file appears whole or not at all. 0 or -errno with the message
 * in st->error; codes as figure_draw_all().
 */
int report_write(struct store *st, struct store *sensitivity, const char *path);

#endif
