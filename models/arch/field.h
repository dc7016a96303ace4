/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of registers, list registers, commands and table entries.
 *
 * A field is written once, as the pair "high bit, low bit" of the architecture's tables:
 *	#define ICH_LR_PRIORITY 55, 48
 * and taken apart or built with the helpers below; a single bit is a mask of its own (1u << n).
 */
#ifndef ARCH_FIELD_H
#define ARCH_FIELD_H

#include <plat.h>

/* The field's value in v. */
#define FIELD_GET(v, ...) PLAT_GET(v, __VA_ARGS__)
/* A value moved into the field's place (bits beyond the field are cut off). */
#define FIELD_PUT(x, ...) PLAT_PUT(x, __VA_ARGS__)
/* All bits of the field. */
#define FIELD_MASK(...) PLAT_MASK64(__VA_ARGS__)
/* v with the field replaced by x. */
#define FIELD_SET(v, x, ...) (((u64)(v) & ~PLAT_MASK64(__VA_ARGS__)) | PLAT_PUT(x, __VA_ARGS__))

#endif
