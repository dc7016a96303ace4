// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of a virtual GIC through its device attributes, saved from a paused VM and set in a
 * fresh virtual GIC (sim/machine/vgic-state.h; spec/vgic.md 2.10): what is read back there is what
 * was saved, whatever the guest had pending, active, masked or routed.
 */
#include "rig.h"

#include <models/arch/gicv3.h>
#include <models/arch/its.h>
#include <models/vgic/vgic-user.h>
#include <sim/machine/layout.h>
#include <sim/machine/vgic-state.h>

#include <tests/lib/check-main.h>

#define LPI(n) (GIC_LPI_BASE + (n))
#define VM \
	"run: {duration: 1 ms}\n" \
	"host: {pes: 3}\n" \
	"hypervisor: {halt_poll: none}\n" \
	"vms: [{pin: first, vcpus: 2, devices: emulated}]\n"

static struct thread vmm;
static struct vgic_state saved, again;
static u32 calls;
static bool handler_done, moved;
static u64 seen;

static u64 dist(u32 offset)
{
	return GUEST_GICD + offset;
}

/* ---- the guest ---- */

static void long_handler(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	guest_compute(c, rig_us(200)); /* active when the VM is paused */
	plat_sync();
	handler_done = true;
}

static void note(struct vcpu *c, u32 intid, void *arg)
{
	(void)c;
	(void)arg;
	seen |= intid >= GIC_LPI_BASE ? 1ull << (32 + intid - GIC_LPI_BASE) : 1ull << (intid % 32);
}

static void map_lpis(struct vcpu *c)
{
	u64 cmd[4];

	its_build_mapd(cmd, 5, GUEST_ITTS, 3, true);
	guest_its_command(c, cmd);
	for (u32 i = 0; i < 4; i++) {
		guest_lpi_config(c, LPI(i), 0xa0, i != 3);
		its_build_mapti(cmd, 5, 2 * i, LPI(i), i % 2);
		guest_its_command(c, cmd);
		ck_assert_int_eq(guest_set_handler(guest_vm(c), LPI(i), note, NULL), 0);
	}
}

static void int_command(struct vcpu *c, u32 event)
{
	u64 cmd[4];

	its_build_int(cmd, 5, event);
	guest_its_command(c, cmd);
}

static void setup(struct vcpu *c)
{
	struct vm *vm = guest_vm(c);

	ck_assert_int_eq(guest_set_handler(vm, 40, long_handler, NULL), 0);
	ck_assert_int_eq(guest_set_handler(vm, 41, note, NULL), 0);
	ck_assert_int_eq(guest_set_handler(vm, 3, note, NULL), 0);
	guest_mmio_write(c, dist(GICD_ICFGR + 8), 4, 0x000a0000); /* 40 and 41 are edges */
	guest_set_priority(c, 40, 0x40);
	guest_set_priority(c, 41, 0x80);
	guest_mmio_write(c, dist(GICD_IROUTER + 8 * 41), 8, 1);	     /* vCPU 1 */
	guest_mmio_write(c, dist(GICD_IROUTER + 8 * 50), 8, 0x7700); /* nobody */
	guest_enable_irq(c, 40, true);
	guest_enable_irq(c, 41, true);
	guest_enable_irq(c, 3, false); /* an SGI, enabled after reset */
	map_lpis(c);
}

static void guest(struct vcpu *c)
{
	if (c->id == 1) {
		guest_mask(c, true);
		guest_compute(c, rig_us(300));
		guest_mask(c, false);
		return;
	}
	guest_compute(c, rig_us(1));
	guest_mmio_write(c, dist(GICD_ISPENDR + 4), 4, 1u << 9); /* 41, for vCPU 1 */
	for (u32 i = 1; i < 4; i++)
		int_command(c, 2 * i); /* LPIs 1 and 3 for vCPU 1, LPI 2 for this one */
	guest_mmio_write(c, dist(GICD_ISPENDR + 4), 4, 1u << 8);
	guest_compute(c, rig_us(1)); /* takes 40, whose handler is long */
}

/* ---- the VMM ---- */

static void called(void)
{
	calls++;
}

/* To the same host: all of a move but the network. */
static void vmm_body(struct thread *t)
{
	struct vm *vm = rig_m->vms[0];

	rig_burn(t, rig_us(100));
	vm_pause(vm, t);
	ck_assert_int_eq(vgic_state_save(&saved, vm->vgic, VGIC_STATE_ALL, called), 0);
	ck_assert_int_eq(vm_take_over(vm, rig_m), 0);
	ck_assert_int_eq(vgic_state_restore(&saved, vm->vgic, called), 0);
	ck_assert_int_eq(vgic_state_save(&again, vm->vgic, VGIC_STATE_NO_PENDING_TABLES, NULL), 0);
	vm_arrived(vm);
	vm_resume(vm);
	moved = true;
}

static void host(void)
{
	rig_thread(&vmm, 2, true, vmm_body);
}

static const struct vgic_state_entry *find(u32 device, u32 group, u64 attr)
{
	for (u32 i = 0; i < saved.nr; i++)
		if (saved.entry[i].device == device && saved.entry[i].group == group &&
		    saved.entry[i].attr == attr)
			return &saved.entry[i];
	return NULL;
}

static u64 value(u32 device, u32 group, u64 attr)
{
	const struct vgic_state_entry *x = find(device, group, attr);

	ck_assert_msg(x != NULL, "%u %u %#llx", device, group, (unsigned long long)attr);
	return x->value;
}

static void same_state(void)
{
	ck_assert_uint_eq(saved.nr, again.nr);
	for (u32 i = 0; i < saved.nr; i++)
		ck_assert_msg(!memcmp(&saved.entry[i], &again.entry[i], sizeof(saved.entry[i])),
			      "device %u group %u attribute %#llx: %#llx, then %#llx",
			      saved.entry[i].device, saved.entry[i].group,
			      (unsigned long long)saved.entry[i].attr,
			      (unsigned long long)saved.entry[i].value,
			      (unsigned long long)again.entry[i].value);
}

static void compare(void)
{
	ck_assert(moved);
	same_state();
	ck_assert_uint_eq(value(0, VGIC_GRP_DIST_REGS, GICD_ISACTIVER + 4), 1u << 8);
	ck_assert_uint_eq(value(0, VGIC_GRP_DIST_REGS, GICD_ISPENDR + 4), 1u << 9);
	ck_assert_uint_eq(value(0, VGIC_GRP_DIST_REGS, GICD_ICFGR + 8), 0x000a0000);
	ck_assert_uint_eq(value(0, VGIC_GRP_DIST_REGS, GICD_IROUTER + 8 * 41), 1);
	ck_assert_uint_eq(value(0, VGIC_GRP_DIST_REGS, GICD_IPRIORITYR + 40) & 0xffff, 0x8040);
	ck_assert_uint_eq(value(0, VGIC_GRP_REDIST_REGS, GICR_ISENABLER0), 0x0000fff7);
	ck_assert_uint_eq(value(0, VGIC_GRP_CPU_SYSREGS, SYSREG_ICC_AP1R(0)), 1u << 8);
	ck_assert_uint_gt(calls, saved.nr);
	/* The handler went on where it was, and what was pending came, but for the disabled LPI. */
	ck_assert(handler_done);
	ck_assert_uint_eq(seen, 1ull << 9 | 1ull << 33 | 1ull << 34);
	vgic_state_free(&saved);
	vgic_state_free(&again);
}

START_TEST(a_restored_virtual_gic_reads_back_as_it_was_saved_and_delivers_what_was_pending)
{
	rig.text = VM;
	rig.setup = setup;
	rig.guest = guest;
	rig.host = host;
	rig.check = compare;
	rig_run();
}
END_TEST

/* ---- order ---- */

static u32 place(u32 device, u32 group, u64 attr)
{
	const struct vgic_state_entry *x = find(device, group, attr);

	ck_assert_msg(x != NULL, "%u %u %#llx", device, group, (unsigned long long)attr);
	return (u32)(x - saved.entry);
}

static void documented_order(void)
{
	u32 cbaser = place(1, VGIC_GRP_ITS_REGS, GITS_CBASER);
	u32 tables = place(1, VGIC_GRP_CTRL, VGIC_CTRL_ITS_RESTORE_TABLES);
	u32 iidr = place(1, VGIC_GRP_ITS_REGS, GITS_IIDR);
	u32 enable_lpis = place(0, VGIC_GRP_REDIST_REGS, GICR_CTLR);

	ck_assert_uint_eq(place(0, VGIC_GRP_DIST_REGS, GICD_IIDR), 0);
	ck_assert_uint_lt(place(0, VGIC_GRP_REDIST_REGS, GICR_PROPBASER), enable_lpis);
	ck_assert_uint_lt(place(0, VGIC_GRP_REDIST_REGS, GICR_PENDBASER), enable_lpis);
	ck_assert_uint_lt(enable_lpis, cbaser);
	for (u32 i = 0; i < saved.nr; i++)
		if (saved.entry[i].device)
			ck_assert_uint_ge(i, cbaser);
	ck_assert_uint_lt(place(1, VGIC_GRP_ITS_REGS, GITS_CREADR), tables);
	ck_assert_uint_lt(place(1, VGIC_GRP_ITS_REGS, GITS_BASER), tables);
	ck_assert_uint_lt(iidr, tables);
	ck_assert_uint_eq(place(1, VGIC_GRP_ITS_REGS, GITS_CTLR), saved.nr - 1);
	ck_assert_uint_lt(tables, saved.nr - 1);
	vgic_state_free(&saved);
	vgic_state_free(&again);
}

START_TEST(attributes_stand_in_the_documented_order)
{
	rig.text = VM;
	rig.setup = setup;
	rig.guest = guest;
	rig.host = host;
	rig.check = documented_order;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(
		tc,
		a_restored_virtual_gic_reads_back_as_it_was_saved_and_delivers_what_was_pending);
	tcase_add_test(tc, attributes_stand_in_the_documented_order);
}

CHECK_MAIN("state of a virtual GIC", add, NULL, NULL)
