# SPDX-License-Identifier: MIT
"""table.py SAMPLES PAGE: the numbers of run.py into the page's tables."""
import json
import statistics
import sys

import report
from page import put_into


def line(*cells):
    return '| ' + ' | '.join(str(cell) for cell in cells) + ' |'


def promised(results):
    """The nearest peer stands for all where each of them was meant."""
    yield line('work', 'beside', 'takes', 'goal', '')
    yield line('---', '---', '---', '---', '---')
    worst = {}
    for operation, who, by, most in report.verdicts(results):
        key = operation, most
        if key not in worst or worst[key][1] < by:
            worst[key] = who, by
    for (operation, most), (who, by) in worst.items():
        yield line(operation, who, f'{by:.2f}', f'{most:.2f}',
                   'met' if by <= most else '**missed**')


def measured(results, where):
    yield line('work', 'libtempfile', 'the others, from fast to slow')
    yield line('---', '---', '---')
    for operation in dict.fromkeys(one['operation'] for one in results
                                   if one['filesystem'] == where):
        if operation.startswith('growth'):
            continue
        rows = report.rows(results, operation, where)
        ours = [row for row in rows if row[0] == 'libtempfile']
        if ours:
            yield line(operation, report.readable(ours[0][1]), ', '.join(
                f'{row[0]} {report.readable(row[1])}' for row in rows
                if row[0] != 'libtempfile'))


def grown(results):
    keys = (('names', 'create'), ('names', 'end'), ('spools', 'create'),
            ('names', 'memory'), ('tree', 'cpu'), ('tree', 'rss'))
    counts = sorted({int(one['operation'].split()[-1]) for one in results
                     if one['operation'].startswith('growth')})
    yield line('what', 'who', *counts)
    yield line(*['---'] * (len(counts) + 2))
    for what, key in keys:
        for who in ('libtempfile', 'kernel', 'rm'):
            cells = []
            for count in counts:
                samples = [value for one in results if one['who'] == who and
                           one['operation'] == f'growth {what} {count}'
                           for value in one.get(key, [])]
                if samples:
                    cells.append(f'{statistics.median(samples):.4g}')
            if cells:
                yield line(f'{what}: {key}', who, *cells)


def main():
    samples, page = sys.argv[1:3]
    with open(samples, encoding='utf-8') as source:
        everything = json.load(source)
    results = everything['results']
    disk = next((one['filesystem'] for one in results
                 if one['filesystem'] != 'tmpfs'), None)
    versions = ', '.join(f'{who} ({version})' for who, version
                         in everything['versions'].items() if version)
    tables = {
        'machine': [f'{everything["when"]}; {everything["machine"]}. '
                    f'{versions}.'] +
                   [f'Skipped: {", ".join(everything["missing"])}.']
                   * bool(everything['missing']),
        'promised': promised(results),
        'tmpfs': measured(results, 'tmpfs'),
        'disk': measured(results, disk) if disk else [],
        'growth': grown(results),
    }
    for name, rows in tables.items():
        put_into(page, name, rows)


main()
