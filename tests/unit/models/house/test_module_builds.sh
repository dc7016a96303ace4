#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The core builds as a kernel module, without a warning, and leaves nothing among the sources.
set -eu
unset MAKEFLAGS MAKELEVEL
built() {
	find models \( -name '*.o' -o -name '*.ko' -o -name '.*.cmd' -o -name '*.mod*' \) | wc -l
}
before=$(built)
make module SKIP_DEPS=1
[ "$(strings -a build/module/gicsim.ko | grep -c '^license=GPL$')" = 1 ]
[ "$(built)" = "$before" ]
