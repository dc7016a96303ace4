/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs and latencies of the machine around the core: what a PE spends outside the virtual GIC,
 * and how long hardware takes. One row an entry: identifier, name in a cost profile
 * (configs/costs/), meaning. PE rows are time of the PE that does it; HW rows are latencies or
 * service times of hardware. Rows of the core stand in models/plat/costs.h.
 */
#ifndef MACHINE_COSTS_H
#define MACHINE_COSTS_H

#include <plat.h>

#define MACHINE_PE_COSTS(X) \
	X(EXIT, "guest-exit", "guest to hypervisor: exception, save, host context") \
	X(ENTRY, "guest-entry", "hypervisor to guest: restore, exception return") \
	X(EL2_FIXUP, "el2-fixup", "a trap that EL2 handles and returns from: no exit") \
	X(EXIT_DECODE, "exit-decode", "find the handler of an exit from its syndrome") \
	X(USER_EXIT, "user-exit", "hypervisor to user space and back") \
	X(USER_EMULATE, "user-emulate", "emulate one access in user space") \
	X(EL2_CROSS, "el2-cross", "between a host kernel in EL1 and EL2, one way (legacy)") \
	X(VCPU_LOAD, "vcpu-load", "load vCPU state, the virtual GIC apart") \
	X(VCPU_PUT, "vcpu-put", "put vCPU state, the virtual GIC apart") \
	X(HOST_IRQ_ENTRY, "host-irq-entry", "host exception entry up to reading IAR") \
	X(HOST_IRQ_EXIT, "host-irq-exit", "host exception return after writing EOIR") \
	X(HOST_IRQ_DISPATCH, "host-irq-dispatch", \
	  "descriptor lookup and flow handler of a host irq") \
	X(SYSCALL, "syscall", "a system call of a host thread: entry, dispatch, return") \
	X(EVENTFD, "eventfd-signal", "signal an eventfd in the kernel, up to who waits on it") \
	X(VFIO_SIGNAL, "vfio-signal", "VFIO's handler: eventfd signal up to the irqfd callback") \
	X(VFIO_SET_IRQS, "vfio-set-irqs", \
	  "user space asks VFIO and KVM to follow an MSI-X entry: ioctls, request_irq, irqfd") \
	X(WORK_QUEUE, "work-queue", "queue an item for a worker thread") \
	X(WORK_RUN, "work-run", "a worker takes an item") \
	X(SWITCH, "context-switch", "schedule another thread on a PE") \
	X(WAKEUP, "thread-wakeup", "make a thread runnable: run queue, placement") \
	X(KICK, "kick", \
	  "before the SGI that kicks a vCPU: its lines of requests and wait queue, a barrier") \
	X(TICK, "sched-tick", "one scheduler tick") \
	X(IDLE_EXIT, "idle-exit", "leave the idle state after the wake-up interrupt") \
	X(HALT_POLL_STEP, "halt-poll-step", "one look of halt polling, the AP list apart") \
	X(TIMER_PROGRAM, "timer-program", "program a comparator or a high-resolution timer") \
	X(TIMER_HANDLE, "timer-handle", "host handler of a guest timer") \
	X(GUEST_IRQ_ENTRY, "guest-irq-entry", "guest exception entry up to reading IAR") \
	X(GUEST_IRQ_EXIT, "guest-irq-exit", "guest exception return after writing EOIR") \
	X(GUEST_EOI, "guest-eoi", "guest write of EOIR that does not trap") \
	X(GUEST_IAR, "guest-iar", "guest read of IAR that does not trap") \
	X(GUEST_POSTED, "guest-posted-write", \
	  "guest write to a device register that is mapped to it") \
	X(GUEST_ITS_CMD, "guest-its-command", "guest driver writes one ITS command to memory")

#define MACHINE_HW_COSTS(X) \
	X(IPI_CLUSTER, "ipi-cluster", "SGI to a PE of the same cluster") \
	X(IPI_SOCKET, "ipi-socket", "SGI to a PE of the same socket") \
	X(IPI_REMOTE, "ipi-remote", "SGI to a PE of another socket") \
	X(LINE_CLUSTER, "line-cluster", "a cache line moves within the cluster") \
	X(LINE_SOCKET, "line-socket", "a cache line moves within the socket") \
	X(LINE_REMOTE, "line-remote", "a cache line moves between sockets") \
	X(LOCK_WAITER, "lock-waiter", "hand-off of a contended lock, per further waiter") \
	X(LPI_SOCKET, "lpi-socket", "ITS to redistributor of the same socket") \
	X(LPI_REMOTE, "lpi-remote", "ITS to redistributor of another socket") \
	X(SIGNAL, "irq-signal", "redistributor to the interrupt input of the PE") \
	X(WIRE, "wire", "timer or device wire to distributor or redistributor") \
	X(LINK_POSTED, "link-posted", "posted write (MSI) from a device to its host bridge") \
	X(LINK_64B, "link-64b", "time a link is taken by 64 bytes of DMA or by one MSI") \
	X(SMMU, "smmu", \
	  "SMMU: translation of a write to an ITS, beyond what bridge-its has of it") \
	X(BRIDGE_ITS, "bridge-its", "host bridge to ITS, same socket") \
	X(BRIDGE_ITS_REMOTE, "bridge-its-remote", "extra when the ITS is in another socket") \
	X(ITS_TRANSLATE, "its-translate", "ITS pipeline taken by one translation, caches hitting") \
	X(ITS_COMMAND, "its-command", "ITS pipeline taken by one command") \
	X(ITS_TABLE_READ, "its-table-read", "one table read of the ITS that misses its caches") \
	X(ITS_TABLE_WRITE, "its-table-write", "one table write of the ITS") \
	X(ITS_VMOVP, "its-vmovp", "what one VMOVP takes of the pipeline beyond any command") \
	X(VPT_SCAN, "vpt-scan", "redistributor: 64 bytes of a virtual pending table, scanned") \
	X(RD_PENDING, "rd-pending", "redistributor: pending table read-modify-write") \
	X(RD_CONFIG, "rd-config", "redistributor: one LPI configuration byte read")

enum machine_cost {
	MACHINE_COST_BASE = COST_PLAT_NR - 1,
#define MACHINE_COST_ENUM(id, name, doc) COST_##id,
	MACHINE_PE_COSTS(MACHINE_COST_ENUM) MACHINE_HW_COSTS(MACHINE_COST_ENUM)
#undef MACHINE_COST_ENUM
		COST_NR
};

#endif
