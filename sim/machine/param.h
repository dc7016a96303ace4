/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configurable value: one row says its name, type, unit, range, default and meaning, and where
 * it is stored. Machine, workloads and policies declare rows; the scenario reader, `show`, the
 * generated schema and the manual all work from them.
 */
#ifndef MACHINE_PARAM_H
#define MACHINE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum param_type {
	PARAM_BOOL,    /* bool */
	PARAM_U32,     /* uint32_t, a plain number */
	PARAM_U64,     /* uint64_t, a plain number */
	PARAM_TIME,    /* uint64_t ps; written with ps, ns, us, ms, s */
	PARAM_RATE,    /* uint64_t millihertz; written with /s, k/s, M/s */
	PARAM_SIZE,    /* uint64_t bytes; written with B, KiB, MiB, GiB */
	PARAM_PERCENT, /* uint32_t in units of 0.001 %; written with % */
	PARAM_DIST,    /* struct sim_dist of times: `5 us` or {exponential: 5 us}, ... */
	PARAM_ENUM,    /* uint8_t, one of names[] */
	PARAM_STRING,  /* char[PARAM_STRING_MAX] */
};

#define PARAM_STRING_MAX 64

struct param {
	const char *name; /* key in its mapping */
	enum param_type type;
	uint32_t offset;	  /* in the struct it fills */
	uint64_t min, max;	  /* in the unit of storage; both 0: no limits */
	const char *def;	  /* default, written as a user would; NULL: must be given */
	const char *const *names; /* PARAM_ENUM: NULL-terminated values */
	const char *const *docs;  /* PARAM_ENUM: meaning of each value */
	const char *doc;	  /* one sentence */
};

/* The end of a table: name is NULL. */
#define PARAM_END \
	{ \
		.name = NULL \
	}

/* A list in a struct: `nr` items of the section's item size. */
struct param_list {
	void *items;
	uint32_t nr;
};

/* A mapping: rows, and mappings or lists within it. */
struct param_section {
	const char *name; /* key in its parent; NULL ends a table */
	const char *doc;
	uint32_t offset; /* of its struct (or struct param_list) in the parent's */
	const struct param *params;
	const struct param_section *sections; /* may be NULL */
	uint32_t item_size;		      /* not 0: a list of mappings, items of this size */
	uint32_t max_items;
	/* Items of a list whose key `type` chooses further rows (workloads): the type's name is
	 * stored by a PARAM_STRING row `type`, the rows fill a fresh block of variant->size bytes
	 * whose address is stored at variant_offset of the item. The reader is given the variants. */
	bool has_variants;
	uint32_t variant_offset;
};

struct param_variant {
	const char *name, *doc;
	const struct param *params;
	uint32_t size;
};

#endif
