// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest that unmaps events and maps them again without telling their device, under traffic: every
 * `interval` vCPU 0 sends DISCARD, MAPTI with the same LPI, and INV for the next vector in turn. The
 * hypervisor's VFIO hears nothing of it, so a vLPI stays in software from then on unless policy
 * forwarding_hint remembers it (spec/vgic.md 5.1). With `rewrite` N every N-th turn of a vector writes
 * its MSI-X entry instead, masked and as it was, which VFIO does hear of.
 *
 * Choice: nothing is quiesced. What arrives between the two commands is lost, as an interrupt that has
 * no event is; and an LPI in the middle of its handler is remapped all the same.
 */
#include <errno.h>
#include <stdlib.h>

#include <sim/record/hist.h>

#include "traffic.h"

struct remap_params {
	uint32_t lpis, rewrite;
	uint64_t interval;
	struct sim_dist traffic, work;
};

struct remap_state {
	struct traffic traffic; /* first, as traffic.h has it */
	u64 next;		/* turns since time began */
	u64 remaps, rewrites;
	struct rec_hist *remap;
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct remap_params, field)
static const struct param params[] = {
	{ .name = "lpis", .type = PARAM_U32, AT(lpis), .min = 1, .max = 32768, .def = "16",
	  .doc = "interrupts of the VM's device, over all vCPUs" },
	{ .name = "interval", .type = PARAM_TIME, AT(interval), .min = SIM_US, .max = 100 * SIM_S,
	  .def = "100 us", .doc = "between two turns, each of the next vector" },
	{ .name = "rewrite", .type = PARAM_U32, AT(rewrite), .min = 0, .max = 1000000, .def = "0",
	  .doc = "every so many turns of a vector its MSI-X entry is written instead; 0: never" },
	{ .name = "traffic", .type = PARAM_DIST, AT(traffic), .def = "{exponential: 100 us}",
	  .doc = "between two interrupts of a LPI; 0 s: none" },
	{ .name = "work", .type = PARAM_DIST, AT(work), .def = "1 us",
	  .doc = "what a handler computes" },
	PARAM_END,
};
/* clang-format on */

static void change(struct workload_run *w, struct vcpu *c)
{
	const struct remap_params *p = w->params;
	struct remap_state *s = w->state;
	struct traffic *t = &s->traffic;
	u64 n = s->next++;
	u32 v = (u32)(n % t->nr);
	sim_time begin = guest_now(c);

	if (p->rewrite && n / t->nr % p->rewrite == p->rewrite - 1) {
		guest_rewrite_msi(c, t->dev, v);
		s->rewrites++;
		return;
	}
	guest_remap_event(c, t->dev, v);
	s->remaps++;
	rec_hist_add(s->remap, guest_now(c) - begin);
}

static int setup(struct workload_run *w)
{
	const struct remap_params *p = w->params;
	struct remap_state *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->remap = workload_hist(w, "remap");
	if (!s->remap)
		return -ENOMEM;
	s->traffic.period = p->interval;
	s->traffic.act = change;
	return traffic_setup(w, p->lpis, &p->traffic, &p->work);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("remaps", "events", struct remap_state, remaps),
	WORKLOAD_COUNT("rewrites", "vectors", struct remap_state, rewrites),
	TRAFFIC_COUNTS,
	{ .name = NULL },
};

extern const struct workload workload_remap;
const struct workload workload_remap = {
	.name = "remap",
	.doc = "events are unmapped and mapped again behind their device's back",
	.params = params,
	.params_size = sizeof(struct remap_params),
	.counts = counts,
	TRAFFIC_WORKLOAD,
	.setup = setup,
	.boot = traffic_boot_all,
};
