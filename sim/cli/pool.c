// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs in child processes. The parent waits for SIGCHLD, which it keeps blocked meanwhile, so none
 * is missed. A child's standard error is a pipe that never blocks it: what does not fit is lost.
 * What it has to say is written into a file in memory, which the parent reads when the child has
 * ended: no child waits for its parent.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS 250000000

struct child {
	pid_t pid; /* 0: free */
	uint32_t number;
	int text; /* what it prints */
	int out;  /* what it writes; open as long as the pool, -1: not yet */
};

struct state {
	const struct pool *pool;
	struct child *children;
	unsigned running;
	sigset_t before; /* the signal mask to give back */
};

static _Noreturn void be_child(const struct state *st, uint32_t number, pid_t parent, int text,
			       int out)
{
	sigprocmask(SIG_SETMASK, &st->before, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	dup2(text, STDERR_FILENO);
	_exit(st->pool->work(st->pool->arg, number, out));
}

/* An empty file in memory for what a child writes. */
static int prepare_out(struct child *c)
{
	if (c->out < 0) {
		c->out = memfd_create("result", MFD_CLOEXEC);
		return c->out < 0 ? -errno : 0;
	}
	if (ftruncate(c->out, 0) || lseek(c->out, 0, SEEK_SET))
		return -errno;
	return 0;
}

static int start(struct state *st, uint32_t number)
{
	struct child *c = st->children;
	pid_t parent = getpid();
	int text[2], err;

	while (c->pid)
		c++;
	err = prepare_out(c);
	if (err)
		return err;
	if (pipe2(text, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	fflush(NULL);
	c->pid = fork();
	if (!c->pid)
		be_child(st, number, parent, text[1], c->out);
	err = c->pid < 0 ? -errno : 0;
	close(text[1]);
	if (err) {
		close(text[0]);
		c->pid = 0;
		return err;
	}
	c->number = number;
	c->text = text[0];
	st->running++;
	return 0;
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
	close(fd);
}

/* Tell what a child wrote, which stays mapped for the call. False: stop. */
static bool tell(struct state *st, struct child *c, struct pool_end *end)
{
	off_t size = lseek(c->out, 0, SEEK_END);
	void *bytes = MAP_FAILED;
	bool go_on;

	if (size > 0)
		bytes = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, c->out, 0);
	if (bytes != MAP_FAILED) {
		end->bytes = bytes;
		end->size = (size_t)size;
	}
	go_on = st->pool->ended(st->pool->arg, end);
	if (bytes != MAP_FAILED)
		munmap(bytes, (size_t)size);
	return go_on;
}

/* False: stop. */
static bool end(struct state *st, pid_t pid, int status)
{
	char text[POOL_TEXT_MAX];

	for (unsigned i = 0; i < st->pool->jobs; i++) {
		struct child *c = &st->children[i];
		struct pool_end end = { .number = c->number, .status = status, .text = text };

		if (c->pid != pid)
			continue;
		c->pid = 0;
		st->running--;
		read_text(c->text, text);
		return tell(st, c, &end);
	}
	return true;
}

static bool reap(struct state *st)
{
	bool go_on = true;
	int status;
	pid_t pid;

	while (go_on && (pid = waitpid(-1, &status, WNOHANG)) > 0)
		go_on = end(st, pid, status);
	return go_on;
}

static void kill_all(struct state *st)
{
	for (unsigned i = 0; i < st->pool->jobs; i++) {
		struct child *c = &st->children[i];

		if (c->out >= 0)
			close(c->out);
		if (!c->pid)
			continue;
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
		close(c->text);
	}
}

/* Start as many as may run. 0, or -errno when none could be and none runs. */
static int fill(struct state *st, uint32_t *next)
{
	int err = 0;

	while (!err && *next < st->pool->nr && st->running < st->pool->jobs) {
		err = start(st, st->pool->numbers[*next]);
		*next += !err;
	}
	return st->running ? 0 : err;
}

static void wait_a_little(const sigset_t *set)
{
	const struct timespec tick = { .tv_nsec = TICK_NS };

	sigtimedwait(set, NULL, &tick);
}

int pool_run(const struct pool *pool)
{
	struct state st = { .pool = pool };
	uint32_t next = 0;
	bool go_on = true;
	sigset_t set;
	int err = 0;

	st.children = calloc(pool->jobs, sizeof(*st.children));
	if (!st.children)
		return -ENOMEM;
	for (unsigned i = 0; i < pool->jobs; i++)
		st.children[i].out = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &st.before);
	while (go_on && (next < pool->nr || st.running)) {
		err = fill(&st, &next);
		if (err)
			break;
		go_on = !pool->idle || pool->idle(pool->arg);
		if (go_on)
			wait_a_little(&set);
		go_on = go_on && reap(&st);
		pool->tick(pool->arg);
	}
	if (go_on && pool->idle)
		pool->idle(pool->arg);
	kill_all(&st);
	sigprocmask(SIG_SETMASK, &st.before, NULL);
	free(st.children);
	return err;
}
