// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim.ko: the core of the simulator inside a kernel. Loading it replays the self-test's log of
 * operations; a wrong result refuses the module. The log of events stays readable in debugfs:
 * gicsim/log.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "../plat/linux/sink.h"
#include "selftest.h"

#define GICSIM_MAX_RECORDS 4096u

static struct gic_selftest *gicsim_test;
static struct dentry *gicsim_dir;

static const char *gicsim_name(const void *object)
{
	return object ? ((const struct gic_selftest_object *)object)->name : "-";
}

static int gicsim_log_show(struct seq_file *s, void *unused)
{
	const struct port_record *r;
	char line[PORT_RECORD_TEXT];
	u32 i, count, lost;

	r = plat_linux_records(&count, &lost);
	for (i = 0; i < count; i++) {
		port_record_text(line, sizeof(line), i + 1, &r[i], gicsim_name(r[i].object),
				 gicsim_name(r[i].to));
		seq_puts(s, line);
	}
	if (lost)
		seq_printf(s, "%u more\n", lost);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(gicsim_log);

static void gicsim_hardware(void *arg)
{
	gic_selftest_its_work(arg);
}

static int __init gicsim_selftest(void)
{
	int ret;

	plat_linux_set_hardware(gicsim_hardware, gicsim_test);
	ret = gic_selftest_create(gicsim_test);
	if (ret)
		pr_err("gicsim: self-test: no world: %d\n", ret);
	else
		ret = gic_selftest_replay(gicsim_test);
	if (ret == -EPROTO)
		pr_err("gicsim: self-test: operation %u gave %#llx, not %#llx\n",
		       gicsim_test->operations, gicsim_test->got, gicsim_test->expected);
	gic_selftest_destroy(gicsim_test);
	plat_linux_set_hardware(NULL, NULL);
	return ret;
}

static int __init gicsim_init(void)
{
	u32 count, lost;
	int ret = -ENOMEM;

	gicsim_test = kzalloc(sizeof(*gicsim_test), GFP_KERNEL);
	if (!gicsim_test)
		return ret;
	ret = plat_linux_open(GICSIM_MAX_RECORDS);
	if (ret)
		goto free_test;
	ret = gicsim_selftest();
	if (ret)
		goto close;
	plat_linux_records(&count, &lost);
	pr_info("gicsim: self-test: %u operations, %u events, all as expected\n",
		gicsim_test->operations, count + lost);
	gicsim_dir = debugfs_create_dir("gicsim", NULL);
	debugfs_create_file("log", 0400, gicsim_dir, NULL, &gicsim_log_fops);
	return 0;

close:
	plat_linux_close();
free_test:
	kfree(gicsim_test);
	return ret;
}

static void __exit gicsim_exit(void)
{
	debugfs_remove_recursive(gicsim_dir);
	plat_linux_close();
	kfree(gicsim_test);
}

module_init(gicsim_init);
module_exit(gicsim_exit);

MODULE_DESCRIPTION("Arm GIC and virtual GIC models: self-test");
MODULE_LICENSE("GPL");
