// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever a guest wrote into its GIC, whatever lines devices drive and whatever is pending or in
 * service: a VM that is paused, saved through device attributes and restored in a fresh virtual GIC
 * reads back as it was saved, and its account of interrupts goes on (sim/machine/vgic-state.h,
 * move.c). Random streams of accesses; the move goes to the same host.
 *
 * Not in the streams, since the tables have no place for it: an LPI that is pending and was
 * discarded, has two events in different collections, or was moved by MOVALL without its collection.
 */
#include "tests/unit/sim/machine/rig.h"

#include <models/arch/gicv2.h>
#include <models/arch/gicv3.h>
#include <models/arch/its.h>
#include <models/vgic/vgic-user.h>
#include <sim/machine/layout.h>
#include <sim/machine/vgic-state.h>

#include <tests/lib/check-main.h>

#define NR_VCPUS 3u
#define WRITES	 300u
#define LPIS	 24u

#define VM(gic) \
	"run: {duration: 3 ms}\n" \
	"host: {pes: 4}\n" \
	"hypervisor: {halt_poll: none}\n" \
	"cluster: {hosts: 2}\n" \
	"vms: [{pin: first, vcpus: 3, devices: emulated, " gic "}]\n" \
	"migrations: [{vm: vm, at: 1 ms}]\n"

static struct thread vmm;
static u64 rng;
static u32 rounds;
static bool v2;

static u32 below(u32 n)
{
	return (u32)(check_random(&rng) >> 33) % n;
}

/* ---- the guest: all it can write, while its vCPUs run with interrupts masked and unmasked ---- */

static void random_dist_write(struct vcpu *c)
{
	static const u32 reg[] = { GICD_ISENABLER, GICD_ICENABLER,  GICD_ISPENDR,
				   GICD_ICPENDR,   GICD_ISACTIVER,  GICD_ICACTIVER,
				   GICD_ICFGR,	   GICD_IPRIORITYR, GICD_IGROUPR };
	u32 which = reg[below(PLAT_ARRAY_SIZE(reg))];
	u32 bits = which == GICD_IPRIORITYR ? 8 : which == GICD_ICFGR ? 2 : 1;
	u32 word = below(256 * bits / 32) * 4;
	u64 frame = GUEST_GICD;
	u32 value = (u32)check_random(&rng) & (u32)(check_random(&rng) >> 11);

	if (!v2 && word < bits * 4)
		frame = GUEST_GICR + below(NR_VCPUS) * GUEST_GICR_STEP + GICR_SGI_BASE;
	guest_mmio_write(c, frame + which + word, 4, value);
}

static void random_route(struct vcpu *c)
{
	u32 intid = 32 + below(200);

	if (v2)
		guest_mmio_write(c, GUEST_GICD + GICD_ITARGETSR + intid, 1, below(8));
	else
		guest_mmio_write(c, GUEST_GICD + GICD_IROUTER + 8 * intid, 8, below(5));
}

static void random_its_command(struct vcpu *c)
{
	u32 event = below(LPIS), vcpu = below(NR_VCPUS);
	u64 cmd[4];

	guest_lpi_config(c, GIC_LPI_BASE + below(LPIS), (u8)below(256), below(2));
	switch (below(5)) {
	case 0: its_build_movi(cmd, 5, event, vcpu); break;
	case 1: its_build_inv(cmd, 5, event); break;
	default: its_build_int(cmd, 5, event); break;
	}
	guest_its_command(c, cmd);
}

static void random_operation(struct vcpu *c)
{
	switch (below(8)) {
	case 0: random_route(c); break;
	case 1: guest_send_sgi(c, below(NR_VCPUS), below(16)); break;
	case 2:
	case 3:
		if (!v2 && c->id == 0) /* the queue has one writer */
			random_its_command(c);
		break;
	case 4: guest_mask(c, below(2)); break;
	case 5: guest_compute(c, rig_ns(below(2000))); break;
	default: random_dist_write(c); break;
	}
}

static void guest(struct vcpu *c)
{
	for (u32 i = 0; i < WRITES; i++)
		random_operation(c);
	guest_mask(c, below(2));
	for (;;)
		guest_compute(c, rig_us(100));
}

static void setup(struct vcpu *c)
{
	u64 cmd[4];

	for (u32 i = 0; i < LPIS; i++)
		guest_lpi_config(c, GIC_LPI_BASE + i, 0xa0, true);
	if (v2)
		return;
	its_build_mapd(cmd, 5, GUEST_ITTS, 5, true);
	guest_its_command(c, cmd);
	for (u32 i = 0; i < LPIS; i++) {
		its_build_mapti(cmd, 5, i, GIC_LPI_BASE + i, i % NR_VCPUS);
		guest_its_command(c, cmd);
	}
}

/* ---- the host: lines, and the move ---- */

static void random_line(struct vm *vm)
{
	vgic_inject_irq(vm->vgic, vm->vgic->vcpus[below(NR_VCPUS)], 28 + below(60), below(2), NULL);
}

static void same(const struct vgic_state *a, const struct vgic_state *b)
{
	ck_assert_uint_eq(a->nr, b->nr);
	for (u32 i = 0; i < a->nr; i++)
		ck_assert_msg(!memcmp(&a->entry[i], &b->entry[i], sizeof(a->entry[i])),
			      "device %u group %u attribute %#llx: %#llx, then %#llx",
			      a->entry[i].device, a->entry[i].group,
			      (unsigned long long)a->entry[i].attr,
			      (unsigned long long)a->entry[i].value,
			      (unsigned long long)b->entry[i].value);
}

static void move(struct vm *vm, struct thread *t)
{
	struct vgic_state saved, again;

	vm_pause(vm, t);
	ck_assert_int_eq(vgic_state_save(&saved, vm->vgic, VGIC_STATE_ALL, NULL), 0);
	ck_assert_int_eq(vm_take_over(vm, rig_m), 0);
	ck_assert_int_eq(vgic_state_restore(&saved, vm->vgic, NULL), 0);
	ck_assert_int_eq(vgic_state_save(&again, vm->vgic, VGIC_STATE_NO_PENDING_TABLES, NULL), 0);
	same(&saved, &again);
	vm_arrived(vm);
	vm_resume(vm);
	vgic_state_free(&saved);
	vgic_state_free(&again);
	rounds++;
}

static void vmm_body(struct thread *t)
{
	struct vm *vm = rig_m->vms[0];

	for (u32 i = 0; i < 8; i++) {
		for (u32 n = below(20); n; n--) {
			rig_burn(t, rig_us(1 + below(4)));
			random_line(vm);
		}
		move(vm, t);
	}
}

static void host(void)
{
	rig_thread(&vmm, 3, true, vmm_body);
}

static void done(void)
{
	ck_assert_uint_eq(rounds, 8);
}

static void streams(const char *text, u64 seed)
{
	static const struct rig_price prices[] = { { "guest-exit", "150 ns" },
						   { "guest-entry", "160 ns" },
						   { "lock", "15 ns" } };

	rng = seed;
	rig.text = text;
	rig.prices = prices;
	rig.nr_prices = PLAT_ARRAY_SIZE(prices);
	rig.setup = setup;
	rig.guest = guest;
	rig.host = host;
	rig.check = done;
	rig_run();
}

START_TEST(a_gicv3_with_its_reads_back_after_each_move)
{
	streams(VM("gic: v3"), check_seed() + (u64)_i);
}
END_TEST

START_TEST(a_gicv2_reads_back_after_each_move)
{
	v2 = true;
	streams(VM("gic: v2, its: false"), check_seed() + (u64)_i);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_gicv3_with_its_reads_back_after_each_move, 0, 12);
	tcase_add_loop_test(tc, a_gicv2_reads_back_after_each_move, 0, 12);
}

CHECK_MAIN("virtual GICs that move", add, NULL, NULL)
