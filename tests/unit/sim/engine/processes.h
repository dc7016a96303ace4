/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An engine on the calendar driver, and processes numbered as they are made, for tests of
 * processes.
 */
#ifndef ENGINE_PROCESSES_H
#define ENGINE_PROCESSES_H

#include <check.h>

#include "sim/engine/engine.h"

static struct sim_engine *e;
static uint32_t next_object;

static void setup(void)
{
	struct sim_engine_config cfg = { .check = true };

	e = sim_engine_new(&cfg);
	ck_assert_ptr_nonnull(e);
	next_object = 0;
}

static void teardown(void)
{
	sim_engine_free(e);
}

static struct sim_proc *process(void (*fn)(void *), void *arg, sim_time at)
{
	struct sim_proc *p = sim_proc_new(e, 1, next_object++, fn, arg);

	ck_assert_ptr_nonnull(p);
	sim_proc_start(e, p, at);
	return p;
}

#endif
