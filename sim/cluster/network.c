// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames between simulated hosts (network.h): outboxes, SimGrid's mailboxes, inboxes, and the
 * adapter whose interrupt tells that something has arrived.
 *
 * Choices: one link a host with both directions apart, joined by a switch that is never full; the
 * adapter's interrupt is one PPI of PE 0, whose handler takes all that has arrived.
 */
#include "network.h"

#include <errno.h>
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stdio.h>
#include <stdlib.h>

#include <sim/engine/sim-simgrid.h>

#define PS_A_SECOND 1e12
#define MILLI	    1000.0

struct frame {
	struct plat_list all; /* of the network's */
	struct frame *next;   /* in the queue that it is in */
	struct network *network;
	u32 to;
	u64 bytes;
	sim_time sent, posted, arrives;
	void (*arrived)(void *arg);
	remote_fn at_wire; /* not NULL: hardware takes it, without the adapter */
	void *arg;
};

/* First in, first out. */
struct frames {
	struct frame *first, **last;
};

struct host_port {
	struct network *network;
	struct machine *m;
	u32 number;
	sg_mailbox_t mailbox;
	struct frames outbox; /* sent in the window that runs */
	struct frames inbox;  /* came out of SimGrid, not in the calendar yet */
	struct frames ready;  /* arrived, not taken by the adapter's handler yet */
	struct sim_pipe *wire;
};

struct network {
	struct plat_list
		frames; /* all, wherever they are: SimGrid keeps what it carries at the end */
	sim_time window;
	u64 origin; /* SimGrid's clock at time 0, ps */
	bool stopped;
	u32 nr;
	struct host_port host[];
};

/* ---- the platform ---- */

char *network_platform(const struct cluster_config *c)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs("<?xml version='1.0'?>\n"
	      "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
	      "<platform version=\"4.1\">\n  <zone id=\"all\" routing=\"Full\">\n",
	      f);
	for (u32 i = 0; i < c->hosts; i++)
		fprintf(f, "    <host id=\"host%u\" speed=\"1Gf\"/>\n", i);
	for (u32 i = 0; i < c->hosts; i++)
		fprintf(f,
			"    <link id=\"link%u\" bandwidth=\"%.3fBps\" latency=\"0s\" "
			"sharing_policy=\"SPLITDUPLEX\"/>\n",
			i, (double)c->bandwidth / MILLI);
	for (u32 a = 0; a < c->hosts; a++)
		for (u32 b = a + 1; b < c->hosts; b++)
			fprintf(f,
				"    <route src=\"host%u\" dst=\"host%u\">"
				"<link_ctn id=\"link%u\" direction=\"UP\"/>"
				"<link_ctn id=\"link%u\" direction=\"DOWN\"/></route>\n",
				a, b, a, b);
	fputs("  </zone>\n</platform>\n", f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* ---- queues ---- */

static void frames_init(struct frames *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void put(struct frames *q, struct frame *f)
{
	f->next = NULL;
	*q->last = f;
	q->last = &f->next;
}

static struct frame *take(struct frames *q)
{
	struct frame *f = q->first;

	if (!f)
		return NULL;
	q->first = f->next;
	if (!q->first)
		q->last = &q->first;
	return f;
}

static void release(struct frame *f)
{
	plat_list_del(&f->all);
	free(f);
}

/* ---- SimGrid's clock ---- */

static sim_time clock_now(const struct network *n)
{
	return (sim_time)(simgrid_get_clock() * PS_A_SECOND + 0.5) - n->origin;
}

static void sleep_until(const struct network *n, sim_time t)
{
	double dt = (double)(n->origin + t) / PS_A_SECOND - simgrid_get_clock();

	if (dt > 0)
		sg_actor_sleep_for(dt);
}

/* ---- receiving ---- */

static void receive(int argc, char **argv)
{
	struct host_port *p = sg_actor_self_get_data();
	struct network *n = p->network;

	(void)argc;
	(void)argv;
	sg_actor_daemonize(sg_actor_self());
	/* Transfers begin when they are sent, not when this actor gets round to them. */
	sg_mailbox_set_receiver(sg_mailbox_get_name(p->mailbox));
	for (;;) {
		struct frame *f = sg_mailbox_get(p->mailbox);

		/* What SimGrid did not know of: the latency, and when the frame was sent. */
		f->arrives = clock_now(n) + 2 * n->window - (f->posted - f->sent);
		put(&p->inbox, f);
	}
}

static void arrives(void *ctx, const void *payload)
{
	struct host_port *p = ctx;
	struct frame *f;

	memcpy(&f, payload, sizeof(f));
	if (f->at_wire) {
		f->at_wire(p->m, f->arg);
		release(f);
		return;
	}
	put(&p->ready, f);
	gic_ppi_line(p->m->pes[0].gic, HOST_PPI_NETWORK, true);
}

/* The adapter's interrupt. */
static void handle(struct pe *pe, void *arg)
{
	struct host_port *p = arg;
	struct frame *f;

	plat_cost((enum plat_cost)COST_HOST_IRQ_DISPATCH, 1);
	plat_sync();
	gic_ppi_line(pe->gic, HOST_PPI_NETWORK, false);
	while ((f = take(&p->ready))) {
		f->arrived(f->arg);
		release(f);
		plat_sync();
	}
}

/* ---- making ---- */

static void send_wire(struct machine *from, u32 to, u64 bytes, remote_fn arrived, void *arg);

struct network *network_new(const struct cluster_config *c)
{
	struct network *n = calloc(1, sizeof(*n) + c->hosts * sizeof(n->host[0]));
	char name[16];

	if (!n)
		return NULL;
	plat_list_init(&n->frames);
	n->nr = c->hosts;
	n->window = c->latency / 2;
	n->origin = (u64)(simgrid_get_clock() * PS_A_SECOND + 0.5);
	for (u32 i = 0; i < n->nr; i++) {
		struct host_port *p = &n->host[i];
		sg_actor_t actor;

		p->network = n;
		p->number = i;
		frames_init(&p->outbox);
		frames_init(&p->inbox);
		frames_init(&p->ready);
		snprintf(name, sizeof(name), "host%u", i);
		p->mailbox = sg_mailbox_by_name(name);
		actor = sg_actor_init("receiver", sg_host_by_name(name));
		sg_actor_set_data(actor, p);
		sg_actor_start(actor, receive, 0, NULL);
	}
	return n;
}

void network_free(struct network *n)
{
	struct frame *f, *next;

	if (!n)
		return;
	plat_list_for_each_safe(f, next, &n->frames, all)
		free(f);
	free(n);
}

int network_attach(struct network *n, struct machine *m)
{
	struct host_port *p = &n->host[m->number];

	p->m = m;
	p->wire =
		sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++, sizeof(struct frame *), arrives, p);
	m->network = handle;
	m->network_arg = p;
	m->wire = send_wire;
	m->wire_arg = n;
	return p->wire ? 0 : -ENOMEM;
}

void network_detach(struct network *n)
{
	for (u32 i = 0; n && i < n->nr; i++)
		if (n->host[i].wire)
			sim_pipe_free(n->host[i].wire);
}

/* ---- sending ---- */

static struct frame *send(struct network *n, struct machine *from, u32 to, u64 bytes, void *arg)
{
	struct frame *f = calloc(1, sizeof(*f));

	if (!f) {
		machine_fail(from, -ENOMEM);
		return NULL;
	}
	f->network = n;
	f->to = to;
	f->bytes = bytes;
	f->sent = sim_now(from->e);
	f->arg = arg;
	plat_list_add_tail(&f->all, &n->frames);
	put(&n->host[from->number].outbox, f);
	return f;
}

void network_send(struct network *n, struct machine *from, u32 to, u64 bytes,
		  void (*arrived)(void *arg), void *arg)
{
	struct frame *f = send(n, from, to, bytes, arg);

	if (f)
		f->arrived = arrived;
}

static void send_wire(struct machine *from, u32 to, u64 bytes, remote_fn arrived, void *arg)
{
	struct frame *f = send(from->wire_arg, from, to, bytes, arg);

	if (f)
		f->at_wire = arrived;
}

/* SimGrid's clock follows the calendar up to `t`; frames go out at their times. */
static void follow(struct network *n, struct host_port *p, sim_time t)
{
	struct frame *f;

	while ((f = take(&p->outbox))) {
		sleep_until(n, f->sent);
		f->posted = clock_now(n);
		if (f->posted < f->sent)
			f->posted = f->sent; /* a rounding of SimGrid's clock */
		sg_comm_detach(sg_mailbox_put_init(n->host[f->to].mailbox, f, (long)f->bytes),
			       NULL);
	}
	sleep_until(n, t);
}

static void take_inbox(struct host_port *p)
{
	sim_time now = sim_now(p->m->e);
	struct frame *f, **msg;

	while ((f = take(&p->inbox))) {
		sim_time at = f->arrives > now ? f->arrives : now;

		msg = sim_pipe_send(p->wire, &at);
		*msg = f;
	}
}

/* ---- windows ---- */

int network_advance(struct network *n, struct machine *m, sim_time t)
{
	struct host_port *p = &n->host[m->number];
	int ret = 0;

	while (sim_now(m->e) < t) {
		sim_time edge = sim_now(m->e) + n->window;

		if (n->stopped)
			return -ECANCELED;
		machine_port_bind(m);
		if (p->wire)
			take_inbox(p);
		sim_engine_stop_at(m->e, edge < t ? edge : t);
		ret = sim_engine_run(m->e);
		if ((ret && ret != -EDEADLK) || m->error)
			return ret;
		follow(n, p, sim_now(m->e));
	}
	machine_port_bind(m);
	return ret;
}

void network_stop(struct network *n)
{
	n->stopped = true;
}
