#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_promises.py SOURCE BUILD: each promise of README.md names its tests.

Every row of the table has one at least; all of them are there, and are run by
what Meson calls a test.
"""

import json
import re
import sys
from pathlib import Path

source, build = map(Path, sys.argv[1:])
tests = json.loads((build / 'meson-info/intro-tests.json').read_text())
run = {Path(word).stem for test in tests for word in test['cmd']}
text = (source / 'README.md').read_text()
table = text[text.index('| promise |'):].split('\n\n')[0].splitlines()[2:]
failed = False
for row in table:
    promise, names = row.strip('|').split('|')
    links = re.findall(r'\]\(([^)]*)\)', names)
    missing = [link for link in links if not (source / link).is_file()
               or Path(link).stem not in run]
    good = links and not missing
    failed = failed or not good
    print(f'{"ok" if good else "FAILED"}:{promise}{" ".join(missing)}')
sys.exit(failed or not table)
