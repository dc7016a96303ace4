// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a study calls its metrics and axes in pictures: its `labels`, which the database keeps as
 * notes. Whatever has none keeps its name.
 */
#include "figure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In `text`, which begins with the name. */
static int replace(struct store *st, const char *name, char *text, size_t size)
{
	char *label = NULL, rest[192];
	int err = store_get_label(st, name, &label);

	if (!err && *label && !strncmp(text, name, strlen(name))) {
		snprintf(rest, sizeof(rest), "%s", text + strlen(name));
		snprintf(text, size, "%s%s", label, rest);
	}
	free(label);
	return err;
}

int figure_label(struct figure *f, struct store *st, const struct store_plot *plot)
{
	int err = replace(st, plot->y, f->ylabel, sizeof(f->ylabel));

	if (!err && *plot->x)
		err = replace(st, plot->x, f->xlabel, sizeof(f->xlabel));
	if (!err && *plot->by)
		err = replace(st, plot->by, f->bylabel, sizeof(f->bylabel));
	for (size_t p = 0; p < f->panels.nr && *plot->panel && !err; p++) {
		char text[192], *cell;

		snprintf(text, sizeof(text), "%s", f->panels.cells[p]);
		err = replace(st, plot->panel, text, sizeof(text));
		if (err)
			break;
		cell = strdup(text);
		if (!cell)
			return -ENOMEM;
		free(f->panels.cells[p]);
		f->panels.cells[p] = cell;
	}
	return err;
}
