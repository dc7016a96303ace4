// SPDX-License-Identifier: GPL-2.0-or-later
/* The list sort of the port: order, stability, and the bound on comparisons. */
#include "tests/lib/port.h"

#include "tests/lib/check-main.h"

#define MAX_ELEMENTS 1000u

struct element {
	struct plat_list link;
	u32 key, place;
};

static struct element element[MAX_ELEMENTS];
static struct plat_list head;
static u64 comparisons;
static bool head_was_empty;

static int before(void *ctx, struct plat_list *a, struct plat_list *b)
{
	u32 ka = plat_list_entry(a, struct element, link)->key;
	u32 kb = plat_list_entry(b, struct element, link)->key;

	(void)ctx;
	comparisons++;
	head_was_empty = head_was_empty && plat_list_empty(&head);
	return ka < kb ? -1 : ka > kb;
}

static void fill(u32 n, u64 seed, u32 keys)
{
	u32 i;

	plat_list_init(&head);
	comparisons = 0;
	head_was_empty = true;
	for (i = 0; i < n; i++) {
		element[i].key = (u32)(check_random(&seed) % keys);
		element[i].place = i;
		plat_list_add_tail(&element[i].link, &head);
	}
}

static void assert_sorted(u32 n)
{
	struct element *e, *last = NULL;
	u32 count = 0;

	plat_list_for_each(e, &head, link) {
		if (last) {
			ck_assert_uint_le(last->key, e->key);
			if (last->key == e->key)
				ck_assert_uint_lt(last->place, e->place);
			ck_assert_ptr_eq(e->link.prev, &last->link);
		}
		last = e;
		count++;
	}
	ck_assert_uint_eq(count, n);
	ck_assert_ptr_eq(head.prev, last ? &last->link : &head);
}

START_TEST(every_length_sorts_stably_within_n_log2_n_comparisons)
{
	u32 n, log2 = 0;

	for (n = 0; n <= MAX_ELEMENTS; n += n < 70 ? 1 : 31) {
		while ((1u << log2) < n)
			log2++;
		fill(n, check_seed() + n, 16);
		plat_list_sort(&head, NULL, before);
		assert_sorted(n);
		ck_assert_uint_le(comparisons, (u64)n * log2);
	}
}
END_TEST

START_TEST(equal_keys_keep_their_order)
{
	fill(100, 1, 1);
	plat_list_sort(&head, NULL, before);
	assert_sorted(100);
}
END_TEST

/* A comparison may drop into other code that looks at the list (it takes locks): it sees none. */
START_TEST(the_list_is_out_of_reach_while_it_is_sorted)
{
	fill(50, 2, 1000);
	plat_list_sort(&head, NULL, before);
	ck_assert(comparisons > 0 && head_was_empty);
}
END_TEST

START_TEST(splicing_moves_all_elements_to_the_tail)
{
	struct plat_list more;
	u32 i;

	fill(3, 3, 10);
	plat_list_init(&more);
	plat_list_splice_tail(&more, &head);
	for (i = 3; i < 6; i++) {
		element[i] = (struct element){ .place = i };
		plat_list_add_tail(&element[i].link, &more);
	}
	plat_list_splice_tail(&more, &head);
	ck_assert(plat_list_empty(&more));
	for (i = 0; i < 6; i++) {
		ck_assert_uint_eq(plat_list_entry(head.next, struct element, link)->place, i);
		plat_list_del(head.next);
	}
	ck_assert(plat_list_empty(&head));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, every_length_sorts_stably_within_n_log2_n_comparisons);
	tcase_add_test(tc, equal_keys_keep_their_order);
	tcase_add_test(tc, the_list_is_out_of_reach_while_it_is_sorted);
	tcase_add_test(tc, splicing_moves_all_elements_to_the_tail);
}
CHECK_MAIN("list sort", add, port_reset, port_assert_quiet)
