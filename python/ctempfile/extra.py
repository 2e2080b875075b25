# SPDX-License-Identifier: MIT
"""What the standard tempfile cannot do.

    from ctempfile import extra

    with extra.open_file(beside="report.html", mode="w") as file:
        file.write(page)
        file.persist("report.html", durable=True)

Files and directories here are libtempfile's own handles: they can be
published, kept, opened once more and limited, and those with a name and no
directory of their own are leased: gone even after kill -9.
"""

import io
import os

from . import _ctempfile

__all__ = [
    "Candidate", "Directory", "File", "Session", "TextFile", "adopt",
    "allow_separators", "candidates", "cleanup_all", "cleanup_on_signals",
    "lease_fd", "open_directory", "open_file", "remove_tree", "sweep",
    "version",
]


class _Ends:
    """What File and TextFile have in common."""

    def __fspath__(self):
        path = self.path()
        if path is None:
            raise TypeError("a file without a name has no path")
        return path

    @property
    def name(self):
        """The path; for a file without one, its descriptor."""
        path = self.path()
        return self.fileno() if path is None else path

    def reopen(self, mode="rb", **options):
        """Open the same file once more, with a position of its own.

        ESTALE if somebody put another in its place.
        """
        flags = {"r": os.O_RDONLY, "w": os.O_WRONLY, "a": os.O_WRONLY
                 | os.O_APPEND}.get(mode[:1])
        if flags is None:
            raise ValueError("mode must begin with r, w or a: %r" % mode)
        if "+" in mode:
            flags = flags & ~os.O_WRONLY | os.O_RDWR
        descriptor = self.reopen_descriptor(flags)
        if mode[0] == "w":  # the file is not to be emptied
            mode = "r+" + mode[1:].replace("+", "")
        return io.open(descriptor, mode, **options)


class File(_Ends, _ctempfile.File):
    """A binary file that is deleted when closed, unless kept or persisted.

    In memory, without a name or with one: see open_file.
    """

    def reopen_descriptor(self, flags=os.O_RDONLY):
        """As reopen, the bare descriptor."""
        return _ctempfile.File.reopen(self, flags)


class TextFile(_Ends, io.TextIOWrapper):
    """A text file that is deleted when closed, unless kept or persisted."""

    def persist(self, path, **options):
        """See File.persist."""
        self.flush()
        self.buffer.persist(path, **options)

    def keep(self, keep=True):
        """See File.keep."""
        self.buffer.keep(keep)

    def reopen_descriptor(self, flags=os.O_RDONLY):
        """As reopen, the bare descriptor."""
        self.flush()
        return self.buffer.reopen_descriptor(flags)

    def reserve(self, size):
        """See File.reserve."""
        self.buffer.reserve(size)

    def rollover(self):
        """See File.rollover."""
        self.flush()
        self.buffer.rollover()

    def rolled(self):
        """See File.rolled."""
        return self.buffer.rolled()

    def path(self):
        """See File.path."""
        return self.buffer.path()


io.BufferedIOBase.register(_ctempfile.File)


def _flags(leased, on_disk, unsafe_dir, keep):
    flags = 0
    if leased is not None:
        flags |= _ctempfile.LEASED if leased else _ctempfile.UNLEASED
    if on_disk:
        flags |= _ctempfile.ON_DISK
    if unsafe_dir:
        flags |= _ctempfile.UNSAFE_DIR
    if keep:
        flags |= _ctempfile.KEEP
    return flags


def _split_mode(mode):
    """The mode of the bytes below, and whether there is text above."""
    if not isinstance(mode, str):
        raise TypeError("mode must be a str, not %s" % type(mode).__name__)
    text = "b" not in mode
    return (mode.replace("t", "") + "b" if text else mode), text


def open_file(mode="w+b", *, named=False, spooled=False, max_size=0, limit=0,
              permissions=0, prefix=None, suffix=None, dir=None, beside=None,
              leased=None, on_disk=False, unsafe_dir=False, keep=False,
              random_chars=0, buffering=0, encoding=None, errors=None,
              newline=None):
    """Open a File, or a TextFile in text modes.

    named       give it a path; else it has none.
    spooled     keep it in memory until it is longer than max_size (0: never)
                or needs a descriptor.
    limit       bytes to which it may grow; past it EFBIG, nothing lost.
    permissions exact, whatever the umask; 0600.
    dir, beside in this directory, or in that of this path.
    leased      in a directory that is private to this process and removed
                after it, even if it is killed; the default without dir and
                beside.
    on_disk     not in a directory that is memory.
    unsafe_dir  even where anybody may rename it.
    keep        never deleted.
    """
    if named and spooled:
        raise ValueError("a spooled file has no name")
    mode, text = _split_mode(mode)
    kind = "named" if named else "spooled" if spooled else "anonymous"
    options = {"mode": mode, "max_size": max_size, "limit": limit,
               "permissions": permissions, "random_chars": random_chars,
               "buffering": buffering, "prefix": prefix, "suffix": suffix,
               "dir": dir, "beside": beside,
               "flags": _flags(leased, on_disk, unsafe_dir, keep)}
    file = File.open(kind, **options)
    if text:
        try:
            return TextFile(file, encoding or "utf-8", errors, newline)
        except BaseException:
            file.close()
            raise
    if encoding or errors or newline is not None:
        file.close()
        raise ValueError("a binary mode takes no encoding, errors or newline")
    return file


class Directory(_ctempfile.Directory):
    """A directory that is removed when closed, unless kept or persisted."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def __fspath__(self):
        return self.path()

    @property
    def name(self):
        """The path."""
        return self.path()

    def __repr__(self):
        return "<Directory %s>" % ("closed" if self.closed
                                   else repr(self.path()))


def open_directory(*, permissions=0, prefix=None, suffix=None, dir=None,
                   beside=None, leased=None, on_disk=False, unsafe_dir=False,
                   keep=False, random_chars=0):
    """Open a Directory; the arguments are as for open_file."""
    return Directory.open(permissions=permissions, prefix=prefix,
                          suffix=suffix, dir=dir, beside=beside,
                          random_chars=random_chars,
                          flags=_flags(leased, on_disk, unsafe_dir, keep))


class _Record:
    """Named attributes, shown by repr."""

    __slots__ = ()

    def __init__(self, *values):
        for name, value in zip(self.__slots__, values):
            setattr(self, name, value)

    def __repr__(self):
        fields = ", ".join("%s=%r" % (name, getattr(self, name))
                           for name in self.__slots__)
        return "%s(%s)" % (type(self).__name__, fields)


class Session(_Record):
    """A process's private directory, as sweep found it.

    verdict is "alive", "dead", "kept" or "unknown"; errno is why a dead one
    could not be removed, or 0.
    """

    __slots__ = ("path", "verdict", "reason", "age", "errno")


class Candidate(_Record):
    """A directory that could be the temporary one, and its verdict."""

    __slots__ = ("path", "source", "filesystem", "reason", "space", "errno",
                 "chosen", "memory_backed", "anonymous", "leases")


def sweep(dir=None, *, dry_run=False, assume_dead=False):
    """Remove what dead processes left in dir: how many, and what was seen."""
    from . import gettempdir
    flags = ((_ctempfile.DRY_RUN if dry_run else 0)
             | (_ctempfile.ASSUME_DEAD if assume_dead else 0))
    count, rows = _ctempfile.sweep(gettempdir() if dir is None else dir, flags)
    return count, [Session(*row) for row in rows]


def candidates():
    """Every directory that could be the temporary one, tried."""
    bits = (_ctempfile.CHOSEN, _ctempfile.MEMORY_BACKED,
            _ctempfile.ANONYMOUS, _ctempfile.LEASES)
    return [Candidate(*row[:6], *(bool(row[6] & bit) for bit in bits))
            for row in _ctempfile.candidates()]


def cleanup_on_signals():
    """From now on HUP, INT, QUIT, PIPE and TERM clean up before they kill.

    Each only where it is at its default: Python itself handles INT (as
    KeyboardInterrupt) and ignores PIPE. What NamedTemporaryFile and
    TemporaryDirectory make from now on is included, at the price of one more
    descriptor for each.
    """
    _ctempfile.cleanup_on_signals()


def cleanup_all():
    """Remove now what libtempfile owes the disk."""
    _ctempfile.cleanup_all()


def adopt():
    """In a forked child: what the parent owed is this process's to remove."""
    _ctempfile.adopt()


def lease_fd():
    """The descriptor whose lock keeps this process's leased names alive."""
    return _ctempfile.lease_fd()


def remove_tree(path):
    """Remove a tree or a file; no link is followed, no path looked up twice.

    Goes on after a failure and raises the first.
    """
    _ctempfile.remove_tree(path, True)


def allow_separators(allow=True):
    """Let prefixes and suffixes have separators, as the standard module."""
    _ctempfile.set_switch("loose", bool(allow))


def version():
    """libtempfile's."""
    return _ctempfile.version()
