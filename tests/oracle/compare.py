#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""compare.py EXPECTED ACTUAL [--show N]: compare two canonical logs operation by operation.

Four classes, each reported alone (exit status 0 only when all are equal and there was something to compare):
  guest      what the guest and user space can see: res irq rc ev mem pend state msi   exact, in order
  its        physical ITS commands with their syncs, doorbell traffic aside            exact, in order; commands as a set inside MOVALL and INVALL
  residency  vpe-in vpe-out VMOVP and commands of the proxy device                     in order; a load and put repeated at once counts once
  lr         list registers as programmed before each entry                            in order, repeated programmings count once
What runs between `v&` and its `join` is one operation; how often a vCPU is loaded and entered there depends on timing, so residency is
compared as a set (without the doorbell's unmasking, unless another vCPU spins on the PE and WFI surely traps) and lr not at all. A class counts the operations that have lines of it on either side.
"""
import argparse
import sys

CLASSES = ('guest', 'its', 'residency', 'lr')


def operations(path):
    """The log as [(operation, lines)], parallel stretches (v& .. join) merged into one operation."""
    ops, waiting = [], set()
    for number, line in enumerate(open(path, errors='replace'), 1):
        line = line.rstrip()
        if not line.strip():
            continue
        if not line.startswith('>'):
            if not ops:
                sys.exit(f'{path}:{number}: a line before the first operation: {line.strip()}')
            ops[-1][1].append(line.strip())
            continue
        op = line[1:].strip()
        words = op.split()
        if waiting:
            ops[-1] = (ops[-1][0] + '; ' + op, ops[-1][1])
        else:
            ops.append((op, []))
        if words[0] == 'v&':
            waiting.add(words[1])
        elif words[0] == 'join':
            waiting.discard(words[1])
    return ops


def commands(lines):
    """Each command with the sync that follows it."""
    out = []
    for line in lines:
        if line in ('cmd SYNC', 'cmd VSYNC') and out and len(out[-1]) == 1:
            out[-1].append(line)
        else:
            out.append([line])
    return out


def split(op, lines):
    sorted_lines = {c: [] for c in CLASSES}
    target = 'its'
    for line in lines:
        if line.startswith('lr '):
            sorted_lines['lr'].append(line)
        elif line.startswith(('vpe-in', 'vpe-out')):
            sorted_lines['residency'].append(line)
        elif line.startswith('cmd '):
            if line not in ('cmd SYNC', 'cmd VSYNC'):
                target = 'residency' if 'dev=proxy' in line or line.startswith('cmd VMOVP') else 'its'
            sorted_lines[target].append(line)
        else:
            sorted_lines['guest'].append(line)
    its = commands(sorted_lines['its'])
    if ' movall ' in f' {op} ' or ' invall ' in f' {op} ':
        its.sort()
    guest = sorted_lines['guest']
    if op == 'dump':
        guest = sorted(guest)
    parallel = op.startswith('v& ')
    residency = sorted_lines['residency']
    if parallel and ' spin ' not in op:    # alone on its PE a blocking vCPU may or may not be trapped: the host's scheduler decides
        residency = [line for line in residency if not line.startswith('cmd INV dev=proxy')]
    return {'guest': guest, 'its': its,
            'residency': sorted(set(residency)) if parallel else once(residencies(residency)),
            'lr': [] if parallel else once(programmings(sorted_lines['lr']))}


def programmings(lines):
    """List-register writes grouped by entry: a register number that does not grow starts a new group."""
    groups, last = [], -1
    for line in lines:
        n = int(line.split(' n=')[1].split()[0])
        if n <= last or not groups:
            groups.append([])
        groups[-1].append(line)
        last = n
    return groups


def residencies(lines):
    """Lines grouped into [in .. out] stretches; what stands between stretches forms groups of its own."""
    groups, inside = [], False
    for line in lines:
        if line.startswith('vpe-in') or not (inside or groups and not groups[-1][0].startswith('vpe-in')):
            groups.append([])
        groups[-1].append(line)
        inside = not line.startswith('vpe-out') if line.startswith('vpe-') else inside
    return groups


def once(groups):
    return [g for i, g in enumerate(groups) if i == 0 or g != groups[i - 1]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('expected')
    parser.add_argument('actual')
    parser.add_argument('--show', type=int, default=10)
    args = parser.parse_args()
    want, got = operations(args.expected), operations(args.actual)
    if not want:
        sys.exit(f'{args.expected}: no operations')
    if [o for o, _ in want] != [o for o, _ in got]:
        n = next((i for i, (a, b) in enumerate(zip(want, got)) if a[0] != b[0]), min(len(want), len(got)))
        name = lambda ops: repr(ops[n][0]) if n < len(ops) else 'the end'
        print(f'operations differ from number {n}: expected {name(want)}, got {name(got)}')
        return 1
    total, bad, shown = dict.fromkeys(CLASSES, 0), dict.fromkeys(CLASSES, 0), 0
    for n, ((op, w), (_, g)) in enumerate(zip(want, got)):
        ws, gs = split(op, w), split(op, g)
        for kind in CLASSES:
            total[kind] += bool(ws[kind] or gs[kind])
            if ws[kind] != gs[kind]:
                bad[kind] += 1
                if shown < args.show:
                    shown += 1
                    print(f'operation {n} {op!r}, {kind}:\n  expected {ws[kind]}\n  got      {gs[kind]}')
    print(', '.join(f'{k}: {total[k] - bad[k]}/{total[k]}' for k in CLASSES) + ' operations equal')
    return 1 if any(bad.values()) else 0


if __name__ == '__main__':
    sys.exit(main())
