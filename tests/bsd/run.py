#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py SYSTEM DIFFERENCES PROGRAM: run a program of tests that expects Linux.

DIFFERENCES has a line "SYSTEM|* TEST: WHY" for each of its tests that has to
fail, because of what SYSTEM has not got; they are told as skipped. All others
have to pass, and these to fail, or to see by themselves that they cannot run.
"""
import re
import subprocess
import sys


def read_differences(path, system):
    with open(path, encoding='utf-8') as lines:
        rows = [line.split(None, 1) for line in lines if line[0] != '#']
    return dict(row[1].strip().split(': ', 1) for row in rows
                if row[0] in ('*', system))


def main():
    system, differences, program = sys.argv[1:]
    reasons = read_differences(differences, system)
    done = subprocess.run([program], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False,
                          encoding='utf-8', errors='replace')
    run = set(re.findall(r'^\[ RUN      \] (\w+)$', done.stdout, re.M))
    failed = set(re.findall(r'^\[  FAILED  \] (\w+)$', done.stdout, re.M))
    skipped = set(re.findall(r'^\[  SKIPPED \] (\w+)$', done.stdout, re.M))
    expected = run & set(reasons) - skipped
    if done.returncode < 0 or not run or failed != expected:
        print(done.stdout)
        for name in sorted(expected - failed):
            print(f'FAILED: {name}: passed, though not expected to')
        sys.exit(1)
    for name in sorted(run - failed - skipped):
        print(f'[       OK ] {name}')
    for name in sorted(failed | skipped):
        reason = reasons.get(name, 'it says so itself')
        print(f'skipped: {reason}\n[  SKIPPED ] {name}')


if __name__ == '__main__':
    main()
