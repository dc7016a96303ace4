// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Perfetto traces: a stream of TracePacket messages in protobuf's wire format, made by hand since
 * it takes three kinds of fields. Numbers of fields are those of perfetto's trace_packet.proto,
 * track_descriptor.proto and track_event.proto. Strings are written plainly, not interned.
 */
#include "record/trace.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/outfile.h"

#define BUFFER	   (1u << 18)
#define NAME_BYTES 128u /* longer names are cut */
#define PACKET_MAX 256u /* no packet is longer: a name, six numbers and their keys */
#define SEQUENCE   1u	/* one writer: one sequence of packets */

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2 };

enum field {
	TRACE_PACKET = 1,

	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE_ID = 10,
	PACKET_TRACK_EVENT = 11,
	PACKET_SEQUENCE_FLAGS = 13,
	PACKET_TRACK_DESCRIPTOR = 60,

	DESCRIPTOR_UUID = 1,
	DESCRIPTOR_NAME = 2,
	DESCRIPTOR_PARENT_UUID = 5,
	DESCRIPTOR_CHILD_ORDERING = 11,
	DESCRIPTOR_SIBLING_RANK = 12,

	EVENT_DEBUG_ANNOTATION = 4,
	EVENT_TYPE = 9,
	EVENT_TRACK_UUID = 11,
	EVENT_NAME = 23,
	EVENT_FLOW_IDS = 47,

	ANNOTATION_UINT = 3,
	ANNOTATION_NAME = 10,
};

enum { SEQ_INCREMENTAL_STATE_CLEARED = 1 };
enum { ORDER_EXPLICIT = 3 };
enum event_type { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3 };

struct rec_trace {
	struct outfile file;
	int err; /* of the first write that failed */
	uint64_t tracks;
	bool begun;
	size_t used;
	uint8_t buffer[BUFFER];
};

/* A message under construction. */
struct message {
	size_t len;
	uint8_t bytes[PACKET_MAX];
};

static size_t varint(uint8_t *p, uint64_t v)
{
	size_t n = 0;

	while (v >= 0x80) {
		p[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p[n++] = (uint8_t)v;
	return n;
}

static void put_key(struct message *m, enum field field, unsigned wire)
{
	m->len += varint(m->bytes + m->len, (uint64_t)field << 3 | wire);
}

static void put_uint(struct message *m, enum field field, uint64_t v)
{
	put_key(m, field, WIRE_VARINT);
	m->len += varint(m->bytes + m->len, v);
}

static void put_fixed64(struct message *m, enum field field, uint64_t v)
{
	put_key(m, field, WIRE_FIXED64);
	for (unsigned i = 0; i < 8; i++)
		m->bytes[m->len++] = (uint8_t)(v >> (8 * i));
}

static void put_bytes(struct message *m, enum field field, const void *data, size_t len)
{
	put_key(m, field, WIRE_BYTES);
	m->len += varint(m->bytes + m->len, len);
	memcpy(m->bytes + m->len, data, len);
	m->len += len;
}

static void put_string(struct message *m, enum field field, const char *s)
{
	size_t len = 0;

	while (len < NAME_BYTES && s[len])
		len++;
	put_bytes(m, field, s, len);
}

static void flush(struct rec_trace *t)
{
	size_t done = 0;

	while (!t->err && done < t->used) {
		ssize_t n = write(t->file.fd, t->buffer + done, t->used - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			t->err = -errno;
	}
	t->used = 0;
}

/* Finish a packet that holds one inner message and append it to the stream. */
static void emit(struct rec_trace *t, struct message *packet)
{
	if (t->used + packet->len + 16 > BUFFER)
		flush(t);
	t->used += varint(t->buffer + t->used, (uint64_t)TRACE_PACKET << 3 | WIRE_BYTES);
	t->used += varint(t->buffer + t->used, packet->len);
	memcpy(t->buffer + t->used, packet->bytes, packet->len);
	t->used += packet->len;
}

struct rec_trace *rec_trace_open(const char *path)
{
	struct rec_trace *t = malloc(sizeof(*t));
	int err;

	if (!t)
		return NULL;
	err = outfile_open(&t->file, path);
	if (err) {
		free(t);
		errno = -err;
		return NULL;
	}
	t->err = 0;
	t->tracks = 0;
	t->begun = false;
	t->used = 0;
	return t;
}

int rec_trace_close(struct rec_trace *t)
{
	int err;

	if (!t)
		return 0;
	flush(t);
	err = t->err;
	if (err)
		outfile_abandon(&t->file);
	else
		err = outfile_commit(&t->file);
	free(t);
	return err;
}

void rec_trace_abandon(struct rec_trace *t)
{
	if (!t)
		return;
	outfile_abandon(&t->file);
	free(t);
}

/* The fields that all packets have. */
static void start(struct rec_trace *t, struct message *packet)
{
	packet->len = 0;
	put_uint(packet, PACKET_SEQUENCE_ID, SEQUENCE);
	if (!t->begun)
		put_uint(packet, PACKET_SEQUENCE_FLAGS, SEQ_INCREMENTAL_STATE_CLEARED);
	t->begun = true;
}

rec_track rec_trace_track(struct rec_trace *t, rec_track parent, const char *name)
{
	struct message packet, track = { .len = 0 };

	if (!t)
		return 0;
	put_uint(&track, DESCRIPTOR_UUID, ++t->tracks);
	put_string(&track, DESCRIPTOR_NAME, name);
	if (parent)
		put_uint(&track, DESCRIPTOR_PARENT_UUID, parent);
	put_uint(&track, DESCRIPTOR_CHILD_ORDERING, ORDER_EXPLICIT);
	put_uint(&track, DESCRIPTOR_SIBLING_RANK, t->tracks);
	start(t, &packet);
	put_bytes(&packet, PACKET_TRACK_DESCRIPTOR, track.bytes, track.len);
	emit(t, &packet);
	return t->tracks;
}

static void event(struct rec_trace *t, rec_track track, uint64_t ps, enum event_type type,
		  const char *name, uint64_t flow)
{
	struct message packet, ev, note;

	if (!t)
		return;
	ev.len = 0;
	note.len = 0;
	put_uint(&ev, EVENT_TYPE, type);
	put_uint(&ev, EVENT_TRACK_UUID, track);
	if (name)
		put_string(&ev, EVENT_NAME, name);
	if (flow)
		put_fixed64(&ev, EVENT_FLOW_IDS, flow);
	put_string(&note, ANNOTATION_NAME, type == SLICE_END ? "end_ps" : "ps");
	put_uint(&note, ANNOTATION_UINT, ps);
	put_bytes(&ev, EVENT_DEBUG_ANNOTATION, note.bytes, note.len);
	start(t, &packet);
	put_uint(&packet, PACKET_TIMESTAMP, ps / 1000);
	put_bytes(&packet, PACKET_TRACK_EVENT, ev.bytes, ev.len);
	emit(t, &packet);
}

void rec_trace_begin(struct rec_trace *t, rec_track track, uint64_t ps, const char *name,
		     uint64_t flow)
{
	event(t, track, ps, SLICE_BEGIN, name, flow);
}

void rec_trace_end(struct rec_trace *t, rec_track track, uint64_t ps)
{
	event(t, track, ps, SLICE_END, NULL, 0);
}

void rec_trace_instant(struct rec_trace *t, rec_track track, uint64_t ps, const char *name,
		       uint64_t flow)
{
	event(t, track, ps, INSTANT, name, flow);
}
