// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NVMe-like storage in a closed loop: every vCPU has a queue pair on each drive of the VM, keeps
 * queue_depth requests under way, and gets one MSI per completion batch on a vector of its own.
 * A drive serves up to `channels` requests at a time; data go by DMA before the completion's MSI.
 */
#include <stdio.h>
#include <stdlib.h>

#include <sim/record/hist.h>

#include "common.h"

struct nvme_params {
	uint32_t drives;
	uint32_t queue_depth;
	uint32_t channels;
	uint64_t block;
	struct sim_dist service;
	struct sim_dist submit;
	struct sim_dist complete;
	struct sim_dist think;
	uint64_t count;
};

struct nvme_drive;

/* Requests of one queue in some state, first in first out; they are numbers below queue_depth. */
struct nvme_ring {
	u32 *request;
	u32 head, tail;
};

/* A queue pair. */
struct nvme_queue {
	struct nvme_drive *drive;
	u32 vcpu;
	struct nvme_ring unused;
	struct nvme_ring submitted; /* written by the guest, not fetched by the drive yet */
	struct nvme_ring completed; /* completions in guest memory, not reaped yet */
	u64 issued;
	sim_time *begun; /* by request */
};

struct nvme_drive {
	struct workload_run *w;
	struct device *dev;
	struct sim_stream service;
	u32 busy;		  /* channels at work */
	struct nvme_ring waiting; /* for a channel: queue * queue_depth + request */
	struct nvme_queue *queue; /* one a vCPU */
};

struct nvme_vcpu {
	struct sim_stream submit, complete, think;
};

struct nvme_state {
	u64 ios, interrupts;
	struct rec_hist *io_time;
	struct nvme_drive *drive;
	u32 nr_drives, nr_vcpus;
	struct nvme_vcpu *vcpu;
	struct nvme_queue *queues; /* of all drives */
	sim_time *begun;
	u32 *requests; /* memory of all rings */
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct nvme_params, field)
static const struct param params[] = {
	{ .name = "drives", .type = PARAM_U32, AT(drives), .min = 1, .max = 4096, .def = "1",
	  .doc = "passed-through drives of the VM" },
	{ .name = "queue_depth", .type = PARAM_U32, AT(queue_depth), .min = 1, .max = 1024,
	  .def = "4", .doc = "requests a vCPU keeps under way on each drive" },
	{ .name = "channels", .type = PARAM_U32, AT(channels), .min = 1, .max = 65536, .def = "64",
	  .doc = "requests a drive serves at a time" },
	{ .name = "block", .type = PARAM_SIZE, AT(block), .min = 1, .max = 1 << 24, .def = "4 KiB",
	  .doc = "data of one request, moved by DMA before its MSI" },
	{ .name = "service", .type = PARAM_DIST, AT(service), .def = "80 us",
	  .doc = "time a channel takes for one request" },
	{ .name = "submit", .type = PARAM_DIST, AT(submit), .def = "1 us",
	  .doc = "guest CPU time to submit one request" },
	{ .name = "complete", .type = PARAM_DIST, AT(complete), .def = "1 us",
	  .doc = "guest CPU time to complete one request, in the handler" },
	{ .name = "think", .type = PARAM_DIST, AT(think), .def = "0 s",
	  .doc = "guest CPU time between a completion and the next request" },
	{ .name = "count", .type = PARAM_U64, AT(count), .def = "0",
	  .doc = "requests of each queue; 0: without end" },
	PARAM_END,
};
/* clang-format on */

/* ---- rings ---- */

static bool ring_empty(const struct nvme_ring *r)
{
	return r->head == r->tail;
}

static void ring_put(struct nvme_ring *r, u32 room, u32 request)
{
	r->request[r->tail++ % room] = request;
}

static u32 ring_get(struct nvme_ring *r, u32 room)
{
	return r->request[r->head++ % room];
}

/* ---- the drive: a request under way is named queue * queue_depth + request ---- */

static void transferred(void *arg, u64 cookie);

static void served(void *arg, u64 cookie)
{
	struct nvme_drive *d = arg;
	const struct nvme_params *p = d->w->params;

	device_dma(d->dev, p->block + 16, transferred, cookie);
}

static void serve(struct nvme_drive *d, u32 cookie)
{
	const struct nvme_params *p = d->w->params;

	d->busy++;
	device_at(d->dev, device_now(d->dev) + sim_draw(&d->service, &p->service), served, cookie);
}

static u32 waiting_room(const struct nvme_drive *d)
{
	const struct nvme_params *p = d->w->params;

	return vm_nr_vcpus(d->w->vm) * p->queue_depth;
}

/* Data and completion entry are in guest memory: raise the interrupt, free the channel. */
static void transferred(void *arg, u64 cookie)
{
	struct nvme_drive *d = arg;
	const struct nvme_params *p = d->w->params;
	u32 queue = (u32)cookie / p->queue_depth;

	ring_put(&d->queue[queue].completed, p->queue_depth, (u32)cookie % p->queue_depth);
	device_msi(d->dev, queue);
	d->busy--;
	if (!ring_empty(&d->waiting))
		serve(d, ring_get(&d->waiting, waiting_room(d)));
}

/* The guest rang a queue's doorbell: fetch what it submitted. */
static void doorbell(void *arg, u32 queue)
{
	struct nvme_drive *d = arg;
	const struct nvme_params *p = d->w->params;
	struct nvme_queue *q = &d->queue[queue];

	while (!ring_empty(&q->submitted)) {
		u32 cookie = queue * p->queue_depth + ring_get(&q->submitted, p->queue_depth);

		if (d->busy < p->channels)
			serve(d, cookie);
		else
			ring_put(&d->waiting, waiting_room(d), cookie);
	}
}

/* ---- the guest ---- */

static bool may_submit(const struct nvme_params *p, const struct nvme_queue *q)
{
	return !ring_empty(&q->unused) && (!p->count || q->issued < p->count);
}

static void submit(struct workload_run *w, struct vcpu *c, struct nvme_queue *q)
{
	const struct nvme_params *p = w->params;
	struct nvme_state *s = w->state;
	u32 request = ring_get(&q->unused, p->queue_depth);

	q->issued++;
	guest_compute(c, sim_draw(&s->vcpu[q->vcpu].submit, &p->submit));
	plat_sync();
	q->begun[request] = guest_now(c);
	ring_put(&q->submitted, p->queue_depth, request);
	guest_doorbell(c, q->drive->dev, q->vcpu);
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct nvme_queue *q = arg;
	struct workload_run *w = q->drive->w;
	const struct nvme_params *p = w->params;
	struct nvme_state *s = w->state;

	(void)intid;
	s->interrupts++;
	for (plat_sync(); !ring_empty(&q->completed); plat_sync()) {
		u32 request = ring_get(&q->completed, p->queue_depth);

		s->ios++;
		rec_hist_add(s->io_time, guest_now(c) - q->begun[request]);
		guest_compute(c, sim_draw(&s->vcpu[q->vcpu].complete, &p->complete));
		ring_put(&q->unused, p->queue_depth, request);
	}
}

/* Fill this vCPU's queues of all drives. */
static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct nvme_params *p = w->params;
	struct nvme_state *s = w->state;
	struct nvme_vcpu *me = &s->vcpu[guest_id(c)];
	bool did = false;

	for (u32 d = 0; d < s->nr_drives; d++) {
		struct nvme_queue *q = &s->drive[d].queue[guest_id(c)];

		for (; may_submit(p, q); did = true) {
			guest_compute(c, sim_draw(&me->think, &p->think));
			submit(w, c, q);
		}
	}
	return did;
}

/* ---- set-up ---- */

static void queue_setup(struct nvme_queue *q, struct nvme_drive *d, u32 vcpu, u32 depth,
			sim_time *begun, u32 *requests)
{
	q->drive = d;
	q->vcpu = vcpu;
	q->begun = begun;
	q->unused.request = requests;
	q->submitted.request = requests + depth;
	q->completed.request = requests + 2 * depth;
	for (u32 i = 0; i < depth; i++)
		ring_put(&q->unused, depth, i);
}

/* Memory of a drive's rings: one that waits for channels, three a queue. */
static int drive_setup(struct workload_run *w, u32 number)
{
	const struct nvme_params *p = w->params;
	struct nvme_state *s = w->state;
	struct nvme_drive *d = &s->drive[number];
	u32 n = s->nr_vcpus, all = n * p->queue_depth;
	u32 *requests = s->requests + (size_t)number * 4 * all;
	sim_time *begun = s->begun + (size_t)number * all;
	char name[32];

	snprintf(name, sizeof(name), "nvme%u", number);
	d->w = w;
	d->service = workload_stream(w, "service", number);
	d->queue = s->queues + (size_t)number * n;
	d->waiting.request = requests;
	for (u32 v = 0; v < n; v++)
		queue_setup(&d->queue[v], d, v, p->queue_depth, begun + v * p->queue_depth,
			    requests + all + v * 3 * p->queue_depth);
	d->dev = device_new(w->vm, name, n, doorbell, d);
	return d->dev ? 0 : -ENOMEM;
}

static void fini(struct workload_run *w)
{
	struct nvme_state *s = w->state;

	if (!s)
		return;
	free(s->drive);
	free(s->queues);
	free(s->begun);
	free(s->requests);
	free(s->vcpu);
}

static int setup(struct workload_run *w)
{
	const struct nvme_params *p = w->params;
	struct nvme_state *s = calloc(1, sizeof(*s));
	u32 n = vm_nr_vcpus(w->vm);
	size_t queues = (size_t)p->drives * n;

	w->state = s;
	if (!s)
		return -ENOMEM;
	s->nr_drives = p->drives;
	s->nr_vcpus = n;
	s->drive = calloc(p->drives, sizeof(*s->drive));
	s->queues = calloc(queues, sizeof(*s->queues));
	s->begun = calloc(queues * p->queue_depth, sizeof(*s->begun));
	s->requests = calloc(queues * p->queue_depth * 4, sizeof(*s->requests));
	s->vcpu = calloc(n, sizeof(*s->vcpu));
	s->io_time = workload_hist(w, "io_time");
	if (!s->drive || !s->queues || !s->begun || !s->requests || !s->vcpu || !s->io_time)
		return -ENOMEM;
	for (u32 i = 0; i < n; i++) {
		s->vcpu[i].submit = workload_stream(w, "submit", i);
		s->vcpu[i].complete = workload_stream(w, "complete", i);
		s->vcpu[i].think = workload_stream(w, "think", i);
	}
	for (u32 i = 0; i < p->drives; i++) {
		int ret = drive_setup(w, i);

		if (ret)
			return ret;
	}
	return 0;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	struct nvme_state *s = w->state;

	for (u32 i = 0; i < s->nr_drives; i++) {
		struct nvme_drive *d = &s->drive[i];
		int ret = common_map_queues(c, d->dev, s->nr_vcpus, handle, d->queue,
					    sizeof(d->queue[0]));

		if (ret)
			return ret;
	}
	return 0;
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("ios", "requests", struct nvme_state, ios),
	WORKLOAD_COUNT("interrupts", "interrupts", struct nvme_state, interrupts),
	{ .name = NULL },
};

extern const struct workload workload_nvme;
const struct workload workload_nvme = {
	.name = "nvme",
	.doc = "closed-loop storage on passed-through NVMe-like drives",
	.params = params,
	.params_size = sizeof(struct nvme_params),
	.counts = counts,
	.uses = WORKLOAD_IRQFD,
	.setup = setup,
	.boot = boot,
	.task = turn,
	.fini = fini,
};
