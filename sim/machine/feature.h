/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration asks of the host's kernel that no value of one key says: the features that a
 * preset may lack (configs/presets). One row a feature.
 */
#ifndef MACHINE_FEATURE_H
#define MACHINE_FEATURE_H

#include "config.h"

struct machine_feature {
	const char *name, *doc;
	/* Whether c asks for it; then `path` is the key that does. */
	bool (*asked)(const struct machine_config *c, char *path, size_t path_size);
};

/* All features; the end has no name. */
extern const struct machine_feature machine_features[];
const struct machine_feature *machine_feature_find(const char *name);

#endif
