# SPDX-License-Identifier: MIT
"""What is needed seldom.

The choice of the temporary directory, creation by a path where libtempfile
declines, and those internals of the standard module that programs have come
to use (COMPATIBLE), under the same names and with the same meaning.
"""

import errno
import io as _io
import os
import sys
from _thread import RLock

import ctempfile

from . import _ctempfile

COMPATIBLE = frozenset((
    "_RandomNameSequence", "_bin_openflags", "_candidate_tempdir_list",
    "_exists", "_get_candidate_names", "_get_default_tempdir", "_gettempdir",
    "_infer_return_type", "_mkstemp_inner", "_O_TMPFILE_WORKS",
    "_io", "_os", "_rmtree_use_dir_fd", "_sanitize_params", "_sys",
    "_text_openflags",
))

_os = os
_sys = sys

_text_openflags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_bin_openflags = _text_openflags
_O_TMPFILE_WORKS = hasattr(os, "O_TMPFILE")

# Trees are removed by descriptors, on every system.
_rmtree_use_dir_fd = True

_lock = RLock()


def _exists(path):
    return os.path.lexists(path)


# Which directory.

def _candidate_tempdir_list():
    """Directories to try, in order."""
    candidates = [os.getenv(name) for name in ("TMPDIR", "TEMP", "TMP")]
    candidates += ["/tmp", "/var/tmp", "/usr/tmp"]
    try:
        candidates.append(os.getcwd())
    except OSError:
        candidates.append(os.curdir)
    return [directory for directory in candidates if directory]


def _get_default_tempdir():
    """The first candidate in which a file can be made and written."""
    candidates = ctempfile._candidate_tempdir_list()
    for directory in candidates:
        if directory != os.curdir:
            directory = os.path.abspath(directory)
        if _ctempfile.is_usable(directory):
            return directory
    raise FileNotFoundError(
        errno.ENOENT,
        "No usable temporary directory found in %s" % candidates)


def choose_tempdir():
    """ctempfile.tempdir, set now if it was None."""
    with _lock:
        if ctempfile.tempdir is None:
            ctempfile.tempdir = ctempfile._get_default_tempdir()
        return ctempfile.tempdir


def _gettempdir():
    return _ctempfile.get_tempdir()


# Names.

class _RandomNameSequence:
    """Names without end, each eight characters from the kernel's source."""

    characters = "abcdefghijklmnopqrstuvwxyz0123456789_"

    def __iter__(self):
        return self

    def __next__(self):
        return _ctempfile.random_name()


_names = _RandomNameSequence()


def _get_candidate_names():
    return _names


def _infer_return_type(*args):
    """str or bytes: what the arguments agree on."""
    found = None
    for arg in args:
        if arg is None:
            continue
        if isinstance(arg, os.PathLike):
            arg = os.fspath(arg)
        own = bytes if isinstance(arg, bytes) else str
        if found not in (None, own):
            raise TypeError("Can't mix bytes and non-bytes in "
                            "path components.")
        found = own
    if found is not None:
        return found
    tempdir = ctempfile.tempdir
    return str if tempdir is None or isinstance(tempdir, str) else bytes


def _sanitize_params(prefix, suffix, dir):
    """The three, with what stands in for None, and str or bytes."""
    output_type = _infer_return_type(prefix, suffix, dir)
    as_type = os.fsdecode if output_type is str else os.fsencode
    if suffix is None:
        suffix = output_type()
    if prefix is None:
        prefix = as_type(ctempfile.template)
    if dir is None:
        dir = as_type(ctempfile.gettempdir())
    return prefix, suffix, dir, output_type


# Creation by a path.

def _names_of(output_type):
    names = iter(ctempfile._get_candidate_names())
    return map(os.fsencode, names) if output_type is bytes else names


def _mkstemp_inner(dir, pre, suf, flags, output_type):
    """Create a file by its path: a descriptor and the path."""
    dir = os.path.abspath(dir)
    names = _names_of(output_type)
    for _ in range(ctempfile.TMP_MAX):
        path = os.path.join(dir, pre + next(names) + suf)
        sys.audit("tempfile.mkstemp", path)
        try:
            return os.open(path, flags, 0o600), path
        except FileExistsError:
            continue
    raise FileExistsError(errno.EEXIST,
                          "No usable temporary file name found")


def make_name(suffix, prefix, dir):
    """A path that nobody has; nothing is created."""
    names = _names_of(str)
    for _ in range(ctempfile.TMP_MAX):
        path = os.path.join(dir, prefix + next(names) + suffix)
        if not _exists(path):
            return path
    raise FileExistsError(errno.EEXIST, "No usable temporary filename found")


class Finalizer:
    """What the standard TemporaryDirectory has as _finalizer: a view."""

    def __init__(self, guard):
        self._guard = guard

    @property
    def alive(self):
        """Will the directory be removed if nobody does it?"""
        return bool(self._guard.delete)

    def detach(self):
        """Leave the directory to the caller; true if it was ours."""
        was_due = bool(self._guard.delete)
        self._guard.delete = False
        return (self._guard.name,) if was_due else None

    def peek(self):
        """As detach, without doing it."""
        return (self._guard.name,) if self._guard.delete else None

    def __call__(self):
        """Remove it now, with the warning."""
        self._guard.finish_implicitly()
