// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A physical ITS as a server: MSIs and commands share one pipeline. A translation takes the
 * pipeline for its own time plus each table read that the caches do not save; then the LPI travels
 * to its redistributor. A command takes effect after its own time and occupies the pipeline for
 * its table accesses afterwards.
 *
 * Choices: MSIs are served in order of arrival; while both wait, MSIs and commands take turns; the
 * path from an ITS to the redistributors of its own socket and to those of others each keep order.
 */
#include <stdio.h>
#include <stdlib.h>

#include <models/arch/gicv4.h>
#include <models/arch/its.h>
#include <sim/engine/queue.h>

#include "machine.h"

#define FETCH_GIC_PE 576 /* bytes: what comes before the banks of private interrupts */

struct request {
	struct device *dev;
	u32 vector, tag;
	sim_time arrived;
};

struct lpi_message {
	struct pe *pe;
	u32 intid, tag;
};

struct its_server {
	struct machine *m;
	u32 number, socket;
	struct request *ring; /* waiting MSIs, the one in service first */
	u32 head, tail, room; /* room is a power of two */
	enum { SERVER_IDLE, SERVER_MSI, SERVER_COMMAND, SERVER_TABLES } state;
	bool command_turn;
	struct lpi_message out; /* result of the translation in service */
	bool out_virtual;	/* it is the vLPI `vlpi` */
	struct gic_vlpi vlpi;
	u64 out_assumed;
	int out_error;
	struct sim_event done;
	struct sim_pipe *path[2]; /* to redistributors of this socket, of others */
	struct sim_queue_stat queue;
	sim_time busy_since;
	u64 busy;	    /* ps in the window */
	u64 *commands;	    /* by row of its_commands */
	u64 *hits, *misses; /* of the ITS's caches together */
	struct rec_hist *wait;
	rec_track track;
};

static const struct {
	u8 opcode;
	const char *name;
} its_commands[] = {
	{ ITS_CMD_MAPD, "MAPD" },
	{ ITS_CMD_MAPC, "MAPC" },
	{ ITS_CMD_MAPTI, "MAPTI" },
	{ ITS_CMD_MAPI, "MAPI" },
	{ ITS_CMD_MOVI, "MOVI" },
	{ ITS_CMD_MOVALL, "MOVALL" },
	{ ITS_CMD_DISCARD, "DISCARD" },
	{ ITS_CMD_INT, "INT" },
	{ ITS_CMD_CLEAR, "CLEAR" },
	{ ITS_CMD_INV, "INV" },
	{ ITS_CMD_INVALL, "INVALL" },
	{ ITS_CMD_SYNC, "SYNC" },
	{ ITS_CMD_VMAPP, "VMAPP" },
	{ ITS_CMD_VMAPTI, "VMAPTI" },
	{ ITS_CMD_VMAPI, "VMAPI" },
	{ ITS_CMD_VMOVI, "VMOVI" },
	{ ITS_CMD_VMOVP, "VMOVP" },
	{ ITS_CMD_VINVALL, "VINVALL" },
	{ ITS_CMD_VSGI, "VSGI" },
	{ ITS_CMD_INVDB, "INVDB" },
	{ ITS_CMD_VSYNC, "VSYNC" },
	{ ITS_CMD_VMOVALL, "VMOVALL" },
	{ 0, "other" },
};

/* ---- to the redistributor ---- */

static void lpi_arrives(void *ctx, const void *payload)
{
	const struct lpi_message *msg = payload;
	struct machine *m = ctx;
	int ret = gic_lpi_set(msg->pe->gic, msg->intid);

	account_hw(m, msg->tag, REC_STAGE_REDIST, sim_now(m->e), 0);
	if (ret > 0)
		machine_tag_lpi(m, msg->intid, msg->tag);
	else if (ret == 0)
		account_end(m, msg->tag, REC_COALESCED);
	else
		account_drop(m, msg->tag, ret == -EPERM ? DROP_LPI_DISABLED : DROP_LPI_RANGE);
}

static void lpi_send(struct its_server *s)
{
	struct machine *m = s->m;
	bool remote = s->out.pe->socket != s->socket;
	struct lpi_message *msg;
	u64 assumed = 0;
	sim_time at = sim_now(m->e) +
		      machine_hw_cost(m, remote ? COST_LPI_REMOTE : COST_LPI_SOCKET, &assumed) +
		      machine_hw_cost(m, COST_RD_PENDING, &assumed) +
		      machine_hw_cost(m, COST_RD_CONFIG, &assumed);

	account_assume(m, s->out.tag, assumed);
	gic_lpi_fetch(s->out.pe->gic, s->out.intid);
	if (s->out.pe->current->proc)
		sim_proc_fetch(s->out.pe->current->proc);
	msg = sim_pipe_send(s->path[remote], &at);
	*msg = s->out;
}

/* ---- the pipeline ---- */

static u64 table_time(struct machine *m, const struct its_work *w, u64 *assumed)
{
	u64 ps = 0;

	for (u32 i = 0; i < w->table_reads; i++)
		ps += machine_hw_cost(m, COST_ITS_TABLE_READ, assumed);
	for (u32 i = 0; i < w->table_writes; i++)
		ps += machine_hw_cost(m, COST_ITS_TABLE_WRITE, assumed);
	for (u32 i = 0; i < w->pending_writes; i++)
		ps += machine_hw_cost(m, COST_RD_PENDING, assumed);
	for (u32 i = 0; i < w->config_reads; i++)
		ps += machine_hw_cost(m, COST_RD_CONFIG, assumed);
	return ps;
}

static void count_cache(struct its_server *s, const struct its_work *w)
{
	*s->hits += w->hits;
	*s->misses += w->misses;
}

static void start_translation(struct its_server *s)
{
	struct machine *m = s->m;
	struct request *r = &s->ring[s->head & (s->room - 1)];
	struct its_route route = { 0 };
	struct its_work work = { 0 };
	u64 assumed = 0, ps;

	rec_hist_add(s->wait, sim_now(m->e) - r->arrived);
	account_hw(m, r->tag, REC_STAGE_ITS_WAIT, sim_now(m->e), 0);
	its_translate(m->its[s->number], r->dev->number, r->vector, &route, &work);
	count_cache(s, &work);
	ps = machine_hw_cost(m, COST_ITS_TRANSLATE, &assumed) + table_time(m, &work, &assumed);
	s->out = (struct lpi_message){ route.pe ? &m->pes[gic_pe_index(m->gic, route.pe)] : NULL,
				       route.intid, r->tag };
	s->out_assumed = assumed;
	s->out_error = work.error;
	s->out_virtual = route.virt;
	if (plat_unlikely(route.virt))
		s->vlpi = route.vlpi;
	s->state = SERVER_MSI;
	if (s->out.pe) {
		machine_fetch(route.pe, FETCH_GIC_PE);
		if (!route.virt)
			machine_fetch(&m->lpis[route.intid - GIC_LPI_BASE], sizeof(*m->lpis));
	}
	if (plat_unlikely(m->trace != NULL))
		rec_trace_begin(m->trace, s->track, sim_now(m->e), "MSI", trace_flow(m, r->tag));
	sim_event_at(m->e, &s->done, sim_now(m->e) + ps);
}

static void start_command(struct its_server *s)
{
	u64 assumed = 0;

	s->state = SERVER_COMMAND;
	if (plat_unlikely(s->m->trace != NULL))
		rec_trace_begin(s->m->trace, s->track, sim_now(s->m->e), "command", 0);
	sim_event_at(s->m->e, &s->done,
		     sim_now(s->m->e) + machine_hw_cost(s->m, COST_ITS_COMMAND, &assumed));
}

static void count_command(struct its_server *s, u8 opcode)
{
	u32 i = 0;

	while (its_commands[i].opcode && its_commands[i].opcode != opcode)
		i++;
	s->commands[i]++;
}

static void start_next(struct its_server *s)
{
	bool msi = s->head != s->tail;
	bool command = its_has_work(s->m->its[s->number]);

	if (!msi && !command) {
		s->busy += sim_now(s->m->e) - s->busy_since;
		s->state = SERVER_IDLE;
		return;
	}
	if (command && (!msi || s->command_turn)) {
		s->command_turn = false;
		start_command(s);
	} else {
		s->command_turn = true;
		start_translation(s);
	}
}

static void wake(struct its_server *s)
{
	if (s->state != SERVER_IDLE)
		return;
	s->busy_since = sim_now(s->m->e);
	start_next(s);
}

/* An event that the host has mapped and the ITS does not know is between DISCARD and VMAPTI. */
static enum plat_drop drop_reason(const struct its_server *s, const struct request *r)
{
	enum plat_drop reason = (enum plat_drop)(s->out_error - 1);

	return reason == DROP_UNMAPPED_EVENT && r->dev->vec[r->vector].lpi ? DROP_REMAP_WINDOW
									   : reason;
}

static void finish_translation(struct its_server *s)
{
	struct request *r = &s->ring[s->head++ & (s->room - 1)];

	sim_queue_leave(&s->queue, r->arrived - machine_breaks(s->m, BREAK_QUEUE),
			sim_now(s->m->e));
	account_hw(s->m, s->out.tag, REC_STAGE_ITS, sim_now(s->m->e), s->out_assumed);
	if (!s->out.pe)
		account_drop(s->m, s->out.tag, drop_reason(s, r));
	else if (s->out_virtual)
		vlpi_send(s->m, s->socket, s->out.pe, &s->vlpi, s->out.tag);
	else
		lpi_send(s);
	s->out.tag = 0;
}

/* Execute the next command; meanwhile the account knows which. */
static bool step(struct its_server *s, struct its_work *work)
{
	u64 before = plat_user.event_mask;
	u64 told = before ? PLAT_BIT64(EV_HW_PENDING) | PLAT_BIT64(EV_HW_COALESCED) : 0;
	bool done;

	s->m->command = work;
	plat_user.event_mask |= told;
	done = its_step(s->m->its[s->number], work);
	plat_user.event_mask = before;
	s->m->command = NULL;
	if (plat_unlikely(done && work->error && work->opcode == ITS_CMD_INT))
		vlpi_command_failed(s->m);
	return done;
}

static void service_done(struct sim_engine *e, struct sim_event *ev)
{
	struct its_server *s = plat_container_of(ev, struct its_server, done);
	struct its_work work = { 0 };
	u64 assumed = 0, ps;

	switch (s->state) {
	case SERVER_MSI: finish_translation(s); break;
	case SERVER_COMMAND:
		if (!step(s, &work))
			break;
		count_command(s, work.opcode);
		count_cache(s, &work);
		ps = table_time(s->m, &work, &assumed);
		if (work.opcode == ITS_CMD_VMOVP)
			ps += machine_hw_cost(s->m, COST_ITS_VMOVP, &assumed);
		if (ps) {
			s->state = SERVER_TABLES;
			sim_event_at(e, &s->done, sim_now(e) + ps);
			return;
		}
		break;
	default: break;
	}
	if (plat_unlikely(s->m->trace != NULL))
		rec_trace_end(s->m->trace, s->track, sim_now(e));
	start_next(s);
}

/* ---- requests ---- */

void its_server_msi(struct its_server *s, struct device *d, u32 vector, u32 tag)
{
	if (s->tail - s->head == s->room) {
		struct request *bigger = calloc(2 * s->room, sizeof(*bigger));

		if (!bigger) {
			machine_fail(s->m, -ENOMEM);
			account_drop(s->m, tag, DROP_NO_MEMORY);
			return;
		}
		for (u32 i = s->head; i != s->tail; i++)
			bigger[i & (2 * s->room - 1)] = s->ring[i & (s->room - 1)];
		free(s->ring);
		s->ring = bigger;
		s->room *= 2;
	}
	s->ring[s->tail++ & (s->room - 1)] = (struct request){ d, vector, tag, sim_now(s->m->e) };
	sim_queue_enter(&s->queue, sim_now(s->m->e));
	wake(s);
}

void its_server_work(struct its_server *s)
{
	struct its_work work;

	/* Set-up takes no time. */
	while (s->m->booting)
		if (!step(s, &work))
			return;
	wake(s);
}

/* ITSs of several hosts are counted on from one host to the next. */
static u32 number_in_cluster(const struct its_server *s)
{
	return s->m->number * host_nr_its(&s->m->cfg->host) + s->number;
}

u32 its_server_socket(const struct its_server *s)
{
	return s->socket;
}

int its_server_new(struct its_server **out, struct machine *m, u32 number)
{
	static const char *const caches[] = { "all" };
	const char *names[PLAT_ARRAY_SIZE(its_commands)];
	struct its_server *s = calloc(1, sizeof(*s));
	char n[12];

	if (!s)
		return -ENOMEM;
	*out = s;
	s->m = m;
	s->number = number;
	s->socket = number % m->cfg->host.sockets;
	s->room = 64;
	s->ring = calloc(s->room, sizeof(*s->ring));
	for (u32 i = 0; i < 2; i++)
		s->path[i] = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++,
					  sizeof(struct lpi_message), lpi_arrives, m);
	sim_event_init(m->e, &s->done, CLASS_ITS, number, service_done);
	for (u32 i = 0; i < PLAT_ARRAY_SIZE(its_commands); i++)
		names[i] = its_commands[i].name;
	snprintf(n, sizeof(n), "%u", number_in_cluster(s));
	s->commands = rec_family(&m->metrics, REC_M_ITS_CMD, n, names, PLAT_ARRAY_SIZE(names));
	s->hits = rec_family(&m->metrics, REC_M_ITS_CACHE_HITS, n, caches, 1);
	s->misses = rec_family(&m->metrics, REC_M_ITS_CACHE_MISSES, n, caches, 1);
	s->wait = rec_times(&m->metrics, REC_M_ITS_QUEUE_WAIT, n, NULL, false);
	return s->ring && s->path[0] && s->path[1] && s->commands && s->hits && s->misses && s->wait
		       ? 0
		       : -ENOMEM;
}

void its_server_free(struct its_server *s)
{
	if (!s)
		return;
	for (u32 i = 0; i < 2; i++)
		if (s->path[i])
			sim_pipe_free(s->path[i]);
	if (s->done.fn)
		sim_event_fini(s->m->e, &s->done);
	free(s->ring);
	free(s);
}

void its_server_reset(struct its_server *s)
{
	s->busy = 0;
	s->busy_since = sim_now(s->m->e);
	sim_queue_reset(&s->queue, sim_now(s->m->e));
}

static void put(struct its_server *s, enum rec_metric id, u64 value)
{
	char n[12];
	const char *name = n;
	u64 *v;

	snprintf(n, sizeof(n), "%u", number_in_cluster(s));
	v = rec_family(&s->m->metrics, id, NULL, &name, 1);
	if (v)
		*v = value;
}

void its_server_report(struct its_server *s)
{
	struct machine *m = s->m;
	sim_time now = sim_now(m->e), window = now - m->window_start;
	u64 busy = s->busy + (s->state == SERVER_IDLE ? 0 : now - s->busy_since);
	sim_u128 open = 0, area = sim_queue_area(&s->queue, now);
	char name[24];

	snprintf(name, sizeof(name), "its.%u.queue", number_in_cluster(s));
	for (u32 i = s->head; i != s->tail; i++)
		open += sim_queue_overlap(&s->queue, s->ring[i & (s->room - 1)].arrived, now);
	rec_queue_check(name, area, s->queue.stays + open, &m->report);
	put(s, REC_M_ITS_BUSY, busy);
	put(s, REC_M_ITS_BUSY_PERCENT, rec_num_percent(busy, window));
	put(s, REC_M_ITS_QUEUE_MEAN, (u64)rec_num_ratio(area, 1000, window));
	put(s, REC_M_ITS_QUEUE_MAX, s->queue.max_length);
}

void its_server_trace(struct its_server *s, rec_track group)
{
	char name[24];

	snprintf(name, sizeof(name), "ITS %u", s->number);
	s->track = rec_trace_track(s->m->trace, group, name);
}

void its_server_trace_finish(struct its_server *s)
{
	if (s->state != SERVER_IDLE)
		rec_trace_end(s->m->trace, s->track, sim_now(s->m->e));
}

struct visit {
	void (*fn)(void *arg, u32 tag);
	void *arg;
};

static void visit_lpi(void *ctx, const void *payload)
{
	const struct lpi_message *msg = payload;
	struct visit *v = ctx;

	v->fn(v->arg, msg->tag);
}

void its_server_in_flight(struct its_server *s, void (*fn)(void *arg, u32 tag), void *arg)
{
	struct visit v = { fn, arg };

	for (u32 i = s->head; i != s->tail; i++)
		fn(arg, s->ring[i & (s->room - 1)].tag);
	for (u32 i = 0; i < 2; i++)
		sim_pipe_for_each(s->path[i], visit_lpi, &v);
}
