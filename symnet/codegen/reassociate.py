"""Row sums of a product with a product are those of another product that is known.

    o[t,e] = sum[s](P[t,s]*v[s,e]),  P_bar[t,s] = sum[e](o_bar[t,e]*v[s,e])
    sum[r](P[t,r]*P_bar[t,r])   =>   sum[e](o_bar[t,e]*o[t,e])

Both are sum[r,e](P[t,r]*o_bar[t,e]*v[r,e]). The second reads fewer entries if e is shorter than r:
in attention, heads instead of the sequence (Dao 2022, arXiv:2205.14135, eq. 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symnet.codegen.algebra import factors, mul, of_axis, rebuild
from symnet.codegen.program import Def, Program
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import Axis, Read, Reduce, Scalar, children
from symnet.codegen.scalar_text import text
from symnet.codegen.size import product_of, representative

Axes = tuple[Axis, ...]


def with_known_products(program: Program) -> Program:
    """The program with such row sums taken of the shorter of two products."""
    plain = {g[0].name for g in components(program.defs) if not is_recurrent(g)}
    before: dict[str, Def] = {}
    out = []
    for d in program.defs:
        if d.name in plain:
            told: list[str] = []
            body = _rewritten(d.body, before, told)
            d = replace(d, body=body, formula="\n".join([d.formula, *told]))
            before[d.name] = d
        out.append(d)
    return program.with_defs(tuple(out))


def _rewritten(e: Scalar, before: dict[str, Def], told: list[str]) -> Scalar:
    """The expression with shorter sums; what is equal to what is told."""
    e = rebuild(e, (_rewritten(c, before, told) for c in children(e)))
    pair = _pair(e)
    if pair is None or not isinstance(e, Reduce):
        return e
    for a, b in (pair, pair[::-1]):
        inner = before[b.name].at(b.slots) if b.name in before else b
        known = _pair(inner)
        if known is None or not isinstance(inner, Reduce):
            continue
        for c, d in (known, known[::-1]):
            found = _shorter(e.bound, inner.bound, a, c, d, before)
            if found is not None:
                told.append(f"{text(e)} = {text(found)}")
                return found
    return e


def _shorter(
    over: Axes, inner: Axes, a: Read, c: Read, d: Read, before: dict[str, Def]
) -> Scalar | None:
    """sum over `inner` of c * o, where o = sum over `over` of a * d is a definition."""
    if c.axes & set(over) or not set(over) <= d.axes or _entries(inner) >= _entries(over):
        return None
    if not set(inner) <= c.axes & d.axes or a.axes & set(inner):
        return None
    for o in before.values():
        own = _pair(o.body)
        if own is None or not isinstance(o.body, Reduce):
            continue
        for p, q in (own, own[::-1]):
            place = _placed(((p, a), (q, d)))
            if place is None or {place[x] for x in o.body.bound} != set(over):
                continue
            if len(set(place.values())) < len(place) or not set(o.axes) <= set(place):
                continue
            read = Read(o.name, tuple(of_axis(place[x]) for x in o.axes))
            if read.axes == (a.axes | d.axes) - set(over):
                return Reduce("sum", mul(c, read), inner)
    return None


def _placed(pairs: tuple[tuple[Read, Read], ...]) -> dict[Axis, Axis] | None:
    """The axes of the first reads as axes of the second ones; None if the tensors differ."""
    place: dict[Axis, Axis] = {}
    for p, q in pairs:
        if p.name != q.name or p.plain is None or q.plain is None:
            return None
        for x, y in zip(p.plain, q.plain, strict=True):
            if place.setdefault(x, y) is not y or x.size != y.size:
                return None
    return place


def _pair(e: Scalar) -> tuple[Read, Read] | None:
    """The two reads of a sum of their product."""
    if not isinstance(e, Reduce) or e.kind != "sum":
        return None
    found = list(_plain_reads(e.body))
    return (found[0], found[1]) if len(found) == len(factors(e.body)) == 2 else None


def _plain_reads(body: Scalar) -> Iterator[Read]:
    for f in factors(body):
        if isinstance(f, Read) and f.plain is not None:
            yield f


def _entries(axes: Axes) -> int:
    return representative(product_of([a.size for a in axes]))
