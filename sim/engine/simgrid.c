// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way into SimGrid (sim-simgrid.h). SimGrid's clock is a double in seconds, and events closer
 * than `surf/precision` merge: 1e-13 s keeps events 1 ps apart up to 1000 s, where a double's
 * resolution ends. Its network model is told not to correct latencies and bandwidths.
 */
#include <errno.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xbt/config.h>

#include "fcontext.h"
#include "sim-simgrid.h"

/* KiB of the stack of the first actor, on which callers set up and wind up. */
#define STACK_FIRST_KIB 1024

#if SIM_ASAN
#define FACTORY "thread" /* AddressSanitizer does not follow SimGrid's own switches */
#else
#define FACTORY "raw"
#endif

/* As a command line, because SimGrid takes options in no other way; it may reorder them. */
#define OPTION_MAX 48
static char options[][OPTION_MAX] = {
	"gicsim",
	"--log=root.thres:error",
	"--log=root.fmt:%m%n",
	("--cfg=contexts/factory:" FACTORY),
	"--cfg=surf/precision:1e-13",
	"--cfg=network/model:CM02",
	"--cfg=network/latency-factor:1",
	"--cfg=network/bandwidth-factor:1",
};
#define NR_OPTIONS ((int)(sizeof(options) / sizeof(options[0])))

static const char one_host[] =
	"<?xml version='1.0'?>\n"
	"<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
	"<platform version=\"4.1\">\n"
	"  <zone id=\"all\" routing=\"Full\"><host id=\"host\" speed=\"1Gf\"/></zone>\n"
	"</platform>\n";

/*
 * What SimGrid takes to start, stacks included. It ends the process where it finds no memory, so
 * it is asked for only when there is that much.
 */
#define START_BYTES (32u << 20)

/* SimGrid exists once a process, so these do too. */
static bool initialised;
static bool inside; /* the first actor is running fn */

bool sim_simgrid_room(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && !munmap(p, bytes);
}

int sim_simgrid_init(void)
{
	char *argv[NR_OPTIONS + 1];
	int argc = NR_OPTIONS;

	if (initialised)
		return 0;
	if (!sim_simgrid_room(START_BYTES))
		return -ENOMEM;
	for (int i = 0; i < argc; i++)
		argv[i] = options[i];
	argv[argc] = NULL;
	simgrid_init(&argc, argv);
	initialised = true;
	return 0;
}

const char *sim_simgrid_one_host(void)
{
	return one_host;
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(fd, text, length);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

int sim_simgrid_platform(const char *xml)
{
	const char *dir = getenv("TMPDIR");
	char *path;
	int err, fd;

	if (asprintf(&path, "%s/gicsim-platform-XXXXXX.xml", dir && *dir ? dir : "/tmp") < 0)
		return -ENOMEM;
	fd = mkstemps(path, 4);
	if (fd < 0) {
		err = -errno;
		free(path);
		return err;
	}
	err = write_all(fd, xml, strlen(xml));
	if (close(fd) && !err)
		err = -errno;
	if (!err)
		simgrid_load_platform(path);
	unlink(path);
	free(path);
	return err;
}

/* ---- events 1 ps apart, before anything else happens ---- */

/* One pair could stay apart by the luck of rounding. */
#define PRECISION_EVENTS 9

struct precision_event {
	double delay, woken;
};

static void note_wakeup(int argc, char **argv)
{
	struct precision_event *ev = sg_actor_self_get_data();

	(void)argc;
	(void)argv;
	sg_actor_sleep_for(ev->delay);
	ev->woken = simgrid_get_clock();
}

static void start_actor(const char *name, sg_host_t host, xbt_main_func_t fn, void *data)
{
	sg_actor_t actor = sg_actor_init(name, host);

	sg_actor_set_data(actor, data);
	sg_actor_start(actor, fn, 0, NULL);
}

static int check_precision(void)
{
	sg_host_t host = sg_actor_get_host(sg_actor_self());
	struct precision_event ev[PRECISION_EVENTS];

	for (int i = 0; i < PRECISION_EVENTS; i++) {
		ev[i] = (struct precision_event){ .delay = (1 + i) * 1e-12 };
		start_actor("precision", host, note_wakeup, &ev[i]);
	}
	sg_actor_sleep_for((1 + PRECISION_EVENTS) * 1e-12);
	sg_actor_yield(); /* were they all to wake at once, this one could be first */
	for (int i = 1; i < PRECISION_EVENTS; i++) {
		double gap = ev[i].woken - ev[i - 1].woken;

		if (gap < 0.9e-12 || gap > 1.1e-12) {
			fprintf(stderr,
				"SimGrid: events 1 ps apart came %g s apart, although "
				"surf/precision is %g s\n",
				gap, sg_cfg_get_double("surf/precision"));
			return -EINVAL;
		}
	}
	return 0;
}

/* ---- the first actor ---- */

struct first_actor {
	void (*fn)(void *arg);
	void *arg;
	int err;
};

static void first_main(int argc, char **argv)
{
	struct first_actor *a = sg_actor_self_get_data();

	(void)argc;
	(void)argv;
	a->err = check_precision();
	if (a->err)
		return;
	inside = true;
	a->fn(a->arg);
	inside = false;
}

bool sim_simgrid_inside(void)
{
	return inside;
}

int sim_simgrid_run(const char *host, void (*fn)(void *arg), void *arg)
{
	struct first_actor a = { fn, arg, -EINVAL };
	sg_host_t h = initialised ? sg_host_by_name(host) : NULL;

	if (!h) {
		fprintf(stderr, "SimGrid: the platform has no host '%s'\n", host);
		return -EINVAL;
	}
	sg_cfg_set_int("contexts/stack-size", STACK_FIRST_KIB);
	start_actor("gicsim", h, first_main, &a);
	simgrid_run();
	return a.err;
}
