#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_pages.py SOURCE: the manual pages say what the header says.

The header is the manual. Of its comments every sentence stands in the pages to
the word (white space, quotes and brackets apart); every function is in one
page, with the same prototype, and has a link by which it is found; every field
and macro is explained; every page that a page points to is there.
"""

import re
import subprocess
import sys
from pathlib import Path

# What the header says for those who read it as a header.
IN_HEADER_ONLY = {
    'libtempfile: files and directories that exist only while they are needed',
    'tempfile_open(TEMPFILE_OPTIONS(.suffix = ".c"))',
    'TEMPFILE_KEEP, ... below',
    'TEMPFILE_CHOSEN, ... below',
    'flags of the options',
    'flags of tempfile_persist and tempdir_persist',
    'flags of tempfile_sweep',
    'Seen from elsewhere; the handle goes on owning what these return',
}
OTHER_PAGES = {'tempf(1)'}


def rendered(page):
    """The page as it is read, without what makes it bold."""
    text = subprocess.run(['mandoc', '-Tascii', '-Owidth=100', page],
                          check=True, capture_output=True, text=True).stdout
    return re.sub('.\b', '', text)


def squeezed(text):
    """What two ways of writing the same have in common."""
    return re.sub(r'[\s"\'`(),\[\]]', '', text).lower()


def comments(header):
    """Each paragraph of each comment, code left out."""
    body = header[:header.index('#ifdef __cplusplus\n}')]
    body = body[body.index('/*', 10):]
    for comment in re.findall(r'/\*(.*?)\*/', body, re.S):
        lines = [re.sub(r'^\s*\* ?', '', line)
                 for line in comment.splitlines()]
        prose = ['' if line.startswith('\t') and not line.startswith('\t- ')
                 and not line.startswith('\t  ') else line for line in lines]
        yield from re.split(r'\n\s*\n|\n\t- ', '\n'.join(prose))


def sentences(header):
    for paragraph in comments(header):
        text = ' '.join(paragraph.split()).removeprefix('- ')
        if not re.search('[a-z]', text) or 'SPDX' in text:
            continue
        for sentence in re.split(r'(?<=[.:;]) (?=[A-Z0-9n-])', text):
            yield sentence.rstrip('.:;')


def prototypes(header):
    code = re.sub(r'/\*.*?\*/', '', header, flags=re.S)
    code = re.sub(r'^#(.*\\\n)*.*\n', '', code, flags=re.M)
    code = re.sub(r'\s+', ' ', code)
    for match in re.finditer(r'TEMPFILE_API ([^;]*);', code):
        yield match[1]


def canonical(prototype):
    return re.sub(r'\s*TEMPFILE_FORMAT\(.*?\)$|\s', '', prototype)


def synopsis(page):
    """The prototypes of a page's SYNOPSIS."""
    text = rendered(page)
    match = re.search(r'\nSYNOPSIS\n(.*?)\n[A-Z]', text, re.S)
    flat = ' '.join(match[1].split()) if match else ''
    return re.findall(r'([^;>]+?\(.*?\));(?= |$)', flat)


def name_of(prototype):
    return re.search(r'(temp(?:file|dir)_\w+) ?\(', prototype)[1]


def names(page):
    return re.findall(r'^\.Nm (temp\w+)', page.read_text(), re.M)


class Checks:
    def __init__(self):
        self.failed = 0

    def check(self, good, what, why=''):
        print(f'{"ok" if good else "FAILED"}: {what}{"" if good else why}')
        self.failed += not good


def check_prototypes(checks, header, pages):
    declared = {name_of(p): canonical(p) for p in prototypes(header)}
    shown = {}
    for page in pages:
        for prototype in synopsis(page):
            if re.search(r'temp(file|dir)_\w+ ?\(', prototype):
                shown[name_of(prototype)] = (canonical(prototype), page)
    for name, prototype in declared.items():
        there, page = shown.get(name, ('', None))
        checks.check(there == prototype, f'{name}: the prototype',
                     f'\n  header: {prototype}\n  page:   {there}')
        homes = [p.name for p in pages if name in names(p)]
        checks.check(len(homes) == 1, f'{name}: one page', f': {homes}')
    checks.check(shown.keys() <= declared.keys(),
                 'nothing but what is declared',
                 f': {shown.keys() - declared.keys()}')
    return declared


def check_exports(checks, source, declared):
    exported = re.findall(r'^\t(temp\w+);',
                          (source / 'src/libtempfile.map').read_text(), re.M)
    checks.check(set(exported) == set(declared),
                 'the header declares what the library exports',
                 f': {set(exported) ^ set(declared)}')


def check_links(checks, source, pages):
    linked = dict(re.findall(r"^  '(temp\w+)': '(temp\w+)',",
                             (source / 'docs/meson.build').read_text(), re.M))
    wanted = {name: page.stem for page in pages for name in names(page)
              if name != page.stem}
    checks.check(linked == wanted, 'each function is found by its name',
                 f': {set(linked.items()) ^ set(wanted.items())}')


def check_words(checks, header, pages):
    text = squeezed(''.join(rendered(page) for page in pages))
    for sentence in sentences(header):
        if sentence not in IN_HEADER_ONLY:
            checks.check(squeezed(sentence) in text, f'"{sentence}"')
    for macro in re.findall(r'^#define (TEMP\w+)', header, re.M):
        if macro not in ('TEMPFILE_H', 'TEMPFILE_API', 'TEMPFILE_FORMAT'):
            checks.check(macro.lower() in text, macro)
    for struct in re.findall(r'\nstruct \w+ \{(.*?)\n\};', header, re.S):
        fields = re.sub(r'/\*.*?\*/|\s+', ' ', struct, flags=re.S)
        for field in re.findall(r'([^;]+);', re.sub(r'\s+', ' ', fields)):
            checks.check(squeezed(field) in text, f'field: {field.strip()}')


def check_references(checks, pages):
    known = OTHER_PAGES | {f'{name}({page.suffix[1:]})'
                           for page in pages for name in names(page)}
    known |= {f'{page.stem}({page.suffix[1:]})' for page in pages}
    for page in pages:
        for name, section in re.findall(r'\.Xr (\S+) (\d)', page.read_text()):
            if name.startswith('temp'):
                checks.check(f'{name}({section})' in known,
                             f'{page.name}: {name}({section}) exists')


def check_lint(checks, pages):
    for page in pages:
        found = subprocess.run(['mandoc', '-Tlint', '-Wwarning', page],
                               capture_output=True, text=True, check=False)
        checks.check(not found.stdout + found.stderr, f'{page.name}: mandoc',
                     '\n' + found.stdout + found.stderr)


def main():
    source = Path(sys.argv[1])
    header = (source / 'include/tempfile.h').read_text()
    pages = sorted(source.glob('docs/*.[37]'))
    checks = Checks()
    check_lint(checks, sorted(source.glob('docs/*.[1-7]')))
    declared = check_prototypes(checks, header, pages)
    check_exports(checks, source, declared)
    check_links(checks, source, pages)
    check_words(checks, header, pages)
    check_references(checks, pages)
    return 1 if checks.failed else 0


if __name__ == '__main__':
    sys.exit(main())
