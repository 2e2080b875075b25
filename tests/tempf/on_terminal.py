# SPDX-License-Identifier: MIT
"""Press ^C on a terminal where the command given runs; count what arrives."""
import os
import pty
import sys

SCRIPT = """
n=0
trap 'n=$((n + 1))' INT
trap 'printf "interrupts: %d, " $n; exit 7' TERM
echo ready
while :; do sleep 0.1; done
"""

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "run", "sh", "-c", SCRIPT])

seen = b""
while b"ready" not in seen:
    seen += os.read(terminal, 100)
os.write(terminal, b"\x03")
seen = b""
while b"^C" not in seen:
    seen += os.read(terminal, 100)
# The shell counts once its sleep has ended.
os.set_blocking(terminal, True)
import time
time.sleep(0.6)
os.kill(pid, 15)
seen = b""
while b"interrupts" not in seen or b"," not in seen:
    seen += os.read(terminal, 100)
_, status = os.waitpid(pid, 0)
print(seen.decode().strip() + f" status: {os.waitstatus_to_exitcode(status)}")
