#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run_command_examples.py SOURCE TEMPF: run the examples of tempf(1).

They are lines for people, about programs that are not there; so here is for
each, by its first words, what it needs before and has brought about after.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

from document import Example
from run_examples import run

NEEDS = {
    'tempf run --cd': (
        'HOME=$PWD; mkdir project; '
        "printf 'all:\\n\\tpwd >%s/made\\n' \"$PWD\" >project/Makefile",
        'case $(cat made) in "$TMPDIR"/*) ;; *) exit 1 ;; esac'),
    'tempf run compile': (
        'program compile \'[ -d "${2%/a.o}" ] && echo x >"$2" && '
        '[ "${2%/a.o}" = "${4%/log}" ] && [ "$5" = main.c ] && echo >ran\'',
        '[ -e ran ]'),
    'eval': ('start=$PWD', '[ "$PWD" = "$work" ]; cd "$start"'),
    'tempf write': (
        'mkdir etc; echo old >etc/app.conf; '
        "program make-config '[ \"$1\" = --strict ] && echo new'",
        '[ "$(cat etc/app.conf)" = new ]'),
    'sort list': ("printf 'b\\na\\n' >list",
                  '[ "$(cat list)" = "$(printf \'a\\nb\')" ]'),
    'tempf sweep': ('', ''),
}
PROGRAM = '''\
mkdir bin; PATH=$PWD/bin:$PATH
program() { printf '#!/bin/sh\\n%s\\n' "$2" >"bin/$1"; chmod +x "bin/$1"; }
'''


def lines(page):
    examples = page.read_text().split('.Sh EXAMPLES')[1].split('\n.Sh')[0]
    for line in re.findall(r'^\.Dl (.*)', examples, re.M):
        line = line.replace('\\(dq', '"').replace('\\&', '')
        # Not to the machine that this runs on.
        yield line.replace('\\-', '-').replace(' /etc/', ' etc/')


def main():
    source, tempf = map(Path, sys.argv[1:])
    failed = not list(lines(source / 'docs/tempf.1'))
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        for line in lines(source / 'docs/tempf.1'):
            wanted = [key for key in NEEDS if line.startswith(key)]
            fault = 'nobody knows how to run it'
            if wanted:
                before, after = NEEDS[wanted[0]]
                code = '\n'.join([PROGRAM, before, line, after])
                fault = run(['sh', '-eu', '-c', code], Example('sh', line),
                            Path(scratch), source, tempf)
            print(f'{"FAILED" if fault else "ok"}: {line}')
            if fault:
                failed = True
                print(fault)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
