"""What a catalogue holds, and the inputs that its entries take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from symnet.notation import Graph, Index, Tensor

Builder: TypeAlias = Callable[[], Graph]


def rows(name: str, letter: str, over: str, assume: str = "") -> Tensor:
    """name[n, letter] with n < N: a batch of rows."""
    words = (assume,) if assume else ()
    return Tensor(name, Index("n", "N"), Index(letter, over), assume=words)
