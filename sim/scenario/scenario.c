// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From files and options to a checked configuration, in this order: included files, the file, the
 * `--set` options, then the preset below the hypervisor's keys and the cost profile below the
 * costs, then the tables of rows, then what the preset's kernel lacks and what rows cannot say.
 * Nothing is written on the way.
 */
#include "scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/machine/workload.h>

#include "costs.h"
#include "files.h"
#include "preset.h"
#include "schema-doc.h"
#include "units.h"

_Static_assert(offsetof(struct scenario, config) == 0, "machine_sections count from there");

static const struct param root_params[] = {
	{ .name = "name",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct scenario, name),
	  .def = "",
	  .doc = "name of the scenario in results; the file's name when empty" },
	PARAM_END,
};

static const struct param_section root = {
	.name = "scenario",
	.doc = "a scenario",
	.params = root_params,
	.sections = machine_sections,
};

/* Keys of the root that are texts of their own kind. */
static const struct param extra_params[] = {
	{ .name = "description",
	  .type = PARAM_STRING,
	  .def = "",
	  .doc = "what the scenario shows, in one or two sentences" },
	{ .name = "include",
	  .type = PARAM_STRING,
	  .def = "",
	  .doc = "a file or a list of files to read first; keys of this file win" },
	{ .name = "costs",
	  .type = PARAM_STRING,
	  .def = COSTS_DEFAULT_PROFILE,
	  .doc = "cost profile: a name in configs/costs, a file, or {profile: NAME, ENTRY: {cost: "
		 "TIME}} to change entries" },
	PARAM_END,
};

/* The registered workloads as variants, in d's memory. */
static int make_schema(struct schema *s, struct doc *d)
{
	struct param_variant *v;
	unsigned n = 0;

	while (workloads[n])
		n++;
	v = doc_alloc(d, (n + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		v[i] = (struct param_variant){
			.name = workloads[i]->name,
			.doc = workloads[i]->doc,
			.params = workloads[i]->params,
			.size = workloads[i]->params_size,
		};
	*s = (struct schema){ .root = &root, .variants = v, .extra = extra_params };
	return 0;
}

/* ---- loading ---- */

/* A file, unless `folder` is given: then NAME.yaml of that folder of configs/. */
static struct doc_node *load_file(struct files *f, struct scenario *s, const char *file,
				  const char *folder)
{
	struct diag_pos at = { .file = file, .line = 1, .column = 1 };

	if (!folder && !strchr(file, '/') && !strstr(file, ".yaml") && access(file, F_OK))
		folder = "scenarios";
	s->path = folder ? files_find(f, file, folder, at) : file;
	return s->path ? files_load(f, s->path, at) : NULL;
}

static int take_description(struct scenario *s, struct doc_node *tree)
{
	struct doc_node *node = doc_remove(tree, "description");

	s->description = "";
	if (!node)
		return 0;
	if (node->kind != DOC_SCALAR)
		return diag_error(s->doc.diag, node->at, "description: not a text");
	s->description = node->text;
	return 0;
}

static void default_name(struct scenario *s)
{
	const char *slash = strrchr(s->path, '/'), *name = slash ? slash + 1 : s->path;

	if (!s->name[0])
		snprintf(s->name, sizeof(s->name), "%.*s", (int)strcspn(name, "."), name);
}

static int check_whole(struct scenario *s, const struct doc_node *tree)
{
	struct config_fault fault = { "" };
	struct diag_pos at;

	if (!machine_config_check(&s->config, &fault))
		return 0;
	doc_locate(tree, fault.path, &at);
	return diag_error(s->doc.diag, at, "%s: %s", fault.path, fault.why);
}

static const char *standard_preset(void)
{
	const struct param_section *s = machine_sections;
	const struct param *p;

	while (strcmp(s->name, "hypervisor"))
		s++;
	for (p = s->params; strcmp(p->name, "preset"); p++)
		;
	return p->def;
}

static int read_tree(struct files *f, struct scenario *s, struct doc_node *tree)
{
	struct doc_node *costs = doc_remove(tree, "costs");
	int err = take_description(s, tree);
	struct preset preset;

	if (!err)
		err = preset_apply(f, tree, standard_preset(), &preset);
	if (!err)
		err = schema_read(&s->schema, &s->doc, tree, s);
	if (!err)
		err = preset_check(&preset, &s->schema, &s->doc, tree, &s->config);
	if (!err)
		err = costs_read(f, costs, tree->at, &s->costs);
	if (err)
		return err;
	s->config.costs = &s->costs;
	default_name(s);
	return check_whole(s, tree);
}

/* `costs` may be short in a change as well as in a file. */
static int change_tree(struct doc *d, struct doc_node *tree, const struct doc_change *changes,
		       unsigned nr_changes)
{
	int err = 0;

	for (unsigned i = 0; i < nr_changes && !err; i++) {
		err = doc_set(d, tree, &changes[i], i + 1);
		if (!err)
			err = doc_expand(d, tree, "costs", "profile");
	}
	return err;
}

static int load(struct scenario *s, const char *file, const char *folder,
		const struct doc_change *changes, unsigned nr_changes, struct diag *diag)
{
	struct doc_node *tree;
	struct files files;
	int err;

	memset(s, 0, sizeof(*s));
	*diag = (struct diag){ 0 };
	doc_init(&s->doc, diag);
	err = files_init(&files, &s->doc);
	if (!err)
		err = make_schema(&s->schema, &s->doc);
	if (err)
		goto out;
	tree = load_file(&files, s, file, folder);
	if (!tree) {
		err = diag->err;
		goto out;
	}
	err = change_tree(&s->doc, tree, changes, nr_changes);
	if (!err)
		err = read_tree(&files, s, tree);
out:
	files_fini(&files);
	return err;
}

int scenario_load(struct scenario *s, const char *file, const struct doc_change *changes,
		  unsigned nr_changes, struct diag *diag)
{
	return load(s, file, NULL, changes, nr_changes, diag);
}

int scenario_load_shipped(struct scenario *s, const char *folder, const char *name,
			  struct diag *diag)
{
	return load(s, name, folder, NULL, 0, diag);
}

void scenario_free(struct scenario *s)
{
	doc_free(&s->doc);
}

/* ---- showing ---- */

void scenario_show(const struct scenario *s, FILE *out)
{
	char text[4096];

	schema_quote(s->description, text, sizeof(text));
	fprintf(out, "# The effective configuration of scenario %s.\ndescription: %s\n", s->name,
		text);
	schema_show(&s->schema, s, out);
	costs_show(&s->costs, out);
}

struct parameters {
	scenario_parameter_fn fn;
	void *arg;
};

static void tell(void *arg, const char *path, const struct param *p, const void *base)
{
	struct parameters *w = arg;
	char text[SCHEMA_TEXT_MAX];

	if (p->type == PARAM_STRING) {
		w->fn(w->arg, path, (const char *)base + p->offset);
		return;
	}
	schema_text(p, base, text);
	w->fn(w->arg, path, text);
}

void scenario_parameters(const struct scenario *s, scenario_parameter_fn fn, void *arg)
{
	struct parameters w = { .fn = fn, .arg = arg };
	char path[SCHEMA_PATH_MAX], text[UNITS_TEXT_MAX];

	schema_for_each(&s->schema, s, tell, &w);
	fn(arg, "costs.profile", s->costs.name);
	for (uint32_t id = 0; cost_name(id); id++) {
		snprintf(path, sizeof(path), "costs.%s.cost", cost_name(id));
		units_print_dist(&costs_row, &s->costs.entry[id].cost, text);
		fn(arg, path, text);
	}
}

static int print_with_schema(FILE *out, void (*print)(const struct schema *, FILE *))
{
	struct diag diag = { 0 };
	struct schema schema;
	struct doc doc;
	int err;

	doc_init(&doc, &diag);
	err = make_schema(&schema, &doc);
	if (!err)
		print(&schema, out);
	doc_free(&doc);
	return err;
}

int scenario_print_json_schema(FILE *out)
{
	return print_with_schema(out, schema_print_json);
}

int scenario_print_reference(FILE *out)
{
	return print_with_schema(out, schema_print_reference);
}

/* ---- the shipped ones ---- */

struct listing {
	void (*fn)(void *arg, const char *name, const char *path, const char *description);
	void *arg;
};

static void list_one(void *arg, const char *name, const char *path)
{
	struct diag_pos at = { .file = path, .line = 1, .column = 1 };
	struct listing *l = arg;
	struct diag diag = { 0 };
	const struct doc_node *tree, *text;
	struct doc doc;

	doc_init(&doc, &diag);
	tree = doc_read(&doc, path, at);
	text = doc_get(tree, "description");
	l->fn(l->arg, name, path, text && text->kind == DOC_SCALAR ? text->text : "");
	doc_free(&doc);
}

void scenario_list(const char *folder,
		   void (*fn)(void *arg, const char *name, const char *path,
			      const char *description),
		   void *arg)
{
	struct listing l = { .fn = fn, .arg = arg };
	struct diag diag = { 0 };
	struct files files;
	struct doc doc;

	doc_init(&doc, &diag);
	if (!files_init(&files, &doc))
		files_list(&files, folder, list_one, &l);
	files_fini(&files);
	doc_free(&doc);
}
