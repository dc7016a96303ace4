#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Random scenarios through the whole program: they end, identities hold, and both engines and both
# ways of paying costs agree where nothing ties. GICSIM_SEED chooses others, GICSIM_LONG more.
export GICSIM_CONFIGS=$PWD/configs
exec python3 tests/property/sim/machine/random_scenarios.py "${GICSIM:-./gicsim}" \
	"${GICSIM_SEED:-1}" $((60 * ${GICSIM_LONG:-1}))
