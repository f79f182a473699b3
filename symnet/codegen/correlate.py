"""The adjoint of a convolution with stride 1 is a correlation: windows of the cotangent.

    w_bar[n,c,u,p] = sum[o](K[o,c,p]*y_bar[n,o,u])
    x_bar[n,c,a] = sum[u]([0 <= a-u+1 < P]*w_bar[n,c,u,a-u+1])
 => x_bar[n,c,a] = sum[p,o](K[o,c,P-1-p]*[0 <= a+p+2-P < U]*y_bar[n,o,a+p+2-P])

A bound index u that stands in a slot with coefficient 1 or -1 gives way to the kernel index of that
slot, counted so that the windows run forwards. One window copy and one matrix product then do what
would be a matrix product and an addition of K overlapping slices: a third faster. For the same
reason it is done only if nothing else reads w_bar, and if it makes no much larger arrays: not for a
stride (a whole index against 2u leaves gaps), and not for few inputs of many outputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symnet.codegen.algebra import factors, mul, of_axis, of_size, rebuild
from symnet.codegen.facts import Facts, in_range, margin
from symnet.codegen.program import Def, Program, reads_of, without_dead
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import Add, Affine, Axis, Compare, Mul, Read, Reduce, Scalar, children
from symnet.codegen.size import Size, product_of, representative
from symnet.codegen.substitution import refresh, substitute

LARGER = 2  # how many times more entries the windows may have than what they replace


def correlated(program: Program) -> Program:
    """The program with such adjoints as correlations."""
    program = without_dead(program)
    count = Counter(r.name for d in program.defs for r in reads_of(d))
    facts = Facts(program)
    plain = {g[0].name for g in components(program.defs) if not is_recurrent(g)}
    products = {
        d.name: d
        for d in program.defs
        if d.name in plain - program.wanted
        and count[d.name] == 1
        and _is_contraction(d.body)
        and facts.finite(d.body)
    }
    defs = []
    for d in program.defs:
        used: list[Def] = []
        if d.name in plain:
            body = _rewritten(d.body, products, used)
            d = replace(d, body=body, formula="\n".join([*(x.formula for x in used), d.formula]))
        defs.append(d)
    return without_dead(program.with_defs(tuple(defs)))


def _is_contraction(body: Scalar) -> bool:
    """A sum of products without brackets and without sums inside."""
    if not isinstance(body, Reduce) or body.kind != "sum":
        return False
    below = factors(body.body)
    return len(below) > 1 and not any(isinstance(f, Compare | Add | Reduce) for f in below)


def _rewritten(e: Scalar, products: dict[str, Def], used: list[Def]) -> Scalar:
    """The expression with its terms and factors changed where that can be done."""
    if isinstance(e, Add | Mul):
        return rebuild(e, [_rewritten(c, products, used) for c in children(e)])
    if isinstance(e, Reduce) and e.kind == "sum":
        below = factors(e.body)
        for f in below:
            if isinstance(f, Read) and f.name in products:
                d = products[f.name]
                found = _correlation(e, f, [g for g in below if g is not f], d)
                if found is not None:
                    used.append(d)
                    return found
    return e


@dataclass(frozen=True)
class _Change:
    """The slot at `place` as `slot`, by `values` for bound axes, of which `new` come in."""

    place: int
    slot: Affine
    values: dict[Axis, Scalar]
    new: tuple[Axis, ...] = ()


def _correlation(e: Reduce, f: Read, others: list[Scalar], d: Def) -> Scalar | None:
    """The sum with the product that d is in place of d, or None."""
    changes = list(_changes(e, f, d))
    said = {m for c in changes for m in _inside(f.slots[c.place], d.axes[c.place].size)}
    brackets = [g for g in others if isinstance(g, Compare)]
    if not changes or any(margin(g) not in said for g in brackets):
        return None
    values = {a: v for c in changes for a, v in c.values.items()}
    slots = [substitute(slot, values) for slot in f.slots]
    for c in changes:
        slots[c.place] = c.slot
    product = refresh(d.at(tuple(slots)))
    assert isinstance(product, Reduce)
    left = [substitute(g, values) for g in others if not isinstance(g, Compare)]
    kept = tuple(a for a in e.bound if a not in values)
    bound = (*(a for c in changes for a in c.new), *kept, *product.bound)
    guards = _guards(zip(d.axes, slots, strict=True))
    out = Reduce("sum", mul(*guards, *left, product.body), bound)
    return out if _is_small(out, d) else None


def _changes(e: Reduce, f: Read, d: Def) -> Iterator[_Change]:
    """For each slot that moves: a kernel index for a bound axis, windows that run forwards."""
    taken: set[Axis] = set()
    for place, slot in enumerate(f.slots):
        if not isinstance(slot, Affine) or len(slot.terms) < 2:
            continue
        own = [(a, c) for a, c in slot.terms if a in e.bound and a not in taken]
        if len(own) != 1:
            continue
        axis, sign = own[0][0], own[0][1].number
        taken.add(axis)
        if sign in (1, -1):
            kernel = Axis("p", d.axes[place].size)
            at = of_axis(kernel) if sign > 0 else _from_end(kernel)
            rest = slot.without(axis)
            value = of_size(0).plus(at, int(sign)).plus(rest, -int(sign))
            yield _Change(place, at, {axis: value}, (kernel,))
        elif own[0][1].is_positive():
            yield _Change(place, slot, {})
        else:
            turned = Axis(axis.letter, axis.size)
            value = _from_end(turned)
            at = slot.without(axis).plus(value, own[0][1])
            yield _Change(place, at, {axis: value}, (turned,))


def _from_end(a: Axis) -> Affine:
    return of_size(a.size - 1).plus(of_axis(a), -1)


def _inside(slot: Scalar, size: Size) -> tuple[Affine, Affine]:
    """What is >= 0 if the slot is in range."""
    assert isinstance(slot, Affine)
    return slot, of_size(size - 1).plus(slot, -1)


def _guards(slots: Iterable[tuple[Axis, Scalar]]) -> Iterator[Compare]:
    """Brackets for the slots that may leave the range."""
    for axis, slot in slots:
        if not isinstance(slot, Affine) or not in_range(slot, axis.size):
            yield Compare("<=", of_size(0), slot)
            yield Compare("<", slot, of_size(axis.size))


def _is_small(new: Reduce, d: Def) -> bool:
    """Whether neither the windows nor the product are much larger than what they replace."""
    assert isinstance(d.body, Reduce)
    widest = max(_entries(f.axes) for f in factors(new.body) if not isinstance(f, Compare))
    return widest <= LARGER * _entries(d.axes) and (
        _entries(new.body.axes) <= LARGER * _entries((*d.axes, *d.body.bound))
    )


def _entries(axes: Iterable[Axis]) -> int:
    return representative(product_of([a.size for a in axes]))
