// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command that no GIC architecture has: VMOVALL moves every vLPI of one vPE to another, as MOVALL
 * does with the LPIs of a redistributor, doorbells included. It answers what a hypervisor's MOVALL
 * would cost with such hardware (policy movall: hardware-vmovall).
 *
 * Choices: translation entries are changed one by one, as by VMOVI, which a real ITS would do with
 * a level of indirection; the work that is reported is that of finding and changing them, up to
 * what a counter holds. Devices whose table page was never written have none.
 */
#include "its-internal.h"

static void add(u8 *counter, u32 n)
{
	*counter = (u8)(*counter + n > 0xff ? 0xff : *counter + n);
}

static int move_event(struct its *its, const u64 cmd[4], u32 device, u32 event,
		      struct its_work *work)
{
	struct its_work scratch = { 0 };
	u64 vmovi[4];
	int err;

	its_build_vmovi(vmovi, device, event, its_cmd_vmovall_to(cmd), true, its_cmd_doorbell(cmd));
	err = its_vmovi(its, vmovi, &scratch);
	add(&work->table_writes, scratch.table_writes);
	add(&work->pending_writes, scratch.pending_writes);
	return err;
}

static int move_device(struct its *its, const u64 cmd[4], u32 device, u64 dte,
		       struct its_work *work)
{
	u64 event, ite, at = its_dte_itt_addr(dte);
	int err = 0;

	for (event = 0; !err && event >> its_dte_size_bits(dte) == 0; event++) {
		if (gic_mem_read64(its->mem, at + event * ITS_ITE_SIZE, &ite))
			return -EFAULT;
		if ((ite & (ITS_ITE_VALID | ITS_ITE_PHYSICAL)) == ITS_ITE_VALID &&
		    FIELD_GET(ite, ITS_VITE_VPEID) == its_cmd_vpe(cmd))
			err = move_event(its, cmd, device, (u32)event, work);
	}
	return err;
}

int its_vmovall(struct its *its, const u64 cmd[4], struct its_work *work)
{
	struct its_work scratch = { 0 };
	u64 addr, dte;
	u32 device;
	int err = 0;

	for (device = 0; !err && device >> its->cfg.device_bits == 0; device++) {
		if (its_entry_addr(its, ITS_TABLE_DEVICES, device, &addr, &scratch) ||
		    !gic_mem_peek_page(its->mem, addr)) {
			device |= 0xff; /* the rest of a quarter of the smallest page */
			continue;
		}
		if (gic_mem_read64(its->mem, addr, &dte))
			return -EFAULT;
		if (!(dte & ITS_DTE_VALID))
			continue;
		add(&work->table_reads, 1);
		err = move_device(its, cmd, device, dte, work);
	}
	return err;
}
