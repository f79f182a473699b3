"""Axes of scalar expressions replaced, made fresh, compared: the only safe ways to change them.

substitute(sum[m](x[n,m]), {n: m}) => sum[m'](x[m,m'])        (capture-avoiding, m' fresh)
"""

from __future__ import annotations

from collections.abc import Mapping

from symnet.codegen.algebra import add, mul, of_axis, of_size, rebuild
from symnet.codegen.scalar import (
    Affine,
    Axis,
    Call,
    Compare,
    Infinite,
    Num,
    Pow,
    Read,
    Reduce,
    Scalar,
    children,
)


def substitute(e: Scalar, mapping: Mapping[Axis, Scalar]) -> Scalar:
    """Replace free axes by integer-valued nodes, avoiding capture.

    Bound axes that occur in a replacement are made fresh.
    """
    relevant = {a: v for a, v in mapping.items() if a in e.axes}
    if not relevant:
        return e
    if isinstance(e, Affine):
        return _substitute_affine(e, relevant)
    if isinstance(e, Reduce):
        arriving: frozenset[Axis] = frozenset().union(*(v.axes for v in relevant.values()))
        clash = {b: b.fresh() for b in e.bound if b in arriving}
        body = substitute(e.body, {**relevant, **{b: of_axis(f) for b, f in clash.items()}})
        return Reduce(e.kind, body, tuple(clash.get(b, b) for b in e.bound))
    return rebuild(e, (substitute(c, relevant) for c in children(e)))


def _substitute_affine(e: Affine, mapping: Mapping[Axis, Scalar]) -> Scalar:
    out, data = Affine((), e.constant), []
    for axis, c in e.terms:
        value = mapping.get(axis, of_axis(axis))
        if isinstance(value, Affine):
            out = out.plus(value, c)
        else:
            data.append(mul(of_size(c), value))
    return add(*data, out) if data else out


def refresh(e: Scalar) -> Scalar:
    """The same expression with every bound axis made fresh."""
    if isinstance(e, Reduce):
        new = {b: b.fresh() for b in e.bound}
        body = substitute(refresh(e.body), {b: of_axis(f) for b, f in new.items()})
        return Reduce(e.kind, body, tuple(new.values()))
    return rebuild(e, (refresh(c) for c in children(e)))


def same(a: Scalar, b: Scalar, paired: Mapping[Axis, Axis] | None = None) -> bool:
    """Equality modulo the names of bound axes, and of the free axes of `a` as paired.

    Operands are compared in order: what is equal only after reordering counts as different.
    """
    if a == b and not paired:
        return True
    pairs = dict(paired or {})
    if type(a) is not type(b):
        return False
    if isinstance(a, Affine) and isinstance(b, Affine):
        renamed = Affine(tuple((pairs.get(x, x), c) for x, c in a.terms), a.constant)
        return renamed == b
    if isinstance(a, Reduce) and isinstance(b, Reduce):
        if a.kind != b.kind or [x.size for x in a.bound] != [x.size for x in b.bound]:
            return False
        return same(a.body, b.body, {**pairs, **dict(zip(a.bound, b.bound, strict=True))})
    below_a, below_b = children(a), children(b)
    if len(below_a) != len(below_b) or not _same_head(a, b):
        return False
    return all(same(p, q, pairs) for p, q in zip(below_a, below_b, strict=True))


def _same_head(a: Scalar, b: Scalar) -> bool:
    match a, b:
        case (Num(p), Num(q)):
            return p == q
        case (Infinite(s), Infinite(r)):
            return s == r
        case (Read(n, _), Read(m, _)) | (Call(n, _), Call(m, _)) | (Compare(n), Compare(m)):
            return bool(n == m)
        case (Pow(_, p), Pow(_, q)):
            return p == q
    return True
