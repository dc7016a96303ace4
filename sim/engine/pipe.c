// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FIFO pipes: a link or bus on which messages arrive in the order in which they were sent. The
 * messages under way stand in a ring; one event is armed for the first of them, so that each
 * arrival is one event.
 *
 * A message is read where it was written. So its slot is not used again while it is delivered: one
 * slot always stays free. When there is none besides, the messages move to a ring twice as large,
 * and the ring before stays until the pipe is freed. If there is no memory, the run ends with
 * -ENOMEM.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define FIRST_CAPACITY 8

/* A slot: when the message arrives, and its payload. */
struct slot {
	sim_time arrival;
	char payload[];
};

struct ring {
	struct ring *before;
	char slots[];
};

struct sim_pipe {
	struct sim_event ev; /* arrival of the first message */
	struct sim_engine *engine;
	void (*deliver)(void *ctx, const void *payload);
	void *ctx;
	struct ring *ring;
	uint32_t head, length, capacity; /* capacity is a power of two */
	uint32_t stride;		 /* from slot to slot */
	sim_time last;			 /* arrival of the message sent last */
	char spare[];			 /* for a payload that found no memory */
};

static struct slot *slot(const struct sim_pipe *p, uint32_t i)
{
	return (struct slot *)(void *)(p->ring->slots +
				       (size_t)(i & (p->capacity - 1)) * p->stride);
}

static void arrive(struct sim_engine *e, struct sim_event *ev)
{
	struct sim_pipe *p = (struct sim_pipe *)(void *)ev;
	struct slot *first = slot(p, p->head++);

	if (--p->length)
		sim_event_at(e, ev, slot(p, p->head)->arrival);
	p->deliver(p->ctx, first->payload);
}

/* Twice the room, the messages at its beginning. */
static int grow(struct sim_pipe *p)
{
	uint32_t capacity = p->capacity ? 2 * p->capacity : FIRST_CAPACITY;
	struct ring *ring = malloc(sizeof(*ring) + (size_t)capacity * p->stride);

	if (!ring)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->length; i++)
		memcpy(ring->slots + (size_t)i * p->stride, slot(p, p->head + i), p->stride);
	ring->before = p->ring;
	p->ring = ring;
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
	p->stride = (uint32_t)((sizeof(struct slot) + size + 7) / 8 * 8);
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
	while (p->ring) {
		struct ring *ring = p->ring;

		p->ring = ring->before;
		free(ring);
	}
	free(p);
}

void *sim_pipe_send(struct sim_pipe *p, sim_time *at)
{
	struct slot *new;

	if (sim_unlikely(p->length + 1 == p->capacity) && grow(p)) {
		engine_fail(p->engine, -ENOMEM);
		return p->spare;
	}
	if (*at < p->last)
		*at = p->last;
	p->last = *at;
	new = slot(p, p->head + p->length);
	new->arrival = *at;
	if (!p->length++)
		sim_event_at(p->engine, &p->ev, *at);
	return new->payload;
}

uint32_t sim_pipe_length(const struct sim_pipe *p)
{
	return p->length;
}

void sim_pipe_for_each(const struct sim_pipe *p, void (*fn)(void *arg, const void *payload),
		       void *arg)
{
	for (uint32_t i = 0; i < p->length; i++)
		fn(arg, slot(p, p->head + i)->payload);
}
