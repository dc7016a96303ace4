// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a result says of how it came to be, and how to come by it again.
 */
#include "describe.h"

#include <sys/utsname.h>
#include <time.h>

#include "cli.h"

static void add_parameter(void *arg, const char *path, const char *value)
{
	rec_result_param(arg, path, value);
}

void cli_describe(const struct scenario *s, const char *engine, struct rec_result *r)
{
	struct utsname host;
	char text[sizeof(host.nodename) + sizeof(host.sysname) + sizeof(host.release) +
		  sizeof(host.machine) + 4] = "";

	if (!uname(&host))
		snprintf(text, sizeof(text), "%s %s %s %s", host.nodename, host.sysname,
			 host.release, host.machine);
	r->started_unix = (uint64_t)time(NULL);
	rec_result_set(r, &r->scenario, s->name);
	rec_result_set(r, &r->engine, engine);
	rec_result_set(r, &r->version, GICSIM_VERSION);
	rec_result_set(r, &r->preset, s->config.hypervisor.preset);
	rec_result_set(r, &r->host, text);
	scenario_parameters(s, add_parameter, r);
}

void cli_print_quoted(const char *word, FILE *out)
{
	fputc('\'', out);
	for (const char *c = word; *c; c++)
		fputs(*c == '\'' ? "'\\''" : (char[]){ *c, '\0' }, out);
	fputc('\'', out);
}

void cli_print_command(int argc, char **argv, FILE *out)
{
	fputs(argv[0], out);
	for (int i = 1; i < argc; i++) {
		fputc(' ', out);
		cli_print_quoted(argv[i], out);
	}
	fputc('\n', out);
}
