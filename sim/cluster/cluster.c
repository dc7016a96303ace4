// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A run of several hosts (cluster.h): one SimGrid actor drives one host's calendar. The first actor
 * makes the network and the hosts, drives host 0, waits for the others, and concludes.
 *
 * Choice: hosts are alike, and draw from random streams of their own.
 */
#include "cluster.h"

#include <errno.h>
#include <simgrid/actor.h>
#include <simgrid/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migration.h"
#include "network.h"

struct cluster_host {
	struct cluster *cluster;
	struct machine_host *machine;
	sg_actor_t actor; /* NULL: the first one's */
	char error[REC_ERROR_MAX];
	int ret;
};

struct cluster {
	const struct machine_config *cfg;
	const struct run_options *opt;
	struct rec_result *result;
	struct machine_driver driver;
	struct network *network;
	struct migration **migration;
	u32 nr;
	struct cluster_host *host;
	char *error;
	int ret;
};

/* ---- what a host's actor does ---- */

static int advance(void *arg, struct machine *m, sim_time t)
{
	return network_advance(((struct cluster *)arg)->network, m, t);
}

static void started(void *arg, struct machine *m)
{
	struct cluster *c = arg;

	if (network_attach(c->network, m))
		machine_fail(m, -ENOMEM);
	for (u32 i = 0; i < c->cfg->migrations.nr; i++)
		migration_started(c->migration[i], m);
}

static void drive(struct cluster_host *h)
{
	h->ret = machine_host_drive(h->machine);
	if (h->ret)
		network_stop(h->cluster->network);
}

static void drive_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	drive(sg_actor_self_get_data());
}

/* ---- the first actor ---- */

static int make(struct cluster *c)
{
	const struct migration_config *mg = c->cfg->migrations.items;

	c->network = network_new(&c->cfg->cluster);
	c->migration = calloc(c->cfg->migrations.nr + 1, sizeof(struct migration *));
	if (!c->network || !c->migration)
		return -ENOMEM;
	for (u32 i = 0; i < c->cfg->migrations.nr; i++) {
		c->migration[i] = migration_new(&mg[i], c->network);
		if (!c->migration[i])
			return -ENOMEM;
	}
	for (u32 i = 0; i < c->nr; i++) {
		struct cluster_host *h = &c->host[i];

		h->cluster = c;
		h->machine = machine_host_new(c->cfg, c->opt, &c->driver, i, h->error);
		if (!h->machine)
			return -ENOMEM;
	}
	return 0;
}

static void drive_all(struct cluster *c)
{
	char name[16];

	for (u32 i = 1; i < c->nr; i++) {
		struct cluster_host *h = &c->host[i];

		snprintf(name, sizeof(name), "host%u", i);
		h->actor = sg_actor_init(name, sg_host_by_name(name));
		sg_actor_set_data(h->actor, h);
		sg_actor_start(h->actor, drive_main, 0, NULL);
	}
	drive(&c->host[0]);
	for (u32 i = 1; i < c->nr; i++)
		sg_actor_join(c->host[i].actor, -1);
}

/* What ended the run: a migration says more than the machine that it stopped. */
static int find_error(struct cluster *c)
{
	for (u32 i = 0; i < c->nr; i++) {
		if (!c->host[i].ret || c->host[i].ret == -ECANCELED)
			continue;
		snprintf(c->error, REC_ERROR_MAX, "host %u: %.480s", i, c->host[i].error);
		for (u32 n = 0; n < c->cfg->migrations.nr; n++)
			if (migration_error(c->migration[n])[0])
				snprintf(c->error, REC_ERROR_MAX, "%s",
					 migration_error(c->migration[n]));
		return c->host[i].ret;
	}
	return 0;
}

static int conclude(struct cluster *c)
{
	struct machine_host **hosts = calloc(c->nr, sizeof(struct machine_host *));
	int ret;

	if (!hosts)
		return -ENOMEM;
	for (u32 i = 0; i < c->nr; i++)
		hosts[i] = c->host[i].machine;
	ret = migrations_report(c->migration, c->cfg->migrations.nr,
				machine_of(c->host[0].machine));
	if (!ret)
		ret = machine_hosts_conclude(hosts, c->nr, c->result);
	if (ret)
		snprintf(c->error, REC_ERROR_MAX, "%s", c->host[0].error);
	free(hosts);
	return ret;
}

static void actor(void *arg)
{
	struct cluster *c = arg;

	c->ret = make(c);
	if (!c->ret) {
		drive_all(c);
		c->ret = find_error(c);
	}
	if (!c->ret)
		c->ret = conclude(c);
	if (c->ret == -ENOMEM && !c->error[0])
		snprintf(c->error, REC_ERROR_MAX, "out of memory");
	network_detach(c->network);
	for (u32 i = 0; i < c->nr; i++)
		if (c->host[i].machine)
			machine_host_free(c->host[i].machine);
	for (u32 i = 0; c->migration && i < c->cfg->migrations.nr; i++)
		migration_free(c->migration[i]);
	network_free(c->network);
}

/* ---- */

static int run(struct cluster *c)
{
	char *platform = network_platform(&c->cfg->cluster);
	int ret;

	c->host = calloc(c->nr, sizeof(*c->host));
	if (!platform || !c->host) {
		free(platform);
		snprintf(c->error, REC_ERROR_MAX, "out of memory");
		return -ENOMEM;
	}
	ret = machine_simgrid_run(c->cfg, platform, "host0", actor, c, c->result);
	if (ret)
		snprintf(c->error, REC_ERROR_MAX, "%s",
			 ret == -ENOMEM ? "out of memory" : "SimGrid cannot be started");
	free(platform);
	return ret ? ret : c->ret;
}

int cluster_run(const struct machine_config *cfg, const struct run_options *opt,
		struct rec_result *result, char *error)
{
	struct cluster c = { .cfg = cfg, .opt = opt, .result = result, .error = error };
	int ret;

	if (cfg->cluster.hosts == 1)
		return machine_run(cfg, opt, result, error);
	error[0] = 0;
	if (opt->trace || opt->explain) {
		snprintf(error, REC_ERROR_MAX,
			 "traces and explanations follow one host: cluster.hosts is %u",
			 cfg->cluster.hosts);
		return -EOPNOTSUPP;
	}
	c.driver = (struct machine_driver){ .advance = advance, .started = started, .arg = &c };
	c.nr = cfg->cluster.hosts;
	ret = run(&c);
	free(c.migration);
	free(c.host);
	return ret;
}
