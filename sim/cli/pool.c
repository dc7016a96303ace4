// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Jobs in child processes. The parent waits for SIGCHLD, which it keeps blocked meanwhile, so none
 * is missed. A child's standard error is a pipe that never blocks it: what does not fit is lost.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS 250000000

struct child {
	pid_t pid; /* 0: free */
	uint32_t number;
	int text; /* what it prints */
};

struct state {
	const struct pool *pool;
	struct child *children;
	unsigned running;
	sigset_t before; /* the signal mask to give back */
};

static _Noreturn void be_child(const struct state *st, uint32_t number, pid_t parent, int text)
{
	sigprocmask(SIG_SETMASK, &st->before, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	dup2(text, STDERR_FILENO);
	_exit(st->pool->work(st->pool->arg, number));
}

static int start(struct state *st, uint32_t number)
{
	struct child *c = st->children;
	pid_t parent = getpid();
	int text[2], err;

	while (c->pid)
		c++;
	if (pipe2(text, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	fflush(NULL);
	c->pid = fork();
	if (!c->pid)
		be_child(st, number, parent, text[1]);
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

/* False: stop. */
static bool end(struct state *st, pid_t pid, int status)
{
	char text[POOL_TEXT_MAX];

	for (unsigned i = 0; i < st->pool->jobs; i++) {
		struct child *c = &st->children[i];

		if (c->pid != pid)
			continue;
		c->pid = 0;
		st->running--;
		read_text(c->text, text);
		return st->pool->ended(st->pool->arg, c->number, status, text);
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

		if (!c->pid)
			continue;
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
		close(c->text);
	}
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
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &st.before);
	while (go_on && (next < pool->nr || st.running)) {
		while (!err && next < pool->nr && st.running < pool->jobs) {
			err = start(&st, pool->numbers[next]);
			next += !err;
		}
		if (err && !st.running)
			break;
		err = 0;
		wait_a_little(&set);
		go_on = reap(&st);
		pool->tick(pool->arg);
	}
	kill_all(&st);
	sigprocmask(SIG_SETMASK, &st.before, NULL);
	free(st.children);
	return err;
}
