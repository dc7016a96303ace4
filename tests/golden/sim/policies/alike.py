# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads lines `name TAB log TAB log`; prints the names of pairs whose event logs are alike.

Of a trace in Perfetto's format a log is, for each track, its events in order: when one happens and
which life it belongs to does not count. Any other file is a log as it is.
"""
import functools
import sys


def varint(b, i):
    value = shift = 0
    while True:
        byte = b[i]
        i += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, i


def fields(b):
    i = 0
    while i < len(b):
        key, i = varint(b, i)
        if key & 7 == 0:
            value, i = varint(b, i)
        elif key & 7 == 1:
            value, i = None, i + 8
        else:
            n, i = varint(b, i)
            value, i = b[i:i + n], i + n
        yield key >> 3, value


PACKET, TRACK_EVENT, DESCRIPTOR = 1, 11, 60
UUID, NAME, PARENT = 1, 2, 5
TYPE, TRACK, EVENT_NAME = 9, 11, 23


@functools.lru_cache(maxsize=None)
def log(path):
    with open(path, "rb") as f:
        data = f.read()
    if data[:1] != b"\n":
        return data
    tracks = {}
    for field, packet in fields(data):
        assert field == PACKET
        for kind, message in fields(packet):
            if kind == DESCRIPTOR:
                d = dict(fields(message))
                tracks[d[UUID]] = [d.get(PARENT), d[NAME]]
            elif kind == TRACK_EVENT:
                e = dict(fields(message))
                tracks[e[TRACK]].append((e[TYPE], e.get(EVENT_NAME)))
    assert any(len(t) > 2 for t in tracks.values())
    return tuple(map(tuple, tracks.values()))


for line in sys.stdin:
    name, a, b = line.rstrip("\n").split("\t")
    if log(a) == log(b):
        print(name)
