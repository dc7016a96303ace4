/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the kernel-side port keeps what the core told the outside: a bounded array of records,
 * oldest first. One self-test at a time fills it.
 */
#ifndef PLAT_LINUX_SINK_H
#define PLAT_LINUX_SINK_H

#include <plat.h>

#include "../record.h"

/* Room for so many records; what comes later is counted only. 0 or -ENOMEM. May sleep. */
int plat_linux_open(u32 max_records);
/* Wait for memory that readers held and free the records. May sleep. */
void plat_linux_close(void);
/* Stands for the hardware: called at each look of plat_poll(). NULL: nobody. */
void plat_linux_set_hardware(void (*fn)(void *arg), void *arg);
/* The records so far; *lost is the number that found no room. */
const struct port_record *plat_linux_records(u32 *count, u32 *lost);

#endif
