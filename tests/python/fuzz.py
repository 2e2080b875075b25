#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the same to ctempfile and the standard module; see the same.

usage: fuzz.py, with FUZZ_EXAMPLES (2000), FUZZ_STEPS (15) and FUZZ_SEED (told
at the end; any if not given) in the environment. An example is a file or spool of either module, opened with the
same random arguments, and a random sequence of calls on both; after each,
result or error (class and text), position, attributes and content agree.

Where they differ on purpose is left out or evened out here, with the reason.
"""

import importlib
import os
import random
import re
import shutil
import sys
import warnings

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import ctempfile

standard = importlib.import_module("tempfile")
assert standard is not ctempfile

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2000"))
STEPS = int(os.environ.get("FUZZ_STEPS", "15"))
SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().getrandbits(32))
OLD = sys.version_info < (3, 11)

MODES = ["w+b", "w+", "r+b", "wb", "rb", "ab", "a+b", "xb", "w", "r", "a",
         "a+", "r+t", "x+", "bw+", "", "b", "rw", "w++", "tb", "U", "wbt"]
numbers = st.one_of(st.integers(-3, 40), st.sampled_from([0, 5, 4096, 9000]))
data = st.binary(max_size=30)
text = st.text(st.sampled_from("ab\n\ré€\U0001f600\udc80"), max_size=20)
arguments = st.fixed_dictionaries({}, optional={
    "mode": st.sampled_from(MODES),
    "buffering": st.sampled_from([-1, 0, 1, 2, 7, 4096]),
    "encoding": st.sampled_from([None, "utf-8", "utf-16", "latin-1",
                                 "utf-8-sig", "ascii", "no-such"]),
    "newline": st.sampled_from([None, "", "\n", "\r", "\r\n", "x"]),
    "errors": st.sampled_from([None, "strict", "replace", "ignore"]),
    "suffix": st.sampled_from([None, "", ".txt", b".b", ".é"]),
    "prefix": st.sampled_from([None, "", "p-", b"q-"]),
})
spool_arguments = st.tuples(
    arguments, st.one_of(st.just(0), st.integers(-1, 50),
                         st.sampled_from([2**40, 7.5])))
calls = st.one_of(
    st.tuples(st.just("write"), st.one_of(data, text)),
    # Nothing at all to write is no reason to roll over since Python 3.13.2.
    st.tuples(st.just("writelines"), st.lists(st.one_of(data, text),
                                              min_size=1, max_size=3)),
    st.tuples(st.just("read")), st.tuples(st.just("read"), numbers),
    st.tuples(st.just("readline")), st.tuples(st.just("readline"), numbers),
    st.tuples(st.just("readlines")), st.tuples(st.just("readlines"), numbers),
    st.tuples(st.just("seek"), numbers),
    st.tuples(st.just("seek"), numbers, st.integers(-1, 3)),
    st.tuples(st.just("truncate")), st.tuples(st.just("truncate"), numbers),
    st.tuples(st.just("tell")), st.tuples(st.just("flush")),
    st.tuples(st.just("write"), st.sampled_from([None, 5, "s", b"b", 1.5])),
    st.tuples(st.just("read"), st.sampled_from([None, "x", 1.5])),
    st.tuples(st.just("seek"), st.sampled_from([None, "x", 1.5])),
    st.tuples(st.just("close")), st.tuples(st.just("isatty")),
    st.tuples(st.just("__enter__")),
    st.tuples(st.just("__exit__"), st.none(), st.none(), st.none()),
    st.tuples(st.just("ITERATE")), st.tuples(st.just("ATTRIBUTES")))
FRAGILE = ["writelines", "rollover", "FILENO", "truncate"]
NEW = ["readable", "writable", "seekable", "detach"]
spool_calls = st.one_of(
    calls, st.tuples(st.just("rollover")), st.tuples(st.just("FILENO")),
    st.tuples(st.just("read1")), st.tuples(st.just("READINTO"), numbers),
    st.tuples(st.sampled_from(NEW)))


def sequences(call):
    """Few calls or many: by itself Hypothesis prefers few."""
    return st.one_of(st.lists(call, max_size=STEPS // 3),
                     st.lists(call, min_size=STEPS // 2, max_size=STEPS))


def even_out(error):
    """An error as it is compared."""
    text = re.sub(r"0x[0-9a-f]+", "0x", str(error))
    text = re.sub(r"'(_io\.BytesIO|ctempfile\._ctempfile\.File)'", "memory",
                  text)
    text = re.sub(r"[a-z0-9_]{8}", "........", text)
    # How arguments of the wrong type or number are named is not promised.
    if isinstance(error, TypeError):
        text = "TypeError"
    return type(error).__name__, text


def attempt(function, *args, **keywords):
    """What came out, in a form that can be compared."""
    try:
        return "result", function(*args, **keywords)
    except Exception as error:
        return "error", even_out(error)


def look(file, name):
    """An attribute as it is compared."""
    kind, value = attempt(getattr, file, name)
    if kind == "error":
        return kind, value[0]
    if name == "name" and isinstance(value, (str, bytes)):
        # The random part has eight characters in both.
        kept = os.path.basename(os.fsdecode(value))
        return len(kept), os.path.splitext(kept)[1], type(value)
    if name == "name" and isinstance(value, int):
        return "descriptor"
    return value


def act(file, call):
    """Do one thing."""
    name, *args = call
    if name == "ITERATE":
        return attempt(lambda: list(file))
    if name == "ATTRIBUTES":
        return [look(file, name) for name in (
            "closed", "mode", "name", "encoding", "errors", "newlines",
            "_rolled")]
    if name == "FILENO":
        return attempt(lambda: isinstance(file.fileno(), int))
    if name == "READINTO":
        buffer = bytearray(max(args[0], 0))
        return attempt(lambda: (file.readinto(buffer), bytes(buffer)))
    kind, value = attempt(lambda: getattr(file, name)(*args))
    if kind == "result" and hasattr(value, "readline"):
        value = "a file"
    return kind, value


def agree(one, other):
    """Which is told of two errors depends on the version of Python."""
    if one[0] == other[0] == "error" and one != other:
        kinds = {one[1][0], other[1][0]}
        texts = one[1][1] + other[1][1]
        return kinds == {"TypeError", "ValueError"} and "closed" in texts
    return one == other


def content(file):
    """The position and all bytes below, whatever can be had of it."""
    def read():
        inner = getattr(file, "_file", None) or getattr(file, "file", file)
        inner.flush()
        raw = getattr(inner, "buffer", inner)
        if hasattr(raw, "getvalue"):
            return raw.getvalue()
        return os.pread(inner.fileno(), 10**6, 0)
    return attempt(file.tell), attempt(read)


def rolls_over(keywords):
    """Can a spool with these arguments go to a real file?"""
    kind, file = attempt(standard.TemporaryFile, **{
        key: value for key, value in keywords.items() if key != "max_size"})
    if kind == "error":
        return False
    with file:
        return file.writable()


counts = {"examples": 0, "calls": 0, "not opened": 0}


def compare(name, keywords, steps):
    """One example."""
    counts["examples"] += 1
    files = [attempt(getattr(module, name), **keywords)
             for module in (standard, ctempfile)]
    kinds = [kind for kind, _ in files]
    assert kinds[0] == kinds[1], (name, keywords, files)
    if kinds[0] == "error":
        counts["not opened"] += 1
        if sys.version_info >= (3, 10):  # before, EBADF could hide it
            assert files[0] == files[1], (name, keywords, files)
        return
    one, other = (file for _, file in files)
    can_roll = "Spooled" not in name or rolls_over(keywords)
    try:
        for i, call in enumerate(steps):
            if OLD and (call[0] in NEW + ["read1", "READINTO"]
                        and "Spooled" in name):
                continue  # the standard class has them since Python 3.11
            if OLD and call[0] == "truncate" and "Spooled" in name:
                kinds = [attempt(file.truncate, *call[1:])[0]
                         for file in (one, other)]
                assert kinds[0] == kinds[1], (name, keywords, steps[:i + 1])
                if kinds[0] == "error":
                    return
                continue
            counts["calls"] += 1
            results = act(one, call), act(other, call)
            if "error" in (results[0][0], results[1][0]) and (
                    not can_roll or call[0] in FRAGILE):
                return  # the standard class is left halfway, ours is not
            assert agree(*results), (name, keywords, steps[:i + 1], results)
            if call[0] == "detach":
                return
            states = content(one), content(other)
            assert states[0] == states[1], (name, keywords, steps[:i + 1],
                                            states)
    finally:
        for file in (one, other):
            attempt(file.close)


def fuzz(examples):
    """A decorator: as many examples, with no database."""
    options = settings(
        max_examples=examples, deadline=None, database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck))
    return lambda test: seed(SEED)(options(test))


@fuzz(EXAMPLES // 2)
@given(spool_arguments, sequences(spool_calls))
def spooled(given_arguments, steps):
    keywords, max_size = given_arguments
    if keywords.get("suffix", "") and isinstance(keywords["suffix"], bytes):
        keywords = {**keywords, "prefix": None}
    compare("SpooledTemporaryFile", {**keywords, "max_size": max_size}, steps)


@fuzz(EXAMPLES // 4)
@given(arguments, sequences(calls))
def anonymous(keywords, steps):
    compare("TemporaryFile", keywords, steps)


@fuzz(EXAMPLES - EXAMPLES // 2 - EXAMPLES // 4)
@given(arguments, st.booleans(), sequences(calls))
def named(keywords, delete, steps):
    compare("NamedTemporaryFile", {**keywords, "delete": delete}, steps)


def main():
    """The exit status."""
    warnings.simplefilter("ignore")
    # The standard class cannot always finalize what was not opened.
    sys.unraisablehook = lambda _: None
    place = standard.mkdtemp()
    try:
        standard.tempdir = ctempfile.tempdir = place
        for test in spooled, anonymous, named:
            test()
    finally:
        shutil.rmtree(place)
        print("%s, seed %d: %d examples, %d calls; %d not opened" % (
            sys.version.split()[0], SEED, counts["examples"], counts["calls"],
            counts["not opened"]))
    return 0 if counts["examples"] >= EXAMPLES else 1


if __name__ == "__main__":
    sys.exit(main())
