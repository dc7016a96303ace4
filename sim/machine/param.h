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
	PARAM_BOOL,	/* bool */
	PARAM_U32,	/* uint32_t, a plain number */
	PARAM_U64,	/* uint64_t, a plain number */
	PARAM_TIME,	/* uint64_t ps; written with ps, ns, us, ms, s */
	PARAM_RATE,	/* uint64_t millihertz; written with /s, k/s, M/s */
	PARAM_SIZE,	/* uint64_t bytes; written with B, KiB, MiB, GiB */
	PARAM_PERCENT,	/* uint32_t in units of 0.001 %; written with % */
	PARAM_DIST,	/* struct sim_dist of times: `5 us` or {exponential: 5 us}, ... */
	PARAM_ENUM,	/* uint8_t, one of names[] */
	PARAM_STRING,	/* char[PARAM_STRING_MAX] */
};

#define PARAM_STRING_MAX 64

struct param {
	const char *name;	   /* key in its mapping */
	enum param_type type;
	uint32_t offset;	   /* in the struct it fills */
	uint64_t min, max;	   /* in the unit of storage; both 0: no limits */
	const char *def;	   /* default, written as a user would; NULL: must be given */
	const char *const *names;  /* PARAM_ENUM: NULL-terminated values */
	const char *const *docs;   /* PARAM_ENUM: meaning of each value */
	const char *doc;	   /* one sentence */
};

/* The end of a table: name is NULL. */
#define PARAM_END { .name = NULL }

#endif
