#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of shells and signals.

In each cell a shell script is ended by a signal while a command that it started
works. One half of the script is what people write: mktemp -d and a trap on
EXIT. The other is the same work under `tempf run`. Ours must be clean in every
cell, and after KILL clean after one sweep; what the trap leaves is only told.

	shells.py TEMPF
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SHELLS = ["dash", "bash", "zsh", "mksh", "busybox sh"]
SIGNALS = ["TERM", "INT", "HUP", "QUIT", "PIPE", "KILL"]

TRAP = """
d=$(mktemp -d) || exit
trap 'rm -rf "$d"' EXIT
: >"$d/file"
echo ready
sleep 2
"""

OURS = """
: >"$TMPDIR/file"
mkdir "$TMPDIR/sub"
: >"$TMPDIR/sub/file"
echo ready
sleep 2
"""


def wait_until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def start(argv, directory):
    # Signals ignored here would be ignored by all that follow.
    process = subprocess.Popen(
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": directory, "TEMPFILE_SWEEP": "never"},
        start_new_session=True,
        preexec_fn=lambda: [
            signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)
            for name in SIGNALS
            if name != "KILL"
        ],
    )
    assert process.stdout.readline() == b"ready\n", argv
    return process


def strike(process, name, whole_group):
    number = getattr(signal, "SIG" + name)
    if whole_group:
        os.killpg(process.pid, number)
    else:
        os.kill(process.pid, number)


def end(process):
    """Let all that is left of the session end, and reap."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.stdout.close()
    process.wait()


def is_empty(directory):
    return not os.listdir(directory)


def left_by_trap(shell, name, directory):
    """The shell alone is struck, or all, as from a terminal."""
    process = start([*shell, "-c", TRAP], directory)
    strike(process, name, whole_group=True)
    process.wait()
    left = not wait_until(lambda: is_empty(directory), 0.1)
    end(process)
    return left


def fault_once_ended(tempf, name, directory):
    """Nothing is left; after KILL, once the last that was struck is gone."""

    def swept():
        if name == "KILL":
            subprocess.run([tempf, "sweep", directory], check=True)
        return is_empty(directory)

    good = wait_until(swept) if name == "KILL" else is_empty(directory)
    return None if good else f"left {os.listdir(directory)}"


def fault_of_ours(tempf, shell, name, directory, whole_group):
    process = start([tempf, "run", "--", *shell, "-c", OURS], directory)
    strike(process, name, whole_group)
    if name == "KILL" and not whole_group:
        return fault_while_working(tempf, process, directory)
    # Some shells ignore some signals, and work to their end.
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        end(process)
        return "it does not end"
    end(process)
    return fault_once_ended(tempf, name, directory)


def fault_while_working(tempf, process, directory):
    """tempf is dead, its command works: the directory stays until it ends."""
    process.wait()
    for _ in range(5):
        subprocess.run([tempf, "sweep", directory], check=True)
    if is_empty(directory):
        return "it was swept under a command that works"
    end(process)
    return fault_once_ended(tempf, "KILL", directory)


def try_cell(tempf, shell, name):
    """Faults of ours, and whether the trap left something."""
    faults = []
    with tempfile.TemporaryDirectory() as directory:
        left = left_by_trap(shell, name, directory)
    for whole_group in (False, True):
        with tempfile.TemporaryDirectory() as directory:
            fault = fault_of_ours(tempf, shell, name, directory, whole_group)
            if fault:
                whom = "all" if whole_group else "tempf"
                faults.append(f"{' '.join(shell)}, {name} to {whom}: {fault}")
    return faults, left


def main():
    tempf = os.path.abspath(sys.argv[1])
    shells = [s.split() for s in SHELLS if shutil.which(s.split()[0])]
    if len(shells) < 2:
        print("skipped: there are no shells to compare")
        return 77
    faults = []
    print(f"{'with a trap':14}", *(f"{name:6}" for name in SIGNALS))
    for shell in shells:
        row = []
        for name in SIGNALS:
            more, left = try_cell(tempf, shell, name)
            faults += more
            row.append("leaks" if left else "clean")
        print(f"{' '.join(shell):14}", *(f"{cell:6}" for cell in row))
    for fault in faults:
        print("not so:", fault)
    cells = 2 * len(shells) * len(SIGNALS)
    print(f"tempf run: clean in {cells - len(faults)} of {cells}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
