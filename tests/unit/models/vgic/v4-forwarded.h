/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A VM with GICv4.0 as Linux 6.1 has it, for tests of forwarded interrupts; another generation of
 * forwarding is one call away.
 */
#ifndef TEST_V4_FORWARDED_H
#define TEST_V4_FORWARDED_H

#include "v4-vm.h"

static struct v4_vm vm, *w = &vm;
static struct mmio_vm *m = &vm.m;

static void open_with(enum vgic_forwarding_policy forwarding)
{
	struct v4_config c = v4_config_61(2);

	c.policy.v4.forwarding = (u8)forwarding;
	v4_open(w, &c);
}

static void setup(void)
{
	open_with(VGIC_FORWARD_OLD);
}

static void teardown(void)
{
	v4_close(w);
	port_assert_quiet();
}

static void reopen_with(enum vgic_forwarding_policy forwarding)
{
	teardown();
	open_with(forwarding);
}

static void forwarded(u32 device, u32 event, u32 vevent)
{
	ck_assert_int_eq(forward(w, device, event, vevent), 0);
	v4_forget(w);
}

#endif
