/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle's script language: one operation a line (docs/oracle.md). The reader checks words and
 * numbers as far as they can be known without running; what an operation does stands in the room's
 * other files.
 */
#ifndef ORACLE_SCRIPT_H
#define ORACLE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include <sim/scenario/diag.h>

#define ORACLE_MAX_VCPUS  16u
#define ORACLE_MAX_SLOTS  16u
#define ORACLE_NR_DEVICES 5u /* PCI devices of the host */
#define ORACLE_MAX_ARGS	  8u
#define ORACLE_MAX_ROUTES 4096u /* GSIs */

enum oracle_verb {
	ORACLE_VM,
	ORACLE_PINSELF,
	ORACLE_PIN,
	ORACLE_RUN,
	ORACLE_POST,
	ORACLE_JOIN,
	ORACLE_ITS,
	ORACLE_LPICFG,
	ORACLE_MSI,
	ORACLE_SPI,
	ORACLE_PPI,
	ORACLE_VFIO,
	ORACLE_IRQFD,
	ORACLE_UNIRQFD,
	ORACLE_RAISE,
	ORACLE_EVREAD,
	ORACLE_SLEEP,
	ORACLE_DUMP,
	ORACLE_ITSATTR,
	ORACLE_GICATTR,
	ORACLE_GETREG,
	ORACLE_SETREG,
	ORACLE_PEND,
	ORACLE_MEM,
	ORACLE_IRQS,
	ORACLE_MARK,
	ORACLE_EXIT,
};

/* What a vCPU can be told to do. */
enum oracle_guest_op {
	GUEST_NOP,
	GUEST_GICINIT,
	GUEST_ITSINIT,
	GUEST_RD8,
	GUEST_RD32,
	GUEST_RD64,
	GUEST_WR8,
	GUEST_WR32,
	GUEST_WR64,
	GUEST_SGI,
	GUEST_WINDOW,
	GUEST_HPPIR,
	GUEST_IAR,
	GUEST_EOIR,
	GUEST_DIR,
	GUEST_PMR,
	GUEST_CTLR,
	GUEST_WFI,
	GUEST_SPIN,
};

/* Register groups of getreg and setreg. */
enum oracle_regs { ORACLE_REGS_ITS, ORACLE_REGS_DIST, ORACLE_REGS_REDIST };

/*
 * One operation. `arg` holds its arguments as numbers, in the order of the language; words among
 * them are their enum (guest operation, ITS command by opcode, register group, PCI device).
 */
struct oracle_line {
	const char *text; /* as it is echoed */
	uint32_t number;  /* in the file */
	enum oracle_verb verb;
	uint32_t nr_args;
	uint64_t arg[ORACLE_MAX_ARGS];
};

struct oracle_script {
	const char *path;
	char *memory; /* the file's text */
	struct oracle_line *lines;
	uint32_t nr_lines;
};

/* 0, -EINVAL or -ENOMEM with the message in `diag`. oracle_script_free() in any case. */
int oracle_script_read(struct oracle_script *s, const char *path, struct diag *diag);
void oracle_script_free(struct oracle_script *s);

#endif
