/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fibers: stacks that hand the processor to each other, on Boost.Context's C ABI. Its two
 * functions are declared here and nowhere else (the library ships no C header for them).
 *
 * Under AddressSanitizer every switch is announced, so that it knows which stack is in use.
 */
#ifndef SIM_FCONTEXT_H
#define SIM_FCONTEXT_H

#include <stddef.h>

#ifdef __SANITIZE_ADDRESS__
#define SIM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_ASAN 1
#endif
#endif
#ifndef SIM_ASAN
#define SIM_ASAN 0
#endif

typedef void *fcontext_t;
typedef struct {
	fcontext_t fctx;
	void *data;
} transfer_t;

extern transfer_t jump_fcontext(fcontext_t to, void *data);
extern fcontext_t make_fcontext(void *stack_top, size_t size, void (*fn)(transfer_t));

struct fiber {
	fcontext_t ctx;	  /* where it goes on; meaningless while it runs */
	struct fiber *to; /* whom it handed the processor to last */
#if SIM_ASAN
	void *fake_stack;
	const void *bottom;
	size_t size;
#endif
};

#if SIM_ASAN
void __sanitizer_start_switch_fiber(void **fake_stack_save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack, const void **old_bottom, size_t *old_size);
#endif

static inline void fiber_leave(struct fiber *from, struct fiber *to, int for_ever)
{
#if SIM_ASAN
	__sanitizer_start_switch_fiber(for_ever ? NULL : &from->fake_stack, to->bottom, to->size);
#else
	(void)for_ever;
#endif
	from->to = to;
}

/* On arrival: remember where the fiber that jumped here goes on. */
static inline struct fiber *fiber_arrive(transfer_t t, void *fake_stack)
{
	struct fiber *from = t.data;

	from->ctx = t.fctx;
#if SIM_ASAN
	__sanitizer_finish_switch_fiber(fake_stack, &from->bottom, &from->size);
#else
	(void)fake_stack;
#endif
	return from;
}

/* Go on with `to`; returns when somebody switches back to `from`, which must be running. */
static inline void fiber_switch(struct fiber *from, struct fiber *to)
{
	transfer_t t;

	fiber_leave(from, to, 0);
	t = jump_fcontext(to->ctx, from);
#if SIM_ASAN
	fiber_arrive(t, from->fake_stack);
#else
	fiber_arrive(t, NULL);
#endif
}

/* Go on with `to`, and never come back: `from`'s stack may be used for something else. */
static inline void fiber_end(struct fiber *from, struct fiber *to)
{
	fiber_leave(from, to, 1);
	jump_fcontext(to->ctx, from);
	__builtin_unreachable();
}

/* A fiber that begins with entry(); entry calls fiber_begin() first and never returns. */
static inline void fiber_make(struct fiber *f, void *bottom, void *top, void (*entry)(transfer_t))
{
	f->ctx = make_fcontext(top, (size_t)((char *)top - (char *)bottom), entry);
	f->to = NULL;
#if SIM_ASAN
	f->fake_stack = NULL;
	f->bottom = bottom;
	f->size = (size_t)((char *)top - (char *)bottom);
#endif
}

/* First thing in an entry function: which fiber am I? */
static inline struct fiber *fiber_begin(transfer_t t)
{
	return fiber_arrive(t, NULL)->to;
}

#endif
