/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the hypervisor decides: the design space of the virtual GIC. A policy is a group of values -
 * one row each: identifier, name in a scenario, meaning - and one row of VGIC_POLICIES: field of
 * struct vgic_policy, key in a scenario, values, the standard one, what it is about. Enumerations,
 * the struct and the scenario's keys are made of these rows.
 */
#ifndef VGIC_POLICY_H
#define VGIC_POLICY_H

#include <plat.h>

#include "policy-v4.h"

#define VGIC_AP_LIST_POLICIES(X) \
	X(AP_PER_VCPU, "per-vcpu", "one AP list and lock a vCPU") \
	X(AP_PER_VM, "per-vm", "one AP list and lock for the whole VM") \
	X(AP_SHARDED, "sharded", "ap_list_shards lists; vCPU n uses list n modulo shards")

#define VGIC_ORDER_POLICIES(X) \
	X(ORDER_OLD, "sort-on-overflow-old", "until 6.18: sort when LRs overflow, active first") \
	X(ORDER_619, "sort-on-overflow-6.19", "from 6.19: sort when LRs overflow, pending first") \
	X(ORDER_SORTED, "always-sorted", "insert in order of priority, never sort") \
	X(ORDER_BUCKETS, "priority-buckets", "one FIFO a priority, a bitmap finds the first")

#define VGIC_OVERFLOW_POLICIES(X) \
	X(OVERFLOW_CLASSIC, "classic", "underflow interrupt refills the LRs") \
	X(OVERFLOW_EOICOUNT, "eoicount", \
	  "EOIcount replay of interrupts beyond the LRs, TDIR trapping")

#define VGIC_CACHE_POLICIES(X) \
	X(CACHE_NONE, "none", "every MSI is translated through the tables, by a worker") \
	X(CACHE_LRU, "lru", "one list of 16 x vCPUs entries a VM, one lock") \
	X(CACHE_RCU_EVICT, "rcu-evict", "the same size; an eviction waits for a grace period") \
	X(CACHE_XARRAY, "xarray", "one index an ITS, no limit, lock-free lookup")

#define VGIC_SGI_LOOKUP_POLICIES(X) \
	X(SGI_WALK, "walk", "walk the vCPUs comparing MPIDRs") \
	X(SGI_HASH, "hash", "hash the MPIDR")

#define VGIC_LPI_STORE_POLICIES(X) \
	X(LPI_STORE_LIST, "list", "a linear list under lpi_list_lock (until 6.8)") \
	X(LPI_STORE_XARRAY, "xarray", "an xarray, looked up under RCU (from 6.9)")

#define VGIC_MMIO_POLICIES(X) \
	X(MMIO_RACY_2013, "racy-2013", "user access checks for running vCPUs under the lock only") \
	X(MMIO_TRYLOCK, "trylock-vcpus", "user access holds every vCPU's mutex")

/* What user space meets at registers that its groups do not define, and in APRn and priorities. */
#define VGIC_USER_REGS_POLICIES(X) \
	X(USER_REGS_MODERN, "modern", "a register without a handler is RAZ/WI") \
	X(USER_REGS_2013, "2013", "without a handler -ENXIO; priorities RAZ/WI; 128 APR levels") \
	X(USER_REGS_2013_DOC, "2013-documented", "the same, with the documented -ENODEV")

/* What a write of GICD_IIDR by user space does (spec/vgic.md 1.15). */
#define VGIC_IIDR_POLICIES(X) \
	X(IIDR_SETS, "sets", "the written revision, 2 or later, is adopted") \
	X(IIDR_CHECKS, "checks", "the current revision is tested in its stead: nothing changes") \
	X(IIDR_EXACT, "exact", "the written value must be the current one") \
	X(IIDR_IGNORED, "ignored", "before 2018: RAZ/WI")

#define VGIC_MOVALL_POLICIES(X) \
	X(MOVALL_FILTER, "per-lpi", "every LPI whose target is the first vCPU moves") \
	X(MOVALL_QUIRK_ALL, "quirk-move-all", "every LPI of the VM moves (6.10 as posted)") \
	X(MOVALL_ONE_SYNC, "one-sync", "as per-lpi; VMOVIs of vLPIs are waited for together") \
	X(MOVALL_RETARGET, "retarget-collection", \
	  "the ITS's collections of the first vCPU are pointed to the second, events with them") \
	X(MOVALL_HARDWARE, "hardware-vmovall", \
	  "one command moves all vLPIs of a vPE; in no architecture")

#define VGIC_ITS_STALL_POLICIES(X) \
	X(ITS_NEVER_STALL, "never", "an unreadable command is skipped, as KVM does") \
	X(ITS_STALL, "stall", "an unreadable command sets CREADR.Stalled, as hardware may") \
	X(ITS_STALL_ON_ERROR, "stall-on-error", \
	  "so does one that is unknown or fails its checks, which hardware may do as well")

#define VGIC_ITS_UNMAP_POLICIES(X) \
	X(ITS_UNMAP_KEEP, "keep-entry", \
	  "DISCARD and MAPD V=0 leave the guest's table entry alone") \
	X(ITS_UNMAP_WIPE, "wipe-entry", "they write zeros to it (newer kernels)")

/* What moves between a vCPU and its PE at each exit (spec/calibration.md, Legacy and VHE hosts). */
#define VGIC_WORLD_SWITCH_POLICIES(X) \
	X(WORLD_VHE_LAZY, "vhe-lazy", \
	  "host kernel in EL2; system registers and control registers move at load and put") \
	X(WORLD_VHE, "vhe", "host kernel in EL2; all of them move at each exit and entry") \
	X(WORLD_LEGACY, "legacy", \
	  "host kernel in EL1: each exit and entry crosses EL2, and all of them move")

#define VGIC_POLICIES(P) \
	P(ap_list, "ap_list", VGIC_AP_LIST_POLICIES, "per-vcpu", \
	  "lists of active and pending interrupts") \
	P(order, "order", VGIC_ORDER_POLICIES, "sort-on-overflow-old", "order of an AP list") \
	P(overflow, "lr_overflow", VGIC_OVERFLOW_POLICIES, "classic", \
	  "more interrupts than list registers") \
	P(cache, "translation_cache", VGIC_CACHE_POLICIES, "lru", \
	  "MSI translations that need no table walk") \
	P(sgi_lookup, "sgi_lookup", VGIC_SGI_LOOKUP_POLICIES, "hash", \
	  "how the target of an SGI is found") \
	P(lpi_store, "lpi_store", VGIC_LPI_STORE_POLICIES, "list", "where a VM keeps its LPIs") \
	P(mmio_access, "mmio_access", VGIC_MMIO_POLICIES, "trylock-vcpus", \
	  "what keeps vCPUs out during user-space access") \
	P(user_regs, "user_registers", VGIC_USER_REGS_POLICIES, "modern", \
	  "user-space access to undefined registers") \
	P(iidr_write, "iidr_write", VGIC_IIDR_POLICIES, "sets", \
	  "what a user-space write of GICD_IIDR does") \
	P(movall, "movall", VGIC_MOVALL_POLICIES, "per-lpi", "what the vITS command MOVALL moves") \
	P(its_stall, "its_stall", VGIC_ITS_STALL_POLICIES, "never", \
	  "an unreadable command in a vITS queue") \
	P(its_unmap, "its_unmap", VGIC_ITS_UNMAP_POLICIES, "keep-entry", \
	  "the guest's table entry of what it unmaps") \
	P(world_switch, "world_switch", VGIC_WORLD_SWITCH_POLICIES, "vhe-lazy", \
	  "what moves at each exit and entry")

VGIC_POLICIES(VGIC_POLICY_ENUM)

/* u8 fields hold the enum of the same name. */
struct vgic_policy {
	VGIC_POLICIES(VGIC_POLICY_FIELD)
	u8 iidr_rev;	    /* implementation revision a fresh vGIC reports: 1..3 */
	u32 ap_list_shards; /* for sharded */
	u32 cache_per_vcpu; /* entries of lru and rcu-evict, times vCPUs */
	struct vgic_v4_policy v4;
};

#endif
