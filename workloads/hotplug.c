// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPU hot-unplug in a guest: at every `interval` vCPU 0 takes one of the others out of service and
 * gives the one before back. A vCPU out of service has no LPIs: all of them move to the next vCPU in
 * service, by one MOVI each as Linux does, or by MOVALL, which no Linux guest sends
 * (spec/calibration.md, GICv4 / 4.1). Those that were its own come back with it, by MOVI. Devices
 * go on raising interrupts meanwhile.
 *
 * Choices: the vCPU out of service waits in WFI (its own shutdown is not modelled); vCPU 0 stays in
 * service; other vCPUs wait in WFI between interrupts.
 */
#include <errno.h>
#include <stdlib.h>

#include <sim/record/hist.h>

#include "traffic.h"

#define NOBODY UINT32_MAX

enum { BY_MOVI, BY_MOVALL };

struct hotplug_params {
	uint32_t lpis;
	uint64_t interval;
	uint8_t command;
	struct sim_dist traffic, work;
};

struct hotplug_state {
	struct traffic traffic; /* first, as traffic.h has it */
	u32 out;		/* vCPU out of service */
	u32 next;		/* unplugs since time began */
	u64 unplugs, moves;
	struct rec_hist *unplug, *plug;
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct hotplug_params, field)
static const struct param params[] = {
	{ .name = "lpis", .type = PARAM_U32, AT(lpis), .min = 1, .max = 57344, .def = "64",
	  .doc = "interrupts of the VM's device, over all vCPUs" },
	{ .name = "interval", .type = PARAM_TIME, AT(interval), .min = SIM_US, .max = 100 * SIM_S,
	  .def = "1 ms", .doc = "between two unplugs" },
	{ .name = "command", .type = PARAM_ENUM, AT(command), .def = "movi",
	  .names = (const char *const[]){ "movi", "movall", NULL },
	  .docs = (const char *const[]){ "one MOVI a LPI, as Linux", "one MOVALL", NULL },
	  .doc = "how LPIs leave a vCPU" },
	{ .name = "traffic", .type = PARAM_DIST, AT(traffic), .def = "{exponential: 1 ms}",
	  .doc = "between two interrupts of a LPI; 0 s: none" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "1 us",
	  .doc = "what a handler computes" },
	PARAM_END,
};
/* clang-format on */

static const char *check(const void *values, const struct vm_config *vm,
			 const struct machine_config *m, const char **key)
{
	(void)values;
	(void)m;
	*key = "type";
	return vm->vcpus < 3 ? "hotplug needs a VM with three vCPUs or more" : NULL;
}

/* Who has the LPIs of `out` meanwhile: the next vCPU, but not vCPU 0 for the last. */
static u32 stand_in(u32 out, u32 n)
{
	return (out + 1) % n;
}

static void unplug(struct workload_run *w, struct vcpu *c, u32 out)
{
	const struct hotplug_params *p = w->params;
	struct hotplug_state *s = w->state;
	struct traffic *t = &s->traffic;
	u32 to = stand_in(out, vm_nr_vcpus(w->vm));
	sim_time begin = guest_now(c);

	if (p->command == BY_MOVALL)
		guest_move_all(c, out, to);
	for (u32 v = 0; v < t->nr; v++) {
		if (t->target[v] != out)
			continue;
		s->moves++;
		if (p->command == BY_MOVALL)
			t->target[v] = to;
		else
			traffic_move(t, c, v, to);
	}
	s->out = out;
	s->unplugs++;
	rec_hist_add(s->unplug, guest_now(c) - begin);
}

static void plug(struct workload_run *w, struct vcpu *c)
{
	struct hotplug_state *s = w->state;
	struct traffic *t = &s->traffic;
	u32 n = vm_nr_vcpus(w->vm);
	sim_time begin = guest_now(c);

	for (u32 v = 0; v < t->nr; v++)
		if (v % n == s->out) {
			s->moves++;
			traffic_move(t, c, v, s->out);
		}
	s->out = NOBODY;
	rec_hist_add(s->plug, guest_now(c) - begin);
}

static void change(struct workload_run *w, struct vcpu *c)
{
	struct hotplug_state *s = w->state;

	if (s->out != NOBODY)
		plug(w, c);
	unplug(w, c, 1 + s->next++ % (vm_nr_vcpus(w->vm) - 1));
}

static int setup(struct workload_run *w)
{
	const struct hotplug_params *p = w->params;
	struct hotplug_state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->out = NOBODY;
	s->unplug = workload_hist(w, "unplug");
	s->plug = workload_hist(w, "plug");
	if (!s->unplug || !s->plug)
		return -ENOMEM;
	s->traffic.period = p->interval;
	s->traffic.act = change;
	return traffic_setup(w, p->lpis, &p->traffic, &p->work);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("unplugs", "unplugs", struct hotplug_state, unplugs),
	WORKLOAD_COUNT("moves", "LPIs", struct hotplug_state, moves),
	TRAFFIC_COUNTS,
	{ .name = NULL },
};

extern const struct workload workload_hotplug;
const struct workload workload_hotplug = {
	.name = "hotplug",
	.doc = "vCPUs go out of service and come back; their LPIs move",
	.params = params,
	.params_size = sizeof(struct hotplug_params),
	.counts = counts,
	TRAFFIC_WORKLOAD,
	.check = check,
	.setup = setup,
	.boot = traffic_boot_all,
};
