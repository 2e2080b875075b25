# SPDX-License-Identifier: MIT
"""From samples to a table, and to what was promised."""
import statistics
import subprocess

# What sleeps is measured by the clock, everything else by the processor, whose
# time other processes cannot take.
BY_THE_CLOCK = ('durable', 'threads-')


def filesystem(path):
    return subprocess.run(['stat', '-f', '-c', '%T', path], text=True,
                          stdout=subprocess.PIPE,
                          check=True).stdout.strip().replace('ext2/ext3',
                                                             'ext4')


def unit(operation):
    return 'wall' if operation.startswith(BY_THE_CLOCK) else 'cpu'


def quartiles(samples):
    if len(samples) < 2:
        return samples[0], samples[0], samples[0]
    return tuple(statistics.quantiles(samples, n=4, method='inclusive'))


def find(results, operation, where):
    return {one['who']: one for one in results
            if one['operation'] == operation and one['filesystem'] == where}


def ratio(ours, theirs, key):
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(ours[key], theirs[key])
                             if b > 0)


def readable(nanoseconds):
    for limit, divisor, name in ((1e3, 1, 'ns'), (1e6, 1e3, 'us'),
                                 (1e9, 1e6, 'ms')):
        if nanoseconds < limit:
            return f'{nanoseconds / divisor:.3g} {name}'
    return f'{nanoseconds / 1e9:.3g} s'


def rows(results, operation, where):
    """(who, median, first and third quartile, us by them, KiB), fast first"""
    found = find(results, operation, where)
    key = unit(operation)
    ours = found.get('libtempfile')
    table = []
    for who, one in found.items():
        low, middle, high = quartiles(one[key])
        memory = statistics.median(one['rss']) if 'rss' in one else None
        table.append((who, middle, low, high,
                      ratio(ours, one, key) if ours else None, memory))
    return sorted(table, key=lambda row: row[1])


def show(out, results, operation, where):
    clock = 'clock' if unit(operation) == 'wall' else 'processor'
    print(f'\n{operation} on {where} (time of the {clock})', file=out)
    for who, middle, low, high, by, memory in rows(results, operation, where):
        line = (f'  {who:14} {readable(middle):>9}  '
                f'[{readable(low):>9} {readable(high):>9}]')
        if by is not None and who != 'libtempfile':
            line += f'  libtempfile takes {by:.2f} of it'
        if memory is not None:
            line += f'  {memory:.0f} KiB'
        print(line, file=out)


NOISE = 1.05
# operation, by whom (None: each peer), at most
PROMISES = [
    ('anonymous', 'kernel', 1.05),
    ('named', 'kernel', 1.0),
    ('directory', 'kernel', 1.35),
    ('spooled-1k', 'Rust', 1.25),
    ('spooled-64k', 'Rust', 1.25),
    ('rolling-16m', 'kernel', 1.05),
    ('remove 1000 x 100', 'rm', 1.03),
    ('remove 1 x 100000', 'rm', 1.03),
    ('remove 1 x 1000000', 'rm', 1.03),
    ('remove 100000 deep', 'rm', 1.03),
    ('remove 100000 empty', 'rm', 1 / 1.5),
    ('end with 100000 names', 'kernel', 1.1),
    ('directory', None, 1 / 1.3),
    ('anonymous', None, NOISE),
    ('anonymous-1k', None, NOISE),
    ('named', None, NOISE),
    ('rolling-16m', None, NOISE),
    ('write-16', None, NOISE),
    ('lines', None, NOISE),
    ('write-utf8', None, NOISE),
    ('read-utf8', None, NOISE),
    ('write-crlf', None, NOISE),
    ('read-crlf', None, NOISE),
    ('write-utf16', None, NOISE),
    ('read-utf16', None, NOISE),
    ('replace', None, NOISE),
    ('threads-1', None, NOISE),
    ('threads-2', None, NOISE),
    ('threads-4', None, NOISE),
    ('threads-8', None, NOISE),
    ('start mktemp', 'mktemp', NOISE),
    ('start spool', 'sponge', NOISE),
]
FLOORS = ('kernel', 'malloc', 'memfd_create')


def verdicts(results):
    """(operation, by whom, ratio, at most): what was promised on tmpfs"""
    for operation, whom, most in PROMISES:
        found = find(results, operation, 'tmpfs')
        ours = found.get('libtempfile')
        if not ours:
            continue
        for who, one in found.items():
            if who == whom or (whom is None and who != 'libtempfile' and
                               who not in FLOORS):
                yield (operation, who, ratio(ours, one, unit(operation)),
                       most)


def check(out, results):
    print('\nWhat was promised:', file=out)
    for operation, who, by, most in verdicts(results):
        word = 'met   ' if by <= most else 'MISSED'
        print(f'  {word} {operation}: {by:.2f} of {who}, at most {most:.2f}',
              file=out)
