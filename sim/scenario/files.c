// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding configuration files and following `include:`. A file that includes itself, directly or
 * by way of others, is found by comparing real paths along the chain of includes; a file may well
 * be included twice side by side.
 */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INCLUDE_DEPTH_MAX 16
#define SUFFIX		  ".yaml"

/* ---- folders ---- */

static int add_root(struct files *f, const char *path)
{
	char *real = realpath(path, NULL);

	if (!real)
		return errno == ENOMEM ? diag_memory(f->doc->diag) : 0;
	for (unsigned i = 0; i < f->nr_roots; i++) {
		if (!strcmp(f->roots[i], real)) {
			free(real);
			return 0;
		}
	}
	if (f->nr_roots < FILES_ROOTS_MAX)
		f->roots[f->nr_roots++] = real;
	else
		free(real);
	return 0;
}

/* configs/ in the executable's folder and the two above it, then where it is installed. */
static int add_roots_of_program(struct files *f)
{
	static const char *const places[] = { "configs", "../configs", "../../configs",
					      "../share/gicsim/configs" };
	char self[PATH_MAX], path[PATH_MAX + 32];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int err = 0;

	if (n <= 0)
		return 0;
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !err; i++) {
		snprintf(path, sizeof(path), "%s/%s", self, places[i]);
		err = add_root(f, path);
	}
	return err;
}

int files_init(struct files *f, struct doc *d)
{
	const char *env = getenv("GICSIM_CONFIGS");
	int err = 0;

	*f = (struct files){ .doc = d };
	if (env && *env)
		err = add_root(f, env);
	if (!err)
		err = add_root(f, "configs");
	return err ? err : add_roots_of_program(f);
}

void files_fini(struct files *f)
{
	for (unsigned i = 0; i < f->nr_roots; i++)
		free(f->roots[i]);
	f->nr_roots = 0;
}

/* ---- names ---- */

static bool ends_in_suffix(const char *name)
{
	size_t length = strlen(name);

	return length > strlen(SUFFIX) && !strcmp(name + length - strlen(SUFFIX), SUFFIX);
}

static bool is_file(const char *reference)
{
	return strchr(reference, '/') || ends_in_suffix(reference);
}

/* FIRST/SECOND in d's memory when such a file can be read, else NULL. */
static const char *readable(struct files *f, const char *first, size_t first_length,
			    const char *second)
{
	size_t size = first_length + strlen(second) + 2;
	char *path = doc_alloc(f->doc, size);

	if (!path)
		return NULL;
	if (second[0] == '/' || !first_length)
		snprintf(path, size, "%s", second);
	else
		snprintf(path, size, "%.*s/%s", (int)first_length, first, second);
	return access(path, R_OK) ? NULL : path;
}

static const char *find_file(struct files *f, const char *reference, const char *from)
{
	const char *slash = strrchr(from, '/');
	const char *path = readable(f, from, slash ? (size_t)(slash - from) : 0, reference);

	for (unsigned i = 0; i < f->nr_roots && !path; i++)
		path = readable(f, f->roots[i], strlen(f->roots[i]), reference);
	return path;
}

static const char *find_name(struct files *f, const char *name, const char *folder)
{
	char file[NAME_MAX + 32];
	const char *path = NULL;

	if (snprintf(file, sizeof(file), "%s/%s" SUFFIX, folder, name) >= (int)sizeof(file))
		return NULL;
	for (unsigned i = 0; i < f->nr_roots && !path; i++)
		path = readable(f, f->roots[i], strlen(f->roots[i]), file);
	return path;
}

struct nearest_name {
	struct diag_nearest nearest;
	char best[NAME_MAX + 1];
};

static void offer_name(void *arg, const char *name, const char *path)
{
	struct nearest_name *n = arg;

	(void)path;
	diag_offer(&n->nearest, name);
	if (n->nearest.best == name) {
		snprintf(n->best, sizeof(n->best), "%s", name);
		n->nearest.best = n->best;
	}
}

const char *files_find(struct files *f, const char *reference, const char *folder,
		       struct diag_pos at)
{
	struct nearest_name n = { .nearest = { .word = reference } };
	char quoted[DIAG_QUOTE_MAX];
	const char *path;

	diag_quote(quoted, reference);
	if (!folder || is_file(reference)) {
		path = find_file(f, reference, at.file);
		if (!path)
			diag_error(f->doc->diag, at,
				   "cannot find the file '%s'; valid: a path "
				   "from the folder of this file or from configs/",
				   quoted);
		return path;
	}
	path = find_name(f, reference, folder);
	if (path || f->doc->diag->err)
		return path;
	files_list(f, folder, offer_name, &n);
	if (n.nearest.best)
		diag_error(f->doc->diag, at,
			   "unknown name '%s' in configs/%s; nearest valid name "
			   "'%s'",
			   quoted, folder, n.nearest.best);
	else
		diag_error(f->doc->diag, at,
			   "unknown name '%s': there is no folder configs/%s; set "
			   "GICSIM_CONFIGS to the folder configs",
			   quoted, folder);
	return NULL;
}

static int is_yaml(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && ends_in_suffix(entry->d_name);
}

static bool in_earlier_root(const struct files *f, unsigned root, const char *folder,
			    const char *file)
{
	char path[PATH_MAX + 2 * NAME_MAX];

	for (unsigned i = 0; i < root; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", f->roots[i], folder, file);
		if (!access(path, R_OK))
			return true;
	}
	return false;
}

void files_list(const struct files *f, const char *folder,
		void (*fn)(void *arg, const char *name, const char *path), void *arg)
{
	char path[PATH_MAX + 2 * NAME_MAX], name[NAME_MAX + 1];
	struct dirent **entries;
	int n;

	for (unsigned i = 0; i < f->nr_roots; i++) {
		snprintf(path, sizeof(path), "%s/%s", f->roots[i], folder);
		n = scandir(path, &entries, is_yaml, alphasort);
		for (int k = 0; k < n; k++) {
			const char *file = entries[k]->d_name;

			snprintf(path, sizeof(path), "%s/%s/%s", f->roots[i], folder, file);
			snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(SUFFIX)),
				 file);
			if (!in_earlier_root(f, i, folder, file))
				fn(arg, name, path);
			free(entries[k]);
		}
		if (n >= 0)
			free(entries);
	}
}

/* ---- include ---- */

/* The files being read, from the innermost outwards. */
struct chain {
	const struct chain *outer;
	const char *real;
	unsigned depth;
};

static struct doc_node *load(struct files *f, const char *path, struct diag_pos from,
			     const struct chain *outer);

static int include_one(struct files *f, const struct doc_node *node, struct doc_node *base,
		       const struct chain *chain)
{
	struct doc_node *tree;
	const char *path;

	if (node->kind != DOC_SCALAR)
		return diag_error(f->doc->diag, node->at,
				  "include: not a file name; valid: a file "
				  "name or a list of them");
	path = files_find(f, node->text, NULL, node->at);
	tree = path ? load(f, path, node->at, chain) : NULL;
	if (!tree)
		return f->doc->diag->err ? f->doc->diag->err : diag_memory(f->doc->diag);
	return doc_merge(f->doc, base, tree);
}

/* What a file includes, merged in order, below the file's own keys. */
static struct doc_node *apply_includes(struct files *f, struct doc_node *own,
				       const struct chain *chain)
{
	struct doc_node *include = doc_remove(own, "include"), *base;
	int err = 0;

	if (!include)
		return own;
	base = doc_map(f->doc, own->at);
	if (!base)
		return NULL;
	if (include->kind != DOC_LIST)
		err = include_one(f, include, base, chain);
	else
		for (uint32_t i = 0; i < include->count && !err; i++)
			err = include_one(f, include->items[i], base, chain);
	if (err || doc_merge(f->doc, base, own))
		return NULL;
	base->at = own->at;
	return base;
}

static struct doc_node *load(struct files *f, const char *path, struct diag_pos from,
			     const struct chain *outer)
{
	struct chain chain = { .outer = outer, .depth = outer ? outer->depth + 1 : 0 };
	char quoted[DIAG_QUOTE_MAX], *real = realpath(path, NULL);
	struct doc_node *own, *whole = NULL;

	chain.real = real ? real : path;
	for (const struct chain *c = outer; c; c = c->outer) {
		if (!strcmp(c->real, chain.real)) {
			diag_error(f->doc->diag, from, "include loop: '%s' is being read already",
				   diag_quote(quoted, path));
			goto out;
		}
	}
	if (chain.depth > INCLUDE_DEPTH_MAX) {
		diag_error(f->doc->diag, from, "includes nest too deeply; range 0 to %d levels",
			   INCLUDE_DEPTH_MAX);
		goto out;
	}
	own = doc_read(f->doc, path, from);
	if (own && own->kind != DOC_MAP)
		diag_error(f->doc->diag, own->at, "not a mapping; valid: keys and values");
	else if (own && !doc_expand(f->doc, own, "costs", "profile"))
		whole = apply_includes(f, own, &chain);
out:
	free(real);
	return whole;
}

struct doc_node *files_load(struct files *f, const char *path, struct diag_pos from)
{
	return load(f, path, from, NULL);
}
