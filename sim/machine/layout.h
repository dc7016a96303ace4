/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a guest finds its devices and keeps its tables: guest physical addresses.
 */
#ifndef MACHINE_LAYOUT_H
#define MACHINE_LAYOUT_H

#define GUEST_GICD	 0x08000000ull
#define GUEST_GICC	 0x08010000ull /* GICv2: two frames of 4 KiB */
#define GUEST_GITS	 0x08080000ull
#define GUEST_GICR	 0x080a0000ull /* 128 KiB a vCPU */
#define GUEST_GICR_STEP	 0x20000ull
#define GUEST_IO	 0x20000000ull /* emulated in user space */
#define GUEST_RAM	 0x40000000ull
#define GUEST_PROP_TABLE 0x40100000ull /* LPI configuration, 64 KiB */
#define GUEST_PEND_TABLE 0x40200000ull /* LPI pending, 64 KiB a vCPU */
#define GUEST_CMD_QUEUE	 0x42400000ull /* 64 KiB */
#define GUEST_CMD_SIZE	 0x10000u
#define GUEST_DEVICES	 0x42410000ull /* ITS device table, 512 KiB */
#define GUEST_COLLECTION 0x424a0000ull /* ITS collection table, 64 KiB */
#define GUEST_ITTS	 0x42500000ull
#define GUEST_LPI_BITS	 16u
#define GUEST_PRIORITY	 0xa0u

#endif
