/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A life of many steps, lived again and again, each time with another allocation failing: the step
 * in which that happens says so, holds no lock and leaves the state as it was; called again it
 * succeeds, and the life goes on. Where allocations failed is told in the file that the environment
 * names (GICSIM_SITES): addresses in the program, which tests/unit/models/house turns into lines.
 */
#ifndef TEST_SITES_H
#define TEST_SITES_H

#include <check.h>
#include <execinfo.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/lines.h"
#include "tests/lib/port.h"

#define SITES_MAX   4096u
#define SITES_DEPTH 12

static struct {
	u64 nr;	     /* allocations in steps so far, in this life */
	u64 fail_at; /* the one that fails; 0: none */
	bool counts; /* a step runs */
	bool failed; /* in this step */
	/* The state that a failed step must not change, as text that the caller frees; may be NULL. */
	char *(*state)(void);
	u64 where[SITES_MAX];
	u32 nr_where;
} sites;

static inline int sites_base(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	*(u64 *)base = info->dlpi_addr; /* the program comes first */
	return 1;
}

static inline void sites_note(void)
{
	void *frame[SITES_DEPTH];
	int n = backtrace(frame, SITES_DEPTH);
	u64 base = 0;

	dl_iterate_phdr(sites_base, &base);
	for (int i = 0; i < n; i++) {
		u64 at = (u64)(uintptr_t)frame[i] - base - 1;
		u32 k = 0;

		while (k < sites.nr_where && sites.where[k] != at)
			k++;
		if (k == sites.nr_where && k < SITES_MAX)
			sites.where[sites.nr_where++] = at;
	}
}

static inline bool sites_refuse(void *arg)
{
	(void)arg;
	if (!sites.counts || ++sites.nr != sites.fail_at)
		return false;
	sites.failed = true;
	sites_note();
	return true;
}

/* The hardware works for a step: its allocations are its own. */
#define SITES_OUTSIDE(statement) \
	do { \
		bool counts_ = sites.counts; \
		sites.counts = false; \
		statement; \
		sites.counts = counts_; \
	} while (0)

/*
 * One step: fn() gives 0 (or more), or -errno. `spared`: lack of memory may also be no error, where
 * the step does without it.
 */
static inline void sites_step(const char *name, int (*fn)(void), bool spared)
{
	char *before = sites.state ? sites.state() : NULL, *after;
	int ret;

	sites.failed = false;
	sites.counts = true;
	ret = fn();
	sites.counts = false;
	ck_assert_msg(port.nr_held == 0, "%s holds a lock", name);
	if (!sites.failed) {
		ck_assert_msg(ret >= 0, "%s: %d", name, ret);
	} else if (ret < 0 || !spared) {
		ck_assert_msg(ret == -ENOMEM, "%s without memory: %d", name, ret);
		after = sites.state ? sites.state() : NULL;
		if (before)
			lines_assert_same(name, before, after);
		free(after);
		ret = fn();
		ck_assert_msg(ret >= 0, "%s, again: %d", name, ret);
	}
	free(before);
}

/* life() with each of its allocations failing in turn; how many there are. */
static inline u64 sites_all(void (*life)(void))
{
	u64 most = 1;

	for (u64 n = 0; n <= most; n++) {
		port_reset();
		port.refuse = sites_refuse;
		sites.nr = 0;
		sites.fail_at = n;
		life();
		if (n == 0)
			most = sites.nr;
		else
			ck_assert_uint_ge(sites.nr, n);
		port.refuse = NULL;
		port_assert_quiet();
	}
	return most;
}

/* At the end of a test: tell where. */
static inline void sites_tell(void)
{
	const char *path = getenv("GICSIM_SITES");
	FILE *f = path ? fopen(path, "a") : NULL;

	for (u32 i = 0; f && i < sites.nr_where; i++)
		fprintf(f, "%#llx\n", (unsigned long long)sites.where[i]);
	if (f)
		fclose(f);
}

#endif
