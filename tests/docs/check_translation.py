#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_translation.py ORIGINAL TRANSLATION: both show the same code."""

import re
import sys
from pathlib import Path

from document import examples_of


def codes(path):
    """Each example without its comments, which are translated."""
    return [re.sub(r'\s*(/\*.*?\*/|# .*)', '', example.code)
            for example in examples_of(path)]


def headings(path):
    return re.findall(r'^#+ ', Path(path).read_text(), re.M)


original, translation = sys.argv[1:]
if headings(original) != headings(translation):
    sys.exit('the sections differ')
for number, (one, other) in enumerate(
        zip(codes(original), codes(translation), strict=True), 1):
    if one != other:
        sys.exit(f'example {number} differs:\n{one}\n{other}')
