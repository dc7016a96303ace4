// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entry and exit (spec/vgic.md 1.8, 1.9, 1.14): which interrupts get list registers in both
 * generations, what is asked of the hardware, what an exit costs, what load and put move.
 */
#include "vgic-world.h"

static struct world w;

static void lrs_are(u32 nr, const u32 *want)
{
	u32 k;

	ck_assert_uint_eq(vcpu(&w, 0)->cpuif.used_lrs, nr);
	for (k = 0; k < nr; k++)
		ck_assert_uint_eq(lr_intid(&w, 0, k), want[k]);
}

#define LRS_ARE(...) \
	lrs_are(sizeof((u32[]){ __VA_ARGS__ }) / sizeof(u32), (const u32[]){ __VA_ARGS__ })

static u32 hcr(void)
{
	return ich_hcr_read(vcpu(&w, 0)->pe);
}

/* SPIs 0..nr-1, edge, priorities falling in value: the last is the most urgent. */
static void queue_spis(u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		raise_irq(&w, world_spi(&w, i, 0, (u8)(0xa0 - 8 * i), VGIC_EDGE));
}

/* Make SPI n active on vCPU 0, on its AP list. */
static void make_active(u32 n, u8 priority)
{
	struct vgic_irq *irq = world_spi(&w, n, 0, priority, VGIC_EDGE);

	plat_lock(&irq->lock);
	irq->active = true;
	vgic_queue_irq_unlock(w.vm, irq);
}

/* ---- what fits ---- */

START_TEST(interrupts_that_fit_are_written_in_order_of_arrival)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	queue_spis(3);
	load_enter(&w, 0);
	LRS_ARE(SPI(0), SPI(1), SPI(2));
	ck_assert_uint_eq(hcr(), ICH_HCR_EN);
	ck_assert(virq(&w, 0));
	ck_assert_uint_eq(ack(&w, 0), SPI(2));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(what_is_routed_elsewhere_or_disabled_gets_no_list_register)
{
	world_open(&w, VGIC_V3, 2, world_policy_61());
	queue_spis(3);
	spi(&w, 0)->target = vcpu(&w, 1);
	spi(&w, 1)->enabled = false;
	load_enter(&w, 0);
	LRS_ARE(SPI(2));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* Nothing on the list: the older generation takes no lock and touches no register. */
START_TEST(an_empty_list_is_left_alone_by_the_older_generation_only)
{
	u64 locks, accesses;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	load(&w, 0);
	locks = port.acquired[LOCK_AP_LIST];
	accesses = port.used[COST_ICH_ACCESS];
	enter(&w, 0);
	leave(&w, 0);
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], locks);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], accesses);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
	world_open(&w, VGIC_V3, 1, world_policy_619());
	load(&w, 0);
	locks = port.acquired[LOCK_AP_LIST];
	accesses = port.used[COST_ICH_ACCESS];
	enter(&w, 0);
	leave(&w, 0);
	/* flush and prune; HCR written, VMCR and ELRSR read, HCR cleared */
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST] - locks, 2);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS] - accesses, 4);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* AP-list lock twice; each entry's lock three times (two at flush, one at prune), and once more for
 * each list register folded (spec/vgic.md 1.14, 8). */
START_TEST(an_entry_and_exit_take_the_locks_that_the_specification_counts)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	queue_spis(3);
	load(&w, 0);
	memset(port.acquired, 0, sizeof(port.acquired));
	memset(port.used, 0, sizeof(port.used));
	enter(&w, 0);
	leave(&w, 0);
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], 2);
	ck_assert_uint_eq(port.acquired[LOCK_IRQ], 3 * 3 + 3);
	ck_assert_uint_eq(port.used[COST_LIST_STEP], 3 * 3);
	/* written before entry, zeroed after exit; read back because all are in use */
	ck_assert_uint_eq(port.used[COST_LR_WRITE], 3 + 3);
	ck_assert_uint_eq(port.used[COST_LR_READ], 3);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(an_empty_list_register_is_not_read_back)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	queue_spis(2);
	load_enter(&w, 0);
	ack(&w, 0);
	eoi(&w, 0, SPI(1));
	leave(&w, 0);
	ck_assert_uint_eq(port.used[COST_LR_READ], 1);
	ck_assert_ptr_null(spi(&w, 1)->vcpu);
	ck_assert_ptr_nonnull(spi(&w, 0)->vcpu);
	ck_assert_uint_eq(ich_lr_read(vcpu(&w, 0)->pe, 0), 0);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* ---- overflow, older generation ---- */

START_TEST(on_overflow_the_most_urgent_get_list_registers_and_underflow_is_asked_for)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	queue_spis(6);
	load_enter(&w, 0);
	LRS_ARE(SPI(5), SPI(4), SPI(3), SPI(2));
	ck_assert_uint_eq(hcr(), ICH_HCR_EN | ICH_HCR_UIE);
	leave(&w, 0);
	ck_assert_uint_eq(hcr() & ICH_HCR_EN, 0);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(as_many_as_fit_do_not_ask_for_underflow)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	queue_spis(4);
	load_enter(&w, 0);
	LRS_ARE(SPI(0), SPI(1), SPI(2), SPI(3));
	ck_assert_uint_eq(hcr(), ICH_HCR_EN);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* Eight SGIs and four list registers: 6, 5, 4 are served, one register is left, the maintenance
 * interrupt refills: 3, 2, 1, then 0 and 7 (recorded of Linux 6.1). */
START_TEST(eight_sgis_come_out_by_priority_through_four_list_registers)
{
	static const u8 priority[8] = { 0x70, 0x60, 0x50, 0x40, 0x30, 0x20, 0x10, 0xa0 };
	static const u32 want[8] = { 6, 5, 4, 3, 2, 1, 0, 7 };
	u32 i;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	for (i = 0; i < 8; i++) {
		vcpu(&w, 0)->private_irqs[i].priority = priority[i];
		vgic_send_sgi(vcpu(&w, 1), (u64)i << 24 | 1, true);
	}
	load_enter(&w, 0);
	LRS_ARE(6, 5, 4, 3);
	for (i = 0; i < 8; i++) {
		ck_assert_uint_eq(ack(&w, 0), want[i]);
		eoi(&w, 0, want[i]);
		serve_maintenance(&w, 0);
		if (i == 2)
			LRS_ARE(3, 2, 1, 0);
		if (i == 5)
			LRS_ARE(0, 7);
	}
	ck_assert(!virq(&w, 0));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* As in Linux 6.1: with as many active interrupts as list registers a pending one waits for ever. */
START_TEST(active_interrupts_fill_the_list_registers_of_the_older_generation)
{
	u32 i;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	raise_irq(&w, world_spi(&w, 10, 0, 0x00, VGIC_EDGE));
	for (i = 0; i < 4; i++)
		make_active(i, 0xa0);
	load_enter(&w, 0);
	LRS_ARE(SPI(0), SPI(1), SPI(2), SPI(3));
	ck_assert(!virq(&w, 0));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(pending_interrupts_go_before_active_ones_in_the_newer_generation)
{
	u32 i;

	world_open(&w, VGIC_V3, 1, world_policy_619());
	for (i = 0; i < 4; i++)
		make_active(i, 0xa0);
	raise_irq(&w, world_spi(&w, 10, 0, 0x00, VGIC_EDGE));
	load_enter(&w, 0);
	LRS_ARE(SPI(10), SPI(0), SPI(1), SPI(2));
	ck_assert(virq(&w, 0));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* ---- orders that need no sort ---- */

static void open_order(enum vgic_order_policy order, bool newer)
{
	struct vgic_policy p = newer ? world_policy_619() : world_policy_61();

	p.order = (u8)order;
	world_open(&w, VGIC_V3, 1, p);
}

START_TEST(ordered_lists_fill_by_priority_and_keep_what_the_generation_cannot_leave_out)
{
	enum vgic_order_policy order;
	u32 i;

	for (order = VGIC_ORDER_SORTED; order <= VGIC_ORDER_BUCKETS; order++) {
		open_order(order, false);
		queue_spis(3);
		load_enter(&w, 0);
		LRS_ARE(SPI(2), SPI(1), SPI(0));
		leave(&w, 0);
		make_active(8, 0xc0);
		make_active(9, 0x40);
		enter(&w, 0);
		LRS_ARE(SPI(9), SPI(8), SPI(2), SPI(1));
		ck_assert(hcr() & ICH_HCR_UIE);
		leave_put(&w, 0);
		world_close(&w);
		open_order(order, true);
		make_active(8, 0xc0);
		make_active(9, 0x40);
		queue_spis(3);
		load_enter(&w, 0);
		LRS_ARE(SPI(2), SPI(1), SPI(0), SPI(9));
		leave_put(&w, 0);
		for (i = 3; i < 6; i++)
			raise_irq(&w, world_spi(&w, i, 0, 0x80, VGIC_EDGE));
		load_enter(&w, 0);
		ck_assert_uint_eq(vcpu(&w, 0)->cpuif.used_lrs, 4);
		for (i = 0; i < 4; i++)
			ck_assert_uint_eq(lr_state(&w, 0, i), 1);
		leave_put(&w, 0);
		ck_assert_uint_eq(port.used[COST_SORT_COMPARE], 0);
		world_close(&w);
	}
}
END_TEST

/* ---- maintenance of the newer generation: the table of spec/vgic.md 1.8 ---- */

static const struct asked {
	const char *rule;
	u32 pending, active; /* SPIs */
	bool sgi;	     /* one more pending interrupt */
	u32 groups;	     /* enabled in VMCR */
	u32 want;
} asked[] = {
	{ "groups off: told when they go on", 0, 0, false, 0, ICH_HCR_VGRP0EIE | ICH_HCR_VGRP1EIE },
	{ "groups on: told when they go off", 0, 0, false, ICH_VMCR_VENG0 | ICH_VMCR_VENG1,
	  ICH_HCR_VGRP0DIE | ICH_HCR_VGRP1DIE },
	{ "all fits, SPIs in flight", 3, 1, false, ICH_VMCR_VENG1,
	  ICH_HCR_VGRP0EIE | ICH_HCR_VGRP1DIE | ICH_HCR_TDIR },
	{ "pending ones overflow", 5, 0, false, ICH_VMCR_VENG1,
	  ICH_HCR_UIE | ICH_HCR_NPIE | ICH_HCR_VGRP0EIE | ICH_HCR_VGRP1DIE | ICH_HCR_TDIR },
	{ "active ones overflow", 1, 4, false, ICH_VMCR_VENG1,
	  ICH_HCR_UIE | ICH_HCR_LRENPIE | ICH_HCR_VGRP0EIE | ICH_HCR_VGRP1DIE | ICH_HCR_TDIR },
	{ "an SGI only", 0, 0, true, ICH_VMCR_VENG1, ICH_HCR_VGRP0EIE | ICH_HCR_VGRP1DIE },
};

START_TEST(the_newer_generation_asks_for_the_maintenance_that_the_table_names)
{
	u32 i, k;

	for (i = 0; i < PLAT_ARRAY_SIZE(asked); i++) {
		const struct asked *a = &asked[i];
		u32 want = a->want | ICH_HCR_EN | (a->sgi ? 0 : ICH_HCR_VSGIEOICOUNT);

		world_open(&w, VGIC_V3, 1, world_policy_619());
		vcpu(&w, 0)->cpuif.vmcr = (u32)FIELD_PUT(0xff, ICH_VMCR_VPMR) | a->groups;
		for (k = 0; k < a->active; k++)
			make_active(32 + k, 0xa0);
		queue_spis(a->pending);
		if (a->sgi)
			raise_irq(&w, &vcpu(&w, 0)->private_irqs[3]);
		load(&w, 0);
		vgic_flush(vcpu(&w, 0));
		ck_assert_msg(vcpu(&w, 0)->cpuif.hcr == want, "%s: got %#x, want %#x", a->rule,
			      vcpu(&w, 0)->cpuif.hcr, want);
		vgic_sync(vcpu(&w, 0));
		vgic_put(vcpu(&w, 0));
		world_close(&w);
	}
}
END_TEST

START_TEST(a_host_that_cannot_trap_dir_alone_always_traps_it)
{
	ck_assert_int_eq(world_host(&w, false), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V3, 1, world_policy_619()), 0);
	ck_assert_int_eq(vgic_init(w.vm), 0);
	load_enter(&w, 0);
	ck_assert(vcpu(&w, 0)->cpuif.hcr & ICH_HCR_TDIR);
	ck_assert(icv_dir_write(vcpu(&w, 0)->pe, SPI(0)));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* ---- EOIcount (spec/vgic.md 1.9) ---- */

/* Two active interrupts are in no list register; the guest ends both while four pending ones wait
 * with the interrupts masked. Each EOI is counted, and the exit deactivates them. */
START_TEST(an_end_without_list_register_is_counted_and_replayed)
{
	u32 i;

	world_open(&w, VGIC_V3, 1, world_policy_619());
	raise_irq(&w, world_spi(&w, 8, 0, 0x80, VGIC_EDGE));
	load_enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(8));
	raise_irq(&w, world_spi(&w, 9, 0, 0x40, VGIC_EDGE));
	leave(&w, 0);
	enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), SPI(9));
	for (i = 0; i < 4; i++)
		raise_irq(&w, world_spi(&w, i, 0, 0xa0, VGIC_EDGE));
	leave(&w, 0);
	enter(&w, 0);
	LRS_ARE(SPI(0), SPI(1), SPI(2), SPI(3));
	eoi(&w, 0, SPI(9));
	eoi(&w, 0, SPI(8));
	ck_assert_uint_eq(FIELD_GET(hcr(), ICH_HCR_EOICOUNT), 2);
	ck_assert(maintenance(&w, 0));
	ck_assert(spi(&w, 8)->active && spi(&w, 9)->active);
	leave(&w, 0);
	ck_assert(!spi(&w, 8)->active && !spi(&w, 9)->active);
	ck_assert_ptr_null(spi(&w, 8)->vcpu);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* The highest priority ends first, so the replay goes down the sorted list: one EOI of two. */
START_TEST(the_replay_deactivates_the_most_urgent_of_those_left_out)
{
	u32 i;

	world_open(&w, VGIC_V3, 1, world_policy_619());
	make_active(8, 0x80);
	make_active(9, 0x40);
	vcpu(&w, 0)->cpuif.apr[1][0] = PLAT_BIT(0x80 >> 3) | PLAT_BIT(0x40 >> 3);
	for (i = 0; i < 4; i++)
		raise_irq(&w, world_spi(&w, i, 0, 0xa0, VGIC_EDGE));
	load_enter(&w, 0);
	eoi(&w, 0, SPI(9));
	leave_put(&w, 0);
	ck_assert(spi(&w, 8)->active && !spi(&w, 9)->active);
	world_close(&w);
}
END_TEST

/* ---- GICv2 SGIs with several sources ---- */

START_TEST(each_source_of_a_v2_sgi_is_served_and_nothing_lesser_passes)
{
	u32 source;

	world_open(&w, VGIC_V2, 4, world_policy_61());
	for (source = 1; source < 4; source++)
		vgic_v2_send_sgi(vcpu(&w, source), 1u << 16 | 3);
	vcpu(&w, 0)->private_irqs[3].priority = 0x80;
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 1, 0, 0x40, VGIC_EDGE));
	load_enter(&w, 0);
	LRS_ARE(SPI(1), 3);
	ck_assert_uint_eq(ack_group(&w, 0, 0), SPI(1));
	icv_eoir_write(vcpu(&w, 0)->pe, 0, SPI(1));
	for (source = 1; source < 4; source++) {
		u32 iar = ack_group(&w, 0, 0);

		ck_assert_uint_eq(iar, 3 | source << 10);
		icv_eoir_write(vcpu(&w, 0)->pe, 0, iar);
		if (source < 3)
			ck_assert(maintenance(&w, 0));
		leave(&w, 0);
		enter(&w, 0);
	}
	ck_assert_uint_eq(ack_group(&w, 0, 0), SPI(0));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* ---- load and put ---- */

START_TEST(a_vcpu_takes_its_interface_to_another_pe)
{
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	v = vcpu(&w, 0);
	raise_irq(&w, world_spi(&w, 0, 0, 0x80, VGIC_EDGE));
	load_enter(&w, 0);
	icv_pmr_write(v->pe, 0xc0);
	ack(&w, 0);
	leave_put(&w, 0);
	ck_assert_ptr_null(v->pe);
	ck_assert_uint_eq(FIELD_GET(v->cpuif.vmcr, ICH_VMCR_VPMR), 0xc0);
	ck_assert_uint_eq(v->cpuif.apr[1][0], PLAT_BIT(0x80 >> 3));
	vgic_load(v, gic_pe(w.gic, 3));
	enter(&w, 0);
	ck_assert_uint_eq(icv_pmr_read(v->pe), 0xc0);
	ck_assert_uint_eq(icv_rpr_read(v->pe), 0x80);
	eoi(&w, 0, SPI(0));
	leave_put(&w, 0);
	ck_assert_ptr_null(spi(&w, 0)->vcpu);
	world_close(&w);
}
END_TEST

/* 5 priority bits: one register a group (spec/vgic.md 2.2). */
START_TEST(load_and_put_move_the_active_priorities_that_exist)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	load(&w, 0);
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 2);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 1);
	vgic_put(vcpu(&w, 0));
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 4);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 2);
	world_close(&w);
}
END_TEST

/* The newer generation reads VMCR at each exit, the older at put (spec/vgic.md 1.14). */
START_TEST(vmcr_is_saved_at_exit_in_the_newer_generation_and_at_put_in_the_older)
{
	u32 newer;

	for (newer = 0; newer < 2; newer++) {
		struct vgic_vcpu *v;

		world_open(&w, VGIC_V3, 1, newer ? world_policy_619() : world_policy_61());
		v = vcpu(&w, 0);
		load_enter(&w, 0);
		icv_pmr_write(v->pe, 0x40);
		leave(&w, 0);
		ck_assert_uint_eq(FIELD_GET(v->cpuif.vmcr, ICH_VMCR_VPMR), newer ? 0x40 : 0xf8);
		/* emulated on behalf of the guest after the exit */
		icv_pmr_write(v->pe, 0x48);
		vgic_put(v);
		ck_assert_uint_eq(FIELD_GET(v->cpuif.vmcr, ICH_VMCR_VPMR), 0x48);
		world_close(&w);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, interrupts_that_fit_are_written_in_order_of_arrival);
	tcase_add_test(tc, what_is_routed_elsewhere_or_disabled_gets_no_list_register);
	tcase_add_test(tc, an_empty_list_is_left_alone_by_the_older_generation_only);
	tcase_add_test(tc, an_entry_and_exit_take_the_locks_that_the_specification_counts);
	tcase_add_test(tc, an_empty_list_register_is_not_read_back);
	tcase_add_test(tc,
		       on_overflow_the_most_urgent_get_list_registers_and_underflow_is_asked_for);
	tcase_add_test(tc, as_many_as_fit_do_not_ask_for_underflow);
	tcase_add_test(tc, eight_sgis_come_out_by_priority_through_four_list_registers);
	tcase_add_test(tc, active_interrupts_fill_the_list_registers_of_the_older_generation);
	tcase_add_test(tc, pending_interrupts_go_before_active_ones_in_the_newer_generation);
	tcase_add_test(
		tc, ordered_lists_fill_by_priority_and_keep_what_the_generation_cannot_leave_out);
	tcase_add_test(tc, the_newer_generation_asks_for_the_maintenance_that_the_table_names);
	tcase_add_test(tc, a_host_that_cannot_trap_dir_alone_always_traps_it);
	tcase_add_test(tc, an_end_without_list_register_is_counted_and_replayed);
	tcase_add_test(tc, the_replay_deactivates_the_most_urgent_of_those_left_out);
	tcase_add_test(tc, each_source_of_a_v2_sgi_is_served_and_nothing_lesser_passes);
	tcase_add_test(tc, a_vcpu_takes_its_interface_to_another_pe);
	tcase_add_test(tc, load_and_put_move_the_active_priorities_that_exist);
	tcase_add_test(tc, vmcr_is_saved_at_exit_in_the_newer_generation_and_at_put_in_the_older);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic entry", add, port_reset, port_assert_quiet)
