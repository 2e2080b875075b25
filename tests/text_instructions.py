#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many instructions a byte of text costs, against what is allowed.

usage: text_instructions.py PROGRAM COMPILER CPU ALLOWED [--update] [--page PAGE]

PROGRAM is bench/text_speed.c. Time is never the same twice, instructions
nearly are; what opening costs is taken off by running more passes and fewer.
ALLOWED has a line for each work: what it is, how much, and how many times as
much as others, who are measured, too. A few percent above it fail. The figures
are those of one compiler and of processors with AVX2, so others are skipped.
--update writes what was measured; --page puts all of it into a page, with that
of Python, for which it takes minutes.
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
from page import put_into  # noqa: E402
from text_speed import make_texts, write_texts  # noqa: E402

SIZE = 200000
SLACK = 1.05
# So that memcpy and memchr are the same on every machine with AVX2.
PLAINEST = "glibc.cpu.hwcaps=" + ",".join(
    "-" + name + suffix for name in ("AVX512VL", "AVX512BW", "ERMS", "FSRM",
                                     "RTM")
    for suffix in ("", "_Usable"))
OTHERS = ("python", "iconv", "stdio")
SKIPPED = 77


def count(program, who, work, place, passes):
    operation, encoding, newline, text = work.split()
    request = " ".join([who, operation, encoding, newline,
                        os.path.join(place, text)])
    command = [program, str(passes)]
    if who == "python":
        # It writes what it is to read, and translates that, too.
        if text.endswith("-crlf"):
            request = request.replace(" none ", " crlf ")
        command = [sys.executable, "-c", "import sys; sys.path.insert(0, %r); "
                   "import text_speed; text_speed.run_python(%r, %d)" % (
                       os.path.join(HERE, "..", "bench"), request, passes)]
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         *command], input=request + "\n", text=True, capture_output=True,
        check=True, env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0",
                         "PYTHONDONTWRITEBYTECODE": "1",
                         "GLIBC_TUNABLES": PLAINEST})
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def read_allowed(path):
    """work: what is allowed, {other: how many times as much as theirs}"""
    allowed = {}
    with open(path) as file:
        for line in file:
            words = line.split()
            if words and not line.startswith("#"):
                allowed[" ".join(words[:4])] = float(words[4]), {
                    who: float(times)
                    for who, times in zip(words[5::2], words[6::2])}
    return allowed


def write_allowed(path, allowed, measured):
    with open(path) as file:
        head = [line for line in file if line.startswith("#")]
    with open(path, "w") as file:
        file.writelines(head)
        for work, figures in measured.items():
            beside = "".join("  %s %.2f" % pair
                             for pair in allowed[work][1].items())
            file.write("%-13s %-9s %-5s %-14s %8.3f%s\n" % (
                *work.split(), figures["ours"], beside))


def contenders(work, allowed, everybody):
    if not everybody:
        return ["ours", *allowed[work][1]]
    operation, encoding, newline, text = work.split()
    who = ["ours", "python"]
    if encoding != "utf-8" and operation != "read-lines":
        who += ["iconv"]
    if encoding == "utf-8" and operation in ("read-lines", "write-lines",
                                             "write-small"):
        who += ["stdio"] if newline == "none" else []
    return who


def measure(program, allowed, everybody=False):
    with tempfile.TemporaryDirectory() as place:
        write_texts(make_texts(SIZE), place)
        measured = {}
        for work in allowed:
            size = os.path.getsize(os.path.join(place, work.split()[-1]))
            measured[work] = figures = {}
            for who in contenders(work, allowed, everybody):
                more, fewer = (count(program, who, work, place, passes)
                               for passes in (3, 1))
                figures[who] = (more - fewer) / 2 / size
    return measured


def judge(allowed, measured):
    risen = 0
    for work, figures in measured.items():
        figure, (most, beside) = figures["ours"], allowed[work]
        verdict = "ok"
        if figure > most * SLACK:
            verdict = "RISEN: %.3f are allowed" % most
        elif figure < most / SLACK:
            verdict = "fallen: --update would keep it so"
        for who, times in beside.items():
            if figure > figures[who] * times:
                verdict = "RISEN: %.2f times the %.3f of %s are allowed" % (
                    times, figures[who], who)
        risen += verdict.startswith("RISEN")
        print("%-45s %8.3f a byte  %s" % (work, figure, verdict))
    if risen:
        print("%d of %d cost more than before. If there is a reason, say it "
              "and --update." % (risen, len(measured)))
    return 1 if risen else 0


def tell(page, measured):
    rows = [["work", "encoding", "newline", "text", "libtempfile", *OTHERS]]
    rows += [["---"] * len(rows[0])]
    for work, figures in measured.items():
        rows += [[*work.split()] + [
            "%.2f" % figures[who] if who in figures else ""
            for who in ("ours", *OTHERS)]]
    put_into(page, "text-instructions",
             ["| " + " | ".join(cells) + " |" for cells in rows])


def has_avx2():
    with open("/proc/cpuinfo") as file:
        return " avx2 " in file.read()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("compiler")
    parser.add_argument("cpu")
    parser.add_argument("allowed")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--page")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not here")
        return SKIPPED
    if (arguments.compiler, arguments.cpu) != ("gcc", "x86_64"):
        print("skipped: the figures are those of gcc on x86_64, not of %s on "
              "%s" % (arguments.compiler, arguments.cpu))
        return SKIPPED
    if not has_avx2():
        print("skipped: this processor has no AVX2")
        return SKIPPED
    allowed = read_allowed(arguments.allowed)
    measured = measure(arguments.program, allowed, arguments.page is not None)
    if arguments.update:
        write_allowed(arguments.allowed, allowed, measured)
    if arguments.page:
        tell(arguments.page, measured)
    return judge(read_allowed(arguments.allowed), measured)


if __name__ == "__main__":
    sys.exit(main())
