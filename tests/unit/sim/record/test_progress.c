// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress line: on a terminal it tells time done, rate and time left and wipes itself; into a
 * pipe, or when quiet, not a byte (sim/record/progress.h). The terminal is a pseudo terminal.
 */
#include "record/progress.h"
#include "tests/lib/check-main.h"

#include <fcntl.h>
#include <unistd.h>

static int saved, peer;

/* Standard error becomes a terminal, or a pipe; `peer` reads what is written to it. */
static void redirect(bool terminal)
{
	int ends[2];

	saved = dup(STDERR_FILENO);
	if (terminal) {
		ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
		ck_assert_int_ge(ends[0], 0);
		ck_assert_int_eq(grantpt(ends[0]) | unlockpt(ends[0]), 0);
		ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
		ck_assert_int_ge(ends[1], 0);
	} else {
		ck_assert_int_eq(pipe(ends), 0);
	}
	peer = ends[0];
	fcntl(peer, F_SETFL, O_NONBLOCK);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
}

static const char *written(void)
{
	static char text[1024];
	ssize_t n;

	fflush(stderr);
	n = read(peer, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void restore(void)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(peer);
}

/* A run of 10 s that began 2 s of wall time ago. */
static void begin(struct rec_progress *p, bool quiet)
{
	rec_progress_start(p, 10000000000000ull, quiet);
	p->started -= 2000000000;
	p->next = 0;
}

START_TEST(on_a_terminal_it_tells_done_rate_and_left)
{
	struct rec_progress p;
	const char *text;

	redirect(true);
	begin(&p, false);
	for (unsigned i = 0; i < 4096; i++)
		rec_progress(&p, 4000000000000ull);
	text = written();
	restore();
	ck_assert_ptr_nonnull(strstr(text, "4.000 s of 10.000 s simulated (40 %)"));
	/* 4 s in a little over 2 s of wall time */
	ck_assert_msg(strstr(text, ", 1.9") || strstr(text, ", 2.000 s a second"), "%s", text);
	ck_assert_msg(strstr(text, ", 3.0 s left"), "%s", text);
	ck_assert_ptr_null(strchr(text, '\n'));
}
END_TEST

START_TEST(it_prints_four_times_a_second_at_most)
{
	struct rec_progress p;

	redirect(true);
	begin(&p, false);
	rec_progress_slow(&p, 1000000000);
	ck_assert_str_ne(written(), "");
	for (unsigned i = 0; i < 1000; i++)
		rec_progress_slow(&p, 1000000000);
	ck_assert_str_eq(written(), "");
	restore();
}
END_TEST

START_TEST(it_wipes_its_line_at_the_end)
{
	struct rec_progress p;

	redirect(true);
	begin(&p, false);
	rec_progress_stop(&p);
	ck_assert_str_eq(written(), "");
	begin(&p, false);
	rec_progress_slow(&p, 1000000000);
	written();
	rec_progress_stop(&p);
	ck_assert_str_eq(written(), "\r\033[K");
	restore();
}
END_TEST

START_TEST(into_a_pipe_it_writes_nothing)
{
	struct rec_progress p;

	redirect(false);
	begin(&p, false);
	for (unsigned i = 0; i < 10000; i++)
		rec_progress(&p, 4000000000000ull);
	rec_progress_stop(&p);
	ck_assert_str_eq(written(), "");
	restore();
}
END_TEST

START_TEST(when_quiet_it_writes_nothing)
{
	struct rec_progress p;

	redirect(true);
	begin(&p, true);
	for (unsigned i = 0; i < 10000; i++)
		rec_progress(&p, 4000000000000ull);
	rec_progress_stop(&p);
	ck_assert_str_eq(written(), "");
	restore();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, on_a_terminal_it_tells_done_rate_and_left);
	tcase_add_test(tc, it_prints_four_times_a_second_at_most);
	tcase_add_test(tc, it_wipes_its_line_at_the_end);
	tcase_add_test(tc, into_a_pipe_it_writes_nothing);
	tcase_add_test(tc, when_quiet_it_writes_nothing);
}

CHECK_MAIN("record progress", add, NULL, NULL)
