/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schema for machines (JSON Schema, for editors) and for people (the manual's reference).
 */
#ifndef SCENARIO_SCHEMA_DOC_H
#define SCENARIO_SCHEMA_DOC_H

#include <stdio.h>

#include "schema.h"

void schema_print_json(const struct schema *s, FILE *out);
void schema_print_reference(const struct schema *s, FILE *out);

#endif
