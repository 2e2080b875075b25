#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cross/run does with results.

results.py pick BUILD SKIP...      the tests to run, a line each
results.py enter OUT NAME TITLE RUNS UNDER BUILT SKIP...
                                   write OUT/result.json; 1 if not all is well
results.py table [NAME...]         tell the results, of all without NAME
results.py docs                    bring docs/systems.md up to date
results.py check                   has it a row for each target?

SKIP is "PATTERN|WHY": of the names of tests, or of "*:" and a suite's name.
"""
import fnmatch
import importlib.machinery
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / 'build-cross'


def load_count_tests():
    path = str(ROOT / 'tools' / 'count_tests')
    loader = importlib.machinery.SourceFileLoader('count_tests', path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader('count_tests', loader))
    loader.exec_module(module)
    return module


def read_skips(arguments):
    return [argument.split('|', 1) for argument in arguments]


def reason_to_skip(test, skips):
    """The last one that fits; None if it is to be run."""
    names = [test['name']] + ['*:' + suite.split(':')[-1]
                              for suite in test['suite']]
    for pattern, why in reversed(skips):
        if any(name == pattern or fnmatch.fnmatchcase(name, pattern)
               for name in names):
            return why or None
    return None


def introspect(build):
    return json.loads(subprocess.run(
        ['meson', 'introspect', '--tests', build], check=True,
        stdout=subprocess.PIPE).stdout)


def pick(build, *skips):
    skips = read_skips(skips)
    for test in introspect(build):
        if not reason_to_skip(test, skips):
            print(test['name'])


# cmocka says twice that a test was skipped; why stands before the first.
SKIPPED_TEST = re.compile(
    r'(?:^skipped: (?P<why>.*)\n)?^\[  SKIPPED \] (?P<name>\w+)$', re.M)
SKIPPED_TAP = re.compile(r'^ok \d+ (?P<name>.*?) # skip ?(?P<why>.*)$', re.M)


def skipped_inside(test):
    """{name: why} of the parts of a program that it did not run."""
    output = test.get('stdout', '') + '\n' + test.get('stderr', '')
    output = output.replace('\r\n', '\n')
    name = test['name'].split(':')[-1].split(' / ')[-1]
    if test['result'] == 'SKIP':
        return {name: output.strip().split('\n')[-1]}
    found = {}
    for pattern in SKIPPED_TEST, SKIPPED_TAP:
        for match in pattern.finditer(output):
            key = f'{name}: {match["name"]}'
            found[key] = match['why'] or found.get(key, '')
    return found


def enter(out, name, title, runs, under, built, *skips):
    out = Path(out)
    count_tests = load_count_tests()
    result = {'name': name, 'title': title, 'runs': runs == 'here',
              'under': under, 'built': built == 'yes',
              'passed': 0, 'failed': 0, 'skipped': {}}
    log = out / 'build' / 'meson-logs' / 'testlog.json'
    if log.exists():
        tests = count_tests.read_log(out / 'build')
        counts = [count_tests.count(test) for test in tests]
        result['passed'] = sum(count[0] for count in counts)
        result['failed'] = sum(count[1] for count in counts)
        result['bad'] = [test['name'] for test, count in zip(tests, counts)
                         if count[1]]
        for test in introspect(out / 'build'):
            why = reason_to_skip(test, read_skips(skips))
            if why:
                result['skipped'][test['name']] = why
        for test in tests:
            result['skipped'].update(skipped_inside(test))
    (out / 'result.json').write_text(json.dumps(result, indent=1) + '\n')
    good = result['built'] and not result['failed'] and (
        result['passed'] or not result['runs'])
    return 0 if good else 1


def targets():
    return sorted(path.name for path in (ROOT / 'cross/targets').iterdir()
                  if '.' not in path.name)


def read_results(names):
    for name in names or targets():
        path = RESULTS / name / 'result.json'
        if path.exists():
            yield json.loads(path.read_text())


def by_reason(skipped):
    reasons = {}
    for test, why in skipped.items():
        reasons.setdefault(why.removeprefix('skipped: '), []).append(test)
    return reasons


def table(*names):
    results = list(read_results(names))
    print()
    row = '{:<12} {:<6} {:>6} {:>7} {:>7} {:>8}'
    print(row.format('target', 'built', 'tests', 'passed', 'failed',
                     'skipped'))
    good = bool(results)
    for one in results:
        ran = one['passed'] + one['failed']
        print(row.format(
            one['name'], 'yes' if one['built'] else 'no',
            *([ran, one['passed'], one['failed'], len(one['skipped'])]
              if one['runs'] else ['-'] * 4)))
        good &= one['built'] and not one['failed']
        good &= ran > 0 or not one['runs']
    for one in results:
        for test in one.get('bad', []):
            print(f'FAILED: {one["name"]}: {test}')
    for one in results:
        for why, tests in by_reason(one['skipped']).items():
            print(f'skipped: {one["name"]}: {why}: {", ".join(tests)}')
    print('{} passed, {} failed, {} skipped'.format(
        sum(one['passed'] for one in results),
        sum(one['failed'] + (not one['built']) for one in results),
        sum(len(one['skipped']) for one in results)))
    return 0 if good else 1


DOCS = ROOT / 'docs' / 'systems.md'
HEAD = '''# Systems

What is known of each, and how. *Run here*: the tests, by `make cross` on Debian
12 for x86-64, with what is named to run them. *Compiled here*: with all warnings
as errors, and linked; nothing of it has run. *Never tried*: not even that. The
workflows in `.github/workflows` would run the tests on real systems.

| target | system | state | tests passed | failed | not run |
|---|---|---|---|---|---|
'''
NEVER = ['Windows (not Wine)', 'macOS', 'FreeBSD', 'NetBSD', 'OpenBSD',
         'Alpine Linux', 'Android', 'illumos', 'AIX', 'Haiku', 'Cygwin']
TAIL = '''
Of real machines with these, the tests have been run on none: {}.

What a run leaves out, and why, is printed by name: `cross/run --table`.
'''


def row_of(one):
    under = f' under {one["under"]}' if one['under'] else ''
    state = 'never tried' if not one['built'] else \
        f'run here{under}' if one['runs'] else 'compiled here'
    figures = [one['passed'], one['failed'], len(one['skipped'])] \
        if one['built'] and one['runs'] else ['', '', '']
    return '| {} | {} | {} | {} | {} | {} |'.format(
        one['name'], one['title'], state, *figures)


def known_rows():
    lines = DOCS.read_text().split('\n') if DOCS.exists() else []
    return {line.split('|')[1].strip(): line for line in lines
            if line.startswith('| ') and not line.startswith('| target ')}


def docs():
    rows = known_rows()
    rows.update((one['name'], row_of(one)) for one in read_results(()))
    text = HEAD
    for name in targets():
        text += rows.get(name, f'| {name} | | never tried | | | |') + '\n'
    DOCS.write_text(text + TAIL.format(', '.join(NEVER)))
    return 0


def check():
    missing = set(targets()) ^ set(known_rows())
    for name in sorted(missing):
        print(f'docs/systems.md and cross/targets differ: {name}')
    return 1 if missing else 0


def main():
    command, *arguments = sys.argv[1:]
    return {'pick': pick, 'enter': enter, 'table': table, 'docs': docs,
            'check': check}[command](*arguments)


if __name__ == '__main__':
    sys.exit(main())
