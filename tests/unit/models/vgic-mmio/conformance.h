/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conformance of the register maps: what every register of every frame is and does, written down
 * from spec/vgic.md 2.3-2.8, 3.1 and from the architecture (Arm IHI 0048, IHI 0069), never from the
 * tables in models/vgic. Offsets are numbers here on purpose. A row is a run of like registers; the
 * rows of one frame stand in conformance-v2.h, conformance-v3.h, conformance-its.h.
 *
 * The VM has four vCPUs and 128 interrupts; a GICv3 has an ITS. A place without a row is reserved:
 * RAZ/WI for guests and without a handler for user space.
 */
#ifndef TEST_CONFORMANCE_H
#define TEST_CONFORMANCE_H

#include <check.h>

#include "mmio-vm.h"

#define CONF_VCPUS 4u
#define CONF_IRQS  128u

/* Kernels that differ in what a register is. The policies are those of configs/presets. */
enum conf_era {
	ERA_2013 = 1 << 0,
	ERA_415 = 1 << 1,
	ERA_54 = 1 << 2,
	ERA_61 = 1 << 3,
	ERA_619 = 1 << 4,
};
#define ERAS_NR	 5u
#define ERAS_ALL (ERA_2013 | ERA_415 | ERA_54 | ERA_61 | ERA_619)
#define ERAS_OLD (ERA_2013 | ERA_415) /* IIDR of revision 0, which user space cannot write */
#define ERAS_NEW (ERA_61 | ERA_619)   /* revision 3 */

enum conf_kind {
	CONF_NONE,  /* no register: RAZ/WI, and `has` says so */
	CONF_RO,    /* a write changes nothing; write-only registers read as zero for ever */
	CONF_RW,    /* bits of `mask` are as written, the others as in `fixed` */
	CONF_SET,   /* ones written to bits of `mask` set them, zeros do nothing */
	CONF_CLEAR, /* ones clear them */
	CONF_RULES, /* what a write does is told by rules alone */
};

/* What a guest, or user space, sees. */
struct conf_face {
	enum conf_kind kind;
	u64 mask, reset, fixed;
	u64 skip; /* CONF_RW: fields that rules judge; written as zero */
};

struct conf_row {
	const char *reg; /* the architecture's name */
	const char *where;
	u32 from, to; /* offsets, `to` not included */
	u8 unit;      /* bytes of one register */
	u8 widths;    /* of a guest's accesses, or-ed */
	u8 eras;
	bool effects; /* does more than hold bits: rules say what */
	struct conf_face guest, user;
	u64 (*reset)(u32 v, u32 at); /* where vCPUs or places differ */
	u32 partner; /* CONF_SET, CONF_CLEAR: where the registers are that do the reverse */
};

#define NONE \
	{ \
		.kind = CONF_NONE \
	}
#define RO(value) \
	{ \
		.kind = CONF_RO, .reset = (value) \
	}
#define RW(bits, value) \
	{ \
		.kind = CONF_RW, .mask = (bits), .reset = (value), .fixed = (value) & ~(u64)(bits) \
	}
#define SET(bits, value) \
	{ \
		.kind = CONF_SET, .mask = (bits), .reset = (value) \
	}
#define CLEAR(bits, value) \
	{ \
		.kind = CONF_CLEAR, .mask = (bits), .reset = (value) \
	}
#define RULES(value) \
	{ \
		.kind = CONF_RULES, .reset = (value) \
	}
#define RW_FIELDS(bits, value, judged, rest) \
	{ \
		.kind = CONF_RW, .mask = (bits), .reset = (value), .skip = (judged), \
		.fixed = (rest) \
	}

struct conf_frame {
	const char *name;
	enum vgic_model model;
	u8 eras;
	u64 base, stride; /* guest address of vCPU n's */
	u32 size;
	const struct conf_row *rows;
	u32 nr;
	const struct vgic_reg_map *map; /* NULL: an ITS */
	u32 group;
	bool live; /* for guests while their vCPUs run only */
};

enum conf_who { GUEST, USER };
static const char *const conf_who_name[] = { "guest", "user space" };
static const char *const conf_era_name[ERAS_NR] = { "2013", "4.15", "5.4", "6.1", "6.19" };

/* ---- one VM of an era ---- */

static struct mmio_vm m;

static inline struct vgic_policy conf_policy(u32 era)
{
	struct vgic_policy p = mmio_policy();

	if (era & ERAS_OLD) {
		p.iidr_rev = 0;
		p.iidr_write = VGIC_IIDR_IGNORED;
	}
	if (era == ERA_2013) {
		p.ap_list = VGIC_AP_PER_VM;
		p.user_regs = VGIC_USER_REGS_2013;
		p.mmio_access = VGIC_MMIO_RACY_2013;
	}
	if (era == ERA_54) {
		p.iidr_rev = 2;
		p.iidr_write = VGIC_IIDR_EXACT;
	}
	if (era == ERA_619) {
		p.order = VGIC_ORDER_619;
		p.overflow = VGIC_OVERFLOW_EOICOUNT;
		p.iidr_write = VGIC_IIDR_CHECKS;
		p.lpi_store = VGIC_LPI_STORE_XARRAY;
		p.cache = VGIC_CACHE_XARRAY;
	}
	return p;
}

static inline void conf_run(u32 n)
{
	struct vgic_vcpu *v = m.vm->vcpus[n];

	vgic_load(v, gic_pe(m.gic, n));
	for (;;) {
		vgic_check_requests(v);
		vgic_flush(v);
		if (vgic_enter_guest(v))
			return;
		vgic_sync(v);
	}
}

static inline void conf_stop(u32 n)
{
	struct vgic_vcpu *v = m.vm->vcpus[n];

	vgic_leave_guest(v);
	vgic_sync(v);
	vgic_put(v);
}

static inline void conf_open_model(enum vgic_model model, u32 era)
{
	struct vgic_policy p = conf_policy(era);

	port_reset();
	mmio_create(&m, model, CONF_VCPUS, model == VGIC_V3, &p);
}

static inline void conf_close_model(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static inline void conf_open(const struct conf_frame *f, u32 era, enum conf_who who)
{
	u32 n;

	conf_open_model(f->model, era);
	for (n = 0; n < CONF_VCPUS && f->live && who == GUEST; n++)
		conf_run(n);
}

static inline void conf_close(const struct conf_frame *f, enum conf_who who)
{
	u32 n;

	for (n = 0; n < CONF_VCPUS && f->live && who == GUEST; n++)
		conf_stop(n);
	conf_close_model();
}

/* ---- accesses ---- */

static inline const struct conf_face *conf_face(const struct conf_row *r, enum conf_who who)
{
	return who == GUEST ? &r->guest : &r->user;
}

static inline int conf_user_get(const struct conf_frame *f, u32 v, u32 at, u64 *value)
{
	if (!f->map)
		return vgic_user_its_get(m.vm, m.its, VGIC_GRP_ITS_REGS, at, value);
	return user_get(&m, f->group, cpu_attr(v, at), value);
}

static inline int conf_user_set(const struct conf_frame *f, u32 v, u32 at, u64 value)
{
	if (!f->map)
		return vgic_user_its_set(m.vm, m.its, VGIC_GRP_ITS_REGS, at, &value);
	return user_set(&m, f->group, cpu_attr(v, at), value);
}

static inline int conf_user_has(const struct conf_frame *f, u32 v, u32 at)
{
	if (!f->map)
		return vgic_user_its_has(m.vm, m.its, VGIC_GRP_ITS_REGS, at);
	return vgic_user_has(m.vm, f->group, cpu_attr(v, at));
}

/* User space's accesses are of 32 bits; those of an ITS of the whole register. */
static inline u32 conf_widths(const struct conf_frame *f, const struct conf_row *r,
			      enum conf_who who)
{
	return who == GUEST ? r->widths : f->map ? 4 : r->unit;
}

static inline u64 conf_read(const struct conf_frame *f, enum conf_who who, u32 v, u32 at, u32 len)
{
	u64 value = 0;

	if (who == GUEST)
		return guest_read(&m, v, f->base + v * f->stride + at, len);
	must(conf_user_get(f, v, at, &value) == 0);
	return value;
}

static inline void conf_write(const struct conf_frame *f, enum conf_who who, u32 v, u32 at, u32 len,
			      u64 value)
{
	if (who == GUEST)
		guest_write(&m, v, f->base + v * f->stride + at, len, value);
	else
		must(conf_user_set(f, v, at, value) == 0);
}

static inline u64 conf_ones(u32 len)
{
	return len == 8 ? ~0ull : (1ull << 8 * len) - 1;
}

/* The widest access to a register of this row. */
static inline u32 conf_widest(const struct conf_frame *f, const struct conf_row *r,
			      enum conf_who who)
{
	u32 widths = conf_widths(f, r, who);

	return widths & 8 ? 8 : widths & 4 ? 4 : 1;
}

/* A whole register, in as many accesses as it takes. */
static inline u64 conf_get(const struct conf_frame *f, const struct conf_row *r, enum conf_who who,
			   u32 v, u32 at)
{
	u32 len = conf_widest(f, r, who), i;
	u64 value = 0;

	for (i = 0; i < r->unit; i += len)
		value |= conf_read(f, who, v, at + i, len) << 8 * i;
	return value;
}

static inline void conf_set(const struct conf_frame *f, const struct conf_row *r, enum conf_who who,
			    u32 v, u32 at, u64 value)
{
	u32 len = conf_widest(f, r, who), i;

	for (i = 0; i < r->unit; i += len)
		conf_write(f, who, v, at + i, len, value >> 8 * i & conf_ones(len));
}

/* ---- verdicts ---- */

/* What is being looked at, for messages. */
static struct {
	const char *frame, *reg, *where, *rule;
	u32 era, who;
} conf_now;

static inline const char *conf_era_text(void)
{
	return conf_now.era ? conf_era_name[__builtin_ctz(conf_now.era)] : "any";
}

#define conf_wrong(format, ...) \
	ck_abort_msg("%s %s: %s (%s, kernel %s): " format, conf_now.reg, conf_now.where, \
		     conf_now.rule, conf_who_name[conf_now.who], conf_era_text(), __VA_ARGS__)

static inline void conf_equal(u64 got, u64 want, u32 at, u32 len)
{
	if (got != want)
		conf_wrong("offset %#x, %u bytes: %#llx, not %#llx", at, len,
			   (unsigned long long)got, (unsigned long long)want);
}

static inline void conf_look_at(const struct conf_frame *f, const struct conf_row *r,
				const char *rule, u32 era, enum conf_who who)
{
	conf_now.frame = f->name;
	conf_now.reg = r->reg;
	conf_now.where = r->where;
	conf_now.rule = rule;
	conf_now.era = era;
	conf_now.who = who;
}

/* ---- rules: what accesses do beyond holding bits ---- */

struct conf_rule {
	const char *reg;
	const char *rule;
	void (*check)(void); /* on a fresh VM of the era */
	u8 eras;
};

/* In a rule: a value is as the rule says. */
#define expect(got, want) \
	do { \
		u64 got_ = (u64)(got), want_ = (u64)(want); \
\
		if (got_ != want_) \
			ck_abort_msg("%s: %s (kernel %s): line %d: " #got " is %#llx, not %#llx", \
				     conf_now.reg, conf_now.rule, conf_era_text(), __LINE__, \
				     (unsigned long long)got_, (unsigned long long)want_); \
	} while (0)

/* ---- what rules look at and do ---- */

static inline struct vgic_irq *conf_irq(u32 v, u32 intid)
{
	return mmio_irq(&m, v, intid);
}

/* On whose AP list it is; -1: on none. */
static inline int conf_queued(u32 v, u32 intid)
{
	const struct vgic_vcpu *on = conf_irq(v, intid)->vcpu;

	return on ? (int)on->id : -1;
}

static inline void conf_line(u32 intid, bool level)
{
	must(vgic_inject_irq(m.vm, m.vm->vcpus[0], intid, level, NULL) == 0);
}

/* One entry and exit of a vCPU: prunes. */
static inline void conf_run_once(u32 v)
{
	conf_run(v);
	conf_stop(v);
}

static inline void conf_check_rule(const struct conf_rule *rule, enum vgic_model model)
{
	u32 era;

	for (era = 1; era <= ERAS_ALL; era <<= 1) {
		if (!(rule->eras & era))
			continue;
		conf_now.reg = rule->reg;
		conf_now.rule = rule->rule;
		conf_now.era = era;
		conf_open_model(model, era);
		rule->check();
		conf_close_model();
	}
}

/* Every register whose row says that it has effects has a rule, and every rule a register. */
static inline void conf_match_rules(const struct conf_rule *rules, size_t nr_rules,
				    const struct conf_row *rows, size_t nr_rows)
{
	size_t i, k;

	for (i = 0; i < nr_rows; i++) {
		for (k = 0; k < nr_rules && strcmp(rules[k].reg, rows[i].reg); k++)
			;
		ck_assert_msg(!rows[i].effects || k < nr_rules, "%s has no rule", rows[i].reg);
	}
}

static inline void conf_rule_has_row(const struct conf_rule *rule, const struct conf_row *rows,
				     size_t nr_rows)
{
	size_t i;

	for (i = 0; i < nr_rows; i++)
		if (!strcmp(rule->reg, rows[i].reg))
			return;
	ck_abort_msg("%s: %s: no such register", rule->reg, rule->rule);
}

#endif
