# SPDX-License-Identifier: MIT
"""Run a command that ends in a shell on a terminal, press ^C there, then send
it TERM: how many interrupts did the shell get, and how does it all end?"""
import os
import pty
import sys
import time

SCRIPT = """
n=0
trap 'n=$((n + 1))' INT
trap 'echo "interrupts: $n,"; exit 7' TERM
echo ready
while :; do sleep 0.1; done
"""


def read_until(end):
    seen = ""
    while end not in seen:
        seen += os.read(terminal, 1000).decode()
    return seen


pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:] + ["-c", SCRIPT])
read_until("ready")
os.write(terminal, b"\x03")
read_until("^C")
time.sleep(0.5)  # the shell counts when its sleep has ended
os.kill(pid, 15)
told = read_until(",")
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(told.strip(), f"status: {status}")
