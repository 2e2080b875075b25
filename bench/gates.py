# SPDX-License-Identifier: MIT
"""Hold what does not depend on time: instructions, system calls, bytes.

usage: gates.py GATE TEMPF LIBRARY TOOLCHAIN [--write]

gates.json has the figures that are allowed. Those of instructions and bytes
belong to one compiler and C library: elsewhere they are skipped. A figure more
than 2 % above the allowed one fails. One that is meant to change is entered
anew with --write, and the commit says why.
"""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ALLOWED = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       'gates.json')
OPERATIONS = ['anonymous', 'anonymous-1k', 'named', 'directory', 'spooled-1k',
              'spooled-64k', 'rolling-128k', 'lines', 'text']
RISE = 1.02
SCRATCH = tempfile.TemporaryDirectory()
SKIPPED = 77


def run(command):
    # The same for everybody: what is in the environment costs instructions
    # when a process starts, and so does its locale: in C, least of all.
    environment = {'PATH': os.environ['PATH'], 'LC_ALL': 'C',
                   'TMPDIR': SCRATCH.name,
                   # One process in 32 would do more.
                   'TEMPFILE_SWEEP': 'never'}
    return subprocess.run(command, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)


def instructions(*command):
    done = run(['valgrind', '--tool=callgrind',
                '--callgrind-out-file=/dev/null', *command])
    found = re.search(r'Collected : (\d+)', done.stderr)
    if done.returncode != 0 or not found:
        raise RuntimeError(f'{command} below valgrind: {done.stderr}')
    return int(found[1])


def system_calls(*command):
    with tempfile.NamedTemporaryFile('r', suffix='.strace') as trace:
        done = run(['strace', '-qq', '-o', trace.name, *command])
        if done.returncode != 0:
            raise RuntimeError(f'{command} below strace: {done.stderr}')
        # One call of getrandom draws the letters of many names; the memory
        # that malloc asks for comes at its own times.
        return len([line for line in trace if not line.startswith(
            ('getrandom', 'brk', 'mmap', 'munmap'))])


def each(measure, gate, operation, few, many):
    """What one more takes: the start of the process is in both."""
    return (measure(gate, operation, str(many)) -
            measure(gate, operation, str(few))) / (many - few)


def stripped_bytes(library):
    with tempfile.NamedTemporaryFile(suffix='.so') as out:
        subprocess.run(['strip', '-o', out.name, library], check=True)
        return os.path.getsize(out.name)


def traceable():
    return shutil.which('strace') and run(['strace', '-qq', '-o', '/dev/null',
                                           'true']).returncode == 0


def measure_all(gate, tempf, library, counts_instructions, pool):
    """{kind: {what: figure}}, of what there are tools for."""
    jobs = {}
    if not counts_instructions:
        print('skipped: instructions: nothing to compare with here')
    elif shutil.which('valgrind'):
        for operation in OPERATIONS:
            jobs['instructions', operation] = pool.submit(
                each, instructions, gate, operation, 100, 1100)
        jobs['instructions', 'tempf mktemp'] = pool.submit(
            instructions, tempf, 'mktemp')
        if shutil.which('mktemp'):
            jobs['beside', 'mktemp'] = pool.submit(
                instructions, shutil.which('mktemp'))
    else:
        print('skipped: instructions: valgrind is not here')
    if traceable():
        for operation in OPERATIONS:
            jobs['system_calls', operation] = pool.submit(
                each, system_calls, gate, operation, 10, 110)
    else:
        print('skipped: system calls: strace is not here, or may not trace')
    if shutil.which('strip'):
        jobs['bytes', 'stripped library'] = pool.submit(
            stripped_bytes, library)
    found = {}
    for (kind, what), job in jobs.items():
        found.setdefault(kind, {})[what] = round(job.result(), 2)
    return found


def compare(kind, found, allowed):
    """How many figures have risen."""
    risen = 0
    for what, figure in found.items():
        if what not in allowed:
            print(f'FAILED: {what}: no figure for {kind} in gates.json')
            risen += 1
            continue
        most = allowed[what]
        if figure > most * RISE:
            risen += 1
            print(f'FAILED: {what} takes {figure:g} {kind}, '
                  f'{100 * figure / most - 100:.1f} % more than the {most:g} '
                  f'that bench/gates.json allows')
        elif figure < most / RISE:
            print(f'better: {what}: {figure:g} {kind}, allowed are {most:g}; '
                  f'enter that with --write')
        else:
            print(f'ok: {what}: {figure:g} {kind}')
    return risen


def check(found, allowed, toolchain):
    risen = compare('system calls', found.get('system_calls', {}),
                    allowed['system_calls'])
    known = allowed['toolchains'].get(toolchain)
    if known:
        for kind in ('instructions', 'bytes'):
            risen += compare(kind, found.get(kind, {}), known[kind])
    else:
        print(f'skipped: instructions and bytes: no figures for {toolchain}')
    ours = found.get('instructions', {}).get('tempf mktemp')
    theirs = found.get('beside', {}).get('mktemp')
    if known and theirs:
        word = 'ok' if ours <= theirs else 'FAILED'
        risen += ours > theirs
        print(f'{word}: tempf mktemp: {ours:g} instructions; mktemp(1): '
              f'{theirs:g}')
    return risen


def main():
    gate, tempf, library, toolchain = sys.argv[1:5]
    if '--write' not in sys.argv and not shutil.which('valgrind') and \
            not traceable():
        print('skipped: neither valgrind nor strace is here')
        return SKIPPED
    with open(ALLOWED, encoding='utf-8') as source:
        allowed = json.load(source)
    libc = os.confstr('CS_GNU_LIBC_VERSION') \
        if 'CS_GNU_LIBC_VERSION' in os.confstr_names else 'another libc'
    toolchain = f'{toolchain}, {libc}'
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        # Valgrind need not understand what another compiler writes.
        found = measure_all(gate, tempf, library,
                            toolchain in allowed['toolchains'] or
                            '--write' in sys.argv, pool)
    if '--write' in sys.argv:
        allowed['system_calls'] = found['system_calls']
        allowed['toolchains'][toolchain] = {
            kind: found[kind] for kind in ('instructions', 'bytes')}
        with open(ALLOWED, 'w', encoding='utf-8') as out:
            json.dump(allowed, out, indent=2)
            out.write('\n')
        return 0
    return 1 if check(found, allowed, toolchain) else 0


sys.exit(main())
