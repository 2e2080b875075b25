#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure ctempfile beside the standard module, in turns.

usage: bench.py [DIRECTORY...]       (default: /dev/shm and /tmp)

Each operation is timed in both modules alternately, BENCH_ROUNDS (25) times;
medians in microseconds and the median of the ratios are told. Time is the
process's own, in the system too, so that other work on the machine does not
count; with BENCH_CLOCK=wall it is what a clock on the wall says. For import,
new interpreters are started, and time is what -X importtime tells.
"""

import importlib
import os
import statistics
import subprocess
import sys
import time
import timeit

import ctempfile

standard = importlib.import_module("tempfile")
assert standard is not ctempfile

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "25"))
CLOCK = (time.perf_counter if os.environ.get("BENCH_CLOCK") == "wall"
         else time.process_time)
KIBIBYTE = b"x" * 1024


def spool(module):
    file = module.SpooledTemporaryFile()
    file.write(KIBIBYTE)
    file.close()


def spool_with(module):
    with module.SpooledTemporaryFile(max_size=4096) as file:
        file.write(KIBIBYTE)


def directory(module):
    with module.TemporaryDirectory():
        pass


def anonymous(module):
    module.TemporaryFile().close()


def named(module):
    module.NamedTemporaryFile().close()


def mkstemp(module):
    descriptor, path = module.mkstemp()
    os.close(descriptor)
    os.unlink(path)


def compare(function, number):
    """Medians of both, and of the ratios."""
    times = [], []
    for _ in range(ROUNDS):
        for module, found in zip((standard, ctempfile), times):
            seconds = timeit.timeit(lambda: function(module), number=number,
                                    timer=CLOCK)
            found.append(seconds / number * 1e6)
    ratios = [one / other for one, other in zip(*times)]
    return (*map(statistics.median, times), statistics.median(ratios))


def import_time(name):
    """Microseconds, what it imports included."""
    output = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", "-c",
         "import sys; sys.path.insert(0, %r); import %s" % (
             os.path.dirname(os.path.dirname(ctempfile.__file__)), name)],
        stderr=subprocess.PIPE, check=True).stderr.decode()
    line, = [line for line in output.splitlines()
             if line.split("|")[-1].strip() == name]
    return int(line.split("|")[1])


def show(what, one, other, ratio):
    print("%-34s %9.2f %9.2f %7.2f" % (what, one, other, ratio), flush=True)


def main(directories):
    print("Python %s%31s %9s %7s" % (sys.version.split()[0], "standard",
                                     "ctempfile", "ratio"))
    times = [], []
    for _ in range(ROUNDS):
        times[0].append(import_time("tempfile"))
        times[1].append(import_time("ctempfile"))
    show("import", *map(statistics.median, times),
         statistics.median(a / b for a, b in zip(*times)))
    for function in spool, spool_with:
        show("SpooledTemporaryFile, 1 KiB" if function is spool
             else "... max_size, with", *compare(function, 5000))
    for place in directories or ["/dev/shm", "/tmp"]:
        standard.tempdir = ctempfile.tempdir = place
        for function, name in ((directory, "TemporaryDirectory"),
                               (anonymous, "TemporaryFile"),
                               (named, "NamedTemporaryFile"),
                               (mkstemp, "mkstemp")):
            show("%s in %s" % (name, place), *compare(function, 500))


if __name__ == "__main__":
    main(sys.argv[1:])
