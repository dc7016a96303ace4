/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lock classes of the core. One row a class: identifier, name in metrics (lock.<name>.*), rank.
 * Locks are taken in order of rank, outermost lowest; a debug check refuses any other order
 * (spec/vgic.md 1.3). Two locks of one class nest only through plat_lock_nested(), lowest vCPU
 * first.
 */
#ifndef PLAT_LOCKS_H
#define PLAT_LOCKS_H

/* clang-format off */
#define PLAT_LOCK_CLASSES(X) \
	X(VM, "vm", 10)                 /* mutex: creation and user-space access to a VM */ \
	X(VCPU, "vcpu", 20)             /* mutex: held while a vCPU thread is in its run loop */ \
	X(CONFIG, "config", 30)         /* mutex: distributor configuration */ \
	X(ITS_CMD, "its_cmd", 40)       /* mutex: a vITS's command queue */ \
	X(ITS_TABLES, "its_tables", 50) /* mutex: a vITS's devices, events, collections */ \
	X(HOST_DEVICES, "host_devices", 55) /* mutex: devices and LPIs of the host's ITS driver */ \
	X(LPI_INDEX, "lpi_index", 60)   /* insertion and removal of LPIs of a VM */ \
	X(V4_HINT, "v4_hint", 62)       /* what a VM's events were forwarded to */ \
	X(ITS_CACHE, "its_cache", 64)   /* the xarray translation cache of a vITS */ \
	X(AP_LIST, "ap_list", 70)       /* one AP list */ \
	X(LPI_LIST, "lpi_list", 75)     /* the VM's LRU translation cache and LPI references */ \
	X(IRQ, "irq", 80)               /* one interrupt */ \
	X(HOST_IRQ, "host_irq", 84)     /* one host interrupt descriptor */ \
	X(HOST_VLPI, "host_vlpi", 85)   /* what a device's events are forwarded to */ \
	X(HOST_VMAPP, "host_vmapp", 86) /* on which ITSs the vPEs of a VM are mapped */ \
	X(HOST_VPE, "host_vpe", 87)     /* where a vPE is, and whether something waits for it */ \
	X(HOST_VMOVP, "host_vmovp", 88) /* VMOVPs to several ITSs in one order */ \
	X(HOST_PROXY, "host_proxy", 89) /* the proxy device of doorbells */ \
	X(HOST_ITS, "host_its", 90)     /* a physical ITS's command queue */
/* clang-format on */

enum plat_lock_class {
#define PLAT_LOCK_ENUM(id, name, rank) LOCK_##id,
	PLAT_LOCK_CLASSES(PLAT_LOCK_ENUM)
#undef PLAT_LOCK_ENUM
		LOCK_PLAT_NR
};

#endif
