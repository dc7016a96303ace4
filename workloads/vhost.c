// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A paravirtual device that the host kernel emulates: every vCPU has a queue; the guest puts requests
 * in it and notifies the host by an ioeventfd; one vhost thread a VM serves the queues and signals
 * completions through irqfds (spec/vgic.md 3.4, 3.5), an MSI a queue.
 *
 * Choices: closed loop, queue_depth requests a vCPU. While the thread is awake notifications are
 * off, as virtio does it: the guest writes its doorbell only when the thread has said that it
 * sleeps. The thread signals a queue once for all it has found there, and before it sleeps it looks
 * once more. Interrupts are not suppressed.
 */
#include <errno.h>
#include <stdlib.h>

#include <sim/machine/hostthread.h>
#include <sim/record/hist.h>

#include "common.h"

struct vhost_params {
	uint32_t queue_depth, pe;
	bool pinned;
	struct sim_dist submit, service, complete, think;
};

/* Requests are served in order: they are counted, and their times kept in a ring. */
struct vhost_queue {
	struct workload_run *w;
	u64 submitted, served, completed;
	sim_time *begun;
	struct sim_stream submit, complete, think;
};

struct vhost_state {
	struct device *dev;
	struct host_thread *thread;
	struct sim_stream service;
	bool asleep; /* the thread wants to be notified */
	u64 requests, interrupts, kicks, signals;
	struct rec_hist *time;
	sim_time *begun; /* of all queues */
	struct vhost_queue queue[];
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct vhost_params, field)
static const struct param params[] = {
	{ .name = "queue_depth", .type = PARAM_U32, AT(queue_depth), .min = 1, .max = 1024,
	  .def = "8", .doc = "requests a vCPU keeps under way" },
	{ .name = "pinned", .type = PARAM_BOOL, AT(pinned), .def = "false",
	  .doc = "the vhost thread runs on one PE only" },
	{ .name = "pe", .type = PARAM_U32, AT(pe), .max = 4095, .def = "0",
	  .doc = "which, modulo the host's, when it is pinned" },
	{ .name = "submit", .type = PARAM_DIST, AT(submit), .def = "500 ns",
	  .doc = "guest CPU time to submit one request" },
	{ .name = "service", .type = PARAM_DIST, AT(service), .def = "1 us",
	  .doc = "time of the vhost thread for one request" },
	{ .name = "complete", .type = PARAM_DIST, AT(complete), .def = "500 ns",
	  .doc = "guest CPU time to complete one request, in the handler" },
	{ .name = "think", .type = PARAM_DIST, AT(think), .def = "0 s",
	  .doc = "guest CPU time before each request" },
	PARAM_END,
};
/* clang-format on */

static const char *check(const void *values, const struct vm_config *vm,
			 const struct machine_config *m, const char **key)
{
	(void)values;
	(void)m;
	*key = "type";
	return vm->devices == DEVICES_PASSTHROUGH
		       ? NULL
		       : "vhost's thread stays on its host: not with devices: emulated";
}

/* ---- the vhost thread ---- */

static bool serve_queue(struct workload_run *w, struct host_thread *h, u32 n)
{
	const struct vhost_params *p = w->params;
	struct vhost_state *s = w->state;
	struct vhost_queue *q = &s->queue[n];
	bool found = false;

	for (plat_sync(); q->served != q->submitted; plat_sync()) {
		host_compute(h, sim_draw(&s->service, &p->service));
		q->served++;
		found = true;
	}
	if (found) {
		s->signals++;
		host_signal_irqfd(h, s->dev, n);
	}
	return found;
}

static void serve(struct host_thread *h, void *arg)
{
	struct workload_run *w = arg;
	struct vhost_state *s = w->state;

	for (;;) {
		bool found = false;

		for (u32 n = 0; n < vm_nr_vcpus(w->vm); n++)
			found |= serve_queue(w, h, n);
		plat_sync();
		if (found) {
			s->asleep = false;
		} else if (!s->asleep) {
			s->asleep = true; /* and look once more */
		} else {
			host_sleep(h);
			s->asleep = false;
		}
	}
}

/* On the vCPU that wrote the doorbell. */
static void notified(void *arg, u32 queue)
{
	struct workload_run *w = arg;

	(void)queue;
	host_thread_wake(((struct vhost_state *)w->state)->thread);
}

/* ---- the guest ---- */

static void submit(struct workload_run *w, struct vcpu *c)
{
	const struct vhost_params *p = w->params;
	struct vhost_state *s = w->state;
	u32 n = guest_id(c);
	struct vhost_queue *q = &s->queue[n];

	guest_compute(c, sim_draw(&q->think, &p->think));
	guest_compute(c, sim_draw(&q->submit, &p->submit));
	plat_sync();
	q->begun[q->submitted % p->queue_depth] = guest_now(c);
	q->submitted++;
	if (!s->asleep)
		return;
	s->kicks++;
	guest_ioeventfd(c, s->dev, n);
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct vhost_queue *q = arg;
	const struct vhost_params *p = q->w->params;
	struct vhost_state *s = q->w->state;

	(void)intid;
	s->interrupts++;
	for (plat_sync(); q->completed != q->served; plat_sync()) {
		s->requests++;
		rec_hist_add(s->time, guest_now(c) - q->begun[q->completed % p->queue_depth]);
		guest_compute(c, sim_draw(&q->complete, &p->complete));
		q->completed++;
	}
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct vhost_params *p = w->params;
	struct vhost_state *s = w->state;
	struct vhost_queue *q = &s->queue[guest_id(c)];

	plat_sync();
	if (q->submitted - q->completed == p->queue_depth)
		return false;
	submit(w, c);
	return true;
}

/* ---- set-up ---- */

static int setup(struct workload_run *w)
{
	const struct vhost_params *p = w->params;
	u32 n = vm_nr_vcpus(w->vm);
	struct vhost_state *s = calloc(1, sizeof(*s) + n * sizeof(s->queue[0]));

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->asleep = true;
	s->begun = calloc((size_t)n * p->queue_depth, sizeof(*s->begun));
	s->time = workload_hist(w, "request_time");
	s->service = workload_stream(w, "service", 0);
	s->dev = device_new_emulated(w->vm, w->name, n, notified, w);
	s->thread = host_thread_new(w->vm, p->pinned ? p->pe : HOST_ANY_PE, serve, w);
	for (u32 i = 0; i < n; i++) {
		struct vhost_queue *q = &s->queue[i];

		q->w = w;
		q->begun = s->begun + (size_t)i * p->queue_depth;
		q->submit = workload_stream(w, "submit", i);
		q->complete = workload_stream(w, "complete", i);
		q->think = workload_stream(w, "think", i);
	}
	return s->begun && s->time && s->dev && s->thread ? 0 : -ENOMEM;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	struct vhost_state *s = w->state;

	return common_map_queues(c, s->dev, vm_nr_vcpus(w->vm), handle, s->queue,
				 sizeof(s->queue[0]));
}

static void start(struct workload_run *w)
{
	host_thread_begin(((struct vhost_state *)w->state)->thread, SIM_US);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("requests", "requests", struct vhost_state, requests),
	WORKLOAD_COUNT("interrupts", "interrupts", struct vhost_state, interrupts),
	WORKLOAD_COUNT("kicks", "doorbells", struct vhost_state, kicks),
	WORKLOAD_COUNT("signals", "eventfds", struct vhost_state, signals),
	{ .name = NULL },
};

static void fini(struct workload_run *w)
{
	struct vhost_state *s = w->state;

	if (s)
		free(s->begun);
}

extern const struct workload workload_vhost;
const struct workload workload_vhost = {
	.name = "vhost",
	.doc = "a paravirtual device in the host kernel: ioeventfds, a thread, irqfds",
	.params = params,
	.params_size = sizeof(struct vhost_params),
	.counts = counts,
	.uses = WORKLOAD_IRQFD | WORKLOAD_ITS,
	.check = check,
	.setup = setup,
	.boot = boot,
	.start = start,
	.task = turn,
	.fini = fini,
};
