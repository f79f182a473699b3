"""The text of Python's own documentation, which every Python has: `pydoc_data.topics`.

    documentation() => 433,253 characters of 39 kinds (Python 3.11.7)
    words(["for", "while"]) => the words of these topics

The text differs between versions of Python, so every figure on it is stated beside a baseline that
was computed on the same text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symnet.notation import UnknownTensor

Array = np.ndarray[Any, Any]
WORD, WORD_OR_MARK = re.compile(r"[a-z]+"), re.compile(r"[a-z]+|([^a-z\s])\1*")
OTHER = re.compile(r"""[^a-z .,()"'=_:*\-]""")


@dataclass(frozen=True)
class Text:
    """A text with the symbols that occur in it, sorted; `ids[k]` is the number of the k-th."""

    text: str

    @cached_property
    def symbols(self) -> str:
        return "".join(sorted(set(self.text)))

    @cached_property
    def ids(self) -> Array:
        return self.encoded(self.text)

    def encoded(self, text: str) -> Array:
        """The numbers of a text of the same symbols. Raises UnknownTensor for another symbol."""
        number = {c: k for k, c in enumerate(self.symbols)}
        strange = sorted(set(text) - set(number))
        if strange:
            raise UnknownTensor(f"the text has no symbol {strange[0]!r}; it has {self.symbols!r}")
        return np.array([number[c] for c in text], np.intp)

    def decoded(self, ids: Iterable[int]) -> str:
        """The text of these numbers."""
        return "".join(self.symbols[k] for k in ids)

    @property
    def digest(self) -> str:
        """The first 16 digits of the text's SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


def documentation() -> Text:
    """All topics in the order of their names: lower case, one blank for any white space.

    Kept are a-z, the blank and .,()"'=_:*- ; every other character is '#'.
    """
    found = _topics()
    joined = " ".join(found[name] for name in sorted(found)).lower()
    return Text(OTHER.sub("#", re.sub(r"\s+", " ", joined).strip()))


def words(names: Iterable[str], marks: bool = False) -> dict[str, list[str]]:
    """The words of the named topics: runs of letters, in lower case.

    With `marks`, what stands between them too: each run of one digit or mark is a word.
    Raises UnknownTensor if this Python has no such topic.
    """
    found = _topics()
    missing = [name for name in names if name not in found]
    if missing:
        raise UnknownTensor(f"Python's documentation has no topic {missing[0]!r}")
    kinds = WORD_OR_MARK if marks else WORD
    return {name: [m[0] for m in kinds.finditer(found[name].lower())] for name in names}


def _topics() -> dict[str, str]:
    from pydoc_data.topics import topics

    return dict(topics)
