// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decimal text of exact integers, digit by digit: this is for results, not for the event path.
 */
#include "record/num.h"

#include <stdio.h>
#include <string.h>

/* Digits are made from the last to the first, from the end of buf; `group` puts commas in. */
static size_t format(char *buf, rec_u128 value, unsigned decimals, int group)
{
	char tmp[2 * REC_NUM_MAX];
	char *end = tmp + sizeof(tmp), *p = end;
	unsigned digits = 0;
	size_t len;

	do {
		if (decimals && digits == decimals)
			*--p = '.';
		else if (group && digits > decimals && (digits - decimals) % 3 == 0)
			*--p = ',';
		if (value > UINT64_MAX) {
			*--p = (char)('0' + (int)(value % 10));
			value /= 10;
		} else { /* a division that the processor has */
			*--p = (char)('0' + (int)((uint64_t)value % 10));
			value = (uint64_t)value / 10;
		}
		digits++;
	} while (value || digits <= decimals);
	len = (size_t)(end - p);
	memcpy(buf, p, len);
	buf[len] = '\0';
	return len;
}

size_t rec_num_format(char *buf, rec_u128 value, unsigned decimals)
{
	return format(buf, value, decimals, 0);
}

size_t rec_num_format_grouped(char *buf, rec_u128 value, unsigned decimals)
{
	return format(buf, value, decimals, 1);
}

size_t rec_num_format_time(char *buf, uint64_t ps)
{
	static const struct {
		const char *name;
		uint64_t ps;
	} unit[] = {
		{ "s", 1000000000000ull },
		{ "ms", 1000000000ull },
		{ "us", 1000000ull },
		{ "ns", 1000ull },
	};
	size_t len;

	for (unsigned i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		if (ps < unit[i].ps)
			continue;
		len = rec_num_format(buf, ps / (unit[i].ps / 1000), 3);
		return len + (size_t)snprintf(buf + len, REC_NUM_MAX - len, " %s", unit[i].name);
	}
	len = rec_num_format(buf, ps, 0);
	return len + (size_t)snprintf(buf + len, REC_NUM_MAX - len, " ps");
}
