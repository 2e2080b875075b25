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

class Guard:
    path: Any
    delete: Any
    def guard(self, path: Any, delete: Any, handle: Any = ...) -> None: ...
    @classmethod
    def make_directory(cls, suffix: Any, prefix: Any, dir: Any,
                       delete: Any) -> Guard: ...
    def remove(self) -> None: ...
    def finish(self) -> None: ...
    def forget(self) -> None: ...
    def may_remove(self) -> bool: ...

class File: ...
class Directory: ...

def __getattr__(name: str) -> Any: ...
