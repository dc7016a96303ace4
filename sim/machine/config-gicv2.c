// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a host with a GICv2, and a guest with one, ask of the rest of the configuration (spec/vgic.md
 * 1.1: eight CPUs; 1.16: which guests a host can have).
 */
#include "config.h"

#define MAX_CPUS 8u

static int check_host(const struct machine_config *c, struct config_fault *f)
{
	const struct host_config *h = &c->host;

	if (!host_is_gicv2(h))
		return 0;
	if (host_nr_pes(h) > MAX_CPUS)
		return config_wrong(config_at(f, "host.pes"), "a GICv2 has at most 8 PEs in all");
	if (h->gic.vpriority_bits != 5)
		return config_wrong(config_at(f, "host.gic.vpriority_bits"),
				    "a GICv2's list registers have 5 priority bits");
	return 0;
}

static int check_vm(const struct machine_config *c, uint32_t i, struct config_fault *f)
{
	const struct vm_config *v = (const struct vm_config *)c->vms.items + i;
	bool v2 = vm_is_gicv2(&c->host, v);

	config_at(f, "vms.%u.gic", i);
	if (!v2 && host_is_gicv2(&c->host))
		return config_wrong(f, "a GICv3 guest needs a host with GICv3 or later");
	if (v2 && !host_is_gicv2(&c->host) && !c->host.gic.gicv)
		return config_wrong(f, "a GICv2 guest needs host.gic.gicv: true on this host");
	config_at(f, "vms.%u.devices", i);
	if (v->devices == DEVICES_EMULATED && !vm_has_its(&c->host, v) && !vm_migrates(c, v))
		return config_wrong(f, "emulated devices need a VM with an ITS");
	config_at(f, "vms.%u.vcpus", i);
	if (v2 && v->vcpus > MAX_CPUS)
		return config_wrong(f, "a GICv2 guest has at most 8 vCPUs");
	return 0;
}

int machine_gicv2_check(const struct machine_config *c, struct config_fault *f)
{
	int ret = check_host(c, f);

	for (uint32_t i = 0; !ret && i < c->vms.nr; i++)
		ret = check_vm(c, i, f);
	return ret;
}
