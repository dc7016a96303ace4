/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One simulated host from inside: PEs, threads, vCPUs, VMs, ITS servers, host timers. Private to
 * sim/machine; others use run.h, guest.h, device.h, workload.h.
 *
 * Time on a PE is sim_now() plus the debt that its thread owes: machine_now(). Debt is zero
 * whenever another process runs, so all that is shared is looked at without debt.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdio.h>

#include <models/host/its-driver.h>
#include <models/hw/gic.h>
#include <models/hw/its.h>
#include <models/vgic/vgic-v4.h>
#include <models/vgic/vgic.h>
#include <models/vgic/vits.h>
#include <sim/engine/engine.h>
#include <sim/engine/random.h>
#include <sim/record/identity.h>
#include <sim/record/life.h>
#include <sim/record/log.h>
#include <sim/record/metrics.h>
#include <sim/record/progress.h>
#include <sim/record/trace.h>

#include "config.h"
#include "device.h"
#include "guest.h"
#include "workload.h"

struct machine;
struct pe;
struct thread;
struct its_server;
struct worker;
struct iothread;
struct vm_arrival;
struct vm_remains;
struct direct;

/* Classes of the engine's objects, in the order in which they act at equal times. */
enum machine_class {
	CLASS_WIRE = 1, /* messages that arrive */
	CLASS_ITS,	/* ITS servers */
	CLASS_TIMER,	/* timers of hardware */
	CLASS_DEVICE,	/* devices' own clocks */
	CLASS_THREAD,	/* vCPU threads, workers */
	CLASS_IDLE,	/* idle processes */
	CLASS_CONTROL,	/* set-up */
};

/* What a PE spends its time on. */
enum pe_activity { PE_GUEST, PE_HYP, PE_HOST, PE_IDLE, PE_SPIN, PE_ACTIVITIES };

/* Physical interrupts of the host. */
enum host_intid {
	HOST_SGI_RESCHEDULE = 0,
	HOST_PPI_NETWORK = 24, /* of PE 0: stands for the network adapter's MSI */
	HOST_PPI_MAINTENANCE = 25,
	HOST_PPI_TIMER = 26,
	HOST_PPI_VTIMER = 27,
};

/* Exits, named as `perf kvm stat` names them. */
#define MACHINE_EXITS(X) \
	X(IRQ, "IRQ") \
	X(WFX, "WFx") \
	X(DABT, "DABT_LOW") \
	X(SYS64, "SYS64") \
	X(HVC64, "HVC64") \
	X(SHUTDOWN, "SHUTDOWN")
enum machine_exit {
#define MACHINE_EXIT_ENUM(id, name) EXIT_##id,
	MACHINE_EXITS(MACHINE_EXIT_ENUM)
#undef MACHINE_EXIT_ENUM
		EXIT_NR
};

/* Why debt is paid: metric engine.events.<cause>. */
#define MACHINE_PAYMENTS(X) X(LOCK, "lock") X(UNLOCK, "unlock") X(LOOK, "look") X(NONE, "other")
enum machine_payment {
#define MACHINE_PAYMENT_ENUM(id, name) PAID_##id,
	MACHINE_PAYMENTS(MACHINE_PAYMENT_ENUM)
#undef MACHINE_PAYMENT_ENUM
		PAID_NR
};

/* ---- threads ---- */
enum thread_state { THREAD_RUNNABLE, THREAD_RUNNING, THREAD_BLOCKED, THREAD_DONE };

struct thread {
	struct machine *m;
	struct sim_proc *proc; /* NULL: has not run yet */
	struct pe *pe;	       /* it runs on, or ran last */
	struct vcpu *vcpu;     /* NULL: a worker or idle */
	u32 held, held_twice;  /* spinlocks held, a bit a class (and a second of the class) */
	u32 number;
	u8 class, state;
	bool wake_pending; /* woken while it was about to block */
	sim_time since;	   /* when it became running or runnable */
	s64 vruntime;	   /* ps of PE time; below its PE's minimum: it slept */
	struct plat_list rq_link;
	s32 pinned;	     /* PE number, -1: any */
	struct thread *next; /* in a mutex's queue */
	bool spins;	     /* waits for a mutex without giving its PE away */
	u32 hand_tag;	     /* interrupt that it signals, until the virtual GIC has it */
	void (*body)(struct thread *t);
	u16 mutexes[LOCK_PLAT_NR]; /* held, by class: for the check of their order */
};

/* ---- host timers: high-resolution timers of the host kernel, kept by PE ---- */
struct host_timer {
	struct plat_list link; /* in pe->timers, by time */
	struct pe *pe;
	sim_time when;
	bool armed;
	void (*fn)(struct host_timer *t);
};

/* ---- PEs ---- */
struct pe {
	/* What every interrupt touches, in two cache lines. */
	struct machine *m;
	struct gic_pe *gic;
	struct thread *current;
	u32 n, socket, cluster;
	bool need_resched;
	bool waiting,
		waiting_virq; /* its thread is in an interruptible wait (for a virtual line too) */
	bool irq_line, virq_line;
	bool wants_turn;	  /* it would notice an interrupt (host.sched.turn) */
	u8 activity;		  /* enum pe_activity */
	sim_time irq_at, virq_at; /* when a risen line can be noticed */
	sim_time activity_since;
	u64 assumed; /* ps paid from assumption entries, and when the window began */
	sim_time spent[PE_ACTIVITIES];
	sim_time cause_at; /* not 0: when the instruction began that raises interrupts now */
	/* What counts as assumption of a wait for this PE: from its line's rise on, and of the SGI that
	 * came last (who sent it, when, what both PEs had paid by then, its own way). */
	u64 line_paid, line_assumed;
	struct {
		sim_time at;
		u64 sender_paid, paid, assumed;
		u32 sender;
	} summons;
	/* The rest. */
	u64 assumed_before;
	struct thread idle;
	struct plat_list rq; /* runnable threads, by vruntime */
	u32 rq_len;
	s64 min_vruntime;
	struct plat_list timers;
	struct sim_event timer_event;
	struct host_timer slice, tick;
	struct sim_event scan_event;	/* a virtual pending table has been scanned (GICv4) */
	struct sim_event vtimer_event;	/* virtual timer comparator of the loaded vCPU */
	u64 wire_assumed;		/* ps of that event's wire that count as assumption */
	struct sim_pipe *sgi[3];	/* SGIs sent from here, by distance */
	u32 hand_tag;			/* interrupt between host acknowledge and injection */
	struct sim_stream *cost_stream; /* by cost; NULL: all costs are constant */
	u32 work_tag;			/* interrupt between its worker's queue and injection */
	struct worker *worker;
	rec_track track;
};

/* ---- vCPUs ---- */
/* An interrupt instance that was written to a list register and not acknowledged yet. */
struct lr_slot {
	u32 tag; /* 0: none */
	u32 intid;
};

struct vcpu {
	struct thread thread;
	struct vgic_vcpu *v;
	struct vm *vm;
	u32 id;
	bool loaded, in_guest;
	bool masked;	/* PSTATE.I of the guest */
	bool wfi_traps; /* decided when it was loaded last */
	u8 halted;	/* SLEEP requests not yet resumed */
	u8 exit;	/* enum machine_exit of the last exit */
	u32 taken;	/* interrupts taken so far */
	u32 rung;  /* that and one when its doorbell woke it last; 0: not since it waited last */
	u32 still; /* exits in a row between which no time passed */
	u32 merged_tag; /* of two instances that met at fold: the one that ends */
	u32 ticket;	/* with which it waits for spins_on */
	u32 boosted;	/* vCPU that last ran in its place, after WFE */
	const struct guest_lock *spins_on;
	sim_time exited_at, entered_at, loaded_at;
	u64 exited_paid, loaded_paid, vector_paid; /* by its PE until then, of what is assumed */
	sim_time doorbell_at;			   /* its doorbell's last handler was through */
	sim_time vector_at;			   /* the last virtual interrupt's exception */
	u64 halt_poll;				   /* current polling window, ps */
	u32 slots;				   /* a bit a list register that may have one */
	struct lr_slot slot[GIC_MAX_LR];
	u32 vsgi_tag[16]; /* instances pending in hardware */
	sim_time cval;	  /* virtual timer */
	bool timer_on, timer_raised;
	u32 timer_tag; /* its instance until the virtual GIC has it */
	struct host_timer block_timer, doorbell_timer;
	struct plat_waitq left_guest;
	rec_track track;
};

/* ---- VMs ---- */
/* A guest kernel's driver of its interrupt controller. An acknowledge gives the word that IAR reads,
 * end and deactivation are given it; `route` is of an SPI. */
struct guest_gic {
	u32 intid_mask;			   /* of that word */
	void (*boot_vcpu)(struct vcpu *c); /* this vCPU's banked registers, CPU interface */
	void (*boot_vm)(struct vcpu *c);   /* distributor, ITS: by vCPU 0 */
	u64 (*private_frame)(const struct vcpu *c); /* where GICD_* of private interrupts are */
	u32 (*ack)(struct vcpu *c);
	void (*eoi)(struct vcpu *c, u32 iar);
	void (*dir)(struct vcpu *c, u32 iar);
	void (*route)(struct vcpu *c, u32 intid, u32 target);
	void (*send_sgi)(struct vcpu *c, u32 target, u32 intid);
	void (*send_sgi_others)(struct vcpu *c, u32 intid);
};
extern const struct guest_gic guest_gicv2, guest_gicv3; /* guest-gicv2.c, guest-gic.c */

struct guest_handler {
	guest_irq_fn fn;
	void *arg;
};

struct vm {
	struct machine *m;
	const struct vm_config *cfg;
	char name[PARAM_STRING_MAX + 12];
	u32 id;
	struct vgic_vm *vgic;
	struct vgic_its *its;
	const struct guest_gic *gic;
	struct gic_mem ram;
	struct vcpu *vcpus;
	u32 nr_vcpus;
	struct workload_run *workloads;
	struct device *devices;
	struct iothread *io;	    /* devices: emulated */
	struct vm_arrival *arrival; /* it is being restored: what it had pending */
	bool pause;		    /* vCPUs are to stand aside */
	u32 nr_paused;
	struct thread *pauser; /* who waits for that */
	struct host_timer nap;
	struct thread *napper;
	sim_time runs_again; /* when the first vCPU went on after a pause */
	struct device_line *lines;
	struct rec_irqs irqs;
	u32 *vlpi_tag; /* instances pending in hardware, by LPI - 8192 */
	u32 vlpi_room;
	/* the guest's own software */
	struct guest_handler handler[1024];
	struct guest_handler *lpi_handler; /* by LPI - 8192 */
	u32 nr_lpis, lpi_room;
	u32 nr_spis;		     /* handed out */
	struct guest_lock dist_lock; /* read-modify-write of the distributor's registers */
	struct guest_lock its_lock;  /* the next two, and devices' mappings */
	u64 itt_next;
	u32 cmd_offset;
	struct host_thread *host_threads; /* of its user space */
	struct plat_shared file;	  /* where those count their references of the VM's file */
};

/* ---- the host's table of LPIs: by INTID - 8192 ---- */
#define HOST_LPI_OTHER UINT32_MAX
struct host_lpi {
	union {
		struct device *dev; /* NULL: nobody's */
		void *arg;	    /* vector HOST_LPI_OTHER: for machine.other_lpi() */
	};
	u32 vector;
	u32 tag; /* instance pending there */
};

/* ... and the edge-triggered SPIs that stand for MSIs, from the last SPI downwards */
struct host_spi {
	struct device *dev;
	u32 vector;
	u32 tag; /* instance pending there */
};

struct machine {
	struct sim_engine *e;
	const struct machine_config *cfg;
	struct gic *gic;
	struct gic_mem mem;
	struct its **its;
	struct its_server **server;
	struct host_its *host_its;
	struct direct *direct;		/* NULL: no GICv4 here */
	const struct its_work *command; /* that an ITS executes at this moment */
	struct pe *pes;
	u32 nr_pes;
	struct pe *turn; /* under host.sched.turn: whose it is, NULL nobody's */
	sim_time turn_since;
	struct vm **vms;
	u32 nr_vms;
	struct device **devices; /* by number */
	u32 nr_devices;
	struct device_line **lines; /* level interrupts of devices, by host SPI - 32 */
	u32 nr_lines;
	u32 next_lpi_pe; /* of the next device interrupt under lpi_affinity: spread */
	void (*other_lpi)(struct pe *pe, void *arg); /* handler of LPIs that no devices[] has */
	struct host_lpi *lpis;
	u32 nr_lpis, lpis_tagged; /* none from lpis_tagged on has had a tag */
	struct host_spi *spis;
	u32 nr_spis;
	void (*flushed)(struct vcpu *c); /* NULL, or who looks at list registers before each entry */
	u32 next_wire;			 /* object numbers */
	u32 next_thread;
	u32 next_spread;	    /* PE of the next vCPU under pin: spread */
	u32 number;		    /* of the host in its cluster */
	u32 all_pes;		    /* PEs that metrics are about: those of merged hosts too */
	struct plat_user port;	    /* plat_user while another machine has its turn */
	struct iothread *iothreads; /* all that were made here */
	struct vm_remains *remains; /* virtual GICs of VMs that have left */
	void (*network)(struct pe *pe, void *arg); /* takes what has arrived */
	void *network_arg;
	/* remote_send() to another host; NULL: there is none */
	void (*wire)(struct machine *from, u32 to, u64 bytes,
		     void (*arrived)(struct machine *at, void *arg), void *arg);
	void *wire_arg;
	bool booting;
	bool broken;			   /* engine.break has done its work */
	u64 allocations;		   /* of the models so far */
	sim_time window_start, window_end; /* 0 before the window opens */
	u64 ties_before;		   /* in the warm-up */
	struct rec_progress progress;
	int error; /* first failure inside a process: -errno */
	char why[160];
	/* instruments */
	struct rec_metrics metrics;
	struct rec_lives lives;
	struct rec_report report;
	u64 *exits, *dropped, *guest_errors, *unpredictable;
	u64 *paid; /* by enum machine_payment */
	struct rec_hist *exit_time[EXIT_NR], *sched_delay;
	struct rec_trace *trace;
	/* costs */
	struct sim_stream cost_stream[COST_NR]; /* of hardware */
	u64 cost[COST_NR], cost_assumed[COST_NR];
	u8 cost_slow[COST_NR];
	bool eager; /* every cost is paid at once */
	u64 uses_before[COST_NR];
	u64 slow_time[COST_NR]; /* ps drawn from distributions */
	u64 seed;
};

/* True once in the window, when the run is to break `what` on purpose. */
static inline bool machine_breaks(struct machine *m, enum machine_break what)
{
	if (plat_likely(m->cfg->run.breaks != what) || m->broken || !m->window_end)
		return false;
	return m->broken = true;
}

/* On large hosts nothing that an interrupt touches is in a cache; the hops before it fetch it. */
static inline void machine_fetch(const void *p, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += 64)
		__builtin_prefetch((const char *)p + at, 1);
}

/* ---- settle.c ---- */
/* All that lives through the run has been allocated: huge pages for it on a large host. */
void machine_settle_memory(void);

/* ---- cost.c ---- */
void machine_costs_setup(struct machine *m);
int machine_costs_pe(struct pe *pe);	    /* 0 or -ENOMEM */
void machine_costs_bind(struct machine *m); /* whose costs are drawn */
/* Costs on, or off (set-up of guests before time starts). */
void machine_costs_enable(struct machine *m, bool on);
/* Costs are paid at once, or (unless the scenario says engine.debt: eager) when somebody looks. */
void machine_costs_eager(struct machine *m, bool eager);
/* ps that no debt exceeds, but for drawn costs far above their mean. */
sim_time machine_debt_bound(const struct machine *m);
/* For the next three alone: the cost of entry `id`, drawn from `s`, and one use of it, drawn from the
 * stream of its number when it is a distribution. */
u64 machine_hw_draw(struct machine *m, struct sim_stream *s, u32 id, u64 *assumed);
static inline u64 machine_hw_use(struct machine *m, struct sim_stream *streams, u32 id,
				 u64 *assumed)
{
	plat_user.cost_uses[id]++;
	if (plat_unlikely(m->cost_slow[id]))
		return machine_hw_draw(m, &streams[id], id, assumed);
	*assumed += m->cost_assumed[id];
	return m->cost[id];
}
/* One use of a hardware entry: ps, drawn when it is a distribution; *assumed grows by the part
 * that counts as assumption. */
static inline u64 machine_hw_cost(struct machine *m, u32 id, u64 *assumed)
{
	return machine_hw_use(m, m->cost_stream, id, assumed);
}
/* The same for a PE's own timers: they are programmed by software, which may be in debt and so draws
 * from a stream of its own. */
static inline u64 machine_timer_cost(struct pe *pe, u32 id, u64 *assumed)
{
	return machine_hw_use(pe->m, pe->cost_stream, id, assumed);
}
static inline sim_time machine_now(const struct machine *m)
{
	return sim_now(m->e) + plat_user.debt;
}

/* What the running PE has spent on entries marked as assumptions, its debt included. */
static inline u64 pe_paid_assumed(const struct pe *pe)
{
	return pe->assumed + plat_user.debt_assumed;
}
/* Shares of the ledger into the result. */
struct rec_result;
void machine_ledger(struct machine *m, struct rec_result *r);
void machine_ledger_reset(struct machine *m);
/* What another host used counts as this one's. */
void machine_ledger_merge(struct machine *m, const struct machine *other);

/* ---- machine.c ---- */
/* Something that cannot be survived happened in the middle of the run: it ends. */
void machine_fail(struct machine *m, int error);

/* ---- assemble.c ---- */
/* Engine, port, instruments, PEs with their GIC, ITSs and idle threads, by m->cfg; costs are off.
 * 0 or -errno; machine_take_apart() in any case. */
int machine_assemble(struct machine *m, const struct sim_engine_config *engine);
/* What the host kernel's GIC drivers do at boot, on a process. 0 or -errno of host_its_probe(). */
int machine_boot_host(struct machine *m);
/* VM number `n` of its kind, its virtual GIC and vCPU threads; they begin with `body` when they are
 * woken first. `cfg` stays the caller's. 0 or -errno; *out is set when there is a VM to take apart. */
int machine_add_vm(struct machine *m, const struct vm_config *cfg, u32 n,
		   void (*body)(struct thread *t), struct vm **out);
/* Make the VM's virtual GIC, initialised, with its frames in place. 0 or -errno. */
int machine_make_vgic(struct vm *vm);
void machine_take_apart(struct machine *m);

/* ---- topology.c ---- */
/* MPIDR affinity of PE n: Aff0 within its cluster, Aff1 within its socket, Aff2 the socket. */
static inline u32 pe_affinity(const struct host_config *h, u32 n)
{
	return n % h->pes | (n / h->pes % h->clusters) << 8 | n / (h->pes * h->clusters) << 16;
}
int machine_topology(struct machine *m);
enum distance { DISTANCE_CLUSTER, DISTANCE_SOCKET, DISTANCE_REMOTE };
static inline enum distance pe_distance(const struct pe *a, const struct pe *b)
{
	return a->socket != b->socket	  ? DISTANCE_REMOTE
	       : a->cluster != b->cluster ? DISTANCE_SOCKET
					  : DISTANCE_CLUSTER;
}
/* The host's LPI is pending, and this instance with it. */
static inline void machine_tag_lpi(struct machine *m, u32 intid, u32 tag)
{
	u32 index = intid - GIC_LPI_BASE;

	m->lpis[index].tag = tag;
	if (index >= m->lpis_tagged)
		m->lpis_tagged = index + 1;
}
/* What a cache line takes on its way (ps); *assumed grows by what of that is an assumption. */
u64 machine_line_cost(struct machine *m, const struct pe *from, const struct pe *to, u64 *assumed);

/* ---- port.c ---- */
/* Pay what is owed now, as a part of what the next plat_sync() would have paid. */
void machine_pay_part(void);
/* Take the debt over: the caller lets it pass. */
u64 machine_take_debt(struct pe *pe);
/* The machine that plat_* functions act on; one that others take turns with keeps its debt. */
void machine_port_bind(struct machine *m);
struct thread *thread_current(void);
static inline struct pe *pe_current(void)
{
	return thread_current()->pe;
}

/* ---- sched.c ---- */
void thread_init(struct machine *m, struct thread *t, u8 class, struct pe *pe, s32 pinned,
		 void (*body)(struct thread *));
/* Make its process, which begins at `at`. */
void thread_start(struct thread *t, sim_time at);
void thread_yield(struct thread *t); /* runnable, another may run */
/* `to` is the next on t's PE, if it is queued there, and t stands behind it. Returns whether it was.
 * Called by t, in no debt. */
bool thread_yield_to(struct thread *t, struct thread *to);
void thread_block(struct thread *t); /* until thread_wake(); one that came before counts */
void thread_wake(struct thread *t);  /* from any thread */
/* From now on t runs on `pe` alone; it moves there now, or with its next wake-up. */
void thread_pin(struct thread *t, struct pe *pe);
void pe_idle_body(struct thread *t);
/* Book the time since the last change to the activity before. */
static inline u8 pe_activity(struct pe *pe, enum pe_activity a)
{
	sim_time now = machine_now(pe->m);
	u8 old = pe->activity;

	pe->spent[old] += now - pe->activity_since;
	pe->activity_since = now;
	pe->activity = (u8)a;
	return old;
}

/* ---- hostirq.c ---- */
/* Let dt pass on the calling thread's PE unless a physical (or, for_virq, virtual) interrupt can
 * be noticed; returns what is left. Pays debt first. */
sim_time pe_wait(struct pe *pe, sim_time dt, bool for_virq);
/* Under host.sched.turn: from `at` on, when a waiting PE has its turn; sooner if others wait. */
sim_time pe_turn(struct pe *pe, sim_time at);
static inline bool pe_irq_visible(const struct pe *pe)
{
	return pe->irq_line && sim_now(pe->m->e) >= pe->irq_at;
}
static inline bool pe_virq_visible(const struct pe *pe)
{
	return pe->virq_line && sim_now(pe->m->e) >= pe->virq_at;
}
/* `from` sends a physical SGI to `to` through its CPU interface. */
void pe_send_sgi(struct pe *from, struct pe *to, u32 intid);
/* Take all physical interrupts that are signalled. */
void pe_take_irqs(struct pe *pe);
void host_timer_arm(struct host_timer *t, struct pe *pe, sim_time when);
void host_timer_cancel(struct host_timer *t);
void host_timers_init(struct pe *pe);
int worker_init(struct pe *pe);
void worker_fini(struct pe *pe);
void worker_in_flight(struct pe *pe, void (*fn)(void *arg, u32 tag), void *arg);
void worker_queue(struct pe *pe, struct vm *vm, u64 doorbell, u32 device, u32 event, u32 tag);

/* ---- vcpu.c ---- */
void vcpu_body(struct thread *t);
/* Out of the guest, its list registers as it left them; vcpu_trapped() does the rest of an exit. */
void vcpu_trap(struct vcpu *c, enum machine_exit why);
void vcpu_trapped(struct vcpu *c);
static inline void vcpu_exit(struct vcpu *c, enum machine_exit why)
{
	vcpu_trap(c, why);
	vcpu_trapped(c);
}
void vcpu_enter(struct vcpu *c);
void vcpu_load(struct vcpu *c);
void vcpu_put(struct vcpu *c);
void vcpu_halt(struct vcpu *c); /* WFI trapped: poll, block */
bool vcpu_wfe_traps(const struct vcpu *c);
void vcpu_spin(struct vcpu *c); /* WFE trapped: let another vCPU of the VM run that could not */

/* ---- vtimer.c ---- */
void vtimer_init_pe(struct pe *pe); /* its comparator */
void vtimer_init(struct vcpu *c);
void vtimer_load(struct vcpu *c);
void vtimer_put(struct vcpu *c);
void vtimer_host_irq(struct pe *pe); /* PPI 27 taken by the host */
bool vtimer_due(const struct vcpu *c);
void vtimer_block(struct vcpu *c); /* background timer while blocked */
void vtimer_unblock(struct vcpu *c);
void vtimer_update(struct vcpu *c); /* not loaded: bring the line up to date */

/* ---- guest.c ---- */
/* IAR was read, with this result: at that moment, its list register still there. */
void guest_acked(struct vcpu *c, u32 iar);
/* The access that just exited goes on to user space. */
void guest_user_exit(struct vcpu *c);
/* A write of DIR that is trapped: EL2 finishes it, or it exits and may stop the VM. */
void guest_dir_trapped(struct vcpu *c, u32 iar, enum machine_exit why);

#include "device-internal.h"

/* ---- move.c: a VM goes to another host ---- */
/* The vCPU stands aside while vm->pause is set; called by its thread, loaded, out of the guest. */
void vcpu_stand_aside(struct vcpu *c);
/* On a thread of the VM's host: returns when all vCPUs have stood aside. */
void vm_pause(struct vm *vm, struct thread *t);
void vm_resume(struct vm *vm);
/* The thread, which looks at the VM, gives its PE away for a microsecond. */
void vm_nap(struct vm *vm, struct thread *t);
/* While it is paused: nothing of the VM is on its way outside of its virtual GIC. */
bool vm_drained(struct vm *vm);
/*
 * Take a paused and drained VM over from its host: accounts, lives of interrupts, threads, devices.
 * Its virtual GIC is a fresh one then, and vm->arrival holds what was pending in the old one. Takes
 * no time. 0 or -errno.
 */
int vm_take_over(struct vm *vm, struct machine *to);
/* The life of an interrupt that the old virtual GIC held pending and the fresh one has now: its
 * tag; 0: the old one had none. */
u32 vm_arrival_claim(struct vm *vm, u32 vcpu, u32 intid);
/* All is restored: what nobody has claimed is lost. */
void vm_arrived(struct vm *vm);
void vm_arrival_free(struct vm *vm);
void vm_arrival_in_flight(struct vm *vm, void (*fn)(void *arg, u32 tag), void *arg);
void vm_remains_free(struct machine *m);

#include "account.h"

#endif
