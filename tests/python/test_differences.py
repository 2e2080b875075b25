# SPDX-License-Identifier: MIT
"""Lines of the table in docs/python.md, on both modules where both can show
it; test_ctempfile.py has the others.
"""

import errno
import importlib
import os
import re
import shutil
import subprocess
import sys

import pytest

import ctempfile
from ctempfile import extra

standard = importlib.import_module("tempfile")
NOBODY = 65534


def in_child(function):
    """What function() returned to os._exit in a forked child."""
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            status = function()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.skipif(os.getuid() != 0, reason="only root makes what others "
                                             "cannot remove")
def test_cleanup_goes_on_after_a_failure():
    """Of a tree in which one directory is somebody else's."""
    directory = ctempfile.TemporaryDirectory(dir="/tmp")  # all can go there
    os.chown(directory.name, NOBODY, NOBODY)
    for name in "abcdefgh":
        path = os.path.join(directory.name, "dir-" + name)
        os.mkdir(path)
        os.chown(path, NOBODY, NOBODY)
    theirs = os.path.join(directory.name, "dir-d", "theirs")
    os.mkdir(theirs)
    with open(os.path.join(theirs, "stays"), "w"):
        pass

    def clean():
        os.setuid(NOBODY)
        extra.adopt()
        try:
            directory.cleanup()
        except PermissionError as error:
            return 0 if error.filename.endswith("stays") else 97
        return 98

    assert in_child(clean) == 0
    assert os.listdir(directory.name) == ["dir-d"]
    directory.cleanup()


def test_writelines_rolls_over_in_time(there):
    with ctempfile.SpooledTemporaryFile(max_size=100) as file:
        rolled = []

        def lines():
            for _ in range(20):
                yield b"0123456789"
                rolled.append(file._rolled)
        file.writelines(lines())
        assert rolled == [False] * 10 + [True] * 10
        file.seek(0)
        assert file.read() == b"0123456789" * 20


def test_names_are_spelled_alike(there):
    for module in ctempfile, standard:
        for _ in range(200):
            name = os.path.basename(module.mkdtemp())
            assert re.fullmatch("tmp[a-z0-9_]{8}", name)


def draws(module, there):
    """How often a process that makes 50 names asks the kernel for 8 bytes."""
    program = "import %s as m\nfor _ in range(50): m.mkdtemp(dir=%r)" % (
        module, str(there))
    strace = subprocess.run(
        ["strace", "-e", "trace=getrandom", sys.executable, "-c", program],
        stderr=subprocess.PIPE)
    if strace.returncode != 0:
        pytest.skip("strace cannot trace here")
    return strace.stderr.count(b", 8, 0) ")


@pytest.mark.skipif(not shutil.which("strace"), reason="there is no strace")
def test_names_are_from_the_kernel(there):
    assert draws("ctempfile", there) >= 50 > draws("tempfile", there)


def test_choice_makes_no_name(tmp_path, run):
    """A directory in which a name comes and goes has another time."""
    program = """
import os, sys, ctempfile
os.utime(%r, (0, 0))
assert ctempfile.gettempdir() == %r
print(os.stat(%r).st_mtime)
chosen, = [one for one in ctempfile.extra.candidates() if one.chosen]
print(chosen.anonymous)
""" % ((str(tmp_path),) * 3)
    time, anonymous = run(program, TMPDIR=str(tmp_path)).split()
    if anonymous == "False":
        pytest.skip("all files have names there")
    assert float(time) == 0


@pytest.mark.parametrize("module, number", [(ctempfile, errno.EBADF),
                                            (standard, errno.ENOTDIR)])
def test_which_of_two_errors(tmp_path, module, number):
    """The file cannot be written, and the name not be deleted."""
    place = tmp_path / "place"
    place.mkdir()
    file = module.NamedTemporaryFile(dir=place)
    file.write(b"x")
    os.close(file.fileno())
    place.rename(tmp_path / "aside")
    place.write_text("")
    with pytest.raises(OSError) as caught:
        file.close()
    assert caught.value.errno == number


def test_descriptors_of_names_are_not_standard_streams(there, run):
    program = """
import os, ctempfile
ctempfile.tempdir = %r
for fd in 0, 2:
    os.close(fd)
descriptor, path = ctempfile.mkstemp()
with ctempfile.NamedTemporaryFile() as file:
    print(descriptor > 2, file.fileno() > 2)
""" % str(there)
    assert run(program) == "True True\n"


def test_spool_has_all_methods_of_a_file():
    with ctempfile.SpooledTemporaryFile() as file:
        assert file.readable() and file.writable() and file.seekable()
        file.write(b"abc")
        file.seek(0)
        buffer = bytearray(2)
        assert (file.readinto(buffer), buffer) == (2, b"ab")
        assert (file.read1(9), file.readinto1(buffer)) == (b"c", 0)


@pytest.mark.parametrize("value, left", [("1", 3), ("0", 0), ("", 0)])
def test_keep(there, run, value, left):
    program = """
import builtins, ctempfile
ctempfile.tempdir = %r
ctempfile.NamedTemporaryFile().close()
with ctempfile.TemporaryDirectory():
    pass
builtins.kept = ctempfile.TemporaryDirectory()
""" % str(there)
    run(program, "-W", "ignore", TEMPFILE_KEEP=value)
    assert run.status == 0 and len(os.listdir(there)) == left


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs Python 3.12")
def test_interpreters_at_the_same_time(tmp_path, run):
    """Each with a lock of its own and a tempdir of its own."""
    program = """
import threading
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''
import os, ctempfile
os.makedirs(place)
ctempfile.tempdir = place
for _ in range(300):
    with ctempfile.NamedTemporaryFile() as f, ctempfile.TemporaryDirectory() as d:
        assert os.path.dirname(f.name) == os.path.dirname(d) == place
        assert os.path.samestat(os.stat(f.name), os.fstat(f.fileno()))
    with ctempfile.SpooledTemporaryFile(max_size=3) as s:
        s.write(b"0123456789")
        s.seek(0)
        assert s.read() == b"0123456789"
    ctempfile.TemporaryFile("w").close()
assert os.listdir(place) == []
print("done", flush=True)
'''

def work(number):
    one = interpreters.create()
    result = interpreters.run_string(one, "place = %%r\\n" %% (%r + str(number))
                                     + code)
    interpreters.destroy(one)
    if result:
        print(result)

threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""" % str(tmp_path / "place")
    assert run(program).split() == ["done"] * 4, run.stderr
