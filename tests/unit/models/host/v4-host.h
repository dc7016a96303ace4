/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vPEs on a host with GICv4, without a VM: what the tests of the host's GICv4 driver start from.
 */
#ifndef TEST_V4_HOST_H
#define TEST_V4_HOST_H

#include "tests/unit/models/vgic/v4-vm.h"

static struct v4_vm vm, *w = &vm;
static struct host_vpes *vpes;

/* A host, and as many vPEs as wanted, requested. */
static inline void open_with(const struct v4_config *c, u32 nr)
{
	u32 i;

	port_reset();
	must(!v4_host(w, c));
	must(!host_vpes_alloc(&vpes, w->h, nr));
	for (i = 0; i < nr; i++)
		must(!host_vpe_request(&vpes->vpe[i], NULL, NULL));
	v4_bind_devices(w);
	v4_forget(w);
}

static inline void open_40(u32 nr)
{
	struct v4_config c = v4_config_61(1);

	open_with(&c, nr);
}

static inline void close_vpes(void)
{
	u32 i;

	for (i = 0; vpes && i < vpes->nr; i++)
		host_vpe_release(&vpes->vpe[i]);
	if (vpes)
		host_vpes_free(vpes);
	vpes = NULL;
}

static inline void teardown(void)
{
	u32 i;

	for (i = 0; i < V4_NR_DEVICES; i++)
		host_its_unmap_device(w->h, 0, V4_DEVICE(i));
	close_vpes();
	v4_close(w);
	port_assert_quiet();
}

static inline struct host_vpe *pe_of(u32 n)
{
	return &vpes->vpe[n];
}

static inline int map(u32 device, u32 event, u32 n, u32 vintid)
{
	struct host_vlpi_map map = {
		.vpe = pe_of(n), .vintid = vintid, .properties = 0xa1, .db_enabled = true
	};

	return host_vlpi_map(w->h, w->lpi[device][event], &map);
}

#endif
