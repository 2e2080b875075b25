# SPDX-License-Identifier: MIT
"""What the tests of ctempfile share."""

import importlib
import os
import subprocess
import sys

import pytest

import ctempfile

events = []      # (event, first argument) of the audit hook, while recording
obstacles = {}   # event -> what to do with the path it announces


def _hook(event, args):
    if event.startswith("tempfile."):
        events.append((event, args[0]))
        if event in obstacles:
            obstacles[event](args[0])


sys.addaudithook(_hook)


@pytest.fixture
def announced():
    """Paths that were announced to audit hooks, in order."""
    events.clear()
    yield events


@pytest.fixture
def obstacle():
    """obstacle(event, function): call function with each announced path."""
    yield obstacles.__setitem__
    obstacles.clear()


@pytest.fixture
def there(tmp_path, monkeypatch):
    """An empty directory that is the temporary one."""
    directory = tmp_path / "there"
    directory.mkdir()
    for module in ctempfile, importlib.import_module("tempfile"):
        monkeypatch.setattr(module, "tempdir", str(directory))
    return directory


@pytest.fixture
def run():
    """run(program, **environment): its output, run by a new interpreter."""
    def run(program, *options, **environment):
        result = subprocess.run(
            [sys.executable, *options, "-c", program],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
            env={**os.environ, **environment})
        run.stderr = result.stderr.decode()
        run.status = result.returncode
        return result.stdout.decode()
    return run


def descriptors():
    """How many this process has."""
    return len(os.listdir("/proc/self/fd"))
