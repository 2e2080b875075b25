# SPDX-License-Identifier: MIT
"""plot.py SAMPLES DIRECTORY: the samples of run.py as SVG."""
import json
import os
import re
import statistics
import sys

import matplotlib

matplotlib.use('svg')
matplotlib.rcParams.update({
    'svg.fonttype': 'none', 'svg.hashsalt': 'libtempfile', 'font.size': 9,
    'axes.spines.top': False, 'axes.spines.right': False,
})

import matplotlib.pyplot as pyplot  # noqa: E402, after its settings

import report  # noqa: E402

OURS, FLOOR, PEER = '#0b6e4f', '#8d99ae', '#c9ced6'


def colour(who):
    return OURS if who == 'libtempfile' else \
        FLOOR if who in report.FLOORS else PEER


def save(figure, directory, name):
    figure.savefig(os.path.join(directory, name + '.svg'),
                   bbox_inches='tight', metadata={'Date': None})
    pyplot.close(figure)


def bars(axis, results, operation, where):
    """Medians from fast to slow, with quartiles."""
    rows = report.rows(results, operation, where)
    most = rows[-1][1]
    for place, (who, middle, low, high, _, _) in enumerate(rows):
        axis.barh(place, middle, color=colour(who),
                  xerr=[[middle - low], [high - middle]],
                  error_kw={'elinewidth': 0.8, 'ecolor': '#444'})
        axis.text(high + most * 0.02, place, report.readable(middle),
                  va='center', fontsize=8)
    axis.set_yticks(range(len(rows)), [row[0] for row in rows])
    axis.invert_yaxis()
    axis.set_xticks([])
    axis.spines['bottom'].set_visible(False)
    axis.set_xlim(0, most * 1.25)
    axis.set_title(operation, loc='left', fontsize=9, fontweight='bold')


def gallery(results, directory, name, operations, where):
    operations = [one for one in operations
                  if report.find(results, one, where)]
    if not operations:
        return
    rows = (len(operations) + 1) // 2
    figure, axes = pyplot.subplots(rows, 2, figsize=(9, 1.9 * rows),
                                   squeeze=False)
    for axis in axes.flat[len(operations):]:
        axis.axis('off')
    for axis, operation in zip(axes.flat, operations):
        bars(axis, results, operation, where)
    figure.suptitle(f'on {where}: shorter is better', fontsize=9)
    figure.subplots_adjust(hspace=0.5, wspace=0.6)
    save(figure, directory, name)


def growth_of(results, what, key):
    """{who: [(count, median)]}"""
    found = {}
    for one in results:
        match = re.fullmatch(f'growth {what} (\\d+)', one['operation'])
        if match and key in one:
            found.setdefault(one['who'], {}).setdefault(
                int(match[1]), []).extend(one[key])
    return {who: sorted((count, statistics.median(samples))
                        for count, samples in counts.items())
            for who, counts in found.items()}


GROWTH = [
    ('names', 'create', 'one more name made and removed, us', 1e3, False),
    ('names', 'end', 'removed when the process ends, us each', 1e3, False),
    ('spools', 'create', 'one more spool of 1 KiB, ns', 1, False),
    ('names', 'memory', 'memory for each name, bytes', 1, False),
    ('tree', 'cpu', 'a tree removed, us for each entry', 1e3, True),
    ('tree', 'rss', 'most memory to remove it, MiB', 1024, False),
]


def growth(results, directory):
    figure, axes = pyplot.subplots(3, 2, figsize=(9, 7))
    for axis, (what, key, title, unit, each) in zip(axes.flat, GROWTH):
        for who, points in growth_of(results, what, key).items():
            # Below a thousand, it is the start of a process that is measured.
            points = [(count, value) for count, value in points
                      if key not in ('end', 'cpu') or count >= 1000]
            axis.plot([count for count, _ in points],
                      [value / unit / (count if each else 1)
                       for count, value in points],
                      marker='o', markersize=3, label=who,
                      color=OURS if who == 'libtempfile' else FLOOR)
        axis.set_xscale('log')
        axis.set_ylim(bottom=0)
        axis.set_title(title, loc='left', fontsize=9)
        axis.legend(fontsize=7, frameon=False)
    figure.suptitle('with so many alive, or in the tree', fontsize=9)
    figure.tight_layout()
    save(figure, directory, 'growth')


GALLERIES = {
    'names': ['anonymous', 'anonymous-1k', 'named', 'directory', 'replace',
              'durable'],
    'contents': ['spooled-1k', 'spooled-64k', 'rolling-16m', 'write-16',
                 'lines', 'write-utf8', 'read-utf8', 'write-crlf',
                 'read-crlf', 'write-utf16', 'read-utf16'],
    'threads': ['threads-1', 'threads-2', 'threads-4', 'threads-8'],
    'trees': ['remove 1000 x 100', 'remove 1 x 100000',
              'remove 1 x 1000000', 'remove 100000 deep',
              'remove 100000 empty', 'end with 100000 names'],
    'commands': ['start mktemp', 'start spool'],
}


def main():
    samples, directory = sys.argv[1:3]
    with open(samples, encoding='utf-8') as source:
        results = json.load(source)['results']
    os.makedirs(directory, exist_ok=True)
    for name, operations in GALLERIES.items():
        gallery(results, directory, name, operations, 'tmpfs')
    for where in {one['filesystem'] for one in results} - {'tmpfs'}:
        gallery(results, directory, f'names-{where}', GALLERIES['names'],
                where)
    if any(one['operation'].startswith('growth') for one in results):
        growth(results, directory)


main()
