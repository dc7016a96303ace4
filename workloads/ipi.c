// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inter-processor interrupts: some vCPUs send SGIs to others, which compute or wait. With
 * `wait: true` a sender spins until its target's handler has run, as a function call on another
 * CPU does; the round trip is measured then.
 */
#include <stdlib.h>

#include <sim/record/hist.h>

#include "common.h"

#define IPI_SGI 1u
#define SPIN	(50 * SIM_NS)

enum { TO_NEXT, TO_RANDOM, TO_ALL };
enum { RECEIVERS_SPIN, RECEIVERS_WAIT };

struct ipi_params {
	uint32_t senders;
	uint8_t target;
	uint8_t receivers;
	struct sim_dist interval;
	struct sim_dist work;
	bool wait;
	uint64_t count;
};

struct ipi_vcpu {
	struct sim_stream pause, choice, work;
	u64 received; /* handlers run on this vCPU */
	u64 sent;     /* since it began */
};

struct ipi_state {
	u64 sent, handled;
	struct rec_hist *round_trip;
	struct ipi_vcpu vcpu[];
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct ipi_params, field)
static const struct param params[] = {
	{ .name = "senders", .type = PARAM_U32, AT(senders), .min = 1, .max = 512, .def = "1",
	  .doc = "vCPUs 0 to senders - 1 send" },
	{ .name = "target", .type = PARAM_ENUM, AT(target), .def = "next",
	  .names = (const char *const[]){ "next", "random", "all", NULL },
	  .docs = (const char *const[]){ "the vCPU after the sender", "any other vCPU",
					 "all others at once", NULL },
	  .doc = "who is interrupted" },
	{ .name = "receivers", .type = PARAM_ENUM, AT(receivers), .def = "spin",
	  .names = (const char *const[]){ "spin", "wait", NULL },
	  .docs = (const char *const[]){ "they compute", "they wait in WFI", NULL },
	  .doc = "what vCPUs do that do not send" },
	{ .name = "interval", .type = PARAM_DIST, AT(interval), .def = "10 us",
	  .doc = "computing of a sender between two sends" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "200 ns",
	  .doc = "what the handler computes" },
	{ .name = "wait", .type = PARAM_BOOL, AT(wait), .def = "false",
	  .doc = "the sender spins until the handler has begun (target: next or random)" },
	{ .name = "count", .type = PARAM_U64, AT(count), .def = "0",
	  .doc = "each sender stops after that many; 0: never" },
	PARAM_END,
};
/* clang-format on */

static int setup(struct workload_run *w)
{
	u32 n = vm_nr_vcpus(w->vm);
	struct ipi_state *s = calloc(1, sizeof(*s) + n * sizeof(s->vcpu[0]));

	if (!s)
		return -ENOMEM;
	w->state = s;
	for (u32 i = 0; i < n; i++) {
		s->vcpu[i].pause = workload_stream(w, "interval", i);
		s->vcpu[i].choice = workload_stream(w, "target", i);
		s->vcpu[i].work = workload_stream(w, "work", i);
	}
	s->round_trip = workload_hist(w, "round_trip");
	return s->round_trip ? 0 : -ENOMEM;
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;
	const struct ipi_params *p = w->params;
	struct ipi_state *s = w->state;
	struct ipi_vcpu *me = &s->vcpu[guest_id(c)];

	(void)intid;
	s->handled++;
	plat_sync();
	me->received++;
	guest_compute(c, sim_draw(&me->work, &p->work));
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	(void)c;
	return guest_set_handler(w->vm, IPI_SGI, handle, w);
}

static void boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	(void)w;
	guest_enable_irq(c, IPI_SGI, true);
}

static u32 target_of(struct ipi_vcpu *me, const struct ipi_params *p, u32 id, u32 n)
{
	if (p->target == TO_RANDOM)
		return (id + 1 + (u32)sim_uniform(&me->choice, n - 1)) % n;
	return (id + 1) % n;
}

static void send(struct workload_run *w, struct vcpu *c)
{
	const struct ipi_params *p = w->params;
	struct ipi_state *s = w->state;
	u32 id = guest_id(c), n = vm_nr_vcpus(w->vm), to;
	struct ipi_vcpu *me = &s->vcpu[id];
	sim_time begin;
	u64 before;

	guest_compute(c, sim_draw(&me->pause, &p->interval));
	s->sent++;
	if (p->target == TO_ALL) {
		guest_send_sgi_others(c, IPI_SGI);
		return;
	}
	to = target_of(me, p, id, n);
	plat_sync();
	before = s->vcpu[to].received;
	begin = guest_now(c);
	guest_send_sgi(c, to, IPI_SGI);
	if (!p->wait)
		return;
	for (plat_sync(); s->vcpu[to].received == before; plat_sync())
		guest_compute(c, SPIN);
	rec_hist_add(s->round_trip, guest_now(c) - begin);
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct ipi_params *p = w->params;
	struct ipi_vcpu *me = &((struct ipi_state *)w->state)->vcpu[guest_id(c)];
	bool sender = guest_id(c) < p->senders && vm_nr_vcpus(w->vm) > 1;

	if (!sender || (p->count && me->sent == p->count))
		return common_pass_time(c, p->receivers == RECEIVERS_WAIT ? 0 : SIM_MS);
	me->sent++;
	send(w, c);
	return true;
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("sent", "SGIs", struct ipi_state, sent),
	WORKLOAD_COUNT("handled", "interrupts", struct ipi_state, handled),
	{ .name = NULL },
};

extern const struct workload workload_ipi;
const struct workload workload_ipi = {
	.name = "ipi",
	.doc = "SGIs between vCPUs",
	.params = params,
	.params_size = sizeof(struct ipi_params),
	.counts = counts,
	.setup = setup,
	.boot = boot,
	.boot_vcpu = boot_vcpu,
	.private_irqs = 1u << IPI_SGI,
	.task = turn,
};
