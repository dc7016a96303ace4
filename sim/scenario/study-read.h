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

/* Find the points again after the axes changed; 0 or an error in s->diag. */
int study_points(struct study *s);

/* study-part.c: what several parts consist of. Each returns 0 or an error in s->diag. */
/* A mapping of no other keys than these (the end is NULL). */
int study_read_keys(struct study *s, const struct doc_node *map, const char *const *keys,
		    const char *where);
/* A whole number from min to max; without a node *value stays. */
int study_read_number(struct study *s, const struct doc_node *node, const char *name, uint64_t min,
		      uint64_t max, uint64_t *value);
/* A text that can be the name of something; it lives as long as the study. */
int study_read_word(struct study *s, const struct doc_node *node, const char *what,
		    const char **word);
/* The index of an axis by its name, and of a value of an axis by its label. */
int study_read_axis(struct study *s, const char *where, const char *name, struct diag_pos at,
		    uint32_t *found);
int study_read_label(struct study *s, const struct study_axis *axis, const struct doc_node *node,
		     uint32_t *found);

/* study-plots.c: the keys plots, stop and sensitivity; axes are read. */
int study_read_plots(struct study *s, const struct doc_node *plots);
/* `holds`: it is in force, and not only looked at. */
int study_read_stop(struct study *s, const struct doc_node *stop, bool holds);
int study_read_sensitivity(struct study *s, const struct doc_node *node);

#endif
