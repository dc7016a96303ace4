// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * YAML text to a tree. The text comes from anybody: first its bytes are checked (UTF-8, no control
 * characters), then a pass over libyaml's events bounds depth and size and refuses aliases,
 * anchors and tags, and only then libyaml's document API builds it. The event pass stops at the
 * first level too deep, because libyaml's scanner takes time quadratic in the nesting.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "doc.h"

struct reader {
	struct doc *doc;
	struct diag_pos origin;
	const unsigned char *text;
	size_t size;
	struct diag_pos end; /* where the text ends */
};

/* ---- bytes ---- */

/* Length of the UTF-8 sequence at p and its code point; 0 when it is none. */
static unsigned decode(const unsigned char *p, size_t left, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned n = p[0] < 0x80   ? 1
		     : p[0] < 0xc0 ? 0
		     : p[0] < 0xe0 ? 2
		     : p[0] < 0xf0 ? 3
		     : p[0] < 0xf8 ? 4
				   : 0;

	if (!n || n > left)
		return 0;
	*code = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (unsigned i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return n;
}

/* What YAML 1.1 lets stand in a text (section 5.1). */
static bool is_printable(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 0x7f) || c == 0x85 ||
	       (c >= 0xa0 && c != 0xfeff && c != 0xfffe && c != 0xffff);
}

static int check_bytes(struct reader *r)
{
	struct diag_pos at = r->origin;
	const unsigned char *p = r->text, *end = p + r->size;
	uint32_t c = 0;
	unsigned n;

	if (r->size >= 3 && !memcmp(p, "\xef\xbb\xbf", 3))
		p += 3;
	for (; p < end; p += n) {
		n = decode(p, (size_t)(end - p), &c);
		if (!n)
			return diag_error(r->doc->diag, at,
					  "byte 0x%02x is not UTF-8; valid: "
					  "UTF-8 text",
					  *p);
		if (!is_printable(c))
			return diag_error(r->doc->diag, at,
					  "control character U+%04X; valid: "
					  "printable UTF-8 text",
					  c);
		at.column++;
		if (c == '\n' || (c == '\r' && (end - p < 2 || p[1] != '\n'))) {
			at.line++;
			at.column = 1;
		}
	}
	r->end = at;
	return 0;
}

/* ---- events ---- */

static struct diag_pos position(const struct reader *r, yaml_mark_t mark)
{
	struct diag_pos at = r->origin;

	at.line += (uint32_t)mark.line;
	at.column = (uint32_t)mark.column + (mark.line ? 1 : r->origin.column);
	/* libyaml adds a line break to a text that ends without one. */
	return at.line > r->end.line ? r->end : at;
}

static int syntax_error(struct reader *r, const yaml_parser_t *parser)
{
	const char *problem = parser->problem;

	/* What is wrong with a text is always told; not every failed allocation is. */
	if (parser->error == YAML_MEMORY_ERROR || !problem)
		return diag_memory(r->doc->diag);
	if (parser->context)
		return diag_error(r->doc->diag, position(r, parser->problem_mark), "%s %s", problem,
				  parser->context);
	return diag_error(r->doc->diag, position(r, parser->problem_mark), "%s", problem);
}

static int start_parser(struct reader *r, yaml_parser_t *parser)
{
	if (!yaml_parser_initialize(parser))
		return diag_memory(r->doc->diag);
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(parser, r->text, r->size);
	return 0;
}

static int check_node(struct reader *r, struct diag_pos at, const yaml_char_t *anchor,
		      const yaml_char_t *tag, unsigned depth)
{
	char quoted[DIAG_QUOTE_MAX];

	if (anchor)
		return diag_error(r->doc->diag, at,
				  "anchor '&%s': anchors and aliases are not "
				  "supported",
				  diag_quote(quoted, (const char *)anchor));
	if (tag)
		return diag_error(r->doc->diag, at, "tag '%s': tags are not supported",
				  diag_quote(quoted, (const char *)tag));
	if (depth > DOC_DEPTH_MAX)
		return diag_error(r->doc->diag, at, "nested too deeply; range 1 to %u levels",
				  DOC_DEPTH_MAX);
	if (++r->doc->nodes > DOC_NODES_MAX)
		return diag_error(r->doc->diag, at, "too many values; range 1 to %u",
				  DOC_NODES_MAX);
	return 0;
}

static int check_event(struct reader *r, const yaml_event_t *ev, unsigned *depth,
		       unsigned *documents)
{
	struct diag_pos at = position(r, ev->start_mark);
	char quoted[DIAG_QUOTE_MAX];

	switch (ev->type) {
	case YAML_ALIAS_EVENT:
		return diag_error(r->doc->diag, at,
				  "alias '*%s': anchors and aliases are not "
				  "supported",
				  diag_quote(quoted, (char *)ev->data.alias.anchor));
	case YAML_SCALAR_EVENT:
		return check_node(r, at, ev->data.scalar.anchor, ev->data.scalar.tag, *depth);
	case YAML_SEQUENCE_START_EVENT:
		return check_node(r, at, ev->data.sequence_start.anchor,
				  ev->data.sequence_start.tag, ++*depth);
	case YAML_MAPPING_START_EVENT:
		return check_node(r, at, ev->data.mapping_start.anchor, ev->data.mapping_start.tag,
				  ++*depth);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: --*depth; return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (++*documents > 1)
			return diag_error(r->doc->diag, at,
					  "a second document begins; valid: one "
					  "document a file");
		return 0;
	default: return 0;
	}
}

static int check_events(struct reader *r)
{
	unsigned depth = 0, documents = 0;
	yaml_parser_t parser;
	yaml_event_t ev;
	bool done = false;
	int err = start_parser(r, &parser);

	if (err)
		return err;
	while (!err && !done) {
		if (!yaml_parser_parse(&parser, &ev)) {
			err = syntax_error(r, &parser);
			break;
		}
		done = ev.type == YAML_STREAM_END_EVENT;
		err = check_event(r, &ev, &depth, &documents);
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&parser);
	if (!err && !documents)
		err = diag_error(r->doc->diag, r->origin,
				 "empty; valid: a mapping of keys and values");
	return err;
}

/* ---- tree ---- */

static struct doc_node *build(struct reader *r, yaml_document_t *document, int index);

static int build_map(struct reader *r, yaml_document_t *document, const yaml_node_t *node,
		     struct doc_node *map)
{
	const yaml_node_pair_t *pair;
	struct diag *diag = r->doc->diag;
	char quoted[DIAG_QUOTE_MAX];
	struct doc_entry *twin;

	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		struct doc_node *key = build(r, document, pair->key), *value;

		if (!key)
			return diag->err;
		if (key->kind != DOC_SCALAR)
			return diag_error(diag, key->at,
					  "a key must be a plain word, not a list or "
					  "mapping");
		twin = doc_find(map, key->text);
		if (twin)
			return diag_error(diag, key->at,
					  "duplicate key '%s'; first given at line "
					  "%u column %u",
					  diag_quote(quoted, key->text), twin->at.line,
					  twin->at.column);
		value = build(r, document, pair->value);
		if (!value || doc_put(r->doc, map, key->text, key->at, value))
			return diag->err;
	}
	return 0;
}

static int build_list(struct reader *r, yaml_document_t *document, const yaml_node_t *node,
		      struct doc_node *list)
{
	const yaml_node_item_t *start = node->data.sequence.items.start;

	list->room = (uint32_t)(node->data.sequence.items.top - start);
	list->items = doc_alloc(r->doc, list->room * sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	for (uint32_t i = 0; i < list->room; i++) {
		list->items[i] = build(r, document, start[i]);
		if (!list->items[i])
			return r->doc->diag->err;
		list->count++;
	}
	return 0;
}

static struct doc_node *build_scalar(struct reader *r, const yaml_node_t *node, struct diag_pos at)
{
	const char *value = (const char *)node->data.scalar.value, *text;
	size_t length = node->data.scalar.length;

	if (memchr(value, '\0', length)) {
		diag_error(r->doc->diag, at, "a NUL character; valid: printable text");
		return NULL;
	}
	text = doc_strdup(r->doc, value, length);
	return text ? doc_scalar(r->doc, at, text) : NULL;
}

static struct doc_node *build(struct reader *r, yaml_document_t *document, int index)
{
	const yaml_node_t *node = yaml_document_get_node(document, index);
	struct diag_pos at = position(r, node->start_mark);
	struct doc_node *n;
	int err;

	if (node->type == YAML_SCALAR_NODE)
		return build_scalar(r, node, at);
	n = doc_map(r->doc, at);
	if (!n)
		return NULL;
	if (node->type == YAML_MAPPING_NODE) {
		err = build_map(r, document, node, n);
	} else {
		n->kind = DOC_LIST;
		err = build_list(r, document, node, n);
	}
	return err ? NULL : n;
}

struct doc_node *doc_parse(struct doc *d, struct diag_pos origin, const char *text, size_t size)
{
	struct reader r = {
		.doc = d, .origin = origin, .text = (const unsigned char *)text, .size = size
	};
	struct doc_node *root = NULL;
	yaml_document_t document;
	yaml_parser_t parser;

	d->bytes += size;
	if (d->bytes > DOC_BYTES_MAX) {
		diag_error(d->diag, origin, "too long; range 1 to %u MiB with all that it includes",
			   DOC_BYTES_MAX >> 20);
		return NULL;
	}
	if (check_bytes(&r) || check_events(&r) || start_parser(&r, &parser))
		return NULL;
	if (!yaml_parser_load(&parser, &document)) {
		syntax_error(&r, &parser);
	} else {
		root = build(&r, &document, 1);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	return root;
}

/* ---- files ---- */

/* All of a stream, or -EFBIG past the limit; *text is malloc()ed. */
static int read_all(FILE *f, char **text, size_t *size)
{
	size_t room = 65536, n;
	char *bigger;

	*size = 0;
	*text = malloc(room);
	if (!*text)
		return -ENOMEM;
	while ((n = fread(*text + *size, 1, room - *size, f)) > 0) {
		*size += n;
		if (*size > DOC_BYTES_MAX)
			return -EFBIG;
		if (*size < room)
			continue;
		room *= 2;
		bigger = realloc(*text, room);
		if (!bigger)
			return -ENOMEM;
		*text = bigger;
	}
	return ferror(f) ? -errno : 0;
}

struct doc_node *doc_read(struct doc *d, const char *path, struct diag_pos from)
{
	struct diag_pos origin = { .file = path, .line = 1, .column = 1 };
	struct doc_node *root = NULL;
	char quoted[DIAG_QUOTE_MAX], *text = NULL;
	size_t size = 0;
	FILE *f;
	int err;

	if (++d->files > DOC_FILES_MAX) {
		diag_error(d->diag, from, "too many files; range 1 to %u", DOC_FILES_MAX);
		return NULL;
	}
	f = fopen(path, "rb");
	err = f ? read_all(f, &text, &size) : -errno;
	if (err == -ENOMEM)
		diag_memory(d->diag);
	else if (err && err != -EFBIG)
		diag_error(d->diag, from, "cannot read '%s': %s", diag_quote(quoted, path),
			   strerror(-err));
	else
		root = doc_parse(d, origin, text, size);
	if (f)
		fclose(f);
	free(text);
	return root;
}
