// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a scenario: up to the first NUL a YAML text, after it an assignment as of --set.
 * Either it is refused with one line that has a position, or it reads, and what show prints of it
 * reads back to the same.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/machine/config.h>
#include <sim/machine/workload.h>
#include <sim/scenario/schema.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct param_section root = { .name = "scenario", .sections = machine_sections };
static struct param_variant variants[32];
static const struct schema schema = { .root = &root, .variants = variants };

static void make_variants(void)
{
	for (unsigned i = 0; workloads[i] && i < 31; i++)
		variants[i] = (struct param_variant){
			.name = workloads[i]->name,
			.doc = workloads[i]->doc,
			.params = workloads[i]->params,
			.size = workloads[i]->params_size,
		};
}

static void check(bool good, const char *what, const char *text)
{
	if (good)
		return;
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

/* FILE:LINE:COLUMN: and one line of printable text. */
static void check_message(const struct diag *diag)
{
	unsigned line = 0, column = 0;

	check(diag->err == -EINVAL || diag->err == -ENOMEM, "wrong error", diag->text);
	check(!strpbrk(diag->text, "\n\r"), "more than one line", diag->text);
	if (diag->err == -EINVAL)
		check(sscanf(diag->text, "t:%u:%u: ", &line, &column) == 2 ||
			      sscanf(diag->text, "--set:%u:%u: ", &line, &column) == 2,
		      "no position", diag->text);
}

static char *show(const struct machine_config *config)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	schema_show(&schema, config, f);
	fclose(f);
	return text;
}

/* The effective configuration as text, or NULL when the input is refused. */
static char *read_text(const char *text, size_t size, const char *set)
{
	struct diag_pos at = { .file = "t", .line = 1, .column = 1 };
	struct doc_change change = { .option = "--set", .text = set };
	struct machine_config config = { 0 };
	struct diag diag = { 0 };
	struct doc_node *tree;
	struct doc doc;
	char *shown = NULL;
	int err;

	doc_init(&doc, &diag);
	tree = doc_parse(&doc, at, text, size);
	err = tree ? 0 : diag.err;
	if (!err && set)
		err = doc_set(&doc, tree, &change, 1);
	if (!err)
		err = schema_read(&schema, &doc, tree, &config);
	if (err)
		check_message(&diag);
	else
		shown = show(&config);
	doc_free(&doc);
	return shown;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = strnlen((const char *)data, size);
	char *text = calloc(1, size + 2), *first, *second;

	if (!variants[0].name)
		make_variants();
	memcpy(text, data, size);
	first = read_text(text, length, length < size ? text + length + 1 : NULL);
	if (first) {
		second = read_text(first, strlen(first), NULL);
		check(second && !strcmp(first, second), "show does not read back", first);
		free(second);
	}
	free(first);
	free(text);
	return 0;
}
