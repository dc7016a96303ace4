// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The port, kernel side: memory, index, locks, polls, and the sink for what the core tells.
 * See models/plat/user/plat.h for what each primitive means.
 */
#include <plat.h>

#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/delay.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "sink.h"

/* ---- memory ---- */

/* In front of each allocation: what a deferred free needs. Keeps 16-byte alignment. */
struct plat_block {
	struct rcu_head rcu;
};

/* The core allocates where it may sleep; hardware that works within plat_poll() may not. */
void *plat_zalloc(size_t size)
{
	gfp_t gfp = irqs_disabled() ? GFP_ATOMIC : GFP_KERNEL;
	struct plat_block *b = kvzalloc(sizeof(*b) + size, gfp | __GFP_NOWARN);

	return b ? b + 1 : NULL;
}

void plat_free(void *p)
{
	if (p)
		kvfree((struct plat_block *)p - 1);
}

static void plat_free_block(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct plat_block, rcu));
}

void plat_free_rcu(void *p)
{
	if (p)
		call_rcu(&((struct plat_block *)p - 1)->rcu, plat_free_block);
}

/* ---- sparse index ---- */

void plat_index_init(struct plat_index *x)
{
	xa_init(&x->xa);
	x->count = 0;
}

int plat_index_reserve(struct plat_index *x, u64 key)
{
	return xa_reserve(&x->xa, key, irqs_disabled() ? GFP_ATOMIC : GFP_KERNEL);
}

void plat_index_unreserve(struct plat_index *x, u64 key)
{
	xa_release(&x->xa, key);
}

void plat_index_store(struct plat_index *x, u64 key, void *p)
{
	void *old = xa_store(&x->xa, key, p, GFP_ATOMIC);

	if (WARN_ON(xa_is_err(old)))
		return;
	x->count += !old;
}

void *plat_index_erase(struct plat_index *x, u64 key)
{
	void *old = xa_erase(&x->xa, key);

	x->count -= old != NULL;
	return old;
}

void *plat_index_next(const struct plat_index *x, u64 *key)
{
	unsigned long index = *key;
	void *p = xa_find((struct xarray *)&x->xa, &index, ULONG_MAX, XA_PRESENT);

	*key = index;
	return p;
}

void plat_index_destroy(struct plat_index *x)
{
	xa_destroy(&x->xa);
	x->count = 0;
}

/* ---- locks ---- */

static struct lock_class_key plat_lock_key[LOCK_PLAT_NR];

static const char *const plat_lock_name[LOCK_PLAT_NR] = {
#define LOCK_NAME(id, name, rank) [LOCK_##id] = (name),
	PLAT_LOCK_CLASSES(LOCK_NAME)
#undef LOCK_NAME
};

/* Locks may be released in any order, so the first taken keeps the CPU's interrupt state. */
struct plat_irq_state {
	unsigned long flags;
	u32 depth;
};
static DEFINE_PER_CPU(struct plat_irq_state, plat_irq_state);

static void plat_irq_off(void)
{
	struct plat_irq_state *s;
	unsigned long flags;

	local_irq_save(flags);
	s = this_cpu_ptr(&plat_irq_state);
	if (!s->depth++)
		s->flags = flags;
}

static void plat_irq_on(void)
{
	struct plat_irq_state *s = this_cpu_ptr(&plat_irq_state);

	if (!--s->depth)
		local_irq_restore(s->flags);
}

void plat_lock_init(struct plat_lock *l, enum plat_lock_class class)
{
	raw_spin_lock_init(&l->raw);
	lockdep_set_class_and_name(&l->raw, &plat_lock_key[class], plat_lock_name[class]);
}

void plat_lock(struct plat_lock *l)
{
	plat_irq_off();
	raw_spin_lock(&l->raw);
}

void plat_lock_nested(struct plat_lock *l)
{
	plat_irq_off();
	raw_spin_lock_nested(&l->raw, SINGLE_DEPTH_NESTING);
}

void plat_unlock(struct plat_lock *l)
{
	raw_spin_unlock(&l->raw);
	plat_irq_on();
}

void plat_mutex_init(struct plat_mutex *m, enum plat_lock_class class)
{
	mutex_init(&m->mutex);
	lockdep_set_class_and_name(&m->mutex, &plat_lock_key[class], plat_lock_name[class]);
}

/* ---- the sink ---- */

static struct {
	raw_spinlock_t lock;
	struct port_record *record;
	u32 count, max, lost;
	void (*hardware)(void *arg);
	void *hardware_arg;
} sink = { .lock = __RAW_SPIN_LOCK_UNLOCKED(sink.lock) };

int plat_linux_open(u32 max_records)
{
	sink.record = kvcalloc(max_records, sizeof(*sink.record), GFP_KERNEL);
	if (!sink.record)
		return -ENOMEM;
	sink.max = max_records;
	return 0;
}

void plat_linux_close(void)
{
	rcu_barrier();
	kvfree(sink.record);
	sink.record = NULL;
	sink.count = sink.max = sink.lost = 0;
}

void plat_linux_set_hardware(void (*fn)(void *arg), void *arg)
{
	sink.hardware_arg = arg;
	sink.hardware = fn;
}

const struct port_record *plat_linux_records(u32 *count, u32 *lost)
{
	*count = sink.count;
	*lost = sink.lost;
	return sink.record;
}

int plat_poll(struct plat_waitq *q, bool (*done)(void *arg), void *arg, u32 step_ns, u64 timeout_ns)
{
	u64 end = ktime_get_ns() + timeout_ns;

	while (!done(arg)) {
		if (ktime_get_ns() > end)
			return done(arg) ? 0 : -ETIMEDOUT;
		if (sink.hardware)
			sink.hardware(sink.hardware_arg);
		cpu_relax();
		ndelay(min(step_ns, 10000u));
	}
	return 0;
}

static void plat_linux_keep(struct port_record r)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sink.lock, flags);
	if (sink.count < sink.max)
		sink.record[sink.count++] = r;
	else
		sink.lost++;
	raw_spin_unlock_irqrestore(&sink.lock, flags);
}

void plat_kick_pe(void *pe_port)
{
	plat_linux_keep((struct port_record){ .kind = PORT_KICK, .object = pe_port });
}

void plat_wake_vcpu(void *vcpu_port)
{
	plat_linux_keep((struct port_record){ .kind = PORT_WAKE, .object = vcpu_port });
}

void plat_halt_vcpu(void *vcpu_port)
{
	plat_linux_keep((struct port_record){ .kind = PORT_HALT, .object = vcpu_port });
}

void plat_resume_vcpu(void *vcpu_port)
{
	plat_linux_keep((struct port_record){ .kind = PORT_RESUME, .object = vcpu_port });
}

void plat_line(void *pe_port, enum plat_line line, bool level)
{
	plat_linux_keep((struct port_record){
		.kind = PORT_LINE, .object = pe_port, .who = line, .arg = level });
}

void plat_sgi(void *from_pe_port, void *to_pe_port, u32 intid)
{
	plat_linux_keep((struct port_record){
		.kind = PORT_SGI, .object = from_pe_port, .to = to_pe_port, .intid = intid });
}

void plat_its_work(void *its_port)
{
	plat_linux_keep((struct port_record){ .kind = PORT_ITS_WORK, .object = its_port });
}

void plat_vsgi(void *its_port, void *pe_port, u32 vpe, u32 intid)
{
	plat_linux_keep((struct port_record){
		.kind = PORT_VSGI, .object = its_port, .to = pe_port, .intid = intid, .arg = vpe });
}

void plat_vpt_scan(void *pe_port, u32 bytes)
{
	plat_linux_keep(
		(struct port_record){ .kind = PORT_VPT_SCAN, .object = pe_port, .arg = bytes });
}

void plat_event(enum plat_event ev, void *object, u32 who, u32 intid, u32 *tag, u64 arg)
{
	plat_linux_keep((struct port_record){ .kind = PORT_EVENT,
					      .event = ev,
					      .object = object,
					      .who = who,
					      .intid = intid,
					      .tag = tag ? *tag : 0,
					      .arg = arg });
}
