/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one simulated host is made of: topology, GIC, costs, scheduler, hypervisor, VMs. Filled by
 * the scenario reader through the rows of config.c. Times in ps.
 */
#ifndef MACHINE_CONFIG_H
#define MACHINE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <models/arch/gicv4.h>
#include <models/host/policy.h>
#include <models/vgic/policy.h>
#include <sim/engine/random.h>

#include "machine-costs.h"
#include "param.h"

enum cost_confidence { COST_MEASURED, COST_PUBLISHED, COST_ASSUMPTION };

/* One entry of a cost profile. */
struct cost_entry {
	struct sim_dist cost;
	enum cost_confidence confidence;
	uint64_t low, high; /* ps, the range of an assumption */
	char source[160];
	bool given;
};

struct cost_profile {
	char name[PARAM_STRING_MAX];
	struct cost_entry entry[COST_NR];
};

/* Name and meaning of a cost (enum plat_cost or enum machine_cost); NULL past the end. */
const char *cost_name(uint32_t id);
const char *cost_doc(uint32_t id);

struct host_config {
	uint32_t sockets;
	uint32_t clusters; /* per socket */
	uint32_t pes;	   /* per cluster */
	struct {
		uint8_t version; /* enum gic_version */
		uint32_t its;	 /* number; ITS n belongs to socket n % sockets */
		uint32_t list_registers;
		uint32_t priority_bits;
		uint32_t vpriority_bits;
		uint32_t lpi_id_bits;
		uint32_t spis;
		bool gicv; /* GICV is there; a GICv2's GICH as well */
		bool tdir;
		/* GICv4: */
		uint32_t vpeid_bits;
		bool direct_lpi, vsgi, vpt_scan, its_list, individual_doorbells;
		uint8_t common_lpi_aff; /* GIC_COMMON_AFF_* */
		uint8_t svpet;		/* the same for ITSs; 0: share with no redistributor */
	} gic;
	struct {
		uint32_t cache_devices, cache_events, cache_collections, cache_vpes;
		bool still_vmovi;
	} its;
	struct {
		uint64_t timeslice;
		uint64_t wakeup_granularity; /* a woken thread preempts when it is this far behind */
		bool wakeup_preemption;
		uint64_t tick; /* 0: none */
		uint64_t turn; /* 0: PEs run at the same time */
	} sched;
};

#define MACHINE_GIC_VERSIONS(X) \
	X(GIC_V2, "v2", "GICv2 with up to 8 PEs, no LPIs") \
	X(GIC_V3, "v3", "GICv3 with ITS") \
	X(GIC_V4_0, "v4.0", "GICv4.0: vLPIs, doorbells by vLPI") \
	X(GIC_V4_1, "v4.1", "GICv4.1: default doorbells, vSGIs, vPE tables of redistributors")
#define MACHINE_COMMON_AFFS(X) \
	X(COMMON_ALL, "all", "all PEs of the host share one") \
	X(COMMON_AFF3, "aff3", "PEs of the same Aff3 share one") \
	X(COMMON_AFF32, "aff3.2", "PEs of the same Aff3.Aff2 share one: a socket") \
	X(COMMON_AFF321, "aff3.2.1", "PEs of the same Aff3.Aff2.Aff1 share one: a cluster")
#define MACHINE_SVPETS(X) \
	X(SVPET_NONE, "none", "an ITS shares its table of vPEs with no redistributor") \
	X(SVPET_AFF3, "aff3", "with those of its Aff3") \
	X(SVPET_AFF32, "aff3.2", "with those of its Aff3.Aff2: its socket") \
	X(SVPET_AFF321, "aff3.2.1", "with those of its Aff3.Aff2.Aff1: a cluster")
#define MACHINE_HALT_POLLS(X) \
	X(HALT_POLL_NONE, "none", "a vCPU in WFI sleeps at once") \
	X(HALT_POLL_ALWAYS, "always", "it first polls for halt_poll_max") \
	X(HALT_POLL_DYNAMIC, "dynamic", \
	  "it first polls for a time that grows and shrinks with success")
#define MACHINE_WFE_TRAPS(X) \
	X(WFE_TRAP_ALWAYS, "always", \
	  "WFE exits, and the PE goes to a vCPU of the VM that waits for one") \
	X(WFE_TRAP_NEVER, "never", "a vCPU that spins keeps its PE until its slice ends") \
	X(WFE_TRAP_SINGLE, "single-task", \
	  "WFE exits unless the vCPU was alone on its PE when it was loaded")
#define MACHINE_PINS(X) \
	X(PIN_NONE, "none", "the scheduler places vCPUs") \
	X(PIN_SPREAD, "spread", "vCPUs of all VMs are pinned round robin over all PEs") \
	X(PIN_FIRST, "first", "vCPU n is pinned to PE pin_first + n * pin_stride")
/* What a run breaks on purpose, once, to show that the identity about it notices. */
#define MACHINE_BREAKS(X) \
	X(BREAK_NOTHING, "nothing", "a run as it should be") \
	X(BREAK_LOSE, "lose-interrupt", "the host's handler forgets one interrupt") \
	X(BREAK_DOUBLE, "double-interrupt", "one interrupt is counted as delivered twice") \
	X(BREAK_STAGE, "stage", "one hop of one interrupt is 1 ps longer than it was") \
	X(BREAK_QUEUE, "its-queue", "one stay in an ITS's queue is 1 ps longer than it was") \
	X(BREAK_PE_TIME, "pe-time", "one PE is booked 1 ps too much") \
	X(BREAK_UNMASK, "unmask", "a device's line stays masked after the guest has ended it") \
	X(BREAK_PENDING_TABLES, "pending-tables", \
	  "a migration leaves the LPI pending tables behind")

#define MACHINE_DEVICES(X) \
	X(DEVICES_PASSTHROUGH, "passthrough", \
	  "the host's handler injects a device's interrupts; such a VM cannot migrate") \
	X(DEVICES_EMULATED, "emulated", \
	  "a thread of the VMM injects them: it emulates the device over one of the host")

#define MACHINE_GUEST_GICS(X) \
	X(GUEST_GIC_HOST, "host", "as the host's: v2 or v3") \
	X(GUEST_GIC_V2, "v2", "GICv2: up to 8 vCPUs, no virtual ITS") \
	X(GUEST_GIC_V3, "v3", "GICv3")

/* Which vectors of its devices a VM's user space forwards, where the host can. */
#define MACHINE_FORWARDS(X) \
	X(FORWARD_ALL, "all", "all") \
	X(FORWARD_EVEN, "even", "those of even number; the others are injected by software") \
	X(FORWARD_NONE, "none", "none: a VM in software on a host with GICv4")

#define MACHINE_LPI_AFFINITIES(X) \
	X(LPI_AFFINITY_SPREAD, "spread", "round robin over all PEs") \
	X(LPI_AFFINITY_TARGET, "target", "the PE on which the target vCPU starts")

/* Policies of the machine's own, in the form of models/vgic/policy.h. */
#define MACHINE_POLICIES(P) \
	P(halt_poll, "halt_poll", MACHINE_HALT_POLLS, "dynamic", \
	  "polling before a vCPU in WFI sleeps") \
	P(wfi_trap, "wfi_trap", VGIC_WFI_POLICIES, "always", "whether WFI exits") \
	P(wfe_trap, "wfe_trap", MACHINE_WFE_TRAPS, "single-task", \
	  "whether WFE exits, in which vCPUs wait for a spinlock") \
	P(lpi_affinity, "lpi_affinity", MACHINE_LPI_AFFINITIES, "spread", \
	  "PE that takes the host interrupt of a device")
#define MACHINE_POLICY_FIELD(field, key, values, standard, doc) uint8_t field;

#define MACHINE_ENUM(id, name, doc) id,
enum gic_version { MACHINE_GIC_VERSIONS(MACHINE_ENUM) };
enum machine_guest_gic { MACHINE_GUEST_GICS(MACHINE_ENUM) };
enum machine_common_aff { MACHINE_COMMON_AFFS(MACHINE_ENUM) };
enum machine_svpet { MACHINE_SVPETS(MACHINE_ENUM) };
enum machine_halt_poll { MACHINE_HALT_POLLS(MACHINE_ENUM) };
enum machine_wfe_trap { MACHINE_WFE_TRAPS(MACHINE_ENUM) };
enum machine_pin { MACHINE_PINS(MACHINE_ENUM) };
enum machine_break { MACHINE_BREAKS(MACHINE_ENUM) };
enum machine_devices { MACHINE_DEVICES(MACHINE_ENUM) };
enum machine_forward { MACHINE_FORWARDS(MACHINE_ENUM) };
enum machine_lpi_affinity { MACHINE_LPI_AFFINITIES(MACHINE_ENUM) };
#undef MACHINE_ENUM

struct hypervisor_config {
	char preset[PARAM_STRING_MAX];
	struct vgic_policy vgic; /* but v4.db_window: below */
	struct host_policy host; /* but residency_poll_step: below */
	uint64_t doorbell_window, residency_poll_step;
	MACHINE_POLICIES(MACHINE_POLICY_FIELD)
	uint64_t halt_poll_start, halt_poll_max;
	uint32_t halt_poll_grow, halt_poll_shrink; /* factor; divisor, 0 = back to none */
};

/* A workload of a VM: its type's rows fill `params`. */
struct workload_config {
	char type[PARAM_STRING_MAX];
	char name[PARAM_STRING_MAX]; /* in metrics; empty: the type */
	void *params;
};

struct vm_config {
	char name[PARAM_STRING_MAX];
	uint32_t count; /* that many VMs of this kind */
	uint32_t vcpus;
	uint32_t irqs; /* SGIs, PPIs and SPIs of the guest */
	uint64_t memory;
	uint8_t gic; /* enum machine_guest_gic */
	uint32_t eoimode;
	bool its;
	uint32_t host;	 /* it begins on */
	uint8_t devices; /* enum machine_devices */
	uint8_t forward; /* enum machine_forward */
	uint8_t pin;
	uint32_t pin_first, pin_stride;
	struct param_list workloads; /* struct workload_config */
};

struct run_config {
	uint64_t duration;     /* of the measured window */
	uint64_t warmup;       /* before it */
	uint64_t start_spread; /* vCPUs and devices start at a random phase within this time */
	uint64_t seed;
	uint64_t stack;	 /* bytes of a process */
	bool eager_debt; /* engine.debt: eager */
	bool check;
	uint8_t breaks;		  /* enum machine_break */
	uint64_t fail_allocation; /* number of the core's allocation that fails; 0: none */
};

/* The hosts of a run, all alike, and what lies between them. */
struct cluster_config {
	uint32_t hosts;
	uint64_t latency;   /* ps from host to host */
	uint64_t bandwidth; /* millibytes a second, of each host's link in each direction */
};

/* A live migration. */
struct migration_config {
	char vm[PARAM_STRING_MAX]; /* name, with its number */
	uint64_t at;		   /* ps after the window opens */
	uint32_t from, to;
	uint64_t memory; /* bytes copied while the VM runs */
	uint64_t dirty;	 /* bytes copied while it stands still */
};

struct machine_config {
	struct run_config run;
	struct host_config host;
	struct hypervisor_config hypervisor;
	struct param_list vms; /* struct vm_config */
	struct cluster_config cluster;
	struct param_list migrations; /* struct migration_config */
	struct cost_profile *costs;
};

/* The rows of struct machine_config: sections run, engine, host, hypervisor, vms. */
extern const struct param_section machine_sections[];

static inline bool host_is_gicv2(const struct host_config *h)
{
	return h->gic.version == GIC_V2;
}

static inline uint32_t host_nr_pes(const struct host_config *h)
{
	return h->sockets * h->clusters * h->pes;
}

static inline uint32_t host_nr_its(const struct host_config *h)
{
	return host_is_gicv2(h) ? 0 : h->gic.its;
}

static inline bool vm_is_gicv2(const struct host_config *h, const struct vm_config *v)
{
	return v->gic == GUEST_GIC_V2 || (v->gic == GUEST_GIC_HOST && host_is_gicv2(h));
}

static inline bool vm_has_its(const struct host_config *h, const struct vm_config *v)
{
	return v->its && !vm_is_gicv2(h, v);
}

/* What is wrong with a configuration (config-fault.c). */
struct config_fault {
	char path[192]; /* of the key that it is about */
	char why[256];
};

/* Set the path, printf-like. Returns f. */
struct config_fault *config_at(struct config_fault *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Set the reason, printf-like. Returns -EINVAL. */
int config_wrong(struct config_fault *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What rows cannot say: 0, or -EINVAL and what is wrong. */
int machine_config_check(const struct machine_config *c, struct config_fault *f);
/* Its parts that are about GICv2 (config-gicv2.c), and about the cluster and its migrations
 * (config-cluster.c). */
int machine_gicv2_check(const struct machine_config *c, struct config_fault *f);
int machine_cluster_check(const struct machine_config *c, struct config_fault *f);

/* Whether VMs of this kind migrate; without an ITS they do so without devices. */
bool vm_migrates(const struct machine_config *c, const struct vm_config *v);

#endif
