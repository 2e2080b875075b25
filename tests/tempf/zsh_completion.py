# SPDX-License-Identifier: MIT
"""Print the words that zsh, with the completions of a directory, offers."""
import os
import pty
import select
import sys

directory, line = sys.argv[1:]
SETUP = f"""stty cols 200 rows 100; fpath=({directory} $fpath)
autoload -Uz compinit; compinit -u -D; bindkey '^T' list-choices
zstyle ':completion:*' list-separator '#'
"""


def read_until(end):
    """Up to and with end; without end, until nothing has come for a while."""
    seen = ""
    while not end or end not in seen:
        if not select.select([terminal], [], [], 10 if end else 1)[0]:
            break
        seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execvp("zsh", ["zsh", "-f", "-i"])
for setup in SETUP.splitlines():
    os.write(terminal, setup.encode() + b"\n")
os.write(terminal, b"echo BE''GIN\n")
read_until("BEGIN\r\n")
os.write(terminal, line.encode() + b"\x14")
listing = read_until(None)
os.close(terminal)
os.waitpid(pid, 0)
for row in listing.splitlines():
    print("\n".join(row.split("#")[0].split()))
