/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the one-thread port. */
#ifndef TEST_PORT_INTERNAL_H
#define TEST_PORT_INTERNAL_H

/* Drop records, names and line levels with their memory. */
void port_forget(void);
/* Call a hook that stands for hardware: the caller's locks are not its locks. */
void port_hardware(void (*fn)(void *arg, void *object), void *object);

#endif
