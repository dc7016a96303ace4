#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Mirror the files of a folder as symbolic links, so that a build beside them leaves it clean.
# Links to files that are gone are removed. usage: link-tree.sh FROM TO
set -eu
from=$(realpath "$1")
mkdir -p "$2"
cd "$2"
find . -xtype l -delete
(cd "$from" && find . \( -name '*.[ch]' -o -name 'Kbuild' \) -printf '%P\n') | while read -r f; do
	[ -L "$f" ] && continue
	mkdir -p "$(dirname "$f")"
	ln -s "$from/$f" "$f"
done
if [ -f linux/Kbuild ] && [ ! -L Kbuild ]; then
	ln -s linux/Kbuild Kbuild
fi
