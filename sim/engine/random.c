// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Randomness from a counter: word n of a stream is Philox-2x64-10 (Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", SC11) of counter n under the stream's key. Nothing is carried from
 * one word to the next, so a stream can be copied, saved and continued.
 *
 * Variates are made in fixed point ("Qn": n bits behind the point) with integer operations only,
 * so they are the same on every machine. Logarithm and exponential take 6 leading bits from a
 * table and the rest from a short series; both are better than 2^-50.
 *   exponential  -mean ln U
 *   normal       Marsaglia's polar method, one of its two variates
 *   lognormal    median 2^(shape z log2 e)
 *   Pareto       min U^(-1 / shape)
 */
#include "random.h"

__extension__ typedef unsigned __int128 u128;

#define ROUNDS	   10
#define MULTIPLIER 0xd2b74407b1ce6e93ull
#define WEYL	   0x9e3779b97f4a7c15ull

#define Q57	   (1ull << 57)
#define LOG2_E_Q63 0xb8aa3b295c17f0bcull
#define LN_2_Q64   0xb17217f7d1cf79acull
/* 1 / sqrt(2 pi) */
#define PHI_0_Q64 0x662114cf50d94234ull
#define SHAPE_ONE 1000 /* shapes come in thousandths */

/* log2(1 + i / 64), Q57 */
static const uint64_t log2_table[64] = {
	0x0000000000000000ull, 0x000b73cb42e16915ull, 0x0016bad3758efd87ull, 0x0021d6713f453f35ull,
	0x002cc7edf592262dull, 0x00379084815b5775ull, 0x004231623369e78eull, 0x004caba789e2b868ull,
	0x00570068e7ef5a1eull, 0x006130af40bc0eccull, 0x006b3d78b6d3b250ull, 0x007527b930c965bfull,
	0x007ef05ae409a029ull, 0x0088983ed6985baeull, 0x0092203d587039ccull, 0x009b892675266f67ull,
	0x00a4d3c25e68dc58ull, 0x00ae00d1cfdeb43dull, 0x00b7110e6ce866f3ull, 0x00c0052b18b0e2a2ull,
	0x00c8ddd448f8b846ull, 0x00d19bb053fb0285ull, 0x00da3f5fb9c41505ull, 0x00e2c97d694adab4ull,
	0x00eb3a9f01975078ull, 0x00f393550f3aa690ull, 0x00fbd42b46583676ull, 0x0103fda8b97997f3ull,
	0x010c10500d63aa66ull, 0x01140c9faa1e543aull, 0x011bf311e95d00deull, 0x0123c41d42727c81ull,
	0x012b803473f7ad0full, 0x013327c6ab49ca6dull, 0x013abb3faa02166dull, 0x01423b07e986aa96ull,
	0x0149a784bcd1b8b0ull, 0x01510118708a8f8eull, 0x015848226989d33cull, 0x015f7cff41e09aecull,
	0x0166a008e4788cbdull, 0x016db196a761949eull, 0x0174b1fd64e0753cull, 0x017ba18f93502e41ull,
	0x0182809d5be7072eull, 0x01894f74b06ef8b4ull, 0x01900e6160002cd0ull, 0x0196bdad2acb5f5full,
	0x019d5d9fd5010b36ull, 0x01a3ee7f38e181edull, 0x01aa708f58014d38ull, 0x01b0e4126bcc86bdull,
	0x01b74948f5532da5ull, 0x01bda071cc67e6dbull, 0x01c3e9ca2e1a0553ull, 0x01ca258dca933163ull,
	0x01d053f6d2608967ull, 0x01d6753e032ea0f0ull, 0x01dc899ab3ff56c6ull, 0x01e29142e0e01402ull,
	0x01e88c6b3626a72bull, 0x01ee7b471b3a9508ull, 0x01f45e08bcf06555ull, 0x01fa34e1177c2336ull,
};

/* 2^(i / 64), Q63 */
static const uint64_t exp2_table[64] = {
	0x8000000000000000ull, 0x8164d1f3bc030773ull, 0x82cd8698ac2ba1d7ull, 0x843a28c3acde4046ull,
	0x85aac367cc487b15ull, 0x871f61969e8d1010ull, 0x88980e8092da8527ull, 0x8a14d575496efd9aull,
	0x8b95c1e3ea8bd6e7ull, 0x8d1adf5b7e5ba9e6ull, 0x8ea4398b45cd53c0ull, 0x9031dc431466b1dcull,
	0x91c3d373ab11c336ull, 0x935a2b2f13e6e92cull, 0x94f4efa8fef70961ull, 0x96942d3720185a00ull,
	0x9837f0518db8a96full, 0x99e0459320b7fa65ull, 0x9b8d39b9d54e5539ull, 0x9d3ed9a72cffb751ull,
	0x9ef5326091a111aeull, 0xa0b0510fb9714fc2ull, 0xa27043030c496819ull, 0xa43515ae09e6809eull,
	0xa5fed6a9b15138eaull, 0xa7cd93b4e965356aull, 0xa9a15ab4ea7c0ef8ull, 0xab7a39b5a93ed337ull,
	0xad583eea42a14ac6ull, 0xaf3b78ad690a4375ull, 0xb123f581d2ac2590ull, 0xb311c412a9112489ull,
	0xb504f333f9de6484ull, 0xb6fd91e328d17791ull, 0xb8fbaf4762fb9ee9ull, 0xbaff5ab2133e45fbull,
	0xbd08a39f580c36bfull, 0xbf1799b67a731083ull, 0xc12c4cca66709456ull, 0xc346ccda24976407ull,
	0xc5672a115506daddull, 0xc78d74c8abb9b15dull, 0xc9b9bd866e2f27a3ull, 0xcbec14fef2727c5dull,
	0xce248c151f8480e4ull, 0xd06333daef2b2595ull, 0xd2a81d91f12ae45aull, 0xd4f35aabcfedfa1full,
	0xd744fccad69d6af4ull, 0xd99d15c278afd7b6ull, 0xdbfbb797daf23755ull, 0xde60f4825e0e9124ull,
	0xe0ccdeec2a94e111ull, 0xe33f8972be8a5a51ull, 0xe5b906e77c8348a8ull, 0xe8396a503c4bdc68ull,
	0xeac0c6e7dd24392full, 0xed4f301ed9942b84ull, 0xefe4b99bdcdaf5cbull, 0xf281773c59ffb13aull,
	0xf5257d152486cc2cull, 0xf7d0df730ad13bb9ull, 0xfa83b2db722a033aull, 0xfd3e0c0cf486c175ull,
};

/* ---- the generator ---- */

static uint64_t high_product(uint64_t a, uint64_t b)
{
	return (uint64_t)((u128)a * b >> 64);
}

/* Two independent words. */
static void philox(uint64_t key, uint64_t counter, uint64_t out[2])
{
	uint64_t left = counter, right = 0;

	for (int i = 0; i < ROUNDS; i++) {
		u128 product = (u128)MULTIPLIER * left;

		left = (uint64_t)(product >> 64) ^ key ^ right;
		right = (uint64_t)product;
		key += WEYL;
	}
	out[0] = left;
	out[1] = right;
}

/* A bijection in which every input bit reaches every output bit. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

struct sim_stream sim_stream(uint64_t seed, const char *name, uint64_t index)
{
	uint64_t hash = 0xcbf29ce484222325ull; /* FNV-1a */

	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		hash = (hash ^ *c) * 0x100000001b3ull;
	hash = mix(mix(seed + WEYL) ^ hash);
	return (struct sim_stream){ .key = mix(hash + (index + 1) * WEYL) };
}

uint64_t sim_random(struct sim_stream *s)
{
	uint64_t word[2];

	philox(s->key, s->counter++, word);
	return word[0];
}

/* Lemire's method: scale, and draw again in the few cases that would favour some results. */
uint64_t sim_uniform(struct sim_stream *s, uint64_t n)
{
	u128 product = (u128)sim_random(s) * n;

	if ((uint64_t)product < n) {
		uint64_t unfair = (0 - n) % n;

		while ((uint64_t)product < unfair)
			product = (u128)sim_random(s) * n;
	}
	return (uint64_t)(product >> 64);
}

/* ---- functions in fixed point ---- */

/* 1 / k in Q63 */
#define INVERSE(k) ((1ull << 63) / (k))
static const uint64_t inverse[8] = { 0,		 INVERSE(1), INVERSE(2), INVERSE(3),
				     INVERSE(4), INVERSE(5), INVERSE(6), INVERSE(7) };

/* log2(x) in Q57, x > 0. */
static uint64_t log2_q57(uint64_t x)
{
	unsigned exponent = 63u - (unsigned)__builtin_clzll(x);
	uint64_t mantissa = x << (63 - exponent); /* Q63, in [1, 2) */
	unsigned i = (unsigned)(mantissa >> 57) & 63;
	uint64_t rest = mantissa & (Q57 - 1);
	uint64_t r = (rest << 7) / (64 + i); /* Q64: mantissa = (1 + i / 64) (1 + r) */
	uint64_t p = inverse[7];

	/* ln(1 + r) = r (1 - r (1/2 - r (1/3 - ...))), Q63 */
	for (unsigned k = 6; k > 0; k--)
		p = inverse[k] - high_product(r, p);
	p = high_product(high_product(r, p), LOG2_E_Q63); /* Q62 */
	return exponent * Q57 + log2_table[i] + (p >> 5);
}

/* 2^f in Q63, f in Q64 below 1. */
static uint64_t exp2_q63(uint64_t f)
{
	unsigned i = (unsigned)(f >> 58);
	uint64_t y = high_product(f & ((1ull << 58) - 1), LN_2_Q64);
	uint64_t p = y / 7;

	/* e^y - 1 = y (1 + y/2 (1 + y/3 (1 + ...))), Q64 */
	for (unsigned k = 6; k > 0; k--)
		p = (y + high_product(y, p)) / k;
	return exp2_table[i] + high_product(exp2_table[i], p);
}

static uint64_t saturate(u128 x)
{
	return x >> 64 ? UINT64_MAX : (uint64_t)x;
}

/* a 2^y, y in Q57, rounded to the nearest. */
static uint64_t scale_up(uint64_t a, uint64_t y)
{
	unsigned whole = (unsigned)(y >> 57);
	u128 x = (u128)a * exp2_q63(y << 7) >> (whole < 63 ? 62 - whole : 0);

	if (!a)
		return 0;
	if (whole >= 63)
		return UINT64_MAX;
	return saturate((x + 1) >> 1);
}

/* a 2^-y. */
static uint64_t scale_down(uint64_t a, uint64_t y)
{
	unsigned whole = (unsigned)(y >> 57) + ((y & (Q57 - 1)) != 0);

	if (whole > 64)
		return 0;
	/* 2^-y = 2^(whole - y) / 2^whole */
	return saturate((((u128)a * exp2_q63((0 - y) << 7) >> (62 + whole)) + 1) >> 1);
}

/* x of Q56 to its root in Q28, rounded down. */
static uint64_t root(uint64_t x)
{
	uint64_t r = 0;

	for (uint64_t bit = 1ull << 62; bit; bit >>= 2) {
		if (x >= r + bit) {
			x -= r + bit;
			r = (r >> 1) + bit;
		} else {
			r >>= 1;
		}
	}
	return r;
}

/* ---- variates ---- */

/* -log2 of a uniform variate in (0, 1], Q57. */
static uint64_t log2_uniform(struct sim_stream *s)
{
	uint64_t u = sim_random(s) + 1; /* 0 stands for 2^64 */

	return u ? 64 * Q57 - log2_q57(u) : 0;
}

static uint64_t draw_exponential(struct sim_stream *s, uint64_t mean)
{
	uint64_t x = high_product(log2_uniform(s), LN_2_Q64);

	return saturate(((u128)mean * x + Q57 / 2) >> 57);
}

static uint64_t square_q62(uint64_t word)
{
	int64_t x = (int64_t)word;

	return (uint64_t)((__extension__(__int128) x * x) >> 64);
}

/* A standard normal variate: returns its magnitude in Q28. */
static uint64_t draw_normal(struct sim_stream *s, bool *negative)
{
	uint64_t word[2], a, sum, minus_2_ln, share;

	do {
		philox(s->key, s->counter++, word);
		a = square_q62(word[0]);
		sum = a + square_q62(word[1]);
	} while (sum >= 1ull << 62 || !sum);
	*negative = word[0] >> 63;
	minus_2_ln = 2 * high_product(62 * Q57 - log2_q57(sum), LN_2_Q64); /* Q57 */
	share = (uint64_t)(((u128)a << 63) / sum);			   /* Q63 */
	return root(high_product(share, minus_2_ln));
}

static uint64_t normal(struct sim_stream *s, uint64_t mean, uint64_t sd)
{
	bool negative;
	u128 away = ((u128)draw_normal(s, &negative) * sd + (1u << 27)) >> 28;

	if (!negative)
		return saturate(away + mean);
	return away < mean ? mean - (uint64_t)away : 0;
}

static uint64_t lognormal(struct sim_stream *s, uint64_t median, uint64_t shape)
{
	bool negative;
	u128 x = (u128)draw_normal(s, &negative) * shape / 4; /* Q26, thousandths */
	u128 y = saturate(x);

	y = (y * LOG2_E_Q63 >> 32) / SHAPE_ONE; /* Q57 */
	return negative ? scale_down(median, saturate(y)) : scale_up(median, saturate(y));
}

static uint64_t pareto(struct sim_stream *s, uint64_t min, uint64_t shape)
{
	u128 y = (u128)log2_uniform(s) * SHAPE_ONE / (shape ? shape : 1);

	return scale_up(min, saturate(y));
}

uint64_t sim_draw(struct sim_stream *s, const struct sim_dist *d)
{
	switch (d->kind) {
	case SIM_CONSTANT: break;
	case SIM_UNIFORM:
		if (d->b - d->a == UINT64_MAX)
			return sim_random(s);
		return d->a + sim_uniform(s, d->b - d->a + 1);
	case SIM_EXPONENTIAL: return draw_exponential(s, d->a);
	case SIM_NORMAL: return normal(s, d->a, d->b);
	case SIM_LOGNORMAL: return lognormal(s, d->a, d->b);
	case SIM_PARETO: return pareto(s, d->a, d->b);
	}
	return d->a;
}

/* ---- means ---- */

/* The density of the standard normal distribution at x of Q32, in Q64. */
static uint64_t density(uint64_t x)
{
	u128 half_square = (u128)x * x >> 1;		 /* Q64 */
	u128 y = (half_square >> 32) * LOG2_E_Q63 >> 38; /* Q57 */

	return scale_down(PHI_0_Q64, saturate(y));
}

/*
 * What cutting at 0 adds to the mean of a normal variate, in standard deviations (Q64), when 0 is
 * k (Q32) of them below the mean: the integral over t > 0 of t density(k + t), by Simpson's rule.
 */
static uint64_t normal_loss(uint64_t k)
{
	const uint64_t step = 1ull << 26; /* Q32: 1/64 */
	u128 sum = 0;

	for (uint64_t i = 1; i < 10 * 64; i++)
		sum += (u128)density(k + i * step) * (i * step) * (i % 2 ? 4 : 2);
	return (uint64_t)((sum >> 32) / 3 / 64);
}

static uint64_t normal_mean(uint64_t mean, uint64_t sd)
{
	u128 more;

	if (!sd || mean / sd >= 10)
		return mean;
	more = (u128)normal_loss((uint64_t)(((u128)mean << 32) / sd)) * sd;
	return saturate(mean + ((more + (1ull << 63)) >> 64));
}

uint64_t sim_dist_mean(const struct sim_dist *d)
{
	switch (d->kind) {
	case SIM_CONSTANT:
	case SIM_EXPONENTIAL: break;
	case SIM_UNIFORM: return d->a + (d->b - d->a) / 2;
	case SIM_NORMAL: return normal_mean(d->a, d->b);
	case SIM_LOGNORMAL:
		/* exp(shape^2 / 2) */
		return scale_up(d->a, saturate(((u128)d->b * d->b * (LOG2_E_Q63 >> 6) /
						(2 * SHAPE_ONE * SHAPE_ONE))));
	case SIM_PARETO:
		if (d->b <= SHAPE_ONE)
			return SIM_NEVER;
		return saturate((u128)d->a * d->b / (d->b - SHAPE_ONE));
	}
	return d->a;
}
