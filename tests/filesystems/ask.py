# SPDX-License-Identifier: MIT
"""What a file system gives, found out by trying."""
import ctypes
import fcntl
import os
import subprocess

HEADINGS = ("files without a name", "that can get one", "locks",
            "rename without replacing", "exchange", "time of birth")

AT_FDCWD, AT_SYMLINK_FOLLOW = -100, 0x400
NOREPLACE, EXCHANGE = 1, 2
libc = ctypes.CDLL(None, use_errno=True)


def must(result):
    if result:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def make_nameless(at):
    os.close(os.open(at, os.O_TMPFILE | os.O_RDWR, 0o600))


def link_nameless(at):
    fd = os.open(at, os.O_TMPFILE | os.O_RDWR, 0o600)
    try:
        must(libc.linkat(AT_FDCWD, b"/proc/self/fd/%d" % fd, AT_FDCWD,
                         os.fsencode(at + "/l"), AT_SYMLINK_FOLLOW))
        os.unlink(at + "/l")
    finally:
        os.close(fd)


def lock(at):
    fd = os.open(at, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    os.close(fd)


def rename_with(at, flag):
    names = [os.fsencode(at + "/a")]
    if flag == EXCHANGE:
        names.append(os.fsencode(at + "/b"))
    for name in names:
        os.close(os.open(name, os.O_CREAT, 0o600))
    try:
        must(libc.renameat2(AT_FDCWD, names[0], AT_FDCWD,
                            os.fsencode(at + "/b"), flag))
    finally:
        for name in {"a", "b"} & set(os.listdir(at)):
            os.unlink(at + "/" + name)


def see_birth(at):
    born = subprocess.run(["stat", "-c", "%W", at], check=True,
                          capture_output=True, text=True).stdout.strip()
    if born in ("0", "-", ""):
        raise OSError(0, "none")


def cells(at):
    """For the directory at, in the order of HEADINGS: yes, or no and why."""
    found = []
    for call in (make_nameless, link_nameless, lock,
                 lambda at: rename_with(at, NOREPLACE),
                 lambda at: rename_with(at, EXCHANGE), see_birth):
        try:
            call(at)
            found.append("yes")
        except OSError as error:
            found.append(f"no ({error.strerror})" if error.errno else "no")
    return found
