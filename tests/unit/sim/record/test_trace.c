// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Perfetto trace, taken apart again by a small walker of protobuf's wire format: packets,
 * tracks, slices, flows, and the time of each event (sim/record/trace.h).
 */
#include "record/trace.h"
#include "tests/lib/check-main.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

static char path[] = "/tmp/gicsim-trace-XXXXXX";
static uint8_t *bytes;
static size_t size;

static void setup(void)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	free(bytes);
	bytes = NULL;
	unlink(path);
}

static void load(void)
{
	FILE *f = fopen(path, "rb");

	ck_assert_ptr_nonnull(f);
	fseek(f, 0, SEEK_END);
	size = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(size + 1);
	ck_assert_uint_eq(fread(bytes, 1, size, f), size);
	fclose(f);
}

/* One field of a message: number, wire type, value or place and length. */
struct field {
	uint32_t number, wire;
	uint64_t value;
	const uint8_t *data;
	size_t len;
};

static uint64_t varint(const uint8_t **p, const uint8_t *end)
{
	uint64_t v = 0;

	for (unsigned shift = 0;; shift += 7) {
		ck_assert(*p < end && shift < 64);
		v |= (uint64_t)(**p & 0x7f) << shift;
		if (!(*(*p)++ & 0x80))
			return v;
	}
}

/* Take the next field off [*p, end); false at its end. Everything must fit exactly. */
static bool next(const uint8_t **p, const uint8_t *end, struct field *f)
{
	uint64_t key;

	if (*p == end)
		return false;
	key = varint(p, end);
	f->number = (uint32_t)(key >> 3);
	f->wire = key & 7;
	f->value = 0;
	if (f->wire == 0) {
		f->value = varint(p, end);
	} else if (f->wire == 1) {
		ck_assert_int_ge(end - *p, 8);
		for (unsigned i = 0; i < 8; i++)
			f->value |= (uint64_t)(*p)[i] << (8 * i);
		*p += 8;
	} else {
		ck_assert_uint_eq(f->wire, 2);
		f->len = (size_t)varint(p, end);
		ck_assert_uint_ge((size_t)(end - *p), f->len);
		f->data = *p;
		*p += f->len;
	}
	return true;
}

/* Field `number` of a message; false: it has none. */
static bool find(const uint8_t *data, size_t len, uint32_t number, struct field *f)
{
	const uint8_t *p = data;

	while (next(&p, data + len, f))
		if (f->number == number)
			return true;
	return false;
}

static uint64_t find_uint(const struct field *message, uint32_t number)
{
	struct field f;

	return find(message->data, message->len, number, &f) ? f.value : 0;
}

static bool find_text(const struct field *message, uint32_t number, const char *expect)
{
	struct field f;

	return find(message->data, message->len, number, &f) && f.len == strlen(expect) &&
	       !memcmp(f.data, expect, f.len);
}

/* Packet n of the trace. */
static struct field packet(unsigned n)
{
	const uint8_t *p = bytes;
	struct field f = { 0 };

	for (unsigned i = 0; i <= n; i++) {
		ck_assert(next(&p, bytes + size, &f));
		ck_assert_uint_eq(f.number, 1);
		ck_assert_uint_eq(f.wire, 2);
	}
	return f;
}

static unsigned count_packets(void)
{
	const uint8_t *p = bytes;
	struct field f;
	unsigned n = 0;

	while (next(&p, bytes + size, &f))
		n++;
	return n;
}

/* The inner message of packet n: 11 a track event, 60 a track descriptor. */
static struct field inner(unsigned n, uint32_t number)
{
	struct field pkt = packet(n), f = { 0 };

	ck_assert_uint_eq(find_uint(&pkt, 10), 1); /* sequence */
	ck_assert_msg(find(pkt.data, pkt.len, number, &f), "packet %u has no field %u", n, number);
	return f;
}

START_TEST(tracks_carry_names_and_parents)
{
	struct rec_trace *t = rec_trace_open(path);
	rec_track host = rec_trace_track(t, 0, "host");
	rec_track pe = rec_trace_track(t, host, "PE 0");
	struct field d;

	ck_assert_uint_ne(host, pe);
	ck_assert_int_eq(rec_trace_close(t), 0);
	load();
	ck_assert_uint_eq(count_packets(), 2);
	d = packet(0);
	ck_assert_uint_eq(find_uint(&d, 13), 1); /* the sequence starts here */
	d = inner(0, 60);
	ck_assert_uint_eq(find_uint(&d, 1), host);
	ck_assert_uint_eq(find_uint(&d, 5), 0);
	ck_assert(find_text(&d, 2, "host"));
	d = inner(1, 60);
	ck_assert_uint_eq(find_uint(&d, 1), pe);
	ck_assert_uint_eq(find_uint(&d, 5), host);
	ck_assert(find_text(&d, 2, "PE 0"));
}
END_TEST

START_TEST(events_carry_type_track_name_time_and_flow)
{
	struct rec_trace *t = rec_trace_open(path);
	rec_track pe = rec_trace_track(t, 0, "PE 0");
	struct field e, pkt, note;

	rec_trace_begin(t, pe, 1234567, "exit", 0);
	rec_trace_instant(t, pe, 2000001, "pended", 0x1122334455667788ull);
	rec_trace_end(t, pe, UINT64_MAX);
	ck_assert_int_eq(rec_trace_close(t), 0);
	load();
	ck_assert_uint_eq(count_packets(), 4);

	pkt = packet(1);
	e = inner(1, 11);
	ck_assert_uint_eq(find_uint(&pkt, 8), 1234); /* ns */
	ck_assert_uint_eq(find_uint(&e, 9), 1);	     /* slice begins */
	ck_assert_uint_eq(find_uint(&e, 11), pe);
	ck_assert(find_text(&e, 23, "exit"));
	ck_assert(!find(e.data, e.len, 47, &note));
	ck_assert(find(e.data, e.len, 4, &note));
	ck_assert(find_text(&note, 10, "ps"));
	ck_assert_uint_eq(find_uint(&note, 3), 1234567);

	e = inner(2, 11);
	ck_assert_uint_eq(find_uint(&e, 9), 3);
	ck_assert_uint_eq(find_uint(&e, 47), 0x1122334455667788ull);

	pkt = packet(3);
	e = inner(3, 11);
	ck_assert_uint_eq(find_uint(&pkt, 8), UINT64_MAX / 1000);
	ck_assert_uint_eq(find_uint(&e, 9), 2);
	ck_assert(!find(e.data, e.len, 23, &note));
}
END_TEST

START_TEST(a_long_trace_is_whole)
{
	struct rec_trace *t = rec_trace_open(path);
	rec_track pe = rec_trace_track(t, 0, "PE 0");
	struct field f;

	for (uint64_t i = 0; i < 20000; i++)
		rec_trace_instant(t, pe, i * 1000, "tick", i + 1);
	ck_assert_int_eq(rec_trace_close(t), 0);
	load();
	ck_assert_uint_gt(size, 1u << 18);
	ck_assert_uint_eq(count_packets(), 20001);
	f = packet(20000);
	ck_assert_uint_eq(find_uint(&f, 8), 19999);
}
END_TEST

START_TEST(a_name_of_any_length_fits)
{
	static char name[5000];
	struct rec_trace *t = rec_trace_open(path);
	rec_track pe;
	struct field f;

	memset(name, 'x', sizeof(name) - 1);
	pe = rec_trace_track(t, 0, name);
	rec_trace_begin(t, UINT64_MAX, UINT64_MAX, name, UINT64_MAX);
	rec_trace_end(t, pe, 1);
	ck_assert_int_eq(rec_trace_close(t), 0);
	load();
	ck_assert_uint_eq(count_packets(), 3);
	f = inner(1, 11);
	ck_assert(find(f.data, f.len, 23, &f));
	ck_assert_uint_eq(f.len, 128);
}
END_TEST

START_TEST(without_a_trace_nothing_happens)
{
	ck_assert_uint_eq(rec_trace_track(NULL, 0, "x"), 0);
	rec_trace_begin(NULL, 1, 2, "x", 3);
	rec_trace_instant(NULL, 1, 2, "x", 3);
	rec_trace_end(NULL, 1, 2);
	ck_assert_int_eq(rec_trace_close(NULL), 0);
}
END_TEST

START_TEST(a_full_disk_is_told_at_close)
{
	struct rec_trace *t = rec_trace_open("/dev/full");

	ck_assert_ptr_nonnull(t);
	for (unsigned i = 0; i < 20000; i++)
		rec_trace_instant(t, 1, i, "tick", 0);
	ck_assert_int_eq(rec_trace_close(t), -ENOSPC);
}
END_TEST

START_TEST(a_trace_has_its_name_when_it_is_closed_and_none_when_it_is_abandoned)
{
	char dir[] = "/tmp/gicsim-trace-XXXXXX", file[64];
	struct rec_trace *t;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/t.pftrace", dir);
	t = rec_trace_open(file);
	rec_trace_instant(t, 1, 1, "tick", 0);
	ck_assert_int_eq(access(file, F_OK), -1);
	rec_trace_abandon(t);
	ck_assert_int_eq(access(file, F_OK), -1);
	t = rec_trace_open(file);
	ck_assert_int_eq(rec_trace_close(t), 0);
	ck_assert_int_eq(unlink(file), 0);
	ck_assert_int_eq(rmdir(dir), 0); /* nothing else was left in it */
}
END_TEST

START_TEST(a_path_that_cannot_be_opened_is_told_at_open)
{
	ck_assert_ptr_null(rec_trace_open("/nonexistent/x.pftrace"));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, tracks_carry_names_and_parents);
	tcase_add_test(tc, events_carry_type_track_name_time_and_flow);
	tcase_add_test(tc, a_long_trace_is_whole);
	tcase_add_test(tc, a_name_of_any_length_fits);
	tcase_add_test(tc, without_a_trace_nothing_happens);
	tcase_add_test(tc, a_full_disk_is_told_at_close);
	tcase_add_test(tc, a_trace_has_its_name_when_it_is_closed_and_none_when_it_is_abandoned);
	tcase_add_test(tc, a_path_that_cannot_be_opened_is_told_at_open);
}

CHECK_MAIN("record trace", add, setup, teardown)
