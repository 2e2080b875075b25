# SPDX-License-Identifier: MIT
"""The part of ctempfile that is written in C; not for programs."""

from typing import Any

def __getattr__(name: str) -> Any: ...
