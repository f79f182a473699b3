"""Where an expression is 0 whatever the data are: a bracket that says the same is not needed.

    P[t,s] = exp(S[t,s] - m[t])/r[t],  S[t,s] = where([s <= t], .., -oo)    is 0 where s > t
    sum[t]([s <= t] * P[t,s]*y[t])  =>  sum[t](P[t,s]*y[t])

Known for exponents that are -oo, and products, powers and sums of what is 0. A condition is given
by its margin: the expression is 0 wherever the index expression is negative.
"""

from __future__ import annotations

from collections.abc import Iterator

from symnet.codegen.algebra import factors, numeric
from symnet.codegen.facts import margin
from symnet.codegen.program import Def, Program
from symnet.codegen.recurrence import components, is_recurrent
from symnet.codegen.scalar import (
    Add,
    Affine,
    Call,
    Compare,
    Infinite,
    Mul,
    Pow,
    Read,
    Reduce,
    Scalar,
    Where,
)
from symnet.codegen.substitution import substitute


class Zeros:
    """Answers for the expressions of one program; those for its tensors are remembered."""

    def __init__(self, program: Program) -> None:
        self._plain = {g[0].name: g[0] for g in components(program.defs) if not is_recurrent(g)}
        self._known: dict[tuple[str, bool], tuple[Affine, ...]] = {}

    def vanishes(self, e: Scalar) -> Iterator[Affine]:
        """Margins where the expression is 0, if it is finite."""
        match e:
            case Compare():
                yield from _margins(e)
            case Read():
                yield from self._tensor(e, excluded=False)
            case Mul(args):
                for f in args:
                    yield from self.vanishes(f)
            case Pow(base, q) if q > 0:
                yield from self.vanishes(base)
            case Call("exp" | "exp_below", (x,)):
                yield from self.excluded(x)
            case Where(condition, _, other) if numeric(other) == 0:
                yield from _margins(condition)
            case Reduce("sum", body, bound):
                inner = frozenset(bound)
                yield from (m for m in self.vanishes(body) if not m.axes & inner)

    def excluded(self, e: Scalar) -> Iterator[Affine]:
        """Margins where the expression is -oo, if it is never +oo."""
        match e:
            case Where(condition, _, Infinite(-1)):
                yield from _margins(condition)
            case Read():
                yield from self._tensor(e, excluded=True)
            case Add(args):
                for t in args:
                    yield from self.excluded(t)

    def _tensor(self, e: Read, excluded: bool) -> Iterator[Affine]:
        d = self._plain.get(e.name)
        if d is None:
            return
        for m in self._of(d, excluded):
            moved = substitute(m, dict(zip(d.axes, e.slots, strict=True)))
            if isinstance(moved, Affine):
                yield moved

    def _of(self, d: Def, excluded: bool) -> tuple[Affine, ...]:
        key = (d.name, excluded)
        if key not in self._known:
            found = self.excluded(d.body) if excluded else self.vanishes(d.body)
            self._known[key] = tuple(dict.fromkeys(found))
        return self._known[key]


def _margins(condition: Scalar) -> Iterator[Affine]:
    for c in factors(condition):
        m = margin(c) if isinstance(c, Compare) else None
        if m is not None:
            yield m
