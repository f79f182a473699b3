"""Sums of products of arrays as matrix products, in an order and a layout of our choice.

Several operands are contracted in pairs, in opt_einsum's order at typical sizes. A pair is a
batch of matrix products: axes that both have and the result keeps (batch), axes of one operand
only (rows, columns), axes that are summed. An operand that BLAS cannot read is copied first; so is
one that a loop would read transposed in each turn.
"""

from __future__ import annotations

from collections.abc import Sequence

import opt_einsum

from symnet.codegen.arrangement import Arrangement, positions
from symnet.codegen.merging import as_matrix, fits, is_matrix, is_plain, matrix_cost
from symnet.codegen.plan import Contract, Operand
from symnet.codegen.reads import copied
from symnet.codegen.scalar import Axis
from symnet.codegen.size import product_of

Axes = tuple[Axis, ...]

SHORT = 32  # einsum takes as long for a row of 32 as a product of two arrays for one of 64


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
    if not rows and not columns and batch:
        return _row_dots(b, p, q, groups)
    over = _summed_order(b, p, q, groups)
    p = as_matrix(b, p, batch, rows, over)
    q = as_matrix(b, q, batch, over, columns)
    if rows and columns and _stays(b, q, p) and not is_plain(q, columns):
        q = copied(b, q, (*batch, *over, *columns))
    p, rows = _led(b, p, rows, over, batch)
    wanted = b.ranked((*batch, *rows, *columns))
    if not fits(wanted, rows, columns):
        wanted = (*batch, *rows, *columns)
    return _make(b, p, q, wanted, (batch, rows, columns, over))


def _row_dots(
    b: Arrangement, p: Operand, q: Operand, groups: tuple[Axes, Axes, Axes, Axes]
) -> Operand:
    """No matrix: a product and its sum where that is known or rows are short, else row dots.

    The result is brought into the order of the definition: it is small, and meets larger ones.
    """
    batch, _, _, over = groups
    length = product_of([a.size for a in over]).number
    short = length is not None and length <= SHORT
    if short or b.known("multiply", p, q) or p.axes[-1] in batch or q.axes[-1] in batch:
        out = sum_axes(b, b.map("multiply", p, q), set(over))
    else:
        out = _make(b, p, q, tuple(a for a in p.axes if a in batch), groups)
    return copied(b, out, b.ranked(out.axes))


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


def _summed_order(b: Arrangement, p: Operand, q: Operand, groups: tuple[Axes, ...]) -> Axes:
    """The order of the summed axes in which the least has to be copied."""
    batch, rows, columns, over = groups
    orders = [tuple(a for a in o.axes if a in over) for o in (p, q)]

    def cost(order: Axes) -> int:
        left = matrix_cost(b, p, batch, rows, order)
        return left + matrix_cost(b, q, batch, order, columns)

    return min(orders, key=cost)
