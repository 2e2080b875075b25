# SPDX-License-Identifier: MIT
"""Who is measured, and one batch of each: {'wall', 'cpu'[, 'rss']}, the first
two in nanoseconds for one operation, the last in KiB."""
import collections
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Absent(Exception):
    """There is no such contender here, or it does not know the operation."""


def run(command, environment=None):
    return subprocess.run(command, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


def in_directory(directory):
    return dict(os.environ, TMPDIR=directory, LC_ALL='C.UTF-8')


def said(done):
    """The numbers of a program that prints numbers."""
    if done.returncode == 3:
        raise Absent(done.stderr)
    if done.returncode != 0:
        raise RuntimeError(f'{done.args}: {done.stderr or done.stdout}')
    return [float(word) for word in done.stdout.split()]


class Google:
    """An executable of Google Benchmark, which counts by itself."""

    def __init__(self, path, name):
        self.path, self.name = path, name

    def batch(self, directory, seconds):
        done = run([self.path, f'--benchmark_filter=^{self.name}$',
                    f'--benchmark_min_time={seconds}',
                    '--benchmark_format=json'], in_directory(directory))
        if done.returncode != 0:
            raise RuntimeError(f'{self.name}: {done.stderr}')
        one = json.loads(done.stdout)['benchmarks'][0]
        unit = {'ns': 1, 'us': 1e3, 'ms': 1e6}[one['time_unit']]
        return {'wall': one['real_time'] * unit, 'cpu': one['cpu_time'] * unit}


class Peer:
    """A program that is told how often; found out by trying."""

    def __init__(self, command, operation):
        self.command, self.operation, self.count = command, operation, {}

    def once(self, directory, count):
        wall, cpu = said(run([*self.command, self.operation, str(count)],
                             in_directory(directory)))
        return {'wall': wall, 'cpu': cpu}

    def batch(self, directory, seconds):
        # As many for each thread, and for one alone.
        count = self.count.get(directory, 8)
        while directory not in self.count:
            enough = seconds * 1e9 / max(self.once(directory, count)['cpu'], 1)
            if count * 4 >= enough:
                self.count[directory] = max(8 * round(enough / 8), 1)
            count = min(count * 16, max(8, int(enough)))
        return self.once(directory, self.count[directory])


def google(path):
    """{operation: {who: contender}}"""
    found = collections.defaultdict(dict)
    for name in run([path, '--benchmark_list_tests']).stdout.split():
        who, operation = name.replace('/real_time', '').split('/', 1)
        operation = operation.replace('/threads:', '-')
        found[operation][who] = Google(path, name)
    return found


def first_python():
    """The system's, for what a user has; else that which runs this."""
    return '/usr/bin/python3' if os.path.exists('/usr/bin/python3') \
        else sys.executable


def build_rust(build):
    if not shutil.which('cargo'):
        return None
    target = os.path.join(build, 'bench', 'rust')
    done = run(['cargo', 'build', '--release', '--quiet', '--manifest-path',
                os.path.join(HERE, 'peers', 'rust', 'Cargo.toml'),
                '--target-dir', target])
    return [os.path.join(target, 'release', 'peer')] \
        if done.returncode == 0 else None


def build_go(build):
    if not shutil.which('go'):
        return None
    binary = os.path.join(build, 'bench', 'peer-go')
    done = run(['go', 'build', '-C', os.path.join(HERE, 'peers', 'go'),
                '-o', os.path.abspath(binary), '.'])
    return [binary] if done.returncode == 0 else None


def peers(build):
    """({who: command}, [who is absent])"""
    found = {
        'Rust': build_rust(build),
        'Go': build_go(build),
        'Python': [first_python(), os.path.join(HERE, 'peers', 'python.py')],
    }
    return ({who: command for who, command in found.items() if command},
            [who for who, command in found.items() if not command])


def version(who, build):
    """Which one it was."""
    commands = {
        'Go': ['go', 'version'],
        'Python': [first_python(), '--version'],
        'GLib': ['pkg-config', '--modversion', 'glib-2.0'],
        'Qt': ['pkg-config', '--modversion', 'Qt5Core'],
        'glibc': ['getconf', 'GNU_LIBC_VERSION'],
        'libtempfile': [os.path.join(build, 'cli', 'tempf'), '--version'],
        'rm': ['rm', '--version'],
        'find': ['find', '--version'],
        'Rust': ['cargo', 'pkgid', '--manifest-path', os.path.join(
            HERE, 'peers', 'rust', 'Cargo.toml'), 'tempfile'],
    }
    if who not in commands or not shutil.which(commands[who][0]):
        return None
    lines = run(commands[who]).stdout.splitlines() or ['']
    return lines[0].split('#')[-1]
