#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No warning from gcc nor clang, no finding of clang-tidy (.clang-tidy says which checks).
# Files of the kernel side are built with warnings as errors by `make module` instead.
# usage: lint.sh CPPFLAGS WARNINGS FILE...
set -u
export CPPFLAGS=$1 WARN=$2
shift 2

files=()
for f in "$@"; do
	[[ $f == models/linux/module.c || $f == models/plat/linux/* ]] || files+=("$f")
done

one() {
	# shellcheck disable=SC2086
	for f in "$@"; do
		core=
		[[ $f == models/* ]] && core=-mgeneral-regs-only
		for cc in gcc clang; do
			$cc -std=gnu11 -O2 $CPPFLAGS $WARN -Werror $core -fsyntax-only "$f" || bad=1
		done
	done
	# shellcheck disable=SC2086
	found=$(clang-tidy --quiet "$@" -- -std=gnu11 $CPPFLAGS 2>/dev/null) || bad=1
	[ -z "$found" ] || echo "$found"
	exit ${bad:-0}
}
export -f one
if printf '%s\0' "${files[@]}" | xargs -0 -n 8 -P "$(nproc)" bash -c 'one "$@"' one; then
	echo "lint: ${#files[@]} files, gcc, clang and clang-tidy find nothing"
else
	exit 1
fi
