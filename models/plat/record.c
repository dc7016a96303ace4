// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of text from what the core told the outside; see record.h. Integers are written in
 * decimal, so that the lines need no library and are the same everywhere.
 */
#include "record.h"

static const char *const event_name[EV_NR] = {
#define EVENT_NAME(id, kind, name, rule) [EV_##id] = (name),
	PLAT_EVENTS(EVENT_NAME)
#undef EVENT_NAME
};

static const char *const kind_name[PORT_RECORD_NR] = {
	[PORT_KICK] = "kick",	      [PORT_WAKE] = "wake", [PORT_HALT] = "halt",
	[PORT_RESUME] = "resume",     [PORT_LINE] = "line", [PORT_SGI] = "sgi",
	[PORT_ITS_WORK] = "its-work", [PORT_VSGI] = "vsgi", [PORT_VPT_SCAN] = "vpt-scan",
};

static const char *const line_name[PLAT_LINE_NR] = {
	[PLAT_LINE_IRQ] = "irq",
	[PLAT_LINE_VIRQ] = "virq",
};

struct text {
	char *buf;
	u32 size, length;
};

static void put_string(struct text *t, const char *s)
{
	while (*s && t->length + 1 < t->size)
		t->buf[t->length++] = *s++;
}

static void put_number(struct text *t, const char *label, u64 v)
{
	char digits[20], *first = digits + sizeof(digits);

	do {
		u64 tenth = plat_div64(v, 10);

		*--first = (char)('0' + (v - 10 * tenth));
		v = tenth;
	} while (v);
	put_string(t, label);
	while (first < digits + sizeof(digits) && t->length + 1 < t->size)
		t->buf[t->length++] = *first++;
}

u32 port_record_text(char *buf, u32 size, u32 number, const struct port_record *r,
		     const char *object, const char *to)
{
	struct text t = { .buf = buf, .size = size };

	put_number(&t, "", number);
	put_string(&t, " ");
	put_string(&t, r->kind == PORT_EVENT ? event_name[r->event] : kind_name[r->kind]);
	put_string(&t, ": ");
	put_string(&t, object);
	if (r->kind == PORT_EVENT) {
		put_number(&t, " ", r->who);
		put_number(&t, " intid ", r->intid);
		put_number(&t, " arg ", r->arg);
	} else if (r->kind == PORT_LINE) {
		put_string(&t, " ");
		put_string(&t, line_name[r->who]);
		put_number(&t, " ", r->arg);
	} else if (r->kind == PORT_SGI || r->kind == PORT_VSGI) {
		put_string(&t, " to ");
		put_string(&t, to);
		put_number(&t, " intid ", r->intid);
	}
	if (r->kind == PORT_VSGI)
		put_number(&t, " vpe ", r->arg);
	if (r->kind == PORT_VPT_SCAN)
		put_number(&t, " bytes ", r->arg);
	put_string(&t, "\n");
	buf[t.length] = '\0';
	return t.length;
}
