# SPDX-License-Identifier: MIT
"""The situations of the tests in cpython_excluded.txt, on a real file system.

CPython's tests make names collide and calls fail by replacing functions; here
an audit hook puts something in the way of the very name that has just been
announced, and resource limits make the system refuse.
"""

import importlib
import os
import resource
import sys

import pytest

import ctempfile
from conftest import descriptors


def put_file(path):
    with open(path, "x"):
        pass


def once(function):
    """function, at its first call only."""
    calls = []

    def call(path):
        if not calls:
            calls.append(path)
            function(path)
    return call


@pytest.mark.parametrize("put", [put_file, os.mkdir],
                         ids=["by_a_file", "by_a_directory"])
def test_directory_name_is_taken(there, announced, obstacle, put):
    obstacle("tempfile.mkdtemp", once(put))
    path = ctempfile.mkdtemp()
    assert [path for _, path in announced] == [announced[0][1], path]
    assert announced[0][1] != path
    assert len(os.listdir(there)) == 2


@pytest.mark.parametrize("put", [put_file, os.mkdir])
def test_file_name_is_taken(there, announced, obstacle, put):
    obstacle("tempfile.mkstemp", once(put))
    descriptor, path = ctempfile.mkstemp()
    os.close(descriptor)
    assert [event for event, _ in announced] == ["tempfile.mkstemp"] * 2
    assert announced[1][1] == path != announced[0][1]


@pytest.mark.parametrize("create, event, what", [
    (ctempfile.mkstemp, "tempfile.mkstemp", "file"),
    (ctempfile.mkdtemp, "tempfile.mkdtemp", "directory")])
def test_all_names_are_taken(there, announced, obstacle, monkeypatch, create,
                             event, what):
    obstacle(event, put_file)
    monkeypatch.setattr(ctempfile, "TMP_MAX", 20)
    with pytest.raises(FileExistsError) as caught:
        create()
    assert caught.value.args == (
        17, "No usable temporary %s name found" % what)
    assert len(announced) == 20


def test_hook_that_refuses_is_obeyed(there, obstacle):
    def refuse(path):
        raise RuntimeError(path)
    obstacle("tempfile.mkstemp", refuse)
    obstacle("tempfile.mkdtemp", refuse)
    for create in (ctempfile.mkstemp, ctempfile.mkdtemp,
                   ctempfile.NamedTemporaryFile,
                   ctempfile.TemporaryDirectory):
        with pytest.raises(RuntimeError):
            create()
    assert os.listdir(there) == []


def test_choice_leaves_nothing(tmp_path, run):
    output = run("import ctempfile; print(ctempfile.gettempdir())",
                 TMPDIR=str(tmp_path))
    assert output.strip() == str(tmp_path)
    assert os.listdir(tmp_path) == []


def test_choice_that_fails_leaves_nothing(tmp_path, run):
    program = """
import resource, signal, ctempfile
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    ctempfile.gettempdir()
except FileNotFoundError as error:
    print(error.errno, error.strerror)
"""
    output = run(program, TMPDIR=str(tmp_path))
    assert output.startswith("2 No usable temporary directory found in ["
                             "'%s', " % tmp_path)
    assert os.listdir(tmp_path) == []


BAD = [dict(mode="q"), dict(mode="w", encoding="no-such"),
       dict(mode="w", newline="x"), dict(mode="wb", encoding="utf-8"),
       dict(mode="w", buffering=0), dict(mode="w", encoding="a\0b"),
       dict(mode=None)]


@pytest.mark.parametrize("bad", BAD, ids=str)
@pytest.mark.parametrize("name", ["TemporaryFile", "NamedTemporaryFile"])
def test_failed_file_leaves_nothing(there, name, bad):
    before = descriptors()
    with pytest.raises((ValueError, TypeError, LookupError)) as ours:
        getattr(ctempfile, name)(**bad)
    assert os.listdir(there) == []
    assert descriptors() == before
    if sys.version_info < (3, 10):
        return  # there the standard module hides it behind another error
    standard = importlib.import_module("tempfile")
    with pytest.raises(ours.type) as theirs:
        getattr(standard, name)(**bad)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("name", ["TemporaryFile", "NamedTemporaryFile",
                                  "TemporaryDirectory", "mkstemp", "mkdtemp"])
def test_no_descriptors_left(there, name):
    before = descriptors()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = [os.open("/", os.O_RDONLY) for _ in range(2)]
    top = max(int(fd) for fd in os.listdir("/proc/self/fd"))
    results = []
    try:
        for spare in range(4):
            resource.setrlimit(resource.RLIMIT_NOFILE, (top + spare, hard))
            try:
                results.append(getattr(ctempfile, name)())
            except OSError as error:
                assert error.errno == 24
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for fd in held:
            os.close(fd)
    for result in results:
        if isinstance(result, tuple):
            os.close(result[0])
            os.unlink(result[1])
        elif isinstance(result, str):
            os.rmdir(result)
        elif hasattr(result, "cleanup"):
            result.cleanup()
        else:
            result.close()
    assert os.listdir(there) == []
    assert descriptors() == before


def test_failed_named_file_leaves_nothing(there, monkeypatch):
    """Even when what wraps it cannot be made."""
    class Refuses:
        def __init__(self, *args):
            raise KeyboardInterrupt
    before = descriptors()
    monkeypatch.setattr(ctempfile, "_TemporaryFileWrapper", Refuses)
    with pytest.raises(KeyboardInterrupt):
        ctempfile.NamedTemporaryFile()
    assert os.listdir(there) == []
    assert descriptors() == before


