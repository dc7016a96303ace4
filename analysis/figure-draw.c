// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drawing: data and scripts are written into a folder beside the one that is asked for, gnuplot
 * works there, and when all is drawn each file is renamed to where it belongs. Whatever goes wrong
 * before leaves nothing behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figure.h"

#define SAID_MAX 256 /* of what gnuplot says */
#define TAIL	 16  /* bytes at the end of a picture that tell whether it is whole */

/* ---- plots ---- */

struct store_plot figure_plot(const struct table *texts, size_t index)
{
	char *const *t = &texts->cells[index * STORE_PLOT_TEXTS];

	return (struct store_plot){ .name = t[0],
				    .type = t[1],
				    .title = t[2],
				    .x = t[3],
				    .y = t[4],
				    .by = t[5],
				    .panel = t[6],
				    .log = t[7],
				    .where = t[8] };
}

/* A line plot of each chosen metric: the first three axes are x, lines and panels. */
static int default_plots(struct store *st, struct table *texts)
{
	struct table axes = { 0 }, metrics = { 0 };
	int err = store_axes(st, table_add, &axes);

	if (!err)
		err = store_chosen(st, table_add, &metrics);
	for (size_t m = 0; m < metrics.nr && !err && axes.nr && axes.nr <= 3; m++) {
		const char *const cells[STORE_PLOT_TEXTS] = { metrics.cells[m],
							      "line",
							      "",
							      axes.cells[0],
							      metrics.cells[m],
							      axes.nr > 1 ? axes.cells[1] : "",
							      axes.nr > 2 ? axes.cells[2] : "",
							      "",
							      "" };

		for (unsigned i = 0; i < STORE_PLOT_TEXTS; i++)
			table_add(texts, cells[i]);
	}
	table_free(&axes);
	table_free(&metrics);
	return err;
}

int figure_plots(struct store *st, struct table *texts)
{
	int err = store_plots(st, table_add, texts);

	if (!err && !texts->nr)
		err = default_plots(st, texts);
	if (err || !texts->failed)
		return err;
	snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
	return -ENOMEM;
}

/* ---- files ---- */

static int file_error(struct store *st, const char *what, const char *path)
{
	int err = -errno;

	snprintf(st->error, sizeof(st->error), "cannot %s %.300s: %s", what, path, strerror(-err));
	return err;
}

static int print_file(struct store *st, int folder, const struct figure *f, const char *ending,
		      void (*print)(const struct figure *f, FILE *out))
{
	char name[NAME_MAX];
	FILE *out;
	int fd;

	snprintf(name, sizeof(name), "%s.%s", f->name, ending);
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		if (fd >= 0)
			close(fd);
		return file_error(st, "write", name);
	}
	print(f, out);
	if (fflush(out) || ferror(out)) {
		int err = file_error(st, "write", name);

		fclose(out);
		return err;
	}
	return fclose(out) ? file_error(st, "write", name) : 0;
}

void figure_remove_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	rmdir(path);
}

/* All files of `from` to `to`. */
static int move_files(struct store *st, int from, const char *path, int to)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int err = 0;

	if (!d)
		return file_error(st, "read", path);
	while (!err && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    renameat(from, e->d_name, to, e->d_name))
			err = file_error(st, "write", e->d_name);
	closedir(d);
	return err;
}

/* ---- gnuplot ---- */

static _Noreturn void be_gnuplot(int folder, const char *script, int said)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fchdir(folder) || null < 0)
		_exit(126);
	dup2(null, STDIN_FILENO);
	dup2(said, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	execlp("gnuplot", "gnuplot", "-e", "format='svg'", script, "-e",
	       "unset multiplot; reset; format='png'", script, (char *)NULL);
	_exit(errno == ENOENT ? 127 : 126);
}

/* What it says first, without empty lines. */
static void read_said(int fd, char said[SAID_MAX])
{
	FILE *in = fdopen(fd, "r");
	char line[SAID_MAX];

	*said = '\0';
	if (!in) {
		close(fd);
		return;
	}
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "line ") && !*said)
			snprintf(said, SAID_MAX, "%s", line);
	}
	fclose(in);
}

/* gnuplot ends well even when the disk was full: a picture is drawn when it has its end. */
static bool is_drawn(int folder, const char *name, const char *ending, const char *end)
{
	char file[NAME_MAX], tail[TAIL + 1] = "";
	int fd;
	ssize_t n = 0;

	snprintf(file, sizeof(file), "%s.%s", name, ending);
	fd = openat(folder, file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && lseek(fd, -TAIL, SEEK_END) >= 0)
		n = read(fd, tail, TAIL);
	if (fd >= 0)
		close(fd);
	return n == TAIL && memmem(tail, TAIL, end, strlen(end));
}

static int run_gnuplot(struct store *st, int folder, const char *name)
{
	char script[NAME_MAX], said[SAID_MAX];
	int text[2], status = 0;
	pid_t pid;

	snprintf(script, sizeof(script), "%s.gp", name);
	if (pipe2(text, O_CLOEXEC))
		return file_error(st, "start", "gnuplot");
	fflush(NULL);
	pid = fork();
	if (!pid)
		be_gnuplot(folder, script, text[1]);
	close(text[1]);
	if (pid < 0) {
		close(text[0]);
		return file_error(st, "start", "gnuplot");
	}
	read_said(text[0], said);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		snprintf(st->error, sizeof(st->error),
			 "gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
	else if (status || !is_drawn(folder, name, "svg", "</svg>") ||
		 !is_drawn(folder, name, "png", "IEND"))
		snprintf(st->error, sizeof(st->error), "gnuplot could not draw %s: %s", name,
			 *said ? said : "it ended early; is the disk full?");
	else
		return 0;
	return -ENOEXEC;
}

/* ---- all of them ---- */

static int draw(struct store *st, const struct store_plot *plot, int folder)
{
	struct figure f;
	int err = figure_read(&f, st, plot);

	if (!err)
		err = print_file(st, folder, &f, "dat", figure_print_data);
	if (!err)
		err = print_file(st, folder, &f, "gp", figure_print_script);
	if (!err)
		err = run_gnuplot(st, folder, plot->name);
	figure_free(&f);
	return err;
}

static int draw_into(struct store *st, const struct table *texts, const char *work, int to)
{
	int folder = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (folder < 0)
		return file_error(st, "open", work);
	for (size_t i = 0; i < texts->nr / STORE_PLOT_TEXTS && !err; i++) {
		const struct store_plot plot = figure_plot(texts, i);

		err = draw(st, &plot, folder);
	}
	if (!err)
		err = move_files(st, folder, work, to);
	close(folder);
	return err;
}

static int draw_texts(struct store *st, const struct table *texts, const char *folder)
{
	char work[PATH_MAX];
	bool made = !mkdir(folder, 0777);
	int to, err;

	if (!made && errno != EEXIST)
		return file_error(st, "make the folder", folder);
	if ((size_t)snprintf(work, sizeof(work), "%s/.plots-XXXXXX", folder) >= sizeof(work)) {
		errno = ENAMETOOLONG;
		return file_error(st, "make the folder", folder);
	}
	to = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0 || !mkdtemp(work)) {
		err = file_error(st, "write into", folder);
	} else {
		err = draw_into(st, texts, work, to);
		figure_remove_folder(work);
	}
	if (to >= 0)
		close(to);
	if (err && made)
		rmdir(folder);
	return err;
}

int figure_draw_all(struct store *st, const char *folder)
{
	struct table texts = { 0 };
	int err = figure_plots(st, &texts);

	if (!err && !texts.nr) {
		snprintf(st->error, sizeof(st->error),
			 "%s: the study has no plots, and no metrics and axes to make some of",
			 st->path);
		err = -ENOENT;
	}
	if (!err)
		err = draw_texts(st, &texts, folder);
	table_free(&texts);
	return err;
}
