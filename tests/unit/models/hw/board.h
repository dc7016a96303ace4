/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small host for the tests of models/hw: memory, a GIC with a few PEs, an ITS. Unless a test
 * says otherwise everything is booted: groups enabled, redistributors awake, LPIs enabled with
 * tables in memory, all interrupts in Group 1, priority mask open.
 */
#ifndef TEST_BOARD_H
#define TEST_BOARD_H

#include "models/arch/gicv3.h"
#include "models/arch/its.h"
#include "models/hw/gic.h"
#include "models/hw/its.h"
#include "models/hw/mem.h"
#include "tests/lib/port.h"

#define BOARD_MAX_PES  4u
#define BOARD_RAM      0x80000000ull
#define BOARD_RAM_SIZE 0x10000000ull
#define BOARD_PROP     (BOARD_RAM + 0x1000000)
#define BOARD_PEND(pe) (BOARD_RAM + 0x2000000 + (pe)*0x200000ull)
#define BOARD_QUEUE    (BOARD_RAM + 0x10000)
#define BOARD_DEVICES  (BOARD_RAM + 0x20000)
#define BOARD_COLLS    (BOARD_RAM + 0x30000)
#define BOARD_ITT(dev) (BOARD_RAM + 0x100000 + (dev)*0x10000ull)

static struct {
	struct gic_mem mem;
	struct gic *gic;
	struct its *its;
	char port[BOARD_MAX_PES]; /* the addresses are the cookies of the PEs */
	char its_port, gic_port;
} board;

static const struct gic_config board_config = {
	.nr_pes = BOARD_MAX_PES,
	.nr_spis = 64,
	.nr_its = 1,
	.lpi_id_bits = 16,
	.prio_bits = 5,
	.nr_lrs = 4,
	.vprio_bits = 5,
	.has_tdir = true,
	.port = &board.gic_port,
};

static const struct its_config board_its_config = {
	.number = 0,
	.device_bits = 12,
	.event_bits = 16,
	.collection_bits = 8,
	.cache_devices = 8,
	.cache_events = 32,
	.cache_collections = 8,
	.port = &board.its_port,
};

static inline struct gic_pe *board_pe(u32 n)
{
	return gic_pe(board.gic, n);
}

/* A GIC as it comes out of reset. PE n has affinity 0.0.n/2.n%2. */
static inline int board_reset(const struct gic_config *cfg)
{
	static const u32 affinity[BOARD_MAX_PES] = { 0x000, 0x001, 0x100, 0x101 };
	void *ports[BOARD_MAX_PES];
	u32 n;

	for (n = 0; n < BOARD_MAX_PES; n++)
		ports[n] = &board.port[n];
	gic_mem_init(&board.mem);
	gic_mem_add_region(&board.mem, BOARD_RAM, BOARD_RAM_SIZE);
	board.its = NULL;
	return gic_create(&board.gic, cfg, &board.mem, affinity, ports);
}

static inline void board_enable_lpis(u32 pe, u32 id_bits)
{
	gicr_write(board_pe(pe), GICR_PROPBASER, 8,
		   BOARD_PROP | FIELD_PUT(id_bits - 1, GICR_PROPBASER_IDBITS));
	gicr_write(board_pe(pe), GICR_PENDBASER, 8, BOARD_PEND(pe));
	gicr_write(board_pe(pe), GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
}

static inline void board_boot(const struct gic_config *cfg)
{
	u32 n, i;

	board_reset(cfg);
	gicd_write(board.gic, GICD_CTLR, 4, GICD_CTLR_ENABLE_GRP1);
	for (i = 32; i < 32 + cfg->nr_spis; i += 32)
		gicd_write(board.gic, GICD_IGROUPR + i / 8, 4, 0xffffffff);
	for (n = 0; n < cfg->nr_pes; n++) {
		gicr_write(board_pe(n), GICR_WAKER, 4, 0);
		gicr_write(board_pe(n), GICR_IGROUPR0, 4, 0xffffffff);
		icc_pmr_write(board_pe(n), 0xff);
		icc_igrpen1_write(board_pe(n), 1);
		board_enable_lpis(n, cfg->lpi_id_bits);
	}
}

static inline void board_down(void)
{
	its_destroy(board.its);
	gic_destroy(board.gic);
	gic_mem_destroy(&board.mem);
	board.its = NULL;
	board.gic = NULL;
}

/* Configure an LPI in memory; takes effect when it becomes pending or is invalidated. */
static inline void board_lpi(u32 intid, u32 prio, bool enabled)
{
	u8 byte = (u8)((prio & LPI_CONFIG_PRIORITY) | (enabled ? LPI_CONFIG_ENABLE : 0));

	gic_mem_write(&board.mem, BOARD_PROP + intid - GIC_LPI_BASE, &byte, 1);
}

/* Configure and enable an SGI or PPI of a PE, or an SPI (pe is its target then). */
static inline void board_irq(u32 pe, u32 intid, u32 prio)
{
	static const u32 affinity[BOARD_MAX_PES] = { 0x000, 0x001, 0x100, 0x101 };

	if (intid < 32) {
		gicr_write(board_pe(pe), GICR_IPRIORITYR0 + intid, 1, prio);
		gicr_write(board_pe(pe), GICR_ISENABLER0, 4, PLAT_BIT(intid));
		return;
	}
	gicd_write(board.gic, GICD_IPRIORITYR + intid, 1, prio);
	gicd_write(board.gic, GICD_IROUTER + 8 * intid, 8, affinity[pe]);
	gicd_write(board.gic, GICD_ISENABLER + intid / 32 * 4, 4, PLAT_BIT(intid % 32));
}

static inline bool board_irq_line(u32 pe)
{
	return port_line(&board.port[pe], PLAT_LINE_IRQ);
}

static inline bool board_virq_line(u32 pe)
{
	return port_line(&board.port[pe], PLAT_LINE_VIRQ);
}

/* A list register value. */
static inline u64 board_lr(u64 state, u32 group, u32 prio, u32 intid)
{
	return state | (group ? ICH_LR_GROUP : 0) | FIELD_PUT(prio, ICH_LR_PRIORITY) | intid;
}

/* ---- the ITS ---- */

static inline void board_its_up(const struct its_config *cfg, u64 extra_baser0)
{
	its_create(&board.its, board.gic, cfg);
	its_write(board.its, GITS_BASER, 8, BOARD_DEVICES | GITS_BASER_VALID | 7 | extra_baser0);
	its_write(board.its, GITS_BASER + 8, 8, BOARD_COLLS | GITS_BASER_VALID | 0);
	its_write(board.its, GITS_CBASER, 8, BOARD_QUEUE | GITS_CBASER_VALID | 0);
	its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
}

/* Put a command into the queue and execute it; what it did. */
static inline struct its_work board_command(const u64 cmd[4])
{
	u64 at = its_read(board.its, GITS_CWRITER, 8);
	struct its_work work = { 0 };
	u32 i;

	for (i = 0; i < 4; i++)
		gic_mem_write64(&board.mem, BOARD_QUEUE + at + 8 * i, cmd[i]);
	its_write(board.its, GITS_CWRITER, 8, (at + ITS_CMD_SIZE) % 0x1000);
	its_step(board.its, &work);
	return work;
}

static inline int board_mapd(u32 device, u32 bits)
{
	u64 cmd[4];

	its_build_mapd(cmd, device, BOARD_ITT(device), bits, true);
	return board_command(cmd).error;
}

static inline int board_mapc(u32 icid, u32 pe)
{
	u64 cmd[4];

	its_build_mapc(cmd, icid, pe, true);
	return board_command(cmd).error;
}

static inline int board_mapti(u32 device, u32 event, u32 intid, u32 icid)
{
	u64 cmd[4];

	its_build_mapti(cmd, device, event, intid, icid);
	return board_command(cmd).error;
}

#endif
