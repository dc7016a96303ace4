// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Request and response: clients on other hosts of the cluster send requests over the network to a
 * passed-through network card of the VM, whose vCPUs serve them and answer; response times are
 * taken at the client (spec/calibration.md, Workload shapes: one receive interrupt and one wake a
 * transaction).
 *
 * Choices: connection i comes from the i-th of the other hosts, in turn, and belongs to queue and vCPU
 * i modulo vCPUs. A client is a clock and a link, no PEs: it sends the next request `think` after
 * the response has come. A queue's interrupt is masked from its MSI until the handler has found the
 * queue empty (NAPI). `poll` never unmasks it; the vCPU looks at its queue every 50 ns. Between
 * connections the card's link is shared as that of any device.
 */
#include <errno.h>
#include <stdlib.h>

#include <sim/machine/remote.h>
#include <sim/record/hist.h>

#include "common.h"

#define LOOK	    (50 * SIM_NS)
#define HELLO_BYTES 64u

enum { SERVER_BLOCKS, SERVER_POLLS, SERVER_RUNS };

struct rr_params {
	uint32_t connections;
	uint8_t server;
	uint64_t request, response;
	struct sim_dist service, think;
};

/* A response time, kept at the client until the run is over. */
struct rr_sample {
	sim_time end, took;
};

struct rr_connection {
	struct workload_run *w;
	u32 number, host; /* of the client */
	struct sim_stream service, think;
	struct remote_timer timer;
	sim_time sent;
	struct rr_sample *sample;
	u32 nr_samples, room;
	struct rr_connection *next; /* waits in its queue */
};

struct rr_queue {
	struct workload_run *w;
	struct rr_connection *first, **last; /* requests in guest memory */
	bool masked;
};

struct rr_state {
	struct device *dev;
	struct rec_hist *time;
	u64 requests, interrupts;
	sim_time window; /* begin */
	struct rr_connection *connection;
	struct rr_queue *queue;
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct rr_params, field)
static const struct param params[] = {
	{ .name = "connections", .type = PARAM_U32, AT(connections), .min = 1, .max = 4096,
	  .def = "1", .doc = "each with one request under way" },
	{ .name = "server", .type = PARAM_ENUM, AT(server), .def = "block",
	  .names = (const char *const[]){ "block", "poll", "run", NULL },
	  .docs = (const char *const[]){ "vCPUs wait in WFI between requests",
					 "they look at their queue all the time, without interrupts",
					 "they compute, and serve when interrupted", NULL },
	  .doc = "what the VM's vCPUs do between requests" },
	{ .name = "request", .type = PARAM_SIZE, AT(request), .min = 1, .max = 1 << 20,
	  .def = "64 B", .doc = "bytes of a request" },
	{ .name = "response", .type = PARAM_SIZE, AT(response), .min = 1, .max = 1 << 20,
	  .def = "64 B", .doc = "bytes of a response" },
	{ .name = "service", .type = PARAM_DIST, AT(service), .def = "5 us",
	  .doc = "guest CPU time of one request" },
	{ .name = "think", .type = PARAM_DIST, AT(think), .def = "0 s",
	  .doc = "from a response to the client's next request" },
	PARAM_END,
};
/* clang-format on */

static const char *check(const void *values, const struct vm_config *vm,
			 const struct machine_config *m, const char **key)
{
	(void)values;
	*key = "type";
	if (m->cluster.hosts < 2)
		return "rr needs clients on other hosts: cluster.hosts of 2 or more";
	if (vm->devices != DEVICES_PASSTHROUGH)
		return "rr needs a VM with passed-through devices";
	return vm->its ? NULL : "rr needs a VM with an ITS";
}

/* ---- the client, on its host's clock ---- */

static void request_arrives(struct machine *at, void *arg);

static void client_sends(struct machine *at, void *arg)
{
	struct rr_connection *k = arg;
	const struct rr_params *p = k->w->params;

	k->sent = remote_now(at);
	remote_send(at, remote_number(remote_home(k->w->vm)), p->request, request_arrives, k);
}

static void keep(struct machine *at, struct rr_connection *k)
{
	sim_time end = remote_now(at);

	if (k->nr_samples == k->room) {
		u32 room = k->room ? 2 * k->room : 256;
		struct rr_sample *bigger = realloc(k->sample, room * sizeof(*bigger));

		if (!bigger) {
			remote_fail(at, -ENOMEM);
			return;
		}
		k->sample = bigger;
		k->room = room;
	}
	k->sample[k->nr_samples++] = (struct rr_sample){ end, end - k->sent };
}

static void think(struct machine *at, struct rr_connection *k)
{
	const struct rr_params *p = k->w->params;

	remote_timer_set(&k->timer, remote_now(at) + sim_draw(&k->think, &p->think));
}

static void response_arrives(struct machine *at, void *arg)
{
	struct rr_connection *k = arg;

	keep(at, k);
	think(at, k);
}

/* The first frame of all tells the client that the server is there. */
static void hello_arrives(struct machine *at, void *arg)
{
	struct rr_connection *k = arg;

	remote_timer_init(&k->timer, at, k->number, client_sends, k);
	think(at, k);
}

/* ---- the card ---- */

static struct rr_queue *queue_of(struct rr_connection *k)
{
	struct rr_state *s = k->w->state;

	return &s->queue[k->number % vm_nr_vcpus(k->w->vm)];
}

/* A request is in guest memory. */
static void request_written(void *arg, u64 number)
{
	struct rr_state *s = ((struct workload_run *)arg)->state;
	struct rr_connection *k = &s->connection[number];
	struct rr_queue *q = queue_of(k);

	k->next = NULL;
	*q->last = k;
	q->last = &k->next;
	if (q->masked)
		return;
	q->masked = true;
	device_msi(s->dev, k->number % vm_nr_vcpus(k->w->vm));
}

static void request_arrives(struct machine *at, void *arg)
{
	struct rr_connection *k = arg;
	const struct rr_params *p = k->w->params;
	struct rr_state *s = k->w->state;

	(void)at;
	device_dma(s->dev, p->request, request_written, k->number);
}

/* A response has left the card's link to memory. */
static void response_read(void *arg, u64 number)
{
	struct workload_run *w = arg;
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;
	struct rr_connection *k = &s->connection[number];

	remote_send(remote_home(w->vm), k->host, p->response, response_arrives, k);
}

/* The doorbell names the connection that is answered. */
static void doorbell(void *arg, u32 number)
{
	struct workload_run *w = arg;
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;

	device_dma(s->dev, p->response, response_read, number);
}

/* ---- the guest ---- */

static struct rr_connection *take(struct rr_queue *q)
{
	struct rr_connection *k = q->first;

	if (!k)
		return NULL;
	q->first = k->next;
	if (!q->first)
		q->last = &q->first;
	return k;
}

/* All requests of a queue; true when there were some. */
static bool serve(struct vcpu *c, struct rr_queue *q)
{
	const struct rr_params *p = q->w->params;
	struct rr_state *s = q->w->state;
	struct rr_connection *k;
	bool any = false;

	for (plat_sync(); (k = take(q)); plat_sync()) {
		guest_compute(c, sim_draw(&k->service, &p->service));
		s->requests++;
		guest_doorbell(c, s->dev, k->number);
		any = true;
	}
	return any;
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct rr_queue *q = arg;

	(void)intid;
	((struct rr_state *)q->w->state)->interrupts++;
	serve(c, q);
	q->masked = false; /* nothing has come since the last look: no time has passed */
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;

	if (p->server != SERVER_POLLS)
		return common_pass_time(c, p->server == SERVER_RUNS ? SIM_MS : 0);
	if (!serve(c, &s->queue[guest_id(c)]))
		guest_compute(c, LOOK);
	return true;
}

/* ---- set-up ---- */

static int connections_setup(struct workload_run *w)
{
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;
	u32 home = remote_number(remote_home(w->vm)), others = remote_hosts(remote_home(w->vm)) - 1;

	s->connection = calloc(p->connections, sizeof(*s->connection));
	if (!s->connection)
		return -ENOMEM;
	for (u32 i = 0; i < p->connections; i++) {
		struct rr_connection *k = &s->connection[i];
		u32 host = i % others;

		k->w = w;
		k->number = i;
		k->host = host < home ? host : host + 1;
		k->service = workload_stream(w, "service", i);
		k->think = workload_stream(w, "think", i);
	}
	return 0;
}

static int setup(struct workload_run *w)
{
	const struct rr_params *p = w->params;
	u32 n = vm_nr_vcpus(w->vm);
	struct rr_state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->time = workload_hist(w, "response_time");
	s->queue = calloc(n, sizeof(*s->queue));
	s->dev = device_new(w->vm, w->name, n, doorbell, w);
	if (!s->time || !s->queue || !s->dev)
		return -ENOMEM;
	for (u32 i = 0; i < n; i++) {
		s->queue[i].w = w;
		s->queue[i].last = &s->queue[i].first;
		s->queue[i].masked = p->server == SERVER_POLLS;
	}
	return connections_setup(w);
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	struct rr_state *s = w->state;

	return common_map_queues(c, s->dev, vm_nr_vcpus(w->vm), handle, s->queue,
				 sizeof(s->queue[0]));
}

static void say_hello(void *arg, u64 number)
{
	struct workload_run *w = arg;
	struct rr_state *s = w->state;
	struct rr_connection *k = &s->connection[number];

	remote_send(remote_home(w->vm), k->host, HELLO_BYTES, hello_arrives, k);
}

static void start(struct workload_run *w)
{
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;

	for (u32 i = 0; i < p->connections; i++)
		device_at(s->dev, device_now(s->dev) + SIM_US + i * SIM_NS, say_hello, i);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("requests", "requests", struct rr_state, requests),
	WORKLOAD_COUNT("interrupts", "interrupts", struct rr_state, interrupts),
	{ .name = NULL },
};

static void reset(struct workload_run *w)
{
	((struct rr_state *)w->state)->window = remote_now(remote_home(w->vm));
}

/* What ended in the window, by the client's clock. */
static u64 collect(struct rr_state *s, const struct rr_connection *k, sim_time end)
{
	u64 n = 0;

	for (u32 i = 0; i < k->nr_samples; i++) {
		if (k->sample[i].end < s->window || k->sample[i].end >= end)
			continue;
		rec_hist_add(s->time, k->sample[i].took);
		n++;
	}
	return n;
}

static void report(struct workload_run *w)
{
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;
	sim_time end = remote_now(remote_home(w->vm));
	u64 responses = 0;

	for (u32 i = 0; i < p->connections; i++)
		responses += collect(s, &s->connection[i], end);
	workload_metric(w, "responses", responses, "responses");
}

static void fini(struct workload_run *w)
{
	const struct rr_params *p = w->params;
	struct rr_state *s = w->state;

	if (!s)
		return;
	for (u32 i = 0; s->connection && i < p->connections; i++)
		free(s->connection[i].sample);
	free(s->connection);
	free(s->queue);
}

extern const struct workload workload_rr;
const struct workload workload_rr = {
	.name = "rr",
	.doc = "clients on other hosts of the cluster send requests and wait for responses",
	.params = params,
	.params_size = sizeof(struct rr_params),
	.counts = counts,
	.uses = WORKLOAD_IRQFD,
	.check = check,
	.setup = setup,
	.boot = boot,
	.start = start,
	.task = turn,
	.reset = reset,
	.report = report,
	.fini = fini,
};
