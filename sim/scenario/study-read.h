/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What study.c uses of the reader.
 */
#ifndef SCENARIO_STUDY_READ_H
#define SCENARIO_STUDY_READ_H

#include "files.h"
#include "study.h"

/* Fill all of a study but its points; 0 or an error in s->diag. */
int study_read(struct study *s, struct files *f, const char *file);

#endif
