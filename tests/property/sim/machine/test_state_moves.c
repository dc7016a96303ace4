// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever a guest wrote into its GIC, whatever lines devices drive and whatever is pending or in
 * service: a VM that is paused, saved through device attributes and restored in a fresh virtual GIC
 * reads back as it was saved, and its account of interrupts goes on (sim/machine/vgic-state.h,
 * move.c). Random acts of the guest's vCPUs, of devices and of the VMM; the move goes to the same
 * host. Acts that show a difference are reduced to those that it needs before they are printed: each
 * attempt runs in a process of its own, since SimGrid starts once in one.
 *
 * Not among the acts, since the tables have no place for it: an LPI that is pending and was
 * discarded, has two events in different collections, or was moved by MOVALL without its collection.
 */
#include "tests/unit/sim/machine/rig.h"

#include <stdarg.h>
#include <sys/wait.h>

#include <models/arch/gicv2.h>
#include <models/arch/gicv3.h>
#include <models/arch/its.h>
#include <models/vgic/vgic-user.h>
#include <sim/machine/layout.h>
#include <sim/machine/vgic-state.h>

#include <tests/lib/check-main.h>

#define NR_VCPUS 3u
#define WRITES	 300u
#define MOVES	 8u
#define LPIS	 24u
#define MAX_ACTS (NR_VCPUS * WRITES + MOVES * 24u)
/* Attempts to leave acts out; a difference is printed as short as it is by then. */
#define MAX_ATTEMPTS 400u

#define VM(gic) \
	"run: {duration: 3 ms}\n" \
	"host: {pes: 4}\n" \
	"hypervisor: {halt_poll: none}\n" \
	"cluster: {hosts: 2}\n" \
	"vms: [{pin: first, vcpus: 3, devices: emulated, " gic "}]\n" \
	"migrations: [{vm: vm, at: 1 ms}]\n"

/* ---- acts ---- */

enum kind {
	ACT_WRITE,   /* frame and offset a, value b */
	ACT_ROUTE,   /* SPI a to b */
	ACT_SGI,     /* SGI a to vCPU b */
	ACT_CONFIG,  /* LPI a: priority b, enable c */
	ACT_COMMAND, /* ITS: opcode a, event b, collection c */
	ACT_MASK,    /* interrupts masked or not: a */
	ACT_COMPUTE, /* a ns */
	ACT_LINE,    /* of interrupt a on vCPU b: level c; c + 1 us later than the act before */
	ACT_MOVE,
};

static const char *const act_names[] = {
	[ACT_WRITE] = "write",	   [ACT_ROUTE] = "route",     [ACT_SGI] = "SGI",
	[ACT_CONFIG] = "config",   [ACT_COMMAND] = "command", [ACT_MASK] = "mask",
	[ACT_COMPUTE] = "compute", [ACT_LINE] = "line",	      [ACT_MOVE] = "move",
};

#define VMM NR_VCPUS

struct act {
	u8 actor; /* vCPU, or VMM */
	u8 kind;
	u64 a, b, c;
};

struct acts {
	const char *vm; /* scenario */
	bool v2;
	/* A defect on purpose: what is pending of SPIs 96 to 127 is lost on the way. */
	bool defect;
	u32 nr;
	struct act act[MAX_ACTS];
};

/* What runs in this process. */
static struct acts acts;
static struct thread vmm;
static bool vmm_done;

/* ---- drawing them ---- */

static u32 below(u64 *rng, u32 n)
{
	return (u32)(check_random(rng) >> 33) % n;
}

static struct act random_write(u64 *rng, bool v2)
{
	static const u32 reg[] = { GICD_ISENABLER, GICD_ICENABLER,  GICD_ISPENDR,
				   GICD_ICPENDR,   GICD_ISACTIVER,  GICD_ICACTIVER,
				   GICD_ICFGR,	   GICD_IPRIORITYR, GICD_IGROUPR };
	u32 which = reg[below(rng, PLAT_ARRAY_SIZE(reg))];
	u32 bits = which == GICD_IPRIORITYR ? 8 : which == GICD_ICFGR ? 2 : 1;
	u32 word = below(rng, 256 * bits / 32) * 4;
	u64 frame = GUEST_GICD;

	if (!v2 && word < bits * 4)
		frame = GUEST_GICR + below(rng, NR_VCPUS) * GUEST_GICR_STEP + GICR_SGI_BASE;
	return (struct act){ .kind = ACT_WRITE,
			     .a = frame + which + word,
			     .b = (u32)check_random(rng) & (u32)(check_random(rng) >> 11) };
}

static struct act random_command(u64 *rng)
{
	static const u8 opcodes[] = { ITS_CMD_MOVI, ITS_CMD_INV, ITS_CMD_INT, ITS_CMD_INT,
				      ITS_CMD_INT };

	if (below(rng, 2))
		return (struct act){ .kind = ACT_CONFIG,
				     .a = GIC_LPI_BASE + below(rng, LPIS),
				     .b = below(rng, 256),
				     .c = below(rng, 2) };
	return (struct act){ .kind = ACT_COMMAND,
			     .a = opcodes[below(rng, PLAT_ARRAY_SIZE(opcodes))],
			     .b = below(rng, LPIS),
			     .c = below(rng, NR_VCPUS) };
}

static struct act random_act(u64 *rng, bool v2, u32 vcpu)
{
	switch (below(rng, 8)) {
	case 0:
		return (struct act){ .kind = ACT_ROUTE,
				     .a = 32 + below(rng, 200),
				     .b = below(rng, v2 ? 8 : 5) };
	case 1:
		return (struct act){ .kind = ACT_SGI,
				     .a = below(rng, 16),
				     .b = below(rng, NR_VCPUS) };
	case 2:
	case 3:
		if (!v2 && vcpu == 0) /* the queue has one writer */
			return random_command(rng);
		return random_write(rng, v2);
	case 4: return (struct act){ .kind = ACT_MASK, .a = below(rng, 2) };
	case 5: return (struct act){ .kind = ACT_COMPUTE, .a = below(rng, 2000) };
	default: return random_write(rng, v2);
	}
}

static void add_act(struct acts *s, u32 actor, struct act act)
{
	act.actor = (u8)actor;
	s->act[s->nr++] = act;
}

static void draw(struct acts *s, const char *vm, bool v2, u64 rng)
{
	s->vm = vm;
	s->v2 = v2;
	s->nr = 0;
	for (u32 i = 0; i < WRITES; i++)
		for (u32 v = 0; v < NR_VCPUS; v++)
			add_act(s, v, random_act(&rng, v2, v));
	for (u32 i = 0; i < MOVES; i++) {
		for (u32 n = below(&rng, 20); n; n--)
			add_act(s, VMM,
				(struct act){ .kind = ACT_LINE,
					      .a = 28 + below(&rng, 60),
					      .b = below(&rng, NR_VCPUS),
					      .c = below(&rng, 8) });
		add_act(s, VMM, (struct act){ .kind = ACT_MOVE });
	}
}

/* ---- doing them: the guest ---- */

static void do_command(struct vcpu *c, const struct act *a)
{
	u64 cmd[4];

	switch (a->a) {
	case ITS_CMD_MOVI: its_build_movi(cmd, 5, (u32)a->b, (u32)a->c); break;
	case ITS_CMD_INV: its_build_inv(cmd, 5, (u32)a->b); break;
	default: its_build_int(cmd, 5, (u32)a->b); break;
	}
	guest_its_command(c, cmd);
}

static void do_route(struct vcpu *c, const struct act *a)
{
	if (acts.v2)
		guest_mmio_write(c, GUEST_GICD + GICD_ITARGETSR + a->a, 1, a->b);
	else
		guest_mmio_write(c, GUEST_GICD + GICD_IROUTER + 8 * a->a, 8, a->b);
}

static void do_act(struct vcpu *c, const struct act *a)
{
	switch (a->kind) {
	case ACT_WRITE: guest_mmio_write(c, a->a, 4, a->b); break;
	case ACT_ROUTE: do_route(c, a); break;
	case ACT_SGI: guest_send_sgi(c, (u32)a->b, (u32)a->a); break;
	case ACT_CONFIG: guest_lpi_config(c, (u32)a->a, (u8)a->b, a->c); break;
	case ACT_COMMAND: do_command(c, a); break;
	case ACT_MASK: guest_mask(c, a->a); break;
	default: guest_compute(c, rig_ns(a->a)); break;
	}
}

static void guest(struct vcpu *c)
{
	for (u32 i = 0; i < acts.nr; i++)
		if (acts.act[i].actor == c->id)
			do_act(c, &acts.act[i]);
	for (;;)
		guest_compute(c, rig_us(100));
}

static void setup(struct vcpu *c)
{
	u64 cmd[4];

	for (u32 i = 0; i < LPIS; i++)
		guest_lpi_config(c, GIC_LPI_BASE + i, 0xa0, true);
	if (acts.v2)
		return;
	its_build_mapd(cmd, 5, GUEST_ITTS, 5, true);
	guest_its_command(c, cmd);
	for (u32 i = 0; i < LPIS; i++) {
		its_build_mapti(cmd, 5, i, GIC_LPI_BASE + i, i % NR_VCPUS);
		guest_its_command(c, cmd);
	}
}

/* ---- the host: lines, and the move ---- */

/* This process has shown a difference: no test of its own, so Check hears nothing of it. */
static void differs(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void differs(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fflush(stdout);
	_exit(EXIT_FAILURE);
}

static void same(const struct vgic_state *a, const struct vgic_state *b)
{
	if (a->nr != b->nr)
		differs("%u attributes, then %u\n", a->nr, b->nr);
	for (u32 i = 0; i < a->nr; i++)
		if (memcmp(&a->entry[i], &b->entry[i], sizeof(a->entry[i])))
			differs("device %u group %u attribute %#llx: %#llx, then %#llx\n",
				a->entry[i].device, a->entry[i].group,
				(unsigned long long)a->entry[i].attr,
				(unsigned long long)a->entry[i].value,
				(unsigned long long)b->entry[i].value);
}

static void lose_pending_state(struct vgic_vm *vm)
{
	u64 none = 0;

	ck_assert_int_eq(vgic_user_set(vm, VGIC_GRP_DIST_REGS, GICD_ISPENDR + 12, &none), 0);
}

static void must_be(const char *what, int ret)
{
	if (ret)
		differs("%s: %d\n", what, ret);
}

static void move(struct vm *vm, struct thread *t)
{
	struct vgic_state saved, again;

	vm_pause(vm, t);
	must_be("save", vgic_state_save(&saved, vm->vgic, VGIC_STATE_ALL, NULL));
	must_be("move", vm_take_over(vm, rig_m));
	must_be("restore", vgic_state_restore(&saved, vm->vgic, NULL));
	if (acts.defect)
		lose_pending_state(vm->vgic);
	must_be("save", vgic_state_save(&again, vm->vgic, VGIC_STATE_NO_PENDING_TABLES, NULL));
	same(&saved, &again);
	vm_arrived(vm);
	vm_resume(vm);
	vgic_state_free(&saved);
	vgic_state_free(&again);
}

static void vmm_body(struct thread *t)
{
	struct vm *vm = rig_m->vms[0];

	for (u32 i = 0; i < acts.nr; i++) {
		const struct act *a = &acts.act[i];

		if (a->actor != VMM)
			continue;
		if (a->kind == ACT_MOVE) {
			move(vm, t);
			continue;
		}
		rig_burn(t, rig_us(1 + a->c / 2));
		vgic_inject_irq(vm->vgic, vm->vgic->vcpus[a->b], (u32)a->a, a->c & 1, NULL);
	}
	vmm_done = true;
}

static void host(void)
{
	rig_thread(&vmm, 3, true, vmm_body);
}

static void done(void)
{
	if (!vmm_done)
		differs("the VMM did not come to its end\n");
}

static void run(void)
{
	static const struct rig_price prices[] = { { "guest-exit", "150 ns" },
						   { "guest-entry", "160 ns" },
						   { "lock", "15 ns" } };

	rig.text = acts.vm;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.setup = setup;
	rig.guest = guest;
	rig.host = host;
	rig.check = done;
	rig_run();
}

/* ---- verdict and reduction ---- */

/* In a process of its own, silent or not: does the VM read back after each of its moves? */
static bool reads_back(const struct acts *s, bool silent)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		if (silent &&
		    (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)))
			_exit(EXIT_FAILURE);
		acts = *s;
		run();
		exit(EXIT_SUCCESS);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* Leave out runs of acts, shorter and shorter ones, as long as the difference stays. */
static void reduce(struct acts *s)
{
	static struct acts fewer;
	u32 at, chunk, attempts = 0;

	for (chunk = s->nr / 2; chunk; chunk /= 2)
		for (at = 0; at + chunk <= s->nr && attempts < MAX_ATTEMPTS; attempts++) {
			fewer = *s;
			fewer.nr = s->nr - chunk;
			memmove(&fewer.act[at], &s->act[at + chunk],
				(fewer.nr - at) * sizeof(fewer.act[0]));
			if (reads_back(&fewer, true))
				at += chunk;
			else
				*s = fewer;
		}
}

static void print(const struct acts *s)
{
	for (u32 i = 0; i < s->nr; i++) {
		const struct act *a = &s->act[i];

		if (a->actor == VMM)
			printf("VMM:    ");
		else
			printf("vCPU %u: ", a->actor);
		printf("%s %#llx %#llx %#llx\n", act_names[a->kind], (unsigned long long)a->a,
		       (unsigned long long)a->b, (unsigned long long)a->c);
	}
	fflush(stdout);
}

static void judge(const char *vm, bool v2, u64 seed)
{
	static struct acts s;

	draw(&s, vm, v2, seed);
	if (reads_back(&s, false))
		return;
	reduce(&s);
	print(&s);
	reads_back(&s, false);
	ck_abort_msg("a VM is not what it was after a move; %u acts show it", s.nr);
}

START_TEST(a_gicv3_with_its_reads_back_after_each_move)
{
	judge(VM("gic: v3"), false, check_seed() + (u64)_i);
}
END_TEST

START_TEST(a_gicv2_reads_back_after_each_move)
{
	judge(VM("gic: v2, its: false"), true, check_seed() + (u64)_i);
}
END_TEST

/* One act that pends such an SPI and one move. */
START_TEST(a_defect_is_reduced_to_the_acts_that_show_it)
{
	static struct acts s;

	s.defect = true;
	draw(&s, VM("gic: v3"), false, check_seed());
	ck_assert(!reads_back(&s, true));
	reduce(&s);
	ck_assert(!reads_back(&s, true));
	ck_assert_uint_eq(s.nr, 2);
	ck_assert_uint_eq(s.act[1].kind, ACT_MOVE);
	s.defect = false;
	ck_assert(reads_back(&s, true));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_gicv3_with_its_reads_back_after_each_move, 0, 12);
	tcase_add_loop_test(tc, a_gicv2_reads_back_after_each_move, 0, 12);
	tcase_add_test(tc, a_defect_is_reduced_to_the_acts_that_show_it);
}

CHECK_MAIN("virtual GICs that move", add, NULL, NULL)
