// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of a configuration before a run, beyond what the rows of config.c say of each value.
 * GICv2 is config-gicv2.c's, the cluster config-cluster.c's.
 */
#include "config.h"
#include "workload.h"

static int check_host(const struct machine_config *c, struct config_fault *f)
{
	const struct host_config *h = &c->host;

	if (host_nr_pes(h) > 4096)
		return config_wrong(
			config_at(f, "host.clusters"),
			"more than 4096 PEs; sockets * clusters * pes must not exceed that");
	if (h->gic.spis % 32)
		return config_wrong(config_at(f, "host.gic.spis"), "must be a multiple of 32");
	if (h->gic.list_registers < 2)
		return config_wrong(
			config_at(f, "host.gic.list_registers"),
			"with a single one KVM's underflow interrupt never ends when more "
			"interrupts wait; 2 to 16");
	return 0;
}

static int check_policies(const struct machine_config *c, struct config_fault *f)
{
	const struct vgic_policy *policy = &c->hypervisor.vgic;
	uint8_t version = c->host.gic.version;

	if (policy->v4.injection == VGIC_INJECT_V4 && version < GIC_V4_0)
		return config_wrong(config_at(f, "hypervisor.injection"),
				    "gicv4 needs host.gic.version v4.0 or v4.1");
	if (policy->v4.injection == VGIC_INJECT_V4_1 && version < GIC_V4_1)
		return config_wrong(config_at(f, "hypervisor.injection"),
				    "gicv4.1 needs host.gic.version: v4.1");
	if (policy->order == VGIC_ORDER_619 && policy->overflow != VGIC_OVERFLOW_EOICOUNT)
		return config_wrong(config_at(f, "hypervisor.order"),
				    "sort-on-overflow-6.19 needs lr_overflow: eoicount");
	return 0;
}

/* ---- VMs ---- */

/* What the type says of its parameters and of the VM. */
static int check_workload(const struct machine_config *c, const struct vm_config *v, uint32_t i,
			  struct config_fault *f)
{
	const struct workload_config *w = (const struct workload_config *)v->workloads.items + i;
	uint32_t vm = (uint32_t)(v - (const struct vm_config *)c->vms.items);
	const struct workload *type = workload_find(w->type);
	const char *key = "type", *why = NULL;

	if (!type)
		return 0;
	config_at(f, "vms.%u.workloads.%u.type", vm, i);
	if (type->uses & WORKLOAD_ITS && !vm_has_its(&c->host, v))
		return config_wrong(f, "%s needs a VM with an ITS", type->name);
	if (type->check)
		why = type->check(w->params, v, c, &key);
	return why ? config_wrong(config_at(f, "vms.%u.workloads.%u.%s", vm, i, key), "%s", why)
		   : 0;
}

/* Of an SGI or PPI only one workload of a VM can have the handler. */
static int check_private_irqs(const struct vm_config *v, uint32_t vm, uint32_t i,
			      struct config_fault *f)
{
	const struct workload_config *w = v->workloads.items;
	const struct workload *type = workload_find(w[i].type);

	for (uint32_t n = 0; type && n < i; n++) {
		const struct workload *other = workload_find(w[n].type);
		uint32_t both = other ? type->private_irqs & other->private_irqs : 0;
		int intid = both ? __builtin_ctz(both) : -1;

		if (both)
			return config_wrong(
				config_at(f, "vms.%u.workloads.%u.type", vm, i),
				"%s and %s both handle interrupt %d of every vCPU, %s; give one of "
				"them a VM of its own",
				other->name, type->name, intid,
				intid == GUEST_VTIMER_PPI ? "its virtual timer's" : "an SGI");
	}
	return 0;
}

static int check_vm(const struct machine_config *c, uint32_t i, struct config_fault *f)
{
	const struct vm_config *v = (const struct vm_config *)c->vms.items + i;
	int ret = 0;

	if (v->irqs % 32)
		return config_wrong(config_at(f, "vms.%u.irqs", i), "must be a multiple of 32");
	if (v->pin == PIN_FIRST && v->pin_first >= host_nr_pes(&c->host))
		return config_wrong(config_at(f, "vms.%u.pin_first", i), "the host has PEs 0 to %u",
				    host_nr_pes(&c->host) - 1);
	for (uint32_t n = 0; !ret && n < v->workloads.nr; n++) {
		ret = check_workload(c, v, n, f);
		if (!ret)
			ret = check_private_irqs(v, i, n, f);
	}
	return ret;
}

static int check_vms(const struct machine_config *c, struct config_fault *f)
{
	const struct vm_config *vms = c->vms.items;
	uint64_t total = 0;
	int ret = 0;

	if (c->vms.nr == 0)
		return config_wrong(config_at(f, "vms"), "there must be at least one VM");
	for (uint32_t i = 0; !ret && i < c->vms.nr; i++) {
		total += (uint64_t)vms[i].count * vms[i].vcpus;
		ret = check_vm(c, i, f);
	}
	if (!ret && total > 65536)
		return config_wrong(config_at(f, "vms"), "more than 65536 vCPUs in all");
	return ret;
}

int machine_config_check(const struct machine_config *c, struct config_fault *f)
{
	int ret = check_host(c, f);

	if (!ret)
		ret = check_policies(c, f);
	if (!ret)
		ret = machine_gicv2_check(c, f);
	if (!ret)
		ret = check_vms(c, f);
	return ret ? ret : machine_cluster_check(c, f);
}
