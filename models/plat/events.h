/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the core tells the outside about an interrupt's life. One row an event: identifier, name,
 * the rule that applied (printed by `gicsim explain`; argument letters: V vCPU or PE, I INTID,
 * A argument). LIFE events drive the accounting and are always delivered; DETAIL events only
 * while somebody traces.
 */
#ifndef PLAT_EVENTS_H
#define PLAT_EVENTS_H

#define PLAT_EVENTS(X) \
	/* life of a guest interrupt in the hypervisor: object = vm, V = vCPU */ \
	X(IRQ_PENDED, LIFE, "pended", "an edge or a rising line makes the interrupt pending") \
	X(IRQ_COALESCED, LIFE, "coalesced", \
	  "it was pending already: one delivery will serve both") \
	X(IRQ_REPRESENTED, LIFE, "re-presented", "its line is still high after the last delivery") \
	X(IRQ_DROPPED, LIFE, "dropped", "A is the reason (enum plat_drop)") \
	X(IRQ_QUEUED, LIFE, "queued", "enabled, pending and routed: appended to the AP list of V") \
	X(IRQ_IN_LR, LIFE, "list register", "written to list register A of V before entry") \
	X(IRQ_ACKED, LIFE, "acknowledged", "the guest on V read it from IAR") \
	X(IRQ_RETIRED, LIFE, "withdrawn", "its pending state was cleared by software") \
	X(IRQ_TO_HW, LIFE, "passed to hardware", \
	  "it is a vLPI: the ITS is told INT (A 0: it waited here; 1: it was raised just now)") \
	X(IRQ_EOI, DETAIL, "end of interrupt", "the guest wrote EOIR: running priority drops") \
	X(IRQ_FOLDED, LIFE, "folded", "list register state A read back after exit") \
	X(IRQ_PRUNED, DETAIL, "left AP list", "no longer active nor pending and enabled") \
	X(IRQ_MIGRATED, DETAIL, "changed AP list", "its target is now V") \
	X(IRQ_HELD, DETAIL, "waits", "A is the reason (enum plat_hold)") \
	X(VCPU_KICK, DETAIL, "kick", "V was in the guest: interrupted by an IPI") \
	X(VCPU_WAKE, DETAIL, "wake", "V was blocked: woken") \
	X(STATE_IN, DETAIL, "state in", \
	  "the virtual interface of V goes to its PE (world_switch A)") \
	X(STATE_OUT, DETAIL, "state out", "and comes back from it") \
	X(EL2_CROSSED, DETAIL, "EL2 crossed", \
	  "the host kernel of V is in EL1 (world_switch legacy)") \
	X(AP_SHARED, DETAIL, "shared list", \
	  "queued among A interrupts of all vCPUs that share it") \
	X(SGI_WALKED, DETAIL, "SGI walk", "V was found after A other vCPUs (sgi_lookup walk)") \
	X(SGI_HASHED, DETAIL, "SGI hash", "V was found by its affinity (sgi_lookup hash)") \
	X(LPI_WALKED, DETAIL, "LPI walk", "A LPIs of the VM's list were visited (lpi_store list)") \
	X(MSI_FAST, DETAIL, "translation hit", "the cached translation served the MSI") \
	X(MSI_SLOW, DETAIL, "translation miss", "device A is translated through the ITS tables") \
	X(ITS_CMD, DETAIL, "vITS command", "opcode A executed") \
	X(ITS_CMD_ERROR, LIFE, "vITS command error", "A is the ITS error code") \
	/* life of a physical interrupt: object = host, V = PE */ \
	X(HW_PENDING, LIFE, "physical pending", "the redistributor of V marks it pending") \
	X(HW_COALESCED, LIFE, "physical coalesced", "the physical interrupt was pending already") \
	X(HW_DROPPED, LIFE, "physical drop", "A is the reason (enum plat_drop)") \
	X(HW_RETIRED, LIFE, "physical withdrawn", "its pending state was cleared by software") \
	X(HW_SIGNALLED, DETAIL, "physical IRQ", "highest pending on V: IRQ line raised") \
	X(HW_ACKED, DETAIL, "host acknowledge", "the host on V read it from IAR") \
	X(HW_ITS_CMD, DETAIL, "ITS command", "opcode A executed by the physical ITS") \
	X(HW_ITS_ERROR, LIFE, "ITS command error", "A is the error code") \
	X(HW_UNPREDICTABLE, LIFE, "UNPREDICTABLE", "A is what was done (enum plat_unpredictable)") \
	X(HW_DOORBELL, DETAIL, "doorbell", "vPE A is not resident: its doorbell LPI I on V rings") \
	/* life of a vLPI or vSGI in the hardware: object = host, V = PE, A = vPEID */ \
	X(VLPI_PENDING, LIFE, "vLPI pending", "pending in the virtual pending table of vPE A") \
	X(VLPI_COALESCED, LIFE, "vLPI coalesced", "it was pending already for vPE A") \
	X(VLPI_RETIRED, LIFE, "vLPI withdrawn", "its pending state was cleared by a command") \
	X(VLPI_DROPPED, LIFE, "vLPI drop", "A is the reason (enum plat_drop)")

enum plat_event {
#define PLAT_EVENT_ENUM(id, kind, name, rule) EV_##id,
	PLAT_EVENTS(PLAT_EVENT_ENUM)
#undef PLAT_EVENT_ENUM
		EV_NR
};

/* Why an interrupt was dropped: metric irq.dropped.<name>. */
#define PLAT_DROPS(X) \
	X(UNMAPPED_DEVICE, "unmapped-device") \
	X(UNMAPPED_EVENT, "unmapped-event") \
	X(UNMAPPED_COLLECTION, "unmapped-collection") \
	X(LPI_RANGE, "lpi-range") \
	X(LPI_DISABLED, "lpis-disabled") \
	X(ITS_DISABLED, "its-disabled") \
	X(NO_DOORBELL, "no-doorbell") \
	X(NO_SUCH_IRQ, "no-such-irq") \
	X(WRONG_OWNER, "wrong-owner") \
	X(NOT_INITIALISED, "not-initialised") \
	X(DISCARDED, "discarded") \
	X(NO_MEMORY, "no-memory") \
	X(REMAP_WINDOW, "remap-window") \
	X(UNMAPPED_VPE, "unmapped-vpe") \
	X(VLPI_RANGE, "vlpi-range")

enum plat_drop {
#define PLAT_DROP_ENUM(id, name) DROP_##id,
	PLAT_DROPS(PLAT_DROP_ENUM)
#undef PLAT_DROP_ENUM
		DROP_NR
};

/* Why a pending interrupt is not presented yet. */
#define PLAT_HOLDS(X) \
	X(DISABLED, "interrupt disabled") \
	X(DIST_DISABLED, "distributor disabled") \
	X(NO_TARGET, "routed to nobody") \
	X(LR_FULL, "all list registers taken") \
	X(ALREADY_QUEUED, "already on an AP list")

enum plat_hold {
#define PLAT_HOLD_ENUM(id, name) HOLD_##id,
	PLAT_HOLDS(PLAT_HOLD_ENUM)
#undef PLAT_HOLD_ENUM
		HOLD_NR
};

/* What software must not do, and what this hardware does then. */
#define PLAT_UNPREDICTABLES(X) \
	X(VALID_WHILE_DIRTY, "Valid toggled while Dirty: the scan ends at once, Valid changes") \
	X(VPENDBASER_WHILE_VALID, "GICR_VPENDBASER changed while Valid: only Valid is looked at") \
	X(VPROPBASER_WHILE_VALID, "GICR_VPROPBASER written while a vPE is resident: ignored") \
	X(RESIDENT_UNMAPPED, "a vPE made resident that is not mapped: nothing is presented") \
	X(RESIDENT_ELSEWHERE, "a vPE made resident where it is not mapped to: its table is used") \
	X(VMOVP_RESIDENT, "VMOVP of a resident vPE: new interrupts go where it is mapped now") \
	X(VMOVP_ORDER, "VMOVPs of a vPE in different order on ITSs: each takes its own") \
	X(VMAPP_RESIDENT, "VMAPP of a resident vPE: the redistributor keeps what it has read")

enum plat_unpredictable {
#define PLAT_UNPREDICTABLE_ENUM(id, what) UNPREDICTABLE_##id,
	PLAT_UNPREDICTABLES(PLAT_UNPREDICTABLE_ENUM)
#undef PLAT_UNPREDICTABLE_ENUM
		UNPREDICTABLE_NR
};

#endif
