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
zle-line-init() {{ print -n RE''ADY }}; zle -N zle-line-init
"""


def read_until(end):
    seen = ""
    while end not in seen and select.select([terminal], [], [], 50)[0]:
        seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execvp("zsh", ["zsh", "-f", "-i"])
for setup in SETUP.splitlines():
    os.write(terminal, setup.encode() + b"\n")
# Until its editor reads them, keys are the terminal's, which knows others.
read_until("READY")
# The keys for listing and for forgetting the line; then something to wait for.
os.write(terminal, line.encode() + b"\x14\x15echo EN''D\n")
listing = read_until("END\r\n")
os.close(terminal)
os.waitpid(pid, 0)
for row in listing.splitlines():
    print("\n".join(row.split("#")[0].split()))
