// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Presets: what lies below a scenario's own policies, and what their kernels lack.
 */
#include "scenario-files.h"

/* ---- presets ---- */

START_TEST(a_preset_lies_below_the_given_policies)
{
	write_file("main.yaml", BASE "hypervisor: {preset: linux-6.10, translation_cache: none}\n");
	loads("main.yaml");
	ck_assert_str_eq(s.config.hypervisor.preset, "linux-6.10");
	ck_assert_uint_eq(s.config.hypervisor.vgic.cache, VGIC_CACHE_NONE);
	ck_assert_uint_eq(s.config.hypervisor.vgic.lpi_store, VGIC_LPI_STORE_XARRAY);
}
END_TEST

START_TEST(presets_differ_as_the_kernels_do)
{
	write_file("main.yaml", BASE "hypervisor: {preset: linux-6.1}\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.hypervisor.vgic.cache, VGIC_CACHE_LRU);
	ck_assert_uint_eq(s.config.hypervisor.vgic.order, VGIC_ORDER_OLD);
	ck_assert_uint_eq(s.config.hypervisor.vgic.overflow, VGIC_OVERFLOW_CLASSIC);
	write_file("main.yaml", BASE "hypervisor: {preset: linux-6.19}\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.hypervisor.vgic.cache, VGIC_CACHE_XARRAY);
	ck_assert_uint_eq(s.config.hypervisor.vgic.order, VGIC_ORDER_619);
	ck_assert_uint_eq(s.config.hypervisor.vgic.overflow, VGIC_OVERFLOW_EOICOUNT);
	write_file("main.yaml", BASE GICV2 "hypervisor: {preset: kvm-2013}\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.hypervisor.vgic.ap_list, VGIC_AP_PER_VM);
	ck_assert_uint_eq(s.config.hypervisor.vgic.mmio_access, VGIC_MMIO_RACY_2013);
}
END_TEST

START_TEST(an_unknown_preset_names_the_nearest)
{
	refused(BASE "hypervisor: {preset: linux-6.2}\n",
		"main.yaml:3:22: unknown name 'linux-6.2' in configs/presets; nearest valid name "
		"'linux-6.1'");
}
END_TEST

START_TEST(a_feature_that_the_kernel_lacks_is_refused)
{
	refused(BASE "hypervisor:\n  preset: linux-4.15\n  injection: gicv4.1\n",
		"main.yaml:5:14: hypervisor.injection: preset linux-4.15 lacks 'gicv4.1' (GICv4.1 "
		"comes with Linux 5.7); valid: another value or another preset");
}
END_TEST

#define KVM_2013 GICV2 "hypervisor:\n  preset: kvm-2013\n"
#define LACKS(where, what, why) \
	"main.yaml:" where ": " what " (" why "); valid: another value or another preset"
/* clang-format off */
static const struct asking {
	const char *text, *message;
} asking[] = {
	/* The standard GICv3 is asked for by nobody but the preset: the message stands there. */
	{ BASE "hypervisor: {preset: kvm-2013}\n",
	  LACKS("3:22", "host.gic.version: preset kvm-2013 lacks 'v3'",
		"GICv3 hosts come with Linux 3.17") },
	{ BASE "host:\n  gic: {version: v3}\nhypervisor: {preset: kvm-2013}\n",
	  LACKS("4:18", "host.gic.version: preset kvm-2013 lacks 'v3'",
		"GICv3 hosts come with Linux 3.17") },
	{ BASE KVM_2013 "  halt_poll: dynamic\n",
	  LACKS("6:14", "hypervisor.halt_poll: preset kvm-2013 lacks 'dynamic'",
		"polling that adapts comes with Linux 4.4") },
	{ BASE KVM_2013 "  world_switch: vhe\n",
	  LACKS("6:17", "hypervisor.world_switch: preset kvm-2013 lacks 'vhe'",
		"kernels in EL2 (VHE) come with Linux 4.6") },
	{ "run: {duration: 1 ms}\nvms: [{workloads: [{type: nvme}]}]\n" KVM_2013,
	  LACKS("2:27", "vms.0.workloads.0.type: preset kvm-2013 lacks 'irqfd'",
		"irqfd and ioeventfd come to Arm with Linux 4.1") },
	{ "run: {duration: 1 ms}\nvms:\n  - {}\n  - irqs: 64\n" KVM_2013,
	  LACKS("4:11", "vms.1.irqs: preset kvm-2013 lacks '64'",
		"attribute NR_IRQS comes with Linux 3.18") },
	{ "run: {duration: 1 ms}\nvms:\n  - {vcpus: 256}\nhypervisor: {preset: linux-4.15}\n",
	  LACKS("3:13", "vms.0.vcpus: preset linux-4.15 lacks '256'",
		"more than 255 vCPUs come with Linux 4.18") },
	{ BASE "host: {gic: {version: v4.1}}\n"
	       "hypervisor:\n  preset: linux-5.4\n  injection: gicv4\n",
	  LACKS("6:14", "hypervisor.injection: preset linux-5.4 lacks 'gicv4.1-host'",
		"GICv4.1 comes with Linux 5.7") },
	{ BASE "host: {gic: {version: v2}}\nhypervisor:\n  preset: kvm-2013\n"
	       "  injection: gicv4\n",
	  LACKS("6:14", "hypervisor.injection: preset kvm-2013 lacks 'gicv4'",
		"the GICv4 bridge comes with Linux 4.15") },
};
/* clang-format on */

START_TEST(what_a_kernel_lacks_is_refused_where_it_is_asked_for)
{
	refused(asking[_i].text, asking[_i].message);
}
END_TEST

/* One short of the limits; and policies that the kernel never had are what the tool is for. */
START_TEST(what_a_kernel_has_is_not_refused)
{
	write_file("main.yaml", "run: {duration: 1 ms}\nvms: [{vcpus: 255}]\n"
				"hypervisor: {preset: linux-4.15, ap_list: per-vm, order: "
				"priority-buckets, world_switch: vhe-lazy, injection: gicv4}\n"
				"host: {gic: {version: v4.0}}\n");
	loads("main.yaml");
	write_file("main.yaml",
		   BASE GICV2 "hypervisor: {preset: kvm-2013, ap_list: per-vcpu, "
			      "translation_cache: xarray, mmio_access: trylock-vcpus}\n");
	loads("main.yaml");
	write_file("main.yaml", "run: {duration: 1 ms}\nvms: [{vcpus: 256}]\n"
				"hypervisor: {preset: linux-5.4}\n");
	loads("main.yaml");
}
END_TEST

/* A preset of one's own, beside those that are shipped. */
#define NO_KEY(key) \
	"own.yaml:3:3: lacks: no key '" key "'; valid: a key of scenarios, with * for every item " \
	"of a list"
/* clang-format off */
static const struct own {
	const char *lacks, *scenario, *message;
} own[] = {
	{ "gicv3-guest: with Linux 9", BASE,
	  LACKS("3:22", "vms.0.gic: preset own.yaml lacks 'gicv3-guest'", "with Linux 9") },
	{ "gicv2-on-gicv3: with Linux 9", "run: {duration: 1 ms}\nvms: [{gic: v2}]\n",
	  LACKS("2:13", "vms.0.gic: preset own.yaml lacks 'gicv2-on-gicv3'", "with Linux 9") },
	{ "virtual-its: with Linux 9", BASE,
	  LACKS("3:22", "vms.0.its: preset own.yaml lacks 'virtual-its'", "with Linux 9") },
	{ "its-tables: with Linux 9",
	  "run: {duration: 1 ms}\ncluster: {hosts: 2}\nmigrations: [{vm: a, at: 100 us}]\n"
	  "vms: [{name: a, devices: emulated, its: true}]\n",
	  LACKS("4:41", "vms.0.its: preset own.yaml lacks 'its-tables'", "with Linux 9") },
	{ "vms.*.pin: {spread: with Linux 9}", BASE,
	  LACKS("3:22", "vms.0.pin: preset own.yaml lacks 'spread'", "with Linux 9") },
	{ "host.pes: {below 5: with Linux 9}", BASE,
	  LACKS("3:22", "host.pes: preset own.yaml lacks '4'", "with Linux 9") },
	{ "irqfs: none", BASE,
	  "own.yaml:3:3: lacks: unknown feature 'irqfs'; nearest valid feature 'irqfd'" },
	{ "irqfd: [none]", BASE, "own.yaml:3:10: lacks: not a reason; valid: a text" },
	{ "host.pes: none", BASE, "own.yaml:3:13: lacks: not a mapping of values and reasons" },
	{ "host.pes: {1: {a: b}}", BASE, "own.yaml:3:17: lacks: not a reason; valid: a text" },
	{ "host.pse: {1: none}", BASE, NO_KEY("host.pse") },
	{ "vms.pin: {none: none}", BASE, NO_KEY("vms.pin") },
	{ "host.gic.version.v3: {none: none}", BASE, NO_KEY("host.gic.version.v3") },
};
/* clang-format on */

static void write_own(const char *lacks)
{
	char text[1024];

	snprintf(text, sizeof(text), "hypervisor: {}\nlacks:\n  %s\n", lacks);
	write_file("own.yaml", text);
}

START_TEST(a_row_of_lacks_is_a_key_with_values_or_a_feature)
{
	char text[1024];

	write_own(own[_i].lacks);
	snprintf(text, sizeof(text), "%shypervisor: {preset: own.yaml}\n", own[_i].scenario);
	refused(text, own[_i].message);
}
END_TEST

START_TEST(what_is_lacked_is_no_matter_where_nobody_asks)
{
	write_own("{its-tables: none, irqfd: none, gicv2-on-gicv3: none, gicv4.1-host: none, "
		  "host.pes: {above 4: none, below 4: none}}");
	write_file("main.yaml", BASE "host: {gic: {version: v4.1}}\nhypervisor: {preset: "
				     "own.yaml}\n");
	loads("main.yaml");
}
END_TEST

START_TEST(preset_none_leaves_the_defaults_of_the_tables)
{
	write_file("main.yaml", BASE "hypervisor: {preset: none}\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.hypervisor.vgic.sgi_lookup, VGIC_SGI_HASH);
}
END_TEST

static const struct param *hypervisor_rows(void)
{
	const struct param_section *section = machine_sections;

	while (strcmp(section->name, "hypervisor"))
		section++;
	return section->params;
}

/* Whole in a message, and telling which kernel brought it. */
static void check_reason(void *arg, const char *what, const char *value, const char *reason)
{
	(void)arg;
	(void)value;
	ck_assert_msg(strlen(reason) < DIAG_QUOTE_MAX, "%s: '%s' is too long", what, reason);
	ck_assert_msg(strstr(reason, " with Linux ") != NULL, "%s: no version: '%s'", what, reason);
}

static void check_preset(void *arg, const char *name, const char *path)
{
	struct diag_pos at = { .file = path, .line = 1, .column = 1 };
	struct doc_node *policies;
	char line[256];
	struct doc doc;
	FILE *f;

	doc_init(&doc, &diag);
	policies = doc_get(doc_read(&doc, path, at), "hypervisor");
	ck_assert_ptr_nonnull(policies);
	for (const struct param *p = hypervisor_rows(); p->name; p++)
		if (strcmp(p->name, "preset"))
			ck_assert_msg(doc_get(policies, p->name) != NULL, "%s does not give %s",
				      name, p->name);
	doc_free(&doc);
	f = fopen(path, "r");
	while (fgets(line, sizeof(line), f) && strcmp(line, "lacks:\n"))
		if (line[0] == ' ')
			ck_assert_msg(strstr(line, " # ") != NULL, "%s: no source: %s", name, line);
	fclose(f);
	preset_for_each_lack(path, check_reason, NULL);
	snprintf(line, sizeof(line), BASE GICV2 "hypervisor: {preset: %s}\n", name);
	write_file("main.yaml", line);
	loads("main.yaml");
	++*(unsigned *)arg;
}

START_TEST(every_shipped_preset_gives_every_policy_with_its_source)
{
	struct files files;
	unsigned n = 0;
	struct doc doc;

	memset(&diag, 0, sizeof(diag));
	doc_init(&doc, &diag);
	ck_assert_int_eq(files_init(&files, &doc), 0);
	files_list(&files, "presets", check_preset, &n);
	ck_assert_uint_ge(n, 8);
	files_fini(&files);
	doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_preset_lies_below_the_given_policies);
	tcase_add_test(tc, presets_differ_as_the_kernels_do);
	tcase_add_test(tc, an_unknown_preset_names_the_nearest);
	tcase_add_test(tc, a_feature_that_the_kernel_lacks_is_refused);
	tcase_add_loop_test(tc, what_a_kernel_lacks_is_refused_where_it_is_asked_for, 0,
			    sizeof(asking) / sizeof(asking[0]));
	tcase_add_test(tc, what_a_kernel_has_is_not_refused);
	tcase_add_loop_test(tc, a_row_of_lacks_is_a_key_with_values_or_a_feature, 0,
			    sizeof(own) / sizeof(own[0]));
	tcase_add_test(tc, what_is_lacked_is_no_matter_where_nobody_asks);
	tcase_add_test(tc, preset_none_leaves_the_defaults_of_the_tables);
	tcase_add_test(tc, every_shipped_preset_gives_every_policy_with_its_source);
}

CHECK_MAIN("presets", add, setup, teardown)
