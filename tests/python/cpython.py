#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run CPython's own test_tempfile, as it is, on ctempfile.

usage: cpython.py [owed | leased | references] [FILE]

owed        names are owed to the disk by libtempfile's own handles, which a
            signal would make good
leased      ... in the process's private directory, where there is no dir
references  each test over and over, with every reference counted: for a
            debugging build of Python

FILE is another version's test_tempfile.py. The interpreter must be that of a
virtual environment made for the purpose (in_place.py). The last line counts.
"""

import os
import subprocess
import sys
import unittest

import in_place

HERE = os.path.dirname(os.path.abspath(__file__))


def excluded():
    """The names of the tests that are known not to pass."""
    with open(os.path.join(HERE, "cpython_excluded.txt")) as file:
        return {line.split("|")[0].strip() for line in file
                if line.strip() and not line.startswith("#")}


def load(path):
    """The test module, or another version's."""
    if path is None:
        from test import test_tempfile
        return test_tempfile
    import importlib.util
    spec = importlib.util.spec_from_file_location("test.test_tempfile", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def short_name(test):
    """TestX.test_y"""
    return ".".join(test.id().split(".")[-2:])


def run(path):
    """The exit status, after the line that counts."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(load(path))
    result = unittest.TextTestRunner(verbosity=0, stream=sys.stdout).run(suite)
    bad = {short_name(test) for test, _ in result.failures + result.errors}
    known = bad & excluded()
    for name in sorted(bad - known):
        print("FAILED:", name)
    for name in sorted(known):
        print("excluded:", name)
    for test, reason in result.skipped:
        print("skipped: %s: %s" % (short_name(test), reason))
    print("%s, uid %d: %d passed, %d failed, %d skipped, %d excluded" % (
        sys.version.split()[0], os.getuid(),
        result.testsRun - len(bad) - len(result.skipped), len(bad - known),
        len(result.skipped), len(known)))
    return 1 if bad - known or result.testsRun < 90 else 0


def count_references():
    """The exit status of CPython's own hunt for leaks."""
    if not hasattr(sys, "gettotalrefcount"):
        sys.exit("this Python does not count references")
    ignored = [word for name in sorted(excluded())
               for word in ("--ignore", "*." + name)]
    return subprocess.call([sys.executable, "-m", "test", "-R", "3:3",
                            *ignored, "test_tempfile"])


def main(arguments):
    """The exit status."""
    how = None
    if arguments and arguments[0] in ("owed", "leased", "references"):
        how = arguments.pop(0)
    if "ctempfile" not in sys.modules:
        in_place.put(how if how in in_place.INSTALL else None)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    try:
        in_place.prove(how)
        if how == "references":
            return count_references()
        return run(arguments[0] if arguments else None)
    finally:
        in_place.remove()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
