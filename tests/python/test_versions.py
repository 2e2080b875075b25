# SPDX-License-Identifier: MIT
"""What differs between versions of Python: as in the one that runs this.

Audit events, warnings and reprs of both modules are compared, not with a
table that would have to be kept.
"""

import gc
import importlib
import os
import re
import sys
import warnings

import pytest

import ctempfile
import ctempfile._private  # loading it is announced as well

standard = importlib.import_module("tempfile")
seen = None


def hook(event, args):
    """What is announced while somebody listens."""
    if seen is not None and event.split(".")[0] in ("tempfile", "open", "os",
                                                    "shutil"):
        seen.append((event, *args))


sys.addaudithook(hook)


def even_out(text):
    """Without what is random."""
    text = re.sub(r"(tmp|q-)[a-z0-9_]{8}", "NAME", text)
    return re.sub(r"0x[0-9a-f]+|name=\d+|fd=\d+", "NUMBER", text)


def events(function, module):
    """The events of function(module), evened out."""
    global seen
    seen = []
    try:
        function(module)
    finally:
        found, seen = seen, None
    return [even_out(repr(event)) for event in found]


def mkstemp(module):
    descriptor, path = module.mkstemp(".x")
    os.close(descriptor)


def is_of_descriptor(event):
    """FileIO tells that it is given one."""
    return re.match(r"\('open', \d+, ", event)


def is_of_opener(event):
    """io.open tells of the directory before it asks for a descriptor."""
    return re.match(r"\('open', '[^']*/there', 'w\+?', ", event)


@pytest.mark.parametrize("function", [
    mkstemp, lambda module: module.mkdtemp(b"b"),
    lambda module: module.mktemp(), lambda module: module.gettempdir(),
    lambda module: module.TemporaryFile().close(),
    lambda module: module.TemporaryFile("w").close(),
    lambda module: module.NamedTemporaryFile().close(),
    lambda module: module.NamedTemporaryFile("w", 1, delete=False).close(),
    lambda module: module.TemporaryDirectory(prefix="q-"),
    lambda module: module.SpooledTemporaryFile().rollover()],
    ids=["mkstemp", "mkdtemp", "mktemp", "gettempdir", "TemporaryFile",
         "text", "NamedTemporaryFile", "kept", "TemporaryDirectory",
         "rollover"])
def test_audit_events(there, function):
    kept = []  # what it returns is not deleted while somebody listens
    ours = events(lambda module: kept.append(function(module)), ctempfile)
    theirs = events(lambda module: kept.append(function(module)), standard)
    warnings.simplefilter("ignore")
    extra = [event for event in ours if is_of_descriptor(event)]
    assert len(extra) <= 1
    if sys.version_info < (3, 10):
        # There it gives io.open a descriptor, and ours, as later, an opener.
        extra += [event for event in ours if is_of_opener(event)]
        theirs = [event for event in theirs if not is_of_descriptor(event)]
    assert [event for event in ours if event not in extra] == theirs


def test_removal_is_announced(there):
    """The tree as a whole; what is in it is not told one by one."""
    for module in ctempfile, standard:
        directory = module.TemporaryDirectory()
        found = events(lambda module: directory.cleanup(), module)
        assert found[0].startswith("('shutil.rmtree', '%s/NAME'" % there)
        if module is ctempfile:
            first = found
    assert first[0] == found[0]


def caught(function):
    """Warnings of function(), evened out."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        function()
        gc.collect()
    return [(warning.category, even_out(str(warning.message)))
            for warning in found]


@pytest.mark.parametrize("function", [
    lambda module: module.NamedTemporaryFile() and None,
    lambda module: module.NamedTemporaryFile("w", delete=False) and None,
    lambda module: module.NamedTemporaryFile().close(),
    lambda module: module.TemporaryFile() and None,
    lambda module: module.TemporaryDirectory() and None,
    lambda module: module.TemporaryDirectory().cleanup(),
    lambda module: module.SpooledTemporaryFile() and None,
    lambda module: module.SpooledTemporaryFile().close(),
    lambda module: module.NamedTemporaryFile(buffering=1).close(),
    lambda module: module.mktemp() and None],
    ids=["named", "kept", "closed", "anonymous", "directory", "cleaned",
         "spool", "closed spool", "line-buffered bytes", "mktemp"])
def test_warnings(there, function):
    ours = caught(lambda: function(ctempfile))
    theirs = caught(lambda: function(standard))
    assert [(kind, text.replace("ctempfile.", "tempfile."))
            for kind, text in ours] == theirs


@pytest.mark.parametrize("make", [
    lambda module: module.NamedTemporaryFile(),
    lambda module: module.NamedTemporaryFile("w", encoding="utf-8"),
    lambda module: module.TemporaryFile(),
    lambda module: module.TemporaryFile("w+", encoding="utf-8"),
    lambda module: module.SpooledTemporaryFile(),
    lambda module: module.TemporaryDirectory()],
    ids=["named", "text", "anonymous", "anonymous text", "spool",
         "directory"])
def test_repr(there, make):
    both = []
    for module in ctempfile, standard:
        made = make(module)
        both.append(even_out(repr(made)).replace("ctempfile.", "tempfile."))
        getattr(made, "cleanup", getattr(made, "close", None))()
    assert both[0] == both[1]


@pytest.mark.skipif(sys.version_info < (3, 10), reason="since Python 3.10")
@pytest.mark.parametrize("call", [
    "TemporaryFile('w')", "NamedTemporaryFile('w')",
    "SpooledTemporaryFile(mode='w')"])
def test_encoding_warning_names_the_caller(run, call):
    told = []
    for module in "ctempfile", "tempfile":
        run("import %s\n%s.%s" % (module, module, call), "-X",
            "warn_default_encoding")
        told.append(re.findall(r"(<string>:\d+): (EncodingWarning: [^\n]*)",
                               run.stderr))
    assert told[0] == told[1] and len(told[0]) == 1
