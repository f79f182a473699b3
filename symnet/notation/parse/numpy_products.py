"""NumPy's products: matmul, einsum and their relatives, as sums over products.

einsum("nd,dk->nk", X, W) = sum_d X[n,d] W[d,k]     kron(A,B)[iP+p, jQ+q] = A[i,j] B[p,q]
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import sympy

from symnet.notation.functions import compare
from symnet.notation.index import Index
from symnet.notation.parse.array import ONE, Array, same_extent, slots_in, stretched
from symnet.notation.parse.call import Call, Table, Value, rule
from symnet.notation.parse.names import NAMES
from symnet.notation.parse.page import Page
from symnet.notation.reductions import total

TABLE: Table = {}


def matmul(page: Page, node: ast.AST, a: Array, b: Array) -> Array:
    """a @ b: the last axis of a with the second last of b (its only one, for a vector)."""
    if not a.indices or not b.indices:
        raise page.source.error(node, "@ needs arrays with axes; for a number write *")
    k = a.indices[-1].fresh()
    inner = b.indices[-2 if b.order > 1 else 0]
    if not same_extent(k.extent, inner.extent):
        raise page.source.error(
            node,
            f"@: the last axis of the left side has extent {k.extent}, axis "
            f"{'-2' if b.order > 1 else '0'} of the right side has {inner.extent}: "
            f"{shown(a)} @ {shown(b)}",
        )
    batch = stretched([a.indices[:-2], b.indices[:-2]])
    rows = [a.indices[-2].fresh()] if a.order > 1 else []
    columns = [b.indices[-1].fresh()] if b.order > 1 else []
    left = _read(a, batch, [*rows, k])
    right = _read(b, batch, [k, *columns])
    return Array((*batch, *rows, *columns), total(left * right, k))


def _read(x: Array, batch: Sequence[Index], last: Sequence[Index]) -> sympy.Expr:
    head = Array(x.indices[: x.order - len(last)], sympy.S.Zero)
    return x.at([*slots_in(head, batch), *last])


def shown(x: Array) -> str:
    """The shape, for errors."""
    return f"({', '.join(str(e) for e in x.shape)})"


def contracted(call: Call, a: Array, b: Array, left: Sequence[int], right: Sequence[int]) -> Array:
    """sum over pairs of axes of a and b; the other axes of a, then those of b."""
    joined = {}
    for p, q in zip(left, right, strict=True):
        if not same_extent(a.shape[p], b.shape[q]):
            raise call.error(
                f"axis {p} of the first has extent {a.shape[p]}, axis {q} of the second "
                f"{b.shape[q]}"
            )
        joined[p] = a.indices[p].fresh()
    k = dict(zip(right, (joined[p] for p in left), strict=True))
    own = [joined.get(p) or i.fresh() for p, i in enumerate(a.indices)]
    other = [k.get(q) or i.fresh() for q, i in enumerate(b.indices)]
    body = a.at(own) * b.at(other)
    free = [i for p, i in enumerate(own) if p not in joined]
    free += [i for q, i in enumerate(other) if q not in k]
    return Array(tuple(free), total(body, list(joined.values())) if joined else body)


@rule(TABLE, "matmul(a, b)")
def _matmul(call: Call) -> Value:
    return matmul(call.page, call.node, call.array("a"), call.array("b"))


@rule(TABLE, "dot(a, b)", method=True)
def _dot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if not a.indices or not b.indices:
        return contracted(call, a, b, [], [])
    return contracted(call, a, b, [a.order - 1], [b.order - 2 if b.order > 1 else 0])


@rule(TABLE, "inner(a, b)")
def _inner(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if not a.indices or not b.indices:
        return contracted(call, a, b, [], [])
    return contracted(call, a, b, [a.order - 1], [b.order - 1])


@rule(TABLE, "vdot(a, b)")
def _vdot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if a.order != b.order:
        raise call.error("both must have the same shape")
    axes = list(range(a.order))
    return contracted(call, a, b, axes, axes)


@rule(TABLE, "outer(a, b)")
def _outer(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if a.order > 1 or b.order > 1:
        raise call.error("expected two vectors; np.multiply.outer of more is np.einsum")
    a, b = (x if x.indices else Array((Index("i", ONE),), x.expression) for x in (a, b))
    return contracted(call, a, b, [], [])


@rule(TABLE, "tensordot(a, b, axes=2)")
def _tensordot(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    axes = call["axes"]
    if isinstance(axes, tuple | list):
        if len(axes) != 2:
            raise call.error("expected a number, or a pair of axes", "axes")
        pair = [x if isinstance(x, tuple | list) else (x,) for x in axes]
        left = [call.axis(k, a.order, "axes") for k in pair[0]]
        right = [call.axis(k, b.order, "axes") for k in pair[1]]
        if len(left) != len(right) or len(set(left)) != len(left):
            raise call.error("expected as many axes of both, each once", "axes")
        return contracted(call, a, b, left, right)
    n = call.integer("axes")
    if not 0 <= n <= min(a.order, b.order):
        raise call.error(f"{n} axes, but the arrays have {a.order} and {b.order}", "axes")
    return contracted(call, a, b, range(a.order - n, a.order), range(n))


@rule(TABLE, "einsum(subscripts, a, b=None, c=None, d=None, e=None, f=None)")
def _einsum(call: Call) -> Value:
    text = call["subscripts"]
    if not isinstance(text, str):
        raise call.error('expected a text such as "nd,dk->nk"', "subscripts")
    operands = [call.array(n) for n in "abcdef" if call[n] is not None]
    left, arrow, right = text.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise call.error(f"{len(terms)} terms for {len(operands)} arrays", "subscripts")
    dots = _ellipsis(call, terms, operands)
    letters: dict[str, Index] = {}
    body: sympy.Expr = sympy.S.One
    for term, x in zip(terms, operands, strict=True):
        own = x.order - len(term.replace("...", ""))
        axes = list(term.replace("...", "\0" * own if "..." in term else ""))
        if len(axes) != x.order:
            raise call.error(f"{term!r} for an array of shape {shown(x)}", "subscripts")
        batch = slots_in(Array(_dotted(x, axes), sympy.S.Zero), dots)
        slots = []
        for axis, letter in enumerate(axes):
            if letter == "\0":
                slots.append(batch.pop(0))
                continue
            if not letter.isalpha():
                raise call.error(f"{letter!r} is no letter", "subscripts")
            i = letters.setdefault(letter, Index(letter, x.shape[axis]))
            if not same_extent(i.extent, x.shape[axis]):
                raise call.error(
                    f"{letter} runs to {i.extent} and to {x.shape[axis]}", "subscripts"
                )
            slots.append(i)
        body = body * x.at(slots)
    if not arrow:
        counts = {x: left.count(x) for x in letters}
        right = ("..." if dots else "") + "".join(sorted(x for x, n in counts.items() if n == 1))
    shown_axes = right.replace("...", "")
    if unknown := [x for x in shown_axes if x not in letters]:
        raise call.error(f"{unknown[0]} stands in the result only", "subscripts")
    if len(set(shown_axes)) != len(shown_axes) or (dots and "..." not in right):
        raise call.error(f"the result {right!r} is not one axis for each letter", "subscripts")
    at = right.index("...") if "..." in right else 0
    free = [letters[x] for x in shown_axes]
    free[at:at] = dots
    bound = [i for x, i in letters.items() if x not in shown_axes]
    return Array(tuple(free), total(body, bound) if bound else body)


def _dotted(x: Array, axes: Sequence[str]) -> tuple[Index, ...]:
    return tuple(i for i, letter in zip(x.indices, axes, strict=True) if letter == "\0")


def _ellipsis(call: Call, terms: Sequence[str], operands: Sequence[Array]) -> tuple[Index, ...]:
    """The axes that ... stands for."""
    shapes = []
    for term, x in zip(terms, operands, strict=True):
        if "..." in term:
            before = term.index("...")
            after = len(term) - before - 3
            if before + after > x.order:
                raise call.error(f"{term!r} for an array of shape {shown(x)}", "subscripts")
            shapes.append(x.indices[before : x.order - after])
    return stretched(shapes)


@rule(TABLE, "kron(a, b)")
def _kron(call: Call) -> Value:
    a, b = call.array("a"), call.array("b")
    if a.order != b.order:
        raise call.error("both must have as many axes")
    pairs = []
    free = []
    body: sympy.Expr = sympy.S.One
    own, other = [], []
    for p, q in zip(a.indices, b.indices, strict=True):
        i, j = p.fresh(), q.fresh()
        k = Index(p.letter, sympy.expand(p.extent * q.extent))
        if not q.extent.is_Integer:
            raise call.error(f"the extent {q.extent} of the second array must be a number")
        body = body * compare("==", k, q.extent * i + j)
        free.append(k)
        pairs += [i, j]
        own.append(i)
        other.append(j)
    body = body * a.at(own) * b.at(other)
    return call.page.name(Array(tuple(free), total(body, pairs) if pairs else body), NAMES["other"])


@rule(TABLE, "multi_dot(arrays)")
def _multi_dot(call: Call) -> Value:
    out, *rest = call.arrays("arrays")
    for x in rest:
        out = matmul(call.page, call.node, out, x)
    return out


@rule(TABLE, "trace(a, offset=0, axis1=0, axis2=1)", method=True)
def _trace(call: Call) -> Value:
    from_diagonal = diagonal(call)
    k = from_diagonal.indices[-1]
    return Array(from_diagonal.indices[:-1], total(from_diagonal.expression, k))


@rule(TABLE, "diagonal(a, offset=0, axis1=0, axis2=1)", method=True)
def _diagonal(call: Call) -> Value:
    return diagonal(call)


def diagonal(call: Call) -> Array:
    """a[.., i, i + offset]: the other axes, then the diagonal."""
    x = call.array("a")
    if x.order < 2:
        raise call.error(f"expected at least two axes, found shape {shown(x)}", "a")
    p, q = call.axis(call["axis1"], x.order, "axis1"), call.axis(call["axis2"], x.order, "axis2")
    if p == q:
        raise call.error("axis1 and axis2 are the same")
    return along_diagonal(call, x, p, q, call.integer("offset"))


def along_diagonal(call: Call, x: Array, p: int, q: int, offset: int) -> Array:
    """x at equal places of axes p and q, the second shifted by the offset."""
    rows, columns = x.shape[p] + min(offset, 0), x.shape[q] - max(offset, 0)
    if same_extent(rows, columns) or (columns - rows).is_nonnegative:
        size = rows
    elif (rows - columns).is_nonnegative:
        size = columns
    else:
        raise call.error(f"the length of the diagonal of shape {shown(x)} is not determined")
    if size.is_positive is False:
        raise call.error("the diagonal is empty")
    k = Index(x.indices[p].letter, size)
    slots: list[sympy.Expr] = [i.fresh() for i in x.indices]
    slots[p], slots[q] = k - min(offset, 0), k + max(offset, 0)
    free = [s for axis, s in enumerate(slots) if axis not in (p, q)]
    return Array((*free, k), x.at(slots))
