/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The discrete-event engine: a clock in picoseconds, a calendar, processes (stackful coroutines),
 * callbacks for hardware pipelines, FIFO locks, and two ways to drive them inside SimGrid.
 * It knows nothing of interrupts. One engine a simulated host; one host thread for all.
 *
 * Order of events: (time, class, object, count of that object's events). Nothing else decides.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t sim_time; /* picoseconds */

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
	size_t stack_size;   /* virtual bytes a process, without its guard page */
	bool check;	     /* assertions that cost time */
};

/* Something that happens once at a time: at most one pending firing. Embed and container_of(). */
struct sim_event {
	void (*fn)(struct sim_engine *e, struct sim_event *ev);
	uint64_t tie;	     /* class and object, as ordered at equal times */
	uint32_t count;	     /* firings scheduled so far */
	uint32_t armed;	     /* count of the pending firing; 0: none */
};

struct sim_engine *sim_engine_new(const struct sim_engine_config *cfg); /* NULL: out of memory */
void sim_engine_free(struct sim_engine *e);
/* Current simulated time. Hot: inline through the first field. */
static inline sim_time sim_now(const struct sim_engine *e) { return *(const sim_time *)(const void *)e; }
/* End the run at `t` (or now, from inside): sim_engine_run() returns. */
void sim_engine_stop_at(struct sim_engine *e, sim_time t);
/* Drive until the stop time or until nothing is left to happen; call from a SimGrid actor (see
 * sim-simgrid.h). 0, or -EDEADLK when processes wait and no event is left. */
int sim_engine_run(struct sim_engine *e);
uint64_t sim_engine_events(const struct sim_engine *e);
uint64_t sim_engine_ties(const struct sim_engine *e);
/* Count events and ties from here on (end of warm-up). */
void sim_engine_reset_counts(struct sim_engine *e);

/* ---- callbacks ---- */
void sim_event_init(struct sim_engine *e, struct sim_event *ev, uint8_t class, uint32_t object,
		    void (*fn)(struct sim_engine *, struct sim_event *));
/* (Re)arm for time t >= now. */
void sim_event_at(struct sim_engine *e, struct sim_event *ev, sim_time t);
void sim_event_cancel(struct sim_engine *e, struct sim_event *ev);
static inline bool sim_event_armed(const struct sim_event *ev) { return ev->armed != 0; }

/* ---- processes ---- */
/* fn runs on a pooled, guarded stack from the time given to sim_proc_start(). */
struct sim_proc *sim_proc_new(struct sim_engine *e, uint8_t class, uint32_t object,
			      void (*fn)(void *arg), void *arg);
void sim_proc_start(struct sim_engine *e, struct sim_proc *p, sim_time at);
struct sim_proc *sim_proc_current(struct sim_engine *e);
void *sim_proc_arg(const struct sim_proc *p);
uint32_t sim_proc_count(const struct sim_engine *e);

/* The following run on a process. */
/* Let dt pass; nothing can cut it short. */
void sim_delay(struct sim_engine *e, sim_time dt);
/* Let dt (SIM_NEVER: for ever) pass unless interrupted. Returns the time not spent: 0 when all
 * of it passed. An interrupt that came before the call ends it at once. */
sim_time sim_wait(struct sim_engine *e, sim_time dt);
/* From anywhere: end p's sim_wait() at time `at` >= now (or its next one, if it is not waiting). */
void sim_interrupt(struct sim_engine *e, struct sim_proc *p, sim_time at);
/* Forget an interrupt that has not been noticed yet. */
void sim_interrupt_clear(struct sim_engine *e, struct sim_proc *p);

/* Wait without end until sim_unpark(); unlike sim_wait() an unpark is never lost or doubled. */
void sim_park(struct sim_engine *e);
void sim_unpark(struct sim_engine *e, struct sim_proc *p, sim_time at);

/* ---- FIFO locks ---- */
/* 16 bytes, embeddable in the port's lock. A class carries statistics and the hand-off cost. */
struct sim_lock {
	void *waiters;	     /* circular list of waiting processes, its tail */
	uint16_t last_owner; /* place (PE) that held it last */
	uint8_t class;
	uint8_t held;
	uint16_t depth;	     /* how many wait */
};

struct sim_lock_stats {
	uint64_t acquired, contended;
	sim_time wait, hold;	   /* sums over the window */
	uint64_t wait_integral_hi, wait_integral_lo; /* time integral of the queue length, ps, 128 bit */
	sim_time max_wait;
};

/* Time for the line of a lock to go from place `from` to place `to` with `waiting` others. */
typedef sim_time (*sim_handoff_fn)(void *ctx, uint16_t from, uint16_t to, uint16_t waiting);
void sim_lock_setup(struct sim_engine *e, unsigned nr_classes, sim_handoff_fn fn, void *ctx);
void sim_lock_init(struct sim_lock *l, uint8_t class);
/* `place` is the caller's PE. Waits in order of arrival. */
void sim_lock_acquire(struct sim_engine *e, struct sim_lock *l, uint16_t place);
void sim_lock_release(struct sim_engine *e, struct sim_lock *l);
const struct sim_lock_stats *sim_lock_stats(const struct sim_engine *e, uint8_t class);
/* Whether Little's identity held for class: integral of queue length = sum of waits. */
bool sim_lock_identity(const struct sim_engine *e, uint8_t class);

/* ---- FIFO pipes: messages that arrive in order after a latency (links, buses) ---- */
struct sim_pipe;
/* `deliver` is called at arrival with the payload; size bytes are copied in sim_pipe_send(). */
struct sim_pipe *sim_pipe_new(struct sim_engine *e, uint8_t class, uint32_t object, size_t size,
			      void (*deliver)(void *ctx, const void *payload), void *ctx);
void sim_pipe_free(struct sim_pipe *p);
/* Arrives at `at`, or with the message before it if that is later. Returns the arrival time. */
sim_time sim_pipe_send(struct sim_pipe *p, const void *payload, sim_time at);
uint32_t sim_pipe_length(const struct sim_pipe *p);

#endif
