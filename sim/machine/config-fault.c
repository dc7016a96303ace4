// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the checks of a configuration say is wrong, and of which key.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "config.h"

struct config_fault *config_at(struct config_fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->path, sizeof(f->path), fmt, ap);
	va_end(ap);
	return f;
}

int config_wrong(struct config_fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->why, sizeof(f->why), fmt, ap);
	va_end(ap);
	return -EINVAL;
}
