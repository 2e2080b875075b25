#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run CPython's own test_tempfile, as it is, on ctempfile.

usage: cpython.py [FILE]

FILE is another version's test_tempfile.py. The interpreter must be that of a
virtual environment made for the purpose: a .pth file in it puts ctempfile in
the standard module's place before anything else runs, in `python -I` children
too. Nothing passes unless that is proved. The last line counts.
"""

import os
import site
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PTH = "ctempfile_in_place.pth"


def put_in_place():
    """Let every start of this interpreter begin with install()."""
    if sys.prefix == sys.base_prefix:
        sys.exit("this changes the interpreter: only in a virtual environment")
    directory = next(path for path in site.getsitepackages()
                     if path.startswith(sys.prefix))
    path = os.path.join(directory, PTH)
    if not os.path.exists(path):
        with open(path, "w") as file:
            file.write("import ctempfile; ctempfile.install()\n")
    return path


def prove():
    """No child runs the standard module, isolated or not."""
    program = "import tempfile; print(tempfile.__name__, tempfile.__file__)"
    for options in ([], ["-I"], ["-I", "-X", "dev"]):
        output = subprocess.run([sys.executable, *options, "-c", program],
                                stdout=subprocess.PIPE, check=True).stdout
        if not output.startswith(b"ctempfile "):
            sys.exit("a child runs %r" % output)
    import tempfile
    if tempfile.__name__ != "ctempfile":
        sys.exit("this process runs %r" % tempfile)


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


def main(arguments):
    """The exit status."""
    if sys.prefix == sys.base_prefix:
        sys.exit("this is not a virtual environment")
    if not any(name == "ctempfile" for name in sys.modules):
        put_in_place()
        os.execv(sys.executable, [sys.executable, *sys.argv])
    try:
        prove()
        module = load(arguments[0] if arguments else None)
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
        result = unittest.TextTestRunner(
            verbosity=0, stream=sys.stdout).run(suite)
    finally:
        os.unlink(put_in_place())
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
