#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every source, script and configuration file names its license in its first two lines.
set -eu
missing=$(git ls-files -co --exclude-standard -- '*.[ch]' '*.cc' '*.sh' '*.py' '*.awk' '*.mk' \
	'*.yaml' '*.yml' '*.gp' 'Makefile' '*/Makefile' '*/Kbuild' '.ci/*' |
	grep -v -e '\.corpus/' -e '/bad/' | while read -r f; do
		[ -f "$f" ] || continue
		head -n 2 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' || echo "$f"
	done)
if [ -n "$missing" ]; then
	echo "no SPDX line: $missing" >&2
	exit 1
fi
