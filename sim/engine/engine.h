/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The discrete-event engine: a clock in picoseconds, a calendar, processes (stackful coroutines),
 * callbacks for hardware pipelines, FIFO locks, and two ways to drive them inside SimGrid.
 * It knows nothing of interrupts. One engine a simulated host; one host thread for all.
 *
 * Order of events: (time, class, object, count of that object's events). Nothing else decides.
 * So each callback and each process needs a pair of class and object (below 2^24) of its own;
 * config.check ends the run when two share one at the same time.
 *
 * Misuse (waiting outside of a process, a time in the past, releasing a free lock) is a bug of the
 * model: a message on stderr and abort(). Running out of memory never is: functions that make
 * something return NULL, the others end the run, and sim_engine_run() returns -ENOMEM.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t sim_time; /* picoseconds; from 2^61 (26 days) on, times never come */

#define SIM_PS	  1ull
#define SIM_NS	  1000ull
#define SIM_US	  1000000ull
#define SIM_MS	  1000000000ull
#define SIM_S	  1000000000000ull
#define SIM_NEVER UINT64_MAX

struct sim_engine;
struct sim_proc;

enum sim_driver { SIM_CALENDAR, SIM_SIMGRID };

struct sim_engine_config {
	enum sim_driver driver;
	bool shuffle_ties;
	uint64_t shuffle_seed;
	size_t stack_size; /* virtual bytes a process, without its guard page; 0: 64 KiB */
	bool check;	   /* assertions that cost time */
};

/* Something that happens once at a time: at most one pending firing. Embed and container_of(). */
struct sim_event {
	void (*fn)(struct sim_engine *e, struct sim_event *ev);
	uint64_t tie;	/* class and object, as ordered at equal times */
	uint32_t count; /* firings scheduled so far */
	uint32_t armed; /* count of the pending firing; 0: none */
};

struct sim_engine *sim_engine_new(const struct sim_engine_config *cfg); /* NULL: out of memory */
/* Nothing will happen any more: events, and processes that came from other engines, may disappear in
 * any order until sim_engine_free(). The engine does not run again. */
void sim_engine_over(struct sim_engine *e);
void sim_engine_free(struct sim_engine *e);
/* How an engine begins, for the inline functions that read it; the rest is private. */
struct sim_engine_head {
	sim_time now;
	struct sim_proc *current;
};
/* Current simulated time. */
static inline sim_time sim_now(const struct sim_engine *e)
{
	return ((const struct sim_engine_head *)(const void *)e)->now;
}
/*
 * End the run at `t` (or now, from inside): sim_engine_run() returns, and the clock stands at `t`.
 * What is due at `t` or later does not happen; a later run with a later stop time goes on with it.
 */
void sim_engine_stop_at(struct sim_engine *e, sim_time t);
/*
 * Drive until the stop time or until nothing is left to happen; call from a SimGrid actor (see
 * sim-simgrid.h). 0; -ELOOP when millions of events happen and none takes time; -EDEADLK when processes wait and no event is left before the stop time
 * (sim_proc_for_each() tells which); -ENOMEM; -ERANGE: driver simgrid, beyond 1000 s. When
 * nothing is left, the clock stands at the stop time, or at the last event if there is none.
 */
int sim_engine_run(struct sim_engine *e);
/*
 * Several engines in one program take turns (driver simgrid: at any wait). `fn` is called each time
 * before code of this engine runs on.
 */
void sim_engine_on_turn(struct sim_engine *e, void (*fn)(void *ctx), void *ctx);
/* Whether no event is armed and no process will go on by itself. */
bool sim_engine_idle(const struct sim_engine *e);
/*
 * What happened: every wait of a process that let time pass or blocked counts one when it ends,
 * and so does every callback. Equal on both drivers.
 */
uint64_t sim_engine_events(const struct sim_engine *e);
/* Events at the same time as the one before and of another object: their order is arbitrary. */
uint64_t sim_engine_ties(const struct sim_engine *e);
/* Count events, ties and lock statistics from here on (end of warm-up). */
void sim_engine_reset_counts(struct sim_engine *e);

/*
 * ---- callbacks ----
 * A callback runs on the stack of whichever process blocks: keep it shallow. It must not wait.
 */
void sim_event_init(struct sim_engine *e, struct sim_event *ev, uint8_t class, uint32_t object,
		    void (*fn)(struct sim_engine *, struct sim_event *));
/* Before the memory of an event goes away: cancel it and let the calendar forget it. */
void sim_event_fini(struct sim_engine *e, struct sim_event *ev);
/* (Re)arm for time t >= now; SIM_NEVER cancels. */
void sim_event_at(struct sim_engine *e, struct sim_event *ev, sim_time t);
void sim_event_cancel(struct sim_engine *e, struct sim_event *ev);
static inline bool sim_event_armed(const struct sim_event *ev)
{
	return ev->armed != 0;
}

/* ---- processes ---- */
/*
 * fn runs on a pooled, guarded stack from the time given to sim_proc_start(). The handle stays
 * valid until sim_engine_free(), also when fn has returned; the stack is given back then.
 * NULL: out of memory.
 */
struct sim_proc *sim_proc_new(struct sim_engine *e, uint8_t class, uint32_t object,
			      void (*fn)(void *arg), void *arg);
void sim_proc_start(struct sim_engine *e, struct sim_proc *p, sim_time at);
/* NULL in a callback and outside of the run. */
static inline struct sim_proc *sim_proc_current(struct sim_engine *e)
{
	return ((struct sim_engine_head *)(void *)e)->current;
}
/*
 * A parked process without a permit goes on in another engine of the same driver when it is unparked
 * there, under another class and object; neither engine runs meanwhile. Its stack stays the first
 * engine's, which must outlive it. Frames above its sim_park() must not use the old engine after
 * that. 0 or -ENOMEM.
 */
int sim_proc_move(struct sim_proc *p, struct sim_engine *to, uint8_t class, uint32_t object);
/* Fetch what the process touches when it goes on into the cache: a hint, for large hosts. */
void sim_proc_fetch(const struct sim_proc *p);
/* How a process begins, likewise. */
struct sim_proc_head {
	void *arg;
};
static inline void *sim_proc_arg(const struct sim_proc *p)
{
	return ((const struct sim_proc_head *)(const void *)p)->arg;
}
/* How many were made. */
uint32_t sim_proc_count(const struct sim_engine *e);

enum sim_proc_state {
	SIM_PROC_NEW,	  /* not started */
	SIM_PROC_RUNNING, /* runs, or is in sim_delay() */
	SIM_PROC_WAITING, /* in sim_wait() */
	SIM_PROC_PARKED,  /* in sim_park() */
	SIM_PROC_QUEUED,  /* waits for a lock */
	SIM_PROC_ENDED,
};
struct sim_proc_info {
	uint8_t class;
	uint32_t object;
	enum sim_proc_state state;
	bool armed; /* will go on at some time by itself */
	void *arg;
};
void sim_proc_describe(const struct sim_proc *p, struct sim_proc_info *info);
/* Call fn for each process, in no particular order: to tell who waits for ever, and for what. */
void sim_proc_for_each(const struct sim_engine *e,
		       void (*fn)(void *ctx, const struct sim_proc_info *info), void *ctx);

/* The following run on a process. A wait of length 0 returns at once and is no event. */
/* Let dt pass; nothing can cut it short. */
void sim_delay(struct sim_engine *e, sim_time dt);
/*
 * A delay in parts: each part lets time pass but is neither an event nor a tie; the end takes no
 * time and counts as the one event that all of them are together.
 */
void sim_delay_part(struct sim_engine *e, sim_time dt);
void sim_delay_end(struct sim_engine *e);
/*
 * Let dt (SIM_NEVER: for ever) pass unless interrupted. Returns the time not spent (SIM_NEVER
 * when dt was): 0 when all of it passed, more exactly when an interrupt cut it short, and only
 * then is the interrupt used up. An interrupt sent before the call for a time that has come ends
 * it at once; one for the natural end or later does not count and stays for the next sim_wait().
 */
sim_time sim_wait(struct sim_engine *e, sim_time dt);
/*
 * From anywhere: end p's sim_wait() at time `at` >= now (or its next one, if it is not waiting).
 * A process has at most one interrupt to come: of several, the earliest stays.
 */
void sim_interrupt(struct sim_engine *e, struct sim_proc *p, sim_time at);
/* Forget an interrupt that has not been noticed yet. */
void sim_interrupt_clear(struct sim_engine *e, struct sim_proc *p);

/*
 * Wait without end until sim_unpark(), which may also have come before: that one is not lost. The
 * permit it gives is one, however often it is given, and is used up by one sim_park(); of several
 * times the earliest stays. Interrupts and permits do not touch each other.
 */
void sim_park(struct sim_engine *e);
void sim_unpark(struct sim_engine *e, struct sim_proc *p, sim_time at);

/*
 * Lists of processes in order of arrival; NULL is the empty list. A process is in one at a time
 * (a lock's queue is such a list). Makes mutexes and wait queues out of park and unpark.
 */
void sim_procs_push(void **list, struct sim_proc *p);
struct sim_proc *sim_procs_pop(void **list);		/* NULL: empty */
bool sim_procs_remove(void **list, struct sim_proc *p); /* false: not in it */

/* ---- FIFO locks ---- */
/*
 * 16 bytes, embeddable in the port's lock. A class carries statistics. A release with others
 * waiting starts the hand-off to the first of them; it owns the lock when the hand-off has passed.
 */
struct sim_lock {
	void *waiters;	     /* circular list of waiting processes, its tail */
	uint16_t last_owner; /* place (PE) that held it last; UINT16_MAX: none did */
	uint8_t class;
	uint8_t held;
	uint16_t depth; /* how many wait */
};

struct sim_lock_stats {
	uint64_t acquired, contended;
	sim_time wait, hold; /* sums over the window, of what lies in it */
	uint64_t wait_integral_hi,
		wait_integral_lo; /* time integral of the queue length, ps, 128 bit */
	sim_time max_wait;	  /* longest wait that ended in the window */
};

/*
 * Time for the line of a lock to go from place `from` to another place `to` while `waiting` others
 * go on waiting.
 */
typedef sim_time (*sim_handoff_fn)(void *ctx, uint16_t from, uint16_t to, uint16_t waiting);
void sim_lock_setup(struct sim_engine *e, unsigned nr_classes, sim_handoff_fn fn, void *ctx);
void sim_lock_init(struct sim_lock *l, uint8_t class);
/*
 * `place` is the caller's PE. Waits in order of arrival. A lock that is free but was held last at
 * another place costs the transfer of its line, paid inside the hold: the caller owns it at once.
 */
void sim_lock_acquire(struct sim_engine *e, struct sim_lock *l, uint16_t place);
/* The same, but the caller owes the returned transfer time instead of having spent it. */
sim_time sim_lock_take(struct sim_engine *e, struct sim_lock *l, uint16_t place);
void sim_lock_release(struct sim_engine *e, struct sim_lock *l);
/* Up to now; valid until the next call for the class. */
const struct sim_lock_stats *sim_lock_stats(const struct sim_engine *e, uint8_t class);
/* Whether Little's identity held for class: integral of queue length = sum of waits. */
bool sim_lock_identity(const struct sim_engine *e, uint8_t class);

/* ---- FIFO pipes: messages that arrive in order after a latency (links, buses) ---- */
struct sim_pipe;
/* `deliver` is called at arrival with the payload, `size` bytes in the pipe that stay meanwhile. */
struct sim_pipe *sim_pipe_new(struct sim_engine *e, uint8_t class, uint32_t object, size_t size,
			      void (*deliver)(void *ctx, const void *payload), void *ctx);
void sim_pipe_free(struct sim_pipe *p);
/*
 * A message leaves and arrives at *at, or with the message before it if that is later: then *at says
 * so. Returns the place of its payload, to be written before anything else is sent.
 */
void *sim_pipe_send(struct sim_pipe *p, sim_time *at);
uint32_t sim_pipe_length(const struct sim_pipe *p);
/* Call fn for each message under way, first to arrive first. */
void sim_pipe_for_each(const struct sim_pipe *p, void (*fn)(void *arg, const void *payload),
		       void *arg);

#endif
