// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that appear whole (outfile.h): mkstemp, fsync, rename.
 */
#include "record/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_beside(struct outfile *o)
{
	mode_t mask = umask(0);
	int err;

	umask(mask);
	if ((size_t)snprintf(o->tmp, sizeof(o->tmp), "%s.XXXXXX", o->path) >= sizeof(o->tmp))
		return -ENAMETOOLONG;
	o->fd = mkstemp(o->tmp);
	if (o->fd < 0)
		return -errno;
	if (!fchmod(o->fd, 0666 & ~mask) && !fcntl(o->fd, F_SETFD, FD_CLOEXEC))
		return 0;
	err = -errno;
	outfile_abandon(o);
	return err;
}

int outfile_open(struct outfile *o, const char *path)
{
	struct stat st;

	o->path[0] = 0;
	if (stat(path, &st)) {
		if ((size_t)snprintf(o->path, sizeof(o->path), "%s", path) >= sizeof(o->path))
			return -ENAMETOOLONG;
		return open_beside(o);
	}
	if (S_ISREG(st.st_mode))
		return realpath(path, o->path) ? open_beside(o) : -errno;
	o->fd = open(path, O_WRONLY | O_CLOEXEC);
	return o->fd < 0 ? -errno : 0;
}

int outfile_commit(struct outfile *o)
{
	int err = o->path[0] && fsync(o->fd) ? -errno : 0;

	if (close(o->fd) && !err)
		err = -errno;
	if (o->path[0] && !err && rename(o->tmp, o->path))
		err = -errno;
	if (o->path[0] && err)
		unlink(o->tmp);
	return err;
}

void outfile_abandon(struct outfile *o)
{
	close(o->fd);
	if (o->path[0])
		unlink(o->tmp);
}
