/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle's VM: where guest memory holds what (docs/oracle.md). Frames of the virtual GIC lie
 * where every guest of the machine has them (sim/machine/layout.h).
 */
#ifndef ORACLE_LAYOUT_H
#define ORACLE_LAYOUT_H

#include <sim/machine/layout.h>

#define ORACLE_RAM_SIZE	   0x02000000ull
#define ORACLE_CMD_QUEUE   0x40400000ull /* GUEST_CMD_SIZE bytes */
#define ORACLE_DEVICES	   0x40410000ull /* ITS device table */
#define ORACLE_COLLECTIONS 0x40420000ull /* ITS collection table */
#define ORACLE_ITTS	   0x40500000ull
#define ORACLE_ITT_STEP	   0x1000ull
#define ORACLE_PEND_STEP   0x10000ull /* a vCPU's LPI pending table */
#define ORACLE_LPIS_END	   0x10000u   /* INTIDs that `pend` looks at end here */

#endif
