// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs in child processes. Each of `jobs` workers, forked from the caller, takes the next number,
 * forks a child for it, waits for it, and tells the caller; so starting a job never waits for what
 * the caller does with the results of others, and the caller's memory is not copied for each job.
 * What a child has to say is in a file in memory. A worker has two of them, and goes on with the
 * second while the caller has not yet taken what is in the first. With one job there is one file:
 * then one process computes at any time, and one processor is used.
 *
 * A child's standard error is a pipe that never blocks it: what does not fit is lost.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 250
#define OUTS	2 /* files in memory of a worker */

/* What workers share with the caller. */
struct shared {
	atomic_uint next; /* index of the job to start next */
	struct turn {
		sem_t outs;	     /* files that may be written */
		atomic_uint running; /* how many-th job it took last; 0: none */
	} worker[];
};

struct worker {
	pid_t pid; /* 0: has ended */
	int out[OUTS];
	uint32_t told;	/* of how many-th job it told last; 0: none */
	unsigned taken; /* files told of since outs was raised */
};

struct state {
	const struct pool *pool;
	unsigned jobs; /* workers: no more than there is to do */
	struct shared *shared;
	size_t shared_size;
	struct worker *workers;
	int ears, mouth; /* ends of the socket on which all workers tell */
	uint32_t ended;
};

struct message {
	uint32_t worker, out, job; /* job: how many-th */
	int status, err;	   /* err: no child could be started */
	char text[POOL_TEXT_MAX];
};

/* ---- in a worker ---- */

static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
}

/* Without the end of the last line. */
static void read_text(int fd, char text[POOL_TEXT_MAX])
{
	size_t length = 0;
	ssize_t n;

	while (length < POOL_TEXT_MAX - 1 &&
	       (n = read(fd, text + length, POOL_TEXT_MAX - 1 - length)) > 0)
		length += (size_t)n;
	while (length && text[length - 1] == '\n')
		length--;
	text[length] = '\0';
}

/* Run the job in a child: 0 or -errno. */
static int run_child(const struct pool *pool, int out, struct message *m)
{
	pid_t parent = getpid(), pid;
	int text[2], err;

	if (ftruncate(out, 0) || lseek(out, 0, SEEK_SET) || pipe2(text, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	pid = fork();
	err = pid < 0 ? -errno : 0;
	if (!pid) {
		die_with(parent);
		dup2(text[1], STDERR_FILENO);
		_exit(pool->work(pool->arg, pool->numbers[m->job - 1], out));
	}
	close(text[1]);
	if (pid > 0) {
		while (waitpid(pid, &m->status, 0) < 0 && errno == EINTR)
			;
		read_text(text[0], m->text);
	}
	close(text[0]);
	return err;
}

static void tell_caller(int fd, const struct message *m)
{
	size_t size = offsetof(struct message, text) + strlen(m->text) + 1;

	while (send(fd, m, size, 0) < 0)
		if (errno != EINTR)
			_exit(EXIT_FAILURE);
}

static _Noreturn void be_worker(const struct state *st, unsigned number, pid_t parent)
{
	struct turn *turn = &st->shared->worker[number];
	struct message m = { .worker = number };

	die_with(parent);
	for (;; m.out = (m.out + 1) % OUTS) {
		while (sem_wait(&turn->outs))
			;
		m.job = atomic_fetch_add(&st->shared->next, 1) + 1;
		if (m.job > st->pool->nr)
			_exit(EXIT_SUCCESS);
		m.text[0] = '\0';
		atomic_store(&turn->running, m.job);
		m.err = run_child(st->pool, st->workers[number].out[m.out], &m);
		tell_caller(st->mouth, &m);
	}
}

/* ---- in the caller ---- */

static int start(struct state *st, unsigned number)
{
	struct turn *turn = &st->shared->worker[number];
	struct worker *w = &st->workers[number];
	pid_t parent = getpid();

	sem_init(&turn->outs, 1, st->jobs > 1 ? OUTS : 1);
	atomic_store(&turn->running, 0);
	w->told = 0;
	w->taken = 0;
	fflush(NULL);
	w->pid = fork();
	if (!w->pid)
		be_worker(st, number, parent);
	if (w->pid > 0)
		return 0;
	w->pid = 0;
	return -errno;
}

/* Tell what a child wrote, which stays mapped for the call. False: stop. */
static bool tell(struct state *st, int out, struct pool_end *end)
{
	off_t size = lseek(out, 0, SEEK_END);
	void *bytes = MAP_FAILED;
	bool go_on;

	if (size > 0)
		bytes = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, out, 0);
	if (bytes != MAP_FAILED) {
		end->bytes = bytes;
		end->size = (size_t)size;
	}
	go_on = st->pool->ended(st->pool->arg, end);
	if (bytes != MAP_FAILED)
		munmap(bytes, (size_t)size);
	return go_on;
}

/* Take in all that was told so far: 0, -errno of a worker, or -ECANCELED to stop. */
static int listen_all(struct state *st)
{
	struct message m;

	while (recv(st->ears, &m, sizeof(m), MSG_DONTWAIT) > 0) {
		struct pool_end end = { .number = st->pool->numbers[m.job - 1],
					.status = m.status,
					.text = m.text };
		struct worker *w = &st->workers[m.worker];

		if (m.err)
			return m.err;
		w->told = m.job;
		w->taken++;
		st->ended++;
		if (!tell(st, w->out[m.out], &end))
			return -ECANCELED;
	}
	return 0;
}

/* What was told is dealt with: workers may write there again. */
static int deal(struct state *st)
{
	if (st->pool->idle && !st->pool->idle(st->pool->arg))
		return -ECANCELED;
	for (unsigned i = 0; i < st->jobs; i++)
		for (; st->workers[i].taken; st->workers[i].taken--)
			sem_post(&st->shared->worker[i].outs);
	return 0;
}

/* A worker ends when no job is left. If it was killed its job has failed, and another takes its
 * place. */
static int replace(struct state *st, unsigned number, int status)
{
	uint32_t running = atomic_load(&st->shared->worker[number].running);
	struct pool_end end = { .status = status, .text = "" };

	st->workers[number].pid = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (running && running != st->workers[number].told) {
		end.number = st->pool->numbers[running - 1];
		st->ended++;
		if (!st->pool->ended(st->pool->arg, &end))
			return -ECANCELED;
	}
	return start(st, number);
}

/* What a dead worker told of is taken in before its end is. */
static int look_after(struct state *st)
{
	int err = 0;

	for (unsigned i = 0; i < st->jobs && !err; i++) {
		int status;

		if (!st->workers[i].pid || waitpid(st->workers[i].pid, &status, WNOHANG) <= 0)
			continue;
		err = listen_all(st);
		if (!err)
			err = replace(st, i, status);
	}
	return err;
}

static int manage(struct state *st)
{
	struct pollfd wait = { .fd = st->ears, .events = POLLIN };
	struct timespec now, looked = { 0 };
	int err = 0;

	while (!err && st->ended < st->pool->nr) {
		poll(&wait, 1, TICK_MS);
		err = listen_all(st);
		if (!err)
			err = deal(st);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (err ||
		    (now.tv_sec - looked.tv_sec) * 1000 + (now.tv_nsec - looked.tv_nsec) / 1000000 <
			    TICK_MS)
			continue;
		looked = now;
		st->pool->tick(st->pool->arg);
		err = look_after(st);
	}
	return err ? err : deal(st);
}

/* ---- set-up ---- */

static int prepare(struct state *st)
{
	unsigned jobs = st->jobs;
	int ends[2];

	st->shared_size = sizeof(*st->shared) + jobs * sizeof(st->shared->worker[0]);
	st->workers = calloc(jobs, sizeof(*st->workers));
	for (unsigned i = 0; st->workers && i < jobs * OUTS; i++)
		st->workers[i / OUTS].out[i % OUTS] = -1;
	st->shared = mmap(NULL, st->shared_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			  -1, 0);
	if (!st->workers || st->shared == MAP_FAILED)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	st->ears = ends[0];
	st->mouth = ends[1];
	for (unsigned i = 0; i < jobs * OUTS; i++) {
		int fd = memfd_create("result", MFD_CLOEXEC);

		if (fd < 0)
			return -errno;
		st->workers[i / OUTS].out[i % OUTS] = fd;
	}
	return 0;
}

/* As many workers as can be. 0, or -errno when there is none. */
static int start_all(struct state *st)
{
	unsigned started = 0;
	int err = 0;

	for (unsigned i = 0; i < st->jobs && !err; i++) {
		err = start(st, i);
		started += !err;
	}
	return started ? 0 : err;
}

static void clean_up(struct state *st)
{
	for (unsigned i = 0; st->workers && i < st->jobs; i++) {
		struct worker *w = &st->workers[i];

		if (w->pid) {
			kill(w->pid, SIGKILL);
			waitpid(w->pid, NULL, 0);
		}
		for (unsigned k = 0; k < OUTS; k++)
			if (w->out[k] >= 0)
				close(w->out[k]);
	}
	if (st->ears >= 0) {
		close(st->ears);
		close(st->mouth);
	}
	if (st->shared != MAP_FAILED)
		munmap(st->shared, st->shared_size);
	free(st->workers);
}

int pool_run(const struct pool *pool)
{
	struct state st = { .pool = pool,
			    .jobs = pool->jobs < pool->nr ? pool->jobs : pool->nr,
			    .shared = MAP_FAILED,
			    .ears = -1,
			    .mouth = -1 };
	int err = prepare(&st);

	if (!err)
		err = start_all(&st);
	if (!err)
		err = manage(&st);
	clean_up(&st);
	return err == -ECANCELED ? 0 : err;
}
