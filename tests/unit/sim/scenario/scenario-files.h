/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios for tests of their reader: written to files of a folder of the test's own, loaded, and
 * either taken or refused with one line. Run from the project's root, where configs/ is.
 */
#ifndef TEST_SCENARIO_FILES_H
#define TEST_SCENARIO_FILES_H

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

static inline void set_refused(const char *set, const char *message)
{
	const char *const sets[] = { set, NULL };

	write_file("main.yaml", BASE);
	ck_assert_int_eq(load("main.yaml", sets), -EINVAL);
	expect(message);
}

static inline const struct vm_config *vm(uint32_t i)
{
	return (const struct vm_config *)s.config.vms.items + i;
}

#endif
