# SPDX-License-Identifier: MIT
"""Every process of this interpreter tells, when it ends, which module it had
as tempfile and how many names and nameless files that made: a line in the file
$CTEMPFILE_WITNESS.
"""

import atexit
import os
import sys

FLAGS = getattr(os, "O_TMPFILE", 0)
made = 0


def hook(event, args):
    """Count what is made."""
    global made
    if event in ("tempfile.mkstemp", "tempfile.mkdtemp") or (
            event == "open" and isinstance(args[2], int)
            and args[2] & FLAGS == FLAGS):
        made += 1


def tell():
    """At the end."""
    module = sys.modules.get("tempfile")
    if module and made:
        with open(os.environ["CTEMPFILE_WITNESS"], "a") as file:
            file.write("%s %d\n" % (module.__name__, made))


if "CTEMPFILE_WITNESS" in os.environ:
    sys.addaudithook(hook)
    atexit.register(tell)
