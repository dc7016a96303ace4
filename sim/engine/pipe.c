// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FIFO pipes: a link or bus on which messages arrive in the order in which they were sent. The
 * messages under way stand in a ring; one event is armed for the first of them, so that each
 * arrival is one event.
 *
 * The ring grows when more messages are under way than ever before; if there is no memory, the
 * run ends with -ENOMEM.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define FIRST_CAPACITY 8

struct sim_pipe {
	struct sim_event ev; /* arrival of the first message */
	struct sim_engine *engine;
	void (*deliver)(void *ctx, const void *payload);
	void *ctx;
	size_t size;
	uint32_t head, length, capacity; /* capacity is a power of two */
	sim_time last;			 /* arrival of the message sent last */
	sim_time *arrival;
	char *payload;
	char message[]; /* the one being delivered, safe from a ring that grows meanwhile */
};

static char *slot(const struct sim_pipe *p, uint32_t i)
{
	return p->payload + (size_t)i * p->size;
}

static void arrive(struct sim_engine *e, struct sim_event *ev)
{
	struct sim_pipe *p = (struct sim_pipe *)(void *)ev;

	memcpy(p->message, slot(p, p->head), p->size);
	p->head = (p->head + 1) & (p->capacity - 1);
	if (--p->length)
		sim_event_at(e, ev, p->arrival[p->head]);
	p->deliver(p->ctx, p->message);
}

/* Twice the room, the messages at its beginning. */
static int grow(struct sim_pipe *p)
{
	uint32_t capacity = p->capacity ? 2 * p->capacity : FIRST_CAPACITY;
	sim_time *arrival = malloc(capacity * sizeof(*arrival));
	char *payload = malloc((size_t)capacity * p->size + 1);

	if (!arrival || !payload) {
		free(arrival);
		free(payload);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < p->length; i++) {
		uint32_t from = (p->head + i) & (p->capacity - 1);

		arrival[i] = p->arrival[from];
		memcpy(payload + (size_t)i * p->size, slot(p, from), p->size);
	}
	free(p->arrival);
	free(p->payload);
	p->arrival = arrival;
	p->payload = payload;
	p->head = 0;
	p->capacity = capacity;
	return 0;
}

struct sim_pipe *sim_pipe_new(struct sim_engine *e, uint8_t class, uint32_t object, size_t size,
			      void (*deliver)(void *ctx, const void *payload), void *ctx)
{
	struct sim_pipe *p = calloc(1, sizeof(*p) + size);

	if (!p)
		return NULL;
	p->engine = e;
	p->size = size;
	p->deliver = deliver;
	p->ctx = ctx;
	if (grow(p)) {
		free(p);
		return NULL;
	}
	sim_event_init(e, &p->ev, class, object, arrive);
	return p;
}

void sim_pipe_free(struct sim_pipe *p)
{
	if (!p)
		return;
	sim_event_fini(p->engine, &p->ev);
	free(p->arrival);
	free(p->payload);
	free(p);
}

sim_time sim_pipe_send(struct sim_pipe *p, const void *payload, sim_time at)
{
	uint32_t tail;

	if (p->length == p->capacity && grow(p)) {
		engine_fail(p->engine, -ENOMEM);
		return at;
	}
	if (at < p->last)
		at = p->last;
	p->last = at;
	tail = (p->head + p->length) & (p->capacity - 1);
	p->arrival[tail] = at;
	memcpy(slot(p, tail), payload, p->size);
	if (!p->length++)
		sim_event_at(p->engine, &p->ev, at);
	return at;
}

uint32_t sim_pipe_length(const struct sim_pipe *p)
{
	return p->length;
}

void sim_pipe_for_each(const struct sim_pipe *p, void (*fn)(void *arg, const void *payload),
		       void *arg)
{
	for (uint32_t i = 0; i < p->length; i++)
		fn(arg, slot(p, (p->head + i) & (p->capacity - 1)));
}
