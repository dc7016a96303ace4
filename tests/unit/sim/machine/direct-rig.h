/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hosts with GICv4 for tests of direct injection: one VM of two vCPUs, one device, whose MSIs are
 * counted where they are raised and where the guest handles them.
 */
#ifndef MACHINE_DIRECT_RIG_H
#define MACHINE_DIRECT_RIG_H

#include "rig.h"

#include <models/arch/gicv3.h>

#define LPI 8192u
#define HOST(version, injection, hypervisor, vms) \
	"run: {duration: 2 ms}\n" \
	"host: {pes: 4, gic: {" version "}}\n" \
	"hypervisor: {preset: linux-6.10, halt_poll: none, injection: " injection ", " hypervisor \
	"}\n" \
	"vms: [{pin: first, " vms "}]\n"
#define V40(hypervisor) HOST("version: v4.0", "gicv4", hypervisor, "vcpus: 2")
#define V41(hypervisor) HOST("version: v4.1", "gicv4.1", hypervisor, "vcpus: 2")

/* Costs of a host, in round numbers. */
static const struct rig_price prices[] = {
	{ "guest-exit", "200 ns" },	{ "guest-entry", "200 ns" },
	{ "vcpu-load", "300 ns" },	{ "vcpu-put", "300 ns" },
	{ "its-command", "200 ns" },	{ "its-translate", "100 ns" },
	{ "lpi-socket", "100 ns" },	{ "host-irq-entry", "50 ns" },
	{ "guest-irq-entry", "30 ns" }, { "context-switch", "500 ns" },
	{ "vpt-scan", "4 ns" },		{ "link-posted", "150 ns" },
	{ "vfio-signal", "200 ns" },	{ "ipi-cluster", "200 ns" },
	{ "irq-signal", "20 ns" },
};

#define MAX_VECTORS 4u
static struct device *dev;
static u32 nr_vectors = 1;
static u64 handled[MAX_VECTORS], sent;
static sim_time came;

static inline void handle(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	handled[(uintptr_t)arg]++;
	came = guest_now(c);
}

static inline void map(struct vcpu *c)
{
	dev = device_new(guest_vm(c), "dev", nr_vectors, NULL, NULL);
	ck_assert_ptr_nonnull(dev);
	for (u32 i = 0; i < nr_vectors; i++)
		ck_assert_int_eq(guest_map_msi(c, dev, i, 0, handle, (void *)(uintptr_t)i),
				 (int)(LPI + i));
}

static inline void msi(void *arg, u64 vector)
{
	(void)arg;
	sent++;
	device_msi(dev, (u32)vector);
}

static inline void compute(struct vcpu *c)
{
	guest_compute(c, rig_us(1500));
}

static inline void wait(struct vcpu *c)
{
	for (;;)
		guest_wfi(c);
}

static inline u64 count(enum rec_metric id)
{
	return rig_m->metrics.v[id];
}

static inline void run(const char *text, void (*guest)(struct vcpu *), void (*host)(void),
		       void (*check)(void))
{
	rig.text = text;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.setup = map;
	rig.guest = guest;
	rig.host = host;
	rig.check = check;
	rig_run();
}

#endif
