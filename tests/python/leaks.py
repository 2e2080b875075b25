#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do everything ctempfile does, over and over; nothing may grow.

Counted are blocks of Python's allocator, descriptors, and the process's
memory: a reference that is lost with each round shows in the first, a handle
of libtempfile in the others. A debugging build of Python counts references,
too, which shows those to what is there anyway.
"""

import gc
import os
import shutil
import sys
import warnings

import ctempfile
from ctempfile import extra

ROUNDS = 200


def fail(function, *args, **keywords):
    try:
        function(*args, **keywords)
    except (OSError, ValueError, TypeError, LookupError):
        return
    raise AssertionError("%r did not fail" % function)


def files():
    for mode in "w+b", "w+", "rb", "w":
        ctempfile.TemporaryFile(mode).close()
        with ctempfile.NamedTemporaryFile(mode, prefix="é", suffix=".x") as f:
            iter(f), f.fileno, f.tell(), repr(f)
    ctempfile.NamedTemporaryFile()
    with ctempfile.NamedTemporaryFile(dir=os.fsencode(ctempfile.tempdir)):
        pass


def pairs():
    descriptor, path = ctempfile.mkstemp(b"s", b"p")
    os.close(descriptor)
    os.unlink(path)
    os.rmdir(ctempfile.mkdtemp(prefix="con."))
    ctempfile.mktemp()


def failures():
    for create in (ctempfile.mkstemp, ctempfile.mkdtemp,
                   ctempfile.NamedTemporaryFile, ctempfile.TemporaryDirectory):
        fail(create, dir="/no/such")
        fail(create, prefix="../x")
        fail(create, suffix=b"x", prefix="x")
        fail(create, prefix="a\0b")
        fail(create, suffix=[])
    for create in ctempfile.TemporaryFile, ctempfile.NamedTemporaryFile:
        fail(create, "q")
        fail(create, "w", encoding="no-such")
        fail(create, dir="/no/such")


def directories():
    with ctempfile.TemporaryDirectory() as path:
        os.mkdir(os.path.join(path, "x"))
    directory = ctempfile.TemporaryDirectory()
    directory._finalizer.alive, repr(directory)
    directory.self = directory
    del directory


def spools():
    for mode in "w+b", "w+":
        file = ctempfile.SpooledTemporaryFile(mode=mode, max_size=10)
        file.write("abc\n" if mode == "w+" else b"abc\n")
        file.seek(0)
        list(file), file.mode, file.name, file.closed
        file.writelines(["x" * 20] if mode == "w+" else [b"x" * 20])
        file.fileno(), file.truncate(3)
        file.self = file
        del file
    with ctempfile.SpooledTemporaryFile(dir="/no/such") as file:
        file.write(b"x")
        fail(file.rollover)
        fail(file.seek, -1)
        fail(file.write, "x")
        file.readinto(bytearray(3)), file.readlines(), file.read1(1)
    ctempfile.SpooledTemporaryFile().write(b"forgotten")


def handles():
    with extra.open_file("w", named=True) as file:
        file.write("x")
        file.reopen().close()
        target = os.path.join(ctempfile.tempdir, "target")
        file.persist(target)
        os.unlink(target)
    with extra.open_file(spooled=True, limit=5) as file:
        file.write(b"12345")
        fail(file.write, b"6")
        file.rollover(), file.getvalue(), file.path()
    extra.open_file()
    fail(extra.open_file, "q")
    with extra.open_directory() as directory:
        directory.path(), directory.fileno(), os.fspath(directory)
    fail(extra.open_directory, dir="/no/such")
    extra.candidates(), extra.sweep(dry_run=True)
    fail(extra.remove_tree, "/no/such")


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def measure():
    for _ in range(3):
        gc.collect()
    references = getattr(sys, "gettotalrefcount", int)()
    return (references, sys.getallocatedblocks(),
            len(os.listdir("/proc/self/fd")), memory())


def grown(function):
    """What another ROUNDS rounds add to each count."""
    before = measure()
    for _ in range(ROUNDS):
        function()
    return [b - a for a, b in zip(before, measure())]


def check(function):
    """Whether it stops growing; says so. Caches fill up at first."""
    for _ in range(8):
        references, blocks, descriptors, size = grown(function)
        grew = (max(references, blocks) > ROUNDS // 4 or descriptors > 0
                or size > ROUNDS * 64)
        if not grew:
            break
    print("%s %-12s %d references, %d blocks, %d descriptors, %d bytes in"
          " %d rounds" % (
              "FAILED" if grew else "ok", function.__name__, references,
              blocks, descriptors, size, ROUNDS), flush=True)
    return not grew


def main():
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    place = ctempfile.mkdtemp()
    ctempfile.tempdir = place
    try:
        results = [check(function) for function in (
            files, pairs, failures, directories, spools, handles)]
    finally:
        shutil.rmtree(place)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
