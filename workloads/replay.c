// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replay of an arrival trace: lines `time,device,event` of a CSV file, time in nanoseconds from the
 * start and in order. Each line is an MSI of a passed-through device; LPIs go round the vCPUs in
 * the order in which the file names (device, event) first. vCPUs wait in WFI between interrupts.
 *
 * Choices: the device of line n is number n of the file, whatever numbers the host has; `speed`
 * divides times; with `repeat` the trace begins again after its last line's time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/machine/workload.h>

#define DEVICES_MAX 256u
#define EVENTS_MAX  2048u
#define LINE_MAX_   256
#define TIME_MAX    (1000 * SIM_S / SIM_NS)

struct replay_params {
	char file[PARAM_STRING_MAX];
	uint32_t speed; /* 0.001 % */
	bool repeat;
	struct sim_dist work;
};

struct arrival {
	u64 ns;
	u32 device, event;
};

struct trace {
	struct arrival *line;
	u32 nr, room;
	u32 nr_devices, events[DEVICES_MAX]; /* highest number + 1 */
};

struct replay_state {
	struct trace trace;
	struct device *dev[DEVICES_MAX];
	u32 at;		/* next line */
	sim_time begin; /* of this turn */
	u64 sent, handled, turns;
	struct sim_stream work[];
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct replay_params, field)
static const struct param params[] = {
	{ .name = "file", .type = PARAM_STRING, AT(file),
	  .doc = "CSV file from the current folder: time in ns, device, event; in order of time" },
	{ .name = "speed", .type = PARAM_PERCENT, AT(speed), .min = 1, .max = 100000000,
	  .def = "100 %", .doc = "how fast it is replayed" },
	{ .name = "repeat", .type = PARAM_BOOL, AT(repeat), .def = "false",
	  .doc = "begin again at the end" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "1 us",
	  .doc = "what a handler computes" },
	PARAM_END,
};
/* clang-format on */

/* ---- the file ---- */

static const char *add(struct trace *t, u64 ns, u64 device, u64 event)
{
	if (t->nr && ns < t->line[t->nr - 1].ns)
		return "times must not go back";
	if (ns > TIME_MAX || device >= DEVICES_MAX || event >= EVENTS_MAX)
		return "valid: up to 1000 s, devices 0 to 255, events 0 to 2047";
	if (t->nr == t->room) {
		u32 room = t->room ? 2 * t->room : 1024;
		struct arrival *bigger = realloc(t->line, room * sizeof(*bigger));

		if (!bigger)
			return "out of memory";
		t->line = bigger;
		t->room = room;
	}
	t->line[t->nr++] = (struct arrival){ ns, (u32)device, (u32)event };
	if (t->nr_devices <= device)
		t->nr_devices = (u32)device + 1;
	if (t->events[device] <= event)
		t->events[device] = (u32)event + 1;
	return NULL;
}

static bool number(char **at, char end, u64 *value)
{
	char *after;

	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*value = strtoull(*at, &after, 10);
	if (errno)
		return false;
	after += strspn(after, " \t\r");
	if (*after != end)
		return false;
	*at = after + 1 + strspn(after + 1, " \t");
	return true;
}

static const char *read_line(struct trace *t, char *text, bool first)
{
	char *at = text;
	u64 ns, device, event;

	if (!strchr(text, '\n') && strlen(text) == LINE_MAX_ - 1)
		return "line too long";
	text[strcspn(text, "\n")] = '\0';
	if (!*text || *text == '#' || (first && !strncmp(text, "time", 4)))
		return NULL;
	if (!number(&at, ',', &ns) || !number(&at, ',', &device) || !number(&at, '\0', &event))
		return "expected time,device,event";
	return add(t, ns, device, event);
}

/* NULL, or what is wrong: `file:line: ...` in `why`. */
static const char *read_trace(struct trace *t, const char *file, char *why, size_t size)
{
	char text[LINE_MAX_];
	const char *wrong = NULL;
	FILE *f = fopen(file, "r");
	u32 n = 0;

	if (!f) {
		snprintf(why, size, "cannot read '%s': %s", file, strerror(errno));
		return why;
	}
	while (!wrong && fgets(text, sizeof(text), f))
		wrong = read_line(t, text, ++n == 1);
	if (!wrong && ferror(f))
		wrong = "cannot be read";
	if (!wrong && !t->nr)
		wrong = "no arrivals";
	fclose(f);
	if (!wrong)
		return NULL;
	snprintf(why, size, "%s:%u: %s", file, n, wrong);
	return why;
}

static const char *check(const void *values, const struct vm_config *vm,
			 const struct machine_config *m, const char **key)
{
	static char why[PARAM_STRING_MAX + 80];
	const struct replay_params *p = values;
	struct trace *t = calloc(1, sizeof(*t));
	const char *wrong;

	(void)m;
	*key = "type";
	if (!vm->its || !t) {
		free(t);
		return "replay needs a VM with an ITS";
	}
	*key = "file";
	wrong = read_trace(t, p->file, why, sizeof(why));
	free(t->line);
	free(t);
	return wrong;
}

/* ---- devices ---- */

static void next(struct workload_run *w);

static void arrive(void *arg, u64 line)
{
	struct workload_run *w = arg;
	struct replay_state *s = w->state;
	const struct arrival *a = &s->trace.line[line];

	s->sent++;
	device_msi(s->dev[a->device], a->event);
	next(w);
}

/* All lines are on device 0's clock, one at a time. */
static void next(struct workload_run *w)
{
	const struct replay_params *p = w->params;
	struct replay_state *s = w->state;
	struct device *clock = s->dev[0];
	u64 ps;

	if (s->at == s->trace.nr) {
		if (!p->repeat)
			return;
		s->at = 0;
		s->turns++;
		s->begin = device_now(clock) + SIM_NS;
	}
	ps = s->trace.line[s->at].ns * SIM_NS / p->speed * 100000 +
	     s->trace.line[s->at].ns * SIM_NS % p->speed * 100000 / p->speed;
	device_at(clock, s->begin + ps, arrive, s->at++);
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;
	const struct replay_params *p = w->params;
	struct replay_state *s = w->state;

	(void)intid;
	s->handled++;
	guest_compute(c, sim_draw(&s->work[guest_id(c)], &p->work));
}

/* ---- set-up ---- */

static int setup(struct workload_run *w)
{
	const struct replay_params *p = w->params;
	u32 n = vm_nr_vcpus(w->vm);
	struct replay_state *s = calloc(1, sizeof(*s) + n * sizeof(s->work[0]));
	char name[32], why[PARAM_STRING_MAX + 80];

	if (!s)
		return -ENOMEM;
	w->state = s;
	if (read_trace(&s->trace, p->file, why, sizeof(why)))
		return -EIO;
	for (u32 i = 0; i < n; i++)
		s->work[i] = workload_stream(w, "work", i);
	for (u32 i = 0; i < s->trace.nr_devices; i++) {
		snprintf(name, sizeof(name), "replay%u", i);
		s->dev[i] = device_new(w->vm, name, s->trace.events[i] ? s->trace.events[i] : 1,
				       NULL, w);
		if (!s->dev[i])
			return -ENOMEM;
	}
	return 0;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	struct replay_state *s = w->state;
	bool *mapped = calloc((size_t)DEVICES_MAX * EVENTS_MAX, sizeof(*mapped));
	u32 target = 0;
	int ret = 0;

	if (!mapped)
		return -ENOMEM;
	for (u32 i = 0; ret >= 0 && i < s->trace.nr; i++) {
		const struct arrival *a = &s->trace.line[i];
		bool *m = &mapped[a->device * EVENTS_MAX + a->event];

		if (*m)
			continue;
		*m = true;
		ret = guest_map_msi(c, s->dev[a->device], a->event, target++ % vm_nr_vcpus(w->vm),
				    handle, w);
	}
	free(mapped);
	return ret < 0 ? ret : 0;
}

static void start(struct workload_run *w)
{
	struct replay_state *s = w->state;

	s->begin = device_now(s->dev[0]) + SIM_NS;
	next(w);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("sent", "interrupts", struct replay_state, sent),
	WORKLOAD_COUNT("handled", "interrupts", struct replay_state, handled),
	WORKLOAD_COUNT("turns", "turns", struct replay_state, turns),
	{ .name = NULL },
};

static void fini(struct workload_run *w)
{
	struct replay_state *s = w->state;

	if (s)
		free(s->trace.line);
}

extern const struct workload workload_replay;
const struct workload workload_replay = {
	.name = "replay",
	.doc = "interrupts at the times of a recorded trace",
	.params = params,
	.params_size = sizeof(struct replay_params),
	.counts = counts,
	.uses = WORKLOAD_IRQFD,
	.check = check,
	.setup = setup,
	.boot = boot,
	.start = start,
	.fini = fini,
};
