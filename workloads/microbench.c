// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Microbenchmarks of exits and interrupts, as spec/calibration.md defines them: vCPU 0 does one
 * thing again and again and times it; the other vCPUs spin inside the guest. Where another vCPU is
 * interrupted (ipi, ipi_hw, lpi) the clock stops when vCPU 0 has seen the flag that the handler sets
 * after IAR and before EOIR.
 *
 * Choices: vCPU 0 looks at the flag every 5 ns, from its own cache until the handler has written
 * it; then the line moves once. `dispatch` is the time until vCPU 0 goes on after the send. With
 * `broadcast` the clock stops at the last of all handlers.
 */
#include <errno.h>
#include <stdlib.h>

#include <sim/record/hist.h>

#include "common.h"

#define BENCH_SGI   1u
#define SPURIOUS    1023u
#define GICD_TYPER_ 0x08000004ull /* of the guest's distributor */
#define USER_DEVICE 0x20000000ull /* emulated in user space */
#define TIMER_AHEAD (10 * SIM_MS)
#define LOOK	    (5 * SIM_NS)
#define RUNS	    65536u
#define TIMER_RUNS  256u

#define TESTS(X) \
	X(HVC, "hvc", "a hypercall that the hypervisor handles, round trip") \
	X(MMIO_VGIC, "mmio_vgic", "read of GICD_TYPER, emulated by the hypervisor") \
	X(MMIO_KERNEL, "mmio_kernel", "read of a device that the kernel emulates, no GIC") \
	X(MMIO_USER, "mmio_user", "read of an address emulated in user space") \
	X(EOI, "eoi", "write of EOIR for a spurious interrupt: no exit") \
	X(ACK_EOI, "ack_eoi", "read of IAR with nothing pending, and eoi") \
	X(IPI, "ipi", "an SGI to a vCPU that spins inside the guest") \
	X(IPI_HW, "ipi_hw", "the same through a GICv4.1 vSGI") \
	X(LPI, "lpi", "the vITS command INT for an LPI that targets another vCPU") \
	X(TIMER, "timer", "the virtual timer, 10 ms ahead, on the same vCPU; 10 ms subtracted") \
	X(LINE, "line", "a cache line comes from another vCPU's PE")

#define TEST_ENUM(id, name, doc) TEST_##id,
#define TEST_NAME(id, name, doc) name,
#define TEST_DOC(id, name, doc)	 doc,
enum test { TESTS(TEST_ENUM) };

struct bench_params {
	uint8_t test;
	uint64_t runs;
	uint32_t target;
	bool broadcast;
};

struct bench_state {
	struct device *dev; /* lpi */
	struct sim_stream stream;
	struct rec_hist *time, *dispatch;
	u64 run;	/* the next one */
	u64 done;	/* in the window */
	sim_time due;	/* timer: when it was to fire */
	u64 received[]; /* handlers run, by vCPU */
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct bench_params, field)
static const struct param params[] = {
	{ .name = "test", .type = PARAM_ENUM, AT(test), .def = "hvc",
	  .names = (const char *const[]){ TESTS(TEST_NAME) NULL },
	  .docs = (const char *const[]){ TESTS(TEST_DOC) NULL }, .doc = "what is measured" },
	{ .name = "runs", .type = PARAM_U64, AT(runs), .def = "0",
	  .doc = "how often; 0: 65536 times, timer 256 times" },
	{ .name = "target", .type = PARAM_U32, AT(target), .min = 0, .max = 511, .def = "1",
	  .doc = "the vCPU that is interrupted (ipi, ipi_hw, lpi), or whose line it is" },
	{ .name = "broadcast", .type = PARAM_BOOL, AT(broadcast), .def = "false",
	  .doc = "all other vCPUs are interrupted (ipi, ipi_hw)" },
	PARAM_END,
};
/* clang-format on */

static bool to_another(const struct bench_params *p)
{
	return p->test == TEST_IPI || p->test == TEST_IPI_HW || p->test == TEST_LPI;
}

static const char *check(const void *values, const struct vm_config *vm,
			 const struct machine_config *m, const char **key)
{
	const struct bench_params *p = values;

	*key = "test";
	if (p->test == TEST_IPI_HW && m->hypervisor.vgic.v4.injection != VGIC_INJECT_V4_1)
		return "ipi_hw needs hypervisor.injection: gicv4.1";
	if (p->test == TEST_LPI && !vm_has_its(&m->host, vm))
		return "lpi needs a VM with an ITS";
	*key = "target";
	if (!to_another(p) && p->test != TEST_LINE)
		return NULL;
	if (vm->vcpus < 2)
		return "needs a VM with two vCPUs or more";
	if (p->target == 0 || p->target >= vm->vcpus)
		return "must be a vCPU of the VM other than 0";
	return NULL;
}

static int setup(struct workload_run *w)
{
	const struct bench_params *p = w->params;
	u32 n = vm_nr_vcpus(w->vm);
	struct bench_state *s = calloc(1, sizeof(*s) + n * sizeof(s->received[0]));

	if (!s)
		return -ENOMEM;
	w->state = s;
	s->time = workload_hist(w, "time");
	s->dispatch = to_another(p) ? workload_hist(w, "dispatch") : NULL;
	if (p->test == TEST_LPI) {
		s->dev = device_new(w->vm, w->name, 1, NULL, w);
		if (!s->dev)
			return -ENOMEM;
	}
	return s->time && (s->dispatch || !to_another(p)) ? 0 : -ENOMEM;
}

/* ---- the interrupted side ---- */

static void flag(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;
	struct bench_state *s = w->state;

	(void)intid;
	plat_sync();
	s->received[guest_id(c)]++;
}

static void tick(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;
	struct bench_state *s = w->state;

	(void)intid;
	plat_sync();
	s->received[guest_id(c)]++;
	rec_hist_add(s->time, guest_now(c) - s->due);
	guest_timer_stop(c);
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	const struct bench_params *p = w->params;
	struct bench_state *s = w->state;
	int ret;

	if (p->test == TEST_LPI) {
		ret = guest_map_msi(c, s->dev, 0, p->target, flag, w);
		return ret < 0 ? ret : 0;
	}
	ret = guest_set_handler(w->vm, BENCH_SGI, flag, w);
	return ret ? ret : guest_set_handler(w->vm, GUEST_VTIMER_PPI, tick, w);
}

static void boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	const struct bench_params *p = w->params;

	guest_enable_irq(c, p->test == TEST_TIMER ? GUEST_VTIMER_PPI : BENCH_SGI, true);
}

/* ---- the measuring side ---- */

static void wait_for(struct vcpu *c, struct bench_state *s, u32 target, u64 count)
{
	for (plat_sync(); s->received[target] < count; plat_sync())
		guest_compute(c, LOOK);
	guest_load_line(c, target);
}

static void interrupt(struct workload_run *w, struct vcpu *c, u64 run)
{
	const struct bench_params *p = w->params;
	struct bench_state *s = w->state;
	bool all = p->broadcast && p->test != TEST_LPI;
	sim_time begin;

	plat_sync();
	begin = guest_now(c);
	if (p->test == TEST_LPI)
		guest_its_int(c, s->dev, 0);
	else if (all)
		guest_send_sgi_others(c, BENCH_SGI);
	else
		guest_send_sgi(c, p->target, BENCH_SGI);
	plat_sync();
	rec_hist_add(s->dispatch, guest_now(c) - begin);
	for (u32 i = all ? 1 : p->target; i < (all ? vm_nr_vcpus(w->vm) : p->target + 1); i++)
		wait_for(c, s, i, run + 1);
	rec_hist_add(s->time, guest_now(c) - begin);
}

static void arm(struct vcpu *c, struct bench_state *s, u64 run)
{
	plat_sync();
	s->due = guest_now(c) + TIMER_AHEAD;
	guest_timer_set(c, s->due);
	for (plat_sync(); s->received[0] <= run; plat_sync())
		guest_compute(c, SIM_MS);
}

static void once(struct workload_run *w, struct vcpu *c, u64 run)
{
	const struct bench_params *p = w->params;
	struct bench_state *s = w->state;
	sim_time begin;

	plat_sync();
	begin = guest_now(c);
	switch ((enum test)p->test) {
	case TEST_HVC: guest_hvc(c); break;
	case TEST_MMIO_VGIC: guest_mmio_read(c, GICD_TYPER_, 4); break;
	case TEST_MMIO_KERNEL: guest_read_in_kernel(c); break;
	case TEST_LINE: guest_load_line(c, p->target); break;
	case TEST_MMIO_USER: guest_mmio_read(c, USER_DEVICE, 4); break;
	case TEST_ACK_EOI: guest_eoi(c, guest_ack(c)); break;
	case TEST_EOI: guest_eoi(c, SPURIOUS); break;
	case TEST_IPI:
	case TEST_IPI_HW:
	case TEST_LPI: interrupt(w, c, run); return;
	case TEST_TIMER: arm(c, s, run); return;
	}
	plat_sync();
	rec_hist_add(s->time, guest_now(c) - begin);
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct bench_params *p = w->params;
	struct bench_state *s = w->state;
	u64 runs = p->runs ? p->runs : p->test == TEST_TIMER ? TIMER_RUNS : RUNS;

	if (guest_id(c) != 0 || s->run == runs)
		return common_pass_time(c, SIM_MS);
	if (!s->run)
		guest_compute(c, SIM_MS / 10); /* the others are in the guest by then */
	once(w, c, s->run++);
	s->done++;
	return true;
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("runs", "runs", struct bench_state, done),
	{ .name = NULL },
};

extern const struct workload workload_microbench;
const struct workload workload_microbench = {
	.name = "microbench",
	.doc = "the time of one exit or one interrupt, again and again",
	.params = params,
	.params_size = sizeof(struct bench_params),
	.counts = counts,
	.check = check,
	.setup = setup,
	.boot = boot,
	.boot_vcpu = boot_vcpu,
	.private_irqs = 1u << BENCH_SGI | 1u << GUEST_VTIMER_PPI,
	.task = turn,
};
