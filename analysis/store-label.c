// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a study calls its metrics and axes where people read them: a note for each.
 */
#include <stdio.h>

#include "store.h"

#define NOTE_MAX 256

static const char *note_of(const char *name, char note[NOTE_MAX])
{
	snprintf(note, NOTE_MAX, "label %.200s", name);
	return note;
}

int store_label(struct store *st, const char *name, const char *label)
{
	char note[NOTE_MAX];

	return store_note(st, note_of(name, note), label);
}

int store_get_label(struct store *st, const char *name, char **label)
{
	char note[NOTE_MAX];

	return store_get_note(st, note_of(name, note), label);
}
