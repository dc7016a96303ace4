/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbered jobs in child processes, so many at a time, each in a process of its own.
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include <stdbool.h>
#include <stdint.h>

#define POOL_TEXT_MAX 4096

struct pool {
	unsigned jobs; /* children at a time */
	/* Numbers of the jobs, in the order of their start. */
	const uint32_t *numbers;
	uint32_t nr;
	/* In the child: what it prints on standard error goes to `ended`; its exit status. */
	int (*work)(void *arg, uint32_t number);
	/* In the parent, when a child has ended: its wait status and what it printed. False: start
	 * no more, kill what runs. */
	bool (*ended)(void *arg, uint32_t number, int status, const char *text);
	/* In the parent, some four times a second. */
	void (*tick)(void *arg);
	void *arg;
};

/* 0, or -errno when no child could be started. Children die with the process that calls this. */
int pool_run(const struct pool *pool);

#endif
