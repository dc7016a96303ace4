// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a simulated host is put together from, and taken apart into: engine, instruments, PEs with
 * their GIC and threads, the host's drivers, VMs. Who drives it then is another's business
 * (machine.c: a scenario; sim/oracle: a script).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <models/host/gic-driver.h>

#include "layout.h"
#include "machine.h"

#define HOST_ITS_MEM_BASE 0x100000000ull
#define HOST_ITS_MEM_SIZE 0x10000000000ull

/* ---- the host ---- */

static int pes_setup(struct machine *m)
{
	for (u32 i = 0; i < m->nr_pes; i++) {
		struct pe *pe = &m->pes[i];

		thread_init(m, &pe->idle, CLASS_IDLE, pe, (s32)i, pe_idle_body);
		if (worker_init(pe))
			return -ENOMEM;
		pe->idle.state = THREAD_RUNNING;
		pe->current = &pe->idle;
		pe->activity = PE_IDLE;
	}
	return 0;
}

int machine_assemble(struct machine *m, const struct sim_engine_config *engine)
{
	int ret;

	m->e = sim_engine_new(engine);
	if (!m->e)
		return -ENOMEM;
	machine_port_bind(m);
	plat_user.lock_order_check = m->cfg->run.check;
	m->seed = m->cfg->run.seed + ((u64)m->number << 32);
	m->booting = true;
	machine_costs_setup(m);
	machine_costs_enable(m, false);
	ret = account_init(m);
	if (!ret)
		ret = machine_topology(m);
	return ret ? ret : pes_setup(m);
}

int machine_boot_host(struct machine *m)
{
	int ret;

	host_gic_init(m->gic);
	for (u32 i = 0; i < m->nr_pes; i++)
		host_gic_init_pe(m->pes[i].gic);
	if (!host_nr_its(&m->cfg->host))
		return 0;
	ret = host_its_probe(&m->host_its, m->gic, m->its, m->cfg->host.gic.its, &m->mem,
			     HOST_ITS_MEM_BASE, HOST_ITS_MEM_SIZE);
	return ret ? ret : vlpi_host_init(m);
}

/* ---- VMs ---- */

static s32 pinned_pe(struct machine *m, const struct vm_config *cfg, u32 vcpu)
{
	switch (cfg->pin) {
	case PIN_SPREAD: return (s32)(m->next_spread++ % m->nr_pes);
	case PIN_FIRST: return (s32)((cfg->pin_first + vcpu * cfg->pin_stride) % m->nr_pes);
	default: return -1;
	}
}

static void vcpu_setup(struct vm *vm, u32 n, void (*body)(struct thread *t))
{
	struct machine *m = vm->m;
	struct vcpu *c = &vm->vcpus[n];
	s32 pin = pinned_pe(m, vm->cfg, n);
	struct pe *pe = &m->pes[pin >= 0 ? (u32)pin : m->next_spread++ % m->nr_pes];

	c->vm = vm;
	c->id = n;
	c->v = vm->vgic->vcpus[n];
	c->thread.vcpu = c;
	thread_init(m, &c->thread, CLASS_THREAD, pe, pin, body);
}

int machine_make_vgic(struct vm *vm)
{
	struct machine *m = vm->m;
	bool v2 = vm_is_gicv2(&m->cfg->host, vm->cfg);
	struct vgic_vm_config cfg = { .model = v2 ? VGIC_V2 : VGIC_V3,
				      .nr_vcpus = vm->nr_vcpus,
				      .nr_irqs = vm->cfg->irqs,
				      .policy = m->cfg->hypervisor.vgic,
				      .port = vm };
	void **ports = calloc(vm->nr_vcpus, sizeof(*ports));
	int ret;

	if (!ports)
		return -ENOMEM;
	cfg.policy.v4.db_window = (u32)(m->cfg->hypervisor.doorbell_window / SIM_NS);
	if (cfg.policy.ap_list_shards > vm->nr_vcpus)
		cfg.policy.ap_list_shards = vm->nr_vcpus;
	for (u32 i = 0; i < vm->nr_vcpus; i++)
		ports[i] = &vm->vcpus[i];
	cfg.vcpu_ports = ports;
	ret = vgic_create(&vm->vgic, m->gic, &vm->ram, &cfg);
	free(ports);
	if (!ret && m->direct)
		ret = vgic_v4_attach(vm->vgic, m->host_its);
	if (!ret)
		ret = vgic_set_dist_base(vm->vgic, GUEST_GICD);
	if (!ret)
		ret = v2 ? vgic_set_cpu_base(vm->vgic, GUEST_GICC)
			 : vgic_set_redist_region(vm->vgic, 0, GUEST_GICR, 0);
	if (!ret)
		ret = vgic_init(vm->vgic);
	vm->gic = v2 ? &guest_gicv2 : &guest_gicv3;
	if (!ret && vm->cfg->its && !v2) {
		ret = vits_create(&vm->its, vm->vgic);
		if (!ret)
			ret = vits_set_base(vm->its, GUEST_GITS);
	}
	if (!ret)
		ret = vgic_map_resources(vm->vgic);
	if (!ret)
		vlpi_vm_init(vm);
	return ret;
}

int machine_add_vm(struct machine *m, const struct vm_config *cfg, u32 n,
		   void (*body)(struct thread *t), struct vm **out)
{
	struct vm **grown = realloc(m->vms, (m->nr_vms + 1) * sizeof(*grown));
	struct vm *vm;
	int ret;

	if (!grown)
		return -ENOMEM;
	m->vms = grown;
	vm = calloc(1, sizeof(*vm));
	if (!vm)
		return -ENOMEM;
	vm->m = m;
	vm->cfg = cfg;
	vm->id = m->nr_vms;
	m->vms[m->nr_vms++] = vm;
	if (cfg->count > 1)
		snprintf(vm->name, sizeof(vm->name), "%s%u", cfg->name, n);
	else
		snprintf(vm->name, sizeof(vm->name), "%s", cfg->name);
	vm->nr_vcpus = cfg->vcpus;
	vm->itt_next = GUEST_ITTS;
	vm->vcpus = calloc(cfg->vcpus, sizeof(*vm->vcpus));
	if (!vm->vcpus)
		return -ENOMEM;
	gic_mem_init(&vm->ram);
	ret = gic_mem_add_region(&vm->ram, GUEST_RAM, cfg->memory);
	if (!ret)
		ret = rec_irqs_init(&vm->irqs, vm->name, cfg->vcpus);
	if (!ret)
		ret = machine_make_vgic(vm);
	if (!ret && cfg->devices == DEVICES_EMULATED) {
		vm->io = iothread_new(vm);
		ret = vm->io ? 0 : -ENOMEM;
	}
	for (u32 i = 0; !ret && i < vm->nr_vcpus; i++)
		vcpu_setup(vm, i, body);
	*out = vm;
	return ret;
}

/* ---- the end ---- */

static void vm_free(struct vm *vm)
{
	if (vm->its)
		vits_destroy(vm->its);
	if (vm->vgic)
		vgic_destroy(vm->vgic);
	gic_mem_destroy(&vm->ram);
	host_threads_free(vm);
	if (vm->arrival)
		vm_arrival_free(vm);
	free(vm->lpi_handler);
	free(vm->vlpi_tag);
	free(vm->vcpus);
}

static void host_free(struct machine *m)
{
	if (m->host_its)
		host_its_remove(m->host_its);
	for (u32 i = 0; m->its && m->server && i < host_nr_its(&m->cfg->host); i++) {
		if (m->its[i])
			its_destroy(m->its[i]);
		its_server_free(m->server[i]);
	}
	if (m->gic)
		gic_destroy(m->gic);
	vlpi_host_free(m);
	gic_mem_destroy(&m->mem);
	for (u32 i = 0; m->pes && i < m->nr_pes; i++) {
		for (u32 d = 0; d < 3; d++)
			if (m->pes[i].sgi[d])
				sim_pipe_free(m->pes[i].sgi[d]);
		worker_fini(&m->pes[i]);
		free(m->pes[i].cost_stream);
	}
}

void machine_take_apart(struct machine *m)
{
	if (m->e)
		sim_engine_over(m->e);
	/* As before time starts, nothing costs or takes time. */
	m->booting = true;
	machine_costs_enable(m, false);
	plat_user.event_mask = 0;
	for (u32 i = 0; i < m->nr_vms; i++)
		vm_free(m->vms[i]);
	vm_remains_free(m);
	for (u32 i = 0; i < m->nr_devices; i++)
		if (m->devices[i])
			device_free(m->devices[i]);
	iothread_free_all(m);
	platform_free(m);
	host_free(m);
	account_fini(m);
	for (u32 i = 0; i < m->nr_vms; i++)
		free(m->vms[i]);
	free(m->vms);
	free(m->its);
	free(m->server);
	free(m->devices);
	free(m->lpis);
	free(m->spis);
	free(m->pes);
	machine_port_bind(NULL);
	if (m->e)
		sim_engine_free(m->e);
}
