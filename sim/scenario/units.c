// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values with units. All arithmetic is on integers: the digits of `1.5 us` are scaled by powers of
 * ten, so the result is exact or the text is refused.
 */
#include "units.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"

struct unit {
	const char *name;
	uint64_t scale; /* in the unit of storage */
};

/* Largest first: a value prints with the first unit that divides it. */
static const struct unit time_units[] = {
	{ "s", 1000000000000 }, { "ms", 1000000000 }, { "us", 1000000 },
	{ "ns", 1000 },		{ "ps", 1 },	      { NULL, 0 },
};
static const struct unit rate_units[] = {
	{ "M/s", 1000000000 },
	{ "k/s", 1000000 },
	{ "/s", 1000 },
	{ NULL, 0 },
};
static const struct unit size_units[] = {
	{ "GiB", 1ull << 30 }, { "MiB", 1ull << 20 }, { "KiB", 1ull << 10 }, { "B", 1 },
	{ NULL, 0 },
};
static const struct unit percent_units[] = { { "%", 1000 }, { NULL, 0 } };
static const struct unit no_units[] = { { NULL, 0 } };

/* The same names for messages, smallest first. */
static const char *const time_names[] = { "ps", "ns", "us", "ms", "s", NULL };
static const char *const rate_names[] = { "/s", "k/s", "M/s", NULL };
static const char *const size_names[] = { "B", "KiB", "MiB", "GiB", NULL };
static const char *const percent_names[] = { "%", NULL };
static const char *const no_names[] = { NULL };

/* What the storage of a type can hold, how it is called, and its units. */
static const struct type {
	const char *what;
	const struct unit *units;
	const char *const *names;
	uint64_t max;
	const char *grain; /* the smallest step */
	const char *zero;
} types[] = {
	[PARAM_BOOL] = { "a switch", no_units, no_names, 1, "1", "0" },
	[PARAM_U32] = { "a number", no_units, no_names, UINT32_MAX, "1", "0" },
	[PARAM_U64] = { "a number", no_units, no_names, UINT64_MAX, "1", "0" },
	[PARAM_TIME] = { "a time", time_units, time_names, 1000000000000000000, "1 ps", "0 s" },
	[PARAM_RATE] = { "a rate", rate_units, rate_names, 1000000000000000000, "0.001 /s",
			 "0 /s" },
	[PARAM_SIZE] = { "a size", size_units, size_names, 1ull << 60, "1 B", "0 B" },
	[PARAM_PERCENT] = { "a percentage", percent_units, percent_names, 100000, "0.001 %",
			    "0 %" },
	[PARAM_DIST] = { "a time", time_units, time_names, 1000000000000000, "1 ps", "0 s" },
	[PARAM_ENUM] = { "a word", no_units, no_names, UINT8_MAX, "1", "0" },
	[PARAM_STRING] = { "text", no_units, no_names, 0, "1", "0" },
};

const char *const *units_names(enum param_type type)
{
	return types[type].names;
}

static bool has_limits(const struct param *p)
{
	return p->min || p->max;
}

uint64_t units_min(const struct param *p)
{
	return has_limits(p) ? p->min : 0;
}

uint64_t units_max(const struct param *p)
{
	return has_limits(p) && p->max ? p->max : types[p->type].max;
}

static int refuse(char why[UNITS_WHY_MAX], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(char why[UNITS_WHY_MAX], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, UNITS_WHY_MAX, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* `a, b, c`, cut when the room ends. */
static void join(char *text, size_t size, const char *const *words)
{
	size_t used = 0;

	text[0] = '\0';
	for (; *words && used < size; words++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
					 *words);
}

/* ---- words ---- */

static int parse_word(const char *const *words, const char *text, uint64_t *value,
		      char why[UNITS_WHY_MAX])
{
	struct diag_nearest nearest = { .word = text };
	char quoted[DIAG_QUOTE_MAX], list[256];

	for (uint32_t i = 0; words[i]; i++) {
		if (!strcmp(words[i], text)) {
			*value = i;
			return 0;
		}
		diag_offer(&nearest, words[i]);
	}
	join(list, sizeof(list), words);
	return refuse(why, "unknown value '%s'; nearest valid value '%s' of %s",
		      diag_quote(quoted, text), nearest.best, list);
}

static int parse_bool(const char *text, uint64_t *value, char why[UNITS_WHY_MAX])
{
	static const char *const words[] = { "false", "true", "off", "on", "no", "yes", NULL };
	int err = parse_word(words, text, value, why);

	*value &= 1;
	return err;
}

/* ---- numbers ---- */

/* A decimal taken apart: digits / 10^decimals, and what follows it. */
struct decimal {
	unsigned __int128 digits;
	unsigned decimals;
	bool negative;
	const char *rest;
};

/* 0, -EINVAL when no number begins here, -ERANGE when it has too many digits. */
static int take_decimal(const char *text, struct decimal *d)
{
	const unsigned __int128 most = (unsigned __int128)1 << 100;
	bool point = false, any = false, huge = false;

	*d = (struct decimal){ 0 };
	if (*text == '-' || *text == '+')
		d->negative = *text++ == '-';
	for (;; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9')
			break;
		any = true;
		huge = huge || d->digits >= most;
		if (huge)
			continue;
		d->digits = 10 * d->digits + (unsigned)(*text - '0');
		d->decimals += point;
	}
	d->rest = text;
	while (d->decimals && d->digits % 10 == 0) {
		d->digits /= 10;
		d->decimals--;
	}
	return !any ? -EINVAL : huge ? -ERANGE : 0;
}

/* digits / 10^decimals * scale; -EDOM when that is no integer, -ERANGE past 64 bits. */
static int scale_decimal(const struct decimal *d, uint64_t scale, uint64_t *value)
{
	unsigned __int128 v = d->digits;
	unsigned decimals = d->decimals;

	if (v > UINT64_MAX && decimals == 0)
		return -ERANGE;
	/* Take the powers of ten out of digits and scale in turn, so that nothing overflows. */
	for (; decimals && scale % 10 == 0; decimals--)
		scale /= 10;
	for (; decimals && scale % 5 == 0 && v % 2 == 0; decimals--) {
		scale /= 5;
		v /= 2;
	}
	for (; decimals && scale % 2 == 0 && v % 5 == 0; decimals--) {
		scale /= 2;
		v /= 5;
	}
	if (decimals)
		return v ? -EDOM : (*value = 0, 0);
	if (v > UINT64_MAX || v * scale > UINT64_MAX)
		return -ERANGE;
	*value = (uint64_t)(v * scale);
	return 0;
}

static const struct unit *find_unit(const struct unit *units, const char *name)
{
	for (; units->name; units++)
		if (!strcmp(units->name, name))
			return units;
	return NULL;
}

static int out_of_range(const struct param *p, const char *text, const char *how,
			char why[UNITS_WHY_MAX])
{
	char range[UNITS_TEXT_MAX], quoted[DIAG_QUOTE_MAX];

	units_range(p, range);
	return refuse(why, "'%s' is %s; range %s", diag_quote(quoted, text), how, range);
}

static int wrong_unit(const struct param *p, const char *text, const char *unit,
		      char why[UNITS_WHY_MAX])
{
	const struct type *t = &types[p->type];
	char quoted[DIAG_QUOTE_MAX], range[UNITS_TEXT_MAX], list[64];

	diag_quote(quoted, text);
	if (!t->units->name) {
		units_range(p, range);
		return refuse(why, "'%s' has a unit, but %s takes none; range %s", quoted, t->what,
			      range);
	}
	join(list, sizeof(list), t->names);
	if (!*unit)
		return refuse(why, "'%s' has no unit; valid units: %s", quoted, list);
	return refuse(why, "'%s' has a wrong unit; valid units: %s", quoted, list);
}

static int parse_number(const struct param *p, const char *text, uint64_t *value,
			char why[UNITS_WHY_MAX])
{
	const struct type *t = &types[p->type];
	uint64_t scale = 1;
	struct decimal d;
	char quoted[DIAG_QUOTE_MAX], list[64];
	int err = take_decimal(text, &d);

	if (err == -EINVAL) {
		join(list, sizeof(list), t->names);
		return refuse(why, "'%s' is not %s; valid: a number%s%s", diag_quote(quoted, text),
			      t->what, *list ? " with one of the units " : "", list);
	}
	while (*d.rest == ' ')
		d.rest++;
	if (t->units->name) {
		const struct unit *unit = find_unit(t->units, d.rest);

		if (!unit)
			return wrong_unit(p, text, d.rest, why);
		scale = unit->scale;
	} else if (*d.rest) {
		return wrong_unit(p, text, d.rest, why);
	}
	if (d.negative && d.digits)
		return out_of_range(p, text, "negative", why);
	if (!err)
		err = scale_decimal(&d, scale, value);
	if (err == -EDOM)
		return refuse(why, "'%s' is finer than %s; valid: whole multiples of %s",
			      diag_quote(quoted, text), t->grain, t->grain);
	if (err || *value < units_min(p) || *value > units_max(p))
		return out_of_range(p, text, "out of range", why);
	return 0;
}

int units_parse(const struct param *p, const char *text, uint64_t *value, char why[UNITS_WHY_MAX])
{
	switch (p->type) {
	case PARAM_BOOL: return parse_bool(text, value, why);
	case PARAM_ENUM: return parse_word(p->names, text, value, why);
	default: return parse_number(p, text, value, why);
	}
}

int units_parse_shape(const char *text, uint64_t *thousandths, char why[UNITS_WHY_MAX])
{
	char quoted[DIAG_QUOTE_MAX];
	struct decimal d;

	if (take_decimal(text, &d) || *d.rest || d.negative ||
	    scale_decimal(&d, 1000, thousandths) || !*thousandths || *thousandths > 100000)
		return refuse(why, "'%s' is no shape; range 0.001 to 100 in steps of 0.001",
			      diag_quote(quoted, text));
	return 0;
}

/* ---- printing ---- */

/* value / scale to three digits, the last of them without zeros. */
static void print_decimal(uint64_t value, uint64_t scale, char text[UNITS_TEXT_MAX])
{
	unsigned fraction = (unsigned)(value % scale);
	int n = snprintf(text, UNITS_TEXT_MAX, "%llu", (unsigned long long)(value / scale));

	if (!fraction)
		return;
	n += snprintf(text + n, UNITS_TEXT_MAX - (size_t)n, ".%03u", fraction);
	while (text[n - 1] == '0')
		text[--n] = '\0';
}

void units_print(const struct param *p, uint64_t value, char text[UNITS_TEXT_MAX])
{
	const struct type *t = &types[p->type];
	const struct unit *unit = t->units;
	char number[UNITS_TEXT_MAX];

	if (p->type == PARAM_BOOL) {
		snprintf(text, UNITS_TEXT_MAX, "%s", value ? "true" : "false");
	} else if (p->type == PARAM_ENUM) {
		snprintf(text, UNITS_TEXT_MAX, "%s", p->names[value]);
	} else if (!unit->name) {
		snprintf(text, UNITS_TEXT_MAX, "%llu", (unsigned long long)value);
	} else if (!value) {
		snprintf(text, UNITS_TEXT_MAX, "%s", t->zero);
	} else {
		while (unit[1].name && value % unit->scale)
			unit++;
		print_decimal(value, unit->scale, number);
		snprintf(text, UNITS_TEXT_MAX, "%.40s %s", number, unit->name);
	}
}

void units_range(const struct param *p, char text[UNITS_TEXT_MAX])
{
	char low[UNITS_TEXT_MAX], high[UNITS_TEXT_MAX];

	units_print(p, units_min(p), low);
	units_print(p, units_max(p), high);
	snprintf(text, UNITS_TEXT_MAX, "%.50s to %.50s", low, high);
}

void units_print_dist(const struct param *p, const struct sim_dist *d, char text[UNITS_TEXT_MAX])
{
	char a[UNITS_TEXT_MAX], b[UNITS_TEXT_MAX], shape[UNITS_TEXT_MAX];

	units_print(p, d->a, a);
	units_print(p, d->b, b);
	print_decimal(d->b, 1000, shape);
	switch (d->kind) {
	case SIM_CONSTANT: snprintf(text, UNITS_TEXT_MAX, "%.30s", a); break;
	case SIM_UNIFORM: snprintf(text, UNITS_TEXT_MAX, "{uniform: [%.30s, %.30s]}", a, b); break;
	case SIM_EXPONENTIAL: snprintf(text, UNITS_TEXT_MAX, "{exponential: %.30s}", a); break;
	case SIM_NORMAL:
		snprintf(text, UNITS_TEXT_MAX, "{normal: {mean: %.30s, sd: %.30s}}", a, b);
		break;
	case SIM_LOGNORMAL:
		snprintf(text, UNITS_TEXT_MAX, "{lognormal: {median: %.30s, shape: %.30s}}", a,
			 shape);
		break;
	case SIM_PARETO:
		snprintf(text, UNITS_TEXT_MAX, "{pareto: {min: %.30s, shape: %.30s}}", a, shape);
		break;
	}
}

/* ---- storage ---- */

uint64_t units_load(const struct param *p, const void *base)
{
	const char *at = (const char *)base + p->offset;

	switch (p->type) {
	case PARAM_BOOL:
	case PARAM_ENUM: return *(const uint8_t *)at;
	case PARAM_U32:
	case PARAM_PERCENT: return *(const uint32_t *)(const void *)at;
	default: return *(const uint64_t *)(const void *)at;
	}
}

void units_store(const struct param *p, void *base, uint64_t value)
{
	char *at = (char *)base + p->offset;

	switch (p->type) {
	case PARAM_BOOL:
	case PARAM_ENUM: *(uint8_t *)at = (uint8_t)value; break;
	case PARAM_U32:
	case PARAM_PERCENT: *(uint32_t *)(void *)at = (uint32_t)value; break;
	default: *(uint64_t *)(void *)at = value; break;
	}
}
