/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where configuration files are found, and how the files of one scenario become one tree.
 *
 * A reference that holds a `/` or ends in `.yaml` is a file: relative to the file that names it,
 * then in the configuration folders. Any other is a name: FOLDER/NAME.yaml in the configuration
 * folders. These are $GICSIM_CONFIGS, configs/ in the current folder, and configs/ beside the
 * executable or in the folders above it, or ../share/gicsim/configs.
 */
#ifndef SCENARIO_FILES_H
#define SCENARIO_FILES_H

#include "doc.h"

#define FILES_ROOTS_MAX 8

struct files {
	struct doc *doc;
	char *roots[FILES_ROOTS_MAX];
	unsigned nr_roots;
};

int files_init(struct files *f, struct doc *d); /* 0 or -ENOMEM */
void files_fini(struct files *f);

/*
 * The path of what `reference` means when it stands at `at`; NULL when there is none (recorded,
 * with the nearest name) or memory ran out. `folder` is presets, costs or scenarios; or NULL, then
 * the reference can only be a file.
 */
const char *files_find(struct files *f, const char *reference, const char *folder,
		       struct diag_pos at);

/*
 * Read a file and all it includes: each included tree in turn, its own keys on top. The root is a
 * mapping, its `costs: NAME` written out as `costs: {profile: NAME}`; NULL on error.
 */
struct doc_node *files_load(struct files *f, const char *path, struct diag_pos from);

/* Call fn for each NAME.yaml of a folder, by name within a root, roots in order of search; names
 * that an earlier root has are left out. */
void files_list(const struct files *f, const char *folder,
		void (*fn)(void *arg, const char *name, const char *path), void *arg);

#endif
