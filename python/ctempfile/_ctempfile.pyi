# SPDX-License-Identifier: MIT
"""The part of ctempfile that is written in C; not for programs."""

from typing import Any

CHOSEN: int
MEMORY_BACKED: int
ANONYMOUS: int
LEASES: int
DRY_RUN: int
ASSUME_DEAD: int
KEEP: int
LEASED: int
UNLEASED: int
ON_DISK: int
UNSAFE_DIR: int

class DirectoryGuard:
    name: Any
    delete: Any
    @classmethod
    def make_directory(cls, suffix: Any, prefix: Any, dir: Any,
                       delete: Any) -> DirectoryGuard: ...
    def may_remove(self) -> bool: ...
    def forget(self) -> None: ...

class File: ...
class Directory: ...

def __getattr__(name: str) -> Any: ...
