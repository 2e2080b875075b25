#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""architecture.py [--check]: draw docs/architecture.svg from the code.

ARCHITECTURE.md says which files make a room, and in which order the rooms
stand; the #include lines say who knows whom. With --check the picture has to
be there already; and in either case no file may be without a room, none may
include what stands further down, and no folder may go without a word.
"""

import re
import subprocess
import sys
from html import escape
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
PICTURE = SOURCE / 'docs/architecture.svg'
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 44, 16, 46, 12
STYLE = '''
  text { font: 13px sans-serif; text-anchor: middle; fill: #1b1b1b; }
  rect { fill: #f1f1ec; stroke: #8a8a84; }
  path { fill: none; stroke: #8a8a84; stroke-width: 1.2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #dededa; }
    rect { fill: #262829; }
  }
'''


def read_rooms():
    """Each room and its files, by the table in ARCHITECTURE.md."""
    text = (SOURCE / 'ARCHITECTURE.md').read_text()
    table = text[text.index('| room |'):].split('\n\n')[0].splitlines()[2:]
    return {cells[1].strip(): cells[2].split()
            for cells in (row.split('|') for row in table)}


def room_of(file, rooms):
    """tempdir.h has its own entry; the one of tempdir is for the rest."""
    for wanted in (file.name, file.stem):
        for room, names in rooms.items():
            if wanted in names:
                return room
    raise SystemExit(f'{file.name} is in no room of ARCHITECTURE.md')


def read_edges(rooms):
    order = list(rooms)
    edges, faults = set(), []
    files = sorted((SOURCE / 'src').glob('*.[ch]'))
    for file in files:
        room = room_of(file, rooms)
        for name in re.findall(r'^#include "(\w+\.h)"', file.read_text(),
                               re.M):
            other = room_of(Path(name), rooms)
            if order.index(other) > order.index(room):
                faults.append(f'{file.name} ({room}) includes {name}'
                              f' ({other}), which stands further down')
            elif other != room:
                edges.add((room, other))
    there = {file.stem for file in files} | {file.name for file in files}
    faults += [f'there is no {name} for the room {room}'
               for room, names in rooms.items() for name in names
               if name not in there and name != 'tempfile.h']
    if faults:
        raise SystemExit('\n'.join(faults))
    return edges


def check_folders():
    """What git knows, at the top, is in the table of folders."""
    known = subprocess.run(['git', '-C', SOURCE, 'ls-files'], text=True,
                           capture_output=True, check=False).stdout
    folders = {line.split('/')[0] for line in known.splitlines()
               if '/' in line and not line.startswith('.')}
    text = (SOURCE / 'ARCHITECTURE.md').read_text()
    missing = [name for name in sorted(folders - {'src'})
               if f'| `{name}/` |' not in text]
    if missing:
        raise SystemExit(f'ARCHITECTURE.md does not tell of {missing}')


def reachable(edges, start):
    found, todo = set(), [start]
    while todo:
        here = todo.pop()
        for one, other in edges:
            if one == here and other not in found:
                found.add(other)
                todo.append(other)
    return found


def without_shortcuts(edges):
    """Leave out what follows from the rest."""
    return {(one, other) for one, other in edges
            if not any(other in reachable(edges, between)
                       for first, between in edges
                       if first == one and between != other)}


def levels_of(rooms, edges):
    """Each room one row below the lowest that it knows."""
    level = {}
    for room in rooms:
        level[room] = max((level[other] + 1 for one, other in edges
                           if one == room), default=0)
    return level


def chains_of(edges, level):
    """The way of each edge, from row to row; between boxes it has a bend."""
    return {(one, other): [other, *((one, other, row) for row in
                                    range(level[other] + 1, level[one])), one]
            for one, other in sorted(edges)}


def width_of(point):
    return WIDTH if isinstance(point, str) else GAP_X / 2


def place_row(row, total, wish, number):
    ordered = sorted(row, key=wish)
    length = sum(width_of(point) + GAP_X for point in row) - GAP_X
    left = (total - length) / 2
    for point in ordered:
        yield point, (left + width_of(point) / 2,
                      MARGIN + HEIGHT / 2 + number * (HEIGHT + GAP_Y))
        left += width_of(point) + GAP_X


def place(rooms, level, chains):
    """Where each room and bend is: near those above it."""
    rows = [[] for _ in range(max(level.values()) + 1)]
    above = {}
    for room in rooms:
        rows[level[room]].append(room)
    for chain in chains.values():
        for upper, lower in zip(chain, chain[1:]):
            above.setdefault(lower, []).append(upper)
        for bend in chain[1:-1]:
            rows[bend[2]].append(bend)
    total = max(sum(width_of(point) + GAP_X for point in row)
                for row in rows) - GAP_X + 2 * MARGIN
    where = {}
    for number, row in enumerate(rows):
        where |= place_row(row, total, lambda point: sum(
            where[upper][0] for upper in above.get(point, ())
        ) / max(1, len(above.get(point, ()))), number)
    return where, total, len(rows) * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN


def line_along(chain, where):
    half, slack = HEIGHT / 2, GAP_Y * 0.7
    x, y = where[chain[0]]
    line = f'M{x:.0f} {y + half:.0f}'
    for upper, lower in zip(chain, chain[1:]):
        (x1, y1), (x2, y2) = where[upper], where[lower]
        y1, y2 = y1 + half, y2 - half
        line += (f' L{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + slack:.0f}'
                 f' {x2:.0f} {y2 - slack:.0f} {x2:.0f} {y2:.0f}')
    return line


def draw(rooms, edges):
    level = levels_of(rooms, edges)
    chains = chains_of(without_shortcuts(edges), level)
    where, width, height = place(rooms, level, chains)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
             f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
             f'<style>{STYLE}</style>']
    for chain in chains.values():
        lines.append(f'<path d="{line_along(chain, where)}"/>')
    for room in rooms:
        x, y = where[room]
        lines.append(f'<rect x="{x - WIDTH / 2:.0f}" y="{y - HEIGHT / 2:.0f}" '
                     f'width="{WIDTH}" height="{HEIGHT}" rx="5"/>')
        lines.append(f'<text x="{x:.0f}" y="{y + 5:.0f}">{escape(room)}'
                     '</text>')
    return '\n'.join([*lines, '</svg>', ''])


def main():
    check_folders()
    rooms = read_rooms()
    picture = draw(rooms, read_edges(rooms))
    if sys.argv[1:] != ['--check']:
        PICTURE.write_text(picture)
    elif not PICTURE.exists() or PICTURE.read_text() != picture:
        sys.exit('docs/architecture.svg is not up to date: '
                 'run tools/architecture.py')


if __name__ == '__main__':
    main()
