#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many instructions a byte of text costs, against what is allowed.

usage: text_instructions.py PROGRAM COMPILER CPU ALLOWED [--update]

PROGRAM is bench/text_speed.c. Time is never the same twice, instructions
nearly are; what opening costs is taken off by running more passes and fewer.
ALLOWED has a line for each work; a few percent above it fail. The figures are
those of one compiler and processor family, so others are skipped. --update
writes what was measured.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "bench"))
from text_speed import make_texts, write_texts  # noqa: E402

SIZE = 200000
SLACK = 1.05
# So that memcpy and memchr are the same on every machine.
PLAINEST = "glibc.cpu.hwcaps=" + ",".join(
    "-" + name + suffix for name in ("AVX", "AVX2", "AVX512VL", "AVX512BW",
                                     "ERMS", "FSRM")
    for suffix in ("", "_Usable"))
SKIPPED = 77


def count(program, work, place, passes):
    operation, encoding, newline, text = work.split()
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               program, str(passes)]
    request = " ".join(["ours", operation, encoding, newline,
                        os.path.join(place, text)])
    done = subprocess.run(command, input=request + "\n", text=True,
                          capture_output=True, check=True,
                          env={"PATH": os.environ["PATH"],
                               "GLIBC_TUNABLES": PLAINEST})
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def read_allowed(path):
    allowed = {}
    with open(path) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                work, figure = line.rsplit(None, 1)
                allowed[" ".join(work.split())] = float(figure)
    return allowed


def write_allowed(path, measured):
    with open(path) as file:
        head = [line for line in file if line.startswith("#")]
    with open(path, "w") as file:
        file.writelines(head)
        for work, figure in measured.items():
            file.write("%-13s %-9s %-5s %-14s %8.3f\n" % (*work.split(),
                                                          figure))


def measure(program, works):
    with tempfile.TemporaryDirectory() as place:
        write_texts(make_texts(SIZE), place)
        measured = {}
        for work in works:
            size = os.path.getsize(os.path.join(place, work.split()[-1]))
            more, fewer = (count(program, work, place, passes)
                           for passes in (3, 1))
            measured[work] = (more - fewer) / 2 / size
    return measured


def judge(allowed, measured):
    risen = 0
    for work, figure in measured.items():
        if figure > allowed[work] * SLACK:
            risen += 1
            verdict = "RISEN: %.3f are allowed" % allowed[work]
        elif figure < allowed[work] / SLACK:
            verdict = "fallen: --update would keep it so"
        else:
            verdict = "ok"
        print("%-45s %8.3f a byte  %s" % (work, figure, verdict))
    if risen:
        print("%d of %d cost more than before. If there is a reason, say it "
              "and --update." % (risen, len(measured)))
    return 1 if risen else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("compiler")
    parser.add_argument("cpu")
    parser.add_argument("allowed")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not here")
        return SKIPPED
    if (arguments.compiler, arguments.cpu) != ("gcc", "x86_64"):
        print("skipped: the figures are those of gcc on x86_64, not of %s on "
              "%s" % (arguments.compiler, arguments.cpu))
        return SKIPPED
    allowed = read_allowed(arguments.allowed)
    measured = measure(arguments.program, allowed)
    if arguments.update:
        write_allowed(arguments.allowed, measured)
    return judge(read_allowed(arguments.allowed), measured)


if __name__ == "__main__":
    sys.exit(main())
