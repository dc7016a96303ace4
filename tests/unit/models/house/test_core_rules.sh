#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The core keeps its rules (tests/lib/core-rules.sh), and the check that says so notices each kind
# of breach: a file that breaks one rule must fail, the same file without the breach must pass.
set -u
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0
failures=0

verdict() {
	checks=$((checks + 1))
	if [ "$1" != "$2" ]; then
		failures=$((failures + 1))
		echo "$3: expected $2, got $1"
	fi
}

# Compile $2 as the only file of a core and check it.
judge() {
	local name=$1 expected=$2 got=passes
	rm -rf "$work/src" "$work/obj"
	mkdir -p "$work/src/hw" "$work/obj/hw"
	cat >"$work/src/hw/a.c"
	if ! gcc -O1 -w -I"$root/models/plat/user" -mgeneral-regs-only -c "$work/src/hw/a.c" \
		-o "$work/obj/hw/a.o" 2>"$work/err"; then
		got=fails
	elif ! tests/lib/core-rules.sh "$work/src" "$work/obj" >"$work/err" 2>&1; then
		got=fails
	fi
	verdict "$got" "$expected" "$name"
}

judge "a clean file" passes <<'C'
#include <plat.h>
static const char *const name[] = { "a double", "b" }; /* a float in words */
const char *f(struct plat_index *x, u64 k) { return plat_index_load(x, k) ? name[k & 1] : 0; }
C
judge "a global variable" fails <<'C'
int counter = 1;
C
judge "a zero global variable" fails <<'C'
int counter;
C
judge "a static local" fails <<'C'
int f(void) { static int n; return n++; }
C
judge "a writable table" fails <<'C'
static char *name[] = { "a", "b" };
char **f(void) { return name; }
C
judge "input and output" fails <<'C'
int puts(const char *s);
void f(void) { puts("x"); }
C
judge "the C library's allocator" fails <<'C'
void *malloc(unsigned long n);
void *f(void) { return malloc(8); }
C
judge "a system header" fails <<'C'
#include <plat.h>
#include <stdio.h>
C
judge "a header from outside" fails <<'C'
#include "../../../sim/engine.h"
C
judge "floating point in code" fails <<'C'
int f(int a) { return (int)(a * 1.5); }
C
judge "floating point in a declaration" fails <<'C'
struct a { double share; };
C
judge "a choice by preprocessor" fails <<'C'
#ifdef __KERNEL__
#endif
C
judge "assembly" fails <<'C'
void f(void) { __asm__("nop"); }
C
verdict "$([ -d "$BUILD/models" ] && tests/lib/core-rules.sh models "$BUILD/models" >&2 &&
	echo passes)" passes "the core"

echo "$((100 * (checks - failures) / checks))%: Checks: $checks, Failures: $failures, Errors: 0"
[ $failures = 0 ]
