# SPDX-License-Identifier: MIT
"""The types are those of the standard module."""

from tempfile import (
    NamedTemporaryFile as NamedTemporaryFile,
    SpooledTemporaryFile as SpooledTemporaryFile,
    TMP_MAX as TMP_MAX,
    TemporaryDirectory as TemporaryDirectory,
    TemporaryFile as TemporaryFile,
    gettempdir as gettempdir,
    gettempdirb as gettempdirb,
    gettempprefix as gettempprefix,
    gettempprefixb as gettempprefixb,
    mkdtemp as mkdtemp,
    mkstemp as mkstemp,
    mktemp as mktemp,
)
from types import ModuleType

from . import extra as extra

__all__ = [
    "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile",
    "TemporaryDirectory", "mkstemp", "mkdtemp", "mktemp", "TMP_MAX",
    "gettempprefix", "tempdir", "gettempdir", "gettempprefixb", "gettempdirb",
]

tempdir: str | None
template: str

def install(leased: bool = ...) -> ModuleType: ...
