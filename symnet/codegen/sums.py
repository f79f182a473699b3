"""Sums over indices: contractions, with deltas, one-hot places and guards taken out first.

sum[i](x[n,i]*W[i,j])                  a matrix product
sum[k]([k = t[n]]*z[n,k])              z[n,t[n]]: the delta is contracted by substitution
sum[n]([v = t[n]]*y[n,d])              rows of y added at their places
sum[k](s[n]*x[n,k])                    s[n] * sum[k](x[n,k])
sum[k,l]([n = L*k + l]*x[k,l])         x reshaped, at n
sum[m]([m <= n]*x[m])                  the running sum of x
"""

from __future__ import annotations

from symnet.codegen import guards, onehot, reads
from symnet.codegen.algebra import factors, mul, of_size, power
from symnet.codegen.arrangement import Arrangement
from symnet.codegen.constants import MINUS_ONE, ONE, ZERO, static
from symnet.codegen.contract import contract, sum_axes
from symnet.codegen.cumulative import running
from symnet.codegen.flatten import flattened, windowed
from symnet.codegen.linear import add_items, multiply_items
from symnet.codegen.overlap import overlapping
from symnet.codegen.plan import Coefficient, Item, Operand
from symnet.codegen.scalar import Add, Affine, Axis, Compare, Pow, Reduce, Scalar
from symnet.codegen.substitution import refresh, substitute

Axes = tuple[Axis, ...]


def total(b: Arrangement, body: Scalar, bound: Axes, guarded: bool) -> Item:
    """The sum of the body over its bound axes."""
    b.order.extend(a for a in bound if a not in b.order)
    parts = _terms(body)
    if len(parts) > 1:
        return add_items(b, [(ONE, total(b, t, bound, guarded)) for t in parts])
    found = guards.split(body)
    if found is None:
        return ZERO
    brackets, rest = found
    inner, rest = _merged(rest)
    bound = (*bound, *inner)
    b.order.extend(a for a in inner if a not in b.order)
    for step in (flattened, _without_delta, _scattered, overlapping, running):
        done = step(b, brackets, rest, bound, guarded)
        if done is not None:
            return done
    shorter = windowed(brackets, rest, bound)
    if shorter is not None:
        return total(b, *shorter, guarded)
    return _contraction(b, brackets, rest, bound, guarded)


# -- the shape of the body --------------------------------------------------------------------


def _terms(body: Scalar) -> tuple[Scalar, ...]:
    """The terms to contract one by one: a sum without a term over all axes is multiplied out."""
    if isinstance(body, Add):
        return body.args if _is_broadcast(body) else (body,)
    below = factors(body)
    for k, f in enumerate(below):
        if isinstance(f, Add) and _is_broadcast(f):
            return tuple(mul(t, *below[:k], *below[k + 1 :]) for t in f.args)
    return (body,)


def _is_broadcast(e: Add) -> bool:
    return all(t.axes < e.axes for t in e.args)


def _merged(args: list[Scalar]) -> tuple[Axes, list[Scalar]]:
    """Squares as two factors, inner sums as their factors; the axes of the inner sums."""
    inner: list[Axis] = []
    out: list[Scalar] = []
    for f in args:
        if isinstance(f, Pow) and f.exponent == 2:
            out.extend((f.base, f.base))
        elif isinstance(f, Reduce) and f.kind == "sum" and _is_product(f.body):
            opened = refresh(f)
            assert isinstance(opened, Reduce)
            inner.extend(opened.bound)
            more, below = _merged(list(factors(opened.body)))
            inner.extend(more)
            out.extend(below)
        else:
            out.append(f)
    return tuple(inner), out


def _is_product(body: Scalar) -> bool:
    """A product of at least two factors, without brackets and without sums inside."""
    below = factors(body)
    return len(below) > 1 and not any(isinstance(f, Compare | Add) for f in below)


# -- brackets ---------------------------------------------------------------------------------


def _without_delta(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes, guarded: bool
) -> Item | None:
    """sum[k]([k = e] * f[k]) = [0 <= e < size] * f[e]."""
    for c in brackets:
        for axis, value in onehot.solutions(c):
            if axis not in bound:
                continue
            others = [x for x in brackets if x is not c]
            new = [substitute(f, {axis: value}) for f in (*others, *rest)]
            if not reads.within(b, value, axis.size):
                new += [
                    Compare("<=", of_size(0), value),
                    Compare("<", value, of_size(axis.size)),
                ]
            left = tuple(a for a in bound if a is not axis)
            body = mul(*new)
            return total(b, body, left, guarded) if left else b.evaluate(body, guarded)
    return None


def _scattered(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes, guarded: bool
) -> Item | None:
    """sum over bound axes of [k = e] * f, k free and e running with a bound axis."""
    slots: dict[Axis, Scalar] = {}
    left = list(brackets)
    for c in brackets:
        for axis, value in onehot.solutions(c):
            usable = isinstance(value, Affine) or reads.within(b, value, axis.size)
            if axis in b.loops or axis in slots or not (value.axes & set(bound)) or not usable:
                continue
            left = [substitute_bracket(x, axis, value) for x in left if x is not c]
            rest = [substitute(f, {axis: value}) for f in rest]
            slots = {a: substitute(v, {axis: value}) for a, v in slots.items()}
            slots[axis] = value
            break
    if not slots:
        return None
    kept = tuple(a for a in bound if any(a in v.axes for v in slots.values()))
    gone = tuple(a for a in bound if a not in kept)
    source = mul(*left, *rest)
    if gone:
        source = Reduce("sum", source, gone)
    free = (source.axes | {a for v in slots.values() for a in v.axes} | set(slots)) - set(bound)
    return onehot.place(b, onehot.Sparse(b.ranked(free), slots, source, kept), None, guarded)


def substitute_bracket(c: Compare, axis: Axis, value: Scalar) -> Compare:
    out = substitute(c, {axis: value})
    assert isinstance(out, Compare)
    return out


# -- contraction ------------------------------------------------------------------------------


def _contraction(
    b: Arrangement, brackets: list[Compare], rest: list[Scalar], bound: Axes, guarded: bool
) -> Item:
    """Factors without a bound axis stay outside; the others are contracted."""
    inside = guarded or bool(brackets)
    finite = all(map(b.facts.finite, rest))
    if brackets and not finite:
        return _summed(b, b.evaluate(mul(*brackets, *rest), guarded), bound)
    brackets = guards.needed(b, brackets, rest)
    running = set(bound)
    c = ONE
    outer: list[Item] = []
    below: list[Item] = []
    operands: list[Operand] = []
    for f in rest:
        known = static(f)
        if known is not None:
            c = c.times(known)
        elif f.axes & running:
            item = b.evaluate(f, inside)
            if isinstance(item, Operand) and running & set(item.axes):
                operands.append(item)
            else:
                outer.append(item)
        elif isinstance(f, Pow) and f.exponent < 0:
            below.append(b.evaluate(power(f.base, -f.exponent), inside))
        else:
            outer.append(b.evaluate(f, inside))
    masks = [k for k in brackets if k.axes & running]
    operands = _with_masks(b, operands, masks)
    seen = {a for o in operands for a in o.axes}
    for a in bound:
        if a not in seen:
            c = c.times(size_of(a))
    outside = guards.mask_of(b, [k for k in brackets if k not in masks])
    if outside != ONE:
        outer.append(outside)
    if operands:
        outer, operands = _drawn_in(b, outer, operands, running)
        c, operands = _number_drawn_in(b, c, operands, running)
        return multiply_items(b, c, [contract(b, operands, running & seen), *outer], below)
    return multiply_items(b, c, outer, below)


def size_of(a: Axis) -> Coefficient:
    out = static(of_size(a.size))
    assert out is not None
    return out


def _summed(b: Arrangement, item: Item, bound: Axes) -> Item:
    """The plain sum of an item, which may not depend on all of the axes."""
    c = ONE
    have = set(item.axes) if isinstance(item, Operand) else set()
    for a in bound:
        if a not in have:
            c = c.times(size_of(a))
    if isinstance(item, Operand) and have & set(bound):
        item = sum_axes(b, item, have & set(bound))
    return multiply_items(b, c, [item], [])


def _with_masks(b: Arrangement, operands: list[Operand], masks: list[Compare]) -> list[Operand]:
    """Each mask is multiplied into the smallest operand that has its axes, else stands alone."""
    for m in masks:
        mask = guards.mask_of(b, [m])
        if not isinstance(mask, Operand):
            continue
        covering = [k for k, o in enumerate(operands) if set(mask.axes) <= set(o.axes)]
        if covering:
            k = min(covering, key=lambda k: (b.cost(operands[k].axes), k))
            operands = list(operands)
            operands[k] = b.map("multiply", operands[k], mask)
        else:
            operands = [*operands, b.map("float", mask)]
    return operands


def _number_drawn_in(
    b: Arrangement, c: Coefficient, operands: list[Operand], running: set[Axis]
) -> tuple[Coefficient, list[Operand]]:
    """A number is multiplied into an operand that is known with it, or far smaller than the result.

    c * sum[d](q[t,d]*k[s,d]) => sum[d]((c*q)[t,d]*k[s,d])
    """
    if c.is_one or c.is_zero or c == MINUS_ONE:
        return c, operands
    result = b.cost({a for o in operands for a in o.axes} - running)

    def rank(k: int) -> tuple[bool, int, int]:
        known = b.known("multiply", operands[k], c)
        return not known, b.cost(operands[k].axes), k

    unknown, cost, best = min(map(rank, range(len(operands))))
    if unknown and 2 * cost > result:
        return c, operands
    scaled = b.map("multiply", operands[best], c)
    return ONE, [*operands[:best], scaled, *operands[best + 1 :]]


def _drawn_in(
    b: Arrangement, outer: list[Item], operands: list[Operand], running: set[Axis]
) -> tuple[list[Item], list[Operand]]:
    """An outer factor is multiplied into an operand where that is smaller than the result."""
    result = {a for o in operands for a in o.axes} - running
    kept: list[Item] = []
    for item in outer:
        fitting = [
            k
            for k, o in enumerate(operands)
            if isinstance(item, Operand) and item.axes and set(item.axes) <= set(o.axes)
        ]
        best = min(fitting, key=lambda k: (b.cost(operands[k].axes), k), default=None)
        if best is not None and b.cost(operands[best].axes) < b.cost(result):
            operands = list(operands)
            operands[best] = b.map("multiply", operands[best], item)
        else:
            kept.append(item)
    return kept, operands
