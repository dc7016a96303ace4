// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What redistributors and ITSs ask of the machine for direct injection (GICv4): vSGIs on their way
 * from an ITS, scans of virtual pending tables.
 *
 * Choice: a vSGI reaches its redistributor at once, and a scan is over at once.
 */
#include "machine.h"

void plat_vsgi(void *its_port, void *pe_port, u32 vpe, u32 intid)
{
	struct pe *to = pe_port;

	(void)its_port;
	gic_vsgi_set(to->gic, vpe, intid);
}

void plat_vpt_scan(void *pe_port, u32 bytes)
{
	struct pe *pe = pe_port;

	(void)bytes;
	gic_vpt_scanned(pe->gic);
}
