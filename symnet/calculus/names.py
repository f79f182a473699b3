"""Names of derived tensors: `X_bar`, `X_dot`, and a number where that is taken."""

from __future__ import annotations

from collections.abc import Container


def unused_name(name: str, taken: Container[str]) -> str:
    """The name itself, or with 2, 3 ... behind it."""
    if name not in taken:
        return name
    k = 2
    while f"{name}{k}" in taken:
        k += 1
    return f"{name}{k}"
