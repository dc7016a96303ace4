// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows of the machine's configuration: one row a value. Adding a value is one row here and one
 * field in config.h.
 */
#include "config.h"

/* clang-format off */
#define NAME(id, name, doc) name,
#define DOC(id, name, doc)  doc,
#define CHOICES(list) \
	.names = (const char *const[]){ list(NAME) NULL }, \
	.docs = (const char *const[]){ list(DOC) NULL }
#define AT(type, field) .offset = offsetof(type, field)

static const struct param run_params[] = {
	{ .name = "duration", .type = PARAM_TIME, AT(struct run_config, duration), .min = 1,
	  .max = 1000 * SIM_S, .doc = "length of the measured window" },
	{ .name = "warmup", .type = PARAM_TIME, AT(struct run_config, warmup), .max = 1000 * SIM_S,
	  .def = "0 s", .doc = "simulated time before the measured window" },
	{ .name = "start_spread", .type = PARAM_TIME, AT(struct run_config, start_spread),
	  .max = SIM_S, .def = "10 us",
	  .doc = "vCPUs and devices start at a random phase within this time" },
	{ .name = "seed", .type = PARAM_U64, AT(struct run_config, seed), .def = "1",
	  .doc = "seed of every random stream" },
	PARAM_END,
};

#define DEBTS(X) \
	X(0, "lazy", "costs are paid where the outside could notice") \
	X(1, "eager", "every cost is paid at once; slower, and the same result")

static const struct param engine_params[] = {
	{ .name = "debt", .type = PARAM_ENUM, AT(struct run_config, eager_debt), .def = "lazy",
	  CHOICES(DEBTS), .doc = "when the costs of hypervisor code are paid" },
	{ .name = "stack", .type = PARAM_SIZE, AT(struct run_config, stack), .min = 16384,
	  .max = 16777216, .def = "64 KiB", .doc = "virtual stack of a process" },
	{ .name = "check", .type = PARAM_BOOL, AT(struct run_config, check), .def = "true",
	  .doc = "check lock order while running" },
	{ .name = "break", .type = PARAM_ENUM, AT(struct run_config, breaks), .def = "nothing",
	  CHOICES(MACHINE_BREAKS),
	  .doc = "break an identity once, on purpose: the run must end with status 1" },
	{ .name = "fail_allocation", .type = PARAM_U64, AT(struct run_config, fail_allocation),
	  .def = "0",
	  .doc = "the models find no memory at their allocation of this number, from 1; 0: they do" },
	PARAM_END,
};

static const struct param gic_params[] = {
	{ .name = "version", .type = PARAM_ENUM, AT(struct host_config, gic.version), .def = "v3",
	  CHOICES(MACHINE_GIC_VERSIONS), .doc = "architecture of the physical GIC" },
	{ .name = "its", .type = PARAM_U32, AT(struct host_config, gic.its), .min = 1, .max = 16,
	  .def = "1", .doc = "number of ITSs; ITS n sits in socket n modulo sockets" },
	{ .name = "list_registers", .type = PARAM_U32, AT(struct host_config, gic.list_registers),
	  .min = 1, .max = 16, .def = "4",
	  .doc = "list registers of a PE; 1 is refused, as the underflow interrupt by which KVM "
		 "refills them is asserted while one or none is in use: it would never end" },
	{ .name = "priority_bits", .type = PARAM_U32, AT(struct host_config, gic.priority_bits),
	  .min = 4, .max = 8, .def = "5", .doc = "physical priority bits" },
	{ .name = "vpriority_bits", .type = PARAM_U32, AT(struct host_config, gic.vpriority_bits),
	  .min = 5, .max = 7, .def = "5", .doc = "virtual priority and preemption bits" },
	{ .name = "lpi_id_bits", .type = PARAM_U32, AT(struct host_config, gic.lpi_id_bits),
	  .min = 14, .max = 24, .def = "16", .doc = "INTID bits: LPIs lie below 2^n" },
	{ .name = "spis", .type = PARAM_U32, AT(struct host_config, gic.spis), .min = 32,
	  .max = 960, .def = "64", .doc = "shared peripheral interrupts, a multiple of 32" },
	{ .name = "gicv", .type = PARAM_BOOL, AT(struct host_config, gic.gicv), .def = "true",
	  .doc = "a virtual CPU interface frame: without it GICv3 hosts have no GICv2 guests, and "
		 "GICv2 hosts emulate the interrupt controller in user space" },
	{ .name = "tdir", .type = PARAM_BOOL, AT(struct host_config, gic.tdir), .def = "true",
	  .doc = "writes of DIR can be trapped alone (ICH_VTR_EL2.TDS)" },
	{ .name = "vpeid_bits", .type = PARAM_U32, AT(struct host_config, gic.vpeid_bits), .min = 1,
	  .max = 16, .def = "16", .doc = "GICv4: width of a vPEID; that many vPEs on the host" },
	{ .name = "direct_lpi", .type = PARAM_BOOL, AT(struct host_config, gic.direct_lpi),
	  .def = "false", .doc = "GICv4.0: DirectLPI, doorbells are masked without ITS commands" },
	{ .name = "its_list", .type = PARAM_BOOL, AT(struct host_config, gic.its_list),
	  .def = "false", .doc = "GICv4: a VMOVP goes to every ITS, in one order; else one suffices" },
	{ .name = "vpt_scan", .type = PARAM_BOOL, AT(struct host_config, gic.vpt_scan),
	  .def = "true", .doc = "GICv4: a vPE's pending table is scanned (Dirty), which takes time" },
	{ .name = "vsgi", .type = PARAM_BOOL, AT(struct host_config, gic.vsgi), .def = "true",
	  .doc = "GICv4.1: SGIs of guests in hardware" },
	{ .name = "individual_doorbells", .type = PARAM_BOOL,
	  AT(struct host_config, gic.individual_doorbells), .def = "false",
	  .doc = "GICv4.1: vLPIs may have doorbells of their own, for doorbell: per-vlpi" },
	{ .name = "common_lpi_aff", .type = PARAM_ENUM,
	  AT(struct host_config, gic.common_lpi_aff), .def = "all", CHOICES(MACHINE_COMMON_AFFS),
	  .doc = "GICv4.1: which redistributors share a table of vPEs" },
	{ .name = "svpet", .type = PARAM_ENUM, AT(struct host_config, gic.svpet),
	  .def = "none", CHOICES(MACHINE_SVPETS),
	  .doc = "GICv4.1: whether an ITS shares it with them" },
	PARAM_END,
};

static const struct param its_params[] = {
	{ .name = "cache_devices", .type = PARAM_U32, AT(struct host_config, its.cache_devices),
	  .max = 65536, .def = "64", .doc = "device table entries each ITS caches" },
	{ .name = "cache_events", .type = PARAM_U32, AT(struct host_config, its.cache_events),
	  .max = 1048576, .def = "1024", .doc = "interrupt translation entries each ITS caches" },
	{ .name = "cache_collections", .type = PARAM_U32,
	  AT(struct host_config, its.cache_collections), .max = 65536, .def = "256",
	  .doc = "collection entries each ITS caches" },
	{ .name = "cache_vpes", .type = PARAM_U32, AT(struct host_config, its.cache_vpes),
	  .max = 65536, .def = "256", .doc = "GICv4: vPE table entries each ITS caches" },
	{ .name = "still_vmovi", .type = PARAM_BOOL, AT(struct host_config, its.still_vmovi),
	  .def = "false", .doc = "GICv4.0: VMOVI of a pending vLPI to the vPE that it has rings no "
				 "doorbell (QEMU); else it does" },
	PARAM_END,
};

static const struct param sched_params[] = {
	{ .name = "timeslice", .type = PARAM_TIME, AT(struct host_config, sched.timeslice),
	  .min = SIM_US, .max = SIM_S, .def = "3 ms",
	  .doc = "how long a thread runs while others wait for its PE" },
	{ .name = "wakeup_preemption", .type = PARAM_BOOL,
	  AT(struct host_config, sched.wakeup_preemption), .def = "true",
	  .doc = "a woken thread may preempt the running one" },
	{ .name = "wakeup_granularity", .type = PARAM_TIME,
	  AT(struct host_config, sched.wakeup_granularity), .max = SIM_S, .def = "1 ms",
	  .doc = "it does so when it has run this much less" },
	{ .name = "tick", .type = PARAM_TIME, AT(struct host_config, sched.tick), .max = SIM_S,
	  .def = "0 s", .doc = "period of the host's scheduler tick on busy PEs; 0 s: no tick" },
	{ .name = "turn", .type = PARAM_TIME, AT(struct host_config, sched.turn), .max = SIM_S,
	  .def = "0 s", .doc = "PEs run in turn, each until it waits or for this long, as those of "
			      "an emulator on one thread do; 0 s: at once" },
	PARAM_END,
};

static const struct param host_params[] = {
	{ .name = "sockets", .type = PARAM_U32, AT(struct host_config, sockets), .min = 1, .max = 8,
	  .def = "1", .doc = "sockets of the host" },
	{ .name = "clusters", .type = PARAM_U32, AT(struct host_config, clusters), .min = 1,
	  .max = 256, .def = "1", .doc = "clusters of a socket" },
	{ .name = "pes", .type = PARAM_U32, AT(struct host_config, pes), .min = 1, .max = 16,
	  .def = "4", .doc = "PEs of a cluster" },
	PARAM_END,
};

static const struct param_section host_sections[] = {
	{ .name = "gic", .doc = "the physical GIC", .params = gic_params },
	{ .name = "its", .doc = "the physical ITSs", .params = its_params },
	{ .name = "sched", .doc = "the host's scheduler", .params = sched_params },
	{ .name = NULL },
};

#define HYP(field) AT(struct hypervisor_config, field)
#define POLICY(field, key, values, standard, text) \
	{ .name = key, .type = PARAM_ENUM, HYP(field), .def = standard, CHOICES(values), \
	  .doc = text },
#define VGIC_ROW(field, ...)	POLICY(vgic.field, __VA_ARGS__)
#define VGIC_V4_ROW(field, ...) POLICY(vgic.v4.field, __VA_ARGS__)
#define HOST_ROW(field, ...)	POLICY(host.field, __VA_ARGS__)
#define MACHINE_ROW(field, ...) POLICY(field, __VA_ARGS__)
/* The policies, each with its room's, then numbers that belong to some of them. */
static const struct param hypervisor_params[] = {
	{ .name = "preset", .type = PARAM_STRING, HYP(preset), .def = "linux-6.1",
	  .doc = "all policies as that kernel has them; keys given beside it win" },
	VGIC_POLICIES(VGIC_ROW)
	VGIC_V4_POLICIES(VGIC_V4_ROW)
	HOST_POLICIES(HOST_ROW)
	MACHINE_POLICIES(MACHINE_ROW)
	{ .name = "ap_list_shards", .type = PARAM_U32, AT(struct hypervisor_config, vgic.ap_list_shards),
	  .min = 1, .max = 512, .def = "4", .doc = "lists of a VM under ap_list: sharded" },
	{ .name = "translation_cache_per_vcpu", .type = PARAM_U32, HYP(vgic.cache_per_vcpu),
	  .min = 1, .max = 4096, .def = "16", .doc = "entries of lru and rcu-evict, times vCPUs" },
	{ .name = "iidr_revision", .type = PARAM_ENUM, HYP(vgic.iidr_rev), .def = "3",
	  .names = (const char *const[]){ "0", "1", "2", "3", NULL },
	  .doc = "implementation revision that a fresh virtual GIC reports" },
	{ .name = "halt_poll_max", .type = PARAM_TIME, HYP(halt_poll_max), .max = SIM_S,
	  .def = "500 us", .doc = "longest poll" },
	{ .name = "halt_poll_start", .type = PARAM_TIME, HYP(halt_poll_start), .max = SIM_S,
	  .def = "10 us", .doc = "first poll of a growing window" },
	{ .name = "halt_poll_grow", .type = PARAM_U32, HYP(halt_poll_grow), .min = 1, .max = 64,
	  .def = "2", .doc = "factor by which the window grows" },
	{ .name = "halt_poll_shrink", .type = PARAM_U32, HYP(halt_poll_shrink), .max = 64,
	  .def = "0", .doc = "divisor by which it shrinks; 0: back to no polling" },
	{ .name = "residency_poll_step", .type = PARAM_TIME, HYP(residency_poll_step),
	  .min = 10 * SIM_NS, .max = SIM_MS, .def = "1 us",
	  .doc = "GICv4: time between two looks at Dirty" },
	{ .name = "doorbell_window", .type = PARAM_TIME, HYP(doorbell_window), .max = SIM_MS,
	  .def = "0 s", .doc = "GICv4: a doorbell's wake-up waits that long for more interrupts" },
	PARAM_END,
};

static const struct param workload_params[] = {
	{ .name = "type", .type = PARAM_STRING, AT(struct workload_config, type),
	  .doc = "which workload (gicsim list workloads)" },
	{ .name = "name", .type = PARAM_STRING, AT(struct workload_config, name), .def = "",
	  .doc = "its name in metrics; the type when empty" },
	PARAM_END,
};

static const struct param_section vm_sections[] = {
	{ .name = "workloads", .doc = "what its guest and devices do", .params = workload_params,
	  .offset = offsetof(struct vm_config, workloads),
	  .item_size = sizeof(struct workload_config), .max_items = 16, .has_variants = true,
	  .variant_offset = offsetof(struct workload_config, params) },
	{ .name = NULL },
};

static const struct param vm_params[] = {
	{ .name = "name", .type = PARAM_STRING, AT(struct vm_config, name), .def = "vm",
	  .doc = "name in metrics and traces; a number is added when count > 1" },
	{ .name = "count", .type = PARAM_U32, AT(struct vm_config, count), .min = 1, .max = 4096,
	  .def = "1", .doc = "that many VMs of this kind" },
	{ .name = "vcpus", .type = PARAM_U32, AT(struct vm_config, vcpus), .min = 1, .max = 512,
	  .def = "1", .doc = "vCPUs of one VM" },
	{ .name = "irqs", .type = PARAM_U32, AT(struct vm_config, irqs), .min = 64, .max = 992,
	  .def = "256", .doc = "SGIs, PPIs and SPIs of the guest, a multiple of 32" },
	{ .name = "memory", .type = PARAM_SIZE, AT(struct vm_config, memory), .min = 67108864,
	  .max = 1ull << 40, .def = "256 MiB", .doc = "guest memory" },
	{ .name = "gic", .type = PARAM_ENUM, AT(struct vm_config, gic), .def = "host",
	  CHOICES(MACHINE_GUEST_GICS), .doc = "architecture of the guest's GIC" },
	{ .name = "eoimode", .type = PARAM_U32, AT(struct vm_config, eoimode), .max = 1,
	  .def = "0", .doc = "EOImode of the guest: 0 EOIR ends an interrupt; 1 EOIR drops the "
			     "priority before the handler, DIR deactivates after it" },
	{ .name = "its", .type = PARAM_BOOL, AT(struct vm_config, its), .def = "true",
	  .doc = "a GICv3 guest has a virtual ITS; without one devices interrupt by SPIs" },
	{ .name = "host", .type = PARAM_U32, AT(struct vm_config, host), .max = 7, .def = "0",
	  .doc = "the host of the cluster that it begins on" },
	{ .name = "devices", .type = PARAM_ENUM, AT(struct vm_config, devices),
	  .def = "passthrough", CHOICES(MACHINE_DEVICES),
	  .doc = "who injects the interrupts of its devices" },
	{ .name = "forward", .type = PARAM_ENUM, AT(struct vm_config, forward), .def = "all",
	  CHOICES(MACHINE_FORWARDS),
	  .doc = "GICv4: which of its devices' interrupts reach it directly" },
	{ .name = "pin", .type = PARAM_ENUM, AT(struct vm_config, pin), .def = "spread",
	  CHOICES(MACHINE_PINS), .doc = "where vCPU threads may run" },
	{ .name = "pin_first", .type = PARAM_U32, AT(struct vm_config, pin_first), .max = 4095,
	  .def = "0", .doc = "PE of vCPU 0 under pin: first" },
	{ .name = "pin_stride", .type = PARAM_U32, AT(struct vm_config, pin_stride), .max = 4095,
	  .def = "1", .doc = "distance of PEs under pin: first" },
	PARAM_END,
};

static const struct param cluster_params[] = {
	{ .name = "hosts", .type = PARAM_U32, AT(struct cluster_config, hosts), .min = 1, .max = 8,
	  .def = "1", .doc = "hosts of this kind, joined by a network" },
	{ .name = "latency", .type = PARAM_TIME, AT(struct cluster_config, latency),
	  .min = SIM_US, .max = SIM_S, .def = "20 us", .doc = "from one host to another, one way" },
	{ .name = "bandwidth", .type = PARAM_RATE, AT(struct cluster_config, bandwidth),
	  .min = 1000000, .max = 1000000000000000ull, .def = "3125 M/s",
	  .doc = "bytes a second of each host's link, in each direction" },
	PARAM_END,
};

static const struct param migration_params[] = {
	{ .name = "vm", .type = PARAM_STRING, AT(struct migration_config, vm),
	  .doc = "the VM that moves: its name, with its number where count > 1" },
	{ .name = "at", .type = PARAM_TIME, AT(struct migration_config, at), .max = 1000 * SIM_S,
	  .doc = "when it begins, after the window opens" },
	{ .name = "from", .type = PARAM_U32, AT(struct migration_config, from), .max = 7,
	  .def = "0", .doc = "host that the VM is on then" },
	{ .name = "to", .type = PARAM_U32, AT(struct migration_config, to), .max = 7, .def = "1",
	  .doc = "host that it moves to" },
	{ .name = "memory", .type = PARAM_SIZE, AT(struct migration_config, memory),
	  .max = 1ull << 40, .def = "8 MiB", .doc = "guest memory copied while the VM still runs" },
	{ .name = "dirty", .type = PARAM_SIZE, AT(struct migration_config, dirty),
	  .max = 1ull << 40, .def = "256 KiB",
	  .doc = "guest memory written meanwhile, copied while the VM stands still" },
	PARAM_END,
};

const struct param_section machine_sections[] = {
	{ .name = "run", .doc = "window, seed and start of the run", .params = run_params,
	  .offset = offsetof(struct machine_config, run) },
	{ .name = "engine", .doc = "how the simulation itself works", .params = engine_params,
	  .offset = offsetof(struct machine_config, run) },
	{ .name = "host", .doc = "the host", .params = host_params, .sections = host_sections,
	  .offset = offsetof(struct machine_config, host) },
	{ .name = "hypervisor", .doc = "the hypervisor's policies", .params = hypervisor_params,
	  .offset = offsetof(struct machine_config, hypervisor) },
	{ .name = "vms", .doc = "the virtual machines", .params = vm_params,
	  .sections = vm_sections, .offset = offsetof(struct machine_config, vms),
	  .item_size = sizeof(struct vm_config), .max_items = 4096 },
	{ .name = "cluster", .doc = "several hosts and the network between them",
	  .params = cluster_params, .offset = offsetof(struct machine_config, cluster) },
	{ .name = "migrations", .doc = "VMs that move from host to host while they run",
	  .params = migration_params, .offset = offsetof(struct machine_config, migrations),
	  .item_size = sizeof(struct migration_config), .max_items = 64 },
	{ .name = NULL },
};
/* clang-format on */

static const char *const cost_names[] = { PLAT_COSTS(NAME) MACHINE_PE_COSTS(NAME)
						  MACHINE_HW_COSTS(NAME) };
static const char *const cost_docs[] = { PLAT_COSTS(DOC) MACHINE_PE_COSTS(DOC)
						 MACHINE_HW_COSTS(DOC) };

const char *cost_name(uint32_t id)
{
	return id < COST_NR ? cost_names[id] : NULL;
}

const char *cost_doc(uint32_t id)
{
	return id < COST_NR ? cost_docs[id] : NULL;
}
