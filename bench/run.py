# SPDX-License-Identifier: MIT
"""Measure libtempfile beside its peers, the kernel, and itself.

Everything that is compared is measured in one run, batch by batch in turn; the
ratios are medians of those of single rounds, so what slows the machine for a
while slows both sides of a ratio.
"""
import argparse
import collections
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time

import contenders
import report

NAMES = ['anonymous', 'anonymous-1k', 'named', 'directory']
MEMORY = ['spooled-1k', 'spooled-64k', 'rolling-16m']
CONTENTS = ['write-16', 'lines', 'write-utf8', 'read-utf8', 'write-crlf',
            'read-crlf', 'write-utf16', 'read-utf16']
PERSIST = ['replace', 'durable']
THREADS = [f'threads-{n}' for n in (1, 2, 4, 8)]
TREES = {  # directories, files in each, depth of what hangs below
    '1000 x 100': (1000, 100, 0),
    '1 x 100000': (1, 100_000, 0),
    '1 x 1000000': (1, 1_000_000, 0),
    '100000 deep': (0, 0, 100_000),
    '100000 empty': (100_000, 0, 0),
}
GROWTH = [10, 1000, 100_000, 1_000_000]


class Run:
    def __init__(self, options):
        self.options = options
        self.peers, self.missing = contenders.peers(options.build)
        self.programs = os.path.join(options.build, 'bench')
        self.google = collections.defaultdict(dict)
        for name, who in (('bench', None), ('bench_glib', 'GLib'),
                          ('bench_qt', 'Qt')):
            path = os.path.join(self.programs, name)
            if not os.path.exists(path):
                self.missing.append(who)
                continue
            for operation, found in contenders.google(path).items():
                self.google[operation].update(found)
        self.results = []
        self.begun = time.strftime('%Y-%m-%d %H:%M')

    def save(self):
        """What there is, so that a run that is stopped is not lost."""
        if not self.options.json:
            return
        build = self.options.build
        everything = {
            'when': self.begun,
            'machine': f'{platform.machine()}, {os.cpu_count()} processors, '
                       f'{platform.system()} {platform.release()}',
            'versions': {who: contenders.version(who, build) for who in
                         sorted({one['who'] for one in self.results})},
            'missing': self.missing,
            'results': self.results,
        }
        with open(self.options.json, 'w', encoding='utf-8') as out:
            json.dump(everything, out, indent=1)
            out.write('\n')

    def program(self, name):
        return os.path.join(self.programs, name)

    def interleave(self, operation, filesystem, batches, rounds=None):
        """Round by round, each in turn, another one first each time."""
        samples = {who: [] for who in batches}
        for number in range(rounds or self.options.rounds):
            order = list(samples)
            first = number % len(order)
            for who in order[first:] + order[:first]:
                try:
                    samples[who].append(batches[who]())
                except contenders.Absent:
                    del samples[who]
                except RuntimeError as error:
                    print(f'{operation}: {who} fails: {error}'[:200],
                          file=sys.stderr)
                    self.missing.append(f'{who} ({operation}: it fails)')
                    del samples[who]
        for who, found in samples.items():
            result = {'operation': operation, 'filesystem': filesystem,
                      'who': who}
            for unit in found[0]:
                result[unit] = [sample[unit] for sample in found]
            self.results.append(result)
        report.show(sys.stdout, self.results, operation, filesystem)
        sys.stdout.flush()
        self.save()

    def everybody(self, operation):
        found = dict(self.google.get(operation, {}))
        for who, command in self.peers.items():
            found[who] = contenders.Peer(command, operation)
        return found

    def operations(self, names, filesystem, directory, seconds):
        for operation in names:
            found = self.everybody(operation)
            if filesystem != report.filesystem('/tmp') and \
                    operation.startswith('anonymous'):
                found.pop('glibc', None)  # tmpfile is in /tmp, come what may
            self.interleave(operation, filesystem, {
                who: lambda one=one: one.batch(directory, seconds)
                for who, one in found.items()})
            time.sleep(self.options.cool_down
                       if filesystem != 'tmpfs' else 0)

    def spend(self, count, *command, directory='/tmp'):
        wall, cpu, rss = contenders.said(contenders.run(
            [self.program('spend'), str(count), *command],
            contenders.in_directory(directory)))
        return {'wall': wall, 'cpu': cpu, 'rss': rss}

    def remove(self, directory, shape, command):
        path = os.path.join(directory, 'tree')
        subprocess.run([self.program('trees'), path, *map(str, shape)],
                       check=True)
        try:
            return self.spend(1, *[path if word == '{}' else word
                                   for word in command])
        finally:
            if os.path.exists(path):
                subprocess.run([self.tempf(), 'rm', path], check=True)

    def tempf(self):
        return os.path.join(self.options.build, 'cli', 'tempf')

    def trees(self, filesystem, directory, shapes):
        commands = {
            'libtempfile': [self.tempf(), 'rm', '{}'],
            'rm': ['rm', '-rf', '{}'],
            'find': ['find', '{}', '-delete'],
        }
        for who, command in self.peers.items():
            commands[who] = [*command, 'remove', '1', '{}']
        for name in shapes:
            found = commands if name != '1 x 1000000' else {
                who: commands[who] for who in ('libtempfile', 'rm', 'find')}
            self.interleave(f'remove {name}', filesystem, {
                who: lambda command=command: self.remove(
                    directory, TREES[name], command)
                for who, command in found.items()})

    def live(self, directory, who, what, count):
        create, end, memory = contenders.said(contenders.run(
            [self.program('live'), who, what, str(count)],
            contenders.in_directory(directory)))
        return {'create': create, 'end': end, 'memory': memory}

    def live_batch(self, directory, who, what, count, of):
        one = self.live(directory, who, what, count)
        return {'wall': one[of], 'cpu': one[of]}

    def live_names(self, filesystem, directory, count=100_000):
        batches = {who: lambda who=who: self.live_batch(
            directory, who, 'names', count, 'end')
            for who in ('libtempfile', 'kernel')}
        for who, command in self.peers.items():
            peer = contenders.Peer(command, 'live')
            batches[who] = lambda peer=peer: peer.once(directory, count)
        self.interleave(f'end with {count} names', filesystem, batches)

    def commands(self):
        def spawn(*command):
            return lambda: self.spend(200, *command, directory='/dev/shm')
        mktemp = [self.tempf(), 'mktemp', '-u']
        self.interleave('start mktemp', 'tmpfs', {
            'libtempfile': spawn(*mktemp), 'mktemp': spawn('mktemp', '-u')})
        self.interleave('start spool', 'tmpfs', {
            'libtempfile': spawn(self.tempf(), 'spool'),
            'sponge': spawn('sponge')})

    def growth(self, filesystem, directory):
        for count in GROWTH:
            for who, what in (('libtempfile', 'names'),
                              ('libtempfile', 'spools'), ('kernel', 'names')):
                for _ in range(3):
                    one = self.live(directory, who, what, count)
                    self.results.append({
                        'operation': f'growth {what} {count}',
                        'filesystem': filesystem, 'who': who,
                        **{key: [value] for key, value in one.items()}})
        for count in GROWTH:
            for who, command in (('libtempfile', [self.tempf(), 'rm', '{}']),
                                 ('rm', ['rm', '-rf', '{}'])):
                for _ in range(3):
                    one = self.remove(directory, (1, count, 0), command)
                    self.results.append({
                        'operation': f'growth tree {count}',
                        'filesystem': filesystem, 'who': who,
                        **{key: [value] for key, value in one.items()}})

    def on(self, filesystem, directory):
        parts, options = self.options.parts, self.options
        for part, names in (('names', NAMES), ('memory', MEMORY),
                            ('contents', CONTENTS), ('persist', PERSIST),
                            ('threads', THREADS)):
            if part in parts:
                self.operations(names, filesystem, directory, options.seconds)
        if 'trees' in parts:
            self.trees(filesystem, directory, options.shapes)
        if 'live' in parts:
            self.live_names(filesystem, directory)
        if 'growth' in parts:
            self.growth(filesystem, directory)

    def all(self):
        options = self.options
        with tempfile.TemporaryDirectory(dir=options.tmpfs) as directory:
            self.on('tmpfs', directory)
        if 'commands' in options.parts:
            self.commands()
        if options.disk and report.filesystem(options.disk) != 'tmpfs':
            # Not in a loop: what was removed lately slows what comes next.
            options.parts = [part for part in options.parts
                             if part in ('names', 'persist')]
            options.seconds /= 5
            with tempfile.TemporaryDirectory(dir=options.disk) as directory:
                self.on(report.filesystem(options.disk), directory)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build', help='configured with -Dbench=true')
    parser.add_argument('--parts', nargs='+', default=[
        'names', 'memory', 'contents', 'persist', 'threads', 'trees', 'live',
        'commands', 'growth'])
    parser.add_argument('--rounds', type=int, default=9)
    parser.add_argument('--seconds', type=float, default=0.05,
                        help='that a batch should last')
    parser.add_argument('--shapes', nargs='+', default=list(TREES),
                        choices=list(TREES), metavar='SHAPE')
    parser.add_argument('--tmpfs', default='/dev/shm')
    parser.add_argument('--disk', default='/tmp', help='"": none')
    parser.add_argument('--cool-down', type=float, default=45,
                        help='seconds between two operations on a disk')
    parser.add_argument('--json', help='write the samples there')
    parser.add_argument('--plots', help='write SVGs into this directory')
    parser.add_argument('--page', help='put the tables into this page')
    return parser.parse_args()


def main():
    options = arguments()
    os.environ['PATH'] += ':/usr/local/go/bin'
    run = Run(options)
    for name in run.missing:
        print(f'not here, skipped: {name}')
    run.all()
    run.save()
    report.check(sys.stdout, run.results)
    if options.plots and options.json:
        plot(options.json, options.plots)
    if options.page and options.json:
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([sys.executable, os.path.join(here, 'table.py'),
                        options.json, options.page], check=True)


def plot(samples, directory):
    here = os.path.dirname(os.path.abspath(__file__))
    for python in (sys.executable, '/usr/bin/python3'):
        if shutil.which(python) and subprocess.run(
                [python, '-c', 'import matplotlib'],
                stderr=subprocess.DEVNULL, check=False).returncode == 0:
            subprocess.run([python, os.path.join(here, 'plot.py'), samples,
                            directory], check=True)
            return
    print('not here, skipped: matplotlib, so no plots')


main()
