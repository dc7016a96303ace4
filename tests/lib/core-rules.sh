#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the core: freestanding, integers only, no globals, no input or output, nothing but
# the port. Sources and objects are checked apart; the port itself (plat/user, plat/linux) and the
# module's kernel side (linux/module.c) are exempt.
# usage: core-rules.sh SOURCES OBJECTS      (the folder models/ and where its objects are)
set -u
sources=$1
objects=$2
bad=0

complain() {
	echo "core rule: $1" >&2
	bad=1
}

core_files() {
	find "$1" -name "$2" -not -path '*/plat/user/*' -not -path '*/plat/linux/*' \
		-not -path '*/linux/module.*' | sort
}

# Text without comments and strings, line numbers kept.
code_of() {
	sed -E 's/"([^"\\]|\\.)*"/""/g' "$1" | gcc -fpreprocessed -dD -E -P -x c - 2>/dev/null
}

nr_sources=0
root=$(realpath "$sources")
while read -r f; do
	nr_sources=$((nr_sources + 1))
	while read -r include; do
		case $include in
		'<plat.h>') ;;
		'"'*'"')
			path=$(realpath -m "$(dirname "$f")/${include//\"/}")
			[[ $path == "$root"/* ]] || complain "$f includes $include, outside models/"
			;;
		*) complain "$f includes $include" ;;
		esac
	done < <(sed -nE 's/^[ \t]*#[ \t]*include[ \t]*([<"][^>"]*[>"]).*/\1/p' "$f")
	code=$(code_of "$f")
	if found=$(grep -nwE 'float|double|_Complex|long double' <<<"$code"); then
		complain "$f uses floating point: $found"
	fi
	if found=$(grep -nwE 'asm|__asm__|volatile|_Thread_local|__thread|alloca' <<<"$code"); then
		complain "$f goes round the port: $found"
	fi
	# An include guard is the only conditional.
	if found=$(grep -nE '^[ \t]*#[ \t]*(if|ifdef|elif|ifndef)\b' "$f" | sed 1d) && [ -n "$found" ]; then
		complain "$f chooses by preprocessor: $found"
	fi
	if [[ $f == *.c ]] && grep -qE '^[ \t]*#[ \t]*(if|ifdef|ifndef)\b' "$f"; then
		complain "$f chooses by preprocessor"
	fi
done < <(core_files "$sources" '*.[ch]')

allowed='^(plat_.*|mem(cpy|set|move|cmp)|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail)$'
nr_objects=0
defined=$(mktemp)
trap 'rm -f "$defined"' EXIT
find "$objects" -name '*.o' -exec nm -g --defined-only {} + 2>/dev/null | awk 'NF == 3 { print $3 }' |
	sort -u >"$defined"
while read -r o; do
	rel=${o#"$objects"/}
	[ -f "$sources/${rel%.o}.c" ] || continue # its source is gone
	nr_objects=$((nr_objects + 1))
	while read -r section size; do
		complain "$o has writable data: $section, $((16#$size)) bytes ($(nm "$o" |
			awk '$2 ~ /[bBdDcC]/ { printf "%s ", $3 }'))"
	done < <(objdump -h "$o" | awk '$2 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ &&
		$2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ { print $2, $3 }')
	while read -r symbol; do
		complain "$o needs $symbol, which is not in the port"
	done < <(nm -u "$o" | awk '{ print $NF }' | grep -vE "$allowed" | sort -u |
		comm -23 - "$defined")
	if objdump -d "$o" | grep -qE '%(xmm|ymm|st\()|\bv[0-9]+\.[0-9]'; then
		complain "$o uses floating-point or vector registers"
	fi
done < <(core_files "$objects" '*.o')

[ $bad = 0 ] && echo "core rules: $nr_sources sources, $nr_objects objects"
exit $bad
