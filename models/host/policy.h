/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the host's GICv4 driver decides (spec/vgic.md 4.5, 4.6, 4.8). A policy is a group of values -
 * one row each: identifier, name in a scenario, meaning - and one row of HOST_POLICIES: field of
 * struct host_policy, key in a scenario, values, the standard one, what it is about.
 */
#ifndef HOST_POLICY_H
#define HOST_POLICY_H

#include <plat.h>

#define HOST_VMOVP_POLICIES(X) \
	X(VMOVP_EACH_LOAD, "each-load", "whenever a vPE is loaded on another PE") \
	X(VMOVP_ELIDE, "elide-in-shared-table", \
	  "not between PEs that share a vPE table (5.7 to 6.7): the doorbell stays behind") \
	X(VMOVP_LAZY, "lazy", "not while the vPE has no vLPI: its first one makes up for it")

#define HOST_VMAPP_POLICIES(X) \
	X(VMAPP_AUTO, "by-hardware", "lazy where VMOVP is broadcast on GICv4.0, else eager") \
	X(VMAPP_EAGER, "eager", "on every ITS when the VM is made") \
	X(VMAPP_LAZY, "lazy", \
	  "on an ITS with the VM's first vLPI there, undone with the last; GICv4.0 only, as SGIs " \
	  "and default doorbells need the mapping")

#define HOST_RESIDENCY_POLL_POLICIES(X) \
	X(POLL_AT_LOAD, "at-load", "wait for Dirty to clear as soon as the vPE is scheduled") \
	X(POLL_AT_ENTRY, "delay", "wait before the guest is entered: the scan overlaps (from 5.11)")

#define HOST_DOORBELL_POLICIES(X) \
	X(DOORBELL_PER_VPE, "per-vpe", \
	  "the default doorbell of GICv4.1, asked for when descheduling; GICv4.0: per-vlpi") \
	X(DOORBELL_PER_VLPI, "per-vlpi", \
	  "each vLPI names it, where ITSs let it; masked by commands or INVLPIR")

#define HOST_POLICIES(P) \
	P(residency_poll, "residency_poll", HOST_RESIDENCY_POLL_POLICIES, "delay", \
	  "GICv4: when the host waits for the scan of the pending table") \
	P(vmovp, "vmovp", HOST_VMOVP_POLICIES, "each-load", \
	  "GICv4: when the ITSs are told where a vPE is") \
	P(vmapp, "vmapp", HOST_VMAPP_POLICIES, "by-hardware", \
	  "GICv4: when vPEs are mapped on the ITSs") \
	P(doorbell, "doorbell", HOST_DOORBELL_POLICIES, "per-vpe", "GICv4: whose doorbell it is")

#define HOST_POLICY_VALUE(id, name, doc) HOST_##id,
#define HOST_POLICY_ENUM(field, key, values, standard, doc) \
	enum host_##field##_policy{ values(HOST_POLICY_VALUE) };
#define HOST_POLICY_FIELD(field, key, values, standard, doc) u8 field;

HOST_POLICIES(HOST_POLICY_ENUM)

/* u8 fields hold the enum of the same name. */
struct host_policy {
	HOST_POLICIES(HOST_POLICY_FIELD)
	u32 residency_poll_step; /* ns between looks at Dirty; 0: 1000 */
};

#endif
