#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py [--count N] [--seed N] [NAME...]: break each promise on purpose, as
mutants.txt has it, and see that the test named there notices. A mutant that
lives is a failure; so is one whose code is no longer to be found, and a test
that fails without one.
"""
import argparse
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SECONDS = 200


class Mutant:
    def __init__(self, name, command):
        self.name = name
        self.needs_root = command[0] == "root"
        self.command = command[1:] if self.needs_root else command
        self.edits = []  # [file, old, new]

    def targets(self):
        return [word for word in self.command if word.startswith("tests/")]


def read_mutants(path):
    """[name] how to run the test; @ file; - what is there; + what instead."""
    mutants = []
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, text = line[:1], line[1:].strip()
        if kind == "[":
            name, _, command = text.partition("]")
            mutants.append(Mutant(name, command.split()))
        elif kind == "@":
            mutants[-1].edits.append([text, "", ""])
        elif kind in ("-", "+") and kind:
            mutants[-1].edits[-1][1 if kind == "-" else 2] += text + " "
    return mutants


def find(old, source):
    """Where it stands, however it is laid out. It has to stand there once."""
    words = re.findall(r"\w+|[^\w\s]", old)
    places = list(re.finditer(r"\s*".join(map(re.escape, words)), source))
    return places[0].span() if len(places) == 1 else None


class Place:
    """A copy of the sources, and a build of it."""

    def __init__(self, base, number):
        self.source = base / f"source{number}"
        self.build = base / f"build{number}"
        self.source.mkdir()
        subprocess.run(
            f"git -C '{ROOT}' ls-files -z -co --exclude-standard |"
            f" tar -C '{ROOT}' --null --ignore-failed-read -cf - -T - |"
            f" tar -C '{self.source}' -xf -",
            shell=True, check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["meson", "setup", self.build, self.source], check=True,
                       stdout=subprocess.DEVNULL)

    def compile(self, targets):
        done = subprocess.run(["ninja", "-C", self.build, *targets],
                              check=False, capture_output=True, text=True)
        return None if done.returncode == 0 else done.stdout[-2000:]

    def passes(self, command):
        """Does the test? None: it cannot be run here."""
        words = [word.replace("SOURCE", str(self.source)) for word in command]
        if words[0].startswith("tests/"):
            words[0] = str(self.build / words[0])
        with subprocess.Popen(words, cwd=self.build, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              start_new_session=True) as process:
            try:
                status = process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                status = 1
            try:
                os.killpg(process.pid, 9)
            except ProcessLookupError:
                pass
        return None if status == 77 else status == 0

    def change(self, mutant):
        """What each file was before; None: not to be found."""
        before = {}
        for name, old, new in mutant.edits:
            path = self.source / name
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            span = find(old, text)
            if not span:
                self.restore(before)
                return None
            before.setdefault(path, text)
            path.write_text(text[:span[0]] + new + text[span[1]:],
                            encoding="utf-8")
        return before

    @staticmethod
    def restore(before):
        for path, text in before.items():
            path.write_text(text, encoding="utf-8")

    def judge(self, mutant, sound):
        """'dies', 'skipped', or what is wrong."""
        if mutant.needs_root and os.geteuid() != 0:
            return "skipped: only root can run its test"
        key = tuple(mutant.command)
        if key not in sound:
            wrong = self.compile(mutant.targets())
            if wrong:
                return "its test does not build:\n" + wrong
            sound[key] = self.passes(mutant.command)
        if sound[key] is None:
            return "skipped: its test cannot be run here"
        if not sound[key]:
            return "its test fails without it, too"
        before = self.change(mutant)
        if before is None:
            return "its code is not to be found once"
        try:
            wrong = self.compile(mutant.targets())
            if wrong:
                return "does not build:\n" + wrong
            return "lives" if self.passes(mutant.command) else "dies"
        finally:
            self.restore(before)


def work(place, waiting, sound, told):
    while True:
        try:
            mutant = waiting.get_nowait()
        except queue.Empty:
            return
        start = time.monotonic()
        verdict = place.judge(mutant, sound)
        told.append(verdict)
        mark = "ok" if verdict == "dies" else (
            "skipped" if verdict.startswith("skipped") else "FAILED")
        print(f"{mark}: {mutant.name}: {verdict} "
              f"({' '.join(mutant.command)}, "
              f"{time.monotonic() - start:.0f} s)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("name", nargs="*")
    arguments = parser.parse_args()
    mutants = read_mutants(HERE / "mutants.txt")
    if arguments.name:
        mutants = [one for one in mutants if one.name in arguments.name]
    if arguments.count:
        print(f"seed {arguments.seed}")
        mutants = random.Random(arguments.seed).sample(mutants,
                                                       arguments.count)
    if os.access("/dev/shm", os.W_OK):
        os.environ["TMPDIR"] = "/dev/shm"
    waiting, sound, told = queue.Queue(), {}, []
    for mutant in mutants:
        waiting.put(mutant)
    base = Path(tempfile.mkdtemp(dir="/tmp"))
    base.chmod(0o755)
    try:
        workers = []
        for number in range(min(os.cpu_count(), len(mutants))):
            place = Place(base, number)
            workers.append(threading.Thread(
                target=work, args=(place, waiting, sound, told)))
            workers[-1].start()
        for worker in workers:
            worker.join()
    finally:
        shutil.rmtree(base, ignore_errors=True)
    died = told.count("dies")
    skipped = sum(one.startswith("skipped") for one in told)
    failed = len(told) - died - skipped
    print(f"{died} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not told else 0 if died else 77)


main()
