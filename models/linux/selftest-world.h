/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest addresses of the self-test's VM: frames of the GIC, and tables in guest memory. */
#ifndef GIC_SELFTEST_WORLD_H
#define GIC_SELFTEST_WORLD_H

#include "selftest.h"

#define GUEST_GICD 0x08000000ull
#define GUEST_GITS 0x08080000ull
#define GUEST_GICR 0x080a0000ull

#define GUEST_RAM      0x40000000ull
#define GUEST_RAM_SIZE 0x01000000ull
#define GUEST_PROPERTY 0x40000000ull /* LPI configuration table */
#define GUEST_PENDING  0x40010000ull /* LPI pending tables, 64 KiB a vCPU */
#define GUEST_QUEUE    0x40040000ull /* ITS command queue, one 64 KiB page */
#define GUEST_TABLES   0x40050000ull /* ITS tables, 64 KiB each */
#define GUEST_ITT      0x40100000ull /* interrupt translation tables, 4 KiB a device */

#endif
