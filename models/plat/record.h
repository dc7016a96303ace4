/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the core told the outside, as a port without time keeps it (tests/lib, plat/linux), and as
 * a line of text. One sequence of operations gives the same lines in user space and in the
 * kernel: a line holds no time, pointer or hash order.
 */
#ifndef PLAT_RECORD_H
#define PLAT_RECORD_H

#include <plat.h>

enum port_record_kind {
	PORT_EVENT,    /* plat_event(): event, object, who, intid, arg */
	PORT_KICK,     /* object: PE */
	PORT_WAKE,     /* object: vCPU */
	PORT_HALT,     /* object: vCPU */
	PORT_RESUME,   /* object: vCPU */
	PORT_LINE,     /* object: PE, who: enum plat_line, arg: level */
	PORT_SGI,      /* object: sending PE, to: receiving PE, intid */
	PORT_ITS_WORK, /* object: ITS */
	PORT_VSGI,     /* object: ITS, to: PE, intid, arg: vPEID */
	PORT_VPT_SCAN, /* object: PE, arg: bytes */
	PORT_RECORD_NR
};

/* Something the core told the outside. */
struct port_record {
	enum port_record_kind kind;
	enum plat_event event;
	void *object, *to;
	u32 who, intid, tag;
	u64 arg;
};

#define PORT_RECORD_TEXT 128u /* no line is longer, names of 15 letters included */

/*
 * One line, ended by a newline and a zero: "NUMBER what: OBJECT details". `object` and `to` are
 * the names of those objects. Returns the length; cut at size - 1.
 */
u32 port_record_text(char *buf, u32 size, u32 number, const struct port_record *r,
		     const char *object, const char *to);

#endif
