/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of results that is there whole or not at all: written beside its name and renamed when it
 * is complete and on disk. A name that is no regular file (a pipe, a device) is written to as it is.
 */
#ifndef RECORD_OUTFILE_H
#define RECORD_OUTFILE_H

#include <limits.h>

struct outfile {
	int fd;
	char path[PATH_MAX]; /* links followed; empty: written to as it is */
	char tmp[PATH_MAX];
};

/* 0 or -errno; then o->fd can be written to, and one of the two below ends it. */
int outfile_open(struct outfile *o, const char *path);
/* Under its name now. 0 or -errno; then nothing was touched. */
int outfile_commit(struct outfile *o);
/* As if it had never been opened. */
void outfile_abandon(struct outfile *o);

#endif
