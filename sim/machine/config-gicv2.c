// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a host with a GICv2, and a guest with one, ask of the rest of the configuration (spec/vgic.md
 * 1.1: eight CPUs; 1.16: which guests a host can have).
 */
#include <errno.h>
#include <stdio.h>

#include "config.h"

#define MAX_CPUS 8u

struct complaint {
	char *path, *why;
	size_t path_size, why_size;
};

static int complain(const struct complaint *x, const char *path, const char *why)
{
	snprintf(x->path, x->path_size, "%s", path);
	snprintf(x->why, x->why_size, "%s", why);
	return -EINVAL;
}

static int check_host(const struct machine_config *c, const struct complaint *x)
{
	const struct host_config *h = &c->host;

	if (!host_is_gicv2(h))
		return 0;
	if (h->sockets * h->clusters * h->pes > MAX_CPUS)
		return complain(x, "host.pes", "a GICv2 has at most 8 PEs in all");
	if (h->gic.vpriority_bits != 5)
		return complain(x, "host.gic.vpriority_bits",
				"a GICv2's list registers have 5 priority bits");
	return 0;
}

static int check_vm(const struct machine_config *c, uint32_t i, const struct complaint *x)
{
	const struct vm_config *v = (const struct vm_config *)c->vms.items + i;
	bool v2 = vm_is_gicv2(&c->host, v);
	char path[64];

	snprintf(path, sizeof(path), "vms.%u.gic", i);
	if (!v2 && host_is_gicv2(&c->host))
		return complain(x, path, "a GICv3 guest needs a host with GICv3 or later");
	if (v2 && !host_is_gicv2(&c->host) && !c->host.gic.gicv)
		return complain(x, path, "a GICv2 guest needs host.gic.gicv: true on this host");
	snprintf(path, sizeof(path), "vms.%u.devices", i);
	if (v->devices == DEVICES_EMULATED && !vm_has_its(&c->host, v) && !vm_migrates(c, v))
		return complain(x, path, "emulated devices need a VM with an ITS");
	snprintf(path, sizeof(path), "vms.%u.vcpus", i);
	if (v2 && v->vcpus > MAX_CPUS)
		return complain(x, path, "a GICv2 guest has at most 8 vCPUs");
	return 0;
}

int machine_gicv2_check(const struct machine_config *c, char *path, size_t path_size, char *why,
			size_t why_size)
{
	struct complaint x = {
		.path = path, .path_size = path_size, .why = why, .why_size = why_size
	};
	int ret = check_host(c, &x);

	for (uint32_t i = 0; !ret && i < c->vms.nr; i++)
		ret = check_vm(c, i, &x);
	return ret;
}
