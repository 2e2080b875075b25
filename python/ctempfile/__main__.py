# SPDX-License-Identifier: MIT
"""python -m ctempfile: which temporary directory is used, and why.

Prints what `tempf where` prints; with --json, one object a line.
"""

import json
import os
import sys

from . import extra


def _human(size):
    """1536 is 1.5 KiB: three digits or so, and a unit."""
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
    unit = 0
    while size >= 1000 and unit < len(units) - 1:
        size /= 1024
        unit += 1
    return "%.*f %s" % (1 if unit and size < 100 else 0, size, units[unit])


def _line(candidate):
    mark = "*" if candidate.chosen else "-" if candidate.reason else " "
    line = "%s %s (%s): " % (mark, candidate.path, candidate.source)
    if candidate.reason:
        return line + candidate.reason
    line += candidate.filesystem
    if candidate.memory_backed:
        line += " in memory"
    if candidate.space >= 0:
        line += ", %s free" % _human(candidate.space)
    line += (", anonymous files" if candidate.anonymous
             else ", no anonymous files")
    return line + (", leases" if candidate.leases else ", no leases")


def _json(candidate):
    return json.dumps({
        "path": candidate.path,
        "source": candidate.source,
        "chosen": candidate.chosen,
        "usable": candidate.reason is None,
        "reason": candidate.reason,
        "errno": candidate.errno,
        "filesystem": candidate.filesystem,
        "space": None if candidate.space < 0 else candidate.space,
        "memory_backed": candidate.memory_backed,
        "anonymous": candidate.anonymous,
        "leases": candidate.leases,
    }, ensure_ascii=False)


def main(arguments):
    """The exit status."""
    if arguments not in ([], ["--json"]):
        print("usage: python -m ctempfile [--json]", file=sys.stderr)
        return 2
    found = extra.candidates()
    for candidate in found:
        # Bytes that are no text: as they are, and in JSON escaped.
        line = (_json(candidate).encode("utf-8", "backslashreplace")
                if arguments else os.fsencode(_line(candidate)))
        sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()
    if any(candidate.chosen for candidate in found):
        return 0
    print("ctempfile: none of these directories can be used",
          file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
