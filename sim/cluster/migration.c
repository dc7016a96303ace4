// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Live migration (migration.h): a thread of the VMM on each side, which the other's frames wake.
 *
 *	source                              destination
 *	precopy   memory ------------------>
 *	              <------------------ got it
 *	stop      vCPUs stand aside, devices are held, what is on its way arrives
 *	save      device attributes, tables to guest memory (spec/vgic.md 2.10)
 *	transfer  dirty memory, state ------>
 *	restore                             a fresh virtual GIC, attributes in order, devices
 *	start                               until the first vCPU runs
 *	              <------------------ it runs
 *
 * The downtime is stop to start. Choices: memory is copied by the network adapter, which takes the
 * link's time and none of a PE; each access to an attribute is one system call; the memory that is
 * copied twice is what the scenario says (`dirty`), not what the guest wrote.
 */
#include "migration.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/machine/vgic-state.h>

#define SMALL_FRAME 64u /* bytes of a message without data */

enum message { MSG_MEMORY = 1, MSG_GOT_IT = 2, MSG_STATE = 4, MSG_RUNS = 8 };

#define PHASES(X) \
	X(PRECOPY, "precopy") \
	X(STOP, "stop") \
	X(SAVE, "save") \
	X(TRANSFER, "transfer") \
	X(RESTORE, "restore") \
	X(START, "start") \
	X(DOWNTIME, "downtime")
enum phase {
#define PHASE_ENUM(id, name) PHASE_##id,
	PHASES(PHASE_ENUM)
#undef PHASE_ENUM
		PHASE_NR
};
static const char *const phase_names[] = {
#define PHASE_NAME(id, name) name,
	PHASES(PHASE_NAME)
#undef PHASE_NAME
};

enum part { PART_MEMORY, PART_DIRTY, PART_STATE, PART_NR };
static const char *const part_names[] = { "memory", "dirty", "state" };

/* One VMM's side: a thread, and the messages that have arrived for it. */
struct side {
	struct migration *mg;
	struct machine *m;
	struct thread thread;
	u32 got; /* enum message, bits */
};

struct migration {
	const struct migration_config *cfg;
	struct network *network;
	struct side source, destination;
	struct host_timer alarm; /* starts it */
	struct vm *vm;
	struct vgic_state state;
	sim_time begun, spent[PHASE_NR], mark;
	u64 bytes[PART_NR];
	bool resumed, done;
	char error[160];
};

struct migration *migration_new(const struct migration_config *cfg, struct network *n)
{
	struct migration *mg = calloc(1, sizeof(*mg));

	if (mg) {
		mg->cfg = cfg;
		mg->network = n;
		mg->source.mg = mg->destination.mg = mg;
	}
	return mg;
}

void migration_free(struct migration *mg)
{
	if (mg)
		vgic_state_free(&mg->state);
	free(mg);
}

const char *migration_error(const struct migration *mg)
{
	return mg->error;
}

__attribute__((format(printf, 4, 5))) static void fail(struct migration *mg, struct machine *m,
						       int error, const char *fmt, ...)
{
	va_list ap;
	int at = snprintf(mg->error, sizeof(mg->error), "migration of VM '%s': ", mg->cfg->vm);

	va_start(ap, fmt);
	vsnprintf(mg->error + at, sizeof(mg->error) - (size_t)at, fmt, ap);
	va_end(ap);
	machine_fail(m, error);
	sim_park(m->e); /* the run is over */
}

static void fail_attribute(struct migration *mg, struct machine *m, int error)
{
	const struct vgic_state_entry *f = &mg->state.failed;

	fail(mg, m, error, "attribute %#llx of group %u of device %u: %s",
	     (unsigned long long)f->attr, f->group, f->device, strerror(-error));
}

/* ---- messages ---- */

static void arrived(struct side *to, enum message message)
{
	to->got |= message;
	thread_wake(&to->thread);
}

static void memory_arrived(void *arg)
{
	arrived(arg, MSG_MEMORY);
}

static void got_it_arrived(void *arg)
{
	arrived(arg, MSG_GOT_IT);
}

static void state_arrived(void *arg)
{
	arrived(arg, MSG_STATE);
}

static void runs_arrived(void *arg)
{
	arrived(arg, MSG_RUNS);
}

static void send(struct side *from, struct side *to, u64 bytes, void (*fn)(void *arg))
{
	plat_cost((enum plat_cost)COST_USER_EXIT, 1);
	plat_sync();
	network_send(from->mg->network, from->m, to->m->number, bytes ? bytes : SMALL_FRAME, fn,
		     to);
}

static void wait_for(struct side *s, enum message message)
{
	plat_sync();
	while (!(s->got & message)) {
		thread_block(&s->thread);
		plat_sync();
	}
}

/* ---- phases ---- */

/* The phase that went on until now has ended. */
static void ended(struct migration *mg, enum phase phase, sim_time now)
{
	mg->spent[phase] = now - mg->mark;
	mg->mark = now;
}

static sim_time now_on(struct side *s)
{
	plat_sync();
	return sim_now(s->m->e);
}

/* A system call of the VMM: interrupts are taken, others may want the PE. */
static void system_call(void)
{
	struct thread *t = thread_current();

	pe_activity(t->pe, PE_HOST);
	plat_cost((enum plat_cost)COST_USER_EXIT, 1);
	pe_take_irqs(t->pe);
	if (t->pe->need_resched)
		thread_yield(t);
	pe_activity(t->pe, PE_HYP);
}

static struct vm *find_vm(struct machine *m, const char *name)
{
	for (u32 i = 0; i < m->nr_vms; i++)
		if (m->vms[i]->vgic && !strcmp(m->vms[i]->name, name))
			return m->vms[i];
	return NULL;
}

static void find(struct migration *mg, struct machine *m)
{
	mg->vm = find_vm(m, mg->cfg->vm);
	if (!mg->vm || mg->vm->pause || mg->vm->pauser)
		fail(mg, m, -ENOENT, "it is not on host %u now: an earlier one is not over",
		     m->number);
	if (mg->vm->host_threads)
		fail(mg, m, -EOPNOTSUPP, "its workload has threads on the host, which cannot move");
}

static void source_body(struct thread *t)
{
	struct side *s = plat_container_of(t, struct side, thread);
	struct migration *mg = s->mg;
	struct machine *m = s->m;
	enum vgic_state_part part = VGIC_STATE_ALL;
	int ret;

	find(mg, m);
	mg->mark = mg->begun = now_on(s);
	mg->bytes[PART_MEMORY] = mg->cfg->memory;
	send(s, &mg->destination, mg->cfg->memory, memory_arrived);
	wait_for(s, MSG_GOT_IT);
	ended(mg, PHASE_PRECOPY, now_on(s));
	vm_pause(mg->vm, t);
	ended(mg, PHASE_STOP, now_on(s));
	if (machine_breaks(m, BREAK_PENDING_TABLES))
		part = VGIC_STATE_NO_PENDING_TABLES;
	ret = vgic_state_save(&mg->state, mg->vm->vgic, part, system_call);
	if (ret)
		fail_attribute(mg, m, ret);
	ended(mg, PHASE_SAVE, now_on(s));
	mg->bytes[PART_DIRTY] = mg->cfg->dirty;
	mg->bytes[PART_STATE] = vgic_state_bytes(&mg->state);
	send(s, &mg->destination, mg->bytes[PART_DIRTY] + mg->bytes[PART_STATE], state_arrived);
	wait_for(s, MSG_RUNS);
}

/* The host's part of the devices that the VMM emulates, anew. */
static int open_devices(struct vm *vm)
{
	int ret = 0;

	for (struct device *d = vm->devices; d; d = d->next)
		for (u32 v = 0; !ret && v < d->nr_vectors; v++)
			if (d->vec[v].lpi || d->vec[v].spi)
				ret = device_host_map(d, v);
	platform_open(vm);
	return ret;
}

static void restore(struct migration *mg, struct machine *m)
{
	int ret = vm_take_over(mg->vm, m);

	if (ret)
		fail(mg, m, ret, "%s", strerror(-ret));
	ret = vgic_state_restore(&mg->state, mg->vm->vgic, system_call);
	if (ret)
		fail_attribute(mg, m, ret);
	ret = open_devices(mg->vm);
	if (ret)
		fail(mg, m, ret, "devices: %s", strerror(-ret));
	vm_arrived(mg->vm);
}

/* Done, once the first vCPU has run; whoever looks next books it. */
static void finish(struct migration *mg)
{
	if (!mg->resumed || mg->done || !mg->vm->runs_again)
		return;
	ended(mg, PHASE_START, mg->vm->runs_again);
	for (u32 i = PHASE_STOP; i <= PHASE_START; i++)
		mg->spent[PHASE_DOWNTIME] += mg->spent[i];
	mg->done = true;
}

static void destination_body(struct thread *t)
{
	struct side *s = plat_container_of(t, struct side, thread);
	struct migration *mg = s->mg;

	wait_for(s, MSG_MEMORY);
	send(s, &mg->source, SMALL_FRAME, got_it_arrived);
	wait_for(s, MSG_STATE);
	ended(mg, PHASE_TRANSFER, now_on(s));
	restore(mg, s->m);
	ended(mg, PHASE_RESTORE, now_on(s));
	mg->resumed = true;
	vm_resume(mg->vm);
	while (!mg->vm->runs_again)
		vm_nap(mg->vm, t);
	finish(mg);
	send(s, &mg->source, SMALL_FRAME, runs_arrived);
}

/* ---- set-up ---- */

static void begin(struct host_timer *t)
{
	thread_wake(&plat_container_of(t, struct migration, alarm)->source.thread);
}

static void side_init(struct side *s, struct machine *m, void (*body)(struct thread *t))
{
	s->m = m;
	thread_init(m, &s->thread, CLASS_THREAD, &m->pes[0], -1, body);
}

void migration_started(struct migration *mg, struct machine *m)
{
	sim_time opens = m->cfg->run.warmup ? m->cfg->run.warmup : 1;

	if (m->number == mg->cfg->to)
		side_init(&mg->destination, m, destination_body);
	if (m->number != mg->cfg->from)
		return;
	side_init(&mg->source, m, source_body);
	mg->alarm.fn = begin;
	host_timer_arm(&mg->alarm, &m->pes[0], opens + mg->cfg->at);
}

/* ---- metrics ---- */

static int report_vm(struct migration *const *mg, u32 nr, const char *vm, struct machine *m)
{
	u64 *time = rec_family(&m->metrics, REC_M_MIGRATION_TIME, vm, phase_names, PHASE_NR);
	u64 *bytes = rec_family(&m->metrics, REC_M_MIGRATION_BYTES, vm, part_names, PART_NR);
	u64 *done = rec_family(&m->metrics, REC_M_MIGRATION_DONE, NULL, &vm, 1);

	if (!time || !bytes || !done)
		return -ENOMEM;
	for (u32 n = 0; n < nr; n++) {
		if (strcmp(mg[n]->cfg->vm, vm))
			continue;
		finish(mg[n]);
		*done += mg[n]->done;
		for (u32 i = 0; i < PHASE_NR; i++)
			time[i] += mg[n]->spent[i];
		for (u32 i = 0; i < PART_NR; i++)
			bytes[i] += mg[n]->bytes[i];
	}
	return 0;
}

int migrations_report(struct migration *const *mg, u32 nr, struct machine *m)
{
	int ret = 0;

	for (u32 n = 0; !ret && n < nr; n++) {
		bool first = true;

		for (u32 i = 0; i < n; i++)
			first &= strcmp(mg[i]->cfg->vm, mg[n]->cfg->vm) != 0;
		if (first)
			ret = report_vm(mg, nr, mg[n]->cfg->vm, m);
	}
	return ret;
}
