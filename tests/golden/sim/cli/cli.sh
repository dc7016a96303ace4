# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests of the command line: runs $GICSIM in a folder of its own and compares exit
# status, standard output and standard error with what is expected. The last line is a summary in
# the form of Check.
# shellcheck shell=bash

GICSIM=$(realpath "${GICSIM:-./gicsim}")
root=$PWD
export GICSIM_CONFIGS=$root/configs
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

checks=0
failures=0

fail() {
	failures=$((failures + 1))
	echo "FAILED: $*"
}

# run NAME ARGUMENT...: run gicsim; the checks below look at what came out.
run() {
	name=$1
	shift
	"$GICSIM" "$@" >"$folder/.out" 2>"$folder/.err" </dev/null
	status=$?
}

expect_status() {
	checks=$((checks + 1))
	[ "$status" = "$1" ] || fail "$name: exit status $status, expected $1: $(head -3 .err)"
}

# Standard error is exactly this line.
expect_error() {
	checks=$((checks + 1))
	[ "$(cat .err)" = "$1" ] || fail "$name: '$(cat .err)', expected '$1'"
}

expect_silent() {
	checks=$((checks + 1))
	[ ! -s .out ] || fail "$name: printed '$(head -3 .out)'"
}

expect_output() {
	checks=$((checks + 1))
	grep -qF -- "$1" .out || fail "$name: '$1' was not printed"
}

# No such file came to be.
expect_absent() {
	checks=$((checks + 1))
	for f in "$@"; do
		[ ! -e "$f" ] || fail "$name: touched $f"
	done
}

# A command that must succeed.
expect() {
	checks=$((checks + 1))
	"$@" || fail "$name: $*"
}

summary() {
	local percent=$(((checks - failures) * 100 / checks))

	echo "$percent%: Checks: $checks, Failures: $failures, Errors: 0"
	[ $failures = 0 ]
}
