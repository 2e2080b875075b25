# SPDX-License-Identifier: MIT
"""Where ctempfile is better on purpose, and what holds the drop-in together."""

import importlib
import inspect
import io
import os
import resource
import signal
import stat
import subprocess
import sys
import threading

import pytest

import ctempfile
from conftest import descriptors

standard = importlib.import_module("tempfile")
PUBLIC = sorted(set(standard.__all__) - {"tempdir", "TMP_MAX"})


def test_standard_is_the_standard():
    assert standard is not ctempfile and "ctempfile" not in standard.__file__


@pytest.mark.parametrize("name", PUBLIC)
def test_signature(name):
    if name == "SpooledTemporaryFile" and sys.version_info < (3, 10):
        pytest.skip("types made by modules have no signature there")
    assert (inspect.signature(getattr(ctempfile, name))
            == inspect.signature(getattr(standard, name)))


def test_public_names():
    assert sorted(ctempfile.__all__) == sorted(standard.__all__)
    assert ctempfile.TMP_MAX == standard.TMP_MAX


# A forked child leaves its parent's things alone.

@pytest.mark.parametrize("ending", ["sys.exit(0)", "pass", "os._exit(0)",
                                    "raise SystemExit"])
def test_child_removes_nothing(there, run, ending):
    program = """
import os, sys, ctempfile
ctempfile.tempdir = %r
directory = ctempfile.TemporaryDirectory()
file = ctempfile.NamedTemporaryFile()
with ctempfile.TemporaryDirectory() as inside, \\
        ctempfile.NamedTemporaryFile() as second:
    names = directory.name, file.name, inside, second.name
    pid = os.fork()
    if pid == 0:
        %s
    else:
        os.waitpid(pid, 0)
        print(all(map(os.path.exists, names)))
if pid:
    print(any(map(os.path.exists, names[2:])))
""" % (str(there), ending)
    assert run(program) == "True\nFalse\n"
    assert os.listdir(there) == []


def test_child_removes_its_own(there):
    pid = os.fork()
    if pid == 0:
        with ctempfile.TemporaryDirectory(), ctempfile.NamedTemporaryFile():
            pass
        os._exit(len(os.listdir(there)))
    assert os.waitpid(pid, 0)[1] == 0


def test_exit_removes_what_nobody_finalises(there, run):
    program = """
import builtins, ctempfile
ctempfile.tempdir = %r
builtins.kept = [ctempfile.NamedTemporaryFile()]
builtins.kept.append(builtins.kept)
import gc
gc.freeze()
""" % str(there)
    run(program)
    assert os.listdir(there) == []


# Names.

@pytest.mark.parametrize("affix", ["../x", "a/b", "/", "/tmp/x"])
@pytest.mark.parametrize("which", ["prefix", "suffix"])
def test_separators_are_refused(there, announced, affix, which):
    for create in (ctempfile.mkstemp, ctempfile.mkdtemp,
                   ctempfile.NamedTemporaryFile,
                   ctempfile.TemporaryDirectory):
        for value in (affix, affix.encode()):
            with pytest.raises(ValueError, match="separator"):
                create(**{which: value})
    assert announced == []


def test_separators_can_be_allowed(there):
    (there / "sub").mkdir()
    ctempfile.extra.allow_separators()
    try:
        descriptor, path = ctempfile.mkstemp(prefix="sub/x")
        os.close(descriptor)
        assert os.listdir(there / "sub") == [os.path.basename(path)]
    finally:
        ctempfile.extra.allow_separators(False)


@pytest.mark.parametrize("prefix", ["con.", "NUL.x", "a\\b", "é", "\udc80",
                                    "", " ", "." * 200])
def test_odd_prefixes(there, prefix):
    for create in (ctempfile.mkdtemp, lambda **k: ctempfile.mkstemp(**k)[1]):
        path = create(prefix=prefix)
        name = os.path.basename(path)
        assert name.startswith(prefix) and len(name) == len(prefix) + 8
        assert name in os.listdir(there)


def test_names_differ(there):
    names = {ctempfile.mkdtemp() for _ in range(500)}
    assert len(names) == 500


def test_zero_byte(there):
    for bad in (dict(prefix="a\0"), dict(suffix="\0"), dict(dir="/a\0b")):
        for name in ("mkstemp", "mkdtemp"):
            with pytest.raises(ValueError) as ours:
                getattr(ctempfile, name)(**bad)
            with pytest.raises(ValueError) as theirs:
                getattr(standard, name)(**bad)
            assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("name", ["mkstemp", "mkdtemp", "TemporaryFile",
                                  "NamedTemporaryFile", "TemporaryDirectory"])
@pytest.mark.parametrize("bad", [
    dict(dir="/no/such"), dict(dir=__file__), dict(prefix="x" * 300),
    dict(dir=7), dict(prefix=7), dict(suffix=b"x", prefix="y"),
    dict(dir=b"/tmp", prefix="y"), dict(dir="/proc"), dict(suffix=[])],
    ids=str)
def test_errors(there, name, bad):
    """Class, number, text and path are the standard's."""
    if name.endswith("File") and bad.get("dir") == 7:
        pytest.skip("the standard module would open descriptor 7")
    if name == "TemporaryFile" and "dir" not in bad and len(bad) == 1:
        pytest.skip("neither looks at it")
    with pytest.raises(Exception) as theirs:
        getattr(standard, name)(**bad)
    with pytest.raises(theirs.type) as ours:
        getattr(ctempfile, name)(**bad)
    if isinstance(theirs.value, OSError):
        assert ours.value.args == theirs.value.args
        if theirs.value.filename is not None:
            assert (os.path.dirname(ours.value.filename)
                    == os.path.dirname(theirs.value.filename))
            assert (len(ours.value.filename) == len(theirs.value.filename))
    else:
        assert str(ours.value) == str(theirs.value)


def test_directory_that_cannot_be_read(there):
    there.chmod(0o300)
    try:
        descriptor, path = ctempfile.mkstemp()
        os.close(descriptor)
        os.unlink(path)
        with ctempfile.TemporaryDirectory(), ctempfile.NamedTemporaryFile():
            pass
    finally:
        there.chmod(0o700)
    assert os.listdir(there) == []


def test_umask(there):
    old = os.umask(0o277)
    try:
        path = ctempfile.mkdtemp()
        descriptor, name = ctempfile.mkstemp()
    finally:
        os.umask(old)
    os.close(descriptor)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o500
    assert stat.S_IMODE(os.stat(name).st_mode) == 0o400
    os.chmod(path, 0o700)


# Removal harms no one: CVE-2023-6597 and CVE-2026-12345.

def test_link_in_locked_directory(there, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = outside / "secret"
    secret.write_text("keep")
    secret.chmod(0o640)
    outside.chmod(0o750)
    directory = ctempfile.TemporaryDirectory()
    locked = os.path.join(directory.name, "locked")
    os.mkdir(locked)
    os.symlink(secret, os.path.join(locked, "file"))
    os.symlink(outside, os.path.join(locked, "dir"))
    os.symlink("loop", os.path.join(locked, "loop"))
    os.symlink("/no/such", os.path.join(locked, "dangling"))
    os.chmod(locked, 0o500)
    directory.cleanup()
    assert not os.path.exists(directory.name)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o640
    assert stat.S_IMODE(outside.stat().st_mode) == 0o750


def test_swapped_directory(there, tmp_path):
    """Somebody puts a link in a directory's place, again and again."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("keep")
    stop = threading.Event()

    def swap(victim, aside):
        while not stop.is_set():
            try:
                os.rename(victim, aside)
                os.symlink(outside, victim)
                os.unlink(victim)
                os.rename(aside, victim)
            except OSError:
                pass

    for _ in range(20):
        directory = ctempfile.TemporaryDirectory(ignore_cleanup_errors=True) \
            if sys.version_info >= (3, 10) else ctempfile.TemporaryDirectory()
        victim = os.path.join(directory.name, "v")
        os.mkdir(victim)
        for i in range(30):
            with open(os.path.join(victim, str(i)), "w"):
                pass
        os.chmod(victim, 0o500)
        stop.clear()
        racer = threading.Thread(target=swap,
                                 args=(victim, str(tmp_path / "aside")))
        racer.start()
        try:
            directory.cleanup()
        except OSError:
            pass
        stop.set()
        racer.join()
        assert (outside / "secret").read_text() == "keep"
        directory.cleanup()
        ctempfile.extra.remove_tree(str(tmp_path / "aside")) \
            if os.path.lexists(tmp_path / "aside") else None


def test_directory_replaced_by_link(there, tmp_path):
    (tmp_path / "secret").write_text("keep")
    directory = ctempfile.TemporaryDirectory()
    os.rmdir(directory.name)
    os.symlink(tmp_path, directory.name)
    with pytest.raises(NotADirectoryError):
        directory.cleanup()
    assert (tmp_path / "secret").read_text() == "keep"
    os.unlink(directory.name)


def test_deep_tree(there):
    directory = ctempfile.TemporaryDirectory()
    here = os.getcwd()
    os.chdir(directory.name)
    try:
        for _ in range(3000):
            os.mkdir("d" * 20)
            os.chdir("d" * 20)
    finally:
        os.chdir(here)
    directory.cleanup()
    assert os.listdir(there) == []


def test_finalizer_can_be_detached(there):
    directory = ctempfile.TemporaryDirectory()
    assert directory._finalizer.alive
    assert directory._finalizer.detach()
    path = directory.name
    del directory
    assert os.path.isdir(path)
    os.rmdir(path)


def test_forgotten_directory_warns(there):
    directory = ctempfile.TemporaryDirectory()
    message = "Implicitly cleaning up %r" % directory
    with pytest.warns(ResourceWarning) as caught:
        del directory
    assert [str(warning.message) for warning in caught] == [message]
    assert os.listdir(there) == []


# Nothing lost.

def limited(size):
    """Files may have this many bytes; undo() restores."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, old)


@pytest.mark.parametrize("mode, data", [("w+b", b"0123456789" * 100000),
                                        ("w+", "0123456789" * 100000)])
def test_failed_rollover(there, mode, data):
    with ctempfile.SpooledTemporaryFile(mode=mode) as spooled:
        spooled.write(data)
        spooled.seek(5)
        before = descriptors()
        undo = limited(4096)
        try:
            for _ in range(2):
                with pytest.raises(OSError):
                    spooled.rollover()
                with pytest.raises(OSError):
                    spooled.fileno()
        finally:
            undo()
        assert descriptors() == before
        assert not spooled._rolled and spooled.tell() == 5
        assert spooled.read(3) == data[5:8]
        spooled.rollover()
        assert spooled.tell() == 8
        spooled.seek(0)
        assert spooled.read() == data


def test_failed_write_writes_nothing(there):
    with ctempfile.SpooledTemporaryFile(max_size=10, dir="/no/such") as file:
        file.write(b"0123456789")
        for _ in range(2):
            with pytest.raises(FileNotFoundError):
                file.write(b"x")
        assert file.tell() == 10
        file.seek(0)
        assert file.read() == b"0123456789"


@pytest.mark.parametrize("mode, data", [("w+b", b"0123"), ("w+", "0123")])
def test_what_rolls_over_is_in_the_file(there, mode, data):
    for module in ctempfile, standard:
        with module.SpooledTemporaryFile(max_size=3, mode=mode) as file:
            file.write(data)
            assert os.path.getsize(file.name) == 4


def test_rollover_can_be_overridden(there):
    for module in ctempfile, standard:
        calls = []

        class Spool(module.SpooledTemporaryFile):
            def rollover(self):
                calls.append(self._rolled)
                super().rollover()
        for act in (lambda file: file.write(b"0123"),
                    lambda file: file.truncate(9), lambda file: file.fileno()):
            with Spool(max_size=3) as file:
                act(file)
        assert calls == [False] * 3


def test_bad_mode_loses_nothing(there):
    file = ctempfile.SpooledTemporaryFile(mode="rb")
    file.write(b"abc")
    with pytest.raises(io.UnsupportedOperation):
        file.rollover()
    assert file._file.getvalue() == b"abc"
    file.close()


def test_iterator_survives_rollover(there):
    with ctempfile.SpooledTemporaryFile() as file:
        file.write(b"a\nb\nc\n")
        file.seek(0)
        lines = iter(file)
        assert next(lines) == b"a\n"
        file.rollover()
        assert list(lines) == [b"b\n", b"c\n"]


def test_spool_is_io(there):
    with ctempfile.SpooledTemporaryFile() as file:
        assert isinstance(file, io.IOBase) == (sys.version_info >= (3, 11))
        wrapper = io.TextIOWrapper(file, "utf-8")
        wrapper.write("é\n")
        wrapper.flush()
        wrapper.detach()
        file.seek(0)
        assert file.read() == "é\n".encode()
    assert ctempfile.SpooledTemporaryFile[bytes].__origin__ \
        is ctempfile.SpooledTemporaryFile


def test_spool_makes_no_system_call(there):
    ctempfile.tempdir = "/no/such"
    with ctempfile.SpooledTemporaryFile(max_size=100) as file:
        file.write(b"x" * 100)


@pytest.mark.parametrize("before", ["pass",
                                    "ctempfile.extra.cleanup_on_signals()"])
def test_directory_is_that_of_the_call(tmp_path, run, before):
    """Even if tempdir is assigned and used while a file is being made."""
    program = """
import os, sys, ctempfile
first, second = %r
os.mkdir(first), os.mkdir(second)
%s

def hook(event, args):
    if event == "open" and args[0] == first and ctempfile.tempdir == first:
        ctempfile.tempdir = second
        ctempfile.TemporaryFile().close()

sys.addaudithook(hook)
for create in ctempfile.NamedTemporaryFile, ctempfile.TemporaryFile:
    ctempfile.tempdir = first
    with create() as file:
        print(ctempfile.tempdir == second,
              os.path.dirname(os.readlink("/proc/self/fd/%%d" %% file.fileno()))
              == first, not isinstance(file.name, str)
              or os.path.samestat(os.stat(file.name), os.fstat(file.fileno())))
""" % ((str(tmp_path / "first"), str(tmp_path / "second")), before)
    assert run(program) == "True True True\n" * 2, run.stderr


# Standing in for the standard module.

def test_install(run):
    program = """
import sys, ctempfile
assert "tempfile" not in sys.modules
ctempfile.install()
import tempfile, multiprocessing.util
from tempfile import NamedTemporaryFile, _TemporaryFileWrapper
assert isinstance(NamedTemporaryFile(), _TemporaryFileWrapper)
print(tempfile is ctempfile, multiprocessing.util.get_temp_dir() != "")
"""
    assert run(program, "-I") == "True True\n"


def test_import_is_light(run):
    program = """
import sys
before = set(sys.modules)
import ctempfile
print(*sorted(set(sys.modules) - before))
"""
    loaded = set(run(program, "-I").split())
    # Since Python 3.14 it may be the first that needs io, which is small.
    assert loaded - {"io"} == {"ctempfile", "ctempfile._ctempfile"}


def test_leased_is_gone_after_kill(there, run):
    program = """
import os, signal, ctempfile
ctempfile.tempdir = %r
ctempfile.install(leased=True)
file = ctempfile.NamedTemporaryFile()
directory = ctempfile.TemporaryDirectory()
here = ctempfile.NamedTemporaryFile(dir=ctempfile.tempdir, delete=False)
print(os.path.relpath(file.name, ctempfile.tempdir).count("/"), here.name,
      flush=True)
os.kill(os.getpid(), signal.SIGKILL)
""" % str(there)
    deep, kept = run(program).split()
    assert (run.status, deep) == (-signal.SIGKILL, "1")
    count, seen = ctempfile.extra.sweep(str(there))
    assert (count, seen[0].verdict) == (1, "dead")
    assert os.listdir(there) == [os.path.basename(kept)]


def test_main_tells_what_tempf_tells(run):
    output = subprocess.run([sys.executable, "-m", "ctempfile"],
                            stdout=subprocess.PIPE, check=True).stdout
    assert output.startswith(b"* ") or b"\n* " in output
    tempf = os.environ.get("TEMPF")
    if not tempf:
        pytest.skip("TEMPF does not name the command")
    for options in ([], ["--json"]):
        ours = subprocess.run([sys.executable, "-m", "ctempfile", *options],
                              stdout=subprocess.PIPE).stdout
        theirs = subprocess.run([tempf, "where", *options],
                                stdout=subprocess.PIPE).stdout
        assert without_space(ours) == without_space(theirs)


def without_space(output):
    import re
    return re.sub(rb'[0-9.]+ [KMGT]iB free|"space": \d+', b"", output)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs Python 3.12")
def test_subinterpreter(run):
    program = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
import ctempfile
code = '''
import ctempfile
with ctempfile.TemporaryDirectory() as d, ctempfile.NamedTemporaryFile(dir=d):
    pass
s = ctempfile.SpooledTemporaryFile(); s.write(b"x"); s.rollover(); s.close()
print("done", flush=True)
'''
for _ in range(3):
    one = interpreters.create()
    result = interpreters.run_string(one, code)
    assert result is None, result
    interpreters.destroy(one)
ctempfile.TemporaryDirectory().cleanup()
"""
    assert run(program).split() == ["done"] * 3, run.stderr


def test_threads(there):
    def work():
        for _ in range(100):
            with ctempfile.TemporaryDirectory() as path:
                with ctempfile.NamedTemporaryFile(dir=path):
                    pass
            with ctempfile.SpooledTemporaryFile(max_size=3) as file:
                file.write(b"abcdef")
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert os.listdir(there) == []


def test_install_before_everything(run):
    """urllib has classes of its own between OSError and the wrapper."""
    program = """
import ctempfile
ctempfile.install()
import urllib.error, urllib.response
assert issubclass(urllib.response.addbase, ctempfile._TemporaryFileWrapper)
error = urllib.error.HTTPError("x", 404, "none", {}, None)
print(error.code)
"""
    assert run(program) == "404\n", run.stderr
