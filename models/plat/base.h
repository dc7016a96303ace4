/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the port that is the same in user space and in the kernel: fields of bits, hints to
 * the compiler, the intrusive list. plat.h includes it, after it has the types of fixed width.
 */
#ifndef PLAT_BASE_H
#define PLAT_BASE_H

#define PLAT_ARRAY_SIZE(a)  (sizeof(a) / sizeof((a)[0]))
#define PLAT_BIT(n)	    (1u << (n))
#define PLAT_BIT64(n)	    (1ull << (n))
#define PLAT_MASK64(hi, lo) ((~0ull >> (63 - (hi))) & (~0ull << (lo)))
/* Extract and build a field given as (hi, lo). */
#define PLAT_GET(v, hi, lo) ((PLAT_MASK64(hi, lo) & (u64)(v)) >> (lo))
#define PLAT_PUT(v, hi, lo) (PLAT_MASK64(hi, lo) & (u64)(v) << (lo))

#define plat_fetch(p)			   __builtin_prefetch(p, 1) /* into the cache: a hint */
#define plat_likely(x)			   __builtin_expect(!!(x), 1)
#define plat_unlikely(x)		   __builtin_expect(!!(x), 0)
#define plat_container_of(p, type, member) ((type *)((char *)(p) - (offsetof(type, member))))

/* Lowest and highest bit that is set; v is not 0. */
static inline u32 plat_ffs64(u64 v)
{
	return (u32)__builtin_ctzll(v);
}
static inline u32 plat_fls64(u64 v)
{
	return 63u - (u32)__builtin_clzll(v);
}
/* How many bits are set. */
static inline u32 plat_popcount64(u64 v)
{
	v -= v >> 1 & 0x5555555555555555ull;
	v = (v & 0x3333333333333333ull) + (v >> 2 & 0x3333333333333333ull);
	return (u32)(((v + (v >> 4)) & 0x0f0f0f0f0f0f0f0full) * 0x0101010101010101ull >> 56);
}

/* ---- intrusive doubly linked list ---- */
struct plat_list {
	struct plat_list *next, *prev;
};

static inline void plat_list_init(struct plat_list *l)
{
	l->next = l->prev = l;
}
static inline bool plat_list_empty(const struct plat_list *l)
{
	return l->next == l;
}
static inline void plat_list_insert(struct plat_list *n, struct plat_list *prev,
				    struct plat_list *next)
{
	n->prev = prev;
	n->next = next;
	prev->next = n;
	next->prev = n;
}
static inline void plat_list_add(struct plat_list *n, struct plat_list *head)
{
	plat_list_insert(n, head, head->next);
}
static inline void plat_list_add_tail(struct plat_list *n, struct plat_list *head)
{
	plat_list_insert(n, head->prev, head);
}
static inline void plat_list_del(struct plat_list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	plat_list_init(n);
}
/* Splice all of `from` in before `head`; `from` is empty afterwards. */
static inline void plat_list_splice_tail(struct plat_list *from, struct plat_list *head)
{
	if (plat_list_empty(from))
		return;
	from->next->prev = head->prev;
	head->prev->next = from->next;
	from->prev->next = head;
	head->prev = from->prev;
	plat_list_init(from);
}
#define plat_list_entry(p, type, member) plat_container_of(p, type, member)
#define plat_list_for_each(pos, head, member) \
	for (pos = plat_list_entry((head)->next, __typeof__(*pos), member); \
	     &pos->member != (head); \
	     pos = plat_list_entry(pos->member.next, __typeof__(*pos), member))
#define plat_list_for_each_safe(pos, tmp, head, member) \
	for (pos = plat_list_entry((head)->next, __typeof__(*pos), member), \
	    tmp = plat_list_entry(pos->member.next, __typeof__(*pos), member); \
	     &pos->member != (head); \
	     pos = tmp, tmp = plat_list_entry(tmp->member.next, __typeof__(*tmp), member))
/* Stable merge sort, at most n log n comparisons; before(a, b) <= 0 keeps a in front of b. */
void plat_list_sort(struct plat_list *head, void *ctx,
		    int (*before)(void *ctx, struct plat_list *a, struct plat_list *b));

#endif
