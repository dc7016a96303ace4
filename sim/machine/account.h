/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run keeps of its interrupts: their accounts, explanations, traces, dumps, the report. Part of
 * machine.h, which includes it.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

/* ---- account.c: what becomes of each interrupt ---- */
/* An interrupt of a guest is raised at time t; the tag of its life. */
u32 account_raise(struct machine *m, struct vm *vm, u32 vcpu, u32 intid, sim_time t, u32 source);
/* The same for one whose line is still high after the last delivery, now. */
u32 account_represent(struct machine *m, struct vm *vm, u32 vcpu, u32 intid, u32 source);
void account_end(struct machine *m, u32 tag, enum rec_outcome outcome);
void account_drop(struct machine *m, u32 tag, enum plat_drop why);
/* Whether `tag` is an instance of that interrupt of the VM, one that is not private. */
bool account_names(struct machine *m, u32 tag, const struct vm *vm, u32 intid);
/* The hop before ends: in hardware (assumed ps given) or in software on `pe`. */
void account_hw(struct machine *m, u32 tag, enum rec_stage stage, sim_time t, u64 assumed);
/* A life begins on a PE that had paid `paid` from assumptions when it did. */
void account_begins(struct pe *pe, u32 tag, u64 paid);
void account_sw(struct pe *pe, u32 tag, enum rec_stage stage);
/* ps of the hop that the life is in come from assumptions. */
void account_assume(struct machine *m, u32 tag, u64 ps);
/* The host has sent the interrupt to itself: how many times by now. */
u32 account_returned(struct machine *m, u32 tag);
/* The guest acknowledged intid. */
void account_ack(struct vcpu *c, u32 intid);
/* Count what is pending now into pending_at_start or pending_at_end of each account. */
void account_pending(struct machine *m, bool at_end);
bool account_check(struct machine *m);
int account_init(struct machine *m);
/* Which events of the core are delivered: accounting, or every detail as well. */
void account_listen(struct machine *m, bool details);
void account_reset(struct machine *m);
void account_fini(struct machine *m);

/* State word of an interrupt in explanations: its flags packed; bit n is letter n of
 * EXPLAIN_LETTERS. Bit 31: there is such an interrupt. */
#define EXPLAIN_LETTERS VGIC_FLAG_LETTERS "QR"
#define EXPLAIN_HOST	0xffffu
static inline u64 explain_state(const struct vgic_irq *irq)
{
	return 1u << 31 | (u32)irq->pending_latch | (u32)irq->line << 1 | (u32)irq->active << 2 |
	       (u32)irq->enabled << 3 | (u32)irq->hw << 4 | (u32)irq->config << 5 |
	       (u32)irq->group << 6 | (u32)(irq->vcpu != NULL) << 7 | (u32)irq->on_lr << 8;
}

/* ---- trace.c: only while m->trace is open ---- */
void trace_tracks(struct machine *m);
/* The run is over: end what is under way. */
void trace_finish(struct machine *m);
u64 trace_flow(struct machine *m, u32 tag);
void trace_thread(struct pe *pe, struct thread *from, struct thread *to, sim_time at);
void trace_event(struct machine *m, enum plat_event ev, void *object, u32 who, u32 intid, u32 tag);

/* ---- dump.c ---- */
void machine_dump(struct machine *m, FILE *out);

/* ---- report.c ---- */
/* At the end of the window: metrics, and the checks of all identities. */
void machine_collect(struct machine *m);
/* Add what another host collected. */
void machine_merge(struct machine *m, struct machine *other);
/* The metrics and the ledger into the result. */
void machine_emit(struct machine *m, struct rec_result *r);

#endif
