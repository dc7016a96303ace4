#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The style of every source file (.clang-format), no warning from gcc nor clang, no finding of
# clang-tidy (.clang-tidy says which checks). Files of the kernel side are built with warnings as
# errors by `make module` instead.
# usage: lint.sh CPPFLAGS WARNINGS FILE...
set -u
export CPPFLAGS=$1 WARN=$2
shift 2

style() {
	for f in "$@"; do
		clang-format --dry-run -Werror "$f" >/dev/null 2>&1 || {
			echo "style: $f (make format)"
			bad=1
		}
	done
	exit ${bad:-0}
}

defects() {
	# shellcheck disable=SC2086
	for f in "$@"; do
		core=
		[[ $f == models/* ]] && core=-mgeneral-regs-only
		for cc in gcc clang; do
			$cc -std=gnu11 -O2 $CPPFLAGS $WARN -Werror $core -fsyntax-only "$f" || bad=1
		done
	done
	# Assertions of tests mean nothing to clang-tidy.
	for f in "$@"; do
		[[ $f == tests/* ]] && continue
		# shellcheck disable=SC2086
		clang-tidy --quiet "$f" -- -std=gnu11 $CPPFLAGS 2>/dev/null || bad=1
	done
	exit ${bad:-0}
}
export -f style defects

each() {
	xargs -0 -n 8 -P "$(nproc)" bash -c "$1"' "$@"' "$1"
}

user=()
for f in "$@"; do
	[[ $f == *.c && $f != models/linux/module.c && $f != models/plat/linux/* ]] && user+=("$f")
done
bad=0
printf '%s\0' "$@" | each style || bad=1
printf '%s\0' "${user[@]}" | each defects || bad=1
[ $bad = 0 ] && echo "lint: style of $# files; gcc, clang and clang-tidy find nothing in ${#user[@]}"
exit $bad
