#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""debian_commands.py DOCUMENT...: a script that runs, in a clone, every example
that is marked for Debian; each is one test."""

import sys
from shlex import quote

from document import examples_of

print('failed=0')
for document in sys.argv[1:]:
    for example in examples_of(document):
        if example.debian is not None:
            code = f'{example.debian}\n{example.code}'
            print(f'if sh -eux -c {quote(code)}\n'
                  f'then echo ok: {example.where}\n'
                  f'else echo FAILED: {example.where}; failed=1\nfi')
print('exit $failed')
