// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Error numbers of the device attributes as a table written from spec/vgic.md 1.15, 1.16 and
 * 2.8-2.10: for each device, group, attribute and state what set, get and has answer, and in which
 * order of precedence. What fails leaves everything as it was. What a value does that is accepted
 * is other tests' business.
 */
#include "models/arch/its.h"
#include "tests/unit/models/vits/vits-state.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

enum device { V2, V3, ITS_DEV };

/* How far the VM has come, each with what stands before it. */
enum state {
	NEW,	 /* created */
	PLACED,	 /* frames have their addresses */
	INIT,	 /* initialised */
	RUNNING, /* and vCPU 1 is in its run loop */
	LOADED,	 /* as INIT, and vCPU 1 is loaded on a PE, its mutex free: what 2013 looks at */
};

enum op { SET, GET, HAS, SET_FAULT, GET_FAULT };

#define SYSREG_NONE	   SYSREG(3, 0, 12, 8, 0) /* ICC_IAR0: not to be saved */
#define REGION(n, base, i) ((u64)(n) << 52 | (base) | (i))
#define WHO(vcpu)	   ((u64)(vcpu) << 32)
#define IIDR(rev)	   (0x4b00043bull | (u64)(rev) << 12)

struct row {
	const char *rule;
	enum device device;
	enum state state;
	enum op op;
	u64 group, attr, value;
	int error;
	/* Done before, and succeeds: a set of the same device. */
	struct {
		u64 group, attr, value;
	} first;
	u8 user_regs; /* policy */
};

#define ADDR	   VGIC_GRP_ADDR
#define NR_IRQS	   VGIC_GRP_NR_IRQS
#define CTRL	   VGIC_GRP_CTRL
#define DIST_REGS  VGIC_GRP_DIST_REGS
#define CPU_REGS   VGIC_GRP_CPU_REGS
#define REDISTS	   VGIC_GRP_REDIST_REGS
#define SYSREGS	   VGIC_GRP_CPU_SYSREGS
#define LEVEL_INFO VGIC_GRP_LEVEL_INFO
#define ITS_REGS   VGIC_GRP_ITS_REGS
#define REGIONS	   VGIC_ADDR_V3_REDIST_REGION
#define IPA_END	   (1ull << 40)

/* clang-format off */
static const struct row rows[] = {
	/* ---- groups ---- */
	{ "an unknown group", V3, INIT, SET, 10, 0, 0, -ENXIO },
	{ "an unknown group", V3, INIT, GET, 10, 0, 0, -ENXIO },
	{ "an unknown group", V3, INIT, HAS, 10, 0, 0, -ENXIO },
	{ "an unknown group comes before a bad pointer", V3, INIT, SET_FAULT, 10, 0, 0, -ENXIO },
	{ "a nested VM's group", V3, INIT, SET, 9, 0, 25, -ENXIO },
	{ "a group of the ITS", V3, INIT, GET, ITS_REGS, GITS_CTLR, 0, -ENXIO },
	{ "a group of GICv2", V3, INIT, GET, CPU_REGS, GICC_PMR, 0, -ENXIO },
	{ "a group of GICv2", V3, INIT, HAS, CPU_REGS, GICC_PMR, 0, -ENXIO },
	{ "a group of GICv3", V2, INIT, GET, REDISTS, GICR_CTLR, 0, -ENXIO },
	{ "a group of GICv3", V2, INIT, SET, SYSREGS, SYSREG_ICC_PMR, 0, -ENXIO },
	{ "a group of GICv3", V2, INIT, HAS, LEVEL_INFO, 32, 0, -ENXIO },
	{ "a group of the vGIC", ITS_DEV, INIT, SET, DIST_REGS, GICD_CTLR, 0, -ENXIO },
	{ "a group of the vGIC", ITS_DEV, INIT, GET, NR_IRQS, 0, 0, -ENXIO },
	{ "a group of the vGIC", ITS_DEV, INIT, HAS, REDISTS, GICR_CTLR, 0, -ENXIO },
	{ "an unknown group", ITS_DEV, INIT, SET, 10, 0, 0, -ENXIO },

	/* ---- ADDR: GICv3 ---- */
	{ "distributor", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, DIST, 0 },
	{ "distributor", V3, NEW, HAS, ADDR, VGIC_ADDR_V3_DIST, 0, 0 },
	{ "distributor, unset", V3, NEW, GET, ADDR, VGIC_ADDR_V3_DIST, 0, 0 },
	{ "distributor, a bad pointer", V3, NEW, SET_FAULT, ADDR, VGIC_ADDR_V3_DIST, 0, -EFAULT },
	{ "distributor, a bad pointer", V3, NEW, GET_FAULT, ADDR, VGIC_ADDR_V3_DIST, 0, -EFAULT },
	{ "distributor not on 64 KiB", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, DIST + 0x1000, -EINVAL },
	{ "distributor that wraps", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, ~0xffffull, -EINVAL },
	{ "distributor beyond the IPA space", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, IPA_END, -E2BIG },
	{ "distributor at its end", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, IPA_END - 0x10000, 0 },
	{ "misaligned comes before beyond", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, IPA_END + 8, -EINVAL },
	{ "distributor twice", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, DIST, -EEXIST,
	  { ADDR, VGIC_ADDR_V3_DIST, DIST } },
	{ "twice comes before misaligned", V3, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, 8, -EEXIST,
	  { ADDR, VGIC_ADDR_V3_DIST, DIST } },
	{ "distributor after init", V3, INIT, SET, ADDR, VGIC_ADDR_V3_DIST, 0x09000000, -EEXIST },
	{ "redistributors", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, REDIST, 0 },
	{ "redistributors not on 64 KiB", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, REDIST + 0x1000,
	  -EINVAL },
	{ "redistributors that wrap", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, ~0xffffull, -EINVAL },
	{ "redistributors that reach beyond", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, IPA_END - 0x10000,
	  -E2BIG },
	{ "redistributors twice", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, 0x09000000, -EEXIST,
	  { ADDR, VGIC_ADDR_V3_REDIST, REDIST } },
	{ "redistributors over the distributor", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, DIST - 0x20000,
	  -EINVAL, { ADDR, VGIC_ADDR_V3_DIST, DIST } },
	{ "a distributor over redistributors shows at the first run only", V3, NEW, SET, ADDR,
	  VGIC_ADDR_V3_DIST, REDIST + 0x10000, 0, { ADDR, VGIC_ADDR_V3_REDIST, REDIST } },
	{ "redistributors after a region", V3, NEW, SET, ADDR, VGIC_ADDR_V3_REDIST, 0x09000000, -EINVAL,
	  { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "region", V3, NEW, SET, ADDR, REGIONS, REGION(2, REDIST, 0), 0 },
	{ "region, a bad pointer", V3, NEW, SET_FAULT, ADDR, REGIONS, 0, -EFAULT },
	{ "region, a bad pointer", V3, NEW, GET_FAULT, ADDR, REGIONS, 0, -EFAULT },
	{ "region without frames", V3, NEW, SET, ADDR, REGIONS, REGION(0, REDIST, 0), -EINVAL },
	{ "region with flags", V3, NEW, SET, ADDR, REGIONS, REGION(2, REDIST, 0x1000), -EINVAL },
	{ "a first region that is not 0", V3, NEW, SET, ADDR, REGIONS, REGION(2, REDIST, 1), -EINVAL },
	{ "a region again", V3, NEW, SET, ADDR, REGIONS, REGION(2, 0x09000000, 0), -EINVAL,
	  { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "a region that leaves one out", V3, NEW, SET, ADDR, REGIONS, REGION(2, 0x09000000, 2), -EINVAL,
	  { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "the next region", V3, NEW, SET, ADDR, REGIONS, REGION(2, 0x09000000, 1), 0,
	  { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "a region over another", V3, NEW, SET, ADDR, REGIONS, REGION(2, REDIST + 0x30000, 1),
	  -EINVAL, { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "a region over the distributor", V3, NEW, SET, ADDR, REGIONS, REGION(2, DIST - 0x30000, 0),
	  -EINVAL, { ADDR, VGIC_ADDR_V3_DIST, DIST } },
	{ "a region that reaches beyond", V3, NEW, SET, ADDR, REGIONS, REGION(1, IPA_END - 0x10000, 0),
	  -E2BIG },
	{ "a region after legacy redistributors", V3, NEW, SET, ADDR, REGIONS, REGION(2, 0x09000000, 1),
	  -EINVAL, { ADDR, VGIC_ADDR_V3_REDIST, REDIST } },
	{ "a region that is not there", V3, NEW, GET, ADDR, REGIONS, 0, -ENOENT },
	{ "a region that is not there", V3, NEW, GET, ADDR, REGIONS, 1, -ENOENT,
	  { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "a region that is", V3, NEW, GET, ADDR, REGIONS, 0, 0,
	  { ADDR, REGIONS, REGION(2, REDIST, 0) } },
	{ "an address of GICv2", V3, NEW, SET, ADDR, VGIC_ADDR_V2_DIST, DIST, -ENXIO },
	{ "an address of GICv2", V3, NEW, GET, ADDR, VGIC_ADDR_V2_CPU, 0, -ENXIO },
	{ "an address of GICv2", V3, NEW, HAS, ADDR, VGIC_ADDR_V2_DIST, 0, -ENXIO },
	{ "an address of the ITS", V3, NEW, SET, ADDR, VGIC_ADDR_ITS, ITS, -ENXIO },
	{ "no address", V3, NEW, SET, ADDR, 6, DIST, -ENXIO },
	{ "no address, 64 bits wide", V3, NEW, HAS, ADDR, 1ull << 32 | VGIC_ADDR_V3_DIST, 0, -ENXIO },

	/* ---- ADDR: GICv2 ---- */
	{ "distributor", V2, NEW, SET, ADDR, VGIC_ADDR_V2_DIST, DIST + 0x1000, 0 },
	{ "distributor not on 4 KiB", V2, NEW, SET, ADDR, VGIC_ADDR_V2_DIST, DIST + 0x800, -EINVAL },
	{ "distributor twice", V2, NEW, SET, ADDR, VGIC_ADDR_V2_DIST, DIST, -EEXIST,
	  { ADDR, VGIC_ADDR_V2_DIST, DIST } },
	{ "distributor beyond", V2, NEW, SET, ADDR, VGIC_ADDR_V2_DIST, IPA_END, -E2BIG },
	{ "CPU interface on 4 KiB", V2, NEW, SET, ADDR, VGIC_ADDR_V2_CPU, CPUIF + 0x1000, 0 },
	{ "CPU interface not on 4 KiB", V2, NEW, SET, ADDR, VGIC_ADDR_V2_CPU, CPUIF + 0x10, -EINVAL },
	{ "CPU interface that reaches beyond", V2, NEW, SET, ADDR, VGIC_ADDR_V2_CPU, IPA_END - 0x1000,
	  -E2BIG },
	{ "CPU interface twice", V2, NEW, SET, ADDR, VGIC_ADDR_V2_CPU, CPUIF, -EEXIST,
	  { ADDR, VGIC_ADDR_V2_CPU, CPUIF } },
	{ "overlapping frames show at the first run only", V2, NEW, SET, ADDR, VGIC_ADDR_V2_CPU, DIST, 0,
	  { ADDR, VGIC_ADDR_V2_DIST, DIST } },
	{ "an address of GICv3", V2, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, DIST, -ENXIO },
	{ "an address of GICv3", V2, NEW, GET, ADDR, REGIONS, 0, -ENXIO },
	{ "an address of GICv3", V2, NEW, HAS, ADDR, VGIC_ADDR_V3_REDIST, 0, -ENXIO },

	/* ---- ADDR: ITS ---- */
	{ "the ITS", ITS_DEV, NEW, SET, ADDR, VGIC_ADDR_ITS, ITS, 0 },
	{ "the ITS, unset", ITS_DEV, NEW, GET, ADDR, VGIC_ADDR_ITS, 0, 0 },
	{ "the ITS, a bad pointer", ITS_DEV, NEW, SET_FAULT, ADDR, VGIC_ADDR_ITS, 0, -EFAULT },
	{ "the ITS, a bad pointer", ITS_DEV, NEW, GET_FAULT, ADDR, VGIC_ADDR_ITS, 0, -EFAULT },
	{ "the ITS not on 64 KiB", ITS_DEV, NEW, SET, ADDR, VGIC_ADDR_ITS, ITS + 0x8000, -EINVAL },
	{ "the ITS that reaches beyond", ITS_DEV, NEW, SET, ADDR, VGIC_ADDR_ITS, IPA_END - 0x10000, -E2BIG },
	{ "the ITS twice", ITS_DEV, PLACED, SET, ADDR, VGIC_ADDR_ITS, ITS, -EEXIST },
	{ "an ITS keeps -ENODEV for other addresses", ITS_DEV, NEW, SET, ADDR, VGIC_ADDR_V3_DIST, ITS,
	  -ENODEV },
	{ "an ITS keeps -ENODEV for other addresses", ITS_DEV, NEW, GET, ADDR, 99, 0, -ENODEV },
	{ "that comes before a bad pointer", ITS_DEV, NEW, SET_FAULT, ADDR, VGIC_ADDR_V3_DIST, 0, -ENODEV },
	{ "has says -ENXIO", ITS_DEV, NEW, HAS, ADDR, VGIC_ADDR_V3_DIST, 0, -ENXIO },

	/* ---- NR_IRQS ---- */
	{ "64", V3, NEW, SET, NR_IRQS, 0, 64, 0 },
	{ "992", V2, NEW, SET, NR_IRQS, 0, 992, 0 },
	{ "has", V2, NEW, HAS, NR_IRQS, 0, 0, 0 },
	{ "below 64", V3, NEW, SET, NR_IRQS, 0, 32, -EINVAL },
	{ "above 1023", V3, NEW, SET, NR_IRQS, 0, 1024, -EINVAL },
	{ "no multiple of 32", V3, NEW, SET, NR_IRQS, 0, 100, -EINVAL },
	{ "none", V3, NEW, SET, NR_IRQS, 0, 0, -EINVAL },
	{ "twice", V3, NEW, SET, NR_IRQS, 0, 64, -EBUSY, { NR_IRQS, 0, 64 } },
	{ "after init", V3, INIT, SET, NR_IRQS, 0, 64, -EBUSY },
	{ "after init", V2, INIT, SET, NR_IRQS, 0, 64, -EBUSY },
	{ "the range comes before too late", V3, INIT, SET, NR_IRQS, 0, 65, -EINVAL },
	{ "a bad pointer", V3, NEW, SET_FAULT, NR_IRQS, 0, 0, -EFAULT },
	{ "a bad pointer", V3, NEW, GET_FAULT, NR_IRQS, 0, 0, -EFAULT },

	/* ---- CTRL ---- */
	{ "init", V3, NEW, SET, CTRL, VGIC_CTRL_INIT, 0, 0 },
	{ "init without addresses is no error, with no pointer neither", V2, NEW, SET_FAULT, CTRL,
	  VGIC_CTRL_INIT, 0, 0 },
	{ "init again", V3, INIT, SET, CTRL, VGIC_CTRL_INIT, 0, 0 },
	{ "controls cannot be read", V3, INIT, GET, CTRL, VGIC_CTRL_INIT, 0, -ENXIO },
	{ "has init", V2, NEW, HAS, CTRL, VGIC_CTRL_INIT, 0, 0 },
	{ "pending tables before init", V3, PLACED, SET, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0, -ENXIO },
	{ "pending tables", V3, INIT, SET, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0, 0 },
	{ "pending tables of a running VM", V3, RUNNING, SET, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0,
	  -EBUSY },
	{ "pending tables of a GICv2", V2, INIT, SET, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0, -ENXIO },
	{ "has pending tables", V3, NEW, HAS, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0, 0 },
	{ "has pending tables, GICv2", V2, NEW, HAS, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0, -ENXIO },
	{ "a control of the ITS", V3, INIT, SET, CTRL, VGIC_CTRL_ITS_SAVE_TABLES, 0, -ENXIO },
	{ "a control of the ITS", V3, INIT, HAS, CTRL, VGIC_CTRL_ITS_RESET, 0, -ENXIO },
	{ "no control", V3, INIT, SET, CTRL, 5, 0, -ENXIO },
	{ "save tables of a running VM", ITS_DEV, RUNNING, SET, CTRL, VGIC_CTRL_ITS_SAVE_TABLES, 0, -EBUSY },
	{ "restore tables of a running VM", ITS_DEV, RUNNING, SET, CTRL, VGIC_CTRL_ITS_RESTORE_TABLES, 0,
	  -EBUSY },
	{ "reset of a running VM's ITS", ITS_DEV, RUNNING, SET, CTRL, VGIC_CTRL_ITS_RESET, 0, -EBUSY },
	{ "init of a running VM's ITS", ITS_DEV, RUNNING, SET, CTRL, VGIC_CTRL_INIT, 0, 0 },
	{ "save without tables", ITS_DEV, INIT, SET, CTRL, VGIC_CTRL_ITS_SAVE_TABLES, 0, 0 },
	{ "restore without tables", ITS_DEV, INIT, SET, CTRL, VGIC_CTRL_ITS_RESTORE_TABLES, 0, 0 },
	{ "reset", ITS_DEV, INIT, SET, CTRL, VGIC_CTRL_ITS_RESET, 0, 0 },
	{ "controls cannot be read", ITS_DEV, INIT, GET, CTRL, VGIC_CTRL_INIT, 0, -ENXIO },
	{ "has no pending tables", ITS_DEV, INIT, HAS, CTRL, VGIC_CTRL_SAVE_PENDING_TABLES, 0, -ENXIO },

	/* ---- registers: who, when ---- */
	{ "before init", V3, PLACED, GET, DIST_REGS, GICD_CTLR, 0, -EBUSY },
	{ "before init", V3, PLACED, SET, DIST_REGS, GICD_CTLR, 0, -EBUSY },
	{ "before init", V3, PLACED, GET, REDISTS, GICR_CTLR, 0, -EBUSY },
	{ "before init", V3, PLACED, GET, SYSREGS, SYSREG_ICC_PMR, 0, -EBUSY },
	{ "before init", V3, PLACED, GET, LEVEL_INFO, 32, 0, -EBUSY },
	{ "before init, no such register", V3, PLACED, GET, SYSREGS, SYSREG_NONE, 0, -EBUSY },
	{ "before init, lines of no multiple of 32", V3, PLACED, GET, LEVEL_INFO, 33, 0, -EBUSY },
	{ "before init but for IIDR", V3, NEW, GET, DIST_REGS, GICD_IIDR, 0, 0 },
	{ "before init but for TYPER2", V3, NEW, GET, DIST_REGS, GICD_TYPER2, 0, 0 },
	{ "before init the redistributor's IIDR", V3, NEW, GET, REDISTS, GICR_IIDR, 0, -EBUSY },
	{ "has needs no init", V3, NEW, HAS, DIST_REGS, GICD_CTLR, 0, 0 },
	{ "a GICv2 is initialised by the access", V2, NEW, GET, DIST_REGS, GICD_CTLR, 0, 0 },
	{ "running", V3, RUNNING, GET, DIST_REGS, GICD_CTLR, 0, -EBUSY },
	{ "running", V3, RUNNING, SET, DIST_REGS, GICD_IIDR, IIDR(3), -EBUSY },
	{ "running", V3, RUNNING, SET, REDISTS, GICR_CTLR, 0, -EBUSY },
	{ "running", V3, RUNNING, GET, SYSREGS, SYSREG_ICC_PMR, 0, -EBUSY },
	{ "running", V3, RUNNING, SET, LEVEL_INFO, 32, 0, -EBUSY },
	{ "running, another register than there is", V3, RUNNING, GET, DIST_REGS, 0x40, 0, -EBUSY },
	{ "running", V2, RUNNING, GET, DIST_REGS, GICD_CTLR, 0, -EBUSY },
	{ "running", V2, RUNNING, SET, CPU_REGS, GICC_PMR, 0, -EBUSY },
	{ "running does not keep has from answering", V3, RUNNING, HAS, REDISTS, GICR_CTLR, 0, 0 },
	{ "no such vCPU", V3, INIT, GET, REDISTS, WHO(4) | GICR_CTLR, 0, -EINVAL },
	{ "no such vCPU", V3, INIT, SET, SYSREGS, WHO(0x100) | SYSREG_ICC_PMR, 0, -EINVAL },
	{ "no such vCPU", V3, INIT, GET, LEVEL_INFO, WHO(0x10000) | 32, 0, -EINVAL },
	{ "no such vCPU", V3, INIT, HAS, REDISTS, WHO(4) | GICR_CTLR, 0, -EINVAL },
	{ "no such vCPU", V2, INIT, GET, DIST_REGS, WHO(4) | GICD_CTLR, 0, -EINVAL },
	{ "no such vCPU", V2, INIT, SET, CPU_REGS, WHO(255) | GICC_PMR, 0, -EINVAL },
	{ "no such vCPU", V2, INIT, HAS, CPU_REGS, WHO(8) | GICC_PMR, 0, -EINVAL },
	{ "no such vCPU comes before who runs", V3, RUNNING, GET, REDISTS, WHO(4) | GICR_CTLR, 0, -EINVAL },
	{ "no such vCPU comes before init", V3, PLACED, GET, REDISTS, WHO(4) | GICR_CTLR, 0, -EINVAL },
	{ "the distributor of GICv3 has no vCPU", V3, INIT, GET, DIST_REGS, WHO(4) | GICD_CTLR, 0, 0 },
	{ "a bad pointer", V3, INIT, SET_FAULT, REDISTS, GICR_CTLR, 0, -EFAULT },
	{ "a bad pointer", V3, INIT, GET_FAULT, SYSREGS, SYSREG_ICC_PMR, 0, -EFAULT },
	{ "a bad pointer", V3, INIT, SET_FAULT, LEVEL_INFO, 32, 0, -EFAULT },
	{ "a bad pointer", V2, INIT, SET_FAULT, CPU_REGS, GICC_PMR, 0, -EFAULT },
	{ "a bad pointer", V2, INIT, GET_FAULT, DIST_REGS, GICD_CTLR, 0, -EFAULT },

	/* ---- registers: which ---- */
	{ "without handler: RAZ", V3, INIT, GET, DIST_REGS, 0x40, 0, 0 },
	{ "without handler: WI", V3, INIT, SET, REDISTS, 0x100, ~0ull, 0 },
	{ "only has tells", V3, INIT, HAS, DIST_REGS, 0x40, 0, -ENXIO },
	{ "only has tells", V3, INIT, HAS, REDISTS, 0x100, 0, -ENXIO },
	{ "only has tells", V2, INIT, HAS, CPU_REGS, GICC_IAR, 0, -ENXIO },
	{ "misaligned: RAZ", V3, INIT, GET, DIST_REGS, GICD_CTLR + 2, 0, 0 },
	{ "misaligned, has", V3, INIT, HAS, DIST_REGS, GICD_CTLR + 2, 0, -ENXIO },
	{ "misaligned, has", V2, INIT, HAS, CPU_REGS, GICC_PMR + 1, 0, -ENXIO },
	{ "beyond the frame, has", V3, INIT, HAS, REDISTS, 0x20000, 0, -ENXIO },
	{ "no such system register", V3, INIT, GET, SYSREGS, SYSREG_NONE, 0, -ENXIO },
	{ "no such system register", V3, INIT, SET, SYSREGS, SYSREG_NONE, 0, -ENXIO },
	{ "no such system register", V3, INIT, HAS, SYSREGS, SYSREG_NONE, 0, -ENXIO },
	{ "lines of no multiple of 32", V3, INIT, GET, LEVEL_INFO, 48, 0, -EINVAL },
	{ "lines of no multiple of 32", V3, INIT, SET, LEVEL_INFO, 33, 0, -EINVAL },
	{ "lines, other information", V3, INIT, GET, LEVEL_INFO, 1u << 10 | 32, 0, -EINVAL },
	{ "lines, other information", V3, INIT, SET, LEVEL_INFO, 1u << 31 | 32, 0, -EINVAL },
	{ "lines, other information, has", V3, INIT, HAS, LEVEL_INFO, 1u << 10 | 32, 0, -ENXIO },
	{ "lines beyond the last SPI", V3, INIT, SET, LEVEL_INFO, 992, ~0ull, 0 },

	/* ---- registers: what ---- */
	{ "IIDR, revision 2", V3, NEW, SET, DIST_REGS, GICD_IIDR, IIDR(2), 0 },
	{ "IIDR, revision 3", V3, INIT, SET, DIST_REGS, GICD_IIDR, IIDR(3), 0 },
	{ "IIDR, revision 1", V3, NEW, SET, DIST_REGS, GICD_IIDR, IIDR(1), -EINVAL },
	{ "IIDR, revision 4", V3, NEW, SET, DIST_REGS, GICD_IIDR, IIDR(4), -EINVAL },
	{ "IIDR, another product", V3, NEW, SET, DIST_REGS, GICD_IIDR, IIDR(3) ^ 1 << 24, -EINVAL },
	{ "IIDR, another implementer", V3, INIT, SET, DIST_REGS, GICD_IIDR, IIDR(3) ^ 1, -EINVAL },
	{ "IIDR, another variant", V3, INIT, SET, DIST_REGS, GICD_IIDR, IIDR(3) ^ 1 << 16, -EINVAL },
	{ "IIDR, another implementer", V2, INIT, SET, DIST_REGS, GICD_IIDR, IIDR(3) ^ 1, -EINVAL },
	{ "IIDR as it is", V2, INIT, SET, DIST_REGS, GICD_IIDR, IIDR(3), 0 },
	{ "a priority mask", V2, INIT, SET, CPU_REGS, GICC_PMR, 0x1f, 0 },
	{ "TYPER2 zero", V3, NEW, SET, DIST_REGS, GICD_TYPER2, 0, 0 },
	{ "TYPER2, other bits", V3, NEW, SET, DIST_REGS, GICD_TYPER2, 1, -EINVAL },
	{ "TYPER2, what the host has not", V3, NEW, SET, DIST_REGS, GICD_TYPER2, GICD_TYPER2_NASSGICAP,
	  -EINVAL },
	{ "TYPER2 changed after init", V3, INIT, SET, DIST_REGS, GICD_TYPER2, GICD_TYPER2_NASSGICAP,
	  -EBUSY },
	{ "TYPER2, other bits after init", V3, INIT, SET, DIST_REGS, GICD_TYPER2, 1, -EINVAL },
	{ "ICC_SRE as it is", V3, INIT, SET, SYSREGS, SYSREG_ICC_SRE, 7, 0 },
	{ "ICC_SRE otherwise", V3, INIT, SET, SYSREGS, SYSREG_ICC_SRE, 6, -EINVAL },
	{ "ICC_CTLR, more priority bits", V3, INIT, SET, SYSREGS, SYSREG_ICC_CTLR, 0x8500, -EINVAL },
	{ "ICC_CTLR as the host has it", V3, INIT, SET, SYSREGS, SYSREG_ICC_CTLR, 0x8400, 0 },
	{ "ICC_CTLR, more ID bits", V3, INIT, SET, SYSREGS, SYSREG_ICC_CTLR, 0x8c00, -EINVAL },
	{ "ICC_CTLR, SEIS", V3, INIT, SET, SYSREGS, SYSREG_ICC_CTLR, 0xc400, -EINVAL },
	{ "ICC_CTLR without A3V", V3, INIT, SET, SYSREGS, SYSREG_ICC_CTLR, 0x0400, -EINVAL },
	{ "AP0R1 with five priority bits", V3, INIT, GET, SYSREGS, SYSREG_ICC_AP0R(1), 0, -EINVAL },
	{ "AP1R3 with five priority bits", V3, INIT, SET, SYSREGS, SYSREG_ICC_AP1R(3), 0, -EINVAL },
	{ "AP1R0", V3, INIT, SET, SYSREGS, SYSREG_ICC_AP1R(0), 0, 0 },
	{ "has knows all of them", V3, INIT, HAS, SYSREGS, SYSREG_ICC_AP1R(3), 0, 0 },

	/* ---- registers of the ITS ---- */
	{ "without an address", ITS_DEV, NEW, GET, ITS_REGS, GITS_CTLR, 0, -ENXIO },
	{ "without an address", ITS_DEV, NEW, SET, ITS_REGS, GITS_CBASER, 0, -ENXIO },
	{ "without an address, has", ITS_DEV, NEW, HAS, ITS_REGS, GITS_CTLR, 0, 0 },
	{ "misaligned", ITS_DEV, INIT, GET, ITS_REGS, GITS_CTLR + 2, 0, -EINVAL },
	{ "misaligned: half a register", ITS_DEV, INIT, SET, ITS_REGS, GITS_CBASER + 4, 0, -EINVAL },
	{ "misaligned, has", ITS_DEV, INIT, HAS, ITS_REGS, GITS_TYPER + 4, 0, -EINVAL },
	{ "misaligned comes before no address", ITS_DEV, NEW, GET, ITS_REGS, GITS_CTLR + 1, 0, -EINVAL },
	{ "no register", ITS_DEV, INIT, GET, ITS_REGS, 0x40, 0, -ENXIO },
	{ "no register", ITS_DEV, INIT, SET, ITS_REGS, 0xc000, 0, -ENXIO },
	{ "no register, has", ITS_DEV, INIT, HAS, ITS_REGS, 0x40, 0, -ENXIO },
	{ "running", ITS_DEV, RUNNING, GET, ITS_REGS, GITS_CTLR, 0, -EBUSY },
	{ "running", ITS_DEV, RUNNING, SET, ITS_REGS, GITS_CBASER, 0, -EBUSY },
	{ "no register comes before who runs", ITS_DEV, RUNNING, GET, ITS_REGS, 0x40, 0, -ENXIO },
	{ "a bad pointer", ITS_DEV, INIT, SET_FAULT, ITS_REGS, GITS_CTLR, 0, -EFAULT },
	{ "a bad pointer", ITS_DEV, INIT, GET_FAULT, ITS_REGS, GITS_CTLR, 0, -EFAULT },
	{ "IIDR, table layout 0", ITS_DEV, INIT, SET, ITS_REGS, GITS_IIDR, 0x4b00043b, 0 },
	{ "IIDR, table layout 1", ITS_DEV, INIT, SET, ITS_REGS, GITS_IIDR, 0x4b00143b, -EINVAL },
	{ "CREADR behind the queue", ITS_DEV, INIT, SET, ITS_REGS, GITS_CREADR, 0x1000, -EINVAL },
	{ "CREADR in the queue", ITS_DEV, INIT, SET, ITS_REGS, GITS_CREADR, 0xfe0, 0 },

	/* ---- 2013 ---- */
	{ "no handler, as coded", V2, INIT, GET, DIST_REGS, 0x40, 0, -ENXIO, { 0 }, VGIC_USER_REGS_2013 },
	{ "no handler, as coded", V2, INIT, SET, CPU_REGS, GICC_IAR, 0, -ENXIO, { 0 }, VGIC_USER_REGS_2013 },
	{ "no handler, as documented", V2, INIT, GET, DIST_REGS, 0x40, 0, -ENODEV, { 0 },
	  VGIC_USER_REGS_2013_DOC },
	{ "no handler, has", V2, INIT, HAS, DIST_REGS, 0x40, 0, -ENXIO, { 0 }, VGIC_USER_REGS_2013_DOC },
	{ "no such vCPU", V2, INIT, GET, DIST_REGS, WHO(4) | GICD_CTLR, 0, -EINVAL, { 0 },
	  VGIC_USER_REGS_2013 },
	{ "a vCPU is loaded", V2, LOADED, GET, DIST_REGS, GICD_CTLR, 0, -EBUSY, { 0 }, VGIC_USER_REGS_2013 },
	{ "a vCPU is loaded", V2, LOADED, SET, CPU_REGS, GICC_PMR, 0, -EBUSY, { 0 }, VGIC_USER_REGS_2013 },
	{ "no such vCPU, no register, loaded", V2, LOADED, GET, DIST_REGS, WHO(4) | 0x40, 0, -EINVAL, { 0 },
	  VGIC_USER_REGS_2013 },
	{ "no register, loaded", V2, LOADED, GET, DIST_REGS, 0x40, 0, -ENXIO, { 0 }, VGIC_USER_REGS_2013 },
	{ "in its run loop and not loaded: nobody looks", V2, RUNNING, GET, DIST_REGS, GICD_CTLR, 0, 0,
	  { 0 }, VGIC_USER_REGS_2013 },
	{ "bits 63:40 are reserved", V2, INIT, GET, DIST_REGS, 1ull << 40 | GICD_CTLR, 0, 0, { 0 },
	  VGIC_USER_REGS_2013 },
	{ "a bad pointer", V2, INIT, SET_FAULT, CPU_REGS, GICC_PMR, 0, -EFAULT, { 0 }, VGIC_USER_REGS_2013 },
	{ "the SGI registers exist", V2, INIT, HAS, DIST_REGS, 0xf20, 0, 0, { 0 }, VGIC_USER_REGS_2013 },
};
/* clang-format on */

/* ---- a VM in a state ---- */

static void bring_to(const struct row *r)
{
	struct vgic_policy p = mmio_policy();

	p.user_regs = r->user_regs;
	p.v4.forwarding = VGIC_FORWARD_NEW;
	if (r->user_regs != VGIC_USER_REGS_MODERN)
		p.mmio_access = VGIC_MMIO_RACY_2013;
	mmio_create_bare(m, r->device == V2 ? VGIC_V2 : VGIC_V3, 4, 0, &p);
	if (r->device == ITS_DEV)
		ck_assert_int_eq(vits_create(&m->its, m->vm), 0);
	if (r->state >= PLACED) {
		ck_assert_int_eq(vgic_set_dist_base(m->vm, DIST), 0);
		if (r->device == V2)
			ck_assert_int_eq(vgic_set_cpu_base(m->vm, CPUIF), 0);
		else
			ck_assert_int_eq(vgic_set_redist_region(m->vm, 0, REDIST, 0), 0);
		if (r->device == ITS_DEV)
			ck_assert_int_eq(vits_set_base(m->its, ITS), 0);
	}
	if (r->state >= INIT)
		ck_assert_int_eq(vgic_init(m->vm), 0);
	if (r->state == RUNNING) /* its own thread, another than ours */
		m->vm->vcpus[1]->mutex.owner = m->vm->vcpus[1];
	if (r->state == LOADED)
		vgic_load(m->vm->vcpus[1], gic_pe(m->gic, 1));
}

static void take_apart(const struct row *r)
{
	if (r->state == RUNNING)
		m->vm->vcpus[1]->mutex.owner = NULL;
	if (r->state == LOADED)
		vgic_put(m->vm->vcpus[1]);
	mmio_destroy(m);
}

static int set(const struct row *r, u64 group, u64 attr, const u64 *value)
{
	if (r->device == ITS_DEV)
		return vgic_user_its_set(m->vm, m->its, (u32)group, attr, value);
	return vgic_user_set(m->vm, (u32)group, attr, value);
}

static int get(const struct row *r, u64 *value)
{
	if (r->device == ITS_DEV)
		return vgic_user_its_get(m->vm, m->its, (u32)r->group, r->attr, value);
	return vgic_user_get(m->vm, (u32)r->group, r->attr, value);
}

static int access(const struct row *r)
{
	u64 value = r->value;
	int ret;

	switch (r->op) {
	case SET: return set(r, r->group, r->attr, &value);
	case SET_FAULT: return set(r, r->group, r->attr, NULL);
	case GET_FAULT: return get(r, NULL);
	case GET:
		ret = get(r, &value);
		ck_assert_msg(!ret || value == r->value, "%s: wrote a value", r->rule);
		return ret;
	default:
		return r->device == ITS_DEV
			       ? vgic_user_its_has(m->vm, m->its, (u32)r->group, r->attr)
			       : vgic_user_has(m->vm, (u32)r->group, r->attr);
	}
}

START_TEST(an_attribute_gives_the_error_that_the_table_says)
{
	static const char *const devices[] = { "GICv2", "GICv3", "ITS" };
	static const char *const ops[] = { "set", "get", "has", "set with", "get with" };
	const struct row *r = &rows[_i];
	char *before, *after;
	int ret;

	port_reset();
	bring_to(r);
	if (r->first.group | r->first.attr | r->first.value)
		ck_assert_int_eq(set(r, r->first.group, r->first.attr, &r->first.value), 0);
	before = vits_state(m);
	ret = access(r);
	after = vits_state(m);
	ck_assert_msg(ret == r->error, "%s, %s, %s: %d, not %d", devices[r->device], ops[r->op],
		      r->rule, ret, r->error);
	ck_assert_msg(!port.nr_held, "%s: holds a lock", r->rule);
	if (ret || r->op == HAS)
		lines_assert_same(r->rule, before, after);
	free(before);
	free(after);
	take_apart(r);
	port_assert_quiet();
}
END_TEST

/* ---- nothing is left out ---- */

START_TEST(every_error_of_the_spec_is_the_outcome_of_a_row)
{
	static const int errors[] = { -EFAULT, -ENXIO, -ENODEV, -EEXIST, -EINVAL,
				      -E2BIG,  -EBUSY, -ENOENT, 0 };

	for (size_t i = 0; i < PLAT_ARRAY_SIZE(errors); i++) {
		size_t n = 0;

		while (n < PLAT_ARRAY_SIZE(rows) && rows[n].error != errors[i])
			n++;
		ck_assert_msg(n < PLAT_ARRAY_SIZE(rows), "no row gives %d", errors[i]);
	}
}
END_TEST

/* Of each device that has it every group is set, read and asked for, and refuses something. */
START_TEST(every_group_has_rows)
{
	static const struct {
		enum device device;
		u32 group;
	} groups[] = {
		{ V2, ADDR },	   { V2, NR_IRQS },   { V2, CTRL },	     { V2, DIST_REGS },
		{ V2, CPU_REGS },  { V3, ADDR },      { V3, NR_IRQS },	     { V3, CTRL },
		{ V3, DIST_REGS }, { V3, REDISTS },   { V3, SYSREGS },	     { V3, LEVEL_INFO },
		{ ITS_DEV, ADDR }, { ITS_DEV, CTRL }, { ITS_DEV, ITS_REGS },
	};

	for (size_t i = 0; i < PLAT_ARRAY_SIZE(groups); i++) {
		u32 seen = 0;

		for (size_t n = 0; n < PLAT_ARRAY_SIZE(rows); n++)
			if (rows[n].device == groups[i].device && rows[n].group == groups[i].group)
				seen |= 1u << rows[n].op | (rows[n].error ? 0x100u : 0x200u);
		ck_assert_msg((seen & 0x301) == 0x301, "device %d group %u: %x", groups[i].device,
			      groups[i].group, seen);
	}
}
END_TEST

/* ---- the first run; order rules of restoring ---- */

START_TEST(frames_that_overlap_are_einval_at_the_first_run_and_the_end_of_the_vm)
{
	const struct row v2 = { .device = V2 }, v3 = { .device = V3 };

	port_reset();
	bring_to(&v2);
	ck_assert_int_eq(vgic_set_dist_base(m->vm, DIST), 0);
	ck_assert_int_eq(vgic_set_cpu_base(m->vm, DIST - 0x1000), 0);
	ck_assert_int_eq(vgic_map_resources(m->vm), -EINVAL);
	ck_assert_int_eq(vgic_map_resources(m->vm), -EIO);
	take_apart(&v2);
	bring_to(&v3);
	ck_assert_int_eq(vgic_set_redist_region(m->vm, 0, REDIST, 0), 0);
	ck_assert_int_eq(vgic_map_resources(m->vm), -ENXIO);
	take_apart(&v3);
	bring_to(&v3);
	ck_assert_int_eq(vgic_set_redist_region(m->vm, 0, REDIST, 0), 0);
	ck_assert_int_eq(vgic_set_dist_base(m->vm, REDIST + 0x70000), 0);
	ck_assert_int_eq(vgic_map_resources(m->vm), -EINVAL); /* before "not initialised" */
	take_apart(&v3);
	port_assert_quiet();
}
END_TEST

static u64 its_value(u64 reg)
{
	const struct row r = { .device = ITS_DEV, .group = ITS_REGS, .attr = reg };
	u64 value;

	ck_assert_int_eq(get(&r, &value), 0);
	return value;
}

static int its_set(u64 reg, u64 value)
{
	const struct row r = { .device = ITS_DEV };

	return set(&r, ITS_REGS, reg, &value);
}

/* spec/vgic.md 2.10: GITS_CBASER before GITS_CREADR and GITS_CWRITER, GITS_CTLR last. */
START_TEST(its_registers_restored_out_of_order_are_lost_or_refused)
{
	const struct row r = { .device = ITS_DEV, .state = INIT };

	port_reset();
	bring_to(&r);
	ck_assert_int_eq(its_set(GITS_CTLR, GITS_CTLR_ENABLED), 0); /* no bases yet: not enabled */
	ck_assert_uint_eq(its_value(GITS_CTLR) & GITS_CTLR_ENABLED, 0);
	ck_assert_int_eq(its_set(GITS_CREADR, 0x40), 0);
	ck_assert_int_eq(its_set(GITS_CWRITER, 0x40), 0);
	ck_assert_int_eq(its_set(GITS_CBASER, GITS_CBASER_VALID | CMD_QUEUE), 0);
	ck_assert_uint_eq(its_value(GITS_CREADR), 0);
	ck_assert_uint_eq(its_value(GITS_CWRITER), 0);
	ck_assert_int_eq(its_set(GITS_CREADR, 0x40), 0);
	ck_assert_int_eq(its_set(GITS_CWRITER, 0x40), 0);
	ck_assert_int_eq(its_set(GITS_BASER, GITS_BASER_VALID | DEV_TABLE), 0);
	ck_assert_int_eq(its_set(GITS_BASER + 8, GITS_BASER_VALID | COL_TABLE), 0);
	ck_assert_int_eq(its_set(GITS_CTLR, GITS_CTLR_ENABLED), 0);
	ck_assert_uint_eq(its_value(GITS_CTLR), GITS_CTLR_ENABLED | GITS_CTLR_QUIESCENT);
	ck_assert_uint_eq(its_value(GITS_CREADR), 0x40);
	ck_assert_int_eq(its_set(GITS_CREADR, 0x20), -EBUSY);
	take_apart(&r);
	port_assert_quiet();
}
END_TEST

/* PROPBASER and PENDBASER before GICR_CTLR.EnableLPIs: afterwards they are read-only. */
START_TEST(lpi_tables_restored_behind_enable_lpis_are_not_taken)
{
	const struct row r = { .device = ITS_DEV, .state = INIT };

	port_reset();
	bring_to(&r);
	ck_assert_int_eq(redist_set(m, 0, GICR_PROPBASER, PROP_TABLE | 15), 0);
	ck_assert_int_eq(redist_set(m, 0, GICR_PENDBASER, PEND(0)), 0);
	ck_assert_int_eq(redist_set(m, 0, GICR_CTLR, GICR_CTLR_ENABLE_LPIS), 0);
	ck_assert_int_eq(redist_set(m, 0, GICR_PROPBASER, 0x40900000 | 15), 0);
	ck_assert_int_eq(redist_set(m, 0, GICR_PENDBASER, 0x40900000), 0);
	ck_assert_uint_eq(redist_get(m, 0, GICR_PROPBASER) & 0xfffff000, PROP_TABLE);
	ck_assert_uint_eq(redist_get(m, 0, GICR_PENDBASER) & 0xffff0000, PEND(0));
	take_apart(&r);
	port_assert_quiet();
}
END_TEST

/* What a kernel says of a state that another kernel saved, by revision 0 to 4 of GICD_IIDR. */
START_TEST(iidr_of_another_kernel_is_taken_refused_or_ignored_by_policy)
{
	static const struct {
		enum vgic_iidr_write_policy policy;
		u8 own;
		int ret[5];
		u8 then[5];
	} row[] = {
		{ VGIC_IIDR_SETS, 3, { -EINVAL, -EINVAL, 0, 0, -EINVAL }, { 3, 3, 2, 3, 3 } },
		{ VGIC_IIDR_CHECKS, 3, { 0, 0, 0, 0, 0 }, { 3, 3, 3, 3, 3 } },
		{ VGIC_IIDR_EXACT, 2, { -EINVAL, -EINVAL, 0, -EINVAL, -EINVAL }, { 2, 2, 2, 2, 2 } },
		{ VGIC_IIDR_IGNORED, 0, { 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0 } },
	};
	struct vgic_policy p = mmio_policy();

	port_reset();
	p.iidr_write = (u8)row[_i].policy;
	p.iidr_rev = row[_i].own;
	for (u32 rev = 0; rev < 5; rev++) {
		mmio_create_bare(m, VGIC_V3, 2, 0, &p);
		ck_assert_int_eq(dist_set(m, GICD_IIDR, IIDR(rev)), row[_i].ret[rev]);
		ck_assert_uint_eq(m->vm->iidr_rev, row[_i].then[rev]);
		mmio_destroy(m);
	}
	port_assert_quiet();
}
END_TEST

START_TEST(until_user_space_can_switch_vsgis_off_typer2_is_checked_as_a_constant)
{
	struct vgic_policy p = mmio_policy();
	u64 value;

	port_reset();
	p.v4.forwarding = VGIC_FORWARD_OLD;
	mmio_create_bare(m, VGIC_V3, 2, 0, &p);
	ck_assert_int_eq(user_get(m, VGIC_GRP_DIST_REGS, GICD_TYPER2, &value), -EBUSY);
	ck_assert_int_eq(dist_set(m, GICD_TYPER2, 0), -EBUSY);
	ck_assert_int_eq(vgic_set_dist_base(m->vm, DIST), 0);
	ck_assert_int_eq(vgic_set_redist_region(m->vm, 0, REDIST, 0), 0);
	ck_assert_int_eq(vgic_init(m->vm), 0);
	ck_assert_int_eq(dist_set(m, GICD_TYPER2, 0), 0);
	ck_assert_int_eq(dist_set(m, GICD_TYPER2, GICD_TYPER2_NASSGICAP), -EINVAL);
	mmio_destroy(m);
	port_assert_quiet();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, until_user_space_can_switch_vsgis_off_typer2_is_checked_as_a_constant);
	tcase_add_loop_test(tc, an_attribute_gives_the_error_that_the_table_says, 0,
			    (int)PLAT_ARRAY_SIZE(rows));
	tcase_add_test(tc, every_error_of_the_spec_is_the_outcome_of_a_row);
	tcase_add_test(tc, every_group_has_rows);
	tcase_add_test(tc, frames_that_overlap_are_einval_at_the_first_run_and_the_end_of_the_vm);
	tcase_add_test(tc, its_registers_restored_out_of_order_are_lost_or_refused);
	tcase_add_test(tc, lpi_tables_restored_behind_enable_lpis_are_not_taken);
	tcase_add_loop_test(tc, iidr_of_another_kernel_is_taken_refused_or_ignored_by_policy, 0, 4);
}

CHECK_MAIN("vgic attribute errors", add, NULL, NULL)
