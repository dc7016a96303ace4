// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The small world of the self-test: who is created in which order, with which sizes. The guest's
 * tables lie at fixed addresses, as a small guest kernel might put them. See selftest.h.
 */
#include "selftest-world.h"

#define HOST_RAM      0x80000000ull
#define HOST_RAM_SIZE 0x10000000ull

static int create_host(struct gic_selftest *t)
{
	static const struct gic_config base = {
		.nr_pes = SELFTEST_PES,
		.nr_spis = 64,
		.nr_its = 1,
		.lpi_id_bits = 16,
		.prio_bits = 5,
		.nr_lrs = 4,
		.vprio_bits = 5,
	};
	struct its_config its = { .device_bits = 8, .event_bits = 8, .collection_bits = 4 };
	struct gic_config cfg = base;
	u32 affinity[SELFTEST_PES];
	void *ports[SELFTEST_PES];
	u32 i;
	int ret;

	for (i = 0; i < SELFTEST_PES; i++) {
		affinity[i] = i;
		ports[i] = &t->pe[i];
	}
	cfg.port = &t->host;
	its.port = &t->its_port;
	ret = gic_mem_add_region(&t->host_mem, HOST_RAM, HOST_RAM_SIZE);
	if (!ret)
		ret = gic_create(&t->gic, &cfg, &t->host_mem, affinity, ports);
	if (!ret)
		ret = its_create(&t->its, t->gic, &its);
	if (!ret)
		ret = host_its_probe(&t->driver, t->gic, &t->its, 1, &t->host_mem, HOST_RAM,
				     HOST_RAM_SIZE);
	return ret;
}

static int create_vm(struct gic_selftest *t)
{
	struct vgic_vm_config cfg = {
		.model = VGIC_V3,
		.nr_vcpus = SELFTEST_VCPUS,
		.nr_irqs = 64,
		.policy = {
			.order = VGIC_ORDER_OLD,
			.cache = VGIC_CACHE_XARRAY,
			.lpi_store = VGIC_LPI_STORE_XARRAY,
			.mmio_access = VGIC_MMIO_TRYLOCK,
			.iidr_rev = 3,
			.cache_per_vcpu = 16,
		},
	};
	void *ports[SELFTEST_VCPUS];
	u32 i;
	int ret;

	for (i = 0; i < SELFTEST_VCPUS; i++)
		ports[i] = &t->vcpu[i];
	cfg.port = &t->vm_port;
	cfg.vcpu_ports = ports;
	ret = gic_mem_add_region(&t->guest_mem, GUEST_RAM, GUEST_RAM_SIZE);
	if (!ret)
		ret = vgic_create(&t->vm, t->gic, &t->guest_mem, &cfg);
	if (!ret)
		ret = vgic_set_dist_base(t->vm, GUEST_GICD);
	if (!ret)
		ret = vgic_set_redist_region(t->vm, 0, GUEST_GICR, SELFTEST_VCPUS);
	if (!ret)
		ret = vits_create(&t->vits, t->vm);
	if (!ret)
		ret = vits_set_base(t->vits, GUEST_GITS);
	if (!ret)
		ret = vgic_init(t->vm);
	if (!ret)
		ret = vgic_map_resources(t->vm);
	return ret;
}

int gic_selftest_create(struct gic_selftest *t)
{
	int ret;

	*t = (struct gic_selftest){
		.host = { "host" },
		.its_port = { "its" },
		.vm_port = { "vm" },
		.pe = { { "pe0" }, { "pe1" } },
		.vcpu = { { "vcpu0" }, { "vcpu1" } },
	};
	gic_mem_init(&t->host_mem);
	gic_mem_init(&t->guest_mem);
	ret = create_host(t);
	return ret ? ret : create_vm(t);
}

void gic_selftest_destroy(struct gic_selftest *t)
{
	if (t->vits)
		vits_destroy(t->vits);
	if (t->vm)
		vgic_destroy(t->vm);
	if (t->driver)
		host_its_remove(t->driver);
	if (t->its)
		its_destroy(t->its);
	if (t->gic)
		gic_destroy(t->gic);
	gic_mem_destroy(&t->guest_mem);
	gic_mem_destroy(&t->host_mem);
}

void gic_selftest_its_work(struct gic_selftest *t)
{
	struct its_work work;

	while (its_step(t->its, &work))
		;
}
