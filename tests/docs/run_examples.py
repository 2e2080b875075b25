#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run_examples.py LIBRARY INCLUDE TEMPF DOCUMENT...: run what documents show.

Each example runs in a directory of its own, with TMPDIR empty before it and
empty again after it.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from document import examples_of

HEADERS = '''\
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <tempfile.h>
'''
OPTIONS = ['-std=gnu11', '-D_FILE_OFFSET_BITS=64', '-Wall', '-Wextra',
           '-Werror', '-Wno-unused-variable', '-Wno-unused-result',
           '-Wno-unused-value']


def in_function(example, index):
    code = '' if example.at_top else example.code
    return '\n'.join([f'static void example_{index}(void)\n{{',
                      *example.before, code, *example.after, '}'])


def is_program(example):
    return example.language == 'c' and 'int main(' in example.code


def compile_c(source, program, library, include):
    program.with_suffix('.c').write_text(source)
    subprocess.run(
        [*os.environ.get('CC', 'cc').split(), *OPTIONS, f'-I{include}',
         '-o', program, program.with_suffix('.c'),
         library, '-pthread'],
        check=True)


def compile_all(examples, program, library, include):
    """One program for all functions; its argument says which to call."""
    parts = [HEADERS]
    calls = []
    for index, example in enumerate(examples):
        parts += [example.at_file_level(), in_function(example, index)]
        calls.append(f'\tcase {index}: example_{index}(); break;')
    parts.append('int main(int argc, char **argv)\n{\n'
                 '\tswitch (argc > 1 ? atoi(argv[1]) : -1) {\n'
                 + '\n'.join(calls) +
                 '\n\tdefault: return 2;\n\t}\n\treturn 0;\n}\n')
    compile_c('\n'.join(parts), program, library, include)


def command_for(example, index, scratch, library, include):
    if is_program(example):
        program = scratch / f'program-{index}'
        compile_c(example.code, program, library, include)
        return [program]
    if example.language == 'c':
        return [scratch / 'examples', str(index)]
    code = '\n'.join([*example.before, example.code, *example.after])
    if example.language == 'python':
        return [sys.executable, '-W', 'ignore::ResourceWarning', '-c',
                'import os, tempfile\n' + code]
    return ['sh', '-eu', '-c', code]


def is_empty(directory):
    """A process that has been left behind may need a moment."""
    for _ in range(40):
        if not os.listdir(directory):
            return True
        time.sleep(0.05)
    return False


def run(command, example, scratch, source, tempf):
    own = Path(tempfile.mkdtemp(dir=scratch))
    (own / 'tmp').mkdir()
    (own / 'work').mkdir()
    environment = {**os.environ, 'TMPDIR': str(own / 'tmp'),
                   'PATH': f'{tempf.parent}:{os.environ["PATH"]}',
                   'LC_ALL': 'C.UTF-8', 'TEMPFILE_SWEEP': 'never',
                   'SOURCE': str(source)}
    environment.pop('TEMPFILE_KEEP', None)
    if example.is_cell:
        environment['ASAN_OPTIONS'] = 'detect_leaks=0'
    done = subprocess.run(command, cwd=own / 'work', env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False)
    if done.returncode:
        return f'status {done.returncode}\n{done.stdout.decode()}'
    if not example.is_cell and not is_empty(own / 'tmp'):
        return f'left behind: {os.listdir(own / "tmp")}'
    return None


def check_document(document, scratch, library, include, tempf):
    examples = [e for e in examples_of(document) if not e.not_run]
    if not examples:
        return [f'{document.name}: no examples']
    functions = [e for e in examples if e.language == 'c'
                 and not is_program(e)]
    # The index of an example in its kind is what its command is made of.
    compile_all(functions, scratch / 'examples', library, include)
    failures = []
    for index, example in enumerate(examples):
        if example in functions:
            index = functions.index(example)
        command = command_for(example, index, scratch, library, include)
        fault = run(command, example, scratch, include.parent, tempf)
        print(f'{"FAILED" if fault else "ok"}: {example.where}', flush=True)
        if fault:
            failures.append(example.where)
            print(fault)
    return failures


def main():
    library, include, tempf, *documents = map(Path, sys.argv[1:])
    failures = []
    for document in documents:
        with tempfile.TemporaryDirectory() as scratch:
            os.chmod(scratch, 0o755)
            failures += check_document(document, Path(scratch), library,
                                       include, tempf)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
