// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The presets of configs/presets against the landmarks of spec/vgic.md: which kernel version brought
 * which behaviour of the virtual GIC's core, registers and user-space access ("Version landmarks",
 * 1.15, 2.9, 3.2, 3.4, 3.6). Run from the project's root.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/scenario/scenario.h>

#include <tests/lib/check-main.h>

/* Oldest first. */
static const char *const presets[] = { "kvm-2013",  "linux-4.15", "linux-5.4",	"linux-6.1",
				       "linux-6.8", "linux-6.10", "linux-6.19", "linux-7.4" };

#define NR	  (sizeof(presets) / sizeof(presets[0]))
#define POLICY(f) offsetof(struct vgic_policy, f)

/* From this preset on the field has this value, until the field's next row. */
static const struct {
	const char *what;
	size_t field;
	const char *since;
	u8 value;
} landmarks[] = {
	{ "one list under one lock", POLICY(ap_list), "kvm-2013", VGIC_AP_PER_VM },
	{ "4.7: a list a vCPU", POLICY(ap_list), "linux-4.15", VGIC_AP_PER_VCPU },
	{ "active first", POLICY(order), "kvm-2013", VGIC_ORDER_OLD },
	{ "6.19: pending first", POLICY(order), "linux-6.19", VGIC_ORDER_619 },
	{ "underflow refills", POLICY(overflow), "kvm-2013", VGIC_OVERFLOW_CLASSIC },
	{ "6.19: EOIcount replay", POLICY(overflow), "linux-6.19", VGIC_OVERFLOW_EOICOUNT },
	{ "no cache", POLICY(cache), "kvm-2013", VGIC_CACHE_NONE },
	{ "5.3: one LRU list a VM", POLICY(cache), "linux-5.4", VGIC_CACHE_LRU },
	{ "6.10: one index an ITS", POLICY(cache), "linux-6.10", VGIC_CACHE_XARRAY },
	{ "a list of LPIs", POLICY(lpi_store), "kvm-2013", VGIC_LPI_STORE_LIST },
	{ "6.9: an index of LPIs", POLICY(lpi_store), "linux-6.10", VGIC_LPI_STORE_XARRAY },
	{ "running vCPUs under the lock", POLICY(mmio_access), "kvm-2013", VGIC_MMIO_RACY_2013 },
	{ "every vCPU's mutex", POLICY(mmio_access), "linux-4.15", VGIC_MMIO_TRYLOCK },
	{ "registers of 2013", POLICY(user_regs), "kvm-2013", VGIC_USER_REGS_2013 },
	{ "registers of today", POLICY(user_regs), "linux-4.15", VGIC_USER_REGS_MODERN },
	{ "2018: before, IIDR is RAZ/WI", POLICY(iidr_write), "kvm-2013", VGIC_IIDR_IGNORED },
	{ "the current value alone", POLICY(iidr_write), "linux-5.4", VGIC_IIDR_EXACT },
	{ "stable 6.1: a revision is adopted", POLICY(iidr_write), "linux-6.1", VGIC_IIDR_SETS },
	{ "the old bug: none is", POLICY(iidr_write), "linux-6.8", VGIC_IIDR_CHECKS },
	{ "mended", POLICY(iidr_write), "linux-7.4", VGIC_IIDR_SETS },
	{ "before groups", POLICY(iidr_rev), "kvm-2013", 0 },
	{ "configurable groups", POLICY(iidr_rev), "linux-5.4", 2 },
	{ "5.17: revision 3", POLICY(iidr_rev), "linux-6.1", 3 },
	{ "LPIs of the first vCPU", POLICY(movall), "kvm-2013", VGIC_MOVALL_FILTER },
	{ "6.10 as posted: all LPIs", POLICY(movall), "linux-6.10", VGIC_MOVALL_QUIRK_ALL },
	{ "never stalls", POLICY(its_stall), "kvm-2013", VGIC_ITS_NEVER_STALL },
	{ "before VHE", POLICY(world_switch), "kvm-2013", VGIC_WORLD_LEGACY },
	{ "VHE", POLICY(world_switch), "linux-4.15", VGIC_WORLD_VHE },
	{ "4.17: lazy", POLICY(world_switch), "linux-5.4", VGIC_WORLD_VHE_LAZY },
};

#define NR_LANDMARKS (sizeof(landmarks) / sizeof(landmarks[0]))

static u32 preset_number(const char *name)
{
	u32 i;

	for (i = 0; i < NR && strcmp(presets[i], name); i++)
		;
	return i;
}

static struct vgic_policy policy_of(const char *preset)
{
	char path[] = "/tmp/gicsim-preset-XXXXXX.yaml";
	FILE *f = fdopen(mkstemps(path, 5), "w");
	struct diag diag = { 0 };
	struct scenario s;
	struct vgic_policy p;

	ck_assert_ptr_nonnull(f);
	fprintf(f,
		"run: {duration: 1 ms}\nhost: {gic: {version: v2}}\nvms: [{name: a}]\n"
		"hypervisor: {preset: %s}\n",
		preset);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_msg(!scenario_load(&s, path, NULL, 0, &diag), "%s", diag.text);
	unlink(path);
	p = s.config.hypervisor.vgic;
	scenario_free(&s);
	return p;
}

/* The preset with which the field's next row begins. */
static u32 end_of(u32 row)
{
	u32 i;

	for (i = row + 1; i < NR_LANDMARKS; i++)
		if (landmarks[i].field == landmarks[row].field)
			return preset_number(landmarks[i].since);
	return NR;
}

START_TEST(a_behaviour_begins_with_the_version_that_brought_it)
{
	u32 i, first = preset_number(landmarks[_i].since);

	ck_assert_uint_lt(first, NR);
	for (i = first; i < end_of((u32)_i); i++) {
		struct vgic_policy p = policy_of(presets[i]);
		u8 value = ((const u8 *)&p)[landmarks[_i].field];

		ck_assert_msg(value == landmarks[_i].value, "%s: preset %s has value %u, not %u",
			      landmarks[_i].what, presets[i], value, landmarks[_i].value);
	}
}
END_TEST

START_TEST(every_preset_has_its_place_among_the_versions)
{
	DIR *d = opendir("configs/presets");
	struct dirent *e;

	ck_assert_ptr_nonnull(d);
	while ((e = readdir(d))) {
		char *end = strstr(e->d_name, ".yaml");

		if (!end)
			continue;
		*end = 0;
		ck_assert_msg(preset_number(e->d_name) < NR, "%s", e->d_name);
	}
	closedir(d);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_behaviour_begins_with_the_version_that_brought_it, 0,
			    NR_LANDMARKS);
	tcase_add_test(tc, every_preset_has_its_place_among_the_versions);
}

CHECK_MAIN("presets and kernel versions", add, NULL, NULL)
