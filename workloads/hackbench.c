// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hackbench in a guest: groups of `fds` senders and `fds` receivers; every sender writes `loops`
 * messages to every receiver of its group through that receiver's pipe. Who finds nothing to read
 * or no room sleeps, and is woken by the other side: by an SGI, the guest kernel's reschedule
 * interrupt, when its vCPU waits in WFI, and with `preempt` also when it runs another task
 * (spec/calibration.md, Profile altra).
 *
 * Choices: tasks are spread over the vCPUs round robin and stay there; a vCPU runs its tasks in
 * turn, a message at a time for senders and a batch for receivers; a vCPU without work waits in
 * WFI. A pipe holds `room` messages.
 */
#include <errno.h>
#include <stdlib.h>

#include <sim/machine/workload.h>
#include <sim/record/hist.h>

#define WAKE_SGI 0u

struct hack_params {
	uint32_t groups, fds, room;
	uint64_t loops;
	bool preempt;
	struct sim_dist send, receive;
};

struct hack_task {
	u32 vcpu;
	u32 group;
	bool sender;
	u32 turn;    /* a sender's next receiver in its group */
	u64 left;    /* messages to send, or to receive */
	u32 in_pipe; /* a receiver's */
};

struct hack_vcpu {
	struct sim_stream send, receive;
	u32 first;  /* task to begin with */
	bool idle;  /* waits in WFI, or is about to, and nobody has woken it yet */
	bool waits; /* did so when its last turn ended */
};

struct hack_state {
	u64 messages, wakes;
	u64 left; /* to be received, all groups */
	sim_time begin, end;
	u32 nr_tasks, nr_vcpus;
	struct hack_task *task;
	struct hack_vcpu *vcpu;
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct hack_params, field)
static const struct param params[] = {
	{ .name = "groups", .type = PARAM_U32, AT(groups), .min = 1, .max = 1024, .def = "10",
	  .doc = "groups of senders and receivers" },
	{ .name = "fds", .type = PARAM_U32, AT(fds), .min = 1, .max = 64, .def = "20",
	  .doc = "senders of a group, and receivers" },
	{ .name = "loops", .type = PARAM_U64, AT(loops), .min = 1, .max = 1ull << 32,
	  .def = "100", .doc = "messages of each sender to each receiver" },
	{ .name = "room", .type = PARAM_U32, AT(room), .min = 1, .max = 65536, .def = "16",
	  .doc = "messages that a pipe holds" },
	{ .name = "preempt", .type = PARAM_BOOL, AT(preempt), .def = "true",
	  .doc = "a woken task runs before others of its vCPU, which is interrupted for it" },
	{ .name = "send", .type = PARAM_DIST, AT(send), .def = "{lognormal: {median: 5 us, shape: 0.3}}",
	  .doc = "guest CPU time to write one message" },
	{ .name = "receive", .type = PARAM_DIST, AT(receive), .def = "{lognormal: {median: 5 us, shape: 0.3}}",
	  .doc = "guest CPU time to read one message" },
	PARAM_END,
};
/* clang-format on */

/* ---- tasks ---- */

/* A group's tasks stand together: its senders, then its receivers. */
static struct hack_task *receiver(struct hack_state *s, const struct hack_params *p, u32 group,
				  u32 n)
{
	return &s->task[group * 2 * p->fds + p->fds + n];
}

static bool can_send(struct hack_state *s, const struct hack_params *p, const struct hack_task *t)
{
	return t->left && receiver(s, p, t->group, t->turn)->in_pipe < p->room;
}

static bool can_run(struct hack_state *s, const struct hack_params *p, const struct hack_task *t)
{
	return t->sender ? can_send(s, p, t) : t->in_pipe != 0;
}

/* Task t has something to do. */
static void wake(struct workload_run *w, struct vcpu *c, const struct hack_task *t)
{
	const struct hack_params *p = w->params;
	struct hack_state *s = w->state;
	u32 vcpu = t->vcpu;

	plat_sync();
	if (vcpu == guest_id(c) || !(s->vcpu[vcpu].idle || p->preempt))
		return;
	s->vcpu[vcpu].idle = false;
	s->vcpu[vcpu].first = (u32)(t - s->task) / s->nr_vcpus;
	s->wakes++;
	guest_send_sgi(c, vcpu, WAKE_SGI);
}

static void send(struct workload_run *w, struct vcpu *c, struct hack_task *t)
{
	const struct hack_params *p = w->params;
	struct hack_state *s = w->state;
	struct hack_task *to = receiver(s, p, t->group, t->turn);

	guest_compute(c, sim_draw(&s->vcpu[guest_id(c)].send, &p->send));
	plat_sync();
	to->in_pipe++;
	t->left--;
	t->turn = (t->turn + 1) % p->fds;
	if (to->in_pipe == 1)
		wake(w, c, to);
}

/* Senders of the group that wait for room in this pipe. */
static void wake_senders(struct workload_run *w, struct vcpu *c, const struct hack_task *t)
{
	const struct hack_params *p = w->params;
	struct hack_state *s = w->state;
	u32 me = (u32)(t - s->task) % (2 * p->fds) - p->fds;

	for (u32 i = 0; i < p->fds; i++) {
		const struct hack_task *from = &s->task[t->group * 2 * p->fds + i];

		if (from->left && from->turn == me)
			wake(w, c, from);
	}
}

static void receive(struct workload_run *w, struct vcpu *c, struct hack_task *t)
{
	const struct hack_params *p = w->params;
	struct hack_state *s = w->state;
	bool full;

	while (t->in_pipe) {
		guest_compute(c, sim_draw(&s->vcpu[guest_id(c)].receive, &p->receive));
		plat_sync();
		full = t->in_pipe-- == p->room;
		t->left--;
		s->messages++;
		if (!--s->left)
			s->end = guest_now(c);
		if (full)
			wake_senders(w, c, t);
		plat_sync();
	}
}

/* One turn of the first task of this vCPU that can run; false: none can. */
static bool schedule(struct workload_run *w, struct vcpu *c)
{
	const struct hack_params *p = w->params;
	struct hack_state *s = w->state;
	u32 me = guest_id(c), n = s->nr_vcpus, own = (s->nr_tasks - me + n - 1) / n;
	struct hack_vcpu *v = &s->vcpu[me];

	plat_sync();
	for (u32 i = 0; i < own; i++) {
		struct hack_task *t = &s->task[me + (v->first + i) % own * n];

		if (!can_run(s, p, t))
			continue;
		v->first = (v->first + i + 1) % own;
		if (t->sender)
			send(w, c, t);
		else
			receive(w, c, t);
		return true;
	}
	return false;
}

/* Before it waits a vCPU says that it is idle, then looks once more: who wakes a task in between has
 * seen it, or is seen. */
static bool turn(struct workload_run *w, struct vcpu *c)
{
	struct hack_state *s = w->state;
	struct hack_vcpu *v = &s->vcpu[guest_id(c)];

	if (!s->begin || v->waits) {
		plat_sync();
		v->idle = v->waits = false;
		if (!s->begin)
			s->begin = guest_now(c);
	}
	if (schedule(w, c))
		return true;
	plat_sync();
	v->idle = v->waits = true;
	return schedule(w, c) || !v->idle;
}

/* ---- set-up ---- */

static void woken(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)intid;
	(void)arg;
}

static int setup(struct workload_run *w)
{
	const struct hack_params *p = w->params;
	struct hack_state *s = calloc(1, sizeof(*s));
	u64 each = p->loops * p->fds;

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->nr_vcpus = vm_nr_vcpus(w->vm);
	s->nr_tasks = p->groups * 2 * p->fds;
	s->left = each * p->fds * p->groups;
	s->task = calloc(s->nr_tasks, sizeof(*s->task));
	s->vcpu = calloc(s->nr_vcpus, sizeof(*s->vcpu));
	if (!s->task || !s->vcpu)
		return -ENOMEM;
	for (u32 i = 0; i < s->nr_tasks; i++) {
		struct hack_task *t = &s->task[i];

		t->vcpu = i % s->nr_vcpus;
		t->group = i / (2 * p->fds);
		t->sender = i % (2 * p->fds) < p->fds;
		t->turn = i % p->fds;
		t->left = each;
	}
	for (u32 i = 0; i < s->nr_vcpus; i++) {
		s->vcpu[i].send = workload_stream(w, "send", i);
		s->vcpu[i].receive = workload_stream(w, "receive", i);
	}
	return 0;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	(void)c;
	return guest_set_handler(w->vm, WAKE_SGI, woken, w);
}

static void boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	(void)w;
	guest_enable_irq(c, WAKE_SGI, true);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("messages", "messages", struct hack_state, messages),
	WORKLOAD_COUNT("wakes", "SGIs", struct hack_state, wakes),
	{ .name = NULL },
};

static void report(struct workload_run *w)
{
	struct hack_state *s = w->state;

	if (s->end)
		workload_metric(w, "took", (s->end - s->begin) / SIM_NS, "ns");
}

static void fini(struct workload_run *w)
{
	struct hack_state *s = w->state;

	if (!s)
		return;
	free(s->task);
	free(s->vcpu);
}

extern const struct workload workload_hackbench;
const struct workload workload_hackbench = {
	.name = "hackbench",
	.doc = "tasks of a guest that send messages to each other and wake each other",
	.params = params,
	.params_size = sizeof(struct hack_params),
	.counts = counts,
	.setup = setup,
	.boot = boot,
	.boot_vcpu = boot_vcpu,
	.private_irqs = 1u << WAKE_SGI,
	.task = turn,
	.report = report,
	.fini = fini,
};
