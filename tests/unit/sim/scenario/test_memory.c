// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that runs out at any allocation while a scenario is read: a clear error or, where the
 * allocation was a convenience, success; never a crash, and nothing is lost.
 *
 * The program replaces malloc and its kin. Sanitizers do that themselves: with them, nothing fails
 * here and the tests only read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sim/scenario/scenario.h>

#include <tests/lib/check-main.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REPLACED 0
#elif defined(__has_feature)
#define REPLACED !__has_feature(address_sanitizer)
#else
#define REPLACED 1
#endif

static long countdown = -1; /* the allocation that fails; negative: none does */
static long live;	    /* blocks allocated while counting and not freed */
static bool counting;

#if REPLACED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static bool fails(void)
{
	if (!counting || countdown < 0 || countdown-- != 0)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	if (fails())
		return NULL;
	live += counting;
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	if (fails())
		return NULL;
	live += counting;
	return __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	if (fails())
		return NULL;
	live += counting && !p;
	return __libc_realloc(p, size);
}

void free(void *p)
{
	live -= counting && p;
	__libc_free(p);
}
#endif

static char folder[] = "/tmp/gicsim-test-XXXXXX";
static char path[64];

static void setup(void)
{
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/main.yaml", folder);
	f = fopen(path, "w");
	fputs("include: hosts/small.yaml\nrun: {duration: 1 ms}\nhypervisor: {preset: linux-6.10}\n"
	      "vms: [{name: a, workloads: [{type: nvme, service: {exponential: 5 us}}]}]\n",
	      f);
	fclose(f);
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static struct scenario s;
static struct diag diag;

/*
 * Load with the n-th allocation failing; nothing of ours must stay allocated afterwards. (libyaml
 * 0.2.5 loses the event it holds when its stack of nodes cannot grow: one block.)
 */
static int load_failing(long n)
{
	static const struct doc_change change = { .option = "--set", .text = "vms.0.vcpus=3" };
	int err;

	live = 0;
	countdown = n;
	counting = true;
	err = scenario_load(&s, path, &change, 1, &diag);
	scenario_free(&s);
	counting = false;
	ck_assert_msg(live >= 0 && live <= (err == -ENOMEM),
		      "allocation %ld failing leaves %ld blocks", n, live);
	return err;
}

START_TEST(every_allocation_of_reading_may_fail)
{
	long refused = 0, n;

	for (n = 0; n < 100000; n++) {
		int err = load_failing(n);

		ck_assert_msg(err == 0 || err == -ENOMEM, "allocation %ld: %s", n, diag.text);
		if (err)
			ck_assert_str_eq(diag.text, "out of memory while reading the scenario");
		refused += err != 0;
		if (countdown >= 0)
			break; /* there are not so many */
		if (!REPLACED)
			break;
	}
	ck_assert_int_lt(n, 100000);
	if (REPLACED)
		ck_assert_int_gt(refused, 50);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, every_allocation_of_reading_may_fail);
}

CHECK_MAIN("scenario memory", add, setup, teardown)
