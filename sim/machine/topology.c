// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets, clusters, PEs and their physical GIC with its ITSs; distances between PEs become
 * latencies of SGIs, of lock hand-offs and of LPIs. MPIDR of a PE: Aff0 within its cluster, Aff1
 * the cluster within its socket, Aff2 the socket.
 */
#include <stdlib.h>

#include "machine.h"

#define HOST_MEM_BASE 0x80000000ull
#define HOST_MEM_SIZE 0x40000000000ull

u64 machine_line_cost(struct machine *m, const struct pe *from, const struct pe *to, u64 *assumed)
{
	static const u32 line[] = { COST_LINE_CLUSTER, COST_LINE_SOCKET, COST_LINE_REMOTE };

	return machine_hw_cost(m, line[pe_distance(from, to)], assumed);
}

static sim_time handoff(void *ctx, uint16_t from, uint16_t to, uint16_t waiting)
{
	struct machine *m = ctx;
	u64 assumed = 0, ps;

	if (m->booting)
		return 0;
	ps = machine_line_cost(m, &m->pes[from], &m->pes[to], &assumed);
	if (waiting)
		ps += waiting * machine_hw_cost(m, COST_LOCK_WAITER, &assumed);
	m->pes[to].assumed += assumed;
	return ps;
}

struct sgi_message {
	struct pe *to;
	u32 intid;
};

static void sgi_arrives(void *ctx, const void *payload)
{
	const struct sgi_message *msg = payload;

	(void)ctx;
	gic_sgi_set(msg->to->gic, msg->intid);
}

void plat_sgi(void *from_pe_port, void *to_pe_port, u32 intid)
{
	static const u32 latency[] = { COST_IPI_CLUSTER, COST_IPI_SOCKET, COST_IPI_REMOTE };
	struct pe *from = from_pe_port, *to = to_pe_port;
	struct machine *m = from->m;
	enum distance d = pe_distance(from, to);
	u64 assumed = 0;
	sim_time at = sim_now(m->e) + machine_hw_cost(m, latency[d], &assumed);
	struct sgi_message *msg = sim_pipe_send(from->sgi[d], &at);

	*msg = (struct sgi_message){ to, intid };
	to->summons.at = sim_now(m->e);
	to->summons.sender = from->n;
	to->summons.sender_paid = from->assumed;
	to->summons.paid = to->assumed;
	to->summons.assumed = assumed;
}

static int pe_setup(struct machine *m, struct pe *pe, u32 n)
{
	const struct host_config *h = &m->cfg->host;

	pe->m = m;
	pe->n = n;
	pe->cluster = n / h->pes;
	pe->socket = n / (h->pes * h->clusters);
	plat_list_init(&pe->rq);
	for (u32 d = 0; d < 3; d++) {
		pe->sgi[d] = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++,
					  sizeof(struct sgi_message), sgi_arrives, m);
		if (!pe->sgi[d])
			return -ENOMEM;
	}
	host_timers_init(pe);
	vtimer_init_pe(pe);
	return machine_costs_pe(pe);
}

static enum gic_direct direct_of(const struct host_config *h)
{
	switch (h->gic.version) {
	case GIC_V4_0: return GIC_DIRECT_V40;
	case GIC_V4_1: return GIC_DIRECT_V41;
	default: return GIC_DIRECT_NONE;
	}
}

static int gic_setup(struct machine *m)
{
	const struct host_config *h = &m->cfg->host;
	struct gic_config cfg = {
		.nr_pes = m->nr_pes,
		.nr_spis = h->gic.spis,
		.arch = host_is_gicv2(h) ? GIC_ARCH_V2 : GIC_ARCH_V3,
		.no_gicv = !h->gic.gicv,
		.nr_its = host_nr_its(h),
		.lpi_id_bits = h->gic.lpi_id_bits,
		.prio_bits = h->gic.priority_bits,
		.nr_lrs = h->gic.list_registers,
		.vprio_bits = h->gic.vpriority_bits,
		.has_tdir = h->gic.tdir,
		.direct = direct_of(h),
		.vpeid_bits = h->gic.vpeid_bits,
		.common_lpi_aff = h->gic.common_lpi_aff,
		.direct_lpi = h->gic.version >= GIC_V4_0 && h->gic.direct_lpi,
		.vsgi = h->gic.version == GIC_V4_1 && h->gic.vsgi,
		.vpt_scan = h->gic.vpt_scan,
		.port = m,
	};
	u32 *affinity = calloc(m->nr_pes, sizeof(*affinity));
	void **ports = calloc(m->nr_pes, sizeof(*ports));
	int ret = -ENOMEM;

	if (affinity && ports) {
		for (u32 i = 0; i < m->nr_pes; i++) {
			affinity[i] = pe_affinity(h, i);
			ports[i] = &m->pes[i];
		}
		ret = gic_create(&m->gic, &cfg, &m->mem, affinity, ports);
	}
	free(affinity);
	free(ports);
	for (u32 i = 0; !ret && i < m->nr_pes; i++)
		m->pes[i].gic = gic_pe(m->gic, i);
	return ret;
}

static int its_setup(struct machine *m)
{
	const struct host_config *h = &m->cfg->host;

	m->its = calloc(host_nr_its(h) + 1, sizeof(*m->its));
	m->server = calloc(host_nr_its(h) + 1, sizeof(*m->server));
	if (!m->its || !m->server)
		return -ENOMEM;
	for (u32 i = 0; i < host_nr_its(h); i++) {
		struct its_config cfg = {
			.number = i,
			.device_bits = 16,
			.event_bits = 16,
			.collection_bits = 16,
			.cache_devices = h->its.cache_devices,
			.cache_events = h->its.cache_events,
			.cache_collections = h->its.cache_collections,
			.cache_vpes = h->its.cache_vpes,
			.still_vmovi = h->its.still_vmovi,
			.single_vmovp = !h->gic.its_list,
			.individual_db = h->gic.individual_doorbells,
			.svpet = h->gic.svpet,
			.affinity = pe_affinity(h, i % h->sockets * h->pes * h->clusters),
		};
		int ret = its_server_new(&m->server[i], m, i);

		if (ret)
			return ret;
		cfg.port = m->server[i];
		ret = its_create(&m->its[i], m->gic, &cfg);
		if (ret)
			return ret;
	}
	return 0;
}

int machine_topology(struct machine *m)
{
	const struct host_config *h = &m->cfg->host;
	int ret;

	m->nr_pes = host_nr_pes(h);
	m->pes = calloc(m->nr_pes, sizeof(*m->pes));
	if (!m->pes)
		return -ENOMEM;
	gic_mem_init(&m->mem);
	ret = gic_mem_add_region(&m->mem, HOST_MEM_BASE, HOST_MEM_SIZE);
	for (u32 i = 0; !ret && i < m->nr_pes; i++)
		ret = pe_setup(m, &m->pes[i], i);
	if (!ret)
		ret = gic_setup(m);
	if (!ret)
		ret = its_setup(m);
	if (ret)
		return ret;
	m->nr_lpis = (1u << h->gic.lpi_id_bits) - GIC_LPI_BASE;
	m->lpis = calloc(m->nr_lpis, sizeof(*m->lpis));
	sim_lock_setup(m->e, LOCK_PLAT_NR, handoff, m);
	return m->lpis ? 0 : -ENOMEM;
}
