/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host with GICv4, its ITS driver, and a VM whose guest has set up its virtual ITS: four PEs, one
 * or two ITSs, five devices with four MSIs behind ITS 0, bound to the host (event n on PE n). What
 * the host's driver does is kept as text, in the words of the recordings (tests/oracle):
 *
 *	host_vpe_set_affinity(vpe(w, 0), 1);
 *	SAW("VMOVP vpe=0 rd=1", "VSYNC", "MOVI proxy ev=0 rd=1", "SYNC");
 *
 * Commands are executed before CWRITER's write ends, doorbells reach the PE's redistributor at once.
 */
#ifndef TEST_V4_VM_H
#define TEST_V4_VM_H

#include <stdarg.h>

#include "tests/unit/models/vits/vits-vm.h"

#include "models/arch/gicv4.h"
#include "models/host/gic-driver.h"
#include "models/host/its-v4-internal.h"
#include "models/vgic/vgic-v4-internal.h"

#define V4_HOST_MEM	 0x01000000ull
#define V4_HOST_MEM_SIZE 0x20000000ull
#define V4_MAX_ITS	 2u
#define V4_NR_DEVICES	 5u
#define V4_NR_EVENTS	 4u
#define V4_DEVICE(n)	 (8u * ((n) + 1)) /* physical DeviceID */
#define V4_LOG_MAX	 4096u
#define V4_MAX_VSGIS	 64u
#define V4_LINE_MAX	 64u

struct v4_config {
	enum gic_direct direct;
	bool direct_lpi, its_list, no_vsgi, vpt_scan, no_caches, individual_db;
	u32 nr_its;	/* 0: one */
	u32 vpeid_bits; /* 0: 16 */
	u32 nr_vcpus;
	u32 svpet;	    /* ITSs have the affinity of PE 0 */
	u32 common_lpi_aff; /* PEs 0 and 1 have another Aff1 than 2 and 3 */
	struct vgic_policy policy;
	struct host_policy host;
};

struct v4_vm {
	struct mmio_vm m;
	struct host_its *h;
	struct its *its[V4_MAX_ITS];
	char its_port[V4_MAX_ITS];
	u32 nr_its;
	u32 lpi[V4_NR_DEVICES][V4_NR_EVENTS];
	u32 dropped; /* MSIs that the ITS dropped */
	char log[V4_LOG_MAX][V4_LINE_MAX];
	u32 nr_log, read_log;
	struct port_record vsgi[V4_MAX_VSGIS];
	u32 nr_vsgis;
};

/* Linux 6.1 on GICv4.0, and as a later kernel has it on GICv4.1. */
static inline struct v4_config v4_config_61(u32 nr_vcpus)
{
	struct v4_config c = { .direct = GIC_DIRECT_V40, .nr_vcpus = nr_vcpus };

	c.policy = mmio_policy();
	c.policy.v4.injection = VGIC_INJECT_V4_1;
	c.policy.v4.forwarding = VGIC_FORWARD_OLD;
	c.host.residency_poll = HOST_POLL_AT_ENTRY;
	return c;
}

static inline struct v4_config v4_config_new(u32 nr_vcpus)
{
	struct v4_config c = v4_config_61(nr_vcpus);

	c.direct = GIC_DIRECT_V41;
	c.policy.lpi_store = VGIC_LPI_STORE_XARRAY;
	c.policy.cache = VGIC_CACHE_XARRAY;
	c.policy.v4.forwarding = VGIC_FORWARD_NEW;
	c.policy.v4.wfi_residency = VGIC_WFI_IN_WFI;
	return c;
}

/* ---- the log ---- */

static inline void v4_log(struct v4_vm *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static inline void v4_log(struct v4_vm *w, const char *format, ...)
{
	va_list ap;

	must(w->nr_log < V4_LOG_MAX);
	va_start(ap, format);
	vsnprintf(w->log[w->nr_log++], V4_LINE_MAX, format, ap);
	va_end(ap);
}

static inline void v4_name_doorbell(struct v4_vm *w, u32 intid, char name[16])
{
	struct host_vpe *vpe = host_vpe_by_doorbell(w->h, intid);

	if (vpe)
		snprintf(name, 16, "vpe%u", vpe->id);
	else
		snprintf(name, 16, "%s", intid == ITS_NO_DOORBELL ? "none" : "?");
}

static inline void v4_see_command(void *arg, u32 its, const u64 cmd[4])
{
	static const char *const names[] = {
		[ITS_CMD_MOVI] = "MOVI",       [ITS_CMD_INT] = "INT",
		[ITS_CMD_CLEAR] = "CLEAR",     [ITS_CMD_SYNC] = "SYNC",
		[ITS_CMD_MAPD] = "MAPD",       [ITS_CMD_MAPC] = "MAPC",
		[ITS_CMD_MAPTI] = "MAPTI",     [ITS_CMD_INV] = "INV",
		[ITS_CMD_INVALL] = "INVALL",   [ITS_CMD_DISCARD] = "DISCARD",
		[ITS_CMD_VMOVI] = "VMOVI",     [ITS_CMD_VMOVP] = "VMOVP",
		[ITS_CMD_VSGI] = "VSGI",       [ITS_CMD_VSYNC] = "VSYNC",
		[ITS_CMD_VMAPP] = "VMAPP",     [ITS_CMD_VMAPTI] = "VMAPTI",
		[ITS_CMD_VINVALL] = "VINVALL", [ITS_CMD_INVDB] = "INVDB",
		[ITS_CMD_VMOVALL] = "VMOVALL",
	};
	struct v4_vm *w = arg;
	u32 op = its_cmd_opcode(cmd), vpe = its_cmd_vpe(cmd), device = its_cmd_device(cmd);
	char prefix[16] = "", dev[16], db[16];

	if (its)
		snprintf(prefix, sizeof(prefix), "its%u ", its);
	if (host_is_proxy(w->h, device))
		snprintf(dev, sizeof(dev), "proxy");
	else
		snprintf(dev, sizeof(dev), "dev=%u", device);
	v4_name_doorbell(w, its_cmd_doorbell(cmd), db);
	switch (op) {
	case ITS_CMD_SYNC:
	case ITS_CMD_VSYNC: v4_log(w, "%s%s", prefix, names[op]); break;
	case ITS_CMD_MAPD: v4_log(w, "%sMAPD %s v=%d", prefix, dev, its_cmd_valid(cmd)); break;
	case ITS_CMD_MAPTI:
	case ITS_CMD_MOVI:
		v4_log(w, "%s%s %s ev=%u rd=%u", prefix, names[op], dev, its_cmd_event(cmd),
		       its_cmd_icid(cmd));
		break;
	case ITS_CMD_VMAPP:
		v4_log(w, "%sVMAPP vpe=%u rd=%u v=%d", prefix, vpe, (u32)its_cmd_rdbase(cmd),
		       its_cmd_valid(cmd));
		break;
	case ITS_CMD_VMOVP:
		v4_log(w, "%sVMOVP vpe=%u rd=%u", prefix, vpe, (u32)its_cmd_rdbase(cmd));
		break;
	case ITS_CMD_VMAPTI:
		v4_log(w, "%sVMAPTI %s ev=%u vpe=%u vintid=%u db=%s", prefix, dev,
		       its_cmd_event(cmd), vpe, (u32)FIELD_GET(cmd[2], ITS_CMD2_VINTID), db);
		break;
	case ITS_CMD_VMOVI:
		v4_log(w, "%sVMOVI %s ev=%u vpe=%u db=%s", prefix, dev, its_cmd_event(cmd), vpe,
		       db);
		break;
	case ITS_CMD_VINVALL:
	case ITS_CMD_INVDB: v4_log(w, "%s%s vpe=%u", prefix, names[op], vpe); break;
	case ITS_CMD_VSGI:
		v4_log(w, "%sVSGI vpe=%u sgi=%u %s en=%d prio=%u grp=%d", prefix, vpe,
		       (u32)FIELD_GET(cmd[0], ITS_CMD0_SGI_INTID),
		       cmd[0] & ITS_CMD0_SGI_CLEAR ? "clear" : "config",
		       !!(cmd[0] & ITS_CMD0_SGI_ENABLE),
		       (u32)FIELD_GET(cmd[0], ITS_CMD0_SGI_PRIORITY) << 4,
		       !!(cmd[0] & ITS_CMD0_SGI_GROUP));
		break;
	case ITS_CMD_VMOVALL:
		v4_log(w, "%sVMOVALL vpe=%u to=%u db=%s", prefix, vpe, its_cmd_vmovall_to(cmd), db);
		break;
	default:
		must(op < PLAT_ARRAY_SIZE(names) && names[op]);
		v4_log(w, "%s%s %s ev=%u", prefix, names[op], dev, its_cmd_event(cmd));
	}
}

static inline void v4_see_residency(void *arg, u32 pe, u32 vpe, bool valid)
{
	v4_log(arg, "vpe-%s rd=%u vpe=%u", valid ? "in" : "out", pe, vpe);
}

static inline void v4_forget(struct v4_vm *w)
{
	w->nr_log = w->read_log = 0;
}

/* Exactly these lines since the last look. */
static inline void v4_saw(struct v4_vm *w, const char *file, int line, const char *const *want)
{
	u32 i;

	for (i = 0; want[i]; i++) {
		if (i >= w->nr_log || strcmp(w->log[i], want[i]))
			ck_abort_msg("%s:%d: line %u: expected '%s', got '%s'", file, line, i,
				     want[i], i < w->nr_log ? w->log[i] : "the end");
	}
	if (w->nr_log > i)
		ck_abort_msg("%s:%d: line %u: expected the end, got '%s'", file, line, i,
			     w->log[i]);
	v4_forget(w);
}
#define SAW(...)      v4_saw((w), __FILE__, __LINE__, (const char *const[]){ __VA_ARGS__, NULL })
#define SAW_NOTHING() v4_saw((w), __FILE__, __LINE__, (const char *const[]){ NULL })

/* How many lines since the last look begin like this. */
static inline u32 v4_count(const struct v4_vm *w, const char *start)
{
	u32 i, n = 0;

	for (i = 0; i < w->nr_log; i++)
		n += !strncmp(w->log[i], start, strlen(start));
	return n;
}

/* ---- the host ---- */

static inline void v4_run_its(void *arg, void *its_port)
{
	struct v4_vm *w = arg;
	struct its_work work;
	u32 n = (u32)((char *)its_port - w->its_port);

	while (its_step(w->its[n], &work))
		;
}

/* vSGIs take their time: they stay under way until v4_deliver(). */
static inline void v4_signal(void *arg, const struct port_record *r)
{
	struct v4_vm *w = arg;

	if (r->kind != PORT_VSGI)
		return;
	must(w->nr_vsgis < V4_MAX_VSGIS);
	w->vsgi[w->nr_vsgis++] = *r;
}

static inline void v4_deliver(struct v4_vm *w)
{
	u32 i;

	for (i = 0; i < w->nr_vsgis; i++) {
		const struct port_record *r = &w->vsgi[i];
		u32 n = (u32)((const u8 *)r->to - w->m.pe_port);

		gic_vsgi_set(gic_pe(w->m.gic, n), (u32)r->arg, r->intid);
	}
	w->nr_vsgis = 0;
}

static inline int v4_host(struct v4_vm *w, const struct v4_config *c)
{
	static const u32 affinity[MMIO_PES] = { 0x000, 0x001, 0x100, 0x101 };
	struct gic_config cfg = { .nr_pes = MMIO_PES,
				  .nr_spis = 128,
				  .nr_its = c->nr_its ? c->nr_its : 1,
				  .lpi_id_bits = 16,
				  .prio_bits = 5,
				  .nr_lrs = 4,
				  .vprio_bits = 5,
				  .direct = c->direct,
				  .vpeid_bits = c->vpeid_bits,
				  .common_lpi_aff = c->common_lpi_aff,
				  .direct_lpi = c->direct_lpi,
				  .vsgi = c->direct == GIC_DIRECT_V41 && !c->no_vsgi,
				  .vpt_scan = c->vpt_scan };
	void *ports[MMIO_PES];
	u32 i;
	int ret;

	memset(w, 0, sizeof(*w));
	port.arg = w;
	port.its_work = v4_run_its;
	port.signal = v4_signal;
	w->nr_its = cfg.nr_its;
	for (i = 0; i < MMIO_PES; i++)
		ports[i] = &w->m.pe_port[i];
	gic_mem_init(&w->m.host);
	gic_mem_init(&w->m.ram);
	must(!gic_mem_add_region(&w->m.host, 0, 1ull << 30));
	must(!gic_mem_add_region(&w->m.ram, RAM, RAM_SIZE));
	must(!gic_create(&w->m.gic, &cfg, &w->m.host, affinity, ports));
	host_gic_init(w->m.gic);
	for (i = 0; i < MMIO_PES; i++)
		host_gic_init_pe(gic_pe(w->m.gic, i));
	for (i = 0; i < w->nr_its; i++) {
		struct its_config its = { .number = i,
					  .device_bits = 16,
					  .event_bits = 16,
					  .collection_bits = 16,
					  .cache_devices = 8,
					  .cache_events = 32,
					  .cache_collections = 8,
					  .cache_vpes = 8,
					  .single_vmovp = !c->its_list,
					  .individual_db = c->individual_db,
					  .svpet = c->svpet,
					  .port = &w->its_port[i] };

		if (c->no_caches)
			its.cache_devices = its.cache_events = its.cache_collections =
				its.cache_vpes = 0;
		must(!its_create(&w->its[i], w->m.gic, &its));
	}
	ret = host_its_probe(&w->h, w->m.gic, w->its, w->nr_its, &w->m.host, V4_HOST_MEM,
			     V4_HOST_MEM_SIZE);
	if (ret)
		return ret;
	host_its_observe(w->h, v4_see_command, w);
	ret = c->direct == GIC_DIRECT_NONE ? 0 : host_v4_probe(w->h, &c->host);
	host_vpe_observe(w->h, v4_see_residency, w);
	return ret;
}

/* The VM is created and attached, not initialised. */
static inline int v4_create(struct v4_vm *w, const struct v4_config *c)
{
	struct vgic_vm_config cfg = { .model = VGIC_V3,
				      .nr_vcpus = c->nr_vcpus,
				      .nr_irqs = 128,
				      .policy = c->policy,
				      .port = w };
	void *ports[MMIO_MAX_VCPUS];
	u32 i;

	for (i = 0; i < c->nr_vcpus; i++)
		ports[i] = &w->m.vcpu_port[i];
	cfg.vcpu_ports = ports;
	must(!vgic_create(&w->m.vm, w->m.gic, &w->m.ram, &cfg));
	return vgic_v4_attach(w->m.vm, w->h);
}

static inline void v4_bind_devices(struct v4_vm *w)
{
	u32 d, e;

	for (d = 0; d < V4_NR_DEVICES; d++) {
		must(!host_its_map_device(w->h, 0, V4_DEVICE(d), V4_NR_EVENTS));
		for (e = 0; e < V4_NR_EVENTS; e++)
			w->lpi[d][e] = (u32)host_its_map_event(w->h, 0, V4_DEVICE(d), e, e);
	}
}

/*
 * All of it, with a guest that has collections 0 .. vCPUs - 1, device 8 with 16 events, event n
 * mapped to LPI 8192 + n on vCPU n modulo vCPUs, for four events.
 */
static inline void v4_open(struct v4_vm *w, const struct v4_config *c)
{
	struct mmio_vm *m = &w->m;
	u32 v;

	port_reset();
	must(!v4_host(w, c));
	must(!v4_create(w, c));
	mmio_place(m, true);
	guest_write(m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	for (v = 0; v < c->nr_vcpus; v++) {
		lpis_enable(m, v, GICR_PENDBASER_PTZ);
		m->vm->vcpus[v]->cpuif.vmcr = (u32)FIELD_PUT(0xf8, ICH_VMCR_VPMR) | ICH_VMCR_VENG1;
	}
	its_setup(m);
	map_some(m, V4_NR_EVENTS);
	v4_bind_devices(w);
	port_clear_records();
	v4_forget(w);
}

static inline void v4_close(struct v4_vm *w)
{
	u32 i;

	if (w->h)
		for (i = 0; i < V4_NR_DEVICES; i++)
			host_its_unmap_device(w->h, 0, V4_DEVICE(i));
	if (w->m.its)
		vits_destroy(w->m.its);
	if (w->m.vm)
		vgic_destroy(w->m.vm);
	if (w->h)
		host_its_remove(w->h);
	for (i = 0; i < w->nr_its; i++)
		its_destroy(w->its[i]);
	gic_destroy(w->m.gic);
	gic_mem_destroy(&w->m.host);
	gic_mem_destroy(&w->m.ram);
}

/* ---- short names ---- */

static inline struct vgic_vcpu *vcpu(struct v4_vm *w, u32 n)
{
	return w->m.vm->vcpus[n];
}

static inline struct host_vpe *vpe(struct v4_vm *w, u32 n)
{
	return vgic_v4_vpe(vcpu(w, n));
}

static inline void load_on(struct v4_vm *w, u32 n, u32 pe)
{
	vgic_load(vcpu(w, n), gic_pe(w->m.gic, pe));
}

static inline void put(struct v4_vm *w, u32 n)
{
	vgic_put(vcpu(w, n));
}

/* Into the guest, as the run loop does it. */
static inline void enter(struct v4_vm *w, u32 n)
{
	struct vgic_vcpu *v = vcpu(w, n);

	for (;;) {
		vgic_check_requests(v);
		vgic_flush(v);
		if (vgic_enter_guest(v))
			return;
		vgic_sync(v);
	}
}

static inline void leave(struct v4_vm *w, u32 n)
{
	vgic_leave_guest(vcpu(w, n));
	vgic_sync(vcpu(w, n));
}

/* The vCPU takes what is signalled in a loaded, entered guest: INTID or 1023. */
static inline u32 take(struct v4_vm *w, u32 n)
{
	struct gic_pe *pe = vcpu(w, n)->pe;
	u32 intid = icv_iar_read(pe, 1);

	if (intid != GIC_SPURIOUS)
		icv_eoir_write(pe, 1, intid);
	return intid;
}

/* Load on a PE, enter, take one interrupt, leave, put. */
static inline u32 visit(struct v4_vm *w, u32 n, u32 pe)
{
	u32 intid;

	load_on(w, n, pe);
	enter(w, n);
	intid = take(w, n);
	leave(w, n);
	put(w, n);
	return intid;
}

/* A device sends its MSI: through the physical ITS to wherever it is mapped. */
static inline void raise_msi(struct v4_vm *w, u32 device, u32 event)
{
	struct its_route route;
	struct its_work work;

	its_translate(w->its[0], V4_DEVICE(device), event, &route, &work);
	if (!route.pe)
		w->dropped++;
	else if (route.virt)
		gic_vlpi_set(route.pe, &route.vlpi);
	else
		gic_lpi_set(route.pe, route.intid);
}

/* A physical interrupt is signalled to this PE. */
static inline bool irq_line(struct v4_vm *w, u32 pe)
{
	return port_line(&w->m.pe_port[pe], PLAT_LINE_IRQ);
}

/* The host takes physical interrupts on a PE; doorbells handled, other INTIDs returned (0: none). */
static inline u32 host_irqs(struct v4_vm *w, u32 n)
{
	struct gic_pe *pe = gic_pe(w->m.gic, n);
	u32 intid, other = 0;

	while ((intid = icc_iar1_read(pe)) != GIC_SPURIOUS) {
		if (!host_doorbell_irq(w->h, intid))
			other = intid;
		icc_eoir1_write(pe, intid);
		icc_dir_write(pe, intid);
	}
	return other;
}

static inline int forward(struct v4_vm *w, u32 device, u32 event, u32 vevent)
{
	return vgic_v4_set_forwarding(w->m.vm, w->lpi[device][event], DOORBELL, 8, vevent);
}

static inline int unforward(struct v4_vm *w, u32 device, u32 event, u32 vevent)
{
	return vgic_v4_unset_forwarding(w->m.vm, w->lpi[device][event], DOORBELL, 8, vevent);
}

static inline struct vgic_irq *lpi(struct v4_vm *w, u32 n)
{
	return plat_index_load(&w->m.vm->lpis, VGIC_LPI_BASE + n);
}

static inline u32 wakes(void)
{
	return port_count(PORT_WAKE, NULL);
}

#endif
