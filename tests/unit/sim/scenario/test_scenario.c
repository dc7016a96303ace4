// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole scenarios: files that include files, presets, cost profiles, and what is shipped. Run from
 * the project's root, where configs/ is.
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sim/scenario/costs.h>
#include <sim/scenario/files.h>
#include <sim/scenario/preset.h>
#include <sim/scenario/scenario.h>

#include <tests/lib/check-main.h>

#define BASE  "run: {duration: 1 ms}\nvms: [{name: a}]\n"
#define GICV2 "host: {gic: {version: v2}}\n"

static char folder[] = "/tmp/gicsim-test-XXXXXX";
static struct scenario s;
static struct diag diag;
static bool loaded;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	loaded = false;
}

static void unload(void)
{
	if (loaded)
		scenario_free(&s);
	loaded = false;
}

static void teardown(void)
{
	struct dirent *e;
	char path[512];
	DIR *d = opendir(folder);

	unload();
	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		unlink(path);
	}
	closedir(d);
	rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static int load(const char *name, const char *const *sets)
{
	struct doc_change changes[8];
	static char path[512];
	unsigned n = 0;

	unload();
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (; sets && sets[n]; n++)
		changes[n] = (struct doc_change){ .option = "--set", .text = sets[n] };
	loaded = true;
	return scenario_load(&s, path, changes, n, &diag);
}

static void loads(const char *name)
{
	int err = load(name, NULL);

	ck_assert_msg(!err, "%s", diag.text);
}

/* The message, without the name of the test's folder. */
static void expect(const char *message)
{
	const char *text = diag.text;

	if (!strncmp(text, folder, strlen(folder)))
		text += strlen(folder) + 1;
	ck_assert_int_eq(diag.err, -EINVAL);
	ck_assert_str_eq(text, message);
}

static void refused(const char *text, const char *message)
{
	write_file("main.yaml", text);
	ck_assert_int_eq(load("main.yaml", NULL), -EINVAL);
	expect(message);
}

static void set_refused(const char *set, const char *message)
{
	const char *const sets[] = { set, NULL };

	write_file("main.yaml", BASE);
	ck_assert_int_eq(load("main.yaml", sets), -EINVAL);
	expect(message);
}

static const struct vm_config *vm(uint32_t i)
{
	return (const struct vm_config *)s.config.vms.items + i;
}

/* ---- include ---- */

START_TEST(included_mappings_merge_and_the_including_file_wins)
{
	write_file("one.yaml", "run: {duration: 1 ms, warmup: 2 ms}\nhost: {pes: 2}\n");
	write_file("two.yaml", "run: {warmup: 3 ms}\nhost: {gic: {its: 2}}\n");
	write_file("main.yaml", "include: [one.yaml, two.yaml]\nhost: {gic: {spis: 96}}\n"
				"run: {duration: 5 ms}\nvms: [{name: a}]\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.run.duration, 5 * SIM_MS);
	ck_assert_uint_eq(s.config.run.warmup, 3 * SIM_MS);
	ck_assert_uint_eq(s.config.host.pes, 2);
	ck_assert_uint_eq(s.config.host.gic.its, 2);
	ck_assert_uint_eq(s.config.host.gic.spis, 96);
}
END_TEST

START_TEST(a_list_replaces_the_included_list)
{
	write_file("one.yaml", "vms: [{name: x}, {name: y}]\nrun: {duration: 1 ms}\n");
	write_file("main.yaml", "include: one.yaml\nvms: [{name: z}]\n");
	loads("main.yaml");
	ck_assert_uint_eq(s.config.vms.nr, 1);
	ck_assert_str_eq(vm(0)->name, "z");
}
END_TEST

START_TEST(a_file_may_be_included_twice_side_by_side)
{
	write_file("one.yaml", BASE);
	write_file("two.yaml", "include: one.yaml\n");
	write_file("main.yaml", "include: [one.yaml, two.yaml]\n");
	loads("main.yaml");
}
END_TEST

START_TEST(files_of_configs_can_be_included_from_anywhere)
{
	write_file("main.yaml", "include: hosts/altra-2s.yaml\n" BASE);
	loads("main.yaml");
	ck_assert_uint_eq(s.config.host.sockets, 2);
	ck_assert_uint_eq(s.config.host.clusters, 40);
}
END_TEST

START_TEST(a_missing_include_is_reported_where_it_stands)
{
	refused(BASE "include: [hosts/small.yaml, nowhere.yaml]\n",
		"main.yaml:3:29: cannot find the file 'nowhere.yaml'; valid: a path from the folder "
		"of this file or from configs/");
	refused("include: {a: b}\n" BASE,
		"main.yaml:1:10: include: not a file name; valid: a file name or a list of them");
}
END_TEST

START_TEST(an_include_loop_is_reported_where_it_closes)
{
	char message[512];

	write_file("one.yaml", "run: {duration: 1 ms}\ninclude: main.yaml\n");
	write_file("main.yaml", "include: one.yaml\n");
	ck_assert_int_eq(load("main.yaml", NULL), -EINVAL);
	snprintf(message, sizeof(message),
		 "one.yaml:2:10: include loop: '%s/main.yaml' is being "
		 "read already",
		 folder);
	expect(message);
	write_file("main.yaml", "include: ./main.yaml\n");
	ck_assert_int_eq(load("main.yaml", NULL), -EINVAL);
	ck_assert_ptr_nonnull(strstr(diag.text, "main.yaml:1:10: include loop: "));
}
END_TEST

/* Each file includes the next twice: 2^20 files if nothing bounded them. */
START_TEST(includes_that_multiply_are_bounded)
{
	char name[32], text[64];

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "f%d.yaml", i);
		snprintf(text, sizeof(text), "include: [f%d.yaml, f%d.yaml]\n", i + 1, i + 1);
		write_file(name, text);
	}
	write_file("f12.yaml", BASE);
	ck_assert_int_eq(load("f0.yaml", NULL), -EINVAL);
	ck_assert_ptr_nonnull(strstr(diag.text, "too many files; range 1 to 256"));
}
END_TEST

START_TEST(an_error_in_an_included_file_names_that_file)
{
	write_file("one.yaml", "run: {duration: 1 ms}\nhost:\n  sokets: 2\n");
	refused("include: one.yaml\nvms: [{name: a}]\n",
		"one.yaml:3:3: unknown key 'sokets' in host; nearest valid key 'sockets'");
}
END_TEST

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

/* ---- costs ---- */

START_TEST(a_scenario_changes_one_cost_and_keeps_the_rest_of_its_entry)
{
	write_file("main.yaml",
		   BASE "costs: {profile: altra, lock: {cost: {exponential: 20 ns}}}\n");
	loads("main.yaml");
	ck_assert_ptr_eq(s.config.costs, &s.costs);
	ck_assert_str_eq(s.costs.name, "altra");
	ck_assert_int_eq(s.costs.entry[COST_LOCK].cost.kind, SIM_EXPONENTIAL);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].cost.a, 20 * SIM_NS);
	ck_assert_int_eq(s.costs.entry[COST_LOCK].confidence, COST_ASSUMPTION);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].high, 60 * SIM_NS);
}
END_TEST

START_TEST(a_wrong_cost_entry_is_reported_where_it_stands)
{
	refused(BASE "costs: {lok: {cost: 1 ns}}\n",
		"main.yaml:3:9: unknown key 'lok' in costs; nearest valid key 'lock'");
	refused(BASE "costs: {lock: {cots: 1 ns}}\n",
		"main.yaml:3:16: unknown key 'cots' in costs.lock; nearest valid key 'cost'");
	refused(BASE "costs: {lock: {cost: 1}}\n", "main.yaml:3:22: costs.lock.cost: '1' has no "
						   "unit; valid units: ps, ns, us, ms, s");
	refused(BASE "costs: {lock: {confidence: guess}}\n",
		"main.yaml:3:28: costs.lock.confidence: "
		"unknown value 'guess'; nearest valid value 'measured' of measured, published, "
		"assumption");
	refused(BASE "costs: {lock: {range: [2 ns, 1 ns]}}\n",
		"main.yaml:3:23: costs.lock.range: the "
		"first time is larger than the second; valid: [LOW, HIGH]");
	refused(BASE "costs: {lock: 20 ns}\n",
		"main.yaml:3:15: costs.lock: not a mapping; valid: "
		"{cost: TIME, confidence: WORD, range: [LOW, HIGH], source: TEXT}");
	refused(BASE "costs: alta\n",
		"main.yaml:3:8: unknown name 'alta' in configs/costs; nearest valid name 'altra'");
}
END_TEST

START_TEST(an_assumption_needs_a_range_and_everything_a_source)
{
	refused(BASE
		"costs: {profile: none, lock: {cost: 1 ns, confidence: assumption, source: x}}\n",
		"main.yaml:3:30: costs.lock.range is missing; valid: {cost: TIME, confidence: WORD, "
		"range: [LOW, HIGH], source: TEXT}");
	refused(BASE "costs: {profile: none, lock: {cost: 1 ns, confidence: measured}}\n",
		"main.yaml:3:30: costs.lock.source is missing; valid: {cost: TIME, confidence: WORD, "
		"range: [LOW, HIGH], source: TEXT}");
}
END_TEST

START_TEST(a_profile_must_be_complete)
{
	refused(BASE "costs: {profile: none}\n",
		"main.yaml:3:8: costs.lock is missing: take and release one uncontended spinlock "
		"whose line is local; valid: {cost: TIME, confidence: WORD, range: [LOW, HIGH], "
		"source: TEXT}");
}
END_TEST

START_TEST(set_reaches_a_cost_whether_or_not_the_file_is_short)
{
	const char *const sets[] = { "costs.lock.cost=33 ns", NULL };

	write_file("main.yaml", BASE "costs: altra\n");
	ck_assert_msg(!load("main.yaml", sets), "%s", diag.text);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].cost.a, 33 * SIM_NS);
	write_file("main.yaml", BASE);
	ck_assert_msg(!load("main.yaml", sets), "%s", diag.text);
	ck_assert_uint_eq(s.costs.entry[COST_LOCK].cost.a, 33 * SIM_NS);
}
END_TEST

/* The mean of a shipped assumption lies in the range that it names. */
START_TEST(shipped_assumptions_lie_in_their_ranges)
{
	write_file("main.yaml", BASE);
	loads("main.yaml");
	for (uint32_t id = 0; id < COST_NR; id++) {
		const struct cost_entry *e = &s.costs.entry[id];

		if (e->confidence != COST_ASSUMPTION)
			continue;
		ck_assert_msg(e->low <= e->cost.a && e->cost.a <= e->high && e->low < e->high,
			      "%s lies outside its range", cost_name(id));
	}
}
END_TEST

static uint64_t cost(enum plat_cost id)
{
	return s.costs.entry[id].cost.a;
}

/*
 * Rows of the published table that are sums of entries without software in between: hvc 306 ns,
 * mmio_vgic 451 ns, mmio_user 1683 ns, eoi 14 ns (spec/calibration.md, profile altra).
 */
START_TEST(the_altra_profile_adds_up_to_the_published_differences)
{
	uint64_t trap;

	write_file("main.yaml", BASE);
	loads("main.yaml");
	trap = cost((enum plat_cost)COST_EXIT) + cost((enum plat_cost)COST_EXIT_DECODE) +
	       cost((enum plat_cost)COST_ENTRY);
	ck_assert_uint_eq(trap, 306 * SIM_NS);
	ck_assert_uint_eq(cost(COST_MMIO_DECODE), (451 - 306) * SIM_NS);
	ck_assert_uint_eq(cost((enum plat_cost)COST_USER_EXIT) +
				  cost((enum plat_cost)COST_USER_EMULATE),
			  (1683 - 306) * SIM_NS);
	ck_assert_uint_eq(cost((enum plat_cost)COST_GUEST_EOI), 14 * SIM_NS);
}
END_TEST

/* ---- the whole ---- */

START_TEST(what_rows_cannot_say_is_reported_at_the_value)
{
	refused("run: {duration: 1 ms}\nvms:\n  - name: a\n    irqs: 100\n",
		"main.yaml:4:11: vms.0.irqs: must be a multiple of 32");
	refused("run: {duration: 1 ms}\nvms: []\n",
		"main.yaml:2:6: vms: there must be at least one VM");
	set_refused("vms.0.irqs=100", "--set:1:12: vms.0.irqs: must be a multiple of 32");
}
END_TEST

START_TEST(an_unknown_key_of_the_scenario_may_be_near_any_of_its_keys)
{
	refused(BASE "cost: altra\n",
		"main.yaml:3:1: unknown key 'cost' in the scenario; nearest valid key 'costs'");
	refused(BASE "vm: []\n",
		"main.yaml:3:1: unknown key 'vm' in the scenario; nearest valid key 'vms'");
}
END_TEST

START_TEST(a_scenario_is_named_after_its_file_unless_it_says_otherwise)
{
	write_file("some-load.yaml", BASE);
	loads("some-load.yaml");
	ck_assert_str_eq(s.name, "some-load");
	write_file("some-load.yaml", BASE "name: other\ndescription: |\n  two\n  lines\n");
	loads("some-load.yaml");
	ck_assert_str_eq(s.name, "other");
	ck_assert_str_eq(s.description, "two\nlines\n");
}
END_TEST

static char *show(void)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(f);
	scenario_show(&s, f);
	fclose(f);
	return text;
}

static void show_reads_back(void *arg, const char *name, const char *path)
{
	char *first, *second;

	unload();
	loaded = true;
	ck_assert_msg(!scenario_load(&s, path, NULL, 0, &diag), "%s", diag.text);
	ck_assert_str_eq(s.name, name);
	ck_assert_msg(*s.description, "%s has no description", name);
	first = show();
	write_file("shown.yaml", first);
	loads("shown.yaml");
	second = show();
	ck_assert_str_eq(first, second);
	free(first);
	free(second);
	++*(unsigned *)arg;
}

START_TEST(every_shipped_scenario_loads_and_its_show_reads_back_to_the_same)
{
	struct files files;
	unsigned n = 0;
	struct doc doc;

	memset(&diag, 0, sizeof(diag));
	doc_init(&doc, &diag);
	ck_assert_int_eq(files_init(&files, &doc), 0);
	files_list(&files, "scenarios", show_reads_back, &n);
	ck_assert_uint_ge(n, 6);
	files_fini(&files);
	doc_free(&doc);
}
END_TEST

struct seen {
	unsigned count;
	bool duration, lock, preset;
};

static void see(void *arg, const char *path, const char *value)
{
	struct seen *seen = arg;

	seen->count++;
	seen->duration |= !strcmp(path, "run.duration") && !strcmp(value, "1 ms");
	seen->lock |= !strcmp(path, "costs.lock.cost") && !strcmp(value, "15 ns");
	seen->preset |= !strcmp(path, "hypervisor.preset") && !strcmp(value, "linux-6.1");
}

START_TEST(every_parameter_is_told_with_its_value)
{
	struct seen seen = { 0 };

	write_file("main.yaml", BASE);
	loads("main.yaml");
	scenario_parameters(&s, see, &seen);
	ck_assert(seen.duration && seen.lock && seen.preset);
	ck_assert_uint_gt(seen.count, COST_NR + 40);
}
END_TEST

static void same_as_file(const char *path, int (*print)(FILE *out))
{
	char *text = NULL, *kept;
	size_t size, n;
	FILE *f = open_memstream(&text, &size);

	ck_assert_int_eq(print(f), 0);
	fclose(f);
	kept = calloc(1, size + 2);
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s is missing: make generated", path);
	n = fread(kept, 1, size + 1, f);
	fclose(f);
	ck_assert_msg(n == size && !memcmp(text, kept, size),
		      "%s is not up to date: make generated", path);
	free(kept);
	free(text);
}

START_TEST(the_shipped_schema_and_reference_are_those_of_the_tables)
{
	same_as_file("configs/schema.json", scenario_print_json_schema);
	same_as_file("docs/scenario-reference.md", scenario_print_reference);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, included_mappings_merge_and_the_including_file_wins);
	tcase_add_test(tc, a_list_replaces_the_included_list);
	tcase_add_test(tc, a_file_may_be_included_twice_side_by_side);
	tcase_add_test(tc, files_of_configs_can_be_included_from_anywhere);
	tcase_add_test(tc, a_missing_include_is_reported_where_it_stands);
	tcase_add_test(tc, an_include_loop_is_reported_where_it_closes);
	tcase_add_test(tc, includes_that_multiply_are_bounded);
	tcase_add_test(tc, an_error_in_an_included_file_names_that_file);
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
	tcase_add_test(tc, a_scenario_changes_one_cost_and_keeps_the_rest_of_its_entry);
	tcase_add_test(tc, a_wrong_cost_entry_is_reported_where_it_stands);
	tcase_add_test(tc, an_assumption_needs_a_range_and_everything_a_source);
	tcase_add_test(tc, a_profile_must_be_complete);
	tcase_add_test(tc, set_reaches_a_cost_whether_or_not_the_file_is_short);
	tcase_add_test(tc, shipped_assumptions_lie_in_their_ranges);
	tcase_add_test(tc, the_altra_profile_adds_up_to_the_published_differences);
	tcase_add_test(tc, what_rows_cannot_say_is_reported_at_the_value);
	tcase_add_test(tc, an_unknown_key_of_the_scenario_may_be_near_any_of_its_keys);
	tcase_add_test(tc, a_scenario_is_named_after_its_file_unless_it_says_otherwise);
	tcase_add_test(tc, every_shipped_scenario_loads_and_its_show_reads_back_to_the_same);
	tcase_add_test(tc, every_parameter_is_told_with_its_value);
	tcase_add_test(tc, the_shipped_schema_and_reference_are_those_of_the_tables);
}

CHECK_MAIN("scenario", add, setup, teardown)
