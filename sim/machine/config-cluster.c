// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of a cluster and its migrations before a run: hosts that are there, VMs that are
 * where a migration looks for them and that can move at all.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"

/* The kind of VM that one of this name is of; NULL: there is none. */
static const struct vm_config *find_vm(const struct machine_config *c, const char *name)
{
	const struct vm_config *vms = c->vms.items;

	for (uint32_t i = 0; i < c->vms.nr; i++) {
		size_t length = strlen(vms[i].name);
		char numbered[PARAM_STRING_MAX + 12];

		if (strncmp(vms[i].name, name, length))
			continue;
		if (vms[i].count == 1 && !name[length])
			return &vms[i];
		for (uint32_t n = 0; vms[i].count > 1 && n < vms[i].count; n++) {
			snprintf(numbered, sizeof(numbered), "%s%u", vms[i].name, n);
			if (!strcmp(numbered, name))
				return &vms[i];
		}
	}
	return NULL;
}

bool vm_migrates(const struct machine_config *c, const struct vm_config *v)
{
	const struct migration_config *mg = c->migrations.items;

	for (uint32_t i = 0; i < c->migrations.nr; i++)
		if (find_vm(c, mg[i].vm) == v)
			return true;
	return false;
}

/* The host that a VM is on after the migrations before number `n`, in order of their times. */
static uint32_t host_before(const struct machine_config *c, const struct vm_config *v, uint32_t n)
{
	const struct migration_config *mg = c->migrations.items;
	uint32_t host = v->host;
	uint64_t latest = 0;

	for (uint32_t i = 0; i < c->migrations.nr; i++) {
		if (i == n || strcmp(mg[i].vm, mg[n].vm) || mg[i].at > mg[n].at ||
		    (mg[i].at == mg[n].at && i > n))
			continue;
		if (mg[i].at >= latest) {
			latest = mg[i].at;
			host = mg[i].to;
		}
	}
	return host;
}

static int check_migration(const struct machine_config *c, uint32_t n, struct config_fault *f)
{
	const struct migration_config *mg =
		(const struct migration_config *)c->migrations.items + n;
	const struct vm_config *v = find_vm(c, mg->vm);
	uint32_t host;

	config_at(f, "migrations.%u.vm", n);
	if (!v)
		return config_wrong(f, "there is no VM '%s'", mg->vm);
	if (v->devices != DEVICES_EMULATED)
		return config_wrong(f,
				    "VM '%s' has passed-through devices; one that migrates needs "
				    "devices: emulated",
				    mg->vm);
	config_at(f, "migrations.%u.at", n);
	if (mg->at >= c->run.duration)
		return config_wrong(f, "the window is over by then (run.duration)");
	config_at(f, "migrations.%u.to", n);
	if (mg->to >= c->cluster.hosts)
		return config_wrong(f, "the cluster has hosts 0 to %u", c->cluster.hosts - 1);
	if (mg->to == mg->from)
		return config_wrong(f, "the VM is on host %u already", mg->to);
	config_at(f, "migrations.%u.from", n);
	host = host_before(c, v, n);
	if (mg->from != host)
		return config_wrong(f, "VM '%s' is on host %u then", mg->vm, host);
	return 0;
}

int machine_cluster_check(const struct machine_config *c, struct config_fault *f)
{
	const struct vm_config *vms = c->vms.items;
	int ret = 0;

	for (uint32_t i = 0; i < c->vms.nr; i++)
		if (vms[i].host >= c->cluster.hosts)
			return config_wrong(config_at(f, "vms.%u.host", i),
					    "the cluster has hosts 0 to %u", c->cluster.hosts - 1);
	for (uint32_t n = 0; !ret && n < c->migrations.nr; n++)
		ret = check_migration(c, n, f);
	return ret;
}
