# SPDX-License-Identifier: MIT
"""ctempfile.extra: publish, keep, reopen, limit, sweep, signals."""

import errno
import io
import os
import signal
import stat

import pytest

from ctempfile import extra


def test_persist_text(tmp_path):
    target = tmp_path / "page.html"
    target.write_text("old")
    target.chmod(0o644)
    with extra.open_file("w", beside=target) as file:
        file.write("héllo\n")
        file.persist(target, durable=True)
        assert file.name == str(target) == os.fspath(file)
        assert target.read_text(encoding="utf-8") == "héllo\n"
        file.write("more\n")
    assert target.read_text(encoding="utf-8") == "héllo\nmore\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["page.html"]


def test_failed_persist_can_be_tried_again(tmp_path):
    target = tmp_path / "x"
    target.write_text("old")
    with extra.open_file(beside=target) as file:
        file.write(b"new")
        with pytest.raises(FileExistsError):
            file.persist(target, replace=False)
        assert target.read_text() == "old"
        file.persist(target)
    assert target.read_text() == "new"


def test_unpersisted_is_gone(tmp_path):
    with extra.open_file(named=True, dir=tmp_path) as file:
        assert os.listdir(tmp_path) == [os.path.basename(file.name)]
    assert os.listdir(tmp_path) == []


def test_keep(tmp_path):
    with extra.open_file(named=True, dir=tmp_path) as file:
        file.write(b"x")
        file.keep()
    assert os.path.getsize(file_of(tmp_path)) == 1
    with extra.open_file() as file, pytest.raises(ValueError):
        file.keep()


def file_of(directory):
    name, = os.listdir(directory)
    return os.path.join(directory, name)


def test_reopen(tmp_path):
    with extra.open_file(named=True, dir=tmp_path) as file:
        file.write(b"abc")
        with file.reopen() as second:
            assert second.read() == b"abc"
        with file.reopen("a") as third:
            third.write("d")
        file.seek(0)
        assert file.read() == b"abcd"
        os.unlink(file.name)
        file.flush()
    with extra.open_file() as file:
        file.write(b"nameless")
        with file.reopen("r+b") as second:
            assert second.read() == b"nameless"


def test_limit_loses_nothing():
    with extra.open_file(spooled=True, max_size=4, limit=10) as file:
        file.write(b"12345678")
        assert file.rolled()
        with pytest.raises(OSError) as caught:
            file.write(b"123")
        assert caught.value.errno == errno.EFBIG
        assert file.tell() == 8
        file.write(b"90")
        assert file.getvalue() == b"1234567890"


def test_permissions_are_exact(tmp_path):
    old = os.umask(0o777)
    try:
        with extra.open_file(named=True, dir=tmp_path,
                             permissions=0o640) as file:
            mode = os.fstat(file.fileno()).st_mode
        with extra.open_directory(dir=tmp_path, permissions=0o750) as place:
            assert stat.S_IMODE(os.fstat(place.fileno()).st_mode) == 0o750
    finally:
        os.umask(old)
    assert stat.S_IMODE(mode) == 0o640


def test_modes():
    with extra.open_file("wb") as file:
        assert not file.readable() and isinstance(file, io.BufferedIOBase)
        with pytest.raises(io.UnsupportedOperation):
            file.read()
    with extra.open_file("rb") as file:
        assert file.read() == b""
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")
    with pytest.raises(ValueError):
        file.read()


@pytest.mark.parametrize("bad", [
    dict(mode="q"), dict(mode="wb", encoding="utf-8"),
    dict(permissions=0o7777), dict(dir=".", beside="x"),
    dict(named=True, spooled=True), dict(named=True, prefix="../x"),
    dict(limit=-1), dict(mode="w", encoding="no-such"), dict(keep=True)],
    ids=str)
def test_bad_options(bad):
    with pytest.raises((ValueError, LookupError)):
        extra.open_file(**bad)


def test_directory_persist(tmp_path):
    old = tmp_path / "site"
    old.mkdir()
    (old / "old.html").write_text("old")
    with extra.open_directory(beside=old) as new:
        with open(os.path.join(new, "new.html"), "w"):
            pass
        new.persist(old, exchange=True)
        assert os.listdir(old) == ["new.html"]
    assert os.listdir(tmp_path) == ["site"]
    with extra.open_directory(beside=old) as new, \
            pytest.raises(FileExistsError):
        new.persist(old, replace=False)


def test_remove_tree(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    extra.remove_tree(tmp_path / "a")
    assert os.listdir(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        extra.remove_tree(tmp_path / "a")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP,
                                    signal.SIGQUIT])
def test_signals(tmp_path, run, number):
    program = """
import os, resource, signal, ctempfile
from ctempfile import extra
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
number = %d
signal.signal(number, signal.SIG_DFL)  # nohup and & have it ignored
extra.cleanup_on_signals()
ctempfile.tempdir = %r
things = [ctempfile.NamedTemporaryFile(), ctempfile.TemporaryDirectory(),
          extra.open_file(named=True), extra.open_directory()]
with open(things[1].name + "/x", "w"):
    pass
with ctempfile.NamedTemporaryFile(), ctempfile.TemporaryDirectory():
    pass
print(len(os.listdir(ctempfile.tempdir)), flush=True)
os.kill(os.getpid(), number)
""" % (number, str(tmp_path))
    assert run(program) == "3\n"
    assert run.status == -number
    assert os.listdir(tmp_path) == []


def test_adopt(tmp_path, run):
    program = """
import os, sys, ctempfile
from ctempfile import extra
ctempfile.tempdir = %r
directory = ctempfile.TemporaryDirectory()
if os.fork():
    os._exit(0)
extra.adopt()
directory.cleanup()
""" % str(tmp_path)
    run(program)
    assert os.listdir(tmp_path) == []


def test_candidates():
    found = extra.candidates()
    assert sum(candidate.chosen for candidate in found) <= 1
    assert all(candidate.path and candidate.source for candidate in found)
    assert "Candidate(path=" in repr(found[0])
