/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one-thread port: every primitive of plat.h for tests that link the core alone. There is no
 * time. What the core asks of the outside is recorded, what it waits for is done by hooks, and
 * what it must not do (allocate under a lock, break the lock order, leak) is a violation: it is
 * told on stderr and ends the process, unless the test set port.tolerate to count instead.
 *
 *	static void setup(void) { port_reset(); }
 *	static void teardown(void) { port_assert_quiet(); }
 */
#ifndef TEST_PORT_H
#define TEST_PORT_H

#include <plat.h>

#include "models/plat/record.h"

/* Where another actor may come in between: the primitive that is about to run. */
enum port_point { PORT_AT_SYNC, PORT_AT_LOCK, PORT_AT_UNLOCK };

struct port {
	/* memory */
	u64 allocs;	 /* plat_zalloc() calls so far */
	u64 fail_at;	 /* the call of this number fails (1 is the first); 0: none does */
	bool fail_after; /* and all calls after it */
	/* Asked at each call, after fail_at: true lets it fail. NULL: nobody is asked. */
	bool (*refuse)(void *arg);
	u64 outstanding; /* allocations not yet freed, those that wait for readers included */

	/* costs */
	u64 cost_each;		/* ps charged for each use of a primitive; port_reset(): 0 */
	u64 used[COST_PLAT_NR]; /* uses by primitive */
	u64 paid;		/* debt paid so far, ps */

	/* waits for hardware */
	u32 poll_step;			   /* ns, of the last plat_poll() */
	const struct plat_waitq *polled;   /* by it */
	const struct plat_waitq *notified; /* by the last plat_notify() */

	/* locks */
	u32 nr_held; /* plat_locks and plat_mutexes held now */
	u32 nr_spin; /* plat_locks among them */
	u64 acquired[LOCK_PLAT_NR];
	u64 rcu_syncs;
	u32 rcu_depth;

	/* hooks; NULL: nothing happens */
	void *arg; /* handed to each hook */
	/* Set by port_interleave() or port_processes(). */
	void (*at_point)(void *arg, enum port_point point);
	bool processes;
	/* With processes: the lock is held by another one; let it run. */
	void (*blocked)(void *arg, const void *lock);
	/* Hardware: it may allocate whatever lock the caller holds. */
	/* plat_poll() found done() false: make progress; object is NULL. */
	void (*poll)(void *arg, void *object);
	void (*its_work)(void *arg, void *its_port);
	void (*event)(void *arg, const struct port_record *r);
	/* kick, wake, halt, resume, line, SGI, vSGI, scan of a virtual pending table */
	void (*signal)(void *arg, const struct port_record *r);

	/* what went wrong */
	bool tolerate; /* count violations instead of ending the process */
	u64 violations;
	u64 warnings; /* plat_warn_on() that held */

	/* what was told: the array moves when it grows */
	struct port_record *record;
	u32 nr_records, max_records;
};
extern struct port port;

/* A fresh port: no costs, hooks, faults or records; all events heard. */
void port_reset(void);
/* Nothing is held, allocated or owed, nothing was violated or warned of: a violation otherwise.
 * Frees what waited for readers first. */
void port_assert_quiet(void);
/* Free what plat_free_rcu() was given, as if all readers had left. */
void port_rcu_flush(void);
/* Charge `ps` for each use of any primitive from now on. */
void port_set_costs(u64 ps);
/*
 * Call `at_point` before each lock, after each unlock and at each sync, so that another actor can
 * come in between. It runs to its end; while it runs it is not called again, the order of locks
 * starts afresh, and a lock that the interrupted actor holds must not be taken (it would block).
 */
void port_interleave(void (*at_point)(void *arg, enum port_point point));
/*
 * Processes: actors on stacks of their own that take turns wherever `at_point` is called, each with
 * locks of its own. The hook switches stacks, and port_switch() before it: the locks held now go to
 * `from`, those of `to` (zero at its start) are the ones held from now on. While a hook that stands
 * for hardware runs at_point is not called. NULL: no processes any more.
 */
#define PORT_PROCESS_LOCKS 16u
struct port_held {
	const void *lock;
	enum plat_lock_class class;
	bool mutex;
};
struct port_process {
	u32 nr_held, nr_spin;
	struct port_held held[PORT_PROCESS_LOCKS];
};
void port_processes(void (*at_point)(void *arg, enum port_point point),
		    void (*blocked)(void *arg, const void *lock));
void port_switch(struct port_process *from, const struct port_process *to);
/* Every block that is allocated, in the same order each time: an explorer copies and restores. */
void port_each_block(void (*fn)(void *arg, void *block, size_t size), void *arg);
/* Whether taking the lock now would block: somebody holds it. */
bool port_would_block(const struct plat_lock *l);
/* A rule of the port was broken. */
void port_violation(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- records ---- */
void port_clear_records(void);
u32 port_count(enum port_record_kind kind, const void *object); /* object NULL: any */
u32 port_count_events(enum plat_event ev);
/* The last record of an event; NULL: none. */
const struct port_record *port_last_event(enum plat_event ev);
/* The level that a line of a PE was last set to. */
bool port_line(const void *pe_port, enum plat_line line);
/* Name an object in the log; objects without a name are numbered as they appear. */
void port_name(const void *object, const char *name);
/* All records, one numbered line each, without pointer or time. The caller frees the text. */
char *port_log(void);

#endif
