"""Shapes and assumptions as callers give them -> tensors, and the extents as numbers.

{"X": "N D", "w": ("D",), "b": 6, "lam": ""}    assume={"Y": "one_hot", "t": "integer<V"}
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from symnet.notation.errors import ParseError, UnsupportedExpression
from symnet.notation.index import Index, extent
from symnet.notation.parse.array import axis_letter
from symnet.notation.parse.source import LONGEST_NAME, nearest
from symnet.notation.tensor import ASSUMPTIONS, Tensor

LARGEST = 10**9
MOST_AXES = 32
RESERVED = frozenset({"np", "numpy", "pi", "inf"})
Shapes = Mapping[str, Any]
NAME = re.compile(r"[A-Za-z_]\w*\Z")


@dataclass(frozen=True)
class Given:
    """What a caller says of a tensor: its extents, and what may be assumed of it."""

    name: str
    extents: tuple[sympy.Expr, ...]
    words: tuple[str, ...] = ()
    below: sympy.Expr | None = None


def given_tensors(
    shapes: Shapes | None, assume: Mapping[str, Any] | None, others: Iterable[str] = ()
) -> dict[str, Given]:
    """What is given, by name; `others` are names without a shape that may be in `assume`.

    Raises ParseError for a bad name, extent or assumption.
    """
    if not isinstance(shapes or {}, Mapping) or not isinstance(assume or {}, Mapping):
        raise ParseError('expected shapes and assumptions by name, such as {"X": "N D"}')
    out: dict[str, Given] = {}
    words = assumptions(assume, [*(shapes or {}), *others])
    for name, shape in (shapes or {}).items():
        _check_name(name)
        listed = parts(name, shape)
        if len(listed) > MOST_AXES:
            raise ParseError(f"{name} has {len(listed)} axes, expected at most {MOST_AXES}")
        extents = tuple(_extent(name, e) for e in listed)
        out[name] = Given(name, extents, *words.get(name, ((), None)))
    both = {str(s) for g in out.values() for e in g.extents for s in e.free_symbols} & set(out)
    if both:
        raise ParseError(
            f"{min(both)} is the name of a tensor and of an extent; rename one of them"
        )
    return out


def tensors(shapes: Shapes | None, assume: Mapping[str, Any] | None) -> dict[str, Tensor]:
    """The given tensors by name. Raises ParseError for a bad name, extent or assumption."""
    return {
        name: Tensor(name, *lettered(g.extents), assume=g.words, below=g.below)
        for name, g in given_tensors(shapes, assume).items()
    }


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not NAME.match(name) or len(name) > LONGEST_NAME:
        raise ParseError(f"the name {str(name)[:40]!r}: expected an identifier such as X")
    if keyword.iskeyword(name) or name.startswith("__") or name in ("np", "numpy"):
        raise ParseError(f"the name {name} is reserved; choose another")


def parts(name: str, shape: Any) -> list[Any]:
    """The extents of a shape: "N D", "N,D", "(N, D)", 6, (6, "D")."""
    if isinstance(shape, str):
        return [p for p in re.split(r"[\s,]+", shape.strip().strip("()[]")) if p]
    if isinstance(shape, tuple | list):
        return list(shape)
    if isinstance(shape, int | sympy.Expr) and not isinstance(shape, bool):
        return [shape]
    raise ParseError(
        f'the shape of {name} is {str(shape)[:40]!r}; expected "N D", (6, 3) or "" for a scalar'
    )


PRODUCT = re.compile(r"(\d{1,10}|[A-Za-z]\w*)([*+-](\d{1,10}|[A-Za-z]\w*))*\Z")


def _extent(name: str, value: Any) -> sympy.Expr:
    """An extent from 6, "6", "N", "2*N+1" or a SymPy expression."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value) if len(value) < 12 else LARGEST + 1
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= LARGEST:
            shown = str(value) if abs(value) < 10**20 else "of many digits"
            raise ParseError(f"the shape of {name}: extent {shown}, expected 1 to {LARGEST}")
        return sympy.Integer(value)
    try:
        if isinstance(value, sympy.Expr):
            return extent(value)
        if isinstance(value, str) and NAME.match(value) and len(value) <= LONGEST_NAME:
            if keyword.iskeyword(value) or value in RESERVED or value.startswith("__"):
                raise ParseError(f"the shape of {name}: the extent {value} is reserved")
            return extent(value)
        if isinstance(value, str) and len(value) <= LONGEST_NAME and PRODUCT.match(value):
            return _affine(name, value)
    except UnsupportedExpression as e:
        raise ParseError(f"the shape of {name}: {e}") from None
    raise ParseError(
        f"the shape of {name}: extent {str(value)[:40]!r}, expected a name such as N or a number"
    )


def _affine(name: str, text: str) -> sympy.Expr:
    """2*H+1: sums of products of names and numbers."""
    out = sympy.S.Zero
    for sign, term in re.findall(r"(^|[+-])([^+-]+)", text):
        factors = [_extent(name, f) for f in term.split("*")]
        out = out + (-1 if sign == "-" else 1) * sympy.Mul(*factors)
    made = sympy.expand(out)
    return _extent(name, int(made)) if made.is_Integer else extent(made)


def lettered(extents: Iterable[sympy.Expr]) -> list[Index]:
    """An index for each axis, with letters that differ."""
    listed = list(extents)
    names = {str(s) for e in listed for s in e.free_symbols}
    out: list[Index] = []
    for axis, e in enumerate(listed):
        options = [axis_letter(e, axis), *"ijklmnpqrstuv", *(f"i{k}" for k in range(99))]
        used = {i.letter for i in out} | names
        out.append(Index(next(x for x in options if x not in used), e))
    return out


def extents_of(listed: Iterable[Tensor]) -> dict[str, sympy.Symbol]:
    """The extents that may stand as numbers, by name."""
    symbols = [
        s for x in listed for e in (*x.shape, x.below) if e is not None for s in e.free_symbols
    ]
    return {str(s): s for s in symbols}


def assumptions(
    assume: Mapping[str, Any] | None, names: list[str]
) -> dict[str, tuple[tuple[str, ...], sympy.Expr | None]]:
    """Words and bound for each tensor named."""
    out: dict[str, tuple[tuple[str, ...], sympy.Expr | None]] = {}
    for name, given in (assume or {}).items():
        if name not in names:
            raise ParseError(f"assume {name}: no tensor of that name{nearest(str(name), names)}")
        words: list[str] = []
        below: sympy.Expr | None = None
        if not isinstance(given, str | list | tuple | set | frozenset):
            raise ParseError(f"assume {name}: found {str(given)[:40]!r}, expected a word or words")
        for word in [given] if isinstance(given, str) else sorted(map(str, given)):
            plain, sign, most = str(word).partition("<")
            plain = plain.strip().replace("-", "_")
            if plain not in ASSUMPTIONS:
                known = (
                    nearest(plain, ASSUMPTIONS) or f"; known are {', '.join(sorted(ASSUMPTIONS))}"
                )
                raise ParseError(f"assume {name}: unknown assumption {plain[:40]!r}{known}")
            if sign and plain != "integer":
                raise ParseError(f"assume {name}: {plain} has no bound; only integers have one")
            if sign:
                below = _extent(name, most.strip())
            words.append(plain)
        out[name] = (tuple(words), below)
    return out
