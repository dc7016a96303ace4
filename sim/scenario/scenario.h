/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario: YAML files and options become one checked configuration.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <stdint.h>
#include <stdio.h>

#include <sim/machine/config.h>

#include "doc.h"
#include "schema.h"

struct scenario {
	struct machine_config config; /* its lists live in doc */
	char name[PARAM_STRING_MAX];
	const char *description;   /* "" when there is none */
	const char *path;	   /* of the file */
	struct cost_profile costs; /* config.costs */
	struct schema schema;
	struct doc doc;
};

/*
 * Load a file (or the scenario of that name in configs/scenarios), apply the changes in order and
 * check everything. 0, or -EINVAL or -ENOMEM with the message in diag. In any case scenario_free()
 * must be called.
 */
int scenario_load(struct scenario *s, const char *file, const struct doc_change *changes,
		  unsigned nr_changes, struct diag *diag);
/* The same for NAME.yaml in a folder of configs/ other than scenarios, unchanged. */
int scenario_load_shipped(struct scenario *s, const char *folder, const char *name,
			  struct diag *diag);
void scenario_free(struct scenario *s);

/* The effective configuration as YAML that reads back to the same configuration. */
void scenario_show(const struct scenario *s, FILE *out);

/* Tell every parameter: dotted path and value as text. */
typedef void (*scenario_parameter_fn)(void *arg, const char *path, const char *value);
void scenario_parameters(const struct scenario *s, scenario_parameter_fn fn, void *arg);

/* The schema as JSON (configs/schema.json) and as a manual page (docs/scenario-reference.md).
 * 0 or -ENOMEM. */
int scenario_print_json_schema(FILE *out);
int scenario_print_reference(FILE *out);

/* Call fn for each shipped file of a folder of configs/ (scenarios, presets, costs): name, path,
 * description ("" when it has none). */
void scenario_list(const char *folder,
		   void (*fn)(void *arg, const char *name, const char *path,
			      const char *description),
		   void *arg);

#endif
