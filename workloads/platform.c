// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A platform device passed through with a level interrupt: its line is high while events wait in its
 * registers. The handler takes some of them, writes them off, and by default reads a register back,
 * so that the write has arrived before the end of interrupt; without that the line is often still
 * high then, and the interrupt comes again for nothing.
 */
#include <stdlib.h>

#include <sim/machine/workload.h>
#include <sim/record/hist.h>

struct platform_params {
	struct sim_dist interval, work;
	uint32_t batch, vcpu;
	bool readback;
};

struct platform_state {
	struct device *dev;
	struct sim_stream interval, work;
	u32 waiting; /* events in the device's registers */
	u64 events, interrupts, spurious, taken;
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct platform_params, field)
static const struct param params[] = {
	{ .name = "interval", .type = PARAM_DIST, AT(interval), .def = "100 us",
	  .doc = "time from one event to the next" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "2 us",
	  .doc = "what the handler computes for one event" },
	{ .name = "batch", .type = PARAM_U32, AT(batch), .max = 1 << 20, .def = "0",
	  .doc = "events that one interrupt's handler takes at most; 0: all there are" },
	{ .name = "readback", .type = PARAM_BOOL, AT(readback), .def = "true",
	  .doc = "the handler waits until its last write has reached the device" },
	{ .name = "vcpu", .type = PARAM_U32, AT(vcpu), .max = 511, .def = "0",
	  .doc = "vCPU that the guest routes the interrupt to" },
	PARAM_END,
};
/* clang-format on */

/* ---- the device ---- */

static void next_event(struct workload_run *w, void (*fn)(void *arg, u64 cookie))
{
	const struct platform_params *p = w->params;
	struct platform_state *s = w->state;

	device_at(s->dev, device_now(s->dev) + sim_draw(&s->interval, &p->interval), fn, 0);
}

static void event(void *arg, u64 cookie)
{
	struct workload_run *w = arg;
	struct platform_state *s = w->state;

	(void)cookie;
	s->events++;
	s->waiting++;
	device_line(s->dev, true);
	next_event(w, event);
}

/* The guest writes off so many events. */
static void written(void *arg, u32 count)
{
	struct workload_run *w = arg;
	struct platform_state *s = w->state;

	s->waiting -= count;
	if (!s->waiting)
		device_line(s->dev, false);
}

/* ---- the guest ---- */

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;
	const struct platform_params *p = w->params;
	struct platform_state *s = w->state;
	u32 count;

	(void)intid;
	s->interrupts++;
	guest_device_read(c, s->dev);
	count = s->waiting;
	if (p->batch && count > p->batch)
		count = p->batch;
	s->spurious += !count;
	for (u32 i = 0; i < count; i++)
		guest_compute(c, sim_draw(&s->work, &p->work));
	if (!count)
		return;
	s->taken += count;
	guest_doorbell(c, s->dev, count);
	if (p->readback)
		guest_device_read(c, s->dev);
}

/* ---- set-up ---- */

static int setup(struct workload_run *w)
{
	struct platform_state *s = calloc(1, sizeof(*s));

	w->state = s;
	if (!s)
		return -ENOMEM;
	s->interval = workload_stream(w, "interval", 0);
	s->work = workload_stream(w, "work", 0);
	s->dev = device_new(w->vm, w->name, 0, written, w);
	return s->dev ? 0 : -ENOMEM;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	const struct platform_params *p = w->params;
	struct platform_state *s = w->state;
	int ret = guest_map_line(c, s->dev, p->vcpu % vm_nr_vcpus(w->vm), handle, w);

	return ret < 0 ? ret : 0;
}

static void start(struct workload_run *w)
{
	next_event(w, event);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("events", "events", struct platform_state, events),
	WORKLOAD_COUNT("handled", "events", struct platform_state, taken),
	WORKLOAD_COUNT("interrupts", "interrupts", struct platform_state, interrupts),
	WORKLOAD_COUNT("spurious", "interrupts", struct platform_state, spurious),
	{ .name = NULL },
};

extern const struct workload workload_platform;
const struct workload workload_platform = {
	.name = "platform",
	.doc = "a platform device passed through with a level interrupt",
	.params = params,
	.params_size = sizeof(struct platform_params),
	.counts = counts,
	.uses = WORKLOAD_IRQFD,
	.setup = setup,
	.boot = boot,
	.start = start,
};
