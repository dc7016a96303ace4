/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbered jobs in child processes, so many at a time, each in a process of its own. Children see
 * the caller's memory as it was at the call of pool_run().
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POOL_TEXT_MAX 4096

struct pool_end {
	uint32_t number;
	int status;	   /* as wait() gives it */
	const char *text;  /* what it printed */
	const void *bytes; /* what it wrote */
	size_t size;
};

struct pool {
	unsigned jobs; /* children at a time; 1: and none while what the last one wrote is taken */
	/* Numbers of the jobs, in the order of their start. */
	const uint32_t *numbers;
	uint32_t nr;
	/* In the child: what it prints on standard error goes to `ended`, and so does what it writes
	 * to the file `out`; its exit status. */
	int (*work)(void *arg, uint32_t number, int out);
	/* In the parent, when a child has ended. False: start no more, kill what runs. */
	bool (*ended)(void *arg, const struct pool_end *end);
	/* In the parent, when all that had ended were told and it would wait. False: as above. May
	 * be NULL. */
	bool (*idle)(void *arg);
	/* In the parent, some four times a second. */
	void (*tick)(void *arg);
	void *arg;
};

/* 0, or -errno when no child could be started. Children die with the process that calls this. */
int pool_run(const struct pool *pool);

#endif
