/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Randomness: counter-based, one stream a named source, so that a source added or removed shifts
 * no other. Variates are made with integer arithmetic only: the same on every machine.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

#include "engine.h"

struct sim_stream {
	uint64_t key;
	uint64_t counter; /* words drawn so far */
};

/* A stream from the run's seed, a source name and an index. */
struct sim_stream sim_stream(uint64_t seed, const char *name, uint64_t index);
uint64_t sim_random(struct sim_stream *s);		/* 64 uniform bits */
uint64_t sim_uniform(struct sim_stream *s, uint64_t n); /* 0..n-1, unbiased; n > 0 */

/* A distribution of times (or sizes): every field in ps (or the unit of the caller). */
enum sim_dist_kind {
	SIM_CONSTANT,	 /* a; draws nothing from the stream */
	SIM_UNIFORM,	 /* a..b, both included; a <= b */
	SIM_EXPONENTIAL, /* mean a */
	SIM_NORMAL,	 /* mean a, standard deviation b; what is below 0 becomes 0 */
	SIM_LOGNORMAL,	 /* median a, shape b / 1000 */
	SIM_PARETO,	 /* minimum a, shape b / 1000 */
};
struct sim_dist {
	enum sim_dist_kind kind;
	uint64_t a, b;
};
/* A variate, rounded to the nearest integer; UINT64_MAX stands for anything larger. */
uint64_t sim_draw(struct sim_stream *s, const struct sim_dist *d);
/* The mean of what sim_draw() returns; SIM_NEVER: infinite (Pareto with shape <= 1). */
uint64_t sim_dist_mean(const struct sim_dist *d);

#endif
