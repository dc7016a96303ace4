/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as users write them: `10 us`, `200 k/s`, `4 KiB`, `5 %`, plain numbers, words. Decimals
 * are exact: a value that the unit of storage cannot hold is an error, never rounded.
 */
#ifndef SCENARIO_UNITS_H
#define SCENARIO_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include <sim/engine/random.h>
#include <sim/machine/param.h>

#define UNITS_WHY_MAX  400
#define UNITS_TEXT_MAX 128

/*
 * Read a value of any type but PARAM_STRING and PARAM_DIST, in the unit of storage; for
 * PARAM_DIST, one time. 0, or -EINVAL with the reason and what would be valid in `why`.
 */
int units_parse(const struct param *p, const char *text, uint64_t *value, char why[UNITS_WHY_MAX]);
/* The shortest text that reads back to the same value. */
void units_print(const struct param *p, uint64_t value, char text[UNITS_TEXT_MAX]);

/* A decimal with three digits, as thousandths (shapes of distributions). */
int units_parse_shape(const char *text, uint64_t *thousandths, char why[UNITS_WHY_MAX]);

/* The range of a row as a user reads it, `1 us to 10 s`, or "" when it has none to tell. */
void units_range(const struct param *p, char text[UNITS_TEXT_MAX]);

/* A struct sim_dist as it is written in a scenario. */
void units_print_dist(const struct param *p, const struct sim_dist *d, char text[UNITS_TEXT_MAX]);

/* Load and store what a row names, in the struct that begins at `base`. */
uint64_t units_load(const struct param *p, const void *base);
void units_store(const struct param *p, void *base, uint64_t value);

/* The smallest and largest value of a row, whether or not it names limits. */
uint64_t units_min(const struct param *p);
uint64_t units_max(const struct param *p);

/* The units a type is written with: a NULL-terminated list, empty for plain numbers. */
const char *const *units_names(enum param_type type);

#endif
