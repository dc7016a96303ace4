/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The port, kernel side: the names of models/plat/user/plat.h on the kernel's own primitives.
 * Time passes by itself here: a cost is nothing, a poll spins, a lock is a raw spinlock with
 * interrupts off. What the core tells the outside goes to plat_linux_record(), see plat.c.
 */
#ifndef PLAT_H
#define PLAT_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/xarray.h>

#undef in_range /* a name the core uses for functions of its own */

#include "../costs.h"
#include "../events.h"
#include "../locks.h"

#include "../base.h"

static inline u64 plat_div64(u64 a, u32 b)
{
	return div_u64(a, b);
}

/* ---- diagnostics ---- */
#define plat_warn_on(cond) WARN_ON(cond)
#define plat_bug_on(cond)  BUG_ON(cond)

/* ---- memory: may sleep; plat_free_rcu() may be called from anywhere ---- */
void *plat_zalloc(size_t size);
void plat_free(void *p);
void plat_free_rcu(void *p);
static inline void plat_rcu_read_lock(void)
{
	rcu_read_lock();
}
static inline void plat_rcu_read_unlock(void)
{
	rcu_read_unlock();
}
static inline void plat_rcu_sync(void)
{
	synchronize_rcu();
}

/*
 * ---- sparse index ----
 * A reserved key holds the xarray's zero entry. Two callers that reserve one key share that entry:
 * should one give it back, the store of the other allocates without sleeping.
 */
struct plat_index {
	struct xarray xa;
	u32 count;
};

void plat_index_init(struct plat_index *x);
int plat_index_reserve(struct plat_index *x, u64 key);
void plat_index_unreserve(struct plat_index *x, u64 key);
void plat_index_store(struct plat_index *x, u64 key, void *p);
static inline void *plat_index_load(const struct plat_index *x, u64 key)
{
	return xa_load((struct xarray *)&x->xa, key);
}
void *plat_index_erase(struct plat_index *x, u64 key);
void *plat_index_next(const struct plat_index *x, u64 *key);
void plat_index_destroy(struct plat_index *x);
#define plat_index_for_each(x, key, p) \
	for ((key) = 0; ((p) = plat_index_next((x), &(key))) != NULL; (key)++)

/* ---- costs: real time needs no account ---- */
static inline void plat_cost(enum plat_cost id, u32 n)
{
}
static inline void plat_sync(void)
{
	barrier();
}

/* ---- atomics ---- */
struct plat_atomic {
	atomic_t v;
};
static inline void plat_atomic_init(struct plat_atomic *a, u32 v)
{
	atomic_set(&a->v, (int)v);
}
static inline u32 plat_atomic_read(struct plat_atomic *a)
{
	return (u32)atomic_read_acquire(&a->v);
}
static inline void plat_atomic_set(struct plat_atomic *a, u32 v)
{
	atomic_set_release(&a->v, (int)v);
}
static inline u32 plat_atomic_add(struct plat_atomic *a, s32 n)
{
	return (u32)atomic_add_return(n, &a->v);
}
static inline u32 plat_atomic_or(struct plat_atomic *a, u32 bits)
{
	return (u32)atomic_fetch_or((int)bits, &a->v);
}
static inline u32 plat_atomic_and(struct plat_atomic *a, u32 bits)
{
	return (u32)atomic_fetch_and((int)bits, &a->v);
}
static inline bool plat_atomic_cas(struct plat_atomic *a, u32 old, u32 new_value)
{
	return atomic_cmpxchg(&a->v, (int)old, (int)new_value) == (int)old;
}
static inline void plat_ref_get(struct plat_atomic *a)
{
	atomic_inc(&a->v);
}
static inline bool plat_ref_try_get(struct plat_atomic *a)
{
	return atomic_inc_not_zero(&a->v);
}
static inline bool plat_ref_put(struct plat_atomic *a)
{
	return atomic_dec_and_test(&a->v);
}

/* ---- locks ---- */
/* Interrupts stay off from the first plat_lock taken on a CPU to the last released there. */
struct plat_lock {
	raw_spinlock_t raw;
};
void plat_lock_init(struct plat_lock *l, enum plat_lock_class class);
void plat_lock(struct plat_lock *l);
void plat_lock_nested(struct plat_lock *l);
void plat_unlock(struct plat_lock *l);

struct plat_mutex {
	struct mutex mutex;
};
void plat_mutex_init(struct plat_mutex *m, enum plat_lock_class class);
static inline void plat_mutex_lock(struct plat_mutex *m)
{
	mutex_lock(&m->mutex);
}
static inline bool plat_mutex_trylock(struct plat_mutex *m)
{
	return mutex_trylock(&m->mutex);
}
static inline void plat_mutex_unlock(struct plat_mutex *m)
{
	mutex_unlock(&m->mutex);
}

/* ---- a cache line that several PEs write in turn: takes its time by itself ---- */
struct plat_shared {
};
static inline void plat_shared_use(struct plat_shared *s)
{
}
static inline void plat_shared_read(u32 n)
{
}
static inline u32 plat_pe(void)
{
	return raw_smp_processor_id();
}

/* ---- waiting for hardware ---- */
struct plat_waitq {
	void *unused;
};
int plat_poll(struct plat_waitq *q, bool (*done)(void *arg), void *arg, u32 step_ns,
	      u64 timeout_ns);
static inline void plat_notify(struct plat_waitq *q)
{
}

/* ---- the outside ---- */
enum plat_line { PLAT_LINE_IRQ, PLAT_LINE_VIRQ, PLAT_LINE_NR };
void plat_kick_pe(void *pe_port);
void plat_wake_vcpu(void *vcpu_port);
void plat_halt_vcpu(void *vcpu_port);
void plat_resume_vcpu(void *vcpu_port);
void plat_line(void *pe_port, enum plat_line line, bool level);
void plat_sgi(void *from_pe_port, void *to_pe_port, u32 intid);
void plat_its_work(void *its_port);
void plat_vsgi(void *its_port, void *pe_port, u32 vpe, u32 intid);
void plat_vpt_scan(void *pe_port, u32 bytes);

/* ---- trace sink ---- */
void plat_event(enum plat_event ev, void *object, u32 who, u32 intid, u32 *tag, u64 arg);

#endif
