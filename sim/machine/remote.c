// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Remote ends of a workload (remote.h).
 */
#include "remote.h"

#include "machine.h"

/* Beyond the numbers of devices, whose clocks have the same class. */
#define FIRST_NUMBER (1u << 23)

struct machine *remote_home(const struct vm *vm)
{
	return vm->m;
}

u32 remote_number(const struct machine *at)
{
	return at->number;
}

u32 remote_hosts(const struct machine *at)
{
	return at->cfg->cluster.hosts;
}

void remote_fail(struct machine *at, int error)
{
	machine_fail(at, error);
}

sim_time remote_now(const struct machine *at)
{
	return sim_now(at->e);
}

void remote_send(struct machine *from, u32 to, u64 bytes, remote_fn arrived, void *arg)
{
	if (from->wire)
		from->wire(from, to, bytes, arrived, arg);
}

static void rings(struct sim_engine *e, struct sim_event *ev)
{
	struct remote_timer *t = plat_container_of(ev, struct remote_timer, event);

	(void)e;
	t->fn(t->at, t->arg);
}

void remote_timer_init(struct remote_timer *t, struct machine *at, u32 number, remote_fn fn,
		       void *arg)
{
	t->at = at;
	t->fn = fn;
	t->arg = arg;
	sim_event_init(at->e, &t->event, CLASS_DEVICE, FIRST_NUMBER + number, rings);
}

void remote_timer_set(struct remote_timer *t, sim_time when)
{
	sim_time now = sim_now(t->at->e);

	sim_event_at(t->at->e, &t->event, when > now ? when : now);
}
