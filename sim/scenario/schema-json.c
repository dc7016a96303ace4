// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON Schema (draft 2020-12) from the tables of rows, so that an editor completes and checks a
 * scenario while it is written. Values with units are texts with a pattern; ranges that JSON
 * Schema cannot express stand in the description, `gicsim check` enforces them.
 */
#include <string.h>

#include <sim/machine/config.h>

#include "costs.h"
#include "schema-doc.h"
#include "units.h"

struct json {
	FILE *out;
	int depth;
	bool first; /* no member of this object or array yet */
};

static void newline(struct json *j)
{
	fprintf(j->out, "%s\n%*s", j->first ? "" : ",", 2 * j->depth, "");
	j->first = false;
}

static void text(struct json *j, const char *s)
{
	fputc('"', j->out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', j->out);
		fputc(*s, j->out);
	}
	fputc('"', j->out);
}

static void key(struct json *j, const char *name)
{
	newline(j);
	text(j, name);
	fputs(": ", j->out);
}

static void begin(struct json *j, const char *name)
{
	if (name)
		key(j, name);
	fputc('{', j->out);
	j->depth++;
	j->first = true;
}

static void end(struct json *j)
{
	j->depth--;
	j->first = true; /* no comma before the brace */
	newline(j);
	fputc('}', j->out);
}

static void member(struct json *j, const char *name, const char *value)
{
	key(j, name);
	text(j, value);
}

/* Words that look like numbers may stand without quotes in YAML: both forms are listed. */
static void words(struct json *j, const char *name, const char *const *list)
{
	key(j, name);
	fputc('[', j->out);
	for (const char *const *w = list; *w; w++) {
		if (w != list)
			fputs(", ", j->out);
		text(j, *w);
		if (strspn(*w, "0123456789") == strlen(*w))
			fprintf(j->out, ", %s", *w);
	}
	fputc(']', j->out);
}

/* A number and one of the type's units. */
static void pattern(struct json *j, enum param_type type)
{
	const char *const *unit = units_names(type);

	key(j, "pattern");
	fputs("\"^[0-9]+(\\\\.[0-9]+)? *(", j->out);
	for (; *unit; unit++)
		fprintf(j->out, "%s%s", *unit, unit[1] ? "|" : "");
	fputs(")$\"", j->out);
}

static void describe(struct json *j, const struct param *p)
{
	char range[UNITS_TEXT_MAX], all[600];

	if (p->type == PARAM_STRING || p->type == PARAM_ENUM || p->type == PARAM_BOOL) {
		member(j, "description", p->doc);
		return;
	}
	units_range(p, range);
	snprintf(all, sizeof(all), "%s (%s)", p->doc, range);
	member(j, "description", all);
}

static void print_type(struct json *j, const struct param *p)
{
	switch (p->type) {
	case PARAM_BOOL:
		key(j, "enum");
		fputs("[true, false, \"on\", \"off\", \"yes\", \"no\"]", j->out);
		break;
	case PARAM_U32:
	case PARAM_U64:
		member(j, "type", "integer");
		key(j, "minimum");
		fprintf(j->out, "%llu", (unsigned long long)units_min(p));
		key(j, "maximum");
		fprintf(j->out, "%llu", (unsigned long long)units_max(p));
		break;
	case PARAM_ENUM: words(j, "enum", p->names); break;
	case PARAM_STRING:
		words(j, "type", (const char *const[]){ "string", "number", NULL });
		break;
	case PARAM_DIST:
		key(j, "$ref");
		text(j, "#/$defs/distribution");
		break;
	default:
		member(j, "type", "string");
		pattern(j, p->type);
		break;
	}
}

static void print_param(struct json *j, const struct param *p)
{
	begin(j, p->name);
	describe(j, p);
	print_type(j, p);
	if (p->def)
		member(j, "default", p->def);
	end(j);
}

static void print_required(struct json *j, const struct param *params)
{
	const char *list[64];
	unsigned n = 0;

	for (const struct param *p = params; p && p->name && n < 63; p++)
		if (!p->def)
			list[n++] = p->name;
	list[n] = NULL;
	if (n)
		words(j, "required", list);
}

static void print_params(struct json *j, const struct param *params)
{
	for (const struct param *p = params; p && p->name; p++)
		print_param(j, p);
}

static void print_sections(struct json *j, const struct schema *s,
			   const struct param_section *sections);

/* The inside of an object: its keys and no others. */
static void print_object(struct json *j, const struct schema *s,
			 const struct param_section *section, const struct param *more)
{
	member(j, "type", "object");
	print_required(j, section->params);
	begin(j, "properties");
	print_params(j, section->params);
	print_params(j, more);
	print_sections(j, s, section->sections);
	end(j);
	key(j, "additionalProperties");
	fputs("false", j->out);
}

/* One object a variant: the item's rows with the type's name fixed, and the type's rows. */
static void print_variants(struct json *j, const struct schema *s,
			   const struct param_section *section)
{
	const struct param_variant *v;

	begin(j, "items");
	key(j, "oneOf");
	fputc('[', j->out);
	j->depth++;
	j->first = true;
	for (v = s->variants; v && v->name; v++) {
		newline(j);
		begin(j, NULL);
		member(j, "description", v->doc);
		member(j, "type", "object");
		print_required(j, v->params);
		begin(j, "properties");
		for (const struct param *p = section->params; p->name; p++) {
			if (strcmp(p->name, "type")) {
				print_param(j, p);
				continue;
			}
			begin(j, "type");
			member(j, "const", v->name);
			end(j);
		}
		print_params(j, v->params);
		end(j);
		key(j, "additionalProperties");
		fputs("false", j->out);
		end(j);
	}
	j->depth--;
	j->first = true;
	newline(j);
	fputc(']', j->out);
	j->first = false;
	end(j);
}

static void print_sections(struct json *j, const struct schema *s,
			   const struct param_section *sections)
{
	for (; sections && sections->name; sections++) {
		begin(j, sections->name);
		member(j, "description", sections->doc);
		if (!sections->item_size) {
			print_object(j, s, sections, NULL);
		} else {
			member(j, "type", "array");
			key(j, "maxItems");
			fprintf(j->out, "%u", sections->max_items);
			if (sections->has_variants) {
				print_variants(j, s, sections);
			} else {
				begin(j, "items");
				print_object(j, s, sections, NULL);
				end(j);
			}
		}
		end(j);
	}
}

/* ---- what no row describes ---- */

static void print_distribution(struct json *j)
{
	static const char form[] =
		"\"oneOf\": [{\"type\": \"string\", \"pattern\": "
		"\"^[0-9]+(\\\\.[0-9]+)? *(ps|ns|us|ms|s)$\"}, "
		"{\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": 1, "
		"\"additionalProperties\": false, \"properties\": {"
		"\"exponential\": {\"type\": \"string\"}, \"uniform\": {\"type\": \"array\"}, "
		"\"normal\": {\"type\": \"object\"}, \"lognormal\": {\"type\": \"object\"}, "
		"\"pareto\": {\"type\": \"object\"}}}]";

	begin(j, "distribution");
	member(j, "description",
	       "a time, or a distribution of times: {exponential: MEAN}, {uniform: "
	       "[LOW, HIGH]}, {normal: {mean, sd}}, {lognormal: {median, shape}}, {pareto: {min, "
	       "shape}}");
	newline(j);
	fputs(form, j->out);
	end(j);
}

static void print_cost_entry(struct json *j)
{
	begin(j, "cost");
	member(j, "type", "object");
	begin(j, "properties");
	begin(j, "cost");
	key(j, "$ref");
	text(j, "#/$defs/distribution");
	end(j);
	begin(j, "confidence");
	words(j, "enum", costs_confidences);
	end(j);
	begin(j, "range");
	member(j, "type", "array");
	end(j);
	begin(j, "source");
	member(j, "type", "string");
	end(j);
	end(j);
	key(j, "additionalProperties");
	fputs("false", j->out);
	end(j);
}

static void print_costs(struct json *j)
{
	begin(j, "profile");
	member(j, "description", "a name in configs/costs, a file, or none");
	member(j, "type", "string");
	end(j);
	for (uint32_t id = 0; cost_name(id); id++) {
		begin(j, cost_name(id));
		member(j, "description", cost_doc(id));
		key(j, "$ref");
		text(j, "#/$defs/cost");
		end(j);
	}
}

static void print_extra(struct json *j, const struct param *p)
{
	begin(j, p->name);
	member(j, "description", p->doc);
	if (!strcmp(p->name, "costs")) {
		words(j, "type", (const char *const[]){ "string", "object", NULL });
		begin(j, "properties");
		print_costs(j);
		end(j);
		key(j, "additionalProperties");
		fputs("false", j->out);
	} else if (!strcmp(p->name, "include")) {
		words(j, "type", (const char *const[]){ "string", "array", NULL });
		begin(j, "items");
		member(j, "type", "string");
		end(j);
	} else {
		member(j, "type", "string");
	}
	end(j);
}

void schema_print_json(const struct schema *s, FILE *out)
{
	struct json j = { .out = out };

	begin(&j, NULL);
	member(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	member(&j, "title", "gicsim scenario");
	member(&j, "type", "object");
	begin(&j, "$defs");
	print_distribution(&j);
	print_cost_entry(&j);
	end(&j);
	begin(&j, "properties");
	for (const struct param *p = s->extra; p && p->name; p++)
		print_extra(&j, p);
	print_params(&j, s->root->params);
	print_sections(&j, s, s->root->sections);
	end(&j);
	key(&j, "additionalProperties");
	fputs("false", out);
	end(&j);
	fputc('\n', out);
}
