"""einsum: explicit and implicit results, repeated letters, ellipses.

einsum("nd,dk->nk", X, W) = sum_d X[n,d] W[d,k]     einsum("ii", A) = sum_i A[i,i]
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, same_extent, shown, slots_in, stretched, summed
from symnet.notation.parse.call import Call, Table, Value, rule

TABLE: Table = {}
DOTS = "..."


@rule(
    TABLE,
    "einsum(subscripts, a, b=None, c=None, d=None, e=None, f=None, g=None, h=None, optimize=False)",
)
def _einsum(call: Call) -> Value:
    text = call["subscripts"]
    if not isinstance(text, str):
        raise call.error('expected a text such as "nd,dk->nk"', "subscripts")
    operands = [call.as_array(call[n], n) for n in "abcdefgh" if call[n] is not None]
    left, arrow, right = text.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise call.error(f"{len(terms)} terms for {len(operands)} arrays", "subscripts")
    axes = [_letters(call, term, x) for term, x in zip(terms, operands, strict=True)]
    dots = stretched([_dotted(x, own) for x, own in zip(operands, axes, strict=True)])
    letters = _indices(call, axes, operands)
    body: sympy.Expr = sympy.S.One
    for own, x in zip(axes, operands, strict=True):
        body = body * x.at(_slots(own, x, letters, dots))
    if not arrow:
        once = sorted(c for c in letters if left.count(c) == 1)
        right = (DOTS if DOTS in left else "") + "".join(once)
    free = _result(call, right, letters, dots)
    bound = [i for i in (*letters.values(), *dots) if i not in free]
    return Array(tuple(free), summed(body, bound))


def _letters(call: Call, term: str, x: Array) -> list[str]:
    """A letter for each axis; the axes of an ellipsis have none."""
    before, dots, after = term.partition(DOTS)
    for c in before + after:
        if not (c.isascii() and c.isalpha()):
            raise call.error(f"{c!r} is no letter", "subscripts")
    own = x.order - len(before) - len(after)
    if own < 0 or (own and not dots):
        raise call.error(f"{term!r} for an array of shape {shown(x)}", "subscripts")
    return [*before, *([""] * own), *after]


def _dotted(x: Array, axes: Sequence[str]) -> tuple[Index, ...]:
    return tuple(i for i, letter in zip(x.indices, axes, strict=True) if not letter)


def _indices(
    call: Call, axes: Sequence[Sequence[str]], operands: Sequence[Array]
) -> dict[str, Index]:
    """An index for each letter; extents must agree, where an extent of 1 is stretched."""
    extents: dict[str, sympy.Expr] = {}
    for own, x in zip(axes, operands, strict=True):
        for letter, e in zip(own, x.shape, strict=True):
            if not letter:
                continue
            known = extents.setdefault(letter, e)
            if known == ONE:
                extents[letter] = e
            elif e != ONE and not same_extent(known, e):
                raise call.error(f"{letter} runs to {known} and to {e}", "subscripts")
    return {letter: Index(letter, e) for letter, e in extents.items()}


def _slots(
    axes: Sequence[str], x: Array, letters: dict[str, Index], dots: Sequence[Index]
) -> list[sympy.Expr]:
    """Where the operand is read."""
    batch = slots_in(Array(_dotted(x, axes), sympy.S.Zero), dots)
    slots = []
    for letter, own in zip(axes, x.indices, strict=True):
        i = letters[letter] if letter else batch.pop(0)
        is_stretched = letter and own.extent == ONE and i.extent != ONE
        slots.append(sympy.S.Zero if is_stretched else i)
    return slots


def _result(
    call: Call, right: str, letters: dict[str, Index], dots: Sequence[Index]
) -> list[Index]:
    """The indices of the result."""
    before, found, after = right.partition(DOTS)
    named = before + after
    if unknown := [c for c in named if c not in letters]:
        raise call.error(f"{unknown[0]!r} stands in the result only", "subscripts")
    if len(set(named)) != len(named):
        raise call.error(f"a letter stands twice in the result {right!r}", "subscripts")
    if dots and not found:
        raise call.error("the axes of ... are missing in the result; write ...", "subscripts")
    return [*(letters[c] for c in before), *dots, *(letters[c] for c in after)]
