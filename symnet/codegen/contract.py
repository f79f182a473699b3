"""Sums of products of arrays as matrix products, in an order and a layout of our choice.

Several operands are contracted in pairs, in opt_einsum's order at typical sizes. A pair is a
batch of matrix products: axes that both have and the result keeps (batch), axes of one operand
only (rows, columns), axes that are summed. An operand that BLAS cannot read is copied first; so is
one that a loop would read transposed in each turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import opt_einsum

from symnet.codegen.arrangement import Arrangement, positions
from symnet.codegen.plan import Contract, Operand, contiguous
from symnet.codegen.reads import copied, is_copied
from symnet.codegen.scalar import Axis
from symnet.codegen.size import ONE, Size, product_of

Axes = tuple[Axis, ...]


def contract(b: Arrangement, operands: Sequence[Operand], summed: set[Axis]) -> Operand:
    """The sum of the product of the operands over axes that occur in them."""
    work = [_float(b, o) for o in operands]
    for step in _order(b, work, summed):
        taken = [work[k] for k in sorted(step)]
        work = [o for k, o in enumerate(work) if k not in step]
        elsewhere = {a for o in work for a in o.axes}
        last = taken[0]
        for o in taken[1:]:
            last = pair(b, last, o, summed - elsewhere)
        work.append(last)
    out = work[0]
    rest = set(out.axes) & summed
    return sum_axes(b, out, rest) if rest else out


def _float(b: Arrangement, o: Operand) -> Operand:
    return o if o.value.kind == "float" else b.map("float", o)


def _order(b: Arrangement, operands: list[Operand], summed: set[Axis]) -> list[tuple[int, ...]]:
    if len(operands) == 1:
        return []
    if len(operands) == 2:
        return [(0, 1)]
    symbols: dict[Axis, str] = {}
    for o in operands:
        for a in o.axes:
            symbols.setdefault(a, opt_einsum.get_symbol(len(symbols)))
    left = ",".join("".join(symbols[a] for a in o.axes) for o in operands)
    right = "".join(s for a, s in symbols.items() if a not in summed)
    shapes = [tuple(b.cost([a]) for a in o.axes) for o in operands]
    path, _ = opt_einsum.contract_path(f"{left}->{right}", *shapes, shapes=True)
    return [tuple(step) for step in path]


def pair(b: Arrangement, p: Operand, q: Operand, summed: set[Axis]) -> Operand:
    """The product of two operands, summed over `summed`."""
    p, q = _alone(b, p, q, summed), _alone(b, q, p, summed)
    both = [a for a in p.axes if a in q.axes]
    over = [a for a in both if a in summed]
    if not over:
        return b.map("multiply", p, q)
    batch = b.ranked(a for a in both if a not in summed)
    rows = tuple(a for a in p.axes if a not in both)
    columns = tuple(a for a in q.axes if a not in both)
    if rows and columns and b.order.index(columns[0]) < b.order.index(rows[0]):
        p, q, rows, columns = q, p, columns, rows
    return _matrix_product(b, p, q, (batch, rows, columns, tuple(over)))


def _alone(b: Arrangement, p: Operand, q: Operand, summed: set[Axis]) -> Operand:
    """p summed over the axes that only p has."""
    own = {a for a in p.axes if a in summed and a not in q.axes}
    return sum_axes(b, p, own) if own else p


def _matrix_product(
    b: Arrangement, p: Operand, q: Operand, groups: tuple[Axes, Axes, Axes, Axes]
) -> Operand:
    batch, rows, columns, over = groups
    if not rows and not columns and batch:  # no matrix: row dots, or a product and its sum
        if b.known("multiply", p, q) or p.axes[-1] in batch or q.axes[-1] in batch:
            return sum_axes(b, b.map("multiply", p, q), set(over))
        return _make(b, p, q, tuple(a for a in p.axes if a in batch), groups)
    over = _summed_order(b, p, q, groups)
    p = _readable(b, p, (batch, rows, over))
    q = _readable(b, q, (batch, over, columns))
    if rows and columns and _stays(b, q, p) and not is_plain(q, columns):
        q = copied(b, q, (*batch, *over, *columns))
    p, rows = _led(b, p, rows, over, batch)
    wanted = b.ranked((*batch, *rows, *columns))
    if not _fits(wanted, rows, columns):
        wanted = (*batch, *rows, *columns)
    return _make(b, p, q, wanted, (batch, rows, columns, over))


def _make(
    b: Arrangement, p: Operand, q: Operand, axes: Axes, groups: tuple[Axes, Axes, Axes, Axes]
) -> Operand:
    batch, rows, columns, over = groups
    local = (*axes, *over)
    key = ("contract", positions(p, local), positions(q, local), len(axes))
    return b.make(
        key,
        b.level([p, q]),
        axes,
        "float",
        lambda out: Contract(out, p, q, batch, rows, columns, over, note=b.note),
    )


def sum_axes(b: Arrangement, p: Operand, summed: set[Axis]) -> Operand:
    """The plain sum over some axes."""
    p = _float(b, p)
    rows = tuple(a for a in p.axes if a not in summed)
    over = tuple(a for a in p.axes if a in summed)
    local = (*rows, *over)
    return b.make(
        ("contract", positions(p, local), None, len(rows)),
        b.level([p]),
        rows,
        "float",
        lambda out: Contract(out, p, None, (), rows, (), over, note=b.note),
    )


def _led(b: Arrangement, p: Operand, rows: Axes, over: Axes, batch: Axes) -> tuple[Operand, Axes]:
    """The left operand with its rows in the order that the result is to lie in (see layout.py)."""
    order = b.ranked(rows)
    if b.note not in b.leading or order == rows:
        return p, rows
    if not is_matrix(p, order, over):
        p = copied(b, p, (*batch, *order, *over))
    return p, order


def _stays(b: Arrangement, q: Operand, p: Operand) -> bool:
    """Whether a loop multiplies the same q again and again: a copy before it costs little.

    BLAS reads a transposed right operand too, but takes up to twice as long for a small product.
    """
    return b.level([q]) < b.level([p]) and b.level([p]) > 0


# -- what BLAS can read -----------------------------------------------------------------------


def _summed_order(
    b: Arrangement, p: Operand, q: Operand, groups: tuple[Axes, Axes, Axes, Axes]
) -> Axes:
    """An order of the summed axes in which as many operands as possible need no copy.

    Where one of the two has to be copied, it is one that has been, else the smaller one.
    """
    batch, rows, columns, over = groups

    def copies(o: Axes) -> tuple[int, int]:
        pairs = ((p, (batch, rows, o)), (q, (batch, o, columns)))
        missing = [(x, g) for x, g in pairs if not is_matrix(x, *g[1:])]
        return len(missing), sum(b.cost(x.axes) for x, g in missing if not _copy(b, x, g)[1])

    return min((tuple(a for a in x.axes if a in over) for x in (p, q)), key=copies)


def _readable(b: Arrangement, o: Operand, groups: tuple[Axes, Axes, Axes]) -> Operand:
    """The operand, or a copy that BLAS can read."""
    return o if is_matrix(o, *groups[1:]) else copied(b, o, _copy(b, o, groups)[0])


def _copy(b: Arrangement, o: Operand, groups: tuple[Axes, Axes, Axes]) -> tuple[Axes, bool]:
    """The order of axes for a copy, and whether there is one already: BLAS reads both orders."""
    batch, first, second = groups
    turned = (*batch, *second, *first)
    if is_copied(b, o, turned):
        return turned, True
    plain = (*batch, *first, *second)
    return plain, is_copied(b, o, plain)


def is_matrix(o: Operand, first: Axes, second: Axes) -> bool:
    """Whether the two groups of axes of an operand merge into a matrix that BLAS reads."""
    strides = dict(zip(o.axes, o.value.strides, strict=True))
    return _is_matrix(strides, first, second)


def is_plain(o: Operand, second: Axes) -> bool:
    """Whether the second group lies innermost: a matrix that is not read transposed."""
    strides = dict(zip(o.axes, o.value.strides, strict=True))
    return strides[second[-1]] == ONE


def _fits(axes: Axes, rows: Axes, columns: Axes) -> bool:
    strides = dict(zip(axes, contiguous([a.size for a in axes]), strict=True))
    return _is_matrix(strides, rows, columns)


def _is_matrix(strides: dict[Axis, Size], first: Axes, second: Axes) -> bool:
    if not (_merge(strides, first) and _merge(strides, second)):
        return False
    if not first or not second:
        return True
    for inner, outer in ((second, first), (first, second)):
        lead = strides[outer[-1]]
        if strides[inner[-1]] == ONE and _at_least(lead, product_of([a.size for a in inner])):
            return True
    return False


def _at_least(a: Size, s: Size) -> bool:
    return (a - s).is_nonnegative()


def _merge(strides: dict[Axis, Size], group: Axes) -> bool:
    return all(strides[a] == strides[c] * c.size for a, c in pairwise(group))
