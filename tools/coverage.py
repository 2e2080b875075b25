#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py COUNTED EXCUSES: what the tests reach of src/, from the JSON of
gcovr, and each branch that they do not reach and that EXCUSES does not list.

A row of EXCUSES is a row of a table in Markdown, | `files` | `code` | why |:
files as in the shell, code a part of the line. Exit status 1: less is reached
than has to be, or something is not excused.
"""
import fnmatch
import json
import re
import sys
from pathlib import Path

LEAST = {"lines": 97.0, "branches": 90.0}


def read_excuses(path):
    rows = re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`|any) \|",
                      Path(path).read_text(encoding="utf-8"), re.M)
    return [{"files": files, "code": code, "used": 0} for files, code in rows]


def excuse(excuses, name, line):
    for one in excuses:
        if fnmatch.fnmatch(name, one["files"]) and one["code"] in line:
            one["used"] += 1
            return True
    return False


def main():
    counted, excuses = sys.argv[1], read_excuses(sys.argv[2])
    root = Path(__file__).parent.parent
    found = {"lines": [0, 0], "branches": [0, 0]}
    bare = []
    for file in json.loads(Path(counted).read_text(encoding="utf-8"))["files"]:
        if not file["file"].startswith("src/"):
            continue
        name = file["file"].removeprefix("src/")
        source = (root / file["file"]).read_text(encoding="utf-8").split("\n")
        for line in file["lines"]:
            if line.get("gcovr/noncode"):
                continue
            found["lines"][0] += line["count"] > 0
            found["lines"][1] += 1
            missed = [b for b in line["branches"] if b["count"] == 0]
            found["branches"][0] += len(line["branches"]) - len(missed)
            found["branches"][1] += len(line["branches"])
            text = source[line["line_number"] - 1].strip()
            if missed and not excuse(excuses, name, text):
                bare.append(f"{name}:{line['line_number']}: "
                            f"{len(missed)} of {len(line['branches'])}: {text}")
    good = not bare
    for line in bare:
        print(f"not reached, not excused: {line}")
    for one in excuses:
        if one["used"] == 0:
            print(f"no longer needed: {one['files']} {one['code']}")
    for what, (reached, all_of_them) in found.items():
        share = 100 * reached / max(all_of_them, 1)
        good = good and share >= LEAST[what]
        print(f"{what}: {share:.1f} % ({reached} of {all_of_them}; "
              f"at least {LEAST[what]:.0f} %)")
    sys.exit(0 if good else 1)


main()
