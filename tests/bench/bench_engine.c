// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Speed of the engine beside ns-3 and SimGrid: each event wakes one process (or calls one
 * callback), which waits again for a random time, so that the number pending stays the same.
 * A figure is processor time an event in the best of ROUNDS rounds; the other rounds tell of
 * other programs on the machine. bench_ns3 in the same folder measures ns-3.
 */
#include <libgen.h>
#include <simgrid/actor.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/engine/engine.h"
#include "sim/engine/sim-simgrid.h"

#define ROUNDS	   15
#define EVENTS	   400000 /* a round */
#define MEAN_DELAY 524288 /* ps; delays are uniform up to twice as much */
#define PARKED	   10000

static struct sim_engine *e;
static uint64_t rng = 88172645463325252ull;

static inline sim_time some_delay(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return 1 + rng % (2 * MEAN_DELAY);
}

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

/* ---- the engine ---- */

static void sleeps(void *arg)
{
	(void)arg;
	for (;;)
		sim_delay(e, some_delay());
}

static void rearms(struct sim_engine *engine, struct sim_event *ev)
{
	sim_event_at(engine, ev, sim_now(engine) + some_delay());
}

static void open_engine(enum sim_driver driver)
{
	struct sim_engine_config cfg = { .driver = driver };

	e = sim_engine_new(&cfg);
	if (!e)
		exit(EXIT_FAILURE);
}

static void start_processes(uint32_t n, void (*fn)(void *))
{
	for (uint32_t i = 0; i < n; i++) {
		struct sim_proc *p = sim_proc_new(e, 1, i, fn, NULL);

		if (!p)
			exit(EXIT_FAILURE);
		sim_proc_start(e, p, some_delay());
	}
}

/* ns an event in the best of rounds of about `events` events. */
static double measure(uint32_t pending, uint64_t events)
{
	double best = 1e18;

	for (int i = 0; i <= ROUNDS; i++) { /* the first is for warming up */
		double begin;

		sim_engine_stop_at(e, sim_now(e) + events / pending * MEAN_DELAY);
		sim_engine_reset_counts(e);
		begin = cpu_ns();
		sim_engine_run(e);
		if (i)
			best = smaller(best, (cpu_ns() - begin) / (double)sim_engine_events(e));
	}
	return best;
}

static double process_events(enum sim_driver driver, uint32_t pending, uint64_t events)
{
	double ns;

	open_engine(driver);
	start_processes(pending, sleeps);
	ns = measure(pending, events);
	sim_engine_free(e);
	return ns;
}

static double callback_events(uint32_t pending)
{
	struct sim_event *ev = calloc(pending, sizeof(*ev));
	double ns;

	open_engine(SIM_CALENDAR);
	if (!ev)
		exit(EXIT_FAILURE);
	for (uint32_t i = 0; i < pending; i++) {
		sim_event_init(e, &ev[i], 1, i, rearms);
		sim_event_at(e, &ev[i], some_delay());
	}
	ns = measure(pending, EVENTS);
	sim_engine_free(e);
	free(ev);
	return ns;
}

static void parks(void *arg)
{
	(void)arg;
	sim_park(e);
}

static double resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long size, pages = 0;

	if (!f || fscanf(f, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double bytes_a_process(void)
{
	double before = resident(), after;

	open_engine(SIM_CALENDAR);
	start_processes(PARKED, parks);
	sim_engine_run(e);
	after = resident();
	sim_engine_free(e);
	return (after - before) / PARKED;
}

/* ---- SimGrid ---- */

static uint64_t actor_sleeps;

static void actor(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	for (;;) {
		sg_actor_sleep_for((double)some_delay() * 1e-12);
		actor_sleeps++;
	}
}

static double simgrid_sleeps(uint32_t actors, uint64_t events)
{
	double best = 1e18;
	sg_actor_t *a = calloc(actors, sizeof(*a));

	if (!a)
		exit(EXIT_FAILURE);
	for (uint32_t i = 0; i < actors; i++)
		a[i] = sg_actor_create("sleeper", sg_actor_get_host(sg_actor_self()), actor, 0,
				       NULL);
	for (int i = 0; i <= ROUNDS / 3; i++) {
		uint64_t before = actor_sleeps;
		double begin = cpu_ns();

		sg_actor_sleep_for((double)(events / actors) * MEAN_DELAY * 1e-12);
		if (i)
			best = smaller(best, (cpu_ns() - begin) / (double)(actor_sleeps - before));
	}
	for (uint32_t i = 0; i < actors; i++)
		sg_actor_kill(a[i]);
	free(a);
	return best;
}

/* ---- the table ---- */

static char *own_path;

/* What bench_ns3 prints: ns an event with the default scheduler, and with its best one. */
static void ns3(double *usual, double *best)
{
	char command[4096];
	FILE *f;

	*usual = *best = 0;
	snprintf(command, sizeof(command), "%s/bench_ns3", dirname(own_path));
	f = popen(command, "r");
	if (!f || fscanf(f, "%lf %lf", usual, best) != 2)
		fprintf(stderr, "%s gives no figures\n", command);
	if (f)
		pclose(f);
}

static void row(const char *what, uint32_t pending, double ns)
{
	printf("  %-52s %8u %9.1f\n", what, pending, ns);
}

static void compare(const char *what, double ratio, double wanted)
{
	printf("  %-52s %8s %8.1fx   (wanted: %gx)\n", what, "512", ratio, wanted);
}

static void bench(void *arg)
{
	static const uint32_t pending[] = { 1, 2, 64, 512, 8192 };
	double bytes = bytes_a_process(); /* before the heap holds anything to be used again */
	double ours = 0, usual, best, theirs;

	(void)arg;
	printf("Engine, ns of processor time an event          %17s %9s\n", "pending", "ns");
	for (int i = 0; i < 5; i++) {
		double ns = process_events(SIM_CALENDAR, pending[i], EVENTS);

		row(pending[i] == 1 ? "one process, which goes on without a switch"
				    : "one process woken an event",
		    pending[i], ns);
		if (pending[i] == 512)
			ours = ns;
	}
	for (int i = 0; i < 5; i++)
		row("one callback an event", pending[i], callback_events(pending[i]));
	ns3(&usual, &best);
	row("ns-3 Simulator::Schedule, no-op event", 512, usual);
	row("ns-3 the same, with the best of its schedulers", 512, best);
	theirs = simgrid_sleeps(512, EVENTS / 10);
	row("SimGrid actor sleep", 512, theirs);
	row("--engine simgrid, one process woken an event", 512,
	    process_events(SIM_SIMGRID, 512, EVENTS / 10));
	compare("ns-3 event / ours", usual / ours, 2);
	compare("SimGrid actor sleep / ours", theirs / ours, 10);
	printf("  %-52s %8u %9.0f\n", "resident bytes a parked process, stack included", PARKED,
	       bytes);
}

int main(int argc, char **argv)
{
	(void)argc;
	own_path = argv[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sim_simgrid_init() || sim_simgrid_platform(sim_simgrid_one_host()))
		return EXIT_FAILURE;
	return sim_simgrid_run("host", bench, NULL) ? EXIT_FAILURE : EXIT_SUCCESS;
}
