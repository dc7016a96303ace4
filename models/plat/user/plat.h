/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The port, user-space side: all that the core may use besides its own headers.
 * models/plat/linux/plat.h gives the same names in the kernel; the include path chooses.
 *
 * In user space the functions declared here are implemented by sim/machine (simulated time) and
 * by tests/lib (one thread, no time). A lock blocks the calling process; a cost accrues as debt on
 * the running PE and is paid by whichever primitive next lets the outside notice: lock, unlock,
 * sync, poll, kick, wake. Nothing shared may be read or written in debt: call plat_sync() before
 * an unlocked look.
 */
#ifndef PLAT_H
#define PLAT_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../costs.h"
#include "../events.h"
#include "../locks.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#include "../base.h"

static inline u64 plat_div64(u64 a, u32 b)
{
	return a / b;
}

/* ---- diagnostics: the impossible is reported, with place, and survives ---- */
void plat_warn_at(const char *file, int line, const char *what);
#define plat_warn_on(cond) \
	(plat_unlikely(cond) ? (plat_warn_at(__FILE__, __LINE__, #cond), true) : false)
_Noreturn void plat_bug_at(const char *file, int line, const char *what);
#define plat_bug_on(cond) \
	do { \
		if (plat_unlikely(cond)) \
			plat_bug_at(__FILE__, __LINE__, #cond); \
	} while (0)

/* ---- memory: zeroed, may fail, never called under a plat_lock ---- */
void *plat_zalloc(size_t size);
void plat_free(void *p);
/* Free after every reader that may hold `p` without a reference has left. */
void plat_free_rcu(void *p);
static inline void plat_rcu_read_lock(void)
{
}
static inline void plat_rcu_read_unlock(void)
{
}
/* Wait until all readers that entered before the call have left; costs COST_RCU_SYNC. */
void plat_rcu_sync(void);

/* ---- sparse index from u64 to pointer; readers need no lock (an xarray in the kernel) ---- */
struct plat_index {
	void *root;
	u32 levels;
	u32 count;
};

void plat_index_init(struct plat_index *x);
/* Make room for `key`, so that the next store of it cannot fail. 0 or -ENOMEM. */
int plat_index_reserve(struct plat_index *x, u64 key);
/* Give a reservation back that was not used. */
void plat_index_unreserve(struct plat_index *x, u64 key);
/* Store a pointer (not NULL) under a reserved or present key. */
void plat_index_store(struct plat_index *x, u64 key, void *p);
void *plat_index_load(const struct plat_index *x, u64 key);
void *plat_index_erase(struct plat_index *x, u64 key);
/* The entry with the smallest key >= *key, *key updated; NULL when there is none. */
void *plat_index_next(const struct plat_index *x, u64 *key);
void plat_index_destroy(struct plat_index *x);
#define plat_index_for_each(x, key, p) \
	for ((key) = 0; ((p) = plat_index_next((x), &(key))) != NULL; (key)++)

/* ---- costs and debt ---- */
#define PLAT_COST_MAX 128u /* the core's entries and those of whoever is around it */
struct plat_user {
	u64 debt;		 /* ps the running PE owes */
	u64 debt_assumed;	 /* part of it from cost entries marked as assumptions */
	const u64 *cost;	 /* ps a use, by enum plat_cost */
	const u64 *cost_assumed; /* the same, or 0 where the entry is not an assumption */
	const u8 *cost_slow;	 /* entry needs plat_cost_slow(): a distribution, or eager debt */
	u64 event_mask;		 /* events (enum plat_event) somebody listens to */
	u64 cost_uses[PLAT_COST_MAX]; /* how often each entry was used */
	bool lock_order_check;
	bool in_parts; /* debt paid at once, piece by piece, awaits its end */
};
extern struct plat_user plat_user;
void plat_cost_slow(enum plat_cost id, u32 n);

/* The running PE uses primitive `id` `n` times. */
static inline void plat_cost(enum plat_cost id, u32 n)
{
	plat_user.debt += plat_user.cost[id] * n;
	plat_user.debt_assumed += plat_user.cost_assumed[id] * n;
	plat_user.cost_uses[id] += n;
	if (plat_unlikely(plat_user.cost_slow[id]))
		plat_cost_slow(id, n);
}
/* Pay the debt: call before each unlocked look at, or change of, shared state. */
void plat_sync_slow(void);
static inline void plat_sync(void)
{
	if (plat_user.debt || plat_unlikely(plat_user.in_parts))
		plat_sync_slow();
}

/* ---- atomics; each access to shared state is preceded by plat_sync() ---- */
struct plat_atomic {
	u32 v;
};
/* Of an object that nobody else can reach yet. */
static inline void plat_atomic_init(struct plat_atomic *a, u32 v)
{
	a->v = v;
}
static inline u32 plat_atomic_read(struct plat_atomic *a)
{
	plat_sync();
	return a->v;
}
static inline void plat_atomic_set(struct plat_atomic *a, u32 v)
{
	plat_sync();
	a->v = v;
}
static inline u32 plat_atomic_add(struct plat_atomic *a, s32 n)
{
	plat_cost(COST_ATOMIC, 1);
	plat_sync();
	return a->v += (u32)n; /* the new value */
}
static inline u32 plat_atomic_or(struct plat_atomic *a, u32 bits)
{
	u32 old;

	plat_cost(COST_ATOMIC, 1);
	plat_sync();
	old = a->v;
	a->v |= bits;
	return old;
}
static inline u32 plat_atomic_and(struct plat_atomic *a, u32 bits)
{
	u32 old;

	plat_cost(COST_ATOMIC, 1);
	plat_sync();
	old = a->v;
	a->v &= bits;
	return old;
}
static inline bool plat_atomic_cas(struct plat_atomic *a, u32 old, u32 new_value)
{
	plat_cost(COST_ATOMIC, 1);
	plat_sync();
	if (a->v != old)
		return false;
	a->v = new_value;
	return true;
}
/* Reference counts: an increment or decrement that nobody waits for costs, but need not sync. */
static inline void plat_ref_get(struct plat_atomic *a)
{
	plat_cost(COST_ATOMIC, 1);
	a->v++;
}
static inline bool plat_ref_try_get(struct plat_atomic *a)
{
	plat_cost(COST_ATOMIC, 1);
	if (!a->v)
		return false;
	a->v++;
	return true;
}
static inline bool plat_ref_put(struct plat_atomic *a)
{
	plat_cost(COST_ATOMIC, 1);
	return --a->v == 0;
}

/*
 * ---- a cache line that several PEs write in turn ----
 * Locks and mutexes know where their line was last; what is shared without one says so here.
 */
struct plat_shared {
	u64 free_at; /* ps: when the PE that asked last has the line */
	u32 place;   /* that PE's number + 1; 0: nobody yet */
};
/*
 * The running PE works on the line. It pays for the line's way, which begins when those who asked
 * before have had it. Called after the access: all else sees that at once.
 */
void plat_shared_use(struct plat_shared *s);
/* The running PE reads n lines one after the other that others wrote since it read them last. */
void plat_shared_read(u32 n);
/* The number of the running PE, from 0. */
u32 plat_pe(void);

/* ---- locks ---- */
/* A raw spinlock, taken with interrupts masked. FIFO. */
struct plat_lock {
	void *waiters;
	u16 last_owner;
	u8 class;
	u8 held;
	u16 depth;
};
void plat_lock_init(struct plat_lock *l, enum plat_lock_class class);
void plat_lock(struct plat_lock *l);
void plat_lock_nested(struct plat_lock *l); /* a second lock of the same class */
void plat_unlock(struct plat_lock *l);

/*
 * A lock whose waiters spin while its owner runs, and sleep else. Never taken under a plat_lock.
 * FIFO.
 */
struct plat_mutex {
	void *waiters;
	void *owner;
	struct plat_shared line;
	u8 class;
};
void plat_mutex_init(struct plat_mutex *m, enum plat_lock_class class);
void plat_mutex_lock(struct plat_mutex *m);
bool plat_mutex_trylock(struct plat_mutex *m);
void plat_mutex_unlock(struct plat_mutex *m);

/* ---- waiting for hardware ---- */
struct plat_waitq {
	void *waiters;
};
/*
 * Spin until done(arg), looking every step_ns; -ETIMEDOUT after timeout_ns. Whoever changes what
 * done() looks at calls plat_notify() afterwards, so that the simulator need not look in vain.
 */
int plat_poll(struct plat_waitq *q, bool (*done)(void *arg), void *arg, u32 step_ns,
	      u64 timeout_ns);
void plat_notify(struct plat_waitq *q);

/* ---- the outside ---- */
/* `port` is what the owner of the PE, vCPU or ITS handed in when the object was made. */
void plat_kick_pe(void *pe_port);     /* reschedule IPI to a PE */
void plat_wake_vcpu(void *vcpu_port); /* wake the thread of a vCPU that waits in WFI */
/* Make the vCPU leave the guest and wait until it has, then let it go on (KVM_REQ_SLEEP). */
void plat_halt_vcpu(void *vcpu_port);
void plat_resume_vcpu(void *vcpu_port);
/* Physical interrupt lines of a PE, as driven by models/hw. */
enum plat_line { PLAT_LINE_IRQ, PLAT_LINE_VIRQ, PLAT_LINE_NR };
void plat_line(void *pe_port, enum plat_line line, bool level);
/* A PE generated a physical SGI; the port delivers it with gic_sgi_set() after its latency. */
void plat_sgi(void *from_pe_port, void *to_pe_port, u32 intid);
/* An ITS made an LPI pending (or clear); the port delivers it with gic_lpi_*() in time. */
void plat_its_work(void *its_port); /* CWRITER moved: commands wait */
/* GITS_SGIR was written; the port delivers the vSGI with gic_vsgi_set() after its latency. */
void plat_vsgi(void *its_port, void *pe_port, u32 vpe, u32 intid);
/* With gic_config.vpt_scan: the redistributor of a PE goes through `bytes` of a virtual pending
 * table; the port calls gic_vpt_scanned() when it is through. */
void plat_vpt_scan(void *pe_port, u32 bytes);

/* ---- trace sink ---- */
void plat_event_slow(enum plat_event ev, void *object, u32 who, u32 intid, u32 *tag, u64 arg);
/*
 * Report an event: object is the VM's or the GIC's port, who the vCPU or PE number, tag the
 * interrupt's cookie (owned by the port, 0 at birth; may be NULL).
 */
static inline void plat_event(enum plat_event ev, void *object, u32 who, u32 intid, u32 *tag,
			      u64 arg)
{
	if (plat_user.event_mask & PLAT_BIT64(ev))
		plat_event_slow(ev, object, who, intid, tag, arg);
}

#endif
