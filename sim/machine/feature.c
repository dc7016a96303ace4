// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Features of a host's kernel that a configuration asks for by more than one key (feature.h;
 * spec/vgic.md, Version landmarks). Values of one key need no row: a preset names them itself.
 */
#include "feature.h"

#include <stdio.h>
#include <string.h>

#include "workload.h"

/* The first VM of which `asks` is true, and `key` of it. */
static bool some_vm(const struct machine_config *c,
		    bool (*asks)(const struct machine_config *c, const struct vm_config *v),
		    const char *key, char *path, size_t path_size)
{
	const struct vm_config *vms = c->vms.items;

	for (uint32_t i = 0; i < c->vms.nr; i++) {
		if (!asks(c, &vms[i]))
			continue;
		snprintf(path, path_size, "vms.%u.%s", i, key);
		return true;
	}
	return false;
}

static bool is_gicv3(const struct machine_config *c, const struct vm_config *v)
{
	return !vm_is_gicv2(&c->host, v);
}

static bool is_gicv2_on_gicv3(const struct machine_config *c, const struct vm_config *v)
{
	return vm_is_gicv2(&c->host, v) && !host_is_gicv2(&c->host);
}

static bool has_its(const struct machine_config *c, const struct vm_config *v)
{
	return vm_has_its(&c->host, v);
}

static bool moves_its(const struct machine_config *c, const struct vm_config *v)
{
	return vm_has_its(&c->host, v) && vm_migrates(c, v);
}

static bool gicv3_guest(const struct machine_config *c, char *path, size_t path_size)
{
	return some_vm(c, is_gicv3, "gic", path, path_size);
}

static bool gicv2_guest(const struct machine_config *c, char *path, size_t path_size)
{
	return some_vm(c, is_gicv2_on_gicv3, "gic", path, path_size);
}

static bool virtual_its(const struct machine_config *c, char *path, size_t path_size)
{
	return some_vm(c, has_its, "its", path, path_size);
}

static bool its_tables(const struct machine_config *c, char *path, size_t path_size)
{
	return some_vm(c, moves_its, "its", path, path_size);
}

static bool irqfd(const struct machine_config *c, char *path, size_t path_size)
{
	const struct vm_config *vms = c->vms.items;

	for (uint32_t i = 0; i < c->vms.nr; i++) {
		const struct workload_config *w = vms[i].workloads.items;

		if (vms[i].devices != DEVICES_PASSTHROUGH)
			continue;
		for (uint32_t n = 0; n < vms[i].workloads.nr; n++) {
			const struct workload *type = workload_find(w[n].type);

			if (!type || !(type->uses & WORKLOAD_IRQFD))
				continue;
			snprintf(path, path_size, "vms.%u.workloads.%u.type", i, n);
			return true;
		}
	}
	return false;
}

static bool gicv4_1_host(const struct machine_config *c, char *path, size_t path_size)
{
	snprintf(path, path_size, "hypervisor.injection");
	return c->host.gic.version == GIC_V4_1 &&
	       c->hypervisor.vgic.v4.injection != VGIC_INJECT_SOFTWARE;
}

const struct machine_feature machine_features[] = {
	{ "gicv3-guest", "a guest with a GICv3", gicv3_guest },
	{ "gicv2-on-gicv3", "a guest with a GICv2 on a host with a later one", gicv2_guest },
	{ "virtual-its", "a guest with a virtual ITS", virtual_its },
	{ "its-tables", "saving and restoring a virtual ITS's tables: it migrates", its_tables },
	{ "irqfd", "irqfd, resampling and ioeventfd: passed-through devices, vhost", irqfd },
	{ "gicv4.1-host", "direct injection on a host with GICv4.1, of any kind", gicv4_1_host },
	{ NULL, NULL, NULL },
};

const struct machine_feature *machine_feature_find(const char *name)
{
	for (const struct machine_feature *f = machine_features; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}
