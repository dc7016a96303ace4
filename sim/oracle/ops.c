// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the script does itself: system calls of a VMM, looks at guest memory, sleep.
 */
#include <errno.h>

#include <models/vgic/vgic-user.h>

#include "oracle.h"

/* Of GRP_ITS_REGS, GRP_DIST_REGS and GRP_REDIST_REGS: offset, and above it the vCPU's affinity. */
static u64 reg_attr(u64 offset, u64 affinity)
{
	return affinity << 32 | offset;
}

static int access_reg(struct oracle *o, enum oracle_regs regs, u64 attr, u64 *value, bool write)
{
	static const u32 group[] = { [ORACLE_REGS_ITS] = VGIC_GRP_ITS_REGS,
				     [ORACLE_REGS_DIST] = VGIC_GRP_DIST_REGS,
				     [ORACLE_REGS_REDIST] = VGIC_GRP_REDIST_REGS };
	struct vgic_vm *vm = o->vm->vgic;
	u64 got = 0;
	int ret;

	if (regs != ORACLE_REGS_ITS) {
		ret = write ? vgic_user_set(vm, group[regs], attr, value)
			    : vgic_user_get(vm, group[regs], attr, &got);
	} else if (!o->vm->its) {
		ret = -EBADF;
	} else {
		ret = write ? vgic_user_its_set(vm, o->vm->its, group[regs], attr, value)
			    : vgic_user_its_get(vm, o->vm->its, group[regs], attr, &got);
	}
	if (!write)
		*value = got;
	return ret;
}

static void getreg(struct oracle *o, const u64 *a)
{
	u64 value;
	int ret = access_reg(o, (enum oracle_regs)a[0], reg_attr(a[1], a[2]), &value, false);

	fprintf(o->out, "  rc=%d val=%llx\n", ret, (unsigned long long)value);
}

static void setreg(struct oracle *o, const u64 *a)
{
	u64 value = a[2];
	int ret = access_reg(o, (enum oracle_regs)a[0], reg_attr(a[1], a[3]), &value, true);

	fprintf(o->out, "  rc=%d val=%llx\n", ret, (unsigned long long)value);
}

static void control(struct oracle *o, bool its, u64 attr)
{
	int ret;

	if (!its)
		ret = vgic_user_set(o->vm->vgic, VGIC_GRP_CTRL, attr, NULL);
	else if (!o->vm->its)
		ret = -EBADF;
	else
		ret = vgic_user_its_set(o->vm->vgic, o->vm->its, VGIC_GRP_CTRL, attr, NULL);
	fprintf(o->out, "  rc=%d\n", ret);
}

/* ---- interrupts ---- */

static void signal_msi(struct oracle *o, u32 device, u32 event)
{
	int ret = vits_inject_slow(o->vm->vgic, GUEST_GITS + VITS_TRANSLATER, device, event, 0);

	fprintf(o->out, "  rc=%d\n", ret);
}

static void drive_line(struct oracle *o, struct vgic_vcpu *v, u32 intid, bool level)
{
	int ret = vgic_inject_irq(o->vm->vgic, v, intid, level, NULL);

	if (ret)
		oracle_print_error(o, ret);
}

/* KVM_IRQ_LINE has 16 bits for the INTID. */
static void spi(struct oracle *o, u64 intid, bool level)
{
	intid &= 0xffff;
	if (intid < VGIC_NR_PRIVATE)
		oracle_print_error(o, -EINVAL);
	else
		drive_line(o, NULL, (u32)intid, level);
}

static void ppi(struct oracle *o, u64 vcpu, u64 intid, bool level)
{
	if (vcpu >= o->vm->nr_vcpus || intid < 16 || intid >= VGIC_NR_PRIVATE)
		oracle_print_error(o, -EINVAL);
	else
		drive_line(o, o->vm->vcpus[vcpu].v, (u32)intid, level);
}

/* ---- guest memory ---- */

static void lpicfg(struct oracle *o, u64 intid, u64 byte)
{
	u8 b = (u8)byte;

	gic_mem_write(&o->vm->ram, GUEST_PROP_TABLE + intid - GIC_LPI_BASE, &b, 1);
}

static void pend(struct oracle *o, u32 vcpu)
{
	u64 table = GUEST_PEND_TABLE + vcpu * ORACLE_PEND_STEP;

	for (u32 lpi = GIC_LPI_BASE; lpi < ORACLE_LPIS_END; lpi += 8) {
		u8 byte = 0;

		gic_mem_read(&o->vm->ram, table + lpi / 8, &byte, 1);
		if (byte)
			fprintf(o->out, "  pend vcpu=%u lpis=%u.. byte=%02x\n", vcpu, lpi, byte);
	}
}

static void mem(struct oracle *o, u64 addr, u64 words)
{
	for (; words--; addr += 8) {
		u64 value = 0;

		gic_mem_read64(&o->vm->ram, addr, &value);
		if (value)
			fprintf(o->out, "  mem %llx: %016llx\n", (unsigned long long)addr,
				(unsigned long long)value);
	}
}

/* ---- threads and time ---- */

static void pin(struct oracle *o, struct thread *t, u64 pe)
{
	if (pe < o->m.nr_pes)
		thread_pin(t, &o->m.pes[pe]);
	else
		oracle_print_error(o, -EINVAL);
}

static void sleep_ms(struct oracle *o, u64 ms)
{
	sim_time end = sim_now(o->m.e) + ms * SIM_MS;

	while (!oracle_wait(o, end))
		;
}

static int run_on_vcpu(struct oracle *o, const struct oracle_line *line)
{
	int err = oracle_post(o, (u32)line->arg[0], line);

	return err ? err : oracle_finish(o, (u32)line->arg[0]);
}

int oracle_op(struct oracle *o, const struct oracle_line *line)
{
	const u64 *a = line->arg;

	switch (line->verb) {
	case ORACLE_VM: return oracle_make_vm(o, (u32)a[0], a[1]);
	case ORACLE_PINSELF: pin(o, &o->thread, a[0]); return 0;
	case ORACLE_PIN: pin(o, &o->vm->vcpus[a[0]].thread, a[1]); return 0;
	case ORACLE_RUN:
	case ORACLE_ITS: return run_on_vcpu(o, line);
	case ORACLE_POST: return oracle_post(o, (u32)a[0], line);
	case ORACLE_JOIN: return oracle_finish(o, (u32)a[0]);
	case ORACLE_LPICFG: lpicfg(o, a[0], a[1]); return 0;
	case ORACLE_MSI: signal_msi(o, (u32)a[0], (u32)a[1]); return 0;
	case ORACLE_SPI: spi(o, a[0], a[1]); return 0;
	case ORACLE_PPI: ppi(o, a[0], a[1], a[2]); return 0;
	case ORACLE_VFIO: return oracle_bind(o, (u32)a[0], (u32)a[1]);
	case ORACLE_IRQFD:
	case ORACLE_UNIRQFD: oracle_irqfd(o, line, line->verb == ORACLE_IRQFD); return 0;
	case ORACLE_RAISE: oracle_raise(o, (u32)a[0]); return 0;
	case ORACLE_EVREAD: oracle_evread(o, (u32)a[0]); return 0;
	case ORACLE_SLEEP: sleep_ms(o, a[0]); return 0;
	case ORACLE_DUMP: oracle_print_state(o); return 0;
	case ORACLE_ITSATTR:
	case ORACLE_GICATTR: control(o, line->verb == ORACLE_ITSATTR, a[0]); return 0;
	case ORACLE_GETREG: getreg(o, a); return 0;
	case ORACLE_SETREG: setreg(o, a); return 0;
	case ORACLE_PEND: pend(o, (u32)a[0]); return 0;
	case ORACLE_MEM: mem(o, a[0], a[1]); return 0;
	case ORACLE_IRQS:
		for (u32 n = 0; n < o->vm->nr_vcpus; n++)
			oracle_show_irqs(o, n);
		return 0;
	default: /* mark, exit */ return 0;
	}
}
