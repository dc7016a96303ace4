/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace for the Perfetto viewer (ui.perfetto.dev): protobuf packets with named tracks, slices,
 * instants, and flows that connect the hops of one interrupt. Perfetto counts in ns; the exact ps
 * of each event stand beside it as an annotation.
 *
 * Functions do nothing on a NULL trace. Write errors are kept and told by rec_trace_close().
 */
#ifndef RECORD_TRACE_H
#define RECORD_TRACE_H

#include <stdint.h>

struct rec_trace;
typedef uint64_t rec_track; /* 0: none */

/* NULL: not possible, errno says why. */
struct rec_trace *rec_trace_open(const char *path);
/* Write what is buffered and close: now the file has its name. 0 or -errno of the first failure,
 * after which there is no file. */
int rec_trace_close(struct rec_trace *t);
/* The run has failed: no file. */
void rec_trace_abandon(struct rec_trace *t);

/* A named row of the viewer, below `parent` (0: top level). Shown in order of creation. */
rec_track rec_trace_track(struct rec_trace *t, rec_track parent, const char *name);
/* A slice on a track; slices of one track nest. flow 0: none, else the serial of a life. */
void rec_trace_begin(struct rec_trace *t, rec_track track, uint64_t ps, const char *name,
		     uint64_t flow);
void rec_trace_end(struct rec_trace *t, rec_track track, uint64_t ps);
void rec_trace_instant(struct rec_trace *t, rec_track track, uint64_t ps, const char *name,
		       uint64_t flow);

#endif
