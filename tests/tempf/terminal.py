# SPDX-License-Identifier: MIT
"""Run a command on a terminal of 80 columns and print what it shows there,
control characters as cat -v has them."""
import fcntl
import os
import pty
import struct
import sys
import termios

pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('4H', 24, 80, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b''
while True:
    try:
        shown += os.read(terminal, 4096)
    except OSError:  # the other end has been closed
        break
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
for byte in shown.replace(b'\r\n', b'\n'):
    print('^' + chr(byte ^ 64) if byte < 32 and byte != 10 else chr(byte),
          end='')
sys.exit(status)
