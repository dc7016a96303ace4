/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact numbers of the recorder: 128-bit sums and decimals made from integers. A decimal is an
 * integer and how many of its last digits stand behind the point: (1234567, 3) is 1234.567. No
 * double is involved, so the same run prints the same digits everywhere.
 */
#ifndef RECORD_NUM_H
#define RECORD_NUM_H

#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 rec_u128;

/* Long enough for any rec_u128 with sign, point and terminator. */
#define REC_NUM_MAX 48

/* Write value / 10^decimals (decimals <= 18) into buf, REC_NUM_MAX bytes. Returns its length. */
size_t rec_num_format(char *buf, rec_u128 value, unsigned decimals);
/* The same with the digits before the point in groups: 1,234,567.891 (tables for people). */
size_t rec_num_format_grouped(char *buf, rec_u128 value, unsigned decimals);
/* A time in ps for people: the largest of ps, ns, us, ms, s that keeps a digit before the point,
 * three digits behind it, with the unit: "1.234 us". Rounded down. */
size_t rec_num_format_time(char *buf, uint64_t ps);

/* num * scale / den rounded down; 0 when den is 0. */
static inline rec_u128 rec_num_ratio(rec_u128 num, uint32_t scale, rec_u128 den)
{
	return den ? num * scale / den : 0;
}
/* num / den in units of 0.001 %. */
static inline uint64_t rec_num_percent(rec_u128 num, rec_u128 den)
{
	return (uint64_t)rec_num_ratio(num, 100000, den);
}

#endif
