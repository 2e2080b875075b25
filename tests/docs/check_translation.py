#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_translation.py ORIGINAL TRANSLATION: both say the same things.

What can be compared are the sections, the examples without their comments, the
shape of the tables and where links lead.
"""

import re
import sys
from itertools import zip_longest
from pathlib import Path

from document import examples_of

# A document in one language points to those in that language.
TRANSLATED = {'README.es.md': 'README.md', 'articulo.md': 'article.md'}


def headings(path):
    return re.findall(r'^#+(?= )', path.read_text(), re.M)


def codes(path):
    return [re.sub(r'\s*(/\*.*?\*/|# .*)', '', example.code)
            for example in examples_of(path)]


def tables(path):
    """Of each row, which cells are empty."""
    return [[not cell.strip() for cell in row.split('|')]
            for row in re.findall(r'^\|.*\|$', path.read_text(), re.M)]


def links(path):
    found = re.findall(r'\]\(([^)#]+)', path.read_text())
    for link in found:
        name = link.rsplit('/', 1)[-1]
        yield link.replace(name, TRANSLATED.get(name, name))


def targets(path):
    """But not the one from each to the other."""
    return [link for link in links(path)
            if link not in TRANSLATED.values() or '/' in link]


def main():
    original, translation = map(Path, sys.argv[1:])
    for kind in (headings, codes, tables, targets):
        pairs = zip_longest(kind(original), kind(translation))
        for number, (one, other) in enumerate(pairs, 1):
            if one != other:
                sys.exit(f'{kind.__name__}: number {number} differs:\n'
                         f'{one}\n{other}')


main()
