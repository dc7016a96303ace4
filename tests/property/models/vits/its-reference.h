/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A naive virtual ITS: flat arrays over a small universe of IDs, everything recomputed, written
 * from spec/vgic.md 3.2 and 3.3 alone. It says which error a command gives and what is mapped,
 * routed, configured, pending and queued afterwards, when no guest takes interrupts.
 */
#ifndef TEST_ITS_REFERENCE_H
#define TEST_ITS_REFERENCE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define REF_VCPUS   3
#define REF_DEVICES 4  /* DeviceIDs below this are used */
#define REF_EVENTS  40 /* EventIDs */
#define REF_ICIDS   6
#define REF_LPIS    8	 /* 8192 .. */
#define REF_TABLE   8192 /* entries that the device and collection tables have room for */
#define REF_NONE    (-1)

struct ref_event {
	bool mapped;
	int lpi, icid; /* icid REF_NONE: the collection is gone */
};

struct ref_lpi {
	bool alive, enabled, pending;
	uint8_t priority;
	int target, queued;
};

struct ref {
	struct {
		bool mapped;
		int bits;
		struct ref_event event[REF_EVENTS];
	} device[REF_DEVICES];
	struct {
		bool exists;
		int target; /* REF_NONE: not mapped yet */
	} coll[REF_ICIDS];
	struct ref_lpi lpi[REF_LPIS];
	uint8_t config[REF_LPIS];
	bool lpis_on[REF_VCPUS];
	bool quirk_all; /* MOVALL moves everything */
};

static inline void ref_init(struct ref *r)
{
	memset(r, 0, sizeof(*r));
	memset(r->lpis_on, true, sizeof(r->lpis_on));
}

static inline bool ref_referenced(const struct ref *r, int lpi)
{
	int d, e;

	if (r->lpi[lpi].queued != REF_NONE)
		return true;
	for (d = 0; d < REF_DEVICES; d++) {
		for (e = 0; e < REF_EVENTS; e++) {
			if (r->device[d].event[e].mapped && r->device[d].event[e].lpi == lpi)
				return true;
		}
	}
	return false;
}

/* LPIs that nothing names any more are gone. */
static inline void ref_sweep(struct ref *r)
{
	int i;

	for (i = 0; i < REF_LPIS; i++) {
		if (r->lpi[i].alive && !ref_referenced(r, i))
			memset(&r->lpi[i], 0, sizeof(r->lpi[i]));
	}
}

static inline void ref_queue(struct ref *r, int lpi)
{
	struct ref_lpi *l = &r->lpi[lpi];

	if (l->queued == REF_NONE && l->enabled && l->pending && l->target != REF_NONE)
		l->queued = l->target;
}

static inline void ref_configure(struct ref *r, int lpi)
{
	r->lpi[lpi].priority = r->config[lpi] & 0xfc;
	r->lpi[lpi].enabled = r->config[lpi] & 1;
	ref_queue(r, lpi);
}

static inline struct ref_event *ref_event(struct ref *r, uint32_t dev, uint32_t event)
{
	if (dev >= REF_DEVICES || event >= REF_EVENTS || !r->device[dev].event[event].mapped)
		return NULL;
	return &r->device[dev].event[event];
}

static inline int ref_target(const struct ref *r, int icid)
{
	return icid >= 0 && icid < REF_ICIDS && r->coll[icid].exists ? r->coll[icid].target
								     : REF_NONE;
}

static inline int ref_mapd(struct ref *r, uint32_t dev, int bits, bool valid)
{
	if (dev >= REF_TABLE)
		return 0x010801;
	if (valid && bits > 16)
		return 0x010802;
	memset(&r->device[dev], 0, sizeof(r->device[dev]));
	r->device[dev].mapped = valid;
	r->device[dev].bits = valid ? bits : 0;
	return 0;
}

static inline int ref_mapc(struct ref *r, uint32_t icid, uint32_t vcpu, bool valid)
{
	int d, e;

	if (vcpu >= REF_VCPUS)
		return 0x010902;
	if (valid && icid >= REF_TABLE)
		return 0x010903;
	if (icid >= REF_ICIDS)
		return 0;
	for (d = 0; d < REF_DEVICES; d++) {
		for (e = 0; e < REF_EVENTS; e++) {
			struct ref_event *ev = &r->device[d].event[e];

			if (!ev->mapped || ev->icid != (int)icid)
				continue;
			if (valid)
				r->lpi[ev->lpi].target = (int)vcpu;
			else
				ev->icid = REF_NONE;
		}
	}
	r->coll[icid].exists = valid;
	r->coll[icid].target = (int)vcpu;
	return 0;
}

static inline int ref_mapti(struct ref *r, uint32_t dev, uint32_t event, uint32_t intid,
			    uint32_t icid)
{
	struct ref_lpi *l;

	if (dev >= REF_DEVICES || !r->device[dev].mapped)
		return 0x010a04;
	if ((uint64_t)event >= 1ull << r->device[dev].bits)
		return 0x010a05;
	if (intid < 8192 || intid > 65535)
		return 0x010a06;
	if (r->device[dev].event[event].mapped)
		return 0;
	if (icid >= REF_TABLE)
		return 0x010903;
	if (!r->coll[icid].exists) {
		r->coll[icid].exists = true;
		r->coll[icid].target = REF_NONE;
	}
	r->device[dev].event[event] =
		(struct ref_event){ .mapped = true, .lpi = (int)intid - 8192, .icid = (int)icid };
	l = &r->lpi[intid - 8192];
	if (!l->alive) {
		*l = (struct ref_lpi){ .alive = true,
				       .target = ref_target(r, (int)icid),
				       .queued = REF_NONE };
		ref_configure(r, (int)intid - 8192);
	}
	return 0;
}

static inline int ref_movi(struct ref *r, uint32_t dev, uint32_t event, uint32_t icid)
{
	struct ref_event *ev = ref_event(r, dev, event);

	if (!ev)
		return 0x010107;
	if (ref_target(r, ev->icid) == REF_NONE || icid >= REF_ICIDS ||
	    ref_target(r, (int)icid) == REF_NONE)
		return 0x010109;
	ev->icid = (int)icid;
	r->lpi[ev->lpi].target = ref_target(r, (int)icid);
	return 0;
}

static inline int ref_discard(struct ref *r, uint32_t dev, uint32_t event)
{
	struct ref_event *ev = ref_event(r, dev, event);

	if (!ev || ref_target(r, ev->icid) == REF_NONE)
		return 0x010f07;
	ev->mapped = false;
	return 0;
}

static inline int ref_int(struct ref *r, uint32_t dev, uint32_t event)
{
	struct ref_event *ev = ref_event(r, dev, event);

	if (!ev || ref_target(r, ev->icid) == REF_NONE)
		return 0x010307;
	if (!r->lpis_on[ref_target(r, ev->icid)])
		return -EBUSY;
	r->lpi[ev->lpi].pending = true;
	ref_queue(r, ev->lpi);
	return 0;
}

static inline int ref_clear(struct ref *r, uint32_t dev, uint32_t event)
{
	struct ref_event *ev = ref_event(r, dev, event);

	if (!ev)
		return 0x010507;
	r->lpi[ev->lpi].pending = false;
	return 0;
}

static inline int ref_inv(struct ref *r, uint32_t dev, uint32_t event)
{
	struct ref_event *ev = ref_event(r, dev, event);

	if (!ev)
		return 0x010c07;
	ref_configure(r, ev->lpi);
	return 0;
}

static inline int ref_invall(struct ref *r, uint32_t icid)
{
	int i, target = icid < REF_ICIDS ? ref_target(r, (int)icid) : REF_NONE;

	if (target == REF_NONE)
		return 0x010d09;
	for (i = 0; i < REF_LPIS; i++) {
		if (r->lpi[i].alive && r->lpi[i].target == target)
			ref_configure(r, i);
	}
	return 0;
}

static inline int ref_movall(struct ref *r, uint32_t from, uint32_t to)
{
	int i;

	if (from >= REF_VCPUS || to >= REF_VCPUS)
		return 0x010e01;
	for (i = 0; i < REF_LPIS && from != to; i++) {
		if (r->lpi[i].alive && (r->quirk_all || r->lpi[i].target == (int)from))
			r->lpi[i].target = (int)to;
	}
	return 0;
}

/* EnableLPIs of a redistributor; when it goes from 1 to 0, its LPIs leave the AP list. */
static inline void ref_enable_lpis(struct ref *r, int vcpu, bool on)
{
	int i;

	for (i = 0; i < REF_LPIS && !on && r->lpis_on[vcpu]; i++) {
		if (r->lpi[i].alive && r->lpi[i].queued == vcpu) {
			r->lpi[i].queued = REF_NONE;
			r->lpi[i].pending = false;
		}
	}
	r->lpis_on[vcpu] = on;
}

/* The vCPU enters and leaves the guest: its AP list is put in order. */
static inline void ref_run(struct ref *r, int vcpu)
{
	int i;

	for (i = 0; i < REF_LPIS; i++) {
		struct ref_lpi *l = &r->lpi[i];

		if (l->alive && l->queued == vcpu)
			l->queued = l->enabled && l->pending ? l->target : REF_NONE;
	}
}

#endif
