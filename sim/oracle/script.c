// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a script. One row an operation, one row a kind of argument; guest operations and ITS
 * commands bring the rows of their own arguments. What a script cannot mean (a vCPU that the VM
 * does not have, a slot without a device, memory outside of the VM) is an error here; what a
 * system call would refuse is not: the run shows its answer.
 */
#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <models/arch/its.h>
#include <models/hw/gic.h>

#include "layout.h"

#define SCRIPT_SIZE_MAX (16u << 20)

enum kind {
	K_END,
	K_NUMBER, /* 64 bits */
	K_U32,
	K_BYTE,
	K_FLAG,	 /* 0 or 1 */
	K_MS,	 /* milliseconds, at most an hour */
	K_VCPUS, /* how many */
	K_VCPU,	 /* one that the VM has */
	K_FREE_SLOT,
	K_SLOT,	  /* one with a device */
	K_VECTOR, /* devices have one, number 0 */
	K_VECTORS,
	K_GSI,
	K_BDF,
	K_MSI, /* the word */
	K_REGS,
	K_GUEST,    /* guest operation and its arguments */
	K_ITS,	    /* ITS command and its arguments */
	K_TEXT,	    /* the rest of the line */
	K_OPTIONAL, /* the next one may be missing */
};

struct verb_row {
	const char *name;
	enum oracle_verb verb;
	uint8_t kinds[ORACLE_MAX_ARGS];
};

static const struct verb_row verbs[] = {
	{ "vm", ORACLE_VM, { K_VCPUS, K_FLAG } },
	{ "pinself", ORACLE_PINSELF, { K_NUMBER } },
	{ "pin", ORACLE_PIN, { K_VCPU, K_NUMBER } },
	{ "v", ORACLE_RUN, { K_VCPU, K_GUEST } },
	{ "v&", ORACLE_POST, { K_VCPU, K_GUEST } },
	{ "join", ORACLE_JOIN, { K_VCPU } },
	{ "its", ORACLE_ITS, { K_VCPU, K_ITS } },
	{ "lpicfg", ORACLE_LPICFG, { K_U32, K_BYTE } },
	{ "msi", ORACLE_MSI, { K_U32, K_U32 } },
	{ "spi", ORACLE_SPI, { K_U32, K_FLAG } },
	{ "ppi", ORACLE_PPI, { K_U32, K_U32, K_FLAG } },
	{ "vfio", ORACLE_VFIO, { K_FREE_SLOT, K_BDF, K_MSI, K_VECTORS } },
	{ "irqfd", ORACLE_IRQFD, { K_SLOT, K_VECTOR, K_GSI, K_U32, K_U32 } },
	{ "unirqfd", ORACLE_UNIRQFD, { K_SLOT, K_VECTOR, K_GSI } },
	{ "raise", ORACLE_RAISE, { K_SLOT, K_VECTOR } },
	{ "evread", ORACLE_EVREAD, { K_SLOT, K_VECTOR } },
	{ "sleep", ORACLE_SLEEP, { K_MS } },
	{ "dump", ORACLE_DUMP, { K_END } },
	{ "itsattr", ORACLE_ITSATTR, { K_NUMBER } },
	{ "gicattr", ORACLE_GICATTR, { K_NUMBER } },
	{ "getreg", ORACLE_GETREG, { K_REGS, K_NUMBER, K_OPTIONAL, K_U32 } },
	{ "setreg", ORACLE_SETREG, { K_REGS, K_NUMBER, K_NUMBER, K_OPTIONAL, K_U32 } },
	{ "pend", ORACLE_PEND, { K_U32 } },
	{ "mem", ORACLE_MEM, { K_NUMBER, K_U32 } },
	{ "irqs", ORACLE_IRQS, { K_END } },
	{ "mark", ORACLE_MARK, { K_TEXT } },
	{ "exit", ORACLE_EXIT, { K_END } },
};

/* A word and how many numbers follow it. */
struct word_row {
	const char *name;
	uint8_t value;
	uint8_t nr_args;
};

static const struct word_row guest_ops[] = {
	{ "nop", GUEST_NOP, 0 },   { "gicinit", GUEST_GICINIT, 0 }, { "itsinit", GUEST_ITSINIT, 0 },
	{ "rd8", GUEST_RD8, 1 },   { "rd32", GUEST_RD32, 1 },	    { "rd64", GUEST_RD64, 1 },
	{ "wr8", GUEST_WR8, 2 },   { "wr32", GUEST_WR32, 2 },	    { "wr64", GUEST_WR64, 2 },
	{ "sgi", GUEST_SGI, 1 },   { "window", GUEST_WINDOW, 0 },   { "hppir", GUEST_HPPIR, 0 },
	{ "iar", GUEST_IAR, 0 },   { "eoir", GUEST_EOIR, 1 },	    { "dir", GUEST_DIR, 1 },
	{ "pmr", GUEST_PMR, 1 },   { "ctlr", GUEST_CTLR, 1 },	    { "wfi", GUEST_WFI, 0 },
	{ "spin", GUEST_SPIN, 2 },
};

static const struct word_row its_commands[] = {
	{ "mapd", ITS_CMD_MAPD, 4 },	   { "mapc", ITS_CMD_MAPC, 3 },
	{ "mapti", ITS_CMD_MAPTI, 4 },	   { "mapi", ITS_CMD_MAPI, 3 },
	{ "movi", ITS_CMD_MOVI, 3 },	   { "int", ITS_CMD_INT, 2 },
	{ "clear", ITS_CMD_CLEAR, 2 },	   { "inv", ITS_CMD_INV, 2 },
	{ "discard", ITS_CMD_DISCARD, 2 }, { "invall", ITS_CMD_INVALL, 1 },
	{ "movall", ITS_CMD_MOVALL, 2 },   { "sync", ITS_CMD_SYNC, 1 },
};

static const struct word_row reg_groups[] = {
	{ "its", ORACLE_REGS_ITS, 0 },
	{ "dist", ORACLE_REGS_DIST, 0 },
	{ "redist", ORACLE_REGS_REDIST, 0 },
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* ---- words of a line ---- */

struct reader {
	struct oracle_script *script;
	struct diag *diag;
	uint32_t line;
	char *start; /* of the line */
	char *next;  /* behind the word read last */
	char *word;  /* read last, NUL-terminated in a copy */
	char copy[128];
	/* what the script has made so far */
	uint32_t nr_vcpus;
	bool slot_used[ORACLE_MAX_SLOTS];
	bool device_used[ORACLE_NR_DEVICES];
};

static struct diag_pos here(const struct reader *r)
{
	return (struct diag_pos){ r->script->path, r->line, (uint32_t)(r->word - r->start) + 1 };
}

/* The next word, or NULL: the line ends, and `word` is where it does. */
static char *next_word(struct reader *r)
{
	size_t n;

	while (isspace((unsigned char)*r->next))
		r->next++;
	r->word = r->next;
	while (*r->next && !isspace((unsigned char)*r->next))
		r->next++;
	n = (size_t)(r->next - r->word);
	if (!n)
		return NULL;
	if (n >= sizeof(r->copy))
		n = sizeof(r->copy) - 1;
	memcpy(r->copy, r->word, n);
	r->copy[n] = '\0';
	return r->copy;
}

static const struct word_row *find_word(struct reader *r, const struct word_row *rows, size_t nr,
					const char *what)
{
	struct diag_nearest nearest = { .word = r->copy };
	char quoted[DIAG_QUOTE_MAX];

	for (size_t i = 0; i < nr; i++) {
		if (!strcmp(rows[i].name, r->copy))
			return &rows[i];
		diag_offer(&nearest, rows[i].name);
	}
	diag_error(r->diag, here(r), "unknown %s '%s'; nearest valid %s '%s'", what,
		   diag_quote(quoted, r->copy), what, nearest.best);
	return NULL;
}

/* ---- arguments ---- */

static const struct {
	const char *name;
	uint64_t min, max;
} ranges[] = {
	[K_NUMBER] = { "number", 0, UINT64_MAX },
	[K_U32] = { "number of 32 bits", 0, UINT32_MAX },
	[K_BYTE] = { "byte", 0, 0xff },
	[K_FLAG] = { "flag", 0, 1 },
	[K_MS] = { "time in ms", 0, 3600000 },
	[K_VCPUS] = { "number of vCPUs", 1, ORACLE_MAX_VCPUS },
	[K_VCPU] = { "vCPU", 0, ORACLE_MAX_VCPUS - 1 },
	[K_FREE_SLOT] = { "slot", 0, ORACLE_MAX_SLOTS - 1 },
	[K_SLOT] = { "slot", 0, ORACLE_MAX_SLOTS - 1 },
	[K_VECTOR] = { "vector", 0, 0 },
	[K_VECTORS] = { "number of vectors", 1, 1 },
	[K_GSI] = { "GSI", 0, ORACLE_MAX_ROUTES - 1 },
};

static int read_number(struct reader *r, enum kind kind, uint64_t *value)
{
	const char *text = next_word(r);
	char quoted[DIAG_QUOTE_MAX], *end;

	if (!text)
		return diag_error(r->diag, here(r), "a %s is missing; valid: 0x%llx to 0x%llx",
				  ranges[kind].name, (unsigned long long)ranges[kind].min,
				  (unsigned long long)ranges[kind].max);
	errno = 0;
	*value = strtoull(text, &end, 0);
	if (*end || end == text || !isdigit((unsigned char)text[0]) || errno)
		return diag_error(r->diag, here(r), "'%s' is no number; valid: C notation, 64 bits",
				  diag_quote(quoted, text));
	if (*value < ranges[kind].min || *value > ranges[kind].max)
		return diag_error(r->diag, here(r),
				  "%s '%s' is out of range; valid: 0x%llx to "
				  "0x%llx",
				  ranges[kind].name, diag_quote(quoted, text),
				  (unsigned long long)ranges[kind].min,
				  (unsigned long long)ranges[kind].max);
	return 0;
}

static int check_object(struct reader *r, enum kind kind, uint64_t value)
{
	if (kind == K_VCPU && value >= r->nr_vcpus)
		return diag_error(r->diag, here(r), "there is no vCPU %llu; the VM has %u",
				  (unsigned long long)value, r->nr_vcpus);
	if (kind == K_SLOT && !r->slot_used[value])
		return diag_error(r->diag, here(r), "slot %llu has no device; vfio binds one",
				  (unsigned long long)value);
	if (kind == K_FREE_SLOT && r->slot_used[value])
		return diag_error(r->diag, here(r),
				  "slot %llu has a device already; valid: another",
				  (unsigned long long)value);
	if (kind == K_FREE_SLOT)
		r->slot_used[value] = true;
	return 0;
}

/* 0000:00:01.0 to 0000:00:05.0: their number from 0 on. */
static int read_bdf(struct reader *r, uint64_t *device)
{
	const char *text = next_word(r);
	char quoted[DIAG_QUOTE_MAX], bdf[16];

	for (uint32_t i = 0; text && i < ORACLE_NR_DEVICES; i++) {
		snprintf(bdf, sizeof(bdf), "0000:00:%02x.0", i + 1);
		if (strcmp(bdf, text))
			continue;
		if (r->device_used[i])
			return diag_error(r->diag, here(r),
					  "device %s is bound already; valid: "
					  "another",
					  bdf);
		r->device_used[i] = true;
		*device = i;
		return 0;
	}
	return diag_error(r->diag, here(r),
			  "'%s' is no device; valid: 0000:00:01.0 to "
			  "0000:00:%02x.0",
			  diag_quote(quoted, text ? text : ""), ORACLE_NR_DEVICES);
}

static int read_rows(struct reader *r, struct oracle_line *l, const struct word_row *rows,
		     size_t nr, const char *what)
{
	const struct word_row *row;
	int err = 0;

	if (!next_word(r))
		return diag_error(r->diag, here(r), "a %s is missing; the first is '%s'", what,
				  rows[0].name);
	row = find_word(r, rows, nr, what);
	if (!row)
		return r->diag->err;
	l->arg[l->nr_args++] = row->value;
	for (uint32_t i = 0; i < row->nr_args && !err; i++)
		err = read_number(r, K_NUMBER, &l->arg[l->nr_args++]);
	return err;
}

static int read_arg(struct reader *r, struct oracle_line *l, enum kind kind)
{
	uint64_t *value = &l->arg[l->nr_args];
	int err;

	switch (kind) {
	case K_GUEST: return read_rows(r, l, guest_ops, ROWS(guest_ops), "guest operation");
	case K_ITS: return read_rows(r, l, its_commands, ROWS(its_commands), "ITS command");
	case K_REGS: return read_rows(r, l, reg_groups, ROWS(reg_groups), "register group");
	case K_TEXT: r->next += strlen(r->next); return 0;
	case K_MSI:
		if (next_word(r) && !strcmp(r->copy, "msi"))
			return 0;
		return diag_error(r->diag, here(r), "the devices have MSI only; valid: msi");
	case K_BDF: err = read_bdf(r, value); break;
	default:
		err = read_number(r, kind, value);
		if (!err)
			err = check_object(r, kind, *value);
		break;
	}
	l->nr_args++;
	return err;
}

/* ---- lines ---- */

static bool in_ram(uint64_t addr, uint64_t size)
{
	return addr >= GUEST_RAM && addr - GUEST_RAM <= ORACLE_RAM_SIZE &&
	       size <= ORACLE_RAM_SIZE - (addr - GUEST_RAM);
}

/* What an operation as a whole must be, and what it makes. */
static int check_line(struct reader *r, struct oracle_line *l)
{
	struct diag_pos start = { r->script->path, r->line, 1 };
	bool ok = true;

	switch (l->verb) {
	case ORACLE_VM:
		if (r->nr_vcpus)
			return diag_error(r->diag, start, "there is a VM already; one a script");
		r->nr_vcpus = (uint32_t)l->arg[0];
		return 0;
	case ORACLE_LPICFG: ok = in_ram(GUEST_PROP_TABLE + l->arg[0] - GIC_LPI_BASE, 1); break;
	case ORACLE_PEND:
		ok = in_ram(GUEST_PEND_TABLE + l->arg[0] * ORACLE_PEND_STEP, ORACLE_LPIS_END / 8);
		break;
	case ORACLE_MEM: ok = !(l->arg[0] % 8) && in_ram(l->arg[0], l->arg[1] * 8); break;
	default: break;
	}
	if (!ok)
		return diag_error(r->diag, start, "not in the VM's memory; valid: 0x%llx to 0x%llx",
				  GUEST_RAM, GUEST_RAM + ORACLE_RAM_SIZE - 1);
	return 0;
}

static bool needs_vm(enum oracle_verb verb)
{
	switch (verb) {
	case ORACLE_VM:
	case ORACLE_PINSELF:
	case ORACLE_VFIO:
	case ORACLE_RAISE:
	case ORACLE_EVREAD:
	case ORACLE_SLEEP:
	case ORACLE_MARK:
	case ORACLE_EXIT: return false;
	default: return true;
	}
}

static const struct verb_row *find_verb(struct reader *r)
{
	struct diag_nearest nearest = { .word = r->copy };
	char quoted[DIAG_QUOTE_MAX];

	for (size_t i = 0; i < ROWS(verbs); i++) {
		if (!strcmp(verbs[i].name, r->copy))
			return &verbs[i];
		diag_offer(&nearest, verbs[i].name);
	}
	diag_error(r->diag, here(r), "unknown operation '%s'; nearest valid operation '%s'",
		   diag_quote(quoted, r->copy), nearest.best);
	return NULL;
}

/* More words follow in the line. */
static bool more(const struct reader *r)
{
	const char *p = r->next;

	while (isspace((unsigned char)*p))
		p++;
	return *p;
}

static int read_args(struct reader *r, struct oracle_line *l, const struct verb_row *row)
{
	char quoted[DIAG_QUOTE_MAX];
	int err = 0;

	for (uint32_t i = 0; i < ORACLE_MAX_ARGS && row->kinds[i] != K_END && !err; i++) {
		if (row->kinds[i] != K_OPTIONAL)
			err = read_arg(r, l, row->kinds[i]);
		else if (!more(r))
			break;
	}
	if (!err && next_word(r))
		err = diag_error(r->diag, here(r), "'%s' is one word too many for '%s'",
				 diag_quote(quoted, r->copy), row->name);
	return err;
}

static int read_line(struct reader *r, char *text)
{
	struct oracle_script *s = r->script;
	struct oracle_line *l = &s->lines[s->nr_lines];
	const struct verb_row *row;
	int err;

	r->start = r->next = text;
	if (!next_word(r))
		return 0;
	row = find_verb(r);
	if (!row)
		return r->diag->err;
	*l = (struct oracle_line){ .text = text, .number = r->line, .verb = row->verb };
	if (needs_vm(row->verb) && !r->nr_vcpus)
		return diag_error(r->diag, here(r), "'%s' needs a VM; vm makes one", row->name);
	err = read_args(r, l, row);
	if (!err)
		err = check_line(r, l);
	s->nr_lines += !err;
	return err;
}

/* Comment and trailing space are not part of a line. */
static void trim(char *text)
{
	char *end = strchr(text, '#');

	if (!end)
		end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
}

static int read_lines(struct oracle_script *s, struct diag *diag)
{
	struct reader *r = calloc(1, sizeof(*r));
	uint32_t nr = 1;
	int err = 0;

	for (const char *p = s->memory; *p; p++)
		nr += *p == '\n';
	s->lines = calloc(nr, sizeof(*s->lines));
	if (!r || !s->lines) {
		free(r);
		return diag_memory(diag);
	}
	r->script = s;
	r->diag = diag;
	for (char *text = s->memory, *end; text && !err; text = end) {
		end = strchr(text, '\n');
		if (end)
			*end++ = '\0';
		r->line++;
		trim(text);
		err = read_line(r, text);
	}
	free(r);
	return err;
}

static int read_file(struct oracle_script *s, struct diag *diag)
{
	struct diag_pos start = { s->path, 1, 1 };
	FILE *f = fopen(s->path, "r");
	size_t size;

	if (!f)
		return diag_error(diag, start, "cannot be read: %s", strerror(errno));
	s->memory = malloc(SCRIPT_SIZE_MAX + 1);
	if (!s->memory) {
		fclose(f);
		return diag_memory(diag);
	}
	size = fread(s->memory, 1, SCRIPT_SIZE_MAX + 1, f);
	if (ferror(f))
		diag_error(diag, start, "cannot be read: %s", strerror(errno));
	else if (size > SCRIPT_SIZE_MAX)
		diag_error(diag, start, "longer than %u bytes", SCRIPT_SIZE_MAX);
	else if (memchr(s->memory, '\0', size))
		diag_error(diag, start, "holds a zero byte: no script");
	else
		s->memory[size] = '\0';
	fclose(f);
	return diag->err;
}

int oracle_script_read(struct oracle_script *s, const char *path, struct diag *diag)
{
	int err;

	*s = (struct oracle_script){ .path = path };
	*diag = (struct diag){ .err = 0 };
	err = read_file(s, diag);
	if (!err)
		err = read_lines(s, diag);
	return err;
}

void oracle_script_free(struct oracle_script *s)
{
	free(s->memory);
	free(s->lines);
}
