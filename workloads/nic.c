// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network card in an open loop: packets arrive on each receive queue at random or in bursts,
 * go to guest memory by DMA, and raise the queue's MSI. The guest's handler masks the queue's
 * interrupt in the device while it polls, as NAPI does; moderation spaces interrupts of a queue.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sim/record/hist.h>

#include "common.h"

enum { POISSON, PERIODIC };

struct nic_params {
	uint32_t queues;
	uint64_t rate; /* millihertz */
	uint8_t arrivals;
	uint32_t burst;
	uint64_t size;
	uint64_t moderation;
	struct sim_dist work;
	uint32_t ring;
	uint64_t busy;
	uint64_t count;
	bool poll;
};

struct nic_queue {
	struct workload_run *w;
	struct device *dev;
	u32 number;
	struct sim_stream arrivals, work;
	u64 bursts;
	u32 received, head; /* packets in guest memory, not processed; oldest in the ring */
	u32 arriving;	    /* packets on the link */
	sim_time *at;	    /* arrival times, a ring of `ring` */
	bool masked;	    /* the guest polls */
	bool timer;	    /* a moderated interrupt is due */
	sim_time last;	    /* interrupt */
};

struct nic_state {
	u64 packets, lost, interrupts;
	struct rec_hist *packet_time;
	struct device *dev;
	struct nic_queue *queue;
	struct sim_dist gap; /* between bursts of a queue */
	u32 nr_queues;
	sim_time *rings;
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct nic_params, field)
static const struct param params[] = {
	{ .name = "queues", .type = PARAM_U32, AT(queues), .max = 512, .def = "0",
	  .doc = "receive queues, queue n on vCPU n modulo vCPUs; 0: one a vCPU" },
	{ .name = "rate", .type = PARAM_RATE, AT(rate), .min = 1, .max = 1000000000000ull,
	  .def = "20 k/s", .doc = "packets of one queue" },
	{ .name = "arrivals", .type = PARAM_ENUM, AT(arrivals), .def = "poisson",
	  .names = (const char *const[]){ "poisson", "periodic", NULL },
	  .docs = (const char *const[]){ "independent arrivals of bursts",
					 "equal distances between bursts", NULL },
	  .doc = "law of the arrivals" },
	{ .name = "burst", .type = PARAM_U32, AT(burst), .min = 1, .max = 1024, .def = "1",
	  .doc = "packets that arrive together" },
	{ .name = "size", .type = PARAM_SIZE, AT(size), .min = 1, .max = 65536, .def = "1500 B",
	  .doc = "data of a packet" },
	{ .name = "moderation", .type = PARAM_TIME, AT(moderation), .max = SIM_S, .def = "0 s",
	  .doc = "least time between two interrupts of a queue" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "1 us",
	  .doc = "guest CPU time of a packet" },
	{ .name = "ring", .type = PARAM_U32, AT(ring), .min = 1, .max = 65536, .def = "1024",
	  .doc = "packets a queue holds for the guest; more are lost" },
	{ .name = "busy", .type = PARAM_TIME, AT(busy), .max = SIM_S, .def = "0 s",
	  .doc = "vCPUs compute in stretches of this length instead of waiting; 0 s: they wait" },
	{ .name = "poll", .type = PARAM_BOOL, AT(poll), .def = "true",
	  .doc = "the handler masks the queue and works off all packets; false: every packet raises "
		 "an MSI, and a handler works once" },
	{ .name = "count", .type = PARAM_U64, AT(count), .def = "0",
	  .doc = "bursts of each queue; 0: without end" },
	PARAM_END,
};
/* clang-format on */

/* A place in a ring, of one that is less than a round further. */
static u32 wrap(u32 place, u32 ring)
{
	return place < ring ? place : place - ring;
}

/* ---- the card ---- */

static void moderated(void *arg, u64 cookie);

static void interrupt(struct nic_queue *q)
{
	const struct nic_params *p = q->w->params;
	sim_time now = device_now(q->dev);

	if (q->masked || q->timer || !q->received)
		return;
	if (p->moderation && q->last && now < q->last + p->moderation) {
		q->timer = true;
		device_at(q->dev, q->last + p->moderation, moderated, q->number);
		return;
	}
	q->last = now;
	device_msi(q->dev, q->number);
}

static struct nic_queue *queue_at(void *arg, u64 number)
{
	struct workload_run *w = arg;
	struct nic_state *s = w->state;

	return &s->queue[number];
}

static void moderated(void *arg, u64 cookie)
{
	struct nic_queue *q = queue_at(arg, cookie);

	q->timer = false;
	interrupt(q);
}

static void received(void *arg, u64 cookie)
{
	struct nic_queue *q = queue_at(arg, cookie);
	const struct nic_params *p = q->w->params;

	q->arriving--;
	q->at[wrap(q->head + q->received++, p->ring)] = device_now(q->dev);
	interrupt(q);
}

static void arrive(void *arg, u64 cookie);

static void schedule(struct nic_queue *q)
{
	const struct nic_params *p = q->w->params;
	const struct nic_state *s = q->w->state;

	if (!p->count || q->bursts < p->count)
		device_at(q->dev, device_now(q->dev) + sim_draw(&q->arrivals, &s->gap) + 1, arrive,
			  q->number);
}

static void arrive(void *arg, u64 cookie)
{
	struct nic_queue *q = queue_at(arg, cookie);
	const struct nic_params *p = q->w->params;
	struct nic_state *s = q->w->state;

	q->bursts++;
	for (u32 i = 0; i < p->burst; i++) {
		if (q->received + q->arriving >= p->ring) {
			s->lost++;
			continue;
		}
		q->arriving++;
		device_dma(q->dev, p->size, received, cookie);
	}
	schedule(q);
}

/* The guest has emptied the ring and lets interrupts through again. */
static void unmask(void *arg, u32 queue)
{
	struct nic_queue *q = queue_at(arg, queue);

	q->masked = false;
	interrupt(q);
}

/* ---- the guest ---- */

/* One interrupt stands for all packets so far. */
static void drop_all(struct nic_queue *q)
{
	const struct nic_params *p = q->w->params;
	struct nic_state *s = q->w->state;

	s->packets += q->received;
	q->head = wrap(q->head + q->received, p->ring);
	q->received = 0;
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct nic_queue *q = arg;
	const struct nic_params *p = q->w->params;
	struct nic_state *s = q->w->state;

	(void)intid;
	s->interrupts++;
	plat_sync();
	if (!p->poll) {
		drop_all(q);
		guest_compute(c, sim_draw(&q->work, &p->work));
		return;
	}
	q->masked = true;
	for (; q->received; plat_sync()) {
		sim_time at = q->at[q->head];

		q->head = wrap(q->head + 1, p->ring);
		q->received--;
		guest_compute(c, sim_draw(&q->work, &p->work));
		s->packets++;
		rec_hist_add(s->packet_time, guest_now(c) - at);
	}
	guest_doorbell(c, q->dev, q->number);
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct nic_params *p = w->params;

	return common_pass_time(c, p->busy);
}

/* ---- set-up ---- */

static int setup(struct workload_run *w)
{
	const struct nic_params *p = w->params;
	struct nic_state *s = calloc(1, sizeof(*s));

	w->state = s;
	if (!s)
		return -ENOMEM;
	s->gap = (struct sim_dist){
		.kind = p->arrivals == POISSON ? SIM_EXPONENTIAL : SIM_CONSTANT,
		.a = (u64)((unsigned __int128)SIM_S * 1000 * p->burst / p->rate),
	};
	s->nr_queues = p->queues ? p->queues : vm_nr_vcpus(w->vm);
	s->queue = calloc(s->nr_queues, sizeof(*s->queue));
	s->rings = calloc((size_t)s->nr_queues * p->ring, sizeof(*s->rings));
	s->packet_time = workload_hist(w, "packet_time");
	s->dev = device_new(w->vm, "nic", s->nr_queues, unmask, w);
	if (!s->queue || !s->rings || !s->packet_time || !s->dev)
		return -ENOMEM;
	for (u32 i = 0; i < s->nr_queues; i++) {
		struct nic_queue *q = &s->queue[i];

		q->w = w;
		q->dev = s->dev;
		q->number = i;
		q->at = s->rings + (size_t)i * p->ring;
		q->arrivals = workload_stream(w, "arrivals", i);
		q->work = workload_stream(w, "work", i);
	}
	return 0;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	struct nic_state *s = w->state;

	return common_map_queues(c, s->dev, s->nr_queues, handle, s->queue, sizeof(s->queue[0]));
}

static void start(struct workload_run *w)
{
	struct nic_state *s = w->state;

	for (u32 i = 0; i < s->nr_queues; i++)
		schedule(&s->queue[i]);
}

static void fini(struct workload_run *w)
{
	struct nic_state *s = w->state;

	if (!s)
		return;
	free(s->queue);
	free(s->rings);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("packets", "packets", struct nic_state, packets),
	WORKLOAD_COUNT("lost", "packets", struct nic_state, lost),
	WORKLOAD_COUNT("interrupts", "interrupts", struct nic_state, interrupts),
	{ .name = NULL },
};

extern const struct workload workload_nic;
const struct workload workload_nic = {
	.name = "nic",
	.doc = "open-loop packet arrivals on a passed-through network card",
	.params = params,
	.params_size = sizeof(struct nic_params),
	.counts = counts,
	.uses = WORKLOAD_IRQFD,
	.setup = setup,
	.boot = boot,
	.start = start,
	.task = turn,
	.fini = fini,
};
