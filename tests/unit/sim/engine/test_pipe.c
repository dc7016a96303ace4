// SPDX-License-Identifier: GPL-2.0-or-later
/* FIFO pipes: messages arrive in the order in which they were sent, each by one event. */
#include <errno.h>

#include "sim/engine/engine.h"

#include "tests/lib/check-main.h"

struct message {
	uint32_t n;
	char text[20];
};

static struct sim_engine *e;
static struct sim_pipe *pipe_under_test;
static uint32_t got;
static sim_time arrived[1000];
static uint32_t echo; /* how many more to send from inside a delivery */

static void deliver(void *ctx, const void *payload)
{
	const struct message *m = payload;
	struct message before = *m;

	ck_assert_ptr_eq(ctx, &got);
	ck_assert_uint_eq(m->n, got);
	arrived[got++] = sim_now(e);
	while (echo) {
		struct message more = { got + sim_pipe_length(pipe_under_test), "echo" };
		sim_time at = sim_now(e) + 10;

		echo--;
		*(struct message *)sim_pipe_send(pipe_under_test, &at) = more;
	}
	/* The payload stays while the pipe grows. */
	ck_assert_mem_eq(m, &before, sizeof(before));
}

static void setup(void)
{
	struct sim_engine_config cfg = { .check = true };

	e = sim_engine_new(&cfg);
	ck_assert_ptr_nonnull(e);
	pipe_under_test = sim_pipe_new(e, 1, 1, sizeof(struct message), deliver, &got);
	ck_assert_ptr_nonnull(pipe_under_test);
	got = echo = 0;
}

static void teardown(void)
{
	sim_pipe_free(pipe_under_test);
	sim_engine_free(e);
}

static sim_time send(uint32_t n, sim_time at)
{
	*(struct message *)sim_pipe_send(pipe_under_test, &at) = (struct message){ n, "message" };
	return at;
}

START_TEST(a_message_arrives_at_its_time_but_never_before_the_one_sent_before_it)
{
	ck_assert_uint_eq(send(0, 100), 100);
	ck_assert_uint_eq(send(1, 50), 100);
	ck_assert_uint_eq(send(2, 120), 120);
	ck_assert_uint_eq(sim_pipe_length(pipe_under_test), 3);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(got, 3);
	ck_assert_uint_eq(arrived[0], 100);
	ck_assert_uint_eq(arrived[1], 100);
	ck_assert_uint_eq(arrived[2], 120);
	ck_assert_uint_eq(sim_pipe_length(pipe_under_test), 0);
	/* One event a message; two of one pipe at one time are no tie. */
	ck_assert_uint_eq(sim_engine_events(e), 3);
	ck_assert_uint_eq(sim_engine_ties(e), 0);
}
END_TEST

START_TEST(a_pipe_that_has_run_empty_goes_on)
{
	for (uint32_t i = 0; i < 20; i++) {
		send(i, sim_now(e) + 7);
		sim_engine_run(e);
		ck_assert_uint_eq(arrived[i], 7 * (i + 1));
	}
}
END_TEST

START_TEST(any_number_can_be_under_way)
{
	for (uint32_t i = 0; i < 500; i++)
		send(i, 1000 + i);
	ck_assert_uint_eq(sim_pipe_length(pipe_under_test), 500);
	sim_engine_stop_at(e, 1100);
	sim_engine_run(e);
	for (uint32_t i = 500; i < 1000; i++) /* the ring has gone round */
		send(i, 1000 + i);
	sim_engine_stop_at(e, SIM_NEVER);
	sim_engine_run(e);
	ck_assert_uint_eq(got, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(arrived[i], 1000 + i);
}
END_TEST

START_TEST(a_delivery_can_send_on_the_same_pipe)
{
	echo = 100;
	send(0, 5);
	sim_engine_run(e);
	ck_assert_uint_eq(got, 101);
	ck_assert_uint_eq(arrived[100], 15);
}
END_TEST

START_TEST(a_pipe_can_be_freed_with_messages_under_way)
{
	send(0, 5);
	sim_pipe_free(pipe_under_test);
	pipe_under_test = NULL;
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(got, 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_message_arrives_at_its_time_but_never_before_the_one_sent_before_it);
	tcase_add_test(tc, a_pipe_that_has_run_empty_goes_on);
	tcase_add_test(tc, any_number_can_be_under_way);
	tcase_add_test(tc, a_delivery_can_send_on_the_same_pipe);
	tcase_add_test(tc, a_pipe_can_be_freed_with_messages_under_way);
}

CHECK_MAIN("engine pipes", add, setup, teardown)
