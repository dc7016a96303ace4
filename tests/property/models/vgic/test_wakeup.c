// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The wake-up protocol of direct injection, all of it: a vLPI that arrives, a vCPU that blocks, is
 * scheduled and moves to another PE, and the host's handlers of its doorbell, interleaved at every
 * call of the port (spec/vgic.md 4.8, 4.11).
 *
 * Processes: the vCPU's thread, the doorbell handler of each of two PEs, and the device. Wherever
 * none of them is in the middle of something it is checked that, if all handlers run and the thread
 * is scheduled when it was woken, the guest sees every vLPI that has arrived: no wake-up is lost.
 * Meanwhile it may be scheduled although nothing has woken it, as by a timer of its own.
 * Beside it, at every step: on GICv4.1 the default doorbell rings at most once between two
 * residencies; on GICv4.0, where doorbells ring as often as vLPIs arrive, the handler runs at most
 * once on each PE between them, because it masks the doorbell before its PE can take it again.
 *
 * Where the hypervisor has interrupts masked (making the vPE resident or not, under a spinlock) the
 * handler of the thread's own PE cannot run; elsewhere it runs on top of the thread, to its end.
 * `make check-long` explores up to three preemptions and eight events, `make check` fewer events.
 */
#include "explore.h"
#include "tests/unit/models/vgic/v4-vm.h"

#include "tests/lib/check-main.h"

enum { THREAD, HANDLER_0, HANDLER_1, DEVICE, NR_PROCESSES };
enum { BLOCK, SCHEDULE, MOVE, HANDLE, ARRIVE };

#define MAX_SECONDS 1200 /* a test of check-long, on a machine that has other work */

/* Where the thread is while it does nothing. */
enum { IN_GUEST, PREEMPTED, ASLEEP };

static const char *const process_names[] = { "thread", "handler on PE 0", "handler on PE 1",
					     "device" };
static const char *const what_names[] = { "blocks", "is scheduled", "moves", "handles", "sends" };

static struct v4_vm vm, *w = &vm;

static struct {
	u32 place, pe;
	bool woken;  /* since it went to sleep */
	bool masked; /* interrupts, on its PE */
	u32 waiting; /* vLPIs that have arrived and were not taken: 0 or 1 */
	u32 rings;   /* since the vPE was resident last; handlers by PE */
	u32 handlers[2];
} s;

static struct gic_pe *pe(u32 n)
{
	return gic_pe(w->m.gic, n);
}

static bool interrupted(u32 n)
{
	return icc_hppir1_read(pe(n)) != GIC_SPURIOUS;
}

/* What must always hold; if not, how it came to this. */
#define MUST_HOLD(cond, ...) \
	do { \
		if (!(cond)) { \
			explore_print_way(); \
			ck_abort_msg(__VA_ARGS__); \
		} \
	} while (0)

static bool vlpi_pending(void)
{
	return host_vpe_table_pending(vpe(w, 0), VGIC_LPI_BASE);
}

/* ---- the vCPU's thread ---- */

static void take_all(void)
{
	while (s.place == IN_GUEST && take(w, 0) != GIC_SPURIOUS)
		s.waiting = 0;
}

static void go_in(void)
{
	s.masked = true;
	load_on(w, 0, s.pe);
	s.masked = false;
	vgic_wfi_end(vcpu(w, 0));
	s.masked = true;
	enter(w, 0);
	s.masked = false;
	s.place = IN_GUEST;
	take_all();
}

static void come_out(void)
{
	s.place = PREEMPTED;
	leave(w, 0);
}

/* Blocked: sleep until woken, as long as nothing is pending. */
static void sleep_on(void)
{
	do {
		s.woken = false;
		if (vgic_vcpu_pending(vcpu(w, 0))) {
			vgic_set_blocked(vcpu(w, 0), false);
			go_in();
			return;
		}
		s.place = ASLEEP;
	} while (s.woken);
}

static void block(void)
{
	s.masked = true;
	come_out();
	vgic_wfi_begin(vcpu(w, 0));
	put(w, 0);
	s.masked = false;
	if (vgic_vcpu_pending(vcpu(w, 0))) {
		go_in();
		return;
	}
	vgic_set_blocked(vcpu(w, 0), true);
	sleep_on();
}

static void move(void)
{
	if (s.place == IN_GUEST) {
		s.masked = true;
		come_out();
		put(w, 0);
		s.masked = false;
	}
	s.pe = !s.pe;
}

static void schedule(void)
{
	if (s.place == ASLEEP && s.woken) {
		sleep_on();
		return;
	}
	if (s.place == ASLEEP)
		vgic_set_blocked(vcpu(w, 0), false);
	go_in();
}

/* ---- the others ---- */

static void handle(u32 n)
{
	u32 intid;

	/* Others may run within the read of IAR: it counts for the period in which it begins. */
	s.handlers[n] += !vpe(w, 0)->db_depth;
	MUST_HOLD(w->h->v4->default_db || s.handlers[n] <= 1,
		  "a second handler on PE %u in one period", n);
	intid = icc_iar1_read(pe(n));
	if (intid == GIC_SPURIOUS)
		return;
	host_doorbell_irq(w->h, intid);
	icc_eoir1_write(pe(n), intid);
	icc_dir_write(pe(n), intid);
}

/* The vPE may move, block or come back while the vLPI is on its way to where it was. */
static void arrive(void)
{
	struct its_route route;
	struct its_work work;

	its_translate(w->its[0], V4_DEVICE(0), 0, &route, &work);
	plat_sync();
	s.waiting = 1;
	gic_vlpi_set(route.pe, &route.vlpi);
}

/* ---- as the explorer sees them ---- */

static bool thread_in_the_way(u32 n)
{
	return ex.p[THREAD].busy && s.pe == n && (s.masked || ex.p[THREAD].locks.nr_spin);
}

static u32 may_begin(u32 p)
{
	u32 bits = 0;

	switch (p) {
	case THREAD:
		if (ex.p[HANDLER_0 + s.pe].busy)
			return 0;
		bits = PLAT_BIT(MOVE);
		if (s.place == IN_GUEST)
			bits |= PLAT_BIT(BLOCK);
		else /* asleep: it was woken, or a timer of its own goes off */
			bits |= PLAT_BIT(SCHEDULE);
		return bits;
	case DEVICE: return PLAT_BIT(ARRIVE);
	default:
		return interrupted(p - HANDLER_0) && !thread_in_the_way(p - HANDLER_0)
			       ? PLAT_BIT(HANDLE)
			       : 0;
	}
}

static bool is_masked(u32 p)
{
	return p == THREAD && ex.p[HANDLER_0 + s.pe].busy;
}

static void run_process(u32 p, u32 what)
{
	switch (what) {
	case BLOCK: block(); break;
	case SCHEDULE: schedule(); break;
	case MOVE: move(); break;
	case HANDLE: handle(p - HANDLER_0); break;
	default: arrive();
	}
}

/* The command queue is empty: where in its ring it stands makes no difference. */
static void normalise(void)
{
	struct host_queue *q = &w->h->queue[0];

	take_all();
	q->write = 0;
	its_write(w->its[0], GITS_CTLR, 4, 0);
	its_write(w->its[0], GITS_CBASER, 8, its_read(w->its[0], GITS_CBASER, 8));
	its_write(w->its[0], GITS_CTLR, 4, GITS_CTLR_ENABLED);
}

/* If everybody does what he can, the guest sees what has arrived. */
static void check_wakeup(void)
{
	u32 n, round;
	bool busy = true;

	for (round = 0; busy; round++) {
		MUST_HOLD(round < 20, "handlers and thread go round for ever");
		busy = false;
		for (n = 0; n < 2; n++) {
			if (interrupted(n)) {
				explore_finish(HANDLER_0 + n, HANDLE);
				busy = true;
			}
		}
		if (s.place == PREEMPTED || (s.place == ASLEEP && s.woken)) {
			explore_finish(THREAD, SCHEDULE);
			busy = true;
		}
	}
	take_all();
	MUST_HOLD(!s.waiting && !vlpi_pending(), "a wake-up is lost: the vCPU is %s on PE %u",
		  s.place == ASLEEP ? "asleep" : "running", s.pe);
}

/* ---- what the port tells ---- */

static void heard(void *arg, const struct port_record *r)
{
	(void)arg;
	if (r->event == EV_HW_DOORBELL)
		s.rings++;
	MUST_HOLD(r->event == EV_HW_DOORBELL, "event %u, %llu", r->event,
		  (unsigned long long)r->arg);
	MUST_HOLD(!w->h->v4->default_db || s.rings <= 1, "%u doorbells in one period", s.rings);
}

static void signalled(void *arg, const struct port_record *r)
{
	(void)arg;
	if (r->kind == PORT_WAKE)
		s.woken = true;
}

static void resident(void *arg, u32 n, u32 id, bool valid)
{
	(void)arg;
	(void)n;
	(void)id;
	if (!valid)
		return;
	s.rings = 0;
	s.handlers[0] = s.handlers[1] = 0;
}

static void rehearse(void)
{
	u32 n;

	for (n = 0; n < 2; n++) { /* wherever its doorbell may ring */
		gic_lpi_set(pe(n), vpe(w, 0)->doorbell);
		explore_find_hot();
		gic_lpi_clear(pe(n), vpe(w, 0)->doorbell);
	}
	for (n = 0; n < 4; n++) {
		explore_finish(DEVICE, ARRIVE);
		take_all();
		explore_finish(THREAD, BLOCK);
		explore_finish(DEVICE, ARRIVE);
		check_wakeup();
		explore_finish(THREAD, MOVE);
		explore_finish(DEVICE, ARRIVE);
		explore_finish(THREAD, SCHEDULE);
		check_wakeup();
		normalise();
	}
}

static const struct explore_model model = {
	.nr_processes = NR_PROCESSES,
	.may_begin = may_begin,
	.run = run_process,
	.is_masked = is_masked,
	.normalise = normalise,
	.check = check_wakeup,
	.process_name = process_names,
	.what_name = what_names,
};

static void end_scan(void *arg, void *object)
{
	(void)arg;
	(void)object;
	gic_vpt_scanned(pe(0));
	gic_vpt_scanned(pe(1));
}

struct world {
	bool v41, direct_lpi, scans, each_entry, db_always, db_fixed, db_per_vlpi, elide;
};

static void open_world(const struct world *o)
{
	struct v4_config c = o->v41 ? v4_config_new(1) : v4_config_61(1);

	c.no_caches = true;
	c.direct_lpi = o->direct_lpi;
	c.vpt_scan = o->scans;
	if (o->each_entry)
		c.policy.v4.residency = VGIC_RESIDENCY_EACH_ENTRY;
	if (o->db_always)
		c.policy.v4.db_enable = VGIC_DB_ALWAYS;
	if (o->db_fixed)
		c.policy.v4.db_affinity = VGIC_DB_FIXED;
	if (o->elide)
		c.host.vmovp = HOST_VMOVP_ELIDE;
	c.individual_db = o->db_per_vlpi;
	if (o->db_per_vlpi)
		c.host.doorbell = HOST_DOORBELL_PER_VLPI;
	v4_open(w, &c);
	must(!forward(w, 0, 0, 0));
	memset(&s, 0, sizeof(s));
	host_its_observe(w->h, NULL, NULL);
	host_vpe_observe(w->h, resident, NULL);
	port.event = heard;
	port.signal = signalled;
	port.poll = end_scan;
	plat_user.event_mask = PLAT_BIT64(EV_HW_DOORBELL) | PLAT_BIT64(EV_HW_DROPPED) |
			       PLAT_BIT64(EV_VLPI_DROPPED) | PLAT_BIT64(EV_HW_UNPREDICTABLE);
	load_on(w, 0, 0);
	enter(w, 0);
}

static void close_world(void)
{
	port.event = NULL;
	port.signal = NULL;
	leave(w, 0);
	put(w, 0);
	v4_close(w);
	port_assert_quiet();
}

/* All schedules with so many preemptions of all sequences of so many events, and shorter ones. */
static void explore(const struct world *o, u32 preemptions, u32 events)
{
	open_world(o);
	explore_start(&model, &s, sizeof(s), rehearse);
	explore_from(-1, preemptions, events);
	printf("%u preemptions, %u events: %llu states, %llu visits\n", preemptions, events,
	       (unsigned long long)ex.nr_seen, (unsigned long long)ex.states);
	ck_assert_uint_gt(ex.nr_seen, 500);
	ck_assert(explore_end());
	close_world();
}

static bool is_long(void)
{
	return check_effort() > 1;
}

START_TEST(no_schedule_loses_a_wake_up_on_GICv4_0)
{
	explore(&(struct world){ 0 }, 3, is_long() ? 8 : 4);
}
END_TEST

START_TEST(no_schedule_loses_a_wake_up_on_GICv4_0_with_direct_LPIs)
{
	explore(&(struct world){ .direct_lpi = true }, 3, is_long() ? 8 : 4);
}
END_TEST

START_TEST(no_schedule_loses_a_wake_up_on_GICv4_1)
{
	explore(&(struct world){ .v41 = true }, 3, is_long() ? 8 : 5);
}
END_TEST

START_TEST(nor_while_pending_tables_are_scanned)
{
	explore(&(struct world){ .v41 = _i, .direct_lpi = true, .scans = true }, 3,
		is_long() ? 8 : 4);
}
END_TEST

static const struct world others[] = {
	{ .each_entry = true },		{ .v41 = true, .each_entry = true },
	{ .db_always = true },		{ .v41 = true, .db_always = true },
	{ .db_fixed = true },		{ .v41 = true, .db_fixed = true },
	{ .v41 = true, .elide = true }, { .v41 = true, .direct_lpi = true, .db_per_vlpi = true },
};

START_TEST(nor_under_other_policies)
{
	explore(&others[_i], 3, is_long() ? 8 : 3);
}
END_TEST

/* Copies of stacks that are in use are more than the address sanitizer can follow. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define CAN_COPY_STACKS false
#else
#define CAN_COPY_STACKS true
#endif

static void add(TCase *tc)
{
	if (!CAN_COPY_STACKS)
		return;
	tcase_set_timeout(tc, MAX_SECONDS);
	tcase_add_test(tc, no_schedule_loses_a_wake_up_on_GICv4_0);
	tcase_add_test(tc, no_schedule_loses_a_wake_up_on_GICv4_0_with_direct_LPIs);
	tcase_add_test(tc, no_schedule_loses_a_wake_up_on_GICv4_1);
	tcase_add_loop_test(tc, nor_while_pending_tables_are_scanned, 0, 2);
	tcase_add_loop_test(tc, nor_under_other_policies, 0, (int)PLAT_ARRAY_SIZE(others));
}

CHECK_MAIN("vgic wake-ups, all schedules", add, NULL, NULL)
