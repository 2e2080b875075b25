# SPDX-License-Identifier: MIT
"""Putting ctempfile in the standard module's place."""

import sys

import ctempfile

from . import _ctempfile


def install(leased=False):
    """From now on `import tempfile` gets ctempfile.

    What has imported the standard module already goes on using it: call this
    first. With leased, named files and directories without a `dir` of their
    own are made in a directory that is private to the process and is removed
    after it even if it is killed (their paths are one level deeper).
    """
    _ctempfile.set_switch("leased", bool(leased))
    sys.modules["tempfile"] = ctempfile
    return ctempfile
