/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The physical GIC: one distributor, per PE a redistributor and a CPU interface with its virtual
 * half (list registers), and ITSs. Pure state: no time passes in here. Inputs come from the
 * machine (wires, SGIs, LPIs), outputs are plat_line() and plat_sgi().
 * Security: one security state (GICD_CTLR.DS = 1), affinity routing always on.
 */
#ifndef GIC_H
#define GIC_H

#include <plat.h>

#include "mem.h"

#define GIC_NR_PRIVATE 32u
#define GIC_SPI_BASE   32u
#define GIC_LPI_BASE   8192u
#define GIC_SPURIOUS   1023u
#define GIC_MAX_LR     16u
#define GIC_IDLE_PRIO  0xffu
#define GIC_NO_PE      0xffffffffu /* who of an event that concerns no PE */

struct its;

/* Direct injection that the hardware offers. */
enum gic_direct { GIC_DIRECT_NONE, GIC_DIRECT_V40, GIC_DIRECT_V41 };

/* Which architecture: a GICv2 has the frames of gicv2.h in the place of redistributors, LPIs, ITSs
 * and system registers, and at most eight PEs. */
enum gic_arch { GIC_ARCH_V3, GIC_ARCH_V2 };

/* What the implementation is; named choices of the architecture. */
struct gic_config {
	enum gic_arch arch;
	bool no_gicv; /* no virtual CPU interface frame: a GICv2 then has no list registers either */
	u32 nr_pes;
	u32 nr_spis; /* multiple of 32, at most 988 */
	u32 nr_its;
	u32 lpi_id_bits; /* 14..24: INTIDs below 2^lpi_id_bits */
	u32 prio_bits;	 /* physical priority bits implemented, 4..8 */
	u32 nr_lrs;	 /* 1..16 */
	u32 vprio_bits;	 /* virtual priority bits, 5..7; also preemption bits */
	bool has_tdir;	 /* ICH_VTR_EL2.TDS: DIR can be trapped alone */
	/* GICv4: */
	enum gic_direct direct;
	u32 vpeid_bits;	    /* width of a vPEID, 1..16; 0: 16 */
	u32 common_lpi_aff; /* 4.1: PEs that share a table of vPEs (GIC_COMMON_AFF_*) */
	bool direct_lpi;    /* GICR_SETLPIR and GICR_CLRLPIR are there */
	bool vsgi;	    /* 4.1: GITS_SGIR, VSGI, GICR_VSGIR */
	bool vpt_scan;	    /* GICR_VPENDBASER.Dirty until gic_vpt_scanned(); false: at once */
	void *port;	    /* object of physical events */
};

struct gic_pe; /* redistributor and CPU interface of one PE: gic-internal.h */
struct gic;

/* 0 or -EINVAL/-ENOMEM. `affinity` gives MPIDR (Aff3.2.1.0, 8 bits each) by PE, `ports` the
 * machine's cookie by PE (argument of plat_line). `mem` is host memory. */
int gic_create(struct gic **out, const struct gic_config *cfg, struct gic_mem *mem,
	       const u32 *affinity, void *const *ports);
void gic_destroy(struct gic *gic);
struct gic_pe *gic_pe(struct gic *gic, u32 n);
u32 gic_pe_number(const struct gic_pe *pe);
/* The same, found without a look at the PE: on large hosts it is in no cache. */
u32 gic_pe_index(const struct gic *gic, const struct gic_pe *pe);
void *gic_pe_port(const struct gic_pe *pe); /* the machine's cookie, of gic_create() */
enum gic_arch gic_pe_arch(const struct gic_pe *pe);
u32 gic_pe_affinity(const struct gic_pe *pe); /* Aff3.2.1.0, 8 bits each */
const struct gic_config *gic_config(const struct gic *gic);

/* ---- registers of distributor and redistributors, as the host kernel accesses them ---- */
/* len 1, 4 or 8; unimplemented or wrong width: RAZ/WI. `offset` within the frame. */
u64 gicd_read(struct gic *gic, u32 offset, u32 len);
void gicd_write(struct gic *gic, u32 offset, u32 len, u64 value);
u64 gicr_read(struct gic_pe *pe, u32 offset, u32 len);
void gicr_write(struct gic_pe *pe, u32 offset, u32 len, u64 value);

/* ---- inputs ---- */
void gic_spi_line(struct gic *gic, u32 intid, bool level, u32 *tag);
void gic_ppi_line(struct gic_pe *pe, u32 intid, bool level);
void gic_sgi_set(struct gic_pe *pe, u32 intid); /* as plat_sgi() was given it */
/* An LPI arrives at a redistributor. Returns 1 when it became pending, 0 when it was pending
 * already (coalesced), -EINVAL out of range, -EPERM LPIs disabled there, -ENOMEM the pending table
 * lies outside memory or its page cannot be had (all three: dropped, EV_HW_DROPPED). */
int gic_lpi_set(struct gic_pe *pe, u32 intid);
/* One will arrive soon: fetch its bit and byte into the cache. A hint, for large hosts. */
void gic_lpi_fetch(struct gic_pe *pe, u32 intid);
void gic_lpi_clear(struct gic_pe *pe, u32 intid);
/* Configuration byte re-read: one LPI, or all of a PE. */
void gic_lpi_inv(struct gic_pe *pe, u32 intid);
void gic_lpi_invall(struct gic_pe *pe);
/* Move pending state of one LPI, or of all, to another PE. */
void gic_lpi_move(struct gic_pe *from, struct gic_pe *to, u32 intid);
void gic_lpi_move_all(struct gic_pe *from, struct gic_pe *to);
bool gic_lpi_pending(const struct gic_pe *pe, u32 intid);

/* ---- GICv4: virtual LPIs and SGIs ---- */
/* A vLPI on its way from an ITS to the redistributor that its vPE is mapped to. */
struct gic_vlpi {
	u64 vte;      /* the vPE's table entry, first doubleword (arch/gicv4.h) */
	u32 intid;    /* virtual */
	u32 doorbell; /* 4.0: LPI to ring when the vPE is not resident; 1023: none */
	u16 vpe;
};
#define GIC_VLPI_NEW	  1 /* it was not pending before; otherwise coalesced */
#define GIC_VLPI_RESIDENT 2 /* presented to the virtual CPU interface of this PE */
#define GIC_VLPI_DOORBELL 4 /* a doorbell LPI has been made pending on this PE */
/* It arrives. GIC_VLPI_* or-ed, or dropped (EV_VLPI_DROPPED): -EINVAL out of range, -ENXIO the vPE
 * is not mapped any more (4.1), -ENOMEM. Reports EV_VLPI_PENDING or EV_VLPI_COALESCED. */
int gic_vlpi_set(struct gic_pe *pe, const struct gic_vlpi *v);
/* Its pending state is withdrawn (EV_VLPI_RETIRED when it was pending). */
void gic_vlpi_clear(struct gic_pe *pe, const struct gic_vlpi *v);
/* Its configuration byte is read again if the vPE is resident here. */
void gic_vlpi_inv(struct gic_pe *pe, const struct gic_vlpi *v);
/* A vSGI arrives that GITS_SGIR generated (see plat_vsgi()): as gic_vlpi_set(). */
int gic_vsgi_set(struct gic_pe *pe, u32 vpe, u32 intid);
/* With vpt_scan: the scan that plat_vpt_scan() announced is over. Dirty clears, what is pending
 * is presented, whoever waits in plat_poll() on gic_vpt_waitq() looks again. */
void gic_vpt_scanned(struct gic_pe *pe);
struct plat_waitq *gic_vpt_waitq(struct gic_pe *pe);

/* ---- physical CPU interface, as the host kernel on that PE uses it ---- */
u32 icc_iar1_read(struct gic_pe *pe); /* INTID or 1023 */
u32 icc_hppir1_read(struct gic_pe *pe);
void icc_eoir1_write(struct gic_pe *pe, u32 intid);
void icc_dir_write(struct gic_pe *pe, u32 intid);
void icc_pmr_write(struct gic_pe *pe, u32 v);
u32 icc_pmr_read(struct gic_pe *pe);
void icc_bpr0_write(struct gic_pe *pe, u32 v); /* in use by Group 1 while CBPR is set */
u32 icc_bpr0_read(struct gic_pe *pe);
void icc_bpr1_write(struct gic_pe *pe, u32 v);
u32 icc_bpr1_read(struct gic_pe *pe);
void icc_ctlr_write(struct gic_pe *pe, u32 v); /* CBPR bit 0, EOImode bit 1 */
u32 icc_ctlr_read(struct gic_pe *pe);
void icc_igrpen1_write(struct gic_pe *pe, u32 v);
u32 icc_igrpen1_read(struct gic_pe *pe);
u32 icc_rpr_read(struct gic_pe *pe);
void icc_sgi1r_write(struct gic_pe *pe, u64 v); /* calls plat_sgi() per target */
/* State of one physical interrupt, as a hypervisor reads and writes it for HW-mapped interrupts.
 * `pe` matters for private interrupts only. */
bool gic_irq_pending(struct gic_pe *pe, u32 intid);
bool gic_irq_active(struct gic_pe *pe, u32 intid);
void gic_irq_set_active(struct gic_pe *pe, u32 intid, bool active);
void gic_irq_set_pending(struct gic_pe *pe, u32 intid, bool pending);

/* ---- virtual CPU interface, EL2 side: the hypervisor's ---- */
u64 ich_lr_read(const struct gic_pe *pe, u32 n);
void ich_lr_write(struct gic_pe *pe, u32 n, u64 v);
u32 ich_hcr_read(const struct gic_pe *pe);
void ich_hcr_write(struct gic_pe *pe, u32 v);
u32 ich_vtr_read(const struct gic_pe *pe);
u32 ich_vmcr_read(const struct gic_pe *pe);
void ich_vmcr_write(struct gic_pe *pe, u32 v);
u32 ich_misr_read(const struct gic_pe *pe);
u32 ich_eisr_read(const struct gic_pe *pe);
u32 ich_elrsr_read(const struct gic_pe *pe);
u32 ich_apr_read(const struct gic_pe *pe, u32 group, u32 n); /* AP0Rn / AP1Rn */
void ich_apr_write(struct gic_pe *pe, u32 group, u32 n, u32 v);

/* ---- virtual CPU interface, EL1 side: the guest's ICC_* accesses, virtualised ---- */
u32 icv_iar_read(struct gic_pe *pe, u32 group); /* acknowledges; 1023 when nothing */
u32 icv_hppir_read(struct gic_pe *pe, u32 group);
void icv_eoir_write(struct gic_pe *pe, u32 group, u32 intid);
/* true when the access is trapped to EL2 instead (ICH_HCR_EL2.TDIR or TC). */
bool icv_dir_write(struct gic_pe *pe, u32 intid);
u32 icv_pmr_read(struct gic_pe *pe);
void icv_pmr_write(struct gic_pe *pe, u32 v);
u32 icv_bpr_read(struct gic_pe *pe, u32 group);
void icv_bpr_write(struct gic_pe *pe, u32 group, u32 v);
u32 icv_ctlr_read(struct gic_pe *pe);
void icv_ctlr_write(struct gic_pe *pe, u32 v);
u32 icv_igrpen_read(struct gic_pe *pe, u32 group);
void icv_igrpen_write(struct gic_pe *pe, u32 group, u32 v);
u32 icv_rpr_read(struct gic_pe *pe);

#endif
