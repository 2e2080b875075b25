# SPDX-License-Identifier: MIT
"""Temporary files and directories: a drop-in for the standard tempfile.

    import ctempfile as tempfile

Names, signatures, results and errors are those of the tempfile module of the
Python that runs it. Where the two differ on purpose, docs/python.md has the
reason; what the standard module cannot do is in ctempfile.extra.
"""

# Only what every Python has loaded anyway: os is as long to load as all this.
import io as _io
import sys as _sys
from posix import TMP_MAX as _most_tries

from . import _ctempfile
from ._ctempfile import SpooledTemporaryFile, _TemporaryFileCloser

__all__ = [
    "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile",
    "TemporaryDirectory", "mkstemp", "mkdtemp", "mktemp", "TMP_MAX",
    "gettempprefix", "tempdir", "gettempdir", "gettempprefixb", "gettempdirb",
]

_version = _sys.version_info
_before_3_12 = _version < (3, 12)
_since_3_14 = _version >= (3, 14)

# Names are tried as often as libtempfile does; the number is as it is known.
if _version >= (3, 14, 3) or (3, 13, 13) <= _version < (3, 14):
    TMP_MAX = 20
else:
    TMP_MAX = _most_tries

template = "tmp"
tempdir = None

_ctempfile.bind(globals())
_open_anonymous = _ctempfile.open_anonymous
_open_named = _ctempfile.open_named

# The audit event for a removal has room for one since Python 3.11.
_no_descriptor = (None,) if _version >= (3, 11) else ()

# Since Python 3.10 a warning can ask for encoding to be given.
_asks_encoding = _version >= (3, 10)
if _asks_encoding:
    _text_encoding = _io.text_encoding
if _version >= (3, 11):
    _io.IOBase.register(SpooledTemporaryFile)


def gettempprefix():
    """The default prefix of names, as str."""
    return _ctempfile.fsdecode(template)


def gettempprefixb():
    """The default prefix of names, as bytes."""
    return _ctempfile.fsencode(template)


def gettempdir():
    """The temporary directory, as str; chosen by the first call."""
    return _ctempfile.fsdecode(_ctempfile.get_tempdir())


def gettempdirb():
    """The temporary directory, as bytes; chosen by the first call."""
    return _ctempfile.fsencode(_ctempfile.get_tempdir())


def mkstemp(suffix=None, prefix=None, dir=None, text=False):
    """Create a file; return a descriptor and its path.

    The caller deletes it. Unlike the standard function, this one refuses a
    prefix or suffix with a path separator, and draws names from the kernel.
    """
    return _ctempfile.mkstemp(suffix, prefix, dir)


def mkdtemp(suffix=None, prefix=None, dir=None):
    """Create a directory; return its path. The caller deletes it."""
    return _ctempfile.mkdtemp(suffix, prefix, dir)


def mktemp(suffix="", prefix=template, dir=None):
    """Return a path that did not exist. By now it may: use mkstemp."""
    from ._private import make_name
    return make_name(suffix, prefix, gettempdir() if dir is None else dir)


def TemporaryFile(mode='w+b', buffering=-1, encoding=None, newline=None,
                  suffix=None, prefix=None, dir=None, *, errors=None):
    """Open a file without a name, which is gone when it is closed.

    The result is what io.open returns for the mode. suffix and prefix are
    checked and matter only where no file can be made without a name.
    """
    if _asks_encoding and "b" not in mode:
        encoding = _text_encoding(encoding)
    return _open_anonymous(mode, buffering, encoding, newline, suffix, prefix,
                           dir, errors)


if _version >= (3, 12):
    def NamedTemporaryFile(mode='w+b', buffering=-1, encoding=None,
                           newline=None, suffix=None, prefix=None, dir=None,
                           delete=True, *, errors=None, delete_on_close=True):
        """Open a file with a name, which is deleted when it is closed.

        A forked child that closes it, or ends, leaves the name alone.
        """
        if _asks_encoding and "b" not in mode:
            encoding = _text_encoding(encoding)
        return _open_named(mode, buffering, encoding, newline, suffix, prefix,
                           dir, errors, delete, delete_on_close)
else:
    def NamedTemporaryFile(mode='w+b', buffering=-1, encoding=None,
                           newline=None, suffix=None, prefix=None, dir=None,
                           delete=True, *, errors=None):
        """Open a file with a name, which is deleted when it is closed.

        A forked child that closes it, or ends, leaves the name alone.
        """
        if _asks_encoding and "b" not in mode:
            encoding = _text_encoding(encoding)
        return _open_named(mode, buffering, encoding, newline, suffix, prefix,
                           dir, errors, delete, True)


def _wrap_method(method, closer):
    """method, holding on to what deletes its file."""
    def func_wrapper(*args, **kwargs):
        return method(*args, **kwargs)
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        try:
            setattr(func_wrapper, attribute, getattr(method, attribute))
        except (AttributeError, TypeError):
            pass
    func_wrapper.__wrapped__ = method
    func_wrapper._closer = closer
    return func_wrapper


class _TemporaryFileWrapper:
    """A file with a name that is to be deleted.

    Attributes that are not here are the file's. They are remembered, except
    integers, and methods hold on to what deletes the name.
    """

    def __init__(self, file, name, delete=True, delete_on_close=True):
        self.file = file
        self.name = name
        if _before_3_12:
            self.delete = delete
        # Before Python 3.14 there is no warning for the class to be told in.
        self._closer = _TemporaryFileCloser(file, name, delete,
                                            delete_on_close, self.__class__)

    def __getattr__(self, name):
        value = getattr(self.__dict__['file'], name)
        if hasattr(value, '__call__'):
            value = _wrap_method(value, self._closer)
        if not isinstance(value, int):
            setattr(self, name, value)
        return value

    def __enter__(self):
        self.file.__enter__()
        return self

    def __exit__(self, exc, value, tb):
        result = self.file.__exit__(exc, value, tb)
        if _before_3_12:
            self.close()
        else:
            self._closer.cleanup()
        return result

    def close(self):
        """Close the file, and delete it unless it was to be kept."""
        self._closer.close()

    def __iter__(self):
        # A generator, so that the loop holds on to the wrapper.
        for line in self.file:
            yield line

    if _since_3_14:
        def __repr__(self):
            return "<%s file=%r>" % (self.__class__.__name__, self.file)


class _DirectoryGuard(_ctempfile.DirectoryGuard):
    """Deletes a directory whose TemporaryDirectory was forgotten."""

    __slots__ = ("label", "ignore_errors", "remove_tree", "__weakref__")

    def finish_implicitly(self):
        """Delete it and complain."""
        from _warnings import warn
        due = self.delete and self.may_remove()
        self.delete = False
        if due:
            self.remove_tree(self.name, ignore_errors=self.ignore_errors)
            warn("Implicitly cleaning up <%s %r>" % (self.label, self.name),
                 ResourceWarning)

    def __del__(self):
        if self.delete:
            self.finish_implicitly()


def _finish_directories():
    while True:
        guards = _ctempfile.due_directories()
        if not guards:
            return
        for guard in guards:
            try:
                guard.finish_implicitly()
            except Exception:
                _sys.excepthook(*_sys.exc_info())


_at_exit = None


def _finish_at_exit():
    global _at_exit
    import atexit
    _at_exit = atexit.register(_finish_directories)


def _same_class(cls, params):
    from types import GenericAlias
    return GenericAlias(cls, params)


class TemporaryDirectory:
    """A directory that is removed with all that is in it.

    The removal works on descriptors: it neither follows nor changes what a
    symbolic link leads to, even one that appears meanwhile. After a failure
    it goes on, and reports the first. A forked child removes nothing.
    """

    def _start(self, suffix, prefix, dir, ignore_cleanup_errors, delete):
        if _at_exit is None:
            _finish_at_exit()
        self._guard = guard = _DirectoryGuard.make_directory(
            suffix, prefix, dir, delete)
        self.name = guard.name
        guard.label = self.__class__.__name__
        guard.remove_tree = self._rmtree
        guard.ignore_errors = ignore_cleanup_errors
        self._ignore_cleanup_errors = ignore_cleanup_errors
        self._delete = delete

    if _version >= (3, 12):
        def __init__(self, suffix=None, prefix=None, dir=None,
                     ignore_cleanup_errors=False, *, delete=True):
            self._start(suffix, prefix, dir, ignore_cleanup_errors, delete)
    elif _version >= (3, 10):
        def __init__(self, suffix=None, prefix=None, dir=None,
                     ignore_cleanup_errors=False):
            self._start(suffix, prefix, dir, ignore_cleanup_errors, True)
    else:
        def __init__(self, suffix=None, prefix=None, dir=None):
            self._start(suffix, prefix, dir, False, True)

    @classmethod
    def _rmtree(cls, name, ignore_errors=False, repeated=False):
        _sys.audit("shutil.rmtree", name, *_no_descriptor)
        try:
            _ctempfile.remove_tree(name)
        except OSError:
            if not ignore_errors:
                raise

    @property
    def _finalizer(self):
        from ._private import Finalizer
        return Finalizer(self._guard)

    def __repr__(self):
        return "<{} {!r}>".format(self.__class__.__name__, self.name)

    def __enter__(self):
        return self.name

    def __exit__(self, exc, value, tb):
        if self._delete:
            self.cleanup()

    def cleanup(self):
        """Remove the directory now, whatever `delete` was."""
        guard = self._guard
        was_due = guard.delete
        if not guard.may_remove() or (_version < (3, 10) and not was_due):
            return
        guard.delete = False
        self._rmtree(self.name, ignore_errors=self._ignore_cleanup_errors)
        if was_due:
            guard.delete = True
            guard.forget()
            guard.delete = False

    __class_getitem__ = classmethod(_same_class)


def __getattr__(name):
    """What few need: internals of the standard module, install, extra."""
    if name == "install":
        from ._install import install
        return install
    if name == "extra":
        from importlib import import_module
        return import_module(".extra", __name__)
    if name[:1] == "_" and name[:2] != "__" and name != "_private":
        from importlib import import_module
        private = import_module("._private", __name__)
        if name in private.COMPATIBLE:
            return getattr(private, name)
    raise AttributeError("module %r has no attribute %r" % (__name__, name))
