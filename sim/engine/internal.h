/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of sim/engine share: the engine, a process, and what a driver offers.
 */
#ifndef SIM_ENGINE_INTERNAL_H
#define SIM_ENGINE_INTERNAL_H

#include "calendar.h"
#include "engine.h"
#include "fcontext.h"
#include "queue.h"
#include "stack.h"

#define sim_likely(x)	__builtin_expect(!!(x), 1)
#define sim_unlikely(x) __builtin_expect(!!(x), 0)

#define LOCK_CLASSES 256
#define NO_PLACE     UINT16_MAX

struct simgrid_driver;

struct sim_proc {
	void *arg;	     /* as in struct sim_proc_head */
	struct sim_event ev; /* its next wake-up; fn is NULL, which tells it from a callback */
	struct fiber fiber;
	sim_time interrupt;    /* earliest interrupt not yet noticed; SIM_NEVER: none */
	sim_time permit;       /* earliest unpark not yet used up; SIM_NEVER: none */
	sim_time end;	       /* natural end of the sim_wait() in progress */
	struct sim_proc *next; /* in a list of processes */
	sim_time since;	       /* in the queue of a lock since */
	uint8_t state;	       /* enum sim_proc_state */
	uint8_t class;
	uint8_t lock_class; /* of the lock whose queue it is in */
	uint16_t place;	    /* where it wants that lock */
	uint32_t object;
	void (*fn)(void *arg);
	struct sim_engine *engine;
	struct sim_engine *home;     /* that made it: owns this record and the stack */
	struct sim_proc *moved_next; /* in engine->moved */
	void *stack;		     /* driver calendar */
	sim_time wake;		     /* driver simgrid: when it wants to go on */
	struct simgrid_actor *actor;
} __attribute__((aligned(64)));

#define PROCS_A_SLAB 64

struct proc_slab {
	struct proc_slab *next;
	uint32_t used;
	struct sim_proc proc[PROCS_A_SLAB];
};

struct lock_class {
	struct sim_queue_stat queue; /* those who wait */
	uint64_t acquired, contended;
	uint64_t held; /* locks of the class that are held now */
	sim_time hold; /* releases minus acquisitions, as times, modulo 2^64 */
};

struct sim_engine {
	sim_time now;		  /* these two as in struct sim_engine_head */
	struct sim_proc *current; /* NULL in callbacks and outside of the run */
	sim_time stop;		  /* CALENDAR_NEVER: none */
	uint64_t events, ties;
	sim_time last_time; /* key of the event before: its time, */
	uint64_t last_tie;  /* its tie and count */
	uint64_t tied;	    /* number of the last event that tied; 0: none, or taken back */
	uint64_t tied_with; /* last_tie before it */
	sim_time still_at;  /* time of the last two equal events, and how many there were at it */
	uint32_t still;
	bool simgrid;
	bool check;
	bool shuffle;
	int error; /* ends the run */
	struct calendar calendar;
	struct fiber main;
	struct stack_pool stacks;
	uint64_t shuffle_seed;
	struct proc_slab *procs; /* newest first */
	struct sim_proc *moved;	 /* those of other engines that run here now */
	void (*turn)(void *ctx); /* NULL, or whom to tell that this engine's code runs now */
	void *turn_ctx;
	uint32_t nr_procs; /* made */
	uint32_t nr_alive; /* started and not ended */
	struct simgrid_driver *driver;
	sim_handoff_fn handoff;
	void *handoff_ctx;
	struct sim_lock_stats *lock_stats; /* by class: what sim_lock_stats() shows */
	struct lock_class locks[LOCK_CLASSES];
};

_Static_assert(offsetof(struct sim_engine, now) == offsetof(struct sim_engine_head, now) &&
		       offsetof(struct sim_engine, current) ==
			       offsetof(struct sim_engine_head, current),
	       "inline functions of engine.h read the head");

_Noreturn void engine_bug(const struct sim_engine *e, const char *what);
_Noreturn void engine_same_key(const struct sim_engine *e, uint64_t tie);
/* End the run as soon as the running process blocks. */
void engine_fail(struct sim_engine *e, int error);
/* The tie of events of an object, shuffled if the run asks for it; the low half is 0. */
uint64_t engine_tie(const struct sim_engine *e, uint8_t class, uint32_t object);

_Static_assert(offsetof(struct sim_proc, arg) == offsetof(struct sim_proc_head, arg),
	       "inline functions of engine.h read the head");

static inline struct sim_proc *proc_of_event(struct sim_event *ev)
{
	return (struct sim_proc *)(void *)((char *)ev - offsetof(struct sim_proc, ev));
}

static inline sim_time time_after(sim_time t, sim_time dt)
{
	return t + dt < t ? SIM_NEVER : t + dt;
}

/* More events than that at one time: nothing will ever take time again. */
#define ENGINE_STILL_MAX 5000000u
/* The event before was at this time as well. */
void engine_still(struct sim_engine *e);

/* An event with this key happens now: the one place where the clock moves and events count. */
static inline void engine_advance(struct sim_engine *e, sim_time time, uint64_t tie)
{
	e->now = time;
	e->events++;
	if (sim_unlikely(time == e->last_time)) {
		if ((tie ^ e->last_tie) >> 32) {
			e->ties++;
			e->tied = e->events;
			e->tied_with = e->last_tie;
		}
		if (sim_unlikely(e->check && tie == e->last_tie))
			engine_same_key(e, tie);
		engine_still(e);
	}
	e->last_time = time;
	e->last_tie = tie;
}

/* process.c: the running process, which must exist. */
static inline struct sim_proc *proc_running(struct sim_engine *e)
{
	if (sim_unlikely(!e->current))
		engine_bug(e, "only a process can wait, and none is running");
	return e->current;
}
/* Set the time of p's next wake-up (SIM_NEVER: none), for both drivers. */
void proc_arm(struct sim_engine *e, struct sim_proc *p, sim_time at);
/* The running process blocks until its wake-up happens. */
void proc_block(struct sim_engine *e, struct sim_proc *p);
/* Drive with the calendar until the stop time or the last event. */
void calendar_drive(struct sim_engine *e);

/* driver-simgrid.c */
int simgrid_driver_new(struct sim_engine *e);
void simgrid_driver_free(struct sim_engine *e);
int simgrid_drive(struct sim_engine *e);
void simgrid_proc_arm(struct sim_engine *e, struct sim_proc *p, sim_time at);
void simgrid_block(struct sim_engine *e, struct sim_proc *p);
void simgrid_event_armed(struct sim_engine *e);
void simgrid_stop_moved(struct sim_engine *e);
/* Processes that will go on at some time. */
uint32_t simgrid_sleepers(const struct sim_engine *e);
int simgrid_proc_new(struct sim_engine *e, struct sim_proc *p);
void simgrid_proc_moved(struct sim_engine *to, struct sim_proc *p);

/* lock.c */
void lock_reset(struct sim_engine *e);

#endif
