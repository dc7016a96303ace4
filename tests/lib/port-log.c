// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the core told the outside, kept in order: events, kicks, wakes, halts, lines, SGIs, ITS
 * work; and the same as a numbered text without pointer or time. See port.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "port-internal.h"
#include "port.h"

#define PORT_MAX_NAMES 256u
#define PORT_NAME_SIZE 16u

static struct {
	struct {
		const void *object;
		char name[PORT_NAME_SIZE];
	} name[PORT_MAX_NAMES];
	u32 nr_names, nr_unnamed;
	struct {
		const void *pe;
		u32 levels;
	} line[PORT_MAX_NAMES];
	u32 nr_lines;
} book;

static struct port_record keep(struct port_record r)
{
	if (port.nr_records == port.max_records) {
		u32 max = port.max_records ? 2 * port.max_records : 64;
		struct port_record *more = realloc(port.record, max * sizeof(*more));

		if (!more) {
			fputs("port: out of memory\n", stderr);
			abort();
		}
		port.record = more;
		port.max_records = max;
	}
	port.record[port.nr_records++] = r;
	return r;
}

static void signalled(struct port_record r)
{
	plat_sync();
	keep(r);
	if (port.signal)
		port.signal(port.arg, &r);
}

/* ---- the primitives ---- */

void plat_event_slow(enum plat_event ev, void *object, u32 who, u32 intid, u32 *tag, u64 arg)
{
	struct port_record r = keep((struct port_record){
		.kind = PORT_EVENT,
		.event = ev,
		.object = object,
		.who = who,
		.intid = intid,
		.tag = tag ? *tag : 0,
		.arg = arg,
	});

	if (port.event)
		port.event(port.arg, &r);
}

void plat_kick_pe(void *pe_port)
{
	signalled((struct port_record){ .kind = PORT_KICK, .object = pe_port });
}

void plat_wake_vcpu(void *vcpu_port)
{
	signalled((struct port_record){ .kind = PORT_WAKE, .object = vcpu_port });
}

void plat_halt_vcpu(void *vcpu_port)
{
	if (port.nr_spin)
		port_violation("a vCPU is waited for under a lock");
	signalled((struct port_record){ .kind = PORT_HALT, .object = vcpu_port });
}

void plat_resume_vcpu(void *vcpu_port)
{
	signalled((struct port_record){ .kind = PORT_RESUME, .object = vcpu_port });
}

void plat_sgi(void *from_pe_port, void *to_pe_port, u32 intid)
{
	signalled((struct port_record){
		.kind = PORT_SGI, .object = from_pe_port, .to = to_pe_port, .intid = intid });
}

void plat_its_work(void *its_port)
{
	plat_sync();
	keep((struct port_record){ .kind = PORT_ITS_WORK, .object = its_port });
	if (port.its_work)
		port_hardware(port.its_work, its_port);
}

void plat_vsgi(void *its_port, void *pe_port, u32 vpe, u32 intid)
{
	signalled((struct port_record){
		.kind = PORT_VSGI, .object = its_port, .to = pe_port, .intid = intid, .arg = vpe });
}

void plat_vpt_scan(void *pe_port, u32 bytes)
{
	signalled((struct port_record){ .kind = PORT_VPT_SCAN, .object = pe_port, .arg = bytes });
}

void plat_line(void *pe_port, enum plat_line line, bool level)
{
	u32 i = 0;

	while (i < book.nr_lines && book.line[i].pe != pe_port)
		i++;
	if (i == PORT_MAX_NAMES) {
		port_violation("lines of more than %u PEs", PORT_MAX_NAMES);
		return;
	}
	book.nr_lines += i == book.nr_lines;
	book.line[i].pe = pe_port;
	book.line[i].levels &= ~PLAT_BIT(line);
	book.line[i].levels |= level ? PLAT_BIT(line) : 0;
	signalled((struct port_record){
		.kind = PORT_LINE, .object = pe_port, .who = line, .arg = level });
}

bool port_line(const void *pe_port, enum plat_line line)
{
	u32 i;

	for (i = 0; i < book.nr_lines; i++)
		if (book.line[i].pe == pe_port)
			return book.line[i].levels & PLAT_BIT(line);
	return false;
}

/* ---- looking at the records ---- */

void port_clear_records(void)
{
	port.nr_records = 0;
}

u32 port_count(enum port_record_kind kind, const void *object)
{
	u32 i, n = 0;

	for (i = 0; i < port.nr_records; i++)
		n += port.record[i].kind == kind && (!object || port.record[i].object == object);
	return n;
}

u32 port_count_events(enum plat_event ev)
{
	u32 i, n = 0;

	for (i = 0; i < port.nr_records; i++)
		n += port.record[i].kind == PORT_EVENT && port.record[i].event == ev;
	return n;
}

const struct port_record *port_last_event(enum plat_event ev)
{
	u32 i;

	for (i = port.nr_records; i--;)
		if (port.record[i].kind == PORT_EVENT && port.record[i].event == ev)
			return &port.record[i];
	return NULL;
}

void port_forget(void)
{
	free(port.record);
	port.record = NULL;
	port.nr_records = port.max_records = 0;
	memset(&book, 0, sizeof(book));
}

/* ---- the log ---- */

void port_name(const void *object, const char *name)
{
	if (book.nr_names == PORT_MAX_NAMES) {
		port_violation("more than %u names", PORT_MAX_NAMES);
		return;
	}
	book.name[book.nr_names].object = object;
	snprintf(book.name[book.nr_names++].name, PORT_NAME_SIZE, "%s", name);
}

static const char *name_of(const void *object)
{
	char name[PORT_NAME_SIZE];
	u32 i;

	if (!object)
		return "-";
	for (i = 0; i < book.nr_names; i++)
		if (book.name[i].object == object)
			return book.name[i].name;
	if (book.nr_names == PORT_MAX_NAMES)
		return "?";
	snprintf(name, sizeof(name), "object%u", ++book.nr_unnamed);
	port_name(object, name);
	return book.name[book.nr_names - 1].name;
}

char *port_log(void)
{
	char line[PORT_RECORD_TEXT];
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	u32 i;

	if (!f)
		return NULL;
	for (i = 0; i < port.nr_records; i++) {
		const struct port_record *r = &port.record[i];
		const char *object = name_of(r->object);

		port_record_text(line, sizeof(line), i + 1, r, object, name_of(r->to));
		fputs(line, f);
	}
	fclose(f);
	return text;
}
