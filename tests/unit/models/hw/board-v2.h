/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small GICv2 host for the tests of models/hw: four PEs, 64 SPIs, four list registers, five
 * priority bits. board_v2_boot() enables both groups everywhere and opens the priority masks. SGIs
 * arrive at once.
 */
#ifndef TEST_BOARD_V2_H
#define TEST_BOARD_V2_H

#include <check.h>

#include "models/arch/gicv2.h"
#include "models/arch/gicv3.h"
#include "models/hw/gicv2.h"
#include "models/hw/mem.h"
#include "tests/lib/port.h"

#define V2_PES		   4u
#define V2_SPIS		   64u
#define GRP0		   GICC_CTLR_ENABLE_GRP0
#define GRP1		   GICC_CTLR_ENABLE_GRP1
#define V2_SPI(n)	   (32u + (n))
#define SGI_OF(cpu, intid) ((cpu) << 10 | (intid))

static struct {
	struct gic_mem mem;
	struct gic *gic;
	char port[V2_PES];
	char gic_port;
} v2;

static const struct gic_config v2_config = {
	.arch = GIC_ARCH_V2,
	.nr_pes = V2_PES,
	.nr_spis = V2_SPIS,
	.lpi_id_bits = 16,
	.prio_bits = 5,
	.nr_lrs = 4,
	.vprio_bits = 5,
	.port = &v2.gic_port,
};

static inline struct gic_pe *v2_pe(u32 n)
{
	return gic_pe(v2.gic, n);
}

/* An SGI on its way arrives. */
static inline void v2_signal(void *arg, const struct port_record *r)
{
	(void)arg;
	if (r->kind == PORT_SGI)
		gic_sgi_set(v2_pe((u32)((char *)r->to - v2.port)), r->intid);
}

static inline int v2_reset(const struct gic_config *cfg)
{
	static const u32 affinity[V2_PES] = { 0, 1, 2, 3 };
	void *ports[V2_PES];
	u32 n;

	for (n = 0; n < V2_PES; n++)
		ports[n] = &v2.port[n];
	gic_mem_init(&v2.mem);
	port.signal = v2_signal;
	return gic_create(&v2.gic, cfg, &v2.mem, affinity, ports);
}

static inline void v2_down(void)
{
	gic_destroy(v2.gic);
	gic_mem_destroy(&v2.mem);
	v2.gic = NULL;
}

/* ---- distributor as PE n sees it ---- */

static inline u32 dist(u32 n, u32 offset)
{
	return gicd_v2_read(v2_pe(n), offset, 4);
}

static inline void set_dist(u32 n, u32 offset, u32 value)
{
	gicd_v2_write(v2_pe(n), offset, 4, value);
}

static inline void set_dist8(u32 n, u32 offset, u8 value)
{
	gicd_v2_write(v2_pe(n), offset, 1, value);
}

/* Enable an interrupt: a private one of PE n, or an SPI that targets it. */
static inline void enable(u32 n, u32 intid, u8 priority)
{
	set_dist8(n, GICD_IPRIORITYR + intid, priority);
	if (intid >= 32)
		set_dist8(n, GICD_ITARGETSR + intid, (u8)(1u << n));
	set_dist(n, GICD_ISENABLER + intid / 32 * 4, 1u << intid % 32);
}

static inline void pend_spi(u32 intid)
{
	set_dist(0, GICD_ISPENDR + intid / 32 * 4, 1u << intid % 32);
}

static inline void group1(u32 n, u32 intid)
{
	u32 at = GICD_IGROUPR + intid / 32 * 4;

	set_dist(n, at, dist(n, at) | 1u << intid % 32);
}

static inline void send_sgi(u32 from, u32 targets, u32 intid)
{
	set_dist(from, GICD_SGIR, (u32)(FIELD_PUT(targets, GICD_SGIR_TARGETLIST) | intid));
}

/* ---- CPU interfaces of PE n ---- */

static inline u32 gicc(u32 n, u32 offset)
{
	return gicc_read(v2_pe(n), offset, 4);
}

static inline void set_gicc(u32 n, u32 offset, u32 value)
{
	gicc_write(v2_pe(n), offset, 4, value);
}

static inline u32 gich(u32 offset)
{
	return gich_read(v2_pe(0), offset, 4);
}

static inline void set_gich(u32 offset, u32 value)
{
	gich_write(v2_pe(0), offset, 4, value);
}

static inline u32 gicv(u32 offset)
{
	return gicv_read(v2_pe(0), offset, 4);
}

static inline void set_gicv(u32 offset, u32 value)
{
	gicv_write(v2_pe(0), offset, 4, value);
}

static inline bool irq_line(u32 n)
{
	return port_line(&v2.port[n], PLAT_LINE_IRQ);
}

static inline bool virq_line(void)
{
	return port_line(&v2.port[0], PLAT_LINE_VIRQ);
}

static inline void v2_boot(void)
{
	u32 n;

	ck_assert_int_eq(v2_reset(&v2_config), 0);
	set_dist(0, GICD_CTLR, 3);
	for (n = 0; n < V2_PES; n++) {
		set_gicc(n, GICC_PMR, 0xff);
		set_gicc(n, GICC_CTLR, GRP0 | GRP1 | GICC_CTLR_ACKCTL);
	}
}

#endif
