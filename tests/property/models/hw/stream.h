/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Property tests by operation streams: random operations are run against a model; when the two
 * differ, the stream is shrunk (ever smaller pieces are left out as long as it still fails) and
 * what is left is printed with the seed.
 */
#ifndef TEST_STREAM_H
#define TEST_STREAM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

struct stream_op {
	uint32_t kind, a, b, c;
};

struct stream {
	/* Run n operations from a fresh state: the index of the first one that went wrong, or -1. */
	int (*run)(const struct stream_op *op, int n);
	const char *const *name; /* of the kinds */
};

/* Leave out pieces of half, a quarter, ... of the stream as long as it still fails. */
static inline int stream_shrink(const struct stream *s, struct stream_op *op, int n)
{
	struct stream_op *try = malloc((size_t)n * sizeof(*try));
	int piece, at;

	for (piece = n / 2; piece; piece /= 2) {
		for (at = 0; at + piece <= n;) {
			int failed;

			memcpy(try, op, (size_t)at * sizeof(*op));
			memcpy(try + at, op + at + piece, (size_t)(n - at - piece) * sizeof(*op));
			failed = s->run(try, n - piece);
			if (failed < 0) {
				at += piece;
				continue;
			}
			n = failed + 1;
			memcpy(op, try, (size_t)n * sizeof(*op));
		}
	}
	free(try);
	return n;
}

/* Run a stream; on failure shrink and print it and fail the test. */
static inline void stream_check(const struct stream *s, struct stream_op *op, int n, uint64_t seed)
{
	int failed = s->run(op, n), i;

	if (failed < 0)
		return;
	n = stream_shrink(s, op, failed + 1);
	printf("seed %llu: %d operations are enough:\n", (unsigned long long)seed, n);
	for (i = 0; i < n; i++)
		printf("\t%s %u %u %u\n", s->name[op[i].kind], op[i].a, op[i].b, op[i].c);
	fflush(stdout);
	ck_abort_msg("the model and the hardware differ");
}

#endif
