/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the hypervisor uses GICv4 (spec/vgic.md 4.11, 5): values and VGIC_V4_POLICIES have the form that
 * policy.h tells.
 */
#ifndef VGIC_POLICY_V4_H
#define VGIC_POLICY_V4_H

#include <plat.h>

#define VGIC_INJECTION_POLICIES(X) \
	X(INJECT_SOFTWARE, "software", "the hypervisor queues every interrupt") \
	X(INJECT_V4, "gicv4", "devices' MSIs reach the guest as vLPIs, as in GICv4.0") \
	X(INJECT_V4_1, "gicv4.1", "the same with what GICv4.1 adds: default doorbells, vSGIs")

#define VGIC_WFI_POLICIES(X) \
	X(WFI_ALWAYS, "always", "WFI exits to the hypervisor") \
	X(WFI_NEVER, "never", "WFI waits on the PE") \
	X(WFI_SINGLE, "single-task", "WFI exits unless the vCPU is alone on its PE") \
	X(WFI_DIRECT, "direct-single-task", \
	  "it waits on the PE only while the vCPU is alone there and has vLPIs or hardware SGIs")

#define VGIC_RESIDENCY_POLICIES(X) \
	X(RESIDENCY_LOAD_PUT, "load-put", "a vPE is resident while its vCPU is loaded (from 5.5)") \
	X(RESIDENCY_EACH_ENTRY, "each-entry", "a vPE is resident while its vCPU is in the guest")

#define VGIC_WFI_RESIDENCY_POLICIES(X) \
	X(WFI_NEED_DB, "need-db", \
	  "a vCPU loaded again within WFI is resident and loses its doorbell (until 6.5)") \
	X(WFI_IN_WFI, "in-wfi", "the vPE stays out, with its doorbell, until WFI is over")

#define VGIC_DB_ENABLE_POLICIES(X) \
	X(DB_ON_BLOCK, "on-block", "a doorbell is wanted while the vCPU waits in WFI") \
	X(DB_ALWAYS, "always", "also while it is preempted") \
	X(DB_NEVER, "never", "never: who waits in WFI is woken by something else")

#define VGIC_DB_AFFINITY_POLICIES(X) \
	X(DB_FOLLOW, "follow", "doorbells come to the PE where the vCPU ran last") \
	X(DB_FIXED, "fixed", \
	  "they come to one PE a vCPU (its number modulo PEs): a VMOVP to block, one to load")

#define VGIC_FORWARDING_POLICIES(X) \
	X(FORWARD_SEED, "seed", \
	  "4.15: pending state is not taken over; unmapped through the route") \
	X(FORWARD_OLD, "old", "5.13: pending state is taken over; unmapped through the route") \
	X(FORWARD_NEW, "new", \
	  "6.16: unmapped by host interrupt, whatever became of the route; what does not " \
	  "translate is no error; a second forwarding of an LPI is ignored; a changed route unmaps")

#define VGIC_HINT_POLICIES(X) \
	X(HINT_NONE, "none", "a guest's DISCARD and MAPTI leave the interrupt in software") \
	X(HINT_REMEMBER, "remember", "MAPTI forwards again what DISCARD unmapped")

#define VGIC_VSGI_POLICIES(X) \
	X(VSGI_OFF, "off", "SGIs between vCPUs stay in software") \
	X(VSGI_ON, "on", \
	  "injection gicv4.1 offers the guest SGIs in hardware, if the host has them")

#define VGIC_SENDER_TRAP_POLICIES(X) \
	X(SENDER_TRAPS, "on", "a write of ICC_SGI1R exits, whoever holds the SGI") \
	X(SENDER_DIRECT, "off", "the PE itself sends SGIs that are in hardware; in no architecture")

#define VGIC_VPE_SHORTAGE_POLICIES(X) \
	X(SHORTAGE_SOFTWARE, "software", "a VM that gets no vPEIDs goes on without vLPIs") \
	X(SHORTAGE_FAIL, "fail", "it cannot be initialised, as in Linux")

#define VGIC_V4_POLICIES(P) \
	P(injection, "injection", VGIC_INJECTION_POLICIES, "software", \
	  "how a device's interrupt reaches the guest") \
	P(residency, "residency", VGIC_RESIDENCY_POLICIES, "load-put", \
	  "GICv4: when a vPE is resident") \
	P(wfi_residency, "wfi_residency", VGIC_WFI_RESIDENCY_POLICIES, "in-wfi", \
	  "GICv4: a vCPU that is put and loaded within WFI") \
	P(db_enable, "doorbell_enable", VGIC_DB_ENABLE_POLICIES, "on-block", \
	  "GICv4: when doorbells are wanted") \
	P(db_affinity, "doorbell_affinity", VGIC_DB_AFFINITY_POLICIES, "follow", \
	  "GICv4: the PE that takes a doorbell") \
	P(forwarding, "forwarding", VGIC_FORWARDING_POLICIES, "old", \
	  "GICv4: how a device's interrupt becomes a vLPI and an LPI again") \
	P(hint, "forwarding_hint", VGIC_HINT_POLICIES, "none", \
	  "GICv4: an event that the guest discards and maps again") \
	P(vsgi, "vsgi", VGIC_VSGI_POLICIES, "on", "GICv4.1: SGIs between vCPUs in hardware") \
	P(sender_trap, "sender_trap", VGIC_SENDER_TRAP_POLICIES, "on", \
	  "GICv4.1: who sends SGIs between vCPUs") \
	P(vpe_shortage, "vpe_shortage", VGIC_VPE_SHORTAGE_POLICIES, "fail", \
	  "GICv4: a VM for which no vPEIDs are left")

#define VGIC_POLICY_VALUE(id, name, doc) VGIC_##id,
#define VGIC_POLICY_ENUM(field, key, values, standard, doc) \
	enum vgic_##field##_policy{ values(VGIC_POLICY_VALUE) };
#define VGIC_POLICY_FIELD(field, key, values, standard, doc) u8 field;

VGIC_V4_POLICIES(VGIC_POLICY_ENUM)
enum vgic_wfi_policy { VGIC_WFI_POLICIES(VGIC_POLICY_VALUE) };

/* u8 fields hold the enum of the same name. */
struct vgic_v4_policy {
	VGIC_V4_POLICIES(VGIC_POLICY_FIELD)
	u32 db_window; /* ns that a doorbell's wake-up is held back to serve more than one; 0: none */
};

#endif
