#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast text is, beside Python's text layer, iconv, and C's stdio.

usage: text_speed.py BUILD [--rounds N] [--only WORD] [--megabytes N]
                     [--page PAGE]

BUILD is where the library was built. Every round times every contender at
every work, one after the other, so that what slows the machine slows all; what
counts is the median of processor time. All write to and read from files in the
temporary directory; only iconv goes from memory to memory, which is in its
favour. A ratio above 1 is how many times as fast as they we are. The kernel
copies the same bytes, 64 KiB a call, and looks at none: what it takes is the
floor. --page puts the table into a page.
"""
import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

from page import put_into

HERE = os.path.dirname(os.path.abspath(__file__))
CHUNK = 65536
NEWLINES = {"none": None, "empty": "", "0a": "\n", "0d": "\r", "0d0a": "\r\n"}


def make_texts(size):
    """Name: text with \\n, of about size bytes of UTF-8."""
    dice = random.Random(1)
    alphabets = {
        "ascii": [chr(c) for c in range(32, 127)],
        "mostly": [chr(c) for c in range(97, 123)] * 3 + list("     \xe9\xe4"),
        "mix": [chr(c) for c in range(97, 123)] + [
            chr(c) for c in range(0x430, 0x44a)],
        "cyrillic": [chr(c) for c in range(0x430, 0x450)] * 2 + list("     "),
        "cjk": [chr(c) for c in range(0x4e00, 0x9000)],
    }
    texts = {}
    for name, alphabet in alphabets.items():
        lines, done = [], 0
        while done < size:
            n = dice.randint(20, 100) // (2 if name == "cjk" else 1)
            lines.append("".join(dice.choices(alphabet, k=n)) + "\n")
            done += len(lines[-1].encode())
        texts[name] = "".join(lines)
    return texts


def works():
    """(operation, encoding, newline, text, contenders)"""
    for operation in ("read-chunks", "read-lines", "write-chunks",
                      "write-lines"):
        lines = operation == "read-lines"
        beside = ["python", "kernel"]
        for text in ("ascii", "mostly", "mix", "cyrillic", "cjk"):
            yield (operation, "utf-8", "none", text,
                   beside + (["stdio"] if "lines" in operation else []))
        for text in ("ascii", "cjk"):
            yield (operation, "utf-8", "crlf" if "read" in operation
                   else "0d0a", text, beside)
        for text in ("ascii", "mostly", "cyrillic", "cjk"):
            yield operation, "iso-8859-1" if text == "mostly" else "utf-16le", \
                "none", text, ["python"] + ([] if lines else ["iconv"])
        yield (operation, "utf-16le", "none", "mix", ["python"]
               + ([] if "lines" in operation else ["iconv"]))
    for text in ("ascii", "mostly", "mix", "cjk"):
        yield ("write-small", "utf-8", "none", text,
               ["python", "kernel", "stdio"])


class Python:
    """The contender that runs here."""

    def __init__(self, operation, encoding, newline, text):
        self.operation = operation
        reads_crlf = newline == "crlf"
        self.file = tempfile.TemporaryFile(
            "w+t", encoding=encoding,
            newline="\r\n" if reads_crlf else NEWLINES[newline])
        self.file.write(text)
        self.file.flush()
        if reads_crlf:
            self.file.reconfigure(newline=None)
        # As many characters as we take bytes of UTF-8, on average.
        size = len(text) * (16 if operation == "write-small" else CHUNK) \
            // len(text.encode())
        self.parts = text.splitlines(True) if operation == "write-lines" \
            else [text[i:i + size] for i in range(0, len(text), size)]
        self.size = size

    def run(self):
        file = self.file
        if self.operation == "read-lines":
            for _ in file:
                pass
        elif self.operation == "read-chunks":
            read, size = file.read, self.size
            while read(size):
                pass
        else:
            write = file.write
            for part in self.parts:
                write(part)
            file.flush()

    def time(self):
        best = []
        for _ in range(3):
            self.file.seek(0)
            start = time.thread_time_ns()
            self.run()
            best.append(time.thread_time_ns() - start)
        self.file.close()
        return min(best[1:])


def run_python(request, passes):
    """For text_instructions.py: what one line asks for, so many times."""
    _, operation, encoding, newline, path = request.split()
    with open(path, encoding="utf-8") as file:
        contender = Python(operation, encoding, newline, file.read())
    for _ in range(passes):
        contender.file.seek(0)
        contender.run()


class Program:
    """The contenders in C."""

    def __init__(self, build, place):
        program = os.path.join(place, "text_speed")
        subprocess.run(
            [os.environ.get("CC", "cc"), "-O2", "-D_GNU_SOURCE", "-I",
             os.path.join(HERE, "..", "include"), "-o", program,
             os.path.join(HERE, "text_speed.c"),
             os.path.join(build, "src", "libtempfile.a"), "-lpthread"],
            check=True)
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def time(self, who, operation, encoding, newline, path):
        if newline == "crlf":  # what is read is written before
            newline = "none"
        print(who, operation, encoding, newline, path,
              file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(program, work, texts, place):
    operation, encoding, newline, text, others = work
    path = os.path.join(place, text + ("-crlf" if newline == "crlf" else ""))
    times = {who: program.time(who, operation, encoding, newline, path)
             for who in ["ours"] + [who for who in others if who != "python"]}
    if "python" in others:
        times["python"] = Python(operation, encoding, newline,
                                 texts[text]).time()
    return times


def write_texts(texts, place):
    for name, text in texts.items():
        for suffix, newline in (("", "\n"), ("-crlf", "\r\n")):
            with open(os.path.join(place, name + suffix), "wb") as file:
                file.write(text.replace("\n", newline).encode())


CONTENDERS = ("kernel", "python", "iconv", "stdio")


def row(work, samples, size):
    """Gigabytes a second, and how many times as fast as each we are."""
    medians = {who: statistics.median(times)
               for who, times in samples.items()}
    # A byte a nanosecond is a gigabyte a second.
    return [*work[:4], "%.2f" % (size / medians["ours"])] + [
        "%.2f" % (medians[who] / medians["ours"]) if who in medians else ""
        for who in CONTENDERS]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--megabytes", type=int, default=4)
    parser.add_argument("--only", default="", help="of the works, those with "
                        "this in their line, as in 'read-lines utf-8'")
    parser.add_argument("--page", help="put the table into this page")
    arguments = parser.parse_args()
    texts = make_texts(arguments.megabytes << 20)
    chosen = [work for work in works()
              if arguments.only in " ".join(work[:4])]
    samples = [{} for _ in chosen]
    with tempfile.TemporaryDirectory() as place:
        write_texts(texts, place)
        program = Program(os.path.abspath(arguments.build), place)
        for _ in range(arguments.rounds):
            for work, times in zip(chosen, samples):
                for who, taken in measure(program, work, texts,
                                          place).items():
                    times.setdefault(who, []).append(taken)
        program.close()
    heading = ["work", "encoding", "newline", "text", "GB/s", *CONTENDERS]
    rows = [row(work, times, len(texts[work[3]].encode()))
            for work, times in zip(chosen, samples)]
    how = "Median of %d rounds, Python %s, %d MiB." % (
        arguments.rounds, sys.version.split()[0], arguments.megabytes)
    print(how + "\n")
    for cells in [heading, *rows]:
        print("%-13s %-10s %-7s %-9s %6s %7s %7s %7s %7s" % tuple(
            cell or "-" for cell in cells))
    if arguments.page:
        lines = [how, ""] + ["| " + " | ".join(cells) + " |" for cells in
                             [heading, ["---"] * len(heading), *rows]]
        put_into(arguments.page, "text-time", lines)


if __name__ == "__main__":
    main()
