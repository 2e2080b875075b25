# SPDX-License-Identifier: MIT
"""The examples in manual pages and in Markdown.

Every block of code must be one of: run as it stands, or not run and why. What
an example needs around it stands in comments that readers do not see, .\\" in
manual pages and <!-- --> in Markdown:

    before: code      in front of the example, in the same function or script
    after: code       behind it: what it should have brought about
    into: top         the example, of C, is at file level
    top: code         in front of it there
    bottom: code      behind it there
    not run: why      leave it alone
    debian: code      for a Debian as bare as the document says; code in front
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

DIRECTIVE = re.compile(
    r'(before|after|top|bottom|into|not run|debian): ?(.*)')
LANGUAGES = {'c', 'cpp', 'sh', 'python'}


@dataclass
class Example:
    language: str
    where: str
    code: str = ''
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)
    top: list = field(default_factory=list)
    bottom: list = field(default_factory=list)
    at_top: bool = False
    not_run: str = ''
    debian: str = None
    is_cell: bool = False  # of a table: too short to clean up

    def direct(self, name, value):
        if name == 'into':
            self.at_top = True
        elif name == 'not run':
            self.not_run = value
        elif name == 'debian':
            self.debian = value
        else:
            getattr(self, name).append(value)

    def at_file_level(self):
        code = [self.code] if self.at_top else []
        return '\n'.join([*self.top, *code, *self.bottom])


def plain(line):
    """A line of a literal display without mdoc's escapes."""
    return line.replace('\\&', '').replace('\\e', '\\')


def from_manual(path):
    examples, current, lines = [], None, None
    for number, line in enumerate(Path(path).read_text().splitlines(), 1):
        where = f'{path.name}:{number}'
        if lines is not None and line == '.Ed':
            current.code, lines = '\n'.join(lines) + '\n', None
        elif lines is not None:
            lines.append(plain(line))
        elif line in ('.\\" EXAMPLE', '.\\" SHELL'):
            language = 'c' if line.endswith('EXAMPLE') else 'sh'
            current = Example(language, where)
            examples.append(current)
        elif line.startswith('.Bd'):
            if current is None or current.code:
                raise SystemExit(f'{where}: a display that nobody runs')
            lines = []
        elif line.startswith('.\\" ') and DIRECTIVE.match(line[4:]):
            current.direct(*DIRECTIVE.match(line[4:]).groups())
    return examples


def from_markdown(path):
    examples, current, lines = [], None, None
    for number, line in enumerate(Path(path).read_text().splitlines(), 1):
        where = f'{path.name}:{number}'
        directive = DIRECTIVE.match(line.removeprefix('<!-- '))
        if lines is not None and line == '```':
            current.code, lines = '\n'.join(lines) + '\n', None
            if current.language in LANGUAGES:
                examples.append(current)
            current = None
        elif lines is not None:
            lines.append(line)
        elif line.startswith('```'):
            current = current or Example('', where)
            current.language, current.where, lines = line[3:], where, []
        elif line.startswith('<!-- ') and directive:
            current = current or Example('', where)
            name, value = directive.groups()
            current.direct(name, value.removesuffix('-->').rstrip())
    return examples + from_tables(path)


def from_tables(path):
    """Cells in columns that are headed by a language, one example each."""
    examples, columns = [], {}
    for number, line in enumerate(Path(path).read_text().splitlines(), 1):
        if not line.startswith('|'):
            columns = {}
            continue
        cells = [cell.strip().replace('\\|', '|')
                 for cell in re.split(r'(?<!\\)\|', line.strip('|'))]
        if not columns:
            columns = {i: cell.lower() for i, cell in enumerate(cells)
                       if cell.lower() in LANGUAGES} or {-1: ''}
            continue
        for i, language in columns.items():
            for code in re.findall('`([^`]+)`', cells[i]) if language else []:
                if language == 'c':
                    code = f'(void)({code});'
                examples.append(
                    Example(language, f'{path.name}:{number}', code + '\n',
                            is_cell=True))
    return examples


def examples_of(path):
    path = Path(path)
    read = from_markdown if path.suffix == '.md' else from_manual
    return read(path)
