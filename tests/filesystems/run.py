#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py BUILD [--table FILE] [TEST...]: the tests, or those named, with the
temporary directory on each file system that this machine can mount; and a table
of what each gives.

What a file system cannot give is told in exceptions.txt; anything else that
fails is a failure. Only root can mount.
"""
import argparse
import concurrent.futures
import contextlib
import fnmatch
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import ask

HERE = Path(__file__).resolve().parent

# What a shell does in the directory {work}; the place to mount at is m there.
MOUNTS = {
    "tmpfs": "mount -t tmpfs tmpfs m",
    "ext4": "truncate -s 400M i && mkfs.ext4 -q -F i && mount -o loop i m",
    "xfs": "truncate -s 400M i && mkfs.xfs -q -f i && mount -o loop i m",
    "btrfs": "truncate -s 400M i && mkfs.btrfs -q -f i && mount -o loop i m",
    "overlay": "mkdir b && mount -t tmpfs tmpfs b && mkdir b/l b/u b/w && "
               "mount -t overlay overlay "
               "-o lowerdir=b/l,upperdir=b/u,workdir=b/w m",
    "bindfs": "mkdir b && bindfs -o allow_other,dev,suid,attr_timeout=0,"
              "entry_timeout=0 b m",
    "fuse-overlayfs": "mkdir l u w && fuse-overlayfs -o allow_other,dev,suid,"
                      "lowerdir=l,upperdir=u,workdir=w m",
}

# Documents, packages and processor time are the same everywhere; kill -9, power
# cuts and other systems are proved on their own; text never leaves memory.
OTHER_SUITES = {"bsd", "distribution", "docs", "fuzz", "measured", "packaging",
                "proofs", "shared", "slow"}
OTHER_TESTS = ("test_header", "text_", "test_codec", "test_text", "fuzz_text",
               "sentences")

FAILED = re.compile(r"^(?:\[  FAILED  \] (\w+)|not ok \d+ (.*))$", re.M)


def read_exceptions():
    rows = []
    for line in (HERE / "exceptions.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            rows.append([word.strip() for word in line.split("|")])
    return rows


def is_excepted(exceptions, kind, failed):
    return any(kind in where.split() and fnmatch.fnmatch(failed, what)
               for where, what, _ in exceptions)


def list_tests(build, wanted):
    tests = json.loads(subprocess.run(
        ["meson", "introspect", "--tests", build],
        check=True, capture_output=True, text=True).stdout)
    for test in tests:
        suites = {suite.partition(":")[2] for suite in test["suite"]}
        if wanted and test["name"] in wanted:
            yield test
        elif not wanted and not suites & OTHER_SUITES and \
                not test["name"].startswith(OTHER_TESTS):
            yield test


def run_alone(command, seconds, **how):
    """The exit status; -1 if it took longer. What it leaves running ends, too:
    a file system is in use as long as somebody is in it."""
    with subprocess.Popen(command, start_new_session=True, **how) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return -1
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def run_test(build, test, base):
    """What failed in it, by name, and what it printed."""
    at = tempfile.mkdtemp(prefix="", dir=base)
    os.chmod(at, 0o1777)
    environment = {**os.environ, **test["env"], "TMPDIR": at}
    with tempfile.TemporaryFile() as output:
        status = run_alone(
            test["cmd"], 4 * test["timeout"], cwd=build, env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if status in (0, 77):
        return [], text
    names = {one or other for one, other in FAILED.findall(text)}
    return [f"{test['name']}: {name}" for name in sorted(names) or ["it"]], text


def run_all(build, kind, tests, at, exceptions):
    """(passed, failed, excepted) tests, and failures told."""
    passed, failed, excepted = 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for names, text in pool.map(
                lambda one: run_test(build, one, at), tests):
            bad = [one for one in names
                   if not is_excepted(exceptions, kind, one)]
            excepted += len(names) - len(bad)
            failed += len(bad)
            passed += len(re.findall(r"^\[ +OK \]|^ok \d", text, re.M))
            for one in bad:
                print(f"FAILED: on {kind}: {one}")
            if bad:
                told = re.findall(r".*not so:.*\n.*\n|left behind.*\n", text)
                print("".join(told[:8]), end="", flush=True)
    return passed, failed, excepted


def on_file_system(build, kind, tests, exceptions):
    """Its row of the table, and the numbers; None: it cannot be had."""
    # The tests take only short paths.
    work = Path(tempfile.mkdtemp(prefix="", dir="/tmp"))
    work.chmod(0o755)
    at = work / "m"
    at.mkdir()
    try:
        made = subprocess.run(["sh", "-c", MOUNTS[kind]], cwd=work, check=False,
                              capture_output=True, text=True)
        if made.returncode:
            told = made.stderr.strip().splitlines() or ["no reason given"]
            print(f"skipped: {kind}: {told[-1]}")
            return None
        at.chmod(0o1777)
        row = ask.cells(str(at))
        return row, run_all(build, kind, tests, at, exceptions)
    finally:
        for place in (at, work / "b"):
            if os.path.ismount(place):
                subprocess.run(["umount", "-l", place], check=False)
        # Trees may be deeper than Python's removal can go.
        subprocess.run(["rm", "-rf", "--one-file-system", work], check=False)


def write_table(path, rows, exceptions):
    release = ".".join(os.uname().release.split(".")[:2])
    lines = ["# File systems", "",
             "What each gives, as `tests/filesystems/run.py` found it on Linux",
             f"{release}. The library asks each directory anew.", "",
             "| | " + " | ".join(ask.HEADINGS) + " |",
             "|---" * (len(ask.HEADINGS) + 1) + "|"]
    lines += [f"| {kind} | {' | '.join(row)} |" for kind, row in rows.items()]
    lines += ["", "All tests are run on all of them; what does not hold, and "
              "why:", ""]
    reasons = {}
    for where, _, reason in exceptions:
        reasons.setdefault(reason, set()).update(where.split())
    lines += [f"- {', '.join(sorted(where))}: {reason}"
              for reason, where in reasons.items()]
    lines += ["", "An overlay whose layers lie on different file systems numbers "
              "its files", "otherwise than its directories; there a leased file, "
              "as publishing has it for a", "moment, is not swept."]
    Path(path).write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("--table")
    parser.add_argument("--on", action="append")
    parser.add_argument("test", nargs="*")
    arguments = parser.parse_intermixed_args()
    if os.geteuid() != 0:
        print("skipped: only root can mount")
        sys.exit(77)
    exceptions = read_exceptions()
    tests = list(list_tests(arguments.build, set(arguments.test)))
    rows, sums, skipped = {}, [0, 0, 0], 0
    for kind in arguments.on or MOUNTS:
        found = on_file_system(arguments.build, kind, tests, exceptions)
        if not found:
            skipped += 1
            continue
        rows[kind], numbers = found
        sums = [a + b for a, b in zip(sums, numbers)]
        print("{}: {} passed, {} failed, {} excepted".format(kind, *numbers),
              flush=True)
    if arguments.table:
        write_table(arguments.table, rows, exceptions)
    print(f"all: {sums[0]} passed, {sums[1]} failed, {skipped} skipped")
    sys.exit(1 if sums[1] or not sums[0] else 0)


if __name__ == "__main__":
    main()
