/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The primitives of the core that take time. One row a primitive: identifier, name in a cost
 * profile (configs/costs/), meaning. What a primitive costs is data of the profile; the core only
 * says which primitive it uses and how often. Rows that belong to the machine around the core
 * (traps, context switches, interconnect) stand in sim/machine/machine-costs.h.
 */
#ifndef PLAT_COSTS_H
#define PLAT_COSTS_H

#define PLAT_COSTS(X) \
	X(LOCK, "lock", "take and release one uncontended spinlock whose line is local") \
	X(MUTEX, "mutex", "take and release one uncontended mutex") \
	X(ATOMIC, "atomic", "one atomic read-modify-write on a line in the local cache") \
	X(LIST_STEP, "list-step", "visit one element of a linked list") \
	X(INDEX_LOOKUP, "index-lookup", "one lookup in a sparse index (xarray)") \
	X(CACHE_SCAN_STEP, "cache-scan-step", "compare one entry of the LRU translation cache") \
	X(MPIDR_STEP, "mpidr-step", "visit one vCPU in the linear MPIDR walk") \
	X(MPIDR_HASH, "mpidr-hash", "look one vCPU up in the MPIDR hash") \
	X(SORT_COMPARE, "sort-compare", "one comparison when an AP list is sorted, locks apart") \
	X(LR_READ, "lr-read", "read one list register") \
	X(LR_WRITE, "lr-write", "write one list register") \
	X(ICH_ACCESS, "ich-access", "access one ICH_*_EL2 control register") \
	X(ICC_ACCESS, "icc-access", "access one ICC_* or ICV_* system register") \
	X(APR_ACCESS, "apr-access", "save or restore one active priorities register") \
	X(GUEST_READ, "guest-read", "the hypervisor reads a word of guest memory") \
	X(GUEST_WRITE, "guest-write", "the hypervisor writes a word of guest memory") \
	X(MMIO_DECODE, "mmio-decode", "find the register that an emulated access names") \
	X(REG_EMULATE, "reg-emulate", "emulate one register, per interrupt that it touches") \
	X(ALLOC, "alloc", "allocate one kernel object") \
	X(FREE, "free", "free one kernel object") \
	X(MSI_ROUTE, "msi-route", \
	  "find the ITS of an MSI by its doorbell, among the devices on the bus") \
	X(RCU_SYNC, "rcu-sync", "wait for one RCU grace period") \
	X(CMD_BUILD, "cmd-build", "build one command in an ITS command queue") \
	X(GIC_MMIO_READ, "gic-mmio-read", "read one register of the physical GIC or ITS") \
	X(GIC_MMIO_WRITE, "gic-mmio-write", "write one register of the physical GIC or ITS") \
	X(BARRIER, "barrier", "one DSB after a write to device or table memory")

enum plat_cost {
#define PLAT_COST_ENUM(id, name, doc) COST_##id,
	PLAT_COSTS(PLAT_COST_ENUM)
#undef PLAT_COST_ENUM
		COST_PLAT_NR
};

#endif
