"""Which keys a query sees: brackets in front of the exponential of a softmax.

    P[i,j] = m[i,j] exp(S[i,j]) / sum_k m[i,k] exp(S[i,k])

    causal      m = [j <= i]            with `start`: [j <= i + start]
    lengths     m = [j < l[n]]
    padding     m = [M[n,j] = 1]        M of 0 and 1, over keys
    mask        m = [M[n,i,j] = 1]      M of 0 and 1, over queries and keys

Several of them are multiplied. Where a row has a key, this is the softmax of scores to which -oo is
added outside the mask (Vaswani et al. 2017, sec. 3.2.3). A row without any key is 0, and so is its
gradient, since a bracket that is 0 settles its product: with -oo it would be 0/0.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from symnet.notation import (
    Entry,
    ExtentMismatch,
    Index,
    IndexMismatch,
    Tensor,
    UnsupportedExpression,
    compare,
)


def seen(
    i: Index,
    j: Index,
    batch: Sequence[Index],
    *,
    causal: bool = False,
    start: Tensor | None = None,
    padding: Tensor | None = None,
    mask: Tensor | None = None,
) -> sympy.Expr:
    """The product of brackets that is 1 where query i sees key j; 1 if nothing is masked.

    padding (.., J) of 0 and 1, or integers (..), the number of keys; mask (.., I, J) of 0 and 1;
    the dots are the first of the axes `batch`, or none. What holds 0 and 1 is a tensor with
    assume="mask", or with ("mask", "integer") and below=2, by which nothing is differentiated.
    `start` is a scalar integer: the place of query 0 among the keys.
    Raises IndexMismatch, ExtentMismatch or UnsupportedExpression if one does not fit.
    """
    out: sympy.Expr = sympy.S.One
    if causal:
        if start is None and i.extent != j.extent:
            raise ExtentMismatch(
                f"causal attention: {i.extent} queries and {j.extent} keys; expected as many, "
                "or start=, the place of the first query among the keys"
            )
        out *= compare("<=", j, i if start is None else i + Entry(start))
    if padding is not None:
        out *= _padded(padding, batch, j)
    if mask is not None:
        _check_mask(mask)
        out *= compare("==", first_of(mask, batch, (i, j)), 1)
    return out


def _padded(padding: Tensor, batch: Sequence[Index], j: Index) -> sympy.Expr:
    if padding.is_integer_valued and "mask" not in padding.assume:
        return compare("<", j, first_of(padding, batch, ()))
    _check_mask(padding)
    return compare("==", first_of(padding, batch, (j,)), 1)


def _check_mask(t: Tensor) -> None:
    if "mask" not in t.assume:
        words = ", ".join(sorted(t.assume)) or "real"
        raise UnsupportedExpression(f"mask {t.name} is {words}; expected assume='mask'")


def first_of(t: Tensor, batch: Sequence[Index], last: tuple[Index, ...]) -> Entry:
    """t[n, .., last]: its axes are the first of `batch`, then `last`."""
    return _fitting(t, batch[: max(t.order - len(last), 0)], last)


def last_of(t: Tensor, batch: Sequence[Index], last: tuple[Index, ...]) -> Entry:
    """t[.., h, last]: its axes are the last of `batch`, then `last`."""
    return _fitting(t, batch[len(batch) - max(t.order - len(last), 0) :], last)


def _fitting(t: Tensor, some: Sequence[Index], last: tuple[Index, ...]) -> Entry:
    slots = (*some, *last)
    if len(slots) != t.order:
        raise IndexMismatch(
            f"{t.name} has {t.order} axes; expected those of "
            f"({', '.join(k.letter for k in slots)}) or fewer leading ones"
        )
    expected = tuple(k.extent for k in slots)
    if t.shape != expected:
        raise ExtentMismatch(f"{t.name} has extents {t.shape}, expected {expected}")
    return Entry(t, *slots)
