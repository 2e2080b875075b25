#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sentences.py SOURCE PROGRAM [--write]: what the library says when it fails.

What PROGRAM brings it to say is tests/sentences.txt, for people to read as
prose; and every reason that is written in src/ is among it, or is excused.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# What needs another world to come about, and where it is brought about.
EXCUSED = {
    'a tree cannot be made durable on this system': 'tests/wasi',
    'its content could not be written to the disk': 'tests/faults',
    'its file system cannot do that at one stroke': 'tests/filesystems',
    'its file system does not tell who holds a lock': 'tests/faults',
    'locks do not tell on this file system': 'tests/faults',
    'it is on another file system': 'tests/test_persist_trees.c',
    'it is memory, not a disk': 'tests/test_where.c',
    'it belongs to another user': 'tests/test_sweep_disguises.c',
    'it cannot be opened': 'tests/test_sweep_disguises.c',
    'it is neither a directory nor a file': 'tests/test_sweep_disguises.c',
    'something in it was to be kept': 'tests/test_sweep_disguises.c',
    'no usable one among': 'tests/test_where.c',
    'not as the system has it': 'tests/test_where.c',
    'ascii ': 'nowhere: names of an encoding',
    'find a temporary directory': 'tests/faults',
    'use the directory': 'tests/faults',
    'make a path in': 'tests/faults',
    'find the directory': 'tests/faults',
    'create a directory in': 'tests/faults',
    'move from memory to a file': 'tests/faults',
    'open a directory': 'tests/faults',
    'lease names in': 'tests/test_session.c',
    'make durable (but it is published)': 'tests/proofs',
}
# glibc's words and musl's.
SAME = {'Invalid or incomplete multibyte or wide character':
        'Illegal byte sequence', 'Operation not supported': 'Not supported'}
# A literal that reads as a reason: three words and more, no format, no step.
REASON = re.compile(r'[a-z_]+ (?:[a-z_]+ )+[^%]*')


def said(program):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = os.path.realpath(scratch)
        os.mkdir(f'{scratch}/tmp')
        environment = {**os.environ, 'TMPDIR': 'tmp', 'LC_ALL': 'C',
                       'TEMPFILE_SWEEP': 'never'}
        environment.pop('TEMPFILE_KEEP', None)
        text = subprocess.run([program], cwd=scratch, env=environment,
                              stdout=subprocess.PIPE, text=True,
                              check=True).stdout
    text = text.replace(scratch, '.')
    for here, there in SAME.items():
        text = text.replace(here, there)
    # To some users the system says something else.
    text = re.sub(r"(in '/proc': ).*", r'\1No such file or directory', text)
    text = re.sub(r'tempfile-(?!(.)\1{25})\w{26}', 'tempfile-' + '~' * 26,
                  text)
    lines = re.sub(r'/tmp\w{12}', '/tmp' + '~' * 12, text).splitlines()
    # The order of directories is the system's.
    end = [line for line in lines if line.startswith('./tmp/tempfile-')]
    return [line for line in lines if line not in end] + sorted(end)


def literals(path):
    """Strings, adjacent ones joined, comments left out."""
    text = re.sub(r'/\*.*?\*/|^#include.*?$|_Static_assert\([^;]*;', '',
                  path.read_text(), flags=re.S | re.M)
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*',
                             text):
        yield ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[0]))


def reasons(source):
    for path in sorted((source / 'src').glob('*.c')):
        for text in literals(path):
            if REASON.fullmatch(text) and 'windows' not in path.name:
                yield text


def main():
    source, program = map(Path, sys.argv[1:3])
    lines = said(program.resolve())
    record = source / 'tests/sentences.txt'
    if sys.argv[3:] == ['--write']:
        record.write_text('\n'.join(lines) + '\n')
    failed = 0
    wanted = record.read_text().splitlines()
    for line in wanted:
        if line not in lines:
            print(f'FAILED: is not said any more: {line}')
            failed = 1
    for line in lines:
        print(f'ok: {line}' if line in wanted else f'FAILED: new: {line}')
        failed |= line not in wanted
    text = '\n'.join(lines)
    for reason in sorted(set(reasons(source))):
        if reason not in text and not any(reason.startswith(excused)
                                          for excused in EXCUSED):
            print(f'FAILED: never said: {reason}')
            failed = 1
    return failed


if __name__ == '__main__':
    sys.exit(main())
